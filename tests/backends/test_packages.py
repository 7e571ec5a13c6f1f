"""Packages beyond those of a plain install."""

from pathlib import Path

import pytest

from mmrag.backends import packages
from mmrag.config import VlmSettings
from mmrag.errors import ModelMissing


def test_a_server_needs_a_client_and_a_quantized_model_its_library() -> None:
    assert packages.needed(VlmSettings(backend="none")) == ()
    quantized = VlmSettings(backend="transformers", model="x", quantization="4bit")
    assert "bitsandbytes" in packages.needed(quantized)


def test_what_an_architecture_needs_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "is_installed", lambda package: False)
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "llava"}')
    packages.check_folder(tmp_path)
    config.write_text('{"model_type": "smolvlm"}')
    with pytest.raises(ModelMissing, match=r"needs the package num2words.*pip install num2words"):
        packages.check_folder(tmp_path)
