"""Parties beside each other: how far apart inside and between, where they clash, what is measured.

A place is a normalised rank: 0 for the goal that a judge finds most important, 1 for the least, so that
judges who ranked different numbers of goals can stand beside each other. Places are exact fractions.

Results are for parties, never for persons: of a party with too few respondents nothing is shown, nor of a
goal that too few of its respondents ranked, and what is computed over parties rests on what is shown only, so
that no difference gives the rest away.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import sqrt
from statistics import quantiles
from uuid import UUID

from toc.domain.agreement.ranking import FEWEST, Ranking, Undefined, midranks

IMPORTANT = Fraction(2, 3)
"""Importance from which a goal counts as important: the upper third of the scale. Ours."""

UNIMPORTANT = Fraction(1, 3)
"""Importance up to which a goal counts as unimportant: the lower third. Ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where the respondents of one party place one goal, from 0 (most important) to 1.

    Attributes:
        respondents: of the party who ranked this goal among others.
        lower: first quartile.
        upper: third quartile; `upper - lower` is the interquartile range.
        low: the place of who finds it most important.
        high: the place of who finds it least important.
    """

    goal: UUID
    respondents: int
    mean: Fraction
    median: Fraction
    lower: Fraction
    upper: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """What may be shown of a party.

    Attributes:
        respondents: who ranked at least two goals; None when too few, which is then all that is said.
        spreads: the goals that enough of them ranked, most important first.
    """

    party: UUID
    respondents: int | None
    spreads: tuple[Spread, ...]

    @property
    def withheld(self) -> bool:
        """Whether the party has too few respondents to show anything."""
        return self.respondents is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """How far parties lie apart on one goal.

    Attributes:
        parties: how many parties' means it rests on, at least two.
        mean: of the parties' mean places; each party counts once, whatever its number of respondents.
        gap: largest difference between two parties' mean places, 0 to 1.
        first: the party that finds it most important.
        last: the party that finds it least important.
    """

    goal: UUID
    parties: int
    mean: Fraction
    gap: Fraction
    first: UUID
    last: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """How much two parties' orders of goals oppose each other.

    Attributes:
        common: goals that both ranked, on which all of this rests.
        tau: Kendall's tau-b between their mean places: 1 the same order, 0 no relation, -1 the reverse.
        reason: why there is no tau.
        widest: the goal on which they lie farthest apart; None without a common goal.
        gap: how far, 0 to 1.
    """

    one: UUID
    other: UUID
    common: int
    tau: float | None
    reason: Undefined | None
    widest: UUID | None
    gap: Fraction

    @property
    def opposed(self) -> bool:
        """Whether they order more pairs of goals against each other than alike."""
        return self.tau is not None and self.tau < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """Where importance and measuring part.

    Attributes:
        important_unmeasured: most important first.
        unimportant_measured: least important first.
        unranked_measured: measured, while nobody who may be shown ranked it; in the order of ids.
    """

    important_unmeasured: tuple[UUID, ...]
    unimportant_measured: tuple[UUID, ...]
    unranked_measured: tuple[UUID, ...]


def places(ranking: Ranking) -> dict[UUID, Fraction]:
    """Return (rank - 1) / (goals - 1) per goal; nothing for a judge who ranked fewer than two."""
    ranks = midranks(ranking.scores, ranking.best)
    if len(ranks) < FEWEST:
        return {}
    return {goal: (Fraction(rank) - 1) / (len(ranks) - 1) for goal, rank in ranks.items()}


def _mean(values: Collection[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _spread(goal: UUID, found: list[Fraction]) -> Spread:
    # A single value has no quartiles in the standard library; twice the same value has them where it lies.
    lower, median, upper = quantiles(found if len(found) > 1 else found * 2, n=4, method="inclusive")
    return Spread(
        goal=goal,
        respondents=len(found),
        mean=_mean(found),
        median=median,
        lower=lower,
        upper=upper,
        low=min(found),
        high=max(found),
    )


def party_views(
    rankings: Iterable[Ranking], *, least: int, exempt: Collection[UUID] = frozenset()
) -> tuple[PartyView, ...]:
    """Return per party, in the order of ids, where its respondents place each goal.

    Args:
        rankings: of all parties.
        least: respondents that a party, and each of its goals, needs before it is shown.
        exempt: parties of spokespersons, who speak for an organisation and to whom `least` does not apply.

    Raises:
        ValueError: `least` below one.
    """
    if least < 1:
        raise ValueError("a party needs at least one respondent")
    judged: dict[UUID, list[dict[UUID, Fraction]]] = {}
    for ranking in rankings:
        judges = judged.setdefault(ranking.party, [])
        if placed := places(ranking):
            judges.append(placed)
    return tuple(_view(party, judged[party], 1 if party in exempt else least) for party in sorted(judged))


def _view(party: UUID, judges: list[dict[UUID, Fraction]], least: int) -> PartyView:
    if len(judges) < least:
        return PartyView(party=party, respondents=None, spreads=())
    found: dict[UUID, list[Fraction]] = {}
    for placed in judges:
        for goal, place in placed.items():
            found.setdefault(goal, []).append(place)
    spreads = [_spread(goal, those) for goal, those in found.items() if len(those) >= least]
    spreads.sort(key=lambda spread: (spread.mean, spread.goal))
    return PartyView(party=party, respondents=len(judges), spreads=tuple(spreads))


def _means(views: Iterable[PartyView]) -> dict[UUID, dict[UUID, Fraction]]:
    """Return per goal the mean place that each party gives it."""
    means: dict[UUID, dict[UUID, Fraction]] = {}
    for view in views:
        for spread in view.spreads:
            means.setdefault(spread.goal, {})[view.party] = spread.mean
    return means


def between(views: Iterable[PartyView]) -> tuple[Between, ...]:
    """Return the goals that at least two parties ranked, those on which they lie farthest apart first."""
    found = []
    for goal, by_party in _means(views).items():
        if len(by_party) < FEWEST:
            continue
        first, *_, last = sorted(by_party, key=lambda party: (by_party[party], party))
        found.append(
            Between(
                goal=goal,
                parties=len(by_party),
                mean=_mean(by_party.values()),
                gap=by_party[last] - by_party[first],
                first=first,
                last=last,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.gap, one.goal)))


def _order(left: Fraction, right: Fraction) -> int:
    return (left > right) - (left < right)


def tau_b(one: Mapping[UUID, Fraction], other: Mapping[UUID, Fraction]) -> float | Undefined:
    """Return Kendall's tau-b between two orders of the goals that both have, or why there is none.

    (concordant - discordant pairs) / sqrt(pairs untied in one x pairs untied in other).

    Source: Kendall (1948), Rank correlation methods, chapter 3.
    """
    common = sorted(one.keys() & other.keys())
    if len(common) < FEWEST:
        return Undefined.FEW_GOALS
    score = in_one = in_other = 0
    for left, right in combinations(common, 2):
        here, there = _order(one[left], one[right]), _order(other[left], other[right])
        score += here * there
        in_one += here != 0
        in_other += there != 0
    return score / sqrt(in_one * in_other) if in_one and in_other else Undefined.ALL_TIED


def conflicts(views: Iterable[PartyView]) -> tuple[Conflict, ...]:
    """Return every pair of shown parties, strongest conflict first; pairs without a tau come last."""
    shown = [(view.party, {spread.goal: spread.mean for spread in view.spreads}) for view in views]
    found = []
    for (one, mine), (other, theirs) in combinations([pair for pair in shown if pair[1]], 2):
        gaps = {goal: abs(mine[goal] - theirs[goal]) for goal in sorted(mine.keys() & theirs.keys())}
        tau = tau_b(mine, theirs)
        found.append(
            Conflict(
                one=one,
                other=other,
                common=len(gaps),
                tau=None if isinstance(tau, Undefined) else tau,
                reason=tau if isinstance(tau, Undefined) else None,
                widest=max(gaps, key=gaps.__getitem__, default=None),
                gap=max(gaps.values(), default=Fraction(0)),
            )
        )
    return tuple(sorted(found, key=_strongest_first))


def _strongest_first(conflict: Conflict) -> tuple[bool, float, int, UUID, UUID]:
    return (conflict.tau is None, conflict.tau or 0.0, -conflict.common, conflict.one, conflict.other)


def importance(views: Iterable[PartyView]) -> dict[UUID, Fraction]:
    """Return per goal 1 - the mean of the parties' mean places: 1 is first for all, 0 last for all."""
    return {goal: 1 - _mean(by_party.values()) for goal, by_party in _means(views).items()}


def mismatch(
    importances: Mapping[UUID, Fraction],
    measured: Collection[UUID],
    *,
    important: Fraction = IMPORTANT,
    unimportant: Fraction = UNIMPORTANT,
) -> Mismatch:
    """Return what is important but unmeasured, and what is measured but unimportant.

    Args:
        importances: share from 0 to 1 per goal that was ranked.
        measured: goals that have a measurement.
        important: from this share on.
        unimportant: up to this share.

    Raises:
        ValueError: the limits overlap.
    """
    if not unimportant < important:
        raise ValueError("a goal is not important and unimportant at once")
    ordered = sorted(importances, key=lambda goal: (-importances[goal], goal))
    return Mismatch(
        important_unmeasured=tuple(
            goal for goal in ordered if importances[goal] >= important and goal not in measured
        ),
        unimportant_measured=tuple(
            goal for goal in reversed(ordered) if importances[goal] <= unimportant and goal in measured
        ),
        unranked_measured=tuple(sorted(goal for goal in measured if goal not in importances)),
    )
