"""The order of days is suggested when more cells tell it than the other."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.exchange import DateOrder, days_of, parse_date, suggest_order

DAY_FIRST, MONTH_FIRST = DateOrder


@pytest.mark.parametrize(
    ("cells", "suggested"),
    [
        (["3-2-2025", "13-2-2025"], DAY_FIRST),
        (["2/3/2025", "2/13/2025"], MONTH_FIRST),
        (["3-2-2025", "4-2-2025"], None),
        (["13-2-2025", "2-13-2025"], None),
        (["2025-02-03"], None),
    ],
)
def test_a_cell_that_is_a_day_in_one_order_alone_tells_it(
    cells: list[str], suggested: DateOrder | None
) -> None:
    assert suggest_order(cells) is suggested


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_written_day_first_means_itself_in_that_order(day: date) -> None:
    text = f"{day.day}-{day.month}-{day.year}"
    assert days_of(text)[DAY_FIRST] == parse_date(text, DAY_FIRST) == day
    assert (MONTH_FIRST in days_of(text)) == (day.day <= 12)
