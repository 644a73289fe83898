"""The ledger of a programme: what contracts committed and payments moved, added and never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from toc.domain.acts import Act
from toc.domain.cashflow import (
    Account,
    AccountKind,
    BadLedger,
    Entry,
    Transfer,
    balances,
    post_commitments,
    post_settlement,
    verify,
)
from toc.domain.ids import derived
from toc.domain.money import Money, split
from toc.domain.people import Part
from toc.models.bonds import ContractEdition, ContractParty, Payment
from toc.models.cashflow import LedgerEntry, LedgerTransfer

RECEIVING = {Part.INVESTOR: AccountKind.INVESTOR, Part.PROVIDER: AccountKind.PROVIDER}
"""The account on which a party receives, by its part in the contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A transfer as it stands in the ledger.

    Attributes:
        row: with its entries and their organisations.
        transfer: the same as the domain knows it; its reference is the outcome or the contract edition.
        contract_id: the contract that it belongs to.
    """

    row: LedgerTransfer
    transfer: Transfer
    contract_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What one account holds."""

    kind: AccountKind
    organisation_id: UUID
    organisation: str
    amount: Money


def posted(
    session: Session, *, contract_id: UUID | None = None, payment_id: UUID | None = None
) -> list[Posted]:
    """Return the transfers of the programme, in the order in which they were posted.

    Args:
        session: of a programme.
        contract_id: only those of this contract.
        payment_id: only that of this payment.
    """
    of_payment = aliased(ContractEdition)
    contract = func.coalesce(ContractEdition.contract_id, of_payment.contract_id)
    query = (
        select(LedgerTransfer, contract, Payment.outcome_id)
        .outerjoin(LedgerTransfer.contract_edition)
        .outerjoin(LedgerTransfer.payment)
        .outerjoin(of_payment, Payment.contract_edition.of_type(of_payment))
        .where(LedgerTransfer.programme_id == session.info["programme_id"])
        # At one moment a contract commits before anything is paid, and payments follow their codes.
        .order_by(
            LedgerTransfer.at,
            case((LedgerTransfer.payment_id.is_(None), 0), else_=1),
            func.coalesce(Payment.code, ContractEdition.number),
        )
        .options(
            contains_eager(LedgerTransfer.contract_edition),
            contains_eager(LedgerTransfer.payment).defer(Payment.calculation),
            selectinload(LedgerTransfer.entries).options(joinedload(LedgerEntry.organisation)),
        )
    )
    if contract_id is not None:
        query = query.where(contract == contract_id)
    if payment_id is not None:
        query = query.where(LedgerTransfer.payment_id == payment_id)
    return [
        Posted(
            row=row,
            transfer=Transfer(
                entries=tuple(
                    Entry(
                        Account(entry.account, str(entry.organisation_id)),
                        Money.from_minor(entry.amount_minor, entry.currency),
                    )
                    for entry in row.entries
                ),
                on=row.on,
                reference=str(row.contract_edition_id or paid_for),
            ),
            contract_id=of,
        )
        for row, of, paid_for in session.execute(query)
    ]


def check(ledger: Iterable[Posted]) -> BadLedger | None:
    """Return what is wrong with a ledger, contract by contract; None when all adds up."""
    by_contract: dict[UUID, list[Transfer]] = {}
    for one in ledger:
        by_contract.setdefault(one.contract_id, []).append(one.transfer)
    try:
        for transfers in by_contract.values():
            verify(transfers)
    except BadLedger as error:
        return error
    return None


def balance(ledger: Iterable[Posted]) -> list[Balance]:
    """Return what each account holds, by kind of account and name of the organisation."""
    every = list(ledger)
    names = {entry.organisation_id: entry.organisation.name for one in every for entry in one.row.entries}
    order = list(AccountKind)
    held = [
        Balance(
            kind=account.kind,
            organisation_id=UUID(account.party),
            organisation=names[UUID(account.party)],
            amount=amount,
        )
        for (account, _), amount in balances(one.transfer for one in every).items()
    ]
    return sorted(held, key=lambda one: (order.index(one.kind), one.organisation))


