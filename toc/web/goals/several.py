"""Editing several goals at once, and taking goals out of the tree and putting them back."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.services import goals as service
from toc.services.errors import NotFound
from toc.services.goals import joining, moving
from toc.services.goals.moving import Retired
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalLine, OptionalParagraph, OptionalRowId, RowId, Tick, chosen
from toc.web.goals.blueprint import goal_addresses, goals, show_in_tree
from toc.web.goals.editor import MANY, choice, destination, uppers
from toc.web.goals.undoing import back_to_tree, tree_address, unchanged
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow
from toc.web.texts.editor import HANGING


class ChosenInput(Input):
    """Goals that were chosen."""

    goal: list[RowId]


class SeveralInput(ChosenInput):
    """What is to be done with them."""

    do: OptionalLine
    to: OptionalLine
    upper_id: OptionalRowId
    lower_id: OptionalRowId
    level: Annotated[Level | None, chosen(Level, optional=True)]
    reason: OptionalParagraph
    confirmed: Tick


def _needed(value: Any, field: str) -> Any:  # noqa: ANN401 - whatever the form holds
    """Return a value that this act needs.

    Raises:
        DomainError: ``form.choose``, with ``field``.
    """
    if not value:
        raise DomainError("form.choose", field=field)
    return value


def _pair(session: Session, asked: SeveralInput) -> int:
    lower = _needed(asked.lower_id, "lower_id")
    (upper,) = [one for one in asked.goal if one != lower] or [lower]
    return moving.link_many(session, act(), [lower], upper)


_ACTS: Mapping[str, Callable[[Session, SeveralInput], int]] = {
    "move": lambda session, asked: moving.move_goals(session, act(), asked.goal, destination(asked.to)),
    "link": lambda session, asked: moving.link_many(
        session, act(), asked.goal, _needed(asked.upper_id, "upper_id")
    ),
    "pair": _pair,
    "level": lambda session, asked: moving.set_levels(
        session, act(), asked.goal, asked.level, _needed(asked.reason, "reason")
    ),
    "retire": lambda session, asked: (
        moving.retire(session, act(), asked.goal) if _needed(asked.confirmed, "confirmed") else 0
    ),
}
_FIELDS = {"move": "to", "link": "upper_id", "pair": "lower_id", "level": "reason"}


@goals.get("/p/<uuid:programme_id>/tree/several")
@allow("goal.write")
def several(programme_id: UUID) -> ResponseReturnValue:
    """Show what can be done with the goals that were chosen."""
    return _page(read_session(programme_id), Form(request.args, ChosenInput))


@goals.post("/p/<uuid:programme_id>/tree/several")
@allow("goal.write")
def several_do(programme_id: UUID) -> ResponseReturnValue:
    """Do one thing with several goals."""
    session = write_session(programme_id)
    form = Form(request.form, SeveralInput)
    if form.ok and form.value.goal and form.value.do in _ACTS and free_of_numbers(form, ("reason",)):
        asked = form.value
        try:
            done = _ACTS[asked.do](session, asked)
        except NotFound:
            raise
        except DomainError as error:
            session.rollback()
            form.blame(str(error.params.get("field") or _FIELDS.get(asked.do, "")), error)
        else:
            return back_to_tree(session) if done else unchanged(session)
    return _page(session, form), 400


def _page(session: Session, form: Form[Any]) -> str:
    programme_id = session.info["programme_id"]
    tree = service.tree(session, act())
    asked = frozenset(form.raws("goal"))
    them = [goal for goal in tree.goals if str(goal.id) in asked]
    ids = frozenset(goal.id for goal in them)
    hanging = moving.hanging(session, act(), ids) if ids else None
    to = goal_addresses(programme_id)
    return render_template(
        "goals/several.html",
        row=show_in_tree(session, (gettext("Several goals"), None)),
        form=form,
        goals=[(str(goal.id), goal.code, goal.wording, to(goal.id)) for goal in them],
        choices=uppers(tree, ids, form.raw("q") or "") if ids else (),
        searched=len(tree.goals) > MANY,
        pair=[choice(goal) for goal in them] if len(them) == 2 else [],  # noqa: PLR2004 - a pair
        levels=[("", gettext("not decided")), *texts.choices(Level)],
        hanging=[
            (str(HANGING[kind]), texts.number(many)) for kind, many in (hanging.counts if hanging else ())
        ],
        loose=", ".join(hanging.loose) if hanging else "",
        list_url=url_for(".tree", programme_id=programme_id, view="list", edit=1),
        next=tree_address(programme_id),
    )


# --- Goals that were taken out of the tree ------------------------------------------------------------------


@goals.get("/p/<uuid:programme_id>/tree/out")
@allow("goal.write")
def out(programme_id: UUID) -> ResponseReturnValue:
    """Show the goals that were taken out of the tree."""
    return _out_page(read_session(programme_id), Form.empty())


@goals.post("/p/<uuid:programme_id>/tree/out")
@allow("goal.write")
def put_back(programme_id: UUID) -> ResponseReturnValue:
    """Put goals back into the tree, where they stood."""
    session = write_session(programme_id)
    form = Form(request.form, ChosenInput)
    if form.ok and not form.value.goal:
        form.blame("goal", DomainError("form.choose"))
    if not form.ok:
        return _out_page(session, form), 400
    done = moving.bring_back(session, act(), form.value.goal)
    return back_to_tree(session) if done else unchanged(session)


def _out_page(session: Session, form: Form[ChosenInput]) -> str:
    gone = moving.retired_goals(session, act())
    into = joining.where_gone(session, act(), [one.id for one in gone])
    return render_template(
        "goals/out.html",
        row=show_in_tree(session, (gettext("Taken out"), None)),
        form=form,
        goals=[(str(one.id), f"{one.code} {one.wording}", _why_out(one, into.get(one.id))) for one in gone],
        next=tree_address(session.info["programme_id"]),
    )


def _why_out(goal: Retired, into: str | None) -> str:
    """Return when a goal was taken out; of one that went into another also what does not come back."""
    when = texts.moment(goal.at)
    if into is None:
        return when
    return str(
        gettext(
            "%(when)s: it went into %(code)s. What was said under it, and its links, stay with %(code)s when "
            "you put it back.",
            when=when,
            code=into,
        )
    )
