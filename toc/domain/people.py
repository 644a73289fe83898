"""People and organisations: what they are, which step each may take, and what a password needs."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from toc.domain.errors import DomainError


class Role(StrEnum):
    """What a person may do in one programme; somebody may hold several.

    Coordinator: leads the programme. Worker: at the provider, logs outcomes. Funder: pays for outcomes.
    Investor: puts money in beforehand. Evaluator: judges what was reached. Stakeholder: speaks for themselves
    or their group, by a personal link. Viewer: reads.
    """

    COORDINATOR = "coordinator"
    WORKER = "worker"
    FUNDER = "funder"
    INVESTOR = "investor"
    EVALUATOR = "evaluator"
    STAKEHOLDER = "stakeholder"
    VIEWER = "viewer"


class Part(StrEnum):
    """What an organisation is in one programme."""

    FUNDER = "funder"
    INVESTOR = "investor"
    PROVIDER = "provider"
    EVALUATOR = "evaluator"
    PARTNER = "partner"


class Helix(StrEnum):
    """The four parts of society that work on a social problem together.

    Source: Carayannis & Campbell (2009), "'Mode 3' and 'Quadruple Helix'", International Journal of
    Technology Management 46 (3/4), 201-234.
    """

    CITIZENS = "citizens"
    BUSINESS = "business"
    KNOWLEDGE = "knowledge"
    GOVERNMENT = "government"


class OrganisationKind(StrEnum):
    """What kind of organisation a party is, finer than its helix."""

    CITIZENS_INITIATIVE = "citizens_initiative"
    CLIENT_COUNCIL = "client_council"
    NEIGHBOURHOOD = "neighbourhood"
    ASSOCIATION = "association"
    SOCIAL_ENTERPRISE = "social_enterprise"
    WELFARE_ORGANISATION = "welfare_organisation"
    CARE_PROVIDER = "care_provider"
    HOUSING_ASSOCIATION = "housing_association"
    COMPANY = "company"
    BANK = "bank"
    FUND = "fund"
    FOUNDATION = "foundation"
    INSURER = "insurer"
    UNIVERSITY = "university"
    RESEARCH_BUREAU = "research_bureau"
    SCHOOL = "school"
    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    NATIONAL_GOVERNMENT = "national_government"
    BENEFITS_AGENCY = "benefits_agency"

    @property
    def helix(self) -> Helix:
        """The part of society that this kind belongs to."""
        return _HELIX[self]


_HELIX = {
    kind: helix
    for helix, kinds in {
        Helix.CITIZENS: (
            OrganisationKind.CITIZENS_INITIATIVE,
            OrganisationKind.CLIENT_COUNCIL,
            OrganisationKind.NEIGHBOURHOOD,
            OrganisationKind.ASSOCIATION,
        ),
        Helix.BUSINESS: (
            OrganisationKind.SOCIAL_ENTERPRISE,
            OrganisationKind.WELFARE_ORGANISATION,
            OrganisationKind.CARE_PROVIDER,
            OrganisationKind.HOUSING_ASSOCIATION,
            OrganisationKind.COMPANY,
            OrganisationKind.BANK,
            OrganisationKind.FUND,
            OrganisationKind.FOUNDATION,
            OrganisationKind.INSURER,
        ),
        Helix.KNOWLEDGE: (
            OrganisationKind.UNIVERSITY,
            OrganisationKind.RESEARCH_BUREAU,
            OrganisationKind.SCHOOL,
        ),
        Helix.GOVERNMENT: (
            OrganisationKind.MUNICIPALITY,
            OrganisationKind.PROVINCE,
            OrganisationKind.NATIONAL_GOVERNMENT,
            OrganisationKind.BENEFITS_AGENCY,
        ),
    }.items()
    for kind in kinds
}


# --- Who may take which step --------------------------------------------------------------------------------


class Step(StrEnum):
    """The steps from a reached outcome to its payment, in this order."""

    DECLARE = "declare"
    VERIFY = "verify"
    APPROVE = "approve"


STEP_ROLE = {Step.DECLARE: Role.WORKER, Step.VERIFY: Role.EVALUATOR, Step.APPROVE: Role.FUNDER}
"""The role that each step asks for."""

_ORDER = tuple(Step)


def may_take(step: Step, person: UUID, *, taken: Mapping[Step, UUID], roles: Collection[Role]) -> None:
    """Refuse a step to a person who may not take it; return nothing when they may.

    Three different people are needed, also where one of them holds several roles; and who is evaluator in the
    programme never approves a payment, whatever else they are.

    Args:
        step: what they want to do.
        person: who wants it.
        taken: who took which earlier step on this outcome.
        roles: the roles the person now holds in this outcome's programme.

    Raises:
        DomainError: ``outcome.evaluator_may_not_approve``; ``outcome.role_needed`` (role);
            ``outcome.already_taken`` (step); ``outcome.out_of_turn`` (step, the one to be taken first);
            ``outcome.same_person`` (step, the one that this person took).
    """
    if step is Step.APPROVE and Role.EVALUATOR in roles:
        raise DomainError("outcome.evaluator_may_not_approve")
    if STEP_ROLE[step] not in roles:
        raise DomainError("outcome.role_needed", role=STEP_ROLE[step])
    if step in taken:
        raise DomainError("outcome.already_taken", step=step)
    for earlier in _ORDER[: _ORDER.index(step)]:
        if earlier not in taken:
            raise DomainError("outcome.out_of_turn", step=earlier)
        if taken[earlier] == person:
            raise DomainError("outcome.same_person", step=earlier)


def open_steps(person: UUID, *, taken: Mapping[Step, UUID], roles: Collection[Role]) -> tuple[Step, ...]:
    """Return the steps that a person may take now, so that a page offers nothing that is refused."""

    def is_open(step: Step) -> bool:
        try:
            may_take(step, person, taken=taken, roles=roles)
        except DomainError:
            return False
        return True

    return tuple(step for step in Step if is_open(step))


def may_sign(person: UUID, *, entered_by: Collection[UUID]) -> None:
    """Refuse to let somebody sign an analysis of data that they entered themselves.

    Args:
        person: who wants to sign.
        entered_by: everybody who entered or imported data that the analysis rests on.

    Raises:
        DomainError: ``evidence.own_data``.
    """
    if person in entered_by:
        raise DomainError("evidence.own_data")


# --- Passwords and tokens -----------------------------------------------------------------------------------

LEAST_PASSWORD = 12
"""Characters that a password must have; 15 is the advice.

