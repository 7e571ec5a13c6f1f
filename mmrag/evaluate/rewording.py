"""Questions in other words, by rules of form, to see whether they get the same answer."""

import re

_ASKED = re.compile(r"^(what|which|who|where|when)\s+(is|are|was|were)\s+(.+?)\?*$", re.IGNORECASE)
_COUNTED = re.compile(r"^how many\s+(.+?)\?*$", re.IGNORECASE)


def reworded(question: str) -> tuple[str, ...]:
    """The same question in up to two other wordings, by rules of form."""
    text = question.strip()
    found = [f"Please tell me: {text[:1].lower()}{text[1:]}"]
    if match := _ASKED.match(text):
        found.append(
            f"{match[3][:1].upper()}{match[3][1:]}: {match[1].lower()} {match[2].lower()} it?"
        )
    elif match := _COUNTED.match(text):
        found.append(f"I want to know how many {match[1]}.")
    return tuple(found)
