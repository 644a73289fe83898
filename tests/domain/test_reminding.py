"""Reminders: when somebody may be told again, and what a mail names."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from toc.domain.indicators import GRACE
from toc.domain.reminding import LEAST_DAYS, MOST_NAMED, Waiting, again_before, named
from toc.settings import Settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2025, 10, 27)
"""The day after summer time ended."""


def waiting(number: int, *, programme: str = "Kitchen", due_on: date = MONDAY) -> Waiting:
    return Waiting(programme=programme, code=f"I{number}", name=f"Indicator {number}", due_on=due_on)


def test_it_says_how_late_a_value_is() -> None:
    one = waiting(1, due_on=date(2025, 10, 20))
    assert [one.days_late(on) for on in (date(2025, 10, 20), MONDAY)] == [0, 7]


def test_a_week_leaves_a_reminder_before_a_value_is_overdue() -> None:
    assert timedelta(days=LEAST_DAYS) < GRACE
    fields = Settings.model_fields["reminder_days"]
    assert fields.default == LEAST_DAYS
    assert [one.ge for one in fields.metadata if hasattr(one, "ge")] == [LEAST_DAYS]


LAST_WEEK = {
    datetime(2025, 10, 20, 7, 0, 5, tzinfo=AMSTERDAM): True,  # some seconds later than the command of today
    datetime(2025, 10, 20, 23, 59, tzinfo=AMSTERDAM): True,
    datetime(2025, 10, 21, 0, 0, tzinfo=AMSTERDAM): False,
    datetime(2025, 10, 27, 6, 59, tzinfo=AMSTERDAM): False,
}
"""When somebody was told, and whether they may be told again on `MONDAY`."""


def test_somebody_is_told_again_a_week_later() -> None:
    assert {told: told < again_before(MONDAY, 7, AMSTERDAM) for told in LAST_WEEK} == LAST_WEEK


@given(minutes=st.integers(0, 2 * 365 * 24 * 60), days=st.integers(7, 90))
def test_between_two_mails_lie_as_many_days_as_the_setting_says(minutes: int, days: int) -> None:
    told = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    on = told.astimezone(AMSTERDAM).date()
    assert told < again_before(on + timedelta(days=days), days, AMSTERDAM)
    assert told >= again_before(on + timedelta(days=days - 1), days, AMSTERDAM)


def test_a_mail_names_by_programme_what_waits_longest() -> None:
    late = waiting(3, programme="Chairs", due_on=date(2025, 9, 1))
    told, more = named([waiting(2), waiting(1), late])
    assert [(one.name, [each.code for each in one.waiting]) for one in told] == [
        ("Chairs", ["I3"]),
        ("Kitchen", ["I1", "I2"]),
    ]
    assert more == 0


def test_of_many_values_a_mail_says_how_many_more_wait() -> None:
    told, more = named(waiting(number) for number in range(MOST_NAMED + 5))
    assert sum(len(one.waiting) for one in told) == MOST_NAMED
    assert more == 5
