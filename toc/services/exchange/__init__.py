"""Logs that come in: looked at, checked, imported as a whole or not at all, and taken back."""

from toc.services.exchange.checking import OpenQuestions, Origin
from toc.services.exchange.folders import Progress, Received, place, progress, receive, remove, tidy
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
from toc.services.exchange.logs import Source, fingerprint, import_log, imported_before, plan

__all__ = [
    "OpenQuestions",
    "Origin",
    "Progress",
    "Received",
    "Source",
    "ask_check",
    "ask_commit",
    "ask_undo",
    "cancel",
    "decide",
    "error_file",
    "fingerprint",
    "import_log",
    "import_of",
    "imported_before",
    "imports",
    "place",
    "plan",
    "progress",
    "receive",
    "recognition",
    "remove",
    "rows",
    "start",
    "suggest",
    "tidy",
    "totals",
]
