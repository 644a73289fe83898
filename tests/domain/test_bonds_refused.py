"""Bonds: contracts and outcomes that contradict themselves, and stored calculations that do."""

from dataclasses import replace
from decimal import Decimal
from typing import cast

import pytest

from tests.domain.contracts import DIPLOMA, anyway, contract_of, money, outcome_of, paid, type_of_line
from toc.domain.bonds import (
    BadOutcome,
    BadTerms,
    Calculation,
    Contract,
    Counterfactual,
    CounterfactualKind,
    Direction,
    PersonClaims,
    PerUnit,
    RateCardLine,
    Shortfall,
    Unit,
    calculate,
    recompute,
)
from toc.domain.errors import DomainError
from toc.domain.money import BadMoney, CurrencyMismatch

# --- Terms and outcomes that contradict themselves ----------------------------------------------------------

PLAIN = PerUnit(code="R1", price=money(10))

CARD = RateCardLine(code="C1", price=money(10))

ONE = PersonClaims(person="p1", claims=1)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"code": " "}, "bonds.code_missing"),
        ({"lines": ()}, "bonds.no_lines"),
        ({"lines": (PLAIN, PLAIN)}, "bonds.code_twice"),
        ({"required_rung": 6}, "bonds.no_such_rung"),
        ({"required_rung": -1}, "bonds.no_such_rung"),
        ({"investment": money(-1)}, "bonds.bad_investment"),
        ({"cap": money("0.001")}, "bonds.bad_contract_cap"),
        ({"cap": money(-1)}, "bonds.bad_contract_cap"),
        ({"cap": money(1, "USD")}, "money.currency_mismatch"),
        ({"currency": "USD", "investment": money(1, "USD")}, "money.currency_mismatch"),
        ({"lines": (CARD,), "person_cap": money("0.5"), "currency": "JPY"}, "money.currency_mismatch"),
        ({"lines": (CARD,), "person_cap": money("0.001")}, "bonds.bad_person_cap"),
        ({"person_cap": money(1)}, "bonds.person_cap_needs_gross_rate_card"),
        (
            {"lines": (replace(CARD, expected_anyway=anyway("1")),), "person_cap": money(1)},
            "bonds.person_cap_needs_gross_rate_card",
        ),
        ({"lines": (replace(CARD, prerequisite="C9"),)}, "bonds.no_such_prerequisite"),
        ({"lines": (replace(CARD, prerequisite="C1"),)}, "bonds.prerequisite_circle"),
        (
            {"lines": (replace(CARD, prerequisite="C2"), replace(CARD, code="C2", prerequisite="C1"))},
            "bonds.prerequisite_circle",
        ),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(changes: dict[str, object], key: str) -> None:
    terms = {"code": "B1", "currency": "EUR", "investment": money(0), "lines": (PLAIN,)} | changes
    with pytest.raises(DomainError) as error:
        Contract(**terms)  # type: ignore[arg-type] # named by the test
    assert error.value.key == key


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"code": ""}, "bonds.code_missing"),
        ({"price": money(0)}, "bonds.price_not_positive"),
        ({"cap": money("0.005")}, "bonds.bad_line_cap"),
        ({"cap": money(1, "USD")}, "money.currency_mismatch"),
        ({"expected_anyway": anyway("1.01")}, "bonds.share_above_one"),
        ({"direction": Direction.LOWER_BETTER}, "bonds.avoided_without_counterfactual"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as error:
        replace(PLAIN, **changes)  # type: ignore[arg-type] # named by the test
    assert error.value.key == key


@pytest.mark.parametrize(
    ("kind", "share", "source", "key"),
    [
        (CounterfactualKind.NONE, Decimal(0), "clause 3", "bonds.share_without_counterfactual"),
        (CounterfactualKind.RCT_ITT, None, "study", "bonds.share_missing"),
        (CounterfactualKind.DID, Decimal("-0.1"), "study", "bonds.share_negative"),
        (CounterfactualKind.MATCHED, Decimal("0.1"), " ", "bonds.share_without_source"),
        (CounterfactualKind.MATCHED, Decimal("NaN"), "study", "money.not_a_number"),
    ],
)
def test_a_counterfactual_has_a_share_and_a_source(
    kind: CounterfactualKind, share: Decimal | None, source: str, key: str
) -> None:
    with pytest.raises(DomainError) as error:
        Counterfactual(kind=kind, share=share, source=source)
    assert error.value.key == key


def test_a_maximum_of_claims_is_at_least_one() -> None:
    with pytest.raises(BadTerms) as error:
        replace(CARD, max_claims_per_person=0)
    assert error.value.key == "bonds.max_claims_not_positive"


@pytest.mark.parametrize(
    ("counted", "key"),
    [
        ({"achieved": -1}, "bonds.negative_count"),
        ({"participants": -1}, "bonds.negative_count"),
        ({"persons": -1}, "bonds.negative_count"),
        ({"already_claimed": -1}, "bonds.negative_count"),
        ({"prerequisite_met": -1}, "bonds.negative_count"),
        ({"deducted": Decimal(-1)}, "bonds.negative_count"),
        ({"shortfall_brought": Decimal(-1)}, "bonds.negative_count"),
        ({"rung": 6}, "bonds.no_such_rung"),
        ({"paid_on_line": money(-1)}, "bonds.negative_paid"),
        ({"paid_on_line": money(1)}, "bonds.paid_on_line_above_contract"),
        ({"deducted": Decimal(6)}, "bonds.deducted_above_achieved"),
        ({"paid_on_line": money(0, "USD")}, "money.currency_mismatch"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_refused(counted: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as error:
        outcome_of(**({"achieved": 5} | counted))  # type: ignore[arg-type] # named by the test
    assert error.value.key == key


@pytest.mark.parametrize(
    ("line", "counted", "key"),
    [
        (DIPLOMA, {}, "bonds.participants_needed"),
        (DIPLOMA, {"participants": 4}, "bonds.more_than_participants"),
        (PLAIN, {"persons": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"by_person": (ONE,)}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"prerequisite_met": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"already_claimed": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"shortfall_brought": Decimal(1)}, "bonds.no_shortfall_to_bring"),
        (CARD, {}, "bonds.persons_needed"),
        (CARD, {"persons": 6}, "bonds.persons_needed"),
        (CARD, {"persons": 0}, "bonds.persons_needed"),
        (CARD, {"achieved": "1.5", "persons": 1}, "bonds.part_of_a_claim"),
        (CARD, {"persons": 5, "participants": 4}, "bonds.more_than_participants"),
        (CARD, {"persons": 1, "by_person": (ONE,)}, "bonds.by_person_differs"),
        (
            CARD,
            {"achieved": 1, "persons": 1, "already_claimed": 1, "by_person": (ONE,)},
            "bonds.by_person_differs",
        ),
        (CARD, {"achieved": 2, "persons": 2, "by_person": (ONE, ONE)}, "bonds.by_person_differs"),
        (
            CARD,
            {"achieved": 2, "persons": 2, "by_person": (replace(ONE, claims=2),)},
            "bonds.by_person_differs",
        ),
        (
            replace(CARD, max_claims_per_person=1),
            {"persons": 1, "deducted": Decimal(2)},
            "bonds.deducted_above_achieved",
        ),
    ],
)
def test_an_outcome_that_does_not_fit_its_line_is_refused(
    line: type_of_line, counted: dict[str, object], key: str
) -> None:
    outcome = outcome_of(**({"achieved": 5} | counted))  # type: ignore[arg-type] # named by the test
    with pytest.raises(BadOutcome) as error:
        paid(line, outcome)
    assert error.value.key == key


def test_a_shortfall_that_the_clause_lost_cannot_be_brought() -> None:
    outcome = outcome_of(48, participants=96, shortfall_brought=Decimal(1))
    with pytest.raises(BadOutcome) as error:
        paid(DIPLOMA, outcome, shortfall=Shortfall.LOST)
    assert error.value.key == "bonds.no_shortfall_to_bring"


def test_a_deduction_cannot_be_laid_upon_persons() -> None:
    each = (replace(ONE, claims=5, paid_on_contract=money(0)),)
    outcome = outcome_of(5, persons=1, by_person=each, deducted=Decimal(1))
    with pytest.raises(BadOutcome) as error:
        paid(CARD, outcome, person_cap=money(100))
    assert error.value.key == "bonds.deduction_with_person_cap"


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"claims": 0}, "bonds.person_without_claims"), ({"already_claimed": -1}, "bonds.negative_count")],
)
def test_claims_of_a_person_are_counted_from_one(changes: dict[str, int], key: str) -> None:
    with pytest.raises(BadOutcome) as error:
        replace(ONE, **changes)  # type: ignore[arg-type] # named by the test
    assert error.value.key == key


