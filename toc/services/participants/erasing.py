"""Everything about one participant: given out as it is, or erased for good."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.models.audit import AuditEvent
from toc.models.participants import Observation
from toc.services import audit
from toc.services.participants import together
from toc.services.participants.observing import get_participant
from toc.services.participants.registering import breakdowns, locked


def _told(value: object) -> Any:  # noqa: ANN401 - a value of JSON
    """Return a value as JSON keeps it; exact numbers as text."""
    return value if value is None or isinstance(value, bool | int | str | dict) else str(value)


def everything_about(session: Session, participant_id: UUID) -> dict[str, Any]:
    """Return all that is kept about a participant, corrected and taken back rows too, in six statements.

    It goes to the participant, so that who entered a row is not named in it.

    Raises:
        NotFound: there is none in this programme.
    """
    page = get_participant(session, participant_id)
    row = page.row
    names = {
        one.key: (one.name, {option.key: option.name for option in one.options})
        for one in breakdowns(session)
    }
    groups = {}
    for key, option in row.groups.items():
        name, options = names.get(key, (key, {}))
        groups[name] = options.get(option, option)
    about = {str(participant_id), *(str(one.id) for one in page.observed)}
    rows = [one.id for one in page.observed]
    events = [
        event
        for event in session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.programme_id == session.info["programme_id"],
                AuditEvent.subject_id.in_(about) | (AuditEvent.subject_kind == together.KIND),
            )
            .order_by(AuditEvent.sequence)
        )
        if event.subject_id in about or together.tells_of(event, rows)
    ]
    fields = ("subject", "item", "instrument", "moment", "value", "note", "source", "source_row", "is_void")
    return {
        "id": str(row.id),
        "code": row.code,
        "cohort": page.cohort,
        "site": page.site,
        "arm": row.arm.value,
        "entered_on": _told(row.entered_on),
        "left_on": _told(row.left_on),
        "groups": groups,
        "registered_at": row.created_at.isoformat(),
        "observations": [
            {
                "id": str(one.id),
                "on": one.on.isoformat(),
                **{name: _told(getattr(one, name)) for name in fields},
                "counts": one.counts,
                "supersedes": _told(one.supersedes_id),
                "recorded_at": one.at.isoformat(),
            }
            for one in page.observed
        ],
        "history": [{"at": event.at.isoformat(), "action": event.action} for event in events],
    }


def erase_participant(session: Session, act: Act, participant_id: UUID) -> int:
    """Erase a participant with all that was observed of them; return how many observations that were.

    The audit trail knows ids alone and stays; values that were recorded stay, with what they rested on then
    (`Computed.rests_on`), which names nobody.

    Raises:
        NotFound: there is none in this programme.
    """
    row = locked(session, participant_id)
    theirs = (
        Observation.programme_id == session.info["programme_id"],
        Observation.participant_id == participant_id,
    )
    many = session.scalar(select(func.count()).select_from(Observation).where(*theirs)) or 0
    # One statement, so that the links between corrections are looked at when all of them are gone.
    session.execute(delete(Observation).where(*theirs).execution_options(synchronize_session="fetch"))
    session.delete(row)
    audit.record(session, act, "participant.erase", "participant", participant_id, observations=many)
    return many


def erased_since(session: Session, at: datetime) -> int:
    """Return how many participants were erased after a moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(AuditEvent)
            .where(
                AuditEvent.programme_id == session.info["programme_id"],
                AuditEvent.action == "participant.erase",
                AuditEvent.at > at,
            )
        )
        or 0
    )
