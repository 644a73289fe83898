"""Logs come in whole or not at all, in any order, once; and go again; on both databases."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.db.bringing import ACT, AT, Bench
from tests.factories import make_programme
from tests.factories.indicators import make_count, make_definition, make_indicator, measure
from tests.factories.logs import csv_bytes, mapping, use
from toc.domain.errors import DomainError
from toc.domain.exchange.recognised import RowState
from toc.domain.indicators import Kind, MeasurementSource
from toc.domain.indicators.breakdowns import Breakdown, Option, Part
from toc.domain.participants import Arm
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.indicators import LogImport, Measurement, MeasurementPart
from toc.models.jobs import Job
from toc.models.participants import Cohort, Instrument, Observation, Participant, Site
from toc.services.errors import Conflict, NotFound
from toc.services.exchange import checking, committing, folders, staging
from toc.services.exchange.checking import OpenQuestions
from toc.services.exchange.committing import PlanChanged, commit
from toc.services.exchange.folders import Beat
from toc.services.exchange.undoing import undo
from toc.services.indicators import Entry, correct_measurement, log_import, record_measurement
from toc.services.indicators.locking import PeriodDraft, set_period
from toc.services.participants.observing import Right, correct_observation

PERSON = [
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("welzijn", "score", instrument="PWI", moment="before"),
]
DATED = [
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("bedrag", "value", indicator="I1", style="dutch"),
]


@pytest.fixture
def bench(session: Session, tmp_path: Path) -> Bench:
    make_indicator(session, definition=make_count(kind=Kind.SUM))
    session.add(
        Instrument(
            id=uuid4(),
            name="PWI",
            version="1",
            lowest=Decimal(0),
            highest=Decimal(10),
            items=[],
            created_at=AT,
        )
    )
    session.flush()
    return Bench(session, tmp_path)


def people(*rows: Sequence[str]) -> bytes:
    return csv_bytes(["id", "code", "dag", "welzijn"], *rows)


def sums(*rows: Sequence[str]) -> bytes:
    return csv_bytes(["id", "code", "dag", "bedrag"], *rows)


def values(session: Session) -> dict[tuple[str, str], Decimal | None]:
    """What counts, by participant and key."""
    newer = select(Observation.supersedes_id).where(Observation.supersedes_id.is_not(None))
    rows = session.execute(
        select(Participant.code, Observation.source_key, Observation.value)
        .join(Observation.participant)
        .where(Observation.is_void.is_(False), Observation.id.not_in(newer))
    )
    return {(code, key): value for code, key, value in rows}


def count(session: Session, table: Any) -> int:  # noqa: ANN401 - any of several
    return session.scalar(select(func.count()).select_from(table)) or 0


# --- Once ---------------------------------------------------------------------------------------------------


def test_a_log_brings_participants_and_what_was_observed(bench: Bench, session: Session) -> None:
    said = mapping(*DATED, use("noot", "note"))
    content = csv_bytes(
        ["id", "code", "dag", "bedrag", "noot"],
        ["1", "P01", "2025-01-02", "12,50", '=1+1\tx\\y\r\n"'],
        ["2", "P02", "2025-01-03", "-", ""],
    )
    made, totals = bench.bring(content, said)
    assert (made.values, totals.new_participants, totals.values, totals.missing) == (1, 1, 1, 1)
    assert totals.states == {RowState.NEW: 1, RowState.MISSING: 1}
    (row,) = session.scalars(select(Observation))
    assert (row.value, row.on, row.note, row.source_key, row.source_row) == (
        Decimal("12.5"),
        date(2025, 1, 2),
        '=1+1\tx\\y\r\n"',
        "1",
        2,
    )
    assert (row.log_import_id, row.created_at, row.is_void) == (
        made.import_id,
        AT.replace(microsecond=1),
        False,
    )
    found = session.get_one(LogImport, (session.info["programme_id"], made.import_id))
    assert (found.rows_added, found.rows_missing, found.file_name) == (1, 1, "log.csv")
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert last is not None
    assert (last.action, last.detail["added"]) == ("import.commit", 1)


@pytest.mark.measured_twice
def test_a_log_is_written_in_pieces_and_says_after_each_how_far_it_is(
    bench: Bench, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "_CHUNK", 2)
    said = mapping(*DATED, use("instroom", "entry"))
    rows = [[str(number), f"P0{number}", "2025-01-02", str(number), "2025-01-01"] for number in range(1, 6)]
    log = csv_bytes(["id", "code", "dag", "bedrag", "instroom"], *rows)
    job, origin, _ = bench.check(log, said)
    heard: list[tuple[int, float]] = []
    monkeypatch.setattr(Beat, "watch", lambda _, done, share: heard.append((done, share)))
    bench.commit(job, origin, said)
    assert heard == [(2, 0.4), (4, 0.8), (5, 1.0)]
    assert values(session) == {(f"P0{number}", str(number)): Decimal(number) for number in range(1, 6)}


def test_the_same_file_twice_adds_nothing_also_when_it_was_corrected_since(
    bench: Bench, session: Session
) -> None:
    said, first = mapping(*DATED), sums(["1", "P01", "2025-01-02", "1"], ["2", "P01", "2025-01-02", "2"])
    bench.bring(first, said)
    again, totals = bench.bring(first, said)
    assert (again.values, totals.states) == (0, {RowState.UNCHANGED: 2})
    edited, totals = bench.bring(sums(["1", "P01", "2025-01-02", "5"], ["3", "P02", "2025-01-02", ""]), said)
    assert (edited.values, totals.states) == (1, {RowState.CHANGED: 1, RowState.MISSING: 1})
    assert values(session) == {("P01", "1"): 5, ("P01", "2"): 2}
    assert count(session, Observation) == 3
    back, totals = bench.bring(first, said)
    assert (back.values, totals.states) == (0, {RowState.UNCHANGED: 2})
    third, _ = bench.bring(sums(["1", "P01", "2025-01-02", "6"]), said)
    assert third.values == 1
    assert values(session)["P01", "1"] == 6


def test_an_answer_that_was_taken_out_of_a_form_counts_no_more(bench: Bench, session: Session) -> None:
    said = mapping(*DATED)
    bench.bring(sums(["1", "P01", "2025-01-02", "1"]), said)
    made, totals = bench.bring(sums(["1", "P01", "2025-01-02", "n.v.t."]), said)
    assert (made.values, totals.states) == (1, {RowState.CHANGED: 1})
    assert values(session) == {}
    assert bench.bring(sums(["1", "P01", "2025-01-02", ""]), said)[0].values == 0


def test_keys_belong_to_their_source(bench: Bench, session: Session) -> None:
    from toc.models.indicators import LogSource  # noqa: PLC0415 - only here

    source = LogSource(id=uuid4(), name="Kobo", created_at=AT, mapping={})
    session.add(source)
    session.flush()
    said, content = mapping(*DATED), sums(["1", "P01", "2025-01-02", "1"])
    bench.bring(content, said)
    assert bench.bring(content, said, source.id)[0].values == 1
    assert bench.bring(content, said, source.id)[0].values == 0
    assert count(session, Observation) == 2


def test_an_empty_cell_beside_a_value_says_nothing_of_what_is_known(bench: Bench, session: Session) -> None:
    """Of rows without a key: another cell, or another row, says what the empty cell does not."""
    make_indicator(session)
    said = mapping(
        use("dag", "day"), use("nr", "indicator"), use("n", "value"), use("deel", "numerator"), use("van", "denominator"),  # noqa: E501 - a row of a table
        about="measurements",
    )  # fmt: skip
    head = ["dag", "nr", "n", "deel", "van"]
    rows = [["2025-01-31", "I1", "5", "", ""], ["2025-01-31", "I2", "", "6", "12"]]
    assert bench.bring(csv_bytes(head, *rows), said)[0].values == 2
    again, totals = bench.bring(csv_bytes(head, *rows, ["2025-02-28", "I1", "1", "", ""]), said)
    assert (again.values, totals.states) == (1, {RowState.UNCHANGED: 2, RowState.NEW: 1})

    said = mapping(use("code", "person"), use("dag", "day"), use("welzijn", "score", instrument="PWI", moment="before"))  # fmt: skip  # noqa: E501 - a row of a table
    head = ["code", "dag", "welzijn"]
    assert bench.bring(csv_bytes(head, ["P01", "2025-01-02", "4"]), said)[0].values == 1
    rows = [["P01", "2025-01-02", "4"], ["P01", "2025-06-02", ""], ["P02", "2025-06-02", "5"]]
    again, totals = bench.bring(csv_bytes(head, *rows), said)
    assert totals.states == {RowState.UNCHANGED: 1, RowState.MISSING: 1, RowState.NEW: 1}
    assert {(code, value) for (code, _), value in values(session).items()} == {
        ("P01", Decimal(4)),
        ("P02", Decimal(5)),
    }


# --- Within a file ------------------------------------------------------------------------------------------

VERSIONS = [
    use("id", "key"),
    use("uuid", "version"),
    use("oud", "replaces"),
    use("tijd", "submitted", zone="utc"),
    use("code", "person"),
    use("welzijn", "score", instrument="PWI", moment="before"),
]
EDITS = [
    ["101", "u-1", "", "2025-03-01T10:00:00", "P01", "6"],
    ["101", "u-1", "", "2025-03-01T10:00:00", "P01", "6"],
    ["102", "u-2", "", "2025-03-01T10:05:00", "P02", "7"],
    ["102", "u-2b", "u-2", "2025-03-02T09:00:00", "P02", "8"],
    ["103", "u-3", "", "2025-03-01T11:00:00", "P03", "5"],
    ["104", "u-4", "", "2025-03-05T11:00:00", "P03", "9"],
    ["105", "u-5", "", "2025-03-05T11:30:00", "P03 ", "9"],
    ["106", "U-1", "", "2025-03-01T10:00:00", "P01", "6"],
    ["107", "u-7", "", "2025-03-07T12:00:00+01:00", "P04", "11"],
    ["108", "u-8", "", "2025-03-07T12:00:00", "P05", "1"],
    ["108", "u-9", "", "2025-03-07T12:00:00", "P05", "2"],
]  # fmt: skip


def edits(rows: Sequence[Sequence[str]]) -> bytes:
    return csv_bytes(["id", "uuid", "oud", "tijd", "code", "welzijn"], *rows)


def test_edits_supersede_doubles_count_once_and_contradictions_wait(bench: Bench, session: Session) -> None:
    said = mapping(*VERSIONS, kind="kobo")
    job, origin, totals = bench.check(edits(EDITS), said)
    states = {row.number: row.state.value for row in bench.rows(job, said)}
    assert states == {
        1: "new", 2: "repeated", 3: "superseded", 4: "new", 5: "conflict", 6: "conflict", 7: "conflict",
        8: "repeated", 9: "rejected", 10: "conflict", 11: "conflict",
    }  # fmt: skip
    assert [note.key for note in totals.notes] == ["import.keys_alike"]
    with pytest.raises(Conflict, match=r"import\.has_errors"):
        bench.commit(job, origin, said)
    assert count(session, Observation) == 0
    questions = {row.question for row in bench.rows(job, said, RowState.CONFLICT)}
    assert "key:108" in questions
    assert len(questions) == 2
    same = next(one for one in questions if one.startswith("same:"))
    made, _ = bench.bring(edits(EDITS), replace(said, decisions={same: 6, "key:108": 10}), only_good=True)
    assert made.values == 4
    assert values(session) == {("P01", "101"): 6, ("P02", "102"): 8, ("P03", "104"): 9, ("P05", "108"): 1}
    rejected = bench.rows(job, said, RowState.REJECTED)
    assert rejected[0].reasons[0].key == "instrument.out_of_scale"
    none = replace(said, decisions={same: 0, "key:108": 0})
    _, _, totals = bench.check(edits(EDITS), none)
    assert RowState.CONFLICT not in totals.states


def test_a_newer_version_that_is_not_right_lets_no_older_one_count(bench: Bench) -> None:
    rows = [
        ["1", "a", "", "2025-03-01T10:00:00", "P01", "6"],
        ["1", "b", "a", "2025-03-02T10:00:00", "P01", "60"],
    ]
    _, _, totals = bench.check(edits(rows), mapping(*VERSIONS))
    assert totals.states == {RowState.REJECTED: 1, RowState.SUPERSEDED: 1}


def test_rows_without_a_key_are_known_by_what_they_are_about(bench: Bench, session: Session) -> None:
    said = mapping(*PERSON[1:], use("werk", "event", subject="job_started"))
    content = csv_bytes(
        ["code", "dag", "welzijn", "werk"],
        ["P01", "2025-01-02", "4", "ja"],
        ["P01", "2025-01-02", "4", "ja"],
        ["P02", "2025-01-02", "5", "nee"],
    )
    made, totals = bench.bring(content, said)
    assert (made.values, totals.states) == (3, {RowState.NEW: 2, RowState.REPEATED: 1})
    assert bench.bring(content, said)[0].values == 0
    other, totals = bench.bring(
        csv_bytes(["code", "dag", "welzijn", "werk"], ["P01", "2025-01-09", "7", ""]), said
    )
    assert (other.values, totals.states) == (1, {RowState.CHANGED: 1})
    assert session.scalar(select(func.count()).where(Observation.supersedes_id.is_not(None))) == 1
    only = mapping(use("code", "person"), use("dag", "day"), use("werk", "event", subject="diploma"))
    _, _, totals = bench.check(csv_bytes(["code", "dag", "werk"], ["P01", "2025-01-02", "nee"]), only)
    assert totals.states == {RowState.UNCHANGED: 1}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), copies=st.integers(0, 3))
def test_any_order_of_the_rows_gives_the_same(bench: Bench, session: Session, seed: int, copies: int) -> None:
    chance = Random(seed)  # noqa: S311 - an order
    rows = [*EDITS, *chance.choices(EDITS, k=copies)]
    said = mapping(*VERSIONS)
    _, _, plain = bench.check(edits(rows), said)
    outcomes = []
    for _ in range(2):
        chance.shuffle(rows)
        nested = session.begin_nested()
        _, totals = bench.bring(edits(rows), said, only_good=True)
        ids = frozenset(tuple(row) for row in session.execute(select(Observation.id, Observation.value)))
        outcomes.append((ids, totals.states))
        nested.rollback()
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1] == plain.states


# --- Together -----------------------------------------------------------------------------------------------


def test_two_at_once_give_what_one_after_the_other_gives(bench: Bench, session: Session) -> None:
    said = mapping(*DATED)
    one, two = (
        sums(["1", "P01", "2025-01-02", "1"]),
        sums(["1", "P01", "2025-01-02", "2"], ["2", "P02", "2025-01-02", "3"]),
    )
    first, second = bench.check(one, said), bench.check(two, said)
    bench.commit(*first[:2], said)
    with pytest.raises(PlanChanged):
        bench.commit(*second[:2], said)
    assert values(session) == {("P01", "1"): 1}
    bench.bring(two, said)
    assert values(session) == {("P01", "1"): 2, ("P02", "2"): 3}
    third, fourth = (
        bench.check(sums(["7", "P07", "2025-01-02", "1"]), said),
        bench.check(sums(["8", "P08", "2025-01-02", "1"]), said),
    )
    bench.commit(*third[:2], said)
    assert bench.commit(*fourth[:2], said).values == 1


def test_the_same_import_twice_is_once(bench: Bench) -> None:
    said = mapping(*DATED)
    job, origin, _ = bench.check(sums(["1", "P01", "2025-01-02", "1"]), said)
    id_ = uuid4()
    mine, beat = folders.place(bench.folder, job), Beat(bench.folder / "x")
    runs = [commit(bench.session, ACT, mine, id_, origin, said, beat, only_good=False) for _ in range(2)]
    assert [(run.values, run.again) for run in runs] == [(1, False), (0, True)]


# --- Measurements -------------------------------------------------------------------------------------------


def test_measurements_come_per_indicator_site_and_day(bench: Bench, session: Session) -> None:
    site = Site(id=uuid4(), name="Noord", created_at=AT)
    session.add(site)
    share = make_indicator(session, definition=make_definition())
    said = mapping(
        use("dag", "day"), use("plek", "site"), use("bedrag", "value", indicator="I1"), use("deel", "numerator", indicator="I2"),  # noqa: E501 - a row of a table
        use("van", "denominator", indicator="I2"), about="measurements",
    )  # fmt: skip
    head = ["dag", "plek", "bedrag", "deel", "van"]
    made, totals = bench.bring(
        csv_bytes(head, ["2025-01-31", "noord", "5", "6", "12"], ["2025-01-31", "", "7", "", ""]), said
    )
    assert (made.values, totals.states) == (3, {RowState.NEW: 2})
    rows = {(row.indicator_id == share.id, row.site_id): row for row in session.scalars(select(Measurement))}
    assert (rows[True, site.id].value, rows[True, site.id].denominator, rows[False, None].value) == (
        Decimal("0.5"),
        Decimal(12),
        Decimal(7),
    )
    changed, totals = bench.bring(
        csv_bytes(head, ["2025-01-31", "noord", "6", "6", "12"], ["2025-02-28", "", "1", "", ""]), said
    )
    assert (changed.values, totals.states) == (2, {RowState.CHANGED: 1, RowState.NEW: 1})
    assert session.scalar(select(func.max(Measurement.version))) == 2
    assert (
        bench.bring(
            csv_bytes(head, ["2025-01-31", "noord", "5", "6", "12"], ["2025-01-31", "", "7", "", ""]), said
        )[0].values
        == 0
    )


def test_groups_come_together_or_not_at_all(bench: Bench, session: Session) -> None:
    sex = Breakdown(key="sex", name="Sex", options=(Option(key="f", name="F"), Option(key="m", name="M")))
    make_indicator(session, definition=make_count(breakdowns=(sex,)))
    said = mapping(
        use("dag", "day"),
        use("n", "value", indicator="I2"),
        use("g", "option", breakdown="sex"),
        about="measurements",
    )
    head = ["dag", "n", "g"]
    content = csv_bytes(
        head,
        ["2025-01-31", "3", "F"],
        ["2025-01-31", "4", "m"],
        ["2025-02-28", "3", "f"],
        ["2025-02-28", "x", "m"],
        ["2025-03-31", "1", "f"],
    )
    job, origin, totals = bench.check(content, said)
    assert totals.states == {RowState.NEW: 3, RowState.REJECTED: 2}
    assert {row.reasons[0].key for row in bench.rows(job, said, RowState.REJECTED)} == {
        "row.part_rejected",
        "number.unreadable",
    }
    made = bench.commit(job, origin, said, only_good=True)
    assert made.values == 2
    rows = {row.on: row for row in session.scalars(select(Measurement))}
    assert rows[date(2025, 1, 31)].value == 7
    assert {(part.option, part.value) for part in rows[date(2025, 1, 31)].parts} == {
        ("f", Decimal(3)),
        ("m", Decimal(4)),
    }
    assert bench.bring(content, said, only_good=True)[0].values == 0
    more, _ = bench.bring(csv_bytes(head, ["2025-01-31", "5", "F"], ["2025-01-31", "4", "m"]), said)
    assert more.values == 1
    undo(session, ACT, more.import_id)
    newest = session.scalars(
        select(Measurement).where(Measurement.on == date(2025, 1, 31)).order_by(Measurement.version.desc())
    ).first()
    assert newest is not None
    assert (newest.value, {part.option for part in newest.parts}) == (Decimal(7), {"f", "m"})


def close(session: Session, first: date, last: date, *, at: datetime = AT) -> None:
    """Close a period, as somebody does on its page."""
    draft = PeriodDraft(id=uuid4(), starts_on=first, ends_on=last, is_locked=True)
    set_period(session, replace(ACT, at=at, roles=frozenset({Role.EVALUATOR})), draft)
    session.flush()


JANUARY = date(2025, 1, 1), date(2025, 1, 31)


def test_a_closed_period_rejects_its_rows(bench: Bench, session: Session) -> None:
    close(session, *JANUARY)
    said = mapping(*DATED)
    job, origin, totals = bench.check(
        sums(["1", "P01", "2025-01-02", "1"], ["2", "P01", "2025-02-02", "1"]), said
    )
    assert totals.states == {RowState.REJECTED: 1, RowState.NEW: 1}
    (rejected,) = bench.rows(job, said, RowState.REJECTED)
    assert [(reason.key, reason.params["on"]) for reason in rejected.reasons] == [
        ("period.locked", "2025-01-02")
    ]
    bench.commit(job, origin, said, only_good=True)
    assert values(session) == {("P01", "2"): 1}


def test_a_row_of_a_closed_day_that_changes_nothing_is_no_fault(bench: Bench, session: Session) -> None:
    """A log that grows comes in again after its first period was closed."""
    said, first = mapping(*DATED), ["1", "P01", "2025-01-02", "1"]
    bench.bring(sums(first), said)
    close(session, *JANUARY)
    made, totals = bench.bring(sums(first, ["2", "P01", "2025-02-02", "1"]), said)
    assert (made.values, totals.states) == (1, {RowState.UNCHANGED: 1, RowState.NEW: 1})
    _, _, totals = bench.check(sums(["1", "P01", "2025-01-02", ""], ["2", "P01", "2025-02-02", "1"]), said)
    assert totals.states == {RowState.REJECTED: 1, RowState.UNCHANGED: 1}, "an answer is taken out"


def test_a_row_does_not_move_out_of_a_closed_period(bench: Bench, session: Session) -> None:
    said = mapping(*DATED)
    bench.bring(sums(["1", "P01", "2025-01-02", "1"]), said)
    close(session, *JANUARY)
    job, _, totals = bench.check(sums(["1", "P01", "2025-02-02", "1"]), said)
    assert totals.states == {RowState.REJECTED: 1}
    assert bench.rows(job, said)[0].reasons[0].params["on"] == "2025-01-02"


def test_a_correction_by_hand_in_a_closed_period_is_not_superseded(bench: Bench, session: Session) -> None:
    """The file says another day than the correction: the day of what would be replaced counts as well."""
    said = mapping(*DATED)
    bench.bring(sums(["1", "P01", "2025-02-02", "1"], ["2", "P01", "2025-02-02", "1"]), said)
    wrong = session.scalars(select(Observation).where(Observation.source_key == "1")).one()
    for number, on in enumerate([date(2025, 2, 3), date(2025, 1, 2)], start=2):
        by_hand = correct_observation(
            session, ACT, uuid4(), wrong.participant_id, wrong.id,
            Right(on=on, value=Decimal(number), reason="verteld"),
        )  # fmt: skip
        session.flush()
        wrong = by_hand
    close(session, *JANUARY)
    job, origin, totals = bench.check(
        sums(["1", "P01", "2025-02-02", "4"], ["2", "P01", "2025-02-02", "5"]), said
    )
    assert totals.states == {RowState.REJECTED: 1, RowState.CHANGED: 1}
    (rejected,) = bench.rows(job, said, RowState.REJECTED)
    assert (rejected.reasons[0].key, rejected.reasons[0].params["on"]) == ("period.locked", "2025-01-02")
    bench.commit(job, origin, said, only_good=True)
    assert session.scalars(select(Observation).where(Observation.supersedes_id == wrong.id)).all() == []
    assert values(session)["P01", "2"] == 5


def test_a_typed_measurement_of_a_closed_day_stands(bench: Bench, session: Session) -> None:
    said = mapping(use("dag", "day"), use("bedrag", "value", indicator="I1"), about="measurements")
    bench.bring(csv_bytes(["dag", "bedrag"], ["2025-01-31", "5"]), said)
    row = session.scalars(select(Measurement)).one()
    correct_measurement(session, ACT, row.id, Entry(id=uuid4(), on=row.on, value=Decimal(9), note="verteld"))
    close(session, *JANUARY)
    _, _, totals = bench.check(csv_bytes(["dag", "bedrag"], ["2025-01-31", "6"], ["2025-02-28", "6"]), said)
    assert totals.states == {RowState.REJECTED: 1, RowState.NEW: 1}


def test_a_period_that_is_closed_between_looking_and_importing_holds(bench: Bench, session: Session) -> None:
    said, content = mapping(*DATED), sums(["1", "P01", "2025-01-02", "1"], ["2", "P01", "2025-02-02", "1"])
    job, origin, totals = bench.check(content, said)
    assert totals.states == {RowState.NEW: 2}
    close(session, *JANUARY)
    for only_good in (False, True):
        with pytest.raises(PlanChanged):
            bench.commit(job, origin, said, only_good=only_good)
        assert count(session, Observation) == 0
    assert bench.check(content, said)[2].states == {RowState.REJECTED: 1, RowState.NEW: 1}


@pytest.mark.parametrize("first", ["import", "lock"])
def test_closing_a_period_and_an_import_wait_for_each_other(
    separate: Database, tmp_path: Path, first: str
) -> None:
    """Whichever is first: what is closed does not change, and what was imported before stays."""
    with separate.writing() as session:
        programme = make_programme(session)
    with separate.writing(programme.id) as session:
        make_indicator(session, definition=make_count(kind=Kind.SUM))
    said = mapping(*DATED)
    with separate.read_session(programme.id) as session:
        job, origin, _ = Bench(session, tmp_path).check(sums(["1", "P01", "2025-01-02", "1"]), said)
    acts: dict[str, Callable[[Session], object]] = {
        "import": lambda session: Bench(session, tmp_path).commit(job, origin, said),
        "lock": lambda session: close(session, *JANUARY),
    }
    (second,) = acts.keys() - {first}

    def later() -> str:
        try:
            with separate.writing(programme.id) as session:
                acts[second](session)
        except PlanChanged:
            return "looked at again"
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with separate.writing(programme.id) as session:
            acts[first](session)
            waits = pool.submit(later)
            with pytest.raises(TimeoutError):
                waits.result(0.3)
        assert waits.result() == ("done" if first == "import" else "looked at again")
    with separate.read_session(programme.id) as session:
        assert count(session, Observation) == (first == "import")


# --- Totals, and what stays ---------------------------------------------------------------------------------


def test_a_missing_value_counts_once_where_kinds_have_columns_of_their_own(
    bench: Bench, session: Session
) -> None:
    make_indicator(session)
    said = mapping(
        use("dag", "day"),
        use("nr", "indicator"),
        use("n", "value"),
        use("deel", "numerator"),
        use("van", "denominator"),
        about="measurements",
    )
    content = csv_bytes(
        ["dag", "nr", "n", "deel", "van"],
        ["2025-01-31", "I1", "5", "", ""],
        ["2025-02-28", "I1", "-", "", ""],
        ["2025-01-31", "I2", "", "6", "12"],
        ["2025-02-28", "I2", "", "", "n.v.t."],
    )
    _, totals = bench.bring(content, said)
    assert (totals.values, totals.missing) == (2, 2)
    assert totals.states == {RowState.NEW: 2, RowState.MISSING: 2}
    assert {one.about: one.missing for one in totals.targets} == {"n I1": 1, "deel I2": 1}


def test_groups_complete_what_is_known_and_a_new_whole_replaces_it(bench: Bench, session: Session) -> None:
    sex, age = (
        Breakdown(key=key, name=key, options=(Option(key="a", name="A"), Option(key="b", name="B")))
        for key in ("sex", "age")
    )
    indicator = make_indicator(session, definition=make_count(breakdowns=(sex, age)))
    entry = Entry(
        id=uuid4(),
        on=date(2025, 1, 31),
        value=Decimal(5),
        people=5,
        missing=2,
        starts_on=date(2025, 1, 1),
        note="geteld",
        parts=tuple(
            Part(breakdown="age", option=key, value=Decimal(number)) for key, number in (("a", 2), ("b", 3))
        ),
    )
    record_measurement(session, ACT, indicator.id, entry)
    said = mapping(use("dag", "day"), use("n", "value", indicator="I2"), use("sekse", "option", breakdown="sex"), about="measurements")  # fmt: skip  # noqa: E501 - a row of a table

    def newest() -> Measurement:
        return session.scalars(select(Measurement).order_by(Measurement.version.desc())).all()[0]

    bench.bring(csv_bytes(["dag", "n", "sekse"], ["2025-01-31", "1", "a"], ["2025-01-31", "4", "b"]), said)
    row = newest()
    assert (row.version, row.value, row.people, row.missing, row.starts_on, row.note) == (
        2, Decimal(5), 5, 2, date(2025, 1, 1), "geteld",
    )  # fmt: skip
    assert {(part.breakdown, part.option, part.value) for part in row.parts} == {
        ("age", "a", Decimal(2)),
        ("age", "b", Decimal(3)),
        ("sex", "a", Decimal(1)),
        ("sex", "b", Decimal(4)),
    }
    bench.bring(csv_bytes(["dag", "n", "sekse"], ["2025-01-31", "1", "a"], ["2025-01-31", "5", "b"]), said)
    row = newest()
    assert (row.version, row.value, row.people, row.missing, row.starts_on, row.note) == (
        3, Decimal(6), None, None, None, "",
    )  # fmt: skip
    assert {part.breakdown for part in row.parts} == {"sex"}


# --- Undoing ------------------------------------------------------------------------------------------------


def test_undoing_takes_everything_back(bench: Bench, session: Session) -> None:
    session.add(Cohort(id=uuid4(), name="Voorjaar", created_at=AT))
    known = Participant(id=uuid4(), code="P09", arm=Arm.INTERVENTION, groups={}, created_at=AT)
    session.add(known)
    session.flush()
    said = mapping(
        *DATED, use("lichting", "cohort"), use("arm", "arm"), use("in", "entry"), use("uit", "exit")
    )
    head = ["id", "code", "dag", "bedrag", "lichting", "arm", "in", "uit"]
    content = csv_bytes(
        head,
        ["1", "P01", "2025-01-02", "1", "voorjaar", "comparison", "2025-01-01", "2025-06-01"],
        ["2", "P09", "2025-01-02", "1", "voorjaar", "comparison", "2025-01-01", ""],
    )
    made, totals = bench.bring(content, said)
    assert (totals.new_participants, made.values) == (1, 2)
    session.refresh(known)
    assert (known.arm, known.entered_on, known.cohort_id is not None) == (
        Arm.COMPARISON,
        date(2025, 1, 1),
        True,
    )
    assert bench.check(content, said)[2].states == {RowState.UNCHANGED: 2}
    session.add(
        Job(
            id=uuid4(),
            kind="import",
            state="done",
            subject_id=made.import_id,
            asked={},
            result={"before": made.before},
            created_at=AT,
        )
    )
    session.flush()
    assert undo(session, ACT, made.import_id) == 2
    assert undo(session, ACT, made.import_id) == 0
    session.refresh(known)
    assert (known.arm, known.entered_on, known.cohort_id) == (Arm.INTERVENTION, None, None)
    assert session.scalars(select(Participant.code)).all() == ["P09"]
    assert count(session, Observation) == 0
    assert bench.bring(content, said)[0].values == 2
    with pytest.raises(NotFound):
        undo(session, ACT, uuid4())


def test_undoing_measurements_lets_stand_what_stood_before(bench: Bench, session: Session) -> None:
    said = mapping(use("dag", "day"), use("bedrag", "value", indicator="I1"), about="measurements")
    indicator = (
        session.scalars(select(Measurement.indicator_id)).first()
        or session.scalars(select(LogImport.id)).first()
    )
    assert indicator is None
    first, _ = bench.bring(csv_bytes(["dag", "bedrag"], ["2025-01-31", "5"]), said)
    second, _ = bench.bring(csv_bytes(["dag", "bedrag"], ["2025-01-31", "6"], ["2025-02-28", "7"]), said)
    with pytest.raises(Conflict, match=r"import\.rested_on"):
        undo(session, ACT, first.import_id)
    assert undo(session, ACT, second.import_id) == 2
    newer = select(Measurement.supersedes_id).where(Measurement.supersedes_id.is_not(None))
    standing = session.scalars(
        select(Measurement).where(Measurement.id.not_in(newer)).order_by(Measurement.on)
    ).all()
    assert [(row.on, row.value, row.is_void) for row in standing] == [
        (date(2025, 1, 31), Decimal(5), False),
        (date(2025, 2, 28), Decimal(7), True),
    ]
    close(session, *JANUARY)
    third = csv_bytes(["dag", "bedrag"], ["2025-03-31", "6"])
    made, _ = bench.bring(third, said)
    assert undo(session, ACT, made.import_id) == 1


# --- Refusals -----------------------------------------------------------------------------------------------


def test_open_questions_and_persons_stop_a_check(bench: Bench) -> None:
    with pytest.raises(OpenQuestions) as refused:
        bench.check(
            sums(["1", "P01", "2025-01-02", "1.050"]),
            mapping(*DATED[:3], use("bedrag", "value", indicator="I1")),
        )
    assert refused.value.questions[0].example == "1.050"
    with pytest.raises(DomainError, match=r"import\.bsn"):
        bench.check(
            csv_bytes(["id", "code", "dag", "bedrag", "bsn"], ["1", "P01", "2025-01-02", "1", "x"]),
            mapping(*DATED),
        )
    with pytest.raises(DomainError, match=r"file\.is_pdf"):
        bench.check(b"%PDF", mapping(*DATED))


def test_rows_at_fault_come_as_a_safe_file_without_persons(bench: Bench) -> None:
    said = mapping(*DATED, use("naam", "left_out"), use("noot", "note"))
    head = ["id", "code", "dag", "bedrag", "naam", "noot"]
    job, _, _ = bench.check(
        csv_bytes(
            head,
            ["1", "P01", "2025-01-02", "x", "Zoë", "=1+1"],
            ["2", "P01", "2025-01-02", "2", "Jan", ""],
            ["3", "P01"],
            ["4", "P01", "2025-01-02", "3", "Jan", "bel 0612345678"],
        ),
        said,
    )
    rows = list(checking.error_rows(folders.place(bench.folder, job), said))
    assert rows[0][2] == head
    assert [(line, [reason.key for reason in reasons], cells) for line, reasons, cells in rows[1:]] == [
        (2, ["number.unreadable"], ["1", "P01", "2025-01-02", "x", "", "=1+1"]),
        (4, ["row.ragged"], ["3", "P01"]),
        (5, ["row.personal"], ["4", "P01", "2025-01-02", "3", "", ""]),
    ]


def test_rows_are_shown_with_what_they_say_and_what_is_known(bench: Bench) -> None:
    said = mapping(*DATED)
    bench.bring(sums(["1", "P01", "2025-01-02", "1"]), said)
    job, _, _ = bench.check(
        sums(["1", "P01", "2025-01-03", "2,5"], *([str(n), "P02", "2025-01-02", "1"] for n in range(2, 60))),
        said,
    )
    (changed,) = bench.rows(job, said, RowState.CHANGED)
    assert (changed.says[0].about, changed.says[0].on, changed.says[0].value, changed.says[0].known) == (
        "P01",
        "2025-01-03",
        "2.5",
        "1",
    )
    assert len(bench.rows(job, said, RowState.NEW)) == 50
    assert [row.number for row in bench.rows(job, said, RowState.NEW, 2)] == [*range(52, 60)]


def test_a_share_is_shown_as_its_part_and_its_whole(bench: Bench, session: Session) -> None:
    make_indicator(session, definition=make_definition())
    said = mapping(
        use("dag", "day"),
        use("deel", "numerator", indicator="I2"),
        use("van", "denominator", indicator="I2"),
        about="measurements",
    )
    job, _, _ = bench.check(csv_bytes(["dag", "deel", "van"], ["2025-01-31", "6", "12"]), said)
    (row,) = bench.rows(job, said, RowState.NEW)
    assert [fact.value for fact in row.says] == ["6/12"]


def test_groups_that_are_right_one_by_one_may_be_too_much_together(bench: Bench, session: Session) -> None:
    sex = Breakdown(key="sex", name="Sex", options=(Option(key="f", name="F"), Option(key="m", name="M")))
    make_indicator(session, definition=make_count(breakdowns=(sex,)))
    said = mapping(
        use("dag", "day"),
        use("n", "value", indicator="I2"),
        use("g", "option", breakdown="sex"),
        about="measurements",
    )
    most = "9000000000"
    content = csv_bytes(["dag", "n", "g"], ["2025-01-31", most, "f"], ["2025-01-31", most, "m"])
    job, _, totals = bench.check(content, said)
    assert totals.states == {RowState.REJECTED: 2}
    assert {row.reasons[0].key for row in bench.rows(job, said, RowState.REJECTED)} == {
        "measurement.too_large"
    }


def test_undoing_leaves_alone_what_was_put_back_by_hand_and_who_was_there(
    bench: Bench, session: Session
) -> None:
    known = Participant(id=uuid4(), code="P09", arm=Arm.INTERVENTION, groups={}, created_at=AT)
    other = Participant(id=uuid4(), code="P10", arm=Arm.INTERVENTION, groups={}, created_at=AT)
    session.add_all([known, other])
    session.flush()
    said = mapping(use("code", "person"), use("arm", "arm"))
    made, _ = bench.bring(csv_bytes(["code", "arm"], ["P09", "comparison"]), said)
    session.add(
        Job(
            id=uuid4(),
            kind="import",
            state="done",
            subject_id=made.import_id,
            asked={},
            result={"before": made.before},
            created_at=AT,
        )
    )
    session.refresh(known)
    known.arm = Arm.INTERVENTION
    session.flush()
    revision = known.revision
    undo(session, ACT, made.import_id)
    session.refresh(known)
    assert (known.arm, known.revision) == (Arm.INTERVENTION, revision)
    assert set(session.scalars(select(Participant.code))) == {"P09", "P10"}


def test_an_import_of_one_indicator_is_shown_line_by_line(bench: Bench, session: Session) -> None:
    said = mapping(use("dag", "day"), use("bedrag", "value", indicator="I1"), about="measurements")
    made, _ = bench.bring(csv_bytes(["dag", "bedrag"], ["2025-02-28", "5"], ["2025-01-31", "4"]), said)
    found, view = log_import(session, ACT, made.import_id)
    assert (found.added, found.corrected, found.unchanged, found.by) == (2, 0, 0, "")
    assert [(line, row.reading.value) for line, row in found.rows] == [(2, Decimal(5)), (3, Decimal(4))]
    assert view.id == found.indicator_id
    with pytest.raises(NotFound):
        log_import(session, ACT, uuid4())


def test_two_hands_are_better(bench: Bench, session: Session) -> None:
    """A value that was typed is corrected by a log, and one that was imported by hand."""
    said = mapping(use("dag", "day"), use("bedrag", "value", indicator="I1"), about="measurements")
    made, _ = bench.bring(csv_bytes(["dag", "bedrag"], ["2025-01-31", "5"]), said)
    row = session.scalars(select(Measurement)).one()
    correct_measurement(session, ACT, row.id, Entry(id=uuid4(), on=row.on, value=Decimal(9), note="verteld"))
    assert bench.bring(csv_bytes(["dag", "bedrag"], ["2025-01-31", "5"]), said)[0].values == 0
    with pytest.raises(Conflict, match=r"import\.rested_on"):
        undo(session, ACT, made.import_id)
    assert measure is not None
    assert count(session, MeasurementPart) == 0


def test_what_was_corrected_by_hand_is_corrected_by_an_edit_of_the_form(
    bench: Bench, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_BATCH", 1)
    said = mapping(*DATED)
    bench.bring(sums(["1", "P01", "2025-01-02", "1"], ["2", "P01", "2025-01-02", "2"]), said)
    row = session.scalars(select(Observation).where(Observation.source_key == "1")).one()
    by_hand = Observation(
        id=uuid4(),
        participant_id=row.participant_id,
        subject=row.subject,
        indicator_id=row.indicator_id,
        on=row.on,
        value=Decimal(3),
        source=MeasurementSource.TYPED,
        supersedes_id=row.id,
        created_at=AT,
    )
    session.add(by_hand)
    session.flush()
    bench.bring(sums(["1", "P01", "2025-01-02", "4"], ["2", "P01", "2025-01-02", "5"]), said)
    newest = session.scalars(select(Observation).where(Observation.supersedes_id == by_hand.id)).one()
    assert newest.value == 4


def test_the_group_of_a_participant_is_set_and_taken_back(bench: Bench, session: Session) -> None:
    sex = Breakdown(key="sex", name="Sex", options=(Option(key="f", name="F"), Option(key="m", name="M")))
    make_indicator(session, definition=make_count(breakdowns=(sex,)))
    known = Participant(id=uuid4(), code="P09", arm=Arm.INTERVENTION, groups={"sex": "m"}, created_at=AT)
    session.add(known)
    session.flush()
    said = mapping(use("code", "person"), use("sekse", "group", breakdown="sex"))
    made, totals = bench.bring(csv_bytes(["code", "sekse"], ["P09", "f"]), said)
    assert totals.states == {RowState.CHANGED: 1}
    session.refresh(known)
    assert known.groups == {"sex": "f"}
    assert made.before == {known.id.hex: {"group:sex": "m"}}
