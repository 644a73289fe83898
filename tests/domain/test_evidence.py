"""The evidence ladder by example: what a rung needs, what lowers it, and what is said beside it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.domain.evidence_facts import REPLICATION, SCALING, TREE, evidence, pre_post, rct, second_rct
from toc.domain.errors import DomainError
from toc.domain.evidence import (
    BY_ID,
    COMPARISONS,
    CRITERIA,
    DEFAULTS,
    Attestation,
    Basis,
    Cause,
    Design,
    Direction,
    Effect,
    Evidence,
    Finding,
    Independence,
    Outcome,
    Peer,
    PlanLock,
    Relation,
    ReplicationFacts,
    ScalingFacts,
    SmallSample,
    Status,
    Study,
    Thresholds,
    TreeFacts,
    Why,
    comparable,
    derive,
)

Changes = dict[str, Any]  # what a test changes in facts that are in order

OPPOSITE = Effect(low=-0.45, high=-0.05)
UNCLEAR = Effect(low=-0.2, high=0.4, estimate=0.1)


def finding(whole: Evidence, criterion: str) -> Finding:
    return next(one for one in derive(whole).findings if one.criterion.id == criterion)


def attest(criterion: str, study: str | None = None, *, met: bool = True) -> Attestation:
    return Attestation(criterion=criterion, study=study, met=met, reason="Seen in the file.", by="Els")


def causes(whole: Evidence) -> set[tuple[Status, str | None]]:
    return {(one.status, one.study) for one in derive(whole).causes}


# Level 1


def test_a_complete_tree_without_a_signature_is_our_own_statement() -> None:
    found = derive(evidence(tree=replace(TREE, signed_by=None)))
    assert (found.rung, found.statuses, found.own_statement) == (1, (Status.PENDING_SIGNOFF,), True)
    assert not derive(evidence()).own_statement


def test_without_the_signature_under_level_1_studies_do_not_count() -> None:
    found = derive(evidence(pre_post(), rct(), tree=replace(TREE, signed_by=None)))
    assert found.rung == 1
    assert found.missing == ()  # nothing else is missing


def test_a_revoked_signature_under_level_1_is_said() -> None:
    found = derive(evidence(pre_post(), tree=replace(TREE, signoff_revoked=True)))
    assert (found.rung, found.statuses) == (1, (Status.SIGNOFF_REVOKED,))


def test_no_rung_is_skipped() -> None:
    assert derive(evidence(pre_post(), rct(), tree=replace(TREE, conflicts_open=1))).rung == 0
    assert derive(evidence(rct())).rung == 1  # a trial whose instrument is unknown


@pytest.mark.parametrize(
    ("changes", "criterion", "facts"),
    [
        ({"target_size_described": None}, "1.1", ("target_size_described",)),
        ({"target_size_described": False, "problem_described": None}, "1.1", ("target_size_described",)),
        ({"activities_reaching_an_end": 3}, "1.2", ("activities_reaching_an_end",)),
        ({"activities": 0, "activities_reaching_an_end": 0}, "1.2", ("activities_reaching_an_end",)),
        ({"activities": 0, "activities_reaching_an_end": None}, "1.2", ("activities_reaching_an_end",)),
        ({"activities_reaching_an_end": None}, "1.2", ("activities_reaching_an_end",)),
        ({"activities": None, "activities_reaching_an_end": None}, "1.2", ("activities",)),
        ({"without_cycles": False}, "1.2", ("without_cycles",)),
        ({"key_links_complete": 2}, "1.3", ("key_links_complete",)),
        ({"key_links_sourced": 2}, "1.4", ("key_links_sourced",)),
        ({"primary_outcomes_complete": 0}, "1.5", ("primary_outcomes_complete",)),
        ({"counterfactual_described": None}, "1.6", ("counterfactual_described",)),
        ({"groups_consulted": 4}, "1.7", ("groups_consulted",)),
        ({"goals_merged": None, "conflicts_open": None}, "1.7", ("goals_merged", "conflicts_open")),
        ({"conflicts_open": 2}, "1.7", ("conflicts_open",)),
        ({"plan_for_level_2": False}, "1.8", ("plan_for_level_2",)),
        ({"doable": 2}, "1.9", ("doable",)),
        ({"doable": None, "scored_by_other": None}, "1.9", ("doable", "scored_by_other")),
        ({"scored_by_other": False}, "1.9", ("scored_by_other",)),
    ],
)
def test_what_level_1_lacks_is_named(changes: Changes, criterion: str, facts: tuple[str, ...]) -> None:
    found = derive(evidence(tree=replace(TREE, **changes)))
    assert found.rung == 0
    assert [(one.criterion.id, one.facts) for one in found.missing] == [(criterion, facts)]


# Level 2


def test_afterwards_only_is_never_level_2_and_cannot_be_attested_away() -> None:
    """De Viltmannen: seven of 27 volunteers moved to paid work, counted afterwards only."""
    counted = pre_post(design=Design.POST_ONLY)
    found = derive(evidence(counted, attestations=(attest("2.1", counted.id),)))
    assert (found.rung, [one.criterion.id for one in found.missing]) == (1, ["2.1"])
    assert found.missing[0].why is Why.POST_ONLY


def test_a_known_rate_before_entry_may_stand_for_the_first_measurement() -> None:
    job = pre_post(design=Design.HISTORICAL, same_instrument=None, baseline_known=True)
    assert derive(evidence(job)).rung == 2
    assert derive(evidence(replace(job, baseline_known=None))).rung == 1


def test_a_comparison_with_both_measurements_also_gives_level_2() -> None:
    both = rct(same_instrument=True, instrument_quality=True, harm_unresolved=False, attrition_overall=0.41)
    assert finding(evidence(both), "2.3").params == {"value": pytest.approx(0.59), "limit": 0.6}
    assert derive(evidence(replace(both, attrition_overall=0.08))).rung == 3
    assert finding(evidence(replace(both, n1=19)), "2.2").facts == ("n1",)
    assert derive(evidence(replace(both, n_paired=30, response=0.7, nonresponse_compared=True))).rung == 3


def test_response_in_a_comparison_is_not_guessed() -> None:
    unknown = rct(attrition_overall=None, attrition_diff=None)
    assert finding(evidence(unknown), "2.3").facts == ("response", "nonresponse_compared")


@pytest.mark.parametrize(
    ("changes", "criterion", "why"),
    [
        ({"same_instrument": False}, "2.1", Why.DENIED),
        ({"n_paired": 19}, "2.2", Why.MINIMUM),
        ({"n_paired": None}, "2.2", Why.NOT_RECORDED),
        ({"n_paired": None, "small_sample": SmallSample.EXACT_TEST}, "2.2", Why.NOT_RECORDED),
        ({"response": 0.59}, "2.3", Why.MINIMUM),
        ({"nonresponse_compared": None}, "2.3", Why.NOT_RECORDED),
        ({"plan_lock": None}, "2.4", Why.NOT_RECORDED),
        ({"plan_lock": PlanLock.TOO_LATE}, "2.4", Why.PLAN_TOO_LATE),
        ({"effect": None}, "2.5", Why.NOT_RECORDED),
        ({"effect": UNCLEAR}, "2.5", Why.INTERVAL_UNCLEAR),
        ({"effect": UNCLEAR, "smallest_effect": 0.4}, "2.5", Why.INTERVAL_UNCLEAR),
        ({"effect": UNCLEAR, "smallest_effect": 0.5}, "2.5", Why.INTERVAL_NO_EFFECT),
        ({"effect": OPPOSITE}, "2.5", Why.INTERVAL_OPPOSITE),
        ({"effect": Effect(low=0.1, high=0.2, confidence=0.9)}, "2.5", Why.CONFIDENCE_TOO_LOW),
        ({"harm_unresolved": None}, "2.6", Why.NOT_RECORDED),
        ({"signed_by": None}, "2.7", Why.NOT_SIGNED),
        ({"signed_by": "worker"}, "2.7", Why.SIGNED_BY_ENTERER),
        ({"entered_by": None}, "2.7", Why.NOT_RECORDED),
        ({"signoff_revoked": True}, "2.7", Why.REVOKED),
    ],
)
def test_what_level_2_lacks_is_named(changes: Changes, criterion: str, why: Why) -> None:
    found = derive(evidence(pre_post(**changes)))
    assert found.rung == 1
    assert [(one.criterion.id, one.why) for one in found.missing] == [(criterion, why)]


def test_a_small_programme_may_cover_everybody() -> None:
    small = pre_post(n_paired=12, small_sample=SmallSample.ALL_PARTICIPANTS)
    assert derive(evidence(small)).rung == 2
    assert finding(evidence(small), "2.2").why is Why.SMALL_SAMPLE
    assert finding(evidence(small), "2.2").params["basis"] == "all_participants"


def test_where_everybody_answered_there_is_no_non_response_to_compare() -> None:
    assert derive(evidence(pre_post(response=1, nonresponse_compared=None))).rung == 2


# Level 3


@pytest.mark.parametrize(
    ("changes", "criterion", "why"),
    [
        ({"estimand_named": None}, "3.1", Why.NOT_RECORDED),
        ({"plan_lock": None}, "3.2", Why.NOT_RECORDED),
        ({"plan_lock": PlanLock.BEFORE_UPLOAD}, "3.2", Why.PLAN_TOO_LATE),
        ({"deviates_from_plan": True}, "3.2", Why.DEVIATES),
        ({"design": Design.QED, "max_baseline_es": None}, "3.3", Why.NOT_RECORDED),
        ({"design": Design.QED, "adjusted": None}, "3.3", Why.NOT_RECORDED),
        ({"design": Design.QED, "adjusted": False}, "3.3", Why.BASELINE_NOT_ADJUSTED),
        ({"design": Design.QED, "max_baseline_es": 0.26}, "3.3", Why.BASELINE_APART),
        ({"attrition_diff": None}, "3.4", Why.NOT_RECORDED),
        ({"itt": False}, "3.5", Why.DENIED),
        ({"clustered": None}, "3.6", Why.NOT_RECORDED),
        ({"clustered": True, "n_clusters_t": 1, "n_clusters_c": 2}, "3.6", Why.MINIMUM),
        ({"clustered": True, "n_clusters_t": 2, "n_clusters_c": 1}, "3.6", Why.MINIMUM),
        ({"clustered": True, "n_clusters_t": 2, "n_clusters_c": 2}, "3.6", Why.NOT_RECORDED),
        ({"n0": 19}, "3.7", Why.MINIMUM),
        ({"mde": None}, "3.7", Why.NOT_RECORDED),
        ({"effect": UNCLEAR}, "3.8", Why.INTERVAL_UNCLEAR),
        ({"primary": False}, "3.8", Why.DENIED),
        ({"primary_outcomes": None}, "3.8", Why.NOT_RECORDED),
        ({"primary_outcomes": 2}, "3.8", Why.NOT_RECORDED),
        ({"primary_outcomes": 2, "multiplicity_corrected": False}, "3.8", Why.NOT_CORRECTED),
        ({"sensitivity_same_sign": False}, "3.9", Why.DENIED),
        ({"design": Design.QED, "weighting_used": None}, "3.10", Why.NOT_RECORDED),
        ({"weighting_used": True, "overlap_ok": False}, "3.10", Why.DENIED),
        ({"design": Design.DID}, "3.10", Why.NOT_RECORDED),
        ({"independence": Independence.INTERNAL}, "3.11", Why.NOT_INDEPENDENT),
        ({"independence": None}, "3.11", Why.NOT_RECORDED),
        ({"conflicts_declared": False}, "3.11", Why.DENIED),
        ({"signed_by": None}, "3.11", Why.NOT_SIGNED),
    ],
)
def test_what_level_3_lacks_is_named(changes: Changes, criterion: str, why: Why) -> None:
    changes = {"max_baseline_es": 0.12} | changes
    if criterion == "3.4":
        changes["max_baseline_es"] = 0.04
    found = derive(evidence(pre_post(), rct(**changes)))
    assert found.rung == 2
    assert [(one.criterion.id, one.why) for one in found.missing] == [(criterion, why)]


@pytest.mark.parametrize(
    ("changes", "criterion", "outcome", "why"),
    [
        ({}, "3.3", Outcome.NOT_APPLICABLE, Why.BASELINE_NOT_NEEDED),
        (
            {"design": Design.QED, "max_baseline_es": 0.05, "adjusted": False},
            "3.3",
            Outcome.MET,
            Why.BASELINE_CLOSE,
        ),
        ({"design": Design.QED, "max_baseline_es": 0.25}, "3.3", Outcome.MET, Why.BASELINE_ADJUSTED),
        ({}, "3.4", Outcome.MET, Why.ATTRITION_LOW),
        (
            {"attrition_overall": 0.3, "attrition_diff": 0.08, "max_baseline_es": 0.04},
            "3.4",
            Outcome.MET,
            Why.ATTRITION_HIGH,
        ),
        ({}, "3.6", Outcome.MET, Why.BY_PERSON),
        (
            {"clustered": True, "n_clusters_t": 9, "n_clusters_c": 12, "se_matches_assignment": True},
            "3.6",
            Outcome.MET,
            Why.FEW_CLUSTERS,
        ),
        (
            {"clustered": True, "n_clusters_t": 10, "n_clusters_c": 10, "se_matches_assignment": True},
            "3.6",
            Outcome.MET,
            Why.MINIMUM,
        ),
        ({"primary_outcomes": 2, "multiplicity_corrected": True}, "3.8", Outcome.MET, Why.INTERVAL_WANTED),
        ({}, "3.10", Outcome.NOT_APPLICABLE, Why.NOT_NEEDED),
        ({"design": Design.QED}, "3.10", Outcome.NOT_APPLICABLE, Why.NOT_NEEDED),
        ({"design": Design.DID, "parallel_trends_ok": True}, "3.10", Outcome.MET, Why.RECORDED),
        ({"independence": Independence.OTHER_UNIT}, "3.11", Outcome.MET, Why.RECORDED),
    ],
)
def test_how_level_3_is_met(changes: Changes, criterion: str, outcome: Outcome, why: Why) -> None:
    whole = evidence(pre_post(), rct(**changes))
    found = finding(whole, criterion)
    assert derive(whole).rung == 3
    assert (found.outcome, found.why, found.study) == (outcome, why, "rct")


def test_the_optimistic_boundary_counts_when_the_plan_says_why() -> None:
    lost = rct(attrition_overall=0.3, attrition_diff=0.08, max_baseline_es=None)
    assert derive(evidence(pre_post(), lost)).rung == 2
    chosen = replace(lost, optimistic_boundary_because="Moved away; the lot did not make them move.")
    assert derive(evidence(pre_post(), chosen)).statuses == (Status.CURRENT,)
    assert finding(evidence(pre_post(), chosen), "3.4").params["boundary"] == "optimistic"


def test_the_naive_comparison_of_a_job_training_is_refused() -> None:
    """NSW participants against a survey sample: 8,498 dollars less, where the trial found 1,794 more.

    Source: Cunningham, Causal Inference: The Mixtape; LaLonde 1986. The groups differed far more than 0.25
    standard deviations, so the opposite result is a sign of harm to look into, and not harm.
    """
    naive = rct(id="naive", design=Design.QED, max_baseline_es=2.0, effect=Effect(low=-9500, high=-7500))
    assert derive(evidence(pre_post(), naive)).status is Status.HARM_FLAG
    looked_into = evidence(pre_post(), naive, attestations=(attest("2.6", "naive"),))
    assert (derive(looked_into).rung, derive(looked_into).status) == (2, Status.CURRENT)
    refused = evidence(pre_post(), naive, attestations=(attest("2.6", "naive", met=False),))
    assert derive(refused).status is Status.HARM_FLAG
    assert derive(evidence(pre_post(), replace(naive, harm_unresolved=False))).rung == 2


# What lowers a rung


def test_no_effect_differs_from_not_knowing() -> None:
    null = rct(effect=Effect(low=-0.1, high=0.1), smallest_effect=0.2)
    assert causes(evidence(pre_post(), null)) == {(Status.NO_EFFECT_FOUND, "rct")}
    wide = replace(null, effect=Effect(low=-0.5, high=0.5))
    assert derive(evidence(pre_post(), wide)).statuses == (Status.CURRENT,)


@pytest.mark.parametrize("change", [{"itt": None}, {"n1": 10}, {"version_matches": False}])
def test_only_a_rigorous_comparison_says_no_effect(change: Changes) -> None:
    null = rct(effect=Effect(low=-0.1, high=0.1), smallest_effect=0.2, **change)
    assert derive(evidence(pre_post(), null)).statuses == (Status.CURRENT,)


def test_an_unresolved_sign_of_harm_stops_level_2_whatever_the_studies_say() -> None:
    whole = evidence(pre_post(), rct(harm_unresolved=True), attestations=(attest("2.6", "rct"),))
    assert derive(whole).rung == 1
    assert causes(whole) == {(Status.HARM_FLAG, "rct")}
    assert [(one.criterion.id, one.why) for one in derive(whole).missing] == [("2.6", Why.HARM_FOUND)]
    assert derive(evidence(pre_post(harm_unresolved=True))).rung == 1


def test_a_harmful_replication_contests_but_does_not_erase() -> None:
    found = derive(evidence(pre_post(), rct(), second_rct(effect=OPPOSITE)))
    assert (found.rung, found.status) == (3, Status.CONTESTED)
    assert Cause(status=Status.CONTESTED, study="rct2") in found.causes


def test_a_harmful_replication_contests_even_a_positive_pool() -> None:
    pooled = replace(REPLICATION, pooled=Effect(low=0.1, high=0.4))
    third = second_rct(id="rct3", organisation="C", site="S3", effect=OPPOSITE)
    whole = evidence(pre_post(), rct(), second_rct(), third, replication=pooled)
    assert derive(whole).status is Status.CONTESTED


@pytest.mark.parametrize(
    ("pooled", "rung", "status"),
    [
        (Effect(low=0.05, high=0.4), 5, Status.CURRENT),
        (Effect(low=-0.05, high=0.4), 3, Status.CONTESTED),
        (Effect(low=-0.4, high=-0.05), 1, Status.HARM_FLAG),
    ],
)
def test_the_pooled_interval_decides(pooled: Effect, rung: int, status: Status) -> None:
    found = derive(evidence(pre_post(), rct(), second_rct(), replication=replace(REPLICATION, pooled=pooled)))
    assert (found.rung, found.status) == (rung, status)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"signed_by": None}, Status.PENDING_SIGNOFF),
        ({"plan_lock": PlanLock.BEFORE_UPLOAD}, Status.EXPLORATORY),
        ({"deviates_from_plan": True}, Status.EXPLORATORY),
        ({"version_matches": False}, Status.VERSION_MISMATCH),
        ({"age_months": 121}, Status.STALE),
    ],
)
def test_what_keeps_a_good_study_from_counting_is_said(change: Changes, status: Status) -> None:
    found = derive(evidence(pre_post(), rct(**change)))
    assert (found.rung, found.causes) == (2, (Cause(status=status, study="rct"),))
    # It is not said of a rung that another study carries.
    assert derive(evidence(pre_post(), rct(id="old", **change), rct())).statuses == (Status.CURRENT,)


def test_a_study_that_is_not_good_enough_is_not_called_stale() -> None:
    assert derive(evidence(pre_post(), rct(age_months=121, itt=False))).statuses == (Status.CURRENT,)


def test_a_comparison_explored_afterwards_gives_level_2_and_never_more() -> None:
    both = rct(same_instrument=True, instrument_quality=True, harm_unresolved=False)
    found = derive(evidence(replace(both, plan_lock=PlanLock.BEFORE_UPLOAD)))
    assert (found.rung, found.statuses) == (2, (Status.EXPLORATORY,))


def test_level_2_data_go_stale_after_five_years() -> None:
    assert derive(evidence(pre_post(age_months=60))).status is Status.CURRENT
    found = derive(evidence(pre_post(age_months=61)))
    assert (found.rung, found.status) == (1, Status.STALE)


def test_a_lost_replication_is_said() -> None:
    found = derive(evidence(pre_post(), rct(), second_rct(age_months=121)))
    assert (found.rung, found.causes) == (3, (Cause(status=Status.STALE, study="rct2"),))
    found = derive(evidence(pre_post(), rct(), second_rct(version_matches=False)))
    assert (found.rung, found.causes) == (3, (Cause(status=Status.VERSION_MISMATCH, study="rct2"),))


def test_several_statuses_hold_at_once_the_gravest_first() -> None:
    unreported = replace(REPLICATION, unreported_studies=1)
    broken = rct(dataset_matches=False, signoff_revoked=True)
    found = derive(evidence(pre_post(), broken, replication=unreported))
    assert found.statuses == (Status.INTEGRITY_FAILURE, Status.SIGNOFF_REVOKED, Status.UNREPORTED_STUDY)
    assert finding(evidence(replication=unreported), "4.4").facts == ("unreported_studies",)


def test_reservations_go_when_a_study_without_them_comes() -> None:
    found = derive(evidence(pre_post(), rct(id="qed", design=Design.QED)))
    assert found.causes == (Cause(status=Status.CURRENT_WITH_RESERVATIONS, study="qed"),)
    found = derive(evidence(pre_post(), rct(id="qed", design=Design.QED), rct()))
    assert found.statuses == (Status.CURRENT,)


# Levels 4 and 5


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"site": "S1"}, Why.SAME_EVALUATOR_OR_SITE),
        ({"organisation": None}, Why.NOT_RECORDED),
        ({"site": None}, Why.NOT_RECORDED),
    ],
)
def test_a_replication_is_by_others_elsewhere(change: Changes, why: Why) -> None:
    whole = evidence(pre_post(), rct(), second_rct(**change))
    assert derive(whole).rung == 3
    assert [(one.criterion.id, one.why) for one in derive(whole).missing] == [("4.1", why)]


def test_a_replication_is_not_by_the_owner() -> None:
    own = {"independence": Independence.OTHER_UNIT}
    assert derive(evidence(pre_post(), rct(**own), second_rct())).rung == 5
    assert derive(evidence(pre_post(), rct(**own), second_rct(**own))).rung == 3


def test_one_study_is_no_replication() -> None:
    assert {one.criterion.id for one in derive(evidence(pre_post(), rct())).missing} == {"4.1", "4.3"}


@pytest.mark.parametrize(
    ("effect", "why"),
    [
        (Effect(low=-0.3, high=0.2, estimate=-0.05), Why.NOT_EACH_WANTED),
        (Effect(low=-0.2, high=0.3, estimate=0.05), Why.EACH_WANTED),
        (Effect(low=-0.2, high=0.3), Why.NOT_RECORDED),
        (None, Why.NOT_RECORDED),
    ],
)
def test_of_two_studies_each_goes_the_wanted_way(effect: Effect | None, why: Why) -> None:
    assert finding(evidence(pre_post(), rct(), second_rct(effect=effect)), "4.3").why is why


def test_three_studies_need_a_pooled_interval() -> None:
    three = (pre_post(), rct(), second_rct(), second_rct(id="rct3", organisation="C", site="S3"))
    assert finding(evidence(*three), "4.3").facts == ("pooled", "hartung_knapp", "prediction_interval_shown")
    pooled = replace(REPLICATION, pooled=Effect(low=0.1, high=0.4), hartung_knapp=True)
    assert derive(evidence(*three, replication=pooled)).rung == 3
    assert derive(evidence(*three, replication=replace(pooled, prediction_interval_shown=True))).rung == 5


@pytest.mark.parametrize(
    ("change", "criterion"),
    [
        ({"deviation_log": None}, "4.2"),
        ({"unreported_studies": None}, "4.4"),
        ({"cost_recorded": None}, "4.5"),
    ],
)
def test_what_level_4_lacks_is_named(change: Changes, criterion: str) -> None:
    found = derive(evidence(pre_post(), rct(), second_rct(), replication=replace(REPLICATION, **change)))
    assert (found.rung, [one.criterion.id for one in found.missing]) == (3, [criterion])


@pytest.mark.parametrize(
    ("change", "criterion", "facts"),
    [
        ({"manual_matches_edition": False}, "5.1", ("manual_matches_edition",)),
        (
            {"manual_matches_edition": None, "manual_months_since_review": None},
            "5.1",
            ("manual_matches_edition", "manual_months_since_review"),
        ),
        (
            {"manual_matches_edition": None, "manual_months_since_review": 30},
            "5.1",
            ("manual_matches_edition",),
        ),
        ({"training": False}, "5.2", ("training",)),
        ({"fidelity_by_site": None}, "5.3", ("fidelity_by_site",)),
        ({"fidelity_by_site": (0.9, 0.9, 0.79, 0.7)}, "5.3", ("fidelity_by_site",)),
        ({"sites_positive": 2}, "5.4", ("sites_positive",)),
        ({"erosion": None}, "5.4", ("erosion",)),
        ({"erosion": True}, "5.4", ("erosion",)),
    ],
)
def test_what_level_5_lacks_is_named(change: Changes, criterion: str, facts: tuple[str, ...]) -> None:
    found = derive(evidence(pre_post(), rct(), second_rct(), scaling=replace(SCALING, **change)))
    assert (found.rung, found.statuses) == (4, (Status.CURRENT,))
    assert [(one.criterion.id, one.facts) for one in found.missing] == [(criterion, facts)]


def test_an_overdue_manual_is_not_said_before_it_matters() -> None:
    late = replace(SCALING, manual_months_since_review=25)
    assert derive(evidence(pre_post(), scaling=late)).statuses == (Status.CURRENT,)


def test_the_top_has_no_next_rung() -> None:
    found = derive(evidence(pre_post(), rct(), second_rct()))
    assert (found.rung, found.next_rung, found.missing) == (5, None, ())


# Attestations


def test_an_evaluator_attests_what_is_not_recorded() -> None:
    whole = evidence(pre_post(instrument_quality=None), attestations=(attest("2.1", "pre_post"),))
    found = finding(whole, "2.1")
    assert derive(whole).rung == 2
    assert (found.outcome, found.basis, found.why) == (Outcome.MET, Basis.ATTESTED, Why.ATTESTED)
    assert found.params == {"by": "Els", "reason": "Seen in the file."}


def test_a_study_is_attested_by_itself() -> None:
    two = (pre_post(instrument_quality=None), pre_post(id="other", n_paired=3))
    assert derive(evidence(*two, attestations=(attest("2.1", "other"),))).rung == 1


def test_an_attestation_does_not_overrule_numbers() -> None:
    whole = evidence(pre_post(n_paired=12), attestations=(attest("2.2", "pre_post"),))
    assert (derive(whole).rung, finding(whole, "2.2").basis) == (1, Basis.COMPUTED)


def test_a_review_may_say_no_where_judgement_is_asked_and_not_where_it_is_counted() -> None:
    """1.6 is "described", and the evaluator may find it poor; 1.3 is a count."""
    judged = evidence(attestations=(attest("1.6", met=False),))
    assert (derive(judged).rung, finding(judged, "1.6").why) == (0, Why.ATTESTED_NOT)
    assert derive(evidence(attestations=(attest("1.3", met=False),))).rung == 1


def test_the_later_attestation_counts() -> None:
    both = (attest("1.6", met=False), attest("1.6"))
    assert derive(evidence(attestations=both)).rung == 1
    assert derive(evidence(attestations=both[::-1])).rung == 0


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"criterion": "2.7", "study": "pre_post"}, "evidence.not_attestable"),
        ({"criterion": "3.11", "study": "pre_post"}, "evidence.not_attestable"),
        ({"criterion": "6.1"}, "evidence.not_attestable"),
        ({"reason": " "}, "evidence.no_reason"),
        ({"by": ""}, "evidence.no_name"),
        ({"study": "pre_post"}, "evidence.study_expected"),
        ({"criterion": "2.1"}, "evidence.study_expected"),
    ],
)
def test_an_attestation_says_something_that_may_be_said(changes: Changes, key: str) -> None:
    whole: Changes = {"criterion": "1.1", "reason": "Seen.", "by": "Els", "study": None} | changes
    with pytest.raises(DomainError) as caught:
        Attestation(met=True, **whole)
    assert caught.value.key == key


# What is asked, and by whose numbers


def test_a_criterion_knows_its_level_subject_and_text() -> None:
    assert (BY_ID["3.10"].level, BY_ID["3.10"].subject, BY_ID["3.10"].sentence) == (
        3,
        "study",
        "criterion.3.10",
    )
    assert (Status.STALE.key, Why.COUNT.key) == ("evidence.status.stale", "evidence.why.count")
    assert all(hasattr(DEFAULTS, name) for one in CRITERIA for name in one.thresholds)


def test_an_advisory_criterion_does_not_stop() -> None:
    advisory = tuple(replace(one, blocking=one.id != "2.3") for one in CRITERIA)
    poor = evidence(pre_post(response=0.1))
    assert (derive(poor).rung, derive(poor, criteria=advisory).rung) == (1, 2)


def test_every_threshold_is_a_setting_that_names_its_source() -> None:
    assert derive(evidence(pre_post(n_paired=19)), Thresholds(min_n_pair=19)).rung == 2
    assert (DEFAULTS.source("min_n_pair"), DEFAULTS.source("min_response")) == ("eif", "own")
    assert DEFAULTS.source("baseline_limit") == "wwc_v41"
    assert Thresholds(min_n_pair=19).source("min_n_pair") == "programme"


@pytest.mark.parametrize(
    "bad", [{"min_response": 1.2}, {"min_n_pair": 0}, {"max_age_months_level2": float("nan")}]
)
def test_a_threshold_means_something(bad: Changes) -> None:
    with pytest.raises(DomainError) as caught:
        Thresholds(**bad)
    assert (caught.value.key, caught.value.params) == (
        "evidence.bad_threshold",
        {"threshold": next(iter(bad))},
    )


@pytest.mark.parametrize(
    ("make", "bad", "key", "fact"),
    [
        (pre_post, {"response": 1.1}, "bad_share", "response"),
        (pre_post, {"n_paired": -1}, "negative", "n_paired"),
        (pre_post, {"age_months": float("nan")}, "negative", "age_months"),
        (rct, {"mde": 0}, "not_positive", "mde"),
        (TreeFacts, {"activities": -1}, "negative", "activities"),
        (TreeFacts, {"key_links_complete": 1}, "bad_count", "key_links_complete"),
        (TreeFacts, {"groups": 2, "groups_consulted": 3}, "bad_count", "groups_consulted"),
        (TreeFacts, {"doable": 5}, "bad_score", "doable"),
        (ReplicationFacts, {"unreported_studies": -1}, "negative", "unreported_studies"),
        (ScalingFacts, {"fidelity_by_site": (0.8, 1.2)}, "bad_share", "fidelity_by_site"),
        (ScalingFacts, {"sites_positive": -1}, "negative", "sites_positive"),
        (Effect, {"low": 2, "high": 1}, "bad_interval", "effect"),
        (Effect, {"low": 0, "high": 1, "estimate": 2}, "bad_interval", "effect"),
        (Effect, {"low": 0, "high": float("inf")}, "bad_interval", "effect"),
        (Effect, {"low": 0, "high": 1, "confidence": 95}, "bad_share", "confidence"),
        (Evidence, {"studies": (rct(), rct())}, "same_study_twice", "studies"),
        (Evidence, {"attestations": (attest("2.1", "gone"),)}, "unknown_study", "study"),
    ],
)
def test_impossible_facts_are_refused(make: type[Study], bad: Changes, key: str, fact: str) -> None:
    with pytest.raises(DomainError) as caught:
        make(**bad)
    assert (caught.value.key, caught.value.params) == (f"evidence.{key}", {"fact": fact})


def test_an_interval_is_read_in_the_wanted_direction() -> None:
    assert Effect(low=0.1, high=0.6).direction is Direction.WANTED
    assert Effect(low=0.1, high=0.6, higher_is_better=False).direction is Direction.OPPOSITE
    assert Effect(low=0, high=0.6).direction is Direction.UNCLEAR
    assert Effect(low=-0.1, high=0.6, estimate=0, higher_is_better=False).leans_wanted is False


def test_every_rung_is_beside_every_other_ladder() -> None:
    assert {(row.rung, row.peer) for row in COMPARISONS} == {
        (rung, peer) for rung in range(6) for peer in Peer
    }
    assert len(COMPARISONS) == 30
    assert all((row.relation is Relation.NONE) == (row.lowest == "" == row.highest) for row in COMPARISONS)
    three = {row.peer: (row.lowest, row.highest) for row in comparable(3)}
    assert three[Peer.MARYLAND] == ("3", "5")
    assert three[Peer.EIF] == ("3", "3")
