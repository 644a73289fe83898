"""Somebody who asks to be erased: by whom, what is said before, and where the code is not any more."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import make_member
from tests.factories.indicators import make_count
from tests.factories.participants import (
    WORKER,
    make_computed,
    make_event,
    make_instrument,
    make_participant,
    make_together,
)
from tests.web.reader import Reader
from tests.web.test_exchange import Import
from toc.domain.people import Role
from toc.models import Base
from toc.models.database import Database
from toc.models.indicators import Measurement
from toc.models.participants import Participant
from toc.models.programmes import Programme
from toc.services import participants as service

CANARY = "CANARY-4711"
MARCH = date(2025, 3, 3)
KOBO = (
    "_id,_uuid,_submission_time,meta/deprecatedID,deelnemer,meetmoment,welzijn\n"
    f"103,u-3,2025-03-01T11:00:00,,{CANARY},T0,5\n"
    f"104,u-4,2025-03-05T11:00:00,,{CANARY},T0,1\n"
    "105,u-5,2025-03-05T12:00:00,,B-004,T0,2\n"
)
"""Twice somebody's first score: which one counts has to be decided, and the question names the code."""


def holds(said: object) -> bool:
    text = said.decode("latin-1") if isinstance(said, bytes) else str(said)
    return CANARY in text.upper()


def tables_with(database: Database) -> set[str]:
    """Return the tables in which the code stands."""
    with database.read_session() as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if any(holds(value) for row in session.execute(sa.select(table)) for value in row)
        }


def files_with(folder: Path) -> set[str]:
    """Return the files below a folder in which the code stands, or whose name it is."""
    found = (one for one in folder.rglob("*") if one.is_file())
    return {one.name for one in found if holds(one.name) or holds(one.read_bytes())}


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield a file, and what is packed in it."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield packed.read(name)


@pytest.fixture
def log(database: Database, programme: Programme, reader: Reader, app: Flask) -> Import:
    return Import(database, programme, reader, app)


@pytest.fixture
def erased_of(log: Import) -> UUID:
    """Somebody of whom there is everything that can be: their id."""
    with log.database.writing(log.programme.id) as session:
        make_instrument(session, "Welzijn")
        person = make_participant(session, CANARY)
        other = make_participant(session, "B-001")
        make_event(session, person, MARCH)
        make_together(session, [person, other], MARCH)
        indicator = make_computed(session, definition=make_count())
        service.record_computed(session, WORKER, uuid4(), indicator.id, MARCH)
        id_ = person.id
    sent = log.send(KOBO, 302, f"{CANARY}.csv")
    log.job = sent.location.partition("?")[0]
    preview = log.say(log.reader.get(sent.location), **{"use-6": "score|1"})
    form = preview.form(f"{log.job}/decide")
    log.bring(log.reader.get(log.reader.post(f"{log.job}/decide", {**form, "row": "3"}).location))
    log.send(KOBO.replace("u-", "w-"), 302, f"{CANARY.lower()}-again.csv")  # waits to be looked at
    return id_


def pages(log: Import, gone: UUID) -> list[str]:
    """Return the addresses of all pages and files of which somebody could expect the code."""
    at = log.at
    found = [
        f"{at}/participants",
        f"{at}/participants?erased={gone}",
        f"{at}/participants/together",
        f"{at}/sites",
        f"{at}/cohorts",
        f"{at}/imports",
        log.job,
        f"{at}/measurements",
        f"{at}/history",
        f"{at}/results/export",
        *(
            f"{at}/results/export/participants?people={table}&people_kind={kind}"
            for table in ("participants", "observations")
            for kind in ("csv", "xlsx")
        ),
        *(
            f"{at}/results/export/file?table={table}&kind={kind}"
            for table in ("results", "measurements")
            for kind in ("csv", "xlsx")
        ),
    ]
    listed = log.reader.get(f"{at}/imports").links()
    found += [one for one in listed if "/imports/" in one or "/jobs/" in one]
    with log.database.read_session(log.programme.id) as session:
        for one in session.scalars(sa.select(Measurement)):
            found += [f"{at}/measurements/{one.id}", f"{at}/indicators/{one.indicator_id}/computed"]
    return found


def test_whoever_is_erased_stands_in_no_table_no_export_no_page_and_no_file(
    log: Import, erased_of: UUID, tmp_path: Path
) -> None:
    assert tables_with(log.database) == {"participant", "job", "log_import"}
    assert files_with(tmp_path / "jobs"), "a file that waits names the code"
    addresses = pages(log, erased_of)
    before = {
        one for one in addresses if any(holds(each) for each in unpacked(log.reader.client.get(one).data))
    }
    assert f"{log.at}/participants" in before
    assert f"{log.at}/results/export/participants?people=observations&people_kind=xlsx" in before
    with log.database.writing(log.programme.id) as session:
        coordinator = make_member(session, log.programme, Role.COORDINATOR).id
    log.reader.sign_in(coordinator)
    where = f"{log.at}/participants/{erased_of}/erase"
    page = log.reader.use("en").get(where)
    assert "1 file that wait" in page.text
    assert "1 recorded value" in page.text
    log.reader.submit(where, {**page.form(where), "confirmed": "1"})
    assert tables_with(log.database) == set()
    assert files_with(tmp_path) == set()
    for role in (coordinator, log.worker):
        log.reader.sign_in(role)
        for one in addresses:
            answer = log.reader.client.get(one)
            assert answer.status_code in {200, 302, 403}, one
            assert not any(holds(each) for each in unpacked(answer.data)), one
    with log.database.read_session(log.programme.id) as session:
        assert "B-001" in session.scalars(sa.select(Participant.code)).all(), "others stay"
        (kept,) = session.scalars(sa.select(Measurement))
        assert kept.value == 1, "a recorded value stays as it was"


@pytest.mark.parametrize("role", list(Role))
def test_who_may_erase_is_asked_and_others_are_not(
    reader: Reader, database: Database, programme: Programme, role: Role
) -> None:
    with database.writing(programme.id) as session:
        person = make_participant(session, "AX-1").id
        user = make_member(session, programme, role)
    reader.sign_in(user).use("en")
    where = f"/p/{programme.id}/participants/{person}"
    may = role in {Role.COORDINATOR, Role.WORKER, Role.EVALUATOR}
    if not may:
        reader.get(f"{where}/erase", 403)
        reader.post(f"{where}/erase", {"confirmed": "1"}, 403)
        return
    assert f"{where}/erase" in reader.get(where).links()
    page = reader.get(f"{where}/erase")
    assert "No value was computed" in page.text
    assert "wait to be imported" not in page.text
    for id_ in ("goes", "stays", "yourself"):
        assert page.find(f"#{id_} li"), id_
    reader.post(f"{where}/erase", page.form(f"{where}/erase"), 400)
    reader.submit(f"{where}/erase", {**page.form(f"{where}/erase"), "confirmed": "1"})
    reader.get(where, 404)
