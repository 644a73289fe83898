"""What goes out comes back whole: nothing is new to a copy, and an empty programme gets the same values."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import act_of, make_programme
from tests.factories.indicators import make_count, make_definition, make_indicator
from tests.factories.participants import make_site
from tests.factories.seeing import make_ordinal
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.outgoing import Table
from toc.domain.exchange.recognised import RowState, Totals
from toc.domain.exchange.tables import Cell, Word
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import Breakdown, Option, Part, part_of
from toc.domain.people import Role
from toc.domain.privacy import personal_numbers
from toc.domain.programmes import Language
from toc.models.database import Database
from toc.models.indicators import Indicator
from toc.models.programmes import Programme
from toc.services import indicators
from toc.services.exchange import importing
from toc.services.exchange.checking import Origin, check, look
from toc.services.exchange.committing import commit
from toc.services.exchange.folders import Beat, place, receive
from toc.services.exchange.outgoing import Explained, Wanted, export, write_csv, write_workbook
from toc.services.indicators import Entry

WORKER = replace(act_of(None, Role.WORKER), on=date(2025, 9, 1))
SEX = Breakdown(
    key="sex", name="Vrouw; man", options=(Option(key="f", name="=vrouw"), Option(key="m", name="n/a"))
)
AGE = Breakdown(
    key="age", name="Leeftijd", options=(Option(key="y", name="tot 27"), Option(key="o", name="27 = meer"))
)
SITES = ("Noord; west", "=Zuid", "n.v.t.")
DAYS = (date(2025, 1, 31), date(2025, 2, 28), date(2024, 2, 29))
WORDS = {Word.UNKNOWN: ("niet bekend", "not known"), Word.LEVEL: ("niveau", "level")}


def say_in(language: Language) -> Any:  # noqa: ANN401 - as the pages say it
    def say(member: StrEnum) -> str:
        found = WORDS.get(member)  # type: ignore[call-overload] # any member
        return member.value if found is None else str(found[language is Language.EN])

    return say


def written(session: Session, table: Table, language: Language, *, book: bool) -> bytes:
    made, stream = export(session, WORKER, Wanted(table=table)), io.BytesIO()
    if book:
        about = Explained(name="Uitleg", data="Metingen", lines=[("Wat", "Metingen")])
        write_workbook(made, stream, language, say_in(language), about)
    else:
        write_csv(made, stream, language, say_in(language))
    return stream.getvalue()


@dataclass(frozen=True)
class Looked:
    """A file that was checked."""

    totals: Totals
    mapping: Mapping
    mine: Path
    origin: Origin


def looked(session: Session, folder: Path, content: bytes) -> Looked:
    """Check a file as somebody does who uploads it and confirms what was recognised."""
    job = uuid4()
    received = receive(folder, job, io.BytesIO(content), "ours")
    mine, beat = place(folder, job), Beat(folder / "progress.json")
    seen = look(mine, WORKER.on, beat)
    mapping = importing.suggest(session, WORKER, importing.start(session, WORKER, job, received), seen)
    origin = Origin(source_id=None, sha256=received.sha256, name=received.name)
    totals = check(session, WORKER, mine, origin, mapping, seen, beat)
    return Looked(totals, mapping, mine, origin)


def bring(session: Session, folder: Path, content: bytes) -> Totals:
    found = looked(session, folder, content)
    beat = Beat(folder / "progress.json")
    commit(session, WORKER, found.mine, uuid4(), found.origin, found.mapping, beat, only_good=False)
    return found.totals


def rows(session: Session, table: Table) -> list[tuple[Cell, ...]]:
    return sorted(export(session, WORKER, Wanted(table=table)).rows, key=repr)


# --- A programme with something of everything ---------------------------------------------------------------


@dataclass(frozen=True)
class Ours:
    """The indicators of a programme, and its sites by name."""

    indicators: dict[Kind, UUID]
    sites: dict[str, UUID]


def prepared(session: Session) -> Ours:
    found: dict[Kind, Indicator] = {}
    for kind in (Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.PROPORTION, Kind.MEAN, Kind.YES_NO, Kind.NARRATIVE):
        splits = (SEX, AGE) if kind in {Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.PROPORTION} else ()
        base = make_definition if kind is Kind.PROPORTION else make_count
        plain: dict[str, Any] = {"baseline_value": None, "baseline_on": None} | (
            {"target_value": None, "target_on": None} if kind in {Kind.NARRATIVE, Kind.YES_NO} else {}
        )
        found[kind] = make_indicator(session, definition=base(kind=kind, breakdowns=splits, **plain))
    found[Kind.ORDINAL] = make_ordinal(session)
    sites = {name: make_site(session, name).id for name in SITES}
    return Ours({kind: one.id for kind, one in found.items()}, sites)


WHOLE = st.integers(0, 4 * 10**6)
EXACT = st.decimals(-4 * 10**9, 4 * 10**9, places=6).filter(lambda number: not _looks_personal(number))
PAIR = st.tuples(st.integers(0, 50), st.integers(0, 50))
TEXT = st.text(
    st.sampled_from("ab é=+-@;,'\"\n0<:|"),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip())


def _looks_personal(*numbers: Decimal) -> bool:
    """A number that could be somebody's is refused in any file, also in ours."""
    return any(personal_numbers(f"{number:f}".replace(".", sign)) for number in numbers for sign in ".,")


