"""A file that was imported: how it was read, and what came of each line."""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from toc.domain.exchange import Column, DateOrder, NumberStyle
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.services import indicators as service
from toc.services import programmes
from toc.web import texts
from toc.web.database import read_session
from toc.web.indicators import indicators
from toc.web.indicators.showing import heading
from toc.web.indicators.visible import value_of, visible
from toc.web.said import NOBODY, Said
from toc.web.security import act, allow

SHOWN: Final = 50
"""Lines of the file on its page."""


@indicators.get("/p/<uuid:programme_id>/imports/<uuid:import_id>")
@allow("indicator.read")
def log_import(programme_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Show a file that was imported: how it was read, and what came of each line."""
    session = read_session(programme_id)
    programme = programmes.get(session)
    found, view = service.log_import(session, act(), import_id)
    said, whole = Said.of(programme), service.get_whole(session, act(), view.id)
    shown = visible(whole, said)
    heading(programme, view, gettext("Import"))
    return render_template(
        "exchange/result.html",
        view=view,
        found=found,
        facts=[
            (gettext("Imported at"), texts.moment(found.at)),
            (gettext("By"), found.by or NOBODY),
            (gettext("Added"), texts.number(found.added)),
            (gettext("Corrected"), texts.number(found.corrected)),
            (gettext("Unchanged"), texts.number(found.unchanged)),
            *_how(found.read_as),
            (gettext("Fingerprint of the file (SHA-256)"), found.sha256),
        ],
        rows=[
            (
                str(line),
                texts.day(one.reading.on),
                url_for(".measurement", programme_id=programme_id, measurement_id=one.id),
                value_of(one, whole, shown, said),
            )
            for line, one in found.rows[:SHOWN]
        ],
        rest=max(len(found.rows) - SHOWN, 0),
        indicator_url=url_for(".show", programme_id=programme_id, indicator_id=view.id),
    )


def _how(read_as: str) -> Sequence[tuple[str, str]]:
    """Return in words how a file was read, as far as it was written down."""
    how: dict[str, Any] = json.loads(read_as)
    if "version" in how:  # of a kind that its own page says in full
        return [(one.header, texts.word(one.use)) for one in LogMapping.from_json(how).columns]
    columns = ", ".join(
        f"{texts.word(Column(column))}: “{header}”" for column, header in how.get("columns", {}).items()
    )
    facts = (
        (gettext("Columns"), columns),
        (gettext("Numbers"), texts.word(NumberStyle(how["style"])) if "style" in how else ""),
        (gettext("Days"), texts.word(DateOrder(how["order"])) if "order" in how else ""),
        (gettext("No number"), how.get("missing", "")),
    )
    return [fact for fact in facts if fact[1]]
