"""What a rule answers, and the few ways in which rules look at facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Value = int | float | str


class Why(StrEnum):
    """Why a criterion is met or not. The texts name the params in braces; ``key`` is the text's key."""

    RECORDED = "recorded"
    DENIED = "denied"
    NOT_RECORDED = "not_recorded"
    ATTESTED = "attested"
    """{by}: {reason}"""
    ATTESTED_NOT = "attested_not"
    """{by}: {reason}"""
    NO_STUDY = "no_study"
    NOT_NEEDED = "not_needed"

    COUNT = "count"
    """{value} of {total}"""
    MINIMUM = "minimum"
    """{value}; at least {limit}"""
    SMALL_SAMPLE = "small_sample"
    """{value}, fewer than {limit}, but {basis}"""
    CONFIDENCE_TOO_LOW = "confidence_too_low"
    """{value}; at least {limit}"""

    POST_ONLY = "post_only"
    PLAN_TOO_LATE = "plan_too_late"
    DEVIATES = "deviates"
    HARM_FOUND = "harm_found"
    NOT_SIGNED = "not_signed"
    REVOKED = "revoked"
    SIGNED_BY_ENTERER = "signed_by_enterer"
    NOT_INDEPENDENT = "not_independent"

    INTERVAL_WANTED = "interval_wanted"
    """{low} to {high}"""
    INTERVAL_UNCLEAR = "interval_unclear"
    """{low} to {high}"""
    INTERVAL_NO_EFFECT = "interval_no_effect"
    """{low} to {high}, inside {smallest}"""
    INTERVAL_OPPOSITE = "interval_opposite"
    """{low} to {high}"""
    NOT_CORRECTED = "not_corrected"
    """{total} primary outcomes"""

    BASELINE_NOT_NEEDED = "baseline_not_needed"
    BASELINE_CLOSE = "baseline_close"
    """{value} against {limit}"""
    BASELINE_ADJUSTED = "baseline_adjusted"
    """{value} against {limit}"""
    BASELINE_NOT_ADJUSTED = "baseline_not_adjusted"
    """{value} against {limit}"""
    BASELINE_APART = "baseline_apart"
    """{value} against {limit}"""
    ATTRITION_LOW = "attrition_low"
    """{overall}, {differential}, {boundary}"""
    ATTRITION_HIGH = "attrition_high"
    """{overall}, {differential}, {boundary}"""
    BY_PERSON = "by_person"
    FEW_CLUSTERS = "few_clusters"
    """{value}; a warning below {limit}"""

    SAME_EVALUATOR_OR_SITE = "same_evaluator_or_site"
    EACH_WANTED = "each_wanted"
    NOT_EACH_WANTED = "not_each_wanted"
    MANUAL_OVERDUE = "manual_overdue"
    """{value} months; at most {limit}"""

    @property
    def key(self) -> str:
        """The key of its text."""
        return f"evidence.why.{self.value}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule makes of the recorded facts.

    Attributes:
        met: True or False by what is recorded; None when something needed is not recorded.
        why: the reason.
        params: the values that the reason names.
        facts: names of the facts that are missing or that deny the criterion.
        applies: False when the criterion does not apply here; then ``met`` is True.
    """

    met: bool | None
    why: Why
    params: Mapping[str, Value] = field(default_factory=dict, hash=False)
    facts: tuple[str, ...] = ()
    applies: bool = True


NOT_NEEDED = Judged(met=True, why=Why.NOT_NEEDED, applies=False)


def holds(record: object, *names: str) -> Judged:
    """Judge facts that are each simply so, not so, or not recorded."""
    values = {name: getattr(record, name) for name in names}
    if denied := tuple(name for name, value in values.items() if value is False):
        return Judged(met=False, why=Why.DENIED, facts=denied)
    if absent := tuple(name for name, value in values.items() if value is None):
        return not_recorded(*absent)
    return Judged(met=True, why=Why.RECORDED)


def not_recorded(*facts: str) -> Judged:
    """Judge that these facts are needed and absent."""
    return Judged(met=None, why=Why.NOT_RECORDED, facts=facts)


def every(record: object, whole: str, part: str) -> Judged:
    """Judge that there is something to count and that all of it is complete."""
    total, done = getattr(record, whole), getattr(record, part)
    if total is None or (done is None and total > 0):
        return not_recorded(whole if total is None else part)
    met = 0 < total == done
    return Judged(
        met=met, why=Why.COUNT, params={"value": done or 0, "total": total}, facts=() if met else (part,)
    )


def at_least(value: float | None, limit: float, fact: str) -> Judged:
    """Judge a number against its lower limit."""
    if value is None:
        return not_recorded(fact)
    met = value >= limit
    return Judged(
        met=met, why=Why.MINIMUM, params={"value": value, "limit": limit}, facts=() if met else (fact,)
    )


def together(*parts: Judged) -> Judged:
    """Judge several parts at once: the first that is denied, else all that is missing, else the first."""
    if denied := [part for part in parts if part.met is False]:
        return denied[0]
    if absent := [part for part in parts if part.met is None]:
        return not_recorded(*(fact for part in absent for fact in part.facts))
    return parts[0]
