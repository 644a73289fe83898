"""One goal and what surrounds it. A goal that its owner has not released exists only for the evaluator."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.money import Money
from toc.models.bonds import BondContract, ContractEdition, ContractLine, Outcome, Payment
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink
from toc.models.interviews import StakeholderGroup
from toc.models.people import User
from toc.services.errors import NotFound
from toc.services.goals.values import (
    EditionView,
    GoalDraft,
    GoalView,
    LinkDraft,
    Neighbour,
    PartyView,
    PayingLine,
)


def goal_columns(goal: Any = Goal, edition: Any = GoalEdition) -> tuple[Any, ...]:  # noqa: ANN401 - a table or its alias
    """Return the columns that `goal_view` reads, in its order."""
    return (
        goal.id,
        goal.code,
        goal.edition,
        edition.id,
        edition.wording,
        edition.explanation,
        edition.level,
        edition.standing,
        edition.confirmed,
        edition.for_whom,
        edition.by_when,
        edition.importance,
        edition.feasibility,
        edition.practice,
        edition.purpose,
        edition.direction,
        goal.is_primary,
        goal.released,
        goal.visible_from,
        goal.revision,
        goal.retired_at,
    )


def goal_view(row: Sequence[Any]) -> GoalView:
    """Return a goal from its columns."""
    return GoalView(**dict(zip(GoalView.__slots__, row, strict=True)))


def is_current(goal: Any = Goal, edition: Any = GoalEdition) -> ColumnElement[bool]:  # noqa: ANN401 - as goal_columns
    """Return the condition by which an edition is the current one of a goal."""
    return and_(
        edition.programme_id == goal.programme_id,
        edition.goal_id == goal.id,
        edition.number == goal.edition,
    )


def seen(act: Act, goal: Any = Goal) -> ColumnElement[bool]:  # noqa: ANN401 - as goal_columns
    """Return the condition by which this reader may know of a goal."""
    return true() if sees_hidden(act.roles) else goal.released.is_(True)


def _goals(session: Session, act: Act) -> Select[Any]:
    return (
        select(*goal_columns())
        .join(GoalEdition, is_current())
        .where(Goal.programme_id == session.info["programme_id"], seen(act))
    )


def get_goal(session: Session, act: Act, goal_id: UUID) -> GoalView:
    """Return a goal as it stands now, in one statement.

    Raises:
        NotFound: there is no such goal in this programme, or it is hidden from this reader.
    """
    row = session.execute(_goals(session, act).where(Goal.id == goal_id)).first()
    if row is None:
        raise NotFound
    return goal_view(row)


def visible_goals(session: Session, act: Act) -> list[GoalView]:
    """Return the goals that this reader may know of, by code, in one statement."""
    standing = _goals(session, act).where(Goal.retired_at.is_(None)).order_by(Goal.code)
    return [goal_view(row) for row in session.execute(standing)]


def history(session: Session, act: Act, goal: GoalView) -> list[EditionView]:
    """Return the editions of a goal, newest first, in one statement.

    What a goal said while it was hidden is for the evaluator alone, and why it was then worded anew as well.
    """
    everything = sees_hidden(act.roles)
    oldest = 1 if everything else goal.visible_from
    rows = session.execute(
        select(GoalEdition, User.name, Finding.id, Finding.code)
        .outerjoin(User, User.id == GoalEdition.created_by_id)
        .outerjoin(
            Reply,
            and_(
                Reply.programme_id == GoalEdition.programme_id,
                Reply.resulting_edition_id == GoalEdition.id,
            ),
        )
        .outerjoin(Finding, and_(Finding.programme_id == Reply.programme_id, Finding.id == Reply.finding_id))
        .where(
            GoalEdition.programme_id == session.info["programme_id"],
            GoalEdition.goal_id == goal.id,
            GoalEdition.number >= oldest,
        )
        .order_by(GoalEdition.number.desc(), Reply.at)
    )
    # Several replies may have led to one edition: the first of them tells where it came from.
    found: dict[int, EditionView] = {}
    for edition, by, finding_id, finding_number in rows:
        view = _edition_view(edition, by, finding_id, finding_number)
        if edition.number == oldest and not everything:
            view = replace(view, reason="", finding_id=None, finding_code="")
        found.setdefault(edition.number, view)
    return list(found.values())


def draft_of(edition: GoalEdition) -> GoalDraft:
    """Return what an edition says."""
    return GoalDraft(**{name: getattr(edition, name) for name in GoalDraft.__slots__})


def _edition_view(
    edition: GoalEdition, by: str | None, finding_id: UUID | None, finding_number: int | None
) -> EditionView:
    return EditionView(
        number=edition.number,
        draft=draft_of(edition),
        reason=edition.reason,
        at=edition.created_at,
        by=by or "",
        finding_id=finding_id,
        finding_code="" if finding_number is None else code(CodeKind.FINDING, finding_number),
    )


def parties(session: Session, goal_id: UUID | None) -> list[PartyView]:
    """Return every party of the programme and what it thinks of a goal, in one statement.

    Args:
        session: of a programme.
        goal_id: a goal that the reader may know of; None: nobody thinks anything yet.
    """
    rows = session.execute(
        select(
            StakeholderGroup.id,
            StakeholderGroup.code,
            StakeholderGroup.name,
            GoalHolder.stance,
            GoalHolder.importance,
            GoalHolder.feasibility,
            func.coalesce(GoalHolder.revision, 0),
        )
        .outerjoin(
            GoalHolder,
            and_(
                GoalHolder.programme_id == StakeholderGroup.programme_id,
                GoalHolder.group_id == StakeholderGroup.id,
                GoalHolder.goal_id == goal_id,
            ),
        )
        .where(StakeholderGroup.programme_id == session.info["programme_id"])
        .order_by(StakeholderGroup.code)
    )
    return [PartyView(*row) for row in rows]


def find_holder(session: Session, goal_id: UUID, group_id: UUID) -> PartyView:
    """Return one party and what it thinks of a goal.

    Raises:
        NotFound: there is no such party in this programme.
    """
    for party in parties(session, goal_id):
        if party.id == group_id:
            return party
    raise NotFound


def link_draft(link: GoalLink) -> LinkDraft:
    """Return what a link says."""
    return LinkDraft(**{name: getattr(link, name) for name in LinkDraft.__slots__})


def neighbours(
    session: Session, act: Act, goal_id: UUID
) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
    """Return what stands right below a goal and what right above it, in one statement.

    Returns:
        Means, then ends, each by code; without goals that are hidden from this reader or left the tree.
    """
    other = aliased(Goal)
    edition = aliased(GoalEdition)
    rows = session.execute(
        select(GoalLink, *goal_columns(other, edition))
        .join(
            other,
            and_(
                other.programme_id == GoalLink.programme_id,
                other.id == case((GoalLink.lower_id == goal_id, GoalLink.upper_id), else_=GoalLink.lower_id),
            ),
        )
        .join(edition, is_current(other, edition))
        .where(
            GoalLink.programme_id == session.info["programme_id"],
            (GoalLink.lower_id == goal_id) | (GoalLink.upper_id == goal_id),
            seen(act, other),
            other.retired_at.is_(None),
        )
        .order_by(other.code)
    ).all()

    def side(links: Iterable[Any]) -> tuple[Neighbour, ...]:
        return tuple(
            Neighbour(link_id=link.id, draft=link_draft(link), goal=goal_view(goal)) for link, *goal in links
        )

    return side(row for row in rows if row[0].upper_id == goal_id), side(
        row for row in rows if row[0].lower_id == goal_id
    )


def paying_lines(session: Session, goal_id: UUID) -> list[PayingLine]:
    """Return the lines of current contracts that pay for a goal, and what they paid, in one statement."""
    rows = session.execute(
        select(
            ContractLine.id,
            ContractLine.name,
            BondContract.name,
            ContractEdition.currency,
            func.coalesce(func.sum(Payment.net_minor), 0),
            func.count(Payment.id),
        )
        .join(ContractLine.contract_edition)
        .join(ContractEdition.contract)
        .outerjoin(
            Outcome,
            and_(
                Outcome.programme_id == ContractLine.programme_id, Outcome.contract_line_id == ContractLine.id
            ),
        )
        .outerjoin(
            Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
        )
        .where(
            ContractLine.programme_id == session.info["programme_id"],
            ContractLine.goal_id == goal_id,
            ContractEdition.number == BondContract.edition,
        )
        .group_by(
            ContractLine.id,
            ContractLine.name,
            ContractLine.position,
            BondContract.name,
            BondContract.code,
            ContractEdition.currency,
        )
        .order_by(BondContract.code, ContractLine.position)
    )
    return [
        PayingLine(
            id=line_id,
            name=name,
            contract=contract,
            paid=Money.from_minor(int(paid), currency),
            outcomes=outcomes,
        )
        for line_id, name, contract, currency, paid, outcomes in rows
    ]
