"""The outbox: nothing is sent before its commit, nothing twice, and nothing gets lost."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from toc.domain.errors import DomainError
from toc.models.database import Database
from toc.models.mail import OutboxMessage
from toc.services import mail
from toc.settings import Settings

LINK = "https://doelenboom.example.org/link/" + "x" * 43


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Mail goes to a folder."""
    return Settings(instance=tmp_path, secret_key="only-for-tests", base_url="https://doelenboom.example.org")


def write(database: Database, *, recipient: str = "an@example.org", subject: str = "Vraag") -> OutboxMessage:
    """Write a message and commit."""
    with database.writing() as session:
        return mail.queue(session, act_of(), recipient, subject, f"Beste An,\n\n{LINK}\n", "nl")


def outbox(database: Database) -> list[OutboxMessage]:
    """All messages as they stand in the database."""
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def test_a_message_lands_in_the_folder_and_leaves_its_body_behind(
    database: Database, settings: Settings
) -> None:
    written = write(database, subject="Uitnodiging voor de Tweede Kamer en één plek")
    assert mail.send_waiting(database, settings, NOW) == 1
    (file,) = settings.mail_folder.glob("*.eml")
    assert file.stat().st_mode & 0o777 == 0o600
    assert settings.mail_folder.stat().st_mode & 0o777 == 0o700
    letter = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    assert letter["To"] == "an@example.org"
    assert letter["Subject"] == "Uitnodiging voor de Tweede Kamer en één plek"
    assert letter["Message-ID"] == f"<{written.id}@doelenboom.example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "nl"
    (kept,) = outbox(database)
    assert (kept.sent_at, kept.body, kept.attempts, kept.error) == (NOW, "", 1, "")
    (read,) = mail.delivered(settings, 5)
    assert (read.recipient, read.subject) == ("an@example.org", letter["Subject"])
    assert LINK in read.body
    assert read.at == NOW
    assert mail.send_waiting(database, settings, NOW) == 0


def test_the_newest_messages_come_first(database: Database, settings: Settings) -> None:
    for minute in range(3):
        with database.writing() as session:
            act = act_of(at=NOW + timedelta(minutes=minute))
            mail.queue(session, act, "an@example.org", f"Bericht {minute}", "Dag.", "nl")
    mail.send_waiting(database, settings, NOW)
    assert [one.subject for one in mail.delivered(settings, 2)] == ["Bericht 2", "Bericht 1"]


def test_a_file_without_text_is_read_as_empty(settings: Settings) -> None:
    settings.mail_folder.mkdir()
    header = b"To: an@example.org\nSubject: Niets\nDate: Mon, 01 Sep 2025 10:00:00 +0000\n"
    (settings.mail_folder / "x.eml").write_bytes(header + b"Content-Type: image/png\n\n")
    assert [one.body for one in mail.delivered(settings, 1)] == [""]


def test_what_was_not_committed_is_not_sent(database: Database, settings: Settings) -> None:
    with database.write_session() as session:
        mail.queue(session, act_of(), "an@example.org", "Vraag", "Beste An", "nl")
        session.rollback()
    assert mail.send_waiting(database, settings, NOW) == 0
    assert not settings.mail_folder.exists()


def test_the_same_message_in_one_act_is_one_message(database: Database) -> None:
    assert write(database).id == write(database).id
    assert len(outbox(database)) == 1


@pytest.mark.parametrize("subject", ["", "  ", "Vraag\r\nBcc: allen@example.org", "Vraag\n", "x" * 401])
def test_a_subject_cannot_leave_its_header(session: Session, subject: str) -> None:
    with pytest.raises(DomainError, match=r"mail\.subject"):
        mail.queue(session, act_of(), "an@example.org", subject, "Dag.", "nl")


@pytest.mark.parametrize("recipient", ["an@example.org\nBcc: b@example.org", "a@b.nl, c@d.nl", "an"])
def test_a_message_has_one_recipient(session: Session, recipient: str) -> None:
    with pytest.raises(DomainError, match=r"people\.email"):
        mail.queue(session, act_of(), recipient, "Vraag", "Dag.", "nl")


def test_mail_that_fails_waits_longer_each_time_and_is_given_up_in_the_end(
    database: Database, settings: Settings
) -> None:
    settings.mail_folder.write_text("a file where the folder should be")
    write(database)
    at = NOW
    for attempt in range(1, mail.MOST_ATTEMPTS + 1):
        assert mail.send_waiting(database, settings, at) == 0
        (row,) = outbox(database)
        assert (row.attempts, row.error) == (attempt, "FileExistsError")
        assert (row.body == "") == (attempt == mail.MOST_ATTEMPTS)
        with database.read_session() as session:
            last = attempt == mail.MOST_ATTEMPTS
            assert (mail.waiting(session), mail.given_up(session)) == (0 if last else 1, 1 if last else 0)
        wait = mail.WAIT * 2 ** (attempt - 1)
        mail.send_waiting(database, settings, at + wait - timedelta(seconds=1))
        assert outbox(database)[0].attempts == attempt
        at += wait
    settings.mail_folder.unlink()
    assert mail.send_waiting(database, settings, at + timedelta(days=30)) == 0


def test_mail_that_failed_is_sent_when_it_can_be(database: Database, settings: Settings) -> None:
    settings.mail_folder.write_text("a file where the folder should be")
    write(database)
    mail.send_waiting(database, settings, NOW)
    settings.mail_folder.unlink()
    later = NOW + mail.WAIT
    assert mail.send_waiting(database, settings, later) == 1
    (row,) = outbox(database)
    assert (row.sent_at, row.attempts, row.error, row.body) == (later, 2, "", "")


