"""Facts of programmes in which everything is in order; a test names only what it changes."""

from dataclasses import replace
from typing import Any

from toc.domain.evidence import (
    Design,
    Effect,
    Evidence,
    Independence,
    PlanLock,
    ReplicationFacts,
    ScalingFacts,
    Study,
    TreeFacts,
)

TREE = TreeFacts(
    problem_described=True,
    target_group_described=True,
    target_size_described=True,
    activities=4,
    activities_reaching_an_end=4,
    without_cycles=True,
    key_links=3,
    key_links_complete=3,
    key_links_sourced=3,
    primary_outcomes=1,
    primary_outcomes_complete=1,
    counterfactual_described=True,
    groups=5,
    groups_consulted=5,
    goals_merged=True,
    conflicts_open=0,
    plan_for_level_2=True,
    plausible=3,
    doable=4,
    testable=3,
    scored_by_other=True,
    signed_by="evaluator",
)

_PRE_POST = Study(
    id="pre_post",
    design=Design.PRE_POST,
    age_months=10,
    n_paired=48,
    response=0.8,
    nonresponse_compared=True,
    same_instrument=True,
    instrument_quality=True,
    effect=Effect(low=0.1, high=0.6),
    plan_lock=PlanLock.BEFORE_OUTCOMES,
    harm_unresolved=False,
    entered_by="worker",
    signed_by="evaluator",
)

_RCT = Study(
    id="rct",
    design=Design.RCT,
    age_months=10,
    n1=120,
    n0=118,
    attrition_overall=0.08,
    attrition_diff=0.02,
    max_baseline_es=0.1,
    adjusted=True,
    itt=True,
    clustered=False,
    effect=Effect(low=0.05, high=0.45),
    primary=True,
    primary_outcomes=1,
    plan_lock=PlanLock.BEFORE_OUTCOMES,
    independence=Independence.EXTERNAL_PAID,
    conflicts_declared=True,
    entered_by="worker",
    signed_by="evaluator",
    organisation="A",
    site="S1",
    mde=0.3,
    sensitivity_same_sign=True,
    comparison_justified=True,
    estimand_named=True,
    weighting_used=False,
)

REPLICATION = ReplicationFacts(
    same_core_components=True,
    deviation_log=True,
    unreported_studies=0,
    cost_recorded=True,
    delivery_document=True,
)

SCALING = ScalingFacts(
    manual_matches_edition=True,
    manual_months_since_review=12,
    training=True,
    quality_procedures=True,
    fidelity_by_site=(0.9, 0.85, 0.88),
    sites_positive=3,
    erosion=False,
)


def pre_post(**changes: Any) -> Study:  # noqa: ANN401
    return replace(_PRE_POST, **changes)


def rct(**changes: Any) -> Study:  # noqa: ANN401
    return replace(_RCT, **changes)


def second_rct(**changes: Any) -> Study:  # noqa: ANN401
    return replace(_RCT, **({"id": "rct2", "organisation": "B", "site": "S2"} | changes))


def evidence(*studies: Study, **changes: Any) -> Evidence:  # noqa: ANN401
    """Return a programme whose tree, replication and scaling facts are in order, with these studies."""
    whole = Evidence(tree=TREE, studies=studies, replication=REPLICATION, scaling=SCALING)
    return replace(whole, **changes)
