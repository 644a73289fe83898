"""Undoing: what an import brought goes again, all of it; what stood before stands again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.exchange.rows import What
from toc.domain.ids import derived
from toc.domain.indicators import ReviewStep
from toc.domain.jobs import JobKind
from toc.models.indicators import LogImport, Measurement, MeasurementPart, MeasurementReview
from toc.models.jobs import Job
from toc.models.participants import Observation, Participant
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.exchange.committing import hold_programme, set_attribute
from toc.services.exchange.knowing import attribute_of
from toc.services.exchange.naming import unmake
from toc.services.indicators.locking import check_days


def undo(session: Session, act: Act, import_id: UUID) -> int:
    """Take a whole import back; twice is once.

    Observations go. Measurements stay visible: a row takes the place of each, with the value that stood
    before it, or one that counts for nothing when none did. Participants and cohorts that the import made go
    when nothing else is known of them.

    Returns:
        How many values were taken back.

    Raises:
        NotFound: there is no such import in this programme.
        Conflict: ``import.rested_on``, with ``count`` and ``on``, when later values rest on it.
        DomainError: ``period.locked``, when something of it lies in a closed period.
    """
    hold_programme(session)
    programme_id = session.info["programme_id"]
    made = session.get(LogImport, (programme_id, import_id), with_for_update=True)
    if made is None:
        raise NotFound
    if made.undone_at is not None:
        return 0
    _refuse_rested(session, Observation, import_id)
    _refuse_rested(session, Measurement, import_id)
    of_import = (Observation.programme_id == programme_id, Observation.log_import_id == import_id)
    days = session.scalars(select(Observation.on).where(*of_import).distinct()).all()
    check_days(session, *days)
    many = session.scalar(select(func.count()).where(*of_import))
    session.execute(delete(Observation).where(*of_import))
    values = (many or 0) + _void_measurements(session, act, import_id)
    _restore_participants(session, import_id)
    unmake(session, made)
    made.undone_at, made.undone_by_id = act.at, act.user
    audit.record(session, act, "import.undo", "log_import", import_id, values=values)
    return values


def _refuse_rested(session: Session, table: Any, import_id: UUID) -> None:  # noqa: ANN401 - one of the two tables
    """Refuse to take back what somebody corrected since, by hand or by another import."""
    later = aliased(table)
    found = session.execute(
        select(func.count(), func.min(table.on))
        .select_from(table)
        .join(later, (later.programme_id == table.programme_id) & (later.supersedes_id == table.id))
        .where(
            table.programme_id == session.info["programme_id"],
            table.log_import_id == import_id,
            later.log_import_id.is_(None) | (later.log_import_id != import_id),
        )
    ).one()
    if found[0]:
        raise Conflict("import.rested_on", count=found[0], on=found[1])


def _void_measurements(session: Session, act: Act, import_id: UUID) -> int:
    programme_id = session.info["programme_id"]
    rows = session.scalars(
        select(Measurement).where(
            Measurement.programme_id == programme_id, Measurement.log_import_id == import_id
        )
    ).all()
    if not rows:
        return 0
    check_days(session, *{row.on for row in rows})
    before = {
        row.id: row
        for row in session.scalars(
            select(Measurement).where(
                Measurement.programme_id == programme_id,
                Measurement.id.in_(
                    select(Measurement.supersedes_id).where(
                        Measurement.programme_id == programme_id, Measurement.log_import_id == import_id
                    )
                ),
            )
        )
    }
    session.execute(insert(Measurement), [_instead(act, row, before) for row in rows])
    parts = [
        {
            **_columns(part, MeasurementPart),
            "id": derived(part.id, "undone", import_id.hex),
            "measurement_id": id_,
        }
        for row in rows
        if (old := before.get(row.supersedes_id)) is not None
        for id_ in [derived(row.id, "undone")]
        for part in old.parts
    ]
    if parts:
        session.execute(insert(MeasurementPart), parts)
    _return_again(session, rows, before)
    return len(rows)


def _return_again(session: Session, rows: Sequence[Measurement], before: Mapping[UUID, Measurement]) -> None:
    """Let values that had been returned stand as returned again, so that they count no more than before."""
    latest: dict[UUID, MeasurementReview] = {}
    for decision in session.scalars(
        select(MeasurementReview)
        .where(
            MeasurementReview.programme_id == session.info["programme_id"],
            MeasurementReview.measurement_id.in_(before),
            MeasurementReview.step != ReviewStep.SEEN,
        )
        .order_by(MeasurementReview.at, MeasurementReview.id)
    ):
        latest[decision.measurement_id] = decision
    for row in rows:
        decided = latest.get(row.supersedes_id) if row.supersedes_id else None
        if decided is not None and decided.step is ReviewStep.RETURNED:
            again = {
                **_columns(decided, MeasurementReview),
                "id": derived(row.id, "returned"),
                "measurement_id": derived(row.id, "undone"),
            }
            session.execute(insert(MeasurementReview), [again])


def _columns(row: Any, table: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the table
    return {column.key: getattr(row, column.key) for column in table.__mapper__.column_attrs}


def _instead(act: Act, row: Measurement, before: Mapping[UUID, Measurement]) -> dict[str, Any]:
    """Return the row that takes the place of an imported one: what stood before it, or nothing.

    What stood before is still a value of whoever entered it, who does not review it.
    """
    old = before.get(row.supersedes_id) if row.supersedes_id else None
    return {
        **_columns(old or row, Measurement),
        "id": derived(row.id, "undone"),
        "on": row.on,
        "site_id": row.site_id,
        "version": row.version + 1,
        "log_import_id": None,
        "source_row": None,
        "supersedes_id": row.id,
        "is_void": old is None,
        "created_at": act.at,
        "created_by_id": act.user if old is None else old.created_by_id,
    }


def _restore_participants(session: Session, import_id: UUID) -> None:
    programme_id = session.info["programme_id"]
    jobs = session.scalars(
        select(Job).where(
            Job.programme_id == programme_id, Job.kind == JobKind.IMPORT, Job.subject_id == import_id
        )
    )
    for job in jobs:
        for id_, said in job.result.get("before", {}).items():
            row = session.get(Participant, (programme_id, UUID(hex=id_)))
            for name, value in said.items() if row is not None else ():
                what = What(*name.split(":", 1))
                if row is not None and attribute_of(row, what) != value:
                    set_attribute(row, what, value)
    session.flush()
    lonely = session.scalars(
        select(Participant).where(
            Participant.programme_id == programme_id,
            Participant.revision <= _MADE,
            ~exists().where(
                Observation.programme_id == programme_id, Observation.participant_id == Participant.id
            ),
        )
    ).all()
    for row in lonely:
        if row.id == derived(import_id, "participant", row.code):
            session.delete(row)
    session.flush()


_MADE = 2
"""Revision of a participant whom nobody edited since the import made them and set what the file says."""
