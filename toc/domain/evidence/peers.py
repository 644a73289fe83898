"""Other ladders beside ours, as data.

The page says "roughly comparable to"; it never prints another body's label as if that body had awarded it.

Source: our own comparison of Nesta (Puttick & Ludlow 2013) with the Effectladder (Van Yperen & Veerman 2008),
    the Dutch recognition of interventions (NJi, Movisie and others), the Maryland scale (What Works Growth),
    the Early Intervention Foundation and the What Works Clearinghouse 4.1.
"""

from dataclasses import dataclass
from enum import StrEnum


class Peer(StrEnum):
    """Another ladder."""

    EFFECTLADDER = "effectladder"
    ERKENDE_INTERVENTIES = "erkende_interventies"
    MARYLAND = "maryland"
    EIF = "eif"
    WWC = "wwc"


class Relation(StrEnum):
    """How our rung compares with theirs."""

    EQUIVALENT = "equivalent"
    AT_LEAST = "at_least"
    """Ours asks at least what their ``lowest`` asks, and may reach their ``highest``."""
    AT_MOST = "at_most"
    """Theirs asks more than ours does."""
    NONE = "none"
    """They have nothing that compares."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of our rungs beside one other ladder.

    Attributes:
        rung: ours, 0 to 5.
        peer: the other ladder.
        relation: how ours compares with theirs.
        lowest: key of their rung (text ``peer.<peer>.<key>``), empty when there is none.
        highest: the same, where a range compares; else equal to ``lowest``.
        note: key of a condition (text ``peer.note.<key>``), or empty.
    """

    rung: int
    peer: Peer
    relation: Relation
    lowest: str = ""
    highest: str = ""
    note: str = ""


def _row(rung: int, peer: Peer, relation: Relation, labels: str = "", note: str = "") -> Comparison:
    """Read ``labels`` as ``lowest..highest``, or as one label."""
    lowest, _, highest = labels.partition("..")
    return Comparison(rung, peer, relation, lowest, highest or lowest, note)


COMPARISONS = (
    _row(0, Peer.EFFECTLADDER, Relation.EQUIVALENT, "0"),
    _row(1, Peer.EFFECTLADDER, Relation.AT_LEAST, "1..2"),
    _row(2, Peer.EFFECTLADDER, Relation.EQUIVALENT, "3"),
    _row(3, Peer.EFFECTLADDER, Relation.EQUIVALENT, "4"),
    _row(4, Peer.EFFECTLADDER, Relation.AT_LEAST, "4"),
    _row(5, Peer.EFFECTLADDER, Relation.AT_LEAST, "4"),
    _row(0, Peer.ERKENDE_INTERVENTIES, Relation.NONE),
    _row(1, Peer.ERKENDE_INTERVENTIES, Relation.AT_MOST, "described..founded", "committee"),
    _row(2, Peer.ERKENDE_INTERVENTIES, Relation.AT_MOST, "first_signs", "committee"),
    _row(3, Peer.ERKENDE_INTERVENTIES, Relation.AT_MOST, "good_signs", "committee"),
    _row(4, Peer.ERKENDE_INTERVENTIES, Relation.AT_MOST, "strong_signs", "committee"),
    _row(5, Peer.ERKENDE_INTERVENTIES, Relation.NONE, note="transferability_on_entry"),
    _row(0, Peer.MARYLAND, Relation.NONE),
    _row(1, Peer.MARYLAND, Relation.EQUIVALENT, "0"),
    _row(2, Peer.MARYLAND, Relation.AT_LEAST, "1..2", "best_study"),
    _row(3, Peer.MARYLAND, Relation.AT_LEAST, "3..5", "best_study"),
    _row(4, Peer.MARYLAND, Relation.AT_LEAST, "3..5", "two_studies"),
    _row(5, Peer.MARYLAND, Relation.NONE),
    _row(0, Peer.EIF, Relation.NONE),
    _row(1, Peer.EIF, Relation.EQUIVALENT, "nl2"),
    _row(2, Peer.EIF, Relation.EQUIVALENT, "2"),
    _row(3, Peer.EIF, Relation.EQUIVALENT, "3"),
    _row(4, Peer.EIF, Relation.AT_MOST, "4", "effect_after_one_year"),
    _row(5, Peer.EIF, Relation.NONE),
    _row(0, Peer.WWC, Relation.NONE),
    _row(1, Peer.WWC, Relation.NONE),
    _row(2, Peer.WWC, Relation.EQUIVALENT, "does_not_meet"),
    _row(3, Peer.WWC, Relation.AT_LEAST, "with_reservations..without_reservations"),
    _row(4, Peer.WWC, Relation.NONE),
    _row(5, Peer.WWC, Relation.NONE),
)


def comparable(rung: int) -> tuple[Comparison, ...]:
    """Return what one of our rungs compares with, one row per other ladder."""
    return tuple(row for row in COMPARISONS if row.rung == rung)
