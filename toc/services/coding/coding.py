"""Putting passages under goals and entries of the codebook, each coder on their own, with steps to undo.

A goal rests on a statement as long as anybody coded that statement to it; what was put under a goal on the
page of the goal stays there whatever coders do.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.models.coding import CodebookEntry, Coding, CodingEnd
from toc.models.goals import Goal, GoalSource
from toc.models.interviews import Answer, Interview, Statement
from toc.models.programmes import Programme
from toc.services import audit, steps
from toc.services.errors import Conflict, NotFound
from toc.services.goals import GoalDraft, Held
from toc.services.goals.moving import add_below
from toc.services.interviews.loading import found
from toc.services.interviews.statements import Place, check_number, is_used, place_statement, place_statements
from toc.services.steps import Operation, Step

AREA: Final = "coding"
"""Of the steps to undo."""


@dataclass(frozen=True, slots=True)
class Codes:
    """What a passage is put under.

    Attributes:
        goals: ids of goals.
        entries: ids of entries of the codebook.
    """

    goals: frozenset[UUID] = field(default_factory=frozenset)
    entries: frozenset[UUID] = field(default_factory=frozenset)


def code_passages(
    session: Session, act: Act, marking_id: UUID, places: Sequence[Place], codes: Codes, *, memo: str = ""
) -> list[Statement]:
    """Mark passages and put each under the same codes, in the name of who does it.

    A passage that is marked already is not marked twice; a code that this coder gave it already stays, with
    the new note if there is one. Who chooses no code only marks.

    Args:
        session: of a programme, for writing.
        act: the coder.
        marking_id: carried by the form: the ids of new statements follow from it.
        places: of the passages, in one interview.
        codes: what to put them under.
        memo: a note on why.

    Raises:
        NotFound: no such answer, goal or entry.
        DomainError: as `check_number`, and what `mark_statement` raises.
    """
    check_number(places)
    _one_at_a_time(session)
    _check_codes(session, codes)
    placed = place_statements(
        session, act, [(derived(marking_id, *map(str, place)), place) for place in places]
    )
    marked = [statement for statement, _ in placed]
    mine = _mine_of(session, act, {statement.id for statement, fresh in placed if not fresh})
    forward: list[dict[str, Any]] = []
    backward: list[dict[str, Any]] = []
    for statement, fresh in placed:
        if fresh:
            forward.append(_mark_operation(statement))
            backward.insert(0, {"do": "unmark", "statement": str(statement.id)})
        did, undoes = _add(session, act, statement, codes, memo, mine=mine.setdefault(statement.id, {}))
        forward += did
        backward = [*undoes[::-1], *backward]
    rest_on(session, act, ((goal, one.id) for one in marked for goal in codes.goals))
    if forward:
        steps.record(session, act, AREA, "coding.coded", forward, backward, alone=True)
        audit.record(
            session,
            act,
            "coding.add",
            "interview",
            marked[0].interview_id,
            passages=len(marked),
            goals=len(codes.goals),
            entries=len(codes.entries),
        )
    return marked


def add_goal_from(
    session: Session,
    act: Act,
    statement_id: UUID,
    goal_id: UUID,
    draft: GoalDraft,
    *,
    holders: Iterable[Held] = (),
    statement_ids: Collection[UUID] = (),
    is_primary: bool = False,
) -> Goal:
    """Add a goal that was found in a passage, and put the passage under it, in the name of who does it.

    The tree and coding each remember their part: undoing the step of coding takes the code from the passage,
    and the goal stays and goes on resting on it.

    Args:
        session: of a programme, for writing.
        act: the coder.
        statement_id: of the passage.
        goal_id: of the new goal; one that is there is not made again.
        draft: what it says.
        holders: who holds it.
        statement_ids: what else it rests on.
        is_primary: whether it is a main goal.

    Raises:
        NotFound: no such statement, and what `add_below` does not find.
        Conflict: ``statement.withdrawn``.
        DomainError: what `add_below` raises.
    """
    steps.hold(session, act)
    _one_at_a_time(session)
    statement = _standing(session, statement_id)  # first: the end of the audit trail is locked last
    goal = add_below(
        session,
        act,
        goal_id,
        draft,
        holders=holders,
        statement_ids={*statement_ids, statement_id},
        is_primary=is_primary,
    )
    codes, mine = Codes(frozenset({goal.id})), _mine(session, act, statement_id)
    forward, backward = _add(session, act, statement, codes, "", mine=mine)
    if forward:
        steps.record(session, act, AREA, "coding.coded", forward, backward, alone=True)
        where = statement.interview_id
        audit.record(session, act, "coding.add", "interview", where, passages=1, goals=1, entries=0)
    return goal


def recode(session: Session, act: Act, statement_id: UUID, codes: Codes, *, memo: str) -> Statement:
    """Let a passage stand under exactly these codes, as far as this coder says; others' codes stay.

    Raises:
        NotFound: no such statement, goal or entry.
        Conflict: ``statement.withdrawn``.
    """
    _one_at_a_time(session)
    statement = _standing(session, statement_id)
    mine = _mine(session, act, statement.id)
    given = Codes(
        frozenset(one.goal_id for one in mine.values() if one.goal_id),
        frozenset(one.entry_id for one in mine.values() if one.entry_id),
    )
    _check_codes(session, Codes(codes.goals - given.goals, codes.entries - given.entries))
    dropped = [one for key, one in mine.items() if key not in codes.goals | codes.entries]
    forward, backward = _drop(session, statement, dropped)
    kept = {key: one for key, one in mine.items() if one not in dropped}
    did, undoes = _add(session, act, statement, codes, memo, mine=kept, always=True)
    rest_on(session, act, ((goal, statement.id) for goal in codes.goals))
    forward, backward = [*forward, *did], [*undoes[::-1], *backward[::-1]]
    if forward:
        steps.record(session, act, AREA, "coding.recoded", forward, backward, alone=True)
        audit.record(session, act, "coding.change", "statement", statement.id, changes=len(forward))
    return statement


def remove_passage(session: Session, act: Act, statement_id: UUID) -> UUID:
    """Take this coder's codes from a passage, and the mark too when nothing else rests on it.

    Returns:
        The id of the interview.

    Raises:
        NotFound: no such statement.
        Conflict: ``statement.withdrawn``.
    """
    _one_at_a_time(session)
    statement = _standing(session, statement_id)
    interview_id: UUID = statement.interview_id
    forward, backward = _drop(session, statement, list(_mine(session, act, statement.id).values()))
    session.flush()
    if statement.decided_at is None and not is_used(session, statement.id):
        forward.append({"do": "unmark", "statement": str(statement.id)})
        backward.append(_mark_operation(statement))
        session.delete(statement)
    if forward:
        steps.record(session, act, AREA, "coding.removed", forward, backward[::-1], alone=True)
        audit.record(session, act, "coding.remove", "statement", statement_id, changes=len(forward))
    return interview_id


def walk(session: Session, act: Act, *, back: bool) -> Step:
    """Undo the last step of this coder, or do again what they undid.

    Raises:
        Conflict: ``step.nothing_to_undo``, ``step.nothing_to_redo``, ``coding.changed_since``,
            ``statement.withdrawn``.
    """
    steps.hold(session, act)  # before the programme, as the tree does
    _one_at_a_time(session)
    step = (steps.undo if back else steps.redo)(session, act, AREA, apply)
    audit.record(session, act, "coding.walk", "programme", session.info["programme_id"], back=int(back))
    return step


def apply(session: Session, act: Act, operation: Operation) -> Operation:
    """Carry out one operation of a step, and return the one that takes it back.

    Raises:
        Conflict: ``coding.changed_since`` when what it changes is no longer there or no longer free;
            ``statement.withdrawn``.
    """
    statement_id = UUID(operation["statement"])
    if operation["do"] == "mark":
        return _mark_again(session, act, operation)
    statement = session.get(Statement, (session.info["programme_id"], statement_id))
    if statement is None:
        raise Conflict("coding.changed_since")
    _standing(session, statement_id)
    if operation["do"] == "unmark":
        session.flush()
        if statement.decided_at is not None or is_used(session, statement_id):
            raise Conflict("coding.changed_since")
        back = _mark_operation(statement)
        session.delete(statement)
        session.flush()
        return back
    code_id = UUID(operation["code"])
    mine = _mine(session, act, statement_id)
    if operation["do"] == "drop":
        if code_id not in mine:
            raise Conflict("coding.changed_since")
        return _drop(session, statement, [mine[code_id]])[1][0]
    codes = Codes(frozenset({code_id})) if operation["goal"] else Codes(entries=frozenset({code_id}))
    try:
        _check_codes(session, codes, also_retired=True)
    except NotFound as error:
        raise Conflict("coding.changed_since") from error
    _, undoes = _add(session, act, statement, codes, operation["memo"], mine=mine, always=True)
    rest_on(session, act, ((goal, statement_id) for goal in codes.goals))
    return undoes[0] if undoes else dict(operation)


def end_coding(session: Session, act: Act, interview_id: UUID, *, ended: bool) -> None:
    """Say that this coder has coded an interview, or that they go on.

    Raises:
        NotFound: no such interview.
    """
    interview = found(session, Interview, interview_id, locked=True)
    there = session.scalar(
        select(CodingEnd).where(
            CodingEnd.programme_id == session.info["programme_id"],
            CodingEnd.interview_id == interview.id,
            CodingEnd.coder_id == act.user,
        )
    )
    if (there is not None) is ended:
        return
    if there is not None:
        session.delete(there)
    else:
        session.add(
            CodingEnd(
                id=derived(interview.id, "coded", str(act.user), str(act.at)),
                interview=interview,
                coder_id=act.user,
                created_at=act.at,
                created_by_id=act.user,
            )
        )
    audit.record(session, act, "coding.end", "interview", interview.id, ended=int(ended))


def rest_on(session: Session, act: Act, coded: Iterable[tuple[UUID, UUID]]) -> None:
    """Let goals rest on statements that were coded to them; those that do so already are left alone.

    Args:
        session: of a programme, for writing.
        act: who and when.
        coded: ids of goals, each with that of a statement.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "programme_id": session.info["programme_id"],
            "id": derived(goal_id, "coded", str(statement_id)),
            "goal_id": goal_id,
            "statement_id": statement_id,
            "created_at": act.at,
            "created_by_id": act.user,
        }
        for goal_id, statement_id in sorted(set(coded))
    ]
    if rows:
        session.flush()
        session.execute(insert(GoalSource).on_conflict_do_nothing(), rows)


