"""Answers that were spoken: the evaluator hears each, writes it down, and then the sound is gone."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.services import interviews as service
from toc.services.errors import NotFound
from toc.services.interviews import InterviewView, recordings
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalParagraph, Tick
from toc.web.interviews.blueprint import interviews, name_of, place
from toc.web.security import act, allow


class TranscriptInput(Input):
    """What was said, in the speaker's words."""

    text: OptionalParagraph
    kept: Tick


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """An answer to hear and to write down.

    Attributes:
        key: of the question.
        question: in the speaker's language.
        typed: what they typed besides.
        at: when it was recorded.
        sound: address of the sound.
        action: where what was said is sent to.
        form: what was written down and is not right yet.
    """

    key: str
    question: str
    typed: str
    at: datetime
    sound: str
    action: str
    form: Form[TranscriptInput]


@interviews.get("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/spoken")
@allow("interview.read")
def spoken(programme_id: UUID, interview_id: UUID) -> ResponseReturnValue:
    """Show what was spoken and is still to be written down."""
    return _page(read_session(programme_id), interview_id)


@interviews.get("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/spoken/<question>")
@allow("interview.read")
def sound(programme_id: UUID, interview_id: UUID, question: str) -> ResponseReturnValue:
    """Let the evaluator hear one answer."""
    session = read_session(programme_id)
    recording = recordings.recording_of(session, act(), interview_id, question)
    return send_file(BytesIO(recording.sound), mimetype=recording.media_type, conditional=True)


@interviews.post("/p/<uuid:programme_id>/interviews/<uuid:interview_id>/spoken/<question>")
@allow("interview.write")
def transcribe(programme_id: UUID, interview_id: UUID, question: str) -> ResponseReturnValue:
    """Write down what was said; the sound is then deleted."""
    session = write_session(programme_id)
    recordings.recording_of(session, act(), interview_id, question)
    form = Form(request.form, TranscriptInput)
    if not form.ok:
        return _page(session, interview_id, question, form), 400
    try:
        recordings.transcribe(session, act(), interview_id, question, form.value.text, kept=form.value.kept)
    except NotFound:
        raise
    except DomainError as error:
        form.blame("text", error)
        return _page(session, interview_id, question, form), 400
    left = recordings.recordings_of(session, act(), interview_id)
    session.commit()
    flash(gettext("Written down. The sound is deleted."), "success")
    page = ".spoken" if left else ".show"
    return redirect(url_for(page, programme_id=programme_id, interview_id=interview_id))


def to_write_down(session: Session, view: InterviewView) -> int:
    """Return how many answers of an interview were spoken and are still to be written down."""
    return len(recordings.recordings_of(session, act(), view.interview.id))


def _page(
    session: Session, interview_id: UUID, typed_for: str = "", form: Form[TranscriptInput] | None = None
) -> str:
    view = service.interview_view(session, act(), interview_id)
    if view.interview.submitted_at is None:
        raise NotFound
    there = recordings.recordings_of(session, act(), interview_id)
    language = view.respondent.language
    where = {"programme_id": session.info["programme_id"], "interview_id": interview_id}
    place(
        session,
        (code(CodeKind.INTERVIEW, view.interview.code), url_for(".show", **where)),
        (gettext("Spoken answers"), None),
    )
    return render_template(
        "interviews/spoken.html",
        who=name_of(view.respondent),
        language=language,
        back=url_for(".show", **where),
        form=form,
        spoken=[
            SpokenAnswer(
                key=answer.key,
                question=answer.asked(language)[1],
                typed=answer.text,
                at=there[answer.key].at,
                sound=url_for(".sound", question=answer.key, **where),
                action=url_for(".transcribe", question=answer.key, **where),
                form=form if form is not None and answer.key == typed_for else Form.empty(),
            )
            for answer in view.answers or ()
            if answer.key in there
        ],
    )
