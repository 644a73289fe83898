"""Deciding what an own goal is to a shared goal, making it one, and taking such a decision back."""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.merging import Relation
from toc.models.programmes import Programme
from toc.services import merging as service
from toc.services.errors import NotFound, Stale
from toc.services.merging import OwnGoal, RelationDraft, RelationView
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, Paragraph, RowId, chosen
from toc.web.goals.editing import typed
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.merging.blueprint import merging, place
from toc.web.merging.workspace import matches, name_of, own_card, relation_options
from toc.web.security import act, allow, new_id
from toc.web.texts.merging import FIELDS

_FREE = ("reason", "decided_by")


class DecisionInput(Input):
    """Why, and who decided."""

    reason: Paragraph
    decided_by: Line


class ChangeInput(DecisionInput):
    """What an own goal is to a shared goal."""

    relation: Annotated[Relation, chosen(Relation)]

    def draft(self) -> RelationDraft:
        """Return it as the service takes it."""
        return RelationDraft(relation=self.relation, reason=self.reason, decided_by=self.decided_by)


class RelateInput(ChangeInput):
    """A new decision."""

    id: RowId
    goal_id: RowId


class ShareInput(DecisionInput):
    """An own goal is to become a shared goal."""

    id: RowId


def _place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    address = url_for(".workspace", programme_id=session.info["programme_id"])
    return place(session, (gettext("Merge"), address), *crumbs)


def _back(session: Session, own: OwnGoal) -> str:
    return url_for(
        ".workspace",
        programme_id=session.info["programme_id"],
        party=own.group_id,
        _anchor=f"own-{own.id}",
    )


# --- Deciding -----------------------------------------------------------------------------------------------


