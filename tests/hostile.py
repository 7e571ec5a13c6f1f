"""Files that attack a reader, made small and quickly: each says in its name what it does."""

import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image


def pdf(objects: Mapping[int, bytes], root: int = 1) -> bytes:
    """A PDF of numbered objects, with a table of where they stand."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    size, start = max(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        known = number in places
        out += b"%010d %05d %s \n" % (
            places.get(number, 0),
            0 if known else 1,
            b"n" if known else b"f",
        )
    out += b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"", *, packed: bool = True) -> bytes:
    data = zlib.compress(content, 9) if packed else content
    kind = b"/Filter/FlateDecode" if packed else b""
    return b"<<%s%s/Length %d>>stream\n" % (entries, kind, len(data)) + data + b"\nendstream"


def one_page(content: bytes, resources: bytes = b"", **more: bytes) -> bytes:
    """A page of text and of `content`; `more` are further objects, by `o` and their number."""
    text = b"BT /F1 12 Tf 20 180 Td (plain words before the attack) Tj ET\n"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<<"
        b"/Font<</F1 5 0 R>>" + resources + b">>>>",
        4: stream(text + content),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    return pdf(objects | {int(name[1:]): item for name, item in more.items()})


def strokes(count: int = 1_000_000) -> bytes:
    """A page of a million lines."""
    line = b"10 10 m 290 190 l S 10 190 m 290 10 l S\n"
    return one_page(line * (count // 2))


def nested_forms(depth: int = 30) -> bytes:
    """Each form draws the next one ten times: 10 to the power of `depth` in the end."""
    use = b"/X Do " * 10
    forms = {
        f"o{10 + at}": stream(
            use,
            b"/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<</X %d 0 R>>>>"
            % (11 + at),
        )
        for at in range(depth)
    }
    last = stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return one_page(use, b"/XObject<</X 10 0 R>>", **forms, **{f"o{10 + depth}": last})


def form_in_itself() -> bytes:
    own = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 10 0 R>>>>"
    return one_page(b"/X Do", b"/XObject<</X 10 0 R>>", o10=stream(b"/X Do", own))


def deep_page_tree(depth: int = 20_000) -> bytes:
    """One page below a chain of nodes."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for at in range(2, depth + 2):
        parent = b"/Parent %d 0 R" % (at - 1) if at > 2 else b""
        objects[at] = b"<</Type/Pages%s/Kids[%d 0 R]/Count 1>>" % (parent, at + 1)
    objects[depth + 2] = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 99 99]>>" % (depth + 1)
    return pdf(objects)


def page_tree_in_a_circle() -> bytes:
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>",
        }
    )


def flate_bomb(megabytes: int = 3000) -> bytes:
    """A page whose content unpacks to gigabytes."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = b"\x78\xda" + block * megabytes + b"\x03\x00" + bytes(4)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R>>",
        4: b"<</Filter/FlateDecode/Length %d>>stream\n" % len(data) + data + b"\nendstream",
    }
    return pdf(objects)


def picture_bomb(side: int = 15_000) -> bytes:
    """A picture of 225 million pixels on a page."""
    packer = zlib.compressobj(9)
    row = b"\x00" * side
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    picture = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n"
        % (side, side, len(data))
        + data
        + b"\nendstream"
    )
    return one_page(b"q 200 0 0 100 20 20 cm /X Do Q", b"/XObject<</X 10 0 R>>", o10=picture)


def many_pages(count: int = 10_000) -> bytes:
    """Pages that share nothing but a font, each with its number."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[%s]/Count %d>>"
        % (b" ".join(b"%d 0 R" % (10 + 2 * at) for at in range(count)), count),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for at in range(count):
        objects[10 + 2 * at] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % (11 + 2 * at)
        )
        text = b"BT /F1 9 Tf 9 50 Td (page number %d of the long report) Tj ET" % (at + 1)
        objects[11 + 2 * at] = stream(text, packed=False)
    return pdf(objects)


ATTACKS: Mapping[str, Callable[[], bytes]] = {
    "strokes": strokes,
    "nested-forms": nested_forms,
    "form-in-itself": form_in_itself,
    "deep-page-tree": deep_page_tree,
    "page-tree-in-a-circle": page_tree_in_a_circle,
    "flate-bomb": flate_bomb,
    "picture-bomb": picture_bomb,
}


def picture_file(path: Path, side: int = 15_000) -> None:
    Image.new("1", (side, side)).save(path)


NAMES = (
    "n" * 246 + ".pdf",
    "two\nlines.pdf",
    "\u202efdp.gnol\u202c.pdf",
    "zero\u200bwidth\U000e0041.pdf",
    os.fsdecode(b"not-utf8-\xff\xfe.pdf"),
    "-rf.pdf",
    "$(touch owned);`id`.pdf",
    "<script>alert(1)</script>.pdf".replace("/", "\u2215"),
)
"""Names that a file system takes and a careless program does not."""
