"""Goals in and out by way of the pages: what is pasted stays, and nothing comes in unseen."""

import io
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.goals import EVALUATOR, make_goal, make_statements
from tests.factories.interviews import make_group
from tests.statements import counting
from tests.web.reader import Reader
from toc.domain.goals import Level, Standing
from toc.domain.goals.body import to_json
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services.goals.bodies import tree_body


class Place:
    """A programme with an evaluator who is signed in."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader
        self.tree = f"/p/{programme.id}/tree"
        self.into = f"{self.tree}/import"
        self.sign_in(Role.EVALUATOR)

    def sign_in(self, *roles: Role, language: str = "en") -> None:
        with self.database.writing(self.programme.id) as session:
            self.reader.use(language).sign_in(make_member(session, self.programme, *roles))

    def goals(self) -> list[str]:
        with self.database.read_session(self.programme.id) as session:
            return [goal.wording for goal in tree_body(session, EVALUATOR).goals]

    def add(self, wording: str, **more: Any) -> None:  # noqa: ANN401 - as the factory
        with self.database.writing(self.programme.id) as session:
            make_goal(session, wording, **more)

    def look(self, status: int = 200, **fields: Any) -> Any:  # noqa: ANN401 - a page
        return self.reader.post(self.into, fields, status)

    def save(self, page: Any, status: int = 302, **fields: str) -> Any:  # noqa: ANN401 - pages
        hidden = page.form(f"{self.into}/save")
        values = {**hidden, **fields}
        return self.reader.post(f"{self.into}/save", values, status)


@pytest.fixture
def place(database: Database, programme: Programme, reader: Reader) -> Place:
    return Place(database, programme, reader)


OUTLINE = "[impact] Work for all\n\tThey keep a job\n\t\tThey learn\n"


@pytest.mark.parametrize(("language", "verb"), [("en", "Bring it in"), ("nl", "Inlezen")])
def test_a_pasted_outline_is_looked_at_and_brought_in(place: Place, language: str, verb: str) -> None:
    place.sign_in(Role.EVALUATOR, language=language)
    page = place.look(text=OUTLINE)
    assert verb in page.text
    assert "They keep a job" in page.text
    assert place.goals() == []
    place.save(page)
    assert place.goals() == ["Work for all", "They keep a job", "They learn"]
    place.save(page)
    assert len(place.goals()) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n\tb\n        c", "Tabs and spaces are mixed"),
        ("[strange] Work", "is no level"),
        ("a\n\tb\n\t\t= G1", "There is no goal"),
        ("   ", "Choose a file"),
        ('{"format": "x"}', "no goal tree of this program"),
        ("{not json", "no JSON that can be read"),
        ("x" * 301, "longer than 300"),
        ("bad \u202e turning", "cannot be read"),
    ],
)
def test_a_bad_text_gets_a_sentence_and_stays(place: Place, text: str, said: str) -> None:
    page = place.look(400, text=text)
    assert said in page.text
    assert page.form(place.into)["text"].strip() == text.strip()
    assert place.goals() == []


def test_a_bad_file_gets_a_sentence(place: Place) -> None:
    def sent(content: bytes, name: str) -> Any:  # noqa: ANN401 - a page
        return place.look(400, file=(io.BytesIO(content), name))

    assert "old kind of workbook" in sent(b"\xd0\xcf\x11\xe0", "a.xls").text
    assert "PDF" in sent(b"%PDF-1", "a.pdf").text
    page = sent(b"code,wording,level\nG1,Work,wrong\nG1,Other,\n", "goals.csv")
    assert "Goals, line 2" in page.text
    both = place.look(400, text="Work", file=(io.BytesIO(b"Work"), "a.txt"))
    assert "not both" in both.text
    mended = sent(b"a\n\tb\n        c", "outline.txt")
    assert "        c" in mended.form(place.into)["text"]


def test_questions_are_asked_and_the_answers_count(place: Place) -> None:
    place.add("Work for all", level=Level.IMPACT)
    page = place.look(text=OUTLINE)
    assert "is there already. Is it the same goal?" in page.text
    assert "Bring it in" not in page.text
    assert "nobody can guess" in place.save(page, 400).text
    (question,) = [one for one in page.find("select") if one.attrs["name"].startswith("goal-")]
    answer: dict[str, Any] = {question.attrs["name"]: "G1"}
    again = place.save(page, 200, again="1", **answer)
    assert "Bring it in" in again.text
    place.save(again, **answer)
    assert place.goals() == ["Work for all", "They keep a job", "They learn"]


def test_changes_are_shown_and_only_made_when_one_says_so(place: Place) -> None:
    place.add("Work for all", level=Level.IMPACT)
    page = place.look(text="[outcome] G1 Paid work for all\n\tThey learn\n")
    assert "it stays as it is" in page.text
    shown = place.save(page, 200, again="1", way="change")
    assert "Paid work for all" in shown.text
    cells = [[cell.to_text().strip() for cell in row.query("th, td")] for row in shown.find("tbody tr")]
    assert [cell[1:] for cell in cells if "G1" in cell[0]] == [
        ["Wording", "Work for all", "Paid work for all"],
        ["Level", "societal impact", "outcome"],
    ]
    assert "Say why" in place.save(shown, 400, way="change", reason=" ").text
    place.save(shown, way="change")
    assert place.goals() == ["Paid work for all", "They learn"]


def test_a_tree_that_changed_meanwhile_is_looked_at_again(place: Place) -> None:
    page = place.look(text="They learn")
    place.add("Another goal")
    place.add("They LEARN")
    assert "nobody can guess" in place.save(page, 400).text
    second = place.look(text="They earn")
    answer = place.save(second, 409, seen="somethingelse")
    assert "changed meanwhile" in answer.text
    place.save(answer)
    assert "They earn" in place.goals()


def test_what_comes_back_changed_or_from_somebody_else_is_refused(place: Place) -> None:
    page = place.look(text="They learn")
    assert "has got lost" in place.save(page, 400, carried="x").text
    assert "What would change" in place.save(page, 400, id="").text
    place.sign_in(Role.EVALUATOR)
    assert "has got lost" in place.save(page, 400).text


def test_another_programmes_tree_gets_new_ids(place: Place, database: Database) -> None:
    with database.writing(place.programme.id) as session:
        group = make_group(session, name="Young people")
        make_goal(session, "Work for all", holders=[group])
        text = to_json(tree_body(session, EVALUATOR)).replace("Work for all", "Learn for all")
    foreign = text.replace(text.split('"id":"')[1][:36], str(uuid4()))
    place.save(place.look(file=(io.BytesIO(foreign.encode()), "tree.json")))
    assert place.goals() == ["Work for all", "Learn for all"]


def test_a_workbook_goes_round(place: Place, database: Database) -> None:
    with database.writing(place.programme.id) as session:
        group = make_group(session, name="=cmd()")
        said = make_statements(session, group, "We want work.")
        make_goal(session, "=HYPERLINK(1)", holders=[group], statements=said)
        make_goal(session, "Rid of it", standing=Standing.HIDDEN)
    content = place.reader.client.get(f"{place.tree}/export/tree.xlsx?inside=1").data
    page = place.look(file=(io.BytesIO(content), "tree.xlsx"))
    assert "would change nothing" in page.text
    assert "statements in this file stay out" in page.text
    csv = place.reader.client.get(f"{place.tree}/export/goals.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in csv
    assert "Rid of it" not in csv
    statements = place.reader.client.get(f"{place.tree}/export/statements.csv").data.decode("utf-8-sig")
    assert "We want work." in statements


def test_the_page_of_files_leads_to_each_of_them(place: Place) -> None:
    place.add("Work for all")
    page = place.reader.get(f"{place.tree}/export")
    assert {"tree.pdf", "tree.png", "tree.svg", "tree.xlsx", "goals.csv"} <= {
        one.attrs["value"] for one in page.find("button[name=file]")
    }
    answer = place.reader.client.get(f"{place.tree}/export?file=tree.txt&inside=1&lens=status&root=")
    assert answer.status_code == 302
    assert answer.location.endswith("/export/tree.txt?lens=status&inside=1")
    assert "Export and import" in place.reader.get(place.tree).text
    place.sign_in(Role.FUNDER)
    assert not place.reader.get(f"{place.tree}/export").find("#inside")
    assert place.reader.client.get(f"{place.tree}/export/tree.md").data == b"- [outcome] G1 Work for all\n"


def test_files_cost_as_many_statements_for_many_goals_as_for_few(place: Place) -> None:
    def cost(name: str) -> int:
        with counting(place.database.engine) as statements:
            assert place.reader.client.get(f"{place.tree}/export/{name}?inside=1").status_code == 200
        return len(statements)

    place.add("Work for all")
    cost("tree.svg")
    few = [cost(name) for name in ("tree.svg", "tree.xlsx", "tree.json")]
    for number in range(5):
        place.add(f"Goal {number}")
    assert [cost(name) for name in ("tree.svg", "tree.xlsx", "tree.json")] == few


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_tree_begins_with_a_pattern_once(place: Place, language: str) -> None:
    place.sign_in(Role.EVALUATOR, language=language)
    assert f"{place.tree}/start" in place.reader.get(place.tree).body
    assert "debt_help" in place.reader.get(f"{place.tree}/start").body
    page = place.reader.get(f"{place.tree}/start/debt_help")
    (row,) = page.find("input[name=id]")
    place.reader.post(f"{place.tree}/start/debt_help", {"id": row.attrs["value"]}, 302)
    many = len(place.goals())
    assert many > 5
    place.reader.post(f"{place.tree}/start/debt_help", {"id": row.attrs["value"]}, 302)
    place.reader.post(f"{place.tree}/start/youth", {"id": str(uuid4())}, 409)
    assert len(place.goals()) == many
    place.reader.get(f"{place.tree}/start/debt_help")
    place.reader.get(f"{place.tree}/start/nothing", 404)
