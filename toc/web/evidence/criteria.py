"""Criteria as the pages show them: the sentence, whether it holds, why, whose rule it is, and what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from toc.domain.codes import CodeKind, code
from toc.domain.evidence import (
    CRITERIA,
    DEFAULTS,
    Basis,
    Criterion,
    Finding,
    Kind,
    Outcome,
    Scale,
    SmallSample,
    Why,
)
from toc.domain.evidence.judged import Value
from toc.models.evidence import Study
from toc.services.evidence import GoalEvidence, StudyEvidence
from toc.services.evidence.facts import COMMAND
from toc.web import texts
from toc.web.evidence.blueprint import address, gettext, study_address
from toc.web.security import viewer
from toc.web.texts import evidence as words
from toc.web.texts import sentence, word

Names = Mapping[str, str]
"""Of people, by how the facts name them."""

SIGNS = {Outcome.MET: "check", Outcome.NOT_MET: "cross", Outcome.NOT_APPLICABLE: "right"}

_SHARES = frozenset({"min_response", "min_confidence", "min_fidelity"})


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One criterion: what must hold, whether it does, and why."""

    id: str
    anchor: str
    sentence: str
    outcome: str
    word: str
    sign: str
    basis: str
    why: str
    facts: tuple[str, ...]
    rests_on: Link | None
    todo: Link | None
    attest: Link | None
    source: str
    limits: tuple[str, ...]


def person(by: str, names: Names) -> str:
    """Return the name of somebody as the facts name them."""
    return gettext("the import") if by == COMMAND else names.get(by, gettext("somebody"))


def anchor(criterion: str) -> str:
    """Return the id of a criterion in the page."""
    return f"criterion-{criterion.replace('.', '-')}"


def study_code(study: Study) -> str:
    """Return the short code of a study."""
    return code(CodeKind.STUDY, study.code)


def goal_code(number: int) -> str:
    """Return the short code of a goal."""
    return code(CodeKind.GOAL, number)


def limit_words(name: str) -> str:
    """Return a limit with its number, and whose number it is."""
    value = getattr(DEFAULTS, name)
    shown = texts.percent(value) if name in _SHARES else texts.show(value)
    source = DEFAULTS.source(name)
    whose = gettext("our threshold") if source == "own" else sentence(f"evidence.source.{source}")
    return f"{sentence(f'evidence.threshold.{name}', limit=shown)} ({whose})"


def _shown(name: str, value: Value, finding: Finding, scale: Scale, names: Names) -> object:
    """Return one value of a reason as the reader writes it."""
    if isinstance(value, str):
        return _said(name, value, names)
    if name in {"low", "high", "smallest"}:
        return words.amount(float(value), scale)
    if name == "overall" or (name in {"value", "limit"} and _is_share(finding)):
        return texts.percent(value, decimals=1)
    if name == "differential":
        return f"{words.amount(float(value), Scale.SHARE)} {words.unit_words(Scale.SHARE, '')}"
    return round(value) if finding.why is Why.MANUAL_OVERDUE else value


def _said(name: str, value: str, names: Names) -> str:
    if name == "boundary":
        return sentence(f"evidence.boundary.{value}")
    if name == "basis":
        return word(SmallSample(value))
    return person(value, names) if name == "by" else value


def _is_share(finding: Finding) -> bool:
    return finding.criterion.id == "2.3" or finding.why is Why.CONFIDENCE_TOO_LOW


def why_words(finding: Finding, names: Names, study: Study | None) -> str:
    """Return the reason of a finding, with its numbers as the reader writes them."""
    scale = Scale.NUMBER if study is None else study.scale
    shown = {name: _shown(name, value, finding, scale, names) for name, value in finding.params.items()}
    return sentence(finding.why.key, **shown)


def _step_of(criterion: str) -> str:
    """Return in which step of the form of a study a criterion is decided."""
    numbers = {"2.2", "2.5", "3.3", "3.4", "3.6", "3.7", "3.8"}
    return "evidence.edit_numbers" if criterion in numbers else "evidence.edit_quality"


_TODO = {
    "1.1": ("programmes.edit", "programme.edit"),
    "1.2": ("goals.tree", "goal.write"),
    "1.3": ("goals.tree", "goal.write"),
    "1.4": ("goals.tree", "goal.write"),
    "1.5": ("indicators.index", "indicator.write"),
    "1.6": ("programmes.edit", "programme.edit"),
}
_REVIEWS = {
    1: "evidence.review",
    2: "evidence.new_study",
    3: "evidence.new_study",
    4: "evidence.review_repeats",
    5: "evidence.review_scaling",
}
"""Where a level is worked on when no study is there to look at."""

_READ = {
    "1.2": ("goals.tree", "goal.read"),
    "1.3": ("goals.tree", "goal.read"),
    "1.4": ("goals.tree", "goal.read"),
    "1.5": ("indicators.index", "indicator.read"),
}


def _labels(endpoint: str) -> str:
    return {
        "programmes.edit": gettext("Describe it in the settings"),
        "goals.tree": gettext("Open the goal tree"),
        "indicators.index": gettext("Open the measurements"),
        "interviews.index": gettext("Open the interviews"),
        "evidence.review": gettext("Record the review"),
        "evidence.review_repeats": gettext("Record what is known of the studies together"),
        "evidence.review_scaling": gettext("Record how it goes in other hands"),
        "evidence.new_study": gettext("Add a study"),
        "evidence.edit_numbers": gettext("Fill in the numbers"),
        "evidence.edit_quality": gettext("Fill in how it was done"),
        "evidence.sign_study": gettext("Read and sign the study"),
    }[endpoint]


