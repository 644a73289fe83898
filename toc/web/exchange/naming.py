"""Sites and cohorts of a log that the programme does not know: made, known by another name, or left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.mapping import Use
from toc.models.jobs import Job
from toc.services import exchange as service
from toc.services import jobs as job_service
from toc.services.errors import Conflict
from toc.services.exchange.folders import place
from toc.services.exchange.hands import plan_of
from toc.services.exchange.naming import Answer, UnknownName, answered, unknown_names
from toc.services.participants import places
from toc.web import jobs, texts
from toc.web.database import database, write_session
from toc.web.exchange.blueprint import address, exchange
from toc.web.security import act, allow, viewer

SHOWN: Final = 25
"""Names that are asked about at once."""
_MAKE: Final = "make"
_OUT: Final = "out"
_REST: Final = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A name that somebody says what it is of.

    Attributes:
        field: name of the field.
        text: the name, and in which column it stands.
        rows: in how many rows, in words.
        options: what it can be.
    """

    field: str
    text: str
    rows: str
    options: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that are not known.

    Attributes:
        title: how many of what.
        asked: those that are asked about now.
        rest: what can be said of all others at once; empty when there are none.
        rest_said: how many those are.
    """

    title: str
    asked: tuple[Asked, ...]
    rest: list[tuple[str, Any]]
    rest_said: str


def names_page(session: Session, found: Job) -> Names | None:
    """Return what is asked about names; None when all are known."""
    names = unknown_names(place(jobs.folder(), found.id))
    if not names:
        return None
    known: dict[Use, Any] = {Use.SITE: places.sites(session), Use.COHORT: places.cohorts(session)}
    options = {
        use: [*_ways(), (gettext("It is"), [(f"is|{row.id}", row.name) for row in rows])] if rows else _ways()
        for use, rows in known.items()
    }
    rest = len(names) - SHOWN
    return Names(
        title=_title(names),
        asked=tuple(_asked(number, one, options) for number, one in enumerate(names[:SHOWN])),
        rest=_ways() if rest > 0 else [],
        rest_said=ngettext("The other name", "The other %(num)d names", rest) if rest > 0 else "",
    )


def _title(names: tuple[UnknownName, ...]) -> str:
    sites = sum(one.use is Use.SITE for one in names)
    cohorts = len(names) - sites
    said = []
    if sites:
        said.append(
            ngettext("%(num)d name of a site is not known", "%(num)d names of sites are not known", sites)
        )
    if cohorts:
        said.append(
            ngettext(
                "%(num)d name of a cohort is not known", "%(num)d names of cohorts are not known", cohorts
            )
        )
    return "; ".join(said)


def _ways() -> list[tuple[str, Any]]:
    ways: list[tuple[str, Any]] = [("", gettext("not decided: its rows stay behind"))]
    if viewer().may("site.write"):
        ways.append((_MAKE, gettext("it is new: make it")))
    return [*ways, (_OUT, gettext("leave its rows out"))]


def _asked(number: int, one: UnknownName, options: Mapping[Use, list[tuple[str, Any]]]) -> Asked:
    return Asked(
        field=f"place-{number}",
        text=gettext("“%(name)s” in column “%(column)s”", name=one.text, column=one.header),
        rows=ngettext("%(count)s row", "%(count)s rows", one.rows, count=texts.number(one.rows)),
        options=options[one.use],
    )


@exchange.post("/p/<uuid:programme_id>/jobs/<uuid:job_id>/places")
@allow("import.write")
def name_places(programme_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Take what somebody said of names that are not known; the file is checked anew."""
    with database().read_session(programme_id) as session:
        found = job_service.get(session, job_id)
        if not found.asked.get("mapping") or service.totals(jobs.folder(), job_id) is None:
            raise DomainError("import.not_checked")
        if request.form.get("plan") != plan_of(found):
            raise Conflict("import.mapped_anew")
        answers = _answers(session, unknown_names(place(jobs.folder(), job_id)))
        mapping = answered(LogMapping.from_json(found.asked["mapping"]), answers)
    writing = write_session(programme_id)
    service.ask_check(writing, act(), job_id, mapping, request.form["plan"])
    writing.commit()
    jobs.launch(programme_id, job_id)
    return redirect(address(programme_id, job_id))


def _answers(session: Session, names: tuple[UnknownName, ...]) -> tuple[Answer, ...]:
    known = {
        Use.SITE: {f"is|{row.id}": row.name for row in places.sites(session)},
        Use.COHORT: {f"is|{row.id}": row.name for row in places.cohorts(session)},
    }
    found = []
    for number, one in enumerate(names):
        said = request.form.get(f"place-{number}" if number < SHOWN else _REST, "")
        if said == _MAKE:
            found.append(Answer(name=one, makes=True))
        elif said == _OUT:
            found.append(Answer(name=one, leaves_out=True))
        elif said in known[one.use]:
            found.append(Answer(name=one, means=known[one.use][said]))
    return tuple(found)
