"""Words and sentences about interviews, and the questions that respondents are asked about consent.

Participants are addressed in simpler words than spokespersons; in Dutch with "je" instead of "u".
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from flask_babel import force_locale, gettext, pgettext
from flask_babel import lazy_gettext as _l

from toc.domain.interviews import (
    Attribution,
    Audience,
    ConsentScope,
    ConsentState,
    Guardian,
    GuideVariant,
    Mode,
    Participation,
    RespondentKind,
)
from toc.domain.people import Helix
from toc.domain.privacy import Personal
from toc.domain.tongues import PAGES
from toc.models.interviews import GuideEdition
from toc.services.interviews import ReadableStatement
from toc.web.texts import language as page_language

SENTENCES = {
    "passage.outside": _l("This part does not lie in the answer. Select it again."),
    "passage.empty": _l("Nothing is said in this part."),
    "consent.waiting": _l("Ask for consent first: without it there is no interview."),
    "consent.refused": _l("The answer about consent was no, so nothing may be asked or written down."),
    "consent.guardian_waiting": _l(
        "Who is younger than 16 needs a parent or guardian to agree first. Without that there is no "
        "interview."
    ),
    "consent.guardian_refused": _l("A parent or guardian said no, so nothing may be asked or written down."),
    "consent.no_guardian_needed": _l("They agree themselves: no parent or guardian has to."),
    "respondent.participant_unnamed": _l(
        "A participant is protected: write down no name and no e-mail address. A code is made for them."
    ),
    "respondent.name_needed": _l("A spokesperson speaks in the name of a party: fill in who it is."),
    "statement.participant_unnamed": _l(
        "The name of a participant never stands beside what they said, also when they would agree."
    ),
    "statement.none_chosen": _l("Choose at least one sentence."),
    "statement.withdrawn": _l("This sentence was taken back by who said it. It can no longer be used."),
    "statement.decided": _l("Who said this has decided about it already, so the mark stays."),
    "statement.in_use": _l("A goal rests on this sentence, so the mark stays."),
    "answer.quote_gone": _l(
        "%(code)s is a quote from this answer and must stay in it word for word. Put it back, or take the "
        "mark away first."
    ),
    "interview.in_the_future": _l("This day has not been yet."),
    "interview.own_words": _l("These are the words of somebody else. Only they change them."),
    "interview.sent": _l("You sent these answers already. You can still take sentences back."),
    "interview.empty": _l("Nothing has been answered yet."),
    "interview.no_questions": _l(
        "This was read from a file or written in a workshop, so it has no questions to fill in."
    ),
    "interview.not_complete": _l("Complete the interview first. Then sentences can be marked."),
    "number.between": _l("Fill in a number from %(least)s to %(most)s."),
    "group.organisation_unknown": _l("Choose an organisation that takes part in this programme."),
    "group.name_taken": _l("There is a party with this name already."),
    "guide.empty": _l("A guide needs at least one question."),
    "guide.both_languages": _l("Question %(place)s needs its text in Dutch and in English."),
    "guide.too_many": _l("A guide has at most %(most)s questions."),
    "guide.language_unknown": _l(
        "“%(language)s” is no language that is known here. Use a code such as tr, ar or uk."
    ),
    "guide.question_too_long": _l("Question %(place)s is too long: at most %(most)s characters."),
    "guide.same_key": _l("Question %(place)s has the same key as a question before it."),
    "guide.not_json": _l("This is not a file of a guide: it cannot be read as JSON."),
    "guide.no_questions": _l("There are no questions in this file."),
    "guide.question_shape": _l(
        "Question %(place)s in the file is not written as texts by language, such as nl and en."
    ),
    "guide.no_file": _l("Choose a file first."),
    "guide.file_too_large": _l("This file is too large for a guide: at most %(most)s kB."),
    "respondent.language_unknown": _l("No guide asks its questions in this language."),
    "privacy.bsn": _l(
        "This looks like a citizen service number (BSN). It points to one person and must never stand here: "
        "take it out."
    ),
    "privacy.personal_number": _l(
        "This looks like a personal detail (%(kind)s). It points to one person, so take it out."
    ),
}

WORDS: dict[type[StrEnum], Mapping[Any, Any]] = {
    RespondentKind: {
        RespondentKind.SPOKESPERSON: _l("spokesperson"),
        RespondentKind.PARTICIPANT: _l("participant"),
    },
    Mode: {
        Mode.HELD: _l("held by an interviewer"),
        Mode.ALONE: _l("filled in alone"),
        Mode.PEER: _l("held by somebody who was a participant too"),
        Mode.TRANSCRIPT: _l("read from a transcript"),
        Mode.DOCUMENT: _l("read from a document"),
        Mode.WORKSHOP: _l("written in a workshop"),
    },
    GuideVariant: {
        GuideVariant.PLAIN: _l("plain"),
        GuideVariant.APPRECIATIVE: _l("appreciative"),
    },
    Participation: {
        Participation.RECIPIENT: _l("recipient"),
        Participation.LISTENER: _l("listener"),
        Participation.ADVISER: _l("adviser"),
        Participation.CO_DECIDER: _l("co-decider"),
        Participation.CO_PRODUCER: _l("co-producer"),
        Participation.INITIATOR: _l("initiator"),
    },
    ConsentScope: {
        ConsentScope.INTERVIEW: _l("being interviewed"),
        ConsentScope.NOTES: _l("writing down the answers"),
        ConsentScope.RECORDING: _l("recording what is said"),
        ConsentScope.ORIGINAL: _l("keeping the file of a transcript"),
        ConsentScope.GUARDIAN: _l("being interviewed, asked of a parent or guardian"),
    },
    Guardian: {Guardian.PARENT: _l("a parent"), Guardian.GUARDIAN: _l("a guardian")},
    ConsentState: {
        ConsentState.WAITING: _l("not asked yet"),
        ConsentState.GIVEN: _l("yes"),
        ConsentState.REFUSED: _l("no"),
    },
    Audience: {
        Audience.NOBODY: _l("only the evaluator may read it"),
        Audience.PARTIES: _l("for the parties, not for who pays"),
        Audience.PAYER: _l("for everyone in the programme"),
    },
    Attribution: {Attribution.ANONYMOUS: _l("without name"), Attribution.NAMED: _l("with name")},
    Helix: {
        Helix.CITIZENS: _l("citizens and users"),
        Helix.BUSINESS: _l("businesses and organisations"),
        Helix.KNOWLEDGE: _l("knowledge institutes"),
        Helix.GOVERNMENT: _l("government"),
    },
    Personal: {
        Personal.BSN: _l("citizen service number"),
        Personal.IBAN: _l("bank account"),
        Personal.EMAIL: _l("e-mail address"),
        Personal.PHONE: _l("telephone number"),
        Personal.NAME: _l("name"),
        Personal.ADDRESS: _l("address"),
        Personal.BIRTH_DATE: _l("date of birth"),
    },
}


def in_pages(language: str) -> str:
    """Return the language itself when pages are there in it, else that of this page."""
    return language if language in PAGES else page_language()


def rung_help(rung: Participation) -> str:
    """Return what a group can do on a rung of the ladder of participation."""
    texts = {
        Participation.RECIPIENT: gettext("It is done for them; they are told nothing beforehand."),
        Participation.LISTENER: gettext("They are told what will happen."),
        Participation.ADVISER: gettext("They are asked what they think; others decide."),
        Participation.CO_DECIDER: gettext("They decide together with others."),
        Participation.CO_PRODUCER: gettext("They make it and carry it out together with others."),
        Participation.INITIATOR: gettext("They began it, and others support them."),
    }
    return str(texts[rung])


def guide_name(kind: RespondentKind, variant: GuideVariant) -> str:
    """Return what a guide is called."""
    names = {
        (RespondentKind.SPOKESPERSON, GuideVariant.PLAIN): gettext("Guide for spokespersons"),
        (RespondentKind.PARTICIPANT, GuideVariant.PLAIN): gettext("Guide for participants"),
        (RespondentKind.SPOKESPERSON, GuideVariant.APPRECIATIVE): gettext(
            "Appreciative guide for spokespersons"
        ),
        (RespondentKind.PARTICIPANT, GuideVariant.APPRECIATIVE): gettext(
            "Appreciative guide for participants"
        ),
    }
    return str(names[kind, variant])


def variant_help(variant: GuideVariant) -> str:
    """Return what is different about a guide."""
    if variant is GuideVariant.APPRECIATIVE:
        return str(gettext("Asks first what already works, and goes on from there."))
    return str(gettext("Asks from open to specific: what is wanted, why it should work, what may go wrong."))


def guide_edition(edition: GuideEdition) -> str:
    """Return which edition of which guide somebody was asked with; its guide is loaded."""
    name = guide_name(edition.guide.kind, edition.guide.variant)
    return str(gettext("%(guide)s, edition %(number)s", guide=name, number=edition.number))


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Make texts in the language of a respondent, as far as there are texts, whatever that of the page."""
    with force_locale(in_pages(language)):
        yield


