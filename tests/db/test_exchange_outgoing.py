"""What goes out of a programme: all of it for who works with it, nothing small for others, and back again."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from tests.factories import NOW, act_of
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_definition, make_indicator, measure
from tests.factories.logs import parts_of
from tests.factories.participants import (
    make_cohort,
    make_event,
    make_instrument,
    make_participant,
    make_score,
    make_site,
)
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.outgoing import COLUMNS, MEASUREMENTS_SEEN, Table
from toc.domain.exchange.recognised import RowState, Totals
from toc.domain.exchange.tables import Cell, Share, Word
from toc.domain.indicators import Kind, MeasurementSource
from toc.domain.indicators.breakdowns import Breakdown, Option, Part, level_parts
from toc.domain.indicators.reviewing import State
from toc.domain.participants import Arm, Moment, Subject
from toc.domain.people import Role
from toc.domain.programmes import Language
from toc.models.indicators import Indicator, LogImport, LogSource
from toc.models.participants import Observation, Participant
from toc.models.programmes import Programme
from toc.services import indicators
from toc.services.errors import NotFound
from toc.services.exchange import importing, outgoing, xlsform
from toc.services.exchange.checking import Origin, check, look
from toc.services.exchange.folders import Beat, place, receive
from toc.services.exchange.outgoing import Explained, Export, Wanted, export, write_csv, write_workbook
from toc.services.indicators import Entry

WORKER = act_of(None, Role.WORKER)
FUNDER = act_of(None, Role.FUNDER)
SPRING, SUMMER = date(2025, 4, 1), date(2025, 7, 1)
SEX = Breakdown(
    key="sex", name="Women and men", options=(Option(key="f", name="women"), Option(key="m", name="men"))
)


def say(member: StrEnum) -> str:
    return f"<{member.value}>"


def rows(session: Session, table: Table, act: Act = WORKER, **says: object) -> list[dict[str, Cell]]:
    """What goes out, by the keys of the columns."""
    made = export(session, act, Wanted(table=table, **says))  # type: ignore[arg-type] # named by the test
    names = [*(column.key for column in made.columns), *made.more]
    return [dict(zip(names, row, strict=True)) for row in made.rows]


def enter(session: Session, indicator: Indicator, on: date, **says: object) -> UUID:
    entry = Entry(id=uuid4(), on=on, **says)  # type: ignore[arg-type] # named by the test
    return indicators.record_measurement(session, WORKER, indicator.id, entry).id


def part(option: str, value: int, **says: object) -> Part:
    return Part(breakdown="sex", option=option, value=Decimal(value), **says)  # type: ignore[arg-type] # named


# --- Measurements -------------------------------------------------------------------------------------------


def test_who_works_with_them_gets_all_that_counts(session: Session, programme: Programme) -> None:
    session.merge(programme).currency = "EUR"
    count = make_indicator(session, definition=make_count(name="Diplomas", breakdowns=(SEX,)))
    north = make_site(session, "North")
    enter(
        session,
        count,
        SPRING,
        value=Decimal(3),
        site_id=north.id,
        people=3,
        missing=1,
        note="Of two classes",
        starts_on=date(2025, 1, 1),
        parts=(part("f", 2), part("unknown", 1)),
    )
    share = make_indicator(session)
    measure(session, share, SUMMER, 3, 8)
    first, second = rows(session, Table.MEASUREMENTS)
    assert first == {
        "day": SPRING,
        "indicator": "I1",
        "indicator_name": "Diplomas",
        "site": "North",
        "value": Decimal(3),
        "unit": "people",
        "numerator": None,
        "denominator": None,
        "share": None,
        "median": None,
        "levels": None,
        "account": None,
        "people": 3,
        "missing": 1,
        "from": date(2025, 1, 1),
        "note": "Of two classes",
        "state": State.SUBMITTED,
        "edition": 1,
    }
    assert (second["value"], second["numerator"], second["denominator"]) == (None, Decimal(3), Decimal(8))
    assert (second["share"], second["unit"], second["site"]) == (Share(Decimal("0.375")), "%", None)
    women, unknown = rows(session, Table.GROUPS)
    assert (women["breakdown"], women["group"], women["value"]) == ("Women and men", "women", Decimal(2))
    assert (unknown["group"], unknown["value"], unknown["site"]) == (Word.UNKNOWN, Decimal(1), "North")


def test_levels_words_and_money_are_what_they_are(session: Session) -> None:
    levels = make_indicator(
        session,
        definition=make_definition(
            name="Debt", kind=Kind.ORDINAL, levels=("Low", "High"), baseline_value=None, baseline_on=None,
            target_value=Decimal(2),
        ),
    )  # fmt: skip
    enter(session, levels, SPRING, parts=level_parts((4, 8)))
    words = make_indicator(
        session,
        definition=make_definition(
            name="Stories", kind=Kind.NARRATIVE, baseline_value=None, baseline_on=None, target_value=None,
            target_on=None,
        ),
    )  # fmt: skip
    enter(session, words, SPRING, narrative="The kitchen was full.")
    money = make_indicator(session, definition=make_count(name="Saved", kind=Kind.MONEY))
    measure(session, money, SPRING, "12.5")
    debt, story, saved = rows(session, Table.MEASUREMENTS)
    assert (debt["value"], debt["median"], debt["people"]) == (None, "High", 12)
    assert (story["value"], story["account"]) == (None, "The kitchen was full.")
    assert (saved["value"], saved["unit"]) == (Decimal("12.5"), "EUR")
    low, high = rows(session, Table.GROUPS)
    assert (low["breakdown"], low["group"], low["value"]) == (Word.LEVEL, "Low", Decimal(4))
    assert (high["group"], high["value"]) == ("High", Decimal(8))


def test_a_group_of_a_share_has_its_part_and_whole(session: Session) -> None:
    share = make_indicator(session, definition=make_definition(breakdowns=(SEX,)))
    women = part("f", 0, numerator=Decimal(3), denominator=Decimal(8))
    nobody = part("m", 0, numerator=Decimal(0), denominator=Decimal(0))
    enter(
        session,
        share,
        SPRING,
        numerator=Decimal(3),
        denominator=Decimal(8),
        parts=(replace(women, value=Decimal("0.375")), nobody),
    )
    first, second = rows(session, Table.GROUPS)
    assert (first["numerator"], first["share"]) == (Decimal(3), Share(Decimal("0.375")))
    assert (second["denominator"], second["share"]) == (Decimal(0), None)


def test_one_indicator_and_a_period_can_be_chosen(session: Session) -> None:
    one, other = make_indicator(session, definition=make_count()), make_indicator(session)
    for day in (SPRING, SUMMER):
        measure(session, one, day, 20)
        measure(session, other, day, 1, 20)
    assert len(rows(session, Table.MEASUREMENTS)) == 4
    assert {row["indicator"] for row in rows(session, Table.MEASUREMENTS, indicator_id=one.id)} == {"I1"}
    assert {row["day"] for row in rows(session, Table.MEASUREMENTS, since=SUMMER)} == {SUMMER}
    assert {row["day"] for row in rows(session, Table.MEASUREMENTS, until=SPRING)} == {SPRING}
    assert {row["day"] for row in rows(session, Table.MEASUREMENTS, FUNDER, since=SUMMER)} == {SUMMER}
    assert {row["day"] for row in rows(session, Table.MEASUREMENTS, FUNDER, until=SPRING)} == {SPRING}
    with pytest.raises(NotFound):
        rows(session, Table.MEASUREMENTS, indicator_id=uuid4())
    with pytest.raises(DomainError, match=r"export\.period_order"):
        Wanted(table=Table.RESULTS, since=SUMMER, until=SPRING)


def test_a_hidden_goal_is_in_no_file_of_who_may_not_see_it(session: Session) -> None:
    goal = make_goal(session)
    hidden = make_indicator(session, goal, make_count())
    measure(session, hidden, SPRING, 20)
    goal.released = False
    session.flush()
    evaluator = act_of(None, Role.EVALUATOR)
    for table in (Table.RESULTS, Table.MEASUREMENTS):
        assert rows(session, table) == []
        assert len(rows(session, table, evaluator)) == 1
    with pytest.raises(NotFound):
        rows(session, Table.RESULTS, indicator_id=hidden.id)


# --- Small numbers ------------------------------------------------------------------------------------------


def test_what_is_small_is_in_no_file_of_others(session: Session) -> None:
    few = make_indicator(session, definition=make_count(name="Few", is_cumulative=False))
    measure(session, few, SPRING, 4)
    many = make_indicator(session, definition=make_count(name="Many", breakdowns=(SEX,)))
    north, south = make_site(session, "North"), make_site(session, "South")
    for site, women, men in ((north, 30, 20), (south, 25, 3)):
        parts = (part("f", women), part("m", men))
        enter(session, many, SPRING, value=Decimal(women + men), site_id=site.id, parts=parts)
    found = rows(session, Table.MEASUREMENTS, FUNDER)
    assert [(row["indicator"], row["site"], row["value"]) for row in found] == [
        ("I1", None, Word.HIDDEN),
        ("I2", None, Decimal(78)),
        ("I2", "North", Decimal(50)),
        ("I2", "South", Decimal(28)),
    ]
    assert {"note", "people", "account"}.isdisjoint(found[0])
    groups = rows(session, Table.GROUPS, FUNDER)
    assert [(row["group"], row["value"]) for row in groups] == [("women", Decimal(55)), ("men", Decimal(23))]
    (row, _) = rows(session, Table.RESULTS, FUNDER)
    assert (row["actual"], row["numerator"]) == (Word.HIDDEN, None)
    made = export(session, FUNDER, Wanted(table=Table.MEASUREMENTS))
    assert (made.columns, made.is_suppressed) == (MEASUREMENTS_SEEN, True)
    assert not export(session, WORKER, Wanted(table=Table.MEASUREMENTS)).is_suppressed


def test_a_small_group_hides_another_beside_it(session: Session) -> None:
    many = make_indicator(session, definition=make_count(name="Many", breakdowns=(SEX,), is_cumulative=False))
    enter(session, many, SPRING, value=Decimal(33), parts=(part("f", 30), part("unknown", 3)))
    assert [(row["group"], row["value"]) for row in rows(session, Table.GROUPS, FUNDER)] == [
        ("women", Word.HIDDEN),
        (Word.UNKNOWN, Word.HIDDEN),
    ]


def test_a_group_without_a_value_of_a_day_has_no_row_there(session: Session) -> None:
    many = make_indicator(session, definition=make_count(name="Many", breakdowns=(SEX,), is_cumulative=False))
    enter(session, many, SPRING, value=Decimal(70), parts=(part("f", 30), part("m", 40)))
    enter(session, many, SUMMER, value=Decimal(50), parts=(part("f", 50),))
    found = [(row["day"], row["group"]) for row in rows(session, Table.GROUPS, FUNDER)]
    assert found == [(SPRING, "women"), (SPRING, "men"), (SUMMER, "women")]


def test_another_period_shows_nothing_that_was_suppressed(session: Session) -> None:
    """Of 20 and then 24 people who came in all, four came between: one of the two is kept back for good."""
    count = make_indicator(session, definition=make_count())
    measure(session, count, SPRING, 20)
    measure(session, count, SUMMER, 24)
    shown = {row["day"]: row["value"] for row in rows(session, Table.MEASUREMENTS, FUNDER)}
    assert Word.HIDDEN in shown.values()
    for day in (SPRING, SUMMER):
        (row,) = rows(session, Table.MEASUREMENTS, FUNDER, since=day, until=day)
        assert row["value"] == shown[day]
        (result,) = rows(session, Table.RESULTS, FUNDER, until=day)
        assert (result["actual_day"], result["actual"]) == (SUMMER, shown[SUMMER])


def test_levels_are_shown_to_others_where_enough_people_are_on_them(session: Session) -> None:
    levels = make_indicator(
        session,
        definition=make_definition(
            name="Debt", kind=Kind.ORDINAL, levels=("Low", "Middle", "High"), baseline_value=None,
            baseline_on=None, target_value=Decimal(2), is_cumulative=False,
        ),
    )  # fmt: skip
    enter(session, levels, SPRING, parts=level_parts((30, 3, 12)))
    assert rows(session, Table.GROUPS, FUNDER, until=date(2025, 1, 1)) == []
    found = rows(session, Table.GROUPS, FUNDER)
    assert [(row["group"], row["value"]) for row in found] == [
        ("Low", 30),
        ("Middle", Word.HIDDEN),
        ("High", Word.HIDDEN),
    ]
    (whole,) = rows(session, Table.MEASUREMENTS, FUNDER)
    assert (whole["median"], whole["value"]) == ("Low", None)


def test_words_are_for_who_works_with_them(session: Session) -> None:
    words = make_indicator(
        session,
        definition=make_definition(
            name="Stories", kind=Kind.NARRATIVE, baseline_value=None, baseline_on=None, target_value=None,
            target_on=None,
        ),
    )  # fmt: skip
    enter(session, words, SPRING, narrative="The kitchen was full.")
    assert rows(session, Table.MEASUREMENTS, FUNDER) == []


# --- Results ------------------------------------------------------------------------------------------------


def test_results_stand_as_of_the_end_of_the_period(session: Session) -> None:
    share = make_indicator(session)
    measure(session, share, SPRING, 9, 20)
    measure(session, share, SUMMER, 12, 20)
    (now,), (then,) = rows(session, Table.RESULTS), rows(session, Table.RESULTS, until=SPRING)
    assert (now["actual"], now["numerator"], now["actual_day"]) == (
        Share(Decimal("0.6")),
        Decimal(12),
        SUMMER,
    )
    assert (then["actual"], then["actual_day"]) == (Share(Decimal("0.45")), SPRING)
    assert (now["baseline"], now["target"]) == (Share(Decimal("0.38")), Share(Decimal("0.5")))
    assert (now["indicator"], now["rung"], now["unit"]) == ("I1", 0, "%")
    nothing = make_indicator(session, definition=make_count(target_value=None, target_on=None))
    (empty,) = rows(session, Table.RESULTS, indicator_id=nothing.id)
    assert (empty["actual"], empty["actual_day"], empty["target"], empty["due"]) == (None, None, None, None)


def test_more_indicators_take_no_more_statements(session: Session) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            measure(session, make_indicator(session, definition=make_count(breakdowns=(SEX,))), SPRING, 30)
        for table in (Table.RESULTS, Table.MEASUREMENTS, Table.GROUPS):
            for act in (WORKER, FUNDER):
                session.expire_all()
                with counting(session) as statements:
                    rows(session, table, act)
                counts.append((table, act.roles, len(statements)))
    half = len(counts) // 2
    assert counts[:half] == counts[half:]


# --- Participants -------------------------------------------------------------------------------------------


def observed(session: Session) -> tuple[Participant, Participant]:
    """Two participants with scores and events."""
    make_indicator(session, definition=make_count(breakdowns=(SEX,)))
    cohort, site = make_cohort(session, "Spring"), make_site(session, "North")
    first = make_participant(session, "P0001", cohort_id=cohort.id, site_id=site.id, groups={"sex": "f"})
    second = make_participant(session, "P0002", arm=Arm.COMPARISON)
    matrix = make_instrument(session, "ZRM", "2013")
    make_score(session, first, matrix, Moment.BEFORE, 2, SPRING, item="i1")
    make_score(session, first, matrix, Moment.AFTER, 4, SUMMER, item="i1")
    make_event(session, first, SPRING, Subject.DIPLOMA)
    make_event(session, second, SUMMER, Subject.OTHER, name="First talk")
    return first, second


def test_participants_go_out_by_code(session: Session) -> None:
    observed(session)
    first, second = rows(session, Table.PARTICIPANTS)
    assert first == {
        "participant": "P0001",
        "cohort": "Spring",
        "site": "North",
        "arm": "intervention",
        "entry": date(2025, 1, 6),
        "exit": None,
        "group__sex": "f",
    }
    assert (second["arm"], second["group__sex"]) == ("comparison", None)


def test_what_was_observed_stands_in_a_row_per_day(session: Session) -> None:
    observed(session)
    spring, summer, talk = rows(session, Table.OBSERVATIONS)
    assert spring == {
        "participant": "P0001",
        "day": SPRING,
        "key": "P0001 2025-04-01 1",
        "note": None,
        "event__diploma": SPRING,
        "event__other__First talk": None,
        "score__zrm_2013__i1__after": None,
        "score__zrm_2013__i1__before": Decimal(2),
    }
    assert (summer["day"], summer["score__zrm_2013__i1__after"]) == (SUMMER, Decimal(4))
    assert (talk["participant"], talk["event__other__First talk"]) == ("P0002", SUMMER)
    assert [row["day"] for row in rows(session, Table.OBSERVATIONS, since=SUMMER)] == [SUMMER, SUMMER]
    assert [row["day"] for row in rows(session, Table.OBSERVATIONS, until=SPRING)] == [SPRING]


def add_imported(
    session: Session, participant: Participant, source: LogSource | None, **says: object
) -> None:
    """An observation that came with a file."""
    brought = LogImport(
        id=uuid4(), log_source_id=source and source.id, sha256="0" * 64, read_as="{}", rows_added=1,
        rows_corrected=0, rows_unchanged=0, created_at=NOW,
    )  # fmt: skip
    session.add(brought)
    session.flush()
    usual: dict[str, object] = {"subject": Subject.VALUE, "on": SPRING, "source": MeasurementSource.IMPORTED}
    session.add(
        Observation(
            id=uuid4(), participant_id=participant.id, log_import_id=brought.id, created_at=NOW,
            **{**usual, **says},
        )
    )  # fmt: skip
    session.flush()


def test_what_one_row_of_a_file_brought_stands_in_one_row_with_its_key(session: Session) -> None:
    person = make_participant(session, "P0001")
    value = make_indicator(session, definition=make_count())
    goal = make_goal(session)
    hidden = make_indicator(session, goal, make_count())
    goal.released = False
    named = LogSource(id=uuid4(), name="Kobo", created_at=NOW)
    session.add(named)
    session.flush()
    brought = {"indicator_id": value.id, "source_key": "k1"}
    add_imported(session, person, None, **brought, value=Decimal(5), note="One")
    add_imported(session, person, None, source_key="k1", subject=Subject.DIPLOMA, on=SUMMER, note="Two")
    add_imported(session, person, None, **brought, value=Decimal(6), note="One")
    add_imported(session, person, named, indicator_id=value.id, source_key="k2", value=Decimal(7))
    add_imported(session, person, None, indicator_id=hidden.id, source_key="k3", value=Decimal(8))
    found = rows(session, Table.OBSERVATIONS)
    assert sorted((str(row["key"]), row["event__diploma"]) for row in found) == [
        ("P0001 2025-04-01 1", None),
        ("P0001 2025-04-01 2", None),
        ("k1", SUMMER),
    ]
    assert sorted(str(row["I1"]) for row in found) == ["5", "6", "7"]
    (whole,) = [row for row in found if row["key"] == "k1"]
    assert whole["note"] == "One; Two"
    by_evaluator = rows(session, Table.OBSERVATIONS, act_of(None, Role.EVALUATOR))
    assert [row["I2"] for row in by_evaluator if row["key"] == "k3"] == [Decimal(8)]


# --- As files, and back -------------------------------------------------------------------------------------


def written(made: Export, language: Language = Language.NL) -> bytes:
    stream = io.BytesIO()
    write_csv(made, stream, language, say)
    return stream.getvalue()


def come_back(session: Session, folder: Path, content: bytes, act: Act = WORKER) -> Totals:
    """Check a file as somebody does who uploads it and confirms what was recognised."""
    job = uuid4()
    received = receive(folder, job, io.BytesIO(content), "ours.csv")
    mine, beat = place(folder, job), Beat(folder / "progress.json")
    seen = look(mine, act.on, beat)
    mapping = importing.suggest(session, act, importing.start(session, act, job, received), seen)
    origin = Origin(source_id=None, sha256=received.sha256, name=received.name)
    return check(session, act, mine, origin, mapping, seen, beat)


@pytest.mark.parametrize("language", Language)
def test_measurements_come_back_and_add_nothing(session: Session, tmp_path: Path, language: Language) -> None:
    site = make_site(session, "Noord; en =oost")
    count = make_indicator(session, definition=make_count(kind=Kind.SUM))
    measure(session, count, SPRING, "1234.5", note="=een, twee; drie")
    measure(session, count, SUMMER, "-7.125")
    at_site = make_indicator(session, definition=make_count())
    enter(session, at_site, SPRING, value=Decimal(3), site_id=site.id)
    totals = come_back(
        session, tmp_path, written(export(session, WORKER, Wanted(table=Table.MEASUREMENTS)), language)
    )
    assert totals.states == {RowState.UNCHANGED: 3}


@pytest.mark.parametrize("language", Language)
def test_shares_come_back_and_add_nothing(session: Session, tmp_path: Path, language: Language) -> None:
    share = make_indicator(session)
    measure(session, share, SPRING, 1, 3)
    measure(session, share, SUMMER, 1200, 4800)
    totals = come_back(
        session, tmp_path, written(export(session, WORKER, Wanted(table=Table.MEASUREMENTS)), language)
    )
    assert totals.states == {RowState.UNCHANGED: 2}


def mixed(session: Session) -> Export:
    """Values and shares, so that each row leaves cells of the other empty."""
    count, share = make_indicator(session, definition=make_count(kind=Kind.SUM)), make_indicator(session)
    for on in (SPRING, SUMMER):
        measure(session, count, on, "1234.5")
        measure(session, share, on, 1, 3)
    return export(session, WORKER, Wanted(table=Table.MEASUREMENTS))


@pytest.mark.parametrize("language", Language)
def test_values_and_shares_come_back_together(session: Session, tmp_path: Path, language: Language) -> None:
    totals = come_back(session, tmp_path, written(mixed(session), language))
    assert totals.states == {RowState.UNCHANGED: 4}


@pytest.mark.parametrize("language", Language)
def test_a_workbook_comes_back_by_its_data(session: Session, tmp_path: Path, language: Language) -> None:
    stream = io.BytesIO()
    explained = Explained(name="Uitleg", data="Metingen", lines=[("Wat", "Metingen"), ("Datum", "De dag")])
    write_workbook(mixed(session), stream, language, say, explained)
    assert come_back(session, tmp_path, stream.getvalue()).states == {RowState.UNCHANGED: 4}


@pytest.mark.parametrize("language", Language)
def test_participants_come_back_and_add_nothing(session: Session, tmp_path: Path, language: Language) -> None:
    observed(session)
    totals = come_back(
        session, tmp_path, written(export(session, WORKER, Wanted(table=Table.PARTICIPANTS)), language)
    )
    assert totals.states == {RowState.UNCHANGED: 2}
    assert totals.new_participants == 0


@pytest.mark.parametrize("language", Language)
def test_observations_come_back_and_add_nothing(session: Session, tmp_path: Path, language: Language) -> None:
    person, _ = observed(session)
    value = make_indicator(session, definition=make_count())
    add_imported(session, person, None, indicator_id=value.id, source_key="k1", value=Decimal(5))
    add_imported(session, person, None, source_key="k1", subject=Subject.JOB_STARTED, on=SUMMER)
    totals = come_back(
        session, tmp_path, written(export(session, WORKER, Wanted(table=Table.OBSERVATIONS)), language)
    )
    assert totals.states == {RowState.UNCHANGED: 4}


def sheet(stream: io.BytesIO, name: str) -> Sequence[Sequence[object]]:
    """The rows of a sheet as a spreadsheet program has them."""
    stream.seek(0)
    return CalamineWorkbook.from_filelike(stream).get_sheet_by_name(name).to_python()


def in_every_language(key: object, **params: object) -> dict[Language, str]:
    return {language: f"{language} {key} {sorted(map(str, params.values()))}" for language in Language}


def test_a_form_of_the_programme_is_a_workbook_of_three_sheets(session: Session) -> None:
    measured = make_indicator(session, definition=make_count(name="=Diplomas", breakdowns=(SEX,)))
    goal = make_goal(session)
    make_indicator(session, goal, make_count(name="Hidden"))
    goal.released = False
    north, closed = make_site(session, "North"), make_site(session, "Closed")
    closed.ends_on = SPRING
    make_cohort(session, "Spring")
    make_instrument(session, "ZRM", "2013")
    session.flush()
    assert measured.code == 1
    assert xlsform.forms(session, WORKER) == (("whole", ""), ("sex", "Women and men"), ("persons", ""))
    stream = io.BytesIO()
    made = xlsform.form(session, WORKER, "whole", in_every_language, in_every_language)
    xlsform.write_form(made, stream, "202509011200")
    survey = sheet(stream, "survey")
    assert survey[0][:4] == ["type", "name", "label::Nederlands (nl)", "label::English (en)"]
    assert [row[1] for row in survey[1:]] == ["day", "site", "I1", "note"]
    assert [row[1] for row in sheet(stream, "choices")[1:]] == [str(north.id)]
    assert sheet(stream, "settings")[1][2:] == ["202509011200", "Nederlands (nl)"]
    persons = xlsform.form(session, WORKER, "persons", in_every_language, in_every_language)
    assert {"cohort", "score__zrm_2013__i1"} <= {one.name for one in persons.questions}


def test_what_people_fill_in_comes_back_without_a_word(session: Session, tmp_path: Path) -> None:
    """As KoboToolbox writes it: a semicolon, all cells quoted, its own columns around ours."""
    make_indicator(session, definition=make_count())
    make_indicator(session)
    north = make_site(session, "North")
    made = xlsform.form(session, WORKER, "whole", in_every_language, in_every_language)
    names = [one.name for one in made.questions]
    answers = [
        {"day": "2025-04-01", "site": str(north.id), "I1": "12"},
        {"day": "2025-07-01", "I2_denominator": "20", "I2_numerator": "5", "note": "June"},
    ]
    stream = io.StringIO(newline="")
    lines = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
    lines.writerow(["start", *names, "_id", "_uuid", "_submission_time"])
    for number, answer in enumerate(answers, start=1):
        meta = [str(number), str(uuid4()), f"2025-08-0{number}T10:00:00"]
        lines.writerow(["2025-08-01T09:00:00.000+02:00", *(answer.get(name, "") for name in names), *meta])
    totals = come_back(session, tmp_path, stream.getvalue().encode())
    assert totals.states == {RowState.NEW: 2}
    assert {one.about.split()[0]: one.total for one in totals.targets} == {"I1": "12", "I2_numerator": "0.25"}


def test_a_workbook_has_true_numbers_days_and_shares_and_no_formula(session: Session) -> None:
    count = make_indicator(session, definition=make_count(name="=1+1", kind=Kind.SUM))
    measure(session, count, SPRING, "12.5")
    measure(session, make_indicator(session), SUMMER, 3, 8)
    made = export(session, WORKER, Wanted(table=Table.MEASUREMENTS))
    stream = io.BytesIO()
    explained = Explained(name="Uitleg", data="Metingen", lines=[("Wat", "=HYPERLINK(1)"), ("", "x")])
    write_workbook(made, stream, Language.NL, say, explained)
    assert sheet(stream, "Uitleg")[0] == ["Wat", "=HYPERLINK(1)"]
    header, first, second = sheet(stream, "Metingen")
    assert header == made.headers(Language.NL)
    at = {column.key: place for place, column in enumerate(COLUMNS[Table.MEASUREMENTS])}
    assert (first[at["day"]], first[at["value"]]) == (SPRING, 12.5)
    assert (first[at["indicator_name"]], first[at["state"]]) == ("=1+1", "<submitted>")
    assert second[at["share"]] == 0.375
    parts = parts_of(stream.getvalue())
    pages = [parts[name].decode() for name in parts if name.startswith("xl/worksheets/sheet")]
    assert len(pages) == 2
    assert not any("<f>" in page or "<f " in page or "hyperlink" in page for page in pages)
    styles = parts["xl/styles.xml"].decode()
    assert 'quotePrefix="1"' in styles, "what could be a formula stays text when somebody edits its cell"
    assert '"0.0##%"' in styles
    assert '"dd-mm-yyyy"' in styles


def test_a_day_before_march_1900_is_text_in_a_workbook(session: Session) -> None:
    made = export(session, WORKER, Wanted(table=Table.RESULTS))
    made = replace(made, rows=[(date(1900, 1, 1),)])
    stream = io.BytesIO()
    write_workbook(made, stream, Language.EN, say, Explained(name="About", data="Data", lines=[]))
    assert sheet(stream, "Data")[1][0] == "1900-01-01"


def test_a_sheet_that_is_too_long_is_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "MOST_ROWS", 1)
    made = export(session, WORKER, Wanted(table=Table.RESULTS))
    made = replace(made, rows=[("a",), ("b",)])
    with pytest.raises(DomainError, match=r"export\.too_long"):
        write_workbook(made, io.BytesIO(), Language.EN, say, Explained(name="A", data="B", lines=[]))


def test_a_csv_file_has_the_words_of_the_reader(session: Session) -> None:
    measure(session, make_indicator(session, definition=make_count()), SPRING, 3)
    text = written(export(session, FUNDER, Wanted(table=Table.MEASUREMENTS))).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    assert (row["waarde"], row["datum"]) == ("<hidden>", "2025-04-01")


def test_a_number_that_a_workbook_cannot_keep_whole_goes_out_as_text() -> None:
    stream = io.BytesIO()
    numbers: tuple[int | Decimal, ...] = (Decimal("1234567.89"), Decimal("12345678901234.567"), 10**17 + 1)
    with Workbook(stream, {"in_memory": True}) as book:
        page, looks = book.add_worksheet(), outgoing.Looks(book, Language.NL)
        for column, number in enumerate(numbers):
            looks.cell(page, 0, column, number, str)
    stream.seek(0)
    (row,) = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()
    assert row == [1234567.89, "12345678901234,567", "100000000000000001"]
