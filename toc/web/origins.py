"""Where what a page shows comes from, in words: a fact with its source, or invented for the demo."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from toc.models.programmes import Origin
from toc.services import origins

_COLUMNS = {
    "wording": _l("The goal"),
    "explanation": _l("Explanation"),
    "investment": _l("Investment"),
    "agreed_on": _l("Agreed on"),
    "per_unit_minor": _l("Saved"),
    "price_year": _l("At the prices of"),
    "design": _l("Design"),
    "source": _l("Source"),
    "name": _l("Name"),
    "place": _l("Place"),
    "problem": _l("Problem"),
    "target_group": _l("Group"),
    "target_size": _l("Number of people"),
    "current_situation": _l("Situation now"),
    "better_because": _l("Why it works better"),
    "starts_on": _l("Period"),
}


def marks(session: Session, subject_kind: str, *subject_ids: UUID) -> list[tuple[str, Origin]]:
    """Return the marks of origin of rows, each source once, with the columns that it is the source of.

    Args:
        session: of a programme.
        subject_kind: table of the rows.
        subject_ids: their ids.

    Returns:
        Words for the columns, "" where a mark is about the whole row; whole rows come first.
    """
    sources: dict[tuple[str, str, str], list[Origin]] = {}
    for mark in origins.marks(session, subject_kind, *subject_ids):
        sources.setdefault((mark.kind.value, mark.source, mark.url), []).append(mark)
    return [
        (", ".join(str(_COLUMNS[one.field]) for one in found if one.field in _COLUMNS), found[0])
        for found in sources.values()
    ]
