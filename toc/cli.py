"""The commands of `toc`; docs/commands.md lists them.

Each calls a service and prints what came of it. Exit code 0: done; 1: refused, or something is wrong; 2: the
command was not understood. A mistake of who types it gives a sentence, never a trace.
"""

import gc
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from gunicorn.app.base import BaseApplication
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from toc import __version__, jobs
from toc.app import create_app
from toc.domain.acts import Act
from toc.domain.audit import INSTANCE
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.recognised import Asked, Question, Reason
from toc.domain.ids import RANDOM_BYTES, uuid7
from toc.domain.people import Role, check_password
from toc.domain.programmes import Description, Language
from toc.models import migrating
from toc.models.database import Database, Superuser
from toc.models.indicators import LogSource
from toc.models.programmes import Programme
from toc.services import audit, demo, doctor, mail, people, programmes
from toc.services.exchange.checking import OpenQuestions
from toc.serving import Worker
from toc.settings import Settings, SettingsError, check, load
from toc.web import reminding
from toc.web.exchange import fetching
from toc.web.security import ZONE
from toc.web.texts import SENTENCES, WORDS

_PORT = click.IntRange(1, 65535)
_LANGUAGE = "Dutch or English."
_PRIVATE = 0o077
"""What others on this machine may not do with the files that are made here."""


class Refused(click.ClickException):
    """Something could not be done; the sentence says why and what to do."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - as click has it
        """Print the sentence alone."""
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """Commands whose refusals are sentences."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run a command."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise Refused("\n".join(error.sentences)) from error
        except Superuser as error:
            raise Refused(
                "The program would sign in to PostgreSQL as a superuser, whom nothing stops: "
                "give it an account of its own in TOC_DATABASE_URL."
            ) from error
        except DomainError as error:
            raise Refused(_sentence(error)) from error
        except SQLAlchemyError as error:
            raise Refused(
                f"The database refuses ({doctor.reason(error)}). Find out why with: toc doctor"
            ) from error
        except OSError as error:
            raise Refused(
                f"{error.filename or 'A file'} cannot be used ({error.strerror}). "
                "Change its owner, or choose another folder: set TOC_INSTANCE."
            ) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__, prog_name="toc", message="%(prog)s %(version)s")
def main() -> None:
    """Doelenboom: from what people say they want to what was achieved, and what was paid for it.

    The settings are TOC_... variables or stand in instance/settings.toml; docs/settings.md lists them.
    """
    os.umask(_PRIVATE)


# --- Database -----------------------------------------------------------------------------------------------


@main.command()
def upgrade() -> None:
    """Make the database, or bring it to this version."""
    settings = _settings()
    _make_folder(settings)
    migrating.upgrade(settings.database_url)
    click.echo(f"The database has the tables of this version ({migrating.newest()}).")


@main.command("doctor")
def look() -> None:
    """Look at the whole installation; say what is wrong and how to mend it."""
    settings = _settings()
    wrong = 0
    with _database(settings) as database:
        for finding in doctor.examine(settings, database):
            click.echo(f"{'OK   ' if finding.ok else 'WRONG'}  {finding.about}: {finding.says}")
            wrong += not finding.ok
    if wrong:
        raise SystemExit(1)


@main.group("audit")
def audit_trail() -> None:
    """The record of who did what."""


@audit_trail.command()
def verify() -> None:
    """Check that no event was changed, removed, put in or moved since it was written."""
    with _reading() as session:
        names = {str(key): name for key, name in session.execute(select(Programme.id, Programme.name))}
        found = audit.verify(session)
    for chain, faults in found.items():
        whose = "The instance" if chain == INSTANCE else f"Programme {names[chain]} ({chain})"
        click.echo(f"{'WRONG' if faults else 'OK   '}  {whose}")
        for fault in faults:
            click.echo(f"         {str(SENTENCES[fault.key]) % {'sequence': fault.sequence}}")
    if any(found.values()):
        raise SystemExit(1)


# --- People and programmes ----------------------------------------------------------------------------------


@main.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("email")
@click.option("--name", prompt="Name", help="As others see it.")
@click.option(
    "--password",
    prompt="Password",
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for when it is not given, which keeps it out of the history of the shell.",
)
@click.option("--language", type=click.Choice(list(Language)), default=Language.NL, help=_LANGUAGE)
@click.option("--administrator", is_flag=True, help="May manage the whole installation.")
def add_user(email: str, name: str, password: str, language: Language, *, administrator: bool) -> None:
    """Add an account for EMAIL; a role comes with an invitation, or with `toc programme add`."""
    check_password(password, email=email)
    act = _act()
    with _writing() as session:
        account = people.add_user(
            session,
            act,
            _new_id(act),
            email=email,
            name=name,
            key=secrets.token_hex(32),
            password_hash=people.hash_password(password),
            language=language,
        )
        if administrator:
            people.make_administrator(session, act, account)
        address = account.email
    click.echo(f"{address} can sign in.")


