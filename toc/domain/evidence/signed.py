"""An assessment that somebody signs: one spelling of what it rests on, its hash, and what changed since."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from toc.domain.evidence.assessment import Assessment, Finding, Outcome, Status
from toc.domain.evidence.facts import Evidence
from toc.domain.evidence.recorded import build


def canonical(evidence: Evidence) -> str:
    """Return the one spelling of the evidence: JSON with sorted keys and no spaces, nothing left out."""
    return json.dumps(asdict(evidence), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def evidence_of(inputs: str) -> Evidence:
    """Return the evidence that `canonical` spelled.

    Raises:
        DomainError: as `build`.
        ValueError: it is no JSON.
    """
    plain: Mapping[str, object] = json.loads(inputs)
    return build(Evidence, plain)


def digest(inputs: str) -> str:
    """Return the SHA-256 of the spelling, as 64 hexadecimal digits."""
    return sha256(inputs.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Turned:
    """A criterion that is judged otherwise than when the assessment was signed.

    Attributes:
        before: what was found then; None when the criterion did not exist.
        finding: what is found now.
    """

    before: Outcome | None
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What changed since an assessment was signed.

    Attributes:
        rung_then: that was signed.
        rung_now: that is derived.
        turned: criteria that are judged otherwise, of the levels that either rung needs.
        came: statuses that hold now and did not then.
        went: the reverse.
    """

    rung_then: int
    rung_now: int
    turned: tuple[Turned, ...]
    came: tuple[Status, ...]
    went: tuple[Status, ...]

    @property
    def same(self) -> bool:
        """Whether rung and statuses are still those that were signed."""
        return self.rung_then == self.rung_now and not self.came and not self.went


def since(then: Assessment, now: Assessment) -> Since:
    """Compare what was signed with what is derived now."""
    before = {one.criterion.id: one.outcome for one in then.findings}
    top = max(then.rung, now.rung)
    return Since(
        rung_then=then.rung,
        rung_now=now.rung,
        turned=tuple(
            Turned(before.get(one.criterion.id), one)
            for one in now.findings
            if one.criterion.level <= top and before.get(one.criterion.id) is not one.outcome
        ),
        came=tuple(one for one in now.statuses if one not in then.statuses),
        went=tuple(one for one in then.statuses if one not in now.statuses),
    )
