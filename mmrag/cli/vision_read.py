"""What is read of a picture: `ocr`, `table`, `chart`, `diagram`, `document`, `fields`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmrag.cli.options import PathParameter
from mmrag.cli.vision_run import VisionOptions, run_task, shared
from mmrag.cli.vision_tell import tell_document, tell_fields, tell_grids, tell_text

if TYPE_CHECKING:
    from mmrag.vision.grids import GridKind
    from mmrag.vision.ocr import Engine, TextKind


@click.command()
@click.option(
    "--kind",
    type=click.Choice(["auto", "document", "screenshot", "receipt", "signage"]),
    default="auto",
    show_default=True,
    help="How lines become text: paragraphs, rows, or the largest first.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "rapidocr", "tesseract", "vlm", "both"]),
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
    run_task(Ocr(kind, engine), options, tell_text)


def _grids(kind: "GridKind", options: VisionOptions) -> None:
    from mmrag.vision.grids import ReadGrids

    run_task(ReadGrids(kind, options.by), options, tell_grids)


@click.command()
@shared
def table(options: VisionOptions) -> None:
    """Read the tables of each INPUT as data.

    \b
    mmrag vision table report.pdf#3
    """
    _grids("table", options)


@click.command()
@shared
def chart(options: VisionOptions) -> None:
    """Read the charts of each INPUT as data: what cannot be told is left out, and nothing guessed.

    \b
    mmrag vision chart report.pdf#3 --json
    """
    _grids("chart", options)


@click.command()
@shared
def diagram(options: VisionOptions) -> None:
    """Read the diagrams of each INPUT as connections between their parts.

    \b
    mmrag vision diagram flow.pdf --profile llava
    """
    _grids("diagram", options)


@click.command()
@shared
def document(options: VisionOptions) -> None:
    """Say what kind of document each INPUT is, and why; and what stands where on the page.

    Of 14 types: invoice, receipt, contract, form, resume, report, letter, handwritten note,
    screenshot, presentation, newspaper article, book page, label, certificate; else unknown.

    \b
    mmrag vision document scan.pdf
    """
    from mmrag.vision.document import DocumentLook

    run_task(DocumentLook(options.by), options, tell_document)


@click.command()
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
    run_task(Fields(of_schema(schema) if schema else wanted, options.by), options, tell_fields)
