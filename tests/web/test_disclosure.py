"""Small numbers are nowhere: every page and file is read by everybody, and searched for numbers to hide.

The numbers have six digits, so that nothing else on a page is one of them, and the smallest group that is
counted has a million people.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.factories import act_of, make_user
from tests.factories.bonds import declaration, make_bond, make_count
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count as make_counting
from tests.factories.indicators import make_definition, make_indicator
from tests.factories.participants import make_site
from tests.factories.seeing import log, make_ordinal, make_split, parts_by_age
from tests.web.reader import Reader
from tests.web.test_statements import make_app
from tests.web.world import World
from toc.domain.indicators import Kind, MeasurementSource, ReviewStep
from toc.domain.indicators.breakdowns import level_parts
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.models.goals import Goal
from toc.models.indicators import Indicator, LogImport, Measurement
from toc.models.programmes import Programme
from toc.services import bonds
from toc.services import indicators as service
from toc.services.people import add_member

THRESHOLD = 1_000_000
JUNE, JULY = date(2025, 6, 30), date(2025, 7, 31)
WORKER = act_of(None, Role.WORKER)
REVIEWER = act_of(None, Role.COORDINATOR)

OUTSIDERS = (
    (Role.FUNDER,),
    (Role.INVESTOR,),
    (Role.VIEWER,),
    (Role.STAKEHOLDER,),
    (Role.FUNDER, Role.WORKER, Role.COORDINATOR, Role.EVALUATOR),
)
"""Who sees no small number: also who works with the numbers, once they pay."""

INSIDERS = ((Role.WORKER,), (Role.COORDINATOR,), (Role.EVALUATOR,))


@dataclass(frozen=True, slots=True)
class Hidden:
    """An indicator, and its numbers that outsiders may not see.

    Attributes:
        about: what makes them small.
        measurements: each has a page.
        numbers: that may stand nowhere.
        shown: one that they may see, so that a page that shows nothing at all is no success.
        file: that it came with.
        outcome: that rests on it.
    """

    about: str
    indicator: UUID
    measurements: tuple[UUID, ...]
    numbers: tuple[int, ...]
    shown: int | None = None
    file: UUID | None = None
    outcome: UUID | None = None


def _whole(session: Session, goal: Goal) -> Hidden:
    counted = make_indicator(
        session, goal, make_counting(is_cumulative=False, baseline_value=Decimal(613_401))
    )
    row = log(session, counted, JUNE, 613_403)
    large = log(session, counted, JULY, 2_613_405)
    return Hidden("a small whole", counted.id, (row.id, large.id), (613_401, 613_403), 2_613_405)


def _steps(session: Session, goal: Goal) -> Hidden:
    counted = make_indicator(session, goal, make_counting())
    first, last = log(session, counted, JUNE, 5_613_407), log(session, counted, JULY, 5_613_409)
    return Hidden("a small step", counted.id, (first.id, last.id), (5_613_407,), 5_613_409)


def _share(session: Session, goal: Goal) -> Hidden:
    shared = make_indicator(session, goal, make_definition())
    row = log(session, shared, JULY, 213_411, 613_411)
    return Hidden("a share of few", shared.id, (row.id,), (213_411, 613_411))


def _average(session: Session, goal: Goal) -> Hidden:
    says = {"kind": Kind.MEAN, "baseline_value": None, "baseline_on": None, "target_value": Decimal(3)}
    mean = make_indicator(session, goal, make_definition(**says))
    row = log(session, mean, JULY, 613_413, people=713_413)
    return Hidden("an average of few", mean.id, (row.id,), (613_413, 713_413))


def _sites(session: Session, goal: Goal) -> Hidden:
    north, south = make_site(session, "North of it"), make_site(session, "South of it")
    says = {"kind": Kind.COUNT, "target_value": Decimal(9), "baseline_value": Decimal(0)}
    counted = make_indicator(session, goal, make_split(**says))
    large = log(session, counted, JULY, 1_613_415, site=north, parts=parts_by_age(813_417, 799_998, 0))
    small = log(session, counted, JULY, 613_419, site=south)
    numbers = (1_613_415, 613_419, 813_417, 799_998)
    return Hidden("a small site and groups", counted.id, (large.id, small.id), numbers, 2_226_834)


def _corrected(session: Session, goal: Goal) -> Hidden:
    counted = make_indicator(session, goal, make_counting(is_cumulative=False))
    first = log(session, counted, JULY, 3_613_421)
    right = service.Entry(id=uuid4(), on=JULY, value=Decimal(3_613_423), note="Twice counted: 613421.")
    last = service.correct_measurement(session, WORKER, first.id, right)
    back = log(session, counted, JUNE, 4_613_425)
    service.review(session, REVIEWER, uuid4(), [back.id], ReviewStep.RETURNED, "Is 613427 not too many?")
    hidden = (3_613_421, 613_421, 4_613_425, 613_427)
    return Hidden("corrected and returned", counted.id, (first.id, last.id, back.id), hidden, 3_613_423)


def _levels(session: Session, goal: Goal) -> Hidden:
    del goal
    ordinal = make_ordinal(session)
    row = log(session, ordinal, JULY, parts=level_parts([613_429, 713_431, 0, 613_433, 0]))
    return Hidden("small levels", ordinal.id, (row.id,), (613_429, 713_431, 613_433))


def _imported(session: Session, goal: Goal) -> Hidden:
    counted = make_indicator(session, goal, make_counting(is_cumulative=False))
    file = LogImport(
        id=uuid4(),
        indicator_id=counted.id,
        sha256="0" * 64,
        read_as="{}",
        rows_added=1,
        rows_corrected=0,
        rows_unchanged=0,
        created_at=WORKER.at,
    )
    row = Measurement(
        id=uuid4(),
        indicator_id=counted.id,
        edition_id=counted.editions[0].id,
        on=JULY,
        value=Decimal(613_435),
        source=MeasurementSource.IMPORTED,
        log_import=file,
        source_row=2,
        created_at=WORKER.at,
    )
    session.add_all([file, row])
    session.flush()
    return Hidden("from a file", counted.id, (row.id,), (613_435,), file=file.id)


def _beside(session: Session, goal: Goal) -> Hidden:
    """Two computed totals: of whom they are is not known, so that their numbers decide."""
    large, small = (
        Measurement(
            id=uuid4(),
            indicator_id=counted.id,
            edition_id=counted.editions[0].id,
            on=JULY,
            value=Decimal(value),
            source=MeasurementSource.COMPUTED,
            created_at=WORKER.at,
        )
        for value in (9_613_441, 9_013_443)
        for counted in [make_indicator(session, goal, make_counting(is_cumulative=False))]
    )
    session.add_all([large, small])
    session.flush()
    return Hidden("beside another total", small.indicator_id, (small.id,), (9_013_443,))


def _paid(session: Session, goal: Goal, programme: Programme) -> Hidden:
    bond = make_bond(session, programme, goal=goal)
    row = make_count(session, bond.indicator, JUNE, 413_437, 613_439)
    outcome = bonds.declare(session, bond.parties.works, declaration(bond, [row]))
    return Hidden(
        "what an outcome rests on", bond.indicator.id, (row.id,), (413_437, 613_439), outcome=outcome.id
    )


MAKERS = (_whole, _steps, _share, _average, _sites, _corrected, _levels, _imported, _beside)


class Place:
    """The demo with numbers to hide, in the programme that its people take part in."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.people: dict[tuple[Role, ...], UUID] = {}
        self.database = database
        with database.writing(self.world.own) as session:
            programme = session.get_one(Programme, self.world.own)
            goal = make_goal(session, is_primary=True)
            self.goal = goal.id
            self.hidden = [make(session, goal) for make in MAKERS] + [_paid(session, goal, programme)]
            programme.small_number_threshold = THRESHOLD
            for roles in (*OUTSIDERS, *INSIDERS):
                user = make_user(session)
                for role in roles:
                    add_member(session, act_of(), user.id, role)
                self.people[roles] = user.id
        self.numbers = sorted({number for one in self.hidden for number in one.numbers})

    def addresses(self, app: Flask) -> Iterator[str]:
        """Every page that is fetched, of each thing that has a number to hide."""
        urls = app.url_map.bind("localhost")

        def built(rule: Rule, **of: UUID | None) -> str:
            ids = self.world.arguments(rule.endpoint, self.world.own) | {"goal_id": self.goal}
            ids |= {name: value for name, value in of.items() if value is not None}
            address: str = urls.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
            return address

        found: dict[str, None] = {}
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            found[built(rule)] = None
            for one in self.hidden:
                for row in one.measurements:
                    of = {"indicator_id": one.indicator, "measurement_id": row}
                    found[built(rule, **of, outcome_id=one.outcome, import_id=one.file)] = None
        yield from found
        at = f"/p/{self.world.own}"
        for one in self.hidden:
            with self.database.read_session(self.world.own) as session:
                code = service.get_indicator(session, REVIEWER, one.indicator).code
            yield f"{at}/results/compare?indicator={code}"
        for table in ("results", "measurements", "groups"):
            for kind in ("csv", "xlsx"):
                yield f"{at}/results/export/file?table={table}&kind={kind}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """It, on a SQLite database that really commits."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hiding') / 'toc.db'}"
    migrating.upgrade(url)
    database = Database(url)
    yield Place(database)
    database.dispose()


