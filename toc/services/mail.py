"""The outbox: mail is written with the change that causes it, and sent after that change is committed.

Sending is at least once: whoever begins to send a message marks it first, so that nobody else sends it in the
same minutes; when the program dies halfway, it is tried again later.
"""

import os
import smtplib
import ssl
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.models.database import Database
from toc.models.mail import OutboxMessage
from toc.services.people.accounts import clean_email
from toc.settings import Settings

MOST_ATTEMPTS = 8
"""After this many times a message is given up."""

WAIT = timedelta(minutes=5)
"""Before a message is tried again, doubled with each attempt; far longer than `SECONDS`."""

SECONDS = 20
"""How long the SMTP server may be silent."""

MOST_SUBJECT = 400
_BATCH = 50
_LONGEST_LINE = 998  # of a header; RFC 5322, 2.1.1
_OUTBOX = UUID(int=0)
_FILE_NAME = "{at:%Y%m%dT%H%M%S}-{id}.eml"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message in the mail folder."""

    name: str
    recipient: str
    subject: str
    at: datetime
    body: str


def queue(
    session: Session,
    act: Act,
    recipient: str,
    subject: str,
    body: str,
    language: str,
    *,
    unsubscribe: str = "",
) -> OutboxMessage:
    """Write a message that is sent once the session is committed; the same twice in one act is one message.

    Args:
        session: for writing.
        act: who and when.
        recipient: one e-mail address.
        subject: on one line.
        body: plain text.
        language: that it is written in.
        unsubscribe: address of ours that a mail program sends a form to, to end such mail in one click;
            empty where there is nothing to end.

    Raises:
        DomainError: ``people.email``; ``mail.subject``: it would break out of its header.
    """
    message_id = derived(_OUTBOX, act.actor, act.at.isoformat(), recipient, subject)
    found = session.get(OutboxMessage, message_id)
    if found is not None:
        return found
    if (
        not subject.strip()
        or len(subject) > MOST_SUBJECT
        or any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in subject)
    ):
        raise DomainError("mail.subject")
    message = OutboxMessage(
        id=message_id,
        recipient=clean_email(recipient),
        subject=subject,
        body=body,
        language=language,
        created_at=act.at,
        unsubscribe=unsubscribe,
    )
    session.add(message)
    session.info["mail_waits"] = True
    return message


def waiting(session: Session) -> int:
    """Return how many messages are still to be sent."""
    query = select(func.count()).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.attempts < MOST_ATTEMPTS
    )
    return session.scalar(query) or 0


def given_up(session: Session) -> int:
    """Return how many messages could not be sent."""
    query = select(func.count()).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.attempts >= MOST_ATTEMPTS
    )
    return session.scalar(query) or 0


def send_waiting(database: Database, settings: Settings, at: datetime) -> int:
    """Send what waits: to the SMTP server, or as files into the mail folder; return how many were sent.

    A message that cannot be sent stays, with what was wrong, and is tried again after `WAIT`. Nothing is
    raised for it: whoever caused the message has their change, whatever happens to the mail.

    Args:
        database: where the outbox is; each message takes two short transactions.
        settings: where mail goes.
        at: now.
    """
    sent = 0
    with database.read_session() as session:
        due = select(OutboxMessage.id).where(_due(at)).order_by(OutboxMessage.created_at, OutboxMessage.id)
        ids = list(session.scalars(due.limit(_BATCH)))
    for message_id in ids:
        with database.writing() as session:
            message = _claim(session, message_id, at)
        if message is None:
            continue
        error = _send(message, settings, at)
        with database.writing() as session:
            _settle(session, message, error, at)
        sent += error is None
    return sent


def delivered(settings: Settings, limit: int) -> list[Delivered]:
    """Return the newest messages in the mail folder, newest first."""
    files = sorted(settings.mail_folder.glob("*.eml"), reverse=True)[:limit]
    return [_read(file) for file in files]


def _due(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a message may be tried now."""
    rested = [
        (OutboxMessage.attempts == attempts) & (OutboxMessage.tried_at <= at - WAIT * 2 ** (attempts - 1))
        for attempts in range(1, MOST_ATTEMPTS)
    ]
    return OutboxMessage.sent_at.is_(None) & or_(OutboxMessage.tried_at.is_(None), *rested)


def _claim(session: Session, message_id: UUID, at: datetime) -> OutboxMessage | None:
    """Mark a message as being sent from now on; None when somebody else was first.

    The condition stands in the one statement that writes, so that of two senders the second finds it false.
    """
    claimed = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, _due(at))
        .values(tried_at=at, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    return session.get(OutboxMessage, message_id) if claimed else None


def _settle(session: Session, message: OutboxMessage, error: str | None, at: datetime) -> None:
    """Write down how it went; nobody needs the body, or the links, of a message that was sent or given up."""
    over = error is None or message.attempts >= MOST_ATTEMPTS
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id)
        .values(
            sent_at=at if error is None else None,
            error=error or "",
            body="" if over else message.body,
            unsubscribe="" if over else message.unsubscribe,
        )
        .execution_options(synchronize_session=False)
    )


def _letter(message: OutboxMessage, settings: Settings, at: datetime) -> EmailMessage:
    host = urlsplit(settings.base_url).hostname or "localhost"
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = settings.mail_sender
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{message.id}@{host}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(message.body)  # takes away what was said of a content before
    letter["Content-Language"] = message.language
    if message.unsubscribe:
        letter["List-Unsubscribe"] = f"<{message.unsubscribe}>"  # RFC 2369
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        # On one line: folding would write a long address as words that mail programs do not read here.
        letter.policy = letter.policy.clone(max_line_length=_LONGEST_LINE)
    return letter


def _send(message: OutboxMessage, settings: Settings, at: datetime) -> str | None:
    """Send one message; return what was wrong, in a word of the program that is no personal text."""
    letter = _letter(message, settings, at)
    try:
        if settings.mail_server:
            _by_smtp(letter, settings)
        else:
            _into_folder(letter, message, settings.mail_folder)
    except smtplib.SMTPResponseException as error:
        return f"{type(error).__name__} {error.smtp_code}"
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return None


def _by_smtp(letter: EmailMessage, settings: Settings) -> None:
    with smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=SECONDS) as server:
        if settings.mail_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        server.send_message(letter, from_addr=parseaddr(settings.mail_sender)[1])


def _into_folder(letter: EmailMessage, message: OutboxMessage, folder: Path) -> None:
    """Write a file for the owner of the folder alone; a second time makes the same file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = _FILE_NAME.format(at=message.created_at, id=message.id)
    unfinished = folder / f".{name}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(letter.as_bytes())
    unfinished.replace(folder / name)


def _read(file: Path) -> Delivered:
    with file.open("rb") as stream:
        letter = BytesParser(policy=policy.default).parse(stream)
    body = letter.get_body(("plain",))
    return Delivered(
        name=file.stem,
        recipient=str(letter["To"]),
        subject=str(letter["Subject"]),
        at=parsedate_to_datetime(str(letter["Date"])),
        body="" if body is None else str(body.get_content()),
    )
