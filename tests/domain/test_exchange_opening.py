"""Files of every kind become rows, and what is no log, or worse, is refused with a reason."""

import io
import struct
import time
import zipfile
from datetime import date
from typing import Any

import pytest

from tests.factories.logs import book, csv_bytes, forms, mapping, opened, packed, parts_of, raw_book
from toc.domain.errors import DomainError
from toc.domain.exchange import opening, workbooks
from toc.domain.exchange.archives import open_archive, pieces
from toc.domain.exchange.files import MOST_COLUMNS
from toc.domain.exchange.forms import FORMS
from toc.domain.exchange.mapping import Epoch
from toc.domain.exchange.opening import Opened, body, first_rows, header_of, suggest_header, table_of
from toc.domain.exchange.typed import Day, Fault, Number, day_of_serial


def records(log: Opened, tab: str | None = None) -> list[Any]:
    return list(log.records(log.tabs()[0].name if tab is None else tab))


def refusal(content: bytes, **how: str) -> str:
    with pytest.raises(DomainError) as refused:  # noqa: PT012 - it may be refused at any of these
        log = opened(content, **how)
        for tab in log.tabs():
            records(log, tab.name)
    return refused.value.key


# --- CSV ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_letters_are_read_as_they_were_written(encoding: str, found: str) -> None:
    log = opened(csv_bytes(["naam", "waarde"], ["Zoë", "€ 5"], encoding=encoding))
    assert log.encoding == found
    assert records(log)[1] == (2, ["Zoë", "€ 5"])
    assert [note.key for note in log.notes] == (["file.read_as_cp1252"] if encoding == "cp1252" else [])
    assert 0 < log.share_read() <= 1
    assert log.layout("").merged == ()


def test_an_encoding_may_be_said() -> None:
    content = "a;b\n€;1\n".encode("iso-8859-15")
    assert records(opened(content, encoding="iso-8859-15"))[1] == (2, ["€", "1"])
    assert refusal("é;b\n".encode("cp1252"), encoding="utf-8") == "file.encoding_unknown"
    assert refusal(b"a;b\n", encoding="rot13") == "file.encoding_unknown"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file.empty"),
        (b"  \n \n", "file.empty"),
        (b"a;b\n1;\x00\n", "file.nul"),
        (b"\xff\xfe\x00\x00a", "file.encoding_unknown"),
        (b"a;b\n\x81;1\n", "file.encoding_unknown"),
        (b"%PDF-1.7", "file.is_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file.is_old_spreadsheet"),
        (b"one\ntwo\n", "table.delimiter_unknown"),
        (b'a;b\n"1;2\n3;4\n', "table.quote_unclosed"),
        (b'a;b\n"1"x;2\n', "table.quote_misplaced"),
        (b"a;b\n1;" + b"x" * 140_000, "table.cell_too_long"),
        (b"a;b\n1;" + b"x" * 110_000, "table.cell_too_long"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, key: str) -> None:
    assert refusal(content) == key


def test_a_delimiter_may_be_said_by_person_or_file() -> None:
    assert records(opened(b"a|b;c\n", delimiter=";")) == [(1, ["a|b", "c"])]
    assert refusal(b"a|b\n1|2\n", delimiter="|") == "table.delimiter_unknown"
    log = opened(b"sep=;\na,b;c\n1,5;2\n")
    assert records(log) == [(2, ["a,b", "c"]), (3, ["1,5", "2"])]
    assert [note.key for note in log.notes] == ["table.sep_line"]
    tabs = opened(b"a\tb\n" + b"1\t2\n" * 100_000)
    assert len(records(tabs)) == 100_001


def test_a_quote_that_is_never_closed_costs_the_last_row_alone() -> None:
    log = opened(b'a;b\n1;2\n"3;4\n')
    assert records(log) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, None)]


def test_a_file_may_be_as_large_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST", 8)
    assert refusal(b"a;b\n1;2\n3;4\n") == "file.too_large"
    assert len(records(opened(b"a;b\n1;2\n"))) == 2


# --- Headers ------------------------------------------------------------------------------------------------


