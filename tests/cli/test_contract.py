"""What scripts rely on: the shape of the JSON, and the exit codes."""

import json
import os
import platform
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from older_schemas import forget_word_versions
from PIL import Image
from sqlite_utils import Database

from mmrag import __version__
from mmrag.cli import COMMANDS, LazyGroup, cli
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.lock import FileLock
from mmrag.types import VectorBatch

QUESTION = "What was the operating profit of Halden Tidal in 2024?"


def test_search_gives_the_hits_of_the_contract(mmrag, sample_index: Path) -> None:
    ran = mmrag("search", QUESTION, "-k", 3, "--index", sample_index, "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert {"query", "hits", "timings"} <= found.keys()
    assert found["query"] == QUESTION
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    for hit in found["hits"]:
        assert hit.keys() == {
            "rank", "image_id", "kind", "document", "path", "page", "page_label", "bbox", "score",
            "channels",
            "caption", "snippet",
        }  # fmt: skip
        assert all(part.keys() == {"rank", "score"} for part in hit["channels"].values())


def test_explain_tells_what_was_read_on_the_page(mmrag, sample_index: Path) -> None:
    options = ("search", QUESTION, "-k", 1, "--explain", "--index", sample_index)
    [hit] = json.loads(mmrag(*options, "--json").out)["hits"]
    assert hit["features"]["numbers"] == 1
    assert "numbers 1.00" in mmrag(*options).out


def test_units_filters_and_channels_are_kept_to(mmrag, sample_index: Path) -> None:
    def hits(*options: object) -> list[dict]:
        ran = mmrag("search", "revenue by quarter", *options, "--index", sample_index, "--json")
        assert ran.code == 0, ran.err
        found: list[dict] = json.loads(ran.out)["hits"]
        assert found
        return found

    assert {hit["kind"] for hit in hits("--unit", "page")} == {"page"}
    assert all(hit["bbox"] for hit in hits("--unit", "figure"))
    assert {hit["kind"] for hit in hits("--kind", "table")} == {"table"}
    assert all(3 <= hit["page"] <= 6 for hit in hits("--pages", "3-6"))
    assert {Path(hit["path"]).name for hit in hits("--doc", "*paper*")} == {
        "drift-sensors-paper.pdf"
    }
    assert {name for hit in hits("--channel", "keyword") for name in hit["channels"]} == {"keyword"}


def test_ask_gives_the_answer_of_the_contract(mmrag, sample_index: Path) -> None:
    ran = mmrag("ask", QUESTION, "--index", sample_index, "--json")
    assert ran.code == 0
    answer = json.loads(ran.out)
    assert {
        "question", "status", "text", "raw_text", "citations", "rejected_markers", "evidence",
        "models", "timings",
    } <= answer.keys()  # fmt: skip
    assert answer["status"] == "answered"
    assert "85.5" in answer["text"]
    shown = {item["image_id"] for item in answer["evidence"]}
    for citation in answer["citations"]:
        assert citation.keys() == {
            "marker", "image_id", "document", "path", "page", "page_label", "bbox", "region",
            "kind", "sha256", "support",
        }  # fmt: skip
        assert citation["image_id"] in shown
        assert f"[{citation['marker']}]" in answer["text"]


def test_a_question_that_the_documents_cannot_answer_is_declined(mmrag, sample_index: Path) -> None:
    ran = mmrag("ask", "What is the melting point of tungsten?", "--index", sample_index, "--json")
    assert ran.code == 0
    answer = json.loads(ran.out)
    assert (answer["status"], answer["citations"]) == ("abstained", [])


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "30,10,20,40", "1,2,nan,4", "1,2,inf,4"])
def test_what_is_no_box_is_wrong_usage(mmrag, sample_index: Path, box: str) -> None:
    ran = mmrag("show", "3fa9c1d2-p0012", "--box", box, "--index", sample_index)
    assert ran.code == 2
    assert "is not a box such as 72,90,400,310" in ran.err


