"""Changing the own tree of a party: its goals, what they rest on, and the links between them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Edge, Standing, check_new_link
from toc.domain.goals.outline import Outline, parse_outline
from toc.domain.ids import derived
from toc.domain.merging import Relation, consequence
from toc.models.goals import Goal
from toc.models.interviews import GoalCheck, Interview, Respondent, StakeholderGroup, Statement
from toc.models.merging import GoalRelation, PartyGoal, PartyGoalSource, PartyLink
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals.moving import MOST_IN_BRANCH
from toc.services.goals.writing import add_sources, lock_tree
from toc.services.interviews.loading import found, joined
from toc.services.merging.reading import check_reader, link_draft, own_draft
from toc.services.merging.values import Ids, OwnDraft, OwnLinkDraft

_BRINGING: Final = tuple(
    relation for relation in Relation if consequence(relation, Standing.STATED, released=True).statements
)
"""Relations with which the goal of all rests on what the own goal rests on."""


def add_own_goal(
    session: Session,
    act: Act,
    party_goal_id: UUID,
    group_id: UUID,
    draft: OwnDraft,
    statement_ids: Ids = (),
) -> PartyGoal:
    """Add a goal to the own tree of a party. The same id twice makes one goal.

    Raises:
        NotFound: no such party, or a statement that none of its respondents made, or that was taken back.
    """
    made = _begin(session, act, party_goal_id)
    if made is not None:
        return made
    found(session, StakeholderGroup, group_id)
    _check_statements(session, group_id, statement_ids)
    goal = _new_goal(session, act, party_goal_id, group_id, draft, _last_number(session, group_id) + 1)
    _add_sources(session, act, party_goal_id, statement_ids)
    audit.record(session, act, "merge.goal_create", "party_goal", party_goal_id, party=str(group_id))
    return goal


def edit_own_goal(
    session: Session,
    act: Act,
    party_goal_id: UUID,
    draft: OwnDraft,
    statement_ids: Ids,
    *,
    revision: int | None = None,
) -> PartyGoal:
    """Change what an own goal says and what it rests on; statements that it gets, goals of all it is get too.

    Args:
        session: of the programme, for writing.
        act: who and when.
        party_goal_id: which one.
        draft: what it is to say.
        statement_ids: all that it is to rest on.
        revision: of the goal that the form was made from; None: whatever it is now.

    Raises:
        NotFound: no such goal; a statement as in `add_own_goal`.
        Stale: somebody changed the goal after the form was made.
    """
    goal = _locked(session, act, party_goal_id)
    now = _sources(session, party_goal_id)
    if revision is not None and revision != goal.revision:
        theirs = own_draft(goal)
        says: dict[str, object] = {name: getattr(theirs, name) for name in OwnDraft.__slots__}
        raise Stale({**says, "statement_ids": tuple(sorted(now))}, goal.revision)
    wanted = frozenset(statement_ids)
    _check_statements(session, goal.group_id, wanted - now)
    for name in OwnDraft.__slots__:
        setattr(goal, name, getattr(draft, name))
    session.execute(
        delete(PartyGoalSource).where(
            PartyGoalSource.programme_id == session.info["programme_id"],
            PartyGoalSource.party_goal_id == party_goal_id,
            PartyGoalSource.statement_id.in_(now - wanted),
        )
    )
    _add_sources(session, act, party_goal_id, wanted - now)
    if wanted != now:
        _touch(session, goal)
    session.flush()
    for goal_id in _carrying(session, party_goal_id):
        add_sources(session, act, goal_id, wanted - now)
    audit.record(session, act, "merge.goal_edit", "party_goal", party_goal_id)
    return goal


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on an own goal.

    Attributes:
        links: they go with it.
        relations: to goals of all; as long as there are any, it stays.
        checks: what respondents said of it in the member check; likewise.
    """

    links: int
    relations: int
    checks: int


def hanging_on(session: Session, party_goal_id: UUID) -> Hanging:
    """Return what hangs on an own goal, in three statements."""

    def count(table: type[PartyLink | GoalRelation | GoalCheck], *where: object) -> int:
        here = table.programme_id == session.info["programme_id"]
        return session.scalar(select(func.count()).select_from(table).where(here, *where)) or 0  # type: ignore[arg-type]  # conditions

    return Hanging(
        links=count(PartyLink, or_(PartyLink.lower_id == party_goal_id, PartyLink.upper_id == party_goal_id)),
        relations=count(GoalRelation, GoalRelation.party_goal_id == party_goal_id),
        checks=count(GoalCheck, GoalCheck.party_goal_id == party_goal_id),
    )


