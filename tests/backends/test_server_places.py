"""Who is asked next of several servers that are busy, fail, or are not there. Nothing is sent."""

import time
from contextlib import ExitStack

import pytest

from mmrag.backends.server_client import ServerClient
from mmrag.backends.server_places import ServerPlaces, pause
from mmrag.config import VlmSettings

A, B = "http://127.0.0.1:1/v1", "http://127.0.0.1:2/v1"


@pytest.fixture
def places():
    """Two servers with four places each."""
    settings = VlmSettings(backend="server", model="tiny", base_url=(A, B))
    return ServerPlaces([ServerClient(url, settings, True) for url in settings.servers], 4)


def free(places: ServerPlaces, *, avoided=()) -> list[str]:
    """The servers of all places that can be had now, in the order in which they are given."""
    given = []
    with ExitStack() as stack:
        while (place := stack.enter_context(places.taken(0.0, avoided))) is not None:
            given.append(place.url)
    return given


def one(places: ServerPlaces, url: str, then) -> None:
    """A request at a server that ends in some way."""
    with places.taken(0.0, {A, B} - {url}) as place:
        then(place)


def test_each_has_so_many_places_and_they_are_given_in_turn(places):
    assert free(places) == [A, B] * 4
    assert free(places) == [A, B] * 4, "they were given back"


def test_servers_that_are_avoided_are_asked_where_there_is_no_other(places):
    assert free(places, avoided={A}) == [B] * 4
    assert free(places, avoided={A, B}) == [A, B] * 4


def test_a_server_that_is_busy_is_left_alone_for_as_long_as_it_asks(places):
    one(places, A, lambda place: places.rests(place, "slow down", 0.3))
    assert set(free(places)) == {B}
    started = time.monotonic()
    with places.taken(started + 20, {B}) as place:
        assert place.url == A
    assert time.monotonic() - started >= 0.2


def test_a_wait_that_ends_too_late_is_not_begun(places):
    for url in (A, B):
        one(places, url, lambda place: places.rests(place, "slow down", 60))
    started = time.monotonic()
    with places.taken(started + 20, ()) as place:
        assert place is None
    assert time.monotonic() - started < 10


def test_requests_that_fail_together_halve_what_is_allowed_once(places):
    with ExitStack() as stack:
        given = [stack.enter_context(places.taken(0.0, {B})) for _ in range(4)]
        for place in given:
            places.rests(place, "slow down", 0.01)
    time.sleep(0.6)  # the pause after one fault is half a second at most
    assert free(places, avoided={B}) == [A] * 2


def test_each_reply_allows_a_little_more_up_to_the_most(places):
    one(places, A, lambda place: places.rests(place, "slow down", 0.01))
    time.sleep(0.6)
    allowed = []
    for _ in range(12):
        one(places, A, places.answered)
        allowed.append(len(free(places, avoided={B})))
    assert allowed == sorted(allowed)
    assert (allowed[0], allowed[-1]) == (2, 4)


def test_one_that_failed_is_asked_where_the_others_have_no_place(places):
    one(places, A, lambda place: places.failed(place, "boom"))
    assert free(places) == [B] * 4 + [A] * 4
    one(places, A, places.answered)
    assert free(places) == [A, B] * 4


def test_what_each_has_done_is_told(places):
    one(places, B, places.answered)
    one(places, B, lambda place: places.failed(place, "boom"))
    told = {use.url: (use.replies, use.failed, use.fault) for use in places.use}
    assert told == {A: (0, 0, ""), B: (1, 1, "boom")}


def test_pauses_grow_and_end_somewhere():
    assert all(0.25 <= pause(1) <= 0.5 for _ in range(20))
    assert all(10 <= pause(50) <= 20 for _ in range(20))
