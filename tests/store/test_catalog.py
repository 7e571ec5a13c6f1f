import os
import sqlite3
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from mmrag.errors import IndexMissing, IndexUnusable, SpaceMismatch, UsageError
from mmrag.store.catalog import Catalog
from mmrag.store.descriptions import DescriptionFailure
from mmrag.store.sources import Failure, SourceFile
from mmrag.types import Cell, Description, Grid, Problem, Space, VectorBatch


def test_a_document_comes_back_as_it_was_put(catalog, make_document, put):
    problems = (Problem("render", "timeout after 20 s", 2), Problem("open", "repaired"))
    parsed = make_document(
        "/docs/a.pdf",
        "alpha\nbeta",
        "gamma",
        title="Annual report",
        metadata={"author": "Ä. Ünal"},
        status="partial",
        problems=problems,
    )
    put(catalog, parsed)
    name = parsed.document.id
    assert catalog.documents.all() == [parsed.document]
    assert catalog.documents.get(name) == parsed.document
    assert tuple(catalog.pages.of_document(name)) == parsed.pages
    assert catalog.pages.get(f"{name}-p0002") == parsed.pages[1]
    assert catalog.figures.of_page(f"{name}-p0001") == [parsed.figures[0]]
    assert tuple(catalog.figures.of_document(name)) == parsed.figures
    assert catalog.passages.of_page(f"{name}-p0001") == list(parsed.passages[:2])
    assert catalog.passages.get(parsed.passages[1].id) == parsed.passages[1]
    told = catalog.descriptions.of_figures([parsed.figures[0].id])[parsed.figures[0].id]
    assert [item.describer for item in told] == ["extracted"]


def test_a_table_comes_back_as_data_and_goes_with_its_document(catalog, make_document, put):
    parsed = make_document("/docs/a.pdf", "alpha")
    cells = (
        Cell(0, 0, 0, 1, "Total \x00", (1.0, 2.0, 3.0, 4.0), True),
        Cell(1, 1, 1, 1, "5", (0,) * 4),
    )
    grid = Grid(parsed.figures[0].id, cells, "a test", 0.9)
    put(catalog, replace(parsed, grids=(grid,)))
    found = catalog.grids.of_figures([grid.figure_id])[grid.figure_id]
    assert found.cells[0] == replace(cells[0], text="Total \N{REPLACEMENT CHARACTER}")
    assert (found.cells[1], found.reader, found.trust) == (cells[1], "a test", 0.9)
    assert [held.figure_id for held in catalog.grids.all()] == [grid.figure_id]
    catalog.remove_path("/docs/a.pdf")
    assert catalog.grids.count() == 0


def test_bulk_getters_leave_out_what_is_not_there(catalog, make_document, put):
    parsed = put(catalog, make_document("/docs/a.pdf", *(f"page {n}" for n in range(700))))
    wanted = [page.id for page in parsed.pages]
    assert list(catalog.pages.by_id([*wanted, "0000abcd-p0001"])) == wanted
    assert catalog.figures.by_id([]) == {}
    with pytest.raises(UsageError, match="no page 'x'"):
        catalog.pages.get("x")


def test_a_changed_file_takes_the_place_of_the_old_document(catalog, make_document, put):
    old = put(catalog, make_document("/docs/a.pdf", "alpha"))
    new = put(catalog, make_document("/docs/a.pdf", "omega"))
    assert [d.id for d in catalog.documents.all()] == [new.document.id]
    counts = catalog.counts()
    assert (counts.pages, counts.figures, counts.passages) == (1, 1, 1)
    assert counts.vectors == {"passage": 1, "description": 1}
    assert catalog.words.search("alpha", 5) == []
    assert old.document.id not in str(catalog.words.search("omega", 5))


