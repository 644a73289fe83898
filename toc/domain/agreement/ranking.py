"""Do they agree on what matters most? Concordance between judges who ranked or weighed goals.

Ranking goals is our own addition to the method. A judge is a respondent; who that is, is not known here.
Kendall's W speaks about the goals that all judges ranked. Where judges ranked different goals the statistic
of Skillings and Mack uses every ranking; it has a p-value but no scale from 0 to 1.

Source: Kendall (1948), Rank correlation methods; Siegel and Castellan (1988), Nonparametric statistics for
the behavioral sciences, chapter 9; Skillings and Mack (1981), On the use of a Friedman-type statistic in
balanced and unbalanced block designs, Technometrics 23, 171-177.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from math import isfinite, sqrt
from types import MappingProxyType
from uuid import UUID

import numpy as np

from toc.domain.agreement.chance import upper_tail

FEWEST = 2
"""Judges, and goals, below which there is nothing to agree about."""

SIGNIFICANCE = 0.05
"""Below this p-value we say that judges agree more than by chance. The usual convention."""

W_MEANINGS = (
    (0.9, "agreement.w.unusually_strong"),
    (0.7, "agreement.w.strong"),
    (0.5, "agreement.w.moderate"),
    (0.3, "agreement.w.weak"),
    (0.0, "agreement.w.very_weak"),
)
"""From which W on which words hold.

Source: Schmidt (1997), Managing Delphi surveys using nonparametric statistical techniques, Decision Sciences
28, 763-774, names the points 0.1 (very weak) and 0.3 to 0.9; that each holds until the next is our reading.
"""


class Best(StrEnum):
    """Which end of the scores says: most important."""

    LOWEST = "lowest"
    """Ranks: 1 is first."""
    HIGHEST = "highest"
    """Weights or points."""


class Chance(StrEnum):
    """How a p-value was found."""

    EXACT = "agreement.chance.exact"
    """By counting every possible ranking of every judge."""
    CHI_SQUARE = "agreement.chance.chi_square"
    """By the chi-square approximation: in small panels p is too high, so that agreement goes unseen."""


class Undefined(StrEnum):
    """Why there is no figure."""

    FEW_JUDGES = "agreement.undefined.few_judges"
    """Fewer than two judges ranked anything."""
    FEW_GOALS = "agreement.undefined.few_goals"
    """There are no two goals that were ranked beside each other by enough judges."""
    ALL_TIED = "agreement.undefined.all_tied"
    """Every judge gave all goals the same place."""


class Statistic(StrEnum):
    """Which statistic answers."""

    KENDALL_W = "agreement.statistic.kendall_w"
    SKILLINGS_MACK = "agreement.statistic.skillings_mack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What one judge said about goals.

    Attributes:
        party: on whose behalf.
        scores: a rank or a weight per goal; equal scores are a tie. Goals left out are not in it.
        best: which end of the scores is most important.

    Raises:
        ValueError: a score that is not a finite number.
    """

    party: UUID
    scores: Mapping[UUID, float]
    best: Best = Best.LOWEST

    def __post_init__(self) -> None:
        if not all(isfinite(score) for score in self.scores.values()):
            raise ValueError("a score is a finite number")
        object.__setattr__(self, "scores", MappingProxyType(dict(self.scores)))


