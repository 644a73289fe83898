"""Declaring an outcome: first the line and the period, then the figures and where they were counted."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from toc.domain.bonds import PerUnit, RateCardLine, Unit
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.indicators import Kind
from toc.models.bonds import ContractLine
from toc.models.indicators import Measurement
from toc.services import bonds as service
from toc.services.bonds import Declaration, Measured
from toc.services.errors import NotFound
from toc.web import texts
from toc.web.bonds.blueprint import bonds, row_id_of, show_in_bond
from toc.web.bonds.saying import as_typed, rule
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Day,
    Form,
    Input,
    Number,
    OptionalNumber,
    OptionalParagraph,
    OptionalWhole,
    RowId,
)
from toc.web.security import act, allow, new_id
from toc.web.texts.bonds import counted, period

_BLAME = {
    "bonds.period_order": "ends_on",
    "bonds.period_not_over": "ends_on",
    "bonds.period_taken": "ends_on",
    "bonds.no_measurements": "measurements",
    "bonds.other_measurements": "measurements",
    "bonds.participants_needed": "participants",
    "bonds.more_than_participants": "participants",
    "bonds.persons_needed": "persons",
    "bonds.part_of_a_claim": "achieved",
    "bonds.by_person_needed": "achieved",
    "bonds.prerequisite_not_met": "prerequisite_met",
    "bonds.more_claimed_than_declared": "already_claimed",
    "bonds.deducted_above_achieved": "deducted",
    "measurement.too_many_decimals": "achieved",
    "measurement.too_large": "achieved",
}


class PeriodInput(Input):
    """Which line, and which period; both days included."""

    line: RowId
    starts_on: Day
    ends_on: Day


class OutcomeInput(Input):
    """What was reached."""

    id: RowId
    line: RowId
    starts_on: Day
    ends_on: Day
    achieved: Number
    participants: OptionalWhole
    persons: OptionalWhole
    already_claimed: OptionalWhole
    prerequisite_met: OptionalWhole
    deducted: OptionalNumber
    measurements: list[RowId]
    note: OptionalParagraph

    def declaration(self) -> Declaration:
        """Return it as the service takes it."""
        return Declaration(
            id=self.id,
            line_id=self.line,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            achieved=self.achieved,
            measurement_ids=tuple(self.measurements),
            participants=self.participants,
            persons=self.persons,
            already_claimed=self.already_claimed or 0,
            prerequisite_met=self.prerequisite_met,
            deducted=self.deducted or Decimal(0),
            note=self.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a line asks to be declared, in the words of the form."""

    name: str
    rule: list[str]
    achieved: str
    unit: Unit
    suffix: str
    participants: bool
    claims: bool
    prerequisite: str | None


def measurement_said(one: Measurement, kind: Kind) -> str:
    """Return a measurement as a choice says it: "30 June 2025: 48 of 96"."""
    value = texts.percent(one.value, decimals=1) if kind is Kind.PROPORTION else texts.number(one.value)
    if one.numerator is not None and one.denominator is not None:
        value = gettext(
            "%(part)s of %(whole)s", part=texts.number(one.numerator), whole=texts.number(one.denominator)
        )
    return f"{texts.day(one.on)}: {value}"


def _asked(line: ContractLine) -> Asked:
    terms = service.terms_of(line.contract_edition).line(line.line)
    is_card = isinstance(terms, RateCardLine)
    return Asked(
        name=line.name,
        rule=rule(terms),
        achieved=gettext("How many claims?") if is_card else gettext("How much was reached?"),
        unit=terms.unit,
        suffix="" if terms.unit in {Unit.PERSON, Unit.CLAIM} else texts.word(terms.unit),
        participants=terms.expected_anyway.is_net or isinstance(terms, PerUnit),
        claims=is_card,
        prerequisite=terms.prerequisite if isinstance(terms, RateCardLine) else None,
    )


@bonds.get("/p/<uuid:programme_id>/outcomes/new")
@allow("outcome.declare")
def declare(programme_id: UUID) -> ResponseReturnValue:
    """Ask for a line and a period; once these are known, for the figures."""
    session = read_session(programme_id)
    if "starts_on" not in request.args:
        return _period_page(session, Form.empty(request.args))
    form = Form(request.args, PeriodInput)
    if not form.ok:
        return _period_page(session, form), 400
    return _figures_page(session, form.value, None, new_id())


def _prefilled(asked: PeriodInput, found: Measured) -> MultiDict[str, str]:
    values: list[tuple[str, str]] = [
        ("line", str(asked.line)),
        ("starts_on", asked.starts_on.isoformat()),
        ("ends_on", asked.ends_on.isoformat()),
        *(("measurements", str(one.id)) for one in found.counted_in),
    ]
    if found.counted is not None:
        values.append(("achieved", as_typed(found.counted.achieved)))
        if found.counted.participants is not None:
            values.append(("participants", str(found.counted.participants)))
    return MultiDict(values)


@bonds.post("/p/<uuid:programme_id>/outcomes/new")
@allow("outcome.declare")
def declare_now(programme_id: UUID) -> ResponseReturnValue:
    """Declare an outcome, then show it."""
    session = write_session(programme_id)
    form = Form(request.form, OutcomeInput)
    if form.ok:
        try:
            outcome = service.declare(session, act(), form.value.declaration())
        except NotFound:
            raise
        except DomainError as error:
            form.blame(_field(error), error)
        else:
            session.commit()
            flash(gettext("Declared. It now waits for the evaluator."), "success")
            return redirect(url_for(".outcome", programme_id=programme_id, outcome_id=outcome.id))
    asked = Form(request.form, PeriodInput)
    if not asked.ok:
        return _period_page(session, asked), 400
    return _figures_page(session, asked.value, form, row_id_of(form)), 400


def _field(error: DomainError) -> str:
    if error.key in {"bonds.too_many", "bonds.negative_count"}:
        return str(error.params["field"])
    return _BLAME.get(error.key, "")


def _period_page(session: Session, form: Form[PeriodInput]) -> str:
    programme = show_in_bond(session, (gettext("Declare an outcome"), None))
    return render_template(
        "bonds/declare_period.html",
        row=programme,
        form=form,
        lines=[
            (line.id, f"{line.contract_edition.contract.name}: {line.name}")
            for line in service.open_lines(session)
        ],
    )


def _figures_page(
    session: Session, asked_for: PeriodInput, form: Form[OutcomeInput] | None, row_id: UUID
) -> str:
    line = service.open_line(session, asked_for.line)
    found = service.measured(session, line, asked_for.starts_on, asked_for.ends_on)
    form = form or Form.empty(_prefilled(asked_for, found))
    programme = show_in_bond(session, (gettext("Declare an outcome"), None))
    asked = _asked(line)
    indicator = line.indicator_edition
    kind = indicator.kind
    come_to = ""
    if found.counted is not None:
        come_to = gettext(
            "The measurements come to %(number)s.", number=counted(found.counted.achieved, asked.unit)
        )
    return render_template(
        "bonds/declare.html",
        row=programme,
        line=line,
        asked=asked,
        form=form,
        row_id=row_id,
        indicator=f"{code(CodeKind.INDICATOR, indicator.indicator.code)} {indicator.name}",
        choices=[(one.id, measurement_said(one, kind)) for one in found.measurements],
        come_to=come_to,
        period=period(asked_for.starts_on, asked_for.ends_on),
    )
