"""Hands: who uploaded a file, who said what its columns are, and in whose name each step is done.

Whoever may import may do each step with any file that waits; so a step says which plan it was made from, and
nothing is imported that somebody else changed meanwhile.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.jobs import JobKind
from toc.domain.people import Role
from toc.domain.permissions import may
from toc.models.jobs import Job
from toc.models.people import User
from toc.services.people import roles_by_programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who did what with a file.

    Attributes:
        uploaded_by: name; "" for a command.
        uploaded_at: when.
        mapped_by: name of who said last what its columns are; "" for a command, a source, or nobody yet.
        mapped_at: when; None: nobody did.
    """

    uploaded_by: str
    uploaded_at: datetime
    mapped_by: str = ""
    mapped_at: datetime | None = None


def said_by(act: Act) -> dict[str, str]:
    """Return what a job keeps of who said what the columns of its file are."""
    return {"mapped_by": str(act.user) if act.user else "", "mapped_at": act.at.isoformat()}


def plan_of(job: Job) -> str:
    """Return by what the plan of a READ job is known: it is another one once somebody said anything anew."""
    said = {name: job.asked.get(name) for name in ("mapping", "mapped_by", "mapped_at")}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def may_bring(roles: Collection[Role]) -> bool:
    """Tell whether somebody with these roles may bring a file in: by hand, or by a source that they keep."""
    return may(roles, "import.write") or may(roles, "source.write")


def acting(session: Session, act: Act, job: Job) -> Act:
    """Return in whose name a file is checked: of who said what its columns are, else of who uploaded it.

    Raises:
        DomainError: ``job.no_role``.
    """
    said = job.asked.get("mapped_by")
    if not said:
        return act
    roles = roles_by_programme(session, UUID(said)).get(job.programme_id)
    if roles is None or not may_bring(roles):
        raise DomainError("job.no_role")
    return replace(act, user=UUID(said), roles=roles)


def hands_of(session: Session, job: Job) -> Hands:
    """Return who did what with the file of a READ job, in one statement."""
    said: Mapping[str, Any] = job.asked
    mapper = UUID(said["mapped_by"]) if said.get("mapped_by") else None
    ids = [id_ for id_ in (job.created_by_id, mapper) if id_ is not None]
    names = {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
    return Hands(
        uploaded_by=names.get(job.created_by_id, ""),
        uploaded_at=job.created_at,
        mapped_by=names.get(mapper, ""),
        mapped_at=datetime.fromisoformat(said["mapped_at"]) if said.get("mapped_at") else None,
    )


def hands_of_import(session: Session, import_id: UUID) -> Hands | None:
    """Return who did what with the file of an import; None for one that a command brought."""
    programme_id = session.info["programme_id"]
    job = session.scalar(
        select(Job).where(
            Job.programme_id == programme_id, Job.kind == JobKind.IMPORT, Job.subject_id == import_id
        )
    )
    read = None if job is None else session.get(Job, (programme_id, UUID(job.asked["read"])))
    return None if read is None else hands_of(session, read)
