"""A payment line with what was declared under it, and the saving that it rests on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.bonds import Standing
from toc.domain.codes import CodeKind, code
from toc.domain.money import Money
from toc.models.programmes import Programme
from toc.models.savings import SavingEdition
from toc.services import bonds as service
from toc.services import savings
from toc.services.bonds import ContractView, LineView
from toc.web import origins, texts
from toc.web.bonds.blueprint import bonds, outcome_rows, show_in_bond
from toc.web.bonds.saying import NONE, rule, times
from toc.web.database import read_session
from toc.web.security import allow, viewer
from toc.web.texts.bonds import counted
from toc.web.thread import strip


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRow:
    """What one payment is beside what its outcome saved."""

    payment: str
    url: str
    units: str
    saved: str
    cashable: str
    net: str
    ratio: str


@bonds.get("/p/<uuid:programme_id>/lines/<uuid:line_id>")
@allow("bond.read")
def line(programme_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Show what a line pays for, how much, and what was declared and paid under it."""
    session = read_session(programme_id)
    view, found = service.get_line(session, line_id)
    programme = show_in_bond(session, *_crumbs(programme_id, view), (found.row.line, None))
    return render_template(
        "bonds/line.html",
        row=programme,
        line=found.row,
        rule=rule(found.terms),
        facts=_facts(programme, view, found),
        outcomes=outcome_rows(programme, found.outcomes),
        price_beside=_price_beside(found),
        marks=origins.marks(session, "contract_line", line_id),
        declares=viewer().may("outcome.declare") and view.edition.number == view.contract.edition,
    )


def _crumbs(programme_id: UUID, view: ContractView) -> list[tuple[str, str]]:
    label = code(CodeKind.CONTRACT, view.contract.code)
    return [(label, url_for("bonds.contract", programme_id=programme_id, contract_id=view.contract.id))]


def _facts(
    programme: Programme, view: ContractView, found: LineView
) -> list[tuple[str, str] | tuple[str, str, str]]:
    """Return what a line is tied to: (label, text) or (label, text, address)."""
    at: dict[str, Any] = {"programme_id": programme.id}
    goal, indicator = found.row.goal, found.row.indicator_edition
    saving = found.row.saving
    counts = [one for one in found.outcomes if one.standing is not Standing.RETURNED]
    facts: list[tuple[str, str] | tuple[str, str, str]] = [
        (gettext("Goal"), code(CodeKind.GOAL, goal.code), url_for("goals.show", goal_id=goal.id, **at)),
        (
            gettext("Counted by"),
            f"{code(CodeKind.INDICATOR, indicator.indicator.code)} {indicator.name}",
            url_for("indicators.show", indicator_id=indicator.indicator_id, **at),
        ),
        (gettext("Outcomes declared"), texts.number(len(counts))),
        (gettext("Paid so far"), texts.money(found.paid)),
    ]
    if found.terms.cap is not None:
        left = max(found.terms.cap - found.paid, found.paid.zero())
        facts.append((gettext("Left under the cap of this line"), texts.money(left)))
    if saving is not None:
        label = f"{code(CodeKind.SAVING, saving.code)} {saving.name}"
        facts.append(
            (gettext("Rests on the saving"), label, url_for("bonds.saving", saving_id=saving.id, **at))
        )
    if view.edition.number != view.contract.edition:
        facts.append(
            (gettext("Edition"), gettext("%(number)s, not the current one", number=view.edition.number))
        )
    return facts


def _price_beside(found: LineView) -> str:
    """Return the price of a unit beside what that unit saves; "" when no saving was named."""
    if found.row.saving is None:
        return str(gettext("The contract names no saving behind this line."))
    each = savings.saving_of(found.row.saving).per_unit
    said = gettext(
        "The price of %(price)s stands beside a saving of %(each)s per %(unit)s.",
        price=texts.money(found.terms.price),
        each=texts.money(each),
        unit=texts.word(found.terms.unit),
    )
    return str(said)


@bonds.get("/p/<uuid:programme_id>/savings/<uuid:saving_id>")
@allow("bond.read")
def saving(programme_id: UUID, saving_id: UUID) -> ResponseReturnValue:
    """Show what one unit saves, for whose budget, and beside each payment whether that covers it."""
    session = read_session(programme_id)
    row, lines = savings.get_saving(session, saving_id)
    label = code(CodeKind.SAVING, row.code)
    programme = show_in_bond(session, (label, None))
    funders = savings.funders(session, row)
    return render_template(
        "bonds/saving.html",
        row=programme,
        saving=row,
        label=label,
        facts=_saving_facts(row),
        lines=[(one.name, url_for("bonds.line", programme_id=programme_id, line_id=one.id)) for one in lines],
        is_own=row.beneficiary_id in funders,
        rows=_saved_rows(programme, row, service.payments_for(session, saving_id), funders),
        marks=origins.marks(session, "saving_edition", saving_id),
        beads=strip(session, "saving", saving_id),
    )


def _saving_facts(row: SavingEdition) -> list[tuple[str, str]]:
    return [
        (
            gettext("Saved per %(unit)s in the first year", unit=texts.word(row.unit)),
            texts.money(Money.from_minor(row.per_unit_minor, row.currency)),
        ),
        (gettext("At the prices of"), str(row.price_year)),
        (gettext("Whose budget"), row.beneficiary.name),
        (gettext("Cashable: really leaves that budget"), texts.percent(row.cashable_share)),
        (gettext("Source"), row.source),
    ]


def _saved_rows(
    programme: Programme, row: SavingEdition, payments: list[service.PaymentView], funders: set[UUID]
) -> list[SavedRow]:
    rows = []
    for payment in payments:
        calculation = service.calculation_of(payment.row)
        terms = calculation.contract.line(calculation.line)
        beside = savings.beside(
            row,
            units=service.payable_units(calculation),
            counterfactual=terms.expected_anyway.kind,
            payment=payment.net,
            funders=funders,
        )
        rows.append(
            SavedRow(
                payment=code(CodeKind.PAYMENT, payment.row.code),
                url=url_for("bonds.payment", programme_id=programme.id, payment_id=payment.row.id),
                units=counted(beside.saved.units, terms.unit),
                saved=texts.money(beside.saved.total),
                cashable=texts.money(beside.saved.cashable),
                net=texts.money(payment.net),
                ratio=NONE if beside.ratio is None else gettext("%(ratio)s times", ratio=times(beside.ratio)),
            )
        )
    return rows
