import os

import pytest

from mmrag.disk_cache import DiskCache, key


@pytest.fixture
def cache(tmp_path) -> DiskCache:
    return DiskCache(tmp_path, max_bytes=1000)


def test_what_is_kept_comes_back_and_counts_as_a_hit(cache):
    cache.put(key({"a": 1}), b"one")
    assert cache.get(key({"a": 1})) == b"one"
    assert cache.get(key({"a": 2})) is None
    assert (cache.hits, cache.misses) == (1, 1)


@pytest.mark.promise(50)
def test_it_keeps_to_its_bound_and_lets_go_of_what_was_used_least_recently(cache, tmp_path):
    names = [key({"n": number}) for number in range(12)]
    for at, name in enumerate(names[:9]):
        cache.put(name, bytes(100))
        os.utime(tmp_path / name[:2] / name, (at, at))
    assert cache.get(names[0])  # used now
    for name in names[9:]:
        cache.put(name, bytes(100))
    held = {name for name in names if (tmp_path / name[:2] / name).exists()}
    assert 100 * len(held) <= 1000
    assert names[0] in held
    assert names[1] not in held


def test_another_process_finds_its_bound_passed_by_what_was_there(tmp_path):
    DiskCache(tmp_path, max_bytes=10_000).put(key({"n": 0}), bytes(900))
    small = DiskCache(tmp_path, max_bytes=1000)
    small.put(key({"n": 1}), bytes(200))
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 1000


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = DiskCache(tmp_path / "file" / "cache")
    cache.put(key({}), b"x")
    assert cache.get(key({})) is None


def test_what_is_larger_than_the_bound_is_not_kept(cache):
    cache.put(key({}), bytes(1001))
    assert cache.get(key({})) is None


def test_keys_do_not_depend_on_the_order_of_their_parts():
    assert key({"a": 1, "b": 2}) == key({"b": 2, "a": 1}) != key({"a": 2, "b": 1})
