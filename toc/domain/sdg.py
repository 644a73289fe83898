"""The Sustainable Development Goals of the United Nations: a code list of goals, targets and indicators.

Source: United Nations Statistics Division, Global indicator framework for the Sustainable Development Goals
(A/RES/71/313), after the refinement of 2023: 17 goals, 169 targets and 231 unique indicators, some of which
stand under two or three targets. The texts of targets and indicators are English; the goals have Dutch names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_METADATA = "https://unstats.un.org/sdgs/metadata/?Text=&Goal={goal}&Target={target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SdgIndicator:
    """A global indicator.

    Attributes:
        code: "8.6.1".
        text: in English.
        same_as: code of the first place where this very indicator stands; empty: this is the first.
    """

    code: str
    text: str
    same_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SdgTarget:
    """A target of a goal.

    Attributes:
        code: "8.6", or with a letter for the means: "8.a".
        text: in English.
        goal: code of its goal.
        indicators: in their order; one target has none.
    """

    code: str
    text: str
    goal: str
    indicators: tuple[SdgIndicator, ...]

    @property
    def address(self) -> str:
        """Where the United Nations explain it."""
        return _METADATA.format(goal=self.goal, target=self.code)

    def holds(self, words: Sequence[str]) -> bool:
        """Tell whether each word stands in its code or text, or in those of its indicators."""
        said = " ".join((self.code, self.text, *(f"{one.code} {one.text}" for one in self.indicators)))
        return all(word in said.casefold() for word in words)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdgGoal:
    """One of the seventeen.

    Attributes:
        code: "1" to "17".
        names: by language, "nl" and "en".
        targets: in their order.
    """

    code: str
    names: Mapping[str, str]
    targets: tuple[SdgTarget, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdg:
    """The list.

    Attributes:
        edition: of the framework.
        goals: in their order.
        by_code: each target by its code.
    """

    edition: str
    goals: tuple[SdgGoal, ...]
    by_code: Mapping[str, SdgTarget]

    @property
    def indicators(self) -> tuple[SdgIndicator, ...]:
        """Each indicator as often as it stands in the list."""
        return tuple(one for target in self.by_code.values() for one in target.indicators)

    def find(self, sought: str) -> tuple[tuple[SdgGoal, tuple[SdgTarget, ...]], ...]:
        """Return the goals with the targets that hold all words; all of them for no word.

        A goal whose name holds all words comes with all its targets.
        """
        words = sought.casefold().split()
        found = []
        for goal in self.goals:
            named = " ".join((goal.code, *goal.names.values())).casefold()
            all_of_it = all(word in named for word in words)
            targets = tuple(target for target in goal.targets if all_of_it or target.holds(words))
            if targets:
                found.append((goal, targets))
        return tuple(found)


def sdg_in(stored: Mapping[str, Any]) -> Sdg:
    """Return the list that a file holds: {"edition", "goals": [{"code", "nl", "en", "targets": [...]}]}."""
    goals = tuple(
        SdgGoal(
            code=goal["code"],
            names={language: goal[language] for language in ("nl", "en")},
            targets=tuple(
                SdgTarget(
                    code=target["code"],
                    text=target["text"],
                    goal=goal["code"],
                    indicators=tuple(
                        SdgIndicator(code=one["code"], text=one["text"], same_as=one.get("same_as", ""))
                        for one in target["indicators"]
                    ),
                )
                for target in goal["targets"]
            ),
        )
        for goal in stored["goals"]
    )
    targets = {target.code: target for goal in goals for target in goal.targets}
    return Sdg(edition=stored["edition"], goals=goals, by_code=targets)
