"""What sites counted on one day comes together as one number, and says which sites it lacks."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import (
    LAST_DAY,
    MOST,
    ROLLUP_KEYS,
    Kind,
    Reading,
    RolledUp,
    SiteReading,
    measured,
    median_level,
    roll_up,
)

DAY, LATER = date(2025, 3, 31), date(2025, 6, 30)
NORTH, EAST, SOUTH, WEST = (UUID(int=number) for number in (4, 3, 2, 1))
SITES = (NORTH, EAST, SOUTH, WEST)


def at(
    site: UUID | None,
    value: str | int,
    *,
    on: date = DAY,
    people: int | None = None,
    missing: int | None = None,
    levels: tuple[int, ...] = (),
) -> SiteReading:
    reading = Reading(on=on, value=Decimal(value))
    return SiteReading(site=site, reading=reading, people=people, missing=missing, levels=levels)


def share(site: UUID | None, part: int, whole: int) -> SiteReading:
    reading = measured(
        Kind.PROPORTION, on=DAY, today=LAST_DAY, numerator=Decimal(part), denominator=Decimal(whole)
    )
    return SiteReading(site=site, reading=reading, people=whole)


def one(kind: Kind, *readings: SiteReading, sites: tuple[UUID, ...] = SITES) -> RolledUp:
    (found,) = roll_up(kind, readings, sites)
    assert found.key in ROLLUP_KEYS
    return found


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.NARRATIVE])
def test_counts_sums_and_accounts_add_up_and_say_which_site_lacks(kind: Kind) -> None:
    found = one(kind, at(EAST, 5), at(NORTH, 12), at(WEST, 3))
    assert found.reading == Reading(on=DAY, value=Decimal(20))
    assert found.key == "rollup.added"
    assert (found.present, found.absent) == ((NORTH, EAST, WEST), (SOUTH,))
    assert found.is_partial
    assert not one(kind, *(at(site, 1) for site in SITES)).is_partial


def test_parts_and_wholes_add_up_and_shares_are_not_averaged() -> None:
    # 9 of 10 and 10 of 90: 19 of 100, not the mean of 90 % and 11 %.
    found = one(Kind.PROPORTION, share(NORTH, 9, 10), share(EAST, 10, 90))
    assert found.reading == share(None, 19, 100).reading
    assert (found.key, found.people) == ("rollup.parts_and_wholes", 100)


def test_a_mean_is_weighted_by_people_and_not_shown_when_a_site_does_not_say_how_many() -> None:
    # (6 * 10 + 8 * 30) / 40 = 7.5
    found = one(Kind.MEAN, at(NORTH, 6, people=10, missing=2), at(EAST, 8, people=30, missing=0))
    assert found.reading == Reading(on=DAY, value=Decimal("7.5"))
    assert (found.key, found.people, found.missing) == ("rollup.weighted", 40, 2)
    for people in (None, 0):
        without = one(Kind.MEAN, at(NORTH, 6, people=10), at(EAST, 8, people=people))
        assert (without.reading, without.key) == (None, "rollup.people_missing")
        assert without.present == (NORTH, EAST)
    assert one(Kind.MEAN, at(NORTH, 6, people=0), at(EAST, 8, people=0)).reading is None


def test_levels_add_up_and_the_middle_one_is_the_value() -> None:
    # 3, 4 and 5 people: the sixth and seventh of twelve are both on level 2.
    found = one(Kind.ORDINAL, at(NORTH, 1, levels=(3, 1, 0)), at(EAST, 3, levels=(0, 3, 5)))
    assert (found.levels, found.key) == ((3, 4, 5), "rollup.levels")
    assert found.reading == Reading(on=DAY, value=Decimal(2))


@pytest.mark.parametrize("levels", [(), (1, 2), (0, 0, 0)])
def test_levels_that_do_not_fit_together_give_no_number(levels: tuple[int, ...]) -> None:
    found = one(Kind.ORDINAL, at(NORTH, 1, levels=(3, 1, 0)), at(EAST, 2, levels=levels))
    assert (found.reading, found.levels, found.key) == (None, (), "rollup.levels_missing")


@pytest.mark.parametrize(("answers", "value"), [((1, 1), 1), ((1, 0), 0), ((0, 0), 0)])
def test_yes_is_yes_at_every_site(answers: tuple[int, int], value: int) -> None:
    found = one(Kind.YES_NO, at(NORTH, answers[0]), at(EAST, answers[1]))
    assert found.reading == Reading(on=DAY, value=Decimal(value))
    assert found.key == "rollup.every_site"
    assert found.absent == (SOUTH, WEST)


def test_a_value_of_the_whole_wins_and_what_differs_is_said() -> None:
    readings = (at(None, 25, people=25, missing=1), at(NORTH, 12), at(EAST, 5))
    found = one(Kind.COUNT, *readings)
    assert found.reading == Reading(on=DAY, value=Decimal(25))
    assert (found.key, found.is_whole, found.is_partial) == ("rollup.whole", True, False)
    assert found.of_sites == Reading(on=DAY, value=Decimal(17))
    assert found.difference == 8
    assert (found.people, found.missing, found.absent) == (25, 1, (SOUTH, WEST))
    assert one(Kind.COUNT, at(None, 17), at(NORTH, 12), at(EAST, 5)).difference is None
    alone = one(Kind.COUNT, at(None, 17))
    assert (alone.of_sites, alone.difference, alone.present) == (None, None, ())


def test_the_same_share_of_another_whole_differs_by_nothing_but_is_another_reading() -> None:
    found = one(Kind.PROPORTION, share(None, 1, 2), share(NORTH, 2, 4))
    assert found.difference == 0


def test_each_day_stands_alone_and_a_site_that_was_not_expected_counts_too() -> None:
    found = roll_up(Kind.COUNT, [at(WEST, 2, on=LATER), at(NORTH, 1), at(WEST, 3)], (NORTH,))
    assert [each.reading for each in found] == [at(None, 4).reading, at(None, 2, on=LATER).reading]
    assert found[0].present == (NORTH, WEST)
    assert found[1].absent == (NORTH,)
    assert roll_up(Kind.COUNT, [], SITES) == ()


def test_what_is_too_large_together_is_said_and_not_shown() -> None:
    found = one(Kind.SUM, at(NORTH, str(MOST)), at(EAST, 1))
    assert (found.reading, found.key, found.difference) == (None, "rollup.too_large", None)


def test_people_are_unknown_together_when_one_site_does_not_say() -> None:
    found = one(Kind.COUNT, at(NORTH, 1, people=3, missing=1), at(EAST, 1))
    assert (found.people, found.missing) == (None, None)


@pytest.mark.parametrize(
    ("levels", "middle"), [((1,), 1), ((1, 1), 1), ((1, 2), 2), ((2, 0, 0, 2), 1), ((2, 0, 0, 3), 4)]
)
def test_the_middle_level_is_that_of_the_person_in_the_middle(levels: tuple[int, ...], middle: int) -> None:
    assert median_level(levels) == middle


def test_nobody_has_no_middle() -> None:
    with pytest.raises(DomainError) as refused:
        median_level((0, 0))
    assert refused.value.key == "measurement.nobody_on_a_level"


@given(st.lists(st.integers(0, 20), min_size=1, max_size=7).filter(any))
def test_the_middle_level_is_the_lower_median_of_everybody(levels: list[int]) -> None:
    everybody = [level for level, people in enumerate(levels, 1) for _ in range(people)]
    assert median_level(levels) == everybody[(len(everybody) - 1) // 2]


@given(
    pairs=st.lists(
        st.integers(1, 1000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
        min_size=1,
        max_size=4,
    ),
    seed=st.randoms(use_true_random=False),
)
def test_the_order_of_sites_changes_nothing_and_the_share_is_that_of_everybody(
    pairs: list[tuple[int, int]], seed: Random
) -> None:
    readings = [share(site, *pair) for site, pair in zip(SITES, pairs, strict=False)]
    found = one(Kind.PROPORTION, *readings)
    seed.shuffle(readings)
    assert one(Kind.PROPORTION, *readings) == found
    assert found.reading is not None
    exact = Fraction(sum(part for part, _ in pairs), sum(whole for _, whole in pairs))
    assert abs(Fraction(found.reading.value) - exact) <= Fraction(1, 2_000_000)
