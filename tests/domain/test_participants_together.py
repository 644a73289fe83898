"""One entry for many: of whom a day can be one, and of whom it cannot."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.participants import Coming, Moment, Takes, check_entered, many_of, refusal

ENTRY, EXIT = date(2025, 1, 6), date(2025, 6, 30)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("on", "moment", "follows_up", "key"),
    [
        (ENTRY - DAY, None, False, "together.before_entry"),
        (ENTRY - DAY, None, True, "together.before_entry"),
        (ENTRY - DAY, Moment.DURING, False, "together.before_entry"),
        (ENTRY - DAY, Moment.BEFORE, False, None),
        (ENTRY, None, False, None),
        (EXIT, None, False, None),
        (EXIT + DAY, None, False, "together.after_exit"),
        (EXIT + DAY, Moment.LATER, False, "together.after_exit"),
        (EXIT + DAY, None, True, None),
    ],
)
def test_a_day_lies_between_entry_and_exit_unless_it_is_said(
    on: date, moment: Moment | None, *, follows_up: bool, key: str | None
) -> None:
    error = refusal(on, ENTRY, EXIT, moment=moment, follows_up=follows_up)
    assert (error.key if error else None) == key
    if error is not None:
        assert error.params["on"] == (ENTRY if key == "together.before_entry" else EXIT)


@pytest.mark.parametrize("moment", [None, *Moment])
@pytest.mark.parametrize("entered_on", [None, ENTRY])
def test_one_at_a_time_has_the_same_day_of_entry(entered_on: date | None, moment: Moment | None) -> None:
    check_entered(ENTRY, entered_on, moment)
    refused = refusal(ENTRY - DAY, entered_on, EXIT, moment=moment, follows_up=True)
    assert (refused is not None) == (entered_on is not None and moment is not Moment.BEFORE)
    if refused is None:
        check_entered(ENTRY - DAY, entered_on, moment)
    else:
        with pytest.raises(DomainError, match=r"observation\.before_entry") as error:
            check_entered(ENTRY - DAY, entered_on, moment)
        assert error.value.params == {"on": ENTRY}


@given(on=st.dates(), moment=st.none() | st.sampled_from(Moment), follows_up=st.booleans())
def test_what_is_not_known_refuses_nothing(on: date, moment: Moment | None, *, follows_up: bool) -> None:
    assert refusal(on, None, None, moment=moment, follows_up=follows_up) is None


def test_how_many_it_is_new_for_is_counted() -> None:
    comings = [Coming.NEW, Coming.THERE, Coming.NEW, Coming.OPEN]
    takes = [Takes(id=UUID(int=number), code=f"A-{number}", coming=one) for number, one in enumerate(comings)]
    assert {one: many_of(takes, one) for one in Coming} == {
        Coming.NEW: 2,
        Coming.THERE: 1,
        Coming.REFUSED: 0,
        Coming.OPEN: 1,
    }
