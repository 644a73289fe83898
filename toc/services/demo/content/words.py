"""Texts in both languages, and what is a fact."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from toc.domain.programmes import Language


class Row(BaseModel):
    """What stands in a file: nothing that we do not know, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Row):
    """One text in both languages."""

    nl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


Text = Words | str
"""A plain string is the same in both languages: a name, a code, nothing."""


def said(text: Text, language: Language) -> str:
    """Return a text in one language."""
    return text if isinstance(text, str) else str(getattr(text, language))


class Source(Row):
    """Where a fact stands."""

    name: Text
    url: str = ""


class Marked(Row):
    """Something of which some parts are facts.

    Attributes:
        facts: column of its row, or "" for the whole of it, to the key of a source.
    """

    facts: dict[str, str] = {}
