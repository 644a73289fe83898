"""How plausible, doable and testable somebody who did not make the tree finds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals.body import digest
from toc.domain.people import Role
from toc.models.goals import Goal, GoalEdition, GoalLink, TreeScore
from toc.models.people import User
from toc.services import audit
from toc.services.errors import Conflict
from toc.services.goals.bodies import tree_body

LEAST: Final = 1
MOST: Final = 4

_PAYERS = frozenset({Role.FUNDER, Role.INVESTOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDraft:
    """A score of the tree, each 1 to 4.

    Attributes:
        plausible: it could work as it stands there.
        doable: it can be done with this time, money and these people.
        testable: it can be found out whether it works.
        comment: why.

    Raises:
        DomainError: ``score.out_of_range``, with ``field``, ``least`` and ``most``.

    Source: Connell & Kubisch (1998), what makes a theory of change plausible, doable and testable.
    """

    plausible: int
    doable: int
    testable: int
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers outside the scale."""
        for field in ("plausible", "doable", "testable"):
            if not LEAST <= getattr(self, field) <= MOST:
                raise DomainError("score.out_of_range", field=field, least=LEAST, most=MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """A score that somebody gave.

    Attributes:
        id: of the score.
        draft: the numbers; the comment is empty for who pays.
        at: when.
        by: name of the account; empty for who pays.
        is_current: the tree that every party sees is still the same.
    """

    id: UUID
    draft: ScoreDraft
    at: datetime
    by: str
    is_current: bool


def made_tree(session: Session, act: Act) -> bool:
    """Tell whether somebody made a goal, a wording or a link of this programme, in one statement."""
    if act.user is None:
        return True
    programme_id = session.info["programme_id"]
    return bool(
        session.scalar(
            select(
                or_(
                    *(
                        exists().where(table.programme_id == programme_id, table.created_by_id == act.user)
                        for table in (Goal, GoalEdition, GoalLink)
                    )
                )
            )
        )
    )


def score_tree(session: Session, act: Act, score_id: UUID, draft: ScoreDraft) -> TreeScore:
    """Record how good somebody finds the tree that every party sees. The same id twice makes one score.

    Raises:
        Conflict: ``score.author``, when they made part of it; ``score.no_tree`` when there is no goal.
    """
    there = session.get(TreeScore, (session.info["programme_id"], score_id))
    if there is not None:
        return there
    if made_tree(session, act):
        raise Conflict("score.author")
    body = tree_body(session, None)
    if not body.goals:
        raise Conflict("score.no_tree")
    made = TreeScore(
        id=score_id,
        digest=digest(body),
        plausible=draft.plausible,
        doable=draft.doable,
        testable=draft.testable,
        comment=draft.comment,
        at=act.at,
        user_id=act.user,
    )
    session.add(made)
    audit.record(
        session,
        act,
        "tree.score",
        "tree_score",
        score_id,
        plausible=draft.plausible,
        doable=draft.doable,
        testable=draft.testable,
    )
    return made


def scores(session: Session, act: Act) -> list[ScoreView]:
    """Return the scores, newest first, in five statements. Who pays reads numbers, and not whose they are."""
    now = digest(tree_body(session, None))
    pays = not _PAYERS.isdisjoint(act.roles)
    rows: Any = session.execute(
        select(TreeScore, User.name)
        .join(User, User.id == TreeScore.user_id)
        .where(TreeScore.programme_id == session.info["programme_id"])
        .order_by(TreeScore.at.desc(), TreeScore.id.desc())
    )
    return [
        ScoreView(
            id=score.id,
            draft=ScoreDraft(
                plausible=score.plausible,
                doable=score.doable,
                testable=score.testable,
                comment="" if pays else score.comment,
            ),
            at=score.at,
            by="" if pays else name,
            is_current=score.digest == now,
        )
        for score, name in rows
    ]
