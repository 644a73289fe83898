"""What one reader sees of an indicator: its days, groups, sites, and the course as a small line."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from toc.domain.indicators import (
    Definition,
    Direction,
    Frequency,
    Kind,
    PeriodTarget,
    Reading,
    RolledUp,
    SiteReading,
    SmallNumbers,
    Status,
    Target,
    roll_up,
)
from toc.domain.indicators.breakdowns import Breakdown, Option, Part, part_of
from toc.domain.indicators.disclosing import group_of
from toc.domain.indicators.seeing import (
    HIDDEN,
    NOTHING,
    Point,
    Split,
    cell_of,
    see_cross,
    see_days,
    see_groups,
    see_latest,
    see_measurements,
    see_sites,
    stand,
    stand_by_course,
    without_small_baseline,
)
from toc.domain.indicators.sparkline import HEIGHT, MOST_POINTS, WIDTH, sparkline
from toc.domain.people import Role

MARCH, JUNE, LATER = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)
AGE = Breakdown(
    key="age", name="Age", options=(Option(key="young", name="Young"), Option(key="old", name="Old"))
)
NORTH, SOUTH = uuid4(), uuid4()
NAMES = {NORTH: "North", SOUTH: "South"}


def small(*roles: Role, decided: bool = False) -> SmallNumbers:
    return SmallNumbers(threshold=10, own_totals_decided=decided, roles=roles or (Role.VIEWER,))


INSIDE, OUTSIDE = small(Role.WORKER), small()


def definition(kind: Kind = Kind.COUNT, **says: object) -> Definition:
    usual: dict[str, object] = {
        "name": "Diplomas",
        "kind": kind,
        "direction": Direction.HIGHER,
        "frequency": Frequency.QUARTERLY,
        "breakdowns": (AGE,),
        "target_value": Decimal(1),
        "target_on": date(2026, 12, 31),
        **({"levels": ("low", "middle", "high")} if kind is Kind.ORDINAL else {}),
    }
    return Definition(**{**usual, **says})  # type: ignore[arg-type] # named by the test


def whole(on: date, value: int, **says: object) -> RolledUp:
    usual: dict[str, object] = {"key": "rollup.whole", "is_whole": True}
    return RolledUp(on=on, reading=Reading(on=on, value=Decimal(value)), **{**usual, **says})  # type: ignore[arg-type]


def share(on: date, part: int, people: int) -> Reading:
    value = round(Decimal(part) / Decimal(people), 6)
    return Reading(on=on, value=value, numerator=Decimal(part), denominator=Decimal(people))


# --- Who sees what ------------------------------------------------------------------------------------------


def test_a_group_is_the_count_the_whole_or_what_is_said_beside_it() -> None:
    assert group_of(share(JUNE, 3, 20), Kind.PROPORTION) == 20
    assert group_of(Reading(on=JUNE, value=Decimal(7)), Kind.COUNT, 99) == 7
    assert group_of(Reading(on=JUNE, value=Decimal(7)), Kind.MEAN, 99) == 99
    assert group_of(Reading(on=JUNE, value=Decimal(7)), Kind.MEAN) is None


@pytest.mark.parametrize(
    ("roles", "sees"),
    [((Role.WORKER,), True), ((Role.WORKER, Role.FUNDER), False), ((Role.VIEWER,), False)],
)
def test_who_pays_reads_as_such(roles: Sequence[Role], *, sees: bool) -> None:
    assert small(*roles).sees_all is sees


def test_a_decision_shows_small_totals_but_no_groups() -> None:
    decided = small(decided=True)
    reading = Reading(on=JUNE, value=Decimal(7))
    assert decided.shows(reading, Kind.COUNT, counts_people=True)
    assert not OUTSIDE.shows(reading, Kind.COUNT, counts_people=True)
    assert OUTSIDE.shows(reading, Kind.COUNT, counts_people=False)
    assert OUTSIDE.shows(reading, Kind.MEAN, counts_people=True)
    assert not OUTSIDE.shows(reading, Kind.MEAN, counts_people=True, people=4)
    assert decided.shown_groups([[3, 4]], is_cumulative=False) == ((False, False),)


# --- Days ---------------------------------------------------------------------------------------------------


def test_of_what_counts_from_the_start_a_small_step_hides_the_earlier_day() -> None:
    days = [whole(MARCH, 30), whole(JUNE, 45), whole(LATER, 50)]
    assert [day.cell.is_hidden for day in see_days(OUTSIDE, definition(), days)] == [False, True, False]
    assert not any(day.cell.is_hidden for day in see_days(INSIDE, definition(), days))
    own_period = definition(is_cumulative=False)
    assert not any(day.cell.is_hidden for day in see_days(OUTSIDE, own_period, days))
    things = definition(counts_people=False)
    assert not any(day.cell.is_hidden for day in see_days(OUTSIDE, things, days))


def test_a_day_without_a_number_stays_one() -> None:
    day = RolledUp(on=MARCH, key="rollup.people_missing", reading=None, present=(NORTH,))
    (seen,) = see_days(OUTSIDE, definition(Kind.MEAN), [day])
    assert (seen.cell, seen.key, seen.is_partial) == (NOTHING, "rollup.people_missing", False)


def test_a_day_says_which_sites_it_lacks_and_what_they_differ() -> None:
    sites = [SiteReading(site=NORTH, reading=Reading(on=MARCH, value=Decimal(40)))]
    (partial,) = see_days(INSIDE, definition(), roll_up(Kind.COUNT, sites, (NORTH, SOUTH)))
    assert (partial.present, partial.expected, partial.is_partial) == (1, 2, True)
    both = [*sites, SiteReading(site=None, reading=Reading(on=MARCH, value=Decimal(43)), missing=2)]
    days = roll_up(Kind.COUNT, both, (NORTH,))
    (inside,), (outside,) = see_days(INSIDE, definition(), days), see_days(OUTSIDE, definition(), days)
    assert (inside.difference, inside.missing, inside.is_partial) == (Decimal(3), 2, False)
    assert (outside.difference, outside.missing) == (None, None)


def test_levels_are_groups() -> None:
    days = [whole(MARCH, 2, levels=(3, 20, 12), people=35), whole(JUNE, 1, people=4, levels=(3, 1, 0))]
    inside = see_days(INSIDE, definition(Kind.ORDINAL), days)
    outside = see_days(OUTSIDE, definition(Kind.ORDINAL), days)
    assert inside[0].levels == (3, 20, 12)
    assert outside[0].levels == (None, 20, None)
    assert (outside[1].cell, outside[1].levels) == (HIDDEN, ())


def test_a_share_comes_with_its_interval() -> None:
    cell = cell_of(share(JUNE, 60, 120), 120)
    assert cell.interval is not None
    assert cell.interval.low < Decimal("0.5") < cell.interval.high
    assert cell_of(Reading(on=JUNE, value=Decimal(7))).interval is None
    assert cell_of(None) is NOTHING


# --- How it stands ------------------------------------------------------------------------------------------


def test_a_suppressed_number_is_not_in_the_judgement_either() -> None:
    aims = definition(target_value=Decimal(5))
    days = [whole(MARCH, 7)]
    shown = stand(INSIDE, aims, days, LATER)
    kept = stand(OUTSIDE, aims, days, LATER)
    assert shown.judgement.params["value"] == 7
    assert (kept.judgement.status, dict(kept.judgement.params)) == (shown.judgement.status, {})
    assert (kept.judgement.latest, kept.judgement.way, kept.points) == (None, None, ())


def test_days_to_come_are_not_judged() -> None:
    standing = stand(INSIDE, definition(), [whole(JUNE, 40)], MARCH)
    assert (standing.latest, standing.judgement.status) == (None, Status.NO_DATA)


@pytest.mark.parametrize("reader", [INSIDE, OUTSIDE])
@pytest.mark.parametrize("values", [(30, 45, 50), (30, 45, 5)])
def test_the_course_alone_says_the_same(reader: SmallNumbers, values: Sequence[int]) -> None:
    days = [whole(on, value) for on, value in zip((MARCH, JUNE, LATER), values, strict=True)]
    course = [Point(day.on, Decimal(value), value) for day, value in zip(days, values, strict=True)]
    full = stand(reader, definition(), days, LATER)
    brief = stand_by_course(reader, definition(), course, days[-1], LATER)
    assert (brief.judgement, brief.latest, brief.points) == (full.judgement, full.latest, full.points)


def test_a_baseline_of_few_people_is_kept_and_zero_stays() -> None:
    few = definition(baseline_value=Decimal(4), baseline_on=date(2025, 1, 1), target_value=Decimal(40))
    assert without_small_baseline(OUTSIDE, few).baseline_value is None
    assert without_small_baseline(INSIDE, few) is few
    zero = definition(baseline_value=Decimal(0), baseline_on=date(2025, 1, 1))
    assert without_small_baseline(OUTSIDE, zero) is zero


# --- Groups -------------------------------------------------------------------------------------------------


def ages(*counted: int | tuple[int, int]) -> list[Part]:
    kind = Kind.COUNT if isinstance(counted[0], int) else Kind.PROPORTION
    found = []
    for key, one in zip(("young", "old", "unknown", "gone"), counted, strict=False):
        part, people = (one, None) if isinstance(one, int) else one
        pair = {} if people is None else {"numerator": Decimal(part), "denominator": Decimal(people)}
        value = Decimal(part) if people is None else None
        found.append(part_of(kind, "age", key, value=value, **pair))
    return found


def shown(split: Split) -> dict[str, list[str | int]]:
    return {
        group.name: [
            "-" if cell.is_hidden else "" if cell.reading is None else int(cell.reading.value)
            for cell in group.cells
        ]
        for group in split.groups
    }


def groups(reader: SmallNumbers, parts: Mapping[date, Sequence[Part]], **says: object) -> tuple[Split, ...]:
    counted = definition(**says)  # type: ignore[arg-type] # named by the test
    totals = [whole(on, sum(int(part.value) for part in each)) for on, each in parts.items()]
    return see_groups(reader, counted, see_days(reader, counted, totals), parts)


def test_what_is_closed_beside_another_indicator_is_for_who_sees_small_groups_alone() -> None:
    before, closed = whole(MARCH, 40), whole(JUNE, 60, closed={"": "I2", "age": "I2"})
    parts = {
        on: [part_of(Kind.COUNT, "age", "old", value=Decimal(many))] for on, many in ((MARCH, 40), (JUNE, 60))
    }
    counted = definition(is_cumulative=False)
    for reader, days in ((INSIDE, (MARCH, JUNE)), (OUTSIDE, (MARCH,))):
        seen = see_days(reader, counted, (before, closed))
        assert tuple(day.on for day in seen if day.cell.reading is not None) == days
        assert see_groups(reader, counted, seen, parts)[0].days == days
    last = see_latest(OUTSIDE, counted, closed)
    assert last is not None
    assert (last.cell, last.closed) == (HIDDEN, {"": "I2", "age": "I2"})
    standing = stand(OUTSIDE, counted, (before, closed), LATER)
    assert (standing.latest, standing.points) == (last, ((MARCH, Decimal(40)),))
    assert standing.judgement.latest is None
    things = see_latest(OUTSIDE, definition(counts_people=False), closed)
    assert things is not None
    assert (things.cell.is_hidden, things.closed) == (False, {})


def test_only_the_groups_are_closed_where_the_total_may_be_shown() -> None:
    days = (whole(MARCH, 40), whole(JUNE, 60, closed={"age": "I2"}))
    parts = {on: [part_of(Kind.COUNT, "age", "old", value=Decimal(40))] for on in (MARCH, JUNE)}
    seen = see_days(OUTSIDE, definition(), days)
    assert [day.cell.is_hidden for day in seen] == [False, False]
    assert see_groups(OUTSIDE, definition(), seen, parts)[0].days == (MARCH,)


def test_groups_stand_in_the_order_of_the_definition_then_what_older_ones_had_then_unknown() -> None:
    (split,) = groups(INSIDE, {MARCH: ages(20, 12, 3, 5)})
    assert shown(split) == {"Young": [20], "Old": [12], "gone": [5], "": [3]}
    assert not split.is_suppressed


def test_a_small_group_is_kept_with_a_neighbour() -> None:
    (split,) = groups(OUTSIDE, {MARCH: ages(20, 12, 3)}, is_cumulative=False)
    assert shown(split) == {"Young": [20], "Old": ["-"], "": ["-"]}
    assert split.is_suppressed


def test_groups_that_count_from_the_start_are_kept_in_all_periods() -> None:
    (split,) = groups(OUTSIDE, {MARCH: ages(20, 12, 3), JUNE: ages(40, 30, 4)})
    assert shown(split) == {"Young": [20, 40], "Old": ["-", "-"], "": ["-", "-"]}


def test_a_day_that_is_kept_has_no_groups_and_one_without_parts_none() -> None:
    assert groups(OUTSIDE, {MARCH: ages(3, 4)}) == ()
    assert groups(INSIDE, {MARCH: []}) == ()


def test_a_group_of_nobody_has_no_share() -> None:
    counted = definition(Kind.PROPORTION)
    parts = {MARCH: ages((5, 20), (0, 0))}
    reading = share(MARCH, 5, 20)
    days = [RolledUp(on=MARCH, key="rollup.whole", reading=reading, is_whole=True)]
    (split,) = see_groups(INSIDE, counted, see_days(INSIDE, counted, days), parts)
    assert [group.cells[0].reading for group in split.groups] == [reading, None]
    (kept,) = see_groups(OUTSIDE, counted, see_days(OUTSIDE, counted, days), parts)
    assert [group.cells[0].is_hidden for group in kept.groups] == [True, True]


def test_money_of_nobody_knows_how_many_people_is_kept() -> None:
    counted = definition(Kind.MONEY)
    parts = {MARCH: [part_of(Kind.MONEY, "age", key, value=Decimal(50)) for key in ("young", "old")]}
    days = [
        RolledUp(on=MARCH, key="rollup.whole", reading=Reading(on=MARCH, value=Decimal(100)), is_whole=True)
    ]
    (split,) = see_groups(OUTSIDE, counted, see_days(OUTSIDE, counted, days), parts)
    assert shown(split) == {"Young": ["-"], "Old": ["-"]}


# --- Sites --------------------------------------------------------------------------------------------------


def at(site: UUID, on: date, value: int) -> SiteReading:
    return SiteReading(site=site, reading=Reading(on=on, value=Decimal(value)))


def test_sites_that_lack_a_day_have_nothing_there() -> None:
    counted = definition(is_cumulative=False)
    readings = {MARCH: [at(NORTH, MARCH, 40), at(SOUTH, MARCH, 30)], JUNE: [at(NORTH, JUNE, 50)]}
    every = [one for each in readings.values() for one in each]
    days = see_days(OUTSIDE, counted, roll_up(Kind.COUNT, every, (NORTH, SOUTH)))
    split = see_sites(OUTSIDE, counted, days, readings, NAMES)
    assert split is not None
    assert (shown(split), split.days) == ({"North": [40, 50], "South": [30, ""]}, (MARCH, JUNE))


def test_without_sites_there_is_no_table() -> None:
    days = see_days(INSIDE, definition(), [whole(MARCH, 40)])
    assert see_sites(INSIDE, definition(), days, {}, NAMES) is None


def test_yes_or_no_of_a_site_says_nothing_of_people() -> None:
    counted = definition(Kind.YES_NO)
    readings = {MARCH: [at(NORTH, MARCH, 1), at(SOUTH, MARCH, 0)]}
    days = see_days(OUTSIDE, counted, roll_up(Kind.YES_NO, readings[MARCH], (NORTH, SOUTH)))
    split = see_sites(OUTSIDE, counted, days, readings, NAMES)
    assert split is not None
    assert shown(split) == {"North": [1], "South": [0]}


def singly(
    reader: SmallNumbers, counted: Definition, readings: Mapping[date, Sequence[SiteReading]]
) -> set[str]:
    """Which single values may be shown: the month, and the site where there is one."""
    every = [one for each in readings.values() for one in each]
    days = see_days(reader, counted, roll_up(counted.kind, every, (NORTH, SOUTH)))
    found = see_measurements(reader, counted, days, readings, NAMES)
    table = see_sites(reader, counted, days, readings, NAMES)
    in_table = {
        (on, name)
        for group in (() if table is None else table.groups)
        for on, name, cell in zip(
            () if table is None else table.days, [group.name] * 9, group.cells, strict=False
        )
        if cell.reading is not None
    }
    assert {(on, NAMES[site]) for on, site in found if site is not None} == in_table, "no more than the table"
    return {f"{on:%B} {NAMES.get(site, 'whole') if site else 'whole'}" for on, site in found}


def test_a_single_value_is_shown_where_the_tables_show_it() -> None:
    counted = definition(is_cumulative=False)
    readings = {
        MARCH: [at(NORTH, MARCH, 40), at(SOUTH, MARCH, 3)],
        JUNE: [at(NORTH, JUNE, 50), at(SOUTH, JUNE, 30)],
    }
    assert singly(OUTSIDE, counted, readings) == {"June North", "June South"}
    assert singly(INSIDE, counted, readings) == {"March North", "March South", "June North", "June South"}


def test_a_single_value_of_the_whole_is_shown_on_days_that_are_shown() -> None:
    def all_of(on: date, value: int) -> SiteReading:
        return SiteReading(site=None, reading=Reading(on=on, value=Decimal(value)))

    readings = {
        MARCH: [all_of(MARCH, 4)],
        JUNE: [all_of(JUNE, 40), at(NORTH, JUNE, 4)],
        LATER: [all_of(LATER, 60)],
    }
    assert singly(OUTSIDE, definition(is_cumulative=False), readings) == {"June whole", f"{LATER:%B} whole"}
    steps = {JUNE: [all_of(JUNE, 40)], LATER: [all_of(LATER, 45)]}
    assert singly(OUTSIDE, definition(), steps) == {f"{LATER:%B} whole"}


def test_what_is_computed_counts_everybody_again_on_each_day() -> None:
    days = [whole(JUNE, 40), whole(LATER, 41)]
    computed = definition(is_cumulative=False, rule={"what": "count"})
    assert [day.cell.is_hidden for day in see_days(OUTSIDE, computed, days)] == [True, False]
    course = [Point(day.on, Decimal(value), value) for day, value in zip(days, (40, 41), strict=True)]
    assert stand_by_course(OUTSIDE, computed, course, days[-1], LATER).points == ((LATER, Decimal(41)),)


def test_of_two_computed_means_nobody_works_out_what_a_newcomer_said() -> None:
    days = [whole(JUNE, 1500, people=10), whole(LATER, 1590, people=11)]
    computed = definition(Kind.MEAN, is_cumulative=False, breakdowns=(), rule={"what": "mean"})
    assert [day.cell.is_hidden for day in see_days(OUTSIDE, computed, days)] == [True, False]
    course = [
        Point(day.on, Decimal(value), day.people) for day, value in zip(days, (1500, 1590), strict=True)
    ]
    assert stand_by_course(OUTSIDE, computed, course, days[-1], LATER).points == ((LATER, Decimal(1590)),)
    typed = definition(Kind.MEAN, breakdowns=())
    assert not any(day.cell.is_hidden for day in see_days(OUTSIDE, typed, days)), "of two periods"


def test_a_sum_from_the_start_says_nothing_of_what_one_more_person_brought() -> None:
    days = [whole(JUNE, 9000, people=20), whole(LATER, 9450, people=21)]
    assert [day.cell.is_hidden for day in see_days(OUTSIDE, definition(Kind.SUM), days)] == [True, False]
    assert not any(
        day.cell.is_hidden for day in see_days(OUTSIDE, definition(Kind.SUM, is_cumulative=False), days)
    )


def test_a_group_that_is_computed_again_is_hidden_when_it_grew_by_one() -> None:
    days = {JUNE: ages(20, 30, 12), LATER: ages(21, 45, 12)}
    (typed,) = groups(OUTSIDE, days, is_cumulative=False)
    assert shown(typed)["Young"] == [20, 21]
    (computed,) = groups(OUTSIDE, days, is_cumulative=False, rule={"what": "count"})
    assert shown(computed)["Young"] == ["-", "-"]


@pytest.mark.parametrize(
    ("all_of_them", "seen"),
    [
        (31, {"North": [15], "South": ["-"]}),  # two are at neither site
        (29, {"North": [15], "South": [14]}),
        (45, {"North": [15], "South": [14]}),  # sixteen are at neither
        (20, {"North": [15], "South": [14]}),  # some are at both
    ],
)
def test_who_is_at_no_site_is_a_group_as_well(all_of_them: int, seen: dict[str, list[int | str]]) -> None:
    counted = definition(is_cumulative=False)
    every = SiteReading(site=None, reading=Reading(on=MARCH, value=Decimal(all_of_them)))
    readings = {MARCH: [every, at(NORTH, MARCH, 15), at(SOUTH, MARCH, 14)]}
    days = see_days(OUTSIDE, counted, roll_up(Kind.COUNT, readings[MARCH], (NORTH, SOUTH)))
    split = see_sites(OUTSIDE, counted, days, readings, NAMES)
    assert split is not None
    assert shown(split) == seen
    assert singly(OUTSIDE, counted, readings) == {
        "March whole",
        *(f"March {name}" for name, cells in seen.items() if "-" not in cells),
    }


def test_sites_say_nothing_beside_a_whole_of_which_nobody_knows_how_many_it_is() -> None:
    counted = definition(Kind.SUM, is_cumulative=False)
    sites = [
        SiteReading(site=site, reading=Reading(on=MARCH, value=Decimal(value)), people=20)
        for site, value in ((NORTH, 400), (SOUTH, 300))
    ]
    every = SiteReading(site=None, reading=Reading(on=MARCH, value=Decimal(750)))
    for readings, cells in ((sites, [400]), ([every, *sites], ["-"])):
        days = see_days(OUTSIDE, counted, roll_up(Kind.SUM, readings, (NORTH, SOUTH)))
        split = see_sites(OUTSIDE, counted, days, {MARCH: readings}, NAMES)
        assert split is not None
        assert shown(split)["North"] == cells


@pytest.mark.parametrize("values", [(4,), (40,), (30, 45), (45, 4), (4, 45)])
def test_the_latest_day_is_shown_alone_as_it_is_beside_the_others(values: Sequence[int]) -> None:
    days = [whole(on, value) for on, value in zip((MARCH, JUNE), values, strict=False)]
    for reader in (INSIDE, OUTSIDE):
        assert see_latest(reader, definition(), days[-1]) == see_days(reader, definition(), days)[-1]
    assert see_latest(OUTSIDE, definition(), None) is None


def crossed(reader: SmallNumbers, kind: Kind = Kind.COUNT, on: date = MARCH) -> list[list[int | str]] | None:
    counted = definition(kind, is_cumulative=False)
    table = {"North": {"Young": 4, "Old": 25, "": 12}, "South": {"Young": 20, "Old": 16}, "West": {}}
    names = {"Young": "young", "Old": "old", "": "unknown"}
    parts = {
        site: {name: part_of(kind, "age", names[name], value=Decimal(count)) for name, count in each.items()}
        for site, each in table.items()
    }
    keys = {NORTH: "North", SOUTH: "South"}
    readings = [at(key, on, sum(table[name].values())) for key, name in keys.items()]
    days = see_days(reader, counted, [whole(MARCH, 77)])
    both = see_days(reader, counted, [whole(on, 77)])
    split = see_sites(reader, counted, both, {on: readings}, NAMES)
    (found,) = see_groups(
        reader,
        counted,
        days,
        {
            MARCH: [
                part_of(kind, "age", key, value=Decimal(value))
                for key, value in (("young", 24), ("old", 41), ("unknown", 12))
            ]
        },
    )
    assert split is not None
    cross = see_cross(reader, counted, split, found, parts)
    if cross is None:
        return None
    return [
        [
            "-" if cell.is_hidden else "" if cell.reading is None else int(cell.reading.value)
            for cell in site.cells
        ]
        for site in cross.sites
    ]


@pytest.mark.parametrize(("young", "is_hidden"), [(31, False), (33, True)])
def test_who_is_in_a_group_and_at_no_site_is_a_group_as_well(young: int, *, is_hidden: bool) -> None:
    counted = definition(is_cumulative=False)
    at_site = {"North": {"Young": 16, "Old": 40}, "South": {"Young": 15, "Old": 50}}
    parts = {
        site: {
            name: part_of(Kind.COUNT, "age", name.lower(), value=Decimal(people))
            for name, people in each.items()
        }
        for site, each in at_site.items()
    }
    every = SiteReading(site=None, reading=Reading(on=MARCH, value=Decimal(young + 90)))
    readings = [every, at(NORTH, MARCH, 56), at(SOUTH, MARCH, 65)]
    days = see_days(OUTSIDE, counted, roll_up(Kind.COUNT, readings, (NORTH, SOUTH)))
    split = see_sites(OUTSIDE, counted, days, {MARCH: readings}, NAMES)
    (found,) = see_groups(OUTSIDE, counted, days, {MARCH: ages(young, 90, 0)[:2]})
    assert split is not None
    cross = see_cross(OUTSIDE, counted, split, found, parts)
    assert cross is not None
    assert any(cell.is_hidden for site in cross.sites for cell in site.cells) is is_hidden


def test_sites_in_groups_show_no_small_group_and_nothing_that_gives_it_away() -> None:
    assert crossed(INSIDE) == [[4, 25, 12], [20, 16, ""]]
    kept = crossed(OUTSIDE)
    assert kept is not None
    assert kept[0][0] == "-"
    assert sum(row.count("-") for row in kept) >= 3
    assert crossed(OUTSIDE, Kind.MONEY) == [["-", "-", "-"], ["-", "-", ""]]
    assert crossed(INSIDE, on=JUNE) is None


# --- Sparklines ---------------------------------------------------------------------------------------------


def target(**says: object) -> Target:
    usual: dict[str, object] = {
        "value": Decimal(100),
        "on": date(2025, 12, 31),
        "direction": Direction.HIGHER,
        "frequency": Frequency.QUARTERLY,
    }
    return Target(**{**usual, **says})  # type: ignore[arg-type] # named by the test


def test_a_line_fills_its_picture_and_ends_at_the_latest_value() -> None:
    line = sparkline([(MARCH, Decimal(0)), (JUNE, Decimal(10))], None)
    assert line is not None
    assert (line.points, line.last, line.aims) == (f"4,{HEIGHT - 4} {WIDTH - 4},4", (WIDTH - 4, 4), "")


def test_one_value_is_a_dot_and_none_is_nothing() -> None:
    line = sparkline([(MARCH, Decimal(7))], target())
    assert line is not None
    assert (line.last, line.aims) == ((WIDTH - 4, HEIGHT // 2), "")
    assert sparkline([], target()) is None


def test_what_was_aimed_at_is_drawn_beside_it() -> None:
    values = [(MARCH, Decimal(20)), (JUNE, Decimal(30)), (LATER, Decimal(35))]
    straight = sparkline(values, target(baseline=Decimal(0), baseline_on=date(2025, 1, 1)))
    periods = (
        PeriodTarget(starts_on=date(2025, 1, 1), ends_on=MARCH, value=Decimal(25)),
        PeriodTarget(starts_on=date(2025, 4, 1), ends_on=JUNE, value=Decimal(35)),
    )
    stepped = sparkline(values, target(periods=periods))
    assert straight is not None
    assert stepped is not None
    assert (len(straight.aims.split()), len(stepped.aims.split())) == (2, 3)


def test_of_many_values_the_latest_are_drawn() -> None:
    values = [(date(2025, 1, 1 + day % 28).replace(month=1 + day // 28), Decimal(day)) for day in range(60)]
    line = sparkline(values, None)
    assert line is not None
    assert len(line.points.split()) == MOST_POINTS
