"""What pages ask of the database: no more statements for more rows, and nothing at all to be written."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import NOW, act_of, make_member, make_programme, make_user
from tests.factories.bonds import DIPLOMA, declaration, make_bond, make_count, make_payment
from tests.factories.checks import make_check
from tests.factories.coding import make_entry
from tests.factories.conflicts import make_conflict
from tests.factories.documents import make_study as make_plan
from tests.factories.evidence import make_item, make_study
from tests.factories.goals import make_goal, make_link, make_statements
from tests.factories.indicators import make_count as make_counting
from tests.factories.indicators import make_indicator, measure
from tests.factories.interviews import make_group, make_respondent
from tests.factories.participants import make_participant
from tests.factories.rankings import make_answers, make_goals, make_ranking
from tests.many import Size, make_many
from tests.statements import counting
from tests.web.reader import Reader
from tests.web.world import World
from toc.app import create_app
from toc.domain.acts import Act
from toc.domain.interviews import Audience
from toc.domain.jobs import JobKind
from toc.domain.people import Role
from toc.models import migrating
from toc.models.base import Base
from toc.models.coding import Coding
from toc.models.database import Database
from toc.models.goals import Goal
from toc.models.interviews import StakeholderGroup, Statement
from toc.models.jobs import Job
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import bonds, findings, rankings, versions
from toc.services.goals.bodies import tree_body
from toc.services.people import add_member
from toc.settings import Settings

FEW, MANY = 10, 200
FROZEN = 30
"""Versions at most: each holds the whole tree."""

PAID = 60
"""Payments at most: more than a page lists at once, and each takes a while to be verified and approved."""

MOST = 12
"""Statements of a page, those about its reader included, unless `ALLOWED` says otherwise."""

PAYS = frozenset({Role.FUNDER, Role.INVESTOR})
SEES_MOST = frozenset(Role) - PAYS
"""Who pays is kept away from what participants said, whatever else they are."""

ALLOWED = {
    "overview": 22,
    "tree": 24,
    "tree as a list": 24,
    "goal": 32,
    "outcome": 17,
    "payment": 17,
    "statement": 18,
    "coding": 13,
    "ranking": 19,
    "conflicts": 23,
}
"""Pages that bring together what other pages show apart, each part with statements of its own."""


def make_app(database: Database, folder: Path) -> Flask:
    """The application on a real database, without the checks of forged forms."""
    settings = Settings(instance=folder, secret_key="only-for-tests-and-long-enough-0123456789")
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    return app


# --- No more statements for more rows -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A programme with so many rows of everything, and the addresses of its pages."""

    user: User
    pages: dict[str, str]


def _days(first: date, many: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(many)]


