"""The chart of an indicator shows what was measured, and nothing that its table does not say."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.factories.indicators import make_count, make_definition
from toc.charts.indicators import Words, progress
from toc.domain.indicators import Definition, Direction, Kind, Reading, Status, measured, status
from toc.resources import static

TODAY = date(2025, 12, 31)
WORDS = Words(
    baseline="baseline",
    target="target <b>",
    latest="latest",
    unit="",
    percent="%",
    say=str,
    yes="yes",
    no="no",
)


def shares(*parts: int) -> list[Reading]:
    """Parts of a hundred, on the first of April, of May, and so on."""
    return [
        measured(
            Kind.PROPORTION,
            on=date(2025, 4 + month, 1),
            today=TODAY,
            numerator=Decimal(part),
            denominator=Decimal(100),
        )
        for month, part in enumerate(parts)
    ]


def draw(readings: list[Reading], definition: Definition, words: Words = WORDS) -> dict[str, Any]:
    """Return the figure as it goes to the page, its traces by name."""
    judged = status(definition.target, readings, TODAY)
    figure: dict[str, Any] = progress(readings, definition, judged, words).to_plotly_json()
    return {"layout": figure["layout"], **{trace["name"]: trace for trace in figure["data"]}}


def labels(figure: dict[str, Any]) -> dict[str, Any]:
    return {label["name"]: label for label in figure["layout"]["annotations"]}


def test_a_share_is_drawn_as_a_percentage_on_its_day() -> None:
    figure = draw(shares(38, 40, 47), make_definition())
    assert list(figure["measured"]["x"]) == ["2025-04-01", "2025-05-01", "2025-06-01"]
    assert list(figure["measured"]["y"]) == [38.0, 40.0, 47.0]
    assert figure["layout"]["yaxis"]["ticksuffix"] == "%"


def test_a_dashed_line_leads_from_the_baseline_to_the_target() -> None:
    figure = draw(shares(40), make_definition())
    assert (list(figure["aim"]["x"]), list(figure["aim"]["y"])) == (
        ["2025-01-01", "2025-12-31"],
        [38.0, 50.0],
    )
    assert figure["aim"]["line"]["dash"] == "dash"
    assert (list(figure["target"]["y"]), figure["target"]["marker"]["symbol"]) == ([50.0], "diamond")
    assert list(figure["baseline"]["y"]) == [38.0]


def test_the_way_may_begin_at_zero() -> None:
    figure = draw([Reading(on=date(2025, 7, 1), value=Decimal(50))], make_count())
    assert list(figure["aim"]["y"]) == [0.0, 100.0]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 0
    assert high > 100


def test_a_dotted_line_joins_the_latest_value_to_its_aim() -> None:
    readings = shares(40)
    definition = make_definition()
    judged = status(definition.target, readings, date(2025, 4, 2))
    assert judged.status is Status.BEHIND
    figure = progress(readings, definition, judged, WORDS).to_plotly_json()
    (gap,) = [trace for trace in figure["data"] if trace["name"] == "gap"]
    assert judged.expected is not None
    assert list(gap["y"]) == [float(judged.expected) * 100, 40.0]
    assert gap["line"]["color"] == "var(--toc-behind)"


def test_no_gap_is_drawn_at_an_older_value_when_the_latest_is_not_shown() -> None:
    definition = make_definition()
    every = shares(38, 40)
    judged = status(definition.target, every, date(2025, 5, 2))
    figure = progress(every[:1], definition, judged, WORDS).to_plotly_json()
    assert "gap" not in {trace["name"] for trace in figure["data"]}


def test_a_value_that_is_exactly_the_aim_leaves_no_gap() -> None:
    definition = make_count(baseline_value=Decimal(100), target_value=Decimal(100))
    assert "gap" not in draw([Reading(on=date(2025, 7, 1), value=Decimal(100))], definition)


def test_without_a_baseline_the_level_of_the_target_is_dotted_from_the_first_value_on() -> None:
    figure = draw(shares(40), make_definition(baseline_value=None, baseline_on=None))
    assert (list(figure["aim"]["x"]), list(figure["aim"]["y"])) == (
        ["2025-04-01", "2025-12-31"],
        [50.0, 50.0],
    )
    assert figure["aim"]["line"]["dash"] == "dot"
    assert "baseline" not in labels(figure)


def test_without_a_target_only_the_values_are_drawn() -> None:
    definition = make_definition(target_value=None, target_on=None, baseline_value=None, baseline_on=None)
    figure = draw(shares(40), definition)
    assert figure.keys() == {"layout", "measured"}
    assert labels(figure).keys() == {"latest"}


def test_a_target_in_the_past_without_a_baseline_has_no_line() -> None:
    definition = make_definition(baseline_value=None, baseline_on=None, target_on=date(2025, 3, 1))
    assert "aim" not in draw(shares(40), definition)


def test_before_anything_was_measured_the_way_alone_is_drawn() -> None:
    figure = draw([], make_definition())
    assert figure.keys() == {"layout", "aim", "baseline", "target"}
    assert labels(figure).keys() == {"baseline", "target"}


def test_yes_or_no_has_words_on_its_axis() -> None:
    definition = make_definition(kind=Kind.YES_NO, baseline_value=Decimal(0), target_value=Decimal(1))
    figure = draw([Reading(on=date(2025, 7, 1), value=Decimal(1))], definition)
    assert list(figure["layout"]["yaxis"]["ticktext"]) == ["no", "yes"]
    assert figure["aim"]["line"]["dash"] == "dot"


@pytest.mark.parametrize(
    ("readings", "definition", "where"),
    [
        # The way rises: the target's label above it, that of the baseline below, the latest clear of both.
        (shares(38, 40), make_definition(), {"target": "bottom", "baseline": "top", "latest": "bottom"}),
        (shares(37, 40), make_definition(), {"target": "bottom", "baseline": "bottom", "latest": "bottom"}),
        (
            [*shares(38), *shares(0, 0, 0, 0, 0, 0, 0, 49)[-1:]],
            make_definition(),
            {"target": "bottom", "latest": "top"},
        ),
        # The way falls: the other way round.
        (
            [
                Reading(on=date(2025, 4, 1), value=Decimal(14000)),
                Reading(on=date(2025, 11, 1), value=Decimal(9200)),
            ],
            make_definition(
                kind=Kind.MONEY,
                direction=Direction.LOWER,
                baseline_value=Decimal(14200),
                target_value=Decimal(9000),
            ),
            {"target": "top", "baseline": "bottom", "latest": "bottom"},
        ),
    ],
)
def test_labels_stand_where_the_chart_is_empty(
    readings: list[Reading], definition: Definition, where: dict[str, str]
) -> None:
    found = labels(draw(readings, definition))
    assert {name: found[name]["yanchor"] for name in where} == where


def test_what_a_person_typed_is_text_and_never_markup() -> None:
    found = labels(draw(shares(40), make_definition()))
    assert found["target"]["text"] == "target &lt;b&gt;"


def test_many_values_get_small_points_and_a_unit_stands_beside_the_axis() -> None:
    readings = [Reading(on=date(2025, 1, 1 + day), value=Decimal(day)) for day in range(31)]
    words = Words(baseline="", target="", latest="", unit="people", percent="", say=str, yes="yes", no="no")
    figure = draw(readings, make_count(), words)
    assert figure["measured"]["marker"]["size"] == 6
    assert figure["layout"]["yaxis"]["title"]["text"] == "people"


def test_one_value_alone_far_from_zero_or_below_it_fits_in_the_chart() -> None:
    for value in ("-3", "1200"):
        definition = make_definition(
            kind=Kind.MEAN, target_value=None, target_on=None, baseline_value=None, baseline_on=None
        )
        figure = draw([Reading(on=date(2025, 7, 1), value=Decimal(value))], definition)
        low, high = figure["layout"]["yaxis"]["range"]
        assert low < float(value) < high


def test_every_colour_is_a_token_of_the_style_sheet() -> None:
    tokens = set(re.findall(r"(--toc-[a-z-]+):", Path(static(), "css", "tokens.css").read_text()))
    used = set(re.findall(r"var\((--[a-z-]+)\)", str(draw(shares(38, 40), make_definition()))))
    assert used
    assert used <= tokens
