"""The command line: parse, call, print.

Commands are loaded when they are called, so that `mmrag --help` costs nothing.
Results go to stdout, progress and warnings to stderr.
"""

import gc
import importlib
import os
import platform
import sys
from typing import NoReturn

import click

from mmrag import __version__, network
from mmrag.errors import MmragError

TRACEBACK = "MMRAG_TRACEBACK"
"""Environment variable with which an error that nobody foresaw shows where it arose."""
COLLECTED_OBJECTS = 50_000
"""New objects after which Python looks for circles among them, in place of 700.

That took 9 % of the processor time of a search from a cold start, which leaves none (eval/README,
"A question from a cold start"). The number was chosen by hand: some MB.
"""
COMMANDS = {
    "index": "Add, update and remove documents; resumable.",
    "remove": "Take documents out; their files stay.",
    "search": "Find pages and figures.",
    "ask": "Answer a question with citations that open.",
    "chat": "Ask on, question after question.",
    "open": "Open the page of a citation in the system's viewer.",
    "show": "Tell of a page or figure, with its box drawn on the page.",
    "export": "Write the tables of an index as CSV.",
    "describe": "Describe figures with the profile's model.",
    "status": "What the index holds, and what went wrong.",
    "check": "Compare catalog, vectors and pictures.",
    "store": "Move the vectors to LanceDB, Milvus or back.",
    "backup": "Copy an index into one file.",
    "restore": "Make an index of a backup.",
    "doctor": "What this machine can run, and what is missing.",
    "models": "The models of each profile: list, verify, pull.",
    "vision": "One picture at a time: its text, data, fields, labels.",
    "serve": "A page to ask on, an HTTP API and MCP, on this machine.",
    "mcp": "Tools over indexes for an agent, on standard input and output.",
    "eval": "Measure retrieval on questions with known pages.",
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own: `mmrag.cli.NAME:command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(f"mmrag.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from mmrag.cli import output

    output.say(f"mmrag {__version__}, Python {platform.python_version()} ({sys.executable})")
    from mmrag.locations import index_location

    location = index_location()
    output.say(f"index {location.path} ({location.why})")
    ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Say the version, the Python, and where the index is.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="Refuse every connection beyond this machine, whatever the profile says; "
    f"{network.OFFLINE}=1 does the same.",
)
def cli(offline: bool) -> None:
    """Ask a folder of PDFs and images, and open the evidence.

    \b
    mmrag index FOLDER            read the documents
    mmrag ask "What grew most?"   answer, with citations
    mmrag show IMAGE_ID           open what was cited
    """
    if offline or network.is_offline():
        os.environ[network.OFFLINE] = "1"  # for processes that are started, too
        network.forbid()


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 in part, 2 wrong usage, 3 unusable index."""
    gc.set_threshold(COLLECTED_OBJECTS)
    from mmrag.cli import output

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(cli.main(arguments, prog_name="mmrag", standalone_mode=False))
    except click.ClickException as error:
        output.print_usage_error(error)
        sys.exit(error.exit_code)
    except click.Abort:
        output.print_error("interrupted")
        sys.exit(1)
    except MmragError as error:
        output.print_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        output.print_unexpected(error, TRACEBACK)
        sys.exit(2)
