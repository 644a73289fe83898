"""Keys to sentences, and numbers, days and money as the reader writes them.

The domain and the services give keys with parameters; here, and only here, they become sentences. Each
concept has a module of its own with its table.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, parse_pattern
from flask_babel import format_date as babel_date
from flask_babel import format_datetime as babel_datetime
from flask_babel import get_locale

from toc.domain.money import Money
from toc.web.texts import forms

_ZONE = ZoneInfo("Europe/Amsterdam")
_LOCALES = {"en": Locale.parse("en_GB"), "nl": Locale.parse("nl_NL")}
"""Read once: a page with many numbers would read them for each."""
_NARROW = "\u202f"
_HARD = "\u00a0"

SENTENCES: dict[str, Any] = {**forms.SENTENCES}
"""All sentences by key; `register` adds those of a concept."""

WORDS: dict[type[StrEnum], Mapping[Any, Any]] = {}
"""The words of our enumerations, per member."""


def register(sentences: Mapping[str, Any], words: Mapping[Any, Mapping[Any, Any]] | None = None) -> None:
    """Add the table of a concept.

    Raises:
        ValueError: a key stands in two tables.
    """
    if twice := SENTENCES.keys() & sentences.keys():
        raise ValueError(f"two texts for {sorted(twice)}")
    SENTENCES.update(sentences)
    WORDS.update(words or {})


def language() -> str:
    """Return the language of this page: "nl" or "en"."""
    locale = get_locale()
    return "nl" if locale is None else str(locale.language)


def sentence(key: str, **params: object) -> str:
    """Return the sentence of a key with its values filled in.

    Raises:
        KeyError: there is no such sentence; a test sees to it that there is one for every key.
    """
    text = str(SENTENCES[key])
    return text % {name: show(value) for name, value in params.items()} if params else text


def word(member: StrEnum | None) -> str:
    """Return the word for a member of an enumeration, "" for none."""
    return "" if member is None else str(WORDS[type(member)][member])


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the members of an enumeration as options of a form."""
    return [(member.value, word(member)) for member in kind]


def show(value: object) -> str:
    """Return a value as the reader writes it."""
    if isinstance(value, StrEnum):
        return word(value) if type(value) in WORDS else value.value
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return str(write(value))
    return str(value)


def number(value: Decimal | int, *, decimals: int | None = None) -> str:
    """Return a number with the separators of the language, without needless zeros.

    Args:
        value: the number.
        decimals: how many decimals to show; None shows those it has, six at most.
    """
    pattern = "#,##0" + ("." + "#" * 6 if decimals is None else "." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=_pattern(pattern), locale=_locale())).replace(_NARROW, _HARD)


def money(value: Money) -> str:
    """Return an amount with its currency, never broken over lines; whole amounts without decimals."""
    whole = value.amount == value.amount.to_integral_value()
    pattern = "¤\u00a0#,##0" if language() == "nl" else "¤#,##0"
    pattern += "" if whole else "." + "0" * value.digits
    minus = "-" + pattern
    text = format_currency(
        value.amount,
        value.currency,
        format=_pattern(f"{pattern};{minus}"),
        locale=_locale(),
        currency_digits=False,
    )
    return str(text).replace(" ", _HARD)


def percent(share: Decimal | Fraction | float, *, decimals: int = 0) -> str:
    """Return a fraction as a percentage: 0.5 is 50 % (nl) or 50% (en)."""
    pattern = (
        "#,##0" + ("." + "#" * decimals if decimals else "") + ("\u00a0%" if language() == "nl" else "%")
    )
    return str(format_percent(Decimal(str(float(share))), format=_pattern(pattern), locale=_locale()))


def day(value: date, *, short: bool = False) -> str:
    """Return a day in words: 1 juli 2025."""
    return str(babel_date(value, "d MMM y" if short else "d MMMM y")).replace(" ", _HARD)


def moment(value: datetime) -> str:
    """Return a moment in local time: 1 juli 2025, 14:05."""
    return str(babel_datetime(value.astimezone(_ZONE), "d MMMM y, HH:mm", rebase=False)).replace(" ", _HARD)


_pattern = cache(parse_pattern)
"""There are few of them, and reading one takes as long as writing the number."""


def _locale() -> Locale:
    return _LOCALES["en" if language() == "en" else "nl"]


# In this order: a moment is a day too, and True is a number too.
_WRITERS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, str),
    (Money, money),
    ((Decimal, int), number),
    ((Fraction, float), lambda value: number(Decimal(str(round(float(value), 4))))),
    (datetime, moment),
    (date, day),
)
