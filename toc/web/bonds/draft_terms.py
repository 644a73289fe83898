"""The first step of entering a contract: its terms, or why it gets a next edition."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.bonds import (
    Shortfall,
    WholeUnits,
)
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.money import Money
from toc.models.bonds import ContractDraft
from toc.services import bonds as service
from toc.services import programmes
from toc.services.bonds import Draft
from toc.web import texts
from toc.web.bonds.blueprint import bonds, row_id_of, show_in_bond
from toc.web.bonds.contracts import rung
from toc.web.bonds.draft_shared import draft_crumbs
from toc.web.bonds.draft_whole import save
from toc.web.bonds.saying import as_typed
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Day,
    Form,
    Input,
    Line,
    Number,
    OptionalLine,
    OptionalNumber,
    OptionalParagraph,
    RowId,
    Whole,
    chosen,
)
from toc.web.security import act, allow, new_id, today

_RUNGS = 6
_TERMS_BLAME = {
    "bonds.name_missing": "name",
    "bonds.reason_missing": "reason",
    "bonds.bad_day": "agreed_on",
    "bonds.bad_investment": "investment",
    "bonds.bad_contract_cap": "cap",
    "bonds.no_such_rung": "required_rung",
}


class TermsInput(Input):
    """The contract as a whole."""

    name: Line
    agreed_on: Day
    clause: OptionalLine
    reason: OptionalParagraph
    investment: Number
    cap: OptionalNumber
    required_rung: Whole
    whole_units: Annotated[WholeUnits, chosen(WholeUnits)]
    shortfall: Annotated[Shortfall, chosen(Shortfall)]

    def draft(self, before: Draft | None, id_: UUID, currency: str) -> Draft:
        """Return the draft with these terms; what it has besides stays."""
        terms: dict[str, Any] = {
            "name": self.name,
            "agreed_on": self.agreed_on,
            "clause": self.clause,
            "reason": self.reason,
            "investment": Money(self.investment, currency),
            "cap": None if self.cap is None else Money(self.cap, currency),
            "required_rung": self.required_rung,
            "whole_units": self.whole_units,
            "shortfall": self.shortfall,
        }
        return Draft(id=id_, **terms) if before is None else replace(before, **terms)


class NewInput(TermsInput):
    """A contract of its own."""

    id: RowId


class ReasonInput(Input):
    """Why there is a next edition."""

    id: RowId
    reason: Line


@bonds.get("/p/<uuid:programme_id>/contracts/new")
@allow("bond.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Ask for the terms of a new contract."""
    usual = {
        "agreed_on": today().isoformat(),
        "whole_units": "none",
        "shortfall": "carried",
        "required_rung": "0",
    }
    return _terms_page(read_session(programme_id), Form.empty(usual), None, new_id())


@bonds.post("/p/<uuid:programme_id>/contracts/new")
@allow("bond.write")
def create(programme_id: UUID) -> ResponseReturnValue:
    """Begin a contract, then ask for its parties."""
    session = write_session(programme_id)
    form = Form(request.form, NewInput)
    if form.ok:
        currency = programmes.get(session).currency
        try:
            row = service.start_draft(session, act(), form.value.draft(None, form.value.id, currency))
        except DomainError as error:
            form.blame(_TERMS_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            return redirect(url_for(".draft_parties", programme_id=programme_id, draft_id=row.id))
    return _terms_page(session, form, None, row_id_of(form)), 400


@bonds.get("/p/<uuid:programme_id>/contracts/<uuid:contract_id>/edit")
@allow("bond.write")
def edit(programme_id: UUID, contract_id: UUID) -> ResponseReturnValue:
    """Ask why there should be a next edition."""
    return _edition_page(read_session(programme_id), contract_id, Form.empty(), new_id())


@bonds.post("/p/<uuid:programme_id>/contracts/<uuid:contract_id>/edit")
@allow("bond.write")
def begin_edition(programme_id: UUID, contract_id: UUID) -> ResponseReturnValue:
    """Begin the next edition from the current one."""
    session = write_session(programme_id)
    form = Form(request.form, ReasonInput)
    if form.ok:
        draft = service.next_edition(session, contract_id, form.value.id, form.value.reason)
        row = service.start_draft(session, act(), draft)
        session.commit()
        return redirect(url_for(".draft", programme_id=programme_id, draft_id=row.id))
    return _edition_page(session, contract_id, form, row_id_of(form)), 400


def _edition_page(session: Session, contract_id: UUID, form: Form[ReasonInput], row_id: UUID) -> str:
    view = service.get_contract(session, contract_id)
    label = code(CodeKind.CONTRACT, view.contract.code)
    here = url_for("bonds.contract", programme_id=view.contract.programme_id, contract_id=contract_id)
    programme = show_in_bond(session, (label, here), (gettext("Next edition"), None))
    return render_template(
        "bonds/edition.html", row=programme, view=view, label=label, form=form, row_id=row_id, here=here
    )


@bonds.get("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/terms")
@allow("bond.write")
def draft_terms(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Show the terms of a draft, to be changed."""
    session = read_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    return _terms_page(session, Form.empty(_typed_terms(draft)), (row, draft), draft_id)


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/terms")
@allow("bond.write")
def save_terms(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Save the terms of a draft."""
    session = write_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    form = Form(request.form, TermsInput)
    if form.ok:
        changed = form.value.draft(draft, draft_id, draft.investment.currency)
        try:
            service.check_head(changed)
        except DomainError as error:
            form.blame(_TERMS_BLAME.get(error.key, ""), error)
        else:
            return save(session, changed)
    return _terms_page(session, form, (row, draft), draft_id), 400


def _typed_terms(draft: Draft) -> dict[str, str]:
    return {
        "name": draft.name,
        "agreed_on": draft.agreed_on.isoformat(),
        "clause": draft.clause,
        "reason": draft.reason,
        "investment": as_typed(draft.investment.amount),
        "cap": "" if draft.cap is None else as_typed(draft.cap.amount),
        "required_rung": str(draft.required_rung),
        "whole_units": draft.whole_units.value,
        "shortfall": draft.shortfall.value,
    }


def _terms_page(
    session: Session,
    form: Form[Any],
    there: tuple[ContractDraft, Draft] | None,
    row_id: UUID,
) -> str:
    programme = show_in_bond(session, *draft_crumbs(session, there, gettext("Terms")))
    where: dict[str, Any] = {"programme_id": programme.id}
    action = url_for("bonds.create", **where)
    if there is not None:
        action = url_for("bonds.save_terms", draft_id=row_id, **where)
    return render_template(
        "bonds/terms.html",
        row=programme,
        form=form,
        action=action,
        row_id=None if there is not None else row_id,
        revision=None if there is None else there[0].revision,
        is_next=there is not None and bool(there[1].based_on),
        rungs=[(str(number), rung(number)) for number in range(_RUNGS)],
        whole_units=texts.choices(WholeUnits),
        shortfalls=texts.choices(Shortfall),
        back=url_for("bonds.index", **where)
        if there is None
        else url_for("bonds.draft", draft_id=row_id, **where),
    )
