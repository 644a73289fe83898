"""The scenarios of the ladder: recorded facts, the rung and the gravest status that must come out.

A scenario says "tree complete and signed", "independent evaluator" and the like in one word; here each is
spelled out in the facts of ``evidence_facts``, in which everything is in order, and the row names what the
scenario changes.
Source: the scenarios that were agreed with the rules; product rules, not Nesta text.
"""

import pytest

from tests.domain.evidence_facts import REPLICATION, SCALING, TREE, pre_post, rct, second_rct
from toc.domain.evidence import (
    Design,
    Effect,
    Evidence,
    ReplicationFacts,
    ScalingFacts,
    Status,
    Study,
    TreeFacts,
    derive,
)

COST = ReplicationFacts(cost_recorded=True)  # every scenario records the cost per participant, and no more


NOTHING_SCALED = ScalingFacts()


def with_tree(
    *studies: Study, replication: ReplicationFacts = COST, scaling: ScalingFacts = NOTHING_SCALED
) -> Evidence:
    return Evidence(tree=TREE, studies=studies, replication=replication, scaling=scaling)


SCENARIOS = [
    ("LAD-00-claim-only", Evidence(tree=TreeFacts(), replication=COST), 0, "current"),
    ("LAD-02-toc-signed", with_tree(), 1, "current"),
    ("LAD-04-prepost-ok", with_tree(pre_post()), 2, "current"),
    ("LAD-06-prepost-ci-crosses-0", with_tree(pre_post(effect=Effect(low=-0.1, high=0.5))), 1, "current"),
    (
        "LAD-08-desired-decrease",
        with_tree(pre_post(effect=Effect(low=-0.6, high=-0.2, higher_is_better=False))),
        2,
        "current",
    ),
    ("LAD-10-rct-ok", with_tree(pre_post(), rct()), 3, "current"),
    (
        "LAD-12-qed-baseline-0.30",
        with_tree(pre_post(), rct(design=Design.QED, max_baseline_es=0.3)),
        2,
        "current",
    ),
    (
        "LAD-14-qed-0.12-adjusted",
        with_tree(pre_post(), rct(design=Design.QED, max_baseline_es=0.12)),
        3,
        "current_with_reservations",
    ),
    (
        "LAD-16-rct-high-attrition-balanced",
        with_tree(pre_post(), rct(attrition_overall=0.3, attrition_diff=0.08, max_baseline_es=0.04)),
        3,
        "current_with_reservations",
    ),
    ("LAD-18-rct-harm", with_tree(pre_post(), rct(effect=Effect(low=-0.45, high=-0.05))), 1, "harm_flag"),
    (
        "LAD-20-one-cluster-per-arm",
        with_tree(
            pre_post(), rct(clustered=True, n_clusters_t=1, n_clusters_c=1, se_matches_assignment=True)
        ),
        2,
        "current",
    ),
    (
        "LAD-22-replication-same-org",
        with_tree(pre_post(), rct(), second_rct(organisation="A"), replication=REPLICATION),
        3,
        "current",
    ),
    ("LAD-26-stale", with_tree(pre_post(), rct(age_months=130)), 2, "stale"),
    (
        "LAD-28-signoff-revoked",
        with_tree(pre_post(), rct(signed_by=None, signoff_revoked=True)),
        2,
        "signoff_revoked",
    ),
    (
        "LAD-30-five-manual-expired",
        with_tree(
            pre_post(),
            rct(),
            second_rct(),
            replication=REPLICATION,
            scaling=ScalingFacts(
                manual_matches_edition=True,
                manual_months_since_review=25,
                training=True,
                quality_procedures=True,
                fidelity_by_site=(0.9, 0.85, 0.88),
                sites_positive=3,
                erosion=False,
            ),
        ),
        4,
        "stale",
    ),
    ("LAD-32-data-deleted", with_tree(pre_post(), rct(dataset_matches=False)), 2, "integrity_failure"),
    # Not among the agreed scenarios: the top.
    (
        "everything-in-order",
        with_tree(pre_post(), rct(), second_rct(), replication=REPLICATION, scaling=SCALING),
        5,
        "current",
    ),
]


@pytest.mark.parametrize(("name", "evidence", "rung", "status"), SCENARIOS, ids=[row[0] for row in SCENARIOS])
def test_a_scenario_gives_its_rung_and_status(name: str, evidence: Evidence, rung: int, status: str) -> None:
    found = derive(evidence)
    assert (found.rung, found.status) == (rung, Status(status)), name
