"""A definition of an indicator is whole or refused, and small groups are seen by those who work with them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import (
    Definition,
    Direction,
    Frequency,
    Kind,
    PeriodTarget,
    Reading,
    SmallNumbers,
)
from toc.domain.indicators.breakdowns import Breakdown, Option, breakdowns_in
from toc.domain.indicators.definition import breakdowns_as_stored, key_for
from toc.domain.indicators.external import ExternalCode, Scheme, as_stored, codes_in
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


# --- Levels, scales, groups, codes, periods -----------------------------------------------------------------


def period(value: str | int, start: date = START, end: date = END) -> PeriodTarget:
    return PeriodTarget(starts_on=start, ends_on=end, value=Decimal(value))


def groups(name: str = "Age", *names: str, key: str = "age") -> Breakdown:
    found = names or ("under 27", "27 and over")
    return Breakdown(
        key=key, name=name, options=tuple(Option(key=key_for(each), name=each) for each in found)
    )


TWINS = (Option(key="a", name="x"), Option(key="a", name="y"))


def plain(kind: Kind, **says: object) -> Definition:
    """Without baseline and target."""
    nothing = dict.fromkeys(("baseline_value", "baseline_on", "target_value", "target_on"))
    return definition(**{"kind": kind, **nothing, **says})


def test_levels_are_of_an_ordinal_score_alone() -> None:
    assert plain(Kind.ORDINAL, levels=(" crisis ", "stable")).levels == ("crisis", "stable")
    assert plain(Kind.COUNT, levels=("crisis", "stable")).levels == ()
    assert plain(Kind.COUNT, scale_lowest=Decimal(1)).scale_lowest is None
    zero = plain(Kind.MEAN, scale_lowest=Decimal(0), scale_highest=Decimal("10.0"))
    assert (zero.scale_lowest, zero.scale_highest) == (Decimal(0), Decimal(10))


@pytest.mark.parametrize(
    ("kind", "says", "key", "field"),
    [
        (Kind.ORDINAL, {}, "indicator.levels_few", "levels"),
        (Kind.ORDINAL, {"levels": ("one",)}, "indicator.levels_few", "levels"),
        (Kind.ORDINAL, {"levels": ("one", " ")}, "indicator.level_empty", "levels"),
        (Kind.ORDINAL, {"levels": ("one", "ONE")}, "indicator.levels_twice", "levels"),
        (Kind.ORDINAL, {"levels": tuple("abcdefghijklm")}, "indicator.levels_many", "levels"),
        (
            Kind.ORDINAL,
            {"levels": ("low", "high"), "target_value": Decimal(3), "target_on": END},
            "indicator.no_such_level",
            "target_value",
        ),
        (Kind.MEAN, {"scale_lowest": Decimal(1)}, "indicator.scale_half", "scale_highest"),
        (Kind.MEAN, {"scale_highest": Decimal(1)}, "indicator.scale_half", "scale_lowest"),
        (
            Kind.MEAN,
            {"scale_lowest": Decimal(5), "scale_highest": Decimal(5)},
            "indicator.scale_order",
            "scale_highest",
        ),
        (
            Kind.MEAN,
            {
                "scale_lowest": Decimal(1),
                "scale_highest": Decimal(5),
                "baseline_value": Decimal(6),
                "baseline_on": START,
            },
            "indicator.off_the_scale",
            "baseline_value",
        ),
        (
            Kind.COUNT,
            {"external_codes": (ExternalCode(scheme=Scheme.SDG, code="8.6"),) * 2},
            "external.twice",
            "external_codes",
        ),
        (Kind.COUNT, {"periods": (period(1), period(2))}, "period.overlap", "periods"),
        (
            Kind.COUNT,
            {"periods": (period(1),), "baseline_value": Decimal(0), "baseline_on": END},
            "target.end_before_start",
            "baseline_on",
        ),
    ],
)
def test_what_does_not_fit_its_kind_is_refused(
    kind: Kind, says: dict[str, object], key: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        plain(kind, **says)
    assert (refused.value.key, refused.value.params["field"]) == (key, field)


@pytest.mark.parametrize(
    ("says", "key", "row"),
    [
        ({"periods": (period(1, START, START), period("0.5", END, END))}, "measurement.not_whole", 1),
        (
            {"periods": (period(1),), "target_value": Decimal(9), "target_on": date(2025, 12, 30)},
            "target.period_after",
            0,
        ),
    ],
)
def test_a_period_that_does_not_fit_is_named_by_its_place(
    says: dict[str, object], key: str, row: int
) -> None:
    with pytest.raises(DomainError) as refused:
        plain(Kind.COUNT, **says)
    assert (refused.value.key, refused.value.params["field"], refused.value.params["row"]) == (
        key,
        "periods",
        row,
    )


def test_periods_alone_give_a_target_that_ends_with_the_last() -> None:
    halves = (period(10, START, date(2025, 6, 30)), period(30, date(2025, 7, 1), END))
    target = plain(Kind.COUNT, periods=halves[::-1], is_cumulative=False).target
    assert target is not None
    assert (target.value, target.on, target.is_cumulative) == (Decimal(30), END, False)
    assert target.periods == halves


@pytest.mark.parametrize(
    ("found", "key", "row"),
    [
        ((groups(), groups(" ", key="b")), "breakdown.name_missing", 1),
        ((Breakdown(key="age", name="Age", options=()),), "breakdown.without_groups", 0),
        ((groups("Age", "under 27", " "),), "breakdown.without_groups", 0),
        ((groups("Age", *(str(number) for number in range(41))),), "breakdown.too_many_groups", 0),
        ((groups("Age", "young", "YOUNG"),), "breakdown.group_twice", 0),
        (
            (
                Breakdown(
                    key="age", name="Age", options=(Option(key="a", name="x"), Option(key="a", name="y"))
                ),
            ),
            "breakdown.group_twice",
            0,
        ),
        ((groups(key="level"),), "breakdown.key_reserved", 0),
        (
            (Breakdown(key="age", name="Age", options=(Option(key="unknown", name="who knows"),)),),
            "breakdown.key_reserved",
            0,
        ),
        ((groups(), groups("AGE", key="b")), "breakdown.twice", 1),
        ((groups(), groups("Gender", key="age")), "breakdown.twice", 1),
        (tuple(groups(f"B{number}", key=f"b{number}") for number in range(9)), "breakdown.too_many", 8),
    ],
)
def test_breakdowns_that_nobody_could_fill_in_are_refused(
    found: tuple[Breakdown, ...], key: str, row: int
) -> None:
    with pytest.raises(DomainError) as refused:
        plain(Kind.COUNT, breakdowns=found)
    assert (refused.value.key, refused.value.params["row"]) == (key, row)


def test_personal_details_are_refused_in_the_new_texts_too() -> None:
    for says in (
        {"pitfalls": "Ask jan@example.org"},
        {"levels": ("low", "ask jan@example.org"), "kind": Kind.ORDINAL},
        {"breakdowns": (groups("Ask jan@example.org"),)},
        {"breakdowns": (groups("Worker", "jan@example.org"),)},
    ):
        with pytest.raises(DomainError) as refused:
            plain(**{"kind": Kind.COUNT, **says}).check_texts()  # type: ignore[arg-type] # as in `definition`
        assert refused.value.key == "indicator.personal"
    plain(Kind.COUNT, breakdowns=(groups(),), pitfalls="Nobody is counted twice.").check_texts()


def test_a_key_is_made_of_a_name_and_is_never_taken_or_reserved() -> None:
    assert key_for("Jonger dan 27 jaar") == "jonger_dan_27_jaar"
    assert key_for("Één ouder") == "een_ouder"
    assert key_for("Unknown") == "unknown_2"
    assert key_for("你好") == "group"
    assert key_for("A", {"a", "a_2"}) == "a_3"


@given(st.text(max_size=80), st.sets(st.sampled_from(["a", "group", "age"])))
def test_every_name_gives_a_key_that_fits_its_column(name: str, taken: set[str]) -> None:
    key = key_for(name, taken)
    assert key not in {*taken, "unknown", "level"}
    assert 0 < len(key) <= 40
    assert key.isascii()


def test_breakdowns_and_codes_are_kept_and_read_again() -> None:
    found = (groups(), groups("Gender", "woman", "man", key="gender"))
    assert breakdowns_in(breakdowns_as_stored(found)) == found
    codes = (
        ExternalCode(scheme=Scheme.SDG, code="8.a"),
        ExternalCode(scheme=Scheme.IRIS, code="OI4060", url="https://iris.example.org/OI4060"),
        ExternalCode(scheme=Scheme.ZRM, code="3"),
    )
    assert codes_in(as_stored(codes)) == codes
    assert as_stored(codes)[0] == {"scheme": "sdg", "code": "8.a"}


@pytest.mark.parametrize(
    ("scheme", "code", "url", "key"),
    [
        (Scheme.SDG, "8", "", "external.not_a_code"),
        (Scheme.SDG, "8.6.1", "", "external.not_a_code"),
        (Scheme.IRIS, "4060", "", "external.not_a_code"),
        (Scheme.ZRM, "", "", "external.not_a_code"),
        (Scheme.ZRM, "1", "http://example.org", "external.link"),
        (Scheme.ZRM, "1", "https://", "external.link"),
        (Scheme.ZRM, "1", "https://me:secret@example.org", "external.link"),
        (Scheme.ZRM, "1", "https://example.org/a b", "external.link"),
        (Scheme.ZRM, "1", "https://[broken", "external.link"),
        (Scheme.ZRM, "1", "https://example.org/" + 500 * "a", "external.link"),
        (Scheme.ZRM, "1", "javascript:alert(1)", "external.link"),
    ],
)
def test_a_code_has_the_shape_of_its_list_and_a_link_is_safe(
    scheme: Scheme, code: str, url: str, key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        ExternalCode(scheme=scheme, code=code, url=url)
    assert refused.value.key == key
