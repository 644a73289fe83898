"""Transcripts and plans for tests, as they come out of the reading of a file."""

import io
from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.interviews import make_group, make_respondent
from toc.domain.people import Role
from toc.models.documents import Document
from toc.models.interviews import Respondent, StakeholderGroup
from toc.services import documents
from toc.services.documents import Incoming, Page, StudyDraft

EVALUATOR = act_of(None, Role.EVALUATOR)
DAY = date(2025, 8, 20)
TALK = "Interviewer: Wat wil je?\nAnna: Ik wil rust. En werk.\nInterviewer: Waarom?\nAnna: Om te slapen.\n"
PLAN = "Ons plan voor de wijk.\n\nAlle kinderen leren zwemmen.\n\nEen bad in elke wijk."


def pdf(*pages: str) -> bytes:
    """A PDF with one line on each of its pages."""
    made = io.BytesIO()
    canvas = Canvas(made)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    content = made.getvalue()
    assert isinstance(content, bytes)
    return content


def incoming(words: str = TALK, **fields: object) -> Incoming:
    """What is read from a text file of these words."""
    content = words.encode()
    read = documents.read_document(content, "a.txt")
    made = Incoming(
        text=read.text,
        media_type=read.media_type,
        turns=read.turns,
        pages=read.pages,
        size=len(content),
        digest=sha256(content).hexdigest(),
        original=content,
    )
    return replace(made, **fields)  # type: ignore[arg-type] # each test names what it needs


def plan(**fields: object) -> Incoming:
    """What is read from a plan of three pages, each a line."""
    pages = tuple(Page(PLAN.index(line), number) for number, line in enumerate(PLAN.split("\n\n"), 1))
    return incoming(PLAN, **{"pages": pages, "turns": (), **fields})


def make_transcript(
    session: Session,
    respondent: Respondent | None = None,
    read: Incoming | None = None,
    *,
    own: set[str] | None = frozenset({"Anna"}),  # type: ignore[assignment] # never changed
    document_id: UUID | None = None,
) -> Document:
    """The transcript of an interview with somebody who agreed to everything."""
    respondent = respondent or make_respondent(session)
    return documents.add_transcript(
        session, EVALUATOR, document_id or uuid4(), respondent.id, read or incoming(), held_on=DAY, own=own
    )


def make_study(
    session: Session,
    group: StakeholderGroup | None = None,
    read: Incoming | None = None,
    *,
    title: str = "Plan",
) -> Document:
    """A plan of a party."""
    group = group or make_group(session)
    draft = StudyDraft(title=title, language="nl", dated_on=DAY)
    return documents.add_study(session, EVALUATOR, uuid4(), group.id, read or plan(), draft)
