"""Forms: what was typed, what it means, and a sentence for every field that is not right yet.

A form is parsed by a pydantic model whose fields have the types below. Nothing is guessed: numbers are read
in the language of the page, days as the browser sends them or day first.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from werkzeug.datastructures import MultiDict

from toc.domain.errors import DomainError
from toc.domain.exchange.notation import NumberStyle, parse_date, parse_decimal
from toc.web.texts import language, sentence

LINE = 300
"""Characters of a field of one line."""
TEXT = 20_000
"""Characters of a field of several lines."""

_KEPT_CONTROLS = "\n\t"
_INVISIBLE_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Input(BaseModel):
    """What a form may hold; a field that is not declared is ignored, never assigned."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)


Model = TypeVar("Model", bound=Input)


def _say(key: str, **params: object) -> PydanticCustomError:
    return PydanticCustomError("toc", "{key}", {"key": key, "params": params})


def clean(text: str, most: int = TEXT) -> str:
    """Return a text without white space around it, its line ends as one kind and its letters composed.

    Raises:
        DomainError: it is too long, or holds characters that nobody can see or type.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > most:
        raise DomainError("form.too_long", most=most)
    for character in text:
        if character in _INVISIBLE_DIRECTIONS or (
            unicodedata.category(character) in {"Cc", "Cs"} and character not in _KEPT_CONTROLS
        ):
            raise DomainError("form.bad_characters")
    return text


def _domain(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call gives
    try:
        return call()
    except DomainError as error:
        raise _say(error.key, **error.params) from error


def _text(most: int, *, required: bool) -> Callable[[Any], str]:
    def parse(typed: Any) -> str:  # noqa: ANN401 - pydantic passes anything
        text: str = _domain(lambda: clean(str(typed or ""), most))
        if required and not text:
            raise _say("form.required")
        if most == LINE and "\n" in text:
            raise _say("form.one_line")
        return text

    return parse


def style(info: ValidationInfo) -> NumberStyle:
    """Return how numbers are written in the language of the form."""
    context = info.context or {}
    return NumberStyle.ENGLISH if context.get("language") == "en" else NumberStyle.DUTCH


def _number(typed: Any, info: ValidationInfo) -> Decimal | None:  # noqa: ANN401 - as _text
    if isinstance(typed, Decimal):
        return typed
    text = str(typed or "").strip()
    if not text:
        return None
    number: Decimal = _domain(lambda: parse_decimal(text, style(info)))
    return number


def _whole(typed: Any, info: ValidationInfo) -> int | None:  # noqa: ANN401 - as _text
    number = _number(typed, info)
    if number is None:
        return None
    if number != number.to_integral_value() or abs(number) > 2**53:
        raise _say("form.whole_number")
    return int(number)


def _day(typed: Any) -> date | None:  # noqa: ANN401 - as _text
    if isinstance(typed, date):
        return typed
    text = str(typed or "").strip()
    if not text:
        return None
    day: date = _domain(lambda: parse_date(text))
    return day


def _required(parse: Callable[..., Any]) -> Callable[..., Any]:
    def checked(typed: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - as _text
        value = parse(typed, info) if parse is not _day else _day(typed)
        if value is None:
            raise _say("form.required")
        return value

    return checked


def _day_or_none(typed: Any, _: ValidationInfo) -> date | None:  # noqa: ANN401 - as _text
    return _day(typed)


def _tick(typed: Any) -> bool:  # noqa: ANN401 - as _text
    return typed in {True, "1", "on", "true"}


def _identifier(typed: Any) -> UUID:  # noqa: ANN401 - as _text
    if isinstance(typed, UUID):
        return typed
    try:
        return UUID(str(typed))
    except ValueError as error:
        raise _say("form.choose") from error


def _identifier_or_none(typed: Any) -> UUID | None:  # noqa: ANN401 - as _text
    return None if typed in {None, ""} else _identifier(typed)


def chosen(kind: type[StrEnum], *, optional: bool = False) -> BeforeValidator:
    """Return the parser of a choice among the members of an enumeration."""

    def parse(typed: Any) -> StrEnum | None:  # noqa: ANN401 - as _text
        if optional and typed in {None, ""}:
            return None
        try:
            return kind(str(typed))
        except ValueError as error:
            raise _say("form.choose") from error

    return BeforeValidator(parse)


Line = Annotated[str, BeforeValidator(_text(LINE, required=True))]
OptionalLine = Annotated[str, BeforeValidator(_text(LINE, required=False))]
Paragraph = Annotated[str, BeforeValidator(_text(TEXT, required=True))]
OptionalParagraph = Annotated[str, BeforeValidator(_text(TEXT, required=False))]
Number = Annotated[Decimal, BeforeValidator(_required(_number))]
OptionalNumber = Annotated[Decimal | None, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_required(_whole))]
OptionalWhole = Annotated[int | None, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_required(_day))]
OptionalDay = Annotated[date | None, BeforeValidator(_day_or_none)]
Tick = Annotated[bool, BeforeValidator(_tick)]
RowId = Annotated[UUID, BeforeValidator(_identifier)]
OptionalRowId = Annotated[UUID | None, BeforeValidator(_identifier_or_none)]


class Form(Generic[Model]):
    """What was sent, read as a model. Templates ask `raw`, `raws`, `error` and `errors`.

    A form without anything sent (`Form.empty`) shows what a row says now, or nothing.
    """

    def __init__(self, sent: Mapping[str, Any] | MultiDict[str, str], model: type[Model]) -> None:
        """Parse what was sent."""
        self._sent: MultiDict[str, str] = sent if isinstance(sent, MultiDict) else MultiDict(sent)
        self._faults: dict[str, str] = {}
        self._value: Model | None = None
        many = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
        values: dict[str, Any] = {
            name: self._sent.getlist(name) if name in many else self._sent.get(name, "")
            for name in model.model_fields
        }
        try:
            self._value = model.model_validate(values, context={"language": language()})
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else ""
                self._faults.setdefault(name, _sentence(fault))

    @classmethod
    def empty(cls, values: Mapping[str, Any] | None = None) -> "Form[Model]":
        """Return a form that nobody has sent yet, filled with values as they are typed."""
        form = cls.__new__(cls)
        form._sent = MultiDict(values or {})  # noqa: SLF001 - its own
        form._faults = {}  # noqa: SLF001 - its own
        form._value = None  # noqa: SLF001 - its own
        return form

    @property
    def ok(self) -> bool:
        """Whether everything could be read."""
        return self._value is not None and not self._faults

    @property
    def value(self) -> Model:
        """What was meant.

        Raises:
            ValueError: the form is not `ok`.
        """
        if self._value is None:
            raise ValueError("ask for the value of a form only when it is ok")
        return self._value

    def blame(self, field: str, error: DomainError) -> None:
        """Put the sentence of an error at a field; an empty name stands for the whole form."""
        self._faults.setdefault(field, sentence(error.key, **error.params))

    def take_over(self, row: "Form[Any]", prefix: str) -> None:
        """Put the sentences of the form of one row at the fields of that row, which begin with the prefix."""
        for name, said in row.errors:
            self._faults.setdefault(f"{prefix}{name}", said)

    def raw(self, name: str) -> str | None:
        """Return what was typed in a field."""
        return self._sent.get(name)

    def raws(self, name: str) -> list[str]:
        """Return all values that were ticked."""
        return self._sent.getlist(name)

    def error(self, name: str) -> str | None:
        """Return the sentence at a field."""
        return self._faults.get(name)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Everything that is not right yet: (field, sentence)."""
        return list(self._faults.items())


@dataclass(frozen=True, slots=True)
class Edited:
    """The revision that an edit form was made from."""

    revision: int

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "Edited":
        """Read it; a form without one was made from none, so it never matches."""
        typed = sent.get("revision", "")
        return cls(int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1)  # noqa: PLR2004 - no counter gets that far


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - a type
    return getattr(annotation, "__origin__", None) in {list, tuple, set, frozenset}


def _sentence(fault: ErrorDetails) -> str:
    if fault["type"] == "toc":
        context = fault["ctx"]
        return sentence(context["key"], **context["params"])
    return sentence("form.required" if fault["type"] == "missing" else "form.not_understood")
