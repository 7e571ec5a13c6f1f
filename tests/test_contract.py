"""The JSON Schema of the contract."""

import pytest
from jsonschema import Draft202012Validator, ValidationError

from mmrag import contract


def test_the_schema_is_valid_and_refuses_a_key_that_is_not_in_it() -> None:
    schema = contract.schema()
    Draft202012Validator.check_schema(schema)
    told = {"schema": contract.SCHEMA, "ok": True, "faults": []}
    Draft202012Validator(schema).validate(told)
    for wrong in ({**told, "more": 1}, {"ok": True, "faults": []}, {**told, "schema": 2}):
        with pytest.raises(ValidationError):
            Draft202012Validator(schema).validate(wrong)
