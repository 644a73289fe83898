"""What comes out of the ladder: findings, statuses with their causes, and the rung."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from toc.domain.evidence.criteria import LADDER_VERSION, Criterion
from toc.domain.evidence.judged import Value, Why

TOP = 5


class Status(StrEnum):
    """What must be said beside a rung; the gravest first."""

    HARM_FLAG = "harm_flag"
    INTEGRITY_FAILURE = "integrity_failure"
    SIGNOFF_REVOKED = "signoff_revoked"
    CONTESTED = "contested"
    NO_EFFECT_FOUND = "no_effect_found"
    VERSION_MISMATCH = "version_mismatch"
    UNREPORTED_STUDY = "unreported_study"
    STALE = "stale"
    EXPLORATORY = "exploratory"
    CURRENT_WITH_RESERVATIONS = "current_with_reservations"
    PENDING_SIGNOFF = "pending_signoff"
    CURRENT = "current"

    @property
    def key(self) -> str:
        """The key of its text."""
        return f"evidence.status.{self.value}"


class Outcome(StrEnum):
    """What was found of a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


class Basis(StrEnum):
    """What a finding rests on."""

    COMPUTED = "computed"
    ATTESTED = "attested"


WHY_IS_STATUS: Mapping[Why, Status] = MappingProxyType(
    {
        Why.NOT_SIGNED: Status.PENDING_SIGNOFF,
        Why.REVOKED: Status.SIGNOFF_REVOKED,
        Why.PLAN_TOO_LATE: Status.EXPLORATORY,
        Why.DEVIATES: Status.EXPLORATORY,
        Why.MANUAL_OVERDUE: Status.STALE,
    }
)
"""Reasons that do not make research worse, but keep it from counting, and the status each gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a status holds.

    ``study`` is the study it comes from; None stands for the tree, the pooled estimate, the registry or the
    manual.
    """

    status: Status
    study: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one criterion.

    Attributes:
        criterion: the criterion.
        outcome: met, not met or not applicable.
        basis: computed from facts, or attested by an evaluator.
        why: the reason; ``params`` are the values it names.
        facts: names of the facts that are missing or that deny it; each has a text ``evidence.fact.<name>``.
        study: id of the study looked at, for levels 2 and 3.
    """

    criterion: Criterion
    outcome: Outcome
    basis: Basis
    why: Why
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)
    facts: tuple[str, ...] = ()
    study: str | None = None

    @property
    def stops(self) -> bool:
        """Whether this keeps the rung from being reached."""
        return self.criterion.blocking and self.outcome is Outcome.NOT_MET


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReading:
    """What one study does for level 2 or 3.

    Attributes:
        study: its id.
        level: 2 or 3.
        findings: one per criterion of that level.
        causes: what would keep it from counting although the research itself suffices: age, a missing
            signature ...
    """

    study: str
    level: int
    findings: tuple[Finding, ...]
    causes: tuple[Cause, ...]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """The criteria that keep it from its level."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def counts(self) -> bool:
        """Whether the study carries its level."""
        return not self.causes and not self.missing

    @property
    def held_back(self) -> bool:
        """Whether it would carry its level but for its causes."""
        return bool(self.causes) and all(finding.why in WHY_IS_STATUS for finding in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The rung, and everything it rests on.

    Attributes:
        rung: 0 to 5.
        statuses: what must be said beside it, gravest first; never empty.
        causes: where the statuses come from.
        findings: one per criterion; for levels 2 and 3 those of the study that comes nearest.
        readings: every study at level 2, and every comparison at level 3.
        reviewed: an evaluator signed level 1; without it rung 1 is the programme's own statement.
        ladder_version: the version of the criteria.
    """

    rung: int
    statuses: tuple[Status, ...]
    causes: tuple[Cause, ...]
    findings: tuple[Finding, ...]
    readings: tuple[StudyReading, ...]
    reviewed: bool
    ladder_version: str = LADDER_VERSION

    @property
    def status(self) -> Status:
        """The gravest status."""
        return self.statuses[0]

    @property
    def own_statement(self) -> bool:
        """Whether this is "own statement, not yet reviewed"."""
        return self.rung == 1 and not self.reviewed

    @property
    def next_rung(self) -> int | None:
        """The rung above, if there is one."""
        return None if self.rung == TOP else self.rung + 1

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What the next rung still needs.

        May be empty: then the signature under level 1, or one of ``causes``, stands in the way.
        """
        return tuple(one for one in self.findings if one.criterion.level == self.next_rung and one.stops)
