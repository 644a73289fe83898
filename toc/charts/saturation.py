"""The chart of saturation: how many new goals each interview brought, and how many are known after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

_HEIGHT = 300
_HEADROOM = 1.15
_MOST_LABELS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """One interview, in the order of the axis.

    Attributes:
        label: short, below the bar.
        new: how many goals it named first.
        total: how many are known after it.
        said: shown where somebody points.
    """

    label: str
    new: int
    total: int
    said: str


def new_goals(steps: Sequence[Brought], *, axis: str, new: str, total: str) -> go.Figure:
    """Draw a bar per interview with its new goals, and a line with all goals known so far.

    Bar and line differ in form, not by colour alone.

    Args:
        steps: the interviews, from first to last.
        axis: what is set out upwards.
        new: name of the bars.
        total: name of the line.
    """
    places = list(range(len(steps)))
    line = "var(--toc-line)"
    said = [escape(step.said) for step in steps]
    bars = go.Bar(
        name=escape(new),
        x=places,
        y=[step.new for step in steps],
        text=[str(step.new) for step in steps],
        textposition="outside",
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
        marker={"color": "var(--toc-brand)"},
        cliponaxis=False,
    )
    known = go.Scatter(
        name=escape(total),
        x=places,
        y=[step.total for step in steps],
        mode="lines+markers",
        line={"color": "var(--toc-accent)", "width": 2, "dash": "dash", "shape": "hv"},
        marker={"symbol": "diamond", "size": 8, "color": "var(--toc-accent)"},
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    every = max(1, -(-len(steps) // _MOST_LABELS))
    highest = max((step.total for step in steps), default=1) or 1
    return go.Figure(
        data=[bars, known],
        layout={
            "template": "none",
            "height": _HEIGHT,
            "dragmode": False,
            "hovermode": "closest",
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.14},
            "margin": {"l": 44, "t": 36},
            "hoverlabel": {"bgcolor": "var(--toc-card)", "bordercolor": "var(--toc-brand)"},
            "xaxis": {
                "tickvals": places[::every],
                "ticktext": [escape(step.label) for step in steps][::every],
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {
                "range": [0, highest * _HEADROOM],
                "gridcolor": line,
                "zeroline": True,
                "zerolinecolor": line,
                "fixedrange": True,
                "tickformat": "d",
                "title": {"text": escape(axis), "font": {"color": "var(--toc-muted)", "size": 13}},
            },
        },
    )
