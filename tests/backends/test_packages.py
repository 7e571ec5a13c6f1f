"""Packages beyond those of a plain install."""

import pytest

from mmrag.backends import packages
from mmrag.config import VlmSettings
from mmrag.errors import ModelMissing


def test_a_server_needs_a_client_and_a_quantized_model_its_library() -> None:
    assert packages.needed(VlmSettings(backend="none")) == ()
    quantized = VlmSettings(backend="transformers", model="x", quantization="4bit")
    assert "bitsandbytes" in packages.needed(quantized)


def test_what_an_architecture_needs_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packages, "is_installed", lambda package: False)
    packages.check_architecture("llava")
    with pytest.raises(ModelMissing, match=r"which smolvlm needs.*pip install num2words"):
        packages.check_architecture("smolvlm")