def test_names_over_two_rows_are_joined_where_cells_were_merged() -> None:
    written = io.BytesIO()
    with workbooks_writer(written) as made:
        page = made.add_worksheet("Log")
        page.merge_range("B1:C1", "Meting T0")
        page.merge_range("D1:E1", "Meting T1")
        for column, name in enumerate(["code", "Score", "Datum", "Score", "Datum"]):
            page.write(1, column, name)
        page.write_row(2, 0, ["P1", 3, "1-2-2025", 4, "1-8-2025"])
        page.set_column("C:C", None, None, {"hidden": True})
        page.set_row(2, None, None, {"hidden": True})
        made.add_worksheet("Geheim").very_hidden()
    log = opened(written.getvalue())
    layout = log.layout("Log")
    first = first_rows(log, "Log")
    assert suggest_header(first, layout) == (2, 0)
    header = header_of(first, layout, 2, 0)
    assert header.names == (
        "code", "Meting T0 / Score", "Meting T0 / Datum", "Meting T1 / Score", "Meting T1 / Datum",
    )  # fmt: skip
    assert layout.hidden_columns == {2}
    assert layout.hidden_rows == 1
    assert [(tab.name, tab.hidden) for tab in log.tabs()] == [("Log", False), ("Geheim", True)]


def workbooks_writer(written: io.BytesIO) -> Any:  # noqa: ANN401 - any of several
    from xlsxwriter import Workbook  # noqa: PLC0415 - only here

    return Workbook(written)


def test_a_title_above_the_names_is_passed_over() -> None:
    log = opened(b"Export van mei\ncode;waarde\nP1;2\n", delimiter=";")
    first = first_rows(log, "")
    assert suggest_header(first, log.layout("")) == (1, 1)
    assert header_of(first, log.layout(""), 1, 1).names == ("code", "waarde")
    assert suggest_header(first[:1], log.layout("")) == (1, 0)
    assert suggest_header([], log.layout("")) == (1, 0)


def test_names_in_two_rows_of_a_csv_file_go_on_to_the_right() -> None:
    log = opened(b"code;T0;;T1\n;score;dag;score\nP1;1;2;3\n")
    header = header_of(first_rows(log, ""), log.layout(""), 2, 0)
    assert header.names == ("code", "T0 / score", "T0 / dag", "T1 / score")


def test_a_header_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened(b"a;b;c\n")
    with pytest.raises(DomainError, match=r"table\.empty"):
        header_of(first_rows(log, ""), log.layout(""), 2, 0)
    monkeypatch.setattr(opening, "MOST_COLUMNS", 2)
    with pytest.raises(DomainError, match=r"table\.too_many_columns"):
        header_of(first_rows(log, ""), log.layout(""), 1, 0)
    monkeypatch.setattr(opening, "MOST_LINES", 1)
    log = opened(b"a;b\n1;2\n3;4\n")
    header = header_of(first_rows(log, ""), log.layout(""), 1, 0)
    with pytest.raises(DomainError, match=r"table\.too_many_rows"):
        list(body(log, mapping(), header))


def test_rows_keep_their_number_and_line_and_empty_ones_are_passed_over() -> None:
    header, rows = table_of(log := opened(b'a;b\n1;2\n;\n"x\ny";3\n4\n"5;6\n'), mapping())
    assert header.names == ("a", "b")
    assert list(rows) == [(1, 2, ["1", "2"]), (3, 4, ["x\ny", "3"]), (4, 6, ["4"]), (5, 7, None)]
    assert log.share_read() == 1


def test_a_sheet_has_to_be_there() -> None:
    with pytest.raises(DomainError, match=r"mapping\.no_sheet"):
        table_of(opened(b"a;b\n1;2\n"), mapping(sheet="x"))


# --- Workbooks ----------------------------------------------------------------------------------------------


def test_typed_cells_say_their_kind() -> None:
    content = book([["a", "b", "c", "d", "e"], ["x", 0.1 + 0.2, date(2025, 2, 3), True, 45693], ["", 1e20]])
    rows = records(opened(content))
    assert rows[1] == (2, ["x", "0.3", "2025-02-03", "true", "45693"])
    assert [type(cell) for cell in rows[1][1]] == [str, Number, Day, str, Number]
    assert rows[2] == (3, ["", "100000000000000000000"])


def test_days_are_counted_from_where_the_workbook_says() -> None:
    log = opened(book([["dag"], [date(2029, 1, 16)]], epoch_1904=True))
    assert records(log)[1] == (2, ["2029-01-16"])
    assert log.epoch is Epoch.Y1904
    assert [note.key for note in log.notes] == ["workbook.counts_from_1904"]
    assert day_of_serial(45672, Epoch.Y1904) == date(2029, 1, 16)
    assert day_of_serial(45693, Epoch.Y1900) == date(2025, 2, 5)
    for serial, epoch in [(60, Epoch.Y1900), (-1, Epoch.Y1904), (200_000, Epoch.Y1900), (5, Epoch.NONE)]:
        with pytest.raises(DomainError, match=r"date\.serial"):
            day_of_serial(serial, epoch)


