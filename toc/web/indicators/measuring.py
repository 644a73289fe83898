"""Forms of the size of a phone: log what was measured, and correct it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.indicators import Kind
from toc.services import indicators as service
from toc.services import programmes
from toc.services.errors import Conflict
from toc.services.indicators import Entry, IndicatorView, Measured
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Form, Input, OptionalNumber, OptionalParagraph, RowId
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.indicators.showing import heading, plain
from toc.web.said import Said, no, yes
from toc.web.security import act, allow, new_id, today

_AT_DAY = frozenset({"measurement.in_future", "date.out_of_range", "measurement.day_taken"})
_AT_NOTE = frozenset({"measurement.personal", "measurement.reason_missing"})
_AT_WHOLE = frozenset({"measurement.denominator_zero"})
_WHOLE_FORM = frozenset(
    {"measurement.already_saved", "measurement.already_corrected", "measurement.nothing_changed"}
)


class EntryInput(Input):
    """What was measured on a day."""

    id: RowId
    on: Day
    value: OptionalNumber
    numerator: OptionalNumber
    denominator: OptionalNumber
    note: OptionalParagraph

    def entry(self) -> Entry:
        """Return it as the service takes it."""
        return Entry(**self.model_dump())


def _blame(form: Form[EntryInput], error: DomainError, kind: Kind) -> str | None:
    """Put an error where it belongs; return the id of the measurement that it is about, if it names one."""
    if error.key in _AT_DAY:
        field = "on"
    elif error.key in _AT_NOTE:
        field = "note"
    elif error.key in _WHOLE_FORM:
        field = ""
    elif kind is not Kind.PROPORTION:
        field = "value"
    else:
        missing = form.raw("numerator") and not form.raw("denominator")
        field = "denominator" if missing or error.key in _AT_WHOLE else "numerator"
    form.blame(field, error)
    named = error.params.get("measurement_id") if isinstance(error, Conflict) else None
    return None if named is None else str(named)


def _page(
    session: Session,
    view: IndicatorView,
    form: Form[EntryInput],
    *,
    row_id: UUID,
    wrong: Measured | None = None,
    named: str | None = None,
) -> str:
    programme = programmes.get(session)
    said = Said.of(programme)
    title = gettext("Log measurement") if wrong is None else gettext("Correct measurement")
    heading(programme, view, title)
    here: dict[str, Any] = {"programme_id": programme.id}
    definition = view.definition
    return render_template(
        "indicators/record.html",
        title=title,
        view=view,
        form=form,
        row_id=row_id,
        is_share=definition.kind is Kind.PROPORTION,
        is_yes_no=definition.kind is Kind.YES_NO,
        yes_no=[("1", yes()), ("0", no())],
        suffix=programme.currency if definition.kind is Kind.MONEY else definition.unit,
        last=said.reading(view.latest, definition),
        last_on=view.latest.on if view.latest else None,
        wrong=None if wrong is None else said.reading(wrong.reading, definition),
        wrong_on=None if wrong is None else wrong.reading.on,
        action=url_for(".record", **here, indicator_id=view.id)
        if wrong is None
        else url_for(".correct", **here, measurement_id=wrong.id),
        back=url_for(".show", **here, indicator_id=view.id),
        named_url=named and url_for(".measurement", **here, measurement_id=named),
    )


# --- A new one ----------------------------------------------------------------------------------------------


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/measurements/new")
@allow("measurement.record")
def record(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the form, with today as the day."""
    session = read_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    return _page(session, view, Form.empty({"on": today().isoformat()}), row_id=new_id())


@indicators.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/measurements/new")
@allow("measurement.record")
def log(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Save a measurement, then say how the indicator stands now."""
    session = write_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    form, named = Form(request.form, EntryInput), None
    if form.ok:
        try:
            service.record_measurement(session, act(), indicator_id, form.value.entry())
        except DomainError as error:
            named = _blame(form, error, view.definition.kind)
        else:
            return _saved(session, view)
    return _page(session, view, form, row_id=carried_id(form), named=named), 400


def _saved(session: Session, view: IndicatorView) -> ResponseReturnValue:
    """Commit, and show the indicator with the sentence on how it stands now."""
    said = Said.of(programmes.get(session))
    now = service.judgement(session, view.id, today())
    session.commit()
    flash(gettext("Saved. %(now)s", now=said.judgement(now, view.definition)), "success")
    return redirect(url_for(".show", programme_id=session.info["programme_id"], indicator_id=view.id))


# --- A correction -------------------------------------------------------------------------------------------


def _typed(one: Measured) -> dict[str, Any]:
    numbers = {
        "value": one.reading.value,
        "numerator": one.reading.numerator,
        "denominator": one.reading.denominator,
    }
    shown = {name: "" if number is None else plain(number) for name, number in numbers.items()}
    return {"on": one.reading.on.isoformat(), **shown}


@indicators.get("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/correct")
@allow("measurement.record")
def correct(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Show what was entered, to be corrected."""
    session = read_session(programme_id)
    one, whole = service.get_measurement(session, act(), measurement_id)
    return _page(session, whole.view, Form.empty(_typed(one)), row_id=new_id(), wrong=one)


@indicators.post("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/correct")
@allow("measurement.record")
def put_right(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Save a correction; the old value stays visible."""
    session = write_session(programme_id)
    one, whole = service.get_measurement(session, act(), measurement_id)
    form, named = Form(request.form, EntryInput), None
    if form.ok:
        entry = form.value.entry()
        try:
            service.correct_measurement(session, act(), measurement_id, entry)
        except DomainError as error:
            named = _blame(form, error, whole.view.definition.kind)
        else:
            return _saved(session, whole.view)
    return _page(session, whole.view, form, row_id=carried_id(form), wrong=one, named=named), 400
