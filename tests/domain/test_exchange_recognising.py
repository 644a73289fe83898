"""What is seen in a file, what has to be asked, and how its columns are probably meant."""

import json
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.logs import TODAY, book, csv_bytes, forms, mapping, opened, packed, use
from toc.domain.errors import DomainError
from toc.domain.exchange import DateOrder, NumberStyle
from toc.domain.exchange.mapping import About, ColumnUse, Epoch, Mapping, Unsigned, Use, Zone
from toc.domain.exchange.outgoing import COLUMNS, Table
from toc.domain.exchange.recognised import (
    Asked,
    Question,
    Recognition,
    RowState,
    TargetTotals,
    Totals,
    recognition_from,
    totals_from,
)
from toc.domain.exchange.recognising import answered, check_persons, open_questions, recognise, suggest
from toc.domain.exchange.sources import SourceKind
from toc.domain.participants import Moment, Subject
from toc.domain.privacy import Personal
from toc.domain.programmes import Language


def see(*rows: list[str], **how: Any) -> Recognition:  # noqa: ANN401 - any of several
    return recognise(opened(csv_bytes(*rows)), TODAY, **how)


def asked(seen: Recognition) -> dict[tuple[str, Asked], Question]:
    return {(one.header, one.about): one for one in seen.questions}


# --- Mappings -----------------------------------------------------------------------------------------------


def test_a_mapping_is_read_as_it_was_written() -> None:
    whole = Mapping(
        about=About.PARTICIPANTS,
        columns=(
            ColumnUse(header="a", use=Use.KEY),
            ColumnUse(
                header="b",
                use=Use.SCORE,
                instrument="ZRM",
                item="i1",
                subject=Subject.DIPLOMA,
                moment=Moment.BEFORE,
                style=NumberStyle.DUTCH,
                order=DateOrder.DAY_FIRST,
                two_digit_years=False,
                serials=Epoch.Y1904,
                unsigned=Unsigned.PERCENT,
                zone=Zone.UTC,
                missing=("99",),
                factor=Decimal("0.01"),
                rounded=True,
                words={"a1": "1"},
            ),
        ),
        kind=SourceKind.KOBO,
        sheet="Log",
        headers=2,
        skipped=1,
        decisions={"key:1": 2},
    )
    said = json.loads(json.dumps(whole.to_json()))
    assert Mapping.from_json(said) == whole
    assert "decisions" not in whole.canonical()
    assert whole.canonical() == replace(whole, decisions={}).canonical()
    assert whole.used(Use.KEY) == whole.columns[:1]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ([], "version"),
        ({"version": 2}, "version"),
        ({"version": 1}, "columns"),
        ({"version": 1, "about": "people", "columns": []}, "about"),
        ({"version": 1, "about": "participants", "columns": {}}, "columns"),
        ({"version": 1, "about": "participants", "columns": [{"use": "key"}]}, "columns[0]"),
        ({"version": 1, "about": "participants", "columns": [{"header": 1, "use": "key"}]}, "columns[0].header"),  # noqa: E501 - a row of a table
        ({"version": 1, "about": "participants", "columns": [{"header": "a", "use": "key", "colour": ""}]}, "columns[0].colour"),  # noqa: E501 - a row of a table
        ({"version": 1, "about": "participants", "columns": [{"header": "a", "use": "key", "words": {"a": 1}}]}, "columns[0].words.a"),  # noqa: E501 - a row of a table
        ({"version": 1, "about": "participants", "columns": [], "headers": True}, "headers"),
        ({"version": 1, "about": "participants", "columns": [], "headers": 9}, "headers"),
        ({"version": 1, "about": "participants", "columns": [], "skipped": -1}, "skipped"),
        ({"version": 1, "about": "participants", "columns": [], "join": {"sheet": "x"}}, "join"),
    ],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(said: object, where: str) -> None:
    with pytest.raises(DomainError) as refused:
        Mapping.from_json(said)
    assert (refused.value.key, refused.value.params["where"]) == ("mapping.unreadable", where)


def test_a_column_is_named_once() -> None:
    with pytest.raises(DomainError, match=r"columns\.twice"):
        mapping(use("a", "key"), use("a", "note"))


