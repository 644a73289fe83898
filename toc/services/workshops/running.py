"""What the facilitator does and sees: opening, moving on, the wall.

What people in the room do stays out of the audit trail: an event per card would say when which phone wrote.
The event of each step counts phones, cards and dots instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.workshops import Phase, check_dots, check_step
from toc.models.interviews import StakeholderGroup
from toc.models.workshops import Workshop, WorkshopCard, WorkshopDoor, WorkshopDot, WorkshopSeat
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import check_free_text
from toc.services.interviews.loading import found, made_before


@dataclass(frozen=True, slots=True)
class WorkshopDraft:
    """What a facilitator says of a workshop.

    Attributes:
        dots: that each person gets.
    """

    title: str
    dots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopRow:
    """A workshop as its facilitator sees it.

    Attributes:
        code: such as W2.
        door: the short code by which people come in.
        door_open: whether it lets anybody in now.
        dots: that each person gets.
        phones: that joined.
        cards: on the wall.
        kept: how many of these are statements.
    """

    id: UUID
    code: str
    title: str
    phase: Phase
    revision: int
    created_at: datetime
    door: str
    door_open: bool
    dots: int
    phones: int
    cards: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as the facilitator sees it: of which party, never of which phone.

    Attributes:
        taken_off: hangs on the wall no more.
        dots: how many people put one.
        statement_id: what it became.
    """

    id: UUID
    number: int
    text: str
    taken_off: bool
    dots: int
    statement_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A party on the wall.

    Attributes:
        protected: the programme is for these people.
        phones: that joined under it.
        cards: in the order in which they came.
    """

    id: UUID
    name: str
    protected: bool
    phones: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The wall.

    Attributes:
        columns: parties under which a phone joined, by their code.
    """

    columns: tuple[Column, ...]

    @property
    def phones(self) -> int:
        """How many phones joined."""
        return sum(column.phones for column in self.columns)

    @property
    def on_wall(self) -> tuple[Card, ...]:
        """Every card that hangs there."""
        return tuple(card for column in self.columns for card in column.cards if not card.taken_off)


# --- Reading ------------------------------------------------------------------------------------------------


def workshop_rows(session: Session, at: datetime) -> list[WorkshopRow]:
    """Return the workshops, newest first."""
    return list(_rows(session, at, _query(session).order_by(Workshop.code.desc())))


def get_workshop(session: Session, workshop_id: UUID, at: datetime) -> WorkshopRow:
    """Return one workshop.

    Raises:
        NotFound: there is none here.
    """
    rows = list(_rows(session, at, _query(session).where(Workshop.id == workshop_id)))
    if not rows:
        raise NotFound
    return rows[0]


def _query(session: Session) -> Select[Workshop, WorkshopDoor, int, int, int]:
    here = session.info["programme_id"]
    phones = select(func.count()).where(
        WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == Workshop.id
    )
    cards = select(func.count()).where(
        WorkshopCard.programme_id == here, WorkshopCard.workshop_id == Workshop.id, *_hangs()
    )
    return (
        select(
            Workshop,
            WorkshopDoor,
            phones.scalar_subquery(),
            cards.scalar_subquery(),
            cards.where(WorkshopCard.statement_id.is_not(None)).scalar_subquery(),
        )
        .join(
            WorkshopDoor,
            and_(WorkshopDoor.programme_id == here, WorkshopDoor.workshop_id == Workshop.id),
        )
        .where(Workshop.programme_id == here)
    )


def _hangs() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return WorkshopCard.taken_back.is_(False), WorkshopCard.taken_off.is_(False)


def _rows(
    session: Session, at: datetime, query: Select[Workshop, WorkshopDoor, int, int, int]
) -> Iterable[WorkshopRow]:
    for workshop, door, phones, cards, kept in session.execute(query):
        yield WorkshopRow(
            id=workshop.id,
            code=code(CodeKind.WORKSHOP, workshop.code),
            title=workshop.title,
            phase=workshop.phase,
            revision=workshop.revision,
            created_at=workshop.created_at,
            door=door.code,
            door_open=door.closes_at > at,
            dots=workshop.dots,
            phones=phones,
            cards=cards,
            kept=kept,
        )