@dataclass(frozen=True, slots=True, kw_only=True)
class KendallW:
    """Kendall's coefficient of concordance on the goals that all judges ranked.

    Attributes:
        judges: who ranked anything.
        goals: those that all of them ranked, in the order of their ids.
        w: 0 (no agreement) to 1 (the same ranking), corrected for ties.
        p: chance of a W at least as high if all ranked at random.
        chance: how `p` was found.
        chi_square: judges x (goals - 1) x W: Friedman's statistic.
        df: goals - 1.
        ties: whether any judge gave goals the same place.
        reason: why there is no W. Set when the five figures are None, and only then.
    """

    judges: int
    goals: tuple[UUID, ...]
    w: float | None = None
    p: float | None = None
    chance: Chance | None = None
    chi_square: float | None = None
    df: int | None = None
    ties: bool = False
    reason: Undefined | None = None

    @property
    def meaning(self) -> str | None:
        """The key of the words for this W; None without a W."""
        w = self.w
        return None if w is None else next(key for least, key in W_MEANINGS if w >= least)

    @property
    def beyond_chance(self) -> bool | None:
        """Whether judges agree more than chance explains; None without a W."""
        return None if self.p is None else self.p < SIGNIFICANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillingsMack:
    """The statistic of Skillings and Mack, for judges who ranked different goals.

    Attributes:
        judges: who ranked at least two goals; others say nothing about an order.
        dropped: judges who ranked one goal.
        goals: ranked by these judges, in the order of their ids.
        groups: goals that judges tie together, directly or through other goals. With more than one group
            nothing is known about the order between goals of different groups, and the statistic adds up the
            groups.
        statistic: 0 (no agreement) and up; ties take their midrank, without a correction, which is cautious.
        df: goals - groups.
        p: chance of a statistic at least as high if all ranked at random; by chi-square.
        reason: why there is no statistic.
    """

    judges: int
    dropped: int
    goals: tuple[UUID, ...]
    groups: tuple[tuple[UUID, ...], ...]
    statistic: float | None = None
    df: int | None = None
    p: float | None = None
    reason: Undefined | None = None

    @property
    def connected(self) -> bool:
        """Whether all goals can be compared, if only through other goals."""
        return len(self.groups) == 1

    @property
    def beyond_chance(self) -> bool | None:
        """Whether judges agree more than chance explains; None without a statistic."""
        return None if self.p is None else self.p < SIGNIFICANCE

    @property
    def meaning(self) -> str | None:
        """The key of the words; the statistic has no scale, so they say only whether there is agreement."""
        if self.p is None:
            return None
        return "agreement.sm.beyond_chance" if self.beyond_chance else "agreement.sm.not_beyond_chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Both answers, and which one speaks for all rankings.

    Attributes:
        statistic: Kendall's W when all judges ranked the same goals, Skillings-Mack otherwise.
        w: on the goals that all ranked; beside Skillings-Mack it speaks about those goals only.
        skillings_mack: None when all judges ranked the same goals.
    """

    statistic: Statistic
    w: KendallW
    skillings_mack: SkillingsMack | None

    @property
    def chosen(self) -> KendallW | SkillingsMack:
        """The answer that speaks for all rankings."""
        return self.skillings_mack or self.w


def midranks(scores: Mapping[UUID, float], best: Best) -> dict[UUID, float]:
    """Return the rank of each goal from 1 (most important) on; ties share the mean of their places."""
    sign = 1 if best is Best.LOWEST else -1
    ordered = sorted(scores, key=lambda goal: sign * scores[goal])
    ranks: dict[UUID, float] = {}
    for _, same in groupby(ordered, key=scores.__getitem__):
        tied = tuple(same)
        ranks |= dict.fromkeys(tied, len(ranks) + (len(tied) + 1) / 2)
    return ranks


def chi_square_tail(value: float, df: int) -> float:
    """Return P(chi-square with `df` >= value)."""
    from scipy.special import chdtrc  # noqa: PLC0415 - costs a fifth of a second, and few pages need it

    return float(chdtrc(df, value))


def _judged(rankings: Iterable[Ranking]) -> tuple[Ranking, ...]:
    return tuple(ranking for ranking in rankings if ranking.scores)


def _on(ranking: Ranking, goals: Sequence[UUID]) -> tuple[int, ...]:
    """Return the doubled ranks among these goals only."""
    ranks = midranks({goal: ranking.scores[goal] for goal in goals}, ranking.best)
    return tuple(int(2 * ranks[goal]) for goal in goals)


def kendall_w(rankings: Iterable[Ranking]) -> KendallW:
    """Return the concordance of the judges on the goals that all of them ranked.

    W = 12 S / (m^2 (n^3 - n) - m T), with m judges, n goals, S the squared deviations of the rank sums and T
    the sum of t^3 - t over all ties of t goals. Judges who ranked nothing do not count.

    Source: Siegel and Castellan (1988), chapter 9; the p-value is exact where `upper_tail` can.
    """
    judged = _judged(rankings)
    goals = tuple(sorted(set[UUID]().union(*(one.scores for one in judged)))) if judged else ()
    goals = tuple(goal for goal in goals if all(goal in one.scores for one in judged))
    m, n = len(judged), len(goals)
    if m < FEWEST:
        return KendallW(judges=m, goals=goals, reason=Undefined.FEW_JUDGES)
    if n < FEWEST:
        return KendallW(judges=m, goals=goals, reason=Undefined.FEW_GOALS)
    ranks = [_on(one, goals) for one in judged]
    tied = sum(t**3 - t for one in ranks for t in Counter(one).values())
    room = m**2 * (n**3 - n) - m * tied
    if not room:
        return KendallW(judges=m, goals=goals, ties=True, reason=Undefined.ALL_TIED)
    # The ranks are doubled, so that S is a quarter of this sum of squares.
    w = Fraction(3 * sum((sum(of_goal) - m * (n + 1)) ** 2 for of_goal in zip(*ranks, strict=True)), room)
    chi_square = float(m * (n - 1) * w)
    exact = upper_tail(ranks)
    return KendallW(
        judges=m,
        goals=goals,
        w=float(w),
        p=chi_square_tail(chi_square, n - 1) if exact is None else exact,
        chance=Chance.CHI_SQUARE if exact is None else Chance.EXACT,
        chi_square=chi_square,
        df=n - 1,
        ties=tied > 0,
    )


def _groups(goals: Sequence[UUID], judged: Iterable[Ranking]) -> tuple[tuple[UUID, ...], ...]:
    """Return the goals that are tied together by judges, each group and the groups in the order of ids."""
    group = {goal: {goal} for goal in goals}
    for one in judged:
        together = set[UUID]().union(*(group[goal] for goal in one.scores))
        group |= dict.fromkeys(together, together)
    return tuple(tuple(sorted(group[goal])) for goal in goals if goal == min(group[goal]))


def skillings_mack(rankings: Iterable[Ranking]) -> SkillingsMack:
    """Return whether judges agree who ranked different goals.

    A = sum over judges of sqrt(12 / (s + 1)) (rank - (s + 1) / 2), with s the goals of that judge; covariance
    of goals i and j: minus the judges who ranked both, and such that rows add up to 0; the statistic is
    A' Cov^- A with the pseudo-inverse, whose rank is goals - groups. Judges who ranked one goal are dropped.

    Source: Skillings and Mack (1981).
    """
    named = _judged(rankings)
    judged = tuple(one for one in named if len(one.scores) >= FEWEST)
    goals = tuple(sorted(set[UUID]().union(*(one.scores for one in judged))))
    groups = _groups(goals, judged)
    m = len(judged)
    if m < FEWEST:
        few = Undefined.FEW_JUDGES if len(named) < FEWEST else Undefined.FEW_GOALS
        return SkillingsMack(judges=m, dropped=len(named) - m, goals=goals, groups=groups, reason=few)
    at = {goal: index for index, goal in enumerate(goals)}
    adjusted = np.zeros(len(goals))
    covariance = np.zeros((len(goals), len(goals)))
    for one in judged:
        s = len(one.scores)
        ranks = midranks(one.scores, one.best)
        places = [at[goal] for goal in ranks]
        adjusted[places] += sqrt(12 / (s + 1)) * (np.array(list(ranks.values())) - (s + 1) / 2)
        covariance[np.ix_(places, places)] += s * np.eye(s) - 1
    if all(len(set(one.scores.values())) == 1 for one in judged):
        return SkillingsMack(
            judges=m, dropped=len(named) - m, goals=goals, groups=groups, reason=Undefined.ALL_TIED
        )
    statistic = max(float(adjusted @ np.linalg.pinv(covariance, hermitian=True) @ adjusted), 0.0)
    df = len(goals) - len(groups)
    return SkillingsMack(
        judges=m,
        dropped=len(named) - m,
        goals=goals,
        groups=groups,
        statistic=statistic,
        df=df,
        p=chi_square_tail(statistic, df),
    )


def agreement(rankings: Iterable[Ranking]) -> Agreement:
    """Return Kendall's W when all judges ranked the same goals, otherwise Skillings-Mack with W beside it."""
    judged = _judged(rankings)
    w = kendall_w(judged)
    if len({frozenset(one.scores) for one in judged}) <= 1:
        return Agreement(statistic=Statistic.KENDALL_W, w=w, skillings_mack=None)
    return Agreement(statistic=Statistic.SKILLINGS_MACK, w=w, skillings_mack=skillings_mack(judged))
