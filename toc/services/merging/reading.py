"""Own trees as the evaluator sees them, each in a handful of statements however big it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals import Edge, Level, Stance, Standing
from toc.domain.goals.rules import sees_hidden
from toc.domain.interviews import CheckVerdict
from toc.models.goals import Goal, GoalEdition, GoalHolder
from toc.models.interviews import GoalCheck, Interview, Respondent, StakeholderGroup, Statement
from toc.models.merging import GoalRelation, PartyGoal, PartyGoalSource, PartyLink
from toc.services.errors import NotFound
from toc.services.goals.reading import is_current, visible_goals
from toc.services.interviews.loading import joined
from toc.services.merging.values import (
    OwnDraft,
    OwnGoal,
    OwnLink,
    OwnLinkDraft,
    OwnTree,
    RelationDraft,
    RelationView,
    SharedGoal,
)


def check_reader(act: Act) -> None:
    """Refuse who is no evaluator, or pays as well: own trees hold what parties did not release.

    Raises:
        NotFound: it is not theirs to know.
    """
    if not sees_hidden(act.roles):
        raise NotFound


def own_trees(session: Session, act: Act) -> list[OwnTree]:
    """Return the own tree of each party, by code; one without goals too. Six statements.

    Raises:
        NotFound: as `check_reader`.
    """
    check_reader(act)
    return _trees(session)


def own_tree(session: Session, act: Act, group_id: UUID) -> OwnTree:
    """Return the own tree of one party.

    Raises:
        NotFound: there is no such party; or as `check_reader`.
    """
    check_reader(act)
    found = _trees(session, StakeholderGroup.id == group_id)
    if not found:
        raise NotFound
    return found[0]


def get_own_goal(session: Session, act: Act, party_goal_id: UUID) -> tuple[OwnGoal, OwnTree]:
    """Return an own goal, and the tree in which it stands.

    Raises:
        NotFound: there is no such goal; or as `check_reader`.
    """
    row = session.get(PartyGoal, (session.info["programme_id"], party_goal_id))
    if row is None:
        raise NotFound
    tree = own_tree(session, act, row.group_id)
    return next(goal for goal in tree.goals if goal.id == party_goal_id), tree


def get_link(session: Session, act: Act, party_link_id: UUID) -> tuple[OwnLink, OwnTree]:
    """Return a link of an own tree, and that tree.

    Raises:
        NotFound: there is no such link; or as `check_reader`.
    """
    row = session.get(PartyLink, (session.info["programme_id"], party_link_id))
    if row is None:
        raise NotFound
    _, tree = get_own_goal(session, act, row.lower_id)
    return next(link for link in tree.links if link.id == party_link_id), tree


def shared_goals(session: Session, act: Act) -> list[SharedGoal]:
    """Return the tree of all with who holds each goal, by level from end to means; two statements.

    Raises:
        NotFound: as `check_reader`.
    """
    check_reader(act)
    holders: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    rows = session.execute(
        select(GoalHolder.goal_id, StakeholderGroup.code, StakeholderGroup.name)
        .join(StakeholderGroup, joined(GoalHolder.group_id, StakeholderGroup))
        .where(GoalHolder.programme_id == session.info["programme_id"], GoalHolder.stance == Stance.SUPPORTS)
        .order_by(StakeholderGroup.code)
    )
    for goal_id, number, name in rows:
        holders[goal_id].append((code(CodeKind.GROUP, number), name))
    goals = [
        SharedGoal(
            id=goal.id,
            number=goal.number,
            wording=goal.wording,
            level=goal.level,
            released=goal.released,
            holders=tuple(holders[goal.id]),
        )
        for goal in visible_goals(session, act)
    ]
    place = {level: -at for at, level in enumerate(Level)}
    return sorted(goals, key=lambda goal: (1 if goal.level is None else place[goal.level], goal.number))


# --- What a respondent sees ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MyGoal:
    """A goal of a party that rests on the reader's words."""

    id: UUID
    code: str
    wording: str
    level: Level | None
    statement_ids: tuple[UUID, ...]


