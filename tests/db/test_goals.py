"""Goals as services keep them: editions, holders, sources, links, and what each reader may know of."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Barrier, Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_organisation, make_programme, make_user
from tests.factories.goals import (
    EVALUATOR,
    make_goal,
    make_link,
    make_statements,
)
from tests.factories.interviews import make_group
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import KeyReason, Level, LinkStatus, Stance, Standing
from toc.domain.indicators import Direction, Frequency, Kind, Status
from toc.domain.money import Money
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.bonds import BondContract, ContractEdition, ContractLine, Outcome, Payment
from toc.models.database import Database
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink, GoalSource
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.interviews import Interview
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalDraft, Held, LinkDraft

VIEWER = act_of(None, Role.VIEWER)
FUNDER_TOO = act_of(None, Role.EVALUATOR, Role.FUNDER)


def view(session: Session, goal: Goal) -> service.GoalView:
    return service.get_goal(session, EVALUATOR, goal.id)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


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


# --- Adding -------------------------------------------------------------------------------------------------


def test_a_goal_begins_with_its_first_edition(session: Session) -> None:
    party = make_group(session)
    (said,) = make_statements(session, party, "I want to belong somewhere.")
    goal = make_goal(
        session,
        "Young people belong",
        level=Level.IMPACT,
        holders=[Held(group_id=party.id, stance=Stance.SUPPORTS, importance=5)],
        statements=[said],
        is_primary=True,
        explanation="Also in the evening.",
        for_whom="young adults",
        by_when=date(2027, 1, 1),
        importance=4,
        feasibility=2,
    )
    found = view(session, goal)
    assert (found.code, found.edition, found.wording, found.level) == (
        "G1",
        1,
        "Young people belong",
        Level.IMPACT,
    )
    assert (found.is_primary, found.released, found.visible_from) == (True, True, 1)
    assert found.draft == GoalDraft(
        wording="Young people belong",
        level=Level.IMPACT,
        explanation="Also in the evening.",
        for_whom="young adults",
        by_when=date(2027, 1, 1),
        importance=4,
        feasibility=2,
    )
    (holder,) = session.scalars(select(GoalHolder))
    assert (holder.group_id, holder.stance, holder.importance) == (party.id, Stance.SUPPORTS, 5)
    (source,) = session.scalars(select(GoalSource))
    assert source.statement_id == said.id
    assert actions(session) == ["goal.create"]


def test_the_same_form_sent_twice_makes_one_goal(session: Session) -> None:
    goal_id = uuid4()
    for wording in ("Once", "Twice"):
        service.add_goal(session, EVALUATOR, goal_id, GoalDraft(wording=wording))
    assert (count(session, Goal), count(session, GoalEdition)) == (1, 1)
    assert service.get_goal(session, EVALUATOR, goal_id).wording == "Once"
    assert make_goal(session).code == 2


def test_an_implicit_goal_needs_two_statements_or_a_yes(session: Session) -> None:
    one, two = make_statements(session, make_group(session), "We do it for the children.", "And for us.")
    with pytest.raises(DomainError) as error:
        make_goal(session, standing=Standing.IMPLICIT, statements=[one])
    assert error.value.key == "goal.implicit_needs_two"
    make_goal(session, standing=Standing.IMPLICIT, statements=[one, two])
    make_goal(session, standing=Standing.IMPLICIT, statements=[one], confirmed=True)
    assert count(session, Goal) == 2


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda value: GoalDraft(wording="Work", importance=value), "importance"),
        (lambda value: GoalDraft(wording="Work", feasibility=value), "feasibility"),
        (lambda value: Held(group_id=uuid4(), importance=value), "importance"),
    ],
)
def test_importance_and_feasibility_have_a_scale(make: Callable[[int], object], field: str) -> None:
    make(1)
    make(5)
    for value in (0, 6):
        with pytest.raises(DomainError) as error:
            make(value)
        assert error.value.key == "goal.bad_scale"
        assert error.value.params == {"field": field, "least": 1, "most": 5}


def test_a_goal_rests_on_nothing_of_another_programme(session: Session, database: Database) -> None:
    with database.writing() as writing:
        other = make_programme(writing)
    with database.writing(other.id) as writing:
        party = make_group(writing)
        (said,) = make_statements(writing, party, "Elsewhere.")
    with pytest.raises(NotFound):
        make_goal(session, holders=[party])
    with pytest.raises(NotFound):
        make_goal(session, statements=[said])
    session.rollback()
    assert count(session, Goal) == 0


def test_a_goal_rests_on_nothing_that_was_withdrawn(session: Session) -> None:
    (said,) = make_statements(session, make_group(session), "Forget this.")
    said.withdrawn_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        make_goal(session, statements=[said])


# --- Who sees a goal ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [VIEWER, FUNDER_TOO])
def test_a_hidden_goal_exists_for_the_evaluator_only(session: Session, reader: Act) -> None:
    stated = make_goal(session, "Stated")
    hidden = make_goal(session, "Hidden", standing=Standing.HIDDEN)
    link = make_link(session, hidden, stated)
    assert view(session, hidden).wording == "Hidden"
    assert [goal.wording for goal in service.visible_goals(session, EVALUATOR)] == ["Stated", "Hidden"]
    assert [goal.wording for goal in service.visible_goals(session, reader)] == ["Stated"]
    assert service.neighbours(session, reader, stated.id) == ((), ())
    for call in (
        lambda: service.get_goal(session, reader, hidden.id),
        lambda: service.get_link(session, reader, link.id),
        lambda: service.release_goal(session, reader, hidden.id),
        lambda: service.edit_link(session, reader, link.id, LinkDraft()),
        lambda: service.remove_link(session, reader, link.id),
        lambda: service.link_goals(
            session, reader, uuid4(), lower_id=hidden.id, upper_id=stated.id, draft=LinkDraft()
        ),
    ):
        with pytest.raises(NotFound):
            call()


def test_what_a_goal_said_while_it_was_hidden_stays_hidden(session: Session) -> None:
    goal = make_goal(session, "We want to win the tender", standing=Standing.HIDDEN)
    draft = replace(view(session, goal).draft, wording="We want to go on after 2027")
    service.new_edition(session, EVALUATOR, view(session, goal), draft, "Softer, as they asked.")
    released = service.release_goal(session, EVALUATOR, goal.id)
    assert (released.released, released.visible_from) == (True, 2)
    service.release_goal(session, EVALUATOR, goal.id)
    seen = service.get_goal(session, VIEWER, goal.id)
    assert [one.draft.wording for one in service.history(session, VIEWER, seen)] == [
        "We want to go on after 2027"
    ]
    assert len(service.history(session, EVALUATOR, seen)) == 2
    assert actions(session) == ["goal.create", "goal.edit", "goal.release"]


def test_missing_things_and_those_of_others_look_the_same(session: Session, database: Database) -> None:
    with database.writing() as writing:
        other = make_programme(writing)
    with database.writing(other.id) as writing:
        foreign = make_goal(writing)
    for goal_id in (foreign.id, uuid4()):
        with pytest.raises(NotFound):
            service.get_goal(session, EVALUATOR, goal_id)
        with pytest.raises(NotFound):
            service.release_goal(session, EVALUATOR, goal_id)


# --- Wording anew -------------------------------------------------------------------------------------------


def test_a_new_edition_keeps_the_old_one(session: Session) -> None:
    writer = make_user(session, name="Eva Luator")
    goal = make_goal(session, "Young people get a job", importance=3)
    act = act_of(writer, Role.EVALUATOR)
    draft = replace(view(session, goal).draft, wording="Young people keep a job", importance=5)
    service.new_edition(
        session, act, view(session, goal), draft, " A job of a week is no job. ", is_primary=True
    )
    found = view(session, goal)
    assert (found.edition, found.wording, found.importance, found.is_primary) == (
        2,
        "Young people keep a job",
        5,
        True,
    )
    newest, first = service.history(session, EVALUATOR, found)
    assert (first.number, first.draft.wording, first.reason, first.by) == (
        1,
        "Young people get a job",
        "",
        "",
    )
    assert (newest.number, newest.reason, newest.by) == (2, "A job of a week is no job.", "Eva Luator")
    assert (newest.at, newest.finding_id, newest.finding_code) == (NOW, None, "")
    assert actions(session) == ["goal.create", "goal.edit"]


def test_a_new_edition_needs_a_reason(session: Session) -> None:
    goal = make_goal(session)
    with pytest.raises(DomainError) as error:
        service.new_edition(session, EVALUATOR, view(session, goal), view(session, goal).draft, "  ")
    assert error.value.key == "goal.reason_missing"


def test_the_same_edition_sent_twice_is_made_once(session: Session) -> None:
    goal = view(session, make_goal(session))
    edition_id = uuid4()
    for _ in range(2):
        edition = service.new_edition(
            session, EVALUATOR, goal, goal.draft, "Again.", edition_id=edition_id, revision=goal.revision
        )
        assert (edition.id, edition.number) == (edition_id, 2)
    other = view(session, make_goal(session))
    assert service.new_edition(session, EVALUATOR, other, other.draft, "Mine.").number == 2


def test_an_edition_of_another_goal_is_not_taken_for_this_one(session: Session) -> None:
    goal, other = view(session, make_goal(session)), make_goal(session)
    stale = goal.revision - 1
    with pytest.raises(Stale):
        service.new_edition(
            session,
            EVALUATOR,
            goal,
            goal.draft,
            "Mixed up.",
            edition_id=view(session, other).edition_id,
            revision=stale,
        )


def test_who_edits_what_somebody_else_changed_gets_both_texts(session: Session) -> None:
    goal = view(session, make_goal(session, "Before"))
    theirs = replace(goal.draft, wording="Theirs")
    service.new_edition(session, EVALUATOR, goal, theirs, "First.", revision=goal.revision)
    with pytest.raises(Stale) as error:
        service.new_edition(
            session, EVALUATOR, goal, replace(goal.draft, wording="Mine"), "Second.", revision=goal.revision
        )
    assert error.value.theirs["wording"] == "Theirs"
    assert error.value.theirs["is_primary"] is False
    assert error.value.revision == service.get_goal(session, EVALUATOR, goal.id).revision


def test_a_goal_that_becomes_hidden_is_shown_no_more(session: Session) -> None:
    goal = view(session, make_goal(session))
    service.new_edition(
        session, EVALUATOR, goal, replace(goal.draft, standing=Standing.HIDDEN), "They asked for it."
    )
    with pytest.raises(NotFound):
        service.get_goal(session, VIEWER, goal.id)
    with pytest.raises(DomainError) as error:
        service.new_edition(session, EVALUATOR, goal, goal.draft, "Let it be seen.")
    assert error.value.key == "goal.release_first"
    service.release_goal(session, EVALUATOR, goal.id)
    service.new_edition(session, EVALUATOR, goal, goal.draft, "Now it may.")
    assert service.get_goal(session, VIEWER, goal.id).standing is Standing.STATED


def test_a_goal_does_not_become_implicit_without_statements(session: Session) -> None:
    goal = view(session, make_goal(session))
    with pytest.raises(DomainError) as error:
        service.new_edition(
            session, EVALUATOR, goal, replace(goal.draft, standing=Standing.IMPLICIT), "Not said."
        )
    assert error.value.key == "goal.implicit_needs_two"


def test_history_tells_which_reply_led_to_an_edition(session: Session) -> None:
    goal = view(session, make_goal(session))
    said = [make_statements(session, make_group(session), text)[0] for text in ("One.", "Two.")]
    edition = service.new_edition(session, EVALUATOR, goal, goal.draft, "They replied.")
    finding = Finding(
        id=uuid4(),
        code=3,
        goal_id=goal.id,
        goal_edition_id=goal.edition_id,
        text="Half of them.",
        status=Status.BEHIND,
        rung=1,
        published_at=NOW,
    )
    session.add(finding)
    session.flush()
    for statement in said:
        interview = session.scalars(select(Interview).where(Interview.id == statement.interview_id)).one()
        session.add(
            Reply(
                id=uuid4(),
                finding_id=finding.id,
                respondent_id=interview.respondent_id,
                text="Make it half.",
                at=NOW,
                resulting_edition_id=edition.id,
            )
        )
    session.flush()
    newest, first = service.history(session, EVALUATOR, service.get_goal(session, EVALUATOR, goal.id))
    assert (newest.finding_id, newest.finding_code) == (finding.id, "F3")
    assert first.finding_code == ""


# --- Parties and statements ---------------------------------------------------------------------------------


def test_every_party_is_listed_with_what_it_thinks(session: Session) -> None:
    youth, town = make_group(session, name="Young people"), make_group(session, name="Municipality")
    goal = make_goal(session, holders=[Held(group_id=town.id, stance=Stance.OPPOSES, importance=2)])
    first, second = service.parties(session, goal.id)
    assert (first.id, first.name, first.stance, first.importance, first.revision) == (
        youth.id,
        "Young people",
        None,
        None,
        0,
    )
    assert first.code == f"S{youth.code}"
    assert (second.stance, second.importance, second.revision) == (Stance.OPPOSES, 2, 1)
    assert service.find_holder(session, goal.id, town.id) == second
    assert all(one.stance is None for one in service.parties(session, None))
    with pytest.raises(NotFound):
        service.find_holder(session, goal.id, uuid4())


def test_what_a_party_thinks_is_recorded_changed_and_taken_back(session: Session) -> None:
    party, goal = make_group(session), make_goal(session)

    def now() -> service.PartyView:
        return service.find_holder(session, goal.id, party.id)

    service.set_holder(session, EVALUATOR, goal.id, Held(group_id=party.id), revision=0)
    assert now().stance is Stance.SUPPORTS
    changed = Held(group_id=party.id, stance=Stance.OPPOSES, importance=1)
    service.set_holder(session, EVALUATOR, goal.id, changed, revision=now().revision)
    assert (now().stance, now().importance) == (Stance.OPPOSES, 1)
    service.set_holder(session, EVALUATOR, goal.id, replace(changed, importance=2))
    for revision in (0, 1):
        with pytest.raises(Stale) as error:
            service.set_holder(session, EVALUATOR, goal.id, changed, revision=revision)
        assert error.value.theirs == {"stance": Stance.OPPOSES, "importance": 2, "feasibility": None}
        with pytest.raises(Stale):
            service.remove_holder(session, EVALUATOR, goal.id, party.id, revision=revision)
    service.remove_holder(session, EVALUATOR, goal.id, party.id, revision=now().revision)
    assert now().stance is None
    with pytest.raises(Stale) as error:
        service.set_holder(session, EVALUATOR, goal.id, changed, revision=3)
    assert (error.value.theirs, error.value.revision) == ({}, 0)
    service.remove_holder(session, EVALUATOR, goal.id, party.id)
    assert actions(session) == ["goal.create", *["goal.set_holder"] * 3, "goal.remove_holder"]


def test_only_parties_of_this_programme_think_something(session: Session) -> None:
    goal = make_goal(session)
    with pytest.raises(NotFound):
        service.set_holder(session, EVALUATOR, goal.id, Held(group_id=uuid4()))
    with pytest.raises(NotFound):
        service.remove_holder(session, EVALUATOR, goal.id, uuid4())


def test_statements_are_added_and_taken_away(session: Session) -> None:
    one, two, three = make_statements(session, make_group(session), "One.", "Two.", "Three.")
    goal = make_goal(session, statements=[one])
    assert service.add_sources(session, EVALUATOR, goal.id, [one.id, two.id, three.id]) == 2
    assert service.add_sources(session, EVALUATOR, goal.id, [one.id, two.id]) == 0
    for _ in range(2):
        service.remove_source(session, EVALUATOR, goal.id, one.id)
    left = session.scalars(select(GoalSource.statement_id).where(GoalSource.goal_id == goal.id))
    assert set(left) == {two.id, three.id}
    with pytest.raises(NotFound):
        service.add_sources(session, EVALUATOR, goal.id, [uuid4()])
    assert actions(session) == ["goal.create", "goal.add_sources", "goal.remove_source"]


def test_an_implicit_goal_keeps_its_second_statement(session: Session) -> None:
    one, two = make_statements(session, make_group(session), "One.", "Two.")
    goal = make_goal(session, standing=Standing.IMPLICIT, statements=[one, two])
    with pytest.raises(DomainError) as error:
        service.remove_source(session, EVALUATOR, goal.id, two.id)
    assert error.value.key == "goal.implicit_needs_two"


def test_words_that_were_taken_back_do_not_count_for_an_implicit_goal(session: Session) -> None:
    one, two, three = make_statements(session, make_group(session), "One.", "Two.", "Three.")
    goal = make_goal(session, standing=Standing.IMPLICIT, statements=[one, two, three])
    three.withdrawn_at = NOW
    session.flush()
    with pytest.raises(DomainError, match=r"goal\.implicit_needs_two"):
        service.remove_source(session, EVALUATOR, goal.id, two.id)
    service.remove_source(session, EVALUATOR, goal.id, three.id)
    assert count(session, GoalSource) == 2
    two.withdrawn_at = NOW
    session.flush()
    seen = view(session, goal)
    with pytest.raises(DomainError, match=r"goal\.implicit_needs_two"):
        service.new_edition(session, EVALUATOR, seen, replace(seen.draft, wording="Work"), "Clearer.")


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