def test_only_a_line_of_the_contract_can_be_paid() -> None:
    for line in (replace(DIPLOMA, price=money(1)), replace(DIPLOMA, code="R2")):
        with pytest.raises(BadTerms) as error:
            calculate(contract_of(DIPLOMA), line, outcome_of(1, participants=96))
        assert error.value.key == "bonds.no_such_line"


def test_currencies_are_never_mixed() -> None:
    """I-10: what was paid before must be in the currency of the contract."""
    with pytest.raises(CurrencyMismatch):
        paid(DIPLOMA, outcome_of(48, "USD", participants=96))
    each = (replace(ONE, paid_on_contract=money(0, "USD")),)
    with pytest.raises(CurrencyMismatch):
        paid(CARD, outcome_of(1, persons=1, by_person=each), person_cap=money(100))


def test_an_amount_too_large_to_hold_is_refused() -> None:
    with pytest.raises(BadMoney) as error:
        paid(replace(PLAIN, price=money(90_000_000_000_000), unit=Unit.DAY), outcome_of(2))
    assert error.value.key == "money.too_large"


# --- Stored calculations ------------------------------------------------------------------------------------


def stored_example() -> dict[str, object]:
    each = (PersonClaims(person="p1", claims=2, paid_on_contract=money(0)),)
    line = RateCardLine(code="C1", price=money("100.50"), max_claims_per_person=3)
    contract = contract_of(line, DIPLOMA, cap=money(1000))
    return calculate(contract, line, outcome_of(2, persons=1, by_person=each)).as_dict()


