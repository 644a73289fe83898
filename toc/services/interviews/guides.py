"""Interview guides: shipped in both languages, and changed per programme by a new edition."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc import resources
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import RespondentKind
from toc.models.interviews import Guide, GuideEdition
from toc.services import audit
from toc.services.errors import Stale
from toc.services.interviews.loading import made_before
from toc.services.interviews.personal import check_free_text

LANGUAGES = ("nl", "en")

_FIRST = 1


def shipped(kind: RespondentKind) -> list[dict[str, str]]:
    """Return the questions that every programme begins with."""
    guides = json.loads((resources.seed() / "guides.json").read_text(encoding="utf-8"))
    questions: list[dict[str, str]] = guides[kind.value]
    return questions


def ensure_guides(session: Session, act: Act) -> None:
    """Give a programme both guides as they are shipped, unless it has them."""
    programme_id = session.info["programme_id"]
    for kind in RespondentKind:
        guide_id = derived(programme_id, "guide", kind.value)
        if made_before(session, Guide, guide_id) is not None:
            continue
        guide = Guide(id=guide_id, kind=kind, created_at=act.at, created_by_id=act.user)
        session.add(guide)
        session.add(_edition(guide.id, act, _FIRST, shipped(kind)))
        audit.record(session, act, "guide.create", "guide", guide.id, kind=kind.value)


def current_guide(session: Session, kind: RespondentKind) -> GuideEdition | None:
    """Return the newest edition of the guide for one kind of respondent; None before `ensure_guides`."""
    programme_id = session.info["programme_id"]
    return session.scalar(
        select(GuideEdition)
        .where(
            GuideEdition.programme_id == programme_id,
            GuideEdition.guide_id == derived(programme_id, "guide", kind.value),
        )
        .order_by(GuideEdition.number.desc())
        .limit(1)
    )


def guide_questions(session: Session, kind: RespondentKind) -> tuple[int, list[dict[str, str]]]:
    """Return the number and the questions of the newest edition; before that, the first as shipped."""
    edition = current_guide(session, kind)
    return (_FIRST, shipped(kind)) if edition is None else (edition.number, edition.questions)


def edit_guide(
    session: Session, act: Act, kind: RespondentKind, questions: Sequence[dict[str, str]], edition: int
) -> int:
    """Give a guide other questions; interviews that began with earlier ones keep those.

    Args:
        session: of a programme, for writing.
        act: who and when.
        kind: which guide.
        questions: all of them, in order: {"key": ..., "nl": ..., "en": ...}; a new one has an empty key.
        edition: number of the edition that they were made from.

    Returns:
        The number of the newest edition.

    Raises:
        Stale: somebody else made a newer edition.
        DomainError: ``guide.empty``; ``guide.both_languages``; or as `check_free_text`.
    """
    ensure_guides(session, act)
    guide_id = derived(session.info["programme_id"], "guide", kind.value)
    current, before = guide_questions(session, kind)
    if current != edition:
        raise Stale({"questions": before}, current)
    number = current + 1
    asked = []
    for place, question in enumerate(questions, 1):
        if not all(question[language] for language in LANGUAGES):
            raise DomainError("guide.both_languages", place=place)
        for language in LANGUAGES:
            check_free_text(question[language])
        asked.append({**question, "key": question["key"] or f"own_{number}_{place}"})
    if not asked:
        raise DomainError("guide.empty")
    if asked == before:
        return current
    session.add(_edition(guide_id, act, number, asked))
    audit.record(session, act, "guide.edit", "guide", guide_id, kind=kind.value, edition=number)
    return number


def _edition(guide_id: UUID, act: Act, number: int, questions: list[dict[str, str]]) -> GuideEdition:
    return GuideEdition(
        id=derived(guide_id, "edition", str(number)),
        guide_id=guide_id,
        number=number,
        questions=questions,
        created_at=act.at,
        created_by_id=act.user,
    )
