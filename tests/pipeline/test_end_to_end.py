"""Real PDFs through the real parser processes into an index."""

import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from mmrag.config import Settings
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.pictures import PictureStore

REPORT = ["Revenue grew in every region of the world.", "The outlook for zinc is stable."]


@pytest.fixture
def settings():
    return Settings.model_validate(
        {
            "ocr": {"engine": "none"},
            "ingest": {"workers": 1, "layout": "never", "page_dpi": 50, "pictures": "kept"},
        }
    )


@pytest.fixture
def write_pdf(folder):
    def write(name, pages):
        document = pymupdf.open()
        for text in pages:
            page = document.new_page(width=300, height=400)
            page.insert_text((30, 60), "Results", fontsize=18)
            page.insert_textbox((30, 90, 270, 380), text, fontsize=11)
        document.save(folder / name)
        document.close()

    return write


def test_pdfs_become_a_searchable_index(layout, folder, with_images, write_pdf):
    write_pdf("report.pdf", REPORT)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (folder / "noise.pdf").write_bytes(bytes(range(256)) * 9)
    report = index_paths(layout, [folder], with_images)
    assert (report.stored, report.pages) == (1, 2)
    assert {Path(item.path).name for item in report.failed} == {"broken.pdf", "noise.pdf"}
    with Catalog.open(layout) as catalog:
        found, score = catalog.words.search("zinc", 5)[0]
        assert score > 0
        passage = catalog.passages.get(found)
        page = catalog.pages.get(passage.page_id)
        assert page.number == 2
        assert page.text[passage.start : passage.end] == passage.text
        assert PictureStore(layout).open(page.picture).width > 100
        assert catalog.counts().vectors["image"] >= 2
    assert check(layout) == []
    again = index_paths(layout, [folder], with_images)
    assert (again.stored, again.unchanged, len(again.failed)) == (0, 1, 2)


INDEX = """
import os, signal, sys
from pathlib import Path
from mmrag.config import Settings
from mmrag.errors import ModelMissing
from mmrag.models import Models
from mmrag.pipeline.run import index_paths
from mmrag.store.layout import IndexLayout

def no_model():
    raise ModelMissing("none in this test")

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below `make test &`
    settings = Settings.model_validate(
        {
            "ocr": {"engine": "none"},
            "ingest": {"workers": 1, "layout": "never", "page_dpi": 50, "pictures": "kept"},
        }
    )
    models = Models(settings, text_encoder=no_model)
    pages = set()

    def at_page_five(event):
        if event.pages == 5 and not pages:
            pages.add(5)
            os.kill(os.getpid(), signal.SIGINT)

    root, folder = map(Path, sys.argv[1:])
    report = index_paths(IndexLayout(root), [folder], models, on_event=at_page_five)
    print("interrupted" if report.interrupted else "done", report.stored)
"""


def test_control_c_ends_a_run_cleanly_and_the_next_goes_on(
    layout, folder, with_images, write_pdf, tmp_path
):
    for n in range(12):
        write_pdf(f"{n:02}.pdf", [f"{text} Number {n}." for text in REPORT * 10])
    script = tmp_path / "run_index.py"
    script.write_text(INDEX)
    run = subprocess.run(
        [sys.executable, script, layout.root, folder], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout.startswith("interrupted")
    assert run.returncode == 0
    report = index_paths(layout, [folder], with_images)
    assert report.complete
    assert report.stored + report.unchanged == 12
    assert check(layout) == []
