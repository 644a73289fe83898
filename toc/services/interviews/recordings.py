"""Answers that were spoken: kept until the evaluator has written them down, then gone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import ConsentScope, Mode, check_consent
from toc.domain.recordings import check_sound
from toc.models.audit import AuditEvent
from toc.models.interviews import Answer, Consent, Interview, Recording
from toc.services import audit
from toc.services.errors import Conflict, NotFound
from toc.services.interviews.holding import record_consent
from toc.services.interviews.loading import answers_of, given_consents, interview_of
from toc.services.interviews.personal import check_free_text

WRITTEN_DOWN = "recording.transcribe"
"""The action in the audit trail by which a page knows that an answer was spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A recording, without its sound.

    Attributes:
        id: of the recording.
        question: key of the question that it answers.
        at: when it was made.
        size: in bytes.
    """

    id: UUID
    question: str
    at: datetime
    size: int


def answer_recording_consent(
    session: Session, act: Act, consent_id: UUID, respondent_id: UUID, *, given: bool, text: str
) -> Consent:
    """Write down whether somebody may be recorded; a no removes what was recorded and not yet written down.

    Raises:
        NotFound: no such respondent, or somebody else's personal link.
    """
    consent = record_consent(
        session, act, consent_id, respondent_id, ConsentScope.RECORDING, given=given, text=text
    )
    if not consent.given:
        remove_recordings(session, respondent_id)
    return consent


def may_record(session: Session, respondent_id: UUID) -> bool | None:
    """Tell whether somebody agreed to be recorded; None before they were asked."""
    return given_consents(session, respondent_id).get(ConsentScope.RECORDING)


def keep_recording(
    session: Session, act: Act, interview_id: UUID, question: str, sound: bytes, most: int
) -> Recording:
    """Keep what somebody said to a question; it replaces what they recorded before.

    Args:
        session: of a programme, for writing.
        act: who speaks, by their personal link.
        interview_id: which interview, filled in alone and not yet sent.
        question: key of the question.
        sound: the file.
        most: bytes that it may have.

    Raises:
        NotFound: no such interview or question, or somebody else's.
        Conflict: ``interview.own_words``, ``interview.sent``.
        DomainError: ``consent.waiting``, ``consent.refused``, ``recording.no_consent``; or as `check_sound`.
    """
    interview = interview_of(session, act, interview_id, locked=True)
    _check_speaker(act, interview)
    if interview.submitted_at is not None:
        raise Conflict("interview.sent")
    given = given_consents(session, interview.respondent_id)
    check_consent(given)
    if not given.get(ConsentScope.RECORDING):
        raise DomainError("recording.no_consent")
    if question not in {asked["key"] for asked in interview.guide_edition.questions}:
        raise NotFound
    kind = check_sound(sound, most)
    recording = _recording(session, interview.id, question)
    if recording is None:
        recording = Recording(
            id=derived(interview.id, "recording", question), interview=interview, question=question
        )
        session.add(recording)
    recording.media_type, recording.sound = kind, sound
    recording.created_at, recording.created_by_id = act.at, act.user
    audit.record(session, act, "recording.keep", "interview", interview.id)
    return recording


def remove_recording(session: Session, act: Act, interview_id: UUID, question: str) -> None:
    """Let somebody delete what they recorded, also after they sent it; nothing happens where there is none.

    Raises:
        NotFound: no such interview, or somebody else's.
        Conflict: ``interview.own_words``.
    """
    interview = interview_of(session, act, interview_id, locked=True)
    _check_speaker(act, interview)
    recording = _recording(session, interview.id, question)
    if recording is not None:
        session.delete(recording)
        audit.record(session, act, "recording.remove", "interview", interview.id)


def remove_recordings(session: Session, respondent_id: UUID) -> None:
    """Delete all sound of a respondent; whoever calls this records why."""
    programme_id = session.info["programme_id"]
    own = select(Interview.id).where(
        Interview.programme_id == programme_id, Interview.respondent_id == respondent_id
    )
    session.execute(
        delete(Recording).where(Recording.programme_id == programme_id, Recording.interview_id.in_(own))
    )


def recordings_of(session: Session, act: Act, interview_id: UUID) -> dict[str, Spoken]:
    """Return what was spoken and not yet written down, per question: nothing before it is sent, to others.

    Raises:
        NotFound: no such interview, or somebody else's.
    """
    interview = interview_of(session, act, interview_id)
    if not _hears(act, interview):
        return {}
    rows = session.execute(
        select(Recording.id, Recording.question, Recording.created_at, func.length(Recording.sound)).where(
            Recording.programme_id == session.info["programme_id"], Recording.interview_id == interview.id
        )
    )
    return {row[1]: Spoken(id=row[0], question=row[1], at=row[2], size=row[3]) for row in rows}


def recording_of(session: Session, act: Act, interview_id: UUID, question: str) -> Recording:
    """Return a recording with its sound, to who spoke, and once it is sent to the evaluator.

    Raises:
        NotFound: there is none, or it is not theirs to hear.
    """
    interview = interview_of(session, act, interview_id)
    recording = _recording(session, interview.id, question) if _hears(act, interview) else None
    if recording is None:
        raise NotFound
    return recording


def transcribe(
    session: Session, act: Act, interview_id: UUID, question: str, text: str, *, kept: bool = False
) -> Answer:
    """Write down what was said, after what was typed, and delete the sound.

    Args:
        session: of a programme, for writing.
        act: the evaluator.
        interview_id: which interview; it has been sent.
        question: key of the question.
        text: what was said, in their words.
        kept: as in `check_free_text`.

    Raises:
        NotFound: there is no such recording, or it is not sent yet.
        DomainError: ``recording.text_needed``; ``consent.refused``; or as `check_free_text`.
    """
    interview = interview_of(session, act, interview_id, locked=True)
    recording = recording_of(session, act, interview_id, question)
    check_consent(given_consents(session, interview.respondent_id))
    if not text.strip():
        raise DomainError("recording.text_needed")
    check_free_text(text, kept=kept)
    answer = next((one for one in answers_of(session, interview.id) if one.question == question), None)
    if answer is None:
        answer = Answer(
            id=derived(interview.id, "answer", question), interview=interview, question=question, text=text
        )
        session.add(answer)
    else:
        answer.text = f"{answer.text}\n\n{text}".strip()
    session.delete(recording)
    audit.record(session, act, "recording.transcribe", "answer", answer.id)
    return answer


def written_down(session: Session, act: Act, interview_id: UUID) -> dict[str, datetime]:
    """Return which answers were written down from sound, by question, with when that was last.

    Raises:
        NotFound: no such interview, or somebody else's.
    """
    interview = interview_of(session, act, interview_id)
    question = {str(answer.id): answer.question for answer in answers_of(session, interview.id)}
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.at)
        .where(
            AuditEvent.programme_id == session.info["programme_id"],
            AuditEvent.action == WRITTEN_DOWN,
            AuditEvent.subject_id.in_(question),
        )
        .order_by(AuditEvent.sequence)
    )
    return {question[row.subject_id]: row.at for row in rows}


def _check_speaker(act: Act, interview: Interview) -> None:
    if act.respondent != interview.respondent_id or interview.mode is not Mode.ALONE:
        raise Conflict("interview.own_words")


def _hears(act: Act, interview: Interview) -> bool:
    return act.respondent == interview.respondent_id or interview.submitted_at is not None


def _recording(session: Session, interview_id: UUID, question: str) -> Recording | None:
    return session.get(
        Recording, (session.info["programme_id"], derived(interview_id, "recording", question))
    )
