"""Who may sign in to a demo, and by which personal links its respondents come in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.interviews import RespondentKind
from toc.domain.programmes import Language
from toc.models.people import User
from toc.models.programmes import Programme
from toc.services import people, programmes
from toc.services.demo.content import Demo, read_demo, read_programme, said

NAMESPACE = uuid5(UUID(int=0), "doelenboom demo")
"""What all ids of the demo derive from, so that loading it again finds what is there."""

LINK_DAYS = 3650
"""How long a personal link of the demo works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLink:
    """A personal link of the demo.

    Attributes:
        programme: its name.
        respondent: key in the file of the programme.
        name: of a spokesperson; "" for a participant, who has none.
        token: secret part of the address, which in a demo is no secret.
    """

    programme_id: UUID
    programme: str
    respondent: str
    kind: RespondentKind
    name: str
    token: str


def programme_id(key: str, language: Language) -> UUID:
    """Return the id of a demo programme; each exists once per language."""
    return derived(NAMESPACE, "programme", key, language.value)


def account_id(key: str) -> UUID:
    """Return the id of a demo account."""
    return derived(NAMESPACE, "account", key)


def organisation_id(key: str) -> UUID:
    """Return the id of an organisation; all demo programmes share it."""
    return derived(NAMESPACE, "organisation", key)


def link_token(programme: str, language: Language, respondent: str) -> str:
    """Return the fixed secret part of a personal link of the demo."""
    return f"demo-{programme}-{language.value}-{respondent}".replace("_", "-")


def refuse_if_real(session: Session) -> None:
    """Refuse a database in which real people already work: it holds programmes or accounts, and no demo.

    One that holds the demo may hold other programmes too: those that visitors of the demo made.

    Raises:
        DomainError: ``demo.other_programmes``.
    """
    used = session.scalar(select(or_(select(Programme.id).exists(), select(User.id).exists())))
    if used and not programmes.is_demo(session):
        raise DomainError("demo.other_programmes")


def personal_links() -> tuple[DemoLink, ...]:
    """Return the personal links that the demo makes, programme by programme."""
    found = []
    for key in read_demo().programmes:
        file = read_programme(key)
        known = {one.key: one for group in file.groups for one in group.respondents}
        found += [
            DemoLink(
                programme_id=programme_id(key, language),
                programme=said(file.programme.name, language),
                respondent=respondent,
                kind=known[respondent].kind,
                name=said(known[respondent].name, language),
                token=link_token(key, language, respondent),
            )
            for language in Language
            for respondent in file.personal_links
        ]
    return tuple(found)


def add_people(session: Session, demo: Demo, at: datetime) -> None:
    """Add the accounts and the organisations of the demo; those that are there stay as they are.

    Args:
        session: of no programme, for writing.
        demo: who they are.
        at: the moment.
    """
    act = Act(at=at, on=at.date())
    missing = [one for one in demo.accounts if people.account_by_email(session, one.email) is None]
    if missing:
        password_hash = people.hash_password(people.DEMO_PASSWORD)
        for account in missing:
            user = people.add_user(
                session,
                act,
                account_id(account.key),
                email=account.email,
                name=account.name,
                key=derived(NAMESPACE, "key", account.key).hex,
                password_hash=password_hash,
            )
            if account.role is None:
                session.flush()
                people.make_administrator(session, act, user)
    for key, one in demo.organisations.items():
        people.add_organisation(
            session, act, organisation_id(key), name=one.name, kind=one.kind, place=one.place
        )
