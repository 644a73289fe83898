"""A goal as a whole: attesting criteria, recording its review, and documents for or against."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.evidence import BY_ID, Part
from toc.models.evidence import GoalReview
from toc.services import evidence as service
from toc.services.errors import Conflict, Stale
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.evidence.blueprint import evidence, gettext, goal_address, locate
from toc.web.evidence.criteria import attestable, goal_code, place_of_goal, study_code
from toc.web.evidence.fields import REVIEWS, YesNo, blamed, facts, model, typed
from toc.web.forms import Edited, Form, Input, Line, OptionalLine, OptionalRowId, Paragraph, RowId
from toc.web.security import act, allow, new_id, today

_BLAME = {
    "evidence.not_attestable": "criterion",
    "evidence.study_expected": "study",
    "evidence.no_reason": "reason",
    "evidence.bad_url": "url",
}


class AttestInput(Input):
    """What an evaluator says of one criterion."""

    id: RowId
    criterion: Line
    study: OptionalRowId
    met: YesNo
    reason: Paragraph


class ItemInput(Input):
    """A document for or against."""

    id: RowId
    title: Line
    source: Line
    url: OptionalLine
    finding: Paragraph
    supports: YesNo


# --- Attesting ----------------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/attest")
@allow("evidence.write")
def attest(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask what an evaluator finds of a criterion, and why."""
    chosen = {name: request.args.get(name, "") for name in ("criterion", "study")}
    return _attest(read_session(programme_id), goal_id, Form.empty({"id": str(new_id()), **chosen}))


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/attest")
@allow("evidence.write")
def attested(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Keep what an evaluator finds of a criterion."""
    session = write_session(programme_id)
    form = Form(request.form, AttestInput)
    if form.ok and form.value.met is None:
        form.blame("met", DomainError("form.choose"))
    if form.ok:
        said = form.value.model_dump(include={"criterion", "met", "reason"})
        try:
            service.goal_head(session, act(), goal_id)
            service.attest(session, act(), form.value.id, goal_id, study_id=form.value.study, **said)
        except DomainError as error:
            if error.key not in _BLAME:
                raise
            form.blame(_BLAME[error.key], error)
        else:
            session.commit()
            flash(gettext("Your judgement is kept, with your reason."), "success")
            return redirect(goal_address(programme_id, goal_id))
    return _attest(session, goal_id, form), 400


def _attest(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    page = service.goal_evidence(session, act(), goal_id, today())
    locate(page.programme, page.goal, gettext("Attest"))
    place = place_of_goal(page)
    asked = (form.raw("criterion"), form.raw("study") or None)
    findings = [*page.assessment.findings]
    findings += [one for reading in page.assessment.readings for one in reading.findings]
    found = [one for one in findings if (one.criterion.id, one.study) == asked]
    return render_template(
        "evidence/attest.html",
        form=form,
        id=form.raw("id"),
        page=page,
        goal_code=goal_code(page.goal.code),
        now=place.row(found[0], linked=False) if found else None,
        action=url_for("evidence.attested", programme_id=page.programme.id, goal_id=goal_id),
        criteria=[
            ("", gettext("Choose")),
            *((one.id, f"{one.id} {texts.sentence(one.sentence)}") for one in attestable()),
        ],
        studies=[
            ("", gettext("None: it is about the goal as a whole")),
            *((key, f"{study_code(study)} {study.title}") for key, study in place.studies.items()),
        ],
        criterion=BY_ID.get(asked[0] or ""),
    )


# --- The review ---------------------------------------------------------------------------------------------

_REVIEW_PAGES = {
    Part.TREE: "evidence.review",
    Part.REPLICATION: "evidence.review_repeats",
    Part.SCALING: "evidence.review_scaling",
}


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review")
@allow("evidence.write")
def review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask what the tree itself cannot show."""
    return _ask(programme_id, goal_id, Part.TREE)


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/review")
@allow("evidence.write")
def save_review(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Keep what the tree itself cannot show."""
    return _save(programme_id, goal_id, Part.TREE)


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/repeats")
@allow("evidence.write")
def review_repeats(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask what is known of the studies together."""
    return _ask(programme_id, goal_id, Part.REPLICATION)


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/repeats")
@allow("evidence.write")
def save_repeats(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Keep what is known of the studies together."""
    return _save(programme_id, goal_id, Part.REPLICATION)


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/scaling")
@allow("evidence.write")
def review_scaling(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask how it goes in other hands."""
    return _ask(programme_id, goal_id, Part.SCALING)


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/scaling")
@allow("evidence.write")
def save_scaling(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Keep how it goes in other hands."""
    return _save(programme_id, goal_id, Part.SCALING)


def _recorded(found: GoalReview | None, part: Part) -> dict[str, str]:
    return typed({} if found is None else found.facts.get(part, {}), REVIEWS[part])


def _ask(programme_id: UUID, goal_id: UUID, part: Part) -> ResponseReturnValue:
    session = read_session(programme_id)
    return _review(session, goal_id, part, Form.empty(_recorded(service.find_review(session, goal_id), part)))


def _save(programme_id: UUID, goal_id: UUID, part: Part) -> ResponseReturnValue:
    session = write_session(programme_id)
    questions = REVIEWS[part]
    form = Form(request.form, model(questions))
    if form.ok:
        try:
            _keep(session, goal_id, part, facts(form.value, questions))
        except Stale as stale:
            return _conflict(session, goal_id, part, form, stale), 409
        except Conflict:
            raise  # signed by now: the error page says so
        except DomainError as error:
            field = "fidelity_by_site" if error.key.startswith("number.") else blamed(error, questions)
            form.blame(field, error)
        else:
            flash(gettext("The review is saved."), "success")
            return redirect(goal_address(programme_id, goal_id))
    return _review(session, goal_id, part, form), 400


def _keep(session: Session, goal_id: UUID, part: Part, named: dict[str, object]) -> None:
    service.goal_head(session, act(), goal_id)
    found = service.find_review(session, goal_id)
    pooled = (
        "pooled",
        "prediction_interval_shown",
        "hartung_knapp",
    )  # kept as a seed or an import wrote them
    before = {} if found is None else found.facts.get(part, {})
    kept = {name: before[name] for name in pooled if name in before}
    revision = Edited.of(request.form).revision
    service.record_review(session, act(), goal_id, part, kept | named, revision=revision)
    session.commit()


def _review(session: Session, goal_id: UUID, part: Part, form: Form[Any]) -> str:
    head = service.goal_head(session, act(), goal_id)
    found = service.find_review(session, goal_id)
    locate(head.programme, head.goal, texts.word(part))
    return render_template(
        "evidence/review.html",
        form=form,
        part=texts.word(part),
        head=head,
        goal_code=goal_code(head.goal.code),
        questions=REVIEWS[part],
        revision=0 if found is None else found.revision,
        locked=part is Part.TREE and found is not None and found.is_signed,
        action=url_for(_REVIEW_PAGES[part], programme_id=head.programme.id, goal_id=goal_id),
    )


def _conflict(session: Session, goal_id: UUID, part: Part, form: Form[Any], stale: Stale) -> str:
    head = service.goal_head(session, act(), goal_id)
    locate(head.programme, head.goal, gettext("Two texts"))
    return render_template(
        "evidence/conflict.html",
        mine={one.name: form.raw(one.name) or "" for one in REVIEWS[part]},
        theirs=typed(stale.theirs, REVIEWS[part]),
        labels={one.name: one.label for one in REVIEWS[part]},
        action=url_for(_REVIEW_PAGES[part], programme_id=head.programme.id, goal_id=goal_id),
        revision=stale.revision,
    )


# --- Documents ----------------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/items/new")
@allow("evidence.write")
def new_item(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask for a document for or against."""
    return _item(read_session(programme_id), goal_id, Form.empty({"id": str(new_id())}))


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence/items/new")
@allow("evidence.write")
def add_item(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Keep a document for or against."""
    session = write_session(programme_id)
    service.goal_head(session, act(), goal_id)
    form = Form(request.form, ItemInput)
    if form.ok and form.value.supports is None:
        form.blame("supports", DomainError("form.choose"))
    if form.ok:
        said = form.value.model_dump(exclude={"id"})
        try:
            service.add_item(session, act(), form.value.id, goal_id, **said)
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("The document is kept."), "success")
            return redirect(goal_address(programme_id, goal_id))
    return _item(session, goal_id, form), 400


def _item(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    head = service.goal_head(session, act(), goal_id)
    locate(head.programme, head.goal, gettext("New document"))
    return render_template(
        "evidence/item.html",
        form=form,
        id=form.raw("id"),
        head=head,
        goal_code=goal_code(head.goal.code),
        action=url_for("evidence.add_item", programme_id=head.programme.id, goal_id=goal_id),
    )
