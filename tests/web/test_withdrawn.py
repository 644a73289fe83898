"""Somebody takes back what they said: from then on it stands nowhere, for nobody, in no file and no log.

Also: whoever is shown a quote is written down as its reader, and whoever is shown a count is not.
"""

import html
import io
import logging
import re
import zipfile
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.database import ForgetfulDatabase
from tests.factories import NOW
from tests.factories.findings import by_link
from tests.web.reader import Reader
from tests.web.world import READERS, Expected, World, expected
from toc.domain.interviews import Audience, RespondentKind
from toc.models.base import Base
from toc.models.database import Database
from toc.models.goals import GoalSource
from toc.models.interviews import Interview, Respondent, Statement, StatementReading
from toc.services import interviews
from toc.services.documents.pdf_process import pages_of
from toc.services.interviews import refusing

ROWS = [row for row in expected() if row.method == "GET"]


class Canary:
    """A sentence that was released to everybody, that goals rest on, with who said it."""

    def __init__(self, world: World) -> None:
        with world.database.read_session(world.own) as session:
            self.id: UUID = world.ids[world.own]["statement_id"]
            statement = session.get_one(Statement, (world.own, self.id))
            self.words = statement.text
            self.respondent = session.get_one(
                Respondent,
                (world.own, session.get_one(Interview, (world.own, statement.interview_id)).respondent_id),
            )
            session.expunge_all()
        assert len(self.words) > 20

    def stands_in(self, text: str) -> bool:
        """Tell whether the words, or the longest part of them that a page would show, stand in a text."""
        plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
        return " ".join(self.words.split())[:40] in plain


@pytest.fixture(scope="module")
def canary(world: World) -> Canary:
    """The sentence of the demo that is looked for."""
    return Canary(world)


def everything_in(data: bytes) -> str:
    """Return all text of an answer; a PDF is read, a file of several (XLSX, DOCX, ODT, QDPX) is opened."""
    if data.startswith(b"%PDF-"):
        pages = pages_of(data, 1000, 10**7)["pages"]
        assert isinstance(pages, list), "a file of ours can be read"
        return " ".join(pages)
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return " ".join(everything_in(files.read(name)) for name in files.namelist())


def test_a_sentence_is_found_in_a_pdf_also_over_two_lines(canary: Canary) -> None:
    written = io.BytesIO()
    canvas = Canvas(written, pageCompression=1)
    words = canary.words.split()
    for at, part in enumerate((words[:3], words[3:])):
        canvas.drawString(50, 500 - 20 * at, " ".join(part))
    canvas.save()
    assert not canary.stands_in(written.getvalue().decode("latin-1")), "it is packed"
    assert canary.stands_in(everything_in(written.getvalue()))


def rule_of(app: Flask, row: Expected) -> Rule:
    """Return the rule of a row of the table."""
    return next(one for one in app.url_map.iter_rules(row.endpoint) if "GET" in (one.methods or ()))


def walk(world: World, app: Flask, reader: Reader) -> Iterator[tuple[str, str]]:
    """Ask for every page and every file, and yield the address of each with all its text."""
    for row in ROWS:
        ids = world.arguments(row.endpoint, world.own)
        values = {name: ids[name] for name in rule_of(app, row).arguments}
        address: str = app.url_map.bind("localhost").build(row.endpoint, values, method="GET")
        if row.endpoint != "static":
            yield address, everything_in(reader.client.get(address).data)


def give_back(world: World, database: Database, canary: Canary, how: str) -> None:
    """Let the speaker take the sentence back: it alone, or everything they said."""
    act = by_link(canary.respondent)
    with database.write_session(world.own) as session:
        if how == "sentence":
            interviews.withdraw_statement(session, act, uuid4(), canary.id, text="Back")
        else:
            refusing.take_everything_back(session, act, uuid4(), canary.respondent.id, text="All")
        session.commit()


def test_before_it_is_taken_back_the_sentence_is_found(
    world: World, application: Flask, canary: Canary
) -> None:
    with world.reading(application, "evaluator") as reader:
        found = [address for address, text in walk(world, application, reader) if canary.stands_in(text)]
    assert len(found) > 3, "else the tests below could not fail"


