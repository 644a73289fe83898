"""The criteria of the evidence ladder as data. The sentence of a criterion is the text ``criterion.<id>``.

Source of the levels: Puttick & Ludlow (Nesta, 2013). How each level is made testable is our own choice, with
rules taken from the sources named per criterion; see ``Thresholds`` for whose numbers are used.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

LADDER_VERSION = "1"
"""Raised when a rule changes; an assessment that was signed says under which version."""


class Kind(StrEnum):
    """How a criterion is decided."""

    AUTO = "auto"
    """By the recorded facts; the evaluator attests only what is not recorded."""
    ATTESTED = "attested"
    """By the recorded facts, and the evaluator's review may still say no."""
    MIXED = "mixed"
    """Partly by facts, partly by the evaluator; the review may say no."""


class Subject(StrEnum):
    """What a criterion is about."""

    TREE = "tree"
    STUDY = "study"
    REPLICATION = "replication"
    SCALING = "scaling"


_SUBJECT = MappingProxyType(
    {1: Subject.TREE, 2: Subject.STUDY, 3: Subject.STUDY, 4: Subject.REPLICATION, 5: Subject.SCALING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that must hold on one rung.

    Attributes:
        id: level, point, number.
        kind: how it is decided.
        source: key of the publication the rule comes from; ``own`` is our own choice.
        thresholds: names of the ``Thresholds`` it compares with.
        blocking: without it the rung is not reached; False makes it advice.
        attestable: whether an evaluator may attest it; a signature cannot be attested.
    """

    id: str
    kind: Kind
    source: str
    thresholds: tuple[str, ...] = ()
    blocking: bool = True
    attestable: bool = True

    @property
    def level(self) -> int:
        """The rung it belongs to, 1 to 5."""
        return int(self.id[0])

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return _SUBJECT[self.level]

    @property
    def sentence(self) -> str:
        """The key of its text."""
        return f"criterion.{self.id}"


def _criterion(id_: str, kind: Kind, source: str, *thresholds: str, attestable: bool = True) -> Criterion:
    return Criterion(id=id_, kind=kind, source=source, thresholds=thresholds, attestable=attestable)


CRITERIA = (
    _criterion("1.1", Kind.ATTESTED, "nesta"),
    _criterion("1.2", Kind.AUTO, "own"),
    _criterion("1.3", Kind.AUTO, "own"),
    _criterion("1.4", Kind.AUTO, "nesta"),
    _criterion("1.5", Kind.AUTO, "own"),
    _criterion("1.6", Kind.ATTESTED, "nesta"),
    _criterion("1.7", Kind.AUTO, "weiss"),
    _criterion("1.8", Kind.AUTO, "project_oracle"),
    _criterion("1.9", Kind.ATTESTED, "connell_kubisch", "min_theory_score"),
    _criterion("2.1", Kind.MIXED, "nesta"),
    _criterion("2.2", Kind.AUTO, "eif", "min_n_pair"),
    _criterion("2.3", Kind.AUTO, "own", "min_response"),
    _criterion("2.4", Kind.AUTO, "osf"),
    _criterion("2.5", Kind.AUTO, "nesta", "min_confidence"),
    _criterion("2.6", Kind.MIXED, "own"),
    _criterion("2.7", Kind.AUTO, "own", attestable=False),
    _criterion("3.1", Kind.ATTESTED, "nesta"),
    _criterion("3.2", Kind.AUTO, "osf"),
    _criterion("3.3", Kind.AUTO, "wwc_v41", "baseline_close", "baseline_limit"),
    _criterion("3.4", Kind.AUTO, "wwc_v41"),
    _criterion("3.5", Kind.MIXED, "eif"),
    _criterion("3.6", Kind.AUTO, "wwc_v41", "min_clusters_arm", "few_clusters_arm"),
    _criterion("3.7", Kind.AUTO, "own", "min_n_arm"),
    _criterion("3.8", Kind.AUTO, "holm", "min_confidence"),
    _criterion("3.9", Kind.AUTO, "own"),
    _criterion("3.10", Kind.AUTO, "own"),
    _criterion("3.11", Kind.AUTO, "egap", attestable=False),
    _criterion("4.1", Kind.AUTO, "nesta", "min_level3_studies"),
    _criterion("4.2", Kind.ATTESTED, "nesta"),
    _criterion("4.3", Kind.AUTO, "hartung_knapp", "min_confidence"),
    _criterion("4.4", Kind.AUTO, "egap"),
    _criterion("4.5", Kind.ATTESTED, "nesta"),
    _criterion("5.1", Kind.AUTO, "nesta", "manual_review_months"),
    _criterion("5.2", Kind.ATTESTED, "nesta"),
    _criterion("5.3", Kind.AUTO, "nesta", "min_fidelity", "min_sites"),
    _criterion("5.4", Kind.AUTO, "nesta", "min_sites"),
)

BY_ID = MappingProxyType({criterion.id: criterion for criterion in CRITERIA})
