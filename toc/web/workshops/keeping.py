"""Cards become statements."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from toc.services import workshops as service
from toc.web.database import write_session
from toc.web.forms import Form, Input, RowId
from toc.web.security import act, allow, now
from toc.web.texts import sentence
from toc.web.workshops.blueprint import workshops
from toc.web.workshops.running import show_page


class KeepInput(Input):
    """Which cards."""

    card_ids: list[RowId]


@workshops.post("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/keep")
@allow("workshop.run")
def keep(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Make statements of the cards that were ticked."""
    session = write_session(programme_id)
    view = service.get_workshop(session, workshop_id, now())
    form = Form(request.form, KeepInput)
    if not form.ok or not form.value.card_ids:
        return show_page(session, view, sentence("workshop.no_card_chosen")), 400
    kept = service.keep_cards(session, act(), workshop_id, form.value.card_ids)
    session.commit()
    told = ngettext("%(num)d card became a statement.", "%(num)d cards became statements.", kept)
    flash(told, "success")
    return redirect(url_for(".show", programme_id=programme_id, workshop_id=workshop_id))
