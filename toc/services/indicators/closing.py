"""What is not shown of computed indicators, because together with another one it would show a small group.

The rule itself is `toc.domain.indicators.closing`; here it gets the values that were recorded, and of whom
they were counted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.indicators import Kind, RolledUp
from toc.domain.indicators.breakdowns import breakdowns_in
from toc.domain.indicators.closing import Figure, People, closed, doubtful
from toc.domain.indicators.disclosing import COUNTED, sees_all
from toc.domain.participants import DECIDED, Computed, Counting, Rule, Verdict, compute
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition, Measurement, MeasurementPart
from toc.models.programmes import Programme
from toc.services.indicators.counted import counts, is_computed
from toc.services.indicators.editions import is_current
from toc.services.observed import people

Closed = Mapping[date, Mapping[str, str]]
"""By day, and by key of the breakdown or "" for the total: the code of the indicator beside it."""

NOTHING_CLOSED: Final[Closed] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """A total that was recorded, or one breakdown of it.

    Attributes:
        row: the measurement with its indicator.
        breakdown: its key; "" for the total.
        options: the groups of the breakdown.
        cells: of the total itself, or of each group its key and what it has; those that may be shown.
    """

    row: Any
    breakdown: str
    options: tuple[str, ...]
    cells: tuple[tuple[str, Any], ...]

    def figure(self, computed: Computed | None) -> Figure:
        """Return it as numbers of people.

        Args:
            computed: the same, counted again; None where it is not known who they were.
        """
        shown: set[People] = set()
        for option, said in self.cells:
            many = _numbers(self.row.kind, said)
            who: Iterable[frozenset[UUID] | None] = (None,) * len(many)
            if computed is not None:
                who = _who(computed.of(self.breakdown, option, self.options) if self.breakdown else computed)
            for number, these in zip(many, who, strict=True):
                # Who is in another group by now does not change what was counted: then it is not known.
                shown.add(People(number, these if these is not None and len(these) == number else None))
        return Figure(
            indicator=self.row.code,
            on=self.row.on,
            breakdown=self.breakdown,
            shown=frozenset(shown),
            middle_of="" if self.row.kind in COUNTED else _middle_of(self.row.rests_on),
            by_day=self.row.is_ruleless,
        )


def _numbers(kind: Kind, said: Any) -> tuple[int, ...]:  # noqa: ANN401 - a measurement, or a part of it
    """Return the numbers of people that a value says; the first is the group that it is of."""
    if kind is Kind.PROPORTION:
        return int(said.denominator), int(said.numerator)
    return (int(said.value if kind is Kind.COUNT else said.people),)


def _who(computed: Computed) -> tuple[frozenset[UUID], ...]:
    """Return who they are, in the order of `_numbers`."""
    counted = frozenset(one.id for one in computed.members if one.verdict is Verdict.COUNTED)
    if computed.rule.what is Counting.SHARE:
        return frozenset(one.id for one in computed.members if one.verdict in DECIDED), counted
    return (counted,)


def _rule(rests_on: str) -> dict[str, Any]:
    """Return the rule that a value keeps, as JSON; {} where it keeps none, or in another way."""
    try:
        said = json.loads(rests_on)["rule"]
    except (ValueError, KeyError, TypeError):
        return {}
    return said if isinstance(said, dict) else {}


def _middle_of(rests_on: str) -> str:
    """Return which scores or values a middle is of, whoever had them and whenever."""
    said = _rule(rests_on)
    return json.dumps({name: said[name] for name in sorted(said.keys() & _SCORES)}) if said else rests_on


_SCORES: Final = frozenset(
    {"what", "subject", "item", "instrument_id", "indicator_id", "moment", "before", "after"}
)


def closed_for(session: Session, act: Act) -> Mapping[UUID, Closed]:
    """Return what is closed to somebody of the computed indicators of a programme, by indicator.

    For who works with the numbers that takes no statement. For others it takes one; where several indicators
    were computed, or several days of one whose rule was taken off, one more, and one where the programme was
    not read before; and two more where some of their numbers differ by few people.

    Args:
        session: of a programme.
        act: who looks; all who do not see all see the same.
    """
    if sees_all(act.roles):
        return {}
    rows = _rows(session)
    compared = {(row.id, row.on if row.is_ruleless else None) for row in rows}
    if len(compared) < 2:  # noqa: PLR2004 - one beside another
        return {}
    programme = session.get_one(Programme, session.info["programme_id"])
    threshold, decided = programme.small_number_threshold, programme.own_totals_decided
    every = {one.figure(None): one for one in _recorded(session, rows, threshold, totals_decided=decided)}
    near = [every[figure] for figure in doubtful(list(every), threshold)]
    if not near:
        return {}
    again = _counted_again(session, [one.row for one in near])
    known = {one.figure(again.get(one.row.measurement_id)): one for one in near}
    found: dict[UUID, dict[date, dict[str, str]]] = {}
    for figure, other in closed(known, threshold, totals_decided=decided).items():
        days = found.setdefault(known[figure].row.id, {})
        days.setdefault(figure.on, {})[figure.breakdown] = code(CodeKind.INDICATOR, other.indicator)
    return found


def with_closed(days: Iterable[RolledUp], closings: Closed) -> tuple[RolledUp, ...]:
    """Return days with what is closed of them."""
    return tuple(replace(day, closed=closings[day.on]) if day.on in closings else day for day in days)


def _rows(session: Session) -> Sequence[Any]:
    """Return the values that were computed and count, of indicators that count participants.

    Those of an indicator that has no rule any more are among them: so much as it computed stays recorded.
    Those of hidden goals are not among them: who sees these, sees all.
    """
    return session.execute(
        select(
            Indicator.id,
            Indicator.code,
            IndicatorEdition.kind,
            IndicatorEdition.breakdowns,
            IndicatorEdition.rule.is_(None).label("is_ruleless"),
            Measurement.id.label("measurement_id"),
            Measurement.on.label("on"),
            Measurement.value,
            Measurement.numerator,
            Measurement.denominator,
            Measurement.people,
            Measurement.rests_on,
        )
        .select_from(Measurement)
        .join(Measurement.indicator)
        .join(Indicator.goal)
        .join(IndicatorEdition, is_current())
        .where(
            Measurement.programme_id == session.info["programme_id"],
            is_computed(),
            IndicatorEdition.counts_people.is_(True),
            Goal.released.is_(True),
            counts(),
        )
        .order_by(Indicator.code, Measurement.on)
    ).all()


def _recorded(
    session: Session, rows: Sequence[Any], threshold: int, *, totals_decided: bool
) -> Iterator[_Recorded]:
    """Yield the totals and breakdowns that may be shown by themselves, in one statement."""
    parts: dict[tuple[UUID, str], list[tuple[str, Any]]] = {}
    for part in session.execute(
        select(
            MeasurementPart.measurement_id,
            MeasurementPart.breakdown,
            MeasurementPart.option,
            MeasurementPart.value,
            MeasurementPart.numerator,
            MeasurementPart.denominator,
        )
        .join(MeasurementPart.measurement)
        .where(
            MeasurementPart.programme_id == session.info["programme_id"],
            is_computed(),
        )
    ):
        parts.setdefault((part.measurement_id, part.breakdown), []).append((part.option, part))
    for row in rows:
        if totals_decided or _numbers(row.kind, row)[0] >= threshold:
            yield _Recorded(row=row, breakdown="", options=(), cells=(("", row),))
        for breakdown in breakdowns_in(row.breakdowns):
            cells = tuple(
                (option, part)
                for option, part in parts.get((row.measurement_id, breakdown.key), ())
                if _numbers(row.kind, part)[0] >= threshold
            )
            if cells:
                options = tuple(option.key for option in breakdown.options)
                yield _Recorded(row=row, breakdown=breakdown.key, options=options, cells=cells)


def _counted_again(session: Session, rows: Sequence[Any]) -> dict[UUID, Computed]:
    """Return recorded values with who was counted, in two statements.

    Values whose participants were described otherwise since, or erased, are not among them: the digest of who
    they were differs then.

    Returns:
        By measurement.
    """
    rules: dict[UUID, Rule] = {}
    for row in rows:
        with suppress(DomainError):  # written by hand, or in another way
            rules[row.measurement_id] = Rule.from_json(_rule(row.rests_on))
    if not rules:
        return {}
    everybody, _ = people(session, frozenset(rules.values()))
    days = {row.measurement_id: (row.on, row.rests_on) for row in rows}
    found = {}
    for id_, rule in rules.items():
        on, rests_on = days[id_]
        computed = compute(rule, everybody, on)
        if computed.rests_on() == rests_on:
            found[id_] = computed
    return found
