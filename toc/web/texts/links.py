"""Words and sentences about links: the record of a link, its arguments, lenses, paths and scores."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.goals import ArgumentSide, Directness, ElementVerdict, KeyReason, Weight
from toc.domain.goals.lenses import Accord, Change
from toc.domain.goals.paths import Reach

SENTENCES: Mapping[str, Any] = {
    "link.key_reason_missing": _l("Say why this is a key link: contested, central or uncertain."),
    "argument.text_missing": _l("Write down what the argument is."),
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
        ArgumentSide.DEFEATER: _l("counter-argument"),
    },
    Weight: {
        Weight.WEAK: _l("weak"),
        Weight.FAIR: _l("fair"),
        Weight.STRONG: _l("strong"),
    },
    Accord: {
        Accord.AGREED: _l("wanted by who spoke of it"),
        Accord.DIVIDED: _l("some for, some against"),
        Accord.OPPOSED: _l("nobody for, some against"),
        Accord.SILENT: _l("nobody said"),
    },
    Change: {
        Change.ADDED: _l("added"),
        Change.MOVED: _l("moved"),
        Change.REWORDED: _l("reworded"),
        Change.OTHERWISE: _l("changed otherwise"),
    },
    Reach: {
        Reach.BELOW: _l("everything it rests on"),
        Reach.ABOVE: _l("everything it serves"),
        Reach.BOTH: _l("both"),
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

ARGUMENT_FIELDS: Mapping[str, Any] = {
    "side": _l("What does it do?"),
    "text": _l("The argument"),
    "source": _l("Where does it come from?"),
    "weight": _l("How much does it carry?"),
    "directness": _l("What is it about?"),
}
"""The fields of an argument, in the order in which they are asked."""

SIDES: Mapping[ArgumentSide, Any] = {
    ArgumentSide.FOR: _l("It makes the link more likely."),
    ArgumentSide.AGAINST: _l("It makes the link less likely."),
    ArgumentSide.DEFEATER: _l("If it holds, the evidence for the link counts for nothing."),
}
"""What each side means."""

SCORE_FIELDS: Mapping[str, Any] = {
    "plausible": _l("Plausible"),
    "doable": _l("Doable"),
    "testable": _l("Testable"),
    "comment": _l("Why?"),
}
"""What is asked of who scores the tree."""

SCORE_HELP: Mapping[str, Any] = {
    "plausible": _l("Could it work like this? Does each step follow from the one below it?"),
    "doable": _l("Can it be done with this time, this money and these people?"),
    "testable": _l("Can somebody find out whether it works? Is it clear what would count against it?"),
}
"""What each number is about. Source: Connell & Kubisch (1998)."""

SCORE_STEPS: tuple[Any, ...] = (
    _l("1: not at all"),
    _l("2: a little"),
    _l("3: largely"),
    _l("4: fully"),
)
"""What each step of the scale means, from 1."""

LENSES: Mapping[str, Any] = {
    "status": _l("Status"),
    "evidence": _l("Evidence"),
    "whose": _l("Whose"),
    "disagreement": _l("Disagreement"),
    "certainty": _l("Certainty"),
    "money": _l("Money"),
    "changed": _l("What changed"),
}
"""What each way of looking at the tree is called."""

NOTES: Mapping[str, Any] = {
    "status": "",
    "evidence": _l("The number is the rung of the evidence ladder on which a goal stands, 0 to 5."),
    "whose": _l("Full dot: this party wants it. Open ring: it is against it. Dashed ring: it is neutral."),
    "disagreement": _l("At the foot of a box: how many parties want the goal, and how many are against it."),
    "certainty": _l(
        "The number on a line says how sure we are that one leads to the other, 0 to 4, and never more than "
        "it rests on. A question mark: nobody said."
    ),
    "money": _l(
        "What the contracts that run now pay for a goal at most; goals of one contract may share its "
        "maximum. A goal without an amount has no contract line."
    ),
    "changed": _l("Goals that are still hidden are in no version, so they are not compared."),
}
"""What each lens shows, in a sentence; empty when the legend says it all."""

PROBLEMS: Mapping[str, Any] = {
    "tree.key_link_without_reason": _l("Key links without a reason: contested, central or uncertain?"),
    "tree.key_link_without_alternatives": _l("Key links without another explanation: what else could it be?"),
    "tree.outcome_not_measurable": _l(
        "Outcomes that are judged, without an indicator with baseline, target, unit, direction and date"
    ),
    "tree.implicit_thin": _l("Implicit goals without two statements or a confirmation"),
    "tree.party_not_interviewed": _l("Parties that nobody has interviewed yet; a document does not count"),
    "tree.conflict_open": _l("Conflicts that are neither decided nor agreed to differ about"),
}
"""What may be missing besides what `toc.web.texts.goals.PROBLEMS` names."""
