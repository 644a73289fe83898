"""Typed cells: what a workbook says about a cell besides its text, carried along as a text of its own kind.

A plain text is a cell of a file that knows no kinds (CSV), or one that its maker typed as text.
"""

from datetime import date, timedelta
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Epoch

_STARTS: Final = {Epoch.Y1900: date(1899, 12, 30), Epoch.Y1904: date(1904, 1, 1)}
_LEAP_BUG: Final = 60
"""Spreadsheets have a 29 February 1900 that never was: numbers up to it are other days."""
_MOST: Final = 100_000
"""Days after which it is the year 2173."""


class Number(str):
    """A cell that the workbook keeps as a number, as it is written there: with a point, without groups."""

    __slots__ = ()


class Day(str):
    """A number that the workbook shows as a date: 2025-02-03, or 2025-02-03T14:30:00."""

    __slots__ = ()


class Fault(str):
    """A cell without a value: what the workbook shows instead, such as #N/A, or "=" for a bare formula."""

    __slots__ = ()


def day_of_serial(serial: int, epoch: Epoch) -> date:
    """Return the day that a spreadsheet counts so.

    Example: 45693 is 5 February 2025 when days are counted from 1900, and 45672 is 16 January 2029 when they
    are counted from 1904.

    Raises:
        DomainError: ``date.serial``, with ``text``, for a number that is no day, or when numbers are no days.

    Source: ECMA-376, part 1, section 18.17.4.1 (date bases).
    """
    start = _STARTS.get(epoch)
    if start is None or not (_LEAP_BUG if epoch is Epoch.Y1900 else -1) < serial < _MOST:
        raise DomainError("date.serial", text=str(serial))
    return start + timedelta(days=serial)
