"""Goals of the parties, their editions, who holds them, and the links between them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.goals import (
    ArgumentSide,
    Direction,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
    Weight,
)
from toc.models.base import Base, InProgramme, Made, Revised, Word, belongs_to, has_many, refers_to


class Goal(InProgramme, Revised, Made, Base):
    """A goal in the tree. What it says stands in its editions; `edition` counts them."""

    code: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    """Number of the current edition."""
    is_primary: Mapped[bool] = mapped_column(default=False)
    """A primary outcome: the evidence ladder is climbed for it."""
    released: Mapped[bool] = mapped_column(default=True)
    """Whether parties other than its owner may see it; a hidden goal is not released."""
    visible_from: Mapped[int] = mapped_column(default=1)
    """Number of the first edition that others may read: what a goal said while it was hidden stays hidden."""
    retired_at: Mapped[datetime | None]
    """When it was taken out of the tree; what rests on it keeps pointing here."""

    editions: Mapped[list["GoalEdition"]] = has_many("GoalEdition", "goal", order_by="number")
    holders: Mapped[list["GoalHolder"]] = has_many("GoalHolder", "goal")
    sources: Mapped[list["GoalSource"]] = has_many("GoalSource", "goal")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class GoalEdition(InProgramme, Made, Base):
    """A numbered, unchangeable wording of a goal; evidence and findings point to one."""

    __append_only__ = True

    goal_id, goal = belongs_to("Goal")
    number: Mapped[int]
    wording: Mapped[str]
    explanation: Mapped[str] = mapped_column(default="")
    level: Mapped[Level | None]
    standing: Mapped[Standing]
    confirmed: Mapped[bool] = mapped_column(default=False)
    """The respondent said that this is what they meant; an implicit goal needs that, or two statements."""
    for_whom: Mapped[str] = mapped_column(default="")
    by_when: Mapped[date | None]
    importance: Mapped[int | None]
    """1 to 5, as is feasibility: as the evaluator heard it."""
    feasibility: Mapped[int | None]
    practice: Mapped[Practice | None]
    purpose: Mapped[Purpose | None]
    direction: Mapped[Direction | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why this edition was made; empty for the first."""

    __rules__ = (
        sa.UniqueConstraint("programme_id", "goal_id", "number"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name="importance_range"),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name="feasibility_range"),
    )


class GoalHolder(InProgramme, Revised, Made, Base):
    """What one party thinks of one goal."""

    goal_id, goal = belongs_to("Goal")
    group_id, group = belongs_to("StakeholderGroup")
    stance: Mapped[Stance]
    importance: Mapped[int | None]
    """1 to 5, as is feasibility."""
    feasibility: Mapped[int | None]

    __rules__ = (
        sa.UniqueConstraint("programme_id", "goal_id", "group_id"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name="importance_range"),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name="feasibility_range"),
    )


class GoalSource(InProgramme, Made, Base):
    """A statement that a goal rests on."""

    goal_id, goal = belongs_to("Goal")
    statement_id, statement = belongs_to("Statement")

    __rules__ = (sa.UniqueConstraint("programme_id", "goal_id", "statement_id"),)


class GoalLink(InProgramme, Revised, Made, Base):
    """Why a lower goal should lead to a higher one."""

    lower_id, lower = belongs_to("Goal")
    upper_id, upper = belongs_to("Goal")
    mechanism: Mapped[str] = mapped_column(default="")
    assumption: Mapped[str] = mapped_column(default="")
    condition: Mapped[str] = mapped_column(default="")
    is_key: Mapped[bool] = mapped_column(default=False)
    """One that the evaluation tests."""
    confidence: Mapped[int | None]
    """0 to 4."""
    status: Mapped[LinkStatus | None]
    """None until somebody says so: "untested" is itself a judgement."""
    source: Mapped[str] = mapped_column(default="")
    """An external source for the mechanism."""
    alternatives: Mapped[str] = mapped_column(default="")
    """What else could explain that the upper goal is reached."""
    key_reason: Mapped[KeyReason | None]
    is_feedback: Mapped[bool] = mapped_column(default=False)
    """It leads back down: drawn dotted, and no part of the order."""
    element: Mapped[str] = mapped_column(default="")
    """Name of the working element that this mechanism is."""
    verdict: Mapped[ElementVerdict | None]

    arguments: Mapped[list["LinkArgument"]] = has_many("LinkArgument", "link", order_by="id")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "lower_id", "upper_id"),
        sa.CheckConstraint("lower_id <> upper_id", name="no_self_link"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 4", name="confidence_range"),
    )


