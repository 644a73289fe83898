"""The editor of the tree: each change is one step that its maker can undo and do again."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.domain.goals.outline import Outline, parse_outline
from toc.domain.ids import derived
from toc.models.bonds import ContractLine
from toc.models.conflicts import ConflictGoal
from toc.models.evidence import EvidenceItem, Study
from toc.models.findings import Finding
from toc.models.goals import Goal, GoalEdition, GoalLink, GoalSource
from toc.models.indicators import Indicator
from toc.models.rankings import RankingGoal
from toc.services import steps
from toc.services.errors import Conflict
from toc.services.goals.links import link_goals
from toc.services.goals.operations import JUDGED, Hands, goals_of
from toc.services.goals.reading import get_goal, is_current, seen, visible_goals
from toc.services.goals.rows import as_row
from toc.services.goals.trees import tree
from toc.services.goals.values import GoalDraft, GoalView, Held, LinkDraft
from toc.services.goals.writing import AREA, add_goal, new_edition
from toc.services.steps import Operation, Step

MOST_IN_BRANCH: Final = 150
"""Goals that are added as text at once; more than that is an import."""


# --- Where a goal stands ------------------------------------------------------------------------------------


def move_goals(
    session: Session,
    act: Act,
    goal_ids: Collection[UUID],
    to: UUID | None,
    *,
    from_id: UUID | None = None,
    link_id: UUID | None = None,
) -> int:
    """Let goals be means to another goal instead of the one above them now; their reasons stay on the link.

    How sure the link is, what the evidence says and the verdict go: they were about two other goals.

    Args:
        session: of the programme, for writing.
        act: who and when.
        goal_ids: the goals.
        to: the goal to put them below; None: below nothing.
        from_id: the goal to take them from; None: the one above each, if there is one.
        link_id: of a link to be made, where a goal stands below nothing yet.

    Returns:
        How many were moved; one that stands there already is not.

    Raises:
        NotFound: one of the goals is not in the tree, or hidden from this person.
        Conflict: ``tree.several_ends``, with its ``code``: say from which goal it is to be taken;
            ``link.self``, ``link.duplicate``, ``link.cycle``; ``step.changed_meanwhile``: it does not stand
            below ``from_id`` any more.
    """
    hands = Hands(session, act, [*goal_ids, *([] if to is None else [to])])
    if to is not None:
        hands.standing(to)
    done: list[Operation] = []
    for goal_id in goal_ids:
        goal = hands.standing(goal_id)
        ends = hands.ends(goal_id)
        if from_id is not None:
            ends = [link for link in ends if link.upper_id == from_id]
            if not ends:
                raise Conflict("step.changed_meanwhile", code=code(CodeKind.GOAL, goal.code))
        elif any(link.upper_id == to for link in ends):
            continue
        if len(ends) > 1:
            raise Conflict("tree.several_ends", code=code(CodeKind.GOAL, goal.code))
        done.extend(_moving(hands, act, goal_id, ends, to, link_id))
    return _finish(session, act, hands, "tree.loose" if to is None else "tree.move", done)


def _moving(
    hands: Hands, act: Act, goal_id: UUID, ends: Sequence[GoalLink], to: UUID | None, link_id: UUID | None
) -> list[Operation]:
    if to is None:
        return [hands.unlinking(link) for link in ends]
    if not ends:
        return [_new_link(act, goal_id, to, link_id)]
    (link,) = ends
    if link.upper_id == to:
        return []
    return [
        {
            "do": "relink",
            "link": str(link.id),
            "lower": str(goal_id),
            "from": str(link.upper_id),
            "to": str(to),
            "judged": {name: getattr(link, name) for name in JUDGED},
            "becomes": dict.fromkeys(JUDGED),
        }
    ]


def link_many(
    session: Session, act: Act, goal_ids: Collection[UUID], to: UUID, *, link_id: UUID | None = None
) -> int:
    """Let goals be means to another goal as well; return how many were not yet.

    Args:
        session: of the programme, for writing.
        act: who and when.
        goal_ids: the means.
        to: the end.
        link_id: the id of the link, or what the ids of several are made from.

    Raises:
        NotFound: one of the goals is not in the tree, or hidden from this person.
        Conflict: ``link.self``, ``link.cycle``.
    """
    hands = Hands(session, act, [*goal_ids, to])
    for goal_id in (*goal_ids, to):
        hands.standing(goal_id)
    done = [_new_link(act, goal_id, to, link_id) for goal_id in goal_ids if hands.linked(goal_id, to) is None]
    return _finish(session, act, hands, "tree.link", done)


def link_with(
    session: Session, act: Act, link_id: UUID, *, lower_id: UUID, upper_id: UUID, draft: LinkDraft
) -> GoalLink:
    """Let one goal be a means to another, with all that is said about why; the same id twice makes one link.

    Raises:
        NotFound, Conflict, DomainError: as `link_goals`.
    """
    hands = Hands(session, act, [lower_id, upper_id])
    there = session.get(GoalLink, (session.info["programme_id"], link_id))
    if there is not None:
        return there
    link = link_goals(session, act, link_id, lower_id=lower_id, upper_id=upper_id, draft=draft)
    session.flush()
    steps.record(
        session, act, AREA, "tree.link", [{"do": "link", "row": as_row(link)}], [hands.unlinking(link)]
    )
    return link


def unlink(session: Session, act: Act, lower_id: UUID, upper_id: UUID) -> int:
    """Take the link between two goals away; without one nothing changes.

    Raises:
        NotFound: one of the goals is not in the tree, or hidden from this person.
    """
    hands = Hands(session, act, [lower_id, upper_id])
    hands.standing(lower_id)
    hands.standing(upper_id)
    link = hands.linked(lower_id, upper_id)
    return _finish(session, act, hands, "tree.unlink", [] if link is None else [hands.unlinking(link)])


def _new_link(act: Act, lower_id: UUID, upper_id: UUID, link_id: UUID | None) -> Operation:
    moment = act.at.isoformat()
    made = derived(link_id or lower_id, "link", str(lower_id), str(upper_id), "" if link_id else moment)
    return {
        "do": "link",
        "row": {
            "id": str(made),
            "lower_id": str(lower_id),
            "upper_id": str(upper_id),
            "created_at": moment,
            "created_by_id": None if act.user is None else str(act.user),
        },
    }


# --- New goals ----------------------------------------------------------------------------------------------


def add_below(
    session: Session,
    act: Act,
    goal_id: UUID,
    draft: GoalDraft,
    *,
    upper_id: UUID | None = None,
    holders: Iterable[Held] = (),
    statement_ids: Collection[UUID] = (),
    is_primary: bool = False,
) -> Goal:
    """Add a goal, as a means to another one. The same id twice makes one goal.

    Args:
        session: of the programme, for writing.
        act: who and when.
        goal_id: of the new goal.
        draft: what it says.
        upper_id: the goal to put it below; None: it stands below nothing.
        holders: who holds it.
        statement_ids: what it rests on.
        is_primary: whether the ladder is climbed for it.

    Raises:
        NotFound: the upper goal is not in the tree, or hidden from this person; or as `add_goal`.
        DomainError: as `add_goal`.
    """
    there = session.get(Goal, (session.info["programme_id"], goal_id))
    if there is not None:
        return there
    hands = Hands(session, act, [] if upper_id is None else [upper_id])
    if upper_id is not None:
        hands.standing(upper_id)
    goal = add_goal(
        session, act, goal_id, draft, holders=holders, statement_ids=statement_ids, is_primary=is_primary
    )
    if upper_id is not None:
        hands.do(_new_link(act, goal_id, upper_id, goal_id))
    _remember_new(session, act, hands, "tree.add", [goal])
    return goal


def read_branch(session: Session, act: Act, text: str) -> Outline:
    """Read a branch that was typed as indented text; goals that are there already are known by their codes.

    Raises:
        DomainError: as `parse_outline`; ``tree.branch_too_long``, with ``most``.
    """
    known = {goal.code: goal.wording for goal in visible_goals(session, act)}
    outline = parse_outline(text, known)
    if len(outline.lines) + len(outline.faults) > MOST_IN_BRANCH:
        raise DomainError("tree.branch_too_long", most=MOST_IN_BRANCH)
    return outline


def add_branch(
    session: Session, act: Act, branch_id: UUID, text: str, *, upper_id: UUID | None = None
) -> list[Goal]:
    """Add all goals of an indented text with their links, as one step. The same id twice adds them once.

    Args:
        session: of the programme, for writing.
        act: who and when.
        branch_id: what the ids of the goals are made from.
        text: an outline.
        upper_id: the goal to put it below; None: its first line stands below nothing.

    Returns:
        The new goals, in the order of the text; none when they are there already.

    Raises:
        NotFound: the upper goal is not in the tree, or hidden from this person.
        Conflict: ``link.self``, ``link.cycle``.
        DomainError: as `read_branch`; ``tree.branch_faults`` when it has faults.
    """
    forest = read_branch(session, act, text).forest
    if forest is None:
        raise DomainError("tree.branch_faults")
    there = {goal.code: goal.id for goal in visible_goals(session, act)}
    ids = [
        there[goal.code] if goal.is_known else derived(branch_id, "goal", str(place))
        for place, goal in enumerate(forest.goals)
    ]
    hands = Hands(session, act, [*ids, *([] if upper_id is None else [upper_id])])
    if upper_id is not None:
        hands.standing(upper_id)
    fresh = [place for place, goal in enumerate(forest.goals) if not goal.is_known]
    if any(session.get(Goal, (session.info["programme_id"], ids[place])) for place in fresh):
        return []
    made = [
        add_goal(
            session,
            act,
            ids[place],
            GoalDraft(wording=forest.goals[place].wording, level=forest.goals[place].level),
        )
        for place in fresh
    ]
    pairs = [(ids[lower], ids[upper]) for lower, upper in forest.links]
    if upper_id is not None:
        below = {lower for lower, _ in forest.links}
        pairs += [(ids[place], upper_id) for place in range(len(ids)) if place not in below]
    back = [
        hands.do(_new_link(act, lower, upper, branch_id))
        for lower, upper in pairs
        if hands.linked(lower, upper) is None
    ]
    new = {goal.id for goal in made}
    between_old = [one for one in back if new.isdisjoint(goals_of([one]))]
    _remember_new(session, act, hands, "tree.branch", made, between_old)
    return made


def _remember_new(
    session: Session,
    act: Act,
    hands: Hands,
    key: str,
    made: Sequence[Goal],
    links: Sequence[Operation] = (),
) -> None:
    """Remember goals that were added: taken back they are retired, with their links, and can come again.

    Args:
        session: of the programme.
        act: who and when.
        hands: what the links were made with.
        key: of the step.
        made: the new goals; their links go and come with them.
        links: what takes other links away that came along.
    """
    back = [*links, *(hands.retiring(goal) for goal in reversed(made))]
    again: list[Operation] = [{"do": "bring_back", "goal": str(goal.id)} for goal in made]
    # What makes the other links again is only known once they were taken away: see `steps.undo`.
    steps.record(session, act, AREA, key, [*again, *links], back)
    hands.tell()


# --- What goals say -----------------------------------------------------------------------------------------


def reword(
    session: Session,
    act: Act,
    goal_id: UUID,
    wording: str,
    reason: str,
    *,
    edition_id: UUID,
    revision: int,
) -> GoalEdition:
    """Word a goal anew and leave all else that it says.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
        Stale: somebody changed the goal after the form was made.
        DomainError: as `new_edition`.
    """
    hands = Hands(session, act, [goal_id])
    hands.standing(goal_id)
    goal = get_goal(session, act, goal_id)
    draft = replace(goal.draft, wording=wording)
    return _say_anew(session, act, goal, draft, reason, edition_id=edition_id, revision=revision)


def say_anew(
    session: Session,
    act: Act,
    goal_id: UUID,
    draft: GoalDraft,
    reason: str,
    *,
    edition_id: UUID,
    revision: int | None,
    is_primary: bool,
) -> GoalEdition:
    """Change anything that a goal says, also of one that was taken out of the tree.

    Raises:
        NotFound, Stale, DomainError: as `new_edition`.
    """
    Hands(session, act, [goal_id])
    goal = get_goal(session, act, goal_id)
    return _say_anew(
        session, act, goal, draft, reason, edition_id=edition_id, revision=revision, is_primary=is_primary
    )


def _say_anew(
    session: Session,
    act: Act,
    goal: GoalView,
    draft: GoalDraft,
    reason: str,
    *,
    edition_id: UUID,
    revision: int | None,
    is_primary: bool | None = None,
) -> GoalEdition:
    """Make another edition, as a step, with the goal locked; the same id twice makes one."""
    there = session.get(GoalEdition, (session.info["programme_id"], edition_id))
    if there is not None and there.goal_id == goal.id:
        return there
    made = new_edition(
        session, act, goal, draft, reason, edition_id=edition_id, revision=revision, is_primary=is_primary
    )
    _remember_wording(session, act, "tree.reword", [goal], is_primary=is_primary)
    return made


def set_levels(
    session: Session, act: Act, goal_ids: Collection[UUID], level: Level | None, reason: str
) -> int:
    """Say of which level goals are; return how many were of another.

    Raises:
        NotFound: one of the goals is not in the tree, or hidden from this person.
        DomainError: as `new_edition`.
    """
    hands = Hands(session, act, goal_ids)
    changed: list[GoalView] = []
    for goal_id in goal_ids:
        hands.standing(goal_id)
        goal = get_goal(session, act, goal_id)
        if goal.level is not level:
            new_edition(session, act, goal, replace(goal.draft, level=level), reason)
            changed.append(goal)
    _remember_wording(session, act, "tree.level", changed)
    return len(changed)


def _remember_wording(
    session: Session, act: Act, key: str, before: Sequence[GoalView], *, is_primary: bool | None = None
) -> None:
    """Remember that goals got one edition more, and whether they became primary."""
    if not before:
        return
    forward: list[Operation] = []
    back: list[Operation] = []
    for goal in before:
        one: Operation = {"do": "reword", "goal": str(goal.id)}
        changes = is_primary is not None and is_primary != goal.is_primary
        became: Operation = {"primary": is_primary} if changes else {}
        was: Operation = {"primary": goal.is_primary} if changes else {}
        forward.append({**one, "now": goal.edition, "then": goal.edition + 1, **became})
        back.append({**one, "now": goal.edition + 1, "then": goal.edition, **was})
    steps.record(session, act, AREA, key, forward, back[::-1])


# --- Out of the tree, and back ------------------------------------------------------------------------------


def retire(session: Session, act: Act, goal_ids: Collection[UUID]) -> int:
    """Take goals out of the tree; what hangs on them stays with them. Return how many still stood in it.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
    """
    hands = Hands(session, act, goal_ids)
    there = [goal_id for goal_id in goal_ids if hands.goal(goal_id).retired_at is None]
    return _finish(
        session, act, hands, "tree.retire", [{"do": "retire", "goal": str(goal_id)} for goal_id in there]
    )


def bring_back(session: Session, act: Act, goal_ids: Collection[UUID]) -> int:
    """Put goals that were taken out of the tree back where they stood; return how many were out of it.

    Raises:
        NotFound: there is no such goal, or it is hidden from this person.
    """
    hands = Hands(session, act, goal_ids)
    out = [goal_id for goal_id in goal_ids if hands.goal(goal_id).retired_at is not None]
    return _finish(
        session,
        act,
        hands,
        "tree.bring_back",
        [{"do": "bring_back", "goal": str(goal_id)} for goal_id in out],
    )


@dataclass(frozen=True, slots=True)
class Retired:
    """A goal that was taken out of the tree, and when."""

    id: UUID
    number: int
    wording: str
    at: datetime

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)


def retired_goals(session: Session, act: Act) -> list[Retired]:
    """Return the goals that were taken out of the tree, the last one first, in one statement."""
    rows: Iterable[Any] = session.execute(
        select(Goal.id, Goal.code, GoalEdition.wording, Goal.retired_at)
        .join(GoalEdition, is_current())
        .where(
            Goal.programme_id == session.info["programme_id"],
            Goal.retired_at.is_not(None),
            seen(act),
        )
        .order_by(Goal.retired_at.desc(), Goal.code)
    )
    return [Retired(*row) for row in rows]


_HANGING: Final[Sequence[tuple[str, Any]]] = (
    ("statement", GoalSource),
    ("indicator", Indicator),
    ("evidence", EvidenceItem),
    ("study", Study),
    ("line", ContractLine),
    ("finding", Finding),
    ("ranking", RankingGoal),
    ("conflict", ConflictGoal),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What hangs on goals that somebody may take out of the tree.

    Attributes:
        counts: (kind, how many), without kinds of which there are none: statement, indicator, evidence,
            study, line (of a contract), finding, ranking, conflict.
        loose: goals in the tree that are a means to these alone, by code.
    """

    counts: tuple[tuple[str, int], ...]
    loose: tuple[str, ...]


