"""Comparing: one indicator at each site and in each cohort, beside each other.

Each number leads to what it rests on: the measurement of its site, or the rule by which it was counted. There
a reader sees what they may see, as here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.indicators import Definition, expected
from toc.domain.indicators.seeing import Cell, Cross, Group
from toc.domain.intervals import Interval
from toc.services import indicators as service
from toc.services import participants
from toc.services.indicators import IndicatorView, Whole, results
from toc.services.indicators.results import Results, Seen
from toc.services.participants.comparing import by_cohort
from toc.web import frame, texts
from toc.web.database import read_session
from toc.web.indicators.blueprint import indicators
from toc.web.indicators.results import crumb, sites_text, tabs
from toc.web.said import Said
from toc.web.security import act, allow

BAR = 120
"""Width of the picture of a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value as a bar, with where a share may lie; all lengths in a picture `BAR` wide.

    Attributes:
        end: of the bar.
        low, high: of the interval; None without one.
        aim: place of what is aimed at; None without.
    """

    end: int
    low: int | None
    high: int | None
    aim: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One site or cohort; its value leads to what it rests on."""

    name: str
    value: str
    url: str
    sure: str
    people: str
    meets: str
    bar: Bar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Sites or cohorts beside each other.

    Attributes:
        title: what stands beside each other, and of which day.
        sides: in order.
        total: of all together; it leads to what it rests on.
        note: what a reader has to know of it.
    """

    title: str
    kind: str
    sides: tuple[Side, ...]
    total: str
    total_url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """Sites in the groups of one breakdown: of each its name, the address of its measurement, its cells."""

    title: str
    groups: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def unknown(name: str) -> str:
    """Return the name of a group, or the word for those of whom it is not known."""
    return name or str(gettext("unknown"))


def interval_text(interval: Interval | None) -> str:
    """Return where a share may lie: "51 % to 68 %"; "" without an interval."""
    if interval is None:
        return ""
    return str(
        gettext("%(low)s to %(high)s", low=texts.percent(interval.low), high=texts.percent(interval.high))
    )


def _bars(cells: Iterable[Cell], aim: Decimal | None) -> list[Bar | None]:
    """Return the values on one scale that begins at zero; nothing where one is below it."""
    cells = list(cells)
    values = [cell.reading.value for cell in cells if cell.reading is not None]
    ends = [cell.interval.high for cell in cells if cell.interval is not None]
    most = max([*values, *ends, aim or Decimal(0)], default=Decimal(0))
    if most <= 0 or min(values, default=Decimal(0)) < 0:
        return [None] * len(cells)

    def at(value: Decimal | None) -> int | None:
        return None if value is None else round(value / most * BAR)

    return [
        None
        if cell.reading is None
        else Bar(
            end=at(cell.reading.value) or 0,
            low=None if cell.interval is None else at(cell.interval.low),
            high=None if cell.interval is None else at(cell.interval.high),
            aim=at(aim),
        )
        for cell in cells
    ]


def _sides(
    groups: Iterable[tuple[Group, Cell, str]],
    definition: Definition,
    aim: Decimal | None,
    said: Said,
    nobody: str,
) -> tuple[Side, ...]:
    found = list(groups)
    target = definition.target

    def meets(cell: Cell) -> str:
        if cell.reading is None or aim is None or target is None:
            return ""
        return str(gettext("yes") if target.is_met_by(cell.reading.value, aim) else gettext("no"))

    return tuple(
        Side(
            name=group.name or nobody,
            value=said.cell(cell, definition),
            url=url,
            sure=interval_text(cell.interval),
            people="" if cell.people is None else texts.number(cell.people),
            meets=meets(cell),
            bar=bar,
        )
        for (group, cell, url), bar in zip(found, _bars([cell for _, cell, _ in found], aim), strict=True)
    )


def _measurements(whole: Whole, on: date) -> dict[str, str]:
    """Return the addresses of what counts on a day, by site; "": of the whole, else of all that there is."""
    at: dict[str, Any] = {"programme_id": whole.programme.id}
    every = url_for(".show", indicator_id=whole.view.id, _anchor="measured", **at)
    return {"": every} | {
        one.site: url_for(".measurement", measurement_id=one.id, **at)
        for one in whole.series
        if one.reading.on == on
    }


def _of_sites(whole: Whole, seen: Seen, said: Said) -> Comparison | None:
    if seen.sites is None:
        return None
    on, definition = seen.sites.days[-1], seen.definition
    day = next(one for one in seen.standing.days if one.on == on)
    target = definition.target
    # What sites add up to is aimed at for all together; only a share or a mean has the aim of each site.
    aim = (
        expected(target, on)
        if target is not None and definition.kind.value in {"proportion", "mean"}
        else None
    )
    lacks, urls = sites_text(day.present, day.expected), _measurements(whole, on)
    return Comparison(
        title=gettext("Sites on %(on)s", on=texts.day(on)),
        kind=gettext("Site"),
        sides=_sides(
            [(group, group.cells[-1], urls.get(group.name, "")) for group in seen.sites.groups],
            definition,
            aim,
            said,
            gettext("unknown"),
        ),
        total=said.cell(day.cell, definition),
        total_url=urls[""],
        note=gettext("The total is of %(sites)s.", sites=lacks) if lacks else "",
    )


def _of_cohorts(session: Session, view: IndicatorView, found: Results, said: Said) -> Comparison | None:
    rule = participants.rule_in(view)
    cohorts = by_cohort(session, rule, found.small, act().on)
    if cohorts is None:
        return None
    definition = rule.view.definition
    url = url_for("participants.computed", programme_id=found.programme.id, indicator_id=view.id)
    return Comparison(
        title=gettext("Cohorts on %(on)s", on=texts.day(cohorts.on)),
        kind=gettext("Cohort"),
        sides=_sides(
            [(group, group.cells[0], url) for group in cohorts.groups],
            definition,
            None,
            said,
            gettext("in no cohort"),
        ),
        total=said.cell(cohorts.total, definition),
        total_url=url,
        note=gettext("Counted from participants as they are recorded now."),
    )


def _cross(cross: Cross, definition: Definition, urls: Mapping[str, str], said: Said) -> CrossTable:
    return CrossTable(
        title=gettext("Sites by %(name)s, %(on)s", name=cross.name, on=texts.day(cross.on)),
        groups=tuple(unknown(name) for name in cross.groups),
        rows=tuple(
            (site.name, urls[site.name], tuple(said.cell(cell, definition) for cell in site.cells))
            for site in cross.sites
        ),
    )


def _asked(found: Results) -> UUID | None:
    """Return the indicator that is asked for, else the first that sites count, else the first."""
    typed = request.args.get("indicator", "")
    by_code = {row.code: row.id for row in found.rows}
    at_sites = (
        row.id for row in found.rows if row.standing.latest is not None and row.standing.latest.present
    )
    return by_code.get(typed) or next(at_sites, next((row.id for row in found.rows), None))


@indicators.get("/p/<uuid:programme_id>/results/compare")
@allow("indicator.read")
def compare(programme_id: UUID) -> ResponseReturnValue:
    """Show one indicator at each site and in each cohort."""
    session = read_session(programme_id)
    found = results.results(session, act(), in_full=False)
    said, shown = Said.of(found.programme), _asked(found)
    frame.show_in(found.programme, *crumb(programme_id), (gettext("Sites and cohorts"), None))
    about: dict[str, Any] = {"view": None, "comparisons": (), "crosses": ()}
    if shown is not None:
        whole = service.get_whole(session, act(), shown)
        seen = results.seen(whole, found.small, act().on)
        parts = (_of_sites(whole, seen, said), _of_cohorts(session, whole.view, found, said))
        about = {
            "view": whole.view,
            "comparisons": tuple(one for one in parts if one is not None),
            "crosses": tuple(
                _cross(cross, seen.definition, _measurements(whole, cross.on), said) for cross in seen.crosses
            ),
        }
    return render_template(
        "indicators/compare.html",
        choices=[(row.code, f"{row.code} {row.definition.name}") for row in found.rows],
        width=BAR,
        tabs=tabs(programme_id, "indicators.compare"),
        address={"programme_id": programme_id, "indicator_id": shown},
        **about,
    )
