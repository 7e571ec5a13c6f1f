"""`mmrag vision`: a command for each task."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
from mmrag.cli.options import PathParameter
from mmrag.cli.vision_run import VisionOptions, run_task, shared

if TYPE_CHECKING:
    from mmrag.vision.fields import FieldsResult
    from mmrag.vision.grids import GridKind, GridsResult
    from mmrag.vision.labels import LabelsResult
    from mmrag.vision.looking import By
    from mmrag.vision.ocr import Engine, OcrResult, TextKind


@click.group()
def command() -> None:
    """One picture at a time: its text, data, fields, kind, words and answers.

    INPUT is a picture, a page of a document (report.pdf#3, or #2-5), a folder, a pattern, or with
    --index the ID of a page or figure.

    \b
    mmrag vision ocr receipt.jpg
    mmrag vision table report.pdf#3 --json
    mmrag vision ocr scans/ --out texts.jsonl
    """


@command.command()
@click.option("--labels", required=True, help="What it may be, with commas: chart,table,photo.")
@click.option(
    "--template",
    "templates",
    multiple=True,
    help='Sentence around each label, with {} for it; repeatable: "a scan of a {}".',
)
@shared
def classify(options: VisionOptions, labels: str, templates: tuple[str, ...]) -> None:
    """Say which of the labels fits each INPUT best (zero-shot).

    By the profile's CLIP model; with --by vlm, by its vision-language model.

    \b
    mmrag vision classify page.png --labels "bar chart,table,diagram"
    """
    from mmrag.vision.classify import TEMPLATES
    from mmrag.vision.labels import Classify

    names = tuple(label.strip() for label in labels.split(","))
    by: By = "vlm" if options.by == "vlm" else "embedded"
    run_task(Classify(names, templates or TEMPLATES, by), options, _tell_labels)


def _tell_labels(result: "LabelsResult") -> None:
    for score in result.labels:
        output.say(f"{score.probability:6.1%}  {score.label}")


@command.command()
@click.option(
    "--kind",
    type=click.Choice(["auto", "document", "screenshot", "receipt", "signage"]),
    default="auto",
    show_default=True,
    help="How lines become text: paragraphs, rows, or the largest first.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "rapidocr", "vlm", "both"]),
    default="auto",
    show_default=True,
    help="Who reads; both: the model beside the engine, with their differences.",
)
@shared
def ocr(options: VisionOptions, kind: "TextKind", engine: "Engine") -> None:
    """Read the text of each INPUT, with a box and a confidence for every line.

    Pages and pictures are turned upright, and columns are read one after the other.

    \b
    mmrag vision ocr receipt.jpg
    mmrag vision ocr report.pdf#3 --json
    """
    from mmrag.vision.ocr import Ocr

    if engine == "auto" and options.by != "auto":
        engine = "rapidocr" if options.by == "embedded" else "vlm"
    run_task(Ocr(kind, engine), options, _tell_text)


def _tell_text(result: "OcrResult") -> None:
    output.say(result.text or result.transcription or "no text")
    if result.agreement is not None:
        output.note(f"engine and model agree in {result.agreement:.0%} of the words")
        for item in result.differences:
            output.note(f"engine {item.engine!r}, model {item.model!r}")


def _grids(kind: "GridKind", options: VisionOptions) -> None:
    from mmrag.vision.grids import ReadGrids

    run_task(ReadGrids(kind, options.by), options, _tell_grids)


def _tell_grids(result: "GridsResult") -> None:
    for grid in result.grids:
        output.say(output.Styled(grid.title or "without a title", bold=True))
        output.say(f"read by {grid.reader}, trust {grid.trust:.2f}")
        output.say(grid.csv.rstrip())
    for note in result.notes:
        output.note(note)


@command.command()
@shared
def table(options: VisionOptions) -> None:
    """Read the tables of each INPUT as data.

    \b
    mmrag vision table report.pdf#3
    """
    _grids("table", options)


@command.command()
@shared
def chart(options: VisionOptions) -> None:
    """Read the charts of each INPUT as data: by rules where they are drawn, not in pixels.

    \b
    mmrag vision chart report.pdf#3 --json
    """
    _grids("chart", options)


@command.command()
@shared
def diagram(options: VisionOptions) -> None:
    """Read the diagrams of each INPUT as connections between their parts.

    \b
    mmrag vision diagram flow.pdf --profile llava
    """
    _grids("diagram", options)


@command.command()
@click.option("--fields", "names", help="What to read, with commas: company,date,total.")
@click.option(
    "--schema",
    type=PathParameter(exists=True, dir_okay=False),
    help="A JSON Schema of an object: its properties are read.",
)
@shared
def fields(options: VisionOptions, names: str | None, schema: Path | None) -> None:
    """Read the fields of each INPUT, a form, receipt or letter, with the box of each value.

    Fields of a PDF's form are taken as they are; else what stands beside its label, and what a
    date, a total or a seller looks like. N/A: it is not there.

    \b
    mmrag vision fields receipt.jpg --fields company,date,total
    mmrag vision fields form.pdf --json
    """
    from mmrag.vision.fields import Fields, of_schema

    if names is not None and schema is not None:
        raise click.UsageError("give --fields or --schema, not both")
    wanted = tuple(name.strip() for name in names.split(",")) if names else ()
    run_task(Fields(of_schema(schema) if schema else wanted, options.by), options, _tell_fields)


def _tell_fields(result: "FieldsResult") -> None:
    width = max((len(field.name) for field in result.fields), default=0)
    for field in result.fields:
        output.say(f"{field.name:<{width}}  {field.value}")
        if not field.is_in_text:
            output.note(f"{field.name}: nobody but the model reads {field.value!r} in the picture")
    if not result.fields:
        output.say("no fields")
