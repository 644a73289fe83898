"""The page of a payment: how it was computed, computed once more, and what it moved in the ledger."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain import bonds as domain
from toc.domain.cashflow import AccountKind
from toc.domain.codes import CodeKind, code
from toc.services import bonds as service
from toc.services import cashflow, savings
from toc.services.bonds import PaymentView, Trail
from toc.services.cashflow import Posted
from toc.web import origins, texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.contracts import rung
from toc.web.bonds.ledger import EntryRow, entry_rows
from toc.web.bonds.saying import beside, calculation_lines, effect_of, no_effect
from toc.web.database import read_session
from toc.web.security import allow
from toc.web.texts.bonds import period
from toc.web.thread import strip

_PAYERS = frozenset({AccountKind.COMMITTED, AccountKind.OUTCOME_PAYER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one party got of a payment."""

    name: str
    amount: str


@bonds.get("/p/<uuid:programme_id>/payments/<uuid:payment_id>")
@allow("payment.read")
def payment(programme_id: UUID, payment_id: UUID) -> ResponseReturnValue:
    """Show how a payment was computed, step by step, and whether computing it now gives the same."""
    session = read_session(programme_id)
    paid = service.get_payment(session, payment_id)
    trail = service.trail(session, paid.row.outcome_id)
    label = code(CodeKind.PAYMENT, paid.row.code)
    crumb = (gettext("Payments"), url_for("bonds.payments", programme_id=programme_id))
    programme = show_in_bond(session, crumb, (label, None))
    posted = cashflow.posted(session, payment_id=payment_id)
    calculation = service.calculation_of(paid.row)
    terms = calculation.contract.line(calculation.line)
    return render_template(
        "bonds/payment.html",
        row=programme,
        label=label,
        title=gettext("%(amount)s for %(line)s", amount=texts.money(paid.net), line=paid.line.name),
        facts=_facts(paid, trail),
        lines=calculation_lines(calculation),
        is_right=service.is_right(paid.row),
        sha256=paid.row.sha256,
        no_effect=no_effect(
            terms, domain.payment_if_no_effect(calculation.contract, terms, calculation.outcome)
        ),
        saving=_beside(paid, calculation, posted),
        study=trail.study,
        effect=effect_of(trail.study),
        entries=_entries(posted),
        marks=origins.marks(session, "payment", payment_id),
        beads=strip(session, "payment", payment_id),
    )


def _facts(paid: PaymentView, trail: Trail) -> list[tuple[str, str] | tuple[str, str, str]]:
    at: dict[str, Any] = {"programme_id": paid.row.programme_id}
    edition = paid.row.contract_edition
    contract = gettext(
        "%(code)s, edition %(number)s",
        code=code(CodeKind.CONTRACT, edition.contract.code),
        number=edition.number,
    )
    when = period(paid.outcome.starts_on, paid.outcome.ends_on)
    return [
        (
            gettext("Outcome"),
            f"{code(CodeKind.OUTCOME, paid.outcome.code)}, {when}",
            url_for("bonds.outcome", outcome_id=paid.outcome.id, **at),
        ),
        (gettext("Payment line"), paid.line.name, url_for("bonds.line", line_id=paid.line.id, **at)),
        (
            gettext("Contract"),
            contract,
            url_for("bonds.contract", contract_id=edition.contract_id, edition=edition.number, **at),
        ),
        (gettext("Declared by"), trail.declared_by),
        (gettext("Verified by"), trail.verified_by),
        (gettext("Rung of the evidence"), rung(trail.rung)),
        (gettext("Approved by"), trail.approved_by),
        (gettext("Approved on"), texts.moment(paid.row.approved_at)),
    ]


def _beside(paid: PaymentView, calculation: domain.Calculation, posted: list[Posted]) -> list[str]:
    if paid.line.saving is None:
        return []
    terms = calculation.contract.line(calculation.line)
    return beside(
        savings.beside(
            paid.line.saving,
            units=service.payable_units(calculation),
            counterfactual=terms.expected_anyway.kind,
            payment=paid.net,
            funders={
                entry.organisation_id
                for one in posted
                for entry in one.row.entries
                if entry.account in _PAYERS
            },
        )
    )


def _entries(posted: list[Posted]) -> list[EntryRow]:
    return [entry for one in posted for entry in entry_rows(one)]
