"""Profiles: what stands in the columns of a table, how it can be read, and whom it points to."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from toc.domain.errors import DomainError
from toc.domain.exchange.cell_values import (
    AMSTERDAM,
    Read,
    is_percent,
    is_serial,
    is_two_digit,
    moment_in,
    without_zone,
)
from toc.domain.exchange.cells import restored
from toc.domain.exchange.columns import PersonalColumn
from toc.domain.exchange.mapping import Epoch, Unsigned, Zone
from toc.domain.exchange.notation import MISSING, DateOrder, NumberStyle, days_of, readings_of
from toc.domain.exchange.recognised import Asked, ColumnSeen, Question
from toc.domain.exchange.typed import Day, Fault, Number, day_of_serial
from toc.domain.privacy import Personal, personal_column, personal_numbers

_Way = TypeVar("_Way", NumberStyle, DateOrder)
CHUNK: Final = 4_000
"""Rows that are looked at together."""

FEW: Final = 40
"""Different cells up to which a column is shown by all of them."""

_EXAMPLES: Final = 5
_REMEMBERED: Final = 20_000
_LONGEST_NUMBER: Final = 60
_UUID_LENGTH: Final = 36
_UUID: Final = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NO_DIGIT: Final = re.compile(r"[^\d@%\uff05]*")
_SIMPLE: Final = re.compile("-?([0-9]{1,5})(?:([.,])([0-9]{1,2}|[0-9]{3}))?")
"""A number that is no telephone number and no day."""
_GROUPED: Final = re.compile("[1-9][0-9]{0,2}")
_GROUP: Final = 3
_CODE: Final = re.compile(r"[^\W\d_][0-9]")
_PERCENTS: Final = "%\uff05 \u00a0\u202f"
_SYSTEM: Final = frozenset(
    [
        "_id",
        "_uuid",
        "_index",
        "_parent_index",
        "_submission__id",
        "_submission__uuid",
        "id",
        "key",
        "parent_key",
        "instanceid",
        "meta/instanceid",
        "meta/deprecatedid",
        "meta/rootuuid",
        "case_id",
        "form.case.@case_id",
        "lastpage",
    ]
)
_MISSING: Final = frozenset(code.casefold() for code in MISSING)


class _Class(NamedTuple):
    """How a cell can be read; cells that can be read alike are counted together."""

    filled: bool = False
    style: str = ""
    """same, dutch, english, both; "" for no number."""
    percent: bool = False
    day: str = ""
    """iso, day_first, month_first, both, same, two, serial, zoned, unzoned, shifting; "" for no day."""
    code: bool = False
    personal: Personal | None = None


_WORDS: Final = _Class(filled=True)


def _classed(cell: str) -> _Class:
    if len(cell) == _UUID_LENGTH and _UUID.fullmatch(cell):
        return _WORDS
    text = restored(cell).strip() if type(cell) is str else cell.strip()
    if not text or text.casefold() in _MISSING or isinstance(cell, Fault):
        return _Class(filled=bool(text))
    if isinstance(cell, Day):
        return _Class(filled=True, day="iso")
    if isinstance(cell, Number):
        return _Class(filled=True, style="same", day="serial", personal=_personal(text))
    if quick := _quickly(text):
        return quick
    percent = is_percent(text)
    return _Class(
        filled=True,
        style=_style(text.rstrip(_PERCENTS) if percent else text),
        percent=percent,
        day=_day(text),
        code=_CODE.fullmatch(text) is not None,
        personal=_personal(text),
    )


def _quickly(text: str) -> _Class | None:
    """Return how the most usual texts can be read, without trying everything; None for another text."""
    if _NO_DIGIT.fullmatch(text):
        return _WORDS
    if found := _SIMPLE.fullmatch(text):
        whole, sign, part = found.groups()
        if sign is None:
            return _Class(filled=True, style="same", day=_serial(text))
        grouped = len(part) == _GROUP and _GROUPED.fullmatch(whole)
        style = "both" if grouped else "dutch" if sign == "," else "english"
        return _Class(filled=True, style=style, day=_serial(text))
    return None


def _serial(text: str) -> str:
    return "serial" if is_serial(text) else ""


def _personal(text: str) -> Personal | None:
    finds = personal_numbers(text)
    return finds[0].kind if finds else None


def _style(text: str) -> str:
    if len(text) > _LONGEST_NUMBER or not any(map(str.isdigit, text)):
        return ""
    meanings = readings_of(text)
    if len(meanings) == 1:
        return next(iter(meanings)).value
    return "" if not meanings else "same" if len(set(meanings.values())) == 1 else "both"


def _day(text: str) -> str:  # noqa: PLR0911 - one answer after the other
    if len(text) > _LONGEST_NUMBER or not any(map(str.isdigit, text)):
        return ""
    if is_two_digit(text):
        return "two"
    if is_serial(text):
        return "serial"
    if without_zone(text):
        return _shifting(text)
    meanings = days_of(text)
    if not meanings:
        return "zoned" if _is_moment(text) else ""
    if len(meanings) == 1:
        return next(iter(meanings)).value
    return "same" if len(set(meanings.values())) == 1 else "both"


def _is_moment(text: str) -> bool:
    try:
        moment_in(text, DateOrder.DAY_FIRST, None)
    except DomainError:
        return False
    return True


def _shifting(text: str) -> str:
    """Return whether a moment without a zone is another day when it was written down in UTC."""
    try:
        written = moment_in(text, DateOrder.DAY_FIRST, Zone.UTC)
    except DomainError:
        return ""
    return "unzoned" if written.astimezone(AMSTERDAM).date() == written.date() else "shifting"


class Profile:
    """What the cells of one column are."""

    def __init__(self, position: int, header: str) -> None:
        self.position = position
        self.header = header
        self._kinds: list[_Class] = []
        self._numbers: dict[_Class, int] = {}
        self._counts: Counter[int] = Counter()
        self._read = Read(self._number, most=_REMEMBERED)
        self._first: dict[_Class, tuple[int, str]] = {}
        self.distinct: set[str] | None = set()
        self._examples: list[str] = []

    def _number(self, cell: str) -> int:
        """Return the number of how a cell can be read: it is counted faster than what it stands for."""
        kind = _classed(cell)
        number = self._numbers.get(kind)
        if number is None:
            number = self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        return number

    @property
    def _classes(self) -> dict[_Class, int]:
        return {self._kinds[number]: count for number, count in self._counts.items()}

    def add(self, cells: Sequence[str], lines: Sequence[int], *, typed: bool) -> None:
        """Look at more cells, which stand on these lines; typed ones are those of a workbook or of forms."""
        read: Any = self._read.of if typed else self._read.__getitem__
        numbers = list(map(read, cells))
        before = len(self._first)
        self._counts.update(numbers)
        if len(self._kinds) > before:
            for number in range(before, len(self._kinds)):
                at = numbers.index(number)
                self._first[self._kinds[number]] = (lines[at], cells[at])
        if self.distinct is not None:
            before = len(self.distinct)
            self.distinct.update(map(str, set(cells)))
            if len(self._examples) < _EXAMPLES and len(self.distinct) > before:
                new = (cell for cell in cells if cell.strip() and cell not in self._examples)
                self._examples += islice(dict.fromkeys(map(str, new)), _EXAMPLES - len(self._examples))
            if len(self.distinct) > FEW:
                self.distinct = None

    def _count(self, **wanted: object) -> int:
        return sum(
            count
            for kind, count in self._classes.items()
            if all(getattr(kind, name) == value for name, value in wanted.items())
        )

    def _example(self, **wanted: object) -> tuple[int, str]:
        return min(
            first
            for kind, first in self._first.items()
            if all(getattr(kind, name) == value for name, value in wanted.items())
        )

    @property
    def filled(self) -> int:
        """Cells with something in them."""
        return self._count(filled=True)

    def seen(self, *, hidden: bool, personal: bool, same_as: str = "") -> ColumnSeen:
        """Return what may be shown of it."""
        shown = not personal
        return ColumnSeen(
            position=self.position,
            header=self.header,
            hidden=hidden,
            filled=self.filled,
            numbers=sum(count for kind, count in self._classes.items() if kind.style),
            days=sum(count for kind, count in self._classes.items() if kind.day and kind.day != "serial"),
            distinct=tuple(sorted(self.distinct)) if shown and self.distinct is not None else (),
            examples=tuple(map(str, self._examples)) if shown else (),
            same_as=same_as,
            style=self._only(tuple(NumberStyle), "style"),
            order=self._only(tuple(DateOrder), "day"),
        )

    def _only(self, ways: Sequence[_Way], about: str) -> _Way | None:
        """Return the only way in which all cells that are numbers, or days, can be read."""
        seen = {getattr(each, about) for each in self._classes}
        fits = [way for way in ways if way.value in seen]
        return fits[0] if len(fits) == 1 and "both" not in seen else None

    def personal(self) -> PersonalColumn | None:
        """Return that it is about persons, by its name or by what stands in it; None when it is not.

        Of all nine-digit numbers one in eleven passes the test of a citizen service number: a column is one
        of such numbers when its name says so or at least half of its filled cells pass. Ids that collecting
        programs give are exempt while fewer do.
        """
        named = personal_column(self.header.rpartition("/")[2].strip() or self.header)
        kinds = {
            kind: count
            for kind in Personal
            if (count := sum(n for each, n in self._classes.items() if each.personal is kind))
        }
        numbers = kinds.get(Personal.BSN, 0)
        refused = named is Personal.BSN or (numbers > 0 and 2 * numbers >= self.filled)
        if not refused and self.header.casefold() in _SYSTEM:
            return None
        kind = Personal.BSN if refused else named
        if kind is None and kinds:
            kind = Personal.BSN if numbers else max(kinds, key=lambda each: kinds[each])
        if kind is None:
            return None
        return PersonalColumn(
            position=self.position,
            header=self.header,
            kind=kind,
            by_name=named is not None,
            cells=sum(kinds.values()),
            refused=refused,
        )

    def questions(self, epoch: Epoch, today: date) -> Iterator[Question]:
        """Yield what somebody has to say before the column can be read as numbers, as days, or as codes."""
        yield from self._about_style()
        yield from self._about_percent()
        yield from self._about_order()
        yield from self._about_days(epoch, today)

    def _ask(
        self, about: Asked, first: tuple[int, str], meanings: dict[str, str], suggested: str, cells: int
    ) -> Question:
        line, example = first
        return Question(self.header, about, example, line, meanings, suggested, cells)

    def _about_style(self) -> Iterator[Question]:
        if both := self._count(style="both"):
            dutch, english = self._count(style="dutch"), self._count(style="english")
            first = self._example(style="both")
            bare = restored(first[1]).strip().rstrip(_PERCENTS)
            meanings = {style.value: f"{number:f}" for style, number in readings_of(bare).items()}
            yield self._ask(Asked.STYLE, first, meanings, _more(dutch, english, NumberStyle), both)
        elif (dutch := self._count(style="dutch")) and (english := self._count(style="english")):
            first = self._example(style="dutch" if dutch < english else "english")
            other = self._example(style="english" if dutch < english else "dutch")
            shown = (
                {"dutch": other[1], "english": first[1]}
                if dutch >= english
                else {"dutch": first[1], "english": other[1]}
            )
            yield self._ask(Asked.STYLE, first, shown, _more(dutch, english, NumberStyle), dutch + english)

    def _about_percent(self) -> Iterator[Question]:
        signed = self._count(percent=True)
        bare = sum(n for kind, n in self._classes.items() if kind.style and not kind.percent)
        if signed and bare:
            first = min(at for kind, at in self._first.items() if kind.style and not kind.percent)
            meanings = {Unsigned.PERCENT.value: f"{first[1]} %", Unsigned.FRACTION.value: first[1]}
            yield self._ask(Asked.UNSIGNED, first, meanings, "", bare)

    def _about_order(self) -> Iterator[Question]:
        if both := self._count(day="both"):
            first = self._example(day="both")
            meanings = {order.value: on.isoformat() for order, on in days_of(restored(first[1])).items()}
            suggested = _more(self._count(day="day_first"), self._count(day="month_first"), DateOrder)
            yield self._ask(Asked.ORDER, first, meanings, suggested, both)

    def _about_days(self, epoch: Epoch, today: date) -> Iterator[Question]:
        if two := self._count(day="two"):
            first = self._example(day="two")
            year = first[1].strip()[-2:]
            century = "20" if int(year) <= today.year % 100 else "19"
            meanings = {"true": f"{first[1].strip()[:-2]}{century}{year}", "false": ""}
            yield self._ask(Asked.TWO_DIGIT_YEARS, first, meanings, "true", two)
        if serial := self._count(day="serial"):
            first = self._example(day="serial")
            yield self._ask(Asked.SERIALS, first, _serials(first[1]), epoch.value, serial)
        if shifting := self._count(day="shifting"):
            first = self._example(day="shifting")
            written = datetime.fromisoformat(_iso(first[1])).replace(tzinfo=UTC)
            meanings = {
                Zone.UTC.value: written.astimezone(AMSTERDAM).date().isoformat(),
                Zone.AMSTERDAM.value: written.date().isoformat(),
            }
            yield self._ask(Asked.ZONE, first, meanings, "", shifting)

    def about_codes(self) -> Iterator[Question]:
        """Yield that somebody has to say which number each code stands for."""
        if self._count(code=True) and self.distinct is not None:
            first = self._example(code=True)
            codes = sorted(cell.strip() for cell in self.distinct if _classed(cell).code)
            meanings = {code.casefold(): code[1] for code in codes}
            yield self._ask(Asked.WORDS, first, meanings, "", self._count(code=True))


def _iso(text: str) -> str:
    return moment_in(text, DateOrder.DAY_FIRST, Zone.UTC).replace(tzinfo=None).isoformat()


def _serials(cell: str) -> dict[str, str]:
    meanings = {Epoch.NONE.value: ""}
    for epoch in (Epoch.Y1900, Epoch.Y1904):
        try:
            day = day_of_serial(int(float(cell.replace(",", "."))), epoch)
        except (DomainError, ValueError, OverflowError):
            continue
        meanings[epoch.value] = day.isoformat()
    return meanings


def _more(first: int, second: int, answers: type[NumberStyle] | type[DateOrder]) -> str:
    if first == second:
        return ""
    return list(answers)[0 if first > second else 1].value


def joined(headers: Sequence[str], profiles: Sequence[Profile]) -> dict[str, str]:
    """Return of each 0/1 column of an option the column that holds the same answers joined in one cell.

    KoboToolbox writes "t0/hulp" with "schuld zorg" and, for each option, "t0/hulp/schuld" with 0 or 1.
    """
    names = set(headers)
    found = {}
    for profile in profiles:
        parent = profile.header.rpartition("/")[0]
        flags = profile.distinct is not None and profile.distinct <= {"0", "1", "", "true", "false"}
        if parent in names and flags:
            found[profile.header] = parent
    return found


def chunks(
    rows: Iterable[tuple[int, int, list[str] | None]], width: int
) -> Iterator[tuple[list[tuple[int, int, list[str]]], list[tuple[int, int, list[str] | None]]]]:
    """Yield rows in chunks: those as wide as the header, and the others."""
    it = iter(rows)
    while chunk := list(islice(it, CHUNK)):
        good = [(number, line, cells) for number, line, cells in chunk if cells and len(cells) == width]
        bad = [row for row in chunk if not row[2] or len(row[2]) != width] if len(good) != len(chunk) else []
        yield good, bad
