"""The process of a job: `python -m toc.jobs PROGRAMME JOB` does one and ends.

It has memory of its own, with a limit, so that a file that takes more than it may harms nobody. What it reads
is read outside any write transaction; what it writes is written in one, together with that it is done.
"""

import contextlib
import gc
import logging
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as Mapping_
from toc.domain.exchange.recognised import CheckedRow, RowState, Totals
from toc.domain.ids import RANDOM_BYTES, uuid7
from toc.domain.jobs import JobKind, JobState
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.jobs import Job
from toc.services import jobs
from toc.services.errors import Conflict
from toc.services.exchange import checking, folders, importing
from toc.services.exchange.checking import Origin
from toc.services.exchange.committing import PlanChanged, commit
from toc.services.exchange.grounding import ground_of
from toc.services.exchange.hands import may_bring
from toc.services.exchange.looking import Look
from toc.services.people import roles_by_programme
from toc.settings import Settings, load

MOST_MEMORY: Final = 2 * 2**30
"""Bytes of address space that a process of a job may have; it uses a fraction of them."""

_BETWEEN_LOOKS: Final = 100_000
"""New objects after which Python looks for what can be thrown away: a row of a log leaves nothing behind."""
_ZONE: Final = ZoneInfo("Europe/Amsterdam")
_LOG: Final = logging.getLogger("toc.jobs")


def folder_of(settings: Settings) -> Path:
    """Return the folder in which jobs have theirs."""
    return settings.instance / "jobs"


def act_of(session: Session, job: Job, at: datetime) -> Act:
    """Return the act of whoever asked for a job, with the roles that they have now.

    Raises:
        DomainError: ``job.no_role``: they have none any more by which they may bring a file in.
    """
    on = at.astimezone(_ZONE).date()
    if job.created_by_id is None:  # a command may do everything
        return Act(at=at, on=on, roles=frozenset(Role))
    roles = roles_by_programme(session, job.created_by_id).get(job.programme_id)
    if roles is None or not may_bring(roles):
        raise DomainError("job.no_role")
    return Act(at=at, on=on, user=job.created_by_id, roles=roles)


def perform(database: Database, folder: Path, programme_id: UUID, job_id: UUID) -> JobState:
    """Do a job, unless another process has it; return how it stands.

    Whatever goes wrong is said in the job; an import is taken in whole or not at all.
    """
    at = datetime.now(UTC)
    with database.writing(programme_id) as session:
        job = jobs.claim(session, at, job_id, folders.silent_seconds(folder, job_id))
    if job is None:
        with database.read_session(programme_id) as session:
            return jobs.get(session, job_id).state
    folders.place(folder, job_id).mkdir(mode=0o700, parents=True, exist_ok=True)
    beat = folders.Beat(folders.place(folder, job_id) / folders.PROGRESS)
    try:
        with beat.beating():
            _do(database, folder, programme_id, job, beat)
    except DomainError as error:
        _failed(database, programme_id, job, error.key, error.params)
    except MemoryError:
        _failed(database, programme_id, job, "job.too_much_memory", {})
    except Exception as error:  # noqa: BLE001 - whatever it is, the page has to say that nothing was changed
        # Its kind alone: the message of a database holds what was in the rows, codes of participants too.
        _LOG.error("job %s: %s", job_id, type(error).__name__)
        _failed(database, programme_id, job, "job.broken", {})
    with database.read_session(programme_id) as session:
        state = jobs.get(session, job_id).state
    if job.kind is not JobKind.READ:
        folders.remove(folder, job_id)
    return state


def _do(database: Database, folder: Path, programme_id: UUID, job: Job, beat: folders.Beat) -> None:
    if job.kind is JobKind.READ:
        with database.read_session(programme_id) as session:
            result: Mapping[str, Any] = importing.read(
                session, act_of(session, job, _now()), folder, job, beat
            )
        with database.writing(programme_id) as session:
            jobs.finish(session, jobs.still_mine(session, job), _now(), result)
        return
    with database.writing(programme_id) as session:
        mine = jobs.still_mine(session, job)
        act = act_of(session, mine, _now())
        if job.kind is JobKind.IMPORT:
            made = importing.bring(session, act, folder, mine, beat)
            result = {"values": made.values, "again": made.again, "before": made.before}
        else:
            result = {"values": importing.take_back(session, act, mine)}
        jobs.finish(session, mine, _now(), result)
    if job.kind is JobKind.IMPORT:
        folders.remove(folder, UUID(job.asked["read"]))


def _failed(database: Database, programme_id: UUID, job: Job, key: str, params: Mapping[str, Any]) -> None:
    with contextlib.suppress(Conflict), database.writing(programme_id) as session:
        jobs.fail(session, jobs.still_mine(session, job), _now(), key, params)


