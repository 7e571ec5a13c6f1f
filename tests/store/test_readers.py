"""Four readers search while a writer writes."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore

READ = """
import json, sys
from pathlib import Path
import numpy as np
from mmrag.store.catalog import Catalog
from mmrag.store.layout import IndexLayout
from mmrag.store.faiss_store import FaissStore

layout, end = IndexLayout(Path(sys.argv[1])), Path(sys.argv[2])
query = np.eye(1, 8, dtype=np.float32)
rounds, versions = 0, set()
print("ready", flush=True)
with Catalog.open(layout) as catalog:
    index = FaissStore(catalog)
    while not end.exists():
        with catalog.snapshot():
            held = [document.id for document in catalog.documents.all()]
            texts = {page.text for name in held for page in catalog.pages.of_document(name)}
            words = {item for item, _ in catalog.words.search(" ".join(texts), 100)}
            found = [item for item, _ in index.search("passage", query, 100)[0]]
            known = catalog.passages.by_id([*found, *words])
        versions |= texts
        assert len(texts) == 1, f"a search saw several states: {texts}"
        assert len(found) == 12 == len(set(found)), found
        assert set(found) <= set(known), "vectors and catalog of different states"
        assert {known[item].text for item in words if item in known} == texts
        rounds += 1
print(json.dumps([rounds, len(versions)]))
"""


@pytest.fixture
def readers(layout, tmp_path):
    """Starts four readers; ends them and gives what each has seen."""
    end = tmp_path / "end"
    processes = []

    def start():
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", READ, layout.root, end],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            processes.append(process)
        for process in processes:
            assert process.stdout.readline() == "ready\n"

    def stop():
        end.touch()
        ended = [(*process.communicate(), process.returncode) for process in processes]
        for _, errors, code in ended:
            assert code == 0, errors
        return [json.loads(out.splitlines()[-1]) for out, _, _ in ended]

    yield start, stop
    for process in processes:
        process.kill()


@pytest.mark.promise(7)
def test_four_readers_each_see_one_state_while_a_writer_replaces_everything(
    layout, make_document, put, readers
):
    start, stop = readers

    def write(catalog, version):
        with catalog.transaction():
            for n in range(12):
                document = make_document(f"/docs/{n}.pdf", f"version{version}", title=str(n))
                sha256 = f"{version:08x}{n:08x}" + "0" * 48
                parsed = rename(document, sha256)
                put(catalog, parsed)

    with Catalog.create(layout) as catalog:
        write(catalog, 0)
        start()
        index = FaissStore(catalog, tail_share=0, tail_rows=0)
        for version in range(1, 40):
            write(catalog, version)
            if version % 3 == 0:
                index.publish()
    seen = stop()
    assert all(rounds > 3 for rounds, _ in seen), seen
    assert any(versions > 1 for _, versions in seen), seen


@pytest.mark.promise(7)
def test_a_reader_does_not_wait_for_a_writer_nor_a_writer_for_a_reader(layout, make_document, put):
    with Catalog.create(layout) as catalog:
        put(catalog, make_document("/docs/a.pdf", "alpha"))
        with Catalog.open(layout) as reader, reader.snapshot():
            before = reader.documents.all()
            put(catalog, make_document("/docs/b.pdf", "beta"))
            assert reader.documents.all() == before
        with catalog.transaction():
            put(catalog, make_document("/docs/c.pdf", "gamma"))
            with Catalog.open(layout) as reader:
                assert len(reader.documents.all()) == len(before) + 1


def rename(parsed, sha256):
    """The same document under another hash, so that equal texts are distinct documents."""
    old, new = parsed.document.id, sha256[:16]

    def renamed(item, **more):
        return replace(item, id=item.id.replace(old, new), **more)

    return replace(
        parsed,
        document=replace(parsed.document, id=new, sha256=sha256),
        pages=tuple(renamed(page, document_id=new) for page in parsed.pages),
        figures=tuple(
            renamed(figure, page_id=figure.page_id.replace(old, new)) for figure in parsed.figures
        ),
        passages=tuple(
            renamed(passage, page_id=passage.page_id.replace(old, new))
            for passage in parsed.passages
        ),
    )
