"""The ledger: transfers and their entries, added and never changed."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.cashflow import AccountKind
from toc.models.base import Base, Currency, InProgramme, Minor, belongs_to, has_many, refers_to
from toc.models.people import Organisation


class LedgerTransfer(InProgramme, Base):
    """Entries that belong together and add up to zero: what a contract committed, or what a payment moved."""

    __append_only__ = True

    payment_id, payment = belongs_to("Payment", optional=True, unique=True)
    contract_edition_id, contract_edition = belongs_to("ContractEdition", optional=True, unique=True)
    """The edition that committed the money; None for a payment."""
    on: Mapped[date] = mapped_column("posted_on")
    at: Mapped[datetime]

    entries: Mapped[list["LedgerEntry"]] = has_many("LedgerEntry", "transfer", order_by="position")

    __rules__ = (
        sa.CheckConstraint("(payment_id IS NULL) <> (contract_edition_id IS NULL)", name="one_reference"),
    )


class LedgerEntry(InProgramme, Base):
    """What one account gets (above zero) or gives (below zero)."""

    __append_only__ = True

    transfer_id, transfer = belongs_to("LedgerTransfer")
    position: Mapped[int]
    account: Mapped[AccountKind]
    organisation_id: Mapped[UUID] = refers_to("Organisation")
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]

    organisation: Mapped[Organisation] = relationship()

    __rules__ = (
        sa.UniqueConstraint("programme_id", "transfer_id", "position"),
        sa.CheckConstraint("amount_minor <> 0", name="not_nothing"),
    )
