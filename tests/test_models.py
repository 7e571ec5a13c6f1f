"""Models: each backend is loaded once, shared by threads, and let go of at the end."""

import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mmrag.config import Settings, VlmSettings
from mmrag.errors import ConfigError, ModelMissing
from mmrag.index import Index
from mmrag.models import Models
from mmrag.types import Space

THREADS = 8


class Encoder:
    """A text encoder that counts how often it was made and closed."""

    space = Space("counted", "0" * 64, "none", 2)
    made = closed = 0

    def __init__(self) -> None:
        time.sleep(0.05)  # long enough for other threads to ask meanwhile
        type(self).made += 1

    def encode(self, texts):
        return np.ones((len(texts), 2), np.float32) / np.sqrt(2, dtype=np.float32)

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture
def counted() -> type[Encoder]:
    return type("Counted", (Encoder,), {"made": 0, "closed": 0})


def together(ask) -> list[object]:
    """What threads get that ask at the same time."""
    barrier = threading.Barrier(THREADS)

    def work(_: int) -> object:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def test_nothing_is_loaded_before_it_is_asked_for(counted):
    models = Models(Settings(), text_encoder=counted)
    assert counted.made == 0
    models.close()
    assert counted.closed == 0


def test_threads_that_ask_together_share_one_backend(counted):
    models = Models(Settings(), text_encoder=counted)
    assert len(set(map(id, together(models.text_encoder)))) == 1
    assert counted.made == 1


def test_the_real_encoder_of_questions_is_shared_by_threads_and_gives_what_one_thread_gets():
    texts = [f"question {number} of the tidal power plant" for number in range(THREADS)]
    with Models.open("embedded") as models:
        alone = models.query_encoder().encode(texts)
        asked = together(lambda: models.query_encoder().encode(texts))
    for rows in asked:
        np.testing.assert_allclose(rows, alone, atol=1e-6)


def test_the_real_encoders_of_passages_and_pictures_bear_threads():
    from PIL import Image

    texts, picture = ["a passage", "another one, " * 400], Image.new("RGB", (40, 30), "navy")
    with Models.open("embedded") as models:

        def encode() -> tuple[np.ndarray, np.ndarray]:
            image = models.image_encoder()
            assert image is not None
            return models.text_encoder().encode(texts), image.encode_images([picture])

        alone, asked = encode(), together(encode)
    for found in asked:
        for rows, expected in zip(found, alone, strict=True):
            np.testing.assert_allclose(rows, expected, atol=0.02)


def test_what_fails_to_load_is_tried_again():
    tries = []

    def second() -> Encoder:
        tries.append(1)
        if len(tries) == 1:
            raise ModelMissing("not yet")
        return Encoder()

    models = Models(Settings(), text_encoder=second)
    with pytest.raises(ModelMissing):
        models.text_encoder()
    assert models.text_encoder() is models.text_encoder()


def test_closing_lets_go_of_each_backend_once_and_the_next_who_asks_loads_anew(counted):
    with Models(Settings(), text_encoder=counted) as models:
        models.text_encoder(), models.query_encoder()
    assert (counted.made, counted.closed) == (1, 1)
    models.text_encoder()
    assert counted.made == 2


def test_closing_closes_the_connections_to_a_chat_server(scripted_server):
    from mmrag.errors import ModelError
    from mmrag.protocols import Limits, Turn

    with Models(Settings(vlm=scripted_server.settings())) as models:
        model = models.chat_model()
        assert list(model.stream([Turn("user", "?")], Limits())) == ["a reply"]
    with pytest.raises((ModelError, RuntimeError)):
        list(model.stream([Turn("user", "?")], Limits()))


def test_describer_answerer_and_rewriter_share_the_chat_model(scripted_server):
    settings = Settings(
        vlm=scripted_server.settings(), describe={"by": "vlm"}, answer={"by": "vlm"}
    )
    loads = []

    class Counting(Models):
        pass

    with Models(settings) as plain:
        model = plain.chat_model()

        def load():
            loads.append(1)
            return model

        with Counting(settings, chat_model=load) as models:
            models.describer(), models.answerer(), models.rewriter()
    assert loads == [1]


def test_a_profile_without_a_model_says_so_and_answers_from_the_documents_words():
    models = Models(Settings())
    assert models.image_encoder() is None
    assert models.reranker() is None
    assert not (models.has_image_encoder or models.has_describer or models.has_chat_model)
    assert models.describer().name == models.answerer().name == "extracted"
    assert models.answerer().wants_images is False
    with pytest.raises(ConfigError, match="needs a vision-language model"):
        models.chat_model()


@pytest.mark.parametrize(
    ("section", "role"),
    [
        ({"text": {"backend": "sentence-transformers", "model": "no/such"}}, "text_encoder"),
        ({"text": {"backend": "sentence-transformers", "model": "no/such"}}, "query_encoder"),
        ({"image": {"backend": "open_clip", "model": "hf-hub:no/such"}}, "image_encoder"),
        ({"image": {"backend": "sentence-transformers", "model": "no/such"}}, "image_encoder"),
        ({"rerank": {"backend": "cross-encoder", "model": "no/such"}}, "reranker"),
        ({"vlm": {"backend": "transformers", "model": "no/such"}}, "chat_model"),
    ],
)
def test_a_backend_whose_weights_are_missing_says_how_to_fetch_them(section, role):
    models = Models(Settings.model_validate(section))
    with pytest.raises(ModelMissing, match="mmrag models pull"):
        getattr(models, role)()


def test_what_makes_ocr_engines_can_be_sent_to_other_processes():
    assert Models(Settings(ocr={"engine": "none"})).ocr_factory() is None
    factory = Models(Settings()).ocr_factory()
    assert pickle.loads(pickle.dumps(factory)).args == (Settings().ocr,)


def test_an_index_closes_its_own_models_and_leaves_shared_ones(sample_index, counted):
    with Models.open("embedded") as shared:
        for _ in range(2):
            with Index.open(sample_index, models=shared) as index:
                index.search("passengers")
                encoder = index.models.query_encoder()
            assert shared.query_encoder() is encoder
    with Index.open(sample_index) as index:
        index.search("passengers")
        own = index.models.query_encoder()
    assert index.models.query_encoder() is not own


def test_threads_with_an_index_each_search_with_shared_models(sample_index):
    with Models.open("embedded") as shared:

        def search() -> list[str]:
            with Index.open(sample_index, models=shared) as index:
                return [hit.image_id for hit in index.search("ferry passengers by month").hits]

        found = together(search)
    assert found[0]
    assert all(hits == found[0] for hits in found)


def test_an_error_that_advises_to_fetch_the_profile_names_it() -> None:
    vlm = VlmSettings(backend="transformers", model="no/such-model")
    with pytest.raises(ModelMissing, match="`mmrag models pull ours`"):
        Models(Settings(name="ours", vlm=vlm)).chat_model()
