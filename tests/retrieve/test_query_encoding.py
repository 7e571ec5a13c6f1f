"""Which channels are searched, and what is said about the others."""

import pytest
from PIL import Image

from mmrag.config import ChannelWeights, RetrieveSettings
from mmrag.errors import ModelError, ModelMissing, UsageError
from mmrag.retrieve.search import Query, Searcher
from mmrag.store.vector_store import open_vector_store
from mmrag.types import Space

GREEN = Image.new("RGB", (8, 8), (0, 255, 0))
COLOURS = {1: "red", 2: "green", 3: "blue"}


@pytest.fixture
def painted(catalog, storing, texts, images):
    """Three pages of text and one colour each, in every channel but the descriptions'."""
    report, put = storing
    parsed = report("/painted.pdf", {n: {"text": f"page of paint {n}"} for n in (1, 2, 3)})
    put(catalog, parsed, texts, images, COLOURS)
    return parsed


def test_a_picture_finds_the_page_that_looks_like_it(searching, catalog, painted, texts, images):
    result = searching(catalog, texts, images).search(Query(image=GREEN, k=1))
    assert result.hits[0].page == 2
    assert set(result.hits[0].channels) == {"image"}
    assert not result.notes


def test_a_picture_is_searched_for_also_where_words_leave_the_channel_out(
    searching, catalog, painted, texts, images
):
    searcher = searching(catalog, texts, images, weights=ChannelWeights({"image": 0.0}))
    assert searcher.search(Query(image=GREEN, k=1)).hits[0].page == 2
    [hit, *_] = searcher.search(Query("a green page", unit="page")).hits
    assert "image" not in hit.channels


def test_words_are_searched_among_pictures_too(searching, catalog, painted, texts, images):
    query = Query("a blue page", channels=("image",), unit="page")
    assert searching(catalog, texts, images).search(query).hits[0].page == 3


def test_a_long_question_is_split_for_the_image_model_and_a_note_says_so(
    searching, catalog, painted, texts, images
):
    query = Query("a page in the colour blue please", channels=("image",), unit="page")
    result = searching(catalog, texts, images).search(query)
    assert result.hits[0].page == 3
    assert any("split in 3" in note for note in result.notes)


class InTheSpaceOfTexts:
    """Pictures lie where the text encoder puts what they show."""

    space = Space("shared", "0" * 64, "none", 512)

    def __init__(self, texts) -> None:
        self.texts, self.text_space, self.asked = texts, texts.space, 0

    def encode_texts(self, texts):
        self.asked += 1
        return self.texts.encode(texts)

    def split(self, text):
        return [text]


def test_one_encoding_of_the_question_serves_the_text_and_image_channels(
    searching, catalog, storing, texts
):
    report, put = storing
    images = InTheSpaceOfTexts(texts)
    parsed = report("/painted.pdf", {n: {"text": f"page {n}"} for n in (1, 2, 3)})
    put(catalog, parsed, texts, images, COLOURS)
    texts.calls = images.asked = 0
    searcher = searching(catalog, texts, images)
    hits = searcher.search(Query("green", unit="page")).hits
    assert [hit.page for hit in hits if hit.channels["image"].rank == 1] == [2]
    assert (texts.calls, images.asked) == (1, 0)
    [hit, *_] = searcher.search(Query("blue", unit="page", channels=("image",))).hits
    assert (hit.page, images.asked) == (3, 1)


def test_the_image_channel_counts_for_questions_of_looks(searching, catalog, storing, texts):
    report, put = storing
    parsed = report("/painted.pdf", {n: {"text": f"page {n} of green paint"} for n in (1, 2)})
    put(catalog, parsed, texts, InTheSpaceOfTexts(texts), COLOURS)
    searcher = searching(catalog, texts, InTheSpaceOfTexts(texts))
    of_all = searcher.using(searcher.settings.model_copy(update={"image_for": "all"}))

    def channels(searcher, question, **options):
        hits = searcher.search(Query(question, unit="page", **options)).hits
        return {name for hit in hits for name in hit.channels}

    assert "image" not in channels(searcher, "paint")
    assert "image" in channels(searcher, "green paint")
    assert "image" in channels(searcher, "paint", channels=("image", "passage"))
    assert "image" in channels(of_all, "paint")


def test_a_picture_needs_a_filled_image_channel(searcher, annual):
    with pytest.raises(UsageError, match="mmrag index --channel image"):
        searcher.search(Query(image=GREEN))


