"""Participants: who takes part, known by a random code alone, and what happened to them.

The key from a code to a person is never here (see `toc.domain.privacy`).
"""

from toc.domain.indicators.breakdowns import UNKNOWN
from toc.domain.participants.codes import LETTERS, MOST_AT_ONCE, checked_code, propose
from toc.domain.participants.instruments import (
    MOST_ITEMS,
    TOTAL,
    Item,
    Scale,
    check_note,
    check_time,
    event_name,
    items_of,
)
from toc.domain.participants.kinds import EVENTS, Arm, Moment, Subject
from toc.domain.participants.rules import (
    CHANGES,
    COUNTINGS,
    DECIDED,
    MIDDLES,
    MOST_DAYS,
    Computed,
    Counting,
    Member,
    Person,
    Rule,
    Seen,
    Verdict,
    compute,
    judge,
    middle,
)
from toc.domain.participants.together import (
    MOST_SCORES,
    MOST_TOGETHER,
    Coming,
    Takes,
    check_entered,
    is_before_entry,
    many_of,
    refusal,
)

__all__ = [
    "CHANGES",
    "COUNTINGS",
    "DECIDED",
    "EVENTS",
    "LETTERS",
    "MIDDLES",
    "MOST_AT_ONCE",
    "MOST_DAYS",
    "MOST_ITEMS",
    "MOST_SCORES",
    "MOST_TOGETHER",
    "TOTAL",
    "UNKNOWN",
    "Arm",
    "Coming",
    "Computed",
    "Counting",
    "Item",
    "Member",
    "Moment",
    "Person",
    "Rule",
    "Scale",
    "Seen",
    "Subject",
    "Takes",
    "Verdict",
    "check_entered",
    "check_note",
    "check_time",
    "checked_code",
    "compute",
    "event_name",
    "is_before_entry",
    "items_of",
    "judge",
    "many_of",
    "middle",
    "propose",
    "refusal",
]
