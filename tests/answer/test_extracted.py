import pytest
from marked_evidence import answer_to

from mmrag.answer.extracted import (
    LEAD,
    ExtractedAnswerer,
    ScoredSpan,
    choose,
    quotation,
    rank,
)
from mmrag.answer.questions import analyse
from mmrag.answer.spans import Span, quotable_spans
from mmrag.config import AnswerSettings
from mmrag.protocols import NOT_FOUND, AnswerRequest
from mmrag.text.labels import Label
from mmrag.types import Continued

REPORT = """Annual report
Financial review
The company sells bicycles in forty countries and employs 1,250 people worldwide.
Year  2023  2022
Net revenue  $4,210  $3,905
Operating income  $512  $468
The chief executive, Anna Bergman, founded the company in 1987.
Our head office is in Uppsala. We also have a warehouse in Lund [4]."""
LETTER = """Dear shareholders,
Revenue is a matter of trust. Many people have asked about the weather.
Contents ........................ 3"""


@pytest.fixture
def report(make_marked):
    return (
        make_marked("K7Q", "3fa9c1d2-p0012", REPORT),
        make_marked("M2X", "3fa9c1d2-p0001", LETTER),
    )


def ask(question, evidence):
    return answer_to(question, evidence, ExtractedAnswerer())


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("How many people does the company employ?", "employs 1,250 people"),
        ("What was the net revenue in 2023?", "“Net revenue”: “2023”: “$4,210”"),
        ("Who is the chief executive?", "Anna Bergman"),
        ("Where is the head office?", "Our head office is in Uppsala."),
        ("When was the company founded?", "founded the company in 1987"),
    ],
)
def test_the_sentence_or_row_that_answers_is_quoted_with_its_citation(report, question, quoted):
    answer = ask(question, report)
    assert answer.status == "answered"
    assert answer.text.startswith(LEAD)
    assert quoted in answer.text.splitlines()[1]
    assert answer.text.splitlines()[1].endswith("[K7Q]")
    assert answer.citations[0].support == "quoted"
    assert answer.models == {"answerer": "extracted"}


@pytest.mark.parametrize(
    "question",
    [
        "What was the dividend per share of Godfrey Motors in 2019?",
        "Which protein does the enzyme cleave?",
        "What is the population of Uruguay?",
        "How many charts are in the document?",
        "What colour is the company logo?",
    ],
)
def test_a_question_that_the_evidence_does_not_speak_of_is_not_answered(report, question):
    answer = ask(question, report)
    assert answer.status == "abstained"
    assert "Annual report, page 12" in answer.text


def test_the_limit_to_abstain_is_a_setting(report):
    request = AnswerRequest("What is the population of Uppsala?", report)
    assert "".join(ExtractedAnswerer(AnswerSettings(min_score=1.0)).stream(request)) == NOT_FOUND
    assert "Uppsala" in "".join(ExtractedAnswerer(AnswerSettings(min_score=0.0)).stream(request))


def test_a_quotation_is_verbatim_but_for_brackets_that_could_pass_for_citations(report):
    answer = ask("Where is the warehouse?", report)
    assert "We also have a warehouse in Lund (4)." in answer.text
    assert answer.rejected_markers == ()


def test_evidence_without_text_gives_no_answer(make_marked):
    photo = make_marked("K7Q", "3fa9c1d2-p0012-f01")
    assert ask("What is shown in the photo?", (photo,)).status == "abstained"


def test_the_words_of_a_description_are_never_quoted(make_marked):
    item = make_marked(
        "K7Q", "3fa9c1d2-p0012-f01", description="The red bridge spans the river Fyris."
    )
    assert "bridge" not in ask("What does the red bridge span?", (item,)).text


def test_a_caption_can_be_the_answer(make_marked):
    item = make_marked(
        "K7Q", "3fa9c1d2-p0012-f01", "10 20 30", caption="Figure 3: Rainfall in Bergen by month"
    )
    answer = ask("Which figure shows rainfall in Bergen?", (item,))
    assert "“Figure 3: Rainfall in Bergen by month” [K7Q]" in answer.text


def test_further_quotations_say_something_else(report):
    question = analyse("company bicycles employees founded chief executive")
    ranked, _ = rank(question, [item.evidence for item in report])
    chosen = choose(question, [*ranked[:1], *ranked])
    assert len({scored.span.text for scored in chosen}) == len(chosen)


def test_two_quotations_at_most_where_no_list_is_asked_for():
    ranked = [
        ScoredSpan(Span(0, f"{word} rang all night", "sentence"), 1.0)
        for word in ("A bell of oak", "Every tram and door", "The guard of Lund", "No whistle here")
    ]
    assert len(choose(analyse("What rang all night?"), ranked)) == 2
    assert len(choose(analyse("What are the things that rang all night?"), ranked)) == 3


def test_steps_that_are_asked_for_are_quoted_whole_and_in_order(make_marked):
    text = (
        "Closing a tram door\n1. Press the bell twice.\n2. Look back along the tram.\n"
        "3. Turn the key of the door."
    )
    answerer = ExtractedAnswerer(AnswerSettings(min_score=0.0))
    evidence = (make_marked("K7Q", "3fa9c1d2-p0012", text),)
    answer = answer_to("How do I close a tram door?", evidence, answerer)
    assert answer.text.splitlines()[1] == (
        "“Closing a tram door”: “1. Press the bell twice. | 2. Look back along the tram. "
        "| 3. Turn the key of the door.” [K7Q]"
    )
    assert answer.citations[0].support == "quoted"


