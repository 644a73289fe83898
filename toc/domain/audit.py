"""The audit chain: every event holds the hash of the one before it, so that tampering shows.

One chain per programme and one for the instance. Its *head*, the number and hash of the newest event, is kept
apart from the rows: only the head shows that the newest rows are gone. Somebody who rewrites all rows and the
head as well is caught only by a head that was kept elsewhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from types import NoneType

INSTANCE = "instance"
"""The name of the chain that belongs to no programme: sign-ins, invitations, new programmes."""

GENESIS = "doelenboom audit chain, version 1"
"""What every chain starts with, before its name. Another text would make all stored chains invalid."""

Detail = str | int | None
"""What an event says about its subject: ids, keys, whole numbers. A fraction has no one spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what, to which thing, when. Holds no personal text: rows are never erased.

    Attributes:
        sequence: place in its chain, from 1 without gaps.
        at: the moment, with its zone.
        actor: id of the person, or the name of the command that did it.
        action: the action, for example ``outcome.approve``.
        subject_kind: what kind of thing it was done to, for example ``outcome``.
        subject_id: id of that thing.
        detail: what else is known.
    """

    sequence: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    detail: Mapping[str, Detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An event as it is stored.

    Attributes:
        event: what happened.
        previous: hash of the row before it; of the first row, the hash of `empty`.
        hash: what `link` gave for both.
    """

    event: Event
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends.

    Attributes:
        sequence: number of the newest event, 0 when there is none yet.
        hash: its hash, as 64 hexadecimal digits.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a chain is not what was written.

    Attributes:
        sequence: number of the event, as far as it can be told.
        key: what is wrong with it.

            - ``audit.changed``: its content or its hash is not what was stored.
            - ``audit.unlinked``: it was not written after the row that now stands before it. One of the two
              was put in or rewritten.
            - ``audit.missing``: there is no event with this number, while later ones exist.
            - ``audit.out_of_order``: it stands after a row with the same or a higher number.
            - ``audit.truncated``: this event and all later ones up to the head are gone.
            - ``audit.beyond_head``: this event was added without moving the head.
            - ``audit.head_differs``: the chain was rewritten up to here, or the head was.
    """

    sequence: int
    key: str


def empty(chain: str) -> Head:
    """Return the head of a chain without events.

    Its hash depends on the chain's name, so that no row fits in the chain of another programme.

    Args:
        chain: the programme's id as text, or `INSTANCE`.
    """
    return Head(0, sha256(f"{GENESIS}\n{chain}".encode()).hexdigest())


def canonical(event: Event) -> bytes:
    """Return the one spelling of an event that is hashed.

    JSON in ASCII with sorted keys and no spaces; the moment in UTC with six decimals of the second.

    Raises:
        ValueError: a number below 1, a moment without a zone, or a detail that is no text, whole number,
            yes, no or nothing.
    """
    if event.sequence < 1:
        raise ValueError(f"events count from 1, not from {event.sequence}")
    if event.at.tzinfo is None:
        raise ValueError("an event needs a moment with a zone")
    for name, value in event.detail.items():
        if not isinstance(value, (str, int, NoneType)):
            raise ValueError(f"the detail {name!r} of an event cannot be a {type(value).__name__}")  # noqa: TRY004 one error for all that cannot be written
    content = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "detail": dict(event.detail),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def link(previous: str, event: Event) -> str:
    """Return the hash that binds an event to everything before it.

    SHA-256 over the 64 digits of the previous hash followed by the canonical event.

    Args:
        previous: hash of the head before this event.
        event: what happened; its sequence is one more than the head's.

    Returns:
        64 hexadecimal digits.

    Raises:
        ValueError: the event cannot be written (see `canonical`).
    """
    return sha256(previous.encode() + canonical(event)).hexdigest()


def verify(chain: str, rows: Iterable[Row], head: Head) -> list[Fault]:
    """Return where a chain was tampered with; nothing when it is whole.

    After a fault the check goes on from what is stored, so that one change gives one or two faults, at its
    place, and not one for each later row.

    Args:
        chain: the name that the chain was made with.
        rows: all its rows in the order of their sequence; read once, so they may come from a cursor.
        head: where the chain should end.
    """
    faults: list[Fault] = []
    last = empty(chain)
    for row in rows:
        number = row.event.sequence
        if number <= last.sequence:
            faults.append(Fault(number, "audit.out_of_order"))
        elif number > last.sequence + 1:
            faults.append(Fault(last.sequence + 1, "audit.missing"))
        elif row.previous != last.hash:
            faults.append(Fault(number, "audit.unlinked"))
        if not _unchanged(row):
            faults.append(Fault(number, "audit.changed"))
        last = Head(max(number, last.sequence), row.hash)
    if last.sequence < head.sequence:
        faults.append(Fault(last.sequence + 1, "audit.truncated"))
    elif last.sequence > head.sequence:
        faults.append(Fault(head.sequence + 1, "audit.beyond_head"))
    elif last.hash != head.hash:
        faults.append(Fault(head.sequence, "audit.head_differs"))
    return faults


def _unchanged(row: Row) -> bool:
    """Say whether a row still has the hash that it was written with."""
    try:
        return link(row.previous, row.event) == row.hash
    except (AttributeError, TypeError, ValueError):
        # What somebody put into the table by hand need not even be an event.
        return False
