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
from toc.domain.goals.ordering import crossings, cut, rows_of
from toc.domain.goals.placing import centres
from toc.domain.goals.wrapping import ELLIPSIS, MOST_LINES, width, wrap

ROOM = 146
FLAGS = "\U0001f1f3\U0001f1f1"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
Tree = tuple[list[PlacedGoal], list[Edge]]
QUICK = 100_000
"""Work enough for what does not depend on how good the order is."""


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
    long = drawing.curves[3]
    assert (long.lower, long.upper) == (goal("a"), goal("d"))
    assert len(long.points) == 6
    found = boxes(drawing)
    for x, _ in long.points[1:-1]:
        for between in "bc":
            box = found[goal(between)]
            assert not box.x - GAP < x < box.x + box.width + GAP
    assert long.path == "M132 344C132 316 232 316 232 288V232V176V120C232 92 132 92 132 64"
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


def test_lines_come_in_the_order_of_the_links() -> None:
    drawing = layout(placed("abc"), links("bc", "ac"))
    assert [names([curve.lower]) for curve in drawing.curves] == ["b", "a"]


def test_a_feedback_goes_down_between_the_boxes_and_changes_no_place() -> None:
    goals, edges = placed("abcd"), links("ab", "bc", "cd")
    plain, drawing = layout(goals, edges), layout(goals, edges, feedback=links("da", "da", "dd", "dz", "zd"))
    assert (drawing.boxes, drawing.curves, drawing.crossings) == (plain.boxes, plain.curves, plain.crossings)
    (back,) = drawing.feedback
    assert (back.lower, back.upper) == (goal("d"), goal("a"))
    found = boxes(drawing)
    beside = found[goal("b")].x + BOX_WIDTH + GAP // 2
    assert [x for x, _ in back.points[1:-1]] == [beside] * 4
    assert [y for _, y in back.points] == [64, 120, 176, 232, 288, 344]
    assert drawing.width == beside + MARGIN
    assert back.path == "M158 64C158 92 220 92 220 120V176V232V288C220 316 158 316 158 344"


