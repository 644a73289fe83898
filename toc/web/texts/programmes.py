"""Words and sentences about programmes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.programmes import Language, OriginKind

SENTENCES = {
    "programme.name_missing": _l("Give the programme a name."),
    "programme.ends_before_start": _l("The last day is before the first day. Change one of the two."),
    "programme.currency_unknown": _l("This is not a currency. Use a code of three letters, such as EUR."),
    "privacy.threshold_too_low": _l(
        "This is too low: below %(least)s people, a number says too much about each of them."
    ),
    "privacy.payer_loosens": _l(
        "You take part for who pays. Somebody who does not pay decides whether smaller groups are shown. Ask "
        "a coordinator of another organisation to change this, or invite one under People. Nothing is saved "
        "yet: put this back as it was to save the rest."
    ),
    "task.describe": _l("Describe the problem and the target group"),
    "task.invite": _l("Invite the other parties"),
    "task.add_groups": _l("Add the first party"),
    "task.hear_groups": _l("Interview the parties that were not heard yet"),
    "task.add_goals": _l("Turn what was said into goals"),
    "task.make_measurable": _l("Make the goals measurable"),
    "task.log_measurements": _l("Log the measurements that are due"),
    "task.review_measurements": _l("Review the values that were submitted"),
    "task.enter_contract": _l("Enter the contract of the bond"),
    "task.verify_outcomes": _l("Verify the outcomes that were declared"),
    "task.approve_payments": _l("Decide about the payments that wait for you"),
    "task.answer_replies": _l("Say what was done with the replies"),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Language: {Language.NL: _l("Dutch"), Language.EN: _l("English")},
    OriginKind: {OriginKind.FACT: _l("fact"), OriginKind.INVENTED: _l("invented for the demo")},
}
