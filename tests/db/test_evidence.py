"""Evidence: what is recorded becomes facts, and who may record, sign and take back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, act_of, make_member, make_programme
from tests.factories.evidence import (
    REVIEW,
    add_edition,
    complete_tree,
    make_goal,
    make_group,
    make_indicator,
    make_item,
    make_link,
    make_rung_2,
    make_study,
    review_level_1,
    sign_rung,
)
from tests.statements import counting
from toc.domain.errors import DomainError
from toc.domain.evidence import Design, Effect, Outcome, Part, PlanLock, Scale, Status, Why
from toc.domain.goals import Level
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.evidence import AssessmentRecord, Attestation, EvidenceItem, GoalReview, Study, StudyTransfer
from toc.models.goals import Goal
from toc.models.programmes import Programme
from toc.services import evidence as service
from toc.services.errors import Conflict, NotFound, Stale

EVALUATOR = act_of(None, Role.EVALUATOR)


def finding(session: Session, goal: Goal, criterion: str) -> Any:  # noqa: ANN401
    found = service.assess(session, goal.id, TODAY)
    return next(one for one in found.findings if one.criterion.id == criterion)


# --- What is recorded becomes facts -------------------------------------------------------------------------


def test_a_programme_in_order_stands_on_rung_2(session: Session, programme: Programme) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    facts = service.facts(session, goal.id, TODAY)
    tree = facts.tree
    assert (tree.problem_described, tree.counterfactual_described) == (True, True)
    assert (tree.activities, tree.activities_reaching_an_end, tree.without_cycles) == (1, 1, True)
    assert (tree.key_links, tree.key_links_complete, tree.key_links_sourced) == (1, 1, 1)
    assert (tree.primary_outcomes, tree.primary_outcomes_complete) == (1, 1)
    assert (tree.groups, tree.groups_consulted) == (1, 1)
    assert (tree.signed_by, tree.signoff_revoked) == (str(evaluator.id), False)
    (one,) = facts.studies
    assert (one.id, one.age_months, one.plan_lock) == (str(study.id), 6, PlanLock.BEFORE_OUTCOMES)
    assert one.effect == Effect(estimate=0.12, low=0.03, high=0.21)
    assert (one.entered_by, one.signed_by) == (str(study.entered_by_id), str(evaluator.id))
    assessed = service.assess(session, goal.id, TODAY)
    assert (assessed.rung, assessed.status) == (2, Status.CURRENT)


def test_a_comparison_carries_rung_3(session: Session, programme: Programme) -> None:
    goal, _, evaluator = make_rung_2(session, programme)
    make_study(session, goal, design=Design.RCT, signed_by=evaluator)
    assert service.assess(session, goal.id, TODAY).rung == 3


def test_nothing_recorded_is_rung_0_and_says_what_is_missing(session: Session) -> None:
    goal = make_goal(session)
    assessed = service.assess(session, goal.id, TODAY)
    assert assessed.rung == 0
    tree = service.facts(session, goal.id, TODAY).tree
    assert tree.problem_described is None
    assert (tree.primary_outcomes, tree.primary_outcomes_complete) == (1, 0)
    assert {one.criterion.id for one in assessed.missing} == {
        "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9",
    }  # fmt: skip


def test_the_goal_that_is_asked_about_counts_as_an_outcome_beside_the_primary_ones(session: Session) -> None:
    complete_tree(session)
    other = make_goal(session, wording="Fewer people on benefits")
    assert finding(session, other, "1.5").params == {"value": 1, "total": 2}
    make_indicator(session, other)
    assert finding(session, other, "1.5").outcome is Outcome.MET


def test_an_indicator_without_a_unit_is_not_complete(session: Session) -> None:
    goal = make_goal(session, is_primary=True)
    make_indicator(session, goal, unit="")
    assert finding(session, goal, "1.5").outcome is Outcome.NOT_MET


def test_a_group_counts_as_consulted_once_its_interview_is_complete(session: Session) -> None:
    goal = complete_tree(session)
    make_group(session, consulted=False)
    tree = service.facts(session, goal.id, TODAY).tree
    assert (tree.groups, tree.groups_consulted) == (2, 1)


def test_an_activity_that_leads_nowhere_is_seen(session: Session) -> None:
    goal = complete_tree(session)
    make_goal(session, level=Level.ACTIVITY)
    assert finding(session, goal, "1.2").params == {"value": 1, "total": 2}


def test_a_study_of_an_earlier_edition_does_not_count_until_it_is_carried_over(
    session: Session, programme: Programme
) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    add_edition(session, goal, wording="Young people keep a job for half a year")
    assessed = service.assess(session, goal.id, TODAY)
    assert (assessed.rung, assessed.status) == (1, Status.VERSION_MISMATCH)
    transfer_id = uuid4()
    act = act_of(evaluator)
    first = service.carry_over(session, act, transfer_id, study.id, "The same job, only longer.")
    assert service.carry_over(session, act, uuid4(), study.id, "Again.") is first
    assert service.assess(session, goal.id, TODAY).rung == 2
    found = service.study_evidence(session, EVALUATOR, study.id, TODAY)
    assert found.row.carried_because == "The same job, only longer."
    add_edition(session, goal, wording="Young people keep a job for a year")
    assert service.assess(session, goal.id, TODAY).rung == 1


def test_a_study_is_carried_over_for_a_reason_and_only_when_it_needs_it(
    session: Session, programme: Programme
) -> None:
    goal, study, _ = make_rung_2(session, programme)
    with pytest.raises(Conflict, match=r"evidence\.already_holds"):
        service.carry_over(session, act_of(), uuid4(), study.id, "Because.")
    add_edition(session, goal)
    with pytest.raises(DomainError, match=r"evidence\.no_reason"):
        service.carry_over(session, act_of(), uuid4(), study.id, " ")
    assert session.scalars(select(StudyTransfer)).all() == []


def test_facts_about_replication_and_scaling_are_read(session: Session, programme: Programme) -> None:
    goal = complete_tree(session)
    act = act_of(make_member(session, programme, Role.EVALUATOR))
    review = service.record_review(session, act, goal.id, Part.REPLICATION, {"unreported_studies": 2})
    service.record_review(
        session,
        act,
        goal.id,
        Part.SCALING,
        {"manual_reviewed_on": "2025-03-01", "manual_matches_edition": True, "erosion": None},
        revision=review.revision,
    )
    facts = service.facts(session, goal.id, TODAY)
    assert facts.replication.unreported_studies == 2
    assert facts.scaling.manual_months_since_review == 6
    assert review.facts == {
        "replication": {"unreported_studies": 2},
        "scaling": {"manual_reviewed_on": "2025-03-01", "manual_matches_edition": True},
    }
    assert Status.UNREPORTED_STUDY in service.assess(session, goal.id, TODAY).statuses


def test_a_goal_of_another_programme_looks_missing(
    database: Database, session: Session, programme: Programme
) -> None:
    goal = make_goal(session)
    study = make_study(session, goal)
    record = sign_rung(session, goal, make_member(session, programme, Role.EVALUATOR))
    other = make_programme(session)
    session.commit()
    with database.read_session(other.id) as elsewhere:
        for ask in (
            lambda: service.facts(elsewhere, goal.id, TODAY),
            lambda: service.goal_evidence(elsewhere, EVALUATOR, goal.id, TODAY),
            lambda: service.study_evidence(elsewhere, EVALUATOR, study.id, TODAY),
            lambda: service.signed_rung(elsewhere, EVALUATOR, record.id, TODAY),
            lambda: service.get_study(elsewhere, study.id),
            lambda: service.record_study(elsewhere, act_of(), uuid4(), goal.id, draft()),
            lambda: service.sign_review(elsewhere, act_of(uuid4()), goal.id),
        ):
            with pytest.raises(NotFound):
                ask()
    with database.read_session(uuid4()) as nowhere:
        with pytest.raises(NotFound):
            service.rungs(nowhere, TODAY)
        with pytest.raises(NotFound):
            service.study_evidence(nowhere, EVALUATOR, study.id, TODAY)


def test_rungs_of_all_goals(session: Session, programme: Programme) -> None:
    goal, _, _ = make_rung_2(session, programme)
    other = make_goal(session)
    found = service.rungs(session, TODAY)
    assert (found[goal.id], found[other.id]) == (2, 0)
    assert service.rungs(session, TODAY, [goal.id]) == {goal.id: 2}


@pytest.mark.parametrize("many", [10, 200])
def test_rungs_and_pages_take_the_same_statements_for_few_and_many_goals(
    session: Session, programme: Programme, many: int
) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    sign_rung(session, goal, evaluator)
    make_item(session, goal)
    for number in range(many):
        one = make_goal(session)
        if number % 4 == 0:
            make_study(session, one, signed_by=evaluator)
            make_link(session, one, goal)
    session.flush()
    session.expire_all()
    with counting(session) as sent:
        assert len(service.rungs(session, TODAY)) == many + 2
    assert len(sent) == 5
    session.expunge_all()
    with counting(session) as sent:
        assert len(service.overview(session, EVALUATOR, TODAY).lines) == many + 2
    assert len(sent) == 5
    session.expunge_all()
    with counting(session) as sent:
        service.goal_evidence(session, EVALUATOR, goal.id, TODAY)
    assert len(sent) == 6
    session.expunge_all()
    with counting(session) as sent:
        service.study_evidence(session, EVALUATOR, study.id, TODAY)
    assert len(sent) == 4


# --- Studies ------------------------------------------------------------------------------------------------


def draft(**changes: Any) -> service.StudyDraft:  # noqa: ANN401
    first = service.StudyDraft(
        title="Before and after", source="Report", design=Design.PRE_POST, measured_on=date(2025, 3, 1)
    )
    return replace(first, **changes)


def test_a_study_that_is_sent_twice_is_one(session: Session) -> None:
    goal = make_goal(session)
    study_id = uuid4()
    first = service.record_study(session, act_of(), study_id, goal.id, draft(facts={"n_paired": None}))
    again = service.record_study(session, act_of(), study_id, goal.id, draft(title="Other"))
    assert again is first
    assert (first.code, first.title, first.facts) == (1, "Before and after", {})
    assert [one.action for one in session.scalars(select(AuditEvent))] == ["evidence.write"]


def test_the_indicator_of_a_study_is_one_of_its_goal(session: Session) -> None:
    goal, other = make_goal(session), make_goal(session)
    mine, theirs = make_indicator(session, goal), make_indicator(session, other)
    study = service.record_study(session, act_of(), uuid4(), goal.id, draft(indicator_edition_id=mine.id))
    assert service.StudyDraft.of(study).indicator_edition_id == mine.id
    with pytest.raises(NotFound):
        service.record_study(session, act_of(), uuid4(), goal.id, draft(indicator_edition_id=theirs.id))
    assert [edition.id for _, edition in service.indicator_editions(session, goal.id)] == [mine.id]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"measured_on": TODAY + timedelta(days=1)}, "evidence.measured_later"),
        ({"facts": {"response": 3}}, "evidence.bad_share"),
        ({"facts": {"colour": 3}}, "evidence.unknown_fact"),
    ],
)
def test_a_study_that_means_nothing_is_refused(
    session: Session, changes: dict[str, object], key: str
) -> None:
    goal = make_goal(session)
    with pytest.raises(DomainError, match=key):
        service.record_study(session, act_of(), uuid4(), goal.id, draft(**changes))
    study = make_study(session, goal)
    with pytest.raises(DomainError, match=key):
        service.edit_study(session, act_of(), study.id, draft(**changes), study.revision)


def test_whoever_changes_a_study_counts_as_who_entered_it(session: Session, programme: Programme) -> None:
    goal = make_goal(session)
    first, second = (make_member(session, programme, Role.EVALUATOR) for _ in range(2))
    study = make_study(session, goal, by=first)
    changed = draft(title="Twice", design=Design.HISTORICAL, facts={"baseline_known": True})
    service.edit_study(session, act_of(second), study.id, changed, study.revision)
    assert (study.title, study.design, study.facts) == ("Twice", Design.HISTORICAL, {"baseline_known": True})
    assert study.entered_by_id == second.id
    assert study.revision == 2
    for person in (first, second):
        with pytest.raises(DomainError, match=r"evidence\.own_data"):
            service.sign_study(session, act_of(person), study.id, study.revision)


def test_two_people_who_edit_at_once_see_each_other(session: Session) -> None:
    study = make_study(session, make_goal(session))
    changed = service.StudyDraft.of(study).with_facts({"n_paired": 30})
    service.edit_study(session, act_of(), study.id, changed, 1)
    with pytest.raises(Stale) as refused:
        service.edit_study(session, act_of(), study.id, draft(title="Mine"), 1)
    assert refused.value.revision == 2
    assert refused.value.theirs["title"] == study.title
    assert refused.value.theirs["n_paired"] == 30


def test_a_signed_study_stays_as_it_was_signed_until_the_signature_is_taken_back(
    session: Session, programme: Programme
) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    act = act_of(evaluator)
    with pytest.raises(Conflict, match=r"evidence\.study_signed"):
        service.edit_study(session, act, study.id, draft(), study.revision)
    with pytest.raises(Conflict, match=r"evidence\.study_signed"):
        service.sign_study(session, act, study.id, study.revision)
    with pytest.raises(DomainError, match=r"evidence\.no_reason"):
        service.revoke_signature(session, act, study.id, "")
    service.revoke_signature(session, act, study.id, "The file held the wrong year.")
    assessed = service.assess(session, goal.id, TODAY)
    assert (assessed.rung, assessed.status) == (1, Status.SIGNOFF_REVOKED)
    with pytest.raises(Conflict, match=r"evidence\.not_signed"):
        service.revoke_signature(session, act, study.id, "Again.")
    service.edit_study(session, act_of(), study.id, service.StudyDraft.of(study), study.revision)
    service.sign_study(session, act, study.id, study.revision)
    assert service.assess(session, goal.id, TODAY).status is Status.CURRENT
    actions = [one.action for one in session.scalars(select(AuditEvent).order_by(AuditEvent.sequence))]
    assert actions[-4:] == ["evidence.sign", "evidence.revoke", "evidence.write", "evidence.sign"]


def test_only_what_was_read_is_signed_and_only_by_an_account(session: Session, programme: Programme) -> None:
    study = make_study(session, make_goal(session))
    evaluator = make_member(session, programme, Role.EVALUATOR)
    with pytest.raises(Conflict, match=r"evidence\.changed_meanwhile"):
        service.sign_study(session, act_of(evaluator), study.id, study.revision - 1)
    with pytest.raises(DomainError, match=r"evidence\.no_account"):
        service.sign_study(session, act_of(), study.id, study.revision)


def test_a_study_speaks_of_its_effect(session: Session) -> None:
    goal = make_goal(session)
    study = make_study(session, goal, unit="hours", scale="number")
    assert (study.effect, study.scale, study.unit) == (
        Effect(estimate=0.12, low=0.03, high=0.21), Scale.NUMBER, "hours",
    )  # fmt: skip
    bare = service.record_study(session, act_of(), uuid4(), goal.id, draft())
    assert (bare.effect, bare.scale, bare.unit, bare.is_signed) == (None, Scale.SHARE, "", False)


# --- Attesting and reviewing --------------------------------------------------------------------------------


def test_what_is_not_recorded_may_be_attested_and_the_later_one_counts(
    session: Session, programme: Programme
) -> None:
    goal, _, evaluator = make_rung_2(session, programme)
    act = act_of(evaluator)
    bare = make_study(session, goal, signed_by=evaluator, plan_lock=None)
    first = service.attest(
        session, act, uuid4(), goal.id, criterion="2.4", met=True, reason="Seen.", study_id=bare.id
    )
    again = service.attest(
        session, act, first.id, goal.id, criterion="2.4", met=False, reason="x", study_id=bare.id
    )
    assert again is first
    facts = service.facts(session, goal.id, TODAY)
    assert [(one.criterion, one.by, one.study) for one in facts.attestations] == [
        ("2.4", str(evaluator.id), str(bare.id))
    ]
    later = act_of(evaluator, at=NOW + timedelta(hours=1))
    service.attest(
        session, later, uuid4(), goal.id, criterion="2.4", met=False, reason="Not so.", study_id=bare.id
    )
    found = service.study_evidence(session, EVALUATOR, bare.id, TODAY)
    (reading,) = found.readings
    (one,) = [one for one in reading.findings if one.criterion.id == "2.4"]
    assert (one.why, one.outcome) == (Why.ATTESTED_NOT, Outcome.NOT_MET)
    assert found.names[str(evaluator.id)] == "Eva Luator"
    assert found.study is bare


@pytest.mark.parametrize(
    ("criterion", "reason", "key"),
    [
        ("2.7", "Seen.", "evidence.not_attestable"),
        ("1.8", " ", "evidence.no_reason"),
        ("2.3", "Seen.", "evidence.study_expected"),
    ],
)
def test_an_attestation_that_nobody_may_give_is_refused(
    session: Session, criterion: str, reason: str, key: str
) -> None:
    goal = make_goal(session)
    with pytest.raises(DomainError, match=key):
        service.attest(session, act_of(), uuid4(), goal.id, criterion=criterion, met=True, reason=reason)
    assert session.scalars(select(Attestation)).all() == []


def test_a_study_of_another_goal_is_not_attested_here(session: Session) -> None:
    study = make_study(session, make_goal(session))
    with pytest.raises(NotFound):
        service.attest(
            session,
            act_of(),
            uuid4(),
            make_goal(session).id,
            criterion="2.3",
            met=True,
            reason="Seen.",
            study_id=study.id,
        )


def test_the_programme_s_own_statement_becomes_reviewed(session: Session, programme: Programme) -> None:
    goal = complete_tree(session)
    evaluator = make_member(session, programme, Role.EVALUATOR)
    review_level_1(session, goal, evaluator, sign=False)
    assert service.assess(session, goal.id, TODAY).own_statement
    review = service.sign_review(session, act_of(evaluator), goal.id)
    assessed = service.assess(session, goal.id, TODAY)
    assert (assessed.rung, assessed.reviewed, assessed.status) == (1, True, Status.CURRENT)
    with pytest.raises(Conflict, match=r"evidence\.review_signed"):
        service.sign_review(session, act_of(evaluator), goal.id)
    with pytest.raises(DomainError, match=r"evidence\.no_reason"):
        service.revoke_review(session, act_of(evaluator), goal.id, " ")
    service.revoke_review(session, act_of(evaluator), goal.id, "A party was not heard.")
    assert service.assess(session, goal.id, TODAY).status is Status.SIGNOFF_REVOKED
    with pytest.raises(Conflict, match=r"evidence\.not_signed"):
        service.revoke_review(session, act_of(evaluator), goal.id, "Again.")
    assert service.sign_review(session, act_of(evaluator), goal.id) is review
    assert review.revoke_reason == ""


def test_level_1_is_signed_when_it_is_complete_and_by_an_account(
    session: Session, programme: Programme
) -> None:
    goal = complete_tree(session)
    evaluator = make_member(session, programme, Role.EVALUATOR)
    with pytest.raises(Conflict, match=r"evidence\.level_1_open"):
        service.sign_review(session, act_of(evaluator), goal.id)
    with pytest.raises(DomainError, match=r"evidence\.no_account"):
        service.sign_review(session, act_of(), goal.id)
    with pytest.raises(Conflict, match=r"evidence\.not_signed"):
        service.revoke_review(session, act_of(evaluator), goal.id, "Never was.")


def test_a_review_may_rest_on_attestations_alone(session: Session, programme: Programme) -> None:
    goal = complete_tree(session)
    evaluator = make_member(session, programme, Role.EVALUATOR)
    for criterion in ("1.7", "1.8", "1.9"):
        service.attest(
            session,
            act_of(evaluator),
            uuid4(),
            goal.id,
            criterion=criterion,
            met=True,
            reason="In the minutes of 3 March.",
        )
    review = service.sign_review(session, act_of(evaluator), goal.id)
    assert review.facts == {}
    assert service.assess(session, goal.id, TODAY).rung == 1


def test_a_review_that_somebody_else_changed_is_not_overwritten(session: Session) -> None:
    goal = make_goal(session)
    review = service.record_review(session, act_of(), goal.id, Part.TREE, {"plausible": 2})
    with pytest.raises(Stale) as refused:
        service.record_review(session, act_of(), goal.id, Part.TREE, {"plausible": 4})
    assert (refused.value.theirs, refused.value.revision) == ({"plausible": 2}, 1)
    with pytest.raises(Stale) as refused:
        service.record_review(session, act_of(), make_goal(session).id, Part.TREE, {}, revision=1)
    assert (refused.value.theirs, refused.value.revision) == ({}, 0)
    assert review.facts == {"tree": {"plausible": 2}}


@pytest.mark.parametrize(
    ("part", "named"),
    [
        (Part.TREE, {"plausible": 5}),
        (Part.TREE, {"activities": 2}),
        (Part.REPLICATION, {"unreported_studies": -1}),
        (Part.SCALING, {"manual_reviewed_on": "soon"}),
    ],
)
def test_a_review_that_means_nothing_is_refused(
    session: Session, part: Part, named: dict[str, object]
) -> None:
    with pytest.raises(DomainError, match=r"evidence\."):
        service.record_review(session, act_of(), make_goal(session).id, part, named)
    assert session.scalars(select(GoalReview)).all() == []


def test_what_was_signed_under_level_1_stays_and_the_rest_may_follow(
    session: Session, programme: Programme
) -> None:
    goal, _, evaluator = make_rung_2(session, programme)
    act = act_of(evaluator)
    with pytest.raises(Conflict, match=r"evidence\.review_signed"):
        service.record_review(session, act, goal.id, Part.TREE, {"plausible": 4}, revision=2)
    service.record_review(session, act, goal.id, Part.TREE, REVIEW, revision=2)
    service.record_review(session, act, goal.id, Part.SCALING, {"training": True}, revision=2)
    assert service.facts(session, goal.id, TODAY).scaling.training is True


@pytest.mark.parametrize("url", ["", "https://example.org/report.pdf"])
def test_a_document_for_or_against_is_kept(session: Session, url: str) -> None:
    goal = make_goal(session)
    item = make_item(session, goal, supports=False, url=url)
    again = service.add_item(
        session, act_of(), item.id, goal.id, title="Other", source="", finding="", supports=True
    )
    assert again is item
    found = service.goal_evidence(session, EVALUATOR, goal.id, TODAY)
    assert [(one.title, one.supports, one.url) for one in found.items] == [
        ("A review of 34 programmes", False, url)
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org", "https://", "report.pdf"])
def test_an_address_that_is_no_page_is_refused(session: Session, url: str) -> None:
    with pytest.raises(DomainError, match=r"evidence\.bad_url"):
        make_item(session, make_goal(session), url=url)
    assert session.scalars(select(EvidenceItem)).all() == []


# --- Signing the rung ---------------------------------------------------------------------------------------


def test_a_signed_rung_keeps_what_it_rests_on_and_a_later_difference_shows(
    session: Session, programme: Programme
) -> None:
    goal, study, evaluator = make_rung_2(session, programme)
    record = sign_rung(session, goal, evaluator)
    assert (record.rung, record.statuses, len(record.sha256)) == (2, ["current"], 64)
    signed = service.goal_evidence(session, EVALUATOR, goal.id, TODAY).signed
    assert signed is not None
    assert signed.since is not None
    assert signed.since.same
    assert signed.by == "Eva Luator"
    service.revoke_signature(session, act_of(evaluator), study.id, "The wrong year.")
    found, signed = service.signed_rung(session, EVALUATOR, record.id, TODAY)
    assert found.assessment.rung == 1
    assert signed.since is not None
    assert signed.then is not None
    assert (signed.since.rung_then, signed.since.rung_now, signed.then.rung) == (2, 1, 2)
    assert signed.since.came == (Status.SIGNOFF_REVOKED,)
    assert [one.finding.criterion.id for one in signed.since.turned] == ["2.7"]
    later = sign_rung(session, goal, evaluator, at=NOW + timedelta(hours=1))
    assert service.signed_before(session, goal.id) == [later, record]
    last = service.goal_evidence(session, EVALUATOR, goal.id, TODAY).signed
    assert last is not None
    assert last.record is later


def test_only_the_rung_that_was_read_is_signed_once_and_by_an_account(
    session: Session, programme: Programme
) -> None:
    goal, _, evaluator = make_rung_2(session, programme)
    record = sign_rung(session, goal, evaluator)
    act = act_of(evaluator)
    assert service.sign_assessment(session, act, record.id, goal.id, "") is record
    with pytest.raises(Conflict, match=r"evidence\.changed_meanwhile"):
        service.sign_assessment(session, act, uuid4(), goal.id, "0" * 64)
    with pytest.raises(DomainError, match=r"evidence\.no_account"):
        service.sign_assessment(session, act_of(), uuid4(), goal.id, record.sha256)


def test_a_record_whose_inputs_were_changed_says_nothing_more(session: Session, programme: Programme) -> None:
    goal, _, evaluator = make_rung_2(session, programme)
    record = AssessmentRecord(
        id=uuid4(),
        goal_id=goal.id,
        goal_edition_id=session.scalars(select(Study.goal_edition_id)).one(),
        rung=4,
        statuses=["current"],
        inputs="{}",
        sha256="0" * 64,
        ladder_version="1",
        signed_by_id=evaluator.id,
        at=NOW,
    )
    session.add(record)
    session.flush()
    signed = service.goal_evidence(session, EVALUATOR, goal.id, TODAY).signed
    assert signed is not None
    assert (signed.then, signed.since) == (None, None)


# --- Who sees what ------------------------------------------------------------------------------------------


def test_a_goal_that_is_not_released_is_shown_to_evaluators_alone(
    session: Session, programme: Programme
) -> None:
    hidden = make_goal(session, released=False)
    study = make_study(session, hidden)
    record = sign_rung(session, hidden, make_member(session, programme, Role.EVALUATOR))
    assert [line.goal.id for line in service.overview(session, EVALUATOR, TODAY).lines] == [hidden.id]
    assert service.study_evidence(session, EVALUATOR, study.id, TODAY).goal is hidden
    assert service.goal_head(session, EVALUATOR, hidden.id).edition.wording == "Young people keep a job"
    for role in set(Role) - {Role.EVALUATOR}:
        act = act_of(None, role)
        assert service.overview(session, act, TODAY).lines == ()
        with pytest.raises(NotFound):
            service.goal_evidence(session, act, hidden.id, TODAY)
        with pytest.raises(NotFound):
            service.goal_head(session, act, hidden.id)
        with pytest.raises(NotFound):
            service.study_evidence(session, act, study.id, TODAY)
        with pytest.raises(NotFound):
            service.signed_rung(session, act, record.id, TODAY)


def test_the_list_puts_primary_outcomes_first_and_counts_studies(
    session: Session, programme: Programme
) -> None:
    first = make_goal(session)
    goal, _, _ = make_rung_2(session, programme)
    lines = service.overview(session, EVALUATOR, TODAY).lines
    assert [line.goal.id for line in lines][:2] == [goal.id, first.id]
    assert (lines[0].studies, lines[0].assessment.rung, lines[0].edition.wording) == (
        1, 2, "Young people keep a job",
    )  # fmt: skip
