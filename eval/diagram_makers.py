"""Diagrams of known graphs, drawn by programs other than ours, as PDF pages with a caption.

Graphviz lays them out and draws them, so does Mermaid; Matplotlib draws boxes and arrows as
authors of papers do.
Shapes, directions, splines, clusters and what is written at the lines vary with the seed.
"""

import html
import io
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import chart_web

_WORDS = (
    "Intake", "Parser", "Queue", "Planner", "Ledger", "Archive", "Gateway", "Scanner", "Mixer",
    "Filter", "Sensor", "Pump", "Valve", "Report", "Index", "Cache", "Worker", "Broker", "Tank",
    "Review", "Approve", "Reject", "Sort", "Pack", "Ship",
)  # fmt: skip
_KINDS = ("", "", "unit", "service", "stage", "of orders", "and check")
_LABELS = "yes", "no", "retry", "on error", "raw data", "daily", "0.5 bar"
_SHAPES = "box", "box", "ellipse", "diamond", "hexagon", "cylinder", "parallelogram", "plaintext"
_MERMAID_SHAPES = ("[", "]"), ("[", "]"), ("(", ")"), ("([", "])"), ("{", "}"), ("[(", ")]")


@dataclass(frozen=True)
class KnownGraph:
    """A graph as it was asked for: names of nodes, and edges by their positions."""

    names: list[str]
    edges: list[tuple[int, int, str]]
    is_directed: bool
    seed: int


