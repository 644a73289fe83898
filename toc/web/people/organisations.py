"""Organisations of a programme: added, described, and what each is in it."""

from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BeforeValidator

from toc.domain.people import Helix, OrganisationKind, Part
from toc.models.people import Organisation
from toc.models.programmes import Programme
from toc.services import people as service
from toc.services import programmes
from toc.services.errors import Stale
from toc.services.people import Party
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, OptionalLine, RowId, chosen
from toc.web.frame import show_in
from toc.web.people.blueprint import people
from toc.web.security import act, allow, new_id
from toc.web.texts import choices, word


def _parts(typed: object) -> list[Part]:
    """Return the parts that were ticked; what is no part of ours was never on the form."""
    ticked = {str(one) for one in typed} if isinstance(typed, list) else set()
    return [part for part in Part if part.value in ticked]


Parts = Annotated[list[Part], BeforeValidator(_parts)]


class Described(Input):
    """What is said about an organisation."""

    name: Line
    kind: Annotated[OrganisationKind, chosen(OrganisationKind)]
    place: OptionalLine


class New(Described):
    """A new organisation, and what it is in the programme."""

    id: RowId
    parts: Parts


class Chosen(Input):
    """What an organisation is in the programme."""

    parts: Parts


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds of organisations as options, under their side of the quadruple helix."""
    return [
        (word(helix), [(kind.value, word(kind)) for kind in OrganisationKind if kind.helix is helix])
        for helix in Helix
    ]


@people.get("/p/<uuid:programme_id>/organisations/new")
@allow("people.manage")
def new_organisation(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for an organisation."""
    form: Form[New] = Form.empty({"id": str(new_id())})
    return _new_page(programmes.get(read_session(programme_id)), form)


@people.post("/p/<uuid:programme_id>/organisations/new")
@allow("people.manage")
def add_organisation(programme_id: UUID) -> ResponseReturnValue:
    """Add an organisation to the programme."""
    session = write_session(programme_id)
    form = Form(request.form, New)
    if not form.ok:
        return _new_page(programmes.get(session), form), 400
    typed, doing = form.value, act()
    service.add_organisation(session, doing, typed.id, name=typed.name, kind=typed.kind, place=typed.place)
    # One that is nothing in the programme would be seen nowhere.
    service.set_parts(session, doing, typed.id, typed.parts or [Part.PARTNER])
    session.commit()
    flash(gettext("%(name)s takes part in the programme.", name=typed.name), "success")
    return redirect(url_for(".index", programme_id=programme_id))


@people.get("/p/<uuid:programme_id>/organisations/<uuid:organisation_id>")
@allow("people.manage")
def edit_organisation(programme_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Show an organisation to change it."""
    session = read_session(programme_id)
    party = service.get_party(session, organisation_id)
    return _edit_page(programmes.get(session), party, _as_typed(party.organisation))


@people.post("/p/<uuid:programme_id>/organisations/<uuid:organisation_id>")
@allow("people.manage")
def save_organisation(programme_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Change what is said about an organisation."""
    session = write_session(programme_id)
    party = service.get_party(session, organisation_id)
    form = Form(request.form, Described)
    if not form.ok:
        return _edit_page(programmes.get(session), party, form), 400
    typed, edited = form.value, Edited.of(request.form)
    try:
        service.edit_organisation(
            session, act(), party, edited.revision, name=typed.name, kind=typed.kind, place=typed.place
        )
    except Stale as stale:
        return _conflict_page(programmes.get(session), party, typed, stale), 409
    session.commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for(".index", programme_id=programme_id))


@people.post("/p/<uuid:programme_id>/organisations/<uuid:organisation_id>/parts")
@allow("people.manage")
def save_parts(programme_id: UUID, organisation_id: UUID) -> ResponseReturnValue:
    """Change what an organisation is in the programme."""
    session = write_session(programme_id)
    party = service.get_party(session, organisation_id)
    service.set_parts(session, act(), organisation_id, Form(request.form, Chosen).value.parts)
    session.commit()
    flash(gettext("What %(name)s is in the programme was saved.", name=party.organisation.name), "success")
    return redirect(url_for(".index", programme_id=programme_id))


def _as_typed(organisation: Organisation) -> Form[Described]:
    return Form.empty(
        {"name": organisation.name, "kind": organisation.kind.value, "place": organisation.place}
    )


def _show_in(programme: Programme, title: str) -> str:
    here = url_for(".index", programme_id=programme.id)
    show_in(programme, (gettext("People"), here), (title, None))
    return here


def _new_page(programme: Programme, form: Form[New]) -> str:
    back = _show_in(programme, gettext("Add an organisation"))
    return render_template(
        "people/organisation_new.html",
        form=form,
        kinds=kinds(),
        part_options=choices(Part),
        action=url_for(".add_organisation", programme_id=programme.id),
        back_url=back,
    )


def _edit_page(programme: Programme, party: Party, form: Form[Described]) -> str:
    organisation = party.organisation
    back = _show_in(programme, organisation.name)
    at: dict[str, Any] = {"programme_id": programme.id, "organisation_id": organisation.id}
    return render_template(
        "people/organisation_edit.html",
        name=organisation.name,
        form=form,
        revision=organisation.revision,
        kinds=kinds(),
        part_options=choices(Part),
        parts_now=[part.value for part in party.parts],
        action=url_for(".save_organisation", **at),
        parts_action=url_for(".save_parts", **at),
        back_url=back,
    )


def _conflict_page(programme: Programme, party: Party, mine: Described, stale: Stale) -> str:
    """Show both texts of each field that differs; the rest goes along unseen."""
    back = _show_in(programme, party.organisation.name)
    labels = {"name": gettext("Name"), "kind": gettext("Kind"), "place": gettext("Place")}
    own: dict[str, str] = {"name": mine.name, "kind": mine.kind, "place": mine.place}
    differing, same = [], {}
    for field, label in labels.items():
        theirs = str(stale.theirs[field])
        if theirs == own[field]:
            same[field] = theirs
        else:
            differing.append((field, label, _option(field, own[field]), _option(field, theirs)))
    return render_template(
        "people/organisation_conflict.html",
        differing=differing,
        same=same,
        revision=stale.revision,
        action=url_for(
            ".save_organisation", programme_id=programme.id, organisation_id=party.organisation.id
        ),
        back_url=back,
    )


def _option(field: str, value: str) -> tuple[str, str]:
    return value, word(OrganisationKind(value)) if field == "kind" else value or gettext("(empty)")
