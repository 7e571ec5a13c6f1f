"""`mmrag chat`."""

import sys

import click

from mmrag.cli import answers, output
from mmrag.cli.options import index_option, k_option, profile_option
from mmrag.errors import ModelError
from mmrag.locations import IndexLocation
from mmrag.text.characters import clean


@click.command()
@click.option("--doc", "documents", multiple=True, metavar="ID|GLOB", help="Only these documents.")
@k_option
@index_option
@profile_option
def command(
    documents: tuple[str, ...], k: int | None, location: IndexLocation, profile: str | None
) -> None:
    """Ask question after question; a follow-up is made into a question of its own.

    Each question is searched anew. An empty line or Ctrl-D ends the talk.
    """
    from mmrag.index import Index

    with Index.open(location, profile) as index:
        talk = index.chat(documents=documents, k=k)
        while question := _read():
            try:
                answer = talk.ask(question, on_text=answers.print_piece)
            except ModelError as error:
                output.print_error(error)
                continue
            if answer.question != question:
                click.echo(f"note: searched for {clean(answer.question)!r}", err=True)
            answers.print_answer(answer, streamed=True)


def _read() -> str:
    """The next question; empty at the end of input."""
    if sys.stdin.isatty():
        click.echo("? ", nl=False, err=True)
    return sys.stdin.readline().strip()
