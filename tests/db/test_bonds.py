"""Contracts: entered step by step, agreed in editions that never change, and committed in the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.factories.bonds import (
    DIPLOMA,
    Bond,
    Parties,
    euro,
    make_bond,
    make_counted,
    make_draft,
    make_outcome,
    make_parties,
    make_payment,
)
from tests.factories.goals import make_goal
from tests.statements import counting
from toc.domain.cashflow import Account, AccountKind, Entry
from toc.domain.errors import DomainError
from toc.domain.people import Part, Step
from toc.models.bonds import BondContract, ContractDraft, ContractEdition
from toc.models.programmes import Partner, Programme
from toc.services import bonds, cashflow
from toc.services.bonds import PartyDraft
from toc.services.bonds.drafting import check_head, check_line
from toc.services.errors import NotFound, Stale


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


def next_draft(session: Session, bond: Bond, **terms: Any) -> bonds.Draft:  # noqa: ANN401 - named by the test
    draft = bonds.next_edition(session, bond.edition.contract_id, uuid4(), "The parties agreed on more")
    return replace(draft, **terms)


# --- Contracts ----------------------------------------------------------------------------------------------


def test_agreeing_makes_an_edition_with_its_lines_savings_parties_and_commitment(
    session: Session, bond: Bond
) -> None:
    edition = bond.edition
    assert (edition.number, edition.currency, edition.agreed_on) == (1, "EUR", date(2025, 1, 15))
    assert bonds.terms_of(edition).cap == euro(300_000)
    assert edition.sha256 == bonds.fingerprint(edition.terms)
    view = bonds.get_contract(session, edition.contract_id)
    assert [line.row.line for line in view.lines] == ["DIPLOMA", "JOB"]
    assert view.lines[0].row.saving.per_unit_minor == 1_430_000
    assert view.lines[1].row.saving is None
    assert [(one.row.part, one.put_in) for one in view.parties] == [
        (Part.FUNDER, euro(0)),
        (Part.INVESTOR, euro(300_000)),
        (Part.INVESTOR, euro(434_000)),
        (Part.PROVIDER, euro(0)),
        (Part.EVALUATOR, euro(0)),
    ]
    assert view.conflicted == ()
    held = {(one.kind, one.amount) for one in cashflow.balance(cashflow.posted(session))}
    assert held == {(AccountKind.OUTCOME_PAYER, euro(-300_000)), (AccountKind.COMMITTED, euro(300_000))}


def test_agreeing_twice_makes_one_edition(session: Session, bond: Bond) -> None:
    again = bonds.agree_contract(session, bond.parties.coordinates, bond.draft)
    assert again.id == bond.edition.id
    assert session.scalar(select(func.count()).select_from(ContractEdition)) == 1


def test_a_contract_without_cap_commits_nothing_and_pays_straight(
    session: Session, programme: Programme
) -> None:
    bond = make_bond(session, programme, cap=None)
    assert cashflow.posted(session) == []
    payment = make_payment(session, bond)
    (posted,) = cashflow.posted(session, payment_id=payment.id)
    assert posted.transfer.entries[0] == Entry(
        Account(AccountKind.OUTCOME_PAYER, str(bond.parties.city.id)), euro(-48_000)
    )
    assert cashflow.check(cashflow.posted(session)) is None


def test_an_evaluator_who_also_invests_is_named(session: Session, programme: Programme) -> None:
    bond = make_bond(session, programme)
    bureau, fund = bond.parties.bureau.id, bond.parties.fund.id
    own = PartyDraft(organisation_id=fund, part=Part.EVALUATOR, invested=euro(0))
    kept = tuple(one for one in bond.draft.parties if one.organisation_id != bureau)
    session.add(Partner(id=uuid4(), organisation_id=fund, part=Part.EVALUATOR, created_at=NOW))
    session.flush()
    draft = next_draft(session, bond, parties=(*kept, own))
    bonds.agree_contract(session, bond.parties.coordinates, draft)
    view = bonds.get_contract(session, bond.edition.contract_id)
    assert [one.organisation_id for one in view.conflicted] == [fund]


def test_a_next_edition_commits_the_difference_and_keeps_the_first(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    draft = next_draft(session, bond, cap=euro(350_000))
    second = bonds.agree_contract(session, bond.parties.coordinates, draft)
    assert [one.number for one, _ in bonds.history(session, second.contract_id)[1]] == [2, 1]
    assert bonds.get_contract(session, second.contract_id, 1).terms.cap == euro(300_000)
    assert bonds.get_contract(session, second.contract_id).terms.cap == euro(350_000)
    assert bonds.get_contract(session, second.contract_id).paid == euro(48_000)
    held = cashflow.committed(session, second.contract_id, "EUR")
    assert held == {str(bond.parties.city.id): euro(302_000)}
    assert cashflow.check(cashflow.posted(session, contract_id=second.contract_id)) is None


def test_an_edition_with_the_same_cap_posts_nothing(session: Session, bond: Bond) -> None:
    bonds.agree_contract(session, bond.parties.coordinates, next_draft(session, bond))
    assert len(cashflow.posted(session)) == 1


def test_a_cap_that_is_paid_already_leaves_nothing_committed(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    bonds.agree_contract(session, bond.parties.coordinates, next_draft(session, bond, cap=euro(48_000)))
    assert cashflow.committed(session, bond.edition.contract_id, "EUR") == {
        str(bond.parties.city.id): euro(0)
    }
    assert make_payment_refused(session, bond) == euro(0)


def make_payment_refused(session: Session, bond: Bond) -> Any:  # noqa: ANN401 - Money
    """Pay under a cap without room: the calculation is kept, nothing is posted."""
    edition = bonds.get_contract(session, bond.edition.contract_id).edition
    later = replace(bond, edition=edition)
    payment = make_payment(
        session, later, day=date(2025, 8, 1), starts_on=date(2025, 7, 1), ends_on=date(2025, 8, 31)
    )
    assert cashflow.posted(session, payment_id=payment.id) == []
    return bonds.calculation_of(payment).net


def test_terms_that_contradict_what_was_paid_are_refused(session: Session, bond: Bond) -> None:
    make_payment(session, bond)
    act = bond.parties.coordinates
    below = next_draft(session, bond, cap=euro(47_999))
    assert key_of(lambda: bonds.agree_contract(session, act, below)) == "bonds.cap_below_paid"


def test_terms_do_not_change_while_an_outcome_waits(session: Session, bond: Bond) -> None:
    outcome = make_outcome(session, bond)
    act = bond.parties.coordinates
    draft = next_draft(session, bond)
    assert key_of(lambda: bonds.agree_contract(session, act, draft)) == "bonds.outcomes_waiting"
    bonds.send_back(session, bond.parties.evaluates, outcome.id, Step.VERIFY, "Count again")
    assert bonds.agree_contract(session, act, draft).number == 2


def test_an_edition_made_from_an_older_one_is_refused(session: Session, bond: Bond) -> None:
    first, second = next_draft(session, bond), next_draft(session, bond)
    bonds.agree_contract(session, bond.parties.coordinates, first)
    call = lambda: bonds.agree_contract(session, bond.parties.coordinates, second)  # noqa: E731 - one line
    assert key_of(call) == "bonds.edition_overtaken"


def test_a_next_edition_of_nothing_is_not_found(session: Session, bond: Bond) -> None:
    draft = replace(next_draft(session, bond), contract_id=uuid4())
    with pytest.raises(NotFound):
        bonds.agree_contract(session, bond.parties.coordinates, draft)
    with pytest.raises(NotFound):
        bonds.next_edition(session, uuid4(), uuid4(), "why")


def test_a_next_edition_begins_as_the_current_one(session: Session, bond: Bond) -> None:
    draft = bonds.next_edition(session, bond.edition.contract_id, uuid4(), "why")
    assert draft.lines == bond.draft.lines
    assert set(draft.parties) == set(bond.draft.parties)
    assert draft.contract("C1") == replace(bonds.terms_of(bond.edition), edition=2)
    assert (draft.based_on, draft.reason, draft.clause) == (1, "why", bond.draft.clause)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda draft: replace(draft, name=" "), "bonds.name_missing"),
        (lambda draft: replace(draft, based_on=1), "bonds.reason_missing"),
        (lambda draft: replace(draft, agreed_on=date(1800, 1, 1)), "bonds.bad_day"),
        (lambda draft: replace(draft, required_rung=6), "bonds.no_such_rung"),
        (lambda draft: replace(draft, cap=euro("0.001")), "bonds.bad_contract_cap"),
        (lambda draft: replace(draft, lines=()), "bonds.no_lines"),
        (lambda draft: replace(draft, parties=draft.parties[:1] * 2), "bonds.party_twice"),
        (lambda draft: with_party(draft, 1, invested=euro(-1)), "bonds.bad_invested"),
        (lambda draft: with_party(draft, 1, invested=euro("0.001")), "bonds.bad_invested"),
        (lambda draft: with_party(draft, 3, invested=euro(1)), "bonds.only_investors_invest"),
        (lambda draft: with_party(draft, 0, weight=Decimal(-1)), "bonds.bad_weight"),
        (lambda draft: with_party(draft, 0, weight=Decimal(10**7)), "bonds.bad_weight"),
        (lambda draft: with_party(draft, 4, weight=Decimal(1)), "bonds.no_share_for_part"),
        (lambda draft: with_party(draft, 0, weight=Decimal(0)), "bonds.no_funder"),
        (lambda draft: replace(draft, parties=draft.parties[:1]), "bonds.no_receiver"),
        (lambda draft: with_party(draft, 1, invested=euro(1)), "bonds.investments_differ"),
        (lambda draft: with_party(draft, 1, organisation_id=UUID(int=1)), "bonds.not_a_partner"),
        (lambda draft: with_line(draft, indicator_id=UUID(int=1)), "bonds.no_such_indicator"),
        (lambda draft: with_saving(draft, beneficiary_id=UUID(int=1)), "bonds.budget_not_a_partner"),
        (lambda draft: with_saving(draft, price_year=1), "bonds.bad_price_year"),
        (lambda draft: with_saving(draft, source=" "), "savings.source_missing"),
        (lambda draft: with_saving(draft, per_unit=euro("0.001")), "money.not_rounded"),
        (lambda draft: with_line(draft, name=" "), "bonds.name_missing"),
        (lambda draft: with_line(draft, terms=replace(DIPLOMA, code="diploma!")), "bonds.bad_code"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_leaves_nothing(
    session: Session, parties: Parties, change: Callable[[bonds.Draft], bonds.Draft], key: str
) -> None:
    indicator = make_counted(session, make_goal(session))
    draft = change(make_draft(parties, indicator))
    with session.begin_nested() as savepoint:
        assert key_of(lambda: bonds.agree_contract(session, parties.coordinates, draft)) == key
        savepoint.rollback()
    assert session.scalar(select(func.count()).select_from(BondContract)) == 0


def with_party(draft: bonds.Draft, at: int, **fields: Any) -> bonds.Draft:  # noqa: ANN401 - named by the test
    parties = list(draft.parties)
    parties[at] = replace(parties[at], **fields)
    return replace(draft, parties=tuple(parties))


def with_line(draft: bonds.Draft, **fields: Any) -> bonds.Draft:  # noqa: ANN401 - named by the test
    return replace(draft, lines=(replace(draft.lines[0], **fields),))


def with_saving(draft: bonds.Draft, **fields: Any) -> bonds.Draft:  # noqa: ANN401 - named by the test
    saving = draft.lines[0].saving
    assert saving is not None
    return with_line(draft, saving=replace(saving, **fields))


def test_another_currency_than_the_programmes_is_refused(session: Session, parties: Parties) -> None:
    indicator = make_counted(session, make_goal(session))
    draft = make_draft(parties, indicator)
    parties.programme.currency = "GBP"
    session.merge(parties.programme)
    session.flush()
    call = lambda: bonds.agree_contract(session, parties.coordinates, draft)  # noqa: E731 - one line
    assert key_of(call) == "bonds.other_currency"


def test_what_was_agreed_cannot_be_changed_in_the_database(session: Session, bond: Bond) -> None:
    with pytest.raises(Exception, match="append-only"), session.begin_nested():
        session.execute(update(ContractEdition).values(clause="another"))
    assert bond.edition.clause == "Contract of 15 January 2025"


def test_terms_that_are_not_what_was_agreed_are_said_to_be_unreadable(bond: Bond) -> None:
    broken = ContractEdition(terms={"code": "C1"})
    assert key_of(lambda: bonds.terms_of(broken)) == "bonds.unreadable"
    assert bonds.terms_of(bond.edition).code.startswith("C")


# --- Drafts -------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_step_by_step_and_gone_once_agreed(session: Session, parties: Parties) -> None:
    indicator = make_counted(session, make_goal(session))
    whole = make_draft(parties, indicator)
    act = parties.coordinates
    first = replace(whole, parties=(), lines=())
    row = bonds.start_draft(session, act, first)
    assert bonds.start_draft(session, act, replace(first, name="Sent twice")).id == row.id
    assert bonds.get_draft(session, whole.id)[1] == first
    row = bonds.save_draft(session, act, replace(first, parties=whole.parties), row.revision)
    draft = bonds.get_draft(session, whole.id)[1]
    for line in whole.lines:
        draft = bonds.put_line(draft, line, None)
    bonds.save_draft(session, act, draft, row.revision)
    assert [one for _, one in bonds.drafts(session)] == [whole]
    edition = bonds.agree_contract(session, act, whole)
    assert bonds.drafts(session) == []
    assert edition.contract_id == whole.id
    with pytest.raises(NotFound):
        bonds.get_draft(session, whole.id)


def test_two_people_cannot_undo_each_others_steps(session: Session, parties: Parties) -> None:
    draft = make_draft(parties, make_counted(session, make_goal(session)))
    row = bonds.start_draft(session, parties.coordinates, draft)
    with pytest.raises(Stale):
        bonds.save_draft(session, parties.coordinates, draft, row.revision + 1)


def test_a_draft_can_be_thrown_away_twice(session: Session, parties: Parties) -> None:
    draft = make_draft(parties, make_counted(session, make_goal(session)))
    bonds.start_draft(session, parties.coordinates, draft)
    bonds.discard_draft(session, parties.coordinates, draft.id)
    bonds.discard_draft(session, parties.coordinates, draft.id)
    assert session.scalar(select(func.count()).select_from(ContractDraft)) == 0


def test_lines_are_put_in_replaced_and_taken_out(session: Session, parties: Parties) -> None:
    draft = make_draft(parties, make_counted(session, make_goal(session)))
    first, second = draft.lines
    renamed = replace(first, terms=replace(DIPLOMA, code="PAPER"))
    assert bonds.put_line(draft, renamed, "DIPLOMA").lines == (renamed, second)
    assert bonds.put_line(draft, replace(first, name="Better"), "DIPLOMA").lines[0].name == "Better"
    assert key_of(lambda: bonds.put_line(draft, second, "DIPLOMA")) == "bonds.code_twice"
    assert key_of(lambda: bonds.put_line(draft, first, None)) == "bonds.code_twice"
    with pytest.raises(NotFound):
        bonds.put_line(draft, renamed, "GONE")
    assert bonds.take_line(draft, "DIPLOMA").lines == (second,)
    assert bonds.take_line(draft, "GONE") == draft


def test_a_line_may_have_no_saving(session: Session, parties: Parties) -> None:
    draft = make_draft(parties, make_counted(session, make_goal(session)))
    check_line(replace(draft.lines[0], saving=None))
    check_head(draft)


def test_contracts_are_read_in_the_same_statements_however_much_there_is(
    session: Session, programme: Programme, parties: Parties
) -> None:
    counts = []
    for many in (1, 4):
        for _ in range(many):
            made = make_bond(session, programme, parties=parties)
            make_payment(session, made)
        session.expunge_all()
        with counting(session) as seen:
            assert len(bonds.contracts(session)) in {1, 5}
        counts.append(len(seen))
    assert counts == [5, 5]
