"""Describers that fail in their ways, on figures of documents that are in the index."""

import pytest
from tiny_vlms import Reply, served_by

from mmrag.config import Settings
from mmrag.describe.vlm import VlmDescriber
from mmrag.errors import ModelError, ModelMissing, NoReply
from mmrag.models import Models
from mmrag.pipeline.describing import describe_missing
from mmrag.store.catalog import Catalog
from mmrag.store.item_pictures import ItemPictures
from mmrag.types import Cell, Grid


class Model:
    """Describes each figure; one whose caption names a fault fails with it."""

    name, prompt_version = "model", "v1"

    def __init__(self, parallel: int = 1, **faults: Exception | str) -> None:
        self.parallel, self.faults = parallel, faults

    def describe(self, view):
        for word, fault in self.faults.items():
            if word in view.figure.caption:
                if isinstance(fault, Exception):
                    raise fault
                return fault
        return f"Shows {view.figure.caption}"


@pytest.fixture
def indexed(run, write, layout):
    write("a.pdf", "Figure 1: bars\fFigure 2: lines\fFigure 3: maps")
    assert run().complete
    with Catalog.open(layout, write=True) as catalog:
        yield catalog


class Reader:
    """Writes down a table of two cells, or fails."""

    name = "model"

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.seen = fault, []

    def read(self, view):
        self.seen.append(view.figure.id)
        if self.fault:
            raise self.fault
        box = view.figure.bbox
        cells = (Cell(0, 0, 0, 0, "Cutters", box, is_header=True), Cell(0, 1, 0, 1, "17", box))
        return Grid(view.figure.id, cells, self.name, 0.5)


def nobody():
    pytest.fail("all pictures are kept, and none is drawn")


def describe(catalog, model, reader=None, **options):
    return describe_missing(catalog, ItemPictures(catalog, nobody), model, reader, **options)


@pytest.fixture
def tables(indexed):
    """The figures of the index, the first two of them tables, and the first with a grid."""
    found = [item.id for item in indexed.figures.of_document(indexed.documents.all()[0].id)]
    with indexed.transaction():
        indexed.session.execute(
            "update figures set kind = 'table' where ordinal = 1 and id < ?", [found[2]]
        )
        cell = Cell(0, 0, 0, 0, "Bars", (0, 0, 9, 9))
        indexed.put_grid(Grid(found[0], (cell,), "layout model"))
    return found


def test_tables_without_a_grid_are_read_by_the_model_and_say_so(indexed, tables):
    reader = Reader()
    assert describe(indexed, Model(), reader).failed == ()
    assert reader.seen == [tables[1]]
    found = indexed.grids.of_figures(tables)
    assert {name: grid.reader for name, grid in found.items()} == {
        tables[0]: "layout model",
        tables[1]: "model",
    }
    assert [item for item, _ in indexed.words.search("cutters", 5)] == [tables[1]]


def test_a_table_that_the_model_cannot_read_is_told_and_its_description_is_kept(indexed, tables):
    report = describe(indexed, Model(), Reader(NoReply("no table")))
    assert (report.described, report.failed) == (3, ())
    (failure,) = indexed.descriptions.failures()
    assert (failure.figure_id, failure.describer) == (tables[1], "model (table)")
    assert failure.reason == "no table"
    assert set(indexed.grids.of_figures(tables)) == {tables[0]}


@pytest.mark.parametrize("parallel", [1, 3])
def test_each_figure_is_described_once_and_progress_is_told(indexed, parallel):
    told = []
    report = describe(indexed, Model(parallel), on_figure=lambda *step: told.append(step))
    assert (report.described, report.failed) == (3, ())
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert describe(indexed, Model(parallel)).described == 0


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(ModelError("the server is busy"), "the server is busy"),
     (RuntimeError("odd"), "RuntimeError: odd"), ("  ", "the description is empty")],
)  # fmt: skip
def test_a_figure_that_fails_is_told_and_waits_until_it_is_asked_for(indexed, fault, reason):
    report = describe(indexed, Model(lines=fault))
    [(figure, why)] = report.failed
    assert (report.described, reason in why) == (2, True)
    assert figure.endswith("p0002-f01")
    assert describe(indexed, Model()).described == 0
    again = describe(indexed, Model(), retry=True)
    assert (again.described, again.failed) == (1, ())


def test_a_model_that_is_not_there_ends_it_and_fails_no_figure(indexed):
    report = describe(indexed, Model(lines=ModelMissing("pull it first")))
    assert (report.described, report.failed, report.stopped) == (1, (), "pull it first")
    assert describe(indexed, Model()).described == 2


@pytest.fixture
def many(run, write, layout):
    """Twelve figures."""
    write("a.pdf", "\f".join(f"Figure {number}: bars" for number in range(1, 13)))
    assert run().complete
    with Catalog.open(layout, write=True) as catalog:
        yield catalog


def by(*servers, **changes):
    """The describer of the model of some servers."""
    vlm = served_by(*servers, retries=2, parallel=2, **changes)
    settings = Settings(vlm=vlm, describe={"by": "vlm", "seconds_per_figure": 1.0})
    return VlmDescriber(Models(settings).chat_model(), settings)


@pytest.mark.promise(55)
def test_servers_that_are_slow_busy_and_failing_describe_every_figure(many, scripted_servers):
    slow, busy, failing = scripted_servers(3)
    slow.replies = [Reply(("Late.",), pause=60.0), Reply(("Some bars.",), pause=0.2)]
    wait = Reply(status=429, body=b"{}", headers={"retry-after": "0.2"})
    busy.replies = [wait, wait, wait, Reply(("Some bars.",))]
    broken = Reply(status=500, body=b"{}")
    failing.replies = [broken, Reply(("Some ",), ends=False), broken, Reply(("Some bars.",))]
    report = describe(many, by(slow, busy, failing))
    assert (report.described + len(report.failed), report.stopped) == (12, "")
    assert all("cut off" in reason for _, reason in report.failed), "what came cannot be taken back"
    assert describe(many, by(busy), retry=True).failed == ()
    assert many.counts().descriptions["tiny"] == 12
    used = {use.url: use for use in report.servers}
    assert sum(use.replies for use in used.values()) == report.described
    assert used[busy.url].failed >= 1


@pytest.mark.promise(55)
def test_where_all_servers_are_gone_it_ends_and_the_next_run_goes_on(many, scripted_servers):
    first, second, later = scripted_servers(3)

    def gone(done, total):
        if done == 4:
            first.close()
            second.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mmrag.describe.vlm.BATCH_IN_LINE", 0.0)
        report = describe(many, by(first, second), on_figure=gone)
    assert report.stopped.endswith("the profile's first lines say how")
    assert report.failed == ()
    assert 4 <= report.described < 12
    assert describe(many, by(later)).described == 12 - report.described
