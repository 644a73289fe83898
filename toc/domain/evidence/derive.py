"""The rung of the evidence ladder, derived from what is recorded. Nobody types a rung.

The rung is the largest level of which all blocking criteria hold, with those of every level below it: no rung
is skipped. What lowers a rung, or must be said beside it, is a status with its cause.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from toc.domain.evidence.assessment import (
    WHY_IS_STATUS,
    Assessment,
    Basis,
    Cause,
    Finding,
    Outcome,
    Status,
    StudyReading,
)
from toc.domain.evidence.criteria import CRITERIA, Criterion
from toc.domain.evidence.facts import Direction, Evidence, Study
from toc.domain.evidence.judged import Why
from toc.domain.evidence.reading import Reader
from toc.domain.evidence.rules import REPLICATION_RULES, SCALING_RULES, TREE_RULES, Replications
from toc.domain.evidence.study_rules import SOUNDNESS, at_best_with_reservations
from toc.domain.evidence.thresholds import DEFAULTS, Thresholds

_COMPARISON = 3


def _complete(findings: Iterable[Finding]) -> bool:
    return not any(finding.stops for finding in findings)


def _climb(*levels: bool) -> int:
    """Return how many levels hold from the bottom up, without a gap."""
    return sum(1 for _ in takewhile(bool, levels))


def _nearest(
    readings: Sequence[StudyReading], level: int, criteria: Iterable[Criterion]
) -> tuple[Finding, ...]:
    """Return the findings of the study that comes nearest to the level, or that there is none."""
    if readings:
        return min(readings, key=lambda one: (not one.counts, not one.held_back, len(one.missing))).findings
    return tuple(
        Finding(criterion=one, outcome=Outcome.NOT_MET, basis=Basis.COMPUTED, why=Why.NO_STUDY)
        for one in criteria
        if one.level == level
    )


def _harm(evidence: Evidence, reader: Reader, comparisons: Replications) -> list[Cause]:
    proven = bool(comparisons.level3)
    causes = [
        Cause(status=Status.HARM_FLAG, study=study.id)
        for study in evidence.studies
        if reader.harmful(study, pooled=study in comparisons.pool, proven=proven)
    ]
    pooled = evidence.replication.pooled
    if pooled is not None and pooled.direction is Direction.OPPOSITE:
        causes.append(Cause(status=Status.HARM_FLAG))
    return causes


def _broken_trust(evidence: Evidence) -> list[Cause]:
    """Return what must be said wherever it happened, whether or not it changes the rung."""
    causes = [
        Cause(status=Status.INTEGRITY_FAILURE, study=one.id)
        for one in evidence.studies
        if not one.dataset_matches
    ]
    causes += [
        Cause(status=Status.SIGNOFF_REVOKED, study=one.id) for one in evidence.studies if one.signoff_revoked
    ]
    if evidence.tree.signoff_revoked:
        causes.append(Cause(status=Status.SIGNOFF_REVOKED))
    if evidence.replication.unreported_studies:
        causes.append(Cause(status=Status.UNREPORTED_STUDY))
    return causes


def _contradictions(comparisons: Replications) -> list[Cause]:
    """Return what speaks against a study that meets level 3: a harmful study, or the pooled interval."""
    if not comparisons.level3:
        return []
    against = [one for one in comparisons.pool if one.direction is Direction.OPPOSITE]
    causes = [Cause(status=Status.CONTESTED, study=one.id) for one in against]
    pooled = comparisons.facts.pooled
    if pooled is not None and pooled.direction is not Direction.WANTED:
        causes.append(Cause(status=Status.CONTESTED))
    return causes


def _no_effect(level3: Iterable[StudyReading], comparisons: Replications) -> list[Cause]:
    """Return the rigorous comparisons that found no effect that would matter, unless one study meets level 3.

    Rigorous asks more than the pool does: everything that makes a comparison sound must be on record.
    """
    if comparisons.level3:
        return []
    pool = {study.id for study in comparisons.pool}
    return [
        Cause(status=Status.NO_EFFECT_FOUND, study=one.study)
        for one in level3
        if one.study in pool
        and any(finding.why is Why.INTERVAL_NO_EFFECT for finding in one.findings)
        and not any(finding.criterion.id in SOUNDNESS for finding in one.missing)
    ]


def _reservations(studies: Sequence[Study]) -> list[Cause]:
    """Return the studies that carry the rung, when all of them leave reservations."""
    if not all(at_best_with_reservations(study) for study in studies):
        return []
    return [Cause(status=Status.CURRENT_WITH_RESERVATIONS, study=study.id) for study in studies]


def derive(
    evidence: Evidence, thresholds: Thresholds = DEFAULTS, criteria: tuple[Criterion, ...] = CRITERIA
) -> Assessment:
    """Return the rung, its statuses, what every criterion rests on, and what the next rung needs.

    Args:
        evidence: what is recorded and attested about one primary outcome of one edition of a programme.
        thresholds: the limits in the rules.
        criteria: the criteria that count; their ids are those of ``CRITERIA`` or some of them.
    """
    tree = evidence.tree
    reader = Reader(thresholds, criteria, {(one.criterion, one.study): one for one in evidence.attestations})
    by_id = {study.id: study for study in evidence.studies}

    level3 = [reader.study(study, 3) for study in evidence.studies if study.design.compares]
    comparisons = Replications(
        facts=evidence.replication,
        level3=tuple(by_id[one.study] for one in level3 if one.counts),
        pool=tuple(by_id[one.study] for one in level3 if one.counts or reader.sound(by_id[one.study])),
    )
    harm = _harm(evidence, reader, comparisons)
    level2 = [reader.study(study, 2, harm_found=bool(harm)) for study in evidence.studies]
    found1 = reader.findings(1, lambda one: TREE_RULES[one](tree, thresholds))
    found4 = reader.findings(4, lambda one: REPLICATION_RULES[one](comparisons, thresholds))
    found5 = reader.findings(5, lambda one: SCALING_RULES[one](evidence.scaling, thresholds))
    reviewed = tree.signed_by is not None and not tree.signoff_revoked
    carried = (
        _complete(found1),
        any(one.counts for one in level2),
        any(one.counts for one in level3),
        _complete(found4),
        _complete(found5),
    )
    rung = _climb(carried[0], reviewed and carried[1], *carried[2:])

    # What is too old, unsigned, explored or of another edition is held back. The rung it would have given is
    # found by counting it all the same; where that is higher, it must be said what was lost.
    likely = tuple(by_id[one.study] for one in level3 if one.counts or one.held_back)
    all_the_same = Replications(
        facts=evidence.replication, level3=likely, pool=tuple(dict.fromkeys((*comparisons.pool, *likely)))
    )
    held_back = {
        2: [cause for one in level2 if one.held_back for cause in one.causes],
        3: [cause for one in level3 if one.held_back for cause in one.causes],
        5: [Cause(status=WHY_IS_STATUS[one.why]) for one in found5 if one.stops and one.why in WHY_IS_STATUS],
    }
    held_back[4] = held_back[3]
    potential = _climb(
        carried[0],
        carried[1] or bool(held_back[2]),
        bool(likely),
        _complete(reader.findings(4, lambda one: REPLICATION_RULES[one](all_the_same, thresholds))),
        not any(one.stops and one.why not in WHY_IS_STATUS for one in found5),
    )
    lost = [level for level in range(rung + 1, potential + 1) if not carried[level - 1]]

    causes = harm + _broken_trust(evidence) + _contradictions(comparisons) + _no_effect(level3, comparisons)
    causes += [cause for level in lost for cause in held_back[level]]
    if _complete(found1) and tree.signed_by is None and not tree.signoff_revoked:
        causes.append(Cause(status=Status.PENDING_SIGNOFF))
    if rung >= _COMPARISON:
        causes += _reservations(comparisons.level3)

    said = {cause.status for cause in causes}
    return Assessment(
        rung=rung,
        statuses=tuple(status for status in Status if status in said) or (Status.CURRENT,),
        causes=tuple(dict.fromkeys(causes)),
        findings=(*found1, *_nearest(level2, 2, criteria), *_nearest(level3, 3, criteria), *found4, *found5),
        readings=(*level2, *level3),
        reviewed=reviewed,
    )
