"""Pages of the instance that belong to no programme."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from toc.web.frame import LANGUAGE_COOKIE, LANGUAGES
from toc.web.security import allow, local_address, viewer
from toc.web.styles import sheet

pages = Blueprint("pages", __name__)

_HOUR = 3600
_YEAR = 365 * 24 * _HOUR


@pages.get("/")
@allow("page.read")
def start() -> ResponseReturnValue:
    """Tell a visitor what this is."""
    home = url_for("programmes.home") if viewer().signed_in else None
    return render_template("pages/start.html", home_url=home)


@pages.get("/privacy")
@allow("page.read")
def privacy() -> ResponseReturnValue:
    """Say what is kept and what is never kept."""
    return render_template("pages/privacy.html")


@pages.get("/accessibility")
@allow("page.read")
def accessibility() -> ResponseReturnValue:
    """Say how the pages can be used and where to report what does not work."""
    return render_template("pages/accessibility.html")


@pages.post("/language")
@allow("page.read")
def language() -> ResponseReturnValue:
    """Remember the language and show the same page in it."""
    answer = make_response(redirect(local_address(request.form.get("next"), url_for(".start"))))
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return answer


@pages.get("/static/css/site.css")
@allow("page.read")
def styles() -> ResponseReturnValue:
    """Give all style sheets in one answer, which a browser keeps as long as its address stays the same."""
    now = sheet()
    answer = make_response(now.text)
    answer.content_type = "text/css; charset=utf-8"
    answer.set_etag(now.version)
    answer.cache_control.public = True
    answer.cache_control.max_age = _YEAR if request.args.get("v") == now.version else _HOUR
    return answer.make_conditional(request)


@pages.app_template_global()
def styles_version() -> str:
    """Return what changes in the address of the style sheets when one of them does."""
    return sheet().version


@pages.get("/health")
@allow("page.read")
def health() -> ResponseReturnValue:
    """Answer a monitor, and nothing else."""
    return {"status": "ok"}