@dataclass(frozen=True)
class Place:
    """Where a finding is shown: makes its addresses."""

    programme_id: UUID
    goal_id: UUID
    studies: Mapping[str, Study]
    names: Names

    def _link(self, endpoint: str, action: str, **ids: UUID) -> Link | None:
        if not viewer().may(action):
            return None
        return Link(_labels(endpoint), address(endpoint, self.programme_id, **ids))

    def _reads(self, endpoint: str, action: str) -> Link | None:
        label = {
            "goals.tree": gettext("the goal tree"),
            "indicators.index": gettext("the indicators"),
        }[endpoint]
        return Link(label, address(endpoint, self.programme_id)) if viewer().may(action) else None

    def rests_on(self, finding: Finding) -> Link | None:
        """Return what a finding was read off."""
        if finding.study is not None:
            study = self.studies[finding.study]
            return Link(f"{study_code(study)} {study.title}", study_address(study))
        known = _READ.get(finding.criterion.id)
        return None if known is None or finding.basis is Basis.ATTESTED else self._reads(*known)

    def todo(self, finding: Finding) -> Link | None:
        """Return where it can be put in order, when the reader may."""
        criterion = finding.criterion
        if finding.outcome is not Outcome.NOT_MET:
            return None
        if finding.study is not None:
            return self._todo_in(self.studies[finding.study], finding)
        if criterion.id == "1.7" and {"groups", "groups_consulted"} & set(finding.facts):
            return self._link("interviews.index", "interview.write")
        if criterion.id in _TODO:
            return self._link(*_TODO[criterion.id])
        if "level3_studies" in finding.facts:
            return self._link("evidence.new_study", "evidence.write", goal_id=self.goal_id)
        return self._link(_REVIEWS[criterion.level], "evidence.write", goal_id=self.goal_id)

    def _todo_in(self, study: Study, finding: Finding) -> Link | None:
        if finding.why is Why.NOT_SIGNED:
            return self._link("evidence.sign_study", "evidence.sign", study_id=study.id)
        if study.is_signed:
            return None
        return self._link(_step_of(finding.criterion.id), "evidence.write", study_id=study.id)

    def attest(self, finding: Finding) -> Link | None:
        """Return where it can be attested: what is not recorded, what was attested, or a review's no."""
        criterion = finding.criterion
        open_ = finding.why is Why.NOT_RECORDED or finding.basis is Basis.ATTESTED
        review = not open_ and criterion.kind is not Kind.AUTO and finding.outcome is Outcome.MET
        if not criterion.attestable or not (open_ or review) or not viewer().may("evidence.write"):
            return None
        url = address(
            "evidence.attest",
            self.programme_id,
            goal_id=self.goal_id,
            criterion=criterion.id,
            study=finding.study,
        )
        return Link(gettext("Say that it is not met") if review else gettext("Attest it"), url)

    def row(self, finding: Finding, *, linked: bool = True) -> Row:
        """Return a criterion as the page shows it."""
        criterion = finding.criterion
        study = None if finding.study is None else self.studies.get(finding.study)
        basis = word(finding.basis)
        return Row(
            id=criterion.id,
            anchor=anchor(criterion.id),
            sentence=sentence(criterion.sentence),
            outcome=finding.outcome.value,
            word=word(finding.outcome),
            sign=SIGNS[finding.outcome],
            basis=basis,
            why=why_words(finding, self.names, study),
            facts=_fact_words(finding),
            rests_on=self.rests_on(finding) if linked else None,
            todo=self.todo(finding) if linked else None,
            attest=self.attest(finding) if linked else None,
            source=source_words(criterion),
            limits=tuple(limit_words(name) for name in criterion.thresholds),
        )

    def rows(self, findings: Iterable[Finding], *, linked: bool = True) -> tuple[Row, ...]:
        """Return criteria as the page shows them."""
        return tuple(self.row(finding, linked=linked) for finding in findings)


def _fact_words(finding: Finding) -> tuple[str, ...]:
    """Return which facts are missing or deny it; where the reason says it already, none."""
    if finding.outcome is not Outcome.NOT_MET or finding.why not in {
        Why.DENIED,
        Why.NOT_RECORDED,
        Why.MINIMUM,
        Why.COUNT,
    }:
        return ()
    return tuple(sentence(f"evidence.fact.{name}") for name in finding.facts)


def source_words(criterion: Criterion) -> str:
    """Return whose rule a criterion is."""
    return sentence(f"evidence.source.{criterion.source}")


def place_of_goal(page: GoalEvidence) -> Place:
    """Return what makes the addresses on the page of a goal."""
    studies = {str(row.study.id): row.study for row in page.studies}
    return Place(page.programme.id, page.goal.id, studies, page.names)


def place_of_study(page: StudyEvidence) -> Place:
    """Return what makes the addresses on the page of a study."""
    return Place(page.programme.id, page.goal.id, {str(page.study.id): page.study}, page.names)


def attestable() -> tuple[Criterion, ...]:
    """Return the criteria that an evaluator may attest."""
    return tuple(one for one in CRITERIA if one.attestable)
