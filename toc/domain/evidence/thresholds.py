"""The numbers in the rules. Every one is a setting, and every one says whose number it is.

Nesta publishes no numeric thresholds, so none of these is Nesta's. Source keys: ``own`` is our threshold,
``eif`` the Early Intervention Foundation, ``wwc_v41`` the What Works Clearinghouse Standards Handbook 4.1,
``programme`` a value that a programme set for itself.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from toc.domain.errors import DomainError


def _setting(default: float, source: str) -> Any:  # noqa: ANN401  (a dataclass field stands for its value)
    return field(default=default, metadata={"source": source})


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The limits that the criteria compare with. Shares are fractions; ages and terms are in months.

    Raises:
        DomainError: ``evidence.bad_threshold`` when a share is outside 0 to 1 or a limit is not positive.
    """

    min_n_pair: int = _setting(20, "eif")
    """People measured before and after (2.2)."""
    min_response: float = _setting(0.6, "own")
    """Share of those measured before who were measured after (2.3)."""
    min_confidence: float = _setting(0.95, "own")
    """Confidence level of an interval that may count (2.5, 3.8, 4.3)."""
    min_n_arm: int = _setting(20, "own")
    """People per arm (3.7)."""
    min_clusters_arm: int = _setting(2, "own")
    """Groups or sites per arm, where groups were assigned or compared (3.6)."""
    few_clusters_arm: int = _setting(10, "own")
    """Below this many groups per arm the page warns; it does not block (3.6)."""
    baseline_close: float = _setting(0.05, "wwc_v41")
    """Largest baseline difference, in standard deviations, that needs no adjustment (3.3)."""
    baseline_limit: float = _setting(0.25, "wwc_v41")
    """Largest baseline difference that an adjusted analysis may have (3.3)."""
    min_theory_score: int = _setting(3, "own")
    """Of 4: plausible, doable and testable each (1.9)."""
    min_level3_studies: int = _setting(2, "own")
    """Studies that meet level 3 (4.1)."""
    min_fidelity: float = _setting(0.8, "own")
    """Share of the core components delivered as described, per site (5.3)."""
    min_sites: int = _setting(3, "own")
    """Sites run by others (5.3, 5.4)."""
    manual_review_months: float = _setting(24, "own")
    """A manual reviewed longer ago is past its date (5.1)."""
    max_age_months_level2: float = _setting(60, "own")
    """Older data no longer count for level 2."""
    max_age_months_level3: float = _setting(120, "own")
    """Older data no longer count for level 3."""

    def __post_init__(self) -> None:
        """Refuse limits that mean nothing."""
        for name in ("min_response", "min_confidence", "min_fidelity"):
            if not 0 <= getattr(self, name) <= 1:
                raise DomainError("evidence.bad_threshold", threshold=name)
        for one in fields(self):
            if not getattr(self, one.name) > 0:
                raise DomainError("evidence.bad_threshold", threshold=one.name)

    def source(self, name: str) -> str:
        """Return the key of whose number this is; ``programme`` where it differs from the default.

        Raises:
            KeyError: there is no such threshold.
        """
        found = {one.name: one for one in fields(self)}[name]
        return str(found.metadata["source"]) if getattr(self, name) == found.default else "programme"


DEFAULTS = Thresholds()
