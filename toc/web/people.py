"""Signing in, accounts, invitations and personal links."""

from typing import Any

from flask import Blueprint, Flask
from flask_security import Security
from flask_security.datastore import SQLAlchemySessionUserDatastore
from sqlalchemy.orm import scoped_session

from toc.models.people import AccountRole, User
from toc.web import security
from toc.web.database import database
from toc.web.texts import people as texts
from toc.web.texts import register

register(texts.SENTENCES, texts.WORDS)

people = Blueprint("people", __name__)

SECURITY_ROUTES = {
    "security.login": "page.read",
    "security.logout": "page.read",
    "security.forgot_password": "page.read",
    "security.reset_password": "page.read",
    "security.change_password": "account.manage",
    "security.two_factor_setup": "account.manage",
    "security.two_factor_setup_validate": "account.manage",
    "security.two_factor_token_validation": "page.read",
    "security.two_factor_rescue": "page.read",
    "security.verify": "account.manage",
    "security.static": "page.read",
}
"""What each route of Flask-Security is for."""


def _app_context_id() -> int:
    from flask.globals import app_ctx  # noqa: PLC0415 - the context itself, not what is in it

    return id(app_ctx._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001 - as Flask-SQLAlchemy does


def init_app(app: Flask) -> None:
    """Let Flask-Security sign people in, with a database session of its own."""
    sessions = scoped_session(lambda: database().single_session(), scopefunc=_app_context_id)
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS={"1": app.config["SECRET_KEY"]},
        SECURITY_TOTP_ISSUER="Doelenboom",
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_POST_LOGIN_VIEW="/programmes",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_SEND_PASSWORD_RESET_NOTICE_EMAIL=False,
    )
    datastore = SQLAlchemySessionUserDatastore(sessions, User, AccountRole)
    Security(app, datastore)
    security.LIBRARY_ROUTES.update(SECURITY_ROUTES)

    @app.teardown_appcontext
    def _remove(_: Any) -> None:  # noqa: ANN401 - an error or nothing
        sessions.remove()
