"""Questions about the structure of a document: how many tables, where a part begins, which titles.

Counted is what the document counts itself: its pages, and figures and tables whose labels run from
1 without a gap. What only looks like a chart or a table is not counted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mmrag.answer.computing import (
    acronyms,
    contacts,
    contents,
    dated,
    makers,
    named_things,
    numbered,
    order,
    purposes,
    sections,
    titles,
)
from mmrag.answer.computing.asked_structure import WHOLE, AskedStructure
from mmrag.answer.computing.dated import AskedDate
from mmrag.answer.computing.matching import names_document
from mmrag.answer.computing.numbered import AskedNumbered
from mmrag.answer.computing.order import AskedOrder
from mmrag.answer.computing.sections import AskedSections
from mmrag.answer.computing.terms import terms
from mmrag.text import labels, page_numbers
from mmrag.text.numbers import is_year
from mmrag.text.prompting import one_line
from mmrag.text.stems import stem
from mmrag.text.words import plain_words
from mmrag.types import DocumentOutline, Operation, OutlineItem

MOST_CITED = 20
"""Pieces of evidence for one question about the structure: a longer list is left. By hand."""
_LONGEST_TITLE = 120  # characters of a title in an answer; chosen by hand
_MOST_BEFORE = 5  # headings before the first section: title, summary, and the like; by hand
_LONGEST_SENTENCE = 500  # characters of one in an answer; chosen by hand
_ALTERNATIVE = re.compile(r"\s*(?:,|\bor\b|\band/or\b)\s*", re.IGNORECASE)
_ANY = re.compile(r"^\W*(?:(?:any|some|the|an?|its)\s+)+", re.IGNORECASE)
_MOST_SHOWN = 5  # pages that show that something is mentioned; chosen by hand
_OPTIONAL_TEXT = """
author total all whole entire include contain have there present show shown give given provide
number document paper report article manual file pdf book presentation deck slide page annual
chapter anywhere
"""
_OPTIONAL = frozenset(stem(word) for word in _OPTIONAL_TEXT.split())
_SECTION_WORDS = frozenset(("the", "a", "an", "section", "chapter", "part"))


@dataclass(frozen=True, slots=True)
class FoundStructure:
    """The result, and what is said: `said`, then a text for each item, which is its source."""

    operation: Operation
    result: Decimal | str | tuple[str, ...]
    said: str
    items: tuple[tuple[str, OutlineItem], ...]


def answer(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """The answer by a document's outline; None where that does not say it with certainty."""
    match asked.operation, asked.kind:
        case "count", "page":
            return _pages(asked, outline)
        case "count" | "list", "table" | "figure":
            return _numbered(asked, outline)
        case "count", "mention":
            return _mentions(asked, outline)
        case "comparison", "mention":
            return _whether(asked, outline)
        case "count" | "list", "pages with":
            return _pages_with(asked, outline)
        case "count" | "list", "section" if asked.parts is not None:
            return _sections(asked, asked.parts, outline)
        case "list", "maker":
            return _maker(outline)
        case "look-up", "date" if asked.day is not None:
            return _date(asked.day, outline)
        case "look-up", "acronym":
            return _acronym(asked.name, outline)
        case "list", "contact":
            return _contacts(asked, outline)
        case "look-up", "purpose":
            return _purpose(outline)
        case "count" | "list", "name":
            return _names(asked, outline)
        case "count" | "list", "numbered" if asked.numbered is not None:
            return _parts(asked, asked.numbered, outline)
        case "place", "order" if asked.lines is not None:
            return _order(asked.lines, outline)
        case "place" | "list", "":
            return _named(asked, outline)
    return None


