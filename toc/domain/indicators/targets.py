"""Targets: what was aimed at, by when, and whether an indicator or a goal is on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.indicators.periods import MONTHS, Frequency, PeriodTarget, in_order, months_later
from toc.domain.indicators.readings import Reading, check_day, measurable, rounded


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Status(StrEnum):
    """How an indicator, or a goal, stands on a day."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_DATA = "no_data"
    OVERDUE = "overdue"
    NOT_MEASURABLE = "not_measurable"
    NOT_JUDGED = "not_judged"
    """Some sites were counted on the latest day and others not yet: what there is, is no whole."""


GRACE: Final = timedelta(days=14)
"""Days that a value may be late before its indicator is overdue."""

CLOSING: Final = 3
"""Months after its end in which a programme still asks for values.

Our own choice: the values of the last quarter, the longest usual rhythm but a year, have come in by then and
were reviewed. Who wants values of later days gives an indicator a target, or a period, after the end.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was aimed at, and from where.

    Attributes:
        value: what is to be reached, in the unit of the indicator; a proportion is a fraction.
        on: the day by which, inclusive.
        direction: which way is better.
        frequency: how often a value is due.
        baseline: the value at the start, if known.
        baseline_on: the day of the baseline; both or neither.
        gradual: whether there is a way between baseline and target. False for yes or no: then only the end
            counts.
        periods: what is aimed at in each period; without any, the line from baseline to target counts.
        is_cumulative: whether a value counts from the start, or for its own period.

    Raises:
        DomainError: ``target.baseline_half``, ``target.end_before_start``, ``target.period_after`` when a
            period ends after the target, ``date.out_of_range``, a number that is no measured value, and what
            `in_order` refuses.
    """

    value: Decimal
    on: date
    direction: Direction
    frequency: Frequency
    baseline: Decimal | None = None
    baseline_on: date | None = None
    gradual: bool = True
    periods: tuple[PeriodTarget, ...] = ()
    is_cumulative: bool = True

    def __post_init__(self) -> None:
        check_day(self.on)
        object.__setattr__(self, "value", measurable(self.value))
        object.__setattr__(self, "periods", in_order(self.periods))
        if self.periods and self.periods[-1].ends_on > self.on:
            raise DomainError("target.period_after", on=self.on)
        if self.baseline is None and self.baseline_on is None:
            return
        if self.baseline is None or self.baseline_on is None:
            raise DomainError("target.baseline_half")
        check_day(self.baseline_on)
        if self.baseline_on >= self.on:
            raise DomainError("target.end_before_start", start=self.baseline_on, end=self.on)
        object.__setattr__(self, "baseline", measurable(self.baseline))

    def is_met_by(self, value: Decimal, aim: Decimal | None = None) -> bool:
        """Tell whether the value is as good as the aim or better; the aim is the target unless given."""
        aim = self.value if aim is None else aim
        return value >= aim if self.direction is Direction.HIGHER else value <= aim

    def is_reached_by(self, reading: Reading) -> bool:
        """Tell whether nothing more is asked for than the reading.

        A good value of an early period is not yet the last one: of values that count for their own period
        only that of the last period, or a later one, can reach the target.
        """
        early = self.periods and not self.is_cumulative and reading.on < self.periods[-1].starts_on
        return not early and self.is_met_by(reading.value)

    def period_of(self, on: date) -> PeriodTarget | None:
        """Return the period whose aim counts for a value of a day; None where none does yet.

        Of a cumulative indicator that is the last period that had ended, else the one that the day lies in,
        or the last one before it.
        """
        known = [
            each for each in self.periods if (each.ends_on if self.is_cumulative else each.starts_on) <= on
        ]
        return known[-1] if known else None

    @property
    def way(self) -> Decimal | None:
        """What lies between baseline and target, with its sign; None when there is no way to go.

        There is none without a baseline, and none when the baseline is already as good as the target: then
        the aim is to stay there.
        """
        if self.baseline is None or not self.gradual or self.is_met_by(self.baseline):
            return None
        return self.value - self.baseline


def expected(target: Target, on: date) -> Decimal | None:
    """Return the value that is aimed at for a day.

    That is the straight line from baseline to target, by days: before the baseline's day the baseline, from
    the target's day on the target. A baseline that is already as good as the target asks to stay there: the
    target is expected on every day. Without a baseline only the end counts.

    Where there are targets per period, those count instead of the line: see `Target.period_of`.

    Returns:
        In the unit of the indicator, rounded half-even to six decimals; None where nothing is expected yet.
    """
    if on >= target.on:
        return target.value
    if target.periods:
        period = target.period_of(on)
        return None if period is None else period.value
    if target.baseline is None or target.baseline_on is None or not target.gradual:
        return None
    if target.way is None:
        return target.value
    past = max((on - target.baseline_on).days, 0)
    line = Fraction(past, (target.on - target.baseline_on).days)
    return rounded(Fraction(target.baseline) + Fraction(target.way) * line)


