"""Forms as CommCare exports them: JSON, in which a question asked several times is a list, or one object.

What is nested becomes a column with a path: "form.case.@case_id". A question that is a list in any form has a
table of its own, whose rows carry what its form says. One that has a single entry is an object, and counts as
a list of one.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

from toc.domain.errors import DomainError
from toc.domain.exchange.typed import Number

MOST_JSON: Final = 50 * 2**20
"""Bytes that a file of forms may have: it is read as a whole."""

FORMS: Final = "forms"
"""Name of the table with a row for each form."""

ENTRY: Final = "_entry"
"""Column of a repeated question that says which of the entries of its answer a row is, from 1."""

_DEEPEST: Final = 30


def forms_in(file: BinaryIO) -> dict[str, list[dict[str, str]]]:
    """Return the tables of a file of forms: `FORMS`, and one for each question that was asked repeatedly.

    Raises:
        DomainError: ``file.too_large``, ``file.encoding_unknown``, ``file.no_forms``.
    """
    content = file.read(MOST_JSON + 1)
    if len(content) > MOST_JSON:
        raise DomainError("file.too_large", most=MOST_JSON)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DomainError("file.encoding_unknown") from error
    if "\0" in text:
        raise DomainError("file.nul")
    try:
        said = _loaded(text)
    except (ValueError, RecursionError) as error:
        raise DomainError("file.no_forms") from error
    forms = said.get("objects", said.get("forms", [said])) if isinstance(said, dict) else said
    if not isinstance(forms, list) or not forms or not all(isinstance(form, dict) for form in forms):
        raise DomainError("file.no_forms")
    repeated = sorted({path for form in forms for path in _lists(form, "", 0)})
    tables: dict[str, list[dict[str, str]]] = {FORMS: [dict(_flat(form, "", repeated)) for form in forms]}
    for path in repeated:
        tables[path] = [
            {**own, **dict(_flat(entry, f"{path}.", repeated)), ENTRY: str(number)}
            for form, own in zip(forms, tables[FORMS], strict=True)
            for number, entry in enumerate(_entries(form, path), start=1)
        ]
    return tables


def _loaded(text: str) -> Any:  # noqa: ANN401 - JSON
    """Read one JSON value, or one on each line; numbers stay as they were written."""

    def refuse(constant: str) -> Any:  # noqa: ANN401 - as json has it
        raise ValueError(constant)

    def load(part: str) -> Any:  # noqa: ANN401 - JSON
        return json.loads(part, parse_float=Number, parse_int=Number, parse_constant=refuse)

    try:
        return load(text)
    except json.JSONDecodeError:
        return [load(line) for line in text.splitlines() if line.strip()]


def _lists(said: Any, path: str, depth: int) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the paths at which a list of objects stands."""
    if depth > _DEEPEST:
        raise DomainError("file.no_forms")
    if isinstance(said, dict):
        for name, value in said.items():
            yield from _lists(value, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(said, list) and any(isinstance(one, dict) for one in said):
        yield path


def _flat(said: Mapping[str, Any], path: str, repeated: list[str]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        here = f"{path}{name}"
        if here in repeated:
            continue
        if isinstance(value, dict):
            yield from _flat(value, f"{here}.", repeated)
        elif isinstance(value, list):
            yield here, " ".join(map(_text, value))
        else:
            yield here, _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - a JSON scalar
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _entries(form: Any, path: str) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    said = form
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
    entries = said if isinstance(said, list) else [said]
    return [entry for entry in entries if isinstance(entry, dict)]
