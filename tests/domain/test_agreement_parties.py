"""Parties beside each other: places, spread, conflicts, and what is measured; never a person."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from toc.domain.agreement import (
    Best,
    PartyView,
    Ranking,
    Undefined,
    between,
    conflicts,
    importance,
    mismatch,
    party_views,
    places,
    tau_b,
)

TOWN, RESIDENTS, INVESTOR, FUND = (UUID(int=number) for number in range(101, 105))
A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
HALF, FIRST, LAST = Fraction(1, 2), Fraction(0), Fraction(1)


def said(party: UUID, **scores: float) -> Ranking:
    """One respondent; goals by their letters, 1 is first."""
    named = {"a": A, "b": B, "c": C, "d": D, "e": E}
    return Ranking(party=party, scores={named[letter]: score for letter, score in scores.items()})


# The town and the investor want opposite things; three residents differ among themselves.
RANKINGS = [
    said(TOWN, a=1, b=2, c=3),
    said(RESIDENTS, a=1, b=2, c=3),
    said(RESIDENTS, a=2, b=1, c=3),
    said(RESIDENTS, a=1, b=3, c=2),
    said(INVESTOR, a=3, b=2, c=1),
]


def seen(rankings: list[Ranking], least: int = 1) -> dict[UUID, PartyView]:
    return {view.party: view for view in party_views(rankings, least=least)}


def test_a_place_is_0_for_the_first_and_1_for_the_last() -> None:
    assert places(said(TOWN, a=1, b=2, c=2, d=4)) == {A: 0, B: HALF, C: HALF, D: 1}
    weighed = Ranking(party=TOWN, scores={A: 10, B: 90}, best=Best.HIGHEST)
    assert places(weighed) == {A: 1, B: 0}


def test_one_goal_alone_has_no_place() -> None:
    assert places(said(TOWN, a=1)) == {}
    assert places(said(TOWN)) == {}


def test_the_spread_within_a_party() -> None:
    """Residents place c at 1, 1 and 1/2; the quartiles lie halfway between neighbours."""
    view = seen(RANKINGS)[RESIDENTS]
    assert (view.respondents, view.withheld) == (3, False)
    assert [spread.goal for spread in view.spreads] == [A, B, C]
    spread = view.spreads[2]
    assert (spread.respondents, spread.mean, spread.median) == (3, Fraction(5, 6), LAST)
    assert (spread.lower, spread.upper, spread.low, spread.high) == (Fraction(3, 4), LAST, HALF, LAST)


def test_one_respondent_has_no_spread() -> None:
    spread = seen(RANKINGS)[TOWN].spreads[0]
    assert (spread.mean, spread.median, spread.lower, spread.upper) == (FIRST,) * 4
    assert (spread.low, spread.high) == (FIRST, FIRST)


def test_a_party_with_few_respondents_shows_nothing_not_even_how_many() -> None:
    for few in ([RANKINGS[1]], RANKINGS[1:3], [said(RESIDENTS, a=1)], [*RANKINGS[1:3], said(RESIDENTS, a=1)]):
        (view,) = party_views(few, least=3)
        assert view.withheld
        assert (view.respondents, view.spreads) == (None, ())


def test_a_goal_that_few_respondents_ranked_is_not_shown() -> None:
    views = party_views([*RANKINGS[1:4], said(RESIDENTS, a=1, d=2), said(RESIDENTS, a=2, d=1)], least=3)
    assert [spread.goal for spread in views[0].spreads] == [A, B, C]
    assert views[0].respondents == 5


def test_spokespersons_are_shown_one_by_one() -> None:
    views = party_views(RANKINGS, least=3, exempt={TOWN})
    assert [(view.party, view.withheld) for view in views] == [
        (TOWN, False),
        (RESIDENTS, False),
        (INVESTOR, True),
    ]


def test_what_is_withheld_moves_nothing_that_is_shown() -> None:
    """Otherwise the difference would give it away."""
    shown = party_views(RANKINGS, least=3, exempt={TOWN})
    without = party_views(RANKINGS[:4], least=3, exempt={TOWN})
    assert between(shown) == between(without)
    assert conflicts(shown) == conflicts(without)
    assert importance(shown) == importance(without)


def test_an_exempt_party_without_an_order_shows_nothing() -> None:
    (view,) = party_views([said(TOWN, a=1)], least=3, exempt={TOWN})
    assert view.withheld


def test_a_party_needs_a_respondent() -> None:
    with pytest.raises(ValueError, match="at least one"):
        party_views(RANKINGS, least=0)


def test_the_spread_between_parties() -> None:
    """Goal a: town 0, residents 1/6, investor 1. Each party counts once."""
    found = between(party_views([*RANKINGS, said(TOWN, a=1, d=2)], least=1))
    assert [one.goal for one in found] == [A, C, B]
    assert (found[0].gap, found[0].first, found[0].last) == (LAST, TOWN, INVESTOR)
    assert (found[0].mean, found[0].parties) == (Fraction(7, 18), 3)
    assert (found[2].gap, found[2].first, found[2].last) == (FIRST, TOWN, INVESTOR)


def test_strongest_conflict_first() -> None:
    views = party_views([*RANKINGS, said(FUND, d=1, e=2)], least=1)
    found = conflicts(views)
    assert [(one.one, one.other, one.tau) for one in found] == [
        (TOWN, INVESTOR, -1),
        (RESIDENTS, INVESTOR, -1),
        (TOWN, RESIDENTS, 1),
        (TOWN, FUND, None),
        (RESIDENTS, FUND, None),
        (INVESTOR, FUND, None),
    ]
    assert [one.opposed for one in found] == [True, True, False, False, False, False]
    assert (found[0].common, found[0].widest, found[0].gap) == (3, A, LAST)
    assert (found[3].common, found[3].widest, found[3].gap) == (0, None, FIRST)
    assert (found[0].reason, found[3].reason) == (None, Undefined.FEW_GOALS)


def test_of_equal_conflicts_the_one_on_more_goals_comes_first() -> None:
    views = party_views(
        [said(TOWN, a=1, b=2), said(RESIDENTS, a=2, b=1, c=3), said(INVESTOR, a=2, b=3, c=1)], least=1
    )
    assert [(one.one, one.other, one.tau, one.common) for one in conflicts(views)] == [
        (RESIDENTS, INVESTOR, -1, 3),
        (TOWN, RESIDENTS, -1, 2),
        (TOWN, INVESTOR, 1, 2),
    ]


def test_a_party_without_preference_has_no_tau() -> None:
    (found,) = conflicts(party_views([said(TOWN, a=1, b=1), said(RESIDENTS, a=1, b=2)], least=1))
    assert (found.tau, found.reason) == (None, Undefined.ALL_TIED)
    assert found.gap == HALF


def test_a_published_tau() -> None:
    """The example in the documentation of scipy.stats.kendalltau: -0.4714, with ties in both."""
    tau = tau_b(_numbered((12, 2, 1, 12, 2)), _numbered((1, 4, 7, 1, 0)))
    assert tau == pytest.approx(-0.47140452079103173, abs=1e-12)


def _numbered(values: tuple[int, ...]) -> dict[UUID, Fraction]:
    return {UUID(int=number): Fraction(value) for number, value in enumerate(values)}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=8))
def test_tau_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    one, other = (tuple(column) for column in zip(*pairs, strict=True))
    tau = tau_b(_numbered(one), _numbered(other))
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert tau is Undefined.ALL_TIED
    else:
        assert tau == pytest.approx(kendalltau(one, other).statistic, abs=1e-12)
        assert tau == tau_b(_numbered(other), _numbered(one))


def test_importance_turns_places_round() -> None:
    assert importance(party_views(RANKINGS, least=1)) == {A: Fraction(11, 18), B: HALF, C: Fraction(7, 18)}
    assert importance([]) == {}


def test_important_unmeasured_and_measured_unimportant() -> None:
    shares = {A: Fraction(1), B: Fraction(2, 3), C: HALF, D: Fraction(1, 3), E: Fraction(0)}
    lost = UUID(int=6)
    result = mismatch(shares, {C, D, E, lost})
    assert result.important_unmeasured == (A, B)
    assert result.unimportant_measured == (E, D)
    assert result.unranked_measured == (lost,)
    turned = mismatch(shares, {A, B})
    assert (turned.important_unmeasured, turned.unimportant_measured) == ((), ())


def test_the_limits_can_be_moved_but_not_past_each_other() -> None:
    shares = {A: HALF, B: Fraction(1, 4)}
    moved = mismatch(shares, {B}, important=HALF, unimportant=Fraction(1, 4))
    assert (moved.important_unmeasured, moved.unimportant_measured) == ((A,), (B,))
    with pytest.raises(ValueError, match="at once"):
        mismatch(shares, set(), important=HALF, unimportant=HALF)
