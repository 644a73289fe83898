"""Programmes: the list, a new one, the overview and its settings."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.people import OrganisationKind, Part
from toc.domain.programmes import Description, Language, Task
from toc.models.programmes import Programme
from toc.services import indicators
from toc.services import programmes as service
from toc.services.errors import Stale
from toc.web import frame, origins, texts
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Day,
    Edited,
    Form,
    Input,
    Line,
    OptionalLine,
    OptionalParagraph,
    Paragraph,
    RowId,
    Tick,
    Whole,
    chosen,
)
from toc.web.goals import picture
from toc.web.security import act, allow, new_id, viewer
from toc.web.texts import programmes as programme_texts

texts.register(programme_texts.SENTENCES, programme_texts.WORDS)

programmes = Blueprint("programmes", __name__)

_BLAME = {
    "programme.name_missing": "name",
    "programme.ends_before_start": "ends_on",
    "programme.currency_unknown": "currency",
    "privacy.threshold_too_low": "small_number_threshold",
}
_PARTS = {
    Part.FUNDER: OrganisationKind.MUNICIPALITY,
    Part.PROVIDER: OrganisationKind.SOCIAL_ENTERPRISE,
    Part.EVALUATOR: OrganisationKind.RESEARCH_BUREAU,
}
_DRAWN_ON_OVERVIEW = 40


class DescriptionInput(Input):
    """What a programme says about itself."""

    name: Line
    place: OptionalLine
    summary: OptionalParagraph
    problem: Paragraph
    target_group: Paragraph
    target_size: OptionalLine
    current_situation: OptionalParagraph
    better_because: OptionalParagraph
    starts_on: Day
    ends_on: Day
    currency: Line
    language: Annotated[Language, chosen(Language)]

    def description(self, **more: object) -> Description:
        """Return it as the domain sees it."""
        return Description(**{**self.model_dump(include=set(DescriptionInput.model_fields)), **more})


class NewInput(DescriptionInput):
    """A new programme with the organisations that begin it."""

    id: RowId
    funder: OptionalLine
    funder_kind: Annotated[OrganisationKind, chosen(OrganisationKind)]
    provider: OptionalLine
    provider_kind: Annotated[OrganisationKind, chosen(OrganisationKind)]
    evaluator: OptionalLine
    evaluator_kind: Annotated[OrganisationKind, chosen(OrganisationKind)]

    def partners(self) -> list[service.NamedPartner]:
        """Return the organisations that were filled in."""
        return [
            service.NamedPartner(
                part=part, name=getattr(self, part.value), kind=getattr(self, f"{part}_kind")
            )
            for part in _PARTS
            if getattr(self, part.value)
        ]


class SettingsInput(DescriptionInput):
    """A programme's description and the rules that it sets for itself."""

    small_number_threshold: Whole
    own_totals_decided: Tick
    second_factor_required: Tick

    def description(self, **more: object) -> Description:
        """Return it as the domain sees it."""
        return super().description(
            small_number_threshold=self.small_number_threshold,
            own_totals_decided=self.own_totals_decided,
            second_factor_required=self.second_factor_required,
            **more,
        )


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One thing to do, with where to do it."""

    text: str
    url: str
    count: int


@programmes.get("/programmes")
@allow("home.read")
def home() -> ResponseReturnValue:
    """List the programmes that the reader takes part in."""
    rows = service.mine(read_session(), viewer().memberships or {})
    language = texts.language()
    rows.sort(key=lambda row: row.programme.language != language)
    frame.crumbs((gettext("Programmes"), None))
    return render_template("programmes/home.html", rows=rows, roles_text=frame.roles_text)


def _new_page(form: Form[NewInput], row_id: UUID) -> str:
    frame.crumbs((gettext("Programmes"), url_for(".home")), (gettext("New programme"), None))
    return render_template(
        "programmes/new.html",
        form=form,
        row_id=row_id,
        kinds=texts.choices(OrganisationKind),
        languages=texts.choices(Language),
        founders=[(part.value, kind.value) for part, kind in _PARTS.items()],
    )


@programmes.get("/programmes/new")
@allow("programme.create")
def new() -> ResponseReturnValue:
    """Show an empty form."""
    return _new_page(Form.empty({"currency": "EUR", "language": texts.language()}), new_id())


@programmes.post("/programmes/new")
@allow("programme.create")
def create() -> ResponseReturnValue:
    """Make a programme, then show it."""
    form = Form(request.form, NewInput)
    if form.ok:
        session = write_session()
        try:
            description, id_ = form.value.description(), form.value.id
            made = service.create(session, act(), id_, description, form.value.partners())
        except DomainError as error:
            form.blame(_BLAME.get(error.key, ""), error)
        else:
            session.commit()
            flash(gettext("The programme is there. You are its coordinator."), "success")
            return redirect(url_for(".show", programme_id=made.id))
    return _new_page(form, _row_id(form)), 400


def _row_id(form: Form[NewInput]) -> UUID:
    """Return the id that the form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()