# --- Questions ----------------------------------------------------------------------------------------------


def test_what_can_be_read_in_two_ways_is_asked_about_with_both() -> None:
    seen = see(
        ["bedrag", "deel", "dag", "jaar", "serie", "tijd", "code"],
        ["1.050", "0,5", "1-2-2025", "5-2-25", "45693", "2025-03-01T23:30:00", "A1"],
        ["€ 1.234,50", "12,0%", "31-1-2025", "", "x", "2025-03-01T12:00:00Z", "A2"],
    )
    found = asked(seen)
    assert found["bedrag", Asked.STYLE].meanings == {"dutch": "1050", "english": "1.050"}
    assert found["bedrag", Asked.STYLE].suggested == "dutch"
    assert (found["bedrag", Asked.STYLE].line, found["bedrag", Asked.STYLE].cells) == (2, 1)
    assert found["deel", Asked.UNSIGNED].meanings == {"percent": "0,5 %", "fraction": "0,5"}
    assert found["dag", Asked.ORDER].meanings == {"day_first": "2025-02-01", "month_first": "2025-01-02"}
    assert found["dag", Asked.ORDER].suggested == "day_first"
    assert found["jaar", Asked.TWO_DIGIT_YEARS].meanings == {"true": "5-2-2025", "false": ""}
    assert found["serie", Asked.SERIALS].meanings == {"none": "", "1900": "2025-02-05", "1904": "2029-02-06"}
    assert found["tijd", Asked.ZONE].meanings == {"utc": "2025-03-02", "amsterdam": "2025-03-01"}
    assert found["code", Asked.WORDS].meanings == {"a1": "1", "a2": "2"}
    assert len(found) == 7


def test_what_is_clear_is_not_asked_about() -> None:
    seen = see(
        ["bedrag", "deel", "dag", "moment", "tekst"],
        ["1234,5", "12%", "2025-02-03", "2025-03-01T10:00:00", "een tekst met 3 woorden en zo verder, lang genoeg om geen getal"],  # noqa: E501 - a row of a table
        ["1.234.567", "5 %", "3-3-2025", "2025-03-01T10:00:00+01:00", "n.v.t."],
        ["", "-", "31-1-2025", "2025-99-01T10:00:00", "2025-03-01T"],
    )  # fmt: skip
    assert seen.questions == ()
    bedrag = next(column for column in seen.columns if column.header == "bedrag")
    assert (bedrag.filled, bedrag.numbers, bedrag.days) == (2, 2, 0)


def test_a_column_in_both_styles_is_asked_about_although_no_cell_has_two_meanings() -> None:
    for more in ("dutch", "english"):
        rows = [["1,5"], ["2.5"], ["3,5" if more == "dutch" else "3.5"]]
        question = asked(see(["a", "b"], *([*row, "x"] for row in rows)))["a", Asked.STYLE]
        assert question.suggested == more
        assert set(question.meanings) == {"dutch", "english"}
    even = asked(see(["a", "b"], ["1.050", "x"], ["2.5", "x"], ["2,5", "x"]))["a", Asked.STYLE]
    assert even.suggested == ""


def test_only_columns_that_are_used_have_to_be_answered() -> None:
    seen = see(["code", "bedrag", "dag", "niveau"], ["P1", "1.050", "1-2-2025", "A1"])
    said = mapping(
        use("code", "person"),
        use("bedrag", "value"),
        use("dag", "note"),
        use("niveau", "score", words={"A1": "1"}),
    )
    (question,) = open_questions(said, seen)
    assert (question.header, question.about) == ("bedrag", Asked.STYLE)
    done = replace(said, columns=tuple(
        answered(column, question, "dutch") if column.header == "bedrag" else column for column in said.columns  # noqa: E501 - a row of a table
    ))  # fmt: skip
    assert open_questions(done, seen) == ()
    assert open_questions(mapping(use("niveau", "score", missing=["A1"])), seen) == ()
    assert len(open_questions(mapping(use("niveau", "score")), seen)) == 1
    for about, answer, value in [
        (Asked.TWO_DIGIT_YEARS, "true", True),
        (Asked.SERIALS, "1904", Epoch.Y1904),
        (Asked.ZONE, "utc", Zone.UTC),
    ]:
        column = answered(ColumnUse(header="a", use=Use.DAY), replace(question, about=about), answer)
        assert getattr(column, about.value) == value
    for about, answer in [(Asked.STYLE, "roman"), (Asked.WORDS, "x")]:
        with pytest.raises(DomainError, match=r"mapping\.unreadable"):
            answered(ColumnUse(header="a", use=Use.DAY), replace(question, about=about), answer)