def test_copies_are_sources_of_one_document(catalog, make_document, put):
    parsed = put(catalog, make_document("/docs/b.pdf", "alpha"))
    catalog.update_sources([(parsed.document.id, SourceFile("/docs/a.pdf", 100, 2))])
    assert [d.path for d in catalog.documents.all()] == ["/docs/a.pdf"]
    put(catalog, parsed, "/docs/b.pdf")
    assert set(catalog.sources.all()) == {"/docs/a.pdf", "/docs/b.pdf"}
    catalog.remove_path("/docs/a.pdf")
    assert [d.path for d in catalog.documents.all()] == ["/docs/b.pdf"]
    catalog.remove_path("/docs/b.pdf")
    assert catalog.documents.all() == []
    assert catalog.counts().vectors == {}


def test_files_may_change_places(catalog, make_document, put):
    a = put(catalog, make_document("/docs/a.pdf", "alpha")).document.id
    b = put(catalog, make_document("/docs/b.pdf", "beta")).document.id
    catalog.update_sources(
        [(b, SourceFile("/docs/a.pdf", 1, 1)), (a, SourceFile("/docs/b.pdf", 1, 1))]
    )
    assert {d.path: d.id for d in catalog.documents.all()} == {"/docs/a.pdf": b, "/docs/b.pdf": a}


def test_a_failure_replaces_the_document_of_its_path(catalog, make_document, put):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    failure = Failure(SourceFile("/docs/a.pdf", 7, 8), "0" * 64, Problem("open", "not a PDF", 3))
    catalog.set_failure(failure)
    assert catalog.failures.all() == [failure]
    assert catalog.documents.all() == []
    put(catalog, make_document("/docs/a.pdf", "beta"))
    assert catalog.failures.all() == []


def test_a_file_out_of_reach_keeps_its_document(catalog, make_document, put):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    catalog.set_failure(
        Failure(SourceFile("/docs/a.pdf"), None, Problem("open", "denied")), keep_document=True
    )
    assert len(catalog.documents.all()) == len(catalog.failures.all()) == 1


@pytest.mark.promise(1)
def test_a_put_that_fails_leaves_the_old_state(catalog, make_document, put, batch_of):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    before = list(catalog.session.db.conn.iterdump())
    new = make_document("/docs/a.pdf", "omega")
    other = Space("another", "1" * 64, "none", 8)
    foreign = VectorBatch("passage", (new.passages[0].id,), np.eye(1, 8, dtype=np.float32), other)
    with pytest.raises(SpaceMismatch):
        catalog.put(new, [], [foreign], SourceFile("/docs/a.pdf", 1, 1))
    assert list(catalog.session.db.conn.iterdump()) == before


@pytest.mark.promise(1)
def test_a_transaction_of_which_a_part_failed_changes_nothing(catalog, make_document, put):
    with pytest.raises(RuntimeError, match="a part of a transaction failed"), catalog.transaction():
        put(catalog, make_document("/docs/a.pdf", "alpha"))
        with suppress(KeyError), catalog.transaction():
            raise KeyError
    assert catalog.documents.all() == []
    put(catalog, make_document("/docs/b.pdf", "beta"))
    assert [d.path for d in catalog.documents.all()] == ["/docs/b.pdf"]


@pytest.mark.promise(10)
@pytest.mark.parametrize(
    "change",
    [{"model": "m2"}, {"weights": "1" * 64}, {"preprocessing": "crop"}, {"dimension": 16}],
    ids=lambda change: next(iter(change)),
)
def test_another_space_is_refused_with_the_command_that_reencodes(
    catalog, make_document, put, space, change
):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    held = {name: getattr(space, name) for name in Space.__dataclass_fields__}
    with pytest.raises(SpaceMismatch, match=r"mmrag index --index .* --reencode"):
        catalog.vectors.check_space("passage", Space(**{**held, **change}))
    catalog.vectors.check_space("passage", space)
    catalog.vectors.check_space("image", Space("any", "", "", 3))


def test_a_dropped_channel_can_be_filled_by_another_encoder(catalog, make_document, put, vector):
    parsed = put(catalog, make_document("/docs/a.pdf", "alpha"))
    catalog.vectors.drop_channel("passage")
    assert set(catalog.vectors.spaces()) == {"description"}
    other = Space("another", "1" * 64, "none", 4)
    item = parsed.passages[0].id
    assert list(catalog.vectors.missing("passage")) == [item]
    catalog.vectors.put(VectorBatch("passage", (item,), np.eye(1, 4, dtype=np.float32), other))
    assert catalog.vectors.spaces()["passage"] == other
    assert list(catalog.vectors.missing("passage")) == []
    assert list(catalog.vectors.missing("description")) == []


