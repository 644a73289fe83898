"""Ids sort by time, hold what RFC 9562 says, and a child's id follows from its parent's."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.ids import RANDOM_BYTES, derived, uuid7

PARENT = UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
noise = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_the_example_of_the_standard() -> None:
    # RFC 9562, appendix A.6: 22 February 2022, 14:22:22.00 at GMT-5; rand_a CC3, rand_b 18C4DC0C0C07398F.
    at = datetime(2022, 2, 22, 14, 22, 22, tzinfo=timezone(timedelta(hours=-5)))
    assert uuid7(at, bytes.fromhex("0cc318c4dc0c0c07398f")) == PARENT


@given(at=moments, randomness=noise)
def test_an_id_says_its_version_and_variant(at: datetime, randomness: bytes) -> None:
    made = uuid7(at, randomness)
    assert (made.version, made.variant) == (7, RFC_4122)


@given(at=moments, first=noise, second=noise)
def test_a_later_millisecond_sorts_later_whatever_the_chance(
    at: datetime, first: bytes, second: bytes
) -> None:
    assert uuid7(at, first) < uuid7(at + timedelta(milliseconds=1), second)


@given(at=moments, first=noise, second=noise)
def test_chance_makes_ids_of_one_moment_differ(at: datetime, first: bytes, second: bytes) -> None:
    kept = [
        (int.from_bytes(each[:2]) & 0xFFF, int.from_bytes(each[2:]) & (1 << 62) - 1)
        for each in (first, second)
    ]
    assert (uuid7(at, first) == uuid7(at, second)) == (kept[0] == kept[1])


@pytest.mark.parametrize(
    ("at", "size"),
    [
        (datetime(2026, 1, 1), RANDOM_BYTES),  # noqa: DTZ001
        (datetime(2026, 1, 1, tzinfo=UTC), RANDOM_BYTES - 1),
        (datetime(2026, 1, 1, tzinfo=UTC), RANDOM_BYTES + 1),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), RANDOM_BYTES),
    ],
)
def test_a_moment_or_chance_that_cannot_be_held_is_refused(at: datetime, size: int) -> None:
    with pytest.raises(ValueError, match="version 7"):
        uuid7(at, bytes(size))


def test_a_child_has_the_same_id_every_time_and_its_own() -> None:
    assert derived(PARENT, "edition", "1") == derived(PARENT, "edition", "1")
    children = [
        derived(PARENT, *names) for names in [("edition",), ("edition", "1"), ("edition1",), ("editio", "n1")]
    ]
    assert len({PARENT, *children}) == 5
    assert derived(PARENT, "edition", "1") == derived(derived(PARENT, "edition"), "1")
    assert derived(PARENT, "edition").version == 5


def test_a_child_needs_a_name() -> None:
    with pytest.raises(ValueError, match="name"):
        derived(PARENT)
