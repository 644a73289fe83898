"""Evidence: what is recorded about goals, the rung that follows from it, and who signs what.

``facts`` reads what is recorded into the domain's facts, ``views`` gathers what a page shows, ``studies`` and
``reviews`` hold the verbs.
"""

from toc.services.evidence.facts import Records, assess, facts, load, rungs
from toc.services.evidence.reviews import (
    add_item,
    attest,
    find_review,
    record_review,
    revoke_review,
    sign_assessment,
    sign_review,
)
from toc.services.evidence.studies import (
    StudyDraft,
    carry_over,
    edit_study,
    get_study,
    indicator_editions,
    record_study,
    revoke_signature,
    sign_study,
)
from toc.services.evidence.views import (
    GoalEvidence,
    GoalHead,
    GoalLine,
    Overview,
    SignedRung,
    StudyEvidence,
    goal_evidence,
    goal_head,
    overview,
    signed_before,
    signed_rung,
    study_evidence,
)

__all__ = [
    "GoalEvidence",
    "GoalHead",
    "GoalLine",
    "Overview",
    "Records",
    "SignedRung",
    "StudyDraft",
    "StudyEvidence",
    "add_item",
    "assess",
    "attest",
    "carry_over",
    "edit_study",
    "facts",
    "find_review",
    "get_study",
    "goal_evidence",
    "goal_head",
    "indicator_editions",
    "load",
    "overview",
    "record_review",
    "record_study",
    "revoke_review",
    "revoke_signature",
    "rungs",
    "sign_assessment",
    "sign_review",
    "sign_study",
    "signed_before",
    "signed_rung",
    "study_evidence",
]
