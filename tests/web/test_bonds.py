"""Pages of the bond by role, in both languages: what was agreed on, paid and said of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.bonds import (
    Parties,
    declaration,
    euro,
    make_count,
    make_payment,
)
from tests.statements import counting
from tests.web.bond_place import Place
from tests.web.reader import Reader
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import bonds as service

QUARTER = {"day": date(2025, 8, 1), "starts_on": date(2025, 7, 1), "ends_on": date(2025, 8, 31)}


@pytest.fixture
def place(database: Database, programme: Programme, reader: Reader) -> Place:
    return Place(database, programme, reader)


# --- Reading ------------------------------------------------------------------------------------------------


def test_before_there_is_a_contract_the_page_says_what_belongs_here(place: Place) -> None:
    assert "Enter a contract" in place.as_("coordinator").get(place.at("bond")).text
    page = place.as_("funder").get(place.at("bond"))
    assert "No contract yet" in page.text
    assert "Enter a contract" not in page.text
    for path in ("outcomes", "payments", "ledger"):
        place.as_("investor").get(place.at(path))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_of_a_paid_bond_reads_in_both_languages(place: Place, language: str) -> None:
    bond = place.bond()
    payment = place.paid(bond)
    place.declared(bond, **QUARTER)
    reader = place.as_("investor").use(language)
    for path in (
        "bond",
        "outcomes",
        "payments",
        "ledger",
        f"contracts/{bond.edition.contract_id}",
        f"contracts/{bond.edition.contract_id}?edition=1",
        f"lines/{bond.line().id}",
        f"lines/{bond.line('JOB').id}",
        f"savings/{bond.line().saving_id}",
        f"outcomes/{payment.outcome_id}",
        f"payments/{payment.id}",
    ):
        page = reader.get(place.at(path))
        assert page.find("html")[0].attrs["lang"] == language


def test_the_bond_says_in_one_sentence_what_was_paid(place: Place) -> None:
    place.paid(place.bond())
    text = place.as_("investor").get(place.at("bond")).text
    assert "Up to now €48,000 of at most €300,000 (16%) was paid for outcomes" in text
    assert "the investors put in €734,000" in text
    assert "€32,000" in text
    assert "€16,000" in text


def test_a_payment_shows_every_step_and_is_computed_once_more(place: Place) -> None:
    payment = place.paid(place.bond())
    page = place.as_("funder").get(place.at(f"payments/{payment.id}"))
    for words in (
        "48 people",
        "25 per 100 of 96 people (an earlier group or period: Clause 4.2)",
        "24 people",
        "€2,000",
        "No cap per person in this contract",
        "cap €200,000, of which €0 was paid before",
        "€48,000",
        "equal to the cent",
        "Set aside for the contract",
        "€32,000",
        "3.58 times the payment",
        "If the programme had changed nothing, €0 would be paid",
        payment.sha256,
    ):
        assert words in page.text.replace("\u00a0", " "), words


def test_a_payment_says_when_it_is_not_equal_any_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = place.paid(place.bond())
    monkeypatch.setattr(service, "is_right", lambda _: False)
    page = place.as_("funder").get(place.at(f"payments/{payment.id}"))
    assert "it is not equal" in page.text


def test_a_payment_of_nothing_is_kept_and_says_so(place: Place) -> None:
    payment = place.paid(place.bond(), achieved=Decimal(20))
    text = place.as_("funder").get(place.at(f"payments/{payment.id}")).text.replace("\u00a0", " ")
    assert "4 people short" in text
    assert "Nothing was paid, so nothing was posted" in text
    assert "Nothing is paid, so there is nothing to cover" in text


def test_stakeholders_do_not_see_money(place: Place) -> None:
    bond = place.bond()
    payment = place.paid(bond)
    with place.database.writing(place.programme.id) as session:
        stakeholder = make_member(session, place.programme, Role.STAKEHOLDER)
    reader = place.reader.sign_in(stakeholder)
    for path in ("bond", "outcomes", "payments", "ledger", f"payments/{payment.id}"):
        reader.get(place.at(path), 403)


def test_what_is_not_there_looks_missing(place: Place) -> None:
    reader = place.as_("coordinator")
    for path in ("contracts", "lines", "savings", "outcomes", "payments"):
        reader.get(place.at(f"{path}/{uuid4()}"), 404)
    bond = place.bond()
    contract = f"contracts/{bond.edition.contract_id}"
    for asked in ("2", "x", "9" * 30):
        reader.get(place.at(f"{contract}?edition={asked}"), 404)


def test_long_lists_are_paged(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toc.web.bonds.overview.PAGE", 1)
    monkeypatch.setattr("toc.web.bonds.ledger._PAGE", 1)
    bond = place.bond()
    place.paid(bond)
    place.paid(bond, **QUARTER)
    reader = place.as_("investor")
    for path in ("outcomes", "payments", "ledger"):
        first = reader.get(place.at(path))
        (older,) = [one.attrs["href"] for one in first.find("a[rel=next]")]
        second = reader.get(older)
        assert second.find("a[rel=prev]")
        assert first.text != second.text
    reader.get(place.at("payments?before=x"))
    reader.get(place.at("ledger?page=x"))


def test_the_pages_take_the_same_statements_for_few_and_many(place: Place) -> None:
    bond = place.bond(cap=None)
    counts: dict[str, list[int]] = {}
    place.as_("coordinator").get(place.at("bond"))  # the first page of a process asks whether it is a demo
    for rows in (10, 40):
        with place.database.writing(place.programme.id) as session:
            for number in range(rows):
                day = date(2020 + rows // 20, 1, 1).replace(month=number // 28 + 1, day=number % 28 + 1)
                make_payment(session, bond, day=day, starts_on=day, ends_on=day)
        reader = place.as_("coordinator")
        for path in (
            "bond",
            "outcomes",
            "payments",
            "ledger",
            f"contracts/{bond.edition.contract_id}",
            f"lines/{bond.line().id}",
        ):
            with counting(place.database.engine) as seen:
                reader.get(place.at(path))
            counts.setdefault(path, []).append(len(seen))
    for path, (few, many) in counts.items():
        assert few == many <= 12, (path, few, many)


def test_pages_with_a_thread_take_the_same_statements_for_few_and_many(place: Place) -> None:
    bond = place.bond(cap=None)
    payment = place.paid(bond)
    reader = place.as_("funder")
    reader.get(place.at("bond"))
    counts: dict[str, list[int]] = {}
    for rows in (0, 10):
        with place.database.writing(place.programme.id) as session:
            for number in range(rows):
                day = date(2024, 1, 1 + number)
                make_payment(session, bond, day=day, starts_on=day, ends_on=day)
        for path in (
            f"payments/{payment.id}",
            f"outcomes/{payment.outcome_id}",
            f"savings/{bond.line().saving_id}",
        ):
            with counting(place.database.engine) as seen:
                reader.get(place.at(path))
            counts.setdefault(path, []).append(len(seen))
    for path, (few, many) in counts.items():
        assert few == many, (path, few, many)


# --- What the sentences say ---------------------------------------------------------------------------------

ODD = {"achieved": Decimal(49), "participants": 97}

FEW: dict[str, object] = {"achieved": Decimal(12)}

SAID: list[tuple[dict[str, object], dict[str, object], str]] = [
    ({"lines": "gross"}, {}, "the contract pays gross: it is not taken off"),
    ({"lines": "avoided"}, FEW, "Expected without the programme; what was counted is taken off"),
    ({"cap": euro(10_000)}, {}, "€38,000 is above it and is not paid"),
    ({"lost": True}, FEW, "never below zero: a shortfall is forgiven"),
    ({"whole": True}, ODD, "Only whole units are paid"),
    ({"lines": "fraction"}, ODD, "rounded once, to the cent; it was"),
    ({"other_budget": True}, {}, "The payer saves nothing itself"),
    ({"small_saving": True}, {}, "less than it pays"),
]


def test_calculations_say_what_a_reader_must_know(place: Place) -> None:
    for terms, fields, expected in SAID:
        payment = place.paid(place.bond(**spelled(place.parties, terms)), **fields)
        text = place.as_("funder").get(place.at(f"payments/{payment.id}")).text.replace("\u00a0", " ")
        assert expected in text, terms


def spelled(parties: Parties, terms: dict[str, object]) -> dict[str, object]:
    """Turn a word of the table above into terms of a contract."""
    from tests.factories.bonds import DIPLOMA, HISTORICAL  # noqa: PLC0415 - used here alone
    from toc.domain.bonds import Counterfactual, Direction, Shortfall, WholeUnits  # noqa: PLC0415 - as above

    lines = {
        "gross": replace(DIPLOMA, expected_anyway=Counterfactual()),
        "avoided": replace(DIPLOMA, direction=Direction.LOWER_BETTER),
        "fraction": replace(
            DIPLOMA, price=euro("0.333"), expected_anyway=replace(HISTORICAL, share=Decimal("0.3"))
        ),
    }
    kept: dict[str, object] = {}
    if "lines" in terms:
        kept["lines"] = [lines[str(terms["lines"])]]
    if "cap" in terms:
        kept["cap"] = terms["cap"]
    if "lost" in terms:
        kept["shortfall"] = Shortfall.LOST
    if "whole" in terms:
        kept["whole_units"] = WholeUnits.FLOOR
    if "other_budget" in terms:
        kept["beneficiary_id"] = parties.bank.id
    if "small_saving" in terms:
        kept["per_unit"] = euro(100)
    return kept


def test_a_rate_card_says_which_claims_were_rejected(place: Place) -> None:
    bond = place.bond()
    with place.database.writing(place.programme.id) as session:
        measurement = make_count(session, bond.indicator, date(2025, 6, 30), 12)
        later = make_count(session, bond.indicator, date(2025, 8, 1), 12)
        job: dict[str, Any] = {"code": "JOB", "achieved": Decimal(12), "participants": None, "persons": 12}
        first = service.declare(session, bond.parties.works, declaration(bond, [measurement], **job))
        again: dict[str, Any] = {"starts_on": date(2025, 7, 1), "ends_on": date(2025, 8, 31)}
        again["already_claimed"] = 5
        second = service.declare(session, bond.parties.works, declaration(bond, [later], **job, **again))
        for outcome in (first, second):
            service.verify(session, bond.parties.evaluates, outcome.id)
        payment = service.approve(session, bond.parties.funds, second.id, id=uuid4())
    text = place.as_("funder").get(place.at(f"payments/{payment.id}")).text.replace("\u00a0", " ")
    assert "Claims above the maximum per person 5 claims" in text
    assert "would be paid all the same" in text


def test_a_shortfall_that_was_brought_is_taken_off_in_sight(place: Place) -> None:
    bond = place.bond()
    place.paid(bond, achieved=Decimal(20))
    payment = place.paid(bond, **QUARTER)
    text = place.as_("funder").get(place.at(f"payments/{payment.id}")).text.replace("\u00a0", " ")
    assert "Short at the previous outcome of this line 4 people" in text
