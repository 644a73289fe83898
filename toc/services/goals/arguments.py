"""What speaks for a link, against it, or takes its evidence away."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import ArgumentSide, Directness, Weight
from toc.models.goals import LinkArgument
from toc.services import audit
from toc.services.errors import NotFound, Stale
from toc.services.goals.links import get_link
from toc.services.goals.writing import lock_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentDraft:
    """What an argument is to say.

    Attributes:
        side: for the link, against it, or a counter-argument.
        text: the argument.
        source: where it was found; empty when nowhere.
        weight: how much it carries; None when nobody said.
        directness: whether it is about this programme; None when nobody said.

    Raises:
        DomainError: ``argument.text_missing``.
    """

    side: ArgumentSide
    text: str
    source: str = ""
    weight: Weight | None = None
    directness: Directness | None = None

    def __post_init__(self) -> None:
        """Refuse an argument that says nothing."""
        if not self.text.strip():
            raise DomainError("argument.text_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentView:
    """An argument about a link.

    Attributes:
        id: of the argument.
        link_id: of the link that it is about.
        draft: what it says.
        revision: to be carried by a form that edits it.
    """

    id: UUID
    link_id: UUID
    draft: ArgumentDraft
    revision: int


def arguments_of(session: Session, *link_ids: UUID) -> list[ArgumentView]:
    """Return the arguments about links that the reader may know of, as written, in one statement."""
    rows = session.scalars(
        select(LinkArgument)
        .where(LinkArgument.programme_id == session.info["programme_id"], LinkArgument.link_id.in_(link_ids))
        .order_by(LinkArgument.created_at, LinkArgument.id)
    )
    return [_view(row) for row in rows]


def get_argument(session: Session, act: Act, link_id: UUID, argument_id: UUID) -> ArgumentView:
    """Return an argument about a link.

    Raises:
        NotFound: there is no such argument about this link, or one of its goals is hidden from this reader.
    """
    get_link(session, act, link_id)
    return _view(_row(session, link_id, argument_id))


def add_argument(
    session: Session, act: Act, argument_id: UUID, link_id: UUID, draft: ArgumentDraft
) -> LinkArgument:
    """Write an argument down; the same id twice makes one.

    Raises:
        NotFound: there is no such link, or one of its goals is hidden from this person.
    """
    lock_tree(session)
    there = session.get(LinkArgument, (session.info["programme_id"], argument_id))
    if there is not None:
        return there
    get_link(session, act, link_id)
    made = LinkArgument(
        id=argument_id,
        link_id=link_id,
        created_at=act.at,
        created_by_id=act.user,
        **_columns(draft),
    )
    session.add(made)
    audit.record(session, act, "link.argue", "goal_link", link_id, argument=str(argument_id))
    return made


def edit_argument(
    session: Session, act: Act, link_id: UUID, argument_id: UUID, draft: ArgumentDraft, *, revision: int
) -> None:
    """Change what an argument says.

    Raises:
        NotFound: there is no such argument about this link, or one of its goals is hidden from this person.
        Stale: somebody changed it after the form was made.
    """
    row = _locked(session, act, link_id, argument_id)
    if row.revision != revision:
        raise Stale(_columns(_draft(row)), row.revision)
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    audit.record(session, act, "link.argue_again", "goal_link", link_id, argument=str(argument_id))


def remove_argument(session: Session, act: Act, link_id: UUID, argument_id: UUID) -> None:
    """Take an argument away.

    Raises:
        NotFound: there is no such argument about this link, or one of its goals is hidden from this person.
    """
    session.delete(_locked(session, act, link_id, argument_id))
    audit.record(session, act, "link.argue_no_more", "goal_link", link_id, argument=str(argument_id))


def _locked(session: Session, act: Act, link_id: UUID, argument_id: UUID) -> LinkArgument:
    lock_tree(session)
    get_link(session, act, link_id)
    return _row(session, link_id, argument_id)


def _row(session: Session, link_id: UUID, argument_id: UUID) -> LinkArgument:
    row = session.get(LinkArgument, (session.info["programme_id"], argument_id), populate_existing=True)
    if row is None or row.link_id != link_id:
        raise NotFound
    return row


def _draft(row: LinkArgument) -> ArgumentDraft:
    return ArgumentDraft(**{name: getattr(row, name) for name in ArgumentDraft.__slots__})


def _columns(draft: ArgumentDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in ArgumentDraft.__slots__}


def _view(row: LinkArgument) -> ArgumentView:
    return ArgumentView(id=row.id, link_id=row.link_id, draft=_draft(row), revision=row.revision)
