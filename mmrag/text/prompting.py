"""What makes a document's words harmless in a prompt: they are data there, and nothing else.

Whoever builds a prompt takes every word of a document, a question or an earlier answer through
`as_data` or `one_line`, so that none of them cites, opens a tag, or speaks in another's name.
"""

import re

from mmrag.text.characters import clean

OPENING_BRACKETS = "[﹇【［〔⟦⦋❲〚⁅〖﹝⸨"
CLOSING_BRACKETS = "]﹈】］〕⟧⦌❳〛⁆〗﹞⸩"
"""Square brackets of any form: a model may take them for those of a marker."""
_AS_PARENTHESES = str.maketrans(
    dict.fromkeys(OPENING_BRACKETS, "(") | dict.fromkeys(CLOSING_BRACKETS, ")")
)
_TAG = re.compile(r"<(?=[a-z/!?|])", re.IGNORECASE)  # of markup and of chat templates
_SPEAKER = re.compile(
    r"^([ \t>*#]*)(system|user|assistant|human|gpt|inst|instruction|response)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
"""Names under which chat templates let somebody speak, at the beginning of a line."""


def neutralise(text: str) -> str:
    """Text of a document or a question so that nothing in it can act, fit to be quoted.

    Square brackets of any form become round ones, so that no marker stands in it; `<` before a
    name becomes `‹`, so that no tag and no chat template token does. Control and invisible
    characters go.
    """
    return _TAG.sub("‹", clean(text).translate(_AS_PARENTHESES))


def as_data(text: str) -> str:
    """Words for a prompt, line by line: neutralised, and no line begins as a speaker's."""
    return _SPEAKER.sub(r"\1\2 -", neutralise(text))


def one_line(text: str, longest: int) -> str:
    """Words for a prompt on one line of at most `longest` characters; what is cut shows as `…`."""
    line = " ".join(as_data(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
