"""The pages on a phone: come in by a code, write cards, put dots.

A seat stands in the signed cookie of the browser, beside a sign-in or a personal link, which go on as they
were. Signing in or opening a link begins a new cookie, and the seat is left; so it is when the cookie runs
out.
Who holds the seat is never written down: neither account nor address, also when somebody is signed in.
"""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.domain.workshops import LONGEST_CARD, Phase, read_door_code
from toc.services import people
from toc.services import workshops as service
from toc.services.errors import NotFound
from toc.services.workshops import Entrance, OnWall
from toc.web.database import database, read_session, write_session
from toc.web.forms import Form, Input, Line, RowId, Tick
from toc.web.people.attempts import machine
from toc.web.security import allow, derived_secret, new_id, now, settings
from toc.web.texts import sentence
from toc.web.texts.workshops import consent
from toc.web.workshops.blueprint import workshops

SEAT = "workshop_seat"
"""Key in the session under which programme and id of a seat are kept."""


class JoinInput(Input):
    """Under which party somebody joins, and whether they agree."""

    id: RowId
    group_id: RowId
    agreed: Tick


class CardInput(Input):
    """A card."""

    id: RowId
    text: Line


class Seat(NamedTuple):
    """What the cookie holds."""

    programme_id: UUID
    id: UUID


def my_seat() -> Seat | None:
    """Return the seat of this browser; None when it has none."""
    held = session.get(SEAT)
    return Seat(*map(UUID, held.split("/"))) if isinstance(held, str) else None


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _come_in() -> ResponseReturnValue:
    """Answer somebody whose seat is gone."""
    if _wants_json():
        return jsonify(message=gettext("Your place is gone. Come in again with the code.")), 404
    return redirect(url_for(".join"))


# --- The door -----------------------------------------------------------------------------------------------


@workshops.get("/join")
@allow("workshop.join")
def join() -> ResponseReturnValue:
    """Ask for the code; with one, go to its door."""
    form: Form[Any] = Form.empty(request.args)
    typed = request.args.get("code")
    if typed is None:
        return render_template("workshops/join.html", form=form, seated=my_seat() is not None)
    try:
        return redirect(url_for(".enter", code=read_door_code(typed)))
    except DomainError as error:
        form.blame("code", error)
    return render_template("workshops/join.html", form=form, seated=False), 400


def _find(code: str) -> Entrance | None:
    """Return where a code leads. A wrong one is counted; with too many no code is looked at (429)."""
    chosen, at = settings(), now()
    key = people.attempt_key(derived_secret("attempts"), "workshop machine", machine())
    limit, window = chosen.workshop_attempts, timedelta(minutes=chosen.sign_in_window_minutes)
    with database().read_session() as reading:
        if not service.may_try(reading, key, at=at, limit=limit, window=window):
            abort(429)
        entrance = service.find_door(reading, code.upper(), at)
    if entrance is None:
        with database().writing() as writing:
            people.begin_attempt(writing, new_id(), [key], at=at, limit=limit, window=window)
    return entrance


def _wrong(code: str) -> ResponseReturnValue:
    form: Form[Any] = Form.empty({"code": code})
    form.blame("code", DomainError("workshop.code_wrong"))
    return render_template("workshops/join.html", form=form, seated=False), 400


@workshops.get("/join/<code>")
@allow("workshop.join")
def enter(code: str) -> ResponseReturnValue:
    """Say what happens here, and ask under which party somebody joins."""
    entrance = _find(code)
    if entrance is None:
        return _wrong(code)
    return _door_page(entrance, code, Form.empty())


@workshops.post("/join/<code>")
@allow("workshop.join")
def sit(code: str) -> ResponseReturnValue:
    """Take a seat."""
    entrance = _find(code)
    if entrance is None:
        return _wrong(code)
    form = Form(request.form, JoinInput)
    if not form.raw("agreed"):
        form.blame("agreed", DomainError("workshop.consent_needed"))
    if form.ok:
        writing = write_session(entrance.programme_id)
        try:
            seat = service.sit(
                writing,
                form.value.id,
                entrance.workshop_id,
                form.value.group_id,
                at=now(),
                consent=consent(),
                most=settings().workshop_phones,
            )
        except NotFound:
            raise
        except DomainError as error:
            form.blame("", error)
        else:
            writing.commit()
            session[SEAT] = f"{entrance.programme_id}/{seat.id}"
            session.permanent = True
            return redirect(url_for(".room"))
    return _door_page(entrance, code, form), 400


