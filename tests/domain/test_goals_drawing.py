"""The picture of a tree: means below ends, nothing over anything else, the same every time."""

import unicodedata
from itertools import combinations, pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.goal_trees import LEVELS, dags, goal, links, names, numbered
from toc.domain.errors import DomainError
from toc.domain.goals import Box, Curve, Drawing, Edge, Level, PlacedGoal, layout
from toc.domain.goals.drawing import BOX_WIDTH, GAP, MARGIN, ROW_GAP
from toc.domain.goals.ordering import best_order, crossings, cut, rows_of
from toc.domain.goals.placing import centres
from toc.domain.goals.wrapping import ELLIPSIS, MOST_LINES, width, wrap

ROOM = 146
Tree = tuple[list[PlacedGoal], list[Edge]]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    goals, edges = draw(dags())
    texts = st.text(max_size=40) | st.just("Jongeren houden werk bij dezelfde werkgever, ook na de stage")
    return [PlacedGoal(id=one, text=draw(texts), level=draw(LEVELS)) for one in goals], edges


def placed(letters: str, **levels: Level) -> list[PlacedGoal]:
    return [PlacedGoal(id=goal(one), text=f"Goal {one}", level=levels.get(one)) for one in letters]


def boxes(drawing: Drawing) -> dict[UUID, Box]:
    return {box.id: box for box in drawing.boxes}


def rows(drawing: Drawing) -> list[str]:
    """The names in each row, the upper row first, in the order of the alphabet."""
    seen = sorted({box.row for box in drawing.boxes}, reverse=True)
    return [names(box.id for box in drawing.boxes if box.row == row) for row in seen]


def crossings_seen(curves: tuple[Curve, ...]) -> int:
    """Count what crosses between two rows, by looking at every pair of lines."""
    pieces = [(x, y, to_x) for curve in curves for (x, y), (to_x, _) in list(pairwise(curve.points))[::2]]
    return sum(
        y == other_y and (x - other_x) * (to_x - other_to_x) < 0
        for (x, y, to_x), (other_x, other_y, other_to_x) in combinations(pieces, 2)
    )


def test_two_means_and_their_end() -> None:
    drawing = layout(placed("abc", a=Level.ACTIVITY, b=Level.ACTIVITY, c=Level.OUTCOME), links("ac", "bc"))
    width_of_two = 2 * BOX_WIDTH + GAP
    assert (drawing.width, drawing.height) == (width_of_two + 2 * MARGIN, 2 * 56 + ROW_GAP + 2 * MARGIN)
    assert [names([box.id]) for box in drawing.boxes] == ["c", "a", "b"]
    assert [(box.x, box.y, box.width, box.height) for box in drawing.boxes] == [
        (120, 8, 200, 56),
        (8, 120, 200, 56),
        (232, 120, 200, 56),
    ]
    assert drawing.crossings == 0
    first = drawing.curves[0]
    assert first.points == ((108, 120), (220, 64))
    assert first.path == "M108 120C108 92 220 92 220 64"
    top = drawing.boxes[0]
    assert [(line.x, line.y, line.text) for line in top.lines] == [(138, 32, "Goal c")]
    assert (top.sign, top.dots) == ((301, 27), (143, 50))
    assert top.bar == "M128 8h-1a7 7 0 0 0-7 7v42a7 7 0 0 0 7 7h1z"


def test_a_line_straight_up_is_a_straight_line() -> None:
    drawing = layout(placed("ab"), links("ab"))
    assert drawing.curves[0].path == "M108 120V64"


def test_nothing_to_draw() -> None:
    assert layout([], []) == Drawing(width=16, height=16, boxes=(), curves=(), crossings=0)


def test_levels_make_the_rows_and_links_within_a_level_make_more() -> None:
    levels = {
        "a": Level.ACTIVITY,
        "b": Level.OUTCOME,
        "c": Level.OUTCOME,
        "d": Level.IMPACT,
        "e": Level.ACTIVITY,
    }
    drawing = layout(placed("abcde", **levels), links("ab", "bc", "ad"))
    assert rows(drawing) == ["d", "c", "b", "ae"]


def test_a_link_against_the_levels_goes_up_all_the_same() -> None:
    drawing = layout(placed("ab", a=Level.IMPACT, b=Level.ACTIVITY), links("ab"))
    assert rows(drawing) == ["b", "a"]


def test_without_levels_the_longest_path_makes_the_rows_and_a_mean_hangs_under_its_end() -> None:
    drawing = layout(placed("abcdxyz"), links("ab", "bc", "cd", "xd", "yz"))
    assert rows(drawing) == ["d", "cx", "bz", "ay"]


def test_a_long_link_passes_beside_the_boxes_in_between() -> None:
    drawing = layout(placed("abcd"), links("ab", "bc", "cd", "ad"))
    long = drawing.curves[1]
    assert (long.lower, long.upper) == (goal("a"), goal("d"))
    assert len(long.points) == 6
    found = boxes(drawing)
    for x, _ in long.points[1:-1]:
        for between in "bc":
            box = found[goal(between)]
            assert not box.x - GAP < x < box.x + box.width + GAP
    assert long.path == "M108 344C108 316 8 316 8 288V232V176V120C8 92 108 92 108 64"
    assert drawing.crossings == 0


