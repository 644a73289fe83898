"""Codes of participants: random, easy to read aloud, and never a name.

The key from a code to a person is never here (see `toc.domain.privacy`).
"""

import re
from collections.abc import Collection
from random import Random
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.privacy import personal_numbers

LETTERS: Final = "CDFHJKMNPRTWX34679"
"""No vowels, so that no word appears; no two signs that look alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V)."""

LENGTH: Final = 6
"""34 million codes: two of a thousand meet once in seventy times, and then the next one is taken."""

MOST_AT_ONCE: Final = 200
"""As many participants as one form makes."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}", re.ASCII)
_DIGIT = re.compile(r"[0-9]")


def propose(many: int, rng: Random, taken: Collection[str] = ()) -> tuple[str, ...]:
    """Return random codes that differ from each other and from those taken; each has a digit and a letter.

    Args:
        many: how many, from 0 to `MOST_AT_ONCE`.
        rng: `random.SystemRandom` for real ones.
        taken: codes that are there already.
    """
    found: dict[str, None] = {}
    while len(found) < many:
        text = "".join(rng.choice(LETTERS) for _ in range(LENGTH))
        if text not in taken and _DIGIT.search(text) and not text.isdigit():
            found[text] = None
    return tuple(found)


def checked_code(text: str) -> str:
    """Return a code as it is kept: in capitals, without white space around it.

    One without a digit is refused: it would be a name.

    Raises:
        DomainError: ``participant.code``, ``participant.code_is_a_name``, ``participant.code_personal``.
    """
    code = text.strip().upper()
    if _CODE.fullmatch(code) is None:
        raise DomainError("participant.code")
    if personal_numbers(code):
        raise DomainError("participant.code_personal")
    if _DIGIT.search(code) is None:
        raise DomainError("participant.code_is_a_name")
    return code
