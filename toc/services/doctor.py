"""The check of an installation: each finding says that all is well, or what is wrong and how to mend it.

Like the settings, this speaks to whoever runs the program, in plain English on a terminal.
"""

import shutil
import smtplib
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from toc.domain.audit import INSTANCE
from toc.models import migrating
from toc.models.database import LEAST_SQLITE, Database, Superuser, sqlite_version
from toc.services import audit, mail, programmes
from toc.settings import LEAST_SECRET, Settings, check

LEAST_FREE = 500_000_000
"""Bytes of free disk below which the doctor warns: a database that cannot grow refuses every change."""

_SECONDS = 5
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, and what was seen.

    Attributes:
        about: in a word or two.
        says: a sentence; when something is wrong it ends with what to do.
        ok: whether all is well.
    """

    about: str
    says: str
    ok: bool = True


def examine(settings: Settings, database: Database) -> Iterator[Finding]:
    """Look at everything that an installation needs, one thing after the other."""
    yield from look_at_settings(settings)
    yield from look_at_files(settings)
    yield look_at_disk(settings.instance, shutil.disk_usage(_there(settings.instance)).free)
    yield look_at_mail(settings)
    yield from look_at_database(settings, database)


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Say whether the settings are fit for what the installation is for, and where its secret key is."""
    if settings.production:
        faults = check(settings)
        yield from (Finding(about="Settings", says=fault, ok=False) for fault in faults)
        if not faults:
            yield Finding(about="Settings", says="Fit for production.")
        return
    yield Finding(about="Settings", says="Fit for trying out; set TOC_PRODUCTION to true for real use.")
    yield _secret_key(settings)


def look_at_files(settings: Settings) -> Iterator[Finding]:
    """Say whether others on this machine can read what they should not."""
    if not settings.instance.is_dir():
        yield Finding(
            about="Files",
            says=f"There is no folder {settings.instance}. Make it and the database with: toc upgrade",
            ok=False,
        )
        return
    open_ = [
        *_too_open(settings.instance, allowed=0o750),
        *_too_open(settings.instance / "secret_key", allowed=0o600),
        *_too_open(settings.instance / "settings.toml", allowed=0o600),
    ]
    yield from open_
    if not open_:
        yield Finding(
            about="Files", says=f"Others on this machine cannot read what is in {settings.instance}."
        )


def look_at_disk(folder: Path, free: int) -> Finding:
    """Say whether there is room to grow.

    Args:
        folder: where the installation writes.
        free: bytes that are free there.
    """
    room = f"{free // _MEGABYTE} MB free for {folder}."
    if free < LEAST_FREE:
        wanted = LEAST_FREE // _MEGABYTE
        return Finding(about="Disk", says=f"Only {room} Make room: {wanted} MB or more.", ok=False)
    return Finding(about="Disk", says=room)


def look_at_mail(settings: Settings) -> Finding:
    """Say whether mail can leave."""
    if settings.mail_server:
        where = f"{settings.mail_server}, port {settings.mail_port}"
        try:
            with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=_SECONDS) as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as error:
            why = str(error) or type(error).__name__
            return Finding(
                about="Mail",
                says=f"The server {where} does not answer ({why}). Check TOC_MAIL_SERVER and TOC_MAIL_PORT.",
                ok=False,
            )
        return Finding(about="Mail", says=f"The server {where} answers.")
    folder = settings.mail_folder
    try:
        with tempfile.TemporaryFile(dir=_there(folder)):
            pass
    except OSError as error:
        return Finding(
            about="Mail",
            says=f"{folder} cannot be written to ({error.strerror}). "
            "Change its owner, or set TOC_MAIL_SERVER or TOC_MAIL_FOLDER.",
            ok=False,
        )
    if settings.production:
        return Finding(
            about="Mail", says=f"Nobody gets mail: it is written to {folder}. Set TOC_MAIL_SERVER.", ok=False
        )
    return Finding(about="Mail", says=f"Written to {folder}; set TOC_MAIL_SERVER to send it.")


def look_at_library(version: tuple[int, ...]) -> Finding:
    """Say whether the SQLite library can be trusted with a database that several processes write."""
    shown = ".".join(map(str, version))
    if version < LEAST_SQLITE:
        wanted = ".".join(map(str, LEAST_SQLITE))
        return Finding(
            about="SQLite",
            says=f"Library {shown} can damage a database (the WAL-reset fault, mended in {wanted}). "
            "Install the package pysqlite3, or a newer SQLite, or use PostgreSQL (TOC_DATABASE_URL).",
            ok=False,
        )
    return Finding(about="SQLite", says=f"Library {shown}.")


