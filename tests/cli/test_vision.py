"""`mmrag vision`: every task by rules, batches that go on, and what is kept."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from contract_schema import conforming


@pytest.fixture
def chart(sample_corpus: Path) -> Path:
    return sample_corpus / "docs" / "ferry-passengers-chart.png"


@pytest.fixture
def invoice(sample_corpus: Path) -> Path:
    return sample_corpus / "docs" / "invoice-2291-lake-orsa-boatyard.pdf"


@pytest.mark.parametrize(
    "arguments",
    [
        ("ocr",),
        ("table",),
        ("chart",),
        ("diagram",),
        ("document",),
        ("fields", "--fields", "company,total"),
        ("caption", "--style", "alt"),
        ("ask", "What is the total?"),
        ("analyze", "Read the text"),
        ("embed",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_task_keeps_to_the_contract(
    mmrag: Callable, invoice: Path, arguments: tuple[str, ...]
) -> None:
    ran = mmrag("vision", *arguments, invoice, "--json")
    assert ran.code == 0, ran.err
    told = conforming("vision", ran.out)
    assert told["image"] == str(invoice)
    assert told["status"] in ("done", "nothing")
    told_in_lines = mmrag("vision", *arguments, invoice)
    assert told_in_lines.code == 0
    assert told_in_lines.out or told_in_lines.err


def test_an_invoice_is_told_apart_and_its_number_is_read(mmrag: Callable, invoice: Path) -> None:
    assert json.loads(mmrag("vision", "document", invoice, "--json").out)["type"] == "invoice"
    read = mmrag("vision", "fields", invoice, "--fields", "invoice number")
    assert "2291" in read.out


def test_a_batch_goes_on_where_it_stopped(
    mmrag: Callable, chart: Path, invoice: Path, tmp_path: Path
) -> None:
    out = tmp_path / "texts.jsonl"
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    first = mmrag("vision", "ocr", chart, broken, "--out", out)
    assert first.code == 1
    assert "1 done, 1 failed" in first.out
    again = mmrag("vision", "ocr", chart, broken, invoice, "--out", out, "--json")
    assert again.code == 0
    assert conforming("vision_batch", again.out)["metrics"]["skipped"] == 2
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(line["status"] for line in lines) == ["done", "done", "failed"]
    assert all(line["schema"] == 1 and line["key"] for line in lines)
    retried = mmrag("vision", "ocr", chart, broken, invoice, "--out", out, "--retry")
    assert "1 failed, 2 done before" in retried.out


def test_what_is_kept_is_used_and_no_cache_leaves_it_alone(mmrag: Callable, chart: Path) -> None:
    mmrag("vision", "ocr", chart)
    kept = json.loads(mmrag("vision", "ocr", chart, "--json").out)
    assert kept["cached"]
    assert kept["metrics"]["results_cached"] == 1
    assert not json.loads(mmrag("vision", "ocr", chart, "--no-cache", "--json").out)["cached"]


def test_a_page_and_a_figure_of_an_index_are_inputs(mmrag: Callable, sample_index: Path) -> None:
    found = mmrag(
        "search", "revenue by region", "--unit", "figure", "--index", sample_index, "--json"
    )
    image_id = json.loads(found.out)["hits"][0]["image_id"]
    ran = mmrag("vision", "ocr", image_id, "--index", sample_index, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["image"] == image_id


def test_pictures_are_compared_and_encoded_together(
    mmrag: Callable, chart: Path, invoice: Path, tmp_path: Path
) -> None:
    same = mmrag("vision", "compare", chart, chart)
    assert "They look the same." in same.out
    told = mmrag("vision", "embed", chart, invoice, chart, "--npy", tmp_path / "v.npy")
    assert told.code == 0, told.err
    assert np.load(tmp_path / "v.npy").shape[0] == 2
    again = mmrag(
        "vision", "embed", chart, "--with", tmp_path / "v.npy", "--text", "a bar chart",
        "--matrix", tmp_path / "m.csv",
    )  # fmt: skip
    assert again.code == 0, again.err
    assert "4 vectors" in again.out
    assert "near-duplicates" in again.out
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 5
    space = json.loads((tmp_path / "v.json").read_text())
    space["space"]["weights"] = "0" * 64
    space["versions"]["numpy"] = "0.1"
    (tmp_path / "v.json").write_text(json.dumps(space))
    mixed = mmrag("vision", "embed", chart, "--with", tmp_path / "v.npy")
    assert mixed.code == 3
    assert "cannot be compared" in mixed.err
    assert mmrag("vision", "embed", chart, "--text", "x", "--json").code == 2


def test_the_agent_tells_what_its_answer_rests_on(mmrag: Callable, chart: Path) -> None:
    ran = mmrag("vision", "agent", "How many lines are there?", chart, "--transcript")
    assert ran.code == 0, ran.err
    assert "count" in ran.out
    asked = mmrag("vision", "agent", "Who is the captain?", chart, "--json")
    told = conforming("vision", asked.out)
    assert told["status"] == "abstained"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ocr", "gone.png"), "no such file"),
        (("caption", "{chart}", "--by", "vlm"), "--profile llava"),
        (("fields", "{chart}", "--fields", "a,a"), "none twice"),
        (("analyze", "hmm", "{chart}"), "no task is seen"),
        (("compare", "{chart}", "gone.png"), "no such file"),
    ],
)
def test_what_cannot_be_done_says_what_it_needs(
    mmrag: Callable, chart: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = mmrag("vision", *(part.replace("{chart}", str(chart)) for part in arguments))
    assert ran.code == 2
    assert message in ran.err


@pytest.fixture
def served(scripted_server, tmp_path: Path) -> Path:
    """A profile with the scripted server's model."""
    profile = tmp_path / "served.toml"
    profile.write_text(
        f'[vlm]\nbackend = "server"\nmodel = "tiny"\nbase_url = "{scripted_server.url}"\n'
    )
    return profile


def test_a_reply_is_shown_while_it_comes(
    mmrag: Callable, chart: Path, served: Path, scripted_server
) -> None:
    scripted_server.says("A chart ", "of ferries.")
    told = ("vision", "caption", chart, "--profile", served, "--no-cache", "--stream")
    ran = mmrag(*told)
    assert ran.code == 0, ran.err
    assert "A chart of ferries.\n" in ran.err
    assert "A chart of ferries." in ran.out
    events = [conforming("vision_event", line) for line in mmrag(*told, "--json").err.splitlines()]
    assert "".join(event["text"] for event in events) == "A chart of ferries.\n"


def test_fields_are_shown_as_each_is_whole(
    mmrag: Callable, invoice: Path, served: Path, scripted_server
) -> None:
    scripted_server.says('{"total": "12', '0.50", "company": "Orsa"}')
    told = ("vision", "fields", invoice, "--fields", "total,company", "--profile", served)
    ran = mmrag(*told, "--no-cache", "--stream", "--json")
    assert ran.code == 0, ran.err
    events = [conforming("vision_event", line) for line in ran.err.splitlines()]
    assert [(event["name"], event["value"]) for event in events] == [
        ("total", "120.50"),
        ("company", "Orsa"),
    ]
    used = conforming("vision", ran.out)["metrics"]["model"]
    assert (used["calls"], used["failed"]) == (1, 0)


def test_the_transcript_of_the_agent_is_saved(mmrag: Callable, chart: Path, tmp_path: Path) -> None:
    out = tmp_path / "transcript.jsonl"
    ran = mmrag("vision", "agent", "How many lines are there?", chart, "--out", out)
    assert ran.code == 0, ran.err
    told = conforming("vision", out.read_text())
    assert told["results"][0]["tool"] == "count"
