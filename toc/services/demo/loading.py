"""Loading the demo: each programme once per language, day by day, by the same services that people use."""

from datetime import datetime

from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.programmes import Language
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import people
from toc.services.demo import hearing, joining, meeting, paying, proving, studying, tree, working
from toc.services.demo.accounts import LINK_DAYS, account_id, add_people, link_token, programme_id
from toc.services.demo.content import Demo, read_demo, read_programme
from toc.services.demo.here import Here


def load_demo(database: Database, at: datetime) -> None:
    """Load what is missing of the demo; what is there stays as it is, with all that visitors changed.

    Each programme is committed as a whole, so that one that was broken off is loaded again as a whole.

    Args:
        database: a migrated one that `refuse_if_real` lets through.
        at: now; accounts and personal links are of this moment, everything else of the days in the files, of
            which those of what is logged these days are counted from it.
    """
    demo = read_demo()
    with database.writing() as session:
        add_people(session, demo, at)
    for key in demo.programmes:
        for language in Language:
            with database.writing() as session:
                load_programme(session, demo, key, language, at)


def load_programme(session: Session, demo: Demo, key: str, language: Language, at: datetime) -> None:
    """Load one programme in one language, unless it is there.

    Args:
        session: of no programme, for writing; afterwards one of this programme.
        demo: who takes part.
        key: of the programme.
        language: in which language.
        at: now.
    """
    id_ = programme_id(key, language)
    if session.get(Programme, id_) is not None:
        return
    here = Here(
        session=session,
        demo=demo,
        file=read_programme(key),
        language=language,
        programme_id=id_,
        today=at.date(),
    )
    for part in (hearing, tree, studying, joining, meeting, proving, paying, working):
        part.plan(here)
    here.happen()
    coordinator = Act(at=at, on=at.date(), user=account_id("coordinator"))
    for respondent in here.file.personal_links:
        people.make_link(
            session,
            coordinator,
            here.id("respondent", respondent),
            link_token(key, language, respondent),
            days=LINK_DAYS,
        )
