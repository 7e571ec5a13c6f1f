"""`mmrag chat`."""

import sys

import click

from mmrag.cli import answers, output
from mmrag.cli.options import index_option, k_option, profile_option
from mmrag.errors import ModelError, UsageError
from mmrag.locations import IndexLocation


@click.command()
@click.option("--doc", "documents", multiple=True, metavar="ID|GLOB", help="Only these documents.")
@k_option
@index_option
@profile_option
def command(
    documents: tuple[str, ...], k: int | None, location: IndexLocation, profile: str | None
) -> None:
    """Ask question after question; a follow-up is made into a question of its own.

    Each question is searched anew. An empty line, Ctrl-D or Ctrl-C ends the talk; Ctrl-C while an
    answer comes stops that answer.
    """
    from mmrag.index import Index

    with Index.open(location, profile) as index:
        talk = index.chat(documents=documents, k=k)
        while question := _read():
            text = answers.AnswerText()
            try:
                answer = talk.ask(question, on_text=text.print)
            except (ModelError, UsageError) as error:
                text.end()
                output.print_error(error)
                continue
            except KeyboardInterrupt:
                text.end()
                output.note("stopped; this question is not part of the talk, which goes on")
                continue
            answers.print_answer(answer, text, streamed=True)
            if answer.question != question:
                output.note(f"searched for {answer.question!r}")
            output.say(err=True)


def _read() -> str:
    """The next question; empty at the end of input, or where Ctrl-C ends it."""
    if sys.stdin.isatty():
        output.say("? ", err=True, end="")
    try:
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        output.say(err=True)
        return ""
