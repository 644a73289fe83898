"""The chart of a bond, as the browser gets it."""

import json
from datetime import date
from decimal import Decimal

from toc.charts.bonds import Paid, Words, paid_over_time
from toc.domain.money import Money

WORDS = Words(cap="cap <b>", latest="paid")


def euro(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


STEPS = [
    Paid(on=date(2025, 3, 1), so_far=euro(48_000), said="first & only"),
    Paid(on=date(2025, 6, 1), so_far=euro(60_000), said="second"),
]


def test_what_was_paid_is_a_staircase_that_ends_today() -> None:
    figure = json.loads(paid_over_time(STEPS, euro(300_000), until=date(2025, 9, 1), words=WORDS).to_json())
    stairs, points = figure["data"]
    assert stairs["x"] == ["2025-03-01", "2025-03-01", "2025-06-01", "2025-09-01"]
    assert stairs["y"] == [0, 48_000, 60_000, 60_000]
    assert stairs["line"]["shape"] == "hv"
    assert points["text"] == ["first &amp; only", "second"]


def test_the_cap_is_a_line_above_with_its_words() -> None:
    figure = paid_over_time(STEPS, euro(300_000), until=date(2025, 9, 1), words=WORDS)
    (line,) = figure.layout.shapes
    assert line.y0 == 300_000
    assert figure.layout.yaxis.range[1] > 300_000
    assert [one.text for one in figure.layout.annotations] == ["paid", "cap &lt;b&gt;"]


def test_without_a_cap_there_is_no_line_and_the_stairs_fill_the_chart() -> None:
    figure = paid_over_time(STEPS, None, until=date(2025, 1, 1), words=WORDS)
    assert not figure.layout.shapes
    assert figure.data[0].x[-1] == "2025-06-01"
    assert 60_000 < figure.layout.yaxis.range[1] < 80_000
