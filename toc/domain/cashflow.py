"""Cash flow: a double-entry ledger of what was committed, earned and paid.

An entry is signed: above zero the account gets, below zero it gives. A transfer moves money between accounts
and adds up to zero in each currency, so money is neither made nor lost. Transfers are only added, never
changed; a mistake is put right by another transfer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from toc.domain.errors import DomainError
from toc.domain.money import Money, split, total, zero


class BadTransfer(DomainError):
    """A transfer that cannot be posted."""


class Unbalanced(DomainError):
    """The entries of a transfer do not add up to zero in some currency."""


class BadLedger(DomainError):
    """Transfers that are each in order contradict one another."""


class AccountKind(StrEnum):
    """What an account is for.

    Of an outcome payer: `OUTCOME_PAYER` the money it puts in, `COMMITTED` what it promised and nobody earned
    yet, `OUTCOME_RECEIVABLE` what was earned and is not paid yet. Of a receiver: what it was paid.
    """

    OUTCOME_PAYER = "outcome_payer"
    COMMITTED = "committed"
    OUTCOME_RECEIVABLE = "outcome_receivable"
    INVESTOR = "investor"
    PROVIDER = "provider"


_OF_A_PAYER = frozenset({AccountKind.OUTCOME_PAYER, AccountKind.COMMITTED, AccountKind.OUTCOME_RECEIVABLE})
_NEVER_BELOW_ZERO = frozenset(AccountKind) - {AccountKind.OUTCOME_PAYER}


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One party's account of one kind."""

    kind: AccountKind
    party: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one account gets (above zero) or gives (below zero), rounded; never nothing."""

    account: Account
    amount: Money

    def __post_init__(self) -> None:
        if not self.amount:
            raise BadTransfer("cashflow.empty_entry", account=self.account)
        if not self.amount.is_rounded:
            raise BadTransfer("cashflow.entry_not_rounded", account=self.account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Entries that belong together.

    Attributes:
        entries: at least two, adding up to zero in each currency.
        on: the day it takes effect.
        reference: what it rests on (the id of a calculation or contract edition); one transfer each.

    Raises:
        BadTransfer: fewer than two entries, or no reference.
        Unbalanced: the entries make or lose money.
    """

    entries: tuple[Entry, ...]
    on: date
    reference: str

    def __post_init__(self) -> None:
        if len(self.entries) <= 1:
            raise BadTransfer("cashflow.one_sided", reference=self.reference)
        if not self.reference.strip():
            raise BadTransfer("cashflow.reference_missing")
        wrong = imbalances(self.entries)
        if wrong:
            raise Unbalanced("cashflow.unbalanced", reference=self.reference, amounts=wrong)


def imbalances(entries: Iterable[Entry]) -> tuple[Money, ...]:
    """Return by how much the entries fail to add up to zero, one amount per currency that fails."""
    sums: dict[str, Money] = {}
    for entry in entries:
        currency = entry.amount.currency
        sums[currency] = sums.get(currency, zero(currency)) + entry.amount
    return tuple(amount for _, amount in sorted(sums.items()) if amount)


def post_commitment(amount: Money, payer: str, *, on: date, reference: str) -> Transfer:
    """Return the transfer by which an outcome payer sets aside what a contract may cost at most.

    Raises:
        BadTransfer: not above zero, or not rounded.
    """
    committed = {Account(AccountKind.COMMITTED, payer): 1}
    return _move(amount, Account(AccountKind.OUTCOME_PAYER, payer), committed, on=on, reference=reference)


def post_earned(net: Money, payer: Account, *, on: date, reference: str) -> Transfer:
    """Return the transfer by which an approved payment becomes owed.

    Args:
        net: of the calculation.
        payer: the account it comes from: `COMMITTED`, or `OUTCOME_PAYER` when nothing was set aside.
        on: day of approval.
        reference: of the calculation.

    Raises:
        BadTransfer: not above zero, not rounded, or not an account of a payer.
    """
    owed = {Account(AccountKind.OUTCOME_RECEIVABLE, payer.party): 1}
    return _move(net, payer, owed, on=on, reference=reference)


def post_payment(
    net: Money, payer: Account, receivers: Mapping[Account, Decimal | int], *, on: date, reference: str
) -> Transfer:
    """Return the transfer by which an outcome payer pays, divided over the receivers to the cent.

    Example: EUR 100.00 over investors A, B and C with equal weights: 33.34, 33.33 and 33.33.

    Args:
        net: of the calculation.
        payer: the account it comes from: `OUTCOME_RECEIVABLE` after `post_earned`, else `OUTCOME_PAYER`.
        receivers: accounts with their weights.
        on: day of payment.
        reference: of the calculation.

    Raises:
        BadTransfer: not above zero, not rounded, or not an account of a payer. A calculation of zero is kept,
            but not posted.
        BadMoney: the weights cannot divide anything.
    """
    return _move(net, payer, receivers, on=on, reference=reference)


