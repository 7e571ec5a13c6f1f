"""Models that were trained on tasks of their own: by which words or tags they are asked for them.

Granite Vision 4 takes tags that its chat template expands, and key-value pairs by JSON Schema;
Granite-Docling writes DocTags and OTSL, and takes its instructions as they are and alone (their
model cards say so). Every other model is asked in words, by the table of `prompts`. A prompt that
changes takes a new version.
"""

import re
from collections.abc import Mapping
from typing import Literal

from mmrag.vision import prompts
from mmrag.vision.prompts import TaskPrompt

Family = Literal["general", "granite vision", "granite docling"]
TaskWord = Literal["transcribe", "table", "chart", "diagram", "fields"]
_NAMED: Mapping[Family, re.Pattern[str]] = {
    "granite docling": re.compile(r"granite[-_. ]?docling|smoldocling", re.IGNORECASE),
    "granite vision": re.compile(
        r"granite[-_. ]?vision[-_. ]?4|granite[-_. ]?4[\d.]*[-_. ]\w+[-_. ]vision", re.IGNORECASE
    ),
}
"""By the name of the model, as the profile or its server has it."""
_GENERAL: Mapping[TaskWord, TaskPrompt] = {
    "transcribe": prompts.TRANSCRIBE,
    "table": prompts.TABLE,
    "chart": prompts.CHART,
    "diagram": prompts.DIAGRAM,
    "fields": prompts.FIELDS,
}
_OWN: Mapping[Family, Mapping[TaskWord, TaskPrompt]] = {
    "granite vision": {
        "chart": TaskPrompt("1", "", tag="<chart2csv>", reply="csv"),
        "table": TaskPrompt("1", "", tag="<tables_otsl>", reply="otsl"),
        "fields": TaskPrompt(
            "1",
            "Extract structured data from this document as a JSON object of this schema; null for "
            "what is not there. Give only the JSON.",
            asks_by="schema",
        ),
    },
    "granite docling": {
        "transcribe": TaskPrompt("2", "", tag="Convert this page to docling.", reply="doctags"),
        "chart": TaskPrompt("2", "", tag="Convert chart to table.", reply="otsl"),
        "table": TaskPrompt("2", "", tag="Convert table to OTSL.", reply="otsl"),
    },
}


def family(model: str) -> Family:
    """Which family a model is of."""
    return next((name for name, pattern in _NAMED.items() if pattern.search(model)), "general")


def prompt(task: TaskWord, model: str) -> TaskPrompt:
    """What a model is asked for a task."""
    return _OWN.get(family(model), {}).get(task) or _GENERAL[task]


def version(*tasks: TaskWord) -> str:
    """Of the prompts of some tasks, in all families."""
    own = [f"{table[task].version}" for task in tasks for table in _OWN.values() if task in table]
    return ".".join([*(_GENERAL[task].version for task in tasks), *own])
