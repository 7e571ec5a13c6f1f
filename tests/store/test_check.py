import hashlib
import io
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from mmrag.errors import IndexLocked
from mmrag.store import faiss_files
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.store.pictures import PictureStore
from mmrag.types import Description, Picture


def picture(colour):
    data = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(data, "png")
    raw = data.getvalue()
    return Picture(hashlib.sha256(raw).hexdigest(), raw, "png", 4, 4)


@pytest.fixture
def index(layout, make_document, put):
    """A sound index of three documents with a picture each."""
    store = PictureStore(layout)
    with Catalog.create(layout) as catalog:
        for name, colour in (("a", "red"), ("b", "green"), ("c", "blue")):
            store.save(picture(colour))
            parsed = make_document(f"/docs/{name}.pdf", f"{name}\n{name}{name}")
            (page,) = parsed.pages
            pages = (replace(page, picture=picture(colour).sha256),)
            put(catalog, replace(parsed, pages=pages))
        FaissStore(catalog).publish()
    return layout


@pytest.fixture
def damage(index):
    """Runs statements on the database as no code of ours would."""

    def run(*statements):
        with Catalog.create(index) as catalog:
            catalog.session.db.execute("pragma foreign_keys = off")
            for statement in statements:
                catalog.session.db.execute(statement)

    return run


def told(faults):
    return [f"{fault.part}: {fault.message}" for fault in faults]


def test_a_sound_index_has_no_faults(index):
    assert check(index) == []
    assert check(index, repair=True) == []


@pytest.mark.promise(6)
def test_a_vector_of_nothing_is_named_and_removed(index, damage):
    damage("update vectors set item_id = '0000abcd-p0001-t01' where id = 1")
    faults = check(index)
    assert faults[0].item == "passage 0000abcd-p0001-t01"
    assert told(faults) == [
        "vectors: vector 1 belongs to no item",
        "vectors: 1 items have no vector of their present content",
    ]
    assert [fault.repaired for fault in check(index, repair=True)] == [True, False]
    assert "mmrag index --channel passage" in str(check(index)[0])


@pytest.mark.parametrize(
    ("blob", "message"),
    [("x'00'", "has 1 bytes instead of 16"), ("zeroblob(16)", "has length 0.000 instead of 1")],
)
def test_a_broken_vector_is_named_and_removed(index, damage, blob, message):
    damage(f"update vectors set row = {blob} where id = 1")
    assert f"vectors: vector 1 {message}" in told(check(index))
    check(index, repair=True)
    assert told(check(index)) == ["vectors: 1 items have no vector of their present content"]


@pytest.mark.promise(6)
def test_words_that_differ_are_named_and_rebuilt(index, damage):
    with Catalog.open(index) as reader:
        before = reader.words.search("aa", 5), reader.words.search("growth", 5)
    damage(
        "delete from words where rowid in (1, 3)",
        "insert into searchable values (99, '0000abcd-p0001-t01', 'x', 0)",
        "insert into words (rowid, body) values (99, 'ghost')",
    )
    faults = [fault for fault in check(index) if fault.part == "words"]
    assert [fault.message for fault in faults] == [
        "cannot be found by its words",
        "cannot be found by its words",
        "words of nothing",
    ]
    assert all(fault.repaired for fault in check(index, repair=True))
    assert check(index) == []
    with Catalog.open(index) as reader:
        assert [item for item, _ in reader.words.search("aa", 5)] == [item for item, _ in before[0]]
        assert len(reader.words.search("growth", 5)) == len(before[1])


