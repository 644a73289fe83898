"""What a phone in the room does: come in, write, take back, put dots. Nothing says whose phone it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from toc.domain.ids import derived
from toc.domain.workshops import MOST_CARDS, Phase, card_text
from toc.models.interviews import StakeholderGroup
from toc.models.people import SignInAttempt
from toc.models.programmes import Programme
from toc.models.workshops import Workshop, WorkshopCard, WorkshopDoor, WorkshopDot, WorkshopSeat
from toc.services.errors import Conflict, NotFound
from toc.services.interviews import check_free_text
from toc.services.interviews.loading import found


class Entrance(NamedTuple):
    """Where a short code leads."""

    programme_id: UUID
    workshop_id: UUID


@dataclass(frozen=True, slots=True)
class Welcome:
    """What somebody sees at the door.

    Attributes:
        parties: (id, name), by code.
    """

    title: str
    programme: str
    parties: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Where a phone is.

    Attributes:
        party: under which it joined.
        dots: that its owner may put in all.
        remaining: how many of these are left.
        seen: changes with everything that its page shows.
    """

    workshop_id: UUID
    title: str
    party: str
    phase: Phase
    dots: int
    remaining: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCard:
    """A card of this phone.

    Attributes:
        taken_back: can be hung up again while it has its words.
    """

    id: UUID
    number: int
    text: str
    taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWall:
    """A card on which dots can be put.

    Attributes:
        mine: whether this phone put a dot on it.
    """

    id: UUID
    number: int
    text: str
    party: str
    mine: bool


# --- The door -----------------------------------------------------------------------------------------------


def may_try(session: Session, key: str, *, at: datetime, limit: int, window: timedelta) -> bool:
    """Tell whether an address did not try too many wrong codes yet; see `services.people.begin_attempt`.

    Args:
        session: any.
        key: of the address.
        at: now.
        limit: attempts that may fail in the window.
        window: how far back they count.
    """
    tried = session.scalar(
        select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > at - window)
    )
    return (tried or 0) < limit


def find_door(session: Session, code: str, at: datetime) -> Entrance | None:
    """Return where a short code leads now; a wrong code and one that ran out look alike: None."""
    door = session.get(WorkshopDoor, code)
    return None if door is None or door.closes_at <= at else Entrance(door.programme_id, door.workshop_id)


def welcome(session: Session, workshop_id: UUID) -> Welcome:
    """Return what to show at the door.

    Raises:
        NotFound: no such workshop.
    """
    here = session.info["programme_id"]
    workshop = found(session, Workshop, workshop_id)
    parties = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.name)
        .where(StakeholderGroup.programme_id == here)
        .order_by(StakeholderGroup.code)
    )
    return Welcome(
        workshop.title,
        session.get_one(Programme, here).name,
        tuple((group_id, name) for group_id, name in parties),
    )


def sit(
    session: Session,
    seat_id: UUID,
    workshop_id: UUID,
    group_id: UUID,
    *,
    at: datetime,
    consent: str,
    most: int,
) -> WorkshopSeat:
    """Let a phone join under a party. The same id twice joins once.

    Args:
        session: of the programme, for writing.
        seat_id: id of the new row.
        workshop_id: where its door leads.
        group_id: the party.
        at: now.
        consent: the text that was agreed to.
        most: phones that may join.

    Raises:
        NotFound: no such workshop or party.
        Conflict: ``workshop.closed``; ``workshop.full``, with ``most``.
    """
    here = session.info["programme_id"]
    workshop = session.get(
        Workshop, (here, workshop_id), with_for_update={"key_share": True}, populate_existing=True
    )
    if workshop is None:
        raise NotFound
    seat = session.get(WorkshopSeat, (here, seat_id))
    if seat is not None:
        if seat.workshop_id != workshop_id:
            raise NotFound
        return seat
    if workshop.phase is Phase.CLOSED:
        raise Conflict("workshop.closed")
    group = found(session, StakeholderGroup, group_id)
    taken = session.scalar(
        select(func.count()).where(WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == workshop_id)
    )
    if (taken or 0) >= most:
        raise Conflict("workshop.full", most=most)
    seat = WorkshopSeat(id=seat_id, workshop=workshop, group=group, joined_at=at, consent=consent)
    session.add(seat)
    session.flush()
    return seat


