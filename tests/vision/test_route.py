"""Requests as people make them, each with its task; `share` of them must be routed rightly."""

import pytest

from mmrag.vision.analyze import task_of
from mmrag.vision.labels import Classify
from mmrag.vision.route import TASKS, Route, by_rules

REQUESTS = {
    "ocr": (
        "Read the text in this picture",
        "Transcribe this note",
        "What does the sign say?",
        "OCR this scan please",
        "copy all text from the screenshot",
        "Read this aloud",
        "type out the text of the letter",
        "Extract the text",
    ),
    "table": (
        "Extract the table as CSV",
        "convert this table to markdown",
        "Give me the table on this page as a spreadsheet",
        "Parse all tables",
        "I need the rows and columns of the balance sheet",
        "Copy the table into Excel",
    ),
    "chart": (
        "Get the data from this chart",
        "digitize the graph",
        "What are the values in the chart?",
        "Turn the chart into numbers",
        "Read the bar chart and list the values",
        "the series of the line plot as JSON, the data behind the plot",
    ),
    "diagram": (
        "Convert the flowchart to Mermaid",
        "List the nodes and edges",
        "What is connected to the boiler in this diagram?",
        "extract the diagram as a graph in DOT format",
    ),
    "document": (
        "What kind of document is this?",
        "Which type of document have I scanned?",
        "Where are the signatures on this page?",
        "show me the layout of the page",
        "What sort of form is it?",
    ),
    "fields": (
        "Extract the company, date and total",
        "Get the invoice number and the due date",
        "Pull out all key-value pairs",
        "Read the vendor name and the tax",
        "find the IBAN",
        "which fields does the form have filled in",
    ),
    "classify": (
        "Classify this picture as chart, table or photo",
        "Is this a chart or a table?",
        "categorize these images",
        "Which label fits best: cat, dog?",
    ),
    "compare": (
        "What has changed between these two scans?",
        "Compare the two pages",
        "spot the difference",
        "What is different in the second version?",
    ),
    "embed": (
        "Give me embeddings of these images",
        "Find near-duplicates in the folder",
        "vectors for all pictures",
    ),
    "caption": (
        "Describe this image",
        "Write an alt text",
        "What is in this picture?",
        "Caption it",
        "Summarize the page",
        "Tell me about this photo",
        "What do you see?",
    ),
    "ask": (
        "How many people live in Ronneby?",
        "Who signed the contract?",
        "When does the ferry leave?",
        "Which year had the lowest sales?",
        "Is the boiler switched on?",
        "What was the revenue in 2023?",
        "How much did the sofa cost?",
    ),
}


def test_nine_of_ten_requests_find_their_task() -> None:
    wrong = {
        request: found.task if (found := by_rules(request)) else None
        for task, requests in REQUESTS.items()
        for request in requests
        if (route := by_rules(request)) is None or route.task != task
    }
    count = sum(map(len, REQUESTS.values()))
    assert count >= 60
    assert len(wrong) <= 0.1 * count, wrong


@pytest.mark.parametrize(
    ("request_", "labels"),
    [
        ("Is this a photo, a drawing or a chart?", ("photo", "drawing", "chart")),
        ("Decide between flyer, bill and letter", ("flyer", "bill", "letter")),
        ("Sort these into charts and tables", ("charts", "tables")),
        ("Which label fits best: cat, dog?", ("cat", "dog")),
    ],
)
def test_labels_are_those_of_the_request(request_: str, labels: tuple[str, ...]) -> None:
    task = task_of(Route("classify", ""), request_, "auto")
    assert isinstance(task, Classify)
    assert task.labels == labels


def test_a_route_says_which_words_led_to_it() -> None:
    route = by_rules("Please transcribe this")
    assert route is not None
    assert (route.task, route.reason) == ("ocr", "it says 'transcribe'")
    both = by_rules("The table, please, as CSV")
    assert both is not None
    assert (both.task, both.reason) == ("table", "it says 'table' and 'CSV'")


def test_what_no_rule_knows_has_no_route() -> None:
    assert by_rules("hmm") is None


@pytest.mark.parametrize("task", TASKS)
def test_every_task_can_be_reached(task: str) -> None:
    assert any((route := by_rules(request)) and route.task == task for request in REQUESTS[task])
