"""Documents: uploading transcripts and plans, looking into them, and discarding their files."""

from toc.web.documents import adding, showing
from toc.web.documents.blueprint import documents

__all__ = ["adding", "documents", "showing"]
