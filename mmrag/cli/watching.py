"""Folders that are watched, so that an index follows them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mmrag.cli import output
from mmrag.errors import UsageError

SETTLE_MS = 2_000
"""Without a further change, before the files are looked at: most are copied by then; by hand."""
LONGEST_MS = 60_000
"""That changes without a pause are waited for; chosen by hand."""


def changes(paths: Sequence[Path], index: Path) -> Iterator[None]:
    """Wait for files below the paths to change, and to settle; ends with Ctrl-C.

    What changes in the folder of the `index` itself, and hidden files, do not count. Raises
    `UsageError` where what watches is not installed.
    """
    try:
        import watchfiles
    except ImportError as error:
        raise UsageError("--watch needs a package more: pip install 'mmrag[watch]'") from error

    def counts(change: object, path: str) -> bool:
        file = Path(path)
        return not file.is_relative_to(index) and not file.name.startswith(".")

    roots = [path.expanduser().absolute() for path in paths]
    output.say("watching; Ctrl-C ends it", err=True)
    for _ in watchfiles.watch(
        *roots, watch_filter=counts, debounce=LONGEST_MS, step=SETTLE_MS, raise_interrupt=False
    ):
        yield
