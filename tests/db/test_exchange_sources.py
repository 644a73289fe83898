"""Sources of logs: remembered, scheduled, closed; and what comes of them by itself."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member
from tests.factories.indicators import WORKER, make_count, make_indicator
from tests.factories.participants import make_event, make_instrument, make_participant
from tests.factories.servers import Logs, logs_served
from toc import jobs as runner
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import About, ColumnUse, Mapping, Use
from toc.domain.exchange.notation import NumberStyle
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import LEVEL
from toc.domain.jobs import JobState
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import LogImport, LogSource
from toc.models.jobs import Job
from toc.models.people import Membership, User
from toc.models.programmes import Programme
from toc.services import exchange as service
from toc.services import jobs, participants
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.exchange import fetching, sources
from toc.services.exchange.addresses import Net
from toc.services.exchange.arrived import brought, get_import, import_lines
from toc.services.exchange.fetching import Keeper, News, Taken, Where
from toc.services.exchange.sources import Schedule, seal, unseal
from toc.services.exchange.targets import targets_of

KEY = "only-for-tests-and-long-enough-0123456789"
LOG = "datum;aantal\n2025-01-02;80\n2025-02-13;90\n"
ADDRESS = "https://kobo.example.org/data.csv"


def mapping(code: str = "I1") -> Mapping:
    """Two columns, both of which are known."""
    return Mapping(
        about=About.MEASUREMENTS,
        columns=(
            ColumnUse(header="datum", use=Use.DAY),
            ColumnUse(header="aantal", use=Use.VALUE, indicator=code, style=NumberStyle.DUTCH),
        ),
    )


def make_source(session: Session, name: str = "Kobo", act: Act = WORKER) -> LogSource:
    made = sources.add_source(session, act, uuid4(), name, SourceKind.KOBO)
    sources.remember(session, act, made.id, mapping())
    return made


def by_address(**says: object) -> Schedule:
    chosen = {"fetch": Fetch.ADDRESS, "address": ADDRESS, "every_hours": 6, **says}
    return Schedule(**chosen)  # type: ignore[arg-type] # named by the test


def raised(key: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.key == key)


# --- Sources ------------------------------------------------------------------------------------------------


def test_a_source_is_added_once_and_names_differ(session: Session) -> None:
    made = make_source(session)
    assert sources.add_source(session, WORKER, made.id, "Another", SourceKind.ODK) is made
    with pytest.raises(Conflict, match=r"source\.name_taken"):
        make_source(session)
    sources.close(session, WORKER, make_source(session, "A closed one").id)
    assert [one.name for one in sources.list_sources(session)] == ["Kobo", "A closed one"]
    with pytest.raises(NotFound):
        sources.get_source(session, uuid4())


def test_what_is_remembered_is_kept_without_decisions_and_forgotten(session: Session) -> None:
    made = make_source(session)
    revision = made.revision
    sources.remember(session, WORKER, made.id, mapping())
    assert made.revision == revision, "the same again changes nothing"
    again = mapping("I2")
    sources.remember(session, WORKER, made.id, again)
    assert Mapping.from_json(made.mapping) == again
    sources.schedule(session, WORKER, made.id, made.revision, by_address(token=seal(KEY, "abc")), None)
    sources.forget(session, WORKER, made.id)
    assert (made.mapping, made.fetch, made.address) == ({}, Fetch.NEVER, "")
    assert not sources.has_token(session, made.id)


def test_a_schedule_needs_a_mapping_an_open_source_and_the_newest_revision(session: Session) -> None:
    bare = sources.add_source(session, WORKER, uuid4(), "Bare", SourceKind.TABLE)
    with raised("source.no_mapping"):
        sources.schedule(session, WORKER, bare.id, bare.revision, by_address(), None)
    sources.schedule(
        session, WORKER, bare.id, bare.revision, Schedule(fetch=Fetch.NEVER, address="x", every_hours=1), None
    )
    assert bare.address == ""
    made = make_source(session)
    with pytest.raises(Stale):
        sources.schedule(session, WORKER, made.id, made.revision - 1, by_address(), None)
    for address, key in (
        ("http://x.org/", "fetch.address"),
        ("https://a:b@x.org/", "fetch.secret_in_address"),
    ):
        with raised(key):
            sources.schedule(session, WORKER, made.id, made.revision, by_address(address=address), None)
    sources.close(session, WORKER, made.id)
    sources.close(session, WORKER, made.id)
    with raised("source.closed"):
        sources.schedule(session, WORKER, made.id, made.revision, by_address(), None)


def test_a_token_stays_with_its_address_alone(session: Session) -> None:
    made = make_source(session)

    def ask(**says: object) -> bool:
        sources.schedule(session, WORKER, made.id, made.revision, by_address(**says), None)
        return sources.has_token(session, made.id)

    assert ask(token=seal(KEY, "abc"))
    assert ask(every_hours=12), "kept when nothing is typed"
    assert not ask(without_token=True)
    assert ask(token=seal(KEY, "abc"))
    assert not ask(address="https://other.example.org/"), "another server never gets it"
    assert not ask(fetch=Fetch.NEVER, token=seal(KEY, "abc"))


def test_a_token_is_kept_sealed(session: Session) -> None:
    made = make_source(session)
    sources.schedule(
        session, WORKER, made.id, made.revision, by_address(token=seal(KEY, "very-secret")), None
    )
    (kept,) = session.execute(text("SELECT token FROM log_source WHERE token IS NOT NULL")).one()
    assert b"very-secret" not in bytes(kept)
    assert unseal(KEY, bytes(kept)) == "very-secret"
    with raised("fetch.token_lost"):
        unseal(KEY + "x", bytes(kept))


def test_only_a_folder_of_the_programme_below_the_watched_one_is_watched(
    session: Session, tmp_path: Path
) -> None:
    watched = tmp_path / "watched" / str(session.info["programme_id"])
    other = tmp_path / "watched" / str(uuid4())
    (other / "kobo").mkdir(parents=True)
    (watched / "kobo" / "deep").mkdir(parents=True)
    (watched / "file").touch()
    (tmp_path / "outside").mkdir()
    (watched / "link").symlink_to(tmp_path / "outside")
    (watched / "inside").symlink_to(watched / "kobo")
    made = make_source(session)

    def ask(name: str, below: Path | None = watched.parent) -> None:
        asked = Schedule(fetch=Fetch.FOLDER, address=name, every_hours=1)
        sources.schedule(session, WORKER, made.id, made.revision, asked, below)

    for name in ("kobo", "kobo/deep", "inside"):
        ask(name)
    for name in (
        "",
        ".",
        "..",
        "../outside",
        "kobo/../../outside",
        "/etc",
        str(watched / "kobo"),
        f"../{other.name}/kobo",
        "link",
        "a\0b",
    ):
        with raised("source.folder_outside"):
            ask(name)
    for name in ("none", "file"):
        with raised("source.folder_missing"):
            ask(name)
    with raised("source.folder_missing"):
        ask(f"{other.name}/kobo")
    with raised("source.no_watching"):
        ask("kobo", None)


# --- Fetching -----------------------------------------------------------------------------------------------


class Fetching:
    """A source of a worker, and an installation that fetches from it."""

    def __init__(self, database: Database, programme: Programme, folder: Path, net: Net) -> None:
        self.database, self.programme = database, programme
        self.watched = folder / "watched"
        self.kobo = self.watched / str(programme.id) / "kobo"
        self.kobo.mkdir(parents=True)
        self.where = Where(jobs=folder / "jobs", watched=self.watched, secret_key=KEY, most=1_000, net=net)
        with database.writing() as session:
            self.worker = make_member(session, programme, Role.WORKER).id
        self.act = act_of(None, at=NOW)
        with database.writing(programme.id) as session:
            make_indicator(session, definition=make_count())
            by = act_of(session.get_one(User, self.worker), Role.WORKER)
            self.source = make_source(session, act=by).id

    def schedule(self, fetch: Fetch = Fetch.FOLDER, address: str = "kobo", token: str = "") -> None:
        with self.database.writing(self.programme.id) as session:
            row = sources.get_source(session, self.source)
            asked = Schedule(
                fetch=fetch,
                address=address,
                every_hours=6,
                token=seal(KEY, token) if token else None,
            )
            sources.schedule(session, WORKER, self.source, row.revision, asked, self.watched)

    def put(self, name: str, content: str = LOG, *, age: int = 3600) -> Path:
        file = self.kobo / name
        file.write_text(content)
        os.utime(file, (NOW.timestamp() - age,) * 2)
        return file

    def keeper(self) -> Keeper:
        with self.database.read_session(self.programme.id) as session:
            found = fetching.keeper_of(session, sources.get_source(session, self.source), NOW, self.act)
        assert found is not None
        return found

    def fetch(self) -> list[Taken]:
        return fetching.fetch(self.database, self.programme.id, self.source, self.keeper(), self.where)

    def read(self, taken: Taken) -> News:
        runner.perform(self.database, self.where.jobs, self.programme.id, taken.job_id)
        with self.database.read_session(self.programme.id) as session:
            job = jobs.get(session, taken.job_id)
        return fetching.news_of(job, service.recognition(self.where.jobs, taken.job_id))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    with logs_served(tmp_path_factory.mktemp("server")) as logs:
        yield logs


@pytest.fixture
def here(database: Database, programme: Programme, tmp_path: Path, served: Logs) -> Fetching:
    return Fetching(database, programme, tmp_path, served.net)


def test_a_source_is_due_when_its_hours_are_over_and_claimed_once(here: Fetching) -> None:
    def due(hours: int) -> bool:
        with here.database.read_session() as session:
            return (here.programme.id, here.source) in fetching.due_sources(
                session, NOW + timedelta(hours=hours)
            )

    def claim(hours: int) -> bool:
        with here.database.writing(here.programme.id) as session:
            return fetching.claim(session, NOW + timedelta(hours=hours), here.source)

    assert not due(0), "nobody asked for it"
    assert not claim(0)
    here.schedule()
    assert due(0)
    assert claim(0)
    assert not due(5)
    assert not claim(5)
    assert due(6)
    assert claim(6)
    with here.database.writing(here.programme.id) as session:
        revision = sources.get_source(session, here.source).revision
        assert fetching.note(session, here.source, "fetch.refused")
        assert not fetching.note(session, here.source, "fetch.refused"), "that is no news"
    with here.database.writing(here.programme.id) as session:
        assert sources.get_source(session, here.source).revision == revision, "who edits is not disturbed"
        sources.close(session, WORKER, here.source)
    assert not due(12)


def test_who_may_not_any_more_is_asked_nothing(here: Fetching) -> None:
    def keeper() -> Keeper | None:
        with here.database.read_session(here.programme.id) as session:
            return fetching.keeper_of(session, sources.get_source(session, here.source), NOW, here.act)

    found = keeper()
    assert found is not None
    assert (found.act.user, found.act.roles) == (here.worker, frozenset({Role.WORKER}))
    with here.database.writing() as session:
        session.get_one(User, here.worker).active = False
    assert keeper() is None
    with here.database.writing() as session:
        session.get_one(User, here.worker).active = True
        for row in session.scalars(select(Membership).where(Membership.user_id == here.worker)):
            row.ended_at = NOW
    assert keeper() is None
    with here.database.writing(here.programme.id) as session:
        sources.get_source(session, here.source).created_by_id = None
    assert keeper() is None


def test_files_of_a_folder_are_taken_once_and_those_that_nobody_writes_any_more(here: Fetching) -> None:
    here.schedule()
    here.put("b.csv", LOG.replace("80", "81"))
    here.put("a.csv")
    here.put("same.csv")
    here.put("young.csv", LOG + "\n", age=1)
    here.put(".hidden", "x")
    (here.kobo / "folder").mkdir()
    (here.kobo / "link.csv").symlink_to("/etc/hostname")
    os.mkfifo(here.kobo / "pipe")
    found = here.fetch()
    assert [(one.name, one.is_new) for one in found] == [("a.csv", True), ("b.csv", True), ("same.csv", True)]
    assert found[0].job_id == found[2].job_id
    assert here.fetch()[0].is_new, "one that was never read to its end is read again"
    for one in found:
        runner.perform(here.database, here.where.jobs, here.programme.id, one.job_id)
    assert [one.is_new for one in here.fetch()] == [False] * 3


def test_some_files_wait_for_the_next_time(here: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_FILES", 2)
    here.schedule()
    for name in ("a", "b", "c"):
        here.put(name, f"{LOG}2025-03-01;{ord(name)}\n")
    assert [one.name for one in here.fetch()] == ["a", "b"]


def test_a_file_of_an_address_comes_with_its_token(here: Fetching, served: Logs) -> None:
    address = served.give(LOG.encode(), "/kobo/data.csv")
    served.asked.clear()
    here.schedule(Fetch.ADDRESS, address, "abc")
    (taken,) = here.fetch()
    assert (taken.name, taken.is_new) == ("data.csv", True)
    assert served.asked[0][1]["Authorization"] == "Token abc"
    assert not here.read(taken)
    with here.database.writing(here.programme.id) as session:
        made = service.ask_commit(session, here.keeper().act, taken.job_id, only_good=False).id
    assert runner.perform(here.database, here.where.jobs, here.programme.id, made) is JobState.DONE
    with here.database.read_session(here.programme.id) as session:
        (line,) = import_lines(session)
        assert (line.source, line.added, line.file_name) == ("Kobo", 2, "data.csv")
        assert line.by
    here.schedule(Fetch.ADDRESS, address)
    assert [one.is_new for one in here.fetch()] == [False]


def test_no_file_comes_by_itself_after_the_way_of_reading_was_forgotten(here: Fetching) -> None:
    here.schedule()
    here.put("a.csv")
    with here.database.writing(here.programme.id) as session:
        day, value = mapping().columns
        missing = replace(mapping(), columns=(day, replace(value, missing=("999",))))
        sources.remember(session, WORKER, here.source, missing)
        participants.erase_participant(session, WORKER, make_participant(session, "999").id)
    with raised("source.no_mapping"):
        here.fetch()


def test_a_file_that_is_too_large_or_empty_is_not_taken(here: Fetching) -> None:
    here.schedule()
    file = here.put("a.csv", "x" * 2_000)
    with raised("file.too_large"):
        here.fetch()
    file.unlink()
    here.put("b.csv", "")
    with raised("file.empty"):
        here.fetch()


@pytest.mark.parametrize(
    ("content", "news"),
    [
        (LOG, News()),
        ("datum;aantal;plaats\n2025-01-02;80;Ede\n", News(columns=("plaats",))),
        ("datum;aantal\n2025-01-02;80\n2025-01-03;veel\n", News(held=1)),
        ("datum;aantal\n2025-01-02;80\n2025-01-02;90\n", News(held=2)),
        (
            "dag;aantal\n2025-01-02;80\n",
            News(key="mapping.no_column", params=(("column", "datum"),), columns=("dag",)),
        ),
        ("datum;aantal\n3-2-2025;80\n", News(key="import.questions", params=(("count", "1"),))),
    ],
)
def test_whatever_is_new_holds_the_file(here: Fetching, content: str, news: News) -> None:
    here.schedule()
    here.put("a.csv", content)
    (taken,) = here.fetch()
    assert here.read(taken) == news
    assert bool(news) == (content != LOG)


def test_a_job_that_was_stopped_is_news_too(here: Fetching) -> None:
    here.schedule()
    here.put("a.csv")
    (taken,) = here.fetch()
    with here.database.writing(here.programme.id) as session:
        service.cancel(session, WORKER, taken.job_id)
    with here.database.read_session(here.programme.id) as session:
        assert fetching.news_of(session.get_one(Job, (here.programme.id, taken.job_id)), None) == News(
            key="job.lost"
        )


# --- What is known of imports -------------------------------------------------------------------------------


def test_columns_can_be_about_what_the_programme_has(session: Session) -> None:
    make_indicator(session, definition=make_count())
    make_instrument(session, "Welzijn", "2", "Rust")
    found = targets_of(session, WORKER)
    assert [(one.code, one.kind) for one in found.indicators] == [("I1", Kind.COUNT)]
    assert [(one.name, one.version, one.item_name) for one in found.scores] == [
        ("Welzijn", "2", ""),
        ("Welzijn", "2", "Rust"),
    ]
    assert found.indicator("I1") is found.indicators[0]
    assert found.indicator("I9") is None
    assert LEVEL not in dict(found.breakdowns)


def test_an_import_says_what_it_brought(session: Session) -> None:
    first = LogImport(
        id=uuid4(),
        sha256="0" * 64,
        read_as="{}",
        rows_added=2,
        rows_corrected=0,
        rows_unchanged=0,
        created_at=NOW,
    )
    session.add(first)
    session.flush()
    event = make_event(session, make_participant(session, "P-0001"), NOW.date())
    event.log_import_id, event.source_row = first.id, 3
    session.flush()
    number, rows = brought(session, first.id)
    assert number == 1
    assert [(one.about, one.line, one.is_measurement) for one in rows] == [("P-0001", 3, False)]
    assert get_import(session, first.id).by == ""
    with pytest.raises(NotFound):
        get_import(session, uuid4())
