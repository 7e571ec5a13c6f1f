"""Measures tables as cells against known ones: adjacency relations (Göbel et al. 2012).

    python eval/grids.py ../shared/data/tables-dev
    python eval/grids.py ../shared/data/tables-dev --per-document
    python eval/grids.py ../shared/data/tables-dev --given-regions
    python eval/grids.py --charts
    python eval/grids.py --charts --png --producer matplotlib
    python eval/grids.py --diagrams

Each cell with text has a relation to the next one with text to its right and below it. A relation
that was read counts where the same two texts stand so in the truth, by letters and digits alone.
Precision and recall are of each document over all its pages, averaged over documents. The dataset
holds `docs/*.pdf` and `tables.jsonl`: a table a line with its `doc`, `page` and `cells`.

With `--given-regions`, where tables stand is told: the box around the cells of each, and only the
text in it is read, by the rows and columns that are drawn there or seen by the layout model.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pymupdf

from mmrag import boxes
from mmrag.config import IngestSettings
from mmrag.ids import document_id, file_sha256
from mmrag.ingest.events import FileParsed, ParseTask
from mmrag.ingest.figures import graphics
from mmrag.ingest.grids import tables
from mmrag.ingest.layout import fragments
from mmrag.ingest.layout.model import layout_boxes
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.text.characters import fold
from mmrag.types import BBox, Cell

Relation = tuple[str, str, str]


class Scores(NamedTuple):
    """Of one document: relations read, true, and both."""

    read: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        return self.both / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        return self.both / self.true if self.true else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path, nargs="?")
    parser.add_argument(
        "--charts", choices=["dev", "test", "all"], nargs="?", const="test",
        help="read charts of known data instead: one half of them, or all",
    )  # fmt: skip
    parser.add_argument(
        "--diagrams", choices=["dev", "test", "all"], nargs="?", const="test",
        help="read diagrams of known graphs instead: one half of them, or all",
    )  # fmt: skip
    parser.add_argument("--png", action="store_true", help="charts as pictures of 110 dpi")
    parser.add_argument(
        "--page", type=Path, help="write a page of charts drawn again from what was read"
    )
    parser.add_argument("--first", type=int, default=0, help="of charts: the first seed, of 40")
    parser.add_argument("--producer", action="append", default=[], help="of charts: this one alone")
    parser.add_argument("--per-document", action="store_true", help="print each document's scores")
    parser.add_argument("--given-regions", action="store_true", help="tell where the tables are")
    options = parser.parse_args()
    if options.charts:
        import charts  # with it what draws them

        charts.run(
            options.charts, options.per_document, options.png, options.producer, options.page,
            options.first,
        )  # fmt: skip
        return
    if options.diagrams:
        import diagrams

        diagrams.run(options.diagrams, options.per_document)
        return
    if options.dataset is None:
        parser.error("a dataset, --charts or --diagrams is needed")
    true = truth(options.dataset)
    files = sorted((options.dataset / "docs").glob("*.pdf"))
    found = read_in(regions(options.dataset), files) if options.given_regions else read(files)
    scores = {name: score(found.get(name, {}), pages) for name, pages in sorted(true.items())}
    if options.per_document:
        for name, of_one in scores.items():
            print(f"{name:<24} {100 * of_one.precision:5.1f} {100 * of_one.recall:5.1f}")
    precision = sum(item.precision for item in scores.values()) / len(scores)
    recall = sum(item.recall for item in scores.values()) / len(scores)
    print(f"documents   {len(scores)}")
    print(f"precision   {100 * precision:.1f}")
    print(f"recall      {100 * recall:.1f}")
    print(f"F1          {200 * precision * recall / (precision + recall):.1f}")


def truth(dataset: Path) -> dict[str, dict[int, Counter[Relation]]]:
    """The relations of each page of each document, by its file's stem."""
    found: dict[str, dict[int, Counter[Relation]]] = defaultdict(lambda: defaultdict(Counter))
    for line in (dataset / "tables.jsonl").read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        cells = [
            Cell(
                cell["row"],
                cell["col"],
                cell["row_end"],
                cell["col_end"],
                cell["text"],
                tuple(cell["bbox"]),
            )
            for cell in table["cells"]
        ]
        found[table["doc"]][table["page"]] += relations(cells)
    return found


