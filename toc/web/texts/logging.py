"""Words and sentences about logging, reviewing and closing periods."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.indicators import ReviewStep
from toc.domain.indicators.reviewing import State

SENTENCES = {
    "measurement.not_a_level": _l("A level is a whole number: 1 is the lowest."),
    "measurement.level_not_there": _l("The indicator has no such level. Load the page again."),
    "measurement.nobody_on_a_level": _l("Fill in how many people are on each level."),
    "measurement.narrative_missing": _l("Write what changed."),
    "measurement.period_order": _l("The period begins after the day of the value. Change one of the two."),
    "measurement.site_not_open": _l(
        "%(name)s counts from %(on)s. Choose a later day or another place, or change the first day of the "
        "site."
    ),
    "measurement.site_closed": _l("%(name)s counted until %(on)s. Choose an earlier day or another place."),
    "measurement.taken_back": _l("This value was taken back. Log a new one if there is one."),
    "breakdown.not_there": _l("The indicator has no such groups any more. Load the page again."),
    "breakdown.option_not_there": _l("One of these groups is not there any more. Load the page again."),
    "breakdown.option_twice": _l("One group stands there twice."),
    "breakdown.kind_without": _l("The parts of this kind of indicator do not add up, so it has no groups."),
    "breakdown.too_little": _l(
        "%(name)s: the groups together are %(left)s less than the whole. Put the rest under “unknown”, or "
        "look at the numbers again."
    ),
    "breakdown.too_much": _l(
        "%(name)s: the groups together are %(over)s more than the whole. Look at the numbers again."
    ),
    "breakdown.too_little_of_whole": _l(
        "%(name)s: the groups together lack %(left)s of %(whole)s people. Put the rest under “unknown”, or "
        "look at the numbers again."
    ),
    "breakdown.too_much_of_whole": _l(
        "%(name)s: the groups together are %(over)s more than the whole. Look at both numbers of each group."
    ),
    "draft.too_many_fields": _l("This is more than a form has: at most %(most)s fields."),
    "review.own": _l("You entered one of these yourself. Somebody else decides about it."),
    "review.remark_missing": _l("Say what is wrong, so that who entered it can mend it."),
    "review.decided": _l("One of these stands so already. Load the page again and look at what is left."),
    "review.none_chosen": _l("Choose at least one value."),
    "review.not_standing": _l(
        "One of these was corrected or taken back meanwhile. Load the page again and look at the new value."
    ),
    "period.order": _l("The last day comes before the first."),
    "period.locked": _l(
        "%(on)s lies in a closed period (%(starts_on)s to %(ends_on)s). A coordinator or the evaluator can "
        "open it again."
    ),
    "period.reason_missing": _l("Say why it is opened again: others relied on it."),
    "period.closed_already": _l("All of this period is closed already."),
    "period.open_already": _l("All of this period is open already."),
    "proof.nothing": _l("Choose a file, or give a link."),
    "proof.both": _l("Choose a file or give a link, not both at once."),
    "proof.not_a_link": _l("This is no address of a page. It begins with https:// and holds no spaces."),
    "proof.too_large": _l("This file is too large: at most %(most)s MB."),
    "proof.kind_unknown": _l("This is no photo (JPEG, PNG, WebP) and no PDF."),
    "proof.not_readable": _l("This picture cannot be read. Perhaps it is broken: take it once more."),
    "proof.too_many_pixels": _l("This picture has too many points: at most %(most)s million."),
    "proof.approved": _l(
        "This value was approved with what shows it, so that stays. If the value is wrong, correct it: the "
        "new version gets its own."
    ),
    "proof.too_many": _l("A value has at most %(most)s files and links."),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    State: {
        State.SUBMITTED: _l("waits for review"),
        State.RETURNED: _l("sent back"),
        State.APPROVED: _l("approved"),
    },
    ReviewStep: {
        ReviewStep.SEEN: _l("saw it"),
        ReviewStep.RETURNED: _l("sent it back"),
        ReviewStep.APPROVED: _l("approved it"),
    },
}
