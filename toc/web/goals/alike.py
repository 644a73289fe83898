"""Goals that are worded alike: one page of suggestions, and what somebody says of them."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.services import goals as goal_service
from toc.services.errors import NotFound
from toc.services.goals import alike as service
from toc.services.goals.alike import AlikeGoal, AlikePair, Distinction
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, RowId
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.security import act, allow

MOST = 50
"""Pairs on the page; who tells these apart, or joins them, sees the next."""


class PairInput(Input):
    """Two goals."""

    one_id: RowId
    other_id: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two goals, as the page shows it."""

    code: str
    wording: str
    url: str
    level: Level | None
    hidden: bool
    held_by: str
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two goals that may be one.

    Attributes:
        heading: both codes.
        why: what is alike, in words.
        shared: the words that both have.
        fields: what the form carries that tells them apart.
        merge_url: where they become one.
    """

    heading: str
    sides: tuple[Side, Side]
    why: str
    shared: str
    fields: dict[str, str]
    merge_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """Two goals that somebody told apart, and where to take that back."""

    one: str
    other: str
    who: str
    undo_url: str


@goals.get("/p/<uuid:programme_id>/goals/alike")
@allow("goal.write")
def alike(programme_id: UUID) -> ResponseReturnValue:
    """Show the goals that may be one."""
    return _page(read_session(programme_id), Form.empty())


def _page(session: Session, form: Form[PairInput]) -> str:
    programme = show_in_tree(session, (gettext("Goals that look alike"), None))
    pairs = service.alike(session, act())
    options = [
        ("", gettext("choose a goal")),
        *(
            (str(goal.id), f"{goal.code} {goal.wording}")
            for goal in goal_service.visible_goals(session, act())
        ),
    ]
    return render_template(
        "goals/alike.html",
        row=programme,
        form=form,
        pairs=[_pair(programme.id, pair) for pair in pairs[:MOST]],
        further=len(pairs[MOST:]),
        apart=[_apart(programme.id, one) for one in service.told_apart(session, act())],
        options=options,
        can_choose=len(options) > 2,  # noqa: PLR2004 - the empty option and two goals
    )


def _pair(programme_id: UUID, pair: AlikePair) -> Pair:
    one, other = pair.one.goal, pair.other.goal
    return Pair(
        heading=gettext("%(one)s and %(other)s", one=one.code, other=other.code),
        sides=(_side(programme_id, pair.one), _side(programme_id, pair.other)),
        why=texts.word(pair.why),
        shared=", ".join(pair.shared),
        fields={"one_id": str(one.id), "other_id": str(other.id)},
        merge_url=url_for(".merge", programme_id=programme_id, goal_id=one.id, other_id=other.id),
    )


def _side(programme_id: UUID, side: AlikeGoal) -> Side:
    goal = side.goal
    return Side(
        code=goal.code,
        wording=goal.wording,
        url=url_for(".show", programme_id=programme_id, goal_id=goal.id),
        level=goal.level,
        hidden=not goal.released,
        held_by=", ".join(side.holders),
        statements=side.statements,
    )


def _apart(programme_id: UUID, told: Distinction) -> Apart:
    when = texts.day(told.at.date())
    return Apart(
        one=f"{told.one.code} {told.one.wording}",
        other=f"{told.other.code} {told.other.wording}",
        who=gettext("%(name)s, %(day)s", name=told.by, day=when) if told.by else when,
        undo_url=url_for(".forget_apart", programme_id=programme_id, distinction_id=told.id),
    )


@goals.post("/p/<uuid:programme_id>/goals/alike")
@allow("goal.write")
def tell_apart(programme_id: UUID) -> ResponseReturnValue:
    """Say that two goals are not the same."""
    session = write_session(programme_id)
    form = Form(request.form, PairInput)
    if form.ok:
        try:
            service.tell_apart(session, act(), form.value.one_id, form.value.other_id)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("", error)
        else:
            session.commit()
            flash(gettext("They are two goals. Below you can take that back."), "success")
            return redirect(url_for(".alike", programme_id=programme_id))
    return _page(session, form), 400


@goals.post("/p/<uuid:programme_id>/goals/alike/<uuid:distinction_id>/forget")
@allow("goal.write")
def forget_apart(programme_id: UUID, distinction_id: UUID) -> ResponseReturnValue:
    """Take back that two goals are not the same."""
    session = write_session(programme_id)
    service.forget_distinction(session, act(), distinction_id)
    session.commit()
    flash(gettext("Taken back: they are suggested again when they look alike."), "success")
    return redirect(url_for(".alike", programme_id=programme_id))


@goals.get("/p/<uuid:programme_id>/goals/merge")
@allow("goal.write")
def choose_merge(programme_id: UUID) -> ResponseReturnValue:
    """Go to the page where two goals that somebody chose become one."""
    form = Form(request.args, PairInput)
    if not form.ok:
        return _page(read_session(programme_id), form), 400
    asked = form.value
    return redirect(
        url_for(".merge", programme_id=programme_id, goal_id=asked.one_id, other_id=asked.other_id)
    )
