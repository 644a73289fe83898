"""What goes out: cells of a CSV file, and names by which our own files and forms come back."""

import csv
import io
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.outgoing import seen
from toc.domain.exchange.cells import restored
from toc.domain.exchange.ground import Ground, KnownIndicator, KnownInstrument
from toc.domain.exchange.mapping import About, ColumnUse, Use
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.notation import NumberStyle, parse_decimal
from toc.domain.exchange.outgoing import (
    COLUMNS,
    MEASUREMENTS_SEEN,
    Table,
    event_name,
    group_name,
    instrument_names,
    pair_names,
    score_name,
    slug,
    table_of,
    understood,
    value_name,
)
from toc.domain.exchange.sources import SourceKind
from toc.domain.exchange.tables import BOM, Cell, Share, Word, csv_text
from toc.domain.indicators import Kind
from toc.domain.participants import TOTAL, Item, Moment, Scale, Subject
from toc.domain.programmes import Language

NORTH = UUID(int=7)
ZRM = "1f2e3d4c" * 4


def say(member: StrEnum) -> str:
    return "=not shown" if member is Word.HIDDEN else member.value


def file(rows: list[tuple[Cell, ...]], language: Language, *headers: str) -> str:
    return "".join(csv_text(headers or ["a"], rows, language, say))


# --- Cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "dutch", "english"),
    [
        (None, "", ""),
        (1234567, "1234567", "1234567"),
        (Decimal("1234.5"), "1234,5", "1234.5"),
        (Decimal("-0.25"), "-0,25", "-0.25"),
        (Decimal("1E+3"), "1000", "1000"),
        (Decimal(10), "10", "10"),
        (Share(Decimal("0.333333")), "33,3333%", "33.3333%"),
        (Share(Decimal("0.5")), "50%", "50%"),
        (date(2025, 2, 3), "2025-02-03", "2025-02-03"),
        (Word.UNKNOWN, "unknown", "unknown"),
        (Word.HIDDEN, "'=not shown", "'=not shown"),
        ("=1+1", "'=1+1", "'=1+1"),
        ("\uff0d1", "'\uff0d1", "'\uff0d1"),
    ],
)
def test_a_cell_is_written_in_the_language_of_the_reader(cell: Cell, dutch: str, english: str) -> None:
    assert file([(cell, "z")], Language.NL, "a", "b").split("\r\n")[:2] == [f"{BOM}a;b", f"{dutch};z"]
    lines = file([(cell, "z")], Language.EN, "a", "b").split("\r\n")
    assert lines[:2] == [f"{BOM}a,b", f"{english},z"]


def test_dutch_and_english_files_differ_in_their_signs() -> None:
    row: tuple[Cell, ...] = (Decimal("1.5"), "a;b,c")
    assert file([row], Language.NL, "x", "=y") == f'{BOM}x;\'=y\r\n1,5;"a;b,c"\r\n'
    assert file([row], Language.EN, "x", "=y") == f'{BOM}x,\'=y\r\n1.5,"a;b,c"\r\n'


@given(st.text(max_size=30), st.sampled_from(Language))
def test_no_text_is_a_formula_and_every_text_comes_back(text: str, language: Language) -> None:
    written = file([(text, 1)], language, "a", "b").removeprefix(BOM)
    delimiter = ";" if language is Language.NL else ","
    _, (cell, _) = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    assert not cell.startswith(("=", "+", "@", "\t", "\r"))
    assert restored(cell) == text


@given(
    st.decimals(min_value=-9 * 10**9, max_value=9 * 10**9, places=6, allow_nan=False),
    st.sampled_from(Language),
)
def test_every_number_comes_back_exactly(number: Decimal, language: Language) -> None:
    row = file([(number, None)], language, "a", "b").splitlines()[1]
    style = NumberStyle.DUTCH if language is Language.NL else NumberStyle.ENGLISH
    assert parse_decimal(row[:-1], style) == number


# --- Names --------------------------------------------------------------------------------------------------


