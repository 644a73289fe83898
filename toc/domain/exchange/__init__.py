"""Exchange: logs of measurements and participants that come in as files, and what goes out.

What a user sees step by step: a file is opened (`opening`) and looked through (`recognising`); somebody says
what its columns are (`mapping`); its rows are read (`rows`). Nothing is replaced, mended or guessed silently,
and nothing personal comes in.
"""

from toc.domain.exchange.cells import restored, safe_cell
from toc.domain.exchange.columns import Column, PersonalColumn
from toc.domain.exchange.files import (
    DELIMITERS,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_IN_CELL,
    MOST_ROWS,
    Decoded,
    Note,
    Row,
    Table,
    decode,
    table,
)
from toc.domain.exchange.notation import (
    MISSING,
    DateOrder,
    NumberStyle,
    days_of,
    parse_date,
    parse_decimal,
    parse_percent,
    readings_of,
    suggest_order,
    suggest_style,
)

__all__ = [
    "DELIMITERS",
    "MISSING",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_IN_CELL",
    "MOST_ROWS",
    "Column",
    "DateOrder",
    "Decoded",
    "Note",
    "NumberStyle",
    "PersonalColumn",
    "Row",
    "Table",
    "days_of",
    "decode",
    "parse_date",
    "parse_decimal",
    "parse_percent",
    "readings_of",
    "restored",
    "safe_cell",
    "suggest_order",
    "suggest_style",
    "table",
]
