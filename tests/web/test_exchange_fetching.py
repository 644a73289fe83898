"""Sources that send logs by themselves: imported when all is as before, else somebody is asked by mail."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import act_of, make_member
from tests.factories.indicators import WORKER, make_count, make_indicator
from tests.web.reader import Reader
from toc import jobs as runner
from toc.domain.exchange.mapping import About, ColumnUse, Mapping, Use
from toc.domain.exchange.notation import NumberStyle
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.mail import OutboxMessage
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import indicators, jobs
from toc.services.exchange import fetching as service
from toc.services.exchange import sources
from toc.services.exchange.sources import Schedule
from toc.web.exchange import fetching
from toc.web.exchange.fetching import Fetched
from toc.web.security import now

LOG = "datum;aantal\n2025-01-02;80\n2025-02-13;90\n"
MAPPING = Mapping(
    about=About.MEASUREMENTS,
    columns=(
        ColumnUse(header="datum", use=Use.DAY),
        ColumnUse(header="aantal", use=Use.VALUE, indicator="I1", style=NumberStyle.DUTCH),
    ),
)


class Watching:
    """A folder that a worker lets be watched."""

    def __init__(self, database: Database, programme: Programme, app: Flask, folder: Path) -> None:
        self.database, self.programme, self.app = database, programme, app
        self.folder = folder / "watched" / str(programme.id) / "kobo"
        self.folder.mkdir(parents=True)
        app.extensions["toc_settings"] = app.extensions["toc_settings"].model_copy(
            update={"watch_folder": folder / "watched"}
        )
        self.at = now()
        with database.writing() as session:
            self.worker = make_member(session, programme, Role.WORKER).id
        with database.writing(programme.id) as session:
            self.indicator = make_indicator(session, definition=make_count()).id
            by = act_of(session.get_one(User, self.worker), Role.WORKER)
            made = sources.add_source(session, by, uuid4(), "Kobo", SourceKind.KOBO)
            sources.remember(session, WORKER, made.id, MAPPING)
            asked = Schedule(fetch=Fetch.FOLDER, address="kobo", every_hours=1)
            sources.schedule(session, WORKER, made.id, made.revision, asked, folder / "watched")
            self.source = made.id

    def put(self, text: str, name: str = "a.csv") -> None:
        (self.folder / name).write_text(text)
        os.utime(self.folder / name, (self.at.timestamp() - 3600,) * 2)

    def look(self) -> list[Fetched]:
        """Fetch what is due, an hour later each time."""
        self.at += timedelta(hours=1)
        act = act_of(None, at=self.at)
        settings = self.app.extensions["toc_settings"]

        def run(programme_id: UUID, job_id: UUID) -> None:
            runner.perform(self.database, runner.folder_of(settings), programme_id, job_id)

        with self.app.test_request_context(base_url=settings.base_url):
            return fetching.fetch_due(act, run=run)

    def mails(self) -> list[OutboxMessage]:
        with self.database.read_session() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))

    def values(self) -> int:
        with self.database.read_session(self.programme.id) as session:
            return len(indicators.series(session, self.indicator))


@pytest.fixture
def watching(database: Database, programme: Programme, app: Flask, tmp_path: Path) -> Watching:
    return Watching(database, programme, app, tmp_path)


def test_a_file_in_which_nothing_is_new_comes_in_and_is_reported(watching: Watching, reader: Reader) -> None:
    watching.put(LOG)
    assert watching.look() == [Fetched(source_id=watching.source, files=1, imported=1)]
    assert watching.values() == 2
    (mail,) = watching.mails()
    assert "Kobo" in mail.subject
    assert "a.csv" in mail.subject
    link = next(line for line in mail.body.splitlines() if line.startswith("http"))
    reader.sign_in(watching.worker)
    page = reader.get("/p/" + link.partition("/p/")[2], 302)
    assert "a.csv" in reader.get(page.location).text
    assert watching.look() == [Fetched(source_id=watching.source)]
    assert len(watching.mails()) == 1, "nothing new, no mail"
    reader.use("en")
    assert "all well" in reader.get(f"/p/{watching.programme.id}/sources").text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LOG.replace("aantal\n", "aantal;plaats\n").replace("0\n", "0;Ede\n"), "plaats"),
        (LOG + "2025-03-01;veel\n", "1"),
        ("dag;aantal\n2025-01-02;80\n", "datum"),
        ("datum;aantal\n3-2-2025;80\n", ""),
    ],
)
def test_a_file_with_something_new_waits_for_somebody(
    watching: Watching, reader: Reader, text: str, words: str
) -> None:
    watching.put(text)
    assert watching.look() == [Fetched(source_id=watching.source, files=1)]
    assert watching.values() == 0
    (mail,) = watching.mails()
    assert words in mail.body
    link = next(line for line in mail.body.splitlines() if line.startswith("http"))
    reader.use("en").sign_in(watching.worker)
    page = reader.get("/p/" + link.partition("/p/")[2])
    assert page.find("form")
    assert "nothing was imported" in reader.get(f"/p/{watching.programme.id}/sources").text
    watching.look()
    assert len(watching.mails()) == 1, "said once"


def test_a_folder_that_is_gone_is_told_once(watching: Watching) -> None:
    watching.folder.rmdir()
    assert [one.error for one in watching.look()] == ["source.folder_missing"]
    assert [one.error for one in watching.look()] == ["source.folder_missing"]
    assert len(watching.mails()) == 1


def test_who_may_not_any_more_brings_nothing_in(watching: Watching) -> None:
    watching.put(LOG)
    with watching.database.writing() as session:
        session.get_one(User, watching.worker).active = False
    assert [one.error for one in watching.look()] == ["job.no_role"]
    assert watching.mails() == []
    assert watching.values() == 0


def test_what_is_stopped_meanwhile_stays_out_and_is_said(watching: Watching) -> None:
    """Between looking and importing something changed."""
    watching.put(LOG)
    done: list[UUID] = []

    def run(programme_id: UUID, job_id: UUID) -> None:
        folder = runner.folder_of(watching.app.extensions["toc_settings"])
        if done:
            with watching.database.writing(programme_id) as session:
                jobs.stop(session, WORKER, job_id)
        else:
            runner.perform(watching.database, folder, programme_id, job_id)
        done.append(job_id)

    with watching.app.test_request_context(base_url="http://localhost"):
        found = fetching.fetch_due(act_of(None, at=watching.at + timedelta(hours=1)), run=run)
    assert found == [Fetched(source_id=watching.source, files=1)]
    assert len(done) == 2
    assert len(watching.mails()) == 1


def test_of_two_commands_one_looks(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "claim", lambda *_: False)
    assert watching.look() == []
