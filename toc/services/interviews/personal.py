"""What is refused in free text: whatever points to one person."""

from toc.domain.errors import DomainError
from toc.domain.privacy import Personal, personal_numbers


def check_free_text(text: str, *, kept: bool = False) -> None:
    """Refuse a text with a citizen service number, bank account, e-mail address or telephone number.

    Args:
        text: what somebody typed.
        kept: they say that it is none, or points to nobody. Never believed of a citizen service number.

    Raises:
        DomainError: ``privacy.bsn``; ``privacy.personal_number``, with ``kind``.
    """
    kinds = [find.kind for find in personal_numbers(text)]
    if Personal.BSN in kinds:
        raise DomainError("privacy.bsn")
    if kinds and not kept:
        raise DomainError("privacy.personal_number", kind=kinds[0])
