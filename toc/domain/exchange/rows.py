"""Rows: what each row of a log says, or why it says nothing. Each is read by itself, strictly."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from toc.domain.errors import DomainError
from toc.domain.exchange.beside import Beside
from toc.domain.exchange.cell_values import (
    Absent,
    Read,
    day_in,
    millionths_in,
    number_in,
    rank_of,
    reader,
    yes_or_no,
)
from toc.domain.exchange.cells import restored
from toc.domain.exchange.entries import EDITED, KEY_SIGN
from toc.domain.exchange.ground import Ground, KnownIndicator
from toc.domain.exchange.mapping import About, ColumnUse, Mapping, Use
from toc.domain.exchange.recognised import Reason
from toc.domain.indicators import Kind, check_measured_on, checked, ratio
from toc.domain.indicators.breakdowns import LEVEL, UNKNOWN
from toc.domain.participants import EVENTS, Arm, Moment, Subject, checked_code, event_name
from toc.domain.privacy import personal_column, personal_numbers

MILLIONTHS: Final = 10**6
_LONGEST_CODE: Final = 40
_LEAST_PERSONAL: Final = 8  # characters of the shortest personal number; an address has its sign
_LONGEST_KEY: Final = 200
_LONGEST_NOTE: Final = 50_000
_ONCE: Final = frozenset({Moment.BEFORE, Moment.AFTER})
"""Moments of which somebody has one: two scores of the same contradict each other, whatever their days."""
_LEVEL_SAID: Final = re.compile(r"\s*([0-9]{1,3})\s*[:=]\s*([0-9]{1,12})\s*")


class What(NamedTuple):
    """What a fact is about; ids are 32 hexadecimal digits."""

    subject: str
    """A `Subject`, "measurement", or the attribute of a participant that it sets."""
    item: str = ""
    """Of an instrument; the name of an event; the key of a breakdown."""
    instrument: str = ""
    indicator: str = ""
    moment: str = ""


class Fact(NamedTuple):
    """One thing that a row says. Numbers are in millionths, days are ordinals."""

    what: int
    """Its place in `Reader.whats`."""
    who: str
    """Code of the participant, or id of the site; "" for the whole programme."""
    on: int | None
    value: int | None
    numerator: int | None
    denominator: int | None
    option: str
    """Of a breakdown; the value of an attribute."""
    note: str
    absent: str | None
    """What stood there when nothing was answered; None when something was."""
    slot: str | None
    """By which two facts are about the same; None where a key alone tells."""
    target: int
    """Its place in `Reader.targets`, for counting."""


class Parsed(NamedTuple):
    """A row that was read."""

    number: int
    line: int
    key: str
    rank: str
    version: str
    replaces: str
    excluded: bool
    reasons: tuple[Reason, ...]
    facts: tuple[Fact, ...]
    """Of a row with reasons only what it would have been about."""
    who: str = ""
    """The participant, also when nothing happened to them; "" where a row says no more than its facts."""


class Target(NamedTuple):
    """A thing that a row can say, from one or two of its columns."""

    header: str
    at: int
    use: ColumnUse
    second: int = -1
    """Position of the denominator."""
    other: ColumnUse | None = None


_NEEDS_INDICATOR: Final = frozenset({Use.VALUE, Use.NUMERATOR, Use.DENOMINATOR, Use.ACCOUNT, Use.LEVELS})
_BESIDE: Final = (Use.PEOPLE, Use.WITHOUT, Use.SINCE)
_OF_MEASUREMENTS: Final = frozenset(
    {Use.NUMERATOR, Use.DENOMINATOR, Use.SITE, Use.OPTION, Use.BREAKDOWN, Use.ACCOUNT, Use.LEVELS, *_BESIDE}
)
_OF_KIND: Final = {
    Kind.PROPORTION: (Use.NUMERATOR, Use.VALUE),
    Kind.NARRATIVE: (Use.ACCOUNT, Use.VALUE),
    Kind.ORDINAL: (Use.LEVELS, Use.VALUE),
}
"""In which columns the values of a kind stand, where a column says which indicator; else in `_OF_OTHERS`."""
_OF_OTHERS: Final = (Use.VALUE, Use.NUMERATOR)
_ATTRIBUTES: Final = frozenset({Use.COHORT, Use.ARM, Use.ENTRY, Use.EXIT, Use.GROUP})
_OF_ROWS: Final = (
    Use.DAY,
    Use.MOMENT,
    Use.INDICATOR,
    Use.SITE,
    Use.BREAKDOWN,
    Use.OPTION,
    Use.NOTE,
    Use.PERSON,
    *_BESIDE,
)
_SINGLE: Final = (*_OF_ROWS, Use.VERSION, Use.REPLACES, Use.SUBMITTED)
SAYS: Final = frozenset(
    {
        Use.VALUE,
        Use.NUMERATOR,
        Use.ACCOUNT,
        Use.LEVELS,
        Use.SCORE,
        Use.EVENT,
        Use.EVENT_DAY,
        *_ATTRIBUTES,
    }
)


_PLAIN_USES: Final = frozenset(
    {Use.KEY, Use.PERSON, Use.DAY, Use.VALUE, Use.INDICATOR, Use.NOTE, Use.LEFT_OUT}
)
_TEXT: Final = {str}
"""Kinds of the cells of a file that knows no others."""


class _Plain(NamedTuple):
    """Where a row says one value of a participant; -1 where there is no column. And what reads its cells."""

    key: int
    person: int
    day: int
    value: int
    indicator: int
    note: int
    reads_person: Read
    reads_day: Read
    reads_value: Read


class _Amount(NamedTuple):
    """What a value is of, and between which bounds it lies."""

    what: int
    lowest: int | None
    highest: int | None
    is_whole: bool


class Reader:
    """Reads the rows of a table by a mapping.

    Attributes:
        targets: what a row can say.
        whats: what facts are about, by their number.
        ground: what the programme has.
    """

    def __init__(self, mapping: Mapping, headers: Sequence[str], ground: Ground) -> None:
        """Prepare; the file is not read yet.

        Raises:
            DomainError: ``mapping.no_column``, ``mapping.needs``, ``mapping.only_one``, ``mapping.not_for``,
                ``mapping.indicator_unknown``, ``mapping.instrument_unknown``, ``mapping.item_unknown``,
                ``mapping.breakdown_unknown``, ``mapping.kind_alone``.
        """
        self._mapping = mapping
        self.ground = ground
        self._headers = tuple(headers)
        self._places = {header: at for at, header in enumerate(headers)}
        self._width = len(headers)
        self._check()
        self.whats: list[What] = []
        self._numbers: dict[What, int] = {}
        self._one = {use: self._single(use) for use in _SINGLE}
        self._keys = [self._places[column.header] for column in mapping.used(Use.KEY)]
        self._reads: dict[int, Read] = {
            self._places[column.header]: self._read_of(column)
            for column in mapping.columns
            if column.use not in {Use.LEFT_OUT, Use.KEY, Use.VERSION, Use.REPLACES}
        }
        self._excluded = [
            (self._places[one.header], frozenset(value.strip().casefold() for value in one.values))
            for one in mapping.exclusions
        ]
        self.targets = tuple(self._find_targets())
        self._per_row = [(use, at, self._reads[at]) for use in _OF_ROWS if (at := self._one[use]) >= 0]
        self._abouts: dict[tuple[int, object, object, str], int] = {}
        self._by_person = mapping.about is About.PARTICIPANTS
        self._named = bool(mapping.used(Use.BREAKDOWN))
        self._breakdown = next((one.breakdown for one in mapping.used(Use.OPTION)), "")
        self._groups: dict[tuple[str, str, str, bool], tuple[str, str] | DomainError] = {}
        self._shared = [target.use.use for target in self.targets if not target.use.indicator]
        self._bounds: dict[str, tuple[int | None, int | None, bool]] = {
            one.code: _bounds(one) for one in ground.indicators.values()
        }
        self._amounts: dict[str, _Amount] = {}
        self._plain = self._find_plain()

    # --- Beforehand -----------------------------------------------------------------------------------------

    def _check(self) -> None:  # noqa: C901 - one rule after the other
        mapping = self._mapping
        for header in [one.header for one in mapping.columns] + [one.header for one in mapping.exclusions]:
            if header not in self._places:
                raise DomainError("mapping.no_column", column=header)
        for use in _SINGLE:
            if len(mapping.used(use)) > 1:
                raise DomainError("mapping.only_one", use=use)
        persons = mapping.about is About.PARTICIPANTS
        needed = [Use.PERSON] if persons else [Use.DAY]
        dated = mapping.used(Use.VALUE, Use.SCORE, Use.EVENT)
        if persons and dated and not mapping.used(Use.SUBMITTED):
            needed.append(Use.DAY)
        for use in needed:
            if not mapping.used(use):
                raise DomainError("mapping.needs", use=use)
        if not mapping.used(*SAYS):
            raise DomainError("mapping.needs", use=Use.VALUE)
        wrong = (
            tuple(_OF_MEASUREMENTS)
            if persons
            else (Use.PERSON, Use.SCORE, Use.EVENT, Use.EVENT_DAY, Use.MOMENT, *_ATTRIBUTES)
        )
        for column in mapping.used(*wrong):
            raise DomainError("mapping.not_for", use=column.use, column=column.header)
        for column in mapping.columns:
            self._check_column(column)

    def _check_column(self, column: ColumnUse) -> None:
        if column.use in _NEEDS_INDICATOR:
            if not column.indicator and not self._mapping.used(Use.INDICATOR):
                raise DomainError("mapping.needs", use=Use.INDICATOR)
            if column.indicator and column.indicator not in self.ground.indicators:
                raise DomainError("mapping.indicator_unknown", code=column.indicator)
        if column.use is Use.SCORE:
            instrument = self.ground.instrument(column.instrument, column.edition)
            if instrument is None:
                raise DomainError("mapping.instrument_unknown", name=column.instrument)
            if column.item and column.item not in {item.key for item in instrument.scale.items}:
                raise DomainError("mapping.item_unknown", item=column.item)
        if column.use is Use.EVENT_DAY and column.subject is None:
            raise DomainError("mapping.needs", use=Use.EVENT)
        known = {LEVEL, *self.ground.groups}
        if column.use is Use.OPTION and not column.breakdown and self._mapping.used(Use.BREAKDOWN):
            return
        if column.use in {Use.GROUP, Use.OPTION} and column.breakdown not in known:
            raise DomainError("mapping.breakdown_unknown", name=column.breakdown)

    def _single(self, use: Use) -> int:
        columns = self._mapping.used(use)
        return self._places[columns[0].header] if columns else -1

    def _find_targets(self) -> Iterator[Target]:
        columns = self._mapping.columns
        for column in columns:
            at = self._places[column.header]
            if column.use is Use.NUMERATOR:
                whole = next(
                    (
                        one
                        for one in columns
                        if one.use is Use.DENOMINATOR and one.indicator == column.indicator
                    ),
                    None,
                )
                if whole is None:
                    raise DomainError("mapping.needs", use=Use.DENOMINATOR)
                yield Target(column.header, at, column, self._places[whole.header], whole)
            elif column.use in SAYS:
                yield Target(column.header, at, column)

    def _read_of(self, column: ColumnUse) -> Read:
        today = self.ground.today
        reads: dict[Use, Callable[[str], object]] = {
            Use.DAY: lambda cell: self._measured_on(day_in(cell, column, today)),
            Use.EVENT_DAY: lambda cell: self._measured_on(day_in(cell, column, today)),
            Use.ENTRY: lambda cell: day_in(cell, column, today).isoformat(),
            Use.EXIT: lambda cell: day_in(cell, column, today).isoformat(),
            Use.SUBMITTED: lambda cell: (rank_of(cell, column), self._day_or_error(cell, column)),
            Use.VALUE: lambda cell: self._number(cell, column),
            Use.NUMERATOR: lambda cell: millionths_in(cell, column),
            Use.DENOMINATOR: lambda cell: millionths_in(cell, column),
            Use.SCORE: lambda cell: self._score(cell, column),
            Use.PERSON: checked_code,
            Use.MOMENT: _moment,
            Use.ARM: _arm,
            Use.EVENT: lambda cell: self._event(cell, column),
            Use.SITE: lambda cell: _found(cell, self.ground.sites, "row.site_unknown"),
            Use.COHORT: lambda cell: _found(cell, self.ground.cohorts, "row.cohort_unknown"),
            Use.INDICATOR: self._indicator,
            Use.OPTION: lambda cell: self._option(cell, column),
            Use.GROUP: lambda cell: self._option(cell, column),
            Use.BREAKDOWN: str.strip,
            Use.ACCOUNT: lambda cell: _note(cell).strip(),
            Use.LEVELS: _levels,
            Use.PEOPLE: lambda cell: _people(millionths_in(cell, column)),
            Use.WITHOUT: lambda cell: _people(millionths_in(cell, column)),
            Use.SINCE: lambda cell: day_in(cell, column, today).toordinal(),
            Use.NOTE: _note,
        }
        read = reads[column.use]

        def guarded(cell: str) -> object:
            if (len(cell) >= _LEAST_PERSONAL or "@" in cell) and (found := personal_numbers(cell)):
                raise DomainError("row.personal", kind=found[0].kind)
            return read(cell)

        return reader(column, guarded)

    # --- Cells ----------------------------------------------------------------------------------------------

    def _measured_on(self, on: date) -> int:
        # Whether the day is closed matters only when the row changes something: see what compares it.
        check_measured_on(on, self.ground.today)
        return on.toordinal()

    def _day_or_error(self, cell: str, column: ColumnUse) -> object:
        try:
            return self._measured_on(day_in(cell, column, self.ground.today))
        except DomainError as error:
            return error

    def _number(self, cell: str, column: ColumnUse) -> int:
        indicator = self.ground.indicators.get(column.indicator)
        if indicator is not None and indicator.kind is Kind.YES_NO and not _is_number(cell):
            return MILLIONTHS * yes_or_no(cell)
        return millionths_in(cell, column)

    def _score(self, cell: str, column: ColumnUse) -> int:
        instrument = self.ground.instrument(column.instrument, column.edition)
        number = number_in(cell, column)
        return _millionths(number if instrument is None else instrument.scale.checked(column.item, number))

    def _event(self, cell: str, column: ColumnUse) -> object:
        if column.subject is not None:
            return yes_or_no(cell)
        text = cell.strip()
        if text.casefold() in set(EVENTS) - {Subject.OTHER}:
            return What(text.casefold())
        if text in column.words.values():
            return What(Subject.OTHER.value, event_name(Subject.OTHER, text))
        raise DomainError("row.event_unknown", text=text[:_LONGEST_CODE])

    def _indicator(self, cell: str) -> KnownIndicator:
        found = self.ground.indicators.get(cell.strip().upper())
        if found is None:
            raise DomainError("row.indicator_unknown", text=cell.strip()[:_LONGEST_CODE])
        return found

    def _option(self, cell: str, column: ColumnUse) -> str:
        if not column.breakdown:  # the indicator and the breakdown of the row tell what it means
            return cell.strip()
        options = self.ground.groups.get(column.breakdown, frozenset())
        text = cell.strip()
        found = next((one for one in (*options, UNKNOWN) if one.casefold() == text.casefold()), None)
        if found is not None:
            return found
        if column.breakdown == LEVEL and text.isascii() and text.isdigit():
            return str(int(text))
        raise DomainError("row.option_unknown", text=text[:_LONGEST_CODE])

    # --- Rows -----------------------------------------------------------------------------------------------

    def _find_plain(self) -> _Plain | None:
        """Return where a row says one value of a participant, and no more: as most rows of most logs do."""
        only = {column.use for column in self._mapping.columns} <= _PLAIN_USES
        if not (only and self._by_person and len(self.targets) == len(self._keys) == 1) or self._excluded:
            return None
        person, day, value = self._one[Use.PERSON], self._one[Use.DAY], self.targets[0].at
        return _Plain(
            key=self._keys[0],
            person=person,
            day=day,
            value=value,
            indicator=self._one[Use.INDICATOR],
            note=self._one[Use.NOTE],
            reads_person=self._reads[person],
            reads_day=self._reads[day],
            reads_value=self._reads[value],
        )

    def _quickly(self, plain: _Plain, number: int, line: int, cells: list[str]) -> Parsed | None:
        """Return what `_closely` would, when all is as usual in a row; None when that has to look."""
        key_at, person_at, day_at, value_at, indicator_at, note_at, person, day, value = plain
        if set(map(type, cells)) != _TEXT:
            return None
        key = cells[key_at].strip()
        name = cells[indicator_at] if indicator_at >= 0 else ""
        amount = self._amounts.get(name) or self._amount(name, indicator_at)
        who, on, said = person[cells[person_at]], day[cells[day_at]], value[cells[value_at]]
        note = self._reads[note_at][cells[note_at]] if note_at >= 0 else ""
        if (
            amount is None
            or not 0 < len(key) <= _LONGEST_KEY
            or type(who) is not str
            or type(on) is not int
            or type(said) is not int
            or isinstance(note, DomainError)
            or (amount.lowest is not None and said < amount.lowest)
            or (amount.highest is not None and said > amount.highest)
            or (amount.is_whole and said % MILLIONTHS)
        ):
            return None
        words = "" if isinstance(note, Absent) else str(note)
        fact = Fact(amount.what, who, on, said, None, None, "", words, None, None, 0)
        return Parsed(number, line, key, "", "", "", False, (), (fact,))  # noqa: FBT003 - in order of the fields

    def _amount(self, name: str, at: int) -> _Amount | None:
        """Return what a value is of, by the cell that says which indicator; None when that is none."""
        use = self.targets[0].use
        said = {} if at < 0 else {Use.INDICATOR: self._reads[at][name]}
        indicator = self._of_indicator(use, said)
        if indicator is None:
            return None
        what = self.number_of(self._what(use, indicator, said))
        found = self._amounts[name] = _Amount(what, *self._bounds[indicator.code])
        return found

    def read(self, number: int, line: int, cells: list[str] | None) -> Parsed:
        """Return what a row says; with reasons it says nothing."""
        if cells is None:
            return self._rejected(number, line, (Reason(key="row.quote_unclosed"),))
        if len(cells) != self._width:
            params = {"expected": self._width, "found": len(cells)}
            return self._rejected(number, line, (Reason(key="row.ragged", params=params),))
        quick = None if self._plain is None else self._quickly(self._plain, number, line, cells)
        return quick or self._closely(number, line, cells)

    def _closely(self, number: int, line: int, cells: list[str]) -> Parsed:
        """Return what a row of the right width says."""
        key = self._key(cells)
        reasons: list[Reason] = []
        rank, version, replaces, sent = self._version(cells, reasons)
        if self._excluded and self._is_left_out(cells):
            return Parsed(number, line, key, rank, version, replaces, True, (), ())  # noqa: FBT003 - in order of the fields
        if len(key) > _LONGEST_KEY:
            reasons.append(Reason(key="row.key_too_long", params={"most": _LONGEST_KEY}))
        said: dict[Use, object] = {}
        for use, at, column in self._per_row:
            cell = cells[at]
            found = said[use] = column[cell] if type(cell) is str else column.of(cell)
            if isinstance(found, DomainError):
                reasons.append(self._reason(found, at, cells))
        on = said.get(Use.DAY, sent)
        facts = list(self._facts(cells, said, on, key, reasons))
        if not reasons:
            reasons += self._lacking(said, on, facts)
        if reasons:
            shadows = tuple(self._shadows(said, on))
            return Parsed(number, line, key, rank, version, replaces, False, tuple(reasons), shadows)  # noqa: FBT003 - in order of the fields
        who = self._who(said)
        return Parsed(number, line, key, rank, version, replaces, False, (), tuple(facts), who)  # noqa: FBT003 - in order of the fields

    def _rejected(self, number: int, line: int, reasons: tuple[Reason, ...]) -> Parsed:
        return Parsed(number, line, "", "", "", "", False, reasons, ())  # noqa: FBT003 - in order of the fields

    def _key(self, cells: list[str]) -> str:
        if len(self._keys) == 1:
            return cells[self._keys[0]].strip()
        parts = [cells[at].strip() for at in self._keys]
        return KEY_SIGN.join(parts) if any(parts) else ""

    def answers(self, rows: Iterable[list[str]]) -> Iterator[str]:
        """Yield the keys of the answers that somebody edited, or may have; of those that are left out none.

        Args:
            rows: a row for each answer of a file, as `answers_of` makes them.
        """
        column = EDITED.get(self._mapping.kind)
        edited = self._one[Use.REPLACES]
        if edited < 0:
            edited = next((at for at, name in enumerate(self._headers) if name.casefold() == column), -1)
        for cells in rows:
            never = edited >= 0 and cells[edited].strip() in {"", "0"}
            if not never and not self._is_left_out(cells) and (key := self._key(cells)):
                yield key

    def _is_left_out(self, cells: list[str]) -> bool:
        return any(restored(cells[at]).strip().casefold() in values for at, values in self._excluded)

    def _version(self, cells: list[str], reasons: list[Reason]) -> tuple[str, str, str, object]:
        one = self._one
        rank, sent = "", None
        if one[Use.SUBMITTED] >= 0:
            said = self._said(Use.SUBMITTED, cells, reasons)
            if isinstance(said, tuple):
                rank, sent = said
        version = cells[one[Use.VERSION]].strip() if one[Use.VERSION] >= 0 else ""
        replaces = cells[one[Use.REPLACES]].strip() if one[Use.REPLACES] >= 0 else ""
        return rank, version.removeprefix("uuid:"), replaces.removeprefix("uuid:"), sent

    def _said(self, use: Use, cells: list[str], reasons: list[Reason]) -> object:
        at = self._one[use]
        said = self._reads[at].of(cells[at])
        if isinstance(said, DomainError):
            reasons.append(self._reason(said, at, cells))
        return said

    def _reason(self, error: DomainError, at: int, cells: list[str]) -> Reason:
        header = self._headers[at]
        hidden = error.key == "row.personal" or personal_column(header) is not None
        return Reason(
            key=error.key,
            params=error.params,
            header=header,
            original="" if hidden or personal_numbers(cells[at]) else restored(cells[at])[:_LONGEST_KEY],
        )

    def _lacking(self, said: dict[Use, object], on: object, facts: list[Fact]) -> Iterator[Reason]:
        """Yield what every row with an answer needs."""
        if self._by_person and isinstance(said[Use.PERSON], Absent):
            yield Reason(key="row.person_missing")
        for fact in facts:
            if fact.on is None and fact.absent is None and self.whats[fact.what].subject not in _ATTRIBUTES:
                yield self._reason_of_day(on)
                break
        if isinstance(said.get(Use.INDICATOR), Absent):
            yield Reason(key="row.indicator_missing")

    def _shadows(self, said: dict[Use, object], on: object) -> Iterator[Fact]:
        """Yield what a group that is not right is about: without it the measurement would not be whole."""
        if self._by_person or not self._mapping.used(Use.OPTION) or not isinstance(on, int):
            return
        site = said.get(Use.SITE, "")
        who = site if isinstance(site, str) and not isinstance(site, Absent) else ""
        for number, target in enumerate(self.targets):
            indicator = self._of_indicator(target.use, said)
            group = None if indicator is None else self._group_of(indicator, said)
            if indicator is not None and isinstance(group, tuple):
                what = self.number_of(self._what(target.use, indicator, said, group[0]))
                yield Fact(what, who, on, None, None, None, "", "", None, None, number)

    def _reason_of_day(self, on: object) -> Reason:
        if isinstance(on, DomainError):
            return Reason(key=on.key, params=on.params)
        return Reason(key="date.missing")

    def _who(self, said: dict[Use, object]) -> str:
        place = said.get(Use.PERSON if self._by_person else Use.SITE, "")
        return place if isinstance(place, str) and not isinstance(place, Absent) else ""

    def _facts(
        self, cells: list[str], said: dict[Use, object], on: object, key: str, reasons: list[Reason]
    ) -> Iterator[Fact]:
        day = on if isinstance(on, int) else None
        who = self._who(said)
        note = said.get(Use.NOTE, "")
        words = note if isinstance(note, str) and not isinstance(note, Absent) else ""
        if not self._by_person:
            words = self._beside(said, day, words, reasons)
        for number, target in enumerate(self.targets):
            value = self._reads[target.at].of(cells[target.at])
            if isinstance(value, DomainError):
                reasons.append(self._reason(value, target.at, cells))
                continue
            use = target.use.use
            if use in _ATTRIBUTES:
                yield self._attribute(target, number, who, value)
            elif use in {Use.EVENT, Use.EVENT_DAY}:
                yield from self._happened(target, number, who, day, value, words)
            elif isinstance(value, tuple):
                yield from self._on_levels(target, number, who, day, value, words, said, cells, reasons)
            else:
                fact = self._counted(target, number, who, day, value, words, said, cells, key, reasons)
                if fact is not None:
                    yield fact

    def number_of(self, what: What) -> int:
        """Return the number of what a fact is about; the same gets the same."""
        found = self._numbers.get(what)
        if found is None:
            found = self._numbers[what] = len(self.whats)
            self.whats.append(what)
        return found

    def _attribute(self, target: Target, number: int, who: str, value: object) -> Fact:
        what = self.number_of(What(target.use.use.value, target.use.breakdown))
        absent = str(value) if isinstance(value, Absent) else None
        option = "" if absent is not None else str(value)
        return Fact(what, who, None, None, None, None, option, "", absent, f"{what}|{who}", number)

    def _happened(
        self, target: Target, number: int, who: str, day: int | None, value: object, note: str
    ) -> Iterator[Fact]:
        use = target.use
        named = (
            What(use.subject.value, use.name if use.subject is Subject.OTHER else "")
            if use.subject
            else What("")
        )
        absent = str(value) if isinstance(value, Absent) else None
        if isinstance(value, What):
            named = value
        on = value if use.use is Use.EVENT_DAY and isinstance(value, int) else day
        what = self.number_of(named)
        if value is False:
            return  # yet the log is about it: an edited row may have said that it happened
        slot = f"{what}|{who}|{on}"
        yield Fact(what, who, on, None, None, None, "", note, absent, slot, number)

    def _counted(  # noqa: PLR0913, PLR0917 - what a row says, once
        self,
        target: Target,
        number: int,
        who: str,
        day: int | None,
        value: object,
        note: str,
        said: dict[Use, object],
        cells: list[str],
        key: str,
        reasons: list[Reason],
    ) -> Fact | None:
        use = target.use
        indicator = self._of_indicator(use, said)
        if indicator is None and use.use is not Use.SCORE:
            return None  # the row is rejected for it, or has none
        found = ("", "") if indicator is None or self._by_person else self._group_of(indicator, said)
        if isinstance(found, DomainError):
            if all(one.key != found.key for one in reasons):
                reasons.append(self._reason(found, self._one[Use.OPTION], cells))
            return None
        breakdown, group = found
        about = number, indicator.id if indicator is not None else None, said.get(Use.MOMENT), breakdown
        known = self._abouts.get(about)
        if known is None:
            known = self._abouts[about] = self.number_of(self._what(use, indicator, said, breakdown))
        what = known
        slot = self._slot(what, who, day, group, key)
        if use.use is Use.NUMERATOR:
            return self._pair(
                target, number, (what, who, day, group, note, slot), value, said, cells, reasons
            )
        if not isinstance(value, int):
            place = what, who, day, group, note, slot
            return self._in_words(target, number, place, value, indicator, cells, reasons)
        if indicator is not None and (error := self._misfit(value, indicator, group)):
            reasons.append(self._reason(error, target.at, cells))
            return None
        return Fact(what, who, day, value, None, None, group, note, None, slot, number)

    def _of_indicator(self, use: ColumnUse, said: dict[Use, object]) -> KnownIndicator | None:
        if use.indicator:
            return self.ground.indicators[use.indicator]
        found = said.get(Use.INDICATOR)
        return found if isinstance(found, KnownIndicator) else None

    def _in_words(
        self,
        target: Target,
        number: int,
        place: tuple[int, str, int | None, str, str, str | None],
        value: object,
        indicator: KnownIndicator | None,
        cells: list[str],
        reasons: list[Reason],
    ) -> Fact | None:
        """Return an account, or that nothing was answered."""
        what, who, day, group, note, slot = place
        if not isinstance(value, Absent) and target.use.use is Use.ACCOUNT:
            if indicator is not None and indicator.kind is Kind.NARRATIVE:
                return Fact(what, who, day, MILLIONTHS, None, None, str(value), note, None, slot, number)
            reasons.append(self._reason(DomainError("row.account_unexpected"), target.at, cells))
            return None
        if self._elsewhere(target.use, indicator):
            return None
        return Fact(what, who, day, None, None, None, group, note, str(value), slot, number)

    def _elsewhere(self, use: ColumnUse, indicator: KnownIndicator | None) -> bool:
        """Tell whether values of this indicator stand in another column: then an empty cell says nothing."""
        if use.indicator or indicator is None:
            return False
        order = _OF_KIND.get(indicator.kind, _OF_OTHERS)
        return next((one for one in order if one in self._shared), use.use) is not use.use

    def _group_of(self, indicator: KnownIndicator, said: dict[Use, object]) -> tuple[str, str] | DomainError:
        """Return the keys of the breakdown and the group that a row is of; both "" for the whole."""
        option = said.get(Use.OPTION, "")
        if not self._named:
            group = UNKNOWN if isinstance(option, Absent) else option if isinstance(option, str) else ""
            return self._breakdown, group
        name = said[Use.BREAKDOWN]
        if isinstance(name, DomainError) or isinstance(option, DomainError):
            return "", ""  # the row is rejected for it
        about = indicator.id, str(name), str(option), isinstance(option, Absent)
        if about not in self._groups:
            self._groups[about] = _group(indicator, str(name), option)
        return self._groups[about]

    def _on_levels(  # noqa: PLR0913, PLR0917 - what a row says, once
        self,
        target: Target,
        number: int,
        who: str,
        day: int | None,
        levels: tuple[tuple[str, int], ...],
        note: str,
        said: dict[Use, object],
        cells: list[str],
        reasons: list[Reason],
    ) -> Iterator[Fact]:
        """Yield how many people a row says to be on each level."""
        indicator = self._of_indicator(target.use, said)
        if indicator is None:
            return
        if indicator.kind is not Kind.ORDINAL:
            reasons.append(self._reason(DomainError("row.levels_unexpected"), target.at, cells))
            return
        what = self.number_of(self._what(target.use, indicator, said, LEVEL))
        for level, people in levels:
            slot = f"{what}|{who}|{day}|{level}"
            yield Fact(what, who, day, people * MILLIONTHS, None, None, level, note, None, slot, number)

    def _beside(self, said: dict[Use, object], day: int | None, note: str, reasons: list[Reason]) -> str:
        """Return the note of a row, with what it says beside its value."""
        people, missing, since = (
            found if isinstance(found := said.get(use), int) else None for use in _BESIDE
        )
        if since is not None and day is not None and since > day:
            reasons.append(Reason(key="measurement.period_order"))
        starts_on = None if since is None else date.fromordinal(since)
        return Beside(note=note, people=people, missing=missing, starts_on=starts_on).carried()

    def _what(
        self,
        use: ColumnUse,
        indicator: KnownIndicator | None,
        said: dict[Use, object],
        breakdown: str = "",
    ) -> What:
        if not self._by_person:
            return What("measurement", breakdown, indicator=indicator.id if indicator else "")
        if use.use is Use.SCORE:
            instrument = self.ground.instrument(use.instrument, use.edition)
            given = said.get(Use.MOMENT)
            moment = given if isinstance(given, Moment) else use.moment
            return What(
                Subject.SCORE.value,
                use.item,
                instrument=instrument.id if instrument else "",
                moment=moment.value if moment else "",
            )
        return What(Subject.VALUE.value, indicator=indicator.id if indicator else "")

    def _slot(self, what: int, who: str, day: int | None, group: str, key: str) -> str | None:
        said = self.whats[what]
        if said.subject == Subject.SCORE and said.moment in _ONCE:
            return f"{what}|{who}"
        if self._by_person:
            return f"{what}|{who}|{day}" if said.subject == Subject.SCORE or not key else None
        return f"{what}|{who}|{day}|{group}"

    def _misfit(self, value: int, indicator: KnownIndicator, group: str) -> DomainError | None:
        """Return why an indicator cannot have this value."""
        lowest, highest, is_whole = self._bounds[indicator.code]
        if (
            indicator.kind is Kind.ORDINAL
            and not self._by_person
            and not (group and value >= 0 and value % MILLIONTHS == 0)
        ):
            return DomainError("measurement.levels_needed")
        if indicator.kind is Kind.PROPORTION and not self._by_person:
            return DomainError("measurement.pair_half")
        fits = (
            (lowest is None or value >= lowest)
            and (highest is None or value <= highest)
            and not (is_whole and value % MILLIONTHS)
        )
        if not fits:
            try:
                _refuse(Decimal(value) / MILLIONTHS, indicator)
            except DomainError as error:
                return error
        return None

    def _pair(
        self,
        target: Target,
        number: int,
        place: tuple[int, str, int | None, str, str, str | None],
        part: object,
        said: dict[Use, object],
        cells: list[str],
        reasons: list[Reason],
    ) -> Fact | None:
        what, who, day, group, note, slot = place
        whole = self._reads[target.second].of(cells[target.second])
        if isinstance(whole, DomainError):
            reasons.append(self._reason(whole, target.second, cells))
            return None
        if isinstance(part, Absent) and isinstance(whole, Absent):
            if self._elsewhere(target.use, self._of_indicator(target.use, said)):
                return None
            return Fact(what, who, day, None, None, None, group, note, str(part), slot, number)
        if not isinstance(part, int) or not isinstance(whole, int):
            reasons.append(self._reason(DomainError("measurement.pair_half"), target.at, cells))
            return None
        try:
            nobody = bool(group) and not part and not whole
            share = Decimal(0) if nobody else ratio(Decimal(part) / MILLIONTHS, Decimal(whole) / MILLIONTHS)
        except DomainError as error:
            reasons.append(self._reason(error, target.at, cells))
            return None
        return Fact(what, who, day, _millionths(share), part, whole, group, note, None, slot, number)


# --- Single cells -------------------------------------------------------------------------------------------


def _millionths(number: Decimal) -> int:
    return int(number * MILLIONTHS)


def _is_number(cell: str) -> bool:
    return cell.strip()[:1].isdigit()


def _refuse(number: Decimal, indicator: KnownIndicator) -> NoReturn:
    """Say why an indicator cannot have a number.

    Raises:
        DomainError: as `checked`; else it is ``measurement.outside_scale``.
    """
    checked(indicator.kind, number)
    raise DomainError("measurement.outside_scale", lowest=indicator.lowest, highest=indicator.highest)


def _bounds(indicator: KnownIndicator) -> tuple[int | None, int | None, bool]:
    lowest = None if indicator.lowest is None else _millionths(indicator.lowest)
    highest = None if indicator.highest is None else _millionths(indicator.highest)
    if indicator.kind is Kind.COUNT:
        return max(lowest or 0, 0), highest, True
    if indicator.kind in {Kind.PROPORTION, Kind.YES_NO}:
        return 0, MILLIONTHS, indicator.kind is Kind.YES_NO
    return lowest, highest, False


def _group(indicator: KnownIndicator, name: str, option: object) -> tuple[str, str] | DomainError:
    """Return the keys of a breakdown and a group by what a row calls them."""
    said = "" if isinstance(option, Absent) else str(option)
    if not name and not said:
        return "", ""
    breakdown = indicator.breakdown(name)
    if breakdown is None:
        return DomainError("row.breakdown_unknown", text=name[:_LONGEST_CODE])
    group = UNKNOWN if isinstance(option, Absent) else indicator.option(breakdown, said)
    if group is None:
        return DomainError("row.option_unknown", text=said[:_LONGEST_CODE])
    return breakdown, group


def _people(millionths: int) -> int:
    """Return a number of people.

    Raises:
        DomainError: ``measurement.negative``, ``measurement.not_whole``.
    """
    if millionths < 0:
        raise DomainError("measurement.negative")
    if millionths % MILLIONTHS:
        raise DomainError("measurement.not_whole", value=Decimal(millionths) / MILLIONTHS)
    return millionths // MILLIONTHS


def _levels(cell: str) -> tuple[tuple[str, int], ...]:
    """Return how many people are on each level: "1: 3; 2: 12".

    Raises:
        DomainError: ``row.levels_unreadable``.
    """
    found = [_LEVEL_SAID.fullmatch(one) for one in re.split("[;,]", cell) if one.strip()]
    levels = [(str(int(one[1])), int(one[2])) for one in found if one is not None]
    if not levels or len(levels) < len(found) or len(dict(levels)) < len(levels):
        raise DomainError("row.levels_unreadable", text=cell[:_LONGEST_CODE])
    return tuple(levels)


def _note(cell: str) -> str:
    if len(cell) > _LONGEST_NOTE:
        raise DomainError("row.note_too_long", most=_LONGEST_NOTE)
    return cell


def _moment(cell: str) -> Moment:
    text = cell.strip().casefold()
    if text not in set(Moment):
        raise DomainError("row.moment_unknown", text=cell.strip()[:_LONGEST_CODE])
    return Moment(text)


def _arm(cell: str) -> str:
    text = cell.strip().casefold()
    if text not in set(Arm):
        raise DomainError("row.arm_unknown", text=cell.strip()[:_LONGEST_CODE])
    return text


def _found(cell: str, known: Dictionary[str, str], key: str) -> str:
    name = cell.strip()
    found = known.get(name.casefold())
    if found is None and (id_ := name.replace("-", "").casefold()) in known.values():
        found = id_  # our own forms offer ids as choices: a name may change, or have any sign in it
    if found is None:
        raise DomainError(key, text=name[:_LONGEST_CODE])
    return found