def remove_own_goal(session: Session, act: Act, party_goal_id: UUID) -> None:
    """Take a goal out of an own tree, with its links, when nothing else hangs on it.

    Raises:
        NotFound: there is no such goal.
        Conflict: ``merging.goal_related`` or ``merging.goal_checked``: it went into the tree of all, or a
            respondent said something of it.
    """
    goal = _locked(session, act, party_goal_id)
    hanging = hanging_on(session, party_goal_id)
    if hanging.relations:
        raise Conflict("merging.goal_related", relations=hanging.relations)
    if hanging.checks:
        raise Conflict("merging.goal_checked")
    programme_id = session.info["programme_id"]
    session.execute(
        delete(PartyLink).where(
            PartyLink.programme_id == programme_id,
            or_(PartyLink.lower_id == party_goal_id, PartyLink.upper_id == party_goal_id),
        )
    )
    session.execute(
        delete(PartyGoalSource).where(
            PartyGoalSource.programme_id == programme_id, PartyGoalSource.party_goal_id == party_goal_id
        )
    )
    party = str(goal.group_id)
    session.delete(goal)
    audit.record(session, act, "merge.goal_remove", "party_goal", party_goal_id, party=party)


# --- Links --------------------------------------------------------------------------------------------------


def add_link(
    session: Session, act: Act, party_link_id: UUID, *, lower_id: UUID, upper_id: UUID, draft: OwnLinkDraft
) -> PartyLink:
    """Say that one own goal leads to another of the same party. The same id twice makes one link.

    Raises:
        NotFound: no such goals, or they are of different parties.
        Conflict: ``link.self``, ``link.duplicate``, ``link.cycle``, with the codes of the goals.
    """
    check_reader(act)
    lock_tree(session)
    made = session.get(PartyLink, (session.info["programme_id"], party_link_id))
    if made is not None:
        return made
    lower, upper = found(session, PartyGoal, lower_id), found(session, PartyGoal, upper_id)
    if lower.group_id != upper.group_id:
        raise NotFound
    _check_order(session, lower, upper)
    link = _new_link(session, act, party_link_id, lower_id, upper_id, draft)
    audit.record(session, act, "merge.link_create", "party_link", party_link_id)
    return link


def edit_link(
    session: Session, act: Act, party_link_id: UUID, draft: OwnLinkDraft, *, revision: int | None = None
) -> PartyLink:
    """Change what a link of an own tree says.

    Raises:
        NotFound: there is no such link.
        Stale: somebody changed it after the form was made.
    """
    check_reader(act)
    link = found(session, PartyLink, party_link_id, locked=True)
    if revision is not None and revision != link.revision:
        theirs = link_draft(link)
        raise Stale({name: getattr(theirs, name) for name in OwnLinkDraft.__slots__}, link.revision)
    for name in OwnLinkDraft.__slots__:
        setattr(link, name, getattr(draft, name))
    audit.record(session, act, "merge.link_edit", "party_link", party_link_id)
    return link


def remove_link(session: Session, act: Act, party_link_id: UUID) -> None:
    """Take a link out of an own tree; both goals stay.

    Raises:
        NotFound: there is no such link.
    """
    check_reader(act)
    lock_tree(session)
    session.delete(found(session, PartyLink, party_link_id, locked=True))
    audit.record(session, act, "merge.link_remove", "party_link", party_link_id)


# --- Many at once -------------------------------------------------------------------------------------------


def read_branch(text: str) -> Outline:
    """Read goals that were typed as indented text.

    Raises:
        DomainError: as `parse_outline`; ``tree.branch_too_long``, with ``most``.
    """
    outline = parse_outline(text)
    if len(outline.lines) + len(outline.faults) > MOST_IN_BRANCH:
        raise DomainError("tree.branch_too_long", most=MOST_IN_BRANCH)
    return outline


def add_branch(session: Session, act: Act, branch_id: UUID, group_id: UUID, text: str) -> int:
    """Add all goals of an indented text to an own tree, with their links. The same id twice adds them once.

    Args:
        session: of the programme, for writing.
        act: who and when.
        branch_id: what the ids of the goals are made from.
        group_id: the party.
        text: an outline.

    Returns:
        How many goals were added.

    Raises:
        NotFound: there is no such party.
        DomainError: as `read_branch`; ``tree.branch_faults`` when it has faults.
    """
    forest = read_branch(text).forest
    if forest is None:
        raise DomainError("tree.branch_faults")
    ids = [derived(branch_id, "goal", str(place)) for place in range(len(forest.goals))]
    if _begin(session, act, ids[0]) is not None:
        return 0
    found(session, StakeholderGroup, group_id)
    first = _last_number(session, group_id) + 1
    for number, (goal_id, goal) in enumerate(zip(ids, forest.goals, strict=True), start=first):
        draft = OwnDraft(wording=goal.wording, level=goal.level)
        _new_goal(session, act, goal_id, group_id, draft, number)
    for lower, upper in forest.links:
        link_id = derived(branch_id, "link", f"{lower} {upper}")
        _new_link(session, act, link_id, ids[lower], ids[upper], OwnLinkDraft())
    audit.record(session, act, "merge.branch", "stakeholder_group", group_id, goals=len(ids))
    return len(ids)


# --- Rows ---------------------------------------------------------------------------------------------------


