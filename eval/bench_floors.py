"""The stages of indexing beside what their libraries take alone: a part of `make bench`.

    python eval/bench_floors.py FOLDER TRACE      FOLDER of PDFs, TRACE of `mmrag index --trace`

Prints JSON. A floor is the CPU time of the library's calls alone, on pages spread evenly over the
folder, in one thread: MuPDF reads and draws, Pillow encodes, ONNX Runtime encodes. The stages are
those of the trace, by the clock; a stage of the workers counts by its own clock, though several ran
at once.
"""

import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pymupdf
from bench import page_count
from PIL import Image

from mmrag.config import IngestSettings
from mmrag.models import Models
from mmrag.protocols import Foresees

T = TypeVar("T")
MOST_PAGES = 60  # of the folder, spread evenly; chosen by hand
PARENT = "mmrag index"
OF_STAGE = {"text": "text", "render": "render", "encode": "picture"}
"""The floor of a stage of a worker."""


def main(folder: Path, trace: Path) -> None:
    files = sorted(folder.rglob("*.pdf"))
    floors = measured(files)
    events = json.loads(trace.read_text())
    spans = [event for event in events if event["ph"] == "X"]
    names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    pages = len({(e["args"]["file"], e["args"]["page"]) for e in spans if e["args"]})
    took: dict[str, float] = defaultdict(float)
    for event in spans:
        of_parent = names[event["pid"]] == PARENT
        took[("run: " if of_parent else "") + event["name"]] += event["dur"] / 1e3 / pages
    floors_of = {name: floors[floor] for name, floor in OF_STAGE.items()}
    floors_of["run: encode"] = floors["text vectors"] + floors["image vectors"]
    stages = [
        {"name": name, "ms": round(ms, 2), "floor_ms": floors_of.get(name, 0.0)}
        for name, ms in sorted(took.items(), key=lambda item: -item[1])
        if ms >= 0.5
    ]
    told = [{"name": f"floor: {name}", "ms": ms, "floor_ms": ms} for name, ms in floors.items()]
    print(json.dumps(stages + told))


def measured(files: list[Path]) -> dict[str, float]:
    """CPU milliseconds a page of each library, on some pages."""
    settings = IngestSettings()
    places = [(path, number) for path in files for number in range(page_count(path))]
    places = places[:: max(1, len(places) // MOST_PAGES)][:MOST_PAGES]
    texts: list[str] = []
    images: list[Image.Image] = []
    floors = {"text": 0.0, "render": 0.0}
    for path, number in places:
        with pymupdf.open(path) as document:
            page = document[number]
            floors["text"] += spent(lambda page=page: texts.append(page.get_text("text")))
            floors["render"] += spent(
                lambda page=page: images.append(drawn(page, settings.page_dpi))
            )
    pages = len(places)
    floors = {name: value / pages for name, value in floors.items()}
    for name, form, options in (
        ("picture", "JPEG", {"quality": 85}),
        ("picture as WebP", "WEBP", {"quality": settings.picture_quality, "method": 1}),
    ):
        sizes: list[int] = []
        floors[name] = spent(
            lambda form=form, options=options, sizes=sizes: sizes.extend(
                encoded(image, form, options) for image in images
            )
        )
        floors[name] /= pages
        print(f"{name}: {sum(sizes) / pages / 1e3:.0f} kB a page", file=sys.stderr)
    passages = [
        " ".join(words[start : start + settings.passage_words])
        for words in map(str.split, texts)
        for start in range(0, len(words), settings.passage_words - settings.passage_overlap)
    ]
    with Models.open("embedded") as models:
        text, image = models.text_encoder(), models.image_encoder()
        assert image is not None
        floors["text vectors"] = forward(text.encode, text, passages) / pages
        floors["image vectors"] = forward(image.encode_images, image, images) / pages
    return {name: round(value, 2) for name, value in floors.items()}


def forward(encode: Callable[[list[T]], object], encoder: object, items: list[T]) -> float:
    """Milliseconds of a whole pass, after a first one that loads."""
    if isinstance(encoder, Foresees):
        encoder.expect(10_000)
    encode(items[:1])
    return spent(lambda: batched(encode, items))


def batched(encode: Callable[[list[T]], object], items: list[T], size: int = 32) -> None:
    items = sorted(items, key=len) if items and isinstance(items[0], str) else items
    for start in range(0, len(items), size):
        encode(items[start : start + size])


def spent(do: Callable[[], object]) -> float:
    """Milliseconds of the processors, of all threads of this process."""
    start = time.process_time()
    do()
    return 1e3 * (time.process_time() - start)


def drawn(page: pymupdf.Page, dpi: int) -> Image.Image:
    pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csRGB, alpha=False)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def encoded(image: Image.Image, form: str, options: dict[str, int]) -> int:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.tell()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
