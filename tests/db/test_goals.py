"""Goals as services keep them: editions, holders, sources, and what each reader may know of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.db.goal_rows import VIEWER, actions, count, view
from tests.factories import NOW, act_of, make_programme, make_user
from tests.factories.goals import (
    EVALUATOR,
    make_goal,
    make_link,
    make_statements,
)
from tests.factories.interviews import make_group
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import Level, Stance, Standing
from toc.domain.indicators import Status
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.findings import Finding, Reply
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalSource
from toc.models.interviews import Interview
from toc.services import goals as service
from toc.services.errors import NotFound, Stale
from toc.services.goals import GoalDraft, Held, LinkDraft

FUNDER_TOO = act_of(None, Role.EVALUATOR, Role.FUNDER)


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
