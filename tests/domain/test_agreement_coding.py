"""Cohen's kappa between two coders, published examples, and where it has no value."""

from collections.abc import Hashable
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.agreement import Decision, Kappa, NoKappa, cohen_kappa, kappa

U1, U2, U3, U4 = (UUID(int=number) for number in range(1, 5))
WORK, HOME, REST = (UUID(int=number) for number in range(11, 14))
Decided = TypeVar("Decided", bound=Hashable)
CODED = st.dictionaries(st.sampled_from([U1, U2, U3, U4]), st.sets(st.sampled_from([WORK, HOME, REST])))


def counted(both: int, only_one: int, only_other: int, neither: int) -> Kappa[int]:
    """Kappa of a two by two table."""
    yes_one = range(both + only_one)
    yes_other = [*range(both), *range(both + only_one, both + only_one + only_other)]
    return kappa(yes_one, yes_other, range(both + only_one + only_other + neither))


@pytest.mark.parametrize(
    ("table", "observed", "expected", "meaning"),
    [
        # Feinstein and Cicchetti (1990), High agreement but low kappa: the same observed agreement twice.
        ((40, 9, 6, 45), 0.85, 0.70, "substantial"),
        ((80, 10, 5, 5), 0.85, 0.32, "fair"),
        # Gerstman (2013), Epidemiology kept simple, table 10.3: two readers of 19,790 X-rays.
        ((1467, 2249 - 1467, 2776 - 1467, 16232), 0.8943, 0.524, "moderate"),
        # Nelson (2008), Penguin dictionary of mathematics: two doctors and 80 patients; 13 times they differ.
        ((32, 7, 6, 35), 0.8375, 0.675, "substantial"),
        # By hand: 0.2 is seen, 0.4 x 0.4 + 0.6 x 0.6 = 0.52 expected: (0.2 - 0.52) / 0.48.
        ((0, 4, 4, 2), 0.2, -0.6667, "poor"),
    ],
)
def test_published_tables(
    table: tuple[int, int, int, int], observed: float, expected: float, meaning: str
) -> None:
    result = counted(*table)
    assert result.observed == pytest.approx(observed, abs=0.00005)
    assert result.kappa == pytest.approx(expected, abs=0.005)
    assert result.meaning == f"agreement.kappa.{meaning}"
    assert (result.both, result.neither) == (table[0], table[3])
    assert len(result.disagreements) == table[1] + table[2]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-0.01, "poor"),
        (0.0, "slight"),
        (0.2, "slight"),
        (0.21, "fair"),
        (0.4, "fair"),
        (0.6, "moderate"),
        (0.8, "substantial"),
        (0.81, "almost_perfect"),
        (1.0, "almost_perfect"),
    ],
)
def test_the_words_of_landis_and_koch(value: float, words: str) -> None:
    some: Kappa[int] = Kappa(
        decisions=1, both=1, neither=0, only_one=(), only_other=(), kappa=value, reason=None
    )
    assert some.meaning == f"agreement.kappa.{words}"


@pytest.mark.parametrize(
    ("table", "reason", "observed"),
    [
        ((0, 0, 0, 0), NoKappa.NO_UNITS, None),
        ((0, 0, 0, 5), NoKappa.NEVER_USED, 1),
        ((5, 0, 0, 0), NoKappa.ALWAYS_USED, 1),
    ],
)
def test_no_kappa_but_a_reason(
    table: tuple[int, int, int, int], reason: NoKappa, observed: float | None
) -> None:
    result = counted(*table)
    assert (result.kappa, result.reason, result.observed, result.meaning) == (None, reason, observed, None)


def test_always_against_never_is_no_more_than_chance() -> None:
    assert counted(0, 5, 0, 0).kappa == 0
    assert counted(3, 2, 0, 0).kappa == 0


def test_the_passages_on_which_two_coders_disagree() -> None:
    one = {U1: {WORK}, U2: {WORK, HOME}, U3: set[UUID](), U4: {HOME}}
    other = {U1: {WORK}, U2: {HOME}, U3: {HOME}, U4: {HOME}}
    result = cohen_kappa(one, other)
    assert list(result.goals) == [WORK, HOME]
    work, home = result.goals[WORK], result.goals[HOME]
    assert (work.only_one, work.only_other, work.decisions) == ((U2,), (), 4)
    assert work.kappa == pytest.approx(0.5)  # 3 of 4 seen, 1/2 expected
    assert (home.only_one, home.only_other) == ((), (U3,))
    assert home.kappa == pytest.approx(0.5)
    overall = result.overall
    assert overall.disagreements == (Decision(U2, WORK), Decision(U3, HOME))
    assert (overall.decisions, overall.both, overall.neither) == (8, 3, 3)
    assert overall.kappa == pytest.approx(0.5)


def test_a_passage_of_one_coder_alone_counts_against() -> None:
    result = cohen_kappa({U1: [WORK], U2: [WORK]}, {U2: [WORK], U3: []})
    assert result.goals[WORK].decisions == 3
    assert result.goals[WORK].only_one == (U1,)


def test_a_goal_that_nobody_used_has_no_kappa() -> None:
    one, other = {U1: [WORK], U2: []}, {U1: [WORK], U2: [WORK]}
    result = cohen_kappa(one, other, goals=[REST, WORK])
    assert list(result.goals) == [REST, WORK]
    assert result.goals[REST].reason is NoKappa.NEVER_USED
    assert result.overall.decisions == 4
    assert cohen_kappa(one, other, goals=[REST]).overall.reason is NoKappa.NEVER_USED


def test_nothing_coded() -> None:
    result = cohen_kappa({}, {})
    assert (result.overall.reason, result.goals) == (NoKappa.NO_UNITS, {})


@given(CODED, CODED)
def test_kappa_is_symmetric_and_at_most_1(one: dict[UUID, set[UUID]], other: dict[UUID, set[UUID]]) -> None:
    there, back = cohen_kappa(one, other), cohen_kappa(other, one)
    _mirrored(there.overall, back.overall)
    assert there.goals.keys() == back.goals.keys()
    for goal in there.goals:
        _mirrored(there.goals[goal], back.goals[goal])


def _mirrored(here: Kappa[Decided], there: Kappa[Decided]) -> None:
    assert (here.kappa, here.reason, here.observed) == (there.kappa, there.reason, there.observed)
    assert set(here.only_one) == set(there.only_other)
    assert (here.kappa is None) is (here.reason is not None)
    if here.kappa is not None:
        assert -1 <= here.kappa <= 1
        assert (here.kappa == 1) is (not here.disagreements)


@given(CODED)
def test_a_coder_agrees_with_themselves(coded: dict[UUID, set[UUID]]) -> None:
    overall = cohen_kappa(coded, coded).overall
    assert not overall.disagreements
    assert overall.kappa in {1, None}
