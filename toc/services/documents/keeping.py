"""Keeping what was read from a file: as the answer of an interview, or as what a plan of a party says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.documents import Part, code_for_names, parts
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import (
    Attribution,
    Audience,
    ConsentScope,
    Mode,
    RespondentKind,
    check_consent,
)
from toc.domain.transcripts import Turn
from toc.models.documents import Document
from toc.models.interviews import Answer, Interview, Respondent, StakeholderGroup, Statement
from toc.services import audit
from toc.services.codes import next_code
from toc.services.documents.texts import MediaType, Page
from toc.services.errors import Conflict
from toc.services.interviews.guides import current_guide, ensure_guides
from toc.services.interviews.loading import found, given_consents, made_before
from toc.services.interviews.personal import check_free_text
from toc.services.interviews.statements import decide_statement

QUESTION: Final = {Mode.TRANSCRIPT: "transcript", Mode.DOCUMENT: "document"}
"""Under which key the whole text stands as the one answer of the interview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file that was read, and is about to be kept.

    Attributes:
        text: all of it.
        media_type: what it is.
        turns: who says what.
        pages: where each begins.
        size: of the file, in bytes.
        digest: SHA-256 of the file, as 64 hexadecimal digits.
        original: the file; None when it is not to be kept.
        numbers_kept: whoever uploads it says that the numbers in it point to nobody, as `check_free_text` has
            it.
    """

    text: str
    media_type: MediaType
    turns: tuple[Turn, ...]
    pages: tuple[Page, ...]
    size: int
    digest: str
    original: bytes | None = None
    numbers_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDraft:
    """What is said of a plan, report or other document.

    Attributes:
        title: as people cite it.
        language: it is written in.
        dated_on: the day it is of.
    """

    title: str
    language: str
    dated_on: date


def transcript_of(session: Session, respondent_id: UUID) -> tuple[Respondent, bool]:
    """Return a respondent who agreed that what they say is noted, and whether their file may be kept.

    Raises:
        NotFound: no such respondent.
        DomainError: ``consent.waiting``, ``consent.refused``.
    """
    respondent = found(session, Respondent, respondent_id)
    given = given_consents(session, respondent.id)
    check_consent(given)
    return respondent, bool(given.get(ConsentScope.ORIGINAL))


def add_transcript(
    session: Session,
    act: Act,
    document_id: UUID,
    respondent_id: UUID,
    incoming: Incoming,
    *,
    held_on: date,
    own: Collection[str] | None,
) -> Document:
    """Keep the transcript of an interview with somebody: it is complete, and passages may be marked.

    Of a participant, the names before their own words give way to their code.

    Args:
        session: of a programme, for writing.
        act: who and when.
        document_id: id of the new row; the same one again changes nothing.
        respondent_id: with whom the interview was.
        incoming: the file; it is only kept itself when the respondent agreed to that.
        held_on: the day of the interview.
        own: the speakers whose words are the respondent's; None when the whole text is theirs.

    Raises:
        NotFound: no such respondent.
        DomainError: ``consent.waiting``, ``consent.refused``, ``interview.in_the_future``,
            ``document.whose``, or as `check_free_text`.
    """
    made = made_before(session, Document, document_id)
    if made is not None:
        return made
    respondent, may_keep = transcript_of(session, respondent_id)
    check_free_text(incoming.text, kept=incoming.numbers_kept)
    _check_day(act, held_on)
    marked = parts(incoming.turns, own)
    if respondent.kind is RespondentKind.PARTICIPANT and own:
        short = code(CodeKind.RESPONDENT, respondent.code)
        text, turns = code_for_names(incoming.text, incoming.turns, own, short)
        marked = parts(turns, {short})
        incoming = replace(incoming, text=text, turns=turns)
    return _add(
        session,
        act,
        document_id,
        respondent,
        incoming if may_keep else replace(incoming, original=None),
        mode=Mode.TRANSCRIPT,
        on=held_on,
        turns=marked,
    )


def add_study(
    session: Session,
    act: Act,
    document_id: UUID,
    group_id: UUID,
    incoming: Incoming,
    draft: StudyDraft,
) -> Document:
    """Keep a plan, report or other document of a party: what it says are statements of that party.

    It needs no consent, and speaks under its own title.

    Args:
        session: of a programme, for writing.
        act: who and when.
        document_id: id of the new row; the same one again changes nothing.
        group_id: of which party.
        incoming: the file.
        draft: what is said of it.

    Raises:
        NotFound: no such group.
        DomainError: ``document.title_needed``, ``interview.in_the_future``, or as `check_free_text`.
    """
    made = made_before(session, Document, document_id)
    if made is not None:
        return made
    group = found(session, StakeholderGroup, group_id)
    if not draft.title:
        raise DomainError("document.title_needed")
    check_free_text(draft.title)
    check_free_text(incoming.text, kept=incoming.numbers_kept)
    _check_day(act, draft.dated_on)
    respondent = Respondent(
        id=derived(document_id, "respondent"),
        code=next_code(session, CodeKind.RESPONDENT),
        group=group,
        kind=RespondentKind.SPOKESPERSON,
        name=draft.title,
        language=draft.language,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(respondent)
    return _add(
        session,
        act,
        document_id,
        respondent,
        incoming,
        mode=Mode.DOCUMENT,
        on=draft.dated_on,
        turns=(),
    )


def _check_day(act: Act, on: date) -> None:
    if on > act.on:
        raise DomainError("interview.in_the_future")


def _add(
    session: Session,
    act: Act,
    document_id: UUID,
    respondent: Respondent,
    incoming: Incoming,
    *,
    mode: Mode,
    on: date,
    turns: Sequence[Part],
) -> Document:
    ensure_guides(session, act)
    interview = Interview(
        id=derived(document_id, "interview"),
        code=next_code(session, CodeKind.INTERVIEW),
        respondent=respondent,
        guide_edition=current_guide(session, respondent.kind),
        mode=mode,
        held_on=on,
        submitted_at=act.at,
        created_at=act.at,
        created_by_id=act.user,
    )
    key = QUESTION[mode]
    document = Document(
        id=document_id,
        code=next_code(session, CodeKind.DOCUMENT),
        interview=interview,
        title=respondent.name if mode is Mode.DOCUMENT else "",
        media_type=incoming.media_type.value,
        size=incoming.size,
        digest=incoming.digest,
        turns=[part._asdict() for part in turns],
        pages=[{"start": page.start, "page": page.number} for page in incoming.pages],
        original=incoming.original,
        created_at=act.at,
        created_by_id=act.user,
    )
    answer = Answer(
        id=derived(interview.id, "answer", key), interview=interview, question=key, text=incoming.text
    )
    session.add_all([interview, answer, document])
    audit.record(session, act, "document.add", "interview", interview.id, document=str(document_id))
    return document


def discard_original(session: Session, act: Act, document_id: UUID) -> Document:
    """Remove the file of a document; its text stays. Nothing happens when it is gone already.

    Raises:
        NotFound: no such document.
    """
    document = found(session, Document, document_id, locked=True)
    if document.original is not None:
        document.original = None
        audit.record(
            session, act, "document.discard", "interview", document.interview_id, document=str(document.id)
        )
    return document


def release_quotes(session: Session, act: Act, form_id: UUID, document_id: UUID, *, text: str) -> int:
    """Let everybody read the quotes from a public document, under its title; nobody has to be asked.

    What was decided about a quote before, or was taken back, stays as it is.

    Args:
        session: of a programme, for writing.
        act: the evaluator.
        form_id: from which the ids of the decisions follow; the same one again changes nothing.
        document_id: which document.
        text: what the evaluator said of it; kept with each decision.

    Returns:
        How many quotes were released.

    Raises:
        NotFound: no such document.
        Conflict: ``document.not_public`` for a transcript: who speaks in it decides.
    """
    document = found(session, Document, document_id)
    interview = found(session, Interview, document.interview_id)
    if interview.mode is not Mode.DOCUMENT:
        raise Conflict("document.not_public")
    waiting = session.scalars(
        select(Statement.id)
        .where(
            Statement.programme_id == session.info["programme_id"],
            Statement.interview_id == interview.id,
            Statement.decided_at.is_(None),
        )
        .order_by(Statement.code)
    ).all()
    for statement_id in waiting:
        decide_statement(
            session,
            act,
            derived(form_id, str(statement_id)),
            statement_id,
            audience=Audience.PAYER,
            attribution=Attribution.NAMED,
            text=text,
        )
    return len(waiting)
