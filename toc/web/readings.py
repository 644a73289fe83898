"""Who read which quote: pages say what they show, and after the answer the first reading of each is kept.

A speaker may know who read their words. A page that shows a quote in full calls `shown`; a page that only
counts what was said calls nothing.
"""

from collections.abc import Iterable
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from toc.domain.acts import Act
from toc.models.database import Database
from toc.services.interviews import ReadableStatement, readings
from toc.web.database import database
from toc.web.security import act, viewer


def shown(statement: ReadableStatement) -> None:
    """Say that this page shows a quote, when it does so in full and to somebody else than its speaker."""
    if statement.text is not None and not statement.own:
        shown_ids((statement.id,))


def shown_ids(statement_ids: Iterable[UUID]) -> None:
    """Say that this page, or this file, shows these quotes in full."""
    if viewer().signed_in:
        g.setdefault("toc_quotes_shown", set()).update(statement_ids)


def _write(storage: Database, programme_id: UUID, reader: Act, quotes: set[UUID]) -> None:
    try:
        with storage.read_session(programme_id) as session:
            new = readings.not_read_yet(session, reader, quotes)
        if new:
            with storage.writing(programme_id) as session:
                readings.record_readings(session, reader, new)
    except SQLAlchemyError as error:
        # The reader has their page already. What is missing now is written at the next look.
        current_app.logger.warning("A reading waits: the database did not answer: %s", type(error).__name__)


def _write_afterwards(response: Response) -> Response:
    quotes: set[UUID] | None = g.pop("toc_quotes_shown", None)
    programme_id = (request.view_args or {}).get("programme_id")
    if quotes and programme_id is not None and response.status_code < 300:  # noqa: PLR2004 - a page that was shown
        app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - as Flask documents
        storage, reader = database(), act()

        def write() -> None:
            with app.app_context():
                _write(storage, programme_id, reader, quotes)

        response.call_on_close(write)
    return response


def init_app(app: Flask) -> None:
    """Keep who read what after each page that shows a quote."""
    app.after_request(_write_afterwards)