def test_cells_of_every_kind_are_read_and_formulas_never_evaluated() -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>na_x0009_am</t></is></c><c t="str"><f>1+1</f><v>ja</v></c>'
        '<c t="e"><v>#N/A</v></c><c><f>1+1</f></c><c><v>x</v></c><c><v>NaN</v></c><c t="d"><v>2025-02-03</v></c>'  # noqa: E501 - a row of a table
        '<c t="b"><v>7</v></c><c s="1"><v>1</v></c><c><v>1e400</v></c><c t="n"/></row>'
        '<row><c r="B9"><v>2</v></c><c r="?"><v>3</v></c></row><row r="12"/>'
    )
    styles = parts_of(book([[date(2025, 1, 1)]]))["xl/styles.xml"]
    log = opened(raw_book(rows, more={"xl/styles.xml": styles}))
    (first, cells), second = records(log)
    assert (first, cells[:2], second) == (1, ["na\tam", "ja"], (2, ["", "2", "3"]))
    assert cells[2:] == ["#N/A", "=", "x", "NaN", "2025-02-03", "7", "1", "1e400"]
    assert [type(cell) for cell in cells[2:]] == [Fault, Fault, Fault, Fault, Day, str, Fault, Number]


def test_a_time_of_day_comes_along() -> None:
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="dd/mm/yyyy hh:mm"/><numFmt numFmtId="201" '
    )
    styles += (
        b'formatCode="0.0&quot;dagen&quot;"/></numFmts><cellXfs><xf numFmtId="200"/><xf numFmtId="201"/>'
    )
    styles += b'<xf numFmtId="22"/><xf numFmtId="x"/></cellXfs><cellStyles><xf numFmtId="14"/></cellStyles></styleSheet>'  # noqa: E501 - a row of a table
    rows = "".join(f'<c s="{style}"><v>45693.604166666664</v></c>' for style in range(4))
    log = opened(raw_book(f"<row>{rows}</row>", more={"xl/styles.xml": styles}))
    assert records(log) == [
        (1, ["2025-02-05T14:30:00", "45693.6041666667", "2025-02-05T14:30:00", "45693.6041666667"])
    ]


def test_shared_texts_are_found_without_their_reading_aid() -> None:
    texts = b"<sst><si><t>een</t><rPh><t>aid</t></rPh></si><si><r><t>tw</t></r><r><t>ee</t></r></si></sst>"
    rows = '<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>'
    log = opened(raw_book(rows, more={"xl/sharedStrings.xml": texts}))
    assert records(log) == [(1, ["twee", "een"])]
    assert (
        refusal(raw_book('<row><c t="s"><v>9</v></c></row>', more={"xl/sharedStrings.xml": texts}))
        == "file.damaged"
    )


def test_what_a_sheet_claims_about_its_size_is_ignored() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>'
    begun = time.monotonic()
    log = opened(raw_book(rows, head='<dimension ref="A1:XFD1048576"/>'))
    assert records(log) == [(1, ["1"]), (1_048_576, ["2"])]
    assert time.monotonic() - begun < 2
    assert log.share_read() == 1
    empty = opened(
        raw_book(
            '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(f'<row r="{n}"/>' for n in range(2, 200_000))
        )
    )
    assert records(empty) == [(1, ["1"])]