def moved(session: Session, contract_id: UUID | None = None) -> dict[tuple[UUID, AccountKind, UUID], int]:
    """Return what each account of each contract holds, in minor units: (contract, kind, organisation)."""
    of_payment = aliased(ContractEdition)
    contract = func.coalesce(ContractEdition.contract_id, of_payment.contract_id)
    query = (
        select(contract, LedgerEntry.account, LedgerEntry.organisation_id, func.sum(LedgerEntry.amount_minor))
        .join(LedgerEntry.transfer)
        .outerjoin(LedgerTransfer.contract_edition)
        .outerjoin(LedgerTransfer.payment)
        .outerjoin(of_payment, Payment.contract_edition.of_type(of_payment))
        .where(LedgerEntry.programme_id == session.info["programme_id"])
        .group_by(contract, LedgerEntry.account, LedgerEntry.organisation_id)
    )
    if contract_id is not None:
        query = query.where(contract == contract_id)
    return {(of, kind, party): int(amount) for of, kind, party, amount in session.execute(query)}


def committed(session: Session, contract_id: UUID, currency: str) -> dict[str, Money]:
    """Return what each outcome payer still has set aside for a contract, by organisation."""
    return {
        str(party): Money.from_minor(amount, currency)
        for (_, kind, party), amount in moved(session, contract_id).items()
        if kind is AccountKind.COMMITTED
    }


def commit(session: Session, act: Act, edition: ContractEdition, wanted: Mapping[str, Money]) -> None:
    """Set aside what an edition asks for, or post the difference with what was set aside already.

    Args:
        session: of a programme, for writing; flushed by this.
        act: who and when.
        edition: of the contract.
        wanted: what each outcome payer is to have set aside from now on, by organisation.
    """
    held = committed(session, edition.contract_id, edition.currency)
    transfer = post_commitments(held, wanted, on=act.on, reference=str(edition.id))
    if transfer is not None:
        _add(
            session,
            act,
            transfer,
            LedgerTransfer(id=derived(edition.id, "transfer"), contract_edition_id=edition.id),
        )


def payers(
    session: Session, contract_id: UUID, parties: Iterable[ContractParty], net: Money, *, capped: bool
) -> dict[Account, int]:
    """Return from which accounts a payment comes, with their weights in minor units or shares.

    With a contract cap every funder has set its part aside and pays in proportion to what is left of it;
    without one, each pays by its share.
    """
    if capped:
        held = committed(session, contract_id, net.currency)
        return {Account(AccountKind.COMMITTED, party): left.minor for party, left in held.items() if left}
    return {
        Account(AccountKind.OUTCOME_PAYER, str(party.organisation_id)): int(party.weight * 10**6)
        for party in parties
        if party.part is Part.FUNDER and party.weight
    }


def receivers(parties: Iterable[ContractParty]) -> dict[Account, int]:
    """Return on which accounts a payment is received, with their weights in millionths."""
    return {
        Account(RECEIVING[party.part], str(party.organisation_id)): int(party.weight * 10**6)
        for party in parties
        if party.part in RECEIVING and party.weight
    }


def shares(net: Money, weights: Mapping[Account, int]) -> dict[Account, Money]:
    """Return what each account gives or gets of a payment, as `settle` posts it."""
    names = {f"{account.party}\0{account.kind}": account for account in weights}
    parts = split(net, {name: weights[account] for name, account in names.items()})
    return {names[name]: part for name, part in parts.items()}


def settle(
    session: Session, act: Act, payment: Payment, *, given: Mapping[Account, int], got: Mapping[Account, int]
) -> None:
    """Post a payment of more than zero; one of zero is kept as a calculation only.

    Args:
        session: of a programme, for writing.
        act: who and when.
        payment: as approved.
        given: of `payers`.
        got: of `receivers`.
    """
    net = Money.from_minor(payment.net_minor, payment.currency)
    transfer = post_settlement(net, given, got, on=act.on, reference=str(payment.outcome_id))
    _add(session, act, transfer, LedgerTransfer(id=derived(payment.id, "transfer"), payment_id=payment.id))


def _add(session: Session, act: Act, transfer: Transfer, row: LedgerTransfer) -> None:
    row.on, row.at = transfer.on, act.at
    session.add(row)
    session.flush()
    session.add_all(
        LedgerEntry(
            id=derived(row.id, "entry", str(position)),
            transfer_id=row.id,
            position=position,
            account=entry.account.kind,
            organisation_id=UUID(entry.account.party),
            amount_minor=entry.amount.minor,
            currency=entry.amount.currency,
        )
        for position, entry in enumerate(transfer.entries, start=1)
    )
    session.flush()
