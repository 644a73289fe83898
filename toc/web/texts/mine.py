"""Words and sentences of the pages behind a personal link.

Participants are addressed in simpler words than spokespersons; in Dutch with "je" instead of "u".
"""

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _l

from toc.domain.interviews import Attribution, Audience, CheckVerdict

SENTENCES = {
    "recording.empty": _l("There is no sound in this file."),
    "recording.too_big": _l("This is too long: at most %(most)s kB. Say it in a shorter way, or in parts."),
    "recording.not_sound": _l("This is no sound that we can play. Record it here, or choose another file."),
    "recording.no_consent": _l("Recording was not agreed to, so no sound is kept."),
    "recording.text_needed": _l("Write down what was said."),
    "form.confirm_erasing": _l("Tick the box first: erasing cannot be undone."),
    "check.words_needed": _l("Write how it should be said instead."),
    "check.reworded": _l("This was put in other words in the meantime. Read it again, then answer."),
}

WORDS = {
    CheckVerdict: {
        CheckVerdict.AGREE: _l("agrees"),
        CheckVerdict.AMEND: _l("would say it otherwise"),
        CheckVerdict.REJECT: _l("did not mean this"),
    },
}


def consent_text(*, je: bool) -> tuple[str, ...]:
    """Return what somebody reads before they agree, in paragraphs; it is kept with their answer."""
    if je:
        return (
            str(
                gettext(
                    "We would like to ask you how this programme is for you, and keep what you say. Your "
                    "name is not with it."
                )
            ),
            str(
                gettext(
                    "Only the researcher reads it. Afterwards you choose for each sentence who else may read "
                    "it."
                )
            ),
            str(
                gettext(
                    "You may say no, and you can always stop. That has no effect on the help that you get."
                )
            ),
        )
    return (
        str(gettext("We would like to interview you about this programme and write down what you say.")),
        str(
            gettext(
                "Only the evaluator reads your answers. Afterwards you decide for each statement who else "
                "may read it, and whether your name stands beside it."
            )
        ),
        str(gettext("You can refuse, and you can stop at any moment. Only the evaluator sees that you did.")),
    )


def recording_text(*, je: bool) -> tuple[str, ...]:
    """Return what somebody reads before they agree to be recorded; it is kept with their answer."""
    if je:
        return (
            str(gettext("May we record your voice? Only the researcher listens to it, to write it down.")),
            str(gettext("As soon as it is written down, the sound is deleted. You can delete it too.")),
            str(gettext("You may also just type. Saying no has no effect on the help that you get.")),
        )
    return (
        str(gettext("May we record your voice? Only the evaluator listens to it, to write it down.")),
        str(gettext("As soon as it is written down, the sound is deleted. You can delete it yourself too.")),
        str(gettext("You can also type. You may refuse.")),
    )


def everything_text(*, je: bool) -> str:
    """Return what stands on the button that takes everything back; it is kept with each decision."""
    if je:
        return str(pgettext("participant", "Stop, and erase everything that I said"))
    return str(gettext("Stop, and erase everything that I said"))


def short_audience(audience: Audience, *, je: bool) -> str:
    """Return whom a button releases a sentence to, in a few words."""
    if je:
        return {
            Audience.NOBODY: str(pgettext("participant", "Only the researcher")),
            Audience.PARTIES: str(pgettext("participant", "Others too, not who pays")),
            Audience.PAYER: str(pgettext("participant", "Everyone in the programme")),
        }[audience]
    return {
        Audience.NOBODY: str(gettext("Only the evaluator")),
        Audience.PARTIES: str(gettext("The parties, not who pays")),
        Audience.PAYER: str(gettext("Everyone in the programme")),
    }[audience]


def short_attribution(attribution: Attribution) -> str:
    """Return what a button says of the name of a spokesperson."""
    if attribution is Attribution.NAMED:
        return str(gettext("With my name"))
    return str(gettext("Without my name"))


def verdict_of_mine(verdict: CheckVerdict, *, je: bool) -> str:
    """Return what a respondent said of a goal, told to themselves."""
    if je:
        return {
            CheckVerdict.AGREE: str(pgettext("participant", "You said: yes, this is what I meant.")),
            CheckVerdict.AMEND: str(pgettext("participant", "You said it in other words:")),
            CheckVerdict.REJECT: str(pgettext("participant", "You said: no, I did not mean this.")),
        }[verdict]
    return {
        CheckVerdict.AGREE: str(gettext("You said: yes, this is what I meant.")),
        CheckVerdict.AMEND: str(gettext("You said it in other words:")),
        CheckVerdict.REJECT: str(gettext("You said: no, I did not mean this.")),
    }[verdict]
