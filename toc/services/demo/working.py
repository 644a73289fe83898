"""Loading what a demo programme logs these days: sites, participants, indicators, values and reviews."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from toc.domain.acts import Act
from toc.domain.exchange.mapping import Mapping
from toc.domain.ids import derived
from toc.domain.indicators import Definition, Frequency, PeriodTarget, ReviewStep
from toc.domain.indicators.breakdowns import LEVEL, Breakdown, Option, Part, part_of
from toc.domain.indicators.external import ExternalCode, Scheme
from toc.domain.participants import TOTAL, Moment, Scale, items_of
from toc.domain.programmes import Language
from toc.services import indicators, participants
from toc.services.demo import content
from toc.services.demo.accounts import account_id
from toc.services.demo.here import Here
from toc.services.exchange import sources

COORDINATOR, EVALUATOR, WORKER = "coordinator", "evaluator", "worker"


def plan(here: Here) -> None:
    """Plan all of it; what is decided about several values on one day is decided at once."""
    work = here.file.work
    if work is None:
        return
    here.plan(here.day(work.begins), partial(_places, here, work))
    for number, intake in enumerate(work.intakes):
        _plan_intake(here, work, intake, str(number))
    approved: dict[date, list[UUID]] = defaultdict(list)
    approved[here.day(work.earlier_approved)] = [
        here.id("measurement", indicator.key, measurement.on.isoformat())
        for indicator in here.file.indicators
        for measurement in indicator.measurements
    ]
    for indicator in work.indicators:
        here.plan(here.day(indicator.added), partial(_indicator, here, indicator))
        for logged, id_ in _named(here, indicator):
            on = here.day(logged.entered or logged.on)
            here.plan(on, partial(_log, here, indicator, logged, id_))
            _plan_review(here, indicator, logged, id_, approved)
        for day in indicator.recorded:
            here.plan(here.day(day), partial(_record, here, indicator, here.day(day)))
        for draft in indicator.drafts:
            here.plan(here.day(draft.kept), partial(_draft, here, indicator, draft))
    for on, ids in approved.items():
        here.plan(on, partial(_decide, here, on, ids, ReviewStep.APPROVED))
    for closed in work.closed:
        here.plan(here.day(closed.on), partial(_close, here, closed))
    for source in work.sources:
        here.plan(here.day(source.on), partial(_source, here, source))


def _named(here: Here, indicator: content.Tracked) -> list[tuple[content.Logged, UUID]]:
    """Return what is logged with its id, which does not hang on the day of loading."""
    return [
        (logged, here.id("logged", indicator.key, str(number)))
        for number, logged in enumerate(indicator.logged)
    ]


def _plan_intake(here: Here, work: content.Work, intake: content.Intake, number: str) -> None:
    here.plan(here.day(intake.entered), partial(_register, here, intake, number))
    instrument = next(one for one in work.instruments if one.key == intake.instrument)
    for place, person in enumerate(intake.people):
        # The services give the participants of one form ids by their place in it.
        id_ = derived(here.id("intake", number), "participant", str(place))
        for event in person.events:
            here.plan(here.day(event.on), partial(_event, here, event, id_))
        for moment, scores in person.scores.items():
            on = here.day(intake.asked[moment])
            here.plan(on, partial(_scores, here, instrument, id_, moment, scores, on))
        if person.left is not None:
            here.plan(here.day(person.left), partial(_leave, here, intake, id_, here.day(person.left)))


def _plan_review(
    here: Here,
    indicator: content.Tracked,
    logged: content.Logged,
    id_: UUID,
    approved: dict[date, list[UUID]],
) -> None:
    if logged.approved is not None:
        approved[here.day(logged.approved)].append(id_)
    if logged.seen is not None:
        on = here.day(logged.seen)
        here.plan(on, partial(_decide, here, on, [id_], ReviewStep.SEEN))
    if logged.returned is not None:
        on, remark = here.day(logged.returned.on), here.say(logged.returned.remark)
        here.plan(on, partial(_decide, here, on, [id_], ReviewStep.RETURNED, remark))
    if logged.corrected is not None:
        right, right_id = logged.corrected, derived(id_, "corrected")
        on = here.day(right.entered or right.on)
        here.plan(on, partial(_log, here, indicator, right, right_id, id_))
        _plan_review(here, indicator, right, right_id, approved)


# --- Where and whom -----------------------------------------------------------------------------------------


def _places(here: Here, work: content.Work) -> None:
    session, on = here.session, here.day(work.begins)
    for site in work.sites:
        act = here.act(on, COORDINATOR)
        starts, ends = (None if day is None else here.day(day) for day in (site.starts, site.ends))
        site_id, name = here.id("site", site.key), here.say(site.name)
        row = participants.add_site(session, act, site_id, name, starts, ends)
        here.mark("site", row.id)
    for cohort in work.cohorts:
        ends = None if cohort.ends is None else here.day(cohort.ends)
        cohort_id, starts = here.id("cohort", cohort.key), here.day(cohort.starts)
        act = here.act(on, COORDINATOR)
        here.mark(
            "cohort",
            participants.add_cohort(session, act, cohort_id, here.say(cohort.name), starts, ends).id,
        )
    for one in work.instruments:
        draft = participants.InstrumentDraft(
            name=here.say(one.name),
            version=one.version,
            reference=here.say(one.reference),
            scale=Scale(
                lowest=one.lowest,
                highest=one.highest,
                items=items_of(here.say(item) for item in one.items),
            ),
        )
        act = here.act(on, COORDINATOR)
        instrument = participants.add_instrument(session, act, here.id("instrument", one.key), draft)
        here.mark("instrument", instrument.id)


def _described(here: Here, intake: content.Intake, left_on: date | None) -> participants.ParticipantDraft:
    return participants.ParticipantDraft(
        arm=intake.arm,
        cohort_id=here.id("cohort", intake.cohort),
        site_id=None if intake.site is None else here.id("site", intake.site),
        entered_on=here.day(intake.entered),
        left_on=left_on,
        groups=intake.groups,
    )


def _register(here: Here, intake: content.Intake, number: str) -> None:
    rows = participants.add_participants(
        here.session,
        here.act(here.day(intake.entered), WORKER),
        here.id("intake", number),
        [person.code for person in intake.people],
        _described(here, intake, None),
    )
    here.mark_all("participant", [row.id for row in rows])


def _leave(here: Here, intake: content.Intake, id_: UUID, on: date) -> None:
    row = participants.get_participant(here.session, id_).row
    draft = _described(here, intake, on)
    participants.edit_participant(here.session, here.act(on, WORKER), id_, row.revision, draft)


def _event(here: Here, event: content.Event, id_: UUID) -> None:
    on = here.day(event.on)
    row = participants.record_event(
        here.session,
        here.act(on, WORKER),
        derived(id_, "event", event.subject.value),
        id_,
        event.subject,
        on,
        name=here.say(event.name),
    )
    here.mark_all("observation", [row.id])


def _scores(
    here: Here,
    instrument: content.Instrument,
    id_: UUID,
    moment: Moment,
    scores: tuple[Decimal, ...],
    on: date,
) -> None:
    by_item = {f"i{number}": score for number, score in enumerate(scores, start=1)}
    rows = participants.record_scores(
        here.session,
        here.act(on, WORKER),
        derived(id_, "scores", moment.value),
        id_,
        here.id("instrument", instrument.key),
        participants.Scored(on=on, moment=moment, scores=by_item | {TOTAL: sum(scores, Decimal(0))}),
    )
    here.mark_all("observation", [row.id for row in rows])


# --- Indicators ---------------------------------------------------------------------------------------------


def _definition(here: Here, one: content.Tracked) -> Definition:
    """Return what an indicator says, from the library where it is one of those."""
    taken = indicators.starter_library().get(one.library)
    if taken is not None:
        base = taken.in_(here.language)
    else:
        other = Language.EN if here.language is Language.NL else Language.NL
        base = Definition(
            name=here.say(one.name),
            kind=one.kind,
            direction=one.direction,
            frequency=Frequency.MONTHLY,
            definition=here.say(one.definition),
            unit=here.say(one.unit),
            is_cumulative=False,
            counts_people=one.counts_people,
            other_name=content.said(one.name, other),
            other_definition=content.said(one.definition, other),
            numerator=here.say(one.numerator),
            denominator=here.say(one.denominator),
            pitfalls=here.say(one.pitfalls),
            external_codes=tuple(ExternalCode(scheme=Scheme.SDG, code=code) for code in one.sdg),
            breakdowns=_breakdowns(here, one),
        )
    return replace(
        base,
        frequency=one.frequency or base.frequency,
        collection=here.say(one.collection),
        influence=here.say(one.influence),
        instrument=here.say(one.instrument),
        responsible_id=None if one.responsible is None else account_id(one.responsible),
        baseline_value=None if one.baseline is None else one.baseline.value,
        baseline_on=None if one.baseline is None else here.day(one.baseline.on),
        target_value=None if one.target is None else one.target.value,
        target_on=None if one.target is None else here.day(one.target.on),
        periods=tuple(
            PeriodTarget(starts_on=here.day(each.starts), ends_on=here.day(each.ends), value=each.value)
            for each in one.periods
        ),
        rule=None if one.rule is None else _rule(here, one.rule),
    )


def _breakdowns(here: Here, one: content.Tracked) -> tuple[Breakdown, ...]:
    return tuple(
        Breakdown(
            key=groups.key,
            name=here.say(groups.name),
            options=tuple(Option(key=each.key, name=here.say(each.name)) for each in groups.options),
        )
        for groups in one.breakdowns
    )


def _rule(here: Here, said: content.Computing) -> dict[str, Any]:
    by_key = (("cohort", said.cohort), ("instrument", said.instrument))
    refers = {f"{kind}_id": here.id(kind, key) for kind, key in by_key if key is not None}
    rest = said.model_dump(exclude={"cohort", "instrument"}, exclude_none=True)
    return participants.rule_of(here.session, **rest, **refers).as_json()


def _indicator(here: Here, indicator: content.Tracked) -> None:
    indicator_id = here.id("indicator", indicator.key)
    act = here.act(here.day(indicator.added), EVALUATOR)
    goal_id = here.id("goal", indicator.goal)
    indicators.add_indicator(here.session, act, indicator_id, goal_id, _definition(here, indicator))
    here.mark("indicator", indicator_id)


# --- Values -------------------------------------------------------------------------------------------------


def _parts(indicator: content.Tracked, logged: content.Logged) -> tuple[Part, ...]:
    kind = indicator.kind
    levels = tuple(
        Part(breakdown=LEVEL, option=str(number), value=Decimal(people))
        for number, people in enumerate(logged.levels, start=1)
    )
    return levels + tuple(
        part_of(kind, key, option, numerator=value.part, denominator=value.whole)
        if isinstance(value, content.Shared)
        else part_of(kind, key, option, value=value)
        for key, options in logged.parts.items()
        for option, value in options.items()
    )


def _log(
    here: Here,
    indicator: content.Tracked,
    logged: content.Logged,
    id_: UUID,
    corrects: UUID | None = None,
) -> None:
    act = here.act(here.day(logged.entered or logged.on), WORKER)
    indicator_id = here.id("indicator", indicator.key)
    entry = indicators.Entry(
        id=id_,
        on=here.day(logged.on),
        value=logged.value,
        numerator=logged.part,
        denominator=logged.whole,
        note=here.say(logged.note),
        site_id=None if logged.site is None else here.id("site", logged.site),
        starts_on=None if logged.starts is None else here.day(logged.starts),
        people=logged.people,
        missing=logged.missing,
        narrative=here.say(logged.narrative),
        parts=_parts(indicator, logged),
    )
    if corrects is None:
        indicators.record_measurement(here.session, act, indicator_id, entry)
    else:
        indicators.correct_measurement(here.session, act, corrects, entry)
    here.mark_all("measurement", [id_])


def _record(here: Here, indicator: content.Tracked, on: date) -> None:
    indicator_id = here.id("indicator", indicator.key)
    id_ = here.id("recorded", indicator.key, on.isoformat())
    participants.record_computed(here.session, here.act(on, WORKER), id_, indicator_id, on)
    here.mark_all("measurement", [id_])


def _draft(here: Here, indicator: content.Tracked, draft: content.Draft) -> None:
    typed = {name: here.say(text) for name, text in draft.fields.items()}
    site = {} if draft.site is None else {"site_id": str(here.id("site", draft.site))}
    indicators.save_draft(
        here.session,
        here.act(here.day(draft.kept), WORKER),
        here.id("draft", indicator.key),
        here.id("indicator", indicator.key),
        {"on": here.day(draft.on).isoformat(), **site, **typed},
    )


def _decide(here: Here, on: date, ids: list[UUID], step: ReviewStep, remark: str = "") -> None:
    decision_id = here.id("decision", step.value, on.isoformat(), str(ids[0]))
    indicators.review(here.session, here.act(on, COORDINATOR), decision_id, ids, step, remark)


def _close(here: Here, closed: content.Closed) -> None:
    draft = indicators.PeriodDraft(
        id=here.id("period", str(closed.starts), str(closed.ends)),
        starts_on=here.day(closed.starts),
        ends_on=here.day(closed.ends),
        is_locked=True,
        reason=here.say(closed.reason),
    )
    row = indicators.set_period(here.session, here.act(here.day(closed.on), COORDINATOR), draft)
    here.mark("period_lock", row.id)


def _source(here: Here, source: content.LogSource) -> None:
    id_, on = here.id("source", source.key), here.day(source.on)
    act = here.act(on, COORDINATOR)
    sources.add_source(here.session, act, id_, here.say(source.name), source.kind)
    columns = [{**column, **_code(here, act, column)} for column in source.mapping["columns"]]
    mapping = Mapping.from_json({**source.mapping, "columns": columns})
    sources.remember(here.session, here.act(on, COORDINATOR), id_, mapping)
    here.mark("log_source", id_)


def _code(here: Here, act: Act, column: dict[str, Any]) -> dict[str, str]:
    """Return the code of the indicator that a column names by its key."""
    if "indicator" not in column:
        return {}
    id_ = here.id("indicator", column["indicator"])
    return {"indicator": indicators.get_indicator(here.session, act, id_).code}
