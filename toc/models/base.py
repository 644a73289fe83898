"""What all tables share: names, column types, and the rule that rows of one programme link to no other.

The tenant is the programme: every table of a programme has the primary key (programme_id, id), and
programme_id stands first in all its unique and foreign keys, so that the database itself refuses a link into
another one.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    Uuid,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    relationship,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

APPEND_ONLY: set[str] = set()
"""Names of the tables whose rows are never changed or removed; triggers keep it so on both databases."""

MILLIONTHS = 10**6
_LONGEST_WORD = 40


class Exact(TypeDecorator[Decimal]):
    """A measured value: a Decimal of at most six decimals, kept as a whole number of millionths.

    In SQL only =, <, min, max, sum and order by mean anything.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy passes it
        """Return millionths; the domain has refused more decimals before."""
        if value is None:
            return None
        millionths = value * MILLIONTHS
        if millionths != int(millionths):
            raise ValueError("a measured value has at most six decimals")
        return int(millionths)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - as above
        """Return the Decimal without trailing zeros."""
        if value is None:
            return None
        number = Decimal(value) / MILLIONTHS
        whole = number.to_integral_value()
        return whole.quantize(Decimal(1)) if number == whole else number.normalize()


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; one without a zone is refused, because nobody knows when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, without its zone where the database keeps none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Minor = Annotated[int, mapped_column(BigInteger)]
"""An amount in minor units (cents); its currency stands beside it or in the programme."""

Currency = Annotated[str, mapped_column(sa.String(3))]
"""ISO 4217."""

Word = Annotated[str, mapped_column(sa.String(_LONGEST_WORD))]
"""A key or code of ours, never typed by a user."""


class Base(DeclarativeBase):
    """The registry of all tables."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        UUID: Uuid,
        datetime: UtcDateTime,
        Decimal: Exact,
        StrEnum: sa.Enum(
            PythonEnum,
            native_enum=False,
            create_constraint=True,
            length=_LONGEST_WORD,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy passes the class
        """The name of the class in small letters: GoalEdition is goal_edition."""
        return table_name(cls.__name__)


def table_name(class_name: str) -> str:
    """Return the name of the table of a class."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def refers_to(target: str, *, optional: bool = False) -> Any:  # noqa: ANN401 - stands for the column's value
    """Make an indexed column with the id of a row outside any programme: a user, an organisation."""
    return mapped_column(ForeignKey(f"{table_name(target)}.id"), index=True, nullable=optional)


class _Belonging:
    """What `belongs_to` leaves in a class until the class is made."""

    def __init__(self, target: str, *, optional: bool, unique: bool) -> None:
        self.target = target
        self.optional = optional
        self.unique = unique


def belongs_to(
    target: str, *, optional: bool = False, unique: bool = False
) -> tuple[Mapped[Any], Mapped[Any]]:
    """Make the id column and the relationship to a row of the same programme.

    Use: ``goal_id, goal = belongs_to("Goal")``. The names are those on the left. The foreign key is
    (programme_id, goal_id) -> (programme_id, id); the relationship writes goal_id alone, so that setting or
    clearing it never moves a row to another programme.

    Args:
        target: class of the other row.
        optional: whether there may be none.
        unique: whether the other row has at most one of these.
    """
    mark: Any = _Belonging(target, optional=optional, unique=unique)
    return mark, mark


def has_many(target: str, via: str, *, order_by: str | None = None) -> Any:  # noqa: ANN401 - a relationship
    """Make the read-only list of rows whose `via` is this row; writing goes through the other side."""
    return _Listing(target, via, order_by)


class _Listing:
    """What `has_many` leaves in a class until the class is made."""

    def __init__(self, target: str, via: str, order_by: str | None) -> None:
        self.target = target
        self.via = via
        self.order_by = order_by


