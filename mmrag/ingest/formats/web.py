"""HTML: its own content, then on pages of their own what stands beside it on every page."""

import base64
import binascii
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PIL import UnidentifiedImageError

from mmrag.errors import DocumentError
from mmrag.ingest.formats import flow, markup, text
from mmrag.ingest.formats.flow import Content, HtmlBlock
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.ingest.formats.paper import on_paper
from mmrag.ingest.formats.pillow import open_image
from mmrag.types import Problem

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.I)
_HEAD_BYTES = 4096  # that may declare an encoding; browsers look at 1,024
_DATA = re.compile(r"data:image/[\w.+-]+((?:;[\w-]+=[^;,]*)*)(;base64)?,", re.I)
_MAX_PICTURES = 500  # of one file; chosen by hand
_MIN_PIXELS = 16  # a side: smaller ones are dots that count readers, or space
_QUALITY = 92  # of JPEG, as of picture files


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A page of HTML. Raises `DocumentError` where it shows no text."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    source, metadata, problems = text.read(path, declared_charset(head))
    content = of_html(source, Pictures(terms.max_pixels, of_data))
    content.metadata = {**metadata, **content.metadata}
    content.problems = (*problems, *content.problems)
    with flow.opened(content, terms.on_wait) as opened_file:
        yield opened_file


def declared_charset(head: bytes) -> str:
    """The encoding that a page declares; "" where it does not."""
    found = _CHARSET.search(head)
    return found[1].decode("ascii") if found else ""


class Pictures:
    """The pictures of a page that are in its own file, as names and bytes.

    `find` gives the bytes at an address, None where the file does not hold it.
    """

    def __init__(self, max_pixels: int, find: Callable[[str], bytes | None]) -> None:
        self._max_pixels = max_pixels
        self._find = find
        self.held: dict[str, bytes] = {}
        self.problems: list[Problem] = []

    def __call__(self, address: str) -> str:
        """The name of the picture, or "" where it is not shown."""
        data = self._find(address) if len(self.held) < _MAX_PICTURES else None
        if data is None:
            return ""
        try:
            plain = self._plain(data)
        except UnidentifiedImageError:
            self.problems.append(Problem("picture", "a picture is of a kind that is not read"))
            return ""
        except (DocumentError, OSError, ValueError, SyntaxError) as error:
            self.problems.append(Problem("picture", f"a picture cannot be read: {error}"))
            return ""
        if not plain:
            return ""
        name = f"picture{len(self.held)}"
        self.held[name] = plain
        return name

    def _plain(self, data: bytes) -> bytes:
        """The picture as a JPEG; nothing where it is a dot."""
        with open_image(io.BytesIO(data), self._max_pixels) as image:
            if min(image.size) < _MIN_PIXELS:
                return b""
            buffer = io.BytesIO()
            on_paper(image).save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue()


def of_data(address: str) -> bytes | None:
    """The bytes that an address is itself (RFC 2397)."""
    found = _DATA.match(address)
    if not found:
        return None
    rest = unquote_to_bytes(address[found.end() :])
    try:
        return base64.b64decode(rest) if found[2] else rest
    except binascii.Error:
        return None


def of_html(source: str, pictures: Pictures) -> Content:
    """What a page of HTML shows."""
    page = markup.cleaned(source, pictures)
    problems = list(pictures.problems)
    if page.missing_pictures:
        told = f"pictures that are not in the file: {page.missing_pictures}; nothing is fetched"
        problems.append(Problem("unread", told))
    blocks = [
        HtmlBlock(part, begins_page=True) for part in (page.main, page.beside) if part.strip()
    ]
    return Content(blocks, page.title, page.metadata, page.tables, pictures.held, problems)
