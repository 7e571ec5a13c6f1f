"""What is said of a picture: `caption`, `ask`, `analyze`, `agent`."""

from typing import get_args

import click

from mmrag import contract
from mmrag.cli import output
from mmrag.cli.vision_run import VisionOptions, opened, run_task, run_with, shared
from mmrag.cli.vision_tell import TELLERS, tell_agent, tell_answer, tell_caption
from mmrag.vision.prompts import Style


@click.command()
@click.option(
    "--style",
    type=click.Choice(get_args(Style)),
    default="detailed",
    show_default=True,
    help="A sentence, a paragraph, as in an article, for who cannot see it, or words to find it.",
)
@shared
def caption(options: VisionOptions, style: Style) -> None:
    """Say what each INPUT shows, in words.

    Without a model a caption is made of what is written in the picture and of its data; a model's
    is audited by them.

    \b
    mmrag vision caption chart.png --style alt
    """
    from mmrag.vision.caption import CaptionPicture

    run_task(CaptionPicture(style, options.by), options, tell_caption)


@click.command()
@click.argument("question")
@shared
@click.option("--chat", is_flag=True, help="Ask on: a line is a question, an empty one ends it.")
@click.option(
    "--if-relevant",
    is_flag=True,
    help="Ask a model only about pictures that have a fifth of the question's words.",
)
def ask(options: VisionOptions, question: str, chat: bool, if_relevant: bool) -> None:
    """Answer QUESTION about each INPUT, from the picture alone.

    Without a model, from its tables, fields and lines of text, with their places.

    \b
    mmrag vision ask "What is the total?" receipt.jpg
    """
    from mmrag.vision.ask import AskPicture

    if chat:
        _chat(options, question)
        return
    run_task(AskPicture(question, options.by, if_relevant), options, tell_answer)


def _chat(options: VisionOptions, question: str) -> None:
    """A talk about one picture, which a model is shown once."""
    from mmrag.vision.ask import PictureTalk, by_rules

    with opened(options) as vision:
        sources = list(vision.sources(options.inputs))
        if len(sources) != 1:
            raise click.UsageError("--chat is about one picture")
        view = vision.bench.view(sources[0])
        talk = PictureTalk(view, vision.bench) if vision.bench.asks_model(options.by) else None
        while question.strip():
            compute = vision.bench.compute
            tell_answer(talk.ask(question) if talk else by_rules(view.reading, question, compute))
            question = click.prompt("", default="", show_default=False, prompt_suffix="> ")


@click.command()
@click.argument("request")
@shared
def analyze(options: VisionOptions, request: str) -> None:
    """Do what REQUEST asks of each INPUT: the task that fits, by rules, or by the model.

    \b
    mmrag vision analyze "Get the total and the date" receipt.jpg
    """
    from mmrag.vision.analyze import routed

    with opened(options) as vision:
        route, task = routed(request, vision.bench, options.by)
        output.say(f"{route.task}: {route.reason}", err=True)
        run_with(vision, task, options, TELLERS[route.task])


@click.command()
@click.argument("question")
@click.option(
    "--steps",
    type=click.IntRange(1, 50),
    default=8,
    show_default=True,
    help="Most uses of a tool for one question.",
)
@click.option("--transcript", is_flag=True, help="Show what each tool gave.")
@shared
def agent(options: VisionOptions, question: str, steps: int, transcript: bool) -> None:
    """Answer QUESTION from all INPUTs, or with --index from its documents, with several tools.

    It searches, opens, zooms, reads tables and charts, counts, compares and calculates, and says
    on which results the answer rests. The model chooses, or without one a plan by rules. --out
    appends the answer with its whole transcript to a file.

    \b
    mmrag vision agent "How much more is the total of a.jpg than that of b.jpg?" a.jpg b.jpg
    """
    from mmrag.vision.results import ResultsFile
    from mmrag.vision.task import plain_result

    with opened(options) as vision:
        sources = list(vision.sources(options.inputs))
        result = vision.agent(question, sources, by=options.by, steps=steps)
    image = ", ".join(source.name for source in sources)
    told = {"image": image, "task": "agent", "cached": False, **plain_result(result)}
    if options.out is not None:
        with ResultsFile(options.out) as file:
            file.append(contract.versioned(told))
    if options.as_json:
        output.print_json(contract.versioned(told))
        return
    tell_agent(result, transcript=transcript)