class InProgramme:
    """A table whose rows belong to one programme."""

    __rules__: ClassVar[tuple[SchemaItem, ...]] = ()
    """Further constraints and indexes of the table."""
    __append_only__: ClassVar[bool] = False
    __belongings__: ClassVar[dict[str, _Belonging]] = {}

    @declared_attr
    def programme_id(cls) -> Mapped[UUID]:  # noqa: N805 - SQLAlchemy passes the class
        """The programme that the row belongs to."""
        return mapped_column(ForeignKey("programme.id"), primary_key=True, sort_order=-2)

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
        """Turn what `belongs_to` and `has_many` left into columns and relationships."""
        marks: dict[int, list[str]] = {}
        belongings: dict[str, _Belonging] = {}
        for name, value in list(vars(cls).items()):
            if isinstance(value, _Belonging):
                marks.setdefault(id(value), []).append(name)
            elif isinstance(value, _Listing):
                condition = _join(cls.__name__, value.target, f"{value.via}_id")
                listing = partial(relationship, value.target, primaryjoin=condition, viewonly=True)
                order = f"{value.target}.{value.order_by}"
                setattr(cls, name, listing(order_by=order) if value.order_by else listing())
        for names in marks.values():
            column = next(name for name in names if name.endswith("_id"))
            name = next(name for name in names if name != column)
            mark = vars(cls)[column]
            belongings[column] = mark
            setattr(cls, column, mapped_column(Uuid, nullable=mark.optional))
            condition = _join(mark.target, cls.__name__, column)
            setattr(cls, name, relationship(mark.target, primaryjoin=condition))
        cls.__belongings__ = belongings
        if cls.__append_only__:
            APPEND_ONLY.add(table_name(cls.__name__))
        super().__init_subclass__(**kwargs)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:  # noqa: N805 - SQLAlchemy passes the class
        """The composite foreign keys, an index for each, and the class's own rules."""
        keys: list[SchemaItem] = []
        for column, mark in cls.__belongings__.items():
            target = table_name(mark.target)
            keys.append(
                ForeignKeyConstraint(["programme_id", column], [f"{target}.programme_id", f"{target}.id"])
            )
            if mark.unique:
                keys.append(sa.UniqueConstraint("programme_id", column))
            else:
                keys.append(Index(None, "programme_id", column))
        return (*keys, *cls.__rules__)


def _join(one: str, many: str, column: str) -> str:
    """Return the condition by which `many.column` names a row of `one` in the same programme."""
    if one == many:
        return (
            f"and_(remote({one}.programme_id) == {many}.programme_id, "
            f"remote({one}.id) == foreign({many}.{column}))"
        )
    return f"and_({one}.programme_id == {many}.programme_id, {one}.id == foreign({many}.{column}))"


class Revised:
    """An editable row: `revision` counts its changes, so that two people cannot undo each other's unseen."""

    @declared_attr
    def revision(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy passes the class
        """How often the row was written."""
        return mapped_column(nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        """Let the ORM compare the counter at every update."""
        column = cls.__dict__.get("revision", cls.revision)
        return {"version_id_col": column}


class Made:
    """A row that says when it was made, and by which account if it was one."""

    created_at: Mapped[datetime] = mapped_column(sort_order=90)

    @declared_attr
    def created_by_id(cls) -> Mapped[UUID | None]:  # noqa: N805 - SQLAlchemy passes the class
        """The account that made it."""
        return mapped_column(ForeignKey("user.id"), index=True, nullable=True, sort_order=91)


class ForeignProgramme(Exception):
    """A row of one programme was about to be written in the session of another."""


@event.listens_for(Session, "before_flush")
def _stamp_programme(session: Session, *_: object) -> None:
    """Give new rows the programme of the session, and refuse rows of another one."""
    mine, new = session.info.get("programme_id"), session.new  # each time it is asked for it is made anew
    for row in (*new, *session.dirty):
        if not isinstance(row, InProgramme):
            continue
        given: UUID | None = vars(row).get("programme_id")
        if given is None and row in new:
            row.programme_id = mine
        elif mine is not None and given != mine:
            raise ForeignProgramme(type(row).__name__)


__all__ = [
    "APPEND_ONLY",
    "Base",
    "Currency",
    "Exact",
    "ForeignProgramme",
    "InProgramme",
    "Made",
    "Minor",
    "Revised",
    "UtcDateTime",
    "Word",
    "belongs_to",
    "has_many",
    "refers_to",
    "table_name",
]
