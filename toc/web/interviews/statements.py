"""A statement: what was said, who may read it, and what rests on it."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.privacy import Reading
from toc.models.interviews import StatementDecision
from toc.services import documents, programmes
from toc.services import interviews as service
from toc.services.errors import NotFound
from toc.services.interviews import ReadableStatement
from toc.web import frame, origins
from toc.web.database import read_session, write_session
from toc.web.forms import Form
from toc.web.interviews.blueprint import interviews, name_of, quote
from toc.web.interviews.deciding import (
    Asked,
    DecisionInput,
    WithdrawalInput,
    asking,
    decide_as_asked,
    take_back,
)
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import interviews as words
from toc.web.thread import strip


@interviews.get("/p/<uuid:programme_id>/statements/<uuid:statement_id>")
@allow("statement.read")
def statement(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Show a statement to whoever may know of it."""
    return _page(read_session(programme_id), statement_id, Form.empty())


@interviews.post("/p/<uuid:programme_id>/statements/<uuid:statement_id>/decision")
@allow("interview.write")
def decide(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Write down what a speaker decided when an interviewer asked them."""
    session = write_session(programme_id)
    form = Form(request.form, DecisionInput)
    if form.ok:
        speaker = service.speaker(session, act(), statement_id)
        try:
            decide_as_asked(session, act(), speaker, statement_id, form.value, speaker.language)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("audience", error)
        else:
            session.commit()
            flash(gettext("The decision is kept, with the question that was asked."), "success")
            return redirect(url_for(".statement", programme_id=programme_id, statement_id=statement_id))
    return _page(session, statement_id, form), 400


@interviews.post("/p/<uuid:programme_id>/statements/<uuid:statement_id>/withdraw")
@allow("interview.write")
def withdraw(programme_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Take a statement back because its speaker asked for it."""
    session = write_session(programme_id)
    form = Form(request.form, WithdrawalInput)
    if not form.ok:
        return _page(session, statement_id, Form.empty()), 400
    speaker = service.speaker(session, act(), statement_id)
    gone = take_back(session, act(), speaker, statement_id, form.value.id)
    session.commit()
    flash(gettext("Taken back: the words are erased everywhere."), "success")
    return redirect(url_for(".show", programme_id=programme_id, interview_id=gone.interview_id))


@dataclass(frozen=True, slots=True)
class _MemberCheck:
    """What the evaluator sees of a statement besides its words."""

    who: str
    language: str
    respondent_id: UUID
    asked: Asked
    decisions: tuple[StatementDecision, ...]


def _member_check(session: Session, found: ReadableStatement) -> _MemberCheck | None:
    if found.interview_id is None or not viewer().may("interview.write"):
        return None
    speaker = service.speaker(session, act(), found.id)
    return _MemberCheck(
        who=name_of(speaker),
        language=words.in_pages(speaker.language),
        respondent_id=speaker.id,
        asked=asking(speaker, speaker.language),
        decisions=tuple(service.decisions_of(session, act(), found.id)),
    )


def _page(session: Session, statement_id: UUID, form: Form[DecisionInput]) -> str:
    found, goals = service.statement_to_read(session, act(), statement_id)
    programme = programmes.get(session)
    short = code(CodeKind.STATEMENT, found.code)
    crumbs: list[tuple[str, str | None]] = [(short, None)]
    if found.interview_id is not None and viewer().may("interview.read"):
        where = url_for(".show", programme_id=programme.id, interview_id=found.interview_id)
        crumbs = [
            (gettext("Interviews"), url_for(".index", programme_id=programme.id)),
            (gettext("Interview"), where),
            *crumbs,
        ]
    frame.show_in(programme, *crumbs)
    counted = found.reading is Reading.AGGREGATE
    return render_template(
        "interviews/statement.html",
        programme_id=programme.id,
        statement=found,
        short=short,
        beads=strip(session, "statement", statement_id),
        quote=None if counted else quote(found, cited=documents.cited(session, [found.id]).get(found.id)),
        goals=goals,
        voices=[(goal, service.aggregate(session, act(), goal.id)) for goal in goals] if counted else [],
        marks=origins.marks(session, "statement", statement_id),
        check=_member_check(session, found),
        form=form,
        decision_id=new_id(),
        withdrawal_id=new_id(),
    )
