"""Periods that are closed, and opening them again."""

from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import indicators as service
from toc.services import programmes
from toc.services.indicators import PeriodDraft, PeriodView
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import Day, Form, Input, OptionalParagraph, RowId
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.said import NOBODY
from toc.web.security import act, allow, new_id, viewer

_OPEN = "open"


class PeriodInput(Input):
    """A period to close or to open."""

    id: RowId
    starts_on: Day
    ends_on: Day
    verb: Annotated[str, BeforeValidator(lambda typed: _OPEN if typed == _OPEN else "lock")]
    reason: OptionalParagraph

    def draft(self) -> PeriodDraft:
        """Return it as the service takes it."""
        return PeriodDraft(
            id=self.id,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_locked=self.verb != _OPEN,
            reason=self.reason,
        )


_AT = {
    "period.order": "ends_on",
    "date.out_of_range": "starts_on",
    "period.reason_missing": "reason",
    "measurement.personal": "reason",
}


def _line(one: PeriodView) -> tuple[str, str, str, str, str]:
    """Return a row: period, what was done, whether that still holds, who and when, why."""
    period = gettext("%(first)s to %(last)s", first=texts.day(one.starts_on), last=texts.day(one.ends_on))
    what = gettext("closed") if one.is_locked else gettext("opened again")
    holds = gettext("closed now") if one.holds else ""
    who = gettext("%(on)s, by %(who)s", on=texts.moment(one.at), who=one.by or NOBODY)
    return period, what, holds, who, one.reason


def _page(session: Session, form: Form[PeriodInput], row_id: UUID) -> str:
    programme = programmes.get(session)
    at = url_for(".index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Measurements"), at), (gettext("Closed periods"), None))
    every = service.periods(session)
    return render_template(
        "indicators/locks.html",
        form=form,
        row_id=row_id,
        rows=[_line(one) for one in every],
        may_lock=viewer().may("period.lock"),
        action=url_for(".set_period", programme_id=programme.id),
    )


@indicators.get("/p/<uuid:programme_id>/periods")
@allow("indicator.read")
def locks(programme_id: UUID) -> ResponseReturnValue:
    """Show which periods are closed, and what was opened again."""
    return _page(read_session(programme_id), Form.empty(), new_id())


@indicators.post("/p/<uuid:programme_id>/periods")
@allow("period.lock")
def set_period(programme_id: UUID) -> ResponseReturnValue:
    """Close a period, or open it again with a reason."""
    session = write_session(programme_id)
    form = Form(request.form, PeriodInput)
    if form.ok:
        try:
            row = service.set_period(session, act(), form.value.draft())
        except DomainError as error:
            form.blame(_AT.get(error.key, ""), error)
        else:
            session.commit()
            flash(
                gettext("The period is closed.") if row.is_locked else gettext("The period is open again."),
                "success",
            )
            return redirect(url_for(".locks", programme_id=programme_id))
    return _page(session, form, carried_id(form)), 400
