"""The evidence ladder: which rung (0 to 5) a programme stands on, derived from recorded facts.

``derive`` is the one verb. ``facts`` is what goes in, ``criteria`` and ``thresholds`` what is asked,
``rules`` and ``study_rules`` how each criterion is judged, ``assessment`` what comes out, ``peers`` what
other ladders call it. ``recorded`` reads facts as they were typed in, ``signed`` is an assessment under a
signature, ``intervals`` draws effects.
"""

from toc.domain.evidence.assessment import Assessment, Basis, Cause, Finding, Outcome, Status, StudyReading
from toc.domain.evidence.criteria import BY_ID, CRITERIA, LADDER_VERSION, Criterion, Kind, Subject
from toc.domain.evidence.derive import derive
from toc.domain.evidence.facts import (
    Attestation,
    Design,
    Direction,
    Effect,
    Evidence,
    Independence,
    PlanLock,
    ReplicationFacts,
    ScalingFacts,
    SmallSample,
    Study,
    TreeFacts,
)
from toc.domain.evidence.intervals import Plot, place
from toc.domain.evidence.judged import Why
from toc.domain.evidence.peers import COMPARISONS, Comparison, Peer, Relation, comparable
from toc.domain.evidence.recorded import Part, Scale
from toc.domain.evidence.signed import Since, Turned, canonical, digest, evidence_of, since
from toc.domain.evidence.thresholds import DEFAULTS, Thresholds

__all__ = [
    "BY_ID",
    "COMPARISONS",
    "CRITERIA",
    "DEFAULTS",
    "LADDER_VERSION",
    "Assessment",
    "Attestation",
    "Basis",
    "Cause",
    "Comparison",
    "Criterion",
    "Design",
    "Direction",
    "Effect",
    "Evidence",
    "Finding",
    "Independence",
    "Kind",
    "Outcome",
    "Part",
    "Peer",
    "PlanLock",
    "Plot",
    "Relation",
    "ReplicationFacts",
    "Scale",
    "ScalingFacts",
    "Since",
    "SmallSample",
    "Status",
    "Study",
    "StudyReading",
    "Subject",
    "Thresholds",
    "TreeFacts",
    "Turned",
    "Why",
    "canonical",
    "comparable",
    "derive",
    "digest",
    "evidence_of",
    "place",
    "since",
]
