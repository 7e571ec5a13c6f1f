import pytest

from mmrag.answer.claims import claims
from mmrag.answer.grounding import check_citations, support
from mmrag.types import Citation

TEXT = """Net revenue rose to $4.2 million in 2023. The board did not approve the plan.
Mr. John Smith was appointed chairman in March.
Total  34,229  31,657
Share  51%"""


@pytest.fixture
def item(make_marked):
    return make_marked("K7Q", "3fa9c1d2-p0012", TEXT)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Revenue rose to $4.2 million in 2023.", "supported"),
        ("In 2023 net revenue was 4,200,000.", "supported"),
        ("The total was 34,229.", "supported"),
        ("Revenue was $5.3 million in 2023.", "unsupported"),
        ("Revenue rose to $4.2 million in 2022.", "partial"),
        ("Revenue was 4.2 million and the total 99,000.", "partial"),
        ("John Smith was appointed chairman in March.", "supported"),
        ("Mary Jones was appointed chairman in March.", "partial"),
        ("The board did not approve the plan.", "supported"),
        ("The board did approve the plan.", "unsupported"),
        ("The plan was approved by the board.", "unsupported"),
        ("Revenue was not $4.2 million in 2023.", "unsupported"),
        ("It was not 4.2 million.", "unsupported"),
        ("Net revenue fell to $4.2 million in 2023.", "unsupported"),
        ("The total was 34,229 and rising.", "unsupported"),
        ("Revenue rose to $4.2 million in 2023, thanks to whales.", "partial"),
        ("According to the yearly survey, net revenue rose to $4.2 million.", "supported"),
        ("It is not true that “net revenue rose to $4.2 million”.", "unsupported"),
        ("Whales sing under polar ice.", "unsupported"),
        ("“The board did not approve the plan.”", "supported"),
        ("“The board did approve the plan.”", "unsupported"),
        ("“Total | 34,229 | 31,657”", "supported"),
    ],
)
def test_a_sentence_is_compared_with_what_it_cites(item, sentence, verdict):
    assert support(sentence, [item.evidence]) == verdict


def test_a_description_proves_nothing(make_marked):
    words = "The chart shows that revenue rose to nine million."
    item = make_marked("K7Q", "3fa9c1d2-p0012-f01", "", description=words)
    assert support("Revenue rose to nine million.", [item.evidence]) == "unchecked"


def test_a_caption_proves_what_it_says(make_marked):
    item = make_marked("K7Q", "3fa9c1d2-p0012-f01", "", caption="Figure 1: Sales by region")
    assert support("It shows sales by region.", [item.evidence]) == "supported"


def test_a_citation_is_as_good_as_the_weakest_sentence_that_rests_on_it(item):
    text = "Revenue rose to $4.2 million [K7Q]. The total was 99 [K7Q]."
    (checked,) = check_citations(text, [citation(item)], [item])
    assert checked.support == "unsupported"


def test_a_sentence_that_cites_two_pieces_is_checked_against_both(make_marked):
    one = make_marked("K7Q", "3fa9c1d2-p0001", "Revenue in 2022 was 3,100 in Germany.")
    two = make_marked("M2X", "3fa9c1d2-p0002", "Revenue in 2023 was 4,200 in Germany.")
    idle = make_marked("P3R", "3fa9c1d2-p0003", "The garden party was held by the lake.")
    text = "Revenue in Germany was 3,100 in 2022 and 4,200 in 2023 [K7Q][M2X][P3R]."
    checked = check_citations(text, [citation(i) for i in (one, two, idle)], [one, two, idle])
    assert [c.support for c in checked] == ["supported", "supported", "unsupported"]


def test_a_citation_without_a_sentence_is_unchecked(item):
    assert check_citations("[K7Q]", [citation(item)], [item])[0].support == "unchecked"


def test_markers_behind_the_full_stop_belong_to_the_sentence_before():
    assert [(c.text, c.markers) for c in claims("It rose. [K7Q] It fell [M2X]. End.")] == [
        ("It rose.", ("K7Q",)),
        ("It fell.", ("M2X",)),
        ("End.", ()),
    ]


def test_markers_that_begin_a_line_belong_to_the_sentence_after():
    assert [c.markers for c in claims("[K7Q] It rose. It fell.")] == [("K7Q",), ()]


def test_a_line_of_markers_alone_speaks_for_what_stands_above():
    assert [c.markers for c in claims("It rose.\n[K7Q][M2X]")] == [("K7Q", "M2X")]


def test_abbreviations_end_no_sentence():
    text = "Mr. Smith of Acme Inc. paid approx. 5 million. He left."
    assert [c.text for c in claims(text)] == [text[:-9], "He left."]


def citation(marked):
    item = marked.evidence
    return Citation(
        marked.marker,
        item.image_id,
        item.document,
        item.path,
        item.page,
        item.bbox,
        item.kind,
        item.sha256,
    )