@merging.get("/p/<uuid:programme_id>/merge/<uuid:party_goal_id>")
@allow("merge.write")
def relate(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Show the form that says what an own goal is to a shared goal."""
    given = {"goal_id": request.args.get("goal", ""), "decided_by": gettext("the evaluator")}
    return _relate_page(read_session(programme_id), party_goal_id, Form.empty(given))


@merging.post("/p/<uuid:programme_id>/merge/<uuid:party_goal_id>")
@allow("merge.write")
def relate_save(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Keep the decision, with what follows from it."""
    session = write_session(programme_id)
    own, _ = service.get_own_goal(session, act(), party_goal_id)
    form = Form(request.form, RelateInput)
    if form.ok and free_of_numbers(form, _FREE):
        asked = form.value
        try:
            service.relate(session, act(), asked.id, party_goal_id, asked.goal_id, asked.draft())
        except NotFound:
            raise
        except DomainError as error:
            form.blame(str(error.params.get("field") or "goal_id"), error)
        else:
            session.commit()
            flash(_said(own, asked.relation), "success")
            return redirect(_back(session, own))
    return _relate_page(session, party_goal_id, form), 400


def _said(own: OwnGoal, relation: Relation) -> str:
    said = gettext("%(code)s is kept as: %(relation)s.", code=own.code, relation=texts.word(relation))
    return str(said)


def _relate_page(session: Session, party_goal_id: UUID, form: Form[RelateInput]) -> str:
    own, tree = service.get_own_goal(session, act(), party_goal_id)
    related = {one.goal_id for one in own.relations}
    asked = request.values.get("q", "").strip()
    chosen_id = form.raw("goal_id")
    shared = [goal for goal in service.shared_goals(session, act()) if goal.id not in related]
    found = [goal for goal in shared if matches(goal, asked) or str(goal.id) == chosen_id]
    return render_template(
        "merging/relate.html",
        row=_place(session, (own.code, None)),
        own=own_card(session.info["programme_id"], own),
        tree=tree,
        form=form,
        relation_id=form.raw("id") or new_id(),
        asked=asked,
        any_goals=bool(shared),
        goals=[("", gettext("Choose a goal")), *((str(goal.id), name_of(goal)) for goal in found)],
        options=relation_options(),
        labels=FIELDS,
        back=_back(session, own),
    )


@merging.get("/p/<uuid:programme_id>/merge/<uuid:party_goal_id>/share")
@allow("merge.write")
def share(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Say what happens when an own goal becomes a shared goal."""
    given = {
        "reason": gettext("No shared goal says this yet."),
        "decided_by": gettext("the evaluator"),
    }
    return _share_page(read_session(programme_id), party_goal_id, Form.empty(given))


@merging.post("/p/<uuid:programme_id>/merge/<uuid:party_goal_id>/share")
@allow("merge.write")
def share_add(programme_id: UUID, party_goal_id: UUID) -> ResponseReturnValue:
    """Make a shared goal of an own goal."""
    session = write_session(programme_id)
    own, _ = service.get_own_goal(session, act(), party_goal_id)
    form = Form(request.form, ShareInput)
    if form.ok and free_of_numbers(form, _FREE):
        asked = form.value
        try:
            service.share(session, act(), asked.id, party_goal_id, asked.reason, asked.decided_by)
        except NotFound:
            raise
        except DomainError as error:
            form.blame(str(error.params.get("field") or ""), error)
        else:
            session.commit()
            flash(gettext("%(code)s is a shared goal now.", code=own.code), "success")
            return redirect(_back(session, own))
    return _share_page(session, party_goal_id, form), 400


def _share_page(session: Session, party_goal_id: UUID, form: Form[ShareInput]) -> str:
    own, tree = service.get_own_goal(session, act(), party_goal_id)
    return render_template(
        "merging/share.html",
        row=_place(session, (own.code, None)),
        own=own_card(session.info["programme_id"], own),
        tree=tree,
        hidden=own.draft.standing is Standing.HIDDEN,
        form=form,
        goal_id=form.raw("id") or new_id(),
        labels=FIELDS,
        back=_back(session, own),
    )


# --- Changing a decision ------------------------------------------------------------------------------------


@merging.get("/p/<uuid:programme_id>/merge/relations/<uuid:relation_id>/edit")
@allow("merge.write")
def relation_edit(programme_id: UUID, relation_id: UUID) -> ResponseReturnValue:
    """Show a decision, to be changed."""
    session = read_session(programme_id)
    view = service.get_relation(session, act(), relation_id)
    says = typed({name: getattr(view.draft, name) for name in RelationDraft.__slots__})
    return _edit_page(session, view, Form.empty(says))


@merging.post("/p/<uuid:programme_id>/merge/relations/<uuid:relation_id>/edit")
@allow("merge.write")
def relation_save(programme_id: UUID, relation_id: UUID) -> ResponseReturnValue:
    """Change a decision, or show both when somebody else was faster."""
    session = write_session(programme_id)
    view = service.get_relation(session, act(), relation_id)
    own, _ = service.get_own_goal(session, act(), view.party_goal_id)
    form = Form(request.form, ChangeInput)
    if form.ok and free_of_numbers(form, _FREE):
        revision = Edited.of(request.form).revision
        try:
            service.change_relation(session, act(), relation_id, form.value.draft(), revision=revision)
        except Stale as stale:
            return _conflict(session, view, own, stale), 409
        session.commit()
        flash(_said(own, form.value.relation), "success")
        return redirect(_back(session, own))
    return _edit_page(session, view, form), 400


def _edit_page(session: Session, view: RelationView, form: Form[ChangeInput]) -> str:
    own, tree = service.get_own_goal(session, act(), view.party_goal_id)
    return render_template(
        "merging/relation.html",
        row=_place(session, (f"{own.code}, {view.goal_code}", None)),
        own=own_card(session.info["programme_id"], own),
        tree=tree,
        view=view,
        form=form,
        revision=request.form.get("revision") or view.revision,
        options=relation_options(),
        labels=FIELDS,
        back=_back(session, own),
    )


def _conflict(session: Session, view: RelationView, own: OwnGoal, stale: Stale) -> str:
    labels = {name: str(FIELDS[name]) for name in RelationDraft.__slots__}
    return render_template(
        "goals/conflict.html",
        row=_place(session, (f"{own.code}, {view.goal_code}", None)),
        heading=f"{own.code}, {view.goal_code}",
        mine=request.form,
        theirs=typed({name: stale.theirs[name] for name in labels}),
        labels=labels,
        words={"relation": dict(texts.choices(Relation))},
        action=url_for(".relation_save", programme_id=session.info["programme_id"], relation_id=view.id),
        revision=stale.revision,
        keep={},
    )


@merging.get("/p/<uuid:programme_id>/merge/relations/<uuid:relation_id>/remove")
@allow("merge.write")
def relation_remove(programme_id: UUID, relation_id: UUID) -> ResponseReturnValue:
    """Say what stays, before a decision is taken back."""
    session = read_session(programme_id)
    return _remove_page(session, service.get_relation(session, act(), relation_id), Form.empty())


@merging.post("/p/<uuid:programme_id>/merge/relations/<uuid:relation_id>/remove")
@allow("merge.write")
def relation_drop(programme_id: UUID, relation_id: UUID) -> ResponseReturnValue:
    """Take a decision back."""
    session = write_session(programme_id)
    view = service.get_relation(session, act(), relation_id)
    own, _ = service.get_own_goal(session, act(), view.party_goal_id)
    form = Form(request.form, ConfirmInput)
    if not confirmed(form):
        return _remove_page(session, view, form), 400
    try:
        service.take_back(session, act(), relation_id, revision=Edited.of(request.form).revision)
    except Stale:
        form.blame("", DomainError("merging.changed_meanwhile"))
        return _remove_page(session, view, form), 409
    session.commit()
    flash(gettext("Taken back. The own tree is as it was."), "success")
    return redirect(_back(session, own))


def _remove_page(session: Session, view: RelationView, form: Form[ConfirmInput]) -> str:
    own, tree = service.get_own_goal(session, act(), view.party_goal_id)
    stays = service.what_stays(session, own, view.goal_id)
    return render_template(
        "merging/relation_remove.html",
        row=_place(session, (f"{own.code}, {view.goal_code}", None)),
        own=own,
        tree=tree,
        view=view,
        word=texts.word(view.draft.relation),
        stance=texts.word(stays.stance),
        stays=stays,
        form=form,
        back=_back(session, own),
    )
