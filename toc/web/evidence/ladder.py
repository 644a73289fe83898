"""The ladder as the pages show it: rungs, statuses, other ladders, and what was signed."""

from collections.abc import Mapping
from dataclasses import dataclass

from toc.domain.evidence import Assessment, Comparison, Outcome, Relation, Status, comparable
from toc.domain.indicators import Status as GoalStatus
from toc.models.evidence import Study
from toc.services.evidence import SignedRung
from toc.web import texts
from toc.web.evidence.blueprint import address, gettext, study_address
from toc.web.evidence.criteria import Link, Place, Row, anchor, study_code
from toc.web.texts import sentence, word

RUNGS = range(1, 6)
COMPARED = 3
"""The rung from which an effect is shown to be the programme's own."""

LOOK = {
    Status.HARM_FLAG: "harm",
    Status.INTEGRITY_FAILURE: "behind",
    Status.SIGNOFF_REVOKED: "behind",
    Status.CONTESTED: "behind",
    Status.NO_EFFECT_FOUND: "behind",
    Status.VERSION_MISMATCH: "overdue",
    Status.UNREPORTED_STUDY: "behind",
    Status.STALE: "overdue",
    Status.EXPLORATORY: "no_data",
    Status.CURRENT_WITH_RESERVATIONS: "on_track",
    Status.PENDING_SIGNOFF: "no_data",
    Status.CURRENT: "reached",
}
"""With which badge a status is shown."""