def _door_page(entrance: Entrance, code: str, form: Form[Any]) -> str:
    reading = (
        read_session(entrance.programme_id)
        if request.method == "GET"
        else write_session(entrance.programme_id)
    )
    door = service.welcome(reading, entrance.workshop_id)
    return render_template(
        "workshops/door.html",
        door=door,
        code=code,
        form=form,
        row_id=form.raw("id") or new_id(),
        parties=[(str(party_id), name) for party_id, name in door.parties],
        consent=consent().split("\n"),
    )


# --- The room -----------------------------------------------------------------------------------------------


@workshops.get("/join/room")
@allow("workshop.join")
def room() -> ResponseReturnValue:
    """Show what there is to do now."""
    seat = my_seat()
    if seat is None:
        return _come_in()
    return _room_page(read_session(seat.programme_id), seat, Form.empty())


def _room_page(session_: Session, seat: Seat, form: Form[Any]) -> str:
    here = service.seated(session_, seat.id)
    wall: dict[str, list[OnWall]] = {}
    if here.phase is Phase.DOTS:
        for card in service.cards_on_wall(session_, seat.id, here.workshop_id):
            wall.setdefault(card.party, []).append(card)
    mine = service.my_cards(session_, seat.id)
    return render_template(
        "workshops/room.html",
        here=here,
        wall=list(wall.items()),
        mine=[card for card in mine if not card.taken_back],
        back=[card for card in mine if card.taken_back],
        form=form,
        card_id=form.raw("id") or new_id(),
        longest=LONGEST_CARD,
    )


@workshops.get("/join/state")
@allow("workshop.join")
def state() -> ResponseReturnValue:
    """Return what a phone asks every two seconds."""
    seat = my_seat()
    if seat is None:
        return jsonify(phase=None), 404
    here = service.seated(read_session(seat.programme_id), seat.id)
    return jsonify(phase=here.phase.value, remaining=here.remaining, seen=here.seen)


@workshops.post("/join/cards")
@allow("workshop.join")
def card() -> ResponseReturnValue:
    """Hang up a card."""
    seat = my_seat()
    if seat is None:
        return _come_in()
    form = Form(request.form, CardInput)
    writing = write_session(seat.programme_id)
    if form.ok:
        try:
            service.add_card(writing, seat.id, form.value.id, form.value.text, at=now())
        except NotFound:
            raise
        except DomainError as error:
            form.blame("text", error)
        else:
            writing.commit()
            return jsonify(id=str(form.value.id)) if _wants_json() else redirect(url_for(".room"))
    if _wants_json():
        return jsonify(message=form.errors[0][1]), 400
    return _room_page(writing, seat, form), 400


@workshops.post("/join/cards/<uuid:card_id>/back")
@allow("workshop.join")
def take_back(card_id: UUID) -> ResponseReturnValue:
    """Take one's own card back, or hang it up again."""
    seat = my_seat()
    if seat is None:
        return _come_in()
    writing = write_session(seat.programme_id)
    service.take_back(writing, seat.id, card_id, back=request.form.get("back", "1") == "1")
    writing.commit()
    return redirect(url_for(".room"))


@workshops.post("/join/cards/<uuid:card_id>/dot")
@allow("workshop.join")
def dot(card_id: UUID) -> ResponseReturnValue:
    """Put a dot, or take it back."""
    seat = my_seat()
    if seat is None:
        return _come_in()
    writing = write_session(seat.programme_id)
    try:
        service.put_dot(writing, seat.id, card_id, put=request.form.get("put", "1") == "1")
    except NotFound:
        raise
    except DomainError as error:
        flash(sentence(error.key, **error.params), "error")
        return redirect(url_for(".room"))
    writing.commit()
    return redirect(url_for(".room"))


@workshops.post("/join/leave")
@allow("workshop.join")
def leave() -> ResponseReturnValue:
    """Give the seat up in this browser, so that somebody else can join with this phone; cards stay."""
    session.pop(SEAT, None)
    return redirect(url_for(".join"))
