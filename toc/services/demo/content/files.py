"""The files themselves: one for each programme, and one for who takes part."""

from datetime import date

from toc import resources
from toc.domain.people import OrganisationKind, Part, Role
from toc.services.demo.content.hearing import Group
from toc.services.demo.content.joining import Check, Conflict, OwnTree, Ranking
from toc.services.demo.content.measuring import Indicator
from toc.services.demo.content.meeting import Score, Version, Workshop
from toc.services.demo.content.paying import Contract, Outcome
from toc.services.demo.content.proving import Attestation, EvidenceItem, Finding, Review, Study
from toc.services.demo.content.studying import Document, Entry
from toc.services.demo.content.trees import Goal, Link
from toc.services.demo.content.words import Marked, Row, Source, Text, Words
from toc.services.demo.content.working import Work


class Description(Marked):
    """What a programme says about itself."""

    name: Words
    place: Text
    summary: Words
    problem: Words
    target_group: Words
    target_size: Words
    current_situation: Words
    better_because: Words
    starts_on: date
    ends_on: date | None = None
    made_on: date
    own_totals_decided: bool = False


class Partner(Marked):
    """An organisation with its part in the programme."""

    organisation: str
    part: Part


class Programme(Row):
    """One file: a demo programme."""

    key: str
    sources: dict[str, Source]
    programme: Description
    members: dict[str, str]
    """Account to the organisation that it belongs to; every account takes part."""
    partners: tuple[Partner, ...]
    groups: tuple[Group, ...]
    goals_on: date
    links_on: date
    indicators_on: date
    goals: tuple[Goal, ...]
    links: tuple[Link, ...]
    indicators: tuple[Indicator, ...]
    reviews: tuple[Review, ...] = ()
    studies: tuple[Study, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    contract: Contract | None = None
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    codebook: tuple[Entry, ...] = ()
    documents: tuple[Document, ...] = ()
    checks: tuple[Check, ...] = ()
    own_trees: tuple[OwnTree, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    versions: tuple[Version, ...] = ()
    workshops: tuple[Workshop, ...] = ()
    scores: tuple[Score, ...] = ()
    work: Work | None = None
    personal_links: tuple[str, ...] = ()


class Account(Row):
    """Somebody who can sign in; without a role an administrator."""

    key: str
    email: str
    name: str
    role: Role | None = None


class Organisation(Row):
    """An organisation; `invented` ones say so in their name too."""

    name: str
    kind: OrganisationKind
    place: str
    invented: bool = False


class Consent(Row):
    """The questions that were put to respondents."""

    interview: Words
    notes: Words
    release: Words
    workshop: Words


class Demo(Row):
    """Who takes part in all demo programmes, and which there are, in the order in which they are loaded."""

    accounts: tuple[Account, ...]
    consent: Consent
    organisations: dict[str, Organisation]
    programmes: tuple[str, ...]


def read_demo() -> Demo:
    """Return `seed/demo.json`."""
    return Demo.model_validate_json((resources.seed() / "demo.json").read_bytes())


def read_programme(key: str) -> Programme:
    """Return the demo programme with this key."""
    return Programme.model_validate_json((resources.seed() / f"{key}.json").read_bytes())
