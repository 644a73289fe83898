"""Codes of others: by which identifier they know what an indicator measures.

The identifier and a link only: their texts are not ours to copy.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from toc.domain.errors import DomainError


class Scheme(StrEnum):
    """Whose codes they are."""

    SDG = "sdg"
    """A target of the Sustainable Development Goals of the United Nations (`toc.domain.sdg`)."""
    IRIS = "iris"
    """A metric of IRIS+, the catalogue of impact investors."""
    ZRM = "zrm"
    """A domain of the Zelfredzaamheid-Matrix, the self-sufficiency matrix of Dutch municipalities."""


_SHAPES: Final = {
    Scheme.SDG: re.compile(r"[1-9][0-9]?\.([1-9][0-9]?|[a-d])"),
    Scheme.IRIS: re.compile(r"[A-Z]{2}[0-9]{4}"),
    Scheme.ZRM: re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}"),
}

_LONGEST_LINK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalCode:
    """One code of somebody else's list.

    Attributes:
        scheme: whose list.
        code: the identifier in it: "8.6", "OI4060".
        url: where they explain it; https, or "".

    Raises:
        DomainError: ``external.not_a_code`` with ``scheme``, ``external.link``.
    """

    scheme: Scheme
    code: str
    url: str = ""

    def __post_init__(self) -> None:
        if not _SHAPES[self.scheme].fullmatch(self.code):
            raise DomainError("external.not_a_code", scheme=self.scheme)
        if self.url and not _is_link(self.url):
            raise DomainError("external.link")


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        found = parts.scheme == "https" and bool(parts.hostname) and not (parts.username or parts.password)
    except ValueError:
        return False
    return found and len(url) <= _LONGEST_LINK and not re.search(r"\s", url)


def codes_in(stored: Iterable[Mapping[str, str]]) -> tuple[ExternalCode, ...]:
    """Return the codes that an edition keeps: {"scheme", "code", "url"}."""
    return tuple(
        ExternalCode(scheme=Scheme(one["scheme"]), code=one["code"], url=one.get("url", "")) for one in stored
    )


def as_stored(codes: Iterable[ExternalCode]) -> list[dict[str, str]]:
    """Return codes as an edition keeps them."""
    return [
        {"scheme": one.scheme.value, "code": one.code, **({"url": one.url} if one.url else {})}
        for one in codes
    ]
