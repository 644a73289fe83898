"""Arriving: a request counts when all of it came; half a form, or half a file, is none."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from toc.web.errors import page
from toc.web.texts import sentence

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def whole(app: "WSGIApplication") -> "WSGIApplication":
    """Return the application so that it reads as many bytes as a client announced, or none at all.

    The server ends what it hands over where a client hung up, and says that it is complete: then the fields
    that came before would count as the whole form.
    """

    def called(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)
        return app(environ, start_response)

    return called


def _cut_off(_: ClientDisconnected) -> ResponseReturnValue:
    return page(400, heading=sentence("request.cut_off"), message=sentence("request.slow"))


def init_app(app: Flask) -> None:
    """Refuse what did not arrive whole."""
    answered: Callable[..., Any] = whole(app.wsgi_app)
    app.wsgi_app = answered  # type: ignore[method-assign] # as Flask documents
    app.register_error_handler(ClientDisconnected, _cut_off)
