"""Words and sentences about editing the tree, undoing, and what others changed meanwhile."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from toc.services.goals.moving import Said
from toc.services.goals.trees import Changes

SENTENCES: Mapping[str, Any] = {
    "step.nothing_to_undo": _l(
        "There is nothing of yours to undo here any more. This is the tree as it is now."
    ),
    "step.nothing_to_redo": _l(
        "There is nothing of yours to do again any more. This is the tree as it is now."
    ),
    "step.changed_meanwhile": _l(
        "%(code)s was changed meanwhile, so this can no longer be done or undone. Nothing changed now."
    ),
    "tree.several_ends": _l(
        "%(code)s leads to several goals. Edit it alone, and say which of them it leaves."
    ),
    "tree.branch_too_long": _l("Add at most %(most)s goals at once. For more, read in a file."),
    "tree.branch_faults": _l("Some lines cannot be read. They are named below; nothing was added."),
}

_ONE: Mapping[str, Any] = {
    "tree.move": _l("%(code)s moved below %(to)s"),
    "tree.loose": _l("%(code)s taken from below %(to)s"),
    "tree.link": _l("%(code)s linked to %(to)s"),
    "tree.unlink": _l("the link from %(code)s to %(to)s removed"),
    "tree.add": _l("%(code)s added"),
    "tree.branch": _l("%(code)s added"),
    "tree.reword": _l("%(code)s reworded"),
    "tree.import": _l("%(code)s brought in from a file"),
    "tree.level": _l("%(code)s put on another level"),
    "tree.join": _l("%(code)s made one goal with %(to)s"),
    "tree.retire": _l("%(code)s taken out of the tree"),
    "tree.bring_back": _l("%(code)s put back into the tree"),
}

_MANY: Mapping[str, Any] = {
    "tree.move": _l("%(many)s goals moved, the first is %(code)s"),
    "tree.loose": _l("%(many)s goals taken from their ends, the first is %(code)s"),
    "tree.link": _l("%(many)s goals linked, the first is %(code)s"),
    "tree.branch": _l("a branch of %(many)s goals added, the first is %(code)s"),
    "tree.import": _l("%(many)s goals brought in from a file, the first is %(code)s"),
    "tree.level": _l("%(many)s goals put on another level, the first is %(code)s"),
    "tree.retire": _l("%(many)s goals taken out of the tree, the first is %(code)s"),
    "tree.bring_back": _l("%(many)s goals put back into the tree, the first is %(code)s"),
}

HANGING: Mapping[str, Any] = {
    "statement": _l("Statements that they rest on"),
    "indicator": _l("Indicators"),
    "evidence": _l("Pieces of evidence"),
    "study": _l("Studies"),
    "line": _l("Lines of contracts that pay for them"),
    "finding": _l("Findings"),
    "ranking": _l("Places in rankings"),
    "conflict": _l("Conflicts between parties"),
}
"""What can hang on goals that somebody takes out of the tree."""


def step_words(step: Said) -> str:
    """Return what a step did, to stand after a colon."""
    words = _MANY if step.many > 1 and step.key in _MANY else _ONE
    params = {"code": step.code or "?", "to": step.to or "?", "many": step.many}
    return str(words[step.key]) % params


def changes_words(changes: Changes) -> str:
    """Return who changed how many goals; "" when there is nothing to say."""
    if not changes.goals:
        return ""
    *others, last = changes.names or (gettext("Somebody"),)
    who = gettext("%(first)s and %(last)s", first=", ".join(others), last=last) if others else last
    said: str = ngettext(
        "%(who)s changed %(num)d goal.", "%(who)s changed %(num)d goals.", changes.goals, who=who
    )
    return said
