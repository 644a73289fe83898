"""Who is asking, what they may do, and the headers that go with every answer.

Every route declares its action with `allow`; a request to a route without one is refused. A programme that
the reader takes no part in looks exactly like one that does not exist.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from toc.domain import permissions
from toc.domain.acts import Act
from toc.domain.ids import RANDOM_BYTES, uuid7
from toc.domain.people import Role
from toc.domain.permissions import Audience
from toc.services import people as people_service
from toc.web.database import database

ZONE = ZoneInfo("Europe/Amsterdam")
"""Where the programmes are: decides which day it is."""

LINK_COOKIE = "personal_link"
"""Key in the session under which the id of an opened personal link is kept."""

LIBRARY_ROUTES: dict[str, str] = {"static": "page.read"}
"""Actions of routes that a library made; Flask-Security's are added by `web.people`."""

# Plotly inserts one empty style element, whose hash this is; it permits nothing but emptiness.
_EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' {_EMPTY_STYLE}",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_YEAR = 31_536_000

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is asking.

    Attributes:
        user_id: the account; None for a visitor or a personal link.
        name: as shown in the header.
        email: of the account.
        language: that the account chose.
        is_administrator: of the instance.
        roles: in the programme of this request.
        memberships: roles per programme.
        link_id, respondent_id, link_programme_id: of an opened personal link.
        needs_second_factor: the programme asks for one and the account has none.
    """

    user_id: UUID | None = None
    name: str = ""
    email: str = ""
    language: str | None = None
    is_administrator: bool = False
    has_second_factor: bool = False
    roles: frozenset[Role] = frozenset()
    memberships: dict[UUID, frozenset[Role]] | None = None
    link_id: UUID | None = None
    respondent_id: UUID | None = None
    link_programme_id: UUID | None = None

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


def _load_viewer(programme_id: UUID | None) -> Viewer:
    """Read who is asking in a short transaction of its own."""
    user_key = session.get("_user_id")
    link = session.get(LINK_COOKIE)
    if not isinstance(user_key, str) and not isinstance(link, str):
        return Viewer()
    with database().read_session() as reading:
        account = people_service.account_by_key(reading, user_key) if isinstance(user_key, str) else None
        if account is not None:
            memberships = people_service.roles_by_programme(reading, account.id)
            return Viewer(
                user_id=account.id,
                name=account.name,
                email=account.email,
                language=account.language,
                is_administrator=account.is_administrator,
                has_second_factor=account.tf_primary_method is not None,
                memberships=memberships,
                roles=memberships.get(programme_id, frozenset()) if programme_id else frozenset(),
            )
        opened = people_service.open_link(reading, link, now()) if isinstance(link, str) else None
        if opened is not None:
            return Viewer(
                link_id=opened.id,
                respondent_id=opened.respondent_id,
                link_programme_id=opened.programme_id,
                roles=frozenset({Role.STAKEHOLDER}),
            )
    return Viewer()


def _check() -> ResponseReturnValue | None:
    """Refuse what this reader may not do, before any view runs."""
    view_args = request.view_args or {}
    programme_id: UUID | None = view_args.get("programme_id")
    g.toc_viewer = Viewer() if request.endpoint == "static" else _load_viewer(programme_id)
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
    return _check_second_factor(programme_id)


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


def _check_second_factor(programme_id: UUID) -> ResponseReturnValue | None:
    if viewer().has_second_factor:
        return None
    with database().read_session() as reading:
        if people_service.second_factor_required(reading, programme_id):
            return redirect(url_for("people.second_factor_needed"))
    return None


def _to_sign_in() -> ResponseReturnValue:
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return redirect(url_for("security.login"))


def local_address(address: str | None, otherwise: str) -> str:
    """Return the address when it is a page of ours, so that no form sends a reader elsewhere."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return otherwise
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else otherwise


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Check every request and dress every answer."""
    app.before_request(_check)
    csrf.init_app(app)
    app.after_request(_add_headers)
