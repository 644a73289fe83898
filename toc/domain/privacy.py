"""What may be seen, by whom: personal numbers, small numbers, and who reads what somebody said."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from toc.domain.errors import DomainError
from toc.domain.interviews import Attribution, Audience, RespondentKind

DEFAULT_THRESHOLD = 10
"""People that a group must have before anything is counted about it.

Source: the rule of ten of research data centres, zero included (UK Longitudinal Linkage Collaboration,
Statistical Disclosure Control, 2025; Australian Bureau of Statistics, DataLab, "rule of 10", 2021).
"""

LEAST_THRESHOLD = 5
"""No programme may set its threshold lower.

Source: five respondents in a cell is the strictest of the two customary threshold rules (OECD, Glossary of
Statistical Terms, "threshold rule", after Statistics Netherlands and others, 2005).
"""

LEAST_QUOTED = 3
"""Respondents that a group of participants must have before one is quoted, or counted as saying it."""


# --- Personal numbers ---------------------------------------------------------------------------------------


class Personal(StrEnum):
    """A kind of text that points to one person and so has no place here."""

    BSN = "bsn"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class Find:
    """Where a personal number stands in a text. Holds no copy of it, so that it cannot reach a log.

    Attributes:
        kind: what it is.
        start: place of its first character.
        end: place after its last character.
    """

    kind: Personal
    start: int
    end: int


_GAP = "[ .\u00a0\u2009\u202f\u200b\u200c\u200d\ufeff]{0,2}"
# Nine digits, alone or with dots or spaces between them, or with hyphens in the two ways that cannot be a
# date. A match takes no room (it looks ahead), so that "3 123456782" is also tried from its second number.
# One dot before the last two digits is an amount.
_BSN = re.compile(
    rf"(?<!\d)(?!\d{{7}}\.\d\d(?!\d))"
    rf"(?=(\d(?:{_GAP}\d){{8}}|\d{{3}}-\d{{3}}-\d{{3}}|\d{{4}}-\d\d-\d{{3}})(?!\d))"
)
_IBAN = re.compile(r"(?=([A-Z]{2})[ .-]?\d{2})", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
# A Dutch number: 0, area, at most one hyphen, so that a date followed by a time is none.
_DUTCH_PHONE = re.compile(r"(?<![\d+])\(?0[1-9]\d{0,2}\)?[ .-]{0,2}\d(?: ?\d){4,8}(?![\d])")
_FOREIGN_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00(?=3[1-4]|39|4[489]|90|212))[1-9](?:[ .()-]{0,3}\d){8,13}(?!\d)"
)
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"\d")
_LEAST_DIGITS = 8  # no personal number has fewer
_DUTCH_PHONE_DIGITS = 10

_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
# Source: SWIFT, IBAN Registry: length per country.
_IBAN_LANDS = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_IBAN_LENGTHS = {land: length for length, lands in _IBAN_LANDS.items() for land in lands.split()}


def _is_bsn(digits: str) -> bool:
    """Tell whether nine digits pass the 11-test. Source: Logisch Ontwerp BSN; nine zeros is no number."""
    values = [int(digit) for digit in digits]
    return any(values) and sum(w * v for w, v in zip(_BSN_WEIGHTS, values, strict=True)) % 11 == 0


def _bsns(text: str) -> list[Find]:
    return [
        Find(Personal.BSN, *found.span(1))
        for found in _BSN.finditer(text)
        if _is_bsn("".join(_DIGITS.findall(found[1])))
    ]


def _ibans(text: str) -> list[Find]:
    finds = []
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[1].upper())
        if length is None:
            continue
        account = re.compile(rf"[A-Z0-9](?:[ .-]?[A-Z0-9]){{{length - 1}}}", re.IGNORECASE | re.ASCII)
        whole = account.match(text, found.start())
        if whole is None:
            continue
        bare = re.sub("[ .-]", "", whole[0]).upper()
        # Source: ISO 13616 with ISO 7064, mod 97-10: letters count from 10, the first four go to the end.
        if int("".join(str(int(each, 36)) for each in bare[4:] + bare[:4])) % 97 == 1:
            finds.append(Find(Personal.IBAN, *whole.span()))
    return finds


def _phones(text: str) -> list[Find]:
    dutch = (
        found
        for found in _DUTCH_PHONE.finditer(text)
        if len(_DIGITS.findall(found[0])) == _DUTCH_PHONE_DIGITS
    )
    return [Find(Personal.PHONE, *found.span()) for found in chain(dutch, _FOREIGN_PHONE.finditer(text))]


def personal_numbers(text: str) -> tuple[Find, ...]:
    """Return where a text holds a citizen service number, bank account, e-mail address or telephone number.

    Meant for imports and forms. It rather sees one too many than one too few: of all nine-digit numbers one
    in eleven passes the test of a citizen service number. Ids as the program makes them (UUID) are no finds.

    Returns:
        The finds in the order of the text.
    """
    finds: list[Find] = []
    if "@" in text:
        finds += (Find(Personal.EMAIL, *found.span()) for found in _EMAIL.finditer(text))
    if len(_DIGITS.findall(text)) >= _LEAST_DIGITS:
        text = _UUID.sub(lambda found: "x" * len(found[0]), text)
        accounts = _ibans(text)
        finds += accounts
        # The digits inside an account number are not once more a telephone number.
        finds += (
            find
            for find in _bsns(text) + _phones(text)
            if not any(account.start <= find.start and find.end <= account.end for account in accounts)
        )
    return tuple(sorted(finds, key=lambda find: (find.start, find.end)))


_COLUMNS = {
    Personal.BSN: r"bsn|(?:burgerservice|sofi)\W?(?:nummer|nr)|citizen service number|social security.*",
    Personal.IBAN: r"iban|(?:bank)?rekening\W?(?:nummer|nr)?|(?:bank )?account(?: number)?",
    Personal.EMAIL: r"e\W?mail(?:\W?adres|\W?address)?|mail(?:adres)?",
    Personal.PHONE: r"tel|telefoon\w*|mobiel\w*|phone.*|mobile.*|06\W?nummer",
    Personal.NAME: r"naam|voornaam|achternaam|roepnaam|voorletters|familienaam|naam .*|name|first ?name|"
    r"last ?name|surname|full ?name|.*(?:cli[eë]nt|deelnemer|participant)\W?(?:naam|name)",
    Personal.ADDRESS: r"adres|address|straat\w*|street.*|huis(?:nummer|nr)|postcode|zip\W?code|post\W?code|"
    r"woonadres|home address",
    Personal.BIRTH_DATE: r"geboorte\W?datum|geb\W*datum|geb|birth\W?date|date of birth|dob",
}
_COLUMN = {kind: re.compile(names, re.IGNORECASE) for kind, names in _COLUMNS.items()}


def personal_column(header: str) -> Personal | None:
    """Return which personal thing a column of this name would hold, or None."""
    name = " ".join(header.replace("_", " ").split())
    return next((kind for kind, names in _COLUMN.items() if names.fullmatch(name)), None)


# --- Small numbers ------------------------------------------------------------------------------------------


def check_threshold(threshold: int) -> int:
    """Return the threshold when a programme may set it.

    Raises:
        DomainError: ``privacy.threshold_too_low`` below `LEAST_THRESHOLD`.
    """
    if threshold < LEAST_THRESHOLD:
        raise DomainError("privacy.threshold_too_low", least=LEAST_THRESHOLD)
    return threshold


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A count as it may leave the program.

    Attributes:
        count: the number, or None when it is suppressed: a suppressed number is not kept. Why it is, is not
            kept either: "too small" beside one number and "because of its neighbour" beside another would
            help to compute both.
    """

    count: int | None

    @property
    def shown(self) -> bool:
        """Whether the number may be seen."""
        return self.count is not None


