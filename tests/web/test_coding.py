"""Coding in the browser, as somebody without JavaScript does it."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.coding import code, make_coder, make_entry
from tests.factories.goals import make_goal
from tests.factories.interviews import answer_id, make_interview, make_respondent
from tests.web.reader import Reader
from toc.domain.people import Role
from toc.models.coding import CodebookEntry, Coding
from toc.models.database import Database
from toc.models.documents import Document
from toc.models.goals import Goal
from toc.models.interviews import Interview, Statement
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import coding as service
from toc.services import interviews

TEXT = "Ik wil werk. En rust in huis.\nEn geld."
Writing = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def writing(database: Database, programme: Programme) -> Writing:
    return lambda: database.writing(programme.id)


@pytest.fixture
def ada(writing: Writing, programme: Programme) -> User:
    with writing() as session:
        return make_member(session, programme, Role.EVALUATOR, name="Ada")


@pytest.fixture
def interview(writing: Writing) -> Interview:
    with writing() as session:
        return make_interview(session, text=TEXT)


@pytest.fixture
def goal(writing: Writing) -> Goal:
    with writing() as session:
        return make_goal(session, "Rust")


@pytest.fixture
def entry(writing: Writing) -> CodebookEntry:
    with writing() as session:
        return make_entry(session, "Stress", definition="Als het te veel is.")


@pytest.fixture
def evaluator(reader: Reader, ada: User) -> Reader:
    return reader.sign_in(ada).use("en")


def at(programme: Programme, rest: str) -> str:
    return f"/p/{programme.id}/{rest}"


def coded(database: Database, programme: Programme) -> list[tuple[str, str]]:
    with database.read_session(programme.id) as session:
        rows = session.execute(
            select(Statement.text, Coding.memo).join(Coding, Coding.statement_id == Statement.id)
        )
        return sorted((text, memo) for text, memo in rows)


def test_sentences_are_ticked_coded_changed_and_removed(
    evaluator: Reader, programme: Programme, database: Database, interview: Interview, goal: Goal,
    entry: CodebookEntry,
) -> None:  # fmt: skip
    where = at(programme, f"interviews/{interview.id}/coding")
    page = evaluator.get(where)
    assert "No passage is coded yet." in page.text
    boxes = page.find("input[name=sentence]")
    assert len(boxes) == 3
    form = page.form(where)
    form |= {"sentence": boxes[1].attrs["value"], "codes": f"goal:{goal.id}", "memo": "Twee keer"}
    page = evaluator.submit(where, form)
    assert "One passage is coded." in page.body
    assert coded(database, programme) == [("En rust in huis.", "Twee keer")]
    (mark,) = page.find(".passage__code")
    page = evaluator.get(mark.attrs["href"])
    assert "Rust" in page.text
    change = next(one.attrs["action"] for one in page.find("form#edit-form"))
    form = page.form(change)
    assert (form["codes"], form["memo"]) == (f"goal:{goal.id}", "Twee keer")
    form |= {"codes": f"entry:{entry.id}", "memo": ""}
    assert "The codes of this passage are saved." in evaluator.submit(change, form).body
    assert coded(database, programme) == [("En rust in huis.", "")]
    assert "stands for" not in evaluator.get(mark.attrs["href"]).text
    page = evaluator.submit(f"{where}/undo")
    assert "Undone: changing the codes of a passage." in page.body
    assert coded(database, programme) == [("En rust in huis.", "Twee keer")]
    assert "Done again: changing the codes of a passage." in evaluator.submit(f"{where}/redo").body
    evaluator.submit(change.replace("/coding", "/coding/remove"))
    assert coded(database, programme) == []
    assert "There is nothing left" in evaluator.submit(f"{where}/redo").body


def test_a_part_that_was_selected_is_coded_as_a_browser_counts(
    evaluator: Reader, programme: Programme, database: Database, writing: Writing, goal: Goal
) -> None:
    with writing() as session:
        interview = make_interview(session, text="😀 Ik wil werk. En rust.")
    where = at(programme, f"interviews/{interview.id}/coding")
    sent = {"id": str(uuid4()), "selection": f"{answer_id(interview)}:10:14", "codes": f"goal:{goal.id}"}
    evaluator.submit(where, sent)
    assert coded(database, programme) == [("werk", "")]
    starts = {one.attrs["data-start"] for one in evaluator.get(where).find("[data-start]")}
    assert starts == {"0", "10", "14", "16"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose at least one sentence."),
        ({"sentence": "x:0:4"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0"}, "does not lie in the answer"),
        ({"sentence": "{other}:0:4"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0:99999999999999"}, "does not lie in the answer"),
        ({"selection": "{answer}:0:999"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0:4", "codes": "goal:x"}, "Choose"),
        ({"sentence": "{answer}:0:4", "codes": "other:x"}, "Choose"),
        ({"sentence": "{answer}:0:4", "memo": "Bel 06 12345678"}, "personal detail"),
    ],
)
def test_what_cannot_be_coded_is_refused_in_words(
    evaluator: Reader, programme: Programme, interview: Interview, typed: dict[str, str], said: str
) -> None:
    where = at(programme, f"interviews/{interview.id}/coding")
    values = {
        name: value.replace("{answer}", str(answer_id(interview))).replace("{other}", str(uuid4()))
        for name, value in typed.items()
    }
    page = evaluator.post(where, {"id": str(uuid4()), **values}, 400)
    assert said in page.text
    evaluator.post(where, {"sentence": "x"}, 400)


def test_a_code_that_is_not_here_is_no_page(
    evaluator: Reader, programme: Programme, interview: Interview
) -> None:
    where = at(programme, f"interviews/{interview.id}/coding")
    sent = {"id": str(uuid4()), "sentence": f"{answer_id(interview)}:0:4", "codes": f"goal:{uuid4()}"}
    evaluator.post(where, sent, 404)


def test_a_note_with_a_number_of_a_person_is_refused_where_it_is_changed(
    evaluator: Reader, programme: Programme, writing: Writing, interview: Interview, ada: User
) -> None:
    with writing() as session:
        statement = code(session, act_of(ada, Role.EVALUATOR), interview, (0, 12))
    where = at(programme, f"statements/{statement.id}/coding")
    assert "personal detail" in evaluator.post(where, {"memo": "Bel 06 12345678"}, 400).text
    evaluator.post(where, {"memo": "Bel 06 12345678", "kept": "1"})
    assert "too long" in evaluator.post(where, {"memo": "x" * 20_001}, 400).text.lower()
    evaluator.post(at(programme, f"statements/{uuid4()}/coding"), {}, 404)


def test_each_coder_works_alone_until_they_are_done(
    evaluator: Reader, programme: Programme, writing: Writing, interview: Interview, goal: Goal
) -> None:
    with writing() as session:
        bo = make_coder(session, programme, name="Bo")
        statement = code(session, bo, interview, (13, 29), [goal], memo="Van Bo")
        service.end_coding(session, bo, interview.id, ended=True)
    where = at(programme, f"interviews/{interview.id}/coding")
    page = evaluator.get(where)
    assert "Show what others coded" in page.text
    assert "1 other coder is done" in page.text
    assert "Van Bo" not in page.body
    assert not page.find(".passage")
    page = evaluator.get(f"{where}?others=1&passage={statement.id}")
    assert len(page.find(".passage")) == 1
    assert "Van Bo" in page.body
    assert "Hide what others coded" in evaluator.submit(f"{where}/end", {"ended": "1"}).text
    assert len(evaluator.get(f"{where}?code={uuid4()}").find(".passage")) == 0
    assert "1 passage is left out" in evaluator.get(f"{where}?coder={uuid4()}").text
    assert len(evaluator.get(f"{where}?coder={bo.user}&code={goal.id}").find(".passage")) == 1
    assert len(evaluator.get(f"{where}?q=RUST").find(".hit")) == 1
    evaluator.get(f"{where}?code=nonsense")
    assert "Show what others coded" in evaluator.submit(f"{where}/end").text


def test_a_step_that_can_no_longer_be_undone_is_left_out(
    evaluator: Reader, programme: Programme, writing: Writing, interview: Interview, goal: Goal
) -> None:
    where = at(programme, f"interviews/{interview.id}/coding")
    page = evaluator.get(where)
    box = page.find("input[name=sentence]")[0].attrs["value"]
    evaluator.submit(where, page.form(where) | {"sentence": box})
    with writing() as session:
        code(session, make_coder(session, programme), interview, (0, 12), [goal])
    assert "cannot be undone any more" in evaluator.submit(f"{where}/undo").body
    assert "There is nothing left" in evaluator.submit(f"{where}/undo").body


def test_a_goal_made_from_a_passage_codes_it(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
    interview: Interview,
    ada: User,
) -> None:
    with writing() as session:
        statement = code(session, act_of(ada, Role.EVALUATOR), interview, (0, 12))
    where = at(programme, f"interviews/{interview.id}/coding")
    page = evaluator.get(f"{where}?passage={statement.id}")
    (link,) = [one.attrs["href"] for one in page.find("a") if one.to_text() == "New goal from this passage"]
    new = at(programme, "goals/new")
    sent = {**evaluator.get(link).form(new), "wording": "Betaald werk", "differs": "1"}
    assert (sent["passage"], sent["statement_ids"]) == (str(statement.id), str(statement.id))
    evaluator.post(new, {**sent, "id": str(uuid4()), "passage": str(uuid4())})
    assert coded(database, programme) == [], "the passage was not chosen"
    for _ in range(2):
        evaluator.post(new, sent)
        assert coded(database, programme) == [("Ik wil werk.", "")]


def test_the_name_of_who_speaks_is_read_once(
    evaluator: Reader, programme: Programme, writing: Writing, ada: User
) -> None:
    with writing() as session:
        interview = make_interview(session, text="Sanne: Ik wil werk.\nEn rust.")
        session.add(
            Document(
                id=uuid4(), code=1, interview=interview, title="Gesprek", media_type="text/plain",
                size=1, digest="0" * 64, pages=[], created_at=act_of(ada).at,
                turns=[
                    {"start": 7, "end": 19, "speaker": "Sanne"}, {"start": 20, "end": 28, "speaker": "Tolk"}
                ],
            )
        )  # fmt: skip
    page = evaluator.get(at(programme, f"interviews/{interview.id}/coding"))
    first, second = (one.to_text().strip() for one in page.find(".heard__words"))
    assert first.count("Sanne:") == 1
    assert second.startswith("Tolk:")


def test_passages_that_overlap_are_told_apart_and_what_was_taken_back_is_nowhere(
    evaluator: Reader, programme: Programme, writing: Writing, ada: User
) -> None:
    with writing() as session:
        act = act_of(ada, Role.EVALUATOR)
        interview = make_interview(session, make_respondent(session), text=TEXT)
        session.add(
            Document(
                id=uuid4(), code=1, interview=interview, title="Gesprek aan tafel", media_type="text/plain",
                size=1, digest="0" * 64, pages=[],
                turns=[{"start": 30, "end": 39, "speaker": "Vraagsteller"}], created_at=act.at,
            )
        )  # fmt: skip
        outer = code(session, act, interview, (0, 29))
        code(session, act, interview, (7, 20))
        gone = code(session, act, interview, (21, 29))
    where = at(programme, f"interviews/{interview.id}/coding")
    page = evaluator.get(where)
    assert [one.to_text() for one in page.find(".coded--2")] == ["werk.", "En rust", "in huis."]
    assert "Gesprek aan tafel" in page.text
    assert "Vraagsteller" in page.body
    with writing() as session:
        interviews.withdraw_statement(session, act, uuid4(), gone.id, text="?")
    for address in (where, at(programme, "codebook"), at(programme, f"statements/{outer.id}")):
        assert "in huis" not in evaluator.get(address).body
    assert "[…]" in evaluator.get(where).text


def test_an_interview_that_is_not_complete_is_a_conflict(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        early = make_interview(session, completed=False)
    evaluator.get(at(programme, f"interviews/{early.id}/coding"), 409)
    evaluator.get(at(programme, f"interviews/{uuid4()}/coding"), 404)


def test_an_entry_is_added_changed_and_retired(evaluator: Reader, programme: Programme) -> None:
    new = at(programme, "codebook/new")
    assert "no entries yet" in evaluator.get(at(programme, "codebook")).text
    form = evaluator.get(new).form(new)
    assert "Fill" in evaluator.post(new, form | {"name": ""}, 400).text
    form |= {"name": "Angst", "use": "condition"}
    page = evaluator.submit(new, form)
    assert "condition" in page.text
    edit = next(one for one in page.links() if one.endswith("/edit"))
    assert "already" in evaluator.post(new, form | {"id": str(uuid4())}, 400).text
    saved = evaluator.get(edit).form(edit) | {"definition": "Bij elke brief."}
    page = evaluator.submit(edit, saved)
    assert "Bij elke brief." in page.text
    page = evaluator.post(edit, saved | {"definition": "Anders"}, 409)
    assert "Somebody else changed this" in page.text
    other = evaluator.get(new).form(new) | {"name": "Rust", "use": "other"}
    evaluator.submit(new, other)
    taken = evaluator.get(edit).form(edit) | {"name": "rust"}
    assert "already" in evaluator.post(edit, taken, 400).text
    retire = edit.replace("/edit", "/retire")
    page = evaluator.submit(retire, evaluator.get(edit).form(retire))
    assert "no longer to be chosen" in page.text
    assert "can be chosen again" in evaluator.submit(retire, evaluator.get(edit).form(retire)).body


def test_the_passages_under_a_code_are_listed_by_who_and_by_party_in_pages(
    evaluator: Reader, programme: Programme, writing: Writing, interview: Interview, goal: Goal,
    entry: CodebookEntry, ada: User,
) -> None:  # fmt: skip
    with writing() as session:
        act = act_of(ada, Role.EVALUATOR)
        long = make_interview(session, text="Zo is het. " * 60)
        for number in range(55):
            code(session, act, long, (number * 11, number * 11 + 10), [goal])
        code(session, act, interview, (0, 12), [entry], memo="Omdat")
        group = interview.respondent.group
    page = evaluator.get(at(programme, f"codebook/goals/{goal.id}"))
    assert "1 to 50 of 55" in page.text
    page = evaluator.get(at(programme, f"codebook/goals/{goal.id}?page=2"))
    assert len(page.find(".listed__passage")) == 5
    page = evaluator.get(at(programme, f"codebook/entries/{entry.id}?party={group.id}&coder={ada.id}"))
    assert "Ada: Omdat" in page.text
    assert "Show everything" in page.text
    assert (
        "No passage fits" in evaluator.get(at(programme, f"codebook/entries/{entry.id}?party={uuid4()}")).text
    )
    evaluator.get(at(programme, f"codebook/entries/{entry.id}?page=x"))
    evaluator.get(at(programme, f"codebook/entries/{goal.id}"), 404)
    evaluator.get(at(programme, f"codebook/goals/{entry.id}"), 404)
    assert "55 passages" in evaluator.get(at(programme, "codebook?goals=1")).text


def test_kappa_is_told_in_figures_and_words(
    evaluator: Reader, programme: Programme, writing: Writing, interview: Interview, goal: Goal,
    entry: CodebookEntry, ada: User,
) -> None:  # fmt: skip
    where = at(programme, "coding/agreement")
    assert "Two coders are needed" in evaluator.get(where).text
    with writing() as session:
        act, bo = act_of(ada, Role.EVALUATOR), make_coder(session, programme, name="Bo")
        for coder in (act, bo):
            code(session, coder, interview, (0, 12), [goal])
        code(session, act, interview, (13, 29), [entry])
    page = evaluator.get(where)
    # Two passages, two codes: yes-yes 1, Ada alone 1, neither 2. Observed 3/4; expected (2*1 + 2*3)/16 = 1/2;
    # kappa = (3/4 - 1/2) / (1/2) = 0.5.
    assert "κ 0.50" in page.text
    assert "moderate agreement" in page.text
    assert "only by Ada: assumption Stress" in page.text
    page = evaluator.get(f"{where}?one={bo.user}&other={ada.id}&interview={interview.id}")
    assert "0.50" in page.text
    assert "two different coders" in evaluator.get(f"{where}?one={ada.id}&other={ada.id}").text
    evaluator.get(f"{where}?one=x")
    with writing() as session:
        elsewhere = make_interview(session, text=TEXT)
        code(session, bo, elsewhere, (0, 12))
    page = evaluator.use("nl").get(f"{where}?interview={elsewhere.id}")
    assert "niet bepaald" in page.text


def test_a_project_goes_out_and_comes_in_after_a_look(
    evaluator: Reader, programme: Programme, writing: Writing, database: Database, interview: Interview,
    goal: Goal, entry: CodebookEntry, ada: User,
) -> None:  # fmt: skip
    with writing() as session:
        code(session, act_of(ada, Role.EVALUATOR), interview, (0, 12), [goal, entry], memo="Omdat")
    files = at(programme, "coding/files")
    evaluator.get(files)
    out = evaluator.client.get(at(programme, "coding/project.qdpx"))
    assert "attachment" in out.headers["Content-Disposition"]
    page = evaluator.post(files, {"file": (io.BytesIO(out.data), "x.qdpx")}, 200)
    assert "would change nothing" in page.text
    with writing() as session:
        for row in session.scalars(select(Coding)):
            session.delete(row)
    page = evaluator.post(files, {"file": (io.BytesIO(out.data), "x.qdpx")}, 200)
    load = at(programme, "coding/files/read-in")
    form = page.form(load)
    assert "Look again" in evaluator.post(load, form | {"seen": "x"}, 409).text
    assert "Choose it again" in evaluator.post(load, form | {"carried": form["carried"][:-3]}, 400).text
    assert "Read in: 0 entries and 2 codings." in evaluator.submit(load, form).body
    assert coded(database, programme) == [("Ik wil werk.", "Omdat")] * 2
    book = evaluator.client.get(at(programme, "coding/codebook.qdc"))
    assert b"Stress" in book.data
    renamed = book.data.replace(b"Stress", b"Drukte").replace(str(entry.id).encode(), str(uuid4()).encode())
    page = evaluator.post(files, {"file": (io.BytesIO(renamed), "x.qdc")}, 200)
    assert "Drukte" in page.text
    assert "Read in: 1 entry and 0 codings." in evaluator.submit(load, page.form(load)).body
    assert "Choose a file first." in evaluator.post(files, {}, 400).text
    assert "no codebook" in evaluator.post(files, {"file": (io.BytesIO(b"x"), "x.qdc")}, 400).text
    other = replaced(evaluator, writing, programme)
    assert "Choose it again" in other.post(load, form, 400).text


def replaced(reader: Reader, writing: Writing, programme: Programme) -> Reader:
    """Somebody else in the same browser."""
    with writing() as session:
        return reader.sign_in(make_member(session, programme, Role.EVALUATOR))