def known(seed: int) -> KnownGraph:
    """The graph of a seed; the same for every producer."""
    rng = random.Random(seed)
    count = rng.randint(4, 14)
    names = [f"{word} {rng.choice(_KINDS)}".strip() for word in rng.sample(_WORDS, count)]
    pairs = {(rng.randrange(max(0, at - 3), at), at) for at in range(1, count)}
    for _ in range(rng.randint(0, count // 3)):
        one, other = sorted(rng.sample(range(count), 2))
        pairs.add((one, other))
    has_labels = rng.random() < 0.4
    edges = [
        (one, other, rng.choice(_LABELS) if has_labels and rng.random() < 0.5 else "")
        for one, other in sorted(pairs)
    ]
    return KnownGraph(names, edges, rng.random() < 0.8, seed)


def graphviz(graph: KnownGraph) -> bytes:
    """Drawn by Graphviz."""
    rng = random.Random(graph.seed + 1000)
    arrow = "->" if graph.is_directed else "--"
    splines = rng.choice(("true", "true", "ortho", "line", "polyline"))
    lines = [
        f"{'digraph' if graph.is_directed else 'graph'} {{",
        f"rankdir={rng.choice(('TB', 'LR'))}; splines={splines};",
        'node [fontname="Helvetica", fontsize=11]; edge [fontname="Helvetica", fontsize=9];',
    ]
    if rng.random() < 0.4:
        lines.append('node [style="filled", fillcolor="lightblue"];')
    plain = rng.choice(_SHAPES)
    cluster = rng.sample(range(len(graph.names)), 3) if rng.random() < 0.25 else []
    for at, name in enumerate(graph.names):
        shape = plain if rng.random() < 0.7 else rng.choice(_SHAPES)
        text = name.replace(" ", "\\n", 1) if rng.random() < 0.4 else name
        lines.append(f'n{at} [label="{text}", shape={shape}];')
    if cluster:
        inside = " ".join(f"n{at};" for at in cluster)
        lines.append(f'subgraph cluster_0 {{ label="Plant"; {inside} }}')
    for one, other, label in graph.edges:
        mark = "xlabel" if splines == "ortho" else "label"
        lines.append(f"n{one} {arrow} n{other}" + (f' [{mark}="{label}"];' if label else ";"))
    lines.append("}")
    source = "\n".join(lines).encode()
    return subprocess.run(["dot", "-Tpdf"], input=source, capture_output=True, check=True).stdout


def matplotlib(graph: KnownGraph) -> bytes:
    """Drawn by Matplotlib: boxes with round or sharp corners on a grid, arrows between them."""
    import matplotlib as library

    library.use("Agg")
    from matplotlib import pyplot

    rng = random.Random(graph.seed + 2000)
    columns = 3
    rows = -(-len(graph.names) // columns)
    figure, axes = pyplot.subplots(figsize=(7, 1.1 * rows + 0.5))
    axes.set_axis_off()
    axes.set_xlim(-0.6, columns - 0.4)
    axes.set_ylim(-rows + 0.4, 0.6)
    style = rng.choice(("round,pad=0.4", "square,pad=0.4", "ellipse,pad=0.3"))
    places = [
        (at % columns + 0.25 * (at // columns % 2), -(at // columns))
        for at in range(len(graph.names))
    ]
    boxes = [
        axes.text(
            *place, name, ha="center", va="center", fontsize=9, zorder=3,
            bbox={"boxstyle": style, "fc": rng.choice(("white", "#ddeeff")), "ec": "black"},
        )
        for place, name in zip(places, graph.names, strict=True)
    ]  # fmt: skip
    figure.canvas.draw()
    arrow = rng.choice(("-|>", "->")) if graph.is_directed else "-"
    for one, other, label in graph.edges:
        axes.annotate(
            "", places[other], places[one],
            arrowprops={
                "arrowstyle": arrow, "patchA": boxes[one].get_bbox_patch(), "shrinkA": 0,
                "patchB": boxes[other].get_bbox_patch(), "shrinkB": 0, "mutation_scale": 12,
                "connectionstyle": "arc3,rad=0.12",
            },
        )  # fmt: skip
        if label:
            middle = [(a + b) / 2 for a, b in zip(places[one], places[other], strict=True)]
            axes.text(*middle, label, fontsize=7, ha="center", va="bottom")
    file = io.BytesIO()
    figure.savefig(file, format="pdf")
    pyplot.close(figure)
    return file.getvalue()


def mermaid(graph: KnownGraph) -> bytes:
    """Drawn by Mermaid in Chromium; `MERMAID_JS` is the `mermaid.min.js` of its package."""
    rng = random.Random(graph.seed + 3000)
    shapes = [rng.choice(_MERMAID_SHAPES) for _ in graph.names]
    arrow = "-->" if graph.is_directed else "---"
    lines = [f"flowchart {rng.choice(('TD', 'LR'))}"]
    for at, (name, (before, behind)) in enumerate(zip(graph.names, shapes, strict=True)):
        lines.append(f'n{at}{before}"{name}"{behind}')
    for one, other, label in graph.edges:
        lines.append(f"n{one} {arrow}" + (f'|"{label}"|' if label else "") + f" n{other}")
    theme = rng.choice(("default", "neutral", "forest"))
    script = Path(os.environ["MERMAID_JS"]).resolve().as_uri()
    source = html.escape("\n".join(lines))
    return chart_web.printed(
        "<!doctype html><meta charset=utf-8><style>@page{size:14in 14in;margin:0}</style>"
        f'<pre class="mermaid">{source}</pre><script src="{script}"></script>'
        f'<script>mermaid.initialize({{startOnLoad:true,theme:"{theme}"}})</script>',
        1,
    )[0]


def missing(producer: str) -> str:
    """What a producer needs that is not on this machine; empty where it has all."""
    if producer == "graphviz" and shutil.which("dot") is None:
        return "dot"
    if producer == "mermaid" and "MERMAID_JS" not in os.environ:
        return "the path of mermaid.min.js in MERMAID_JS"
    return "chromium" if producer == "mermaid" and shutil.which("chromium") is None else ""


PRODUCERS: dict[str, Callable[[KnownGraph], bytes]] = {
    "graphviz": graphviz,
    "matplotlib": matplotlib,
    "mermaid": mermaid,
}
