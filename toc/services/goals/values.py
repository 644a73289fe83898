"""What goes into the goal services and what comes out: plain values, no rows."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import (
    Direction,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
)
from toc.domain.money import Money

SCALE = (1, 5)
"""Least and most of importance and feasibility."""


def _check_scale(**values: int | None) -> None:
    least, most = SCALE
    for field, value in values.items():
        if value is not None and not least <= value <= most:
            raise DomainError("goal.bad_scale", field=field, least=least, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDraft:
    """What an edition of a goal is to say.

    Attributes:
        wording: the goal in one sentence, in the words of who holds it.
        explanation: what is meant by it.
        level: what kind of thing it is, if anybody said.
        standing: how open it is.
        confirmed: the respondent said that this is what they meant.
        for_whom: whose life it is about.
        by_when: the day by which, inclusive.
        importance: 1 to 5, as is feasibility.
        practice: whether it is the goal on paper or the one that people work for.
        purpose: what it is to who holds it.
        direction: which way it should go.

    Raises:
        DomainError: ``goal.bad_scale``, with ``field``, ``least`` and ``most``.
    """

    wording: str
    explanation: str = ""
    level: Level | None = None
    standing: Standing = Standing.STATED
    confirmed: bool = False
    for_whom: str = ""
    by_when: date | None = None
    importance: int | None = None
    feasibility: int | None = None
    practice: Practice | None = None
    purpose: Purpose | None = None
    direction: Direction | None = None

    def __post_init__(self) -> None:
        """Refuse numbers outside the scale."""
        _check_scale(importance=self.importance, feasibility=self.feasibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one party thinks of a goal, and how important and how feasible it is to them: 1 to 5.

    Raises:
        DomainError: ``goal.bad_scale``, with ``field``, ``least`` and ``most``.
    """

    group_id: UUID
    stance: Stance = Stance.SUPPORTS
    importance: int | None = None
    feasibility: int | None = None

    def __post_init__(self) -> None:
        """Refuse a number outside the scale."""
        _check_scale(importance=self.importance, feasibility=self.feasibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView:
    """A goal as its current edition has it.

    Attributes:
        id: of the goal.
        number: of its short code.
        edition: number of the current edition.
        edition_id: id of the current edition: what evidence and findings point to.
        is_primary: the evidence ladder is climbed for it.
        released: parties other than its owner may see it.
        visible_from: number of the first edition that others may read.
        revision: to be carried by a form that edits it.
        retired_at: when it was taken out of the tree; None: it stands there.
    """

    id: UUID
    number: int
    edition: int
    edition_id: UUID
    wording: str
    explanation: str
    level: Level | None
    standing: Standing
    confirmed: bool
    for_whom: str
    by_when: date | None
    importance: int | None
    feasibility: int | None
    practice: Practice | None
    purpose: Purpose | None
    direction: Direction | None
    is_primary: bool
    released: bool
    visible_from: int
    revision: int
    retired_at: datetime | None

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)

    @property
    def draft(self) -> GoalDraft:
        """What it says now, to be changed with `dataclasses.replace` for a new edition."""
        return GoalDraft(
            wording=self.wording,
            explanation=self.explanation,
            level=self.level,
            standing=self.standing,
            confirmed=self.confirmed,
            for_whom=self.for_whom,
            by_when=self.by_when,
            importance=self.importance,
            feasibility=self.feasibility,
            practice=self.practice,
            purpose=self.purpose,
            direction=self.direction,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    """One edition of a goal with its story.

    Attributes:
        number: 1 for the first.
        draft: what it says.
        reason: why it was made; empty for the first.
        at: when.
        by: name of the account that made it; empty for a command.
        finding_id: the finding whose reply led to it, if one did.
        finding_code: its short code.
    """

    number: int
    draft: GoalDraft
    reason: str
    at: datetime
    by: str
    finding_id: UUID | None
    finding_code: str


@dataclass(frozen=True, slots=True)
class PartyView:
    """One party and what it thinks of one goal; stance None: it never spoke about it."""

    id: UUID
    number: int
    name: str
    stance: Stance | None
    importance: int | None
    feasibility: int | None
    revision: int
    """Of what it thinks; 0 when nothing is recorded."""

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDraft:
    """What a link is to say.

    Attributes:
        mechanism: why the lower goal should lead to the upper one.
        assumption: what must be so for that.
        condition: when or for whom it holds.
        is_key: the evaluation tests it.
        confidence: how sure somebody is, 0 to 4; None when nobody said.
        status: what the evidence says so far; None when nobody said. "Untested" is an answer too.
        source: where outside the programme the mechanism was found.
        alternatives: what else could explain that the upper goal is reached.
        key_reason: why it is a key link.
        is_feedback: it leads back down and is no part of the order.
        element: name of the working element that this mechanism is.
        verdict: what the evaluator makes of that element.
    """

    mechanism: str = ""
    assumption: str = ""
    condition: str = ""
    is_key: bool = False
    confidence: int | None = None
    status: LinkStatus | None = None
    source: str = ""
    alternatives: str = ""
    key_reason: KeyReason | None = None
    is_feedback: bool = False
    element: str = ""
    verdict: ElementVerdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link with both its goals."""

    id: UUID
    lower: GoalView
    upper: GoalView
    draft: LinkDraft
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A goal right above or below another, and the link between them."""

    link_id: UUID
    draft: LinkDraft
    goal: GoalView


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingLine:
    """A line of the current contract that pays for a goal.

    Attributes:
        id: of the contract line.
        name: what it pays for.
        contract: name of the contract.
        paid: what was paid for it so far under this edition.
        outcomes: how many declared outcomes were paid.
    """

    id: UUID
    name: str
    contract: str
    paid: Money
    outcomes: int
