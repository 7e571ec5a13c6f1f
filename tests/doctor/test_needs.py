"""Memory is foretold by the headers of weights, else by the profile, without loading anything."""

import shutil

import pytest

from mmrag.config import Settings, VlmSettings
from mmrag.doctor import needs


def settings(model: object, **changes: object) -> Settings:
    return Settings(vlm=VlmSettings(backend="transformers", model=str(model), **changes))


def test_weights_that_are_here_say_it_in_the_width_in_which_they_would_be_loaded(tiny_vlms) -> None:
    folder = tiny_vlms / "llava"
    wide = needs.foretell(settings(folder, precision="fp32"), on_gpu=False)
    narrow = needs.foretell(settings(folder, precision="fp16"), on_gpu=False)
    assert wide.by == narrow.by == "its weights"
    assert wide.gb == pytest.approx(2 * narrow.gb)
    stored = (folder / "model.safetensors").stat().st_size  # in 32 bits, with a header
    assert wide.gb == pytest.approx(1.2 * stored / needs.GB, rel=0.05)
    assert needs.foretell(settings(folder, quantization="4bit"), on_gpu=True).gb < narrow.gb


def test_a_gpu_holds_what_is_not_quantized_in_16_bits(tiny_vlms) -> None:
    folder = tiny_vlms / "llava"
    narrow = needs.foretell(settings(folder, precision="bf16"), on_gpu=True)
    assert needs.foretell(settings(folder), on_gpu=True) == narrow


def test_without_weights_the_profile_says_it_for_16_bits() -> None:
    asked = settings("a/b", needs_gb=3.0, precision="bf16")
    assert needs.foretell(asked, on_gpu=False) == needs.MemoryNeed(3.0, "its profile")
    asked = settings("a/b", needs_gb=3.0, precision="fp32")
    assert needs.foretell(asked, on_gpu=False) == needs.MemoryNeed(6.0, "its profile")
    asked = settings("a/b", needs_gb=3.0, precision="fp32", quantization="4bit")
    assert needs.foretell(asked, on_gpu=False).gb == 3.0


def test_where_nothing_says_it_that_is_said() -> None:
    assert "once its weights are here" in str(needs.foretell(settings("a/b"), on_gpu=True))


def test_half_a_download_counts_as_none(tiny_vlms, tmp_path) -> None:
    folder = shutil.copytree(tiny_vlms / "llava", tmp_path / "half")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert needs.foretell(settings(folder, needs_gb=1.0), on_gpu=True).by == "its profile"
