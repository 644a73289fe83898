"""Rounds in which goals are ranked: the list, one round with what came out, opening and closing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.domain.rankings import MOST_GOALS, RankingMethod
from toc.services import goals as goals_service
from toc.services import rankings as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalView
from toc.services.rankings import Participant, RankingDraft, RankingView
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, RowId, chosen
from toc.web.rankings import results
from toc.web.rankings.blueprint import place, rankings
from toc.web.security import act, allow, new_id, viewer


class RankingInput(Input):
    """What a round is to ask."""

    id: RowId
    title: Line
    method: Annotated[RankingMethod, chosen(RankingMethod)]
    goal_ids: list[RowId]

    def draft(self) -> RankingDraft:
        """Return it as the service takes it."""
        return RankingDraft(title=self.title, method=self.method, goal_ids=tuple(self.goal_ids))


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRow:
    """A respondent in the list of who answered.

    Attributes:
        url: where an interviewer writes the answer down; "" when they answer alone.
    """

    who: str
    group: str
    when: str
    url: str


_BLAME = {
    "ranking.few_goals": "goal_ids",
    "ranking.many_goals": "goal_ids",
    "ranking.hidden_goal": "goal_ids",
    "ranking.title_missing": "title",
    "privacy.bsn": "title",
    "privacy.personal_number": "title",
}


@rankings.get("/p/<uuid:programme_id>/rankings")
@allow("ranking.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the rounds."""
    session = read_session(programme_id)
    return render_template(
        "rankings/index.html",
        row=place(session),
        views=service.ranking_views(session),
        writes=viewer().may("ranking.write"),
        counts=viewer().may("interview.read"),
    )