def is_participant(kind: RespondentKind) -> bool:
    """Tell whether somebody is addressed as a participant."""
    return kind is RespondentKind.PARTICIPANT


def consent_question(kind: RespondentKind, scope: ConsentScope) -> str:
    """Return what is asked before an interview."""
    match scope, is_participant(kind):
        case ConsentScope.INTERVIEW, True:
            return str(
                gettext(
                    "May we ask you about this programme? You can say no, and you can always stop. That has "
                    "no effect on the help that you get."
                )
            )
        case ConsentScope.INTERVIEW, False:
            return str(
                gettext("May we interview you about this programme? You can refuse, and stop at any moment.")
            )
        case _, True:
            return str(
                gettext(
                    "May we keep what you say? Your name is not with it. Only the researcher reads it. "
                    "Afterwards you choose for each sentence who else may read it."
                )
            )
    return str(
        gettext(
            "May we write down what you say? Only the evaluator reads it. Afterwards you decide for each "
            "statement who else may read it, and whether your name is with it."
        )
    )


def guardian_question() -> str:
    """Return what a parent or guardian is asked before somebody who is younger than 16 is interviewed."""
    return str(
        gettext(
            "May we ask your child, or the child you are the guardian of, about this programme, and keep "
            "what they say? They choose for each sentence who may read it, and are asked themselves too. You "
            "can say no, and change your mind later. That has no effect on the help that you or they get."
        )
    )


