"""Instruments: their list, and a form for a new one or a new version of one."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import Scale, items_of
from toc.models.participants import Instrument
from toc.services import participants as service
from toc.services import programmes
from toc.services.participants import InstrumentDraft
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, Line, Number, OptionalLine, OptionalParagraph, RowId, Tick
from toc.web.participants.blueprint import carried, may_write, participants, show_in
from toc.web.said import no, yes
from toc.web.security import act, allow, new_id


class InstrumentInput(Input):
    """What an instrument says about itself."""

    id: RowId
    name: Line
    version: Line
    reference: OptionalLine
    lowest: Number
    highest: Number
    is_ordinal: Tick
    higher_is_better: Tick
    items: OptionalParagraph

    def draft(self) -> InstrumentDraft:
        """Return it as the service takes it.

        Raises:
            DomainError: as `items_of` and `Scale`, with ``field``.
        """
        items = items_of(self.items.splitlines())
        return InstrumentDraft(
            name=self.name,
            version=self.version,
            reference=self.reference,
            higher_is_better=self.higher_is_better,
            scale=Scale(lowest=self.lowest, highest=self.highest, is_ordinal=self.is_ordinal, items=items),
        )


def _facts(one: Instrument) -> list[tuple[str, str]]:
    scale = gettext(
        "%(lowest)s to %(highest)s", lowest=texts.number(one.lowest), highest=texts.number(one.highest)
    )
    facts = [
        (gettext("Scale"), scale),
        (gettext("Scores are levels"), yes() if one.is_ordinal else no()),
        (gettext("Higher is better"), yes() if one.higher_is_better else no()),
        (gettext("Items"), ", ".join(item["name"] for item in one.items) or gettext("one score")),
        (gettext("Published at"), one.reference),
    ]
    return [(label, text) for label, text in facts if text]


@participants.get("/p/<uuid:programme_id>/instruments")
@allow("participant.read")
def instruments(programme_id: UUID) -> ResponseReturnValue:
    """List the instruments."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    show_in(programme, (gettext("Instruments"), None))
    lines = [
        (
            f"{one.name} {one.version}",
            ngettext("%(num)d item", "%(num)d items", len(one.items)) if one.items else gettext("one score"),
            _facts(one),
            url_for(".new_instrument", programme_id=programme_id, after=one.id),
        )
        for one in service.instruments(session)
    ]
    return render_template(
        "participants/instruments.html", lines=lines, may_write=may_write(), programme_id=programme_id
    )


def _page(session: Session, form: Form[InstrumentInput], row_id: UUID) -> str:
    programme = programmes.get(session)
    back = url_for(".instruments", programme_id=programme.id)
    show_in(programme, (gettext("Instruments"), back), (gettext("Add an instrument"), None))
    return render_template(
        "participants/instrument.html",
        form=form,
        row_id=row_id,
        yes_no=[("1", yes()), ("0", no())],
        action=url_for(".add_instrument", programme_id=programme.id),
        back_url=back,
    )


def _as_typed(one: Instrument) -> dict[str, Any]:
    return {
        "name": one.name,
        "reference": one.reference,
        "lowest": texts.number(one.lowest),
        "highest": texts.number(one.highest),
        "is_ordinal": "1" if one.is_ordinal else "0",
        "higher_is_better": "1" if one.higher_is_better else "0",
        "items": "\n".join(item["name"] for item in one.items),
    }


@participants.get("/p/<uuid:programme_id>/instruments/new")
@allow("participant.write")
def new_instrument(programme_id: UUID) -> ResponseReturnValue:
    """Show the form, filled with the version before when the address names one."""
    session, says = read_session(programme_id), {"is_ordinal": "1", "higher_is_better": "1"}
    after = request.args.get("after", "")
    known = next((one for one in service.instruments(session) if str(one.id) == after), None)
    return _page(session, Form.empty(says if known is None else _as_typed(known)), new_id())


@participants.post("/p/<uuid:programme_id>/instruments/new")
@allow("participant.write")
def add_instrument(programme_id: UUID) -> ResponseReturnValue:
    """Add an instrument, or a new version of one."""
    session, form = write_session(programme_id), Form(request.form, InstrumentInput)
    if form.ok:
        try:
            service.add_instrument(session, act(), form.value.id, form.value.draft())
        except DomainError as error:
            form.blame(str(error.params.get("field", "lowest")), error)
        else:
            session.commit()
            flash(gettext("%(name)s was added.", name=f"{form.value.name} {form.value.version}"), "success")
            return redirect(url_for(".instruments", programme_id=programme_id))
    return _page(session, form, carried(form)), 400
