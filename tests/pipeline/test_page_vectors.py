"""Vectors of pages come with a run whose profile has an encoder for them, or by --reencode."""

import numpy as np
import pytest

from mmrag.config import Settings
from mmrag.errors import ModelError, ModelMissing, SpaceMismatch
from mmrag.pipeline.page_vectors import fill_pages
from mmrag.pipeline.reencoding import reencode
from mmrag.store import status
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.store.pictures import PictureStore
from mmrag.store.vector_store import open_page_index, open_vector_store
from mmrag.types import Space


class Halves:
    """The mean colours of the left and the right half of a page."""

    space = Space("halves", "0" * 64, "multi-vector, pooled by 1", 3)

    def encode_pages(self, images):
        found = []
        for image in images:
            pixels = np.asarray(image.convert("RGB"), np.float32)
            middle = pixels.shape[1] // 2
            rows = [pixels[:, :middle].mean(axis=(0, 1)), pixels[:, middle:].mean(axis=(0, 1))]
            matrix = np.array(rows, np.float32) + 1
            found.append(matrix / np.linalg.norm(matrix, axis=1, keepdims=True))
        return found

    def encode_query(self, text):
        return np.eye(1, 3, dtype=np.float32)


@pytest.fixture
def documents(write):
    write("a.pdf", "alpha\n\fbeta\nFigure 1: bars")
    write("b.pdf", "gamma")


def told(layout):
    with Catalog.open(layout) as catalog:
        return status.of(catalog, layout, open_vector_store(catalog)).page_vectors


def test_a_run_makes_them_and_the_next_one_those_of_new_pages(
    documents, run, write, layout, fake
) -> None:
    models = fake(page_encoder=Halves)
    run(models=models)
    assert (told(layout).pages, told(layout).vectors, told(layout).space) == (3, 6, Halves.space)
    write("c.pdf", "delta")
    run(models=models)
    assert (told(layout).pages, told(layout).missing) == (4, 0)


def test_an_index_gets_them_later_and_keeps_what_else_it_has(documents, run, layout, fake) -> None:
    run()
    assert told(layout) is None
    events = []
    [report] = reencode(layout, fake(page_encoder=Halves), on_event=events.append)
    assert (report.channel, report.encoded) == ("pages", 3)
    assert events[-1].vectors == 3
    assert told(layout).pages == 3
    [again] = reencode(layout, fake(page_encoder=Halves))
    assert again.encoded == 0


def test_those_of_another_encoder_are_refused_until_they_are_encoded_anew(
    documents, run, layout, fake
) -> None:
    class Other(Halves):
        space = Space("other", "1" * 64, "multi-vector, pooled by 1", 3)

    run(models=fake(page_encoder=Halves))
    run(rebuild=True, models=fake())
    with pytest.raises(SpaceMismatch, match="--reencode"):
        run(models=fake(page_encoder=Other))
    reencode(layout, fake(page_encoder=Other))
    assert told(layout).space == Other.space
    assert told(layout).pages == 3


def test_without_its_model_the_rest_is_indexed(documents, run, layout, fake) -> None:
    def missing():
        raise ModelMissing("no weights")

    report = run(models=fake(page_encoder=missing))
    assert report.stored == 2
    assert report.problems == ("vectors of pages not made: no weights",)


def test_a_page_whose_picture_is_lost_is_named(documents, run, layout, fake) -> None:
    run()
    with Catalog.open(layout) as catalog:
        pages = [
            page for held in catalog.documents.all() for page in catalog.pages.of_document(held.id)
        ]
    PictureStore(layout).remove([pages[0].picture])
    [report] = reencode(layout, fake(page_encoder=Halves))
    assert report.encoded == 2
    assert report.unreadable[0][0] == pages[0].id


@pytest.mark.parametrize(
    "reply", [[], [np.ones((2, 3), np.float32)], [np.full((2, 3), np.nan, np.float32)]]
)
def test_a_model_that_replies_otherwise_than_it_says_is_an_error(
    documents, run, layout, settings, reply
) -> None:
    class Wrong(Halves):
        def encode_pages(self, images):
            return reply and reply * len(images)

    run()
    with Catalog.open(layout, write=True) as catalog, pytest.raises(ModelError, match="replied"):
        kept = ItemPictures(catalog, lambda: pytest.fail("nothing is drawn"))
        fill_pages(catalog, kept, Wrong(), settings.late)


class Quarters(Halves):
    """The same in eight numbers, as many as LanceDB's codes want."""

    space = Space("quarters", "0" * 64, "multi-vector, pooled by 1", 8)

    def encode_pages(self, images):
        return [np.pad(rows, ((0, 0), (0, 5))) for rows in super().encode_pages(images)]


@pytest.mark.parametrize(("finds", "held"), [(2, 1), (0, 0)])
def test_an_index_of_them_is_made_where_more_are_to_be_found_than_are_compared(
    documents, run, layout, fake, finds, held
) -> None:
    pytest.importorskip("lancedb")
    settings = Settings.model_validate(
        {
            "late": {"finds": finds, "compared_pages": 2},
            "store": {"vectors": "lancedb"},
            "ocr": {"engine": "none"},
            "ingest": {"pictures": "kept"},
        }
    )
    run(models=fake(settings=settings, page_encoder=Quarters))
    tables = [path.name for path in (layout.engine("lancedb") / "tables").iterdir()]
    assert sum("pages_" in name for name in tables) == held
    with Catalog.open(layout) as catalog:
        assert len(open_page_index(catalog, settings.store).lacking()) == (0 if held else 3)
