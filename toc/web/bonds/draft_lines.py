"""The third step of entering a contract: its payment lines, one by one."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.bonds import (
    Counterfactual,
    CounterfactualKind,
    Direction,
    PerUnit,
    RateCardLine,
    Unit,
)
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.money import Money
from toc.models.bonds import ContractDraft
from toc.services import bonds as service
from toc.services.bonds import Draft, LineDraft, SavingDraft
from toc.services.errors import NotFound
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.draft_shared import draft_crumbs
from toc.web.bonds.draft_whole import save
from toc.web.bonds.saying import HUNDRED, as_typed, per_hundred
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Form,
    Input,
    Line,
    Number,
    OptionalLine,
    OptionalNumber,
    OptionalParagraph,
    OptionalRowId,
    OptionalWhole,
    RowId,
    chosen,
)
from toc.web.security import allow, today
from toc.web.texts.bonds import RULES

_LINE_BLAME = {
    "bonds.name_missing": "name",
    "bonds.code_missing": "code",
    "bonds.bad_code": "code",
    "bonds.code_twice": "code",
    "bonds.price_not_positive": "price",
    "bonds.bad_line_cap": "cap",
    "bonds.share_missing": "share",
    "bonds.share_without_counterfactual": "expected",
    "bonds.share_negative": "share",
    "bonds.share_above_one": "share",
    "bonds.share_without_source": "expected_source",
    "bonds.avoided_without_counterfactual": "expected",
    "bonds.max_claims_not_positive": "max_claims",
    "bonds.bad_price_year": "price_year",
    "savings.source_missing": "saving_source",
    "savings.negative_unit_cost": "saving",
    "savings.share_outside_0_1": "cashable",
    "money.not_rounded": "saving",
}


class LineInput(Input):
    """A payment line with the saving behind it."""

    code: Line
    name: Line
    indicator: RowId
    rule: Line
    price: Number
    unit: Annotated[Unit, chosen(Unit)]
    direction: Annotated[Direction, chosen(Direction)]
    cap: OptionalNumber
    expected: Annotated[CounterfactualKind, chosen(CounterfactualKind)]
    share: OptionalNumber
    expected_source: OptionalLine
    max_claims: OptionalWhole
    prerequisite: OptionalLine
    saving_name: OptionalLine
    saving: OptionalNumber
    saving_source: OptionalLine
    price_year: OptionalWhole
    beneficiary: OptionalRowId
    cashable: OptionalNumber
    explanation: OptionalParagraph

    def line(self, currency: str) -> LineDraft:
        """Return the line.

        Raises:
            BadTerms, BadMoney, CurrencyMismatch: see `toc.domain.bonds`.
        """
        return LineDraft(
            name=self.name,
            indicator_id=self.indicator,
            terms=self._terms(currency),
            saving=self._saving(currency),
        )

    def _terms(self, currency: str) -> PerUnit | RateCardLine:
        share = None if self.share is None else self.share / HUNDRED
        same: dict[str, Any] = {
            "code": self.code.upper(),
            "price": Money(self.price, currency),
            "cap": None if self.cap is None else Money(self.cap, currency),
            "expected_anyway": Counterfactual(kind=self.expected, share=share, source=self.expected_source),
        }
        if self.rule == RateCardLine.RULE:
            return RateCardLine(
                max_claims_per_person=self.max_claims, prerequisite=self.prerequisite.upper() or None, **same
            )
        return PerUnit(unit=self.unit, direction=self.direction, **same)

    def _saving(self, currency: str) -> SavingDraft | None:
        if self.saving is None:
            return None
        missing = {
            "saving_name": self.saving_name,
            "price_year": self.price_year,
            "beneficiary": self.beneficiary,
            "cashable": self.cashable,
        }
        for name, value in missing.items():
            if value in {None, ""}:
                raise DomainError("form.required", field=name)
        return SavingDraft(
            name=self.saving_name,
            per_unit=Money(self.saving, currency),
            source=self.saving_source,
            price_year=self.price_year or 0,
            beneficiary_id=self.beneficiary or UUID(int=0),
            cashable_share=(self.cashable or Decimal(0)) / HUNDRED,
            explanation=self.explanation,
        )


@bonds.get("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/lines/new")
@allow("bond.write")
def draft_line(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Ask for one more payment line."""
    session = read_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    usual = {
        "rule": PerUnit.RULE,
        "unit": Unit.PERSON,
        "direction": Direction.HIGHER_BETTER,
        "expected": CounterfactualKind.HISTORICAL,
        "price_year": str(today().year),
    }
    return _line_page(session, row, draft, Form.empty(usual), None)


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/lines/new")
@allow("bond.write")
def add_line(programme_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Add a payment line to a draft."""
    return _put_line(write_session(programme_id), draft_id, None)


@bonds.get("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/lines/<line>")
@allow("bond.write")
def draft_line_edit(programme_id: UUID, draft_id: UUID, line: str) -> ResponseReturnValue:
    """Show a payment line of a draft, to be changed."""
    session = read_session(programme_id)
    row, draft = service.get_draft(session, draft_id)
    return _line_page(session, row, draft, Form.empty(_typed_line(draft.line(line))), line)


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/lines/<line>")
@allow("bond.write")
def save_line(programme_id: UUID, draft_id: UUID, line: str) -> ResponseReturnValue:
    """Save a payment line of a draft."""
    return _put_line(write_session(programme_id), draft_id, line)


@bonds.post("/p/<uuid:programme_id>/contract-drafts/<uuid:draft_id>/lines/<line>/remove")
@allow("bond.write")
def remove_line(programme_id: UUID, draft_id: UUID, line: str) -> ResponseReturnValue:
    """Take a payment line out of a draft."""
    session = write_session(programme_id)
    _, draft = service.get_draft(session, draft_id)
    return save(session, service.take_line(draft, line))


def _put_line(session: Session, draft_id: UUID, replaces: str | None) -> ResponseReturnValue:
    row, draft = service.get_draft(session, draft_id)
    form = Form(request.form, LineInput)
    if form.ok:
        try:
            changed = service.put_line(draft, form.value.line(draft.investment.currency), replaces)
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_line_field(error), error)
        else:
            return save(session, changed)
    return _line_page(session, row, draft, form, replaces), 400


def _line_field(error: DomainError) -> str:
    return str(error.params["field"]) if error.key == "form.required" else _LINE_BLAME.get(error.key, "")


def _typed_line(line: LineDraft) -> dict[str, str]:
    terms, saving = line.terms, line.saving
    expected = terms.expected_anyway
    typed = {
        "code": terms.code,
        "name": line.name,
        "indicator": str(line.indicator_id),
        "rule": terms.RULE,
        "price": as_typed(terms.price.amount),
        "cap": "" if terms.cap is None else as_typed(terms.cap.amount),
        "expected": expected.kind.value,
        "share": "" if expected.share is None else as_typed(per_hundred(expected.share)),
        "expected_source": expected.source,
        "unit": terms.unit.value,
        "direction": Direction.HIGHER_BETTER.value,
    }
    if isinstance(terms, PerUnit):
        typed["direction"] = terms.direction.value
    else:
        typed["max_claims"] = as_typed(terms.max_claims_per_person)
        typed["prerequisite"] = terms.prerequisite or ""
    if saving is not None:
        typed |= {
            "saving_name": saving.name,
            "saving": as_typed(saving.per_unit.amount),
            "saving_source": saving.source,
            "price_year": str(saving.price_year),
            "beneficiary": str(saving.beneficiary_id),
            "cashable": as_typed(per_hundred(saving.cashable_share)),
            "explanation": saving.explanation,
        }
    return typed


def _line_page(
    session: Session, row: ContractDraft, draft: Draft, form: Form[Any], replaces: str | None
) -> str:
    here = gettext("New line") if replaces is None else replaces
    programme = show_in_bond(session, *draft_crumbs(session, (row, draft), here))
    where: dict[str, Any] = {"programme_id": programme.id, "draft_id": draft.id}
    organisations = {one.organisation_id: one.organisation.name for one in service.partners(session)}
    return render_template(
        "bonds/draft_line.html",
        row=programme,
        draft=draft,
        form=form,
        revision=row.revision,
        action=url_for("bonds.add_line", **where)
        if replaces is None
        else url_for("bonds.save_line", line=replaces, **where),
        replaces=replaces,
        back=url_for("bonds.draft", **where),
        indicators=[
            (str(id_), f"{code(CodeKind.INDICATOR, edition.indicator.code)} {edition.name}")
            for id_, edition in service.current_indicators(session).items()
        ],
        rules=[(key, str(label)) for key, label in RULES.items()],
        units=texts.choices(Unit),
        directions=texts.choices(Direction),
        expected=texts.choices(CounterfactualKind),
        others=[
            ("", gettext("none")),
            *((one.terms.code, one.name) for one in draft.lines if one.terms.code != replaces),
        ],
        budgets=[("", gettext("choose")), *((str(id_), name) for id_, name in organisations.items())],
        currency=draft.investment.currency,
    )
