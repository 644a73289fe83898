"""What the database itself refuses: changing or removing a row of an append-only table.

Migrations write this SQL out; a test compares what the database has with what is expected here.
"""

from toc.models.base import APPEND_ONLY


def names(dialect: str) -> set[str]:
    """Return the names of all triggers that a database of this kind must have."""
    kinds = ("update", "delete") if dialect == "sqlite" else ("row", "truncate")
    return {f"{table}_keeps_{kind}" for table in APPEND_ONLY for kind in kinds}