def look_at_database(settings: Settings, database: Database) -> Iterator[Finding]:
    """Say whether the database answers, has all tables of this version, and holds unbroken chains."""
    if database.engine.dialect.name == "sqlite":
        yield look_at_library(sqlite_version())
        file = Path(database.engine.url.database or "")
        if not file.is_file():  # asking would make an empty one
            yield Finding(
                about="Database", says=f"There is no file {file}. Make it with: toc upgrade", ok=False
            )
            return
    try:
        with database.read_session() as session:
            yield Finding(about="Database", says=_server(session))
        yield from _account(database)
        pending = _pending(database)
        yield pending
        if pending.ok:
            with database.read_session() as session:
                yield _demo(session, settings)
                yield _outbox(session)
                yield from look_at_chains(session)
    except SQLAlchemyError as error:
        yield Finding(
            about="Database",
            says=f"It does not answer ({reason(error)}). Check TOC_DATABASE_URL, and that its server runs.",
            ok=False,
        )


def look_at_chains(session: Session) -> Iterator[Finding]:
    """Say whether the audit trail is whole."""
    faults = audit.verify(session)
    broken = [chain for chain, found in faults.items() if found]
    for chain in broken:
        whose = "the instance" if chain == INSTANCE else f"programme {chain}"
        yield Finding(
            about="Audit trail",
            says=f"The chain of {whose} is broken. See where with: toc audit verify",
            ok=False,
        )
    if not broken:
        yield Finding(about="Audit trail", says=f"All chains are whole: {len(faults)}.")


def reason(error: SQLAlchemyError) -> str:
    """Return why the database refused, on one line and without the statement."""
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split()) or type(original).__name__


def _secret_key(settings: Settings) -> Finding:
    file = settings.instance / "secret_key"
    if settings.secret_key:
        return Finding(about="Secret key", says="Given as a setting.")
    if not file.exists():
        return Finding(about="Secret key", says=f"Will be made at the first start, in {file}.")
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < LEAST_SECRET:
        return Finding(
            about="Secret key", says=f"{file} holds no key. Remove it: the next start makes one.", ok=False
        )
    return Finding(about="Secret key", says=f"In {file}.")


def _too_open(path: Path, *, allowed: int) -> Iterator[Finding]:
    if not path.exists():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & ~allowed & 0o077:
        yield Finding(
            about="Files",
            says=f"Others on this machine can get at {path}. Mend it with: chmod {allowed:o} {path}",
            ok=False,
        )


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists: looking makes nothing."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _server(session: Session) -> str:
    if session.get_bind().dialect.name == "sqlite":
        return f"SQLite, {session.get_bind().engine.url.database}."
    return f"PostgreSQL {session.scalar(text('SHOW server_version'))}."


def _account(database: Database) -> Iterator[Finding]:
    try:
        database.check_account()
    except Superuser:
        yield Finding(
            about="Database",
            says="The program signs in as a superuser, whom nothing stops. Give it an account of its own: "
            "CREATE ROLE toc LOGIN PASSWORD '...'; ALTER DATABASE ... OWNER TO toc",
            ok=False,
        )


def _pending(database: Database) -> Finding:
    current, newest = migrating.current(database.engine), migrating.newest()
    if current != newest:
        return Finding(
            about="Tables",
            says=f"They are those of {current or 'no version'}, not of this one ({newest}). "
            "Make a copy of the database, then: toc upgrade",
            ok=False,
        )
    return Finding(about="Tables", says=f"Those of this version ({newest}).")


def _demo(session: Session, settings: Settings) -> Finding:
    if not programmes.is_demo(session):
        return Finding(about="Demo", says="This is no demo.")
    if settings.production:
        return Finding(
            about="Demo",
            says="This is a demo, whose accounts have a password that everybody knows. "
            "Use another database (TOC_DATABASE_URL) for real use.",
            ok=False,
        )
    return Finding(about="Demo", says="This is a demo: everybody knows the password of its accounts.")


def _outbox(session: Session) -> Finding:
    waiting, given_up = mail.waiting(session), mail.given_up(session)
    if given_up:
        return Finding(
            about="Outbox",
            says=f"{given_up} messages could not be sent and were given up. "
            "Check the mail settings, and send those invitations again.",
            ok=False,
        )
    return Finding(about="Outbox", says=f"{waiting} messages wait to be sent.")
