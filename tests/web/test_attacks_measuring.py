"""What an attacker tries through the pages of measuring, and what a privacy officer looks for there."""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_member, make_programme
from tests.factories.indicators import WORKER, make_count, make_indicator
from tests.factories.logging import REVIEWER, decide, entry, later, make_site
from tests.factories.participants import make_computed, make_event, make_participant
from tests.web.applications import Idle
from tests.web.reader import Page, Reader
from toc.domain.indicators import Kind, MeasurementSource, ReviewStep
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.jobs import JobKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.indicators import IndicatorEdition, LogImport, Measurement
from toc.models.jobs import Job
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import indicators
from toc.services.exchange import folders
from toc.services.indicators import ProofDraft
from toc.services.participants import record_computed
from toc.settings import Settings
from toc.web.exchange.uploading import MOST_WAITING
from toc.web.jobs import LAUNCHER

DAY = date(2025, 7, 31)
CODE, NOTE, REMARK, PHOTO, STORY, FILE = (
    "ZQ-4711",
    "Her brother came along",
    "Ask Kees whether she came",
    "schoolyard",
    "He cried when he got the key",
    "list-of-Marie",
)
SECRETS = frozenset({CODE, NOTE, REMARK, PHOTO, STORY, FILE})
SITE = 7654321
"""People at the large site; with the total of both it tells the four of the small one."""
SCRIPT = '"><script>alert(1)</script>'
PAYERS = ((Role.FUNDER,), (Role.INVESTOR,), (Role.EVALUATOR, Role.FUNDER), (Role.WORKER, Role.INVESTOR))


def member(database: Database, programme: Programme, *roles: Role) -> User:
    with database.writing() as session:
        return make_member(session, programme, *roles)


def upload(reader: Reader, programme_id: UUID, **more: Any) -> Page:  # noqa: ANN401 - fields of a form
    values = {"file": (io.BytesIO(b"datum;aantal\n2025-01-02;80\n"), f"{FILE}.csv"), "kind": "table", **more}
    return Page(reader.client.post(f"/p/{programme_id}/imports/new", data=values))


class Here:
    """A programme that holds what only insiders may read, in names that would be scripts."""

    def __init__(self, session: Session) -> None:
        sex = Breakdown(key="sex", name=SCRIPT, options=(Option(key="f", name=SCRIPT),))
        counted = make_indicator(
            session, definition=make_count(name=f"Counted {SCRIPT}", unit=SCRIPT, breakdowns=(sex,))
        )
        import_id, job_id = uuid4(), uuid4()
        session.add(
            LogImport(
                id=import_id,
                indicator_id=counted.id,
                file_name=f"{FILE}{SCRIPT}.csv",
                sha256="0" * 64,
                read_as="{}",
                rows_added=2,
                rows_corrected=0,
                rows_unchanged=0,
                created_at=NOW,
            )
        )
        asked = {"name": f"{FILE}{SCRIPT}", "sha256": "0" * 64, "size": 1, "source": "", "mapping": None}
        session.add(Job(id=job_id, kind=JobKind.READ, asked=asked, result={}, created_at=NOW))
        session.flush()
        sites = [make_site(session, name=f"{name} {SCRIPT}") for name in ("Small", "Large")]
        edition = session.scalars(
            select(IndicatorEdition.id).where(IndicatorEdition.indicator_id == counted.id)
        ).one()
        rows = [
            Measurement(
                id=uuid4(),
                indicator_id=counted.id,
                edition_id=edition,
                on=DAY,
                value=Decimal(value),
                source=MeasurementSource.IMPORTED,
                log_import_id=import_id,
                source_row=2,
                site_id=site.id,
                note=NOTE + SCRIPT,
                created_at=NOW,
            )
            for site, value in zip(sites, (4, SITE), strict=True)
        ]
        session.add_all(rows)
        session.flush()
        told = make_indicator(session, definition=make_count(kind=Kind.NARRATIVE, unit=""))
        story = indicators.record_measurement(session, WORKER, told.id, entry(DAY, narrative=STORY))
        decide(session, story, ReviewStep.RETURNED, REMARK, later(REVIEWER))
        proof = ProofDraft(id=uuid4(), name=f"{PHOTO}<script>alert(1).pdf", content=b"%PDF-1.7 x")
        indicators.add_proof(session, WORKER, rows[0].id, proof)
        computed = make_computed(session)
        person = make_participant(session, CODE, site_id=sites[0].id)
        make_event(session, person, DAY)
        session.flush()
        self.addresses = {
            "programme_id": [session.info["programme_id"]],
            "indicator_id": [counted.id, told.id, computed.id],
            "measurement_id": [*(row.id for row in rows), story.id],
            "import_id": [import_id],
            "job_id": [job_id],
            "file_id": [proof.id],
            "participant_id": [person.id],
            "site_id": [sites[0].id],
        }

    def pages(self, app: Flask) -> Iterator[str]:
        """Yield every address that can be fetched and is about nothing else."""
        for rule in app.url_map.iter_rules():
            names = set(rule.arguments) - {"programme_id"}
            if "GET" not in (rule.methods or ()) or "programme_id" not in rule.arguments or len(names) > 1:
                continue
            if names <= self.addresses.keys():
                (name,) = names or {"programme_id"}
                for one in self.addresses[name]:
                    ids = {"programme_id": self.addresses["programme_id"][0], name: one}
                    with app.test_request_context():
                        yield app.url_for(rule.endpoint, **ids)