def test_of_two_senders_at_once_one_sends_each_message(storage: Database, settings: Settings) -> None:
    """Both see what waits; the second finds each message taken."""
    try:
        with storage.writing() as session:
            for number in range(6):
                mail.queue(session, act_of(), "an@example.org", f"Bericht {number}", "Dag.", "nl")
        start, counts = threading.Barrier(2), []

        def send() -> None:
            start.wait()
            counts.append(mail.send_waiting(storage, settings, NOW))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(counts) == 6
        assert [row.attempts for row in outbox(storage)] == [1] * 6
    finally:
        with storage.writing() as session:
            session.execute(delete(OutboxMessage))


def test_mail_that_can_be_ended_says_where_on_one_line(database: Database, settings: Settings) -> None:
    """Mail programs send a form to the address in this header: RFC 2369 and 8058."""
    stop = "https://doelenboom.example.org/reminders/" + "0123456789abcdef" * 20
    for subject, address in (("Herinnering", stop), ("Vraag", "")):
        with database.writing() as session:
            mail.queue(session, act_of(), "an@example.org", subject, "Dag.", "nl", unsubscribe=address)
    assert mail.send_waiting(database, settings, NOW) == 2
    written = [file.read_bytes() for file in settings.mail_folder.glob("*.eml")]
    (ends,) = [one for one in written if b"Subject: Herinnering" in one]
    (other,) = [one for one in written if b"Subject: Vraag" in one]
    lines = ends.decode().splitlines()
    assert f"List-Unsubscribe: <{stop}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Unsubscribe" not in other
    assert [row.unsubscribe for row in outbox(database)] == ["", ""]


# --- SMTP ---------------------------------------------------------------------------------------------------


class Post(socketserver.ThreadingTCPServer):
    """A mail server that understands what smtplib says without encryption, and keeps what it gets."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refuses: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.refuses = refuses
        self.said: list[str] = []
        self.letters: list[bytes] = []
        self.meanwhile: Callable[[], None] = lambda: None


class Talk(socketserver.StreamRequestHandler):
    """One conversation, as far as RFC 5321 and 4954 go here."""

    server: Post

    def handle(self) -> None:
        self.say("220 post")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            self.server.said.append(line)
            if verb == self.server.refuses:
                self.say("550 no")
            elif verb == "EHLO":
                self.say("250-post\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                self.say("235 welcome")
            elif verb == "DATA":
                self.say("354 go on")
                letter = b""
                while not letter.endswith(b"\r\n.\r\n"):
                    letter += self.rfile.readline()
                self.server.letters.append(letter)
                self.server.meanwhile()
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post(request: pytest.FixtureRequest) -> Iterator[Post]:
    """A mail server on this machine."""
    with Post(getattr(request, "param", "")) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def by_smtp(settings: Settings, server: Post, **more: object) -> Settings:
    """The settings with this server."""
    address = {"mail_server": "127.0.0.1", "mail_port": server.server_address[1], "mail_starttls": False}
    return settings.model_copy(update={**address, **more})


def test_with_a_server_mail_goes_there(database: Database, settings: Settings, post: Post) -> None:
    write(database)
    chosen = by_smtp(settings, post, mail_sender="Doelenboom <post@doelenboom.example.org>")
    assert mail.send_waiting(database, chosen, NOW) == 1
    letter = BytesParser(policy=policy.default).parsebytes(post.letters[0])
    assert letter["From"] == "Doelenboom <post@doelenboom.example.org>"
    assert any(line.startswith("mail FROM:<post@doelenboom.example.org>") for line in post.said)
    assert LINK in post.letters[0].replace(b"=\r\n", b"").decode()
    assert not settings.mail_folder.exists()


def test_it_signs_in_where_the_server_asks_for_that(
    database: Database, settings: Settings, post: Post
) -> None:
    write(database)
    chosen = by_smtp(settings, post, mail_user="doelenboom", mail_password="a secret")
    assert mail.send_waiting(database, chosen, NOW) == 1
    assert any(line.startswith("AUTH PLAIN") for line in post.said)


@pytest.mark.parametrize("post", ["RCPT"], indirect=True)
def test_what_a_server_refuses_is_kept_without_the_address(
    database: Database, settings: Settings, post: Post
) -> None:
    write(database)
    assert mail.send_waiting(database, by_smtp(settings, post), NOW) == 0
    assert outbox(database)[0].error == "SMTPRecipientsRefused"


@pytest.mark.parametrize("post", ["DATA"], indirect=True)
def test_the_number_that_a_server_answers_is_kept(database: Database, settings: Settings, post: Post) -> None:
    write(database)
    assert mail.send_waiting(database, by_smtp(settings, post), NOW) == 0
    assert outbox(database)[0].error == "SMTPDataError 550"


def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for(
    database: Database, settings: Settings, post: Post
) -> None:
    write(database)
    assert mail.send_waiting(database, by_smtp(settings, post, mail_starttls=True), NOW) == 0
    assert outbox(database)[0].error == "SMTPNotSupportedError"
    assert post.letters == []


def test_a_message_that_somebody_else_is_sending_by_then_is_left_alone(
    storage: Database, settings: Settings, post: Post
) -> None:
    def take_the_other() -> None:
        with storage.writing() as session:
            session.execute(
                update(OutboxMessage).where(OutboxMessage.attempts == 0).values(attempts=1, tried_at=NOW)
            )

    post.meanwhile = take_the_other
    try:
        write(storage, subject="One")
        write(storage, subject="Two")
        assert mail.send_waiting(storage, by_smtp(settings, post), NOW) == 1
        assert len(post.letters) == 1
    finally:
        with storage.writing() as session:
            session.execute(delete(OutboxMessage))
