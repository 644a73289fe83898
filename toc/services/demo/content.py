"""What stands in `seed/`: the demo programmes as they are written there, each text in Dutch and in English.

Whatever a file does not call a fact, with its source, is invented for the demo; so nothing goes unmarked.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from toc import resources
from toc.domain.bonds import CounterfactualKind, Shortfall, Unit, WholeUnits
from toc.domain.coding import CodeUse
from toc.domain.conflicts import ConflictKind, ConflictState
from toc.domain.evidence import Design
from toc.domain.goals import (
    ArgumentSide,
    Directness,
    ElementVerdict,
    KeyReason,
    Level,
    LinkStatus,
    Practice,
    Purpose,
    Stance,
    Standing,
    Weight,
)
from toc.domain.goals import Direction as GoalDirection
from toc.domain.indicators import Direction, Frequency, Kind
from toc.domain.interviews import Attribution, Audience, CheckVerdict, Participation, RespondentKind
from toc.domain.merging import Relation
from toc.domain.people import Helix, OrganisationKind, Part, Role
from toc.domain.programmes import Language
from toc.domain.rankings import RankingMethod


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Entry):
    """One text in both languages."""

    nl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


Text = Words | str
"""A plain string is the same in both languages: a name, a code, nothing."""


def said(text: Text, language: Language) -> str:
    """Return a text in one language."""
    return text if isinstance(text, str) else str(getattr(text, language))


class Source(_Entry):
    """Where a fact stands."""

    name: Text
    url: str = ""


class Marked(_Entry):
    """Something of which some parts are facts.

    Attributes:
        facts: column of its row, or "" for the whole of it, to the key of a source.
    """

    facts: dict[str, str] = {}


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


class Release(_Entry):
    """What a speaker decided about a statement."""

    audience: Audience
    attribution: Attribution
    on: date


class Statement(_Entry):
    """A passage of an answer, and who may read it; without a release its speaker has not decided yet."""

    key: str
    question: str
    text: Words
    release: Release | None = None


class Interview(_Entry):
    """What somebody answered."""

    held_on: date
    answers: dict[str, Words]
    statements: tuple[Statement, ...]


class Respondent(_Entry):
    """Somebody to be heard.

    Attributes:
        added_on: the day they were first thought of; None: when the programme was made.
        agreed_on: the day they agreed to be asked, when they are not interviewed on it.
    """

    key: str
    kind: RespondentKind
    name: Text = ""
    added_on: date | None = None
    agreed_on: date | None = None
    interview: Interview | None = None


class Group(Marked):
    """A stakeholder group with its respondents."""

    key: str
    name: Text
    helix: Helix
    organisation: str | None = None
    is_beneficiary: bool = False
    role: Words
    interest: int
    influence: int
    wanted_interviews: int
    participation: Participation | None = None
    is_affected: bool = False
    consent_route: Text = ""
    respondents: tuple[Respondent, ...] = ()


class Holder(_Entry):
    """What a group thinks of a goal."""

    group: str
    stance: Stance
    importance: int | None = None
    feasibility: int | None = None


class Goal(Marked):
    """A goal.

    Attributes:
        rung: what the ladder is expected to derive for a primary outcome.
        twin: the goal that it says once more in other words, so that the program has something to suggest.
        retired_on: the day it left the tree.
    """

    key: str
    level: Level
    standing: Standing
    wording: Words
    explanation: Text = ""
    holders: tuple[Holder, ...]
    sources: tuple[str, ...] = ()
    confirmed: bool = False
    primary: bool = False
    rung: int | None = None
    for_whom: Text = ""
    by_when: date | None = None
    importance: int | None = None
    feasibility: int | None = None
    practice: Practice | None = None
    purpose: Purpose | None = None
    direction: GoalDirection | None = None
    twin: str | None = None
    retired_on: date | None = None


class Judged(Marked):
    """What is later said of a link."""

    on: date
    status: LinkStatus
    confidence: int
    source: Words
    verdict: ElementVerdict | None = None


class Argument(Marked):
    """What speaks for a link, or against it."""

    key: str
    on: date
    side: ArgumentSide
    text: Words
    source: Words
    weight: Weight | None = None
    directness: Directness | None = None


class Link(Marked):
    """Why a lower goal should lead to an upper one."""

    lower: str
    upper: str
    key: bool
    reason: KeyReason | None = None
    mechanism: Words
    assumption: Words
    condition: Text = ""
    alternatives: Text = ""
    confidence: int
    source: Text = ""
    feedback: bool = False
    element: Text = ""
    arguments: tuple[Argument, ...] = ()
    later: Judged | None = None


class Aim(_Entry):
    """A value on a day."""

    value: Decimal
    on: date


class Measurement(Marked):
    """What was counted on a day: a value, or a part of a whole."""

    on: date
    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    note: Text = ""


class Indicator(Marked):
    """What is counted for a goal."""

    key: str
    goal: str
    name: Words
    definition: Text = ""
    kind: Kind
    unit: Text = ""
    direction: Direction
    cumulative: bool
    counts_people: bool = True
    frequency: Frequency
    collection: Text = ""
    baseline: Aim | None = None
    target: Aim | None = None
    desired: Decimal | None = None
    minimum: Decimal | None = None
    measurements: tuple[Measurement, ...]


class Review(_Entry):
    """What a review of level 1 recorded."""

    goal: str
    on: date
    recorded: dict[str, Any]
    signed_on: date


class Count(_Entry):
    """How many of a group."""

    reached: int
    of: int


class Counts(_Entry):
    """What the effect of a study was computed from.

    Attributes:
        treated, compared: the two groups of a comparison.
        after, before: the same people twice; `gained` and `lost` how many changed, in each direction.
    """

    treated: Count | None = None
    compared: Count | None = None
    after: Count | None = None
    before: Count | None = None
    gained: int = 0
    lost: int = 0


class Study(Marked):
    """A study: `recorded` as `toc.domain.evidence.recorded` reads it."""

    key: str
    goal: str
    indicator: str
    title: Words
    source: Words
    design: Design
    measured_on: date
    entered_on: date
    signed_on: date
    recorded: dict[str, Any]
    counts: Counts | None = None


class Attestation(_Entry):
    """What an evaluator says of one criterion."""

    goal: str
    study: str
    criterion: str
    met: bool
    reason: Words
    on: date


class EvidenceItem(Marked):
    """A document for or against a goal."""

    key: str
    goal: str
    on: date
    supports: bool
    title: Words
    source: Words
    url: str = ""
    finding: Words


class Party(_Entry):
    """An organisation in the contract."""

    organisation: str
    part: Part
    weight: Decimal
    invested: Decimal = Decimal(0)


class Saving(Marked):
    """What one unit under a line saves."""

    name: Words
    per_unit: Decimal
    price_year: int
    beneficiary: str
    cashable_share: Decimal
    source: Words
    explanation: Words


class Counterfactual(_Entry):
    """What would have happened anyway; by default nothing is taken off."""

    kind: CounterfactualKind = CounterfactualKind.NONE
    share: Decimal | None = None
    source: Text = ""


class Line(Marked):
    """A payment rule."""

    key: str
    code: str
    rule: Literal["per_unit", "rate_card"]
    name: Words
    indicator: str
    price: Decimal
    unit: Unit = Unit.PERSON
    cap: Decimal | None = None
    counterfactual: Counterfactual = Counterfactual()
    max_claims_per_person: int | None = None
    saving: Saving | None = None


class Contract(Marked):
    """A results contract."""

    key: str
    name: Words
    agreed_on: date
    entered_on: date
    clause: Words
    currency: str
    investment: Decimal
    cap: Decimal
    required_rung: int
    whole_units: WholeUnits
    shortfall: Shortfall
    parties: tuple[Party, ...]
    lines: tuple[Line, ...]


class Verified(_Entry):
    """What the evaluator decided."""

    on: date
    accepted: bool
    study: str | None = None
    reason: Text = ""


class Approved(_Entry):
    """What the funder approved, and what that is expected to pay."""

    on: date
    pays: Decimal


class Outcome(_Entry):
    """What was declared under a line, and what became of it."""

    key: str
    line: str
    starts_on: date
    ends_on: date
    measured: tuple[tuple[str, date], ...]
    achieved: Decimal
    participants: int
    persons: int | None = None
    note: Text = ""
    declared_on: date
    verify: Verified | None = None
    approve: Approved | None = None
    would_pay: Decimal | None = None


class Reply(_Entry):
    """What a respondent answered to a finding, and what was done with that."""

    respondent: str
    on: date
    text: Words
    answer: Text = ""
    answered_on: date | None = None
    new_wording: Text = ""


class Finding(_Entry):
    """What went back to the parties."""

    key: str
    goal: str
    published_on: date
    text: Words
    replies: tuple[Reply, ...] = ()


class Entry(_Entry):
    """An entry of the codebook."""

    key: str
    use: CodeUse
    name: Words
    definition: Words


class Coded(_Entry):
    """Under what one coder put a passage."""

    coder: str
    goals: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    memo: Text = ""


class CodedPassage(_Entry):
    """A passage of a document, word for word, and what coders made of it."""

    key: str
    text: Words
    by: tuple[Coded, ...]
    release: Release


class Spoken(_Entry):
    """What one person says without a break in a transcript."""

    speaker: Text
    says: Words


class Document(_Entry):
    """A transcript with a respondent, or a document of a group; passages are coded on `coded_on`.

    Attributes:
        respondent: with whom the transcript is.
        own: the speaker whose words are the respondent's.
        turns: of a transcript.
        group: whose document it is.
        title: of a document of a group.
        pages: of a document of a group, in order.
        ended: who is done with coding it.
    """

    key: str
    on: date
    added_on: date
    respondent: str | None = None
    own: Text = ""
    turns: tuple[Spoken, ...] = ()
    group: str | None = None
    title: Text = ""
    pages: tuple[Words, ...] = ()
    coded_on: date
    passages: tuple[CodedPassage, ...]
    ended: tuple[str, ...] = ()


class Check(_Entry):
    """What a respondent said of a goal that was drawn from their words."""

    goal: str
    respondent: str
    on: date
    verdict: CheckVerdict
    comment: Text = ""


class Related(_Entry):
    """What an own goal is to a goal of everybody."""

    goal: str
    relation: Relation
    reason: Words
    by: Words


class OwnGoal(_Entry):
    """A goal in the own tree of a party."""

    key: str
    wording: Words
    level: Level | None = None
    standing: Standing = Standing.STATED
    importance: int | None = None
    feasibility: int | None = None
    sources: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()


class OwnLink(_Entry):
    """Why one own goal should lead to another."""

    lower: str
    upper: str
    mechanism: Words


class OwnTree(_Entry):
    """The own tree of a party: entered, kept as it was given, and related to the tree of everybody."""

    group: str
    on: date
    given_on: date
    related_on: date
    goals: tuple[OwnGoal, ...]
    links: tuple[OwnLink, ...]


class Ranked(_Entry):
    """What one respondent answered in a round: goals in order, the most important first, or points."""

    respondent: str
    on: date
    order: tuple[str, ...] = ()
    points: dict[str, int] = {}


class Ranking(_Entry):
    """A round in which goals are ranked; without goals it asks about the usual ones."""

    key: str
    title: Words
    method: RankingMethod
    goals: tuple[str, ...] = ()
    opened_on: date
    closed_on: date | None = None
    answers: tuple[Ranked, ...] = ()


class Ended(_Entry):
    """How a conflict ended."""

    on: date
    state: ConflictState
    decision: Words
    by: Words


class Conflict(_Entry):
    """What parties differ about."""

    key: str
    kind: ConflictKind
    on: date
    about: Words
    options: Text = ""
    goals: tuple[str, ...]
    positions: dict[str, Words]
    ended: Ended | None = None


class Answered(_Entry):
    """What a party said of a version: through its spokesperson, or written down by the evaluator."""

    group: str
    on: date
    agreed: bool
    respondent: str | None = None
    comment: Text = ""


class Version(_Entry):
    """A frozen tree."""

    key: str
    on: date
    reason: Words
    answers: tuple[Answered, ...] = ()


class Score(_Entry):
    """How good somebody who did not make the tree finds it."""

    account: str
    on: date
    plausible: int
    doable: int
    testable: int
    comment: Words


class WorkshopCard(_Entry):
    """A goal that somebody wrote on a card."""

    key: str
    text: Words


class Seat(_Entry):
    """One phone in a workshop: its party, what it wrote, and on which cards it put dots."""

    key: str
    group: str
    cards: tuple[WorkshopCard, ...] = ()
    dots: tuple[str, ...] = ()


class Workshop(_Entry):
    """A workshop that is over; the cards in `kept` became statements."""

    key: str
    title: Words
    on: date
    dots: int
    seats: tuple[Seat, ...]
    kept: tuple[str, ...]


class Programme(_Entry):
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
    personal_links: tuple[str, ...] = ()


class Account(_Entry):
    """Somebody who can sign in; without a role an administrator."""

    key: str
    email: str
    name: str
    role: Role | None = None


class Organisation(_Entry):
    """An organisation; `invented` ones say so in their name too."""

    name: str
    kind: OrganisationKind
    place: str
    invented: bool = False


class Consent(_Entry):
    """The questions that were put to respondents."""

    interview: Words
    notes: Words
    release: Words
    workshop: Words


class Demo(_Entry):
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
