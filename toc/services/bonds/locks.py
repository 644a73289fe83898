"""One at a time: whoever decides about money in a programme locks it first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.models.programmes import Programme


def lock_programme(session: Session) -> Programme:
    """Return the programme of the session, locked until the transaction ends.

    On PostgreSQL the lock lets other rows that name the programme be added meanwhile; on SQLite the write
    session holds the only write lock already.
    """
    return session.scalars(
        select(Programme)
        .where(Programme.id == session.info["programme_id"])
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
