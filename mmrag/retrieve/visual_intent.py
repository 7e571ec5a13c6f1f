"""Questions that speak of how something looks."""

import re

_LOOKS = re.compile(
    r"\b(?:figures?|fig|charts?|graphs?|plots?|pies?|bars?|curves?|histograms?|heat ?maps?"
    r"|diagrams?|flow ?charts?|tables?|maps?|equations?|drawings?|sketch(?:es)?|illustrations?"
    r"|images?|pictures?|pictured|photos?|photographs?|screenshots?|logos?|icons?|symbols?"
    r"|shown|depict(?:s|ed)?|colou?r(?:s|ed)?"
    r"|red|orange|yellow|green|blue|purple|pink|brown|gr[ae]y)\b",
    re.IGNORECASE,
)


def speaks_of_looks(text: str) -> bool:
    """Whether a question names a kind of picture, a colour, or that something is shown."""
    return _LOOKS.search(text) is not None
