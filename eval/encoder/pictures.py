"""Pictures as documents contain them, drawn at random, with captions that are true of them.

    python eval/encoder/pictures.py sheet.png    # pictures of every kind, and how fast

`draw(seed)` gives the same picture for the same seed.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import algorithms
import bare_bars
import block_diagrams
import charts
import flow_charts
import forms
import formulas
import graphical_models
import logos
import maps
import networks
import pages
import panels
import photos
import plans
import products
import screens
import tables
import trees
import wordy_tables
from canvas import Box, Canvas, Said
from PIL import Image
from topics import a, capital, prose

Maker = Callable[[Canvas, Box], Said]

MAKERS: Mapping[str, tuple[Maker, float, float]] = {
    **{kind: (maker, 0.7, 2.1) for kind, maker in charts.CHARTS.items()},
    "multi-panel chart": (charts.multi_panel, 0.5, 2.5),
    "table": (tables.table, 0.6, 2.5),
    "flow chart": (flow_charts.flow_chart, 0.4, 2.5),
    "block diagram": (block_diagrams.block_diagram, 0.7, 2.4),
    "tree": (trees.tree, 0.7, 2.2),
    "network graph": (networks.network_graph, 0.6, 1.9),
    "equation": (formulas.equation, 1.4, 2.5),
    "map": (maps.map_, 0.6, 2.0),
    "plan": (plans.plan, 0.6, 1.9),
    "form": (forms.form, 0.6, 1.6),
    "invoice": (forms.invoice, 0.6, 1.2),
    "slide": (screens.slide, 1.3, 1.8),
    "text page": (pages.text_page, 0.5, 1.8),
    "scanned page": (pages.scanned_page, 0.6, 1.3),
    "photo": (photos.photo, 0.6, 2.0),
    "screenshot": (screens.screenshot, 0.6, 1.9),
    "logo": (logos.logo, 0.5, 2.5),
    "algorithm": (algorithms.algorithm, 0.7, 1.8),
    "wordy table": (wordy_tables.wordy_table, 0.6, 1.9),
    "strip of a table": (wordy_tables.strip, 2.5, 12.0),
    "bare bars": (bare_bars.bare_bars, 0.5, 2.0),
    "graphical model": (graphical_models.graphical_model, 0.7, 2.4),
    "panels": (panels.panels, 0.5, 2.8),
    "product": (products.product, 0.7, 1.8),
}  # what draws a kind, and the least and most width for a height of one
KINDS = tuple(MAKERS)
FRAMED = (
    *charts.CHARTS,
    "multi-panel chart",
    "table",
    "flow chart",
    "block diagram",
    "plan",
    "algorithm",
)
FREQUENT = 2 * ("table", "line chart", "bar chart", "block diagram", "plan")
COLOURS = re.compile(
    r"black|white|grey|red|orange|brown|yellow|green|turquoise|blue|purple|pink|colour"
)
ON_PAGE, COPIED = 0.12, 0.05  # how many stand between text, and how many are scanned


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, what kind it is of, and texts that say what it shows."""

    picture: Image.Image
    kind: str
    captions: tuple[str, ...]


def draw(seed: int) -> Drawn:
    """A picture of any kind; those that documents have most of come oftener."""
    return draw_kind(random.Random(seed).choice((*KINDS, *FREQUENT)), seed)


def draw_kind(kind: str, seed: int) -> Drawn:
    """A picture of one of `KINDS`."""
    rng = random.Random(f"{kind} {seed}")
    maker, least, most = MAKERS[kind]
    cv = Canvas(rng, least, most)
    on_page = kind in FRAMED and rng.random() < ON_PAGE and min(cv.extent) > 400
    copied = kind not in ("scanned page", "photo", "logo", "screenshot") and rng.random() < COPIED
    said = _between_text(cv, maker) if on_page else maker(cv, cv.box)
    if copied:
        cv.image = pages.scanned(cv.image, rng, cv.chance)
        said = _colourless(said)
    texts = captions(said, rng)
    return Drawn(cv.finished(), kind, texts)


def _between_text(cv: Canvas, maker: Maker) -> Said:
    """The picture as it stands on a page: with text above or below, and a caption under it."""
    rng, size = cv.rng, 0.75 * cv.size
    lines = rng.randint(2, 5)
    high = 1.25 * size * lines
    above = rng.random() < 0.5
    top, bottom = (high + 16, cv.height) if above else (0, cv.height - high - 12)
    caption = 2.9 * size
    inner = (12, top, cv.width - 12, bottom - caption)
    part = cv.part(inner, 0.9 * cv.size)
    said = maker(part, part.box)
    cv.clear("#ffffff")
    cv.ink = "#000000"
    cv.face = rng.choice(("times", "latex", "stix", "helvetica"))
    cv.image.paste(part.image, (12, round(top)))
    text = (12, 6, cv.width - 12, high + 8) if above else (12, bottom + 4, cv.width - 12, cv.height)
    cv.paragraph(text, prose(rng, 25 * lines), size)
    label = "Table" if "table" in said.names else "Figure"
    cv.captioned((12, top, cv.width - 12, bottom), said.about, size, label)
    return said


def _colourless(said: Said) -> Said:
    """What is still true of a grey copy."""
    looks = [text for text in said.looks if not COLOURS.search(text)]
    facts = [text for text in said.facts if not COLOURS.search(text)]
    return Said(said.names, [*looks, f"a grey scan of {a(said.names[0])}"], said.about, facts)


def captions(said: Said, rng: random.Random) -> tuple[str, ...]:
    """Four to six texts: the looks alone, the kind with the topic, the topic alone, and others."""
    name, about = said.names[0], said.about
    figure = f"{rng.choice(('Figure', 'Fig.', 'Figure'))} {rng.randint(1, 14)}"
    looks = rng.sample(list(said.looks), len(said.looks))
    of_topic = rng.choice((
        f"{name} of {about}", f"{a(name)} showing {about}", f"{capital(about)} ({name})",
        f"{figure}: {capital(about)}, shown as {a(name)}.", f"{about}, {rng.choice(said.names)}",
        f"{capital(name)}: {about}", f"{looks[0]}: {about}",
    ))  # fmt: skip
    topic = rng.choice((about, capital(about), capital(about) + ".", f"{figure}: {capital(about)}.",
                        f"{figure}. {capital(about)}"))  # fmt: skip
    plain = rng.choice(
        (
            *said.names,
            a(name),
            f"picture of {a(name)}",
            f"{capital(name)}.",
            f"figure with {a(name)}",
        )
    )
    others = [*looks[1:], *said.facts, plain, f"{looks[-1]}, {about}"]
    rng.shuffle(others)
    made = [looks[0], of_topic, topic, plain, *others]
    return tuple(dict.fromkeys(made))[: rng.randint(4, 6)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--kinds", nargs="*", default=KINDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--side", type=int, default=180)
    options = parser.parse_args()
    side = options.side
    sheet = Image.new("RGB", (options.each * side, len(options.kinds) * side), "#808080")
    for row, kind in enumerate(options.kinds):
        start = time.perf_counter()
        found = [draw_kind(kind, options.seed + at) for at in range(options.each)]
        took = time.perf_counter() - start
        print(f"{kind}: {options.each / took:.0f}/s; {' | '.join(found[0].captions)}")
        for at, item in enumerate(found):
            item.picture.thumbnail((side - 4, side - 4))
            sheet.paste(item.picture, (at * side + 2, row * side + 2))
    sheet.save(options.sheet)


if __name__ == "__main__":
    main()
