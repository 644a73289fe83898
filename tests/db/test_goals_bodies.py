"""The tree of the database as one value."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from tests.factories.goals import EVALUATOR, make_goal, make_link, make_many_goals, make_statements
from tests.factories.interviews import make_group
from toc.domain.acts import Act
from toc.domain.goals import KeyReason, Level, LinkStatus, Stance, Standing
from toc.domain.goals.body import digest, from_json, to_json
from toc.domain.people import Role
from toc.models.goals import TreeEdition
from toc.models.interviews import StakeholderGroup
from toc.services.errors import NotFound
from toc.services.goals import Held
from toc.services.goals.bodies import frozen, frozen_body, tree_body

FUNDER_TOO = act_of(None, Role.EVALUATOR, Role.FUNDER)


def sent(session: Session, call: Callable[[], object]) -> int:
    seen: list[str] = []
    connection = session.connection()

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def test_a_programme_without_goals_has_an_empty_tree(session: Session) -> None:
    make_group(session, name="Youth")
    body = tree_body(session, None)
    assert (body.goals, body.links, body.holders) == ((), (), ())
    assert [party.name for party in body.parties] == ["Youth"]


def test_the_whole_tree_is_in_it(session: Session) -> None:
    party, silent = make_group(session, name="Youth"), make_group(session, name="Town")
    said = make_statements(session, party, "I want work.", "And to stay.")
    low = make_goal(session, "A coach", level=Level.ACTIVITY)
    high = make_goal(
        session,
        "Work",
        statements=said,
        is_primary=True,
        explanation="At least a year.",
        holders=[Held(group_id=party.id, stance=Stance.OPPOSES, importance=5, feasibility=2)],
    )
    make_link(
        session,
        low,
        high,
        mechanism="Trust.",
        alternatives="Luck.",
        is_key=True,
        key_reason=KeyReason.CENTRAL,
        status=LinkStatus.MIXED,
        confidence=1,
        element="One person",
    )
    body = tree_body(session, EVALUATOR)
    assert [(goal.code, goal.id, goal.level, goal.statements) for goal in body.goals] == [
        ("G1", low.id, Level.ACTIVITY, 0),
        ("G2", high.id, Level.OUTCOME, 2),
    ]
    assert body.goals[1].is_primary
    assert body.goals[1].explanation == "At least a year."
    (link,) = body.links
    assert (link.ends, link.mechanism, link.alternatives, link.key_reason, link.element) == (
        ("G1", "G2"),
        "Trust.",
        "Luck.",
        KeyReason.CENTRAL,
        "One person",
    )
    assert [party.name for party in body.parties] == ["Youth", "Town"]
    assert silent.name == body.parties[1].name
    (holder,) = body.holders
    assert (holder.goal, holder.stance, holder.importance, holder.feasibility) == (
        "G2",
        Stance.OPPOSES,
        5,
        2,
    )
    assert from_json(to_json(body)).body == body


@pytest.mark.parametrize("reader", [None, act_of(None, Role.VIEWER), FUNDER_TOO])
def test_what_is_hidden_or_out_of_the_tree_is_not_in_it(session: Session, reader: Act | None) -> None:
    party = make_group(session)
    said = make_statements(session, party, "I want work.")
    stated = make_goal(session, "Work", statements=said)
    hidden = make_goal(session, "Save money", standing=Standing.HIDDEN, holders=[party])
    gone = make_goal(session, "A coach", holders=[party])
    make_link(session, hidden, stated)
    make_link(session, gone, stated)
    gone.retired_at = NOW
    session.flush()
    body = tree_body(session, reader)
    assert [goal.wording for goal in body.goals] == ["Work"]
    assert (body.links, body.holders) == ((), ())
    assert body.goals[0].statements == 0
    assert [goal.wording for goal in tree_body(session, EVALUATOR).goals] == ["Work", "Save money"]


def test_a_quote_that_is_taken_back_does_not_count_and_changes_no_version(session: Session) -> None:
    said = make_statements(session, make_group(session), "I want work.", "And to stay.")
    make_goal(session, "Work", statements=said)
    before = digest(tree_body(session, None))
    said[0].withdrawn_at = NOW
    session.flush()
    assert tree_body(session, EVALUATOR).goals[0].statements == 1
    assert digest(tree_body(session, None)) == before


def test_a_bigger_tree_takes_as_many_statements(session: Session) -> None:
    goals = make_many_goals(session, 3)
    make_link(session, goals[0], goals[1])
    few = sent(session, lambda: tree_body(session, EVALUATOR))
    goals = make_many_goals(session, 30, holder=make_group(session))
    for goal in goals[1:]:
        make_link(session, goal, goals[0])
    assert sent(session, lambda: tree_body(session, EVALUATOR)) == few


def freeze(session: Session, number: int, body: str, group: StakeholderGroup | None = None) -> TreeEdition:
    edition = TreeEdition(
        id=uuid4(),
        number=number,
        group_id=None if group is None else group.id,
        body=body,
        digest="0" * 64,
        created_at=NOW,
    )
    session.add(edition)
    session.flush()
    return edition


def test_versions_of_the_tree_of_everybody_are_read_again(session: Session) -> None:
    make_goal(session, "Work")
    body = tree_body(session, None)
    first = freeze(session, 1, to_json(body))
    own = freeze(session, 2, to_json(body), make_group(session))
    last = freeze(session, 3, "{}")
    assert [(one.id, one.number, one.at) for one in frozen(session)] == [
        (last.id, 3, NOW),
        (first.id, 1, NOW),
    ]
    assert frozen_body(session, first.id) == body
    for edition_id in (own.id, last.id, uuid4()):
        with pytest.raises(NotFound):
            frozen_body(session, edition_id)
