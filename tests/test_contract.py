"""The JSON Schema of the contract."""

import json

import pytest
from contract_schema import conforming
from jsonschema import Draft202012Validator, ValidationError

from mmrag import contract
from mmrag.reports import Shown
from mmrag.types import Axis, Cell, Chart, Grid


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
