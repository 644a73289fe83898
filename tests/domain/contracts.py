"""Contracts and outcomes in short words, for the tests of bonds."""

from decimal import Decimal
from typing import TypedDict, Unpack

from toc.domain.bonds import (
    Contract,
    Counterfactual,
    CounterfactualKind,
    Outcome,
    PersonClaims,
    PerUnit,
    RateCardLine,
    Shortfall,
    WholeUnits,
    calculate,
)
from toc.domain.money import Money

type_of_line = PerUnit | RateCardLine


class ContractTerms(TypedDict, total=False):
    cap: Money | None
    person_cap: Money | None
    required_rung: int
    whole_units: WholeUnits
    shortfall: Shortfall


class Counted(TypedDict, total=False):
    rung: int
    paid_on_line: Money
    paid_on_contract: Money
    participants: int | None
    deducted: Decimal
    shortfall_brought: Decimal
    persons: int | None
    already_claimed: int
    prerequisite_met: int | None
    by_person: tuple[PersonClaims, ...]


def money(amount: str | int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def anyway(share: str, kind: CounterfactualKind = CounterfactualKind.HISTORICAL) -> Counterfactual:
    return Counterfactual(kind=kind, share=Decimal(share), source="assumption")


DIPLOMA = PerUnit(code="R1", price=money(2000), expected_anyway=anyway("0.25"))


def contract_of(*lines: type_of_line, currency: str = "EUR", **terms: Unpack[ContractTerms]) -> Contract:
    return Contract(code="B1", currency=currency, investment=money(0, currency), lines=lines, **terms)


def outcome_of(achieved: str | int, currency: str = "EUR", **counted: Unpack[Counted]) -> Outcome:
    nothing: Counted = {"rung": 0, "paid_on_line": money(0, currency), "paid_on_contract": money(0, currency)}
    return Outcome(achieved=Decimal(achieved), **(nothing | counted))


def paid(line: type_of_line, outcome: Outcome, **terms: Unpack[ContractTerms]) -> Money:
    return calculate(contract_of(line, currency=line.price.currency, **terms), line, outcome).net
