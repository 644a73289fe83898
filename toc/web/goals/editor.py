"""Editing the tree goal by goal: the page with all that can be done with where one goal stands.

Each form works by itself; in the picture the same page opens beside the tree (see static/js/tree.js), which
takes the part of it that is marked with `data-panel`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Level, descendants
from toc.services import goals as service
from toc.services.errors import NotFound, Stale
from toc.services.goals import GoalDraft, Tree, TreeGoal, moving
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, OptionalLine, OptionalRowId, Paragraph, RowId, chosen
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.undoing import back_to_tree, tree_address, unchanged
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id
from toc.web.texts import editor as editor_texts
from toc.web.texts.goals import FIELDS

texts.register(editor_texts.SENTENCES)

MANY = 30
"""From so many goals on, the list of goals to choose from can be searched."""


TOP = "top"
"""Stands in a list of goals for: below nothing."""


def destination(typed: str) -> UUID | None:
    """Return the goal to put something below; None: below nothing.

    Raises:
        DomainError: ``form.choose``, with ``field``.
    """
    try:
        return None if typed == TOP else UUID(typed)
    except ValueError as error:
        raise DomainError("form.choose", field="to") from error


class MoveInput(Input):
    """Where a goal goes: see `destination`; and from where, if it leads to several goals."""

    to: OptionalLine
    from_id: OptionalRowId


class LinkUpInput(Input):
    """What a goal leads to as well."""

    id: RowId
    upper_id: RowId


class UnlinkInput(Input):
    """What a goal no longer leads to."""

    end_id: RowId


class BelowInput(Input):
    """A new goal below this one."""

    id: RowId
    below: Line
    level: Annotated[Level | None, chosen(Level, optional=True)]


class WordsInput(Input):
    """Another wording, and why."""

    id: RowId
    wording: Line
    reason: Paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A goal and what may be done with where it stands.

    Attributes:
        id, code, wording, level: of the goal.
        revision: that its wording is changed from.
        ends: (id, code and wording, code) of the goals that it leads to.
        choices: (id, code and wording) of the goals that it may lead to.
        searched: the list of choices can be searched.
    """

    id: UUID
    code: str
    wording: str
    level: Level | None
    revision: int
    ends: tuple[tuple[str, str, str], ...]
    choices: tuple[tuple[str, str], ...]
    searched: bool

    @property
    def from_choices(self) -> tuple[tuple[str, str], ...]:
        """The goals that it may be taken from, as options of a list."""
        return tuple((end_id, text) for end_id, text, _ in self.ends)


def choice(goal: TreeGoal) -> tuple[str, str]:
    """Return a goal as an option of a list."""
    return str(goal.id), f"{goal.code} {goal.wording}"


def finds(goal: TreeGoal, words: str) -> bool:
    """Tell whether a goal has all of these words, or its code."""
    return all(word in f"{goal.code} {goal.wording}".casefold() for word in words.casefold().split())


def uppers(tree: Tree, goal_ids: frozenset[UUID], words: str = "") -> tuple[tuple[str, str], ...]:
    """Return the goals that these may be put below without going round, as options of a list."""
    edges = [link.edge for link in tree.links if not link.is_feedback]
    below = frozenset(goal_ids).union(*(descendants(edges, goal_id) for goal_id in goal_ids))
    return tuple(choice(goal) for goal in tree.goals if goal.id not in below and finds(goal, words))


