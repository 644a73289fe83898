"""Concordance of rankings: published examples, the exact chance against counting, and what has no figure."""

from itertools import permutations, product
from math import inf, nan
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, friedmanchisquare, rankdata

from toc.domain.agreement import (
    Best,
    Chance,
    KendallW,
    Ranking,
    SkillingsMack,
    Statistic,
    Undefined,
    agreement,
    kendall_w,
    midranks,
    skillings_mack,
)

PARTY = UUID(int=7)
SCORES = st.integers(1, 4)
patient = settings(deadline=None)


def goal(number: int) -> UUID:
    return UUID(int=number)


def judge(*scores: float | None, best: Best = Best.LOWEST) -> Ranking:
    """One judge; the goals are 1, 2, 3 ... and None is a goal left out."""
    kept = {goal(number): score for number, score in enumerate(scores, 1) if score is not None}
    return Ranking(party=PARTY, scores=kept, best=best)


def judges(*rows: tuple[float | None, ...]) -> list[Ranking]:
    return [judge(*row) for row in rows]


@st.composite
def panels(draw: st.DrawFn, most_judges: int = 6, most_goals: int = 6) -> list[tuple[int, ...]]:
    """Scores with ties: (judges, goals)."""
    goals = draw(st.integers(2, most_goals))
    return draw(st.lists(st.tuples(*[SCORES] * goals), min_size=2, max_size=most_judges))


@st.composite
def patchy(draw: st.DrawFn) -> list[tuple[int | None, ...]]:
    """Scores with ties, where each judge may leave goals out."""
    goals = draw(st.integers(2, 6))
    return draw(st.lists(st.tuples(*[st.none() | SCORES] * goals), min_size=2, max_size=6))


# Kendall (1948): three rankings with ties of ten objects; also in Siegel (1956), and the example program of
# NAG g08daf, which prints W = 0.828 and a significance of 0.008 by chi-square.
TIED = judges(
    (1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10),
    (2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5),
    (2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10),
)
# Skillings and Mack (1981), also the example of the R package Skillings.Mack 1.10: four ways of assembling,
# nine assemblers, some without a time.
ASSEMBLY = judges(
    (3.2, 4.1, 3.8, 4.2),
    (3.1, 3.9, 3.4, 4.0),
    (4.3, 3.5, 4.6, 4.8),
    (3.5, 3.6, 3.9, 4.0),
    (3.6, 4.2, 3.7, 3.9),
    (4.5, 4.7, 3.7, None),
    (None, 4.2, 3.4, None),
    (4.3, 4.6, 4.4, 4.9),
    (3.5, None, 3.7, 3.9),
)


def test_ties_share_the_mean_of_their_places() -> None:
    scores: dict[UUID, float] = {goal(1): 30, goal(2): 10, goal(3): 30, goal(4): 50}
    assert midranks(scores, Best.LOWEST) == {goal(2): 1, goal(1): 2.5, goal(3): 2.5, goal(4): 4}
    assert midranks(scores, Best.HIGHEST) == {goal(4): 1, goal(1): 2.5, goal(3): 2.5, goal(2): 4}
    assert midranks({}, Best.LOWEST) == {}


@given(st.lists(SCORES, max_size=8))
def test_midranks_are_those_of_scipy(scores: list[int]) -> None:
    numbered: dict[UUID, float] = {goal(number): score for number, score in enumerate(scores)}
    ranks = midranks(numbered, Best.LOWEST)
    assert [ranks[goal(number)] for number in range(len(scores))] == list(rankdata(scores))


