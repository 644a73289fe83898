"""Files of the REFI-QDA standard, out and in; what comes in is looked at before anything changes.

The file is never kept on the server: between looking and reading in, its codes and codings travel in a hidden
field, signed, and come back only to the person and programme that they are of.
"""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from itsdangerous import BadData, TimestampSigner
from sqlalchemy.orm import Session

from toc.domain.errors import DomainError
from toc.services import interviews
from toc.services.coding.receiving import ReadingPlan, Received, plan, read_in, receive
from toc.services.coding.sending import codebook_file, project_file
from toc.services.errors import Conflict
from toc.web import readings, texts
from toc.web.coding.blueprint import coding, show_in_codebook
from toc.web.database import read_session, write_session
from toc.web.forms import Form
from toc.web.security import act, allow, viewer

_VALID_SECONDS = 24 * 3600
_ROOM = 20_000
_MOST_UNPACKED = 50 * 2**20
MOST_LISTED = 200


@coding.get("/p/<uuid:programme_id>/coding/files")
@allow("coding.write")
def exchange(programme_id: UUID) -> ResponseReturnValue:
    """Offer the files, and ask for one."""
    return _page(read_session(programme_id), Form.empty())


@coding.get("/p/<uuid:programme_id>/coding/codebook.qdc")
@allow("coding.write")
def download_codebook(programme_id: UUID) -> ResponseReturnValue:
    """Give the codebook as a file."""
    return _file(codebook_file(read_session(programme_id)), "application/xml", "codebook.qdc")


@coding.get("/p/<uuid:programme_id>/coding/project.qdpx")
@allow("coding.write")
def download_project(programme_id: UUID) -> ResponseReturnValue:
    """Give all interviews with what is coded in them as a file."""
    session = read_session(programme_id)
    for statement in interviews.readable_statements(session, act()):
        readings.shown(statement)
    return _file(project_file(session, act()), "application/zip", "interviews.qdpx")


@coding.post("/p/<uuid:programme_id>/coding/files")
@allow("coding.write")
def upload(programme_id: UUID) -> ResponseReturnValue:
    """Read a file and show what it would change."""
    session = read_session(programme_id)
    form: Form[Any] = Form.empty()
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    try:
        received = receive(content)
        return _preview(session, received, pack(received, programme_id))
    except DomainError as error:
        form.blame("file", error)
        return _page(session, form), 400


@coding.post("/p/<uuid:programme_id>/coding/files/read-in")
@allow("coding.write")
def load(programme_id: UUID) -> ResponseReturnValue:
    """Read a file in as it was looked at."""
    session = write_session(programme_id)
    form: Form[Any] = Form.empty()
    carried = request.form.get("carried", "")
    try:
        received = unpack(carried, programme_id)
    except DomainError as error:
        form.blame("file", error)
        return _page(session, form), 400
    try:
        done = read_in(session, act(), received, seen=request.form.get("seen", ""))
    except Conflict as error:
        session.rollback()
        return _preview(session, received, carried, problem=texts.sentence(error.key)), 409
    session.commit()
    flash(_said(done), "success")
    return redirect(url_for(".codebook", programme_id=programme_id))


def pack(received: Received, programme_id: UUID) -> str:
    """Return what a file says as a hidden field carries it.

    Raises:
        DomainError: ``refi.too_large`` for the form that brings it back.
    """
    packed = urlsafe_b64encode(zlib.compress(received.dump().encode(), 9))
    signed: bytes = _signer(programme_id).sign(packed)
    text = signed.decode()
    if len(text) > current_app.config["MAX_FORM_MEMORY_SIZE"] - _ROOM:
        raise DomainError("refi.too_large")
    return text


def unpack(text: str, programme_id: UUID) -> Received:
    """Return what a hidden field brought back.

    Raises:
        DomainError: ``refi.lost``: another person's, too old, or not ours.
    """
    try:
        packed: bytes = _signer(programme_id).unsign(text, max_age=_VALID_SECONDS)
    except BadData as error:
        raise DomainError("refi.lost") from error
    unpacked = zlib.decompressobj().decompress(urlsafe_b64decode(packed), _MOST_UNPACKED)
    return Received.load(unpacked.decode())


def _signer(programme_id: UUID) -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt=f"refi:{programme_id}:{viewer().user_id}")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response(content, mimetype=kind, headers=headers)


def _said(done: ReadingPlan) -> str:
    entries: str = ngettext("%(num)d entry", "%(num)d entries", len(done.entries))
    codings = ngettext("%(num)d coding", "%(num)d codings", len(done.codings))
    return str(gettext("Read in: %(entries)s and %(codings)s.", entries=entries, codings=codings))


def _page(session: Session, form: Form[Any]) -> str:
    programme = show_in_codebook(session, (gettext("Files"), None))
    return render_template("coding/files.html", programme_id=programme.id, form=form)


def _preview(session: Session, received: Received, carried: str, *, problem: str = "") -> str:
    programme = show_in_codebook(session, (gettext("Files"), None))
    does = plan(session, act(), received)
    return render_template(
        "coding/preview.html",
        programme_id=programme.id,
        problem=problem,
        carried=carried,
        seen=does.seal,
        changes=does.changes,
        counts=[
            (gettext("Entries that are new"), texts.number(len(does.entries))),
            (gettext("Codes that are here already"), texts.number(does.same_codes)),
            (gettext("Passages that would be marked"), texts.number(does.passages)),
            (gettext("Codings that are new"), texts.number(len(does.codings))),
            (gettext("Codings that are here already"), texts.number(does.same_codings)),
        ],
        entries=[(one.name, texts.word(one.use), one.definition) for one in does.entries[:MOST_LISTED]],
        remarks=[texts.sentence(one.key, **one.params) for one in does.remarks[:MOST_LISTED]],
        unlisted=max(len(does.remarks) - MOST_LISTED, 0) + max(len(does.entries) - MOST_LISTED, 0),
    )
