"""The beads from words to effect."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Definition
from toc.domain.indicators import Reading as Measured
from toc.domain.privacy import Reading
from toc.domain.thread import Item, Say
from toc.models.bonds import (
    OutcomeMeasurement,
)
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.services import interviews
from toc.services.indicators import counts, may_see, measured_as
from toc.services.thread.focus import Focus

MOST_CHOICES = 12
"""How many things one bead offers to choose from; the page of the goal lists all."""


def statements(session: Session, act: Act, focus: Focus) -> tuple[Item, ...]:
    """Return what was said, as far as this reader may read it; else how many said it."""
    if focus.goals:
        found = interviews.readable_statements(session, act, goal_id=focus.goals[0])
    elif focus.statement is not None:
        found = interviews.readable_statements(session, act, statement_id=focus.statement)
    else:
        found = []
    full = [one for one in found if one.reading is Reading.FULL]
    items = tuple(
        Item(
            id=one.id,
            code=code(CodeKind.STATEMENT, one.code),
            says=(Say(key="thread.quote", params={"text": one.text}),),
        )
        for one in full
    )
    counted = {one.group_id: one for one in found if one.reading is Reading.AGGREGATE}
    if not counted or not focus.goals:  # how many said it is counted per goal
        return items
    said = interviews.aggregate(session, act, focus.goals[0])
    return items + tuple(
        Item(id=None, says=(Say(key="thread.said_by", params={"said": one.said, "asked": one.asked}),))
        for one in said
        if one.group_id in counted
    )


def goals(session: Session, act: Act, goal_ids: Sequence[UUID]) -> tuple[Item, ...]:
    """Return the goals that this reader may see, as they read now."""
    rows = session.execute(
        select(Goal.id, Goal.code, Goal.released, GoalEdition.wording, GoalEdition.level)
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == Goal.programme_id,
                GoalEdition.goal_id == Goal.id,
                GoalEdition.number == Goal.edition,
            ),
        )
        .where(Goal.programme_id == session.info["programme_id"], Goal.id.in_(goal_ids))
        .order_by(Goal.code)
    )
    return tuple(
        Item(
            id=row.id,
            code=code(CodeKind.GOAL, row.code),
            says=(
                Say(key="thread.text", params={"text": row.wording}),
                *(() if row.level is None else (Say(key="thread.level", params={"level": row.level}),)),
            ),
        )
        for row in rows
        if row.released or sees_hidden(act.roles)
    )


def indicators(session: Session, focus: Focus) -> tuple[Item, ...]:
    """Return the indicators with what they aim at."""
    query = (
        select(Indicator.id, Indicator.code, IndicatorEdition)
        .join(
            IndicatorEdition,
            and_(
                IndicatorEdition.programme_id == Indicator.programme_id,
                IndicatorEdition.indicator_id == Indicator.id,
                IndicatorEdition.number == Indicator.edition,
            ),
        )
        .where(Indicator.programme_id == session.info["programme_id"])
        .order_by(Indicator.code)
    )
    if focus.indicator is not None:
        query = query.where(Indicator.id == focus.indicator)
    else:
        query = query.where(Indicator.goal_id.in_(focus.goals))
    return tuple(
        indicator_item(id_, code(CodeKind.INDICATOR, number), measured_as(edition))
        for id_, number, edition in session.execute(query)
    )


def indicator_item(id_: UUID, short: str, definition: Definition) -> Item:
    """Return what a bead says of an indicator: its name, and what it aims at."""
    says = [Say(key="thread.text", params={"text": definition.name})]
    if definition.target_value is not None:
        says.append(Say(key="thread.target", params={"definition": definition}))
    return Item(id=id_, code=short, says=tuple(says))


def measurements(session: Session, act: Act, focus: Focus) -> tuple[Item, ...]:
    """Return the newest measurements, or those that an outcome was counted in; with whether they show."""
    query = (
        select(Measurement, IndicatorEdition)
        .join(Measurement.edition)
        .where(Measurement.programme_id == session.info["programme_id"])
        .order_by(Measurement.on.desc(), Measurement.version.desc())
        .limit(MOST_CHOICES)
    )
    if focus.measurement is not None:
        query = query.where(Measurement.id == focus.measurement)
    elif focus.outcome is not None:
        # Also one that was corrected since: it is what was counted then.
        query = query.join(
            OutcomeMeasurement,
            and_(
                OutcomeMeasurement.programme_id == Measurement.programme_id,
                OutcomeMeasurement.measurement_id == Measurement.id,
            ),
        ).where(OutcomeMeasurement.outcome_id == focus.outcome)
    else:
        query = query.where(counts())
        if focus.indicator is not None:
            query = query.where(Measurement.indicator_id == focus.indicator)
        else:
            query = query.join(Measurement.indicator).where(Indicator.goal_id.in_(focus.goals))
    rows = session.execute(query).all()
    shown = may_see(session, act, [row.id for row, _ in rows])
    return tuple(
        measurement_item(row.id, _reading(row), measured_as(edition), is_shown=row.id in shown)
        for row, edition in rows
    )


def measurement_item(id_: UUID, reading: Measured, definition: Definition, *, is_shown: bool) -> Item:
    """Return what a bead says of a measurement; a number that the reader may not see is not in it.

    Args:
        id_: of the measurement.
        reading: what was counted.
        definition: by which.
        is_shown: whether this reader may see the number (`toc.services.indicators.may_see`).
    """
    params = {"reading": reading if is_shown else None, "definition": definition}
    return Item(
        id=id_,
        says=(
            Say(key="thread.reading", params=params),
            Say(key="thread.day", params={"on": reading.on}),
        ),
    )


def _reading(row: Measurement) -> Measured:
    return Measured(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


def studies(session: Session, focus: Focus) -> tuple[Item, ...]:
    """Return the studies with the effect that each found; of an outcome only the one it was verified with."""
    query = select(Study).where(Study.programme_id == session.info["programme_id"])
    if focus.study is not None:
        query = query.where(Study.id == focus.study)
    elif focus.outcome is not None:
        return ()
    else:
        query = query.where(Study.goal_id.in_(focus.goals))
    return tuple(
        _study_item(row) for row in session.scalars(query.order_by(Study.measured_on.desc(), Study.code))
    )


def _study_item(study: Study) -> Item:
    found = Say(
        key="thread.effect",
        params={"effect": study.effect, "scale": study.scale, "unit": study.unit},
    )
    title = Say(key="thread.text", params={"text": study.title})
    says = (title,) if study.effect is None else (found, title)
    return Item(id=study.id, code=code(CodeKind.STUDY, study.code), says=says)