def test_vectors_of_unknown_items_are_refused(catalog, make_document, put, space):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    row = np.eye(1, 8, dtype=np.float32)
    for item in ("x", "0000abcd-p0001-t01", catalog.documents.all()[0].id + "-p0001-t09"):
        with pytest.raises(UsageError, match="not in the index"):
            catalog.vectors.put(VectorBatch("passage", (item,), row, space))


def test_a_new_description_stands_beside_the_extracted_one_and_waits_for_its_vector(
    catalog, make_document, put, batch_of
):
    parsed = put(catalog, make_document("/docs/a.pdf", "alpha"))
    figure = parsed.figures[0].id
    catalog.descriptions.set_failure(figure, "llava", "timeout")
    catalog.descriptions.set_failure(figure, "llava", "timeout again")
    assert catalog.descriptions.failures() == [
        DescriptionFailure(figure, "llava", "timeout again", 2)
    ]
    assert catalog.descriptions.missing("llava", "v1") == []
    assert catalog.descriptions.missing("llava", "v1", retry=True) == [figure]

    catalog.put_descriptions([Description(figure, "Zebras by year", "llava", "v1", 0.25)])
    assert catalog.descriptions.failures() == []
    assert [d.describer for d in catalog.descriptions.of_figures([figure])[figure]] == [
        "llava",
        "extracted",
    ]
    assert catalog.descriptions.of_figures([figure])[figure][0].trust == 0.25
    assert list(catalog.vectors.missing("description")) == [figure]
    assert catalog.counts().stale_vectors == 1
    assert [item for item, _ in catalog.words.search("zebra", 5)] == [figure]
    assert catalog.descriptions.missing("llava", "v1") == []
    assert catalog.descriptions.missing("llava", "v2") == [figure]

    catalog.vectors.put(batch_of(parsed, "description"))
    assert list(catalog.vectors.missing("description")) == []


@pytest.mark.promise(21)
@pytest.mark.parametrize(
    "text",
    [
        "nul \x00 within",
        "lone \ud800 surrogate",
        "zero\u200bwidth \u202e bidi \U000e0041 tag",
        "\ufffd\ufeff\N{ROBOT FACE} \x1b[31m",
    ],
    ids=["nul", "surrogate", "invisible", "odd"],
)
def test_odd_text_survives_or_is_replaced_visibly(catalog, make_document, put, text):
    parsed = make_document("/docs/a.pdf", f"{text}\nsecond line", title=text, metadata={text: text})
    put(catalog, parsed)
    shown = text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    document = catalog.documents.all()[0]
    assert document.title == shown
    assert document.metadata == {shown: shown}
    first, second = catalog.passages.of_page(parsed.pages[0].id)
    assert (first.text, second.text) == (f"{shown}\n", "second line")
    assert catalog.words.search(text, 3)


def test_a_file_name_that_is_not_utf8_survives(catalog, make_document, put):
    path = os.fsdecode(b"/docs/caf\xe9 \xff.pdf")
    put(catalog, make_document(path, "alpha", title=path))
    assert catalog.documents.all()[0].path == path
    assert list(catalog.sources.all()) == [path]
    catalog.set_failure(Failure(SourceFile(path, 1, 1), None, Problem("open", "gone")))
    assert catalog.failures.all()[0].source.path == path
    catalog.remove_path(path)
    assert catalog.failures.all() == []


def test_documents_are_found_by_id_name_path_or_title(catalog, make_document, put):
    report = put(catalog, make_document("/docs/2023/10-K Report.pdf", "alpha", title="Acme 2023"))
    other = put(catalog, make_document("/docs/letter.pdf", "beta"))
    name = report.document.id
    for wanted in (name, name[:5].upper(), "10-k*", "10-K Report", "*/2023/*", "acme*"):
        assert catalog.documents.resolve(wanted) == [name], wanted
    assert set(catalog.documents.resolve("*.pdf")) == {name, other.document.id}
    for wanted in ("", "nothing", "[", "'; drop table documents"):
        assert catalog.documents.resolve(wanted) == []


