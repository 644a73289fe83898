"""Making one goal of two: what would happen, doing it, and taking them apart. Nothing said gets lost.

What is taken apart becomes exactly what it was: each row that joining changed is kept as it was before, with
a mark of what it became. When anything of that was changed meanwhile, the goals stay one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Edge, Stance
from toc.domain.goals.joining import (
    Opinion,
    contradict,
    joined_opinion,
    joined_text,
    way_between,
)
from toc.domain.ids import derived
from toc.models.audit import AuditEvent
from toc.models.bonds import ContractLine
from toc.models.coding import Coding
from toc.models.conflicts import ConflictGoal
from toc.models.evidence import Study
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink, GoalSource, LinkArgument
from toc.models.indicators import Indicator
from toc.models.interviews import StakeholderGroup
from toc.models.merging import GoalRelation
from toc.models.rankings import RankingGoal
from toc.services import audit, steps
from toc.services.errors import Conflict
from toc.services.goals.reading import get_goal
from toc.services.goals.reading import seen as may_know_of
from toc.services.goals.rows import as_row, digest, values
from toc.services.goals.values import GoalDraft, GoalView
from toc.services.goals.writing import AREA, lock_tree, locked
from toc.services.steps import Operation

_TEXTS = ("mechanism", "assumption", "condition", "alternatives", "source", "element")
_MOVED: Final = {
    table.__tablename__: table
    for table in (GoalSource, GoalHolder, GoalLink, LinkArgument, GoalRelation, ConflictGoal, Coding)
}
"""Tables of which joining moves rows, in an order in which they can be made again."""

_CHOICES = ("confidence", "status", "key_reason", "verdict")


class Fate(StrEnum):
    """What becomes of a link of the goal that goes."""

    MOVES = "moves"
    """It becomes a link of the goal that stays."""
    JOINS = "joins"
    """The goal that stays has that link already; the words of both are put together."""
    FALLS = "falls"
    """It stood between the two goals themselves."""


@dataclass(frozen=True, slots=True)
class JoinedParty:
    """A party that spoke about the goal that goes.

    Attributes:
        before: what it thought of the goal that stays; None: it never spoke about that.
        gone: what it thought of the goal that goes.
        after: what is recorded of it afterwards.
    """

    id: UUID
    number: int
    name: str
    before: Opinion | None
    gone: Opinion
    after: Opinion


@dataclass(frozen=True, slots=True)
class JoinedLink:
    """A link of the goal that goes, by the codes of its goals as they are now."""

    id: UUID
    lower: str
    upper: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What would happen if one goal went into another.

    Attributes:
        kept: the goal that stays.
        gone: the one that leaves the tree.
        added: statements that the first would rest on besides.
        shared: statements that both rest on.
        parties: that spoke about the one that goes, by code.
        links: of the one that goes.
        relations: own goals of parties that went into it and would count for the other.
        codings: choices of coders that would count for the other.
        conflicts: in the register that would be about the other.
        indicators: that stay with the goal that goes, as do the next four.
        refusals: why it cannot be done, if so.
    """

    kept: GoalView
    gone: GoalView
    added: int
    shared: int
    parties: tuple[JoinedParty, ...]
    links: tuple[JoinedLink, ...]
    relations: int
    codings: int
    conflicts: int
    indicators: int
    studies: int
    findings: int
    contract_lines: int
    rankings: int
    refusals: tuple[DomainError, ...]

    @property
    def keeps(self) -> bool:
        """Whether anything stays with the goal that goes."""
        return any((self.indicators, self.studies, self.findings, self.contract_lines, self.rankings))


