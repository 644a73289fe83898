"""The chart of a ranking shows each party where its table says, and not by colour alone."""

from typing import Any

from toc.charts.rankings import Span, importance, symbol


def draw(*parties: list[Span], goals: tuple[str, ...] = ("G1", "G2")) -> dict[str, Any]:
    figure: dict[str, Any] = importance(goals, parties, axis="importance <0 to 100>").to_plotly_json()
    return figure


def span(goal: int, median: float, low: float, high: float) -> Span:
    return Span(goal=goal, median=median, low=low, high=high, said=f"<{median}>")


def test_a_mark_stands_at_the_median_and_its_line_covers_the_middle_half() -> None:
    line, marks = draw([span(0, 75, 50, 100), span(1, 25, 25, 25)])["data"]
    assert list(marks["x"]) == [75, 25]
    assert list(marks["y"]) == [0, 1]
    assert list(line["x"]) == [50, 100, None, 25, 25, None]
    assert list(line["y"]) == [0, 0, None, 1, 1, None]


def test_parties_stand_apart_in_a_row_with_marks_and_dashes_of_their_own() -> None:
    data = draw(*([span(0, 50, 40, 60)] for _ in range(3)))["data"]
    lines, marks = data[::2], data[1::2]
    assert len({one["y"][0] for one in marks}) == 3
    assert all(abs(one["y"][0]) < 0.5 for one in marks)
    assert sum(one["y"][0] for one in marks) == 0
    assert len({one["marker"]["symbol"] for one in marks}) == 3
    assert len({one["line"]["dash"] for one in lines}) == 3


def test_twelve_parties_have_twelve_marks() -> None:
    assert len({symbol(party) for party in range(12)}) == 12
    assert symbol(6) == "circle-open"
    opened = draw(*([span(0, 50, 40, 60)] for _ in range(7)))["data"][13]["marker"]
    assert opened["symbol"] == "circle-open"
    assert opened["line"]["color"] == opened["color"]


def test_the_most_important_goal_stands_at_the_top() -> None:
    layout = draw([span(0, 50, 40, 60)], goals=("G3", "<b>", "G1"))["layout"]
    assert layout["yaxis"]["range"] == [2.5, -0.5]
    assert list(layout["yaxis"]["ticktext"]) == ["G3", "&lt;b&gt;", "G1"]
    assert len(layout["shapes"]) == 2
    assert layout["xaxis"]["title"]["text"] == "importance &lt;0 to 100&gt;"
