"""What each row says, or why it says nothing: numbers and days as people write them, read strictly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest

from tests.factories.logs import TODAY, mapping, use
from toc.domain.errors import DomainError
from toc.domain.exchange.assembling import Piece, assemble, together
from toc.domain.exchange.beside import Beside
from toc.domain.exchange.cell_values import Read, day_in, millionths_in, number_in, rank_of, yes_or_no
from toc.domain.exchange.ground import Ground, KnownIndicator, KnownInstrument
from toc.domain.exchange.mapping import ColumnUse, Epoch, Unsigned, Use, Zone
from toc.domain.exchange.notation import DateOrder, NumberStyle
from toc.domain.exchange.rows import Parsed, Reader, What
from toc.domain.exchange.typed import Day, Fault, Number
from toc.domain.indicators import Kind
from toc.domain.indicators.reviewing import Lock
from toc.domain.participants import Item, Scale

DUTCH = ColumnUse(header="a", use=Use.VALUE, style=NumberStyle.DUTCH)
ENGLISH = ColumnUse(header="a", use=Use.VALUE, style=NumberStyle.ENGLISH)
DAYS = ColumnUse(header="a", use=Use.DAY, order=DateOrder.DAY_FIRST)


def indicator(code: str, kind: Kind, **says: Any) -> KnownIndicator:  # noqa: ANN401 - any of several
    return KnownIndicator(id=code.lower() * 16, edition="e" * 32, code=code, kind=kind, **says)


GROUND = Ground(
    indicators={
        one.code: one
        for one in (
            indicator(
                "I1",
                Kind.COUNT,
                breakdowns={"sex": frozenset({"f", "m"})},
                names={"vrouw of man": "sex"},
                options={("sex", "vrouw"): "f", ("sex", "man"): "m"},
            ),
            indicator("I2", Kind.PROPORTION, breakdowns={"sex": frozenset({"f", "m"})}),
            indicator("I3", Kind.YES_NO),
            indicator("I4", Kind.MEAN, lowest=Decimal(1), highest=Decimal(5)),
            indicator("I5", Kind.ORDINAL, levels=3, options={("level", "crisis"): "1"}),
            indicator("I6", Kind.NARRATIVE),
        )
    },
    instruments={
        ("zrm", "2017"): KnownInstrument(
            id="a" * 32, scale=Scale(lowest=Decimal(1), highest=Decimal(5), items=(Item("i1", "Inkomen"),))
        ),
        ("pwi", "1"): KnownInstrument(id="b" * 32, scale=Scale(lowest=Decimal(0), highest=Decimal(10))),
        ("pwi", "2"): KnownInstrument(id="c" * 32, scale=Scale(lowest=Decimal(0), highest=Decimal(10))),
    },
    sites={"noord": "d" * 32},
    cohorts={"voorjaar": "f" * 32},
    groups={"sex": frozenset({"f", "m"})},
    locks=(Lock(starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31), is_locked=True),),
    today=TODAY,
)


def reader(headers: str, *columns: dict[str, Any], **more: Any) -> Reader:  # noqa: ANN401 - any of several
    return Reader(mapping(*columns, **more), headers.split(), GROUND)


def read(headers: str, cells: list[str], *columns: dict[str, Any], **more: Any) -> Parsed:  # noqa: ANN401 - any of several
    return reader(headers, *columns, **more).read(1, 2, cells)


def keys(parsed: Parsed) -> list[str]:
    return [reason.key for reason in parsed.reasons]


# --- Numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "use_", "number"),
    [
        ("1.234,56", DUTCH, "1234.56"),
        ("1,234.56", ENGLISH, "1234.56"),
        ("-0", DUTCH, "0"),
        ("€ 1.234.567,89", DUTCH, "1234567.89"),
        ("12\u00a0345,6", DUTCH, "12345.6"),
        ("12\u202f345,6", DUTCH, "12345.6"),
        ("37,5%", DUTCH, "0.375"),
        ("37,5 %", DUTCH, "0.375"),
        ("-12,5", DUTCH, "-12.5"),
        ("0,5", ColumnUse(header="a", use=Use.VALUE, unsigned=Unsigned.PERCENT), "0.005"),
        ("0,5", ColumnUse(header="a", use=Use.VALUE, unsigned=Unsigned.FRACTION), "0.5"),
        ("1,5", ColumnUse(header="a", use=Use.VALUE, factor=Decimal(1000)), "1500"),
        ("0,33333333", ColumnUse(header="a", use=Use.VALUE, rounded=True), "0.333333"),
        (Number("1.05"), DUTCH, "1.05"),
    ],
)
def test_a_number_is_read_in_the_style_of_its_column(cell: str, use_: ColumnUse, number: str) -> None:
    assert number_in(cell, use_) == Decimal(number)
    assert millionths_in(cell, use_) == int(Decimal(number) * 10**6)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("NaN", "number.unreadable"),
        ("Infinity", "number.unreadable"),
        ("1e400", "number.unreadable"),
        ("1e999999999", "number.unreadable"),
        ("1e-400", "number.unreadable"),
        ("1,234.50", "number.unreadable"),
        ("１２", "number.unreadable"),  # noqa: RUF001 - it looks like another sign: that is the point
        ("١٢٣", "number.unreadable"),
        ("1_000", "number.unreadable"),
        ("0x10", "number.unreadable"),
        ("9223372036854775808", "measurement.too_large"),
        ("9" * 5_000, "number.too_long"),
        ("0,0000001", "measurement.too_many_decimals"),
        ("=1+1", "number.unreadable"),
        (Number("1E+400"), "measurement.too_large"),
        (Number("1_0"), "number.unreadable"),
        (Fault("#N/A"), "cell.fault"),
        (Day("2025-01-01"), "number.unreadable"),
    ],
)
def test_what_is_no_number_is_refused(cell: str, key: str) -> None:
    for use_ in (DUTCH, ColumnUse(header="a", use=Use.VALUE, rounded=key != "measurement.too_many_decimals")):
        with pytest.raises(DomainError) as refused:
            millionths_in(cell, use_)
        assert refused.value.key == key


def test_yes_and_no_are_words() -> None:
    assert [yes_or_no(text) for text in ("ja", "Ja", " J ", "Y", "true", "1")] == [True] * 6
    assert [yes_or_no(text) for text in ("nee", "N", "0", "onwaar")] == [False] * 4
    with pytest.raises(DomainError, match=r"cell\.not_yes_no"):
        yes_or_no("misschien")


# --- Days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "more", "day"),
    [
        ("2025-02-03", {}, date(2025, 2, 3)),
        ("3-2-2025", {}, date(2025, 2, 3)),
        ("29-02-2024", {}, date(2024, 2, 29)),
        ("05-02-25", {"two_digit_years": True}, date(2025, 2, 5)),
        ("05-02-87", {"two_digit_years": True}, date(1987, 2, 5)),
        ("45693", {"serials": Epoch.Y1900}, date(2025, 2, 5)),
        (Number("45693.5"), {"serials": Epoch.Y1900}, date(2025, 2, 5)),
        (Day("2025-02-03"), {}, date(2025, 2, 3)),
        (Day("2025-02-03T23:30:00"), {}, date(2025, 2, 3)),
        ("2025-03-01T23:30:00Z", {}, date(2025, 3, 2)),
        ("2025-03-01 23:30", {"zone": Zone.UTC}, date(2025, 3, 2)),
        ("2025-03-01T23:30:00", {}, date(2025, 3, 1)),
        ("2025-03-01T10:00:00.000+01:00", {}, date(2025, 3, 1)),
        ("3-2-2025 9:30", {}, date(2025, 2, 3)),
        ("2026-10-25T02:30:00", {}, date(2026, 10, 25)),
    ],
)
def test_a_day_is_read_as_its_column_says(cell: str, more: dict[str, Any], day: date) -> None:
    assert day_in(cell, ColumnUse(header="a", use=Use.DAY, **more), TODAY) == day


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("0000-01-01", "date.no_such_day"),
        ("9999-12-31", "date.out_of_range"),
        ("29-02-2023", "date.no_such_day"),
        ("01-13-2025", "date.no_such_day"),
        ("2024-W01-1", "date.unreadable"),
        ("20240101", "date.unreadable"),
        ("2025-03-30T02:30:00", "date.no_such_time"),
        ("2025-03-01T25:30:00", "date.no_such_time"),
        ("05-02-25", "date.two_digit_year"),
        ("45693", "date.serial"),
        (Number("-3"), "date.serial"),
        ("1980-01-01", "date.not_kept"),
        (Fault("#VALUE!"), "cell.fault"),
        ("morgen", "date.unreadable"),
    ],
)
def test_what_is_no_day_is_refused(cell: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        day_in(cell, DAYS, TODAY)
    assert refused.value.key == key


def test_the_moment_of_sending_sorts() -> None:
    zone = ColumnUse(header="a", use=Use.SUBMITTED, zone=Zone.UTC)
    assert rank_of("2025-03-01T10:00:00", zone) < rank_of("2025-03-01T12:00:00+01:00", zone)
    assert rank_of("2025-03-01", zone) == "2025-03-01T00:00:00.000000+00:00"
    assert rank_of(Day("2025-03-01"), zone) == "2025-03-01T00:00:00.000000+00:00"
    with pytest.raises(DomainError, match=r"date\.unreadable"):
        rank_of("gisteren", zone)


def test_cells_are_read_once_and_forgotten_when_there_are_too_many() -> None:
    asked: list[str] = []

    def length(cell: str) -> int:
        asked.append(cell)
        return len(cell)

    cells = Read(length, most=2)
    for cell in ("a", "a", "bb", "ccc", "a", Number("a")):
        cells.of(cell)
    assert asked == ["a", "bb", "ccc", "a", "a"]


# --- Rows of participants -----------------------------------------------------------------------------------

PERSON = use("code", "person")


def test_one_row_says_many_things() -> None:
    columns = [
        use("id", "key"), PERSON, use("dag", "day"), use("score", "score", instrument="ZRM", item="i1", moment="before", missing=["99"]),  # noqa: E501 - a row of a table
        use("werk", "event", subject="job_started"), use("diploma", "event_day", subject="diploma", order="day_first"),  # noqa: E501 - a row of a table
        use("eigen", "event", words={"verhuisd": "own_home", "feest": "Feest"}), use("bedrag", "value", indicator="I4"),  # noqa: E501 - a row of a table
        use("ok", "value", indicator="I3"), use("cohort", "cohort"), use("arm", "arm"), use("in", "entry"), use("uit", "exit"),  # noqa: E501 - a row of a table
        use("sekse", "group", breakdown="sex", words={"vrouw": "f"}), use("noot", "note"),
    ]  # fmt: skip
    headers = "id code dag score werk diploma eigen bedrag ok cohort arm in uit sekse noot"
    one = reader(headers, *columns)
    cells = [
        "1",
        " p-1 ",
        "2025-02-03",
        "99",
        "nee",
        "1-3-2025",
        "feest",
        "3",
        "ja",
        "Voorjaar",
        "comparison",
        "2025-01-01",
        "",
        "Vrouw",
        "'=1+1",
    ]
    parsed = one.read(1, 2, cells)
    assert parsed.reasons == ()
    said = {(one.whats[fact.what].subject, one.whats[fact.what].item): fact for fact in parsed.facts}
    assert set(said) == {
        ("score", "i1"), ("diploma", ""), ("other", "Feest"), ("value", ""), ("cohort", ""), ("arm", ""), ("entry", ""), ("exit", ""), ("group", "sex"),  # noqa: E501 - a row of a table
    }  # fmt: skip
    assert {fact.who for fact in parsed.facts} == {"P-1"}
    assert said["score", "i1"].absent == "99"
    assert said["diploma", ""].on == date(2025, 3, 1).toordinal()
    assert [fact.value for fact in parsed.facts if one.whats[fact.what].subject == "value"] == [
        3_000_000,
        1_000_000,
    ]
    assert (said["group", "sex"].option, said["cohort", ""].option) == ("f", "f" * 32)
    assert (said["exit", ""].absent, said["entry", ""].option) == ("", "2025-01-01")
    assert said["other", "Feest"].note == "=1+1"
    moved = one.read(2, 3, [*cells[:4], "ja", "", "verhuisd", *cells[7:]])
    assert [one.whats[fact.what].subject for fact in moved.facts][1:4] == [
        "job_started",
        "diploma",
        "own_home",
    ]
    assert moved.facts[2].absent == ""


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["P01", "2025-02-03", "6"], ["instrument.out_of_scale"]),
        (["", "2025-02-03", "3"], ["row.person_missing"]),
        (["Jan", "2025-02-03", "3"], ["participant.code_is_a_name"]),
        (["P01", "", "3"], ["date.missing"]),
        (["P01", "2026-02-03", "3"], ["measurement.in_future"]),
        (["P01", "2025-02-03", "drie"], ["number.unreadable"]),
        (["P01", "x", "drie"], ["date.unreadable", "number.unreadable"]),
        (["P01", "2025-02-03", "bel 0612345678"], ["row.personal"]),
        (["P01", "2025-02-03"], ["row.ragged"]),
        (["P01", "2025-02-03", "3", "4"], ["row.ragged"]),
    ],
)
def test_a_row_that_is_not_right_says_why(cells: list[str], wanted: list[str]) -> None:
    parsed = read("code dag score", cells, PERSON, use("dag", "day"), use("score", "score", instrument="ZRM"))
    assert keys(parsed) == wanted
    assert parsed.facts == ()
    assert all(not reason.original for reason in parsed.reasons if reason.key == "row.personal")


def test_a_row_of_a_closed_day_is_read_so_that_it_can_be_compared() -> None:
    parsed = read(
        "code dag score",
        ["P01", "2024-02-03", "3"],
        PERSON,
        use("dag", "day"),
        use("score", "score", instrument="ZRM"),
    )
    assert keys(parsed) == []
    assert parsed.facts[0].on == date(2024, 2, 3).toordinal()


def test_a_quote_that_is_never_closed_rejects_its_row() -> None:
    one = reader("code dag score", PERSON, use("dag", "day"), use("score", "score", instrument="ZRM"))
    assert keys(one.read(1, 2, None)) == ["row.quote_unclosed"]


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [
        (use("x", "event", words={"a": "diploma"}), "b", "row.event_unknown"),
        (use("x", "event", subject="diploma"), "b", "cell.not_yes_no"),
        (use("x", "cohort"), "najaar", "row.cohort_unknown"),
        (use("x", "arm"), "derde", "row.arm_unknown"),
        (use("x", "group", breakdown="sex"), "x", "row.option_unknown"),
        (use("x", "group", breakdown="level"), "x", "row.option_unknown"),
        (use("x", "value", indicator="I1"), "1,5", "measurement.not_whole"),
        (use("x", "value", indicator="I1"), "-1", "measurement.negative"),
        (use("x", "value", indicator="I2"), "1,5", "measurement.not_a_share"),
        (use("x", "value", indicator="I3"), "misschien", "cell.not_yes_no"),
        (use("x", "value", indicator="I3"), "0,5", "measurement.not_yes_no"),
        (use("x", "value", indicator="I4"), "7", "measurement.outside_scale"),
    ],
)
def test_a_cell_that_cannot_be_so_rejects_its_row(column: dict[str, Any], cell: str, key: str) -> None:
    assert keys(read("code dag x", ["P01", "2025-02-03", cell], PERSON, use("dag", "day"), column)) == [key]


def test_a_moment_may_stand_in_a_column_and_the_day_be_that_of_sending() -> None:
    columns = [
        PERSON,
        use("moment", "moment", words={"T0": "before", "T1": "during"}),
        use("tijd", "submitted", zone="utc"),
        use("s", "score", instrument="ZRM"),
    ]
    one = reader("code moment tijd s", *columns)
    first = one.read(1, 2, ["P01", "t0", "2025-03-01T10:00:00", "3"])
    again = one.read(2, 3, ["P01", "T0 ", "2025-03-09T10:00:00", "4"])
    during = one.read(3, 4, ["P01", "T1", "2025-03-09T10:00:00", "4"])
    assert first.facts[0].slot == again.facts[0].slot != during.facts[0].slot
    assert one.whats[0] == What("score", "", "a" * 32, "", "before")
    assert first.facts[0].on == date(2025, 3, 1).toordinal()
    assert keys(one.read(4, 5, ["P01", "T9", "2025-03-01T10:00:00", "3"])) == ["row.moment_unknown"]
    assert keys(one.read(5, 6, ["P01", "T0", "2026-03-01T10:00:00", "3"])) == ["measurement.in_future"]
    assert keys(one.read(6, 7, ["P01", "T0", "ooit", "3"]))[0] == "date.unreadable"


def test_keys_versions_and_rows_left_out() -> None:
    columns = [
        use("id", "key"),
        use("id2", "key"),
        use("v", "version"),
        use("r", "replaces"),
        PERSON,
        use("dag", "day"),
        use("s", "score", instrument="ZRM"),
    ]
    one = reader(
        "id id2 v r code dag s status", *columns, exclusions=[{"header": "status", "values": ["Afgekeurd"]}]
    )
    row = one.read(1, 2, ["1", "a", "uuid:u-2", "uuid:u-1", "P01", "2025-01-02", "3", ""])
    assert (row.key, row.version, row.replaces) == ("1\x1fa", "u-2", "u-1")
    assert one.read(1, 2, ["", " ", "", "", "P01", "2025-01-02", "3", ""]).key == ""
    gone = one.read(1, 2, ["1", "a", "", "", "P01", "x", "3", "afgekeurd"])
    assert (gone.excluded, gone.reasons, gone.facts) == (True, (), ())
    long = one.read(1, 2, ["1" * 300, "a", "", "", "P01", "2025-01-02", "3", ""])
    assert keys(long) == ["row.key_too_long"]


def test_a_note_has_a_limit() -> None:
    parsed = read(
        "code dag s n", ["P01", "2025-01-02", "3", "x" * 60_000], PERSON, use("dag", "day"), use("s", "score", instrument="ZRM"), use("n", "note")  # noqa: E501 - a row of a table
    )  # fmt: skip
    assert keys(parsed) == ["row.note_too_long"]


# --- Rows of measurements -----------------------------------------------------------------------------------


def test_a_measurement_is_of_an_indicator_a_site_and_a_day() -> None:
    columns = [
        use("i", "indicator", words={"banen": "I1"}),
        use("d", "day"),
        use("p", "site"),
        use("w", "value"),
        use("g", "option", breakdown="sex"),
    ]
    one = reader("i d p w g", *columns, about="measurements")
    parsed = one.read(1, 2, ["Banen", "2025-01-02", "Noord", "3", ""])
    (fact,) = parsed.facts
    assert (fact.who, fact.value, fact.option) == ("d" * 32, 3_000_000, "unknown")
    assert one.whats[fact.what] == What("measurement", "sex", indicator="i1" * 16)
    assert keys(one.read(1, 2, ["x", "2025-01-02", "Noord", "3", "f"])) == ["row.indicator_unknown"]
    assert keys(one.read(1, 2, ["", "2025-01-02", "Noord", "3", "f"])) == ["row.indicator_missing"]
    assert keys(one.read(1, 2, ["I1", "2025-01-02", "Zuid", "3", "f"])) == ["row.site_unknown"]
    assert keys(one.read(1, 2, ["I1", "2025-01-02", "", "3", "x"])) == ["row.option_unknown"]
    assert keys(one.read(1, 2, ["I5", "2025-01-02", "", "1,5", "f"])) == ["measurement.levels_needed"]
    assert keys(one.read(1, 2, ["I2", "2025-01-02", "", "0,5", "f"])) == ["measurement.pair_half"]
    assert one.read(1, 2, ["I1", "2025-01-02", "", "-", "f"]).facts[0].absent == "-"


def test_people_are_counted_per_level() -> None:
    columns = [use("d", "day"), use("n", "value", indicator="I5"), use("l", "option", breakdown="level")]
    one = reader("d n l", *columns, about="measurements")
    (fact,) = one.read(1, 2, ["2025-01-02", "4", "02"]).facts
    assert (fact.option, fact.value) == ("2", 4_000_000)
    assert one.read(1, 2, ["2025-01-02", "x", "2"]).facts[0].value is None
    assert one.read(1, 2, ["ooit", "4", "2"]).facts == ()


def test_a_proportion_comes_as_part_and_whole() -> None:
    columns = [
        use("d", "day"),
        use("deel", "numerator", indicator="I2"),
        use("geheel", "denominator", indicator="I2"),
    ]
    one = reader("d deel geheel", *columns, about="measurements")
    (fact,) = one.read(1, 2, ["2025-01-02", "72", "120"]).facts
    assert (fact.value, fact.numerator, fact.denominator) == (600_000, 72_000_000, 120_000_000)
    assert one.read(1, 2, ["2025-01-02", "", ""]).facts[0].absent == ""
    assert keys(one.read(1, 2, ["2025-01-02", "72", ""])) == ["measurement.pair_half"]
    assert keys(one.read(1, 2, ["2025-01-02", "", "120"])) == ["measurement.pair_half"]
    assert keys(one.read(1, 2, ["2025-01-02", "72", "0"])) == ["measurement.denominator_zero"]
    assert keys(one.read(1, 2, ["2025-01-02", "72", "x"])) == ["number.unreadable"]


# --- Mappings that cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "more", "key"),
    [
        ([PERSON, use("q", "note")], {}, "mapping.no_column"),
        ([PERSON, use("a", "day"), use("b", "day")], {}, "mapping.only_one"),
        ([use("a", "day"), use("b", "score", instrument="ZRM")], {}, "mapping.needs"),
        ([PERSON, use("b", "score", instrument="ZRM")], {}, "mapping.needs"),
        ([PERSON, use("a", "day")], {}, "mapping.needs"),
        ([PERSON, use("a", "day"), use("b", "value")], {}, "mapping.needs"),
        ([PERSON, use("a", "event_day")], {}, "mapping.needs"),
        (
            [use("a", "day"), use("b", "numerator", indicator="I2")],
            {"about": "measurements"},
            "mapping.needs",
        ),
        ([PERSON, use("a", "cohort"), use("b", "site")], {}, "mapping.not_for"),
        (
            [PERSON, use("a", "day"), use("b", "value", indicator="I1")],
            {"about": "measurements"},
            "mapping.not_for",
        ),
        ([PERSON, use("a", "day"), use("b", "value", indicator="I99")], {}, "mapping.indicator_unknown"),
        ([PERSON, use("a", "day"), use("b", "score", instrument="x")], {}, "mapping.instrument_unknown"),
        ([PERSON, use("a", "day"), use("b", "score", instrument="PWI")], {}, "mapping.instrument_unknown"),
        (
            [PERSON, use("a", "day"), use("b", "score", instrument="PWI", edition="3")],
            {},
            "mapping.instrument_unknown",
        ),
        (
            [PERSON, use("a", "day"), use("b", "score", instrument="ZRM", item="x")],
            {},
            "mapping.item_unknown",
        ),
        ([PERSON, use("a", "group", breakdown="x")], {}, "mapping.breakdown_unknown"),
        ([PERSON, use("a", "cohort")], {"exclusions": [{"header": "q", "values": []}]}, "mapping.no_column"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    columns: list[dict[str, Any]], more: dict[str, Any], key: str
) -> None:
    with pytest.raises(DomainError) as refused:
        reader("code a b", *columns, **more)
    assert refused.value.key == key


# --- Of measurements, where columns say what a row is about -------------------------------------------------

MIXED = (
    use("dag", "day"),
    use("nr", "indicator"),
    use("n", "value"),
    use("deel", "numerator"),
    use("van", "denominator"),
    use("niveaus", "levels"),
    use("tekst", "account"),
)


def mixed(*cells: str) -> tuple[Parsed, Reader]:
    one = reader("dag nr n deel van niveaus tekst", *MIXED, about="measurements")
    return one.read(1, 2, ["2025-01-31", *cells]), one


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["I1", "5", "", "", "", ""], [(5_000_000, "")]),
        (["I2", "", "6", "12", "", ""], [(500_000, "")]),
        (["I5", "", "", "", "1: 3; 2 = 0, 3:4;", ""], [(3_000_000, "1"), (0, "2"), (4_000_000, "3")]),
        (["I6", "", "", "", "", " Het ging goed. "], [(1_000_000, "Het ging goed.")]),
    ],
)
def test_each_kind_has_its_own_column_and_the_others_say_nothing(
    cells: list[str], says: list[tuple[int, str]]
) -> None:
    parsed, _ = mixed(*cells)
    assert keys(parsed) == []
    assert [(fact.value, fact.option) for fact in parsed.facts] == says


@pytest.mark.parametrize("code", ["I1", "I2", "I4", "I5", "I6"])
def test_a_row_without_any_value_misses_one(code: str) -> None:
    parsed, _ = mixed(code, "-", "", "", "n.v.t.", "")
    assert keys(parsed) == []
    assert len([fact for fact in parsed.facts if fact.absent is not None]) == 1


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["I1", "5", "", "", "1: 3", ""], ["row.levels_unexpected"]),
        (["I1", "5", "", "", "", "Goed"], ["row.account_unexpected"]),
        (["I5", "", "", "", "3 en 4", ""], ["row.levels_unreadable"]),
        (["I5", "", "", "", "1: 3; 1: 4", ""], ["row.levels_unreadable"]),
        (["I5", "", "", "", ";", ""], ["row.levels_unreadable"]),
        (["", "", "", "", "1: 3", ""], ["row.indicator_missing"]),
    ],
)
def test_a_value_in_the_column_of_another_kind_is_refused(cells: list[str], wanted: list[str]) -> None:
    assert keys(mixed(*cells)[0]) == wanted


GROUPED = (
    use("dag", "day"),
    use("nr", "indicator"),
    use("soort", "breakdown"),
    use("groep", "option"),
    use("n", "value"),
    use("deel", "numerator"),
    use("van", "denominator"),
)


def grouped(*cells: str) -> tuple[Parsed, Reader]:
    one = reader("dag nr soort groep n deel van", *GROUPED, about="measurements")
    return one.read(1, 2, ["2025-01-31", *cells]), one


@pytest.mark.parametrize(
    ("cells", "about"),
    [
        (["I1", "Vrouw of man", "vrouw", "5", "", ""], ("sex", "f")),
        (["I1", "sex", "M", "5", "", ""], ("sex", "m")),
        (["I1", "sex", "niet bekend", "5", "", ""], ("sex", "unknown")),
        (["I1", "sex", "", "5", "", ""], ("sex", "unknown")),
        (["I1", "", "", "5", "", ""], ("", "")),
        (["I2", "sex", "f", "", "0", "0"], ("sex", "f")),
        (["I5", "niveau", "Crisis", "5", "", ""], ("level", "1")),
        (["I5", "", "3", "5", "", ""], ("level", "3")),
    ],
)
def test_a_group_is_known_by_its_name_or_its_key(cells: list[str], about: tuple[str, str]) -> None:
    parsed, one = grouped(*cells)
    assert keys(parsed) == []
    (fact,) = parsed.facts
    assert (one.whats[fact.what].item, fact.option) == about


@pytest.mark.parametrize(
    ("cells", "wanted", "shadows"),
    [
        (["I1", "leeftijd", "jong", "5", "", ""], ["row.breakdown_unknown"], 0),
        (["I1", "", "jong", "5", "", ""], ["row.breakdown_unknown"], 0),
        (["I1", "sex", "x", "5", "", ""], ["row.option_unknown"], 0),
        (["I5", "niveau", "niet bekend", "5", "", ""], ["row.option_unknown"], 0),
        (["I5", "niveau", "4", "5", "", ""], ["row.option_unknown"], 0),
        (["I1", "bel 0612345678", "f", "5", "", ""], ["row.personal"], 2),
        (["I1", "sex", "f", "vijf", "", ""], ["number.unreadable"], 2),
    ],
)
def test_a_group_that_is_not_there_is_refused(cells: list[str], wanted: list[str], shadows: int) -> None:
    parsed, _ = grouped(*cells)
    assert keys(parsed) == wanted
    assert len(parsed.facts) == shadows


def test_the_same_group_of_a_file_is_looked_up_once() -> None:
    one = reader("dag nr soort groep n deel van", *GROUPED, about="measurements")
    for number in (1, 2):
        parsed = one.read(number, number + 1, ["2025-01-31", "I1", "sex", "f", "5", "", ""])
        assert parsed.facts[0].option == "f"


BESIDE = (
    use("dag", "day"),
    use("n", "value", indicator="I1"),
    use("mensen", "people"),
    use("zonder", "without"),
    use("vanaf", "since"),
    use("noot", "note"),
)


@pytest.mark.parametrize(
    ("cells", "wanted", "beside"),
    [
        (["", "", "", "Noot"], [], Beside(note="Noot")),
        (
            ["12", "0", "1-1-2025", "No\x1dot"],
            [],
            Beside(note="No ot", people=12, missing=0, starts_on=date(2025, 1, 1)),
        ),
        (["", "3", "", ""], [], Beside(missing=3)),
        (
            ["-1", "1,5", "1-2-2025", ""],
            ["measurement.negative", "measurement.not_whole", "measurement.period_order"],
            None,
        ),
    ],
)
def test_what_stands_beside_a_value_is_carried_with_its_note(
    cells: list[str], wanted: list[str], beside: Beside | None
) -> None:
    one = reader("dag n mensen zonder vanaf noot", *BESIDE, about="measurements")
    parsed = one.read(1, 2, ["2025-01-31", "5", *cells])
    assert keys(parsed) == wanted
    if beside is not None:
        assert Beside.of(parsed.facts[0].note) == beside


def test_an_id_that_our_own_form_offers_is_a_site() -> None:
    said = [use("dag", "day"), use("plek", "site"), use("n", "value", indicator="I1")]
    one = reader("dag plek n", *said, about="measurements")
    ids = ["d" * 32, "dddddddd-dddd-dddd-dddd-dddddddddddd", " Noord "]
    assert [one.read(1, 2, ["2025-01-31", id_, "5"]).facts[0].who for id_ in ids] == ["d" * 32] * 3
    assert keys(one.read(1, 2, ["2025-01-31", "e" * 32, "5"])) == ["row.site_unknown"]


def test_a_text_that_looks_like_a_formula_is_left_out_by_what_it_says() -> None:
    said = [use("dag", "day"), use("plek", "site"), use("n", "value", indicator="I1")]
    left = {"exclusions": [{"header": "plek", "values": ["=Zuid"]}]}
    one = reader("dag plek n", *said, about="measurements", **left)
    assert one.read(1, 2, ["2025-01-31", "'=zuid", "5"]).excluded
    assert one.read(1, 2, ["2025-01-31", "=Zuid", "5"]).excluded
    assert not one.read(1, 2, ["2025-01-31", "Zuid", "5"]).excluded


def test_groups_of_several_breakdowns_are_one_measurement() -> None:
    both = GROUND.indicators["I1"]
    both = replace(both, breakdowns={**both.breakdowns, "age": frozenset({"young", "old"})})
    sexes = [Piece("f", 2_000_000, None, None), Piece("m", 3_000_000, None, None)]
    ages = [Piece("young", 4_000_000, None, None), Piece("unknown", 1_000_000, None, None)]
    day = date(2025, 1, 31)
    made = together(both, day, TODAY, {"sex": sexes, "age": ages})
    assert made.reading.value == 5
    assert [part.option for part in made.parts] == ["unknown", "young", "f", "m"]
    with pytest.raises(DomainError) as refused:
        together(both, day, TODAY, {"sex": sexes[:1], "age": ages})
    assert (refused.value.key, refused.value.params) == (
        "breakdown.sums_differ",
        {"breakdown": "sex", "other": "age"},
    )


def test_an_account_is_told_or_refused() -> None:
    told = whole("I6", "", Piece("Het ging goed.", 1_000_000, None, None))
    assert (told.narrative, told.reading.value) == ("Het ging goed.", 1)
    with pytest.raises(DomainError, match=r"measurement\.narrative_missing"):
        whole("I6", "", Piece("", 5_000_000, None, None))


# --- Measurements of several rows ---------------------------------------------------------------------------


def whole(code: str, breakdown: str, *pieces: Piece) -> Any:  # noqa: ANN401 - any of several
    return assemble(GROUND.indicators[code], breakdown, date(2025, 1, 2), TODAY, pieces)


def test_the_groups_of_a_day_are_its_measurement() -> None:
    made = whole("I1", "sex", Piece("m", 2_000_000, None, None), Piece("f", 3_000_000, None, None))
    assert made.reading.value == 5
    assert [(part.option, part.value) for part in made.parts] == [("f", 3), ("m", 2)]
    pairs = whole("I2", "sex", Piece("f", 500_000, 1_000_000, 2_000_000), Piece("unknown", 0, 0, 2_000_000))
    assert (pairs.reading.numerator, pairs.reading.denominator, pairs.reading.value) == (
        1,
        4,
        Decimal("0.25"),
    )
    alone = whole("I1", "", Piece("", 4_000_000, None, None))
    assert (alone.reading.value, alone.parts) == (4, ())


def test_levels_have_people_and_their_middle() -> None:
    made = whole("I5", "level", Piece("1", 3_000_000, None, None), Piece("3", 1_000_000, None, None))
    assert (made.reading.value, made.people, len(made.parts)) == (1, 4, 3)


@pytest.mark.parametrize(
    ("code", "breakdown", "option", "key"),
    [
        ("I5", "sex", "1", "measurement.level_not_there"),
        ("I5", "level", "9", "measurement.level_not_there"),
        ("I6", "", "", "measurement.narrative_missing"),
        ("I4", "sex", "f", "breakdown.kind_without"),
        ("I1", "age", "f", "breakdown.not_there"),
        ("I1", "sex", "x", "breakdown.option_not_there"),
    ],
)
def test_rows_that_make_no_measurement_are_refused(code: str, breakdown: str, option: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        whole(code, breakdown, Piece(option, 1_000_000, None, None))
    assert refused.value.key == key


# --- Quickly ------------------------------------------------------------------------------------------------

PLAIN_CELLS = {
    "id": ["k1", " k2 ", "", "k" * 200, "k" * 201],
    "code": ["P01", " p02", "", "P" * 70, "jan@example.org", "n.v.t."],
    "dag": ["2025-01-02", "2-1-2025", "2099-01-01", "", "x", "31-02-2025"],
    "indicator": ["I1", " i4 ", "I3", "I9", "", "I6"],
    "waarde": ["1", "1.050", "2,5", "-1", "7", "", "n.v.t.", "x", "0612345678"],
    "noot": ["", "goed", "'=1+1", "0612345678", "n.v.t."],
}
USUAL = [cells[0] for cells in PLAIN_CELLS.values()]


def rows_with_two_odd_cells() -> Iterator[list[str]]:
    """Rows in which all is as usual but two cells, with everything that they may hold; and one cell alone."""
    for first, second in combinations(range(len(USUAL)), 2):
        choices = list(PLAIN_CELLS.values())
        for one, other in product(choices[first], choices[second]):
            cells = list(USUAL)
            cells[first], cells[second] = one, other
            yield cells


@pytest.mark.parametrize(
    ("said", "adds"),
    [
        (Beside(), False),
        (Beside(note="Half", people=7, missing=0, starts_on=date(2025, 1, 1)), False),
        (Beside(people=7), False),
        (Beside(note="half"), True),
        (Beside(people=8), True),
        (Beside(missing=1), True),
        (Beside(starts_on=date(2025, 1, 2)), True),
    ],
)
def test_what_is_not_said_beside_a_value_changes_nothing(said: Beside, *, adds: bool) -> None:
    known = Beside(note="Half", people=7, missing=0, starts_on=date(2025, 1, 1))
    assert said.adds_to(known) is adds


def plain(*, named: bool, noted: bool, closely: bool) -> Reader:
    """Reads values of participants; closely when a row may be left out, for which every row is looked at."""
    columns = [
        use("id", "key"),
        use("code", "person", missing=["n.v.t."]),
        use("dag", "day", order="day_first"),
        use("indicator", "indicator" if named else "left_out"),
        use("waarde", "value", style="dutch", missing=["n.v.t."], **({} if named else {"indicator": "I4"})),
        use("noot", "note" if noted else "left_out", missing=["n.v.t."]),
    ]
    exclusions = [{"header": "id", "values": ["never"]}] if closely else []
    return Reader(mapping(*columns, exclusions=exclusions), tuple(PLAIN_CELLS), GROUND)


@pytest.mark.parametrize(("named", "noted"), [(True, True), (True, False), (False, True), (False, False)])
def test_what_is_read_quickly_is_what_is_read_closely(*, named: bool, noted: bool) -> None:
    quick, close = (plain(named=named, noted=noted, closely=closely) for closely in (False, True))
    for number, cells in enumerate(rows_with_two_odd_cells(), start=1):
        for typed in (cells, [Number(cell) if cell == "1.050" else cell for cell in cells]):
            one, other = (reader.read(number, number + 1, list(typed)) for reader in (quick, close))
            assert (told(one, quick), one[:7]) == (told(other, close), other[:7]), cells


def told(parsed: Parsed, reader: Reader) -> tuple[object, ...]:
    """What a row says, whatever the number that a reader gave to what it is about."""
    return (parsed.reasons, [(reader.whats[fact.what], fact[1:]) for fact in parsed.facts])
