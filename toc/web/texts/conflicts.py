"""Words and sentences about conflicts between parties."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.conflicts import ConflictKind, ConflictState

SENTENCES = {
    "conflict.about_missing": _l("Write down what the parties differ about."),
    "conflict.no_goal": _l("Choose the goal that the conflict is about, or several."),
    "conflict.few_parties": _l("Choose at least %(least)s parties: who differs from whom?"),
    "conflict.still_open": _l(
        "A decision is filled in, but the conflict is open. Choose how it ended, or empty the decision."
    ),
    "conflict.decision_missing": _l("Write down what was decided."),
    "conflict.by_missing": _l("Say who decided, or who agreed to differ."),
    "conflict.day_missing": _l("Fill in the day on which it ended."),
    "conflict.in_the_future": _l("This day has not come yet."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    ConflictKind: {
        ConflictKind.VALUE: _l("what is good"),
        ConflictKind.PRIORITY: _l("what comes first"),
        ConflictKind.CAUSAL_BELIEF: _l("what leads to what"),
        ConflictKind.RESOURCES: _l("money, time or people"),
        ConflictKind.WORDING: _l("how it is worded"),
    },
    ConflictState: {
        ConflictState.OPEN: _l("open"),
        ConflictState.DECIDED: _l("decided"),
        ConflictState.AGREED_TO_DIFFER: _l("agreed to differ"),
    },
}

EVENTS = {
    "conflict.create": _l("Put it in the register"),
    "conflict.edit": _l("Changed what is written down"),
    "conflict.state": _l("Changed how it stands"),
}
"""What was done with a conflict, as its own page tells it."""
