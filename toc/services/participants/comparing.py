"""Comparing: what a rule counts in each cohort, beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from toc.domain.indicators import Reading, SmallNumbers
from toc.domain.indicators.seeing import NOTHING, Cell, Group, cell_of
from toc.domain.participants import Computed, Counting, Person, Rule, compute
from toc.services.observed import people
from toc.services.participants.computing import RuleView
from toc.services.participants.places import cohorts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """What the rule of an indicator counts on a day, in each cohort.

    Attributes:
        groups: the cohorts that the rule counts anybody of, by name; "" for those in none.
        total: of all of them.
    """

    on: date
    groups: tuple[Group, ...]
    total: Cell


def by_cohort(session: Session, said: RuleView, small: SmallNumbers, on: date) -> Cohorts | None:
    """Return what an indicator counts in each cohort, for who works with participants, in three statements.

    Nobody else sees what is counted anew on each day: what differs from one day to the next is one person.
    They see what was recorded.

    Args:
        session: of a programme.
        said: the indicator with its rule.
        small: what the reader sees of small groups.
        on: the day.

    Returns:
        None when this reader does not see all, and when it has no rule, or the rule is about one cohort, or
        about nobody.
    """
    if not small.sees_all or said.rule is None or said.rule.cohort_id is not None:
        return None
    everybody, _ = people(session, [said.rule])
    names = [(one.id, one.name) for one in cohorts(session)]
    found = [(name, _of(said.rule, everybody, key, on)) for key, name in [*names, (None, "")]]
    found = [(name, computed) for name, computed in found if computed.members]
    if not found:
        return None
    return Cohorts(
        on=on,
        groups=tuple(Group(name=name, cells=(_cell(computed),)) for name, computed in found),
        total=_cell(compute(said.rule, everybody, on)),
    )


def _of(rule: Rule, everybody: Sequence[Person], cohort_id: object, on: date) -> Computed:
    return compute(rule, [person for person in everybody if person.cohort_id == cohort_id], on)


def _cell(computed: Computed) -> Cell:
    value = computed.value
    if value is None:
        return NOTHING
    share = computed.rule.what is Counting.SHARE
    return cell_of(
        Reading(
            on=computed.as_of,
            value=value,
            numerator=Decimal(computed.counted) if share else None,
            denominator=Decimal(computed.people) if share else None,
        ),
        computed.people,
    )
