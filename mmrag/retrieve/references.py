"""What a question refers to: "page 12", "Figure 3", "Table II", "the last page", an image ID."""

import re
from dataclasses import dataclass, field

from mmrag.text import labels, page_numbers, title_page
from mmrag.text.labels import FIGURES, Label
from mmrag.text.page_numbers import FIRST_PAGE, NamedPages

_IMAGE_ID = re.compile(r"\b[0-9a-f]{8,64}-p\d{4,}(?:-f\d{2,})?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class References:
    """What a question names."""

    pages: NamedPages = field(default_factory=NamedPages)
    labels: tuple[Label, ...] = ()
    images: tuple[str, ...] = ()  # image IDs
    nothing_else: bool = False  # the question consists of image IDs
    title_page: bool = False  # the page is named by what the question asks of its document

    def __bool__(self) -> bool:
        return bool(self.pages or self.labels or self.images)

    def __str__(self) -> str:
        pages = ["what a title page tells"] if self.title_page else self.pages
        return ", ".join([*pages, *map(str, self.labels), *self.images])


def find(question: str) -> References:
    """What a question refers to, each once, in order."""
    images = [match[0].lower() for match in _IMAGE_ID.finditer(question)]
    rest = _IMAGE_ID.sub(" ", question)
    named = (label for reference in labels.find(rest) for label in reference.labels)
    figures = tuple(dict.fromkeys(label for label in named if label.kind in FIGURES))
    pages = page_numbers.find(rest)
    of_whole = not (pages or figures or images) and title_page.asked(rest)
    return References(
        pages=NamedPages(places=(FIRST_PAGE,)) if of_whole else pages,
        labels=figures,
        images=tuple(dict.fromkeys(images)),
        nothing_else=bool(images) and not rest.strip(" ,;.[]()"),
        title_page=of_whole,
    )
