"""Pages of statements: what was decided about them, and who may read them."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.factories.interviews import (
    make_group,
    make_heard,
    make_interview,
    make_respondent,
    make_statement,
)
from tests.statements import counting
from tests.web.hearing import GROUP, PARTIES, PAYERS, SPOKESPERSON, Writing, at, make_goal, member, one
from tests.web.reader import Reader
from toc.domain.interviews import Attribution, Audience
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.interviews import (
    Consent,
    Statement,
    StatementDecision,
)
from toc.models.programmes import Programme

# --- A statement --------------------------------------------------------------------------------------------


def test_the_evaluator_reads_a_statement_and_writes_down_what_was_decided(
    evaluator: Reader,
    programme: Programme,
    database: Database,
    writing: Writing,
) -> None:
    with writing() as session:
        group = make_group(session, name="Gemeente")
        respondent = make_respondent(session, group, kind=SPOKESPERSON, name="An")
        statement = make_statement(session, make_interview(session, respondent), audience=None)
    show = at(programme, f"/statements/{statement.id}")
    address = f"{show}/decision"
    page = evaluator.get(show)
    assert "“Ik wil werk.”" in page.text
    assert "Gemeente, spokesperson" in page.text
    assert "They have not decided yet" in page.text
    assert "Wie mag deze uitspraak lezen?" in page.text
    form = page.form(address)
    assert "Choose one" in evaluator.post(address, form, 400).text
    page = evaluator.submit(address, {**form, "audience": "payer", "attribution": "named"})
    assert "An, Gemeente · for everyone in the programme" in page.text
    assert "Wie mag deze uitspraak lezen? Iedereen in het programma" in page.text
    decision = one(database, programme, StatementDecision)
    assert (decision.audience, decision.attribution) == (Audience.PAYER, Attribution.NAMED)
    assert decision.taken_by_id is not None


def test_a_decision_that_may_not_be_is_refused_at_its_field(
    evaluator: Reader,
    programme: Programme,
    writing: Writing,
) -> None:
    with writing() as session:
        statement = make_statement(session, audience=None)
        refused = make_statement(session, audience=None)
        for scope in ("interview", "notes"):
            session.add(
                Consent(
                    id=uuid4(),
                    respondent=refused.interview.respondent,
                    scope=scope,
                    given=False,
                    text="?",
                    at=NOW.replace(year=2026),
                )
            )
    form = {"id": str(uuid4()), "audience": "payer", "attribution": "named"}
    page = evaluator.post(at(programme, f"/statements/{statement.id}/decision"), form, 400)
    assert "The name of a participant never stands" in page.text
    form["attribution"] = ""
    page = evaluator.post(at(programme, f"/statements/{refused.id}/decision"), form, 400)
    assert "The answer about consent was no" in page.text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", [*PARTIES, *PAYERS])
def test_others_read_what_was_released_and_the_rest_looks_missing(
    reader: Reader, database: Database, programme: Programme, role: Role, language: str
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session, name="Jongeren")
        first, second, _ = make_heard(session, group, 3)
        town = make_interview(session, make_respondent(session, kind=SPOKESPERSON))
        hidden = make_statement(session, first, audience=Audience.NOBODY)
        parties = make_statement(session, town, audience=Audience.PARTIES)
        payer = make_statement(session, town, sentence=1)
        counted = make_statement(session, second)
        make_goal(session, counted, wording="Canary goal")
    reader.use(language).sign_in(member(database, programme, role))
    statement = at(programme, "/statements/")
    reader.get(f"{statement}{hidden.id}", 404)
    reader.get(f"{statement}{parties.id}", 404 if role in PAYERS else 200)
    assert "En rust." in reader.get(f"{statement}{payer.id}").text
    page = reader.get(f"{statement}{counted.id}")
    assert "Canary goal" in page.text
    assert ("Ik wil werk." in page.body) is (role not in PAYERS)
    said = "1 of 3 participants (Jongeren)" if language == "en" else "1 van 3 deelnemers (Jongeren)"
    assert (said in page.text) is (role in PAYERS)
    for address in ("decision", "withdraw"):
        assert address not in page.body


def test_only_evaluators_open_interviews(reader: Reader, database: Database, programme: Programme) -> None:
    with database.writing(programme.id) as session:
        interview = make_interview(session, text="Canary words.")
    for role in (*PARTIES, *PAYERS):
        reader.sign_in(member(database, programme, role))
        for path in (
            "/interviews",
            f"/interviews/{interview.id}",
            f"/groups/{interview.respondent.group_id}",
            f"/respondents/{interview.respondent_id}",
            "/guides/participant",
        ):
            assert "Canary" not in reader.get(at(programme, path), 403).body


@pytest.mark.parametrize(
    "path", ["/groups/{}", "/groups/{}/edit", "/respondents/{}", "/interviews/{}", "/statements/{}"]
)
def test_what_is_not_here_looks_missing(evaluator: Reader, programme: Programme, path: str) -> None:
    evaluator.get(at(programme, path.format(uuid4())), 404)


@pytest.mark.parametrize("path", ["/respondents/{}/consent", "/respondents/{}/interviews", "/groups/{}/edit"])
def test_nothing_is_written_about_what_is_not_here(
    evaluator: Reader, programme: Programme, path: str
) -> None:
    form = {**GROUP, "id": str(uuid4()), "interview": "yes", "notes": "yes", "held_on": "2026-01-05"}
    evaluator.post(at(programme, path.format(uuid4())), form, 404)


def test_pages_ask_as_much_for_two_hundred_rows_as_for_ten(
    evaluator: Reader, programme: Programme, database: Database
) -> None:
    with database.writing(programme.id) as session:
        group = make_group(session)
    counts: dict[str, list[int]] = {}
    for rows in (10, 200):
        with database.writing(programme.id) as session:
            for interview in make_heard(session, group, rows):
                make_group(session)
                make_statement(session, interview)
        with database.read_session(programme.id) as session:
            statement = session.scalars(select(Statement).order_by(Statement.code)).first()
            assert statement is not None
            pages = {
                "index": "/interviews",
                "group": f"/groups/{group.id}",
                "interview": f"/interviews/{statement.interview_id}",
                "statement": f"/statements/{statement.id}",
            }
        for name, path in pages.items():
            evaluator.get(at(programme, path))
            with counting(database.engine) as queries:
                evaluator.get(at(programme, path))
            counts.setdefault(name, []).append(len(queries))
    assert all(few == many for few, many in counts.values()), counts
    assert max(counts["index"] + counts["group"] + counts["interview"]) <= 12, counts
