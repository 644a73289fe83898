"""What is recorded about the goals of a programme, as the evidence ladder reads it.

Everything is read in five statements, however many goals and studies there are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from toc.domain import evidence as domain
from toc.domain.evidence import Assessment, Evidence, Part, derive, recorded
from toc.domain.goals import ReviewedGoal, ReviewedLink, TreeReview, review_tree
from toc.domain.indicators import Kind
from toc.models.evidence import AssessmentRecord, Attestation, GoalReview, Study, StudyTransfer
from toc.models.goals import Goal, GoalEdition, GoalLink
from toc.models.indicators import Indicator, IndicatorEdition
from toc.models.interviews import Interview, Respondent, StakeholderGroup
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services.errors import NotFound

COMMAND = "command"
"""Who it was when no account did it, such as a seed loader."""


def person(user_id: UUID | None) -> str:
    """Return how the facts name somebody: by id, never by name."""
    return COMMAND if user_id is None else str(user_id)


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal with its current edition and what its review recorded."""

    goal: Goal
    edition: GoalEdition
    review: GoalReview | None
    measurable: bool
    """It has an indicator with unit, direction, target and date."""
    signed: AssessmentRecord | None = None
    """The rung that was signed last; not read with all goals."""
    signed_by: str = ""
    """Name of who signed that."""


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study, and how it stands to the current edition of its goal.

    Attributes:
        is_about_this: it was done on this edition.
        carried_because: why an evaluator carried it over to this edition; empty: nobody did.
    """

    study: Study
    is_about_this: bool
    carried_because: str

    @property
    def version_matches(self) -> bool:
        """Whether it may count for the current edition."""
        return self.is_about_this or bool(self.carried_because)


@dataclass(frozen=True, slots=True)
class Heard:
    """How many stakeholder groups there are, and how many were interviewed to the end."""

    groups: int
    consulted: int


@dataclass(frozen=True)
class Records:
    """Everything recorded that decides the rungs of some goals, or of all.

    Attributes:
        tree: what the tree of all goals shows.
        primary: whether each primary outcome of the programme is measurable.
        goals: those that were asked for; so are studies and attestations.
        names: of the people who entered, signed or attested, by `person`.
    """

    programme: Programme
    heard: Heard
    tree: TreeReview[UUID]
    primary: Mapping[UUID, bool]
    goals: dict[UUID, GoalRow]
    studies: dict[UUID, list[StudyRow]]
    attestations: dict[UUID, list[Attestation]]
    names: dict[str, str] = field(default_factory=dict)

    def evidence(self, goal_id: UUID, on: date) -> Evidence:
        """Return what is recorded about one goal.

        Raises:
            NotFound: the goal is not among these.
        """
        row = self.goals.get(goal_id)
        if row is None:
            raise NotFound
        facts = {} if row.review is None else row.review.facts
        return Evidence(
            tree=recorded.tree(facts.get(Part.TREE, {}), self._counted(row)),
            studies=study_facts(self.studies.get(goal_id, ()), on),
            replication=recorded.replication(facts.get(Part.REPLICATION, {})),
            scaling=recorded.scaling(facts.get(Part.SCALING, {}), on),
            attestations=attested(self.attestations.get(goal_id, ())),
        )

    def _counted(self, row: GoalRow) -> dict[str, object]:
        """Return what nobody typed in for the ladder: it follows from texts, tree, interviews, signature."""
        texts = {
            "problem_described": self.programme.problem,
            "target_group_described": self.programme.target_group,
            "target_size_described": self.programme.target_size,
            "counterfactual_described": self.programme.better_because,
        }
        # The goal itself is an outcome too, because its own rung is asked for.
        outcomes = {**self.primary, row.goal.id: row.measurable}
        tree, review = self.tree, row.review
        counted: dict[str, object] = {name: True for name, text in texts.items() if text.strip()}
        counted |= {
            "activities": tree.activities,
            "activities_reaching_an_end": tree.activities_reaching_an_end,
            "without_cycles": tree.without_cycles,
            "key_links": tree.key_links,
            "key_links_complete": tree.key_links_complete,
            "key_links_sourced": tree.key_links_sourced,
            "primary_outcomes": len(outcomes),
            "primary_outcomes_complete": sum(outcomes.values()),
            "groups": self.heard.groups,
            "groups_consulted": self.heard.consulted,
        }
        if review is not None and review.signed_at is not None:
            counted |= {
                "signed_by": person(review.signed_by_id),
                "signoff_revoked": review.signoff_revoked_at is not None,
            }
        return counted

    def assessment(self, goal_id: UUID, on: date) -> Assessment:
        """Return the rung of one goal, and everything it rests on."""
        return derive(self.evidence(goal_id, on))


def study_facts(rows: Sequence[StudyRow], on: date) -> tuple[domain.Study, ...]:
    """Return studies as the ladder reads them on a day."""
    return tuple(
        recorded.study(
            row.study.facts,
            id=str(row.study.id),
            design=row.study.design,
            measured_on=row.study.measured_on,
            on=on,
            entered_by=person(row.study.entered_by_id),
            signed_by=None if row.study.signed_at is None else person(row.study.signed_by_id),
            signoff_revoked=row.study.signoff_revoked_at is not None,
            version_matches=row.version_matches,
        )
        for row in rows
    )


def attested(rows: Sequence[Attestation]) -> tuple[domain.Attestation, ...]:
    """Return what evaluators attested, the earliest first."""
    return tuple(
        domain.Attestation(
            criterion=row.criterion,
            met=row.met,
            reason=row.reason,
            by=person(row.by_id),
            study=None if row.study_id is None else str(row.study_id),
        )
        for row in rows
    )


def measurable(programme_id: UUID, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a goal has an indicator with unit, direction, target and date.

    The database looks such indicators up once for all goals, not once for each goal.

    Args:
        programme_id: whose goals.
        more: what is asked of the current edition of that indicator besides.
    """
    return Goal.id.in_(
        select(Indicator.goal_id).where(
            Indicator.programme_id == programme_id,
            IndicatorEdition.programme_id == programme_id,
            IndicatorEdition.indicator_id == Indicator.id,
            IndicatorEdition.number == Indicator.edition,
            IndicatorEdition.target_value.is_not(None),
            IndicatorEdition.target_on.is_not(None),
            or_(
                IndicatorEdition.unit != "",
                IndicatorEdition.kind.in_((Kind.PROPORTION, Kind.MONEY, Kind.YES_NO)),  # say their own unit
            ),
            *more,
        )
    )


