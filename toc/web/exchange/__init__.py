"""Logs that come in: uploaded or fetched, looked at, imported, and taken back; and files that go out."""

from toc.web.exchange import (
    fetching,
    listing,
    mapping,
    naming,
    outgoing,
    previewing,
    reading,
    results,
    sources,
    uploading,
)
from toc.web.exchange.blueprint import exchange

__all__ = [
    "exchange",
    "fetching",
    "listing",
    "mapping",
    "naming",
    "outgoing",
    "previewing",
    "reading",
    "results",
    "sources",
    "uploading",
]