@pytest.mark.parametrize("how", ["sentence", "everything"])
@pytest.mark.parametrize("name", READERS)
def test_what_was_taken_back_stands_nowhere(
    world: World, application: Flask, canary: Canary, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with world.reading(application, name) as reader:
        give_back(world, reader.database, canary, how)
        found = [address for address, text in walk(world, application, reader) if canary.stands_in(text)]
    assert found == []
    sql = [one for one in caplog.records if not one.name.startswith("sqlalchemy")]
    assert not [one for one in sql if canary.stands_in(one.getMessage())]


@pytest.mark.parametrize("how", ["sentence", "everything"])
def test_what_was_taken_back_stands_in_no_table(
    world: World, application: Flask, canary: Canary, how: str
) -> None:
    with world.reading(application, "evaluator") as reader:
        assert isinstance(reader.database, ForgetfulDatabase)
        before = _tables_with(reader.database, canary)
        assert "statement" in before
        give_back(world, reader.database, canary, how)
        assert _tables_with(reader.database, canary) <= {"tree_edition"}, "what was frozen does not change"


def _tables_with(database: ForgetfulDatabase, canary: Canary) -> set[str]:
    found = set()
    for table in Base.metadata.sorted_tables:
        rows = database.connection.execute(sa.select(table)).all()
        if any(
            canary.stands_in(str(value))
            for row in rows
            for value in row
            if isinstance(value, str | dict | list)
        ):
            found.add(table.name)
    return found


# --- Who read what ------------------------------------------------------------------------------------------


def readings_of(database: Database, world: World, account: UUID) -> set[UUID]:
    """Return which quotes an account read."""
    with database.read_session(world.own) as session:
        return set(
            session.scalars(
                select(StatementReading.statement_id).where(
                    StatementReading.programme_id == world.own, StatementReading.user_id == account
                )
            )
        )


def ask(world: World, app: Flask, name: str, row: Expected) -> tuple[str, set[UUID]]:
    """Ask for one page as one reader; return its text and the quotes that they then have read."""
    ids = world.arguments(row.endpoint, world.own)
    values = {argument: ids[argument] for argument in rule_of(app, row).arguments}
    address = app.url_map.bind("localhost").build(row.endpoint, values, method="GET")
    with world.reading(app, name) as reader:
        answer = reader.client.get(address)
        text = everything_in(answer.data)
        answer.close()
        return text, readings_of(reader.database, world, world.people[name].id)


@pytest.mark.parametrize("row", [row for row in ROWS if row.status["evaluator"] == 200], ids=str)
def test_every_page_that_shows_a_quote_writes_down_who_read_it(
    world: World, application: Flask, row: Expected
) -> None:
    with world.database.read_session(world.own) as session:
        quotes = session.execute(
            select(Statement.id, Statement.text).where(
                Statement.programme_id == world.own, Statement.withdrawn_at.is_(None)
            )
        ).all()
    for name in ("evaluator", "funder", "viewer"):
        text, read = ask(world, application, name, row)
        plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
        shown = {one.id for one in quotes if f"“{one.text}”" in plain or f'"{one.text}"' in plain}
        assert shown <= read, (
            f"{name} read {len(shown - read)} quotes of {row.endpoint} that are not written down"
        )


def test_a_page_that_shows_a_count_writes_nothing_down(world: World, application: Flask) -> None:
    """Who pays reads of participants how many said it."""
    with world.database.read_session(world.own) as session:
        said = session.scalars(
            select(Statement)
            .join(Statement.interview)
            .join(Interview.respondent)
            .where(
                Statement.programme_id == world.own,
                Statement.audience == Audience.PAYER,
                Respondent.kind == RespondentKind.PARTICIPANT,
            )
        ).first()
        assert said is not None
    address = f"/p/{world.own}/statements/{said.id}"
    for name, reads in (("funder", False), ("coordinator", True)):
        with world.reading(application, name) as reader:
            page = reader.get(address)
            page.response.close()
            assert (said.text in " ".join(page.text.split())) is reads
            assert (said.id in readings_of(reader.database, world, world.people[name].id)) is reads


def test_a_second_look_keeps_the_first_day(world: World, application: Flask) -> None:
    row = next(row for row in ROWS if row.endpoint == "interviews.statement")
    ids = world.arguments(row.endpoint, world.own)
    address = f"/p/{world.own}/statements/{ids['statement_id']}"
    with world.reading(application, "evaluator") as reader:
        days = []
        for _ in range(2):
            reader.client.get(address).close()
            with reader.database.read_session(world.own) as session:
                days.append(
                    session.scalars(
                        select(StatementReading.first_at).where(
                            StatementReading.programme_id == world.own,
                            StatementReading.user_id == world.people["evaluator"].id,
                            StatementReading.statement_id == ids["statement_id"],
                        )
                    ).one()
                )
        assert days[0] == days[1] > NOW


def test_a_reading_that_cannot_be_written_spoils_no_page(
    world: World, application: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> set[UUID]:
        raise sa.exc.OperationalError("select", {}, Exception())

    monkeypatch.setattr("toc.services.interviews.readings.not_read_yet", away)
    row = next(row for row in ROWS if row.endpoint == "interviews.statement")
    _, read = ask(world, application, "evaluator", row)
    assert read == set()
    assert "A reading waits" in caplog.text


def test_a_goal_rests_on_the_canary(world: World, canary: Canary) -> None:
    with world.database.read_session(world.own) as session:
        assert session.scalars(select(GoalSource).where(GoalSource.statement_id == canary.id)).first()
