"""The blueprint, and what its pages share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind, code
from toc.models.programmes import Programme
from toc.services import programmes
from toc.services.bonds import OutcomeInList
from toc.web import frame, texts
from toc.web.forms import Form
from toc.web.security import new_id, viewer
from toc.web.texts import bonds as bond_texts

texts.register(bond_texts.SENTENCES, bond_texts.WORDS)

bonds = Blueprint("bonds", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """An outcome as a list shows it; `verb` names what this reader may do now."""

    code: str
    line: str
    period: str
    achieved: str
    standing: str
    badge: str
    net: str
    url: str
    payment_url: str | None = None
    verb: str = ""
    verb_url: str = ""


_BADGES = {
    "waits_for_evaluator": "no_data",
    "waits_for_funder": "on_track",
    "returned": "behind",
    "paid": "reached",
}


def show_in_bond(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the impact bond and return its programme; without crumbs it is the bond itself."""
    programme = programmes.get(session)
    address = url_for("bonds.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Impact bond"), address), *crumbs)
    return programme


def badge_of(standing: str) -> str:
    """Return the kind of badge that says how far an outcome is."""
    return _BADGES[standing]


def outcome_rows(programme: Programme, found: Iterable[OutcomeInList]) -> list[OutcomeRow]:
    """Return outcomes as lists show them."""
    return [_row(programme, one) for one in found]


def _row(programme: Programme, one: OutcomeInList) -> OutcomeRow:
    where: dict[str, Any] = {"programme_id": programme.id, "outcome_id": one.row.id}
    verb, endpoint = "", ""
    if one.standing == "waits_for_evaluator" and viewer().may("outcome.verify"):
        verb, endpoint = gettext("Verify"), "bonds.verify"
    elif one.standing == "waits_for_funder" and viewer().may("outcome.approve"):
        verb, endpoint = gettext("Decide on the payment"), "bonds.approve"
    return OutcomeRow(
        code=code(CodeKind.OUTCOME, one.row.code),
        line=one.line.name,
        period=bond_texts.period(one.row.starts_on, one.row.ends_on),
        achieved=texts.number(one.row.achieved),
        standing=texts.word(one.standing),
        badge=badge_of(one.standing),
        net="" if one.paid is None else texts.money(one.paid.net),
        url=url_for("bonds.outcome", **where),
        payment_url=None
        if one.paid is None
        else url_for("bonds.payment", programme_id=programme.id, payment_id=one.paid.id),
        verb=verb,
        verb_url=url_for(endpoint, **where) if endpoint else "",
    )


def row_id_of(form: Form[Any]) -> UUID:
    """Return the id that a form carried, so that the next attempt makes the same row; or a fresh one."""
    try:
        return UUID(form.raw("id") or "")
    except ValueError:
        return new_id()
