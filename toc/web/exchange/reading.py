"""The page of a job: how far it is, and where it leads: to what was seen, to a preview, or to a result."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.jobs import JobKind, JobState
from toc.models.indicators import LogImport
from toc.models.jobs import Job
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services import programmes
from toc.services.exchange.folders import silent_seconds
from toc.web import jobs, texts
from toc.web.database import database, read_session, write_session
from toc.web.exchange.blueprint import (
    address,
    exchange,
    hands_in_words,
    said_of,
    sentence_of,
    show_in,
    title_of,
)
from toc.web.exchange.mapping import columns_page
from toc.web.exchange.previewing import preview_page
from toc.web.security import act, allow, now, viewer

_QUIET = 20
"""Seconds without a sign of life after which the page offers to begin again."""


@exchange.get("/p/<uuid:programme_id>/jobs/<uuid:job_id>")
@allow("import.read")
def job(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Show a job, or lead on to what came of it."""
    session = read_session(programme_id)
    found = job_service.get(session, job_id)
    if (onward := _onward(session, found)) is not None:
        return redirect(onward)
    if found.state not in job_service.ENDED:
        return _progress_page(session, found)
    if found.kind is not JobKind.READ or found.state is JobState.STOPPED:
        return _ended_page(session, found)
    seen = service.recognition(jobs.folder(), job_id)
    if seen is None:
        return _ended_page(session, found)
    if found.result.get("rows") and request.args.get("step") != "columns":
        return preview_page(session, found)
    return columns_page(session, found, seen)


def _onward(session: Session, found: Job) -> str | None:
    """Return where the result of a job stands, when there is one."""
    place = session.info["programme_id"]
    if found.kind is JobKind.READ:
        import_id = service.import_of(found.id)
        if session.get(LogImport, (place, import_id)) is None:
            return None
        return url_for(".result", programme_id=place, import_id=import_id)
    if found.state is JobState.DONE and found.subject_id is not None:
        return url_for(".result", programme_id=place, import_id=found.subject_id)
    return None


# --- While it runs ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How far a job is.

    Attributes:
        percent: of the step, from 0 to 100; None when that is not known.
        is_quiet: whether nothing was heard of it for so long that it may have died.
    """

    step: str
    rows: str
    percent: int | None
    seconds: str
    is_quiet: bool


def _bar(found: Job) -> Bar:
    said = service.progress(jobs.folder(), found.id)
    since = (now() - (found.started_at or found.created_at)).total_seconds()
    steps = {
        "read": gettext("Looking through the file"),
        "check": gettext("Checking each row"),
        "compare": gettext("Comparing with what is known"),
        "write": gettext("Writing into the programme"),
    }
    silent = silent_seconds(jobs.folder(), found.id)
    if said is None or found.state is JobState.WAITING:
        return Bar(
            step=gettext("Waiting to begin"),
            rows="",
            percent=None,
            seconds=_seconds(since),
            is_quiet=since > _QUIET,
        )
    return Bar(
        step=steps.get(said.step, steps["read"]),
        rows=ngettext("%(count)s row", "%(count)s rows", said.done, count=texts.number(said.done))
        if said.done
        else "",
        percent=round(100 * said.share) if said.share else None,
        seconds=_seconds(since),
        is_quiet=silent is not None and silent > job_service.SILENCE,
    )


def _seconds(since: float) -> str:
    return str(ngettext("%(num)d second", "%(num)d seconds", max(int(since), 0)))


def _progress_page(session: Session, found: Job) -> str:
    programme = programmes.get(session)
    title = title_of(found)
    show_in(programme, (title, None))
    here: dict[str, Any] = {"programme_id": programme.id, "job_id": found.id}
    return render_template(
        "exchange/progress.html",
        title=title,
        bar=_bar(found),
        hands=hands_in_words(session, found) if found.kind is JobKind.READ else [],
        may=viewer().may("import.write"),
        cancel=url_for(".cancel", **here),
        resume=url_for(".resume", **here),
    )


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/cancel")
@allow("import.write")
def cancel(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Stop a job, and remove its file."""
    session = write_session(programme_id)
    service.cancel(session, act(), job_id)
    session.commit()
    service.remove(jobs.folder(), job_id)
    flash(gettext("Stopped. Nothing was imported, and the file was removed."), "success")
    return redirect(url_for(".imports", programme_id=programme_id))


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/resume")
@allow("import.write")
def resume(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Let a process begin with a job of which nothing is heard; one that is alive keeps it."""
    with database().read_session(programme_id) as session:
        job_service.get(session, job_id)
    jobs.launch(programme_id, job_id)
    return redirect(address(programme_id, job_id))


# --- When it came to nothing --------------------------------------------------------------------------------


def _ended_page(session: Session, found: Job) -> str:
    programme = programmes.get(session)
    title = title_of(found)
    show_in(programme, (title, None))
    read = found.asked.get("read")
    undo = found.kind is JobKind.UNDO and found.subject_id is not None
    return render_template(
        "exchange/ended.html",
        title=title,
        stopped=found.state is JobState.STOPPED,
        problem=said_of(found) or sentence_of("import.lost", {}),
        again=url_for(".again", programme_id=programme.id, job_id=UUID(read)) if read else "",
        back=address(programme.id, UUID(read)) if read else "",
        result=url_for(".result", programme_id=programme.id, import_id=found.subject_id) if undo else "",
        upload=url_for(".upload", programme_id=programme.id),
        may=viewer().may("import.write"),
    )