def test_show_frames_the_figure_on_its_page(mmrag, sample_index: Path, tmp_path: Path) -> None:
    found = json.loads(
        mmrag("search", "revenue", "--unit", "figure", "--index", sample_index, "--json").out
    )
    hit = found["hits"][0]
    picture = tmp_path / "evidence.png"
    ran = mmrag("show", hit["image_id"], "--save", picture, "--index", sample_index, "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["bbox"] == hit["bbox"]
    with Image.open(picture) as image:
        scale = image.width / 595
        red, green, blue = image.convert("RGB").getpixel(
            (round(hit["bbox"][0] * scale) - 1, round((hit["bbox"][1] + 9) * scale))
        )
    assert red > 150
    assert green < 100
    assert blue < 100


def test_status_and_check_tell_of_a_whole_index(mmrag, sample_index: Path) -> None:
    status = json.loads(mmrag("status", "--index", sample_index, "--json").out)
    assert len(status["documents"]) == 8
    assert status["pages"] == 42
    told = mmrag("status", "--index", sample_index).out
    assert f"{status['figures'] + status['passages']} passages and figures (fts5)" in told
    assert mmrag("check", "--index", sample_index).code == 0


def test_pictures_that_look_alike_are_listed(mmrag, sample_corpus: Path, tmp_path: Path) -> None:
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    shutil.copy(chart, tmp_path / "chart.png")
    with Image.open(chart) as picture:
        picture.convert("L").reduce(2).save(tmp_path / "copy.jpg", quality=60)
    Image.new("RGB", (300, 200), "orange").save(tmp_path / "other.png")
    index = tmp_path / "index"
    assert mmrag("index", tmp_path, "--index", index).code == 0
    found = json.loads(mmrag("status", "--duplicates", "--index", index, "--json").out)
    [group, *_] = found["duplicates"]
    told = mmrag("status", "--duplicates", "--index", index).out
    assert "chart.png, page 1" in told
    assert "copy.jpg, page 1" in told
    assert "other.png" not in told
    assert group["score"] > 0.8


def test_near_duplicates_need_image_vectors(mmrag, sample_corpus: Path, tmp_path: Path) -> None:
    profile = tmp_path / "words.toml"
    profile.write_text('[text]\nbackend = "minilm"\n')
    chart = sample_corpus / "docs" / "ferry-passengers-chart.png"
    index = tmp_path / "index"
    assert mmrag("index", chart, "--index", index, "--profile", profile).code == 0
    ran = mmrag("status", "--duplicates", "--index", index)
    assert ran.code == 2
    assert "the image channel is empty" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "x", "-k", "0"], "-k"),
        (["search", ""], "empty"),
        (["search", "x", "--colour", "red"], "--colour"),
        (["search", "x", "--doc", "nowhere*"], "nowhere*"),
        (["search", "x", "--pages", "9-3"], "9-3"),
        (["ask", " "], "empty"),
        (["show", "3fa9c1d2-p0012"], "3fa9c1d2-p0012"),
        (["show", "../../etc/passwd"], "image ID"),
        (["search", "x", "--profile", "nonesuch"], "embedded"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what(
    mmrag, sample_index: Path, arguments: list[str], says: str
) -> None:
    ran = mmrag(*arguments, "--index", sample_index)
    assert ran.code == 2
    assert says in ran.err
    assert not ran.out


@pytest.fixture
def older_index(tmp_path: Path) -> Path:
    """An index that lacks what a late migration makes."""
    Catalog.create(IndexLayout(tmp_path)).close()
    with Database(tmp_path / "index.db") as db:
        forget_word_versions(db)
        db["_sqlite_migrations"].delete_where("name like ?", ["%_word_versions"])
    return tmp_path


def test_an_index_of_an_older_mmrag_is_brought_up_to_date_when_it_is_opened(
    mmrag, older_index: Path
) -> None:
    assert mmrag("status", "--index", older_index).code == 0
    with Database(older_index / "index.db") as db:
        assert "version" in db["searchable"].columns_dict


def test_an_index_of_an_older_mmrag_waits_for_who_writes_to_it(mmrag, older_index: Path) -> None:
    with FileLock(IndexLayout(older_index).writer_lock) as lock:
        lock.acquire()
        told = mmrag("status", "--index", older_index)
    assert told.code == 3
    assert str(os.getpid()) in told.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_index_of_an_older_mmrag_that_cannot_be_written_to_says_what_to_do(
    mmrag, older_index: Path
) -> None:
    (older_index / "index.db").chmod(0o400)
    told = mmrag("search", "x", "--index", older_index)
    assert told.code == 3
    assert "allow it once" in told.err


@pytest.mark.parametrize("arguments", [["search", "x"], ["ask", "x"], ["status"], ["check"]])
def test_an_index_that_is_not_there_is_exit_code_3(mmrag, tmp_path: Path, arguments) -> None:
    ran = mmrag(*arguments, "--index", tmp_path / "none")
    assert ran.code == 3
    assert "mmrag index" in ran.err
    assert not (tmp_path / "none").exists()


def test_an_index_made_by_another_model_is_refused_with_the_cure(
    mmrag, sample_index: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_index, tmp_path / "index")
    with Catalog.open(IndexLayout(tmp_path / "index"), write=True) as catalog:
        space = replace(catalog.vectors.spaces()["passage"], weights="other")
        catalog.vectors.drop_channel("passage")
        item = next(catalog.vectors.missing("passage"))
        row = np.eye(1, space.dimension, dtype=np.float32)
        catalog.vectors.put(VectorBatch("passage", (item,), row, space))
    ran = mmrag("search", "x", "--index", tmp_path / "index")
    assert ran.code == 3
    assert "--reencode" in ran.err


def test_an_unknown_key_of_a_profile_is_named_with_the_known_ones(mmrag, tmp_path: Path) -> None:
    profile = tmp_path / "mine.toml"
    profile.write_text("[retrieve]\ntopk = 3\n")
    ran = mmrag("doctor", "--profile", profile)
    assert ran.code == 2
    assert "retrieve.topk" in ran.err
    assert "candidates" in ran.err


def test_files_that_fail_are_listed_and_the_rest_is_indexed(mmrag, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    with pymupdf.open() as good:
        good.new_page().insert_text((72, 72), "The harbour master is called Osk.")
        good.save(docs / "good.pdf")
        good.save(docs / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret")
    (docs / "empty.pdf").write_bytes(b"")
    (docs / "page.pdf").write_text("<html><body>The cook is called Tove.</body></html>")
    (docs / "noise.pdf").write_bytes(bytes(range(256)) * 9)
    index = tmp_path / "index"
    ran = mmrag("index", docs, "--index", index, "--json")
    assert ran.code == 1
    report = json.loads(ran.out)
    reasons = {Path(item["path"]).name: item["problems"][0]["message"] for item in report["failed"]}
    assert reasons.keys() == {"locked.pdf", "empty.pdf", "noise.pdf"}
    assert "password" in reasons["locked.pdf"]
    assert "empty" in reasons["empty.pdf"]
    assert report["stored"] == 2
    answer = mmrag("ask", "What is the harbour master called?", "--index", index)
    assert answer.code == 0
    assert "Osk" in answer.out


@pytest.mark.parametrize(
    "arguments",
    [["index"], ["index", "--reencode", "docs"], ["index", "/no/such/place"]],
)
def test_index_needs_something_that_is_there(mmrag, tmp_path: Path, arguments) -> None:
    assert mmrag(*arguments, "--index", tmp_path / "index").code == 2


def test_an_empty_folder_and_a_missing_file_are_listed(mmrag, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    ran = mmrag("index", tmp_path / "docs", tmp_path / "no.pdf", "--index", tmp_path / "index")
    assert ran.code == 1
    assert "docs: walk: no PDF or image in this folder" in ran.out
    assert "no.pdf: walk: no such file or folder" in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(mmrag, name: str) -> None:
    assert isinstance(cli, LazyGroup)
    ran = mmrag(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: mmrag {name}")


def test_status_and_version_say_where_the_index_is_and_why(
    mmrag, sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = json.loads(mmrag("status", "--index", sample_index, "--json").out)["index"]
    assert (named["path"], named["chosen_by"]) == (str(sample_index), "call")
    monkeypatch.setenv("MMRAG_INDEX", str(sample_index))
    told = mmrag("status")
    assert told.code == 0, told.err
    assert f"{sample_index} (from MMRAG_INDEX)" in told.out
    version = mmrag("--version")
    assert version.code == 0
    assert version.out.startswith(f"mmrag {__version__}, Python {platform.python_version()}")
    assert f"index {sample_index} (from MMRAG_INDEX)" in version.out


def test_a_config_file_of_the_user_that_cannot_be_used_is_exit_code_2(
    mmrag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "mmrag").mkdir()
    (tmp_path / "mmrag" / "config.toml").write_text("indx = 'papers'\n")
    ran = mmrag("status")
    assert ran.code == 2
    assert f"{tmp_path / 'mmrag' / 'config.toml'}: unknown key 'indx'" in ran.err


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_question_that_is_too_long_is_answered_as_far_as_it_is_searched(
    mmrag, sample_index: Path, command: str
) -> None:
    ran = mmrag(command, f"{QUESTION} {'dues ' * 10_000}", "--index", sample_index)
    assert ran.code == 0
    assert "ask a shorter one" in ran.err