def test_feedbacks_pass_between_two_boxes_side_by_side() -> None:
    edges = links("ac", "bc", "cd", "ce")
    goals = placed("abcdexy")
    drawing = layout(goals, [*edges, *links("xc", "yc")], feedback=links("da", "db", "ad", "ab"))
    assert drawing.feedback[2].points[0][1] > drawing.feedback[2].points[-1][1]
    passed = [curve.points[1][0] for curve in drawing.feedback[:3]]
    assert len(set(passed)) == 3
    assert max(passed) - min(passed) == 8
    level = drawing.feedback[3]
    assert level.points[0][1] == level.points[1][1] == boxes(drawing)[goal("a")].y
    assert level.path.split("C")[1].split()[1] == str(level.points[0][1] - ROW_GAP // 2)


def test_a_feedback_over_the_highest_row_has_room() -> None:
    plain, drawing = layout(placed("ab"), []), layout(placed("ab"), [], feedback=links("ab"))
    assert drawing.height == plain.height + ROW_GAP // 2
    assert [box.y for box in drawing.boxes] == [box.y + ROW_GAP // 2 for box in plain.boxes]
    assert drawing.feedback[0].path == "M158 36C158 8 382 8 382 36"


def test_where_a_sign_at_the_foot_goes() -> None:
    (box,) = layout(placed("a"), []).boxes
    assert box.foot == (box.x + 100, box.y + box.height)


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
    drawing = layout(goals, edges, work=QUICK)
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
    drawing = layout(*tree, work=QUICK)
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
    drawing = layout(*tree, work=QUICK)
    for curve in drawing.curves:
        for (x, y), (to_x, to_y) in list(pairwise(curve.points))[1::2]:
            assert x == to_x
            for box in drawing.boxes:
                assert not (to_y < box.y + box.height and box.y < y and box.x < x < box.x + box.width)


@given(tree=trees(), data=st.data())
def test_a_feedback_never_runs_over_a_box(tree: Tree, data: st.DataObject) -> None:
    goals, edges = tree
    ids = st.sampled_from([one.id for one in goals] or [goal("z")])
    feedback = [Edge(*pair) for pair in data.draw(st.lists(st.tuples(ids, ids), max_size=9, unique=True))]
    drawing = layout(goals, edges, feedback=feedback, work=QUICK)
    plain = layout(goals, edges, work=QUICK)
    assert [(box.id, box.x, box.row) for box in drawing.boxes] == [
        (box.id, box.x, box.row) for box in plain.boxes
    ]
    assert [(one.lower, one.upper) for one in drawing.feedback] == [
        pair for pair in feedback if pair.lower != pair.upper and goals
    ]
    for curve in drawing.feedback:
        assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in curve.points)
        for (x, y), (to_x, to_y) in list(pairwise(curve.points))[1::2]:
            assert x == to_x
            for box in drawing.boxes:
                apart = min(y, to_y) >= box.y + box.height or max(y, to_y) <= box.y
                assert apart or not box.x <= x <= box.x + box.width


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
    drawing = layout(with_level, in_order, work=QUICK)
    for left, right in combinations(drawing.boxes, 2):
        if left.level and right.level and left.level is not right.level:
            assert (left.row < right.row) is (order.index(left.level) < order.index(right.level))


@given(tree=trees())
def test_crossings_are_counted_as_they_are_seen_and_never_more_than_at_the_start(tree: Tree) -> None:
    drawing, start = layout(*tree, work=QUICK), layout(*tree, work=0)
    assert drawing.crossings == crossings_seen(drawing.curves)
    assert start.crossings == crossings_seen(start.curves)
    assert drawing.crossings <= start.crossings


@given(tree=trees())
def test_the_same_tree_gives_the_same_picture(tree: Tree) -> None:
    goals, edges = tree
    assert layout(goals, edges, work=QUICK) == layout(list(goals), iter(edges), work=QUICK)


def test_a_big_tree_is_drawn_with_straight_long_lines() -> None:
    # 120 goals in a chain, each a means to the last one too: 7,021 passages through rows in between.
    goals = [PlacedGoal(id=numbered(one), text=str(one)) for one in range(120)]
    chain = [Edge(numbered(one), numbered(one + 1)) for one in range(119)]
    to_the_last = [Edge(numbered(one), numbered(119)) for one in range(118)]
    drawing = layout(goals, [*chain, *to_the_last])
    assert {len(curve.points) for curve in drawing.curves} == {2}
    assert len(drawing.boxes) == 120
    assert drawing.width == BOX_WIDTH + 2 * MARGIN


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
    assert found.lines == ("Werkgevers durven het", "aan om jongeren", "zonder…")
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


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x" * 500, ("x" * 20 + "-", "x" * 20 + "-", "x" * 20 + ELLIPSIS)),
        ("\U0001f389" * 60, ("\U0001f389" * 7, "\U0001f389" * 7, "\U0001f389" * 6 + ELLIPSIS)),
        (FLAGS * 5, (FLAGS * 2, FLAGS * 3)),
        (FAMILY * 2, (FAMILY, FAMILY)),
        ("\U0001f44d\U0001f3fd" * 5, ("\U0001f44d\U0001f3fd" * 2, "\U0001f44d\U0001f3fd" * 3)),
        ("\u6c34" * 12, ("\u6c34" * 9, "\u6c34" * 3)),
        ("1" * 30, ("1" * 24, "1" * 6)),
        ("q\u0301" * 25, ("q\u0301" * 17 + "-", "q\u0301" * 8)),
        ("a" + "\u0301" * 900, ("\u00e1" + "\u0301" * 15 + ELLIPSIS,)),
        ("\ufdfa \ufdfd", ("\ufdfa", "\ufdfd")),
    ],
)
def test_letters_stay_whole_and_in_their_box(text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, ROOM).lines == lines


def test_a_letter_that_is_too_wide_is_broken_all_the_same() -> None:
    assert wrap(FAMILY, 60).lines == ("\U0001f468\u200d\U0001f469\u200d", "\U0001f467\u200d\U0001f466")
    assert wrap(FAMILY, 60, most_lines=1).lines == ("\U0001f468\u200d\U0001f469\u200d" + ELLIPSIS,)


@pytest.mark.parametrize("text", ["", "x" * 500, "\U0001f389 " * 400, "\u200d" * 500, "a\u0301" * 900])
def test_no_text_comes_out_of_its_box(text: str) -> None:
    (box,) = layout([PlacedGoal(id=goal("a"), text=text)], []).boxes
    for line in box.lines:
        assert box.x < line.x
        assert line.x + width(line.text) < box.x + box.width
        assert box.y < line.y < box.y + box.height


@given(text=st.text(max_size=120), room=st.integers(45, 300))
def test_no_line_is_too_wide_and_nothing_is_lost_in_silence(text: str, room: int) -> None:
    found = wrap(text, room)
    assert len(found.lines) <= MOST_LINES
    assert all(width(line) <= room for line in found.lines)
    normal = "".join(unicodedata.normalize("NFC", text).split())
    kept = "".join("".join(line.split()) for line in found.lines)
    if found.is_shortened:
        assert any(ELLIPSIS in line for line in found.lines)
    else:
        assert kept.replace("-", "") == normal.replace("-", "")
