"""Signatures under a study, under rung 1 and under a rung: given, and taken back."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.evidence import canonical, digest
from toc.services import evidence as service
from toc.web.database import read_session, write_session
from toc.web.evidence import effects, ladder
from toc.web.evidence.blueprint import evidence, gettext, goal_address, locate, study_address
from toc.web.evidence.criteria import goal_code, person, place_of_goal
from toc.web.evidence.pages import study_values
from toc.web.forms import Edited, Form, Input, Line, Paragraph, RowId, Tick
from toc.web.security import act, allow, new_id, today


class ReasonInput(Input):
    """Why a signature is taken back."""

    reason: Paragraph


class SignInput(Input):
    """A signature: the box that says what is signed."""

    confirmed: Tick


class SignRungInput(SignInput):
    """A signature under a rung, with the hash of what was read."""

    id: RowId
    sha256: Line


# --- A study -----------------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/sign")
@allow("evidence.sign")
def sign_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Show everything that is signed, and ask for the signature."""
    return _sign_page(read_session(programme_id), study_id, Form.empty())


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/sign")
@allow("evidence.sign")
def signed_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Sign the study."""
    session = write_session(programme_id)
    form = Form(request.form, SignInput)
    if form.ok and form.value.confirmed:
        page = service.study_evidence(session, act(), study_id, today())
        service.sign_study(session, act(), page.study.id, Edited.of(request.form).revision)
        session.commit()
        flash(gettext("You signed the study."), "success")
        return redirect(study_address(page.study))
    form.blame("confirmed", DomainError("form.required"))
    return _sign_page(session, study_id, form), 400


def _sign_page(session: Session, study_id: UUID, form: Form[Any]) -> str:
    page = service.study_evidence(session, act(), study_id, today())
    locate(page.programme, page.goal, gettext("Sign"), study=page.study)
    own = act().user in {page.study.entered_by_id, page.study.created_by_id}
    return render_template("evidence/study_sign.html", form=form, own=own, **study_values(page))


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/revoke")
@allow("evidence.sign")
def revoke_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Ask why a signature is taken back."""
    return _revoke_study(read_session(programme_id), study_id, Form.empty())


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/revoke")
@allow("evidence.sign")
def revoked_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Take the signature back."""
    session = write_session(programme_id)
    form = Form(request.form, ReasonInput)
    if not form.ok:
        return _revoke_study(session, study_id, form), 400
    page = service.study_evidence(session, act(), study_id, today())
    service.revoke_signature(session, act(), study_id, form.value.reason)
    session.commit()
    flash(gettext("The signature is taken back."), "success")
    return redirect(study_address(page.study))


def _revoke_study(session: Session, study_id: UUID, form: Form[Any]) -> str:
    page = service.study_evidence(session, act(), study_id, today())
    locate(page.programme, page.goal, gettext("Take the signature back"), study=page.study)
    return render_template("evidence/study_revoke.html", form=form, **study_values(page))


# --- Rung 1 ------------------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review/sign")
@allow("evidence.sign")
def sign_review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show rung 1 as it stands, and ask for the signature."""
    return _sign_review(read_session(programme_id), goal_id, Form.empty())


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review/sign")
@allow("evidence.sign")
def signed_review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Sign rung 1."""
    session = write_session(programme_id)
    service.goal_head(session, act(), goal_id)
    form = Form(request.form, SignInput)
    if form.ok and form.value.confirmed:
        service.sign_review(session, act(), goal_id)
        session.commit()
        flash(gettext("You signed rung 1."), "success")
        return redirect(goal_address(programme_id, goal_id))
    form.blame("confirmed", DomainError("form.required"))
    return _sign_review(session, goal_id, form), 400


def _sign_review(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    page = service.goal_evidence(session, act(), goal_id, today())
    locate(page.programme, page.goal, gettext("Sign rung 1"))
    (first, *_) = ladder.levels(page.assessment, place_of_goal(page))
    return render_template(
        "evidence/review_sign.html",
        form=form,
        page=page,
        goal_code=goal_code(page.goal.code),
        level=first,
        complete=first.met == len(first.rows),
        signed=page.review is not None and page.review.is_signed,
    )


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review/revoke")
@allow("evidence.sign")
def revoke_review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask why the signature under rung 1 is taken back."""
    return _revoke_review(read_session(programme_id), goal_id, Form.empty())


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review/revoke")
@allow("evidence.sign")
def revoked_review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Take the signature under rung 1 back."""
    session = write_session(programme_id)
    form = Form(request.form, ReasonInput)
    if not form.ok:
        return _revoke_review(session, goal_id, form), 400
    service.goal_head(session, act(), goal_id)
    service.revoke_review(session, act(), goal_id, form.value.reason)
    session.commit()
    flash(gettext("The signature is taken back."), "success")
    return redirect(goal_address(programme_id, goal_id))


def _revoke_review(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    head = service.goal_head(session, act(), goal_id)
    found = service.find_review(session, goal_id)
    locate(head.programme, head.goal, gettext("Take the signature back"))
    return render_template(
        "evidence/review_revoke.html",
        form=form,
        head=head,
        goal_code=goal_code(head.goal.code),
        signed=found is not None and found.is_signed,
    )


# --- Signing the rung --------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/sign")
@allow("evidence.sign")
def sign_rung(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show the rung and what it rests on, and ask for the signature."""
    return _sign_rung(read_session(programme_id), goal_id, Form.empty({"id": str(new_id())}))


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/sign")
@allow("evidence.sign")
def signed_rung(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Sign the rung, with everything it rests on."""
    session = write_session(programme_id)
    service.goal_head(session, act(), goal_id)
    form = Form(request.form, SignRungInput)
    if form.ok and form.value.confirmed:
        value = form.value
        record = service.sign_assessment(session, act(), value.id, goal_id, value.sha256)
        session.commit()
        flash(gettext("You signed this rung, with everything it rests on."), "success")
        return redirect(url_for("evidence.signed", programme_id=programme_id, record_id=record.id))
    form.blame("confirmed", DomainError("form.required"))
    return _sign_rung(session, goal_id, form), 400


def _sign_rung(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    page = service.goal_evidence(session, act(), goal_id, today())
    place = place_of_goal(page)
    rung = page.assessment.rung
    locate(page.programme, page.goal, gettext("Sign the rung"))
    return render_template(
        "evidence/rung_sign.html",
        form=form,
        id=form.raw("id") or str(new_id()),
        page=page,
        goal_code=goal_code(page.goal.code),
        sha256=digest(canonical(page.evidence)),
        rungs=ladder.ladder(page.assessment, anchors=False),
        badges=ladder.badges(page.assessment, place.studies),
        studies=effects.shown_studies(page.studies, page.assessment.readings, page.names),
        attestations=[
            (one.criterion, one.met, person(one.by, page.names), one.reason)
            for one in page.evidence.attestations
        ],
        name=ladder.rung_name(rung),
        sure=ladder.sure(rung),
    )
