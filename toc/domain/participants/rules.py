"""Rules: how an indicator is computed from what was recorded of participants.

A rule looks at each participant once and gives one verdict; the value is a count, a share or a middle of
these verdicts and nothing else, so that whoever reads the list can count it again. What is unknown is a
verdict of its own: it is counted and shown, and never taken for a zero.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import partial
from typing import Any, Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.indicators.breakdowns import UNKNOWN
from toc.domain.indicators.readings import Kind, check_day, measurable, ratio, rounded
from toc.domain.participants.kinds import EVENTS, Arm, Moment, Subject

MOST_DAYS: Final = 3660
"""Days after entry that a rule may look: ten years."""


class Counting(StrEnum):
    """What a rule makes of the verdicts."""

    COUNT = "count"
    SHARE = "share"
    MEDIAN = "median"
    MEAN = "mean"
    MEDIAN_CHANGE = "median_change"
    MEAN_CHANGE = "mean_change"


CHANGES: Final = frozenset({Counting.MEDIAN_CHANGE, Counting.MEAN_CHANGE})
"""What compares two moments."""

MIDDLES: Final = frozenset({Counting.MEDIAN, Counting.MEAN})
"""What takes the middle of one score or value of each person."""

MEANS: Final = frozenset({Counting.MEAN, Counting.MEAN_CHANGE})
"""What says nothing of levels, which have no distance."""

COUNTINGS: Final[Mapping[Kind, tuple[Counting, ...]]] = {
    Kind.COUNT: (Counting.COUNT,),
    Kind.PROPORTION: (Counting.SHARE,),
    Kind.MEAN: (Counting.MEDIAN, Counting.MEAN, Counting.MEDIAN_CHANGE, Counting.MEAN_CHANGE),
}
"""What an indicator of a kind can be computed as; of other kinds nothing."""


class Verdict(StrEnum):
    """What a rule says of one participant."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    TOO_EARLY = "too_early"
    """The days that the rule waits for are not over."""
    NO_ENTRY_DAY = "no_entry_day"
    """The rule counts from the day of entry, and that is not known."""
    NO_SCORE = "no_score"
    """A score that the rule needs was not taken."""
    NO_VALUE = "no_value"
    """The value that the rule looks at was not recorded."""


