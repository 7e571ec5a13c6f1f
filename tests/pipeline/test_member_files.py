"""Files within files: read like any other, and gone with what holds them."""

import json
import shutil
from pathlib import Path

import pytest


def holding(**inner: str) -> str:
    """The text of a file with others within it."""
    return "HOLDS" + json.dumps({name.replace("_", "."): text for name, text in inner.items()})


def test_files_within_files_are_documents_below_them(run, write, paths, layout) -> None:
    write("a.zip", holding(b_pdf="beta", c_zip=holding(d_pdf="delta")))
    report = run()
    assert (report.stored, report.failed) == (4, ())
    assert set(paths()) == {"a.zip", "a.zip!/b.pdf", "a.zip!/c.zip", "a.zip!/c.zip!/d.pdf"}
    assert list(layout.root.glob("unpacked-*")) == [], "what was unpacked is removed"


def test_what_holds_files_is_unchanged_with_them(run, write, parser, paths) -> None:
    write("a.zip", holding(b_pdf="beta"))
    run()
    before, parser.read = paths(), []
    report = run()
    assert (report.unchanged, report.removed, parser.read) == (1, 0, [])
    assert paths() == before


def test_one_that_was_taken_out_is_removed_and_the_others_are_not_read_again(
    run, write, parser, paths
) -> None:
    write("a.zip", holding(b_pdf="beta", c_pdf="gamma"))
    run()
    before, parser.read = paths(), []
    write("a.zip", holding(c_pdf="gamma", d_pdf="delta"))
    run()
    assert set(paths()) == {"a.zip", "a.zip!/c.pdf", "a.zip!/d.pdf"}
    assert paths()["a.zip!/c.pdf"] == before["a.zip!/c.pdf"]
    assert parser.read == ["a.zip", "d.pdf"]


def test_all_go_with_what_holds_them(run, write, paths, folder: Path) -> None:
    write("a.zip", holding(b_pdf="beta"))
    write("c.pdf", "gamma")
    run()
    (folder / "a.zip").unlink()
    assert run().removed == 1
    assert set(paths()) == {"c.pdf"}


def test_what_holds_files_is_found_again_under_another_name(
    run, write, paths, folder: Path
) -> None:
    write("a.zip", holding(b_pdf="beta"))
    run()
    before = paths()
    (folder / "a.zip").rename(folder / "z.zip")
    run()
    assert set(paths()) == {"z.zip", "z.zip!/b.pdf"}
    assert set(paths().values()) == set(before.values())


def test_the_same_bytes_within_and_beside_are_one_document(run, write, paths) -> None:
    write("a.zip", holding(b_pdf="beta", c_pdf="beta"))
    write("b.pdf", "beta")
    run()
    assert len(set(paths().values())) == 2
    assert set(paths()) == {"a.zip", "a.zip!/b.pdf", "a.zip!/c.pdf", "b.pdf"}


def test_a_run_that_is_cut_short_unpacks_again(run, write, parser, paths) -> None:
    write("a.zip", holding(b_pdf="beta"))

    def cut(tasks, save):
        if tasks[0].file is not None:
            raise KeyboardInterrupt
        yield from parser(tasks, save)

    assert run(parse=cut).interrupted
    assert set(paths()) == {"a.zip"}
    run()
    assert set(paths()) == {"a.zip", "a.zip!/b.pdf"}


@pytest.mark.promise(53)
def test_files_within_files_without_end_are_a_reason(run, write) -> None:
    inner = "delta"
    for depth in range(6):
        inner = holding(**{f"a{depth}_zip": inner})
    write("a.zip", inner)
    [failed] = run().failed
    assert failed.path.count("!/") == 4
    assert "one in the other" in failed.problems[0].message


def test_a_folder_whose_name_ends_as_that_of_what_holds_files_is_a_folder(
    run, write, paths, folder: Path
) -> None:
    write("wow!/a.pdf", "alpha")
    run()
    assert set(paths()) == {"wow!/a.pdf"}
    shutil.rmtree(folder / "wow!")
    write("b.pdf", "beta")
    run()
    assert set(paths()) == {"b.pdf"}


def test_a_file_within_that_failed_is_read_again_where_that_is_asked(run, write, parser) -> None:
    write("a.zip", holding(b_pdf="FAIL it is broken"))
    assert [Path(item.path).name for item in run().failed] == ["b.pdf"]
    parser.read = []
    run()
    assert parser.read == []
    run(retry_failed=True)
    assert parser.read == ["a.zip", "b.pdf"]
