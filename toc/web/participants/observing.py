"""Scores of an instrument, and one observation: what stands there, corrected or taken back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import create_model
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.participants import TOTAL, Moment, Scale, Subject
from toc.models.participants import Instrument, Observation
from toc.services import participants as service
from toc.services import programmes
from toc.services.participants import Observed, Right, Scored
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Form, Input, OptionalLine, OptionalNumber, RowId, chosen
from toc.web.participants.blueprint import carried, may_write, participants, show_in
from toc.web.participants.showing import state_of, title_of
from toc.web.security import act, allow, new_id, today

_SCORE = "score-"


class ScoresInput(Input):
    """When somebody filled in an instrument; the scores are fields per item."""

    id: RowId
    on: Day
    moment: Annotated[Moment, chosen(Moment)]
    note: OptionalLine


def _field(item: str) -> str:
    return f"{_SCORE}{item or 'total'}"


def _model(scale: Scale) -> type[ScoresInput]:
    """Return the model of the form of one instrument."""
    items = (TOTAL, *(item.key for item in scale.items))
    fields: Any = {_field(item): (OptionalNumber, None) for item in items}
    return create_model("InstrumentScores", __base__=ScoresInput, **fields)


def _scores(typed: ScoresInput) -> dict[str, Decimal]:
    """Return the scores that were filled in, by key of the item."""
    found = {name.removeprefix(_SCORE): value for name, value in typed if name.startswith(_SCORE)}
    return {TOTAL if name == "total" else name: value for name, value in found.items() if value is not None}


def _limits(scale: Scale, item: str) -> str:
    lowest, highest = scale.limits(item)
    return str(
        gettext("%(lowest)s to %(highest)s", lowest=texts.number(lowest), highest=texts.number(highest))
    )


def _scores_page(
    session: Session, participant_id: UUID, instrument: Instrument, form: Form[ScoresInput], row_id: UUID
) -> str:
    programme = programmes.get(session)
    row = service.get_participant(session, participant_id).row
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": participant_id}
    back = url_for(".show", **here)
    title = f"{instrument.name} {instrument.version}"
    show_in(programme, (row.code, back), (title, None))
    scale = service.scale_of(instrument)
    fields = [(_field(item.key), item.name, _limits(scale, item.key)) for item in scale.items]
    total = (_field(TOTAL), gettext("Whole instrument"), _limits(scale, TOTAL))
    return render_template(
        "participants/scores.html",
        form=form,
        row_id=row_id,
        title=title,
        code_text=row.code,
        fields=[*fields, total],
        labels={name: label for name, label, _ in (*fields, total)},
        moments=texts.choices(Moment),
        action=url_for(".record_scores", **here, instrument_id=instrument.id),
        back_url=back,
    )


@participants.get("/p/<uuid:programme_id>/participants/<uuid:participant_id>/scores/<uuid:instrument_id>")
@allow("participant.write")
def scores(programme_id: UUID, participant_id: UUID, instrument_id: UUID) -> ResponseReturnValue:
    """Show the form for the scores of one instrument."""
    session = read_session(programme_id)
    instrument = service.get_instrument(session, instrument_id)
    return _scores_page(
        session, participant_id, instrument, Form.empty({"on": today().isoformat()}), new_id()
    )


@participants.post("/p/<uuid:programme_id>/participants/<uuid:participant_id>/scores/<uuid:instrument_id>")
@allow("participant.write")
def record_scores(programme_id: UUID, participant_id: UUID, instrument_id: UUID) -> ResponseReturnValue:
    """Record the scores of one instrument."""
    session = write_session(programme_id)
    instrument = service.get_instrument(session, instrument_id)
    form = Form(request.form, _model(service.scale_of(instrument)))
    if form.ok:
        typed = form.value
        scored = Scored(on=typed.on, moment=typed.moment, scores=_scores(typed), note=typed.note)
        try:
            service.record_scores(session, act(), typed.id, participant_id, instrument_id, scored)
        except DomainError as error:
            form.blame(str(error.params.get("field", _FIELDS.get(error.key, ""))), error)
        else:
            session.commit()
            flash(gettext("The scores were saved."), "success")
            return redirect(url_for(".show", programme_id=programme_id, participant_id=participant_id))
    return _scores_page(session, participant_id, instrument, form, carried(form)), 400


_FIELDS: Mapping[str, str] = {
    "measurement.in_future": "on",
    "date.out_of_range": "on",
    "observation.personal": "note",
    "observation.name_missing": "name",
    "observation.name_too_long": "name",
}


# --- One observation ----------------------------------------------------------------------------------------


class CorrectInput(Input):
    """What an observation should have said."""

    id: RowId
    on: Day
    moment: Annotated[Moment | None, chosen(Moment, optional=True)]
    value: OptionalNumber
    name: OptionalLine
    reason: OptionalLine


class TakeBackInput(Input):
    """Why an observation is taken back."""

    id: RowId
    back_reason: OptionalLine


def _typed(row: Observation) -> dict[str, str]:
    value = "" if row.value is None else format(row.value, "f")
    return {
        "on": row.on.isoformat(),
        "moment": "" if row.moment is None else row.moment.value,
        "value": value.replace(".", ",") if texts.language() == "nl" else value,
        "name": row.item if row.subject is Subject.OTHER else "",
    }


def _observation_page(session: Session, row: Observation, form: Form[Any], row_id: UUID) -> str:
    programme = programmes.get(session)
    page = service.get_participant(session, row.participant_id)
    one = next(each for each in page.observed if each.id == row.id)
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": row.participant_id}
    back = url_for(".show", **here)
    title = title_of(one)
    show_in(programme, (page.row.code, back), (title, None))
    newer = next((each for each in page.observed if each.supersedes_id == row.id), None)
    at: dict[str, Any] = {**here, "observation_id": row.id}
    return render_template(
        "participants/observation.html",
        form=form,
        row_id=row_id,
        title=title,
        code_text=page.row.code,
        facts=_facts(one),
        state=state_of(one),
        newer_url=None if newer is None else url_for(".observation", **here, observation_id=newer.id),
        older_url=None
        if one.supersedes_id is None
        else url_for(".observation", **here, observation_id=one.supersedes_id),
        has_name=row.subject is Subject.OTHER,
        has_value=row.value is not None,
        moments=texts.choices(Moment) if row.instrument_id is not None else [],
        may_change=one.counts and may_write(),
        correct_action=url_for(".correct", **at),
        back_action=url_for(".take_back", **at),
        back_url=back,
    )


def _facts(one: Observed) -> list[tuple[str, str]]:
    item = one.item if one.subject is Subject.SCORE else ""
    source = texts.word(one.source)
    if one.source_row is not None:
        source = gettext("from a file, line %(line)s", line=one.source_row)
    facts = [
        (gettext("Day"), texts.day(one.on)),
        (gettext("Item"), item),
        (gettext("Score"), "" if one.value is None else texts.number(one.value)),
        (gettext("Note"), one.note),
        (gettext("Source"), source),
        (gettext("Entered by"), one.by),
        (gettext("Entered at"), texts.moment(one.at)),
    ]
    return [(label, text) for label, text in facts if text]


_OBSERVATION = "/p/<uuid:programme_id>/participants/<uuid:participant_id>/observations/<uuid:observation_id>"


@participants.get(_OBSERVATION)
@allow("participant.read")
def observation(programme_id: UUID, participant_id: UUID, observation_id: UUID) -> ResponseReturnValue:
    """Show one observation, to be corrected or taken back."""
    session = read_session(programme_id)
    row = service.get_observation(session, participant_id, observation_id)
    return _observation_page(session, row, Form.empty(_typed(row)), new_id())


@participants.post(_OBSERVATION)
@allow("participant.write")
def correct(programme_id: UUID, participant_id: UUID, observation_id: UUID) -> ResponseReturnValue:
    """Correct an observation; the old one stays visible."""
    session, form = write_session(programme_id), Form(request.form, CorrectInput)
    row = service.get_observation(session, participant_id, observation_id)
    if form.ok:
        typed = form.value
        right = Right(
            on=typed.on,
            moment=typed.moment or row.moment,
            value=typed.value,
            name=typed.name,
            reason=typed.reason,
        )
        try:
            service.correct_observation(session, act(), typed.id, participant_id, observation_id, right)
        except DomainError as error:
            form.blame(str(error.params.get("field", _CORRECT_FIELDS.get(error.key, ""))), error)
        else:
            session.commit()
            flash(gettext("Corrected. What stood there stays visible."), "success")
            return redirect(url_for(".show", programme_id=programme_id, participant_id=participant_id))
    return _observation_page(session, row, form, carried(form)), 400


_CORRECT_FIELDS: Mapping[str, str] = {**_FIELDS, "observation.personal": "reason", "observation.twice": "on"}


@participants.post(f"{_OBSERVATION}/take-back")
@allow("participant.write")
def take_back(programme_id: UUID, participant_id: UUID, observation_id: UUID) -> ResponseReturnValue:
    """Take an observation back; it stays visible and counts no more."""
    session, form = write_session(programme_id), Form(request.form, TakeBackInput)
    row = service.get_observation(session, participant_id, observation_id)
    if form.ok:
        typed = form.value
        try:
            service.take_back(session, act(), typed.id, participant_id, observation_id, typed.back_reason)
        except DomainError as error:
            form.blame("" if error.key == "observation.replaced" else "back_reason", error)
        else:
            session.commit()
            flash(gettext("Taken back. What stood there stays visible and counts no more."), "success")
            return redirect(url_for(".show", programme_id=programme_id, participant_id=participant_id))
    return _observation_page(session, row, form, carried(form)), 400