@pytest.fixture(scope="module")
def app(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_app(place.database, tmp_path_factory.mktemp("instance"))


def _words(content: bytes) -> str:
    """Return all that stands in an answer; a workbook is unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return content.decode(errors="replace")


def pattern(number: int) -> re.Pattern[str]:
    """Return how a number may be written: 1613415, 1,613,415, 1.613.415, with any space between."""
    groups = f"{number:,}".split(",")
    return re.compile(r"(?<![\w-])" + r"(?:[.,\s\u00a0\u202f]|&nbsp;|&#160;)?".join(groups) + r"(?![\w-])")


def found_in(client: FlaskClient, addresses: Iterator[str], numbers: list[int]) -> dict[str, list[int]]:
    """Return which of the numbers stand on which page."""
    patterns = {number: pattern(number) for number in numbers}
    found = {}
    for address in addresses:
        words = _words(client.get(address).get_data())
        there = [number for number, written in patterns.items() if written.search(words)]
        if there:
            found[address] = there
    return found


@pytest.mark.parametrize("roles", OUTSIDERS, ids="+".join)
def test_no_page_and_no_file_has_a_small_number_for_an_outsider(
    place: Place, app: Flask, roles: tuple[Role, ...]
) -> None:
    with app.test_client() as client:
        Reader(client, place.database).sign_in(place.people[roles])
        assert found_in(client, place.addresses(app), place.numbers) == {}
        shown = [one.shown for one in place.hidden if one.shown is not None]
        pages = iter([f"/p/{place.world.own}/indicators/{one.indicator}" for one in place.hidden])
        there = {number for numbers in found_in(client, pages, shown).values() for number in numbers}
        assert there == set(shown), "what may be seen is seen"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "is not shown, because together with I{code} it would show a group of fewer than 1000000 people",
        ),
        ("nl", "niet getoond, omdat ze samen met I{code} een groep van minder dan 1000000 mensen zou tonen"),
    ],
)
def test_the_page_says_beside_which_indicator_a_total_is_closed(
    place: Place, app: Flask, language: str, sentence: str
) -> None:
    closed = next(one for one in place.hidden if one.about == "beside another total")
    with place.database.read_session(place.world.own) as session:
        code = session.get_one(Indicator, (place.world.own, closed.indicator)).code
    with app.test_client() as client:
        reader = Reader(client, place.database).use(language).sign_in(place.people[OUTSIDERS[0]])
        page = reader.get(f"/p/{place.world.own}/indicators/{closed.indicator}").text
    words = " ".join(re.sub(r"[.,\u00a0\u202f](?=\d)", "", page).split())
    assert sentence.format(code=code - 1) in words


@pytest.mark.parametrize("roles", INSIDERS, ids="+".join)
def test_who_works_with_the_numbers_finds_each_of_them(
    place: Place, app: Flask, roles: tuple[Role, ...]
) -> None:
    with app.test_client() as client:
        Reader(client, place.database).sign_in(place.people[roles])
        at = f"/p/{place.world.own}"
        pages = [f"{at}/indicators/{one.indicator}" for one in place.hidden]
        pages += [f"{at}/measurements/{row}" for one in place.hidden for row in one.measurements]
        found = found_in(client, iter(pages), place.numbers)
        assert {number for numbers in found.values() for number in numbers} == set(place.numbers)


def test_nobody_without_a_part_finds_one(place: Place, app: Flask) -> None:
    with app.test_client() as client:
        reader = Reader(client, place.database)
        assert found_in(client, place.addresses(app), place.numbers) == {}
        reader.open_link(place.world.link)
        assert found_in(client, place.addresses(app), place.numbers) == {}


def test_a_number_is_found_however_it_is_written() -> None:
    for written in ("1613415", "1,613,415", "1.613.415", "1\u00a0613\u00a0415", ">1613415<", "1613415.0"):
        assert pattern(1_613_415).search(written)
    for other in ("11613415", "a1613415", "6f-1613415-ab"):
        assert not pattern(1_613_415).search(other)
