"""The own tree of a party as it was given: frozen, so that what went into the tree of all stays findable."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals.body import GoalBody, LinkBody, TreeBody, digest
from toc.models.goals import TreeEdition
from toc.models.interviews import Statement
from toc.models.people import User
from toc.services.errors import NotFound
from toc.services.goals.writing import lock_tree
from toc.services.merging.reading import check_reader, own_tree
from toc.services.merging.values import OwnTree
from toc.services.versions import add_edition, body_of

LEAST_QUOTE = 25
"""Signs of a quote that would be recognised. Our own choice: shorter ones are ordinary words."""


@dataclass(frozen=True, slots=True)
class Given:
    """An own tree as it was given, without what stands in it.

    Attributes:
        number: counts all that is frozen in the programme.
        by: name of the account that kept it.
        digest: SHA-256 of what stands in it.
    """

    id: UUID
    group_id: UUID | None
    number: int
    at: datetime
    by: str
    digest: str


def own_body(tree: OwnTree) -> TreeBody:
    """Return an own tree as one value; in it the goal S2.3 is called G3."""
    names = {goal.id: code(CodeKind.GOAL, goal.number) for goal in tree.goals}
    return TreeBody(
        goals=tuple(
            GoalBody(
                code=names[goal.id],
                id=goal.id,
                **{name: getattr(goal.draft, name) for name in type(goal.draft).__slots__},
            )
            for goal in tree.goals
        ),
        links=tuple(
            LinkBody(
                lower=names[link.lower_id],
                upper=names[link.upper_id],
                **{name: getattr(link.draft, name) for name in type(link.draft).__slots__},
            )
            for link in tree.links
        ),
    )


def freeze_given(session: Session, act: Act, edition_id: UUID, group_id: UUID) -> TreeEdition:
    """Keep the own tree of a party as it is now. The same id twice keeps it once.

    Raises:
        NotFound: there is no such party.
        DomainError: ``merging.nothing_given``; ``merging.given_already``: it differs in nothing from what was
            kept last; ``merging.quote_in_words``, with ``code``: what is frozen cannot be taken back, and
            this goal says word for word what a respondent may want to take back.
    """
    lock_tree(session)
    made = session.get(TreeEdition, (session.info["programme_id"], edition_id))
    if made is not None:
        return made
    tree = own_tree(session, act, group_id)
    if not tree.goals:
        raise DomainError("merging.nothing_given")
    body = own_body(tree)
    before = given_trees(session, act, group_id)
    if before and before[0].digest == digest(body):
        raise DomainError("merging.given_already")
    _check_words(session, tree)
    return add_edition(session, act, edition_id, body, "", group_id=group_id)


def given_trees(session: Session, act: Act, group_id: UUID | None = None) -> list[Given]:
    """Return what was kept of a party, or of all, newest first, in one statement."""
    check_reader(act)
    which = TreeEdition.group_id.is_not(None) if group_id is None else TreeEdition.group_id == group_id
    rows = session.execute(
        select(
            TreeEdition.id,
            TreeEdition.group_id,
            TreeEdition.number,
            TreeEdition.created_at,
            User.name,
            TreeEdition.digest,
        )
        .outerjoin(User, User.id == TreeEdition.created_by_id)
        .where(TreeEdition.programme_id == session.info["programme_id"], which)
        .order_by(TreeEdition.number.desc())
    )
    return [Given(id_, whose, number, at, by or "", seal) for id_, whose, number, at, by, seal in rows]


def get_given(session: Session, act: Act, given_id: UUID) -> tuple[TreeEdition, TreeBody]:
    """Return an own tree as it was given.

    Raises:
        NotFound: there is none here, or it is a version of the tree of all.
        Conflict: ``version.changed``: the database holds something else than was kept.
    """
    check_reader(act)
    edition = session.get(TreeEdition, (session.info["programme_id"], given_id))
    if edition is None or edition.group_id is None:
        raise NotFound
    return edition, body_of(edition)


def _check_words(session: Session, tree: OwnTree) -> None:
    ids = {statement for goal in tree.goals for statement in goal.statement_ids}
    quotes: dict[UUID, str] = {
        id_: " ".join(text.split()).casefold()
        for id_, text in session.execute(
            select(Statement.id, Statement.text).where(
                Statement.programme_id == session.info["programme_id"], Statement.id.in_(ids)
            )
        )
    }
    for goal in tree.goals:
        words = " ".join(f"{goal.draft.wording} {goal.draft.explanation}".split()).casefold()
        if any(len(quote) >= LEAST_QUOTE and quote in words for quote in quotes.values()):
            raise DomainError("merging.quote_in_words", code=goal.code)
