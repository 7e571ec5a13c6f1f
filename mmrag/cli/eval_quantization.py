"""`mmrag eval quantization`."""

import json
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from mmrag.cli import output
from mmrag.cli.evaluating import dataset_index_option, opened
from mmrag.cli.options import PathParameter, json_option, profile_option
from mmrag.cli.progress import staged

if TYPE_CHECKING:
    from mmrag.evaluate.quantization_report import QuantizationReport, QuantizationRow

_PARTS = {"text": "text encoder", "image": "image encoder", "vectors": "vectors"}


@click.command()
@click.argument("dataset", type=PathParameter())
@dataset_index_option
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(list(_PARTS)),
    help="Only this part; may be given more than once. [default: all]",
)
@click.option(
    "--documents",
    type=click.IntRange(min=0),
    default=0,
    help="Ask about so many documents alone, evenly drawn: to encode the others takes time.",
)
@click.option(
    "--save",
    type=PathParameter(file_okay=False),
    help="Write quantization.json and quantization.svg there.",
)
@click.option(
    "--apply",
    "profile_file",
    type=PathParameter(dir_okay=False),
    help="Write the recommended settings as a profile, a new .toml file, its graphs beside it.",
)
@profile_option
@json_option
def quantization(
    dataset: Path,
    index_path: Path | None,
    parts: tuple[str, ...],
    documents: int,
    save: Path | None,
    profile_file: Path | None,
    profile: str | None,
    as_json: bool,
) -> None:
    """Say what encoders and vectors of fewer bits gain and lose on DATASET, on this machine.

    Each setting of the profile's encoders encodes the documents of the questions anew: fp32, bf16,
    and of the embedded ones int8 (dynamic; static, calibrated with passages and pictures of the
    index) and the image encoder with half of its weights pruned. Vectors: fp16, int8, 1 bit with
    re-scoring, and their first dimensions alone. Recommended is the cheapest of each part that
    loses less than half a point of nDCG@5. It takes several times as long as to encode the index.

    \b
    mmrag eval quantization corpora/sample --part vectors
    mmrag eval quantization my-questions --apply mine.toml
    mmrag index papers/ --profile mine.toml
    """
    from mmrag.evaluate import datasets
    from mmrag.evaluate import quantization as measuring
    from mmrag.evaluate.quantization_profile import write

    questions = datasets.of_some_documents(datasets.load(dataset), documents)
    with ExitStack() as stack:
        index = stack.enter_context(opened(questions, index_path, profile))
        folder = stack.enter_context(TemporaryDirectory(prefix="mmrag-graphs-"))
        kept = "the documents stay indexed; nothing was measured"
        with output.interruptible(kept), staged() as on_stage:
            wanted = [part for part in measuring.PARTS if part in map(_PARTS.get, parts)]
            report = measuring.measure(
                index, questions, Path(folder), wanted or measuring.PARTS, on_stage
            )
        if save is not None:
            _save(report, save)
        if profile_file is not None:
            write(profile_file, index.settings, report)
    if as_json:
        output.print_json(report.to_json())
    else:
        _print(report)
    if profile_file is not None:
        output.say(f"written: {profile_file}", err=True)


def _save(report: "QuantizationReport", folder: Path) -> None:
    from mmrag.errors import UsageError
    from mmrag.evaluate.quantization_report import plot

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (
            ("quantization.json", json.dumps(report.to_json(), indent=1)),
            ("quantization.svg", plot(report)),
        ):
            (folder / name).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot write the report: {error.strerror}") from error
    output.say(f"saved: {folder}", err=True)


def _print(report: "QuantizationReport") -> None:
    """A line for each row, in percent; losses in points, of the part's channels alone."""
    recommended = report.recommended()
    for part, rows in report.parts().items():
        first = rows[0]
        output.say(f"{report.dataset}: {first.questions} questions, {first.scope} scope, pages")
        what = "searches" if part == "vectors" else "items"
        output.say(
            f"{part:<34}{'MB':>8}{f'{what}/s':>12}{'load s':>8}{'peak MB':>9}{'cosine':>9}"
            f"{'@1':>7}{'@5':>7}{'nDCG@5':>8}  {'lost, alone (95 %)':<26}{'NaN, Inf':>9}"
        )
        for row in rows:
            output.say(_line(row, is_best=recommended[part] is row))
    output.say("* recommended: the cheapest that loses less than half a point of nDCG@5")


def _line(row: "QuantizationRow", *, is_best: bool) -> str:
    lost, low, high = (100 * value for value in row.lost_alone["ndcg@5"])
    told = f"{lost:+.2f} ({low:+.2f} to {high:+.2f})"
    measures = "".join(
        f"{100 * row.measures[name]:>{width}.1f}"
        for name, width in (("recall@1", 7), ("recall@5", 7), ("ndcg@5", 8))
    )
    return (
        f"{'* ' if is_best else '  '}{row.name:<32}{row.size / 1e6:>8.1f}{row.per_second:>12.1f}"
        f"{row.load_seconds:>8.1f}{row.peak_bytes / 1e6:>9.0f}{row.cosine:>9.4f}"
        f"{measures}  {told:<26}{f'{row.nans}, {row.infinities}':>9}"
        + (f"  {row.note}" if row.note else "")
    )
