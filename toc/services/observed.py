"""What was observed of participants and counts, as rules see it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from toc.domain.participants import Person, Rule, Seen
from toc.models.participants import Observation, Participant


def live(one: Any = Observation) -> ColumnElement[bool]:  # noqa: ANN401 - the table, or an alias of it
    """Return the condition by which an observation counts: nothing took its place, it takes nothing back."""
    newer = aliased(Observation)
    replaced = exists().where(newer.programme_id == one.programme_id, newer.supersedes_id == one.id)
    return and_(one.is_void.is_(False), ~replaced)


def people(session: Session, rules: Collection[Rule]) -> tuple[list[Person], dict[UUID, str]]:
    """Return the participants that rules may be about with what counts of them, and their codes.

    Two statements, however many there are.

    Args:
        session: of a programme.
        rules: at least one.
    """
    place = session.info["programme_id"]
    seen: dict[UUID, list[Seen]] = {}
    columns = (
        Observation.id,
        Observation.participant_id,
        Observation.on.label("on"),
        Observation.subject,
        Observation.item,
        Observation.instrument_id,
        Observation.indicator_id,
        Observation.moment,
        Observation.value,
    )
    looked_at = or_(*{_key(rule): _looks_at(rule) for rule in rules}.values())
    for row in session.execute(select(*columns).where(Observation.programme_id == place, looked_at, live())):
        seen.setdefault(row.participant_id, []).append(
            Seen(
                id=row.id,
                subject=row.subject,
                on=row.on,
                item=row.item,
                instrument_id=row.instrument_id,
                indicator_id=row.indicator_id,
                moment=row.moment,
                value=row.value,
            )
        )
    about = or_(*(_is_about(rule) for rule in rules))
    rows = session.scalars(select(Participant).where(Participant.programme_id == place, about)).all()
    found = [
        Person(
            id=row.id,
            arm=row.arm,
            cohort_id=row.cohort_id,
            site_id=row.site_id,
            entered_on=row.entered_on,
            groups=row.groups,
            seen=tuple(seen.get(row.id, ())),
        )
        for row in rows
    ]
    return found, {row.id: row.code for row in rows}


def _key(rule: Rule) -> tuple[object, ...]:
    return rule.subject, rule.item, rule.instrument_id, rule.indicator_id


def _looks_at(rule: Rule) -> ColumnElement[bool]:
    """Return the condition by which a rule looks at an observation."""
    where = [Observation.subject == rule.subject, Observation.item == rule.item]
    if rule.instrument_id is not None:
        where.append(Observation.instrument_id == rule.instrument_id)
    if rule.indicator_id is not None:
        where.append(Observation.indicator_id == rule.indicator_id)
    return and_(*where)


def _is_about(rule: Rule) -> ColumnElement[bool]:
    """Return the condition by which a rule may be about a participant, whenever they came."""
    named = (
        (Participant.cohort_id, rule.cohort_id),
        (Participant.site_id, rule.site_id),
        (Participant.arm, rule.arm),
    )
    return and_(true(), *(column == value for column, value in named if value is not None))
