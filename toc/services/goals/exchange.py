"""The goal tree out and in: what a reader's file holds, and bringing a file in after looking at it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.goals.body import GoalBody, HolderBody, LinkBody, TreeBody, from_json, is_ordering
from toc.domain.goals.comparing import Pair
from toc.domain.goals.incoming import (
    Ask,
    HolderChange,
    ImportPlan,
    Incoming,
    LinkChange,
    Way,
    asked,
    plan,
    unanswered,
)
from toc.domain.goals.outline import Forest, Outline, parse_outline
from toc.domain.goals.outline_writing import body_of
from toc.domain.goals.rules import sees_hidden
from toc.domain.goals.sheets import STATEMENTS, Sheet, from_sheets, to_sheets
from toc.domain.ids import derived
from toc.domain.people import Role
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink
from toc.models.interviews import StakeholderGroup
from toc.services import audit, codes, steps
from toc.services.errors import Conflict, NotFound
from toc.services.goals.bodies import tree_body
from toc.services.goals.links import edit_link
from toc.services.goals.moving import AREA
from toc.services.goals.operations import Hands
from toc.services.goals.reading import get_goal
from toc.services.goals.tree_files import Kind, Received, given_in
from toc.services.goals.tree_limits import MOST_NEW
from toc.services.goals.values import GoalDraft, Held, LinkDraft
from toc.services.goals.writing import lock_tree, new_edition, set_holder
from toc.services.interviews.reading import ReadableStatement, readable_statements
from toc.services.steps import Operation

STATEMENT_COLUMNS: Final = ("code", "goal", "party", "text", "number")
"""Of the sheet of statements; where only the number may be told, the code and the text are empty."""

_OUTLINE: Final = frozenset({"wording", "level"})


# --- Out ----------------------------------------------------------------------------------------------------


def reader_of(act: Act, *, inside: bool) -> Act:
    """Return as whom a file is made.

    Args:
        act: who asks for it.
        inside: the file is for their own eyes. Without that an evaluator gets what every party may see: files
            are passed on.
    """
    if inside or not sees_hidden(act.roles):
        return act
    return replace(act, roles=frozenset({Role.STAKEHOLDER}), respondent=None)


def exported(session: Session, act: Act, root: UUID | None = None) -> TreeBody:
    """Return the tree that goes into the file of this reader; see `reader_of`.

    Args:
        session: of the programme.
        act: who reads.
        root: only this goal and what leads to it, in the end.

    Raises:
        NotFound: there is no such goal for this reader.
    """
    body = tree_body(session, act)
    if root is None:
        return body
    names = {goal.id: goal.code for goal in body.goals}
    if root not in names:
        raise NotFound
    below: dict[str, list[str]] = {}
    for link in body.links:
        if is_ordering(link):
            below.setdefault(link.upper, []).append(link.lower)
    kept: set[str] = set()
    waiting = [names[root]]
    while waiting:
        here = waiting.pop()
        if here not in kept:
            kept.add(here)
            waiting.extend(below.get(here, ()))
    return TreeBody(
        goals=tuple(goal for goal in body.goals if goal.code in kept),
        links=tuple(link for link in body.links if kept.issuperset(link.ends)),
        parties=body.parties,
        holders=tuple(one for one in body.holders if one.goal in kept),
    )


def statement_rows(session: Session, act: Act, body: TreeBody) -> tuple[Sheet, tuple[ReadableStatement, ...]]:
    """Return what the goals of a tree rest on, as this reader may read it, and the statements shown in full.

    Of statements that may only be counted there is one row per goal and party, with their number.
    """
    names = {goal.id: goal.code for goal in body.goals}
    groups = _groups(session)
    rows: list[tuple[str, ...]] = []
    counted: Counter[tuple[str, str]] = Counter()
    shown: list[ReadableStatement] = []
    for one in readable_statements(session, act):
        party = "" if one.group_id is None else groups[one.group_id]
        goals = [names[goal] for goal in one.goal_ids if goal in names]
        if one.text is None:
            counted.update((goal, party) for goal in goals)
        elif goals:
            shown.append(one)
            rows += [(code(CodeKind.STATEMENT, one.code), goal, party, one.text, "1") for goal in goals]
    rows += [("", goal, party, "", str(many)) for (goal, party), many in sorted(counted.items())]
    return Sheet(STATEMENT_COLUMNS, tuple(rows)), tuple(shown)


def _groups(session: Session) -> dict[UUID, str]:
    """Return the codes of the parties by id."""
    rows: Iterable[Any] = session.execute(
        select(StakeholderGroup.id, StakeholderGroup.code).where(
            StakeholderGroup.programme_id == session.info["programme_id"]
        )
    )
    return {group: code(CodeKind.GROUP, number) for group, number in rows}


# --- Understanding ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Why something cannot come in.

    Attributes:
        section: of the file: goals, links, parties, holders; empty for an outline or the file as a whole.
        line: of the outline or table, from 1; 0 when it is no line.
        name: of the field, or the goal or link by its codes; empty when it is the line.
        key: of the sentence.
        params: what it names.
    """

    section: str = ""
    line: int = 0
    name: str = ""
    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What bringing a file in would do.

    Attributes:
        plan: None while something is wrong or not answered.
        faults: what is wrong, in the order of the file.
        asks: what a person has to say.
        open_asks: those of them without an answer.
        parties: our parties, (code, name).
        has_statements: the file has statements, which never come in this way.
        seal: changes when the plan does.
    """

    plan: ImportPlan | None
    faults: tuple[Told, ...] = ()
    asks: tuple[Ask, ...] = ()
    open_asks: tuple[Ask, ...] = ()
    parties: tuple[tuple[str, str], ...] = ()
    has_statements: bool = False
    seal: str = ""


def understand(
    session: Session,
    act: Act,
    import_id: UUID,
    received: Received,
    *,
    way: Way,
    answers: Mapping[str, str],
) -> Understood:
    """Return what bringing in a file would do; nothing changes.

    Args:
        session: of the programme.
        act: who would bring it in; an evaluator, who sees the whole tree.
        import_id: of the import: what the ids of new goals are made from.
        received: the file.
        way: whether goals that are there may change.
        answers: by name, to what `Understood.asks` asks.

    Raises:
        DomainError: as `parse_outline`, for a text that cannot be read at all.
    """
    now = tree_body(session, act)
    incoming, faults = _read(received, now, import_id)
    statements = STATEMENTS in received.sheets
    parties = tuple((party.code, party.name) for party in now.parties)
    if incoming is None:
        return Understood(plan=None, faults=faults, parties=parties, has_statements=statements)
    asks = asked(now, incoming)
    open_asks = unanswered(asks, answers, now)
    if open_asks:
        return Understood(
            plan=None, asks=asks, open_asks=open_asks, parties=parties, has_statements=statements
        )
    answers = {ask.name: answers[ask.name] for ask in asks}
    released = frozenset(goal.id for goal in tree_body(session, None).goals)
    made = plan(
        now, incoming, root=import_id, way=way, answers=answers, released=released, order=_order(session)
    )
    if len(made.new) + len(made.changed) > MOST_NEW:
        return Understood(plan=None, faults=(Told(key="tree_in.too_many_new", params={"most": MOST_NEW}),))
    return Understood(
        plan=made,
        faults=tuple(Told(name=one.where, key=one.key, params=one.params) for one in made.faults),
        asks=asks,
        parties=parties,
        has_statements=statements,
        seal=sha256(repr(made).encode()).hexdigest()[:16],
    )


def _order(session: Session) -> list[Pair]:
    rows = session.execute(
        select(GoalLink.lower_id, GoalLink.upper_id).where(
            GoalLink.programme_id == session.info["programme_id"], GoalLink.is_feedback.is_(False)
        )
    )
    return [(lower, upper) for lower, upper in rows]


def _read(received: Received, now: TreeBody, root: UUID) -> tuple[Incoming | None, tuple[Told, ...]]:
    if received.kind is Kind.OUTLINE:
        return _outline(received.text, now, root)
    if received.kind is Kind.JSON:
        read = from_json(received.text)
        lines: Mapping[str, Sequence[int]] = {}
    else:
        sheets, lines = _with_ours(received.sheets, now), received.lines
        read = from_sheets(sheets, root=root, known={goal.code: goal.id for goal in now.goals})
    if read.body is None:
        doubled = {(one.section, one.row) for one in read.faults if one.key == "tree_in.code_repeated"}
        return None, tuple(
            Told(
                section=fault.section,
                line=_line(lines.get(fault.section), fault.row),
                name=fault.name,
                key=fault.key,
                params=_with_line(fault.params, lines.get(fault.section)),
            )
            for fault in read.faults
            # The id of a row follows from its code: it is no fault of its own.
            if fault.key != "tree_in.id_repeated" or (fault.section, fault.row) not in doubled
        )
    return Incoming(body=read.body, given=given_in(received)), ()


def _line(lines: Sequence[int] | None, row: int) -> int:
    """Return the line of a row; a row that we added ourselves has none."""
    if lines is None or row == 0:
        return row
    return lines[row - 1] if row <= len(lines) else 0


def _with_line(params: Mapping[str, object], lines: Sequence[int] | None) -> Mapping[str, object]:
    first = params.get("first")
    return {**params, "first": _line(lines, first)} if isinstance(first, int) else params


def _with_ours(sheets: Mapping[str, Sheet], now: TreeBody) -> dict[str, Sheet]:
    """Return tables with rows of ours for goals and parties that they name and do not hold."""
    ours = to_sheets(now)
    found = {name: sheet for name, sheet in sheets.items() if name != STATEMENTS}
    named = {
        "goals": {*_cells(found, "links", "lower", "upper"), *_cells(found, "holders", "goal")},
        "parties": {*_cells(found, "holders", "party")},
    }
    for name, codes_ in named.items():
        held = {*_cells(found, name, "code")}
        known = {row[0]: row for row in ours[name].rows}
        rows = [known[one] for one in sorted(codes_ - held) if one in known]
        if rows:
            sheet = found.get(name, Sheet(ours[name].headers, ()))
            keys = [_key(header) for header in sheet.headers]
            at = {key: place for place, key in enumerate(ours[name].headers)}
            more = tuple(tuple(row[at[key]] if key in at else "" for key in keys) for row in rows)
            found[name] = Sheet(sheet.headers, (*sheet.rows, *more))
    return found


def _cells(sheets: Mapping[str, Sheet], name: str, *columns: str) -> list[str]:
    sheet = sheets.get(name)
    if sheet is None:
        return []
    places = [place for place, header in enumerate(sheet.headers) if _key(header) in columns]
    return [row[place].strip().upper() for row in sheet.rows for place in places if place < len(row)]


def _key(header: str) -> str:
    return "_".join(header.split()).casefold()


def _outline(text: str, now: TreeBody, root: UUID) -> tuple[Incoming | None, tuple[Told, ...]]:
    known = {goal.code: goal for goal in now.goals}
    outline = parse_outline(text, {name: goal.wording for name, goal in known.items()})
    if outline.forest is None:
        return None, tuple(Told(line=one.line, key=one.key, params=one.params) for one in outline.faults)
    body = body_of(outline.forest, root=root, known={name: goal.id for name, goal in known.items()})
    # A line without a level says nothing about it.
    goals = tuple(
        replace(goal, level=known[goal.code].level) if goal.level is None and goal.code in known else goal
        for goal in body.goals
    )
    given = {
        "goals": _OUTLINE,
        "links": frozenset[str](),
        "parties": frozenset[str](),
        "holders": frozenset[str](),
    }
    twins = _twins(outline, outline.forest, body)
    return Incoming(body=replace(body, goals=goals), given=given, twins=twins), ()


def _twins(outline: Outline, forest: Forest, body: TreeBody) -> dict[str, str]:
    """Return by code the earlier goal of an outline with the same words."""
    given = {goal.code for goal in forest.goals if goal.code}
    made = iter([goal.code for goal in body.goals if goal.code not in given])
    by_line = {goal.line: goal.code or next(made) for goal in forest.goals}
    return {
        by_line[one.line]: by_line[first]
        for one in outline.questions
        if one.key == "outline.same_wording" and isinstance(first := one.params["first"], int)
    }


# --- Bringing in --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was brought in: numbers of goals, links and opinions; or that it was there already."""

    new: int = 0
    changed: int = 0
    links: int = 0
    holders: int = 0
    was_there: bool = False