def look_at_joining(session: Session, act: Act, kept_id: UUID, gone_id: UUID) -> Joining:
    """Return what would happen, and what stands in the way.

    Raises:
        NotFound: one of the goals is not there, or hidden from this person.
        DomainError: ``goal.merge_self``.
    """
    if kept_id == gone_id:
        raise DomainError("goal.merge_self")
    kept, gone = get_goal(session, act, kept_id), get_goal(session, act, gone_id)
    ours, theirs = (_ids(session, GoalSource.statement_id, one) for one in (kept_id, gone_id))
    parties = _parties(session, kept_id, gone_id)
    return Joining(
        kept=kept,
        gone=gone,
        added=len(theirs - ours),
        shared=len(theirs & ours),
        parties=tuple(parties),
        links=tuple(_fates(session, kept_id, gone_id)),
        relations=len(
            _ids(session, GoalRelation.party_goal_id, gone_id)
            - _ids(session, GoalRelation.party_goal_id, kept_id)
        ),
        codings=_count(session, Coding, gone_id),
        conflicts=len(
            _ids(session, ConflictGoal.conflict_id, gone_id)
            - _ids(session, ConflictGoal.conflict_id, kept_id)
        ),
        indicators=_count(session, Indicator, gone_id),
        studies=_count(session, Study, gone_id),
        findings=_count(session, Finding, gone_id),
        contract_lines=_count(session, ContractLine, gone_id),
        rankings=_count(session, RankingGoal, gone_id),
        refusals=tuple(_refusals(session, kept, gone, parties)),
    )


def join_goals(
    session: Session,
    act: Act,
    kept_id: UUID,
    gone_id: UUID,
    reason: str,
    *,
    editions: tuple[int, int] | None = None,
) -> None:
    """Let one goal go into another: it leaves the tree, and what was said counts for the one that stays.

    The goal that stays rests on the statements of both; parties, links, own goals, codings and conflicts go
    along. What was measured, studied, found and paid stays with the goal that it was about, whose page stays.
    When the goal went into this one already, nothing changes. It is a step that this person can undo.

    Args:
        session: of the programme, for writing.
        act: who and when.
        kept_id: the goal that stays.
        gone_id: the goal that goes.
        reason: why they are one.
        editions: numbers of the editions of both that were looked at; None: whatever they are now.

    Raises:
        NotFound: one of the goals is not there, or hidden from this person.
        Conflict: ``goal.merge_changed``: one of them was worded anew meanwhile.
        DomainError: ``goal.merge_self``, ``goal.merge_reason``, ``goal.merge_retired`` (``code``),
            ``goal.merge_hidden`` (``code``), ``goal.merge_circle`` (``way``) or ``goal.merge_contradicts``
            (``party``).
    """
    lock_tree(session)
    if gone_into(session, gone_id) == kept_id:
        return
    steps.hold(session, act)
    seen = look_at_joining(session, act, kept_id, gone_id)
    # Both rows, in one order, so that two people who join the same goals do not wait for each other.
    for one in sorted((kept_id, gone_id)):
        locked(session, act, one)
    for refusal in seen.refusals:
        raise refusal
    if editions is not None and editions != (seen.kept.edition, seen.gone.edition):
        raise Conflict("goal.merge_changed")
    if not reason.strip():
        raise DomainError("goal.merge_reason")
    back = carry_over(session, act, seen, reason)
    again = {"do": "join", "goal": str(gone_id), "to": str(kept_id), "reason": reason.strip()}
    steps.record(session, act, AREA, "tree.join", [again], [back])
    tell_joined(session, act, seen)


def carry_over(session: Session, act: Act, seen: Joining, reason: str) -> Operation:
    """Let everything of the goal that goes count for the goal that stays, and take the first out of the tree.

    Args:
        session: of the programme, for writing, in which the tree and both goals are locked.
        act: who and when.
        seen: what will happen, with nothing that stands in the way.
        reason: why they are one.

    Returns:
        What `take_apart` takes apart: ``before``: rows per table that are changed, as they were; ``new``: ids
        of rows that were not there; ``digest``: of what all of that became.
    """
    kept_id, gone_id = seen.kept.id, seen.gone.id
    before = _all_rows(session, kept_id, gone_id)
    _carry_statements(session, act, kept_id, gone_id)
    for party in seen.parties:
        _carry_opinion(session, act, kept_id, party)
    for link in seen.links:
        _carry_link(session, kept_id, gone_id, link)
    for table, name in ((GoalRelation, "party_goal_id"), (ConflictGoal, "conflict_id")):
        _carry_rows(session, table, name, kept_id, gone_id)
    _carry_codings(session, kept_id, gone_id)
    _retire(session, act, locked(session, act, gone_id), seen.gone.draft, reason)
    session.flush()
    after = _all_rows(session, kept_id, gone_id)
    changed = {
        name: [row for key, row in rows.items() if after[name].get(key) != row]
        for name, rows in before.items()
    }
    new = {name: sorted(rows.keys() - before[name].keys()) for name, rows in after.items()}
    operation: dict[str, Any] = {
        "do": "part",
        "goal": str(gone_id),
        "to": str(kept_id),
        "reason": reason.strip(),
        "before": changed,
        "new": new,
    }
    return {**operation, "digest": _became(session, operation)}