@main.group()
def programme() -> None:
    """Programmes."""


@programme.command("add")
@click.argument("name")
@click.option("--coordinator", required=True, metavar="EMAIL", help="Account that will lead it.")
@click.option("--language", type=click.Choice(list(Language)), default=Language.NL, help=_LANGUAGE)
@click.option("--currency", default="EUR", help="ISO 4217.")
def add_programme(name: str, coordinator: str, language: Language, currency: str) -> None:
    """Add a programme called NAME, led by the account of the coordinator."""
    act = _act()
    description = Description(name=name, language=language, currency=currency.upper())
    with _writing() as session:
        account = people.account_by_email(session, people.clean_email(coordinator))
        if account is None:
            raise Refused(f"{coordinator} has no account. Make it with: toc user add {coordinator}")
        made = programmes.create(session, act, _new_id(act), description)
        people.add_member(session, act, account.id, Role.COORDINATOR)
        address = f"/p/{made.id}/"
    click.echo(f"Made: {address}")


@main.command()
def remind() -> None:
    """Write and send a mail to everybody for whom values wait to be logged, at most one a week."""
    settings = _settings()
    with _database(settings) as database:
        _require_tables(database)
        app = create_app(settings, database)
        with app.test_request_context(base_url=settings.base_url):  # for the addresses in the mail
            written = reminding.write_reminders(_act())
        sent = 0
        while batch := mail.send_waiting(database, settings, datetime.now(UTC)):
            sent += batch
    click.echo(f"Reminders written: {written}. Mails sent: {sent}.")


# --- Importing ----------------------------------------------------------------------------------------------


_A_FILE: Any = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN_ROWS = 20


@main.command("import")
@click.argument("file", type=_A_FILE)
@click.option("--programme", "of", required=True, metavar="ID", help="Id of the programme, or its name.")
@click.option(
    "--mapping",
    "mapping_file",
    required=True,
    type=_A_FILE,
    help="JSON file that says what each column is; docs/import.md describes it.",
)
@click.option("--source", default="", help="Name of the source that the keys of the rows belong to.")
@click.option("--good-rows", is_flag=True, help="Import the rows that are right and leave the others behind.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and import nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def import_file(
    *, file: Path, of: str, mapping_file: Path, source: str, good_rows: bool, dry_run: bool, as_json: bool
) -> None:
    """Import FILE, a log of measurements or of participants, into a programme: all of it or nothing."""
    settings, act = _settings(), _act()
    try:
        said = json.loads(mapping_file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{mapping_file} is no JSON file ({error}).") from error
    mapping = LogMapping.from_json(said)
    with _database(settings) as database:
        _require_tables(database)
        programme_id, source_id = _where(database, of, source)
        try:
            found = jobs.import_now(
                database,
                jobs.folder_of(settings),
                replace(act, roles=frozenset(Role)),
                programme_id,
                file,
                mapping,
                source_id=source_id,
                only_good=good_rows,
                dry_run=dry_run,
            )
        except OpenQuestions as error:
            _tell({"questions": [asdict(one) for one in error.questions]}, as_json=as_json)
            raise Refused("\n".join(map(_question, error.questions))) from error
    _tell(found.as_json(), as_json=as_json)
    for line in () if as_json else _import_lines(found):
        click.echo(line)
    if found.is_refused:
        raise Refused(
            "Nothing was imported, because some rows are not right, or contradict each other. Mend them, "
            "decide in the mapping, or leave them behind with --good-rows."
        )


def _tell(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1, default=str))


def _where(database: Database, of: str, source: str) -> tuple[UUID, UUID | None]:
    """Return the programme that is meant, by id or name, and the source of that name."""
    with database.read_session() as session:
        found = [
            id_
            for id_, name in session.execute(select(Programme.id, Programme.name))
            if of.strip().casefold() in {str(id_), name.casefold()}
        ]
        if len(found) != 1:
            raise Refused(f"There is not exactly one programme {of}. Give its id, from its address: /p/ID/.")
        if not source:
            return found[0], None
        id_ = session.scalar(
            select(LogSource.id).where(LogSource.programme_id == found[0], LogSource.name == source)
        )
    if id_ is None:
        raise Refused(f"The programme has no source {source}. Add it on the page of its sources.")
    return found[0], id_


