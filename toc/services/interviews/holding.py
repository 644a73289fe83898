"""Holding an interview: consent first, then the questions of the guide, then complete."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import cast
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import (
    BY_INTERVIEWER,
    ConsentScope,
    Given,
    Guardian,
    GuideVariant,
    Mode,
    Passage,
    check_consent,
    passages_again,
)
from toc.domain.tongues import best
from toc.models.interviews import Answer, Consent, GuideEdition, Interview, Recording, Respondent, Statement
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews.guides import current_guide, ensure_guides
from toc.services.interviews.loading import (
    answers_of,
    check_own,
    found,
    given_consents,
    interview_of,
    made_before,
    standing_in,
)
from toc.services.interviews.originals import discard_originals
from toc.services.interviews.personal import check_free_text

_NEW: Mapping[str, int] = MappingProxyType({})
_WITHOUT_QUESTIONS = frozenset({Mode.TRANSCRIPT, Mode.DOCUMENT, Mode.WORKSHOP})
"""What was said there answers no question of a guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One question of the guide with what was answered.

    Attributes:
        key: of the question.
        question: its text, per language; none where a whole text was read in, or a card written.
        answer_id: None when nothing was written yet.
        text: "" when nothing was written yet.
        revision: 0 when nothing was written yet.
    """

    key: str
    question: Mapping[str, str]
    answer_id: UUID | None
    text: str
    revision: int

    def asked(self, *languages: str) -> tuple[str, str]:
        """Return the question as (language, text), in the first of these languages in which it is there."""
        return best(self.question, *languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewView:
    """An interview as its reader may see it.

    Attributes:
        interview: the row.
        respondent: who speaks, with their group.
        answers: per question of the guide, in order; None while somebody is still filling it in alone and the
            reader is somebody else.
        statements: what was marked, by code, also what was taken back.
    """

    interview: Interview
    respondent: Respondent
    answers: tuple[AnswerView, ...] | None
    statements: tuple[Statement, ...]


def record_consent(
    session: Session,
    act: Act,
    consent_id: UUID,
    respondent_id: UUID,
    scope: ConsentScope,
    *,
    given: bool,
    text: str,
) -> Consent:
    """Write down what a respondent answered when asked whether they may be interviewed.

    The audit trail does not say what the answer was: more people read it than may know of a refusal. Files
    that somebody no longer wants us to keep are removed.

    Args:
        session: of a programme, for writing.
        act: who asked, or the respondent themselves.
        consent_id: id of the new row.
        respondent_id: who answers.
        scope: what was asked.
        given: yes or no.
        text: the question as it was shown or read out.

    Raises:
        NotFound: no such respondent, or somebody else's personal link.
    """
    check_own(act, respondent_id)
    consent = made_before(session, Consent, consent_id)
    if consent is not None:
        return consent
    respondent = found(session, Respondent, respondent_id)
    consent = Consent(
        id=consent_id,
        respondent=respondent,
        scope=scope,
        given=given,
        text=text,
        at=act.at,
        taken_by_id=act.user,
    )
    session.add(consent)
    if scope is ConsentScope.ORIGINAL and not given:
        discard_originals(session, respondent.id)
    audit.record(session, act, "consent.record", "respondent", respondent.id, scope=scope.value)
    return consent


def record_guardian(
    session: Session,
    act: Act,
    consent_id: UUID,
    respondent_id: UUID,
    answered_by: Guardian,
    *,
    given: bool,
    text: str,
) -> Consent:
    """Write down what a parent or guardian answered for somebody who is too young to agree alone.

    Nobody answers this through a personal link: that is in the hands of who is too young.

    Args:
        session: of a programme, for writing.
        act: who asked.
        consent_id: id of the new row.
        respondent_id: for whom.
        answered_by: as who.
        given: yes or no.
        text: the question as it was shown or read out.

    Raises:
        NotFound: no such respondent.
        Conflict: ``consent.no_guardian_needed``.
    """
    consent = made_before(session, Consent, consent_id)
    if consent is not None:
        return consent
    respondent = found(session, Respondent, respondent_id)
    if not respondent.needs_guardian:
        raise Conflict("consent.no_guardian_needed")
    consent = Consent(
        id=consent_id,
        respondent=respondent,
        scope=ConsentScope.GUARDIAN,
        given=given,
        text=text,
        at=act.at,
        taken_by_id=act.user,
        answered_by=answered_by,
    )
    session.add(consent)
    audit.record(session, act, "consent.record", "respondent", respondent.id, scope="guardian")
    return consent


def consents_given(session: Session, act: Act, respondent_id: UUID) -> Given:
    """Return what was last answered about somebody: see `consent_state`.

    Raises:
        NotFound: somebody else's personal link.
    """
    check_own(act, respondent_id)
    return given_consents(session, respondent_id)


def consents_of(session: Session, act: Act, respondent_id: UUID) -> list[Consent]:
    """Return everything that a respondent answered about consent, newest first.

    Raises:
        NotFound: somebody else's personal link.
    """
    check_own(act, respondent_id)
    return list(
        session.scalars(
            select(Consent)
            .where(
                Consent.programme_id == session.info["programme_id"], Consent.respondent_id == respondent_id
            )
            .order_by(Consent.at.desc(), Consent.id.desc())
        )
    )


def start_interview(
    session: Session,
    act: Act,
    interview_id: UUID,
    respondent_id: UUID,
    *,
    mode: Mode,
    held_on: date | None = None,
    variant: GuideVariant = GuideVariant.PLAIN,
) -> Interview:
    """Begin an interview with the newest edition of the guide for this kind of respondent.

    Somebody who is filling one in alone goes on with that one.

    Args:
        session: of a programme, for writing.
        act: who and when.
        interview_id: id of the new row.
        respondent_id: who speaks.
        mode: held by an interviewer or a peer, or filled in alone.
        held_on: the day; today when left out.
        variant: which guide for this kind of respondent.

    Raises:
        NotFound: no such respondent, or somebody else's personal link.
        DomainError: ``consent.waiting``, ``consent.refused``, ``interview.in_the_future``.
    """
    check_own(act, respondent_id)
    interview = made_before(session, Interview, interview_id) or _open_draft(session, respondent_id, mode)
    if interview is not None:
        return interview
    respondent = found(session, Respondent, respondent_id)
    check_consent(given_consents(session, respondent_id))
    if held_on is not None and held_on > act.on:
        raise DomainError("interview.in_the_future")
    ensure_guides(session, act)
    interview = Interview(
        id=interview_id,
        code=next_code(session, CodeKind.INTERVIEW),
        respondent=respondent,
        guide_edition=current_guide(session, respondent.kind, variant),
        mode=mode,
        held_on=held_on or act.on,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(interview)
    audit.record(session, act, "interview.start", "interview", interview.id, mode=mode.value)
    return interview


def save_answers(
    session: Session,
    act: Act,
    interview_id: UUID,
    answers: Mapping[str, str],
    revisions: Mapping[str, int] = _NEW,
    *,
    kept: bool = False,
) -> Interview:
    """Write down what was answered; what did not change is left alone.

    Args:
        session: of a programme, for writing.
        act: who and when.
        interview_id: which interview.
        answers: text per key of a question; a question that is left out keeps its answer.
        revisions: of each answer when the form was made; 0 or left out when there was none.
        kept: as in `check_free_text`.

    Raises:
        NotFound: no such interview or question, or somebody else's personal link.
        Stale: somebody else changed some of these answers; `theirs` holds those.
        Conflict: ``interview.own_words``, ``interview.sent``.
        DomainError: ``consent.waiting``, ``consent.refused``, ``answer.quote_gone`` (code), or as
            `check_free_text`.
    """
    interview = interview_of(session, act, interview_id, locked=True)
    _check_writer(act, interview)
    check_consent(given_consents(session, interview.respondent_id))
    written = {answer.question: answer for answer in answers_of(session, interview.id)}
    asked = {question["key"] for question in interview.guide_edition.questions}
    if not answers.keys() <= asked:
        raise NotFound
    changed = {
        key: text for key, text in answers.items() if text != (written[key].text if key in written else "")
    }
    stale = {
        key: written[key].text
        for key in changed
        if key in written and written[key].revision != revisions.get(key, 0)
    }
    if stale:
        raise Stale(stale, interview.revision)
    for key, text in changed.items():
        check_free_text(text, kept=kept)
        if key in written:
            _keep_quotes(session, written[key], text)
            written[key].text = text
        else:
            session.add(
                Answer(id=derived(interview.id, "answer", key), interview=interview, question=key, text=text)
            )
    if changed:
        audit.record(session, act, "interview.save", "interview", interview.id, answers=len(changed))
    return interview


def submit_interview(session: Session, act: Act, interview_id: UUID) -> Interview:
    """Say that an interview is complete: sentences may be marked from now on.

    Raises:
        NotFound: no such interview, or somebody else's personal link.
        Conflict: ``interview.own_words``: only who fills one in alone sends it.
        DomainError: ``interview.empty``; ``consent.waiting``, ``consent.refused``.
    """
    interview = interview_of(session, act, interview_id, locked=True)
    if interview.submitted_at is not None:
        return interview
    _check_writer(act, interview)
    check_consent(given_consents(session, interview.respondent_id))
    if not any(answer.text for answer in answers_of(session, interview.id)) and not _is_spoken(
        session, interview
    ):
        raise DomainError("interview.empty")
    interview.submitted_at = act.at
    audit.record(session, act, "interview.submit", "interview", interview.id)
    return interview


def _is_spoken(session: Session, interview: Interview) -> bool:
    """Tell whether an answer was spoken that is still to be written down."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Recording.programme_id == interview.programme_id, Recording.interview_id == interview.id
                )
            )
        )
    )


