"""Findings: published to the parties, answered by them, and what was done with the answer."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import findings as service
from toc.services import goals, interviews, programmes
from toc.services.errors import NotFound, Stale
from toc.services.interviews import checking
from toc.web import frame, origins, said, texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalParagraph, Paragraph, RowId, Tick
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import findings as finding_texts
from toc.web.texts.interviews import is_participant

texts.register(finding_texts.SENTENCES)

findings = Blueprint("findings", __name__)


class FindingInput(Input):
    """What the evaluator found."""

    id: RowId
    text: Paragraph


class ReplyInput(Input):
    """What a respondent says to it."""

    id: RowId
    text: Paragraph


class AnswerInput(Input):
    """What was done with a reply."""

    text: Paragraph
    reword: Tick
    wording: OptionalParagraph


def _sure(rung: int) -> str:
    return texts.sentence(f"finding.sure_{rung}")


@findings.get("/p/<uuid:programme_id>/findings")
@allow("finding.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the findings; an evaluator also sees which goals have none and which replies wait."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    frame.show_in(programme, (gettext("Findings"), None))
    found = service.findings(session, act())
    writes = viewer().may("finding.write")
    told = {one.goal_id for one in found}
    untold = [goal for goal in goals.visible_goals(session, act()) if goal.id not in told] if writes else []
    waiting = [one for one in service.replies(session) if one.answered_at is None] if writes else []
    return render_template(
        "findings/index.html",
        row=programme,
        found=found,
        untold=untold,
        waiting=waiting,
        writes=writes,
        sure=_sure,
        badge=said.badge,
    )


def _new_page(session: Session, goal_id: UUID, form: Form[FindingInput], row_id: UUID) -> str:
    programme = programmes.get(session)
    goal = goals.get_goal(session, act(), goal_id)
    frame.show_in(
        programme,
        (gettext("Findings"), url_for(".index", programme_id=programme.id)),
        (gettext("New finding"), None),
    )
    return render_template(
        "findings/new.html",
        row=programme,
        goal=goal,
        form=form,
        row_id=row_id,
        standing=service.standing(session, act(), goal_id),
        sure=_sure,
        badge=said.badge,
    )


@findings.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/finding")
@allow("finding.write")
def new(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show what is known about a goal and a form for the finding."""
    return _new_page(read_session(programme_id), goal_id, Form.empty(), new_id())


@findings.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/finding")
@allow("finding.write")
def publish(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Publish the finding to the parties who hold the goal."""
    session = write_session(programme_id)
    form = Form(request.form, FindingInput)
    if form.ok:
        try:
            finding = service.publish(session, act(), form.value.id, goal_id, form.value.text)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("text", error)
        else:
            session.commit()
            flash(gettext("The finding is published. The parties can read it and answer."), "success")
            return redirect(url_for(".show", programme_id=programme_id, finding_id=finding.id))
    return _new_page(session, goal_id, form, new_id()), 400


def _page(
    session: Session, finding_id: UUID, forms: dict[UUID, Form[AnswerInput]], stale: Stale | None = None
) -> str:
    programme = programmes.get(session)
    finding = service.get(session, act(), finding_id)
    frame.show_in(
        programme, (gettext("Findings"), url_for(".index", programme_id=programme.id)), (finding.code, None)
    )
    return render_template(
        "findings/show.html",
        row=programme,
        finding=finding,
        replies=service.replies(session, finding_id) if viewer().may("finding.write") else None,
        forms=forms,
        empty=Form.empty(),
        stale=stale,
        marks=origins.marks(session, "finding", finding_id),
        sure=_sure,
        badge=said.badge,
    )


@findings.get("/p/<uuid:programme_id>/findings/<uuid:finding_id>")
@allow("finding.read")
def show(programme_id: UUID, finding_id: UUID) -> ResponseReturnValue:
    """Show a finding; to an evaluator also the replies."""
    return _page(read_session(programme_id), finding_id, {})


@findings.post("/p/<uuid:programme_id>/replies/<uuid:reply_id>")
@allow("finding.write")
def answer(programme_id: UUID, reply_id: UUID) -> ResponseReturnValue:
    """Say what was done with a reply, and reword the goal if that is what was done."""
    session = write_session(programme_id)
    row = service.get_reply(session, reply_id)
    form = Form(request.form, AnswerInput)
    if form.ok:
        given, revision = form.value, Edited.of(request.form).revision
        wording = given.wording if given.reword else ""
        try:
            service.answer(session, act(), row, given.text, revision=revision, wording=wording)
        except Stale as error:
            return _page(session, row.finding_id, {reply_id: form}, error), 409
        except DomainError as error:
            form.blame("text", error)
        else:
            session.commit()
            flash(gettext("Saved. Who replied can read what was done with it."), "success")
            return redirect(url_for(".show", programme_id=programme_id, finding_id=row.finding_id))
    return _page(session, row.finding_id, {reply_id: form}), 400


# --- For a respondent, by personal link ---------------------------------------------------------------------


def _is_participant(session: Session) -> bool:
    """Tell whether who opened the link is a participant, who reads other words than a spokesperson."""
    me = act().respondent
    return me is not None and is_participant(interviews.get_respondent(session, me).kind)


def _mine_page(session: Session, form: Form[ReplyInput] | None = None, finding_id: UUID | None = None) -> str:
    frame.crumbs((gettext("My page"), url_for("mine.home")), (gettext("What was found"), None))
    me = viewer().respondent_id
    return render_template(
        "findings/mine.html",
        je=_is_participant(session),
        told=me is not None and checking.has_told(session, me),
        own=service.own_findings(session, act()),
        form=form,
        at=finding_id,
        empty=Form.empty(),
        row_id=new_id(),
        sure=_sure,
        badge=said.badge,
    )


@findings.get("/mine/findings")
@allow("mine.read")
def mine() -> ResponseReturnValue:
    """Show a respondent what was found on the goals that they named."""
    return _mine_page(read_session(viewer().link_programme_id))


@findings.post("/mine/findings/<uuid:finding_id>")
@allow("mine.write")
def reply(finding_id: UUID) -> ResponseReturnValue:
    """Take a respondent's reply."""
    session = write_session(viewer().link_programme_id)
    form = Form(request.form, ReplyInput)
    if form.ok:
        try:
            service.reply(session, act(), form.value.id, finding_id, form.value.text)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("text", error)
        else:
            thanks = (
                pgettext("participant", "Thank you. You will read here what is done with it.")
                if _is_participant(session)
                else gettext("Thank you. You will read here what is done with it.")
            )
            session.commit()
            flash(thanks, "success")
            return redirect(url_for(".mine"))
    return _mine_page(session, form, finding_id), 400
