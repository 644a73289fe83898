"""Fetching: what sources send by themselves becomes a job that reads a file, and is then judged.

Nothing that is new comes in unseen: a column that was not there before, a question, a word that nobody
explained, a row that is not right, each holds the whole file until somebody looked.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import Recognition, RowState
from toc.domain.exchange.sources import Fetch
from toc.domain.ids import derived
from toc.domain.jobs import JobState
from toc.domain.permissions import may
from toc.models.database import Database
from toc.models.indicators import LogSource
from toc.models.jobs import Job
from toc.models.people import User
from toc.services import audit, jobs
from toc.services.exchange import folders, importing
from toc.services.exchange.addresses import Net, fetch_address
from toc.services.exchange.sources import get_source, unseal, watched_folder
from toc.services.people import roles_by_programme

SETTLED: Final = timedelta(seconds=60)
"""How long a file in a folder must have been left alone: who writes it may not be done."""

MOST_FILES: Final = 20
"""Files that are taken from a folder at once; the others come the next time."""

_PIECE: Final = 2**20
_HELD: Final = (RowState.REJECTED, RowState.CONFLICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What fetching needs of the installation.

    Attributes:
        jobs: the folder of all jobs.
        watched: the folder below which each programme has one; None: none is watched.
        secret_key: with which tokens are sealed.
        most: bytes that a file may have.
        net: by which the internet is reached.
    """

    jobs: Path
    watched: Path | None
    secret_key: str
    most: int
    net: Net


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that was fetched, and the job that reads it.

    Attributes:
        job_id: of the job.
        name: of the file.
        is_new: whether this file was not seen before.
    """

    job_id: UUID
    name: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who set a source up, and is told what comes of it.

    Attributes:
        act: in whose name files are fetched, with the roles that they have now.
    """

    act: Act
    name: str
    email: str
    language: str


# --- Which sources ------------------------------------------------------------------------------------------


def due_sources(session: Session, at: datetime) -> list[tuple[UUID, UUID]]:
    """Return programme and id of every source of the installation that is to be looked at now.

    Args:
        session: outside programmes.
        at: now.
    """
    rows = session.execute(
        select(LogSource.programme_id, LogSource.id, LogSource.fetched_at, LogSource.every_hours)
        .where(LogSource.fetch != Fetch.NEVER, LogSource.closed_at.is_(None))
        .order_by(LogSource.fetched_at, LogSource.id)
    )
    return [
        (programme_id, id_)
        for programme_id, id_, fetched_at, hours in rows
        if fetched_at is None or fetched_at <= at - timedelta(hours=hours)
    ]


def claim(session: Session, at: datetime, source_id: UUID) -> bool:
    """Note that a source is looked at now; False when somebody else did so since it was due.

    The condition stands in the one statement that writes. The lock counter of the row stays as it is: who
    edits the source is not disturbed.
    """
    source = get_source(session, source_id)
    last = at - timedelta(hours=source.every_hours)
    claimed = session.execute(
        update(LogSource)
        .where(
            LogSource.programme_id == source.programme_id,
            LogSource.id == source_id,
            LogSource.fetch != Fetch.NEVER,
            or_(LogSource.fetched_at.is_(None), LogSource.fetched_at <= last),
        )
        .values(fetched_at=at)
        .returning(LogSource.id)
        .execution_options(synchronize_session=False)
    ).all()
    return bool(claimed)


def note(session: Session, source_id: UUID, error: str) -> bool:
    """Keep the key of what was wrong, "" for nothing; return whether that is news."""
    source = get_source(session, source_id)
    news = source.fetch_error != error
    session.execute(
        update(LogSource)
        .where(LogSource.programme_id == source.programme_id, LogSource.id == source_id)
        .values(fetch_error=error)
        .execution_options(synchronize_session=False)
    )
    return news


def keeper_of(session: Session, source: LogSource, at: datetime, act: Act) -> Keeper | None:
    """Return who set a source up; None when they may not any more, so that nothing is fetched.

    Args:
        session: of the programme of the source.
        source: which.
        at: now.
        act: of the command that fetches.
    """
    user = session.get(User, source.created_by_id) if source.created_by_id else None
    if user is None:
        return None
    roles = roles_by_programme(session, user.id).get(source.programme_id, frozenset())
    if not may(roles, "source.write"):
        return None
    acting = replace(act, at=at, user=user.id, roles=roles)
    return Keeper(act=acting, name=user.name, email=user.email, language=user.language)