def test_names_begin_with_a_letter_and_say_what_they_are_of() -> None:
    assert value_name("I3") == "I3"
    assert pair_names("I3") == ("I3_numerator", "I3_denominator")
    assert group_name("gender") == "group__gender"
    assert event_name(Subject.DIPLOMA) == "event__diploma"
    assert event_name(Subject.OTHER, "First talk") == "event__other__First talk"
    assert score_name("zrm_2013", "i1") == "score__zrm_2013__i1"
    assert score_name("zrm_2013", TOTAL, Moment.BEFORE) == "score__zrm_2013__total__before"


def test_a_slug_is_the_same_in_capitals_and_never_empty() -> None:
    assert slug("Zelfredzaamheid-Matrix Ä ß 2013") == "zelfredzaamheid_matrix_a_ss_2013"
    assert slug("ZELFREDZAAMHEID-MATRIX Ä ß 2013") == "zelfredzaamheid_matrix_a_ss_2013"
    assert slug("…") == "x"


def test_instruments_that_are_called_alike_get_a_piece_of_their_id() -> None:
    three = [("ZRM", "2013", "a" * 32), ("zrm 2013", "", "b" * 32), ("PHQ", "9", "c" * 32)]
    assert instrument_names(three) == {
        "a" * 32: "zrm_2013_aaaaaa",
        "b" * 32: "zrm_2013_bbbbbb",
        "c" * 32: "phq_9",
    }


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("table", [Table.MEASUREMENTS, Table.PARTICIPANTS, Table.OBSERVATIONS])
def test_our_own_tables_are_known_by_their_headers(table: Table, language: Language) -> None:
    headers = [column.header(language) for column in COLUMNS[table]]
    assert table_of([*headers, "I3"]) == (table, language)
    assert table_of(headers[1:]) is None


def test_what_others_see_of_measurements_does_not_come_back() -> None:
    assert table_of([column.header(Language.NL) for column in MEASUREMENTS_SEEN]) is None


# --- Coming back --------------------------------------------------------------------------------------------


def known(code: str) -> KnownIndicator:
    return KnownIndicator(id=code.rjust(32, "0"), edition="e" * 32, code=code, kind=Kind.COUNT)


GROUND = Ground(
    indicators={code: known(code) for code in ("I1", "I3", "I12")},
    instruments={
        ("zrm", "2013"): KnownInstrument(
            id=ZRM, scale=Scale(lowest=Decimal(1), highest=Decimal(5), items=(Item("i1", "Money"),))
        )
    },
    sites={"north": NORTH.hex},
    cohorts={"2025": NORTH.hex},
    groups={"gender": frozenset({"woman", "man"})},
    locks=(),
    today=date(2025, 9, 1),
)


def read(headers: list[str], *suggested: ColumnUse, kind: SourceKind = SourceKind.KOBO) -> LogMapping:
    mapping = LogMapping(about=About.MEASUREMENTS, columns=suggested, kind=kind)
    return understood(mapping, seen(*headers), GROUND)


def test_a_column_without_any_answer_is_left_out() -> None:
    mapping = LogMapping(about=About.MEASUREMENTS, columns=(), kind=SourceKind.KOBO)
    found = understood(mapping, seen("day", "I3", "I1", "other", empty="I1"), GROUND)
    uses = {column.header: column.use for column in found.columns}
    assert uses == {"day": Use.DAY, "I3": Use.VALUE, "I1": Use.LEFT_OUT}


def test_values_in_our_own_table_of_observations_stay_with_their_source() -> None:
    headers = [column.header(Language.NL) for column in COLUMNS[Table.OBSERVATIONS]]
    found = read([*headers, "I3", "event__diploma"], kind=SourceKind.TABLE)
    uses = {column.header: column.use for column in found.columns}
    assert (uses["I3"], uses["event__diploma"], uses["sleutel"]) == (Use.LEFT_OUT, Use.EVENT_DAY, Use.KEY)