def _pages(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    if not _is_of_all(asked.rest, outline):
        return None
    count = outline.page_count
    said = f"{count:,} page{'' if count == 1 else 's'}"
    return FoundStructure("count", Decimal(count), said, (("the last one", outline.last_page),))


def _numbered(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """The figures or tables that are numbered from 1, each number once, of named pages."""
    named = [(labels.read(item.label), item) for item in outline.figures]
    found = [(label, item) for label, item in named if label and label.kind == asked.kind]
    items = {label.number: item for label, item in found}
    numbers = [str(number) for number in range(1, len(found) + 1)]
    if not found or sorted(items) != sorted(numbers):
        return None
    pages = _named_pages(asked.rest, outline)
    if not _is_of_all(re.sub(page_numbers.PATTERN, " ", asked.rest), outline) or pages is None:
        return None
    ordered = [items[number] for number in numbers if not pages or items[number].page in pages]
    if not 0 < len(ordered) <= MOST_CITED:
        return None
    said = f"{len(ordered)} {asked.kind}{'' if len(ordered) == 1 else 's'}"
    if asked.operation == "count":
        cited = tuple((f"{item.label}, page {item.page}", item) for item in ordered)
        return FoundStructure("count", Decimal(len(ordered)), said, cited)
    told = tuple(one_line(item.title or item.label, _LONGEST_TITLE) for item in ordered)
    return _told(asked, said, told, ordered)


def _named_pages(text: str, outline: DocumentOutline) -> set[int] | None:
    """The pages that a text names, none where it names none; None where one is not there."""
    named = page_numbers.find(text)
    numbers = [page.item.page for page in outline.pages]
    by_label = {
        label: page.item.page
        for page in outline.pages
        for label in page_numbers.plain_labels(page.item.label) or (str(page.item.page),)
    }
    found = [by_label.get(label, 0) for label in named.labels]
    found += [at if at > 0 else outline.page_count + 1 + at for at in named.places]
    return set(found) if set(found) <= set(numbers) else None


def _sections(
    asked: AskedStructure, parts: AskedSections, outline: DocumentOutline
) -> FoundStructure | None:
    """The sections of the document, or of the section that a question names, all numbered."""
    of_all = _is_of_all(parts.name, outline)
    ends_in_letters = of_all and parts.end == "last" and parts.kind == "section"  # or in none
    items = [] if ends_in_letters else sections.sections(parts, outline.headings, of_all=of_all)
    if of_all and items and outline.headings.index(items[0]) > _MOST_BEFORE:
        items = []  # the document has others before those that it numbers
    if not items and of_all:
        listed = contents.entries(outline.pages)
        items = sections.sections(parts, listed, of_all=True, listed=True)
        if not items and not (parts.counts or parts.end or parts.is_sub):
            items = listed
    if not items or len(items) > MOST_CITED:
        return None
    titles = tuple(one_line(item.title, _LONGEST_TITLE) for item in items)
    what = f"{'sub' if parts.is_sub else ''}{parts.kind}{'' if len(items) == 1 else 's'}"
    said = f"The {parts.end} {what}" if parts.some == 1 else f"{len(items)} {what}"
    return _told(asked, said, titles, items)


def _mentions(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """How often the pages that a question names, or else all, have a word or some in a row."""
    named = page_numbers.find(asked.rest)
    bare = re.sub(page_numbers.PATTERN, " ", asked.rest)
    wanted = plain_words(asked.name)
    if not wanted or not (named or _is_of_all(bare, outline)):
        return None
    counts = [
        (page.item, _occurrences(wanted, plain_words(page.text)))
        for page in outline.pages
        if not named or named.means(page.item.page, page.item.label)
    ]
    found = [(item, count) for item, count in counts if count]
    if not found or len(found) > MOST_CITED:
        return None
    total = sum(count for _, count in found)
    said = f"{total} time{'' if total == 1 else 's'}"
    cited = tuple((f"{count} on page {item.page}", item) for item, count in found)
    return FoundStructure("count", Decimal(total), said, cited)


def _whether(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """That a document mentions something, in any form of its words; None where it stands nowhere.

    Then it may still be told in other words.
    """
    parts = (_ANY.sub("", part) for part in _ALTERNATIVE.split(asked.name))
    wanted = [stems for part in parts if (stems := [*map(stem, plain_words(part))])]
    if not wanted or not _is_of_all(asked.rest, outline):
        return None
    stems_of = [(page.item, [*map(stem, plain_words(page.text))]) for page in outline.pages]
    found = [item for item, stems in stems_of if any(_occurrences(some, stems) for some in wanted)]
    if not found:
        return None
    pages = f"{len(found)} page{'' if len(found) == 1 else 's'}"
    shown = tuple((f"page {item.page}", item) for item in found[:_MOST_SHOWN])
    more = f", the first {len(shown)} of them" if len(found) > len(shown) else ""
    return FoundStructure("comparison", "yes", f"Yes, on {pages}{more}", shown)


def _names(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """The things of a kind that the document names, two at least."""
    items = named_things.names(asked.name, outline.pages)
    if not _is_of_all(asked.rest, outline) or not 1 < len(items) <= MOST_CITED:
        return None
    titles = tuple(one_line(item.title, _LONGEST_TITLE) for item in items)
    return _told(asked, f"{len(items)} {asked.name.lower()}", titles, items)


def _parts(
    asked: AskedStructure, some: AskedNumbered, outline: DocumentOutline
) -> FoundStructure | None:
    """The parts that the document numbers under a word of its own."""
    items = numbered.parts(some, outline.pages)
    if not items or len(items) > MOST_CITED or not _is_of_all(asked.rest, outline):
        return None
    titles = tuple(one_line(item.title, _LONGEST_TITLE) for item in items)
    told = f"{len(items)} {some.word.lower()}"
    named = f"{some.word} {', '.join(map(str, some.numbers))}"
    return _told(asked, named if some.numbers else told, titles, items)


def _maker(outline: DocumentOutline) -> FoundStructure | None:
    item = makers.maker(outline.pages, outline.names.partition("\n")[0])
    if item is None:
        return None
    name = one_line(item.title, _LONGEST_TITLE)
    return FoundStructure("list", (name,), name, (("", item),))


def _date(day: AskedDate, outline: DocumentOutline) -> FoundStructure | None:
    found = dated.date(day, outline.pages)
    if found is None:
        return None
    return FoundStructure("look-up", found.title, found.title, (("", found),))


def _acronym(acronym: str, outline: DocumentOutline) -> FoundStructure | None:
    found = acronyms.of_texts(acronym, [page.text for page in outline.pages])
    if found is None:
        return None
    item = replace(outline.pages[found.piece].item, title=found.text)
    return FoundStructure("look-up", found.text, f"{found.text} ({acronym})", (("", item),))


def _contacts(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    items = contacts.contacts(outline.pages)
    titles = tuple(one_line(item.title, _LONGEST_TITLE) for item in items)
    return _told(asked, "Contact", titles, items) if items else None


def _purpose(outline: DocumentOutline) -> FoundStructure | None:
    item = purposes.purpose(outline.pages)
    if item is None:
        return None
    said = one_line(item.title, _LONGEST_SENTENCE)
    return FoundStructure("look-up", said, f"“{said}”", (("", item),))


def _order(lines: AskedOrder, outline: DocumentOutline) -> FoundStructure | None:
    found = order.answer(lines, outline.pages)
    if found is None:
        return None
    titles = (one_line(item.title, _LONGEST_TITLE) for item in found.items)
    told = tuple(
        f"{title}, page {item.page}" for title, item in zip(titles, found.items, strict=True)
    )
    items = tuple(zip(told, found.items, strict=True))
    return FoundStructure("place", (found.word,), found.word.capitalize(), items)


def _pages_with(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """The pages on which a word, or some in a row, stand."""
    wanted = plain_words(asked.name)
    found = [
        replace(page.item, title=asked.name)  # which is cited on it
        for page in outline.pages
        if wanted and _occurrences(wanted, plain_words(page.text))
    ]
    if not found or len(found) > MOST_CITED:
        return None
    names = tuple(page_numbers.shown(item.page, item.label) for item in found)
    return _told(asked, f"{len(found)} page{'' if len(found) == 1 else 's'}", names, found)


def _told(
    asked: AskedStructure, said: str, names: tuple[str, ...], items: Sequence[OutlineItem]
) -> FoundStructure:
    """Items by their names, or how many they are, whichever is asked for."""
    result = Decimal(len(items)) if asked.operation == "count" else names
    return FoundStructure(asked.operation, result, said, tuple(zip(names, items, strict=True)))


def _occurrences(wanted: Sequence[str], words: Sequence[str]) -> int:
    """How often some words stand in a row."""
    size = len(wanted)
    return sum(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def _named(asked: AskedStructure, outline: DocumentOutline) -> FoundStructure | None:
    """The one figure, table or heading that a question names, by its label or its words."""
    if asked.operation == "list" and WHOLE.fullmatch(asked.rest.strip()):
        item = titles.title(outline)
        if item is None:
            return None
        return FoundStructure("list", (item.title,), item.title, (("", item),))
    label = labels.read(asked.rest.strip())
    if label is not None and label.kind in labels.FIGURES:
        items = [item for item in outline.figures if labels.read(item.label) == label]
    elif asked.operation == "place":
        items = [item for item in outline.headings if _is_title(asked.rest, item.title)]
        items = items or sections.named(asked.rest, outline.headings)
    else:
        items = sections.named(asked.rest, outline.headings)
        items = items or sections.named(asked.rest, contents.entries(outline.pages))
    if len(items) != 1:
        return None
    title = one_line(items[0].title or items[0].label, _LONGEST_TITLE)
    if asked.operation == "list":
        return FoundStructure("list", (title,), title, (("", items[0]),))
    page = Decimal(items[0].page)
    return FoundStructure("place", page, f"Page {page}", ((title, items[0]),))


def _is_title(name: str, title: str) -> bool:
    """Whether a name is a heading, its number aside: "conclusions" is "7. Conclusions"."""
    wanted = [word for word in plain_words(name) if word not in _SECTION_WORDS]
    held = [word for word in plain_words(title) if word not in _SECTION_WORDS]
    return bool(wanted) and wanted in (held, held[1:] if held and held[0][0].isdigit() else held)


def _is_of_all(rest: str, outline: DocumentOutline) -> bool:
    """Whether a question says nothing more than which document it is about."""
    told = (word for phrase in terms(rest).phrases for word in phrase.words)
    return all(
        stem(word) in _OPTIONAL
        or ((is_year(word) or not word[0].isdigit()) and names_document(word, outline.names))
        for word in told
    )
