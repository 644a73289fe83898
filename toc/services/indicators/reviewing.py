"""Reviewing what was submitted: the list, the decisions, and who saw and decided what when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.audit import Detail
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.domain.indicators import Definition, ReviewStep
from toc.domain.indicators.reviewing import Review, State, check_step, moment_after, state_of
from toc.domain.privacy import personal_numbers
from toc.models.goals import Goal
from toc.models.indicators import Indicator, Measurement, MeasurementReview
from toc.models.people import User
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.indicators.counted import superseded
from toc.services.indicators.editions import columns
from toc.services.indicators.locking import check_days, hold_periods
from toc.services.indicators.reading import definition_in
from toc.services.indicators.values import Measured
from toc.services.indicators.whole import measured_rows, state

PAGE = 50
"""Values of one page of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A value in the list of a reviewer.

    Attributes:
        code: of the indicator.
        definition: by which it was measured.
        remark: of the latest decision.
        seen: whether this reviewer has seen it.
        is_own: whether this reviewer entered it, and so decides nothing about it.
    """

    measured: Measured
    indicator_id: UUID
    code: str
    definition: Definition
    remark: str
    seen: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which values somebody asks for.

    Attributes:
        state: only those that stand so.
        indicator_id: only those of this indicator.
        by: only those that this person entered.
        page: from 1.
    """

    state: State | None = State.SUBMITTED
    indicator_id: UUID | None = None
    by: UUID | None = None
    page: int = 1


def _standing(session: Session, act: Act) -> Select[Any]:
    """Return the query of values that nothing took the place of and that this person may see."""
    query = (
        select(Measurement.id)
        .join(Measurement.indicator)
        .join(Indicator.goal)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.is_void.is_(False),
            ~superseded(),
        )
    )
    return query if sees_hidden(act.roles) else query.where(Goal.released.is_(True))


def waiting_query(session: Session, act: Act) -> ScalarSelect[int]:
    """Return what counts the values that wait for a decision, to be asked together with other things."""
    query = _standing(session, act).where(state() == State.SUBMITTED.value)
    return select(func.count()).select_from(query.subquery()).scalar_subquery()


def waiting_for_review(session: Session, act: Act) -> int:
    """Return how many values wait for a decision, in one statement."""
    return session.scalar(select(waiting_query(session, act))) or 0


def submitted(session: Session, act: Act, asked: Asked) -> tuple[list[Submitted], int]:
    """Return a page of values, those that wait longest first, and how many there are in all.

    At most five statements.
    """
    query = _standing(session, act)
    if asked.state is not None:
        query = query.where(state() == asked.state.value)
    if asked.indicator_id is not None:
        query = query.where(Measurement.indicator_id == asked.indicator_id)
    if asked.by is not None:
        query = query.where(Measurement.created_by_id == asked.by)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ids = session.scalars(
        query.order_by(Measurement.created_at, Measurement.id).limit(PAGE).offset((asked.page - 1) * PAGE)
    ).all()
    return _rows(session, act, ids), total


def _returned(session: Session, act: Act) -> Select[Any]:
    return _standing(session, act).where(
        state() == State.RETURNED.value, Measurement.created_by_id == act.user
    )


def returned_to(session: Session, act: Act) -> list[Submitted]:
    """Return the values that were sent back to this person."""
    if act.user is None:
        return []
    query = _returned(session, act).order_by(Measurement.created_at, Measurement.id)
    return _rows(session, act, session.scalars(query).all())


def many_returned_to(session: Session, act: Act) -> int:
    """Return how many values were sent back to this person, in one statement."""
    if act.user is None:
        return 0
    return session.scalar(select(func.count()).select_from(_returned(session, act).subquery())) or 0


def _rows(session: Session, act: Act, ids: Sequence[UUID]) -> list[Submitted]:
    if not ids:
        return []
    by_id = {one.id: one for one in measured_rows(session, Measurement.id.in_(ids))}
    rows: dict[UUID, Any] = {
        row.measurement_id: row
        for row in session.execute(
            select(
                Measurement.id.label("measurement_id"),
                Indicator.id.label("indicator_id"),
                Indicator.code,
                *columns(),
            )
            .join(Measurement.indicator)
            .join(Measurement.edition)
            .where(Measurement.programme_id == session.info["programme_id"], Measurement.id.in_(ids))
        )
    }
    steps = steps_of(session, ids)
    return [
        Submitted(
            measured=by_id[key],
            indicator_id=rows[key].indicator_id,
            code=code(CodeKind.INDICATOR, rows[key].code),
            definition=definition_in(rows[key]),
            remark=next((one.remark for one in reversed(steps.get(key, [])) if one.is_decision), ""),
            seen=any(one.by_id == act.user for one in steps.get(key, [])),
            is_own=act.user is not None and by_id[key].by_id == act.user,
        )
        for key in ids
    ]


