"""Invitations: sent, sent again, taken back, and accepted by whoever has the link."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import login_user
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.people import Role, check_password
from toc.domain.programmes import Language
from toc.models.people import Invitation, User
from toc.models.programmes import Programme
from toc.services import people as service
from toc.services import programmes
from toc.services.errors import Conflict, NotFound
from toc.services.people import Invitee
from toc.web.database import close_sessions, database, read_session, write_session
from toc.web.forms import Form, Input, Line, OptionalRowId, RowId, chosen
from toc.web.frame import LANGUAGES, show_in
from toc.web.mail import address, write_mail
from toc.web.people.blueprint import people
from toc.web.people.library import own_session
from toc.web.security import act, allow, derived_secret, new_id, now, settings, viewer
from toc.web.texts import day, word
from toc.web.texts.people import TASKS


class InvitationInput(Input):
    """Whom to invite, for what."""

    id: RowId
    email: Line
    name: Line
    role: Annotated[Role, chosen(Role)]
    organisation_id: OptionalRowId
    language: Annotated[Language, chosen(Language)]


class NewAccount(Input):
    """What somebody without an account fills in."""

    name: Line
    password: str
    password_again: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of an invitation says about it."""

    programme: str
    role: str
    task: str
    organisation: str
    email: str
    until: str


@dataclass(frozen=True, slots=True)
class _Found:
    """An invitation that can be accepted, its programme, and whether its address has an account."""

    invitation: Invitation
    programme: Programme
    has_account: bool


def _token(invitation_id: UUID) -> str:
    return derived_secret("invitation", str(invitation_id))


def _write(writing: Session, invitation: Invitation, programme: Programme) -> None:
    """Write the mail with the link."""
    write_mail(
        writing,
        act(),
        invitation.email,
        invitation.language,
        "invitation",
        subject=_l("Invitation to %(programme)s", programme=programme.name),
        invitation=invitation,
        role=lambda: word(invitation.role).lower(),
        task=lambda: str(TASKS[invitation.role]),
        until=lambda: day(invitation.expires_at.date()),
        programme_name=programme.name,
        inviter=viewer().name,
        link=address(url_for(".accept", token=_token(invitation.id))),
    )


@people.get("/p/<uuid:programme_id>/people/invite")
@allow("people.manage")
def invite(programme_id: UUID) -> ResponseReturnValue:
    """Show the form to invite somebody."""
    reading = read_session(programme_id)
    programme = programmes.get(reading)
    form: Form[InvitationInput] = Form.empty({"id": str(new_id()), "language": programme.language})
    return _invite_page(reading, programme, form)


@people.post("/p/<uuid:programme_id>/people/invite")
@allow("people.manage")
def send_invitation(programme_id: UUID) -> ResponseReturnValue:
    """Invite somebody."""
    writing = write_session(programme_id)
    programme = programmes.get(writing)
    form = Form(request.form, InvitationInput)
    if not form.ok:
        return _invite_page(writing, programme, form), 400
    typed, doing = form.value, act()
    invitee = Invitee(**typed.model_dump(exclude={"id"}))
    try:
        invitation = service.invite(
            writing, doing, typed.id, invitee, _token(typed.id), days=settings().invitation_days
        )
    except NotFound:
        raise
    except DomainError as error:
        form.blame("email" if error.key == "people.email" else "role", error)
        return _invite_page(writing, programme, form), 409 if isinstance(error, Conflict) else 400
    if invitation.created_at == doing.at:
        _write(writing, invitation, programme)
    writing.commit()
    flash(gettext("%(name)s gets a message with a link.", name=typed.name), "success")
    return redirect(url_for(".index", programme_id=programme_id))


