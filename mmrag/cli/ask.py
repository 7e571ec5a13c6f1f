"""`mmrag ask`."""

import click

from mmrag import contract
from mmrag.cli import answers, output
from mmrag.cli.options import (
    filters,
    indexes_option,
    json_option,
    k_option,
    opened,
    profile_option,
)
from mmrag.locations import IndexLocation
from mmrag.types import FigureKind


@click.command()
@click.argument("question")
@k_option
@filters
@click.option(
    "--stream/--no-stream", default=True, show_default=True, help="Print the answer as it comes."
)
@click.option(
    "--markdown",
    "as_markdown",
    is_flag=True,
    help="Print question and answer as Markdown, each citation a link to its page.",
)
@indexes_option
@profile_option
@json_option
def command(
    question: str,
    k: int | None,
    documents: tuple[str, ...],
    tags: tuple[str, ...],
    kinds: tuple[FigureKind, ...],
    pages: range | None,
    stream: bool,
    as_markdown: bool,
    locations: list[IndexLocation],
    profile: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the indexed documents, with citations that open.

    \b
    mmrag ask "What was the net revenue in 2024?"
    mmrag ask "Who signed the letter?" --doc "*letter*" --json
    mmrag ask "What grew most?" --index indexes/reports --index indexes/papers
    """
    shown = stream and not (as_json or as_markdown)
    text = answers.AnswerText()
    with opened(locations, profile) as index:
        answer = index.ask(
            question,
            k=k,
            documents=documents,
            tags=tags,
            kinds=kinds,
            pages=pages,
            on_text=text.print if shown else None,
        )
    if as_json:
        output.print_json(contract.answer(answer))
        return
    if as_markdown:
        answers.print_markdown(answer)
        return
    answers.print_answer(answer, text, streamed=shown)
