"""Where the sections of a document begin, as evidence of it as a whole."""

from dataclasses import replace

from mmrag.retrieve.outline import MOST_SECTIONS, section_evidence, summary_evidence


def sectioned(parsed, name):
    """The document with each passage under a heading of its own."""
    passages = [replace(item, heading=("Report", name(item))) for item in parsed.passages]
    return replace(parsed, passages=tuple(passages))


def test_each_section_is_there_with_its_first_passage(catalog, storing) -> None:
    report, put = storing
    parsed = report("/rules.pdf", {at: {"text": f"Rule {at}\nMore of {at}"} for at in range(1, 6)})
    put(catalog, sectioned(parsed, lambda item: item.page_id))
    found = summary_evidence(catalog, parsed.document.id)
    assert [(item.page, item.quotable) for item in found] == [
        (at, f"Rule {at}") for at in range(1, 6)
    ]


def test_a_document_without_headings_is_told_by_the_beginnings_of_its_pages(
    catalog, storing
) -> None:
    report, put = storing
    parsed = report("/rules.pdf", {at: {"text": f"Rule {at}\nMore"} for at in range(1, 4)})
    put(catalog, parsed)
    assert [item.quotable for item in summary_evidence(catalog, parsed.document.id)] == [
        "Rule 1",
        "Rule 2",
        "Rule 3",
    ]


def test_the_longest_sections_and_the_beginning_are_kept(catalog, storing) -> None:
    report, put = storing
    pages = {at: {"text": f"Rule {at} {'x' * at}"} for at in range(1, MOST_SECTIONS + 6)}
    parsed = report("/rules.pdf", pages)
    put(catalog, sectioned(parsed, lambda item: item.page_id))
    pages_kept = [item.page for item in summary_evidence(catalog, parsed.document.id)]
    assert pages_kept == [1, *range(7, MOST_SECTIONS + 6)]


def headed(parsed, names):
    """The document with the passages of each page under the heading of that number."""
    numbers = {page.id: page.number for page in parsed.pages}
    passages = [replace(item, heading=(names[numbers[item.page_id]],)) for item in parsed.passages]
    return replace(parsed, passages=tuple(passages))


def test_a_section_is_told_by_its_name_with_its_heading_first(catalog, storing) -> None:
    report, put = storing
    texts = {1: "Hives\nOld", 2: "Risk factors\nFire", 3: "Damp", 4: "Wax\nWhite"}
    parsed = report("/rules.pdf", {at: {"text": text} for at, text in texts.items()})
    names = {1: "Hives", 2: "Risk factors", 3: "Risk factors", 4: "Wax"}
    put(catalog, headed(parsed, names))
    found = section_evidence(catalog, parsed.document.id, "What are the risks?")
    assert [(item.page, item.quotable) for item in found] == [(2, texts[2]), (3, texts[3])]
    assert section_evidence(catalog, parsed.document.id, "What are the costs?") == ()


def test_of_many_sections_of_one_name_none_is_meant(catalog, storing) -> None:
    report, put = storing
    parsed = report("/rules.pdf", {at: {"text": f"Risks\nFire {at}"} for at in range(1, 7)})
    put(catalog, headed(parsed, dict.fromkeys(range(1, 7), "Risks")))
    assert section_evidence(catalog, parsed.document.id, "What are the risks?") == ()
