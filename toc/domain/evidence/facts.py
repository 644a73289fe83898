"""What is recorded about a programme, as the evidence ladder reads it.

``None`` always means: not recorded. An absent fact is not met, but an evaluator may attest the criterion; a
fact that was recorded is never overruled by an attestation. One ``Evidence`` is about one edition of the
programme, one primary outcome and one population.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from toc.domain.errors import DomainError
from toc.domain.evidence.criteria import BY_ID, Subject


def _refuse_unless(good: bool, key: str, **params: object) -> None:  # noqa: FBT001  (reads as a sentence)
    if not good:
        raise DomainError(f"evidence.{key}", **params)


def _refuse_bad_shares(record: object, names: Iterable[str]) -> None:
    for name in names:
        value = getattr(record, name)
        _refuse_unless(value is None or 0 <= value <= 1, "bad_share", fact=name)


def _refuse_negative(record: object, names: Iterable[str]) -> None:
    for name in names:
        value = getattr(record, name)
        _refuse_unless(value is None or (isfinite(value) and value >= 0), "negative", fact=name)


class Design(StrEnum):
    """How a study knows what changed, or what would have happened otherwise."""

    POST_ONLY = "post_only"
    """Questions afterwards only. Never more than level 1."""
    PRE_POST = "pre_post"
    """The same people before and after."""
    HISTORICAL = "historical"
    """After, against a known rate before entry or an earlier cohort: for outcomes without a true "before"."""
    QED = "qed"
    """A comparison group that was not drawn by lot."""
    DID = "did"
    """Before and after, in the programme and in a comparison group (difference in differences)."""
    OTHER_JUSTIFIED = "other_justified"
    """Another justified method: interrupted time series, regression discontinuity, synthetic control."""
    RCT = "rct"
    """Two groups drawn by lot."""

    @property
    def compares(self) -> bool:
        """Whether the design says what would have happened without the programme."""
        return self in {Design.QED, Design.DID, Design.OTHER_JUSTIFIED, Design.RCT}


class PlanLock(StrEnum):
    """When the analysis plan was locked."""

    BEFORE_OUTCOMES = "before_outcomes"
    """Before anyone saw outcome data."""
    BEFORE_UPLOAD = "before_upload"
    """Before the outcome data were uploaded, but somebody may have seen some."""
    TOO_LATE = "too_late"
    """After the upload, or never."""


class Independence(StrEnum):
    """How far the evaluator of a study stands from the programme."""

    INTERNAL = "internal"
    OTHER_UNIT = "other_unit"
    EXTERNAL_PAID = "external_paid"
    EXTERNAL_INDEPENDENT = "external_independent"

    @property
    def external(self) -> bool:
        """Whether the evaluator belongs to another organisation than the owner of the programme."""
        return self in {Independence.EXTERNAL_PAID, Independence.EXTERNAL_INDEPENDENT}


class SmallSample(StrEnum):
    """Why fewer people than the threshold may still count at level 2."""

    ALL_PARTICIPANTS = "all_participants"
    EXACT_TEST = "exact_test"


class Direction(StrEnum):
    """What an interval says."""

    WANTED = "wanted"
    UNCLEAR = "unclear"
    OPPOSITE = "opposite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect estimate with its interval, as a difference: no change is 0.

    A ratio is entered as its logarithm, so that no change is 0 there too.

    Attributes:
        estimate: the difference, in the unit of the outcome; None when only the interval is known.
        low: lower end of the interval.
        high: upper end, >= low.
        higher_is_better: which way participants want the outcome to go.
        confidence: confidence level of the interval, a fraction.

    Raises:
        DomainError: ``evidence.bad_interval`` or ``evidence.bad_share``.
    """

    low: float
    high: float
    estimate: float | None = None
    higher_is_better: bool = True
    confidence: float = 0.95

    def __post_init__(self) -> None:
        """Refuse an interval that is upside down, infinite, or does not hold its own estimate."""
        middle = self.low if self.estimate is None else self.estimate
        finite = isfinite(self.low) and isfinite(self.high) and isfinite(middle)
        _refuse_unless(finite and self.low <= middle <= self.high, "bad_interval", fact="effect")
        _refuse_bad_shares(self, ("confidence",))

    @property
    def direction(self) -> Direction:
        """Whether the interval lies wholly on one side of no change, and on which."""
        if self.low <= 0 <= self.high:
            return Direction.UNCLEAR
        return Direction.WANTED if (self.low > 0) is self.higher_is_better else Direction.OPPOSITE

    @property
    def leans_wanted(self) -> bool | None:
        """Whether the estimate itself goes the wanted way; None when that is not known."""
        if self.direction is not Direction.UNCLEAR:
            return self.direction is Direction.WANTED
        return (
            None
            if self.estimate is None
            else self.estimate != 0 and (self.estimate > 0) is self.higher_is_better
        )

    def smaller_than(self, smallest: float | None) -> bool:
        """Whether the whole interval is inside the smallest effect that would matter."""
        return smallest is not None and -smallest < self.low and self.high < smallest


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFacts:
    """What the goal tree and its review show (level 1). Counts are of things in the agreed tree."""

    problem_described: bool | None = None
    target_group_described: bool | None = None
    target_size_described: bool | None = None
    activities: int | None = None
    activities_reaching_an_end: int | None = None
    without_cycles: bool | None = None
    key_links: int | None = None
    """All links, where none is marked as a key link."""
    key_links_complete: int | None = None
    """With a mechanism, at least one assumption and a confidence."""
    key_links_sourced: int | None = None
    """With at least one external source, or marked untested."""
    primary_outcomes: int | None = None
    primary_outcomes_complete: int | None = None
    """With indicator, unit, direction, target and date."""
    counterfactual_described: bool | None = None
    groups: int | None = None
    """Stakeholder groups."""
    groups_consulted: int | None = None
    goals_merged: bool | None = None
    conflicts_open: int | None = None
    """Conflicts between goals that nobody has decided, or agreed to differ on."""
    plan_for_level_2: bool | None = None
    plausible: int | None = None
    """1 to 4, as are the next two."""
    doable: int | None = None
    testable: int | None = None
    scored_by_other: bool | None = None
    """The three scores were given by someone who did not write the tree."""
    signed_by: str | None = None
    """The evaluator who reviewed the whole of level 1."""
    signoff_revoked: bool = False

    def __post_init__(self) -> None:
        """Refuse parts that exceed their whole and scores outside 1 to 4."""
        counts = ("activities", "key_links", "primary_outcomes", "groups", "conflicts_open")
        _refuse_negative(self, counts)
        for whole, part in (
            ("activities", "activities_reaching_an_end"),
            ("key_links", "key_links_complete"),
            ("key_links", "key_links_sourced"),
            ("primary_outcomes", "primary_outcomes_complete"),
            ("groups", "groups_consulted"),
        ):
            total, done = getattr(self, whole), getattr(self, part)
            _refuse_unless(done is None or (total is not None and 0 <= done <= total), "bad_count", fact=part)
        for name in ("plausible", "doable", "testable"):
            score = getattr(self, name)
            _refuse_unless(score is None or 1 <= score <= 4, "bad_score", fact=name)  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study of the primary outcome (levels 2 and 3). Shares are fractions.

    ``age_months`` is the time since the outcomes were measured. ``dataset_matches``, ``version_matches`` and
    ``signoff_revoked`` are events, so they start as "nothing happened".
    """

    id: str
    design: Design
    age_months: float
    effect: Effect | None = None
    """The change (no comparison group) or the difference between the groups."""
    smallest_effect: float | None = None
    """The smallest effect that would matter, in the unit of the estimate; > 0."""
    plan_lock: PlanLock | None = None
    deviates_from_plan: bool = False
    """The analysis is not the one that was planned: exploratory."""
    harm_unresolved: bool | None = None
    """A sign that participants are worse off: True not yet looked into; False looked for, none left."""
    entered_by: str | None = None
    signed_by: str | None = None
    signoff_revoked: bool = False
    dataset_matches: bool = True
    """False: data or plan were lost or changed, so that the estimate cannot be computed again."""
    version_matches: bool = True
    """False: done on an older edition of the programme, and not linked to this one by an evaluator."""

    same_instrument: bool | None = None
    instrument_quality: bool | None = None
    baseline_known: bool | None = None
    """Historical design: the rate before entry or the earlier cohort, with its source."""
    n_paired: int | None = None
    small_sample: SmallSample | None = None
    response: float | None = None
    nonresponse_compared: bool | None = None

    comparison_justified: bool | None = None
    estimand_named: bool | None = None
    n1: int | None = None
    """Analysed in the programme group."""
    n0: int | None = None
    """Analysed in the comparison group."""
    max_baseline_es: float | None = None
    """Largest baseline difference, outcome and key covariates, in standard deviations, without sign."""
    adjusted: bool | None = None
    """The analysis adjusts for those baseline values."""
    attrition_overall: float | None = None
    attrition_diff: float | None = None
    """Difference in attrition between the groups, without sign."""
    optimistic_boundary_because: str = ""
    """Why the plan chose the optimistic attrition boundary; empty: the cautious one."""
    itt: bool | None = None
    """Analysed as assigned."""
    clustered: bool | None = None
    """Groups or sites, not single persons, were assigned or compared."""
    n_clusters_t: int | None = None
    n_clusters_c: int | None = None
    se_matches_assignment: bool | None = None
    mde: float | None = None
    """Smallest effect the study could detect, as reported; > 0."""
    primary: bool | None = None
    """The outcome is a declared primary outcome of the plan."""
    primary_outcomes: int | None = None
    """How many primary outcomes the plan declares."""
    multiplicity_corrected: bool | None = None
    """The interval is corrected for several primary outcomes (Holm)."""
    sensitivity_same_sign: bool | None = None
    """At least one sensitivity analysis declared beforehand, with the same sign."""
    weighting_used: bool | None = None
    overlap_ok: bool | None = None
    parallel_trends_ok: bool | None = None
    independence: Independence | None = None
    conflicts_declared: bool | None = None
    organisation: str | None = None
    """Of the evaluator."""
    site: str | None = None
    """Where, or by which organisation, the programme was delivered."""

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1 and counts, ages or sizes below 0."""
        _refuse_bad_shares(self, ("response", "attrition_overall", "attrition_diff"))
        counts = ("n_paired", "n1", "n0", "n_clusters_t", "n_clusters_c", "primary_outcomes")
        _refuse_negative(self, (*counts, "age_months", "max_baseline_es"))
        for name in ("smallest_effect", "mde"):
            value = getattr(self, name)
            _refuse_unless(value is None or (isfinite(value) and value > 0), "not_positive", fact=name)

    @property
    def direction(self) -> Direction | None:
        """What the interval says, if there is one."""
        return None if self.effect is None else self.effect.direction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationFacts:
    """What is known about the studies together (level 4)."""

    same_core_components: bool | None = None
    deviation_log: bool | None = None
    pooled: Effect | None = None
    """Random-effects pooled estimate. Typed in with its source; the application does not compute it yet."""
    prediction_interval_shown: bool | None = None
    hartung_knapp: bool | None = None
    """The pooled interval is Hartung-Knapp with q >= 1."""
    unreported_studies: int | None = None
    """Registered studies past their due date without a report."""
    cost_recorded: bool | None = None
    """Cost per participant."""
    delivery_document: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        _refuse_negative(self, ("unreported_studies",))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingFacts:
    """What keeps the results the same elsewhere (level 5)."""

    manual_matches_edition: bool | None = None
    manual_months_since_review: float | None = None
    training: bool | None = None
    quality_procedures: bool | None = None
    fidelity_by_site: tuple[float, ...] | None = None
    """Share of the core components delivered as described, per site run by others."""
    sites_positive: int | None = None
    """Sites whose ongoing monitoring is positive."""
    erosion: bool | None = None
    """The effect has become smaller than the replication estimate."""

    def __post_init__(self) -> None:
        """Refuse negative counts and fidelities outside 0 to 1."""
        _refuse_negative(self, ("manual_months_since_review", "sites_positive"))
        for share in self.fidelity_by_site or ():
            _refuse_unless(0 <= share <= 1, "bad_share", fact="fidelity_by_site")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """An evaluator says of one criterion whether it is met, and why.

    Attributes:
        criterion: id of the criterion, for example "2.3".
        met: what the evaluator found.
        reason: in words; shown wherever the criterion is shown.
        by: the evaluator.
        study: id of the study, for the criteria of levels 2 and 3; else None.

    Raises:
        DomainError: the criterion does not exist or cannot be attested, the study is missing or needless, or
            the reason or the evaluator is empty.
    """

    criterion: str
    met: bool
    reason: str
    by: str
    study: str | None = None

    def __post_init__(self) -> None:
        """Refuse an attestation that says nothing or that nobody may give."""
        known = BY_ID.get(self.criterion)
        if known is None or not known.attestable:
            raise DomainError("evidence.not_attestable", criterion=self.criterion)
        _refuse_unless(bool(self.reason.strip()), "no_reason", fact="reason")
        _refuse_unless(bool(self.by.strip()), "no_name", fact="by")
        about_study = known.subject is Subject.STUDY
        _refuse_unless(about_study == (self.study is not None), "study_expected", fact="study")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that decides the rung of one primary outcome.

    Attestations are in order of time: of two about the same thing the later counts.

    Raises:
        DomainError: two studies share an id, or an attestation is about a study that is not here.
    """

    tree: TreeFacts = TreeFacts()
    studies: tuple[Study, ...] = ()
    replication: ReplicationFacts = ReplicationFacts()
    scaling: ScalingFacts = ScalingFacts()
    attestations: tuple[Attestation, ...] = ()

    def __post_init__(self) -> None:
        """Refuse studies that cannot be told apart and attestations about nothing."""
        ids = {study.id for study in self.studies}
        _refuse_unless(len(ids) == len(self.studies), "same_study_twice", fact="studies")
        for one in self.attestations:
            _refuse_unless(one.study is None or one.study in ids, "unknown_study", fact="study")
