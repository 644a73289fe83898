"""Grounding: what a programme has that a log can be about, read from its tables."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.exchange.ground import Ground, KnownIndicator, KnownInstrument
from toc.domain.exchange.mapping import Use
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Place
from toc.domain.indicators.breakdowns import LEVEL, breakdowns_in
from toc.models.audit import AuditHead
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.participants import Cohort, Instrument, Site
from toc.services.exchange.naming import NewPlace
from toc.services.indicators.editions import is_current
from toc.services.indicators.locking import locks
from toc.services.participants.instruments import scale_of

_MADE = (Use.SITE, Use.COHORT)


def events(session: Session) -> int:
    """Return how many events the trail of the programme has: as long as it is the same, nothing changed."""
    programme_id = session.info["programme_id"]
    return session.scalar(select(AuditHead.sequence).where(AuditHead.programme_id == programme_id)) or 0


def ground_of(session: Session, act: Act, new: Iterable[NewPlace] = ()) -> Ground:
    """Return what a log can be about, for this person, in a fixed number of statements.

    Args:
        session: of a programme.
        act: who and when.
        new: sites and cohorts that are made when the log comes in.
    """
    made = {use: {one.name.casefold(): one.id.hex for one in new if one.use is use} for use in _MADE}
    indicators = {one.code: one for one in _indicators(session, act)}
    groups: dict[str, set[str]] = {}
    for one in indicators.values():
        for key, options in one.breakdowns.items():
            groups.setdefault(key, set()).update(options)
    sites = _all(session, Site).all()
    return Ground(
        indicators=indicators,
        instruments={
            (row.name.casefold(), row.version.casefold()): KnownInstrument(id=row.id.hex, scale=scale_of(row))
            for row in _all(session, Instrument)
        },
        sites=made[Use.SITE] | {row.name.casefold(): row.id.hex for row in sites},
        places={
            row.id.hex: Place(name=row.name, starts_on=row.starts_on, ends_on=row.ends_on)
            for row in sites
            if row.starts_on or row.ends_on
        },
        cohorts=made[Use.COHORT] | {row.name.casefold(): row.id.hex for row in _all(session, Cohort)},
        groups={key: frozenset(options) for key, options in groups.items()},
        locks=locks(session),
        today=act.on,
    )


def _all(session: Session, table: Any) -> Any:  # noqa: ANN401 - a table, and its rows
    return session.scalars(select(table).where(table.programme_id == session.info["programme_id"]))


def _indicators(session: Session, act: Act) -> Iterator[KnownIndicator]:
    programme_id = session.info["programme_id"]
    rows = session.execute(
        select(Indicator.id, Indicator.code, IndicatorEdition)
        .join(IndicatorEdition, is_current())
        .join(Goal, (Goal.programme_id == Indicator.programme_id) & (Goal.id == Indicator.goal_id))
        .where(Indicator.programme_id == programme_id, *([] if sees_hidden(act.roles) else [Goal.released]))
    )
    for id_, number, edition in rows:
        found = breakdowns_in(edition.breakdowns)
        yield KnownIndicator(
            id=id_.hex,
            edition=edition.id.hex,
            code=code(CodeKind.INDICATOR, number),
            kind=edition.kind,
            lowest=edition.scale_lowest,
            highest=edition.scale_highest,
            breakdowns={one.key: frozenset(option.key for option in one.options) for one in found},
            levels=len(edition.levels),
            names={one.name.strip().casefold(): one.key for one in found},
            options={
                (one.key, option.name.strip().casefold()): option.key
                for one in found
                for option in one.options
            }
            | {
                (LEVEL, name.strip().casefold()): str(place)
                for place, name in enumerate(edition.levels, start=1)
            },
        )
