from dataclasses import replace

import pytest
from vision_pages import line, reading

from mmrag.vision.document import by_rules
from mmrag.vision.document_types import document_type


def page(*texts: str, width: float = 400.0, height: float = 600.0, size: float = 10.0):
    lines = [line((text, 20, 60 + 1.4 * size * at), size=size) for at, text in enumerate(texts)]
    return reading(*lines, width=width, height=height)


PAGES = {
    "invoice": page(
        "INVOICE",
        "Invoice No: 88",
        "Bill to: Quay Ltd",
        "Due date: 1 May 2031",
        "Amount due 300.00",
    ),
    "receipt": page(
        "Corner Shop",
        "RECEIPT",
        "Tea 2.00",
        "Bun 1.50",
        "Jam 3.25",
        "TOTAL 6.75",
        "CASH 10.00",
        "CHANGE 3.25",
        "Thank you",
        width=220,
    ),
    "contract": page(
        "LEASE AGREEMENT",
        "This agreement is made between the parties hereinafter named.",
        "The tenant shall pay the rent.",
        "The landlord shall insure.",
        "Neither shall assign.",
        "In witness whereof the parties sign.",
    ),
    "form": page(
        "Application form",
        "Please print in capital letters",
        "Name: ________",
        "Born: ________",
        "Town: ________",
        "☐ new ☐ renewal ☐ change",
    ),
    "resume": page(
        "Ada Holm",
        "ada@example.org  +46 70 123 45 67",
        "Experience",
        "Harbour master, Orsa, 2020 to 2031",
        "Education",
        "Skills",
    ),
    "letter": page(
        "3 May 2031",
        "Dear Ms Holm,",
        "thank you for the keys of the boathouse.",
        "Yours sincerely,",
        "Per Lind",
    ),
    "certificate": page(
        "Certificate of Completion",
        "This is to certify that Ada Holm",
        "has completed the course on knots",
        width=800,
    ),
    "label": page(
        "OAT BISCUITS", "Ingredients: oats, sugar, salt", "Net wt 250 g", "Best before 05/2031"
    ),
    "screenshot": page(
        "File Edit View Help",
        "Search Settings Login Cancel OK",
        "https://example.org/inbox",
        "10:42",
        width=900,
        height=500,
    ),
    "presentation": page(
        "Agenda",
        "• Where we stand",
        "• What comes next",
        "• Questions?",
        width=960,
        height=540,
        size=28,
    ),
}


@pytest.mark.parametrize("kind", PAGES)
def test_each_type_is_told_with_its_signs(kind) -> None:
    found = document_type(PAGES[kind])
    assert found.type == kind, found
    assert 0.5 <= found.confidence <= 1
    assert found.reason


REPORTS = {
    "a filing with boxes to tick": page(
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION",
        "FORM 10-K",
        "☒ ANNUAL REPORT PURSUANT TO SECTION 13",
        "☐ TRANSITION REPORT ☐ yes ☐ no",
    ),
    "a balance sheet": page(
        "Quay plc and subsidiaries",
        "Consolidated balance sheet (in millions)",
        "Cash 5,100.20",
        "Ropes 120.00",
        "Boats 1,779.90",
        "Total 7,000.10",
    ),
    "the cover of a manual": page("Winch 200", "User Manual", "Before operating read this"),
    "the cover of a study": page(
        "FOR RELEASE MARCH 9, 2031",
        "Sailors and Divers Differ",
        "BY Ada Holm",
        "FOR MEDIA OR OTHER INQUIRIES: Per Lind",
    ),
    "a page of a filing": page(
        *(
            f"The fiscal year of the company and its net sales were told in line {n}."
            for n in range(9)
        )
    ),
}


@pytest.mark.parametrize("told", REPORTS)
def test_reports_of_many_looks(told) -> None:
    found = document_type(REPORTS[told])
    assert found.type == "report", found


def test_words_of_a_screen_in_sentences_make_no_screenshot() -> None:
    said = (
        "To view the file, search the menu, edit the profile, and save, share or submit it there."
    )
    assert document_type(page(*(f"{said} ({n})" for n in range(4)))).type != "screenshot"


def test_a_document_that_is_named_in_a_sentence_is_not_headed_so() -> None:
    said = "This certificate of insurance is subject to all the terms of any contract named in it."
    assert document_type(page("SAV CERT", said)).type == "certificate"
    said = "The lease, the invoice and the diploma were lost in the storm of last autumn, he said."
    assert document_type(page("A storm", said)).type == "unknown"


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("form", ("Name", "Click or tap here to enter text.", "Born", "Choose an item.")),
        ("book page", ("Knots and Splices", "Second edition", "Ada Holm")),
        ("contract", ("Authority", "Both hereby enter into this agreement.")),
        ("unknown", ("The storm", "www.example.org", "80% of the boats")),
    ],
)
def test_words_of_a_type(kind: str, texts: tuple[str, ...]) -> None:
    assert document_type(page(*texts)).type == kind


def test_what_has_no_sign_is_unknown() -> None:
    assert document_type(page("Lorem", "ipsum")).type == "unknown"
    assert document_type(reading()).reason == "no text was read"


@pytest.mark.parametrize("texts", [("Figure", "a", "b"), ("8", "8 8 8 8 8", "12 14 9", "7")])
def test_paper_as_wide_as_a_slide_makes_no_presentation(texts: tuple[str, ...]) -> None:
    lines = [line((text, 20, 20 + 50 * at), size=24) for at, text in enumerate(texts)]
    assert document_type(reading(*lines, width=800, height=500)).type == "unknown"
    slide = [*lines, line(("Our five goals for the year", 20, 300), size=24)]
    assert document_type(reading(*slide, width=800, height=500)).type == "presentation"


def test_the_parts_of_a_page_have_their_boxes() -> None:
    body = [
        line((f"This is line {at} of the text on the page.", 40, 120 + 14 * at)) for at in range(12)
    ]
    found = by_rules(
        reading(
            line(("The Drift of Sensors", 40, 12), size=8),
            line(("Results at Sea", 40, 70), size=18),
            line(("Method", 40, 98), size=13, bold=True),
            *body,
            line(("1 As measured in spring.", 40, 500), size=7),
            line(("Signature of the master", 40, 530)),
            line(("17", 190, 585), size=8),
        )
    )
    kinds = {region.kind: region.text for region in found.regions}
    assert kinds == {
        "running head": "The Drift of Sensors",
        "title": "Results at Sea",
        "section": "Method",
        "footnote": "1 As measured in spring.",
        "signature": "Signature of the master",
        "page number": "17",
    }
    assert found.title == "Results at Sea"


@pytest.mark.parametrize(
    ("said", "told"), [("milk and bread", "handwritten note"), ("×", "unknown")]
)
def test_what_ocr_doubts_is_handwriting_where_it_has_words(said: str, told: str) -> None:
    found = page(said, said, said)
    lines = [
        replace(one, pieces=tuple(replace(piece, confidence=0.6) for piece in one.pieces))
        for one in found.lines
    ]
    read = replace(found, lines=lines, page=replace(found.page, text_source="ocr"))
    assert document_type(read).type == told
