"""Intervals of shares, against published ones."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.intervals import Z_95, Interval, wilson

# Source: R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17
# (1998), 857-872, table I, method 3 (score, without continuity correction).
PUBLISHED = [
    (81, 263, "0.2553", "0.3662"),
    (15, 148, "0.0624", "0.1605"),
    (0, 20, "0.0000", "0.1611"),
    (1, 29, "0.0061", "0.1718"),
]


@pytest.mark.parametrize(("part", "whole", "low", "high"), PUBLISHED)
def test_an_interval_is_the_published_one(part: int, whole: int, low: str, high: str) -> None:
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (Decimal(low), Decimal(high))


def test_none_and_all_end_exactly() -> None:
    assert wilson(0, 7) == Interval(low=Decimal(0), high=Decimal("0.354330"))
    assert wilson(7, 7) == Interval(low=Decimal("0.645670"), high=Decimal(1))


def test_of_nobody_nothing_is_known() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("part", "whole", "z"), [(3, 2, Z_95), (-1, 2, Z_95), (1, 2, Decimal(0))])
def test_what_cannot_be_is_refused(part: int, whole: int, z: Decimal) -> None:
    with pytest.raises(ValueError, match=r"of|standard"):
        wilson(part, whole, z=z)


@given(st.integers(0, 9 * 10**9), st.integers(1, 9 * 10**9), st.decimals("0.1", 5, places=3))
def test_it_holds_the_share_and_mirrors(part: int, whole: int, z: Decimal) -> None:
    part = min(part, whole)
    found, mirror = wilson(part, whole, z=z), wilson(whole - part, whole, z=z)
    assert found is not None
    assert mirror is not None
    share, slack = Decimal(part) / Decimal(whole), Decimal("0.000001")
    assert 0 <= found.low <= share + slack
    assert share - slack <= found.high <= 1
    assert (found.low, found.high) == (1 - mirror.high, 1 - mirror.low)


@given(st.integers(1, 1000), st.decimals("0.1", 4, places=2), st.decimals("0.01", 1, places=2))
def test_to_be_surer_it_is_wider(whole: int, z: Decimal, more: Decimal) -> None:
    narrow, wide = wilson(whole // 2, whole, z=z), wilson(whole // 2, whole, z=z + more)
    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high
