"""Everything about one participant, as a file, or erased for good."""

import json
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import participants as service
from toc.services import programmes
from toc.services.exchange import folders
from toc.web import jobs
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, Tick
from toc.web.participants.blueprint import participants, show_in
from toc.web.security import act, allow


class EraseInput(Input):
    """The confirmation."""

    confirmed: Tick


@participants.get("/p/<uuid:programme_id>/participants/<uuid:participant_id>/everything.json")
@allow("participant.read")
def everything(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Give everything about a participant as a file; its name does not carry the code."""
    told = service.everything_about(read_session(programme_id), participant_id)
    answer = Response(json.dumps(told, indent=2, ensure_ascii=False), mimetype="application/json")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="participant-{participant_id.hex[-8:]}.json"'
    )
    return answer


def _page(session: Session, participant_id: UUID, form: Form[EraseInput]) -> str:
    programme = programmes.get(session)
    page = service.get_participant(session, participant_id)
    here: dict[str, Any] = {"programme_id": programme.id, "participant_id": participant_id}
    back = url_for(".show", **here)
    show_in(programme, (page.row.code, back), (gettext("Erase"), None))
    many, values = len(page.observed), service.computed_values(session)
    waiting = folders.waiting(jobs.folder(), service.files_of(session))
    return render_template(
        "participants/erase.html",
        form=form,
        code_text=page.row.code,
        many=ngettext("%(num)d observation", "%(num)d observations", many),
        values=ngettext("%(num)d recorded value", "%(num)d recorded values", values) if values else "",
        waiting=ngettext("%(num)d file", "%(num)d files", waiting) if waiting else "",
        action=url_for(".erase", **here),
        export_url=url_for(".everything", **here),
        back_url=back,
    )


@participants.get("/p/<uuid:programme_id>/participants/<uuid:participant_id>/erase")
@allow("participant.erase")
def ask_erase(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Say what goes and what stays, and ask."""
    return _page(read_session(programme_id), participant_id, Form.empty())


@participants.post("/p/<uuid:programme_id>/participants/<uuid:participant_id>/erase")
@allow("participant.erase")
def erase(programme_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """Erase a participant with all that was observed, and the files that may bring them back."""
    session, form = write_session(programme_id), Form(request.form, EraseInput)
    if not form.value.confirmed:
        form.blame("confirmed", DomainError("form.required"))
        return _page(session, participant_id, form), 400
    erased = service.erase_participant(session, act(), participant_id)
    session.commit()
    for job_id in erased.jobs:
        folders.remove(jobs.folder(), job_id)
    flash(gettext("The participant was erased, with all that was observed."), "success")
    return redirect(url_for(".index", programme_id=programme_id, erased=participant_id))
