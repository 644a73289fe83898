"""Forms that define an indicator, and define it anew."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange import parse_decimal, parse_percent
from toc.domain.indicators import Definition, Direction, Frequency, Kind
from toc.services import goals, programmes
from toc.services import indicators as service
from toc.services.errors import Stale
from toc.services.indicators import IndicatorView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import (
    Edited,
    Form,
    Input,
    Line,
    OptionalDay,
    OptionalLine,
    OptionalParagraph,
    RowId,
    Tick,
    chosen,
    style,
)
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.showing import heading, plain
from toc.web.said import no, yes
from toc.web.security import act, allow, new_id
from toc.web.texts.indicators import KIND_HELP

_VALUES = ("baseline_value", "target_value", "desired_value", "minimum_value")
_NO, _YES = frozenset({"0", "nee", "no"}), frozenset({"1", "ja", "yes"})


def _aim(typed: Any, info: ValidationInfo) -> Decimal | None:  # noqa: ANN401 - pydantic passes anything
    """Read a value as its kind is typed: a share as a percentage, yes or no as a word."""
    text = str(typed or "").strip()
    if not text:
        return None
    kind = info.data.get("kind")
    if kind is Kind.YES_NO and text.casefold() in _NO | _YES:
        return Decimal(text.casefold() in _YES)
    try:
        return (parse_percent if kind is Kind.PROPORTION else parse_decimal)(text, style(info))
    except DomainError as error:
        raise PydanticCustomError("toc", "{key}", {"key": error.key, "params": error.params}) from error


Aim = Annotated[Decimal | None, BeforeValidator(_aim)]


class DefinitionInput(Input):
    """What an indicator says about itself."""

    kind: Annotated[Kind, chosen(Kind)]
    name: Line
    definition: OptionalParagraph
    unit: OptionalLine
    direction: Annotated[Direction, chosen(Direction)]
    frequency: Annotated[Frequency, chosen(Frequency)]
    is_cumulative: Tick
    counts_people: Tick
    collection: OptionalParagraph
    baseline_value: Aim
    baseline_on: OptionalDay
    target_value: Aim
    target_on: OptionalDay
    desired_value: Aim
    minimum_value: Aim

    def as_definition(self) -> Definition:
        """Return it as the domain sees it.

        Raises:
            DomainError: as `Definition`, with ``field``.
        """
        return Definition(
            **{each.name: getattr(self, each.name) for each in fields(Definition) if hasattr(self, each.name)}
        )


class NewInput(DefinitionInput):
    """A new indicator of a goal."""

    id: RowId
    goal_id: RowId


class EditInput(DefinitionInput):
    """An indicator defined anew."""

    reason: OptionalParagraph


def typed(values: Mapping[str, object]) -> dict[str, str]:
    """Return what a definition says, as a person types it."""
    share = values.get("kind") is Kind.PROPORTION
    return {name: _typed(value, share=share) for name, value in values.items()}


def _typed(value: object, *, share: bool) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return plain((value * 100).normalize() if share and value else value)
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _choices() -> dict[str, Any]:
    return {
        "kinds": [(kind.value, texts.word(kind), KIND_HELP[kind]) for kind in Kind],
        "directions": texts.choices(Direction),
        "frequencies": texts.choices(Frequency),
        "periods": [("1", gettext("from the start")), ("0", gettext("for its own period"))],
        "yes_no": [("1", yes()), ("0", no())],
    }


def _blame(form: Form[Any], error: DomainError) -> None:
    form.blame(str(error.params.get("field", "")), error)


# --- A new one ----------------------------------------------------------------------------------------------


def _new_page(session: Session, form: Form[NewInput], row_id: UUID) -> str:
    programme = programmes.get(session)
    at = url_for(".index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Measurements"), at), (gettext("New indicator"), None))
    every = goals.visible_goals(session, act())
    return render_template(
        "indicators/new.html",
        form=form,
        row_id=row_id,
        goals=[("", ""), *((goal.id, f"{goal.code} {goal.wording}") for goal in every)],
        has_goals=bool(every),
        programme_id=programme.id,
        **_choices(),
    )


@indicators.get("/p/<uuid:programme_id>/indicators/new")
@allow("indicator.write")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show an empty form, for the goal that the address names if it names one."""
    usual = {
        "goal_id": request.args.get("goal_id", ""),
        "kind": Kind.PROPORTION.value,
        "direction": Direction.HIGHER.value,
        "frequency": Frequency.QUARTERLY.value,
        "is_cumulative": "1",
        "counts_people": "1",
    }
    return _new_page(read_session(programme_id), Form.empty(usual), new_id())


