"""Interview guides: shipped in both languages, and changed per programme by a new edition."""

import json
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc import resources
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import GuideVariant, RespondentKind
from toc.domain.tongues import FURTHER, PAGES, is_known
from toc.models.interviews import Guide, GuideEdition
from toc.services import audit
from toc.services.errors import NotFound, Stale
from toc.services.interviews.loading import made_before
from toc.services.interviews.personal import check_free_text

LANGUAGES = tuple(PAGES)
PLAIN = GuideVariant.PLAIN
MOST_QUESTIONS = 60
LONGEST_QUESTION = 2_000
"""Characters of a question in one language."""

_FIRST = 1


def shipped(kind: RespondentKind, variant: GuideVariant = PLAIN) -> list[dict[str, str]]:
    """Return the questions that every programme begins with."""
    guides = json.loads((resources.seed() / "guides.json").read_text(encoding="utf-8"))
    questions: list[dict[str, str]] = guides[variant.value][kind.value]
    return questions


def ensure_guides(session: Session, act: Act) -> None:
    """Give a programme each guide as it is shipped, unless it has it."""
    for variant in GuideVariant:
        for kind in RespondentKind:
            guide_id = _guide_id(session, kind, variant)
            if made_before(session, Guide, guide_id) is not None:
                continue
            guide = Guide(id=guide_id, kind=kind, variant=variant, created_at=act.at, created_by_id=act.user)
            session.add(guide)
            session.add(_edition(guide.id, act, _FIRST, shipped(kind, variant)))
            audit.record(
                session, act, "guide.create", "guide", guide.id, kind=kind.value, variant=variant.value
            )


def current_guide(
    session: Session, kind: RespondentKind, variant: GuideVariant = PLAIN
) -> GuideEdition | None:
    """Return the newest edition of the guide for one kind of respondent; None before `ensure_guides`."""
    return session.scalar(
        select(GuideEdition)
        .where(
            GuideEdition.programme_id == session.info["programme_id"],
            GuideEdition.guide_id == _guide_id(session, kind, variant),
        )
        .order_by(GuideEdition.number.desc())
        .limit(1)
    )


def guide_questions(
    session: Session, kind: RespondentKind, variant: GuideVariant = PLAIN
) -> tuple[int, list[dict[str, str]]]:
    """Return the number and the questions of the newest edition; before that, the first as shipped."""
    edition = current_guide(session, kind, variant)
    return (_FIRST, shipped(kind, variant)) if edition is None else (edition.number, edition.questions)


def questions_of(
    session: Session, kind: RespondentKind, variant: GuideVariant, number: int
) -> list[dict[str, str]]:
    """Return the questions of one edition of a guide.

    Raises:
        NotFound: there is no edition with this number.
    """
    newest, questions = guide_questions(session, kind, variant)
    if number == newest:
        return questions
    edition = session.get(
        GuideEdition,
        (
            session.info["programme_id"],
            derived(_guide_id(session, kind, variant), "edition", str(number)),
        ),
    )
    if edition is None:
        raise NotFound
    return edition.questions


