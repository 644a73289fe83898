"""Reminders by mail: written by a command, and turned off by one click in the mail or on a page.

A program that opens every link of a mail changes nothing: only the button, or the mail program itself by RFC
8058, turns reminders off. Both work without signing in, with what stands in the link alone.
"""

import hmac
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_ngettext as _n

from toc.domain.acts import Act
from toc.domain.reminding import Waiting, again_before, named
from toc.services import reminding as service
from toc.services.errors import NotFound
from toc.services.reminding import Letter, Standing
from toc.web import frame
from toc.web.database import database, read_session, write_session
from toc.web.mail import address, write_mail
from toc.web.security import ZONE, act, allow, csrf, derived_secret, settings, viewer

reminding = Blueprint("reminding", __name__)

_ID = 32
"""Hexadecimal digits of the id of the account, which a token begins with."""


def token_of(user_id: UUID) -> str:
    """Return what stands in the links to somebody: their id, and what only this installation can make."""
    return user_id.hex + derived_secret("reminders", str(user_id))


def _whose(token: str) -> UUID:
    """Return whose token it is.

    Raises:
        NotFound: it was not made here.
    """
    try:
        user_id = UUID(token[:_ID])
    except ValueError as error:
        raise NotFound from error
    if not hmac.compare_digest(token.encode(), token_of(user_id).encode()):
        raise NotFound
    return user_id


# --- Writing them -------------------------------------------------------------------------------------------


def write_reminders(act: Act) -> int:
    """Write a mail to everybody who is to be told something, each in a transaction; return how many.

    Args:
        act: when; the request context says where the pages are.
    """
    before = again_before(act.on, settings().reminder_days, ZONE)
    return sum(_write(letter, act, before) for letter in service.letters(database(), act, before))


def _write(letter: Letter, act: Act, before: datetime) -> bool:
    with database().writing() as session:
        if not service.claim(session, act, letter.user_id, before):
            return False
        stop = address(url_for("reminding.stop", token=token_of(letter.user_id)))
        programmes, more = named(letter.waiting)
        write_mail(
            session,
            act,
            letter.email,
            letter.language,
            "reminder",
            subject=_n(
                "%(num)d value waits to be logged", "%(num)d values wait to be logged", len(letter.waiting)
            ),
            unsubscribe=stop,
            name=letter.name,
            programmes=lambda: [
                (one.name, [_line(each, act.on) for each in one.waiting]) for one in programmes
            ],
            more=more,
            days=settings().reminder_days,
            link=address(url_for("indicators.today")),
            stop=stop,
        )
    return True


def _line(one: Waiting, on: date) -> str:
    late = one.days_late(on)
    how = ngettext("%(num)d day late", "%(num)d days late", late) if late else gettext("due today")
    return f"{one.code} {one.name}: {how}"


# --- Turning them off and on --------------------------------------------------------------------------------


@reminding.get("/reminders/<token>")
@allow("link.open")
def stop(token: str) -> ResponseReturnValue:
    """Show whether reminders are sent, with the button that changes it; nothing changes by looking."""
    user_id = _whose(token)
    standing = service.standing(read_session(), user_id)
    if not viewer().signed_in:  # in the language of the mail, unless they chose another one here
        g.toc_viewer = replace(viewer(), language=standing.language)
    return _page(standing, url_for(".stop_now", token=token))


@reminding.post("/reminders/<token>")
@allow("link.open")
@csrf.exempt  # type: ignore[untyped-decorator] # of a library without types
def stop_now(token: str) -> ResponseReturnValue:
    """Turn reminders off, or on again; a mail program that asks for it gets no page."""
    wanted = _set(_whose(token))
    if "List-Unsubscribe" in request.form:  # RFC 8058, 3.1: no redirect
        return "", 200
    return _back(url_for(".stop", token=token), wanted=wanted)


@reminding.get("/reminders")
@allow("account.manage")
def mine() -> ResponseReturnValue:
    """Show somebody who is signed in whether they get reminders."""
    return _page(service.standing(read_session(), _me()), url_for(".set_mine"))


@reminding.post("/reminders")
@allow("account.manage")
def set_mine() -> ResponseReturnValue:
    """Turn one's own reminders off or on."""
    return _back(url_for(".mine"), wanted=_set(_me()))


def _me() -> UUID:
    user_id = viewer().user_id
    assert user_id is not None  # noqa: S101 - `account.manage` is for accounts
    return user_id


def _set(user_id: UUID) -> bool:
    """Do what the form says, in the name of the account; return what holds now."""
    wanted = request.form.get("wanted") == "1"
    session = write_session()
    service.set_wanted(session, replace(act(), user=user_id, respondent=None), user_id, wanted=wanted)
    session.commit()
    return wanted


def _back(where: str, *, wanted: bool) -> ResponseReturnValue:
    flash(gettext("Reminders are on.") if wanted else gettext("Reminders are off."), "success")
    return redirect(where)


def _page(standing: Standing, action: str) -> str:
    frame.crumbs((gettext("Reminders by mail"), None))
    return render_template(
        "reminding/stop.html", wanted=standing.wanted, action=action, days=settings().reminder_days
    )
