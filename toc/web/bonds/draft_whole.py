"""The last step of entering a contract: the whole of it, and the act of agreeing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.people import Part
from toc.models.programmes import Programme
from toc.services import bonds as service
from toc.services.bonds import Draft, PartyDraft
from toc.services.errors import NotFound, Stale
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.contracts import rung
from toc.web.bonds.saying import NONE, rule
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Edited,
)
from toc.web.security import act, allow


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A payment line of a draft."""

    code: str
    name: str
    indicator: str
    rule: list[str]
    saving: str
    edit_url: str
    remove_url: str


@bonds.get("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>")
@allow("bond.write")
def draft(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Show a draft as a whole: what is there, what is missing, and the act of agreeing."""
    return _draft_page(read_session(programme_id), draft_id)


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/agree")
@allow("bond.write")
def agree(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Make the edition, then show the contract."""
    session = write_session(programme_id)
    made = service.edition_of(session, draft_id)
    if made is None:
        _, drafted = service.get_draft(session, draft_id)
        if request.form.get("confirmed") != "1":
            return _draft_page(session, draft_id, error=DomainError("outcome.confirm")), 400
        try:
            made = service.agree_contract(session, act(), drafted)
        except NotFound:
            raise
        except DomainError as error:
            session.rollback()
            return _draft_page(session, draft_id, error=error), 400
        session.commit()
        flash(gettext("Agreed. This edition never changes."), "success")
    return redirect(url_for(".contract", programme_id=programme_id, contract_id=made.contract_id))


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/discard")
@allow("bond.write")
def discard(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    session = write_session(programme_id)
    service.discard_draft(session, act(), draft_id)
    session.commit()
    flash(gettext("The draft is gone. Nothing was agreed."), "success")
    return redirect(url_for(".index", programme_id=programme_id))


def _draft_page(
    session: Session, draft_id: UUID, *, error: DomainError | None = None, stale: bool = False
) -> str:
    row, drafted = service.get_draft(session, draft_id)
    programme = show_in_bond(session, (drafted.name, None))
    missing = ""
    try:
        service.check_draft(session, drafted)
    except DomainError as fault:
        missing = texts.sentence(fault.key, **fault.params)
    names = {(one.organisation_id, one.part): one.organisation.name for one in service.partners(session)}
    return render_template(
        "bonds/draft.html",
        row=programme,
        draft=drafted,
        revision=row.revision,
        terms=_terms_list(drafted),
        parties=[_party(one, names) for one in drafted.parties],
        lines=_draft_lines(session, programme, drafted),
        missing=missing,
        error="" if error is None else texts.sentence(error.key, **error.params),
        stale=stale,
    )


def _terms_list(draft: Draft) -> list[tuple[str, str]]:
    none = gettext("none")
    terms = [
        (gettext("Agreed on"), texts.day(draft.agreed_on)),
        (gettext("Taken from"), draft.clause or gettext("not said")),
        (gettext("Investment"), texts.money(draft.investment)),
        (gettext("Cap of the whole contract"), none if draft.cap is None else texts.money(draft.cap)),
        (gettext("Rung that is asked for"), rung(draft.required_rung)),
        (gettext("Parts of a unit"), texts.word(draft.whole_units)),
        (gettext("A result below what would have happened anyway"), texts.word(draft.shortfall)),
    ]
    return [(gettext("Why a new edition"), draft.reason), *terms] if draft.based_on else terms


def _party(party: PartyDraft, names: Mapping[tuple[UUID, Part], str]) -> tuple[str, str, str, str]:
    """Return an organisation, its part, what it puts in, and its share."""
    return (
        names.get((party.organisation_id, party.part), gettext("no longer a party")),
        texts.word(party.part),
        texts.money(party.invested) if party.invested else NONE,
        texts.number(party.weight) if party.weight else NONE,
    )


def _draft_lines(session: Session, programme: Programme, draft: Draft) -> list[DraftLine]:
    indicators = service.current_indicators(session)
    where: dict[str, Any] = {"programme_id": programme.id, "draft_id": draft.id}
    lines = []
    for one in draft.lines:
        edition = indicators.get(one.indicator_id)
        saving = one.saving
        lines.append(
            DraftLine(
                code=one.terms.code,
                name=one.name,
                indicator=NONE
                if edition is None
                else f"{code(CodeKind.INDICATOR, edition.indicator.code)} {edition.name}",
                rule=rule(one.terms),
                saving=""
                if saving is None
                else f"{saving.name}: {texts.money(saving.per_unit)} ({saving.source})",
                edit_url=url_for("bonds.draft_line_edit", line=one.terms.code, **where),
                remove_url=url_for("bonds.remove_line", line=one.terms.code, **where),
            )
        )
    return lines


def save(session: Session, draft: Draft) -> ResponseReturnValue:
    """Save a step and go on to the whole; when somebody else saved meanwhile, show the draft as it is now."""
    where = url_for(".draft", programme_id=session.info["programme_id"], draft_id=draft.id)
    try:
        service.save_draft(session, act(), draft, Edited.of(request.form).revision)
    except Stale:
        return _draft_page(session, draft.id, stale=True), 409
    session.commit()
    return redirect(where)
