"""Requests to tasks, and pages past the cheap look, against what is known of them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from contract_schema import conforming

from mmrag.errors import UsageError
from mmrag.evaluate.routing import of_requests


def write(folder: Path, *rows: object) -> Path:
    file = folder / "requests.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    return file


def test_the_share_of_requests_that_find_their_task(tmp_path) -> None:
    report = of_requests(
        write(
            tmp_path,
            {"request": "Transcribe this", "task": "ocr"},
            {"request": "Describe this image", "task": "embed"},
        )
    )
    assert (report.items, report.metrics) == (2, {"right": 0.5})
    [wrong] = report.wrong
    assert (wrong["task"], wrong["found"]) == ("embed", "caption")


@pytest.mark.parametrize("row", [{"request": "hm", "task": "sing"}, {"task": "ocr"}, "words"])
def test_a_line_that_is_no_request_is_named(tmp_path, row) -> None:
    with pytest.raises(UsageError, match=r"requests\.jsonl.*line 1"):
        of_requests(write(tmp_path, row))


@pytest.mark.parametrize("file", ["requests.jsonl", "requests_held_out.jsonl"])
def test_our_own_requests_find_their_task(mmrag: Callable, file: str) -> None:
    ours = Path(__file__).parents[2] / "eval" / file
    ran = mmrag("eval", "routing", ours, "--min", "right=0.9", "--json")
    assert ran.code == 0, ran.err
    assert conforming("eval_routing", ran.out)["items"] >= 60


def test_pages_that_pass_the_cheap_look_are_compared_with_the_evidence(
    mmrag: Callable, sample_corpus: Path, sample_index: Path
) -> None:
    ran = mmrag("eval", "routing", sample_corpus, "--index", sample_index, "--json")
    assert ran.code == 0, ran.err
    metrics = conforming("eval_routing", ran.out)["metrics"]
    assert metrics["recall"] > 0.5
    assert 0 < metrics["saved"] < 1
    every = mmrag("eval", "routing", sample_corpus, "--index", sample_index, "--least", 0, "--json")
    assert json.loads(every.out)["metrics"]["recall"] == 1
    assert json.loads(every.out)["metrics"]["saved"] == 0
