"""On which days something is counted at a site."""

from datetime import date, timedelta

import pytest

from toc.domain.errors import DomainError
from toc.domain.indicators import Place

FIRST, LAST, DAY = date(2025, 2, 1), date(2025, 2, 28), timedelta(days=1)


@pytest.mark.parametrize(
    ("on", "starts_on", "ends_on"), [(FIRST, FIRST, None), (LAST, None, LAST), (LAST, None, None)]
)
def test_the_first_and_the_last_day_are_among_its_days(
    on: date, starts_on: date | None, ends_on: date | None
) -> None:
    Place(name="North", starts_on=starts_on, ends_on=ends_on).check(on)


@pytest.mark.parametrize(
    ("on", "key", "said"),
    [
        (FIRST - DAY, "measurement.site_not_open", FIRST),
        (LAST + DAY, "measurement.site_closed", LAST),
    ],
)
def test_other_days_are_refused_with_the_day_that_tells(on: date, key: str, said: date) -> None:
    with pytest.raises(DomainError) as error:
        Place(name="North", starts_on=FIRST, ends_on=LAST).check(on)
    assert (error.value.key, error.value.params) == (key, {"on": said, "name": "North"})
