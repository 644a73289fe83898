"""The page of a goal: in their words, measured, how sure, money, its neighbours, and its story."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.domain.evidence import Assessment
from toc.domain.goals import Standing
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import fold
from toc.domain.interviews import Audience
from toc.domain.privacy import Reading
from toc.services import conflicts, documents, evidence, indicators, interviews
from toc.services import goals as service
from toc.services.conflicts import ConflictView
from toc.services.errors import NotFound
from toc.services.goals import EditionView, GoalDraft, GoalView, Neighbour, PartyView, checks, joining
from toc.services.goals.matrix import closed_parties, thin_goals
from toc.services.indicators import IndicatorView
from toc.services.interviews import ReadableStatement, Voices
from toc.web import origins, texts
from toc.web.conflicts import BADGES
from toc.web.database import read_session
from toc.web.evidence.criteria import anchor
from toc.web.evidence.ladder import ladder, remark
from toc.web.goals.blueprint import goals, show_below
from toc.web.goals.checks import Said as SaidOfGoal
from toc.web.goals.checks import told
from toc.web.interviews.blueprint import Quote, quote
from toc.web.said import Said, badge, not_shown
from toc.web.security import act, allow, viewer
from toc.web.texts.goals import FIELDS
from toc.web.thread import strip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an edition changed: the name of the field, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An edition as its story is told."""

    number: int
    wording: str
    reason: str
    at: str
    by: str
    finding_code: str
    finding_url: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A goal right above or below, with the link between."""

    code: str
    wording: str
    url: str
    link_url: str
    mechanism: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party and what it thinks, in words."""

    code: str
    name: str
    stance: str
    importance: str
    feasibility: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class Differ:
    """A conflict about the goal: what about, between whom, and how it stands, in words."""

    code: str
    about: str
    url: str
    parties: str
    state: str
    badge: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An indicator and how it stands, in words."""

    code: str
    name: str
    url: str
    baseline: str
    target: str
    now: str
    status: str
    status_word: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was said, as far as this reader may read it.

    Attributes:
        quotes: word for word.
        voices: how many of a group said it, where only that may be seen.
        unreleased: the goal is shown to all, but nobody released the words that it rests on.
    """

    quotes: tuple[Quote, ...]
    voices: tuple[Voices, ...]
    unreleased: bool


@dataclass(frozen=True, slots=True)
class Retired:
    """Since when a goal is no longer in the tree, and the goal that it went into, if it did."""

    since: str
    into: str
    url: str