@pytest.mark.parametrize("score", [nan, inf, -inf])
def test_a_score_is_a_finite_number(score: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        judge(1, score)


def test_a_ranking_keeps_what_was_said() -> None:
    scores: dict[UUID, float] = {goal(1): 1}
    ranking = Ranking(party=PARTY, scores=scores)
    scores[goal(1)] = 2
    assert ranking.scores == {goal(1): 1}


def test_kendalls_example_with_ties() -> None:
    result = kendall_w(TIED)
    assert result.w == pytest.approx(0.828, abs=0.0005)
    assert result.p == pytest.approx(0.008, abs=0.0005)
    assert (result.chance, result.df, result.ties) == (Chance.CHI_SQUARE, 9, True)
    assert result.beyond_chance
    assert result.meaning == "agreement.w.strong"


def test_zars_birds() -> None:
    """Zar (1999), page 444: 12 birds by wing, tail and bill; W = 0.9241 corrected for ties."""
    birds = judges(
        (10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4),
        (7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3),
        (17, 17, 20, 14.5, 15.5, 13, 19.5, 16, 21, 20, 18, 22),
    )
    assert kendall_w(birds).w == pytest.approx(0.9241, abs=0.00005)
    assert kendall_w(birds).meaning == "agreement.w.unusually_strong"


def test_siegels_executives() -> None:
    """Siegel (1956), chapter 9: three executives rank six applicants; rank sums 8 14 11 11 11 8, W = 0.16."""
    result = kendall_w(judges((1, 6, 3, 2, 5, 4), (1, 5, 6, 4, 2, 3), (6, 3, 2, 5, 4, 1)))
    assert result.w == pytest.approx(0.16, abs=0.005)
    assert (result.chance, result.ties, result.beyond_chance) == (Chance.EXACT, False, False)
    assert result.meaning == "agreement.w.very_weak"


def test_the_exact_chance_beside_a_published_simulation() -> None:
    """Hollander and Wolfe (1999), table 7.5, cotton: S = 8.8; chi-square says 0.0663, much too much.

    Sawyer simulated 10,000 permutations (Washington University, Math 408): 0.0311 to 0.0383 with 95 %.
    """
    fibres = judges(
        (7.46, 7.17, 7.76, 8.14, 7.63), (7.68, 7.57, 7.73, 8.15, 8.00), (7.31, 7.80, 7.74, 7.87, 7.93)
    )
    result = kendall_w(fibres)
    assert result.chi_square == pytest.approx(8.8)
    assert chi2.sf(8.8, 4) == pytest.approx(0.0663, abs=0.00005)
    assert result.p is not None
    assert 0.0311 < result.p < 0.0383
    assert (result.chance, result.beyond_chance) == (Chance.EXACT, True)


# Siegel (1956), table N, after Friedman (1937): goals, judges, chi-square and its exact chance.
TABLE_N = [
    (3, 3, 6.000, "0.028"),
    (3, 3, 4.667, "0.194"),
    (3, 3, 2.667, "0.361"),
    (3, 3, 2.000, "0.528"),
    (3, 3, 0.667, "0.944"),
    (3, 4, 8.0, "0.0046"),
    (3, 4, 6.5, "0.042"),
    (3, 4, 6.0, "0.069"),
    (3, 4, 4.5, "0.125"),
    (3, 4, 3.5, "0.273"),
    (3, 4, 2.0, "0.431"),
    (3, 4, 1.5, "0.653"),
    (3, 4, 0.5, "0.931"),
    (4, 2, 6.0, "0.042"),
    (4, 2, 5.4, "0.167"),
    (4, 2, 4.8, "0.208"),
    (4, 2, 4.2, "0.375"),
    (4, 3, 9.0, "0.0017"),
    (4, 3, 8.2, "0.017"),
    (4, 3, 7.4, "0.033"),
    (4, 3, 7.0, "0.054"),
    (4, 3, 6.6, "0.075"),
]


@pytest.mark.parametrize(("goals", "panel", "chi_square", "chance"), TABLE_N)
def test_the_exact_chances_of_siegels_table(goals: int, panel: int, chi_square: float, chance: str) -> None:
    straight = tuple(range(1, goals + 1))
    fitting = next(
        result
        for rest in product(permutations(straight), repeat=panel - 1)
        if (result := kendall_w(judges(straight, *rest))).chi_square == pytest.approx(chi_square, abs=0.0005)
    )
    assert fitting.chance is Chance.EXACT
    assert fitting.p is not None
    digits = len(chance) - len("0.")
    assert f"{fitting.p:.{digits}f}" == chance


@patient
@given(panels(most_judges=3, most_goals=4))
def test_the_exact_chance_is_what_counting_gives(panel: list[tuple[int, ...]]) -> None:
    result = kendall_w(judges(*panel))
    assume(result.p is not None)
    ranked = [rankdata(row) for row in panel]

    def apart(rows: tuple[tuple[float, ...], ...]) -> float:
        return float(sum(sum(column) ** 2 for column in zip(*rows, strict=True)))

    observed = apart(tuple(tuple(row) for row in ranked))
    every = [apart(rows) for rows in product(*(tuple(permutations(row)) for row in ranked))]
    assert result.chance is Chance.EXACT
    assert result.p == pytest.approx(sum(one >= observed for one in every) / len(every), abs=1e-12)


@patient
@given(panels().filter(lambda panel: len(panel) > 1 and len(panel[0]) > 2))
def test_w_is_friedmans_statistic_on_another_scale(panel: list[tuple[int, ...]]) -> None:
    result = kendall_w(judges(*panel))
    assume(result.w is not None)
    friedman = friedmanchisquare(*zip(*panel, strict=True)).statistic
    assert result.w == pytest.approx(friedman / (len(panel) * (len(panel[0]) - 1)), abs=1e-9)
    assert result.chi_square == pytest.approx(friedman, abs=1e-9)


@patient
@given(panels(), st.randoms(use_true_random=False))
def test_w_lies_between_0_and_1_whatever_the_names(panel: list[tuple[int, ...]], chance: object) -> None:
    result = kendall_w(judges(*panel))
    if result.w is None:
        assert result.reason is Undefined.ALL_TIED
        assert result.beyond_chance is None
        assert all(len(set(row)) == 1 for row in panel)
        return
    assert 0 <= result.w <= 1
    assert result.p is not None
    assert 0 < result.p <= 1
    columns = list(zip(*panel, strict=True))
    chance.shuffle(columns)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    again = kendall_w(judges(*zip(*columns, strict=True))[::-1])
    assert (again.w, again.chance) == (result.w, result.chance)
    assert again.p == pytest.approx(result.p, abs=1e-12)


@patient
@given(st.lists(SCORES, min_size=2, max_size=6).filter(lambda row: len(set(row)) > 1), st.integers(2, 5))
def test_the_same_ranking_by_all_is_full_agreement(row: list[int], panel: int) -> None:
    result = kendall_w(judges(*[tuple(row)] * panel))
    assert result.w == 1
    assert result.meaning == "agreement.w.unusually_strong"


def test_a_rank_and_a_weight_say_the_same() -> None:
    assert kendall_w([judge(1, 2, 3), judge(60, 30, 10, best=Best.HIGHEST)]).w == 1
    assert kendall_w([judge(1, 2, 3), judge(60, 30, 10)]).w == 0


def test_a_judge_without_any_preference_lowers_agreement() -> None:
    assert kendall_w(judges((1, 2, 3), (1, 2, 3), (5, 5, 5))).w == pytest.approx(2 / 3)


def test_w_speaks_about_the_goals_that_all_ranked() -> None:
    result = kendall_w(judges((3, 1, None, 2), (3, 1, 2, None), (2, 1, 3, 4)))
    assert result.goals == (goal(1), goal(2))
    assert (result.w, result.judges) == (1, 3)


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        ([], Undefined.FEW_JUDGES),
        (judges((1, 2, 3)), Undefined.FEW_JUDGES),
        (judges((1, 2, 3), (None, None, None)), Undefined.FEW_JUDGES),
        (judges((1, 2, None), (None, 2, 1)), Undefined.FEW_GOALS),
        (judges((1, 2, None, None), (None, None, 2, 1)), Undefined.FEW_GOALS),
        (judges((2, 2, 2), (1, 1, 1)), Undefined.ALL_TIED),
    ],
)
def test_no_w_but_a_reason(panel: list[Ranking], reason: Undefined) -> None:
    result = kendall_w(panel)
    assert result.reason is reason
    assert (result.w, result.p, result.chance, result.chi_square, result.df) == (None,) * 5
    assert (result.meaning, result.beyond_chance) == (None, None)


