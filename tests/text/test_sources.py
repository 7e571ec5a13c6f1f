"""Entries of lists of sources."""

import pytest

from mmrag.text import sources


@pytest.mark.parametrize(
    "text",
    [
        "12. Doe, Jane (May 7, 2019). Hives of the north. Retrieved June 1, 2020.",
        "[3] J. Doe and R. Roe. Bees at work. In Proceedings of the Seventh Meeting on Bees.",
        "Doe, J. 2019. Wax and its uses. Journal of Bees, 110(15):5802-5805.",
        "49. Green 2011, p. 159.",
        '8. Roe, R. (2018). "Wax" (https://example.org/wax). The Daily Bee.',
        "254. Levinson, Sanford (February 9, 2009). 'Supreme court prognosis -",
        "Roe, R. (ed.): Honig. Abgerufen am 3. Mai 2020.",
    ],
)
def test_what_tells_of_another_document_is_an_entry(text):
    assert sources.is_entry(text)


@pytest.mark.parametrize(
    "text",
    [
        "2. Visit https://example.org and enter the serial number.",
        "1. Founded on May 5, 2019.",
        "3. The board met in Oslo (May 2019).",
        "Doe et al. (2017) introduced a hive with two doors.",
        "The report is available at www.example.org.",
        "As shown on p. 12, sales of wax rose by 4 % in 2019.",
        "3. Oslo, Norway (2019)",
        "Chicago, Illinois, is the largest market.",
        "Revenue rose to $4.2 million in 2019.",
    ],
)
def test_what_tells_of_its_own_document_is_none(text):
    assert not sources.is_entry(text)


def test_lines_of_entries_are_a_list_also_where_these_go_over_several():
    lines = [
        "12. Doe, Jane (May 7, 2019). Hives of the",
        "north (https://example.org/north). The Daily",
        "Bee. Retrieved June 1, 2020.",
        "13. Roe, R. (May 8, 2019). Wax (https://example.org",
        "/wax). The Daily Bee. Retrieved June 2, 2020.",
    ]
    assert sources.is_list(lines)
    assert not sources.is_list(["1. Open the hive.", "2. Take the frame out.", "3. Close it."])
    assert not sources.is_list(["Sales rose, as p. 3 says.", "Costs fell.", "Rent was due."])
