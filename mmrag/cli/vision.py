"""`mmrag vision`: a command for each task."""

import click

from mmrag.cli import vision_alike, vision_read, vision_words


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


for task in (
    vision_words.caption,
    vision_words.ask,
    vision_read.ocr,
    vision_read.table,
    vision_read.chart,
    vision_read.diagram,
    vision_read.document,
    vision_read.fields,
    vision_alike.classify,
    vision_alike.compare,
    vision_alike.embed,
    vision_words.analyze,
    vision_words.agent,
):
    command.add_command(task)