def _begin(session: Session, act: Act, party_goal_id: UUID) -> PartyGoal | None:
    """Let nobody else change trees until the transaction ends; return the goal that is there already."""
    check_reader(act)
    lock_tree(session)
    return session.get(PartyGoal, (session.info["programme_id"], party_goal_id))


def _locked(session: Session, act: Act, party_goal_id: UUID) -> PartyGoal:
    check_reader(act)
    lock_tree(session)
    return found(session, PartyGoal, party_goal_id, locked=True)


def _touch(session: Session, goal: PartyGoal) -> None:
    """Count a change of what a goal rests on as a change of the goal."""
    session.flush()
    session.execute(
        PartyGoal.__table__.update()  # type: ignore[attr-defined]  # a table
        .where(PartyGoal.programme_id == goal.programme_id, PartyGoal.id == goal.id)
        .values(revision=PartyGoal.revision + 1)
    )
    session.refresh(goal)


def _last_number(session: Session, group_id: UUID) -> int:
    return (
        session.scalar(
            select(func.max(PartyGoal.number)).where(
                PartyGoal.programme_id == session.info["programme_id"], PartyGoal.group_id == group_id
            )
        )
        or 0
    )


def _new_goal(
    session: Session, act: Act, goal_id: UUID, group_id: UUID, draft: OwnDraft, number: int
) -> PartyGoal:
    goal = PartyGoal(
        id=goal_id,
        group_id=group_id,
        number=number,
        created_at=act.at,
        created_by_id=act.user,
        **{name: getattr(draft, name) for name in OwnDraft.__slots__},
    )
    session.add(goal)
    session.flush()
    return goal


def _new_link(
    session: Session, act: Act, link_id: UUID, lower_id: UUID, upper_id: UUID, draft: OwnLinkDraft
) -> PartyLink:
    link = PartyLink(
        id=link_id,
        lower_id=lower_id,
        upper_id=upper_id,
        created_at=act.at,
        created_by_id=act.user,
        **{name: getattr(draft, name) for name in OwnLinkDraft.__slots__},
    )
    session.add(link)
    session.flush()
    return link


def _sources(session: Session, party_goal_id: UUID) -> frozenset[UUID]:
    return frozenset(
        session.scalars(
            select(PartyGoalSource.statement_id).where(
                PartyGoalSource.programme_id == session.info["programme_id"],
                PartyGoalSource.party_goal_id == party_goal_id,
            )
        )
    )


def _add_sources(session: Session, act: Act, party_goal_id: UUID, statement_ids: Ids) -> None:
    for statement_id in sorted(frozenset(statement_ids)):
        session.add(
            PartyGoalSource(
                id=derived(party_goal_id, "source", str(statement_id)),
                party_goal_id=party_goal_id,
                statement_id=statement_id,
                created_at=act.at,
                created_by_id=act.user,
            )
        )


def _check_statements(session: Session, group_id: UUID, statement_ids: Ids) -> None:
    """Refuse statements that no respondent of this party made; what was taken back is nowhere."""
    wanted = frozenset(statement_ids)
    known = session.scalar(
        select(func.count())
        .select_from(Statement)
        .join(Interview, joined(Statement.interview_id, Interview))
        .join(Respondent, joined(Interview.respondent_id, Respondent))
        .where(
            Statement.programme_id == session.info["programme_id"],
            Statement.id.in_(wanted),
            Statement.withdrawn_at.is_(None),
            Respondent.group_id == group_id,
        )
    )
    if known != len(wanted):
        raise NotFound


def _carrying(session: Session, party_goal_id: UUID) -> list[UUID]:
    """Return the goals of all that rest on whatever this own goal rests on."""
    return list(
        session.scalars(
            select(Goal.id)
            .join(GoalRelation, joined(GoalRelation.goal_id, Goal))
            .where(
                GoalRelation.programme_id == session.info["programme_id"],
                GoalRelation.party_goal_id == party_goal_id,
                GoalRelation.relation.in_(_BRINGING),
            )
            .order_by(Goal.id)
        )
    )


def _check_order(session: Session, lower: PartyGoal, upper: PartyGoal) -> None:
    programme_id = session.info["programme_id"]
    names = {
        row.id: f"{code(CodeKind.GROUP, number)}.{row.number}"
        for row, number in session.execute(
            select(PartyGoal, StakeholderGroup.code)
            .join(StakeholderGroup, joined(PartyGoal.group_id, StakeholderGroup))
            .where(PartyGoal.programme_id == programme_id, PartyGoal.group_id == lower.group_id)
        )
    }
    rows = session.execute(
        select(PartyLink.lower_id, PartyLink.upper_id).where(PartyLink.programme_id == programme_id)
    )
    try:
        check_new_link([Edge(*ends) for ends in rows], lower.id, upper.id)
    except DomainError as error:
        way: object = error.params.get("way", ())
        steps = way if isinstance(way, tuple) else ()
        raise Conflict(
            error.key,
            lower=names[lower.id],
            upper=names[upper.id],
            way=" → ".join(names[step] for step in steps),
        ) from error
