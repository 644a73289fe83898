"""What speaks for a link and against it: written down, changed and taken away."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.goals import ArgumentSide, Directness, Weight
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.errors import Stale
from toc.services.goals import LinkView
from toc.services.goals.arguments import (
    ArgumentDraft,
    ArgumentView,
    add_argument,
    edit_argument,
    get_argument,
    remove_argument,
)
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, OptionalLine, Paragraph, RowId, chosen
from toc.web.goals.blueprint import goals, show_in_tree
from toc.web.goals.editing import conflict_page, typed
from toc.web.goals.parties import ConfirmInput, confirmed
from toc.web.interviews.blueprint import free_of_numbers
from toc.web.security import act, allow, new_id
from toc.web.texts.links import ARGUMENT_FIELDS, SIDES

_FREE = ("text", "source")


class ArgumentInput(Input):
    """What an argument is to say."""

    id: RowId
    side: Annotated[ArgumentSide, chosen(ArgumentSide)]
    text: Paragraph
    source: OptionalLine
    weight: Annotated[Weight | None, chosen(Weight, optional=True)]
    directness: Annotated[Directness | None, chosen(Directness, optional=True)]

    def draft(self) -> ArgumentDraft:
        """Return it as the service takes it."""
        return ArgumentDraft(**{name: getattr(self, name) for name in ArgumentDraft.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Argued:
    """An argument as a page shows it.

    Attributes:
        text: the argument.
        notes: its source, weight and directness, as far as somebody said.
        edit_url: where it is changed.
        remove_url: where it is taken away.
    """

    text: str
    notes: tuple[str, ...]
    edit_url: str
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The arguments of one side: its value, its name, what it means, and the arguments."""

    side: str
    name: str
    help: str
    arguments: tuple[Argued, ...]


