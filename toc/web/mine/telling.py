"""Telling alone: one question at a time, kept while typing, gone on with later, read back, then sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain import tongues
from toc.domain.errors import DomainError
from toc.domain.interviews import Mode
from toc.services import interviews as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import AnswerView, InterviewView, recordings
from toc.web.forms import Edited, Form, Input, RowId
from toc.web.interviews.answers import OneAnswerInput, keep_one, refusal
from toc.web.interviews.holding import chosen_places, in_pieces, marked_text, marking_id
from toc.web.mine.blueprint import crumb, mine, myself, own_interview, reading, writing
from toc.web.mine.home import home_page
from toc.web.security import act, allow, new_id, settings, viewer
from toc.web.texts import interviews as words
from toc.web.texts import language

PLACE_COOKIE = "question"
"""Keeps in the browser at which question of which interview the reader was; it opens nothing."""

_DAY = 86_400


class StartInput(Input):
    """The beginning of an interview that somebody fills in alone."""

    id: RowId


@dataclass(frozen=True, slots=True)
class Told:
    """A question with what was answered, as the page that reads it back shows it.

    Attributes:
        number: of the question, from 1.
        question: in the language of the reader.
        text: what was typed.
        spoken: that it was also, or only, said aloud.
    """

    number: int
    question: "Wording"
    text: str
    spoken: bool


@mine.post("/mine/interviews")
@allow("mine.write")
def start() -> ResponseReturnValue:
    """Begin to answer, or go on with what was begun."""
    session = writing()
    me = myself(session)
    form = Form(request.form, StartInput)
    if not form.ok:
        return home_page(session, me), 400
    made = service.start_interview(
        session, act(), form.value.id, me.id, mode=Mode.ALONE, variant=viewer().link_guide
    )
    session.commit()
    return redirect(url_for(".answers", interview_id=made.id))


@mine.get("/mine/interviews/<uuid:interview_id>")
@allow("mine.read")
def answers(interview_id: UUID) -> ResponseReturnValue:
    """Go on where the reader was; after sending, show what was sent."""
    session = reading()
    view = own_interview(session, interview_id)
    if view.interview.submitted_at is not None:
        return _sent_page(session, view)
    return redirect(url_for(".question", interview_id=interview_id, number=_where(view)))


@mine.get("/mine/interviews/<uuid:interview_id>/<int:number>")
@allow("mine.read")
def question(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Show one question with its answer so far."""
    session = reading()
    view = own_interview(session, interview_id)
    asked(view, number)
    if view.interview.submitted_at is not None:
        return redirect(url_for(".answers", interview_id=interview_id))
    response = make_response(_question_page(session, view, number, Form.empty()))
    _remember(response, interview_id, number)
    return response