def audience_question(kind: RespondentKind) -> str:
    """Return the question who may read a sentence."""
    if is_participant(kind):
        return str(pgettext("participant", "Who may read this sentence?"))
    return str(gettext("Who may read this statement?"))


def audience_choices(kind: RespondentKind) -> list[tuple[str, str]]:
    """Return whom a speaker can choose from."""
    if is_participant(kind):
        texts = {
            Audience.NOBODY: gettext("Only the researcher"),
            Audience.PARTIES: gettext("Also the others in the programme, but not who pays for it"),
            Audience.PAYER: gettext(
                "Everyone in the programme. Who pays does not read the sentence, only how many people said "
                "something like it"
            ),
        }
    else:
        texts = {
            Audience.NOBODY: gettext("Only the evaluator"),
            Audience.PARTIES: gettext("The other parties, but not the funder and the investor"),
            Audience.PAYER: gettext("Everyone in the programme, also the funder and the investor"),
        }
    return [(audience.value, str(text)) for audience, text in texts.items()]


def attribution_question() -> str:
    """Return the question whether a spokesperson's name may stand beside a statement."""
    return str(gettext("May your name stand beside it?"))


def attribution_choices(group: str) -> list[tuple[str, str]]:
    """Return what a spokesperson can choose from."""
    return [
        (
            Attribution.ANONYMOUS.value,
            str(gettext("No, only that it is a spokesperson of %(group)s", group=group)),
        ),
        (Attribution.NAMED.value, str(gettext("Yes, with my name"))),
    ]


def decision_text(kind: RespondentKind, group: str, audience: Audience, attribution: Attribution) -> str:
    """Return what a speaker saw when they decided, with what they chose: it is kept with the decision."""
    parts = [audience_question(kind), f"{dict(audience_choices(kind))[audience.value]}."]
    if not is_participant(kind):
        parts += [attribution_question(), f"{dict(attribution_choices(group))[attribution.value]}."]
    return " ".join(parts)


def withdrawal_label(kind: RespondentKind) -> str:
    """Return what stands on the button that takes a sentence back; it is kept with the decision."""
    if is_participant(kind):
        return str(pgettext("participant", "Take this sentence back"))
    return str(gettext("Take this statement back"))


def who(statement: ReadableStatement) -> str:
    """Return who said it, as far as this reader may know."""
    if statement.named:
        return statement.who
    if not statement.who:
        return str(gettext("a participant"))
    if is_participant(statement.respondent_kind):
        return str(gettext("%(group)s, participant", group=statement.who))
    return str(gettext("%(group)s, spokesperson", group=statement.who))


def own_reach(statement: ReadableStatement) -> str:
    """Return who may read it, in the words of who said it: a participant knows no evaluator."""
    if statement.audience is Audience.NOBODY and is_participant(statement.respondent_kind):
        return str(pgettext("participant", "only the researcher may read it"))
    return str(WORDS[Audience][statement.audience])


def reach(statement: ReadableStatement) -> str:
    """Return who may read it."""
    if statement.decided_at is None:
        return str(gettext("waits for who said it; only the evaluator reads it"))
    return str(WORDS[Audience][statement.audience])
