"""Links of goals and the tree as services keep them, also with two at once, and the money on goals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier, Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.db.goal_rows import VIEWER, actions, count, view
from tests.factories import NOW, TODAY, make_organisation, make_programme, make_user
from tests.factories.goals import (
    EVALUATOR,
    make_goal,
    make_link,
)
from tests.factories.interviews import make_group
from toc.domain.errors import DomainError
from toc.domain.goals import KeyReason, Level, LinkStatus, Stance, Standing
from toc.domain.indicators import Direction, Frequency, Kind
from toc.domain.money import Money
from toc.models.bonds import BondContract, ContractEdition, ContractLine, Outcome, Payment
from toc.models.database import Database
from toc.models.goals import Goal, GoalLink
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalDraft, LinkDraft


def statements_of(session: Session, call: Callable[[], object]) -> int:
    """How many statements a call sends to the database."""
    sent: list[str] = []
    connection = session.connection()

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(sent)


# --- Links --------------------------------------------------------------------------------------------------


def test_a_link_says_why(session: Session) -> None:
    learn, work = make_goal(session, "Learn"), make_goal(session, "Work")
    draft = LinkDraft(
        mechanism="A diploma opens doors.",
        assumption="There are jobs.",
        condition="Within travelling distance.",
        is_key=True,
        key_reason=KeyReason.CENTRAL,
        confidence=2,
        status=LinkStatus.SUPPORTED,
        source="SCP 2023",
    )
    link_id = uuid4()
    for _ in range(2):
        service.link_goals(session, EVALUATOR, link_id, lower_id=learn.id, upper_id=work.id, draft=draft)
    found = service.get_link(session, VIEWER, link_id)
    assert (found.lower.wording, found.upper.wording, found.draft) == ("Learn", "Work", draft)
    below, above = service.neighbours(session, VIEWER, work.id)
    assert [(one.goal.wording, one.link_id, one.draft) for one in below] == [("Learn", link_id, draft)]
    assert above == ()
    below, above = service.neighbours(session, VIEWER, learn.id)
    assert (below, [one.goal.wording for one in above]) == ((), ["Work"])
    assert actions(session) == ["goal.create", "goal.create", "link.create"]


def test_a_link_that_the_tree_cannot_hold_is_refused_in_codes(session: Session) -> None:
    a, b, c = (make_goal(session, wording) for wording in "abc")
    make_link(session, a, b)
    make_link(session, b, c)
    for lower, upper, key, way in (
        (a, a, "link.self", ""),
        (a, b, "link.duplicate", ""),
        (c, a, "link.cycle", "G1 → G2 → G3"),
    ):
        with pytest.raises(Conflict) as error:
            make_link(session, lower, upper)
        assert error.value.key == key
        assert error.value.params == {"lower": f"G{lower.code}", "upper": f"G{upper.code}", "way": way}


@pytest.mark.parametrize("confidence", [-1, 5])
def test_confidence_has_a_scale(session: Session, confidence: int) -> None:
    a, b = make_goal(session), make_goal(session)
    with pytest.raises(DomainError) as error:
        make_link(session, a, b, confidence=confidence)
    assert error.value.key == "link.bad_confidence"
    link = make_link(session, a, b, confidence=4)
    with pytest.raises(DomainError):
        service.edit_link(session, EVALUATOR, link.id, LinkDraft(confidence=confidence))


def test_links_need_goals_of_this_programme(session: Session) -> None:
    goal = make_goal(session)
    for lower, upper in ((goal.id, uuid4()), (uuid4(), goal.id)):
        with pytest.raises(NotFound):
            service.link_goals(session, EVALUATOR, uuid4(), lower_id=lower, upper_id=upper, draft=LinkDraft())


def test_a_link_is_edited_by_one_person_at_a_time(session: Session) -> None:
    link = make_link(session, make_goal(session), make_goal(session))
    before = service.get_link(session, EVALUATOR, link.id)
    theirs = LinkDraft(mechanism="Theirs", is_key=True, key_reason=KeyReason.CONTESTED)
    service.edit_link(session, EVALUATOR, link.id, theirs, revision=before.revision)
    after = service.get_link(session, EVALUATOR, link.id)
    assert after.draft == theirs
    with pytest.raises(Stale) as error:
        service.edit_link(session, EVALUATOR, link.id, LinkDraft(), revision=before.revision)
    assert (error.value.theirs["mechanism"], error.value.revision) == ("Theirs", after.revision)
    service.edit_link(session, EVALUATOR, link.id, LinkDraft(mechanism="Mine"))
    assert service.get_link(session, EVALUATOR, link.id).draft.mechanism == "Mine"


def test_a_link_that_is_removed_leaves_its_goals(session: Session) -> None:
    a, b = make_goal(session), make_goal(session)
    link = make_link(session, a, b)
    service.remove_link(session, EVALUATOR, link.id)
    assert (count(session, GoalLink), count(session, Goal)) == (0, 2)
    with pytest.raises(NotFound):
        service.remove_link(session, EVALUATOR, link.id)
    make_link(session, b, a)
    assert actions(session)[-2:] == ["link.remove", "link.create"]


def four_goals(separate: Database) -> tuple[UUID, list[UUID]]:
    with separate.writing() as session:
        programme_id = make_programme(session).id
    with separate.writing(programme_id) as session:
        return programme_id, [make_goal(session).id for _ in range(4)]


def links(separate: Database) -> int:
    with separate.read_session() as session:
        return count(session, GoalLink)


def test_a_link_waits_for_one_that_would_close_a_circle_with_it(separate: Database) -> None:
    programme_id, (a, b, *_) = four_goals(separate)
    made, tries = Event(), Event()

    def first() -> None:
        with separate.writing(programme_id) as session:
            service.link_goals(session, EVALUATOR, uuid4(), lower_id=a, upper_id=b, draft=LinkDraft())
            made.set()
            assert tries.wait(10)
            # Long enough for the other to look at the links, if nothing kept it waiting.
            Event().wait(0.5)

    def second() -> str:
        assert made.wait(10)
        tries.set()
        with pytest.raises(Conflict) as error, separate.writing(programme_id) as session:
            service.link_goals(session, EVALUATOR, uuid4(), lower_id=b, upper_id=a, draft=LinkDraft())
        return error.value.key

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(first), pool.submit(second)
        one.result(30)
        assert other.result(30) == "link.cycle"
    assert links(separate) == 1


def test_four_people_do_not_close_a_circle_together(separate: Database) -> None:
    programme_id, goals = four_goals(separate)
    start = Barrier(len(goals))

    def link(place: int) -> str:
        start.wait(10)
        lower, upper = goals[place], goals[(place + 1) % len(goals)]
        try:
            with separate.writing(programme_id) as session:
                service.link_goals(
                    session, EVALUATOR, uuid4(), lower_id=lower, upper_id=upper, draft=LinkDraft()
                )
        except Conflict as error:
            return error.key
        return "linked"

    with ThreadPoolExecutor(len(goals)) as pool:
        ends = sorted(pool.map(link, range(len(goals))))
    assert ends == ["link.cycle", "linked", "linked", "linked"]
    assert links(separate) == 3


def test_two_people_who_reword_a_goal_at_once_do_not_lose_each_other(separate: Database) -> None:
    programme_id, (goal_id, *_) = four_goals(separate)
    with separate.read_session(programme_id) as session:
        goal = service.get_goal(session, EVALUATOR, goal_id)
    start = Barrier(2)

    def reword(wording: str) -> str:
        start.wait(10)
        try:
            with separate.writing(programme_id) as session:
                draft = replace(goal.draft, wording=wording)
                service.new_edition(session, EVALUATOR, goal, draft, "So.", revision=goal.revision)
        except Stale as error:
            return str(error.theirs["wording"])
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(reword, ("One", "Two")))
    assert sorted(ends) in (["One", "saved"], ["Two", "saved"])
    with separate.read_session(programme_id) as session:
        assert service.get_goal(session, EVALUATOR, goal_id).edition == 2


def test_one_form_sent_twice_at_once_makes_one_goal(separate: Database) -> None:
    programme_id, _ = four_goals(separate)
    goal_id, start = uuid4(), Barrier(4)

    def send(_: int) -> int:
        start.wait(10)
        with separate.writing(programme_id) as session:
            return service.add_goal(session, EVALUATOR, goal_id, GoalDraft(wording="Once")).code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [5, 5, 5, 5]


# --- The tree -----------------------------------------------------------------------------------------------


def test_the_tree_holds_what_a_picture_needs(session: Session) -> None:
    town, youth = make_group(session, name="Municipality"), make_group(session, name="Young people")
    silent = make_group(session, name="Clients' council")
    low = make_goal(session, "Learn", level=Level.ACTIVITY, holders=[youth, town])
    high = make_goal(session, "Work", level=None, is_primary=True)
    hidden = make_goal(session, "Secret", standing=Standing.HIDDEN)
    link = make_link(session, low, high, mechanism="So", is_key=True, confidence=3, source="SCP")
    make_link(session, hidden, high)
    tree = service.tree(session, VIEWER)
    first, second = tree.goals
    assert (first.code, first.wording, first.level, first.holders) == (
        "G1",
        "Learn",
        Level.ACTIVITY,
        ((town.code, Stance.SUPPORTS), (youth.code, Stance.SUPPORTS)),
    )
    assert (second.is_primary, second.level, second.holders, second.released) == (True, None, (), True)
    (only,) = tree.links
    assert (only.id, only.edge, only.is_key, only.confidence) == (link.id, (low.id, high.id), True, 3)
    assert [(party.name, party.code) for party in tree.parties] == [
        ("Municipality", f"S{town.code}"),
        ("Young people", f"S{youth.code}"),
        ("Clients' council", f"S{silent.code}"),
    ]
    whole = service.tree(session, EVALUATOR)
    assert [goal.wording for goal in whole.goals] == ["Learn", "Work", "Secret"]
    assert [link.lower_id for link in whole.links] == [low.id, hidden.id]
    assert whole.hidden is None


def test_the_number_of_hidden_goals_is_told_from_the_threshold_on(
    session: Session, programme: Programme
) -> None:
    for _ in range(programme.small_number_threshold - 1):
        make_goal(session, standing=Standing.HIDDEN)
    assert service.tree(session, VIEWER).hidden is None
    make_goal(session, standing=Standing.HIDDEN)
    assert service.tree(session, VIEWER).hidden == 10
    assert service.tree(session, VIEWER).goals == ()
    assert service.tree(session, EVALUATOR).hidden is None


def test_the_review_names_what_the_tree_misses(session: Session) -> None:
    low = make_goal(session, "Learn", level=Level.ACTIVITY)
    high = make_goal(session, "Work")
    says = {"mechanism": "So", "assumption": "Jobs", "confidence": 1, "status": LinkStatus.UNTESTED}
    make_link(session, low, high, is_key=True, alternatives="Luck", **says)
    alone = make_goal(session, "Alone", level=Level.OUTPUT)
    review = service.tree(session, VIEWER).review()
    assert (review.activities, review.key_links, review.key_links_complete) == (1, 1, 1)
    assert [(problem.key, problem.subjects) for problem in review.problems] == [
        ("tree.unconnected", (alone.code,))
    ]


def test_the_tree_takes_as_many_statements_whatever_its_size(session: Session) -> None:
    party = make_group(session)
    goals = [make_goal(session, holders=[party]) for _ in range(3)]

    def statements() -> int:
        session.expire_all()
        return statements_of(session, lambda: service.tree(session, EVALUATOR))

    few = statements()
    for _ in range(30):
        goals.append(make_goal(session, holders=[make_group(session)]))
        make_link(session, goals[-1], goals[0])
    assert statements() == few == 5
    assert statements_of(session, lambda: service.tree(session, VIEWER)) == 6


def test_one_goal_takes_one_statement(session: Session) -> None:
    goal = make_goal(session, holders=[make_group(session)])
    assert statements_of(session, lambda: view(session, goal)) == 1
    assert statements_of(session, lambda: service.neighbours(session, VIEWER, goal.id)) == 1
    assert statements_of(session, lambda: service.visible_goals(session, VIEWER)) == 1


# --- Money --------------------------------------------------------------------------------------------------


def make_contract(session: Session, goal: Goal, *, number: int = 1) -> ContractLine:
    """A contract edition with one line that pays for a goal."""
    made = {"created_at": NOW}
    contract = session.scalar(select(BondContract))
    if contract is None:
        contract = BondContract(id=uuid4(), code=1, name="The bond", **made)
        session.add(contract)
    contract.edition = number
    session.flush()
    edition = ContractEdition(
        id=uuid4(),
        contract_id=contract.id,
        number=number,
        agreed_on=TODAY,
        currency="EUR",
        terms={},
        sha256="",
        **made,
    )
    indicator = Indicator(id=uuid4(), code=number, goal_id=goal.id, **made)
    session.add_all([edition, indicator])
    session.flush()
    measured = IndicatorEdition(
        id=uuid4(),
        indicator_id=indicator.id,
        goal_edition_id=view(session, goal).edition_id,
        number=1,
        name="Jobs",
        kind=Kind.COUNT,
        direction=Direction.HIGHER,
        frequency=Frequency.YEARLY,
        **made,
    )
    session.add(measured)
    session.flush()
    line = ContractLine(
        id=uuid4(),
        contract_edition_id=edition.id,
        position=1,
        line="jobs",
        name="Jobs kept",
        goal_id=goal.id,
        indicator_edition_id=measured.id,
        **made,
    )
    session.add(line)
    session.flush()
    return line


def test_lines_of_the_current_contract_say_what_they_paid(session: Session) -> None:
    goal, payer = make_goal(session), make_user(session)
    make_contract(session, goal)
    line = make_contract(session, goal, number=2)
    make_organisation(session)
    for period, minor in ((1, 150_000), (2, 50), (3, None)):
        outcome = Outcome(
            id=uuid4(),
            code=period,
            contract_line_id=line.id,
            starts_on=date(2025, period, 1),
            ends_on=date(2025, period, 28),
            achieved=Decimal(3),
            created_at=NOW,
        )
        session.add(outcome)
        session.flush()
        if minor is not None:
            session.add(
                Payment(
                    id=uuid4(),
                    code=period,
                    outcome_id=outcome.id,
                    contract_edition_id=line.contract_edition_id,
                    calculation="{}",
                    sha256="",
                    net_minor=minor,
                    currency="EUR",
                    approved_by_id=payer.id,
                    approved_at=NOW,
                    on=TODAY,
                )
            )
    session.flush()
    (paying,) = service.paying_lines(session, goal.id)
    assert (paying.id, paying.name, paying.contract, paying.outcomes) == (
        line.id,
        "Jobs kept",
        "The bond",
        2,
    )
    assert paying.paid == Money.from_minor(150_050, "EUR")
    assert service.paying_lines(session, make_goal(session).id) == []