def is_current() -> ColumnElement[bool]:
    """Return the condition by which an edition is the one that its goal has now."""
    return and_(
        GoalEdition.programme_id == Goal.programme_id,
        GoalEdition.goal_id == Goal.id,
        GoalEdition.number == Goal.edition,
    )


def get_programme(session: Session) -> Programme:
    """Return the programme of the session.

    Raises:
        NotFound: there is none.
    """
    programme = session.get(Programme, session.info["programme_id"])
    if programme is None:
        raise NotFound
    return programme


def _programme(session: Session) -> tuple[Programme, Heard]:
    here = session.info["programme_id"]
    groups = select(func.count()).select_from(StakeholderGroup).where(StakeholderGroup.programme_id == here)
    consulted = (
        select(func.count(Respondent.group_id.distinct()))
        .join(
            Interview,
            and_(Interview.programme_id == Respondent.programme_id, Interview.respondent_id == Respondent.id),
        )
        .where(Respondent.programme_id == here, Interview.submitted_at.is_not(None))
    )
    row = session.execute(
        select(Programme, groups.scalar_subquery(), consulted.scalar_subquery()).where(Programme.id == here)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], Heard(row[1], row[2])


def _named(people: Iterable[tuple[UUID | None, str | None]]) -> dict[str, str]:
    return {person(user_id): name for user_id, name in people if name is not None}


def _tree(session: Session) -> tuple[TreeReview[UUID], dict[UUID, bool]]:
    """Return what the tree of all goals shows, and whether each primary outcome is measurable."""
    here = session.info["programme_id"]
    rows: Sequence[Any] = session.execute(
        select(
            Goal.id,
            GoalEdition.level,
            Goal.is_primary,
            Goal.retired_at,
            measurable(here).label("measurable"),
            GoalLink.upper_id,
            GoalLink.is_key,
            GoalLink.mechanism,
            GoalLink.assumption,
            GoalLink.confidence,
            GoalLink.source,
            GoalLink.status,
            GoalLink.is_feedback,
        )
        .join(GoalEdition, is_current())
        .outerjoin(GoalLink, and_(GoalLink.programme_id == Goal.programme_id, GoalLink.lower_id == Goal.id))
        .where(Goal.programme_id == here)
    ).all()
    standing = {row.id: row.level for row in rows if row.retired_at is None}
    review = review_tree(
        (ReviewedGoal(id=goal_id, level=level) for goal_id, level in standing.items()),
        (
            ReviewedLink(
                lower=row.id,
                upper=row.upper_id,
                is_key=row.is_key,
                mechanism=row.mechanism,
                assumption=row.assumption,
                confidence=row.confidence,
                source=row.source,
                status=row.status,
                is_feedback=row.is_feedback,
            )
            for row in rows
            if row.id in standing and row.upper_id in standing
        ),
    )
    return review, {row.id: bool(row.measurable) for row in rows if row.is_primary}


