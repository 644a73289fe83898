"""Words and sentences about own trees of parties and the way into the shared tree."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.merging import Relation

SENTENCES: Mapping[str, Any] = {
    "merging.reason_missing": _l("Say why."),
    "merging.decided_by_missing": _l("Say who decided this."),
    "merging.goal_related": _l(
        "This goal was laid beside shared goals (%(relations)s decisions). Take those back first; "
        "then it can be removed."
    ),
    "merging.goal_checked": _l(
        "A respondent said in the member check what they think of this goal, so it stays. Change its wording "
        "if it is not right."
    ),
    "merging.nothing_given": _l("There is nothing to keep yet: add the goals that this party gave."),
    "merging.given_already": _l("This tree was kept already, exactly as it is now."),
    "merging.quote_in_words": _l(
        "%(code)s repeats a quote word for word. What is kept here cannot be taken back, so say it in your "
        "own words first; the quote stays below the goal."
    ),
    "merging.related_already": _l("%(own)s and %(goal)s have a relation already. Change that one instead."),
    "merging.changed_meanwhile": _l("Somebody changed this decision after you opened the page. Look again."),
    "merging.shared_already": _l("%(own)s is the same as %(goal)s already."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Relation: {
        Relation.SAME: _l("the same"),
        Relation.NARROWER: _l("narrower"),
        Relation.BROADER: _l("broader"),
        Relation.MEANS_FOR: _l("a means to it"),
        Relation.CONFLICTS: _l("in conflict with it"),
        Relation.INDEPENDENT: _l("independent of it"),
    },
}

FOLLOWS: Mapping[Relation, Any] = {
    Relation.SAME: _l("The party wants the shared goal, and its statements go below that."),
    Relation.NARROWER: _l("It is a part. The party wants the shared goal; its statements go below that."),
    Relation.BROADER: _l("It is wider. The party wants the shared goal; its statements stay here."),
    Relation.MEANS_FOR: _l("It leads to the shared goal. Make it a shared goal too, to link the two."),
    Relation.CONFLICTS: _l(
        "The party is against the shared goal. Put it in the register of conflicts afterwards."
    ),
    Relation.INDEPENDENT: _l("It has nothing to do with it. Only this decision is kept."),
}
"""What happens when somebody decides so."""

FIELDS: Mapping[str, Any] = {
    "goal_id": _l("Which shared goal?"),
    "relation": _l("What is the own goal, beside it?"),
    "reason": _l("Why?"),
    "decided_by": _l("Who decided this?"),
}
"""The fields of a decision."""

LINK_FIELDS: Mapping[str, Any] = {
    "lower_id": _l("This goal (the means)"),
    "upper_id": _l("leads to this goal (the end)"),
    "mechanism": _l("Why does one lead to the other?"),
    "assumption": _l("What must be so for that?"),
    "condition": _l("When, or for whom, does it hold?"),
    "confidence": _l("How sure is this party?"),
}
"""The fields of a link in an own tree."""