def test_a_picture_needs_an_image_encoder(searcher, painted):
    with pytest.raises(UsageError, match="no image checkpoint"):
        searcher.search(Query(image=GREEN))


def test_a_picture_cannot_be_searched_in_other_channels(searcher, annual):
    with pytest.raises(UsageError, match="image channel"):
        searcher.search(Query(image=GREEN, channels=("keyword",)))


def test_a_channel_without_vectors_is_left_out_with_a_note(searcher, painted, annual):
    notes = searcher.search(Query("chart of revenue")).notes
    assert notes == ("the image channel is left out: this profile has no image checkpoint",)


def test_words_are_searched_for_while_the_image_checkpoint_is_missing(
    catalog, texts, painted, annual
):
    def missing():
        raise ModelMissing("clip: not on this machine: `mmrag models pull clip` fetches it")

    settings = RetrieveSettings()
    vectors = open_vector_store(catalog)
    searcher = Searcher(
        catalog, vectors, lambda: texts, missing, settings, pictures=lambda names: {}
    )
    result = searcher.search(Query("chart of revenue"))
    assert result.hits
    (note,) = result.notes
    assert "the image channel is left out: clip: not on this machine" in note
    with pytest.raises(UsageError, match="mmrag models pull clip"):
        searcher.search(Query(image=GREEN))
    with pytest.raises(UsageError, match="mmrag models pull clip"):
        searcher.search(Query("chart of revenue", channels=("image",)))


def test_an_empty_channel_is_named_with_the_command_that_fills_it(searcher, annual):
    (note,) = searcher.search(Query("chart of revenue")).notes
    assert "image channel is empty" in note
    assert "mmrag index --channel image" in note


def test_a_channel_asked_for_that_cannot_be_searched_is_an_error(searcher, annual):
    with pytest.raises(UsageError, match="image channel is empty"):
        searcher.search(Query("revenue", channels=("image",)))


def test_an_index_without_documents_says_so(searcher):
    result = searcher.search(Query("revenue"))
    assert not result.hits
    assert result.notes == ("this index holds no vectors: `mmrag index PATH` adds documents",)


def test_a_channel_without_weight_is_off_unless_it_is_asked_for(searching, catalog, annual, texts):
    searcher = searching(
        catalog, texts, weights={"passage": 0, "description": 0, "image": 0, "keyword": 1}
    )
    hits = searcher.search(Query("revenue", unit="page")).hits
    assert {name for hit in hits for name in hit.channels} == {"keyword"}
    asked = searcher.search(Query("revenue", unit="page", channels=("passage",))).hits
    assert {name for hit in asked for name in hit.channels} == {"passage"}


def test_an_encoder_that_answers_short_is_an_error(searching, catalog, annual, texts):
    class Short(type(texts)):
        def encode(self, lines):
            return super().encode(lines)[:, :-1]

    with pytest.raises(ModelError, match="shape"):
        searching(catalog, Short()).search(Query("revenue"))


def test_words_that_too_much_of_the_index_has_are_not_looked_for_and_told(
    searching, catalog, painted, texts
):
    searcher = searching(catalog, texts, word_matches=2)
    result = searcher.search(Query("paint 2", channels=("keyword",)))
    assert [hit.page for hit in result.hits] == [2]
    assert result.notes == ("not looked for as words, since too many passages have them: paint",)
    within = searcher.search(
        Query("paint 2", channels=("keyword",), documents=(painted.document.id,))
    )
    assert len(within.hits) == 3
    assert len(searching(catalog, texts).search(Query("paint 2", channels=("keyword",))).hits) == 3


class Counted:
    """Texts, with what it was asked to encode."""

    def __init__(self, texts) -> None:
        self._texts = texts
        self.space = texts.space
        self.asked: list[str] = []

    def encode(self, texts):
        self.asked += texts
        return self._texts.encode(texts)


def test_who_asks_the_same_under_many_settings_has_each_text_encoded_once(
    searching, catalog, painted, texts, images
):
    counted = Counted(texts)
    searcher = searching(catalog, counted, images)
    queries = [Query("a green page", unit="page"), Query("a blue page", unit="page")]
    first = searcher.search_many(queries)
    searcher.search_many(queries)
    assert len(counted.asked) == 4, "a search alone keeps nothing"
    remembering = searcher.remembering()
    again = [remembering.using(searcher.settings).search_many(queries) for _ in range(3)]
    assert len(counted.asked) == 6
    for results in again:
        assert [r.hits for r in results] == [r.hits for r in first]