@programmes.get("/p/<uuid:programme_id>/")
@allow("programme.read")
def show(programme_id: UUID) -> ResponseReturnValue:
    """Show the tree, what to do now, the bond in one sentence and who was heard."""
    session = read_session(programme_id)
    programme = service.get(session)
    frame.show_in(programme)
    heard = service.heard(session)
    sees_money = viewer().may("bond.read")
    return render_template(
        "programmes/show.html",
        row=programme,
        picture=picture(session, act(), "status", most=_DRAWN_ON_OVERVIEW),
        tasks=_tasks(session, programme, heard),
        heard=heard,
        bond=service.bond_in_one_sentence(session, programme.currency) if sees_money else None,
        marks=origins.marks(session, "programme", programme_id),
        may_interview=viewer().may("interview.read"),
    )


def _tasks(session: Session, programme: Programme, heard: service.Heard) -> list[TaskLine]:
    to_log = indicators.many_to_log(session, act()) if viewer().may("measurement.record") else 0
    addresses = {  # what is to be logged stands on one page for all programmes
        Task.DESCRIBE: "programmes.edit",
        Task.INVITE: "people.index",
        Task.ADD_GROUPS: "interviews.index",
        Task.HEAR_GROUPS: "interviews.index",
        Task.ADD_GOALS: "goals.tree",
        Task.MAKE_MEASURABLE: "goals.tree",
        Task.REVIEW_MEASUREMENTS: "indicators.review",
        Task.ENTER_CONTRACT: "bonds.index",
        Task.VERIFY_OUTCOMES: "bonds.index",
        Task.APPROVE_PAYMENTS: "bonds.index",
        Task.ANSWER_REPLIES: "findings.index",
    }
    waiting = dict(service.tasks(session, act(), len(heard.silent), to_log))
    frame.say_to_review(waiting.get(Task.REVIEW_MEASUREMENTS, 0))
    return [
        TaskLine(
            texts.sentence(f"task.{task}"),
            url_for(addresses[task], programme_id=programme.id)
            if task in addresses
            else url_for("indicators.today"),
            count,
        )
        for task, count in waiting.items()
    ]


def _edit_page(programme: Programme, form: Form[SettingsInput]) -> str:
    frame.show_in(programme, (gettext("Settings"), None))
    return render_template(
        "programmes/edit.html", row=programme, form=form, languages=texts.choices(Language)
    )


@programmes.get("/p/<uuid:programme_id>/settings")
@allow("programme.edit")
def edit(programme_id: UUID) -> ResponseReturnValue:
    """Show what the programme says about itself, to be changed."""
    programme = service.get(read_session(programme_id))
    return _edit_page(programme, Form.empty(_typed(service.description_of(programme))))


@programmes.post("/p/<uuid:programme_id>/settings")
@allow("programme.edit")
def save(programme_id: UUID) -> ResponseReturnValue:
    """Save the description, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    programme = service.get(session)
    form = Form(request.form, SettingsInput)
    if form.ok:
        revision = Edited.of(request.form).revision
        try:
            service.describe(session, act(), programme, form.value.description(), revision=revision)
        except Stale as error:
            return _conflict_page(programme, error), 409
        except DomainError as error:
            form.blame(str(error.params.get("field") or _BLAME.get(error.key, "")), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".show", programme_id=programme_id))
    return _edit_page(programme, form), 400


def _conflict_page(programme: Programme, error: Stale) -> str:
    frame.show_in(programme, (gettext("Settings"), None))
    return render_template(
        "programmes/conflict.html",
        mine=request.form,
        theirs=_typed(error.theirs),
        revision=error.revision,
        action=url_for(".save", programme_id=programme.id),
    )


def _typed(values: object) -> dict[str, str]:
    """Return values as a person would type them in the fields of the form."""
    typed: dict[str, str] = {}
    for name, value in dict(values).items():  # type: ignore[call-overload] # a mapping of field names
        if isinstance(value, bool):
            typed[name] = "1" if value else ""
        else:
            typed[name] = "" if value is None else str(value)
    return typed
