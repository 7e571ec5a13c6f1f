from mmrag.store import status
from mmrag.store.faiss_store import FaissStore
from mmrag.store.sources import Failure, SourceFile
from mmrag.types import Problem


def test_what_is_held_what_is_missing_and_what_failed_is_told(catalog, layout, make_document, put):
    blank = Problem("text", "page 1 is blank")
    put(catalog, make_document("/docs/a.pdf", "sales", status="partial", problems=(blank,)))
    put(catalog, make_document("/docs/b.pdf", "costs", "more"), channels=["passage"])
    broken = Problem("open", "not a PDF")
    catalog.set_failure(Failure(SourceFile("/docs/c.pdf", 3, 1), None, broken))
    told = status.of(catalog, layout, FaissStore(catalog))
    assert told.by_status == {"ok": 1, "partial": 1, "failed": 1}
    assert (told.pages, told.figures, told.passages) == (3, 3, 3)
    held = {item.channel: (item.vectors, item.missing) for item in told.channels}
    assert held["passage"] == (3, 0)
    assert held["description"] == (1, 2)
    assert [(item.path, item.problem, item.status) for item in told.problems] == [
        ("/docs/a.pdf", blank, "partial"), ("/docs/c.pdf", broken, "failed"),
    ]  # fmt: skip
    assert told.index_bytes > 0
    assert told.picture_bytes == 0


def test_the_bytes_of_a_folder_are_those_of_all_files_below_it(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "a" / "b" / "two").write_bytes(b"12345")
    assert status.folder_bytes(tmp_path) == 8
    assert status.folder_bytes(tmp_path / "none") == 0