def bring_in(
    session: Session,
    act: Act,
    import_id: UUID,
    received: Received,
    *,
    way: Way,
    answers: Mapping[str, str],
    reason: str,
    seen: str,
) -> Done:
    """Bring a file in, all of it or nothing, as one step that can be undone. The same id twice does it once.

    Undoing takes new goals and their links out again and gives changed goals their words back; what was
    changed in links and opinions that were there stays.

    Args:
        session: of the programme, for writing.
        act: who and when.
        import_id: as it was looked at.
        received: likewise.
        way: likewise.
        answers: likewise.
        reason: why goals that are there are worded anew.
        seen: `Understood.seal` of the plan that the person agreed to.

    Raises:
        Conflict: ``tree_in.plan_changed``: the tree changed since.
        DomainError: ``tree_in.has_errors`` with ``count``; ``tree_in.open_questions``; as `understand` and
            `new_edition`.
    """
    lock_tree(session)
    if _was_brought_in(session, import_id):
        return Done(was_there=True)
    found = understand(session, act, import_id, received, way=way, answers=answers)
    if found.faults:
        raise DomainError("tree_in.has_errors", count=len(found.faults))
    if found.plan is None:
        raise DomainError("tree_in.open_questions")
    if found.plan.is_empty:
        return Done(was_there=True)
    if found.seal != seen:
        raise Conflict("tree_in.plan_changed")
    return carry_out(session, act, import_id, found.plan, reason)


