"""Each error becomes a page once, here; a view catches only what belongs at a field."""

import secrets
from traceback import extract_tb

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from toc.domain.errors import DomainError
from toc.services.errors import Conflict, NotFound
from toc.web.texts import sentence

_PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


def page(status: int, **words: object) -> tuple[str, int]:
    """Return the page of a status; words such as `message` replace its own."""
    known = status if status in _PAGES else (400 if status < 500 else 500)  # noqa: PLR2004 - the two families
    return render_template(f"errors/{known}.html", **words), status


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect that was raised
        return error.get_response()
    return page(status)


def _not_found(_: NotFound) -> ResponseReturnValue:
    return page(404)


def _conflict(error: Conflict) -> ResponseReturnValue:
    return page(409, message=sentence(error.key, **error.params))


def _domain(error: DomainError) -> ResponseReturnValue:
    return page(400, message=sentence(error.key, **error.params))


def _stale(_: StaleDataError) -> ResponseReturnValue:
    return page(409)


def _forgery(_: CSRFError) -> ResponseReturnValue:
    return page(400)


def _database(error: OperationalError) -> ResponseReturnValue:
    return page(503, reference=_report_database(error))


def _report_database(error: OperationalError) -> str:
    reference = secrets.token_hex(4)
    current_app.logger.error("Reference %s: the database did not answer: %s", reference, _kind_of(error))
    return reference


def _taken(error: IntegrityError) -> ResponseReturnValue:
    """Answer the second of two requests that made the same row at the same moment; the first one stands."""
    current_app.logger.warning("A row was there already, or what it points to is gone: %s", _kind_of(error))
    return page(409)


def _kind_of(error: DBAPIError) -> str:
    return type(error.orig).__name__


def _unexpected(error: InternalServerError) -> ResponseReturnValue:
    return page(500, reference=_report(error.original_exception or error))


def _report(original: BaseException) -> str:
    reference = secrets.token_hex(4)
    # The name of the error and the lines of code say enough; its message may hold what somebody typed.
    current_app.logger.error(
        "Reference %s: %s at %s",
        reference,
        type(original).__name__,
        " < ".join(
            f"{at.name} ({at.filename}:{at.lineno})" for at in reversed(extract_tb(original.__traceback__))
        )
        or "no line",
        exc_info=original if current_app.debug else None,
    )
    return reference


def in_page(error: Exception) -> str:
    """Log an error that comes after the status of a page, and return what the page says in its place."""
    if isinstance(error, OperationalError):
        reference, heading = _report_database(error), gettext("Out of service for a moment")
        message = gettext("Try again in a few minutes.")
    else:
        reference, heading = _report(error), gettext("Something went wrong on our side")
        message = gettext("If it happens again, tell the administrator what you were doing, and when.")
    return render_template("errors/half.html", heading=heading, message=message, reference=reference)


def _log_nothing(*_: object) -> None:
    """Stand in for what Flask logs of an error: its message too. `_unexpected` logs what may be logged."""


def init_app(app: Flask) -> None:
    """Answer errors with pages."""
    app.log_exception = _log_nothing  # type: ignore[assignment, method-assign] # no setting does it
    app.register_error_handler(CSRFError, _forgery)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(IntegrityError, _taken)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(HTTPException, _http)
