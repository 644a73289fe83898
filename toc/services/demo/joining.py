"""Loading how parties of a demo programme come to one tree: from own trees to agreed versions."""

from datetime import date
from functools import partial
from uuid import UUID

from toc.domain.conflicts import Ending
from toc.services import conflicts, goals, merging, rankings, versions
from toc.services.demo import content
from toc.services.demo.here import Here
from toc.services.goals.scores import ScoreDraft, score_tree

EVALUATOR = "evaluator"


def plan(here: Here) -> None:
    """Plan all of it."""
    for tree in here.file.own_trees:
        here.plan(tree.on, partial(_own_tree, here, tree))
        here.plan(tree.given_on, partial(_give, here, tree))
        here.plan(tree.related_on, partial(_relate, here, tree))
    for ranking in here.file.rankings:
        here.plan(ranking.opened_on, partial(_ask, here, ranking))
        for answer in ranking.answers:
            here.plan(answer.on, partial(_rank, here, ranking, answer))
        if ranking.closed_on is not None:
            here.plan(ranking.closed_on, partial(_close, here, ranking, ranking.closed_on))
    for conflict in here.file.conflicts:
        here.plan(conflict.on, partial(_differ, here, conflict))
        if conflict.ended is not None:
            here.plan(conflict.ended.on, partial(_end, here, conflict, conflict.ended))
    for version in here.file.versions:
        here.plan(version.on, partial(_freeze, here, version))
        for answered in version.answers:
            here.plan(answered.on, partial(_answer, here, version, answered))
    for score in here.file.scores:
        here.plan(score.on, partial(_score, here, score))


def _own_tree(here: Here, tree: content.OwnTree) -> None:
    for goal in tree.goals:
        draft = merging.OwnDraft(
            wording=here.say(goal.wording),
            level=goal.level,
            standing=goal.standing,
            importance=goal.importance,
            feasibility=goal.feasibility,
        )
        row = merging.add_own_goal(
            here.session,
            here.act(tree.on, EVALUATOR),
            here.id("party_goal", tree.group, goal.key),
            here.id("group", tree.group),
            draft,
            [here.id("statement", key) for key in goal.sources],
        )
        here.mark("party_goal", row.id)
    for link in tree.links:
        merging.add_link(
            here.session,
            here.act(tree.on, EVALUATOR),
            here.id("party_link", tree.group, link.lower, link.upper),
            lower_id=here.id("party_goal", tree.group, link.lower),
            upper_id=here.id("party_goal", tree.group, link.upper),
            draft=merging.OwnLinkDraft(mechanism=here.say(link.mechanism)),
        )


def _give(here: Here, tree: content.OwnTree) -> None:
    edition_id, group_id = here.id("given", tree.group), here.id("group", tree.group)
    merging.freeze_given(here.session, here.act(tree.given_on, EVALUATOR), edition_id, group_id)
    here.mark("tree_edition", edition_id)


def _relate(here: Here, tree: content.OwnTree) -> None:
    for goal in tree.goals:
        for related in goal.related:
            draft = merging.RelationDraft(
                relation=related.relation, reason=here.say(related.reason), decided_by=here.say(related.by)
            )
            merging.relate(
                here.session,
                here.act(tree.related_on, EVALUATOR),
                here.id("relation", tree.group, goal.key, related.goal),
                here.id("party_goal", tree.group, goal.key),
                here.id("goal", related.goal),
                draft,
            )


def _ask(here: Here, ranking: content.Ranking) -> None:
    act = here.act(ranking.opened_on, EVALUATOR)
    asked = tuple(here.id("goal", key) for key in ranking.goals)
    draft = rankings.RankingDraft(
        title=here.say(ranking.title),
        method=ranking.method,
        goal_ids=asked or rankings.usual_goals(goals.visible_goals(here.session, act)),
    )
    row = rankings.open_ranking(here.session, act, here.id("ranking", ranking.key), draft)
    here.mark("ranking", row.id)


def _rank(here: Here, ranking: content.Ranking, answer: content.Ranked) -> None:
    places = {key: place for place, key in enumerate(answer.order, start=1)}
    typed: dict[UUID, int] = {here.id("goal", key): score for key, score in (answer.points or places).items()}
    rankings.answer(
        here.session,
        here.act_of(answer.on, answer.respondent),
        here.id("ranking", ranking.key),
        here.id("respondent", answer.respondent),
        typed,
        0,
    )


def _close(here: Here, ranking: content.Ranking, on: date) -> None:
    rankings.close_ranking(here.session, here.act(on, EVALUATOR), here.id("ranking", ranking.key))


def _conflict(here: Here, conflict: content.Conflict, ending: Ending) -> conflicts.ConflictDraft:
    return conflicts.ConflictDraft(
        kind=conflict.kind,
        about=here.say(conflict.about),
        options=here.say(conflict.options),
        goal_ids=frozenset(here.id("goal", key) for key in conflict.goals),
        positions={here.id("group", key): here.say(text) for key, text in conflict.positions.items()},
        ending=ending,
    )


def _differ(here: Here, conflict: content.Conflict) -> None:
    row = conflicts.add_conflict(
        here.session,
        here.act(conflict.on, EVALUATOR),
        here.id("conflict", conflict.key),
        _conflict(here, conflict, Ending()),
    )
    here.mark("goal_conflict", row.id)


def _end(here: Here, conflict: content.Conflict, ended: content.Ended) -> None:
    act, conflict_id = here.act(ended.on, EVALUATOR), here.id("conflict", conflict.key)
    ending = Ending(state=ended.state, decision=here.say(ended.decision), by=here.say(ended.by), on=ended.on)
    revision = conflicts.get_conflict(here.session, act, conflict_id).revision
    conflicts.edit_conflict(here.session, act, conflict_id, _conflict(here, conflict, ending), revision)


def _freeze(here: Here, version: content.Version) -> None:
    act = here.act(version.on, EVALUATOR)
    row = versions.freeze(here.session, act, here.id("version", version.key), here.say(version.reason))
    here.mark("tree_edition", row.id)


def _answer(here: Here, version: content.Version, answered: content.Answered) -> None:
    on = answered.on
    act = here.act(on, EVALUATOR) if answered.respondent is None else here.act_of(on, answered.respondent)
    versions.answer(
        here.session,
        act,
        here.id("agreement", version.key, answered.group),
        here.id("version", version.key),
        here.id("group", answered.group),
        agreed=answered.agreed,
        comment=here.say(answered.comment),
    )


def _score(here: Here, score: content.Score) -> None:
    row = score_tree(
        here.session,
        here.act(score.on, score.account),
        here.id("score", score.account),
        ScoreDraft(
            plausible=score.plausible,
            doable=score.doable,
            testable=score.testable,
            comment=here.say(score.comment),
        ),
    )
    here.mark("tree_score", row.id)
