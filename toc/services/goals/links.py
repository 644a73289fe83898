"""The links of the tree: each of them legal, and all of them together without circles."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Belief, Edge, Support, check_new_link
from toc.domain.goals.rules import check_key_link, sees_hidden
from toc.models.goals import Goal, GoalEdition, GoalLink, LinkArgument
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
    """Say that a lower goal is a means to an upper one, or leads back to it.

    Adding a link with an id that is there already changes nothing and returns the one that is there. Only a
    draft that says so makes a feedback, which is no part of the order and may go round.

    Raises:
        NotFound: one of the goals is not in this programme, or hidden from this person.
        Conflict: ``link.self``, ``link.duplicate`` or ``link.cycle``, with the codes of the goals: lower,
            upper, and for a cycle the way from upper to lower that is there already.
        DomainError: ``link.bad_confidence``, ``link.key_reason_missing``.
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
    _check_order(session, numbers, lower_id, upper_id, is_feedback=draft.is_feedback)
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
        Conflict: ``link.cycle``, when a feedback is to become part of the order and cannot.
        DomainError: ``link.bad_confidence``, ``link.key_reason_missing``.
    """
    link = _locked(session, act, link_id)
    if revision is not None and revision != link.revision:
        raise Stale(_columns(link_draft(link)), link.revision)
    _check(draft)
    if link.is_feedback and not draft.is_feedback:
        _check_order(session, _numbers(session), link.lower_id, link.upper_id, without=link_id)
    for name, value in _columns(draft).items():
        setattr(link, name, value)
    audit.record(session, act, "link.edit", "goal_link", link_id, key=int(draft.is_key))
    return link


def remove_link(session: Session, act: Act, link_id: UUID) -> None:
    """Take a link away, with what was argued about it; the goals stay.

    Who wants to be able to undo it, asks `moving.unlink`.

    Raises:
        NotFound: there is no such link, or one of its goals is hidden from this person.
    """
    link = _locked(session, act, link_id)
    lower, upper = str(link.lower_id), str(link.upper_id)
    session.execute(
        delete(LinkArgument).where(
            LinkArgument.programme_id == session.info["programme_id"], LinkArgument.link_id == link_id
        )
    )
    session.delete(link)
    audit.record(session, act, "link.remove", "goal_link", link_id, lower=lower, upper=upper)


def count_key_links(session: Session, act: Act) -> int:
    """Return how many key links the tree has, as far as this reader sees it, in one statement."""
    lower, upper = aliased(Goal), aliased(Goal)
    return session.scalars(
        select(func.count())
        .select_from(GoalLink)
        .join(lower, (lower.programme_id == GoalLink.programme_id) & (lower.id == GoalLink.lower_id))
        .join(upper, (upper.programme_id == GoalLink.programme_id) & (upper.id == GoalLink.upper_id))
        .where(
            GoalLink.programme_id == session.info["programme_id"],
            GoalLink.is_key.is_(True),
            *(
                condition
                for goal in (lower, upper)
                for condition in (seen(act, goal), goal.retired_at.is_(None))
            ),
        )
    ).one()


def _locked(session: Session, act: Act, link_id: UUID) -> GoalLink:
    lock_tree(session)
    get_link(session, act, link_id)
    return session.get_one(GoalLink, (session.info["programme_id"], link_id), populate_existing=True)


def _check(draft: LinkDraft) -> None:
    check_key_link(is_key=draft.is_key, reason=draft.key_reason)
    if draft.confidence is not None:
        Belief(stated=draft.confidence, support=Support.NOTHING)


def _check_order(
    session: Session,
    numbers: Mapping[UUID, tuple[int, bool]],
    lower_id: UUID,
    upper_id: UUID,
    *,
    is_feedback: bool = False,
    without: UUID | None = None,
) -> None:
    """Refuse a link that the tree cannot hold; a feedback may go round, but stand there once.

    Goals that were taken out of the tree count: they may come back with their links.
    """
    rows = session.execute(
        select(GoalLink.id, GoalLink.lower_id, GoalLink.upper_id, GoalLink.is_feedback).where(
            GoalLink.programme_id == session.info["programme_id"]
        )
    )
    edges = [
        Edge(lower, upper)
        for link_id, lower, upper, back in rows
        if link_id != without and ((lower, upper) == (lower_id, upper_id) or not (back or is_feedback))
    ]
    try:
        check_new_link(edges, lower_id, upper_id)
    except DomainError as error:
        raise Conflict(
            error.key,
            lower=code(CodeKind.GOAL, numbers[lower_id][0]),
            upper=code(CodeKind.GOAL, numbers[upper_id][0]),
            way=" → ".join(code(CodeKind.GOAL, numbers[goal][0]) for goal in _way(error)),
        ) from error


def _columns(draft: LinkDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in LinkDraft.__slots__}


def _numbers(session: Session) -> dict[UUID, tuple[int, bool]]:
    rows = session.execute(
        select(Goal.id, Goal.code, Goal.released).where(Goal.programme_id == session.info["programme_id"])
    )
    return {goal_id: (number, released) for goal_id, number, released in rows}


def _way(error: DomainError) -> tuple[UUID, ...]:
    way = error.params.get("way", ())
    return way if isinstance(way, tuple) else ()
