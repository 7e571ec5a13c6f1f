"""What fewer bits cost, measured on the sample, and the profile that comes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag import config
from mmrag.config import Settings
from mmrag.errors import ModelError, UsageError
from mmrag.evaluate.encoding_run import encoded
from mmrag.evaluate.quantization_profile import write
from mmrag.evaluate.quantization_report import QuantizationReport, QuantizationRow, plot


def row(part: str, name: str, lost: float = 0.0, **own: object) -> QuantizationRow:
    told = dict.fromkeys(("recall@1", "recall@5", "ndcg@5"), 0.8)
    losses = dict.fromkeys(told, (lost, lost - 0.01, lost + 0.01))
    fields = {
        "part": part, "name": name, "scope": "corpus", "questions": 9,
        "size": 100, "per_second": 10.0, "cosine": 1.0,
        "lowest_cosine": 0.99, "nans": 0, "infinities": 0, "measures": told, "lost": losses,
        "alone": told, "lost_alone": losses,
    }  # fmt: skip
    return QuantizationRow(**{**fields, **own})


def report(*rows: QuantizationRow) -> QuantizationReport:
    return QuantizationReport("sample", rows, {})


def test_vectors_of_the_sample_in_every_form(
    mmrag: Callable, sample_corpus: Path, sample_index: Path, tmp_path: Path
) -> None:
    some = ("--documents", 1, "--index", sample_index, "--part", "vectors")
    ran = mmrag("eval", "quantization", sample_corpus, *some, "--save", tmp_path, "--json")
    assert ran.code == 0, ran.err
    found = conforming("eval_quantization", ran.out)
    rows = {item["name"]: item for item in found["rows"]}
    assert rows["fp32"]["cosine"] == 1
    assert rows["fp32"]["lost"]["ndcg@5"] == [0, 0, 0]
    assert rows["fp16"]["bytes"] * 2 == rows["int8"]["bytes"] * 4 == rows["fp32"]["bytes"]
    assert rows["int8"]["cosine"] > 0.999 > rows["1 bit, re-scored"]["cosine"]
    assert found["recommended"]["vectors"] in rows
    assert "1 bit" in (tmp_path / "quantization.svg").read_text()


def test_an_encoder_in_a_process_of_its_own_tells_its_times_and_its_memory() -> None:
    told: list[int] = []
    texts = [f"the {number}th text" for number in range(40)]
    run = encoded(Settings(), "text", texts, told.append)
    assert run.rows.shape == (40, 384)
    assert told[-1] == 40
    assert run.cost.load_seconds > 0
    assert run.cost.seconds > 0
    assert run.cost.peak_bytes > 50_000_000
    again = encoded(Settings(), "text", texts[::-1])
    assert abs(run.rows - again.rows[::-1]).max() < 1e-6


def test_an_encoder_that_fails_says_why() -> None:
    settings = Settings.model_validate({"text": {"graph": "/no/such.onnx"}})
    with pytest.raises(ModelError, match=r"no/such\.onnx"):
        encoded(settings, "text", ["one"])


def test_the_cheapest_that_loses_too_little_to_matter_is_recommended() -> None:
    found = report(
        row("text encoder", "fp32", seconds=100.0),
        row("text encoder", "bf16", 0.001, seconds=50.0),
        row("text encoder", "int8", 0.02, seconds=20.0),
        row("text encoder", "broken", seconds=10.0, nans=3),
        row("text encoder", "pruned", seconds=5.0, cosine=0.4),
        row("vectors", "fp32", size=400),
        row("vectors", "int8", -0.001),
    ).recommended()
    assert {part: best.name for part, best in found.items()} == {
        "text encoder": "bf16",
        "vectors": "int8",
    }


def test_the_recommended_settings_become_a_profile_with_their_graph_beside_it(
    tmp_path: Path,
) -> None:
    graph = tmp_path / "made" / "text-int8.onnx"
    graph.parent.mkdir()
    graph.write_bytes(b"graph")
    settings = Settings.model_validate(
        {"retrieve": {"k": 3, "weights": {"keyword": 0.5}}, "ingest": {"ignore": ['a"b', "ü"]}}
    )
    best = row("text encoder", "int8", settings={"graph": str(graph)})
    file = tmp_path / "mine.toml"
    write(file, settings, report(best, row("vectors", "fp32")))
    written = config.load(str(file))
    assert written.retrieve == settings.retrieve
    assert written.ingest == settings.ingest
    assert Path(written.text.graph).read_bytes() == b"graph"
    assert Path(written.text.graph).parent == tmp_path
    with pytest.raises(UsageError, match="is there already"):
        write(file, settings, report(best))
    with pytest.raises(UsageError, match=r"\.toml"):
        write(tmp_path / "mine", settings, report(best))


def test_the_plot_names_every_row() -> None:
    drawn = plot(report(row("vectors", "fp32"), row("vectors", "int8", 0.02)))
    assert "vectors: int8" in drawn
    assert drawn == plot(report(row("vectors", "fp32"), row("vectors", "int8", 0.02)))
