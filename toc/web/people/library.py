"""The database session of Flask-Security, apart from ours: it verifies a slow hash between its statements."""

from flask import g
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.models.people import User
from toc.web.database import database
from toc.web.security import now, today


def own_session() -> Session:
    """Return the session of Flask-Security in this request; each of its statements is a transaction."""
    if "toc_security" not in g:
        g.toc_security = database().single_session()
    found: Session = g.toc_security
    return found


def let_go() -> None:
    """Write what Flask-Security changed, before somebody else writes."""
    own_session().commit()


def close(_: object = None) -> None:
    """Close it at the end of the request."""
    own: Session | None = g.pop("toc_security", None)
    if own is not None:
        own.close()


def act_of(user: User | None) -> Act:
    """Return the act of somebody who is not the viewer yet, or no more."""
    return Act(at=now(), on=today(), user=None if user is None else user.id)
