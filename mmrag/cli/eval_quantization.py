"""`mmrag eval quantization`."""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from mmrag.cli import evaluating, output
from mmrag.cli.evaluating import dataset_index_option, opened
from mmrag.cli.options import PathParameter, json_option, profile_option
from mmrag.cli.progress import staged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mmrag.evaluate.quantization_report import QuantizationReport, QuantizationRow
    from mmrag.evaluate.quantization_vlm import ModelRow

_PARTS = {"text": "text encoder", "image": "image encoder", "vectors": "vectors"}
_MODEL = "model"


@click.command()
@click.argument("dataset", type=PathParameter())
@dataset_index_option
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice([*_PARTS, _MODEL]),
    help="Only this part; may be given more than once. [default: all; model where the profile's "
    "vision-language model runs in this process]",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    help="Questions that the vision-language model is asked. [default: 20]",
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
    most: int | None,
    documents: int,
    save: Path | None,
    profile_file: Path | None,
    profile: str | None,
    as_json: bool,
) -> None:
    """Say what encoders and vectors of fewer bits gain and lose on DATASET, on this machine.

    Each setting of the profile's encoders encodes the documents of the questions anew: fp32, bf16
    where the processor or GPU has it, and of the embedded ones int8 (dynamic; static, calibrated
    with passages and pictures of the index) and the image encoder with half of its weights pruned.
    Vectors: fp16, int8, 1 bit with re-scoring, and their first dimensions alone. Recommended is the
    cheapest of each part that loses less than half a point of nDCG@5. It takes several times as
    long as to encode the index.

    A vision-language model is loaded whole, in 8 bits and in 4, each in a process of its own, and
    asked with the page that holds the answer: seconds to load, memory beside what `mmrag doctor`
    foretells, tokens a second, and how far its answers agree with those of the most bits that fit.

    \b
    mmrag eval quantization corpora/sample --part vectors
    mmrag eval quantization corpora/sample --part model --most 10 --profile small
    mmrag eval quantization my-questions --apply mine.toml
    mmrag index papers/ --profile mine.toml
    """
    from mmrag.evaluate import datasets, quantization_vlm
    from mmrag.evaluate import quantization as measuring
    from mmrag.evaluate.quantization_profile import write

    questions = datasets.of_some_documents(datasets.load(dataset), documents)
    with ExitStack() as stack:
        index = stack.enter_context(opened(questions, index_path, profile))
        folder = stack.enter_context(TemporaryDirectory(prefix="mmrag-graphs-"))
        kept = "the documents stay indexed; nothing was measured"
        with output.interruptible(kept), staged() as on_stage:
            chosen = set(map(_PARTS.get, parts)) if parts else set(measuring.PARTS)
            wanted = [part for part in measuring.PARTS if part in chosen]
            report = measuring.measure(index, questions, Path(folder), wanted, on_stage)
            if _MODEL in parts or (not parts and index.settings.vlm.backend == "transformers"):
                rows = quantization_vlm.measure(
                    index, questions, most or quantization_vlm.MOST, on_stage
                )
                report = replace(report, models=rows)
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
    from mmrag.evaluate.quantization_report import plot

    files = {
        "quantization.json": json.dumps(report.to_json(), indent=1),
        "quantization.svg": plot(report),
    }
    evaluating.write(folder, files, shown="")


def _print(report: "QuantizationReport") -> None:
    """A line for each row, in percent; losses in points, of the part's channels alone."""
    recommended = report.recommended()
    for part, rows in report.parts().items():
        first = rows[0]
        output.say(f"{report.dataset}: {first.questions} questions, {first.scope} scope, pages")
        what = "searches" if part == "vectors" else "items"
        output.say(
            f"{part:<34}{'MB':>8}{f'{what}/s':>12}{'CPU ms':>8}{'load s':>8}{'peak MB':>9}"
            f"{'cosine':>9}{'@1':>7}{'@5':>7}{'nDCG@5':>8}  {'lost, alone (95 %)':<26}"
            f"{'NaN, Inf':>9}"
        )
        for row in rows:
            output.say(_line(row, is_best=recommended[part] is row))
    if report.rows:
        output.say("* recommended: the cheapest that loses less than half a point of nDCG@5")
    if report.models:
        _print_models(report.models)


def _print_models(rows: "Sequence[ModelRow]") -> None:
    """A line for each quantization; agreement in percent, with its interval."""
    output.say(
        f"{'vision-language model':<22}{'load s':>8}{'tokens/s':>10}{'GB':>7}{'foretold':>10}"
        f"{'peak GB':>9}{'same':>7}  {'agrees (95 %)':<24}{'right':>7}{'silent':>8}"
    )
    for row in rows:
        if row.note:
            output.say(f"  {row.name:<20}{row.note}")
            continue
        low, high = (100 * value for value in row.agreement_interval)
        agrees = f"{100 * row.agreement:.1f} ({low:.1f} to {high:.1f})"
        right = "" if row.right is None else f"{100 * row.right:.1f}"
        output.say(
            f"  {row.name:<20}{row.load_seconds:>8.1f}{row.tokens_per_second:>10.1f}"
            f"{row.memory_bytes / 2**30:>7.2f}{row.foretold_bytes / 2**30:>10.2f}"
            f"{row.peak_bytes / 2**30:>9.2f}{100 * row.same:>7.1f}  {agrees:<24}{right:>7}"
            f"{row.silent:>8}"
        )


def _line(row: "QuantizationRow", *, is_best: bool) -> str:
    lost, low, high = (100 * value for value in row.lost_alone["ndcg@5"])
    told = f"{lost:+.2f} ({low:+.2f} to {high:+.2f})"
    measures = "".join(
        f"{100 * row.measures[name]:>{width}.1f}"
        for name, width in (("recall@1", 7), ("recall@5", 7), ("ndcg@5", 8))
    )
    return (
        f"{'* ' if is_best else '  '}{row.name:<32}{row.size / 1e6:>8.1f}{row.per_second:>12.1f}"
        f"{row.cpu_ms:>8.1f}{row.load_seconds:>8.1f}{row.peak_bytes / 1e6:>9.0f}{row.cosine:>9.4f}"
        f"{measures}  {told:<26}{f'{row.nans}, {row.infinities}':>9}"
        + (f"  {row.note}" if row.note else "")
    )