@goals.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>")
@allow("goal.read")
def show(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show a goal with all that hangs on it."""
    session = read_session(programme_id)
    goal = service.get_goal(session, act(), goal_id)
    measured = indicators.overview(session, act().on, act=act(), goal_id=goal_id)
    status = fold(one.judgement.status for one in measured)
    look, status_word = badge(status)
    assessment = evidence.assess(session, goal_id, act().on)
    below, above = service.neighbours(session, act(), goal_id)
    history = service.history(session, act(), goal)
    programme = show_below(session, goal)
    return render_template(
        "goals/show.html",
        row=programme,
        goal=goal,
        about=[*_about(goal), *_drawn_up(history)],
        status=look,
        status_word=status_word,
        beads=strip(session, "goal", goal_id),
        words=_words(session, goal),
        measured=[_measured(one, Said.of(programme), programme_id) for one in measured],
        rungs=ladder(assessment, anchors=False),
        missing=_missing(assessment, programme_id, goal_id),
        next_rung=assessment.next_rung,
        remark=remark(status, assessment.rung),
        lines=service.paying_lines(session, goal_id) if viewer().may("bond.read") else None,
        below=[_beside(one, programme_id) for one in below],
        above=[_beside(one, programme_id) for one in above],
        parties=_parties(session, goal_id),
        conflicts=[
            _conflict(one, programme_id) for one in conflicts.conflicts_about(session, act(), goal_id)
        ],
        story=_story(history, programme_id),
        thin=_is_thin(session, goal),
        retired=_retired(session, goal),
        checked=_checked(session, goal) if viewer().may("interview.read") else None,
        marks=origins.marks(session, "goal", goal_id),
        may=viewer().may,
    )


def _is_thin(session: Session, goal: GoalView) -> bool:
    """Tell the evaluator that an implicit goal may be their own; nobody else hears of words taken back."""
    asks = goal.standing is Standing.IMPLICIT and sees_hidden(act().roles)
    return asks and bool(thin_goals(session, [goal]))


def _retired(session: Session, goal: GoalView) -> Retired | None:
    if goal.retired_at is None:
        return None
    into = joining.gone_into(session, goal.id)
    if into is None:
        return Retired(texts.day(goal.retired_at.date()), "", "")
    try:
        there = service.get_goal(session, act(), into)
    except NotFound:  # hidden meanwhile
        return Retired(texts.day(goal.retired_at.date()), "", "")
    address = url_for("goals.show", programme_id=session.info["programme_id"], goal_id=into)
    return Retired(texts.day(goal.retired_at.date()), f"{there.code} {there.wording}", address)


def _checked(session: Session, goal: GoalView) -> tuple[SaidOfGoal, ...]:
    by = checks.checks_of(session, act(), goal.id, goal.wording)
    return told(session.info["programme_id"], goal.id, by)


def _drawn_up(history: list[EditionView]) -> list[tuple[str, str]]:
    """Return who drew the goal up, as far as this reader may see its editions."""
    first = history[-1]
    when = texts.day(first.at.date())
    who = gettext("%(name)s, %(day)s", name=first.by, day=when) if first.by else when
    return [(gettext("Drawn up by") if first.by else gettext("Drawn up on"), who)]


def _measured(view: IndicatorView, said: Said, programme_id: UUID) -> Measured:
    definition = view.definition
    look, word = badge(view.judgement.status)
    return Measured(
        code=view.code,
        name=definition.name,
        url=url_for("indicators.show", programme_id=programme_id, indicator_id=view.id),
        baseline=said.amount(definition.baseline_value, definition)
        if said.shows_baseline(definition)
        else not_shown(),
        target=said.aim(definition.target_value, definition),
        now=said.latest(view),
        status=look,
        status_word=word,
        sentence=said.standing(view),
    )


def _about(goal: GoalView) -> list[tuple[str, str]]:
    """Return what the goal says besides its wording, without what it does not say."""
    said = _texts(goal.draft)
    if goal.standing is Standing.HIDDEN and goal.released:
        said["standing"] = gettext("was hidden; its owner released it")
    return [(str(FIELDS[name]), said[name]) for name in _TOLD if said[name]]


_TOLD = (
    "standing",
    "purpose",
    "practice",
    "direction",
    "for_whom",
    "by_when",
    "importance",
    "feasibility",
)


def _texts(draft: GoalDraft) -> dict[str, str]:
    """Return what a draft says, field by field, as a reader sees it."""
    return {
        "wording": draft.wording,
        "explanation": draft.explanation,
        "level": texts.word(draft.level),
        "standing": texts.word(draft.standing),
        "confirmed": gettext("yes") if draft.confirmed else gettext("no"),
        "purpose": texts.word(draft.purpose),
        "practice": texts.word(draft.practice),
        "direction": texts.word(draft.direction),
        "for_whom": draft.for_whom,
        "by_when": texts.day(draft.by_when) if draft.by_when else "",
        "importance": _out_of_five(draft.importance),
        "feasibility": _out_of_five(draft.feasibility),
    }


def _out_of_five(value: int | None) -> str:
    return "" if value is None else str(gettext("%(value)s of 5", value=value))


def _words(session: Session, goal: GoalView) -> Words:
    said = interviews.readable_statements(session, act(), goal_id=goal.id)
    counted = any(one.reading is Reading.AGGREGATE for one in said)
    read = [one for one in said if one.text is not None]
    cited = documents.cited(session, [one.id for one in read])
    return Words(
        quotes=tuple(quote(one, session.info["programme_id"], cited.get(one.id)) for one in read),
        voices=tuple(interviews.aggregate(session, act(), goal.id)) if counted else (),
        unreleased=viewer().may("goal.write") and goal.released and _unreleased(said),
    )


def _unreleased(said: Iterable[ReadableStatement]) -> bool:
    audiences = {one.audience for one in said}
    return audiences == {Audience.NOBODY}


def _missing(assessment: Assessment, programme_id: UUID, goal_id: UUID) -> list[tuple[str, str]]:
    address = url_for("evidence.goal", programme_id=programme_id, goal_id=goal_id)
    return [
        (texts.sentence(one.criterion.sentence), f"{address}#{anchor(one.criterion.id)}")
        for one in assessment.missing
    ]


def _beside(neighbour: Neighbour, programme_id: UUID) -> Beside:
    goal, draft = neighbour.goal, neighbour.draft
    notes = [
        gettext("feedback: leads back, outside the order") if draft.is_feedback else "",
        gettext("key link") if draft.is_key else "",
        texts.word(draft.status),
    ]
    return Beside(
        code=goal.code,
        wording=goal.wording,
        url=url_for("goals.show", programme_id=programme_id, goal_id=goal.id),
        link_url=url_for("goals.link_show", programme_id=programme_id, link_id=neighbour.link_id),
        mechanism=draft.mechanism,
        notes=tuple(note for note in notes if note),
    )


def _parties(session: Session, goal_id: UUID) -> list[Party]:
    closed = closed_parties(session, act())
    return [
        _party(one, session.info["programme_id"], goal_id, closed=one.id in closed)
        for one in service.parties(session, goal_id)
    ]


def _party(party: PartyView, programme_id: UUID, goal_id: UUID, *, closed: bool) -> Party:
    if closed:
        return Party(
            code=party.code,
            name=party.name,
            stance=gettext("too few people to show"),
            importance="",
            feasibility="",
            edit_url="",
        )
    return Party(
        code=party.code,
        name=party.name,
        stance=texts.word(party.stance),
        importance=_out_of_five(party.importance),
        feasibility=_out_of_five(party.feasibility),
        edit_url=url_for("goals.holder", programme_id=programme_id, goal_id=goal_id, group_id=party.id),
    )


def _conflict(conflict: ConflictView, programme_id: UUID) -> Differ:
    return Differ(
        code=conflict.code,
        about=conflict.about,
        url=url_for("conflicts.show", programme_id=programme_id, conflict_id=conflict.id),
        parties=", ".join(side.name for side in conflict.sides),
        state=texts.word(conflict.ending.state),
        badge=BADGES[conflict.ending.state],
        hidden=conflict.is_hidden,
    )


def _story(editions: list[EditionView], programme_id: UUID) -> list[Told]:
    """Return the editions, newest first, each with what it changed of the one before it."""
    older: list[EditionView | None] = [*editions[1:], None]
    return [_told(edition, before, programme_id) for edition, before in zip(editions, older, strict=True)]


def _told(edition: EditionView, before: EditionView | None, programme_id: UUID) -> Told:
    finding = edition.finding_id
    return Told(
        number=edition.number,
        wording=edition.draft.wording,
        reason=edition.reason,
        at=texts.moment(edition.at),
        by=edition.by,
        finding_code=edition.finding_code,
        finding_url=""
        if finding is None
        else url_for("findings.show", programme_id=programme_id, finding_id=finding),
        changes=() if before is None else tuple(_changes(before.draft, edition.draft)),
    )


def _changes(before: GoalDraft, after: GoalDraft) -> Iterable[Change]:
    old, new = _texts(before), _texts(after)
    for name, label in FIELDS.items():
        if name in old and old[name] != new[name]:
            yield Change(label=str(label), before=old[name], after=new[name])
