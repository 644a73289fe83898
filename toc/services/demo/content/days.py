"""Days of a file: fixed ones, and those that are counted from the day on which the demo is loaded.

What is logged these days would soon be old if its days were fixed, and nothing of it would be due.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

Day = date | Annotated[str, Field(pattern=r"^(D-[0-9]{1,3}|M[+-][0-9]{1,2}(/([1-9]|1[0-9]|2[0-8]))?)$")]
"""A date, or counted from the day of loading: "D-3" is three days before it, "M-4" the last day of the month
four months before its month, and "M-4/20" the twentieth of that month."""

_A_YEAR = 12


def day_of(said: Day, today: date) -> date:
    """Return the day that a file says.

    Args:
        said: fixed or counted.
        today: the day of loading.
    """
    if isinstance(said, date):
        return said
    if said.startswith("D-"):
        return today - timedelta(days=int(said.removeprefix("D-")))
    months, _, day = said.removeprefix("M").partition("/")
    year, month = divmod(today.year * _A_YEAR + today.month - 1 + int(months), _A_YEAR)
    return date(year, month + 1, int(day or monthrange(year, month + 1)[1]))
