"""Versions of the tree: frozen for good, agreed by parties, restored without losing what came after."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import act_of, make_programme, make_user
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group, make_respondent
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import ArgumentSide, Level, Standing
from toc.domain.goals.comparing import compare
from toc.domain.ids import derived
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalLink, LinkArgument, TreeEdition
from toc.models.programmes import Programme
from toc.services import goals as service
from toc.services import versions
from toc.services.errors import Conflict, NotFound
from toc.services.goals import GoalDraft, LinkDraft, moving
from toc.services.goals.bodies import tree_body


@pytest.fixture
def act(session: Session) -> Act:
    return act_of(make_user(session), Role.EVALUATOR)


def freeze(session: Session, act: Act, reason: str = "After the meeting") -> TreeEdition:
    return versions.freeze(session, act, uuid4(), reason)


def reword(session: Session, act: Act, goal_id: UUID, wording: str) -> None:
    session.flush()
    now = service.get_goal(session, act, goal_id)
    moving.reword(session, act, goal_id, wording, "Clearer", edition_id=uuid4(), revision=now.revision)


def test_a_version_holds_what_everybody_may_see_and_the_hash_proves_it(session: Session, act: Act) -> None:
    goal = make_goal(session, "Work")
    make_goal(session, "Get rid of me", standing=Standing.HIDDEN)
    made = freeze(session, act)
    assert (made.number, made.reason, len(made.digest)) == (1, "After the meeting", 64)
    assert [one.id for one in versions.body_of(made).goals] == [goal.id]
    assert "rid of me" not in made.body
    assert versions.freeze(session, act, made.id, "Again") is made


def test_what_cannot_be_frozen(session: Session, act: Act) -> None:
    with pytest.raises(DomainError, match=r"version\.empty"):
        freeze(session, act)
    make_goal(session)
    with pytest.raises(DomainError, match=r"version\.reason_missing"):
        freeze(session, act, " ")
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        freeze(session, act, "ask a@example.org")
    freeze(session, act)
    with pytest.raises(DomainError, match=r"version\.unchanged"):
        freeze(session, act)


def test_a_version_never_changes(session: Session, act: Act) -> None:
    goal = make_goal(session, "Work")
    made = freeze(session, act)
    before = made.body
    reword(session, act, goal.id, "Paid work")
    session.flush()
    assert versions.get_version(session, made.id).body == before
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE tree_edition SET reason = 'x'"))


def test_a_version_that_was_changed_outside_is_not_shown(session: Session, act: Act) -> None:
    make_goal(session)
    made = freeze(session, act)
    for body in (made.body.replace("keep a job", "lose a job"), "no tree"):
        forged = TreeEdition(number=made.number, body=body, digest=made.digest)
        with pytest.raises(Conflict, match=r"version\.changed"):
            versions.body_of(forged)


def test_versions_are_listed_with_who_agrees(session: Session, act: Act) -> None:
    one, other = make_group(session), make_group(session)
    goal = make_goal(session)
    first = freeze(session, act)
    versions.answer(session, act, uuid4(), first.id, one.id, agreed=True)
    versions.answer(session, act, uuid4(), first.id, other.id, agreed=False, comment="Too much")
    reword(session, act, goal.id, "Other words")
    freeze(session, act, "Later")
    listed = versions.versions(session)
    assert [(view.number, view.agreed, view.parties) for view in listed] == [(2, 0, 2), (1, 1, 2)]
    assert listed[0].by
    said = versions.answers(session, first.id)
    assert [(row.agreed, row.comment, row.alone) for row in said] == [
        (True, "", False),
        (False, "Too much", False),
    ]
    assert [row.agreed for row in versions.answers(session, listed[0].id)] == [None, None]


def test_a_version_frozen_by_a_command_names_nobody(session: Session) -> None:
    make_goal(session)
    versions.freeze(session, EVALUATOR, uuid4(), "By command")
    assert versions.versions(session)[0].by == ""


def test_the_last_answer_counts_and_the_same_form_twice_is_one(session: Session, act: Act) -> None:
    group = make_group(session)
    make_goal(session)
    made = freeze(session, act)
    first = versions.answer(session, act, uuid4(), made.id, group.id, agreed=False, comment="Not yet")
    assert versions.answer(session, act, first.id, made.id, group.id, agreed=True) is first
    later = Act(at=act.at.replace(hour=23, minute=59), on=act.on, user=act.user, roles=act.roles)
    versions.answer(session, later, uuid4(), made.id, group.id, agreed=True)
    assert versions.answers(session, made.id)[0].agreed is True


def test_an_answer_that_cannot_be_kept(session: Session, act: Act) -> None:
    group = make_group(session)
    make_goal(session)
    made = freeze(session, act)
    for edition_id, group_id in ((uuid4(), group.id), (made.id, uuid4())):
        with pytest.raises(NotFound):
            versions.answer(session, act, uuid4(), edition_id, group_id, agreed=True)
    with pytest.raises(DomainError, match=r"version\.comment_missing"):
        versions.answer(session, act, uuid4(), made.id, group.id, agreed=False, comment=" ")
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        versions.answer(session, act, uuid4(), made.id, group.id, agreed=True, comment="06 12345678")


def test_a_spokesperson_answers_for_their_own_party_alone(session: Session, act: Act) -> None:
    mine, theirs = make_group(session), make_group(session)
    make_goal(session)
    made = freeze(session, act)
    spokesperson = make_respondent(session, mine, kind=RespondentKind.SPOKESPERSON)
    participant = make_respondent(session, mine, kind=RespondentKind.PARTICIPANT)
    alone = Act(at=act.at, on=act.on, respondent=spokesperson.id)
    versions.answer(session, alone, uuid4(), made.id, mine.id, agreed=True)
    assert versions.answers(session, made.id)[0].alone
    for who, group in ((alone, theirs), (Act(at=act.at, on=act.on, respondent=participant.id), mine)):
        with pytest.raises(NotFound):
            versions.answer(session, who, uuid4(), made.id, group.id, agreed=True)
    assert versions.spokesperson_of(session, act) is None
    assert versions.spokesperson_of(session, Act(at=act.at, on=act.on, respondent=uuid4())) is None


def test_the_own_tree_of_a_party_is_not_among_the_versions_of_all(session: Session, act: Act) -> None:
    group = make_group(session)
    own = TreeEdition(id=uuid4(), number=1, group=group, body="{}", digest="0" * 64, created_at=act.at)
    session.add(own)
    session.flush()
    assert versions.versions(session) == []
    with pytest.raises(NotFound):
        versions.get_version(session, own.id)
    make_goal(session)
    assert freeze(session, act).number == 1


def _tree(session: Session) -> tuple[Goal, Goal, Goal, GoalLink]:
    end, means, other = (make_goal(session, name, level=Level.OUTCOME) for name in ("End", "Means", "Other"))
    link = make_link(session, means, end, mechanism="It opens doors")
    return end, means, other, link


def test_restoring_brings_back_what_was_and_keeps_what_came_after(session: Session, act: Act) -> None:
    end, means, other, _ = _tree(session)
    statement = make_statements(session, make_group(session), "It is better")[0]
    first = freeze(session, act)
    reword(session, act, end.id, "Another end")
    moving.move_goals(session, act, [means.id], other.id)
    added = make_goal(session, "Came later")
    make_link(session, added, end, mechanism="Later")
    moving.retire(session, act, [other.id])
    service.add_sources(session, act, end.id, [statement.id])
    assert not compare(versions.body_of(first), tree_body(session, None)).is_same_tree
    new_id = uuid4()
    made = versions.restore_version(session, act, new_id, first.id, "It was better")
    session.expire_all()
    assert compare(versions.body_of(first), tree_body(session, None)).is_same_tree
    assert (made.number, made.restored_from_id) == (3, first.id)
    assert [view.restored_from for view in versions.versions(session)] == [1, None, None]
    assert session.get_one(Goal, (made.programme_id, added.id)).retired_at is not None
    assert service.get_goal(session, act, end.id).wording == "End"
    assert versions.restore_version(session, act, new_id, first.id, "Again") is made
    # The tree as it was before is a version too, so that this can be taken back.
    before = versions.get_version(session, derived(new_id, "before", "1"))
    versions.restore_version(session, act, uuid4(), before.id, "No, it was not")
    session.expire_all()
    assert compare(versions.body_of(before), tree_body(session, None)).is_same_tree


def test_a_link_that_says_something_else_says_again_what_it_said(session: Session, act: Act) -> None:
    _, _, _, link = _tree(session)
    first = freeze(session, act)
    service.edit_link(session, act, link.id, LinkDraft(mechanism="Something else", confidence=1))
    freeze(session, act, "Changed")
    versions.restore_version(session, act, uuid4(), first.id, "As agreed")
    session.expire_all()
    assert session.get_one(GoalLink, (link.programme_id, link.id)).mechanism == "It opens doors"
    assert [view.number for view in versions.versions(session)] == [3, 2, 1]


def test_a_link_that_stood_out_of_sight_says_again_what_it_said(session: Session, act: Act) -> None:
    _, means, _, link = _tree(session)
    first = freeze(session, act)
    moving.retire(session, act, [means.id])
    versions.restore_version(session, act, uuid4(), first.id, "As agreed")
    session.expire_all()
    assert compare(versions.body_of(first), tree_body(session, None)).is_same_tree
    assert session.get_one(GoalLink, (link.programme_id, link.id)).mechanism == "It opens doors"


def test_a_goal_that_is_hidden_now_stays_hidden(session: Session, act: Act) -> None:
    end, means, _, _ = _tree(session)
    first = freeze(session, act)
    view = service.get_goal(session, act, means.id)
    draft = GoalDraft(wording="Secret", standing=Standing.HIDDEN)
    service.new_edition(session, act, view, draft, "They asked")
    reword(session, act, end.id, "Another end")
    session.flush()
    found = versions.restoring(session, first.id)
    assert found.kept == (view.code,)
    versions.restore_version(session, act, uuid4(), first.id, "As agreed")
    session.expire_all()
    hidden = service.get_goal(session, act, means.id)
    assert (hidden.wording, hidden.released) == ("Secret", False)
    assert service.get_goal(session, act, end.id).wording == "End"


def test_arguments_that_go_with_their_link_are_counted(session: Session, act: Act) -> None:
    end, _, other, _ = _tree(session)
    first = freeze(session, act)
    link = make_link(session, other, end, mechanism="New")
    session.add(
        LinkArgument(id=uuid4(), link_id=link.id, side=ArgumentSide.FOR, text="Seen", created_at=act.at)
    )
    session.flush()
    assert versions.restoring(session, first.id).arguments == 1
    versions.restore_version(session, act, uuid4(), first.id, "As agreed")
    session.expire_all()
    assert session.get(LinkArgument, (link.programme_id, link.id)) is None


def test_what_cannot_be_restored(session: Session, act: Act) -> None:
    make_goal(session)
    first = freeze(session, act)
    with pytest.raises(DomainError, match=r"version\.as_it_was"):
        versions.restore_version(session, act, uuid4(), first.id, "Why not")
    with pytest.raises(DomainError, match=r"version\.reason_missing"):
        versions.restore_version(session, act, uuid4(), first.id, "")
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        versions.restore_version(session, act, uuid4(), first.id, "a@example.org")
    with pytest.raises(NotFound):
        versions.restore_version(session, act, uuid4(), uuid4(), "Why not")


def test_an_emptied_tree_is_restored(session: Session, act: Act) -> None:
    end, means, other, _ = _tree(session)
    first = freeze(session, act)
    moving.retire(session, act, [end.id, means.id, other.id])
    versions.restore_version(session, act, uuid4(), first.id, "All of it")
    session.expire_all()
    assert compare(versions.body_of(first), tree_body(session, None)).is_same_tree
    assert [view.number for view in versions.versions(session)] == [2, 1]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "reword", "retire", "link", "unlink", "back"]),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_restoring_always_comes_back_to_what_was_frozen(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    with database.write_session() as session, session.begin_nested() as nested:
        programme: Programme = make_programme(session)
        session.info["programme_id"] = programme.id
        act = act_of(make_user(session), Role.EVALUATOR)
        end, means, other, _ = _tree(session)
        goals = [end, means, other]
        first = freeze(session, act)
        for what, one, two in steps:
            _edit(session, act, goals, what, one, two)
        session.flush()
        if not versions.restoring(session, first.id).plan.is_empty:
            versions.restore_version(session, act, uuid4(), first.id, "As agreed")
        session.expire_all()
        assert compare(versions.body_of(first), tree_body(session, None)).is_same_tree
        nested.rollback()


def _edit(session: Session, act: Act, goals: list[Any], what: str, one: int, two: int) -> None:
    goal, other = goals[one % len(goals)], goals[two % len(goals)]
    try:
        if what == "add":
            goals.append(make_goal(session, f"Goal {len(goals)}"))
        elif what == "reword":
            reword(session, act, goal.id, f"Words {two}")
        elif what == "retire":
            moving.retire(session, act, [goal.id])
        elif what == "back":
            moving.bring_back(session, act, [goal.id])
        elif what == "link":
            moving.link_many(session, act, [goal.id], other.id)
        else:
            moving.unlink(session, act, goal.id, other.id)
    except (Conflict, NotFound):
        pass


@pytest.mark.parametrize("many", [3, 120])
def test_listing_takes_as_many_statements_for_many(session: Session, act: Act, many: int) -> None:
    make_many_goals(session, many)
    for place in range(3 if many < 10 else 6):
        make_goal(session, f"Extra {place}")
        freeze(session, act, f"Time {place}")
    with counting(session) as statements:
        versions.versions(session)
    assert len(statements) == 3
