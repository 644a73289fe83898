"""The page of an outcome, and what it shares with the pages on which one decides about it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.bonds import RateCardLine, Unit
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.indicators import Definition, Reading
from toc.domain.people import Step
from toc.models.indicators import Measurement
from toc.models.programmes import Programme
from toc.services import bonds as service
from toc.services import origins
from toc.services.bonds import OutcomeView
from toc.services.errors import NotFound
from toc.services.indicators import definition_of, may_see
from toc.web import texts
from toc.web.bonds.blueprint import badge_of, bonds, show_in_bond
from toc.web.bonds.contracts import rung
from toc.web.bonds.saying import (
    effect_of,
    rule,
)
from toc.web.database import read_session
from toc.web.forms import Form, Input, OptionalParagraph
from toc.web.said import Said, not_shown
from toc.web.security import act, allow, viewer
from toc.web.texts.bonds import counted, period
from toc.web.thread import strip


class ReturnInput(Input):
    """It goes back to the worker."""

    reason: OptionalParagraph


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step that was taken, or waits."""

    name: str
    who: str
    when: str
    note: str
    accepted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An outcome as its page and both decision pages show it.

    Attributes:
        counted_in: (said, address) of each measurement.
        differs: what the measurements come to, where that is not what was declared.
    """

    label: str
    title: str
    badge: str
    standing: str
    url: str
    facts: list[tuple[str, str]]
    note: str
    rule: list[str]
    counted_in: list[tuple[str, str]]
    steps: list[StepRow]


def shown(session: Session, view: OutcomeView) -> Shown:
    """Return an outcome in words."""
    row, line = view.row, view.line
    at: dict[str, Any] = {"programme_id": row.programme_id}
    programme = session.get_one(Programme, row.programme_id)
    said = Said.of(programme)
    visible = may_see(session, act(), [one.measurement_id for one in row.measurements])
    counted_as = definition_of(line.indicator_edition)
    terms = service.terms_of(line.contract_edition).line(line.line)
    label = code(CodeKind.OUTCOME, row.code)
    return Shown(
        label=label,
        title=f"{line.name}, {period(row.starts_on, row.ends_on)}",
        badge=badge_of(view.standing),
        standing=texts.word(view.standing),
        url=url_for("bonds.outcome", outcome_id=row.id, **at),
        facts=_declared(view, terms.unit, is_card=isinstance(terms, RateCardLine)),
        note=row.note,
        rule=rule(terms),
        counted_in=[
            (
                f"{texts.day(one.measurement.on)}: {_value(one.measurement, counted_as, said, visible)}",
                url_for("indicators.measurement", measurement_id=one.measurement_id, **at),
            )
            for one in sorted(row.measurements, key=lambda one: one.measurement.on)
        ],
        steps=_steps(session, view),
    )


def _value(row: Measurement, counted_as: Definition, said: Said, visible: frozenset[UUID]) -> str:
    return said.counted(_reading(row), counted_as) if row.id in visible else not_shown()


def _reading(row: Measurement) -> Reading:
    return Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


def _declared(view: OutcomeView, unit: Unit, *, is_card: bool) -> list[tuple[str, str]]:
    row = view.row
    facts = [(gettext("Reached"), counted(row.achieved, unit))]
    if row.participants is not None:
        facts.append((gettext("Participants"), texts.number(row.participants)))
    if is_card:
        facts.append((gettext("Different people"), texts.number(row.persons or 0)))
        facts.append((gettext("Claims that these people had before"), texts.number(row.already_claimed)))
    if row.prerequisite_met is not None:
        facts.append((gettext("People who reached what must come first"), texts.number(row.prerequisite_met)))
    if row.deducted:
        facts.append((gettext("Does not count"), counted(row.deducted, unit)))
    if row.attempt > 1:
        facts.append(
            (gettext("Declared for this period"), gettext("for time %(number)s", number=row.attempt))
        )
    return facts


def _steps(session: Session, view: OutcomeView) -> list[StepRow]:
    decisions = view.decisions
    names = service.names(session, [view.row.created_by_id, *(one.by_id for one in decisions.values())])
    who = "" if view.row.created_by_id is None else names[view.row.created_by_id]
    steps = [
        StepRow(
            name=gettext("Declared"), who=who, when=texts.moment(view.row.created_at), note="", accepted=True
        )
    ]
    for step, done, returned, waits in (
        (Step.VERIFY, gettext("Verified"), gettext("Returned by the evaluator"), gettext("Verify")),
        (Step.APPROVE, gettext("Approved and paid"), gettext("Returned by the funder"), gettext("Approve")),
    ):
        decision = decisions.get(step)
        if decision is None:
            if any(not one.accepted for one in decisions.values()):
                break
            steps.append(StepRow(name=waits, who="", when=gettext("waits"), note="", accepted=None))
            continue
        note = decision.reason
        if decision.accepted and step is Step.VERIFY:
            note = gettext("Evidence on rung %(rung)s", rung=rung(decision.rung or 0))
        steps.append(
            StepRow(
                name=done if decision.accepted else returned,
                who=names[decision.by_id],
                when=texts.moment(decision.at),
                note=note,
                accepted=decision.accepted,
            )
        )
    return steps


@bonds.get("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>")
@allow("outcome.read")
def outcome(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Show an outcome: what was declared, where it was counted, who decided what, and what was paid."""
    session = read_session(programme_id)
    view = service.get_outcome(session, outcome_id)
    what = shown(session, view)
    programme = show_in_bond(session, list_crumb(programme_id), (what.label, None))
    verified = view.decisions.get(Step.VERIFY)
    return render_template(
        "bonds/outcome.html",
        row=programme,
        what=what,
        beads=strip(session, "outcome", outcome_id),
        study=None if verified is None else verified.study,
        effect=effect_of(None if verified is None else verified.study),
        payment=view.payment,
        payment_code=None if view.payment is None else code(CodeKind.PAYMENT, view.payment.code),
        line_url=url_for("bonds.line", programme_id=programme_id, line_id=view.line.id),
        line_name=view.line.name,
        may_verify=view.standing == "waits_for_evaluator" and viewer().may("outcome.verify"),
        may_approve=view.standing == "waits_for_funder" and viewer().may("outcome.approve"),
        marks=origins.marks(session, "outcome", outcome_id),
        outcome_id=outcome_id,
    )


def list_crumb(programme_id: UUID) -> tuple[str, str]:
    """Return the step of the path that leads to the list of outcomes."""
    return gettext("Outcomes"), url_for("bonds.outcomes", programme_id=programme_id)


def refusal_of(step: Step, view: OutcomeView) -> str:
    """Return why this reader may not take a step now; "" when they may."""
    decisions = service.Decisions(by_step=view.decisions, payment=view.payment)
    try:
        service.check_step(step, act(), view.row, decisions)
    except DomainError as error:
        return texts.sentence(error.key, **error.params)
    return ""


def returned(session: Session, outcome_id: UUID, step: Step, form: Form[ReturnInput]) -> bool:
    """Return an outcome and commit; or put the sentence at the field."""
    if not form.ok:
        return False
    try:
        service.send_back(session, act(), outcome_id, step, form.value.reason)
    except NotFound:
        raise
    except DomainError as error:
        form.blame("reason" if error.key == "outcome.reason_needed" else "", error)
        return False
    session.commit()
    flash(gettext("Returned to the worker, with your reason."), "success")
    return True
