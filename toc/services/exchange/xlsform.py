"""Forms for KoboToolbox and ODK, made of what a programme measures."""

from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from toc.domain.acts import Act
from toc.domain.exchange.questions import (
    Asked,
    Form,
    Ground,
    Questionnaire,
    Say,
    Texts,
    form_of,
    sheets,
    ways,
)
from toc.domain.programmes import Language
from toc.models.participants import Cohort, Instrument
from toc.models.programmes import Programme
from toc.services.exchange.outgoing import WORKBOOK, Looks
from toc.services.indicators.reading import open_on, overview, sites
from toc.services.participants.instruments import scale_of
from toc.services.participants.registering import breakdowns


def ground_of(session: Session, act: Act) -> Ground:
    """Return what a form of the programme is made of, in a fixed number of statements.

    Args:
        session: of a programme.
        act: who; indicators of goals that are hidden from them are not asked for.
    """
    programme = session.get_one(Programme, session.info["programme_id"])
    places = sites(session)
    still_open = set(open_on(places, act.on))
    known = breakdowns(session)
    return Ground(
        language=Language(programme.language),
        indicators=[Asked(one.code, one.definition) for one in overview(session, act.on, act=act)],
        instruments=[
            Questionnaire(id=one.id.hex, name=one.name, version=one.version, scale=scale_of(one))
            for one in session.scalars(
                select(Instrument)
                .where(Instrument.programme_id == programme.id)
                .order_by(Instrument.name, Instrument.version)
            )
        ],
        sites=[(str(place.id), place.name) for place in places if place.id in still_open],
        cohorts=[
            (str(one.id), one.name)
            for one in session.scalars(
                select(Cohort).where(Cohort.programme_id == programme.id).order_by(Cohort.name)
            )
        ],
        breakdowns={one.key: {option.key: option.name for option in one.options} for one in known},
        names={one.key: one.name for one in known},
    )


def forms(session: Session, act: Act) -> tuple[tuple[str, str], ...]:
    """Return which forms a programme can have: (way, name of the breakdown or "")."""
    ground = ground_of(session, act)
    return tuple((way, ground.names.get(way, "")) for way in ways(ground))


def form(session: Session, act: Act, way: str, say: Say, word: Texts) -> Form:
    """Return a form of the programme.

    Args:
        session: of a programme.
        act: who.
        way: one of `forms`.
        say: the sentences in every language.
        word: the words in every language.

    Raises:
        DomainError: ``xlsform.none``.
    """
    programme = session.get_one(Programme, session.info["programme_id"])
    form_id = f"doelenboom_{programme.id.hex[:8]}_{way}"
    return form_of(ground_of(session, act), way, programme.name, form_id, say, word)


def write_form(made: Form, stream: BinaryIO, version: str) -> None:
    """Write a form as the workbook that KoboToolbox and ODK take.

    Args:
        made: the form.
        stream: written to.
        version: a text that sorts by time.
    """
    with Workbook(stream, WORKBOOK) as book:
        looks = Looks(book)
        for name, rows in sheets(made, version).items():
            page = book.add_worksheet(name)
            for place, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        looks.text(page, place, column, text, looks.bold if not place else None)
