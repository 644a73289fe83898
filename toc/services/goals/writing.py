"""Making goals, wording them anew, and saying who holds them and what they rest on."""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.goals.rules import check_sources, check_standing, sees_hidden
from toc.domain.ids import derived
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalSource
from toc.models.interviews import StakeholderGroup, Statement
from toc.models.programmes import Programme
from toc.services import audit, codes
from toc.services.errors import NotFound, Stale
from toc.services.goals.reading import draft_of
from toc.services.goals.values import GoalDraft, GoalView, Held

AREA: Final = "tree"
"""Where the steps of who changes the tree are kept."""


def lock_tree(session: Session) -> None:
    """Let nobody else change the tree of this programme until the transaction ends.

    Two links, each of them legal, could make a circle together. The weaker kind of lock: rows of the
    programme may still be added elsewhere, and whoever adds to the audit trail does not wait for us while we
    wait for them. On SQLite a session that writes is alone anyway.
    """
    session.execute(
        select(Programme.id)
        .where(Programme.id == session.info["programme_id"])
        .with_for_update(key_share=True)
    )


def locked(session: Session, act: Act, goal_id: UUID) -> Goal:
    """Return a goal that nobody else changes until the transaction ends.

    Raises:
        NotFound: there is no such goal in this programme, or it is hidden from this person.
    """
    goal = session.scalar(
        select(Goal)
        .where(Goal.programme_id == session.info["programme_id"], Goal.id == goal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if goal is None or not (goal.released or sees_hidden(act.roles)):
        raise NotFound
    return goal


def add_goal(
    session: Session,
    act: Act,
    goal_id: UUID,
    draft: GoalDraft,
    *,
    holders: Iterable[Held] = (),
    statement_ids: Collection[UUID] = (),
    is_primary: bool = False,
) -> Goal:
    """Add a goal with its first edition, who holds it and the statements it rests on.

    Adding one with an id that is there already changes nothing and returns the one that is there.

    Raises:
        NotFound: a group or statement that is not in this programme, or was withdrawn.
        DomainError: ``goal.implicit_needs_two``.
    """
    lock_tree(session)
    programme_id = session.info["programme_id"]
    existing = session.get(Goal, (programme_id, goal_id))
    if existing is not None:
        return existing
    holders, statement_ids = tuple(holders), frozenset(statement_ids)
    check_sources(draft.standing, statements=len(statement_ids), confirmed=draft.confirmed)
    _check_groups(session, {held.group_id for held in holders})
    _check_statements(session, statement_ids)
    made = {"created_at": act.at, "created_by_id": act.user}
    goal = Goal(
        id=goal_id,
        code=codes.next_code(session, CodeKind.GOAL),
        is_primary=is_primary,
        released=draft.standing is not Standing.HIDDEN,
        **made,
    )
    session.add(goal)
    session.flush()
    _add_edition(session, act, goal, draft, derived(goal_id, "edition", "1"))
    for held in holders:
        session.add(
            GoalHolder(
                id=derived(goal_id, "holder", str(held.group_id)),
                goal_id=goal_id,
                group_id=held.group_id,
                stance=held.stance,
                importance=held.importance,
                feasibility=held.feasibility,
                **made,
            )
        )
    for statement_id in sorted(statement_ids):
        _add_source(session, act, goal_id, statement_id)
    audit.record(
        session,
        act,
        "goal.create",
        "goal",
        goal_id,
        code=goal.code,
        standing=draft.standing.value,
        statements=len(statement_ids),
    )
    return goal


def new_edition(
    session: Session,
    act: Act,
    goal: GoalView,
    draft: GoalDraft,
    reason: str,
    *,
    edition_id: UUID | None = None,
    revision: int | None = None,
    is_primary: bool | None = None,
) -> GoalEdition:
    """Word a goal anew; what it said before stays, and what rests on it keeps pointing there.

    Args:
        session: of the programme, for writing.
        act: who and when.
        goal: which one.
        draft: what it is to say.
        reason: why.
        edition_id: id of the edition to be made; when that one is there already it is returned.
        revision: of the goal that the form was made from; None: whatever it is now.
        is_primary: whether the ladder is climbed for it; None: as it was.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
        Stale: somebody changed the goal after the form was made.
        DomainError: ``goal.reason_missing``, ``goal.release_first``, ``goal.implicit_needs_two``.
    """
    row = locked(session, act, goal.id)
    programme_id = session.info["programme_id"]
    if edition_id is not None:
        made = session.get(GoalEdition, (programme_id, edition_id))
        if made is not None and made.goal_id == row.id:
            return made
    before = _edition(session, row)
    if revision is not None and revision != row.revision:
        theirs = draft_of(before)
        says = {name: getattr(theirs, name) for name in GoalDraft.__slots__}
        raise Stale({**says, "is_primary": row.is_primary}, row.revision)
    if not reason.strip():
        raise DomainError("goal.reason_missing")
    check_standing(before.standing, draft.standing, released=row.released)
    check_sources(draft.standing, statements=len(_sources(session, row.id)), confirmed=draft.confirmed)
    row.edition += 1
    if draft.standing is Standing.HIDDEN and before.standing is not Standing.HIDDEN:
        row.released = False
    if is_primary is not None:
        row.is_primary = is_primary
    edition_id = edition_id or derived(row.id, "edition", str(row.edition))
    edition = _add_edition(session, act, row, draft, edition_id, reason)
    audit.record(session, act, "goal.edit", "goal", row.id, edition=row.edition)
    return edition


def release_goal(session: Session, act: Act, goal_id: UUID) -> Goal:
    """Show a hidden goal to the other parties, because its owner said yes; from its current wording on.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
    """
    goal = locked(session, act, goal_id)
    if goal.released:
        return goal
    goal.released = True
    goal.visible_from = goal.edition
    audit.record(session, act, "goal.release", "goal", goal.id, edition=goal.edition)
    return goal


def set_holder(
    session: Session, act: Act, goal_id: UUID, held: Held, *, revision: int | None = None
) -> GoalHolder:
    """Record what a party thinks of a goal.

    Args:
        session: of the programme, for writing.
        act: who and when.
        goal_id: the goal.
        held: the party and what it thinks.
        revision: that the form was made from, 0 for none recorded; None: whatever it is now.

    Raises:
        NotFound: there is no such goal or party.
        Stale: somebody else recorded something after the form was made.
    """
    locked(session, act, goal_id)
    _check_groups(session, {held.group_id})
    holder = _holder(session, goal_id, held.group_id)
    _check_holder(holder, revision)
    if holder is None:
        holder = GoalHolder(
            id=derived(goal_id, "holder", str(held.group_id)),
            goal_id=goal_id,
            group_id=held.group_id,
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(holder)
    holder.stance = held.stance
    holder.importance, holder.feasibility = held.importance, held.feasibility
    audit.record(
        session, act, "goal.set_holder", "goal", goal_id, group=str(held.group_id), stance=held.stance.value
    )
    return holder


def remove_holder(
    session: Session, act: Act, goal_id: UUID, group_id: UUID, *, revision: int | None = None
) -> None:
    """Take back what was recorded of a party, because it never spoke about the goal.

    Raises:
        NotFound: there is no such goal or party.
        Stale: as `set_holder`.
    """
    locked(session, act, goal_id)
    _check_groups(session, {group_id})
    holder = _holder(session, goal_id, group_id)
    _check_holder(holder, revision)
    if holder is None:
        return
    session.delete(holder)
    audit.record(session, act, "goal.remove_holder", "goal", goal_id, group=str(group_id))


def add_sources(session: Session, act: Act, goal_id: UUID, statement_ids: Collection[UUID]) -> int:
    """Let a goal rest on more statements; those it rests on already are left alone.

    Returns:
        How many were added.

    Raises:
        NotFound: there is no such goal, or a statement is not in this programme or was withdrawn.
    """
    locked(session, act, goal_id)
    _check_statements(session, statement_ids)
    fresh = frozenset(statement_ids) - _sources(session, goal_id)
    for statement_id in sorted(fresh):
        _add_source(session, act, goal_id, statement_id)
    if fresh:
        audit.record(session, act, "goal.add_sources", "goal", goal_id, statements=len(fresh))
    return len(fresh)


def remove_source(session: Session, act: Act, goal_id: UUID, statement_id: UUID) -> None:
    """Let a goal no longer rest on a statement; one that it does not rest on changes nothing.

    Raises:
        NotFound: there is no such goal.
        DomainError: ``goal.implicit_needs_two``.
    """
    goal = locked(session, act, goal_id)
    source = session.scalar(
        select(GoalSource).where(
            GoalSource.programme_id == session.info["programme_id"],
            GoalSource.goal_id == goal_id,
            GoalSource.statement_id == statement_id,
        )
    )
    if source is None:
        return
    edition = _edition(session, goal)
    counted = _sources(session, goal_id)
    if statement_id in counted:
        check_sources(edition.standing, statements=len(counted) - 1, confirmed=edition.confirmed)
    session.delete(source)
    audit.record(session, act, "goal.remove_source", "goal", goal_id, statement=str(statement_id))


def _add_edition(
    session: Session, act: Act, goal: Goal, draft: GoalDraft, edition_id: UUID, reason: str = ""
) -> GoalEdition:
    edition = GoalEdition(
        id=edition_id,
        goal_id=goal.id,
        number=goal.edition,
        reason=reason.strip(),
        created_at=act.at,
        created_by_id=act.user,
        **{name: getattr(draft, name) for name in GoalDraft.__slots__},
    )
    session.add(edition)
    return edition


def _add_source(session: Session, act: Act, goal_id: UUID, statement_id: UUID) -> None:
    session.add(
        GoalSource(
            id=derived(goal_id, "source", str(statement_id)),
            goal_id=goal_id,
            statement_id=statement_id,
            created_at=act.at,
            created_by_id=act.user,
        )
    )


def _edition(session: Session, goal: Goal) -> GoalEdition:
    return session.scalars(
        select(GoalEdition).where(
            GoalEdition.programme_id == goal.programme_id,
            GoalEdition.goal_id == goal.id,
            GoalEdition.number == goal.edition,
        )
    ).one()


def _sources(session: Session, goal_id: UUID) -> frozenset[UUID]:
    """Return the statements that a goal rests on; words that were taken back are none any more."""
    return frozenset(
        session.scalars(
            select(GoalSource.statement_id)
            .join(GoalSource.statement)
            .where(
                GoalSource.programme_id == session.info["programme_id"],
                GoalSource.goal_id == goal_id,
                Statement.withdrawn_at.is_(None),
            )
        )
    )


def _holder(session: Session, goal_id: UUID, group_id: UUID) -> GoalHolder | None:
    return session.scalar(
        select(GoalHolder)
        .where(
            GoalHolder.programme_id == session.info["programme_id"],
            GoalHolder.goal_id == goal_id,
            GoalHolder.group_id == group_id,
        )
        .execution_options(populate_existing=True)
    )


def _check_holder(holder: GoalHolder | None, revision: int | None) -> None:
    now = 0 if holder is None else holder.revision
    if revision is None or revision == now:
        return
    says = (
        {}
        if holder is None
        else {name: getattr(holder, name) for name in ("stance", "importance", "feasibility")}
    )
    raise Stale(says, now)


def _check_groups(session: Session, group_ids: Collection[UUID]) -> None:
    _check_all(session, StakeholderGroup, group_ids)


def _check_statements(session: Session, statement_ids: Collection[UUID]) -> None:
    _check_all(session, Statement, statement_ids)


def _check_all(session: Session, table: type[StakeholderGroup | Statement], ids: Collection[UUID]) -> None:
    """Refuse ids that are not in this programme; a statement that was withdrawn is nowhere."""
    query = select(func.count()).where(table.programme_id == session.info["programme_id"], table.id.in_(ids))
    if table is Statement:
        query = query.where(Statement.withdrawn_at.is_(None))
    if ids and session.scalar(query) != len(frozenset(ids)):
        raise NotFound
