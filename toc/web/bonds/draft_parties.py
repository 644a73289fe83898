"""The second step of entering a contract: who takes part, with how much and with which share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.money import Money
from toc.domain.people import Part
from toc.models.bonds import ContractDraft
from toc.models.programmes import Partner
from toc.services import bonds as service
from toc.services.bonds import Draft, PartyDraft
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.draft_shared import draft_crumbs
from toc.web.bonds.draft_whole import save
from toc.web.bonds.saying import as_typed
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Form,
    Input,
    OptionalNumber,
    Tick,
)
from toc.web.security import allow


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyField:
    """The fields of one organisation in the step of the parties."""

    key: str
    name: str
    part: str
    invests: bool
    shares: bool
    share_label: str


@bonds.get("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/parties")
@allow("bond.write")
def draft_parties(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Ask who takes part, with how much and with which share."""
    session = read_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    known = service.partners(session)
    return _parties_page(session, row, draft, known, Form.empty(_typed_parties(draft, known)))


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/parties")
@allow("bond.write")
def save_parties(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Save who takes part."""
    session = write_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    known = service.partners(session)
    form: Form[Any] = Form(request.form, _parties_input(known))
    if form.ok:
        parties = _parties(form.value.model_dump(), known, draft.investment.currency)
        try:
            service.check_parties(parties, draft.investment)
        except DomainError as error:
            form.blame("", error)
        else:
            return save(session, replace(draft, parties=parties))
    return _parties_page(session, row, draft, known, form), 400


def _parties_input(known: list[Partner]) -> type[Input]:
    fields: dict[str, Any] = {}
    for partner in known:
        key = partner.id.hex
        fields[f"takes_part_{key}"] = (Tick, False)
        fields[f"invested_{key}"] = (OptionalNumber, None)
        fields[f"weight_{key}"] = (OptionalNumber, None)
    return create_model("PartiesInput", __base__=Input, **fields)


def _parties(values: Mapping[str, Any], known: list[Partner], currency: str) -> tuple[PartyDraft, ...]:
    return tuple(
        PartyDraft(
            organisation_id=partner.organisation_id,
            part=partner.part,
            invested=Money(values[f"invested_{partner.id.hex}"] or Decimal(0), currency),
            weight=values[f"weight_{partner.id.hex}"] or Decimal(0),
        )
        for partner in known
        if values[f"takes_part_{partner.id.hex}"]
    )


def _typed_parties(draft: Draft, known: list[Partner]) -> dict[str, str]:
    """Return the parties as they were entered; at first, everybody takes part and every funder pays alike."""
    there = {(one.organisation_id, one.part): one for one in draft.parties}
    typed: dict[str, str] = {}
    for partner in known:
        key = partner.id.hex
        party = there.get((partner.organisation_id, partner.part))
        if party is not None:
            typed[f"takes_part_{key}"] = "1"
            typed[f"invested_{key}"] = as_typed(party.invested.amount) if party.invested else ""
            typed[f"weight_{key}"] = as_typed(party.weight) if party.weight else ""
        elif not draft.parties:
            typed[f"takes_part_{key}"] = "1"
            typed[f"weight_{key}"] = "1" if partner.part is Part.FUNDER else ""
    return typed


def _parties_page(
    session: Session, row: ContractDraft, draft: Draft, known: list[Partner], form: Form[Any]
) -> str:
    programme = show_in_bond(session, *draft_crumbs(session, (row, draft), gettext("Parties")))
    return render_template(
        "bonds/parties.html",
        row=programme,
        draft=draft,
        form=form,
        revision=row.revision,
        investment=texts.money(draft.investment),
        fields=[
            PartyField(
                key=partner.id.hex,
                name=partner.organisation.name,
                part=texts.word(partner.part),
                invests=partner.part is Part.INVESTOR,
                shares=partner.part is not Part.EVALUATOR,
                share_label=gettext("Share in what is paid")
                if partner.part is Part.FUNDER
                else gettext("Share in each payment"),
            )
            for partner in known
        ],
    )
