"""A tree as rows of a spreadsheet: out and back the same, and what is wrong named row by row."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given

from tests.domain.test_goals_body import TREE
from tests.domain.tree_bodies import bodies, goal_body
from toc.domain.goals import Level, Stance
from toc.domain.goals.body import Fault, TreeBody, TreeRead
from toc.domain.goals.sheets import (
    Sheet,
    StatementBody,
    StatementsRead,
    from_sheets,
    read_statements,
    statement_sheet,
    to_sheets,
)
from toc.domain.ids import derived

ROOT = UUID(int=99)
GOALS = ("code", "wording", "level", "importance", "is_primary", "by_when")


def read(goals: Sheet, **sheets: Sheet) -> TreeRead:
    return from_sheets({"goals": goals, **sheets}, root=ROOT)


def places(read: TreeRead) -> list[tuple[str, int, str, str]]:
    assert read.body is None
    return [(fault.section, fault.row, fault.name, fault.key) for fault in read.faults]


@given(bodies())
def test_what_goes_out_in_sheets_comes_back_the_same(tree: TreeBody) -> None:
    assert from_sheets(to_sheets(tree), root=ROOT) == TreeRead(tree)


def test_cells_are_text_that_people_can_read() -> None:
    sheets = to_sheets(TREE)
    goals = sheets["goals"]
    row = dict(zip(goals.headers, goals.rows[0], strict=True))
    assert (row["code"], row["level"], row["by_when"], row["importance"]) == (
        "G2",
        "outcome",
        "2027-06-30",
        "5",
    )
    assert (row["is_primary"], row["feasibility"]) == ("", "")
    assert sheets["holders"].rows == (("G2", "S1", "supports", "4", ""),)


def test_a_sheet_that_people_made_themselves_is_read() -> None:
    found = read(
        Sheet(
            ("Code", " is primary", "WORDING", "level", "by_when"),
            (
                ("g2", "JA", " Work. ", "Outcome", "30-6-2027"),
                ("", " ", "", "", ""),
                ("G1", "nee", "Coach.", "", ""),
            ),
        ),
        links=Sheet(("lower", "upper"), (("G1", "G2"),)),
        parties=Sheet(("code", "name"), (("S1", "Municipality"),)),
        holders=Sheet(("goal", "party", "stance"), (("G2", "s1", "supports"),)),
    )
    assert found.faults == ()
    assert found.body is not None
    coach, work = found.body.goals
    assert (work.wording, work.level, work.is_primary) == ("Work.", Level.OUTCOME, True)
    assert work.by_when == date(2027, 6, 30)
    assert (coach.id, coach.edition, coach.is_primary) == (derived(ROOT, "goal", "G1"), 1, False)
    assert found.body.links[0].ends == ("G1", "G2")
    assert found.body.holders[0].stance is Stance.SUPPORTS


def test_a_goal_that_is_there_already_keeps_its_id() -> None:
    sheet = Sheet(("code", "wording", "id"), (("G1", "A", ""), ("G2", "B", str(UUID(int=5)))))
    found = from_sheets({"goals": sheet}, root=ROOT, known={"G1": UUID(int=1), "G2": UUID(int=2)})
    assert found.body is not None
    assert [goal.id.int for goal in found.body.goals] == [1, 5]


def test_what_a_row_cannot_hold_is_named_with_the_row_as_the_file_counts_it() -> None:
    found = read(
        Sheet(
            GOALS,
            (
                ("G1", "A", "dream", "many", "perhaps", "soon"),
                ("",) * 6,
                ("x", " ", "", "9", "", "31-2-2027"),
                ("G2", "B"),
            ),
        )
    )
    assert places(found) == [
        ("goals", 1, "level", "tree_field.not_a_choice"),
        ("goals", 1, "importance", "tree_field.not_a_number"),
        ("goals", 1, "is_primary", "tree_field.not_yes_or_no"),
        ("goals", 1, "by_when", "date.unreadable"),
        ("goals", 3, "code", "tree_field.not_a_code"),
        ("goals", 3, "wording", "tree_field.empty"),
        ("goals", 3, "importance", "tree_field.not_a_number"),
        ("goals", 3, "by_when", "date.no_such_day"),
        ("goals", 4, "", "row.ragged"),
    ]


def test_links_that_are_no_order_are_named_and_nothing_is_read_in_part() -> None:
    goals = Sheet(("code", "wording"), (("G1", "A"), ("", ""), ("G2", "B"), ("G1", "C")))
    links = Sheet(
        ("lower", "upper"), (("G1", "G2"), ("", ""), ("G1", "G2"), ("G2", "G1"), ("G2", "G2"), ("G3", "G1"))
    )
    found = read(goals, links=links)
    assert places(found) == [
        ("goals", 4, "code", "tree_in.code_repeated"),
        ("goals", 4, "id", "tree_in.id_repeated"),
        ("links", 6, "lower", "tree_in.code_unknown"),
        ("links", 5, "", "link.self"),
        ("links", 3, "", "tree_in.link_repeated"),
        ("links", 1, "", "tree_in.circle"),
        ("links", 3, "", "tree_in.circle"),
        ("links", 4, "", "tree_in.circle"),
    ]
    assert [fault.params.get("first") for fault in found.faults[:5]] == [1, 1, None, None, 1]


def test_columns_that_nobody_knows_that_repeat_or_that_miss_are_named() -> None:
    found = read(Sheet(("code", "colour", "level", "Level"), (("G1", "red", "", ""),)), tree=Sheet((), ()))
    assert places(found) == [
        ("tree", 0, "", "tree_in.sheet_unknown"),
        ("goals", 0, "", "tree_in.column_unknown"),
        ("goals", 0, "level", "tree_in.column_repeated"),
        ("goals", 0, "wording", "tree_in.column_missing"),
    ]


def test_a_sheet_with_too_many_rows_is_refused() -> None:
    found = read(Sheet(("code", "wording"), (("G1", "A"),) * 10_001))
    assert found.faults == (Fault("goals", 0, "", "tree_in.too_many_rows", {"most": 10_000}),)


# --- Statements ---------------------------------------------------------------------------------------------

SAID = (
    StatementBody(code="U1", goal="G2", party="S1", text="We want them\nto work."),
    StatementBody(code="U1", goal="G10", party="S1", text="We want them\nto work."),
)


def test_statements_go_out_and_come_back() -> None:
    sheet = statement_sheet(SAID)
    assert sheet.headers == ("code", "goal", "party", "text")
    assert read_statements(sheet, TREE) == StatementsRead(SAID)
    sheets = {**to_sheets(TREE), "statements": sheet}
    assert from_sheets(sheets, root=ROOT) == TreeRead(TREE)


def test_statements_of_unknown_goals_or_parties_or_twice_are_refused() -> None:
    wrong = (*SAID, SAID[0], replace(SAID[0], goal="G7", party="S7"))
    found = read_statements(statement_sheet(wrong), TREE)
    assert found.statements == ()
    assert [(fault.row, fault.name, fault.key) for fault in found.faults] == [
        (3, "", "tree_in.statement_repeated"),
        (4, "goal", "tree_in.code_unknown"),
        (4, "party", "tree_in.code_unknown"),
    ]
    assert found.faults[0].params == {"value": "U1 + G2", "first": 1}


@pytest.mark.parametrize("text", ["", "  "])
def test_a_statement_without_words_is_refused(text: str) -> None:
    found = read_statements(Sheet(("code", "goal", "party", "text"), (("U1", "G1", "S1", text),)), TREE)
    assert [fault.key for fault in found.faults if fault.name == "text"] == ["tree_field.empty"]


def test_a_goal_of_which_only_the_code_is_wrong_has_one_fault() -> None:
    found = read(Sheet(("code", "wording"), (("G0", goal_body(1).wording),)))
    assert places(found) == [("goals", 1, "code", "tree_field.not_a_code")]
