"""Logs that come in: looked at, checked, imported as a whole or not at all, and taken back."""

from toc.services.exchange.checking import OpenQuestions, Origin
from toc.services.exchange.folders import (
    Progress,
    Received,
    place,
    progress,
    receive,
    remove,
    tidy,
    waiting,
)
from toc.services.exchange.importing import (
    ask_check,
    ask_commit,
    ask_undo,
    cancel,
    decide,
    error_file,
    import_of,
    imports,
    recognition,
    rows,
    start,
    suggest,
    totals,
)

__all__ = [
    "OpenQuestions",
    "Origin",
    "Progress",
    "Received",
    "ask_check",
    "ask_commit",
    "ask_undo",
    "cancel",
    "decide",
    "error_file",
    "import_of",
    "imports",
    "place",
    "progress",
    "receive",
    "recognition",
    "remove",
    "rows",
    "start",
    "suggest",
    "tidy",
    "totals",
    "waiting",
]
