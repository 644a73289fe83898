"""Personal numbers are seen, small numbers cannot be computed, and nobody reads more than was released."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.interviews import Attribution, Audience, RespondentKind
from toc.domain.privacy import (
    DEFAULT_THRESHOLD,
    LEAST_THRESHOLD,
    Disclosed,
    DisclosedRow,
    Personal,
    Reading,
    Said,
    disclose,
    disclose_row,
    personal_column,
    personal_numbers,
    reading,
    shows_name,
)

SPOKESPERSON, PARTICIPANT = RespondentKind.SPOKESPERSON, RespondentKind.PARTICIPANT
NBSP = "\u00a0"


# 111222333: 9+8+7 + 2*(6+5+4) + 3*(3+2-1) = 24 + 30 + 12 = 66 = 6 * 11.
@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "zijn bsn is 111222333, zegt hij",
        "111.222.333",
        "111 222 333",
        "111-222-333",
        "1112-22-333",
        f"1112{NBSP}22{NBSP}333",
        "BSN111222333",
        "groep 3 111222333",
        "١١١٢٢٢٣٣٣",
        "1.1.1.2.2.2.3.3.3",
    ],
)
def test_a_citizen_service_number_is_found_however_it_is_written(text: str) -> None:
    assert [find.kind for find in personal_numbers(text)] == [Personal.BSN]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "111222334",  # fails the test: 66 - 1 is no multiple of 11
        "000000000",
        "1112223331",
        "0111222333x"[:9],
        "12-03-2025 7 en 12-03-2025 10:30",
        "1.234.567,89",
        "1112223.33",  # an amount, though its digits pass the test
        "P00042",
        "00000000-0000-7000-8000-a111222333ff",
        "NL00INGB0001234567",  # as the account NL20, but with other check digits
        "zz12 3456 7890 12",
        "NL91 ABNA",
        "NL91ABNA0417",
        "mail mij @ werk",
        "2025-02-01",
        "01-03-2025 12:30",
        "0900-1234 en 24 uur",
        "€ 96.481.242,35",
        "+12 procentpunt van 2024",
    ],
)
def test_what_is_no_personal_number_is_left_alone(text: str) -> None:
    assert personal_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # Source: SWIFT, IBAN Registry, the examples of the Netherlands, Germany, Norway and Malta.
        ("NL91ABNA0417164300", Personal.IBAN),
        ("nl91 abna 0417 1643 00", Personal.IBAN),
        ("rekening DE89370400440532013000.", Personal.IBAN),
        ("NO93 8601 1117 947", Personal.IBAN),
        ("MT84MALT011000012345MTLCAST001S", Personal.IBAN),
        ("schrijf naar zoë.o'neil+werk@mail.example.nl!", Personal.EMAIL),
        ("06-12345678", Personal.PHONE),
        ("06 12 34 56 78", Personal.PHONE),
        ("bel 030-2345678 even", Personal.PHONE),
        ("(0512) 345 678", Personal.PHONE),
        ("+31612345678", Personal.PHONE),
        ("+31 (0)6 1234 5678", Personal.PHONE),
        ("0031 6 12345678", Personal.PHONE),
        ("+49 30 901820", Personal.PHONE),
    ],
)
def test_accounts_addresses_and_telephones_are_found(text: str, kind: Personal) -> None:
    assert {find.kind for find in personal_numbers(text)} == {kind}


def test_a_find_says_where_and_keeps_no_copy() -> None:
    text = "mail a@b.nl of bel 0612345678"
    first, second = personal_numbers(text)
    assert (text[first.start : first.end], text[second.start : second.end]) == ("a@b.nl", "0612345678")
    assert "0612345678" not in repr(second)


@given(digits=st.lists(st.integers(0, 9), min_size=8, max_size=8))
def test_exactly_the_numbers_that_pass_the_test_of_eleven_are_found(digits: list[int]) -> None:
    weighed = sum(weight * digit for weight, digit in zip(range(9, 1, -1), digits, strict=True))
    for last in range(10):
        number = "".join(map(str, [*digits, last]))
        found = any(find.kind is Personal.BSN for find in personal_numbers(f"x {number}."))
        assert found == ((weighed - last) % 11 == 0 and any([*digits, last]))


def test_a_long_text_takes_no_long_time() -> None:
    assert len(personal_numbers("1 " * 20_000 + "a" * 20_000 + "@" * 1_000 + "." * 20_000 + " a@b.nl")) == 1
    assert personal_numbers("a-" * 100_000 + "12345678") == ()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("BSN", Personal.BSN),
        ("Burgerservice-nummer", Personal.BSN),
        ("IBAN", Personal.IBAN),
        ("E-mailadres", Personal.EMAIL),
        (" Telefoonnummer", Personal.PHONE),
        ("Naam begeleider", Personal.NAME),
        ("participant_name", Personal.NAME),
        ("cliëntnaam", Personal.NAME),
        ("Postcode", Personal.ADDRESS),
        ("geboortedatum", Personal.BIRTH_DATE),
        ("Date of  birth", Personal.BIRTH_DATE),
        ("waarde", None),
        ("deelnemer", None),
        ("datum", None),
        ("indicatornaam", None),
    ],
)
def test_columns_about_persons_are_known_by_their_name(header: str, kind: Personal | None) -> None:
    assert personal_column(header) is kind


def test_a_group_is_counted_from_ten_people_on() -> None:
    assert disclose(4, 10) == Disclosed(4)
    assert disclose(4, 9) == Disclosed(None)
    assert not disclose(4, 9).shown
    assert disclose(0, 10).shown


def test_a_programme_may_lower_the_threshold_to_five_and_no_further() -> None:
    assert (DEFAULT_THRESHOLD, LEAST_THRESHOLD) == (10, 5)
    assert disclose(5, 5, threshold=5).shown
    with pytest.raises(DomainError) as refused:
        disclose(5, 50, threshold=4, own_totals_decided=True)
    assert (refused.value.key, refused.value.params) == ("privacy.threshold_too_low", {"least": 5})


def test_a_small_programme_may_publish_its_own_totals_but_not_its_parts() -> None:
    # Seven volunteers of De Viltmannen moved to paid work; by age they stay suppressed.
    assert disclose(7, 7, own_totals_decided=True) == Disclosed(7)
    row = disclose_row([3, 4], own_totals_decided=True)
    assert row == DisclosedRow((Disclosed(None), Disclosed(None)), Disclosed(7))
    assert disclose_row([3, 4]).total == Disclosed(None)
    assert disclose_row([7], own_totals_decided=True) == DisclosedRow((Disclosed(None),), Disclosed(None))


@pytest.mark.parametrize("count", [-1, 12])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="of a group of 11"):
        disclose(count, 11)


def test_a_negative_group_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        disclose_row([12, -1])


def test_a_small_group_takes_the_smallest_other_with_it() -> None:
    # 3 would follow from 60 - 12 - 20 - 25; now only 3 + 12 = 15 does.
    row = disclose_row([3, 12, 20, 25])
    assert [cell.count for cell in row.cells] == [None, None, 20, 25]
    assert row.total == Disclosed(60)


def test_equals_go_together_so_that_the_choice_gives_nothing_away() -> None:
    assert [cell.count for cell in disclose_row([12, 3, 12, 20]).cells] == [None, None, None, 20]
    # 9 and 9 are 18, and only 9 and 9 are below ten and make 18.
    assert [cell.count for cell in disclose_row([9, 9, 15, 20]).cells] == [None, None, None, 20]


def test_a_row_without_small_groups_is_shown_whole() -> None:
    assert disclose_row([10, 11]) == DisclosedRow((Disclosed(10), Disclosed(11)), Disclosed(21))
    assert disclose_row([]).cells == ()


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize(("groups", "most"), [(1, 12), (2, 14), (3, 12), (4, 8)])
def test_no_suppressed_number_can_be_computed_by_who_knows_the_rule(
    groups: int, most: int, *, decided: bool
) -> None:
    # Every row there is: two that look alike on the page must differ in each suppressed cell for somebody.
    behind: dict[DisclosedRow, list[tuple[int, ...]]] = defaultdict(list)
    for cells in product(range(most + 4 * groups), repeat=groups):
        behind[disclose_row(cells, threshold=5, own_totals_decided=decided)].append(cells)
    checked = 0
    for page, rows in behind.items():
        for place, cell in enumerate(page.cells):
            values = {row[place] for row in rows}
            largest = max(max(row) for row in rows)
            nobody = page.total.count == 0
            if cell.shown or nobody or largest > most:
                continue
            checked += 1
            assert len(values) > 1, (page, rows)
    assert checked


@given(cells=st.lists(st.integers(0, 60), min_size=1, max_size=12), threshold=st.integers(5, 20))
def test_subtraction_gives_no_group_below_the_threshold(cells: list[int], threshold: int) -> None:
    page = disclose_row(cells, threshold=threshold)
    assert all(cell.count is None or cell.count == true for cell, true in zip(page.cells, cells, strict=True))
    assert all(not cell.shown for cell, true in zip(page.cells, cells, strict=True) if true < threshold)
    hidden = [true for cell, true in zip(page.cells, cells, strict=True) if not cell.shown]
    if hidden and page.total.count is not None:
        assert page.total.count - sum(cell.count or 0 for cell in page.cells) == sum(hidden) >= threshold
        assert len(hidden) > 1


FULL, SOME, NOTHING = Reading.FULL, Reading.AGGREGATE, Reading.NONE
OTHERS = ["coordinator", "worker", "stakeholder", "viewer"]


@pytest.mark.parametrize(
    ("audience", "speaker", "respondents", "payer", "evaluator", "other"),
    [
        (Audience.NOBODY, SPOKESPERSON, 9, NOTHING, FULL, NOTHING),
        (Audience.NOBODY, PARTICIPANT, 9, NOTHING, FULL, NOTHING),
        (Audience.PARTIES, SPOKESPERSON, 1, NOTHING, FULL, FULL),
        (Audience.PARTIES, PARTICIPANT, 2, NOTHING, FULL, NOTHING),
        (Audience.PARTIES, PARTICIPANT, 3, NOTHING, FULL, FULL),
        (Audience.PAYER, SPOKESPERSON, 1, FULL, FULL, FULL),
        (Audience.PAYER, PARTICIPANT, 2, NOTHING, FULL, NOTHING),
        (Audience.PAYER, PARTICIPANT, 3, SOME, FULL, FULL),
    ],
)
def test_who_reads_a_statement(
    audience: Audience,
    speaker: RespondentKind,
    respondents: int,
    payer: Reading,
    evaluator: Reading,
    other: Reading,
) -> None:
    said = Said(audience=audience, speaker=speaker, respondents=respondents)
    assert {role: reading(said, {role}) for role in ("funder", "investor")} == dict.fromkeys(
        ("funder", "investor"), payer
    )
    assert reading(said, {"evaluator"}) is evaluator
    assert {role: reading(said, {role}) for role in OTHERS} == dict.fromkeys(OTHERS, other)
    assert reading(said, set()) is NOTHING
    assert reading(said, {"administrator"}) is NOTHING
    assert reading(said, {"funder"}, own=True) is FULL
    # A second role never opens what the role of payer closes.
    assert {reading(said, {"investor", role}) for role in [*OTHERS, "evaluator"]} == {payer}


@given(
    audience=st.sampled_from(Audience),
    respondents=st.integers(0, 100),
    roles=st.sets(st.sampled_from([*OTHERS, "evaluator", "funder", "investor"])),
    withdrawn=st.booleans(),
)
def test_a_payer_never_reads_a_participants_passage(
    audience: Audience, respondents: int, roles: set[str], *, withdrawn: bool
) -> None:
    said = Said(audience=audience, speaker=PARTICIPANT, respondents=respondents, withdrawn=withdrawn)
    assert reading(said, roles | {"funder"}) is not FULL
    assert reading(said, roles | {"investor"}) is not FULL


@pytest.mark.parametrize("own", [False, True])
def test_what_is_withdrawn_nobody_reads(*, own: bool) -> None:
    said = Said(audience=Audience.PAYER, speaker=SPOKESPERSON, respondents=9, withdrawn=True)
    assert {reading(said, {role}, own=own) for role in [*OTHERS, "evaluator", "funder"]} == {NOTHING}


def test_only_a_spokesperson_who_agreed_is_named() -> None:
    named = {
        (speaker, attribution): shows_name(speaker, attribution)
        for speaker, attribution in product(RespondentKind, Attribution)
    }
    assert [pair for pair, shown in named.items() if shown] == [(SPOKESPERSON, Attribution.NAMED)]
