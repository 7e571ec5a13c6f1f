"""`mmrag check`."""

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.options import index_option, json_option
from mmrag.locations import IndexLocation
from mmrag.paths import is_address


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived; nothing indexed is touched.")
@index_option
@json_option
def command(repair: bool, location: IndexLocation, as_json: bool) -> None:
    """Compare catalog, vectors, FAISS files and pictures, both ways; exit 1 where they differ."""
    from mmrag.index import Index

    with Index.open(location, create=True) as index:  # not read yet: it may be damaged
        faults = index.check(repair=repair)
        place = "" if faults else index.pictures.place
    left = [fault for fault in faults if not fault.repaired]
    if as_json:
        output.print_json(contract.checked(faults))
    else:
        for fault in faults:
            output.say(f"{'repaired' if fault.repaired else 'fault'}: {fault}")
        if not faults:
            output.say("ok: catalog, vectors, FAISS files and pictures agree")
        if is_address(place):
            output.note(f"of pictures in {place} the names were compared, not what they hold")
    if left:
        raise SystemExit(1)
