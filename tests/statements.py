"""Counting the statements that reach the database: a page must not need more of them for more rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session


@contextmanager
def counting(where: Session | Connection | Engine) -> Iterator[list[str]]:
    """Give a list that grows with every statement; savepoints and pragmas are not counted."""
    target = where.connection() if isinstance(where, Session) else where
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - of the driver
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(target, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(target, "before_cursor_execute", note)
