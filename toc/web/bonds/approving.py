"""The funder sees the whole calculation, and approves and so pays, or returns the outcome."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.people import Part, Step
from toc.services import bonds as service
from toc.services import savings
from toc.services.bonds import OutcomeView, Preview
from toc.services.errors import Conflict, NotFound
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.outcomes import ReturnInput, list_crumb, refusal_of, returned, shown
from toc.web.bonds.saying import (
    SumLine,
    beside,
    calculation_lines,
    effect_of,
    no_effect,
    shares,
)
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, RowId, Tick
from toc.web.security import act, allow, new_id


class PayInput(Input):
    """The funder approves."""

    id: RowId
    confirmed: Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What approving would pay, in sentences."""

    lines: list[SumLine]
    net: str
    given: str
    got: str
    no_effect: str
    saving: list[str]


@bonds.get("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/approve")
@allow("outcome.approve")
def approve(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Show the whole calculation before anything is paid; an outcome that was paid shows its payment."""
    session = read_session(programme_id)
    view = service.get_outcome(session, outcome_id)
    if view.payment is not None:
        return redirect(url_for(".payment", programme_id=programme_id, payment_id=view.payment.id))
    return _approve_page(session, view)


@bonds.post("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/approve")
@allow("outcome.approve")
def pay(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Approve and pay, then show the payment: the one there is, also when this was a second click."""
    session = write_session(programme_id)
    form = Form(request.form, PayInput)
    if form.ok and not form.value.confirmed:
        form.blame("confirmed", DomainError("outcome.confirm"))
    if form.ok:
        try:
            payment = service.approve(session, act(), outcome_id, id=form.value.id)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("", error)
        else:
            session.commit()
            flash(gettext("Approved and paid."), "success")
            return redirect(url_for(".payment", programme_id=programme_id, payment_id=payment.id))
    return _approve_page(session, service.get_outcome(session, outcome_id), paying=form), 400


@bonds.post("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/approve/return")
@allow("outcome.approve")
def return_unpaid(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Return a verified outcome to the worker instead of paying for it."""
    session = write_session(programme_id)
    form = Form(request.form, ReturnInput)
    if returned(session, outcome_id, Step.APPROVE, form):
        return redirect(url_for(".outcome", programme_id=programme_id, outcome_id=outcome_id))
    return _approve_page(session, service.get_outcome(session, outcome_id), returning=form), 400


def _approve_page(
    session: Session,
    view: OutcomeView,
    *,
    paying: Form[PayInput] | None = None,
    returning: Form[ReturnInput] | None = None,
) -> str:
    what = shown(session, view)
    programme = show_in_bond(
        session,
        list_crumb(session.info["programme_id"]),
        (what.label, what.url),
        (gettext("Decide on the payment"), None),
    )
    verified = view.decisions.get(Step.VERIFY)
    refusal = refusal_of(Step.APPROVE, view)
    money: Money | None = None
    try:
        money = _money(session, view)
    except Conflict:
        pass  # it is not verified, which the refusal says
    except DomainError as error:
        refusal = refusal or texts.sentence(error.key, **error.params)
    return render_template(
        "bonds/approve.html",
        row=programme,
        what=what,
        outcome_id=view.row.id,
        refusal=refusal,
        money=money,
        study=None if verified is None else verified.study,
        effect=effect_of(None if verified is None else verified.study),
        row_id=new_id(),
        paying=paying or Form.empty(),
        returning=returning or Form.empty(),
    )


def _money(session: Session, view: OutcomeView) -> Money:
    loaded = service.outcome_with_terms(session, view.row.id)
    decisions = service.Decisions(by_step=view.decisions, payment=view.payment)
    preview = service.preview(session, act(), loaded, decisions)
    return money_of(view, preview)


def money_of(view: OutcomeView, preview: Preview) -> Money:
    """Return what a preview pays, to whom, and what stands beside it."""
    calculation = preview.calculation
    parties = view.line.contract_edition.parties
    names = {party.organisation_id: party.organisation.name for party in parties}
    terms = calculation.contract.line(calculation.line)
    saving = view.line.saving
    said: list[str] = []
    if saving is not None:
        said = beside(
            savings.beside(
                saving,
                units=service.payable_units(calculation),
                counterfactual=terms.expected_anyway.kind,
                payment=calculation.net,
                funders={party.organisation_id for party in parties if party.part is Part.FUNDER},
            )
        )
    return Money(
        lines=calculation_lines(calculation),
        net=texts.money(calculation.net),
        given=shares(preview.given, names),
        got=shares(preview.got, names),
        no_effect=no_effect(terms, preview.no_effect),
        saving=said,
    )
