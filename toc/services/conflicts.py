"""The register of conflicts between parties: what they differ about, and how it ended.

A conflict about a goal that is hidden does not exist for who may not see that goal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, true
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.audit import Detail
from toc.domain.codes import CodeKind, code
from toc.domain.conflicts import ConflictKind, ConflictState, Ending, check_about
from toc.domain.errors import DomainError
from toc.domain.goals import Stance
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.models.audit import AuditEvent
from toc.models.conflicts import ConflictGoal, ConflictParty, GoalConflict
from toc.models.goals import Goal, GoalEdition, GoalHolder
from toc.models.interviews import StakeholderGroup
from toc.models.people import User
from toc.services import audit, rankings
from toc.services.codes import next_code
from toc.services.errors import NotFound, Stale
from toc.services.goals import GoalView, visible_goals
from toc.services.goals.matrix import closed_parties
from toc.services.interviews import check_free_text
from toc.services.interviews.loading import made_before
from toc.services.rankings import Result

MOST_RANKED = 3
"""Pairs of parties that a ranking suggests at most: the strongest. Ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictDraft:
    """What is written down about a conflict.

    Attributes:
        about: what parties differ about, in one or two sentences.
        options: what could be done.
        goal_ids: the goals that it is about.
        positions: what each party to it wants; "" where that is not written down.
        ending: how it stands.
    """

    kind: ConflictKind
    about: str
    options: str = ""
    goal_ids: frozenset[UUID] = frozenset()
    positions: Mapping[UUID, str] = field(default_factory=dict)
    ending: Ending = field(default_factory=Ending)


@dataclass(frozen=True, slots=True)
class AboutGoal:
    """A goal that a conflict is about, as it reads now."""

    id: UUID
    number: int
    wording: str
    released: bool

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)


@dataclass(frozen=True, slots=True)
class Side:
    """A party to a conflict, and what it wants."""

    id: UUID
    number: int
    name: str
    position: str

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """A conflict as it stands.

    Attributes:
        goals: that it is about, by code.
        sides: the parties to it, by code.
        revision: to be carried by a form that edits it.
    """

    id: UUID
    number: int
    kind: ConflictKind
    about: str
    options: str
    ending: Ending
    goals: tuple[AboutGoal, ...]
    sides: tuple[Side, ...]
    revision: int

    @property
    def code(self) -> str:
        """How people name it: K3."""
        return code(CodeKind.CONFLICT, self.number)

    @property
    def is_hidden(self) -> bool:
        """Whether only the evaluator sees it, because of a goal that is hidden."""
        return not all(goal.released for goal in self.goals)

    @property
    def draft(self) -> ConflictDraft:
        """What is written down now."""
        return ConflictDraft(
            kind=self.kind,
            about=self.about,
            options=self.options,
            goal_ids=frozenset(goal.id for goal in self.goals),
            positions={side.id: side.position for side in self.sides},
            ending=self.ending,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was done with a conflict.

    Attributes:
        by: name of the account; "" for a command.
        action: as the audit trail names it.
        state: how the conflict stood after that; None where it is not said.
    """

    at: datetime
    by: str
    action: str
    state: ConflictState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A conflict that is not in the register, while the matrix or a ranking points to it.

    Attributes:
        kind: what parties seem to differ about.
        goal: on which it shows.
        sides: the parties, with their stance where the matrix says it.
        ranked: it comes from a ranking; otherwise from the matrix.
    """

    kind: ConflictKind
    goal: AboutGoal
    sides: tuple[tuple[UUID, str, Stance | None], ...]
    ranked: bool


# --- Reading ------------------------------------------------------------------------------------------------


def seen(act: Act) -> ColumnElement[bool]:
    """Return the condition by which a reader may know of a conflict."""
    if sees_hidden(act.roles):
        return true()
    return ~GoalConflict.goals.any(ConflictGoal.goal.has(Goal.released.is_(False)))


def conflict_views(session: Session, act: Act, *where: ColumnElement[bool]) -> list[ConflictView]:
    """Return the conflicts that this reader may know of, by code, in three statements."""
    here = session.info["programme_id"]
    rows = session.scalars(
        select(GoalConflict)
        .where(GoalConflict.programme_id == here, seen(act), *where)
        .order_by(GoalConflict.code)
    ).all()
    ids = [row.id for row in rows]
    goals: dict[UUID, list[AboutGoal]] = {}
    for conflict_id, *about in session.execute(
        select(ConflictGoal.conflict_id, Goal.id, Goal.code, GoalEdition.wording, Goal.released)
        .join(ConflictGoal.goal)
        .join(
            GoalEdition,
            (GoalEdition.programme_id == Goal.programme_id)
            & (GoalEdition.goal_id == Goal.id)
            & (GoalEdition.number == Goal.edition),
        )
        .where(ConflictGoal.programme_id == here, ConflictGoal.conflict_id.in_(ids))
        .order_by(Goal.code)
    ):
        goals.setdefault(conflict_id, []).append(AboutGoal(*about))
    sides: dict[UUID, list[Side]] = {}
    for conflict_id, *party in session.execute(
        select(
            ConflictParty.conflict_id,
            StakeholderGroup.id,
            StakeholderGroup.code,
            StakeholderGroup.name,
            ConflictParty.position,
        )
        .join(ConflictParty.group)
        .where(ConflictParty.programme_id == here, ConflictParty.conflict_id.in_(ids))
        .order_by(StakeholderGroup.code)
    ):
        sides.setdefault(conflict_id, []).append(Side(*party))
    return [
        ConflictView(
            id=row.id,
            number=row.code,
            kind=row.kind,
            about=row.about,
            options=row.options,
            ending=Ending(state=row.state, decision=row.decision, by=row.decided_by, on=row.decided_on),
            goals=tuple(goals.get(row.id, ())),
            sides=tuple(sides.get(row.id, ())),
            revision=row.revision,
        )
        for row in rows
    ]


def get_conflict(session: Session, act: Act, conflict_id: UUID) -> ConflictView:
    """Return one conflict.

    Raises:
        NotFound: there is none, or it is about a goal that is hidden from this reader.
    """
    found = conflict_views(session, act, GoalConflict.id == conflict_id)
    if not found:
        raise NotFound
    return found[0]


def conflicts_about(session: Session, act: Act, goal_id: UUID) -> list[ConflictView]:
    """Return the conflicts about a goal, by code."""
    about = select(ConflictGoal.conflict_id).where(
        ConflictGoal.programme_id == session.info["programme_id"], ConflictGoal.goal_id == goal_id
    )
    return conflict_views(session, act, GoalConflict.id.in_(about))


def open_conflicts(session: Session, act: Act) -> list[ConflictView]:
    """Return the conflicts that were neither decided nor agreed to differ about, by code."""
    return conflict_views(session, act, GoalConflict.state == ConflictState.OPEN)


def story(session: Session, conflict_id: UUID) -> list[Told]:
    """Return what was done with a conflict, newest first, from the audit trail."""
    rows = session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.programme_id == session.info["programme_id"],
            AuditEvent.subject_kind == "goal_conflict",
            AuditEvent.subject_id == str(conflict_id),
        )
        .order_by(AuditEvent.sequence.desc())
    ).all()
    names = _names(session, {row.actor for row in rows})
    return [
        Told(at=row.at, by=names.get(row.actor, ""), action=row.action, state=_state(row.detail))
        for row in rows
    ]


