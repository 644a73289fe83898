"""Cell values: what a cell says as a number, a day or a moment, by what the mapping says of its column."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final
from zoneinfo import ZoneInfo

from toc.domain.errors import DomainError
from toc.domain.exchange.cells import restored
from toc.domain.exchange.mapping import ColumnUse, Unsigned, Zone
from toc.domain.exchange.notation import DateOrder, NumberStyle, parse_date, parse_decimal
from toc.domain.exchange.typed import Day, Fault, Number, day_of_serial
from toc.domain.indicators import check_day
from toc.domain.indicators.readings import measurable

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")

_SHOWN: Final = 40
_PERCENT: Final = re.compile(r"[ \u00a0\u202f]?[%\uff05]\s*$")
_TWO_DIGITS: Final = re.compile(r"(?P<rest>[0-9]{1,2}([-/])[0-9]{1,2}\2)(?P<year>[0-9]{2})")
_SERIAL: Final = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_MOMENT: Final = re.compile(
    r"(?P<day>[0-9/-]{8,10})[T ](?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)
_ROUND: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MILLION: Final = 10**6
_QUICK: Final = {
    NumberStyle.DUTCH: re.compile("(-)?([0-9]{1,9})(?:,([0-9]{1,6}))?"),
    NumberStyle.ENGLISH: re.compile(r"(-)?([0-9]{1,9})(?:\.([0-9]{1,6}))?"),
}
"""Numbers below the largest that there may be, with decimals that are kept exactly."""
_MILLIONTH: Final = Decimal("0.000001")
_YES: Final = ("ja", "j", "yes", "y", "true", "waar", "1", "x", "oui")
_NO: Final = ("nee", "n", "no", "false", "onwaar", "0")
NOT_KEPT: Final = date(1980, 1, 1)
"""What LimeSurvey writes when a survey keeps no days: the answer is complete, of a day that nobody knows."""


class Absent(str):
    """What stood in a cell where nothing was answered; "" for nothing at all."""

    __slots__ = ()


# --- Numbers ------------------------------------------------------------------------------------------------


def number_in(cell: str, use: ColumnUse) -> Decimal:
    """Return the number that a cell says.

    A percent sign is read once: 37,5% is 0.375. What a number without sign is in a column where others have
    one, `use.unsigned` says. A number of a workbook has no style.

    Raises:
        DomainError: as `parse_decimal` and `measurable`; ``cell.fault``, with ``text``, for a cell that shows
            an error or a formula without a value.
    """
    if isinstance(cell, Fault):
        raise DomainError("cell.fault", text=str(cell)[:_SHOWN])
    if isinstance(cell, Day):
        raise DomainError("number.unreadable", text=str(cell)[:_SHOWN], style=use.style or NumberStyle.DUTCH)
    style = NumberStyle.ENGLISH if isinstance(cell, Number) else use.style or NumberStyle.DUTCH
    bare = _PERCENT.sub("", cell)
    percent = len(bare) != len(cell)
    number = Decimal(cell) if isinstance(cell, Number) and _plain(cell) else parse_decimal(bare, style)
    if percent or use.unsigned is Unsigned.PERCENT:
        number = number.scaleb(-2)
    if use.factor != 1:
        number = _ROUND.multiply(number, use.factor)
    if use.rounded and number.is_finite() and number.adjusted() < _ROUND.prec - 10:
        number = number.quantize(_MILLIONTH, context=_ROUND)
    return measurable(number)


def _plain(cell: str) -> bool:
    return cell.isascii() and "_" not in cell


def millionths_in(cell: str, use: ColumnUse) -> int:
    """Return the number that a cell says in whole millionths, as it is kept; as `number_in`, and quicker."""
    style = NumberStyle.ENGLISH if isinstance(cell, Number) else use.style or NumberStyle.DUTCH
    found = _QUICK[style].fullmatch(cell)
    if found is None or use.unsigned is Unsigned.PERCENT or use.factor != 1 or isinstance(cell, Day):
        return int(number_in(cell, use) * _MILLION)
    number = int(found[2]) * _MILLION + int((found[3] or "").ljust(6, "0"))
    return -number if found[1] else number


def yes_or_no(text: str) -> bool:
    """Return whether a text says yes.

    Raises:
        DomainError: ``cell.not_yes_no``, with ``text``.
    """
    folded = text.strip().casefold()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise DomainError("cell.not_yes_no", text=text[:_SHOWN])


# --- Days ---------------------------------------------------------------------------------------------------


def day_in(cell: str, use: ColumnUse, today: date) -> date:
    """Return the day that a cell says, where the programme is.

    Args:
        cell: as it came.
        use: what the mapping says of its column.
        today: two digits of a year that lie after it are of the last century.

    Raises:
        DomainError: as `parse_date`; ``date.no_such_time`` for an hour that the clock passed over,
            ``date.not_kept``, ``cell.fault``, with ``text``.
    """
    if isinstance(cell, Fault):
        raise DomainError("cell.fault", text=str(cell)[:_SHOWN])
    found = _day(cell.strip(), use, today, typed=type(cell))
    if found == NOT_KEPT:
        raise DomainError("date.not_kept", text=str(cell)[:_SHOWN])
    check_day(found)
    return found


def _day(text: str, use: ColumnUse, today: date, typed: type[str]) -> date:
    order = use.order or DateOrder.DAY_FIRST
    if typed is Day:
        return moment_in(text, order, None).date() if len(text) > len("2025-02-03") else parse_date(text)
    if _SERIAL.fullmatch(text) or typed is Number:
        whole = text.replace(",", ".").partition(".")[0]
        if use.serials is None or not whole.isdigit():
            raise DomainError("date.serial", text=text[:_SHOWN])
        return day_of_serial(int(whole[:9]), use.serials)
    if two := _TWO_DIGITS.fullmatch(text):
        if not use.two_digit_years:
            raise DomainError("date.two_digit_year", text=text)
        return parse_date(two["rest"] + _four_digits(two["year"], today), order)
    if _MOMENT.fullmatch(text):
        return moment_in(text, order, use.zone).astimezone(AMSTERDAM).date()
    return parse_date(text, order)


def _four_digits(year: str, today: date) -> str:
    return ("20" if int(year) <= today.year % 100 else "19") + year


def moment_in(text: str, order: DateOrder, zone: Zone | None) -> datetime:
    """Return the moment that a text says, with its zone.

    Args:
        text: a day and a time, with or without a zone.
        order: which part of the day comes first.
        zone: of a moment that names none; None: where the programme is.

    Raises:
        DomainError: as `parse_date`; ``date.unreadable``; ``date.no_such_time`` for an hour that the clock
            passed over, with ``text``.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise DomainError("date.unreadable", text=text[:_SHOWN])
    day = parse_date(found["day"], order)
    hours = found["time"].replace(",", ".")
    written = hours if len(hours.partition(":")[0]) > 1 else f"0{hours}"
    named = (found["zone"] or "").replace("UTC", "Z")
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{written}{named}")
    except ValueError as error:
        raise DomainError("date.no_such_time", text=text[:_SHOWN]) from error
    if moment.tzinfo is not None:
        return moment
    if zone is Zone.UTC:
        return moment.replace(tzinfo=UTC)
    local = moment.replace(tzinfo=AMSTERDAM)
    if local.astimezone(UTC).astimezone(AMSTERDAM).replace(tzinfo=None) != moment:
        raise DomainError("date.no_such_time", text=text[:_SHOWN])
    return local


