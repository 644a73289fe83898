"""Seeing: what one reader sees of an indicator over time, in its groups and at its sites.

What is suppressed is not in these values at all, so that whatever shows them cannot give it away.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from toc.domain.disclosure import disclose_table
from toc.domain.indicators.breakdowns import ADDING, UNKNOWN, Breakdown, Part
from toc.domain.indicators.definition import Definition
from toc.domain.indicators.disclosing import SmallNumbers, group_of
from toc.domain.indicators.readings import Kind, Reading
from toc.domain.indicators.rollup import RolledUp, SiteReading
from toc.domain.indicators.targets import WHOLE, Judgement, status
from toc.domain.intervals import Interval, wilson

_OF_NOBODY: Final = frozenset({Kind.YES_NO, Kind.NARRATIVE})
"""Kinds whose value says nothing of a group of people."""

_Said = tuple[Reading | None, int | None]
"""What was counted, and of how many people."""

_Key = TypeVar("_Key", bound=Hashable)
_Counted = TypeVar("_Counted")
_Read = Callable[[_Counted, date], _Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of a table.

    Attributes:
        reading: None when there is none, or it is suppressed.
        is_hidden: whether it is suppressed.
        people: of how many there is a value, where that is said beside it.
    """

    reading: Reading | None = None
    is_hidden: bool = False
    people: int | None = None

    @property
    def interval(self) -> Interval | None:
        """Of a proportion, where its share may lie."""
        if self.reading is None or self.reading.numerator is None or self.reading.denominator is None:
            return None
        return wilson(self.reading.numerator, self.reading.denominator)