# --- History ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """What a reviewer did with a value.

    Attributes:
        by, by_id: who; "" and None for a command.
        is_decision: whether it decides; having seen it does not.
    """

    step: ReviewStep
    remark: str
    at: datetime
    by: str
    by_id: UUID | None
    is_decision: bool


def steps_of(session: Session, measurement_ids: Collection[UUID]) -> dict[UUID, list[StepView]]:
    """Return what reviewers did with values, earliest first, in one statement."""
    rows = session.execute(
        select(MeasurementReview, User.name)
        .outerjoin(User, User.id == MeasurementReview.by_id)
        .where(
            MeasurementReview.programme_id == session.info["programme_id"],
            MeasurementReview.measurement_id.in_(measurement_ids),
        )
        .order_by(MeasurementReview.at, MeasurementReview.id)
    )
    found: dict[UUID, list[StepView]] = {}
    for row, by in rows:
        found.setdefault(row.measurement_id, []).append(
            StepView(
                step=row.step,
                remark=row.remark,
                at=row.at,
                by=by or "",
                by_id=row.by_id,
                is_decision=row.step is not ReviewStep.SEEN,
            )
        )
    return found


# --- Decisions ----------------------------------------------------------------------------------------------


def review(
    session: Session,
    act: Act,
    decision_id: UUID,
    measurement_ids: Collection[UUID],
    step: ReviewStep,
    remark: str = "",
) -> int:
    """Do one thing with several values: all of them, or none when one refuses it.

    That somebody saw a value is written down once. The same form twice does nothing more.

    Args:
        session: of a programme.
        act: who and when.
        decision_id: of this decision; the rows take their ids from it.
        measurement_ids: which values.
        step: what to do with them.
        remark: for who entered them; needed when they are returned.

    Returns:
        With how many something was done.

    Raises:
        NotFound: one is not in this programme, or its goal is hidden from this person.
        Conflict: ``review.not_standing``, when one was corrected or taken back meanwhile; ``review.decided``.
        DomainError: ``review.none_chosen``, ``review.own``, ``review.remark_missing``,
            ``measurement.personal``, ``period.locked`` when what counts in a closed period would change.
    """
    if not measurement_ids:
        raise DomainError("review.none_chosen")
    if found := personal_numbers(remark):
        raise DomainError("measurement.personal", kind=found[0].kind, field="remark")
    hold_periods(session)
    rows = _locked(session, act, measurement_ids)
    before = _reviews(session, measurement_ids)
    done: list[Measurement] = []
    for row in rows:
        review_id = derived(decision_id, str(row.id))
        known = before.get(row.id, [])
        if any(one.id == review_id for one in known):
            continue
        reviews = [Review(step=one.step, by=one.by_id, at=one.at) for one in known]
        if step is ReviewStep.SEEN and any(one.by == act.user for one in reviews):
            continue
        _check(session, act, row, step, state_of(reviews), remark)
        session.add(
            MeasurementReview(
                id=review_id,
                measurement_id=row.id,
                step=step,
                remark=remark if step is ReviewStep.RETURNED else "",
                by_id=act.user,
                at=moment_after(act.at, reviews),
            )
        )
        done.append(row)
    for row in done:
        about: dict[str, Detail] = {"indicator": str(row.indicator_id), "version": row.version}
        if step is ReviewStep.SEEN:
            audit.record(session, act, "measurement.seen", "measurement", row.id, **about)
        elif step is ReviewStep.RETURNED:
            audit.record(session, act, "measurement.returned", "measurement", row.id, **about)
        else:
            audit.record(session, act, "measurement.approved", "measurement", row.id, **about)
    return len(done)


def _check(
    session: Session, act: Act, row: Measurement, step: ReviewStep, standing: State, remark: str
) -> None:
    try:
        check_step(step, by=act.user, entered_by=row.created_by_id, state=standing, remark=remark)
    except DomainError as error:
        if error.key == "review.decided":
            raise Conflict(error.key, measurement_id=row.id) from error
        raise
    if step is ReviewStep.RETURNED or (step is ReviewStep.APPROVED and standing is State.RETURNED):
        check_days(session, row.on)


def _locked(session: Session, act: Act, measurement_ids: Collection[UUID]) -> Sequence[Measurement]:
    """Return the values, whose indicators nobody else writes until the transaction ends."""
    programme_id = session.info["programme_id"]
    chosen: ColumnElement[bool] = and_(
        Measurement.programme_id == programme_id, Measurement.id.in_(measurement_ids)
    )
    session.execute(
        select(Indicator.id)
        .where(
            Indicator.programme_id == programme_id,
            exists().where(chosen, Measurement.indicator_id == Indicator.id),
        )
        .order_by(Indicator.id)
        .with_for_update(key_share=True)
    )
    rows = session.execute(
        select(Measurement, Goal.released, superseded().label("superseded"))
        .join(Measurement.indicator)
        .join(Indicator.goal)
        .where(chosen)
        .order_by(Measurement.id)
    ).all()
    visible = [row for row in rows if row.released or sees_hidden(act.roles)]
    if len(visible) < len(set(measurement_ids)):
        raise NotFound
    for row in visible:
        if row.superseded or row.Measurement.is_void:
            raise Conflict("review.not_standing", measurement_id=row.Measurement.id)
    return [row.Measurement for row in visible]


def _reviews(session: Session, measurement_ids: Collection[UUID]) -> dict[UUID, list[MeasurementReview]]:
    found: dict[UUID, list[MeasurementReview]] = {}
    for row in session.scalars(
        select(MeasurementReview).where(
            MeasurementReview.programme_id == session.info["programme_id"],
            MeasurementReview.measurement_id.in_(measurement_ids),
        )
    ):
        found.setdefault(row.measurement_id, []).append(row)
    return found