def way_covered(target: Target, value: Decimal) -> Decimal | None:
    """Return which share of the way from baseline to target a value covers.

    Returns:
        A fraction, rounded to six decimals: 0 at the baseline, 1 at the target, below 0 when it became worse,
        above 1 when it is better than the target. None when there is no way to go (`Target.way`).
    """
    if target.way is None or target.baseline is None:
        return None
    return rounded((Fraction(value) - Fraction(target.baseline)) / Fraction(target.way))


def due_on(target: Target, last: date | None) -> date | None:
    """Return the day on which the next value is due.

    It is due one period after the last value (before there is one: after the baseline), and at the latest on
    the day of the target. Without a value and without a baseline only the day of the target is known.

    Where there are targets per period, it is due at the latest on the last day of the first period that ends
    after the last value; earlier only when it is measured more often than the periods end.

    Args:
        target: with the frequency.
        last: the day of the latest value.

    Returns:
        None when there is a value of the target's day or later: then nothing is due any more.
    """
    if last is not None and last >= target.on:
        return None
    if target.periods:
        return _due_in_periods(target, last)
    start = last or target.baseline_on
    if start is None or target.frequency not in MONTHS:
        return target.on
    return min(months_later(start, MONTHS[target.frequency]), target.on)


def _due_in_periods(target: Target, last: date | None) -> date:
    ends = (period.ends_on for period in target.periods if last is None or period.ends_on > last)
    end = next(ends, target.on)
    if target.frequency not in MONTHS:
        return end
    step = MONTHS[target.frequency]
    first = months_later(target.periods[0].starts_on, step) - timedelta(days=1)
    return min(end, first if last is None else months_later(last, step))


def asked_until(target: Target | None, ends_on: date | None) -> date | None:
    """Return the last day on which anybody is asked for values of an indicator.

    A programme that ended asks for a few months more (`CLOSING`). What is followed up after the end, because
    its target or its periods are of later days, is asked for as long after the last of those.

    Args:
        target: of the indicator.
        ends_on: the last day of the programme; None: it goes on.

    Returns:
        None when there is no such day.
    """
    if ends_on is None:
        return None
    last = ends_on if target is None else max(ends_on, target.on)
    return months_later(last, CLOSING)


# --- Status -------------------------------------------------------------------------------------------------

