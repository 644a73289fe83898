"""The changes of the tree that can be taken back: each carried out, and answered with what takes it back.

An operation is a dict that JSON can hold, with ids as text. `do` names what it does:

- ``link``: make a link (``row``, and its ``arguments``) as it was once taken away, or a new one;
- ``unlink``: take the link ``link`` from ``lower`` to ``upper`` away, if it still says ``digest``;
- ``relink``: let the link ``link`` of ``lower`` lead ``to`` another goal than ``from``, and change how it
  was judged from ``judged`` to ``becomes``;
- ``reword``: let ``goal`` say again what its edition ``then`` said, if it still says what ``now`` did, and be
  ``primary`` or not, where that changed with it;
- ``join``, ``part``: let ``goal`` go into the goal ``to`` for a ``reason``, and take them apart again, as
  `joining.carry_over` says;
- ``retire``, ``bring_back``: take ``goal`` out of the tree and put it back. Retiring may expect that it still
  says what its ``edition`` did, with ``links`` on it and no others.

A link that is taken away takes its reasons along into the operation, as the tree kept them; a goal never
leaves the database.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Edge, check_new_link
from toc.domain.goals.rules import sees_hidden
from toc.models.goals import Goal, GoalEdition, GoalLink, LinkArgument
from toc.services import audit, steps
from toc.services.errors import Conflict, NotFound
from toc.services.goals import joining
from toc.services.goals.reading import draft_of, get_goal
from toc.services.goals.rows import as_row, digest, values
from toc.services.goals.values import GoalDraft
from toc.services.goals.writing import lock_tree, new_edition
from toc.services.steps import Operation

JUDGED: Final = ("confidence", "status", "verdict")
"""What was judged of a link between two goals; a link to another goal was not judged yet."""


def goals_of(operations: Iterable[Operation]) -> list[UUID]:
    """Return the goals that operations are about: what is moved first, then where it goes; each once."""
    moved: dict[UUID, None] = {}
    ends: dict[UUID, None] = {}
    for one in operations:
        row = one.get("row", one)
        for name in ("goal", "lower", "lower_id"):
            if name in row:
                moved[UUID(row[name])] = None
        for name in ("to", "upper", "upper_id"):
            if name in row:
                ends[UUID(row[name])] = None
    return list(moved | ends)


class Hands:
    """One change of the tree, of one or more operations; nobody else changes the tree meanwhile.

    The events of the audit trail are kept back until `tell`, because its end is locked after all other rows.
    """

    def __init__(self, session: Session, act: Act, goal_ids: Iterable[UUID], *, reason: str = "") -> None:
        """Hold the tree, the steps of this person and the goals.

        Args:
            session: of the programme, for writing.
            act: who and when.
            goal_ids: every goal that may change.
            reason: why goals are worded anew, where they are.
        """
        self._session = session
        self._act = act
        self._reason = reason
        self._events: list[Callable[[], None]] = []
        lock_tree(session)
        steps.hold(session, act)
        session.scalars(
            select(Goal)
            .where(Goal.programme_id == self._programme_id, Goal.id.in_(frozenset(goal_ids)))
            .order_by(Goal.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()

    @property
    def _programme_id(self) -> UUID:
        programme_id: UUID = self._session.info["programme_id"]
        return programme_id

    def do(self, operation: Operation) -> Operation:
        """Carry an operation out and return the one that takes it back.

        Raises:
            NotFound: a goal that is not in this programme, or is hidden from this person.
            Conflict: ``step.changed_meanwhile``, with the ``code`` of the goal; or a link that the tree
                cannot hold: ``link.self``, ``link.duplicate``, ``link.cycle``.
            DomainError: as `new_edition`.
        """
        what: Mapping[str, Callable[[Operation], Operation]] = {
            "link": self._link,
            "unlink": self._unlink,
            "relink": self._relink,
            "reword": self._reword,
            "retire": self._retire,
            "bring_back": self._bring_back,
            "join": self._join,
            "part": self._part,
        }
        return what[operation["do"]](operation)

    def apply(self, _session: Session, _act: Act, operation: Operation) -> Operation:
        """Carry an operation out, as `steps.undo` and `steps.redo` ask for it."""
        return self.do(operation)

    def tell(self) -> None:
        """Add the events of what was done to the audit trail."""
        self._session.flush()
        for event in self._events:
            event()

    def goal(self, goal_id: UUID) -> Goal:
        """Return a goal, retired or not.

        Raises:
            NotFound: there is no such goal, or it is hidden from this person.
        """
        goal = self._session.get(Goal, (self._programme_id, goal_id))
        if goal is None or not (goal.released or sees_hidden(self._act.roles)):
            raise NotFound
        return goal

    def standing(self, goal_id: UUID) -> Goal:
        """Return a goal that stands in the tree.

        Raises:
            NotFound: as `goal`, or it was taken out of the tree.
        """
        goal = self.goal(goal_id)
        if goal.retired_at is not None:
            raise NotFound
        return goal

    def ends(self, goal_id: UUID) -> list[GoalLink]:
        """Return the links by which a goal is a means to goals in the tree, feedback left out."""
        return list(
            self._session.scalars(
                select(GoalLink)
                .join(Goal, (Goal.programme_id == GoalLink.programme_id) & (Goal.id == GoalLink.upper_id))
                .where(
                    GoalLink.programme_id == self._programme_id,
                    GoalLink.lower_id == goal_id,
                    GoalLink.is_feedback.is_(False),
                    Goal.retired_at.is_(None),
                )
                .order_by(Goal.code)
            )
        )

    def linked(self, lower_id: UUID, upper_id: UUID) -> GoalLink | None:
        """Return the link between two goals, if there is one."""
        return self._session.scalar(
            select(GoalLink).where(
                GoalLink.programme_id == self._programme_id,
                GoalLink.lower_id == lower_id,
                GoalLink.upper_id == upper_id,
            )
        )

    def unlinking(self, link: GoalLink) -> Operation:
        """Return the operation that takes a link away as it is now."""
        return {
            "do": "unlink",
            "link": str(link.id),
            "lower": str(link.lower_id),
            "upper": str(link.upper_id),
            "digest": digest(as_row(link), self._arguments(link)),
        }

    def retiring(self, goal: Goal) -> Operation:
        """Return the operation that takes a goal out of the tree, if nothing hangs on it by then."""
        return {
            "do": "retire",
            "goal": str(goal.id),
            "edition": goal.edition,
            "links": self._links_of(goal.id),
        }

    def _link(self, operation: Operation) -> Operation:
        says = values(GoalLink, operation["row"])
        lower_id, upper_id = says["lower_id"], says["upper_id"]
        self._in_tree(lower_id)
        self._in_tree(upper_id)
        self._check(lower_id, upper_id, is_feedback=says.get("is_feedback", False))
        link = GoalLink(**says)
        self._session.add(link)
        self._session.flush()
        self._session.add_all(
            LinkArgument(**values(LinkArgument, one)) for one in operation.get("arguments", ())
        )
        self._session.flush()
        session, act = self._session, self._act
        self._events.append(
            lambda: audit.record(
                session,
                act,
                "link.create",
                "goal_link",
                link.id,
                lower=str(lower_id),
                upper=str(upper_id),
            )
        )
        return self.unlinking(link)

    def _unlink(self, operation: Operation) -> Operation:
        link, row = self._standing_link(operation)
        arguments = self._arguments(link)
        if digest(row, arguments) != operation["digest"]:
            raise self._changed(link.lower_id)
        for one in self._rows_of(link):
            self._session.delete(one)
        self._session.flush()
        self._session.delete(link)
        self._session.flush()
        session, act, link_id = self._session, self._act, link.id
        lower, upper = str(link.lower_id), str(link.upper_id)
        self._events.append(
            lambda: audit.record(session, act, "link.remove", "goal_link", link_id, lower=lower, upper=upper)
        )
        return {"do": "link", "row": row, "arguments": arguments}

    def _relink(self, operation: Operation) -> Operation:
        link, row = self._standing_link(operation)
        before, after = UUID(operation["from"]), UUID(operation["to"])
        judged = {name: row[name] for name in JUDGED}
        if link.upper_id != before or judged != operation["judged"]:
            raise self._changed(link.lower_id)
        self._in_tree(link.lower_id)
        self._in_tree(after)
        self._check(link.lower_id, after, is_feedback=link.is_feedback, without=link.id)
        link.upper_id = after
        for name, value in values(GoalLink, operation["becomes"]).items():
            setattr(link, name, value)
        self._session.flush()
        session, act, link_id = self._session, self._act, link.id
        lower, upper = str(link.lower_id), str(after)
        self._events.append(
            lambda: audit.record(session, act, "link.move", "goal_link", link_id, lower=lower, upper=upper)
        )
        return {
            **operation,
            "from": operation["to"],
            "to": operation["from"],
            "judged": operation["becomes"],
            "becomes": judged,
        }

    def _reword(self, operation: Operation) -> Operation:
        goal = self.goal(UUID(operation["goal"]))
        if self._says(goal, goal.edition) != self._says(goal, operation["now"]):
            raise self._changed(goal.id)
        before, primary = goal.edition, goal.is_primary
        view = get_goal(self._session, self._act, goal.id)
        new_edition(
            self._session,
            self._act,
            view,
            self._says(goal, operation["then"]),
            self._reason,
            is_primary=operation.get("primary"),
        )
        back = {**operation, "now": goal.edition, "then": before}
        return {**back, "primary": primary} if "primary" in operation else back

    def _retire(self, operation: Operation) -> Operation:
        goal = self.goal(UUID(operation["goal"]))
        as_it_was = goal.retired_at is None
        if "edition" in operation:
            as_it_was = as_it_was and (
                self._says(goal, goal.edition) == self._says(goal, operation["edition"])
                and self._hanging_on(goal.id) <= {*operation["links"]}
            )
        if not as_it_was:
            raise self._changed(goal.id)
        goal.retired_at = self._act.at
        session, act = self._session, self._act
        self._events.append(lambda: audit.record(session, act, "goal.retire", "goal", goal.id))
        return {"do": "bring_back", "goal": operation["goal"]}

    def _bring_back(self, operation: Operation) -> Operation:
        goal = self.goal(UUID(operation["goal"]))
        if goal.retired_at is None:
            raise self._changed(goal.id)
        goal.retired_at = None
        session, act = self._session, self._act
        self._events.append(lambda: audit.record(session, act, "goal.bring_back", "goal", goal.id))
        return self.retiring(goal)

    def _join(self, operation: Operation) -> Operation:
        gone_id, kept_id = UUID(operation["goal"]), UUID(operation["to"])
        for goal_id in (gone_id, kept_id):
            self._in_tree(goal_id)
        session, act = self._session, self._act
        seen = joining.look_at_joining(session, act, kept_id, gone_id)
        for refusal in seen.refusals:
            raise refusal
        back = joining.carry_over(session, act, seen, operation["reason"])
        self._events.append(lambda: joining.tell_joined(session, act, seen))
        return back

    def _part(self, operation: Operation) -> Operation:
        gone_id, kept_id = UUID(operation["goal"]), UUID(operation["to"])
        self.goal(gone_id)
        self._in_tree(kept_id)
        session, act = self._session, self._act
        if not joining.take_apart(session, operation):
            raise self._changed(kept_id)
        self._events.append(
            lambda: audit.record(session, act, "goal.part", "goal", gone_id, kept=str(kept_id))
        )
        return {
            "do": "join",
            "goal": operation["goal"],
            "to": operation["to"],
            "reason": operation["reason"],
        }

    def _check(
        self, lower_id: UUID, upper_id: UUID, *, is_feedback: bool, without: UUID | None = None
    ) -> None:
        """Refuse a link that the tree cannot hold; a feedback may go round, but not stand there twice.

        Goals that were taken out of the tree count: they may come back with their links.
        """
        rows = self._session.execute(
            select(GoalLink.id, GoalLink.lower_id, GoalLink.upper_id, GoalLink.is_feedback).where(
                GoalLink.programme_id == self._programme_id
            )
        )
        edges = [
            Edge(lower, upper)
            for link_id, lower, upper, back in rows
            if link_id != without and ((lower, upper) == (lower_id, upper_id) or not (back or is_feedback))
        ]
        try:
            check_new_link(edges, lower_id, upper_id)
        except DomainError as error:
            way = error.params.get("way", ())
            raise Conflict(
                error.key,
                lower=self._code(lower_id),
                upper=self._code(upper_id),
                way=" → ".join(self._code(one) for one in way) if isinstance(way, tuple) else "",
            ) from error

    def _standing_link(self, operation: Operation) -> tuple[GoalLink, dict[str, Any]]:
        """Return a link and what it says."""
        lower_id = UUID(operation["lower"])
        self.goal(lower_id)
        link = self._session.get(
            GoalLink, (self._programme_id, UUID(operation["link"])), populate_existing=True
        )
        if link is None:
            raise self._changed(lower_id)
        return link, as_row(link)

    def _rows_of(self, link: GoalLink) -> Sequence[LinkArgument]:
        return self._session.scalars(
            select(LinkArgument)
            .where(LinkArgument.programme_id == self._programme_id, LinkArgument.link_id == link.id)
            .order_by(LinkArgument.id)
            .execution_options(populate_existing=True)
        ).all()

    def _arguments(self, link: GoalLink) -> list[dict[str, Any]]:
        return [as_row(one) for one in self._rows_of(link)]

    def _links_of(self, goal_id: UUID) -> list[str]:
        """Return the links on a goal, as text and in order."""
        return sorted(
            map(
                str,
                self._session.scalars(
                    select(GoalLink.id).where(
                        GoalLink.programme_id == self._programme_id,
                        (GoalLink.lower_id == goal_id) | (GoalLink.upper_id == goal_id),
                    )
                ),
            )
        )

    def _hanging_on(self, goal_id: UUID) -> set[str]:
        """Return the links of a goal with goals in the tree; one that is out of it hangs on nothing."""
        other = case((GoalLink.lower_id == goal_id, GoalLink.upper_id), else_=GoalLink.lower_id)
        return set(
            map(
                str,
                self._session.scalars(
                    select(GoalLink.id)
                    .join(Goal, (Goal.programme_id == GoalLink.programme_id) & (Goal.id == other))
                    .where(
                        GoalLink.programme_id == self._programme_id,
                        (GoalLink.lower_id == goal_id) | (GoalLink.upper_id == goal_id),
                        Goal.retired_at.is_(None),
                    )
                ),
            )
        )

    def _says(self, goal: Goal, number: int) -> GoalDraft:
        return draft_of(
            self._session.scalars(
                select(GoalEdition).where(
                    GoalEdition.programme_id == self._programme_id,
                    GoalEdition.goal_id == goal.id,
                    GoalEdition.number == number,
                )
            ).one()
        )

    def _code(self, goal_id: UUID) -> str:
        return code(CodeKind.GOAL, self._session.get_one(Goal, (self._programme_id, goal_id)).code)

    def _in_tree(self, goal_id: UUID) -> None:
        """Refuse a goal that somebody took out of the tree."""
        if self.goal(goal_id).retired_at is not None:
            raise self._changed(goal_id)

    def _changed(self, goal_id: UUID) -> Conflict:
        return Conflict("step.changed_meanwhile", code=self._code(goal_id))