def hanging(session: Session, act: Act, goal_ids: Collection[UUID]) -> Hanging:
    """Return what hangs on goals, in as many statements for one as for many."""
    parts = [
        select(literal(kind), func.count())
        .select_from(table)
        .where(table.programme_id == session.info["programme_id"], table.goal_id.in_(goal_ids))
        for kind, table in _HANGING
    ]
    rows: Iterable[Any] = session.execute(union_all(*parts)).all()
    counts: dict[str, int] = dict(rows)
    whole, out = tree(session, act), frozenset(goal_ids)
    loose = (
        goal.code
        for goal in whole.goals
        if goal.id not in out and whole.order.above[goal.id] and out.issuperset(whole.order.above[goal.id])
    )
    return Hanging(
        counts=tuple((kind, counts[kind]) for kind, _ in _HANGING if counts[kind]), loose=tuple(loose)
    )


# --- Undoing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step in the words of the tree.

    Attributes:
        number: of the step.
        key: names the sentence that says what was done.
        code: of the first goal that it is about; empty when this person may not know of it.
        to: of the goal that it went to, if there is one.
        many: how many goals it is about.
    """

    number: int
    key: str
    code: str
    to: str
    many: int


def last(session: Session, act: Act) -> tuple[Said | None, Said | None]:
    """Return what this person can undo and do again, in two statements at most."""
    there = steps.last(session, act, AREA)
    about = {name: _about(step) for name, step in (("undo", there.undo), ("redo", there.redo)) if step}
    ids = {one for first, to, _ in about.values() for one in (first, to) if one is not None}
    names: dict[UUID, str] = {}
    if ids:
        rows = session.execute(
            select(Goal.id, Goal.code).where(
                Goal.programme_id == session.info["programme_id"], Goal.id.in_(ids), seen(act)
            )
        )
        names = {goal_id: code(CodeKind.GOAL, number) for goal_id, number in rows}

    def said(name: str, step: Step | None) -> Said | None:
        if step is None:
            return None
        first, to, many = about[name]
        return Said(
            number=step.number,
            key=step.key,
            code=names.get(first, ""),
            to="" if to is None else names.get(to, ""),
            many=many,
        )

    return said("undo", there.undo), said("redo", there.redo)


def _about(step: Step) -> tuple[UUID, UUID | None, int]:
    """Return the first goal of a step, where it went, and how many goals moved."""
    first = step.forward[0]
    goals = goals_of([first])
    movers = {goals_of([one])[0] for one in step.forward}
    return goals[0], goals[1] if len(goals) > 1 else None, len(movers)


def undo(session: Session, act: Act, number: int, *, reason: str) -> None:
    """Take back the last step of this person.

    Args:
        session: of the programme, for writing.
        act: who and when.
        number: of the step that they saw; when it is not their last any more, nothing happens.
        reason: why a goal is worded anew, where it is.

    Raises:
        Conflict: ``step.nothing_to_undo``; ``step.changed_meanwhile``, with the ``code`` of the goal; a link
            that the tree cannot hold any more.
        NotFound: a goal is hidden from this person by now.
        DomainError: as `new_edition`.
    """
    step = steps.last(session, act, AREA).undo
    if step is None or step.number != number:
        raise Conflict("step.nothing_to_undo")
    hands = Hands(session, act, goals_of(step.backward), reason=reason)
    steps.undo(session, act, AREA, hands.apply)
    hands.tell()


def redo(session: Session, act: Act, number: int, *, reason: str) -> None:
    """Do again what this person undid last; otherwise as `undo`, with ``step.nothing_to_redo``."""
    step = steps.last(session, act, AREA).redo
    if step is None or step.number != number:
        raise Conflict("step.nothing_to_redo")
    hands = Hands(session, act, goals_of(step.forward), reason=reason)
    steps.redo(session, act, AREA, hands.apply)
    hands.tell()


def forget(session: Session, act: Act, number: int) -> None:
    """Leave out a step of this person that can no longer be taken back, to reach those before it."""
    steps.forget(session, act, AREA, number)


def _finish(session: Session, act: Act, hands: Hands, key: str, operations: Iterable[Operation]) -> int:
    """Carry operations out as one step; return how many there were."""
    forward = list(operations)
    back = [hands.do(one) for one in forward]
    if forward:
        steps.record(session, act, AREA, key, forward, back[::-1])
        hands.tell()
    return len(forward)


__all__ = [
    "AREA",
    "Hanging",
    "Retired",
    "Said",
    "add_below",
    "add_branch",
    "bring_back",
    "forget",
    "hanging",
    "last",
    "link_many",
    "link_with",
    "move_goals",
    "read_branch",
    "redo",
    "retire",
    "retired_goals",
    "reword",
    "say_anew",
    "set_levels",
    "undo",
    "unlink",
]
