"""What a results contract pays for an outcome, step by step.

A calculation keeps the terms and the inputs it was made from, so that anybody can make it again and must find
the same cents. Steps come in one fixed order (`Key`); nothing is rounded before the last.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any, Final, Self, cast

from toc.domain.bonds.stored import decode, encode
from toc.domain.bonds.terms import (
    BadOutcome,
    BadTerms,
    Contract,
    Direction,
    Outcome,
    PerUnit,
    RateCardLine,
    RungTooLow,
    Shortfall,
    Unit,
    WholeUnits,
)
from toc.domain.errors import DomainError
from toc.domain.money import EXACTLY, CurrencyMismatch, Money, total

RULES: Final = 1
"""Version of the rules in this file; a stored calculation says which version made it."""

_NO_CLAIMS: Final = (None, 0, None, ())


class Key(StrEnum):
    """The steps of every calculation, in their order."""

    QUALIFY = "bonds.step.qualify"
    DEDUCT = "bonds.step.deduct"
    EFFECT = "bonds.step.effect"
    WHOLE_UNITS = "bonds.step.whole_units"
    PRICE = "bonds.step.price"
    PERSON_CAP = "bonds.step.person_cap"
    LINE_CAP = "bonds.step.line_cap"
    CONTRACT_CAP = "bonds.step.contract_cap"
    ROUNDING = "bonds.step.rounding"


@dataclass(frozen=True, slots=True)
class Operand:
    """One number that went into a step; `unit` is a unit, a currency, "share" or "count"."""

    name: str
    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation, with all it needs to be checked by hand."""

    key: Key
    operands: tuple[Operand, ...]
    result: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class CapApplied:
    """What a cap did.

    Attributes:
        scope: "person", "line" or "contract".
        left: room under the cap before this payment; for persons, of all of them together.
        over: what the outcome was worth above that: reported, never paid, never dropped.
    """

    scope: str
    left: Money
    over: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """An immutable computation of one payment; `net + over == gross + rounding`, exactly.

    Attributes:
        line: code of the line.
        rejected: claims above the maximum per person.
        shortfall: units below the counterfactual, to be brought to the next outcome under this line.
        gross: price times payable units, before caps, not rounded.
        net: what is to be paid, rounded, never negative, never above a cap.
        rounding: what rounding added (or took away).
    """

    contract: Contract
    line: str
    outcome: Outcome
    steps: tuple[Step, ...]
    rejected: Decimal
    shortfall: Decimal
    gross: Money
    caps: tuple[CapApplied, ...]
    rounding: Money
    net: Money
    rules: int = field(default=RULES)

    @property
    def over(self) -> Money:
        """What the outcome was worth above the caps."""
        return total((cap.over for cap in self.caps), self.gross.currency)

    def as_dict(self) -> dict[str, Any]:
        """Return text, integers, lists and mappings only, the same for equal calculations."""
        return cast("dict[str, Any]", encode(self))

    def canonical(self) -> str:
        """Return the one JSON text of this calculation: sorted keys, no spaces."""
        return json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return what `as_dict` made, as it was stored: only `recompute` tells whether it is right.

        Raises:
            BadTerms: another version of the rules made it, or it is not a calculation.
        """
        if stored.get("rules") != RULES:
            raise BadTerms("bonds.unknown_rules", rules=stored.get("rules"))
        try:
            calculation = cast("Self", decode(cls, stored))
            readable = encode(calculation) == stored  # false when something was added or written otherwise
        except (LookupError, TypeError, ValueError, ArithmeticError, DomainError) as error:
            raise BadTerms("bonds.unreadable") from error
        if not readable:
            raise BadTerms("bonds.unreadable")
        return calculation


def calculate(contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome) -> Calculation:
    """Return what the contract pays for the outcome under one of its lines, with every step.

    Example: 48 diplomas among 96 people, a quarter expected anyway, at EUR 2,000: 48 - 24 = 24, EUR 48,000.

    Raises:
        RungTooLow: the evidence does not reach the rung that the contract asks for.
        BadOutcome: the outcome lacks what the line needs, or contradicts it.
        BadTerms: the line is not one of the contract.
        CurrencyMismatch: what was paid before is in another currency.
        BadMoney: an amount is too large, or has more decimals than can be kept exactly.

    Source: order of the steps as `Key`; rounding half-even, once.
    """
    if contract.line(line.code) != line:
        raise BadTerms("bonds.no_such_line", line=line.code)
    if outcome.rung < contract.required_rung:
        raise RungTooLow(
            "bonds.rung_too_low", line=line.code, rung=outcome.rung, required=contract.required_rung
        )
    if outcome.paid_on_line.currency != contract.currency:
        raise CurrencyMismatch(
            "money.currency_mismatch", left=contract.currency, right=outcome.paid_on_line.currency
        )
    _check_fits(contract, line, outcome)
    qualified = _qualified(line, outcome)
    counted = _deducted(line, outcome, qualified)
    effect = _effect(contract, line, outcome, counted.result)
    whole = _whole_units(contract, line, effect.result)
    gross = line.price * whole.result
    capped = gross
    steps = [qualified, counted, effect, whole, _price(line, whole.result, gross)]
    caps = []
    for cap in (_person_cap, _line_cap, _contract_cap):
        step, applied = cap(contract, line, outcome, capped)
        steps.append(step)
        if applied is not None:
            caps.append(applied)
            capped -= applied.over
    net = capped.rounded()
    steps.append(_step(Key.ROUNDING, net.amount, net.currency, due=(capped.amount, net.currency)))
    return Calculation(
        contract=contract,
        line=line.code,
        outcome=outcome,
        steps=tuple(steps),
        rejected=EXACTLY.subtract(outcome.achieved, qualified.result),
        shortfall=_shortfall(contract, line, outcome, counted.result),
        gross=gross,
        caps=tuple(caps),
        rounding=net - capped,
        net=net,
    )


def recompute(calculation: Calculation) -> Calculation:
    """Make a calculation again from its own terms and inputs; it is right when the two are equal."""
    contract = calculation.contract
    return calculate(contract, contract.line(calculation.line), calculation.outcome)


def _check_fits(contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome) -> None:
    """Refuse an outcome that cannot have come from this line."""
    participants = outcome.participants
    if participants is None and line.expected_anyway.is_net:
        raise BadOutcome("bonds.participants_needed", line=line.code)
    if isinstance(line, RateCardLine):
        _check_claims(line, outcome)
    elif (
        outcome.persons,
        outcome.already_claimed,
        outcome.prerequisite_met,
        outcome.by_person,
    ) != _NO_CLAIMS:
        raise BadOutcome("bonds.claims_only_on_rate_card", line=line.code)
    people = outcome.achieved if line.unit is Unit.PERSON else outcome.persons
    if participants is not None and people is not None and people > participants:
        raise BadOutcome("bonds.more_than_participants", line=line.code, participants=participants)
    carries = contract.shortfall is Shortfall.CARRIED and line.expected_anyway.is_net
    if outcome.shortfall_brought and not carries:
        raise BadOutcome("bonds.no_shortfall_to_bring", line=line.code)
    if contract.person_cap is not None and outcome.deducted:
        raise BadOutcome("bonds.deduction_with_person_cap", line=line.code)


def _check_claims(line: RateCardLine, outcome: Outcome) -> None:
    claims, persons = outcome.achieved, outcome.persons
    if claims != claims.to_integral_value():
        raise BadOutcome("bonds.part_of_a_claim", line=line.code)
    # Persons are not claims: without both, repeats by one person cannot be told from many persons.
    if persons is None or persons > claims or (claims > 0 and not persons):
        raise BadOutcome("bonds.persons_needed", line=line.code)
    each = outcome.by_person
    if each and (
        len({one.person for one in each}) != len(each)
        or len(each) != persons
        or sum(one.claims for one in each) != claims
        or sum(one.already_claimed for one in each) != outcome.already_claimed
    ):
        raise BadOutcome("bonds.by_person_differs", line=line.code)
    if line.prerequisite is not None and (
        outcome.prerequisite_met is None or outcome.prerequisite_met < persons
    ):
        raise BadOutcome("bonds.prerequisite_not_met", line=line.code, prerequisite=line.prerequisite)


def _step(key: Key, result: Decimal, unit: str, **operands: tuple[Decimal | int, str]) -> Step:
    return Step(
        key,
        tuple(Operand(name, Decimal(number), of) for name, (number, of) in operands.items()),
        result,
        unit,
    )


def _qualified(line: PerUnit | RateCardLine, outcome: Outcome) -> Step:
    achieved = (outcome.achieved, line.unit.value)
    if isinstance(line, PerUnit):
        return _step(Key.QUALIFY, outcome.achieved, line.unit, achieved=achieved)
    people = (outcome.persons or 0, Unit.PERSON.value)
    most = line.max_claims_per_person
    if most is None:
        return _step(Key.QUALIFY, outcome.achieved, line.unit, achieved=achieved, persons=people)
    return _step(
        Key.QUALIFY,
        Decimal(_accepted(line, most, outcome)),
        line.unit,
        achieved=achieved,
        persons=people,
        max_claims_per_person=(most, Unit.CLAIM.value),
        already_claimed=(outcome.already_claimed, Unit.CLAIM.value),
    )


def _accepted(line: RateCardLine, most: int, outcome: Outcome) -> int:
    """Return how many claims stay within the maximum per person, or refuse when counts alone cannot tell."""
    if outcome.by_person:
        return sum(_accepted_of(one.claims, one.already_claimed, most) for one in outcome.by_person)
    claims, persons = int(outcome.achieved), outcome.persons or 0
    if most == 1:
        # Each of these persons claims at least once now, so each not paid before has exactly one good claim.
        return max(persons - outcome.already_claimed, 0)
    # The worst case: one person made all the claims above one each, and all the earlier ones.
    if claims and claims - persons + 1 + outcome.already_claimed > most:
        raise BadOutcome("bonds.by_person_needed", line=line.code)
    return claims


def _accepted_of(claims: int, already_claimed: int, most: int) -> int:
    return min(claims, max(most - already_claimed, 0))


def _deducted(line: PerUnit | RateCardLine, outcome: Outcome, qualified: Step) -> Step:
    if outcome.deducted > qualified.result:
        raise BadOutcome("bonds.deducted_above_achieved", line=line.code)
    return _step(
        Key.DEDUCT,
        EXACTLY.subtract(qualified.result, outcome.deducted),
        line.unit,
        qualified=(qualified.result, line.unit),
        deducted=(outcome.deducted, line.unit),
    )


def _additional(line: PerUnit | RateCardLine, outcome: Outcome, counted: Decimal) -> Decimal:
    """Return the units that are owed to the programme; below zero when it did worse than expected anyway."""
    expected = line.expected_anyway.expected(outcome.participants or 0)
    avoided = isinstance(line, PerUnit) and line.direction is Direction.LOWER_BETTER
    gain = EXACTLY.subtract(expected, counted) if avoided else EXACTLY.subtract(counted, expected)
    return EXACTLY.subtract(gain, outcome.shortfall_brought)


def _effect(contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome, counted: Decimal) -> Step:
    result = max(_additional(line, outcome, counted), Decimal(0))
    term = line.expected_anyway
    operands: dict[str, tuple[Decimal | int, str]] = {"counted": (counted, line.unit)}
    if term.share is not None:
        operands["share"] = (term.share, "share")
        operands["participants"] = (outcome.participants or 0, Unit.PERSON)
        operands["expected"] = (term.expected(outcome.participants or 0), line.unit)
        if contract.shortfall is Shortfall.CARRIED:
            operands["shortfall_brought"] = (outcome.shortfall_brought, line.unit)
    return _step(Key.EFFECT, result, line.unit, **operands)


def _shortfall(
    contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome, counted: Decimal
) -> Decimal:
    if contract.shortfall is Shortfall.LOST:
        return Decimal(0)
    return max(Decimal(0), EXACTLY.minus(_additional(line, outcome, counted)))


def _whole_units(contract: Contract, line: PerUnit | RateCardLine, units: Decimal) -> Step:
    whole = units.to_integral_value(ROUND_FLOOR) if contract.whole_units is WholeUnits.FLOOR else units
    return _step(Key.WHOLE_UNITS, whole, line.unit, additional=(units, line.unit))


def _price(line: PerUnit | RateCardLine, units: Decimal, gross: Money) -> Step:
    price = (line.price.amount, line.price.currency)
    return _step(Key.PRICE, gross.amount, gross.currency, units=(units, line.unit), price=price)


def room(cap: Money | None, paid: Money) -> Money | None:
    """Return what earlier payments left under a cap; nothing when more than the cap was paid."""
    return None if cap is None else max(cap - paid, cap.zero())


def _person_cap(
    contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome, due: Money
) -> tuple[Step, CapApplied | None]:
    operands = {"due": (due.amount, due.currency)}
    if contract.person_cap is None:
        return _step(Key.PERSON_CAP, due.amount, due.currency, **operands), None
    if due and not outcome.by_person:
        raise BadOutcome("bonds.by_person_needed", line=line.code)
    # Contract allows no other kind of line beside a person cap.
    most = cast("RateCardLine", line).max_claims_per_person
    left_of_all = over = due.zero()
    for one in outcome.by_person:
        if one.paid_on_contract is None:
            raise BadOutcome("bonds.person_paid_needed", line=line.code, person=one.person)
        left = max(contract.person_cap - one.paid_on_contract, due.zero())
        claims = one.claims if most is None else _accepted_of(one.claims, one.already_claimed, most)
        left_of_all += left
        over += max(line.price * claims - left, due.zero())
    operands["cap"] = (contract.person_cap.amount, due.currency)
    operands["over"] = (over.amount, due.currency)
    step = _step(Key.PERSON_CAP, (due - over).amount, due.currency, **operands)
    return step, CapApplied("person", left_of_all, over)


def _line_cap(
    _contract: Contract, line: PerUnit | RateCardLine, outcome: Outcome, due: Money
) -> tuple[Step, CapApplied | None]:
    return _cap(Key.LINE_CAP, "line", line.cap, outcome.paid_on_line, due)


def _contract_cap(
    contract: Contract, _line: PerUnit | RateCardLine, outcome: Outcome, due: Money
) -> tuple[Step, CapApplied | None]:
    return _cap(Key.CONTRACT_CAP, "contract", contract.cap, outcome.paid_on_contract, due)


def _cap(key: Key, scope: str, cap: Money | None, paid: Money, due: Money) -> tuple[Step, CapApplied | None]:
    """Limit what is due to the room that earlier payments left under a cap."""
    left = room(cap, paid)
    if cap is None or left is None:
        return _step(key, due.amount, due.currency, due=(due.amount, due.currency)), None
    kept = min(due, left)
    step = _step(
        key,
        kept.amount,
        due.currency,
        due=(due.amount, due.currency),
        cap=(cap.amount, due.currency),
        paid_before=(paid.amount, due.currency),
        left=(left.amount, due.currency),
    )
    return step, CapApplied(scope, left, due - kept)