def test_runs_that_never_ended_were_interrupted(catalog):
    catalog.runs.begin()
    second = catalog.runs.begin()
    catalog.runs.end(second, "done", '{"stored": 1}')
    assert [run.status for run in catalog.runs.last()] == ["done", "interrupted"]
    assert catalog.runs.last()[0].summary == '{"stored": 1}'


def test_a_snapshot_sees_one_state_while_a_writer_commits(layout, catalog, make_document, put):
    put(catalog, make_document("/docs/a.pdf", "alpha"))
    with Catalog.open(layout) as reader:
        with reader.snapshot(), reader.snapshot():
            put(catalog, make_document("/docs/b.pdf", "beta"))
            assert len(reader.documents.all()) == 1
            assert reader.words.search("beta", 3) == []
        assert len(reader.documents.all()) == 2


@pytest.mark.promise(8)
def test_readers_cannot_write(layout, catalog):
    with Catalog.open(layout) as reader:
        with pytest.raises(UsageError, match="for reading only"):
            reader.remove_path("/docs/a.pdf")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.session.db.execute("delete from documents")


def test_an_index_in_a_folder_without_write_access_can_be_read(
    layout, make_document, put, monkeypatch
):
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha"))
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    layout.root.chmod(0o555)
    try:
        with Catalog.open(layout) as reader:
            assert len(reader.documents.all()) == 1
    finally:
        layout.root.chmod(0o755)


def test_a_missing_index_is_told_how_to_make_one(layout):
    for write in (False, True):
        with pytest.raises(IndexMissing, match="mmrag index FOLDER"):
            Catalog.open(layout, write=write)
    assert not layout.root.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_index_is_refused(layout, content):
    layout.root.mkdir()
    layout.db.write_bytes(content)
    with pytest.raises(IndexUnusable):
        Catalog.open(layout)
    assert layout.db.read_bytes() == content


def test_a_database_of_something_else_is_refused_unchanged(layout):
    layout.root.mkdir()
    with sqlite3.connect(layout.db) as db:
        db.execute("create table cats (name)")
    db.close()
    before = layout.db.read_bytes()
    for write in (False, True):
        with pytest.raises(IndexUnusable, match="not one of mmrag"):
            Catalog.open(layout, write=write)
    assert layout.db.read_bytes() == before


def test_an_index_knows_which_channels_may_lack_vectors(catalog, make_document, put, batch_of):
    def unfilled():
        return [c for c in ("image", "description", "passage") if catalog.vectors.is_unfilled(c)]

    for channel in ("image", "description", "passage"):
        catalog.vectors.set_filled(channel)
    parsed = put(catalog, make_document("/docs/a.pdf", "alpha"))
    assert unfilled() == []
    put(catalog, make_document("/docs/b.pdf", "beta"), channels=["description"])
    assert unfilled() == ["passage"]
    catalog.put_descriptions([Description(parsed.figures[0].id, "Zebras", "llava")])
    assert unfilled() == ["description", "passage"]
    catalog.vectors.set_filled("passage")
    catalog.vectors.set_filled("description")
    catalog.vectors.drop_channel("passage")
    assert unfilled() == ["passage"]


def test_a_damaged_database_is_an_error_that_says_what_to_do(layout, make_document, put):
    with Catalog.create(layout) as catalog:
        for n in range(200):
            put(catalog, make_document(f"/docs/{n}.pdf", f"alpha {n} " + "text " * 200))
    data = bytearray(layout.db.read_bytes())
    for start in range(8192 * 3, len(data), 8192 * 2):
        data[start : start + 4096] = b"\xff" * 4096
    layout.db.write_bytes(data)
    with (
        pytest.raises(IndexUnusable, match="mmrag restore"),
        Catalog.open(layout) as reader,
        reader.snapshot(),
    ):
        for document in reader.documents.all():
            reader.pages.of_document(document.id)
