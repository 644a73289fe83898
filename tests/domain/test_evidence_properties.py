"""What must hold whatever is recorded."""

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.evidence_facts import REPLICATION, SCALING, TREE, pre_post, rct
from toc.domain.evidence import (
    BY_ID,
    CRITERIA,
    Attestation,
    Design,
    Direction,
    Effect,
    Evidence,
    Finding,
    Independence,
    PlanLock,
    Status,
    Study,
    Subject,
    Why,
    derive,
)
from toc.domain.evidence.study_rules import SOUNDNESS, STUDY_RULES
from toc.domain.evidence.thresholds import DEFAULTS

effects = st.builds(
    lambda middle, half, better: Effect(
        low=middle - half, high=middle + half, estimate=middle, higher_is_better=better
    ),
    st.floats(-0.5, 0.5),
    st.floats(0, 0.4),
    st.booleans(),
)
maybe = st.none() | st.booleans()

# Mostly in order, so that high rungs are met as often as low ones.
_CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "design": st.sampled_from(Design),
    "age_months": st.sampled_from([10, 61, 130]),
    "effect": st.none() | effects,
    "smallest_effect": st.sampled_from([None, 0.2]),
    "plan_lock": st.none() | st.sampled_from(PlanLock),
    "deviates_from_plan": st.booleans(),
    "harm_unresolved": maybe,
    "entered_by": st.sampled_from([None, "worker", "evaluator"]),
    "signed_by": st.sampled_from([None, "worker", "evaluator"]),
    "signoff_revoked": st.booleans(),
    "dataset_matches": st.booleans(),
    "version_matches": st.booleans(),
    "same_instrument": maybe,
    "n_paired": st.sampled_from([None, 19, 20]),
    "response": st.sampled_from([None, 0.5, 0.9, 1]),
    "nonresponse_compared": maybe,
    "comparison_justified": maybe,
    "n1": st.sampled_from([None, 19, 120]),
    "max_baseline_es": st.sampled_from([None, 0.04, 0.2, 0.3]),
    "adjusted": maybe,
    "attrition_overall": st.sampled_from([None, 0.08, 0.3]),
    "itt": maybe,
    "clustered": maybe,
    "n_clusters_t": st.sampled_from([None, 1, 12]),
    "primary_outcomes": st.sampled_from([None, 1, 2]),
    "weighting_used": maybe,
    "independence": st.none() | st.sampled_from(Independence),
    "organisation": st.sampled_from(["A", "B", None]),
    "site": st.sampled_from(["S1", "S2", None]),
}


@st.composite
def studies(draw: st.DrawFn, at: str) -> Study:
    whole = replace(
        rct(
            id=at,
            same_instrument=True,
            instrument_quality=True,
            harm_unresolved=False,
            organisation=f"org {at}",
            site=f"site {at}",
        )
    )
    if draw(st.booleans()):
        whole = pre_post(id=at)
    names = draw(st.lists(st.sampled_from(sorted(_CHANGES)), max_size=3, unique=True))
    return replace(whole, **{name: draw(_CHANGES[name]) for name in names})


@st.composite
def programmes(draw: st.DrawFn) -> Evidence:
    count = draw(st.integers(0, 3))
    tree = draw(
        st.sampled_from([TREE, TREE, replace(TREE, signed_by=None), replace(TREE, problem_described=None)])
    )
    pooled = draw(st.none() | effects)
    replication = replace(
        REPLICATION,
        pooled=pooled,
        hartung_knapp=draw(maybe),
        prediction_interval_shown=draw(maybe),
        unreported_studies=draw(st.sampled_from([0, 0, None, 1])),
    )
    scaling = replace(SCALING, manual_months_since_review=draw(st.sampled_from([12, 25, None])))
    found = tuple(draw(studies(str(at))) for at in range(count))
    return Evidence(tree=tree, studies=found, replication=replication, scaling=scaling)


def attest(draw: st.DrawFn, whole: Evidence, *, met: bool) -> Attestation:
    able = [one for one in CRITERIA if one.attestable and (whole.studies or one.subject is not Subject.STUDY)]
    criterion = draw(st.sampled_from(able))
    study = draw(st.sampled_from(whole.studies)).id if criterion.subject is Subject.STUDY else None
    return Attestation(criterion=criterion.id, study=study, met=met, reason="seen", by="evaluator")