def read(reader: Reader, address: str) -> str:
    """Return all that an answer says, also what is packed in a workbook, and in its headers."""
    answer = reader.client.get(address)
    assert answer.status_code < 500, f"{address}: {answer.status_code}"
    content = answer.get_data()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b" ".join(book.read(name) for name in book.namelist())
    if answer.mimetype == "text/html" and answer.status_code == 200:
        Page(answer).check()
    return f"{answer.headers} {content.decode(errors='replace')}"


@pytest.fixture
def here(database: Database, programme: Programme) -> Here:
    with database.writing(programme.id) as session:
        return Here(session)


def test_who_pays_reads_of_no_page_what_only_insiders_may(
    app: Flask, reader: Reader, database: Database, programme: Programme, here: Here
) -> None:
    pages = list(here.pages(app))
    reader.use("nl").sign_in(member(database, programme, Role.WORKER, Role.COORDINATOR))
    inside = {address: read(reader, address) for address in pages}
    seen = {
        secret
        for secret in (*SECRETS, f"{SITE:,}".replace(",", "."))
        for text in inside.values()
        if secret in text
    }
    assert len(seen) == len(SECRETS) + 1, f"insiders do not see it either: {seen}"
    for address, text in inside.items():
        assert "Content-Type: text/html" not in text or "<script>alert" not in text, address
    for roles in PAYERS:
        reader.sign_in(member(database, programme, *roles))
        for address in (*pages, "/today", f"/p/{programme.id}/results/export"):
            text = read(reader, address)
            for secret in SECRETS:
                assert secret not in text, f"{roles} {address}: {secret}"
            for number in ("7654321", "7.654.321", "7,654,321"):
                assert number not in text, f"{roles} {address}: {number}"


def test_who_pays_as_well_records_and_reviews_nothing(
    reader: Reader, database: Database, programme: Programme, here: Here
) -> None:
    at = f"/p/{programme.id}"
    row, indicator = here.addresses["measurement_id"][0], here.addresses["indicator_id"][0]
    reader.sign_in(member(database, programme, Role.EVALUATOR, Role.FUNDER))
    reader.get(f"{at}/review", 403)
    reader.post(f"{at}/review", {"id": uuid4(), "measurement_id": row, "step": "approved"}, 403)
    reader.sign_in(member(database, programme, Role.WORKER, Role.COORDINATOR, Role.FUNDER))
    reader.get(f"{at}/measurements/{row}/correct", 403)
    reader.post(f"/today{at[2:]}/{indicator}", {"id": uuid4(), "on": "2025-08-01", "value": "5"}, 403)
    reader.post(f"{at}/sources", {"id": uuid4(), "name": "Mine", "kind": "table"}, 403)


def test_who_pays_does_not_say_that_an_indicator_counts_no_participants(
    reader: Reader, database: Database, programme: Programme, here: Here
) -> None:
    indicator = here.addresses["indicator_id"][0]
    at = f"/p/{programme.id}/indicators/{indicator}"
    reader.sign_in(member(database, programme, Role.EVALUATOR))
    form = reader.get(f"{at}/edit").form(f"{at}/edit")
    unprotected = {name: value for name, value in form.items() if name != "counts_people"}
    assert unprotected != form
    for roles in ((Role.EVALUATOR, Role.FUNDER), (Role.WORKER, Role.INVESTOR)):
        reader.sign_in(member(database, programme, *roles))
        reader.get(f"{at}/edit", 403)
        reader.post(f"{at}/edit", {**unprotected, "reason": "It counts talks"}, 403)
        for page in (at, f"{at}/measurements.csv"):
            assert str(SITE) not in re.sub(r"[.,\u00a0]", "", read(reader, page))