def take_apart(session: Session, operation: Operation) -> bool:
    """Make two goals of one again, as `carry_over` found them; tell whether that could be done.

    Args:
        session: of the programme, for writing, in which the tree is locked.
        operation: what `carry_over` returned. When anything of it was changed since, nothing happens.
    """
    if _became(session, operation) != operation["digest"]:
        return False
    programme_id = session.info["programme_id"]
    for name in reversed(_MOVED):
        for row_id in operation["new"][name]:
            session.delete(session.get_one(_MOVED[name], (programme_id, UUID(row_id))))
    session.flush()
    for name, table in _MOVED.items():
        for kept in operation["before"][name]:
            says = values(table, kept)
            row = session.get(table, (programme_id, says["id"]))
            if row is None:
                session.add(table(**says))
            else:
                for column, value in says.items():
                    setattr(row, column, value)
        session.flush()
    session.get_one(Goal, (programme_id, UUID(operation["goal"]))).retired_at = None
    session.flush()
    return True


def tell_joined(session: Session, act: Act, seen: Joining) -> None:
    """Add to the audit trail that one goal went into another."""
    audit.record(
        session,
        act,
        "goal.merge",
        "goal",
        seen.gone.id,
        into=str(seen.kept.id),
        statements=seen.added,
        parties=len(seen.parties),
        links=len(seen.links),
    )


def _all_rows(session: Session, *goal_ids: UUID) -> dict[str, dict[str, dict[str, Any]]]:
    """Return per table what joining may change of goals, each row by its id."""
    programme_id = session.info["programme_id"]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, table in _MOVED.items():
        kept: Any = table
        if table is GoalLink:
            where = kept.lower_id.in_(goal_ids) | kept.upper_id.in_(goal_ids)
        elif table is LinkArgument:
            where = kept.link_id.in_([UUID(link_id) for link_id in found[GoalLink.__tablename__]])
        else:
            where = kept.goal_id.in_(goal_ids)
        rows = session.scalars(
            select(kept)
            .where(kept.programme_id == programme_id, where)
            .execution_options(populate_existing=True)
        )
        found[name] = {str(row.id): as_row(row) for row in rows}
    return found


def _became(session: Session, operation: Operation) -> str:
    """Return a mark of what joining changed, and of all that is left of the goal that went, as it is now."""
    gone_id = UUID(operation["goal"])
    goal = session.get_one(Goal, (session.info["programme_id"], gone_id), populate_existing=True)
    both = _all_rows(session, UUID(operation["to"]), gone_id)
    left = _all_rows(session, gone_id)
    touched = {
        name: {row["id"] for row in operation["before"][name]} | {*operation["new"][name]} | left[name].keys()
        for name in _MOVED
    }
    now = [
        sorted((key, both[name][key]) for key in keys & both[name].keys()) for name, keys in touched.items()
    ]
    return digest(now, [goal.edition, goal.retired_at is None])


def gone_into(session: Session, goal_id: UUID) -> UUID | None:
    """Return the goal that another went into; None when it still stands in the tree, or just left it."""
    return _went(session, [goal_id]).get(goal_id)


def where_gone(session: Session, act: Act, goal_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the codes of the goals that these went into, in two statements; others are left out.

    A goal that is hidden from this reader is left out as well.
    """
    went = _went(session, goal_ids)
    rows: Iterable[Any] = session.execute(
        select(Goal.id, Goal.code).where(
            Goal.programme_id == session.info["programme_id"],
            Goal.id.in_(set(went.values())),
            may_know_of(act),
        )
    )
    codes = {goal_id: code(CodeKind.GOAL, number) for goal_id, number in rows}
    return {gone: codes[into] for gone, into in went.items() if into in codes}


def _went(session: Session, goal_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return into which goal each of these went, of those that left the tree so, in one statement."""
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.detail)
        .where(
            AuditEvent.programme_id == session.info["programme_id"],
            AuditEvent.subject_id.in_([str(goal_id) for goal_id in goal_ids]),
            AuditEvent.action.in_(("goal.merge", "goal.part", "goal.retire", "goal.bring_back")),
        )
        .order_by(AuditEvent.sequence)
    )
    last = {goal_id: (action, detail) for goal_id, action, detail in rows}
    return {
        UUID(goal_id): UUID(str(detail["into"]))
        for goal_id, (action, detail) in last.items()
        if action == "goal.merge"
    }


