"""Values of spreadsheets as text: as their cell shows them, whatever the program."""

import datetime
import re

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

_ANY_DAY, _HALF_A_SECOND = datetime.date(2000, 1, 1), datetime.timedelta(milliseconds=500)
_DECIMALS = re.compile(r"\.(0+)")


def shown(value: object, form: str) -> str:
    """A value as its cell shows it: with the decimals, the percent and the currency of its form.

    `form` is such as `#,##0.00 "€"`; "General", or none, leaves a number as it is. Dates are
    written as ISO 8601 has them.
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime.datetime():
            moment = _to_seconds(value)
            is_day = moment.time() == datetime.time()
            return moment.date().isoformat() if is_day else moment.isoformat(" ", "minutes")
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return _to_seconds(datetime.datetime.combine(_ANY_DAY, value)).time().isoformat()
        case int() | float():
            return _number(value, form)
        case _:
            return " ".join(str(value).split())


def _to_seconds(value: datetime.datetime) -> datetime.datetime:
    """The nearest second: what a file has is a share of a day, cut off somewhere."""
    try:
        return (value + _HALF_A_SECOND).replace(microsecond=0)
    except OverflowError:  # the last second there is
        return value.replace(microsecond=0)


def stored(text: str, form: str) -> str:
    """A value that is stored as text, beside its form, as its cell shows it."""
    try:
        value = float(text)
    except ValueError:
        return shown(text, form)
    if is_date_format(form):
        try:
            return shown(from_excel(value), form)
        except (ValueError, OverflowError):  # no day has such a number
            return text
    return shown(value, form)


def _number(value: float, form: str) -> str:
    plain = form.partition(";")[0]
    found = _DECIMALS.search(plain)
    decimals = len(found[1]) if found else 0
    if "%" in plain:
        return f"{100 * value:.{decimals}f}%"
    group = "," if "#,#" in plain else ""
    is_fixed = found or "0" in plain
    written = f"{value:{group}.{decimals}f}" if is_fixed else f"{value:.10g}"
    sign = next((sign for sign in "€$£¥₹" if sign in plain), "")
    return f"{written} {sign}".strip() if sign == "€" else f"{sign}{written}"
