"""Values of spreadsheets as text: as their cell shows them, whatever the program."""

import datetime
import re

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import from_excel

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
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(" ", "minutes")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case int() | float():
            return _number(value, form)
        case _:
            return " ".join(str(value).split())


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