def test_a_computed_value_of_a_day_that_was_not_recorded_is_not_told_to_outsiders(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        indicator = make_computed(session)
        for number in range(13):
            make_event(session, make_participant(session), date(2025, 6, 1 if number else 30))
        record_computed(session, WORKER, uuid4(), indicator.id, date(2025, 7, 1))
        make_event(session, make_participant(session), date(2025, 7, 2))
    address = f"/p/{programme.id}/indicators/{indicator.id}/computed?on=2025-06-15"
    told = {}
    for role in (Role.WORKER, Role.FUNDER, Role.VIEWER):
        page = reader.sign_in(member(database, programme, role)).get(address)
        told[role] = page.find(".computed__value")[0].to_text().split()[0]
    assert told == {Role.WORKER: "12", Role.FUNDER: "13", Role.VIEWER: "13"}


def test_a_value_of_another_indicator_is_not_put_right_from_this_one(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        one, other = (make_indicator(session, definition=make_count()) for _ in range(2))
        row = indicators.record_measurement(session, WORKER, other.id, entry(DAY, 30))
    reader.sign_in(member(database, programme, Role.WORKER))
    said = {"id": uuid4(), "on": DAY.isoformat(), "value": "31", "note": "Wrong", "instead_of": row.id}
    reader.post(f"/today/{programme.id}/{one.id}", said, 400)
    with database.read_session(programme.id) as session:
        assert [reading.value for reading in indicators.series(session, other.id)] == [30]
    assert reader.post(f"/today/{programme.id}/{other.id}", said).location.startswith("/today")


def test_a_form_with_the_id_of_a_job_of_another_programme_touches_none_of_its_files(
    app: Flask, reader: Reader, database: Database, programme: Programme
) -> None:
    launched: list[UUID] = []

    def launch(_: Settings, __: UUID, job_id: UUID) -> Idle:
        launched.append(job_id)
        return Idle()

    app.extensions[LAUNCHER] = launch
    with database.writing() as session:
        other = make_programme(session)
    reader.sign_in(member(database, programme, Role.WORKER))
    theirs = UUID(upload(reader, programme.id, id=str(uuid4())).location.rpartition("/")[2])
    jobs = app.extensions["toc_settings"].instance / "jobs"
    file = folders.place(jobs, theirs) / folders.LOG
    kept = file.read_bytes()
    with database.writing(other.id) as session:
        imported = uuid4()
        session.add(
            LogImport(
                id=imported,
                sha256="0" * 64,
                read_as="{}",
                rows_added=0,
                rows_corrected=0,
                rows_unchanged=0,
                created_at=NOW,
            )
        )
    reader.sign_in(member(database, other, Role.WORKER))
    content = (io.BytesIO(b"datum;aantal\n2025-01-02;1\n"), "mine.csv")
    mine = UUID(upload(reader, other.id, id=str(theirs), file=content).location.rpartition("/")[2])
    reader.post(f"/p/{other.id}/imports/{imported}/undo", {"id": theirs, "confirmed": "1"})
    assert mine != theirs
    assert launched.count(theirs) == 1, "only by its own programme"
    assert file.read_bytes() == kept
    for page in ("", "/errors"):
        reader.get(f"/p/{other.id}/jobs/{theirs}{page}", 404)
    for verb in ("cancel", "resume", "import", "decide"):
        values = {"question": "x", "row": "1"}
        reader.post(f"/p/{other.id}/jobs/{theirs}/{verb}", values, 404)
    assert file.read_bytes() == kept


@pytest.mark.parametrize(
    "where", ["review", "imports/new", "participants/add", "indicators/{}/measurements/new"]
)
def test_a_form_of_ten_thousand_parts_ends_with_a_sentence(
    reader: Reader, database: Database, programme: Programme, where: str
) -> None:
    with database.writing(programme.id) as session:
        indicator = make_indicator(session, definition=make_count())
    reader.sign_in(member(database, programme, Role.WORKER, Role.COORDINATOR))
    address = f"/p/{programme.id}/{where.format(indicator.id)}"
    many = {f"part-{number}": "1" for number in range(10_000)}
    for values in (
        many,
        {**many, "file": (io.BytesIO(b"x"), "x.csv")},
        {"measurement_id": [str(uuid4())] * 9_000},
    ):
        page = Page(reader.client.post(address, data=values))
        assert page.status in {400, 404, 413}, page.status
        assert "Traceback" not in page.body


def test_one_person_does_not_fill_the_disk_and_old_files_go(
    app: Flask, reader: Reader, database: Database, programme: Programme
) -> None:
    reader.sign_in(member(database, programme, Role.WORKER))
    first, *_ = [
        UUID(upload(reader, programme.id, id=str(uuid4())).location.rpartition("/")[2])
        for _ in range(MOST_WAITING)
    ]
    jobs = app.extensions["toc_settings"].instance / "jobs"
    refused = upload(reader, programme.id, id=str(uuid4()))
    assert refused.status == 400
    assert "files of yours" in refused.text
    assert len(list(jobs.iterdir())) == MOST_WAITING
    place = folders.place(jobs, first)
    for file in (*place.iterdir(), place):
        os.utime(file, (0, 0))
    assert upload(reader, programme.id, id=str(uuid4())).status == 302
    assert not place.exists(), "what nobody imported goes with the next file"
    reader.sign_in(member(database, programme, Role.WORKER))
    assert upload(reader, programme.id, id=str(uuid4())).status == 302, "others are not held up"
