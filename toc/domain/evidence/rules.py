"""The rules about the goal tree, the studies together, and scaling (levels 1, 4 and 5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from toc.domain.evidence.facts import ReplicationFacts, ScalingFacts, Study, TreeFacts
from toc.domain.evidence.judged import Judged, Why, at_least, every, holds, not_recorded, together
from toc.domain.evidence.study_rules import interval
from toc.domain.evidence.thresholds import Thresholds

_FEWEST_TO_POOL = 3


def _described(tree: TreeFacts, _: Thresholds) -> Judged:
    return holds(tree, "problem_described", "target_group_described", "target_size_described")


def _reaches_an_end(tree: TreeFacts, _: Thresholds) -> Judged:
    return together(every(tree, "activities", "activities_reaching_an_end"), holds(tree, "without_cycles"))


def _links_explained(tree: TreeFacts, _: Thresholds) -> Judged:
    return every(tree, "key_links", "key_links_complete")


def _links_sourced(tree: TreeFacts, _: Thresholds) -> Judged:
    return every(tree, "key_links", "key_links_sourced")


def _outcomes_measurable(tree: TreeFacts, _: Thresholds) -> Judged:
    return every(tree, "primary_outcomes", "primary_outcomes_complete")


def _better_than_now(tree: TreeFacts, _: Thresholds) -> Judged:
    return holds(tree, "counterfactual_described")


def _consulted(tree: TreeFacts, _: Thresholds) -> Judged:
    if tree.conflicts_open:
        return Judged(met=False, why=Why.DENIED, facts=("conflicts_open",))
    decided = (
        not_recorded("conflicts_open") if tree.conflicts_open is None else Judged(met=True, why=Why.RECORDED)
    )
    return together(every(tree, "groups", "groups_consulted"), holds(tree, "goals_merged"), decided)


def _plan_for_level_2(tree: TreeFacts, _: Thresholds) -> Judged:
    return holds(tree, "plan_for_level_2")


def _sound_theory(tree: TreeFacts, limits: Thresholds) -> Judged:
    scores = (
        at_least(getattr(tree, name), limits.min_theory_score, name)
        for name in ("plausible", "doable", "testable")
    )
    return together(*scores, holds(tree, "scored_by_other"))


TREE_RULES: Mapping[str, Callable[[TreeFacts, Thresholds], Judged]] = MappingProxyType(
    {
        "1.1": _described,
        "1.2": _reaches_an_end,
        "1.3": _links_explained,
        "1.4": _links_sourced,
        "1.5": _outcomes_measurable,
        "1.6": _better_than_now,
        "1.7": _consulted,
        "1.8": _plan_for_level_2,
        "1.9": _sound_theory,
    }
)


@dataclass(frozen=True, slots=True)
class Replications:
    """The comparison studies together.

    Attributes:
        facts: what is recorded about them together.
        level3: the studies that meet level 3.
        pool: every comparison not shown to be unsound, also without or with an unwanted result.
    """

    facts: ReplicationFacts
    level3: tuple[Study, ...]
    pool: tuple[Study, ...]


def _differ(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one != other


def _repeated(them: Replications, limits: Thresholds) -> Judged:
    enough = at_least(len(them.level3), limits.min_level3_studies, "level3_studies")
    if not enough.met:
        return enough
    unknown = False
    for first in them.level3:
        for second in them.level3:
            answers = (
                _differ(first.organisation, second.organisation),
                _differ(first.site, second.site),
                None if second.independence is None else second.independence.external,
            )
            if all(answers):
                return Judged(met=True, why=Why.RECORDED)
            unknown = unknown or False not in answers
    if unknown:
        return not_recorded("organisation", "site", "independence")
    return Judged(met=False, why=Why.SAME_EVALUATOR_OR_SITE, facts=("organisation", "site"))


def _same_components(them: Replications, _: Thresholds) -> Judged:
    return holds(them.facts, "same_core_components", "deviation_log")


def _together_positive(them: Replications, limits: Thresholds) -> Judged:
    """Pooled for three or more studies; for two, each of them, and the pooled interval where there is one."""
    enough = at_least(len(them.pool), limits.min_level3_studies, "level3_studies")
    if not enough.met:
        return enough
    pooled = interval(them.facts.pooled, None, limits, "pooled")
    if len(them.pool) >= _FEWEST_TO_POOL:
        return together(pooled, holds(them.facts, "hartung_knapp", "prediction_interval_shown"))
    leans = [None if study.effect is None else study.effect.leans_wanted for study in them.pool]
    if False in leans:
        each = Judged(met=False, why=Why.NOT_EACH_WANTED)
    elif None in leans:
        each = not_recorded("effect")
    else:
        each = Judged(met=True, why=Why.EACH_WANTED)
    return each if them.facts.pooled is None else together(pooled, each)


def _all_reported(them: Replications, _: Thresholds) -> Judged:
    unreported = them.facts.unreported_studies
    if unreported is None:
        return not_recorded("unreported_studies")
    if unreported:
        return Judged(met=False, why=Why.DENIED, facts=("unreported_studies",))
    return Judged(met=True, why=Why.RECORDED)


def _cost_and_delivery(them: Replications, _: Thresholds) -> Judged:
    return holds(them.facts, "cost_recorded", "delivery_document")


REPLICATION_RULES: Mapping[str, Callable[[Replications, Thresholds], Judged]] = MappingProxyType(
    {
        "4.1": _repeated,
        "4.2": _same_components,
        "4.3": _together_positive,
        "4.4": _all_reported,
        "4.5": _cost_and_delivery,
    }
)


def _manual(scaling: ScalingFacts, limits: Thresholds) -> Judged:
    edition = holds(scaling, "manual_matches_edition")
    months = scaling.manual_months_since_review
    if edition.met is False or months is None:
        return together(edition, not_recorded("manual_months_since_review"))
    if months > limits.manual_review_months and edition.met:
        params = {"value": months, "limit": limits.manual_review_months}
        return Judged(met=False, why=Why.MANUAL_OVERDUE, params=params, facts=("manual_months_since_review",))
    return edition


def _procedures(scaling: ScalingFacts, _: Thresholds) -> Judged:
    return holds(scaling, "training", "quality_procedures")


def _fidelity(scaling: ScalingFacts, limits: Thresholds) -> Judged:
    if scaling.fidelity_by_site is None:
        return not_recorded("fidelity_by_site")
    faithful = sum(share >= limits.min_fidelity for share in scaling.fidelity_by_site)
    return at_least(faithful, limits.min_sites, "fidelity_by_site")


def _monitoring(scaling: ScalingFacts, limits: Thresholds) -> Judged:
    if scaling.erosion:
        return Judged(met=False, why=Why.DENIED, facts=("erosion",))
    known = not_recorded("erosion") if scaling.erosion is None else Judged(met=True, why=Why.RECORDED)
    return together(at_least(scaling.sites_positive, limits.min_sites, "sites_positive"), known)


SCALING_RULES: Mapping[str, Callable[[ScalingFacts, Thresholds], Judged]] = MappingProxyType(
    {"5.1": _manual, "5.2": _procedures, "5.3": _fidelity, "5.4": _monitoring}
)