def test_lines_are_untangled() -> None:
    # Drawn in the given order all three lines cross each other.
    goals = placed("abcxyz", **dict.fromkeys("abc", Level.ACTIVITY), **dict.fromkeys("xyz", Level.OUTCOME))
    edges = links("az", "by", "cx")
    pieces = cut(
        rows_of([one.level for one in goals], range(6), [(0, 5), (1, 4), (2, 3)]), [(0, 5), (1, 4), (2, 3)]
    )
    assert crossings(pieces, [[0, 1, 2], [3, 4, 5]]) == 3
    assert layout(goals, edges).crossings == 0


def test_a_sweep_that_makes_more_lines_cross_is_forgotten() -> None:
    # One crossing at the start; the barycentre method goes to two in its first sweep.
    levels = dict.fromkeys("abcd", Level.ACTIVITY) | dict.fromkeys("efgh", Level.OUTPUT)
    goals = placed("abcdefghijkl", **levels, **dict.fromkeys("ijkl", Level.OUTCOME))
    edges = links("ae", "ag", "ce", "dh", "ei", "fj", "gk", "hk")
    assert [layout(goals, edges, sweeps=sweeps).crossings for sweeps in (0, 1)] == [1, 1]


def test_links_to_goals_that_are_not_drawn_are_left_out_and_doubles_drawn_once() -> None:
    drawing = layout(placed("ab"), links("ab", "ab", "az", "zb"))
    assert [(curve.lower, curve.upper) for curve in drawing.curves] == [(goal("a"), goal("b"))]


def test_what_goes_round_cannot_be_drawn() -> None:
    with pytest.raises(DomainError) as refused:
        layout(placed("abc"), links("ab", "bc", "cb"))
    assert refused.value.key == "tree.cycle"