def bring_in_body(session: Session, act: Act, import_id: UUID, body: TreeBody) -> Done:
    """Begin a tree with goals that were written beforehand. The same id twice does it once.

    Raises:
        Conflict: ``tree_start.not_empty``: there are goals in the tree.
    """
    lock_tree(session)
    if _was_brought_in(session, import_id):
        return Done(was_there=True)
    now = tree_body(session, act)
    if now.goals:
        raise Conflict("tree_start.not_empty")
    given = {name: frozenset[str]() for name in ("goals", "links", "parties", "holders")}
    made = plan(
        now,
        Incoming(body=body, given=given),
        root=import_id,
        way=Way.ADD,
        answers={},
        released=frozenset(),
        order=(),
    )
    return carry_out(session, act, import_id, made, "")


def _was_brought_in(session: Session, import_id: UUID) -> bool:
    """Return whether an import with this id added goals: the edition of the first one bears its mark."""
    programme_id = session.info["programme_id"]
    return session.get(GoalEdition, (programme_id, derived(import_id, "first", "edition"))) is not None


def carry_out(session: Session, act: Act, import_id: UUID, made: ImportPlan, reason: str) -> Done:
    """Carry a plan that is not empty out, under the lock of the tree, and remember it as one step."""
    hands = Hands(session, act, [one.before.id for one in made.changed])
    fresh = {goal.id for goal in made.new}
    _add_goals(session, act, import_id, made.new)
    links = _add_links(session, act, import_id, [link for link in made.links if link.before is None])
    groups = {party: group for group, party in _groups(session).items()}
    _add_holders(session, act, [one for one in made.holders if one.goal_id in fresh], groups)
    session.flush()
    for one in made.changed:
        view = get_goal(session, act, one.before.id)
        new_edition(session, act, view, _goal_draft(one.after), reason, is_primary=one.after.is_primary)
    changed_links = [link for link in made.links if link.before is not None]
    # Those that leave the order first, so that none of them makes a circle on the way.
    for link in sorted(changed_links, key=lambda one: not one.after.is_feedback):
        row = cast("GoalLink", hands.linked(link.lower_id, link.upper_id))  # the tree is held
        edit_link(session, act, row.id, _link_draft(link.after))
    for said in made.holders:
        if said.goal_id not in fresh:
            set_holder(session, act, said.goal_id, _held(said.after, groups[said.party]))
    _remember(session, act, hands, made, links)
    audit.record(
        session,
        act,
        "tree.import",
        "goal",
        made.new[0].id if made.new else _first(made),
        added=len(made.new),
        changed=len(made.changed),
        links=len(made.links),
    )
    return Done(
        new=len(made.new), changed=len(made.changed), links=len(made.links), holders=len(made.holders)
    )


