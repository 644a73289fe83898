"""Evidence to read: all goals, one goal, one study, one rung that was signed."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from toc.domain.codes import CodeKind, code
from toc.domain.evidence import Status, StudyReading
from toc.services import evidence as service
from toc.services import indicators
from toc.services.evidence import StudyEvidence
from toc.web import frame, origins
from toc.web.database import read_session
from toc.web.evidence import effects, ladder, lists
from toc.web.evidence.blueprint import evidence, gettext, locate
from toc.web.evidence.criteria import Place, limit_words, person, place_of_goal, place_of_study, study_code
from toc.web.evidence.fields import NUMBERS, QUALITY, asked, shown
from toc.web.security import act, allow, today, viewer
from toc.web.texts import evidence as words
from toc.web.texts import sentence, word
from toc.web.thread import strip


@evidence.get("/p/<uuid:programme_id>/evidence")
@allow("evidence.read")
def index(programme_id: UUID) -> ResponseReturnValue:
    """Show how sure it is, for all goals."""
    session = read_session(programme_id)
    found = service.overview(session, act(), today())
    goals = lists.all_goals(found, indicators.goal_statuses(session, today()))
    frame.show_in(found.programme, (gettext("Evidence"), None))
    return render_template("evidence/index.html", goals=goals, steps=lists.steps(goals))


@evidence.get("/p/<uuid:programme_id>/goals/<uuid:goal_id>/evidence")
@allow("evidence.read")
def goal(programme_id: UUID, goal_id: UUID) -> ResponseReturnValue:
    """Show how sure it is that a goal is reached by the programme, and what the next rung needs."""
    session = read_session(programme_id)
    page = service.goal_evidence(session, act(), goal_id, today())
    status = indicators.goal_statuses(session, today(), [goal_id])[goal_id]
    place, studies = place_of_goal(page), [row.study for row in page.studies]
    locate(page.programme, page.goal)
    return render_template(
        "evidence/goal.html",
        page=page,
        status=lists.status_name(status),
        remark=ladder.remark(status, page.assessment.rung),
        rungs=ladder.ladder(page.assessment),
        badges=ladder.badges(page.assessment, place.studies),
        missing=ladder.missing(page.assessment, place),
        levels=ladder.levels(page.assessment, place),
        studies=effects.shown_studies(page.studies, page.assessment.readings, page.names),
        pictures=effects.pictures(studies),
        signed=ladder.signed(page.signed),
        beside=ladder.beside(page.assessment.rung),
        ages=[limit_words(name) for name in ("max_age_months_level2", "max_age_months_level3")],
        reviewer=person(str(page.review.signed_by_id), page.names) if page.review else "",
        sure=ladder.sure(page.assessment.rung),
        name=ladder.rung_name(page.assessment.rung),
        may=viewer().may,
    )


@evidence.get("/p/<uuid:programme_id>/studies/<uuid:study_id>")
@allow("evidence.read")
def study(programme_id: UUID, study_id: UUID) -> ResponseReturnValue:
    """Show a study: what it found, how, who signed it, and what it does for the ladder."""
    session = read_session(programme_id)
    page = service.study_evidence(session, act(), study_id, today())
    locate(page.programme, page.goal, study=page.study)
    return render_template(
        "evidence/study.html",
        beads=strip(session, "effect", study_id),
        marks=origins.marks(session, "study", study_id),
        **study_values(page),
    )


def study_values(page: StudyEvidence) -> dict[str, object]:
    """Return what the page of a study and the page to sign it both show."""
    row, place = page.study, place_of_study(page)
    rung, carries = effects.carries(page.readings)
    return {
        "page": page,
        "study": row,
        "study_code": study_code(row),
        "goal_code": code(CodeKind.GOAL, page.goal.code),
        "design": word(row.design),
        "effect": words.effect_words(row.effect, row.scale, row.unit),
        "people": effects.people_words(row),
        "pictures": effects.pictures([row]),
        "carries": carries,
        "carries_any": rung is not None,
        "signature": effects.signature_words(row, page.names),
        "entered_by": person(str(row.entered_by_id) if row.entered_by_id else "command", page.names),
        "readings": _readings(page, place),
        "facts": shown(
            row.facts, asked((*NUMBERS, *QUALITY), row.design), words.unit_words(row.scale, row.unit)
        ),
        "may": viewer().may,
    }


def _obstacles(reading: StudyReading) -> list[str]:
    """Return what keeps a study from counting. Everything is there but a signature: only when it is so."""
    alone = reading.held_back and len({cause.status for cause in reading.causes}) == 1
    return [
        sentence("evidence.why.not_signed")
        if cause.status is Status.PENDING_SIGNOFF and not alone
        else ladder.status_sentence(cause.status)
        for cause in reading.causes
    ]


def _readings(page: StudyEvidence, place: Place) -> list[tuple[str, bool, list[str], object]]:
    """Return, per rung, its name, whether the study carries it, what stands in the way, and its criteria."""
    return [
        (
            f"{reading.level} {ladder.rung_name(reading.level)}",
            reading.counts,
            _obstacles(reading),
            place.rows(reading.findings),
        )
        for reading in page.readings
    ]


@evidence.get("/p/<uuid:programme_id>/assessments/<uuid:record_id>")
@allow("evidence.read")
def signed(programme_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """Show a rung as it was signed, with everything it rested on then, and what changed since."""
    session = read_session(programme_id)
    page, one = service.signed_rung(session, act(), record_id, today())
    locate(page.programme, page.goal, gettext("Signed rung"))
    return render_template(
        "evidence/signed.html",
        page=page,
        one=one,
        shown=ladder.signed(one),
        rungs=[] if one.then is None else ladder.ladder(one.then),
        levels=() if one.then is None else ladder.levels(one.then, place_of_goal(page), linked=False),
        earlier=service.signed_before(session, page.goal.id),
    )