@goals.get("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>")
@allow("goal.write")
def place(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show what can be done with where a goal stands."""
    return _page(read_session(programme_id), goal_id)


@goals.post("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>/move")
@allow("goal.write")
def move(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Put a goal below another one, with the reasons of its link."""
    return _do(
        programme_id,
        goal_id,
        Form(request.form, MoveInput),
        lambda session, asked: moving.move_goals(
            session, act(), [goal_id], destination(asked.to), from_id=asked.from_id
        ),
        at="to",
    )


@goals.post("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>/link")
@allow("goal.write")
def link_up(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Let a goal lead to one more goal."""
    return _do(
        programme_id,
        goal_id,
        Form(request.form, LinkUpInput),
        lambda session, asked: moving.link_many(session, act(), [goal_id], asked.upper_id, link_id=asked.id),
        at="upper_id",
    )


@goals.post("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>/unlink")
@allow("goal.write")
def unlink(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Take the link to one of its ends away."""
    return _do(
        programme_id,
        goal_id,
        Form(request.form, UnlinkInput),
        lambda session, asked: moving.unlink(session, act(), goal_id, asked.end_id),
    )


@goals.post("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>/below")
@allow("goal.write")
def add_under(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Add a goal below this one."""
    return _do(
        programme_id,
        goal_id,
        Form(request.form, BelowInput),
        lambda session, asked: moving.add_below(
            session,
            act(),
            asked.id,
            GoalDraft(wording=asked.below, level=asked.level),
            upper_id=goal_id,
        ),
        at="below",
        free=("below",),
    )


@goals.post("/p/<uuid:programme_id>/tree/goals/<uuid:goal_id>/words")
@allow("goal.write")
def reword(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Word a goal anew, or show both wordings when somebody else was faster."""
    return _do(
        programme_id,
        goal_id,
        Form(request.form, WordsInput),
        lambda session, asked: moving.reword(
            session,
            act(),
            goal_id,
            asked.wording,
            asked.reason,
            edition_id=asked.id,
            revision=Edited.of(request.form).revision,
        ),
        at="wording",
        free=("wording", "reason"),
    )


def _do(
    programme_id: UUID,
    goal_id: UUID,
    form: Form[Any],
    call: Callable[[Session, Any], object],
    *,
    at: str = "",
    free: tuple[str, ...] = (),
) -> ResponseReturnValue:
    """Do it and show the tree again; or show the page of the goal with what is wrong."""
    session = write_session(programme_id)
    if form.ok and free_of_numbers(form, free):
        try:
            done = call(session, form.value)
        except NotFound:
            raise
        except Stale as error:
            session.rollback()
            return _both(session, goal_id, form, error), 409
        except DomainError as error:
            session.rollback()
            form.blame(at, error)
        else:
            return back_to_tree(session) if done else unchanged(session)
    return _page(session, goal_id, form), 400


def _page(session: Session, goal_id: UUID, form: Form[Any] | None = None) -> str:
    tree = service.tree(session, act())
    here = next((goal for goal in tree.goals if goal.id == goal_id), None)
    if here is None:
        raise NotFound
    words = request.values.get("q", "")
    by_id = {goal.id: goal for goal in tree.goals}
    ends = tuple((*choice(by_id[one]), by_id[one].code) for one in tree.order.above[goal_id])
    return render_template(
        "goals/place.html",
        row=show_in_tree(session, (here.code, None)),
        goal=Placed(
            id=here.id,
            code=here.code,
            wording=here.wording,
            level=here.level,
            revision=service.get_goal(session, act(), goal_id).revision,
            ends=ends,
            choices=uppers(tree, frozenset({goal_id}), words),
            searched=len(tree.goals) > MANY,
        ),
        form=form or Form.empty({"wording": here.wording, "to": request.args.get("to", ""), "q": words}),
        levels=[("", gettext("not decided")), *texts.choices(Level)],
        ids=(new_id(), new_id(), new_id()),
        labels={
            "to": gettext("Below which goal?"),
            "below": gettext("New goal"),
            "wording": FIELDS["wording"],
        },
        next=tree_address(session.info["programme_id"]),
    )


def _both(session: Session, goal_id: UUID, form: Form[Any], error: Stale) -> str:
    goal = service.get_goal(session, act(), goal_id)
    return render_template(
        "goals/place_conflict.html",
        row=show_in_tree(session, (goal.code, None)),
        goal=goal,
        mine={"wording": form.raw("wording")},
        theirs={"wording": error.theirs["wording"]},
        labels={"wording": str(FIELDS["wording"])},
        action=url_for(".reword", programme_id=session.info["programme_id"], goal_id=goal_id),
        revision=error.revision,
        keep={
            "id": form.raw("id"),
            "reason": form.raw("reason"),
            "next": tree_address(session.info["programme_id"]),
        },
    )
