"""Tables; importing this package knows them all, so that relationships find each other by name."""

from toc.models import (
    audit,
    bonds,
    cashflow,
    evidence,
    findings,
    goals,
    indicators,
    interviews,
    mail,
    people,
    programmes,
    savings,
)
from toc.models.base import Base

__all__ = [
    "Base",
    "audit",
    "bonds",
    "cashflow",
    "evidence",
    "findings",
    "goals",
    "indicators",
    "interviews",
    "mail",
    "people",
    "programmes",
    "savings",
]
