"""Logs are imported as a whole or not at all, and twice is harmless; on both databases."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.indicators import WORKER, make_count, make_indicator, measure
from toc.domain.errors import DomainError
from toc.domain.exchange import Column, Log, NumberStyle, read, table
from toc.domain.indicators import Kind, MeasurementSource
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.indicators import Indicator, Measurement
from toc.models.programmes import Programme
from toc.services import exchange, indicators
from toc.services.errors import Conflict
from toc.services.exchange import Source
from toc.services.indicators import Entry

SOURCE = Source(sha256="a" * 64, read_as='{"on":"datum"}', kind=Kind.COUNT)
FILE = "datum;aantal;opmerking\n1-1-2025;10;\n1-2-2025;20;\n1-3-2025;35;drie later\n"


@pytest.fixture
def indicator(session: Session) -> Indicator:
    return make_indicator(session, definition=make_count())


def log(text: str = FILE) -> Log:
    columns = {Column.ON: 0, Column.VALUE: 1, Column.NOTE: 2}
    return read(table(text), columns, kind=Kind.COUNT, style=NumberStyle.DUTCH, today=date(2025, 9, 1))


def bring(
    session: Session, indicator: Indicator, text: str = FILE, source: Source = SOURCE
) -> tuple[int, int]:
    """Import a file as somebody does who looked first; return how many rows came and were corrected."""
    read_ = log(text)
    seen = exchange.fingerprint(exchange.plan(session, indicator.id, read_))
    made, before = exchange.import_log(session, WORKER, uuid4(), indicator.id, source, read_, seen=seen)
    return (0, 0) if before else (made.rows_added, made.rows_corrected)


def values(session: Session, indicator: Indicator) -> list[Decimal]:
    return [reading.value for reading in indicators.series(session, indicator.id)]


def test_a_log_brings_its_rows_with_where_they_stood(session: Session, programme: Programme) -> None:
    worker = make_member(session, programme, Role.WORKER)
    indicator = make_indicator(session, definition=make_count())
    read_ = log()
    seen = exchange.fingerprint(exchange.plan(session, indicator.id, read_))
    made, before = exchange.import_log(
        session, act_of(worker, Role.WORKER), uuid4(), indicator.id, SOURCE, read_, seen=seen
    )
    assert not before
    found, view = indicators.log_import(session, WORKER, made.id)
    assert (found.added, found.corrected, found.unchanged, found.by) == (3, 0, 0, worker.name)
    assert view.id == indicator.id
    line, third = found.rows[2]
    assert (line, third.note, third.source) == (4, "drie later", MeasurementSource.IMPORTED)
    assert third.reading.value == Decimal(35)
    assert indicators.entered_by(session) == {worker.id}
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert last is not None
    assert (last.action, last.detail["added"]) == ("measurement.import", 3)


def test_the_same_file_twice_adds_nothing(session: Session, indicator: Indicator) -> None:
    assert bring(session, indicator) == (3, 0)
    assert bring(session, indicator) == (0, 0)
    assert session.scalar(select(func.count()).select_from(Measurement)) == 3


def test_the_same_form_twice_adds_nothing(session: Session, indicator: Indicator) -> None:
    key, read_ = uuid4(), log()
    seen = exchange.fingerprint(exchange.plan(session, indicator.id, read_))
    made, _ = exchange.import_log(session, WORKER, key, indicator.id, SOURCE, read_, seen=seen)
    again, before = exchange.import_log(
        session, WORKER, key, indicator.id, replace(SOURCE, sha256="b" * 64), read_, seen=seen
    )
    assert (again is made, before) == (True, True)


def test_the_same_file_never_undoes_a_correction(session: Session, indicator: Indicator) -> None:
    bring(session, indicator)
    wrong = indicators.get_whole(session, WORKER, indicator.id).measurements[0]
    entry = Entry(id=uuid4(), on=wrong.reading.on, value=Decimal(36), note="One more")
    indicators.correct_measurement(session, WORKER, wrong.id, entry)
    assert bring(session, indicator) == (0, 0)
    assert values(session, indicator) == [Decimal(10), Decimal(20), Decimal(36)]


def test_another_file_adds_corrects_and_leaves(session: Session, indicator: Indicator) -> None:
    bring(session, indicator)
    newer = FILE.replace("35;drie", "36;drie") + "1-4-2025;50;\n"
    assert bring(session, indicator, newer, replace(SOURCE, sha256="b" * 64)) == (1, 1)
    assert values(session, indicator) == [Decimal(10), Decimal(20), Decimal(36), Decimal(50)]
    whole = indicators.get_whole(session, WORKER, indicator.id)
    corrected = next(one for one in whole.measurements if one.superseded_by)
    assert (corrected.reading.value, len(whole.measurements)) == (Decimal(35), 5)


def test_another_file_that_says_the_same_is_remembered_and_adds_nothing(
    session: Session, indicator: Indicator
) -> None:
    bring(session, indicator)
    read_ = log()
    seen = exchange.fingerprint(exchange.plan(session, indicator.id, read_))
    other = replace(SOURCE, sha256="c" * 64)
    made, _ = exchange.import_log(session, WORKER, uuid4(), indicator.id, other, read_, seen=seen)
    assert (made.rows_added, made.rows_corrected, made.rows_unchanged) == (0, 0, 3)


def test_a_log_with_one_fault_brings_nothing(session: Session, indicator: Indicator) -> None:
    broken = log(FILE + "1-4-2025;veel;\n")
    with pytest.raises(DomainError) as refused:
        exchange.import_log(session, WORKER, uuid4(), indicator.id, SOURCE, broken, seen="")
    assert (refused.value.key, refused.value.params["count"]) == ("import.has_errors", 1)
    assert values(session, indicator) == []


def test_what_somebody_entered_meanwhile_is_seen_before_anything_is_imported(
    session: Session, indicator: Indicator
) -> None:
    read_ = log()
    seen = exchange.fingerprint(exchange.plan(session, indicator.id, read_))
    measure(session, indicator, date(2025, 3, 1), 40)
    with pytest.raises(Conflict) as refused:
        exchange.import_log(session, WORKER, uuid4(), indicator.id, SOURCE, read_, seen=seen)
    assert refused.value.key == "import.plan_changed"


def test_a_log_read_for_another_kind_is_refused(session: Session, indicator: Indicator) -> None:
    with pytest.raises(Conflict) as refused:
        exchange.import_log(
            session, WORKER, uuid4(), indicator.id, replace(SOURCE, kind=Kind.SUM), log(), seen=""
        )
    assert refused.value.key == "import.kind_changed"


def test_a_thousand_rows_come_in_one_go(session: Session, indicator: Indicator) -> None:
    first = date(2020, 1, 1).toordinal()
    days = [date.fromordinal(first + day) for day in range(1000)]
    text = "datum;aantal;opmerking\n" + "".join(f"{day};{at};\n" for at, day in enumerate(days))
    assert bring(session, indicator, text) == (1000, 0)
    assert len(values(session, indicator)) == 1000
