"""The colours of the style sheets for pictures that have to do without them.

A picture names its looks by class, as `templates/goals/_tree.html` writes them; here each class is what
tree.css and lenses.css say of it. A test compares the colours with those of tokens.css.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from toc.charts.shapes import Ink

TOKENS: Final[Mapping[str, str]] = {
    "card": "#ffffff",
    "line-strong": "#7d857f",
    "ink": "#1c2a26",
    "muted": "#52615b",
    "brand": "#1d4b3a",
    "brand-soft": "#e7f0ea",
    "on-brand": "#ffffff",
    "accent": "#a3480a",
    "accent-soft": "#fdf3e6",
    "level-impact": "#1d4b3a",
    "level-outcome": "#0f6a6f",
    "level-output": "#2a5b9c",
    "level-activity": "#6a4a96",
    "level-input": "#5d6470",
    "reached": "#14713d",
    "on-track": "#0a5a7d",
    "behind": "#8a4b00",
    "no-data": "#5b6660",
    "overdue": "#7a3b52",
    "harm": "#a11a2b",
}
"""Colours by the name of their token."""

DOTS: Final = ("#a3480a", "#2a5b9c", "#6a4a96", "#0f6a6f", "#a11a2b", "#5d6470")
"""Of the parties, in order."""

_CLASSES: Final[Mapping[str, Mapping[str, Any]]] = {
    "tree__link": {"stroke": TOKENS["line-strong"], "width": 1.6},
    "tree__link--strong": {"width": 3.6},
    "tree__link--belief": {"dash": (5.0, 5.0)},
    "tree__link--feedback": {
        "stroke": TOKENS["ink"],
        "width": 2.0,
        "dash": (1.0, 6.0),
        "is_round": True,
    },
    "tree__link--key": {"stroke": TOKENS["ink"]},
    "tree__link--refuted": {"stroke": TOKENS["harm"], "dash": (2.0, 4.0)},
    "tree__link--thread": {"stroke": TOKENS["accent"], "width": 3.6},
    "tree__box": {"fill": TOKENS["card"], "stroke": TOKENS["level-input"], "width": 1.6},
    "tree__bar": {"fill": TOKENS["level-input"]},
    **{
        f"tree__{part}--{level}": {name: TOKENS[f"level-{level}"]}
        for part, name in (("box", "stroke"), ("bar", "fill"))
        for level in ("impact", "outcome", "output", "activity", "input")
    },
    "tree__box--hidden": {"dash": (6.0, 4.0)},
    "tree__box--stressed": {"width": 3.6},
    "tree__box--current": {"fill": TOKENS["accent-soft"], "stroke": TOKENS["accent"], "width": 3.0},
    "tree__rung": {"fill": TOKENS["card"], "stroke": TOKENS["brand"], "width": 1.6},
    "tree__rung--0": {"stroke": TOKENS["line-strong"], "dash": (3.0, 3.0)},
    "tree__rung--1": {},
    "tree__rung--2": {"fill": TOKENS["brand-soft"]},
    **{f"tree__rung--{rung}": {"fill": TOKENS["brand"]} for rung in (3, 4, 5)},
    "tree__mark": {"fill": TOKENS["card"], "stroke": TOKENS["ink"], "width": 1.4},
    "tree__sure": {"fill": TOKENS["card"], "stroke": TOKENS["line-strong"], "width": 1.2},
    "tree__dot": {"width": 1.0},
    **{
        f"tree__dot--{place}": {"fill": colour, "stroke": colour}
        for place, colour in enumerate(DOTS, start=1)
    },
    "tree__dot--supports": {},
    "tree__dot--opposes": {"fill": TOKENS["card"], "width": 2.0},
    "tree__dot--neutral": {"fill": TOKENS["card"], "width": 1.6, "dash": (2.5, 2.0)},
}
"""What each class adds; of several, the later one in a look counts."""


def ink(look: str) -> Ink:
    """Return how something with these classes is drawn."""
    found = Ink()
    for name in look.split():
        found = replace(found, **_CLASSES[name])
    return found


def status_colour(status: str) -> str:
    """Return the colour of the sign of a status."""
    return TOKENS["no-data" if status == "not_judged" else status.replace("_", "-")]
