"""Who takes part in a programme: people with their roles, invitations and organisations."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.errors import DomainError
from toc.domain.people import Role
from toc.models.people import Invitation, Membership
from toc.services import people as service
from toc.services import programmes
from toc.services.errors import Conflict
from toc.services.people import Member, Party
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, Tick
from toc.web.frame import show_in
from toc.web.people.blueprint import people
from toc.web.security import act, allow, now, viewer
from toc.web.texts import day, word


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of a person, with the way to end it."""

    word: str
    organisation: str
    since: str
    end_url: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person on the page."""

    name: str
    email: str
    is_reader: bool
    roles: list[RoleLine]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation that nobody has accepted yet."""

    who: str
    email: str
    role: str
    organisation: str
    state: str
    is_over: bool
    again_url: str
    revoke_url: str


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One organisation."""

    name: str
    parts: str
    kind: str
    helix: str
    place: str
    edit_url: str


class Confirmed(Input):
    """The second confirmation of an act that is not taken back easily."""

    confirmed: Tick


def _person(programme_id: UUID, member: Member, *, second_factor: bool) -> PersonRow:
    notes = []
    if {Role.EVALUATOR, Role.FUNDER} <= member.roles:
        notes.append(gettext("Evaluator and funder: may not approve payments."))
    if second_factor and not member.has_second_factor:
        notes.append(gettext("Has no second step at sign-in yet, so cannot get in."))
    if not member.active:
        notes.append(gettext("This account was switched off."))
    return PersonRow(
        name=member.name,
        email=member.email,
        is_reader=member.user_id == viewer().user_id,
        roles=[_role(programme_id, membership) for membership in member.memberships],
        notes=notes,
    )


def _role(programme_id: UUID, membership: Membership) -> RoleLine:
    return RoleLine(
        word=word(membership.role),
        organisation="" if membership.organisation is None else membership.organisation.name,
        since=gettext("since %(day)s", day=day(membership.created_at.date())),
        end_url=url_for(".end_membership", programme_id=programme_id, membership_id=membership.id),
    )


def _invitation(programme_id: UUID, invitation: Invitation) -> InvitationRow:
    is_over = invitation.expires_at <= now()
    until = day(invitation.expires_at.date())
    return InvitationRow(
        who=invitation.name,
        email=invitation.email,
        role=word(invitation.role),
        organisation="" if invitation.organisation is None else invitation.organisation.name,
        state=gettext("ran out on %(day)s", day=until)
        if is_over
        else gettext("can be accepted until %(day)s", day=until),
        is_over=is_over,
        again_url=url_for(".invite_again", programme_id=programme_id, invitation_id=invitation.id),
        revoke_url=url_for(".revoke_invitation", programme_id=programme_id, invitation_id=invitation.id),
    )


def _party(programme_id: UUID, party: Party) -> PartyRow:
    organisation = party.organisation
    return PartyRow(
        name=organisation.name,
        parts=", ".join(word(part) for part in party.parts),
        kind=word(organisation.kind),
        helix=word(organisation.helix),
        place=organisation.place,
        edit_url=url_for(".edit_organisation", programme_id=programme_id, organisation_id=organisation.id),
    )


@people.get("/p/<uuid:programme_id>/people")
@allow("people.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """Show who takes part."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    show_in(programme, (gettext("People"), None))
    asks = programme.second_factor_required
    return render_template(
        "people/index.html",
        programme_id=programme_id,
        may_manage=viewer().may("people.manage"),
        persons=[_person(programme_id, one, second_factor=asks) for one in service.members(session)],
        invitations=[_invitation(programme_id, one) for one in service.open_invitations(session)],
        parties=[_party(programme_id, one) for one in service.parties(session)],
    )


@people.get("/p/<uuid:programme_id>/people/<uuid:membership_id>/end")
@allow("people.manage")
def end_membership(programme_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """Ask whether a role is to end."""
    session = read_session(programme_id)
    return _end_page(programmes.get(session), service.get_membership(session, membership_id), None)


@people.post("/p/<uuid:programme_id>/people/<uuid:membership_id>/end")
@allow("people.manage")
def end_membership_now(programme_id: UUID, membership_id: UUID) -> ResponseReturnValue:
    """End a role."""
    session = write_session(programme_id)
    membership = service.get_membership(session, membership_id)
    form = Form(request.form, Confirmed)
    if not (form.ok and form.value.confirmed):
        form.blame("confirmed", DomainError("form.required"))
        return _end_page(programmes.get(session), membership, form), 400
    try:
        service.end_membership(session, act(), membership_id)
    except Conflict as error:
        form.blame("", error)
        return _end_page(programmes.get(session), membership, form), 409
    session.commit()
    flash(
        gettext(
            "%(name)s is no longer %(role)s here.",
            name=membership.user.name,
            role=word(membership.role).lower(),
        ),
        "success",
    )
    if membership.user_id == viewer().user_id:
        return redirect(url_for("programmes.home"))
    return redirect(url_for(".index", programme_id=programme_id))


def _end_page(programme: object, membership: Membership, form: Form[Confirmed] | None) -> str:
    here = url_for(".index", programme_id=membership.programme_id)
    show_in(programme, (gettext("People"), here), (gettext("End a role"), None))
    return render_template(
        "people/end.html",
        form=form,
        name=membership.user.name,
        role=word(membership.role).lower(),
        is_reader=membership.user_id == viewer().user_id,
        action=url_for(
            ".end_membership_now", programme_id=membership.programme_id, membership_id=membership.id
        ),
        back_url=here,
    )
