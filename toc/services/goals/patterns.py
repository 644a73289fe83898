"""Patterns: trees to begin with, typical for a kind of programme and meant to be adapted."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from toc import resources
from toc.domain.codes import CodeKind, code
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody
from toc.domain.goals.kinds import KeyReason, Level, LinkStatus
from toc.domain.ids import derived
from toc.domain.programmes import Language
from toc.services.errors import NotFound

_BELIEVED = 1  # as sure as a link may be that nobody tested: somebody believes it


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Entry):
    nl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def said(self, language: Language) -> str:
        """Return the text in one language."""
        return self.nl if language is Language.NL else self.en


class _Goal(_Entry):
    key: str
    level: Level
    wording: _Words


class _Link(_Entry):
    lower: str
    upper: str
    key_reason: KeyReason | None = None
    mechanism: _Words
    assumption: _Words


class _Written(_Entry):
    key: str
    name: _Words
    about: _Words
    goals: tuple[_Goal, ...]
    links: tuple[_Link, ...]


class _File(_Entry):
    note: _Words
    patterns: tuple[_Written, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern in one language.

    Attributes:
        key: names it in an address.
        name: what it is about.
        about: for whom, in one or two sentences.
        note: that it is a pattern, to be adapted.
        goals: how many it has.
    """

    key: str
    name: str
    about: str
    note: str
    goals: int


def patterns(language: Language) -> tuple[Pattern, ...]:
    """Return the patterns that a programme can begin with."""
    file = _file()
    return tuple(
        Pattern(
            key=one.key,
            name=one.name.said(language),
            about=one.about.said(language),
            note=file.note.said(language),
            goals=len(one.goals),
        )
        for one in file.patterns
    )


def pattern_body(key: str, language: Language, root: UUID) -> TreeBody:
    """Return the tree of a pattern, its impact first, each link untested and believed at most.

    Args:
        key: of the pattern.
        language: of its texts.
        root: the id under which its goals get theirs: the same pattern twice makes the same goals.

    Raises:
        NotFound: there is no such pattern.
    """
    found = next((one for one in _file().patterns if one.key == key), None)
    if found is None:
        raise NotFound
    codes = {goal.key: code(CodeKind.GOAL, number) for number, goal in enumerate(found.goals, start=1)}
    return TreeBody(
        goals=tuple(
            GoalBody(
                code=codes[goal.key],
                id=derived(root, "goal", codes[goal.key]),
                wording=goal.wording.said(language),
                level=goal.level,
            )
            for goal in found.goals
        ),
        links=tuple(
            LinkBody(
                lower=codes[link.lower],
                upper=codes[link.upper],
                mechanism=link.mechanism.said(language),
                assumption=link.assumption.said(language),
                confidence=_BELIEVED,
                status=LinkStatus.UNTESTED,
                is_key=link.key_reason is not None,
                key_reason=link.key_reason,
            )
            for link in found.links
        ),
    )


@cache
def _file() -> _File:
    return _File.model_validate_json((resources.seed() / "patterns.json").read_text(encoding="utf-8"))