def read(files: Iterable[Path]) -> dict[str, dict[int, Counter[Relation]]]:
    """The relations of the tables that are read, in the same form."""
    hashes = {file: file_sha256(file) for file in files}
    tasks = [ParseTask(file, sha256, document_id(sha256)) for file, sha256 in hashes.items()]
    found: dict[str, dict[int, Counter[Relation]]] = {}
    for event in parse_files(tasks, IngestSettings(), None, lambda picture: None):
        if isinstance(event, FileParsed):
            pages = {page.id: page.number for page in event.document.pages}
            place = {item.id: pages[item.page_id] for item in event.document.figures}
            own: dict[int, Counter[Relation]] = defaultdict(Counter)
            for grid in event.document.grids:
                if grid.chart is not None:
                    continue  # no table, and data all the same
                here = [cell for cell in grid.cells if cell.bbox[1] < cell.bbox[3]]
                own[place[grid.figure_id]] += relations(here)  # no heads of pages before
            found[event.path.stem] = own
    return found


def regions(dataset: Path) -> dict[str, dict[int, list[BBox]]]:
    """The boxes of the tables of each page of each document, by its file's stem."""
    found: dict[str, dict[int, list[BBox]]] = defaultdict(lambda: defaultdict(list))
    for line in (dataset / "tables.jsonl").read_text(encoding="utf-8").splitlines():
        table = json.loads(line)
        box = boxes.union(tuple(cell["bbox"]) for cell in table["cells"])
        found[table["doc"]][table["page"]].append(box)
    return found


def read_in(
    places: dict[str, dict[int, list[BBox]]], files: Iterable[Path]
) -> dict[str, dict[int, Counter[Relation]]]:
    """The relations of the tables in given places, in the same form."""
    found: dict[str, dict[int, Counter[Relation]]] = defaultdict(lambda: defaultdict(Counter))
    for file in files:
        with pymupdf.open(file) as document:
            for number, own in places[file.stem].items():
                page = document[number - 1]
                text = fragments.read(page).fragments
                seen = [box for box in layout_boxes(page) if box.lines]
                drawn = graphics.drawings(page).seen
                for region in own:
                    inside = [piece for piece in text if boxes.holds_middle(region, piece.bbox)]
                    tables_here = [
                        box for box in seen if boxes.area(boxes.clip(box.bbox, region)) > 0
                    ]
                    read = tables.joined(inside, tables_here, drawn)
                    found[file.stem][number] += relations(read)
    return found


def score(read_on: dict[int, Counter[Relation]], true_on: dict[int, Counter[Relation]]) -> Scores:
    """How many relations of a document were read, are true, and are both."""
    both = sum((read_on.get(page, Counter()) & true).total() for page, true in true_on.items())
    return Scores(
        sum(item.total() for item in read_on.values()),
        sum(item.total() for item in true_on.values()),
        both,
    )


def relations(cells: Sequence[Cell]) -> Counter[Relation]:
    """Pairs of neighbouring texts and how they stand, `right` or `below`."""
    texts = [_plain(cell.text) for cell in cells]
    at = {
        (row, column): number
        for number, cell in enumerate(cells)
        if texts[number]
        for row in range(cell.row, cell.row_end + 1)
        for column in range(cell.column, cell.column_end + 1)
    }
    pairs = set()
    rows = max((row for row, _ in at), default=0)
    columns = max((column for _, column in at), default=0)
    for number, cell in enumerate(cells):
        if not texts[number]:
            continue
        for row in range(cell.row, cell.row_end + 1):
            right = ((row, column) for column in range(cell.column_end + 1, columns + 1))
            pairs |= {(number, other, "right") for other in _first(at, right)}
        for column in range(cell.column, cell.column_end + 1):
            below = ((row, column) for row in range(cell.row_end + 1, rows + 1))
            pairs |= {(number, other, "below") for other in _first(at, below)}
    return Counter((texts[one], texts[other], how) for one, other, how in pairs)


def _first(at: dict[tuple[int, int], int], places: Iterable[tuple[int, int]]) -> list[int]:
    return [at[place] for place in places if place in at][:1]


def _plain(text: str) -> str:
    return "".join(char for char in fold(text).lower() if char.isalnum() or char in "%$")


if __name__ == "__main__":
    main()