# --- Persons ------------------------------------------------------------------------------------------------


def test_persons_are_seen_and_have_to_be_left_out_by_name() -> None:
    seen = see(
        ["code", "naam", "contact", "opmerking", "_id"],
        ["P1", "Zoë", "zoe@example.nl", "bel 0612345678", "123456782"],
        ["P2", "Jan", "jan@example.nl", "goed", "312345678"],
        ["P3", "Eva", "eva@example.nl", "goed", "312345679"],
    )
    kinds = {column.header: (column.kind, column.refused) for column in seen.personal}
    assert kinds == {
        "naam": (Personal.NAME, False),
        "contact": (Personal.EMAIL, False),
        "opmerking": (Personal.PHONE, False),
    }
    assert not seen.is_refused
    assert all(not column.examples for column in seen.columns if column.header in kinds)
    assert seen.sheets[0].first_rows[1] == ("P1", "", "", "", "")
    good = mapping(use("naam", "left_out"), use("contact", "left_out"), use("opmerking", "note"))
    check_persons(good, seen)
    for wrong in (
        mapping(use("naam", "left_out"), use("contact", "left_out")),
        mapping(use("naam", "note"), use("contact", "left_out"), use("opmerking", "note")),
    ):
        with pytest.raises(DomainError, match=r"import\.personal"):
            check_persons(wrong, seen)


def test_citizen_service_numbers_refuse_the_file() -> None:
    by_content = see(["code", "nummer"], ["P1", "111222333"], ["P2", "123456782"])
    by_name = see(["code", "BSN"], ["P1", "x"])
    suspect = see(["code", "nummer"], ["P1", "111222333"], ["P2", "5"], ["P3", "6"])
    for seen in (by_content, by_name):
        assert seen.is_refused
        with pytest.raises(DomainError, match=r"import\.bsn"):
            check_persons(mapping(use("nummer", "left_out")), seen)
    assert not suspect.is_refused
    assert suspect.personal[0].kind is Personal.BSN


# --- Suggestions --------------------------------------------------------------------------------------------


def test_a_file_of_kobotoolbox_is_recognised_and_a_choice_of_several_counts_once() -> None:
    seen = see(
        ["deelnemer", "t0/datum", "t0/hulp", "t0/hulp/schuld", "t0/hulp/zorg", "_id", "_uuid", "_submission_time", "_validation_status"],  # noqa: E501 - a row of a table
        ["P1", "2025-03-01", "schuld zorg", "1", "1", "101", "9a1f6a52-0001", "2025-03-01T09:00:00", "validation_status_approved"],  # noqa: E501 - a row of a table
    )  # fmt: skip
    assert seen.kind is SourceKind.KOBO
    assert {column.header: column.same_as for column in seen.columns if column.same_as} == {
        "t0/hulp/schuld": "t0/hulp",
        "t0/hulp/zorg": "t0/hulp",
    }
    said = suggest(seen)
    uses = {column.header: column.use for column in said.columns}
    assert uses == {
        "deelnemer": Use.PERSON,
        "t0/datum": Use.DAY,
        "t0/hulp": Use.LEFT_OUT,
        "_id": Use.KEY,
        "_uuid": Use.VERSION,
        "_submission_time": Use.SUBMITTED,
    }
    assert said.exclusions[0].header == "_validation_status"
    assert said.about is About.PARTICIPANTS
    assert said.columns[-1].zone is Zone.UTC


