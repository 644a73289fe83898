"""Looking: what is seen in a file, also by a process that looks through it for another one."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO

from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.opening import open_log
from toc.domain.exchange.recognised import Recognition, recognition_from
from toc.domain.exchange.recognising import Watch, recognise, silent


def look_through(
    file: BinaryIO, today: date, mapping: Mapping | None = None, watch: Watch = silent
) -> Recognition:
    """Return what is seen in a file.

    Args:
        file: can be read again from its beginning.
        today: the day.
        mapping: which table, and where its names stand; None: as it seems.
        watch: told how far it is.

    Raises:
        DomainError: what reading refuses.
    """
    if mapping is None:
        return recognise(open_log(file), today, watch=watch)
    return recognise(
        open_log(file, encoding=mapping.encoding, delimiter=mapping.delimiter),
        today,
        sheet=mapping.sheet or None,
        headers=mapping.headers,
        skipped=mapping.skipped,
        watch=watch,
    )


def answer(file: BinaryIO, today: str, asked: str) -> str:
    """Return as JSON what is seen in a file, or why it is refused.

    Args:
        file: can be read again from its beginning.
        today: as 2025-02-03.
        asked: the mapping as JSON.
    """
    said: dict[str, Any]
    try:
        said = asdict(look_through(file, date.fromisoformat(today), Mapping.from_json(json.loads(asked))))
    except DomainError as error:
        said = {"error": error.key, "params": dict(error.params)}
    return json.dumps(said, ensure_ascii=False, default=str)


def understood(answered: str) -> Recognition:
    """Return what `answer` saw.

    Raises:
        DomainError: what it was refused for.
    """
    said = json.loads(answered)
    if "error" in said:
        raise DomainError(said["error"], **said["params"])
    return recognition_from(said)
