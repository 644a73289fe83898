"""Short codes (G12), counted per programme."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind
from toc.models.programmes import Counter


def next_code(session: Session, kind: CodeKind) -> int:
    """Return the next number of a kind in the programme of this session.

    One statement begins the counter or moves it on, and holds it until the transaction ends: no number is
    given out twice, and one that is taken back with its change is given out again.
    """
    return next_codes(session, kind, 1)[0]


def next_codes(session: Session, kind: CodeKind, many: int) -> range:
    """Return the next numbers of a kind in the programme of this session; otherwise as `next_code`."""
    if not many:
        return range(0)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(Counter).values(programme_id=session.info["programme_id"], kind=kind.value, last=many)
    last: int = session.scalars(
        first.on_conflict_do_update(
            index_elements=["programme_id", "kind"], set_={"last": Counter.last + many}
        ).returning(Counter.last)
    ).one()
    return range(last - many + 1, last + 1)
