"""The items of each channel, by the kind of what is stored; defined here and nowhere else.

Each is a query that gives `id` and `page_id` of all items there are.
"""

from collections.abc import Mapping, Sequence

from mmrag import ids
from mmrag.channels import BY_NAME, Source
from mmrag.errors import UsageError
from mmrag.store.session import Session
from mmrag.types import ChannelName

_OF_SOURCE: Mapping[Source, str] = {
    "passages": "select id, page_id from passages",
    "descriptions": (
        "select id, page_id from figures where id in (select figure_id from descriptions)"
    ),
    "pictures": (
        "select id, id as page_id from pages where picture is not null "
        "union all select id, page_id from figures where picture is not null"
    ),
    "words": "select id, page_id from passages union all select id, page_id from figures",
}


def items_of(channel: ChannelName) -> str:
    """The query for the items that a channel ought to have."""
    return _OF_SOURCE[BY_NAME[channel].source]


def owners(session: Session, item_ids: Sequence[str]) -> dict[str, str]:
    """The document of each item: a page, figure or passage.

    Raises `UsageError` for an item that is not in the index.
    """
    found: dict[str, str] = {}
    for item in item_ids:
        document_id = session.value(
            "select document_id from pages where id = :page and (id = :item "
            "or exists (select 1 from figures where id = :item) "
            "or exists (select 1 from passages where id = :item))",
            {"page": ids.page_of(item), "item": item},
        )
        if document_id is None:
            raise UsageError(f"{item}: not in the index")
        found[item] = str(document_id)
    return found
