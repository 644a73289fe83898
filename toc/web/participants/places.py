"""Sites and cohorts: their lists, with a form to add one, and a form to change one."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.models.participants import Cohort, Site
from toc.services import participants as service
from toc.services import programmes
from toc.services.errors import Stale
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, OptionalDay, RowId
from toc.web.participants.blueprint import carried, participants, show_in
from toc.web.security import act, allow, new_id, today, viewer


class SiteInput(Input):
    """What a site says."""

    name: Line
    closed_on: OptionalDay


class NewSite(Input):
    """A new site."""

    id: RowId
    name: Line


class CohortInput(Input):
    """What a cohort says."""

    name: Line
    starts_on: OptionalDay
    ends_on: OptionalDay


class NewCohort(CohortInput):
    """A new cohort."""

    id: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A site or a cohort in its list.

    Attributes:
        list_url: the participants there.
        says: what a button that closes or opens it sends.
    """

    name: str
    url: str
    list_url: str
    participants: str
    state: str
    is_open: bool
    says: dict[str, str]
    revision: int


def _typed(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _over(last: date | None) -> bool:
    return last is not None and last <= today()


# --- Sites --------------------------------------------------------------------------------------------------


def _site_line(counted: Any, programme_id: UUID) -> PlaceLine:  # noqa: ANN401 - a Counted of the service
    site: Site = counted.place
    closed = _over(site.closed_on)
    here: dict[str, Any] = {"programme_id": programme_id, "site_id": site.id}
    return PlaceLine(
        name=site.name,
        url=url_for(".edit_site", **here),
        list_url=url_for(".index", **here),
        participants=texts.number(counted.participants),
        state=gettext("open")
        if site.closed_on is None
        else gettext("closed after %(on)s", on=texts.day(site.closed_on)),
        is_open=not closed,
        says={"name": site.name, "closed_on": "" if closed else today().isoformat()},
        revision=site.revision,
    )


def _sites_page(session: Session, form: Form[NewSite], row_id: UUID) -> str:
    programme = programmes.get(session)
    show_in(programme, (gettext("Sites"), None))
    return render_template(
        "participants/sites.html",
        form=form,
        row_id=row_id,
        lines=[_site_line(one, programme.id) for one in service.counted_sites(session)],
        may_edit=viewer().may("site.write"),
        programme_id=programme.id,
    )


@participants.get("/p/<uuid:programme_id>/sites")
@allow("participant.read")
def sites(programme_id: UUID) -> ResponseReturnValue:
    """List the sites."""
    return _sites_page(read_session(programme_id), Form.empty(), new_id())


@participants.post("/p/<uuid:programme_id>/sites")
@allow("site.write")
def add_site(programme_id: UUID) -> ResponseReturnValue:
    """Add a site."""
    session, form = write_session(programme_id), Form(request.form, NewSite)
    if form.ok:
        try:
            service.add_site(session, act(), form.value.id, form.value.name)
        except DomainError as error:
            form.blame("name", error)
        else:
            session.commit()
            flash(gettext("%(name)s was added.", name=form.value.name), "success")
            return redirect(url_for(".sites", programme_id=programme_id))
    return _sites_page(session, form, carried(form)), 400


def _site_page(session: Session, site: Site, form: Form[SiteInput], revision: int) -> str:
    programme = programmes.get(session)
    back = url_for(".sites", programme_id=programme.id)
    show_in(programme, (gettext("Sites"), back), (site.name, None))
    action = url_for(".save_site", programme_id=programme.id, site_id=site.id)
    return render_template(
        "participants/site.html", form=form, name=site.name, revision=revision, action=action, back_url=back
    )


@participants.get("/p/<uuid:programme_id>/sites/<uuid:site_id>")
@allow("site.write")
def edit_site(programme_id: UUID, site_id: UUID) -> ResponseReturnValue:
    """Show a site, to be renamed or closed."""
    session = read_session(programme_id)
    site = service.get_site(session, site_id)
    form: Form[SiteInput] = Form.empty({"name": site.name, "closed_on": _typed(site.closed_on)})
    return _site_page(session, site, form, site.revision)


@participants.post("/p/<uuid:programme_id>/sites/<uuid:site_id>")
@allow("site.write")
def save_site(programme_id: UUID, site_id: UUID) -> ResponseReturnValue:
    """Rename a site, close it or open it again."""
    session = write_session(programme_id)
    site, form, edited = (
        service.get_site(session, site_id),
        Form(request.form, SiteInput),
        Edited.of(request.form),
    )
    if form.ok:
        typed = form.value
        try:
            service.edit_site(
                session, act(), site_id, edited.revision, name=typed.name, closed_on=typed.closed_on
            )
        except Stale as stale:
            return _conflict(session, site.name, stale, _SITE), 409
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".sites", programme_id=programme_id))
    return _site_page(session, site, form, edited.revision), 400


_SITE, _COHORT = "site", "cohort"


