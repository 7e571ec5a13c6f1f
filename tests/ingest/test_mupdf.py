"""When the layout model is loaded."""

import subprocess
import sys

CODE = """
import sys
from mmrag.ingest import parsing
from mmrag.ingest.layout.model import layout_boxes
from mmrag.ingest.mupdf import pymupdf

document = pymupdf.open()
page = document.new_page()
page.insert_text((72, 72), "The towers stand on granite.")
page.get_pixmap()
print("pymupdf.layout" in sys.modules)
print(len(layout_boxes(page)), "pymupdf.layout" in sys.modules)
"""


def test_the_layout_model_is_loaded_for_the_first_page_that_it_looks_at() -> None:
    run = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["False", "1 True"], run.stdout
