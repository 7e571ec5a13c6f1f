"""Who sold, where, when and for how much: what receipts and invoices say without naming it.

Rules of layout and wording, chosen by hand on receipts of several countries: the seller stands
first and is named as businesses are, its address below it until another kind of line begins, the
total is the amount beside the word that says so most clearly.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from mmrag import boxes
from mmrag.text import values
from mmrag.types import BBox
from mmrag.vision.rows import TextRow

TextAt = tuple[str, BBox]
"""A value as it is written, and where."""
_HEAD_ROWS = 10  # from the top: where a seller's name begins
_ADDRESS_ROWS = 7
_LEGAL = re.compile(
    r"\b(?:sdn\.?\s?b[hn]d?\b\.?|[s5]/b|bhd|berhad|ltd|limited|inc|incorporated|corp|corporation|llc|"
    r"llp|plc|gmbh|ag|s\.?a\.?r\.?l|s\.?r\.?l|b\.?v|pty|pte|oy|ab|aps|co)\b\.?",
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"\b(?:company|enterprise|trading|store|stores|shop|mart|market|supermarket|hardware|"
    r"stationery|restaurants?|restoran|cafe|café|coffee|bakery|bakeries|pharmacy|farmasi|clinic|"
    r"hotel|books?|bookcentre|bookstore|confectionery|perniagaan|syarikat|kedai|pasaraya|"
    r"petro\w*|station|centre|center|retail|services?|solutions|group|foods?|kitchen|bistro|bar|"
    r"grill|deli|salon|optical|electronics?|furniture|garden|house|corner)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:invoice|receipt|bill|tax|gst|vat|tel|fax|phone|date|time|cashier|member|welcome|"
    r"thank|reg|co\.?\s?reg|roc|customer|copy|order|table|page|total|amount|qty|price|served|"
    r"duplicate|reprint|cash\s?(?:sale|bill|memo))\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:no|lot|lorong|jalan|jln|j1n|taman|tmn|bandar|kampung|kg|persiaran|lebuh|seksyen|sek|"
    r"kawasan|bangunan|level|floor|ground|blk|block|unit|suite|street|str|st|road|rd|avenue|ave|"
    r"lane|drive|boulevard|blvd|square|plaza|mall|highway|p\.?o\.?\s?box|postcode|zip|"
    r"strasse|straße|platz|weg|rue|via|calle)\b|\b\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d{1,2}\s?\d[A-Z]{2}\b",
    re.IGNORECASE,
)
_STREET = re.compile(r"\s*(?:lot|jalan|jln|lorong|persiaran|p\.?o\.?\s?box)\b", re.IGNORECASE)
_ADDRESS_ENDS = re.compile(
    r"\b(?:tel|te1|telephone|phone|mobile|whatsapps?|site|store|branch|fax|hp|h/p|email|e-mail|www|http|gst|sst|vat|tax|invoice|receipt|bill|"
    r"date|time|cashier|customer|doc(?:ument)?|order|slip|salesperson|member|cash|qty|item|price|"
    r"terminal|pos|attn|our ref|owned by|website|licensee|business hours?)\b|@|\*{3}|={3}|-{4}",
    re.IGNORECASE,
)
_REGISTERED = re.compile(
    r"\(?\s*(?:co\.?|company|reg(?:istration)?|roc|brn)?\.?\s*(?:no\.?|reg\.?\s*no\.?)?\s*:?\s*"
    r"\(?[\dA-Z]{5,14}\s?-\s?[A-Z0-9]{1,2}\s*\)?\s*",
    re.IGNORECASE,
)
"""A number of registration: `(001451637-M)`, `789417-W`, `Co. Reg No: 123456-X`."""
_NUMBER_BEHIND = re.compile(
    r"\s*(?:\(\s*(?=[\dA-Z]*\d)[\dA-Z]{4,14}\s?[-\s]\s?[A-Z0-9]{1,2}\b"
    r"|\b(?=[\dA-Z]*\d)[\dA-Z]{4,14}\s?-\s?[A-Z0-9]\b|\b[A-Z]{0,2}\d{5,12}\b).*$"
)
_COUNTRY = re.compile(
    r"\b(?:malaysia|singapore|indonesia|united states(?: of america)?|usa|united kingdom|uk|canada|"
    r"australia|germany|deutschland|france|sweden|sverige|netherlands|india|china)\W*$",
    re.IGNORECASE,
)
"""At the end of a row: the address ends there."""
_TOTAL = re.compile(
    r"t[o0]t[a4]l|jumlah|gesamt|summe|amount\s?due|balance\s?due|payable|^\W*(?:due|pay)\b", re.I
)
_WORTH: Sequence[tuple[re.Pattern[str], int]] = (
    (re.compile(r"round\w*\s?d?\s*total|total\s*(?:after\s*)?(?:round|sales\s*\(?incl)", re.I), 6),
    (
        re.compile(
            r"grand\s?t|total\s*(?:amt|amount)?\s*(?:due|payable)|amount\s?due|payable", re.I
        ),
        6,
    ),
    (re.compile(r"incl|ne?tt?\s*(?:total|amount)|total\s*\(?(?:rm|usd|\$)", re.I), 3),
    (re.compile(r"\btotal\s*(?:amt|amount|sales)?\s*\W*(?:rm|usd)?\W*$|^\W*due\b", re.I), 2),
    (re.compile(r"(?:gst|vat|tax|sst)\s*@|@?\s*\d{1,2}(?:\.\d+)?\s*%", re.I), -6),
    (re.compile(r"sub\s?-?\s?t", re.I), -6),
    (
        re.compile(
            r"qty|quantity|items?\b|pcs|no\.?\s?of|disc|saving|point|before|exclud|excl", re.I
        ),
        -6,
    ),
    (
        re.compile(
            r"(?:total|less|add)\s*(?:gst|tax|vat|sst|round)|(?:tax|gst|vat)\s*(?:total|amount)",
            re.I,
        ),
        -6,
    ),
    (re.compile(r"change|tender|paid|cash\b|card|visa|master", re.I), -3),
)
"""What a row says beside "total", and how much surer (above 0) or less sure it is the one paid."""
_CURRENCY = re.compile(r"^(?:RM|USD|EUR|GBP|[$€£¥₹])", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:gst|tax|sst|vat)\s*(?:summary|analysis|rate|code)", re.IGNORECASE)
"""Above a table of taxes, whose totals are not the one paid."""
_ROUNDING = re.compile(r"\br[o0]u[nmr]\s?d(?:ing|\s?ed)?\b(?!.*t[o0]t[a4]l)", re.IGNORECASE)
_AFTER_ROUNDING = 4  # more sure than other totals: what follows the rounding is what is paid
_PAID = re.compile(r"^(?:cash|tender\w*|paid|visa|master\w*|amount\s?paid)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\bchange\b", re.IGNORECASE)


def company(rows: Sequence[TextRow]) -> TextAt | None:
    """The seller's name: the first row of the head that is named as a business is."""
    at = _company_at(rows)
    if at is None:
        return None
    text, bbox = rows[at].text, rows[at].bbox
    if at + 1 < len(rows):  # "GUARDIAN HEALTH AND BEAUTY" above "SDN BHD"
        below = rows[at + 1].text.strip()
        if not _LEGAL.search(text) and _LEGAL.match(below) and len(below.split()) <= 2:
            text, bbox = f"{text} {below}", boxes.union((bbox, rows[at + 1].bbox))
    if at and _LEGAL.match(text) and _may_name(rows[at - 1].text):  # "CO. (M) SDN BHD" alone
        text, bbox = f"{rows[at - 1].text} {text}", boxes.union((bbox, rows[at - 1].bbox))
    name = re.sub(r"\s*\(?\b(?:co\.?\s*)?(?:reg|roc)\b.*$", "", text, flags=re.IGNORECASE)
    name = _NUMBER_BEHIND.sub("", name)
    name = name.strip(" :*-")
    return (name if _LEGAL.search(name[-5:]) else name.strip(".")), bbox