@rankings.get("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>")
@allow("ranking.read")
def show(programme_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    """Show a round, and what came out as soon as it may be seen."""
    session = read_session(programme_id)
    view = service.ranking_view(session, ranking_id)
    seen = service.may_see_result(view, act())
    result = service.result(session, act(), ranking_id) if seen else None
    asked = service.participants(session, act(), ranking_id) if viewer().may("interview.read") else None
    return render_template(
        "rankings/show.html",
        row=place(session, (view.title, None)),
        view=view,
        writes=viewer().may("ranking.write"),
        page=results.page(session, result, programme_id) if result else None,
        answered=None if asked is None else list(_answered(programme_id, view, asked)),
        counted=None if asked is None else _counted(asked),
    )


def _answered(programme_id: UUID, view: RankingView, asked: Iterable[Participant]) -> Iterable[AnsweredRow]:
    for one in asked:
        when = gettext("not yet") if one.answered_at is None else texts.day(one.answered_at.date())
        if one.taken:
            when = gettext("%(day)s, written down by an interviewer", day=when)
        yield AnsweredRow(
            who=f"{code(CodeKind.RESPONDENT, one.number)} {one.name}".strip(),
            group=one.group,
            when=when,
            url=url_for(".take", programme_id=programme_id, ranking_id=view.id, respondent_id=one.id)
            if one.may_take and view.is_open
            else "",
        )


def _counted(asked: list[Participant]) -> str:
    done = sum(one.answered_at is not None for one in asked)
    return str(gettext("%(done)s of %(all)s answered.", done=done, all=len(asked)))


# --- Opening and changing -----------------------------------------------------------------------------------


@rankings.get("/p/<uuid:programme_id>/rankings/new")
@allow("ranking.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for a round, with the goals that are usual."""
    session = read_session(programme_id)
    usual = service.usual_goals(goals_service.visible_goals(session, act()))
    filled: Form[RankingInput] = Form.empty(
        MultiDict(
            [
                ("title", gettext("Which goals matter most?")),
                ("method", RankingMethod.RANK.value),
                *(("goal_ids", str(goal_id)) for goal_id in usual),
            ]
        )
    )
    return _new_page(session, filled)


@rankings.post("/p/<uuid:programme_id>/rankings/new")
@allow("ranking.write")
def add(programme_id: UUID) -> ResponseReturnValue:
    """Open a round."""
    session = write_session(programme_id)
    form = Form(request.form, RankingInput)
    if form.ok:
        try:
            made = service.open_ranking(session, act(), form.value.id, form.value.draft())
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_BLAME[error.key], error)
        else:
            session.commit()
            flash(gettext("The round is open. Respondents find it behind their personal link."), "success")
            return redirect(url_for(".show", programme_id=programme_id, ranking_id=made.id))
    return _new_page(session, form), 400


def _new_page(session: Session, form: Form[RankingInput]) -> str:
    return render_template(
        "rankings/new.html",
        row=place(session, (gettext("New round"), None)),
        form=form,
        row_id=form.raw("id") or new_id(),
        **_options(session, ()),
    )


def _options(session: Session, asked: Iterable[UUID]) -> dict[str, object]:
    """Return what can be chosen: the ends first; with `asked` the goals of the round that is changed."""
    tree = [goal for goal in goals_service.visible_goals(session, act()) if goal.released]
    ends = {goal.id for goal in tree if goal.level in {Level.IMPACT, Level.OUTCOME}} | set(asked)
    return {
        "methods": texts.choices(RankingMethod),
        "ends": [_option(goal) for goal in tree if goal.id in ends],
        "others": [_option(goal) for goal in tree if goal.id not in ends],
        "most": MOST_GOALS,
    }


def _option(goal: GoalView) -> tuple[str, str]:
    return str(goal.id), f"{goal.code} {goal.wording}"


@rankings.get("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/edit")
@allow("ranking.write")
def edit(programme_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    """Show what a round asks, to be changed while nobody has answered."""
    session = read_session(programme_id)
    view = service.ranking_view(session, ranking_id)
    if view.answers:
        raise Conflict("ranking.answered")
    filled: Form[RankingInput] = Form.empty(
        MultiDict(
            [
                ("title", view.title),
                ("method", view.method.value),
                *(("goal_ids", str(goal.id)) for goal in view.goals),
            ]
        )
    )
    return _edit_page(session, view, filled)


@rankings.post("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/edit")
@allow("ranking.write")
def save(programme_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    """Change what a round asks, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    view = service.ranking_view(session, ranking_id)
    form = Form(_unpacked(ranking_id), RankingInput)
    if form.ok:
        try:
            service.edit_ranking(
                session, act(), ranking_id, form.value.draft(), Edited.of(request.form).revision
            )
        except Stale as stale:
            return _conflict_page(session, view, form, stale), 409
        except (Conflict, NotFound):
            raise
        except DomainError as error:
            form.blame(_BLAME[error.key], error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".show", programme_id=programme_id, ranking_id=ranking_id))
    return _edit_page(session, view, form), 400


def _unpacked(ranking_id: UUID) -> MultiDict[str, str]:
    """Return what was sent; after a conflict the chosen goals come as one field."""
    sent = MultiDict(request.form)
    sent["id"] = str(ranking_id)
    if "goals" in sent:
        sent.setlist("goal_ids", sent["goals"].split())
    return sent


def _edit_page(session: Session, view: RankingView, form: Form[RankingInput]) -> str:
    address = url_for(".show", programme_id=session.info["programme_id"], ranking_id=view.id)
    return render_template(
        "rankings/edit.html",
        row=place(session, (view.title, address), (gettext("Change"), None)),
        view=view,
        form=form,
        revision=request.form.get("revision") or view.revision,
        **_options(session, (goal.id for goal in view.goals)),
    )


def _conflict_page(session: Session, view: RankingView, form: Form[RankingInput], stale: Stale) -> str:
    codes = {goal.id: goal.code for goal in goals_service.visible_goals(session, act())}
    mine = {**form.value.model_dump(include={"title", "method"}), "goal_ids": form.value.goal_ids}
    said = {}
    goals = {}
    for name, says in (("mine", mine), ("theirs", stale.theirs)):
        ids: Iterable[UUID] = says["goal_ids"]  # type: ignore[assignment] # ids, in both
        packed = " ".join(map(str, ids))
        goals[packed] = ", ".join(codes.get(one, "") for one in ids)
        said[name] = {"title": says["title"], "method": says["method"], "goals": packed}
    return render_template(
        "rankings/conflict.html",
        row=place(session, (view.title, None)),
        heading=view.title,
        labels={"title": gettext("Question"), "method": gettext("How"), "goals": gettext("Goals")},
        words={"method": dict(texts.choices(RankingMethod)), "goals": goals},
        action=url_for(".save", programme_id=session.info["programme_id"], ranking_id=view.id),
        revision=stale.revision,
        je=False,
        **said,
    )


# --- Closing and opening again ------------------------------------------------------------------------------


@rankings.post("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/close")
@allow("ranking.write")
def close(programme_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    """Close a round, so that everybody sees what came out."""
    session = write_session(programme_id)
    service.close_ranking(session, act(), ranking_id)
    session.commit()
    flash(gettext("The round is closed. Everybody in the programme sees what came out."), "success")
    return redirect(url_for(".show", programme_id=programme_id, ranking_id=ranking_id))


@rankings.post("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/reopen")
@allow("ranking.write")
def reopen(programme_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    """Let respondents answer again."""
    session = write_session(programme_id)
    service.reopen_ranking(session, act(), ranking_id)
    session.commit()
    flash(gettext("The round is open again. Until it is closed only you see what came out."), "success")
    return redirect(url_for(".show", programme_id=programme_id, ranking_id=ranking_id))
