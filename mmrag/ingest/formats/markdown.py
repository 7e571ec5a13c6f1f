"""Markdown (CommonMark, with tables), read as the HTML that it stands for."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from markdown_it import MarkdownIt

from mmrag.ingest.formats import flow, text, web
from mmrag.ingest.formats.pages import OpenFile, OpeningTerms
from mmrag.types import Problem


@contextmanager
def opened(path: Path, terms: OpeningTerms) -> Iterator[OpenFile]:
    """A file of Markdown. Raises `DocumentError` where it shows no text."""
    source, metadata, problems = text.read(path)
    with of_markdown(source, terms, metadata, problems) as file:
        yield file


@contextmanager
def of_markdown(
    source: str, terms: OpeningTerms, metadata: dict[str, str], problems: Sequence[Problem] = ()
) -> Iterator[OpenFile]:
    """Markdown as a document. Raises `DocumentError` where it shows no text."""
    told, body = _front_matter(source)
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    content = web.of_html(rendered, web.Pictures(terms.max_pixels, web.of_data))
    content.title = told.pop("title", "")
    content.metadata = {**metadata, **told}
    content.problems = (*problems, *content.problems)
    with flow.opened(content, terms.on_wait) as file:
        yield file


_FENCE = "---\n"
_FRONT = frozenset({"title", "author", "date", "description", "keywords"})


def _front_matter(source: str) -> tuple[dict[str, str], str]:
    """What the plain lines `key: value` of YAML before the text say, and the text itself."""
    if not source.startswith(_FENCE):
        return {}, source
    head, fence, body = source[len(_FENCE) :].partition("\n" + _FENCE)
    if not fence:
        return {}, source
    pairs = (line.partition(":") for line in head.splitlines())
    told = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    return {key: value for key, value in told.items() if key in _FRONT and value}, body
