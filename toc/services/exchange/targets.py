"""Targets: what a column of a log can be about, with the names that people know it by."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import LEVEL, Breakdown, breakdowns_in
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.participants import Instrument
from toc.services.indicators.editions import is_current


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorTarget:
    """An indicator that a column can hold values of.

    Attributes:
        code: such as "I3".
        levels: names of the levels of an ordinal score, lowest first.
    """

    id: UUID
    code: str
    name: str
    kind: Kind
    unit: str
    breakdowns: tuple[Breakdown, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTarget:
    """An item of an instrument, or the score of the whole.

    Attributes:
        item: its key; "" for the whole.
        item_name: as people know it; "" likewise.
    """

    name: str
    version: str
    item: str
    item_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """All that columns can be about in a programme.

    Attributes:
        breakdowns: key and name of each; the levels of ordinal scores are one.
    """

    indicators: tuple[IndicatorTarget, ...]
    scores: tuple[ScoreTarget, ...]
    breakdowns: tuple[tuple[str, str], ...]

    def indicator(self, wanted: str) -> IndicatorTarget | None:
        """Return the indicator with this code."""
        return next((one for one in self.indicators if one.code == wanted), None)


def targets_of(session: Session, act: Act) -> Targets:
    """Return what columns can be about, for this person, in two statements."""
    programme_id = session.info["programme_id"]
    rows = session.execute(
        select(Indicator.id, Indicator.code, IndicatorEdition)
        .join(IndicatorEdition, is_current())
        .join(Goal, (Goal.programme_id == Indicator.programme_id) & (Goal.id == Indicator.goal_id))
        .where(Indicator.programme_id == programme_id, *([] if sees_hidden(act.roles) else [Goal.released]))
        .order_by(Indicator.code)
    )
    indicators = tuple(
        IndicatorTarget(
            id=id_,
            code=code(CodeKind.INDICATOR, number),
            name=edition.name,
            kind=edition.kind,
            unit=edition.unit,
            breakdowns=breakdowns_in(edition.breakdowns),
            levels=tuple(edition.levels),
        )
        for id_, number, edition in rows
    )
    instruments = session.scalars(
        select(Instrument)
        .where(Instrument.programme_id == programme_id)
        .order_by(Instrument.name, Instrument.version)
    )
    named = {one.key: one.name for indicator in indicators for one in indicator.breakdowns}
    levels = ((LEVEL, ""),) if any(one.levels for one in indicators) else ()
    return Targets(
        indicators=indicators,
        scores=tuple(each for one in instruments for each in _scores(one)),
        breakdowns=(*named.items(), *levels),
    )


def _scores(row: Instrument) -> Iterator[ScoreTarget]:
    yield ScoreTarget(name=row.name, version=row.version, item="", item_name="")
    for item in row.items:
        yield ScoreTarget(name=row.name, version=row.version, item=item["key"], item_name=item["name"])
