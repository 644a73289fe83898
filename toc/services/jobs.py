"""Jobs: work that goes on after its request has been answered, and which process has it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.jobs import JobKind, JobState
from toc.models.jobs import Job
from toc.services.errors import Conflict, NotFound
from toc.settings import Settings

SILENCE: Final = 60
"""Seconds after which a job that says nothing is taken over by another process."""

_ROOT: Final = Path(__file__).resolve().parent.parent.parent

ENDED: Final = frozenset({JobState.DONE, JobState.FAILED, JobState.STOPPED})


def add(
    session: Session,
    act: Act,
    job_id: UUID,
    kind: JobKind,
    asked: Mapping[str, Any],
    *,
    subject_id: UUID | None = None,
) -> Job:
    """Add a job that waits; the same one twice makes one."""
    found = session.get(Job, (session.info["programme_id"], job_id))
    if found is not None:
        return found
    job = Job(
        id=job_id,
        kind=kind,
        state=JobState.WAITING,
        asked=dict(asked),
        result={},
        subject_id=subject_id,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(job)
    session.flush()
    return job


def get(session: Session, job_id: UUID) -> Job:
    """Return a job.

    Raises:
        NotFound: there is none in this programme.
    """
    job = session.get(Job, (session.info["programme_id"], job_id), populate_existing=True)
    if job is None:
        raise NotFound
    return job


def locked(session: Session, job_id: UUID) -> Job:
    """Return a job that nobody else changes until the transaction ends.

    Raises:
        NotFound: there is none in this programme.
    """
    job = session.get(
        Job, (session.info["programme_id"], job_id), populate_existing=True, with_for_update=True
    )
    if job is None:
        raise NotFound
    return job


def claim(session: Session, at: datetime, job_id: UUID, silent: float | None) -> Job | None:
    """Take a job, unless another process has it and is alive; the caller commits at once.

    Args:
        session: of its programme, for writing.
        at: now; the process knows by it that the job is still its own.
        job_id: which.
        silent: seconds since it last said that it lives; None when it never did.

    Returns:
        None when somebody else has it, or when it has ended.
    """
    job = locked(session, job_id)
    begun = (at - job.started_at).total_seconds() if job.started_at else 0.0
    alone = (begun if silent is None else min(silent, begun)) > SILENCE
    if job.state in ENDED or (job.state is JobState.RUNNING and not alone):
        return None
    job.state, job.started_at, job.beat_at = JobState.RUNNING, at, at
    session.flush()
    return job


def still_mine(session: Session, claimed: Job) -> Job:
    """Return the job if this process still has it, held until the transaction ends.

    Raises:
        Conflict: ``job.lost``: it was stopped, or taken over.
    """
    job = locked(session, claimed.id)
    if job.state is not JobState.RUNNING or job.started_at != claimed.started_at:
        raise Conflict("job.lost")
    return job


def finish(session: Session, job: Job, at: datetime, result: Mapping[str, Any]) -> None:
    """Say what came of a job."""
    job.state, job.ended_at, job.result, job.error = JobState.DONE, at, dict(result), ""
    session.flush()


def fail(session: Session, job: Job, at: datetime, key: str, params: Mapping[str, Any]) -> None:
    """Say why a job came to nothing."""
    job.state, job.ended_at, job.error = JobState.FAILED, at, key
    job.result = {"params": {name: str(value) for name, value in params.items()}}
    session.flush()


def stop(session: Session, act: Act, job_id: UUID) -> Job:
    """Stop a job that has not ended; what it did not finish is not done."""
    job = locked(session, job_id)
    if job.state not in ENDED:
        job.state, job.ended_at = JobState.STOPPED, act.at
        session.flush()
    return job


def again(session: Session, job: Job, asked: Mapping[str, Any]) -> None:
    """Let a job be done once more, with something else asked."""
    job.state, job.asked, job.result, job.error = JobState.WAITING, dict(asked), {}, ""
    job.started_at = job.beat_at = job.ended_at = None
    session.flush()


def asked_by(session: Session, act: Act, kind: JobKind, since: datetime) -> list[UUID]:
    """Return the ids of the jobs of a kind that somebody asked for in this programme since a moment."""
    return list(
        session.scalars(
            select(Job.id).where(
                Job.programme_id == session.info["programme_id"],
                Job.kind == kind,
                Job.created_by_id == act.user,
                Job.created_at >= since,
            )
        )
    )


def unfinished(session: Session) -> list[tuple[UUID, UUID]]:
    """Return programme and id of every job of the installation that has not ended, oldest first."""
    rows = session.execute(
        select(Job.programme_id, Job.id)
        .where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
        .order_by(Job.created_at, Job.id)
    )
    return [(programme_id, id_) for programme_id, id_ in rows]


def launch(settings: Settings, programme_id: UUID, job_id: UUID) -> subprocess.Popen[bytes]:
    """Start a process of its own for a job, which goes on when this one ends."""
    said = {
        "TOC_INSTANCE": str(settings.instance),
        "TOC_DATABASE_URL": settings.database_url,
        "TOC_SECRET_KEY": settings.secret_key,
    }
    environment = {**os.environ, **{name: text for name, text in said.items() if text}}
    # A checkout that is not installed is found from everywhere.
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    return subprocess.Popen(  # noqa: S603 - our own module, with ids
        [sys.executable, "-m", "toc.jobs", str(programme_id), str(job_id)],
        env=environment,
        cwd=Path.cwd(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
