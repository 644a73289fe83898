"""Ids of rows: made here, before the database sees them, so that a repeated form makes one row."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

RANDOM_BYTES = 10
"""How many random bytes a version 7 id takes; six of their 80 bits are not used."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def uuid7(at: datetime, randomness: bytes) -> UUID:
    """Return an id that sorts by the millisecond in which it was made.

    Args:
        at: the moment, with its zone; from 1970 on.
        randomness: `RANDOM_BYTES` bytes from the system's source of randomness.

    Raises:
        ValueError: a moment without a zone or before 1970, or another number of bytes.

    Source: RFC 9562, section 5.7.
    """
    if at.tzinfo is None or len(randomness) != RANDOM_BYTES:
        raise ValueError(f"a version 7 id needs a moment with a zone and {RANDOM_BYTES} random bytes")
    milliseconds = (at - _EPOCH) // _MILLISECOND
    if milliseconds < 0:
        raise ValueError("a version 7 id cannot hold a moment before 1970")
    high = int.from_bytes(randomness[:2]) & 0x0FFF
    low = int.from_bytes(randomness[2:]) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def derived(parent: UUID, *names: str) -> UUID:
    """Return the id of the child that hangs under a row by these names: the same every time.

    A form carries the id of the row that it makes; the rows that come along with it (its first edition, its
    targets) take their ids from that one, so that sending the form twice makes neither twice. Names are taken
    one after the other, so that ("a", "bc") and ("ab", "c") differ.

    Raises:
        ValueError: no name, which would give the child its parent's id.

    Source: RFC 9562, section 5.5 (version 5).
    """
    if not names:
        raise ValueError("a child needs a name")
    for name in names:
        parent = uuid5(parent, name)
    return parent
