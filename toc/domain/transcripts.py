"""Transcripts: who speaks where, read from the names that stand before the words."""

import re
from collections import Counter
from typing import NamedTuple


class Turn(NamedTuple):
    """What one person says without a break, in a text of several.

    Attributes:
        start: place of the first character of the words, counted in code points from 0; the name before them
            does not belong to it.
        end: place after the last character of the words.
        speaker: the name as it was written the first time in this text, without the colon.
    """

    start: int
    end: int
    speaker: str


class _Label(NamedTuple):
    """A beginning of a line that may be a name.

    Attributes:
        start: place of the line.
        words: place after the colon.
        name: as it is written.
        key: the same for a name in capitals and in small letters.
    """

    start: int
    words: int
    name: str
    key: str


_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_BLANKS = r"[^\S\n]{0,40}"  # not "any number": a line of a million blanks would take seconds
_LINE_START = re.compile(
    rf"""
    ^{_BLANKS}
    (?:[\[(]?{_TIME}[\])]?{_BLANKS})?   # many programs write the time before the name,
    ([^\W\d_][^:\n]{{0,39}}?)
    (?:{_BLANKS}[\[(]{_TIME}[\])])?     # others behind it
    {_BLANKS}:
    (?![/\\\d:])                        # no address, no path, no time of the day
    """,
    re.MULTILINE | re.VERBOSE,
)
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_][\w.'\u2019&-]*")
_NUMBER = re.compile(r"#?\d{1,3}[a-zA-Z]?")
_CODE = re.compile(r"[IRQAVPDSM]|[IRPDSM]\d{1,3}[a-z]?")
_PARTICLE_WORDS = """
van de der den het 't ter ten te von zu und da di do dos das du la le les el al ul bin bint ibn ben abu y e
en and
"""
_ROLE_WORDS = """
interviewer interviewster interviewee geïnterviewde respondent informant participant deelnemer deelneemster
moderator facilitator gespreksleider begeleider onderzoeker researcher evaluator speaker spreker cliënt
client tolk interpreter observer observator vraag antwoord question answer int resp mod
"""
# First words of headings and remarks, which are written as names are and are none.
_OTHER_WORDS = """
note notes nb n.b. ps p.s. attention warning tip example examples remark remarks source sources summary
conclusion conclusions introduction background date time place location duration subject topic title name
names address email e-mail phone tel telephone website url file version page goal goals aim aims objective
objectives purpose activity activities result results effect effects output outputs outcome outcomes
indicator indicators target condition conditions assumption assumptions risk risks cost costs benefit
benefits budget period start end table figure appendix annex chapter section part step phase monday tuesday
wednesday thursday friday saturday sunday from to cc bcc re fw sent present absent so but and because
however also first second third finally yes no noot noten opmerking opmerkingen waarschuwing voorbeeld
voorbeelden bron bronnen samenvatting conclusie conclusies inleiding achtergrond datum tijd tijdstip plaats
locatie duur onderwerp titel naam namen adres telefoon bestand versie bladzijde pagina doel doelen
doelstelling doelstellingen doelgroep activiteit activiteiten resultaat resultaten effecten indicatoren
streefwaarde voorwaarde voorwaarden aanname aannames risico risico's kosten baten begroting periode begin
einde tabel figuur bijlage hoofdstuk paragraaf deel stap fase maandag dinsdag woensdag donderdag vrijdag
zaterdag zondag aan betreft verzonden aanwezig afwezig dus maar want kortom echter ook ja nee
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_ROLES = frozenset(_ROLE_WORDS.split())
_NO_NAMES = frozenset(_OTHER_WORDS.split())


def _is_role(name: str) -> bool:
    """Tell whether this can hardly be anything but somebody who speaks: ``Interviewer``, ``R``, ``P12``."""
    first, *rest = name.split()
    known = first.casefold().rstrip(".") in _ROLES or _CODE.fullmatch(first) is not None
    return known and all(_NUMBER.fullmatch(word) for word in rest) and len(rest) <= 1


def _is_name(name: str) -> bool:
    """Tell whether a name or role is written here, as far as its letters tell.

    Each word begins with a capital (or in a script without capitals), but for what stands inside names, such
    as "van der", and a number at the end: "Respondent 2".
    """
    words = name.split()
    if len(words) > _MOST_WORDS or words[0].casefold() in _NO_NAMES:
        return False
    if _is_role(name):
        return True
    if len(words) > 1 and _NUMBER.fullmatch(words[-1]):
        words.pop()
    return any(word not in _PARTICLES for word in words) and all(
        word in _PARTICLES or (_WORD.fullmatch(word) and not word[0].islower()) for word in words
    )


def _labels(text: str) -> list[_Label]:
    """Return the beginnings of lines that may be names, in their order."""
    found = []
    names: dict[str, bool] = {}
    for match in _LINE_START.finditer(text):
        name = " ".join(match[1].split())
        if name not in names:
            names[name] = _is_name(name)
        if names[name]:
            found.append(_Label(match.start(), match.end(), name, name.casefold()))
    return found


def _speaking(text: str, labels: list[_Label]) -> list[_Label]:
    """Return those labels that name a speaker: the text has to use them in a consistent way.

    A name that comes back is one, and so is what comes once among names that come back. When none comes back,
    all of them have to be roles, or every line has to begin with a name.
    """
    counts = Counter(label.key for label in labels)
    first = next((place for place, label in enumerate(labels) if counts[label.key] > 1), None)
    if first is not None:
        # What stands once above the conversation is its heading.
        return [label for place, label in enumerate(labels) if place >= first or _is_role(label.name)]
    lines = sum(1 for line in text.split("\n") if line.strip())
    if len(labels) > 1 and (all(_is_role(label.name) for label in labels) or len(labels) == lines):
        return labels
    return []


def turns(text: str) -> tuple[Turn, ...]:
    """Return who says what, where lines begin with a name and a colon: ``Anna: …``, ``I: …``, ``R2: …``.

    A turn goes on over lines until the next name. A time in front of the name or behind it is passed over.
    What stands before the first name belongs to nobody, and a name without words makes no turn. This is a
    reading that somebody may have to mend: a heading that comes back ("Amsterdam: …") looks like a name.

    Args:
        text: with line feeds between lines.

    Returns:
        In the order of the text, none over another; empty when no speakers are marked.
    """
    labels = _speaking(text, _labels(text))
    spelled: dict[str, str] = {}
    for label in labels:
        spelled.setdefault(label.key, label.name)
    ends = [*(label.start for label in labels), len(text)][1:]
    found = []
    for label, end in zip(labels, ends, strict=True):
        words = text[label.words : end]
        start = end - len(words.lstrip())
        if words.strip():
            found.append(Turn(start, start + len(words.strip()), spelled[label.key]))
    return tuple(found)