Source: OWASP ASVS 5.0.0, 6.2.1 (at least 8, 15 recommended); 6.2.5 (no rules on kinds of characters).
"""

MOST_PASSWORD = 128
"""Characters that a password may have. Source: OWASP ASVS 5.0.0, 6.2.9 asks for at least 64."""

LEAST_OWN_CHARACTERS = 5
"""Different characters that must be left of a password without the words that everybody tries first."""

_LEAST_NAME = 4  # shorter parts of an e-mail address occur in ordinary words

_COMMON = (
    # What lists of leaked passwords begin with, in English and Dutch, and what such lists build upon.
    "password passwort wachtwoord welkom welcome geheim secret letmein inloggen login admin beheerder user "
    "iloveyou hallo hello princess prinses sunshine shadow master monkey dragon superman batman starwars "
    "pokemon football voetbal baseball feyenoord ajax oranje computer internet whatever freedom trustno1 "
    "michael jordan jennifer charlie liefde schatje knuffel test1234 changeme default "
    # Rows and columns of the keyboard, and counting.
    "qwertyuiop qwerty azerty asdfghjkl asdfgh zxcvbnm zxcvbn qazwsxedc qazwsx 1qaz2wsx3edc 1qaz2wsx qaz wsx "
    "edc 1q2w3e4r5t6y 1q2w3e4r5t 1q2w3e4r q1w2e3r4 abcdefghijkl abcdefgh abcdef abcd abc "
    "1234567890 123456789 12345678 1234567 123456 12345 1234 123 012 "
    "0987654321 987654321 87654321 7654321 654321 54321 4321 321 "
    # The year, which sits in passwords that must be changed often.
    "lente spring zomer summer herfst autumn winter januari january februari february maart march april juni "
    "june juli july augustus august september oktober october november december "
    # What this program, its users and their work are called.
    "doelenboom goal tree evidence bewijs social impact bond sib programma programme gemeente municipality "
    "nederland netherlands holland amsterdam rotterdam utrecht denhaag eindhoven groningen evaluator "
    "coordinator investeerder opdrachtgever"
)

_LOOKALIKES = str.maketrans({"@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "$": "s", "5": "s"})


def check_password(password: str, *, email: str) -> None:
    """Refuse a password that is short, too long, or made of what everybody tries first.

    From the password everything is taken away that stands in a list of common words, keyboard rows and names
    of this field, or in the person's e-mail address; then once more with look-alikes (P@ssw0rd) read as
    letters. What is left needs `LEAST_OWN_CHARACTERS` different characters. A list of whole passwords would
    miss nearly all of these: common passwords are shorter than ours may be, and are made longer by repeating
    and counting.

    Args:
        password: what the person typed; nothing is cut off or rewritten.
        email: the address they sign in with.

    Raises:
        DomainError: ``password.too_short`` (least), ``password.too_long`` (most), ``password.too_common``.

    Source: OWASP ASVS 5.0.0, 6.2.4 (common passwords) and 6.2.11 (words of the context).
    """
    if len(password) < LEAST_PASSWORD:
        raise DomainError("password.too_short", least=LEAST_PASSWORD)
    if len(password) > MOST_PASSWORD:
        raise DomainError("password.too_long", most=MOST_PASSWORD)
    names = [part for part in re.split(r"[\W_]+", email.casefold()) if len(part) >= _LEAST_NAME]
    longest_first = sorted({*_COMMON.split(), *names}, key=lambda word: (-len(word), word))
    known = re.compile("|".join(map(re.escape, longest_first)))
    own = known.sub("", password.casefold())
    own = known.sub("", own.translate(_LOOKALIKES))
    if len(set(own)) < LEAST_OWN_CHARACTERS:
        raise DomainError("password.too_common")


def token_hash(token: str) -> str:
    """Return what is stored of the token in an invitation or a personal link.

    A plain hash is enough, unlike for a password: a token has at least 128 random bits, so it cannot be
    guessed from its hash, and looking it up must be quick.

    Returns:
        64 hexadecimal digits (SHA-256).
    """
    return sha256(token.encode()).hexdigest()