def seen_so_far(session: Session, workshop_id: UUID) -> str:
    """Return what changes with everything that the wall shows; one statement.

    Raises:
        NotFound: no such workshop.
    """
    here = session.info["programme_id"]
    phones = select(func.count()).where(
        WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == workshop_id
    )
    cards = select(func.coalesce(func.sum(WorkshopCard.revision), 0)).where(
        WorkshopCard.programme_id == here, WorkshopCard.workshop_id == workshop_id
    )
    row = session.execute(
        select(
            Workshop.revision,
            phones.scalar_subquery(),
            cards.scalar_subquery(),
            _dots(session, workshop_id).scalar_subquery(),
        ).where(Workshop.programme_id == here, Workshop.id == workshop_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return ".".join(map(str, row))


def _dots(session: Session, workshop_id: UUID) -> Select[int]:
    """Count the dots on cards that hang on the wall."""
    here = session.info["programme_id"]
    return (
        select(func.count())
        .select_from(WorkshopDot)
        .join(WorkshopDot.card)
        .where(
            WorkshopDot.programme_id == here,
            WorkshopCard.programme_id == here,
            WorkshopCard.workshop_id == workshop_id,
            *_hangs(),
        )
    )


def board(session: Session, workshop_id: UUID) -> Board:
    """Return the wall; two statements. What somebody took back is on no list."""
    here = session.info["programme_id"]
    seats: Select[UUID, int] = (
        select(WorkshopSeat.group_id, func.count())
        .where(WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == workshop_id)
        .group_by(WorkshopSeat.group_id)
    )
    phones: dict[UUID, int] = {row[0]: row[1] for row in session.execute(seats)}
    dots = select(func.count()).where(
        WorkshopDot.programme_id == here, WorkshopDot.card_id == WorkshopCard.id
    )
    cards: dict[UUID, list[Card]] = {}
    groups: dict[UUID, tuple[str, bool]] = {}
    for group_id, name, protected, card, put in session.execute(
        select(
            StakeholderGroup.id,
            StakeholderGroup.name,
            StakeholderGroup.is_beneficiary,
            WorkshopCard,
            dots.scalar_subquery(),
        )
        .join(
            WorkshopSeat,
            and_(
                WorkshopSeat.programme_id == StakeholderGroup.programme_id,
                WorkshopSeat.group_id == StakeholderGroup.id,
            ),
        )
        .join(
            WorkshopCard,
            and_(
                WorkshopCard.programme_id == WorkshopSeat.programme_id,
                WorkshopCard.seat_id == WorkshopSeat.id,
                WorkshopCard.taken_back.is_(False),
            ),
            isouter=True,
        )
        .where(WorkshopSeat.programme_id == here, WorkshopSeat.workshop_id == workshop_id)
        .order_by(StakeholderGroup.code, WorkshopCard.number)
    ):
        groups[group_id] = (name, protected)
        if card is not None:
            cards.setdefault(group_id, []).append(
                Card(
                    id=card.id,
                    number=card.number,
                    text=card.text,
                    taken_off=card.taken_off,
                    dots=put,
                    statement_id=card.statement_id,
                )
            )
    return Board(
        tuple(
            Column(
                id=group_id,
                name=name,
                protected=protected,
                phones=phones[group_id],
                cards=tuple(cards.get(group_id, ())),
            )
            for group_id, (name, protected) in groups.items()
        )
    )


# --- Writing ------------------------------------------------------------------------------------------------


def open_workshop(
    session: Session, act: Act, workshop_id: UUID, draft: WorkshopDraft, *, door: str, hours: int
) -> Workshop:
    """Open a workshop. The same id twice opens it once.

    Args:
        session: of a programme, for writing.
        act: who facilitates, and when.
        workshop_id: id of the new row.
        draft: what is said of it.
        door: a new short code, see `domain.workshops.door_code`.
        hours: how long the code lets people in.

    Raises:
        DomainError: ``workshop.title_needed``, ``workshop.dots_range``, or as `check_free_text`.
        Conflict: ``workshop.no_parties`` in a programme without parties, ``workshop.code_taken``.
    """
    workshop = made_before(session, Workshop, workshop_id)
    if workshop is not None:
        return workshop
    if not draft.title.strip():
        raise DomainError("workshop.title_needed")
    check_free_text(draft.title)
    check_dots(draft.dots)
    here = session.info["programme_id"]
    if not session.scalar(select(exists().where(StakeholderGroup.programme_id == here))):
        raise Conflict("workshop.no_parties")
    if session.get(WorkshopDoor, door) is not None:
        raise Conflict("workshop.code_taken")
    workshop = Workshop(
        id=workshop_id,
        code=next_code(session, CodeKind.WORKSHOP),
        title=draft.title,
        phase=Phase.CARDS,
        dots=draft.dots,
        created_at=act.at,
        created_by_id=act.user,
    )
    closes_at = act.at + timedelta(hours=hours)
    session.add_all(
        [workshop, WorkshopDoor(code=door, programme_id=here, workshop_id=workshop_id, closes_at=closes_at)]
    )
    audit.record(session, act, "workshop.open", "workshop", workshop_id)
    return workshop


def move(session: Session, act: Act, workshop_id: UUID, to: Phase, revision: int, *, hours: int) -> None:
    """Go on to the next phase, or back to the one before. Asking for the phase that it is changes nothing.

    Closing shuts the door and erases the words of cards that were taken back; going back opens the door.

    Args:
        session: of a programme, for writing.
        act: who and when.
        workshop_id: which workshop.
        to: the phase.
        revision: that the facilitator saw.
        hours: how long the code then lets people in.

    Raises:
        NotFound: no such workshop.
        Stale: somebody else moved it in between.
        DomainError: as `check_step`.
    """
    workshop = found(session, Workshop, workshop_id, locked=True)
    if workshop.phase is to:
        return
    if workshop.revision != revision:
        raise Stale({}, workshop.revision)
    here = session.info["programme_id"]
    row = next(iter(_rows(session, act.at, _query(session).where(Workshop.id == workshop_id))))
    check_step(workshop.phase, to, kept=row.kept > 0)
    was, workshop.phase = workshop.phase, to
    if to is Phase.CLOSED:
        workshop.closed_at = act.at
        _set_door(session, workshop_id, act.at)
        for card in session.scalars(
            select(WorkshopCard).where(
                WorkshopCard.programme_id == here,
                WorkshopCard.workshop_id == workshop_id,
                WorkshopCard.taken_back,
            )
        ):
            card.text = ""
    elif was is Phase.CLOSED:
        workshop.closed_at = None
        _set_door(session, workshop_id, act.at + timedelta(hours=hours))
    dots = session.scalar(_dots(session, workshop_id)) or 0
    told = {"phones": row.phones, "cards": row.cards, "dots": dots}
    if to is Phase.CLOSED:
        audit.record(session, act, "workshop.closed", "workshop", workshop_id, **told)
    elif to is Phase.DOTS:
        audit.record(session, act, "workshop.dots", "workshop", workshop_id, **told)
    else:
        audit.record(session, act, "workshop.cards", "workshop", workshop_id, **told)


def open_door(session: Session, act: Act, workshop_id: UUID, *, hours: int) -> None:
    """Let people in for some hours more; not into a workshop that is closed.

    Raises:
        NotFound: no such workshop.
        Conflict: ``workshop.closed``.
    """
    workshop = found(session, Workshop, workshop_id, locked=True)
    if workshop.phase is Phase.CLOSED:
        raise Conflict("workshop.closed")
    _set_door(session, workshop_id, act.at + timedelta(hours=hours))
    audit.record(session, act, "workshop.door", "workshop", workshop_id)


def _set_door(session: Session, workshop_id: UUID, closes_at: datetime) -> None:
    door = session.scalars(
        select(WorkshopDoor).where(
            WorkshopDoor.programme_id == session.info["programme_id"],
            WorkshopDoor.workshop_id == workshop_id,
        )
    ).one()
    door.closes_at = closes_at


def take_off(session: Session, act: Act, workshop_id: UUID, card_id: UUID, *, off: bool) -> None:
    """Take a card off the wall, or hang it up again; its writer sees that it is gone.

    Raises:
        NotFound: no such card, or whoever wrote it took it back.
        Conflict: ``workshop.card_kept`` when it is a statement.
    """
    card = found(session, WorkshopCard, card_id, locked=True)
    if card.workshop_id != workshop_id or card.taken_back:
        raise NotFound
    if card.statement_id is not None:
        raise Conflict("workshop.card_kept")
    if card.taken_off is off:
        return
    card.taken_off = off
    if off:
        audit.record(session, act, "workshop.take_off", "workshop", workshop_id)
    else:
        audit.record(session, act, "workshop.hang_up", "workshop", workshop_id)
