"""Where the sections of a document begin, as evidence of it as a whole."""

from dataclasses import replace

from mmrag.retrieve.outline import MOST_SECTIONS, summary_evidence


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
