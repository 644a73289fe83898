"""Mail: written in the language of whoever gets it, sent when the answer is out, and readable in a demo."""

from flask import Blueprint, Flask, Response, abort, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.models.database import Database
from toc.services import mail as service
from toc.settings import Settings
from toc.web import frame
from toc.web.database import database
from toc.web.security import allow, now, settings

mail = Blueprint("mail", __name__)

_SHOWN = 50


def write_mail(
    session: Session,
    act: Act,
    to: str,
    language: str,
    template: str,
    *,
    subject: object,
    unsubscribe: str = "",
    **values: object,
) -> None:
    """Write a message from a template, to be sent when the session is committed and the answer is out.

    Args:
        session: for writing; the caller commits it.
        act: who and when.
        to: address.
        language: of whoever gets it, not of whoever causes it.
        template: name of a file in templates/mail, without its end.
        subject: lazy text.
        unsubscribe: address by which such mail is ended in one click.
        values: for the template; what can be called is called in the language of the message.
    """
    with force_locale(language):
        said = {name: value() if callable(value) else value for name, value in values.items()}
        body = render_template(f"mail/{template}.txt", **said)
        service.queue(session, act, to, str(subject), body.strip() + "\n", language, unsubscribe=unsubscribe)
    g.toc_mail_waits = True


def address(path: str) -> str:
    """Return the full address of a page of ours; never made from what a visitor's browser calls us."""
    return settings().base_url + path


def _send(database: Database, settings: Settings) -> None:
    try:
        service.send_waiting(database, settings, now())
    except SQLAlchemyError as error:
        # Whoever asked has their answer already; the message is tried again with the next one.
        current_app.logger.warning("Mail waits: the database did not answer: %s", type(error).__name__)


def _send_afterwards(response: Response) -> Response:
    if g.pop("toc_mail_waits", False):
        app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - as Flask documents
        storage, chosen = database(), settings()

        def send() -> None:
            with app.app_context():
                _send(storage, chosen)

        response.call_on_close(send)
    return response


@mail.get("/mailbox")
@allow("mail.read")
def index() -> ResponseReturnValue:
    """Show what would have been sent, in a demo, where nobody has a mailbox."""
    if not frame.is_demo() or settings().mail_server:
        abort(404)
    return render_template("mail/index.html", messages=service.delivered(settings(), _SHOWN))


def init_app(app: Flask) -> None:
    """Send mail after each answer that caused some."""
    app.after_request(_send_afterwards)
