"""Words and sentences about indicators and measurements."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource, Status

SENTENCES = {
    # How it stands
    "status.no_target": _l("No target has been agreed yet, so nobody can say how this stands."),
    "status.no_data": _l("Nothing has been measured yet. The first value is due on %(due_on)s."),
    "status.overdue_first": _l(
        "Nothing has been measured yet. The first value was due on %(due_on)s: overdue."
    ),
    "status.overdue": _l("%(value)s on %(on)s. A new value was due on %(due_on)s: overdue."),
    "status.overdue_share": _l(
        "%(numerator)s of %(denominator)s on %(on)s, that is %(value)s. A new value was due on %(due_on)s: "
        "overdue."
    ),
    "status.reached": _l("%(value)s. The aim was %(target)s: reached. Measured on %(on)s."),
    "status.reached_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the aim was %(target)s: reached. "
        "Measured on %(on)s."
    ),
    "status.on_track": _l("%(value)s. The aim by then was %(aim)s: on track. Measured on %(on)s."),
    "status.on_track_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the aim by then was %(aim)s: on track. "
        "Measured on %(on)s."
    ),
    "status.on_track_open": _l(
        "%(value)s. The aim is %(target)s by %(target_on)s. Without a line towards it nothing more is "
        "expected before that day: on track. Measured on %(on)s."
    ),
    "status.on_track_open_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the aim is %(target)s by %(target_on)s. "
        "Without a line towards it nothing more is expected before that day: on track. Measured on %(on)s."
    ),
    "status.behind": _l("%(value)s. The aim by then was %(aim)s: behind. Measured on %(on)s."),
    "status.behind_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the aim by then was %(aim)s: behind. "
        "Measured on %(on)s."
    ),
    "status.not_judged": _l("%(counted)s on %(on)s: not judged yet. So far %(value)s."),
    "status.not_judged_share": _l(
        "%(counted)s on %(on)s: not judged yet. So far %(numerator)s of %(denominator)s (%(value)s)."
    ),
    "measurement.closed": _l(
        "The value of %(on)s is not shown, because together with %(other)s it would show a group of fewer "
        "than %(threshold)s people."
    ),
    "measurement.suppressed": _l(
        "Measured on %(on)s. The number is not shown to you, because the group has fewer than %(threshold)s "
        "people. That protects the participants."
    ),
    # What was aimed at
    "target.half": _l("A target needs both its value and the day by which it should be reached."),
    "target.baseline_half": _l("A baseline needs both its value and its day."),
    "target.end_before_start": _l(
        "The day of the target must come after that of the baseline, which is %(start)s."
    ),
    "indicator.name_missing": _l("Give it a name."),
    "indicator.personal": _l(
        "This looks like a personal detail (%(kind)s). It points to one person, so it may not stand here."
    ),
    "indicator.desired_alone": _l("This means something only beside a target. Fill in the target first."),
    "indicator.desired_worse": _l("What is desired must be at least as good as the target."),
    "indicator.minimum_better": _l("The minimum must not be better than the target."),
    "indicator.reason_missing": _l("Say why it changes: who reads the old values later will want to know."),
    "indicator.kind_fixed": _l(
        "There are measurements already, and they are of another kind. Add a new indicator instead."
    ),
    # What was measured
    "measurement.value_missing": _l("Fill in the value."),
    "measurement.value_unexpected": _l(
        "This is a share: give the part and the whole, for example 72 of 120."
    ),
    "measurement.pair_half": _l("Fill in both numbers: how many, and out of how many."),
    "measurement.pair_unexpected": _l("This indicator has one value, not a part of a whole."),
    "measurement.denominator_zero": _l(
        "Out of nobody there is no share. If nobody was counted, log nothing."
    ),
    "measurement.part_exceeds_whole": _l("%(part)s is more than the %(whole)s it is a part of."),
    "measurement.negative": _l("This cannot be below zero."),
    "measurement.not_whole": _l("This counts whole things, so %(value)s cannot be right."),
    "measurement.not_a_number": _l("This is not a number."),
    "measurement.not_a_share": _l("A share lies between 0 and 100 percent."),
    "measurement.not_yes_no": _l("Answer yes or no."),
    "measurement.not_the_ratio": _l("The share is not that of these two numbers."),
    "measurement.too_large": _l("This is more than can be kept: at most %(most)s."),
    "measurement.too_many_decimals": _l("At most %(most)s decimals can be kept."),
    "measurement.in_future": _l("This day has yet to come. Log what was measured until today."),
    "measurement.day_taken": _l("There is a value of %(on)s already. A day has one value."),
    "measurement.already_saved": _l(
        "This form was saved already, with other numbers. Correct the saved value instead."
    ),
    "measurement.already_corrected": _l("Somebody corrected this value already. Look at the new one first."),
    "measurement.reason_missing": _l("Say why it is corrected: the old value stays visible."),
    "measurement.nothing_changed": _l("This is what it says already. Change the day or the number."),
    "measurement.personal": _l(
        "This looks like a personal detail (%(kind)s). It points to one person, so take it out."
    ),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    Status: {
        Status.REACHED: _l("reached"),
        Status.ON_TRACK: _l("on track"),
        Status.BEHIND: _l("behind"),
        Status.NO_DATA: _l("no measurement yet"),
        Status.OVERDUE: _l("measurement overdue"),
        Status.NOT_MEASURABLE: _l("not measurable yet"),
        Status.NOT_JUDGED: _l("not judged yet"),
    },
    Kind: {
        Kind.COUNT: _l("number of people or things"),
        Kind.PROPORTION: _l("share of a group"),
        Kind.SUM: _l("total"),
        Kind.MEAN: _l("average"),
        Kind.MONEY: _l("amount of money"),
        Kind.YES_NO: _l("yes or no"),
        Kind.ORDINAL: _l("levels in an order"),
        Kind.NARRATIVE: _l("an account in words"),
    },
    Direction: {Direction.HIGHER: _l("More is better"), Direction.LOWER: _l("Less is better")},
    Frequency: {
        Frequency.ONCE: _l("once, at the end"),
        Frequency.YEARLY: _l("every year"),
        Frequency.HALF_YEARLY: _l("every half year"),
        Frequency.QUARTERLY: _l("every three months"),
        Frequency.MONTHLY: _l("every month"),
        Frequency.OWN: _l("on days of your own"),
    },
    MeasurementSource: {
        MeasurementSource.TYPED: _l("typed in"),
        MeasurementSource.IMPORTED: _l("from a file"),
        MeasurementSource.COMPUTED: _l("counted from participants"),
    },
}

KIND_HELP = {
    Kind.COUNT: _l("How many: diplomas, people with a job, homes."),
    Kind.PROPORTION: _l(
        "How many out of how many: 72 of 120. You type two numbers, we compute the percentage."
    ),
    Kind.SUM: _l("Something added up that may have decimals: hours, kilos."),
    Kind.MEAN: _l("An average of a group: a score, a number of weeks."),
    Kind.MONEY: _l("An amount: debts, income, cost."),
    Kind.YES_NO: _l("It is there or it is not: an agreement, a building."),
    Kind.ORDINAL: _l("How many people are on each level: from acute crisis to self-reliant."),
    Kind.NARRATIVE: _l("What somebody saw change, in a few sentences."),
}