def test_names_of_parts_may_lead_from_the_root_and_styles_be_missing() -> None:
    parts = parts_of(book([["a"], [45693]]))
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b'Target="', b'Target="/xl/'
    )
    parts.pop("xl/styles.xml")
    assert records(opened(packed(parts)))[1] == (2, ["45693"])


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'  # noqa: E501 - a row of a table


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"xl/worksheets/sheet1.xml": DTD}, "file.has_dtd"),
        ({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}, "file.damaged"),
        ({"xl/workbook.xml": b"<workbook/>"}, "file.damaged"),
        ({"xl/vbaProject.bin": b"x"}, "file.macros"),
        ({"xl/embeddings/more.xlsx": b"x"}, "file.nested"),
        ({"../elsewhere.xml": b"x"}, "file.archive_names"),
        ({"/root.xml": b"x"}, "file.archive_names"),
        ({"c:\\x.xml": b"x"}, "file.archive_names"),
        ({"xl/big.xml": b"a" * 3 * 2**20}, "file.unpacks_too_big"),
        ({f"xl/{number}.xml": b"" for number in range(1_001)}, "file.too_many_parts"),
        ({"xl/worksheets/sheet1.xml": b'<w><sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData></w>'}, "table.too_many_columns"),  # noqa: E501 - a row of a table
        ({"xl/worksheets/sheet1.xml": b"<w><sheetData><row><c><v>" + b"1234567890" * 10_001 + b"</v></c></row></sheetData></w>"}, "table.cell_too_long"),  # noqa: E501 - a row of a table
    ],
)  # fmt: skip
def test_a_workbook_that_means_harm_is_refused_at_once(parts: dict[str, bytes], key: str) -> None:
    begun = time.monotonic()
    assert refusal(packed({**parts_of(book([["a"]])), **parts})) == key
    assert time.monotonic() - begun < 2


def test_a_bomb_is_refused_from_the_list_of_its_parts() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0123456789abcdef" * 2**19)
    content = bytearray(written.getvalue())
    begun = time.monotonic()
    assert refusal(bytes(content)) == "file.unpacks_too_big"
    assert time.monotonic() - begun < 2


def _listed(content: bytes, **fields: int) -> bytes:
    """The zip with another size, method or flag in the list of its first part."""
    at = content.index(b"PK\x01\x02")
    places = {"flags": (8, "<H"), "method": (10, "<H"), "size": (24, "<I")}
    changed = bytearray(content)
    for name, value in fields.items():
        offset, how = places[name]
        struct.pack_into(how, changed, at + offset, value)
    return bytes(changed)


def test_a_list_that_lies_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed({"a.csv": b"a;b\n1;2\n3;4\n"})
    assert refusal(_listed(content, size=4)) == "file.damaged"
    assert refusal(_listed(content, flags=1)) == "file.encrypted"
    assert refusal(_listed(content, method=12)) == "file.damaged"
    assert refusal(_listed(content, size=300 * 2**20)) == "file.unpacks_too_big"
    assert refusal(b"PK\x03\x04" + b"x" * 40) == "file.damaged"
    assert refusal(content[:-10]) == "file.damaged"
    assert (
        refusal(content[10:].replace(b"PK\x01\x02", b"PK\x01\x03").join([b"PK\x03\x04", b""]))
        == "file.damaged"
    )
    end = content.rindex(b"PK\x05\x06")
    assert (
        refusal(content[: end + 10] + struct.pack("<HI", 2_000, 60) + content[end + 16 :])
        == "file.too_many_parts"
    )
    archive = open_archive(io.BytesIO(content))
    with pytest.raises(DomainError, match=r"file\.damaged"):
        list(pieces(archive, "b.csv"))
    monkeypatch.setattr("toc.domain.exchange.archives.MOST_ENTRIES", 0)
    assert refusal(content) == "file.too_many_parts"


def test_texts_of_a_workbook_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_SHARED", 3)
    assert refusal(book([["abcd"]])) == "file.too_large"


# --- Zip files and forms ------------------------------------------------------------------------------------


def test_a_repeated_question_gets_the_columns_of_its_answer() -> None:
    content = packed(
        {
            "survey.csv": b"KEY,code,score\nk1,P1,3\nk2,P2,4\n",
            "survey-visits.csv": b"PARENT_KEY,KEY,day\nk2,k2/1,2025-01-02\nk9,k9/1,2025-01-03\nk1\n",
        }
    )
    log = opened(content)
    assert [tab.name for tab in log.tabs()] == ["survey.csv", "survey-visits.csv"]
    join = {"sheet": "survey.csv", "parent": "KEY", "child": "PARENT_KEY"}
    header, rows = table_of(log, mapping(sheet="survey-visits.csv", join=join))
    assert header.names == ("PARENT_KEY", "KEY", "day", "KEY (survey.csv)", "code", "score", "_entry")
    assert list(rows) == [
        (1, 2, ["k2", "k2/1", "2025-01-02", "k2", "P2", "4", "1"]),
        (2, 3, ["k9", "k9/1", "2025-01-03", "", "", "", "1"]),
        (3, 4, ["k1"]),
    ]
    assert log.layout("survey.csv").hidden_rows == 0
    assert log.share_read() == 1
    for wrong in ({"parent": "x"}, {"child": "x"}):
        with pytest.raises(DomainError, match=r"mapping\.no_column"):
            table_of(log, mapping(sheet="survey-visits.csv", join={**join, **wrong}))
    assert refusal(packed({"a.txt": b"x"})) == "file.no_tables"


