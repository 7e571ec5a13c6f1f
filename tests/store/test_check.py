import hashlib
import io
import shutil

import pytest
from PIL import Image

from mmrag.errors import IndexLocked
from mmrag.store import faiss_files
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore
from mmrag.store.pictures import PictureStore
from mmrag.types import Picture


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
            parsed = put(catalog, make_document(f"/docs/{name}.pdf", f"{name}\n{name}{name}"))
            store.save(picture(colour))
            catalog.session.db.execute(
                "update pages set picture = ? where document_id = ?",
                [picture(colour).sha256, parsed.document.id],
            )
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
    [("x'00'", "has 1 bytes instead of 32"), ("zeroblob(32)", "has length 0.000 instead of 1")],
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
        "insert into searchable values (99, '0000abcd-p0001-t01', 'x')",
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


def test_a_faiss_file_of_other_vectors_is_named(index, damage):
    damage("update vectors set row = (select row from vectors where id = 4) where id = 1")
    assert told(check(index)) == ["faiss: vector 1 is another one in it"]


@pytest.mark.promise(6)
def test_pictures_are_compared_both_ways(index):
    store = PictureStore(index)
    store.save(picture("white"))
    store.remove(picture("red").sha256)
    store.path(picture("green").sha256).write_bytes(b"not what it was")
    faults = {fault.item: fault.message for fault in check(index)}
    assert faults == {
        picture("red").sha256: "is missing",
        picture("green").sha256: "is damaged: its content changed",
        picture("white").sha256: "no page or figure refers to it",
    }


def test_a_document_that_lost_its_picture_is_marked_to_be_read_again(index):
    PictureStore(index).remove(picture("red").sha256)
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
