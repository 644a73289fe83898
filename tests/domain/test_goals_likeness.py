"""Goals that are worded alike are suggested as one, never merged."""

from itertools import combinations
from json import loads
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tree_bodies import LINES
from toc import resources
from toc.domain.goals.likeness import LEAST_ALIKE, MOST_PAIRS, STOP_WORDS, Alike, Why, likely_duplicates

DEMO = ("colour_kitchen", "jes", "takecarebnb", "viltmannen")


def numbered(*wordings: str) -> list[tuple[UUID, str]]:
    return [(UUID(int=number), wording) for number, wording in enumerate(wordings, start=1)]


def found(*wordings: str, different: tuple[str, ...] = ()) -> list[tuple[int, int, Why]]:
    pairs = [frozenset(UUID(int=int(sign)) for sign in pair) for pair in different]
    alike = likely_duplicates(numbered(*wordings), different=pairs)
    return [(one.first.int, one.second.int, one.why) for one in alike]


def test_the_same_wording_comes_first_whatever_its_capitals_accents_and_points() -> None:
    assert found(
        "De deelnemers vinden betaald werk.",
        "Elke bewoner heeft een eigen woning",
        "Bewoners hebben een eigen woning.",
        "Één café voor de buurt",
        "Betaald werk vinden de deelnemers",
        "een CAFE voor de buurt!",
    ) == [
        (4, 6, Why.SAME_WORDING),
        (1, 5, Why.SAME_WORDS),
        (2, 3, Why.ALIKE),
    ]


@pytest.mark.parametrize(
    ("one", "other", "why", "shared"),
    [
        ("Young people have a job.", "A job for young people", Why.SAME_WORDS, ("young", "people", "job")),
        ("Deelnemers hebben betaald werk", "De deelnemers hebben weer betaald werk.", Why.CONTAINS,
         ("deelnemers", "betaald", "werk")),
        ("Jongeren krijgen meer zelfvertrouwen", "Meer zelfvertrouwen bij jongeren", Why.CONTAINS,
         ("jongeren", "meer", "zelfvertrouwen")),
        ("Participants find paid work", "Each participant finds paid work", Why.ALIKE, ("paid", "work")),
        ("Fewer young people drop out of school", "Less school drop-out among young people", Why.ALIKE,
         ("young", "people", "drop", "out", "school")),
    ],
)  # fmt: skip
def test_the_same_goal_in_other_words_is_suggested_with_what_is_alike(
    one: str, other: str, why: Why, shared: tuple[str, ...]
) -> None:
    (pair,) = likely_duplicates(numbered(one, other))
    assert pair == Alike(UUID(int=1), UUID(int=2), pair.score, why, shared)
    assert 0.87 <= pair.score <= 1


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("key", DEMO)
def test_no_two_goals_of_a_demo_programme_are_taken_for_one(key: str, language: str) -> None:
    """What `LEAST_ALIKE` was chosen by: all different goals, but for a twin on purpose."""
    file = loads((resources.seed() / f"{key}.json").read_text(encoding="utf-8"))
    goals = numbered(*(goal["wording"][language] for goal in file["goals"] if "twin" not in goal))
    assert likely_duplicates(goals) == ()
    close = likely_duplicates(goals, least=0.5)
    assert max((pair.score for pair in close), default=0) < LEAST_ALIKE


def test_what_somebody_said_is_not_the_same_is_left_out() -> None:
    wordings = ("Paid work", "Paid work!", "Work that is paid", "Work, paid")
    assert len(found(*wordings)) == 6
    assert found(*wordings, different=("12", "43", "13")) == [
        (1, 4, Why.SAME_WORDS),
        (2, 3, Why.SAME_WORDS),
        (2, 4, Why.SAME_WORDS),
    ]


def test_one_word_is_like_no_sentence_and_words_without_meaning_like_none() -> None:
    assert found("Werk", "Deelnemers hebben werk", "Het werk", "En of het is", "De van op", "!", "?") == []
    assert found("Werk", "werk.") == [(1, 2, Why.SAME_WORDING)]
    assert STOP_WORDS.isdisjoint({"niet", "geen", "meer", "minder", "no", "not", "more", "less"})


@given(st.lists(LINES, max_size=12), st.sets(st.integers(0, 3)))
def test_every_pair_is_looked_at_once_and_none_is_invented(wordings: list[str], again: set[int]) -> None:
    wordings += [wording.upper() for place, wording in enumerate(wordings) if place in again]
    goals = numbered(*wordings)
    pairs = likely_duplicates(goals)
    named = [(pair.first, pair.second) for pair in pairs]
    assert len({frozenset(pair) for pair in named}) == len(named)
    assert {*named} <= {(one, other) for (one, _), (other, _) in combinations(goals, 2)}
    assert all(LEAST_ALIKE <= pair.score <= 1 for pair in pairs)
    assert [pair.why for pair in pairs] == sorted((pair.why for pair in pairs), key=list(Why).index)


def test_goals_far_apart_in_a_long_list_are_found() -> None:
    goals = [f"{first} x{first}x{second} y{second}" for first in range(30) for second in range(20)]
    goals[3] = "Residents have a home of their own"
    goals[597] = "A home of their own for residents"
    assert [pair for pair in found(*goals) if pair[0] == 4] == [(4, 598, Why.SAME_WORDS)]


def test_of_a_thousand_equal_goals_no_more_pairs_are_suggested_than_somebody_can_go_through() -> None:
    assert len(likely_duplicates(numbered(*["Paid work"] * 1_000))) == MOST_PAIRS
    assert len(likely_duplicates(numbered(*(f"Paid work {number}" for number in range(40))))) == MOST_PAIRS