def post_commitments(
    held: Mapping[str, Money], wanted: Mapping[str, Money], *, on: date, reference: str
) -> Transfer | None:
    """Return the transfer by which what each outcome payer has set aside becomes what a contract asks for.

    Needed when a later edition of a contract has another cap or other payers: each of them sets aside the
    difference, or takes it back.

    Args:
        held: what each payer has set aside now.
        wanted: what each is to have set aside; a payer that is not named, nothing.
        on: day on which the edition was agreed.
        reference: of the edition.

    Returns:
        None when nothing changes.

    Raises:
        BadTransfer: a difference that is not rounded.
    """
    entries: list[Entry] = []
    for payer in sorted({*held, *wanted}):
        currency = next(amounts[payer].currency for amounts in (wanted, held) if payer in amounts)
        more = wanted.get(payer, zero(currency)) - held.get(payer, zero(currency))
        if more:
            entries += [
                Entry(Account(AccountKind.OUTCOME_PAYER, payer), -more),
                Entry(Account(AccountKind.COMMITTED, payer), more),
            ]
    return Transfer(entries=tuple(entries), on=on, reference=reference) if entries else None


def post_settlement(
    net: Money,
    payers: Mapping[Account, Decimal | int],
    receivers: Mapping[Account, Decimal | int],
    *,
    on: date,
    reference: str,
) -> Transfer:
    """Return the one transfer by which an approved payment is earned and paid, by one or more payers.

    Payers whose weights are what each has set aside never give more than that: the largest remainder adds at
    most what rounding down took away.

    Args:
        net: of the calculation.
        payers: accounts that it comes from (`COMMITTED`, or `OUTCOME_PAYER` when nothing was set aside), with
            their weights.
        receivers: accounts that get it, with theirs.
        on: day of approval and payment.
        reference: of the calculation.

    Raises:
        BadTransfer: not above zero, not rounded, or not an account of a payer.
        BadMoney: the weights cannot divide anything.
    """
    by_name = {f"{account.party}\0{account.kind}": account for account in payers}
    shares = split(net, {name: payers[account] for name, account in by_name.items()})
    given = [(by_name[name], share) for name, share in shares.items() if share]
    earned = [post_earned(share, payer, on=on, reference=reference) for payer, share in given]
    paid = post_payment(
        net, Account(AccountKind.OUTCOME_RECEIVABLE, ""), receivers, on=on, reference=reference
    )
    entries = [entry for transfer in earned for entry in transfer.entries]
    entries += [Entry(Account(AccountKind.OUTCOME_RECEIVABLE, payer.party), -share) for payer, share in given]
    return Transfer(entries=(*entries, *paid.entries[1:]), on=on, reference=reference)


def balances(transfers: Iterable[Transfer]) -> dict[tuple[Account, str], Money]:
    """Return what each account holds per currency, in order of account; the sum per currency is zero."""
    held: dict[tuple[Account, str], Money] = {}
    for transfer in transfers:
        for entry in transfer.entries:
            key = (entry.account, entry.amount.currency)
            held[key] = held.get(key, entry.amount.zero()) + entry.amount
    return dict(sorted(held.items()))


def held_by_kind(transfers: Iterable[Transfer], kind: AccountKind, currency: str) -> Money:
    """Return what all accounts of a kind hold together: what is committed, owed, or paid to investors."""
    return total(
        (
            amount
            for (account, of), amount in balances(transfers).items()
            if account.kind is kind and of == currency
        ),
        currency,
    )


def verify(transfers: Iterable[Transfer]) -> None:
    """Check a whole ledger, in the order in which it was posted.

    Each transfer balances by itself, or it could not exist. Together: no account gave twice for one
    reference, and nobody earned more than was committed, was paid more than was owed, or paid back more than
    they got.

    Raises:
        BadLedger: with the reference of the first transfer that is wrong.
    """
    held: dict[tuple[Account, str], Money] = {}
    given: set[tuple[str, Account]] = set()
    for transfer in transfers:
        gives = {
            (transfer.reference, entry.account)
            for entry in transfer.entries
            if entry.amount < entry.amount.zero()
        }
        if gives & given:
            raise BadLedger("cashflow.posted_twice", reference=transfer.reference)
        given |= gives
        for (account, currency), amount in balances([transfer]).items():
            now = held.get((account, currency), amount.zero()) + amount
            held[account, currency] = now
            if account.kind in _NEVER_BELOW_ZERO and now < now.zero():
                raise BadLedger("cashflow.below_zero", reference=transfer.reference, account=account)


def _move(
    amount: Money, payer: Account, receivers: Mapping[Account, Decimal | int], *, on: date, reference: str
) -> Transfer:
    if amount <= amount.zero():
        raise BadTransfer("cashflow.nothing_to_post", reference=reference)
    if not amount.is_rounded:
        raise BadTransfer("cashflow.entry_not_rounded", account=payer)
    if payer.kind not in _OF_A_PAYER:
        raise BadTransfer("cashflow.not_a_payer", account=payer)
    # A party may hold two accounts; the zero character keeps their keys in order of party id, the tie rule.
    accounts = {f"{account.party}\0{account.kind}": account for account in receivers}
    parts = split(amount, {key: receivers[account] for key, account in accounts.items()})
    got = tuple(Entry(accounts[key], part) for key, part in parts.items() if part)
    return Transfer(entries=(Entry(payer, -amount), *got), on=on, reference=reference)
