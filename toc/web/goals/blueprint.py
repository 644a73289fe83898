"""The blueprint, and what its pages share."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.models.programmes import Programme
from toc.services import programmes
from toc.services.goals import GoalView
from toc.web import frame, texts
from toc.web.texts import goals as goal_texts
from toc.web.texts import tree_files

texts.register(goal_texts.SENTENCES, goal_texts.WORDS)
texts.register(tree_files.SENTENCES, tree_files.WORDS)

goals = Blueprint("goals", __name__)


def show_in_tree(session: Session, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below the goal tree and return its programme.

    Args:
        session: of the programme.
        crumbs: what stands below the tree; without any the page is the tree itself.
    """
    programme = programmes.get(session)
    address = url_for("goals.tree", programme_id=programme.id) if crumbs else None
    frame.show_in(programme, (gettext("Goal tree"), address), *crumbs)
    return programme


def show_below(session: Session, goal: GoalView, *crumbs: tuple[str, str | None]) -> Programme:
    """Put a page below a goal and return its programme; without crumbs the page is the goal itself."""
    programme_id: UUID = session.info["programme_id"]
    address = url_for("goals.show", programme_id=programme_id, goal_id=goal.id) if crumbs else None
    return show_in_tree(session, (goal.code, address), *crumbs)


def goal_addresses(programme_id: UUID, endpoint: str = "goals.show") -> Callable[[UUID], str]:
    """Return what gives the addresses of goals, for pages with hundreds of them.

    Args:
        programme_id: whose goals.
        endpoint: which page of them.
    """
    nil = UUID(int=0)
    address = url_for(endpoint, programme_id=programme_id, goal_id=nil)
    before, after = address.rsplit(str(nil), 1)
    return lambda goal_id: f"{before}{goal_id}{after}"
