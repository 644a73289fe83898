"""The starter library: indicators that often fit, in two languages, to take over and to adapt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.indicators.definition import Definition
from toc.domain.indicators.external import ExternalCode, Scheme
from toc.domain.indicators.periods import Frequency
from toc.domain.indicators.readings import Kind
from toc.domain.indicators.targets import Direction
from toc.domain.programmes import Language

Words = Mapping[Language, str]
"""A text in each language; without one it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What several indicators of the library are about."""

    key: str
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """In which groups a value falls apart, in two languages.

    Attributes:
        key: of the breakdown.
        name: what the groups differ in.
        options: the groups by key.
    """

    key: str
    name: Words
    options: Mapping[str, Words]

    def in_(self, language: Language) -> Breakdown:
        """Return them in one language."""
        return Breakdown(
            key=self.key,
            name=self.name[language],
            options=tuple(Option(key=key, name=name[language]) for key, name in self.options.items()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryIndicator:
    """An indicator of the library; a baseline and a target come with the programme that takes it over.

    Attributes:
        key: names it in an address and in the editions that were made from it.
        theme: key of its theme.
        sdg: the target of the Sustainable Development Goals that it is nearest to.
        levels: of an ordinal score, lowest first, by language.
        scale: of a mean score, its ends.
    """

    key: str
    theme: str
    kind: Kind
    direction: Direction
    frequency: Frequency
    is_cumulative: bool
    counts_people: bool
    sdg: str
    name: Words
    definition: Words
    pitfalls: Words
    numerator: Words
    denominator: Words
    unit: Words
    breakdowns: tuple[Groups, ...]
    levels: Mapping[Language, tuple[str, ...]]
    scale: tuple[Decimal, Decimal] | None

    def in_(self, language: Language) -> Definition:
        """Return it as a definition in the language of a programme, translated into the other one."""
        other = Language.EN if language is Language.NL else Language.NL
        lowest, highest = self.scale or (None, None)
        return Definition(
            name=self.name[language],
            kind=self.kind,
            direction=self.direction,
            frequency=self.frequency,
            definition=self.definition[language],
            unit=self.unit.get(language, ""),
            is_cumulative=self.is_cumulative,
            counts_people=self.counts_people,
            other_name=self.name[other],
            other_definition=self.definition[other],
            numerator=self.numerator.get(language, ""),
            denominator=self.denominator.get(language, ""),
            pitfalls=self.pitfalls[language],
            external_codes=(ExternalCode(scheme=Scheme.SDG, code=self.sdg),),
            breakdowns=tuple(groups.in_(language) for groups in self.breakdowns),
            scale_lowest=lowest,
            scale_highest=highest,
            levels=self.levels.get(language, ()),
            library_key=self.key,
        )

    def holds(self, words: Sequence[str]) -> bool:
        """Tell whether each word stands in its texts, in either language."""
        texts = (self.name, self.definition, self.numerator, self.denominator)
        said = " ".join(text for each in texts for text in each.values()).casefold()
        return all(word in said for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All of them, by theme."""

    themes: tuple[Theme, ...]
    indicators: tuple[LibraryIndicator, ...]

    def get(self, key: str) -> LibraryIndicator | None:
        """Return the indicator of a key, if there is one."""
        return next((one for one in self.indicators if one.key == key), None)

    def find(self, sought: str = "", theme: str = "") -> tuple[LibraryIndicator, ...]:
        """Return those of a theme that hold all words; an empty theme stands for all."""
        words = sought.casefold().split()
        return tuple(one for one in self.indicators if theme in {"", one.theme} and one.holds(words))
