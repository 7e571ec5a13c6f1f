import shutil

import pytest

from mmrag.errors import UsageError


@pytest.fixture
def indexed(run, write):
    for number in range(4):
        write(f"{number}.pdf", f"words {number}")
    run()


@pytest.mark.promise(32)
@pytest.mark.parametrize("left", [0, 1])
def test_a_folder_that_lost_most_of_its_files_is_refused_and_nothing_is_removed(
    run, paths, folder, indexed, left
):
    for number in range(left, 4):
        (folder / f"{number}.pdf").unlink()
    with pytest.raises(UsageError, match=f"{4 - left} of the 4 files .* --allow-removals"):
        run()
    assert len(paths()) == 4


@pytest.mark.promise(32)
def test_an_unmounted_folder_below_the_one_that_is_indexed_is_refused(
    run, write, paths, folder, indexed
):
    for number in range(9):
        write(f"share/{number}.pdf", f"shared {number}")
    run()
    shutil.rmtree(folder / "share")
    (folder / "share").mkdir()
    with pytest.raises(UsageError, match="9 of the 13 files"):
        run()
    assert len(paths()) == 13


def test_what_was_meant_to_go_goes_when_it_is_allowed(run, paths, folder, indexed):
    for number in range(1, 4):
        (folder / f"{number}.pdf").unlink()
    assert run(allow_removals=True).removed == 3
    assert list(paths()) == ["0.pdf"]


def test_a_refused_run_leaves_the_index_as_it_was_for_the_next(run, write, paths, folder, indexed):
    for number in range(4):
        (folder / f"{number}.pdf").unlink()
    with pytest.raises(UsageError):
        run()
    for number in range(4):
        write(f"{number}.pdf", f"words {number}")
    assert (run().unchanged, len(paths())) == (4, 4)


def test_renamed_files_and_half_of_a_folder_are_no_loss(run, paths, folder, indexed):
    for number in range(4):
        (folder / f"{number}.pdf").rename(folder / f"new-{number}.pdf")
    assert run().renamed == 4
    for number in range(2):
        (folder / f"new-{number}.pdf").unlink()
    assert run().removed == 2
    assert len(paths()) == 2


def test_a_folder_whose_files_were_all_renewed_is_in_use(run, write, paths, folder, indexed):
    for number in range(4):
        (folder / f"{number}.pdf").unlink()
        write(f"other-{number}.pdf", f"others {number}")
    assert run().removed == 4
    assert len(paths()) == 4


@pytest.mark.promise(33)
def test_files_of_other_types_are_counted_in_the_report(run, write, indexed):
    write("notes.xyz", "x")
    write("more.xyz", "x")
    assert run().unread == {".xyz": 2}
