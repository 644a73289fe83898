"""Numbers and dates are read in the writer's notation, or refused; never mended."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.exchange import (
    DateOrder,
    NumberStyle,
    parse_date,
    parse_decimal,
    parse_percent,
    readings_of,
    suggest_style,
)

DUTCH, ENGLISH = NumberStyle.DUTCH, NumberStyle.ENGLISH
NBSP, NARROW, THIN, MINUS = "\u00a0", "\u202f", "\u2009", "\u2212"


@pytest.mark.parametrize(
    ("text", "dutch", "english"),
    [
        ("1.050", "1050", "1.050"),
        ("1,050", "1.050", "1050"),
        ("86.5", None, "86.5"),
        ("86,5", "86.5", None),
        ("7,5", "7.5", None),
        ("1.234,50", "1234.50", None),
        ("1,234.50", None, "1234.50"),
        ("1.234.567,89", "1234567.89", None),
        ("€ 1.234,50", "1234.50", None),
        (f"€{NBSP}985,00", "985.00", None),
        ("-€ 5,00", "-5.00", None),
        ("€ -5,00", "-5.00", None),
        ("985,00", "985.00", None),
        ("12 345,6", "12345.6", None),
        (f"12{NBSP}345,6", "12345.6", None),
        (f"12{NARROW}345.6", None, "12345.6"),
        (f"1{THIN}000", "1000", "1000"),
        ("1'234'567", "1234567", "1234567"),
        ("1\u2019234", "1234", "1234"),
        ("0.123", None, "0.123"),  # no group begins with zero
        ("0,123", "0.123", None),
        ("007", "7", "7"),
        ("12", "12", "12"),
        (" 12 ", "12", "12"),
        (f"{MINUS}3", "-3", "-3"),
        ("-1.000", "-1000", "-1.000"),
        (".5", None, "0.5"),  # SPSS writes it so
        (",5", "0.5", None),
        ("1.234 567", None, None),
        ("1.2345", None, "1.2345"),
        ("1.23.456", None, None),
        ("1234.567", None, "1234.567"),
        ("1,23,456", None, None),
        ("12.34,5", None, None),
    ],
)
def test_what_a_number_is_in_each_style(text: str, dutch: str | None, english: str | None) -> None:
    expected = {style: Decimal(said) for style, said in ((DUTCH, dutch), (ENGLISH, english)) if said}
    assert readings_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e400",
        "1E5",
        "0x10",
        "1_000",
        "١٢٣",
        "\uff11\uff12",
        "²",
        "½",
        "+5",
        "12-",
        "--5",
        "-€ -5",
        "5,",
        "5.",
        "-",
        "€",
        ".",
        "$ 5",
        "5 EUR",
        "1 2",
        "12\n",
        "1\t000",
        "12;13",
        "TRUE",
        "=1+1",
        "n.v.t.",
        "\ufeff12",
        "1\u200b2",
    ],
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    for style in NumberStyle:
        with pytest.raises(DomainError) as refused:
            parse_decimal(text, style)
        assert refused.value.key == "number.unreadable"
        assert refused.value.params["style"] is style


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "number.missing"),
        (f" {NBSP}", "number.missing"),
        ("37,5%", "number.percent"),
        ("37 \uff05", "number.percent"),
        ("9" * 29, "number.too_long"),
        ("9" * 5000, "number.too_long"),
        ("0," + "9" * 28, "number.too_long"),
    ],
)
def test_a_refusal_has_its_own_reason(text: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_decimal(text, DUTCH)
    assert refused.value.key == key
    assert len(str(refused.value.params.get("text", ""))) <= 40


def test_minus_nothing_is_nothing() -> None:
    assert str(parse_decimal("-0", DUTCH)) == "0"
    assert str(parse_decimal("-0,00", DUTCH)) == "0.00"


@given(
    number=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)
)
def test_a_number_written_with_groups_is_read_back(number: Decimal) -> None:
    english = f"{number:,}"
    assert parse_decimal(english, ENGLISH) == number
    assert parse_decimal(english.translate(str.maketrans(",.", ".,")), DUTCH) == number
    for sign in (NBSP, NARROW, " ", "'"):
        assert parse_decimal(english.replace(",", sign), ENGLISH) == number


@given(text=st.text(max_size=20))
def test_any_text_is_a_finite_number_or_a_refusal(text: str) -> None:
    for number in readings_of(text).values():
        assert number.is_finite()
        assert sum(sign in "0123456789" for sign in text) >= 1


@pytest.mark.parametrize(
    ("text", "style", "fraction"),
    [
        ("37,5%", DUTCH, "0.375"),
        ("12,0%", DUTCH, "0.12"),
        ("70", DUTCH, "0.7"),
        (f"70{NBSP}% ", ENGLISH, "0.7"),
        ("0.5", ENGLISH, "0.005"),
        ("-3 %", ENGLISH, "-0.03"),
    ],
)
def test_a_percentage_is_a_fraction(text: str, style: NumberStyle, fraction: str) -> None:
    assert parse_percent(text, style) == Decimal(fraction)


@pytest.mark.parametrize("text", ["37,5%%", "%", "5 ‰", "% 5"])
def test_a_crooked_percentage_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        parse_percent(text, DUTCH)


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["€ 1.234,50", "1.050", "n.v.t.", "985,00", "1.234.567,89", "1,234.50"], DUTCH),
        (["1,234.50", "1.5", "2,5"], ENGLISH),
        (["1.050", "1.100"], None),
        (["12", "", "x"], None),
        (["1,5", "1.5"], None),
        ([], None),
    ],
)
def test_a_style_is_suggested_when_the_column_tells(cells: list[str], style: NumberStyle | None) -> None:
    assert suggest_style(cells) is style


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("2025-02-05", date(2025, 2, 5)),
        ("01-02-2025", date(2025, 2, 1)),
        ("3-2-2025", date(2025, 2, 3)),
        ("3/2/2025", date(2025, 2, 3)),
        (" 31/12/2100 ", date(2100, 12, 31)),
        ("29-02-2024", date(2024, 2, 29)),
        ("1-1-1900", date(1900, 1, 1)),
    ],
)
def test_a_date_is_read_day_first(text: str, on: date) -> None:
    assert parse_date(text) == on


def test_month_first_is_only_read_when_somebody_says_so() -> None:
    assert parse_date("2/13/2025", DateOrder.MONTH_FIRST) == date(2025, 2, 13)
    assert parse_date("2025-02-03", DateOrder.MONTH_FIRST) == date(2025, 2, 3)
    with pytest.raises(DomainError) as refused:
        parse_date("2/13/2025")
    assert (refused.value.key, refused.value.params) == ("date.no_such_day", {"text": "2/13/2025"})


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "date.missing"),
        ("  ", "date.missing"),
        ("01-13-2025", "date.no_such_day"),
        ("29-02-2023", "date.no_such_day"),
        ("2025-02-30", "date.no_such_day"),
        ("0000-01-01", "date.no_such_day"),
        ("0-1-2025", "date.no_such_day"),
        ("15/08/25", "date.two_digit_year"),
        ("05-02-25", "date.two_digit_year"),
        ("31-12-1899", "date.out_of_range"),
        ("9999-12-31", "date.out_of_range"),
        ("2025-03-01T10:00:00", "date.with_time"),
        ("2025-03-07 12:00:00+01:00", "date.with_time"),
        ("45693", "date.serial"),
        ("2024-W01-1", "date.unreadable"),
        ("20240101", "date.unreadable"),
        ("2025-2-5", "date.unreadable"),
        ("2025/02/05", "date.unreadable"),
        ("3-2/2025", "date.unreadable"),
        ("1-2-025", "date.unreadable"),
        ("1.2.2025", "date.unreadable"),
        ("1 februari 2025", "date.unreadable"),
        ("\u0660\u0661-\u0660\u0662-\u0662\u0660\u0662\u0665", "date.unreadable"),
        ("01-02-2025\n", "date.unreadable"),
    ],
)
def test_what_is_no_clear_date_is_refused(text: str, key: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_date(text)
    assert refused.value.key == key


@given(on=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_back_in_each_order(on: date) -> None:
    assert parse_date(on.isoformat()) == on
    assert parse_date(f"{on:%d-%m-%Y}") == on
    assert parse_date(f"{on.day}/{on.month}/{on.year}") == on
    assert parse_date(f"{on:%m/%d/%Y}", DateOrder.MONTH_FIRST) == on


@given(text=st.text(alphabet="0123456789-/. TW:", max_size=12))
def test_any_text_is_a_day_of_this_time_or_a_refusal(text: str) -> None:
    try:
        on = parse_date(text)
    except DomainError:
        return
    assert 1900 <= on.year <= 2100
    assert str(on.year) in text
