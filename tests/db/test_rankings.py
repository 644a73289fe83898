"""Rounds in which goals are ranked: who answers what, and what others may see of it."""

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_user
from tests.factories.findings import EVALUATOR, make_lasting_link
from tests.factories.goals import make_goal
from tests.factories.indicators import make_count, make_indicator, measure
from tests.factories.interviews import make_group, make_respondent
from tests.factories.rankings import alone, make_answer, make_answers, make_goals, make_ranking
from tests.statements import counting
from toc.domain.acts import Act
from toc.domain.agreement import Statistic, Undefined
from toc.domain.errors import DomainError
from toc.domain.goals import Level, Standing
from toc.domain.interviews import ConsentScope, RespondentKind
from toc.domain.people import Role
from toc.domain.rankings import MOST_GOALS, RankingMethod
from toc.models.audit import AuditEvent
from toc.models.goals import Goal
from toc.models.interviews import Respondent
from toc.models.rankings import Ranking, RankingAnswer, RankingGoal, RankingScore
from toc.services import goals as goals_service
from toc.services import interviews, rankings
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.rankings import RankingDraft

PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON
VIEWER = act_of(None, Role.VIEWER)


def draft(
    *goals: Goal, title: str = "What first?", method: RankingMethod = RankingMethod.RANK
) -> RankingDraft:
    return RankingDraft(title=title, method=method, goal_ids=tuple(goal.id for goal in goals))


def rows(session: Session, table: type) -> int:
    found = session.scalar(select(func.count()).select_from(table))
    assert found is not None
    return found


def actions(session: Session, ranking: Ranking) -> list[str]:
    query = select(AuditEvent.action).where(AuditEvent.subject_id == str(ranking.id))
    return list(session.scalars(query.order_by(AuditEvent.sequence)))


def hide(session: Session, goal: Goal) -> None:
    view = goals_service.get_goal(session, EVALUATOR, goal.id)
    goal.released = False
    session.flush()
    assert view.released


# --- Rounds -------------------------------------------------------------------------------------------------


def test_the_same_form_twice_opens_one_round(session: Session) -> None:
    one, other = make_goals(session, 2)
    ranking_id = uuid4()
    made = rankings.open_ranking(session, EVALUATOR, ranking_id, draft(other, one, other))
    assert rankings.open_ranking(session, EVALUATOR, ranking_id, draft(one, other)) is made
    (view,) = rankings.ranking_views(session)
    assert [goal.id for goal in view.goals] == [other.id, one.id]
    assert (view.is_open, view.answers, view.title) == (True, 0, "What first?")
    assert view.goals[0].code == f"G{other.code}"
    assert actions(session, made) == ["ranking.open"]


def test_a_round_asks_about_goals_that_everybody_may_see(session: Session) -> None:
    one, other = make_goals(session, 2)
    secret = make_goal(session, standing=Standing.HIDDEN)
    with pytest.raises(DomainError, match=r"ranking\.hidden_goal"):
        rankings.open_ranking(session, EVALUATOR, uuid4(), draft(one, secret))
    with pytest.raises(DomainError, match=r"ranking\.few_goals"):
        rankings.open_ranking(session, EVALUATOR, uuid4(), draft(one))
    with pytest.raises(DomainError, match=r"ranking\.title_missing"):
        rankings.open_ranking(session, EVALUATOR, uuid4(), draft(one, other, title=" "))
    with pytest.raises(DomainError, match=r"privacy\.personal_number"):
        rankings.open_ranking(session, EVALUATOR, uuid4(), draft(one, other, title="a@example.org"))
    other.retired_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        rankings.open_ranking(session, EVALUATOR, uuid4(), draft(one, other))
    assert rows(session, Ranking) == 0


