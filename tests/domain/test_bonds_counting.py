"""What measurements count to, what changed between two editions, and how far an outcome is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from toc.domain.bonds import (
    Contract,
    Counted,
    Counterfactual,
    CounterfactualKind,
    Difference,
    PerUnit,
    RateCardLine,
    Standing,
    Unit,
    counted,
    differences,
    standing,
)
from toc.domain.indicators import Kind, Reading
from toc.domain.money import Money


def reading(day: int, value: str | int) -> Reading:
    return Reading(on=date(2025, 7, day), value=Decimal(value))


def test_a_running_total_counts_what_was_added_in_the_period() -> None:
    within = [reading(10, 40), reading(31, 48)]
    assert counted(Kind.COUNT, within, before=reading(1, 30), running_total=True) == Counted(
        achieved=Decimal(18)
    )
    assert counted(Kind.COUNT, within, running_total=True) == Counted(achieved=Decimal(48))


def test_values_of_their_own_period_are_added_up() -> None:
    within = [reading(10, 4), reading(31, "2.5")]
    assert counted(Kind.SUM, within, before=reading(1, 30)) == Counted(achieved=Decimal("6.5"))


@pytest.mark.parametrize(("denominator", "participants"), [("96", 96), ("96.5", None)])
def test_a_proportion_gives_its_part_and_its_whole(denominator: str, participants: int | None) -> None:
    part, whole = Decimal(48), Decimal(denominator)
    share = Decimal("0.5") if participants else Decimal("0.497409")
    last = Reading(on=date(2025, 7, 31), value=share, numerator=part, denominator=whole)
    assert counted(Kind.PROPORTION, [last]) == Counted(achieved=part, participants=participants)


def test_what_cannot_be_added_up_counts_to_nothing() -> None:
    assert counted(Kind.MEAN, [reading(1, 7)]) is None
    assert counted(Kind.PROPORTION, [Reading(on=date(2025, 7, 1), value=Decimal("0.5"))]) is None
    assert counted(Kind.COUNT, []) is None


def euro(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


DIPLOMA = PerUnit(
    code="DIPLOMA",
    price=euro(2000),
    expected_anyway=Counterfactual(
        kind=CounterfactualKind.HISTORICAL, share=Decimal("0.25"), source="clause 4"
    ),
)
JOB = RateCardLine(code="JOB", price=euro(500))
CONTRACT = Contract(
    code="C1", currency="EUR", investment=euro(1000), lines=(DIPLOMA, JOB), cap=euro(9000), required_rung=1
)


def test_equal_terms_have_no_differences() -> None:
    assert differences(CONTRACT, replace(CONTRACT, code="C2", edition=2)) == ()


def test_differences_name_the_term_with_both_values() -> None:
    dearer = replace(DIPLOMA, price=euro(2100), expected_anyway=Counterfactual(), unit=Unit.CLAIM)
    after = replace(CONTRACT, cap=None, lines=(JOB, dearer))
    assert differences(CONTRACT, after) == (
        Difference("cap", None, euro(9000), None),
        Difference("price", "DIPLOMA", euro(2000), euro(2100)),
        Difference("unit", "DIPLOMA", Unit.PERSON, Unit.CLAIM),
        Difference("kind", "DIPLOMA", CounterfactualKind.HISTORICAL, CounterfactualKind.NONE),
        Difference("share", "DIPLOMA", Decimal("0.25"), None),
        Difference("source", "DIPLOMA", "clause 4", ""),
    )


def test_a_line_that_came_or_went_is_one_difference() -> None:
    after = replace(CONTRACT, lines=(DIPLOMA, replace(JOB, code="HOME")))
    assert differences(CONTRACT, after) == (
        Difference("line", "HOME", None, "HOME"),
        Difference("line", "JOB", "JOB", None),
    )


def test_a_line_of_another_kind_shows_its_rule() -> None:
    after = replace(CONTRACT, lines=(DIPLOMA, PerUnit(code="JOB", price=euro(500))))
    found = {one.term: (one.before, one.after) for one in differences(CONTRACT, after)}
    assert found["rule"] == ("rate_card", "per_unit")


@pytest.mark.parametrize(
    ("verified", "approved", "expected"),
    [
        (None, None, Standing.WAITS_FOR_EVALUATOR),
        (True, None, Standing.WAITS_FOR_FUNDER),
        (False, None, Standing.RETURNED),
        (True, False, Standing.RETURNED),
        (True, True, Standing.PAID),
    ],
)
def test_how_far_an_outcome_is_follows_from_its_decisions(
    verified: bool | None,  # noqa: FBT001 - a column of the table above
    approved: bool | None,  # noqa: FBT001 - as verified
    expected: Standing,
) -> None:
    assert standing(verified=verified, approved=approved) is expected