# --- What would happen --------------------------------------------------------------------------------------


def _rows(session: Session, table: Any, goal_id: UUID) -> Any:  # noqa: ANN401 - a table with a goal, and its rows
    return session.scalars(
        select(table)
        .where(table.programme_id == session.info["programme_id"], table.goal_id == goal_id)
        .order_by(table.id)
        .execution_options(populate_existing=True)
    )


def _ids(session: Session, column: Any, goal_id: UUID) -> frozenset[UUID]:  # noqa: ANN401 - a column beside a goal
    table = column.class_
    return frozenset(
        session.scalars(
            select(column).where(table.programme_id == session.info["programme_id"], table.goal_id == goal_id)
        )
    )


def _count(session: Session, table: Any, goal_id: UUID) -> int:  # noqa: ANN401 - as _rows
    return (
        session.scalar(
            select(func.count())
            .select_from(table)
            .where(table.programme_id == session.info["programme_id"], table.goal_id == goal_id)
        )
        or 0
    )


def _parties(session: Session, kept_id: UUID, gone_id: UUID) -> list[JoinedParty]:
    rows = session.execute(
        select(GoalHolder, StakeholderGroup.code, StakeholderGroup.name)
        .join(
            StakeholderGroup,
            (StakeholderGroup.programme_id == GoalHolder.programme_id)
            & (StakeholderGroup.id == GoalHolder.group_id),
        )
        .where(
            GoalHolder.programme_id == session.info["programme_id"],
            GoalHolder.goal_id.in_((kept_id, gone_id)),
        )
        .order_by(StakeholderGroup.code)
        .execution_options(populate_existing=True)
    )
    said: dict[UUID, dict[UUID, Opinion]] = {kept_id: {}, gone_id: {}}
    names: dict[UUID, tuple[int, str]] = {}
    for holder, number, name in rows:
        names[holder.group_id] = (number, name)
        said[holder.goal_id][holder.group_id] = Opinion(holder.stance, holder.importance, holder.feasibility)
    return [
        JoinedParty(
            group_id,
            *names[group_id],
            before=said[kept_id].get(group_id),
            gone=opinion,
            after=joined_opinion(said[kept_id].get(group_id), opinion) or opinion,
        )
        for group_id, opinion in said[gone_id].items()
    ]


def _links(session: Session, goal_id: UUID) -> Iterable[GoalLink]:
    return session.scalars(
        select(GoalLink)
        .where(
            GoalLink.programme_id == session.info["programme_id"],
            (GoalLink.lower_id == goal_id) | (GoalLink.upper_id == goal_id),
        )
        .order_by(GoalLink.id)
        .execution_options(populate_existing=True)
    )


def _turned_to(link: GoalLink, kept_id: UUID, gone_id: UUID) -> Edge:
    """Return which goals a link is between after the one goes into the other."""
    return Edge(*(kept_id if end == gone_id else end for end in (link.lower_id, link.upper_id)))


def _fates(session: Session, kept_id: UUID, gone_id: UUID) -> Iterable[JoinedLink]:
    numbers = {
        goal_id: code(CodeKind.GOAL, number)
        for goal_id, number in session.execute(
            select(Goal.id, Goal.code).where(Goal.programme_id == session.info["programme_id"])
        )
    }
    there = {Edge(link.lower_id, link.upper_id) for link in _links(session, kept_id)}
    for link in _links(session, gone_id):
        after = _turned_to(link, kept_id, gone_id)
        fate = Fate.JOINS if after in there else Fate.MOVES
        if after.lower == after.upper:
            fate = Fate.FALLS
        yield JoinedLink(link.id, numbers[link.lower_id], numbers[link.upper_id], fate)


