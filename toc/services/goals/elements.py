"""Working elements: mechanisms that have a name, and what the evaluator makes of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.models.goals import Goal, GoalEdition, GoalLink
from toc.services import evidence
from toc.services.goals.arguments import ArgumentView, arguments_of
from toc.services.goals.reading import goal_columns, goal_view, is_current, link_draft, seen
from toc.services.goals.values import LinkView


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A working element.

    Attributes:
        name: what people call it.
        link: the link of which it is the mechanism.
        rung: of the evidence for the upper goal, 0 to 5.
        arguments: what speaks for it and against it.
    """

    name: str
    link: LinkView
    rung: int
    arguments: tuple[ArgumentView, ...]


def elements(session: Session, act: Act) -> list[Element]:
    """Return the working elements of the programme by name, in seven statements, however many there are.

    Elements of links to goals that are hidden from this reader, or left the tree, are left out.
    """
    lower, upper, below, above = aliased(Goal), aliased(Goal), aliased(GoalEdition), aliased(GoalEdition)
    rows = session.execute(
        select(GoalLink, *goal_columns(lower, below), *goal_columns(upper, above))
        .join(lower, (lower.programme_id == GoalLink.programme_id) & (lower.id == GoalLink.lower_id))
        .join(upper, (upper.programme_id == GoalLink.programme_id) & (upper.id == GoalLink.upper_id))
        .join(below, is_current(lower, below))
        .join(above, is_current(upper, above))
        .where(
            GoalLink.programme_id == session.info["programme_id"],
            GoalLink.element != "",
            *(rule for goal in (lower, upper) for rule in (seen(act, goal), goal.retired_at.is_(None))),
        )
    ).all()
    found = []
    for link, *goals in rows:
        half = len(goals) // 2
        found.append(
            LinkView(
                id=link.id,
                lower=goal_view(goals[:half]),
                upper=goal_view(goals[half:]),
                draft=link_draft(link),
                revision=link.revision,
            )
        )
    found.sort(key=lambda link: (link.draft.element.casefold(), link.lower.number, link.upper.number))
    rungs = evidence.rungs(session, act.on, {link.upper.id for link in found}) if found else {}
    said = arguments_of(session, *(link.id for link in found))
    return [
        Element(
            name=link.draft.element,
            link=link,
            rung=rungs.get(link.upper.id, 0),
            arguments=tuple(one for one in said if one.link_id == link.id),
        )
        for link in found
    ]
