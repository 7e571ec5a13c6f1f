"""How the results of `mmrag vision` are told in lines."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mmrag.cli import output

if TYPE_CHECKING:
    from mmrag.audit import Audited
    from mmrag.vision.agent import AgentResult
    from mmrag.vision.ask import AskResult
    from mmrag.vision.caption import CaptionResult
    from mmrag.vision.compare import CompareResult
    from mmrag.vision.document import DocumentResult
    from mmrag.vision.fields import FieldsResult
    from mmrag.vision.grids import GridsResult
    from mmrag.vision.labels import LabelsResult
    from mmrag.vision.ocr import OcrResult


def tell_labels(result: "LabelsResult") -> None:
    """The labels, the most probable first."""
    for score in result.labels:
        output.say(f"{score.probability:6.1%}  {score.label}")


def tell_text(result: "OcrResult") -> None:
    """The text, and where engine and model differ."""
    output.say(result.text or result.transcription or "no text")
    if result.agreement is not None:
        output.note(f"engine and model agree in {result.agreement:.0%} of the words")
        for item in result.differences:
            output.note(f"engine {item.engine!r}, model {item.model!r}")


def tell_grids(result: "GridsResult") -> None:
    """Each grid as CSV, each graph line by line."""
    for grid in result.grids:
        output.say(output.Styled(grid.title or "without a title", bold=True))
        output.say(f"read by {grid.reader}, trust {grid.trust:.2f}")
        output.say(grid.csv.rstrip())
    for graph in result.graphs:
        output.say(output.Styled(graph.title or "without a title", bold=True))
        output.say(f"read by {graph.reader}, trust {graph.trust:.2f}")
        output.say("\n".join(graph.lines))
    if result.is_nothing:
        output.say("nothing is read as data here")
    for note in result.notes:
        output.note(note)


def tell_fields(result: "FieldsResult") -> None:
    """A line a field."""
    width = max((len(field.name) for field in result.fields), default=0)
    for field in result.fields:
        output.say(f"{field.name:<{width}}  {field.value}")
        if not field.is_in_text:
            output.note(f"{field.name}: nobody but the model reads {field.value!r} in the picture")
    if not result.fields:
        output.say("no fields")


def tell_document(result: "DocumentResult") -> None:
    """The type with its reason, the title, and the regions."""
    output.say(f"{result.type}, confidence {result.confidence:.2f}: {result.reason}")
    if result.title:
        output.say(f"title: {result.title}")
    for region in result.regions:
        text = output.one_line(region.text)
        output.say(f"  {region.kind:<13} {output.corners(region.bbox)}  {text}")


def tell_caption(result: "CaptionResult") -> None:
    """The caption, and what of it is not confirmed."""
    output.say(result.text or "nothing to say without a model: no text was read in it (--by vlm)")
    tell_claims(result.claims)


def tell_claims(claims: "Sequence[Audited]") -> None:
    """What a model says that nobody else reads."""
    for claim in claims:
        if claim.unconfirmed:
            output.note(f"not confirmed by the picture's text: {', '.join(claim.unconfirmed)}")


def tell_answer(result: "AskResult") -> None:
    """The answer, with the places that it rests on."""
    nothing = "the picture does not say, as far as can be told"
    if result.passed_over:
        nothing = "passed over: it has too few words of the question (--if-relevant)"
    output.say(result.text or nothing)
    for place in result.places:
        output.say(f"  at {output.corners(place.bbox)}: {place.text}")
    tell_claims(result.claims)


def tell_comparison(result: "CompareResult") -> None:
    """What is measured, and each place."""
    output.say(result.text)
    if result.similarity is not None:
        output.say(f"similarity of the pictures: {result.similarity:.2f}")
    for box in result.boxes:
        output.say(f"  differs at {output.corners(box)}")
    for item in result.word_differences:
        output.say(f"  words: {item.engine!r} here, {item.model!r} there")


def tell_agent(result: "AgentResult", *, transcript: bool) -> None:
    """The answer, and the results that it rests on; with `transcript`, all that tools gave."""
    if transcript:
        for item in result.results:
            state = "" if item.ok else " (refused)"
            output.say(output.Styled(f"[{item.number}] {item.tool} {item.given}{state}", bold=True))
            output.say(item.text)
    output.say(result.text or f"no answer ({result.status})")
    if result.status == "unsupported":
        output.note(
            f"not borne out by the results: {', '.join(result.unconfirmed) or 'none cited'}"
        )
    for item in result.results:
        if item.number in result.rests_on:
            output.say(f"  [{item.number}] {item.tool} {item.given}: {output.one_line(item.text)}")
    for said in result.conflicts:
        output.note(f"{said.source} says: {output.one_line(said.text)}")
    for note in result.notes:
        output.note(note)


def tell_vector(result: Any) -> None:
    """How long a vector is; it is written with --out or --json."""
    output.say(f"a vector of dimension {len(result.vector)} by {result.by}: --json shows it")


TELLERS: Mapping[str, Callable[[Any], None]] = {
    "caption": tell_caption,
    "ask": tell_answer,
    "ocr": tell_text,
    "table": tell_grids,
    "chart": tell_grids,
    "diagram": tell_grids,
    "document": tell_document,
    "fields": tell_fields,
    "classify": tell_labels,
    "compare": tell_comparison,
    "embed": tell_vector,
}
"""By the task that a request was routed to."""
