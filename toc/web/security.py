"""Who is asking, what they may do, and the headers that go with every answer.

Every route declares its action with `allow`; a request to a route without one is refused. A programme that
the reader takes no part in looks exactly like one that does not exist.
"""

import base64
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.sessions import SessionMixin
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session

from toc.domain import permissions
from toc.domain.acts import Act
from toc.domain.ids import RANDOM_BYTES, uuid7
from toc.domain.interviews import GuideVariant
from toc.domain.people import Role
from toc.domain.permissions import Audience
from toc.services import people as people_service
from toc.settings import Settings
from toc.web.database import database

ZONE = ZoneInfo("Europe/Amsterdam")
"""Where the programmes are: decides which day it is."""

LINK_COOKIE = "personal_link"
"""Key in the session under which the id of an opened personal link is kept."""

ACCOUNT = "_user_id"
"""Key in the session under which Flask-Login keeps the key of the account."""

SIGNED_IN_AT = "signed_in_at"
"""Key in the session: when the password was given, in seconds since 1970."""

SESSION_ID = "session_id"
"""Key in the session: a random id, new at each sign-in; signing out ends copies of the cookie by it."""

LIBRARY_ROUTES: dict[str, str] = {"static": "page.read"}
"""Actions of routes that a library made; Flask-Security's are added by `web.people`."""

_FILES = frozenset({"static", "pages.styles"})
"""Routes of files that are the same for everybody: who asks is not looked up, and a browser may keep them."""

# Plotly inserts one empty style element, whose hash this is; it permits nothing but emptiness.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {_EMPTY_STYLE}",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_YEAR = 31_536_000

MOST_WITHOUT_ACCOUNT = 2_000_000
"""Bytes that are read of a form by somebody who did not sign in: all answers of the longest interview fit."""
_AROUND_A_FILE = 100_000
"""Bytes of a request beside the file in it."""

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is asking.

    Attributes:
        user_id: the account; None for a visitor or a personal link.
        name: as shown in the header.
        email: of the account.
        language: of the account, or of the respondent.
        is_administrator: of the instance.
        roles: in the programme of this request.
        memberships: roles per programme.
        asking_second_factor: their programmes that ask for a second step at sign-in.
        link_id, respondent_id, link_programme_id, link_guide: of an opened personal link.
    """

    user_id: UUID | None = None
    name: str = ""
    email: str = ""
    language: str | None = None
    is_administrator: bool = False
    has_second_factor: bool = False
    roles: frozenset[Role] = frozenset()
    memberships: dict[UUID, frozenset[Role]] = field(default_factory=dict)
    asking_second_factor: frozenset[UUID] = frozenset()
    link_id: UUID | None = None
    respondent_id: UUID | None = None
    link_programme_id: UUID | None = None
    link_guide: GuideVariant = GuideVariant.PLAIN

    @property
    def signed_in(self) -> bool:
        """Whether they have an account and gave its password."""
        return self.user_id is not None

    def may(self, action: str) -> bool:
        """Tell whether they may do this in the programme of this request."""
        return permissions.may(self.roles, action)


def allow(action: str) -> Callable[[View], View]:
    """Declare what a route does; `domain/permissions.py` says who may.

    Raises:
        KeyError: there is no such action.
    """
    if not permissions.is_known(action):
        raise KeyError(action)

    def declare(view: View) -> View:
        view.toc_action = action  # type: ignore[attr-defined] # a mark on the function, read before each request
        return view

    return declare


def viewer() -> Viewer:
    """Return who is asking."""
    found: Viewer = g.toc_viewer
    return found


def now() -> datetime:
    """Return the moment; the one place where the web reads the clock."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day it is where the programmes are."""
    return now().astimezone(ZONE).date()


def new_id() -> UUID:
    """Return an id for the row that a form will make."""
    return uuid7(now(), os.urandom(RANDOM_BYTES))


def act() -> Act:
    """Return who does what this request asks, and when."""
    who = viewer()
    moment = now()
    return Act(
        at=moment,
        on=moment.astimezone(ZONE).date(),
        user=who.user_id,
        respondent=who.respondent_id,
        roles=who.roles,
    )


def action_of(app: Flask, endpoint: str) -> str | None:
    """Return the action that a route declares, or None."""
    if endpoint in LIBRARY_ROUTES:
        return LIBRARY_ROUTES[endpoint]
    declared: str | None = getattr(app.view_functions[endpoint], "toc_action", None)
    return declared


def settings() -> Settings:
    """Return the settings of this application."""
    found: Settings = current_app.extensions["toc_settings"]
    return found


