"""The workspace: the own goals of the parties beside the shared tree, and what each is to the other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.goals import Level, Standing
from toc.domain.merging import Relation
from toc.services import merging as service
from toc.services.merging import OwnGoal, OwnTree, RelationView, SharedGoal
from toc.web import texts
from toc.web.database import read_session
from toc.web.merging.blueprint import merging, place, statements_words
from toc.web.security import act, allow, new_id
from toc.web.texts.merging import FIELDS, FOLLOWS

MOST_SHOWN = 200
"""Goals of all that the page lists at once; the search finds the others."""

RELATIONS = tuple(Relation)


def relation_options() -> list[tuple[str, str, str]]:
    """Return the relations with what follows from each."""
    return [(one.value, texts.word(one), str(FOLLOWS[one])) for one in RELATIONS]


def name_of(goal: SharedGoal) -> str:
    """Return how a shared goal stands in a list to choose from."""
    return f"{goal.code} {goal.wording}"


def matches(goal: SharedGoal, typed: str) -> bool:
    """Tell whether all words that were typed stand in the code or the wording of a goal."""
    there = name_of(goal).casefold()
    return all(word in there for word in typed.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationLine:
    """A decision on an own goal.

    Attributes:
        word: what it is to the shared goal.
        in_tree: the shared goal is still there.
        offer: what can be done because of it: (text, address), or None.
    """

    word: str
    goal_code: str
    wording: str
    goal_url: str
    in_tree: bool
    reason: str
    decided_by: str
    edit_url: str
    remove_url: str
    offer: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCard:
    """An own goal as the workspace shows it.

    Attributes:
        share_url: where it becomes a shared goal; "" when it is one.
    """

    id: UUID
    code: str
    wording: str
    level: Level | None
    hidden: bool
    thin: bool
    statements: str
    relations: tuple[RelationLine, ...]
    relate_url: str
    share_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A party in the workspace.

    Attributes:
        chosen: shown on a phone, where there is room for one.
    """

    id: UUID
    code: str
    name: str
    url: str
    chosen: bool
    progress: str
    waiting: tuple[OwnCard, ...]
    placed: tuple[OwnCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLine:
    """A shared goal as the workspace shows it.

    Attributes:
        held: codes of the parties that want it.
        beside: on how many own goals something was decided about it.
    """

    id: UUID
    code: str
    wording: str
    level: Level | None
    url: str
    held: str
    minority: bool
    hidden: bool
    beside: int


@merging.get("/p/<uuid:programme_id>/merge")
@allow("merge.write")
def workspace(programme_id: UUID) -> ResponseReturnValue:
    """Show all own goals that are not in the shared tree yet, beside that tree."""
    session = read_session(programme_id)
    every = service.own_trees(session, act())
    trees = [tree for tree in every if tree.goals]
    shared = service.shared_goals(session, act())
    asked = request.args.get("q", "").strip()
    found = [goal for goal in shared if matches(goal, asked)]
    beside = Counter(one.goal_id for tree in trees for goal in tree.goals for one in goal.relations)
    columns = _columns(programme_id, trees)
    return render_template(
        "merging/workspace.html",
        row=place(session, (gettext("Merge"), None)),
        columns=columns,
        missing=[tree for tree in every if not tree.goals],
        party=next((str(one.id) for one in columns if one.chosen), ""),
        parties=[(str(one.id), f"{one.code} {one.name}") for one in columns],
        shared=[_shared_line(programme_id, goal, beside[goal.id]) for goal in found[:MOST_SHOWN]],
        total=len(shared),
        found=len(found),
        asked=asked,
        minority=[
            (goal.code, goal.wording, _goal_url(programme_id, goal.id), goal.holders[0][1])
            for goal in shared
            if goal.is_minority
        ],
        goals=sum(len(tree.goals) for tree in trees),
        placed=sum(tree.placed for tree in trees),
        options=relation_options(),
        labels=FIELDS,
        relation_id=new_id(),
        decided_by=gettext("the evaluator"),
    )


def _goal_url(programme_id: UUID, goal_id: UUID) -> str:
    return url_for("goals.show", programme_id=programme_id, goal_id=goal_id)


def _columns(programme_id: UUID, trees: list[OwnTree]) -> list[Column]:
    asked = request.args.get("party", "")
    known = {str(tree.group_id) for tree in trees}
    first = next((str(tree.group_id) for tree in trees if tree.waiting), next(iter(known), ""))
    chosen = asked if asked in known else first
    return [
        Column(
            id=tree.group_id,
            code=tree.code,
            name=tree.name,
            url=url_for(".party", programme_id=programme_id, group_id=tree.group_id),
            chosen=str(tree.group_id) == chosen,
            progress=gettext("%(placed)s of %(all)s placed", placed=tree.placed, all=len(tree.goals)),
            waiting=tuple(own_card(programme_id, goal) for goal in tree.waiting),
            placed=tuple(own_card(programme_id, goal) for goal in tree.goals if goal.is_placed),
        )
        for tree in trees
    ]


def own_card(programme_id: UUID, goal: OwnGoal) -> OwnCard:
    """Return an own goal with what was decided on it."""
    here: dict[str, Any] = {"programme_id": programme_id, "party_goal_id": goal.id}
    return OwnCard(
        id=goal.id,
        code=goal.code,
        wording=goal.draft.wording,
        level=goal.draft.level,
        hidden=goal.draft.standing is Standing.HIDDEN,
        thin=goal.is_thin,
        statements=statements_words(len(goal.statement_ids)),
        relations=tuple(_relation_lines(programme_id, goal)),
        relate_url=url_for(".relate", **here),
        share_url="" if goal.as_shared else url_for(".share", **here),
    )


def _relation_lines(programme_id: UUID, goal: OwnGoal) -> Iterable[RelationLine]:
    for one in goal.relations:
        here: dict[str, Any] = {"programme_id": programme_id, "relation_id": one.id}
        yield RelationLine(
            word=texts.word(one.draft.relation),
            goal_code=one.goal_code,
            wording=one.wording,
            goal_url=_goal_url(programme_id, one.goal_id),
            in_tree=one.in_tree,
            reason=one.draft.reason,
            decided_by=one.draft.decided_by,
            edit_url=url_for(".relation_edit", **here),
            remove_url=url_for(".relation_remove", **here),
            offer=_offer(programme_id, goal, one),
        )


def _offer(programme_id: UUID, goal: OwnGoal, one: RelationView) -> tuple[str, str] | None:
    """Return what can be done because of a relation: register the conflict, or link the two shared goals."""
    if not one.in_tree:
        return None
    if one.draft.relation is Relation.CONFLICTS:
        address = url_for(
            "conflicts.new", programme_id=programme_id, goal=one.goal_id, party=goal.group_id, kind="value"
        )
        return gettext("Put in the register"), address
    if one.draft.relation is Relation.MEANS_FOR and goal.as_shared:
        address = url_for(
            "goals.link_new", programme_id=programme_id, lower_id=goal.as_shared, upper_id=one.goal_id
        )
        return gettext("Link the two shared goals"), address
    return None


def _shared_line(programme_id: UUID, goal: SharedGoal, beside: int) -> SharedLine:
    return SharedLine(
        id=goal.id,
        code=goal.code,
        wording=goal.wording,
        level=goal.level,
        url=_goal_url(programme_id, goal.id),
        held=", ".join(code for code, _ in goal.holders),
        minority=goal.is_minority,
        hidden=not goal.released,
        beside=beside,
    )
