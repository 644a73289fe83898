"""What the page of an indicator shows of its days, groups and sites: pictures, each with its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext, ngettext

from toc.charts.indicators import Words, distribution, multiples, progress
from toc.domain.indicators import Definition, Kind, Reading, Status, expected
from toc.domain.indicators.seeing import SeenDay, Split, Standing
from toc.services.indicators import Whole
from toc.services.indicators.results import Seen
from toc.web import texts
from toc.web.indicators.compare import interval_text, unknown
from toc.web.indicators.results import sites_text
from toc.web.said import NOBODY, Said, no, not_shown, yes

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One day in the table beside the chart."""

    day: str
    value: str
    sure: str
    aim: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTable:
    """A breakdown, or the sites: a row for each group and a column for each of the latest days."""

    id: str
    title: str
    sentence: str
    figure: Figure | None
    days: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What somebody saw, in words."""

    day: str
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelTable:
    """The people on each level, a row for each moment."""

    figure: Figure | None
    sentence: str
    levels: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]


MOST_DAYS = 6
"""Columns of a table of groups: the latest days."""


def _words(definition: Definition, said: Said, latest: str) -> Words:
    def say(reading: Reading) -> str:
        return f"{texts.day(reading.on)}: {said.counted(reading, definition)}"

    return Words(
        baseline=gettext("baseline %(value)s", value=said.amount(definition.baseline_value, definition)),
        target=gettext("target %(value)s", value=said.aim(_aimed(definition), definition)),
        latest=latest,
        unit=definition.unit,
        percent=texts.percent(0).lstrip("0"),
        say=say,
        yes=yes(),
        no=no(),
    )


def _aimed(definition: Definition) -> Decimal | None:
    """Return where it goes: the target, or what the last period asks for."""
    return None if definition.target is None else definition.target.value


def chart(seen: Seen, said: Said) -> Figure | None:
    """Return the figure of an indicator, or None when there is nothing that may be drawn.

    A day on which sites lack stands in the table alone: beside the others it would be a fall that was none.
    """
    definition = seen.definition
    if definition.kind in {Kind.ORDINAL, Kind.NARRATIVE}:
        return None
    days = [day for day in seen.standing.days if day.cell.reading is not None and not day.is_partial]
    readings = [day.cell.reading for day in days if day.cell.reading is not None]
    if not readings:
        return None
    words = _words(definition, said, said.counted(readings[-1], definition))
    intervals = [day.cell.interval for day in days]
    figure = progress(readings, definition, seen.standing.judgement, words, intervals)
    return dict(figure.to_plotly_json())


def chart_sentence(seen: Seen, said: Said) -> str:
    """Return the chart in a sentence, and what its lines mean."""
    definition, target = seen.definition, seen.definition.target
    parts = [brief(seen.standing, definition, said)]
    if target is None:
        parts.append(gettext("The line shows what was measured."))
    elif target.periods:
        parts.append(
            gettext("The line shows what was measured; the dashed lines are the targets per period.")
        )
    elif target.baseline is None or not target.gradual:
        parts.append(gettext("The line shows what was measured; the dotted line is the target."))
    else:
        parts.append(
            gettext(
                "The line shows what was measured; the dashed line leads from the baseline to the target."
            )
        )
    if any(day.is_partial for day in seen.standing.days):
        parts.append(gettext("Days on which not all sites were counted stand in the table alone."))
    if any(day.cell.interval is not None for day in seen.standing.days):
        parts.append(
            gettext(
                "The upright line through a point says from where to where the share may lie, with 95 "
                "percent certainty: chance alone moves it that much."
            )
        )
    return " ".join(part for part in parts if part)


def brief(standing: Standing, definition: Definition, said: Said) -> str:
    """Return how an indicator stands in half a line: "72 of 120 (60 %); target 70 %: behind."."""
    latest, status = standing.latest, standing.judgement.status
    if latest is None or latest.cell.reading is None:
        return ""
    value = said.counted(latest.cell.reading, definition)
    if latest.is_partial:
        return str(
            gettext(
                "%(value)s so far, of %(sites)s: not judged yet.",
                value=value,
                sites=sites_text(latest.present, latest.expected),
            )
        )
    if definition.target is None or status is Status.NOT_MEASURABLE:
        return f"{value}."
    return str(
        gettext(
            "%(value)s; target %(target)s: %(status)s.",
            value=value,
            target=said.aim(definition.target.value, definition),
            status=texts.word(status),
        )
    )


def day_rows(days: Sequence[SeenDay], definition: Definition, said: Said) -> list[DayRow]:
    """Return days as the table shows them."""
    target = definition.target
    return [
        DayRow(
            day=texts.day(day.on, short=True),
            value=said.cell(day.cell, definition) or NOBODY,
            sure=interval_text(day.cell.interval),
            aim="" if target is None or day.is_partial else said.aim(expected(target, day.on), definition),
            note=_note(day, definition, said),
        )
        for day in days
    ]


def _note(day: SeenDay, definition: Definition, said: Said) -> str:
    """Say of which sites a number is, what the whole says more, and of whom there is none."""
    notes = [sites_text(day.present, day.expected), *closed_notes(day, definition, said)]
    if day.cell.reading is None and not day.cell.is_hidden:
        notes.append(texts.sentence(day.key))
    if day.difference is not None:
        notes.append(
            gettext("sites together differ by %(value)s", value=said.amount(day.difference, definition))
        )
    if day.missing:
        notes.append(
            ngettext("%(num)d person without a value", "%(num)d people without a value", day.missing)
        )
    return "; ".join(note for note in notes if note)


def closed_notes(day: SeenDay, definition: Definition, said: Said) -> list[str]:
    """Say what of a day is not shown because another indicator is, and which."""
    names = {one.key: one.name for one in definition.breakdowns}
    threshold = said.small.threshold
    return [
        gettext(
            "not shown by %(breakdown)s: together with %(other)s it would show a group of fewer than "
            "%(threshold)s people",
            breakdown=names[key],
            other=other,
            threshold=threshold,
        )
        if key
        else gettext(
            "together with %(other)s it would show a group of fewer than %(threshold)s people",
            other=other,
            threshold=threshold,
        )
        for key, other in day.closed.items()
    ]


# --- Groups and sites ---------------------------------------------------------------------------------------


def split_tables(seen: Seen, said: Said) -> tuple[SplitTable, ...]:
    """Return the breakdowns and the sites of an indicator, each with its picture and table."""
    tables = [_split_table(split, seen.definition, said, split.name) for split in seen.groups]
    if seen.sites is not None:
        tables.append(_split_table(seen.sites, seen.definition, said, gettext("Sites")))
    return tuple(tables)


def _split_table(split: Split, definition: Definition, said: Said, title: str) -> SplitTable:
    names = [unknown(group.name) for group in split.groups]
    figure = None
    if definition.kind not in {Kind.ORDINAL, Kind.NARRATIVE, Kind.YES_NO}:
        figure = multiples(split, definition, names, _words(definition, said, ""))
    days = split.days[-MOST_DAYS:]
    return SplitTable(
        id=f"split-{split.key or 'sites'}",
        title=title,
        sentence=gettext("%(title)s: each in a picture of its own, all on the same scale.", title=title),
        figure=None if figure is None else dict(figure.to_plotly_json()),
        days=tuple(texts.day(day, short=True) for day in days),
        headers=tuple((texts.day(day, short=True), "number") for day in days),
        rows=tuple(
            (
                name,
                tuple(said.cell(cell, definition) or NOBODY for cell in group.cells[-len(days) :]),
            )
            for name, group in zip(names, split.groups, strict=True)
        ),
    )


def is_suppressed(seen: Seen) -> int:
    """Return how many numbers of a page this reader does not see."""
    days = sum(day.cell.is_hidden for day in seen.standing.days)
    splits = [*seen.groups, *([] if seen.sites is None else [seen.sites])]
    cells = sum(cell.is_hidden for split in splits for group in split.groups for cell in group.cells)
    closed = sum(len(day.closed.keys() - {""}) for day in seen.standing.days)
    return days + closed + cells + sum(day.levels.count(None) for day in seen.standing.days)


# --- Levels and accounts ------------------------------------------------------------------------------------


def level_table(seen: Seen, said: Said) -> LevelTable | None:
    """Return the levels of an ordinal score per moment; None for other kinds and without any."""
    definition = seen.definition
    days = [day for day in seen.standing.days if day.levels]
    if definition.kind is not Kind.ORDINAL or not days:
        return None

    def say_day(on: date) -> str:
        return texts.day(on, short=True)

    figure = distribution(days, definition.levels, not_shown(), say_day)
    return LevelTable(
        figure=None if figure is None else dict(figure.to_plotly_json()),
        sentence=_shift([day for day in days if not day.is_partial] or days, definition, said),
        levels=definition.levels,
        rows=tuple(
            (
                say_day(day.on),
                tuple(
                    not_shown() if count is None else texts.number(count)
                    for count in (*day.levels, *([0] * (len(definition.levels) - len(day.levels))))
                ),
                said.cell(day.cell, definition),
            )
            for day in reversed(days)
        ),
    )


def _shift(days: Sequence[SeenDay], definition: Definition, said: Said) -> str:
    """Say where the middle was first and where it is, in levels; never a mean."""
    first, last = days[0].cell.reading, days[-1].cell.reading
    if first is None or last is None:
        return ""
    now = said.amount(last.value, definition)
    if len(days) == 1:
        return str(gettext("The person in the middle is on “%(level)s”.", level=now))
    steps = int(last.value - first.value)
    if not steps:
        return str(gettext("The person in the middle is still on “%(level)s”.", level=now))
    before = said.amount(first.value, definition)
    said_up = ngettext(
        "The person in the middle went up from “%(first)s” to “%(level)s”: %(num)d level.",
        "The person in the middle went up from “%(first)s” to “%(level)s”: %(num)d levels.",
        abs(steps),
        first=before,
        level=now,
    )
    said_down = ngettext(
        "The person in the middle went down from “%(first)s” to “%(level)s”: %(num)d level.",
        "The person in the middle went down from “%(first)s” to “%(level)s”: %(num)d levels.",
        abs(steps),
        first=before,
        level=now,
    )
    return str(said_up if steps > 0 else said_down)


def accounts(whole: Whole, said: Said) -> tuple[Account, ...]:
    """Return what somebody saw, latest first; for those who work with participants alone."""
    if whole.view.definition.kind is not Kind.NARRATIVE or not said.small.sees_all:
        return ()
    return tuple(
        Account(day=texts.day(one.reading.on), by=one.by or NOBODY, text=one.narrative)
        for one in reversed(whole.series)
        if one.narrative
    )