def my_tree(session: Session, act: Act) -> tuple[list[MyGoal], list[Edge]]:
    """Return what the reader's own words became in the tree of their party, and the order between these.

    Nothing of others is told: a goal has to rest on the reader's words, and a hidden one on theirs alone.
    Three statements.
    """
    programme_id = session.info["programme_id"]
    rows = session.execute(
        select(
            PartyGoal.id,
            StakeholderGroup.code,
            PartyGoal.number,
            PartyGoal.wording,
            PartyGoal.level,
            PartyGoal.standing,
            PartyGoalSource.statement_id,
            Interview.respondent_id,
        )
        .join(StakeholderGroup, joined(PartyGoal.group_id, StakeholderGroup))
        .join(
            PartyGoalSource,
            and_(
                PartyGoalSource.programme_id == PartyGoal.programme_id,
                PartyGoalSource.party_goal_id == PartyGoal.id,
            ),
        )
        .join(Statement, joined(PartyGoalSource.statement_id, Statement))
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Respondent, joined(Interview.respondent_id, Respondent))
        .where(
            PartyGoal.programme_id == programme_id,
            Statement.withdrawn_at.is_(None),
            Respondent.group_id.in_(_group_of(act, programme_id)),
        )
        .order_by(PartyGoal.number, Statement.code)
    )
    mine: dict[UUID, MyGoal] = {}
    of_others: set[UUID] = set()
    for goal_id, party, number, wording, level, standing, statement_id, speaker in rows:
        if speaker != act.respondent:
            of_others |= {goal_id} if standing is Standing.HIDDEN else set()
            continue
        before = mine[goal_id].statement_ids if goal_id in mine else ()
        short = f"{code(CodeKind.GROUP, party)}.{number}"
        mine[goal_id] = MyGoal(goal_id, short, wording, level, (*before, statement_id))
    shown = {goal_id: goal for goal_id, goal in mine.items() if goal_id not in of_others}
    links = session.execute(
        select(PartyLink.lower_id, PartyLink.upper_id).where(PartyLink.programme_id == programme_id)
    )
    return list(shown.values()), [
        Edge(lower, upper) for lower, upper in links if lower in shown and upper in shown
    ]


def _group_of(act: Act, programme_id: UUID) -> Any:  # noqa: ANN401 - a subquery
    return select(Respondent.group_id).where(
        Respondent.programme_id == programme_id, Respondent.id == act.respondent
    )


# --- Loading ------------------------------------------------------------------------------------------------


def _trees(session: Session, *where: Any) -> list[OwnTree]:  # noqa: ANN401 - conditions on the group
    programme_id = session.info["programme_id"]
    groups = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.code, StakeholderGroup.name)
        .where(StakeholderGroup.programme_id == programme_id, *where)
        .order_by(StakeholderGroup.code)
    ).all()
    in_group = PartyGoal.group_id.in_([group_id for group_id, _, _ in groups])
    rows = session.scalars(
        select(PartyGoal)
        .where(PartyGoal.programme_id == programme_id, in_group)
        .order_by(PartyGoal.number)
        .execution_options(populate_existing=True)
    ).all()
    sources = _sources(session, in_group)
    agreed = _agreed(session, in_group)
    relations = _relations(session, in_group)
    numbers = {group_id: number for group_id, number, _ in groups}
    goals: dict[UUID, list[OwnGoal]] = defaultdict(list)
    for row in rows:
        goals[row.group_id].append(
            OwnGoal(
                id=row.id,
                group_id=row.group_id,
                party=numbers[row.group_id],
                number=row.number,
                draft=own_draft(row),
                statement_ids=tuple(sources.get(row.id, ())),
                confirmed=(row.id, row.wording) in agreed,
                relations=tuple(relations.get(row.id, ())),
                revision=row.revision,
            )
        )
    links = _links(session, in_group)
    return [
        OwnTree(
            group_id=group_id,
            number=number,
            name=name,
            goals=tuple(goals[group_id]),
            links=tuple(links.get(group_id, ())),
        )
        for group_id, number, name in groups
    ]


def own_draft(row: PartyGoal) -> OwnDraft:
    """Return what an own goal says."""
    return OwnDraft(**{name: getattr(row, name) for name in OwnDraft.__slots__})


