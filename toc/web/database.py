"""The sessions of a request: made when they are first asked for, closed when the answer is ready."""

from uuid import UUID

from flask import Flask, current_app, g
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from toc.models.database import Database


def database() -> Database:
    """Return the database of this application."""
    found: Database = current_app.extensions["toc_database"]
    return found


def read_session(programme_id: UUID | None = None) -> Session:
    """Return this request's session for reading."""
    return _session("toc_read", programme_id)


def write_session(programme_id: UUID | None = None) -> Session:
    """Return this request's session for writing; whoever asks for it commits it, once."""
    return _session("toc_write", programme_id)


def _session(name: str, programme_id: UUID | None) -> Session:
    session: Session | None = g.get(name)
    if session is None:
        make = database().read_session if name == "toc_read" else database().write_session
        session = make(programme_id)
        setattr(g, name, session)
    elif session.info["programme_id"] != programme_id:
        raise RuntimeError("one request, one programme")
    return session


def close_sessions(_: object = None) -> None:
    """Close what the request opened; what was not committed is rolled back."""
    for name in ("toc_read", "toc_write"):
        session: Session | None = g.pop(name, None)
        if session is not None:
            close(session)


def close(session: Session) -> None:
    """Close a session, also one whose connection broke: the answer is ready and goes out all the same."""
    try:
        session.close()
    except OperationalError:
        session.invalidate()


def init_app(app: Flask, database: Database) -> None:
    """Give the application its database."""
    app.extensions["toc_database"] = database
    app.teardown_appcontext(close_sessions)