def languages_of(questions: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the languages in which questions are there: those of the pages, then the others by code."""
    there = {language for question in questions for language in question} - {"key", *LANGUAGES}
    return (*LANGUAGES, *sorted(there))


def guide_languages(session: Session) -> tuple[str, ...]:
    """Return every language in which one of the guides asks something now; two statements to the database."""
    rows = session.execute(
        select(GuideEdition.questions)
        .join(Guide, (Guide.programme_id == GuideEdition.programme_id) & (Guide.id == GuideEdition.guide_id))
        .where(GuideEdition.programme_id == session.info["programme_id"])
        .order_by(Guide.id, GuideEdition.number)
        .add_columns(Guide.id)
    )
    newest = {row.id: row.questions for row in rows}
    return languages_of(question for questions in newest.values() for question in questions)


def edit_guide(
    session: Session,
    act: Act,
    kind: RespondentKind,
    questions: Sequence[Mapping[str, str]],
    edition: int,
    variant: GuideVariant = PLAIN,
) -> int:
    """Give a guide other questions; interviews that began with earlier ones keep those.

    Args:
        session: of a programme, for writing.
        act: who and when.
        kind: which guide.
        questions: all of them, in order: {"key": ..., "nl": ..., "en": ...}, and further languages by their
            code; a new one has an empty key.
        edition: number of the edition that they were made from.
        variant: of that guide.

    Returns:
        The number of the newest edition.

    Raises:
        Stale: somebody else made a newer edition.
        DomainError: ``guide.empty``; ``guide.both_languages`` (place); ``guide.too_many`` (most);
            ``guide.language_unknown`` (language); ``guide.question_too_long`` (place, most);
            ``guide.same_key`` (place); or as `check_free_text`.
    """
    ensure_guides(session, act)
    session.flush()
    guide_id = _guide_id(session, kind, variant)
    current, before = guide_questions(session, kind, variant)
    if current != edition:
        raise Stale({"questions": before}, current)
    number = current + 1
    asked = [_checked(question, place, number) for place, question in enumerate(questions, 1)]
    if not asked:
        raise DomainError("guide.empty")
    if len(asked) > MOST_QUESTIONS:
        raise DomainError("guide.too_many", most=MOST_QUESTIONS)
    keys = [question["key"] for question in asked]
    for place, key in enumerate(keys, 1):
        if key in keys[: place - 1]:
            raise DomainError("guide.same_key", place=place)
    if asked == before:
        return current
    session.add(_edition(guide_id, act, number, asked))
    audit.record(
        session,
        act,
        "guide.edit",
        "guide",
        guide_id,
        kind=kind.value,
        variant=variant.value,
        edition=number,
    )
    return number


def read_guide(text: str) -> list[dict[str, str]]:
    """Read the questions of a guide that was written to a file.

    Args:
        text: JSON, as `written` makes it; or the list of its questions alone.

    Raises:
        DomainError: ``guide.not_json``; ``guide.no_questions``; ``guide.question_shape`` (place).
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DomainError("guide.not_json") from error
    rows = body.get("questions") if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows:
        raise DomainError("guide.no_questions")
    questions = []
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not all(isinstance(text, str) for text in row.values()):
            raise DomainError("guide.question_shape", place=place)
        questions.append({"key": "", **{name: text.strip() for name, text in row.items()}})
    return questions


def written(kind: RespondentKind, variant: GuideVariant, number: int, questions: Sequence[object]) -> str:
    """Return an edition of a guide as JSON, to keep or to bring to another programme."""
    body = {"kind": kind.value, "variant": variant.value, "edition": number, "questions": questions}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _checked(question: Mapping[str, str], place: int, number: int) -> dict[str, str]:
    """Return one question as it is kept: languages in which it says nothing are left out.

    Raises:
        DomainError: as `edit_guide`.
    """
    texts = {language: text for language, text in question.items() if language != "key" and text}
    for language in texts:
        if not is_known(language):
            raise DomainError("guide.language_unknown", language=language[:20])
    if not all(texts.get(language) for language in LANGUAGES):
        raise DomainError("guide.both_languages", place=place)
    for text in texts.values():
        if len(text) > LONGEST_QUESTION:
            raise DomainError("guide.question_too_long", place=place, most=LONGEST_QUESTION)
        check_free_text(text)
    key = question["key"]
    if not (key.isascii() and key.replace("_", "").isalnum() and len(key) <= 40):  # noqa: PLR2004 - of a column
        key = f"own_{number}_{place}"
    ordered = {language: texts[language] for language in (*LANGUAGES, *sorted(FURTHER)) if language in texts}
    return {"key": key, **ordered}


def _guide_id(session: Session, kind: RespondentKind, variant: GuideVariant) -> UUID:
    """Return the id of a guide; that of a plain one does not name its variant."""
    parts = (kind.value,) if variant is PLAIN else (kind.value, variant.value)
    return derived(session.info["programme_id"], "guide", *parts)


def _edition(guide_id: UUID, act: Act, number: int, questions: list[dict[str, str]]) -> GuideEdition:
    return GuideEdition(
        id=derived(guide_id, "edition", str(number)),
        guide_id=guide_id,
        number=number,
        questions=questions,
        created_at=act.at,
        created_by_id=act.user,
    )
