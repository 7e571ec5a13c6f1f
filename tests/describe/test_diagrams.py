"""Diagrams in words: what leads where."""

from mmrag.describe import diagrams
from mmrag.describe.extracted import ExtractedDescriber
from mmrag.protocols import FigureView
from mmrag.types import Edge, Figure, Graph, Node

BOX = (0.0, 0.0, 10.0, 10.0)
PLANT = Graph(
    (Node("Intake", BOX), Node("Mixer", BOX), Node("", BOX)),
    (Edge(0, 1, "forward", "raw data"), Edge(1, 2)),
    "diagram drawing",
)


def test_a_diagram_is_told_by_what_leads_where() -> None:
    assert diagrams.sentences(PLANT) == "Diagram of 3 boxes: Intake -> Mixer: raw data."


def test_of_many_lines_the_first_are_told_and_the_others_counted() -> None:
    many = Graph(PLANT.nodes, (Edge(0, 1),) * 22, "diagram drawing")
    assert diagrams.sentences(many).endswith("Intake -> Mixer and 2 more.")


def test_a_diagram_is_told_within_the_description_of_its_figure() -> None:
    figure = Figure("d-p0001-f01", "d-p0001", 1, BOX, "diagram", "How honey is made")
    text = ExtractedDescriber().describe(FigureView(figure, "Manual", 4, None, None, PLANT))
    assert "Diagram of 3 boxes: Intake -> Mixer: raw data." in text
