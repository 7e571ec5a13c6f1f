"""Who sells, and where: the head of a receipt or invoice, by its layout and by shapes of addresses.

The seller stands above its address: the row that ends as names of companies do (GmbH, Ltd., Sdn
Bhd), else the largest, else the first that is no label. The address is the rows below that have
streets, numbers and postcodes, until one is of another kind. Chosen by hand.
"""

import re
from collections.abc import Sequence

from mmrag import boxes
from mmrag.text import values
from mmrag.vision.field_words import RowKind, begins, kinds
from mmrag.vision.rows import TextAt, TextRow

_HEAD_ROWS = 10  # from the top: where a seller's name begins
_ADDRESS_ROWS = 7
_LARGER = 1.3  # times the first row's height: so much larger type is the name
_LEGAL_FORM = (
    r"(?:ltd|limited|inc|incorporated|corp|corporation|company|co|llc|llp|lp|plc|"  # English
    r"gmbh(?:\s?&\s?co\.?\s?kg)?|mbh|kgaa|kg|ohg|ug|e\.?\s?k|ag|"  # German
    r"s\.?a\.?r\.?l|s\.?a\.?s|s\.?a|s\.?c\.?a|eurl|snc|"  # French
    r"s\.?l\.?u?|s\.?l\.?l|lda|ltda|eireli|"  # Spanish, Portuguese
    r"s\.?r\.?l\.?s?|s\.?p\.?a|s\.?n\.?c|"  # Italian
    r"b\.?v|n\.?v|v\.?o\.?f|cvba|bvba|"  # Dutch
    r"ab|hb|oyj?|aps|a/s|asa?|"  # Nordic
    r"sp\.?\s?z\s?o\.?\s?o|s\.?\s?k\.?a|"  # Polish
    r"sdn\.?\s?b\w{2}|s/b|bhd|berhad|pte|pty|pvt|tbk|k\.?k)"  # Asia, Australia
)
_LEGAL = re.compile(
    rf"(?:^|[\s,.)]){_LEGAL_FORM}\.?(?:\s+(?:{_LEGAL_FORM})\.?)*\s*$", re.IGNORECASE
)
"""At the end of a name: forms of companies (ISO 20275 lists them by country)."""
_LEGAL_BEGINS = re.compile(rf"{_LEGAL_FORM}\b", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(
    r"\s*(?:\(\s*(?=[\dA-Z]*\d)[\dA-Z]{4,14}\s?[-\s]\s?[A-Z0-9]{1,2}\b"
    r"|\b(?=[\dA-Z]*\d)[\dA-Z]{4,14}\s?-\s?[A-Z0-9]\b|\b[A-Z]{0,3}\d{5,14}\b).*$"
)
"""A number of registration behind a name, and whatever follows it."""
_REGISTERED_BEHIND = re.compile(r"\s*\(?\b(?:co\.?\s*)?(?:reg|roc|hrb)\b.*$", re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:street|road|rd|avenue|ave|lane|drive|boulevard|blvd|square|plaza|highway|hwy|court|"
    r"terrace|quay|parade|crescent|mall|p\.?\s?o\.?\s?box|suite|unit|floor|level|building|block|blk|"
    r"straße|platz|allee|gasse|weg|ufer|postfach|"
    r"rue|chemin|impasse|quai|cours|allée|bp|"
    r"calle|avenida|avda|paseo|carrer|carretera|"
    r"rua|travessa|largo|praça|estrada|"
    r"via|viale|piazza|corso|vicolo|"
    r"gata|gatan|vägen|vej|veien|gade|katu|"
    r"ulica|ul|aleja|plac|"
    r"lot|jalan|jln|lorong|taman|tmn|persiaran|kampung|bandar|kawasan|bangunan|lebuh)\b"
    r"|\w{3,}(?:straße|strasse|str\.|platz|weg|gasse|allee|straat|laan|plein|gracht|kade|gatan|"
    r"vägen|veien|gade|katu)\b|\b(?:str|st|no|nr|n[º°])\b\.?\s*[:.]?\s*(?=\d)|\bst\b\.?(?=\s*(?:,|$))",
    re.IGNORECASE,
)
"""What streets, houses and floors are called, in the languages of `field_words`."""
_POSTCODE = re.compile(
    r"\b\d{5,6}(?:-\d{3,4})?\b(?!\s*[-/:])|\b\d{4}\s(?=[^\W\d_]{3})|\b\d{4}\s?[A-Z]{2}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b|\b\d{2}-\d{3}\b"
    r"|\b\d{3}\s?\d{2}\s(?=[^\W\d_]{3})"
)
"""Postcodes: five or six digits, four before a place or letters, British, Canadian, Polish ones."""
_PLACE_WORD = re.compile(r"[^\W\d_]{3}")
"""Beside a postcode: letters of a place."""
_COUNTRY = re.compile(
    r"\b(?:united states(?: of america)?|usa|canada|mexico|méxico|brazil|brasil|argentina|chile|"
    r"united kingdom|uk|england|scotland|ireland|germany|deutschland|austria|österreich|"
    r"switzerland|schweiz|suisse|france|belgium|belgique|spain|españa|portugal|italy|italia|"
    r"netherlands|nederland|denmark|danmark|sweden|sverige|norway|norge|finland|suomi|poland|polska|"
    r"malaysia|singapore|indonesia|philippines|thailand|vietnam|china|japan|korea|india|pakistan|"
    r"australia|new zealand|south africa|turkey|türkiye|israel|u\.?a\.?e)\W*$",
    re.IGNORECASE,
)
"""At the end of a row: the address ends there."""
_RULE = re.compile(r"([*=_-])\1{2}")
_LABEL = re.compile(r"^\W*[^\W\d_][\w ./&'-]{0,24}?\s?[:#]")
_NOT_IN_NAMES: frozenset[RowKind] = frozenset(
    ("date", "person", "registered", "total", "payable", "count", "paid")
)
_ENDS: frozenset[RowKind] = frozenset(
    ("title", "tax", "phone", "date", "person", "registered", "paid", "count")
)


def company(rows: Sequence[TextRow]) -> TextAt | None:
    """The seller's name, without its number of registration; of two rows where it takes both."""
    at = _company_at(rows)
    if at is None:
        return None
    text, bbox = _name(rows[at].text), rows[at].bbox
    if at + 1 < len(rows) and not _LEGAL.search(text):  # "HEALTH AND BEAUTY" above "SDN BHD"
        below = _name(rows[at + 1].text)
        if _LEGAL.search(below) and len(below.split()) <= 2:
            text, bbox = f"{text} {below}", boxes.union((bbox, rows[at + 1].bbox))
    is_end = _LEGAL.search(text) and _LEGAL_BEGINS.match(text)
    if at and is_end and _may_name(rows[at - 1].text):  # "CO. (M) SDN BHD" below its name
        text, bbox = f"{rows[at - 1].text} {text}", boxes.union((bbox, rows[at - 1].bbox))
    return text, bbox


def _name(text: str) -> str:
    """A name without what stands behind it."""
    name = _NUMBER_BEHIND.sub("", _REGISTERED_BEHIND.sub("", text)).strip(" :*-,")
    return name if _LEGAL.search(name) else name.strip(".")


def _company_at(rows: Sequence[TextRow]) -> int | None:
    """The row of the name: by its form, by its size, or the first of those above the address."""
    head = [at for at, row in enumerate(rows[:_HEAD_ROWS]) if _may_name(row.text)]
    address = next((at for at, row in enumerate(rows[:_HEAD_ROWS]) if _is_address(row.text)), None)
    above = [at for at in head if address is None or at < address] or head
    for at in above:
        if _LEGAL.search(_name(rows[at].text)):
            return at
    if not above:
        return None
    largest = max(above, key=lambda at: boxes.height(rows[at].bbox))
    first = above[0]
    is_larger = boxes.height(rows[largest].bbox) > _LARGER * boxes.height(rows[first].bbox)
    return largest if is_larger else first


def _may_name(text: str) -> bool:
    name = _name(text)
    letters = sum(char.isalpha() for char in name)
    if letters < 4 or letters < 0.5 * len(name.replace(" ", "")):
        return False
    if _LEGAL.search(name) and not _is_address(name):
        return True
    is_label = any(begins(text, kind) for kind in _NOT_IN_NAMES)
    is_titled = bool({"title", "tax", "phone"} & kinds(text))
    has_other = _has_date_or_link(text)
    return not (is_label or is_titled or has_other or _is_address(name))


def _is_address(text: str) -> bool:
    """Whether a row has a postcode, or a street with a number."""
    is_place = _POSTCODE.search(text) is not None and _PLACE_WORD.search(text) is not None
    is_street = _STREET.search(text) is not None and any(map(str.isdigit, text))
    return (is_place or is_street) and not _ends_address(text)


def address(rows: Sequence[TextRow]) -> TextAt | None:
    """The seller's address: the rows below its name, until another kind of row begins."""
    at = _company_at(rows)
    start = 0 if at is None else at + 1
    taken: list[TextRow] = []
    for row in rows[start : start + _HEAD_ROWS]:
        text = row.text.strip()
        if not taken and not _starts_address(text):
            continue
        if taken and (_ends_address(text) or _is_number(text) or len(taken) == _ADDRESS_ROWS):
            break
        taken.append(row)
        if _COUNTRY.search(text):
            break
    if not taken:
        return None
    text = " ".join(row.text.strip() for row in taken)
    return text.rstrip(" ,"), boxes.union(row.bbox for row in taken)


def _starts_address(text: str) -> bool:
    """Whether a row may be the first of an address: less is asked of it below a name."""
    is_listed = "," in text and (_STREET.search(text) or any(map(str.isdigit, text)))
    return bool(_STREET.match(text) or is_listed or _is_address(text)) and not _ends_address(text)


def _is_number(text: str) -> bool:
    """Whether a row is a number with hardly a letter: of registration, of a telephone."""
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return digits >= 5 and letters <= 4


def _ends_address(text: str) -> bool:
    """Whether a row is of another kind: it begins with its label, or has a date, mail or rule."""
    label = _LABEL.match(text)
    is_labelled = label is not None and not _STREET.search(text)
    is_kind = any(begins(text, kind) for kind in _ENDS)
    is_rule = _RULE.search(text) is not None
    has_other = _has_date_or_link(text)
    return is_labelled or is_kind or has_other or is_rule or bool({"tax", "phone"} & kinds(text))


def _has_date_or_link(text: str) -> bool:
    return "@" in text or any(pattern.search(text) for pattern in (values.DATE, values.URL))
