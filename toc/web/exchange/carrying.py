"""The table of a file on its way from one step of an import to the next.

The file is never kept on the server. Between the steps its table travels in a hidden field of the form,
signed so that it comes back as it was sent, and only to the person, indicator and programme that it is of.
That works without JavaScript, and every step reads and checks the whole table anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from toc.domain.errors import DomainError
from toc.domain.exchange import Note, Row, Table, personal_columns
from toc.domain.indicators import Kind
from toc.web.security import viewer

_VALID_SECONDS: Final = 24 * 3600
_ROOM: Final = 20_000
"""Characters of the form beside the table."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A table on its way from one step to the next.

    Attributes:
        table: of the file; cells of columns that are personal by name are empty.
        kind: of the indicator when the file came.
        sha256: of the file as it came.
        notes: what was noticed about it.
    """

    table: Table
    kind: Kind
    sha256: str
    notes: tuple[Note, ...]


def signer_of(programme_id: UUID, indicator_id: UUID) -> URLSafeTimedSerializer:
    """Return what signs tables of this person for this indicator."""
    salt = f"log-import:{programme_id}:{indicator_id}:{viewer().user_id}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)


def pack(carried: Carried, signer: URLSafeTimedSerializer) -> str:
    """Return the table as a hidden field carries it.

    Raises:
        DomainError: ``import.too_large`` for the form that brings it back.
    """
    hidden = {column.position for column in personal_columns(carried.table) if column.by_name}

    def rows(every: Iterable[Row]) -> list[Any]:
        return [
            [row.number, row.line, ["" if at in hidden else cell for at, cell in enumerate(row.cells)]]
            for row in every
        ]

    packed: str | bytes = signer.dumps(
        {
            "headers": carried.table.headers,
            "rows": rows(carried.table.rows),
            "ragged": rows(carried.table.ragged),
            "delimiter": carried.table.delimiter,
            "kind": carried.kind,
            "sha256": carried.sha256,
            "notes": [[note.key, dict(note.params)] for note in carried.notes],
        }
    )
    text = packed if isinstance(packed, str) else packed.decode()
    if len(text) > current_app.config["MAX_FORM_MEMORY_SIZE"] - _ROOM:
        raise DomainError("import.too_large")
    return text


def unpack(text: str, signer: URLSafeTimedSerializer) -> Carried:
    """Return the table that a hidden field brought back.

    Raises:
        DomainError: ``import.lost``: another person's, too old, or not ours.
    """
    try:
        packed = signer.loads(text, max_age=_VALID_SECONDS)
    except BadData as error:
        raise DomainError("import.lost") from error

    def rows(every: Iterable[Any]) -> tuple[Row, ...]:
        return tuple(Row(number, line, tuple(cells)) for number, line, cells in every)

    return Carried(
        Table(tuple(packed["headers"]), rows(packed["rows"]), rows(packed["ragged"]), packed["delimiter"]),
        Kind(packed["kind"]),
        packed["sha256"],
        tuple(Note(key, params) for key, params in packed["notes"]),
    )
