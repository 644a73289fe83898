"""The links of the tree: each of them legal, and all of them together without circles."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Belief, Edge, Support, check_new_link
from toc.domain.goals.rules import sees_hidden
from toc.models.goals import Goal, GoalEdition, GoalLink
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals.reading import goal_columns, goal_view, is_current, link_draft, seen
from toc.services.goals.values import LinkDraft, LinkView
from toc.services.goals.writing import lock_tree


def get_link(session: Session, act: Act, link_id: UUID) -> LinkView:
    """Return a link with its two goals, in one statement.

    Raises:
        NotFound: there is no such link in this programme, or one of its goals is hidden from this reader.
    """
    lower, upper, below, above = aliased(Goal), aliased(Goal), aliased(GoalEdition), aliased(GoalEdition)
    row = session.execute(
        select(GoalLink, *goal_columns(lower, below), *goal_columns(upper, above))
        .join(lower, (lower.programme_id == GoalLink.programme_id) & (lower.id == GoalLink.lower_id))
        .join(upper, (upper.programme_id == GoalLink.programme_id) & (upper.id == GoalLink.upper_id))
        .join(below, is_current(lower, below))
        .join(above, is_current(upper, above))
        .where(
            GoalLink.programme_id == session.info["programme_id"],
            GoalLink.id == link_id,
            seen(act, lower),
            seen(act, upper),
        )
    ).first()
    if row is None:
        raise NotFound
    link, *goals = row
    half = len(goals) // 2
    return LinkView(
        id=link.id,
        lower=goal_view(goals[:half]),
        upper=goal_view(goals[half:]),
        draft=link_draft(link),
        revision=link.revision,
    )


def link_goals(
    session: Session, act: Act, link_id: UUID, *, lower_id: UUID, upper_id: UUID, draft: LinkDraft
) -> GoalLink:
    """Say that a lower goal is a means to an upper one.

    Adding a link with an id that is there already changes nothing and returns the one that is there.

    Raises:
        NotFound: one of the goals is not in this programme, or hidden from this person.
        Conflict: ``link.self``, ``link.duplicate`` or ``link.cycle``, with the codes of the goals: lower,
            upper, and for a cycle the way from upper to lower that is there already.
        DomainError: ``link.bad_confidence``.
    """
    lock_tree(session)
    existing = session.get(GoalLink, (session.info["programme_id"], link_id))
    if existing is not None:
        return existing
    _check(draft)
    numbers = _numbers(session)
    goals = {lower_id, upper_id}
    if not goals <= numbers.keys() or not all(numbers[goal][1] or sees_hidden(act.roles) for goal in goals):
        raise NotFound
    try:
        check_new_link(_edges(session), lower_id, upper_id)
    except DomainError as error:
        raise Conflict(
            error.key,
            lower=code(CodeKind.GOAL, numbers[lower_id][0]),
            upper=code(CodeKind.GOAL, numbers[upper_id][0]),
            way=" → ".join(code(CodeKind.GOAL, numbers[goal][0]) for goal in _way(error)),
        ) from error
    link = GoalLink(
        id=link_id,
        lower_id=lower_id,
        upper_id=upper_id,
        created_at=act.at,
        created_by_id=act.user,
        **_columns(draft),
    )
    session.add(link)
    audit.record(session, act, "link.create", "goal_link", link_id, lower=str(lower_id), upper=str(upper_id))
    return link


def edit_link(
    session: Session, act: Act, link_id: UUID, draft: LinkDraft, *, revision: int | None = None
) -> GoalLink:
    """Change what a link says; its goals stay.

    Raises:
        NotFound: there is no such link, or one of its goals is hidden from this person.
        Stale: somebody changed it after the form was made.
        DomainError: ``link.bad_confidence``.
    """
    link = _locked(session, act, link_id)
    if revision is not None and revision != link.revision:
        raise Stale(_columns(link_draft(link)), link.revision)
    _check(draft)
    for name, value in _columns(draft).items():
        setattr(link, name, value)
    audit.record(session, act, "link.edit", "goal_link", link_id, key=int(draft.is_key))
    return link


def remove_link(session: Session, act: Act, link_id: UUID) -> None:
    """Take a link away; the goals stay.

    Raises:
        NotFound: there is no such link, or one of its goals is hidden from this person.
    """
    link = _locked(session, act, link_id)
    lower, upper = str(link.lower_id), str(link.upper_id)
    session.delete(link)
    audit.record(session, act, "link.remove", "goal_link", link_id, lower=lower, upper=upper)


def _locked(session: Session, act: Act, link_id: UUID) -> GoalLink:
    lock_tree(session)
    get_link(session, act, link_id)
    return session.get_one(GoalLink, (session.info["programme_id"], link_id), populate_existing=True)


def _check(draft: LinkDraft) -> None:
    if draft.confidence is not None:
        Belief(stated=draft.confidence, support=Support.NOTHING)


def _columns(draft: LinkDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in LinkDraft.__slots__}


def _edges(session: Session) -> list[Edge]:
    rows = session.execute(
        select(GoalLink.lower_id, GoalLink.upper_id).where(
            GoalLink.programme_id == session.info["programme_id"]
        )
    )
    return [Edge(lower, upper) for lower, upper in rows]


def _numbers(session: Session) -> dict[UUID, tuple[int, bool]]:
    rows = session.execute(
        select(Goal.id, Goal.code, Goal.released).where(Goal.programme_id == session.info["programme_id"])
    )
    return {goal_id: (number, released) for goal_id, number, released in rows}


def _way(error: DomainError) -> tuple[UUID, ...]:
    way = error.params.get("way", ())
    return way if isinstance(way, tuple) else ()
