"""Sites and cohorts: made, renamed, closed and opened again. Nothing that was counted there goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.participants import check_time
from toc.domain.privacy import personal_numbers
from toc.models.participants import Cohort, Participant, Site
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale

_Place = TypeVar("_Place", Site, Cohort)


@dataclass(frozen=True, slots=True)
class Counted:
    """A site or a cohort, with how many participants it has."""

    place: Site | Cohort
    participants: int


def sites(session: Session) -> Sequence[Site]:
    """Return the sites by name, closed ones too."""
    return session.scalars(_all(session, Site)).all()


def cohorts(session: Session) -> Sequence[Cohort]:
    """Return the cohorts by name, ended ones too."""
    return session.scalars(_all(session, Cohort)).all()


def _all(session: Session, table: Any) -> Any:  # noqa: ANN401 - Site or Cohort, and its rows
    return select(table).where(table.programme_id == session.info["programme_id"]).order_by(table.name)


def counted_sites(session: Session) -> list[Counted]:
    """Return the sites by name, with their participants, in one statement."""
    return _counted(session, Site, Participant.site_id)


def counted_cohorts(session: Session) -> list[Counted]:
    """Return the cohorts by name, with their participants, in one statement."""
    return _counted(session, Cohort, Participant.cohort_id)


def _counted(session: Session, table: Any, via: Any) -> list[Counted]:  # noqa: ANN401 - a table and a column
    many = (
        select(func.count())
        .select_from(Participant)
        .where(Participant.programme_id == table.programme_id, via == table.id)
        .scalar_subquery()
    )
    return [Counted(place, count) for place, count in session.execute(_all(session, table).add_columns(many))]


def get_site(session: Session, site_id: UUID) -> Site:
    """Return a site.

    Raises:
        NotFound: there is none in this programme.
    """
    return _get(session, Site, site_id)


def get_cohort(session: Session, cohort_id: UUID) -> Cohort:
    """Return a cohort.

    Raises:
        NotFound: there is none in this programme.
    """
    return _get(session, Cohort, cohort_id)


def _get(session: Session, table: type[_Place], id_: UUID) -> _Place:
    found = session.get(table, (session.info["programme_id"], id_))
    if found is None:
        raise NotFound
    return found


def _check_name(name: str) -> None:
    if personal_numbers(name):
        raise DomainError("place.personal", field="name")


def _write(session: Session, row: Site | Cohort, says: Mapping[str, object]) -> None:
    """Write what a row says, unless another one has the name."""
    try:
        with session.begin_nested():
            for name, value in says.items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise Conflict("place.name_taken", field="name", name=says["name"]) from error


def add_site(
    session: Session,
    act: Act,
    site_id: UUID,
    name: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Site:
    """Add a site; with an id that is there already nothing changes and the one that is there is returned.

    Args:
        session: of a programme.
        act: who and when.
        site_id: of the new site.
        name: how it is called.
        starts_on: the first day on which something is counted there; None where it was always there.
        ends_on: the last such day; None where it is open.

    Raises:
        Conflict: ``place.name_taken``, with ``field``.
        DomainError: ``place.personal``, ``place.ends_before_start``, ``date.out_of_range``, with ``field``.
    """
    existing = session.get(Site, (session.info["programme_id"], site_id))
    if existing is not None:
        return existing
    _check_name(name)
    _check_days("ends_on", starts_on, ends_on)
    site = Site(id=site_id, created_at=act.at, created_by_id=act.user)
    _write(session, site, {"name": name, "starts_on": starts_on, "ends_on": ends_on})
    audit.record(session, act, "site.create", "site", site.id)
    return site


def edit_site(
    session: Session,
    act: Act,
    site_id: UUID,
    revision: int,
    *,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
) -> Site:
    """Rename a site, say since when it is there, close it after a day, or open it again.

    What was counted there on other days stays and counts; only nobody waits for a value of those days.

    Args:
        session: of a programme.
        act: who and when.
        site_id: which.
        revision: that the form was made from.
        name: how it is called from now on.
        starts_on: the first day on which something is counted there; None where it was always there.
        ends_on: the last such day; None where it is open.

    Raises:
        NotFound: there is none in this programme.
        Stale: somebody changed it after `revision`.
        Conflict: ``place.name_taken``, with ``field``.
        DomainError: ``place.personal``, ``place.ends_before_start``, ``date.out_of_range``, with ``field``.
    """
    site = get_site(session, site_id)
    if site.revision != revision:
        theirs = {"name": site.name, "starts_on": site.starts_on, "ends_on": site.ends_on}
        raise Stale(theirs, site.revision)
    _check_name(name)
    _check_days("ends_on", starts_on, ends_on)
    _write(session, site, {"name": name, "starts_on": starts_on, "ends_on": ends_on})
    days = {"opened": starts_on, "closed": ends_on}
    said = {what: "" if day is None else str(day) for what, day in days.items()}
    audit.record(session, act, "site.edit", "site", site.id, **said)
    return site


def add_cohort(
    session: Session, act: Act, cohort_id: UUID, name: str, starts_on: date | None, ends_on: date | None
) -> Cohort:
    """Add a cohort; otherwise as `add_site`.

    Raises:
        Conflict: ``place.name_taken``, with ``field``.
        DomainError: ``place.personal``, ``place.ends_before_start``, ``date.out_of_range``, with ``field``.
    """
    existing = session.get(Cohort, (session.info["programme_id"], cohort_id))
    if existing is not None:
        return existing
    _check_name(name)
    _check_days("ends_on", starts_on, ends_on)
    cohort = Cohort(id=cohort_id, created_at=act.at, created_by_id=act.user)
    _write(session, cohort, {"name": name, "starts_on": starts_on, "ends_on": ends_on})
    audit.record(session, act, "cohort.create", "cohort", cohort.id)
    return cohort


def edit_cohort(
    session: Session,
    act: Act,
    cohort_id: UUID,
    revision: int,
    *,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
) -> Cohort:
    """Rename a cohort, or change its days; with an end it is closed after that day.

    Raises:
        NotFound: there is none in this programme.
        Stale: somebody changed it after `revision`.
        Conflict: ``place.name_taken``, with ``field``.
        DomainError: ``place.personal``, ``place.ends_before_start``, ``date.out_of_range``, with ``field``.
    """
    cohort = get_cohort(session, cohort_id)
    if cohort.revision != revision:
        theirs = {"name": cohort.name, "starts_on": cohort.starts_on, "ends_on": cohort.ends_on}
        raise Stale(theirs, cohort.revision)
    _check_name(name)
    _check_days("ends_on", starts_on, ends_on)
    _write(session, cohort, {"name": name, "starts_on": starts_on, "ends_on": ends_on})
    audit.record(session, act, "cohort.edit", "cohort", cohort.id)
    return cohort


def _check_days(field: str, starts_on: date | None, ends_on: date | None) -> None:
    try:
        check_time(starts_on, ends_on)
    except DomainError as error:
        if error.key == "participant.left_before_entry":
            raise DomainError("place.ends_before_start", field=field) from error
        raise DomainError(error.key, **{**error.params, "field": field}) from error