DECIDED: Final = (Verdict.COUNTED, Verdict.NOT_COUNTED)
"""Verdicts of which the whole of a share consists; the others are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One observation of a participant that counts.

    Attributes:
        item: own name of an event, or key of an item; "" for the whole instrument.
        indicator_id: of a value, what it is a value of.
        value: of a score, or the value.
    """

    id: UUID
    subject: Subject
    on: date
    item: str = ""
    instrument_id: UUID | None = None
    indicator_id: UUID | None = None
    moment: Moment | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant as a rule sees them; `groups` by key of the breakdown."""

    id: UUID
    arm: Arm = Arm.INTERVENTION
    cohort_id: UUID | None = None
    site_id: UUID | None = None
    entered_on: date | None = None
    groups: Mapping[str, str] = field(default_factory=dict)
    seen: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How an indicator is computed.

    Attributes:
        what: a count, a share, the middle of scores or values, or the middle of changes.
        subject: an event, `SCORE`, or `VALUE`.
        item: the programme's own name of an event, or the key of an item; "" for the whole instrument.
        instrument_id: of a score, in one version.
        indicator_id: of a value: what was recorded of each participant for this indicator.
        is_ordinal: whether that instrument's scores, or that indicator's values, are levels; then no mean is
            computed, and of two in the middle the lower one is taken.
        level: of a score or value that is counted: from here on.
        at_least: whether it counts at the level or above; otherwise at the level or below.
        moment: of a score, unless two are compared.
        before, after: the two moments of a change, which is `after` minus `before`.
        within_days: an event counts on the day of entry and up to this many days after it, inclusive.
        starts_on, ends_on: an event, a score (of a change: the later one) or a value counts from and to this
            day, inclusive.
        cohort_id, site_id, arm: only these participants; None for all.

    Raises:
        DomainError: with ``field``: ``rule.subject``, ``rule.name_missing``, ``rule.instrument_missing``,
            ``rule.indicator_missing``, ``rule.level_missing``, ``rule.moment_missing``, ``rule.same_moment``,
            ``rule.mean_of_levels``, ``rule.change_of_event``, ``rule.change_of_value``, ``rule.days``,
            ``rule.days_of_score``, ``rule.period_order``, ``date.out_of_range``, and what `measurable`
            refuses.
    """

    what: Counting
    subject: Subject
    item: str = ""
    instrument_id: UUID | None = None
    indicator_id: UUID | None = None
    is_ordinal: bool = False
    level: Decimal | None = None
    at_least: bool = True
    moment: Moment | None = None
    before: Moment | None = None
    after: Moment | None = None
    within_days: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    cohort_id: UUID | None = None
    site_id: UUID | None = None
    arm: Arm | None = None

    def __post_init__(self) -> None:
        if self.subject is Subject.SCORE:
            self._check_score()
        elif self.subject is Subject.VALUE:
            self._check_value()
        else:
            self._check_event()
        for name in ("starts_on", "ends_on"):
            on = getattr(self, name)
            if on is not None:
                _at(name, partial(check_day, on))
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise DomainError("rule.period_order", field="ends_on")

    def _check_event(self) -> None:
        if self.what in CHANGES | MIDDLES:
            raise DomainError("rule.change_of_event", field="subject")
        if self.subject is Subject.OTHER and not self.item:
            raise DomainError("rule.name_missing", field="item")
        if self.within_days is not None and not 0 <= self.within_days <= MOST_DAYS:
            raise DomainError("rule.days", field="within_days", most=MOST_DAYS)

    def _check_score(self) -> None:
        if self.instrument_id is None:
            raise DomainError("rule.instrument_missing", field="instrument_id")
        if self.within_days is not None:
            raise DomainError("rule.days_of_score", field="within_days")
        if self.what in CHANGES:
            if self.before is None or self.after is None:
                raise DomainError("rule.moment_missing", field="before" if self.before is None else "after")
            if self.before is self.after:
                raise DomainError("rule.same_moment", field="after")
        self._check_amount()
        if self.what not in CHANGES and self.moment is None:
            raise DomainError("rule.moment_missing", field="moment")

    def _check_value(self) -> None:
        if self.what in CHANGES:
            raise DomainError("rule.change_of_value", field="what")
        if self.indicator_id is None:
            raise DomainError("rule.indicator_missing", field="indicator_id")
        if self.within_days is not None:
            raise DomainError("rule.days_of_score", field="within_days")
        self._check_amount()

    def _check_amount(self) -> None:
        """Refuse a mean of levels, and a count without a bound."""
        if self.what in MEANS and self.is_ordinal:
            raise DomainError("rule.mean_of_levels", field="what")
        if self.what in CHANGES | MIDDLES:
            return
        if self.level is None:
            raise DomainError("rule.level_missing", field="level")
        object.__setattr__(self, "level", _at("level", partial(measurable, self.level)))

    def as_json(self) -> dict[str, Any]:
        """Return the rule as JSON keeps it: what says nothing is left out."""
        said: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value != one.default or one.name in {"what", "subject"}:
                said[one.name] = value if isinstance(value, bool | int) else _written(value)
        return said

    @classmethod
    def from_json(cls, said: object) -> "Rule":
        """Return the rule that `as_json` wrote.

        Raises:
            DomainError: ``rule.unreadable``, or what the rule refuses.
        """
        if (
            not isinstance(said, dict)
            or not said.keys() <= _READ.keys()
            or not said.keys() >= {"what", "subject"}
        ):
            raise DomainError("rule.unreadable")
        try:
            read = {name: _READ[name](value) for name, value in said.items()}
        except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
            raise DomainError("rule.unreadable") from error
        return cls(**read)

    def fits(self, kind: Kind) -> bool:
        """Tell whether an indicator of this kind can be computed so."""
        return self.what in COUNTINGS.get(kind, ())

    def is_about(self, person: Person, as_of: date) -> bool:
        """Tell whether the rule looks at a participant; who entered later is not looked at yet."""
        return (
            self.cohort_id in {None, person.cohort_id}
            and self.site_id in {None, person.site_id}
            and self.arm in {None, person.arm}
            and (person.entered_on is None or person.entered_on <= as_of)
        )


