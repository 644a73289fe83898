"""The terms of a results contract, and the outcome that they are applied to.

Source: Government Outcomes Lab, INDIGO 4.1.0, for the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from toc.domain.errors import DomainError
from toc.domain.money import EXACTLY, CurrencyMismatch, Money, exact

TOP_RUNG: Final = 5


class BadTerms(DomainError):
    """A contract contradicts itself, or a stored calculation cannot be read."""


class BadOutcome(DomainError):
    """An outcome contradicts itself or lacks what its payment rule needs."""


class RungTooLow(DomainError):
    """The evidence does not reach the rung that the contract asks for: refused, which differs from zero."""


def _term(holds: bool, key: str, **params: object) -> None:  # noqa: FBT001 - reads as "the term holds, or else"
    if not holds:
        raise BadTerms(key, **params)


def _outcome(holds: bool, key: str, **params: object) -> None:  # noqa: FBT001 - as _term
    if not holds:
        raise BadOutcome(key, **params)


def _check_cap(amount: Money | None, currency: str, key: str) -> None:
    # Whole cents: a payment below a cap must still be below it after rounding.
    if amount is not None:
        if amount.currency != currency:
            raise CurrencyMismatch("money.currency_mismatch", left=currency, right=amount.currency)
        _term(amount >= amount.zero() and amount.is_rounded, key)


class Unit(StrEnum):
    """What one unit of an outcome is."""

    PERSON = "person"
    CLAIM = "claim"
    DAY = "day"
    MONTH = "month"
    PERCENTAGE_POINT = "pp"
    TONNE = "tonne"
    CURRENCY = "currency"


class CounterfactualKind(StrEnum):
    """Where the figure for "would have happened anyway" comes from."""

    NONE = "none"
    HISTORICAL = "historical"
    FIXED_ASSUMPTION = "fixed_assumption"
    MATCHED = "matched"
    DID = "did"
    RCT_ITT = "rct_itt"


class Direction(StrEnum):
    """Which way is better: diplomas are wanted, benefit days are not."""

    HIGHER_BETTER = "higher_better"
    LOWER_BETTER = "lower_better"


class WholeUnits(StrEnum):
    """Whether a fraction of a unit (176.4 people) is paid: a term of the contract, not of arithmetic."""

    NONE = "none"
    FLOOR = "floor"


class Shortfall(StrEnum):
    """What an outcome below the counterfactual does to the next one under the same line."""

    CARRIED = "carried"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What would have happened without the programme, as a term of the contract.

    Attributes:
        kind: how it is known; `NONE` pays gross outcomes.
        share: units expected anyway per participant, for persons a share from 0 to 1; None for `NONE`.
        source: clause, study or "assumption"; never empty when there is a share.
    """

    kind: CounterfactualKind = CounterfactualKind.NONE
    share: Decimal | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind is CounterfactualKind.NONE:
            _term(self.share is None, "bonds.share_without_counterfactual")
        elif self.share is None:
            raise BadTerms("bonds.share_missing", kind=self.kind)
        else:
            _term(exact(self.share) >= 0, "bonds.share_negative", share=self.share)
            _term(bool(self.source.strip()), "bonds.share_without_source")

    @property
    def is_net(self) -> bool:
        """Whether outcomes that would have happened anyway are taken off."""
        return self.kind is not CounterfactualKind.NONE

    def expected(self, participants: int) -> Decimal:
        """Return the units expected anyway among so many participants, not rounded."""
        return Decimal(0) if self.share is None else EXACTLY.multiply(self.share, Decimal(participants))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What the two payment rules share.

    Attributes:
        code: short name of the line within its contract.
        price: of one unit, above zero; may have fractions of a cent.
        cap: the most this line pays over the whole contract, in whole cents; None is no cap.
        expected_anyway: what is taken off before the price.
    """

    code: str
    price: Money
    cap: Money | None = None
    expected_anyway: Counterfactual = Counterfactual()

    def __post_init__(self) -> None:
        _term(bool(self.code.strip()), "bonds.code_missing")
        _term(self.price > self.price.zero(), "bonds.price_not_positive", line=self.code)
        _check_cap(self.cap, self.price.currency, "bonds.bad_line_cap")


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit(_Line):
    """A price for every unit beyond what was expected anyway.

    Attributes:
        unit: what is counted.
        direction: `LOWER_BETTER` pays for units avoided (benefit days), so it needs a counterfactual.
    """

    RULE: ClassVar[str] = "per_unit"

    unit: Unit = Unit.PERSON
    direction: Direction = Direction.HIGHER_BETTER

    def __post_init__(self) -> None:
        _Line.__post_init__(self)
        share = self.expected_anyway.share
        if self.unit is Unit.PERSON and share is not None:
            _term(share <= 1, "bonds.share_above_one", share=share)
        if self.direction is Direction.LOWER_BETTER:
            _term(self.expected_anyway.is_net, "bonds.avoided_without_counterfactual", line=self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCardLine(_Line):
    """One line of a rate card: a price for every claim; one event of one person is one claim.

    Attributes:
        max_claims_per_person: further claims by the same person are rejected; None pays repeats.
        prerequisite: code of the line that a person must have reached first.
    """

    RULE: ClassVar[str] = "rate_card"

    max_claims_per_person: int | None = None
    prerequisite: str | None = None

    def __post_init__(self) -> None:
        _Line.__post_init__(self)
        most = self.max_claims_per_person
        _term(most is None or most > 0, "bonds.max_claims_not_positive", line=self.code)

    @property
    def unit(self) -> Unit:
        """A rate card counts claims; the persons behind them are counted beside."""
        return Unit.CLAIM


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The terms of one edition of a results contract.

    Attributes:
        code, edition: which contract, and which numbered version of its terms.
        investment: what the investors put in.
        cap: the most that all lines together pay; None is no cap.
        person_cap: the most that is paid for one person over all lines; only for gross rate cards.
        required_rung: of the evidence ladder, 0 to 5; an outcome with less is refused.
        whole_units, shortfall: clauses about fractions of units and about outcomes below the counterfactual.
    """

    code: str
    currency: str
    investment: Money
    lines: tuple[PerUnit | RateCardLine, ...]
    edition: int = 1
    cap: Money | None = None
    person_cap: Money | None = None
    required_rung: int = 0
    whole_units: WholeUnits = WholeUnits.NONE
    shortfall: Shortfall = Shortfall.CARRIED

    def __post_init__(self) -> None:
        _term(bool(self.code.strip()), "bonds.code_missing")
        _term(0 <= self.required_rung <= TOP_RUNG, "bonds.no_such_rung", rung=self.required_rung)
        _check_cap(self.investment, self.currency, "bonds.bad_investment")
        _check_cap(self.cap, self.currency, "bonds.bad_contract_cap")
        _check_cap(self.person_cap, self.currency, "bonds.bad_person_cap")
        by_code = {line.code: line for line in self.lines}
        _term(bool(by_code), "bonds.no_lines")
        _term(len(by_code) == len(self.lines), "bonds.code_twice")
        for line in self.lines:
            if line.price.currency != self.currency:
                raise CurrencyMismatch(
                    "money.currency_mismatch", left=self.currency, right=line.price.currency
                )
            if self.person_cap is not None:
                # Units expected anyway belong to no one in particular, so they cannot be capped per person.
                gross_card = isinstance(line, RateCardLine) and not line.expected_anyway.is_net
                _term(gross_card, "bonds.person_cap_needs_gross_rate_card", line=line.code)
            self._check_prerequisites(line, by_code)

    @staticmethod
    def _check_prerequisites(
        line: PerUnit | RateCardLine, by_code: Mapping[str, PerUnit | RateCardLine]
    ) -> None:
        seen = {line.code}
        here: PerUnit | RateCardLine = line
        while isinstance(here, RateCardLine) and here.prerequisite is not None:
            _term(
                here.prerequisite in by_code,
                "bonds.no_such_prerequisite",
                line=here.code,
                code=here.prerequisite,
            )
            _term(here.prerequisite not in seen, "bonds.prerequisite_circle", line=line.code)
            seen.add(here.prerequisite)
            here = by_code[here.prerequisite]

    def line(self, code: str) -> PerUnit | RateCardLine:
        """Return the line with this code.

        Raises:
            BadTerms: the contract has no such line.
        """
        for line in self.lines:
            if line.code == code:
                return line
        raise BadTerms("bonds.no_such_line", line=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClaims:
    """The claims of one person in an outcome; `person` is a pseudonym, never a name."""

    person: str
    claims: int
    already_claimed: int = 0
    paid_on_contract: Money | None = None

    def __post_init__(self) -> None:
        _outcome(self.claims > 0, "bonds.person_without_claims", person=self.person)
        _outcome(self.already_claimed >= 0, "bonds.negative_count", field="already_claimed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A verified outcome under one line, and what came before it.

    Attributes:
        achieved: units counted among the participants, >= 0; under a rate card the claims.
        rung: of the evidence for this outcome, 0 to 5.
        participants: among whom was counted; needed when something is expected anyway.
        deducted: adverse units inside `achieved` that do not count (days in jail while housed).
        shortfall_brought: `Calculation.shortfall` of the previous outcome under this line.
        paid_on_line, paid_on_contract: all that was paid before, rounded.
        persons: rate card: how many different people the claims are of.
        already_claimed: rate card: claims of these same people accepted before under this line.
        prerequisite_met: rate card: how many of these people reached the prerequisite line.
        by_person: rate card: the claims of each, where the terms cannot be applied to counts alone.
    """

    achieved: Decimal
    rung: int
    paid_on_line: Money
    paid_on_contract: Money
    participants: int | None = None
    deducted: Decimal = Decimal(0)
    shortfall_brought: Decimal = Decimal(0)
    persons: int | None = None
    already_claimed: int = 0
    prerequisite_met: int | None = None
    by_person: tuple[PersonClaims, ...] = ()

    def __post_init__(self) -> None:
        for name in ("achieved", "deducted", "shortfall_brought"):
            object.__setattr__(self, name, exact(getattr(self, name)))
        for name in (
            "achieved",
            "deducted",
            "shortfall_brought",
            "participants",
            "persons",
            "already_claimed",
            "prerequisite_met",
        ):
            _outcome((getattr(self, name) or 0) >= 0, "bonds.negative_count", field=name)
        _outcome(0 <= self.rung <= TOP_RUNG, "bonds.no_such_rung", rung=self.rung)
        _outcome(self.paid_on_line >= self.paid_on_line.zero(), "bonds.negative_paid")
        _outcome(self.paid_on_line <= self.paid_on_contract, "bonds.paid_on_line_above_contract")
        _outcome(self.deducted <= self.achieved, "bonds.deducted_above_achieved")
