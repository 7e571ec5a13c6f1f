import pytest

from mmrag.errors import UsageError
from mmrag.retrieve.query import Query


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": "x", "k": 0}, "at least one result"),
        ({"text": "x", "k": -3}, "at least one result"),
        ({"text": ""}, "question is empty"),
        ({"text": " \n\t"}, "question is empty"),
        ({"text": "x", "unit": "page", "kinds": ("chart",)}, "leave one of them out"),
        ({"text": "x", "unit": "figure", "kinds": ("page",)}, "leave one of them out"),
    ],
)
def test_a_query_that_asks_for_nothing_is_refused(wrong: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Query(**wrong)
