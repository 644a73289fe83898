"""A bond with its parties, from the goal that it pays for to the payment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation, number
from tests.factories.evidence import EFFECT
from tests.factories.goals import make_goal
from toc.domain.acts import Act
from toc.domain.bonds import Counterfactual, CounterfactualKind, PerUnit, RateCardLine
from toc.domain.codes import CodeKind
from toc.domain.evidence import Design
from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource
from toc.domain.money import Money
from toc.domain.people import OrganisationKind, Part, Role
from toc.models.bonds import ContractEdition, ContractLine, Outcome, Payment
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.people import Organisation, User
from toc.models.programmes import Partner, Programme
from toc.services.bonds import (
    Declaration,
    Draft,
    LineDraft,
    PartyDraft,
    SavingDraft,
    agree_contract,
    approve,
    declare,
    verify,
)
from toc.services.codes import next_code


def euro(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


HISTORICAL = Counterfactual(kind=CounterfactualKind.HISTORICAL, share=Decimal("0.25"), source="Clause 4.2")

DIPLOMA = PerUnit(code="DIPLOMA", price=euro(2000), cap=euro(200_000), expected_anyway=HISTORICAL)
"""A quarter would have had a diploma anyway: 48 of 96 give 24 to be paid, EUR 48,000."""

JOB = RateCardLine(code="JOB", price=euro(500), max_claims_per_person=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """People and organisations of one bond, one for each step."""

    programme: Programme
    coordinator: User
    worker: User
    evaluator: User
    funder: User
    investor: User
    city: Organisation
    fund: Organisation
    bank: Organisation
    provider: Organisation
    bureau: Organisation

    @property
    def coordinates(self) -> Act:
        return act_of(self.coordinator, Role.COORDINATOR)

    @property
    def works(self) -> Act:
        return act_of(self.worker, Role.WORKER)

    @property
    def evaluates(self) -> Act:
        return act_of(self.evaluator, Role.EVALUATOR)

    @property
    def funds(self) -> Act:
        return act_of(self.funder, Role.FUNDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """An agreed contract with what it pays for."""

    parties: Parties
    goal: Goal
    indicator: Indicator
    edition: ContractEdition
    draft: Draft

    def line(self, code: str = "DIPLOMA") -> ContractLine:
        return next(line for line in self.edition.lines if line.line == code)


def make_parties(session: Session, programme: Programme) -> Parties:
    """Five people and five organisations, each with its part."""
    kinds = {
        "city": OrganisationKind.MUNICIPALITY,
        "fund": OrganisationKind.FUND,
        "bank": OrganisationKind.BANK,
        "provider": OrganisationKind.SOCIAL_ENTERPRISE,
        "bureau": OrganisationKind.RESEARCH_BUREAU,
    }
    parts = {
        "city": Part.FUNDER,
        "fund": Part.INVESTOR,
        "bank": Part.INVESTOR,
        "provider": Part.PROVIDER,
        "bureau": Part.EVALUATOR,
    }
    organisations = {
        name: make_organisation(session, name=f"{name.capitalize()} {number()}", kind=kind)
        for name, kind in kinds.items()
    }
    for name, part in parts.items():
        session.add(
            Partner(
                id=uuid4(),
                programme_id=programme.id,
                organisation_id=organisations[name].id,
                part=part,
                created_at=NOW,
            )
        )
    session.flush()
    return Parties(
        programme=programme,
        coordinator=make_member(session, programme, Role.COORDINATOR),
        worker=make_member(session, programme, Role.WORKER),
        evaluator=make_member(session, programme, Role.EVALUATOR),
        funder=make_member(session, programme, Role.FUNDER),
        investor=make_member(session, programme, Role.INVESTOR),
        **organisations,
    )


def _edition_of(session: Session, goal: Goal) -> UUID:
    """The first edition of a goal, which may come from another session."""
    query = select(GoalEdition.id).where(GoalEdition.goal_id == goal.id, GoalEdition.number == 1)
    return session.scalars(query).one()


def make_counted(
    session: Session, goal: Goal, *, kind: Kind = Kind.PROPORTION, is_cumulative: bool = False
) -> Indicator:
    """An indicator of a goal."""
    indicator = Indicator(
        id=uuid4(), code=next_code(session, CodeKind.INDICATOR), goal_id=goal.id, created_at=NOW
    )
    session.add(indicator)
    session.flush()
    session.add(
        IndicatorEdition(
            id=uuid4(),
            indicator_id=indicator.id,
            goal_edition_id=_edition_of(session, goal),
            number=1,
            name="Young people with a diploma",
            kind=kind,
            unit="people",
            direction=Direction.HIGHER,
            is_cumulative=is_cumulative,
            frequency=Frequency.QUARTERLY,
            created_at=NOW,
        )
    )
    session.flush()
    return indicator


def make_count(
    session: Session, indicator: Indicator, on: date, part: int, whole: int | None = 96, **fields: object
) -> Measurement:
    """A measurement: part of a whole, or a count."""
    value = Decimal(part) if whole is None else round(Decimal(part) / Decimal(whole), 6)
    measurement = Measurement(
        id=uuid4(),
        indicator_id=indicator.id,
        edition_id=indicator.editions[0].id,
        on=on,
        value=value,
        numerator=None if whole is None else Decimal(part),
        denominator=None if whole is None else Decimal(whole),
        source=MeasurementSource.TYPED,
        created_at=NOW,
        **fields,
    )
    session.add(measurement)
    session.flush()
    return measurement


def make_study(session: Session, goal: Goal, **facts: object) -> Study:
    """A study of a goal with an effect of 12 percentage points."""
    study = Study(
        id=uuid4(),
        code=next_code(session, CodeKind.STUDY),
        goal_id=goal.id,
        goal_edition_id=_edition_of(session, goal),
        title="Two years on",
        source="Research bureau, report 12, page 30",
        design=Design.PRE_POST,
        measured_on=date(2025, 6, 30),
        facts={**EFFECT, **facts},
        created_at=NOW,
    )
    session.add(study)
    session.flush()
    return study


def make_draft(
    parties: Parties,
    indicator: Indicator,
    *,
    lines: Iterable[PerUnit | RateCardLine] = (DIPLOMA, JOB),
    per_unit: Money | None = None,
    beneficiary_id: UUID | None = None,
    **terms: object,
) -> Draft:
    """A contract of EUR 734,000 from two investors, who share in what the city pays."""
    saving = SavingDraft(
        name="Benefit not paid for a year",
        per_unit=per_unit or euro(14_300),
        source="Section 6.1, page 12",
        price_year=2024,
        beneficiary_id=beneficiary_id or parties.city.id,
        cashable_share=Decimal("0.5"),
        explanation="The municipality keeps the difference while its budget follows later.",
    )
    draft = Draft(
        id=uuid4(),
        name="Social Impact Bond",
        agreed_on=date(2025, 1, 15),
        clause="Contract of 15 January 2025",
        investment=euro(734_000),
        cap=euro(300_000),
        parties=(
            PartyDraft(
                organisation_id=parties.city.id, part=Part.FUNDER, invested=euro(0), weight=Decimal(1)
            ),
            PartyDraft(
                organisation_id=parties.fund.id, part=Part.INVESTOR, invested=euro(434_000), weight=Decimal(2)
            ),
            PartyDraft(
                organisation_id=parties.bank.id, part=Part.INVESTOR, invested=euro(300_000), weight=Decimal(1)
            ),
            PartyDraft(organisation_id=parties.provider.id, part=Part.PROVIDER, invested=euro(0)),
            PartyDraft(organisation_id=parties.bureau.id, part=Part.EVALUATOR, invested=euro(0)),
        ),
        lines=tuple(
            LineDraft(
                name=f"Line {terms_.code.lower()}",
                indicator_id=indicator.id,
                terms=terms_,
                saving=saving if isinstance(terms_, PerUnit) else None,
            )
            for terms_ in lines
        ),
    )
    return replace(draft, **terms)  # type: ignore[arg-type] # named by the test


def make_bond(
    session: Session,
    programme: Programme,
    *,
    parties: Parties | None = None,
    goal: Goal | None = None,
    lines: Iterable[PerUnit | RateCardLine] = (DIPLOMA, JOB),
    kind: Kind = Kind.PROPORTION,
    **terms: Any,  # noqa: ANN401 - as make_outcome
) -> Bond:
    """A contract that was agreed, with its goal and indicator."""
    parties = parties or make_parties(session, programme)
    goal = goal or make_goal(session)
    indicator = make_counted(session, goal, kind=kind)
    draft = make_draft(parties, indicator, lines=lines, **terms)
    edition = agree_contract(session, parties.coordinates, draft)
    # Loaded now, so that tests may use them when this session is closed.
    _ = indicator.editions, edition.lines, [party.organisation for party in edition.parties]
    return Bond(parties=parties, goal=goal, indicator=indicator, edition=edition, draft=draft)


def declaration(
    bond: Bond, measurements: Iterable[Measurement], *, code: str = "DIPLOMA", **fields: object
) -> Declaration:
    """48 of 96 in the second quarter of 2025."""
    usual: Mapping[str, object] = {
        "id": uuid4(),
        "line_id": bond.line(code).id,
        "starts_on": date(2025, 4, 1),
        "ends_on": date(2025, 6, 30),
        "achieved": Decimal(48),
        "participants": 96,
        "measurement_ids": tuple(one.id for one in measurements),
    }
    return Declaration(**{**usual, **fields})  # type: ignore[arg-type] # named by the test


def make_outcome(session: Session, bond: Bond, *, day: date = date(2025, 6, 30), **fields: Any) -> Outcome:  # noqa: ANN401 - named by the test
    """A declared outcome: 48 of 96 unless the test says otherwise."""
    part, whole = int(str(fields.get("achieved", 48))), int(str(fields.get("participants", 96)))
    measurement = make_count(session, bond.indicator, day, part, whole)
    return declare(session, bond.parties.works, declaration(bond, [measurement], **fields))


def make_verified(session: Session, bond: Bond, *, study_id: UUID | None = None, **fields: Any) -> Outcome:  # noqa: ANN401 - as make_outcome
    """An outcome that the evaluator accepted."""
    outcome = make_outcome(session, bond, **fields)
    verify(session, bond.parties.evaluates, outcome.id, study_id=study_id)
    return outcome


def make_payment(session: Session, bond: Bond, **fields: Any) -> Payment:  # noqa: ANN401 - as make_outcome
    """An outcome that was paid for."""
    outcome = make_verified(session, bond, **fields)
    return approve(session, bond.parties.funds, outcome.id, id=uuid4())