def _names(session: Session, actors: Collection[str]) -> dict[str, str]:
    """Return the names of the accounts among those who did something."""
    ids = [UUID(actor.removeprefix("user:")) for actor in actors if actor.startswith("user:")]
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{row.id}": row.name for row in rows}


def _state(detail: Mapping[str, Detail]) -> ConflictState | None:
    said = detail.get("conflict_state")
    return ConflictState(str(said)) if said else None


# --- Suggestions --------------------------------------------------------------------------------------------


def suggestions(session: Session, act: Act) -> list[Suggestion]:
    """Return conflicts that are not in the register yet, in a fixed number of statements.

    From the matrix: a goal that one party supports and another is against. From the newest closed ranking:
    the parties that order goals most against each other, on the goal on which they lie farthest apart. Who
    pays as well as evaluates is told nothing of a party of which one or two participants were heard.
    """
    known = conflict_views(session, act)
    goals = {goal.id: goal for goal in visible_goals(session, act)}
    closed = closed_parties(session, act)
    found = [
        *_from_matrix(session, goals, closed),
        *_from_ranking(rankings.latest_result(session, act), goals),
    ]
    return [one for one in found if not _is_known(one, known)]


def _is_known(suggestion: Suggestion, known: Collection[ConflictView]) -> bool:
    """Tell whether a conflict about this goal has parties on the sides that are suggested."""
    wanted = {group_id for group_id, _, _ in suggestion.sides}
    return any(
        suggestion.goal.id in {goal.id for goal in one.goals}
        and len(wanted & {side.id for side in one.sides}) > 1
        for one in known
    )


def _about(goal: GoalView) -> AboutGoal:
    return AboutGoal(goal.id, goal.number, goal.wording, goal.released)


def _from_matrix(
    session: Session, goals: Mapping[UUID, GoalView], closed: Collection[UUID]
) -> list[Suggestion]:
    sides: dict[UUID, list[tuple[UUID, str, Stance | None]]] = {}
    for goal_id, group_id, name, stance in session.execute(
        select(GoalHolder.goal_id, StakeholderGroup.id, StakeholderGroup.name, GoalHolder.stance)
        .join(GoalHolder.group)
        .where(
            GoalHolder.programme_id == session.info["programme_id"],
            GoalHolder.stance.in_([Stance.SUPPORTS, Stance.OPPOSES]),
            GoalHolder.group_id.not_in(closed),
        )
        .order_by(StakeholderGroup.code)
    ):
        sides.setdefault(goal_id, []).append((group_id, name, stance))
    return [
        Suggestion(kind=ConflictKind.VALUE, goal=_about(goal), sides=tuple(sides[goal.id]), ranked=False)
        for goal in goals.values()
        if len({stance for _, _, stance in sides.get(goal.id, ())}) > 1
    ]


