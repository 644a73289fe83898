"""Savings: what one unit of an outcome saves, for whose budget, with its source."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.bonds import Unit
from toc.models.base import Base, Currency, InProgramme, Made, Minor, belongs_to, refers_to
from toc.models.people import Organisation


class SavingEdition(InProgramme, Made, Base):
    """The saving per unit that a contract edition rests on; it never changes."""

    __append_only__ = True

    code: Mapped[int]
    contract_edition_id, contract_edition = belongs_to("ContractEdition")
    name: Mapped[str]
    per_unit_minor: Mapped[Minor]
    currency: Mapped[Currency]
    unit: Mapped[Unit]
    source: Mapped[str]
    price_year: Mapped[int]
    beneficiary_id: Mapped[UUID] = refers_to("Organisation")
    """Whose budget falls; often not that of who pays."""
    cashable_share: Mapped[Decimal]
    """Fraction that really leaves that budget."""
    explanation: Mapped[str] = mapped_column(default="")

    beneficiary: Mapped[Organisation] = relationship()

    __rules__ = (UniqueConstraint("programme_id", "code"),)
