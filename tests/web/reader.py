"""One who reads pages and checks each: valid HTML, unique ids, labels, language, tokens, headers."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.test import TestResponse

from toc.models.database import Database
from toc.models.people import User
from toc.web.security import LINK_COOKIE, POLICY, start_session

WRITING_PAGES = ("/link/",)
"""Pages that write although they are only fetched: opening a personal link says when it was last used."""

BINARY = ("application/pdf", "application/zip")
"""Kinds of answers that hold no text."""

_FIELDS = ("input", "select", "textarea")


def _elements(node: Any) -> Iterator[Any]:  # noqa: ANN401 - of the parser
    """Yield all elements below a node, in the order of the page: one walk for what would be ten queries."""
    stack = [*reversed(node.children or ())]
    while stack:
        one = stack.pop()
        if not one.name.startswith(("#", "!")):
            yield one
            if one.name == "template" and getattr(one, "template_content", None):
                stack.append(one.template_content)
        stack.extend(reversed(one.children or ()))


class Page:
    """An answer, parsed when it is first looked into."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.body = "" if response.mimetype in BINARY else response.get_data(as_text=True)
        self.is_html = response.mimetype == "text/html"
        self.location = response.headers.get("Location", "")

    @cached_property
    def html(self) -> JustHTML | None:
        """The page as a tree; None when the answer is no page."""
        return JustHTML(self.body, sanitize=False, collect_errors=True) if self.is_html else None

    @property
    def text(self) -> str:
        """All words of the page, with single spaces."""
        assert self.html is not None
        main = self.html.query("main")
        return " ".join((main[0] if main else self.html.root).to_text().split())

    def find(self, selector: str) -> list[Any]:
        """Return the elements that a selector matches."""
        assert self.html is not None
        return list(self.html.query(selector))

    def links(self) -> list[str]:
        """Return the addresses of all links."""
        return [element.attrs["href"] for element in self.find("a[href]")]

    def form(self, action: str) -> dict[str, str]:
        """Return what the form to this address holds, as a browser would send it without further typing."""
        assert self.html is not None
        (form,) = [one for one in self.find("form") if one.attrs.get("action") == action]
        values: dict[str, str] = {}
        for field in form.query("input, textarea, select"):
            name, kind = field.attrs.get("name"), field.attrs.get("type", "text")
            if not name or (kind in {"checkbox", "radio"} and "checked" not in field.attrs):
                continue
            if field.name == "select":
                options = field.query("option")
                picked = [one for one in options if "selected" in one.attrs] or options[:1]
                values[name] = (picked[0].attrs.get("value") or "") if picked else ""
            elif field.name == "textarea":
                values[name] = field.to_text()
            else:
                values[name] = field.attrs.get("value") or ""
        return values

    def check(self) -> None:
        """Fail on what no page of ours may have."""
        assert self.html is not None
        assert not self.html.errors, [str(error) for error in self.html.errors[:3]]
        elements = list(_elements(self.html.root))
        named = defaultdict(list)
        for element in elements:
            named[element.name].append(element)
        (root,) = named["html"]
        assert root.attrs.get("lang") in {"nl", "en"}
        assert len(named["h1"]) == 1, "one h1"
        assert named["title"][0].to_text().strip()
        ids = Counter(element.attrs["id"] for element in elements if "id" in element.attrs)
        assert not [name for name, times in ids.items() if times > 1], ids.most_common(3)
        labelled = {element.attrs.get("for") for element in named["label"]}
        for field in (one for name in _FIELDS for one in named[name]):
            kind = field.attrs.get("type", "text")
            if kind in {"hidden", "submit"}:
                continue
            called = field.attrs.get("id") in labelled or field.attrs.get("aria-label")
            assert called, f"a field without a label: {field.attrs}"
        for form in named["form"]:
            if (form.attrs.get("method") or "get").lower() == "post":
                tokens = [one for one in _elements(form) if one.attrs.get("name") == "csrf_token"]
                assert tokens, f"no token in {form.attrs.get('action')}"
                assert {one.name for one in tokens} == {"input"}
        for element in elements:
            assert "style" not in element.attrs, f"inline style: {element.attrs}"
        assert "\ufffd" not in self.body
        assert self.response.headers["Content-Security-Policy"] == POLICY


class Reader:
    """A person with a browser without JavaScript."""

    def __init__(self, client: FlaskClient, database: Database) -> None:
        self.client = client
        self.database = database

    def sign_in(self, user: User | UUID) -> "Reader":
        """Be this person from now on."""
        if not isinstance(user, User):
            with self.database.read_session() as session:
                user = session.get_one(User, user)
        with self.client.session_transaction() as session_:
            start_session(session_, user.fs_uniquifier, datetime.now(UTC))
        return self

    def open_link(self, link_id: UUID) -> "Reader":
        """Be the respondent of this personal link from now on."""
        with self.client.session_transaction() as session_:
            session_.clear()
            session_[LINK_COOKIE] = str(link_id)
        return self

    def sign_out(self) -> "Reader":
        """Be a visitor again."""
        with self.client.session_transaction() as session_:
            session_.clear()
        return self

    def use(self, language: str) -> "Reader":
        """Read in this language from now on."""
        self.client.set_cookie("language", language)
        return self

    def get(self, address: str, status: int = 200) -> Page:
        """Fetch a page and check it; reading holds up nobody who writes."""
        before = getattr(self.database, "times_written", 0)
        page = Page(self.client.get(address))
        if not address.startswith(WRITING_PAGES):
            assert getattr(self.database, "times_written", 0) == before, f"GET {address} takes the write lock"
        assert page.status == status, f"GET {address}: {page.status}, not {status}\n{page.body[:1500]}"
        if page.is_html and not 300 <= page.status < 400:
            page.check()
        return page

    def post(self, address: str, values: Mapping[str, Any] | None = None, status: int = 302) -> Page:
        """Send a form and check the answer."""
        page = Page(self.client.post(address, data=values or {}))
        assert page.status == status, f"POST {address}: {page.status}, not {status}\n{page.body[:3000]}"
        if page.is_html and not 300 <= page.status < 400:
            page.check()
        return page

    def submit(self, address: str, values: Mapping[str, Any] | None = None) -> Page:
        """Send a form and follow to the page that comes after it."""
        sent = self.post(address, values)
        return self.get(sent.location)