@pytest.mark.promise(6)
@pytest.mark.parametrize("harm", ["missing folder", "missing file", "flipped bit", "stray file"])
def test_faiss_files_that_differ_are_named_and_rebuilt(index, harm):
    held = index.vectors / faiss_files.read_manifest(index, "passage").file
    if harm == "missing folder":
        shutil.rmtree(index.vectors)
    elif harm == "missing file":
        held.unlink()
    elif harm == "flipped bit":
        data = bytearray(held.read_bytes())
        data[len(data) // 2] ^= 1
        held.write_bytes(data)
    else:
        (index.vectors / "passage-0123456789ab.faiss.tmp").write_bytes(b"half")
    faults = check(index)
    assert {fault.part for fault in faults} == {"faiss"}
    assert all(fault.repaired for fault in check(index, repair=True))
    assert check(index) == []


@pytest.mark.promise(40)
def test_a_changed_vector_is_removed_and_its_search_file_stays_as_it_is(index, damage):
    held = faiss_files.read_manifest(index, "passage")
    damage("update vectors set row = (select row from vectors where id = 4) where id = 1")
    assert told(check(index)) == ["vectors: vector 1 changed since it was stored"]
    assert [fault.repaired for fault in check(index, repair=True)] == [True]
    assert told(check(index)) == ["vectors: 1 items have no vector of their present content"]
    assert faiss_files.read_manifest(index, "passage") == held


@pytest.mark.promise(6)
def test_a_faiss_file_of_other_vectors_is_named(index):
    with Catalog.open(index, write=True) as catalog:
        numbers, rows = next(catalog.vectors.read("passage", 8))
        epoch, state = catalog.epochs.latest().name, catalog.vectors.state("passage")
        faiss_files.publish(index, "passage", epoch, state, [(numbers, rows[::-1])])
    assert told(check(index)) == ["faiss: vector 1 is another one in it"]


@pytest.mark.promise(40)
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("documents", "title = 'another'"),
        ("pages", "text = replace(text, 'a', '9')"),
        ("pages", "text = cast(x'61ff61' as text)"),
        ("pages", "checksum = null"),
        ("figures", "caption = replace(caption, 'growth', 'fall')"),
        ("figures", "x1 = x1 + 1"),
        ("passages", "stop = stop - 1"),
        ("descriptions", "text = text || ' 931.2'"),
    ],
)
def test_a_changed_text_is_named_and_its_document_read_again(index, damage, table, change):
    damage(f"update {table} set {change} where rowid = 1")
    (fault,) = check(index)
    assert (fault.part, fault.message) == ("texts", "changed since it was stored")
    assert fault.item.startswith(table)
    assert [fault.repaired for fault in check(index, repair=True)] == [False]
    with Catalog.open(index) as reader:
        unread = [
            path for path, (source, _) in reader.sources.all().items() if not source.is_stamped
        ]
    assert unread == ["/docs/a.pdf"]


@pytest.mark.promise(40)
def test_what_a_model_said_and_was_changed_is_forgotten(index, damage):
    with Catalog.open(index, write=True) as catalog:
        (figure, *_) = catalog.figures.of_document(catalog.documents.all()[0].id)
        catalog.put_descriptions([Description(figure.id, "Bars that rise.", "eye", "v1")])
    told_before = told(check(index))
    damage("update descriptions set text = 'Bars that fall.' where describer = 'eye'")
    assert "texts: changed since it was stored" in told(check(index))
    assert check(index, repair=True)[0].repaired
    with Catalog.open(index) as reader:
        assert figure.id in reader.descriptions.missing("eye", "v1")
        assert all(source.is_stamped for source, _ in reader.sources.all().values())
    assert told(check(index)) == told_before


@pytest.mark.promise(6)
def test_pictures_are_compared_both_ways(index):
    store = PictureStore(index)
    store.save(picture("white"))
    store.remove([picture("red").sha256])
    store.path(picture("green").sha256).write_bytes(b"not what it was")
    faults = {fault.item: fault.message for fault in check(index)}
    assert faults == {
        picture("red").sha256: "is missing",
        picture("green").sha256: "is damaged: its content changed",
        picture("white").sha256: "no page or figure refers to it",
    }


def test_a_document_that_lost_its_picture_is_marked_to_be_read_again(index):
    PictureStore(index).remove([picture("red").sha256])
    faults = check(index, repair=True)
    assert [fault.repaired for fault in faults] == [False]
    assert "reads it again" in str(faults[0])
    with Catalog.open(index) as reader:
        stamps = {path: source.is_stamped for path, (source, _) in reader.sources.all().items()}
    assert stamps == {"/docs/a.pdf": False, "/docs/b.pdf": True, "/docs/c.pdf": True}


def test_a_document_without_its_page_row_is_a_fault_of_the_database(index, damage):
    damage("delete from documents where rowid = 1")
    assert any(fault.part == "database" for fault in check(index))


def test_a_repair_does_not_meet_a_writer(index):
    with Catalog.create(index):
        assert check(index) == []
        with pytest.raises(IndexLocked):
            check(index, repair=True)
