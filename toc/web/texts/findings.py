"""Words and sentences about findings."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "finding.text_missing": _l("Write down what was found."),
    "reply.text_missing": _l("Write down what you want to say."),
    "reply.already_answered": _l(
        "There is an answer to your words already, so they can no longer be changed."
    ),
    "answer.text_missing": _l("Write down what was done with this reply."),
    "finding.sure_0": _l("Nobody has looked into this yet."),
    "finding.sure_1": _l("There are good reasons to expect it, but no measurement that shows it."),
    "finding.sure_2": _l("The change was measured. Whether it is because of this programme is not known."),
    "finding.sure_3": _l("People with and without this programme were compared, and it made a difference."),
    "finding.sure_4": _l("Others, in another place, found the same."),
    "finding.sure_5": _l("It works in several places, each time in the same way."),
}
