import threading

import pytest

from mmrag.side_by_side import as_done


@pytest.mark.parametrize("at_once", [1, 3])
def test_each_item_is_done_once(at_once):
    assert sorted(as_done(lambda item: item * item, range(10), at_once)) == [
        item * item for item in range(10)
    ]


def test_so_many_are_under_way_and_no_more():
    together, lock = threading.Barrier(3, timeout=20), threading.Lock()
    now = most = 0

    def work(item):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        together.wait()
        with lock:
            now -= 1

    assert len(list(as_done(work, range(9), 3))) == 9
    assert most == 3


def test_an_item_is_taken_when_there_is_a_place_for_it():
    taken = []

    def items():
        for item in range(9):
            taken.append(item)
            yield item

    work = as_done(lambda item: item, items(), 2)
    next(work)
    assert len(taken) <= 3
    work.close()
    assert len(taken) <= 3


def test_what_is_done_comes_though_another_hangs():
    hangs = threading.Event()
    done = as_done(lambda item: hangs.wait(20) if item == 0 else item, range(5), 2)
    assert [next(done) for _ in range(3)] == [1, 2, 3]
    hangs.set()
    assert sorted(done) == [True, 4]


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_error_ends_it(at_once):
    def work(item):
        if item == 2:
            raise ValueError(item)

    with pytest.raises(ValueError, match="2"):
        list(as_done(work, range(9), at_once))
