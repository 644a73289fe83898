"""Studies: typed in, signed by somebody else, and carried over to a later edition of their goal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.evidence import Design, recorded
from toc.domain.people import may_sign
from toc.models.evidence import Study, StudyTransfer
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition
from toc.services import audit
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDraft:
    """A study as it is typed in.

    Attributes:
        title: in a few words.
        source: publication, report or file that the figures were taken from.
        design: how the study knows what changed.
        measured_on: when the outcomes were measured.
        indicator_edition_id: the indicator that was measured, if it is one of the goal's.
        facts: by the names of `toc.domain.evidence.recorded`; an absent one and None mean: not recorded.
    """

    title: str
    source: str
    design: Design
    measured_on: date
    indicator_edition_id: UUID | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study) -> "StudyDraft":
        """Return what a study says now."""
        return cls(
            title=study.title,
            source=study.source,
            design=study.design,
            measured_on=study.measured_on,
            indicator_edition_id=study.indicator_edition_id,
            facts=study.facts,
        )

    def with_facts(self, named: Mapping[str, object]) -> "StudyDraft":
        """Return the same study with other facts."""
        return replace(self, facts=named)


def current_edition(session: Session, goal_id: UUID) -> GoalEdition:
    """Return the edition that a goal has now.

    Raises:
        NotFound: there is no such goal in this programme.
    """
    edition = session.scalar(
        select(GoalEdition)
        .join(Goal, (Goal.programme_id == GoalEdition.programme_id) & (Goal.id == GoalEdition.goal_id))
        .where(
            Goal.programme_id == session.info["programme_id"],
            Goal.id == goal_id,
            GoalEdition.number == Goal.edition,
        )
    )
    if edition is None:
        raise NotFound
    return edition


def get_study(session: Session, study_id: UUID) -> Study:
    """Return a study of this programme.

    Raises:
        NotFound: there is none with this id.
    """
    study = session.get(Study, (session.info["programme_id"], study_id))
    if study is None:
        raise NotFound
    return study


def indicator_editions(session: Session, goal_id: UUID) -> list[tuple[Indicator, IndicatorEdition]]:
    """Return the indicators of a goal, each with its current edition."""
    rows = session.execute(
        select(Indicator, IndicatorEdition)
        .join(
            IndicatorEdition,
            (IndicatorEdition.programme_id == Indicator.programme_id)
            & (IndicatorEdition.indicator_id == Indicator.id)
            & (IndicatorEdition.number == Indicator.edition),
        )
        .where(Indicator.programme_id == session.info["programme_id"], Indicator.goal_id == goal_id)
        .order_by(Indicator.code)
    )
    return [(indicator, edition) for indicator, edition in rows]


def _check_indicator(session: Session, goal_id: UUID, edition_id: UUID | None) -> None:
    if edition_id is None:
        return
    found = session.scalar(
        select(IndicatorEdition.id)
        .join(
            Indicator,
            (Indicator.programme_id == IndicatorEdition.programme_id)
            & (Indicator.id == IndicatorEdition.indicator_id),
        )
        .where(
            IndicatorEdition.programme_id == session.info["programme_id"],
            IndicatorEdition.id == edition_id,
            Indicator.goal_id == goal_id,
        )
    )
    if found is None:
        raise NotFound


def _checked(act: Act, draft: StudyDraft) -> dict[str, object]:
    """Return the facts as they are kept, once they are known to mean something."""
    if draft.measured_on > act.on:
        raise DomainError("evidence.measured_later")
    kept = {name: fact for name, fact in draft.facts.items() if fact is not None}
    recorded.study(kept, id="", design=draft.design, measured_on=draft.measured_on, on=act.on)
    return kept


def _must_be_unsigned(study: Study) -> None:
    if study.is_signed:
        raise Conflict("evidence.study_signed")


def record_study(session: Session, act: Act, study_id: UUID, goal_id: UUID, draft: StudyDraft) -> Study:
    """Add a study of the current edition of a goal; the same id again makes no second one.

    Raises:
        NotFound: the goal or the indicator is not there.
        DomainError: the facts mean nothing, or the outcomes are measured later than today.
    """
    known = session.get(Study, (session.info["programme_id"], study_id))
    if known is not None:
        return known
    edition = current_edition(session, goal_id)
    _check_indicator(session, goal_id, draft.indicator_edition_id)
    study = Study(
        id=study_id,
        code=next_code(session, CodeKind.STUDY),
        goal_id=goal_id,
        goal_edition_id=edition.id,
        indicator_edition_id=draft.indicator_edition_id,
        title=draft.title,
        source=draft.source,
        design=draft.design,
        measured_on=draft.measured_on,
        facts=_checked(act, draft),
        entered_by_id=act.user,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(study)
    audit.record(session, act, "evidence.write", "study", study.id, goal_id=str(goal_id), code=study.code)
    return study


def edit_study(session: Session, act: Act, study_id: UUID, draft: StudyDraft, revision: int) -> Study:
    """Change a study that nobody has signed; who changes it last counts as who entered it.

    Raises:
        NotFound: the study or the indicator is not there.
        Conflict: ``evidence.study_signed``.
        Stale: somebody else changed it; ``theirs`` is what it says now, facts by their names.
        DomainError: the facts mean nothing, or the outcomes are measured later than today.
    """
    study = get_study(session, study_id)
    _must_be_unsigned(study)
    if study.revision != revision:
        theirs = {name: getattr(study, name) for name in ("title", "source", "design", "measured_on")}
        theirs |= {"indicator_edition_id": study.indicator_edition_id, **study.facts}
        raise Stale(theirs, study.revision)
    _check_indicator(session, study.goal_id, draft.indicator_edition_id)
    study.facts = _checked(act, draft)
    study.title, study.source = draft.title, draft.source
    study.design, study.measured_on = draft.design, draft.measured_on
    study.indicator_edition_id = draft.indicator_edition_id
    study.entered_by_id = act.user
    audit.record(session, act, "evidence.write", "study", study.id, revision=study.revision)
    return study


def sign_study(session: Session, act: Act, study_id: UUID, revision: int) -> Study:
    """Put a signature under a study as it was read.

    Args:
        session: of the programme.
        act: who signs; an account.
        study_id: the study.
        revision: that the signer read.

    Raises:
        NotFound: the study is not there.
        Conflict: ``evidence.study_signed``; ``evidence.changed_meanwhile`` when it changed since it was read.
        DomainError: ``evidence.own_data`` when the signer entered it; ``evidence.no_account``.
    """
    study = get_study(session, study_id)
    _must_be_unsigned(study)
    if act.user is None:
        raise DomainError("evidence.no_account")
    if study.revision != revision:
        raise Conflict("evidence.changed_meanwhile")
    may_sign(act.user, entered_by={one for one in (study.entered_by_id, study.created_by_id) if one})
    study.signed_by_id, study.signed_at = act.user, act.at
    study.signoff_revoked_at, study.revoke_reason = None, ""
    audit.record(session, act, "evidence.sign", "study", study.id, revision=study.revision)
    return study


def revoke_signature(session: Session, act: Act, study_id: UUID, reason: str) -> Study:
    """Take the signature under a study back; what rested on it falls.

    Raises:
        NotFound: the study is not there.
        Conflict: ``evidence.not_signed``.
        DomainError: ``evidence.no_reason``.
    """
    study = get_study(session, study_id)
    if not study.is_signed:
        raise Conflict("evidence.not_signed")
    if not reason.strip():
        raise DomainError("evidence.no_reason")
    study.signoff_revoked_at, study.revoke_reason = act.at, reason
    audit.record(session, act, "evidence.revoke", "study", study.id, revision=study.revision)
    return study


def carry_over(session: Session, act: Act, transfer_id: UUID, study_id: UUID, reason: str) -> StudyTransfer:
    """Let a study of an earlier edition hold for the goal as it is worded now.

    Raises:
        NotFound: the study is not there.
        Conflict: ``evidence.already_holds`` when it is about this edition already.
        DomainError: ``evidence.no_reason``.
    """
    study = get_study(session, study_id)
    edition = current_edition(session, study.goal_id)
    known = session.scalar(
        select(StudyTransfer).where(
            StudyTransfer.programme_id == study.programme_id,
            StudyTransfer.study_id == study.id,
            StudyTransfer.goal_edition_id == edition.id,
        )
    )
    if known is not None:
        return known
    if study.goal_edition_id == edition.id:
        raise Conflict("evidence.already_holds")
    if not reason.strip():
        raise DomainError("evidence.no_reason")
    transfer = StudyTransfer(
        id=transfer_id,
        study_id=study.id,
        goal_edition_id=edition.id,
        reason=reason,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(transfer)
    audit.record(session, act, "evidence.carry_over", "study", study.id, edition=edition.number)
    return transfer
