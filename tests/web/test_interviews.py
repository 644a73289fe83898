"""Holding an interview on pages: answers are kept, completed, and marked as statements."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.factories.interviews import (
    QUESTION,
    answer_id,
    make_interview,
    make_statement,
)
from tests.web.hearing import Writing, at, make_goal, one
from tests.web.reader import Reader
from toc.domain.indicators import Status
from toc.domain.interviews import Mode
from toc.models.database import Database
from toc.models.findings import Finding
from toc.models.goals import GoalEdition
from toc.models.interviews import (
    Interview,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Programme

# --- An answer that is kept while it is typed ---------------------------------------------------------------


def test_an_answer_is_kept_while_it_is_typed_and_two_do_not_overwrite_each_other(
    evaluator: Reader, programme: Programme, writing: Writing
) -> None:
    with writing() as session:
        interview = make_interview(session, completed=False, mode=Mode.PEER)
        alone = make_interview(session, completed=False, mode=Mode.ALONE)
        read = make_interview(session, mode=Mode.TRANSCRIPT)
    path = f"/interviews/{interview.id}/answers"
    address = at(programme, f"{path}/{QUESTION}")
    page = evaluator.get(at(programme, path))
    assert "Guide for participants, edition 1" in page.text

    def keep(status: int, address: str = address, **typed: str) -> Any:  # noqa: ANN401 - what JSON holds
        answer = evaluator.client.post(address, data=typed)
        assert answer.status_code == status
        return answer.get_json()

    kept = keep(200, answer="Ik wil werk.", revision="1")
    assert kept == {"revision": 2}
    assert keep(200, answer="Ik wil werk.", revision="1") == {"revision": 2}, "sent again, kept once"
    theirs = keep(409, answer="Ik wil rust.", revision="1")
    assert theirs == {"theirs": "Ik wil werk.", "revision": 2}
    assert "point" in keep(400, answer="Bel 0612345678", revision="2")["sentence"]
    assert keep(200, answer="Bel 0612345678", revision="2", kept="1") == {"revision": 3}
    assert "sentence" in keep(400, revision="3")
    keep(404, address=at(programme, f"{path}/nothing"), answer="x", revision="0")
    for other in (alone, read):
        evaluator.post(at(programme, f"/interviews/{other.id}/answers/{QUESTION}"), {"answer": "x"}, 409)


# --- Holding an interview -----------------------------------------------------------------------------------


def test_answers_are_saved_and_completed(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="", completed=False)
    show = at(programme, f"/interviews/{interview.id}")
    address = f"{show}/answers"
    assert "Nothing has been written down yet." in evaluator.get(show).text
    form = evaluator.get(address).form(address)
    nothing = evaluator.post(address, {**form, "complete": "1"}, 400)
    assert "Nothing has been answered yet." in nothing.text
    page = evaluator.submit(address, {**form, f"answer_{QUESTION}": "Ik zoek werk.\nEn rust."})
    assert "Saved." in page.text
    assert "Ik zoek werk." in evaluator.get(show).text
    done = evaluator.submit(address, {**page.form(address), "complete": "1"})
    assert "Complete. Now mark the sentences that matter." in done.text
    assert one(database, programme, Interview).submitted_at is not None


def test_two_who_type_the_same_answer_both_see_it(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="Eerst.")
    address = at(programme, f"/interviews/{interview.id}/answers")
    form, field = evaluator.get(address).form(address), f"answer_{QUESTION}"
    evaluator.post(address, {**form, field: "Toen."})
    page = evaluator.post(address, {**form, field: "Nu."}, 409)
    assert "Toen." in page.text
    assert "Nu." in page.text
    chosen = evaluator.submit(address, page.form(address))
    assert chosen.form(address)[field].strip() == "Nu."


def test_a_personal_number_is_refused_unless_it_is_none(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="")
    address = at(programme, f"/interviews/{interview.id}/answers")
    form = {**evaluator.get(address).form(address), f"answer_{QUESTION}": "Lijn 0612345678 is mijn bus."}
    assert "kept" not in form
    page = evaluator.post(address, form, 400)
    assert page.find(f"[data-error-summary] a[href='#answer_{QUESTION}']")
    evaluator.submit(address, {**form, "kept": "1"})
    bsn = {**evaluator.get(address).form(address), f"answer_{QUESTION}": "111222333", "kept": "1"}
    assert "citizen service number" in evaluator.post(address, bsn, 400).text


def test_sentences_are_marked_by_tick_and_by_selection(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, text="Ik wil 😀 werk. En rust.")
    show = at(programme, f"/interviews/{interview.id}")
    address, answer = f"{show}/statements", answer_id(interview)
    page = evaluator.get(show)
    boxes = page.find("input[name=sentence]")
    assert [box.attrs["value"] for box in boxes] == [f"{answer}:0:14", f"{answer}:15:23"]
    # A browser counts an emoji as two.
    assert [span.attrs["data-start"] for span in page.find("[data-start]")] == ["0", "16"]
    form = {**page.form(address), "sentence": boxes[1].attrs["value"]}
    page = evaluator.submit(address, form)
    assert "One sentence is marked." in page.text
    assert evaluator.submit(address, form).text.count("“En rust.”") == 1
    form = {**page.form(address), "selection": f"{answer}:10:14"}
    page = evaluator.submit(address, form)
    assert "“werk”" in page.text
    with database.read_session(programme.id) as session:
        codes = session.execute(select(Statement.code, Statement.text).order_by(Statement.code)).all()
    assert [tuple(row) for row in codes] == [(1, "En rust."), (2, "werk")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose at least one sentence."),
        ({"id": ""}, "Choose at least one sentence."),
        ({"sentence": "x:0:4"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0"}, "does not lie in the answer"),
        ({"sentence": "{answer}:0:999999999999999999999"}, "does not lie in the answer"),
        ({"selection": "{answer}:0:a"}, "does not lie in the answer"),
        ({"selection": "x:0:4"}, "does not lie in the answer"),
    ],
)
def test_what_cannot_be_marked_is_refused_in_words(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
    typed: dict[str, str],
    said: str,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        make_statement(session, interview)
    sent_ = {name: value.replace("{answer}", str(answer_id(interview))) for name, value in typed.items()}
    address = at(programme, f"/interviews/{interview.id}/statements")
    assert said in evaluator.post(address, {"id": str(uuid4()), **sent_}, 400).text


def test_marking_too_early_is_a_conflict(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session, completed=False)
    form = {"id": str(uuid4()), "sentence": f"{answer_id(interview)}:0:12"}
    page = evaluator.post(at(programme, f"/interviews/{interview.id}/statements"), form, 409)
    assert "Complete the interview first." in page.text


def test_a_mark_is_taken_away_while_nobody_decided(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        mistake = make_statement(session, interview, audience=None)
        decided = make_statement(session, interview, sentence=1)
    show = evaluator.get(at(programme, f"/interviews/{interview.id}"))
    address = at(programme, f"/statements/{mistake.id}/unmark")
    evaluator.post(address, {}, 409)
    evaluator.submit(address, show.form(address))
    evaluator.post(at(programme, f"/statements/{decided.id}/unmark"), {"revision": "1"}, 409)
    assert one(database, programme, Statement).id == decided.id


def test_somebody_elses_own_words_are_read_after_they_are_sent_and_never_changed(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        draft = make_interview(session, mode=Mode.ALONE, completed=False, text="Nog niet af.")
        sent_ = make_interview(session, mode=Mode.ALONE, text="Verstuurd.")
    page = evaluator.get(at(programme, f"/interviews/{draft.id}"))
    assert "They are still filling this in." in page.text
    assert "Nog niet af." not in page.body
    page = evaluator.get(at(programme, f"/interviews/{sent_.id}"))
    assert "Verstuurd." in page.text
    assert "Mend the answers" not in page.text
    for interview in (draft, sent_):
        evaluator.get(at(programme, f"/interviews/{interview.id}/answers"), 409)
        evaluator.post(at(programme, f"/interviews/{interview.id}/answers"), {}, 409)


def test_an_answer_that_was_taken_back_shows_a_gap(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        interview = make_interview(session)
        statement = make_statement(session, interview)
        make_statement(session, interview, sentence=1, audience=None)
        goal = make_goal(session, statement)
        edition = session.scalars(select(GoalEdition)).one()
        finding = Finding(
            id=uuid4(),
            code=4,
            goal=goal,
            goal_edition=edition,
            text="Found.",
            status=Status.REACHED,
            rung=1,
            published_at=NOW,
        )
        session.add(finding)
    page = evaluator.get(at(programme, f"/statements/{statement.id}"))
    address = at(programme, f"/statements/{statement.id}/withdraw")
    evaluator.post(address, {}, 400)
    page = evaluator.submit(address, page.form(address))
    assert "Ik wil werk." not in page.body
    assert "[taken back]" in page.text
    assert f"U{statement.code} taken back on" in page.text
    evaluator.get(at(programme, f"/statements/{statement.id}"), 404)
    index = evaluator.get(at(programme, "/interviews"))
    assert "Finding F4" in index.text
    assert at(programme, f"/findings/{finding.id}") in index.links()
    assert one(database, programme, StatementDecision).text == "Take this sentence back"
