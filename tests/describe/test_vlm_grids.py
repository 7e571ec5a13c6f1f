"""Tables written down by a model."""

import pytest

from mmrag import grids
from mmrag.audit import UNCHECKED
from mmrag.config import Settings
from mmrag.describe.vlm_grids import MAX_CHARACTERS, VlmGridReader
from mmrag.errors import ModelRefused, NoReply
from mmrag.models import Models
from mmrag.protocols import FigureView
from mmrag.types import Figure

TABLE = "| Boats | 2024 |\n|---|---|\n| Cutters | 17 |\n| Ketches | 1,204 |\n"
BOX = (10.0, 20.0, 90.0, 60.0)


def view(image, text="Boats 2024 Cutters 17 Ketches 1,204") -> FigureView:
    figure = Figure("3fa9c1d2-p0012-f02", "3fa9c1d2-p0012", 2, BOX, "table", text=text)
    return FigureView(figure, "Annual report", 12, image)


@pytest.fixture
def reader(scripted_server) -> VlmGridReader:
    settings = Settings(vlm=scripted_server.settings(), describe={"by": "vlm"})
    made = Models(settings).grid_reader()
    assert isinstance(made, VlmGridReader)
    return made


def test_the_rows_that_a_model_writes_are_a_grid_that_names_it(reader, scripted_server, chart):
    scripted_server.says("Here it is:\n", TABLE)
    grid = reader.read(view(chart))
    assert grids.lines(grid) == [["Boats", "2024"], ["Cutters", "17"], ["Ketches", "1,204"]]
    assert (grids.columns(grid), grids.rows(grid)[1:]) == (
        ["Boats", "2024"],
        ["Cutters", "Ketches"],
    )
    assert (grid.reader, grid.trust) == (reader.name, 1.0)
    assert {cell.bbox for cell in grid.cells} == {BOX}
    assert scripted_server.pictures() == 1


def test_what_the_figures_own_text_does_not_hold_lowers_the_trust(reader, scripted_server, chart):
    scripted_server.says(TABLE.replace("17", "71").replace("1,204", "9,999"))
    assert reader.read(view(chart)).trust == 0.67  # 4 of 6: two numbers are not there


def test_a_table_in_a_picture_that_nobody_could_read_is_unchecked(reader, scripted_server, chart):
    scripted_server.says(TABLE)
    assert reader.read(view(chart, text="")).trust == UNCHECKED


@pytest.mark.parametrize("said", ["I see a table.", "| one | row |", "|---|---|"])
def test_a_reply_without_rows_is_an_error(reader, scripted_server, chart, said):
    scripted_server.says(said)
    with pytest.raises(NoReply, match="wrote down no table"):
        reader.read(view(chart))


def test_a_model_that_loops_is_cut_after_a_whole_row(reader, scripted_server, chart):
    scripted_server.says(TABLE, "| Sloops | 5 |\n" * 10_000)
    grid = reader.read(view(chart))
    assert sum(len(cell.text) for cell in grid.cells) < MAX_CHARACTERS
    assert {cell.text for cell in grid.cells if cell.row > 2} == {"Sloops", "5"}


def test_without_a_picture_there_is_nothing_to_read(reader):
    with pytest.raises(ModelRefused, match="no picture"):
        reader.read(view(None))


def test_rules_alone_read_tables_where_no_model_describes_figures():
    assert Models(Settings()).grid_reader() is None
