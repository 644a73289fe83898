"""What ships with the program: the starter library, and the code list of the goals of the United Nations."""

import json
from decimal import Decimal
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from toc import resources
from toc.domain.indicators.library import Groups, Library, LibraryIndicator, Theme
from toc.domain.indicators.periods import Frequency
from toc.domain.indicators.readings import Kind
from toc.domain.indicators.targets import Direction
from toc.domain.programmes import Language
from toc.domain.sdg import Sdg, sdg_in

_Text = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(_Entry):
    nl: _Text
    en: _Text

    @property
    def by_language(self) -> dict[Language, str]:
        return {Language.NL: self.nl, Language.EN: self.en}


class _Levels(_Entry):
    nl: tuple[_Text, ...]
    en: tuple[_Text, ...]


class _Named(_Entry):
    key: _Text
    name: _Words


class _Groups(_Named):
    options: tuple[_Named, ...]


class _Indicator(_Named):
    theme: _Text
    kind: Kind
    direction: Direction
    frequency: Frequency
    is_cumulative: bool
    counts_people: bool
    sdg: _Text
    definition: _Words
    pitfalls: _Words
    breakdowns: tuple[str, ...]
    numerator: _Words | None = None
    denominator: _Words | None = None
    unit: _Words | None = None
    levels: _Levels | None = None
    scale: tuple[Decimal, Decimal] | None = None


class _File(_Entry):
    themes: tuple[_Named, ...]
    breakdowns: tuple[_Groups, ...]
    indicators: tuple[_Indicator, ...]


@cache
def sdg() -> Sdg:
    """Return the goals, targets and indicators of the United Nations."""
    return sdg_in(json.loads((resources.seed() / "sdg.json").read_text(encoding="utf-8")))


@cache
def starter_library() -> Library:
    """Return the starter library."""
    file = _File.model_validate_json((resources.seed() / "indicators.json").read_text(encoding="utf-8"))
    groups = {
        one.key: Groups(
            key=one.key,
            name=one.name.by_language,
            options={option.key: option.name.by_language for option in one.options},
        )
        for one in file.breakdowns
    }
    return Library(
        themes=tuple(Theme(key=one.key, name=one.name.by_language) for one in file.themes),
        indicators=tuple(_read(one, groups) for one in file.indicators),
    )


def _read(one: _Indicator, groups: dict[str, Groups]) -> LibraryIndicator:
    def said(words: _Words | None) -> dict[Language, str]:
        return {} if words is None else words.by_language

    return LibraryIndicator(
        key=one.key,
        theme=one.theme,
        kind=one.kind,
        direction=one.direction,
        frequency=one.frequency,
        is_cumulative=one.is_cumulative,
        counts_people=one.counts_people,
        sdg=one.sdg,
        name=one.name.by_language,
        definition=one.definition.by_language,
        pitfalls=one.pitfalls.by_language,
        numerator=said(one.numerator),
        denominator=said(one.denominator),
        unit=said(one.unit),
        breakdowns=tuple(groups[key] for key in one.breakdowns),
        levels={} if one.levels is None else {Language.NL: one.levels.nl, Language.EN: one.levels.en},
        scale=one.scale,
    )
