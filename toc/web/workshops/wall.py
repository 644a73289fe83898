"""The wall: what the projector shows, and how it follows what happens on phones."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from toc.domain.workshops import Phase
from toc.services import workshops as service
from toc.web.database import read_session
from toc.web.security import allow, now
from toc.web.workshops.blueprint import door_of, steps, workshops

_MOST_SHARES = 4
_MANY = 24
_VERY_MANY = 60


@workshops.get("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/board")
@allow("workshop.run")
def board(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Show the wall, for a projector."""
    return render_template("workshops/board.html", **_wall(read_session(programme_id), workshop_id))


@workshops.get("/p/<uuid:programme_id>/workshops/<uuid:workshop_id>/board/now")
@allow("workshop.run")
def board_now(programme_id: UUID, workshop_id: UUID) -> ResponseReturnValue:
    """Return what hangs on the wall, or nothing when the page has seen it."""
    session = read_session(programme_id)
    if request.args.get("seen") == service.seen_so_far(session, workshop_id):
        return "", 204
    return render_template("workshops/_wall.html", **_wall(session, workshop_id))


def _wall(session: Session, workshop_id: UUID) -> dict[str, Any]:
    # First what was seen, then the cards: what comes in between is fetched once more, never missed.
    seen = service.seen_so_far(session, workshop_id)
    view = service.get_workshop(session, workshop_id, now())
    wall = service.board(session, workshop_id)
    hanging = [(column, [card for card in column.cards if not card.taken_off]) for column in wall.columns]
    shown = view.phase is Phase.CLOSED
    if shown:
        hanging = [
            (column, sorted(cards, key=lambda card: (-card.dots, card.number))) for column, cards in hanging
        ]
    return {
        "programme_id": session.info["programme_id"],
        "view": view,
        "door": door_of(view),
        "steps": steps(view),
        "seen": seen,
        "columns": hanging,
        "dots_shown": shown,
        "put": sum(card.dots for card in wall.on_wall),
        "size": "small" if view.cards > _VERY_MANY else "medium" if view.cards > _MANY else "large",
        "wide": min(len(hanging), _MOST_SHARES),
    }
