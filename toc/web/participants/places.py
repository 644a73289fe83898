"""Sites and cohorts: their lists, with a form to add one, and a form to change one.

Both are a name with days; what they differ in stands in `SITE` and `COHORT`, and the pages are the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from toc.services.participants.places import Counted
from toc.web import texts
from toc.web.database import read_session, write_session
from toc.web.forms import Edited, Form, Input, Line, OptionalDay, RowId
from toc.web.participants.blueprint import carried, participants, show_in
from toc.web.security import act, allow, new_id, today, viewer


class SiteInput(Input):
    """What a site says."""

    name: Line
    starts_on: OptionalDay
    ends_on: OptionalDay


class NewSite(SiteInput):
    """A new site."""

    id: RowId


class CohortInput(Input):
    """What a cohort says."""

    name: Line
    starts_on: OptionalDay
    ends_on: OptionalDay


class NewCohort(CohortInput):
    """A new cohort."""

    id: RowId


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the pages say of sites, or of cohorts.

    Attributes:
        labels: of the fields, in order; the first is the name.
        days: head of the column that says since when and until when.
        close: on the button that sets the last day to today.
        help: at fields that need it.
    """

    title: str
    about: str
    nothing: str
    example: str
    add: str
    close: str
    days: str
    labels: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What sites and cohorts differ in.

    Attributes:
        name: in endpoints: ``.sites``, ``.add_site``, ``.edit_site``, ``.save_site``, and in ``site_id``.
        words: in the language of the reader.
        state: its days in words.
        new, said: the forms of a new one and of one that is changed.
        counted, get: of the service.
        add, edit: what the service is asked to do with a form.
    """

    name: str
    words: Callable[[], Words]
    state: Callable[[Any], str]
    new: type[Input]
    said: type[Input]
    counted: Callable[[Session], Sequence[Counted]]
    get: Callable[[Session, UUID], Site | Cohort]
    add: Callable[..., Site | Cohort]
    edit: Callable[..., Site | Cohort]

    @property
    def list_endpoint(self) -> str:
        """The endpoint of the list."""
        return f".{self.name}s"

    def at(self, verb: str, place: Site | Cohort) -> str:
        """Return the address of a page of one of them."""
        here: dict[str, Any] = {"programme_id": place.programme_id, f"{self.name}_id": place.id}
        return url_for(f".{verb}_{self.name}", **here)


def _site_words() -> Words:
    return Words(
        title=gettext("Sites"),
        about=gettext("Places where you work. Values can be counted per site and are then taken together."),
        nothing=gettext("There are no sites yet"),
        example=gettext("“North” and “City centre”"),
        add=gettext("Add a site"),
        close=gettext("Close today"),
        days=gettext("State"),
        labels={
            "name": gettext("Name"),
            "starts_on": gettext("First day on which something is counted here"),
            "ends_on": gettext("Last day on which something is counted here"),
        },
        help={
            "starts_on": gettext("Empty when the site was there from the beginning."),
            "ends_on": gettext("Empty while the site is open. What was counted stays."),
        },
    )


def _cohort_words() -> Words:
    return Words(
        title=gettext("Cohorts"),
        about=gettext("Participants who start together."),
        nothing=gettext("There are no cohorts yet"),
        example=gettext("“Spring 2025”"),
        add=gettext("Add a cohort"),
        close=gettext("End today"),
        days=gettext("Days"),
        labels={"name": gettext("Name"), "starts_on": gettext("First day"), "ends_on": gettext("Last day")},
    )


def _site_state(site: Site) -> str:
    days = [
        gettext("open from %(on)s", on=texts.day(site.starts_on)) if site.starts_on else "",
        gettext("closed after %(on)s", on=texts.day(site.ends_on)) if site.ends_on else "",
    ]
    return ", ".join(day for day in days if day) or gettext("open")


def _cohort_state(cohort: Cohort) -> str:
    days = [
        gettext("from %(on)s", on=texts.day(cohort.starts_on)) if cohort.starts_on else "",
        gettext("until %(on)s", on=texts.day(cohort.ends_on)) if cohort.ends_on else "",
    ]
    return ", ".join(day for day in days if day)


SITE = Kind(
    name="site",
    words=_site_words,
    state=_site_state,
    new=NewSite,
    said=SiteInput,
    counted=service.counted_sites,
    get=service.get_site,
    add=service.add_site,
    edit=service.edit_site,
)
COHORT = Kind(
    name="cohort",
    words=_cohort_words,
    state=_cohort_state,
    new=NewCohort,
    said=CohortInput,
    counted=service.counted_cohorts,
    get=service.get_cohort,
    add=service.add_cohort,
    edit=service.edit_cohort,
)


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


def _as_typed(value: object) -> str:
    if isinstance(value, date | None):
        return "" if value is None else value.isoformat()
    return str(value)


def _says(kind: Kind, place: Site | Cohort) -> dict[str, str]:
    """Return what a place says, as it is typed in its form."""
    return {name: _as_typed(getattr(place, name)) for name in kind.said.model_fields}


def _line(kind: Kind, counted: Counted) -> PlaceLine:
    place = counted.place
    is_open = place.ends_on is None or place.ends_on > today()
    chosen: dict[str, Any] = {f"{kind.name}_id": place.id}
    return PlaceLine(
        name=place.name,
        url=kind.at("edit", place),
        list_url=url_for(".index", programme_id=place.programme_id, **chosen),
        participants=texts.number(counted.participants),
        state=kind.state(place),
        is_open=is_open,
        says={**_says(kind, place), "ends_on": today().isoformat() if is_open else ""},
        revision=place.revision,
    )


# --- The pages ----------------------------------------------------------------------------------------------


def _list_page(kind: Kind, session: Session, form: Form[Any], row_id: UUID) -> str:
    programme, words = programmes.get(session), kind.words()
    show_in(programme, (words.title, None))
    return render_template(
        "participants/places.html",
        form=form,
        row_id=row_id,
        words=words,
        lines=[_line(kind, one) for one in kind.counted(session)],
        may_edit=viewer().may("site.write"),
        action=url_for(f".add_{kind.name}", programme_id=programme.id),
    )


def _add(kind: Kind, programme_id: UUID) -> ResponseReturnValue:
    session, form = write_session(programme_id), Form(request.form, kind.new)
    if form.ok:
        says = form.value.model_dump()
        try:
            kind.add(session, act(), says.pop("id"), **says)
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("%(name)s was added.", name=says["name"]), "success")
            return redirect(url_for(kind.list_endpoint, programme_id=programme_id))
    return _list_page(kind, session, form, carried(form)), 400


def _place_page(kind: Kind, session: Session, place: Site | Cohort, form: Form[Any], revision: int) -> str:
    programme, words = programmes.get(session), kind.words()
    back = url_for(kind.list_endpoint, programme_id=programme.id)
    show_in(programme, (words.title, back), (place.name, None))
    return render_template(
        "participants/place.html",
        form=form,
        name=place.name,
        revision=revision,
        words=words,
        action=kind.at("save", place),
        back_url=back,
    )


def _edit(kind: Kind, programme_id: UUID, place_id: UUID) -> ResponseReturnValue:
    session = read_session(programme_id)
    place = kind.get(session, place_id)
    return _place_page(kind, session, place, Form.empty(_says(kind, place)), place.revision)


def _save(kind: Kind, programme_id: UUID, place_id: UUID) -> ResponseReturnValue:
    session = write_session(programme_id)
    place, form = kind.get(session, place_id), Form(request.form, kind.said)
    edited = Edited.of(request.form)
    if form.ok:
        try:
            kind.edit(session, act(), place_id, edited.revision, **form.value.model_dump())
        except Stale as stale:
            return _conflict(kind, session, place.name, stale), 409
        except DomainError as error:
            form.blame(str(error.params.get("field", "")), error)
        else:
            session.commit()
            flash(gettext("Saved."), "success")
            return redirect(url_for(kind.list_endpoint, programme_id=programme_id))
    return _place_page(kind, session, place, form, edited.revision), 400


def _conflict(kind: Kind, session: Session, name: str, stale: Stale) -> str:
    programme, words = programmes.get(session), kind.words()
    show_in(programme, (words.title, url_for(kind.list_endpoint, programme_id=programme.id)), (name, None))
    return render_template(
        "participants/conflict.html",
        title=name,
        mine=request.form,
        theirs={field: _as_typed(value) for field, value in stale.theirs.items()},
        labels=words.labels,
        words={},
        revision=stale.revision,
        action=request.path,
    )


# --- Sites --------------------------------------------------------------------------------------------------


@participants.get("/p/<uuid:programme_id>/sites")
@allow("participant.read")
def sites(programme_id: UUID) -> ResponseReturnValue:
    """List the sites."""
    return _list_page(SITE, read_session(programme_id), Form.empty(), new_id())


@participants.post("/p/<uuid:programme_id>/sites")
@allow("site.write")
def add_site(programme_id: UUID) -> ResponseReturnValue:
    """Add a site."""
    return _add(SITE, programme_id)


@participants.get("/p/<uuid:programme_id>/sites/<uuid:site_id>")
@allow("site.write")
def edit_site(programme_id: UUID, site_id: UUID) -> ResponseReturnValue:
    """Show a site, to be renamed or closed."""
    return _edit(SITE, programme_id, site_id)


@participants.post("/p/<uuid:programme_id>/sites/<uuid:site_id>")
@allow("site.write")
def save_site(programme_id: UUID, site_id: UUID) -> ResponseReturnValue:
    """Rename a site, close it or open it again."""
    return _save(SITE, programme_id, site_id)


# --- Cohorts ------------------------------------------------------------------------------------------------


@participants.get("/p/<uuid:programme_id>/cohorts")
@allow("participant.read")
def cohorts(programme_id: UUID) -> ResponseReturnValue:
    """List the cohorts."""
    return _list_page(COHORT, read_session(programme_id), Form.empty(), new_id())


@participants.post("/p/<uuid:programme_id>/cohorts")
@allow("site.write")
def add_cohort(programme_id: UUID) -> ResponseReturnValue:
    """Add a cohort."""
    return _add(COHORT, programme_id)


@participants.get("/p/<uuid:programme_id>/cohorts/<uuid:cohort_id>")
@allow("site.write")
def edit_cohort(programme_id: UUID, cohort_id: UUID) -> ResponseReturnValue:
    """Show a cohort, to be renamed or ended."""
    return _edit(COHORT, programme_id, cohort_id)


@participants.post("/p/<uuid:programme_id>/cohorts/<uuid:cohort_id>")
@allow("site.write")
def save_cohort(programme_id: UUID, cohort_id: UUID) -> ResponseReturnValue:
    """Rename a cohort, or change its days."""
    return _save(COHORT, programme_id, cohort_id)