def _company_at(rows: Sequence[TextRow]) -> int | None:
    head = [at for at, row in enumerate(rows[:_HEAD_ROWS]) if _may_name(row.text)]
    address = next((at for at, row in enumerate(rows[:_HEAD_ROWS]) if _is_address(row.text)), None)
    before = [at for at in head if address is None or at < address] or head
    for sign in (_LEGAL, _TRADE):
        for at in before:
            if sign.search(rows[at].text):
                return at
    return before[0] if before else None


def _may_name(text: str) -> bool:
    plain = _NUMBER_BEHIND.sub("", text).strip()
    letters = sum(char.isalpha() for char in plain)
    if letters < 4 or letters < 0.5 * len(plain.replace(" ", "")):
        return False
    if _LEGAL.search(plain) and not _is_address(plain):
        return True
    return not (_NO_NAME.search(plain) or values.DATE.search(plain) or _is_address(plain))


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.search(text)) and any(char.isdigit() for char in text)


def address(rows: Sequence[TextRow]) -> TextAt | None:
    """The seller's address: the rows below its name, until another kind of row begins."""
    start = _company_at(rows)
    start = -1 if start is None else start
    taken: list[TextRow] = []
    for row in rows[start + 1 : start + 1 + _HEAD_ROWS]:
        text = row.text.strip()
        if _REGISTERED.fullmatch(text) or (not taken and not _starts_address(text)):
            if taken:
                break
            continue
        if (taken and _ends_address(text)) or len(taken) == _ADDRESS_ROWS:
            break
        if not taken and _ends_address(text):
            continue
        taken.append(row)
        if _COUNTRY.search(text):
            break
    if not taken:
        return None
    text = " ".join(row.text.strip() for row in taken)
    return text.strip(" ,") if text.endswith(",") else text, boxes.union(row.bbox for row in taken)


