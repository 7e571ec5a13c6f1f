"""Asks over all the rows of tables that go on over pages, drawn here, with the truth at hand.

    python eval/page_tables.py FOLDER

Registers of 150 bridges on four pages: with lines and without, with heads on each page or on the
first alone, with a row of totals, dates in four ways, and one as a scan at 150 dpi. They are
indexed in FOLDER and asked alike; an answer is right where its result is the true one, or where the
one question that the table does not answer is abstained from.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pymupdf

from mmrag.index import Index

HEADS = ("Bridge", "Region", "Opened", "Length (m)", "Type", "Cost (million euros)", "Spans")
COLUMNS = (36, 126, 170, 256, 316, 390, 490, 540)  # points
NAMES_TEXT = """
Alder Birch Cedar Dove Elm Finch Grouse Hazel Ivy Juniper Kestrel Larch Maple Newt Oak Pine Quail
Rowan Swift Thorn Ulm Vale Willow Yew Zephyr
"""
KINDS = ("Gate", "Crossing", "Viaduct", "Span", "Arch", "Link")


@dataclass(frozen=True, slots=True)
class Bridge:
    name: str
    region: str
    opened: date
    metres: int
    kind: str
    cost: Decimal
    spans: int

    def row(self, day: str) -> tuple[str, ...]:
        opened = f"{self.opened.day} {self.opened:%B %Y}" if day == "" else f"{self.opened:{day}}"
        return (
            self.name,
            self.region,
            opened,
            f"{self.metres:,}",
            self.kind,
            str(self.cost),
            str(self.spans),
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A way to draw a register."""

    name: str
    day: str  # as `strftime` has it; empty for "4 March 2024"
    lines: bool
    heads: bool  # on each page
    total: bool = False
    scanned: bool = False


