"""Forms of the size of a phone: log what was measured, correct it, take it back, and show what proves it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.indicators.reviewing import State
from toc.services import indicators as service
from toc.services import programmes
from toc.services.errors import NotFound
from toc.services.indicators import IndicatorView, Measured, ProofDraft
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalLine, Paragraph, RowId
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.indicators.entries import EntryForm, EntryInput, as_typed, asking, open_groups, shown_fields
from toc.web.indicators.showing import heading
from toc.web.said import Said
from toc.web.security import act, allow, new_id, today

_NO_DRAFT = frozenset({"csrf_token", "id", "draft", "rest", "proof"})
"""Fields of the form that are no part of a draft."""
_LONGEST_DRAFT = 20_000


def _page(
    session: Session,
    view: IndicatorView,
    form: Form[EntryInput],
    *,
    row_id: UUID,
    wrong: Measured | None = None,
    named: UUID | None = None,
    offers_rest: bool = False,
) -> str:
    programme = programmes.get(session)
    said = Said.of(programme)
    title = gettext("Log measurement") if wrong is None else gettext("Correct measurement")
    heading(programme, view, title)
    here: dict[str, Any] = {"programme_id": programme.id}
    definition = view.definition
    asked = asking(definition, service.open_sites(session, today()), programme.currency)
    return render_template(
        "indicators/record.html",
        title=title,
        view=view,
        form=form,
        row_id=row_id,
        asked=asked,
        labels=shown_fields(asked),
        offers_rest=offers_rest,
        open_groups=open_groups(asked, form),
        last=said.latest(view),
        last_on=view.latest.on if view.latest else None,
        wrong=None if wrong is None else said.counted(wrong.reading, definition),
        wrong_on=None if wrong is None else wrong.reading.on,
        remark="" if wrong is None else _remark(session, wrong.id, said),
        may_stay=wrong is not None and wrong.state is State.RETURNED,
        drafts=[] if wrong is not None else _drafts(session, view.id, row_id),
        action=url_for(".record", **here, indicator_id=view.id)
        if wrong is None
        else url_for(".correct", **here, measurement_id=wrong.id),
        back=url_for(".show", **here, indicator_id=view.id),
        named_url=named and url_for(".measurement", **here, measurement_id=named),
    )


def _remark(session: Session, measurement_id: UUID, said: Said) -> str:
    """Return why a value was sent back; "" when it was not, or for who may not read that."""
    steps = service.steps_of(session, [measurement_id]).get(measurement_id, []) if said.small.sees_all else []
    return next((step.remark for step in reversed(steps) if step.remark), "")


def _drafts(session: Session, indicator_id: UUID, row_id: UUID) -> list[tuple[str, str]]:
    """Return the other drafts of this indicator: (moment, address)."""
    return [
        (
            texts.moment(draft.changed_at),
            url_for(
                ".record",
                programme_id=session.info["programme_id"],
                indicator_id=indicator_id,
                draft=draft.id,
            ),
        )
        for draft in service.drafts(session, act(), indicator_id)
        if draft.id != row_id
    ]


# --- A new one ----------------------------------------------------------------------------------------------


@indicators.get("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/measurements/new")
@allow("measurement.record")
def record(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show the form, with today as the day; or a draft as it was left."""
    session = read_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    asked = request.args.get("draft", "")
    kept = [one for one in service.drafts(session, act(), indicator_id) if str(one.id) == asked]
    if kept:
        return _page(session, view, Form.empty(kept[0].content), row_id=kept[0].id)
    return _page(session, view, Form.empty({"on": today().isoformat()}), row_id=new_id())


