"""Results: target against actual, with everything suppressed that a reader may not see.

Whatever leaves the program, a page, a chart or a file, is made of these rows: nothing suppressed is there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.evidence import Evidence, derive
from toc.domain.goals import Level
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Definition, Kind, RolledUp, SiteReading, SmallNumbers, Status, fold, roll_up
from toc.domain.indicators.breakdowns import LEVEL, UNKNOWN, Part, completed, part_of
from toc.domain.indicators.disclosing import COUNTED
from toc.domain.indicators.seeing import (
    Cross,
    Point,
    Split,
    Standing,
    see_cross,
    see_groups,
    see_sites,
    stand,
    stand_by_course,
    without_small_baseline,
)
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.participants import Site
from toc.models.programmes import Programme
from toc.services import evidence
from toc.services.indicators.closing import NOTHING_CLOSED, Closed, closed_for, with_closed
from toc.services.indicators.counted import counts, is_computed
from toc.services.indicators.disclosing import small_for
from toc.services.indicators.editions import definition_from, goal_now, is_current
from toc.services.indicators.reading import (
    COUNTED_COLUMNS,
    indicators,
    levels_of,
    open_on,
    reading_in,
    site_reading,
    sites,
)
from toc.services.indicators.values import Measured, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One indicator: what was aimed at, what was counted, and how it stands.

    Attributes:
        level: of its goal.
        definition: without its baseline where that is suppressed.
        standing: how it stands and its days; numbers that are suppressed are gone.
        rung: of the evidence for its goal, 0 to 5; never part of how it stands.
    """

    id: UUID
    code: str
    goal_id: UUID
    goal_code: str
    goal_wording: str
    level: Level | None
    edition: int
    definition: Definition
    standing: Standing
    rung: int

    @property
    def status(self) -> Status:
        """How it stands."""
        return self.standing.judgement.status


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All indicators of a programme, by code.

    Attributes:
        small: what this reader sees of small groups.
        closings: what is closed to them, because together with another indicator it would show one.
        rungs: of the goals that were asked for.
    """

    programme: Programme
    small: SmallNumbers
    closings: Mapping[UUID, Closed]
    rungs: Mapping[UUID, int]
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalResult:
    """A goal with how its indicators stand, and beside it the rung of its evidence.

    Attributes:
        status: of its indicators together; not measurable without one.
        statuses: of each of them, by code.
        rung: 0 to 5.
    """

    id: UUID
    code: str
    wording: str
    level: Level | None
    status: Status
    statuses: tuple[Status, ...]
    rung: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One indicator in full, as a reader may see it.

    Attributes:
        definition: without its baseline where that is suppressed.
        groups: its breakdowns.
        sites: what each site counted; None where no site did.
        crosses: the sites of the latest day in the groups of each breakdown.
    """

    definition: Definition
    standing: Standing
    groups: tuple[Split, ...]
    sites: Split | None
    crosses: tuple[Cross, ...] = ()


# --- All indicators -----------------------------------------------------------------------------------------


def results(session: Session, act: Act, *, in_full: bool = True) -> Results:
    """Return all indicators, judged today, in seven statements.

    One more where sites counted, one where sites counted levels, and where something was computed those of
    `closed_for`.

    Args:
        session: of a programme.
        act: who looks, and when.
        in_full: with all their days, as a file needs them; else with their course and the latest day, which
            is faster.

    Raises:
        NotFound: the session has no programme.
    """
    return _results(session, act, in_full=in_full)


def _results(session: Session, act: Act, *, every_goal: bool = False, in_full: bool = False) -> Results:
    query = indicators(session, GoalEdition.level).join(IndicatorEdition, is_current())
    if not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    found: Sequence[Any] = session.execute(query.order_by(Indicator.code)).all()
    records = evidence.load(session, None if every_goal else {row.goal_id for row in found})
    small = small_for(records.programme, act)
    ends_on = records.programme.ends_on
    kinds = {row.code: row.kind for row in found}
    days = _days(session, act, kinds, in_full=in_full, ends_on=ends_on)
    rungs = _rungs(records, act.on)
    return Results(
        programme=records.programme,
        small=small,
        closings=days.closings,
        rungs=rungs,
        rows=tuple(_row(row, small, days, act.on, rungs.get(row.goal_id, 0)) for row in found),
    )