@pytest.mark.parametrize(
    ("w", "key"),
    [
        (1.0, "unusually_strong"),
        (0.9, "unusually_strong"),
        (0.89, "strong"),
        (0.7, "strong"),
        (0.5, "moderate"),
        (0.3, "weak"),
        (0.29, "very_weak"),
        (0.0, "very_weak"),
    ],
)
def test_schmidts_words(w: float, key: str) -> None:
    assert KendallW(judges=3, goals=(), w=w).meaning == f"agreement.w.{key}"


def test_where_counting_takes_too_long_chi_square_answers() -> None:
    row = tuple(range(12))
    many = kendall_w(judges(row, row))
    assert many.chance is Chance.CHI_SQUARE
    assert many.p == pytest.approx(chi2.sf(22, 11), rel=1e-12)
    straight = (1, 2, 3, 4, 5, 6)
    assert kendall_w(judges(straight, straight, straight)).chance is Chance.EXACT
    crowd = kendall_w(judges(*[straight, straight[::-1]] * 4))
    assert (crowd.chance, crowd.w, crowd.p) == (Chance.CHI_SQUARE, 0, 1)


def test_two_judges_of_one_mind_by_hand() -> None:
    """Of the 3! orders of the second judge one gives W = 1."""
    assert kendall_w(judges((1, 2, 3), (1, 2, 3))).p == pytest.approx(1 / 6)


def test_skillings_and_mack_their_own_example() -> None:
    """SM = 15.493 with 3 degrees of freedom, p = 0.00144."""
    result = skillings_mack(ASSEMBLY)
    assert result.statistic == pytest.approx(15.493, abs=0.0005)
    assert result.p == pytest.approx(0.00144, abs=0.000005)
    assert (result.df, result.judges, result.dropped, result.reason) == (3, 9, 0, None)
    assert result.connected
    assert result.beyond_chance
    assert result.meaning == "agreement.sm.beyond_chance"


