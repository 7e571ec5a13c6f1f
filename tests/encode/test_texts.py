import numpy as np
import pytest

from mmrag.encode.texts import encode_texts
from mmrag.errors import ModelError, ModelRefused
from mmrag.types import Space

SPACE = Space("letters", "0" * 64, "none", 3)


class Letters:
    """A text becomes the direction (how many a, b, others)."""

    space = SPACE

    def __init__(self, memory: int = 1000) -> None:
        self.batches: list[list[str]] = []
        self.memory = memory

    def encode(self, texts):
        if len(texts) > self.memory:
            raise MemoryError
        self.batches.append(list(texts))
        rows = [(t.count("a"), t.count("b"), len(t) - t.count("a") - t.count("b")) for t in texts]
        matrix = np.array(rows, np.float32).reshape(len(texts), 3)
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def test_rows_belong_to_their_items_whatever_the_order_of_work():
    texts = ["a", "bbbb", "aabb", "c" * 9, "ba"]
    encoder = Letters()
    batch = encode_texts(encoder, "passage", ["i0", "i1", "i2", "i3", "i4"], texts, batch_size=2)
    assert batch.item_ids == ("i0", "i1", "i2", "i3", "i4")
    assert batch.channel == "passage"
    half = 0.5**0.5
    truth = [(1, 0, 0), (0, 1, 0), (half, half, 0), (0, 0, 1), (half, half, 0)]
    np.testing.assert_allclose(batch.rows, truth, atol=1e-6)
    assert encoder.batches == [["c" * 9, "bbbb"], ["aabb", "ba"], ["a"]]


def test_progress_counts_items():
    seen = []
    encode_texts(Letters(), "passage", list("abcde"), list("aabbc"), 2, seen.append)
    assert seen == [2, 4, 5]


def test_no_texts_make_an_empty_batch():
    assert encode_texts(Letters(), "passage", [], []).rows.shape == (0, 3)


def test_items_and_texts_must_be_as_many():
    with pytest.raises(ValueError, match="2 items for 1 texts"):
        encode_texts(Letters(), "passage", ["a", "b"], ["a"])


def test_batches_are_halved_when_memory_runs_out():
    encoder = Letters(memory=3)
    batch = encode_texts(encoder, "passage", [str(n) for n in range(20)], ["ab"] * 20, 16)
    assert batch.rows.shape == (20, 3)
    assert [len(done) for done in encoder.batches] == [2] * 10


def test_too_little_memory_for_one_text_is_an_error_that_says_what_to_do():
    with pytest.raises(ModelRefused, match='device = "cpu"'):
        encode_texts(Letters(memory=0), "passage", ["x"], ["a"])


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (np.eye(3, dtype=np.float32)[:1], "shape"),
        (np.ones((2, 4), np.float32), "shape"),
        (np.ones(6, np.float32), "shape"),
        (np.full((2, 3), np.nan, np.float32), "not numbers"),
        (np.zeros((2, 3), np.float32), "length 0.000"),
        (np.ones((2, 3), np.float32), "length 1.732"),
    ],
)
def test_a_wrong_reply_is_refused(reply, message):
    encoder = Letters()
    encoder.encode = lambda texts: reply
    with pytest.raises(ModelError, match=message):
        encode_texts(encoder, "passage", ["x", "y"], ["a", "b"])


def test_rounded_vectors_are_made_unit_length():
    encoder = Letters()
    encoder.encode = lambda texts: np.array([[0.996, 0, 0]], np.float32)
    batch = encode_texts(encoder, "passage", ["x"], ["a"])
    assert np.linalg.norm(batch.rows[0]) == pytest.approx(1, abs=1e-7)
    assert batch.rows.dtype == np.float32
