"""Programmes whose evidence is in order; a test changes only what matters to it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, number
from toc.domain.codes import CodeKind
from toc.domain.evidence import Design, Part, canonical, digest
from toc.domain.goals import Level, Standing
from toc.domain.indicators import Direction, Frequency, Kind
from toc.domain.interviews import Mode, RespondentKind
from toc.domain.people import Helix, Role
from toc.models.evidence import AssessmentRecord, EvidenceItem, Study
from toc.models.goals import Goal, GoalEdition, GoalLink
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.interviews import Guide, GuideEdition, Interview, Respondent, StakeholderGroup
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import evidence as service
from toc.services.codes import next_code

EFFECT: dict[str, object] = {
    "estimate": 0.12,
    "low": 0.03,
    "high": 0.21,
    "higher_is_better": True,
    "confidence": 0.95,
    "scale": "share",
}

PRE_POST: dict[str, object] = EFFECT | {
    "n_paired": 48,
    "response": 0.8,
    "nonresponse_compared": True,
    "same_instrument": True,
    "instrument_quality": True,
    "plan_lock": "before_outcomes",
    "harm_unresolved": False,
}

RCT: dict[str, object] = PRE_POST | {
    "n1": 120,
    "n0": 118,
    "attrition_overall": 0.08,
    "attrition_diff": 0.02,
    "max_baseline_es": 0.1,
    "adjusted": True,
    "itt": True,
    "clustered": False,
    "primary": True,
    "primary_outcomes": 1,
    "independence": "external_paid",
    "conflicts_declared": True,
    "organisation": "Bureau A",
    "site": "Utrecht",
    "mde": 0.1,
    "sensitivity_same_sign": True,
    "comparison_justified": True,
    "estimand_named": True,
    "weighting_used": False,
}

REVIEW: dict[str, object] = {
    "goals_merged": True,
    "conflicts_open": 0,
    "plan_for_level_2": True,
    "plausible": 3,
    "doable": 4,
    "testable": 3,
    "scored_by_other": True,
}


def make_goal(
    session: Session,
    *,
    wording: str = "Young people keep a job",
    level: Level | None = Level.OUTCOME,
    is_primary: bool = False,
    released: bool = True,
) -> Goal:
    goal = Goal(
        id=uuid4(),
        code=next_code(session, CodeKind.GOAL),
        is_primary=is_primary,
        released=released,
        created_at=NOW,
    )
    session.add(goal)
    session.flush()
    add_edition(session, goal, wording=wording, level=level)
    return goal


def add_edition(
    session: Session, goal: Goal, *, wording: str = "Reworded", level: Level | None = Level.OUTCOME
) -> GoalEdition:
    """The next edition of a goal, or the first one."""
    known = session.query(GoalEdition).filter_by(programme_id=goal.programme_id, goal_id=goal.id).count()
    edition = GoalEdition(
        id=uuid4(),
        goal_id=goal.id,
        number=known + 1,
        wording=wording,
        level=level,
        standing=Standing.STATED,
        created_at=NOW,
    )
    session.add(edition)
    goal.edition = edition.number
    session.flush()
    return edition


def make_indicator(session: Session, goal: Goal, *, unit: str = "people") -> IndicatorEdition:
    """An indicator with unit, direction, target and date."""
    edition = session.query(GoalEdition).filter_by(goal_id=goal.id, number=goal.edition).one()
    indicator = Indicator(
        id=uuid4(), code=next_code(session, CodeKind.INDICATOR), goal_id=goal.id, created_at=NOW
    )
    session.add(indicator)
    session.flush()
    row = IndicatorEdition(
        id=uuid4(),
        indicator_id=indicator.id,
        goal_edition_id=edition.id,
        number=1,
        name="In work after 26 weeks",
        kind=Kind.COUNT,
        unit=unit,
        direction=Direction.HIGHER,
        frequency=Frequency.QUARTERLY,
        target_value=Decimal(120),
        target_on=date(2026, 12, 31),
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def make_group(session: Session, *, consulted: bool = True) -> StakeholderGroup:
    """A stakeholder group, with one interview that was submitted or not."""
    group = StakeholderGroup(
        id=uuid4(),
        code=next_code(session, CodeKind.GROUP),
        name=f"Group {number()}",
        helix=Helix.CITIZENS,
        created_at=NOW,
    )
    session.add(group)
    guide = session.query(Guide).filter_by(programme_id=session.info["programme_id"]).one_or_none()
    if guide is None:
        guide = Guide(id=uuid4(), kind=RespondentKind.SPOKESPERSON, created_at=NOW)
        session.add(guide)
        session.flush()
        session.add(GuideEdition(id=uuid4(), guide_id=guide.id, number=1, questions=[], created_at=NOW))
        session.flush()
    respondent = Respondent(
        id=uuid4(),
        code=next_code(session, CodeKind.RESPONDENT),
        group_id=group.id,
        kind=RespondentKind.SPOKESPERSON,
        language="nl",
        created_at=NOW,
    )
    session.add(respondent)
    session.flush()
    session.add(
        Interview(
            id=uuid4(),
            code=next_code(session, CodeKind.INTERVIEW),
            respondent_id=respondent.id,
            guide_edition_id=session.query(GuideEdition).filter_by(guide_id=guide.id).one().id,
            mode=Mode.HELD,
            held_on=date(2025, 2, 1),
            submitted_at=NOW if consulted else None,
            created_at=NOW,
        )
    )
    session.flush()
    return group


def make_link(session: Session, lower: Goal, upper: Goal) -> GoalLink:
    link = GoalLink(
        id=uuid4(),
        lower_id=lower.id,
        upper_id=upper.id,
        mechanism="Practice gives skills.",
        assumption="There are employers.",
        confidence=2,
        source="Report 2019, page 4",
        is_key=True,
        created_at=NOW,
    )
    session.add(link)
    session.flush()
    return link


def complete_tree(session: Session) -> Goal:
    """Everything that level 1 asks of texts, tree, indicators and interviews; return the primary outcome."""
    described = ("problem", "target_group", "target_size", "current_situation", "better_because")
    texts = dict.fromkeys(described, "In words.")
    session.execute(
        update(Programme)
        .where(Programme.id == session.info["programme_id"])
        .values(texts)
        .execution_options(synchronize_session="fetch")
    )
    goal = make_goal(session, is_primary=True)
    activity = make_goal(session, wording="Learning in the kitchen", level=Level.ACTIVITY)
    make_link(session, activity, goal)
    make_indicator(session, goal)
    make_group(session)
    return goal


def make_study(
    session: Session,
    goal: Goal | UUID,
    *,
    design: Design = Design.PRE_POST,
    by: User | None = None,
    signed_by: User | None = None,
    measured_on: date = date(2025, 3, 1),
    **facts: object,
) -> Study:
    """A study in which everything is in order for its design, but for the facts that are given."""
    study = service.record_study(
        session,
        act_of(by),
        uuid4(),
        goal if isinstance(goal, UUID) else goal.id,
        service.StudyDraft(
            title=f"Study {number()}",
            source="Report of the bureau, 2025, page 12",
            design=design,
            measured_on=measured_on,
            facts=(RCT if design.compares else PRE_POST) | facts,
        ),
    )
    if signed_by is not None:
        service.sign_study(session, act_of(signed_by), study.id, study.revision)
    return study


def review_level_1(session: Session, goal: Goal, evaluator: User, *, sign: bool = True) -> None:
    """What the tree cannot show, and the evaluator's signature."""
    service.record_review(session, act_of(evaluator), goal.id, Part.TREE, REVIEW)
    if sign:
        service.sign_review(session, act_of(evaluator), goal.id)


def make_item(session: Session, goal: Goal, *, supports: bool = True, url: str = "") -> EvidenceItem:
    return service.add_item(
        session,
        act_of(),
        uuid4(),
        goal.id,
        title="A review of 34 programmes",
        source="Knowledge centre, 2019",
        finding="Paid work experience helps most young people to a job.",
        supports=supports,
        url=url,
    )


def sign_rung(session: Session, goal: Goal, evaluator: User, *, at: datetime = NOW) -> AssessmentRecord:
    act = act_of(evaluator, at=at)
    inputs = canonical(service.facts(session, goal.id, act.on))
    return service.sign_assessment(session, act, uuid4(), goal.id, digest(inputs))


def make_rung_2(session: Session, programme: Programme) -> tuple[Goal, Study, User]:
    """A primary outcome on rung 2: its goal, its study and the evaluator who signed."""
    evaluator = make_member(session, programme, Role.EVALUATOR, name="Eva Luator")
    goal = complete_tree(session)
    review_level_1(session, goal, evaluator)
    study = make_study(session, goal, by=make_member(session, programme, Role.EVALUATOR), signed_by=evaluator)
    return goal, study, evaluator