@st.composite
def said(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """What somebody entered for an indicator of a kind."""
    beside: dict[str, Any] = {
        "note": draw(st.just("") | TEXT),
        "people": None if kind is Kind.ORDINAL else draw(st.none() | st.integers(0, 99)),
        "missing": draw(st.none() | st.integers(0, 99)),
        "starts_on": draw(st.none() | st.just(date(2024, 1, 1))),
    }
    match kind:
        case Kind.ORDINAL:
            people = draw(st.lists(st.integers(0, 20), min_size=5, max_size=5).filter(any))
            levels = tuple(
                Part(breakdown="level", option=str(at), value=Decimal(many))
                for at, many in enumerate(people, start=1)
            )
            return {**beside, "parts": levels}
        case Kind.NARRATIVE:
            return {**beside, "narrative": draw(TEXT)}
        case Kind.YES_NO:
            return {**beside, "value": draw(st.sampled_from([Decimal(0), Decimal(1)]))}
        case Kind.MEAN:
            return {**beside, "value": draw(EXACT)}
        case Kind.PROPORTION:
            part, rest = draw(PAIR.filter(any))
            parts = draw(st.sampled_from([(), (SEX,), (SEX, AGE)]))
            return {
                **beside,
                "numerator": Decimal(part),
                "denominator": Decimal(part + rest),
                "parts": tuple(
                    part_of(kind, one.key, key, numerator=Decimal(n), denominator=Decimal(n + m))
                    for one in parts
                    for key, n, m in (
                        (one.options[0].key, part, 0),
                        ("unknown", 0, rest),
                        (one.options[1].key, 0, 0),
                    )
                ),
            }
        case _:
            values: list[Any] = draw(
                st.lists(WHOLE if kind is Kind.COUNT else EXACT.map(abs), min_size=2, max_size=2)
            )
            first, second = (Decimal(one) for one in values)
            assume(not _looks_personal(first + second))
            parts = draw(st.sampled_from([(), (AGE,), (SEX, AGE)]))
            return {
                **beside,
                "value": first + second,
                "parts": tuple(
                    part_of(kind, one.key, key, value=value)
                    for one in parts
                    for key, value in ((one.options[1].key, first), ("unknown", second))
                ),
            }


@st.composite
def entered(draw: st.DrawFn) -> list[tuple[Kind, date, str, dict[str, Any]]]:
    """Values of some indicators, days and sites."""
    kinds = st.sampled_from([kind for kind in Kind if kind in KINDS])
    places = draw(
        st.lists(
            st.tuples(kinds, st.sampled_from(DAYS), st.sampled_from(["", *SITES])),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    return [(kind, on, site, draw(said(kind))) for kind, on, site in places]


KINDS = frozenset(
    {
        Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.PROPORTION, Kind.MEAN, Kind.YES_NO, Kind.NARRATIVE,
        Kind.ORDINAL,
    }
)  # fmt: skip


@contextmanager
def undone(database: Database, programme: UUID) -> Iterator[Session]:
    """A session of which nothing stays, so that each example begins anew."""
    with database.write_session(programme) as session:
        yield session
        session.rollback()


def enter(session: Session, ours: Ours, values: list[tuple[Kind, date, str, dict[str, Any]]]) -> None:
    for kind, on, site, says in values:
        entry = Entry(id=uuid4(), on=on, site_id=ours.sites.get(site), **says)
        indicators.record_measurement(session, WORKER, ours.indicators[kind], entry)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(values=entered(), language=st.sampled_from(Language), book=st.booleans())
def test_what_goes_out_comes_back_whole(
    database: Database,
    programme: Programme,
    tmp_path: Path,
    values: list[tuple[Kind, date, str, dict[str, Any]]],
    language: Language,
    book: bool,  # noqa: FBT001 - drawn
) -> None:
    tables = (Table.MEASUREMENTS, Table.GROUPS)
    with undone(database, programme.id) as session:
        enter(session, prepared(session), values)
        wanted = {table: rows(session, table) for table in tables}
        files = {table: written(session, table, language, book=book) for table in tables if wanted[table]}
        for table, content in files.items():
            totals = looked(session, tmp_path, content).totals
            assert totals.states == {RowState.UNCHANGED: len(wanted[table])}
            assert totals.missing == 0
    with database.writing() as session:
        empty = make_programme(session)
    with undone(database, empty.id) as session:
        prepared(session)
        for content in files.values():
            totals = bring(session, tmp_path, content)
            assert not totals.states.get(RowState.REJECTED)
        for table in tables:
            assert rows(session, table) == wanted[table]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("book", [False, True])
def test_groups_alone_bring_their_whole(
    database: Database,
    programme: Programme,
    tmp_path: Path,
    language: Language,
    book: bool,  # noqa: FBT001 - drawn
) -> None:
    """Of a value with groups nothing else is needed; what the file says nothing of is not there."""
    parts = tuple(
        part_of(Kind.COUNT, one.key, key, value=Decimal(number))
        for one, key, number in ((SEX, "f", 3), (SEX, "unknown", 1), (AGE, "y", 4))
    )
    levels = tuple(
        Part(breakdown="level", option=str(at), value=Decimal(many))
        for at, many in enumerate((1, 0, 2, 0, 0), 1)
    )
    values: list[tuple[Kind, date, str, dict[str, Any]]] = [
        (Kind.COUNT, DAYS[0], "=Zuid", {"value": Decimal(4), "parts": parts}),
        (Kind.ORDINAL, DAYS[0], "", {"parts": levels}),
    ]
    with undone(database, programme.id) as session:
        enter(session, prepared(session), values)
        content, wanted = (
            written(session, Table.GROUPS, language, book=book),
            (rows(session, Table.GROUPS), rows(session, Table.MEASUREMENTS)),
        )
    with database.writing() as session:
        empty = make_programme(session)
    with undone(database, empty.id) as session:
        prepared(session)
        assert bring(session, tmp_path, content).states == {RowState.NEW: 8}
        assert (rows(session, Table.GROUPS), rows(session, Table.MEASUREMENTS)) == wanted
