"""Savings: what outcomes saved, for whose budget, beside what was paid for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from toc.domain.bonds import CounterfactualKind
from toc.domain.money import Money
from toc.domain.people import Part
from toc.domain.savings import Saved, Saving, saved, self_financing_ratio
from toc.models.bonds import ContractEdition, ContractLine, ContractParty
from toc.models.savings import SavingEdition
from toc.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A saving beside the payment that it should cover.

    Attributes:
        saved: in the first year.
        is_own: whether it falls in the budget of one who pays.
        ratio: the payers' own cashable saving as a multiple of what they pay; None when nothing is paid.
    """

    row: SavingEdition
    saved: Saved
    is_own: bool
    ratio: Fraction | None


def saving_of(row: SavingEdition) -> Saving:
    """Return a saving as the domain knows it."""
    return Saving(
        per_unit=Money.from_minor(row.per_unit_minor, row.currency),
        unit=row.unit,
        source=row.source,
        beneficiary_budget=str(row.beneficiary_id),
        cashable_share=row.cashable_share,
        price_year=row.price_year,
    )


def beside(
    row: SavingEdition,
    *,
    units: Decimal,
    counterfactual: CounterfactualKind,
    payment: Money,
    funders: Collection[UUID],
) -> Beside:
    """Return what units saved, beside what is paid for them.

    Args:
        row: the saving per unit.
        units: that were left to be paid, before price and caps.
        counterfactual: how they were made net.
        payment: what is paid for them.
        funders: organisations that pay.
    """
    one = saved(saving_of(row), units, counterfactual=counterfactual)
    is_own = row.beneficiary_id in funders
    payer = row.beneficiary_id if is_own else ""
    return Beside(
        row=row,
        saved=one,
        is_own=is_own,
        ratio=self_financing_ratio([one], payer=str(payer), payment=payment),
    )


def funders(session: Session, row: SavingEdition) -> set[UUID]:
    """Return the organisations that pay under the contract edition which names a saving."""
    return set(
        session.scalars(
            select(ContractParty.organisation_id).where(
                ContractParty.programme_id == row.programme_id,
                ContractParty.contract_edition_id == row.contract_edition_id,
                ContractParty.part == Part.FUNDER,
            )
        )
    )


def get_saving(session: Session, saving_id: UUID) -> tuple[SavingEdition, Sequence[ContractLine]]:
    """Return a saving with the lines that rest on it.

    Raises:
        NotFound: there is none.
    """
    row = session.scalars(
        select(SavingEdition)
        .where(SavingEdition.programme_id == session.info["programme_id"], SavingEdition.id == saving_id)
        .options(
            joinedload(SavingEdition.beneficiary),
            joinedload(SavingEdition.contract_edition).joinedload(ContractEdition.contract),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    lines = session.scalars(
        select(ContractLine)
        .where(ContractLine.programme_id == session.info["programme_id"], ContractLine.saving_id == saving_id)
        .order_by(ContractLine.position)
        .options(joinedload(ContractLine.goal))
    ).all()
    return row, lines
