"""Programmes and the organisations around them."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from toc.models.programmes import Programme


def is_demo(session: Session) -> bool:
    """Tell whether this database holds demo programmes."""
    return bool(session.scalar(select(exists().where(Programme.is_demo))))