STATUS_KEYS: Final = (
    "status.no_target",
    "status.no_data",
    "status.overdue_first",
    "status.overdue",
    "status.overdue_share",
    "status.reached",
    "status.reached_share",
    "status.on_track",
    "status.on_track_share",
    "status.on_track_open",
    "status.on_track_open_share",
    "status.behind",
    "status.behind_share",
    "status.on_track_period",
    "status.on_track_period_share",
    "status.on_track_before",
    "status.on_track_before_share",
    "status.behind_period",
    "status.behind_period_share",
    "status.not_judged",
    "status.not_judged_share",
)
"""Every rule that `status` may name; one sentence each. Those on ``_share`` speak of a part of a whole, those
with ``_period`` and ``_before`` of targets per period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How an indicator stands on a day, and by which rule.

    Attributes:
        status: in one word.
        key: the rule, one of `STATUS_KEYS`; the web has a sentence for each.
        params: what the sentence names: ``on``, ``value``, ``numerator``, ``denominator`` of the latest
            reading, ``aim`` for its day, ``aim_on`` (the last day of the period that asks for it),
            ``target``, ``target_on``, ``due_on``, ``first_on`` (the end of the first period), and where
            sites lack ``present`` and ``expected``; those that exist.
        latest: the reading that was judged.
        expected: the aim for the day of that reading; without reading, for the day of the judgement; None
            where sites lack.
        way: share of the way from baseline to target, see `way_covered`.
        due_on: when the next value is due, or was.
        asked_until: the last day on which anybody is asked for it (`asked_until`); None: there is none.
    """

    status: Status
    key: str
    params: Mapping[str, object]
    latest: Reading | None = None
    expected: Decimal | None = None
    way: Decimal | None = None
    due_on: date | None = None
    asked_until: date | None = None

    def asks(self, on: date) -> bool:
        """Tell whether somebody is still asked on a day for what is due, or will be."""
        return self.due_on is not None and not self.is_closed(on)

    def is_due(self, on: date) -> bool:
        """Tell whether a value is waited for on a day: it was due, and somebody is still asked for it."""
        return self.asks(on) and self.due_on is not None and self.due_on <= on

    def is_closed(self, on: date) -> bool:
        """Tell whether the programme ended so long before a day that nobody is asked for values any more."""
        return self.asked_until is not None and on > self.asked_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which sites the latest reading is made of.

    Attributes:
        present: how many have a value.
        expected: how many should have one.
    """

    present: int
    expected: int

    @property
    def is_partial(self) -> bool:
        """Whether sites lack."""
        return self.present < self.expected


WHOLE: Final = Counted(present=0, expected=0)
"""No site lacks: the whole programme was counted, or every site."""


def status(
    target: Target | None,
    readings: Iterable[Reading],
    on: date,
    *,
    grace: timedelta = GRACE,
    counted: Counted = WHOLE,
    ends_on: date | None = None,
) -> Judgement:
    """Judge how an indicator stands.

    The latest reading up to the day is compared with the aim for its own day, so that a good value does not
    turn bad by waiting; that a value is waited for is said by "overdue", which comes before everything else:

    1. no target: not measurable;
    2. a value was due more than the grace ago: overdue;
    3. no reading: no data;
    4. some sites were counted on the latest day, others were not: not judged, for a target is of them all;
    5. as good as the target: reached (of values for their own period: that of the last period);
    6. as good as the line on its day, or as what its period asks for, or nothing asked for yet: on track;
    7. else: behind.

    Args:
        target: None when none is set.
        readings: one per day at most (`series`), in any order; those after the day do not count.
        on: the day of the judgement.
        grace: how late a value may be.
        counted: which sites the latest reading is made of.
        ends_on: the last day of the programme, if there is one.
    """
    until = asked_until(target, ends_on)
    if target is None:
        return Judgement(status=Status.NOT_MEASURABLE, key="status.no_target", params={}, asked_until=until)
    known = [reading for reading in readings if reading.on <= on]
    latest = max(known, key=lambda reading: reading.on, default=None)
    due = due_on(target, latest.on if latest else None)
    late = due is not None and on > due + grace
    day = latest.on if latest else on
    aim, period = expected(target, day), target.period_of(day) if day < target.on else None
    facts: dict[str, object] = {"aim": aim, "target": target.value, "target_on": target.on, "due_on": due}
    if target.periods:
        facts |= {"aim_on": period and period.ends_on, "first_on": target.periods[0].ends_on}
    if latest is None:
        found, key = (Status.OVERDUE, "status.overdue_first") if late else (Status.NO_DATA, "status.no_data")
        return Judgement(
            status=found, key=key, params=_existing(facts), expected=aim, due_on=due, asked_until=until
        )
    found, rule = _compare(target, latest, aim)
    if counted.is_partial:
        found, rule = Status.NOT_JUDGED, "status.not_judged"
        facts |= {"present": counted.present, "expected": counted.expected}
    if late:
        found, rule = Status.OVERDUE, "status.overdue"
    facts |= {
        "on": latest.on,
        "value": latest.value,
        "numerator": latest.numerator,
        "denominator": latest.denominator,
    }
    return Judgement(
        status=found,
        key=rule if latest.denominator is None else f"{rule}_share",
        params=_existing(facts),
        latest=latest,
        expected=None if counted.is_partial else aim,
        way=None if counted.is_partial else way_covered(target, latest.value),
        due_on=due,
        asked_until=until,
    )


def _compare(target: Target, reading: Reading, aim: Decimal | None) -> tuple[Status, str]:
    by_period = bool(target.periods) and reading.on < target.on
    if target.is_reached_by(reading):
        return Status.REACHED, "status.reached"
    if aim is None:
        return Status.ON_TRACK, "status.on_track_before" if by_period else "status.on_track_open"
    if target.is_met_by(reading.value, aim):
        return Status.ON_TRACK, "status.on_track_period" if by_period else "status.on_track"
    return Status.BEHIND, "status.behind_period" if by_period else "status.behind"


def _existing(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def fold(statuses: Iterable[Status]) -> Status:
    """Return how a goal stands by the statuses of its indicators.

    1. no indicator, or none with a target: not measurable;
    2. the worst counts: one behind makes it behind (that is known), else one overdue makes it overdue;
    3. one not judged yet: neither is the goal;
    4. all reached: reached;
    5. none has data: no data;
    6. else on track. Where an indicator has no data yet, none was due: a value that was due is overdue.
    """
    found = set(statuses) - {Status.NOT_MEASURABLE}
    if not found:
        return Status.NOT_MEASURABLE
    for worst in (Status.BEHIND, Status.OVERDUE, Status.NOT_JUDGED):
        if worst in found:
            return worst
    return found.pop() if len(found) == 1 else Status.ON_TRACK
