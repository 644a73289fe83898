"""Links in own trees: why one goal should lead to another, as the party sees it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import merging as service
from toc.services.errors import NotFound, Stale
from toc.services.merging import OwnLink, OwnLinkDraft, OwnTree
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalParagraph, OptionalWhole, RowId
from toc.web.goals.editing import typed
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.merging.blueprint import merging, place_below
from toc.web.security import act, allow, new_id
from toc.web.texts.goals import CONFIDENCE
from toc.web.texts.merging import LINK_FIELDS

_FREE = ("mechanism", "assumption", "condition")


class OwnLinkInput(Input):
    """What a link of an own tree is to say."""

    mechanism: OptionalParagraph
    assumption: OptionalParagraph
    condition: OptionalParagraph
    confidence: OptionalWhole


class NewOwnLinkInput(OwnLinkInput):
    """A new link between two own goals."""

    id: RowId
    lower_id: RowId
    upper_id: RowId


def _draft(asked: OwnLinkInput) -> OwnLinkDraft:
    return OwnLinkDraft(**{name: getattr(asked, name) for name in OwnLinkDraft.__slots__})


_BLAME = {"link.bad_confidence": "confidence"}


@merging.get("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/links/new")
@allow("merge.write")
def link_new(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Show the form for a link; one of its goals may be given."""
    session = read_session(programme_id)
    tree = service.own_tree(session, act(), group_id)
    return _new_page(session, tree, Form.empty({"lower_id": request.args.get("lower", "")}))


@merging.post("/p/<uuid:programme_id>/own-trees/<uuid:group_id>/links/new")
@allow("merge.write")
def link_add(programme_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Add a link, unless the tree cannot hold it."""
    session = write_session(programme_id)
    tree = service.own_tree(session, act(), group_id)
    form = Form(request.form, NewOwnLinkInput)
    if form.ok and free_of_numbers(form, _FREE):
        asked = form.value
        try:
            _in(tree, asked.lower_id, asked.upper_id)
            ends = {"lower_id": asked.lower_id, "upper_id": asked.upper_id}
            service.add_link(session, act(), asked.id, draft=_draft(asked), **ends)
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_BLAME.get(error.key, "upper_id"), error)
        else:
            session.commit()
            flash(gettext("The two goals are linked."), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=group_id))
    return _new_page(session, tree, form), 400


def _in(tree: OwnTree, *goal_ids: UUID) -> None:
    if not {goal.id for goal in tree.goals}.issuperset(goal_ids):
        raise NotFound


def _new_page(session: Session, tree: OwnTree, form: Form[NewOwnLinkInput]) -> str:
    return render_template(
        "merging/link.html",
        row=place_below(session, tree, (gettext("New link"), None)),
        tree=tree,
        link=None,
        form=form,
        link_id=form.raw("id") or new_id(),
        goals=[
            ("", gettext("Choose a goal")),
            *((str(goal.id), f"{goal.code} {goal.draft.wording}") for goal in tree.goals),
        ],
        **_shared(),
    )


def _shared() -> dict[str, Any]:
    sure = [(str(number), str(word)) for number, word in enumerate(CONFIDENCE)]
    return {"labels": LINK_FIELDS, "confidences": [("", gettext("nobody said")), *sure]}


@merging.get("/p/<uuid:programme_id>/own-links/<uuid:party_link_id>/edit")
@allow("merge.write")
def link_edit(programme_id: UUID, party_link_id: UUID) -> ResponseReturnValue:
    """Show what a link says, to be changed."""
    session = read_session(programme_id)
    link, tree = service.get_link(session, act(), party_link_id)
    says = typed({name: getattr(link.draft, name) for name in OwnLinkDraft.__slots__})
    return _edit_page(session, tree, link, Form.empty(says))


@merging.post("/p/<uuid:programme_id>/own-links/<uuid:party_link_id>/edit")
@allow("merge.write")
def link_save(programme_id: UUID, party_link_id: UUID) -> ResponseReturnValue:
    """Save what a link says, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    link, tree = service.get_link(session, act(), party_link_id)
    form = Form(request.form, OwnLinkInput)
    if form.ok and free_of_numbers(form, _FREE):
        revision = Edited.of(request.form).revision
        try:
            service.edit_link(session, act(), party_link_id, _draft(form.value), revision=revision)
        except NotFound:
            raise
        except Stale as stale:
            return _conflict(session, tree, link, stale), 409
        except DomainError as error:
            form.blame("confidence", error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".party", programme_id=programme_id, group_id=tree.group_id))
    return _edit_page(session, tree, link, form), 400


def _name(tree: OwnTree, link: OwnLink) -> str:
    names = {goal.id: goal.code for goal in tree.goals}
    return f"{names[link.lower_id]} → {names[link.upper_id]}"


def _edit_page(session: Session, tree: OwnTree, link: OwnLink, form: Form[OwnLinkInput]) -> str:
    names = {goal.id: f"{goal.code} {goal.draft.wording}" for goal in tree.goals}
    return render_template(
        "merging/link.html",
        row=place_below(session, tree, (_name(tree, link), None)),
        tree=tree,
        link=link,
        lower=names[link.lower_id],
        upper=names[link.upper_id],
        form=form,
        revision=request.form.get("revision") or link.revision,
        **_shared(),
    )


def _conflict(session: Session, tree: OwnTree, link: OwnLink, stale: Stale) -> str:
    labels = {name: str(LINK_FIELDS[name]) for name in OwnLinkDraft.__slots__}
    return render_template(
        "goals/conflict.html",
        row=place_below(session, tree, (_name(tree, link), None)),
        heading=_name(tree, link),
        mine=request.form,
        theirs=typed({name: stale.theirs[name] for name in labels}),
        labels=labels,
        words={"confidence": dict(_shared()["confidences"])},
        action=url_for(".link_save", programme_id=session.info["programme_id"], party_link_id=link.id),
        revision=stale.revision,
        keep={},
    )


@merging.get("/p/<uuid:programme_id>/own-links/<uuid:party_link_id>/remove")
@allow("merge.write")
def link_remove(programme_id: UUID, party_link_id: UUID) -> ResponseReturnValue:
    """Ask once more before a link is removed."""
    session = read_session(programme_id)
    link, tree = service.get_link(session, act(), party_link_id)
    return _remove_page(session, tree, link, Form.empty())


@merging.post("/p/<uuid:programme_id>/own-links/<uuid:party_link_id>/remove")
@allow("merge.write")
def link_drop(programme_id: UUID, party_link_id: UUID) -> ResponseReturnValue:
    """Remove a link; both goals stay."""
    session = write_session(programme_id)
    link, tree = service.get_link(session, act(), party_link_id)
    form = Form(request.form, ConfirmInput)
    if not confirmed(form):
        return _remove_page(session, tree, link, form), 400
    service.remove_link(session, act(), party_link_id)
    session.commit()
    flash(gettext("The link is removed; both goals stay."), "success")
    return redirect(url_for(".party", programme_id=programme_id, group_id=tree.group_id))


def _remove_page(session: Session, tree: OwnTree, link: OwnLink, form: Form[ConfirmInput]) -> str:
    return render_template(
        "merging/link_remove.html",
        row=place_below(session, tree, (gettext("Remove the link"), None)),
        tree=tree,
        link=link,
        name=_name(tree, link),
        form=form,
    )
