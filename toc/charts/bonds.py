"""The chart of a bond: what was paid over time, under the cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import plotly.graph_objects as go

from toc.domain.money import Money

_HEIGHT = 280
_HEADROOM = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What was paid up to and including a day, and how a reader is told."""

    on: date
    so_far: Money
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is written in the chart, in the reader's language.

    Attributes:
        cap: for example "cap € 300.000".
        latest: for example "€ 48.000 paid".
    """

    cap: str
    latest: str


def paid_over_time(steps: Sequence[Paid], cap: Money | None, *, until: date, words: Words) -> go.Figure:
    """Draw what was paid as a staircase, and the cap as a dashed line above it.

    Args:
        steps: one per day on which something was paid, earliest first, at least one.
        cap: of the contract; None has no line.
        until: the day on which the stairs end: today.
        words: what is written in it.
    """
    end = max(until, steps[-1].on)
    days = [step.on.isoformat() for step in steps]
    amounts = [float(step.so_far.amount) for step in steps]
    highest = float(cap.amount) if cap is not None else amounts[-1]
    figure = go.Figure(
        data=[
            go.Scatter(
                name="paid",
                x=[days[0], *days, end.isoformat()],
                y=[0, *amounts, amounts[-1]],
                mode="lines",
                line={"color": "var(--toc-brand)", "width": 3, "shape": "hv"},
                fill="tozeroy",
                fillcolor="var(--toc-brand-soft)",
                hoverinfo="skip",
            ),
            go.Scatter(
                name="payments",
                x=days,
                y=amounts,
                text=[escape(step.said) for step in steps],
                mode="markers",
                marker={"color": "var(--toc-brand)", "size": 9},
                hovertemplate="%{text}<extra></extra>",
            ),
        ],
        layout={
            "height": _HEIGHT,
            "showlegend": False,
            "xaxis": {"type": "date", "showgrid": False, "nticks": 6},
            "yaxis": {
                "range": [0, max(highest, amounts[-1]) * _HEADROOM or 1],
                "gridcolor": "var(--toc-line)",
                "tickformat": ",.0f",
                "nticks": 5,
            },
            "margin": {"l": 76},
        },
    )
    figure.add_annotation(
        x=end.isoformat(),
        y=amounts[-1],
        text=escape(words.latest),
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        font={"color": "var(--toc-brand)"},
    )
    if cap is not None:
        figure.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            y0=highest,
            y1=highest,
            line={"color": "var(--toc-accent)", "width": 2, "dash": "dash"},
        )
        figure.add_annotation(
            xref="paper",
            x=1,
            y=highest,
            text=escape(words.cap),
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            font={"color": "var(--toc-accent)"},
        )
    return figure