def fill(session: Session, programme: Programme, user: User, rows: int) -> dict[str, str]:
    """Fill a programme with so many rows of each kind that its pages list; return its pages."""
    act = act_of(user, *SEES_MOST)
    for role in SEES_MOST:
        add_member(session, act, user.id, role)
    for _ in range(rows):
        make_member(session, programme, Role.VIEWER)
    for number in range(rows):
        make_participant(session, f"P-{number:04}")
        asked = {"name": "log.csv", "sha256": "0" * 64, "size": 1, "source": "", "mapping": None}
        session.add(Job(id=uuid4(), kind=JobKind.READ, asked=asked, result={}, created_at=NOW))
    # First what reads all evidence each time.
    groups = [make_group(session) for _ in range(rows)]
    sentences = [f"I want this, {number}." for number in range(rows)]
    statements = make_statements(session, groups[0], *sentences, audience=Audience.PAYER)
    for group in groups[1:]:
        make_respondent(session, group)
    held = make_goal(session, holders=groups, statements=statements, is_primary=True)
    at = f"/p/{programme.id}"
    method = _method(session, act, at, held, groups, statements)
    evaluates = act_of(None, Role.EVALUATOR)
    told = [findings.publish(session, evaluates, uuid4(), held.id, "Half did.") for _ in range(rows)]
    lines = [replace(DIPLOMA, cap=None), *(replace(DIPLOMA, code=f"L{n}") for n in range(rows))]
    goal = make_goal(session, is_primary=True)
    bond = make_bond(session, programme, goal=goal, lines=lines[:1], cap=None)
    paid = [
        make_payment(session, bond, day=day, starts_on=day, ends_on=day)
        for day in _days(date(2024, 1, 1), min(rows, PAID))
    ]
    counts = [make_count(session, bond.indicator, one, 48) for one in _days(date(2023, 1, 1), rows)]
    outcome = bonds.declare(
        session,
        bond.parties.works,
        declaration(bond, counts, starts_on=counts[0].on, ends_on=counts[-1].on),
    )
    of_lines = make_bond(session, programme, parties=bond.parties, goal=goal, lines=lines)
    many = make_many(session, programme, Size(goals=rows, links=rows, indicators=rows, values=2, parties=2))
    for lower in many.goals[rows // 2 :]:
        make_link(session, session.get_one(Goal, (programme.id, lower)), held)
    for _ in range(rows):
        make_indicator(session, held)
        make_study(session, held)
        make_item(session, held)
    counted = make_indicator(session, held, make_counting())
    taken = [measure(session, counted, day, 48) for day in _days(date(2024, 1, 1), rows)]
    return {
        **method,
        "home": "/programmes",
        "overview": f"{at}/",
        "tree": f"{at}/tree",
        "tree as a list": f"{at}/tree?view=list",
        "goal": f"{at}/goals/{held.id}",
        "link": f"{at}/links/{many.links[0]}",
        "measurements": f"{at}/measurements",
        "indicator": f"{at}/indicators/{counted.id}",
        "measurement": f"{at}/measurements/{taken[-1].id}",
        "to log now": "/today",
        "results": f"{at}/results",
        "results by goal": f"{at}/results/goals",
        "sites and cohorts": f"{at}/results/compare?indicator=I{counted.code}",
        "review": f"{at}/review",
        "participants": f"{at}/participants",
        "imports": f"{at}/imports",
        "evidence": f"{at}/evidence",
        "evidence of a goal": f"{at}/goals/{held.id}/evidence",
        "bond": f"{at}/bond",
        "contract": f"{at}/contracts/{of_lines.edition.contract_id}",
        "line": f"{at}/lines/{bond.edition.lines[0].id}",
        "outcomes": f"{at}/outcomes",
        "outcome": f"{at}/outcomes/{outcome.id}",
        "payments": f"{at}/payments",
        "payment": f"{at}/payments/{paid[-1].id}",
        "ledger": f"{at}/ledger",
        "findings": f"{at}/findings",
        "finding": f"{at}/findings/{told[-1].id}",
        "interviews": f"{at}/interviews",
        "group": f"{at}/groups/{groups[0].id}",
        "interview": f"{at}/interviews/{statements[0].interview_id}",
        "statement": f"{at}/statements/{statements[0].id}",
        "people": f"{at}/people",
        "history": f"{at}/history",
    }


def _method(
    session: Session,
    act: Act,
    at: str,
    held: Goal,
    groups: list[StakeholderGroup],
    statements: list[Statement],
) -> dict[str, str]:
    """Fill what interviews and the tree are worked with: codes, documents, rankings, conflicts, versions."""
    entries = [make_entry(session) for _ in groups]
    for statement, entry in zip(statements, entries, strict=True):
        for code in ({"goal_id": held.id}, {"entry_id": entry.id}):
            session.add(
                Coding(id=uuid4(), statement_id=statement.id, coder_id=act.user, created_at=NOW, **code)
            )
        make_check(session, statement, held)
    plans = [make_plan(session, group) for group in groups]
    ranked = make_goals(session)
    rounds = [make_ranking(session, ranked) for _ in groups]
    for group in groups:
        make_answers(session, rounds[0], group, ranked)
    rankings.close_ranking(session, act, rounds[0].id)
    conflicts = [make_conflict(session, [held], groups[:2]) for _ in groups]
    body = tree_body(session, None)
    frozen = [versions.add_edition(session, act, uuid4(), body, "Agreed.") for _ in groups[:FROZEN]]
    for version in frozen:
        versions.answer(session, act, uuid4(), version.id, groups[0].id, agreed=True)
    return {
        "matrix": f"{at}/goals/matrix",
        "goals that look alike": f"{at}/goals/alike",
        "member check": f"{at}/goals/checks",
        "coding": f"{at}/interviews/{statements[0].interview_id}/coding",
        "codebook": f"{at}/codebook",
        "documents": f"{at}/documents",
        "document": f"{at}/documents/{plans[0].id}",
        "rankings": f"{at}/rankings",
        "ranking": f"{at}/rankings/{rounds[0].id}",
        "conflicts": f"{at}/conflicts",
        "conflict": f"{at}/conflicts/{conflicts[0].id}",
        "versions": f"{at}/tree/versions",
        "version": f"{at}/tree/versions/{frozen[0].id}",
    }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Place, Place]]:
    """One programme with few rows and one with many, each with a reader who may see everything there."""
    folder = tmp_path_factory.mktemp("statements")
    url = f"sqlite:///{folder / 'toc.db'}"
    migrating.upgrade(url)
    database = Database(url)
    made = []
    for rows in (FEW, MANY):
        with database.writing() as session:
            user = make_user(session)
            programmes = [make_programme(session) for _ in range(rows)]
        for programme in programmes[1:]:
            with database.writing(programme.id) as session:
                add_member(session, act_of(), user.id, Role.VIEWER)
        with database.writing(programmes[0].id) as session:
            made.append(Place(user=user, pages=fill(session, programmes[0], user, rows)))
    yield make_app(database, folder), made[0], made[1]
    database.dispose()


