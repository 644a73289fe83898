"""The rules about one study (levels 2 and 3), one function per criterion."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from toc.domain.evidence import attrition
from toc.domain.evidence.facts import Design, Direction, Effect, Independence, PlanLock, Study
from toc.domain.evidence.judged import NOT_NEEDED, Judged, Value, Why, at_least, holds, not_recorded, together
from toc.domain.evidence.thresholds import Thresholds

_ROUNDING = 1e-9
_INTERVAL_WHY = MappingProxyType(
    {
        Direction.WANTED: Why.INTERVAL_WANTED,
        Direction.UNCLEAR: Why.INTERVAL_UNCLEAR,
        Direction.OPPOSITE: Why.INTERVAL_OPPOSITE,
    }
)


def interval(effect: Effect | None, smallest: float | None, limits: Thresholds, fact: str) -> Judged:
    """Judge that the interval excludes no change in the wanted direction.

    An interval that is not wanted is told apart: opposite, no effect (inside the smallest effect that would
    matter) or unclear (too wide to say).
    """
    if effect is None:
        return not_recorded(fact)
    if effect.confidence < limits.min_confidence - _ROUNDING:
        params = {"value": effect.confidence, "limit": limits.min_confidence}
        return Judged(met=False, why=Why.CONFIDENCE_TOO_LOW, params=params, facts=(fact,))
    shown = {"low": effect.low, "high": effect.high}
    if effect.direction is Direction.UNCLEAR and smallest is not None and effect.smaller_than(smallest):
        return Judged(
            met=False, why=Why.INTERVAL_NO_EFFECT, params={**shown, "smallest": smallest}, facts=(fact,)
        )
    met = effect.direction is Direction.WANTED
    return Judged(met=met, why=_INTERVAL_WHY[effect.direction], params=shown, facts=() if met else (fact,))


def _result(study: Study, limits: Thresholds) -> Judged:
    return interval(study.effect, study.smallest_effect, limits, "effect")


def _measured_twice(study: Study, _: Thresholds) -> Judged:
    if study.design is Design.POST_ONLY:
        return Judged(met=False, why=Why.POST_ONLY, facts=("design",))
    before = "baseline_known" if study.design is Design.HISTORICAL else "same_instrument"
    return holds(study, before, "instrument_quality")


def _enough_pairs(study: Study, limits: Thresholds) -> Judged:
    """In a comparison the participants analysed stand for the pairs where those were not counted apart."""
    fact = "n1" if study.n_paired is None and study.design.compares else "n_paired"
    count = study.n1 if fact == "n1" else study.n_paired
    judged = at_least(count, limits.min_n_pair, fact)
    if count is not None and judged.met is False and study.small_sample is not None:
        params: dict[str, Value] = {
            "value": count,
            "limit": limits.min_n_pair,
            "basis": study.small_sample.value,
        }
        return Judged(met=True, why=Why.SMALL_SAMPLE, params=params)
    return judged


def _enough_answered(study: Study, limits: Thresholds) -> Judged:
    """In a comparison, attrition stands for non-response, and its difference for comparing who left."""
    response, compared = study.response, holds(study, "nonresponse_compared")
    if study.design.compares:
        if response is None and study.attrition_overall is not None:
            response = 1 - study.attrition_overall
        if study.nonresponse_compared is None and study.attrition_diff is not None:
            compared = Judged(met=True, why=Why.RECORDED)
    enough = at_least(response, limits.min_response, "response")
    return enough if response == 1 else together(enough, compared)


def _plan_before_upload(study: Study, _: Thresholds) -> Judged:
    if study.plan_lock is None:
        return not_recorded("plan_lock")
    if study.plan_lock is PlanLock.TOO_LATE:
        return Judged(met=False, why=Why.PLAN_TOO_LATE, facts=("plan_lock",))
    return Judged(met=True, why=Why.RECORDED)


def _no_harm(study: Study, _: Thresholds) -> Judged:
    if study.harm_unresolved is None:
        return not_recorded("harm_unresolved")
    why = Why.HARM_FOUND if study.harm_unresolved else Why.RECORDED
    return Judged(met=not study.harm_unresolved, why=why)


def _signed(study: Study, _: Thresholds) -> Judged:
    if study.signoff_revoked:
        return Judged(met=False, why=Why.REVOKED, facts=("signed_by",))
    if study.signed_by is None:
        return Judged(met=False, why=Why.NOT_SIGNED, facts=("signed_by",))
    if study.entered_by is None:
        return not_recorded("entered_by")
    if study.signed_by == study.entered_by:
        return Judged(met=False, why=Why.SIGNED_BY_ENTERER, facts=("signed_by",))
    return Judged(met=True, why=Why.RECORDED)


def _comparison_justified(study: Study, _: Thresholds) -> Judged:
    return holds(study, "comparison_justified", "estimand_named")


def _plan_before_outcomes(study: Study, _: Thresholds) -> Judged:
    if study.plan_lock is None:
        return not_recorded("plan_lock")
    if study.plan_lock is not PlanLock.BEFORE_OUTCOMES:
        return Judged(met=False, why=Why.PLAN_TOO_LATE, facts=("plan_lock",))
    if study.deviates_from_plan:
        return Judged(met=False, why=Why.DEVIATES, facts=("deviates_from_plan",))
    return Judged(met=True, why=Why.RECORDED)


def low_attrition(study: Study) -> bool | None:
    """Whether attrition is low on the boundary the plan chose; None when it is not recorded."""
    if study.attrition_overall is None or study.attrition_diff is None:
        return None
    optimistic = bool(study.optimistic_boundary_because.strip())
    return attrition.is_low(study.attrition_overall, study.attrition_diff, optimistic=optimistic)


def at_best_with_reservations(study: Study) -> bool:
    """Whether the comparison was not drawn by lot, or lost (or may have lost) what the lot made equal."""
    return study.design is not Design.RCT or not low_attrition(study)


def _equal_at_start(study: Study, limits: Thresholds) -> Judged:
    if not at_best_with_reservations(study):
        return Judged(met=True, why=Why.BASELINE_NOT_NEEDED, applies=False)
    if study.max_baseline_es is None:
        return not_recorded("max_baseline_es")
    apart = study.max_baseline_es
    if apart <= limits.baseline_close + _ROUNDING:
        return Judged(
            met=True, why=Why.BASELINE_CLOSE, params={"value": apart, "limit": limits.baseline_close}
        )
    params = {"value": apart, "limit": limits.baseline_limit}
    if apart > limits.baseline_limit + _ROUNDING:
        return Judged(met=False, why=Why.BASELINE_APART, params=params, facts=("max_baseline_es",))
    adjusted = holds(study, "adjusted")
    if adjusted.met is None:
        return adjusted
    why = Why.BASELINE_ADJUSTED if adjusted.met else Why.BASELINE_NOT_ADJUSTED
    return Judged(met=adjusted.met, why=why, params=params, facts=adjusted.facts)


def _attrition_known(study: Study, _: Thresholds) -> Judged:
    """High attrition does not fail here: it makes 3.3 necessary and leaves reservations."""
    overall, differential = study.attrition_overall, study.attrition_diff
    if overall is None or differential is None:
        names = ("attrition_overall", "attrition_diff")
        return not_recorded(*(name for name in names if getattr(study, name) is None))
    boundary = "optimistic" if study.optimistic_boundary_because.strip() else "cautious"
    params: dict[str, Value] = {"overall": overall, "differential": differential, "boundary": boundary}
    return Judged(
        met=True, why=Why.ATTRITION_LOW if low_attrition(study) else Why.ATTRITION_HIGH, params=params
    )


def _as_assigned(study: Study, _: Thresholds) -> Judged:
    return holds(study, "itt")


def _unit_of_assignment(study: Study, limits: Thresholds) -> Judged:
    if study.clustered is None:
        return not_recorded("clustered")
    if not study.clustered:
        return Judged(met=True, why=Why.BY_PERSON)
    judged = together(
        at_least(study.n_clusters_t, limits.min_clusters_arm, "n_clusters_t"),
        at_least(study.n_clusters_c, limits.min_clusters_arm, "n_clusters_c"),
        holds(study, "se_matches_assignment"),
    )
    fewest = min(study.n_clusters_t or 0, study.n_clusters_c or 0)
    if judged.met and fewest < limits.few_clusters_arm:
        return Judged(
            met=True, why=Why.FEW_CLUSTERS, params={"value": fewest, "limit": limits.few_clusters_arm}
        )
    return judged


def _enough_per_arm(study: Study, limits: Thresholds) -> Judged:
    detectable = not_recorded("mde") if study.mde is None else Judged(met=True, why=Why.RECORDED)
    arms = (at_least(study.n1, limits.min_n_arm, "n1"), at_least(study.n0, limits.min_n_arm, "n0"))
    return together(*arms, detectable)


def _effect_shown(study: Study, limits: Thresholds) -> Judged:
    corrected = holds(study, "multiplicity_corrected")
    if study.primary_outcomes is None:
        corrected = not_recorded("primary_outcomes")
    elif study.primary_outcomes <= 1:
        corrected = NOT_NEEDED
    elif corrected.met is False:
        corrected = Judged(
            met=False, why=Why.NOT_CORRECTED, params={"total": study.primary_outcomes}, facts=corrected.facts
        )
    return together(_result(study, limits), holds(study, "primary"), corrected)


def _robust(study: Study, _: Thresholds) -> Judged:
    return holds(study, "sensitivity_same_sign")


def _method_checked(study: Study, _: Thresholds) -> Judged:
    if study.design is Design.RCT and not study.weighting_used:
        return NOT_NEEDED
    if study.weighting_used is None:
        return not_recorded("weighting_used")
    names = ["overlap_ok"] if study.weighting_used else []
    names += ["parallel_trends_ok"] if study.design is Design.DID else []
    return holds(study, *names) if names else NOT_NEEDED


def _independent(study: Study, limits: Thresholds) -> Judged:
    """The signature is looked at last, so that "only the signature is missing" can be told apart."""
    if study.independence is Independence.INTERNAL:
        return Judged(met=False, why=Why.NOT_INDEPENDENT, facts=("independence",))
    known = not_recorded("independence") if study.independence is None else Judged(met=True, why=Why.RECORDED)
    declared = together(known, holds(study, "conflicts_declared"))
    return _signed(study, limits) if declared.met else declared


STUDY_RULES: Mapping[str, Callable[[Study, Thresholds], Judged]] = MappingProxyType(
    {
        "2.1": _measured_twice,
        "2.2": _enough_pairs,
        "2.3": _enough_answered,
        "2.4": _plan_before_upload,
        "2.5": _result,
        "2.6": _no_harm,
        "2.7": _signed,
        "3.1": _comparison_justified,
        "3.2": _plan_before_outcomes,
        "3.3": _equal_at_start,
        "3.4": _attrition_known,
        "3.5": _as_assigned,
        "3.6": _unit_of_assignment,
        "3.7": _enough_per_arm,
        "3.8": _effect_shown,
        "3.9": _robust,
        "3.10": _method_checked,
        "3.11": _independent,
    }
)

SOUNDNESS = ("3.3", "3.4", "3.5", "3.6", "3.7", "3.10")
"""What makes a comparison believable whatever its result.

Signature, plan and result are not among these, so that harm cannot be hidden by leaving them out.
"""
