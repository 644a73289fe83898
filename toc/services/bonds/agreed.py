"""Contracts as pages show them: parties with what they put in and got, lines with what they paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from toc.domain.bonds import Contract, PerUnit, RateCardLine
from toc.domain.cashflow import AccountKind
from toc.domain.money import Money, total
from toc.domain.people import Part
from toc.models.bonds import (
    BondContract,
    ContractEdition,
    ContractLine,
    ContractParty,
)
from toc.models.indicators import IndicatorEdition
from toc.models.people import User
from toc.models.savings import SavingEdition
from toc.services import cashflow
from toc.services.bonds.lists import OutcomeInList, outcomes
from toc.services.bonds.paying import terms_of
from toc.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """A party with what it put in (a funder: what it paid) and what it got out of payments."""

    row: ContractParty
    put_in: Money
    got: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A payment line with what was declared and paid under its code, over all editions."""

    row: ContractLine
    terms: PerUnit | RateCardLine
    paid: Money
    outcomes: tuple[OutcomeInList, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """One edition of a contract, the current one unless another was asked for.

    Attributes:
        outcomes: declared under any edition, newest first.
        paid: over all editions, also under lines that are gone now.
    """

    contract: BondContract
    edition: ContractEdition
    terms: Contract
    parties: tuple[PartyView, ...]
    lines: tuple[LineView, ...]
    outcomes: tuple[OutcomeInList, ...]
    paid: Money

    @property
    def conflicted(self) -> tuple[ContractParty, ...]:
        """Evaluators who also invest, provide or pay: they judge what they earn or owe by."""
        others = {one.row.organisation_id for one in self.parties if one.row.part is not Part.EVALUATOR}
        return tuple(
            one.row
            for one in self.parties
            if one.row.part is Part.EVALUATOR and one.row.organisation_id in others
        )


def contracts(session: Session) -> list[ContractView]:
    """Return the current edition of every contract, in five statements."""
    rows = session.scalars(
        _editions(session).where(ContractEdition.number == BondContract.edition).order_by(BondContract.code)
    ).all()
    return _views(session, rows)


def get_contract(session: Session, contract_id: UUID, number: int | None = None) -> ContractView:
    """Return an edition of a contract.

    Args:
        session: of a programme.
        contract_id: the contract.
        number: of the edition; None for the current one.

    Raises:
        NotFound: there is no such edition.
    """
    return history(session, contract_id, number)[0]


def history(
    session: Session, contract_id: UUID, number: int | None = None
) -> tuple[ContractView, list[tuple[ContractEdition, str]]]:
    """Return an edition as `get_contract`, and all editions, newest first, with the name of who entered each.

    Raises:
        NotFound: there is no such edition.
    """
    every = [
        (edition, name or "")
        for edition, name in session.execute(
            _editions(session)
            .add_columns(User.name)
            .outerjoin(User, User.id == ContractEdition.created_by_id)
            .where(BondContract.id == contract_id)
            .order_by(ContractEdition.number.desc())
        )
    ]
    for edition, _ in every:
        if edition.number == (edition.contract.edition if number is None else number):
            return _views(session, [edition])[0], every
    raise NotFound


def get_line(session: Session, line_id: UUID) -> tuple[ContractView, LineView]:
    """Return a line with the edition that it stands in.

    Raises:
        NotFound: there is none.
    """
    rows = session.scalars(
        _editions(session).where(
            ContractEdition.id
            == select(ContractLine.contract_edition_id)
            .where(ContractLine.programme_id == session.info["programme_id"], ContractLine.id == line_id)
            .scalar_subquery()
        )
    ).all()
    if not rows:
        raise NotFound
    view = _views(session, rows)[0]
    return view, next(line for line in view.lines if line.row.id == line_id)


def _editions(session: Session) -> Select[ContractEdition]:
    return (
        select(ContractEdition)
        .join(ContractEdition.contract)
        .where(ContractEdition.programme_id == session.info["programme_id"])
        .options(
            joinedload(ContractEdition.contract),
            selectinload(ContractEdition.parties).options(joinedload(ContractParty.organisation)),
            selectinload(ContractEdition.lines).options(
                joinedload(ContractLine.goal),
                joinedload(ContractLine.indicator_edition).joinedload(IndicatorEdition.indicator),
                joinedload(ContractLine.saving).joinedload(SavingEdition.beneficiary),
            ),
        )
    )


def _views(session: Session, editions: Sequence[ContractEdition]) -> list[ContractView]:
    if not editions:
        return []
    only = editions[0].contract_id if len(editions) == 1 else None
    moved = cashflow.moved(session, only)
    declared = outcomes(session, contract_id=only)
    return [
        _view(edition, moved, [one for one in declared if one.contract_id == edition.contract_id])
        for edition in editions
    ]


def _view(
    edition: ContractEdition,
    moved: Mapping[tuple[UUID, AccountKind, UUID], int],
    declared: Sequence[OutcomeInList],
) -> ContractView:
    terms = terms_of(edition)
    order = list(Part)
    parties = sorted(edition.parties, key=lambda one: (order.index(one.part), one.organisation.name))
    return ContractView(
        contract=edition.contract,
        edition=edition,
        terms=terms,
        parties=tuple(_party(party, edition.currency, edition.contract_id, moved) for party in parties),
        lines=tuple(
            _line(line, terms, [one for one in declared if one.line.line == line.line])
            for line in edition.lines
        ),
        outcomes=tuple(declared),
        paid=_paid(declared, edition.currency),
    )


def _line(row: ContractLine, terms: Contract, declared: Sequence[OutcomeInList]) -> LineView:
    return LineView(
        row=row,
        terms=terms.line(row.line),
        paid=_paid(declared, terms.currency),
        outcomes=tuple(declared),
    )


def _paid(declared: Iterable[OutcomeInList], currency: str) -> Money:
    return total((one.paid.net for one in declared if one.paid is not None), currency)


def _party(
    party: ContractParty,
    currency: str,
    contract_id: UUID,
    moved: Mapping[tuple[UUID, AccountKind, UUID], int],
) -> PartyView:
    def held(kind: AccountKind) -> int:
        return moved.get((contract_id, kind, party.organisation_id), 0)

    put_in = party.invested_minor
    if party.part is Part.FUNDER:
        # What it gave, less what is still set aside.
        put_in = -held(AccountKind.OUTCOME_PAYER) - held(AccountKind.COMMITTED)
    got = held(cashflow.RECEIVING[party.part]) if party.part in cashflow.RECEIVING else 0
    return PartyView(
        row=party, put_in=Money.from_minor(put_in, currency), got=Money.from_minor(got, currency)
    )
