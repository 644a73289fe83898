"""Studies: typed in step by step, signed by somebody else, and carried over to a later edition."""

from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.evidence import Design
from toc.models.evidence import Study
from toc.services import evidence as service
from toc.services.errors import Conflict, Stale
from toc.services.evidence import StudyDraft, StudyEvidence
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.evidence.blueprint import evidence, gettext, locate, study_address
from toc.web.evidence.fields import NUMBERS, QUALITY, Question, asked, blamed, facts, model, typed
from toc.web.evidence.pages import study_values
from toc.web.forms import Day, Edited, Form, Input, Line, OptionalRowId, Paragraph, RowId, chosen
from toc.web.security import act, allow, new_id, today

_BLAME = {"evidence.measured_later": "measured_on", "evidence.no_reason": "reason"}


class ReasonInput(Input):
    """Why a study of an earlier edition holds."""

    id: RowId
    reason: Paragraph


class StudyInput(Input):
    """What a study is: the first step."""

    title: Line
    source: Line
    design: Annotated[Design, chosen(Design)]
    measured_on: Day
    indicator_edition_id: OptionalRowId

    def draft(self, recorded: dict[str, object]) -> StudyDraft:
        """Return the study with these facts."""
        return StudyDraft(**{name: getattr(self, name) for name in StudyInput.model_fields}, facts=recorded)


class NewStudyInput(StudyInput):
    """A new study."""

    id: RowId


