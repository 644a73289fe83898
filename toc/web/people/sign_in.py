"""Signing in with Flask-Security: what it may do here, and what the audit trail hears of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

from flask import (
    Flask,
    g,
    render_template,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import user_logged_out  # type: ignore[import-untyped] # publishes no types
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    MailUtil,
    PasswordUtil,
    Security,
    password_changed,
    password_reset,
    reset_password_instructions_sent,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)
from flask_security.datastore import SQLAlchemySessionUserDatastore
from flask_security.mail_util import EmailValidateException
from flask_security.totp import Totp
from passlib.exc import UsedTokenError  # type: ignore[import-untyped] # publishes no types
from passlib.totp import TotpMatch  # type: ignore[import-untyped] # publishes no types
from werkzeug.local import LocalProxy

from toc.domain.errors import DomainError
from toc.domain.people import check_password
from toc.models.people import AccountRole, User
from toc.services import audit
from toc.services import people as service
from toc.web import frame, security
from toc.web.database import database
from toc.web.mail import address, write_mail
from toc.web.people import attempts
from toc.web.people.blueprint import people
from toc.web.people.library import act_of, close, let_go, own_session
from toc.web.security import SESSION_ID, allow, now, settings, start_session, viewer
from toc.web.texts import sentence
from toc.web.texts.people import MESSAGES

SECURITY_ROUTES = {
    "security.login": "page.read",
    "security.logout": "page.read",
    "security.forgot_password": "page.read",
    "security.reset_password": "page.read",
    "security.change_password": "account.manage",
    "security.two_factor_setup": "account.manage",
    "security.two_factor_setup_validate": "account.manage",
    "security.two_factor_token_validation": "page.read",
    "security.verify": "account.manage",
}
"""What each route of Flask-Security is for. Those that do not stand here open for nobody: a code by mail
instead of the phone would make the second step worth no more than the mailbox."""

# --- What Flask-Security asks of us -------------------------------------------------------------------------


class Mail(MailUtil):
    """Puts Flask-Security's messages into the outbox, in the language of the account."""

    _KINDS: ClassVar = {
        "security/email/reset_instructions": ("recovery", _l("Choose a new password")),
        "security/email/reset_notice": ("password_changed", _l("Your password was changed")),
        "security/email/change_notice": ("password_changed", _l("Your password was changed")),
    }

    def send_mail(self, template: str, *_: Any, user: User, **context: Any) -> None:  # type: ignore[override] # noqa: ANN401 - Flask-Security's own
        """Write the message; the library's subject and body are not used."""
        kind, subject = self._KINDS[template]
        token = context.get("reset_token")
        link = address(
            url_for("security.reset_password" if token else "security.forgot_password", token=token)
        )
        let_go()
        with database().writing() as writing:
            write_mail(
                writing,
                act_of(user),
                user.email,
                user.language,
                kind,
                subject=subject,
                name=user.name,
                link=link,
            )

    def normalize(self, email: str) -> str:
        """Return the address as it is kept."""
        try:
            return service.clean_email(email)
        except DomainError as error:
            raise EmailValidateException(sentence(error.key)) from error

    def validate(self, email: str) -> str:
        """Return the address as it is kept; whether it exists is not asked of other machines."""
        return self.normalize(email)


class Passwords(PasswordUtil):
    """Applies our own rule for passwords."""

    def normalize(self, password: str) -> str:
        """Return the password as it is hashed."""
        return service.normal_password(password)

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:  # noqa: ANN401, FBT001 - Flask-Security's own
        """Return what is wrong with a new password, if anything, and the password as it is hashed."""
        del is_register  # nobody registers; accounts come by invitation
        normal = self.normalize(password)
        try:
            check_password(normal, email=about["user"].email)
        except DomainError as error:
            return [sentence(error.key, **error.params)], normal
        return None, normal


class Codes(Totp):
    """One-time codes that work one time."""

    def get_last_counter(self, user: Any) -> int | None:  # noqa: ANN401 - an account
        """Return the half minute of the last code that was used."""
        last = user.totp_last_counter
        return None if last is None else int.from_bytes(last)

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:  # noqa: ANN401 - an account
        """Remember the code, or refuse it when another request with the same one was quicker."""
        let_go()
        with database().writing() as writing:
            if not service.use_code(writing, user.id, tmatch.counter):
                raise UsedTokenError


class SignIn(LoginForm):
    """The library's form without its long-lived cookie, which would outlast our longest session."""

    remember = None  # type: ignore[assignment] # how WTForms removes a field


class ChangePassword(ChangePasswordForm):
    """The library's form; it says apart whether the old password was wrong, which counts as a guess."""

    def validate(self, **about: Any) -> bool:  # noqa: ANN401 - Flask-Security's own
        """Check the form."""
        right: bool = super().validate(**about)
        g.toc_guessed_wrong = bool(self.password.errors)
        return right


# --- What the audit trail hears -----------------------------------------------------------------------------


