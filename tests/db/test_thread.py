"""From any thing on the thread to all others, and back."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.bonds import (
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
from tests.factories.goals import make_goal
from tests.factories.indicators import make_indicator
from tests.factories.interviews import make_group, make_heard, make_statement
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.goals import Standing
from toc.domain.interviews import Audience
from toc.domain.people import Role, Step
from toc.domain.thread import BeadKind, Chain
from toc.models.bonds import Outcome
from toc.models.programmes import Programme
from toc.services.bonds import agree_contract, send_back
from toc.services.errors import NotFound
from toc.services.goals import add_sources
from toc.services.thread import chain

EVALUATOR = act_of(None, Role.EVALUATOR)
FUNDER = act_of(None, Role.FUNDER)


def ids(found: Chain, kind: BeadKind) -> set[UUID | None]:
    return {item.id for item in found.items[kind]}


class Whole:
    """A thread with one thing of each kind."""

    def __init__(self, session: Session, programme: Programme) -> None:
        self.group = make_group(session)
        interviews = make_heard(session, self.group, 3)
        self.statement = make_statement(session, interviews[0])
        self.goal = make_goal(session, "Young people keep a job", statements=[self.statement])
        self.study = make_study(session, self.goal)
        self.bond = make_bond(session, programme, goal=self.goal)
        self.payment = make_payment(session, self.bond, study_id=self.study.id)
        outcome = session.get_one(Outcome, (programme.id, self.payment.outcome_id))
        self.things: dict[BeadKind, UUID] = {
            BeadKind.STATEMENT: self.statement.id,
            BeadKind.GOAL: self.goal.id,
            BeadKind.INDICATOR: self.bond.indicator.id,
            BeadKind.MEASUREMENT: outcome.measurements[0].measurement_id,
            BeadKind.EFFECT: self.study.id,
            BeadKind.OUTCOME: outcome.id,
            BeadKind.SAVING: self.bond.line().saving_id,
            BeadKind.PAYMENT: self.payment.id,
        }


@pytest.fixture
def whole(session: Session, programme: Programme) -> Whole:
    return Whole(session, programme)


@pytest.mark.parametrize("start", list(BeadKind))
def test_every_thing_leads_to_every_other(session: Session, whole: Whole, start: BeadKind) -> None:
    found = chain(session, EVALUATOR, start, whole.things[start])
    assert {kind: whole.things[kind] in ids(found, kind) for kind in BeadKind} == dict.fromkeys(
        BeadKind, True
    )


def test_a_payment_rests_on_its_own_outcome_measurement_and_study_alone(
    session: Session, whole: Whole
) -> None:
    later = make_outcome(
        session, whole.bond, starts_on=date(2025, 7, 1), ends_on=date(2025, 7, 31), day=date(2025, 7, 31)
    )
    make_study(session, whole.goal)
    found = chain(session, EVALUATOR, BeadKind.PAYMENT, whole.payment.id)
    for kind in (BeadKind.MEASUREMENT, BeadKind.EFFECT, BeadKind.OUTCOME, BeadKind.PAYMENT):
        assert ids(found, kind) == {whole.things[kind]}
    assert later.id in ids(chain(session, EVALUATOR, BeadKind.GOAL, whole.goal.id), BeadKind.OUTCOME)


def test_an_outcome_without_study_rests_on_none(session: Session, programme: Programme) -> None:
    bond = make_bond(session, programme)
    make_study(session, bond.goal)
    declared = make_outcome(session, bond)
    found = chain(session, EVALUATOR, BeadKind.OUTCOME, declared.id)
    assert found.items[BeadKind.EFFECT] == ()
    assert found.waiting[BeadKind.PAYMENT].key == "thread.waits_for_evaluator"


def test_what_waits_is_said(session: Session, programme: Programme) -> None:
    bond = make_bond(session, programme)
    before = chain(session, EVALUATOR, BeadKind.GOAL, bond.goal.id)
    assert before.waiting[BeadKind.OUTCOME].key == "thread.waits_for_worker"
    make_verified(session, bond)
    after = chain(session, EVALUATOR, BeadKind.GOAL, bond.goal.id)
    assert after.waiting[BeadKind.PAYMENT].key == "thread.waits_for_funder"
    assert after.items[BeadKind.OUTCOME][0].says[1].key == "thread.verified"


def test_a_goal_that_no_contract_pays_for_says_so(session: Session) -> None:
    found = chain(session, EVALUATOR, BeadKind.GOAL, make_goal(session).id)
    assert found.required is None
    assert found.waiting[BeadKind.PAYMENT].key == "thread.no_contract"


def test_a_contract_says_what_it_asks_for(session: Session, programme: Programme) -> None:
    low = make_bond(session, programme)
    found = chain(session, EVALUATOR, BeadKind.GOAL, low.goal.id)
    assert found.required == frozenset({BeadKind.OUTCOME, BeadKind.PAYMENT, BeadKind.SAVING})
    high = make_bond(session, programme, required_rung=2)
    assert BeadKind.EFFECT in (chain(session, EVALUATOR, BeadKind.GOAL, high.goal.id).required or ())


def test_the_payer_gets_a_number_of_participants_and_no_words(session: Session, whole: Whole) -> None:
    (item,) = chain(session, FUNDER, BeadKind.PAYMENT, whole.payment.id).items[BeadKind.STATEMENT]
    assert item.id is None
    assert item.says[0].key == "thread.said_by"
    assert item.says[0].params == {"said": 1, "asked": 3}


def test_a_statement_before_any_goal_is_alone(session: Session) -> None:
    statement = make_statement(session, make_heard(session, make_group(session), 3)[0])
    found = chain(session, EVALUATOR, BeadKind.STATEMENT, statement.id)
    assert ids(found, BeadKind.STATEMENT) == {statement.id}
    assert found.items[BeadKind.GOAL] == ()


def test_a_hidden_goal_stays_hidden(session: Session) -> None:
    statement = make_statement(
        session, make_heard(session, make_group(session), 3)[0], audience=Audience.PAYER
    )
    hidden = make_goal(session, "Keep my benefit", standing=Standing.HIDDEN, statements=[statement])
    viewer = act_of(None, Role.VIEWER)
    assert ids(chain(session, EVALUATOR, BeadKind.STATEMENT, statement.id), BeadKind.GOAL) == {hidden.id}
    assert chain(session, viewer, BeadKind.STATEMENT, statement.id).items[BeadKind.GOAL] == ()


def test_a_corrected_measurement_leaves_the_goal_but_not_the_payment(session: Session, whole: Whole) -> None:
    old = whole.things[BeadKind.MEASUREMENT]
    new = make_count(session, whole.bond.indicator, date(2025, 6, 30), 47, version=2, supersedes_id=old)
    of_goal = ids(chain(session, EVALUATOR, BeadKind.GOAL, whole.goal.id), BeadKind.MEASUREMENT)
    assert new.id in of_goal
    assert old not in of_goal
    assert ids(chain(session, EVALUATOR, BeadKind.PAYMENT, whole.payment.id), BeadKind.MEASUREMENT) == {old}
    assert ids(chain(session, EVALUATOR, BeadKind.MEASUREMENT, old), BeadKind.MEASUREMENT) == {old}


@pytest.mark.parametrize(
    "kind", [kind for kind in BeadKind if kind not in {BeadKind.STATEMENT, BeadKind.GOAL}]
)
def test_a_thing_that_is_not_here_is_not_found(session: Session, kind: BeadKind) -> None:
    with pytest.raises(NotFound):
        chain(session, EVALUATOR, kind, uuid4())


def test_a_longer_thread_takes_no_more_statements(session: Session, whole: Whole) -> None:
    def count(act: Act) -> int:
        session.expire_all()
        with counting(session) as statements:
            chain(session, act, BeadKind.GOAL, whole.goal.id)
        return len(statements)

    few = count(EVALUATOR)
    more = [make_statement(session, interview) for interview in make_heard(session, whole.group, 20)]
    add_sources(session, EVALUATOR, whole.goal.id, [one.id for one in more])
    for month in range(1, 6):
        make_count(session, whole.bond.indicator, date(2025, month, 1), 10 + month)
        make_study(session, whole.goal)
    assert count(EVALUATOR) == few
    assert few <= 8


def test_an_indicator_says_what_it_aims_at(session: Session) -> None:
    goal = make_goal(session)
    make_indicator(session, goal)
    (item,) = chain(session, EVALUATOR, BeadKind.GOAL, goal.id).items[BeadKind.INDICATOR]
    assert item.says[1].key == "thread.target"


def test_a_line_without_a_saving_does_not_ask_for_one(session: Session, programme: Programme) -> None:
    parties = make_parties(session, programme)
    goal = make_goal(session)
    draft = make_draft(parties, make_counted(session, goal))
    bare = tuple(replace(line, saving=None) for line in draft.lines)
    agree_contract(session, parties.coordinates, replace(draft, lines=bare))
    required = chain(session, EVALUATOR, BeadKind.GOAL, goal.id).required
    assert required == frozenset({BeadKind.OUTCOME, BeadKind.PAYMENT})


def test_an_outcome_that_was_returned_waits_for_nobody_but_the_worker(
    session: Session, programme: Programme
) -> None:
    bond = make_bond(session, programme)
    declared = make_outcome(session, bond)
    send_back(session, bond.parties.evaluates, declared.id, Step.VERIFY, "Count again.")
    found = chain(session, EVALUATOR, BeadKind.GOAL, bond.goal.id)
    assert BeadKind.PAYMENT not in found.waiting
    assert found.items[BeadKind.OUTCOME][0].says[1].key == "thread.returned"


def test_what_hangs_on_a_hidden_goal_is_hidden_with_it(session: Session) -> None:
    statement = make_statement(session, make_heard(session, make_group(session), 3)[0])
    hidden = make_goal(session, "Keep my benefit", standing=Standing.HIDDEN, statements=[statement])
    indicator = make_counted(session, hidden)
    found = chain(session, act_of(None, Role.VIEWER), BeadKind.INDICATOR, indicator.id)
    assert found.items[BeadKind.STATEMENT] == ()
    assert found.items[BeadKind.GOAL] == ()
