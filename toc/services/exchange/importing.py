"""Importing: the steps that somebody takes with a file, each of them a job; and what the jobs do.

A file that was received lies in the folder of its READ job. That job looks through it, and once there is a
mapping, checks it. Importing is a job of its own, whose subject is the import that it makes; so is undoing.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.cells import safe_cell
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.outgoing import understood
from toc.domain.exchange.recognised import (
    CheckedRow,
    Reason,
    Recognition,
    RowState,
    Totals,
    recognition_from,
    totals_from,
)
from toc.domain.exchange.recognising import suggest as suggested
from toc.domain.ids import derived
from toc.domain.jobs import JobKind, JobState
from toc.models.indicators import LogImport, LogSource
from toc.models.jobs import Job
from toc.services import audit, jobs
from toc.services.errors import Conflict, NotFound
from toc.services.exchange import checking, folders
from toc.services.exchange.checking import Origin
from toc.services.exchange.committing import Imported, PlanChanged, commit
from toc.services.exchange.folders import SEEN, TOTALS, Beat, Received, place, read_json, write_json
from toc.services.exchange.grounding import ground_of
from toc.services.exchange.hands import acting, plan_of, said_by
from toc.services.exchange.looking import Look
from toc.services.exchange.naming import check_makes
from toc.services.exchange.undoing import undo

# --- Steps --------------------------------------------------------------------------------------------------


def start(
    session: Session,
    act: Act,
    job_id: UUID,
    received: Received,
    *,
    source_id: UUID | None = None,
    mapping: LogMapping | None = None,
) -> Job:
    """Add the job that reads a file which `folders.receive` put into its folder; the same twice makes one.

    Args:
        session: of a programme.
        act: who and when.
        job_id: of the job.
        received: the file.
        source_id: where it comes from; its remembered mapping is used when there is none here.
        mapping: how it is read; None: it is looked through first, and somebody says.

    Raises:
        NotFound: there is no such source in this programme.
    """
    if source_id is not None:
        source = session.get(LogSource, (session.info["programme_id"], source_id))
        if source is None:
            raise NotFound
    asked = {
        "name": received.name,
        "sha256": received.sha256,
        "size": received.size,
        "source": str(source_id) if source_id else "",
        "mapping": mapping.to_json() if mapping else None,
    }
    job = jobs.add(session, act, job_id, JobKind.READ, asked)
    audit.record(session, act, "import.start", "job", job.id, size=received.size)
    return job


def recognition(folder: Path, job_id: UUID) -> Recognition | None:
    """Return what was seen in a file; None before it was looked through."""
    said = read_json(place(folder, job_id) / SEEN)
    return None if said is None else recognition_from(said)


def suggest(session: Session, act: Act, job: Job, seen: Recognition) -> LogMapping:
    """Return how a file is probably read: as somebody said before, as its source is remembered, as it looks.

    A remembered mapping counts when all columns that it names are in the file. What went out of the
    programme, and what was asked by its form, is known by the names of its columns.
    """
    names = {column.header for column in seen.columns}
    for said in (job.asked.get("mapping"), _remembered(session, job)):
        if said:
            mapping = LogMapping.from_json(said)
            if mapping.columns and {column.header for column in mapping.columns} <= names:
                return replace(mapping, decisions={}) if said is not job.asked.get("mapping") else mapping
    return understood(suggested(seen), seen, ground_of(session, act))


def _remembered(session: Session, job: Job) -> Mapping[str, Any] | None:
    id_ = job.asked.get("source")
    source = session.get(LogSource, (session.info["programme_id"], UUID(id_))) if id_ else None
    return source.mapping if source is not None else None


def ask_check(session: Session, act: Act, job_id: UUID, mapping: LogMapping, plan: str | None = None) -> Job:
    """Let a file be checked by a mapping; what was worked out before is worked out anew.

    Args:
        session: of a programme.
        act: who and when.
        job_id: of the READ job.
        mapping: how the file is read.
        plan: that it was made from (`plan_of`); None: whatever it is now.

    Raises:
        NotFound: there is no such job in this programme.
        Conflict: ``import.running``, while it is being read; ``import.done``, once it was imported, and
            ``import.being_imported`` while it is; ``import.lost``, when it was stopped;
            ``import.mapped_anew``, when somebody else said something of it since.
        DomainError: ``import.makes_places``, when it makes sites and this person may not.
    """
    job = _read_job(session, job_id)
    if job.state is JobState.RUNNING:
        raise Conflict("import.running")
    importing = session.get(Job, (job.programme_id, derived(job_id, "job")), populate_existing=True)
    if importing is not None and importing.state in {JobState.WAITING, JobState.RUNNING}:
        raise Conflict("import.being_imported")
    if plan is not None and plan != plan_of(job):
        raise Conflict("import.mapped_anew")
    check_makes(act, mapping)
    jobs.again(session, job, {**job.asked, "mapping": mapping.to_json(), **said_by(act)})
    audit.record(session, act, "import.check", "job", job.id, columns=len(mapping.columns))
    return job


def _read_job(session: Session, job_id: UUID) -> Job:
    job = jobs.locked(session, job_id)
    if job.kind is not JobKind.READ:
        raise NotFound
    if session.get(LogImport, (job.programme_id, import_of(job_id))) is not None:
        raise Conflict("import.done")
    if job.state is JobState.STOPPED:
        raise Conflict("import.lost")
    return job


def decide(session: Session, act: Act, job_id: UUID, question: str, row: int, plan: str | None = None) -> Job:
    """Say which of the rows that contradict each other counts; 0 for none. The file is checked anew.

    Raises:
        NotFound, Conflict: as `ask_check`.
        DomainError: ``import.not_checked``, before there is a mapping.
    """
    job = _read_job(session, job_id)
    if not job.asked.get("mapping"):
        raise DomainError("import.not_checked")
    mapping = LogMapping.from_json(job.asked["mapping"])
    mapping = replace(mapping, decisions={**mapping.decisions, question: row})
    return ask_check(session, act, job_id, mapping, plan)


def totals(folder: Path, job_id: UUID) -> Totals | None:
    """Return what importing a file would do; None before it was checked."""
    said = read_json(place(folder, job_id) / TOTALS)
    return None if said is None else totals_from(said)


def rows(
    session: Session, act: Act, folder: Path, job: Job, state: RowState | None, page: int
) -> tuple[CheckedRow, ...]:
    """Return a page of the rows that were checked, in order of the file; None for all states, pages from 1.

    Raises:
        DomainError: ``import.not_checked``.
    """
    if not job.asked.get("mapping") or totals(folder, job.id) is None:
        raise DomainError("import.not_checked")
    mapping = LogMapping.from_json(job.asked["mapping"])
    return checking.rows_of(place(folder, job.id), mapping, ground_of(session, act), state, page)


def import_of(job_id: UUID) -> UUID:
    """Return the id of the import that the file of a READ job becomes."""
    return derived(job_id, "import")


def ask_commit(session: Session, act: Act, job_id: UUID, *, only_good: bool, plan: str | None = None) -> Job:
    """Let a file that was checked be imported; the same twice makes one job. It is done in this name.

    Args:
        session: of a programme.
        act: who and when.
        job_id: of the READ job.
        only_good: whether rows that are not right, or wait for a decision, may be left behind.
        plan: what was looked at (`plan_of`); None: whatever it is now.

    Raises:
        NotFound: there is no such job in this programme.
        Conflict: ``import.done``, ``import.lost``, ``import.mapped_anew``, as `ask_check`.
        DomainError: ``import.not_checked``, ``import.makes_places``.
    """
    read = _read_job(session, job_id)
    if read.state is not JobState.DONE or not read.result.get("rows"):
        raise DomainError("import.not_checked")
    if plan is not None and plan != plan_of(read):
        raise Conflict("import.mapped_anew")
    check_makes(act, LogMapping.from_json(read.asked["mapping"]))
    asked = {"read": str(job_id), "only_good": only_good, "plan": plan_of(read)}
    id_ = derived(job_id, "job")
    job = jobs.add(session, act, id_, JobKind.IMPORT, asked, subject_id=import_of(job_id))
    if job.state in {JobState.FAILED, JobState.STOPPED}:
        job.created_by_id = act.user
        jobs.again(session, job, asked)
    audit.record(session, act, "import.ask", "job", job.id, only_good=int(only_good))
    return job


def ask_undo(session: Session, act: Act, job_id: UUID, import_id: UUID) -> Job:
    """Let an import be taken back; the same twice makes one job.

    Raises:
        NotFound: there is no such import in this programme.
    """
    if session.get(LogImport, (session.info["programme_id"], import_id)) is None:
        raise NotFound
    job = jobs.add(session, act, job_id, JobKind.UNDO, {}, subject_id=import_id)
    audit.record(session, act, "import.ask_undo", "log_import", import_id, job=str(job.id))
    return job


def cancel(session: Session, act: Act, job_id: UUID) -> Job:
    """Stop a job; the caller removes its folder (`folders.remove`) once that is committed.

    Raises:
        NotFound: there is no such job in this programme.
    """
    job = jobs.stop(session, act, job_id)
    audit.record(session, act, "import.cancel", "job", job.id)
    return job


def error_file(
    folder: Path,
    job: Job,
    *,
    labels: tuple[str, str],
    say: Callable[[Reason], str],
    delimiter: str = ",",
) -> Iterator[str]:
    """Yield the rows at fault as CSV that is safe to open: line, reasons, and the row as it came.

    Args:
        folder: of all jobs.
        job: the READ job.
        labels: headers of the two columns in front: line and reason.
        say: makes the sentence of a reason.
        delimiter: between cells.

    Raises:
        DomainError: ``import.not_checked``.
    """
    if not job.asked.get("mapping") or totals(folder, job.id) is None:
        raise DomainError("import.not_checked")
    mapping = LogMapping.from_json(job.asked["mapping"])
    for number, (line, reasons, cells) in enumerate(checking.error_rows(place(folder, job.id), mapping)):
        sentences = " ".join(_sentence(reason, say) for reason in reasons)
        first = [str(line or ""), safe_cell(sentences)] if number else list(labels)
        written = io.StringIO(newline="")
        csv.writer(written, delimiter=delimiter).writerow([*first, *(safe_cell(cell) for cell in cells)])
        yield written.getvalue()


def _sentence(reason: Reason, say: Callable[[Reason], str]) -> str:
    return f"{reason.header}: {say(reason)}" if reason.header else say(reason)


# --- What jobs do -------------------------------------------------------------------------------------------


def origin_of(job: Job) -> Origin:
    """Return where the file of a READ job comes from."""
    source = job.asked["source"]
    return Origin(
        source_id=UUID(source) if source else None, sha256=job.asked["sha256"], name=job.asked["name"]
    )


def read(session: Session, act: Act, folder: Path, job: Job, beat: Beat) -> dict[str, Any]:
    """Look through the file of a READ job, and check it when there is a mapping; return what came of it.

    Nothing is written in the database.

    Raises:
        DomainError: ``import.lost`` when the file is gone, and what `checking.check` refuses.
    """
    mine = place(folder, job.id)
    if not (mine / folders.LOG).exists():
        raise DomainError("import.lost")
    act = acting(session, act, job)
    said = job.asked["mapping"]
    mapping = LogMapping.from_json(said) if said else None
    (mine / TOTALS).unlink(missing_ok=True)
    with Look(mine, act.on, beat, mapping, _seen_before(folder, job, mapping)) as seen:
        if mapping is None:
            return _seen(mine, seen())
        try:
            found = checking.check(session, act, mine, origin_of(job), mapping, seen, beat)
        finally:
            result = _seen(mine, seen())
    write_json(mine / TOTALS, asdict(found))
    return result | {"rows": found.rows, "states": {state.value: n for state, n in found.states.items()}}


def _seen(mine: Path, seen: Recognition) -> dict[str, Any]:
    write_json(mine / SEEN, asdict(seen))
    return {"seen": True, "kind": seen.kind.value}


def _seen_before(folder: Path, job: Job, mapping: LogMapping | None) -> Recognition | None:
    """Return what was seen when the file was looked through in just this way."""
    seen = recognition(folder, job.id)
    if seen is None or mapping is None:
        return None
    written = mapping.encoding or seen.encoding, mapping.delimiter or seen.delimiter
    asked = mapping.sheet or seen.sheet, mapping.headers, mapping.skipped, *written
    return seen if asked == (seen.sheet, seen.headers, seen.skipped, seen.encoding, seen.delimiter) else None


def bring(session: Session, act: Act, folder: Path, job: Job, beat: Beat) -> Imported:
    """Import what the READ job of an IMPORT job checked.

    Raises:
        DomainError: ``import.lost``, and what `commit` refuses.
    """
    read_id = UUID(job.asked["read"])
    read_job = jobs.get(session, read_id)
    mine = place(folder, read_id)
    if not (mine / folders.STAGE).exists() or job.subject_id is None:
        raise DomainError("import.lost")
    if job.asked.get("plan", plan_of(read_job)) != plan_of(read_job):
        raise PlanChanged
    mapping = LogMapping.from_json(read_job.asked["mapping"])
    return commit(
        session,
        act,
        mine,
        job.subject_id,
        origin_of(read_job),
        mapping,
        beat,
        only_good=job.asked["only_good"],
    )


def take_back(session: Session, act: Act, job: Job) -> int:
    """Undo the import of an UNDO job.

    Raises:
        DomainError: what `undo` refuses.
    """
    if job.subject_id is None:
        raise NotFound
    return undo(session, act, job.subject_id)


def imports(session: Session) -> list[LogImport]:
    """Return all imports of a programme, newest first, in one statement."""
    return list(
        session.scalars(
            select(LogImport)
            .where(LogImport.programme_id == session.info["programme_id"])
            .order_by(LogImport.created_at.desc(), LogImport.id)
        )
    )