def _goals(session: Session, goal_ids: Collection[UUID] | None) -> tuple[dict[UUID, GoalRow], dict[str, str]]:
    here = session.info["programme_id"]
    reviewer, signer = aliased(User), aliased(User)
    signed_of = aliased(AssessmentRecord)
    last = (
        select(signed_of.id)
        .where(signed_of.programme_id == Goal.programme_id, signed_of.goal_id == Goal.id)
        .order_by(signed_of.at.desc(), signed_of.id.desc())
        .limit(1)
        .correlate(Goal)
    )
    rows: Sequence[Any] = session.execute(
        select(Goal, GoalEdition, measurable(here), GoalReview, reviewer.name, AssessmentRecord, signer.name)
        .join(GoalEdition, is_current())
        .outerjoin(
            GoalReview, and_(GoalReview.programme_id == Goal.programme_id, GoalReview.goal_id == Goal.id)
        )
        .outerjoin(reviewer, reviewer.id == GoalReview.signed_by_id)
        .outerjoin(
            AssessmentRecord,
            and_(
                AssessmentRecord.programme_id == Goal.programme_id,
                AssessmentRecord.goal_id == Goal.id,
                AssessmentRecord.goal_id.in_(goal_ids or ()),
                AssessmentRecord.id == last.scalar_subquery(),
            ),
        )
        .outerjoin(signer, signer.id == AssessmentRecord.signed_by_id)
        .where(Goal.programme_id == here, *_among(Goal.id, goal_ids))
        .order_by(Goal.is_primary.desc(), Goal.code)
    ).all()
    goals = {
        goal.id: GoalRow(goal, edition, review, bool(complete), signed, signed_by or "")
        for goal, edition, complete, review, _, signed, signed_by in rows
    }
    return goals, _named((row[3].signed_by_id, row[4]) for row in rows if row[4] is not None)


def read_studies(
    session: Session, *conditions: ColumnElement[bool]
) -> tuple[dict[UUID, list[StudyRow]], dict[str, str]]:
    """Return the studies of each goal, the latest first, and the names of the people in them."""
    entered, signed = aliased(User), aliased(User)
    carried = select(StudyTransfer.reason).where(
        StudyTransfer.programme_id == Study.programme_id,
        StudyTransfer.study_id == Study.id,
        StudyTransfer.goal_edition_id == GoalEdition.id,
    )
    rows = session.execute(
        select(Study, GoalEdition.id, carried.scalar_subquery(), entered.name, signed.name)
        .join(Goal, and_(Goal.programme_id == Study.programme_id, Goal.id == Study.goal_id))
        .join(GoalEdition, is_current())
        .outerjoin(entered, entered.id == Study.entered_by_id)
        .outerjoin(signed, signed.id == Study.signed_by_id)
        .where(Study.programme_id == session.info["programme_id"], *conditions)
        .order_by(Study.measured_on.desc(), Study.code.desc())
    ).all()
    found: dict[UUID, list[StudyRow]] = {}
    names: dict[str, str] = {}
    for study, current, reason, entered_name, signed_name in rows:
        row = StudyRow(study, is_about_this=study.goal_edition_id == current, carried_because=reason or "")
        found.setdefault(study.goal_id, []).append(row)
        names |= _named(((study.entered_by_id, entered_name), (study.signed_by_id, signed_name)))
    return found, names


def read_attestations(
    session: Session, *conditions: ColumnElement[bool]
) -> tuple[dict[UUID, list[Attestation]], dict[str, str]]:
    """Return what was attested about each goal, the earliest first, and by whom."""
    rows = session.execute(
        select(Attestation, User.name)
        .outerjoin(User, User.id == Attestation.by_id)
        .where(Attestation.programme_id == session.info["programme_id"], *conditions)
        .order_by(Attestation.at, Attestation.id)
    ).all()
    found: dict[UUID, list[Attestation]] = {}
    for attestation, _ in rows:
        found.setdefault(attestation.goal_id, []).append(attestation)
    return found, _named((attestation.by_id, name) for attestation, name in rows)


def _among(column: Any, goal_ids: Collection[UUID] | None) -> Sequence[ColumnElement[bool]]:  # noqa: ANN401 - a column
    """Return the condition by which rows are about these goals: none when about all."""
    return () if goal_ids is None else (column.in_(goal_ids),)


def load(session: Session, goal_ids: Collection[UUID] | None = None) -> Records:
    """Return what is recorded, in five statements.

    Args:
        session: of a programme.
        goal_ids: of which goals; None: of all, but for the rungs that were signed.

    Raises:
        NotFound: the session has no programme.
    """
    programme, heard = _programme(session)
    tree, primary = _tree(session)
    goals, reviewers = _goals(session, goal_ids)
    studies, researchers = read_studies(session, *_among(Study.goal_id, goal_ids))
    attestations, attesters = read_attestations(session, *_among(Attestation.goal_id, goal_ids))
    return Records(
        programme=programme,
        heard=heard,
        tree=tree,
        primary=primary,
        goals=goals,
        studies=studies,
        attestations=attestations,
        names=reviewers | researchers | attesters,
    )


def facts(session: Session, goal_id: UUID, on: date) -> Evidence:
    """Return what is recorded about a goal, as the ladder reads it on a day.

    Raises:
        NotFound: there is no such goal in this programme.
    """
    return load(session, (goal_id,)).evidence(goal_id, on)


def assess(session: Session, goal_id: UUID, on: date) -> Assessment:
    """Return the rung of a goal on a day, and everything it rests on.

    Raises:
        NotFound: there is no such goal in this programme.
    """
    return derive(facts(session, goal_id, on))


def rungs(session: Session, on: date, goal_ids: Collection[UUID] | None = None) -> dict[UUID, int]:
    """Return the rung of each of these goals on a day, or of all; in five statements."""
    records = load(session, goal_ids)
    return {goal_id: records.assessment(goal_id, on).rung for goal_id in records.goals}
