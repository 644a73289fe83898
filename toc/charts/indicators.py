"""The chart of an indicator: what was measured, and the line from baseline to target."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from typing import Any

import plotly.graph_objects as go

from toc.domain.indicators import Definition, Judgement, Kind, Reading, Status, Target, expected
from toc.domain.indicators.seeing import SeenDay, Split
from toc.domain.intervals import Interval

MEASURED, AIM, TARGET, MUTED = "--toc-brand", "--toc-muted", "--toc-accent", "--toc-muted"
SURE = "--toc-brand-line"
LOWEST, HIGHEST = (220, 206, 188), (20, 54, 40)
"""Colours of the lowest and the highest level of an ordinal score; the others lie between."""
"""Tokens of the style sheet; `static/js/chart.js` fills in their colours."""

_GAP = {Status.BEHIND: "--toc-behind", Status.REACHED: "--toc-reached"}
_FROM_ZERO = frozenset({Kind.COUNT, Kind.SUM})
"""Kinds that add up, so that their height from zero means something."""

_HEIGHT = 340
_MANY = 30
_HEADROOM = 0.35
_EARLY = 0.3
_NEAR = 0.16  # of the height: what a label takes
_WIDE = 0.55  # of the width: what two labels side by side take on a phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is written in the chart, in the reader's language.

    Attributes:
        baseline: for example "baseline 38 %".
        target: for example "target 50 %".
        latest: for example "72 of 120 (60 %)".
        unit: beside the axis of values; empty for a percentage.
        percent: what follows a percentage on that axis: "%" with or without a space.
        say: makes the text of a reading, shown where somebody points.
        yes, no: on the axis of yes or no.
    """

    baseline: str
    target: str
    latest: str
    unit: str
    percent: str
    say: Callable[[Reading], str]
    yes: str
    no: str


def progress(
    readings: Sequence[Reading],
    definition: Definition,
    judgement: Judgement,
    words: Words,
    intervals: Sequence[Interval | None] = (),
) -> go.Figure:
    """Draw the readings as a line with points, and the way from baseline to target as a dashed one.

    A dotted line joins the latest reading to the aim of its day: what it is ahead or behind.

    Args:
        readings: those that may be shown, earliest first.
        definition: with baseline and target.
        judgement: of the latest reading.
        words: what is written in it.
        intervals: of each reading where its share may lie; none: it is not said.
    """
    kind = definition.kind
    traces = [
        *_sure(readings, intervals),
        *_way(readings, definition),
        *_measured(readings, kind, words),
        *_gap(readings, kind, judgement),
        *_ends(definition),
    ]
    days, values = _extent(traces)
    figure = go.Figure(data=traces, layout=_layout(definition, words, days, values))
    for label in _labels(readings, definition, words, days, values):
        figure.add_annotation(label)
    return figure


def _colour(token: str) -> str:
    return f"var({token})"


def _height(value: Decimal, kind: Kind) -> float:
    """Return how high a value stands: a share as a percentage."""
    return float(value * 100 if kind is Kind.PROPORTION else value)


def _way(readings: Sequence[Reading], definition: Definition) -> Iterable[go.Scatter]:
    """Draw the line to the target; where only the end counts, its level; of periods what each asks for."""
    target, kind = definition.target, definition.kind
    if target is None:
        return
    if target.periods:
        yield _steps(target, kind)
        return
    begin, start, dash = target.baseline_on, None, "dot"
    if begin is not None and target.gradual:
        start, dash = expected(target, begin), "dash"
    else:
        begin = min([reading.on for reading in readings[:1]] + ([begin] if begin else []), default=None)
    if begin is None or begin >= target.on:
        return
    yield go.Scatter(
        name="aim",
        x=[begin.isoformat(), target.on.isoformat()],
        y=[_height(target.value if start is None else start, kind), _height(target.value, kind)],
        mode="lines",
        line={"color": _colour(AIM), "width": 2, "dash": dash},
        hoverinfo="skip",
    )


def _steps(target: Target, kind: Kind) -> go.Scatter:
    """Draw what each period asks for, from its first day to its last."""
    days: list[str | None] = []
    heights: list[float | None] = []
    for period in target.periods:
        days += [period.starts_on.isoformat(), period.ends_on.isoformat(), None]
        heights += [_height(period.value, kind)] * 2 + [None]
    return go.Scatter(
        name="aim",
        x=days[:-1],
        y=heights[:-1],
        mode="lines",
        line={"color": _colour(AIM), "width": 2, "dash": "dash"},
        connectgaps=False,
        hoverinfo="skip",
    )


