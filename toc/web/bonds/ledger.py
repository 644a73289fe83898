"""The ledger: every transfer with both its sides, what each account holds, and whether it all adds up."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.codes import CodeKind, code
from toc.domain.money import Money
from toc.models.programmes import Programme
from toc.services import cashflow
from toc.services.cashflow import Posted
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.database import read_session
from toc.web.security import allow

_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One side of a transfer."""

    account: str
    organisation: str
    gives: str
    gets: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer with its entries."""

    on: str
    what: str
    url: str
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """What one account holds."""

    account: str
    organisation: str
    amount: str


def entry_rows(one: Posted) -> tuple[EntryRow, ...]:
    """Return the entries of a transfer as tables show them."""
    rows = []
    for entry in one.row.entries:
        amount = Money.from_minor(abs(entry.amount_minor), entry.currency)
        said = texts.money(amount)
        rows.append(
            EntryRow(
                account=texts.word(entry.account),
                organisation=entry.organisation.name,
                gives=said if entry.amount_minor < 0 else "",
                gets=said if entry.amount_minor > 0 else "",
            )
        )
    return tuple(rows)


@bonds.get("/p/<uuid:programme_id>/ledger")
@allow("payment.read")
def ledger(programme_id: UUID) -> ResponseReturnValue:
    """Show what each account holds, and every transfer, newest first."""
    session = read_session(programme_id)
    programme = show_in_bond(session, (gettext("Ledger"), None))
    every = cashflow.posted(session)
    fault = cashflow.check(every)
    page = min(_page(), max((len(every) - 1) // _PAGE, 0))
    newest = every[::-1][page * _PAGE : (page + 1) * _PAGE]
    return render_template(
        "bonds/ledger.html",
        row=programme,
        transfers=[_row(programme, one) for one in newest],
        balances=[
            BalanceRow(
                account=texts.word(one.kind), organisation=one.organisation, amount=texts.money(one.amount)
            )
            for one in cashflow.balance(every)
        ],
        fault=None if fault is None else texts.sentence(fault.key),
        range=gettext(
            "%(first)s to %(last)s of %(all)s",
            first=texts.number(page * _PAGE + 1),
            last=texts.number(page * _PAGE + len(newest)),
            all=texts.number(len(every)),
        ),
        newer_url=_address(programme_id, page - 1) if page else None,
        older_url=_address(programme_id, page + 1) if (page + 1) * _PAGE < len(every) else None,
    )


def _page() -> int:
    typed = request.args.get("page", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0  # noqa: PLR2004 - no ledger gets that far


def _address(programme_id: UUID, page: int) -> str:
    return url_for("bonds.ledger", programme_id=programme_id, page=page)


def _row(programme: Programme, one: Posted) -> TransferRow:
    at: dict[str, Any] = {"programme_id": programme.id}
    if one.row.payment_id is not None:
        what = gettext("Payment %(code)s", code=code(CodeKind.PAYMENT, one.row.payment.code))
        url = url_for("bonds.payment", payment_id=one.row.payment_id, **at)
    else:
        number = one.row.contract_edition.number
        what = gettext("Set aside by edition %(number)s of the contract", number=number)
        url = url_for("bonds.contract", contract_id=one.contract_id, edition=number, **at)
    return TransferRow(on=texts.day(one.row.on, short=True), what=what, url=url, entries=entry_rows(one))