def _from_ranking(result: Result | None, goals: Mapping[UUID, GoalView]) -> list[Suggestion]:
    if result is None:
        return []
    names = {party.id: party.name for party in result.parties}
    found = []
    for clash in result.clashes:
        goal = None if clash.widest is None else goals.get(clash.widest)
        if clash.opposed and goal is not None:
            sides = tuple(
                (party, name, None) for party, name in names.items() if party in {clash.one, clash.other}
            )
            found.append(Suggestion(kind=ConflictKind.PRIORITY, goal=_about(goal), sides=sides, ranked=True))
    return found[:MOST_RANKED]


# --- Writing ------------------------------------------------------------------------------------------------


def _check(session: Session, act: Act, draft: ConflictDraft, before: frozenset[UUID] = frozenset()) -> None:
    """Refuse what cannot stand in the register.

    Args:
        session: of the programme.
        act: who and when.
        draft: what is to stand there.
        before: goals that it was about already; they may have left the tree since.

    Raises:
        NotFound: a goal or party that is not here, or not for this person.
        DomainError: ``conflict.about_missing``, a personal number in a text, or as the domain says; each with
            ``field`` where it stands at one.
    """
    if not draft.about.strip():
        raise DomainError("conflict.about_missing", field="about")
    for text in (draft.about, draft.options, draft.ending.decision, *draft.positions.values()):
        check_free_text(text)
    check_about(draft.goal_ids, draft.positions.keys())
    draft.ending.check(act.on)
    if not draft.goal_ids <= before | {goal.id for goal in visible_goals(session, act)}:
        raise NotFound
    groups = select(StakeholderGroup.id).where(StakeholderGroup.programme_id == session.info["programme_id"])
    if not draft.positions.keys() <= set(session.scalars(groups)):
        raise NotFound


def _write(row: GoalConflict, draft: ConflictDraft) -> None:
    row.kind, row.about, row.options = draft.kind, draft.about, draft.options
    row.state, row.decision = draft.ending.state, draft.ending.decision
    row.decided_by, row.decided_on = draft.ending.by, draft.ending.on


def _add_children(session: Session, conflict_id: UUID, draft: ConflictDraft) -> None:
    session.add_all(
        ConflictGoal(id=derived(conflict_id, "goal", str(goal_id)), conflict_id=conflict_id, goal_id=goal_id)
        for goal_id in sorted(draft.goal_ids)
    )
    session.add_all(
        ConflictParty(
            id=derived(conflict_id, "party", str(group_id)),
            conflict_id=conflict_id,
            group_id=group_id,
            position=position,
        )
        for group_id, position in sorted(draft.positions.items())
    )


def add_conflict(session: Session, act: Act, conflict_id: UUID, draft: ConflictDraft) -> GoalConflict:
    """Put a conflict in the register. The same id twice puts it there once.

    Raises:
        NotFound: a goal or party that is not here.
        DomainError: as `_check` says.
    """
    row = made_before(session, GoalConflict, conflict_id)
    if row is not None:
        return row
    _check(session, act, draft)
    row = GoalConflict(
        id=conflict_id,
        code=next_code(session, CodeKind.CONFLICT),
        created_at=act.at,
        created_by_id=act.user,
    )
    _write(row, draft)
    session.add(row)
    session.flush()
    _add_children(session, conflict_id, draft)
    audit.record(
        session,
        act,
        "conflict.create",
        "goal_conflict",
        conflict_id,
        conflict_state=draft.ending.state.value,
    )
    return row


def edit_conflict(session: Session, act: Act, conflict_id: UUID, draft: ConflictDraft, revision: int) -> None:
    """Change what is written down about a conflict, or how it stands.

    Raises:
        NotFound: there is no such conflict, goal or party for this person.
        Stale: somebody else changed it since the form was made; `theirs` holds ``draft``.
        DomainError: as `_check` says.
    """
    here = session.info["programme_id"]
    row = session.scalar(
        select(GoalConflict)
        .where(GoalConflict.programme_id == here, GoalConflict.id == conflict_id, seen(act))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    now = get_conflict(session, act, conflict_id).draft
    if row.revision != revision:
        raise Stale({"draft": now}, row.revision)
    _check(session, act, draft, now.goal_ids)
    if draft == now:
        return
    _write(row, draft)
    row.revision += 1  # also when only its goals or parties changed
    for table in (ConflictGoal, ConflictParty):
        session.execute(delete(table).where(table.programme_id == here, table.conflict_id == conflict_id))
    _add_children(session, conflict_id, draft)
    if draft.ending.state is now.ending.state:
        audit.record(session, act, "conflict.edit", "goal_conflict", conflict_id)
    else:
        audit.record(
            session,
            act,
            "conflict.state",
            "goal_conflict",
            conflict_id,
            conflict_state=draft.ending.state.value,
        )
