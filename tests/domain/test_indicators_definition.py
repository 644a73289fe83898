"""A definition of an indicator is whole or refused, and small groups are seen by those who work with them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import Definition, Direction, Frequency, Kind, Reading, SmallNumbers
from toc.domain.people import Role

START, END = date(2025, 1, 1), date(2025, 12, 31)


def definition(**says: object) -> Definition:
    """Half of the people have a job, from 38 % on, unless the test says otherwise."""
    usual: dict[str, object] = {
        "name": "Still at work after 26 weeks",
        "kind": Kind.PROPORTION,
        "direction": Direction.HIGHER,
        "frequency": Frequency.QUARTERLY,
        "baseline_value": Decimal("0.38"),
        "baseline_on": START,
        "target_value": Decimal("0.5"),
        "target_on": END,
    }
    return Definition(**{**usual, **says})  # type: ignore[arg-type] # the test names the fields


def test_a_definition_gives_its_target() -> None:
    target = definition().target
    assert target is not None
    assert (target.value, target.on, target.baseline) == (Decimal("0.5"), END, Decimal("0.38"))
    assert target.gradual


def test_yes_or_no_has_no_way_in_between() -> None:
    target = definition(kind=Kind.YES_NO, baseline_value=Decimal(0), target_value=Decimal(1)).target
    assert target is not None
    assert not target.gradual


def test_without_a_target_there_is_none() -> None:
    assert definition(target_value=None, target_on=None).target is None


@pytest.mark.parametrize(
    ("says", "key", "field"),
    [
        ({"name": "  "}, "indicator.name_missing", "name"),
        ({"baseline_value": Decimal("1.5")}, "measurement.not_a_share", "baseline_value"),
        ({"kind": Kind.COUNT}, "measurement.not_whole", "baseline_value"),
        ({"baseline_value": None}, "target.baseline_half", "baseline_value"),
        ({"baseline_on": None}, "target.baseline_half", "baseline_on"),
        ({"target_value": None}, "target.half", "target_value"),
        ({"target_on": None}, "target.half", "target_on"),
        ({"target_on": date(2101, 1, 1)}, "date.out_of_range", "target_on"),
        ({"target_on": START}, "target.end_before_start", "target_on"),
        ({"desired_value": Decimal("0.4")}, "indicator.desired_worse", "desired_value"),
        ({"minimum_value": Decimal("0.6")}, "indicator.minimum_better", "minimum_value"),
        (
            {"target_value": None, "target_on": None, "minimum_value": Decimal("0.3")},
            "indicator.desired_alone",
            "minimum_value",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(says: dict[str, object], key: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        definition(**says)
    assert (refused.value.key, refused.value.params["field"]) == (key, field)


def test_a_text_that_points_to_a_person_is_refused() -> None:
    definition(collection="Ask the school in May").check_texts()
    with pytest.raises(DomainError) as refused:
        definition(collection="Ask jan@example.org").check_texts()
    assert (refused.value.key, refused.value.params["field"]) == ("indicator.personal", "collection")


def test_where_lower_is_better_the_minimum_is_higher_than_the_target() -> None:
    lower = definition(
        direction=Direction.LOWER,
        baseline_value=Decimal("0.6"),
        desired_value=Decimal("0.3"),
        minimum_value=Decimal("0.55"),
    )
    assert lower.minimum_value == Decimal("0.55")


def small(*roles: Role, decided: bool = False) -> SmallNumbers:
    return SmallNumbers(threshold=10, own_totals_decided=decided, roles=roles)


def share(part: int, whole: int) -> Reading:
    value = (Decimal(part) / Decimal(whole)).quantize(Decimal("0.000001"))
    return Reading(on=START, value=value, numerator=Decimal(part), denominator=Decimal(whole))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.WORKER, Role.EVALUATOR])
def test_who_works_with_the_numbers_sees_them_all(role: Role) -> None:
    assert small(role).shows(share(3, 9), Kind.PROPORTION, counts_people=True)


@pytest.mark.parametrize("role", [Role.FUNDER, Role.INVESTOR, Role.VIEWER, Role.STAKEHOLDER])
def test_others_see_a_group_from_the_threshold_on(role: Role) -> None:
    assert not small(role).shows(share(3, 9), Kind.PROPORTION, counts_people=True)
    assert small(role).shows(share(3, 10), Kind.PROPORTION, counts_people=True)
    assert not small(role).shows(Reading(on=START, value=Decimal(9)), Kind.COUNT, counts_people=True)
    assert small(role).shows(Reading(on=START, value=Decimal(10)), Kind.COUNT, counts_people=True)


@given(st.sets(st.sampled_from(list(Role))), st.sampled_from([Role.FUNDER, Role.INVESTOR]), st.integers(0, 9))
def test_who_pays_never_sees_a_small_count_whatever_else_they_are(
    roles: set[Role], payer: Role, count: int
) -> None:
    reading = Reading(on=START, value=Decimal(count))
    assert not small(*roles, payer).shows(reading, Kind.COUNT, counts_people=True)


def test_a_recorded_decision_shows_the_totals_of_a_small_programme() -> None:
    assert small(Role.FUNDER, decided=True).shows(share(3, 7), Kind.PROPORTION, counts_people=True)


def test_what_counts_no_people_is_never_suppressed() -> None:
    two = Reading(on=START, value=Decimal(2))
    assert small(Role.FUNDER).shows(two, Kind.COUNT, counts_people=False)
    assert small(Role.FUNDER).shows(two, Kind.MEAN, counts_people=True)
