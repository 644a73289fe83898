"""Entries of the codebook, coders, and what they coded."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, number
from tests.factories.interviews import answer_id
from toc.domain.acts import Act
from toc.domain.coding import CodeUse
from toc.domain.people import Role
from toc.models.coding import CodebookEntry
from toc.models.goals import Goal
from toc.models.interviews import Interview, Statement
from toc.models.programmes import Programme
from toc.services import coding as service
from toc.services.coding import Codes, EntryDraft
from toc.services.interviews import Place


def make_coder(session: Session, programme: Programme, *, name: str = "") -> Act:
    """An evaluator at a fixed moment."""
    return act_of(make_member(session, programme, Role.EVALUATOR, name=name), Role.EVALUATOR)


def make_entry(
    session: Session, name: str = "", *, use: CodeUse = CodeUse.ASSUMPTION, definition: str = ""
) -> CodebookEntry:
    """An entry of the codebook."""
    draft = EntryDraft(use=use, name=name or f"Entry {number()}", definition=definition)
    return service.add_entry(session, act_of(None, Role.EVALUATOR), uuid4(), draft)


def code(
    session: Session,
    act: Act,
    interview: Interview,
    place: tuple[int, int],
    codes: Iterable[Goal | CodebookEntry] = (),
    *,
    memo: str = "",
) -> Statement:
    """A passage of the one answer of an interview, under these codes."""
    some = list(codes)
    (marked,) = service.code_passages(
        session,
        act,
        uuid4(),
        [Place(answer_id(interview), *place)],
        Codes(
            frozenset(one.id for one in some if isinstance(one, Goal)),
            frozenset(one.id for one in some if isinstance(one, CodebookEntry)),
        ),
        memo=memo,
    )
    return marked
