"""Words and sentences about goals and their links."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.goals import Direction, Level, LinkStatus, Practice, Purpose, Stance, Standing, Support
from toc.domain.goals.grounds import CheckState
from toc.domain.goals.matrix import Order, Show

SENTENCES = {
    "goal.implicit_needs_two": _l(
        "An implicit goal rests on at least %(least)s statements, or its respondent says that this is what "
        "they meant. This one has %(statements)s."
    ),
    "goal.bad_scale": _l("Choose a number from %(least)s to %(most)s."),
    "goal.reason_missing": _l("Say why the goal gets another wording."),
    "goal.release_first": _l(
        "This goal is hidden. First record that its owner released it; then it can be stated or implicit."
    ),
    "goal.looks_like": _l("This looks like a goal that is there already: %(goals)s."),
    "goal.merge_self": _l("Choose two different goals."),
    "goal.merge_reason": _l("Say why the two are one goal."),
    "goal.merge_retired": _l("%(code)s is no longer in the tree."),
    "goal.merge_hidden": _l(
        "%(code)s is hidden and the other goal is not. First its owner releases it: else everybody would see "
        "who holds it."
    ),
    "goal.merge_circle": _l(
        "One of the two is a means to the other, by way of a third goal (%(way)s). They cannot be one: it "
        "would go round in a circle."
    ),
    "goal.merge_contradicts": _l(
        "%(party)s is for the one and against the other, so to them these are two goals. If that is not what "
        "they meant, first correct what was recorded."
    ),
    "goal.merge_changed": _l("Somebody changed one of the goals after you opened this page. Look again."),
    "link.self": _l("A goal is no means to itself: choose two different goals."),
    "link.duplicate": _l("%(lower)s is linked to %(upper)s already."),
    "link.cycle": _l(
        "This would go round in a circle: %(upper)s is already a means to %(lower)s (%(way)s). Turn the link "
        "round, or choose another goal."
    ),
    "link.bad_confidence": _l("Confidence is a number from 0 to %(most)s, not %(stated)s."),
    "tree.cycle": _l("These goals go round in a circle, so they cannot be drawn."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Level: {
        Level.INPUT: _l("input"),
        Level.ACTIVITY: _l("activity"),
        Level.OUTPUT: _l("output"),
        Level.OUTCOME: _l("outcome"),
        Level.IMPACT: _l("societal impact"),
    },
    Standing: {
        Standing.STATED: _l("stated"),
        Standing.IMPLICIT: _l("implicit"),
        Standing.HIDDEN: _l("hidden"),
    },
    Stance: {
        Stance.SUPPORTS: _l("supports it"),
        Stance.NEUTRAL: _l("neutral"),
        Stance.OPPOSES: _l("is against it"),
        Stance.UNAWARE: _l("did not know of it"),
    },
    Practice: {
        Practice.FORMAL: _l("on paper"),
        Practice.ACTUAL: _l("what people really work for"),
    },
    Purpose: {
        Purpose.END: _l("an end: wanted for itself"),
        Purpose.MEANS: _l("a means to something else"),
        Purpose.SIDE: _l("wanted along the way"),
        Purpose.PROCESS: _l("about working together"),
        Purpose.ORGANISATIONAL: _l("for the organisation itself"),
    },
    Direction: {
        Direction.MORE: _l("more of it"),
        Direction.LESS: _l("less of it"),
        Direction.KEEP: _l("as it is now"),
    },
    CheckState: {  # each may stand before a number: "agrees with it: 2"
        CheckState.AGREED: _l("agrees with it"),
        CheckState.AMENDED: _l("wants other words"),
        CheckState.REJECTED: _l("says: this is not what I meant"),
        CheckState.REWORDED: _l("has read an earlier wording only"),
        CheckState.OPEN: _l("has not answered yet"),
    },
    Show: {
        Show.MINORITY: _l("held by one party"),
        Show.DIVIDED: _l("some for, some against"),
        Show.NOBODY: _l("held by nobody"),
        Show.HELD: _l("held by"),
        Show.OPPOSED: _l("opposed by"),
        Show.UNDECIDED: _l("neutral or unaware:"),
        Show.SILENT: _l("never mentioned by"),
    },
    Order: {
        Order.CODE: _l("code"),
        Order.LEVEL: _l("level, ends first"),
        Order.HOLDERS: _l("held by most first"),
        Order.FEWEST: _l("held by fewest first"),
        Order.IMPORTANCE: _l("most important first"),
        Order.FEASIBILITY: _l("most feasible first"),
        Order.GAP: _l("important but not feasible first"),
    },
    LinkStatus: {
        LinkStatus.UNTESTED: _l("not tested"),
        LinkStatus.SUPPORTED: _l("supported"),
        LinkStatus.MIXED: _l("mixed"),
        LinkStatus.REFUTED: _l("refuted"),
    },
    Support: {
        Support.NOTHING: _l("nothing"),
        Support.BELIEF: _l("a belief"),
        Support.LITERATURE: _l("published research"),
        Support.BEFORE_AFTER: _l("our own figures before and after"),
        Support.COMPARISON: _l("our own comparison"),
    },
}

SHORT_LEVELS: Mapping[Level, Any] = {**WORDS[Level], Level.IMPACT: _l("impact")}
"""As they stand in the boxes of the tree."""

STANDING_HELP: Mapping[Standing, Any] = {
    Standing.STATED: _l("Somebody said it as a goal."),
    Standing.IMPLICIT: _l(
        "It follows from what was said: from two statements, or the respondent confirmed it."
    ),
    Standing.HIDDEN: _l("Only you see it, until its owner agrees that others may."),
}

CONFIDENCE: tuple[Any, ...] = (
    _l("0: no idea"),
    _l("1: somebody believes it"),
    _l("2: found elsewhere, in published research"),
    _l("3: our own figures before and after point to it"),
    _l("4: our own comparison shows it"),
)
"""What each degree of confidence in a link means."""

PROBLEMS: Mapping[str, Any] = {
    "tree.cycle": _l("Goals that go round in a circle"),
    "tree.unconnected": _l("Goals without any link: what are they for, or what leads to them?"),
    "tree.dead_end": _l("Means that lead nowhere: what are they for?"),
    "tree.key_link_without_mechanism": _l("Links without a mechanism: why should one lead to the other?"),
    "tree.key_link_without_assumption": _l("Links without an assumption: what must be so for it to work?"),
    "tree.key_link_without_confidence": _l("Links of which nobody said how sure they are"),
    "tree.key_link_without_source": _l("Links that were judged without a source from outside"),
}
"""What the tree may miss; the places follow each of them."""

FIELDS: Mapping[str, Any] = {
    "wording": _l("The goal, in one sentence"),
    "standing": _l("How open"),
    "confirmed": _l("The respondent confirmed that this is what they meant"),
    "explanation": _l("What is meant by it"),
    "level": _l("Level"),
    "purpose": _l("What kind of goal"),
    "practice": _l("On paper, or in practice?"),
    "direction": _l("Which way should it go?"),
    "for_whom": _l("For whom"),
    "by_when": _l("By when"),
    "importance": _l("How important"),
    "feasibility": _l("How feasible"),
    "is_primary": _l("This is a primary outcome: the evaluation judges how sure its effect is"),
}
"""The fields of a goal, in the order in which they are asked."""

HOLDER_FIELDS: Mapping[str, Any] = {
    "stance": _l("What does it think of this goal?"),
    "importance": _l("How important is it to them?"),
    "feasibility": _l("How feasible do they think it is?"),
}
"""What is asked about a party and a goal."""
