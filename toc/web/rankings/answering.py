"""The pages on which somebody answers: a respondent alone, or a spokesperson beside an interviewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.rankings import POINTS, RankingMethod
from toc.services import interviews
from toc.services import rankings as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.rankings import OwnAnswer
from toc.web import frame
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalWhole
from toc.web.interviews.blueprint import name_of
from toc.web.mine import tasks
from toc.web.mine.tasks import Task
from toc.web.rankings import results
from toc.web.rankings.blueprint import place, rankings
from toc.web.security import act, allow, viewer
from toc.web.texts.interviews import is_participant

_LONGEST = 9
"""Digits of a number that is counted; more are refused anyway."""


class AnswerInput(Input):
    """What was answered; each goal is a field of its own."""


@dataclass(frozen=True, slots=True)
class GoalField:
    """The field of one goal."""

    name: str
    wording: str
    typed: str
    error: str | None


def field(goal_id: UUID) -> str:
    """Return the name of the field for a goal."""
    return f"score_{goal_id.hex}"


def _read(own: OwnAnswer) -> Form[AnswerInput]:
    fields = {field(goal.id): (OptionalWhole, None) for goal in own.goals}
    return Form(request.form, create_model("AnswerTyped", __base__=AnswerInput, **cast("Any", fields)))


def _filled(own: OwnAnswer) -> Form[AnswerInput]:
    return Form.empty({field(goal_id): str(score) for goal_id, score in own.scores.items()})


def _typed(own: OwnAnswer, form: Form[AnswerInput]) -> dict[UUID, int]:
    typed = {goal.id: getattr(form.value, field(goal.id)) for goal in own.goals}
    return {goal_id: score for goal_id, score in typed.items() if score is not None}


def _keep(session: Session, own: OwnAnswer, respondent_id: UUID, form: Form[AnswerInput]) -> bool:
    """Keep what was answered; tell whether it could be done.

    Raises:
        Stale: another answer of this respondent came in since the form was made.
        Conflict: the round is closed.
    """
    if not form.ok:
        return False
    try:
        service.answer(
            session,
            act(),
            own.ranking.id,
            respondent_id,
            _typed(own, form),
            Edited.of(request.form).revision,
        )
    except (Conflict, NotFound):
        raise
    except DomainError as error:
        goal = error.params.get("goal")
        form.blame(field(goal) if isinstance(goal, UUID) else "", error)
        return False
    return True


def _form_page(template: str, own: OwnAnswer, form: Form[AnswerInput], *, je: bool, **page: object) -> str:
    fields = [
        GoalField(field(goal.id), goal.wording, form.raw(field(goal.id)) or "", form.error(field(goal.id)))
        for goal in own.goals
    ]
    if own.ranking.method is RankingMethod.RANK:
        fields.sort(key=_place)
    return render_template(
        template,
        je=je,
        own=own,
        form=form,
        fields=fields,
        given=_given(fields),
        points=POINTS,
        revision=request.form.get("revision") or own.revision,
        **page,
    )


def _number(one: GoalField) -> int | None:
    """Return the whole number in a field, None where none can be read."""
    typed = one.typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST else None


def _place(one: GoalField) -> tuple[bool, int]:
    """Return where a goal stands in the order that was typed; goals without a place come last."""
    number = _number(one)
    return number is None, number or 0


def _given(fields: Iterable[GoalField]) -> int:
    """Return how many points are divided, as far as they can be read."""
    return sum(_number(one) or 0 for one in fields)


def _conflict_page(own: OwnAnswer, form: Form[AnswerInput], stale: Stale, *, je: bool, action: str) -> str:
    names = {field(goal.id): str(goal.id) for goal in own.goals}
    return render_template(
        "rankings/conflict.html",
        heading=own.ranking.title,
        labels={field(goal.id): goal.wording for goal in own.goals},
        mine={name: form.raw(name) or "" for name in names},
        theirs={name: stale.theirs.get(goal_id, "") for name, goal_id in names.items()},
        words={},
        action=action,
        revision=stale.revision,
        je=je,
    )


# --- Alone, by personal link --------------------------------------------------------------------------------


@tasks.register
def _tasks(session: Session, act: Act) -> Iterable[Task]:
    """Give a task for each round that the respondent may answer, or answered."""
    for one in service.asked(session, act):
        if one.is_open and not one.answered:
            said = gettext("Each person answers alone. It takes a few minutes.")
        elif one.is_open:
            said = gettext("Your answer is kept. It can be changed until the round closes.")
        else:
            said = gettext("The round is closed: see what came out.")
        yield Task(
            text=one.title, url=url_for("rankings.mine", ranking_id=one.id), done=one.answered, help=said
        )


def _je(session: Session) -> bool:
    """Tell whether who came by a personal link is a participant, who reads other words."""
    me = act().respondent
    return me is not None and is_participant(interviews.get_respondent(session, me).kind)


def _mine_page(session: Session, ranking_id: UUID, form: Form[AnswerInput] | None = None) -> str:
    own = service.own_answer(session, act(), ranking_id)
    frame.crumbs((gettext("My page"), url_for("mine.home")), (own.ranking.title, None))
    je = _je(session)
    if own.ranking.is_open:
        action = url_for(".answer", ranking_id=ranking_id)
        return _form_page("rankings/mine.html", own, form or _filled(own), je=je, action=action)
    answered = own.at is not None
    result = service.result(session, act(), ranking_id) if answered else None
    return render_template(
        "rankings/mine_closed.html",
        je=je,
        own=own,
        page=results.page(session, result, None) if result else None,
    )


@rankings.get("/mine/rankings/<uuid:ranking_id>")
@allow("mine.read")
def mine(ranking_id: UUID) -> ResponseReturnValue:
    """Ask a respondent what matters most to them; when the round is closed, show what came out."""
    return _mine_page(read_session(viewer().link_programme_id), ranking_id)


@rankings.post("/mine/rankings/<uuid:ranking_id>")
@allow("mine.write")
def answer(ranking_id: UUID) -> ResponseReturnValue:
    """Keep a respondent's answer."""
    session = write_session(viewer().link_programme_id)
    own = service.own_answer(session, act(), ranking_id)
    form, me = _read(own), viewer().respondent_id
    try:
        kept = me is not None and _keep(session, own, me, form)
    except Stale as stale:
        action = url_for(".answer", ranking_id=ranking_id)
        return _conflict_page(own, form, stale, je=_je(session), action=action), 409
    if not kept:
        return _mine_page(session, ranking_id, form), 400
    session.commit()
    flash(
        pgettext("participant", "Kept. You can change your answer until the round closes.")
        if _je(session)
        else gettext("Kept. You can change your answer until the round closes."),
        "success",
    )
    return redirect(url_for("mine.home"))


