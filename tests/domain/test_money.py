"""Money: exact, one currency, rounded once, divided without losing a cent."""

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.money import (
    MINOR_DIGITS,
    MOST_MINOR,
    BadMoney,
    CurrencyMismatch,
    Money,
    exact,
    plain,
    split,
    total,
    zero,
)

minors = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(sorted(MINOR_DIGITS))
weights = st.dictionaries(
    st.text("ABCDEF", min_size=1, max_size=3),
    st.decimals(0, 1000, places=3),
    min_size=1,
    max_size=8,
).filter(lambda given: any(given.values()))


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_amounts_add_subtract_and_multiply_exactly() -> None:
    assert euro("0.10") + euro("0.20") == euro("0.30")
    assert euro("1") - euro("2.5") == euro("-1.5")
    assert euro("15.12") * 258858 == euro("3913932.96")
    assert Decimal("0.125") * euro("0.01") == euro("0.00125")
    assert -euro("3") == euro("-3")
    assert abs(euro("-3")) == euro("3")
    assert total([euro("0.01")] * 1_000, "EUR") == euro("10")
    assert total([], "JPY") == zero("JPY") == Money(Decimal(5), "JPY").zero()


def test_amounts_compare_by_value() -> None:
    assert euro("1.0") == euro("1.00")
    assert hash(euro("1.0")) == hash(euro("1.00"))
    assert euro("1") < euro("2") <= euro("2") < euro("3")
    assert euro("3") > euro("2") >= euro("2") > euro("1")
    assert euro("0.01")
    assert not euro("-0.00")
    assert Money(Decimal(1), "EUR") != Money(Decimal(1), "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.005", "EUR", "0.00"),  # half goes to the even cent, so that many halves do not drift upwards
        ("0.015", "EUR", "0.02"),
        ("0.025", "EUR", "0.02"),
        ("0.0250000001", "EUR", "0.03"),
        ("-0.005", "EUR", "0.00"),
        ("1.005", "EUR", "1.00"),
        ("0.5", "JPY", "0"),
        ("1.5", "JPY", "2"),
        ("1.0005", "KWD", "1.000"),
        ("1.0015", "KWD", "1.002"),
    ],
)
def test_rounding_is_half_even_to_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert str(Money(Decimal(amount), currency).rounded().amount) == rounded


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ISK", 0)])
def test_each_currency_has_the_minor_unit_of_iso_4217(currency: str, digits: int) -> None:
    assert zero(currency).digits == digits
    assert Money.from_minor(12345, currency).amount == Decimal(12345).scaleb(-digits)


def test_minor_units_of_an_unrounded_amount_are_refused() -> None:
    assert euro("12.340").minor == 1234
    assert euro("1E+3").minor == 100_000
    with pytest.raises(BadMoney) as error:
        _ = euro("0.005").minor
    assert error.value.key == "money.not_rounded"
    assert error.value.params == {"amount": "0.005", "currency": "EUR"}


@pytest.mark.parametrize(
    "text", ["NaN", "sNaN", "Infinity", "-Infinity", "1e308", "1e999999999", "1e-400", "1e-999999999", "1e19"]
)
def test_numbers_that_are_no_amount_are_refused(text: str) -> None:
    with pytest.raises(BadMoney) as error:
        euro(text)
    assert error.value.key == "money.not_a_number"


@pytest.mark.parametrize(
    "number",
    [
        0.1,
        True,
        "1",
        None,
        pytest.param(10**5000, id="5001 digits"),
        Decimal(1).scaleb(-19),
        Decimal("1" * 200),
    ],
)
def test_only_exact_numbers_are_calculated_with(number: object) -> None:
    with pytest.raises(BadMoney):
        exact(cast("Decimal", number))
    with pytest.raises(BadMoney):
        euro("1") * cast("Decimal", number)


@pytest.mark.parametrize("number", [0.1, 1, True, "1"])
def test_an_amount_is_a_decimal(number: object) -> None:
    with pytest.raises(BadMoney) as error:
        Money(cast("Decimal", number), "EUR")
    assert error.value.key == "money.not_a_number"


def test_an_exact_number_keeps_its_value_and_loses_only_its_exponent() -> None:
    assert str(exact(Decimal("7E+5"))) == "700000"
    assert str(exact(Decimal("-0"))) == "0"
    assert str(exact(Decimal("1.50"))) == "1.50"
    assert exact(Decimal("1." + "0" * 40)) == 1
    assert exact(10**18) == 10**18


def test_equal_numbers_have_one_text() -> None:
    assert [plain(Decimal(text)) for text in ("1.50", "1.5", "7E+5", "-0.00", "-0.5")] == [
        "1.5",
        "1.5",
        "700000",
        "0",
        "-0.5",
    ]