@given(whole=programmes())
def test_the_rung_is_never_above_what_the_blocking_criteria_allow(whole: Evidence) -> None:
    found = derive(whole)
    for finding in found.findings:
        assert finding.criterion.level > found.rung or not finding.stops, finding
    assert found.rung < 2 or found.reviewed


@given(whole=programmes())
def test_every_criterion_has_its_finding_and_every_status_its_cause(whole: Evidence) -> None:
    found = derive(whole)
    assert [finding.criterion for finding in found.findings] == list(CRITERIA)
    assert {cause.status for cause in found.causes} == set(found.statuses) - {Status.CURRENT}
    assert list(found.statuses) == sorted(found.statuses, key=list(Status).index)
    assert all(finding.criterion.level == found.next_rung for finding in found.missing)


@given(data=st.data(), whole=programmes())
def test_an_attestation_that_a_criterion_is_met_never_lowers(data: st.DataObject, whole: Evidence) -> None:
    before, more = derive(whole), whole
    for _ in range(data.draw(st.integers(1, 4))):
        one = data.draw(st.composite(attest)(more, met=True))
        more = replace(more, attestations=(*more.attestations, one))
    assert derive(more).rung >= before.rung


def every_finding(whole: Evidence) -> list[Finding]:
    found = derive(whole)
    about_studies = [finding for reading in found.readings for finding in reading.findings]
    return about_studies + [one for one in found.findings if one.criterion.subject is not Subject.STUDY]


@given(data=st.data(), whole=programmes().filter(lambda whole: len(whole.studies) > 0))
def test_an_attestation_never_overrules_a_recorded_no(data: st.DataObject, whole: Evidence) -> None:
    recorded = [
        finding
        for finding in every_finding(whole)
        if finding.stops and finding.criterion.attestable and finding.why is not Why.NOT_RECORDED
    ]
    assume(recorded)
    no = data.draw(st.sampled_from(recorded))
    one = Attestation(criterion=no.criterion.id, study=no.study, met=True, reason="seen", by="evaluator")
    assert no in every_finding(replace(whole, attestations=(one,)))


@given(data=st.data(), whole=programmes())
def test_an_attestation_that_a_criterion_is_not_met_never_raises_the_rung(
    data: st.DataObject, whole: Evidence
) -> None:
    one = data.draw(st.composite(attest)(whole, met=False))
    assert derive(replace(whole, attestations=(one,))).rung <= derive(whole).rung


def in_the_pool(study: Study) -> bool:
    """Say whether the study is a comparison that nothing recorded shows to be unsound."""
    return study.design.compares and all(
        STUDY_RULES[one](study, DEFAULTS).met is not False for one in SOUNDNESS
    )


@given(data=st.data(), whole=programmes())
def test_leaving_a_study_out_never_raises_unless_it_spoke_against_the_others(
    data: st.DataObject, whole: Evidence
) -> None:
    assume(whole.studies)
    gone = data.draw(st.sampled_from(whole.studies))
    against = gone.direction is Direction.OPPOSITE or gone.harm_unresolved is True
    before = derive(whole).rung
    after = derive(replace(whole, studies=tuple(one for one in whole.studies if one is not gone))).rung
    # From rung 3 a sound comparison is in the pool whatever its result; only three need a pooled interval.
    assert against or after <= before or (before == 3 and in_the_pool(gone))


@given(whole=programmes(), low=st.floats(0.01, 0.3), design=st.sampled_from(Design))
def test_a_study_that_shows_harm_never_raises(whole: Evidence, low: float, design: Design) -> None:
    harm = rct(id="harm", design=design, effect=Effect(low=-0.4, high=-low))
    assert derive(replace(whole, studies=(*whole.studies, harm))).rung <= derive(whole).rung


@given(whole=programmes())
def test_the_order_of_studies_does_not_matter(whole: Evidence) -> None:
    turned = derive(replace(whole, studies=whole.studies[::-1]))
    found = derive(whole)
    assert (turned.rung, turned.statuses) == (found.rung, found.statuses)


def test_every_criterion_has_a_rule_that_its_id_finds() -> None:
    assert len(BY_ID) == len(CRITERIA) == 36
    assert [one.level for one in CRITERIA] == sorted(one.level for one in CRITERIA)
