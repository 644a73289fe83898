"""The money at stake for each goal: what the contracts that run now pay for it at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.bonds import Contract
from toc.domain.money import Money, total
from toc.models.bonds import BondContract, ContractEdition, ContractLine
from toc.services.bonds.paying import terms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What one contract pays for one goal.

    Attributes:
        most: over the whole contract: the maximum of its lines together, and no more than that of the
            contract; None when nothing limits it.
        prices: of one unit, line by line.
    """

    most: Money | None
    prices: tuple[Money, ...]


def stakes(session: Session) -> dict[UUID, tuple[Stake, ...]]:
    """Return what the current contracts pay for goals, by contract, in one statement.

    Goals that nothing pays for are left out.

    Raises:
        BadTerms: ``bonds.unreadable``, when a contract does not hold what was agreed.
    """
    rows: Iterable[Any] = session.execute(
        select(ContractLine.goal_id, ContractLine.line, ContractEdition)
        .join(ContractLine.contract_edition)
        .join(ContractEdition.contract)
        .where(
            ContractLine.programme_id == session.info["programme_id"],
            ContractEdition.number == BondContract.edition,
        )
        .order_by(BondContract.code, ContractLine.position)
    )
    terms: dict[UUID, Contract] = {}
    lines: dict[UUID, dict[UUID, list[str]]] = {}
    for goal_id, line, edition in rows:
        if edition.id not in terms:
            terms[edition.id] = terms_of(edition)
        lines.setdefault(goal_id, {}).setdefault(edition.id, []).append(line)
    return {
        goal_id: tuple(_stake(terms[edition_id], codes) for edition_id, codes in by_edition.items())
        for goal_id, by_edition in lines.items()
    }


def _stake(contract: Contract, codes: Iterable[str]) -> Stake:
    paying = [contract.line(line) for line in codes]
    caps = [line.cap for line in paying]
    most: Money | None = contract.cap
    if None not in caps:
        together = total((cap for cap in caps if cap is not None), contract.currency)
        most = together if most is None else min(most, together)
    return Stake(most=most, prices=tuple(line.price for line in paying))
