"""XML and HTML, read as a stream: no tree is built, no entity followed, nothing fetched, nothing run."""

from collections.abc import Mapping
from typing import ClassVar

from lxml import etree

from toc.domain.errors import DomainError
from toc.services.documents.limits import Limits
from toc.services.documents.texts import DocumentText, Lines, MediaType, one_line


class Reader:
    """Takes what a parser finds, element by element; the readers of each format say what to do with it."""

    skipped: ClassVar[frozenset[str]] = frozenset()
    """Elements that are passed over with everything in them."""

    def __init__(self, limits: Limits) -> None:
        """Begin at the beginning of a document."""
        self.limits = limits
        self.lines = Lines(limits.characters)
        self.warnings: dict[str, None] = {}
        self._elements = 0
        self._skipping = 0
        self._in_first_cell = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Count an element, and look into it unless it is passed over.

        Raises:
            DomainError: ``document.too_complex``.
        """
        self._elements += 1
        if self._elements > self.limits.elements:
            raise DomainError("document.too_complex")
        if self._skipping or self.skips(_local(tag), attributes):
            self._skipping += 1
        else:
            self.opened(_local(tag), attributes)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self._skipping:
            self._skipping -= 1
        else:
            self.closed(_local(tag))

    def data(self, text: str) -> None:
        """Take a text between two tags."""
        if not self._skipping:
            self.words(text)

    def close(self) -> None:
        """End: what was read stays here."""

    def skips(self, name: str, attributes: Mapping[str, str]) -> bool:  # noqa: ARG002 - HTML looks at them
        """Tell whether an element is passed over."""
        return name in self.skipped

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """Do what the beginning of this element asks."""

    def closed(self, name: str) -> None:
        """Do what the end of this element asks."""

    def words(self, text: str) -> None:
        """Do what a text asks."""

    def row(self) -> None:
        """Begin a row of a table."""
        self.lines.fresh_line()
        self._in_first_cell = True

    def cell(self) -> None:
        """Begin a cell: behind a tab, unless it is the first of its row."""
        if not self._in_first_cell:
            self.lines.next_cell()
        self._in_first_cell = False

    def warn(self, key: str) -> None:
        """Remember something that the person who reads should know, once."""
        self.warnings[key] = None


class XmlReader(Reader):
    """Takes XML, which has to be well-formed and may not declare anything of its own."""

    def doctype(self, *_: object) -> None:
        """Refuse a declaration: office documents have none, and it can make a gigabyte of a kilobyte.

        Raises:
            DomainError: ``document.declares_entities``.
        """
        raise DomainError("document.declares_entities")


def _local(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def attribute(attributes: Mapping[str, str], name: str) -> str:
    """Return the value of an attribute in whatever namespace; "" when it is not there."""
    return next((value for key, value in attributes.items() if _local(key) == name), "")


def read_xml(content: bytes, reader: XmlReader) -> None:
    """Let a reader take all of an XML document.

    Raises:
        DomainError: ``document.unreadable`` when it is not well-formed or nested too deeply, and what the
            reader raises.
    """
    parser = etree.XMLParser(target=reader, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DomainError("document.unreadable") from error


class TitleReader(XmlReader):
    """Finds the title in what docx and odt say of themselves."""

    def __init__(self, limits: Limits) -> None:
        """Begin without a title."""
        super().__init__(limits)
        self._inside = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as the others
        """Look for the title."""
        self._inside = name == "title"

    def closed(self, name: str) -> None:  # noqa: ARG002 - as the others
        """Leave it."""
        self._inside = False

    def words(self, text: str) -> None:
        """Keep it."""
        if self._inside:
            self.lines.exact(text)


def title_of(content: bytes, limits: Limits) -> str | None:
    """Return the title that the part with properties of a docx or odt names; None without a readable one."""
    reader = TitleReader(limits)
    try:
        read_xml(content, reader)
    except DomainError:
        return None
    return one_line(reader.lines.text(), limits.title_characters)


_BLOCKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
        ),
        *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *(
            "h4",
            "h5",
            "h6",
            "header",
            "hgroup",
            "hr",
            "li",
            "main",
            "menu",
            "nav",
            "ol",
            "p",
            "pre",
            "search",
        ),
        *("section", "summary", "table", "ul"),
    ]
)


class HtmlReader(Reader):
    """Takes a web page: what a person would read of it, line by line."""

    skipped = frozenset(
        [
            *("script", "style", "template", "noscript", "svg", "iframe", "object", "embed", "applet"),
            *("audio", "video", "canvas", "map", "select", "textarea", "button"),
        ]
    )

    def __init__(self, limits: Limits) -> None:
        """Begin outside everything."""
        super().__init__(limits)
        self.title = Lines(limits.characters)
        self._in_title = False
        self._exact = 0

    def skips(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Pass over programs and looks, and what the page itself hides."""
        return name in self.skipped or "hidden" in attributes

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as the others
        """Begin a line, a row, a cell or the title."""
        if name in _BLOCKS:
            self.lines.fresh_line()
        elif name == "br":
            self.lines.end_line()
        elif name == "tr":
            self.row()
        elif name in {"td", "th"}:
            self.cell()
        elif name == "title":
            self._in_title = True
        self._exact += name == "pre"

    def closed(self, name: str) -> None:
        """End a line or the title."""
        if name in _BLOCKS or name == "tr":
            self.lines.fresh_line()
        elif name == "title":
            self._in_title = False
        self._exact -= name == "pre"

    def words(self, text: str) -> None:
        """Add words to the text or to the title."""
        if self._in_title:
            self.title.flowing(text)
        elif self._exact:
            self.lines.exact(text)
        else:
            self.lines.flowing(text)


def read_html(page: str, limits: Limits) -> DocumentText:
    """Return what a person reads on a web page, with a line for each block and tabs between cells.

    Raises:
        DomainError: ``document.too_complex``, ``document.too_long``, ``document.no_text``.
    """
    reader = HtmlReader(limits)
    parser = etree.HTMLParser(target=reader, no_network=True, huge_tree=False, encoding="utf-8")
    etree.fromstring(page.encode(), parser)
    title = one_line(reader.title.text(), limits.title_characters)
    return DocumentText(text=reader.lines.text(), media_type=MediaType.HTML, title=title)