NOTHING: Final = Cell()
HIDDEN: Final = Cell(is_hidden=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDay:
    """The whole programme on one day.

    Attributes:
        on: the day.
        cell: what was counted.
        key: by which rule the sites were taken together; one of `ROLLUP_KEYS`.
        present: how many sites have a value.
        expected: how many should have one; 0 where the whole was counted.
        difference: what the whole counted more than its sites together, if that is known and shown.
        levels: of an ordinal score the people on each level, lowest first; None: suppressed. Empty when
            unknown.
        missing: of how many there is no value, if that is known and shown.
        closed: as of `RolledUp`.
    """

    on: date
    cell: Cell
    key: str
    present: int = 0
    expected: int = 0
    difference: Decimal | None = None
    levels: tuple[int | None, ...] = ()
    missing: int | None = None
    closed: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_partial(self) -> bool:
        """Whether the number lacks sites."""
        return self.present < self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One row of a table: a group of a breakdown, or a site.

    Attributes:
        name: "" for those of whom it is not known.
        cells: one per day of the table.
    """

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The days of an indicator in the groups of one breakdown, or at its sites.

    Attributes:
        key: of the breakdown; "" for sites.
        name: of the breakdown; "" for sites.
        days: earliest first.
        groups: those that ever had a value.
    """

    key: str
    name: str
    days: tuple[date, ...]
    groups: tuple[Group, ...]

    @property
    def is_suppressed(self) -> bool:
        """Whether something in it is kept from the reader."""
        return any(cell.is_hidden for group in self.groups for cell in group.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an indicator stands, as a reader may see it.

    Attributes:
        judgement: of the latest day; its numbers are gone where that day is suppressed.
        latest: that day.
        points: the values that are shown, with their days, earliest first; without days on which sites lack.
        days: all days, earliest first; empty where only the course was asked for.
    """

    judgement: Judgement
    latest: SeenDay | None
    points: tuple[tuple[date, Decimal], ...]
    days: tuple[SeenDay, ...] = ()


def cell_of(reading: Reading | None, people: int | None = None) -> Cell:
    """Return a number that is shown."""
    return NOTHING if reading is None else Cell(reading=reading, people=people)


def see_latest(small: SmallNumbers, definition: Definition, day: RolledUp | None) -> SeenDay | None:
    """Return the latest day of an indicator as a reader may see it; None where there is none.

    That is how `see_days` shows the last of its days: earlier ones give way to it.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        day: the latest with a value, its sites taken together.
    """
    return None if day is None else see_days(small, definition, (day,))[0]


def see_days(small: SmallNumbers, definition: Definition, days: Sequence[RolledUp]) -> tuple[SeenDay, ...]:
    """Return the days of an indicator as a reader may see them.

    A day that would show a small group together with another indicator (`RolledUp.closed`) is not shown, as
    one of few people is not.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        days: what counts, one per day, earliest first.
    """
    shown = small.shown_days(
        days,
        definition.kind,
        counts_people=definition.counts_people,
        is_cumulative=_from_the_start(definition),
    )
    return tuple(_seen(small, definition, day, is_shown=each) for day, each in zip(days, shown, strict=True))


def _from_the_start(definition: Definition) -> bool:
    """Tell whether of two values the later one counts the people of the earlier one as well.

    What is computed counts everybody again on each day, whatever the definition says and whatever its kind:
    of two means, and of how many people they are, follows what one newcomer said.
    """
    return definition.rule is not None or (definition.is_cumulative and definition.kind in ADDING)


def _seen(small: SmallNumbers, definition: Definition, day: RolledUp, *, is_shown: bool) -> SeenDay:
    protected = definition.counts_people and not small.sees_all
    closed = day.closed if protected else {}
    is_shown = is_shown and "" not in closed
    levels: tuple[int | None, ...] = ()
    if is_shown and day.levels:
        cells = small.shown_groups([day.levels], is_cumulative=False)[0] if protected else ()
        levels = tuple(
            people if not protected or cells[place] else None for place, people in enumerate(day.levels)
        )
    return SeenDay(
        on=day.on,
        cell=cell_of(day.reading, day.people) if is_shown else HIDDEN,
        key=day.key,
        present=len(day.present),
        expected=0 if day.is_whole else len(day.present) + len(day.absent),
        difference=None if protected else day.difference,
        levels=levels,
        missing=None if protected else day.missing,
        closed=closed,
    )


def stand(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[RolledUp],
    on: date,
    ends_on: date | None = None,
) -> Standing:
    """Return how an indicator stands on a day, as a reader may see it.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        days: what counts, one per day, earliest first.
        on: the day of the judgement; later days do not count.
        ends_on: the last day of the programme, if there is one.
    """
    seen = see_days(small, definition, days)
    until = [place for place, day in enumerate(days) if day.on <= on]
    latest = seen[until[-1]] if until else None
    return Standing(
        judgement=_judged(definition, days[until[-1]] if until else None, latest, on, ends_on),
        latest=latest,
        points=tuple(
            (day.on, day.cell.reading.value)
            for day in seen
            if day.cell.reading is not None and not day.is_partial
        ),
        days=seen,
    )


def judge(definition: Definition, day: RolledUp | None, on: date, ends_on: date | None) -> Judgement:
    """Judge how an indicator stands by its latest day; a day that lacks sites is not judged.

    Args:
        definition: of the indicator.
        day: the latest with a value, up to the day of the judgement.
        on: the day of the judgement.
        ends_on: the last day of the programme, if there is one.
    """
    readings = () if day is None or day.reading is None else (day.reading,)
    counted = WHOLE if day is None else day.counted
    return status(definition.target, readings, on, counted=counted, ends_on=ends_on)


def _judged(
    definition: Definition, day: RolledUp | None, latest: SeenDay | None, on: date, ends_on: date | None
) -> Judgement:
    judged = judge(definition, day, on, ends_on)
    if latest is not None and latest.cell.is_hidden:
        return replace(judged, params={}, latest=None, way=None)
    return judged


@dataclass(frozen=True, slots=True)
class Point:
    """One day of an indicator that was counted for the whole programme.

    Attributes:
        group: of how many people it is; None when nobody can tell.
    """

    on: date
    value: Decimal
    group: int | None


def stand_by_course(
    small: SmallNumbers,
    definition: Definition,
    course: Sequence[Point],
    latest: RolledUp,
    on: date,
    ends_on: date | None = None,
) -> Standing:
    """Return the same as `stand` without the days, for many indicators at once.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        course: what counts, one per day, earliest first; at least one, none after the day of the judgement,
            and none that is closed beside another indicator.
        latest: the last of them in full.
        on: the day of the judgement.
        ends_on: the last day of the programme, if there is one.
    """
    protects = definition.counts_people and not small.sees_all
    shown = (
        small.shown_course([one.group for one in course], is_cumulative=_from_the_start(definition))
        if protects
        else ()
    )
    seen = _seen(small, definition, latest, is_shown=not shown or shown[-1])
    return Standing(
        judgement=_judged(definition, latest, seen, on, ends_on),
        latest=seen,
        points=tuple((one.on, one.value) for place, one in enumerate(course) if not shown or shown[place]),
    )


def without_small_baseline(small: SmallNumbers, definition: Definition) -> Definition:
    """Return a definition without its baseline, where that is a count of too few people to be shown.

    Zero at the start of a count says nothing, so it stays.
    """
    value, on = definition.baseline_value, definition.baseline_on
    if not value or on is None or definition.kind is not Kind.COUNT:
        return definition
    if small.shows(Reading(on=on, value=value), definition.kind, counts_people=definition.counts_people):
        return definition
    return replace(definition, baseline_value=None, baseline_on=None)


# --- Groups and sites ---------------------------------------------------------------------------------------


def see_groups(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[SeenDay],
    parts: Mapping[date, Sequence[Part]],
) -> tuple[Split, ...]:
    """Return the breakdowns of an indicator as a reader may see them.

    A day that is not shown as a whole is not shown in groups either, nor is a breakdown of a day that would
    show a small group together with another indicator.

    Args:
        small: what the reader sees of small groups.
        definition: with its breakdowns.
        days: as `see_days` gives them.
        parts: of each day, of all breakdowns.
    """
    splits = []
    for breakdown in definition.breakdowns:
        by_day = {
            day.on: {part.option: part for part in parts.get(day.on, ()) if part.breakdown == breakdown.key}
            for day in days
            if not day.cell.is_hidden and breakdown.key not in day.closed
        }
        by_day = {on: found for on, found in by_day.items() if found}
        if by_day:
            names = _names(breakdown, by_day)
            table = _table(small, definition, by_day, list(names), _part_of(definition.kind))
            splits.append(_split(breakdown.key, breakdown.name, by_day, names, table))
    return tuple(splits)


def _part_of(kind: Kind) -> _Read[Part]:
    """Return what makes the reading of a part, and says of how many people it is."""

    def read(part: Part, on: date) -> _Said:
        if part.denominator is not None and not part.denominator:
            return None, 0
        reading = Reading(on=on, value=part.value, numerator=part.numerator, denominator=part.denominator)
        return reading, group_of(reading, kind, part.people)

    return read


def _names(breakdown: Breakdown, by_day: Mapping[date, Mapping[str, Part]]) -> dict[str, str]:
    """Return names by key: of the definition, then what older ones had, then "" for unknown."""
    found = {option for parts in by_day.values() for option in parts}
    names = {option.key: option.name for option in breakdown.options if option.key in found}
    names |= {key: key for key in sorted(found - names.keys() - {UNKNOWN})}
    return names | ({UNKNOWN: ""} if UNKNOWN in found else {})


def see_sites(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[SeenDay],
    readings: Mapping[date, Sequence[SiteReading]],
    names: Mapping[UUID, str],
) -> Split | None:
    """Return what each site counted, as a reader may see it; None where no site did.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        days: as `see_days` gives them.
        readings: of each day, what counts.
        names: of the sites, in the order in which they are shown.
    """
    by_day, shown, table = _at_sites(small, definition, days, readings, names)
    return _split("", "", by_day, shown, table) if by_day else None


def _at_sites(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[SeenDay],
    readings: Mapping[date, Sequence[SiteReading]],
    names: Mapping[UUID, str],
) -> tuple[Mapping[date, Mapping[UUID, SiteReading]], Mapping[UUID, str], list[list[Cell]]]:
    """Return what sites counted by day, the sites that ever did, and for each day a row of their cells."""
    by_day = {
        day.on: {one.site: one for one in readings.get(day.on, ()) if one.site is not None}
        for day in days
        if not day.cell.is_hidden
    }
    by_day = {on: found for on, found in by_day.items() if found}
    there = {site for found in by_day.values() for site in found}
    shown = {site: name for site, name in names.items() if site in there}

    def read(one: SiteReading, _: date) -> _Said:
        return one.reading, group_of(one.reading, definition.kind, one.people)

    wholes = {on: read(one, on)[1] for on in by_day for one in readings[on] if one.site is None}
    return by_day, shown, _table(small, definition, by_day, list(shown), read, wholes)


def see_measurements(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[SeenDay],
    readings: Mapping[date, Sequence[SiteReading]],
    names: Mapping[UUID, str],
) -> frozenset[tuple[date, UUID | None]]:
    """Return of which days and places a single value may be shown to a reader who does not see all.

    This is the one rule of all pages and files that show measurements one by one. What counts for the whole
    is shown on the days that are shown, and what counts at a site where the table of sites shows it, so that
    neither tells more than the other. What was corrected, taken back or returned differs by a few people from
    what counts: it is never among these.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        days: as `see_days` gives them.
        readings: of each day, what counts.
        names: of the sites, in the order in which they are shown; the order decides between groups of the
            same size, so it is everywhere the same.

    Returns:
        The day with the site, or with None for the whole programme.
    """
    open_days = {day.on for day in days if not day.cell.is_hidden}
    wholes = {(on, None) for on in open_days if any(one.site is None for one in readings.get(on, ()))}
    by_day, shown, table = _at_sites(small, definition, days, readings, names)
    at_sites = {
        (on, site)
        for on, row in zip(by_day, table, strict=True)
        for site, cell in zip(shown, row, strict=True)
        if cell.reading is not None
    }
    return frozenset(wholes | at_sites)


def _table(
    small: SmallNumbers,
    definition: Definition,
    by_day: Mapping[date, Mapping[_Key, _Counted]],
    keys: Sequence[_Key],
    read: _Read[_Counted],
    wholes: Mapping[date, int | None] = MappingProxyType({}),
) -> list[list[Cell]]:
    """Return a row of cells for each day, with what a reader may not see taken out.

    Where the whole was counted besides, who subtracts the groups from it sees one group more: those who are
    in none. It is protected as the others are.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator.
        by_day: what was counted of each group.
        keys: of the groups, in their order.
        read: says what was counted, and of how many people.
        wholes: of the days on which the whole was counted besides, of how many people; None: nobody can tell.
    """
    found = [
        [None if key not in counted else read(counted[key], on) for key in keys]
        for on, counted in by_day.items()
    ]
    if small.sees_all or not definition.counts_people or definition.kind in _OF_NOBODY:
        return [[NOTHING if one is None else cell_of(*one) for one in row] for row in found]
    groups = [[None if one is None else one[1] for one in row] for row in found]
    besides = [_besides(row, wholes.get(on, 0)) for on, row in zip(by_day, groups, strict=True)]
    if any(besides):
        groups = [[*row, one] for row, one in zip(groups, besides, strict=True)]
    shown = small.shown_groups(groups, is_cumulative=_from_the_start(definition))
    known = [_is_known(row) and wholes.get(on, 0) is not None for on, row in zip(by_day, found, strict=True)]
    return [
        [_cell(one, is_shown=each and sure) for one, each in zip(row, of_day, strict=False)]
        for row, of_day, sure in zip(found, shown, known, strict=True)
    ]


def _besides(groups: Sequence[int | None], whole: int | None) -> int | None:
    """Return how many people of the whole are in none of its groups; None for nobody, or if nobody can tell.

    Where people are in two groups, or the whole was not counted, there is nothing to subtract from.
    """
    rest = (whole or 0) - sum(one or 0 for one in groups)
    return rest if rest > 0 else None


def _is_known(row: Sequence[_Said | None]) -> bool:
    """Tell whether it is known of how many people each number of a day is: else one follows of the others."""
    return all(one is None or one[1] is not None for one in row)


def _cell(one: _Said | None, *, is_shown: bool) -> Cell:
    if one is None:
        return NOTHING
    return cell_of(*one) if is_shown else HIDDEN


def _split(
    key: str,
    name: str,
    by_day: Mapping[date, object],
    names: Mapping[_Key, str],
    table: Sequence[Sequence[Cell]],
) -> Split:
    columns = zip(*table, strict=True)
    return Split(
        key=key,
        name=name,
        days=tuple(by_day),
        groups=tuple(
            Group(name=said, cells=cells) for said, cells in zip(names.values(), columns, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """The sites of one day in the groups of one breakdown.

    Attributes:
        name: of the breakdown.
        groups: names, "" for those of whom it is not known.
        sites: in order; one cell per group.
    """

    name: str
    on: date
    groups: tuple[str, ...]
    sites: tuple[Group, ...]


def see_cross(
    small: SmallNumbers,
    definition: Definition,
    sites: Split,
    groups: Split,
    parts: Mapping[str, Mapping[str, Part]],
) -> Cross | None:
    """Return the sites of the latest day in groups, as a reader may see them; None where there is nothing.

    A total that is suppressed in one of the two tables is suppressed here too.

    Args:
        small: what the reader sees of small groups.
        definition: of the indicator; one whose parts add up.
        sites: as `see_sites` gives them.
        groups: one of what `see_groups` gives.
        parts: of that day, by name of the site and then by name of the group.
    """
    on = sites.days[-1]
    if on not in groups.days:
        return None
    at = {group.name: group.cells[-1] for group in sites.groups if group.name in parts}
    of = {group.name: group.cells[groups.days.index(on)] for group in groups.groups}
    read = _part_of(definition.kind)
    found = {site: {name: read(parts[site][name], on) for name in of if name in parts[site]} for site in at}
    shown = _shown_cross(small, definition, at, of, found)
    return Cross(
        name=groups.name,
        on=on,
        groups=tuple(of),
        sites=tuple(
            Group(
                name=site,
                cells=tuple(_cell(found[site].get(name), is_shown=shown(site, name)) for name in of),
            )
            for site in at
        ),
    )


def _shown_cross(
    small: SmallNumbers,
    definition: Definition,
    at: Mapping[str, Cell],
    of: Mapping[str, Cell],
    found: Mapping[str, Mapping[str, _Said]],
) -> Callable[[str, str], bool]:
    """Return what tells whether the cell of a site and a group may be shown."""
    if small.sees_all or not definition.counts_people:
        return lambda _site, _group: True
    if any(people is None for said in found.values() for _, people in said.values()):
        return lambda _site, _group: False
    counts = [[found[site][name][1] or 0 if name in found[site] else 0 for name in of] for site in at]
    besides = [
        _besides(column, cell.people) or 0
        for cell, column in zip(of.values(), zip(*counts, strict=True), strict=bool(counts))
    ]
    table = disclose_table(
        [*counts, besides] if any(besides) else counts,
        threshold=small.threshold,
        hidden_rows=[place for place, cell in enumerate(at.values()) if cell.is_hidden],
        hidden_columns=[place for place, cell in enumerate(of.values()) if cell.is_hidden],
    )
    rows, columns = list(at), list(of)
    return lambda site, group: table.cells[rows.index(site)][columns.index(group)].shown
