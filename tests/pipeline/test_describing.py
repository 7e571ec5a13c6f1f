"""Describers that fail in their ways, on figures of documents that are in the index."""

import pytest

from mmrag.errors import ModelError, ModelMissing
from mmrag.pipeline.describing import describe_missing
from mmrag.store.catalog import Catalog
from mmrag.store.pictures import PictureStore


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


def describe(catalog, model, **options):
    return describe_missing(catalog, PictureStore(catalog.layout), model, **options)


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
