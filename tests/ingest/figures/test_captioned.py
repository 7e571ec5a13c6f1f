from mmrag.ingest.figures.captioned import captioned, same_place
from mmrag.ingest.figures.captions import Caption
from mmrag.ingest.figures.graphics import Graphic
from mmrag.ingest.figures.scene import Scene

FRAME = (0.0, 0.0, 600.0, 800.0)


def caption(label, y, of="figure"):
    return Caption(label, f"{label}: words", (100.0, y, 300.0, y + 10), of, ())


def drawing(y, height=100.0):
    return Graphic((100.0, y, 300.0, y + height), "drawing", 9, 5)


def claims(*captions, graphics=(), ruled=()):
    scene = Scene(FRAME, [], captions=captions, graphics=graphics, ruled=ruled)
    return {found.label: box for box, found in captioned(scene)}


def test_a_figure_stands_above_its_caption_where_both_sides_are_drawn() -> None:
    above, below = drawing(200.0), drawing(330.0)
    found = claims(caption("Figure 1", 310.0), graphics=[above, below])
    assert found == {"Figure 1": above.bbox}


def test_tables_are_all_above_their_captions_or_all_below() -> None:
    tables = [(100.0, y, 300.0, y + 60.0) for y in (150.0, 250.0)]
    under = [caption("Table 1", 220.0, "table"), caption("Table 2", 320.0, "table")]
    assert claims(*under, ruled=tables) == {"Table 1": tables[0], "Table 2": tables[1]}
    over = [caption("Table 1", 130.0, "table"), caption("Table 2", 230.0, "table")]
    assert claims(*over, ruled=tables) == {"Table 1": tables[0], "Table 2": tables[1]}


def test_a_caption_far_from_all_that_is_drawn_has_none() -> None:
    assert claims(caption("Figure 1", 600.0), graphics=[drawing(200.0)]) == {}


def test_two_boxes_are_one_place_where_most_of_one_lies_in_the_other() -> None:
    assert same_place((0, 0, 100, 100), (10, 10, 40, 40))
    assert not same_place((0, 0, 100, 100), (90, 90, 190, 190))
