"""Frozen values to plain data and back, so that what was signed can be stored, hashed and made again."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from toc.domain.money import Money, exact, plain

_FROM_TEXT: Mapping[Any, Callable[[str], Any]] = {
    Decimal: lambda text: exact(Decimal(text)),
    date: date.fromisoformat,
}


def encode(value: object) -> Any:  # noqa: ANN401 - JSON has no better type
    """Return text, integers, lists and mappings only; equal values give equal data.

    A payment rule gets its kind under "rule", to know it again.
    """
    if isinstance(value, Money):
        return value.as_dict()
    if is_dataclass(value):
        data = {field.name: encode(getattr(value, field.name)) for field in fields(value)}
        rule = getattr(value, "RULE", None)
        return data if rule is None else data | {"rule": rule}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, UUID | date):
        return str(value)
    return plain(value) if isinstance(value, Decimal) else value


def decode(kind: Any, data: Any) -> Any:  # noqa: ANN401 - a type annotation and JSON in, that type out
    """Return the value of type `kind` that `encode` made the data from.

    Raises:
        TypeError, ValueError, LookupError, ArithmeticError, DomainError: it cannot have come from `encode`.
    """
    if isinstance(kind, UnionType):
        return _decode_union(get_args(kind), data)
    if get_origin(kind) is tuple:
        return tuple(decode(get_args(kind)[0], item) for item in data)
    if kind is Money:
        return Money.from_dict(data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: decode(hints[field.name], data[field.name]) for field in fields(kind)})
    if kind is int:
        if type(data) is not int:
            raise TypeError(data)
        return data
    if not isinstance(data, str):
        raise TypeError(data)
    return _FROM_TEXT.get(kind, kind)(data)


def _decode_union(kinds: tuple[Any, ...], data: Any) -> Any:  # noqa: ANN401 - as decode
    if data is None and NoneType in kinds:
        return None
    rest = [kind for kind in kinds if kind is not NoneType]
    by_rule = {getattr(kind, "RULE", None): kind for kind in rest}
    return decode(rest[0] if len(rest) == 1 else by_rule[data["rule"]], data)