@rankings.post("/mine/rankings/<uuid:ranking_id>/take-back")
@allow("mine.write")
def take_back(ranking_id: UUID) -> ResponseReturnValue:
    """Erase a respondent's answer."""
    session = write_session(viewer().link_programme_id)
    service.take_back(session, act(), ranking_id)
    session.commit()
    flash(gettext("Taken back. The answer is erased and counts no more."), "success")
    return redirect(url_for("mine.home"))


# --- Beside an interviewer ----------------------------------------------------------------------------------


def _take_page(
    session: Session, ranking_id: UUID, respondent_id: UUID, form: Form[AnswerInput] | None = None
) -> str:
    own = service.taken_answer(session, act(), ranking_id, respondent_id)
    who = name_of(interviews.get_respondent(session, respondent_id))
    where = {"programme_id": session.info["programme_id"], "ranking_id": ranking_id}
    row = place(session, (own.ranking.title, url_for(".show", **where)), (who, None))
    action = url_for(".take_save", respondent_id=respondent_id, **where)
    if not own.ranking.is_open:
        raise Conflict("ranking.closed")
    return _form_page(
        "rankings/take.html", own, form or _filled(own), je=False, action=action, row=row, who=who
    )


@rankings.get("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/respondents/<uuid:respondent_id>")
@allow("interview.write")
def take(programme_id: UUID, ranking_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Ask a spokesperson without a personal link, beside the interviewer."""
    return _take_page(read_session(programme_id), ranking_id, respondent_id)


@rankings.post("/p/<uuid:programme_id>/rankings/<uuid:ranking_id>/respondents/<uuid:respondent_id>")
@allow("interview.write")
def take_save(programme_id: UUID, ranking_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Keep what a spokesperson answered, and who wrote it down."""
    session = write_session(programme_id)
    own = service.taken_answer(session, act(), ranking_id, respondent_id)
    form = _read(own)
    try:
        kept = _keep(session, own, respondent_id, form)
    except Stale as stale:
        return _conflict_page(own, form, stale, je=False, action=request.path), 409
    if not kept:
        return _take_page(session, ranking_id, respondent_id, form), 400
    session.commit()
    flash(gettext("The answer is kept, with your name as who wrote it down."), "success")
    return redirect(url_for(".show", programme_id=programme_id, ranking_id=ranking_id))
