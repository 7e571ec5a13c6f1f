"""Pages that are evidence come with the lines of their text and where each stands."""

from dataclasses import replace

from mmrag.ids import page_id
from mmrag.retrieve.added import evidence_of
from mmrag.retrieve.evidence import gather
from mmrag.retrieve.query import Query
from mmrag.types import PlacedLine

BOXES = ((10.0, 10.0, 200.0, 22.0), (10.0, 30.0, 200.0, 42.0))


def test_a_page_has_its_lines_with_their_boxes_and_a_figure_none(
    searcher, catalog, storing, texts
) -> None:
    report, put = storing
    figure = {"caption": "Figure 1: Bells", "text": "2030"}
    made = report("/b.pdf", {1: {"text": "Bells ring\nat noon", "figures": [figure]}})
    name = page_id(made.document.id, 1)
    put(catalog, replace(made, line_boxes={name: BOXES}), texts)
    lines = (PlacedLine("Bells ring", BOXES[0]), PlacedLine("at noon", BOXES[1]))
    found = {item.kind: item.lines for item in gather(catalog, searcher.search(Query("bells")))}
    assert found == {"page": lines, "chart": ()}
    [figure_piece] = (
        item for item in gather(catalog, searcher.search(Query("bells"))) if item.bbox is not None
    )
    assert [item.lines for item in evidence_of(catalog, figure_piece, [name])] == [lines]


def test_a_page_of_an_index_that_does_not_know_the_places_has_no_lines(
    searcher, catalog, annual
) -> None:
    (item,) = gather(catalog, searcher.search(Query("revenue in 2021", unit="page", k=1)))
    assert item.lines == ()
