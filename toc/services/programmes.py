"""Programmes: made, described, and seen from above."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.money import Money
from toc.domain.people import OrganisationKind, Part, Role, Step
from toc.domain.permissions import may
from toc.domain.programmes import Description, Language, Task
from toc.models.bonds import BondContract, ContractEdition, Outcome, OutcomeDecision, Payment
from toc.models.findings import Reply
from toc.models.goals import Goal
from toc.models.indicators import Indicator
from toc.models.interviews import Interview, Respondent, StakeholderGroup
from toc.models.people import Membership, Organisation
from toc.models.programmes import Partner, Programme
from toc.services import audit, interviews
from toc.services.errors import NotFound, Stale
from toc.services.indicators.reviewing import waiting_query


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPartner:
    """An organisation as it is typed when a programme is made."""

    part: Part
    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One row of the list of programmes that somebody takes part in."""

    programme: Programme
    roles: frozenset[Role]
    goals: int
    indicators: int
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BondInOneSentence:
    """What the bond comes to."""

    contracts: int
    investment: Money
    paid: Money
    payments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Which parties were interviewed."""

    groups: int
    silent: tuple[tuple[UUID, str], ...]
    """Those without a finished interview: id and name."""


def is_demo(session: Session) -> bool:
    """Tell whether this database holds demo programmes."""
    return bool(session.scalar(select(exists().where(Programme.is_demo))))


def get(session: Session) -> Programme:
    """Return the programme of this session.

    Raises:
        NotFound: there is none.
    """
    programme = session.get(Programme, session.info["programme_id"])
    if programme is None:
        raise NotFound
    return programme


def create(
    session: Session,
    act: Act,
    programme_id: UUID,
    description: Description,
    partners: Sequence[NamedPartner] = (),
    *,
    demo: bool = False,
) -> Programme:
    """Make a programme; who makes it becomes its coordinator. The same id twice makes it once.

    Args:
        session: of no programme yet; afterwards it is one of the new programme.
        act: who and when.
        programme_id: as the form carried it.
        description: what it is about.
        partners: organisations by name; one with that name that exists already is meant.
        demo: made by the demo.
    """
    existing = session.get(Programme, programme_id)
    if existing is not None:
        if existing.created_by_id != act.user:
            raise NotFound  # an id of somebody else's programme, made up or copied
        return existing
    programme = Programme(
        id=programme_id, created_at=act.at, created_by_id=act.user, is_demo=demo, **_columns(description)
    )
    session.add(programme)
    session.flush()
    session.info["programme_id"] = programme_id
    audit.start_chain(session, programme_id)
    if act.user is not None:
        session.add(
            Membership(
                id=derived(programme_id, "coordinator"),
                programme_id=programme_id,
                user_id=act.user,
                role=Role.COORDINATOR,
                created_at=act.at,
            )
        )
    for named in partners:
        organisation = _organisation(session, act, programme_id, named)
        session.add(
            Partner(
                id=derived(programme_id, "partner", named.part, str(organisation.id)),
                organisation=organisation,
                part=named.part,
                created_at=act.at,
                created_by_id=act.user,
            )
        )
    session.flush()
    interviews.ensure_guides(session, act)
    audit.record(session, act, "programme.create", "programme", programme_id)
    return programme


def describe(
    session: Session, act: Act, programme: Programme, description: Description, *, revision: int
) -> None:
    """Change what a programme says about itself.

    Who pays does not decide alone that smaller numbers of participants are shown: neither who is funder or
    investor as well, nor who takes part for an organisation that is.

    Raises:
        Stale: somebody else changed it since the form was made.
        DomainError: ``privacy.payer_loosens``, with ``field``.
    """
    if programme.revision != revision:
        raise Stale(description_of(programme), programme.revision)
    threshold, decided = programme.small_number_threshold, programme.own_totals_decided
    loosens = description.shows_more_than(threshold=threshold, own_totals_decided=decided)
    if loosens and (not may(act.roles, "privacy.loosen") or _is_of_a_payer(session, act)):
        lower = description.small_number_threshold < threshold
        raise DomainError(
            "privacy.payer_loosens", field="small_number_threshold" if lower else "own_totals_decided"
        )
    before = description_of(programme)
    for name, value in _columns(description).items():
        setattr(programme, name, value)
    changed = sorted(name for name, value in description_of(programme).items() if before[name] != value)
    if changed:
        session.flush()
        audit.record(session, act, "programme.edit", "programme", programme.id, fields=" ".join(changed))
    if {"small_number_threshold", "own_totals_decided"} & set(changed):
        audit.record(
            session,
            act,
            "programme.protect",
            "programme",
            programme.id,
            threshold=programme.small_number_threshold,
            before=threshold,
            own_totals=int(programme.own_totals_decided),
        )


def _is_of_a_payer(session: Session, act: Act) -> bool:
    """Tell whether somebody takes part for an organisation that is funder or investor in the programme."""
    of_a_payer = (
        exists()
        .where(
            Membership.programme_id == Partner.programme_id,
            Membership.organisation_id == Partner.organisation_id,
            Membership.user_id == act.user,
            Membership.ended_at.is_(None),
        )
        .where(
            Partner.programme_id == session.info["programme_id"],
            Partner.part.in_((Part.FUNDER, Part.INVESTOR)),
        )
    )
    return bool(session.scalar(select(of_a_payer)))


def description_of(programme: Programme) -> dict[str, object]:
    """Return what the programme says now, by the names of `Description`."""
    return {one.name: getattr(programme, one.name) for one in fields(Description)}


def _columns(description: Description) -> dict[str, object]:
    values = asdict(description)
    values["language"] = Language(description.language).value
    return values


def _organisation(session: Session, act: Act, programme_id: UUID, named: NamedPartner) -> Organisation:
    found = session.scalar(
        select(Organisation).where(func.lower(Organisation.name) == named.name.lower()).limit(1)
    )
    if found is None:
        found = Organisation(
            id=derived(programme_id, "organisation", named.name.casefold()),
            name=named.name,
            kind=named.kind,
            place="",
            created_at=act.at,
        )
        session.add(found)
        session.flush()
    return found


# --- Seen from above ----------------------------------------------------------------------------------------


def mine(session: Session, memberships: Mapping[UUID, frozenset[Role]]) -> list[Summary]:
    """Return the programmes that somebody takes part in, newest first, in one statement."""
    query = (
        select(
            Programme,
            _count(Goal, Goal.released),
            _count(Indicator),
            select(func.coalesce(func.sum(Payment.net_minor), 0))
            .where(Payment.programme_id == Programme.id)
            .correlate(Programme)
            .scalar_subquery(),
        )
        .where(Programme.id.in_(memberships))
        .order_by(Programme.created_at.desc(), Programme.name)
    )
    return [
        Summary(
            programme=programme,
            roles=memberships[programme.id],
            goals=goals,
            indicators=indicators,
            paid=Money.from_minor(paid, programme.currency),
        )
        for programme, goals, indicators, paid in session.execute(query)
    ]


def _count(
    table: type[Goal] | type[Indicator], *where: ColumnElement[bool] | InstrumentedAttribute[bool]
) -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(table)
        .where(table.programme_id == Programme.id, *where)
        .correlate(Programme)
        .scalar_subquery()
    )


def bond_in_one_sentence(session: Session, currency: str) -> BondInOneSentence:
    """Return what was invested and paid in the programme, in one statement."""
    programme_id = session.info["programme_id"]
    terms = select(ContractEdition.terms).join(
        BondContract,
        and_(
            BondContract.programme_id == ContractEdition.programme_id,
            BondContract.id == ContractEdition.contract_id,
            BondContract.edition == ContractEdition.number,
        ),
    )
    paid = select(func.coalesce(func.sum(Payment.net_minor), 0)).where(Payment.programme_id == programme_id)
    count = select(func.count()).select_from(Payment).where(Payment.programme_id == programme_id)
    rows = session.execute(
        terms.add_columns(paid.scalar_subquery(), count.scalar_subquery()).where(
            ContractEdition.programme_id == programme_id
        )
    ).all()
    investment = sum((Money.from_dict(row[0]["investment"]) for row in rows), Money.from_minor(0, currency))
    return BondInOneSentence(
        contracts=len(rows),
        investment=investment,
        paid=Money.from_minor(rows[0][1] if rows else 0, currency),
        payments=rows[0][2] if rows else 0,
    )


def heard(session: Session) -> Heard:
    """Return how many parties there are and which of them were not heard yet, in one statement."""
    spoke = (
        exists()
        .where(
            Interview.programme_id == StakeholderGroup.programme_id,
            Interview.submitted_at.is_not(None),
            Respondent.programme_id == Interview.programme_id,
            Respondent.id == Interview.respondent_id,
            Respondent.group_id == StakeholderGroup.id,
        )
        .correlate(StakeholderGroup)
    )
    rows = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.name, spoke)
        .where(StakeholderGroup.programme_id == session.info["programme_id"])
        .order_by(StakeholderGroup.code)
    ).all()
    return Heard(groups=len(rows), silent=tuple((id_, name) for id_, name, did in rows if not did))


_WHOSE: Mapping[Task, Role] = {
    Task.DESCRIBE: Role.COORDINATOR,
    Task.INVITE: Role.COORDINATOR,
    Task.ENTER_CONTRACT: Role.COORDINATOR,
    Task.ADD_GROUPS: Role.EVALUATOR,
    Task.HEAR_GROUPS: Role.EVALUATOR,
    Task.ADD_GOALS: Role.EVALUATOR,
    Task.MAKE_MEASURABLE: Role.EVALUATOR,
    Task.VERIFY_OUTCOMES: Role.EVALUATOR,
    Task.ANSWER_REPLIES: Role.EVALUATOR,
    Task.LOG_MEASUREMENTS: Role.WORKER,
    Task.APPROVE_PAYMENTS: Role.FUNDER,
}


def _is_for(task: Task, roles: Collection[Role]) -> bool:
    """Tell whether a task is one of somebody with these roles; of reviewing the table of actions says so."""
    return may(roles, "measurement.review") if task is Task.REVIEW_MEASUREMENTS else _WHOSE[task] in roles


def tasks(session: Session, act: Act, silent: int, to_log: int) -> list[tuple[Task, int]]:
    """Return what waits for this person, with how many of each, in one statement.

    Args:
        session: of the programme.
        act: who; only their own tasks are returned.
        silent: parties not heard yet, from `heard`.
        to_log: values that wait for this person, from `services.indicators.many_to_log`.
    """
    programme = get(session)
    here = session.info["programme_id"]
    counts = session.execute(
        select(
            _rows(StakeholderGroup, here),
            _rows(Goal, here),
            _rows(Indicator, here),
            _rows(BondContract, here),
            _waiting(here, Step.VERIFY).scalar_subquery(),
            _waiting(here, Step.APPROVE).scalar_subquery(),
            select(func.count())
            .select_from(Reply)
            .where(Reply.programme_id == here, Reply.answered_at.is_(None))
            .scalar_subquery(),
            select(func.count(func.distinct(Membership.user_id)))
            .where(Membership.programme_id == here, Membership.ended_at.is_(None))
            .scalar_subquery(),
            waiting_query(session, act) if may(act.roles, "measurement.review") else literal(0),
        )
    ).one()
    groups, goals, indicators, contracts, to_verify, to_approve, replies, members, to_review = counts
    open_ = {
        Task.APPROVE_PAYMENTS: to_approve,
        Task.VERIFY_OUTCOMES: to_verify,
        Task.LOG_MEASUREMENTS: to_log,
        Task.REVIEW_MEASUREMENTS: to_review,
        Task.ANSWER_REPLIES: replies,
        Task.DESCRIBE: 0 if programme.problem and programme.target_group else 1,
        Task.INVITE: 1 if members <= 1 else 0,
        Task.ADD_GROUPS: 0 if groups else 1,
        Task.HEAR_GROUPS: silent,
        Task.ADD_GOALS: 0 if goals or not groups else 1,
        Task.MAKE_MEASURABLE: 1 if goals and not indicators else 0,
        Task.ENTER_CONTRACT: 1 if indicators and not contracts else 0,
    }
    return [(task, count) for task, count in open_.items() if count and _is_for(task, act.roles)]


def _rows(
    table: type[StakeholderGroup] | type[Goal] | type[Indicator] | type[BondContract], here: UUID
) -> ColumnElement[int]:
    return select(func.count()).select_from(table).where(table.programme_id == here).scalar_subquery()


def _waiting(here: UUID, step: Step) -> Select[int]:
    """Count the outcomes whose next step this is."""
    decided = aliased(OutcomeDecision)
    done = exists().where(
        decided.programme_id == Outcome.programme_id, decided.outcome_id == Outcome.id, decided.step == step
    )
    query = select(func.count()).select_from(Outcome).where(Outcome.programme_id == here, ~done)
    if step is Step.VERIFY:
        return query
    verified = aliased(OutcomeDecision)
    return query.where(
        exists().where(
            verified.programme_id == Outcome.programme_id,
            verified.outcome_id == Outcome.id,
            verified.step == Step.VERIFY,
            verified.accepted,
        )
    )
