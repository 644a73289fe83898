"""The WWC attrition boundary: figures of the handbook, and the rounding it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.evidence.attrition import is_low, largest_difference

# Source: WWC Standards Handbook 4.1, Table II.1. Overall %, cautious and optimistic boundary in points.
PUBLISHED = [
    (0, 5.7, 10.0),
    (10, 6.3, 10.9),
    (20, 5.4, 10.0),
    (30, 4.1, 8.2),
    (40, 2.6, 6.0),
    (50, 1.0, 3.7),
    (57, 0.0, 2.1),
    (58, None, 1.9),
    (65, None, 0.3),
    (66, None, None),
    (100, None, None),
]


@pytest.mark.parametrize(("overall", "cautious", "optimistic"), PUBLISHED)
def test_the_boundary_is_the_published_one(
    overall: int, cautious: float | None, optimistic: float | None
) -> None:
    for points, chosen in ((cautious, False), (optimistic, True)):
        found = largest_difference(overall / 100, optimistic=chosen)
        assert found == (None if points is None else pytest.approx(points / 100))


@pytest.mark.parametrize(
    ("randomised_t", "analysed_t", "randomised_c", "analysed_c", "cautious", "optimistic"),
    [(200, 184, 200, 178, True, True), (100, 73, 100, 67, False, True)],
)
def test_two_trials(
    *,
    randomised_t: int,
    analysed_t: int,
    randomised_c: int,
    analysed_c: int,
    cautious: bool,
    optimistic: bool,
) -> None:
    overall = 1 - (analysed_t + analysed_c) / (randomised_t + randomised_c)
    differential = abs(analysed_t / randomised_t - analysed_c / randomised_c)
    assert is_low(overall, differential, optimistic=False) is cautious
    assert is_low(overall, differential, optimistic=True) is optimistic


def test_a_difference_on_the_boundary_is_low_although_its_float_is_not_exact() -> None:
    exactly_4_1_points = 0.73 - 0.689
    assert exactly_4_1_points * 100 > 4.1
    assert is_low(0.3, exactly_4_1_points, optimistic=False)
    assert not is_low(0.3, 0.0411, optimistic=False)


def test_overall_attrition_is_rounded_to_a_whole_percent_half_upwards() -> None:
    assert largest_difference(0.295, optimistic=False) == pytest.approx(0.041)  # as 30 %
    assert largest_difference(0.285, optimistic=False) == pytest.approx(0.043)  # as 29 %
    assert largest_difference(0.2849, optimistic=False) == pytest.approx(0.044)  # as 28 %


shares = st.floats(min_value=0, max_value=1)


@given(overall=shares, differential=shares)
def test_what_is_low_cautiously_is_low_optimistically(overall: float, differential: float) -> None:
    cautious = is_low(overall, differential, optimistic=False)
    assert not cautious or is_low(overall, differential, optimistic=True)