SUPPRESSED = Disclosed(None)


def disclose(
    count: int, group: int, *, threshold: int = DEFAULT_THRESHOLD, own_totals_decided: bool = False
) -> Disclosed:
    """Return a count of participants if the group it is taken from is large enough.

    Args:
        count: how many of the group.
        group: how many participants the group has.
        threshold: people that a group must have.
        own_totals_decided: the group is the whole programme and its coordinator has decided, on record, to
            publish its own totals although it is small. Never for a part of a programme.

    Raises:
        DomainError: ``privacy.threshold_too_low``.
        ValueError: a count that the group cannot have.
    """
    if not 0 <= count <= group:
        raise ValueError(f"{count} of a group of {group}")
    if group >= check_threshold(threshold) or own_totals_decided:
        return Disclosed(count)
    return SUPPRESSED


@dataclass(frozen=True, slots=True)
class DisclosedRow:
    """A total and the groups it falls apart in, as they may leave the program."""

    cells: tuple[Disclosed, ...]
    total: Disclosed


def disclose_row(
    cells: Sequence[int], *, threshold: int = DEFAULT_THRESHOLD, own_totals_decided: bool = False
) -> DisclosedRow:
    """Suppress small groups in a breakdown, and what would give them away by subtraction.

    A group below the threshold is suppressed, an empty one as well, else "suppressed" would say "somebody".
    Then the smallest shown groups follow, equals together, until the suppressed ones are at least two,
    differ, and together reach the threshold. What a reader gets by subtracting is then itself a group that
    may be counted; and because equals go together, the suppressed numbers could stand in any other order and
    the page would look the same, so that who knows this rule learns none of them either.

    Args:
        cells: how many participants each group has; together they are the total.
        threshold: people that a group must have.
        own_totals_decided: as in `disclose`; concerns the total alone, never the groups.

    Raises:
        DomainError: ``privacy.threshold_too_low``.
        ValueError: a negative count.
    """
    if any(cell < 0 for cell in cells):
        raise ValueError("a group has no negative number of people")
    total = sum(cells)
    shown_total = disclose(total, total, threshold=threshold, own_totals_decided=own_totals_decided)
    hidden = [cell for cell in cells if cell < threshold]
    for size in sorted({cell for cell in cells if cell >= threshold}):
        if not hidden or (len(set(hidden)) > 1 and sum(hidden) >= threshold):
            break
        hidden += [size] * cells.count(size)
    if hidden and len(cells) == 1:
        # The only group is the total: showing one shows the other.
        shown_total = SUPPRESSED
    least_shown = max([threshold - 1, *hidden]) + 1
    row = tuple(Disclosed(cell) if cell >= least_shown else SUPPRESSED for cell in cells)
    return DisclosedRow(row, shown_total)


