"""What goes into the services of own trees and what comes out: plain values, no rows."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from toc.domain.codes import CodeKind, code
from toc.domain.goals import Belief, Level, Stance, Standing, Support
from toc.domain.goals.rules import LEAST_STATEMENTS
from toc.domain.merging import PLACING, Relation
from toc.services.goals.values import GoalDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDraft:
    """What a goal in the own tree of a party is to say; importance and feasibility are 1 to 5.

    Raises:
        DomainError: ``goal.bad_scale``, with ``field``, ``least`` and ``most``.
    """

    wording: str
    explanation: str = ""
    level: Level | None = None
    standing: Standing = Standing.STATED
    importance: int | None = None
    feasibility: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers outside the scale."""
        self.shared(confirmed=False)

    def shared(self, *, confirmed: bool) -> GoalDraft:
        """Return what a goal of all says that is made of this one.

        Args:
            confirmed: a respondent said that this is what they meant.
        """
        return GoalDraft(
            wording=self.wording,
            explanation=self.explanation,
            level=self.level,
            standing=self.standing,
            confirmed=confirmed,
            importance=self.importance,
            feasibility=self.feasibility,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLinkDraft:
    """Why one own goal should lead to another, as the party sees it; confidence 0 to 4.

    Raises:
        DomainError: ``link.bad_confidence``.
    """

    mechanism: str = ""
    assumption: str = ""
    condition: str = ""
    confidence: int | None = None

    def __post_init__(self) -> None:
        """Refuse a confidence outside the scale."""
        if self.confidence is not None:
            Belief(stated=self.confidence, support=Support.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationDraft:
    """A decision on what an own goal is to a goal of all.

    Attributes:
        reason: why.
        decided_by: who decided, in words.
    """

    relation: Relation
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationView:
    """What an own goal is to a goal of all.

    Attributes:
        party_goal_id: the own goal.
        goal_id: the goal of all.
        goal_code: how people name it: G12.
        wording: as it reads now.
        in_tree: it was not taken out of the tree of all.
    """

    id: UUID
    party_goal_id: UUID
    goal_id: UUID
    goal_code: str
    wording: str
    in_tree: bool
    draft: RelationDraft
    revision: int

    @property
    def places(self) -> bool:
        """Whether the own goal stands in the tree of all because of it."""
        return self.in_tree and self.draft.relation in PLACING


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGoal:
    """A goal in the own tree of a party.

    Attributes:
        party: number of the party's code.
        number: counts per party.
        statement_ids: what it rests on, without what was taken back.
        confirmed: a respondent agreed with the wording as it is now.
    """

    id: UUID
    group_id: UUID
    party: int
    number: int
    draft: OwnDraft
    statement_ids: tuple[UUID, ...]
    confirmed: bool
    relations: tuple[RelationView, ...]
    revision: int

    @property
    def code(self) -> str:
        """How people name it: S2.3."""
        return f"{code(CodeKind.GROUP, self.party)}.{self.number}"

    @property
    def is_placed(self) -> bool:
        """Whether it stands in the tree of all."""
        return any(one.places for one in self.relations)

    @property
    def is_thin(self) -> bool:
        """Whether it is implicit and may be the evaluator's own idea."""
        return (
            self.draft.standing is Standing.IMPLICIT
            and not self.confirmed
            and len(self.statement_ids) < LEAST_STATEMENTS
        )

    @property
    def as_shared(self) -> UUID | None:
        """The goal of all that it is the same as, if it is in the tree."""
        return next(
            (one.goal_id for one in self.relations if one.places and one.draft.relation is Relation.SAME),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """A link in the own tree of a party."""

    id: UUID
    lower_id: UUID
    upper_id: UUID
    draft: OwnLinkDraft
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTree:
    """The own tree of a party.

    Attributes:
        number: of the party's code.
        goals: by number.
    """

    group_id: UUID
    number: int
    name: str
    goals: tuple[OwnGoal, ...]
    links: tuple[OwnLink, ...]

    @property
    def code(self) -> str:
        """How people name the party: S2."""
        return code(CodeKind.GROUP, self.number)

    @property
    def placed(self) -> int:
        """How many of its goals stand in the tree of all."""
        return sum(goal.is_placed for goal in self.goals)

    @property
    def waiting(self) -> tuple[OwnGoal, ...]:
        """Its goals that do not stand in the tree of all."""
        return tuple(goal for goal in self.goals if not goal.is_placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedGoal:
    """A goal of all, as own goals are laid beside it.

    Attributes:
        holders: parties that support it, by code and name.
        released: everybody may see it.
    """

    id: UUID
    number: int
    wording: str
    level: Level | None
    released: bool
    holders: tuple[tuple[str, str], ...]

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)

    @property
    def is_minority(self) -> bool:
        """Whether one party alone holds it."""
        return len(self.holders) == 1


@dataclass(frozen=True, slots=True)
class Stays:
    """What a relation brought to a goal of all, and stays there when it is taken back.

    Attributes:
        stance: what the party is recorded to think of the goal; None: nothing.
        statements: how many statements both goals rest on.
    """

    stance: Stance | None
    statements: int


Ids = Collection[UUID]
