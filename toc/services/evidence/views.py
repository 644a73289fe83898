"""What the pages about evidence show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.evidence import Assessment, Evidence, Since, StudyReading, derive, digest, evidence_of, since
from toc.domain.goals.rules import sees_hidden
from toc.models.evidence import AssessmentRecord, Attestation, EvidenceItem, GoalReview, Study
from toc.models.goals import Goal, GoalEdition
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services.errors import NotFound
from toc.services.evidence.facts import (
    GoalRow,
    StudyRow,
    attested,
    get_programme,
    is_current,
    load,
    read_attestations,
    read_studies,
    study_facts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """One goal in the list."""

    goal: Goal
    edition: GoalEdition
    assessment: Assessment
    studies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All goals that somebody may see, primary outcomes first."""

    programme: Programme
    lines: tuple[GoalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRung:
    """An assessment that was signed, and what changed since.

    Attributes:
        then: what was derived from the signed inputs; None when they no longer have the hash that was signed.
        since: what changed; None likewise.
    """

    record: AssessmentRecord
    by: str
    then: Assessment | None
    since: Since | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEvidence:
    """Everything that the page of one goal shows."""

    programme: Programme
    goal: Goal
    edition: GoalEdition
    review: GoalReview | None
    evidence: Evidence
    assessment: Assessment
    studies: tuple[StudyRow, ...]
    items: tuple[EvidenceItem, ...]
    signed: SignedRung | None
    """The rung that was signed last."""
    names: Mapping[str, str]
    """Of the people who entered, attested and signed, by `person`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyEvidence:
    """Everything that the page of one study shows."""

    programme: Programme
    goal: Goal
    edition: GoalEdition
    row: StudyRow
    readings: tuple[StudyReading, ...]
    """What it does for level 2 and, when it compares, for level 3."""
    names: Mapping[str, str]

    @property
    def study(self) -> Study:
        """The study itself."""
        return self.row.study


def _visible(act: Act) -> ColumnElement[bool]:
    return true() if sees_hidden(act.roles) else Goal.released.is_(True)


def _is_visible(act: Act, goal: Goal) -> bool:
    return goal.released or sees_hidden(act.roles)


def overview(session: Session, act: Act, on: date) -> Overview:
    """Return all goals that this person may see with their rungs, in five statements."""
    records = load(session)
    return Overview(
        programme=records.programme,
        lines=tuple(
            GoalLine(
                goal=row.goal,
                edition=row.edition,
                assessment=records.assessment(goal_id, on),
                studies=len(records.studies.get(goal_id, ())),
            )
            for goal_id, row in records.goals.items()
            if _is_visible(act, row.goal)
        ),
    )


def _items(session: Session, goal_id: UUID) -> tuple[EvidenceItem, ...]:
    query = select(EvidenceItem).where(
        EvidenceItem.programme_id == session.info["programme_id"], EvidenceItem.goal_id == goal_id
    )
    return tuple(session.scalars(query.order_by(EvidenceItem.created_at, EvidenceItem.id)))


def _compared(record: AssessmentRecord, name: str, now: Assessment) -> SignedRung:
    if digest(record.inputs) != record.sha256:
        return SignedRung(record=record, by=name, then=None, since=None)
    then = derive(evidence_of(record.inputs))
    return SignedRung(record=record, by=name, then=then, since=since(then, now))


def goal_evidence(session: Session, act: Act, goal_id: UUID, on: date) -> GoalEvidence:
    """Return everything about the evidence for one goal, in six statements.

    Raises:
        NotFound: there is no such goal, or it is not shown to this person.
    """
    records = load(session, (goal_id,))
    row: GoalRow | None = records.goals.get(goal_id)
    if row is None or not _is_visible(act, row.goal):
        raise NotFound
    evidence = records.evidence(goal_id, on)
    assessment = derive(evidence)
    return GoalEvidence(
        programme=records.programme,
        goal=row.goal,
        edition=row.edition,
        review=row.review,
        evidence=evidence,
        assessment=assessment,
        studies=tuple(records.studies.get(goal_id, ())),
        items=_items(session, goal_id),
        signed=None if row.signed is None else _compared(row.signed, row.signed_by, assessment),
        names=records.names,
    )


def signed_rung(session: Session, act: Act, record_id: UUID, on: date) -> tuple[GoalEvidence, SignedRung]:
    """Return an assessment that was signed, beside the goal as it stands now.

    Raises:
        NotFound: there is none, or its goal is not shown to this person.
    """
    row = session.execute(
        select(AssessmentRecord, User.name)
        .join(User, User.id == AssessmentRecord.signed_by_id)
        .where(
            AssessmentRecord.programme_id == session.info["programme_id"], AssessmentRecord.id == record_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    found = goal_evidence(session, act, row[0].goal_id, on)
    return found, _compared(row[0], row[1], found.assessment)


def signed_before(session: Session, goal_id: UUID) -> list[AssessmentRecord]:
    """Return every assessment of a goal that was signed, the latest first."""
    return list(
        session.scalars(
            select(AssessmentRecord)
            .where(
                AssessmentRecord.programme_id == session.info["programme_id"],
                AssessmentRecord.goal_id == goal_id,
            )
            .order_by(AssessmentRecord.at.desc(), AssessmentRecord.id.desc())
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalHead:
    """What a form about a goal shows above itself."""

    programme: Programme
    goal: Goal
    edition: GoalEdition


def goal_head(session: Session, act: Act, goal_id: UUID) -> GoalHead:
    """Return a goal with its current edition, in two statements.

    Raises:
        NotFound: there is no such goal, or it is not shown to this person.
    """
    programme = get_programme(session)
    found = session.execute(
        select(Goal, GoalEdition)
        .join(GoalEdition, is_current())
        .where(Goal.programme_id == programme.id, Goal.id == goal_id, _visible(act))
    ).one_or_none()
    if found is None:
        raise NotFound
    return GoalHead(programme=programme, goal=found[0], edition=found[1])


def study_evidence(session: Session, act: Act, study_id: UUID, on: date) -> StudyEvidence:
    """Return everything about one study, in four statements.

    What it does for the ladder depends on the other studies too: harm found in one counts against all.

    Raises:
        NotFound: there is no such study, or its goal is not shown to this person.
    """
    here = session.info["programme_id"]
    programme = get_programme(session)
    found = session.execute(
        select(Goal, GoalEdition)
        .join(GoalEdition, is_current())
        .join(Study, and_(Study.programme_id == Goal.programme_id, Study.goal_id == Goal.id))
        .where(Goal.programme_id == here, Study.id == study_id, _visible(act))
    ).one_or_none()
    if found is None:
        raise NotFound
    goal, edition = found[0], found[1]
    studies, researchers = read_studies(session, Study.goal_id == goal.id)
    attestations, attesters = read_attestations(session, Attestation.goal_id == goal.id)
    rows = studies[goal.id]
    assessment = derive(
        Evidence(studies=study_facts(rows, on), attestations=attested(attestations.get(goal.id, ())))
    )
    return StudyEvidence(
        programme=programme,
        goal=goal,
        edition=edition,
        row=next(row for row in rows if row.study.id == study_id),
        readings=tuple(one for one in assessment.readings if one.study == str(study_id)),
        names=researchers | attesters,
    )
