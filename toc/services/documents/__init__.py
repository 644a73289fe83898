"""Documents that people upload, transcripts above all: from bytes to a text with its speakers and pages.

A file from outside is not trusted: ``archives`` looks at a zip before it unpacks, ``markup`` follows no
entity, ``pdf`` works in a process of its own, and everything has its `Limits`. ``keeping`` makes an interview
of what was read, ``looking`` finds it again.
"""

from toc.services.documents.keeping import (
    Incoming,
    StudyDraft,
    add_study,
    add_transcript,
    discard_original,
    release_quotes,
    transcript_of,
)
from toc.services.documents.limits import USUAL, Limits
from toc.services.documents.looking import (
    Cited,
    DocumentRow,
    DocumentView,
    Voice,
    cited,
    document_rows,
    get_document,
    original_of,
    place_of,
    same_file,
    voices,
)
from toc.services.documents.reading import ENDINGS, read_document
from toc.services.documents.texts import DocumentText, MediaType, Page

__all__ = [
    "ENDINGS",
    "USUAL",
    "Cited",
    "DocumentRow",
    "DocumentText",
    "DocumentView",
    "Incoming",
    "Limits",
    "MediaType",
    "Page",
    "StudyDraft",
    "Voice",
    "add_study",
    "add_transcript",
    "cited",
    "discard_original",
    "document_rows",
    "get_document",
    "original_of",
    "place_of",
    "read_document",
    "release_quotes",
    "same_file",
    "transcript_of",
    "voices",
]
