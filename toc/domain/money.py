"""Money: an exact amount in one currency.

Amounts stay exact through every step of a calculation and are rounded once, at the end, half-even to the
minor unit of the currency. Nothing here is a float.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from typing import Final, Self

from toc.domain.errors import DomainError

_DIGITS_OF = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
    "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS "
    "UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_DIGITS: Final[Mapping[str, int]] = {
    code: digits for digits, codes in _DIGITS_OF.items() for code in codes.split()
}
"""Decimals of each currency. Source: ISO 4217, list one (current currencies), column "minor unit"."""

MOST_MINOR: Final = 9 * 10**15
"""The largest amount, in minor units: an integer that a BIGINT and a double both hold exactly."""

MOST_DECIMALS: Final = 18
"""Decimals an unrounded amount or a number in a rule may have: three factors of six decimals each."""

EXACTLY: Final = Context(prec=120, Emin=-400, Emax=400, traps=[Inexact, InvalidOperation, Overflow])
"""Arithmetic that refuses to round: 120 digits are more than any allowed product needs."""

_DIGITS_SHOWN_OF_A_BAD_NUMBER = 40


class CurrencyMismatch(DomainError):
    """Amounts in two currencies were added, subtracted or compared."""


class BadMoney(DomainError):
    """An amount, a currency or a number cannot be used in a calculation of money."""


def exact(number: Decimal | int, key: str = "money.not_a_number") -> Decimal:
    """Return the number as a Decimal that rules can calculate with exactly.

    Args:
        number: a Decimal or an int. A float is refused: it is not the number that the contract says.
        key: of the error.

    Raises:
        BadMoney: not a Decimal or int, not finite, 10^19 or more, or more than 18 decimals.
    """
    if isinstance(number, bool) or not isinstance(number, Decimal | int):
        raise BadMoney(key, number=_shown(number))
    try:
        # Also refuses 1e999999999 before anything makes an integer of it, which would eat all memory.
        value = Decimal(number)
        shortest = value.normalize(EXACTLY)
    except DecimalException as error:
        raise BadMoney(key, number=_shown(number)) from error
    # An infinite number has a letter as exponent and passes normalize().
    if not value.is_finite() or value.adjusted() > MOST_DECIMALS or _decimals(shortest) > MOST_DECIMALS:
        raise BadMoney(key, number=_shown(number))
    if not value:
        return value.copy_abs()  # -0 and 0 are one number and must read as one
    return value.quantize(Decimal(1), context=EXACTLY) if _decimals(value) < 0 else value


def plain(number: Decimal) -> str:
    """Return the one text of a number: no exponent, no trailing zeros, so that equal numbers hash equally."""
    return format(EXACTLY.plus(number.normalize(EXACTLY)), "f")  # plus() makes 0 of -0


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _shown(number: object) -> str:
    # An int of thousands of digits may not be turned into text (ValueError), so it is not shown at all.
    return type(number).__name__ if isinstance(number, int) else repr(number)[:_DIGITS_SHOWN_OF_A_BAD_NUMBER]


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency, not rounded until `rounded()` says so.

    Attributes:
        amount: in major units (euros, not cents); may have more decimals than the currency.
        currency: ISO 4217 code.

    Raises:
        BadMoney: unknown currency, or an amount that is a float, NaN, infinite, beyond `MOST_MINOR` minor
            units, or with more than `MOST_DECIMALS` decimals.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_DIGITS:
            raise BadMoney("money.unknown_currency", currency=self.currency)
        if not isinstance(self.amount, Decimal):
            raise BadMoney("money.not_a_number", number=_shown(self.amount))
        amount = exact(self.amount)
        if amount.scaleb(self.digits, EXACTLY).copy_abs() > MOST_MINOR:
            raise BadMoney("money.too_large", currency=self.currency)
        object.__setattr__(self, "amount", amount)

    @property
    def digits(self) -> int:
        """Decimals of the currency: 2 for the euro, 0 for the yen."""
        return MINOR_DIGITS[self.currency]

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Self:
        """Return the amount that the database holds as a count of cents (or fils, or yen)."""
        if currency not in MINOR_DIGITS:
            raise BadMoney("money.unknown_currency", currency=currency)
        return cls(exact(minor).scaleb(-MINOR_DIGITS[currency], EXACTLY), currency)

    @property
    def minor(self) -> int:
        """The amount as a count of minor units, for the database.

        Raises:
            BadMoney: the amount has a fraction of a minor unit; call `rounded()` first.
        """
        if not self.is_rounded:
            raise BadMoney("money.not_rounded", amount=plain(self.amount), currency=self.currency)
        return int(self.amount.scaleb(self.digits, EXACTLY))

    @property
    def is_rounded(self) -> bool:
        """Whether the amount is a whole number of minor units."""
        return _decimals(self.amount.normalize(EXACTLY)) <= self.digits

    def rounded(self) -> Self:
        """Return the amount rounded half-even to the minor unit, with exactly the currency's decimals."""
        # Not EXACTLY: rounding is the one step that may lose digits.
        context = Context(prec=EXACTLY.prec, rounding=ROUND_HALF_EVEN)
        unit = Decimal((0, (1,), -self.digits))
        return type(self)(self.amount.quantize(unit, context=context), self.currency)

    def zero(self) -> Self:
        """Return nothing, in the same currency."""
        return type(self)(Decimal(0), self.currency)

    def __add__(self, other: "Money") -> Self:
        return type(self)(EXACTLY.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: "Money") -> Self:
        return type(self)(EXACTLY.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> Self:
        return type(self)(self.amount.copy_negate(), self.currency)

    def __abs__(self) -> Self:
        return type(self)(self.amount.copy_abs(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Self:
        return type(self)(EXACTLY.multiply(self.amount, exact(factor)), self.currency)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __str__(self) -> str:
        """For logs and failing tests; pages format money for the reader's language."""
        return f"{plain(self.amount)} {self.currency}"

    def as_dict(self) -> dict[str, str]:
        """Return the amount as text that equal amounts share, to be stored and hashed."""
        return {"amount": plain(self.amount), "currency": self.currency}

    @classmethod
    def from_dict(cls, stored: Mapping[str, str]) -> Self:
        """Return what `as_dict` made."""
        return cls(Decimal(stored["amount"]), stored["currency"])

    def _same(self, other: "Money") -> Decimal:
        if not isinstance(other, Money):
            raise BadMoney("money.not_money", value=type(other).__name__)
        if other.currency != self.currency:
            raise CurrencyMismatch("money.currency_mismatch", left=self.currency, right=other.currency)
        return other.amount


def zero(currency: str) -> Money:
    """Return nothing, in the currency."""
    return Money(Decimal(0), currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum; of no amounts it is zero in the currency.

    Raises:
        CurrencyMismatch: an amount is in another currency.
    """
    return sum(amounts, zero(currency))


def split(money: Money, weights: Mapping[str, Decimal | int]) -> dict[str, Money]:
    """Divide an amount over parties so that the parts add up to it, to the cent.

    Each part is the exact share rounded down to the minor unit; the units that remain go, one each, to the
    largest remainders, and at equal remainders to the party whose id sorts first. So 100.00 over A, B and C
    is 33.34, 33.33 and 33.33, in whatever order the parties are given.

    Every part is less than one minor unit from the exact share. The method is not house-monotone: when the
    total rises by a cent, the part of one party may fall by a cent.

    Args:
        money: rounded; a negative amount is divided as its opposite.
        weights: by party id, none negative, at least one above zero.

    Returns:
        The parts in order of party id.

    Raises:
        BadMoney: the amount is not rounded, or the weights cannot divide it.

    Source: Hare quota with largest remainders (Hamilton's method).
    """
    shares = {party: Fraction(exact(weight, "money.bad_weight")) for party, weight in sorted(weights.items())}
    whole = sum(shares.values())
    if not whole or min(shares.values()) < 0:
        raise BadMoney("money.bad_weights", parties=len(shares))
    minor = money.minor
    ideal = {party: abs(minor) * share / whole for party, share in shares.items()}
    parts = {party: int(part) for party, part in ideal.items()}
    # sorted() is stable, and the parties are in order of id: that is the tie rule.
    by_remainder = sorted(parts, key=lambda party: parts[party] - ideal[party])
    for party in by_remainder[: abs(minor) - sum(parts.values())]:
        parts[party] += 1
    sign = -1 if minor < 0 else 1
    return {party: Money.from_minor(sign * part, money.currency) for party, part in parts.items()}
