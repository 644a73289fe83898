"""Undoing and doing again in the tree, and the number by which a page learns that something changed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from toc.domain.errors import DomainError
from toc.services.errors import NotFound
from toc.services.goals import moving, trees
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalWhole, Whole
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.security import act, allow, local_address
from toc.web.texts import sentence
from toc.web.texts.editor import step_words

_NOTHING = frozenset({"step.nothing_to_undo", "step.nothing_to_redo"})


class StepInput(Input):
    """The number of a step, as the page showed it."""

    step: Whole


class SeenInput(Input):
    """The revision that a page shows."""

    seen: OptionalWhole = None


def tree_address(programme_id: UUID) -> str:
    """Return the address of the tree that a form was sent from, or of the tree to edit."""
    otherwise = url_for("goals.tree", programme_id=programme_id, edit=1)
    return local_address(request.values.get("next"), otherwise)


def back_to_tree(session: Session) -> Response:
    """Commit, say what was done, and show the tree again."""
    done, _ = moving.last(session, act())
    session.commit()
    if done is not None:
        flash(gettext("Done: %(what)s.", what=step_words(done)), "success")
    return redirect(tree_address(session.info["programme_id"]))


def unchanged(session: Session) -> Response:
    """Say that it was so already, and show the tree again."""
    session.rollback()
    flash(gettext("Nothing changed: it was so already."), "note")
    return redirect(tree_address(session.info["programme_id"]))


@goals.get("/p/<uuid:programme_id>/revision")
@allow("programme.read")
def revision(programme_id: UUID) -> ResponseReturnValue:
    """Return the revision of the programme, or nothing when the page has seen it."""
    form = Form(request.args, SeenInput)
    now = trees.revision(read_session(programme_id))
    if form.ok and form.value.seen == now:
        return Response(status=204, mimetype="application/json")
    return jsonify(revision=now)


@goals.post("/p/<uuid:programme_id>/tree/undo")
@allow("goal.write")
def undo(programme_id: UUID) -> ResponseReturnValue:
    """Take back what this person did last in the tree."""
    return _walk(write_session(programme_id), moving.undo, gettext("Undone: %(what)s."), back=True)


@goals.post("/p/<uuid:programme_id>/tree/redo")
@allow("goal.write")
def redo(programme_id: UUID) -> ResponseReturnValue:
    """Do again what this person undid last."""
    return _walk(write_session(programme_id), moving.redo, gettext("Done again: %(what)s."), back=False)


@goals.post("/p/<uuid:programme_id>/tree/forget")
@allow("goal.write")
def forget(programme_id: UUID) -> ResponseReturnValue:
    """Leave out a step that can no longer be taken back."""
    session = write_session(programme_id)
    form = Form(request.form, StepInput)
    if not form.ok:
        return _refused(session, None, DomainError("step.nothing_to_undo")), 400
    moving.forget(session, act(), form.value.step)
    session.commit()
    flash(gettext("That step was left out. You can go on undoing the ones before it."), "success")
    return redirect(tree_address(programme_id))


def _walk(session: Session, walk: Callable[..., Any], said: str, *, back: bool) -> ResponseReturnValue:
    form = Form(request.form, StepInput)
    nothing = DomainError("step.nothing_to_undo" if back else "step.nothing_to_redo")
    if not form.ok:
        return _refused(session, None, nothing), 400
    step = moving.last(session, act())[0 if back else 1]
    try:
        walk(session, act(), form.value.step, reason=gettext("Undone.") if back else gettext("Done again."))
    except NotFound:
        raise
    except DomainError as error:
        session.rollback()
        return _refused(session, form.value.step, error), 409
    session.commit()
    flash(said % {"what": step_words(step) if step else ""}, "success")
    return redirect(tree_address(session.info["programme_id"]))


def _refused(session: Session, step: int | None, error: DomainError) -> str:
    return render_template(
        "goals/undo_refused.html",
        row=show_in_tree(session, (gettext("Undo"), None)),
        sentence_=sentence(error.key, **error.params),
        step=None if error.key in _NOTHING else step,
        next=tree_address(session.info["programme_id"]),
    )