@given(panels(most_judges=8))
def test_with_full_rankings_it_is_friedmans_statistic_uncorrected_for_ties(
    panel: list[tuple[int, ...]],
) -> None:
    m, n = len(panel), len(panel[0])
    result = skillings_mack(judges(*panel))
    if result.statistic is None:
        assert result.reason is Undefined.ALL_TIED
        return
    sums = [sum(column) for column in zip(*(rankdata(row) for row in panel), strict=True)]
    uncorrected = 12 / (m * n * (n + 1)) * sum(one**2 for one in sums) - 3 * m * (n + 1)
    assert result.statistic == pytest.approx(uncorrected, abs=1e-8)
    assert result.df == n - 1


@given(patchy(), st.randoms(use_true_random=False))
def test_skillings_mack_does_not_depend_on_names(panel: list[tuple[int | None, ...]], chance: object) -> None:
    result = skillings_mack(judges(*panel))
    columns = list(zip(*panel, strict=True))
    chance.shuffle(columns)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    again = skillings_mack(judges(*zip(*columns, strict=True)))
    assert (again.df, again.reason, len(again.groups)) == (result.df, result.reason, len(result.groups))
    assert again.statistic == pytest.approx(result.statistic, abs=1e-8)
    if result.p is not None:
        assert result.statistic is not None
        assert result.statistic >= 0
        assert 0 <= result.p <= 1


def test_a_judge_with_one_goal_is_dropped() -> None:
    alone = [*ASSEMBLY, judge(None, 5), judge(None, None, None, None, 1)]
    result = skillings_mack(alone)
    assert (result.judges, result.dropped) == (9, 2)
    assert result.statistic == skillings_mack(ASSEMBLY).statistic
    assert result.goals == tuple(goal(number) for number in range(1, 5))


def test_goals_that_nobody_ties_together_are_said_to_be_apart() -> None:
    """Two panels on goals of their own: the statistics add up, each with its own degrees of freedom."""
    left = judges((1, 2, 3), (1, 3, 2))
    right = judges((None, None, None, 2, 1), (None, None, None, 2, 1))
    both = skillings_mack([*left, *right])
    assert not both.connected
    assert both.groups == ((goal(1), goal(2), goal(3)), (goal(4), goal(5)))
    assert both.df == 3
    apart = [skillings_mack(left).statistic, skillings_mack(right).statistic]
    assert apart == [pytest.approx(3), pytest.approx(2)]
    assert both.statistic == pytest.approx(5)
    assert both.p == pytest.approx(chi2.sf(5, 3), rel=1e-9)
    assert both.meaning == "agreement.sm.not_beyond_chance"


def test_goals_are_tied_together_through_others() -> None:
    chain = judges((1, 2, None, None), (None, None, 1, 2), (None, 1, 2, None))
    assert skillings_mack(chain).groups == (tuple(goal(number) for number in range(1, 5)),)


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        ([], Undefined.FEW_JUDGES),
        (judges((1, 2, 3)), Undefined.FEW_JUDGES),
        (judges((1, None), (None, 1)), Undefined.FEW_GOALS),
        (judges((1, 2), (None, 1)), Undefined.FEW_GOALS),
        (judges((1, 1, None), (None, 2, 2)), Undefined.ALL_TIED),
    ],
)
def test_no_skillings_mack_but_a_reason(panel: list[Ranking], reason: Undefined) -> None:
    result = skillings_mack(panel)
    assert result.reason is reason
    assert (result.statistic, result.df, result.p) == (None, None, None)
    assert (result.meaning, result.beyond_chance) == (None, None)


def test_the_same_goals_are_answered_by_w() -> None:
    result = agreement([*TIED, Ranking(party=PARTY, scores={})])
    assert result.statistic is Statistic.KENDALL_W
    assert result.skillings_mack is None
    assert result.chosen == kendall_w(TIED)


def test_different_goals_are_answered_by_skillings_mack_with_w_beside_it() -> None:
    result = agreement(ASSEMBLY)
    assert result.statistic is Statistic.SKILLINGS_MACK
    assert isinstance(result.chosen, SkillingsMack)
    assert result.chosen == skillings_mack(ASSEMBLY)
    assert result.w == kendall_w(ASSEMBLY)
    assert result.w.reason is Undefined.FEW_GOALS


def test_no_rankings_at_all() -> None:
    assert agreement([]).chosen.reason is Undefined.FEW_JUDGES