def test_a_form_of_values_is_understood() -> None:
    mapping = read(
        ["day", "site", "I3", "i12_Numerator", "g/I12_denominator", "group__gender", "note", "I99", "_id"],
        ColumnUse(header="_id", use=Use.KEY),
        ColumnUse(header="day", use=Use.DAY),
        ColumnUse(header="start", use=Use.DAY),
    )
    assert mapping.about is About.MEASUREMENTS
    found = {column.header: column for column in mapping.columns}
    assert {header: column.use for header, column in found.items()} == {
        "_id": Use.KEY,
        "start": Use.LEFT_OUT,
        "day": Use.DAY,
        "site": Use.SITE,
        "I3": Use.VALUE,
        "i12_Numerator": Use.NUMERATOR,
        "g/I12_denominator": Use.DENOMINATOR,
        "group__gender": Use.OPTION,
        "note": Use.NOTE,
    }
    assert found["site"].words == {}, "the ids that a form offers are known without words"
    assert (found["i12_Numerator"].indicator, found["I3"].style) == ("I12", NumberStyle.ENGLISH)
    assert found["group__gender"].breakdown == "gender"


def test_a_form_of_a_participant_is_understood() -> None:
    names = ["score__zrm_2013__i1", "score__zrm_2013__total__after", "event__diploma", "group__gender"]
    mapping = read(["participant", "day", "site", "moment", "cohort", *names])
    assert mapping.about is About.PARTICIPANTS
    found = {column.header: column for column in mapping.columns}
    assert "site" not in found, "a participant's site is not imported"
    assert found["cohort"].words == {}
    item, total = found["score__zrm_2013__i1"], found["score__zrm_2013__total__after"]
    assert (item.instrument, item.edition, item.item, item.moment) == ("zrm", "2013", "i1", None)
    assert (total.item, total.moment) == (TOTAL, Moment.AFTER)
    assert found["event__diploma"].subject is Subject.DIPLOMA
    assert found["group__gender"].use is Use.GROUP


@pytest.mark.parametrize(
    "name",
    [
        "score__phq_9__i1",
        "score__zrm_2013__i9",
        "score__zrm_2013__i1__sometime",
        "event__wedding",
        "event__diploma__mine",
        "event__other",
        "group__place",
        "score__",
        "score",
        "I0",
        "I99",
        "I3_whole",
    ],
)
def test_what_is_not_there_is_left_to_a_person(name: str) -> None:
    suggested = ColumnUse(header=name, use=Use.NOTE)
    assert read([name], suggested).columns == (suggested,)


def test_own_events_are_known_by_their_name_also_one_with_a_stroke() -> None:
    (column,) = read(["event__other__Talk 1/2"]).columns
    assert (column.subject, column.name) == (Subject.OTHER, "Talk 1/2")


def test_the_notation_of_somebody_else_s_file_is_asked() -> None:
    mapping = read(["day", "I3"], kind=SourceKind.TABLE)
    assert {column.style for column in mapping.columns} == {None}
    foreign = ColumnUse(header="datum", use=Use.DAY)
    assert read(["datum", "waarde"], foreign, kind=SourceKind.TABLE).columns == (foreign,)


@pytest.mark.parametrize(
    ("language", "style"), [(Language.NL, NumberStyle.DUTCH), (Language.EN, NumberStyle.ENGLISH)]
)
def test_our_own_table_says_its_notation_and_leaves_the_rest_out(
    language: Language, style: NumberStyle
) -> None:
    columns = {column.key: column.header(language) for column in COLUMNS[Table.MEASUREMENTS]}
    mapping = read(
        list(columns.values()), ColumnUse(header=columns["share"], use=Use.VALUE), kind=SourceKind.TABLE
    )
    found = {column.header: column for column in mapping.columns}
    assert found[columns["share"]].use is Use.LEFT_OUT
    used = {header: column for header, column in found.items() if column.use is not Use.LEFT_OUT}
    assert {columns[key] for key in ("day", "indicator", "site", "value", "note")} <= used.keys()
    assert {columns[key] for key in ("numerator", "denominator")} <= used.keys()
    assert {column.style for column in used.values()} == {style}
