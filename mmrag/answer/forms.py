"""What a quotation has that answers a question of few words: an e-mail address, a definition.

The words alone tell little there: "What is the website?" is asked by one word, which many sentences
have that do not answer it.
"""

import re
from collections.abc import Mapping

from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import Span
from mmrag.text import section_names
from mmrag.text.stems import stem
from mmrag.text.words import content_words, plain_words

_WHAT = r"\b(?:what(?:\s+(?:is|are)|['’]s)|give(?:\s+me)?|list|find)\s+(?:\w+\s+){0,4}?"
_ENDS = r"(?=\s*(?:$|[?.!]|\b(?:of|for|in|on|at|to|from)\b))"
_FORMS: Mapping[re.Pattern[str], re.Pattern[str]] = {
    re.compile(_WHAT + asked + _ENDS, re.IGNORECASE): re.compile(form, re.IGNORECASE)
    for asked, form in (
        (r"e-?mails?(?:\s+address(?:es)?)?", r"[\w.+-]+\s?(?:@|\bat\b)\s?[\w-]+\.\w{2,}"),
        (r"(?:(?:tele)?phone|fax|mobile|contact)(?:\s+numbers?)?", r"\d(?:\W{0,3}\d){5,}"),
        (r"(?:web\s?sites?|urls?|home\s?pages?)", r"//|www\.|\b[\w-]+\.[a-z]{2,6}\b"),
    )
}
"""Contacts by how they are asked for, and their form."""
_GENERAL_TEXT = """
main key principal overall general current primary major final document report paper
"""
_GENERAL = frozenset(_GENERAL_TEXT.split())
"""Words of a question that say nothing of the matter."""
_WHO_IS = re.compile(r"\W*who(?:['’]s|\s+(?:is|are|was|were))\b", re.IGNORECASE)
_FEW = 2  # words of the matter, so that a role is one: "board member"
_IS = r"\w*\b(?:[^.,;:|]{0,40}?\b(?:is|are|was|were|means?|refers|includes?|comprises?)\b|\W{0,3}:)"
_LABEL = r"\w*\W{0,3}\|"
_CALLED = r"[^\W\d_a-z][\w.’'-]*\s+(?:[^\W\d_a-z]\.\s+)?[^\W\d_a-z][\w’'-]+"


def has_form(question: AnalysedQuestion, span: Span) -> bool:
    """Whether a quotation has what a contact is told by, or defines the one thing asked for."""
    for asked, form in _FORMS.items():
        if asked.search(question.text):
            return form.search(span.shown) is not None
    matter = {stem(word) for word in content_words(question.text) if word.lower() not in _GENERAL}
    word = "|".join(re.sub("i$", "[iy]", re.escape(root)) for root in matter)  # "polici"
    if (named := section_names.asked(question.text)) and not _says(named, span):
        return False
    match question.wanted:
        case "person" if 0 < len(matter) <= _FEW and _WHO_IS.match(question.text):
            role = rf"(?i:\b(?:{word})\w*)"
            near = rf"{role}[^.;]{{0,30}}?{_CALLED}|{_CALLED}[^.;]{{0,40}}?{role}"
            has_all = matter <= set(map(stem, plain_words(span.text)))
            return has_all and re.search(near, span.text) is not None
        case "text" if len(matter) == 1:
            is_row = span.role in ("row", "cell", "entry")
            form = rf"\b{word}(?:{_IS}{rf'|{_LABEL}' if is_row else ''})"
            return re.search(form, span.shown, re.IGNORECASE) is not None
        case "number" if len(matter) == 1:
            return any(map(str.isdigit, span.shown))
    return True


def _says(named: frozenset[str], span: Span) -> bool:
    """Whether a quotation tells what stands under a name: below its heading, or as "the name is".

    A sentence that has the word besides is of something else.
    """
    if section_names.likeness(named, span.heading) or section_names.opens(named, span.heading):
        return True
    text = [stem(word) for word in plain_words(span.shown)]
    is_said = all(any(section_names.same(name, word) for word in text) for name in named)
    form = "|".join(re.sub("i$", "[iy]", re.escape(name)) for name in named)
    return is_said and re.search(rf"\b(?:{form}){_IS}", span.shown, re.IGNORECASE) is not None
