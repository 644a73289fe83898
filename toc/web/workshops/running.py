"""The facilitator's pages: open a workshop, move it on, see what came of it."""

import os
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.workshops import DOOR_RANDOM_BYTES, Phase, door_code
from toc.services import workshops as service
from toc.services.workshops import Card, Column, WorkshopDraft, WorkshopRow
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, RowId, Whole, chosen
from toc.web.security import act, allow, new_id, now, settings
from toc.web.workshops.blueprint import door_of, page_of, place, steps, workshops


class WorkshopInput(Input):
    """What is said of a new workshop."""

    id: RowId
    title: Line
    dots: Whole


class StepInput(Input):
    """To which phase a workshop goes."""

    to: Annotated[Phase, chosen(Phase)]


@dataclass(frozen=True, slots=True)
class Result:
    """A card in the table of results.

    Attributes:
        share: of the most dots on a card, in steps of 5 from 0 to 100.
    """

    card: Card
    party: Column
    share: int


@workshops.get("/p/<uuid:programme_id>/workshops")
@allow("workshop.run")
def index(programme_id: UUID) -> ResponseReturnValue:
    """List the workshops."""
    session = read_session(programme_id)
    rows = service.workshop_rows(session, now())
    return render_template("workshops/index.html", row=place(session), rows=rows)


@workshops.get("/p/<uuid:programme_id>/workshops/new")
@allow("workshop.run")
def new(programme_id: UUID) -> ResponseReturnValue:
    """Show the form for a new workshop."""
    form: Form[WorkshopInput] = Form.empty({"dots": str(settings().workshop_dots)})
    return _new_page(read_session(programme_id), form)


@workshops.post("/p/<uuid:programme_id>/workshops/new")
@allow("workshop.run")
def add(programme_id: UUID) -> ResponseReturnValue:
    """Open a workshop, then show how people come in."""
    session = write_session(programme_id)
    form = Form(request.form, WorkshopInput)
    if form.ok:
        draft = WorkshopDraft(form.value.title, form.value.dots)
        door = door_code(os.urandom(DOOR_RANDOM_BYTES))
        hours = settings().workshop_door_hours
        try:
            made = service.open_workshop(session, act(), form.value.id, draft, door=door, hours=hours)
        except DomainError as error:
            form.blame(_at(error), error)
        else:
            session.commit()
            flash(gettext("The workshop is open. Put the wall on the projector."), "success")
            return redirect(url_for(".show", programme_id=programme_id, workshop_id=made.id))
    return _new_page(session, form), 400


def _at(error: DomainError) -> str:
    if error.key.startswith(("workshop.title", "privacy.")):
        return "title"
    return "dots" if error.key == "workshop.dots_range" else ""


def _new_page(session: Session, form: Form[WorkshopInput]) -> str:
    return render_template(
        "workshops/new.html",
        row=place(session, (gettext("New workshop"), None)),
        form=form,
        row_id=form.raw("id") or new_id(),
    )


@workshops.get("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>")
@allow("workshop.run")
def show(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Show how people come in, what hangs on the wall, and what became of it."""
    session = read_session(programme_id)
    return show_page(session, service.get_workshop(session, workshop_id, now()))


def show_page(session: Session, view: WorkshopRow, problem: str = "") -> str:
    """Return the page of a workshop."""
    wall = service.board(session, view.id)
    most = max((card.dots for card in wall.on_wall), default=0)
    results = [
        Result(card, column, 5 * round(20 * card.dots / most) if most else 0)
        for column in wall.columns
        for card in column.cards
        if not card.taken_off
    ]
    if view.phase is Phase.CLOSED:
        results.sort(key=lambda one: (-one.card.dots, one.card.number))
    return render_template(
        "workshops/show.html",
        row=place(session, (f"{view.code} {view.title}", None)),
        view=view,
        door=door_of(view),
        steps=steps(view),
        columns=wall.columns,
        results=results,
        waiting=[one for one in results if one.card.statement_id is None],
        sources=service.sources(session, view.id),
        off=[(card, column) for column in wall.columns for card in column.cards if card.taken_off],
        problem=problem,
        hours=settings().workshop_door_hours,
        most=settings().workshop_phones,
    )


@workshops.post("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/phase")
@allow("workshop.run")
def move(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Go on to the next phase, or back."""
    session = write_session(programme_id)
    view = service.get_workshop(session, workshop_id, now())
    form = Form(request.form, StepInput)
    if not form.ok:
        return show_page(session, view, form.errors[0][1]), 400
    revision, hours = Edited.of(request.form).revision, settings().workshop_door_hours
    service.move(session, act(), workshop_id, form.value.to, revision, hours=hours)
    session.commit()
    return redirect(page_of(programme_id, workshop_id))


@workshops.post("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/door")
@allow("workshop.run")
def open_door(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Let people in for some hours more."""
    session = write_session(programme_id)
    hours = settings().workshop_door_hours
    service.open_door(session, act(), workshop_id, hours=hours)
    session.commit()
    told = ngettext("The code works for %(num)d hour.", "The code works for %(num)d hours.", hours)
    flash(told, "success")
    return redirect(page_of(programme_id, workshop_id))


@workshops.post("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/cards/<uuid:card_id>/off")
@allow("workshop.run")
def take_off(programme_id: UUID, workshop_id: UUID, card_id: UUID) -> ResponseReturnValue:
    """Take a card off the wall, or hang it up again."""
    session = write_session(programme_id)
    service.take_off(session, act(), workshop_id, card_id, off=request.form.get("off", "1") == "1")
    session.commit()
    return redirect(page_of(programme_id, workshop_id))