def make_secret(key: str, purpose: str, value: str = "") -> str:
    """Return a secret that only the owner of the secret key can make, 256 bits, the same each time.

    Links carry one made from the id of their row, so that they can be sent again although only their hash is
    kept.

    Args:
        key: the secret key of this installation.
        purpose: what it is for; two purposes never share a secret.
        value: of what.
    """
    digest = hmac.new(key.encode(), f"{purpose}\n{value}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derived_secret(purpose: str, value: str = "") -> str:
    """Return such a secret of this application."""
    return make_secret(str(current_app.config["SECRET_KEY"]), purpose, value)


def start_session(cookie: SessionMixin, account: str, at: datetime) -> None:
    """Make a session that of an account that signs in now; nothing that it held before stays.

    Args:
        cookie: the session.
        account: the account's `fs_uniquifier`.
        at: now.
    """
    cookie.clear()
    cookie.permanent = True  # each answer renews it, until it was idle for too long
    cookie[ACCOUNT] = account
    cookie["_fresh"] = True
    cookie["fs_paa"] = at.timestamp()  # read by Flask-Security where it asks for the password once more
    cookie[SIGNED_IN_AT] = int(at.timestamp())
    cookie[SESSION_ID] = secrets.token_urlsafe(24)


def _lasts(at: datetime) -> bool:
    """Tell whether the session of this request is a sign-in that is not too old; idle ones never get here."""
    since, identity = session.get(SIGNED_IN_AT), session.get(SESSION_ID)
    if not isinstance(since, int) or not isinstance(identity, str):
        return False
    return at - datetime.fromtimestamp(since, UTC) < timedelta(hours=settings().session_hours)


def _load_viewer(programme_id: UUID | None) -> Viewer:
    """Read who is asking in a short transaction of its own."""
    at = now()
    account, link = session.get(ACCOUNT), session.get(LINK_COOKIE)
    found: Viewer | None = None
    if isinstance(account, str) and _lasts(at):
        with database().read_session() as reading:
            found = _signed_in(reading, account, programme_id)
    elif isinstance(link, str):
        with database().read_session() as reading:
            found = _by_link(reading, link, at)
    if found is None and (account is not None or link is not None):
        session.clear()  # so that nobody else takes an account from it either
    return found or Viewer()


def _signed_in(reading: Session, account: str, programme_id: UUID | None) -> Viewer | None:
    user = people_service.account_by_key(reading, account, people_service.session_key(session[SESSION_ID]))
    if user is None:
        return None
    roles: dict[UUID, frozenset[Role]] = {}
    asking: set[UUID] = set()
    for held in people_service.held_by(reading, user.id):
        roles[held.programme_id] = roles.get(held.programme_id, frozenset()) | {held.role}
        asking |= {held.programme_id} if held.second_factor_required else set()
    return Viewer(
        user_id=user.id,
        name=user.name,
        email=user.email,
        language=user.language,
        is_administrator=user.is_administrator,
        has_second_factor=user.tf_primary_method is not None,
        memberships=roles,
        asking_second_factor=frozenset(asking),
        roles=roles.get(programme_id, frozenset()) if programme_id else frozenset(),
    )


def _by_link(reading: Session, link_id: str, at: datetime) -> Viewer | None:
    opened = people_service.open_link(reading, link_id, at)
    if opened is None:
        return None
    return Viewer(
        link_id=opened.id,
        respondent_id=opened.respondent_id,
        language=people_service.language_of(reading, opened),
        link_programme_id=opened.programme_id,
        link_guide=opened.variant,
        roles=frozenset({Role.STAKEHOLDER}),
    )


def _check() -> ResponseReturnValue | None:
    """Refuse what this reader may not do, before any view runs."""
    view_args = request.view_args or {}
    programme_id: UUID | None = view_args.get("programme_id")
    g.toc_viewer = Viewer() if request.endpoint in _FILES else _load_viewer(programme_id)
    _bound_body(g.toc_viewer)
    if request.endpoint is None:
        return None  # no such page: the error handler answers
    action = action_of(current_app, request.endpoint)
    if action is None:
        abort(404)  # a route that declares nothing opens for nobody
    if action in permissions.INSTANCE:
        return _check_instance(permissions.INSTANCE[action])
    who = viewer()
    if not who.signed_in:
        return _to_sign_in()
    if programme_id is None or not who.roles:
        abort(404)
    if not permissions.may(who.roles, action):
        abort(403)
    if programme_id in who.asking_second_factor and not who.has_second_factor:
        return redirect(url_for("people.second_factor_needed"))
    return None


def _bound_body(who: Viewer) -> None:
    """Read little of a request by somebody without an account: the longest form, or a spoken answer.

    Only who has an account sends files. Everything that is sent is parsed before it is judged, so that this
    is decided first.
    """
    if who.signed_in:
        return
    chosen = settings()
    request.max_content_length = min(
        chosen.upload_bytes, max(MOST_WITHOUT_ACCOUNT, chosen.recording_bytes + _AROUND_A_FILE)
    )
    request.max_form_memory_size = min(chosen.upload_bytes, MOST_WITHOUT_ACCOUNT)


def _check_instance(audience: Audience) -> ResponseReturnValue | None:
    who = viewer()
    match audience:
        case Audience.PUBLIC:
            return None
        case Audience.LINK:
            return None if who.link_id is not None else abort(404)
        case Audience.SIGNED_IN:
            return None if who.signed_in else _to_sign_in()
        case Audience.ADMINISTRATOR:
            if not who.signed_in:
                return _to_sign_in()
            return None if who.is_administrator else abort(404)


def _to_sign_in() -> ResponseReturnValue:
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return redirect(url_for("security.login"))


def open_microphone() -> None:
    """Let this page ask for the microphone; no other page may."""
    g.toc_microphone = True


def local_address(address: str | None, otherwise: str) -> str:
    """Return the address when it is a page of ours, so that no form sends a reader elsewhere."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return otherwise
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else otherwise


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)  # a file from outside brings a stricter one
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    microphone = "microphone=(self)" if g.get("toc_microphone") else "microphone=()"
    headers["Permissions-Policy"] = f"camera=(), geolocation=(), {microphone}"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    if request.endpoint not in _FILES:
        headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Check every request and dress every answer."""
    app.before_request(_check)
    csrf.init_app(app)
    app.after_request(_add_headers)
