"""Cash flow: every transfer balances, and the ledger as a whole adds up."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toc.domain.cashflow import (
    Account,
    AccountKind,
    BadLedger,
    BadTransfer,
    Entry,
    Transfer,
    Unbalanced,
    balances,
    held_by_kind,
    imbalances,
    post_commitment,
    post_commitments,
    post_earned,
    post_payment,
    post_settlement,
    verify,
)
from toc.domain.money import BadMoney, Money, zero

DAY = date(2026, 11, 24)
PAYER = Account(AccountKind.OUTCOME_PAYER, "municipality")
COMMITTED = Account(AccountKind.COMMITTED, "municipality")
OWED = Account(AccountKind.OUTCOME_RECEIVABLE, "municipality")
A, B, C = (Account(AccountKind.INVESTOR, party) for party in "ABC")


def euro(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def moved(amount: str | int, giver: Account, getter: Account, reference: str) -> Transfer:
    return Transfer(
        entries=(Entry(giver, -euro(amount)), Entry(getter, euro(amount))), on=DAY, reference=reference
    )


def test_from_commitment_through_earned_to_paid() -> None:
    ledger = [
        post_commitment(euro(1000), "municipality", on=DAY, reference="contract 1"),
        post_earned(euro(100), COMMITTED, on=DAY, reference="calculation 1"),
        post_payment(euro(100), OWED, {C: 1, A: 1, B: 1}, on=DAY, reference="calculation 1"),
        post_earned(euro(50), COMMITTED, on=DAY, reference="calculation 2"),
    ]
    verify(ledger)
    assert balances(ledger) == {
        (COMMITTED, "EUR"): euro(850),
        (A, "EUR"): euro("33.34"),
        (B, "EUR"): euro("33.33"),
        (C, "EUR"): euro("33.33"),
        (OWED, "EUR"): euro(50),
        (PAYER, "EUR"): euro(-1000),
    }
    assert list(balances(ledger)) == sorted(balances(ledger))
    assert held_by_kind(ledger, AccountKind.INVESTOR, "EUR") == euro(100)
    assert held_by_kind(ledger, AccountKind.INVESTOR, "USD") == zero("USD")
    assert held_by_kind(ledger, AccountKind.OUTCOME_RECEIVABLE, "EUR") == euro(50)


def test_a_payment_without_commitment_comes_straight_from_the_payer() -> None:
    transfer = post_payment(euro("0.01"), PAYER, {B: 1, A: 1}, on=DAY, reference="calculation 1")
    # One cent cannot be divided: the tie rule gives it to A, and B has no entry of nothing.
    assert transfer.entries == (Entry(PAYER, euro("-0.01")), Entry(A, euro("0.01")))
    assert (transfer.on, transfer.reference) == (DAY, "calculation 1")
    verify([transfer])


def test_one_party_may_receive_on_two_accounts() -> None:
    provider = Account(AccountKind.PROVIDER, "A")
    transfer = post_payment(euro(10), PAYER, {A: 3, provider: 1}, on=DAY, reference="calculation 1")
    assert balances([transfer])[A, "EUR"] == euro("7.50")
    assert balances([transfer])[provider, "EUR"] == euro("2.50")


def committed(party: str) -> Account:
    return Account(AccountKind.COMMITTED, party)


def test_a_later_edition_commits_the_difference_only() -> None:
    first = post_commitments({}, {"city": euro(600), "fund": euro(400)}, on=DAY, reference="edition 1")
    # The fund leaves, the city promises more.
    second = post_commitments(
        {"city": euro(600), "fund": euro(400)}, {"city": euro(800)}, on=DAY, reference="edition 2"
    )
    assert first is not None
    assert second is not None
    verify([first, second])
    held = balances([first, second])
    assert held[committed("city"), "EUR"] == euro(800)
    assert held[committed("fund"), "EUR"] == euro(0)
    assert held[Account(AccountKind.OUTCOME_PAYER, "fund"), "EUR"] == euro(0)
    assert post_commitments({"city": euro(800)}, {"city": euro(800)}, on=DAY, reference="edition 3") is None


def test_a_settlement_is_earned_and_paid_in_one_transfer() -> None:
    """EUR 100.01 from a city and a fund (3 to 1) to A and B: 75.01 and 25.00, then 50.01 and 50.00."""
    set_aside = post_commitments({}, {"city": euro(300), "fund": euro(100)}, on=DAY, reference="edition 1")
    assert set_aside is not None
    paid = post_settlement(
        euro("100.01"), {committed("city"): 3, committed("fund"): 1}, {A: 1, B: 1}, on=DAY, reference="c1"
    )
    verify([set_aside, paid])
    assert balances([set_aside, paid]) == {
        (committed("city"), "EUR"): euro("224.99"),
        (committed("fund"), "EUR"): euro(75),
        (A, "EUR"): euro("50.01"),
        (B, "EUR"): euro(50),
        (Account(AccountKind.OUTCOME_RECEIVABLE, "city"), "EUR"): euro(0),
        (Account(AccountKind.OUTCOME_RECEIVABLE, "fund"), "EUR"): euro(0),
        (Account(AccountKind.OUTCOME_PAYER, "city"), "EUR"): euro(-300),
        (Account(AccountKind.OUTCOME_PAYER, "fund"), "EUR"): euro(-100),
    }
    earned = held_by_kind([paid], AccountKind.OUTCOME_RECEIVABLE, "EUR")
    assert earned == euro(0)


def test_a_payer_without_share_has_no_entry() -> None:
    paid = post_settlement(euro(1), {committed("a"): 1, committed("b"): 0}, {A: 1}, on=DAY, reference="c1")
    assert {entry.account.party for entry in paid.entries} == {"a", "A"}


def test_a_settlement_of_nothing_is_refused() -> None:
    with pytest.raises(BadTransfer) as error:
        post_settlement(euro(0), {committed("a"): 1}, {A: 1}, on=DAY, reference="c1")
    assert error.value.key == "cashflow.nothing_to_post"


@given(
    held=st.dictionaries(st.text("abc", min_size=1, max_size=2), st.integers(1, 10_000), min_size=1),
    shares=st.lists(st.integers(1, 50), min_size=1, max_size=12),
)
def test_payers_weighed_by_what_they_set_aside_never_give_more(
    held: dict[str, int], shares: list[int]
) -> None:
    amounts = {party: Money.from_minor(minor, "EUR") for party, minor in held.items()}
    set_aside = post_commitments({}, amounts, on=DAY, reference="edition 1")
    assert set_aside is not None
    ledger = [set_aside]
    for number, share in enumerate(shares):
        left = {
            account: amount.minor
            for (account, _), amount in balances(ledger).items()
            if account.kind is AccountKind.COMMITTED
        }
        net = sum(left.values()) * share // 50
        if net:
            ledger.append(
                post_settlement(Money.from_minor(net, "EUR"), left, {A: 1}, on=DAY, reference=f"c{number}")
            )
    verify(ledger)


def test_entries_that_make_or_lose_money_are_refused() -> None:
    """I-9 and I-19: the sum is zero in each currency by itself."""
    entries = (Entry(PAYER, euro(-10)), Entry(A, euro("9.99")))
    with pytest.raises(Unbalanced) as error:
        Transfer(entries=entries, on=DAY, reference="r")
    assert error.value.key == "cashflow.unbalanced"
    assert error.value.params == {"reference": "r", "amounts": (euro("-0.01"),)}
    other = Entry(A, Money(Decimal(10), "USD"))
    with pytest.raises(Unbalanced):
        Transfer(entries=(Entry(PAYER, euro(-10)), other), on=DAY, reference="r")
    assert imbalances((Entry(PAYER, euro(-10)), other)) == (euro(-10), other.amount)


def test_a_transfer_may_hold_two_currencies_that_each_balance() -> None:
    dollar = Money(Decimal(5), "USD")
    entries = (Entry(PAYER, euro(-1)), Entry(A, euro(1)), Entry(PAYER, -dollar), Entry(A, dollar))
    assert balances([Transfer(entries=entries, on=DAY, reference="r")])[A, "USD"] == dollar


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda: Entry(A, euro(0)), "cashflow.empty_entry"),
        (lambda: Entry(A, euro("0.001")), "cashflow.entry_not_rounded"),
        (lambda: Transfer(entries=(), on=DAY, reference="r"), "cashflow.one_sided"),
        (lambda: Transfer(entries=(Entry(A, euro(1)),), on=DAY, reference="r"), "cashflow.one_sided"),
        (lambda: moved(1, PAYER, A, " "), "cashflow.reference_missing"),
        (lambda: post_payment(euro(0), PAYER, {A: 1}, on=DAY, reference="r"), "cashflow.nothing_to_post"),
        (lambda: post_payment(euro(-1), PAYER, {A: 1}, on=DAY, reference="r"), "cashflow.nothing_to_post"),
        (
            lambda: post_payment(euro("0.001"), PAYER, {A: 1}, on=DAY, reference="r"),
            "cashflow.entry_not_rounded",
        ),
        (lambda: post_payment(euro(1), A, {B: 1}, on=DAY, reference="r"), "cashflow.not_a_payer"),
        (lambda: post_earned(euro(1), A, on=DAY, reference="r"), "cashflow.not_a_payer"),
    ],
)
def test_what_cannot_be_posted_is_refused(make: Callable[[], object], key: str) -> None:
    with pytest.raises(BadTransfer) as error:
        make()
    assert error.value.key == key


def test_a_payment_needs_receivers() -> None:
    with pytest.raises(BadMoney):
        post_payment(euro(1), PAYER, {}, on=DAY, reference="r")


@pytest.mark.parametrize(
    ("ledger", "key", "reference"),
    [
        ([moved(1, PAYER, A, "c1"), moved(1, PAYER, A, "c1")], "cashflow.posted_twice", "c1"),
        ([moved(1, PAYER, A, "c1"), moved(2, PAYER, B, "c1")], "cashflow.posted_twice", "c1"),
        ([moved(10, PAYER, COMMITTED, "k1"), moved(11, COMMITTED, OWED, "c1")], "cashflow.below_zero", "c1"),
        ([moved(10, PAYER, OWED, "c1"), moved("10.01", OWED, A, "c1")], "cashflow.below_zero", "c1"),
        ([moved(10, PAYER, A, "c1"), moved(1, B, A, "c2")], "cashflow.below_zero", "c2"),
        ([moved(1, OWED, A, "c1"), moved(10, PAYER, OWED, "c2")], "cashflow.below_zero", "c1"),
    ],
)
def test_transfers_that_contradict_one_another_are_found(
    ledger: list[Transfer], key: str, reference: str
) -> None:
    with pytest.raises(BadLedger) as error:
        verify(ledger)
    assert error.value.key == key
    assert error.value.params["reference"] == reference


def test_a_mistake_is_put_right_by_another_transfer() -> None:
    verify(
        [moved(10, PAYER, A, "c1"), moved(10, A, PAYER, "correction of c1"), moved(8, PAYER, A, "c1, again")]
    )


def test_an_empty_ledger_is_in_order() -> None:
    verify([])
    assert balances([]) == {}


accounts = st.builds(
    Account,
    st.sampled_from([AccountKind.INVESTOR, AccountKind.PROVIDER]),
    st.text("ABC", min_size=1, max_size=2),
)
receivers = st.dictionaries(accounts, st.integers(0, 100), min_size=1, max_size=6).filter(
    lambda of: any(of.values())
)


@given(payments=st.lists(st.tuples(st.integers(1, 10**9), receivers), max_size=8), data=st.data())
def test_a_ledger_of_payments_balances_in_any_order(
    payments: list[tuple[int, dict[Account, int]]], data: st.DataObject
) -> None:
    ledger = [
        post_payment(Money.from_minor(minor, "EUR"), PAYER, dict(weights), on=DAY, reference=f"c{number}")
        for number, (minor, weights) in enumerate(payments)
    ]
    verify(ledger)
    held = balances(ledger)
    assert sum(amount.minor for amount in held.values()) == 0
    assert held.get((PAYER, "EUR"), zero("EUR")).minor == -sum(minor for minor, _ in payments)
    assert balances(data.draw(st.permutations(ledger))) == held


@given(
    minor=st.integers(1, 10**9),
    weights=receivers,
    at=st.integers(0, 5),
    off=st.integers(-5, 5).filter(lambda off: off),
)
def test_no_entry_can_change_without_the_transfer_falling_apart(
    minor: int, weights: dict[Account, int], at: int, off: int
) -> None:
    entries = list(
        post_payment(Money.from_minor(minor, "EUR"), PAYER, dict(weights), on=DAY, reference="c1").entries
    )
    changed = entries[at % len(entries)]
    amount = changed.amount + Money.from_minor(off, "EUR")
    assume(bool(amount))
    entries[at % len(entries)] = Entry(changed.account, amount)
    with pytest.raises(Unbalanced):
        Transfer(entries=tuple(entries), on=DAY, reference="c1")