@mine.post("/mine/interviews/<uuid:interview_id>/<int:number>")
@allow("mine.write")
def save(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Keep the answer to one question, then go where the button says."""
    session = writing()
    view = own_interview(session, interview_id)
    form = Form(request.form, OneAnswerInput)
    try:
        kept = _keep(session, view, number, form)
    except Stale:
        return _conflict_page(session, interview_id, number, form), 409
    if not kept:
        return _question_page(session, view, number, form), 400
    session.commit()
    return redirect(_next(view, number))


@mine.post("/mine/interviews/<uuid:interview_id>/<int:number>/draft")
@allow("mine.write")
def draft(interview_id: UUID, number: int) -> ResponseReturnValue:
    """Keep the answer while it is being typed; says the revision, or what is wrong, as JSON."""
    session = writing()
    view = own_interview(session, interview_id)
    form = Form(request.form, OneAnswerInput)
    try:
        kept = "answer" in request.form and _keep(session, view, number, form)
    except Stale:
        session.rollback()
        session.expire_all()
        there = asked(own_interview(session, interview_id), number)
        return jsonify(theirs=there.text, revision=there.revision), 409
    if not kept:
        return jsonify(sentence=refusal(form)), 400
    session.commit()
    session.expire_all()
    return jsonify(revision=asked(own_interview(session, interview_id), number).revision)


@mine.get("/mine/interviews/<uuid:interview_id>/review")
@allow("mine.read")
def review(interview_id: UUID) -> ResponseReturnValue:
    """Read back what was said before it is sent."""
    session = reading()
    view = own_interview(session, interview_id)
    if view.interview.submitted_at is not None:
        return redirect(url_for(".answers", interview_id=interview_id))
    return _review_page(session, view, Form.empty())


@mine.post("/mine/interviews/<uuid:interview_id>/send")
@allow("mine.write")
def send(interview_id: UUID) -> ResponseReturnValue:
    """Send the answers: from now on the evaluator reads them."""
    session = writing()
    view = own_interview(session, interview_id)
    form: Form[Input] = Form.empty()
    try:
        service.submit_interview(session, act(), interview_id)
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        form.blame("", error)
        return _review_page(session, view, form), 400
    session.commit()
    flash(gettext("Sent. Thank you for telling us."), "success")
    return redirect(url_for(".answers", interview_id=interview_id))


@mine.post("/mine/interviews/<uuid:interview_id>/sentences")
@allow("mine.write")
def mark(interview_id: UUID) -> ResponseReturnValue:
    """Let the reader choose which of their own sentences may be quotes."""
    session = writing()
    view = own_interview(session, interview_id)
    try:
        marked = service.mark_statements(session, act(), marking_id(), chosen_places(view))
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        return _sent_page(session, view, error), 400
    session.commit()
    flash(marked_text(len(marked)), "success")
    return redirect(url_for(".said"))


def asked(view: InterviewView, number: int) -> AnswerView:
    """Return a question of an interview by its number, from 1.

    Raises:
        NotFound: it has no such question.
    """
    questions = view.answers or ()
    if not 1 <= number <= len(questions):
        raise NotFound
    return questions[number - 1]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in one language.

    Attributes:
        text: of the question.
        language: its code.
        direction: in which it is written.
        instead: name of the reader's own language when it is not there in that; else "".
        name: of its language.
    """

    text: str
    language: str
    direction: str
    instead: str
    name: str


def wording(view: InterviewView, answer: AnswerView) -> Wording:
    """Return a question in the reader's own language when it is there, else in that of the page."""
    wanted = _languages(view)
    spoken, text = answer.asked(*wanted)
    return Wording(
        text=text,
        language=spoken,
        direction=tongues.direction(spoken),
        instead="" if spoken == wanted[0] else tongues.name(wanted[0]),
        name=tongues.name(spoken),
    )


def _languages(view: InterviewView) -> tuple[str, ...]:
    """Return the languages to ask in; whoever has one of the pages may choose the other one there."""
    own = view.respondent.language
    return (language(),) if own in tongues.PAGES else (own, language())


def _where(view: InterviewView) -> int:
    """Return the question at which the reader was: as their browser knows, else the last they answered."""
    questions = view.answers or ()
    interview_id, _, number = request.cookies.get(PLACE_COOKIE, "").partition("/")
    known = number.isascii() and number.isdigit() and len(number) < 4  # noqa: PLR2004 - no guide is that long
    if known and interview_id == str(view.interview.id) and 1 <= int(number) <= len(questions):
        return int(number)
    return max((at for at, answer in enumerate(questions, 1) if answer.text), default=1)


def _remember(response: Response, interview_id: UUID, number: int) -> None:
    response.set_cookie(
        PLACE_COOKIE,
        f"{interview_id}/{number}",
        max_age=settings().personal_link_days * _DAY,
        path=url_for(".home"),
        secure=settings().https_only,
        httponly=True,
        samesite="Lax",
    )


def _keep(session: Session, view: InterviewView, number: int, form: Form[OneAnswerInput]) -> bool:
    """Keep the answer to one question; tell whether it could be done, with the reason in the form.

    Raises:
        Stale: it was changed in another window.
        Conflict: it was sent already.
    """
    return keep_one(session, view, asked(view, number), form, Edited.of(request.form).revision)


def _next(view: InterviewView, number: int) -> str:
    """Return where a button goes: on by default, at the end to the page that reads everything back."""
    to = request.form.get("to", "")
    where: dict[str, Any] = {"interview_id": view.interview.id}
    if to == "home":
        flash(gettext("Kept. You can go on now or later, with the same link."), "success")
        return url_for(".home")
    if to == "speak":
        return url_for(".speaking", number=number, **where)
    if to == "back":
        return url_for(".question", number=max(number - 1, 1), **where)
    if to == "review" or number >= len(view.answers or ()):
        return url_for(".review", **where)
    return url_for(".question", number=number + 1, **where)


def _question_page(session: Session, view: InterviewView, number: int, form: Form[OneAnswerInput]) -> str:
    there, je = asked(view, number), words.is_participant(view.respondent.kind)
    where: dict[str, Any] = {"interview_id": view.interview.id, "number": number}
    total = len(view.answers or ())
    crumb((gettext("My answers"), url_for(".review", interview_id=view.interview.id)), (str(number), None))
    return render_template(
        "mine/question.html",
        je=je,
        question=wording(view, there),
        answer=there,
        number=number,
        total=total,
        last=number == total,
        form=form,
        revision=form.raw("revision") or there.revision,
        spoken=there.key in recordings.recordings_of(session, act(), view.interview.id),
        action=url_for(".save", **where),
        draft=url_for(".draft", **where),
        kept_as=f"answer {view.interview.id} {there.key}",
    )


def _conflict_page(session: Session, interview_id: UUID, number: int, form: Form[OneAnswerInput]) -> str:
    session.rollback()
    session.expire_all()
    view = own_interview(session, interview_id)
    there = asked(view, number)
    crumb((gettext("My answers"), None))
    return render_template(
        "mine/conflict.html",
        je=words.is_participant(view.respondent.kind),
        action=url_for(".save", interview_id=interview_id, number=number),
        mine={"answer": form.raw("answer") or ""},
        theirs={"answer": there.text},
        labels={"answer": wording(view, there).text},
        revision=there.revision,
        keep={"to": request.form.get("to", "")},
    )


def _review_page(session: Session, view: InterviewView, form: Form[Input]) -> str:
    spoken = recordings.recordings_of(session, act(), view.interview.id)
    crumb((gettext("My answers"), None))
    return render_template(
        "mine/review.html",
        je=words.is_participant(view.respondent.kind),
        interview_id=view.interview.id,
        told=[
            Told(number, wording(view, answer), answer.text, answer.key in spoken)
            for number, answer in enumerate(view.answers or (), 1)
        ],
        last=len(view.answers or ()),
        form=form,
    )


@dataclass(frozen=True, slots=True)
class SentSound:
    """An answer that was said aloud.

    Attributes:
        question: in the language of the page.
        number: of the question, from 1.
        waits: the sound is still there, to be written down.
        written_at: when sound was last written down, and deleted.
    """

    question: str
    number: int
    waits: bool
    written_at: datetime | None


def _sounds(session: Session, view: InterviewView) -> list[SentSound]:
    spoken = recordings.recordings_of(session, act(), view.interview.id)
    written = recordings.written_down(session, act(), view.interview.id)
    return [
        SentSound(wording(view, answer).text, number, answer.key in spoken, written.get(answer.key))
        for number, answer in enumerate(view.answers or (), 1)
        if answer.key in spoken or answer.key in written
    ]


def _sent_page(session: Session, view: InterviewView, error: DomainError | None = None) -> str:
    form: Form[Input] = Form.empty()
    if error is not None:
        form.blame("", error)
    crumb((gettext("My answers"), None))
    return render_template(
        "mine/sent.html",
        je=words.is_participant(view.respondent.kind),
        view=view,
        answered=in_pieces(view, *_languages(view)),
        spoken_language=view.respondent.language,
        sounds=_sounds(session, view),
        form=form,
        marking_id=new_id(),
    )