@indicators.post("/p/<uuid:programme_id>/indicators/<uuid:indicator_id>/measurements/new")
@allow("measurement.record")
def log(programme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Save a measurement, then say how the indicator stands now; or keep it as a draft."""
    session = write_session(programme_id)
    view = service.get_indicator(session, act(), indicator_id)
    form, named = EntryForm(request.form, view.definition), None
    if request.form.get("draft"):
        return _keep(session, view, form)
    if form.ok:
        try:
            row = service.record_measurement(session, act(), indicator_id, form.entry)
            _attach(session, row.id)
        except DomainError as error:
            named = form.blame_at_its_field(error)
        else:
            return _saved(session, view)
    row_id, offers = carried_id(form), form.offers_rest
    return _page(session, view, form, row_id=row_id, named=named, offers_rest=offers), 400


def _attach(session: Session, measurement_id: UUID) -> None:
    """Keep the photo or file that came with the form, if one did."""
    sent = request.files.get("proof")
    if sent is None or not sent.filename:
        return
    draft = ProofDraft(id=measurement_id, name=sent.filename, content=sent.read())
    try:
        service.add_proof(session, act(), measurement_id, draft)
    except DomainError as error:
        raise DomainError(error.key, **{**error.params, "field": "proof"}) from error


def _saved(session: Session, view: IndicatorView) -> ResponseReturnValue:
    """Commit, and show the indicator with the sentence on how it stands now."""
    said = Said.of(programmes.get(session))
    now = service.get_indicator(session, act(), view.id)
    session.commit()
    flash(gettext("Saved. %(now)s", now=said.standing(now)), "success")
    return redirect(url_for(".show", programme_id=session.info["programme_id"], indicator_id=view.id))


def _keep(session: Session, view: IndicatorView, form: EntryForm) -> ResponseReturnValue:
    """Keep what was typed as a draft, then show it again."""
    programme_id, row_id = session.info["programme_id"], carried_id(form)
    typed = {
        name: text[:_LONGEST_DRAFT]
        for name, text in request.form.items()
        if name not in _NO_DRAFT and text.strip()
    }
    try:
        service.save_draft(session, act(), row_id, view.id, typed)
    except DomainError as error:
        form.blame_at_its_field(error)
        return _page(session, view, form, row_id=row_id), 400
    session.commit()
    flash(gettext("Kept as a draft. Only you see it, and it counts for nothing yet."), "success")
    return redirect(url_for(".record", programme_id=programme_id, indicator_id=view.id, draft=row_id))


@indicators.post("/p/<uuid:programme_id>/measurement-drafts/<uuid:entry_draft_id>/remove")
@allow("measurement.record")
def drop_draft(programme_id: UUID, entry_draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away, then go back to what is to be logged."""
    session = write_session(programme_id)
    service.drop_draft(session, act(), entry_draft_id)
    session.commit()
    flash(gettext("The draft is gone."), "success")
    return redirect(url_for(".today"))


# --- A correction -------------------------------------------------------------------------------------------


@indicators.get("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/correct")
@allow("measurement.record")
def correct(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Show what was entered, to be corrected."""
    session = read_session(programme_id)
    one, whole = service.get_measurement(session, act(), measurement_id)
    return _page(session, whole.view, Form.empty(as_typed(one)), row_id=new_id(), wrong=one)


@indicators.post("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/correct")
@allow("measurement.record")
def put_right(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Save a correction; the old value stays visible."""
    session = write_session(programme_id)
    one, whole = service.get_measurement(session, act(), measurement_id)
    form, named = EntryForm(request.form, whole.view.definition), None
    if form.ok:
        try:
            service.correct_measurement(session, act(), measurement_id, form.entry)
        except DomainError as error:
            named = form.blame_at_its_field(error)
        else:
            return _saved(session, whole.view)
    row_id, offers = carried_id(form), form.offers_rest
    return _page(session, whole.view, form, row_id=row_id, wrong=one, named=named, offers_rest=offers), 400


# --- Taking back --------------------------------------------------------------------------------------------


class TakingBack(Input):
    """Why a value should not be there."""

    id: RowId
    reason: Paragraph


def _taking_page(session: Session, measurement_id: UUID, form: Form[TakingBack], row_id: UUID) -> str:
    one, whole = service.get_measurement(session, act(), measurement_id)
    said = Said.of(whole.programme)
    heading(whole.programme, whole.view, gettext("Take a value back"))
    here: dict[str, Any] = {"programme_id": whole.programme.id, "measurement_id": measurement_id}
    return render_template(
        "indicators/take_back.html",
        form=form,
        row_id=row_id,
        view=whole.view,
        value=said.counted(one.reading, whole.view.definition),
        on=one.reading.on,
        site=one.site,
        action=url_for(".take_back", **here),
        back=url_for(".measurement", **here),
    )


@indicators.get("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/take-back")
@allow("measurement.record")
def take_back(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Ask why a value should not be there."""
    return _taking_page(read_session(programme_id), measurement_id, Form.empty(), new_id())


@indicators.post("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/take-back")
@allow("measurement.record")
def took_back(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Take a value back; it stays visible and counts no more."""
    session = write_session(programme_id)
    form = Form(request.form, TakingBack)
    if form.ok:
        try:
            row = service.take_back(session, act(), measurement_id, form.value.id, form.value.reason)
        except DomainError as error:
            form.blame("reason" if error.key == "measurement.personal" else "", error)
        else:
            session.commit()
            flash(gettext("Taken back. It stays visible in the history and counts no more."), "success")
            here: dict[str, Any] = {"programme_id": programme_id, "indicator_id": row.indicator_id}
            return redirect(url_for(".show", **here))
    return _taking_page(session, measurement_id, form, carried_id(form)), 400


# --- Proof --------------------------------------------------------------------------------------------------


class ProofInput(Input):
    """A file or a link that shows a value."""

    id: RowId
    name: OptionalLine
    url: OptionalLine


_AT_PROOF = {"proof.not_a_link": "url", "proof.both": "url"}


def _proof_page(session: Session, measurement_id: UUID, form: Form[ProofInput], row_id: UUID) -> str:
    _, whole = service.get_measurement(session, act(), measurement_id)
    heading(whole.programme, whole.view, gettext("Add a photo, a file or a link"))
    here: dict[str, Any] = {"programme_id": whole.programme.id, "measurement_id": measurement_id}
    return render_template(
        "indicators/proof.html",
        form=form,
        row_id=row_id,
        view=whole.view,
        action=url_for(".proof", **here),
        back=url_for(".measurement", **here),
    )


@indicators.get("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/proof")
@allow("measurement.record")
def proof(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Ask for a photo, a file or a link."""
    return _proof_page(read_session(programme_id), measurement_id, Form.empty(), new_id())


@indicators.post("/p/<uuid:programme_id>/measurements/<uuid:measurement_id>/proof")
@allow("measurement.record")
def add_proof(programme_id: UUID, measurement_id: UUID) -> ResponseReturnValue:
    """Keep what shows a value; a photo without what the camera wrote into it."""
    session = write_session(programme_id)
    form = Form(request.form, ProofInput)
    if form.ok:
        said, sent = form.value, request.files.get("file")
        content = sent.read() if sent is not None and sent.filename else None
        name = said.name or (sent.filename if sent is not None and sent.filename else "")
        try:
            draft = ProofDraft(id=said.id, name=name, url=said.url, content=content)
            service.add_proof(session, act(), measurement_id, draft)
        except DomainError as error:
            form.blame(_AT_PROOF.get(error.key, "file"), error)
        else:
            session.commit()
            flash(gettext("It is kept with the value."), "success")
            here: dict[str, Any] = {"programme_id": programme_id, "measurement_id": measurement_id}
            return redirect(url_for(".measurement", **here))
    return _proof_page(session, measurement_id, form, carried_id(form)), 400


@indicators.get("/p/<uuid:programme_id>/proof/<uuid:file_id>")
@allow("participant.read")
def proof_file(programme_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give a file to be kept, never to be shown in the page: who pays does not see what may show a person."""
    kept = service.get_proof(read_session(programme_id), act(), file_id)
    answer = Response(kept.content, mimetype=kept.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=kept.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@indicators.post("/p/<uuid:programme_id>/proof/<uuid:file_id>/remove")
@allow("measurement.record")
def remove_proof(programme_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Remove a file or a link that the reader added, unless others agreed to the value that it shows."""
    session = write_session(programme_id)
    try:
        measurement_id = service.remove_proof(session, act(), file_id)
    except NotFound:
        raise
    except DomainError as error:
        measurement_id = UUID(str(error.params["measurement_id"]))
        session.rollback()
        flash(texts.sentence(error.key, **error.params), "error")
    else:
        session.commit()
        flash(gettext("It is removed."), "success")
    return redirect(url_for(".measurement", programme_id=programme_id, measurement_id=measurement_id))
