"""Rows of the tree as a step keeps them: what JSON can hold, to be put back exactly."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, Uuid

from toc.models.base import Base, UtcDateTime

_NOT_KEPT = frozenset({"programme_id", "revision"})


def as_row(row: Base) -> dict[str, Any]:
    """Return what a row holds, as JSON; its revision counts on by itself."""
    columns = type(row).__table__.columns
    return {
        column.key: _as_json(getattr(row, column.key)) for column in columns if column.key not in _NOT_KEPT
    }


def values(table: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row that was kept as JSON holds."""
    columns = table.__table__.columns
    return {name: None if value is None else _read(columns[name].type, value) for name, value in row.items()}


def digest(*parts: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return what changes when anything in these rows does."""
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(kind: object, value: Any) -> object:  # noqa: ANN401 - as JSON has it
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
