import pytest

from mmrag.text.values import DATE


@pytest.mark.parametrize(
    "date",
    [
        "31.12.2024",
        "2024-12-31",
        "3 May 2024",
        "3. März 2024",
        "3 février 2024",
        "3 de mayo de 2024",
        "3 мая 2024",
        "3 مايو 2024",
        "2024年5月3日",
        "2024년 5월 3일",
    ],
)
def test_dates_are_known_as_people_write_them(date: str) -> None:
    found = DATE.search(f"({date})")
    assert found
    assert found[0] == date


@pytest.mark.parametrize("text", ["mai 2024", "40 mars", "2024年"])
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert not DATE.search(text)
