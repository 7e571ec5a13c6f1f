"""Multi-vector encoders of pages: what their contract does not ask."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmrag.backends import multi_vector
from mmrag.config import LateSettings
from mmrag.errors import ConfigError, ModelMissing, ModelRefused

PAGE = Image.linear_gradient("L")


def settings(folder: Path | str, **own: object) -> LateSettings:
    return LateSettings(model=str(folder), device="cpu", precision="fp32", **own)


def test_pooling_leaves_so_many_times_fewer_vectors_and_is_another_space(
    tiny_page_model: Path,
) -> None:
    whole = multi_vector.load(settings(tiny_page_model, pool_factor=1), True)
    pooled = multi_vector.load(settings(tiny_page_model, pool_factor=3), True)
    assert whole.space != pooled.space
    [many], [few] = whole.encode_pages([PAGE]), pooled.encode_pages([PAGE])
    assert len(many) / 4 <= len(few) <= len(many) / 2
    np.testing.assert_allclose(np.linalg.norm(few, axis=1), 1, atol=1e-3)
    assert len(whole.encode_query("one")) == len(pooled.encode_query("one"))


def test_a_profile_without_a_model_is_told_what_to_set() -> None:
    with pytest.raises(ConfigError, match="needs a name or a folder, such as"):
        multi_vector.load(LateSettings(), True)


def test_a_model_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(ModelMissing, match="mmrag models pull"):
        multi_vector.load(settings("no/such-model"), True)


@pytest.mark.filterwarnings("ignore")
def test_weights_that_are_cut_short_are_one_clear_error(
    tiny_page_model: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_page_model, tmp_path / "spoilt"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    with pytest.raises((ModelMissing, ModelRefused), match="spoilt"):
        multi_vector.load(settings(folder), True)


@pytest.mark.filterwarnings("ignore")
def test_a_model_of_texts_alone_is_no_encoder_of_pages(tiny_text_model: Path) -> None:
    with pytest.raises(ModelRefused, match="pictures and text"):
        multi_vector.load(settings(tiny_text_model), True)


def test_out_of_memory_halves_the_batch(
    tiny_page_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = multi_vector.load(settings(tiny_page_model, batch_size=8), True)
    expected = encoder.encode_pages([PAGE] * 3)
    model = next(item for item in vars(encoder).values() if hasattr(item, "encode_document"))
    whole, sizes = model.encode_document, []

    def room_for_two(items, batch_size, **options):
        sizes.append(batch_size)
        if batch_size > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return whole(items, batch_size=batch_size, **options)

    monkeypatch.setattr(model, "encode_document", room_for_two)
    found = encoder.encode_pages([PAGE] * 3)
    np.testing.assert_allclose(np.stack(found), np.stack(expected), atol=1e-4)
    assert sizes == [8, 4, 2]