def test_a_stored_calculation_that_was_tampered_with_is_found() -> None:
    stored = stored_example()
    stored["net"] = {"amount": "301", "currency": "EUR"}
    read = Calculation.from_dict(stored)
    assert recompute(read) != read
    assert recompute(read).net == money(201)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rules": 2}, "bonds.unknown_rules"),
        ({"rules": None}, "bonds.unknown_rules"),
        ({"net": None}, "bonds.unreadable"),
        ({"net": {"amount": "201.00", "currency": "EUR"}}, "bonds.unreadable"),  # not the one way to write it
        ({"net": {"amount": "NaN", "currency": "EUR"}}, "bonds.unreadable"),
        ({"rejected": "1e999999999"}, "bonds.unreadable"),
        ({"rejected": 0}, "bonds.unreadable"),
        ({"line": 3}, "bonds.unreadable"),
        ({"steps": [{"key": "bonds.step.guess"}]}, "bonds.unreadable"),
        ({"contract": {}}, "bonds.unreadable"),
        ({"added": "a field"}, "bonds.unreadable"),
    ],
)
def test_what_is_not_a_calculation_cannot_be_read(changes: dict[str, object], key: str) -> None:
    with pytest.raises(BadTerms) as error:
        Calculation.from_dict(stored_example() | changes)
    assert error.value.key == key


def test_a_count_in_a_stored_calculation_is_a_whole_number() -> None:
    stored = stored_example()
    outcome = cast("dict[str, object]", stored["outcome"])
    for wrong in (True, "1", 1.0):
        with pytest.raises(BadTerms):
            Calculation.from_dict(stored | {"outcome": outcome | {"rung": wrong}})


def test_the_canonical_text_is_stable() -> None:
    """The hash of a signed payment must not change with a new version of the program."""
    line = PerUnit(code="R1", price=money("12.50"))
    calculation = calculate(contract_of(line), line, outcome_of(2))
    assert calculation.fingerprint == "4bd30368ad26f499bc0ed1851dc45fbc326281e28de40e94505c439a67b135f3"
