"""The list of a reviewer: what was submitted, to be seen, approved or returned, several at a time."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.indicators import ReviewStep
from toc.domain.indicators.reviewing import State
from toc.services import indicators as service
from toc.services import programmes
from toc.services.indicators import Asked, Submitted
from toc.services.indicators.reviewing import PAGE
from toc.web import frame, texts
from toc.web.database import read_session, write_session
from toc.web.forms import Form, Input, OptionalParagraph, RowId, chosen
from toc.web.indicators.about import LOOKS
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.defining import carried_id
from toc.web.indicators.listing import Pager
from toc.web.said import NOBODY, Said
from toc.web.security import act, allow, new_id

_ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One value in the list."""

    id: str
    label: str
    code: str
    name: str
    url: str
    indicator_url: str
    day: str
    site: str
    value: str
    note: str
    by: str
    at: str
    state: str
    look: str
    remark: str
    seen: bool
    after_lock: bool
    may_choose: bool
    why_not: str


class DecisionInput(Input):
    """What to do with which values."""

    id: RowId
    measurement_id: list[str]
    step: Annotated[ReviewStep, chosen(ReviewStep)]
    remark: OptionalParagraph

    def ids(self) -> list[UUID]:
        """Return the values that were ticked; what is no id is none of them.

        Raises:
            DomainError: ``not_found``.
        """
        try:
            return [UUID(each) for each in self.measurement_id]
        except ValueError as error:
            raise DomainError("not_found") from error


def _asked() -> Asked:
    typed = request.args.get("page", "1")
    page = int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 6 else 1  # noqa: PLR2004 - no list has 100,000 pages
    state = request.args.get("state", State.SUBMITTED.value)
    return Asked(
        state=State(state) if state in {each.value for each in State} else None,
        indicator_id=_id(request.args.get("indicator_id", "")),
        by=_id(request.args.get("by", "")),
        page=max(page, 1),
    )


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _line(one: Submitted, said: Said, programme_id: UUID) -> Line:
    measured = one.measured
    day = texts.day(measured.reading.on, short=True)
    value = said.counted(measured.reading, one.definition)
    return Line(
        id=str(measured.id),
        label=f"{one.code} {one.definition.name}, {day}, {value}",
        code=one.code,
        name=one.definition.name,
        url=url_for(".measurement", programme_id=programme_id, measurement_id=measured.id),
        indicator_url=url_for(".show", programme_id=programme_id, indicator_id=one.indicator_id),
        day=day,
        site=measured.site,
        value=value,
        note=measured.note,
        by=measured.by or NOBODY,
        at=texts.moment(measured.at),
        state=texts.word(measured.state),
        look=LOOKS[measured.state],
        remark=one.remark,
        seen=one.seen,
        after_lock=measured.after_lock,
        may_choose=not one.is_own,
        why_not=gettext("You entered this yourself.") if one.is_own else "",
    )


def _page(session: Session, form: Form[DecisionInput], row_id: UUID) -> str:
    programme, asked = programmes.get(session), _asked()
    rows, total = service.submitted(session, act(), asked)
    said = Said.of(programme)
    lines = [_line(one, said, programme.id) for one in rows]
    at = url_for(".index", programme_id=programme.id)
    frame.show_in(programme, (gettext("Measurements"), at), (gettext("Review"), None))
    frame.say_to_review(service.waiting_for_review(session, act()))
    every = [
        (str(one.id), f"{one.code} {one.definition.name}")
        for one in service.overview(session, act().on, act=act())
    ]
    kept: dict[str, Any] = {
        "state": asked.state.value if asked.state else _ALL,
        "indicator_id": str(asked.indicator_id or "") or None,
    }
    return render_template(
        "indicators/review.html",
        form=form,
        row_id=row_id,
        lines=lines,
        any_to_choose=any(line.may_choose for line in lines),
        total=total,
        state=kept["state"],
        states=[*texts.choices(State), (_ALL, gettext("all"))],
        chosen_indicator=kept["indicator_id"] or "",
        indicators=[("", gettext("all")), *every],
        action=url_for(".decide", programme_id=programme.id, **kept, page=asked.page),
        pager=_pager(total, asked.page, {"programme_id": programme.id, **kept}),
    )


def _pager(total: int, page: int, address: dict[str, Any]) -> Pager | None:
    if total <= PAGE:
        return None
    first = (page - 1) * PAGE + 1
    last = min(page * PAGE, total)
    return Pager(
        gettext("%(first)s to %(last)s of %(total)s", first=first, last=last, total=total),
        url_for(".review", **address, page=page - 1) if page > 1 else None,
        url_for(".review", **address, page=page + 1) if page * PAGE < total else None,
    )


@indicators.get("/p/<uuid:programme_id>/review")
@allow("measurement.review")
def review(programme_id: UUID) -> ResponseReturnValue:
    """Show what waits for a decision, what waits longest first."""
    return _page(read_session(programme_id), Form.empty(), new_id())


@indicators.post("/p/<uuid:programme_id>/review")
@allow("measurement.review")
def decide(programme_id: UUID) -> ResponseReturnValue:
    """See, approve or return the values that were ticked: all of them, or none when one refuses it."""
    session = write_session(programme_id)
    form = Form(request.form, DecisionInput)
    if form.ok:
        said = form.value
        try:
            done = service.review(session, act(), said.id, said.ids(), said.step, said.remark)
        except DomainError as error:
            form.blame("remark" if error.key in _AT_REMARK else "", error)
        else:
            session.commit()
            flash(_told(said.step, done), "success")
            here: dict[str, Any] = {name: request.args.get(name) for name in ("state", "indicator_id")}
            return redirect(url_for(".review", programme_id=programme_id, **here))
    session.rollback()
    return _page(session, form, carried_id(form)), 400


_AT_REMARK = frozenset({"review.remark_missing", "measurement.personal"})


def _told(step: ReviewStep, done: int) -> str:
    match step:
        case ReviewStep.APPROVED:
            return str(ngettext("%(num)d value approved.", "%(num)d values approved.", done))
        case ReviewStep.RETURNED:
            return str(
                ngettext(
                    "%(num)d value returned. It counts again once it is corrected.",
                    "%(num)d values returned. They count again once they are corrected.",
                    done,
                )
            )
        case _:
            return str(ngettext("%(num)d value noted as seen.", "%(num)d values noted as seen.", done))
