"""Words and sentences about links: the record of a link, its arguments, lenses, paths and scores."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.goals import ArgumentSide, Directness, ElementVerdict, KeyReason, Weight

SENTENCES: Mapping[str, Any] = {
    "link.key_reason_missing": _l("Say why this is a key link: contested, central or uncertain."),
    "link.feedback_duplicate": _l("%(lower)s and %(upper)s are linked already."),
    "score.author": _l("You made part of this tree, so you cannot score it. Ask somebody who did not."),
    "score.out_of_range": _l("Choose a number from %(least)s to %(most)s."),
    "score.no_tree": _l("There is no goal in the tree yet, so there is nothing to score."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    KeyReason: {
        KeyReason.CONTESTED: _l("contested: parties do not agree on it"),
        KeyReason.CENTRAL: _l("central: much in the tree rests on it"),
        KeyReason.UNCERTAIN: _l("uncertain: nobody knows whether it holds"),
    },
    ElementVerdict: {
        ElementVerdict.WORKS: _l("works"),
        ElementVerdict.PROMISING: _l("promising"),
        ElementVerdict.MIXED: _l("works for some, or sometimes"),
        ElementVerdict.DOES_NOT_WORK: _l("does not work"),
        ElementVerdict.UNKNOWN: _l("not known yet"),
    },
    ArgumentSide: {
        ArgumentSide.FOR: _l("for the link"),
        ArgumentSide.AGAINST: _l("against the link"),
        ArgumentSide.DEFEATER: _l(
            "counter-argument"
        ),
    },
    Weight: {
        Weight.WEAK: _l("weak"),
        Weight.FAIR: _l("fair"),
        Weight.STRONG: _l("strong"),
    },
    Directness: {
        Directness.DIRECT: _l("about this programme"),
        Directness.INDIRECT: _l("about something like it"),
    },
}

LINK_FIELDS: Mapping[str, Any] = {
    "mechanism": _l("Why does one lead to the other?"),
    "source": _l("Where was this found, outside the programme?"),
    "confidence": _l("How sure are you?"),
    "status": _l("What does the evidence say so far?"),
    "is_key": _l("This is a key link: the evaluation tests it"),
    "key_reason": _l("Why is it a key link?"),
    "assumption": _l("What must be so for that?"),
    "condition": _l("When, or for whom, does it hold?"),
    "alternatives": _l("What else could explain it?"),
    "element": _l("Working element"),
    "verdict": _l("What do you make of this element?"),
    "is_feedback": _l("This is a feedback: it leads back, and is no part of the order"),
}
"""The fields of a link, in the order in which they are asked."""
