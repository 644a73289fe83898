"""The history of a programme: who did what, and whether that record is still whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.codes import CodeKind, code
from toc.domain.conflicts import ConflictState
from toc.domain.merging import Relation
from toc.domain.people import Part, Role
from toc.services import audit as service
from toc.services import programmes
from toc.services.audit import Actor, History, Subject, Told
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.security import act, allow, viewer
from toc.web.texts import audit as audit_texts

texts.register(audit_texts.SENTENCES)

audit = Blueprint("audit", __name__)

PAGE = 50
_LONGEST = 9  # digits of the number of an event

_PLACES = {
    "bond_contract": ("bonds.contract", "contract_id", CodeKind.CONTRACT),
    "finding": ("findings.show", "finding_id", CodeKind.FINDING),
    "goal": ("goals.show", "goal_id", CodeKind.GOAL),
    "goal_conflict": ("conflicts.show", "conflict_id", CodeKind.CONFLICT),
    "goal_link": ("goals.link_show", "link_id", None),
    "indicator": ("indicators.show", "indicator_id", CodeKind.INDICATOR),
    "interview": ("interviews.show", "interview_id", CodeKind.INTERVIEW),
    "measurement": ("indicators.measurement", "measurement_id", CodeKind.INDICATOR),
    "outcome": ("bonds.outcome", "outcome_id", CodeKind.OUTCOME),
    "payment": ("bonds.payment", "payment_id", CodeKind.PAYMENT),
    "respondent": ("interviews.respondent", "respondent_id", CodeKind.RESPONDENT),
    "stakeholder_group": ("interviews.group", "group_id", CodeKind.GROUP),
    "statement": ("interviews.statement", "statement_id", CodeKind.STATEMENT),
    "study": ("evidence.study", "study_id", CodeKind.STUDY),
}
"""Page of a thing: endpoint, the name of its id there, and the letter of its code."""


_KINDS: Mapping[str, type[StrEnum]] = {
    "role": Role,
    "part": Part,
    "conflict_state": ConflictState,
    "relation": Relation,
}
"""What some values of an event are members of."""


@dataclass(frozen=True, slots=True)
class Line:
    """An event as it is shown: about is its (label, address or None), or None."""

    at: datetime
    who: str
    what: str
    about: tuple[str, str | None] | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A chain that was checked: its name, and what is wrong with it."""

    name: str
    faults: tuple[str, ...]


@audit.get("/p/<uuid:programme_id>/history")
@allow("history.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """Show the newest events."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    frame.show_in(programme, (gettext("History"), None))
    history = service.history(session, act(), before=_before(), limit=PAGE)
    return render_template(
        "audit/index.html",
        row=programme,
        lines=[_line(programme_id, event) for event in history.events],
        pager=_pager(programme_id, history),
    )


@audit.get("/p/<uuid:programme_id>/history/check")
@allow("history.read")
def check(programme_id: UUID) -> ResponseReturnValue:
    """Read every event again and say whether all are as they were written."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    frame.show_in(
        programme,
        (gettext("History"), url_for(".index", programme_id=programme_id)),
        (gettext("Check"), None),
    )
    chains = [(gettext("This programme"), service.verify_programme(session, programme_id))]
    if viewer().is_administrator:
        chains.append((gettext("Signing in and accounts"), service.verify_instance(session)))
    checked = [
        Checked(name, tuple(texts.sentence(fault.key, sequence=fault.sequence) for fault in faults))
        for name, faults in chains
    ]
    return render_template("audit/check.html", row=programme, checked=checked)


def _before() -> int | None:
    """Return the number below which events are shown; what is no number counts as none."""
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST else None


def _pager(programme_id: UUID, history: History) -> dict[str, Any] | None:
    """Return the text and the addresses of the pages before and after this one; None where all fits."""
    if not history.events or history.total <= PAGE:
        return None
    first, last = history.events[0].sequence, history.events[-1].sequence

    def address(before: int) -> str:
        return url_for(
            ".index", programme_id=programme_id, before=before if before <= history.total else None
        )

    return {
        "text": gettext(
            "%(first)s to %(last)s of %(total)s",
            first=texts.number(history.total - first + 1),
            last=texts.number(history.total - last + 1),
            total=texts.number(history.total),
        ),
        "previous_url": address(first + PAGE + 1) if first < history.total else None,
        "next_url": address(last) if last > 1 else None,
    }


def _line(programme_id: UUID, event: Told) -> Line:
    return Line(event.at, _who(event.actor), _what(event), _about(programme_id, event.about))


def _who(actor: Actor) -> str:
    if actor.is_respondent:
        number = actor.respondent
        return gettext("A respondent") if number is None else code(CodeKind.RESPONDENT, number)
    if not actor.name:
        return str(gettext("A command on the server"))
    roles = ", ".join(texts.word(role) for role in Role if role in actor.roles)
    return f"{actor.name} ({roles})" if roles else actor.name


def _what(event: Told) -> str:
    key = f"{event.action} {event.kind}"
    if key not in audit_texts.EVENTS:
        return str(audit_texts.OTHER) % {"action": event.action}
    return str(audit_texts.EVENTS[key]) % _Said(event)


class _Said(dict[str, str]):
    """The values of a sentence; what an event does not hold is a dash."""

    def __init__(self, event: Told) -> None:
        super().__init__({name: texts.show(value) for name, value in event.detail.items()})
        self["person"] = event.person or gettext("Somebody")
        for name, kind in _KINDS.items():
            if event.detail.get(name) in set(kind):
                self[name] = texts.word(kind(str(event.detail[name])))

    def __missing__(self, name: str) -> str:
        """Return a dash."""
        return "\N{EN DASH}"


def _about(programme_id: UUID, subject: Subject | None) -> tuple[str, str | None] | None:
    if subject is None or subject.kind not in _PLACES:
        return None
    endpoint, name, letter = _PLACES[subject.kind]
    label = gettext("Link") if letter is None or subject.number is None else code(letter, subject.number)
    if subject.kind == "stakeholder_group" and not viewer().may("interview.read"):
        return label, None  # its page is for who interviews
    values: dict[str, Any] = {name: subject.id}
    return label, url_for(endpoint, programme_id=programme_id, **values)
