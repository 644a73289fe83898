"""Outlines: a tree as indented text, read without guessing and written so that it reads back the same."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.domain.tree_bodies import WORDINGS, bodies, goal_body, link_body, optional
from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.domain.goals.body import TreeBody
from toc.domain.goals.outline import (
    LEVEL_WORDS,
    MOST_CHARACTERS,
    MOST_LINES,
    Forest,
    LineFault,
    OutlineGoal,
    Question,
    parse_outline,
    same,
)
from toc.domain.goals.outline_writing import Style, arranged, body_of, forest_of, format_outline
from toc.domain.ids import derived
from toc.domain.programmes import Language

DEEP = 5_000


def read(text: str, **known: str) -> Forest:
    outline = parse_outline(text, known)
    assert outline.faults == ()
    assert outline.forest is not None
    return outline.forest


def tree(text: str, **known: str) -> dict[str, list[str]]:
    """Each goal of an outline with those right above it."""
    forest = read(text, **known)
    above: dict[str, list[str]] = {goal.wording: [] for goal in forest.goals}
    for lower, upper in forest.links:
        above[forest.goals[lower].wording].append(forest.goals[upper].wording)
    return above


def faults(text: str, **known: str) -> list[tuple[int, str]]:
    outline = parse_outline(text, known)
    assert outline.forest is None
    return [(fault.line, fault.key) for fault in outline.faults]


def questions(text: str, **known: str) -> tuple[Question, ...]:
    outline = parse_outline(text, known)
    assert outline.forest is not None
    return outline.questions


# --- How deep -----------------------------------------------------------------------------------------------

ABC = {"a": [], "b": ["a"], "c": ["b"], "d": ["a"], "e": []}


@pytest.mark.parametrize(
    "text",
    [
        "a\n\tb\n\t\tc\n\td\ne",
        "a\n  b\n      c\n  d\ne",
        "a\r\n\r\n    b\r\n    \tc\r\n    d\r\n\r\ne\r\n",
        "\ufeff  a\n   b\n    c\n   d\n  e",
        "- a\n  - b\n    - c\n  - d\n- e",
        "1. a\n\t1.1. b\n\t\t1.1.1. c\n\t2) d\n2. e",
        "* a\n\u00a0+ b\n\u00a0 \u2022 c\n \u2013 d\n* e",
        "# a\n## b\n### c\n## d\n# e",
        "# a\n### b\n###### c\n### d\n# e",
        "# a\n\n- b\n  - c\n- d\n\n# e",
        "# a\n## b\nc\n## d\n# e",
    ],
)
def test_tabs_spaces_bullets_and_headings_tell_how_deep_a_line_stands(text: str) -> None:
    assert tree(text) == ABC


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\n    b\n\tc", [(3, "outline.indent_mixed")]),
        ("a\n\tb\n        c", [(3, "outline.indent_mixed")]),
        ("a\n\tb\n\t    c\n\t\td", [(4, "outline.indent_mixed")]),
        ("a\n    b\n  c", [(3, "outline.indent_unknown")]),
        ("  a\nb", [(2, "outline.indent_unknown")]),
        ("a\n\u2003b", [(2, "outline.indent_mixed")]),
        ("# a\n### b\n## c", [(3, "outline.indent_unknown")]),
        ("## a\n# b", [(2, "outline.indent_unknown")]),
        ("a\n\t# b", [(2, "outline.heading_indented")]),
        ("a\n\tb\n    c\n\td\n    e", [(3, "outline.indent_mixed"), (5, "outline.indent_mixed")]),
    ],
)
def test_a_depth_that_can_be_read_in_two_ways_is_a_fault_of_its_line(
    text: str, found: list[tuple[int, str]]
) -> None:
    assert faults(text) == found


def test_a_deep_chain_is_read_and_written() -> None:
    text = "".join(f"{' ' * depth}goal {depth}\n" for depth in range(DEEP))
    forest = read(text)
    assert forest.links == tuple((depth, depth - 1) for depth in range(1, DEEP))
    again = format_outline(forest)
    assert read(again) == forest
    assert len(again) < MOST_CHARACTERS


# --- What a line says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "level", "code", "wording"),
    [
        ("Work.", None, "", "Work."),
        ("[outcome] Work.", Level.OUTCOME, "", "Work."),
        ("[Uitkomst]Werk.", Level.OUTCOME, "", "Werk."),
        ("[Maatschappelijke  Impact] G2: Werk.", Level.IMPACT, "G2", "Werk."),
        ("G12 [prestatie] Werk.", Level.OUTPUT, "G12", "Werk."),
        ("g12. Work.", None, "G12", "Work."),
        ("G12 - Work.", None, "G12", "Work."),
        ("G12\u2003Work   for\tall.", None, "G12", "Work for all."),
        ("- [middelen] G3 Geld.", Level.INPUT, "G3", "Geld."),
        ("- G3 - 1. Money.", None, "G3", "1. Money."),
        ("\\[x] Work.", None, "", "[x] Work."),
        ("\\G4 cities join.", None, "", "G4 cities join."),
        ("\\- Work.", None, "", "- Work."),
        ("G1 \\[outcome] Work.", None, "G1", "[outcome] Work."),
        ("AC\\DC \\\\ \\*", None, "", "AC\\DC \\ *"),
        ("\\", None, "", "\\"),
        ("2 hours of work a day", None, "", "2 hours of work a day"),
        ("#1 in work", None, "", "#1 in work"),
        ("Work (see the plan)", None, "", "Work (see the plan)"),
        ("Work \\(see G1)", None, "", "Work (see G1)"),
    ],
)
def test_a_level_and_a_code_may_stand_before_the_wording(
    line: str, level: Level | None, code: str, wording: str
) -> None:
    (goal,) = read(line).goals
    assert (goal.level, goal.code, goal.wording) == (level, code, wording)


def test_every_level_has_a_word_in_each_language() -> None:
    for level, words in LEVEL_WORDS.items():
        assert {read(f"[{words[language]}] x").goals[0].level for language in Language} == {level}


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("[dream] Work.", "outline.level_unknown"),
        ("- [ ] Work.", "outline.level_unknown"),
        ("[outcome] [impact] Work.", ""),
        ("-", "outline.no_words"),
        ("[outcome]", "outline.no_words"),
        ("---", "outline.no_words"),
        ("G12", "outline.code_alone"),
        ("[outcome] G12:", "outline.code_alone"),
        ("= nothing", "outline.reference_unreadable"),
        ("=", "outline.reference_unreadable"),
        ("(see \\ )", "outline.reference_unreadable"),
        ("[outcome] = G12", "outline.reference_alone"),
        ("G12 (see G13)", "outline.reference_alone"),
        ("a\u0000b", "tree_field.bad_characters"),
        ("a\u202eb", "tree_field.bad_characters"),
        ("x" * 301, "tree_field.too_long"),
        ("x" * 100_000, "tree_field.too_long"),
    ],
)
def test_a_line_that_says_nothing_clear_is_a_fault(line: str, key: str) -> None:
    if key:
        assert faults(f"a\n{line}") == [(2, key)]
    else:
        assert read(line).goals[0].wording == "[impact] Work."


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff"])
def test_an_outline_with_nothing_in_it_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match=r"outline\.nothing"):
        parse_outline(text)


def test_an_outline_that_is_too_big_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        parse_outline("x\n" * (MOST_LINES + 1))
    assert (refused.value.key, refused.value.params) == ("outline.too_many_lines", {"most": MOST_LINES})
    with pytest.raises(DomainError, match=r"outline\.too_long"):
        parse_outline("x" * (MOST_CHARACTERS + 1))


def test_a_preview_shows_every_line_that_could_be_read() -> None:
    outline = parse_outline("# [impact] G1 a\n\n- b\n- = G1\n  (zie b)\n\tc")
    assert [(line.line, line.depth, line.text, line.code, line.refers) for line in outline.lines] == [
        (1, 0, "a", "G1", False),
        (3, 1, "b", "", False),
        (4, 1, "", "G1", True),
        (5, 2, "b", "", True),
    ]
    assert outline.faults == (LineFault(6, "outline.indent_mixed"),)


# --- One goal, several ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    ["= G3", "=g3", "(see G3)", "(zie G3)", "(see  C )", "(zie c)", "G3 c", "G3: C", "C (see G3)", "c = G3"],
)
def test_a_goal_below_two_others_is_one_when_it_is_named(again: str) -> None:
    text = f"a\n\tG3 c\nb\n\t{again}"
    assert tree(text) == {"a": [], "b": [], "c": ["a", "b"]}
    assert questions(text) == ()


def test_a_goal_may_be_named_before_it_is_written_and_get_means_where_it_is_named() -> None:
    assert tree("a\n\t(see c)\n\t\td\nb\n\tc") == {"a": [], "d": ["c"], "b": [], "c": ["a", "b"]}


def test_the_same_words_twice_are_two_goals_and_a_question() -> None:
    text = "a\n\tc\nb\n\tC"
    assert len(read(text).goals) == 4
    assert questions(text) == (Question(4, "outline.same_wording", {"first": 2}),)
    assert len(questions("a\n\tc\nb\n\tG1 c")) == 1
    assert questions("a\n\tG1 c\nb\n\tG2 c") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("G1 a\n\tG1 b", (2, "outline.code_twice")),
        ("G1 [impact] a\nG1 [outcome] a", (2, "outline.code_twice")),
        ("a\n\t= G9", (2, "outline.reference_unknown")),
        ("a\n\t(see b)", (2, "outline.reference_unknown")),
        ("a\n\tb\nb\n\tc\nd\n\t(see b)", (6, "outline.reference_ambiguous")),
        ("G1 a\nb (see G1)", (2, "outline.reference_differs")),
        ("G1 a\n\t= G1", (2, "link.self")),
        ("G1 a\n\tb\n\t\t(see a)", (3, "outline.circle")),
        ("G1 a\n\tG2 b\n\t= G2", (3, "outline.link_twice")),
    ],
)
def test_a_goal_that_is_named_wrongly_is_a_fault_of_its_line(text: str, found: tuple[int, str]) -> None:
    assert found in faults(text)


def test_all_lines_of_a_circle_are_named_and_no_others() -> None:
    assert faults("G1 a\n\tG2 b\n\t\tG3 c\n\t\t\t= G1\n\tG4 d") == [
        (2, "outline.circle"),
        (3, "outline.circle"),
        (4, "outline.circle"),
    ]


def test_goals_that_are_there_already_can_be_named() -> None:
    known = {"G7": "Werk voor iedereen.", "G8": "Geld."}
    forest = read("= G7\n\tnew\n\t\t(zie geld.)\n\tG8 Geld.", **known)
    assert [(goal.wording, goal.code, goal.is_known) for goal in forest.goals] == [
        ("new", "", False),
        ("Geld.", "G8", True),
        ("Werk voor iedereen.", "G7", True),
    ]
    assert forest.links == ((0, 2), (1, 0), (1, 2))
    assert tree("a\n\t(see geld.)", **known) == {"a": [], "Geld.": ["a"]}
    twice = {"G7": "Werk.", "G8": "werk."}
    assert faults("a\n\t(see Werk.)", **twice) == [(2, "outline.reference_ambiguous")]


def test_what_may_be_a_goal_that_is_there_already_is_asked() -> None:
    known = {"G7": "Werk."}
    assert questions("werk.", **known) == (
        Question(1, "outline.like_known", {"code": "G7", "wording": "werk."}),
    )
    assert questions("G7 Betaald werk.", **known) == (
        Question(1, "outline.other_wording", {"code": "G7", "wording": "Werk."}),
    )
    assert questions("G7 werk.", **known) == ()


# --- Writing ------------------------------------------------------------------------------------------------

SHARED = Forest(
    goals=(
        OutlineGoal("Shared *means*", Level.ACTIVITY),
        OutlineGoal("An end", Level.IMPACT, "G1"),
        OutlineGoal("G4 cities", Level.OUTCOME, "G2"),
        OutlineGoal("Below"),
    ),
    links=((0, 1), (2, 1), (0, 2), (3, 0)),
)


def test_a_goal_is_written_once_and_named_after_that() -> None:
    assert format_outline(SHARED, Style.TEXT, Language.NL) == (
        "[maatschappelijke impact] G1 An end\n"
        "\t[activiteit] Shared *means*\n"
        "\t\tBelow\n"
        "\t[uitkomst] G2 \\G4 cities\n"
        "\t\t(zie Shared *means*)\n"
    )
    assert format_outline(SHARED, Style.MARKDOWN, Language.EN) == (
        "- [societal impact] G1 An end\n"
        "  - [activity] Shared \\*means\\*\n"
        "    - Below\n"
        "  - [outcome] G2 \\G4 cities\n"
        "    - (see Shared \\*means\\*)\n"
    )
    coded = Forest((OutlineGoal("a", code="G5"), OutlineGoal("b"), OutlineGoal("c")), ((0, 1), (0, 2)))
    assert format_outline(coded) == "b\n\tG5 a\nc\n\t= G5\n"


def test_a_goal_that_nothing_can_name_is_not_written() -> None:
    alike = (OutlineGoal("x"), OutlineGoal("X"), OutlineGoal("a"), OutlineGoal("b"))
    with pytest.raises(DomainError) as refused:
        format_outline(Forest(alike, ((0, 2), (0, 3))))
    assert (refused.value.key, refused.value.params) == ("outline.needs_code", {"wording": "x"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"links": ((0, 0),)},
        {"links": ((0, 1), (0, 1))},
        {"links": ((0, 1), (1, 0))},
        {"goals": (OutlineGoal("a", code="G1"), OutlineGoal("b", code="G1"))},
    ],
)
def test_what_is_no_forest_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="forest"):
        Forest(**{"goals": (OutlineGoal("a"), OutlineGoal("b")), **wrong})


_LOOKS = """
- a|* * *|---|===|1. a|a) b|## a|[x] a|G1 a|G1|= G1|=|(see a)|a (see G1)|a = G2|a \\= G2|\\|\\\\|\\a
\u2013 a|- \\[outcome] a|a (zie|(see \\|G1 - a|+|a\\|~~~|> a|`a`|\\(zie G1)
"""
MARKS = _LOOKS.strip().replace("\n", "|").split("|")
"""Wordings that look like something else."""


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """Forests that can be written: what stands below two goals has a code, or a wording of its own."""
    wordings = draw(st.lists(st.sampled_from(MARKS) | WORDINGS, max_size=7, unique_by=same))
    codes = draw(st.lists(st.integers(1, 20), min_size=len(wordings), max_size=len(wordings), unique=True))
    coded = draw(st.lists(st.booleans(), min_size=len(wordings), max_size=len(wordings)))
    goals = [
        OutlineGoal(wording, draw(optional(Level)), f"G{code}" if has else "")
        for wording, code, has in zip(wordings, codes, coded, strict=True)
    ]
    pairs = [(low, high) for high in range(len(goals)) for low in range(high)]
    links = draw(st.lists(st.sampled_from(pairs), max_size=9, unique=True)) if pairs else []
    doubled = draw(st.booleans())
    if goals and doubled:
        goals.append(OutlineGoal(goals[0].wording, code="G21"))  # the same words, told apart by its code
        goals[0] = OutlineGoal(goals[0].wording, goals[0].level, "G22")
    return Forest(tuple(goals), tuple(links))


@given(forest=forests(), style=st.sampled_from(Style), language=st.sampled_from(Language))
@example(Forest(tuple(OutlineGoal(mark) for mark in MARKS)), Style.TEXT, Language.NL)
@example(Forest(tuple(OutlineGoal(mark) for mark in MARKS)), Style.MARKDOWN, Language.EN)
def test_what_is_written_reads_back_the_same(forest: Forest, style: Style, language: Language) -> None:
    text = format_outline(forest, style, language)
    if not forest.goals:
        assert text == ""
        return
    assert read(text) == arranged(forest)
    assert format_outline(read(text), style, language) == text


@given(
    st.lists(st.sampled_from([*" \t-*#=\\[]()Gg12.:\nab\u00a0\r", "see ", "zie ", "[outcome]"]), max_size=40)
)
def test_whatever_is_pasted_gives_goals_or_faults_with_a_line(signs: list[str]) -> None:
    text = "".join(signs)
    assume(text.strip())
    outline = parse_outline(text)
    assert (outline.forest is None) is bool(outline.faults)
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= fault.line <= last for fault in outline.faults)
    if outline.forest:
        assert read(format_outline(outline.forest)) == arranged(outline.forest) or outline.questions


# --- Outlines and whole trees -------------------------------------------------------------------------------


@given(bodies())
def test_a_tree_as_outline_keeps_wordings_levels_codes_and_order(body: TreeBody) -> None:
    forest = forest_of(body)
    ordering = {link.ends for link in body.links if not link.is_feedback}
    assert {(forest.goals[low].code, forest.goals[high].code) for low, high in forest.links} == ordering
    if body.goals:
        assert read(format_outline(forest)) == arranged(forest)
    again = body_of(forest, root=UUID(int=5), known={goal.code: goal.id for goal in body.goals})
    assert [(goal.code, goal.id, goal.level) for goal in again.goals] == [
        (goal.code, goal.id, goal.level) for goal in body.goals
    ]
    assert {link.ends for link in again.links} == ordering


def test_goals_without_a_code_get_the_next_ones() -> None:
    root = UUID(int=5)
    body = body_of(read("a\n\tG3 b\n\tc"), root=root, known={"G7": UUID(int=7)})
    assert [(goal.code, goal.wording) for goal in body.goals] == [("G3", "b"), ("G8", "a"), ("G9", "c")]
    assert body.goals[0].id == derived(root, "goal", "G3")
    assert {link.ends for link in body.links} == {("G3", "G8"), ("G9", "G8")}
    assert body_of(read("a\n\tb"), root=root).links == (link_body(2, 1),)


def test_a_wording_of_several_lines_stands_on_one() -> None:
    assert forest_of(TreeBody(goals=(goal_body(1, "a\n b"),))).goals[0].wording == "a b"
