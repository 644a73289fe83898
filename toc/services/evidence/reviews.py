"""What evaluators record, attest and sign about a goal as a whole."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain import evidence as domain
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.evidence import LADDER_VERSION, Part, canonical, derive, digest, recorded
from toc.domain.ids import derived
from toc.models.evidence import AssessmentRecord, Attestation, EvidenceItem, GoalReview
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.evidence.facts import facts, person
from toc.services.evidence.studies import current_edition, get_study


def attest(
    session: Session,
    act: Act,
    attestation_id: UUID,
    goal_id: UUID,
    *,
    criterion: str,
    met: bool,
    reason: str,
    study_id: UUID | None = None,
) -> Attestation:
    """Say of one criterion whether it is met, and why; of two about the same the later counts.

    Raises:
        NotFound: the goal is not there, or the study is not one of this goal.
        DomainError: ``evidence.not_attestable``, ``evidence.no_reason`` or ``evidence.study_expected``.
    """
    known = session.get(Attestation, (session.info["programme_id"], attestation_id))
    if known is not None:
        return known
    current_edition(session, goal_id)
    if study_id is not None and get_study(session, study_id).goal_id != goal_id:
        raise NotFound
    domain.Attestation(
        criterion=criterion,
        met=met,
        reason=reason,
        by=person(act.user),
        study=None if study_id is None else str(study_id),
    )
    attestation = Attestation(
        id=attestation_id,
        goal_id=goal_id,
        study_id=study_id,
        criterion=criterion,
        met=met,
        reason=reason,
        by_id=act.user,
        at=act.at,
    )
    session.add(attestation)
    audit.record(
        session, act, "evidence.attest", "attestation", attestation.id, criterion=criterion, met=int(met)
    )
    return attestation


def find_review(session: Session, goal_id: UUID) -> GoalReview | None:
    """Return what the review of a goal recorded, if there was one."""
    return session.scalar(
        select(GoalReview).where(
            GoalReview.programme_id == session.info["programme_id"], GoalReview.goal_id == goal_id
        )
    )


def _check(part: Part, named: Mapping[str, object], on: date) -> None:
    """Refuse facts that mean nothing."""
    if part is Part.TREE:
        recorded.tree(named, {})
    elif part is Part.REPLICATION:
        recorded.replication(named)
    else:
        recorded.scaling(named, on)


def record_review(
    session: Session,
    act: Act,
    goal_id: UUID,
    part: Part,
    named: Mapping[str, object],
    *,
    revision: int = 0,
) -> GoalReview:
    """Record what the tree itself cannot show, for one part of the ladder.

    Args:
        session: of the programme.
        act: who and when.
        goal_id: the goal that is reviewed.
        part: which facts these are; the other parts stay as they are.
        named: by the names of `toc.domain.evidence.recorded.REVIEW_NAMES`; None: not recorded.
        revision: that the form was made from; 0 when there was no review yet.

    Raises:
        NotFound: the goal is not there.
        Conflict: ``evidence.review_signed`` when level 1 was signed and its facts would change.
        Stale: somebody else changed it; ``theirs`` are the facts of this part now.
        DomainError: the facts mean nothing.
    """
    current_edition(session, goal_id)
    review = find_review(session, goal_id)
    before = {} if review is None else dict(review.facts.get(part, {}))
    if (0 if review is None else review.revision) != revision:
        raise Stale(before, 0 if review is None else review.revision)
    kept = {name: fact for name, fact in named.items() if fact is not None}
    _check(part, kept, act.on)
    if review is None:
        review = GoalReview(
            id=derived(goal_id, "review"),
            goal_id=goal_id,
            facts={part.value: kept},
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(review)
    elif part is Part.TREE and review.is_signed and kept != before:
        raise Conflict("evidence.review_signed")
    else:
        review.facts = review.facts | {part.value: kept}
    audit.record(session, act, "evidence.write", "goal_review", review.id, part=part.value)
    return review


def sign_review(session: Session, act: Act, goal_id: UUID) -> GoalReview:
    """Sign that the whole of level 1 was reviewed: it is then more than the programme's own statement.

    Raises:
        NotFound: the goal is not there.
        Conflict: ``evidence.review_signed`` already; ``evidence.level_1_open`` while a criterion is not met.
        DomainError: ``evidence.no_account``.
    """
    if act.user is None:
        raise DomainError("evidence.no_account")
    assessment = derive(facts(session, goal_id, act.on))
    review = find_review(session, goal_id)
    if review is not None and review.is_signed:
        raise Conflict("evidence.review_signed")
    if any(one.criterion.level == 1 and one.stops for one in assessment.findings):
        raise Conflict("evidence.level_1_open")
    if review is None:  # everything was attested
        review = GoalReview(
            id=derived(goal_id, "review"),
            goal_id=goal_id,
            facts={},
            created_at=act.at,
            created_by_id=act.user,
        )
        session.add(review)
    review.signed_by_id, review.signed_at = act.user, act.at
    review.signoff_revoked_at, review.revoke_reason = None, ""
    audit.record(session, act, "evidence.sign", "goal_review", review.id, goal_id=str(goal_id))
    return review


def revoke_review(session: Session, act: Act, goal_id: UUID, reason: str) -> GoalReview:
    """Take the signature under level 1 back.

    Raises:
        NotFound: the goal is not there.
        Conflict: ``evidence.not_signed``.
        DomainError: ``evidence.no_reason``.
    """
    current_edition(session, goal_id)
    review = find_review(session, goal_id)
    if review is None or not review.is_signed:
        raise Conflict("evidence.not_signed")
    if not reason.strip():
        raise DomainError("evidence.no_reason")
    review.signoff_revoked_at, review.revoke_reason = act.at, reason
    audit.record(session, act, "evidence.revoke", "goal_review", review.id, goal_id=str(goal_id))
    return review


def _address(url: str) -> str:
    """Return an address that a browser may be sent to."""
    if url:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise DomainError("evidence.bad_url")
    return url


def add_item(  # noqa: PLR0913 - each is read by name
    session: Session,
    act: Act,
    item_id: UUID,
    goal_id: UUID,
    *,
    title: str,
    source: str,
    finding: str,
    supports: bool,
    url: str = "",
) -> EvidenceItem:
    """Add a document, publication or observation for or against the current edition of a goal.

    Raises:
        NotFound: the goal is not there.
        DomainError: ``evidence.bad_url``.
    """
    known = session.get(EvidenceItem, (session.info["programme_id"], item_id))
    if known is not None:
        return known
    edition = current_edition(session, goal_id)
    item = EvidenceItem(
        id=item_id,
        goal_id=goal_id,
        goal_edition_id=edition.id,
        title=title,
        source=source,
        url=_address(url),
        finding=finding,
        supports=supports,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(item)
    audit.record(session, act, "evidence.write", "evidence_item", item.id, goal_id=str(goal_id))
    return item


def sign_assessment(
    session: Session, act: Act, record_id: UUID, goal_id: UUID, sha256: str
) -> AssessmentRecord:
    """Sign the rung that is derived now, with everything it rests on.

    Args:
        session: of the programme.
        act: who signs; an account.
        record_id: of the record to make.
        goal_id: the goal.
        sha256: hash of the inputs that the signer read.

    Raises:
        NotFound: the goal is not there.
        Conflict: ``evidence.changed_meanwhile`` when the inputs are no longer those.
        DomainError: ``evidence.no_account``.
    """
    known = session.get(AssessmentRecord, (session.info["programme_id"], record_id))
    if known is not None:
        return known
    if act.user is None:
        raise DomainError("evidence.no_account")
    edition = current_edition(session, goal_id)
    evidence = facts(session, goal_id, act.on)
    inputs = canonical(evidence)
    if digest(inputs) != sha256:
        raise Conflict("evidence.changed_meanwhile")
    assessment = derive(evidence)
    record = AssessmentRecord(
        id=record_id,
        goal_id=goal_id,
        goal_edition_id=edition.id,
        rung=assessment.rung,
        statuses=[status.value for status in assessment.statuses],
        inputs=inputs,
        sha256=sha256,
        ladder_version=LADDER_VERSION,
        signed_by_id=act.user,
        at=act.at,
    )
    session.add(record)
    audit.record(
        session,
        act,
        "evidence.sign",
        "assessment_record",
        record.id,
        goal_id=str(goal_id),
        rung=record.rung,
        sha256=sha256,
    )
    return record
