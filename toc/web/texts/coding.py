"""Words and sentences about coding, the codebook and files of other programs for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.coding import CodeUse

SENTENCES: Mapping[str, Any] = {
    "statement.too_many": _l("Choose at most %(most)s passages at once."),
    "codebook.name_taken": _l("There is an entry with this name already."),
    "coding.changed_since": _l(
        "This cannot be undone any more: somebody else works with the passage. The step is left out now, so "
        "that you can undo what came before it."
    ),
    "coding.coded": _l("coding a passage"),
    "coding.recoded": _l("changing the codes of a passage"),
    "coding.removed": _l("removing a passage"),
    "agreement.kappa.poor": _l("poor: less than by chance"),
    "agreement.kappa.slight": _l("slight agreement"),
    "agreement.kappa.fair": _l("fair agreement"),
    "agreement.kappa.moderate": _l("moderate agreement"),
    "agreement.kappa.substantial": _l("substantial agreement"),
    "agreement.kappa.almost_perfect": _l("almost perfect agreement"),
    "agreement.kappa.undefined.no_units": _l("undefined: there is nothing to compare"),
    "agreement.kappa.undefined.never_used": _l("undefined: neither used it, so chance explains all of it"),
    "agreement.kappa.undefined.always_used": _l(
        "undefined: both used it for every passage, so chance explains all of it"
    ),
    "refi.no_file": _l("Choose a file first."),
    "refi.not_one": _l("This is no codebook (.qdc) and no project (.qdpx) that we can read."),
    "refi.lost": _l("The file did not come back as it was sent. Choose it again."),
    "refi.too_large": _l("The file is too large to be carried over to the next step."),
    "refi.note.left_out": _l(
        "%(number)s parts are of kinds that are not read here: pictures, sound, cases or links."
    ),
    "refi.note.same_name": _l("“%(name)s” is the name of an entry already: that entry is used."),
    "refi.note.name_differs": _l("“%(theirs)s” is called “%(ours)s” here; our words stay."),
    "refi.note.goal_unknown": _l(
        "“%(name)s” was a goal there and is none here: it becomes an entry of the codebook."
    ),
    "refi.note.personal": _l(
        "The code that begins with “%(name)s” is left out: it seems to hold a detail of a person."
    ),
    "refi.note.memo_personal": _l(
        "A note in “%(source)s” seems to hold a detail of a person: its coding is left out."
    ),
    "refi.note.code_missing": _l("In “%(source)s” a code is used that the file does not describe: left out."),
    "refi.note.memo_differs": _l("The note at %(code)s says something else here; ours stays."),
    "refi.note.source_unknown": _l("“%(source)s” is no interview of ours: what is coded in it is left out."),
    "refi.note.source_changed": _l(
        "The text of “%(source)s” is not as it is here now: what is coded in it is left out."
    ),
    "refi.note.outside": _l(
        "In “%(source)s” the part from %(start)s to %(end)s does not lie in one answer: left out."
    ),
    "refi.note.other_coder": _l("What “%(name)s” coded in this file comes in under your name."),
    "refi.changed": _l("Something changed here after you looked at this. Look again, then read it in."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    CodeUse: {
        CodeUse.ASSUMPTION: _l("assumption"),
        CodeUse.CONDITION: _l("condition"),
        CodeUse.CONFLICT: _l("conflict"),
        CodeUse.SIDE_EFFECT: _l("side effect"),
        CodeUse.HARM: _l("harm"),
        CodeUse.OTHER: _l("something else"),
    },
}
