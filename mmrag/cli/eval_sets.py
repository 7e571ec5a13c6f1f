"""`mmrag eval make` and `mmrag eval import`: datasets to measure on."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import PathParameter, index_option, json_option, profile_option
from mmrag.cli.progress import counted
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation

if TYPE_CHECKING:
    from mmrag.index import Index
    from mmrag.types import Document


@click.command()
@click.argument("path", type=PathParameter())
@index_option
@click.option(
    "--out",
    type=PathParameter(file_okay=False),
    help="New folder for the questions. [default: NAME-questions]",
)
@click.option(
    "--per-document",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="Most questions of one document.",
)
@click.option("--seed", default=0, show_default=True)
@profile_option
@json_option
def make(
    path: Path,
    location: IndexLocation,
    out: Path | None,
    per_document: int,
    seed: int,
    profile: str | None,
    as_json: bool,
) -> None:
    """Make questions about the documents in PATH, which are in the index, to measure on.

    From captions, mentions of figures, headings and table cells, whose place is known; and
    questions of other documents, which a document cannot answer. A profile with a vision-language
    model lets it ask about the pictures, too. All are marked as generated: read and edit them.

    \b
    mmrag eval make papers/ --out papers-questions
    mmrag eval retrieval papers-questions --index indexes/default
    """
    from mmrag.evaluate import generate
    from mmrag.index import Index

    folder = out or Path(f"{path.resolve().name}-questions")
    with Index.open(location, profile) as index:
        documents = _within(index, path)
        model = index.models.chat_model() if index.models.has_chat_model else None
        with output.interruptible("no question was written"), counted("asking") as on_progress:
            made = generate.QuestionMaker(index.catalog, index.pictures, model).make(
                documents, per_document, seed, on_progress
            )
        generate.write(made, path, folder)
    by_type = Counter(item.type for item in made.questions)
    if as_json:
        output.print_json(
            contract.versioned(
                {
                    "folder": str(folder),
                    "questions": len(made.questions),
                    "by_type": by_type,
                    "unanswerable": len(made.unanswerable),
                    "notes": list(made.notes),
                }
            )
        )
        return
    counts = ", ".join(f"{count} {name}" for name, count in by_type.items())
    output.say(f"{folder}: {len(made.questions)} questions ({counts})")
    output.say(f"{folder}: {len(made.unanswerable)} questions without an answer")
    for note in made.notes:
        output.note(note)


@click.command(name="import")
@click.argument("source", type=PathParameter())
@click.option(
    "--docs",
    type=PathParameter(file_okay=False),
    help="Folder with the documents or page images, where the set comes without them.",
)
@click.option(
    "--out",
    required=True,
    type=PathParameter(file_okay=False),
    help="New folder for the dataset.",
)
def import_(source: Path, docs: Path | None, out: Path) -> None:
    """Make a dataset of a published question set.

    SOURCE is a folder or file as published: samples.json of MMLongBench-Doc, the annotations of
    MMDocIR, queries and qrels of BEIR's or TREC's form, or the Parquet folders of ViDoRe.

    \b
    mmrag eval import MMLongBench-Doc/data --docs MMLongBench-Doc/data/documents --out mmlongbench
    """
    from mmrag.evaluate import published

    found = published.read(source)
    published.write(found, docs, out)
    answerable = sum(bool(item.pages) for item in found.items)
    without = len(found.items) - answerable
    output.say(f"{out}: {answerable} questions, {without} without an answer")


def _within(index: "Index", path: Path) -> "list[Document]":
    """The documents of the index that lie in a folder, or are that file."""
    here = path.resolve()
    documents = [
        item
        for item in index.documents()
        if Path(item.path) == here or here in Path(item.path).parents
    ]
    if not documents:
        raise UsageError(
            f"no document of {index.root} lies in {path}: "
            f"`mmrag index {path} --index {index.root}` adds it"
        )
    return documents
