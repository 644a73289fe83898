"""Your words, and what was done with them: one page, to read or to hear."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.codes import CodeKind, code
from toc.services import programmes
from toc.services.interviews import following
from toc.services.interviews.following import OwnWords, RestingGoal
from toc.services.interviews.readings import QuoteReader
from toc.web.mine.blueprint import crumb, mine, myself, reading
from toc.web.security import ZONE, act, allow
from toc.web.texts import interviews as interview_words
from toc.web.texts import word


@dataclass(frozen=True, slots=True)
class ShownReader:
    """Who read a sentence: role and organisation, and the day; never a name."""

    who: str
    on: date


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal that rests on a sentence, how it was reworded since, and what was found."""

    resting: RestingGoal
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownWords:
    """A sentence of the reader with all that was done with it."""

    code: str
    text: str
    now: str
    waits: bool
    goals: tuple[ShownGoal, ...]
    readers: tuple[ShownReader, ...]


@dataclass(frozen=True, slots=True)
class ShownGone:
    """A sentence that was taken back."""

    code: str
    on: date
    findings: tuple[str, ...]


@mine.get("/mine/words")
@allow("mine.read")
def own_words() -> ResponseReturnValue:
    """Show each sentence of the reader with what was done with it."""
    session = reading()
    me = myself(session)
    crumb((gettext("My words"), None))
    return render_template(
        "mine/words.html",
        je=interview_words.is_participant(me.kind),
        programme_name=programmes.get(session).name,
        words=[_shown(one) for one in following.own_words(session, act())],
        gone=[
            ShownGone(
                code(CodeKind.STATEMENT, one.code),
                one.at.astimezone(ZONE).date(),
                tuple(code(CodeKind.FINDING, finding) for finding in one.findings),
            )
            for one in following.own_taken_back(session, act())
        ],
    )


def _shown(one: OwnWords) -> ShownWords:
    return ShownWords(
        code=code(CodeKind.STATEMENT, one.statement.code),
        text=one.statement.text or "",
        now=interview_words.own_reach(one.statement),
        waits=one.statement.decided_at is None,
        goals=tuple(
            ShownGoal(resting, tuple(code(CodeKind.FINDING, found.number) for found in resting.findings))
            for resting in one.goals
        ),
        readers=tuple(
            ShownReader(_who(reader), reader.first_at.astimezone(ZONE).date()) for reader in one.readers
        ),
    )


def _who(reader: QuoteReader) -> str:
    role = word(reader.role)
    return f"{role}, {reader.organisation}" if reader.organisation else role