@people.post("/p/<uuid:programme_id>/invitations/<uuid:invitation_id>/again")
@allow("people.manage")
def invite_again(programme_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Send an invitation once more, with new time."""
    writing = write_session(programme_id)
    invitation = service.send_again(
        writing, act(), invitation_id, _token(invitation_id), days=settings().invitation_days
    )
    _write(writing, invitation, programmes.get(writing))
    writing.commit()
    flash(gettext("%(name)s gets a message with a link.", name=invitation.name), "success")
    return redirect(url_for(".index", programme_id=programme_id))


@people.post("/p/<uuid:programme_id>/invitations/<uuid:invitation_id>/revoke")
@allow("people.manage")
def revoke_invitation(programme_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    writing = write_session(programme_id)
    service.revoke_invitation(writing, act(), invitation_id)
    writing.commit()
    flash(gettext("The invitation was taken back; its link works no more."), "success")
    return redirect(url_for(".index", programme_id=programme_id))


def _invite_page(reading: Session, programme: Programme, form: Form[InvitationInput]) -> str:
    here = url_for(".index", programme_id=programme.id)
    show_in(programme, (gettext("People"), here), (gettext("Invite somebody"), None))
    parties = [(str(one.organisation.id), one.organisation.name) for one in service.parties(reading)]
    return render_template(
        "people/invite.html",
        form=form,
        roles=[(role.value, word(role), TASKS[role]) for role in Role],
        organisations=[("", gettext("None, or not in the list")), *parties],
        languages=list(LANGUAGES.items()),
        days=settings().invitation_days,
        action=url_for(".send_invitation", programme_id=programme.id),
        back_url=here,
    )


# --- Whoever has the link -----------------------------------------------------------------------------------


@people.get("/invitation/<token>")
@allow("invitation.accept")
def accept(token: str) -> ResponseReturnValue:
    """Show what the invitation offers."""
    with database().read_session() as reading:
        found = _find(reading, token)
    if found is None:
        return _over()
    return _accept_page(token, found, Form.empty({"name": found.invitation.name}))


@people.post("/invitation/<token>")
@allow("invitation.accept")
def accept_now(token: str) -> ResponseReturnValue:
    """Take the role, with the account that is signed in or with a new one."""
    with database().read_session() as reading:
        found = _find(reading, token)
    if found is None:
        return _over()
    invitation = found.invitation
    if viewer().signed_in:
        return _accept_as(invitation, token, lambda writing: writing.get_one(User, viewer().user_id))
    form = Form(request.form, NewAccount)
    _check(form, invitation.email)
    if found.has_account:
        return _accept_page(token, found, form), 409
    if not form.ok:
        return _accept_page(token, found, form), 400
    name, password_hash = form.value.name, service.hash_password(form.value.password)

    def make(writing: Session) -> User:
        return service.add_user(
            writing,
            act(),
            derived(invitation.id, "account"),
            email=invitation.email,
            name=name,
            key=secrets.token_hex(16),
            password_hash=password_hash,
            language=invitation.language,
        )

    return _accept_as(invitation, token, make)


def _find(reading: Session, token: str) -> _Found | None:
    """Return the invitation of a link that works, its programme, and whether its address has an account."""
    invitation = service.find_invitation(reading, token, now())
    if invitation is None:
        return None
    programme = reading.get_one(Programme, invitation.programme_id)
    has_account = service.account_by_email(reading, invitation.email) is not None
    return _Found(invitation, programme, has_account)


def _check(form: Form[NewAccount], email: str) -> None:
    """Put what is wrong with a new password at its field."""
    password = service.normal_password(form.raw("password") or "")
    try:
        check_password(password, email=email)
    except DomainError as error:
        form.blame("password", error)
    if password != service.normal_password(form.raw("password_again") or ""):
        form.blame("password_again", DomainError("password.differs"))


def _accept_as(invitation: Invitation, token: str, account: Callable[[Session], User]) -> ResponseReturnValue:
    """Take the role, let a new account in, and show the programme."""
    writing = write_session(invitation.programme_id)
    try:
        user = account(writing)
        service.accept(writing, replace(act(), user=user.id), token, user)
    except DomainError as error:
        if error.key != "people.invitation_over":
            raise
        return _over()
    writing.commit()
    if not viewer().signed_in:
        close_sessions()  # signing in is recorded in a transaction of its own, which would wait for this one
        login_user(own_session().get_one(User, user.id), authn_via=["invitation"])
    flash(gettext("Welcome. You take part as %(role)s.", role=word(invitation.role).lower()), "success")
    return redirect(url_for("programmes.show", programme_id=invitation.programme_id))


def _accept_page(token: str, found: _Found, form: Form[NewAccount]) -> str:
    invitation = found.invitation
    here = url_for(".accept", token=token)
    offer = Offer(
        programme=found.programme.name,
        role=word(invitation.role).lower(),
        task=str(TASKS[invitation.role]),
        organisation="" if invitation.organisation is None else invitation.organisation.name,
        email=invitation.email,
        until=day(invitation.expires_at.date()),
    )
    return render_template(
        "people/accept.html",
        offer=offer,
        has_account=found.has_account,
        form=form,
        action=url_for(".accept_now", token=token),
        sign_in_url=url_for("security.login", next=here),
    )


def _over() -> ResponseReturnValue:
    """Say that a link works no more: why is told to nobody who may just be trying."""
    return render_template("people/invitation_over.html"), 404
