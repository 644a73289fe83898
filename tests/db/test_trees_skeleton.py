"""Of a big tree only what is shown is read whole."""

from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from tests.factories.goals import make_goal, make_link
from tests.factories.interviews import make_group
from toc.domain.goals import Standing
from toc.domain.people import Role
from toc.services import goals as service
from toc.services.goals import trees

VIEWER = act_of(None, Role.VIEWER)


def test_of_a_tree_only_what_is_shown_is_read_whole(session: Session) -> None:
    party = make_group(session)
    shown, near, far = (make_goal(session, holders=[party]) for _ in range(3))
    secret = make_goal(session, standing=Standing.HIDDEN)
    gone = make_goal(session)
    between = make_link(session, near, shown)
    outside = make_link(session, far, shown)
    key = make_link(session, far, near, is_key=True)
    back = make_link(session, shown, far, is_feedback=True)
    make_link(session, secret, shown, is_key=True)
    make_link(session, gone, shown, is_key=True)

    gone.retired_at = NOW
    session.flush()

    bare = trees.skeleton(session, VIEWER)
    assert bare.goals == tuple(goal._replace(holders=()) for goal in service.tree(session, VIEWER).goals)
    assert (bare.many_links, bare.many_key, bare.left_out) == (4, 1, 1)
    assert bare.steps == service.tree(session, VIEWER).steps
    assert bare.order.above == {shown.id: (), near.id: (shown.id,), far.id: (shown.id, near.id)}
    assert bare.order.below[shown.id] == (near.id, far.id)

    seen = trees.filled(session, VIEWER, bare, [shown.id, near.id])
    assert {link.id for link in seen.links} == {between.id, key.id, back.id}
    assert [bool(goal.holders) for goal in seen.goals] == [True, True, False]
    assert [seen.goal(one.id).id for one in (far, near)] == [far.id, near.id]
    assert seen.review().problems == service.tree(session, VIEWER).review().problems

    key.is_key, key.key_reason = False, None
    session.flush()
    every = trees.filled(session, VIEWER, trees.skeleton(session, VIEWER), [shown.id])
    assert {link.id for link in every.links} == {between.id, outside.id, key.id, back.id}
    assert every.links == service.tree(session, VIEWER).links
