"""The doctor says what is wrong and how to mend it."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.factories import act_of, make_programme
from toc.models import migrating
from toc.models.database import Database
from toc.models.mail import OutboxMessage
from toc.services import audit, doctor, mail
from toc.services.doctor import Finding
from toc.settings import Settings

GOOD_KEY = "3JkQ1vTz-uP7_yWm5XcE9sRbNaHdLgOf"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder for the owner alone."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def settings(instance: Path) -> Settings:
    """Those of somebody who tries the program out."""
    return Settings(instance=instance)


def production(instance: Path, **more: object) -> Settings:
    """Settings that are fit for real use, unless more is given."""
    return Settings.model_validate(
        {
            "instance": instance,
            "production": True,
            "secret_key": GOOD_KEY,
            "base_url": "https://toc.example",
            **more,
        }
    )


def wrong(findings: Iterator[Finding]) -> list[str]:
    """What is wrong, as it is printed."""
    return [f"{finding.about}: {finding.says}" for finding in findings if not finding.ok]


# --- Settings and files -------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_a_fresh_installation(separate: Database, settings: Settings) -> None:
    found = list(doctor.examine(settings, separate))
    assert wrong(iter(found)) == []
    assert {
        "Settings",
        "Secret key",
        "Files",
        "Disk",
        "Mail",
        "Database",
        "Tables",
        "Demo",
        "Audit trail",
    } <= {finding.about for finding in found}


def test_settings_that_are_fit_for_production_are(instance: Path) -> None:
    assert [f.says for f in doctor.look_at_settings(production(instance))] == ["Fit for production."]


def test_settings_that_are_not_fit_for_production_are_all_named(instance: Path) -> None:
    said = wrong(doctor.look_at_settings(production(instance, debug=True, secret_key="short")))
    assert [line[:33] for line in said] == [
        "Settings: The secret key can be g",
        "Settings: Debug is on, which show",
    ]


def test_the_secret_key_is_looked_at(settings: Settings, instance: Path) -> None:
    def key(settings: Settings) -> Finding:
        return next(finding for finding in doctor.look_at_settings(settings) if finding.about == "Secret key")

    assert "Will be made at the first start" in key(settings).says
    assert not (instance / "secret_key").exists()  # looking makes nothing
    (instance / "secret_key").write_text(GOOD_KEY)
    assert key(settings).ok
    for bad in (b"short", b"\xff" * 64):
        (instance / "secret_key").write_bytes(bad)
        assert not key(settings).ok
        assert "Remove it" in key(settings).says
    assert "as a setting" in key(settings.model_copy(update={"secret_key": GOOD_KEY})).says


@pytest.mark.parametrize(
    ("name", "mode", "advice"),
    [
        ("", 0o755, "chmod 750 "),
        ("", 0o770, "chmod 750 "),
        ("", 0o750, None),
        ("secret_key", 0o640, "chmod 600 "),
        ("secret_key", 0o600, None),
        ("settings.toml", 0o604, "chmod 600 "),
        ("settings.toml", 0o400, None),
    ],
)
def test_what_others_can_read_is_named(
    name: str, mode: int, advice: str | None, settings: Settings, instance: Path
) -> None:
    path = instance / name
    if name:
        path.touch()
    path.chmod(mode)
    said = wrong(doctor.look_at_files(settings))
    if advice is None:
        assert said == []
    else:
        (line,) = said
        assert line.endswith(f"Mend it with: {advice}{path}")


def test_a_folder_that_is_not_there_is_made_by_upgrade(tmp_path: Path) -> None:
    (line,) = wrong(doctor.look_at_files(Settings(instance=tmp_path / "none")))
    assert "Make it and the database with: toc upgrade" in line


def test_a_full_disk_is_said_before_it_is_full(tmp_path: Path) -> None:
    assert doctor.look_at_disk(tmp_path, doctor.LEAST_FREE).ok
    little = doctor.look_at_disk(tmp_path, doctor.LEAST_FREE - 1)
    assert (little.ok, little.says) == (False, f"Only 499 MB free for {tmp_path}. Make room: 500 MB or more.")


# --- Mail ---------------------------------------------------------------------------------------------------


class _Greeting(socketserver.StreamRequestHandler):
    """As much of an SMTP server as the doctor talks to."""

    def handle(self) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n")
        for line in self.rfile:
            self.wfile.write(b"221 Bye\r\n" if line.startswith(b"QUIT") else b"250 OK\r\n")


@pytest.fixture
def smtp_port() -> Iterator[int]:
    """A mail server that greets."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greeting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def test_a_mail_server_that_answers(instance: Path, smtp_port: int) -> None:
    settings = production(instance, mail_server="127.0.0.1", mail_port=smtp_port)
    assert doctor.look_at_mail(settings) == Finding(
        about="Mail", says=f"The server 127.0.0.1, port {smtp_port} answers."
    )