# --- A new study -------------------------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/studies/new")
@allow("evidence.write")
def new_study(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Ask what a new study is."""
    return _new(read_session(programme_id), goal_id, Form.empty({"id": str(new_id())}))


@evidence.post("/p/<uuid:programme_id>/goals/<uuid:goal_id>/studies/new")
@allow("evidence.write")
def add_study(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Add a study, then ask for its numbers."""
    session = write_session(programme_id)
    service.goal_head(session, act(), goal_id)
    form = Form(request.form, NewStudyInput)
    if form.ok:
        try:
            study = service.record_study(session, act(), form.value.id, goal_id, form.value.draft({}))
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            return redirect(_step_address(study, "edit_numbers"))
    return _new(session, goal_id, form), 400


def _new(session: Session, goal_id: UUID, form: Form[Any]) -> str:
    head = service.goal_head(session, act(), goal_id)
    locate(head.programme, head.goal, gettext("New study"))
    return render_template(
        "evidence/study_what.html",
        form=form,
        id=form.raw("id"),
        action=url_for("evidence.add_study", programme_id=head.programme.id, goal_id=goal_id),
        wording=head.edition.wording,
        **_choices(session, goal_id),
    )


def _choices(session: Session, goal_id: UUID) -> dict[str, object]:
    return {
        "designs": [("", gettext("Choose")), *texts.choices(Design)],
        "indicators": [
            ("", gettext("None of these")),
            *(
                (str(edition.id), f"{code(CodeKind.INDICATOR, indicator.code)} {edition.name}")
                for indicator, edition in service.indicator_editions(session, goal_id)
            ),
        ],
    }


# --- Changing it, step by step -----------------------------------------------------------------------------

_STEPS = {"edit_numbers": NUMBERS, "edit_quality": QUALITY}
_NEXT = {"edit_study": "edit_numbers", "edit_numbers": "edit_quality", "edit_quality": "study"}


def _step_address(study: Study, step: str) -> str:
    return url_for(f"evidence.{step}", programme_id=study.programme_id, study_id=study.id)


def _questions(step: str, study: Study) -> tuple[Question, ...]:
    return asked(_STEPS[step], study.design)


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit")
@allow("evidence.write")
def edit_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Ask what the study is, as it is recorded now."""
    page = service.study_evidence(read_session(programme_id), act(), study_id, today())
    return _what(read_session(programme_id), page, Form.empty(_typed_what(page.study)))


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit")
@allow("evidence.write")
def save_study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Save what the study is, then ask for its numbers."""
    session = write_session(programme_id)
    page = service.study_evidence(session, act(), study_id, today())
    form = Form(request.form, StudyInput)
    if form.ok:
        try:
            return _saved(session, page, "edit_study", form.value.draft(page.study.facts))
        except Stale as stale:
            return _conflict(page, "edit_study", stale, form, _typed_what(page.study), _what_labels()), 409
        except Conflict:
            raise  # signed by now: the error page says so
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
    return _what(session, page, form), 400


def _what(session: Session, page: StudyEvidence, form: Form[Any]) -> str:
    locate(page.programme, page.goal, gettext("What it is"), study=page.study)
    return render_template(
        "evidence/study_what.html",
        form=form,
        study=page.study,
        steps=_steps(page.study, "edit_study"),
        action=url_for("evidence.save_study", programme_id=page.programme.id, study_id=page.study.id),
        wording=page.edition.wording,
        **_choices(session, page.goal.id),
    )


def _typed_what(study: Study) -> dict[str, str]:
    return {
        "title": study.title,
        "source": study.source,
        "design": study.design.value,
        "measured_on": study.measured_on.isoformat(),
        "indicator_edition_id": str(study.indicator_edition_id or ""),
    }


def _what_labels() -> dict[str, str]:
    return {
        "title": gettext("What is the study called?"),
        "source": gettext("Where do the figures stand?"),
        "design": gettext("How was it done?"),
        "measured_on": gettext("When were the outcomes measured?"),
        "indicator_edition_id": gettext("Which indicator did it measure?"),
    }


def _steps(study: Study, here: str) -> list[tuple[str, str, bool]]:
    names = {
        "edit_study": gettext("What it is"),
        "edit_numbers": gettext("People and numbers"),
        "edit_quality": gettext("How it was done"),
    }
    return [(name, _step_address(study, step), step == here) for step, name in names.items()]


def _saved(session: Session, page: StudyEvidence, step: str, draft: StudyDraft) -> ResponseReturnValue:
    study = service.edit_study(session, act(), page.study.id, draft, Edited.of(request.form).revision)
    session.commit()
    if step == "edit_quality":
        flash(gettext("The study is saved. Another evaluator can sign it now."), "success")
    return redirect(_step_address(study, _NEXT[step]))


def _ask(programme_id: UUID, study_id: UUID, step: str) -> ResponseReturnValue:
    page = service.study_evidence(read_session(programme_id), act(), study_id, today())
    return _facts_page(page, step, Form.empty(_suggested(page.study, _questions(step, page.study))))


def _suggested(study: Study, questions: tuple[Question, ...]) -> dict[str, str]:
    """Return what is recorded, and where nothing is yet what most studies say."""
    usual = (
        {} if study.effect is not None else {"higher_is_better": "yes", "confidence": "95", "scale": "share"}
    )
    recorded = typed(study.facts, questions)
    return {name: answer or usual.get(name, "") for name, answer in recorded.items()}


def _save(programme_id: UUID, study_id: UUID, step: str) -> ResponseReturnValue:
    session = write_session(programme_id)
    page = service.study_evidence(session, act(), study_id, today())
    questions = _questions(step, page.study)
    form = Form(request.form, model(questions))
    if form.ok:
        recorded = {**page.study.facts, **facts(form.value, questions)}
        draft = StudyDraft.of(page.study).with_facts(recorded)
        try:
            return _saved(session, page, step, draft)
        except Stale as stale:
            theirs = typed(page.study.facts, questions)
            labels = {one.name: one.label for one in questions}
            return _conflict(page, step, stale, form, theirs, labels), 409
        except Conflict:
            raise  # as above
        except DomainError as error:
            form.blame(blamed(error, questions), error)
    return _facts_page(page, step, form), 400


def _facts_page(page: StudyEvidence, step: str, form: Form[Any]) -> str:
    steps = _steps(page.study, step)
    locate(page.programme, page.goal, next(name for name, _, here in steps if here), study=page.study)
    return render_template(
        "evidence/study_facts.html",
        form=form,
        study=page.study,
        steps=steps,
        questions=_questions(step, page.study),
        groups=_groups(_questions(step, page.study), step),
        action=_step_address(page.study, step),
        last=step == "edit_quality",
    )


def _groups(questions: tuple[Question, ...], step: str) -> list[tuple[str, list[Question]]]:
    """Return the questions under headings, in their order."""
    heads = {
        "edit_numbers": {
            gettext("The effect"): "scale unit higher_is_better estimate low high confidence smallest_effect",
            gettext("The people"): "n_paired small_sample response n1 n0 n_clusters_t n_clusters_c",
            gettext("Who dropped out, and who was alike"): "attrition_overall attrition_diff "
            "optimistic_boundary_because max_baseline_es",
            gettext("What could be seen"): "mde primary_outcomes",
        },
        "edit_quality": {
            gettext("The plan"): "plan_lock deviates_from_plan primary multiplicity_corrected",
            gettext("Measuring"): "same_instrument instrument_quality baseline_known nonresponse_compared "
            "harm_unresolved dataset_matches",
            gettext("The comparison"): "comparison_justified estimand_named adjusted itt clustered "
            "se_matches_assignment sensitivity_same_sign weighting_used overlap_ok parallel_trends_ok",
            gettext("Who did it"): "independence conflicts_declared organisation site",
        },
    }[step]
    by_name = {one.name: one for one in questions}
    grouped = [
        (head, [by_name[name] for name in names.split() if name in by_name]) for head, names in heads.items()
    ]
    return [(head, found) for head, found in grouped if found]


def _conflict(
    page: StudyEvidence,
    step: str,
    stale: Stale,
    form: Form[Any],
    theirs: dict[str, str],
    labels: dict[str, str],
) -> str:
    locate(page.programme, page.goal, gettext("Two texts"), study=page.study)
    return render_template(
        "evidence/conflict.html",
        mine={name: form.raw(name) or "" for name in labels},
        theirs=theirs,
        labels=labels,
        action=_step_address(page.study, step),
        revision=stale.revision,
    )


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit/numbers")
@allow("evidence.write")
def edit_numbers(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Ask for the effect and the people."""
    return _ask(programme_id, study_id, "edit_numbers")


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit/numbers")
@allow("evidence.write")
def save_numbers(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Save the effect and the people, then ask how it was done."""
    return _save(programme_id, study_id, "edit_numbers")


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit/quality")
@allow("evidence.write")
def edit_quality(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Ask how the study was done."""
    return _ask(programme_id, study_id, "edit_quality")


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/edit/quality")
@allow("evidence.write")
def save_quality(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Save how the study was done, then show it."""
    return _save(programme_id, study_id, "edit_quality")


# --- An earlier edition of the goal ------------------------------------------------------------------------


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>/edition")
@allow("evidence.write")
def carry_over(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Ask why a study of an earlier edition holds for the goal as it is worded now."""
    form: Form[Any] = Form.empty({"id": str(new_id())})
    return _carry_over(read_session(programme_id), study_id, form)


@evidence.post("/p/<uuid:programme_id>/studies/<uuid:study_id>/edition")
@allow("evidence.write")
def carried_over(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Let the study hold for the goal as it is worded now."""
    session = write_session(programme_id)
    form = Form(request.form, ReasonInput)
    if not form.ok:
        return _carry_over(session, study_id, form), 400
    page = service.study_evidence(session, act(), study_id, today())
    service.carry_over(session, act(), form.value.id, study_id, form.value.reason)
    session.commit()
    flash(gettext("The study holds for the goal as it is worded now."), "success")
    return redirect(study_address(page.study))


def _carry_over(session: Session, study_id: UUID, form: Form[Any]) -> str:
    page = service.study_evidence(session, act(), study_id, today())
    locate(page.programme, page.goal, gettext("Edition of the goal"), study=page.study)
    return render_template(
        "evidence/study_carry_over.html", form=form, id=form.raw("id"), **study_values(page)
    )