def _one_at_a_time(session: Session) -> None:
    """Wait for any other form of this programme: what it makes is seen by what follows."""
    session.execute(
        select(Programme.id)
        .where(Programme.id == session.info["programme_id"])
        .with_for_update(key_share=True)
    )


def _standing(session: Session, statement_id: UUID) -> Statement:
    """Return a statement whose passage nobody else codes or takes back until the transaction ends."""
    statement = found(session, Statement, statement_id)
    found(session, Answer, statement.answer_id, locked=True)
    session.refresh(statement)
    if statement.withdrawn_at is not None:
        raise Conflict("statement.withdrawn")
    return statement


def _check_codes(session: Session, codes: Codes, *, also_retired: bool = False) -> None:
    """Refuse codes that are not in this programme or no longer to be chosen.

    Raises:
        NotFound: one is not.
    """
    place = session.info["programme_id"]
    goals = select(func.count()).where(Goal.programme_id == place, Goal.id.in_(codes.goals))
    entries = select(func.count()).where(
        CodebookEntry.programme_id == place, CodebookEntry.id.in_(codes.entries)
    )
    if not also_retired:
        goals = goals.where(Goal.retired_at.is_(None))
        entries = entries.where(CodebookEntry.retired.is_(False))
    if codes.goals and session.scalar(goals) != len(codes.goals):
        raise NotFound
    if codes.entries and session.scalar(entries) != len(codes.entries):
        raise NotFound


