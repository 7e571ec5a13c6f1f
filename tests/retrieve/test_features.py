import pytest

from mmrag import ids
from mmrag.retrieve.features import FeatureReader, best_of_documents


@pytest.fixture
def read(catalog, annual, other):
    """The features of a page of the annual report; each page has the fused score of its number."""

    def read(question: str, number: int, fused=None):
        pages = {page.id: page.number / 10 for page in annual.pages} if fused is None else fused
        reader = FeatureReader(catalog, question)
        documents = best_of_documents(pages)
        named = reader.named(documents)
        found = reader.read(pages, documents, list(pages), named, {})
        return found[annual.pages[number - 1].id]

    return read


def test_pairs_of_words_count_where_they_stand_side_by_side(read) -> None:
    assert read("staff numbers of the year", 2).phrases == 1
    assert read("were staff numbers stable?", 2).phrases == 1 / 2
    assert read("numbers staff", 2).phrases == 0
    assert read("staff numbers fell sharply", 2).phrases == pytest.approx(1 / 3)


def test_numbers_of_the_question_are_looked_for_as_a_whole(read) -> None:
    assert read("revenue in 2021 and 2022", 2).numbers == 1 / 2
    assert read("revenue in 20", 2).numbers == 0
    assert read("revenue", 2).numbers == 0


def test_a_number_in_the_title_of_a_document_tells_nothing_of_its_pages(
    read, catalog, annual
) -> None:
    catalog.retitle(annual.document.id, "Halden 80 manual, 2021", [])
    assert read("staff of the Halden 80", 2).numbers == 0
    assert read("did the Halden 80 cost 9 in 2021?", 2).numbers == 1 / 2


def test_words_in_captions_and_text_of_figures_count_by_rarity(read) -> None:
    assert read("turnover of the south", 2).figures == 1
    assert read("turnover of the south", 3).figures == 0
    common, rare = read("revenue turnover", 2), read("revenue dividends", 2)
    assert 0 < common.figures < 1
    assert common.figures == rare.figures


def test_the_first_words_of_a_page_tell_its_subject(read) -> None:
    assert read("annual report", 1).top == 1
    assert read("annual report", 2).top == 0


def test_the_first_page_and_the_best_of_the_document_are_known(read, annual) -> None:
    assert (read("x", 1).first, read("x", 2).first) == (1, 0)
    assert read("x", 1).fused == 0.1
    assert read("x", 1).document == 0.5


def test_the_longest_run_of_the_question_on_a_page_counts_small_words_too(read) -> None:
    assert read("grew to 80 in Lima", 2).run == 3 / 5
    assert read("80 to grew", 2).run == 1 / 3
    assert read(f"{'x ' * 64} staff numbers were stable", 2).run == 0  # behind what is looked for


def test_a_named_document_counts_for_each_of_its_pages(read, annual, other) -> None:
    fused = {page.id: 0.5 for page in (*annual.pages, *other.pages)}
    assert [read("who cares for roses?", n, fused).named for n in (1, 3)] == [0, 0]
    assert [read("shareholders of Acme", n, fused).named for n in (1, 3)] == [1, 1]


def test_only_the_pages_wanted_are_read(catalog, annual) -> None:
    fused = {page.id: page.number / 10 for page in annual.pages}
    wanted = [ids.page_id(annual.document.id, number) for number in (4, 5)]
    reader, documents = FeatureReader(catalog, "x"), best_of_documents(fused)
    assert list(reader.read(fused, documents, wanted, {}, {})) == wanted


def test_all_signals_are_from_0_to_1_for_a_question_without_words(read) -> None:
    assert all(0 <= value <= 1 for value in read("?!", 2))


def test_a_copied_sentence_is_not_raised_by_its_own_run(read) -> None:
    assert read("revenue grew to 80 million", 2).run == 0


def test_a_line_counts_that_is_the_question_and_no_more(read) -> None:
    whole, part = read("Were staff numbers stable?", 2).line, read("staff and revenue", 2).line
    assert whole == 1
    assert 0 < part < 1
    assert read("roses", 2).line == 0
