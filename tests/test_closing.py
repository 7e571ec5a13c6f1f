import pytest

from mmrag.closing import Closing


class Door(Closing):
    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_with_gives_the_thing_itself_and_closes_it_at_the_end() -> None:
    with Door() as door:
        assert isinstance(door, Door)
        assert not door.closed
    assert door.closed == 1


def test_what_goes_wrong_within_closes_it_and_goes_on() -> None:
    door = Door()
    with pytest.raises(KeyError), door:
        raise KeyError
    assert door.closed == 1