def test_forms_become_tables_and_a_single_entry_counts_as_a_list() -> None:
    log = opened(
        forms(
            {"id": "f1", "archived": False, "form": {"case": {"@case_id": "c1"}, "score": "---", "kids": [{"age": "3"}, {"age": 4}]}},  # noqa: E501 - a row of a table
            {"id": "f2", "archived": True, "form": {"case": {"@case_id": "c2"}, "score": "7", "kids": {"age": "5"}, "tags": ["a", "b"]}},  # noqa: E501 - a row of a table
            {"id": "f3", "form": {"kids": None, "n": 1.50}},
        )
    )  # fmt: skip
    assert [tab.name for tab in log.tabs()] == [FORMS, "form.kids"]
    assert log.layout(FORMS).merged == ()
    assert records(log) == [
        (1, ["id", "archived", "form.case.@case_id", "form.score", "form.tags", "form.n"]),
        (2, ["f1", "false", "c1", "---", "", ""]),
        (3, ["f2", "true", "c2", "7", "a b", ""]),
        (4, ["f3", "", "", "", "", "1.5"]),
    ]
    (_, names), *rows = records(log, "form.kids")
    assert [row[names.index("form.kids.age")] for _, row in rows] == ["3", "4", "5"]
    assert [row[names.index("id")] for _, row in rows] == ["f1", "f1", "f2"]
    assert [row[names.index("_entry")] for _, row in rows] == ["1", "2", "1"]
    assert log.share_read() == 1
    lines = opened(b'{"id": "1", "v": 2}\n{"id": "2", "v": 3}\n')
    assert records(lines)[2] == (3, ["2", "3"])


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"[]", "file.no_forms"),
        (b"[1, 2]", "file.no_forms"),
        (b'[{"a": NaN}]', "file.no_forms"),
        (b'[{"a": 1]', "file.no_forms"),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, "file.no_forms"),
        (b"[" * 100_000, "file.no_forms"),
        (b'[{"a": "\xff"}]', "file.encoding_unknown"),
        (b'[{"a": "\x00"}]', "file.nul"),
        (
            b'[{"objects": {' + b",".join(b'"%d": 1' % n for n in range(MOST_COLUMNS + 1)) + b"}}]",
            "table.too_many_columns",
        ),
    ],
)
def test_what_holds_no_forms_is_refused(content: bytes, key: str) -> None:
    assert refusal(content) == key


def test_a_file_of_forms_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toc.domain.exchange.forms.MOST_JSON", 5)
    assert refusal(b'[{"a": 1}]') == "file.too_large"


def test_a_list_that_is_longer_than_it_says_is_found_out() -> None:
    content = packed({f"{number}.csv": b"" for number in range(1_001)})
    end = content.rindex(b"PK\x05\x06")
    length = struct.unpack("<I", content[end + 12 : end + 16])[0]
    assert refusal(content[: end + 8] + struct.pack("<HHI", 5, 5, length) + content[end + 16 :]) == (
        "file.too_many_parts"
    )


def test_lines_without_anything_and_columns_without_a_name_are_passed_over() -> None:
    assert records(opened(b"a;b\n\n1;2\n")) == [(1, ["a", "b"]), (3, ["1", "2"])]
    log = opened(book([["a", "b", " "], [1, 2, ""]]))
    assert header_of(first_rows(log, "Log"), log.layout("Log"), 1, 0).names == ("a", "b")


def test_a_layout_is_found_wherever_it_stands() -> None:
    rows = "".join(f'<row r="{at}"><c r="A{at}"><v>{at * 7919}</v></c></row>' for at in range(1, 9_000))
    tail = "<mergeCells><mergeCell ref='A1:B1'/>" + '<mergeCell ref="C1:D1"/>' + "<x/>" * 40_000
    log = opened(
        raw_book(rows, head='<cols><col min="x" max="2" hidden="1"/></cols>', tail=f"{tail}</mergeCells>")
    )
    layout = log.layout("Log")
    assert (layout.hidden_columns, layout.merged) == (frozenset(), ((0, 2, 0, 3),))