def test_a_goal_that_is_hidden_later_leaves_the_round(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    hide(session, goals[0])
    assert [goal.id for goal in rankings.ranking_view(session, ranking.id).goals] == [
        goals[1].id,
        goals[2].id,
    ]


def test_the_usual_goals_are_the_ends(session: Session) -> None:
    outcome = make_goal(session, level=Level.OUTCOME)
    impact = make_goal(session, level=Level.IMPACT)
    primary = make_goal(session, level=Level.OUTCOME, is_primary=True)
    make_goal(session, level=Level.ACTIVITY)
    make_goal(session, level=Level.IMPACT, standing=Standing.HIDDEN)
    tree = goals_service.visible_goals(session, EVALUATOR)
    assert rankings.usual_goals(tree) == (primary.id, impact.id, outcome.id)
    assert len(rankings.usual_goals(tree * MOST_GOALS)) == MOST_GOALS


def test_a_round_is_changed_until_the_first_answer(session: Session) -> None:
    one, two, three = make_goals(session)
    ranking = make_ranking(session, [one, two])
    first = ranking.revision
    rankings.edit_ranking(session, EVALUATOR, ranking.id, draft(three, two), first)
    view = rankings.ranking_view(session, ranking.id)
    assert [goal.id for goal in view.goals] == [three.id, two.id]
    assert view.revision == first + 1
    with pytest.raises(Stale) as stale:
        rankings.edit_ranking(session, EVALUATOR, ranking.id, draft(one, two), first)
    assert stale.value.theirs["goal_ids"] == (three.id, two.id)
    rankings.edit_ranking(session, EVALUATOR, ranking.id, view.draft, view.revision)
    assert rankings.ranking_view(session, ranking.id).revision == view.revision
    make_answers(session, ranking, make_group(session), [two, three])
    with pytest.raises(Conflict, match=r"ranking\.answered"):
        rankings.edit_ranking(session, EVALUATOR, ranking.id, draft(one, two), view.revision)
    assert actions(session, ranking) == ["ranking.open", "ranking.edit", "ranking.answer"]
    assert rows(session, RankingGoal) == 2


def test_a_round_closes_and_opens_again_once(session: Session) -> None:
    ranking = make_ranking(session)
    for _ in range(2):
        rankings.close_ranking(session, EVALUATOR, ranking.id)
    assert not rankings.ranking_view(session, ranking.id).is_open
    for _ in range(2):
        rankings.reopen_ranking(session, EVALUATOR, ranking.id)
    assert rankings.ranking_view(session, ranking.id).is_open
    assert actions(session, ranking) == ["ranking.open", "ranking.close", "ranking.reopen"]
    for call in (rankings.close_ranking, rankings.reopen_ranking, rankings.result):
        with pytest.raises(NotFound):
            call(session, EVALUATOR, uuid4())


def test_rounds_of_another_programme_are_not_there(session: Session) -> None:
    make_ranking(session)
    with pytest.raises(NotFound):
        rankings.ranking_view(session, uuid4())


def test_ten_rounds_take_as_many_statements_as_one(session: Session) -> None:
    goals = make_goals(session)
    make_ranking(session, goals)
    with counting(session) as one:
        rankings.ranking_views(session)
    for _ in range(9):
        make_ranking(session, goals)
    with counting(session) as ten:
        assert len(rankings.ranking_views(session)) == 10
    assert len(one) == len(ten) == 3


# --- Answers ------------------------------------------------------------------------------------------------


def test_an_answer_may_be_changed_until_the_round_closes(session: Session) -> None:
    one, two, three = make_goals(session)
    ranking = make_ranking(session, [one, two, three])
    me = make_respondent(session)
    before = rankings.own_answer(session, alone(me), ranking.id)
    assert (before.scores, before.at, before.revision) == ({}, None, 0)
    assert {goal.id for goal in before.goals} == {one.id, two.id, three.id}
    make_answer(session, ranking, me, {one.id: 5, two.id: 9})
    kept = rankings.own_answer(session, alone(me), ranking.id)
    assert kept.scores == {one.id: 1, two.id: 2}
    assert kept.at == NOW
    make_answer(session, ranking, me, {one.id: 1, two.id: 2})  # the same form once more
    assert rankings.own_answer(session, alone(me), ranking.id) == kept
    with pytest.raises(Stale) as stale:
        make_answer(session, ranking, me, {two.id: 1, one.id: 2})
    assert stale.value.theirs == {str(one.id): 1, str(two.id): 2}
    rankings.answer(session, alone(me), ranking.id, me.id, {two.id: 1, three.id: 1}, stale.value.revision)
    after = rankings.own_answer(session, alone(me), ranking.id)
    assert after.scores == {two.id: 1, three.id: 1}
    assert after.revision == kept.revision + 1
    rankings.close_ranking(session, EVALUATOR, ranking.id)
    with pytest.raises(Conflict, match=r"ranking\.closed"):
        rankings.answer(session, alone(me), ranking.id, me.id, {one.id: 1, two.id: 2}, after.revision)
    assert (rows(session, RankingAnswer), rows(session, RankingScore)) == (1, 2)


def test_nobody_answers_for_somebody_else_or_about_another_goal(session: Session) -> None:
    one, two, other = make_goals(session)
    ranking = make_ranking(session, [one, two])
    me, stranger = make_respondent(session), make_respondent(session)
    with pytest.raises(NotFound):
        rankings.answer(session, alone(me), ranking.id, stranger.id, {one.id: 1, two.id: 2}, 0)
    with pytest.raises(NotFound):
        make_answer(session, ranking, me, {one.id: 1, other.id: 2})
    with pytest.raises(NotFound):
        rankings.answer(session, alone(me), uuid4(), me.id, {one.id: 1, two.id: 2}, 0)
    with pytest.raises(DomainError, match=r"ranking\.few_ranked"):
        make_answer(session, ranking, me, {one.id: 1})
    with pytest.raises(NotFound):
        rankings.own_answer(session, EVALUATOR, ranking.id)
    with pytest.raises(NotFound):
        rankings.take_back(session, EVALUATOR, ranking.id)
    assert rankings.asked(session, EVALUATOR) == []


def test_who_did_not_agree_is_asked_nothing(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    for consent in (None, False):
        me = make_respondent(session, consent=consent)
        assert rankings.asked(session, alone(me)) == []
        with pytest.raises(NotFound):
            rankings.own_answer(session, alone(me), ranking.id)
        with pytest.raises(DomainError, match=r"consent\."):
            make_answers_of(session, ranking, me, goals)


def make_answers_of(session: Session, ranking: Ranking, me: Respondent, goals: list[Goal]) -> None:
    make_answer(session, ranking, me, {goal.id: place for place, goal in enumerate(goals, start=1)})


def test_a_respondent_finds_open_rounds_and_those_they_answered(session: Session) -> None:
    goals = make_goals(session)
    me = make_respondent(session)
    answered, missed, later = (make_ranking(session, goals, title=title) for title in "abc")
    make_answers_of(session, answered, me, goals)
    for ranking in (answered, missed):
        rankings.close_ranking(session, EVALUATOR, ranking.id)
    found = {(one.title, one.is_open, one.answered) for one in rankings.asked(session, alone(me))}
    assert found == {("a", False, True), ("c", True, False)}
    assert later.closed_at is None


def test_an_answer_is_taken_back_also_after_the_round_closed(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    me = make_respondent(session)
    make_answers_of(session, ranking, me, goals)
    rankings.close_ranking(session, EVALUATOR, ranking.id)
    for _ in range(2):
        rankings.take_back(session, alone(me), ranking.id)
    assert (rows(session, RankingAnswer), rows(session, RankingScore)) == (0, 0)
    assert actions(session, ranking)[-1] == "ranking.take_back"
    rankings.reopen_ranking(session, EVALUATOR, ranking.id)
    make_answers_of(session, ranking, me, goals)
    assert rows(session, RankingAnswer) == 1


def test_a_retired_goal_is_asked_about_no_more(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    me = make_respondent(session)
    make_answers_of(session, ranking, me, goals)
    goals[0].retired_at = NOW
    session.flush()
    mine = rankings.own_answer(session, alone(me), ranking.id)
    assert {goal.id for goal in mine.goals} == mine.scores.keys() == {goals[1].id, goals[2].id}


def test_a_spokesperson_without_a_link_answers_beside_an_interviewer(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    user = make_user(session)
    act = act_of(user, Role.EVALUATOR)
    speaker = make_respondent(session, kind=SPOKESPERSON)
    scores = {goals[0].id: 1, goals[1].id: 2}
    assert rankings.taken_answer(session, act, ranking.id, speaker.id).scores == {}
    made = rankings.answer(session, act, ranking.id, speaker.id, scores, 0)
    assert made.taken_by_id == user.id
    assert rankings.taken_answer(session, act, ranking.id, speaker.id).scores == scores
    client = make_respondent(session)
    with pytest.raises(Conflict, match=r"ranking\.participant_alone"):
        rankings.taken_answer(session, act, ranking.id, client.id)
    make_lasting_link(session, speaker)
    with pytest.raises(Conflict, match=r"ranking\.has_link"):
        rankings.answer(session, act, ranking.id, speaker.id, scores, made.revision)
    rankings.answer(session, alone(speaker), ranking.id, speaker.id, {goals[1].id: 1, goals[0].id: 2}, 1)
    assert made.taken_by_id is None


def test_the_evaluator_sees_who_answered(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    group = make_group(session)
    speaker = make_respondent(session, group, kind=SPOKESPERSON)
    client = make_respondent(session, group)
    asked_later = make_respondent(session, group, kind=SPOKESPERSON, consent=None)
    linked = make_respondent(session, group, kind=SPOKESPERSON)
    make_lasting_link(session, linked)
    rankings.answer(
        session,
        act_of(make_user(session), Role.EVALUATOR),
        ranking.id,
        speaker.id,
        dict.fromkeys((goal.id for goal in goals), 1),
        0,
    )
    make_answers_of(session, ranking, client, goals)
    with counting(session) as seen:
        found = {one.id: one for one in rankings.participants(session, EVALUATOR, ranking.id)}
    assert len(seen) == 4
    assert asked_later.id not in found
    assert [(found[one.id].taken, found[one.id].may_take) for one in (speaker, client, linked)] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert found[client.id].answered_at == NOW
    assert found[linked.id].answered_at is None
    assert (found[client.id].name, found[client.id].group) == ("", group.name)
    later = Act(at=NOW + timedelta(days=40_000), on=NOW.date(), roles=EVALUATOR.roles)
    assert {one.id: one for one in rankings.participants(session, later, ranking.id)}[linked.id].may_take


# --- Results ------------------------------------------------------------------------------------------------


def test_others_see_the_result_when_the_round_is_closed(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    (me,) = make_answers(session, ranking, make_group(session), goals)
    payer = act_of(None, Role.EVALUATOR, Role.FUNDER)
    assert rankings.result(session, EVALUATOR, ranking.id).respondents == 1
    for act in (VIEWER, payer, alone(me)):
        with pytest.raises(NotFound):
            rankings.result(session, act, ranking.id)
    assert rankings.latest_result(session, EVALUATOR) is None
    rankings.close_ranking(session, EVALUATOR, ranking.id)
    for act in (VIEWER, payer, alone(me)):
        assert rankings.result(session, act, ranking.id).respondents == 1
    with pytest.raises(NotFound):
        rankings.result(session, alone(me), ranking.id, answered=False)
    latest = rankings.latest_result(session, VIEWER)
    assert latest is not None
    assert latest.ranking.id == ranking.id


def test_parties_stand_beside_each_other(session: Session) -> None:
    one, two, three = make_goals(session)
    ranking = make_ranking(session, [one, two, three])
    city, firm, silent = make_group(session), make_group(session), make_group(session)
    make_respondent(session, silent, kind=SPOKESPERSON)
    make_answers(session, ranking, city, [one, two, three])
    make_answers(session, ranking, firm, [three, two, one], many=2)
    result = rankings.result(session, EVALUATOR, ranking.id)
    assert [party.id for party in result.parties] == [city.id, firm.id]
    assert result.parties[0].code == f"S{city.code}"
    assert result.withheld == (silent.name,)
    assert result.agreement.statistic is Statistic.KENDALL_W
    # Rank sums of three judges: 1 + 3 + 3, 6 and 3 + 1 + 1; S = 1 + 0 + 1; W = 12 * 2 / (9 * 24).
    assert result.agreement.w.w == pytest.approx(1 / 9)
    (clash,) = result.clashes
    assert clash.tau == -1
    assert clash.gap == 1
    assert {gap.goal: gap.gap for gap in result.between} == {one.id: 1, two.id: 0, three.id: 1}
    assert result.importance == dict.fromkeys((one.id, two.id, three.id), Fraction(1, 2))


def test_few_participants_are_not_shown_and_count_in_nothing(session: Session) -> None:
    one, two, three = make_goals(session)
    ranking = make_ranking(session, [one, two, three])
    city, clients = make_group(session), make_group(session)
    make_answers(session, ranking, city, [one, two, three], many=2)
    alone_result = rankings.result(session, EVALUATOR, ranking.id)
    make_answers(session, ranking, clients, [three, two, one], many=9, kind=PARTICIPANT)
    result = rankings.result(session, EVALUATOR, ranking.id)
    assert [party.id for party in result.parties] == [city.id]
    assert result.withheld == (clients.name,)
    assert result.agreement == alone_result.agreement
    assert result.importance == alone_result.importance
    assert result.respondents == 2
    make_answers(session, ranking, clients, [three, two, one], kind=PARTICIPANT)
    shown = rankings.result(session, EVALUATOR, ranking.id)
    assert [party.view.respondents for party in shown.parties] == [2, 10]
    assert shown.respondents == 12
    assert shown.withheld == ()


def test_a_party_with_a_participant_among_its_spokespersons_needs_as_many(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    mixed = make_group(session)
    make_respondent(session, mixed)
    make_answers(session, ranking, mixed, goals)
    assert rankings.result(session, EVALUATOR, ranking.id).parties == ()


def test_a_goal_that_too_few_of_a_party_ranked_counts_in_nothing(session: Session) -> None:
    one, two, three = make_goals(session)
    ranking = make_ranking(session, [one, two, three])
    clients = make_group(session)
    make_answers(session, ranking, clients, [one, two], many=10, kind=PARTICIPANT)
    before = rankings.result(session, EVALUATOR, ranking.id)
    assert before.agreement.w.w == 1
    make_answers(session, ranking, clients, [three, one], kind=PARTICIPANT)
    after = rankings.result(session, EVALUATOR, ranking.id)
    assert three.id not in after.importance
    chosen = after.agreement.skillings_mack
    assert chosen is not None
    assert chosen.goals == tuple(sorted((one.id, two.id)))
    assert chosen.dropped == 1  # of their two goals one is not shown, and one goal has no order


def test_who_took_their_consent_back_counts_no_more(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    (me,) = make_answers(session, ranking, make_group(session), goals)
    later = Act(at=NOW + timedelta(hours=1), on=NOW.date(), respondent=me.id, roles=alone(me).roles)
    interviews.record_consent(
        session, later, uuid4(), me.id, ConsentScope.INTERVIEW, given=False, text="May we?"
    )
    result = rankings.result(session, EVALUATOR, ranking.id)
    assert result.respondents == 0
    assert result.agreement.w.reason is Undefined.FEW_JUDGES
    assert [one.id for one in rankings.participants(session, EVALUATOR, ranking.id)] == [me.id]


def test_answers_of_whom_nothing_is_left_are_left_out(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    group = make_group(session)
    clients = make_answers(session, ranking, group, goals[:2], many=10, kind=PARTICIPANT)
    extra = make_respondent(session, group)
    more = make_goal(session, "Rest at home")
    session.add(RankingGoal(id=uuid4(), ranking_id=ranking.id, goal_id=more.id, number=9))
    session.flush()
    make_answer(session, ranking, extra, {goals[2].id: 1, more.id: 2})
    result = rankings.result(session, EVALUATOR, ranking.id)
    assert result.parties[0].view.respondents == len(clients) + 1
    assert result.respondents == len(clients)


def test_what_matters_is_set_beside_what_is_measured(session: Session) -> None:
    first, middle, last = make_goals(session)
    measure(session, make_indicator(session, last, make_count()), date(2025, 8, 31), 3)
    make_indicator(session, first)
    ranking = make_ranking(session, [first, middle, last], method=RankingMethod.WEIGH)
    me = make_respondent(session, kind=SPOKESPERSON)
    make_answer(session, ranking, me, {first.id: 70, middle.id: 30, last.id: 0})
    result = rankings.result(session, EVALUATOR, ranking.id)
    assert result.importance[first.id] == 1
    assert result.mismatch.important_unmeasured == (first.id,)
    assert result.mismatch.unimportant_measured == (last.id,)
    assert result.mismatch.unranked_measured == ()


def test_a_result_of_many_takes_as_many_statements_as_of_few(session: Session) -> None:
    goals = make_goals(session)
    ranking = make_ranking(session, goals)
    make_answers(session, ranking, make_group(session), goals)
    with counting(session) as few:
        rankings.result(session, EVALUATOR, ranking.id)
    for _ in range(4):
        make_answers(session, ranking, make_group(session), goals, many=3)
    with counting(session) as many:
        rankings.result(session, EVALUATOR, ranking.id)
    assert len(many) == len(few) <= 10
