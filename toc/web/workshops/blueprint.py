"""The blueprint of workshops, and what several of its pages need."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID

import qrcode
from flask import Blueprint, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.workshops import Phase, step_after, step_before
from toc.models.programmes import Programme
from toc.services import programmes
from toc.services.workshops import WorkshopRow
from toc.web import frame, texts
from toc.web.texts import workshops as words

texts.register(words.SENTENCES, words.WORDS)

workshops = Blueprint("workshops", __name__)

_OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code as one path of a picture.

    Attributes:
        size: squares on each side, the white edge included.
        path: the dark squares.
    """

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Door:
    """How people come in.

    Attributes:
        code: in two groups of three.
        address: of the page to type it on, without the part that every address has.
        url: that the QR code holds.
        unreachable: no phone can reach this address.
    """

    code: str
    address: str
    url: str
    qr: Qr
    unreachable: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A button to another phase."""

    to: Phase
    label: str
    forward: bool


@lru_cache(maxsize=32)
def qr(text: str) -> Qr:
    """Return the QR code of a text; one row of dark squares is one rectangle."""
    made = qrcode.QRCode(border=4)
    made.add_data(text)
    made.make(fit=True)
    rows = made.get_matrix()
    path = ""
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            wide = len(list(run))
            path += f"M{x} {y}h{wide}v1h-{wide}z" if dark else ""
            x += wide
    return Qr(len(rows), path)


def door_of(row: WorkshopRow) -> Door:
    """Return how people come in, by the address under which this page was asked for."""
    url = url_for("workshops.enter", code=row.door, _external=True)
    typed = url_for("workshops.join", _external=True)
    host = urlsplit(request.host_url).hostname or ""
    return Door(
        code=spaced(row.door),
        address=typed.partition("://")[2],
        url=url,
        qr=qr(url),
        unreachable=host in _OWN_MACHINE,
    )


def spaced(code: str) -> str:
    """Return a short code as it is read out: in two groups of three."""
    return f"{code[:3]} {code[3:]}"


def steps(row: WorkshopRow) -> list[Step]:
    """Return the buttons to other phases, first the one that goes on."""
    onward = {Phase.DOTS: gettext("On to the dots"), Phase.CLOSED: gettext("Close and show the dots")}
    back = {Phase.CARDS: gettext("Back to the cards"), Phase.DOTS: gettext("Open the dots again")}
    found = []
    after, before = step_after(row.phase), step_before(row.phase)
    if after is not None:
        found.append(Step(after, onward[after], forward=True))
    if before is not None and not row.kept:
        found.append(Step(before, back[before], forward=False))
    return found


def place(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Say where below the workshops a page is."""
    programme = programmes.get(session)
    address = url_for("workshops.index", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Workshops"), address), *crumbs)
    return programme


def page_of(programme_id: UUID, workshop_id: UUID) -> str:
    """Return the address of a workshop's page, or of its wall when the form was sent from there."""
    to = "workshops.board" if request.form.get("from") == "board" else "workshops.show"
    return url_for(to, programme_id=programme_id, workshop_id=workshop_id)
