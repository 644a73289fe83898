"""Personal links: made and taken back by the evaluator, opened and left by whoever they are for.

Opening one changes nothing but the browser's session, so that a program that opens every link in a mail does
no harm. A browser that is signed in with an account is asked first: the link signs it out, because a person
is either themselves with an account, or somebody behind a link, never both.
"""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import logout_user

from toc.domain.codes import CodeKind, code
from toc.domain.interviews import GuideVariant, RespondentKind
from toc.models.interviews import Respondent
from toc.models.people import PersonalLink
from toc.services import people as service
from toc.services import programmes
from toc.web.database import database, write_session
from toc.web.errors import page
from toc.web.forms import Form, Input, chosen
from toc.web.frame import show_in
from toc.web.mail import address, write_mail
from toc.web.people.blueprint import people
from toc.web.security import LINK_COOKIE, act, allow, derived_secret, new_id, now, settings, viewer
from toc.web.texts import day
from toc.web.texts.interviews import guide_name


class LinkInput(Input):
    """Which guide a new link asks with; the plain one when nothing is chosen."""

    guide: Annotated[GuideVariant | None, chosen(GuideVariant, optional=True)]


def _token(link_id: UUID) -> str:
    return derived_secret("personal link", str(link_id))


def _sent_id() -> UUID:
    """Return the id of the link that a form makes; one without an id makes another link each time."""
    try:
        return UUID(request.form.get("id", ""))
    except ValueError:
        return new_id()


@people.post("/p/<uuid:programme_id>/respondents/<uuid:respondent_id>/link")
@allow("interview.write")
def make_link(programme_id: UUID, respondent_id: UUID) -> ResponseReturnValue:
    """Make a link, show it once, and mail it to a spokesperson."""
    form = Form(request.form, LinkInput)
    if not form.ok:
        return page(400)
    back = url_for("interviews.respondent", programme_id=programme_id, respondent_id=respondent_id)
    writing, doing, link_id = write_session(programme_id), act(), _sent_id()
    link = service.make_link(
        writing,
        doing,
        respondent_id,
        _token(link_id),
        link_id=link_id,
        days=settings().personal_link_days,
        variant=form.value.guide or GuideVariant.PLAIN,
    )
    if link.revoked_at is not None:  # the form of an earlier one was sent again
        flash(gettext("That link was replaced by a newer one."), "info")
        return redirect(
            url_for("interviews.respondent", programme_id=programme_id, respondent_id=respondent_id)
        )
    programme = programmes.get(writing)
    respondent = writing.get_one(Respondent, (programme_id, respondent_id))
    full = address(url_for(".open_link", token=_token(link_id)))
    by_mail = respondent.kind is RespondentKind.SPOKESPERSON and bool(respondent.email)
    if by_mail and link.created_at == doing.at:
        write_mail(
            writing,
            doing,
            respondent.email,
            respondent.language,
            "link",
            subject=_l("Your personal link for %(programme)s", programme=programme.name),
            name=respondent.name,
            programme_name=programme.name,
            until=lambda: day(link.expires_at.date()),
            link=full,
        )
    writing.commit()
    name = respondent.name or code(CodeKind.RESPONDENT, respondent.code)
    show_in(
        programme,
        (gettext("Interviews"), url_for("interviews.index", programme_id=programme_id)),
        (name, back),
        (gettext("Personal link"), None),
    )
    return render_template(
        "people/link.html",
        link=full,
        name=name,
        guide=guide_name(respondent.kind, link.variant),
        email=respondent.email if by_mail else "",
        until=day(link.expires_at.date()),
        back_url=back,
    )


@people.post("/p/<uuid:programme_id>/personal-links/<uuid:link_id>/revoke")
@allow("interview.write")
def revoke_link(programme_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Let a link work no more."""
    writing = write_session(programme_id)
    link = service.revoke_link(writing, act(), link_id)
    writing.commit()
    flash(gettext("The personal link works no more."), "success")
    return redirect(
        url_for("interviews.respondent", programme_id=programme_id, respondent_id=link.respondent_id)
    )


@people.get("/link/<token>")
@allow("link.open")
def open_link(token: str) -> ResponseReturnValue:
    """Let whoever has the link in; ask first where somebody is signed in."""
    link = _find(token)
    if link is None:
        return _over()
    if viewer().signed_in:
        return render_template(
            "people/link_ask.html", name=viewer().name, action=url_for(".open_link_instead", token=token)
        )
    return _enter(link)


@people.post("/link/<token>")
@allow("link.open")
def open_link_instead(token: str) -> ResponseReturnValue:
    """Sign out, and let whoever has the link in."""
    link = _find(token)
    if link is None:
        return _over()
    if viewer().signed_in:
        logout_user()
    return _enter(link)


@people.post("/leave")
@allow("link.open")
def leave_link() -> ResponseReturnValue:
    """Close the link in this browser."""
    if viewer().link_id is not None:
        session.clear()
        flash(gettext("You left. Open your link again to come back."), "success")
    return redirect(url_for("pages.start"))


def _find(token: str) -> PersonalLink | None:
    with database().read_session() as reading:
        return service.find_link(reading, token, now())


def _over() -> ResponseReturnValue:
    """Say that a link works no more: wrong, taken back and run out look the same."""
    return render_template("people/link_over.html"), 404


def _enter(link: PersonalLink) -> ResponseReturnValue:
    session.clear()
    session.permanent = True  # each answer renews it, until it was idle for too long
    session[LINK_COOKIE] = str(link.id)
    # The one GET that writes: its maker sees that the link arrived.
    with database().writing() as writing:
        service.mark_used(writing, link.id, now())
    return redirect(url_for("mine.home"))