def interviews_of(session: Session, act: Act, respondent_id: UUID) -> list[Interview]:
    """Return the interviews of a respondent, newest first.

    Raises:
        NotFound: somebody else's personal link.
    """
    check_own(act, respondent_id)
    return list(
        session.scalars(
            select(Interview)
            .where(
                Interview.programme_id == session.info["programme_id"],
                Interview.respondent_id == respondent_id,
            )
            .order_by(Interview.code.desc())
        )
    )


def interview_view(session: Session, act: Act, interview_id: UUID) -> InterviewView:
    """Return an interview with its questions, answers and statements; three statements to the database.

    Raises:
        NotFound: no such interview, or somebody else's personal link.
    """
    programme_id = session.info["programme_id"]
    interview = session.scalar(
        select(Interview)
        .where(Interview.programme_id == programme_id, Interview.id == interview_id)
        .options(
            joinedload(Interview.respondent).joinedload(Respondent.group),
            joinedload(Interview.guide_edition).joinedload(GuideEdition.guide),
        )
    )
    if interview is None:
        raise NotFound
    check_own(act, interview.respondent_id)
    own = act.respondent == interview.respondent_id
    answers = None
    if own or interview.mode in BY_INTERVIEWER or interview.submitted_at is not None:
        written = {answer.question: answer for answer in answers_of(session, interview.id)}
        asked = [] if interview.mode in _WITHOUT_QUESTIONS else interview.guide_edition.questions
        answers = tuple(_answer_view(question, written.pop(question["key"], None)) for question in asked)
        answers += tuple(_answer_view({"key": key}, written[key]) for key in sorted(written))
    statements = session.scalars(
        select(Statement)
        .where(Statement.programme_id == programme_id, Statement.interview_id == interview.id)
        .order_by(Statement.code)
    )
    return InterviewView(
        interview=interview, respondent=interview.respondent, answers=answers, statements=tuple(statements)
    )


