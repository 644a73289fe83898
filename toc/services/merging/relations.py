"""What an own goal is to a goal of all: decided by somebody, for a reason, with all that follows at once."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import Stance
from toc.domain.ids import derived
from toc.domain.merging import Consequence, Relation, check_decision, consequence
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalSource
from toc.models.interviews import GoalCheck
from toc.models.merging import GoalRelation
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals.reading import get_goal, is_current
from toc.services.goals.values import GoalView, Held
from toc.services.goals.writing import add_goal, add_sources, lock_tree, set_holder
from toc.services.interviews.loading import found, joined
from toc.services.interviews.personal import check_free_text
from toc.services.merging.reading import check_reader, get_own_goal, relation_draft, relation_view
from toc.services.merging.values import OwnGoal, RelationDraft, RelationView, Stays


def follows_from(own: OwnGoal, goal: GoalView, relation: Relation) -> Consequence:
    """Return what happens to a goal of all when an own goal gets this relation to it."""
    return consequence(relation, own.draft.standing, released=goal.released)


def get_relation(session: Session, act: Act, relation_id: UUID) -> RelationView:
    """Return a relation, in one statement.

    Raises:
        NotFound: there is none here, or it is not the reader's to know.
    """
    check_reader(act)
    row = session.execute(
        select(GoalRelation, Goal.code, GoalEdition.wording, Goal.retired_at)
        .join(Goal, joined(GoalRelation.goal_id, Goal))
        .join(GoalEdition, is_current())
        .where(GoalRelation.programme_id == session.info["programme_id"], GoalRelation.id == relation_id)
    ).first()
    if row is None:
        raise NotFound
    return relation_view(*row)


def relate(
    session: Session, act: Act, relation_id: UUID, party_goal_id: UUID, goal_id: UUID, draft: RelationDraft
) -> GoalRelation:
    """Say what an own goal is to a goal of all, with what follows from that. The same id twice says it once.

    Raises:
        NotFound: there is no such own goal or goal of all, or it is not in the tree.
        Conflict: ``merging.related_already``, with the codes: change that decision instead.
        DomainError: as `check_decision` and `check_free_text`.
    """
    made = _begin(session, act, relation_id)
    if made is not None:
        return made
    _check(draft)
    own, _ = get_own_goal(session, act, party_goal_id)
    goal = get_goal(session, act, goal_id)
    if goal.retired_at is not None:
        raise NotFound
    if any(one.goal_id == goal_id for one in own.relations):
        raise Conflict("merging.related_already", own=own.code, goal=goal.code)
    relation = _add(session, act, relation_id, own, goal_id, draft)
    _carry_out(session, act, own, goal, draft.relation)
    audit.record(session, act, "merge.relate", "goal_relation", relation_id, relation=draft.relation.value)
    return relation


def change_relation(
    session: Session, act: Act, relation_id: UUID, draft: RelationDraft, *, revision: int | None = None
) -> GoalRelation:
    """Change a decision; what follows from the new one is done, what the earlier one brought stays.

    Raises:
        NotFound: there is none here.
        Stale: somebody changed it after the form was made.
        DomainError: as `check_decision` and `check_free_text`.
    """
    relation = _locked(session, act, relation_id, revision)
    _check(draft)
    own, _ = get_own_goal(session, act, relation.party_goal_id)
    goal = get_goal(session, act, relation.goal_id)
    relation.relation, relation.reason, relation.decided_by = (
        draft.relation,
        draft.reason.strip(),
        draft.decided_by.strip(),
    )
    session.flush()
    _carry_out(session, act, own, goal, draft.relation)
    audit.record(session, act, "merge.change", "goal_relation", relation_id, relation=draft.relation.value)
    return relation


def take_back(session: Session, act: Act, relation_id: UUID, *, revision: int | None = None) -> None:
    """Take a decision back. What it brought to the goal of all stays: see `what_stays`.

    Raises:
        NotFound: there is none here.
        Stale: somebody changed it after the form was made.
    """
    relation = _locked(session, act, relation_id, revision)
    own, goal = str(relation.party_goal_id), str(relation.goal_id)
    session.delete(relation)
    audit.record(session, act, "merge.take_back", "goal_relation", relation_id, own=own, goal=goal)


def what_stays(session: Session, own: OwnGoal, goal_id: UUID) -> Stays:
    """Return what a goal of all has from an own goal, in two statements."""
    programme_id = session.info["programme_id"]
    stance = session.scalar(
        select(GoalHolder.stance).where(
            GoalHolder.programme_id == programme_id,
            GoalHolder.goal_id == goal_id,
            GoalHolder.group_id == own.group_id,
        )
    )
    statements = session.scalar(
        select(func.count())
        .select_from(GoalSource)
        .where(
            GoalSource.programme_id == programme_id,
            GoalSource.goal_id == goal_id,
            GoalSource.statement_id.in_(own.statement_ids),
        )
    )
    return Stays(stance, statements or 0)


def share(
    session: Session, act: Act, goal_id: UUID, party_goal_id: UUID, reason: str, decided_by: str
) -> Goal:
    """Make a goal of all of an own goal: in its words, on its statements, held by its party.

    A hidden own goal becomes a hidden goal. What its respondents last said of these words in the member check
    goes along, so that nobody is asked the same again. The same id twice makes one goal.

    Raises:
        NotFound: there is no such own goal.
        Conflict: ``merging.shared_already``, with the codes: it is the same as a goal of all.
        DomainError: ``goal.implicit_needs_two``; as `check_decision` and `check_free_text`.
    """
    check_reader(act)
    lock_tree(session)
    made = session.get(Goal, (session.info["programme_id"], goal_id))
    if made is not None:
        return made
    draft = RelationDraft(relation=Relation.SAME, reason=reason, decided_by=decided_by)
    _check(draft)
    own, _ = get_own_goal(session, act, party_goal_id)
    if own.as_shared is not None:
        there = get_goal(session, act, own.as_shared)
        raise Conflict("merging.shared_already", own=own.code, goal=there.code)
    held = Held(group_id=own.group_id, importance=own.draft.importance, feasibility=own.draft.feasibility)
    says = own.draft.shared(confirmed=own.confirmed)
    goal = add_goal(session, act, goal_id, says, holders=[held], statement_ids=own.statement_ids)
    session.flush()
    _carry_checks(session, own, goal_id)
    relation_id = derived(goal_id, "relation", str(own.id))
    _add(session, act, relation_id, own, goal_id, draft)
    audit.record(session, act, "merge.relate", "goal_relation", relation_id, relation=draft.relation.value)
    return goal


def _carry_checks(session: Session, own: OwnGoal, goal_id: UUID) -> None:
    """Let what was said of an own goal, in its words of now, count for the goal of all in the same words."""
    programme_id = session.info["programme_id"]
    edition_id = session.scalars(
        select(GoalEdition.id).where(
            GoalEdition.programme_id == programme_id, GoalEdition.goal_id == goal_id, GoalEdition.number == 1
        )
    ).one()
    rows = session.scalars(
        select(GoalCheck)
        .where(GoalCheck.programme_id == programme_id, GoalCheck.party_goal_id == own.id)
        .order_by(GoalCheck.at, GoalCheck.id)
    )
    for check in {one.respondent_id: one for one in rows}.values():
        if check.wording == own.draft.wording:
            session.add(
                GoalCheck(
                    id=derived(edition_id, "check", str(check.id)),
                    respondent_id=check.respondent_id,
                    goal_edition_id=edition_id,
                    wording=check.wording,
                    verdict=check.verdict,
                    comment=check.comment,
                    at=check.at,
                )
            )
    session.flush()


def _begin(session: Session, act: Act, relation_id: UUID) -> GoalRelation | None:
    check_reader(act)
    lock_tree(session)
    return session.get(GoalRelation, (session.info["programme_id"], relation_id))


def _locked(session: Session, act: Act, relation_id: UUID, revision: int | None) -> GoalRelation:
    check_reader(act)
    lock_tree(session)
    relation = found(session, GoalRelation, relation_id, locked=True)
    if revision is not None and revision != relation.revision:
        theirs = relation_draft(relation)
        raise Stale({name: getattr(theirs, name) for name in RelationDraft.__slots__}, relation.revision)
    return relation


def _check(draft: RelationDraft) -> None:
    check_decision(draft.reason, draft.decided_by)
    check_free_text(draft.reason)
    check_free_text(draft.decided_by)


def _add(
    session: Session, act: Act, relation_id: UUID, own: OwnGoal, goal_id: UUID, draft: RelationDraft
) -> GoalRelation:
    relation = GoalRelation(
        id=relation_id,
        party_goal_id=own.id,
        goal_id=goal_id,
        relation=draft.relation,
        reason=draft.reason.strip(),
        decided_by=draft.decided_by.strip(),
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(relation)
    session.flush()
    return relation


def _carry_out(session: Session, act: Act, own: OwnGoal, goal: GoalView, relation: Relation) -> None:
    """Do what follows from a relation; what is recorded of the party already stays as it is."""
    follows = follows_from(own, goal, relation)
    if follows.statements:
        add_sources(session, act, goal.id, own.statement_ids)
    if follows.stance is None or what_stays(session, own, goal.id).stance is not None:
        return
    scores = follows.stance is Stance.SUPPORTS
    held = Held(
        group_id=own.group_id,
        stance=follows.stance,
        importance=own.draft.importance if scores else None,
        feasibility=own.draft.feasibility if scores else None,
    )
    set_holder(session, act, goal.id, held)
