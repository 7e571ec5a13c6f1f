"""Single pages and pictures, read in the worker processes that index files, too."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from PIL import Image

from mmrag import ids
from mmrag.config import IngestSettings
from mmrag.errors import DocumentError
from mmrag.ingest.events import FileFailed, FileParsed, ParseTask
from mmrag.ingest.formats import sniff
from mmrag.ingest.formats.pictures import open_picture
from mmrag.ingest.sandbox.pool import parse_files
from mmrag.protocols import OcrEngine
from mmrag.readings import PageReading, PictureSource
from mmrag.types import Picture

_Place = tuple[Path, int]
"""A file and the number of a page."""


class SandboxReader:
    """A `PageReader`: each read starts worker processes of its own and ends them."""

    def __init__(
        self, settings: IngestSettings, ocr: Callable[[], OcrEngine] | None, ocr_dpi: int
    ) -> None:
        self._settings = settings
        self._ocr = ocr
        self._ocr_dpi = ocr_dpi

    def read(
        self, sources: Iterable[PictureSource]
    ) -> Iterator[tuple[PictureSource, PageReading | DocumentError]]:
        """Each source with what was read of it, or why nothing was, as they are done."""
        yield from self._read(sources, self._ocr)

    def picture(self, source: PictureSource) -> Image.Image:
        """The picture file, or the page, cut to the source's box. No OCR runs."""
        is_whole = source.bbox is None and source.page == 1
        if is_whole and sniff.format_of(source.path).module == "image":
            return open_picture(source.path, self._settings.max_pixels)
        [(_, read)] = self._read([source], None)
        if isinstance(read, DocumentError):
            raise read
        image = read.image()
        if image is None:
            told = "; ".join(map(str, read.problems))
            raise DocumentError(f"{source.name}: the page cannot be drawn: {told}")
        return image

    def draw(
        self, sources: Iterable[PictureSource]
    ) -> Iterator[tuple[PictureSource, Picture | DocumentError]]:
        """Each page, or figure in a box, with its picture, and nothing read, as they are done."""
        waiting: dict[_Place, list[PictureSource]] = defaultdict(list)
        for source in sources:
            try:
                _check(source)
            except DocumentError as error:
                yield source, error
            else:
                waiting[source.path, source.page].append(source)
        tasks = [
            ParseTask(
                path, first.sha256, ids.document_id(first.sha256), page, page,
                drawn=tuple(dict.fromkeys(source.bbox for source in (first, *others))),
            )
            for (path, page), (first, *others) in waiting.items()
        ]  # fmt: skip
        pictures: dict[str, Picture] = {}

        def keep(picture: Picture) -> None:
            pictures[picture.sha256] = picture

        settings = self._settings.model_copy(update={"pictures": "on demand"})
        for event in parse_files(tasks, settings, None, keep, ocr_dpi=self._ocr_dpi):
            if isinstance(event, FileFailed):
                for source in waiting.pop((event.path, event.first_page)):
                    yield source, DocumentError(event.problem.message)
            elif isinstance(event, FileParsed):
                parsed = event.document
                [page] = parsed.pages
                names = {figure.bbox: figure.picture for figure in parsed.figures}
                told = "; ".join(map(str, parsed.document.problems)) or "the page is not there"
                for source in waiting.pop((event.path, page.number)):
                    name = names.get(source.bbox) if source.bbox else page.picture
                    yield source, pictures[name] if name else DocumentError(told)

    def _read(
        self, sources: Iterable[PictureSource], ocr: Callable[[], OcrEngine] | None
    ) -> Iterator[tuple[PictureSource, PageReading | DocumentError]]:
        waiting: dict[_Place, list[PictureSource]] = {}
        pictures: dict[str, Picture] = {}
        unread: list[tuple[PictureSource, DocumentError]] = []

        def tasks() -> Iterator[ParseTask]:
            for source in sources:
                try:
                    sniff.format_of(source.path)
                    sha256 = ids.file_sha256(source.path)
                except (DocumentError, OSError) as error:
                    unread.append((source, DocumentError(f"{source.name}: {error}")))
                    continue
                place = (source.path, source.page)
                is_read = place in waiting
                waiting.setdefault(place, []).append(source)
                if not is_read:
                    name, page = ids.document_id(sha256), source.page
                    yield ParseTask(source.path, sha256, name, page, page, keeps_lines=True)

        def keep(picture: Picture) -> None:
            pictures[picture.sha256] = picture

        events = parse_files(tasks(), self._settings, ocr, keep, ocr_dpi=self._ocr_dpi)
        for event in events:
            while unread:
                yield unread.pop()
            if isinstance(event, FileFailed):
                for source in waiting.pop((event.path, event.first_page)):
                    yield source, DocumentError(f"{source.name}: {event.problem.message}")
            elif isinstance(event, FileParsed):
                reading = _reading(event, pictures)
                for figure in event.document.figures:
                    pictures.pop(figure.picture or "", None)
                for source in waiting.pop((event.path, reading.page.number)):
                    yield source, text_lost(source, reading) or reading.within(source.bbox)
        yield from unread


def _check(source: PictureSource) -> None:
    """Raises `DocumentError` where a file is gone, or is not the one that is meant."""
    try:
        sniff.format_of(source.path)
        if ids.file_sha256(source.path) != source.sha256:
            raise DocumentError("the file has changed: index it again")
    except OSError as error:
        raise DocumentError(f"{source.path}: {error.strerror or error}") from error
    except DocumentError as error:
        raise DocumentError(f"{source.path}: {error}") from error


def text_lost(source: PictureSource, reading: PageReading) -> DocumentError | None:
    """That OCR failed where there is no other text: nothing else tells it from an empty page."""
    failed = [problem for problem in reading.problems if problem.stage == "ocr"]
    if reading.is_whole or reading.page.text or not failed:
        return None
    return DocumentError(f"{source.name}: its text was not read: {failed[0].message}")


def _reading(event: FileParsed, pictures: dict[str, Picture]) -> PageReading:
    [raw] = event.pages
    parsed = event.document
    [page] = parsed.pages
    return PageReading(
        parsed.document.sha256,
        parsed.document.title,
        parsed.document.page_count,
        page,
        raw.lines,
        raw.fields,
        parsed.figures,
        parsed.grids,
        parsed.graphs,
        parsed.document.problems,
        pictures.pop(page.picture, None) if page.picture else None,
        is_whole=parsed.document.status == "ok",
    )
