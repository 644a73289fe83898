"""Sources: what logs come from, how their columns are read, and how they get here by themselves."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.exchange.mapping import Mapping
from toc.domain.exchange.sources import Fetch, SourceKind
from toc.models.indicators import LogSource
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.exchange.addresses import parse_address
from toc.services.exchange.naming import without_makes

_PURPOSE: Final = b"toc token of a log source"


# --- Sources ------------------------------------------------------------------------------------------------


def add_source(session: Session, act: Act, source_id: UUID, name: str, kind: SourceKind) -> LogSource:
    """Add a source; the same form twice makes one.

    Raises:
        Conflict: ``source.name_taken``.
    """
    found = session.get(LogSource, (session.info["programme_id"], source_id))
    if found is not None:
        return found
    made = LogSource(
        id=source_id, name=name, kind=kind, mapping={}, created_at=act.at, created_by_id=act.user
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Conflict("source.name_taken") from error
    audit.record(session, act, "source.create", "log_source", made.id, kind=kind.value)
    return made


def list_sources(session: Session) -> list[LogSource]:
    """Return the sources of a programme: open ones first, then by name."""
    rows = session.scalars(select(LogSource).where(LogSource.programme_id == session.info["programme_id"]))
    return sorted(rows, key=lambda row: (row.closed_at is not None, row.name.casefold(), row.id))


def get_source(session: Session, source_id: UUID) -> LogSource:
    """Return a source.

    Raises:
        NotFound: there is none in this programme.
    """
    found = session.get(LogSource, (session.info["programme_id"], source_id))
    if found is None:
        raise NotFound
    return found


def has_token(session: Session, source_id: UUID) -> bool:
    """Tell whether a token is kept for the address of a source."""
    return bool(
        session.scalar(
            select(LogSource.token.is_not(None)).where(
                LogSource.programme_id == session.info["programme_id"], LogSource.id == source_id
            )
        )
    )


# --- How a log gets here ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How the logs of a source get here.

    Attributes:
        fetch: by hand, from a folder, or from an address.
        address: name of a folder below the one that is watched, or an https address; "" by hand.
        every_hours: at least 1.
        token: that the address asks for, sealed; None keeps the one that is known.
        without_token: forget the one that is known.
    """

    fetch: Fetch
    address: str
    every_hours: int
    token: bytes | None = None
    without_token: bool = False


def schedule(
    session: Session, act: Act, source_id: UUID, revision: int, asked: Schedule, watched: Path | None
) -> LogSource:
    """Say how the logs of a source get here.

    A token is only kept as long as its address stays the same: who changes the address types it again.

    Args:
        session: of a programme.
        act: who and when.
        source_id: of the source.
        revision: that the form was made from.
        asked: what was chosen.
        watched: the folder below which each programme has one; None: none is watched.

    Raises:
        NotFound: there is no such source in this programme.
        Stale: somebody changed it since.
        DomainError: ``source.closed``; ``source.no_mapping``, for one of which no log was imported yet;
            ``source.no_watching``, ``source.folder_outside``, ``source.folder_missing``; ``fetch.address``,
            ``fetch.secret_in_address``.
    """
    source = get_source(session, source_id)
    if source.revision != revision:
        raise Stale({}, source.revision)
    if source.closed_at is not None:
        raise DomainError("source.closed")
    if asked.fetch is not Fetch.NEVER and not source.mapping:
        raise DomainError("source.no_mapping")
    address = "" if asked.fetch is Fetch.NEVER else asked.address
    if asked.fetch is Fetch.FOLDER:
        watched_folder(watched, source.programme_id, address)
    if asked.fetch is Fetch.ADDRESS:
        parse_address(address)
    kept = asked.fetch is Fetch.ADDRESS and address == source.address and not asked.without_token
    if asked.token is not None and asked.fetch is Fetch.ADDRESS:
        source.token = asked.token
    elif not kept:
        source.token = None
    source.fetch, source.address, source.every_hours = asked.fetch, address, asked.every_hours
    source.fetched_at, source.fetch_error = None, ""
    session.flush()
    audit.record(
        session,
        act,
        "source.schedule",
        "log_source",
        source.id,
        fetch=asked.fetch.value,
        hours=asked.every_hours,
    )
    return source


def watched_folder(watched: Path | None, programme_id: UUID, name: str) -> Path:
    """Return a folder below that of a programme, which is called by its id: nobody watches those of others.

    Raises:
        DomainError: ``source.no_watching``; ``source.folder_outside``, also by a link that leads out of it;
            ``source.folder_missing``.
    """
    if watched is None:
        raise DomainError("source.no_watching")
    root = (watched / str(programme_id)).resolve()
    if not name or Path(name).is_absolute() or ".." in Path(name).parts or "\0" in name:
        raise DomainError("source.folder_outside")
    found = (root / name).resolve()
    if root not in found.parents:
        raise DomainError("source.folder_outside")
    if not found.is_dir():
        raise DomainError("source.folder_missing")
    return found


def remember(session: Session, act: Act, source_id: UUID, mapping: Mapping) -> None:
    """Remember how logs of a source are read; decisions on single rows, and names to make, are not.

    Raises:
        NotFound: there is no such source in this programme.
    """
    source = get_source(session, source_id)
    said = without_makes(mapping).to_json()
    said.pop("decisions", None)
    if source.mapping == said:
        return
    source.mapping = said
    session.flush()
    audit.record(session, act, "source.remember", "log_source", source.id, columns=len(mapping.columns))


def forget(session: Session, act: Act, source_id: UUID) -> None:
    """Forget how logs of a source are read; nothing comes by itself any more.

    Raises:
        NotFound: there is no such source in this programme.
    """
    source = get_source(session, source_id)
    source.mapping, source.fetch, source.address, source.token = {}, Fetch.NEVER, "", None
    session.flush()
    audit.record(session, act, "source.forget", "log_source", source.id)


def close(session: Session, act: Act, source_id: UUID) -> None:
    """Close a source: nothing comes from it any more; twice is once.

    Raises:
        NotFound: there is no such source in this programme.
    """
    source = get_source(session, source_id)
    if source.closed_at is not None:
        return
    source.closed_at, source.fetch, source.address, source.token = act.at, Fetch.NEVER, "", None
    session.flush()
    audit.record(session, act, "source.close", "log_source", source.id)


# --- Tokens -------------------------------------------------------------------------------------------------


def _fernet(secret_key: str) -> Fernet:
    """Return what seals tokens with a key made from the secret key of the installation.

    Source: RFC 5869 (HKDF); https://github.com/fernet/spec.
    """
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def seal(secret_key: str, token: str) -> bytes:
    """Return a token as it is kept."""
    return _fernet(secret_key).encrypt(token.encode())


def unseal(secret_key: str, sealed: bytes) -> str:
    """Return a token that was kept.

    Raises:
        DomainError: ``fetch.token_lost``: it was sealed with another key.
    """
    try:
        return _fernet(secret_key).decrypt(sealed).decode()
    except InvalidToken as error:
        raise DomainError("fetch.token_lost") from error
