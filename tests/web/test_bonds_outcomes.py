"""Outcomes on pages: declared, verified, approved and paid."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.factories import make_member
from tests.factories.bonds import (
    Bond,
    declaration,
    make_count,
    make_study,
)
from tests.factories.evidence import make_rung_2
from tests.web.bond_place import Place
from tests.web.reader import Reader
from toc.domain.people import Role
from toc.models.bonds import Outcome, OutcomeDecision, Payment
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import bonds as service


@pytest.fixture
def place(database: Database, programme: Programme, reader: Reader) -> Place:
    return Place(database, programme, reader)


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
