"""The goal tree out and in: the same tree comes back, bad files are refused whole, one step takes it back."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from tests.domain.tree_bodies import bodies
from tests.factories import act_of, make_member
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_statements
from tests.factories.interviews import make_group
from toc.domain.errors import DomainError
from toc.domain.goals import Level, Standing
from toc.domain.goals.body import SECTIONS, TreeBody, to_json
from toc.domain.goals.incoming import NOBODY, Way
from toc.domain.goals.outline_writing import Style, arranged, forest_of, format_outline
from toc.domain.goals.sheets import Sheet, from_sheets, to_sheets
from toc.domain.interviews import Audience, RespondentKind
from toc.domain.people import Role
from toc.domain.programmes import Language
from toc.models.audit import AuditEvent
from toc.models.goals import Goal
from toc.models.interviews import Statement
from toc.models.programmes import Programme
from toc.services.errors import Conflict, NotFound
from toc.services.goals import exchange, moving, tree_limits, workbooks
from toc.services.goals.bodies import tree_body
from toc.services.goals.exchange import Done, bring_in, understand
from toc.services.goals.patterns import pattern_body, patterns
from toc.services.goals.tree_files import Kind, Received, csv_file, given_in, pasted, receive
from toc.services.goals.workbooks import read_workbook, workbook

ID = UUID(int=77)


def sent(text: str) -> Received:
    return pasted(text)


def comes_in(
    session: Session,
    received: Received,
    *,
    way: Way = Way.ADD,
    answers: dict[str, str] | None = None,
    import_id: UUID = ID,
    act: Any = EVALUATOR,  # noqa: ANN401 - an act
) -> Done:
    """Look at what would change and bring it in."""
    found = understand(session, act, import_id, received, way=way, answers=answers or {})
    done = bring_in(
        session,
        act,
        import_id,
        received,
        way=way,
        answers=answers or {},
        reason="From a file",
        seen=found.seal,
    )
    session.flush()
    return done


def shape(body: TreeBody) -> object:
    """What a tree says, without ids, codes, editions and numbers of statements."""
    words = {goal.code: (goal.wording, place) for place, goal in enumerate(body.goals)}
    left = {"code", "id", "edition", "statements"}
    return (
        [[getattr(goal, name) for name in goal.FIELDS if name not in left] for goal in body.goals],
        sorted(
            [
                words[link.lower],
                words[link.upper],
                *(str(getattr(link, name)) for name in list(link.FIELDS)[2:]),
            ]
            for link in body.links
        ),
        sorted(
            [words[one.goal], one.party, str(one.stance), str(one.importance), str(one.feasibility)]
            for one in body.holders
        ),
    )


def sound(body: TreeBody) -> TreeBody:
    """The same tree as far as the rules of the programme allow it."""
    goals = tuple(
        replace(goal, standing=Standing.STATED) if goal.standing is Standing.IMPLICIT else goal
        for goal in body.goals
    )
    links = tuple(replace(link, is_key=False) if link.key_reason is None else link for link in body.links)
    return replace(body, goals=goals, links=links)


# --- Round trips --------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(bodies())
def test_a_workbook_gives_back_what_was_written(body: TreeBody) -> None:
    sheets = to_sheets(body)
    read = read_workbook(workbook(sheets, [("goals", "=1+1")]))
    assert set(read) == set(SECTIONS)
    found = from_sheets(read, root=ID)
    assert found.faults == ()
    assert found.body == body


@settings(deadline=None)
@given(bodies(), st.sampled_from(",;"))
def test_tables_give_back_what_was_written(body: TreeBody, delimiter: str) -> None:
    files = [
        (csv_file(sheet, delimiter), f"{name}.csv") for name, sheet in to_sheets(body).items() if sheet.rows
    ]
    if not files:
        return
    received = receive(files)
    found = from_sheets(received.sheets, root=ID)
    assert found.faults == ()
    assert found.body == body
    assert Received.load(received.dump()).sheets == received.sheets
    assert all(given_in(received)[name] == frozenset(SECTIONS[name].FIELDS) for name in received.sheets)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(body=bodies())
def test_json_brought_into_an_empty_programme_is_the_same_tree(session: Session, body: TreeBody) -> None:
    body = sound(body)
    assume(len({party.name.casefold() for party in body.parties}) == len(body.parties))
    with session.begin_nested() as point:
        groups = {party.code: f"S{make_group(session, name=party.name).code}" for party in body.parties}
        now = tree_body(session, EVALUATOR)
        asks = understand(session, EVALUATOR, ID, sent(to_json(body)), way=Way.ADD, answers={}).asks
        answers = {ask.name: groups[ask.code] for ask in asks}
        done = comes_in(session, sent(to_json(body)), answers=answers)
        found = tree_body(session, EVALUATOR)
        renamed = (
            replace(
                body,
                parties=now.parties,
                holders=tuple(
                    replace(one, party=groups[one.party]) if f"party-{one.party}" in answers else one
                    for one in body.holders
                ),
            )
            if body.parties
            else body
        )
        if all(f"party-{code}" in answers or groups[code] == code for code in groups):
            assert shape(found) == shape(renamed)
        assert done.new == len(body.goals)
        assert {goal.id for goal in found.goals}.isdisjoint(goal.id for goal in body.goals)
        point.rollback()
    session.expire_all()


def test_an_outline_comes_in_and_goes_out_again(session: Session) -> None:
    text = (
        "[impact] Work for all\n\t[outcome] They keep a job\n\t\tThey learn\n"
        "\tThey earn\n\t\t(see They learn)\n"
    )
    done = comes_in(session, sent(text))
    assert done == Done(new=4, links=4)
    body = tree_body(session, EVALUATOR)
    assert [goal.wording for goal in body.goals] == [
        "Work for all",
        "They keep a job",
        "They learn",
        "They earn",
    ]
    assert body.goals[0].level is Level.IMPACT
    out = format_outline(arranged(forest_of(body)), Style.TEXT, Language.EN)
    again = understand(session, EVALUATOR, uuid4(), sent(out), way=Way.CHANGE, answers={})
    assert again.plan is not None
    assert again.plan.is_empty
    assert len(again.plan.same) == 4


# --- One step, once -----------------------------------------------------------------------------------------


@pytest.fixture
def person(session: Session, programme: Programme) -> Any:  # noqa: ANN401 - an act
    return act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)


def test_an_import_is_one_step_that_goes_back_and_forth(session: Session, person: Any) -> None:  # noqa: ANN401 - an act
    old, other = make_goal(session, "Work for all"), make_goal(session, "They learn")
    before = tree_body(session, EVALUATOR)
    text = "G1 Paid work for all\n\tG2 They learn\n\t\tThey have a teacher\n"
    comes_in(session, sent(text), way=Way.CHANGE, act=person)
    after = tree_body(session, EVALUATOR)
    assert [goal.wording for goal in after.goals] == [
        "Paid work for all",
        "They learn",
        "They have a teacher",
    ]
    assert [link.ends for link in after.links] == [("G2", "G1"), ("G3", "G2")]
    undo, _ = moving.last(session, person)
    assert undo is not None
    assert undo.key == "tree.import"
    moving.undo(session, person, undo.number, reason="Undone")
    assert shape(tree_body(session, EVALUATOR)) == shape(before)
    _, redo = moving.last(session, person)
    assert redo is not None
    moving.redo(session, person, redo.number, reason="Redone")
    assert shape(tree_body(session, EVALUATOR)) == shape(after)
    assert (old.id, other.id) == tuple(goal.id for goal in tree_body(session, EVALUATOR).goals[:2])


def test_the_same_import_twice_adds_once(session: Session) -> None:
    make_goal(session, "Work for all")
    assert comes_in(session, sent("They learn\n\tThey have a teacher"), import_id=ID).new == 2
    twice = bring_in(
        session,
        EVALUATOR,
        ID,
        sent("They learn\n\tThey have a teacher"),
        way=Way.ADD,
        answers={},
        reason="",
        seen="",
    )
    assert twice.was_there
    same = bring_in(
        session, EVALUATOR, uuid4(), sent("G1 Work for all"), way=Way.CHANGE, answers={}, reason="x", seen=""
    )
    assert same.was_there
    assert session.scalar(select(func.count()).select_from(Goal)) == 3


def test_what_was_looked_at_must_still_be_so(session: Session) -> None:
    make_goal(session, "Work for all")
    with pytest.raises(Conflict, match=r"tree_in\.plan_changed"):
        bring_in(
            session, EVALUATOR, ID, sent("They learn"), way=Way.ADD, answers={}, reason="", seen="another"
        )
    with pytest.raises(DomainError, match=r"tree_in\.open_questions"):
        bring_in(session, EVALUATOR, ID, sent("work for ALL"), way=Way.ADD, answers={}, reason="", seen="")
    with pytest.raises(DomainError, match=r"tree_in\.has_errors"):
        bring_in(
            session, EVALUATOR, ID, sent("[nothing] They learn"), way=Way.ADD, answers={}, reason="", seen=""
        )


def test_links_and_opinions_that_are_there_change_when_one_says_so(session: Session) -> None:
    group = make_group(session, name="Young people")
    upper, lower = make_goal(session, "Work", holders=[group]), make_goal(session, "Learning")
    make_link(session, lower, upper, mechanism="It opens doors")
    body = tree_body(session, EVALUATOR)
    changed = replace(
        body,
        links=(replace(body.links[0], mechanism="It opens many doors", is_feedback=True),),
        holders=(replace(body.holders[0], importance=5),),
    )
    assert comes_in(session, sent(to_json(changed))).was_there
    done = comes_in(session, sent(to_json(changed)), way=Way.CHANGE)
    assert (done.links, done.holders, done.new) == (1, 1, 0)
    assert tree_body(session, EVALUATOR) == changed
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert (event.action, event.subject_id) == ("tree.import", str(lower.id))
    alone = replace(changed, links=changed.links, holders=(replace(changed.holders[0], importance=1),))
    assert comes_in(session, sent(to_json(alone)), way=Way.CHANGE).holders == 1


def test_unknown_parties_are_asked_about(session: Session) -> None:
    ours = f"S{make_group(session, name='Young people').code}"
    sheets = {
        "goals": Sheet(("code", "wording"), (("G1", "Work"),)),
        "parties": Sheet(("code", "name"), (("S1", "Old people"),)),
        "holders": Sheet(("goal", "party", "stance", "importance"), (("G1", "S1", "supports", "4"),)),
        "statements": Sheet(("code",), ()),
    }
    received = Received(kind=Kind.TABLES, sheets=sheets)
    found = understand(session, EVALUATOR, ID, received, way=Way.ADD, answers={})
    assert [ask.name for ask in found.open_asks] == ["party-S1"]
    assert found.parties == ((ours, "Young people"),)
    assert found.has_statements
    assert comes_in(session, received, answers={"party-S1": ours}).holders == 1
    assert tree_body(session, EVALUATOR).holders[0].importance == 4
    none = understand(
        session, EVALUATOR, uuid4(), received, way=Way.CHANGE, answers={"party-S1": NOBODY, "goal-G1": "G1"}
    )
    assert none.plan is not None
    assert none.plan.holders == ()


def test_tables_may_name_goals_and_parties_that_are_there(session: Session) -> None:
    ours = f"S{make_group(session, name='Young people').code}"
    make_goal(session, "Work", level=Level.IMPACT)
    make_goal(session, "Learning")
    links = Sheet(("lower", "upper"), ((" g2", "G1"),))
    holders = Sheet(("goal", "party", "stance"), (("G2", ours, "opposes"),))
    done = comes_in(
        session, Received(kind=Kind.TABLES, sheets={"links": links, "holders": holders}), way=Way.CHANGE
    )
    assert (done.links, done.holders, done.changed, done.new) == (1, 1, 0, 0)
    more = {
        "goals": Sheet(("code", "wording", "Own"), (("G9",),)),
        "links": Sheet(("lower", "upper"), (("G9", "G1"), ("G9",))),
    }
    found = understand(
        session, EVALUATOR, ID, Received(kind=Kind.TABLES, sheets=more), way=Way.ADD, answers={}
    )
    assert {one.key for one in found.faults} >= {"tree_in.column_unknown", "row.ragged"}


def test_a_hidden_goal_comes_in_hidden_and_an_implicit_one_needs_what_it_rests_on(session: Session) -> None:
    rows = (("G1", "Work", "stated"), ("G2", "Rid of it", "hidden"))
    goals = Sheet(("code", "wording", "standing"), rows)
    comes_in(session, Received(kind=Kind.TABLES, sheets={"goals": goals}))
    assert [goal.wording for goal in tree_body(session, None).goals] == ["Work"]
    bad = Sheet(goals.headers, (("G8", "They hope", "implicit"),))
    found = understand(
        session,
        EVALUATOR,
        uuid4(),
        Received(kind=Kind.TABLES, sheets={"goals": bad}),
        way=Way.ADD,
        answers={},
    )
    assert [(one.name, one.key) for one in found.faults] == [("G8", "goal.implicit_needs_two")]


def test_a_same_wording_in_an_outline_is_one_goal_or_two(session: Session) -> None:
    text = "Work\n\tThey learn\nRest\n\tThey learn\n"
    (ask,) = understand(session, EVALUATOR, ID, sent(text), way=Way.ADD, answers={}).open_asks
    assert (ask.code, ask.twin) == ("G4", "G2")
    assert comes_in(session, sent(text), answers={"goal-G4": "=G2"}) == Done(new=3, links=2)


def test_a_very_long_chain_and_too_many_goals(session: Session) -> None:
    many = 5_000
    goals = Sheet(("code", "wording"), tuple((f"G{n}", f"Step {n}") for n in range(1, many + 1)))
    links = Sheet(("lower", "upper"), tuple((f"G{n + 1}", f"G{n}") for n in range(1, many)))
    received = Received(kind=Kind.TABLES, sheets={"goals": goals, "links": links})
    found = understand(session, EVALUATOR, ID, received, way=Way.ADD, answers={})
    assert [one.key for one in found.faults] == ["tree_in.too_many_new"]
    deep = "".join("\t" * depth + f"Step {depth}\n" for depth in range(300))
    assert comes_in(session, sent(deep)) == Done(new=300, links=299)


# --- Beginning ----------------------------------------------------------------------------------------------


def test_every_pattern_begins_an_empty_tree_once(session: Session) -> None:
    first, *others = [one.key for one in patterns(Language.EN)]
    body = pattern_body(first, Language.EN, ID)
    assert exchange.bring_in_body(session, EVALUATOR, ID, body).new == len(body.goals)
    assert exchange.bring_in_body(session, EVALUATOR, ID, body).was_there
    assert {str(link.status) for link in tree_body(session, EVALUATOR).links} == {"untested"}
    for key in others:
        with pytest.raises(Conflict, match=r"tree_start\.not_empty"):
            exchange.bring_in_body(session, EVALUATOR, uuid4(), pattern_body(key, Language.NL, uuid4()))


# --- Out ----------------------------------------------------------------------------------------------------


def test_what_goes_out_is_what_the_reader_may_know(session: Session) -> None:
    end, low = make_goal(session, "Work"), make_goal(session, "Learning")
    make_link(session, low, end)
    make_link(session, end, low, is_feedback=True)
    two = [make_goal(session, "Way one"), make_goal(session, "Way two")]
    under = make_goal(session, "Both ways")
    for way in two:
        make_link(session, way, end)
        make_link(session, under, way)
    make_goal(session, "Rid of it", standing=Standing.HIDDEN)
    apart = exchange.reader_of(EVALUATOR, inside=False)
    assert apart.roles == {Role.STAKEHOLDER}
    assert exchange.reader_of(EVALUATOR, inside=True) is EVALUATOR
    payer = act_of(None, Role.FUNDER, Role.EVALUATOR)
    assert exchange.reader_of(payer, inside=False) is payer
    assert len(exchange.exported(session, EVALUATOR).goals) == 6
    assert len(exchange.exported(session, apart).goals) == 5
    assert [goal.code for goal in exchange.exported(session, apart, low.id).goals] == ["G2"]
    assert len(exchange.exported(session, apart, end.id).links) == 6
    with pytest.raises(NotFound):
        exchange.exported(session, apart, uuid4())


def test_statements_go_out_as_this_reader_may_read_them(session: Session) -> None:
    group = make_group(session, name="Young people")
    said: list[Statement] = []
    for number in range(3):
        said += make_statements(
            session, group, f"I want work {number}.", kind=RespondentKind.PARTICIPANT, audience=Audience.PAYER
        )
    said += make_statements(session, group, "Keep this.", audience=Audience.NOBODY)
    gone = make_statements(session, group, "Taken back.")[0]
    make_goal(session, "Work", statements=[*said, gone])
    make_statements(session, group, "Said of no goal.")
    gone.withdrawn_at, gone.text = EVALUATOR.at, ""
    session.flush()
    body = tree_body(session, EVALUATOR)
    whole, shown = exchange.statement_rows(session, EVALUATOR, body)
    assert len(whole.rows) == len(shown) == 4
    assert all(row[1] == "G1" for row in whole.rows)
    assert "Taken back." not in str(whole)
    payer, seen = exchange.statement_rows(session, act_of(None, Role.FUNDER), body)
    assert seen == ()
    assert payer.rows == (("", "G1", f"S{group.code}", "", "3"),)
    party, _ = exchange.statement_rows(session, exchange.reader_of(EVALUATOR, inside=False), body)
    assert "Keep this." not in str(party)
    assert len(party.rows) == 3


# --- Bad files ----------------------------------------------------------------------------------------------


def book(fill: Callable[[Workbook], None]) -> bytes:
    written = io.BytesIO()
    with Workbook(written) as made:
        fill(made)
    return written.getvalue()


def changed(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with another part."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return written.getvalue()


PLAIN = book(lambda made: made.add_worksheet("goals").write_row(0, 0, ["code", "wording"]) and None)
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def lying(cells: bytes) -> bytes:
    return changed(
        PLAIN,
        SHEET,
        HEAD + b'<dimension ref="A1:XFD1048576"/><sheetData>' + cells + b"</sheetData></worksheet>",
    )


@pytest.mark.parametrize(
    ("content", "name", "key"),
    [
        (b"PK\x03\x04 nothing", "a.xlsx", "document.unreadable"),
        (changed(PLAIN, "other", b""), "a.xlsx", ""),
        (
            book(lambda made: made.add_worksheet("goals").write_formula(0, 0, "=1+1") and None),
            "a.xlsx",
            "tree_file.formula",
        ),
        (lying(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "a.xlsx", "tree_file.too_long"),
        (lying(b"<row r='1'><c s='0' r='XFD1'><v>1</v></c></row>"), "a.xlsx", "tree_file.too_wide"),
        (lying(b"<row/>" * 60_001), "a.xlsx", "tree_file.too_long"),
        (lying(b"<row"), "a.xlsx", "tree_file.no_workbook"),
        (changed(PLAIN, SHEET, HEAD.decode().encode("utf-16")), "a.xlsx", "tree_file.no_workbook"),
        (changed(PLAIN, "xl/sharedStrings.xml", b"x" * 40_000_000), "a.xlsx", "document.unpacks_too_big"),
        (PLAIN + b" " * (11 * 2**20), "a.xlsx", "file.too_large"),
        (b"\xd0\xcf\x11\xe0old", "a.xls", "tree_file.old_workbook"),
        (b"%PDF-1.7", "a.pdf", "tree_file.is_pdf"),
        (b"", "a.txt", "file.empty"),
        (b"a\x00b", "a.txt", "file.nul"),
        (b"\xff\xfe\x00\x00a", "a.txt", "file.encoding_unknown"),
        (b'code;wording\nG1;"never closed', "a.csv", "table.quote_unclosed"),
        (b"only one column\nx", "a.csv", "table.delimiter_unknown"),
    ],
)
def test_a_bad_file_gets_a_sentence(content: bytes, name: str, key: str) -> None:
    if not key:
        assert read_workbook(content) == {"goals": Sheet(("code", "wording"), ())}
        return
    with pytest.raises(DomainError) as caught:
        receive([(content, name)])
    assert caught.value.key == key


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a.txt", "x")
    with pytest.raises(DomainError, match=r"tree_file\.no_workbook"):
        receive([(written.getvalue(), "a.xlsx")])


def test_cells_of_a_workbook_become_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(made: Workbook) -> None:
        page = made.add_worksheet("Goals")
        page.write_row(0, 0, ["code", "wording", "importance", "confirmed", "is_primary", "by_when"])
        page.write_string(1, 0, "G1")
        page.write_number(1, 1, 2026)
        page.write_number(1, 2, 4.5)
        page.write_boolean(1, 3, True)  # noqa: FBT003 - as XlsxWriter has it
        page.write_datetime(1, 5, datetime(2027, 6, 30), made.add_format({"num_format": "d-m-yyyy h:mm"}))  # noqa: DTZ001 - a day
        page.write_boolean(1, 4, False)  # noqa: FBT003 - as XlsxWriter has it
        made.add_worksheet("about").write_string(0, 0, "=1")
        made.add_worksheet("links")

    read = read_workbook(book(fill))
    assert read["goals"].rows == (("G1", "2026", "4.5", "yes", "no", "2027-06-30"),)
    assert read["links"] == Sheet((), ())
    monkeypatch.setattr(workbooks, "MOST_IN_CELL", 3)
    with pytest.raises(DomainError, match=r"tree_file\.cell_too_long"):
        read_workbook(book(fill))


def test_days_before_spreadsheets_know_them_stay_text() -> None:
    row = ["G1", str(UUID(int=1)), "1", "Work", "", "", "stated", *[""] * 5, "1850-01-01", *[""] * 3, "0"]
    sheet = Sheet(tuple(SECTIONS["goals"].FIELDS), (tuple(row),))
    assert read_workbook(workbook({"goals": sheet}, []))["goals"].rows[0][11 + 1] == "1850-01-01"


def test_several_files_are_tables_of_other_kinds() -> None:
    goals, links = b"code,wording\nG1,Work\n", b"lower,upper\nG1,G2\n"
    with pytest.raises(DomainError, match=r"tree_file\.several"):
        receive([(goals, "a.csv"), (b"Work", "a.txt")])
    with pytest.raises(DomainError, match=r"tree_file\.twice"):
        receive([(goals, "a.csv"), (goals, "b.csv")])
    with pytest.raises(DomainError, match=r"tree_file\.too_many"):
        receive([(goals, "a.csv")] * (tree_limits.MOST_FILES + 1))
    both = receive([(goals, "a.csv"), (links, "b.csv")])
    assert set(both.sheets) == {"goals", "links"}
    book = workbook({"goals": Sheet(("code", "wording"), (("G1", "Work"), ("G2", "Rest")))}, [])
    assert receive([(book, "a.xlsx")]).lines == {"goals": range(2, 4)}
    strange = receive([(b"a,b\n1,2\n3\n", "x.csv")])
    assert strange.lines == {"goals": [2, 3]}


def test_how_a_text_file_is_read_is_told(session: Session) -> None:
    read = receive([("Jongeren krijgen één diploma".encode("cp1252"), "a.txt")])
    assert read.notes == ("file.read_as_cp1252",)
    assert read.text == "Jongeren krijgen één diploma"
    assert pasted(' {"format": 1}').kind is Kind.JSON
    found = understand(session, EVALUATOR, ID, pasted('{"format": 1}'), way=Way.ADD, answers={})
    assert [one.key for one in found.faults] == ["tree_in.other_format"]
    mixed = understand(session, EVALUATOR, ID, pasted("a\n\tb\n        c"), way=Way.ADD, answers={})
    assert [(one.line, one.key) for one in mixed.faults] == [(3, "outline.indent_mixed")]


def test_faults_of_tables_name_the_line_of_the_file(session: Session) -> None:
    content = b'code,wording,level\nG1,Work,impact\n\nG1,"Two\nlines",x\nG1,Other,\n'
    received = receive([(content, "goals.csv")])
    found = understand(session, EVALUATOR, ID, received, way=Way.ADD, answers={})
    assert [(one.section, one.line, one.name, one.key) for one in found.faults] == [
        ("goals", 4, "wording", "tree_field.one_line"),
        ("goals", 4, "level", "tree_field.not_a_choice"),
    ]
    twice = receive([(b"code,wording\nG1,Work\nG1,Other\n", "goals.csv")])
    (fault,) = understand(session, EVALUATOR, ID, twice, way=Way.ADD, answers={}).faults
    assert (fault.line, fault.params["first"]) == (3, 2)