def show_link(session: Session, link: LinkView, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below a link and return its programme; without crumbs the page is the link itself."""
    address = url_for("goals.link_show", programme_id=session.info["programme_id"], link_id=link.id)
    name = f"{link.lower.code} → {link.upper.code}"
    return show_in_tree(session, (name, address if crumbs else None), *crumbs)


def sides(arguments: Iterable[ArgumentView], programme_id: UUID) -> list[Side]:
    """Return the arguments about a link, side by side."""
    arguments = list(arguments)
    return [
        Side(
            name=texts.word(side),
            help=str(SIDES[side]),
            side=side.value,
            arguments=tuple(argued(one, programme_id) for one in arguments if one.draft.side is side),
        )
        for side in ArgumentSide
    ]


def argued(argument: ArgumentView, programme_id: UUID) -> Argued:
    """Return an argument as a page shows it."""
    draft = argument.draft
    ids: dict[str, Any] = {
        "programme_id": programme_id,
        "link_id": argument.link_id,
        "argument_id": argument.id,
    }
    weight = gettext("weight: %(word)s", word=texts.word(draft.weight)) if draft.weight else ""
    return Argued(
        text=draft.text,
        notes=tuple(note for note in (draft.source, weight, texts.word(draft.directness)) if note),
        edit_url=url_for("goals.argument_edit", **ids),
        remove_url=url_for("goals.argument_remove", **ids),
    )


def _options() -> dict[str, list[tuple[str, ...]]]:
    nobody = gettext("nobody said")
    return {
        "side": [(side.value, texts.word(side), str(SIDES[side])) for side in ArgumentSide],
        "weight": [("", nobody), *texts.choices(Weight)],
        "directness": [("", nobody), *texts.choices(Directness)],
    }


def _page(
    session: Session,
    link: LinkView,
    form: Form[ArgumentInput],
    argument_id: UUID,
    revision: str | int | None = None,
) -> str:
    is_new = revision is None
    ids: dict[str, Any] = {"programme_id": session.info["programme_id"], "link_id": link.id}
    title = gettext("Add an argument") if is_new else gettext("Change the argument")
    return render_template(
        "goals/link_argument.html",
        row=show_link(session, link, (title, None)),
        title=title,
        link=link,
        form=form,
        action=url_for("goals.argument_add", **ids)
        if is_new
        else url_for("goals.argument_save", argument_id=argument_id, **ids),
        argument_id=argument_id,
        revision=revision,
        options=_options(),
        fields=ARGUMENT_FIELDS,
    )


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/new")
@allow("goal.write")
def argument_new(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Show the form for an argument about a link; its side may be given."""
    session = read_session(programme_id)
    link = service.get_link(session, act(), link_id)
    return _page(session, link, Form.empty({"side": request.args.get("side", "")}), new_id())


@goals.post("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/new")
@allow("goal.write")
def argument_add(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Write an argument down."""
    session = write_session(programme_id)
    link = service.get_link(session, act(), link_id)
    form = Form(request.form, ArgumentInput)
    if form.ok and free_of_numbers(form, _FREE):
        add_argument(session, act(), form.value.id, link_id, form.value.draft())
        session.commit()
        flash(gettext("The argument is written down."), "success")
        return redirect(_back(programme_id, link_id))
    return _page(session, link, form, new_id()), 400


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/<uuid:argument_id>/edit")
@allow("goal.write")
def argument_edit(programme_id: UUID, link_id: UUID, argument_id: UUID) -> ResponseReturnValue:
    """Show what an argument says, to be changed."""
    session = read_session(programme_id)
    link = service.get_link(session, act(), link_id)
    argument = get_argument(session, act(), link_id, argument_id)
    says = typed({name: getattr(argument.draft, name) for name in ArgumentDraft.__slots__})
    return _page(session, link, Form.empty(says), argument_id, argument.revision)


@goals.post("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/<uuid:argument_id>/edit")
@allow("goal.write")
def argument_save(programme_id: UUID, link_id: UUID, argument_id: UUID) -> ResponseReturnValue:
    """Save what an argument says, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    link = service.get_link(session, act(), link_id)
    argument = get_argument(session, act(), link_id, argument_id)
    form = Form({**request.form, "id": str(argument_id)}, ArgumentInput)
    if form.ok and free_of_numbers(form, _FREE):
        revision = Edited.of(request.form).revision
        try:
            edit_argument(session, act(), link_id, argument_id, form.value.draft(), revision=revision)
        except Stale as error:
            return _conflict(session, link, argument, error), 409
        session.commit()
        flash(gettext("Saved."), "success")
        return redirect(_back(programme_id, link_id))
    return _page(session, link, form, argument_id, request.form.get("revision") or argument.revision), 400


def _conflict(session: Session, link: LinkView, argument: ArgumentView, error: Stale) -> str:
    return conflict_page(
        ARGUMENT_FIELDS,
        error,
        row=show_link(session, link, (gettext("Change the argument"), None)),
        heading=f"{link.lower.code} → {link.upper.code}",
        action=url_for(
            ".argument_save",
            programme_id=session.info["programme_id"],
            link_id=link.id,
            argument_id=argument.id,
        ),
        keep={},
    )


def _remove_page(session: Session, link: LinkView, argument: ArgumentView, form: Form[ConfirmInput]) -> str:
    return render_template(
        "goals/link_argument_remove.html",
        row=show_link(session, link, (gettext("Remove the argument"), None)),
        link=link,
        argument=argument,
        form=form,
    )


@goals.get("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/<uuid:argument_id>/remove")
@allow("goal.write")
def argument_remove(programme_id: UUID, link_id: UUID, argument_id: UUID) -> ResponseReturnValue:
    """Ask once more before an argument is removed."""
    session = read_session(programme_id)
    link = service.get_link(session, act(), link_id)
    return _remove_page(session, link, get_argument(session, act(), link_id, argument_id), Form.empty())


@goals.post("/p/<uuid:programme_id>/links/<uuid:link_id>/arguments/<uuid:argument_id>/remove")
@allow("goal.write")
def argument_drop(programme_id: UUID, link_id: UUID, argument_id: UUID) -> ResponseReturnValue:
    """Remove an argument."""
    session = write_session(programme_id)
    link = service.get_link(session, act(), link_id)
    argument = get_argument(session, act(), link_id, argument_id)
    form = Form(request.form, ConfirmInput)
    if not confirmed(form):
        return _remove_page(session, link, argument, form), 400
    remove_argument(session, act(), link_id, argument_id)
    session.commit()
    flash(gettext("The argument is removed."), "success")
    return redirect(_back(programme_id, link_id))


def _back(programme_id: UUID, link_id: UUID) -> str:
    return url_for("goals.link_show", programme_id=programme_id, link_id=link_id, _anchor="arguments")
