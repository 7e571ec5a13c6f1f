"""Questions made from what an index holds, with truth by construction.

    caption   what a figure's caption says, without its label       its figure and page
    mention   a sentence that refers to a figure, without the label its figure, both their pages
    heading   a heading that stands on one page alone               that page
    picture   what a vision-language model asks of a picture        its figure and page

and those of tables and definitions, see `mmrag.evaluate.generate_answers`. Questions of one
document whose rarest words stand nowhere in another one are asked of that other document, which
cannot answer them; and rows of a table are asked for in a year that it lacks.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from mmrag.errors import UsageError
from mmrag.evaluate.generate_answers import NAMED, definitions, missing_years, of_table
from mmrag.protocols import ChatModel, Limits, Turn
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.text.words import content_words, plain, plain_words
from mmrag.types import BBox, Document, Figure, Page

FEWEST_WORDS = 4  # of a caption or sentence that asks for one place and no other
MOST_WORDS = 30
MOST_MISSING = 2  # questions of a document for a year that it lacks; chosen by hand
_ASK = (
    "Write one question that a reader could only answer by looking at this picture. Name what the "
    "picture is about, so that the question can be understood without it. Reply with the question "
    "alone."
)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Made:
    """One question. `answer` is empty where the place itself is the answer."""

    text: str
    answer: str
    document: str  # file name without ending
    type: str
    pages: tuple[int, ...]
    figure: Figure | None = None
    wordings: tuple[str, ...] = ()
    boxes: tuple[BBox, ...] = ()  # of what holds the answer, on the first of the pages


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and those that are asked of a document which cannot answer them."""

    questions: tuple[Made, ...]
    unanswerable: tuple[tuple[str, str], ...]  # text, document
    notes: tuple[str, ...] = ()


OnDocument = Callable[[int, int], None]