def test_amounts_are_bounded_by_what_every_database_holds() -> None:
    assert Money.from_minor(MOST_MINOR, "EUR").minor == MOST_MINOR
    assert Money.from_minor(-MOST_MINOR, "JPY").minor == -MOST_MINOR
    with pytest.raises(BadMoney) as error:
        Money.from_minor(MOST_MINOR + 1, "EUR")
    assert error.value.key == "money.too_large"
    with pytest.raises(BadMoney):
        euro("90000000000000.000000000000000001")


def test_unknown_currencies_are_refused() -> None:
    with pytest.raises(BadMoney) as error:
        Money(Decimal(1), "EURO")
    assert error.value.key == "money.unknown_currency"
    with pytest.raises(BadMoney) as error:
        Money.from_minor(1, "eur")
    assert error.value.key == "money.unknown_currency"


@pytest.mark.parametrize(
    "mix", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_currencies_are_never_mixed(mix: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch) as error:
        mix(euro("1"), Money(Decimal(1), "USD"))
    assert error.value.key == "money.currency_mismatch"
    assert error.value.params == {"left": "EUR", "right": "USD"}


def test_a_sum_is_in_one_currency() -> None:
    with pytest.raises(CurrencyMismatch):
        total([euro("1"), zero("USD")], "EUR")


def test_money_is_only_added_to_money() -> None:
    with pytest.raises(BadMoney) as error:
        euro("1") + Decimal(1)  # type: ignore[operator]
    assert error.value.key == "money.not_money"


@given(minor=minors, currency=currencies)
def test_minor_units_and_stored_text_give_the_same_money_back(minor: int, currency: str) -> None:
    money = Money.from_minor(minor, currency)
    assert money.minor == minor
    assert Money.from_dict(money.as_dict()) == money
    assert money.rounded() == money
    assert str(money) == f"{money.as_dict()['amount']} {currency}"


@given(amount=st.decimals(-(10**9), 10**9, places=9), currency=currencies)
def test_rounding_moves_an_amount_by_at_most_half_a_minor_unit(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    assert money.rounded().is_rounded
    assert abs(money.rounded() - money) * 2 <= Money.from_minor(1, currency)


def test_a_hundred_euros_over_three_parties_loses_no_cent() -> None:
    """Oracle: waterfall case `pro_rata_rounding`; confidence 1.0."""
    parts = {"A": euro("33.34"), "B": euro("33.33"), "C": euro("33.33")}
    assert split(euro("100.00"), {"A": 1, "B": 1, "C": 1}) == parts
    assert split(euro("100.00"), {"C": 1, "B": 1, "A": 1}) == parts
    assert split(euro("-100.00"), {"B": 1, "A": 1, "C": 1}) == {party: -part for party, part in parts.items()}


def test_what_remains_goes_to_the_largest_remainders() -> None:
    # 10 cents as 1 : 2 : 4 is 1.43, 2.86 and 5.71 cents: 1, 2 and 5, and the two left go to B and C.
    assert split(euro("0.10"), {"A": 1, "B": 2, "C": 4}) == {
        "A": euro("0.01"),
        "B": euro("0.03"),
        "C": euro("0.06"),
    }
    assert split(euro("0.10"), {"A": 0, "B": Decimal("0.5")}) == {"A": euro("0"), "B": euro("0.10")}


def test_a_part_may_fall_when_the_total_rises() -> None:
    # Not house-monotone (the Alabama paradox): said here, lest it be taken for a fault.
    shares = {"A": 6, "B": 6, "C": 2}
    assert split(euro("0.10"), shares)["C"] == euro("0.02")
    assert split(euro("0.11"), shares)["C"] == euro("0.01")


@given(minor=minors, currency=currencies, shares=weights)
def test_parts_add_up_and_are_within_one_unit_of_the_exact_share(
    minor: int, currency: str, shares: dict[str, Decimal]
) -> None:
    parts = split(Money.from_minor(minor, currency), shares)
    assert sum(part.minor for part in parts.values()) == minor
    whole = sum(Fraction(share) for share in shares.values())
    for party, part in parts.items():
        assert abs(part.minor - minor * Fraction(shares[party]) / whole) < 1
    assert list(parts) == sorted(shares)


@given(shares=weights, data=st.data())
def test_the_order_of_the_parties_does_not_matter(shares: dict[str, Decimal], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(shares.items()))))
    assert split(euro("1000.01"), shuffled) == split(euro("1000.01"), shares)


@pytest.mark.parametrize("bad", [{}, {"A": 0, "B": 0}, {"A": 2, "B": -1}])
def test_weights_that_divide_nothing_are_refused(bad: dict[str, int]) -> None:
    with pytest.raises(BadMoney) as error:
        split(euro("1"), bad)
    assert error.value.key == "money.bad_weights"


def test_only_whole_cents_and_real_weights_are_divided() -> None:
    with pytest.raises(BadMoney) as error:
        split(euro("0.001"), {"A": 1})
    assert error.value.key == "money.not_rounded"
    with pytest.raises(BadMoney) as error:
        split(euro("1"), {"A": Decimal("NaN")})
    assert error.value.key == "money.bad_weight"