def _at(name: str, check: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the check returns
    """Return what a check returns; say of which field it complains."""
    try:
        return check()
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": name}) from error


def _written(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "what": Counting,
    "subject": Subject,
    "item": _text,
    "instrument_id": UUID,
    "indicator_id": UUID,
    "is_ordinal": _bool,
    "level": lambda value: Decimal(_text(value)),
    "at_least": _bool,
    "moment": Moment,
    "before": Moment,
    "after": Moment,
    "within_days": _whole,
    "starts_on": date.fromisoformat,
    "ends_on": date.fromisoformat,
    "cohort_id": UUID,
    "site_id": UUID,
    "arm": Arm,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What the rule says of one participant.

    Attributes:
        on: the day of the event, the score or the value that decided; None where none did.
        value: the score, the value, or the change; None for an event.
    """

    id: UUID
    verdict: Verdict
    on: date | None = None
    value: Decimal | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


def _last(rule: Rule, person: Person, moment: Moment | None, limit: tuple[date, date]) -> Seen | None:
    """Return the last score of a moment, or the last value, in a period; of a day the one recorded last."""
    about = (rule.subject, rule.instrument_id, rule.indicator_id, rule.item, moment)
    found = [
        one
        for one in person.seen
        if (one.subject, one.instrument_id, one.indicator_id, one.item, one.moment) == about
        and one.value is not None
        and limit[0] <= one.on <= limit[1]
    ]
    return max(found, key=lambda one: (one.on, one.id), default=None)


def judge(rule: Rule, person: Person, as_of: date) -> Member:
    """Return what a rule says of a participant that it is about.

    Args:
        rule: of the indicator.
        person: with all that counts of them.
        as_of: nothing after this day is looked at.
    """
    period = (rule.starts_on or date.min, min(rule.ends_on or date.max, as_of))
    if rule.subject in EVENTS:
        verdict, on, value = _judge_event(rule, person, as_of, period)
    elif rule.what in CHANGES:
        verdict, on, value = _judge_change(rule, person, as_of, period)
    else:
        verdict, on, value = _judge_amount(rule, person, period)
    return Member(id=person.id, verdict=verdict, on=on, value=value, groups=person.groups)


_Judged = tuple[Verdict, date | None, Decimal | None]


def _judge_event(rule: Rule, person: Person, as_of: date, period: tuple[date, date]) -> _Judged:
    first, last = period
    late = False
    if rule.within_days is not None:
        if person.entered_on is None:
            return Verdict.NO_ENTRY_DAY, None, None
        end = person.entered_on + timedelta(days=rule.within_days)
        late = end > as_of
        first, last = max(first, person.entered_on), min(last, end)
    days = [
        one.on
        for one in person.seen
        if one.subject is rule.subject and one.item == rule.item and first <= one.on <= last
    ]
    if late and (rule.what is Counting.SHARE or not days):
        return Verdict.TOO_EARLY, None, None
    return (Verdict.COUNTED, min(days), None) if days else (Verdict.NOT_COUNTED, None, None)


def _judge_amount(rule: Rule, person: Person, period: tuple[date, date]) -> _Judged:
    found = _last(rule, person, rule.moment, period)
    if found is None or found.value is None:
        return Verdict.NO_SCORE if rule.subject is Subject.SCORE else Verdict.NO_VALUE, None, None
    if rule.what in MIDDLES or rule.level is None:
        return Verdict.COUNTED, found.on, found.value
    there = found.value >= rule.level if rule.at_least else found.value <= rule.level
    return Verdict.COUNTED if there else Verdict.NOT_COUNTED, found.on, found.value


def _judge_change(rule: Rule, person: Person, as_of: date, period: tuple[date, date]) -> _Judged:
    earlier = _last(rule, person, rule.before, (date.min, as_of))
    later = _last(rule, person, rule.after, period)
    if earlier is None or later is None or earlier.value is None or later.value is None:
        return Verdict.NO_SCORE, None, None
    return Verdict.COUNTED, later.on, measurable(later.value - earlier.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """The value of a rule on a day, with the verdict on every participant that it is about.

    Attributes:
        members: by id.
    """

    rule: Rule
    as_of: date
    members: tuple[Member, ...]

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many participants got each verdict."""
        found = Counter(member.verdict for member in self.members)
        return {verdict: found[verdict] for verdict in Verdict if found[verdict]}

    @property
    def counted(self) -> int:
        """How many participants are counted; of a middle, of how many there is a value or a change."""
        return self.verdicts.get(Verdict.COUNTED, 0)

    @property
    def people(self) -> int:
        """Of how many it is known whether they count."""
        return sum(self.verdicts.get(verdict, 0) for verdict in DECIDED)

    @property
    def missing(self) -> int:
        """Of how many it is not known; they are neither in the part nor in the whole."""
        return len(self.members) - self.people

    @property
    def value(self) -> Decimal | None:
        """The count, the share as a fraction, or the middle; None where there is nobody to tell it of."""
        match self.rule.what:
            case Counting.COUNT:
                return Decimal(self.counted)
            case Counting.SHARE:
                return ratio(Decimal(self.counted), Decimal(self.people)) if self.people else None
            case Counting.MEDIAN | Counting.MEDIAN_CHANGE:
                return middle(self.values, is_ordinal=self.rule.is_ordinal)
            case _:
                values = self.values
                return rounded(Fraction(sum(values)) / len(values)) if values else None

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The scores, values or changes of all who have one, smallest first."""
        return tuple(sorted(member.value for member in self.members if member.value is not None))

    def of(self, breakdown: str, option: str, options: Collection[str]) -> "Computed":
        """Return the same for one group of a breakdown.

        Args:
            breakdown: its key.
            option: key of the group, or `UNKNOWN` for all who are in none of the options.
            options: all keys of the breakdown.
        """
        kept = (
            member
            for member in self.members
            if (group if (group := member.groups.get(breakdown)) in options else UNKNOWN) == option
        )
        return Computed(rule=self.rule, as_of=self.as_of, members=tuple(kept))

    def rests_on(self) -> str:
        """Return what a recorded value rests on, as canonical JSON.

        It holds the rule, the day, how many got each verdict, and a digest of the ids with their verdicts: it
        names nobody, and whoever has the same list can see that it is the same.
        """
        said = {
            "rule": self.rule.as_json(),
            "as_of": self.as_of.isoformat(),
            "verdicts": {verdict.value: many for verdict, many in self.verdicts.items()},
            "digest": self.digest(),
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """Return the SHA-256 of all participants with their verdicts and values, by id."""
        lines = (
            f"{member.id} {member.verdict} {'' if member.value is None else _written(member.value)}"
            for member in sorted(self.members, key=lambda member: member.id)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def middle(values: Iterable[Decimal], *, is_ordinal: bool) -> Decimal | None:
    """Return the median, None of nothing.

    Of an even number of values it is half of the sum of the two in the middle, rounded half-even to six
    decimals; of levels, which have no distance, the lower of the two.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    lower, upper = ordered[half - 1], ordered[half]
    return lower if is_ordinal else rounded((Fraction(lower) + Fraction(upper)) / 2)


def compute(rule: Rule, people: Iterable[Person], as_of: date) -> Computed:
    """Return the value of a rule on a day.

    Args:
        rule: of the indicator.
        people: all participants of the programme, or all that the rule is about.
        as_of: nothing after this day is looked at.
    """
    members = (judge(rule, person, as_of) for person in people if rule.is_about(person, as_of))
    return Computed(rule=rule, as_of=as_of, members=tuple(sorted(members, key=lambda member: member.id)))