def link_draft(row: PartyLink) -> OwnLinkDraft:
    """Return what a link of an own tree says."""
    return OwnLinkDraft(**{name: getattr(row, name) for name in OwnLinkDraft.__slots__})


def relation_draft(row: GoalRelation) -> RelationDraft:
    """Return a decision."""
    return RelationDraft(relation=row.relation, reason=row.reason, decided_by=row.decided_by)


def _sources(session: Session, in_group: Any) -> Mapping[UUID, list[UUID]]:  # noqa: ANN401 - a condition
    rows: Iterable[Any] = session.execute(
        select(PartyGoalSource.party_goal_id, PartyGoalSource.statement_id)
        .join(PartyGoal, joined(PartyGoalSource.party_goal_id, PartyGoal))
        .join(Statement, joined(PartyGoalSource.statement_id, Statement))
        .where(
            PartyGoalSource.programme_id == Statement.programme_id,
            PartyGoal.programme_id == session.info["programme_id"],
            in_group,
            Statement.withdrawn_at.is_(None),
        )
        .order_by(Statement.code)
    )
    return _listed(rows)


def _agreed(session: Session, in_group: Any) -> set[tuple[UUID, str]]:  # noqa: ANN401 - a condition
    """Return which own goals a respondent last agreed with, in which wording."""
    other = aliased(GoalCheck)
    last = (
        select(func.max(other.at))
        .where(
            other.programme_id == GoalCheck.programme_id,
            other.party_goal_id == GoalCheck.party_goal_id,
            other.respondent_id == GoalCheck.respondent_id,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(GoalCheck.party_goal_id, GoalCheck.wording)
        .join(PartyGoal, joined(GoalCheck.party_goal_id, PartyGoal))
        .where(
            GoalCheck.programme_id == session.info["programme_id"],
            in_group,
            GoalCheck.verdict == CheckVerdict.AGREE,
            GoalCheck.at == last,
        )
    )
    return {(goal_id, wording) for goal_id, wording in rows if goal_id is not None}


def _relations(session: Session, in_group: Any) -> Mapping[UUID, list[RelationView]]:  # noqa: ANN401 - a condition
    rows: Iterable[Any] = session.execute(
        select(GoalRelation, Goal.code, GoalEdition.wording, Goal.retired_at)
        .join(PartyGoal, joined(GoalRelation.party_goal_id, PartyGoal))
        .join(Goal, joined(GoalRelation.goal_id, Goal))
        .join(GoalEdition, is_current())
        .where(GoalRelation.programme_id == session.info["programme_id"], in_group)
        .order_by(Goal.code)
        .execution_options(populate_existing=True)
    )
    return _listed((row[0].party_goal_id, relation_view(*row)) for row in rows)


def relation_view(row: GoalRelation, number: int, wording: str, retired_at: object) -> RelationView:
    """Return a relation with what it says of the goal of all."""
    return RelationView(
        id=row.id,
        party_goal_id=row.party_goal_id,
        goal_id=row.goal_id,
        goal_code=code(CodeKind.GOAL, number),
        wording=wording,
        in_tree=retired_at is None,
        draft=relation_draft(row),
        revision=row.revision,
    )


def _links(session: Session, in_group: Any) -> Mapping[UUID, list[OwnLink]]:  # noqa: ANN401 - a condition
    lower, upper = PartyGoal, aliased(PartyGoal)
    rows = session.execute(
        select(PartyLink, lower.group_id)
        .join(lower, joined(PartyLink.lower_id, lower))
        .join(upper, and_(upper.programme_id == PartyLink.programme_id, upper.id == PartyLink.upper_id))
        .where(PartyLink.programme_id == session.info["programme_id"], in_group)
        .order_by(lower.number, upper.number)
        .execution_options(populate_existing=True)
    )
    return _listed(
        (
            group_id,
            OwnLink(
                id=row.id,
                lower_id=row.lower_id,
                upper_id=row.upper_id,
                draft=link_draft(row),
                revision=row.revision,
            ),
        )
        for row, group_id in rows
    )


def _listed(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    lists: dict[UUID, list[Any]] = {}
    for key, value in rows:
        lists.setdefault(key, []).append(value)
    return lists
