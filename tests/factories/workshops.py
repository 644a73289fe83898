"""Workshops with phones and cards."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, number
from tests.factories.findings import EVALUATOR
from tests.factories.interviews import make_group
from toc.domain.workshops import DOOR_RANDOM_BYTES, Phase, door_code
from toc.models.interviews import StakeholderGroup
from toc.models.workshops import Workshop, WorkshopCard, WorkshopSeat
from toc.services import workshops
from toc.services.workshops import WorkshopDraft

CONSENT = "It hangs on the wall, without your name."
HOURS = 24


def make_door() -> str:
    """A short code that no other workshop has."""
    return door_code(number().to_bytes(DOOR_RANDOM_BYTES))


def make_workshop(
    session: Session,
    *,
    title: str = "What do we hope for?",
    dots: int = 2,
    door: str = "",
    group: StakeholderGroup | None = None,
) -> Workshop:
    """A workshop where people write cards; its programme has a party."""
    if group is None:
        make_group(session)
    draft = WorkshopDraft(title, dots)
    return workshops.open_workshop(session, EVALUATOR, uuid4(), draft, door=door or make_door(), hours=HOURS)


def make_seat(
    session: Session, workshop: Workshop, group: StakeholderGroup | None = None, *, most: int = 60
) -> WorkshopSeat:
    """A phone that joined."""
    group = group or make_group(session)
    return workshops.sit(session, uuid4(), workshop.id, group.id, at=NOW, consent=CONSENT, most=most)


def make_card(session: Session, seat: WorkshopSeat, text: str = "A quiet street") -> WorkshopCard:
    """A card on the wall."""
    return workshops.add_card(session, seat.id, uuid4(), text, at=NOW)


def go_to(session: Session, workshop_id: UUID, *phases: Phase) -> None:
    """Go through these phases."""
    for phase in phases:
        revision = workshops.get_workshop(session, workshop_id, NOW).revision
        workshops.move(session, EVALUATOR, workshop_id, phase, revision, hours=HOURS)


def door_of(session: Session, workshop: Workshop) -> str:
    """Its short code."""
    return workshops.get_workshop(session, workshop.id, NOW).door