# --- On the phone -------------------------------------------------------------------------------------------


def seated(session: Session, seat_id: UUID) -> Seated:
    """Return where a phone is; one statement.

    Raises:
        NotFound: no such seat.
    """
    here = session.info["programme_id"]
    own = select(func.coalesce(func.sum(WorkshopCard.revision), 0)).where(
        WorkshopCard.programme_id == here, WorkshopCard.seat_id == WorkshopSeat.id
    )
    every = select(func.coalesce(func.sum(WorkshopCard.revision), 0)).where(
        WorkshopCard.programme_id == here, WorkshopCard.workshop_id == Workshop.id
    )
    row = session.execute(
        select(
            Workshop,
            StakeholderGroup.name,
            own.scalar_subquery(),
            every.scalar_subquery(),
            _put(session, seat_id).scalar_subquery(),
        )
        .select_from(WorkshopSeat)
        .join(WorkshopSeat.workshop)
        .join(WorkshopSeat.group)
        .where(WorkshopSeat.programme_id == here, WorkshopSeat.id == seat_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    workshop, party, mine, all_, put = row
    cards = all_ if workshop.phase is Phase.DOTS else mine
    return Seated(
        workshop_id=workshop.id,
        title=workshop.title,
        party=party,
        phase=workshop.phase,
        dots=workshop.dots,
        remaining=workshop.dots - put,
        seen=f"{workshop.revision}.{cards}.{put}",
    )


def _put(session: Session, seat_id: UUID) -> Select[int]:
    """Count the dots of a phone; those on a card that came off the wall are free again."""
    here = session.info["programme_id"]
    return (
        select(func.count())
        .select_from(WorkshopDot)
        .join(WorkshopDot.card)
        .where(
            WorkshopDot.programme_id == here,
            WorkshopDot.seat_id == seat_id,
            WorkshopCard.taken_back.is_(False),
            WorkshopCard.taken_off.is_(False),
        )
    )


def my_cards(session: Session, seat_id: UUID) -> list[MyCard]:
    """Return what a phone wrote, newest first; not what the facilitator took off, nor what lost its words."""
    rows = session.scalars(
        select(WorkshopCard)
        .where(
            WorkshopCard.programme_id == session.info["programme_id"],
            WorkshopCard.seat_id == seat_id,
            WorkshopCard.taken_off.is_(False),
            WorkshopCard.text != "",
        )
        .order_by(WorkshopCard.number.desc())
    )
    return [
        MyCard(id=card.id, number=card.number, text=card.text, taken_back=card.taken_back) for card in rows
    ]


def cards_on_wall(session: Session, seat_id: UUID, workshop_id: UUID) -> list[OnWall]:
    """Return all cards, by party and number, and on which this phone put a dot."""
    here = session.info["programme_id"]
    rows = session.execute(
        select(WorkshopCard, StakeholderGroup.name, WorkshopDot.id)
        .join(WorkshopCard.seat)
        .join(WorkshopSeat.group)
        .join(
            WorkshopDot,
            and_(
                WorkshopDot.programme_id == here,
                WorkshopDot.card_id == WorkshopCard.id,
                WorkshopDot.seat_id == seat_id,
            ),
            isouter=True,
        )
        .where(
            WorkshopCard.programme_id == here,
            WorkshopCard.workshop_id == workshop_id,
            WorkshopCard.taken_back.is_(False),
            WorkshopCard.taken_off.is_(False),
        )
        .order_by(StakeholderGroup.code, WorkshopCard.number)
    )
    return [
        OnWall(id=card.id, number=card.number, text=card.text, party=party, mine=dot is not None)
        for card, party, dot in rows
    ]


def _workshop_of(session: Session, seat_id: UUID) -> Workshop:
    """Return the workshop of a seat, which nobody then moves on until this is written.

    Raises:
        NotFound: no such seat.
    """
    here = session.info["programme_id"]
    workshop = session.scalar(
        select(Workshop)
        .join(
            WorkshopSeat,
            and_(WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == Workshop.id),
        )
        .where(Workshop.programme_id == here, WorkshopSeat.id == seat_id)
        .with_for_update(of=Workshop, key_share=True)
        .execution_options(populate_existing=True)
    )
    if workshop is None:
        raise NotFound
    return workshop


def add_card(session: Session, seat_id: UUID, card_id: UUID, text: str, *, at: datetime) -> WorkshopCard:
    """Hang up a card. The same id twice hangs up one, also when writing is over by then.

    Args:
        session: of the programme, for writing.
        seat_id: of the phone.
        card_id: id of the new row, made on the phone.
        text: what was typed.
        at: now.

    Raises:
        NotFound: no such seat, or the card is of another one.
        DomainError: as `card_text` and `check_free_text`.
        Conflict: ``workshop.not_writing``; ``workshop.many_cards``, with ``most``.
    """
    here = session.info["programme_id"]
    workshop = _workshop_of(session, seat_id)
    card = session.get(WorkshopCard, (here, card_id))
    if card is not None:
        if card.seat_id != seat_id:
            raise NotFound
        return card
    words = card_text(text)
    check_free_text(words)
    if workshop.phase is not Phase.CARDS:
        raise Conflict("workshop.not_writing")
    own = and_(WorkshopCard.seat_id == seat_id, WorkshopCard.taken_back.is_(False))
    last, mine = session.execute(
        select(func.coalesce(func.max(WorkshopCard.number), 0), func.count().filter(own)).where(
            WorkshopCard.programme_id == here, WorkshopCard.workshop_id == workshop.id
        )
    ).one()
    if mine >= MOST_CARDS:
        raise Conflict("workshop.many_cards", most=MOST_CARDS)
    card = WorkshopCard(
        id=card_id, workshop_id=workshop.id, seat_id=seat_id, number=last + 1, text=words, at=at
    )
    session.add(card)
    session.flush()
    return card


def take_back(session: Session, seat_id: UUID, card_id: UUID, *, back: bool) -> None:
    """Take one's own card back, or hang it up again.

    Raises:
        NotFound: no such card of this phone.
        Conflict: ``workshop.closed``: then the facilitator is to be asked.
    """
    workshop = _workshop_of(session, seat_id)
    card = found(session, WorkshopCard, card_id, locked=True)
    if card.seat_id != seat_id or card.text == "":
        raise NotFound
    if workshop.phase is Phase.CLOSED:
        raise Conflict("workshop.closed")
    card.taken_back = back
    session.flush()


def put_dot(session: Session, seat_id: UUID, card_id: UUID, *, put: bool) -> None:
    """Put a dot on a card, or take it back; twice is once.

    Raises:
        NotFound: no such card on this wall.
        Conflict: ``workshop.no_dots_now``; ``workshop.dots_used``, with ``dots``.
    """
    here = session.info["programme_id"]
    workshop = _workshop_of(session, seat_id)
    card = found(session, WorkshopCard, card_id)
    if card.workshop_id != workshop.id or card.taken_back or card.taken_off:
        raise NotFound
    if workshop.phase is not Phase.DOTS:
        raise Conflict("workshop.no_dots_now")
    dot = session.get(WorkshopDot, (here, derived(seat_id, "dot", str(card_id))))
    if put is (dot is not None):
        return
    if dot is not None:
        session.delete(dot)
    elif (session.scalar(_put(session, seat_id)) or 0) >= workshop.dots:
        raise Conflict("workshop.dots_used", dots=workshop.dots)
    else:
        session.add(WorkshopDot(id=derived(seat_id, "dot", str(card_id)), seat_id=seat_id, card_id=card_id))
    session.flush()
