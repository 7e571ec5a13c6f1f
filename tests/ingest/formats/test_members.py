import io
from pathlib import Path

import pytest

from mmrag.ingest.formats import members
from mmrag.ingest.formats.members import Members, path_of

KNOWN = frozenset({".pdf", ".txt"})


@pytest.fixture
def taken(tmp_path: Path) -> Members:
    return Members(tmp_path / "out", KNOWN)


def add(taken: Members, name: str, data: bytes = b"text", packed: int = 0) -> None:
    taken.add(name, io.BytesIO(data), packed)


def told(taken: Members) -> list[str]:
    return [str(problem) for problem in taken.problems()]


def test_files_lie_under_their_numbers_whatever_they_are_called(
    tmp_path: Path, taken: Members
) -> None:
    add(taken, "../../etc/passwd.txt", b"one")
    add(taken, "a/b!/c.PDF", b"two")
    assert taken.names == ["../../etc/passwd.txt", "a/b/c.PDF"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "000000.txt", "000001.pdf",
    ]  # fmt: skip
    assert path_of(tmp_path / "out", 1, taken.names[1]).read_bytes() == b"two"


def test_two_of_one_name_are_told_apart(taken: Members) -> None:
    add(taken, "a.txt")
    add(taken, "a.txt")
    assert taken.names == ["a.txt", "a (2).txt"]


@pytest.mark.promise(33)
def test_files_of_other_types_are_counted(taken: Members) -> None:
    for name in ("a.exe", "b.exe", "README"):
        add(taken, name)
    assert told(taken) == ["unread: files of other types in it: 2 .exe, 1 without a suffix"]


@pytest.mark.promise(53)
def test_a_bomb_is_left_out_by_what_it_unpacks_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, taken: Members
) -> None:
    monkeypatch.setattr(members, "FREE_BYTES", 1000)
    add(taken, "bomb.txt", b"0" * 100_000, packed=100)
    add(taken, "text.txt", b"0" * 10_000, packed=100)
    assert taken.names == ["text.txt"]
    assert told(taken) == ["unpack: bomb.txt: it unpacks to more than is taken, as a bomb does"]


class Endless:
    """A bomb that counts what was unpacked of it."""

    given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size) if self.given < 50 << 20 else b""


@pytest.mark.promise(53)
def test_a_bomb_without_end_is_not_unpacked_to_its_end(
    monkeypatch: pytest.MonkeyPatch, taken: Members
) -> None:
    monkeypatch.setattr(members, "FREE_BYTES", 5 << 20)
    bomb = Endless()
    taken.add("bomb.txt", bomb, packed=100)
    assert taken.names == []
    assert bomb.given < 10 << 20


@pytest.mark.promise(53)
def test_bombs_together_are_unpacked_to_no_more_than_one_file_may_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(members, "FREE_BYTES", 2 << 20)
    monkeypatch.setattr(members, "MAX_BYTES", 10 << 20)
    taken, bombs = Members(tmp_path / "out", KNOWN), [Endless() for _ in range(100)]
    for bomb in bombs:
        taken.add("bomb.txt", bomb, packed=100)
    assert sum(bomb.given for bomb in bombs) < 20 << 20
    assert any("more files are not read" in line for line in told(taken))


@pytest.mark.promise(53)
def test_all_files_together_and_their_count_are_bounded(
    monkeypatch: pytest.MonkeyPatch, taken: Members
) -> None:
    monkeypatch.setattr(members, "MAX_MEMBERS", 2)
    for number in range(5):
        add(taken, f"{number}.txt")
    assert len(taken.names) == 2
    assert "3 more files are not read" in told(taken)[0]
