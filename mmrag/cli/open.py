"""`mmrag open`."""

import subprocess
import sys
from pathlib import Path

import click

from mmrag.cli import output
from mmrag.cli.options import index_option
from mmrag.errors import UsageError
from mmrag.locations import IndexLocation
from mmrag.paths import is_address
from mmrag.reports import Shown

_OPENER = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
_SECONDS_TO_FAIL = 3.0
"""How long an opener may take to say that it cannot; one that shows the page itself goes on.
Chosen by hand."""


@click.command()
@click.argument("image_id")
@index_option
def command(image_id: str, location: IndexLocation) -> None:
    """Open the page of IMAGE_ID in the system's viewer.

    Its address is printed as well; many viewers open it at the page.

    \b
    mmrag open 3fa9c1d2-p0012-f02
    """
    from mmrag.index import Index

    with Index.open(location) as index:
        shown = index.show(image_id)
        is_there = is_address(shown.path) or Path(shown.path).is_file()
        if not is_there:  # perhaps a picture of it is
            shown = index.show(image_id, draw=True)
    if not is_there:
        raise UsageError(f"{shown.path}: the file is gone{_instead(shown)}")
    uri = output.page_uri(shown.path, shown.page)
    output.say(
        output.Styled(uri, link=uri),
        f"  {output.place(shown.kind, shown.page, shown.page_label, shown.bbox)}",
    )
    _view(uri)


def _instead(shown: Shown) -> str:
    """What is left of a page whose file is gone."""
    if shown.picture is None:
        return ", and no picture of the page is kept"
    return f"; `mmrag show {shown.image_id} --save page.png` writes the page as it was indexed"


def _view(uri: str) -> None:
    """Hand an address to the system's opener. Raises `UsageError` where it has none, or fails."""
    try:
        viewer = subprocess.Popen(
            [_OPENER, uri],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        failed = viewer.wait(_SECONDS_TO_FAIL) != 0
    except subprocess.TimeoutExpired:
        return  # it is the viewer itself
    except OSError:
        failed = True
    if failed:
        raise UsageError(
            f"{_OPENER} cannot open it here: open the address above, or write the page as a "
            "picture with `mmrag show IMAGE_ID --save page.png`"
        )