def test_other_programs_are_recognised() -> None:
    lime = see(
        ["id. Response ID", "submitdate. Date submitted", "lastpage. Last page", "ZT[SQ001]"],
        ["1", "", "2", "Y"],
    )
    assert lime.kind is SourceKind.LIMESURVEY
    assert suggest(lime).exclusions[0].values == ("",)
    assert suggest(lime).columns[0].use is Use.KEY
    odk = recognise(
        opened(packed({"s.csv": b"KEY,SubmissionDate,code\nk1,2025-01-01T10:00:00Z,P1\n"})), TODAY
    )
    assert odk.kind is SourceKind.ODK
    care = recognise(
        opened(forms({"id": "f1", "archived": True, "form": {"case": {"@case_id": "c1"}}})), TODAY
    )
    assert care.kind is SourceKind.COMMCARE
    assert {column.header: column.use for column in suggest(care).columns}["form.case.@case_id"] is Use.PERSON
    assert suggest(care).exclusions[0].values == ("true",)
    repeat = see(["naam", "_submission__uuid"], ["a", "b"])
    assert repeat.kind is SourceKind.KOBO


def test_a_plain_table_is_guessed_by_its_names_and_each_name_once() -> None:
    seen = see(
        ["datum", "teller", "noemer", "vestiging", "datum", "kleur"],
        ["2025-01-01", "1", "2", "Noord", "2025-01-02", "rood"],
    )
    said = suggest(seen)
    assert {column.header: column.use for column in said.columns} == {
        "datum": Use.DAY,
        "teller": Use.NUMERATOR,
        "noemer": Use.DENOMINATOR,
        "vestiging": Use.SITE,
    }
    assert (said.about, said.kind) == (About.MEASUREMENTS, SourceKind.TABLE)
    assert [note.key for note in seen.notes] == ["table.header_repeated"]
    moments = suggest(see(["code", "meetmoment"], ["P1", "T0"]))
    assert moments.columns[1].words["t0"] == "before"


def test_a_sheet_of_a_repeated_question_is_joined() -> None:
    parts = {"s.csv": b"KEY,code\nk1,P1\n", "s-visits.csv": b"PARENT_KEY,KEY,score\nk1,k1/1,3\n"}
    seen = recognise(opened(packed(parts)), TODAY, sheet="s-visits.csv")
    headers = ["PARENT_KEY", "KEY", "score", "KEY (s.csv)", "code", "_entry"]
    assert [column.header for column in seen.columns] == headers
    said = suggest(seen)
    assert said.join is not None
    assert said.join.sheet == "s.csv"
    kobo = {"a.csv": b"_uuid,_id,code\nu1,1,P1\n", "a-b.csv": b"_submission__uuid,score\nu1,3\n"}
    joined = suggest(recognise(opened(packed(kobo)), TODAY, sheet="a-b.csv")).join
    assert joined is not None
    assert joined.child == "_submission__uuid"
    plain = {"a.csv": b"code,x\nP1,1\n", "a-b.csv": b"y,z\n1,2\n"}
    assert suggest(recognise(opened(packed(plain)), TODAY, sheet="a-b.csv")).join is None


# --- The whole of it ----------------------------------------------------------------------------------------


def test_totals_footnotes_and_ragged_rows_are_seen() -> None:
    seen = see(
        ["wijk", "aantal"],
        ["Noord", "3"],
        ["Totaal", "3"],
        ["Subtotaal noord", "3"],
        ["* voorlopige cijfers, zonder december", ""],
        ["x"],
        ["Samen", "1"],
        ["", "1"],
    )
    assert seen.totals_at == (3, 4, 5)
    assert (seen.rows, seen.ragged) == (7, 1)
    numbers = recognise(opened(book([["nr", "n"], [1, 2], [3, 4]])), TODAY)
    assert numbers.totals_at == ()
    assert [column.numbers for column in numbers.columns] == [2, 2]


def test_hidden_things_are_shown_with_a_warning() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'  # noqa: E501 - a row of a table
    rows += '<row r="2" hidden="1"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'
    from tests.factories.logs import raw_book  # noqa: PLC0415 - only here

    seen = recognise(opened(raw_book(rows, head='<cols><col min="2" max="2" hidden="1"/></cols>')), TODAY)
    assert [note.key for note in seen.notes] == ["workbook.hidden_column", "workbook.hidden_rows"]
    assert seen.sheets[0].hidden_columns == ("b",)
    assert [column.hidden for column in seen.columns] == [False, True]


