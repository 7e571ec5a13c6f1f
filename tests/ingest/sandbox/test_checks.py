"""What a message may hold: the values of an honest worker, and the lies that are told apart."""

import hashlib
import io
from dataclasses import replace

import pytest
from PIL import Image

from mmrag.ingest.layout.segments import Segment
from mmrag.ingest.raw import Opened, RawFigure, RawPage
from mmrag.ingest.sandbox.checks import check
from mmrag.ingest.sandbox.messages import BadMessage, Message, Refused
from mmrag.types import Axis, Cell, Chart, Edge, Graph, Node, Picture, Problem

NAN = float("nan")
BOX = (0.0, 0.0, 9.0, 9.0)


def webp(**options: object) -> bytes:
    """A picture of 20 x 10 pixels."""
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").convert("RGB").resize((20, 10))
    image.save(buffer, "WEBP", **options)
    return buffer.getvalue()


def jpeg(**options: object) -> bytes:
    """The same picture."""
    buffer = io.BytesIO()
    image = Image.linear_gradient("L").convert("RGB").resize((20, 10))
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def as_jpeg(data: bytes) -> Picture:
    return picture(data, format="jpeg")


def picture(data: bytes = webp(), **changes: object) -> Picture:
    true = Picture(hashlib.sha256(data).hexdigest(), data, "webp", 20, 10)
    return replace(true, **changes)


def figure(**changes: object) -> RawFigure:
    return replace(RawFigure(BOX, "chart", "Figure 1", "Trips", "4", 0, "", picture()), **changes)


def charted(uncertainty: float = 0.2, **changes: object) -> RawFigure:
    """A chart that was read as data."""
    chart = Chart("line", Axis("Year", "date"), Axis("Trips", "linear"), ("North",))
    cell = Cell(1, 1, 1, 1, "41.3", BOX, uncertainty=uncertainty)
    return figure(cells=(cell,), chart=replace(chart, **changes))


def joined(**changes: object) -> RawFigure:
    """A diagram that was read as a graph."""
    graph = Graph((Node("Intake", BOX), Node("Mixer", BOX, group=0)), (Edge(0, 1),), "drawing")
    return figure(kind="diagram", graph=replace(graph, **changes))


def segment(**changes: object) -> Segment:
    return replace(Segment(0, 6, 9.0, False, False, 1, BOX), **changes)


def page(**changes: object) -> RawPage:
    true = RawPage(1, 100.0, 100.0, "a page\nof 2", (segment(),), "pdf", (figure(),), picture())
    return replace(true, **changes)


@pytest.mark.parametrize(
    "message",
    [
        page(),
        page(segments=(), figures=(), picture=None),
        page(width=14_400.0, height=2.0**31),
        page(segments=(segment(), segment(start=7, end=11)), figures=(figure(segment=-1),)),
        page(figures=(charted(left_out=("2 of 9 marks lie on others",)),)),
        page(figures=(joined(),)),
        RawPage.empty(3),
        Opened(1, 2, "A title", {"author": "One\nTwo"}, (Problem("open", "repaired"),), ("i", "1")),
        Refused(Problem("open", "the file is empty (0 bytes)")),
    ],
)
def test_what_an_honest_worker_says_passes(message: Message) -> None:
    check(message)


@pytest.mark.promise(31)
@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Opened(0, 0, "", {}, ()), "count of pages"),
        (Opened(2, 1, "", {}, ()), "count of pages"),
        (Opened(10**9, 10**9, "", {}, ()), "count of pages"),
        (Opened(1, 1, "a\x00b", {}, ()), "characters"),
        (Opened(1, 1, "", {str(at): "" for at in range(1000)}, ()), "metadata"),
        (Opened(1, 1, "", {}, (), ("i", "ii")), "labels"),
        (Opened(1, 1, "", {}, (), ("i" * 1000,)), "label too long"),
        (Opened(1, 1, "", {}, (), ("i\u202e",)), "characters"),
        (Refused(Problem("x" * 1000, "")), "too long"),
        (Refused(Problem("open", "", 10**12)), "page number"),
        (page(number=0), "page number"),
        (page(width=NAN), "box"),
        (page(height=float("inf")), "box"),
        (page(text="a page\u202e"), "characters"),
        (page(segments=(segment(end=10**9),)), "segment"),
        (page(segments=(segment(start=5, end=4),)), "segment"),
        (page(segments=(segment(), segment())), "segment"),
        (page(segments=(segment(size=NAN),)), "size"),
        (page(segments=(segment(bbox=(0.0, 0.0, 1e300, 1.0)),)), "box"),
        (page(figures=(figure(bbox=(0.0, NAN, 1.0, 1.0)),)), "box"),
        (page(figures=(figure(segment=1),)), "segment"),
        (page(figures=(figure(caption="\ue000\U000e0041"),)), "characters"),
        (page(figures=(figure(),) * 10_001), "figures"),
        (page(figures=(charted(uncertainty=NAN),)), "uncertainty"),
        (page(figures=(charted(uncertainty=-1.0),)), "uncertainty"),
        (page(figures=(charted(series=("North\u202e",)),)), "characters"),
        (page(figures=(charted(x=Axis("\x00", "log")),)), "characters"),
        (page(figures=(charted(series=("",) * 201),)), "series"),
        (page(figures=(joined(edges=(Edge(0, 2),)),)), "edge"),
        (page(figures=(joined(nodes=(Node("a", BOX), Node("b", BOX, group=-1))),)), "box in none"),
        (page(figures=(joined(nodes=(Node("a", BOX),) * 401),)), "too large"),
        (page(figures=(joined(left_out=("\x00",)),)), "characters"),
        (page(figures=(joined(trust=NAN),)), "trust"),
        (page(figures=(figure(picture=picture(sha256="0" * 64)),)), "hash"),
        (page(picture=picture(sha256="../../../etc/passwd")), "hash"),
        (page(picture=picture(b"\x89PNG\r\n\x1a\n" + bytes(100))), "not what it claims"),
        (page(picture=picture(format="png")), "not what it claims"),
        (page(picture=picture(webp() + b"<script>")), "not what it claims"),
        (page(picture=picture(webp()[:40])), "not what it claims"),
        (page(picture=picture(webp(lossless=True))), "not what it claims"),
        (page(picture=as_jpeg(webp())), "not what it claims"),
        (page(picture=as_jpeg(jpeg() + b"<script>")), "not what it claims"),
        (page(picture=as_jpeg(jpeg()[:-9])), "not what it claims"),
        (page(picture=as_jpeg(jpeg()[:30])), "not what it claims"),
        (page(picture=as_jpeg(jpeg(comment=b"<script>"))), "not what it claims"),
        (page(picture=as_jpeg(jpeg(progressive=True))), "not what it claims"),
        (page(picture=picture(b"")), "not what it claims"),
        (page(picture=picture(width=21)), "not what it claims"),
        (page(picture=picture(width=16_383, height=16_383)), "not what it claims"),
    ],
)
def test_what_no_honest_worker_says_is_no_message(message: Message, reason: str) -> None:
    with pytest.raises(BadMessage, match=reason):
        check(message)