def _answer_view(question: Mapping[str, str], answer: Answer | None) -> AnswerView:
    return AnswerView(
        key=question["key"],
        question={language: text for language, text in question.items() if language != "key"},
        answer_id=answer.id if answer else None,
        text=answer.text if answer else "",
        revision=answer.revision if answer else 0,
    )


def _open_draft(session: Session, respondent_id: UUID, mode: Mode) -> Interview | None:
    """Return the interview that somebody is filling in alone."""
    if mode is not Mode.ALONE:
        return None
    return session.scalar(
        select(Interview)
        .where(
            Interview.programme_id == session.info["programme_id"],
            Interview.respondent_id == respondent_id,
            Interview.mode == Mode.ALONE,
            Interview.submitted_at.is_(None),
        )
        .limit(1)
    )


def _check_writer(act: Act, interview: Interview) -> None:
    """Keep an interview to who writes it: the interviewer, or who fills it in alone until they send it."""
    own = act.respondent == interview.respondent_id
    if own is not (interview.mode is Mode.ALONE):
        raise Conflict("interview.own_words")
    if own and interview.submitted_at is not None:
        raise Conflict("interview.sent")


def _keep_quotes(session: Session, answer: Answer, text: str) -> None:
    """Let the statements of an answer follow it when it is changed.

    Raises:
        DomainError: ``answer.quote_gone``, with ``code``: what was marked must stay word for word.
    """
    marked = standing_in(session, answer.id)
    stood = [
        Passage(start=each.starts_at, end=each.ends_at, text=answer.text[each.starts_at : each.ends_at])
        for each in marked
    ]
    try:
        places = passages_again(text, stood)
    except DomainError as error:
        gone = marked[cast("int", error.params["number"])]
        raise DomainError("answer.quote_gone", code=code(CodeKind.STATEMENT, gone.code)) from error
    for (
        statement
    ) in marked:  # first out of each other's way: no two may stand at one place, also not in between
        statement.starts_at = statement.ends_at = -statement.code
    session.flush()
    for statement, place in zip(marked, places, strict=True):
        statement.starts_at, statement.ends_at = place.start, place.end