def test_what_was_seen_is_kept_beside_the_file() -> None:
    told: list[int] = []
    seen = see(
        ["code", "naam", "bedrag"], ["P1", "Zoë", "1.050"], watch=lambda rows, share: told.append(rows), headers=1, skipped=0  # noqa: ARG005, E501 - as it is called
    )  # fmt: skip
    assert recognition_from(json.loads(json.dumps(asdict(seen)))) == seen
    assert told == [1]
    totals = Totals(
        rows=1,
        states={RowState.NEW: 1},
        keys=0,
        values=1,
        missing=0,
        targets=(TargetTotals(about="a", values=1, missing=0, missing_by_code={}, total="1"),),
        new_participants=0,
        ragged=0,
        notes=seen.notes,
    )
    assert totals_from(json.loads(json.dumps(asdict(totals)))) == totals


def test_a_file_without_rows_or_sheet_is_refused() -> None:
    with pytest.raises(DomainError, match=r"table\.empty"):
        see(["a", "b"])
    with pytest.raises(DomainError, match=r"mapping\.no_sheet"):
        see(["a", "b"], ["1", "2"], sheet="x")


def test_many_different_cells_are_not_listed() -> None:
    seen = see(["a", "b"], *([str(number), "x"] for number in range(100)))
    assert seen.columns[0].distinct == ()
    assert seen.columns[1].distinct == ("x",)
    assert len(seen.columns[0].examples) == 5
    assert date(2025, 9, 1) == TODAY


def test_days_and_ids_and_many_rows_are_seen() -> None:
    rows = [[date(2025, 1, 2), "9a1f6a52-0000-4000-8000-000000000001", f"woord {at}"] for at in range(5_000)]
    seen = recognise(opened(book([["dag", "uuid", "tekst"], *rows])), TODAY)
    assert [(column.days, column.numbers) for column in seen.columns] == [(5_000, 0), (0, 0), (0, 0)]
    assert seen.personal == ()
    long = see(["a", "b"], ["45693,123456789", "x"], ["-", "y"])
    assert asked(long)["a", Asked.SERIALS].cells == 1


def test_of_a_workbook_that_we_made_the_data_is_meant() -> None:
    ours = ";".join(column.header(Language.NL) for column in COLUMNS[Table.MEASUREMENTS])
    about, data = b"Wat;Metingen\nx;y\n", f"{ours}\n2025-01-02;I1\n".encode()
    assert recognise(opened(packed({"1.csv": about, "2.csv": data})), TODAY).sheet == "2.csv"
    assert recognise(opened(packed({"1.csv": about, "2.csv": about})), TODAY).sheet == "1.csv"
    assert recognise(opened(packed({"1.csv": about, "2.csv": data})), TODAY, sheet="1.csv").sheet == "1.csv"


def test_how_a_column_is_written_is_said_where_it_can_be_read_in_one_way_alone() -> None:
    rows = [
        ["1,5", "1.050", "13-2-2025", "3-2-2025", "2025-02-03"],
        ["-2,25", "7", "3-2-2025", "1-2-2025", ""],
    ]
    seen = see(["aantal", "teller", "datum", "instroom", "uitstroom"], *rows)
    said = {column.header: (column.style, column.order) for column in suggest(seen).columns}
    assert said == {
        "aantal": (NumberStyle.DUTCH, None),
        "teller": (None, None),
        "datum": (None, None),
        "instroom": (None, None),
        "uitstroom": (None, None),
    }
    seen = see(["aantal", "noemer", "datum"], ["1.5", "1.5", "2/13/2025"], ["2", "2,5", "2/14/2025"])
    assert recognition_from(json.loads(json.dumps(asdict(seen)))) == seen
    said = {column.header: (column.style, column.order) for column in suggest(seen).columns}
    assert said == {
        "aantal": (NumberStyle.ENGLISH, None),
        "noemer": (None, None),
        "datum": (None, DateOrder.MONTH_FIRST),
    }
