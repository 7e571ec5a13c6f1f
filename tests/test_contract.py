"""The JSON Schema of the contract."""

import json

import pytest
from contract_schema import conforming
from jsonschema import Draft202012Validator, ValidationError
from marked_evidence import answer_to
from tiny_tables import cell_box, piece, table

from mmrag import contract
from mmrag.answer.extracted import ExtractedAnswerer
from mmrag.reports import Shown
from mmrag.types import Axis, Cell, Chart, Edge, Graph, Grid, Node


def test_the_schema_is_valid_and_refuses_a_key_that_is_not_in_it() -> None:
    schema = contract.schema()
    Draft202012Validator.check_schema(schema)
    told = {"schema": contract.SCHEMA, "ok": True, "faults": []}
    Draft202012Validator(schema).validate(told)
    for wrong in ({**told, "more": 1}, {"ok": True, "faults": []}, {**told, "schema": 2}):
        with pytest.raises(ValidationError):
            Draft202012Validator(schema).validate(wrong)


def test_a_chart_as_data_keeps_to_the_schema() -> None:
    box = (10.0, 20.0, 30.0, 40.0)
    cells = (Cell(0, 1, 0, 1, "Trips", box, True), Cell(1, 1, 1, 1, "412", box, uncertainty=3.0))
    chart = Chart("bar", Axis("", "category"), Axis("Trips", "linear"), ("Trips",))
    name = "3fa9c1d2-p0001-f01"
    item = Shown(name, "chart", "3fa9c1d2", "Report", "/r.pdf", 1, box, "", "", (), None)
    told = contract.grid(item, Grid(name, cells, "marks", 0.9, chart))
    found = conforming("grid", json.dumps(told))
    assert found["cells"][1]["uncertainty"] == 3
    assert found["chart"]["series"] == ["Trips"]


def test_a_diagram_as_data_keeps_to_the_schema() -> None:
    box = (10.0, 20.0, 30.0, 40.0)
    diagram = Graph(
        (Node("Plant", box), Node("Mixer", box, group=0)), (Edge(0, 1, "none", "daily"),), "drawing"
    )
    name = "3fa9c1d2-p0001-f01"
    item = Shown(name, "diagram", "3fa9c1d2", "Report", "/r.pdf", 1, box, "", "", (), None)
    found = conforming("graph", json.dumps(contract.graph(item, diagram)))
    assert found["nodes"][1]["group"] == 0
    assert found["edges"] == [{"source": 0, "target": 1, "direction": "none", "name": "daily"}]


def test_a_computed_answer_keeps_to_the_schema_and_names_the_cell_of_each_operand() -> None:
    question = "By how much did the sales of honey grow from 2030 to 2031?"
    answer = answer_to(question, [piece("K7Q", table())], ExtractedAnswerer(), computes=True)
    found = conforming("answer", json.dumps(contract.answer(answer)))["computation"]
    assert (found["operation"], found["result"], found["unit"]) == (
        "difference",
        8.2,
        "million euros",
    )
    first, second = found["operands"]
    assert first == {
        "value": 48.2,
        "unit": "million euros",
        "image_id": "3fa9c1d2-p0012-f01",
        "bbox": list(cell_box(1, 1)),
        "row": 1,
        "column": 1,
        "row_name": "Sales of honey",
        "column_name": "2031",
    }
    assert second["value"] == 40
    quoted = answer_to("Who keeps bees?", [piece("K7Q", table())], ExtractedAnswerer())
    assert "computation" not in conforming("answer", json.dumps(contract.answer(quoted)))
