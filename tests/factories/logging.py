"""Sites, and values as workers log them: with parts, of a site, returned, in a closed period."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, number
from tests.factories.indicators import WORKER, make_count
from toc.domain.acts import Act
from toc.domain.indicators import Definition, ReviewStep
from toc.domain.indicators.breakdowns import Breakdown, Option, Part
from toc.domain.people import Role
from toc.models.indicators import Measurement, PeriodLock
from toc.models.participants import Site
from toc.services import indicators
from toc.services.indicators import Entry, PeriodDraft

REVIEWER = act_of(None, Role.COORDINATOR)
SEX = Breakdown(
    key="sex", name="Women and men", options=(Option(key="f", name="women"), Option(key="m", name="men"))
)


def later(act: Act, minutes: int = 1) -> Act:
    """The same person a while later."""
    return replace(act, at=act.at + timedelta(minutes=minutes))


def make_site(
    session: Session, *, name: str = "", starts_on: date | None = None, ends_on: date | None = None
) -> Site:
    """A place where the programme works."""
    site = Site(
        id=uuid4(), name=name or f"Site {number()}", starts_on=starts_on, ends_on=ends_on, created_at=NOW
    )
    session.add(site)
    session.flush()
    return site


def with_groups(**says: object) -> Definition:
    """A count that falls apart in women and men."""
    return make_count(**{"breakdowns": (SEX,), **says})


def parts(breakdown: str = "sex", **values: int) -> tuple[Part, ...]:
    """What groups have: parts(f=3, m=4, unknown=1)."""
    return tuple(
        Part(breakdown=breakdown, option=option, value=Decimal(value)) for option, value in values.items()
    )


def entry(on: date, *counted: int | str, **says: object) -> Entry:
    """An entry of one value, or of a part and its whole."""
    numbers = [Decimal(each) for each in counted]
    names = ("value",) if len(numbers) == 1 else ("numerator", "denominator")
    known: Mapping[str, object] = dict(zip(names, numbers, strict=True)) if numbers else {}
    return Entry(**{"id": uuid4(), "on": on, **known, **says})  # type: ignore[arg-type] # named by the test


def decide(
    session: Session, row: Measurement, step: ReviewStep, remark: str = "", act: Act = REVIEWER
) -> int:
    """Let a reviewer do something with one value."""
    return indicators.review(session, act, uuid4(), [row.id], step, remark)


def close(session: Session, starts_on: date, ends_on: date, act: Act = REVIEWER) -> PeriodLock:
    """Close a period."""
    draft = PeriodDraft(id=uuid4(), starts_on=starts_on, ends_on=ends_on, is_locked=True)
    return indicators.set_period(session, act, draft)


def reopen(session: Session, starts_on: date, ends_on: date, act: Act = REVIEWER) -> PeriodLock:
    """Open a period again."""
    draft = PeriodDraft(
        id=uuid4(), starts_on=starts_on, ends_on=ends_on, is_locked=False, reason="A list was found"
    )
    return indicators.set_period(session, act, draft)


__all__ = [
    "REVIEWER",
    "SEX",
    "WORKER",
    "close",
    "decide",
    "entry",
    "later",
    "make_site",
    "parts",
    "reopen",
    "with_groups",
]
