"""Reading the criteria off the facts, with what the evaluator attests where a fact is absent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toc.domain.evidence.assessment import WHY_IS_STATUS, Basis, Cause, Finding, Outcome, Status, StudyReading
from toc.domain.evidence.criteria import Criterion, Kind
from toc.domain.evidence.facts import Attestation, Direction, Study
from toc.domain.evidence.judged import Judged, Why
from toc.domain.evidence.study_rules import SOUNDNESS, STUDY_RULES
from toc.domain.evidence.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes findings: the rules on the facts, then what the evaluator attests."""

    thresholds: Thresholds
    criteria: tuple[Criterion, ...]
    attested: Mapping[tuple[str, str | None], Attestation]

    def findings(
        self, level: int, judge: Callable[[str], Judged], study: str | None = None
    ) -> tuple[Finding, ...]:
        """Return the finding on every criterion of a level; ``judge`` is the rule of a criterion."""
        return tuple(self._finding(one, judge(one.id), study) for one in self.criteria if one.level == level)

    def _finding(self, criterion: Criterion, judged: Judged, study: str | None) -> Finding:
        said = self.attested.get((criterion.id, study))
        review = criterion.kind is not Kind.AUTO and judged.applies and judged.met is True
        if said is not None and (judged.met is None or (review and not said.met)):
            return Finding(
                criterion=criterion,
                outcome=Outcome.MET if said.met else Outcome.NOT_MET,
                basis=Basis.ATTESTED,
                why=Why.ATTESTED if said.met else Why.ATTESTED_NOT,
                params={"by": said.by, "reason": said.reason},
                study=study,
            )
        outcome = Outcome.MET if judged.met else Outcome.NOT_MET
        return Finding(
            criterion=criterion,
            outcome=outcome if judged.applies else Outcome.NOT_APPLICABLE,
            basis=Basis.COMPUTED,
            why=judged.why,
            params=judged.params,
            facts=judged.facts,
            study=study,
        )

    def study(self, study: Study, level: int, *, harm_found: bool = False) -> StudyReading:
        """Return what a study does for level 2 or 3; harm found anywhere fails its 2.6."""

        def judge(criterion: str) -> Judged:
            if harm_found and criterion == "2.6":
                return Judged(met=False, why=Why.HARM_FOUND)
            return STUDY_RULES[criterion](study, self.thresholds)

        found = self.findings(level, judge, study.id)
        causes = [Cause(status=status, study=study.id) for status in self._obstacles(study, level)]
        causes += [
            Cause(status=WHY_IS_STATUS[one.why], study=study.id)
            for one in found
            if one.stops and one.why in WHY_IS_STATUS
        ]
        return StudyReading(study=study.id, level=level, findings=found, causes=tuple(causes))

    def _obstacles(self, study: Study, level: int) -> list[Status]:
        limits = self.thresholds
        oldest = limits.max_age_months_level3 if level > 2 else limits.max_age_months_level2  # noqa: PLR2004
        obstacles = {
            Status.INTEGRITY_FAILURE: not study.dataset_matches,
            Status.VERSION_MISMATCH: not study.version_matches,
            Status.STALE: study.age_months > oldest,
        }
        return [status for status, present in obstacles.items() if present]

    def sound(self, study: Study) -> bool:
        """Whether nothing recorded shows the comparison to be unsound, and it is about this edition."""
        judged = (STUDY_RULES[one](study, self.thresholds) for one in SOUNDNESS)
        stands = study.dataset_matches and study.version_matches
        return stands and not any(one.met is False for one in judged)

    def harmful(self, study: Study, *, pooled: bool, proven: bool) -> bool:
        """Whether the study shows harm that nobody has resolved.

        A sound comparison with an opposite effect is harm, unless another study meets level 3: then they
        contradict each other. An opposite result of another kind is a sign of harm until somebody has looked
        into it.

        Args:
            study: any study.
            pooled: it is a sound comparison.
            proven: a study meets level 3.
        """
        if study.harm_unresolved:
            return True
        if study.direction is not Direction.OPPOSITE:
            return False
        if pooled:
            return not proven
        said = self.attested.get(("2.6", study.id))
        return study.harm_unresolved is None and (said is None or not said.met)