class QuestionMaker:
    """Makes questions from a catalog; with `model`, that asks about the pictures of figures."""

    def __init__(
        self,
        catalog: Catalog,
        pictures: ItemPictures,
        model: ChatModel | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._catalog = catalog
        self._pictures = pictures
        self._model = model
        self._limits = limits or Limits(max_new_tokens=64)

    def make(
        self,
        documents: Sequence[Document],
        per_document: int,
        seed: int = 0,
        on_document: OnDocument | None = None,
    ) -> QuestionSet:
        """At most `per_document` questions of each document, of as many types as it gives.

        The same index and seed give the same questions, as far as no model asks. Raises
        `UsageError` where nothing can be asked, `ModelError`.
        """
        chance = random.Random(seed)  # noqa: S311  (no secret)
        made: list[Made] = []
        words: dict[str, frozenset[str]] = {}
        notes = []
        years: list[tuple[str, str]] = []
        for number, document in enumerate(documents, start=1):
            name = PurePath(document.path).stem
            if name in words:
                notes.append(f"{document.path}: left out, for another file is named {name!r} too")
                continue
            pages = self._catalog.pages.of_document(document.id)
            words[name] = frozenset(word for page in pages for word in plain_words(page.text))
            found = self._of_document(document, name, pages)
            made += _chosen(found, per_document, chance)
            years += self._missing_years(document, name, pages, chance)
            if on_document is not None:
                on_document(number, len(documents))
        if not made:
            raise UsageError(
                "no question can be made of these documents: they have no captions, mentions, "
                "headings or tables that are found"
            )
        without = (*_unanswerable(made, words, chance), *years)
        return QuestionSet(tuple(made), without, tuple(notes))

    def _of_document(self, document: Document, name: str, pages: Sequence[Page]) -> list[Made]:
        figures = self._catalog.figures.of_document(document.id)
        tables = self._catalog.grids.of_figures(figure.id for figure in figures)
        numbers = {page.id: page.number for page in pages}
        found = [*self._headings(name, pages)]
        known = [item for page in pages for item in definitions(page)]
        for figure in figures:
            page = numbers[figure.page_id]
            found += _captions(name, figure, page)
            found += _mentions(name, figure, page, pages)
            if figure.id in tables:
                known += of_table(figure, tables[figure.id], page)
        found += [
            Made(
                item.text,
                item.answer,
                name,
                item.type,
                (item.page,),
                item.figure,
                item.wordings,
                item.boxes,
            )
            for item in known
        ]
        if self._model is not None:
            found += self._pictured(self._model, name, figures, numbers)
        once = Counter(item.text.lower() for item in found)
        return [item for item in found if once[item.text.lower()] == 1]

    def _missing_years(
        self, document: Document, name: str, pages: Sequence[Page], chance: random.Random
    ) -> list[tuple[str, str]]:
        """At most a few questions for a table's rows in a year that the document lacks."""
        figures = self._catalog.figures.of_document(document.id)
        tables = self._catalog.grids.of_figures(figure.id for figure in figures)
        asked = [
            text
            for figure in figures
            if figure.id in tables
            for text in missing_years(figure, tables[figure.id], pages)
        ]
        return [(text, name) for text in chance.sample(asked, min(MOST_MISSING, len(asked)))]

    def _headings(self, name: str, pages: Sequence[Page]) -> Iterator[Made]:
        on: dict[str, set[int]] = defaultdict(set)
        for page in pages:
            for passage in self._catalog.passages.of_page(page.id):
                for heading in passage.heading[1:]:
                    on[heading].add(page.number)
        for heading, numbers in on.items():
            title = re.sub(r"^[\dIVX.]+\s+", "", heading).strip()
            if len(numbers) == 1 and 2 <= len(title.split()) <= MOST_WORDS:
                yield Made(
                    f"Where is {title!r} treated?",
                    str(*numbers),
                    name,
                    "heading",
                    tuple(numbers),
                    wordings=(
                        f"On which page does the section {title!r} begin?",
                        f"On which page is {title!r} treated?",
                    ),
                )

    def _pictured(
        self, model: ChatModel, name: str, figures: Sequence[Figure], numbers: dict[str, int]
    ) -> Iterator[Made]:
        for figure in figures:
            if figure.picture is None:
                continue
            turns = [Turn("user", _ASK, (self._pictures.open(figure.id),))]
            said = ""
            for piece in model.stream(turns, self._limits):
                said += piece
                if len(said) > _LONGEST:
                    break
            text = " ".join(said[:_LONGEST].split())
            if len(content_words(text)) >= 2:
                yield Made(text, "", name, "picture", (numbers[figure.page_id],), figure)


def _captions(name: str, figure: Figure, page: int) -> Iterator[Made]:
    text = NAMED.sub("", figure.caption, count=1).strip(" .:-–—")
    if figure.label and FEWEST_WORDS <= len(text.split()) <= MOST_WORDS:
        yield Made(
            f"Which {figure.kind} shows {text}?",
            figure.label,
            name,
            "caption",
            (page,),
            figure,
            (f"In which {figure.kind} is {text} shown?", f"{text}: which {figure.kind} shows it?"),
        )


def _mentions(name: str, figure: Figure, page: int, pages: Sequence[Page]) -> Iterator[Made]:
    for mention in figure.mentions:
        names = NAMED.findall(mention)
        stands = " the table " if figure.kind == "table" else " the figure "
        text = " ".join(NAMED.sub(stands, mention).split()).strip(" .,:;")
        text = text[:1].upper() + text[1:]
        if len(names) == 1 and FEWEST_WORDS <= len(set(content_words(text))) <= MOST_WORDS:
            told = [item.number for item in pages if mention in " ".join(item.text.split())]
            yield Made(text, "", name, "mention", tuple(dict.fromkeys([page, *told])), figure)


def _chosen(found: Sequence[Made], most: int, chance: random.Random) -> list[Made]:
    """At most `most`, the types in turn, and within a type by chance; in their first order."""
    by_type: dict[str, list[Made]] = defaultdict(list)
    for item in chance.sample(list(found), len(found)):
        by_type[item.type].append(item)
    chosen: list[Made] = []
    while len(chosen) < most and any(by_type.values()):
        for items in by_type.values():
            if items and len(chosen) < most:
                chosen.append(items.pop())
    return sorted(chosen, key=found.index)


def _unanswerable(
    made: Sequence[Made], words: dict[str, frozenset[str]], chance: random.Random
) -> Iterator[tuple[str, str]]:
    """One for each document and type: a question of another one, half of whose words it lacks."""
    for name, held in words.items():
        asked: set[str] = set()
        for item in chance.sample(list(made), len(made)):
            wanted = set(map(plain, content_words(item.text)))
            if item.document == name or item.type in asked or item.type == "heading":
                continue
            if len(wanted - held) * 2 >= len(wanted):
                asked.add(item.type)
                yield item.text, name


def write(made: QuestionSet, documents: Path, folder: Path) -> None:
    """Write a dataset, marked as generated. Raises `UsageError` where there is one already."""
    if (folder / "queries.jsonl").exists():
        raise UsageError(
            f"{folder}: there are questions already, perhaps edited: choose another --out"
        )
    queries, pages, figures, labelled, regions = [], [], {}, [], []
    for number, item in enumerate(made.questions, start=1):
        name = f"g{number:04d}"
        queries.append(
            {
                "qid": name,
                "query": item.text,
                "answer": item.answer,
                "doc": item.document,
                "type": item.type,
                "wordings": list(item.wordings),
                "generated": True,
            }
        )
        regions += [
            json.dumps(
                {
                    "qid": name,
                    "doc": item.document,
                    "page": item.pages[0],
                    "bbox": [round(value, 1) for value in box],
                }
            )
            for box in item.boxes
        ]
        pages += [f"{name}\t0\t{item.document}#{page}\t1" for page in item.pages]
        if item.figure is not None:
            figure, key = item.figure, item.figure.id
            figures[key] = {
                "fig_id": key,
                "doc": item.document,
                "page": item.pages[0],
                "bbox": [round(value, 1) for value in figure.bbox],
                "caption": figure.caption,
            }
            labelled.append(f"{name}\t0\t{key}\t1")
    none = [
        {"qid": f"n{number:04d}", "query": text, "doc": name, "generated": True}
        for number, (text, name) in enumerate(made.unanswerable, start=1)
    ]
    files = {
        "queries.jsonl": [json.dumps(row, ensure_ascii=False) for row in queries],
        "qrels.tsv": pages,
        "figures.jsonl": [json.dumps(row, ensure_ascii=False) for row in figures.values()],
        "qrels_figures.tsv": labelled,
        "qrels_regions.jsonl": regions,
        "unanswerable.jsonl": [json.dumps(row, ensure_ascii=False) for row in none],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, lines in files.items():
            text = "".join(f"{line}\n" for line in lines)
            (folder / file).write_text(text, encoding="utf-8")
        if documents.is_dir() and not (folder / "docs").exists():
            (folder / "docs").symlink_to(documents.resolve(), target_is_directory=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot write the questions: {error.strerror}") from error
