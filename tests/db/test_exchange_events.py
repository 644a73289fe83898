"""An event that an edited row of a log does not say any more counts no more; on both databases."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.bringing import ACT, Bench
from tests.factories.logs import csv_bytes, mapping, use
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.recognised import RowState
from toc.models.participants import Observation, Participant
from toc.services.exchange.undoing import undo

KEYED = (use("_id", "key"), use("code", "person"), use("dag", "day"))
WORKS = use("werk", "event", subject="job_started")
SAID = mapping(*KEYED, WORKS)
NAMED = use("soort", "event", words={"baan": "job_started", "diploma": "diploma", "koor": "Koor"})


@pytest.fixture
def bench(session: Session, tmp_path: Path) -> Bench:
    return Bench(session, tmp_path)


def log(*rows: Sequence[str], column: str = "werk", more: Sequence[str] = ()) -> bytes:
    return csv_bytes(["_id", "code", "dag", column, *more], *rows)


def happened(session: Session) -> set[tuple[str, str]]:
    """What counts: of whom, and which event."""
    newer = select(Observation.supersedes_id).where(Observation.supersedes_id.is_not(None))
    rows = session.execute(
        select(Participant.code, Observation.subject, Observation.item)
        .join(Observation.participant)
        .where(Observation.is_void.is_(False), Observation.id.not_in(newer))
    )
    return {(code, item or subject.value) for code, subject, item in rows}


WHOLE = log(["1", "P01", "2025-01-02", "ja"], ["2", "P02", "2025-01-02", "ja"])
BOTH = {("P01", "job_started"), ("P02", "job_started")}


@pytest.mark.parametrize("cell", ["nee", ""])
def test_what_did_not_happen_after_all_is_taken_back_and_may_come_again(
    bench: Bench, session: Session, cell: str
) -> None:
    bench.bring(WHOLE, SAID)
    edited = log(["1", "P01", "2025-01-02", cell], ["2", "P02", "2025-01-02", "ja"])
    made, totals = bench.bring(edited, SAID)
    assert (made.values, totals.taken_back, totals.states[RowState.CHANGED]) == (1, 1, 1)
    assert happened(session) == {("P02", "job_started")}
    again, totals = bench.bring(edited, SAID)
    assert (again.values, totals.taken_back) == (0, 0)
    undo(session, ACT, made.import_id)
    assert happened(session) == BOTH
    bench.bring(log(["1", "P01", "2025-01-02", cell]), SAID)
    assert happened(session) == {("P02", "job_started")}
    bench.bring(log(["1", "P01", "2025-01-09", "ja"]), SAID)
    assert happened(session) == BOTH


def test_what_happened_after_all_on_the_same_day_counts_again(bench: Bench, session: Session) -> None:
    for number, cell in enumerate(["ja", "nee", "ja"]):
        other = ["9", f"P1{number}", "2025-01-02", "nee"]
        bench.bring(log(["1", "P01", "2025-01-02", cell], other), SAID)
        found = {("P01", "job_started")} if cell == "ja" else set()
        assert happened(session) == found


def test_one_event_in_the_place_of_another(bench: Bench, session: Session) -> None:
    said = mapping(*KEYED, NAMED)
    rows = (["1", "P01", "2025-01-02", "baan"], ["2", "P02", "2025-01-02", "koor"])
    bench.bring(log(*rows, column="soort"), said)
    assert happened(session) == {("P01", "job_started"), ("P02", "Koor")}
    _, totals = bench.bring(
        log(["1", "P01", "2025-01-02", "diploma"], ["2", "P02", "2025-01-02", "baan"], column="soort"), said
    )
    assert (totals.taken_back, totals.states) == (2, {RowState.NEW: 2, RowState.CHANGED: 2})
    assert happened(session) == {("P01", "diploma"), ("P02", "job_started")}
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", ""], column="soort"), said)
    assert totals.taken_back == 1
    assert happened(session) == {("P02", "job_started")}


def test_what_another_column_of_the_same_rows_said_stays(bench: Bench, session: Session) -> None:
    """Each import may read other columns; only what this one reads is gone when it is not there."""
    bench.bring(WHOLE, SAID)
    learns = mapping(*KEYED, use("diploma", "event", subject="diploma"))
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", "ja"], column="diploma"), learns)
    assert totals.taken_back == 0
    choir = mapping(*KEYED, use("koor", "event", subject="other", name="Koor"))
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", "ja"], column="koor"), choir)
    assert totals.taken_back == 0
    sings = mapping(*KEYED, use("zingt", "event", subject="other", name="Zangles"))
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", "nee"], column="zingt"), sings)
    assert totals.taken_back == 0
    assert happened(session) == BOTH | {("P01", "diploma"), ("P01", "Koor")}
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", "nee"], column="koor"), choir)
    assert totals.taken_back == 1
    assert happened(session) == BOTH | {("P01", "diploma")}


def test_another_file_with_the_same_numbers_takes_nothing_of_others_back(
    bench: Bench, session: Session
) -> None:
    bench.bring(WHOLE, SAID)
    _, totals = bench.bring(log(["1", "Q01", "2025-02-02", "nee"], ["2", "P02", "2025-02-02", "nee"]), SAID)
    assert totals.taken_back == 1
    assert happened(session) == {("P01", "job_started")}


def told(said: str, *rows: Sequence[str]) -> tuple[bytes, Mapping]:
    columns = (use("_uuid", "version"), use("vorige", "replaces"))
    return log(*rows, more=("_uuid", "vorige")), mapping(*KEYED, use("werk", "event", subject=said), *columns)


def test_a_row_that_is_not_right_or_was_never_edited_loses_nothing(bench: Bench, session: Session) -> None:
    bench.bring(WHOLE, SAID)
    _, totals = bench.bring(log(["1", "P01", "2025-01-02", "misschien"]), SAID, only_good=True)
    assert totals.states == {RowState.REJECTED: 1}
    _, totals = bench.bring(log(["3", "P03", "2025-01-02", "ja"]), SAID)
    assert totals.taken_back == 0, "what is not in the file was not edited"
    never, said = told("job_started", ["1", "P01", "2025-01-02", "nee", "a", ""])
    _, totals = bench.bring(never, said)
    assert totals.taken_back == 0
    assert happened(session) == BOTH | {("P03", "job_started")}
    edited, said = told("job_started", ["1", "P01", "2025-01-02", "nee", "b", "a"])
    _, totals = bench.bring(edited, said)
    assert totals.taken_back == 1
    assert happened(session) == {("P02", "job_started"), ("P03", "job_started")}


def test_rows_without_a_number_lose_nothing_to_each_other(bench: Bench) -> None:
    first, said = told("job_started", ["", "P01", "2025-01-02", "ja", "", ""])
    bench.bring(first, said)
    edited, _ = told("job_started", ["", "P01", "2025-03-02", "ja", "b", "a"])
    made, totals = bench.bring(edited, said)
    assert (made.values, totals.taken_back) == (1, 0)
