"""Measures diagrams that are read as graphs against what they were drawn from; see `eval/grids.py`.

A node counts where one of the same name was read, an edge where one between nodes of the same names
was, in the same direction; F1 is over all nodes, or edges, of a producer.
"""

import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import chart_makers
import diagram_makers
from diagram_makers import KnownGraph

from mmrag.config import IngestSettings
from mmrag.ids import document_id, file_sha256
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.types import Graph

DIAGRAMS = 40
"""Of each producer; those of even seeds are for development, those of odd ones are reported."""


class Counts(NamedTuple):
    """Nodes, or edges, that were read, are true, and are both."""

    read: int = 0
    true: int = 0
    both: int = 0

    def __add__(self, other: "Counts") -> "Counts":  # type: ignore[override]
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.read + self.true) if self.read + self.true else 0.0


def run(half: str, per_diagram: bool) -> None:
    """Print the scores of each producer. `half` is "dev", "test" or "all"."""
    seeds = [s for s in range(DIAGRAMS) if half == "all" or s % 2 == (half == "test")]
    with tempfile.TemporaryDirectory() as folder:
        truth: dict[str, KnownGraph] = {}
        for producer, make in diagram_makers.PRODUCERS.items():
            needs = diagram_makers.missing(producer)
            if needs:
                print(f"{producer} is left out: {needs} is not on this machine")
            for seed in seeds if not needs else ():
                graph = diagram_makers.known(seed)
                name = f"{producer}-{seed:02d}"
                page = chart_makers.on_page(make(graph), f"Figure {seed + 1}: How the plant works.")
                (Path(folder) / f"{name}.pdf").write_bytes(page)
                truth[name] = graph
        found = read(Path(folder))
    nodes: dict[str, Counts] = defaultdict(Counts)
    edges: dict[str, Counts] = defaultdict(Counts)
    for name, graph in sorted(truth.items()):
        read_as, notes = found.get(name, (None, ""))
        of_nodes, of_edges = scores(graph, read_as)
        producer = name.partition("-")[0]
        nodes[producer] += of_nodes
        edges[producer] += of_edges
        if per_diagram:
            left = "; ".join(read_as.left_out) if read_as else notes
            print(f"{name:<14} nodes {of_nodes.f1:.2f} edges {of_edges.f1:.2f} {left}")
    print("producer      diagrams  node F1  edge F1")
    for producer in nodes:
        print(
            f"{producer:<12} {len(seeds):9} {100 * nodes[producer].f1:8.1f} "
            f"{100 * edges[producer].f1:8.1f}"
        )


def read(folder: Path) -> dict[str, tuple[Graph | None, str]]:
    """The graph that each file is read as, and what was noted about it."""
    hashes = {file: file_sha256(file) for file in sorted(folder.glob("*.pdf"))}
    tasks = [ParseTask(file, sha256, document_id(sha256)) for file, sha256 in hashes.items()]
    found: dict[str, tuple[Graph | None, str]] = {}
    for event in parse_files(tasks, IngestSettings(), None, lambda picture: None):
        if isinstance(event, FileParsed):
            graphs = list(event.document.graphs.values())
            kinds = ", ".join(figure.kind for figure in event.document.figures)
            notes = "; ".join(map(str, event.document.document.problems))
            found[event.path.stem] = (graphs[0] if graphs else None, f"[{kinds}] {notes}")
    return found


def scores(true: KnownGraph, read_as: Graph | None) -> tuple[Counts, Counts]:
    """Of nodes and of edges. Boxes that hold others are not among the true ones, and left out."""
    wanted = Counter(true.names)
    joined = Counter(
        _edge(true.names[one], true.names[other], is_directed=true.is_directed)
        for one, other, _ in true.edges
    )
    names: Counter[str] = Counter()
    edges: Counter[tuple[str, ...]] = Counter()
    if read_as is not None:
        groups = {node.group for node in read_as.nodes}
        names.update(node.name for at, node in enumerate(read_as.nodes) if at not in groups)
        for edge in read_as.edges:
            ends = (read_as.nodes[at].name for at in (edge.source, edge.target))
            edges[_edge(*ends, is_directed=edge.direction == "forward")] += 1
    return _counts(names, wanted), _counts(edges, joined)


def _edge(source: str, target: str, *, is_directed: bool) -> tuple[str, ...]:
    return (source, "->", target) if is_directed else tuple(sorted((source, target)))


def _counts(found: Counter, wanted: Counter) -> Counts:
    return Counts(found.total(), wanted.total(), (found & wanted).total())
