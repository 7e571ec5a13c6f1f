"""Cells of tables as spans."""

from tiny_tables import INCOME, piece, table

from mmrag.answer.cell_spans import cell_spans
from mmrag.answer.extracted import quotation
from mmrag.answer.questions import analyse
from mmrag.answer.spans import LEVEL

PEOPLE = (("Name", "Post"), ("Ada Birch", "Keeper of bees"), ("Kim Alder", "Clerk"))


def spans(question, *lines):
    return cell_spans(analyse(question), [piece("K7Q", table(lines)).evidence])


def test_a_cell_stands_under_the_names_of_its_row_and_column():
    [first, *_] = spans("What was the operating profit in 2031?", *INCOME)
    assert (first.heading, first.head, first.text) == ("Operating profit", "2031", "9.1")


def test_cells_of_words_are_spans_too():
    [found] = spans("What is the post of Ada Birch?", *PEOPLE)
    assert quotation(found) == "“Ada Birch”: “Post”: “Keeper of bees”"


def test_rows_of_other_names_give_none():
    assert spans("What is the capital of Uruguay?", *PEOPLE) == []


def test_each_level_of_a_columns_name_is_quoted_by_itself():
    [found] = spans("What is the post of Ada Birch?", *PEOPLE)
    assert LEVEL not in quotation(found)
