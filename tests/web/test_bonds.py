"""Pages of the bond by role, in both languages: entering a contract, deciding, paying, and looking back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from tests.factories import make_member
from tests.factories.bonds import (
    Bond,
    Parties,
    declaration,
    euro,
    make_bond,
    make_count,
    make_counted,
    make_outcome,
    make_parties,
    make_payment,
    make_study,
    make_verified,
)
from tests.factories.evidence import make_rung_2
from tests.factories.goals import make_goal
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.domain.people import Role
from toc.models.bonds import BondContract, ContractEdition, Outcome, OutcomeDecision, Payment
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import bonds as service

QUARTER = {"day": date(2025, 8, 1), "starts_on": date(2025, 7, 1), "ends_on": date(2025, 8, 31)}


class Place:
    """A programme with its parties in the database of a test, and readers for them."""

    def __init__(self, database: Database, programme: Programme, reader: Reader) -> None:
        self.database, self.programme, self.reader = database, programme, reader.use("en")
        with database.writing(programme.id) as session:
            self.parties = make_parties(session, programme)

    def at(self, path: str) -> str:
        return f"/p/{self.programme.id}/{path}"

    def as_(self, role: str) -> Reader:
        return self.reader.sign_in(getattr(self.parties, role))

    def bond(self, **terms: object) -> Bond:
        with self.database.writing(self.programme.id) as session:
            return make_bond(session, self.programme, parties=self.parties, **terms)  # type: ignore[arg-type] # named by the test

    def paid(self, bond: Bond, **fields: object) -> Payment:
        with self.database.writing(self.programme.id) as session:
            return make_payment(session, bond, **fields)

    def verified(self, bond: Bond, **fields: object) -> Outcome:
        with self.database.writing(self.programme.id) as session:
            return make_verified(session, bond, **fields)  # type: ignore[arg-type] # named by the test

    def declared(self, bond: Bond, **fields: object) -> Outcome:
        with self.database.writing(self.programme.id) as session:
            return make_outcome(session, bond, **fields)  # type: ignore[arg-type] # named by the test

    def count(self, table: type) -> int:
        with self.database.read_session(self.programme.id) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


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


# --- Entering a contract ------------------------------------------------------------------------------------

TERMS = {
    "name": "Bond of Utrecht",
    "agreed_on": "2025-01-15",
    "clause": "Contract, article 3",
    "investment": "734,000",
    "cap": "300,000",
    "required_rung": "0",
    "whole_units": "none",
    "shortfall": "carried",
}


def begin(place: Place, **terms: str) -> tuple[str, str]:
    """Enter the terms; return the address of the draft and of the step of the parties."""
    reader = place.as_("coordinator")
    values = reader.get(place.at("contracts/new")).form(place.at("contracts/new")) | TERMS | terms
    parties = reader.post(place.at("contracts/new"), values).location
    return parties.removesuffix("/parties"), parties


def fill_parties(place: Place, draft: str) -> Page:
    reader = place.as_("coordinator")
    page = reader.get(f"{draft}/parties")
    values = page.form(f"{draft}/parties")
    names = {field.attrs["id"]: field for field in page.find("input[type=text]")}
    invested = [name for name in names if name.startswith("invested_")]
    values[invested[0]], values[invested[1]] = "434,000", "300,000"
    values[invested[0].replace("invested", "weight")] = "2"
    values[invested[1].replace("invested", "weight")] = "1"
    return reader.post(f"{draft}/parties", values)


def line_values(place: Place, draft: str, indicator: UUID, **fields: str) -> dict[str, str]:
    values = place.as_("coordinator").get(f"{draft}/lines/new").form(f"{draft}/lines/new")
    return (
        values
        | {
            "name": "Diploma",
            "code": "diploma",
            "indicator": str(indicator),
            "rule": "per_unit",
            "price": "2,000",
            "unit": "person",
            "direction": "higher_better",
            "expected": "historical",
            "share": "25",
            "expected_source": "Clause 4.2",
            "saving": "14,300",
            "saving_name": "Benefit not paid",
            "saving_source": "Report, page 12",
            "price_year": "2024",
            "beneficiary": str(place.parties.city.id),
            "cashable": "50",
        }
        | fields
    )


def indicator_in(place: Place) -> UUID:
    with place.database.writing(place.programme.id) as session:
        return make_counted(session, make_goal(session)).id


def test_a_coordinator_enters_a_contract_in_steps_and_agrees_on_it(place: Place) -> None:
    indicator = indicator_in(place)
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    assert "Not ready to be agreed on yet" in reader.get(draft).text
    assert fill_parties(place, draft).location == draft
    reader.post(f"{draft}/lines/new", line_values(place, draft, indicator))
    card = {
        "name": "Job",
        "code": "JOB",
        "rule": "rate_card",
        "price": "500",
        "expected": "none",
        "share": "",
    }
    card |= {"expected_source": "", "saving": "", "max_claims": "1", "prerequisite": "DIPLOMA"}
    reader.post(f"{draft}/lines/new", line_values(place, draft, indicator, **card))
    page = reader.get(draft)
    assert "€2,000 per person." in page.text
    assert "25 per 100 participants would have reached it anyway" in page.text
    assert "Only for people who reached DIPLOMA first." in page.text
    reader.post(f"{draft}/agree", {}, 400)
    sent = reader.post(f"{draft}/agree", {"confirmed": "1"})
    again = reader.post(f"{draft}/agree", {"confirmed": "1"})
    assert again.location == sent.location
    page = reader.get(sent.location)
    assert "Agreed. This edition never changes." in page.text
    assert place.count(ContractEdition) == 1
    reader.get(draft, 404)


def test_a_contract_that_was_begun_waits_on_the_page_of_the_bond(place: Place) -> None:
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    assert draft in reader.get(place.at("bond")).links()
    assert reader.post(f"{draft}/discard").location == place.at("bond")
    assert place.count(BondContract) == 0


BAD_TERMS = [
    ("name", ""),
    ("agreed_on", "1800-01-01"),
    ("agreed_on", "yesterday"),
    ("investment", "-1"),
    ("investment", "1.001"),
    ("investment", "a lot"),
    ("cap", "-5"),
    ("required_rung", "6"),
    ("whole_units", "half"),
]


def test_bad_terms_are_said_at_their_field_and_kept(place: Place) -> None:
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    for address in (place.at("contracts/new"), f"{draft}/terms"):
        good = reader.get(address).form(address) | TERMS
        for field, typed in BAD_TERMS:
            page = reader.post(address, good | {field: typed}, 400)
            assert page.find(f"#{field}-error"), (address, field, typed)
    assert place.count(BondContract) == 0


def test_terms_of_a_draft_can_be_changed(place: Place) -> None:
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    values = reader.get(f"{draft}/terms").form(f"{draft}/terms")
    assert (values["investment"], values["cap"]) == ("734000", "300000")
    reader.post(f"{draft}/terms", values | {"cap": ""})
    assert "Cap of the whole contract none" in reader.get(draft).text


def test_two_who_change_a_draft_at_once_are_told(place: Place) -> None:
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    values = reader.get(f"{draft}/terms").form(f"{draft}/terms")
    reader.post(f"{draft}/terms", values | {"name": "First"})
    page = reader.post(f"{draft}/terms", values | {"name": "Second"}, 409)
    assert "Somebody else changed this draft" in page.text
    assert "First" in page.text


def test_parties_that_cannot_make_a_contract_are_refused(place: Place) -> None:
    draft, parties = begin(place)
    reader = place.as_("coordinator")
    values = reader.get(parties).form(parties)
    page = reader.post(parties, values, 400)
    assert "Give at least one investor or provider a share" in page.text
    assert draft


def test_without_organisations_the_step_of_the_parties_says_so(
    database: Database, programme: Programme, reader: Reader
) -> None:
    with database.writing(programme.id) as session:
        coordinator = make_member(session, programme, Role.COORDINATOR)
    reader.use("en").sign_in(coordinator)
    address = f"/p/{programme.id}/contracts/new"
    values = reader.get(address).form(address) | TERMS
    page = reader.submit(address, values)
    assert "No parties yet" in page.text
    draft = page.response.request.path.removesuffix("/parties")
    assert "Nothing to count yet" in reader.get(f"{draft}/lines/new").text


BAD_LINES: list[tuple[dict[str, str], str]] = [
    ({"code": "x!"}, "code"),
    ({"price": "0"}, "price"),
    ({"cap": "-1"}, "cap"),
    ({"share": ""}, "share"),
    ({"share": "101"}, "share"),
    ({"share": "-1"}, "share"),
    ({"expected": "none"}, "expected"),
    ({"expected_source": ""}, "expected_source"),
    ({"expected": "none", "share": "", "direction": "lower_better"}, "expected"),
    ({"rule": "rate_card", "max_claims": "0"}, "max_claims"),
    ({"saving_source": ""}, "saving_source"),
    ({"saving_name": ""}, "saving_name"),
    ({"beneficiary": ""}, "beneficiary"),
    ({"cashable": ""}, "cashable"),
    ({"cashable": "101"}, "cashable"),
    ({"price_year": ""}, "price_year"),
    ({"price_year": "12"}, "price_year"),
    ({"saving": "-1"}, "saving"),
    ({"saving": "0.001"}, "saving"),
    ({"name": ""}, "name"),
]


def test_a_bad_line_is_said_at_its_field(place: Place) -> None:
    indicator = indicator_in(place)
    draft, _ = begin(place)
    good = line_values(place, draft, indicator)
    reader = place.as_("coordinator")
    for fields, at in BAD_LINES:
        page = reader.post(f"{draft}/lines/new", good | fields, 400)
        assert page.find(f"#{at}-error"), (fields, page.text)
    assert "No line yet" in reader.get(draft).text


def test_a_line_can_be_changed_and_removed(place: Place) -> None:
    indicator = indicator_in(place)
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    reader.post(f"{draft}/lines/new", line_values(place, draft, indicator))
    reader.post(f"{draft}/lines/new", line_values(place, draft, indicator), 400)
    values = reader.get(f"{draft}/lines/DIPLOMA").form(f"{draft}/lines/DIPLOMA")
    assert (values["share"], values["cashable"], values["price"]) == ("25", "50", "2000")
    reader.post(f"{draft}/lines/DIPLOMA", values | {"price": "2,100"})
    page = reader.get(draft)
    assert "€2,100 per person." in page.text
    revision = page.form(f"{draft}/lines/DIPLOMA/remove")
    reader.post(f"{draft}/lines/DIPLOMA/remove", revision)
    assert "No line yet" in reader.get(draft).text
    reader.get(f"{draft}/lines/DIPLOMA", 404)
    reader.post(f"{draft}/lines/DIPLOMA", values, 404)


def test_a_rate_card_line_is_shown_again_as_it_was_entered(place: Place) -> None:
    indicator = indicator_in(place)
    draft, _ = begin(place)
    reader = place.as_("coordinator")
    card = {"code": "JOB", "rule": "rate_card", "expected": "none", "share": "", "expected_source": ""}
    reader.post(
        f"{draft}/lines/new",
        line_values(place, draft, indicator, saving="", max_claims="2", cap="10", **card),
    )
    values = reader.get(f"{draft}/lines/JOB").form(f"{draft}/lines/JOB")
    assert (values["max_claims"], values["cap"], values["saving"]) == ("2", "10", "")


def test_a_next_edition_shows_what_changed_and_why(place: Place) -> None:
    bond = place.bond()
    contract = place.at(f"contracts/{bond.edition.contract_id}")
    reader = place.as_("coordinator")
    before = reader.get(f"{contract}/edit")
    assert all(address.startswith(("/", "#")) for address in before.links())
    values = before.form(f"{contract}/edit")
    reader.post(f"{contract}/edit", values, 400)
    draft = reader.post(f"{contract}/edit", values | {"reason": "More young people take part"}).location
    terms = reader.get(f"{draft}/terms").form(f"{draft}/terms")
    assert terms["reason"] == "More young people take part"
    reader.post(f"{draft}/terms", terms | {"cap": "350,000"})
    parties = reader.get(f"{draft}/parties").form(f"{draft}/parties")
    weight = next(name for name, value in parties.items() if name.startswith("weight_") and value == "2")
    reader.post(f"{draft}/parties", parties | {weight: "3"})
    reader.post(f"{draft}/agree", {"confirmed": "1"})
    page = reader.get(contract)
    assert "More young people take part" in page.text
    assert "Cap €300,000 €350,000" in page.text
    assert "€434,000, share 2 €434,000, share 3" in page.text
    old = reader.get(f"{contract}?edition=1")
    assert "You are reading edition 1. It is not the current one." in old.text
    assert "not the current one" in reader.get(place.at(f"lines/{bond.line().id}")).text
    reader.get(place.at(f"contracts/{uuid4()}/edit"), 404)


def test_an_edition_that_cannot_be_agreed_now_says_why(place: Place) -> None:
    bond = place.bond()
    contract = place.at(f"contracts/{bond.edition.contract_id}")
    reader = place.as_("coordinator")
    values = reader.get(f"{contract}/edit").form(f"{contract}/edit") | {"reason": "why"}
    draft = reader.post(f"{contract}/edit", values).location
    place.declared(bond)
    page = place.as_("coordinator").post(f"{draft}/agree", {"confirmed": "1"}, 400)
    assert "Outcomes wait for a decision (1)" in page.text


def test_an_evaluator_who_also_takes_part_is_named_on_the_contract(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    bond = place.bond()
    party = bond.edition.parties[0]
    monkeypatch.setattr(service.ContractView, "conflicted", property(lambda _: (party,)))
    monkeypatch.setattr(service, "fingerprint", lambda _: "another")
    page = place.as_("investor").get(place.at(f"contracts/{bond.edition.contract_id}"))
    assert "evaluates and also takes part otherwise" in page.text
    assert "These terms are not what was agreed" in page.text


# --- Declaring ----------------------------------------------------------------------------------------------


def period_of(bond: Bond, **more: str) -> str:
    asked = {"line": str(bond.line().id), "starts_on": "2025-04-01", "ends_on": "2025-06-30"} | more
    return "&".join(f"{name}={value}" for name, value in asked.items())


def test_a_worker_declares_with_the_figures_filled_in(place: Place) -> None:
    bond = place.bond()
    with place.database.writing(place.programme.id) as session:
        make_count(session, bond.indicator, date(2025, 6, 30), 48)
    reader = place.as_("worker")
    address = place.at("outcomes/new")
    assert "Step 1 of 2" in reader.get(address).text
    page = reader.get(f"{address}?{period_of(bond)}")
    values = page.form(address)
    assert (values["achieved"], values["participants"]) == ("48", "96")
    assert "30 June 2025: 48 of 96" in page.text.replace("\u00a0", " ")
    sent = reader.post(address, values)
    assert reader.post(address, values).location == sent.location
    assert "waits for the evaluator" in reader.get(sent.location).text
    assert place.count(Outcome) == 1


def test_a_declaration_that_is_refused_says_so_at_the_field(place: Place) -> None:
    bond = place.bond()
    with place.database.writing(place.programme.id) as session:
        make_count(session, bond.indicator, date(2025, 6, 30), 48)
    reader = place.as_("worker")
    address = place.at("outcomes/new")
    values = reader.get(f"{address}?{period_of(bond)}").form(address)
    for fields, at in (
        ({"participants": "40"}, "participants"),
        ({"achieved": ""}, "achieved"),
        ({"achieved": "-1"}, "achieved"),
        ({"deducted": "50"}, "deducted"),
        ({"participants": "9999999999"}, "participants"),
        ({"measurements": ""}, "measurements"),
    ):
        page = reader.post(address, values | fields, 400)
        assert page.find(f"#{at}-error"), (fields, page.text)
    without = {name: value for name, value in values.items() if name != "measurements"}
    assert reader.post(address, without, 400).find("#measurements-error")
    reader.post(address, values)
    page = reader.post(address, values | {"id": str(uuid4())}, 400)
    assert "covers some of these days already" in page.text


def test_the_period_is_asked_again_until_it_is_one(place: Place) -> None:
    bond = place.bond()
    reader = place.as_("worker")
    address = place.at("outcomes/new")
    page = reader.get(f"{address}?{period_of(bond, ends_on='')}", 400)
    assert page.find("#ends_on-error")
    reader.post(address, {}, 400)
    reader.get(f"{address}?{period_of(bond, line=str(uuid4()))}", 404)
    assert "Nothing was measured" in reader.get(f"{address}?{period_of(bond)}").text


def test_a_rate_card_asks_for_people_and_earlier_claims(place: Place) -> None:
    bond = place.bond()
    with place.database.writing(place.programme.id) as session:
        make_count(session, bond.indicator, date(2025, 6, 30), 12)
    reader = place.as_("worker")
    address = place.at("outcomes/new")
    values = reader.get(f"{address}?{period_of(bond, line=str(bond.line('JOB').id))}").form(address)
    assert reader.post(address, values, 400).find("#persons-error")
    page = reader.submit(address, values | {"persons": "12", "note": "List of June", "deducted": "2"})
    text = page.text.replace("\u00a0", " ")
    assert "Different people 12" in text
    assert "Does not count 2 claims" in text
    assert "List of June" in text


def test_without_a_contract_nothing_can_be_declared(place: Place) -> None:
    assert "A coordinator enters it first" in place.as_("worker").get(place.at("outcomes/new")).text


# --- Deciding -----------------------------------------------------------------------------------------------


def test_an_evaluator_sees_everything_and_verifies(place: Place) -> None:
    bond = place.bond()
    outcome = place.declared(bond)
    with place.database.writing(place.programme.id) as session:
        study = make_study(session, bond.goal)
    reader = place.as_("evaluator")
    assert place.at(f"outcomes/{outcome.id}/verify") in reader.get(place.at("bond")).links()
    address = place.at(f"outcomes/{outcome.id}/verify")
    page = reader.get(address)
    assert "+12 percentage points (95% interval 3 to 21)" in page.text.replace("\u00a0", " ")
    assert bond.parties.worker.name in page.text
    values = page.form(address)
    assert values["study"] == str(study.id)
    assert reader.post(address, values, 400).find("#confirmed-error")
    sent = reader.post(address, values | {"confirmed": "1"})
    assert reader.post(address, values | {"confirmed": "1"}).location == sent.location
    page = reader.get(sent.location)
    assert "waits for the funder" in page.text
    assert "interval 3 to 21" in page.text.replace("\u00a0", " ")
    assert place.count(OutcomeDecision) == 1


def test_an_evaluator_returns_with_a_reason(place: Place) -> None:
    outcome = place.declared(place.bond())
    reader = place.as_("evaluator")
    address = place.at(f"outcomes/{outcome.id}/verify/return")
    assert reader.post(address, {}, 400).find("#reason-error")
    reader.post(address, {"reason": "x" * 30_000}, 400)
    page = reader.submit(address, {"reason": "Two are counted twice"})
    assert "Two are counted twice" in page.text
    assert "Returned by the evaluator" in page.text
    blocked = reader.get(place.at(f"outcomes/{outcome.id}/verify"))
    assert "This outcome was returned to the worker" in blocked.text


def test_figures_that_differ_from_the_measurements_are_pointed_out(place: Place) -> None:
    bond = place.bond()
    with place.database.writing(place.programme.id) as session:
        measurement = make_count(session, bond.indicator, date(2025, 6, 30), 48)
        declared = declaration(bond, [measurement], achieved=Decimal(50))
        outcome = service.declare(session, bond.parties.works, declared)
    page = place.as_("evaluator").get(place.at(f"outcomes/{outcome.id}/verify"))
    assert "The measurements of this period come to 48; declared is 50." in page.text


def test_evidence_below_the_contract_is_said_and_refused(place: Place) -> None:
    outcome = place.declared(place.bond(required_rung=1))
    reader = place.as_("evaluator")
    address = place.at(f"outcomes/{outcome.id}/verify")
    page = reader.get(address)
    assert "does not stand on the rung" in page.text
    page = reader.post(address, {"confirmed": "1", "study": ""}, 400)
    assert "The evidence stands on rung 0; the contract asks for rung 1" in page.text
    reader.post(place.at(f"outcomes/{uuid4()}/verify"), {"confirmed": "1", "study": ""}, 404)
    reader.post(place.at(f"outcomes/{uuid4()}/verify/return"), {"reason": "why"}, 404)


def test_a_contract_that_asks_for_a_study_asks_at_the_field(place: Place) -> None:
    with place.database.writing(place.programme.id) as session:
        goal, study, _ = make_rung_2(session, place.programme)
    outcome = place.declared(place.bond(goal=goal, required_rung=2))
    reader = place.as_("evaluator")
    address = place.at(f"outcomes/{outcome.id}/verify")
    page = reader.post(address, {"confirmed": "1", "study": ""}, 400)
    assert page.find("#study-error")
    reader.post(address, {"confirmed": "1", "study": str(study.id)})


def test_a_funder_sees_the_calculation_first_then_pays_once(place: Place) -> None:
    outcome = place.verified(place.bond())
    reader = place.as_("funder")
    address = place.at(f"outcomes/{outcome.id}/approve")
    assert address in reader.get(place.at("bond")).links()
    page = reader.get(address)
    text = page.text.replace("\u00a0", " ")
    for words in (
        "24 people",
        "€48,000",
        "€32,000 Fund",
        "€16,000 Bank",
        "3.58 times the payment",
        "€0 would be paid",
    ):
        assert words in text, words
    assert "No study goes with this outcome" in text
    values = page.form(address)
    assert reader.post(address, values, 400).find("#confirmed-error")
    sent = reader.post(address, values | {"confirmed": "1"})
    second = reader.get(address, 302)
    assert second.location == sent.location
    again = reader.post(address, values | {"confirmed": "1", "id": str(uuid4())})
    assert again.location == sent.location
    assert place.count(Payment) == 1


def test_a_funder_returns_an_outcome(place: Place) -> None:
    outcome = place.verified(place.bond())
    reader = place.as_("funder")
    address = place.at(f"outcomes/{outcome.id}/approve/return")
    assert reader.post(address, {}, 400).find("#reason-error")
    assert "Returned by the funder" in reader.submit(address, {"reason": "The list is missing"}).text
    page = reader.get(place.at(f"outcomes/{outcome.id}/approve"))
    assert "This outcome was returned to the worker" in page.text
    reader.post(place.at(f"outcomes/{uuid4()}/approve"), {"confirmed": "1", "id": str(uuid4())}, 404)


def test_nothing_can_be_paid_before_it_is_verified(place: Place) -> None:
    outcome = place.declared(place.bond())
    reader = place.as_("funder")
    address = place.at(f"outcomes/{outcome.id}/approve")
    page = reader.get(address)
    assert "First comes another step: verifying." in page.text
    assert "Approve and pay" not in page.text
    reader.post(address, {"confirmed": "1", "id": str(uuid4())}, 400)
    assert place.count(Payment) == 0


def test_evidence_that_fell_since_is_said_before_paying(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.database.writing(place.programme.id) as session:
        goal, study, _ = make_rung_2(session, place.programme)
    outcome = place.verified(place.bond(goal=goal, required_rung=2), study_id=study.id)
    monkeypatch.setattr("toc.services.bonds.paying.rung_of", lambda *_: 1)
    page = place.as_("funder").get(place.at(f"outcomes/{outcome.id}/approve"))
    assert "The evidence stands on rung 1; the contract asks for rung 2" in page.text


def test_who_evaluates_never_approves_whatever_else_they_are(place: Place) -> None:
    outcome = place.verified(place.bond())
    with place.database.writing(place.programme.id) as session:
        both = make_member(session, place.programme, Role.EVALUATOR, Role.FUNDER)
    reader = place.reader.sign_in(both)
    address = place.at(f"outcomes/{outcome.id}/approve")
    assert "An evaluator never approves a payment" in reader.get(address).text
    reader.post(address, {"confirmed": "1", "id": str(uuid4())}, 400)
    assert place.count(Payment) == 0


@pytest.mark.parametrize("role", ["coordinator", "worker", "investor"])
def test_only_the_evaluator_verifies_and_only_the_funder_approves(place: Place, role: str) -> None:
    outcome = place.declared(place.bond())
    reader = place.as_(role)
    for path in ("verify", "verify/return", "approve", "approve/return"):
        reader.post(place.at(f"outcomes/{outcome.id}/{path}"), {}, 403)
    assert place.count(OutcomeDecision) == 0


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