def _refusals(
    session: Session, kept: GoalView, gone: GoalView, parties: Iterable[JoinedParty]
) -> Iterable[DomainError]:
    programme_id = session.info["programme_id"]
    goals = {
        row.id: row
        for row in session.execute(
            select(Goal.id, Goal.code, Goal.retired_at).where(Goal.programme_id == programme_id)
        )
    }
    for goal in (kept, gone):
        if goal.retired_at is not None:
            yield DomainError("goal.merge_retired", code=goal.code)
    if kept.released != gone.released:
        yield DomainError("goal.merge_hidden", code=(gone if kept.released else kept).code)
    order = session.execute(
        select(GoalLink.lower_id, GoalLink.upper_id).where(
            GoalLink.programme_id == programme_id, GoalLink.is_feedback.is_(False)
        )
    )
    standing = {goal_id for goal_id, row in goals.items() if row.retired_at is None}
    edges = [Edge(*ends) for ends in order if standing.issuperset(ends)]
    if way := way_between(edges, kept.id, gone.id):
        codes = (code(CodeKind.GOAL, goals[goal_id].code) for goal_id in way)
        yield DomainError("goal.merge_circle", way=" → ".join(codes))
    for party in parties:
        if contradict(party.before, party.gone):
            yield DomainError("goal.merge_contradicts", party=party.name)


# --- Doing it -----------------------------------------------------------------------------------------------


def _carry_statements(session: Session, act: Act, kept_id: UUID, gone_id: UUID) -> None:
    there = _ids(session, GoalSource.statement_id, kept_id)
    for statement_id in sorted(_ids(session, GoalSource.statement_id, gone_id) - there):
        session.add(
            GoalSource(
                id=derived(kept_id, "source", str(statement_id)),
                goal_id=kept_id,
                statement_id=statement_id,
                created_at=act.at,
                created_by_id=act.user,
            )
        )


def _carry_opinion(session: Session, act: Act, kept_id: UUID, party: JoinedParty) -> None:
    holder = next((one for one in _rows(session, GoalHolder, kept_id) if one.group_id == party.id), None)
    if holder is None:
        holder = GoalHolder(
            id=derived(kept_id, "holder", str(party.id)),
            goal_id=kept_id,
            group_id=party.id,
            stance=Stance.UNAWARE,
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(holder)
    for name in Opinion.__slots__:
        setattr(holder, name, getattr(party.after, name))


def _carry_link(session: Session, kept_id: UUID, gone_id: UUID, seen: JoinedLink) -> None:
    if seen.fate is Fate.FALLS:
        return  # it keeps standing between the two, of which one is no longer in the tree
    link = session.get_one(GoalLink, (session.info["programme_id"], seen.id))
    after = _turned_to(link, kept_id, gone_id)
    if seen.fate is Fate.MOVES:
        link.lower_id, link.upper_id = after
        return
    there = next(one for one in _links(session, kept_id) if (one.lower_id, one.upper_id) == after)
    for name in _TEXTS:
        setattr(there, name, joined_text(getattr(there, name), getattr(link, name)))
    for name in _CHOICES:
        if getattr(there, name) is None:
            setattr(there, name, getattr(link, name))
    there.is_key = there.is_key or link.is_key
    for argument in session.scalars(
        select(LinkArgument).where(
            LinkArgument.programme_id == session.info["programme_id"], LinkArgument.link_id == link.id
        )
    ):
        argument.link_id = there.id
    session.flush()
    session.delete(link)


def _carry_rows(session: Session, table: Any, name: str, kept_id: UUID, gone_id: UUID) -> None:  # noqa: ANN401 - as _rows
    there = {getattr(row, name) for row in _rows(session, table, kept_id)}
    for row in _rows(session, table, gone_id):
        if getattr(row, name) not in there:
            row.goal_id = kept_id


def _carry_codings(session: Session, kept_id: UUID, gone_id: UUID) -> None:
    there = {(one.statement_id, one.coder_id): one for one in _rows(session, Coding, kept_id)}
    for coding in _rows(session, Coding, gone_id).all():
        twin = there.get((coding.statement_id, coding.coder_id))
        if twin is None:
            coding.goal_id = kept_id
        else:
            twin.memo = joined_text(twin.memo, coding.memo)
            session.delete(coding)


def _retire(session: Session, act: Act, goal: Goal, draft: GoalDraft, reason: str) -> None:
    """Take a goal out of the tree; a last edition tells why."""
    goal.edition += 1
    goal.retired_at = act.at
    session.add(
        GoalEdition(
            id=derived(goal.id, "edition", str(goal.edition)),
            goal_id=goal.id,
            number=goal.edition,
            reason=reason.strip(),
            created_at=act.at,
            created_by_id=act.user,
            **{name: getattr(draft, name) for name in GoalDraft.__slots__},
        )
    )