@given(tree=trees())
def test_every_link_goes_up_from_the_top_of_one_box_to_the_bottom_of_another(tree: Tree) -> None:
    goals, edges = tree
    drawing = layout(goals, edges)
    found = boxes(drawing)
    assert len(drawing.boxes) == len(goals)
    assert len(drawing.curves) == len(edges)
    for curve in drawing.curves:
        lower, upper = found[curve.lower], found[curve.upper]
        assert lower.row < upper.row
        assert lower.y > upper.y + upper.height
        assert curve.points[0] == (lower.x + lower.width // 2, lower.y)
        assert curve.points[-1] == (upper.x + upper.width // 2, upper.y + upper.height)
        assert all(high > low for (_, high), (_, low) in pairwise(curve.points))


@given(tree=trees())
def test_boxes_of_a_row_stand_apart_and_inside_the_picture(tree: Tree) -> None:
    drawing = layout(*tree)
    for left, right in pairwise(drawing.boxes):
        if left.row == right.row:
            assert right.x - (left.x + left.width) >= GAP
            assert (left.y, left.height) == (right.y, right.height)
        else:
            assert right.y - (left.y + left.height) == ROW_GAP
            assert right.row == left.row - 1
    for box in drawing.boxes:
        assert box.x >= MARGIN
        assert box.y >= MARGIN
        assert box.x + box.width <= drawing.width - MARGIN
        assert box.y + box.height <= drawing.height - MARGIN
        assert box.width == BOX_WIDTH


@given(tree=trees())
def test_a_line_never_runs_over_a_box(tree: Tree) -> None:
    drawing = layout(*tree)
    for curve in drawing.curves:
        for (x, y), (to_x, to_y) in list(pairwise(curve.points))[1::2]:
            assert x == to_x
            for box in drawing.boxes:
                assert not (to_y < box.y + box.height and box.y < y and box.x < x < box.x + box.width)


@given(tree=trees())
def test_goals_of_different_levels_never_share_a_row_unless_links_ask_for_it(tree: Tree) -> None:
    goals, edges = tree
    level_of = {one.id: one.level for one in goals}
    order = list(Level)
    in_order = [
        edge
        for edge in edges
        if (low := level_of[edge.lower])
        and (high := level_of[edge.upper])
        and order.index(low) <= order.index(high)
    ]
    with_level = [one for one in goals if one.level]
    drawing = layout(with_level, in_order)
    for left, right in combinations(drawing.boxes, 2):
        if left.level and right.level and left.level is not right.level:
            assert (left.row < right.row) is (order.index(left.level) < order.index(right.level))


@given(tree=trees())
def test_crossings_are_counted_as_they_are_seen_and_never_more_than_at_the_start(tree: Tree) -> None:
    drawing, start = layout(*tree), layout(*tree, sweeps=0)
    assert drawing.crossings == crossings_seen(drawing.curves)
    assert start.crossings == crossings_seen(start.curves)
    assert drawing.crossings <= start.crossings


@given(tree=dags(), sweeps=st.integers(0, 6))
def test_the_order_is_never_worse_than_the_given_one(
    tree: tuple[list[UUID], list[Edge]], sweeps: int
) -> None:
    goals, edges = tree
    at = {one: one.int for one in goals}
    pairs = [(at[low], at[high]) for low, high in edges]
    pieces = cut(rows_of([None] * len(goals), range(len(goals)), pairs), pairs)
    given_order = [
        [one for one, its in enumerate(pieces.row) if its == row]
        for row in range(max(pieces.row, default=-1) + 1)
    ]
    order = best_order(pieces, sweeps)
    assert crossings(pieces, order) <= crossings(pieces, given_order)
    assert [sorted(row) for row in order] == given_order


@given(tree=trees())
def test_the_same_tree_gives_the_same_picture(tree: Tree) -> None:
    goals, edges = tree
    assert layout(goals, edges) == layout(list(goals), iter(edges))


def test_a_big_tree_is_drawn_with_straight_long_lines() -> None:
    # 120 goals in a chain, each a means to the last one too: 7,021 passages through rows in between.
    goals = [PlacedGoal(id=numbered(one), text=str(one)) for one in range(120)]
    chain = [Edge(numbered(one), numbered(one + 1)) for one in range(119)]
    to_the_last = [Edge(numbered(one), numbered(119)) for one in range(118)]
    drawing = layout(goals, [*chain, *to_the_last])
    assert {len(curve.points) for curve in drawing.curves} == {2}
    assert len(drawing.boxes) == 120
    assert drawing.width == BOX_WIDTH + 2 * MARGIN


def test_of_many_lines_fewer_sweeps_are_made_and_still_fewer_cross() -> None:
    goals = [
        PlacedGoal(id=numbered(one), text="x", level=Level.ACTIVITY if one < 60 else Level.OUTCOME)
        for one in range(120)
    ]
    edges = [
        Edge(numbered(one), numbered(60 + (7 * one + step) % 60)) for one in range(60) for step in range(18)
    ]
    assert len(set(edges)) > 1000
    assert layout(goals, edges).crossings < layout(goals, edges, sweeps=0).crossings


def test_a_mean_stands_in_the_middle_under_its_end_and_in_order() -> None:
    # One end over three means; a lonely fourth mean keeps the row's order and its distance.
    order, widths = [[0, 1, 2, 3], [4]], [200] * 5
    linked = [[4], [4], [4], [], [0, 1, 2]]
    assert centres(order, linked, widths, 24) == [100, 324, 548, 772, 324]


def test_words_are_kept_whole_where_they_can_be() -> None:
    found = wrap("Jongeren houden werk en zorgen voor zichzelf", ROOM)
    assert found.lines == ("Jongeren houden werk", "en zorgen voor zichzelf")
    assert not found.is_shortened


def test_a_long_word_is_broken_at_its_own_hyphen_or_with_one() -> None:
    assert wrap("Langdurige re-integratieondersteuning", ROOM).lines == (
        "Langdurige re-",
        "integratieondersteun-",
        "ing",
    )
    assert wrap("werk/leertraject", 60).lines == ("werk/", "leertraj-", "ect")


def test_what_does_not_fit_ends_with_an_ellipsis() -> None:
    found = wrap("Werkgevers durven het aan om jongeren zonder startkwalificatie aan te nemen", ROOM)
    assert found.lines == ("Werkgevers durven het", "aan om jongeren", "zonder startkwalificati…")
    assert found.is_shortened
    assert wrap("Een lange zin", 60, most_lines=1).lines == ("Een…",)
    assert wrap("abcdefghijklmnopqrstuvwxyz", 60, most_lines=1).lines == ("abcdefg…",)


def test_no_text_has_no_lines() -> None:
    assert wrap(" \n ", ROOM).lines == ()


def test_a_character_that_is_too_wide_stays_whole() -> None:
    assert wrap("WW", 5).lines == ("W-", "W")
    assert wrap("W W W", 5, most_lines=1).lines == ("W…",)


@pytest.mark.parametrize(
    ("text", "pixels"),
    [
        ("Hamburg", 57.078),
        ("\u00e9", 7.53),
        ("e\u0301", 7.53),
        ("\u00ad", 0),
        ("\u6c34", 14),
        ("", 0),
    ],
)
def test_widths_are_those_of_the_font(text: str, pixels: float) -> None:
    assert width(text) == pytest.approx(pixels, abs=0.01)


@given(text=st.text(max_size=120), room=st.integers(45, 300))
def test_no_line_is_too_wide_and_nothing_is_lost_in_silence(text: str, room: int) -> None:
    found = wrap(text, room)
    assert len(found.lines) <= MOST_LINES
    assert all(width(line) <= room for line in found.lines)
    normal = "".join(unicodedata.normalize("NFC", text).split())
    kept = "".join("".join(line.split()) for line in found.lines)
    if found.is_shortened:
        assert found.lines[-1].endswith(ELLIPSIS)
    else:
        assert kept.replace("-", "") == normal.replace("-", "")