def _conflict(session: Session, name: str, stale: Stale, kind: str) -> str:
    programme = programmes.get(session)
    labels = {
        "name": gettext("Name"),
        "closed_on": gettext("Last day on which something is counted here"),
        "starts_on": gettext("First day"),
        "ends_on": gettext("Last day"),
    }
    title = gettext("Sites") if kind is _SITE else gettext("Cohorts")
    back = url_for(".sites" if kind is _SITE else ".cohorts", programme_id=programme.id)
    show_in(programme, (title, back), (name, None))
    theirs = {
        field: _typed(value) if isinstance(value, date | None) else str(value)
        for field, value in stale.theirs.items()
    }
    return render_template(
        "participants/conflict.html",
        title=name,
        mine=request.form,
        theirs=theirs,
        labels={field: labels[field] for field in theirs},
        words={},
        revision=stale.revision,
        action=request.path,
    )


# --- Cohorts ------------------------------------------------------------------------------------------------


def _cohort_line(counted: Any, programme_id: UUID) -> PlaceLine:  # noqa: ANN401 - a Counted of the service
    cohort: Cohort = counted.place
    ended = _over(cohort.ends_on)
    here: dict[str, Any] = {"programme_id": programme_id, "cohort_id": cohort.id}
    days = [
        gettext("from %(on)s", on=texts.day(cohort.starts_on)) if cohort.starts_on else "",
        gettext("until %(on)s", on=texts.day(cohort.ends_on)) if cohort.ends_on else "",
    ]
    return PlaceLine(
        name=cohort.name,
        url=url_for(".edit_cohort", **here),
        list_url=url_for(".index", **here),
        participants=texts.number(counted.participants),
        state=", ".join(day for day in days if day),
        is_open=not ended,
        says={
            "name": cohort.name,
            "starts_on": _typed(cohort.starts_on),
            "ends_on": "" if ended else today().isoformat(),
        },
        revision=cohort.revision,
    )


def _cohorts_page(session: Session, form: Form[NewCohort], row_id: UUID) -> str:
    programme = programmes.get(session)
    show_in(programme, (gettext("Cohorts"), None))
    return render_template(
        "participants/cohorts.html",
        form=form,
        row_id=row_id,
        lines=[_cohort_line(one, programme.id) for one in service.counted_cohorts(session)],
        may_edit=viewer().may("site.write"),
        programme_id=programme.id,
    )


@participants.get("/p/<uuid:programme_id>/cohorts")
@allow("participant.read")
def cohorts(programme_id: UUID) -> ResponseReturnValue:
    """List the cohorts."""
    return _cohorts_page(read_session(programme_id), Form.empty(), new_id())


@participants.post("/p/<uuid:programme_id>/cohorts")
@allow("site.write")
def add_cohort(programme_id: UUID) -> ResponseReturnValue:
    """Add a cohort."""
    session, form = write_session(programme_id), Form(request.form, NewCohort)
    if form.ok:
        typed = form.value
        try:
            service.add_cohort(session, act(), typed.id, typed.name, typed.starts_on, typed.ends_on)
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("%(name)s was added.", name=typed.name), "success")
            return redirect(url_for(".cohorts", programme_id=programme_id))
    return _cohorts_page(session, form, carried(form)), 400


def _cohort_page(session: Session, cohort: Cohort, form: Form[CohortInput], revision: int) -> str:
    programme = programmes.get(session)
    back = url_for(".cohorts", programme_id=programme.id)
    show_in(programme, (gettext("Cohorts"), back), (cohort.name, None))
    action = url_for(".save_cohort", programme_id=programme.id, cohort_id=cohort.id)
    return render_template(
        "participants/cohort.html",
        form=form,
        name=cohort.name,
        revision=revision,
        action=action,
        back_url=back,
    )


@participants.get("/p/<uuid:programme_id>/cohorts/<uuid:cohort_id>")
@allow("site.write")
def edit_cohort(programme_id: UUID, cohort_id: UUID) -> ResponseReturnValue:
    """Show a cohort, to be renamed or ended."""
    session = read_session(programme_id)
    cohort = service.get_cohort(session, cohort_id)
    says = {"name": cohort.name, "starts_on": _typed(cohort.starts_on), "ends_on": _typed(cohort.ends_on)}
    return _cohort_page(session, cohort, Form.empty(says), cohort.revision)


@participants.post("/p/<uuid:programme_id>/cohorts/<uuid:cohort_id>")
@allow("site.write")
def save_cohort(programme_id: UUID, cohort_id: UUID) -> ResponseReturnValue:
    """Rename a cohort, or change its days."""
    session = write_session(programme_id)
    cohort, form = service.get_cohort(session, cohort_id), Form(request.form, CohortInput)
    edited = Edited.of(request.form)
    if form.ok:
        try:
            service.edit_cohort(session, act(), cohort_id, edited.revision, **form.value.model_dump())
        except Stale as stale:
            return _conflict(session, cohort.name, stale, _COHORT), 409
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(".cohorts", programme_id=programme_id))
    return _cohort_page(session, cohort, form, edited.revision), 400
