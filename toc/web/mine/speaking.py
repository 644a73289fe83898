"""Saying an answer aloud: recorded in the browser, listened back to, deleted or done again."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.recordings import BITS_PER_SECOND
from toc.models.interviews import Recording
from toc.services.errors import Conflict, NotFound
from toc.services.interviews import InterviewView, recordings
from toc.web.forms import Form, Input
from toc.web.mine.blueprint import crumb, mine, own_interview, reading, writing
from toc.web.mine.telling import asked, wording
from toc.web.security import act, allow, new_id, open_microphone, settings
from toc.web.texts import interviews as interview_words
from toc.web.texts import mine as words


@mine.get("/mine/interviews/<uuid:interview_id>/<int:number>/speak")
@allow("mine.read")
def speaking(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Ask whether the voice may be recorded; after a yes, record it or listen back."""
    session = reading()
    view = own_interview(session, interview_id)
    asked(view, number)
    if view.interview.submitted_at is not None:
        return redirect(url_for(".answers", interview_id=interview_id))
    return _page(session, view, number, Form.empty())


@mine.post("/mine/interviews/<uuid:interview_id>/<int:number>/speak")
@allow("mine.write")
def speak(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Keep what was said."""
    session = writing()
    view = own_interview(session, interview_id)
    key, file = asked(view, number).key, request.files.get("sound")
    form: Form[Input] = Form.empty()
    try:
        sound = b"" if file is None else file.read()
        recordings.keep_recording(session, act(), interview_id, key, sound, settings().recording_bytes)
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        form.blame("sound", error)
        return _page(session, view, number, form), 400
    session.commit()
    flash(gettext("Kept. Listen to it, or go on."), "success")
    return redirect(url_for(".speaking", interview_id=interview_id, number=number))


@mine.post("/mine/interviews/<uuid:interview_id>/<int:number>/speak/delete")
@allow("mine.write")
def hush(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Delete what was said."""
    session = writing()
    view = own_interview(session, interview_id)
    recordings.remove_recording(session, act(), interview_id, asked(view, number).key)
    session.commit()
    flash(gettext("Deleted. Nobody can hear it any more."), "success")
    if view.interview.submitted_at is not None:
        return redirect(url_for(".answers", interview_id=interview_id))
    return redirect(url_for(".speaking", interview_id=interview_id, number=number))


@mine.get("/mine/interviews/<uuid:interview_id>/<int:number>/sound")
@allow("mine.read")
def sound(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Let the reader listen to what they said."""
    session = reading()
    view = own_interview(session, interview_id)
    return playable(recordings.recording_of(session, act(), interview_id, asked(view, number).key))


def playable(recording: Recording) -> ResponseReturnValue:
    """Return a recording as a browser plays it, also from the middle."""
    return send_file(BytesIO(recording.sound), mimetype=recording.media_type, conditional=True)


def _page(session: Session, view: InterviewView, number: int, form: Form[Input]) -> str:
    je = interview_words.is_participant(view.respondent.kind)
    answer, where = asked(view, number), {"interview_id": view.interview.id, "number": number}
    may_record = recordings.may_record(session, view.respondent.id)
    if may_record:
        open_microphone()
    back: dict[str, Any] = {**where}
    crumb(
        (gettext("My answers"), url_for(".review", interview_id=view.interview.id)),
        (str(number), url_for(".question", **back)),
        (gettext("Say it"), None),
    )
    return render_template(
        "mine/speak.html",
        je=je,
        question=wording(view, answer),
        where=where,
        may_record=may_record,
        text=words.recording_text(je=je),
        spoken=recordings.recordings_of(session, act(), view.interview.id).get(answer.key),
        seconds=settings().recording_seconds,
        minutes=_minutes(settings().recording_seconds),
        bits=BITS_PER_SECOND,
        most=settings().recording_bytes,
        form=form,
        consent_id=new_id(),
    )


def _minutes(seconds: int) -> str:
    """Return a length as a clock shows it: 5:00."""
    return f"{seconds // 60}:{seconds % 60:02d}"
