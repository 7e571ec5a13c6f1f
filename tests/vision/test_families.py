"""Models with tasks of their own are asked in their own words, the others as all are."""

import pytest

from mmrag.vision import families, prompts


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("ibm-granite/granite-4.0-3b-vision", "granite vision"),
        ("ibm-granite/granite-vision-4.1-4b", "granite vision"),
        ("granite-docling-258M", "granite docling"),
        ("ds4sd/SmolDocling-256M-preview", "granite docling"),
        ("granite3.2-vision:2b", "general"),
        ("llava-hf/llava-1.5-7b-hf", "general"),
        ("llava-hf/bakLlava-v1-hf", "general"),
    ],
)
def test_families_are_told_by_the_name_of_the_model(model, family) -> None:
    assert families.family(model) == family


def test_what_a_family_has_no_words_for_is_asked_as_of_any_model() -> None:
    assert families.prompt("diagram", "granite-docling-258M") == prompts.DIAGRAM
    assert families.prompt("table", "llava") == prompts.TABLE
    assert families.prompt("chart", "granite-vision-4.1-4b").tag == "<chart2csv>"


def test_the_version_of_a_task_changes_with_any_of_its_prompts() -> None:
    assert families.version("table") == "1.1.2"
    assert families.version("diagram") == "1"