WAYS = (
    Way("lined", "%Y-%m-%d", lines=True, heads=True),
    Way("lined-once", "%d.%m.%Y", lines=True, heads=False, total=True),
    Way("bare", "%m/%d/%Y", lines=False, heads=True),
    Way("bare-once", "", lines=False, heads=False),
    Way("scan", "%Y-%m-%d", lines=True, heads=True, scanned=True),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    (docs := folder / "docs").mkdir(parents=True, exist_ok=True)
    bridges = list(made(random.Random(5)))
    for way in WAYS:
        draw(docs / f"{way.name}.pdf", way, bridges)
    asked = list(questions(bridges))
    with Index.open(folder / "index", create=True) as index:
        index.add(docs)
        for way in WAYS:
            outcomes: Counter[str] = Counter()
            for question, truth in asked:
                answer = index.ask(question, documents=[f"*{way.name}.pdf"])
                told = None if answer.computation is None else answer.computation.result
                outcome = "right" if told == truth else "abstained" if told is None else "wrong"
                if answer.status == "answered" and told is None:
                    outcome = "quoted"
                outcomes[outcome] += 1
                if outcome != "right":
                    print(f"  {way.name}: {question} {outcome}: {answer.text.splitlines()[0]}")
            print(way.name, dict(outcomes))


def made(draw_from: random.Random) -> Iterator[Bridge]:
    names = [f"{one} {other}" for one in NAMES_TEXT.split() for other in KINDS]
    draw_from.shuffle(names)
    for name in names:
        yield Bridge(
            name,
            draw_from.choice(("North", "South", "East", "West")),
            date(draw_from.randint(1995, 2024), draw_from.randint(1, 12), draw_from.randint(1, 28)),
            draw_from.randint(40, 2400),
            draw_from.choice(("arch", "beam", "suspension", "cable-stayed")),
            Decimal(draw_from.randint(10, 900)) / 10,
            draw_from.randint(1, 14),
        )


def draw(path: Path, way: Way, bridges: Sequence[Bridge]) -> None:
    rows = [bridge.row(way.day) for bridge in bridges]
    if way.total:
        lengths = sum(bridge.metres for bridge in bridges)
        rows.append(("Total", "", "", f"{lengths:,}", "", "", ""))
    with pymupdf.open() as pdf:
        top = 0.0
        for row in rows:
            if not pdf.page_count or top > 760:
                page, top = pdf.new_page(), 60.0
                page.insert_text((280, 820), f"Page {pdf.page_count}", fontsize=8)
                if pdf.page_count == 1:
                    page.insert_text((50, top), "Register of road bridges", fontsize=16)
                    told = "Table 1. Bridges that the road office maintains"
                    page.insert_text((50, top + 26), told, fontsize=10)
                    top += 38
                if pdf.page_count == 1 or way.heads:
                    top = _row(page, HEADS, top, way, "hebo")
            top = _row(page, row, top, way, "helv")
        page.insert_text((50, top + 30), "Bridges that were closed are left out.", fontsize=10)
        if way.scanned:
            with pymupdf.open() as scan:
                for page in pdf:
                    picture = page.get_pixmap(dpi=150).tobytes("jpeg")
                    scan.new_page().insert_image(page.rect, stream=picture)
                scan.save(path)
        else:
            pdf.save(path)


def _row(page: pymupdf.Page, row: Sequence[str], top: float, way: Way, font: str) -> float:
    for left, text in zip(COLUMNS, row, strict=False):
        page.insert_text((left + 3, top + 11), text, fontsize=8, fontname=font)
    if way.lines:
        for y in (top, top + 16):
            page.draw_line((COLUMNS[0], y), (COLUMNS[-1], y), width=0.5)
        for x in COLUMNS:
            page.draw_line((x, top), (x, top + 16), width=0.5)
    return top + 16


def questions(bridges: Sequence[Bridge]) -> Iterator[tuple[str, object]]:
    """Questions with the result that is true; None where the table does not answer."""
    longest = max(bridges, key=lambda one: one.metres)
    lengths, regions = defaultdict(list), defaultdict(list)
    for one in bridges:
        lengths[one.kind].append(one.metres)
        regions[one.region].append(one)
    north, some = regions["North"], bridges[40]
    yield "How many bridges are there?", Decimal(len(bridges))
    yield "What is the total length of all bridges?", Decimal(sum(b.metres for b in bridges))
    yield "What is the total cost of bridges in the North?", sum(b.cost for b in north)
    yield "How many bridges are of type arch?", Decimal(len(lengths["arch"]))
    yield "Which is the longest bridge?", longest.name
    yield "What is the cheapest bridge?", min(bridges, key=lambda one: one.cost).name
    yield "What is the cost of the longest bridge?", longest.cost
    yield "In which region is the longest bridge?", longest.region
    yield f"How long is {some.name}?", Decimal(some.metres)
    yield f"How many spans does {some.name} have?", Decimal(some.spans)
    over = [b for b in bridges if b.metres > 1000]
    yield "How many bridges are longer than 1,000 m?", Decimal(len(over))
    dear = [b for b in bridges if b.cost > 50]
    yield "How many bridges cost more than 50 million euros?", Decimal(len(dear))
    of_year = [b for b in bridges if b.opened.year == 2004]
    yield "How many bridges were opened in 2004?", Decimal(len(of_year))
    of_month = [b for b in bridges if b.opened.month == 3]
    yield "How many bridges were opened in March?", Decimal(len(of_month))
    yield "Which bridge is the oldest?", min(bridges, key=lambda one: one.opened).name
    yield "Which bridge was opened last?", max(bridges, key=lambda one: one.opened).name
    most = max(regions, key=lambda name: len(regions[name]))
    yield "Which region has the most bridges?", most
    mean = max(lengths, key=lambda name: sum(lengths[name]) / len(lengths[name]))
    yield "Which type has the highest average length?", mean
    yield "How many stolen bridges are there?", None


if __name__ == "__main__":
    main()
