"""Indicators with groups, sites and levels, for the pages on which they are seen and compared."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories.indicators import WORKER, make_definition, make_indicator
from toc.domain.acts import Act
from toc.domain.indicators import Definition, Kind
from toc.domain.indicators.breakdowns import Breakdown, Option, Part, part_of
from toc.models.indicators import Indicator, Measurement
from toc.models.participants import Site
from toc.services import indicators as service
from toc.services.indicators import Entry

AGE = Breakdown(
    key="age",
    name="Age",
    options=(
        Option(key="young", name="under 27"),
        Option(key="middle", name="27 to 49"),
        Option(key="old", name="50 and over"),
    ),
)
LEVELS = ("acute crisis", "not self-reliant", "barely self-reliant", "fairly self-reliant", "self-reliant")


def make_split(**says: object) -> Definition:
    """A share of people by age, unless the test says otherwise."""
    return make_definition(**{"breakdowns": (AGE,), "is_cumulative": False, **says})


def parts_by_age(*counted: tuple[int, int] | int) -> tuple[Part, ...]:
    """Return parts of the three ages, and where a fourth is given of those of whom it is not known."""
    found = []
    for key, count in zip(AGE.keys, counted, strict=False):
        if isinstance(count, int):
            found.append(part_of(Kind.COUNT, AGE.key, key, value=Decimal(count)))
        else:
            part, whole = (Decimal(each) for each in count)
            found.append(part_of(Kind.PROPORTION, AGE.key, key, numerator=part, denominator=whole))
    return tuple(found)


def log(
    session: Session,
    indicator: Indicator | UUID,
    on: date,
    *counted: int | str,
    site: Site | None = None,
    parts: Sequence[Part] = (),
    act: Act = WORKER,
    **says: object,
) -> Measurement:
    """A value of a day, at a site and in groups; one number is a value, two are a part and its whole."""
    numbers = [Decimal(each) for each in counted]
    names = ("value",) if len(numbers) == 1 else ("numerator", "denominator")
    values: Mapping[str, object] = dict(zip(names, numbers, strict=True)) if numbers else {}
    entry = Entry(
        id=uuid4(),
        on=on,
        parts=tuple(parts),
        site_id=None if site is None else site.id,
        **{**values, **says},  # type: ignore[arg-type] # named by the test
    )
    indicator_id = indicator if isinstance(indicator, UUID) else indicator.id
    return service.record_measurement(session, act, indicator_id, entry)


def make_ordinal(session: Session, **says: object) -> Indicator:
    """An ordinal score with five levels."""
    usual = {
        "name": "Self-reliance",
        "kind": Kind.ORDINAL,
        "levels": LEVELS,
        "baseline_value": None,
        "baseline_on": None,
    }
    return make_indicator(
        session, definition=make_definition(**{**usual, "target_value": Decimal(4), **says})
    )
