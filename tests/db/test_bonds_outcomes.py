"""From a declared outcome to one payment: declared, verified, approved, and posted in the ledger."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation, make_programme
from tests.factories.bonds import (
    DIPLOMA,
    Bond,
    Parties,
    declaration,
    euro,
    make_bond,
    make_count,
    make_counted,
    make_draft,
    make_outcome,
    make_parties,
    make_payment,
    make_study,
    make_verified,
)
from tests.factories.evidence import make_rung_2
from tests.factories.goals import make_goal
from toc.domain.bonds import (
    Counted,
    Counterfactual,
    CounterfactualKind,
    PerUnit,
    RateCardLine,
    Shortfall,
    Standing,
)
from toc.domain.cashflow import Account, AccountKind, Entry
from toc.domain.errors import DomainError
from toc.domain.indicators import Kind
from toc.domain.people import OrganisationKind, Part, Role, Step
from toc.models.audit import AuditEvent
from toc.models.bonds import Outcome, OutcomeDecision, Payment
from toc.models.cashflow import LedgerTransfer
from toc.models.database import Database
from toc.models.programmes import Partner, Programme
from toc.services import audit, bonds, cashflow, evidence, savings
from toc.services.bonds import PartyDraft, paying
from toc.services.errors import NotFound


def key_of(call: Callable[[], object]) -> str:
    """The key of the error that a call ends with."""
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value.key


@pytest.fixture
def parties(session: Session, programme: Programme) -> Parties:
    return make_parties(session, programme)


@pytest.fixture
def bond(session: Session, programme: Programme) -> Bond:
    return make_bond(session, programme)


def next_draft(session: Session, bond: Bond) -> bonds.Draft:
    return bonds.next_edition(session, bond.edition.contract_id, uuid4(), "The parties agreed on more")


# --- Declaring ----------------------------------------------------------------------------------------------


def test_a_worker_declares_what_was_measured(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    assert (outcome.achieved, outcome.participants, outcome.attempt) == (Decimal(48), 96, 1)
    (view,) = bonds.outcomes(session)
    assert view.standing is Standing.WAITS_FOR_EVALUATOR
    found = bonds.get_outcome(session, outcome.id)
    assert [one.measurement.numerator for one in found.row.measurements] == [48]
    assert found.payment is None


def test_declaring_twice_makes_one_outcome(session: Session, bond: Bond) -> None:
    measurement = make_count(session, bond.indicator, date(2025, 6, 30), 48)
    one = declaration(bond, [measurement, measurement])
    first = bonds.declare(session, bond.parties.works, one)
    assert bonds.declare(session, bond.parties.works, one).id == first.id
    assert session.scalar(select(func.count()).select_from(Outcome)) == 1


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"starts_on": date(2025, 7, 1)}, "bonds.period_order"),
        ({"ends_on": date(2025, 9, 2)}, "bonds.period_not_over"),
        ({"participants": 10**10}, "bonds.too_many"),
        ({"participants": None}, "bonds.participants_needed"),
        ({"participants": 47}, "bonds.more_than_participants"),
        ({"achieved": Decimal(-1)}, "bonds.negative_count"),
        ({"achieved": Decimal("0.0000001")}, "measurement.too_many_decimals"),
        ({"measurement_ids": ()}, "bonds.no_measurements"),
        ({"measurement_ids": (UUID(int=1),)}, "bonds.other_measurements"),
        ({"already_claimed": 1}, "bonds.more_claimed_than_declared"),
        ({"persons": 3}, "bonds.claims_only_on_rate_card"),
        ({"deducted": Decimal(49)}, "bonds.deducted_above_achieved"),
    ],
)
def test_a_declaration_that_cannot_be_true_is_refused(
    session: Session, bond: Bond, fields: dict[str, Any], key: str
) -> None:
    measurement = make_count(session, bond.indicator, date(2025, 6, 30), 48)
    call = lambda: bonds.declare(session, bond.parties.works, declaration(bond, [measurement], **fields))  # noqa: E731 - one line
    assert key_of(call) == key
    assert session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_only_a_worker_with_an_account_declares(session: Session, bond: Bond) -> None:
    one = declaration(bond, [make_count(session, bond.indicator, date(2025, 6, 30), 48)])
    assert key_of(lambda: bonds.declare(session, act_of(), one)) == "outcome.account_needed"
    assert key_of(lambda: bonds.declare(session, bond.parties.funds, one)) == "outcome.role_needed"


def test_a_line_of_an_earlier_edition_takes_no_more_outcomes(session: Session, bond: Bond) -> None:
    measurement = make_count(session, bond.indicator, date(2025, 6, 30), 48)
    bonds.agree_contract(session, bond.parties.coordinates, next_draft(session, bond))
    with pytest.raises(NotFound):
        bonds.declare(session, bond.parties.works, declaration(bond, [measurement]))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "taken"),
    [
        (date(2025, 6, 30), date(2025, 8, 1), True),
        (date(2025, 1, 1), date(2025, 4, 1), True),
        (date(2025, 7, 1), date(2025, 8, 1), False),
    ],
)
def test_a_period_is_declared_once_per_line(
    session: Session, bond: Bond, starts_on: date, ends_on: date, *, taken: bool
) -> None:
    make_outcome(session, bond)
    second = make_count(session, bond.indicator, ends_on, 1, 96)
    one = declaration(bond, [second], starts_on=starts_on, ends_on=ends_on, achieved=Decimal(1))
    if taken:
        assert key_of(lambda: bonds.declare(session, bond.parties.works, one)) == "bonds.period_taken"
    else:
        assert bonds.declare(session, bond.parties.works, one).attempt == 1


def test_a_period_may_be_taken_by_another_line(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    (used,) = bonds.get_outcome(session, outcome.id).row.measurements
    job = declaration(
        bond, [used.measurement], code="JOB", achieved=Decimal(12), participants=None, persons=12
    )
    assert bonds.declare(session, bond.parties.works, job).code == outcome.code + 1


def test_a_returned_period_is_declared_again_as_a_second_attempt(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    (used,) = bonds.get_outcome(session, outcome.id).row.measurements
    bonds.send_back(session, bond.parties.evaluates, outcome.id, Step.VERIFY, "Two are missing")
    again = bonds.declare(session, bond.parties.works, declaration(bond, [used.measurement]))
    assert (again.attempt, outcome.attempt) == (2, 1)
    assert [one.standing for one in bonds.outcomes(session)] == [
        Standing.WAITS_FOR_EVALUATOR,
        Standing.RETURNED,
    ]
    assert [one.row.id for one in bonds.outcomes(session, waiting=True)] == [again.id]


def test_a_corrected_measurement_does_not_count(session: Session, bond: Bond) -> None:
    wrong = make_count(session, bond.indicator, date(2025, 6, 30), 47)
    right = make_count(session, bond.indicator, date(2025, 6, 30), 48, supersedes_id=wrong.id, version=2)
    found = bonds.measured(session, bond.line(), date(2025, 4, 1), date(2025, 6, 30))
    assert found.measurements == (right,)
    assert found.counted == Counted(achieved=Decimal(48), participants=96)
    call = lambda: bonds.declare(session, bond.parties.works, declaration(bond, [wrong]))  # noqa: E731 - one line
    assert key_of(call) == "bonds.other_measurements"


def test_a_running_total_starts_from_the_last_value_before_the_period(
    session: Session, programme: Programme, parties: Parties
) -> None:
    goal = make_goal(session)
    indicator = make_counted(session, goal, kind=Kind.COUNT, is_cumulative=True)
    draft = make_draft(parties, indicator, lines=[PerUnit(code="JOB", price=euro(1))])
    edition = bonds.agree_contract(session, parties.coordinates, draft)
    for day, value in ((date(2025, 3, 1), 10), (date(2025, 3, 31), 30), (date(2025, 6, 30), 48)):
        make_count(session, indicator, day, value, None)
    found = bonds.measured(session, edition.lines[0], date(2025, 4, 1), date(2025, 6, 30))
    assert found.counted == Counted(achieved=Decimal(18))
    assert programme.id == edition.programme_id


def test_a_rate_card_that_cannot_be_applied_to_counts_alone_is_refused(
    session: Session, programme: Programme
) -> None:
    bond = make_bond(
        session, programme, lines=[RateCardLine(code="JOB", price=euro(1), max_claims_per_person=2)]
    )
    measurement = make_count(session, bond.indicator, date(2025, 6, 30), 9)
    one = declaration(bond, [measurement], code="JOB", achieved=Decimal(9), participants=None, persons=3)
    assert key_of(lambda: bonds.declare(session, bond.parties.works, one)) == "bonds.by_person_needed"


# --- Verifying ----------------------------------------------------------------------------------------------


def test_an_evaluator_accepts_with_a_study_and_signs_the_rung(session: Session, bond: Bond) -> None:
    study = make_study(session, bond.goal)
    outcome = make_verified(session, bond, study_id=study.id)
    view = bonds.get_outcome(session, outcome.id)
    decision = view.decisions[Step.VERIFY]
    assert (decision.accepted, decision.study_id, decision.rung) == (True, study.id, 0)
    assert decision.assessment.signed_by_id == bond.parties.evaluator.id
    assert view.standing is Standing.WAITS_FOR_FUNDER
    assert list(bonds.studies_of(session, bond.goal.id)) == [study]


def test_accepting_or_returning_twice_is_one_decision(session: Session, bond: Bond) -> None:
    outcome = make_verified(session, bond)
    bonds.verify(session, bond.parties.evaluates, outcome.id)
    returned = make_outcome(
        session, bond, day=date(2025, 8, 1), starts_on=date(2025, 7, 1), ends_on=date(2025, 8, 31)
    )
    for _ in range(2):
        bonds.send_back(session, bond.parties.evaluates, returned.id, Step.VERIFY, "Count again")
    assert session.scalar(select(func.count()).select_from(OutcomeDecision)) == 2


def test_another_evaluator_comes_too_late(session: Session, programme: Programme, bond: Bond) -> None:
    outcome = make_verified(session, bond)
    other = act_of(make_member(session, programme, Role.EVALUATOR), Role.EVALUATOR)
    assert key_of(lambda: bonds.verify(session, other, outcome.id)) == "outcome.already_taken"
    call = lambda: bonds.send_back(session, other, outcome.id, Step.VERIFY, "no")  # noqa: E731 - one line
    assert key_of(call) == "outcome.already_taken"


def test_returned_is_final(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    bonds.send_back(session, bond.parties.evaluates, outcome.id, Step.VERIFY, "Count again")
    assert key_of(lambda: bonds.verify(session, bond.parties.evaluates, outcome.id)) == "outcome.returned"
    call = lambda: bonds.approve(session, bond.parties.funds, outcome.id, id=uuid4())  # noqa: E731 - one line
    assert key_of(call) == "outcome.returned"


def test_returning_needs_a_reason(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    call = lambda: bonds.send_back(session, bond.parties.evaluates, outcome.id, Step.VERIFY, " ")  # noqa: E731 - one line
    assert key_of(call) == "outcome.reason_needed"


def test_a_funder_returns_what_was_verified(session: Session, bond: Bond) -> None:
    outcome = make_verified(session, bond)
    bonds.send_back(session, bond.parties.funds, outcome.id, Step.APPROVE, "The list is missing")
    assert bonds.get_outcome(session, outcome.id).standing is Standing.RETURNED


def test_a_study_of_another_goal_is_not_found(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    other = make_study(session, make_goal(session, "Something else"))
    with pytest.raises(NotFound):
        bonds.verify(session, bond.parties.evaluates, outcome.id, study_id=other.id)
    with pytest.raises(NotFound):
        bonds.verify(session, bond.parties.evaluates, uuid4())


def test_evidence_that_does_not_reach_the_contract_is_refused(session: Session, programme: Programme) -> None:
    bond = make_bond(session, programme, required_rung=1)
    outcome = make_outcome(session, bond)
    with pytest.raises(DomainError) as caught:
        bonds.verify(session, bond.parties.evaluates, outcome.id)
    assert caught.value.key == "bonds.rung_too_low"
    assert caught.value.params["required"] == 1


def test_from_rung_2_on_a_study_goes_with_it(session: Session, programme: Programme) -> None:
    goal, study, _ = make_rung_2(session, programme)
    bond = make_bond(session, programme, goal=goal, required_rung=2)
    outcome = make_outcome(session, bond)
    assert key_of(lambda: bonds.verify(session, bond.parties.evaluates, outcome.id)) == "outcome.study_needed"
    assert bonds.verify(session, bond.parties.evaluates, outcome.id, study_id=study.id).rung == 2


# --- Paying -------------------------------------------------------------------------------------------------


def test_an_approved_outcome_is_paid_with_every_step_and_posted(session: Session, bond: Bond) -> None:
    """48 of 96, a quarter anyway: 24 x EUR 2,000 = EUR 48,000, two to one over the investors."""
    outcome = make_verified(session, bond)
    payment = bonds.approve(session, bond.parties.funds, outcome.id, id=uuid4())
    assert (payment.net_minor, payment.currency, payment.code) == (4_800_000, "EUR", 1)
    calculation = bonds.calculation_of(payment)
    assert bonds.payable_units(calculation) == 24
    assert bonds.is_right(payment)
    (posted,) = cashflow.posted(session, payment_id=payment.id)
    city, fund, bank = (str(one.id) for one in (bond.parties.city, bond.parties.fund, bond.parties.bank))
    assert set(posted.transfer.entries) == {
        Entry(Account(AccountKind.COMMITTED, city), euro(-48_000)),
        Entry(Account(AccountKind.OUTCOME_RECEIVABLE, city), euro(48_000)),
        Entry(Account(AccountKind.OUTCOME_RECEIVABLE, city), euro(-48_000)),
        Entry(Account(AccountKind.INVESTOR, fund), euro(32_000)),
        Entry(Account(AccountKind.INVESTOR, bank), euro(16_000)),
    }
    assert posted.transfer.reference == str(outcome.id)
    assert cashflow.check(cashflow.posted(session)) is None
    assert bonds.get_outcome(session, outcome.id).standing is Standing.PAID
    view = bonds.get_contract(session, bond.edition.contract_id)
    assert [(one.put_in, one.got) for one in view.parties[:3]] == [
        (euro(48_000), euro(0)),
        (euro(300_000), euro(16_000)),
        (euro(434_000), euro(32_000)),
    ]
    assert [(one.paid, len(one.outcomes)) for one in view.lines] == [(euro(48_000), 1), (euro(0), 0)]
    (listed,) = view.outcomes
    assert listed.paid == bonds.PaidInList(id=payment.id, code=1, on=NOW.date(), net=euro(48_000))
    assert bonds.get_payment(session, payment.id).net == euro(48_000)
    trail = bonds.trail(session, outcome.id)
    people = bond.parties
    assert trail.declared_by == people.worker.name
    assert (trail.verified_by, trail.approved_by) == (people.evaluator.name, people.funder.name)
    assert (trail.rung, trail.study) == (0, None)
    assert [one.row.id for one in bonds.payments(session)] == [payment.id]


def test_approving_again_gives_the_same_payment(session: Session, programme: Programme, bond: Bond) -> None:
    payment = make_payment(session, bond)
    other = act_of(make_member(session, programme, Role.FUNDER), Role.FUNDER)
    for act in (bond.parties.funds, other):
        assert bonds.approve(session, act, payment.outcome_id, id=uuid4()).id == payment.id
    assert session.scalar(select(func.count()).select_from(Payment)) == 1
    assert session.scalar(select(func.count()).select_from(LedgerTransfer)) == 2


def test_a_payment_that_was_overlooked_is_given_back_and_not_made_again(
    session: Session, bond: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = make_payment(session, bond)
    look = paying.decisions_of
    looks: list[UUID] = []

    def look_away_once(session: Session, outcome_id: UUID) -> bonds.Decisions:
        looks.append(outcome_id)
        seen = look(session, outcome_id)
        before: dict[Step, OutcomeDecision] = {Step.VERIFY: seen.by_step[Step.VERIFY]}
        return bonds.Decisions(by_step=before) if len(looks) == 1 else seen

    monkeypatch.setattr(paying, "decisions_of", look_away_once)
    again = bonds.approve(session, bond.parties.funds, payment.outcome_id, id=uuid4())
    assert again.id == payment.id
    assert session.scalar(select(func.count()).select_from(Payment)) == 1


def test_a_form_cannot_pay_two_outcomes_with_one_id(session: Session, bond: Bond) -> None:
    payment = make_payment(session, bond)
    second = make_verified(
        session, bond, day=date(2025, 8, 1), starts_on=date(2025, 7, 1), ends_on=date(2025, 8, 31)
    )
    call = lambda: bonds.approve(session, bond.parties.funds, second.id, id=payment.id)  # noqa: E731 - one line
    assert key_of(call) == "form.sent_twice"


def test_a_preview_shows_what_approving_would_do(session: Session, bond: Bond) -> None:
    outcome = make_verified(session, bond)
    act = bond.parties.funds
    loaded = bonds.outcome_with_terms(session, outcome.id)
    preview = bonds.preview(session, act, loaded, bonds.decisions_of(session, outcome.id))
    payment = bonds.approve(session, act, outcome.id, id=uuid4())
    assert preview.calculation == bonds.calculation_of(payment)
    assert preview.no_effect == euro(0)
    assert sorted(amount.minor for amount in preview.got.values()) == [1_600_000, 3_200_000]
    assert list(preview.given.values()) == [euro(48_000)]


def test_a_gross_line_would_pay_without_effect_too(session: Session, bond: Bond) -> None:
    measurement = make_count(session, bond.indicator, date(2025, 6, 30), 12)
    outcome = bonds.declare(
        session,
        bond.parties.works,
        declaration(bond, [measurement], code="JOB", achieved=Decimal(12), participants=None, persons=12),
    )
    bonds.verify(session, bond.parties.evaluates, outcome.id)
    loaded = bonds.outcome_with_terms(session, outcome.id)
    preview = bonds.preview(session, bond.parties.funds, loaded, bonds.decisions_of(session, outcome.id))
    assert preview.no_effect == preview.calculation.net == euro(6000)


def test_nothing_is_paid_before_it_is_verified(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    act = bond.parties.funds
    loaded = bonds.outcome_with_terms(session, outcome.id)
    call = lambda: bonds.preview(session, act, loaded, bonds.decisions_of(session, outcome.id))  # noqa: E731 - one line
    assert key_of(call) == "outcome.not_verified"
    assert key_of(lambda: bonds.approve(session, act, outcome.id, id=uuid4())) == "outcome.out_of_turn"
    bonds.send_back(session, bond.parties.evaluates, outcome.id, Step.VERIFY, "Count again")
    assert key_of(call) == "outcome.not_verified"
    with pytest.raises(NotFound):
        bonds.approve(session, act, uuid4(), id=uuid4())


@pytest.mark.parametrize("step", [Step.VERIFY, Step.APPROVE])
def test_three_different_people_also_where_one_holds_all_roles(
    session: Session, programme: Programme, bond: Bond, step: Step
) -> None:
    parties = bond.parties
    first = parties.worker if step is Step.VERIFY else parties.evaluator
    everything = act_of(first, Role.WORKER, Role.EVALUATOR, Role.FUNDER)
    outcome = make_verified(session, bond) if step is Step.APPROVE else make_outcome(session, bond)
    if step is Step.VERIFY:
        assert key_of(lambda: bonds.verify(session, everything, outcome.id)) == "outcome.same_person"
    else:
        call = lambda: bonds.approve(session, everything, outcome.id, id=uuid4())  # noqa: E731 - one line
        assert key_of(call) == "outcome.evaluator_may_not_approve"
        for person in (first, parties.worker):
            act = act_of(person, Role.WORKER, Role.FUNDER)
            with pytest.raises(DomainError, match="same_person"):
                bonds.approve(session, act, outcome.id, id=uuid4())
    assert programme.id == outcome.programme_id


def test_without_an_account_nobody_decides(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    nobody = act_of(None, Role.EVALUATOR, Role.FUNDER)
    assert key_of(lambda: bonds.verify(session, nobody, outcome.id)) == "outcome.account_needed"


def test_evidence_that_was_withdrawn_after_verifying_stops_the_payment(
    session: Session, programme: Programme
) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    bond = make_bond(session, programme, goal=goal, required_rung=2)
    outcome = make_verified(session, bond, study_id=study.id)
    evidence.revoke_signature(session, act_of(evaluator), study.id, "The data were lost")
    call = lambda: bonds.approve(session, bond.parties.funds, outcome.id, id=uuid4())  # noqa: E731 - one line
    assert key_of(call) == "bonds.rung_too_low"


QUARTER = {"day": date(2025, 8, 1), "starts_on": date(2025, 7, 1), "ends_on": date(2025, 8, 31)}


def test_a_shortfall_is_brought_to_the_next_payment(session: Session, bond: Bond) -> None:
    """20 of 96 is 4 below what was expected anyway; the next 48 of 96 then give 24 - 4 = 20."""
    none = make_payment(session, bond, achieved=Decimal(20))
    assert (none.net_minor, bonds.calculation_of(none).shortfall) == (0, Decimal(4))
    later = make_payment(session, bond, **QUARTER)
    assert bonds.payable_units(bonds.calculation_of(later)) == 20


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        ({"shortfall": Shortfall.LOST}, DIPLOMA),
        ({}, replace(DIPLOMA, expected_anyway=Counterfactual())),
    ],
)
def test_a_shortfall_is_not_brought_where_a_later_edition_does_not_carry_it(
    session: Session, bond: Bond, terms: dict[str, Any], line: PerUnit
) -> None:
    make_payment(session, bond, achieved=Decimal(20))
    draft = bonds.next_edition(session, bond.edition.contract_id, uuid4(), "Shortfalls are forgiven")
    lines = (replace(draft.lines[0], terms=line),)
    edition = bonds.agree_contract(session, bond.parties.coordinates, replace(draft, lines=lines, **terms))
    later = make_payment(session, replace(bond, edition=edition), **QUARTER)
    expected = 24 if line == DIPLOMA else 48
    assert bonds.payable_units(bonds.calculation_of(later)) == expected


def test_caps_count_what_was_paid_under_all_editions(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    draft = bonds.next_edition(session, bond.edition.contract_id, uuid4(), "A lower cap")
    capped = replace(DIPLOMA, cap=euro(60_000))
    lines = (replace(draft.lines[0], terms=capped),)
    edition = bonds.agree_contract(session, bond.parties.coordinates, replace(draft, lines=lines))
    later = make_payment(session, replace(bond, edition=edition), **QUARTER)
    assert later.net_minor == 1_200_000
    assert bonds.calculation_of(later).over == euro(36_000)
    assert bonds.get_contract(session, edition.contract_id).paid == euro(60_000)


def test_two_funders_pay_in_proportion_to_what_each_set_aside(session: Session, programme: Programme) -> None:
    parties = make_parties(session, programme)
    province = make_organisation(session, kind=OrganisationKind.PROVINCE)
    session.add(Partner(id=uuid4(), organisation_id=province.id, part=Part.FUNDER, created_at=NOW))
    session.flush()
    draft = make_draft(parties, make_counted(session, make_goal(session)))
    extra = PartyDraft(organisation_id=province.id, part=Part.FUNDER, invested=euro(0), weight=Decimal(3))
    edition = bonds.agree_contract(
        session, parties.coordinates, replace(draft, parties=(*draft.parties, extra))
    )
    goal = edition.lines[0].goal
    indicator = edition.lines[0].indicator_edition.indicator
    whole = Bond(parties=parties, goal=goal, indicator=indicator, edition=edition, draft=draft)
    payment = make_payment(session, whole)
    (posted,) = cashflow.posted(session, payment_id=payment.id)
    given = {
        entry.account.party: entry.amount
        for entry in posted.transfer.entries
        if entry.account.kind is AccountKind.COMMITTED
    }
    assert given == {str(parties.city.id): euro(-12_000), str(province.id): euro(-36_000)}


# --- What was stored is what it was -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"calculation": "no JSON"},
        {"calculation": "{}"},
        {"sha256": "0" * 64},
        {"net_minor": 4_800_001},
        {"currency": "USD"},
    ],
)
def test_a_payment_that_was_tampered_with_is_not_right(
    session: Session, bond: Bond, change: dict[str, object]
) -> None:
    payment = make_payment(session, bond)
    copy = Payment(
        calculation=payment.calculation,
        sha256=payment.sha256,
        net_minor=payment.net_minor,
        currency=payment.currency,
    )
    assert bonds.is_right(copy)
    for name, value in change.items():
        setattr(copy, name, value)
    assert not bonds.is_right(copy)


def test_a_calculation_with_another_number_in_it_is_not_right(session: Session, bond: Bond) -> None:
    payment = make_payment(session, bond)
    stored = json.loads(payment.calculation)
    stored["outcome"]["achieved"] = "49"
    changed = Payment(
        calculation=json.dumps(stored, sort_keys=True, separators=(",", ":")),
        sha256=payment.sha256,
        net_minor=payment.net_minor,
        currency="EUR",
    )
    assert not bonds.is_right(changed)


def test_a_payment_cannot_be_changed_in_the_database(session: Session, bond: Bond) -> None:
    payment = make_payment(session, bond)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(update(Payment).values(net_minor=1))
    session.refresh(payment)
    assert payment.net_minor == 4_800_000


def test_a_ledger_that_does_not_add_up_is_found(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    ledger = cashflow.posted(session)
    twice = [*ledger, ledger[-1]]
    error = cashflow.check(twice)
    assert error is not None
    assert error.key == "cashflow.posted_twice"


def test_every_step_is_in_the_audit_trail(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert [one for one in actions if one.startswith(("bond", "outcome"))] == [
        "bond.agree",
        "outcome.declare",
        "outcome.verify",
        "outcome.approve",
    ]
    faults = audit.verify(session)
    assert not any(faults.values())


# --- Savings ------------------------------------------------------------------------------------------------


def test_a_saving_stands_beside_its_payment(session: Session, bond: Bond) -> None:
    """24 x EUR 14,300 = 343,200; half leaves the budget: 171,600 is 3.575 times the payment."""
    payment = make_payment(session, bond)
    row = bond.line().saving
    found = savings.beside(
        row,
        units=bonds.payable_units(bonds.calculation_of(payment)),
        counterfactual=CounterfactualKind.HISTORICAL,
        payment=euro(48_000),
        funders={bond.parties.city.id},
    )
    assert (found.saved.total, found.saved.cashable) == (euro(343_200), euro(171_600))
    assert (found.is_own, found.ratio) == (True, Fraction(171_600, 48_000))


def test_a_saving_in_another_budget_finances_nothing(session: Session, bond: Bond) -> None:
    found = savings.beside(
        bond.line().saving,
        units=Decimal(24),
        counterfactual=CounterfactualKind.NONE,
        payment=euro(48_000),
        funders={bond.parties.fund.id},
    )
    assert (found.is_own, found.ratio) == (False, Fraction(0))
    assert session.info["programme_id"] == bond.edition.programme_id


def test_a_saving_names_the_lines_that_rest_on_it(session: Session, bond: Bond) -> None:
    row, lines = savings.get_saving(session, bond.line().saving_id)
    assert (row.beneficiary.id, [line.line for line in lines]) == (bond.parties.city.id, ["DIPLOMA"])
    assert savings.funders(session, row) == {bond.parties.city.id}
    payment = make_payment(session, bond)
    assert [one.row.id for one in bonds.payments_for(session, row.id)] == [payment.id]
    with pytest.raises(NotFound):
        savings.get_saving(session, uuid4())


# --- Lists --------------------------------------------------------------------------------------------------


def test_lists_can_be_paged_and_narrowed_to_a_line(session: Session, bond: Bond) -> None:
    first = make_payment(session, bond)
    second = make_payment(session, bond, **QUARTER)
    assert [one.row.id for one in bonds.payments(session, limit=1)] == [second.id]
    assert [one.row.id for one in bonds.payments(session, before=second.code)] == [first.id]
    view, line = bonds.get_line(session, bond.line("JOB").id)
    assert (view.edition.number, line.row.line) == (1, "JOB")
    assert bonds.outcomes(session, line=line.row.line) == []
    assert len(bonds.get_line(session, bond.line().id)[1].outcomes) == 2
    newest = bonds.outcomes(session, limit=1)[0].row
    assert [one.row.id for one in bonds.outcomes(session, before=newest.code)] == [first.outcome_id]
    who = bonds.names(session, [bond.parties.worker.id, None])
    assert who == {bond.parties.worker.id: bond.parties.worker.name}
    assert bonds.names(session, []) == {}


def test_what_is_not_there_is_not_found(session: Session, bond: Bond) -> None:
    calls: list[Callable[[], object]] = [
        lambda: bonds.get_contract(session, uuid4()),
        lambda: bonds.get_contract(session, bond.edition.contract_id, 2),
        lambda: bonds.get_line(session, uuid4()),
        lambda: bonds.get_outcome(session, uuid4()),
        lambda: bonds.get_payment(session, uuid4()),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()


def test_a_programme_sees_no_money_of_another(database: Database, session: Session, bond: Bond) -> None:
    payment = make_payment(session, bond)
    session.commit()
    with database.writing() as making:
        other = make_programme(making)
    with database.read_session(other.id) as elsewhere:
        assert bonds.contracts(elsewhere) == []
        assert bonds.payments(elsewhere) == []
        assert cashflow.posted(elsewhere) == []
        with pytest.raises(NotFound):
            bonds.get_payment(elsewhere, payment.id)
        with pytest.raises(NotFound):
            bonds.get_outcome(elsewhere, payment.outcome_id)
