"""The text of Word (docx) and of LibreOffice (odt).

Read from their XML directly: python-docx leaves out what was inserted with tracked changes, content controls
and text boxes, and reads every part of the file, while one is needed.
"""

from collections.abc import Mapping

from toc.domain.errors import DomainError
from toc.services.documents.archives import Archive
from toc.services.documents.limits import Limits
from toc.services.documents.markup import XmlReader, attribute, read_xml, title_of
from toc.services.documents.texts import DocumentText, MediaType

CHANGES = "document.changes_accepted"
"""What was deleted with tracked changes is left out, what was inserted stands in the text."""

NOTES = "document.notes_left_out"
"""Footnotes, endnotes or comments are not in the text."""


class _Relations(XmlReader):
    """Finds which part of a docx holds the text."""

    main = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Look at one relation."""
        if name == "Relationship" and attribute(attributes, "Type").endswith("/officeDocument"):
            self.main = attribute(attributes, "Target").lstrip("/")


class _Word(XmlReader):
    """Takes the main part of a docx, in the transitional and the strict form of the standard.

    Source: ISO/IEC 29500-1, 17.3 (paragraphs and runs), 17.4 (tables), 17.13.5 (tracked changes).
    """

    # Properties, which hold tabs that are no text; what was deleted; another form of what stands there.
    skipped = frozenset(
        [*("pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr"), *("del", "moveFrom", "Fallback")]
    )

    _signs: Mapping[str, str] = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
    _warned: Mapping[str, str] = {
        "del": CHANGES,
        "moveFrom": CHANGES,
        "ins": CHANGES,
        "moveTo": CHANGES,
        "footnoteReference": NOTES,
        "endnoteReference": NOTES,
        "commentReference": NOTES,
    }

    def __init__(self, limits: Limits) -> None:
        """Begin outside a text."""
        super().__init__(limits)
        self._in_text = False

    def skips(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Say so when the text has tracked changes or notes."""
        if name in self._warned:
            self.warn(self._warned[name])
        return super().skips(name, attributes)

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as the others
        """Begin a paragraph, row, cell or text, or write the sign that an element stands for."""
        if name == "p":
            self.lines.fresh_line()  # a text box stands inside a paragraph
        elif name == "tr":
            self.row()
        elif name == "tc":
            self.cell()
        elif name in {"br", "cr"}:
            self.lines.end_line()
        elif name in self._signs:
            self.lines.exact(self._signs[name])
        self._in_text = name == "t"

    def closed(self, name: str) -> None:
        """End a text or a paragraph."""
        self._in_text = False
        if name == "p":
            self.lines.end_line()

    def words(self, text: str) -> None:
        """Add the words of a run."""
        if self._in_text:
            self.lines.exact(text)


def read_docx(archive: Archive, limits: Limits) -> DocumentText:
    """Return the text of a Word document: body, tables and text boxes; no headers, footers or notes.

    Raises:
        DomainError: those of `Archive.read` and `read_xml`, ``document.too_long``.
    """
    relations = _Relations(limits)
    read_xml(archive.read("_rels/.rels"), relations)
    reader = _Word(limits)
    read_xml(archive.read(relations.main), reader)
    core = "docProps/core.xml"
    return DocumentText(
        text=reader.lines.text(),
        media_type=MediaType.DOCX,
        title=title_of(archive.read(core), limits) if core in archive.names else None,
        warnings=tuple(reader.warnings),
    )


class _OpenDocument(XmlReader):
    """Takes the content of an odt.

    Source: OpenDocument 1.3 part 3, 5.1 (paragraphs), 6.1 (white space, tabs, line breaks), 5.5 (changes).
    """

    skipped = frozenset(
        [
            *("automatic-styles", "font-face-decls", "scripts", "event-listeners", "forms", "title", "desc"),
            *("tracked-changes", "note", "annotation", "ruby-text"),
        ]
    )

    _warned: Mapping[str, str] = {"tracked-changes": CHANGES, "note": NOTES, "annotation": NOTES}

    def __init__(self, limits: Limits) -> None:
        """Begin outside every paragraph."""
        super().__init__(limits)
        self._depth = 0

    def skips(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Say so when the text has tracked changes or notes."""
        if name in self._warned:
            self.warn(self._warned[name])
        return super().skips(name, attributes)

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin a paragraph, row or cell, or write the white space that an element stands for."""
        if name in {"p", "h"}:
            self.lines.fresh_line()
            self._depth += 1
        elif name == "table-row":
            self.row()
        elif name == "table-cell":
            self.cell()
        elif name == "line-break":
            self.lines.end_line()
        elif name == "tab":
            self.lines.exact("\t")
        elif name == "s":
            self.lines.blanks(_count(attribute(attributes, "c")))

    def closed(self, name: str) -> None:
        """End a paragraph."""
        if name in {"p", "h"}:
            self.lines.end_line()
            self._depth -= 1

    def words(self, text: str) -> None:
        """Add words of a paragraph; between paragraphs stand only blanks of the file itself."""
        if self._depth:
            self.lines.flowing(text)


def _count(written: str) -> int:
    """Return how many blanks are meant: one unless the file says another number."""
    if not written:
        return 1
    if not (written.isascii() and written.isdigit() and len(written) < len("1000000000")):
        raise DomainError("document.unreadable")
    return int(written)


def read_odt(archive: Archive, limits: Limits) -> DocumentText:
    """Return the text of an OpenDocument text: body, tables and text boxes; no headers, footers or notes.

    Raises:
        DomainError: ``document.encrypted``, ``document.too_long``, those of `Archive.read` and `read_xml`.
    """
    manifest = "META-INF/manifest.xml"
    if manifest in archive.names and b"encryption-data" in archive.read(manifest):
        raise DomainError("document.encrypted")
    reader = _OpenDocument(limits)
    read_xml(archive.read("content.xml"), reader)
    return DocumentText(
        text=reader.lines.text(),
        media_type=MediaType.ODT,
        title=title_of(archive.read("meta.xml"), limits) if "meta.xml" in archive.names else None,
        warnings=tuple(reader.warnings),
    )
