"""Notation: how people write numbers and dates, read strictly.

The same signs mean different numbers in two languages: "1.050" is 1050 in Dutch and 1.05 in English. So the
writer's notation is asked, never guessed per cell, and what does not fit it is refused, never mended.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.indicators import check_day

MISSING: Final = ("-", "n.v.t.", "nvt", "weet niet", "onbekend", "n/a", "na", "#N/A", "unknown", "---")
"""What people write where there is no number, next to nothing at all; codes such as 99 a user adds."""


class NumberStyle(StrEnum):
    """Which signs part a number: Dutch 1.234,5 or English 1,234.5."""

    DUTCH = "dutch"
    ENGLISH = "english"


class DateOrder(StrEnum):
    """Which part of 3-2-2025 is the day. A date that starts with the year is the same in both."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


MOST_DIGITS: Final = 28
"""Digits that a number may have; more than any measured value, and what a Decimal shifts without rounding."""

_SHOWN = 40  # characters of an unreadable text that an error repeats
_SPACES = " \u00a0\u2009\u202f"
_PERCENT = "%\uff05\u066a\u2030"


def _number(point: str, group: str) -> re.Pattern[str]:
    # A group sign stands between full groups of three and is the same everywhere; "0.123" has no group.
    # The currency's sign may stand before or after the minus. Only [0-9]: other digits look alike and differ.
    return re.compile(
        rf"(?P<minus>[-\u2212]?)(?:\u20ac[{_SPACES}]?)?(?P<inner>[-\u2212]?)"
        rf"(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?P<group>[{group}'\u2019{_SPACES}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|)"
        rf"(?:{point}(?P<part>[0-9]+))?"
    )


_NUMBERS = {
    NumberStyle.DUTCH: _number(",", r"\."),
    NumberStyle.ENGLISH: _number(r"\.", ","),
}


def parse_decimal(text: str, style: NumberStyle) -> Decimal:
    """Return the number that a text says in the given style.

    Thousands may be grouped by the style's sign, a space (also one that does not break) or an apostrophe; the
    groups must be right. A minus may be a hyphen or the true minus sign, and a euro sign may stand before the
    number; another currency's sign would make it another number. Everything else is refused: exponents, other
    digits than 0-9, underscores, hexadecimal, words.

    Raises:
        DomainError: ``number.missing`` for an empty text, ``number.percent``, ``number.too_long``,
            ``number.unreadable``; with ``text``, shortened.
    """
    bare = text.strip(_SPACES)
    if not bare:
        raise DomainError("number.missing")
    if any(sign in bare for sign in _PERCENT):
        raise DomainError("number.percent", text=bare[:_SHOWN])
    found = _NUMBERS[style].fullmatch(bare)
    if not found or (found["minus"] and found["inner"]) or not (found["whole"] or found["part"]):
        raise DomainError("number.unreadable", text=bare[:_SHOWN], style=style)
    digits, part = re.sub("[^0-9]", "", found["whole"]), found["part"] or ""
    if len(digits) + len(part) > MOST_DIGITS:
        raise DomainError("number.too_long", text=bare[:_SHOWN], most=MOST_DIGITS)
    number = Decimal(f"{digits or '0'}.{part or '0'}") if part else Decimal(digits)
    return number.copy_negate() if number and (found["minus"] or found["inner"]) else number


def parse_percent(text: str, style: NumberStyle) -> Decimal:
    """Return the fraction that a percentage says: both "37,5%" and "37,5" are 0.375 in Dutch.

    For a field that asks for a percentage. In a file the number without sign could be either, so files are
    read with `parse_decimal`, which refuses the sign.

    Raises:
        DomainError: as `parse_decimal`.
    """
    return parse_decimal(re.sub(f"[{_SPACES}]?%[{_SPACES}]*$", "", text), style).scaleb(-2)


def readings_of(text: str) -> dict[NumberStyle, Decimal]:
    """Return what a text means in each style in which it is a number."""
    found = {}
    for style in NumberStyle:
        try:
            found[style] = parse_decimal(text, style)
        except DomainError:
            continue
    return found


def suggest_style(cells: Iterable[str]) -> NumberStyle | None:
    """Return the style in which more of the cells are numbers, or None when that does not tell."""
    fits = [tuple(readings_of(cell)) for cell in cells]
    dutch, english = (sum(found == (style,) for found in fits) for style in NumberStyle)
    if dutch == english:
        return None
    return NumberStyle.DUTCH if dutch > english else NumberStyle.ENGLISH


_YEAR_FIRST = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR_LAST = re.compile("([0-9]{1,2})([-/])([0-9]{1,2})[-/]([0-9]{2}|[0-9]{4})")
_WITH_TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*", re.DOTALL)
_SERIAL = re.compile("[0-9]{5}")


def parse_date(text: str, order: DateOrder = DateOrder.DAY_FIRST) -> date:
    """Return the day that a text says: 2025-02-03, or 3-2-2025, 03-02-2025 and 3/2/2025 in the given order.

    Raises:
        DomainError: ``date.missing`` for an empty text; ``date.two_digit_year``; ``date.no_such_day`` (30
            February, month 13); ``date.out_of_range``; ``date.with_time``, whose day depends on a time zone;
            ``date.serial``, a number that a spreadsheet made of a date; ``date.unreadable``; with ``text``.
    """
    bare = text.strip(_SPACES)
    if not bare:
        raise DomainError("date.missing")
    shown = bare[:_SHOWN]
    if found := _YEAR_FIRST.fullmatch(bare):
        year, month, day = map(int, found.groups())
    elif found := _YEAR_LAST.fullmatch(bare):
        first, sign, second, last = found.groups()
        if bare.count(sign) == 1:
            raise DomainError("date.unreadable", text=shown)
        if len(last) != len("2025"):
            raise DomainError("date.two_digit_year", text=shown)
        day, month, year = int(first), int(second), int(last)
        if order is DateOrder.MONTH_FIRST:
            day, month = month, day
    elif _WITH_TIME.fullmatch(bare):
        raise DomainError("date.with_time", text=shown)
    elif _SERIAL.fullmatch(bare):
        raise DomainError("date.serial", text=shown)
    else:
        raise DomainError("date.unreadable", text=shown)
    try:
        found_day = date(year, month, day)
    except ValueError as error:
        raise DomainError("date.no_such_day", text=shown) from error
    check_day(found_day)
    return found_day


def days_of(text: str) -> dict[DateOrder, date]:
    """Return what a text means in each order in which it is a day."""
    found = {}
    for order in DateOrder:
        try:
            found[order] = parse_date(text, order)
        except DomainError:
            continue
    return found


def suggest_order(cells: Iterable[str]) -> DateOrder | None:
    """Return the order in which more of the cells are days, or None when that does not tell."""
    fits = [tuple(days_of(cell)) for cell in cells]
    day_first, month_first = (sum(found == (order,) for found in fits) for order in DateOrder)
    if day_first == month_first:
        return None
    return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST
