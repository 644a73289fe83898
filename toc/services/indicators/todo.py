"""What waits to be logged in one programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.services.indicators.reading import open_on, overview, sites
from toc.services.indicators.reviewing import many_returned_to
from toc.services.indicators.values import IndicatorView

_A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class ASite:
    """A site where something is counted today."""

    id: UUID
    name: str


def open_sites(session: Session, on: date) -> tuple[ASite, ...]:
    """Return the sites where something is counted on a day, by name, in one statement."""
    places = sites(session)
    still_open = set(open_on(places, on))
    return tuple(ASite(id=place.id, name=place.name) for place in places if place.id in still_open)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLog:
    """A value that waits.

    Attributes:
        due_on: since when; of sites that lack, the day on which others were counted.
        site_id: the first site that lacks; None: the whole programme.
        on: the day that the form begins with.
        is_mine: whether nobody else is named to see to it.
    """

    view: IndicatorView
    due_on: date
    site_id: UUID | None
    on: date
    is_mine: bool

    def turn(self, today: date) -> tuple[bool, bool, date, str]:
        """Return what it is sorted by: others' last, before them what waits a year, the longest first.

        Nobody catches up on the old ones today, and what is due this week would stand below them.
        """
        return not self.is_mine, self.due_on <= today - _A_YEAR, self.due_on, self.view.code


def to_log(session: Session, act: Act) -> tuple[list[ToLog], tuple[ASite, ...]]:
    """Return the values that are due or overdue in the order of `ToLog.turn`, and the open sites.

    An indicator that is computed waits for nobody, and one of a programme that ended waits no longer than
    `toc.domain.indicators.asked_until` says. Where some sites were counted on the latest day and others
    were not, it waits for those.

    At most five statements.
    """
    places = open_sites(session, act.on)
    found = [_waiting(view, act, places) for view in overview(session, act.on, act=act)]
    return sorted((one for one in found if one is not None), key=lambda one: one.turn(act.on)), places


def many_to_log(session: Session, act: Act) -> int:
    """Return how many values the page of today lists of a programme: those of `to_log`, and what came back.

    At most six statements.
    """
    waiting, _ = to_log(session, act)
    return len(waiting) + many_returned_to(session, act)


def _waiting(view: IndicatorView, act: Act, places: Sequence[ASite]) -> ToLog | None:
    if view.definition.rule is not None or view.judgement.is_closed(act.on):
        return None
    is_mine = view.definition.responsible_id in {None, act.user}
    now, due_on = view.now, view.judgement.due_on
    of_sites = now is not None and not now.is_whole
    if due_on is not None and due_on <= act.on:
        first = places[0].id if of_sites and places else None
        return ToLog(view=view, due_on=due_on, site_id=first, on=act.on, is_mine=is_mine)
    still = [place.id for place in places if now is not None and place.id in now.absent]
    if now is None or now.is_whole or not still:
        return None
    return ToLog(view=view, due_on=now.on, site_id=still[0], on=now.on, is_mine=is_mine)