def _rungs(records: evidence.Records, on: date) -> dict[UUID, int]:
    """Return the rung of each goal; of most of them the same is recorded, and that is judged once."""
    known: dict[Evidence, int] = {}
    found = {}
    for goal_id in records.goals:
        facts = records.evidence(goal_id, on)
        if facts not in known:
            known[facts] = derive(facts).rung
        found[goal_id] = known[facts]
    return found


def _row(row: Any, small: SmallNumbers, days: "_Days", on: date, rung: int) -> ResultRow:  # noqa: ANN401 - a row
    definition = definition_from(row)
    return ResultRow(
        id=row.id,
        code=code(CodeKind.INDICATOR, row.code),
        goal_id=row.goal_id,
        goal_code=code(CodeKind.GOAL, row.goal_code),
        goal_wording=row.wording,
        level=row.level,
        edition=row.number,
        definition=without_small_baseline(small, definition),
        standing=days.standing(row.id, row.code, small, definition, on),
        rung=rung,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """What counts of all indicators, by their codes: rows in order of their days, and what sites need.

    Attributes:
        closings: what is closed to the reader, by indicator.
    """

    rows: Mapping[int, Sequence[Any]]
    by_site: Collection[int]
    places: Sequence[Site]
    levels: Mapping[UUID, tuple[int, ...]]
    in_full: bool
    ends_on: date | None
    closings: Mapping[UUID, Closed]

    def standing(
        self, id_: UUID, number: int, small: SmallNumbers, definition: Definition, on: date
    ) -> Standing:
        """Return how an indicator stands; where sites counted, taken together."""
        rows, closings = self.rows.get(number, ()), self.closings.get(id_, NOTHING_CLOSED)
        if number in self.by_site:
            days = with_closed(_rolled(definition.kind, rows, self.places, self.levels), closings)
            return stand(small, definition, days, on, self.ends_on)
        if not rows or self.in_full or closings:
            days = with_closed(map(_whole, rows), closings)
            return stand(small, definition, days, on, self.ends_on)
        course = [Point(row.on, row.value, _group(row, definition.kind)) for row in rows]
        return stand_by_course(small, definition, course, _whole(rows[-1]), on, self.ends_on)


def _group(row: Any, kind: Kind) -> int | None:  # noqa: ANN401 - a row
    """Return of how many people a row is, as `group_of` says of its reading."""
    if kind not in COUNTED:
        people: int | None = row.people
        return people
    return int(row.value if row.denominator is None else row.denominator)


def _whole(row: Any) -> RolledUp:  # noqa: ANN401 - a row
    return RolledUp(
        on=row.on,
        key="rollup.whole",
        reading=reading_in(row),
        people=row.people,
        missing=row.missing,
        is_whole=True,
    )


def _days(
    session: Session, act: Act, kinds: Mapping[int, Kind], *, in_full: bool, ends_on: date | None
) -> _Days:
    """Return what counts of all indicators up to today."""
    rows: Sequence[Any] = session.execute(
        select(
            Indicator.code,
            # Ids of rows without a site are not asked for: of many rows they take longer than the numbers.
            case((Measurement.site_id.is_not(None), Measurement.id)).label("id"),
            is_computed().label("is_computed"),
            *COUNTED_COLUMNS,
        )
        .join(Measurement.indicator)
        .where(Measurement.programme_id == session.info["programme_id"], Measurement.on <= act.on, counts())
        .order_by(Indicator.code, Measurement.on)
    ).all()
    by_site = {row.code for row in rows if row.site_id is not None}
    ordinal = {key for key in by_site if kinds.get(key) is Kind.ORDINAL}
    return _Days(
        rows={key: list(each) for key, each in groupby(rows, key=attrgetter("code"))},
        by_site=by_site,
        places=sites(session) if by_site else (),
        levels=levels_of(session, [row.id for row in rows if row.code in ordinal and row.id is not None]),
        in_full=in_full,
        ends_on=ends_on,
        closings=closed_for(session, act) if any(row.is_computed for row in rows) else {},
    )


def _rolled(
    kind: Kind, rows: Sequence[Any], places: Sequence[Site], levels: Mapping[UUID, tuple[int, ...]]
) -> tuple[RolledUp, ...]:
    days: list[RolledUp] = []
    for on, same in groupby(rows, key=lambda row: row.on):
        each = list(same)
        readings = [site_reading(row, levels.get(row.id, ())) for row in each]
        waited = open_on(places, on) if any(row.site_id is not None for row in each) else ()
        days += roll_up(kind, readings, waited)
    return tuple(days)


# --- All goals ----------------------------------------------------------------------------------------------


def goal_results(session: Session, act: Act) -> tuple[Results, tuple[GoalResult, ...]]:
    """Return all goals, ends first and then by code, with how they stand; a statement more than `results`."""
    query = (
        select(Goal.id, Goal.code, GoalEdition.wording, GoalEdition.level)
        .select_from(Goal)
        .join(GoalEdition, goal_now())
        .where(Goal.programme_id == session.info["programme_id"])
    )
    if not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    found = _results(session, act, every_goal=True)
    by_goal: dict[UUID, list[ResultRow]] = {}
    for row in found.rows:
        by_goal.setdefault(row.goal_id, []).append(row)
    order = {level: place for place, level in enumerate((*reversed(Level), None))}
    goals = sorted(session.execute(query), key=lambda row: (order[row.level], row.code))
    return found, tuple(
        GoalResult(
            id=row.id,
            code=code(CodeKind.GOAL, row.code),
            wording=row.wording,
            level=row.level,
            status=fold(one.status for one in by_goal.get(row.id, ())),
            statuses=tuple(one.status for one in by_goal.get(row.id, ())),
            rung=found.rungs.get(row.id, 0),
        )
        for row in goals
    )


# --- One indicator ------------------------------------------------------------------------------------------


def seen(whole: Whole, small: SmallNumbers, on: date) -> Seen:
    """Return an indicator as a reader may see it, in groups and at sites too.

    Args:
        whole: as `get_whole` gives it.
        small: what the reader sees of small groups.
        on: the day of the judgement.
    """
    definition = whole.view.definition
    standing = stand(small, definition, whole.days, on, whole.programme.ends_on)
    by_day: dict[date, list[Measured]] = {}
    for one in whole.series:
        by_day.setdefault(one.reading.on, []).append(one)
    readings: dict[date, list[SiteReading]] = {
        day: [one.at_site for one in each] for day, each in by_day.items()
    }
    totals = {day.on: day for day in whole.days}
    parts = {day: parts_of(definition.kind, totals[day], each) for day, each in by_day.items()}
    groups = see_groups(small, definition, standing.days, parts)
    places = see_sites(small, definition, standing.days, readings, whole.sites)
    crosses = []
    if places is not None:
        of_sites = [one for one in by_day[places.days[-1]] if one.site_id is not None and one.parts]
        for split in groups:
            names = _group_names(definition, split)
            found = {
                one.site: {
                    names.get(part.option, part.option): part
                    for part in one.parts
                    if part.breakdown == split.key
                }
                for one in of_sites
            }
            crosses.append(see_cross(small, definition, places, split, found))
    return Seen(
        definition=without_small_baseline(small, definition),
        standing=standing,
        groups=groups,
        sites=places,
        crosses=tuple(cross for cross in crosses if cross is not None and cross.sites),
    )


def _group_names(definition: Definition, split: Split) -> dict[str, str]:
    breakdown = next(one for one in definition.breakdowns if one.key == split.key)
    return {option.key: option.name for option in breakdown.options} | {UNKNOWN: ""}


def parts_of(kind: Kind, day: RolledUp, measured: Sequence[Measured]) -> tuple[Part, ...]:
    """Return the groups of a day: those of the whole, else those of its sites together.

    Of a site that does not say its groups everybody is "unknown", so that they are the whole again.

    Args:
        kind: of the indicator.
        day: the whole programme on that day.
        measured: what counts on that day.
    """
    whole = [one for one in measured if one.site_id is None]
    every = [part for one in whole or measured for part in one.parts if part.breakdown != LEVEL]
    if whole:
        return tuple(every)
    if day.reading is None:
        return ()
    found: list[Part] = []
    for breakdown in dict.fromkeys(part.breakdown for part in every):
        mine = [part for part in every if part.breakdown == breakdown]
        sums = [_sum(kind, breakdown, option, mine) for option in dict.fromkeys(part.option for part in mine)]
        found += completed(kind, day.reading, sums)
    return tuple(found)


def _sum(kind: Kind, breakdown: str, option: str, parts: Sequence[Part]) -> Part:
    mine = [part for part in parts if part.option == option]
    share = kind is Kind.PROPORTION
    return part_of(
        kind,
        breakdown,
        option,
        value=None if share else sum((part.value for part in mine), Decimal(0)),
        numerator=sum((part.numerator or Decimal(0) for part in mine), Decimal(0)) if share else None,
        denominator=sum((part.denominator or Decimal(0) for part in mine), Decimal(0)) if share else None,
    )