class LinkArgument(InProgramme, Revised, Made, Base):
    """Something that speaks for a link or against it."""

    link_id, link = belongs_to("GoalLink")
    side: Mapped[ArgumentSide]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    weight: Mapped[Weight | None]
    directness: Mapped[Directness | None]


class GoalDistinction(InProgramme, Made, Base):
    """Two goals that look alike and are not the same, as somebody said."""

    one_id, one = belongs_to("Goal")
    other_id, other = belongs_to("Goal")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="in_order"),
    )


class TreePicture(InProgramme, Base):
    """Where the goals stood in the last picture of the tree, so that a small edit does not reshuffle it."""

    places: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    """Left side of each box in pixels, by the id of its goal."""


class TreeEdition(InProgramme, Made, Base):
    """A numbered, unchangeable copy of the tree, or of the own tree of one party."""

    __append_only__ = True

    number: Mapped[int]
    """Counts per tree: that of everybody, and that of each party."""
    group_id, group = belongs_to("StakeholderGroup", optional=True)
    """Whose own tree; None: the tree of everybody."""
    body: Mapped[str]
    """The tree as canonical JSON, see `toc.domain.goals.body`."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the body."""
    reason: Mapped[str] = mapped_column(default="")
    restored_from_id, restored_from = belongs_to("TreeEdition", optional=True)

    __rules__ = (
        sa.UniqueConstraint("programme_id", "group_id", "number"),
        # Two rows without a party differ in that, to both databases.
        sa.Index(
            "ix_tree_edition_of_all",
            "programme_id",
            "number",
            unique=True,
            sqlite_where=sa.text("group_id IS NULL"),
            postgresql_where=sa.text("group_id IS NULL"),
        ),
    )


class TreeAgreement(InProgramme, Base):
    """What a party said of an edition of the tree; the last one counts."""

    __append_only__ = True

    tree_edition_id, tree_edition = belongs_to("TreeEdition")
    group_id, group = belongs_to("StakeholderGroup")
    respondent_id, respondent = belongs_to("Respondent", optional=True)
    """Who said it through the personal link; None: it was written down by the account below."""
    agreed: Mapped[bool]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = refers_to("User", optional=True)


class TreeScore(InProgramme, Base):
    """How good somebody who did not make the tree finds it, 1 to 4."""

    __append_only__ = True

    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the tree as it was then."""
    plausible: Mapped[int]
    doable: Mapped[int]
    testable: Mapped[int]
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    user_id: Mapped[UUID] = refers_to("User")

    __rules__ = (
        sa.CheckConstraint("plausible BETWEEN 1 AND 4", name="plausible_range"),
        sa.CheckConstraint("doable BETWEEN 1 AND 4", name="doable_range"),
        sa.CheckConstraint("testable BETWEEN 1 AND 4", name="testable_range"),
    )


class EditStep(InProgramme, Revised, Base):
    """A step of one person in the tree or in coding that they may undo.

    It holds ids and choices, and what an evaluator or coder wrote about a link or a passage that they took
    away, so that it can come back; never a quote.
    """

    user_id: Mapped[UUID] = refers_to("User")
    area: Mapped[Word]
    """Where: "tree" or "coding"."""
    number: Mapped[int]
    """Counts per person and area."""
    key: Mapped[Word]
    """Names the sentence that says what was done."""
    forward: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON)
    """What was done, as changes that can be done again."""
    backward: Mapped[list[dict[str, object]]] = mapped_column(sa.JSON)
    """What takes it back."""
    undone: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]

    __rules__ = (sa.UniqueConstraint("programme_id", "user_id", "area", "number"),)
