"""Suppression in tables, attacked with all that is shown: no small group follows from it."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from toc.domain.disclosure import DisclosedTable, disclose_groups, disclose_periods, disclose_table
from toc.domain.errors import DomainError
from toc.domain.privacy import Disclosed

counts = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))


@st.composite
def tables(draw: st.DrawFn, most: int = 5) -> list[list[int]]:
    rows, columns = draw(st.integers(1, most)), draw(st.integers(1, most))
    return draw(st.lists(st.lists(counts, min_size=columns, max_size=columns), min_size=rows, max_size=rows))


# --- The attack ---------------------------------------------------------------------------------------------


class Attack:
    """What somebody works out who knows whole numbers, sums, and everything that is shown.

    Knows nothing of the program: unknown cells, one equation for each total, known ones filled in.
    """

    def __init__(self, numbers: int, sums: Sequence[tuple[int, Sequence[int]]]) -> None:
        self.rows = np.zeros((len(sums), numbers))
        for row, (total, parts) in enumerate(sums):
            self.rows[row, total] = -1
            for part in parts:
                self.rows[row, part] += 1
        self.numbers = numbers

    def range_of(self, place: int, shown: Sequence[int | None]) -> tuple[int, float]:
        """The least and the most that a number can be."""
        low = np.array([0 if one is None else one for one in shown], dtype=float)
        high = np.array([np.inf if one is None else one for one in shown], dtype=float)
        ends = []
        for sign in (1, -1):
            aim = np.zeros(self.numbers)
            aim[place] = sign
            found = milp(
                aim,
                constraints=[LinearConstraint(self.rows, 0, 0)],
                bounds=(low, high),
                integrality=np.ones(self.numbers),
            )
            if found.status in {3, 4}:  # without a bound
                ends.append(np.inf)
                continue
            assert found.status == 0, found.message
            ends.append(round(sign * found.fun))
        return int(ends[0]), ends[1]


def numbers_of(cells: Sequence[Sequence[int]]) -> tuple[list[int], list[tuple[int, list[int]]]]:
    """All numbers of a table, cells, rows, columns and the whole, and which is the sum of which."""
    rows, columns = len(cells), len(cells[0])
    flat = [count for row in cells for count in row]
    of_row = [[row * columns + column for column in range(columns)] for row in range(rows)]
    of_column = [[row * columns + column for row in range(rows)] for column in range(columns)]
    sums = [*of_row, *of_column]
    values = [*flat, *(sum(flat[place] for place in places) for places in sums), sum(flat)]
    first = len(flat)
    relations = [(first + number, places) for number, places in enumerate(sums)]
    whole = len(values) - 1
    relations += [(whole, [first + row for row in range(rows)])]
    relations += [(whole, [first + rows + column for column in range(columns)])]
    return values, relations


def shown_of(table: DisclosedTable) -> list[int | None]:
    every = [one for row in table.cells for one in row] + [*table.rows, *table.columns, table.total]
    return [one.count for one in every]


def attack(cells: Sequence[Sequence[int]], table: DisclosedTable, threshold: int, *, decided: bool) -> None:
    values, sums = numbers_of(cells)
    shown = shown_of(table)
    assert all(one is None or one == value for one, value in zip(shown, values, strict=True))
    attacker = Attack(len(values), sums)
    reach = min(threshold, values[-1]) if decided else threshold
    for place, one in enumerate(shown):
        if one is not None:
            small_whole = decided and place == len(shown) - 1
            assert one >= threshold or small_whole, "a small group is shown"
            continue
        low, high = attacker.range_of(place, shown)
        assert low < high, "a suppressed number can be computed"
        assert high >= reach, "a suppressed number is known to be small"


@settings(max_examples=80, deadline=None)
@given(cells=tables(), threshold=st.sampled_from([5, 10]), decided=st.booleans())
def test_no_suppressed_number_of_a_table_can_be_computed(
    *, cells: list[list[int]], threshold: int, decided: bool
) -> None:
    # A decision to show a total of nobody says that every group is empty.
    assume(not decided or sum(map(sum, cells)) > 0)
    table = disclose_table(cells, threshold=threshold, own_totals_decided=decided)
    attack(cells, table, threshold, decided=decided)


@settings(max_examples=30, deadline=None)
@given(tables(), st.data())
def test_a_total_that_is_kept_elsewhere_is_kept_here(cells: list[list[int]], data: st.DataObject) -> None:
    rows = data.draw(st.sets(st.integers(0, len(cells) - 1)))
    columns = data.draw(st.sets(st.integers(0, len(cells[0]) - 1)))
    table = disclose_table(cells, hidden_rows=rows, hidden_columns=columns)
    assert not any(table.rows[row].shown for row in rows)
    assert not any(table.columns[column].shown for column in columns)
    values, sums = numbers_of(cells)
    shown = shown_of(table)
    attacker = Attack(len(values), sums)
    for place, one in enumerate(shown):
        if one is None and values[place] < 10:
            low, high = attacker.range_of(place, shown)
            assert low < high
            assert high >= 10


# --- Tables that a reader can follow ------------------------------------------------------------------------


def said(table: DisclosedTable) -> list[list[int | str]]:
    body = [[*row, total] for row, total in zip(table.cells, table.rows, strict=True)]
    body.append([*table.columns, table.total])
    return [["-" if one.count is None else one.count for one in row] for row in body]


def test_what_is_large_is_all_shown() -> None:
    assert said(disclose_table([[10, 20], [30, 40]])) == [[10, 20, 30], [30, 40, 70], [40, 60, 100]]


def test_one_small_cell_takes_three_others_with_it() -> None:
    table = disclose_table([[4, 20, 30], [25, 16, 40], [50, 60, 70]])
    assert said(table) == [
        ["-", "-", 30, 54],
        ["-", "-", 40, 81],
        [50, 60, 70, 180],
        [79, 96, 140, 315],
    ]


def test_cells_that_are_all_small_are_safe_among_each_other() -> None:
    assert said(disclose_table([[6, 6], [6, 6]])) == [["-", "-", 12], ["-", "-", 12], [12, 12, 24]]


def test_a_whole_that_is_small_shows_nothing_unless_that_was_decided() -> None:
    assert said(disclose_table([[1, 2], [2, 2]])) == [["-"] * 3] * 3
    assert said(disclose_table([[1, 2], [2, 2]], own_totals_decided=True))[-1][-1] == 7


def test_a_table_of_one_row_hides_it_with_what_it_is_the_total_of() -> None:
    assert said(disclose_table([[4]])) == [["-", "-"], ["-", "-"]]
    assert said(disclose_table([[40]])) == [[40, 40], [40, 40]]


def test_a_decided_total_of_nobody_would_say_that_every_group_is_empty() -> None:
    assert said(disclose_table([[0, 0], [0, 0]], own_totals_decided=True)) == [["-"] * 3] * 3


def test_no_table_is_none() -> None:
    table = disclose_table([])
    assert (table.cells, table.rows, table.columns, table.total.shown) == ((), (), (), False)


@pytest.mark.parametrize("cells", [[[1, 2], [3]], [[1, -1], [3, 4]], [[30, -1], [3, 4]]])
def test_what_is_no_table_is_refused(cells: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"table|negative"):
        disclose_table(cells)


# --- Periods ------------------------------------------------------------------------------------------------


def numbers(row: Sequence[Disclosed]) -> list[int | None]:
    return [one.count for one in row]


def test_periods_that_count_for_themselves_are_each_a_group() -> None:
    assert numbers(disclose_periods([12, 4, 11], is_cumulative=False)) == [12, None, 11]


def test_of_what_counts_from_the_start_the_difference_is_a_group() -> None:
    assert numbers(disclose_periods([3, 30, 41, 43, 43], is_cumulative=True)) == [None, 30, None, 43, 43]
    assert numbers(disclose_periods([30, 52, 50], is_cumulative=True)) == [30, None, 50]


def test_a_decision_shows_the_totals_of_a_small_programme() -> None:
    assert numbers(disclose_periods([3, 5], is_cumulative=True, own_totals_decided=True)) == [3, 5]


@given(st.lists(st.integers(0, 200), max_size=12), st.sampled_from([5, 10]))
def test_no_two_shown_periods_differ_by_a_small_group(series: list[int], threshold: int) -> None:
    rising = [sum(series[: place + 1]) for place in range(len(series))]
    shown = [
        one.count
        for one in disclose_periods(rising, threshold=threshold, is_cumulative=True)
        if one.count is not None
    ]
    assert all(one >= threshold for one in shown)
    assert all(one == other or abs(one - other) >= threshold for one, other in combinations(shown, 2))


# --- Breakdowns over periods --------------------------------------------------------------------------------


def test_groups_of_periods_that_count_for_themselves_are_rows_of_their_own() -> None:
    first, second = disclose_groups([[20, 3, 15], [20, 12, 15]], is_cumulative=False)
    assert numbers(first.cells) == [20, None, None]
    assert numbers(second.cells) == [20, 12, 15]


def test_of_what_counts_from_the_start_the_same_groups_are_suppressed_in_all_periods() -> None:
    periods = [[20, 12, 15, 40], [40, 13, 30, 41]]
    rows = disclose_groups(periods, is_cumulative=True)
    # The second and the fourth came to one more: together 52, and 54. The third has to join them.
    assert [numbers(row.cells) for row in rows] == [[20, None, None, None], [40, None, None, None]]
    assert [row.total.count for row in rows] == [87, 124]


def test_one_group_that_is_small_takes_its_total_with_it() -> None:
    (row,) = disclose_groups([[4]], is_cumulative=True)
    assert (numbers(row.cells), row.total.count) == ([None], None)


def test_no_periods_have_no_groups() -> None:
    assert disclose_groups([], is_cumulative=True) == ()


def test_periods_and_groups_are_checked() -> None:
    with pytest.raises(ValueError, match="negative"):
        disclose_groups([[1, -2]], is_cumulative=True)
    with pytest.raises(DomainError, match=r"privacy\.threshold_too_low"):
        disclose_groups([], threshold=4, is_cumulative=True)


@st.composite
def breakdowns(draw: st.DrawFn) -> list[list[int]]:
    """Groups that grow from period to period, with totals that may be shown one beside the other."""
    groups, periods = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    steps = draw(
        st.lists(st.lists(counts, min_size=groups, max_size=groups), min_size=periods, max_size=periods)
    )
    return [[sum(column) for column in zip(*steps[: place + 1], strict=True)] for place in range(periods)]


@settings(max_examples=60, deadline=None)
@given(every=breakdowns(), threshold=st.sampled_from([5, 10]), is_cumulative=st.booleans())
def test_no_small_group_of_a_breakdown_follows_from_any_periods(
    *, every: list[list[int]], threshold: int, is_cumulative: bool
) -> None:
    totals = disclose_periods(
        [sum(groups) for groups in every], threshold=threshold, is_cumulative=is_cumulative
    )
    periods = [groups for groups, total in zip(every, totals, strict=True) if total.shown]
    rows = disclose_groups(periods, threshold=threshold, is_cumulative=is_cumulative)
    if not periods:
        return
    wide = len(periods[0])
    values: list[int] = []
    shown: list[int | None] = []
    sums: list[tuple[int, Sequence[int]]] = []
    for groups, row in zip(periods, rows, strict=True):
        first = len(values)
        values += [*groups, sum(groups)]
        shown += [*(one.count for one in row.cells), row.total.count]
        sums.append((first + wide, list(range(first, first + wide))))
    if is_cumulative:
        # Who came between two periods: known of nobody, and a group as well.
        for earlier, later in pairwise(range(len(periods))):
            for column in range(wide + 1):
                at, then = earlier * (wide + 1) + column, later * (wide + 1) + column
                sums.append((then, [at, len(values)]))
                values.append(values[then] - values[at])
                shown.append(None)
    attacker = Attack(len(values), sums)
    for place, (value, one) in enumerate(zip(values, shown, strict=True)):
        if one is not None:
            assert value >= threshold
        elif 0 < value < threshold or place < len(periods) * (wide + 1):
            low, high = attacker.range_of(place, shown)
            assert low < high
            assert high >= threshold