def _question(one: Question) -> str:
    """Return what has to be answered in the mapping, in words."""
    where = f"Line {one.line}, column {json.dumps(one.header, ensure_ascii=False)}: {one.example!r}"
    if one.about is Asked.WORDS:
        return (
            f'{where} stands for a number. Say in "words" of that column which: {json.dumps(one.meanings)}.'
        )
    shown = {
        answer: answer if one.about is Asked.TWO_DIGIT_YEARS else json.dumps(answer)
        for answer in one.meanings
    }
    meanings = ", or ".join(f"{said or 'none'} with {shown[answer]}" for answer, said in one.meanings.items())
    return f"{where} can be read in more ways. Set {json.dumps(one.about)} of that column: {meanings}."


def _printable(text: str) -> str:
    """Return a text from a file as it may go to a terminal: signs that steer it are written out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _import_lines(found: jobs.Outcome) -> Iterator[str]:
    totals = found.totals
    yield f"{totals.rows} rows: " + ", ".join(f"{number} {state}" for state, number in totals.states.items())
    for target in totals.targets:
        total = f", together {target.total}" if target.total else ""
        yield f"  {target.about}: {target.values} values{total}; {target.missing} missing"
    if totals.new_participants:
        yield f"{totals.new_participants} participants are new."
    for note in totals.notes:
        yield _sentence(DomainError(note.key, **note.params))
    for row in found.wrong[:_SHOWN_ROWS]:
        for reason in row.reasons or (Reason(key="row.conflict"),):
            where = f", column {reason.header}" if reason.header else ""
            said = f" ({_printable(reason.original)})" if reason.original else ""
            why = _printable(_sentence(DomainError(reason.key, **reason.params)))
            here = f"Row {row.number} on line {row.line}" if row.line else "An entry that an answer lost"
            yield f"{here}{where}{said}: {why}"
    if found.imported is not None:
        yield f"{found.imported} values were imported."
    elif not found.is_refused:
        yield "Nothing was imported: a dry run."


@main.command("jobs")
def run_jobs() -> None:
    """Fetch what sources send, and do the work that waits, such as imports, or was left behind; then stop."""
    settings = _settings()
    with _database(settings) as database:
        _require_tables(database)
        app = create_app(settings, database)
        with app.test_request_context(base_url=settings.base_url):  # for the addresses in the mail
            found = fetching.fetch_due(_act())
        for one in found:
            click.echo(f"Source {one.source_id}: {_fetched(one)}")
        jobs.run_waiting(settings, database, lambda id_, state: click.echo(f"{id_}: {state}"))
        sent = 0
        while batch := mail.send_waiting(database, settings, datetime.now(UTC)):
            sent += batch
        if sent:
            click.echo(f"Mails sent: {sent}.")


def _fetched(one: fetching.Fetched) -> str:
    if one.error:
        return _printable(_sentence(DomainError(one.error, **one.params)))
    return f"{one.files} new files, {one.imported} imported."


# --- Serving ------------------------------------------------------------------------------------------------


@main.command()
@click.option("--port", type=_PORT, default=8000, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, help="Of each process.")
def serve(port: int, host: str, workers: int, threads: int) -> None:
    """Serve the pages until it is stopped with Ctrl-C."""
    settings = _settings()
    if settings.production and (faults := check(settings)):
        raise SettingsError(faults)
    with _database(settings) as database:
        if settings.production:
            database.check_account()
        _require_tables(database)
    _serve(settings, port=port, host=host, workers=workers, threads=threads)


@main.command("demo")
@click.option("--port", type=_PORT, default=8000, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--no-serve", is_flag=True, help="Make the demo and stop.")
def show_demo(port: int, host: str, *, no_serve: bool) -> None:
    """Make a database with examples, once, and serve it. What visitors change stays."""
    settings = _settings()
    if settings.production:
        raise Refused(
            "This installation is for real use (TOC_PRODUCTION), and everybody knows the password of a demo: "
            "choose another folder and unset TOC_PRODUCTION."
        )
    if not no_serve:
        _check_port(host, port)
    _make_folder(settings)
    migrating.upgrade(settings.database_url)
    with _database(settings) as database:
        with database.read_session() as session:
            try:
                demo.refuse_if_real(session)
            except DomainError as error:
                raise Refused(
                    f"The database in {settings.instance} is used for real programmes, beside which no demo "
                    "may stand. Choose another folder: set TOC_INSTANCE."
                ) from error
            fresh = not programmes.is_demo(session)
        if fresh:
            click.echo("Loading the examples ...")
        demo.load_demo(database, datetime.now(UTC))
        with database.read_session() as session:
            accounts = demo.demo_accounts(session)
    says = [f"Sign in with the password {demo.DEMO_PASSWORD} as", *_who(accounts), *_links(port)]
    if no_serve:
        click.echo("The demo is in place; serve it with: toc demo\n" + "\n".join(says))
    else:
        _serve(settings, port=port, host=host, workers=2, threads=8, says=tuple(says))


def _who(accounts: list[people.DemoAccount]) -> Iterator[str]:
    """Yield a line for each account, in the order of the roles."""
    width = max(len(account.email) for account in accounts)
    order = list(Role)
    for account in sorted(accounts, key=lambda one: min(map(order.index, one.roles), default=len(order))):
        roles = ", ".join(str(WORDS[Role][role]) for role in order if role in account.roles)
        yield f"  {account.email:<{width}}  {roles or account.name}"


def _links(port: int) -> Iterator[str]:
    """Yield a line for each personal link, which opens a page without an account."""
    yield "Without an account, by personal link:"
    for link in demo.personal_links():
        who = link.name or f"participant {link.respondent}"
        yield f"  http://localhost:{port}/link/{link.token}  {who}, {link.programme}"


_BETWEEN_LOOKS = 50_000
"""New objects after which Python looks for what can be thrown away; its own 700 is little for one page."""
_TURN = 0.0005
"""Seconds after which a thread that computes lets others go on: a big page holds up no small file."""


class Server(BaseApplication):
    """Gunicorn in this process; the application and its database connections are made in each worker."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        self._database: Database | None = None
        super().__init__()

    def load_config(self) -> None:
        """Take our options and no others, neither from its file nor from its variable."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - Flask and gunicorn describe the same protocol in two ways
        """Return the application.

        What a worker starts with stays as long as the worker does. Python looks through it no more for what
        can be thrown away, and through the rest less often: for a big tree that was half of the time.
        """
        app = create_app(self._settings)
        gc.collect()
        gc.freeze()
        gc.set_threshold(_BETWEEN_LOOKS, 10, 10)
        sys.setswitchinterval(_TURN)
        self._database = app.extensions["toc_database"]
        return app

    def close(self) -> None:
        """Close the database connections of a worker that ends: what is frozen is not closed by itself.

        A worker that is told to stop while it still starts has none.
        """
        if self._database is not None:
            self._database.dispose()


def _serve(
    settings: Settings, *, port: int, host: str, workers: int, threads: int, says: tuple[str, ...] = ()
) -> None:
    _check_port(host, port)
    address = f"http://localhost:{port}"
    if "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": address})

    def when_ready(_: object) -> None:
        click.echo("\n".join([f"Doelenboom is ready: {address}", *says, "Stop it with Ctrl-C."]))

    Server(
        settings,
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "worker_class": Worker,
            "workers": workers,
            "threads": threads,
            "timeout": 60,
            "loglevel": "warning",
            "umask": _PRIVATE,
            "when_ready": when_ready,
            "worker_exit": lambda _, worker: worker.app.close(),
            "control_socket_disable": True,  # it would lie in the home folder, which a service may not have
            "forwarded_allow_ips": "",  # TOC_PROXY_HOPS alone says whom to believe
        },
    ).run()


def _require_tables(database: Database) -> None:
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Refused(f"There is no database {url.database}. Make it with: toc upgrade")
    if migrating.current(database.engine) != migrating.newest():
        raise Refused("The database has not the tables of this version. Copy it, then run: toc upgrade")


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} of {host} cannot be used ({error.strerror or error}). "
                "Choose another with --port, or with make demo PORT=8123."
            ) from error


# --- Shared -------------------------------------------------------------------------------------------------


def _settings() -> Settings:
    return load(os.environ, Path.cwd())


def _make_folder(settings: Settings) -> None:
    settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _reading() -> Iterator[Session]:
    settings = _settings()
    with _database(settings) as database:
        _require_tables(database)
        with database.read_session() as session:
            yield session


@contextmanager
def _writing() -> Iterator[Session]:
    settings = _settings()
    with _database(settings) as database:
        _require_tables(database)
        with database.writing() as session:
            yield session


def _act() -> Act:
    at = datetime.now(UTC)
    return Act(at=at, on=at.astimezone(ZONE).date())


def _new_id(act: Act) -> UUID:
    return uuid7(act.at, os.urandom(RANDOM_BYTES))


def _sentence(error: DomainError) -> str:
    return str(SENTENCES[error.key]) % error.params if error.key in SENTENCES else error.key