def rank_of(cell: str, use: ColumnUse) -> str:
    """Return when a row was sent, as a text that sorts: in UTC. A day alone is its first moment.

    Raises:
        DomainError: as `moment_in` and `day_in`.
    """
    text = cell.strip()
    order = use.order or DateOrder.DAY_FIRST
    if not isinstance(cell, (Number, Day)) and _MOMENT.fullmatch(text):
        return moment_in(text, order, use.zone).astimezone(UTC).isoformat(timespec="microseconds")
    day = day_in(cell, use, date.max)
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat(timespec="microseconds")


def without_zone(text: str) -> bool:
    """Tell whether a text is a moment that names no zone."""
    found = _MOMENT.fullmatch(text)
    return found is not None and found["zone"] is None


def is_serial(cell: str) -> bool:
    """Tell whether a cell may be a day that a spreadsheet counted."""
    return isinstance(cell, Number) or _SERIAL.fullmatch(cell.strip()) is not None


def is_two_digit(text: str) -> bool:
    """Tell whether a text is a day whose year has two digits."""
    return _TWO_DIGITS.fullmatch(text) is not None


def is_percent(text: str) -> bool:
    """Tell whether a text ends with a percent sign."""
    return _PERCENT.search(text) is not None


# --- Many cells ---------------------------------------------------------------------------------------------


class Read(dict[str, object]):
    """What the cells of a column say, each read once: a dictionary that reads what it does not know yet."""

    def __init__(self, read: Callable[[str], object], most: int = 60_000) -> None:
        """Read cells so; remember so many different ones at most."""
        super().__init__()
        self._read = read
        self._most = most

    def __missing__(self, cell: str) -> object:
        """Read a cell; an error is what it says."""
        try:
            said = self._read(cell)
        except DomainError as error:
            said = error
        if type(cell) is str:  # a typed cell equals a plain one, and may say something else
            if len(self) >= self._most:
                self.clear()
            self[cell] = said
        return said

    def of(self, cell: str) -> object:
        """Return what a cell says."""
        return self[cell] if type(cell) is str else self.__missing__(cell)


def reader(use: ColumnUse, read: Callable[[str], object]) -> Read:
    """Return what reads the cells of a column: `Absent` where nothing was answered, else what `read` says.

    One apostrophe that kept a text from being a formula is taken away; words of the mapping are replaced.
    """
    missing = frozenset(code.strip().casefold() for code in use.missing)
    words = {word.strip().casefold(): said for word, said in use.words.items()}

    def one(cell: str) -> object:
        text = restored(cell) if cell.startswith("'") else cell
        folded = text.strip().casefold()
        if folded in words:
            folded = words[folded].strip().casefold()
            text = words[text.strip().casefold()]
        return Absent(text.strip()) if not folded or folded in missing else read(text)

    return Read(one)
