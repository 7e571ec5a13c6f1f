"""Where the lines of pages stand comes back."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from mmrag.store.catalog import Catalog


def test_the_boxes_of_lines_come_back_in_whole_points_around_them(layout, make_document, put):
    document = make_document("/docs/a.pdf", "alpha growth\nbeta")
    page = document.pages[0].id
    boxes = ((10.2, 20.8, 90.1, 31.0), (10.0, 40.0, 60.0, 51.5))
    with Catalog.create(layout) as catalog:
        put(catalog, replace(document, line_boxes={page: boxes}))
    with Catalog.open(layout) as catalog:
        assert catalog.line_boxes.of_pages([page, "another"]) == {
            page: ((10, 20, 91, 31), (10, 40, 60, 52))
        }
        assert list(catalog.checksums.changed()) == []


@pytest.mark.promise(40)
def test_boxes_that_changed_since_are_named(layout, make_document, put):
    document = make_document("/docs/a.pdf", "alpha growth")
    page = document.pages[0].id
    with Catalog.create(layout) as catalog:
        put(catalog, replace(document, line_boxes={page: ((1.0, 2.0, 3.0, 4.0),)}))
    with Database(layout.db) as db:
        db.execute("update line_boxes set boxes = '[[0,0,9,9]]'")
        db.conn.commit()
    with Catalog.open(layout) as catalog:
        assert [(row.table, row.item) for row in catalog.checksums.changed()] == [
            ("line_boxes", page)
        ]