def test_a_mail_server_that_does_not_answer(instance: Path) -> None:
    finding = doctor.look_at_mail(production(instance, mail_server="127.0.0.1", mail_port=1))
    assert not finding.ok
    assert "127.0.0.1, port 1 does not answer" in finding.says
    assert finding.says.endswith("Check TOC_MAIL_SERVER and TOC_MAIL_PORT.")


def test_without_a_mail_server_the_folder_must_be_writable(settings: Settings, tmp_path: Path) -> None:
    assert doctor.look_at_mail(settings).ok
    assert not settings.mail_folder.exists()
    nowhere = settings.model_copy(update={"mail_folder": Path("/proc/nowhere")})
    finding = doctor.look_at_mail(nowhere)
    assert not finding.ok
    assert "/proc/nowhere cannot be written to" in finding.says
    assert list(tmp_path.iterdir()) == [settings.instance]


def test_in_production_mail_in_a_folder_reaches_nobody(instance: Path) -> None:
    finding = doctor.look_at_mail(production(instance))
    assert (finding.ok, "Set TOC_MAIL_SERVER" in finding.says) == (False, True)


def test_mail_that_was_given_up_is_said(separate: Database, settings: Settings) -> None:
    with separate.writing() as session:
        message = mail.queue(session, act_of(), "a@example.org", "Invitation", "Come", "nl")
    assert wrong(doctor.look_at_database(settings, separate)) == []
    with separate.writing() as session:
        session.get_one(OutboxMessage, message.id).attempts = mail.MOST_ATTEMPTS
    (line,) = wrong(doctor.look_at_database(settings, separate))
    assert line.startswith("Outbox: 1 messages could not be sent")


# --- Database -----------------------------------------------------------------------------------------------


def test_an_old_library_of_sqlite_is_refused() -> None:
    assert doctor.look_at_library((3, 51, 3)).ok
    old = doctor.look_at_library((3, 40, 1))
    assert not old.ok
    assert "Library 3.40.1 can damage a database (the WAL-reset fault, mended in 3.51.3)" in old.says


def test_a_database_without_tables_needs_an_upgrade(empty_url: str, settings: Settings) -> None:
    database = Database(empty_url)
    (line,) = wrong(doctor.look_at_database(settings, database))
    assert line.endswith("toc upgrade")
    migrating.upgrade(empty_url)
    migrating.downgrade(empty_url)
    (line,) = wrong(doctor.look_at_database(settings, database))
    assert "They are those of no version, not of this one" in line
    database.dispose()


def test_a_database_that_does_not_answer_is_said_without_its_password(settings: Settings) -> None:
    database = Database("postgresql+psycopg://toc:secret-word@127.0.0.1:1/toc")
    (line,) = wrong(doctor.look_at_database(settings, database))
    assert line.startswith("Database: It does not answer (connection failed")
    assert "secret-word" not in line
    assert "\n" not in line


def test_a_superuser_is_named(postgres_url: str, request: pytest.FixtureRequest, settings: Settings) -> None:
    assert postgres_url
    database = Database(request.getfixturevalue("postgres").admin_url)
    assert any(
        line.startswith("Database: The program signs in as a superuser")
        for line in wrong(doctor.look_at_database(settings, database))
    )
    database.dispose()


def test_a_demo_says_so_and_is_wrong_in_production(
    separate: Database, settings: Settings, instance: Path
) -> None:
    def demo(settings: Settings) -> Finding:
        return next(one for one in doctor.look_at_database(settings, separate) if one.about == "Demo")

    assert demo(settings).says == "This is no demo."
    with separate.writing() as session:
        make_programme(session, is_demo=True)
    assert (demo(settings).ok, "everybody knows" in demo(settings).says) == (True, True)
    real = demo(production(instance))
    assert (real.ok, "Use another database" in real.says) == (False, True)


def test_a_broken_chain_is_named(separate: Database, settings: Settings) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
        audit.record_in_instance(session, act_of(), "account.create", "user", "x")
    with separate.writing() as session:
        session.execute(text("DELETE FROM audit_head"))
        session.execute(text("UPDATE instance_head SET sequence = 0"))
    said = wrong(doctor.look_at_database(settings, separate))
    assert said == [
        "Audit trail: The chain of the instance is broken. See where with: toc audit verify",
        f"Audit trail: The chain of programme {programme.id} is broken. See where with: toc audit verify",
    ]


def test_a_reason_is_one_line_without_the_statement() -> None:
    error = OperationalError("SELECT secret", {}, Exception("no\n  such file"))
    assert doctor.reason(error) == "no such file"
    assert doctor.reason(OperationalError("SELECT secret", {}, Exception())) == "Exception"
