"""The pages behind a personal link: somebody's own words, and nothing of anybody else.

A participant reads other words than a spokesperson; neither sees what money depends on the answers.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import ConsentScope, ConsentState, Mode, consent_state
from toc.models.interviews import Respondent
from toc.services import interviews as service
from toc.services import programmes
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import InterviewView, ReadableStatement
from toc.web import frame
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, RowId
from toc.web.interviews import answers as forms
from toc.web.interviews.consent import ConsentInput, questions, record
from toc.web.interviews.deciding import DecisionInput, WithdrawalInput, asking, decide_as_asked, take_back
from toc.web.interviews.holding import chosen_places, in_pieces, marked_text, marking_id
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import interviews as words
from toc.web.texts import language

mine = Blueprint("mine", __name__)


class StartInput(Input):
    """The beginning of an interview that somebody fills in alone."""

    id: RowId


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A sentence of the reader, with what they chose."""

    id: UUID
    code: str
    text: str
    now: str
    waits: bool
    form: Form[Input]


def _reading() -> Session:
    return read_session(viewer().link_programme_id)


def _writing() -> Session:
    return write_session(viewer().link_programme_id)


def _me(session: Session) -> Respondent:
    """Return the respondent whose link was opened.

    Raises:
        NotFound: they were removed in the meantime.
    """
    me = viewer().respondent_id
    if me is None:
        raise NotFound
    return service.get_respondent(session, me)


def _consent(session: Session, me: Respondent) -> ConsentState:
    """Return whether the reader may be asked anything: what they answered last counts."""
    rows = service.consents_of(session, act(), me.id)
    given: dict[ConsentScope, bool] = {row.scope: row.given for row in reversed(rows)}
    return consent_state(given)


def _crumb(here: str) -> None:
    frame.crumbs((gettext("My page"), url_for("mine.home")), (here, None))


@mine.get("/mine")
@allow("mine.read")
def home() -> ResponseReturnValue:
    """Say what this is, and what the reader can do."""
    return _home(_reading())


@mine.post("/mine/consent")
@allow("mine.write")
def consent() -> ResponseReturnValue:
    """Keep whether the reader may be asked."""
    session = _writing()
    me = _me(session)
    form = Form(request.form, ConsentInput)
    if not form.ok:
        return _home(session, form), 400
    record(session, act(), me, form.value, language())
    session.commit()
    flash(gettext("Thank you. Your answer is kept."), "success")
    return redirect(url_for(".home"))


@mine.post("/mine/interviews")
@allow("mine.write")
def start() -> ResponseReturnValue:
    """Begin to answer, or go on with what was begun."""
    session = _writing()
    form = Form(request.form, StartInput)
    if not form.ok:
        return _home(session), 400
    made = service.start_interview(session, act(), form.value.id, _me(session).id, mode=Mode.ALONE)
    session.commit()
    return redirect(url_for(".answers", interview_id=made.id))


@mine.get("/mine/interviews/<uuid:interview_id>")
@allow("mine.read")
def answers(interview_id: UUID) -> ResponseReturnValue:
    """Show the questions with the reader's answers; after sending, what was sent."""
    session = _reading()
    view = _own(session, interview_id)
    if view.interview.submitted_at is not None:
        return _sent_page(view)
    return _answers_page(view, forms.filled(view))


@mine.post("/mine/interviews/<uuid:interview_id>")
@allow("mine.write")
def save(interview_id: UUID) -> ResponseReturnValue:
    """Keep the answers for later, or send them."""
    session = _writing()
    view = _own(session, interview_id)
    form, complete = forms.read(view, request.form), "complete" in request.form
    try:
        saved = forms.save(session, view, form, request.form, complete=complete)
    except Stale as stale:
        return _conflict_page(session, interview_id, form, stale), 409
    if not saved:
        return _answers_page(view, form), 400
    session.commit()
    if complete:
        flash(gettext("Sent. Thank you for telling us."), "success")
        return redirect(url_for(".answers", interview_id=interview_id))
    flash(gettext("Kept. You can go on now or later, with the same link."), "success")
    return redirect(url_for(".home"))


@mine.post("/mine/interviews/<uuid:interview_id>/sentences")
@allow("mine.write")
def mark(interview_id: UUID) -> ResponseReturnValue:
    """Let the reader choose which of their own sentences may be quotes."""
    session = _writing()
    view = _own(session, interview_id)
    try:
        marked = service.mark_statements(session, act(), marking_id(), chosen_places(view))
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        return _sent_page(view, error), 400
    session.commit()
    flash(marked_text(len(marked)), "success")
    return redirect(url_for(".said"))


@mine.get("/mine/said")
@allow("mine.read")
def said() -> ResponseReturnValue:
    """Show what the reader said, each sentence with who may read it."""
    return _said_page(_reading())


@mine.post("/mine/said")
@allow("mine.write")
def release() -> ResponseReturnValue:
    """Keep what the reader chose for their sentences."""
    session = _writing()
    me = _me(session)
    typed = _decisions(service.own_statements(session, act()))
    if not typed or not all(form.ok for form in typed.values()):
        return _said_page(session, typed), 400
    for statement_id, form in typed.items():
        decide_as_asked(session, act(), me, statement_id, form.value, language())
    session.commit()
    flash(gettext("Kept. You can change this whenever you want."), "success")
    return redirect(url_for(".said"))