def _sure(readings: Sequence[Reading], intervals: Sequence[Interval | None]) -> Iterable[go.Scatter]:
    """Draw from where to where each share may lie, as a line through its point with two ends."""
    pairs = [(one, sure) for one, sure in zip(readings, intervals, strict=False) if sure is not None]
    if not pairs:
        return
    yield go.Scatter(
        name="sure",
        x=[one.on.isoformat() for one, _ in pairs],
        y=[float(one.value * 100) for one, _ in pairs],
        mode="markers",
        marker={"color": _colour(SURE), "size": 1},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [float((sure.high - one.value) * 100) for one, sure in pairs],
            "arrayminus": [float((one.value - sure.low) * 100) for one, sure in pairs],
            "color": _colour(SURE),
            "thickness": 2,
            "width": 5,
        },
        hoverinfo="skip",
        cliponaxis=False,
    )


def _measured(readings: Sequence[Reading], kind: Kind, words: Words) -> Iterable[go.Scatter]:
    if not readings:
        return
    yield go.Scatter(
        name="measured",
        x=[reading.on.isoformat() for reading in readings],
        y=[_height(reading.value, kind) for reading in readings],
        text=[escape(words.say(reading)) for reading in readings],
        mode="lines+markers",
        line={"color": _colour(MEASURED), "width": 3},
        marker={
            "color": _colour(MEASURED),
            "size": 6 if len(readings) > _MANY else 11,
            "line": {"color": _colour("--toc-card"), "width": 2},
        },
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _gap(readings: Sequence[Reading], kind: Kind, judgement: Judgement) -> Iterable[go.Scatter]:
    if not readings or judgement.expected is None or judgement.latest != readings[-1]:
        return
    latest = readings[-1]
    if latest.value == judgement.expected:
        return
    yield go.Scatter(
        name="gap",
        x=[latest.on.isoformat()] * 2,
        y=[_height(judgement.expected, kind), _height(latest.value, kind)],
        mode="lines",
        line={"color": _colour(_GAP.get(judgement.status, MUTED)), "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )


def _ends(definition: Definition) -> Iterable[go.Scatter]:
    points = (
        ("baseline", definition.baseline_value, definition.baseline_on, "circle", "--toc-card", MUTED, 11),
        ("target", definition.target_value, definition.target_on, "diamond", TARGET, "--toc-card", 16),
    )
    for name, value, on, symbol, fill, edge, size in points:
        if value is None or on is None:
            continue
        yield go.Scatter(
            name=name,
            x=[on.isoformat()],
            y=[_height(value, definition.kind)],
            mode="markers",
            marker={
                "symbol": symbol,
                "size": size,
                "color": _colour(fill),
                "line": {"color": _colour(edge), "width": 2},
            },
            hoverinfo="skip",
            cliponaxis=False,
        )


def _extent(traces: Iterable[go.Scatter]) -> tuple[tuple[date, date], tuple[float, float]]:
    traces = list(traces)
    days = [date.fromisoformat(day) for trace in traces for day in trace.x if day is not None]
    values = [value for trace in traces for value in trace.y if value is not None]
    for trace in traces:
        if trace.name == "sure":
            values += [high + more for high, more in zip(trace.y, trace.error_y.array, strict=True)]
            values += [low - less for low, less in zip(trace.y, trace.error_y.arrayminus, strict=True)]
    return (min(days), max(days)), (min(values), max(values))


def _layout(
    definition: Definition, words: Words, days: tuple[date, date], values: tuple[float, float]
) -> dict[str, Any]:
    margin = max((days[1] - days[0]) * 0.04, timedelta(days=7))
    line = _colour("--toc-line")
    low, high = _range(definition.kind, values)
    y: dict[str, Any] = {
        "range": [low, high],
        "gridcolor": line,
        "zeroline": False,
        "fixedrange": True,
        "nticks": 6,
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
    }
    if definition.kind is Kind.PROPORTION:
        y |= {"ticksuffix": words.percent}
    if definition.kind is Kind.YES_NO:
        y |= {"tickvals": [0, 1], "ticktext": [words.no, words.yes]}
    if words.unit:
        font = {"color": _colour(MUTED), "size": 13}
        y |= {"title": {"text": escape(words.unit), "font": font, "standoff": 8}}
    return {
        "template": "none",
        "height": _HEIGHT,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": _colour("--toc-card"), "bordercolor": _colour(MEASURED)},
        "xaxis": {
            "type": "date",
            "range": [(days[0] - margin).isoformat(), (days[1] + margin).isoformat()],
            "showgrid": False,
            "linecolor": _colour("--toc-line-strong"),
            "ticks": "outside",
            "tickcolor": _colour("--toc-line-strong"),
            "fixedrange": True,
            "nticks": 8,
        },
        "yaxis": y,
    }


def _range(kind: Kind, values: tuple[float, float]) -> tuple[float, float]:
    low, high = values
    if kind is Kind.YES_NO:
        return -0.25, 1.35
    if kind in _FROM_ZERO and low > 0:
        low = 0.0
    room = (high - low or abs(high) or 1.0) * _HEADROOM
    if low == 0.0:
        return -room / 2, high + room
    return max(low - room, 0.0) if low > 0 else low - room, high + room


def _labels(
    readings: Sequence[Reading],
    definition: Definition,
    words: Words,
    days: tuple[date, date],
    values: tuple[float, float],
) -> Iterable[dict[str, Any]]:
    target, kind = definition.target, definition.kind
    falls = target is not None and target.way is not None and target.way < 0
    if definition.baseline_on is not None and definition.baseline_value is not None:
        height = _height(definition.baseline_value, kind)
        # On the side of the way that is empty, unless the first reading is there.
        first = readings[0].value - definition.baseline_value if readings else 0
        below = first > 0 if falls else first >= 0
        yield _label(
            "baseline", definition.baseline_on, height, words.baseline, MUTED, side="left", below=below
        )
    if target is not None:
        yield _label(
            "target", target.on, _height(target.value, kind), words.target, TARGET, side="right", below=falls
        )
    if not readings:
        return
    latest = readings[-1]
    height = _height(latest.value, kind)
    below = latest.value < readings[0].value
    way = (latest.on - days[0]) / max(days[1] - days[0], timedelta(days=1))
    if target is not None and way > 1 - _WIDE:
        # The label of the target stands there too.
        near = abs(height - _height(target.value, kind)) < _NEAR * (values[1] - values[0] or 1.0)
        below = not falls if near else below
    early = way < _EARLY
    yield _label(
        "latest", latest.on, height, words.latest, MEASURED, side="left" if early else "right", below=below
    )


def _label(
    name: str, on: date, height: float, text: str, token: str, *, side: str, below: bool = False
) -> dict[str, Any]:
    return {
        "name": name,
        "x": on.isoformat(),
        "y": height,
        "text": escape(text),
        "showarrow": False,
        "xanchor": side,
        "yanchor": "top" if below else "bottom",
        "yshift": -11 if below else 11,
        "bgcolor": _colour("--toc-card"),
        "borderpad": 1,
        # Not the tag <b>: it becomes an inline style, which the Content-Security-Policy refuses.
        "font": {"color": _colour(token), "size": 14, "weight": 400 if token == MUTED else 700},
    }


# --- Groups beside each other -------------------------------------------------------------------------------

_ACROSS = 2
_SMALL = 170


def multiples(split: Split, definition: Definition, names: Sequence[str], words: Words) -> go.Figure | None:
    """Draw each group of a breakdown, or each site, in a small picture of its own, all on one scale.

    Args:
        split: as the reader may see it; what is suppressed is a gap.
        definition: of the indicator.
        names: of the groups, in order, as the reader reads them.
        words: what is written in it; its labels are not used.

    Returns:
        None when no number is shown.
    """
    kind = definition.kind
    rows = -(-len(split.groups) // _ACROSS)
    figure = go.Figure()
    values: list[float] = []
    for place, group in enumerate(split.groups):
        axis = "" if not place else str(place + 1)
        heights = [
            None if cell.reading is None else _height(cell.reading.value, kind) for cell in group.cells
        ]
        values += [height for height in heights if height is not None]
        figure.add_scatter(
            name=names[place],
            x=[day.isoformat() for day in split.days],
            y=heights,
            text=["" if cell.reading is None else escape(words.say(cell.reading)) for cell in group.cells],
            mode="lines+markers",
            line={"color": _colour(MEASURED), "width": 2},
            marker={"color": _colour(MEASURED), "size": 7},
            connectgaps=False,
            hovertemplate="%{text}<extra></extra>",
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            cliponaxis=False,
        )
    if not values:
        return None
    days = (min(split.days), max(split.days))
    figure.update_layout(_small_layout(split, names, rows, days, _range(kind, (min(values), max(values)))))
    if kind is Kind.PROPORTION:
        figure.update_yaxes(ticksuffix=words.percent)
    return figure


def _small_layout(
    split: Split, names: Sequence[str], rows: int, days: tuple[date, date], heights: tuple[float, float]
) -> dict[str, Any]:
    margin = max((days[1] - days[0]) * 0.08, timedelta(days=7))
    layout: dict[str, Any] = {
        "template": "none",
        "height": _SMALL * rows + 40,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "annotations": [],
    }
    wide, high = 1 / _ACROSS, 1 / rows
    for place in range(len(split.groups)):
        row, column = divmod(place, _ACROSS)
        axis = "" if not place else str(place + 1)
        left, top = column * wide, 1 - row * high
        layout[f"xaxis{axis}"] = {
            "type": "date",
            "domain": [left + 0.03, left + wide - 0.03],
            "anchor": f"y{axis}",
            "range": [(days[0] - margin).isoformat(), (days[1] + margin).isoformat()],
            "showgrid": False,
            "linecolor": _colour("--toc-line-strong"),
            "nticks": 3,
            "fixedrange": True,
        }
        layout[f"yaxis{axis}"] = {
            "domain": [top - high + 0.3 * high, top - 0.14 * high],
            "anchor": f"x{axis}",
            "range": list(heights),
            "gridcolor": _colour("--toc-line"),
            "zeroline": False,
            "nticks": 4,
            "showticklabels": column == 0,
            "fixedrange": True,
        }
        layout["annotations"].append(
            {
                "name": f"group-{place}",
                "text": escape(names[place]),
                "xref": "paper",
                "yref": "paper",
                "x": left + 0.03,
                "y": top,
                "xanchor": "left",
                "yanchor": "top",
                "showarrow": False,
                "font": {"color": _colour("--toc-ink"), "size": 14, "weight": 700},
            }
        )
    return layout


# --- Levels in an order -------------------------------------------------------------------------------------


def distribution(
    days: Sequence[SeenDay], levels: Sequence[str], hidden: str, say_day: Callable[[date], str]
) -> go.Figure | None:
    """Draw for each moment how many people are on each level, one bar from the lowest to the highest.

    Args:
        days: with the people on each level; levels that are suppressed come together in one grey part.
        levels: their names, lowest first.
        hidden: the word for what is suppressed.
        say_day: writes a day.

    Returns:
        None when no day has levels.
    """
    shown = [day for day in days if day.levels and any(day.levels)]
    if not shown:
        return None
    labels = [escape(say_day(day.on)) for day in shown]
    figure = go.Figure()
    for place, name in enumerate(levels):
        counts = [(day.levels[place] if place < len(day.levels) else 0) or 0 for day in shown]
        figure.add_bar(
            name=escape(name),
            y=labels,
            x=counts,
            orientation="h",
            marker={
                "color": _between(place, len(levels)),
                "line": {"color": _colour("--toc-card"), "width": 1},
            },
            hovertemplate=f"{escape(name)}: %{{x}}<extra></extra>",
        )
    kept = [_kept(day) for day in shown]
    if any(kept):
        figure.add_bar(
            name=escape(hidden),
            y=labels,
            x=kept,
            orientation="h",
            marker={"color": _colour("--toc-line"), "pattern": {"shape": "/"}},
            hovertemplate=f"{escape(hidden)}<extra></extra>",
        )
    figure.update_layout(
        template="none",
        barmode="stack",
        height=110 + 46 * len(shown),
        dragmode=False,
        legend={"orientation": "h", "traceorder": "normal", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"fixedrange": True, "gridcolor": _colour("--toc-line"), "zeroline": False, "nticks": 6},
        yaxis={"fixedrange": True, "autorange": "reversed", "automargin": True},
        margin={"t": 70},
    )
    return figure


def _kept(day: SeenDay) -> int:
    """Return the people on the levels that are suppressed: what the shown ones lack of all."""
    if None not in day.levels or day.cell.people is None:
        return 0
    return max(day.cell.people - sum(count or 0 for count in day.levels), 0)


def _between(place: int, many: int) -> str:
    share = place / max(many - 1, 1)
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(LOWEST, HIGHEST, strict=True))
    return f"rgb({red},{green},{blue})"
