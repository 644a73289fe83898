"""A page in two halves: the frame goes out at once, and what takes longer to make follows when it is ready.

So a browser fetches styles, scripts and type while the rest is being made. The status goes out with the
frame, so all that can refuse a page comes before it. See docs/adr/0021-a-big-page-comes-in-two-halves.md.
"""

from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, current_app, render_template, request, stream_with_context
from markupsafe import Markup

from toc.web import errors
from toc.web.database import close_sessions

_HERE: Final = "<!--here-->"
"""Where the second half comes; what people type cannot hold it, because it is escaped."""


def in_halves(template: str, body: Callable[[Response], str], *, may_fail: bool) -> Response:
    """Answer with a page of which the body is made after its frame has gone out.

    Only a browser that opens a page gets halves: whoever else asks, such as a script that takes a part of the
    page, has nothing to fetch meanwhile and goes by the status.

    Args:
        template: of the page; it writes `body`, and what must be in a cookie, such as the token of forms.
        body: makes the body for this answer, with database sessions of its own: those of the frame are
            closed by then. When it fails after the frame has gone out, the page says so.
        may_fail: the body may find that there is no such page, so that it has to come before the status.
    """
    answer = current_app.response_class(mimetype="text/html")
    if may_fail or request.headers.get("Sec-Fetch-Dest") != "document":
        answer.set_data(render_template(template, body=Markup(body(answer))))  # noqa: S704 - a template made it
        return answer
    before, after = render_template(template, body=Markup(_HERE)).split(_HERE)  # noqa: S704 - our own mark

    def halves() -> Iterator[str]:
        yield before
        try:
            text = body(answer)
        except Exception as error:  # noqa: BLE001 - the status has gone out: it is said in the page
            text = errors.in_page(error)
        finally:
            close_sessions()  # before somebody with a slow connection takes it
        yield text
        yield after

    answer.response = stream_with_context(halves())
    answer.headers["X-Accel-Buffering"] = "no"  # a server in front of ours passes the frame on at once
    return answer
