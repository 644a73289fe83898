"""What was typed in becomes facts, an assessment gets one spelling, and effects get their place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.evidence_facts import evidence, pre_post, rct
from toc.domain.errors import DomainError
from toc.domain.evidence import (
    Attestation,
    Design,
    Effect,
    Evidence,
    Independence,
    Outcome,
    PlanLock,
    ScalingFacts,
    SmallSample,
    Status,
    TreeFacts,
    canonical,
    derive,
    digest,
    evidence_of,
    place,
    recorded,
    since,
)
from toc.domain.evidence.recorded import build, months

ON = date(2025, 9, 1)


def study(**facts: object) -> object:
    return recorded.study(facts, id="s", design=Design.PRE_POST, measured_on=date(2024, 11, 1), on=ON)


def test_a_study_is_read_as_it_was_typed_in() -> None:
    read = recorded.study(
        {
            "n_paired": 48,
            "response": 1,
            "same_instrument": True,
            "small_sample": "exact_test",
            "plan_lock": "before_upload",
            "independence": None,
            "estimate": 0.12,
            "low": 0.03,
            "high": 0.21,
            "organisation": "A",
            "scale": "share",
            "unit": "",
        },
        id="s",
        design=Design.PRE_POST,
        measured_on=date(2024, 11, 1),
        on=ON,
        entered_by="worker",
        signed_by="evaluator",
    )
    assert (read.n_paired, read.response, read.same_instrument, read.organisation) == (48, 1.0, True, "A")
    assert (read.small_sample, read.plan_lock) == (SmallSample.EXACT_TEST, PlanLock.BEFORE_UPLOAD)
    assert read.effect == Effect(estimate=0.12, low=0.03, high=0.21)
    assert read.independence is None
    assert read.age_months == 10
    assert (read.entered_by, read.signed_by, read.version_matches) == ("worker", "evaluator", True)


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"age_months": 3}, "evidence.unknown_fact"),
        ({"colour": 3}, "evidence.unknown_fact"),
        ({"n_paired": True}, "evidence.bad_fact"),
        ({"n_paired": 4.0}, "evidence.bad_fact"),
        ({"n_paired": "4"}, "evidence.bad_fact"),
        ({"same_instrument": 1}, "evidence.bad_fact"),
        ({"response": True}, "evidence.bad_fact"),
        ({"response": 1.2}, "evidence.bad_share"),
        ({"plan_lock": "soon"}, "evidence.bad_fact"),
        ({"effect": {"low": 0.0, "high": 1.0}}, "evidence.unknown_fact"),
        ({"low": "a", "high": 0}, "evidence.bad_fact"),
        ({"low": 1, "high": 0}, "evidence.bad_interval"),
        ({"estimate": 1}, "evidence.bad_interval"),
        ({"low": 1, "confidence": 0.9}, "evidence.bad_interval"),
        ({"scale": "metres"}, "evidence.bad_fact"),
        ({"unit": 3}, "evidence.bad_fact"),
    ],
)
def test_what_means_nothing_is_refused(facts: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as refused:
        study(**facts)
    assert refused.value.key == key


def test_the_tree_takes_what_was_recorded_and_what_was_counted() -> None:
    facts = recorded.tree({"goals_merged": True, "plausible": 3}, {"activities": 2, "signed_by": "E"})
    assert facts == TreeFacts(goals_merged=True, plausible=3, activities=2, signed_by="E")


def test_what_is_counted_cannot_be_typed_in() -> None:
    with pytest.raises(DomainError, match=r"evidence\.unknown_fact"):
        recorded.tree({"activities": 2}, {})


def test_replications_are_read() -> None:
    facts = recorded.replication({"pooled": {"low": 0.1, "high": 0.3}, "unreported_studies": 0})
    assert facts.pooled == Effect(low=0.1, high=0.3)
    assert facts.unreported_studies == 0


@pytest.mark.parametrize(
    ("pooled", "key"),
    [(3, "evidence.bad_fact"), ({"low": 0, "high": 1, "middle": 0}, "evidence.unknown_fact")],
)
def test_a_pooled_effect_that_is_none_is_refused(pooled: object, key: str) -> None:
    with pytest.raises(DomainError, match=key):
        recorded.replication({"pooled": pooled})


def test_the_way_that_is_wanted_is_no_effect_by_itself() -> None:
    assert recorded.effect({"higher_is_better": False, "confidence": 0.9}) is None
    found = recorded.effect({"higher_is_better": False, "confidence": 0.9, "low": -3, "high": -1})
    assert found == Effect(low=-3, high=-1, higher_is_better=False, confidence=0.9)


def test_a_manual_ages() -> None:
    assert recorded.scaling(
        {"manual_reviewed_on": "2024-09-01", "fidelity_by_site": [0.9, 1]}, ON
    ) == ScalingFacts(manual_months_since_review=12.0, fidelity_by_site=(0.9, 1.0))
    assert recorded.scaling({"manual_reviewed_on": None}, ON) == ScalingFacts()


@pytest.mark.parametrize(
    "facts", [{"manual_reviewed_on": "last year"}, {"fidelity_by_site": 0.9}, {"fidelity_by_site": ["a"]}]
)
def test_a_day_or_list_that_is_none_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(DomainError, match=r"evidence\.bad_fact"):
        recorded.scaling(facts, ON)


@pytest.mark.parametrize(
    ("since_", "until", "expected"),
    [
        (date(2020, 9, 1), date(2025, 9, 1), 60),
        (date(2020, 9, 1), date(2025, 9, 2), 60 + 1 / 31),
        (date(2025, 8, 31), date(2025, 9, 1), 1 - 30 / 31),
        (date(2025, 9, 2), date(2025, 9, 1), 0),
    ],
)
def test_months_are_whole_on_the_same_day_of_the_month(since_: date, until: date, expected: float) -> None:
    assert months(since_, until) == pytest.approx(expected)


# --- An assessment under a signature ------------------------------------------------------------------------

FULL = evidence(
    pre_post(small_sample=SmallSample.ALL_PARTICIPANTS),
    rct(independence=Independence.EXTERNAL_INDEPENDENT),
    attestations=(Attestation(criterion="2.3", met=True, reason="Seen.", by="E", study="pre_post"),),
)


@pytest.mark.parametrize("one", [FULL, Evidence()])
def test_the_spelling_is_read_back_as_the_same_evidence(one: Evidence) -> None:
    assert evidence_of(canonical(one)) == one


def test_the_hash_changes_with_any_fact() -> None:
    other = replace(FULL, tree=replace(FULL.tree, groups_consulted=4))
    assert digest(canonical(FULL)) == digest(canonical(replace(FULL)))
    assert digest(canonical(FULL)) != digest(canonical(other))
    assert len(digest("")) == 64


def test_nothing_changed() -> None:
    assessed = derive(evidence(pre_post()))
    changed = since(assessed, assessed)
    assert changed.same
    assert (changed.turned, changed.came, changed.went) == ((), (), ())


def test_a_group_that_was_not_heard_after_all_lowers_the_rung_and_is_named() -> None:
    then = evidence(pre_post())
    now = replace(then, tree=replace(then.tree, groups_consulted=4))
    changed = since(derive(then), derive(now))
    assert not changed.same
    assert (changed.rung_then, changed.rung_now) == (2, 0)
    assert [(one.before, one.finding.criterion.id) for one in changed.turned] == [(Outcome.MET, "1.7")]


def test_a_study_that_became_too_old_is_a_status_that_came() -> None:
    changed = since(derive(evidence(pre_post())), derive(evidence(pre_post(age_months=61))))
    assert (changed.rung_then, changed.rung_now) == (2, 1)
    assert changed.came == (Status.STALE,)
    assert changed.went == (Status.CURRENT,)


def test_a_new_criterion_had_no_outcome_before() -> None:
    now = derive(evidence(pre_post()))
    then = replace(now, findings=now.findings[1:])
    assert [one.before for one in since(then, now).turned] == [None]


def test_only_known_names_are_built() -> None:
    with pytest.raises(DomainError, match=r"evidence\.unknown_fact"):
        build(Evidence, {"rung": 5})


# --- Effects on one axis ------------------------------------------------------------------------------------


def test_an_interval_from_3_to_21_points_stands_on_an_axis_from_0_to_25() -> None:
    plot = place([Effect(estimate=0.12, low=0.03, high=0.21)])
    assert [mark.value for mark in plot.marks] == [Decimal(number) * Decimal("0.05") for number in range(6)]
    assert plot.zero == 22
    (line,) = plot.lines
    assert (line.low, line.estimate, line.high) == (55, 154, 254)  # 22 + 276 * 3/25, 12/25, 21/25


def test_without_an_estimate_only_the_interval_is_drawn_and_nothing_at_all_still_has_an_axis() -> None:
    assert place([Effect(low=-1, high=1)]).lines[0].estimate is None
    plot = place([Effect(low=0, high=0)])
    assert [mark.value for mark in plot.marks] == [0, 1]
    assert place([]).lines == ()


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)), min_size=1, max_size=6).filter(
        lambda pairs: max(abs(low) + width for low, width in pairs) > 1e-6
    )
)
def test_every_interval_and_no_change_lie_within_the_axis(pairs: list[tuple[float, float]]) -> None:
    plot = place([Effect(low=low, high=low + width) for low, width in pairs])
    assert 0 in [mark.value for mark in plot.marks]
    assert 2 <= len(plot.marks) <= 7
    for line in plot.lines:
        assert plot.marks[0].x - 1 <= line.low <= line.high <= plot.marks[-1].x + 1
    assert plot.marks[0].x == 22
    assert plot.marks[-1].x == 298
