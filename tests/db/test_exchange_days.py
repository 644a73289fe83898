"""Notes that change, and days on which nothing can be, in a file as on a form; on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.bringing import ACT, Bench
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.logs import csv_bytes, mapping, use
from tests.factories.participants import ENTRY, make_instrument, make_participant, make_site
from tests.factories.seeing import make_ordinal
from toc.domain.exchange.recognised import RowState
from toc.domain.indicators import Kind
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.models.indicators import Indicator, Measurement
from toc.models.participants import Observation
from toc.services.exchange.undoing import undo
from toc.services.participants import edit_site

COUNTED = mapping(
    use("dag", "day"),
    use("plek", "site"),
    use("n", "value", indicator="I1"),
    use("sekse", "option", breakdown="sex"),
    use("noot", "note"),
    use("zonder", "without"),
    about="measurements",
)
WHOLE = replace(COUNTED, columns=tuple(one for one in COUNTED.columns if one.header != "sekse"))
HEAD = ["dag", "plek", "n", "sekse", "noot", "zonder"]
SEX = Breakdown(key="sex", name="Sex", options=tuple(Option(key=key, name=key) for key in "fm"))


@pytest.fixture
def bench(session: Session, tmp_path: Path) -> Bench:
    make_indicator(session, definition=make_count(kind=Kind.COUNT, breakdowns=(SEX,)))
    return Bench(session, tmp_path)


def counted(*rows: Sequence[str]) -> bytes:
    """A log of I1: day, site, number, group, note, how many are missing."""
    return csv_bytes(HEAD, *([*row, *[""] * (len(HEAD) - len(row))] for row in rows))


def notes(session: Session) -> list[tuple[int, str, int | None, int]]:
    """Of what stands: version, note, how many are missing, and the value, which is whole."""
    newer = select(Measurement.supersedes_id).where(Measurement.supersedes_id.is_not(None))
    rows = session.scalars(
        select(Measurement).where(Measurement.id.not_in(newer)).order_by(Measurement.on, Measurement.site_id)
    )
    return [(row.version, row.note, row.missing, int(row.value)) for row in rows]


# --- Notes --------------------------------------------------------------------------------------------------


def test_a_note_that_was_edited_is_a_new_version(bench: Bench, session: Session) -> None:
    first = counted(["2025-01-31", "", "7", "", "Half of them"], ["2025-02-28", "", "8", "", "Same"])
    bench.bring(first, WHOLE)
    later = counted(
        ["2025-01-31", "", "7", "", "Two thirds", "2"],
        ["2025-02-28", "", "8", "", "Same"],
        ["2025-03-31", "", "9"],
    )
    job, origin, totals = bench.check(later, WHOLE)
    assert totals.states == {RowState.CHANGED: 1, RowState.UNCHANGED: 1, RowState.NEW: 1}
    (row,) = bench.rows(job, WHOLE, RowState.CHANGED)
    assert [(said.value, said.known, said.beside) for said in row.says] == [("7", "", True)]
    second = bench.commit(job, origin, WHOLE)
    assert second.values == 2
    assert notes(session) == [(2, "Two thirds", 2, 7), (1, "Same", None, 8), (1, "", None, 9)]
    for again in (later, first, counted(["2025-01-31", "", "7"], ["2025-02-28", "", "8", "", "Same"])):
        assert bench.bring(again, WHOLE)[0].values == 0
    undo(session, ACT, second.import_id)
    assert notes(session)[0] == (3, "Half of them", None, 7)


def test_a_note_alone_changes_no_other_whole_and_nothing_that_was_typed(
    bench: Bench, session: Session
) -> None:
    """Of one group of two the whole would be another; and who typed a note here knows why."""
    groups = ["2025-01-31", "", "3", "f", "Of both"], ["2025-01-31", "", "4", "m", "Of men"]
    bench.bring(counted(*groups), COUNTED)
    assert bench.bring(counted(groups[1]), COUNTED)[1].states == {RowState.UNCHANGED: 1}
    assert notes(session) == [(1, "Of both", None, 7)]
    indicator = session.scalars(select(Indicator)).one()
    measure(session, indicator, date(2025, 2, 28), 5, note="Typed")
    content = counted(["2025-02-28", "", "5", "", "From a file"])
    assert bench.bring(content, WHOLE)[1].states == {RowState.UNCHANGED: 1}


def test_groups_that_do_not_go_together_are_refused_whatever_their_note(
    bench: Bench, session: Session
) -> None:
    age = Breakdown(key="age", name="Age", options=(Option(key="young", name="young"),))
    make_indicator(session, definition=make_count(kind=Kind.COUNT, breakdowns=(SEX, age)))
    said = mapping(
        use("dag", "day"),
        use("n", "value", indicator="I2"),
        use("naar", "breakdown"),
        use("groep", "option"),
        use("noot", "note"),
        about="measurements",
    )
    head = ["dag", "n", "naar", "groep", "noot"]
    women, men = ["2025-01-31", "3", "Sex", "f", ""], ["2025-01-31", "4", "Sex", "m", ""]
    young = ["2025-01-31", "7", "Age", "young", "All"]
    bench.bring(csv_bytes(head, women, men, young), said)
    totals = bench.check(csv_bytes(head, women, [*young[:4], "Of some"]), said)[2]
    assert totals.states == {RowState.REJECTED: 2}


def test_the_people_on_levels_are_told_by_them_alone(bench: Bench, session: Session) -> None:
    make_ordinal(session)
    said = mapping(
        use("dag", "day"),
        use("n", "levels", indicator="I2"),
        use("wie", "people"),
        use("noot", "note"),
        about="measurements",
    )
    head = ["dag", "n", "wie", "noot"]
    bench.bring(csv_bytes(head, ["2025-01-31", "1: 3; 2: 4", "7", "a"]), said)
    other = csv_bytes(head, ["2025-01-31", "1: 3; 2: 4", "9", "a"])
    assert bench.bring(other, said)[1].states == {RowState.UNCHANGED: 1}


# --- Days of a site -----------------------------------------------------------------------------------------


def test_nothing_comes_of_a_day_on_which_a_site_is_not_open(bench: Bench, session: Session) -> None:
    north, south = make_site(session, "Noord", ACT), make_site(session, "Zuid", ACT)
    standing = ["2025-03-31", "Noord", "3"]
    later = counted(["2025-01-31", "Noord", "1"], standing, ["2025-03-31", "Zuid", "4"])
    bench.bring(counted(standing), COUNTED)
    edit_site(session, ACT, north.id, 1, name="Noord", starts_on=date(2025, 2, 1), ends_on=date(2025, 2, 28))
    more = counted(
        ["2025-01-31", "Noord", "1"],
        ["2025-02-01", "Noord", "2"],
        ["2025-02-28", "Noord", "2"],
        ["2025-03-01", "Noord", "9"],
        standing,
        ["2025-03-31", "Zuid", "4"],
    )
    job, origin, totals = bench.check(more, COUNTED)
    assert totals.states == {RowState.NEW: 3, RowState.UNCHANGED: 1, RowState.REJECTED: 2}
    wrong = bench.rows(job, COUNTED, RowState.REJECTED)
    assert [(row.number, row.reasons[0].key, row.reasons[0].params) for row in wrong] == [
        (1, "measurement.site_not_open", {"on": "2025-02-01", "name": "Noord"}),
        (4, "measurement.site_closed", {"on": "2025-02-28", "name": "Noord"}),
    ]
    assert bench.commit(job, origin, COUNTED, only_good=True).values == 3
    assert bench.check(later, COUNTED)[2].states == {RowState.REJECTED: 1, RowState.UNCHANGED: 2}
    assert south.ends_on is None
    persons = mapping(use("code", "person"), use("dag", "event_day", subject="diploma"))
    assert bench.check(csv_bytes(["code", "dag"], ["P-01", "2025-03-01"]), persons)[2].states == {
        RowState.NEW: 1
    }


# --- Before somebody came -----------------------------------------------------------------------------------

DAYS = mapping(
    use("id", "key"),
    use("code", "person"),
    use("dag", "day"),
    use("diploma", "event_day", subject="diploma"),
    use("voor", "score", instrument="Matrix", item="i1", moment="before"),
    use("tijdens", "score", instrument="Matrix", item="i1", moment="during"),
    use("n", "value", indicator="I1"),
    use("in", "entry"),
)
OF_DAYS = ["id", "code", "dag", "diploma", "voor", "tijdens", "n", "in"]


def test_nothing_happens_to_a_participant_before_their_entry(bench: Bench, session: Session) -> None:
    """A score of before and a value may be older; the entry is that of the file where it says one."""
    make_instrument(session, "Matrix", "1", "Money")
    make_participant(session, "P-01", entered_on=ENTRY)
    make_participant(session, "P-02", entered_on=None)
    before = "2025-01-05"
    rows = [
        ["1", "P-01", before, before, "", "", "", ""],
        ["2", "P-01", before, "", "3", "", "5", ""],
        ["3", "P-01", before, "", "", "3", "", ""],
        ["4", "P-02", before, before, "", "", "", ""],
        ["5", "P-03", before, before, "", "", "", "2025-01-06"],
        ["6", "P-01", "2025-01-06", "2025-01-06", "", "4", "", ""],
    ]
    job, origin, totals = bench.check(csv_bytes(OF_DAYS, *rows), DAYS)
    assert totals.states == {RowState.NEW: 3, RowState.REJECTED: 3}
    wrong = bench.rows(job, DAYS, RowState.REJECTED)
    assert [(row.number, row.reasons[0].key, row.reasons[0].params) for row in wrong] == [
        (number, "observation.before_entry", {"on": ENTRY.isoformat()}) for number in (1, 3, 5)
    ]
    bench.commit(job, origin, DAYS, only_good=True)
    earlier = csv_bytes(OF_DAYS, [*rows[0][:7], before])
    assert bench.bring(earlier, DAYS)[1].states == {RowState.CHANGED: 1}, "the entry changes with it"
    later = replace(DAYS, columns=tuple(one for one in DAYS.columns if one.header != "in"))
    kept = csv_bytes(OF_DAYS[:7], *[row[:7] for row in (rows[0], rows[3])])
    assert bench.check(kept, later)[2].states == {RowState.UNCHANGED: 2}
    assert session.scalars(select(Observation.on).where(Observation.source_key == "1")).all() == [
        date(2025, 1, 5)
    ]
