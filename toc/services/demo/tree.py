"""Loading the goals of a demo programme, the links between them, and what was measured for them."""

from dataclasses import replace
from datetime import date
from functools import partial

from toc.domain.goals import LinkStatus
from toc.domain.indicators import Definition
from toc.services import goals, indicators
from toc.services.demo import content
from toc.services.demo.here import Here
from toc.services.goals.arguments import ArgumentDraft, add_argument
from toc.services.goals.moving import retire

EVALUATOR, WORKER = "evaluator", "worker"


def plan(here: Here) -> None:
    """Plan goals, links, indicators and measurements."""
    for goal in here.file.goals:
        here.plan(here.file.goals_on, partial(_goal, here, goal))
        if goal.retired_on is not None:
            here.plan(goal.retired_on, partial(_retire, here, goal, goal.retired_on))
    for link in here.file.links:
        here.plan(here.file.links_on, partial(_link, here, link))
        for argument in link.arguments:
            here.plan(argument.on, partial(_argue, here, link, argument))
        if link.later is not None:
            here.plan(link.later.on, partial(_judge, here, link, link.later))
    for indicator in here.file.indicators:
        here.plan(here.file.indicators_on, partial(_indicator, here, indicator))
        for measurement in indicator.measurements:
            # What was counted before the indicator was there was entered on the day that it was made.
            on = max(measurement.on, here.file.indicators_on)
            here.plan(on, partial(_measurement, here, indicator, measurement))


def _goal(here: Here, goal: content.Goal) -> None:
    draft = goals.GoalDraft(
        wording=here.say(goal.wording),
        explanation=here.say(goal.explanation),
        level=goal.level,
        standing=goal.standing,
        confirmed=goal.confirmed,
        for_whom=here.say(goal.for_whom),
        by_when=goal.by_when,
        importance=goal.importance,
        feasibility=goal.feasibility,
        practice=goal.practice,
        purpose=goal.purpose,
        direction=goal.direction,
    )
    holders = [
        goals.Held(
            group_id=here.id("group", held.group),
            stance=held.stance,
            importance=held.importance,
            feasibility=held.feasibility,
        )
        for held in goal.holders
    ]
    goal_id = here.id("goal", goal.key)
    goals.add_goal(
        here.session,
        here.act(here.file.goals_on, EVALUATOR),
        goal_id,
        draft,
        holders=holders,
        statement_ids=[here.id("statement", key) for key in goal.sources],
        is_primary=goal.primary,
    )
    here.mark("goal", goal_id, goal.facts)


def _retire(here: Here, goal: content.Goal, on: date) -> None:
    retire(here.session, here.act(on, EVALUATOR), [here.id("goal", goal.key)])


def _draft(here: Here, link: content.Link) -> goals.LinkDraft:
    return goals.LinkDraft(
        mechanism=here.say(link.mechanism),
        assumption=here.say(link.assumption),
        condition=here.say(link.condition),
        alternatives=here.say(link.alternatives),
        is_feedback=link.feedback,
        element=here.say(link.element),
        is_key=link.key,
        key_reason=link.reason,
        confidence=link.confidence,
        status=LinkStatus.UNTESTED,
        source=here.say(link.source),
    )


def _link(here: Here, link: content.Link) -> None:
    row = goals.link_goals(
        here.session,
        here.act(here.file.links_on, EVALUATOR),
        here.id("link", link.lower, link.upper),
        lower_id=here.id("goal", link.lower),
        upper_id=here.id("goal", link.upper),
        draft=_draft(here, link),
    )
    here.mark("goal_link", row.id, link.facts)


def _argue(here: Here, link: content.Link, argument: content.Argument) -> None:
    row = add_argument(
        here.session,
        here.act(argument.on, EVALUATOR),
        here.id("argument", link.lower, link.upper, argument.key),
        here.id("link", link.lower, link.upper),
        ArgumentDraft(
            side=argument.side,
            text=here.say(argument.text),
            source=here.say(argument.source),
            weight=argument.weight,
            directness=argument.directness,
        ),
    )
    here.mark("link_argument", row.id, argument.facts)


def _judge(here: Here, link: content.Link, later: content.Judged) -> None:
    draft = replace(
        _draft(here, link),
        status=later.status,
        confidence=later.confidence,
        source=here.say(later.source),
        verdict=later.verdict,
    )
    row = goals.edit_link(
        here.session, here.act(later.on, EVALUATOR), here.id("link", link.lower, link.upper), draft
    )
    here.mark("goal_link", row.id, link.facts | later.facts)


def _indicator(here: Here, indicator: content.Indicator) -> None:
    definition = Definition(
        name=here.say(indicator.name),
        kind=indicator.kind,
        direction=indicator.direction,
        frequency=indicator.frequency,
        definition=here.say(indicator.definition),
        unit=here.say(indicator.unit),
        is_cumulative=indicator.cumulative,
        counts_people=indicator.counts_people,
        collection=here.say(indicator.collection),
        baseline_value=None if indicator.baseline is None else indicator.baseline.value,
        baseline_on=None if indicator.baseline is None else indicator.baseline.on,
        target_value=None if indicator.target is None else indicator.target.value,
        target_on=None if indicator.target is None else indicator.target.on,
        desired_value=indicator.desired,
        minimum_value=indicator.minimum,
    )
    act = here.act(here.file.indicators_on, EVALUATOR)
    indicator_id = here.id("indicator", indicator.key)
    indicators.add_indicator(here.session, act, indicator_id, here.id("goal", indicator.goal), definition)
    here.mark("indicator", indicator_id, indicator.facts)


def _measurement(here: Here, indicator: content.Indicator, measurement: content.Measurement) -> None:
    on = max(measurement.on, here.file.indicators_on)
    row = indicators.record_measurement(
        here.session,
        here.act(on, WORKER),
        here.id("indicator", indicator.key),
        indicators.Entry(
            id=here.id("measurement", indicator.key, measurement.on.isoformat()),
            on=measurement.on,
            value=measurement.value,
            numerator=measurement.part,
            denominator=measurement.whole,
            note=here.say(measurement.note),
        ),
    )
    here.mark("measurement", row.id, measurement.facts)