# --- Who reads what somebody said ---------------------------------------------------------------------------


class Reading(StrEnum):
    """How much of a statement somebody gets to read."""

    FULL = "full"
    AGGREGATE = "aggregate"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What decides who may read a statement.

    Attributes:
        audience: whom its speaker released it to.
        speaker: in whose name they spoke.
        respondents: how many respondents the speaker's group has.
        withdrawn: the speaker has taken it back.
    """

    audience: Audience
    speaker: RespondentKind
    respondents: int
    withdrawn: bool = False


_PAYERS = frozenset({"funder", "investor"})
_PARTIES = frozenset({"coordinator", "worker", "stakeholder", "viewer"})
_EVALUATOR = "evaluator"


def reading(said: Said, roles: Collection[str], *, own: bool = False) -> Reading:
    """Return how much of a statement a person with these roles in its programme reads.

    ========== ============= ======================= ================ =========================
    audience   speaker       funder, investor        evaluator        other roles
    ========== ============= ======================= ================ =========================
    nobody     either        nothing                 all              nothing
    parties    spokesperson  nothing                 all              all
    parties    participant   nothing                 all              all, from 3 respondents
    payer      spokesperson  all                     all              all
    payer      participant   the count, from 3       all              all, from 3 respondents
    ========== ============= ======================= ================ =========================

    Who speaks reads their own words; what is withdrawn nobody reads. Who is funder or investor reads as such,
    whatever else they are: the payer is often the authority that decides about a participant.

    Args:
        said: the statement.
        roles: the reader's roles in the programme; none reads nothing.
        own: the reader is the speaker.
    """
    if said.withdrawn:
        return Reading.NONE
    if own:
        return Reading.FULL
    participant = said.speaker is RespondentKind.PARTICIPANT
    hidden_in_group = not participant or said.respondents >= LEAST_QUOTED
    if not _PAYERS.isdisjoint(roles):
        if said.audience is not Audience.PAYER or not hidden_in_group:
            return Reading.NONE
        return Reading.AGGREGATE if participant else Reading.FULL
    if _EVALUATOR in roles:
        return Reading.FULL
    released = said.audience is not Audience.NOBODY
    return Reading.FULL if released and hidden_in_group and not _PARTIES.isdisjoint(roles) else Reading.NONE


def shows_name(speaker: RespondentKind, attribution: Attribution) -> bool:
    """Tell whether the speaker's name may stand beside a quote: only that of a spokesperson who agreed."""
    return speaker is RespondentKind.SPOKESPERSON and attribution is Attribution.NAMED
