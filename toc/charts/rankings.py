"""The chart of a ranking: per goal where each party places it, with the spread inside the party."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
"""Marks of parties, in order; a seventh party has the first again, open."""

_COLOURS = (
    "--toc-brand",
    "--toc-accent",
    "--toc-level-output",
    "--toc-level-activity",
    "--toc-level-outcome",
    "--toc-harm",
)
_DASHES = ("solid", "dash", "dot", "longdash", "dashdot", "longdashdot")
_HIGH = 100
_ROW = 64
_AROUND = 72
_BAND = 0.7
"""Part of the height of a row that the marks of the parties take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a party places one goal, from 0 (least important) to 100.

    Attributes:
        goal: place of the goal in the chart, from 0 at the top.
        median: of the party's respondents.
        low: first quartile.
        high: third quartile.
        said: shown where somebody points.
    """

    goal: int
    median: float
    low: float
    high: float
    said: str


def symbol(party: int) -> str:
    """Return the mark of the party at this place."""
    return SYMBOLS[party % len(SYMBOLS)] + ("-open" if party // len(SYMBOLS) % 2 else "")


def importance(goals: Sequence[str], parties: Sequence[Sequence[Span]], *, axis: str) -> go.Figure:
    """Draw a row per goal, with a mark and a line for each party that ranked it.

    The line runs from the first to the third quartile. Parties differ by mark, dash and place in the row,
    not by colour alone.

    Args:
        goals: short labels, the most important first.
        parties: what each party says.
        axis: what is set out from left to right.
    """
    step = _BAND / max(len(parties), 1)
    traces: list[go.Scatter] = []
    for place, spans in enumerate(parties):
        shift = (place - (len(parties) - 1) / 2) * step
        traces += _party(place, spans, shift)
    return go.Figure(data=traces, layout=_layout(goals, axis))


def _party(place: int, spans: Sequence[Span], shift: float) -> Iterable[go.Scatter]:
    colour = f"var({_COLOURS[place % len(_COLOURS)]})"
    line: list[tuple[float | None, float | None]] = []
    for span in spans:
        line += [(span.low, span.goal + shift), (span.high, span.goal + shift), (None, None)]
    yield go.Scatter(
        name="spread",
        x=[x for x, _ in line],
        y=[y for _, y in line],
        mode="lines",
        line={"color": colour, "width": 3, "dash": _DASHES[place % len(_DASHES)]},
        hoverinfo="skip",
        cliponaxis=False,
    )
    yield go.Scatter(
        name="median",
        x=[span.median for span in spans],
        y=[span.goal + shift for span in spans],
        text=[escape(span.said) for span in spans],
        mode="markers",
        marker={
            "symbol": symbol(place),
            "size": 13,
            "color": colour,
            "line": {"color": colour if symbol(place).endswith("-open") else "var(--toc-card)", "width": 1.5},
        },
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _layout(goals: Sequence[str], axis: str) -> dict[str, Any]:
    line = "var(--toc-line)"
    between = [place + 0.5 for place in range(len(goals) - 1)]
    return {
        "template": "none",
        "height": _AROUND + _ROW * len(goals),
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 52, "t": 8},
        "hoverlabel": {"bgcolor": "var(--toc-card)", "bordercolor": "var(--toc-brand)"},
        "xaxis": {
            "range": [-4, _HIGH + 4],
            "tickvals": [0, 25, 50, 75, _HIGH],
            "gridcolor": line,
            "zeroline": False,
            "fixedrange": True,
            "title": {"text": escape(axis), "font": {"color": "var(--toc-muted)", "size": 13}},
        },
        "yaxis": {
            "range": [len(goals) - 0.5, -0.5],
            "tickvals": list(range(len(goals))),
            "ticktext": [escape(goal) for goal in goals],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": y,
                "y1": y,
                "line": {"color": line, "width": 1},
            }
            for y in between
        ],
    }
