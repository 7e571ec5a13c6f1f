from collections.abc import Callable, Iterator

import click
import pytest

from mmrag.cli import cli as root


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command, `("eval", "retrieval")`, that of the whole first."""
    yield path
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


@pytest.mark.parametrize("path", list(commands(root)), ids=" ".join)
def test_help_says_what_a_command_does_and_shows_examples_on_lines_of_their_own(
    path: tuple[str, ...], mmrag: Callable[..., object]
) -> None:
    shown = mmrag(*path, "--help")
    assert "Usage:" in shown.out
    assert "\\b" not in shown.out
    assert "\b" not in shown.out
