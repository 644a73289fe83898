"""Reminders as people get them: a mail in their language, and one click to end them."""

import re
from datetime import date
from email import policy
from email.parser import BytesParser
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.factories import NOW, act_of, make_member, make_programme
from tests.factories.indicators import make_count, make_indicator, measure
from tests.web.applications import SECRET_KEY, settings_of
from tests.web.reader import Reader
from toc.cli import main
from toc.domain.people import Role
from toc.domain.reminding import MOST_NAMED
from toc.models import migrating
from toc.models.database import Database
from toc.models.mail import OutboxMessage, Reminding
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import mail
from toc.web.reminding import write_reminders

VALUE = 4_041_763_509
LATE = {"nl": "I1 Diplomas: 62 dagen te laat", "en": "I1 Diplomas: 62 days late"}
SUBJECT = {"nl": "Er is 1 waarde in te voeren", "en": "1 value waits to be logged"}


@pytest.fixture
def worker(database: Database, programme: Programme) -> User:
    """Somebody who records, in whose programme one value is 62 days late on 1 September."""
    with database.writing(programme.id) as session:
        measure(session, make_indicator(session, definition=make_count()), date(2025, 4, 1), VALUE)
        return make_member(session, programme, Role.WORKER, name="Wim")


def write(app: Flask) -> int:
    """Do what the command does, on 1 September."""
    with app.test_request_context():
        return write_reminders(act_of())


def outbox(database: Database) -> list[OutboxMessage]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMessage)))


def stop_link(app: Flask, database: Database) -> str:
    """The path of the link in the one mail that ends reminders."""
    write(app)
    (message,) = outbox(database)
    return message.unsubscribe.removeprefix("http://localhost:8000")


def wanted(database: Database, user: User) -> bool:
    with database.read_session() as session:
        return session.get_one(Reminding, user.id).wanted


# --- The mail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_mail_is_in_the_language_of_whoever_gets_it(
    app: Flask, database: Database, programme: Programme, worker: User, language: str
) -> None:
    with database.writing() as session:
        session.get_one(User, worker.id).language = language
    assert write(app) == 1
    (message,) = outbox(database)
    assert (message.recipient, message.subject) == (worker.email, SUBJECT[language])
    assert LATE[language] in message.body
    assert programme.name in message.body
    assert re.findall(r"http://\S+", message.body) == ["http://localhost:8000/today", message.unsubscribe]
    assert str(VALUE) not in re.sub(r"\D", "", message.body), "it names no value"
    assert "\n\n\n" not in message.body


@pytest.mark.usefixtures("worker")
def test_a_second_run_writes_nothing(app: Flask, database: Database) -> None:
    assert [write(app), write(app)] == [1, 0]
    assert len(outbox(database)) == 1


def test_who_was_told_by_another_run_meanwhile_gets_no_second_mail(
    app: Flask, database: Database, worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toc.services import reminding  # noqa: PLC0415 - replaced here alone

    read = reminding.letters(database, act_of(), NOW)
    assert [letter.user_id for letter in read] == [worker.id]
    assert write(app) == 1
    monkeypatch.setattr(reminding, "letters", lambda *_: read)
    assert write(app) == 0
    assert len(outbox(database)) == 1


def test_of_very_many_values_the_mail_names_some_and_counts_the_others(
    app: Flask, database: Database, programme: Programme, worker: User
) -> None:
    with database.writing(programme.id) as session:
        for _ in range(MOST_NAMED + 1):
            measure(session, make_indicator(session, definition=make_count()), date(2025, 4, 1), 31)
    write(app)
    (message,) = outbox(database)
    assert message.recipient == worker.email
    assert message.subject == f"{MOST_NAMED + 2} values wait to be logged"
    assert message.body.count(": 62 days late") == MOST_NAMED
    assert "And 2 other values." in message.body


def test_a_mail_program_can_end_it_by_its_headers(
    app: Flask, database: Database, worker: User, tmp_path: Path
) -> None:
    link = stop_link(app, database)
    settings = settings_of(tmp_path)
    assert mail.send_waiting(database, settings, NOW) == 1
    (file,) = settings.mail_folder.glob("*.eml")
    assert f"List-Unsubscribe: <http://localhost:8000{link}>\r\n".encode() in file.read_bytes()
    letter = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["To"] == worker.email
    (kept,) = outbox(database)
    assert (kept.body, kept.unsubscribe) == ("", "")


# --- Ending them --------------------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing_and_the_button_does(
    app: Flask, reader: Reader, database: Database, worker: User
) -> None:
    link = stop_link(app, database)
    for _ in range(2):  # a mail scanner, and whoever gets the mail
        assert "Reminders are on." in reader.use("en").get(link).text
    assert wanted(database, worker)
    page = reader.post(link, {"wanted": "0"})
    assert page.location.endswith(link)
    assert "Reminders are off." in reader.get(link).text
    assert not wanted(database, worker)
    reader.post(link, {"wanted": "1"})
    assert wanted(database, worker)


def test_the_page_speaks_the_language_of_the_mail(
    app: Flask, reader: Reader, database: Database, worker: User
) -> None:
    with database.writing() as session:
        session.get_one(User, worker.id).language = "nl"
    link = stop_link(app, database)
    answer = reader.client.get(link, headers={"Accept-Language": "en"})
    assert "Zet herinneringen uit" in answer.text


def test_one_click_of_the_mail_program_ends_them_without_a_page_or_a_token(
    app: Flask, reader: Reader, database: Database, worker: User
) -> None:
    link = stop_link(app, database)
    app.config["WTF_CSRF_ENABLED"] = True
    for _ in range(2):
        answer = reader.client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.text) == (200, "")
    assert not wanted(database, worker)


@pytest.mark.parametrize("wrong", ["x", "0" * 75, "é" * 75])
def test_a_link_that_was_not_made_here_opens_nothing(
    app: Flask, reader: Reader, database: Database, worker: User, wrong: str
) -> None:
    link = stop_link(app, database)
    of_nobody = uuid4().hex + link[-43:]
    for token in (wrong, link.rsplit("/", 1)[1][:-1] + "-", of_nobody):
        reader.get(f"/reminders/{token}", status=404)
        assert reader.client.post(f"/reminders/{token}").status_code == 404
    assert wanted(database, worker)


def test_who_is_signed_in_turns_them_off_and_on(reader: Reader, database: Database, worker: User) -> None:
    reader.use("en").sign_in(worker)
    assert "Reminders are on." in reader.get("/reminders").text
    reader.post("/reminders", {"wanted": "0"})
    page = reader.get("/reminders")
    assert "Reminders are off." in page.text
    assert not wanted(database, worker)
    reader.post("/reminders", {"wanted": "1"})
    assert wanted(database, worker)


# --- The command --------------------------------------------------------------------------------------------


def test_the_command_sends_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'toc.db'}"
    migrating.upgrade(url)
    storage = Database(url)
    with storage.writing() as session:
        programme = make_programme(session)
        make_member(session, programme, Role.WORKER)
    with storage.writing(programme.id) as session:
        make_indicator(session, definition=make_count())
    storage.dispose()
    monkeypatch.chdir(tmp_path)
    environment = {"TOC_INSTANCE": str(tmp_path), "TOC_SECRET_KEY": SECRET_KEY, "TOC_DATABASE_URL": url}
    runs = [CliRunner(env=environment).invoke(main, ["remind"]) for _ in range(2)]
    assert [run.output for run in runs] == [
        "Reminders written: 1. Mails sent: 1.\n",
        "Reminders written: 0. Mails sent: 0.\n",
    ]
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