def _mine(session: Session, act: Act, statement_id: UUID) -> dict[UUID, Coding]:
    """Return this coder's codings of a statement, by goal or entry."""
    return _mine_of(session, act, {statement_id}).get(statement_id, {})


def _mine_of(session: Session, act: Act, statement_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Coding]]:
    """Return this coder's codings of statements, by statement and then by goal or entry."""
    found: dict[UUID, dict[UUID, Coding]] = {}
    if statement_ids:
        rows = session.scalars(
            select(Coding)
            .where(
                Coding.programme_id == session.info["programme_id"],
                Coding.statement_id.in_(statement_ids),
                Coding.coder_id == act.user,
            )
            .order_by(Coding.created_at, Coding.id)
        )
        for row in rows:
            found.setdefault(row.statement_id, {})[code_of(row)] = row
    return found


def code_of(coding: Coding) -> UUID:
    """Return the goal or entry of a coding."""
    found: UUID = coding.goal_id or coding.entry_id
    return found


def _add(
    session: Session,
    act: Act,
    statement: Statement,
    codes: Codes,
    memo: str,
    *,
    mine: dict[UUID, Coding],
    always: bool = False,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Add codes of this coder to a statement, or another note to those that are there.

    Args:
        session: of a programme, for writing.
        act: the coder.
        statement: the passage.
        codes: which codes.
        memo: the note; an empty one leaves a note that is there alone, unless `always`.
        mine: this coder's codings of it; the new ones are put there too.
        always: take the note over, also an empty one.

    Returns:
        What was done and, in the same order, what takes each back.
    """
    forward, backward = [], []
    for code_id, is_goal in _in_order(codes):
        coding = mine.get(code_id)
        if coding is not None and (coding.memo == memo or not (memo or always)):
            continue
        if coding is not None:
            backward.append(_add_operation(coding))
            coding.memo = memo
        else:
            coding = Coding(
                id=derived(statement.id, "coding", str(act.user), str(code_id)),
                statement_id=statement.id,
                coder_id=act.user,
                goal_id=code_id if is_goal else None,
                entry_id=None if is_goal else code_id,
                memo=memo,
                created_at=act.at,
                created_by_id=act.user,
            )
            session.add(coding)
            mine[code_id] = coding
            backward.append({"do": "drop", "statement": str(statement.id), "code": str(code_id)})
        forward.append(_add_operation(coding))
    return forward, backward


def _in_order(codes: Codes) -> list[tuple[UUID, bool]]:
    return [*((one, True) for one in sorted(codes.goals)), *((one, False) for one in sorted(codes.entries))]


def _add_operation(coding: Coding) -> dict[str, Any]:
    return {
        "do": "add",
        "statement": str(coding.statement_id),
        "code": str(code_of(coding)),
        "goal": coding.goal_id is not None,
        "memo": coding.memo,
    }


def _drop(
    session: Session, statement: Statement, codings: Collection[Coding]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Remove codings of a statement; goals that nobody codes it to any more no longer rest on it.

    Returns:
        What was done and, in the same order, what takes each back.
    """
    forward, backward = [], []
    for coding in codings:
        code_id = code_of(coding)
        forward.append({"do": "drop", "statement": str(statement.id), "code": str(code_id)})
        backward.append(_add_operation(coding))
        session.delete(coding)
    goals = sorted(coding.goal_id for coding in codings if coding.goal_id is not None)
    if goals:
        session.flush()
        place = session.info["programme_id"]
        still = set(
            session.scalars(
                select(Coding.goal_id).where(
                    Coding.programme_id == place,
                    Coding.statement_id == statement.id,
                    Coding.goal_id.in_(goals),
                )
            )
        )
        by_coding = [derived(goal, "coded", str(statement.id)) for goal in goals if goal not in still]
        session.execute(
            delete(GoalSource).where(GoalSource.programme_id == place, GoalSource.id.in_(by_coding))
        )
    return forward, backward


def _mark_operation(statement: Statement) -> dict[str, Any]:
    return {
        "do": "mark",
        "statement": str(statement.id),
        "answer": str(statement.answer_id),
        "start": statement.starts_at,
        "end": statement.ends_at,
        "number": statement.code,
    }


def _mark_again(session: Session, act: Act, operation: Operation) -> Operation:
    place = Place(UUID(operation["answer"]), operation["start"], operation["end"])
    try:
        statement, fresh = place_statement(
            session, act, UUID(operation["statement"]), place, number=operation["number"]
        )
    except DomainError as error:
        raise Conflict("coding.changed_since") from error
    if not fresh or (statement.starts_at, statement.ends_at) != place[1:]:
        raise Conflict("coding.changed_since")
    session.flush()
    return {"do": "unmark", "statement": str(statement.id)}
