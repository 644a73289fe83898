"""Indicators and what was measured."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.goals import make_goal
from toc.domain.acts import Act
from toc.domain.indicators import Definition, Direction, Frequency, Kind
from toc.domain.people import Role
from toc.models.goals import Goal
from toc.models.indicators import Indicator, Measurement
from toc.services import indicators as service
from toc.services.indicators import Entry

# The worker may not be the evaluator who wrote the goal; nobody's account, as a command.
WORKER = act_of(None, Role.WORKER)


def make_definition(**says: object) -> Definition:
    """Half of the people at work, from 38 % in January 2025 on, unless the test says otherwise."""
    usual: dict[str, object] = {
        "name": "Still at work after 26 weeks",
        "definition": "At least 24 hours a week, by the payroll.",
        "kind": Kind.PROPORTION,
        "unit": "",
        "direction": Direction.HIGHER,
        "frequency": Frequency.QUARTERLY,
        "collection": "Payroll of the employer",
        "baseline_value": Decimal("0.38"),
        "baseline_on": date(2025, 1, 1),
        "target_value": Decimal("0.5"),
        "target_on": date(2025, 12, 31),
    }
    return Definition(**{**usual, **says})  # type: ignore[arg-type] # named by the test


def make_count(**says: object) -> Definition:
    """A hundred diplomas over the year 2025, unless the test says otherwise."""
    usual: dict[str, object] = {
        "name": "Diplomas",
        "kind": Kind.COUNT,
        "unit": "people",
        "baseline_value": Decimal(0),
        "target_value": Decimal(100),
    }
    return make_definition(**{**usual, **says})


def make_indicator(
    session: Session, goal: Goal | None = None, definition: Definition | None = None, **says: object
) -> Indicator:
    """An indicator with its first edition."""
    goal = goal or make_goal(session)
    return service.add_indicator(session, WORKER, uuid4(), goal.id, definition or make_definition(**says))


def make_entry(on: date, *counted: int | str, note: str = "", id_: UUID | None = None) -> Entry:
    """What somebody measured on a day: one number is a value, two are a part and its whole."""
    filled = Entry(id=id_ or uuid4(), on=on, note=note)
    if len(counted) == 1:
        return replace(filled, value=Decimal(counted[0]))
    numerator, denominator = counted
    return replace(filled, numerator=Decimal(numerator), denominator=Decimal(denominator))


def measure(
    session: Session,
    indicator: Indicator,
    on: date,
    *counted: int | str,
    note: str = "",
    act: Act = WORKER,
    id_: UUID | None = None,
) -> Measurement:
    """A measurement of a day: one number is a value, two are a part and its whole."""
    entry = make_entry(on, *counted, note=note, id_=id_)
    return service.record_measurement(session, act, indicator.id, entry)


def measure_all(session: Session, indicator: Indicator, days: Iterable[tuple[date, int]]) -> None:
    """Several counts of several days."""
    for on, count in days:
        measure(session, indicator, on, count)
