"""What is known of the tree, seen through one lens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.goals import MOST_DRAWN, Belief, Branch, Stance, Support, branch
from toc.domain.goals.rules import Strength, strength, support
from toc.domain.indicators import Status
from toc.services import evidence, indicators
from toc.services.errors import NotFound
from toc.services.goals import Tree, TreeGoal, TreeLink
from toc.web import texts


class Lens(StrEnum):
    """One way of looking at the tree at a time."""

    STATUS = "status"
    EVIDENCE = "evidence"
    WHOSE = "whose"
    CERTAINTY = "certainty"


STATUSES = (Status.REACHED, Status.ON_TRACK, Status.BEHIND, Status.OVERDUE, Status.NO_DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is known of the tree, through one lens.

    Attributes:
        tree: all of it, as the reader may see it.
        part: which goals are drawn and which only listed.
        statuses: of the goals that are shown.
        rungs: of goals with evidence; the others stand on 0 or 1.
        lens: which one.
        programme_id: whose tree.
        root: the goal whose branch it is, if one was chosen.
    """

    tree: Tree
    part: Branch
    statuses: Mapping[UUID, Status]
    rungs: Mapping[UUID, int]
    lens: Lens
    programme_id: UUID
    root: UUID | None

    def status(self, goal_id: UUID) -> Status:
        """Return how a goal stands; one that nobody can measure has no measurement either."""
        status = self.statuses.get(goal_id, Status.NO_DATA)
        return Status.NO_DATA if status is Status.NOT_MEASURABLE else status

    def rung(self, goal_id: UUID) -> int:
        """Return on which rung the evidence for a goal stands."""
        return self.rungs.get(goal_id, 0)

    def held_by(self, goal: TreeGoal) -> list[str]:
        """Return the parties that spoke about a goal, with what they think unless they support it."""
        names = {party.id: party.name for party in self.tree.parties}
        return [
            names[group] if stance is Stance.SUPPORTS else f"{names[group]} ({texts.word(stance)})"
            for group, stance in goal.holders
        ]

    def rests_on(self, link: TreeLink) -> Support:
        """Return the best evidence for a link."""
        return support(rung=self.rung(link.upper_id), has_source=bool(link.source.strip()))

    def strength(self, link: TreeLink) -> Strength:
        """Return how strong a link is."""
        return strength(link.confidence, self.rests_on(link))

    def confidence(self, link: TreeLink) -> int | None:
        """Return the confidence in a link that counts; None when nobody said."""
        if link.confidence is None:
            return None
        return Belief(stated=link.confidence, support=self.rests_on(link)).confidence

    def says(self, goal: TreeGoal) -> str:
        """Return a goal in one sentence, for who does not see its box."""
        rung = gettext("evidence on rung %(rung)s of 5", rung=self.rung(goal.id))
        parts = [
            texts.word(goal.level),
            texts.word(self.status(goal.id)),
            rung if self.lens is Lens.EVIDENCE else "",
            "" if goal.released else gettext("hidden, only you see it"),
        ]
        about = ", ".join(part for part in parts if part)
        held = ", ".join(self.held_by(goal))
        held = gettext("Named by: %(parties)s.", parties=held) if held else ""
        return f"{goal.code} {goal.wording}: {about}. {held}".strip()


def look(
    session: Session,
    act: Act,
    lens: Lens,
    tree: Tree,
    part: Branch,
    *,
    also: Collection[UUID] = (),
    root: UUID | None = None,
    all_rungs: bool = False,
) -> Look:
    """Read what a picture or list of a part of the tree needs.

    Args:
        session: of the programme.
        act: who looks.
        lens: how.
        tree: all of it.
        part: which part is drawn.
        also: goals that are not drawn and whose status is shown.
        root: the goal whose branch it is.
        all_rungs: also look up the rungs that no line and no sign needs.
    """
    wanted = all_rungs or lens is Lens.EVIDENCE or any(goal.has_study for goal in tree.goals)
    shown = (*part.drawn, *also)
    return Look(
        tree=tree,
        part=part,
        statuses=indicators.goal_statuses(session, act.on, shown) if shown else {},
        rungs=evidence.rungs(session, act.on) if wanted and shown else {},
        lens=lens,
        programme_id=session.info["programme_id"],
        root=root,
    )


def part_of(tree: Tree, *, most: int = MOST_DRAWN, root: UUID | None = None) -> Branch:
    """Choose which goals to draw.

    Raises:
        NotFound: there is no such root, or it is hidden from this reader.
    """
    ids = [goal.id for goal in tree.goals]
    if root is not None and root not in ids:
        raise NotFound
    return branch(ids, [link.edge for link in tree.links], root=root, most=most)
