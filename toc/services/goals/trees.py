"""The whole tree as values for drawing, in a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, and_, exists, func, or_, select, true, type_coerce
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals import (
    Edge,
    KeyReason,
    Level,
    LinkStatus,
    Neighbours,
    ReviewedGoal,
    ReviewedLink,
    Stance,
    TreeReview,
    neighbours,
    review_tree,
)
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.domain.permissions import may
from toc.domain.privacy import disclose
from toc.models.audit import AuditEvent, AuditHead
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink, TreePicture
from toc.models.interviews import StakeholderGroup
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services.goals.matrix import closed_parties
from toc.services.goals.reading import is_current, seen


class TreeGoal(NamedTuple):
    """A goal in the tree. A tuple, because a big tree has thousands."""

    id: UUID
    number: int
    wording: str
    level: Level | None
    is_primary: bool
    released: bool
    has_study: bool
    """A study of it was recorded; without one its evidence is at most on the first rung."""
    holders: tuple[tuple[int, Stance], ...] = ()
    """Who said something about it: number of the party and what it thinks, in the order of the parties."""

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)


class TreeLink(NamedTuple):
    """A link in the tree; a tuple as well."""

    id: UUID
    lower_id: UUID
    upper_id: UUID
    mechanism: str
    assumption: str
    is_key: bool
    confidence: int | None
    status: LinkStatus
    source: str
    is_feedback: bool = False
    """It leads back down, and is no part of the order."""
    alternatives: str = ""
    key_reason: KeyReason | None = None

    @property
    def edge(self) -> Edge:
        """The link as the graph knows it."""
        return Edge(self.lower_id, self.upper_id)


@dataclass(frozen=True, slots=True)
class TreeParty:
    """A party in the tree."""

    number: int
    name: str

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """What has to be known of every goal and link to choose which of them are shown.

    A big tree has thousands; goals are their numbers in it, which are quick to read and to compare.

    Attributes:
        goals: those that the reader may know of, by code; nobody's opinion is read yet.
        steps: who stands directly above and below each of these goals.
        many_links: how many links there are between them.
        many_key: how many of these are marked as key links.
        numbers: the number of each goal by its id.
        raw: the same by its id as the database gives it, which takes no time to read.
        left_out: how many goals the reader may not know of.
    """

    goals: tuple[TreeGoal, ...]
    steps: Neighbours[int]
    many_links: int
    many_key: int
    numbers: Mapping[UUID, int]
    raw: Mapping[Any, int]
    left_out: int = 0

    @cached_property
    def ids(self) -> Mapping[int, UUID]:
        """The id of each goal."""
        return {goal.number: goal.id for goal in self.goals}

    @cached_property
    def by_number(self) -> Mapping[int, TreeGoal]:
        """Each goal."""
        return {goal.number: goal for goal in self.goals}

    def goal(self, goal_id: UUID) -> TreeGoal:
        """Return one of the goals."""
        return self.by_number[self.numbers[goal_id]]

    @cached_property
    def order(self) -> Neighbours[UUID]:
        """Who stands directly above and below each of these goals, by id."""
        ids = self.ids
        return Neighbours(
            above={ids[goal]: tuple(ids[one] for one in those) for goal, those in self.steps.above.items()},
            below={ids[goal]: tuple(ids[one] for one in those) for goal, those in self.steps.below.items()},
        )


@dataclass(frozen=True, kw_only=True)
class Tree(Skeleton):
    """All that a picture or a list of the tree needs.

    Attributes:
        goals: those that the reader may know of, by code; with what the parties think of what is shown.
        links: by the codes of their goals: all, or those of `filled`.
        parties: by code.
        hidden: how many goals the reader does not see; None when there are too few to say.
        any_closed: of some party so few people were heard that the reader does not see what it thinks.
        places: where goals stood in the last picture, see `keep_places`.
    """

    links: tuple[TreeLink, ...]
    parties: tuple[TreeParty, ...]
    hidden: int | None = None
    any_closed: bool = False
    places: Mapping[UUID, int] = field(default_factory=dict)

    @cached_property
    def ordering(self) -> tuple[TreeLink, ...]:
        """The links that are part of the order."""
        return tuple(link for link in self.links if not link.is_feedback)

    @property
    def asked(self) -> tuple[TreeLink, ...]:
        """The links that are to be documented well: the key links, or all where none is marked as one."""
        return tuple(link for link in self.links if link.is_key) or self.links

    @cached_property
    def feedback(self) -> tuple[TreeLink, ...]:
        """The links that lead back, outside the order."""
        return tuple(link for link in self.links if link.is_feedback)

    def review(self) -> TreeReview[int]:
        """Return what the tree still misses, as far as the reader sees it; goals are their numbers in it."""
        numbers = self.numbers
        return review_tree(
            (ReviewedGoal(id=goal.number, level=goal.level) for goal in self.goals),
            (
                ReviewedLink(
                    lower=numbers[link.lower_id],
                    upper=numbers[link.upper_id],
                    is_key=link.is_key,
                    mechanism=link.mechanism,
                    assumption=link.assumption,
                    confidence=link.confidence,
                    source=link.source,
                    status=link.status,
                    key_reason=link.key_reason,
                    alternatives=link.alternatives,
                    is_feedback=link.is_feedback,
                )
                for link in self.asked
            ),
            self.steps,
        )


def tree(session: Session, act: Act) -> Tree:
    """Return the tree as this reader may see it, in six statements, however big it is."""
    goals, raw, left_out = _goals(session, act)
    numbers = {goal.id: goal.number for goal in goals}
    links = _links(session, raw, {goal.number: goal.id for goal in goals})
    bare = Skeleton(
        goals=goals,
        steps=neighbours(
            numbers.values(),
            ((numbers[link.lower_id], numbers[link.upper_id]) for link in links if not link.is_feedback),
        ),
        many_links=len(links),
        many_key=sum(link.is_key for link in links),
        numbers=numbers,
        raw=raw,
        left_out=left_out,
    )
    return _dressed(session, act, bare, links, None)


def skeleton(session: Session, act: Act) -> Skeleton:
    """Return what has to be known of the whole tree to choose what is shown of it, in two statements."""
    goals, raw, left_out = _goals(session, act)
    rows: Iterable[Any] = session.execute(
        select(
            type_coerce(GoalLink.lower_id, String),
            type_coerce(GoalLink.upper_id, String),
            type_coerce(GoalLink.is_key, Integer),
            type_coerce(GoalLink.is_feedback, Integer),
        ).where(GoalLink.programme_id == session.info["programme_id"])
    )
    links = sorted(
        (raw[low], raw[high], is_key, is_feedback)
        for low, high, is_key, is_feedback in rows
        if low in raw and high in raw
    )
    return Skeleton(
        goals=goals,
        steps=neighbours(
            (goal.number for goal in goals),
            ((low, high) for low, high, _, back in links if not back),
        ),
        many_links=len(links),
        many_key=sum(1 for _, _, is_key, _ in links if is_key),
        numbers={goal.id: goal.number for goal in goals},
        raw=raw,
        left_out=left_out,
    )


def filled(session: Session, act: Act, bare: Skeleton, shown: Collection[UUID]) -> Tree:
    """Return a tree with all that is told of some of its goals, in five statements at most.

    Args:
        session: of the programme.
        act: who looks.
        bare: the tree as `skeleton` gave it to this reader.
        shown: goals whose parties are read, and the links between them. Feedbacks and key links are read
            of the whole tree; where no link is marked as a key link, every link is.
    """
    ids = [*shown]
    among = and_(GoalLink.lower_id.in_(ids), GoalLink.upper_id.in_(ids))
    wanted = (
        or_(GoalLink.is_key.is_(True), GoalLink.is_feedback.is_(True), among) if bare.many_key else true()
    )
    return _dressed(session, act, bare, _links(session, bare.raw, bare.ids, wanted), ids)


def _dressed(
    session: Session,
    act: Act,
    bare: Skeleton,
    links: tuple[TreeLink, ...],
    shown: Collection[UUID] | None,
) -> Tree:
    programme_id = session.info["programme_id"]
    closed = closed_parties(session, act)
    parties, holders = _parties(session, closed, shown)
    return Tree(
        goals=tuple(
            goal._replace(holders=tuple(holders[goal.number])) if goal.number in holders else goal
            for goal in bare.goals
        ),
        steps=bare.steps,
        many_links=bare.many_links,
        many_key=bare.many_key,
        left_out=bare.left_out,
        numbers=bare.numbers,
        raw=bare.raw,
        links=links,
        parties=parties,
        hidden=_hidden(session, programme_id, bare.left_out),
        any_closed=bool(closed),
        places=_places(session, programme_id),
    )


def is_studied() -> ColumnElement[bool]:
    """Return the condition that a study of a goal was recorded."""
    return exists().where(Study.programme_id == Goal.programme_id, Study.goal_id == Goal.id)


def _goals(session: Session, act: Act) -> tuple[tuple[TreeGoal, ...], dict[Any, int], int]:
    """Return the goals that the reader may know of, their numbers by raw id, and how many are left out."""
    programme_id = session.info["programme_id"]
    rows: Sequence[Any] = session.execute(
        select(
            type_coerce(Goal.id, String),
            Goal.id,
            Goal.code,
            GoalEdition.wording,
            GoalEdition.level,
            Goal.is_primary,
            Goal.released,
            is_studied(),
        )
        .join(GoalEdition, is_current())
        .where(Goal.programme_id == programme_id, Goal.retired_at.is_(None))
        .order_by(Goal.code)
    ).all()
    everything = sees_hidden(act.roles)
    known = [row for row in rows if everything or row.released]
    goals = tuple(TreeGoal(*says) for _, *says in known)
    return goals, {row[0]: row.code for row in known}, len(rows) - len(goals)


def keep_places(session: Session, places: Mapping[UUID, int]) -> None:
    """Remember where goals stand in the picture, so that the next one looks like it.

    No event of the audit trail: nothing is said or decided by it. What two people write at once may be lost
    for one of them; their next look writes it again.
    """
    programme_id = session.info["programme_id"]
    picture_id = derived(programme_id, "picture", "tree")
    kept = {str(goal_id): x for goal_id, x in places.items()}
    picture = session.get(TreePicture, (programme_id, picture_id))
    if picture is None:
        session.add(TreePicture(id=picture_id, places=kept))
    else:
        picture.places = kept


def _places(session: Session, programme_id: UUID) -> dict[UUID, int]:
    found = session.scalar(select(TreePicture.places).where(TreePicture.programme_id == programme_id))
    return {UUID(goal_id): x for goal_id, x in (found or {}).items()}


MOST_TOLD: Final = 500
"""Events that are counted when somebody asks what changed; after more of them, nobody counts any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What others did to the tree.

    Attributes:
        names: of the accounts; empty for a reader who may not know who does what.
        goals: how many goals, as far as this reader may know of them; a link counts as its lower goal.
        by_others: whether anybody else did anything to a goal or link.
    """

    names: tuple[str, ...]
    goals: int
    by_others: bool


def revision(session: Session) -> int:
    """Return a number that grows with every change in the programme, in one statement."""
    programme_id = session.info["programme_id"]
    return session.scalars(select(AuditHead.sequence).where(AuditHead.programme_id == programme_id)).one()


def changes(session: Session, act: Act, since: int) -> Changes:
    """Return what others did to the tree after a revision, in three statements.

    Args:
        session: of the programme.
        act: who asks; what they did themselves is left out.
        since: the revision that they have seen.
    """
    rows = session.execute(
        select(AuditEvent.actor, AuditEvent.subject_kind, AuditEvent.subject_id, AuditEvent.detail)
        .where(
            AuditEvent.programme_id == session.info["programme_id"],
            AuditEvent.sequence > since,
            AuditEvent.subject_kind.in_(("goal", "goal_link")),
            AuditEvent.actor != act.actor,
        )
        .order_by(AuditEvent.sequence.desc())
        .limit(MOST_TOLD)
    ).all()
    goal_ids = {UUID(row.subject_id) for row in rows if row.subject_kind == "goal"}
    goal_ids |= {UUID(row.detail["lower"]) for row in rows if "lower" in row.detail}
    link_ids = {UUID(row.subject_id) for row in rows if row.subject_kind == "goal_link"}
    of_links = select(GoalLink.lower_id).where(
        GoalLink.programme_id == session.info["programme_id"], GoalLink.id.in_(link_ids)
    )
    count = session.scalar(
        select(func.count()).where(
            Goal.programme_id == session.info["programme_id"],
            Goal.id.in_(goal_ids) | Goal.id.in_(of_links),
            seen(act),
        )
    )
    return Changes(names=_names(session, act, rows), goals=count or 0, by_others=bool(rows))


def _names(session: Session, act: Act, rows: Iterable[Any]) -> tuple[str, ...]:
    """Return the names of the accounts that did something, for who may read the history."""
    actors = dict.fromkeys(row.actor for row in rows if may(act.roles, "history.read"))
    ids = [UUID(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")]
    rows_of_users: Iterable[Any] = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    found: dict[UUID, str] = {user_id: name for user_id, name in rows_of_users}  # noqa: C416 - rows are no pairs to `dict`
    return tuple(found[one] for one in ids if one in found)


def _links(
    session: Session, raw: Mapping[Any, int], ids: Mapping[int, UUID], *wanted: ColumnElement[bool]
) -> tuple[TreeLink, ...]:
    """Return the links between these goals, by their codes.

    Ids that are the same object are quick to compare, which a tree of a thousand links feels.
    """
    rows: Iterable[Any] = session.execute(
        select(
            type_coerce(GoalLink.lower_id, String),
            type_coerce(GoalLink.upper_id, String),
            GoalLink.id,
            GoalLink.mechanism,
            GoalLink.assumption,
            GoalLink.is_key,
            GoalLink.confidence,
            GoalLink.status,
            GoalLink.source,
            GoalLink.is_feedback,
            GoalLink.alternatives,
            GoalLink.key_reason,
        ).where(GoalLink.programme_id == session.info["programme_id"], *wanted)
    )
    found = ((raw[low], raw[high], says) for low, high, *says in rows if low in raw and high in raw)
    return tuple(
        TreeLink(link_id, ids[low], ids[high], *says)
        for low, high, (link_id, *says) in sorted(found, key=itemgetter(0, 1))
    )


def _hidden(session: Session, programme_id: UUID, count: int) -> int | None:
    threshold = session.get_one(Programme, programme_id).small_number_threshold
    return disclose(count, count, threshold=threshold).count


def _parties(
    session: Session, closed: Collection[UUID], shown: Collection[UUID] | None
) -> tuple[tuple[TreeParty, ...], dict[int, list[tuple[int, Stance]]]]:
    """Return the parties, and by the number of a goal who said something about it, but for closed ones.

    Args:
        session: of the programme.
        closed: parties of which nothing is told.
        shown: of which goals; None: of all.
    """
    programme_id = session.info["programme_id"]
    of_these = true() if shown is None else GoalHolder.goal_id.in_(shown)
    rows = session.execute(
        select(StakeholderGroup.code, StakeholderGroup.name, Goal.code, GoalHolder.stance)
        .outerjoin(
            GoalHolder,
            and_(
                GoalHolder.programme_id == StakeholderGroup.programme_id,
                GoalHolder.group_id == StakeholderGroup.id,
                GoalHolder.group_id.not_in(closed),
                of_these,
            ),
        )
        .outerjoin(Goal, and_(Goal.programme_id == GoalHolder.programme_id, Goal.id == GoalHolder.goal_id))
        .where(StakeholderGroup.programme_id == programme_id)
        .order_by(StakeholderGroup.code)
    )
    parties: dict[int, TreeParty] = {}
    holders: dict[int, list[tuple[int, Stance]]] = {}
    for number, name, goal, stance in rows:
        if number not in parties:
            parties[number] = TreeParty(number, name)
        if goal is not None:
            holders.setdefault(goal, []).append((number, stance))
    return tuple(parties.values()), holders
