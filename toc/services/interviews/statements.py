"""Statements: sentences of an interview, and what their speaker decided about each."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.documents import Part
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import (
    WITHOUT_CONSENT,
    Attribution,
    Audience,
    Mode,
    check_attribution,
    check_consent,
    is_taken_back,
    left_of,
    passage,
    shorten,
    take_back,
)
from toc.models.coding import Coding
from toc.models.documents import Document
from toc.models.goals import GoalSource
from toc.models.interviews import Answer, Interview, Statement, StatementDecision, StatementReading
from toc.models.merging import PartyGoalSource
from toc.models.workshops import WorkshopCard
from toc.services import audit
from toc.services.codes import next_codes
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews.erasing import erase_copies
from toc.services.interviews.loading import (
    check_own,
    consents_of,
    found,
    given_consents,
    interview_of,
    joined,
    made_before,
    speaker_of,
)
from toc.services.interviews.originals import own_passage, parts_of

MOST_AT_ONCE = 500
"""Passages of one form: each takes some milliseconds in which nobody else can write. Ours."""


class Place(NamedTuple):
    """Where a passage stands: in which answer, from which character to which, in code points."""

    answer_id: UUID
    start: int
    end: int


def mark_statement(session: Session, act: Act, statement_id: UUID, place: Place) -> Statement:
    """Mark a passage of a completed interview as a statement; nobody but the evaluator reads it yet.

    Passages may overlap. Marking the same passage again gives the statement that is there.

    Raises:
        NotFound: no such answer, or not theirs: who came by a personal link marks what they wrote alone.
        Conflict: ``interview.not_complete``.
        DomainError: ``passage.outside``, ``passage.empty``; ``statement.not_own_words`` of an interviewer's
            words; ``consent.waiting``, ``consent.refused``.
    """
    statement = made_before(session, Statement, statement_id)
    if statement is not None:
        check_own(act, found(session, Interview, statement.interview_id).respondent_id)
        return statement
    statement, fresh = place_statement(session, act, statement_id, place)
    if fresh:
        audit.record(session, act, "statement.mark", "statement", statement.id)
    return statement


def place_statement(
    session: Session, act: Act, statement_id: UUID, place: Place, *, number: int | None = None
) -> tuple[Statement, bool]:
    """Return the statement of a passage, and whether it is new; the event is for the caller to record.

    Args:
        session: of a programme, for writing.
        act: who and when.
        statement_id: id of a new one.
        place: of the passage.
        number: of a new one's code; None: the next.

    Raises:
        As `mark_statement`.
    """
    return place_statements(session, act, [(statement_id, place)], number=number)[0]


def place_statements(
    session: Session, act: Act, wanted: Sequence[tuple[UUID, Place]], *, number: int | None = None
) -> list[tuple[Statement, bool]]:
    """Do `place_statement` for many passages, each with the id of a new one: as many queries as for one.

    Two that come to the same passage get the same statement, new for the first of them alone.

    Args:
        session: of a programme, for writing.
        act: who and when.
        wanted: ids and places.
        number: of the code of the first new one; None: the next numbers.

    Raises:
        As `mark_statement`.
    """
    texts = _texts_to_mark(session, act, {place.answer_id for _, place in wanted})
    marked = [_own(*texts[place.answer_id], place) for _, place in wanted]
    there = _standing_at(session, [place for place, _ in marked])
    new = {place for place, _ in marked} - there.keys()
    numbers = iter([number] if number is not None else next_codes(session, CodeKind.STATEMENT, len(new)))
    placed = []
    for (statement_id, _), (place, words) in zip(wanted, marked, strict=True):
        fresh = place not in there
        if fresh:
            there[place] = Statement(
                id=statement_id,
                code=next(numbers),
                interview_id=texts[place.answer_id][0].interview_id,
                answer_id=place.answer_id,
                starts_at=place.start,
                ends_at=place.end,
                text=words,
                created_at=act.at,
                created_by_id=act.user,
            )
            session.add(there[place])
        placed.append((there[place], fresh))
    return placed


def _texts_to_mark(
    session: Session, act: Act, answer_ids: Collection[UUID]
) -> dict[UUID, tuple[Answer, tuple[Part, ...]]]:
    """Return answers in which somebody may mark, with who speaks where; locked until the transaction ends."""
    rows = session.execute(
        select(Answer, Interview, Document.turns)
        .join(Interview, joined(Answer.interview_id, Interview))
        .outerjoin(
            Document,
            (Document.programme_id == Interview.programme_id) & (Document.interview_id == Interview.id),
        )
        .where(Answer.programme_id == session.info["programme_id"], Answer.id.in_(answer_ids))
        .order_by(Answer.id)
        .with_for_update(of=Answer)
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) < len(answer_ids):
        raise NotFound
    asked: set[UUID] = set()
    for _, interview, _ in rows:
        check_own(act, interview.respondent_id)
        if act.respondent == interview.respondent_id and interview.mode is not Mode.ALONE:
            raise NotFound
        if interview.submitted_at is None:
            raise Conflict("interview.not_complete")
        if interview.mode not in WITHOUT_CONSENT:
            asked.add(interview.respondent_id)
    consents = consents_of(session, asked)
    for respondent_id in asked:
        check_consent(consents[respondent_id])
    return {
        answer.id: (answer, parts_of(turns or ()) if interview.mode is Mode.TRANSCRIPT else ())
        for answer, interview, turns in rows
    }


def _own(answer: Answer, parts: Sequence[Part], place: Place) -> tuple[Place, str]:
    """Return where the speaker's own words of a passage stand, and these words as a statement keeps them."""
    marked = passage(answer.text, place.start, place.end)
    if is_taken_back("".join(marked.text.split())):
        raise DomainError("passage.empty")
    marked = own_passage(answer.text, parts, marked)
    return Place(answer.id, marked.start, marked.end), shorten(marked.text)


