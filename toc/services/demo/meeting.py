"""Loading the workshops of a demo programme: who sat in the room, their cards and dots, and what was kept."""

from functools import partial

from toc.domain.workshops import Phase, door_code
from toc.services import interviews, workshops
from toc.services.demo import content
from toc.services.demo.here import Here

EVALUATOR = "evaluator"
_HOURS = 8
"""How long the door stays open: a day."""


def plan(here: Here) -> None:
    """Plan each on its day, from opening the door to keeping the cards."""
    for workshop in here.file.workshops:
        here.plan(workshop.on, partial(_open, here, workshop))
        here.plan(workshop.on, partial(_write, here, workshop))
        here.plan(workshop.on, partial(_move, here, workshop, Phase.DOTS))
        here.plan(workshop.on, partial(_dot, here, workshop))
        here.plan(workshop.on, partial(_move, here, workshop, Phase.CLOSED))
        here.plan(workshop.on, partial(_keep, here, workshop))


def _open(here: Here, workshop: content.Workshop) -> None:
    id_ = here.id("workshop", workshop.key)
    draft = workshops.WorkshopDraft(title=here.say(workshop.title), dots=workshop.dots)
    act = here.act(workshop.on, EVALUATOR)
    row = workshops.open_workshop(here.session, act, id_, draft, door=door_code(id_.bytes), hours=_HOURS)
    here.mark("workshop", row.id)


def _write(here: Here, workshop: content.Workshop) -> None:
    for seat in workshop.seats:
        seat_id = here.id("seat", workshop.key, seat.key)
        workshops.sit(
            here.session,
            seat_id,
            here.id("workshop", workshop.key),
            here.id("group", seat.group),
            at=here.act(workshop.on, EVALUATOR).at,
            consent=here.say(here.demo.consent.workshop),
            most=len(workshop.seats),
        )
        for card in seat.cards:
            card_id = here.id("card", workshop.key, card.key)
            at = here.act(workshop.on, EVALUATOR).at
            workshops.add_card(here.session, seat_id, card_id, here.say(card.text), at=at)


def _dot(here: Here, workshop: content.Workshop) -> None:
    for seat in workshop.seats:
        for key in seat.dots:
            seat_id, card_id = here.id("seat", workshop.key, seat.key), here.id("card", workshop.key, key)
            workshops.put_dot(here.session, seat_id, card_id, put=True)


def _move(here: Here, workshop: content.Workshop, to: Phase) -> None:
    act, id_ = here.act(workshop.on, EVALUATOR), here.id("workshop", workshop.key)
    revision = workshops.get_workshop(here.session, id_, act.at).revision
    workshops.move(here.session, act, id_, to, revision, hours=_HOURS)


def _keep(here: Here, workshop: content.Workshop) -> None:
    act, id_ = here.act(workshop.on, EVALUATOR), here.id("workshop", workshop.key)
    cards = [here.id("card", workshop.key, key) for key in workshop.kept]
    workshops.keep_cards(here.session, act, id_, cards)
    for column in workshops.board(here.session, id_).columns:
        for card in column.cards:
            if card.statement_id is not None:
                here.mark("statement", card.statement_id)
    for _, interview_id in workshops.sources(here.session, id_):
        interview = interviews.interview_view(here.session, act, interview_id)
        here.mark("interview", interview_id)
        here.mark("respondent", interview.respondent.id)
