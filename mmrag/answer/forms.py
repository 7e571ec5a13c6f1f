"""What a quotation has that answers a question of few words: an e-mail address, a definition.

The words alone tell little there: "What is the website?" is asked by one word, which many sentences
have that do not answer it.
"""

import re
from collections.abc import Mapping, Sequence

from mmrag.answer.computing import makers
from mmrag.answer.questions import AnalysedQuestion
from mmrag.answer.spans import CELL, Span
from mmrag.text import section_names
from mmrag.text.stems import stem
from mmrag.text.words import content_words, plain_words

_WHAT = r"\b(?:what(?:\s+(?:is|are)|['’]s)|give(?:\s+me)?|list|find)\s+(?:\w+\s+){0,4}?"
_ENDS = r"(?=\s*(?:$|[?.!]|\b(?:of|for|in|on|at|to|from)\b))"
_CONTACT = (
    r"[\w.+-]+\s?@\s?[\w-]+\.\w{2,}|//|www\.|\b[a-z][\w-]+\.(?:com|org|net|edu|gov|int)\b"
    r"|\d(?:\W{0,3}\d){6,}"
)
_FORMS: Mapping[re.Pattern[str], re.Pattern[str]] = {
    re.compile(_WHAT + asked + _ENDS, re.IGNORECASE): re.compile(form, re.IGNORECASE)
    for asked, form in (
        (r"e-?mails?(?:\s+address(?:es)?)?", r"[\w.+-]+\s?(?:@|\bat\b)\s?[\w-]+\.\w{2,}"),
        (r"(?:(?:tele)?phone|fax|mobile|contact)(?:\s+numbers?)?", r"\d(?:\W{0,3}\d){5,}"),
        (r"(?:web\s?sites?|urls?|home\s?pages?)", r"//|www\.|\b[\w-]+\.[a-z]{2,6}\b"),
    )
} | {
    re.compile(asked, re.IGNORECASE): re.compile(form, re.IGNORECASE)
    for asked, form in (
        (
            r"^\W*how\s+(?:can|do|should)\s+\w+\s+(?:contact|reach|call|get\s+in\s+touch)\b",
            _CONTACT,
        ),
        (
            r"^\W*where\s+(?:can|do|could)\s+\w+\s+(?:find|get|learn|read|see)\s+"
            r"(?:(?:out|about|more|further|additional|other|information|details|help|support)\b\s*)+\W*$",
            rf"{_CONTACT}|\b(?:see|refer\s+to|page|chapter|section|appendix)\b",
        ),
        (r"\bstands?\s+for\b", r"\bstands?\s+for\b|\bshort\s+for\b|\babbreviat|\bacronym"),
    )
}
"""Contacts by how they are asked for, and their form."""
_OF_DOCUMENT = re.compile(rf"\b{makers.DOCUMENT}", re.IGNORECASE)
_WHO_IS = re.compile(r"\W*who(?:['’]s|\s+(?:is|are|was|were))\b", re.IGNORECASE)
_OF_NAMES = ("list", "steps", "text", "date")
_FEW = 2  # words of the matter, so that a role is one: "board member"
_IS = (
    r"(?:\s+(?:associated|for|in|involved|of|on|that|to|used|we|which|with)\b[^.,;:|]{0,40}?)?"
    r"\s+(?:is|are|was|were|means?|refers|includes?|comprises?)\b"
)
"""What makes a sentence say what its subject is."""
_SUBJECT = (
    r"(?:^\W*|[.;:,“(]\s*|\b(?:the|an?|our|its|their|your|these|those|this|some|many|main|key|major|principal"
    r"|primary|important|following|such|all|any|few|more|most|other|several|possible|potential|one|two|three"
    r"|four|five)\s+)"
)
_CALLED = r"[^\W\d_a-z][\w.’'-]*\s+(?:[^\W\d_a-z]\.\s+)?[^\W\d_a-z][\w’'-]+"


def has_form(question: AnalysedQuestion, span: Span) -> bool:
    """Whether a quotation has what a contact is told by, or defines the one thing asked for."""
    for asked, form in _FORMS.items():
        if asked.search(question.text):
            return form.search(span.shown) is not None
    matter = {
        stem(word)
        for word in content_words(question.text)
        if word.lower() not in section_names.GENERAL and word.lower() != "many"
    }
    word = "|".join(re.sub("i$", "[iy]", re.escape(root)) for root in matter)  # "polici"
    named = section_names.asked(question.text)
    if named and question.wanted in _OF_NAMES and not _says(named, question, span):
        return False
    if named and question.wanted == "number" and not section_names.are_in(named, span.shown):
        return False
    is_short = question.counts and len(matter) <= _FEW
    if is_short and not matter <= _stems(f"{span.shown} {span.context}"):
        return False
    match question.wanted:
        case "person" if 0 < len(matter) <= _FEW and _WHO_IS.match(question.text):
            role = rf"(?i:\b(?:{word})\w*)"
            near = rf"{role}[^.;]{{0,30}}?{_CALLED}|{_CALLED}[^.;]{{0,40}}?{role}"
            has_all = matter <= _stems(span.text)
            return has_all and re.search(near, span.text) is not None
        case "text" if len(matter) == 1:
            return _is_told(word, span, is_row=span.role in ("row", "cell", "entry"))
        case "number" if len(matter) == 1:
            return _has_its_number(word, span)
        case "yes or no" if len(matter) == 1 and _OF_DOCUMENT.search(question.text):
            return _OF_DOCUMENT.search(span.text) is not None
    return True


def _says(named: Sequence[str], question: AnalysedQuestion, span: Span) -> bool:
    """Whether a quotation tells what stands under a name: below its heading, or as "the name is".

    A sentence that has the word besides is of something else.
    """
    if section_names.likeness(named, span.heading):
        return True
    if question.wanted == "steps":
        return section_names.opens(named, span.heading)
    roots = [re.sub("i$", "[iy]", re.escape(root)) for root in named]
    together = r"\w*[\s-]+".join(roots)
    if len(named) > 1:
        if span.role in ("list", "steps") and not _stems(span.heading).isdisjoint(named):
            return True
        if not re.search(rf"\b{together}", question.text, re.IGNORECASE):
            return section_names.are_in(named, span.shown)
    return _is_told(together.replace("+", "*"), span, is_row=False)


def _stems(text: str) -> set[str]:
    return set(map(stem, plain_words(text)))


def _has_its_number(word: str, span: Span) -> bool:
    """Whether a number stands near a word, or in a row that is called so."""
    near = rf"\b(?:{word})\w*[^.;|]{{0,40}}?\d|\d[^.;|]{{0,40}}?\b(?:{word})"
    if re.search(near, span.text, re.IGNORECASE):
        return True
    label = re.compile(rf"\W*(?:total\s+)?(?:{word})\w*\W*", re.IGNORECASE)
    is_called_so = any(map(label.fullmatch, (span.heading, span.text.partition(CELL)[0])))
    return is_called_so and any(map(str.isdigit, span.text))


def _is_told(name: str, span: Span, *, is_row: bool) -> bool:
    """Whether a quotation says what something is, or stands behind its name and a colon or bar.

    The name is the subject: "the main risks are", and no "non-existent risks are".
    """
    label = rf"^\W*(?:the\s+)?{name}\w*\W{{0,3}}"
    return any(
        re.search(form, text, re.IGNORECASE)
        for text in (span.heading, span.text)
        for form in (rf"{_SUBJECT}{name}\w*{_IS}", rf"{label}{'[:|]' if is_row else ':'}")
    )
