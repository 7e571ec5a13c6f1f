import json
from pathlib import Path

import pytest
from contract_schema import conforming
from PIL import Image, ImageDraw

from mmrag.errors import UsageError
from mmrag.evaluate.captions import cider, load


def test_cider_is_ten_for_what_was_written_and_none_for_other_words() -> None:
    written = ["the boat leaves the harbour at noon", "ferries rise from three to nine in winter"]
    assert cider(written, written) == pytest.approx(10)
    assert cider(["quartz", "quartz"], written) == 0
    half = cider([written[0], "quartz"], written)
    assert half == pytest.approx(5)


def test_rare_words_weigh_more_than_those_of_every_reference() -> None:
    written = ["a chart of ferries", "a chart of bees", "a chart of honey"]
    common = cider(["a chart of quartz", "", ""], written)
    rare = cider(["one with many ferries", "", ""], written)
    assert common == pytest.approx(0)
    assert rare > common


def test_what_people_wrote_is_read_and_a_folder_without_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"charts\.jsonl"):
        load(tmp_path, "summary")
    line = {"file": "a.png", "summary": "Two bars.", "caption": "Bars"}
    (tmp_path / "charts.jsonl").write_text(json.dumps(line) + "\n")
    assert load(tmp_path, "caption") == [(tmp_path / "a.png", "Bars")]
    (tmp_path / "charts.jsonl").write_text('{"summary": "Two bars."}\n')
    with pytest.raises(UsageError, match=r"charts\.jsonl, line 1: 'file' is missing"):
        load(tmp_path, "summary")


def test_captions_by_rules_are_measured(mmrag, tmp_path: Path) -> None:
    pytest.importorskip("sacrebleu")
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).text((40, 60), "Ferries of Orsa in winter", fill="black", font_size=32)
    image.save(tmp_path / "a.png")
    line = {"file": "a.png", "summary": "Ferries of Orsa in winter."}
    (tmp_path / "charts.jsonl").write_text(json.dumps(line) + "\n")
    ran = mmrag("eval", "captions", tmp_path, "--style", "brief", "--json")
    assert ran.code == 0, ran.err
    told = conforming("eval_captions", ran.out)
    assert told["said"] == 1
    assert told["metrics"]["rouge_l"] > 0.5
    assert mmrag("eval", "captions", tmp_path, "--min", "rouge_l=1.1").code == 1
