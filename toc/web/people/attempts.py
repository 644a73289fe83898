"""How often somebody may try to sign in, and what is written down when it fails."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from toc.services import audit
from toc.services import people as service
from toc.web import errors, security
from toc.web.database import database
from toc.web.people.library import act_of, let_go
from toc.web.security import now, settings, viewer

_GUESSES = frozenset(
    {
        "security.login",
        "security.two_factor_token_validation",
        "security.change_password",
        "security.verify",
    }
)
"""Forms that can be used to guess a password or a code."""

_CODES = "security.two_factor_token_validation"
_RECOVERY = "security.forgot_password"
_FORMS = _GUESSES | {"security.reset_password"}
_NETWORK = 64  # bits of an IPv6 address that name a connection; the rest its owner chooses freely


@dataclass(frozen=True, slots=True)
class _Attempt:
    id: UUID
    keys: tuple[str, str]
    """Of the account, and of the machine."""


def machine() -> str:
    """Return what names the connection that a request came over."""
    text = request.remote_addr or ""
    try:
        found = ip_address(text)
    except ValueError:  # a socket without an address
        return text
    return str(found) if found.version == 4 else str(ip_network((found, _NETWORK), strict=False))  # noqa: PLR2004 - IPv4


def _whose() -> str:
    """Return the address of the account that this form is about."""
    if viewer().signed_in:
        return viewer().email
    waiting = session.get("tf_user_id")
    if request.endpoint == _CODES and isinstance(waiting, str):
        with database().read_session() as reading:
            user = service.account_by_key(reading, waiting)
        return "" if user is None else user.email
    return request.form.get("email", "").strip().casefold()


def _begin() -> ResponseReturnValue | None:
    """Count an attempt before it is made; answer 429 when there were too many."""
    if request.blueprint == "security" and request.is_json:
        abort(415)  # its forms are forms; what counts attempts reads no other
    if request.endpoint == _CODES and viewer().signed_in:
        return redirect(url_for("programmes.home"))  # Flask-Security would sign them out
    if request.method != "POST" or request.endpoint not in _GUESSES | {_RECOVERY}:
        return None
    chosen, secret = settings(), security.derived_secret("attempts")
    kind = "recovery" if request.endpoint == _RECOVERY else "sign-in"
    account, connection = _whose(), machine()
    keys = (
        service.attempt_key(secret, f"{kind} account", account),
        service.attempt_key(secret, f"{kind} machine", connection),
    )
    attempt = _Attempt(security.new_id(), keys)
    window = timedelta(minutes=chosen.sign_in_window_minutes)
    with database().writing() as writing:
        may_try = service.begin_attempt(
            writing, attempt.id, keys, at=now(), limit=chosen.sign_in_attempts, window=window
        )
    if may_try:
        g.toc_attempt = attempt
        return None
    current_app.logger.warning("Too many attempts at %s", request.endpoint)
    answer = make_response(errors.page(429))
    answer.headers["Retry-After"] = str(int(window.total_seconds()))
    return answer


def _settle(response: Response) -> Response:
    """Take an attempt away when it was right, and write down that it was not.

    A form of Flask-Security that is accepted redirects; one that is refused is shown again.
    """
    attempt: _Attempt | None = g.pop("toc_attempt", None)
    refused = request.method == "POST" and response.status_code == 200  # noqa: PLR2004 - OK
    if attempt is not None and request.endpoint in _GUESSES:
        wrong = refused and g.get("toc_guessed_wrong", True)
        let_go()
        with database().writing() as writing:
            if wrong:
                found = service.account_by_email(writing, _whose())
                whom = "" if found is None else str(found.id)
                audit.record_in_instance(writing, act_of(None), "sign_in.fail", "user", whom)
            else:
                all_of = attempt.keys[0] if g.get("toc_signed_in") else None
                service.forget_attempts(writing, attempt.id, attempt.keys, all_of)
    if refused and request.endpoint in _FORMS:
        response.status_code = 400
    return response


def init_app(app: Flask) -> None:
    """Count attempts before they are made, and settle them afterwards."""
    app.before_request(_begin)
    app.after_request(_settle)
