"""Quantizations of a model side by side, each in a process of its own, asked of the sample."""

from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming
from PIL import Image

from mmrag.config import Settings, VlmSettings
from mmrag.errors import ModelError, UsageError
from mmrag.evaluate import datasets, quantization_vlm
from mmrag.evaluate.answering_run import AnsweringRun, AskedPicture, answered
from mmrag.index import Index


def settings(folder: Path, **changes: object) -> Settings:
    values = {"backend": "transformers", "device": "cpu", "precision": "bf16", "max_new_tokens": 8}
    return Settings(vlm=VlmSettings(model=str(folder), **{**values, **changes}))


@pytest.fixture
def profile(tiny_vlms: Path, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(
        f'[vlm]\nbackend = "transformers"\nmodel = "{tiny_vlms / "llava"}"\ndevice = "cpu"\n'
        'precision = "bf16"\nmax_new_tokens = 8\n'
    )
    return path


@pytest.mark.long
def test_each_quantization_tells_its_cost_and_how_far_it_agrees(
    mmrag: Callable, profile: Path, sample_corpus: Path, sample_index: Path
) -> None:
    options = ("--index", sample_index, "--part", "model", "--most", 3, "--profile", profile)
    ran = mmrag("eval", "quantization", sample_corpus, *options, "--json")
    assert ran.code == 0, ran.err
    found = conforming("eval_quantization", ran.out)
    assert found["rows"] == []
    rows = {row["name"]: row for row in found["models"]}
    assert list(rows) == ["none", "8bit", "4bit"]
    assert not any(row["note"] for row in rows.values())
    assert (rows["none"]["same"], rows["none"]["agreement"]) == (1, 1)
    assert 0 <= rows["4bit"]["agreement"] <= 1
    sizes = [row["memory_bytes"] for row in found["models"]]
    assert sizes == sorted(sizes, reverse=True)
    for row in rows.values():
        assert row["foretold_bytes"] == pytest.approx(1.2 * row["memory_bytes"], rel=0.05)
        assert row["load_seconds"] > 0
        assert row["tokens_per_second"] > 0
        assert row["peak_bytes"] > row["memory_bytes"]
        assert 0 <= row["right"] <= 1


def run(*replies: str) -> AnsweringRun:
    return AnsweringRun(replies, 1.0, 2.0, 20, 100, 200, 120)


def test_agreement_is_with_the_most_bits_that_could_be_run(
    mmrag: Callable,
    monkeypatch: pytest.MonkeyPatch,
    profile: Path,
    sample_corpus: Path,
    sample_index: Path,
) -> None:
    said = {"8bit": run("Twelve boats", "A pier"), "4bit": run("twelve  boats", "")}

    def ask(asked_of: Settings, pictures: object, tell: object) -> AnsweringRun:
        if asked_of.vlm.quantization not in said:
            raise ModelError("needs 16 GB, and 8 are free")
        return said[asked_of.vlm.quantization]

    monkeypatch.setattr(quantization_vlm, "answered", ask)
    options = ("--index", sample_index, "--part", "model", "--most", 2, "--profile", profile)
    ran = mmrag("eval", "quantization", sample_corpus, *options, "--json")
    whole, eight, four = conforming("eval_quantization", ran.out)["models"]
    assert (whole["note"], whole["memory_bytes"]) == ("needs 16 GB, and 8 are free", 0)
    assert (eight["same"], eight["agreement"], eight["tokens_per_second"]) == (1, 1, 10)
    assert (four["same"], four["agreement"], four["silent"]) == (0.5, 0.5, 1)
    assert four["agreement_interval"] == [0, 1]
    shown = mmrag("eval", "quantization", sample_corpus, *options)
    assert "50.0 (0.0 to 100.0)" in shown.out
    assert "and 8 are free" in shown.out


def test_a_model_in_a_process_of_its_own_tells_what_it_said_and_took(
    tiny_vlms: Path, chart: Image.Image, tmp_path: Path
) -> None:
    chart.save(tmp_path / "chart.png")
    told: list[int] = []
    asked = [AskedPicture("What?", str(tmp_path / "chart.png"))] * 2
    found = answered(settings(tiny_vlms / "llava", quantization="4bit"), asked, told.append)
    assert told == [1, 2]
    assert len(set(found.replies)) == 1
    assert found.replies[0]
    assert found.tokens == 16
    assert found.foretold_bytes == pytest.approx(1.2 * found.memory_bytes, rel=0.05)
    assert found.peak_bytes > found.memory_bytes


def test_a_model_that_cannot_be_loaded_says_why() -> None:
    with pytest.raises(ModelError, match='backend = "none"'):
        answered(Settings(), [AskedPicture("What?", "none.png")])


def test_a_server_is_not_quantized_from_here(sample_corpus: Path, sample_index: Path) -> None:
    served = Settings(
        vlm=VlmSettings(backend="server", model="m", base_url="http://127.0.0.1:1/v1")
    )
    with Index.open(sample_index, served) as index, pytest.raises(UsageError, match="eval answers"):
        quantization_vlm.measure(index, datasets.load(sample_corpus))
