"""Statements: sentences of an interview, and what their speaker decided about each."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import (
    Attribution,
    Audience,
    Mode,
    Passage,
    check_attribution,
    check_consent,
    is_taken_back,
    overlapping,
    passage,
    take_back,
)
from toc.models.goals import GoalSource
from toc.models.interviews import Answer, Interview, Statement, StatementDecision
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews.loading import (
    check_own,
    found,
    given_consents,
    interview_of,
    made_before,
    speaker_of,
    standing_in,
)


class Place(NamedTuple):
    """Where a passage stands: in which answer, from which character to which, in code points."""

    answer_id: UUID
    start: int
    end: int


def mark_statement(session: Session, act: Act, statement_id: UUID, place: Place) -> Statement:
    """Mark a passage of a completed interview as a statement; nobody but the evaluator reads it yet.

    Marking the same passage again gives the statement that is there.

    Raises:
        NotFound: no such answer, or not theirs: who came by a personal link marks what they wrote alone.
        Conflict: ``interview.not_complete``.
        DomainError: ``passage.outside``, ``passage.empty``, ``passage.overlaps`` (code); ``consent.refused``.
    """
    statement = made_before(session, Statement, statement_id)
    if statement is not None:
        check_own(act, found(session, Interview, statement.interview_id).respondent_id)
        return statement
    answer = found(session, Answer, place.answer_id, locked=True)
    interview = interview_of(session, act, answer.interview_id)
    if act.respondent == interview.respondent_id and interview.mode is Mode.HELD:
        raise NotFound
    if interview.submitted_at is None:
        raise Conflict("interview.not_complete")
    check_consent(given_consents(session, interview.respondent_id))
    marked = passage(answer.text, place.start, place.end)
    if is_taken_back(marked.text):
        raise DomainError("passage.empty")
    there = {
        Passage(start=each.starts_at, end=each.ends_at, text=each.text): each
        for each in standing_in(session, answer.id)
    }
    if marked in there:
        return there[marked]
    other = overlapping(marked, there)
    if other is not None:
        raise DomainError("passage.overlaps", code=code(CodeKind.STATEMENT, there[other].code))
    statement = Statement(
        id=statement_id,
        code=next_code(session, CodeKind.STATEMENT),
        interview=interview,
        answer=answer,
        starts_at=marked.start,
        ends_at=marked.end,
        text=marked.text,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(statement)
    audit.record(session, act, "statement.mark", "statement", statement.id)
    return statement


def mark_statements(session: Session, act: Act, marking_id: UUID, places: Sequence[Place]) -> list[Statement]:
    """Mark several passages at once, as `mark_statement`; the ids of the statements follow from `marking_id`.

    Raises:
        DomainError: ``statement.none_chosen``, and what `mark_statement` raises.
    """
    if not places:
        raise DomainError("statement.none_chosen")
    return [
        mark_statement(session, act, derived(marking_id, str(place.answer_id), str(place.start)), place)
        for place in places
    ]


def unmark_statement(session: Session, act: Act, statement_id: UUID, revision: int) -> UUID:
    """Take a mark away that was set by mistake, and return the id of its interview.

    Raises:
        NotFound: no such statement.
        Stale: somebody changed it in between.
        Conflict: ``statement.decided`` when its speaker decided about it, ``statement.in_use`` when a goal
            rests on it.
    """
    statement = found(session, Statement, statement_id, locked=True)
    interview = interview_of(session, act, statement.interview_id)
    if statement.revision != revision:
        raise Stale({}, statement.revision)
    if statement.decided_at is not None:
        raise Conflict("statement.decided")
    programme_id = session.info["programme_id"]
    if session.scalar(
        select(
            exists().where(GoalSource.programme_id == programme_id, GoalSource.statement_id == statement.id)
        )
    ):
        raise Conflict("statement.in_use")
    session.delete(statement)
    audit.record(session, act, "statement.unmark", "statement", statement.id)
    return interview.id


def decide_statement(
    session: Session,
    act: Act,
    decision_id: UUID,
    statement_id: UUID,
    *,
    audience: Audience,
    attribution: Attribution = Attribution.ANONYMOUS,
    text: str,
) -> Statement:
    """Let a speaker decide who may read a statement, and whether with their name.

    The audit trail does not say what was decided: more people read it than may know of a refusal.

    Args:
        session: of a programme, for writing.
        act: the speaker by their personal link, or who asked them.
        decision_id: id of the decision; the same one again changes nothing.
        statement_id: which statement.
        audience: who may read it.
        attribution: with or without the name.
        text: the question that was shown or read out, with the answer that was chosen.

    Raises:
        NotFound: no such statement, or somebody else's.
        Conflict: ``statement.withdrawn``.
        DomainError: ``statement.participant_unnamed``; ``consent.refused`` for who agreed to nothing.
    """
    decided = made_before(session, StatementDecision, decision_id)
    statement, interview = _statement(session, act, statement_id)
    if decided is not None:
        return statement
    if statement.withdrawn_at is not None:
        raise Conflict("statement.withdrawn")
    check_attribution(speaker_of(session, interview).kind, attribution)
    if audience is not Audience.NOBODY:
        check_consent(given_consents(session, interview.respondent_id))
    statement.audience, statement.attribution, statement.decided_at = audience, attribution, act.at
    _decide(session, act, decision_id, statement, text)
    return statement


def withdraw_statement(
    session: Session, act: Act, decision_id: UUID, statement_id: UUID, *, text: str
) -> Statement:
    """Let a speaker take a statement back: its words are erased, also from the answer that they stood in.

    Findings that were published on a goal that rests on it are for `follow_up`.

    Raises:
        NotFound: no such statement, or somebody else's.
    """
    statement, _ = _statement(session, act, statement_id)
    if statement.withdrawn_at is not None:
        return statement
    answer = found(session, Answer, statement.answer_id, locked=True)
    answer.text = take_back(answer.text, statement.starts_at, statement.ends_at)
    statement.text = ""
    statement.starts_at = statement.ends_at = -statement.code  # it stands nowhere any more
    statement.audience, statement.attribution = Audience.NOBODY, Attribution.ANONYMOUS
    statement.decided_at = statement.withdrawn_at = act.at
    _decide(session, act, decision_id, statement, text)
    return statement


def _statement(session: Session, act: Act, statement_id: UUID) -> tuple[Statement, Interview]:
    statement = found(session, Statement, statement_id, locked=True)
    return statement, interview_of(session, act, statement.interview_id)


def _decide(session: Session, act: Act, decision_id: UUID, statement: Statement, text: str) -> None:
    session.add(
        StatementDecision(
            id=decision_id,
            statement=statement,
            audience=statement.audience,
            attribution=statement.attribution,
            withdrawn=statement.withdrawn_at is not None,
            text=text,
            at=act.at,
            taken_by_id=act.user,
        )
    )
    audit.record(session, act, "statement.decide", "statement", statement.id)
