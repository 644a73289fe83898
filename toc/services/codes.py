"""Short codes (G12), counted per programme."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.codes import CodeKind
from toc.models.programmes import Counter


def next_code(session: Session, kind: CodeKind) -> int:
    """Return the next number of a kind in the programme of this session.

    The counter stays locked until the transaction ends, so that no number is given out twice.
    """
    programme_id = session.info["programme_id"]
    counter = session.scalar(
        select(Counter)
        .where(Counter.programme_id == programme_id, Counter.kind == kind.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if counter is None:
        counter = Counter(programme_id=programme_id, kind=kind.value, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return counter.last
