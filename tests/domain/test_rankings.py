"""What a respondent may answer in a round, and in which order they see the goals."""

from itertools import combinations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.rankings import MOST_GOALS, MOST_PLACE, RankingMethod, check_goals, own_order, scores_of

A, B, C = (UUID(int=number) for number in range(1, 4))
PLACES = st.dictionaries(st.uuids(), st.integers(1, MOST_PLACE), min_size=2, max_size=MOST_GOALS)


def key(method: RankingMethod, typed: dict[UUID, int]) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as refused:
        scores_of(method, typed)
    return refused.value.key, refused.value.params


def test_places_lose_their_gaps_and_equal_ones_stay_equal() -> None:
    assert scores_of(RankingMethod.RANK, {A: 10, B: 20, C: 20}) == {A: 1, B: 2, C: 2}


@given(PLACES)
def test_the_order_is_kept(typed: dict[UUID, int]) -> None:
    kept = scores_of(RankingMethod.RANK, typed)
    assert kept.keys() == typed.keys()
    assert sorted(set(kept.values())) == list(range(1, len(set(typed.values())) + 1))
    for one, other in combinations(typed, 2):
        assert (typed[one] < typed[other]) == (kept[one] < kept[other])


def test_a_hundred_points_are_divided_and_nothing_is_something() -> None:
    assert scores_of(RankingMethod.WEIGH, {A: 100, B: 0}) == {A: 100, B: 0}


def test_what_cannot_be_meant_is_refused() -> None:
    rank, weigh = RankingMethod.RANK, RankingMethod.WEIGH
    assert key(rank, {A: 1, B: 0}) == ("ranking.bad_place", {"goal": B, "least": 1, "most": MOST_PLACE})
    assert key(rank, {A: 1, B: 100})[0] == "ranking.bad_place"
    assert key(weigh, {A: 101, B: -1}) == ("ranking.bad_points", {"goal": A, "least": 0, "most": 100})
    assert key(rank, {A: 1}) == ("ranking.few_ranked", {"least": 2})
    assert key(weigh, {A: 100}) == ("ranking.few_ranked", {"least": 2})
    assert key(weigh, {A: 60, B: 30}) == ("ranking.points_left", {"given": 90, "left": 10})
    assert key(weigh, {A: 60, B: 45}) == ("ranking.points_over", {"given": 105, "over": 5})


def test_a_round_is_about_some_goals_and_not_too_many() -> None:
    check_goals([A, B])
    check_goals([uuid4() for _ in range(MOST_GOALS)])
    with pytest.raises(DomainError, match=r"ranking\.few_goals"):
        check_goals([A])
    with pytest.raises(DomainError, match=r"ranking\.many_goals") as refused:
        check_goals([uuid4() for _ in range(MOST_GOALS + 1)])
    assert refused.value.params == {"most": MOST_GOALS, "chosen": MOST_GOALS + 1}


@given(st.lists(st.uuids(), unique=True, max_size=8), st.uuids(), st.randoms(use_true_random=False))
def test_one_respondent_sees_the_same_order_every_time(
    goals: list[UUID], respondent: UUID, random: object
) -> None:
    order = own_order(goals, respondent)
    assert sorted(order) == sorted(goals)
    mixed = list(goals)
    random.shuffle(mixed)  # type: ignore[attr-defined] # Hypothesis gives a random.Random
    assert own_order(mixed, respondent) == order


def test_no_goal_stands_first_for_everybody() -> None:
    first = {own_order([A, B, C], UUID(int=number))[0] for number in range(60)}
    assert first == {A, B, C}
