"""A full disk, as a limit on the size of files, in a process of its own."""

import subprocess
import sys

import pytest

from mmrag.store.catalog import Catalog
from mmrag.store.check import check
from mmrag.store.faiss_store import FaissStore

WRITE_UNTIL_FULL = """
import resource, sys
from pathlib import Path
import numpy as np
from mmrag.errors import IndexUnusable
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.pictures import PictureStore
from mmrag.store.sources import SourceFile
from mmrag.store.faiss_store import FaissStore
from mmrag.types import Document, Page, ParsedDocument, Picture
import hashlib

layout, what = IndexLayout(Path(sys.argv[1])), sys.argv[2]
with Catalog.open(layout, write=True) as catalog:
    limit = 20_000 if what != "database" else layout.db.stat().st_size + 60_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        if what == "faiss":
            FaissStore(catalog).publish(["passage"], force=True)
        elif what == "picture":
            data = b"x" * 50_000
            PictureStore(layout).save(
                Picture(hashlib.sha256(data).hexdigest(), data, "webp", 1, 1))
        else:
            for number in range(100):
                sha256 = hashlib.sha256(bytes([number])).hexdigest()
                name = sha256[:8]
                document = Document(name, f"/full/{number}.pdf", sha256, "full", 1)
                page = Page(f"{name}-p0001", name, 1, 1.0, 1.0, "x" * 30_000, "pdf")
                catalog.put(ParsedDocument(document, (page,), (), ()), [], [],
                            SourceFile(document.path, 1, 1))
    except IndexUnusable as error:
        print(error)
        sys.exit(error.exit_code)
"""


@pytest.mark.promise(4)
@pytest.mark.parametrize("what", ["database", "faiss", "picture"])
def test_a_full_disk_is_an_error_and_the_old_state_serves(layout, make_document, put, vector, what):
    with Catalog.create(layout) as catalog:
        for n in range(300):
            put(catalog, make_document(f"/docs/{n}.pdf", f"a {n}\nb {n}\nc {n}"))
        FaissStore(catalog).publish()
    query = vector("b 7")[None]

    def state():
        with Catalog.open(layout) as reader:
            found = FaissStore(reader).search("passage", query, 10)
            known = {document.path for document in reader.documents.all()}
            return found, known, reader.words.search("growth", 5)

    found, known, words = state()
    run = subprocess.run(
        [sys.executable, "-c", WRITE_UNTIL_FULL, layout.root, what], capture_output=True, text=True
    )
    assert run.returncode == 3, run.stdout + run.stderr
    assert "free disk space" in run.stdout
    after = state()
    assert after[0] == found
    assert known <= after[1]
    assert len(after[2]) == len(words)
    assert check(layout) == []