def _starts_address(text: str) -> bool:
    is_street = bool(_STREET.match(text))
    return is_street or _is_address(text) or bool(_ADDRESS.search(text) and "," in text)


def _ends_address(text: str) -> bool:
    is_number = values.PHONE.fullmatch(text.strip()) is not None
    has_date = values.DATE.search(text) is not None
    return is_number or has_date or _ADDRESS_ENDS.search(text) is not None


def date(rows: Sequence[TextRow]) -> TextAt | None:
    """The first date beside or below the word for it; else the first there is."""
    dated = [
        (at, match, row) for at, row in enumerate(rows) if (match := values.DATE.search(row.text))
    ]
    if not dated:
        return None

    def order(item: tuple[int, re.Match[str], TextRow]) -> tuple[bool, int]:
        at, match, row = item
        near = f"{rows[at - 1].text if at else ''} {row.text[: match.start()]}"
        return not re.search(r"\bd[a4]te\b|\btarikh\b|\bdatum\b", near, re.IGNORECASE), at

    _, match, row = min(dated, key=order)
    return " ".join(match[0].split()), _box_of(row, match[0])


def total(rows: Sequence[TextRow]) -> TextAt | None:
    """The amount that is paid; where no row names it, what was given less the change."""
    best: tuple[int, float, int, TextAt] | None = None
    summary = next((at for at, row in enumerate(rows) if _SUMMARY.search(row.text)), len(rows))
    for at, row in enumerate(rows):
        if not _TOTAL.search(row.text):
            continue
        found = _amount_in(row) or _beside(rows, at)
        if found is None:
            continue
        named = values.AMOUNT.sub("", row.text).strip()
        worth = sum(value for sign, value in _WORTH if sign.search(named))
        worth -= 5 * (at > summary)
        worth += _AFTER_ROUNDING * any(_ROUNDING.search(above.text) for above in rows[at - 2 : at])
        rank = (worth, values.amount(found[0]) or 0.0, -at, found)
        if best is None or rank[:3] > best[:3]:
            best = rank
    if best is not None and best[0] > -5:
        return best[3]
    return _given(rows) or (best[3] if best else None)


def _beside(rows: Sequence[TextRow], at: int) -> TextAt | None:
    """The amount of the row below where that has nothing else: its label is a row of its own."""
    for near in rows[at + 1 : at + 2]:
        if not re.search(r"[A-Za-z]{3}", near.text):
            return _amount_in(near)
    return None


def _given(rows: Sequence[TextRow]) -> TextAt | None:
    """What was given, where there is no change; or the amount above it that change leaves."""
    paid = next((f for row in rows if _PAID.search(row.text) and (f := _amount_in(row))), None)
    change = next((f for row in rows if _CHANGE.search(row.text) and (f := _amount_in(row))), None)
    if paid is None:
        return None
    given = values.amount(paid[0]) or 0.0
    back = (values.amount(change[0]) or 0.0) if change else 0.0
    for row in rows:
        found = _amount_in(row)
        if found and abs((values.amount(found[0]) or 0.0) - (given - back)) < 0.005:
            return found
    return None


def _amount_in(row: TextRow) -> TextAt | None:
    """The last amount of a row, without the sign of its currency."""
    found = None
    for piece in row.pieces:
        for match in values.AMOUNT.finditer(piece.text):
            found = (_CURRENCY.sub("", "".join(match[0].split())), piece.bbox)
    return found


def _box_of(row: TextRow, text: str) -> BBox:
    """Where in a row a text stands: its piece, or all of the row."""
    return next((piece.bbox for piece in row.pieces if text in piece.text), row.bbox)


def matching(pattern: re.Pattern[str]) -> Callable[[Sequence[TextRow]], TextAt | None]:
    """Finds the first text of a kind."""

    def find(rows: Sequence[TextRow]) -> TextAt | None:
        for row in rows:
            match = pattern.search(row.text)
            if match:
                return match[0], _box_of(row, match[0])
        return None

    return find


FINDERS: Mapping[str, Callable[[Sequence[TextRow]], TextAt | None]] = {
    "company": company,
    "address": address,
    "date": date,
    "total": total,
    "email": matching(values.EMAIL),
    "website": matching(values.URL),
}
"""How a field of this name is found that no label gives away."""
