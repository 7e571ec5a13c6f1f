"""Answers as JSON: the schema that a server holds a model to, and the text of what comes."""

from collections.abc import Iterator, Mapping, Sequence

from mmrag.protocols import NOT_FOUND, Reply
from mmrag.text.notation import from_json

_FENCE = "```"
_MARKER_LENGTH = 40  # characters: a string without spaces up to that names evidence
_MOST_SENTENCES = 6  # of an answer that should have one to three


def schema(markers: Sequence[str]) -> Mapping[str, object]:
    """A JSON schema of sentences, each with one or more of `markers` and no other.

    No sentence at all says that the evidence does not hold the answer.
    """
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "markers": {
                "type": "array",
                "items": {"type": "string", "enum": list(markers)},
                "minItems": 1,
            },
        },
        "required": ["text", "markers"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "sentences": {"type": "array", "items": sentence, "maxItems": _MOST_SENTENCES}
        },
        "required": ["sentences"],
        "additionalProperties": False,
    }


def as_text(reply: Reply, markers: Sequence[str]) -> Reply:
    """A reply as text with its markers in brackets, whether it came as text or as JSON.

    Text is handed on as it comes, JSON once it is whole; what only looks like JSON is text.
    """
    held, is_text = "", False
    try:
        while True:
            piece = next(reply)
            if is_text:
                yield piece
                continue
            held += piece
            if not _may_be_json(held):
                is_text = True
                yield held
    except StopIteration as end:
        notes: tuple[str, ...] = end.value or ()
    finally:
        reply.close()
    if held and not is_text:
        yield _converted(held, markers)
    return notes


def _may_be_json(text: str) -> bool:
    begun = text.lstrip()
    return not begun or begun.startswith("{") or _FENCE.startswith(begun[:3])


def _converted(text: str, markers: Sequence[str]) -> str:
    plain = text.strip().removeprefix(_FENCE).removeprefix("json").removesuffix(_FENCE)
    try:
        value = from_json(plain)
    except ValueError:
        return text
    if not isinstance(value, dict):
        return text
    return " ".join(_sentences(value, markers)) or NOT_FOUND


def _sentences(value: object, markers: Sequence[str]) -> Iterator[str]:
    """The texts of a JSON value, each object's with the evidence that the object names."""
    if isinstance(value, dict):
        names = [name for entry in value.values() for name in _names(entry, markers)]
        texts = [
            text
            for entry in value.values()
            if not _names(entry, markers)
            for text in _sentences(entry, markers)
        ]
        yield from texts[:-1]
        if texts:
            yield texts[-1] + "".join(f" [{name}]" for name in names)
    elif isinstance(value, list):
        for entry in value:
            yield from _sentences(entry, markers)
    elif isinstance(value, str) and value.strip():
        yield value.strip()


def _names(value: object, markers: Sequence[str]) -> list[str]:
    """The names of evidence that a value is made of: a marker, or a list of words like one."""
    if isinstance(value, str):
        name = value.strip(" []")
        return [name] if name in markers else []
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        return []
    names = [str(entry).strip(" []") for entry in value]
    like = all(name and len(name) <= _MARKER_LENGTH and not name.count(" ") for name in names)
    return names if like else []
