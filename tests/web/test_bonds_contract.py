"""Entering a contract on pages, in steps."""

from uuid import UUID, uuid4

import pytest

from tests.factories import make_member
from tests.factories.bonds import (
    make_counted,
)
from tests.factories.goals import make_goal
from tests.web.bond_place import Place
from tests.web.reader import Page, Reader
from toc.domain.people import Role
from toc.models.bonds import BondContract, ContractEdition
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import bonds as service


@pytest.fixture
def place(database: Database, programme: Programme, reader: Reader) -> Place:
    return Place(database, programme, reader)


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
