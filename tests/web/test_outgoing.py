"""The page of exports: what each reader may take along, in their language, and nothing else."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from tests.factories import make_member
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.participants import make_event, make_instrument, make_participant
from tests.web.reader import Page, Reader
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.people import User
from toc.models.programmes import Programme

SPRING = date(2025, 4, 1)
NUMBERS = {"table": "measurements", "indicator_id": "", "since": "", "until": "", "kind": "csv"}
PEOPLE = {"people": "observations", "people_since": "", "people_until": "", "people_kind": "csv"}


@pytest.fixture
def people(database: Database, programme: Programme) -> dict[Role, User]:
    """One of each role in a programme that counted three diplomas, and of whom one participant has one."""
    with database.writing(programme.id) as session:
        measure(session, make_indicator(session, definition=make_count()), SPRING, 3, note="=two classes")
        make_event(session, make_participant(session, "P0001"), SPRING)
        make_instrument(session, "ZRM", "2013")
        return {role: make_member(session, programme, role, name=f"The {role.value}") for role in Role}


def path(programme: Programme, what: str = "") -> str:
    return f"/p/{programme.id}/results/export{what}"


def download(reader: Reader, address: str, values: dict[str, str]) -> TestResponse:
    answer = reader.client.get(address, query_string=values)
    assert answer.status_code == 200, answer.text[:2000]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return answer


def table(answer: TestResponse, delimiter: str) -> list[dict[str, str]]:
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def workbook(answer: TestResponse) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data))


@pytest.mark.parametrize(
    ("language", "title", "participants"),
    [("nl", "Opslaan als bestand", "Deelnemers"), ("en", "Export", "Participants")],
)
def test_the_page_offers_what_a_reader_may_have(
    reader: Reader,
    programme: Programme,
    people: dict[Role, User],
    language: str,
    title: str,
    participants: str,
) -> None:
    page = reader.use(language).sign_in(people[Role.WORKER]).get(path(programme))
    assert title in page.text
    assert f">{participants}</h2>" in page.body
    assert "KoboToolbox" in page.text
    (current,) = page.find(".site-nav__link[aria-current], .menu__link[aria-current]")
    assert current.to_text() == {"nl": "Metingen", "en": "Measurements"}[language]
    page = reader.sign_in(people[Role.FUNDER]).get(path(programme))
    assert f">{participants}</h2>" not in page.body
    assert "KoboToolbox" not in page.text


def test_results_and_indicators_link_to_it(
    reader: Reader, programme: Programme, people: dict[Role, User]
) -> None:
    reader.use("en").sign_in(people[Role.VIEWER])
    for where in ("results", "measurements"):
        assert path(programme) in reader.get(f"/p/{programme.id}/{where}").body


def test_a_file_is_in_the_language_of_the_reader(
    reader: Reader, programme: Programme, people: dict[Role, User]
) -> None:
    reader.sign_in(people[Role.WORKER])
    (row,) = table(download(reader.use("nl"), path(programme, "/file"), NUMBERS), ";")
    assert (row["datum"], row["waarde"], row["toelichting"]) == ("2025-04-01", "3", "'=two classes")
    answer = download(reader.use("en"), path(programme, "/file"), NUMBERS)
    (row,) = table(answer, ",")
    assert (row["date"], row["value"], row["review"]) == ("2025-04-01", "3", "waits for review")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_pays_sees_no_small_number_in_a_file(
    reader: Reader, programme: Programme, people: dict[Role, User]
) -> None:
    reader.use("en").sign_in(people[Role.FUNDER])
    (row,) = table(download(reader, path(programme, "/file"), NUMBERS), ",")
    assert row["value"] == "not shown"
    assert "note" not in row
    book = workbook(download(reader, path(programme, "/file"), {**NUMBERS, "kind": "xlsx"}))
    said = " ".join(str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    assert "fewer than 10 people are not shown" in said
    assert "The funder" in said


@pytest.mark.parametrize("kind", ["results", "groups", "measurements"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_workbook_explains_itself(
    reader: Reader, programme: Programme, people: dict[Role, User], kind: str, language: str
) -> None:
    reader.use(language).sign_in(people[Role.WORKER])
    days = {"since": "2025-01-01", "until": "2025-12-31"}
    book = workbook(
        download(reader, path(programme, "/file"), {**NUMBERS, "table": kind, "kind": "xlsx", **days})
    )
    about, data = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    explained = {str(row[0]): str(row[1]) for row in about}
    assert set(map(str, data[0])) <= explained.keys()
    assert all(explained[str(header)] for header in data[0])
    assert programme.name in explained.values()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({}, "everything"),
        ({"people_since": "2025-01-01"}, "from 1\u00a0January\u00a02025"),
        ({"people_until": "2025-12-31"}, "until 31\u00a0December\u00a02025"),
    ],
)
def test_a_file_of_participants_says_what_it_is(
    reader: Reader, programme: Programme, people: dict[Role, User], days: dict[str, str], said: str
) -> None:
    reader.use("en").sign_in(people[Role.WORKER])
    asked = {**PEOPLE, "people_kind": "xlsx", **days}
    book = workbook(download(reader, path(programme, "/participants"), asked))
    explained = {str(row[0]): str(row[1]) for row in book.get_sheet_by_index(0).to_python()}
    assert explained["Period"] == said
    assert "by a random code" in explained["Persons"]
    assert "event__…" in explained
    (row,) = table(download(reader, path(programme, "/participants"), PEOPLE), ",")
    assert (row["participant"], row["event__job_started"]) == ("P0001", "2025-04-01")
    (row,) = table(
        download(reader, path(programme, "/participants"), {**PEOPLE, "people": "participants"}), ","
    )
    assert (row["participant"], row["arm"]) == ("P0001", "intervention")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.WORKER, Role.EVALUATOR}))
def test_others_get_no_participants_and_no_form(
    reader: Reader, programme: Programme, people: dict[Role, User], role: Role
) -> None:
    reader.sign_in(people[role])
    assert reader.client.get(path(programme, "/participants"), query_string=PEOPLE).status_code == 403
    assert reader.client.get(path(programme, "/form"), query_string={"way": "whole"}).status_code == 403


def test_what_is_not_right_is_said_at_its_field(
    reader: Reader, programme: Programme, people: dict[Role, User]
) -> None:
    reader.use("en").sign_in(people[Role.WORKER])

    def refused(what: str, values: dict[str, str]) -> Page:
        page = Page(reader.client.get(path(programme, what), query_string=values))
        assert page.status == 400
        page.check()
        return page

    backwards = {"since": "2025-02-01", "until": "2025-01-01"}
    assert "The last day is before the first." in refused("/file", {**NUMBERS, **backwards}).text
    assert "is not a day" in refused("/file", {**NUMBERS, "since": "soon"}).text
    assert refused("/file", {**NUMBERS, "table": "participants"}).text.count("Choose") > 0
    backwards = {f"people_{name}": day for name, day in backwards.items()}
    assert "The last day is before the first." in refused("/participants", {**PEOPLE, **backwards}).text
    refused("/participants", {**PEOPLE, "people": "results"})
    assert "There is no such form." in refused("/form", {"way": "age"}).text
    asked = {**NUMBERS, "indicator_id": "00000000-0000-7000-8000-000000000000"}
    assert reader.client.get(path(programme, "/file"), query_string=asked).status_code == 404


@pytest.mark.parametrize(("way", "name"), [("whole", "I1"), ("persons", "score__zrm_2013__i1")])
def test_a_form_asks_in_both_languages(
    reader: Reader, programme: Programme, people: dict[Role, User], way: str, name: str
) -> None:
    reader.sign_in(people[Role.EVALUATOR])
    answer = download(reader, path(programme, "/form"), {"way": way})
    survey = workbook(answer).get_sheet_by_name("survey").to_python()
    questions = {row[1]: row for row in survey}
    assert name in questions
    assert questions["day"][2:4] == ["Over welke dag gaat het?", "Which day is it about?"]