@mine.post("/mine/said/<uuid:statement_id>/withdraw")
@allow("mine.write")
def withdraw(statement_id: UUID) -> ResponseReturnValue:
    """Take a sentence of the reader back, at once."""
    session = _writing()
    form = Form({"id": request.form.get(f"withdrawal_{statement_id}", "")}, WithdrawalInput)
    if not form.ok:
        return _said_page(session), 400
    take_back(session, act(), service.speaker(session, act(), statement_id), statement_id, form.value.id)
    session.commit()
    flash(gettext("Taken back. The sentence is erased: nobody can read it any more."), "success")
    return redirect(url_for(".said"))


def _own(session: Session, interview_id: UUID) -> InterviewView:
    """Return an interview that the reader filled in alone.

    Raises:
        NotFound: it is somebody else's, or somebody else wrote it down.
    """
    view = service.interview_view(session, act(), interview_id)
    if view.interview.mode is not Mode.ALONE:
        raise NotFound
    return view


def _decisions(own: list[ReadableStatement]) -> dict[UUID, Form[DecisionInput]]:
    """Return what was chosen, for each sentence where that is something new."""
    sent, form_id = request.form, Form(request.form, StartInput)
    typed = {}
    for statement in own:
        audience = sent.get(f"audience_{statement.id}", "")
        attribution = sent.get(f"attribution_{statement.id}", "")
        before = (statement.audience.value, statement.attribution.value)
        if not audience or (statement.decided_at and (audience, attribution or before[1]) == before):
            continue
        row_id = str(derived(form_id.value.id, str(statement.id))) if form_id.ok else ""
        typed[statement.id] = Form(
            {"id": row_id, "audience": audience, "attribution": attribution}, DecisionInput
        )
    return typed


def _home(session: Session, form: Form[ConsentInput] | None = None) -> str:
    me = _me(session)
    own = service.own_statements(session, act())
    interviews = [row for row in service.interviews_of(session, act(), me.id) if row.mode is Mode.ALONE]
    return render_template(
        "mine/home.html",
        je=words.is_participant(me.kind),
        name=me.name,
        programme=programmes.get(session).name,
        state=_consent(session, me).value,
        questions=questions(me.kind, language()),
        form=form,
        consent_id=new_id(),
        interview_id=new_id(),
        draft=next((row for row in interviews if row.submitted_at is None), None),
        sent=[row for row in interviews if row.submitted_at is not None],
        own=own,
        waiting=sum(1 for statement in own if statement.decided_at is None),
    )


def _answers_page(view: InterviewView, form: Form[forms.AnswersInput]) -> str:
    _crumb(gettext("My answers"))
    return render_template(
        "mine/answers.html",
        je=words.is_participant(view.respondent.kind),
        view=view,
        form=form,
        language=language(),
        action=url_for(".save", interview_id=view.interview.id),
    )


def _conflict_page(session: Session, interview_id: UUID, form: Form[forms.AnswersInput], stale: Stale) -> str:
    session.expire_all()
    view = _own(session, interview_id)
    _crumb(gettext("My answers"))
    return render_template(
        "mine/conflict.html",
        je=words.is_participant(view.respondent.kind),
        action=url_for(".save", interview_id=interview_id),
        **forms.conflict(view, form, stale, language()),
    )


def _sent_page(view: InterviewView, error: DomainError | None = None) -> str:
    form: Form[Input] = Form.empty()
    if error is not None:
        form.blame("", error)
    _crumb(gettext("My answers"))
    return render_template(
        "mine/sent.html",
        je=words.is_participant(view.respondent.kind),
        view=view,
        answered=in_pieces(view, language()),
        form=form,
        marking_id=new_id(),
    )


def _said_page(session: Session, typed: dict[UUID, Form[DecisionInput]] | None = None) -> str:
    me = _me(session)
    own = service.own_statements(session, act())
    _crumb(gettext("What I said"))
    return render_template(
        "mine/said.html",
        je=words.is_participant(me.kind),
        asked=asking(me, language()),
        statements=[_own_statement(statement, typed or {}) for statement in own],
        form_id=new_id(),
        nothing_chosen=typed is not None,
    )


def _own_statement(statement: ReadableStatement, typed: dict[UUID, Form[DecisionInput]]) -> OwnStatement:
    audience, attribution = f"audience_{statement.id}", f"attribution_{statement.id}"
    values = {}
    if statement.decided_at is not None:
        values = {audience: statement.audience.value, attribution: statement.attribution.value}
    sent = typed.get(statement.id)
    if sent is not None:
        values = {audience: sent.raw("audience") or "", attribution: sent.raw("attribution") or ""}
    form: Form[Input] = Form.empty(values)
    return OwnStatement(
        id=statement.id,
        code=code(CodeKind.STATEMENT, statement.code),
        text=statement.text or "",
        now=words.own_reach(statement),
        waits=statement.decided_at is None,
        form=form,
    )