def _first(made: ImportPlan) -> UUID:
    """Return a goal that the event can be about when none was added."""
    ids = (
        *(one.before.id for one in made.changed),
        *(link.lower_id for link in made.links),
        *(one.goal_id for one in made.holders),
    )
    return ids[0]


def _add_goals(session: Session, act: Act, import_id: UUID, goals: Sequence[GoalBody]) -> None:
    """Add goals with their first editions and new codes, many at once."""
    numbers = codes.next_codes(session, CodeKind.GOAL, len(goals))
    by = {"created_at": act.at, "created_by_id": act.user}
    session.add_all(
        Goal(
            id=goal.id,
            code=number,
            is_primary=goal.is_primary,
            released=goal.standing is not Standing.HIDDEN,
            **by,
        )
        for goal, number in zip(goals, numbers, strict=True)
    )
    session.flush()
    session.add_all(
        GoalEdition(
            id=derived(goal.id, "edition", "1") if place else derived(import_id, "first", "edition"),
            goal_id=goal.id,
            number=1,
            **{name: getattr(goal, name) for name in GoalDraft.__slots__},
            **by,
        )
        for place, goal in enumerate(goals)
    )
    session.flush()


def _add_links(session: Session, act: Act, import_id: UUID, links: Sequence[LinkChange]) -> list[GoalLink]:
    """Add links that the plan has found to make no circle."""
    made = [
        GoalLink(
            id=derived(import_id, "link", str(link.lower_id), str(link.upper_id)),
            lower_id=link.lower_id,
            upper_id=link.upper_id,
            created_at=act.at,
            created_by_id=act.user,
            **{name: getattr(link.after, name) for name in LinkDraft.__slots__},
        )
        for link in links
    ]
    session.add_all(made)
    session.flush()
    return made


