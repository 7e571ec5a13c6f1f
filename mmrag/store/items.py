"""The items of each channel, by the kind of what is stored; defined here and nowhere else.

Each is a query that gives `id` and `page_id` of all items there are.
"""

from collections.abc import Mapping

from mmrag.channels import BY_NAME, Source
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