def _record(action: str, user: User) -> None:
    let_go()
    with database().writing() as writing:
        audit.record_in_instance(writing, act_of(user), action, "user", str(user.id))


def _recorder(action: str) -> Callable[..., None]:
    def record(_: Flask, *, user: User, **__: Any) -> None:  # noqa: ANN401 - a signal of Flask-Security
        _record(action, user)

    return record


def _signed_in(_: Flask, *, user: User, authn_via: list[str] | None = None, **__: Any) -> None:  # noqa: ANN401 - a signal
    start_session(session, user.fs_uniquifier, now())
    if authn_via != ["change"]:  # a new password renews the session of whoever changed it
        g.toc_signed_in = True
        _record("sign_in", user)


def _signed_out(_: Flask, *, user: Any, **__: Any) -> None:  # noqa: ANN401 - a signal of Flask-Login
    identity = session.get(SESSION_ID)
    if user.is_authenticated and isinstance(identity, str):
        let_go()
        with database().writing() as writing:
            service.end_session(
                writing,
                act_of(user),
                user.id,
                service.session_key(identity),
                longest=timedelta(hours=settings().session_hours),
            )
    session.clear()


_EVENTS = (
    (password_changed, "password.change"),
    (password_reset, "password.reset"),
    (reset_password_instructions_sent, "password.ask"),
    (tf_profile_changed, "second_factor.on"),
    (tf_disabled, "second_factor.off"),
)


# --- Pages --------------------------------------------------------------------------------------------------


def _demo() -> dict[str, object]:
    """Return the accounts of a demo for the page on which people sign in."""
    if not frame.is_demo():
        return {}
    with database().read_session() as reading:
        accounts = service.demo_accounts(reading)
    return {
        "demo_accounts": [
            {
                "email": account.email,
                "name": account.name,
                "roles_text": frame.roles_text(account.roles),
            }
            for account in accounts
        ],
        "demo_password": service.DEMO_PASSWORD,
    }


@people.get("/second-step-needed")
@allow("account.manage")
def second_factor_needed() -> ResponseReturnValue:
    """Explain why a programme does not open yet, and where to set up the second step."""
    user_id = viewer().user_id
    assert user_id is not None  # noqa: S101 - `account.manage` is for accounts
    with database().read_session() as reading:
        names = service.programmes_asking_second_factor(reading, user_id)
    return render_template("people/second_factor_needed.html", names=names)


def init_app(app: Flask) -> None:
    """Let Flask-Security sign people in, with a database session of its own."""
    folder, key = str(Path(app.root_path) / "translations"), app.config["SECRET_KEY"]
    app.config.update(
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_CHANGEABLE=True,
        SECURITY_CLI_ROLES_NAME=None,  # our own commands make accounts, on record
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_DATETIME_FACTORY=now,
        SECURITY_EMAIL_HTML=False,
        SECURITY_EMAIL_PLAINTEXT=False,  # rendered by us, see Mail
        SECURITY_FRESHNESS=timedelta(minutes=15),
        SECURITY_FRESHNESS_GRACE_PERIOD=timedelta(minutes=15),
        SECURITY_I18N_DIRNAME=[folder] * len(app.config["BABEL_DOMAIN"].split(";")),
        SECURITY_I18N_DOMAIN=app.config["BABEL_DOMAIN"],
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SALT=security.make_secret(key, "password salt"),
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_POST_LOGIN_VIEW="/programmes",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_RECOVERABLE=True,
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(hours=1),
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_TOTP_ISSUER="Doelenboom",
        SECURITY_TOTP_SECRETS={"1": security.make_secret(key, "totp")},
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=30,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW="/programmes",
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
    )
    app.config.update({f"SECURITY_MSG_{key}": message for key, message in MESSAGES.items()})
    datastore = SQLAlchemySessionUserDatastore(cast("Any", LocalProxy(own_session)), User, AccountRole)
    library = Security(
        app,
        datastore,
        login_form=SignIn,
        change_password_form=ChangePassword,
        mail_util_cls=Mail,
        password_util_cls=Passwords,
        totp_cls=Codes,
    )
    library.login_context_processor(_demo)
    _quieten(app, library)
    for signal, action in _EVENTS:
        signal.connect(_recorder(action), app, weak=False)
    user_authenticated.connect(_signed_in, app, weak=False)
    user_logged_out.connect(_signed_out, app, weak=False)
    security.LIBRARY_ROUTES.update(SECURITY_ROUTES)
    attempts.init_app(app)
    app.teardown_appcontext(close)


def _quieten(app: Flask, library: Security) -> None:
    """Take away what the libraries would do at every page: read the account again, and look for tokens."""
    library.principal.identity_loaders.clear()
    library.login_manager.request_loader(lambda _: None)
    every_page = app.template_context_processors[None]
    every_page[:] = [add for add in every_page if add.__module__ != "flask_login.utils"]
