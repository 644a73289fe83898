"""What a goal must rest on, who sees a hidden one, and how the line of a link is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.goals.belief import Support
from toc.domain.goals.kinds import KeyReason, Standing
from toc.domain.goals.rules import (
    KeyCount,
    Strength,
    check_key_link,
    check_sources,
    check_standing,
    count_key_links,
    sees_hidden,
    strength,
    support,
)
from toc.domain.people import Role


@pytest.mark.parametrize("statements", [0, 1])
def test_an_implicit_goal_needs_two_statements(statements: int) -> None:
    with pytest.raises(DomainError) as error:
        check_sources(Standing.IMPLICIT, statements=statements, confirmed=False)
    assert error.value.key == "goal.implicit_needs_two"
    assert error.value.params == {"least": 2, "statements": statements}


@pytest.mark.parametrize(
    ("standing", "statements", "confirmed"),
    [
        (Standing.IMPLICIT, 2, False),
        (Standing.IMPLICIT, 1, True),
        (Standing.IMPLICIT, 0, True),
        (Standing.STATED, 0, False),
        (Standing.HIDDEN, 0, False),
    ],
)
def test_two_statements_or_the_respondents_yes_suffice(
    standing: Standing, statements: int, *, confirmed: bool
) -> None:
    check_sources(standing, statements=statements, confirmed=confirmed)


def test_rewording_does_not_open_a_hidden_goal() -> None:
    with pytest.raises(DomainError) as error:
        check_standing(Standing.HIDDEN, Standing.STATED, released=False)
    assert error.value.key == "goal.release_first"


@pytest.mark.parametrize(
    ("before", "after", "released"),
    [
        (Standing.HIDDEN, Standing.HIDDEN, False),
        (Standing.HIDDEN, Standing.STATED, True),
        (Standing.STATED, Standing.HIDDEN, True),
        (Standing.IMPLICIT, Standing.STATED, True),
    ],
)
def test_other_changes_of_standing_are_free(before: Standing, after: Standing, *, released: bool) -> None:
    check_standing(before, after, released=released)


@pytest.mark.parametrize(
    ("roles", "sees"),
    [
        ({Role.EVALUATOR}, True),
        ({Role.EVALUATOR, Role.WORKER}, True),
        ({Role.EVALUATOR, Role.FUNDER}, False),
        ({Role.EVALUATOR, Role.INVESTOR}, False),
        ({Role.COORDINATOR}, False),
        (set(), False),
    ],
)
def test_hidden_goals_are_for_the_evaluator_who_pays_nothing(roles: set[Role], *, sees: bool) -> None:
    assert sees_hidden(roles) is sees


@pytest.mark.parametrize(
    ("rung", "has_source", "rests_on"),
    [
        (0, False, Support.BELIEF),
        (1, False, Support.BELIEF),
        (1, True, Support.LITERATURE),
        (2, False, Support.BEFORE_AFTER),
        (2, True, Support.BEFORE_AFTER),
        (3, False, Support.COMPARISON),
        (5, True, Support.COMPARISON),
    ],
)
def test_a_link_rests_on_the_best_there_is(rung: int, rests_on: Support, *, has_source: bool) -> None:
    assert support(rung=rung, has_source=has_source) is rests_on


@pytest.mark.parametrize(
    ("stated", "rests_on", "drawn"),
    [
        (None, Support.BELIEF, Strength.BELIEF),
        (4, Support.BELIEF, Strength.BELIEF),
        (4, Support.NOTHING, Strength.BELIEF),
        (None, Support.LITERATURE, Strength.SOME),
        (4, Support.LITERATURE, Strength.SOME),
        (None, Support.BEFORE_AFTER, Strength.SOME),
        (3, Support.BEFORE_AFTER, Strength.STRONG),
        (2, Support.BEFORE_AFTER, Strength.SOME),
        (None, Support.COMPARISON, Strength.STRONG),
        (2, Support.COMPARISON, Strength.SOME),
        (4, Support.COMPARISON, Strength.STRONG),
    ],
)
def test_a_line_is_as_strong_as_what_was_stated_and_found(
    stated: int | None, rests_on: Support, drawn: Strength
) -> None:
    assert strength(stated, rests_on) is drawn


@given(st.integers(0, 4), st.sampled_from(Support))
def test_stating_more_never_makes_a_line_weaker(stated: int, rests_on: Support) -> None:
    order = list(Strength)
    weaker, stronger = strength(max(stated - 1, 0), rests_on), strength(stated, rests_on)
    assert order.index(weaker) <= order.index(stronger)


def test_a_key_link_has_a_reason() -> None:
    with pytest.raises(DomainError) as error:
        check_key_link(is_key=True, reason=None)
    assert error.value.key == "link.key_reason_missing"
    check_key_link(is_key=True, reason=KeyReason.CONTESTED)
    check_key_link(is_key=False, reason=None)


@pytest.mark.parametrize(
    ("many", "judged"),
    [
        (0, KeyCount.NONE),
        (1, KeyCount.FEW),
        (4, KeyCount.FEW),
        (5, KeyCount.RIGHT),
        (10, KeyCount.RIGHT),
        (11, KeyCount.MANY),
    ],
)
def test_five_to_ten_key_links_are_right(many: int, judged: KeyCount) -> None:
    assert count_key_links(many) is judged
