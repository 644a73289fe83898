"""What is taken out of an edited answer of a repeated question counts no more; on both databases."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.bringing import ACT, AT, Bench
from tests.factories.collected import ANSWERS, HELP, SCORE, kobo, odk, suggested
from tests.factories.indicators import make_count, make_indicator
from tests.factories.logs import forms, packed, parts_of, use
from tests.factories.participants import make_instrument
from toc.domain.exchange.files import Note
from toc.domain.exchange.mapping import About, Mapping, Use
from toc.domain.exchange.recognised import RowState
from toc.domain.indicators import Kind
from toc.domain.participants import Moment, Subject
from toc.domain.people import Role
from toc.models.indicators import Indicator, LogSource
from toc.models.participants import Observation, Participant
from toc.services.exchange.arrived import brought
from toc.services.exchange.checking import error_rows
from toc.services.exchange.committing import PlanChanged
from toc.services.exchange.folders import place
from toc.services.exchange.undoing import undo
from toc.services.indicators.locking import PeriodDraft, set_period
from toc.services.participants.observing import Right, correct_observation, take_back

FIRST, SECOND, THIRD = ANSWERS[0]["visits"]
SCORED = use("visits/care/score", "score", **SCORE)
OF_ODK = use("care-score", "score", **SCORE)
TALKS = "Housing first-talks.csv"
VISITS = "Housing first-visits.csv"
ALL = [("P-001", 1, 2), ("P-001", 8, 3), ("P-001", 15, 4), ("P-003", 2, 5)]
"""Of everybody who scored: the day in March, and the score."""


@pytest.fixture
def bench(session: Session, tmp_path: Path) -> Bench:
    make_instrument(session, "Matrix", "1", "Money")
    make_indicator(session, definition=make_count(kind=Kind.SUM))
    return Bench(session, tmp_path)


def edited(*visits: dict[str, str], **more: str) -> list[dict[str, Any]]:
    """The answers, of which the first was edited: it has these visits now."""
    return [{**ANSWERS[0], "visits": list(visits), **more}, *ANSWERS[1:]]


def counting(session: Session) -> Iterator[tuple[Observation, str]]:
    """What counts, with the code of the participant."""
    newer = select(Observation.supersedes_id).where(Observation.supersedes_id.is_not(None))
    for row in session.execute(
        select(Observation, Participant.code)
        .join(Observation.participant)
        .where(Observation.is_void.is_(False), Observation.id.not_in(newer))
    ):
        yield row.Observation, row.code


def scores(session: Session) -> list[tuple[str, int, int]]:
    found = counting(session)
    return sorted((who, row.on.day, int(row.value)) for row, who in found if row.value is not None)


def events(session: Session) -> Counter[str]:
    return Counter(row.item for row, _ in counting(session) if row.subject is Subject.OTHER)


# --- Taken out ----------------------------------------------------------------------------------------------


def test_an_entry_that_was_taken_out_of_an_answer_counts_no_more(bench: Bench, session: Session) -> None:
    """Those behind it move up, so that it is not the last one of the answer that has to go."""
    whole = kobo()
    said = suggested(whole, "visits", SCORED, *HELP)
    bench.bring(whole, said)
    assert (scores(session), events(session)) == (ALL, {"debt": 1, "care": 2, "work": 1})
    later = kobo(edited(FIRST, THIRD), first=40)
    job, origin, totals = bench.check(later, said)
    assert (totals.rows, totals.shown, totals.keys, totals.taken_back) == (4, 6, 4, 2)
    assert totals.states == {RowState.CHANGED: 3, RowState.UNCHANGED: 2, RowState.EXCLUDED: 1}
    assert totals.notes[-1] == Note("import.entries_gone", {"count": 2})
    assert sum(one.values for one in totals.targets) == totals.values == 3 + 3
    gone = [row for row in bench.rows(job, said, RowState.CHANGED) if not row.line]
    assert [(one.header, one.about, one.on, one.value, one.known) for row in gone for one in row.says] == [
        ("", "P-001", "2025-03-08", "", ""),
        ("", "P-001", "2025-03-15", "", "4"),
    ]
    made = bench.commit(job, origin, said)
    assert made.values == 3
    assert scores(session) == [ALL[0], *ALL[2:]]
    assert events(session) == {"debt": 1, "care": 1, "work": 1}
    voids = session.scalars(select(Observation).where(Observation.is_void)).all()
    assert {(row.source_key, row.source_row, row.value) for row in voids} == {
        ("101\x1f2", None, None),
        ("101\x1f3", None, None),
    }
    number, first = brought(session, made.import_id)
    assert (number, [one.line for one in first]) == (3, [3, 0, 0])
    assert all(row.supersedes_id is not None and row.log_import_id == made.import_id for row in voids)
    for content in (later, whole, kobo(edited(FIRST, THIRD), first=80)):
        again, totals = bench.bring(content, said)
        assert (again.values, totals.taken_back, RowState.CHANGED in totals.states) == (0, 0, False)
    assert undo(session, ACT, made.import_id) == 3
    assert (scores(session), events(session)) == (ALL, {"debt": 1, "care": 2, "work": 1})
    assert bench.bring(later, said)[0].values == 3
    assert scores(session) == [ALL[0], *ALL[2:]]


def test_an_answer_may_lose_all_its_entries_and_get_them_again(bench: Bench, session: Session) -> None:
    said = suggested(kobo(), "visits", SCORED)
    bench.bring(kobo(), said)
    none = kobo(edited())
    assert bench.bring(none, said)[1].taken_back == 3
    assert scores(session) == ALL[3:]
    back, totals = bench.bring(kobo(edited(FIRST), first=9), said)
    assert (back.values, totals.taken_back) == (1, 0)
    assert bench.bring(none, said)[1].taken_back == 0, "this very file was edited since"
    assert scores(session) == [ALL[0], ALL[3]]


def test_each_table_of_a_form_loses_its_own_entries(bench: Bench, session: Session) -> None:
    """Of ODK Central, with a question repeated in another; one that nobody edited loses nothing."""
    visits = suggested(odk(), VISITS, OF_ODK)
    talks = suggested(odk(), TALKS, use("minutes", "value", indicator="I1", style="english"))
    for said in (visits, talks):
        bench.bring(odk(), said)
    fewer = odk(edited(FIRST, edits="1"))
    assert bench.bring(fewer, visits)[1].taken_back == 2
    talked = [("P-001", 20, 10), ("P-001", 20, 20), ("P-001", 20, 30), ("P-003", 20, 10)]
    assert scores(session) == [ALL[0], *talked[:3], ALL[3], talked[3]]
    assert bench.bring(odk(edited(FIRST)), talks)[1].taken_back == 0
    assert bench.bring(fewer, talks)[1].taken_back == 2
    assert scores(session) == [ALL[0], talked[0], ALL[3], talked[3]]


def test_what_was_taken_out_of_a_form_of_commcare_goes(bench: Bench, session: Session) -> None:
    def form(number: int, edited_on: str | None, *days: str) -> dict[str, Any]:
        return {
            "id": f"f{number}",
            "received_on": "2025-03-20T09:00:00.000000Z",
            "edited_on": edited_on,
            "archived": False,
            "form": {
                "case": {"@case_id": f"P-00{number}"},
                "visits": [{"day": day, "score": "3"} for day in days],
            },
        }

    days = use("form.visits.day", "day"), use("form.visits.score", "score", **SCORE)
    both = form(1, None, "2025-03-01", "2025-03-02"), form(2, None, "2025-03-03")
    said = suggested(forms(*both), "form.visits", *days)
    bench.bring(forms(*both), said)
    assert bench.bring(forms(form(1, None, "2025-03-01"), both[1]), said)[1].taken_back == 0
    content = forms(form(1, "2025-03-21T09:00:00.000000Z", "2025-03-01"), form(2, "2025-03-21T09:00:00Z"))
    assert bench.bring(content, said)[1].taken_back == 2
    assert scores(session) == [("P-001", 1, 3)]


def test_of_two_versions_in_one_file_the_entries_of_the_latest_count(bench: Bench, session: Session) -> None:
    older = {**ANSWERS[0], "uuid": "9a1f6a52-0001"}
    newer = {**ANSWERS[0], "uuid": "9a1f6a52-0002", "replaces": "9a1f6a52-0001", "visits": [FIRST, SECOND]}
    content = kobo([older, newer])
    said = suggested(content, "visits", SCORED)
    assert bench.bring(content, said)[1].states == {RowState.SUPERSEDED: 3, RowState.NEW: 2}
    assert scores(session) == ALL[:2]


def test_what_nothing_in_the_file_is_about_any_more_goes_as_well(bench: Bench, session: Session) -> None:
    """Here words say what happened: what nobody says is unknown to the file, and goes nevertheless."""
    helped = use("visits/help", "event", words={"care": "Care", "debt care": "Debt"})
    words = [{**FIRST, "help": "debt care"}, {**SECOND, "help": "care"}]
    options = [use(name, "left_out") for name in ("visits/care/score", *(one["header"] for one in HELP))]
    said = suggested(kobo(), "visits", helped, *options)
    bench.bring(kobo(edited(*words)[:1]), said)
    assert events(session) == {"Debt": 1, "Care": 1}
    job, origin, totals = bench.check(kobo(edited({**SECOND, "help": "care"})[:1]), said)
    assert totals.taken_back == 1
    bench.commit(job, origin, said)
    assert events(session) == {"Care": 1}


# --- Not taken out ------------------------------------------------------------------------------------------


def test_what_is_not_in_the_file_or_was_never_edited_stays(bench: Bench, session: Session) -> None:
    """An export of some answers, one that nobody edited, and another source take back nothing."""
    known = edited(FIRST, SECOND, THIRD, replaces="")
    said = suggested(kobo(known), "visits", SCORED)
    bench.bring(kobo(known), said)
    assert bench.bring(kobo([{**ANSWERS[2], "replaces": ""}]), said)[1].taken_back == 0
    assert bench.bring(kobo(edited(FIRST, replaces="")), said)[1].taken_back == 0
    source = LogSource(id=uuid4(), name="Kobo", created_at=AT, mapping={})
    session.add(source)
    session.flush()
    fewer = kobo(edited(FIRST, uuid="9a1f6a52-0009", replaces="9a1f6a52-0101"))
    assert bench.check(fewer, said, source.id)[2].taken_back == 0
    assert bench.check(fewer, replace(said, columns=said.columns[::-1]))[2].taken_back == 0
    assert scores(session) == ALL
    assert bench.bring(fewer, said)[1].taken_back == 2


def test_an_answer_that_is_left_out_or_not_right_loses_nothing(bench: Bench, session: Session) -> None:
    said = suggested(kobo(), "visits", SCORED)
    bench.bring(kobo(), said)
    refused = kobo(edited(FIRST, status="validation_status_not_approved"))
    wrong = kobo(edited({**FIRST, "score": "9"}, SECOND))
    for content in (refused, wrong):
        assert bench.bring(content, said, only_good=True)[1].taken_back == 0
    assert scores(session) == ALL


def test_a_row_of_which_nobody_knows_the_answer_may_be_the_one_that_is_gone(
    bench: Bench, session: Session
) -> None:
    said = suggested(odk(), VISITS, OF_ODK)
    bench.bring(odk(), said)
    parts = parts_of(odk(edited(FIRST, SECOND, edits="1")))
    whole = packed(parts)
    parts[VISITS] += b"2025-03-15,4\r\n"
    _, totals = bench.bring(packed(parts), said, only_good=True)
    assert (totals.ragged, totals.taken_back) == (1, 0)
    assert scores(session) == ALL
    assert bench.bring(whole, said)[1].taken_back == 1


def test_what_somebody_corrected_or_took_back_by_hand_stays_so(bench: Bench, session: Session) -> None:
    said = suggested(kobo(), "visits", SCORED)
    bench.bring(kobo(), said)
    by_day = {row.on.day: row for row, who in counting(session) if who == "P-001"}
    right = Right(on=date(2025, 3, 8), moment=Moment.DURING, value=Decimal(1), reason="Typo")
    second = by_day[8]
    correct_observation(session, ACT, uuid4(), second.participant_id, second.id, right)
    take_back(session, ACT, uuid4(), second.participant_id, by_day[15].id, "Was somebody else")
    assert bench.bring(kobo(edited(FIRST)), said)[1].taken_back == 0
    assert scores(session) == [ALL[0], ("P-001", 8, 1), ALL[3]]


def test_what_is_gone_in_a_closed_period_is_refused_and_said(bench: Bench, session: Session) -> None:
    said = suggested(kobo(), "visits", SCORED)
    bench.bring(kobo(), said)
    draft = PeriodDraft(id=uuid4(), starts_on=date(2025, 3, 10), ends_on=date(2025, 3, 31), is_locked=True)
    set_period(session, replace(ACT, roles=frozenset({Role.EVALUATOR})), draft)
    job, _, totals = bench.check(kobo(edited(FIRST)), said)
    assert (totals.states[RowState.REJECTED], totals.taken_back, totals.rows) == (1, 1, 3)
    (row,) = bench.rows(job, said, RowState.REJECTED)
    assert (row.line, [reason.key for reason in row.reasons]) == (0, ["period.locked"])
    head, (line, reasons, cells) = error_rows(place(bench.folder, job), said)
    assert (line, [reason.key for reason in reasons]) == (0, ["period.locked"])
    assert {name: cell for name, cell in zip(head[2], cells, strict=True) if cell} == {
        "_id": "101",
        "_entry": "3",
    }


def test_a_plan_that_takes_back_something_else_is_looked_at_again(bench: Bench, session: Session) -> None:
    said = suggested(kobo(), "visits", SCORED)
    bench.bring(kobo(), said)
    job, origin, totals = bench.check(kobo(edited(FIRST, SECOND)), said)
    assert totals.taken_back == 1
    third = next(row for row, _ in counting(session) if row.on.day == 15)
    take_back(session, ACT, uuid4(), third.participant_id, third.id, "By hand")
    with pytest.raises(PlanChanged):
        bench.commit(job, origin, said)
    job, origin, _ = bench.check(kobo(edited(FIRST)), said)
    other = next(row for row, who in counting(session) if who == "P-003")
    right = Right(on=date(2025, 3, 3), moment=Moment.DURING, value=Decimal(5), reason="A day later")
    correct_observation(session, ACT, uuid4(), other.participant_id, other.id, right)
    assert bench.commit(job, origin, said).values == 1, "of what was corrected the file says nothing new"
    assert scores(session) == [ALL[0], ("P-003", 3, 5)]


# --- Where nobody can tell ----------------------------------------------------------------------------------


def _without_entry(said: Mapping) -> Mapping:
    return replace(said, columns=tuple(column for column in said.columns if column.header != "_entry"))


def test_it_is_said_when_nobody_can_tell_what_is_gone(bench: Bench) -> None:
    said = suggested(kobo(), "visits", SCORED)
    index = use("_index", "key"), use("_id", "left_out"), use("_entry", "left_out")
    for other in (_without_entry(said), suggested(kobo(), "visits", SCORED, *index)):
        assert bench.check(kobo(), other)[2].notes == (Note("import.entries_stay"),)
    assert bench.check(kobo(), said)[2].notes == ()
    counts = replace(
        said,
        about=About.MEASUREMENTS,
        columns=tuple(
            replace(column, use=Use.VALUE, indicator="I1", instrument="", edition="", item="", moment=None)
            if column.use is Use.SCORE
            else column
            for column in said.columns
            if column.use is not Use.PERSON
        ),
    )
    notes = bench.check(kobo([ANSWERS[0]]), counts)[2].notes
    assert Note("import.entries_stay") in notes


# --- What stands --------------------------------------------------------------------------------------------


def test_an_entry_that_stands_keeps_what_another_mapping_read_of_it(bench: Bench, session: Session) -> None:
    whole = kobo()
    scored = suggested(whole, "visits", SCORED)
    helped = suggested(whole, "visits", use("visits/care/score", "left_out"), *HELP)
    bench.bring(whole, scored)
    bench.bring(whole, helped)
    before = scores(session), events(session)
    later = kobo(edited(FIRST, SECOND, THIRD), first=40)
    for said in (scored, helped):
        _, totals = bench.bring(later, said)
        assert totals.taken_back == 0
        assert (scores(session), events(session)) == before


def test_a_day_that_moved_up_stays_when_another_comes_in_its_place(bench: Bench, session: Session) -> None:
    visits = [
        {"day": day, "score": "2", "help": help_}
        for day, help_ in (("2025-03-01", "care"), ("2025-03-08", "debt"), ("2025-04-01", "debt"))
    ]
    helped = use("visits/help", "event", words={"care": "Care", "debt": "Debt"})
    options = [use(name, "left_out") for name in ("visits/care/score", *(one["header"] for one in HELP))]

    def form(*said: dict[str, str], first: int) -> bytes:
        return kobo(edited(*said)[:1], first=first)

    said = suggested(form(*visits, first=1), "visits", helped, *options)
    for first, some in ((1, visits[:2]), (5, visits[1:2]), (9, visits[1:])):
        bench.bring(form(*some, first=first), said)
        days = sorted(row.on.isoformat() for row, _ in counting(session))
        assert days == [one["day"] for one in some]
    _, totals = bench.bring(form(*visits[1:], first=9), said)
    assert totals.states == {RowState.UNCHANGED: 2}


def test_nothing_is_shown_or_taken_back_of_a_goal_that_is_hidden_from_who_imports(
    bench: Bench, session: Session
) -> None:
    whole = kobo()
    bench.bring(
        whole, suggested(whole, "visits", use("visits/care/score", "value", indicator="I1", style="english"))
    )
    (indicator,) = session.scalars(select(Indicator))
    indicator.goal.released = False
    session.flush()
    only = suggested(whole, "visits", use("visits/care/score", "left_out"), *HELP)
    job, origin, totals = bench.check(kobo(edited(FIRST), first=40), only)
    assert totals.taken_back == 0
    assert not [row for row in bench.rows(job, only) if not row.line]
    bench.commit(job, origin, only)
    assert len(scores(session)) == len(ALL)