@indicators.post("/p/<uuid:programme_id>/indicators/new")
@allow("indicator.write")
def create(programme_id: UUID) -> ResponseReturnValue:
    """Add an indicator, then show it."""
    session = write_session(programme_id)
    form = Form(request.form, NewInput)
    if form.ok:
        said = form.value
        try:
            made = service.add_indicator(session, act(), said.id, said.goal_id, said.as_definition())
        except DomainError as error:
            _blame(form, error)
        else:
            session.commit()
            flash(gettext("The indicator is there. Now log the first measurement."), "success")
            return redirect(url_for(".show", programme_id=programme_id, indicator_id=made.id))
    return _new_page(session, form, carried_id(form)), 400


def carried_id(form: Form[Any]) -> UUID:
    """Return the id that the form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()


# --- Anew ---------------------------------------------------------------------------------------------------


def _edit_page(session: Session, view: IndicatorView, form: Form[EditInput], revision: int) -> str:
    heading(programmes.get(session), view, gettext("Change the definition"))
    return render_template(
        "indicators/edit.html",
        view=view,
        form=form,
        revision=revision,
        address=_here(session, view),
        **_choices(),
    )


def _here(session: Session, view: IndicatorView) -> dict[str, UUID]:
    return {"programme_id": session.info["programme_id"], "indicator_id": view.id}


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/edit")
@allow("indicator.write")
def edit(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the definition, to be changed."""
    session = read_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    says = {field.name: getattr(view.definition, field.name) for field in fields(Definition)}
    return _edit_page(session, view, Form.empty(typed(says)), view.revision)


@indicators.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/edit")
@allow("indicator.write")
def save(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Save a new edition, or show both texts when somebody else was faster."""
    session = write_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    form, revision = Form(request.form, EditInput), Edited.of(request.form).revision
    if form.ok:
        said = form.value
        try:
            definition = said.as_definition()
            service.new_edition(
                session, act(), indicator_id, definition, reason=said.reason, revision=revision
            )
        except Stale as error:
            return _conflict_page(session, view, error), 409
        except DomainError as error:
            _blame(form, error)
        else:
            session.commit()
            flash(gettext("Saved as a new edition. The old one stays visible."), "success")
            return redirect(url_for(".show", programme_id=programme_id, indicator_id=indicator_id))
    return _edit_page(session, view, form, revision), 400


def _conflict_page(session: Session, view: IndicatorView, error: Stale) -> str:
    heading(programmes.get(session), view, gettext("Change the definition"))
    labels = {
        "name": gettext("Name"),
        "definition": gettext("What counts"),
        "kind": gettext("Kind"),
        "unit": gettext("Unit"),
        "direction": gettext("Which way"),
        "is_cumulative": gettext("A value counts"),
        "counts_people": gettext("Counts participants"),
        "frequency": gettext("How often"),
        "collection": gettext("Where the figures come from"),
        "baseline_value": gettext("Baseline"),
        "baseline_on": gettext("Day of the baseline"),
        "target_value": gettext("Target"),
        "target_on": gettext("Day of the target"),
        "desired_value": gettext("More would be desired"),
        "minimum_value": gettext("Less would be a failure"),
    }
    return render_template(
        "indicators/conflict.html",
        view=view,
        mine=request.form,
        theirs=typed(error.theirs),
        labels=labels,
        revision=error.revision,
        reason=request.form.get("reason", ""),
        address=_here(session, view),
    )