def _standing_at(session: Session, places: Collection[Place]) -> dict[Place, Statement]:
    """Return the statements that stand at these places, and perhaps others between them."""
    rows = session.scalars(
        select(Statement).where(
            Statement.programme_id == session.info["programme_id"],
            Statement.answer_id.in_({place.answer_id for place in places}),
            Statement.starts_at >= min(place.start for place in places),
            Statement.ends_at <= max(place.end for place in places),
        )
    )
    return {Place(one.answer_id, one.starts_at, one.ends_at): one for one in rows}


def check_number(places: Sequence[Place]) -> None:
    """Refuse to mark nothing, or so much that everybody else would wait for it.

    Raises:
        DomainError: ``statement.none_chosen``; ``statement.too_many``, with ``most``.
    """
    if not places:
        raise DomainError("statement.none_chosen")
    if len(places) > MOST_AT_ONCE:
        raise DomainError("statement.too_many", most=MOST_AT_ONCE)


def mark_statements(session: Session, act: Act, marking_id: UUID, places: Sequence[Place]) -> list[Statement]:
    """Mark several passages at once, as `mark_statement`; the ids of the statements follow from `marking_id`.

    Raises:
        DomainError: as `check_number`, and what `mark_statement` raises.
    """
    check_number(places)
    return [mark_statement(session, act, derived(marking_id, *map(str, place)), place) for place in places]


def unmark_statement(session: Session, act: Act, statement_id: UUID, revision: int) -> UUID:
    """Take a mark away that was set by mistake, and return the id of its interview.

    Raises:
        NotFound: no such statement.
        Stale: somebody changed it in between.
        Conflict: ``statement.decided`` when its speaker decided about it, ``statement.in_use`` when a goal
            rests on it or somebody coded it.
    """
    statement = found(session, Statement, statement_id, locked=True)
    interview = interview_of(session, act, statement.interview_id)
    if statement.revision != revision:
        raise Stale({}, statement.revision)
    if statement.decided_at is not None:
        raise Conflict("statement.decided")
    if is_used(session, statement.id):
        raise Conflict("statement.in_use")
    session.delete(statement)
    audit.record(session, act, "statement.unmark", "statement", statement.id)
    return interview.id


def is_used(session: Session, statement_id: UUID) -> bool:
    """Tell whether anything points to a statement."""
    return any(
        session.scalar(
            select(
                exists().where(
                    table.programme_id == session.info["programme_id"], table.statement_id == statement_id
                )
            )
        )
        for table in (GoalSource, Coding, PartyGoalSource, StatementReading, WorkshopCard)
    )


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
    if audience is not Audience.NOBODY and interview.mode not in WITHOUT_CONSENT:
        check_consent(given_consents(session, interview.respondent_id))
    statement.audience, statement.attribution, statement.decided_at = audience, attribution, act.at
    _decide(session, act, decision_id, statement, text)
    return statement


def withdraw_statement(
    session: Session, act: Act, decision_id: UUID, statement_id: UUID, *, text: str
) -> Statement:
    """Let a speaker take a statement back: its words are erased, wherever we keep them.

    That is: in the answer; in every statement that shares characters with it, which keeps its place and says
    what is left of it, and is taken back as well when that is nothing; in notes on these passages; in goals
    of the party's own tree and in cards of a workshop that repeat it; in a file, a recording and a step to
    undo, which are removed. Findings that were published on a goal that rests on it are for `follow_up`.

    Raises:
        NotFound: no such statement, or somebody else's.
    """
    statement = found(session, Statement, statement_id)
    interview_of(session, act, statement.interview_id)
    answer = found(session, Answer, statement.answer_id, locked=True)  # first: passages of it overlap
    statement = found(session, Statement, statement_id, locked=True)
    if statement.withdrawn_at is not None:
        return statement
    start, end, words = statement.starts_at, statement.ends_at, statement.text
    sharing = _sharing(session, statement)
    answer.text = take_back(answer.text, start, end)
    gone = [statement]
    for other in sharing:
        other.text = left_of(answer.text, other.starts_at, other.ends_at)
        if not other.text:
            gone.append(other)
    for each in gone:
        each.text = ""
        each.starts_at = each.ends_at = -each.code  # it stands nowhere any more
        each.audience, each.attribution = Audience.NOBODY, Attribution.ANONYMOUS
        each.decided_at = each.withdrawn_at = act.at
    erase_copies(session, answer, gone=gone, sharing=[one for one in sharing if one.text], words=words)
    for each in gone[1:]:
        _decide(session, act, derived(decision_id, str(each.id)), each, text)
    _decide(session, act, decision_id, statement, text)
    return statement


def _sharing(session: Session, statement: Statement) -> list[Statement]:
    """Return the other statements that share a character with one, in an order in which to lock them."""
    return list(
        session.scalars(
            select(Statement)
            .where(
                Statement.programme_id == session.info["programme_id"],
                Statement.answer_id == statement.answer_id,
                Statement.id != statement.id,
                Statement.withdrawn_at.is_(None),
                Statement.starts_at < statement.ends_at,
                Statement.ends_at > statement.starts_at,
            )
            .order_by(Statement.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


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
