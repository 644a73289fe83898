"""Logs that are imported as a whole, or not at all."""

from toc.services.exchange.logs import Source, fingerprint, import_log, imported_before, plan

__all__ = ["Source", "fingerprint", "import_log", "imported_before", "plan"]