def _add_holders(
    session: Session, act: Act, holders: Sequence[HolderChange], groups: Mapping[str, UUID]
) -> None:
    session.add_all(
        GoalHolder(
            id=derived(one.goal_id, "holder", str(groups[one.party])),
            goal_id=one.goal_id,
            group_id=groups[one.party],
            stance=one.after.stance,
            importance=one.after.importance,
            feasibility=one.after.feasibility,
            created_at=act.at,
            created_by_id=act.user,
        )
        for one in holders
    )


def _goal_draft(goal: GoalBody) -> GoalDraft:
    return GoalDraft(**{name: getattr(goal, name) for name in GoalDraft.__slots__})


def _link_draft(link: LinkBody) -> LinkDraft:
    return LinkDraft(**{name: getattr(link, name) for name in LinkDraft.__slots__})


def _held(holder: HolderBody, group_id: UUID) -> Held:
    return Held(
        group_id=group_id,
        stance=holder.stance,
        importance=holder.importance,
        feasibility=holder.feasibility,
    )


def _remember(session: Session, act: Act, hands: Hands, made: ImportPlan, links: Sequence[GoalLink]) -> None:
    """Remember an import as one step: taken back, new goals go and changed ones say what they said."""
    fresh = {goal.id for goal in made.new}
    on_goal: dict[UUID, list[str]] = {goal: [] for goal in fresh}
    for link in links:
        for end in {link.lower_id, link.upper_id} & fresh:
            on_goal[end].append(str(link.id))
    between_old = [hands.unlinking(link) for link in links if not fresh & {link.lower_id, link.upper_id}]
    retiring: list[Operation] = [
        {"do": "retire", "goal": str(goal.id), "edition": 1, "links": sorted(on_goal[goal.id])}
        for goal in reversed(made.new)
    ]
    ends = [(str(one.before.id), one.before.edition, one.before.edition + 1) for one in made.changed]
    back: list[Operation] = [
        *({"do": "reword", "goal": goal, "now": new, "then": old} for goal, old, new in reversed(ends)),
        *between_old,
        *retiring,
    ]
    again: list[Operation] = [
        *({"do": "bring_back", "goal": str(goal.id)} for goal in made.new),
        *between_old,
        *({"do": "reword", "goal": goal, "now": old, "then": new} for goal, old, new in ends),
    ]
    if back:
        steps.record(session, act, AREA, "tree.import", again, back)
