"""What is seen in files that we made ourselves."""

from toc.domain.exchange.recognised import ColumnSeen, Recognition
from toc.domain.exchange.sources import SourceKind


def seen(*headers: str, empty: str = "") -> Recognition:
    """A file with these columns, one of them without any answer."""
    return Recognition(
        kind=SourceKind.TABLE,
        encoding="",
        delimiter="",
        sheets=(),
        sheet="",
        headers=1,
        skipped=0,
        rows=1,
        ragged=0,
        columns=tuple(
            ColumnSeen(position=at, header=header, filled=int(header != empty))
            for at, header in enumerate(headers)
        ),
        personal=(),
        questions=(),
        notes=(),
        totals_at=(),
    )