_MEASURED = (GoalStatus.NO_DATA, GoalStatus.NOT_MEASURABLE, GoalStatus.NOT_JUDGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A status beside a rung, and what it means."""

    look: str
    word: str
    sentence: str
    links: tuple[Link, ...] = ()
    """The studies that it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung with its criteria."""

    number: int
    name: str
    state: str
    note: str
    meaning: str
    about: Link | None
    """The study that comes nearest, for rungs 2 and 3."""
    rows: tuple[Row, ...]
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder, as the macro draws it."""

    number: int
    name: str
    state: str
    note: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The rung that was signed last, beside what is derived now."""

    sentence: str
    url: str
    changed: tuple[str, ...]
    """What became otherwise; empty when nothing did."""
    broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One other ladder."""

    peer: str
    words: str
    note: str


def rung_name(rung: int) -> str:
    """Return the short name of a rung."""
    return sentence(f"evidence.rung.{rung}")


def sure(rung: int) -> str:
    """Return how sure it is on a rung, in a sentence."""
    return sentence(f"evidence.sure.{rung}")


def status_sentence(status: Status) -> str:
    """Return what a status means."""
    return sentence(status.key)


def ladder(assessment: Assessment, *, anchors: bool = True) -> list[Rung]:
    """Return the rungs, the highest first."""
    return [
        Rung(
            number=number,
            name=rung_name(number),
            state=_state(number, assessment),
            note=gettext("own statement") if number == 1 and assessment.own_statement else None,
            url=f"#rung-{number}" if anchors else None,
        )
        for number in reversed(RUNGS)
    ]


def _state(number: int, assessment: Assessment) -> str:
    if number <= assessment.rung:
        return "reached"
    return "next" if number == assessment.next_rung else "open"


def badges(assessment: Assessment, studies: Mapping[str, Study]) -> tuple[Badge, ...]:
    """Return what must be said beside the rung, the gravest first."""
    if assessment.rung == 0 and assessment.status is Status.CURRENT:
        return ()  # there is nothing yet that could be up to date
    return tuple(
        Badge(
            look=LOOK[status],
            word=word(status),
            sentence=sentence(status.key),
            links=tuple(
                Link(study_code(studies[cause.study]), study_address(studies[cause.study]))
                for cause in assessment.causes
                if cause.status is status and cause.study is not None and cause.study in studies
            ),
        )
        for status in assessment.statuses
    )


def missing(assessment: Assessment, place_: Place) -> list[tuple[str, str | None]]:
    """Return what the next rung still needs, each with where to do it or where it is explained."""
    found: list[tuple[str, str | None]] = []
    for finding in assessment.missing:
        todo = place_.todo(finding)
        found.append(
            (sentence(finding.criterion.sentence), todo.url if todo else f"#{anchor(finding.criterion.id)}")
        )
    if assessment.next_rung is not None and not found:
        found += [
            (sentence(status.key), None) for status in assessment.statuses if status is not Status.CURRENT
        ]
    if assessment.rung == 1 and not assessment.reviewed:
        found.insert(0, (gettext("An evaluator reviews rung 1 and signs it."), None))
    return found


def levels(assessment: Assessment, place_: Place, *, linked: bool = True) -> tuple[Level, ...]:
    """Return every rung with its criteria, the lowest first: that is where one begins.

    Args:
        assessment: with its findings.
        place_: makes addresses.
        linked: whether to link to what the findings rest on now; not for what was signed long ago.
    """
    found = []
    for number in RUNGS:
        findings = [one for one in assessment.findings if one.criterion.level == number]
        rows = place_.rows(findings, linked=linked)
        met = sum(one.outcome is not Outcome.NOT_MET for one in findings)
        study = findings[0].study if findings else None
        found.append(
            Level(
                number=number,
                name=rung_name(number),
                state=_state(number, assessment),
                note=gettext("%(met)s of %(total)s met", met=met, total=len(findings)),
                meaning=sure(number),
                about=place_.rests_on(findings[0]) if linked and study is not None else None,
                rows=rows,
                met=met,
            )
        )
    return tuple(found)


def _compared(row: Comparison) -> str:
    if row.relation is Relation.NONE:
        return sentence("evidence.relation.none")
    labels = {name: sentence(f"peer.{row.peer}.{getattr(row, name)}") for name in ("lowest", "highest")}
    key = row.relation.value
    if row.relation is Relation.AT_LEAST and row.lowest != row.highest:
        key = "between"
    return sentence(f"evidence.relation.{key}", **labels)


def beside(rung: int) -> tuple[Beside, ...]:
    """Return what other ladders would roughly say; none of them has awarded anything."""
    return tuple(
        Beside(
            peer=word(row.peer),
            words=_compared(row),
            note=sentence(f"peer.note.{row.note}") if row.note else "",
        )
        for row in comparable(rung)
    )


def remark(status: GoalStatus | None, rung: int) -> str:
    """Return the sentence that keeps "reached" and "by us" apart."""
    if status is GoalStatus.REACHED:
        if rung >= COMPARED:
            return gettext("Reached, and a comparison shows that the programme makes the difference.")
        return gettext(
            "Reached, but not shown to be ours: what was aimed at is there, and it may have come without us."
        )
    if status is not None and status not in _MEASURED and rung >= COMPARED:
        return gettext("Not reached yet, although it is shown that the programme makes a difference.")
    return ""


def signed(one: SignedRung | None) -> Signed | None:
    """Return the rung that was signed last, and what changed since."""
    if one is None:
        return None
    record = one.record
    said = gettext(
        "Signed by %(by)s on %(on)s as rung %(rung)s (%(name)s).",
        by=one.by,
        on=texts.day(record.at.date()),
        rung=record.rung,
        name=rung_name(record.rung),
    )
    url = address("evidence.signed", record.programme_id, record_id=record.id)
    if one.since is None:
        return Signed(sentence=said, url=url, changed=(), broken=True)
    changed: list[str] = []
    if not one.since.same:
        changed = [
            gettext(
                "Now derived: rung %(rung)s (%(name)s).",
                rung=one.since.rung_now,
                name=rung_name(one.since.rung_now),
            )
        ]
        changed += [sentence(status.key) for status in one.since.came if status is not Status.CURRENT]
        changed += [
            gettext(
                "%(number)s %(criterion)s Now: %(outcome)s.",
                number=turned.finding.criterion.id,
                criterion=sentence(turned.finding.criterion.sentence),
                outcome=word(turned.finding.outcome),
            )
            for turned in one.since.turned
        ]
    return Signed(sentence=said, url=url, changed=tuple(changed), broken=False)
