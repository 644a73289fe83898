"""Exchange: logs of measurements that come in as CSV files, and cells that go out.

Three steps, each of which a user sees: the bytes become a table (`decode`, `table`); its columns are guessed
and confirmed, and it is read (`guess_columns`, `read`); what it would change is shown (`compare`). Nothing is
replaced, mended or guessed silently, and nothing personal comes in.
"""

from toc.domain.exchange.cells import restored, safe_cell
from toc.domain.exchange.columns import (
    Column,
    PersonalColumn,
    check_columns,
    guess_columns,
    number_columns,
    personal_columns,
)
from toc.domain.exchange.files import (
    DELIMITERS,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_IN_CELL,
    MOST_ROWS,
    Decoded,
    Note,
    Row,
    RowError,
    Table,
    decode,
    table,
)
from toc.domain.exchange.log import (
    MISSING,
    Ask,
    Change,
    Log,
    Plan,
    ReadRow,
    Repeated,
    asks,
    compare,
    error_csv,
    read,
    suggest_style,
)
from toc.domain.exchange.notation import (
    DateOrder,
    NumberStyle,
    parse_date,
    parse_decimal,
    parse_percent,
    readings_of,
)
from toc.domain.exchange.orders import AskOrder, ask_order, days_of, suggest_order

__all__ = [
    "DELIMITERS",
    "MISSING",
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_IN_CELL",
    "MOST_ROWS",
    "Ask",
    "AskOrder",
    "Change",
    "Column",
    "DateOrder",
    "Decoded",
    "Log",
    "Note",
    "NumberStyle",
    "PersonalColumn",
    "Plan",
    "ReadRow",
    "Repeated",
    "Row",
    "RowError",
    "Table",
    "ask_order",
    "asks",
    "check_columns",
    "compare",
    "days_of",
    "decode",
    "error_csv",
    "guess_columns",
    "number_columns",
    "parse_date",
    "parse_decimal",
    "parse_percent",
    "personal_columns",
    "read",
    "readings_of",
    "restored",
    "safe_cell",
    "suggest_order",
    "suggest_style",
    "table",
]
