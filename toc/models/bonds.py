"""Social Impact Bonds: contracts in editions, outcomes with their decisions, and payments."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.people import Part, Step
from toc.models.base import (
    Base,
    Currency,
    InProgramme,
    Made,
    Minor,
    Revised,
    Word,
    belongs_to,
    has_many,
    refers_to,
)
from toc.models.people import Organisation


class BondContract(InProgramme, Revised, Made, Base):
    """A results contract; its terms stand in its editions."""

    code: Mapped[int]
    name: Mapped[str]
    edition: Mapped[int] = mapped_column(default=1)
    """Number of the current edition."""

    editions: Mapped[list["ContractEdition"]] = has_many("ContractEdition", "contract", order_by="number")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class ContractEdition(InProgramme, Made, Base):
    """A numbered, unchangeable version of the terms; payments point to one."""

    __append_only__ = True

    contract_id, contract = belongs_to("BondContract")
    number: Mapped[int]
    agreed_on: Mapped[date]
    currency: Mapped[Currency]
    terms: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """As `toc.domain.bonds` stores a contract: all that a calculation needs."""
    sha256: Mapped[str] = mapped_column(sa.String(64))
    clause: Mapped[str] = mapped_column(default="")
    """Which document, article or page the terms were taken from."""
    reason: Mapped[str] = mapped_column(default="")
    """Why this edition was made; empty for the first."""

    lines: Mapped[list["ContractLine"]] = has_many("ContractLine", "contract_edition", order_by="position")
    parties: Mapped[list["ContractParty"]] = has_many("ContractParty", "contract_edition")

    __rules__ = (sa.UniqueConstraint("programme_id", "contract_id", "number"),)


class ContractParty(InProgramme, Made, Base):
    """An organisation in a contract edition: who pays, who invests and with what weight, who provides."""

    __append_only__ = True

    contract_edition_id, contract_edition = belongs_to("ContractEdition")
    organisation_id: Mapped[UUID] = refers_to("Organisation")
    part: Mapped[Part]
    invested_minor: Mapped[Minor] = mapped_column(default=0)
    weight: Mapped[Decimal] = mapped_column(default=Decimal(0))
    """Of a funder: its share in what is paid; of others: their share in what is received. 0: none."""

    organisation: Mapped[Organisation] = relationship()

    __rules__ = (sa.UniqueConstraint("programme_id", "contract_edition_id", "organisation_id", "part"),)


class ContractDraft(InProgramme, Revised, Made, Base):
    """A contract, or the next edition of one, that is still being entered; gone once it is agreed."""

    contract_id, contract = belongs_to("BondContract", optional=True)
    """None: it becomes a contract of its own."""
    based_on: Mapped[int] = mapped_column(default=0)
    """The edition that it was made from; 0 for a new contract."""
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """As `toc.services.bonds.drafting` writes it."""


class ContractLine(InProgramme, Made, Base):
    """One payment rule of a contract edition, tied to the indicator it pays for and the saving behind it."""

    __append_only__ = True

    contract_edition_id, contract_edition = belongs_to("ContractEdition")
    position: Mapped[int]
    line: Mapped[Word]
    """Its code in the terms."""
    name: Mapped[str]
    goal_id, goal = belongs_to("Goal")
    indicator_edition_id, indicator_edition = belongs_to("IndicatorEdition")
    saving_id, saving = belongs_to("SavingEdition", optional=True)

    __rules__ = (sa.UniqueConstraint("programme_id", "contract_edition_id", "line"),)


class Outcome(InProgramme, Made, Base):
    """What a worker declares to have been achieved under one line in one period."""

    __append_only__ = True

    code: Mapped[int]
    contract_line_id, contract_line = belongs_to("ContractLine")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, included."""
    attempt: Mapped[int] = mapped_column(default=1)
    """2 when the first declaration of this period was returned."""
    achieved: Mapped[Decimal]
    participants: Mapped[int | None]
    persons: Mapped[int | None]
    """Rate card: how many different people the claims are of."""
    already_claimed: Mapped[int] = mapped_column(default=0)
    prerequisite_met: Mapped[int | None]
    deducted: Mapped[Decimal] = mapped_column(default=Decimal(0))
    note: Mapped[str] = mapped_column(default="")

    decisions: Mapped[list["OutcomeDecision"]] = has_many("OutcomeDecision", "outcome", order_by="at")
    measurements: Mapped[list["OutcomeMeasurement"]] = has_many("OutcomeMeasurement", "outcome")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.UniqueConstraint("programme_id", "contract_line_id", "starts_on", "ends_on", "attempt"),
        sa.CheckConstraint("ends_on >= starts_on", name="period_order"),
    )


class OutcomeMeasurement(InProgramme, Base):
    """A measurement that a declared outcome was counted in."""

    __append_only__ = True

    outcome_id, outcome = belongs_to("Outcome")
    measurement_id, measurement = belongs_to("Measurement")

    __rules__ = (sa.UniqueConstraint("programme_id", "outcome_id", "measurement_id"),)


class OutcomeDecision(InProgramme, Base):
    """What the evaluator (verify) or the funder (approve) decided about an outcome; one each."""

    __append_only__ = True

    outcome_id, outcome = belongs_to("Outcome")
    step: Mapped[Step]
    accepted: Mapped[bool]
    """False: returned to the worker, with a reason."""
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = refers_to("User")
    at: Mapped[datetime]
    rung: Mapped[int | None]
    """Verify: the rung that the goal's evidence had."""
    study_id, study = belongs_to("Study", optional=True)
    """Verify: the study whose effect estimate goes with it."""
    assessment_id, assessment = belongs_to("AssessmentRecord", optional=True)

    __rules__ = (
        sa.UniqueConstraint("programme_id", "outcome_id", "step"),
        sa.CheckConstraint("rung BETWEEN 0 AND 5", name="rung_range"),
    )


class Payment(InProgramme, Base):
    """The approved, immutable calculation for one outcome; the database lets no outcome have two."""

    __append_only__ = True

    code: Mapped[int]
    outcome_id, outcome = belongs_to("Outcome", unique=True)
    contract_edition_id, contract_edition = belongs_to("ContractEdition")
    calculation: Mapped[str]
    """Canonical JSON of `toc.domain.bonds.Calculation`."""
    sha256: Mapped[str] = mapped_column(sa.String(64))
    net_minor: Mapped[Minor]
    currency: Mapped[Currency]
    approved_by_id: Mapped[UUID] = refers_to("User")
    approved_at: Mapped[datetime]
    on: Mapped[date] = mapped_column("paid_on")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)