# --- Getting files ------------------------------------------------------------------------------------------


def fetch(
    database: Database, programme_id: UUID, source_id: UUID, keeper: Keeper, where: Where
) -> list[Taken]:
    """Get what a source holds now: a job for each file that was not seen before.

    Nothing is held while files come: they are read between a short transaction for what the source says and
    one for each job.

    Raises:
        DomainError: ``fetch.…``, ``source.…``, ``file.…``: why nothing was got.
    """
    with database.read_session(programme_id) as session:
        source = get_source(session, source_id)
        if not source.mapping:  # forgotten with a participant who was erased
            raise DomainError("source.no_mapping")
        mapping = Mapping.from_json(source.mapping)
        sealed = session.scalar(
            select(LogSource.token).where(LogSource.programme_id == programme_id, LogSource.id == source_id)
        )
    if source.fetch is Fetch.FOLDER:
        folder = watched_folder(where.watched, programme_id, source.address)
        return [
            _take(database, programme_id, source, mapping, keeper, where, file, name)
            for name, file in _files(folder, keeper.act.at)
        ]
    token = unseal(where.secret_key, sealed) if sealed is not None else ""
    with TemporaryFile() as file:
        name = fetch_address(source.address, token, source.kind, file, where.most, where.net)
        file.seek(0)
        return [_take(database, programme_id, source, mapping, keeper, where, file, name)]


def _files(folder: Path, at: datetime) -> Iterator[tuple[str, BinaryIO]]:
    """Yield the files of a folder that nobody writes any more, opened; no links and hidden ones."""
    settled = (at - SETTLED).timestamp()
    names = sorted(one.name for one in folder.iterdir() if not one.name.startswith("."))
    count = 0
    for name in names:
        if count == MOST_FILES:
            return
        try:
            handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:  # a link, or gone
            continue
        said = os.fstat(handle)
        if not stat.S_ISREG(said.st_mode) or said.st_mtime > settled:
            os.close(handle)
            continue
        count += 1
        with os.fdopen(handle, "rb") as file:
            yield name, file


def _take(
    database: Database,
    programme_id: UUID,
    source: LogSource,
    mapping: Mapping,
    keeper: Keeper,
    where: Where,
    file: BinaryIO,
    name: str,
) -> Taken:
    """Add the job that reads a file, unless this source gave the same one before."""
    job_id = _id_of(source, file)
    with database.read_session(programme_id) as session:
        found = session.get(Job, (programme_id, job_id))
    if found is not None:  # one that was never read to its end is read again
        return Taken(job_id=job_id, name=name, is_new=found.state not in jobs.ENDED)
    received = folders.receive(where.jobs, job_id, file, name, most=where.most)
    with database.writing(programme_id) as session:
        importing.start(session, keeper.act, job_id, received, source_id=source.id, mapping=mapping)
        audit.record(session, keeper.act, "source.fetch", "log_source", source.id, job=str(job_id))
    return Taken(job_id=job_id, name=received.name, is_new=True)


def _id_of(source: LogSource, file: BinaryIO) -> UUID:
    """Return the id of the job of a file: the same file of the same source has the same."""
    digest = sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    return derived(source.id, "fetched", source.programme_id.hex, digest.hexdigest())


# --- Judging what was read ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What holds a file until somebody looked.

    Attributes:
        key: of the sentence why it could not be read; "" when it could.
        params: what the sentence names.
        columns: columns that nobody said anything about yet.
        held: rows that are not right, or contradict each other.
    """

    key: str = ""
    params: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    held: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.key or self.columns or self.held)


def news_of(job: Job, seen: Recognition | None) -> News:
    """Return what is new in a file that was read, or why it could not be.

    Args:
        job: that read it, ended.
        seen: what was seen in it.
    """
    mapping = Mapping.from_json(job.asked["mapping"])
    known = {column.header for column in mapping.columns}
    columns = () if seen is None else tuple(one.header for one in seen.columns if one.header not in known)
    if job.state is not JobState.DONE:
        params = tuple((name, str(value)) for name, value in job.result.get("params", {}).items())
        return News(key=job.error or "job.lost", params=params, columns=columns)
    states = job.result["states"]
    return News(columns=columns, held=sum(states.get(state.value, 0) for state in _HELD))
