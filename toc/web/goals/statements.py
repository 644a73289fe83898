"""Choosing the statements that a goal rests on: what was said in one interview, word for word."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.services import goals as service
from toc.services import interviews
from toc.services.errors import NotFound
from toc.services.interviews import ReadableStatement
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalRowId, RowId
from toc.web.goals.blueprint import goals, show_below
from toc.web.interviews.blueprint import Quote, quote
from toc.web.security import act, allow


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """One interview, with its statements to tick.

    Attributes:
        interview: id of the interview; "" when none is chosen.
        interviews: (id, label) of all that have statements.
        statements: (id, code and words, who said it and who may read it).
        ticked: ids of the statements that are ticked.
        groups: ids of the parties that said those, or all of the interview.
    """

    interview: str
    interviews: tuple[tuple[str, str], ...]
    statements: tuple[tuple[str, str, str], ...]
    ticked: tuple[str, ...]
    groups: tuple[str, ...]


def choosing(
    session: Session, interview: str | None, *, chosen: Collection[str], without: Collection[UUID] = ()
) -> Choosing:
    """Return what the evaluator chooses statements from.

    Args:
        session: of the programme.
        interview: id of the interview, if one was chosen; else that of the first ticked statement.
        chosen: ids of the ticked statements.
        without: statements that need not be offered.
    """
    said: dict[str, list[ReadableStatement]] = {}
    for one in interviews.readable_statements(session, act()):
        if one.interview_id is not None:
            said.setdefault(str(one.interview_id), []).append(one)
    ticked = [one for those in said.values() for one in those if str(one.id) in chosen]
    if interview not in said:
        interview = str(ticked[0].interview_id) if ticked else ""
    here = said.get(interview or "", [])
    speakers = ticked or here
    return Choosing(
        interview=interview or "",
        interviews=tuple((key, _label(those)) for key, those in said.items()),
        statements=tuple(
            (str(one.id), f"{code(CodeKind.STATEMENT, one.code)} “{one.text}”", _about(one))
            for one in here
            if one.id not in without
        ),
        ticked=tuple(str(one.id) for one in ticked),
        groups=tuple(dict.fromkeys(str(one.group_id) for one in speakers if one.group_id is not None)),
    )


def _label(those: list[ReadableStatement]) -> str:
    first, many = those[0], len(those)
    statements = ngettext("%(num)d statement", "%(num)d statements", many)
    return f"{first.who}: {statements}, {code(CodeKind.STATEMENT, first.code)}"


def _about(statement: ReadableStatement) -> str:
    said = quote(statement)
    many = len(statement.goal_ids)
    used = ngettext("%(num)d goal rests on it", "%(num)d goals rest on it", many) if many else ""
    return " · ".join(part for part in (said.who, said.reach, used) if part)


class SourcesInput(Input):
    """Statements that a goal is to rest on as well."""

    interview: OptionalRowId
    statement_ids: list[RowId]


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/statements")
@allow("goal.write")
def sources(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show the statements that a goal rests on, and others to add."""
    form: Form[SourcesInput] = Form.empty({"interview": request.args.get("interview", "")})
    return _page(read_session(programme_id), goal_id, form)


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/statements")
@allow("goal.write")
def add_sources(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Let a goal rest on more statements."""
    session = write_session(programme_id)
    form = Form(request.form, SourcesInput)
    if form.ok and not form.value.statement_ids:
        form.blame("statement_ids", DomainError("form.choose"))
    if not form.ok:
        return _page(session, goal_id, form), 400
    added = service.add_sources(session, act(), goal_id, form.value.statement_ids)
    session.commit()
    flash(ngettext("%(num)d statement added.", "%(num)d statements added.", added), "success")
    return redirect(url_for(".sources", programme_id=programme_id, goal_id=goal_id))


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/statements/<uuid:statement_id>/remove")
@allow("goal.write")
def remove_source(programme_id: UUID, goal_id: UUID, statement_id: UUID) -> ResponseReturnValue:
    """Let a goal no longer rest on a statement; the statement stays."""
    session = write_session(programme_id)
    form: Form[SourcesInput] = Form.empty()
    try:
        service.remove_source(session, act(), goal_id, statement_id)
    except NotFound:
        raise
    except DomainError as error:
        form.blame("", error)
        return _page(session, goal_id, form), 400
    session.commit()
    flash(gettext("The goal no longer rests on this statement."), "success")
    return redirect(url_for(".sources", programme_id=programme_id, goal_id=goal_id))


@dataclass(frozen=True, slots=True)
class Source:
    """A statement that the goal rests on, and where to take it away."""

    quote: Quote
    remove_url: str


def _page(session: Session, goal_id: UUID, form: Form[SourcesInput]) -> str:
    goal = service.get_goal(session, act(), goal_id)
    programme = show_below(session, goal, (gettext("Statements"), None))
    now = interviews.readable_statements(session, act(), goal_id=goal_id)
    ids = {one.id for one in now}
    return render_template(
        "goals/statements.html",
        row=programme,
        goal=goal,
        form=form,
        now=[
            Source(
                quote(one, programme.id),
                url_for(".remove_source", programme_id=programme.id, goal_id=goal_id, statement_id=one.id),
            )
            for one in now
        ],
        choosing=choosing(session, form.raw("interview"), chosen=form.raws("statement_ids"), without=ids),
    )
