"""Words and sentences about participants, and about indicators that are computed from them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.participants import Arm, Coming, Counting, Moment, Subject, Verdict

SENTENCES = {
    "participant.code": _l(
        "A code has 3 to 40 letters and digits; a dot, a hyphen and an underscore may stand in it."
    ),
    "participant.code_is_a_name": _l(
        "A code has at least one digit. This looks like a name, and names are not kept here."
    ),
    "participant.code_personal": _l(
        "This looks like the number of a person or an account. Such numbers are not kept here; take a code."
    ),
    "participant.code_taken": _l("Somebody has the code %(code)s already."),
    "participant.code_twice": _l("A code stands there twice."),
    "participant.no_code": _l("Give at least one code."),
    "participant.too_many": _l("At most %(most)s participants go at once."),
    "participant.left_before_entry": _l("The last day is before the day of entry."),
    "place.name_taken": _l("There is one with this name already."),
    "place.personal": _l("This looks like the number or the address of a person. Leave it out."),
    "place.ends_before_start": _l("The last day is before the first."),
    "instrument.too_many_items": _l("At most %(most)s items go."),
    "instrument.item_too_long": _l(
        "“%(name)s…” is longer than %(most)s characters. Give the item a number or a short name; the text of "
        "the question is often protected and does not belong here."
    ),
    "instrument.item_twice": _l("Two items have the same name."),
    "instrument.scale_order": _l("The highest score is above the lowest."),
    "instrument.no_such_item": _l("This version of the instrument has no such item."),
    "instrument.out_of_scale": _l("A score goes from %(lowest)s to %(highest)s."),
    "instrument.version_taken": _l(
        "This version is there already, and scores rest on it. Give a changed instrument a new version."
    ),
    "instrument.personal": _l("This looks like the number or the address of a person. Leave that out here."),
    "observation.no_event": _l("Choose what happened."),
    "observation.name_missing": _l("Say in a few words what happened."),
    "observation.name_too_long": _l("Say it in at most %(most)s characters; the rest goes in the note."),
    "observation.personal": _l(
        "This looks like a number, an address or a telephone of a person. Leave it out: only the code tells "
        "who."
    ),
    "observation.twice": _l("This stands there already, for the same day. Change that one if it is wrong."),
    "observation.before_entry": _l(
        "This is before the day of entry, %(on)s. Only a score of before somebody came may be. If the day of "
        "entry is wrong, change that first."
    ),
    "observation.no_score": _l("Fill in at least one score. Leave open what was not answered."),
    "observation.replaced": _l("This was corrected or taken back already. Look at what stands there now."),
    "observation.reason_missing": _l("Say why, so that others understand it later."),
    "observation.nothing_changed": _l("Nothing is different yet."),
    "observation.value_missing": _l("Fill in the score. If there was none, take this back."),
    "together.nobody": _l("Choose at least one participant."),
    "together.too_many": _l("At most %(most)s participants go at once. Filter the list."),
    "together.too_many_scores": _l(
        "That would be more than %(most)s scores on one page. Choose fewer participants at once."
    ),
    "together.before_entry": _l("before the day of entry, %(on)s"),
    "together.after_exit": _l("after the last day of taking part, %(on)s"),
    "together.changed": _l(
        "Something changed since you looked: it is not new for all of them any more. Look once more; nothing "
        "was recorded yet."
    ),
    "together.what": _l("Choose what is recorded."),
    "rule.unreadable": _l("This rule cannot be read. Choose it anew."),
    "rule.subject": _l("Choose an event, a score or a value."),
    "rule.change_of_event": _l("An event has no number and no change. Choose a score or a value."),
    "rule.change_of_value": _l(
        "A value has no moments to compare. Take a median or a mean, or choose a score."
    ),
    "rule.indicator_missing": _l("Choose of which indicator the values are."),
    "rule.name_missing": _l("Say which event of your own it is."),
    "rule.days": _l("Give a number of days from 0 to %(most)s."),
    "rule.days_of_score": _l("Days after entry go with an event alone."),
    "rule.instrument_missing": _l("Choose a score."),
    "rule.level_missing": _l("Give the score or the value from which somebody counts."),
    "rule.moment_missing": _l("Choose a moment."),
    "rule.same_moment": _l("Choose two different moments."),
    "rule.mean_of_levels": _l(
        "These scores or values are levels without a distance, so that a mean says nothing. Take the median."
    ),
    "rule.period_order": _l("The last day of the period is before the first."),
    "rule.stale": _l(
        "Somebody else changed the definition of this indicator meanwhile. Look at it, then save once more."
    ),
    "search.nothing": _l("No participant has a code that begins like this."),
    "rule.kind": _l("An indicator of this kind is not computed like this."),
    "rule.nobody": _l("There is nobody yet of whom it is known, so there is no value. Nothing is not zero."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Arm: {Arm.INTERVENTION: _l("takes part"), Arm.COMPARISON: _l("comparison group")},
    Subject: {
        Subject.TRAINING_STARTED: _l("Training started"),
        Subject.DIPLOMA: _l("Diploma"),
        Subject.JOB_STARTED: _l("Job started"),
        Subject.JOB_KEPT_13: _l("Job kept 13 weeks"),
        Subject.JOB_KEPT_26: _l("Job kept 26 weeks"),
        Subject.JOB_KEPT_52: _l("Job kept 52 weeks"),
        Subject.OWN_HOME: _l("Moved to own home"),
        Subject.BENEFIT_STOPPED: _l("Benefit stopped"),
        Subject.OTHER: _l("An event of your own"),
        Subject.SCORE: _l("Score"),
        Subject.VALUE: _l("Value of an indicator"),
    },
    Moment: {
        Moment.BEFORE: _l("before"),
        Moment.DURING: _l("during"),
        Moment.AFTER: _l("after"),
        Moment.LATER: _l("later"),
    },
    Coming: {
        Coming.NEW: _l("new"),
        Coming.THERE: _l("there already"),
        Coming.REFUSED: _l("not possible"),
        Coming.OPEN: _l("left open"),
    },
    Counting: {
        Counting.COUNT: _l("a count"),
        Counting.SHARE: _l("a share"),
        Counting.MEDIAN: _l("the median"),
        Counting.MEAN: _l("the mean"),
        Counting.MEDIAN_CHANGE: _l("the median change"),
        Counting.MEAN_CHANGE: _l("the mean change"),
    },
    Verdict: {
        Verdict.COUNTED: _l("counted"),
        Verdict.NOT_COUNTED: _l("not counted"),
        Verdict.TOO_EARLY: _l("unknown: too early to tell"),
        Verdict.NO_ENTRY_DAY: _l("unknown: no day of entry"),
        Verdict.NO_SCORE: _l("unknown: score missing"),
        Verdict.NO_VALUE: _l("unknown: value missing"),
    },
}
