"""Runs the indexer in processes that are killed, and says what was left. Started by test_crash.py.

A step is a statement of SQLite or a change to a file of the index. The process kills itself with
SIGKILL when it comes to a step, or is killed from outside after some time.

    python crash_child.py WORKPLACE SCENARIO MODE COUNT SEED

MODE is "steps" (all commits, and COUNT random steps) or "times" (COUNT random moments).
"""

import importlib.util
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from pathlib import Path

from mmrag.errors import IndexMissing
from mmrag.pipeline import group, run
from mmrag.pipeline.run import index_paths
from mmrag.store.catalog import Catalog
from mmrag.store.faiss_store import FaissStore
from mmrag.store.layout import IndexLayout


def load(path):
    """A module of the tests by its file: this runs as a script, outside of pytest."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HERE = Path(__file__).parent
fakes, index_content = load(HERE / "conftest.py"), load(HERE.parent / "store/index_content.py")

# every run publishes; where steps are counted, every document is stored by itself
run.open_vector_store = lambda catalog, settings: FaissStore(catalog, 0.0, 0)
if sys.argv[3] == "steps":
    group.FULL_GROUP_TEXTS = group.MAX_WAITING_TEXTS = 1


class Model:
    name, prompt_version, parallel = "model", "v1", 1

    def describe(self, view):
        return f"Described: {view.figure.caption}"


MODELS = fakes.fakes(image_encoder=fakes.MeanColour, describer=Model)


class Steps:
    """Counts steps below a folder, and kills the process when it comes to one."""

    def __init__(self, root, fatal=None):
        self.root, self.fatal = str(root), fatal
        self.labels = []
        self.active = True
        sys.addaudithook(self.audit)
        connect = sqlite3.connect
        sqlite3.connect = lambda *args, **options: self.traced(connect(*args, **options))

    def traced(self, connection):
        connection.set_trace_callback(self.step)
        return connection

    def audit(self, event, arguments):
        if not self.active or event not in {"open", "os.rename", "os.remove", "os.mkdir"}:
            return
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], (str, bytes)) else ""
        if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        if path.startswith(self.root):
            self.step(f"{event} {os.path.relpath(path, self.root)}")

    def step(self, label):
        if self.active:
            self.labels.append(label)
            if len(self.labels) - 1 == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)


def index(root, folder):
    index_paths(IndexLayout(root), [folder], MODELS, open_engine=fakes.opening(fakes.Parser()))


def in_child(function):
    """Run a function in a fork; what it returns, or None where it was killed."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.write(writer, json.dumps(function()).encode())
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        return None
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    return json.loads(data)


def count_steps(root, folder):
    steps = Steps(root)
    index(root, folder)
    return steps.labels


def killed_at_step(root, folder, fatal):
    Steps(root, fatal)
    index(root, folder)


def killed_after(root, folder, seconds):
    process = os.fork()
    if process == 0:
        index(root, folder)
        os._exit(0)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def searches(root):
    """Whether the index that a kill left can be searched, and holds whole documents alone."""
    layout = IndexLayout(root)
    try:
        with Catalog.open(layout) as catalog:
            for document in catalog.documents.all():
                assert len(catalog.pages.of_document(document.id)) == document.page_count
            catalog.words.search("alpha", 5)
            query = fakes.WordHash().encode(["alpha"])
            before = catalog.counts().vectors.get("passage", 0)
            found = FaissStore(catalog).search("passage", query, 1000)[0]
            assert len(found) == before
    except IndexMissing:
        return True
    return True


def content(root):
    """All that an index holds, but for numbers that a run gives out."""
    layout = IndexLayout(root)
    files = [*layout.pictures.rglob("*"), *layout.vectors.iterdir()]
    return index_content.content(root) | {"files": sorted(path.suffix for path in files)}


def put(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.pdf").write_text(text)


def prepare(scenario, folder, root):
    """The files, and the index that there is before the run that will be killed."""
    folder.mkdir()
    put(folder, a="alpha one\nFigure 1: bars\falpha two", b="beta\nFigure 1: map", c="gamma")
    if scenario == "change":
        in_child(lambda: index(root, folder))
        put(folder, a="alpha changed\nFigure 1: lines", d="delta", e="delta", f="FAIL broken")
        (folder / "b.pdf").rename(folder / "z.pdf")
        (folder / "c.pdf").unlink()


def main():
    place, scenario, mode, count, seed = Path(sys.argv[1]), *sys.argv[2:4], *map(int, sys.argv[4:])
    folder, start, root = place / "docs", place / "start", place / "index"
    prepare(scenario, folder, start)

    def fresh():
        shutil.rmtree(root, ignore_errors=True)
        if start.exists():
            shutil.copytree(start, root)

    fresh()
    began = time.monotonic()
    labels = in_child(lambda: count_steps(root, folder))
    seconds = time.monotonic() - began
    truth = in_child(lambda: content(root))
    assert truth["faults"] == [], truth["faults"]
    chance = random.Random(seed)
    if mode == "steps":
        commits = [n for n, label in enumerate(labels) if label.upper().startswith("COMMIT")]
        renames = [n for n, label in enumerate(labels) if label.startswith("os.rename")]
        near = {m for n in (*commits, *renames[-8:]) for m in (n, n + 1)}
        points = sorted(near | set(chance.sample(range(len(labels)), min(count, len(labels)))))
    else:
        points = [chance.uniform(0, seconds) for _ in range(count)]
    for point in points:
        fresh()
        if mode == "steps":
            assert in_child(lambda point=point: killed_at_step(root, folder, point)) is None
        else:
            killed_after(root, folder, point)
        label = labels[point] if mode == "steps" and point < len(labels) else point
        assert in_child(lambda: searches(root)), label
        in_child(lambda: index(root, folder))
        left = in_child(lambda: content(root))
        wrong = {key: (left[key], truth[key]) for key in truth if left[key] != truth[key]}
        assert not wrong, f"killed at {point} ({label}): {wrong}"
    print(json.dumps({"kills": len(points), "steps": len(labels)}))


main()