def test_an_answer_says_how_likely_it_is_right(report):
    sure = ask("How many people does the company employ?", report)
    unsure = ask("What is the population of Uruguay?", report)
    assert unsure.confidence < AnswerSettings().min_score <= sure.confidence <= 1


def test_a_row_carries_the_head_of_its_columns(make_marked):
    found = quotable_spans([make_marked("K7Q", "3fa9c1d2-p0012", REPORT).evidence])
    row = next(span for span in found if span.text.startswith("Operating income"))
    assert row.role == "row"
    assert row.head == "Year | 2023 | 2022"


def test_a_table_of_contents_is_not_quoted(make_marked):
    found = quotable_spans([make_marked("K7Q", "3fa9c1d2-p0001", LETTER).evidence])
    assert not any("....." in span.text for span in found)


def test_a_sentence_that_announces_a_list_is_quoted_with_it(make_marked):
    text = (
        "The following people sit on the board and have a vote on every matter:\nA. Berg\nB. Lund"
    )
    found = quotable_spans([make_marked("K7Q", "3fa9c1d2-p0001", text).evidence])
    quoted = [quotation(span) for span in found]
    assert any(text.endswith("every matter:”: “A. Berg | B. Lund”") for text in quoted)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many people work there?", "number"),
        ("What percentage of users are rural?", "percentage"),
        ("When does it close?", "date"),
        ("Who signed the letter?", "person"),
        ("Where is the office?", "place"),
        ("Did sales rise?", "yes or no"),
        ("How do I open the door?", "steps"),
        ("Which table shows the fines?", "figure"),
        ("What is a transformer?", "text"),
    ],
)
def test_a_question_tells_what_it_asks_for(question, wanted):
    assert analyse(question).wanted == wanted


def test_a_question_names_figures_and_pages():
    question = analyse("What does Table II on page 7 say about Fig. 3?")
    assert question.labels == (Label("table", "2"), Label("figure", "3"))
    assert question.pages.labels == ("7",)


def test_a_line_that_a_comma_leaves_open_is_quoted_with_the_next(make_marked):
    letter = (
        "Please come to sign before the end of April and bring a passport. The key is with the\n"
        "neighbour who has kept it since the summer and who lives at the end of the quay road,\n"
        "Mr Lind."
    )
    found = [
        span.text
        for span in quotable_spans([make_marked("K7Q", "3fa9c1d2-p0001", letter).evidence])
    ]
    assert any("quay road, Mr Lind." in text for text in found)


def test_a_sentence_over_the_end_of_a_page_is_quoted_whole_and_cites_both_pages(make_marked):
    before = "The driver who opens the doors too early pays for each"
    here = "open door a fine of 40 francs."
    goes_on = Continued("sentence", "3fa9c1d2-p0003", before, here)
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0003", f"Rules of the tram.\n{before}"),
        make_marked("M2X", "3fa9c1d2-p0004", f"{here} It is paid at the depot.", continues=goes_on),
    )
    answer = ask("How high is the fine for each door that a driver opens too early?", evidence)
    assert answer.text.splitlines()[1] == f"“{before} {here}” [K7Q][M2X]"
    assert [citation.page for citation in answer.citations] == [3, 4]
    assert {citation.support for citation in answer.citations} == {"quoted"}


def test_a_word_divided_by_the_end_of_a_page_is_whole_in_the_quotation(make_marked):
    goes_on = Continued("sentence", "3fa9c1d2-p0003", "The fine is 40 Swiss fran-", "cs a door.")
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0003", "The fine is 40 Swiss fran-"),
        make_marked("M2X", "3fa9c1d2-p0004", "cs a door.", continues=goes_on),
    )
    answer = ask("What is the fine in Swiss francs?", evidence)
    assert "“The fine is 40 Swiss francs a door.” [K7Q][M2X]" in answer.text


def test_a_row_is_quoted_with_the_head_of_the_page_before_and_cites_both(make_marked):
    rows = "North  14  7.5\nSouth  16  8.1"
    goes_on = Continued("table", "3fa9c1d2-p0003", "Table 2: Lines\nLine  Stops  Length", rows)
    evidence = (
        make_marked("K7Q", "3fa9c1d2-p0004", rows, continues=goes_on),
        make_marked("M2X", "3fa9c1d2-p0003", "Line  Stops  Length"),
    )
    answer = ask("What is the length of the South line?", evidence)
    quoted = "“Line | Stops | Length”: “South | 16 | 8.1” [K7Q][M2X]"
    assert answer.text.splitlines()[1] == quoted
    assert {citation.support for citation in answer.citations} == {"quoted"}


@pytest.mark.parametrize(
    "question",
    [
        "How many warehouses and offices does the company found in Lund?",
        "Which head office is in Uppsala but not in Lund?",
        "Which people appear in both the company and the warehouse in Lund?",
    ],
)
def test_a_count_without_its_number_and_what_lists_have_in_common_are_not_quoted(report, question):
    answer = ask(question, report)
    assert answer.status == "abstained"
    assert answer.confidence is not None
    assert answer.confidence <= 0.05


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("The depot ended its five year credit agreement of $3.8 million in May.", False),
        ("The depot increased its five year credit agreement by $0.4 million in May.", True),
    ],
)
def test_by_how_much_something_changed_only_words_of_a_change_tell(make_marked, text, is_told):
    evidence = [make_marked("K7Q", "3fa9c1d2-p0012", text)]
    question = "By how much did the depot increase its five year credit agreement in May?"
    request = AnswerRequest(question, tuple(evidence))
    sure = ExtractedAnswerer(AnswerSettings()).confidence(request)
    assert (sure > 0.05) == is_told