def _now() -> datetime:
    return datetime.now(UTC)


def run_waiting(settings: Settings, database: Database, told: Callable[[UUID, JobState], None]) -> None:
    """Do every job of the installation that waits or was left behind, each in a process of its own."""
    folder = folder_of(settings)
    with database.read_session() as session:
        found = jobs.unfinished(session)
    for programme_id, job_id in found:
        jobs.launch(settings, programme_id, job_id).wait()
        with database.read_session(programme_id) as session:
            told(job_id, jobs.get(session, job_id).state)
    folders.tidy(folder, _now(), settings.job_file_hours)


# --- From a shell -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a file that was imported from a shell.

    Attributes:
        totals: what importing it does.
        wrong: the first rows that are rejected or wait for a decision.
        imported: values that came in; None when nothing was to be imported, or may be.
        import_id: of the import; None likewise.
        is_refused: whether nothing is imported because of those rows.
    """

    totals: Totals
    wrong: tuple[CheckedRow, ...]
    imported: int | None
    import_id: UUID | None
    is_refused: bool

    def as_json(self) -> dict[str, Any]:
        """Return it with plain values."""
        return {
            "totals": asdict(self.totals),
            "wrong": [asdict(row) for row in self.wrong],
            "imported": self.imported,
            "import": None if self.import_id is None else str(self.import_id),
            "refused": self.is_refused,
        }


def import_now(  # noqa: PLR0913 - what a shell says
    database: Database,
    folder: Path,
    act: Act,
    programme_id: UUID,
    file: Path,
    mapping: Mapping_,
    *,
    source_id: UUID | None = None,
    only_good: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Import a file in this process, or say what importing it would do.

    Raises:
        OpenQuestions: the mapping leaves something open.
        DomainError: what reading and importing refuse.
    """
    job_id = uuid7(act.at, os.urandom(RANDOM_BYTES))
    usual = gc.get_threshold()
    gc.set_threshold(_BETWEEN_LOOKS, 20, 20)
    try:
        with file.open("rb") as stream:
            received = folders.receive(folder, job_id, stream, file.name)
        origin = Origin(source_id=source_id, sha256=received.sha256, name=received.name)
        mine = folders.place(folder, job_id)
        beat = folders.Beat(mine / folders.PROGRESS)
        with beat.beating(), contextlib.ExitStack() as stack:
            stack.callback(folders.remove, folder, job_id)  # that takes a while, of a large log
            seen = stack.enter_context(Look(mine, act.on, beat, mapping))
            while True:
                found = _checked(database, mine, act, programme_id, origin, mapping, seen, beat)
                refused = bool(found.wrong) and not only_good
                if dry_run or refused:
                    return replace(found, is_refused=refused)
                with contextlib.suppress(PlanChanged), database.writing(programme_id) as session:
                    asked = {"read": str(job_id), "only_good": only_good}
                    import_id = importing.import_of(job_id)
                    job = jobs.add(session, act, job_id, JobKind.IMPORT, asked, subject_id=import_id)
                    made = commit(session, act, mine, import_id, origin, mapping, beat, only_good=only_good)
                    jobs.finish(session, job, _now(), {"values": made.values, "before": made.before})
                    return replace(found, imported=made.values, import_id=import_id)
    finally:
        gc.set_threshold(*usual)
        folders.remove(folder, job_id)


def _checked(
    database: Database,
    mine: Path,
    act: Act,
    programme_id: UUID,
    origin: Origin,
    mapping: Mapping_,
    seen: Look,
    beat: folders.Beat,
) -> Outcome:
    with database.read_session(programme_id) as session:
        totals = checking.check(session, act, mine, origin, mapping, seen, beat)
        ground = ground_of(session, act)
    wrong = [
        row
        for state in (RowState.REJECTED, RowState.CONFLICT)
        for row in checking.rows_of(mine, mapping, ground, state, 1)
    ]
    return Outcome(totals=totals, wrong=tuple(wrong), imported=None, import_id=None, is_refused=False)


# --- The process --------------------------------------------------------------------------------------------


def bound() -> None:
    """Let the system give this process no more memory than a job may have; look for garbage less often."""
    gc.freeze()
    gc.set_threshold(_BETWEEN_LOOKS, 20, 20)
    with contextlib.suppress(ValueError, OSError):  # not every system can bound memory
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> None:
    """Do the job that the last two arguments name."""
    programme_id, job_id = map(UUID, sys.argv[-2:])
    os.umask(0o077)
    bound()
    settings = load(os.environ, Path.cwd())
    database = Database(settings.database_url)
    try:
        perform(database, folder_of(settings), programme_id, job_id)
    finally:
        database.dispose()


if __name__ == "__main__":
    main()
