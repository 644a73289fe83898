"""Where goals stood in the last picture is remembered."""

from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.goals import make_goal
from toc.domain.people import Role
from toc.services import goals as service
from toc.services.goals.trees import keep_places


def test_places_are_kept_and_replaced(session: Session) -> None:
    act = act_of(None, Role.VIEWER)
    one, other = make_goal(session), make_goal(session)
    assert service.tree(session, act).places == {}
    keep_places(session, {one.id: 8})
    session.flush()
    assert service.tree(session, act).places == {one.id: 8}
    keep_places(session, {one.id: 232, other.id: 8})
    session.flush()
    assert service.tree(session, act).places == {one.id: 232, other.id: 8}
