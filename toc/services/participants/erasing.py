"""Everything about one participant: given out as it is, or erased for good."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.jobs import JobKind
from toc.models.audit import AuditEvent
from toc.models.indicators import LogImport, LogSource, Measurement
from toc.models.jobs import Job
from toc.models.participants import Observation
from toc.services import audit, jobs
from toc.services.indicators.counted import counts, is_computed
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went with a participant.

    Attributes:
        observations: how many rows.
        jobs: whose files may name the participant and go: the caller removes their folders once this is
            committed.
    """

    observations: int
    jobs: tuple[UUID, ...]


def files_of(session: Session) -> tuple[UUID, ...]:
    """Return the jobs in whose folders files may wait to be imported, in one statement."""
    return tuple(
        session.scalars(
            select(Job.id)
            .where(Job.programme_id == session.info["programme_id"], Job.kind == JobKind.READ)
            .order_by(Job.created_at, Job.id)
        )
    )


def computed_values(session: Session) -> int:
    """Return how many values were computed from participants and recorded, in one statement."""
    computed = select(func.count()).where(
        Measurement.programme_id == session.info["programme_id"],
        is_computed(),
        counts(),
    )
    return session.scalar(computed) or 0


def erase_participant(session: Session, act: Act, participant_id: UUID) -> Erased:
    """Erase a participant with all that was observed of them, wherever the program keeps the code.

    The audit trail knows ids alone and stays; values that were recorded stay, with what they rested on then
    (`Computed.rests_on`), which names nobody. Files that wait to be imported may name the participant, and
    would bring them back: what reads or imports them is stopped.

    Raises:
        NotFound: there is none in this programme.
    """
    _stop(session, act)  # first, because who imports holds the job before the participants
    row = locked(session, participant_id)
    code, place = row.code, session.info["programme_id"]
    theirs = (Observation.programme_id == place, Observation.participant_id == participant_id)
    many = session.scalar(select(func.count()).select_from(Observation).where(*theirs)) or 0
    # One statement, so that the links between corrections are looked at when all of them are gone.
    session.execute(delete(Observation).where(*theirs).execution_options(synchronize_session="fetch"))
    session.delete(row)
    files = files_of(session)
    _forget(session, participant_id, code)
    audit.record(session, act, "participant.erase", "participant", participant_id, observations=many)
    return Erased(observations=many, jobs=files)


def _stop(session: Session, act: Act) -> None:
    """Stop what reads a file, or imports one, at this moment."""
    busy = session.scalars(
        select(Job.id).where(
            Job.programme_id == session.info["programme_id"],
            Job.kind.in_((JobKind.READ, JobKind.IMPORT)),
            Job.state.not_in(jobs.ENDED),
        )
    ).all()
    for id_ in busy:
        jobs.stop(session, act, id_)


_OURS: Final = frozenset({"read", "source", "sha256", "size", "plan", "mapped_by", "mapped_at"})
"""What the program itself says of a job: ids, digests and moments, in which a code may stand by chance."""


def _forget(session: Session, participant_id: UUID, code: str) -> None:
    """Forget a participant in what was asked of jobs and came of them, and in how files were and are read.

    What an import set of them is kept with its job, so that it can be undone. Which of two rows that
    contradict each other counts, is asked by what the rows are about: by the code.
    """
    place = session.info["programme_id"]
    said, came = func.upper(cast(Job.asked, String)), func.upper(cast(Job.result, String))
    named = (code, *(name.upper() for name in _names(participant_id)))
    for job in session.scalars(
        select(Job).where(
            Job.programme_id == place,
            or_(
                said.contains(code, autoescape=True),
                *(came.contains(name, autoescape=True) for name in named),
            ),
        )
    ):
        job.asked = {
            name: value if name in _OURS else _without(value, code) for name, value in job.asked.items()
        }
        job.result = _result_without(job.result, code, participant_id)
    remembered = func.upper(cast(LogSource.mapping, String))
    for source in session.scalars(
        select(LogSource).where(LogSource.programme_id == place, remembered.contains(code, autoescape=True))
    ):
        source.mapping = _mapping_without(source.mapping, code)
    for one in session.scalars(
        select(LogImport).where(
            LogImport.programme_id == place, func.upper(LogImport.read_as).contains(code, autoescape=True)
        )
    ):
        one.read_as = _read_without(one.read_as, code)
    session.execute(
        update(LogImport)
        .where(
            LogImport.programme_id == place,
            func.upper(LogImport.file_name).contains(code, autoescape=True),
        )
        .values(file_name="")
    )


def _read_without(read_as: str, code: str) -> str:
    """Return how a file was read without a code, such as one whose rows were left out; "" when unreadable."""
    try:
        said = json.loads(read_as)
    except ValueError:
        return ""
    return json.dumps(_without(said, code), sort_keys=True, ensure_ascii=False)


def _names(participant_id: UUID) -> tuple[str, str]:
    """Return how an id may be written."""
    return str(participant_id), participant_id.hex


def _result_without(result: dict[str, Any], code: str, participant_id: UUID) -> dict[str, Any]:
    """Return what came of a job without what it set of a participant, and without a code in why it failed."""
    kept = {**result}
    if "before" in result:
        names = _names(participant_id)
        kept["before"] = {id_: said for id_, said in result["before"].items() if id_ not in names}
    if "params" in result:
        kept["params"] = _without(result["params"], code)
    return kept


def _mapping_without(said: dict[str, Any], code: str) -> dict[str, Any]:
    """Return how a source is read from now on, without a code; {} where it says the code itself.

    Rows that were left out because they name the code are not asked for any more, nor is what was decided of
    them. A code anywhere else, in the name of a column or in what a cell means, is part of how cells are
    read, perhaps by chance: without it they would be read otherwise. Then the next file is asked about anew.
    """
    kept = {**said}
    if "decisions" in said:
        kept["decisions"] = _without(said["decisions"], code)
    if "exclusions" in said:
        rows = [
            {**one, "values": [value for value in one["values"] if code not in value.upper()]}
            for one in said["exclusions"]
        ]
        kept["exclusions"] = [one for one in rows if one["values"]]
    return kept if _without(kept, code) == kept else {}


def _without(said: Any, code: str) -> Any:  # noqa: ANN401 - JSON
    """Return JSON without what is named by a code, and with texts that hold it emptied."""
    if isinstance(said, dict):
        return {name: _without(value, code) for name, value in said.items() if code not in name.upper()}
    if isinstance(said, list):
        return [_without(value, code) for value in said]
    return "" if isinstance(said, str) and code in said.upper() else said


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
