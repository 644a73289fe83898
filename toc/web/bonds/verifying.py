"""The evaluator accepts an outcome, or returns it with a reason."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.people import Step
from toc.models.evidence import Study
from toc.services import bonds as service
from toc.services import evidence
from toc.services.bonds import OutcomeView
from toc.services.errors import NotFound
from toc.web import texts
from toc.web.bonds.blueprint import bonds, show_in_bond
from toc.web.bonds.contracts import rung
from toc.web.bonds.outcomes import ReturnInput, list_crumb, refusal_of, returned, shown
from toc.web.bonds.saying import (
    effect_of,
)
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalRowId, Tick
from toc.web.security import act, allow


class AcceptInput(Input):
    """The evaluator accepts, with the study that goes with it."""

    study: OptionalRowId
    confirmed: Tick


@bonds.get("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/verify")
@allow("outcome.verify")
def verify(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Show all that an evaluator needs to accept an outcome or to return it."""
    return _verify_page(read_session(programme_id), outcome_id)


@bonds.post("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/verify")
@allow("outcome.verify")
def accept(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Accept an outcome, then show it."""
    session = write_session(programme_id)
    form = Form(request.form, AcceptInput)
    if form.ok and not form.value.confirmed:
        form.blame("confirmed", DomainError("outcome.confirm"))
    if form.ok:
        try:
            service.verify(session, act(), outcome_id, study_id=form.value.study)
        except NotFound:
            raise
        except DomainError as error:
            form.blame("study" if error.key == "outcome.study_needed" else "", error)
        else:
            session.commit()
            flash(gettext("Verified. It now waits for the funder."), "success")
            return redirect(url_for(".outcome", programme_id=programme_id, outcome_id=outcome_id))
    return _verify_page(session, outcome_id, accepting=form), 400


@bonds.post("/p/<uuid:programme_id>/outcomes/<uuid:outcome_id>/verify/return")
@allow("outcome.verify")
def return_unverified(programme_id: UUID, outcome_id: UUID) -> ResponseReturnValue:
    """Return an outcome to the worker instead of verifying it."""
    session = write_session(programme_id)
    form = Form(request.form, ReturnInput)
    if returned(session, outcome_id, Step.VERIFY, form):
        return redirect(url_for(".outcome", programme_id=programme_id, outcome_id=outcome_id))
    return _verify_page(session, outcome_id, returning=form), 400


def _verify_page(
    session: Session,
    outcome_id: UUID,
    *,
    accepting: Form[AcceptInput] | None = None,
    returning: Form[ReturnInput] | None = None,
) -> str:
    view = service.get_outcome(session, outcome_id)
    what = shown(session, view)
    programme = show_in_bond(
        session, list_crumb(session.info["programme_id"]), (what.label, what.url), (gettext("Verify"), None)
    )
    line = view.line
    required = service.terms_of(line.contract_edition).required_rung
    now = evidence.assess(session, line.goal_id, act().on).rung
    found = service.measured(session, line, view.row.starts_on, view.row.ends_on)
    studies = service.studies_of(session, line.goal_id)
    return render_template(
        "bonds/verify.html",
        row=programme,
        what=what,
        outcome_id=outcome_id,
        refusal=refusal_of(Step.VERIFY, view),
        differs=_differs(view, found),
        rung=rung(now),
        required=rung(required),
        too_low=now < required,
        studies=_study_choices(studies),
        evidence_url=url_for("evidence.goal", programme_id=programme.id, goal_id=line.goal_id),
        accepting=accepting or Form.empty({"study": str(studies[0].id)} if studies else {}),
        returning=returning or Form.empty(),
    )


def _differs(view: OutcomeView, found: service.Measured) -> str:
    """Return what the measurements come to where that is not what was declared; "" where it is."""
    if found.counted is None or found.counted.achieved == view.row.achieved:
        return ""
    said = gettext(
        "The measurements of this period come to %(measured)s; declared is %(declared)s.",
        measured=texts.number(found.counted.achieved),
        declared=texts.number(view.row.achieved),
    )
    return str(said)


def _study_choices(studies: Sequence[Study]) -> list[tuple[str, str, str]]:
    """Return the studies as choices with what they found, and the choice of none."""
    choices = [
        (
            str(study.id),
            f"{code(CodeKind.STUDY, study.code)} {study.title}",
            effect_of(study) or gettext("It gives no effect with an interval."),
        )
        for study in studies
    ]
    none = gettext("No study goes with it")
    return [*choices, ("", none, gettext("Then nobody knows whether the programme caused this."))]
