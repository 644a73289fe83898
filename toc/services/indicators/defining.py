"""Adding and defining indicators. Whoever writes measurements of an indicator holds its row meanwhile."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.domain.indicators import Definition
from toc.domain.indicators.external import Scheme
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.people import Membership
from toc.services import audit, codes
from toc.services.errors import NotFound, Stale
from toc.services.indicators.editions import DEFINITION, add_periods, definition_of, kept
from toc.services.indicators.listed import sdg


def _goal(session: Session, act: Act, goal_id: UUID) -> Goal:
    """Return a goal that waits for others who add to it or reword it."""
    goal = session.scalar(
        select(Goal)
        .where(Goal.programme_id == session.info["programme_id"], Goal.id == goal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if goal is None or not (goal.released or sees_hidden(act.roles)):
        raise NotFound
    return goal


def locked(session: Session, act: Act, indicator_id: UUID) -> tuple[Indicator, IndicatorEdition]:
    """Return an indicator that nobody else writes until the transaction ends, and its current edition.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this person.
    """
    programme_id = session.info["programme_id"]
    indicator = session.scalar(
        select(Indicator)
        .where(Indicator.programme_id == programme_id, Indicator.id == indicator_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    row = (
        None
        if indicator is None
        else session.execute(
            select(IndicatorEdition, Goal.released)
            .select_from(IndicatorEdition)
            .join(Goal, (Goal.programme_id == programme_id) & (Goal.id == indicator.goal_id))
            .where(
                IndicatorEdition.programme_id == programme_id,
                IndicatorEdition.indicator_id == indicator_id,
                IndicatorEdition.number == indicator.edition,
            )
        ).first()
    )
    if indicator is None or row is None or not (row.released or sees_hidden(act.roles)):
        raise NotFound
    return indicator, row[0]


def add_indicator(
    session: Session, act: Act, indicator_id: UUID, goal_id: UUID, definition: Definition
) -> Indicator:
    """Add an indicator to a goal, as the goal is worded now.

    Adding one with an id that is there already changes nothing and returns the one that is there.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
        DomainError: ``indicator.personal``, ``indicator.not_a_member``, ``external.not_in_list``.
    """
    definition.check_texts()
    _check_links(session, definition)
    goal = _goal(session, act, goal_id)
    existing = session.get(Indicator, (session.info["programme_id"], indicator_id))
    if existing is not None:
        return existing
    indicator = Indicator(
        id=indicator_id,
        code=codes.next_code(session, CodeKind.INDICATOR),
        goal_id=goal.id,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(indicator)
    session.flush()
    _add_edition(session, act, indicator, definition, "")
    audit.record(
        session,
        act,
        "indicator.create",
        "indicator",
        indicator.id,
        code=indicator.code,
        goal=str(goal.id),
        kind=definition.kind.value,
    )
    return indicator


def new_edition(
    session: Session, act: Act, indicator_id: UUID, definition: Definition, *, reason: str, revision: int
) -> IndicatorEdition:
    """Define an indicator anew; what was measured before keeps the definition it was measured by.

    A definition that changes nothing makes no edition: the current one is returned.

    Args:
        session: of a programme.
        act: who and when.
        indicator_id: which.
        definition: the whole of the new one.
        reason: why; never empty.
        revision: of the indicator when the form was made.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this person.
        Stale: somebody else was faster; with what it says now.
        DomainError: ``indicator.reason_missing``, ``indicator.kind_fixed`` when there are measurements,
            ``indicator.personal``, ``indicator.not_a_member``, ``external.not_in_list``.
    """
    definition.check_texts()
    indicator, current = locked(session, act, indicator_id)
    said = definition_of(current)
    if definition == said:
        return current
    if indicator.revision != revision:
        theirs: Mapping[str, object] = {name: getattr(said, name) for name in DEFINITION}
        raise Stale(theirs, indicator.revision)
    _check_links(session, definition, said)
    if not reason.strip():
        raise DomainError("indicator.reason_missing", field="reason")
    if definition.kind is not said.kind and _is_measured(session, indicator_id):
        raise DomainError("indicator.kind_fixed", field="kind")
    indicator.edition += 1
    session.flush()
    edition = _add_edition(session, act, indicator, definition, reason)
    audit.record(session, act, "indicator.edit", "indicator", indicator.id, edition=indicator.edition)
    return edition


def _check_links(session: Session, definition: Definition, said: Definition | None = None) -> None:
    """Refuse a member or a code that is not there; what was said before may stay.

    Raises:
        DomainError: ``indicator.not_a_member``, ``external.not_in_list`` with ``code``.
    """
    responsible = definition.responsible_id
    if responsible is not None and (said is None or responsible != said.responsible_id):
        is_member = exists().where(
            Membership.programme_id == session.info["programme_id"],
            Membership.user_id == responsible,
            Membership.ended_at.is_(None),
        )
        if not session.scalar(select(is_member)):
            raise DomainError("indicator.not_a_member", field="responsible_id")
    known = () if said is None else said.external_codes
    for one in definition.external_codes:
        if one.scheme is Scheme.SDG and one not in known and one.code not in sdg().by_code:
            raise DomainError("external.not_in_list", field="external_codes", code=one.code)


def _is_measured(session: Session, indicator_id: UUID) -> bool:
    return bool(
        session.scalar(
            select(
                exists().where(
                    Measurement.programme_id == session.info["programme_id"],
                    Measurement.indicator_id == indicator_id,
                )
            )
        )
    )


def _add_edition(
    session: Session, act: Act, indicator: Indicator, definition: Definition, reason: str
) -> IndicatorEdition:
    goal_edition_id = session.scalars(
        select(GoalEdition.id)
        .join(GoalEdition.goal)
        .where(
            GoalEdition.programme_id == session.info["programme_id"],
            GoalEdition.goal_id == indicator.goal_id,
            GoalEdition.number == Goal.edition,
        )
    ).one()
    edition = IndicatorEdition(
        id=derived(indicator.id, "edition", str(indicator.edition)),
        indicator_id=indicator.id,
        goal_edition_id=goal_edition_id,
        number=indicator.edition,
        reason=reason,
        created_at=act.at,
        created_by_id=act.user,
        **kept(definition),
    )
    session.add(edition)
    session.flush()
    add_periods(session, edition, definition)
    session.flush()
    session.expire(edition, ["targets"])
    return edition
