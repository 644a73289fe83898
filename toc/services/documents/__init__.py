"""Documents that people upload, transcripts above all: from bytes to a text with its speakers and pages.

A file from outside is not trusted: ``archives`` looks at a zip before it unpacks, ``markup`` follows no
entity, ``pdf`` works in a process of its own, and everything has its `Limits`.
"""

from toc.services.documents.limits import USUAL, Limits
from toc.services.documents.reading import ENDINGS, read_document
from toc.services.documents.texts import DocumentText, MediaType, Page

__all__ = ["ENDINGS", "USUAL", "DocumentText", "Limits", "MediaType", "Page", "read_document"]