def test_no_page_needs_more_statements_for_more_rows(places: tuple[Flask, Place, Place]) -> None:
    app, few, many = places
    database: Database = app.extensions["toc_database"]
    counts = {
        name: tuple(_statements(app, database, place, name) for place in (few, many)) for name in few.pages
    }
    assert {name: pair for name, pair in counts.items() if pair[0] != pair[1]} == {}
    assert {name: pair for name, pair in counts.items() if pair[1] > ALLOWED.get(name, MOST)} == {}


def _statements(app: Flask, database: Database, place: Place, name: str) -> int:
    with app.test_client() as client:
        Reader(client, database).sign_in(place.user)
        assert client.get(place.pages[name]).status_code == 200, name  # asks what is asked once per process
        with counting(database.engine) as seen:
            client.get(place.pages[name])
    return len(seen)


# --- Reading writes nothing ---------------------------------------------------------------------------------

WRITES = {"people.open_link": "notes when a personal link was used last"}
"""Routes that write when they are only asked for, and why; all others only read."""


@pytest.fixture(scope="module")
def world(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo on a SQLite database that really commits."""
    file = shutil.copy(demo_file, tmp_path_factory.mktemp("reading"))
    database = Database(f"sqlite:///{file}")
    yield World(database)
    database.dispose()


@pytest.fixture(scope="module")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on it."""
    return make_app(world.database, tmp_path_factory.mktemp("instance"))


@contextmanager
def listening(engine: Engine) -> Iterator[list[str]]:
    """Give a list of all statements that begin to write, or do."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - of the driver
        if statement.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "REPLACE")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fingerprint(database: Database) -> dict[str, str]:
    """Return a hash of all rows of each table."""
    with database.reading.connect() as connection:
        return {
            table.name: sha256(
                repr(sorted(map(repr, connection.execute(select(table))))).encode()
            ).hexdigest()
            for table in Base.metadata.sorted_tables
        }


def everybody(world: World, app: Flask) -> Iterator[tuple[str, FlaskClient]]:
    """A visitor, a respondent with a link, and accounts that may see as much as their kind can."""
    with world.database.writing(world.own) as session:
        accounts = {"sees most": SEES_MOST, "pays": PAYS, "takes no part": frozenset[Role]()}
        users = {name: make_user(session) for name in accounts}
        for name, roles in accounts.items():
            for role in roles:
                add_member(session, act_of(), users[name].id, role)
    for name in ("visitor", "link", *accounts):
        with app.test_client() as client:
            reader = Reader(client, world.database)
            if name == "link":
                reader.open_link(world.link)
            elif name in users:
                reader.sign_in(users[name])
            yield name, client


def address(app: Flask, world: World, rule: Rule) -> str:
    """Return the address of a route, for a thing that is there."""
    ids = world.arguments(rule.endpoint, world.own)
    built: str = app.url_map.bind("localhost").build(
        rule.endpoint, {name: ids[name] for name in rule.arguments}
    )
    return built


def test_no_page_that_is_only_read_takes_the_write_lock_or_changes_a_row(
    world: World, application: Flask
) -> None:
    rules = [rule for rule in application.url_map.iter_rules() if "GET" in (rule.methods or set())]
    assert len(rules) > 80
    people = list(everybody(world, application))
    before = fingerprint(world.database)
    wrote: dict[str, list[str]] = {}
    seen = Counter[int]()
    # Those that write come last, so that the rows can be compared before.
    for rule in sorted(rules, key=lambda one: one.endpoint in WRITES):
        if rule.endpoint in WRITES and before:
            assert fingerprint(world.database) == before
            before = {}
        for name, client in people:
            with listening(world.database.engine) as statements:
                answer = client.get(address(application, world, rule))
            seen[answer.status_code] += 1
            if statements:
                wrote[rule.endpoint] = [*wrote.get(rule.endpoint, []), name, *statements]
    assert {endpoint: what for endpoint, what in wrote.items() if endpoint not in WRITES} == {}
    assert wrote.keys() == WRITES.keys(), "one that is named writes no more"
    assert seen[200] > 100
    assert set(seen) <= {200, 302, 400, 403, 404}, seen  # 400: a page of two goals, asked for without them


def test_a_session_for_reading_cannot_write(world: World) -> None:
    with world.database.read_session(world.own) as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(update(Programme).values(name="Changed"))
