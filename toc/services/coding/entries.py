"""The codebook: what a passage can be about besides a goal."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.coding import CodeUse
from toc.domain.errors import DomainError
from toc.models.coding import CodebookEntry
from toc.services import audit
from toc.services.errors import Stale
from toc.services.interviews.loading import found, made_before


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """What an entry is to say.

    Attributes:
        use: what it stands for.
        name: short, and of no other entry.
        definition: when a passage belongs under it, and when not.
    """

    use: CodeUse
    name: str
    definition: str = ""


def get_entry(session: Session, entry_id: UUID) -> CodebookEntry:
    """Return an entry of the codebook.

    Raises:
        NotFound: there is none.
    """
    return found(session, CodebookEntry, entry_id)


def add_entry(session: Session, act: Act, entry_id: UUID, draft: EntryDraft) -> CodebookEntry:
    """Add an entry; the same id again changes nothing.

    Raises:
        DomainError: ``codebook.name_taken``.
    """
    entry = made_before(session, CodebookEntry, entry_id)
    if entry is not None:
        return entry
    _check_name(session, entry_id, draft.name)
    entry = CodebookEntry(
        id=entry_id,
        use=draft.use,
        name=draft.name,
        definition=draft.definition,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(entry)
    audit.record(session, act, "codebook.create", "codebook_entry", entry_id, use=draft.use.value)
    return entry


def edit_entry(session: Session, act: Act, entry_id: UUID, draft: EntryDraft, revision: int) -> CodebookEntry:
    """Word an entry anew; what was coded with it stays.

    Raises:
        NotFound: there is no such entry.
        Stale: somebody else changed it after the form was made.
        DomainError: ``codebook.name_taken``.
    """
    made_before(session, CodebookEntry, entry_id)  # one at a time: no two may take the same name
    entry = found(session, CodebookEntry, entry_id, locked=True)
    if entry.revision != revision:
        theirs = {"use": entry.use.value, "name": entry.name, "definition": entry.definition}
        raise Stale(theirs, entry.revision)
    _check_name(session, entry_id, draft.name)
    entry.use, entry.name, entry.definition = draft.use, draft.name, draft.definition
    audit.record(session, act, "codebook.edit", "codebook_entry", entry_id, use=draft.use.value)
    return entry


def retire_entry(
    session: Session, act: Act, entry_id: UUID, *, retired: bool, revision: int
) -> CodebookEntry:
    """Let an entry be chosen no longer, or again; what was coded with it stays.

    Raises:
        NotFound: there is no such entry.
        Stale: somebody else changed it in between.
    """
    entry = found(session, CodebookEntry, entry_id, locked=True)
    if entry.revision != revision:
        raise Stale({}, entry.revision)
    if entry.retired is not retired:
        entry.retired = retired
        audit.record(session, act, "codebook.retire", "codebook_entry", entry_id, retired=int(retired))
    return entry


def _check_name(session: Session, entry_id: UUID, name: str) -> None:
    names = session.scalars(
        select(CodebookEntry.name).where(
            CodebookEntry.programme_id == session.info["programme_id"], CodebookEntry.id != entry_id
        )
    )
    if name.casefold() in {other.casefold() for other in names}:
        raise DomainError("codebook.name_taken")
