"""Forms that release a hidden goal, and say what a party thinks of a goal."""

from typing import Annotated, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Stance
from toc.services import goals as service
from toc.services.errors import NotFound, Stale
from toc.services.goals import GoalView, Held
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalWhole, Tick, chosen
from toc.web.goals.blueprint import goals, show_below
from toc.web.goals.editing import at_field, conflict_page, options, typed
from toc.web.goals.matrix import way_back
from toc.web.security import act, allow
from toc.web.texts.goals import HOLDER_FIELDS


class HolderInput(Input):
    """What a party thinks of a goal; without a stance it never spoke about it."""

    stance: Annotated[Stance | None, chosen(Stance, optional=True)]
    importance: OptionalWhole
    feasibility: OptionalWhole


# --- Releasing ----------------------------------------------------------------------------------------------


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/release")
@allow("goal.write")
def release(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask once more before a hidden goal is shown to everybody."""
    session = read_session(programme_id)
    return _release_page(session, service.get_goal(session, act(), goal_id), Form.empty())


class ConfirmInput(Input):
    """A tick that says: yes, do this."""

    confirmed: Tick


Confirmed = TypeVar("Confirmed", bound=ConfirmInput)


def confirmed(form: Form[Confirmed]) -> bool:
    """Tell whether the tick was given; blame its absence."""
    if form.ok and form.value.confirmed:
        return True
    form.blame("confirmed", DomainError("form.required"))
    return False


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/release")
@allow("goal.write")
def open_up(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show a hidden goal to everybody."""
    session = write_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    form = Form(request.form, ConfirmInput)
    if not confirmed(form):
        return _release_page(session, goal, form), 400
    service.release_goal(session, act(), goal_id)
    session.commit()
    flash(gettext("Everybody in the programme can see the goal now."), "success")
    return redirect(url_for(".show", programme_id=programme_id, goal_id=goal_id))


def _release_page(session: Session, goal: GoalView, form: Form[ConfirmInput]) -> str:
    programme = show_below(session, goal, (gettext("Release"), None))
    return render_template("goals/release.html", row=programme, goal=goal, form=form)


# --- What a party thinks ------------------------------------------------------------------------------------


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/parties/<uuid:group_id>")
@allow("goal.write")
def holder(programme_id: UUID, goal_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show what a party thinks of a goal, to be changed."""
    session = read_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    party = service.find_holder(session, goal_id, group_id)
    says = typed({name: getattr(party, name) for name in HOLDER_FIELDS})
    return _holder_page(session, goal, group_id, Form.empty(says))


@goals.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/parties/<uuid:group_id>")
@allow("goal.write")
def hold(programme_id: UUID, goal_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Record what a party thinks of a goal, or that it never spoke about it."""
    session = write_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    form = Form(request.form, HolderInput)
    if form.ok:
        asked, revision = form.value, Edited.of(request.form).revision
        try:
            if asked.stance is None:
                service.remove_holder(session, act(), goal_id, group_id, revision=revision)
            else:
                held = Held(
                    group_id=group_id,
                    stance=asked.stance,
                    importance=asked.importance,
                    feasibility=asked.feasibility,
                )
                service.set_holder(session, act(), goal_id, held, revision=revision)
        except NotFound:
            raise
        except Stale as error:
            return _holder_conflict(session, goal, group_id, error), 409
        except DomainError as error:
            form.blame(at_field(error), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(_place(programme_id, goal))
    return _holder_page(session, goal, group_id, form), 400


def _place(programme_id: UUID, goal: GoalView) -> str:
    """Return the address that the form goes back to: the matrix that it was opened from, or the goal."""
    at_goal = url_for(".show", programme_id=programme_id, goal_id=goal.id, _anchor="parties")
    return way_back(programme_id, request.values.get("back", ""), goal.code) or at_goal


def _holder_page(session: Session, goal: GoalView, group_id: UUID, form: Form[HolderInput]) -> str:
    party = service.find_holder(session, goal.id, group_id)
    return render_template(
        "goals/holder.html",
        row=show_below(session, goal, (party.name, None)),
        goal=goal,
        party=party,
        form=form,
        revision=request.form.get("revision") or party.revision,
        options=options(),
        fields=HOLDER_FIELDS,
        back=request.values.get("back", ""),
        cancel_url=_place(session.info["programme_id"], goal),
    )


def _holder_conflict(session: Session, goal: GoalView, group_id: UUID, error: Stale) -> str:
    party = service.find_holder(session, goal.id, group_id)
    return conflict_page(
        HOLDER_FIELDS,
        error,
        row=show_below(session, goal, (party.name, None)),
        heading=f"{goal.code} {goal.wording}",
        action=url_for(
            ".hold", programme_id=session.info["programme_id"], goal_id=goal.id, group_id=group_id
        ),
        keep={"back": request.form.get("back", "")},
    )
