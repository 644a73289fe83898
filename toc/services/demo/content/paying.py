"""Contracts, savings, outcomes and payments."""

from datetime import date
from decimal import Decimal
from typing import Literal

from toc.domain.bonds import CounterfactualKind, Shortfall, Unit, WholeUnits
from toc.domain.people import Part
from toc.services.demo.content.words import Marked, Row, Text, Words


class Party(Row):
    """An organisation in the contract."""

    organisation: str
    part: Part
    weight: Decimal
    invested: Decimal = Decimal(0)


class Saving(Marked):
    """What one unit under a line saves."""

    name: Words
    per_unit: Decimal
    price_year: int
    beneficiary: str
    cashable_share: Decimal
    source: Words
    explanation: Words


class Counterfactual(Row):
    """What would have happened anyway; by default nothing is taken off."""

    kind: CounterfactualKind = CounterfactualKind.NONE
    share: Decimal | None = None
    source: Text = ""


class Line(Marked):
    """A payment rule."""

    key: str
    code: str
    rule: Literal["per_unit", "rate_card"]
    name: Words
    indicator: str
    price: Decimal
    unit: Unit = Unit.PERSON
    cap: Decimal | None = None
    counterfactual: Counterfactual = Counterfactual()
    max_claims_per_person: int | None = None
    saving: Saving | None = None


class Contract(Marked):
    """A results contract."""

    key: str
    name: Words
    agreed_on: date
    entered_on: date
    clause: Words
    currency: str
    investment: Decimal
    cap: Decimal
    required_rung: int
    whole_units: WholeUnits
    shortfall: Shortfall
    parties: tuple[Party, ...]
    lines: tuple[Line, ...]


class Verified(Row):
    """What the evaluator decided."""

    on: date
    accepted: bool
    study: str | None = None
    reason: Text = ""


class Approved(Row):
    """What the funder approved, and what that is expected to pay."""

    on: date
    pays: Decimal


class Outcome(Row):
    """What was declared under a line, and what became of it."""

    key: str
    line: str
    starts_on: date
    ends_on: date
    measured: tuple[tuple[str, date], ...]
    achieved: Decimal
    participants: int
    persons: int | None = None
    note: Text = ""
    declared_on: date
    verify: Verified | None = None
    approve: Approved | None = None
    would_pay: Decimal | None = None
