"""What the steps of entering a contract share."""

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from toc.models.bonds import ContractDraft
from toc.services.bonds import Draft


def draft_crumbs(
    session: Session, there: tuple[ContractDraft, Draft] | None, here: str
) -> list[tuple[str, str | None]]:
    """Return the path to a step of a draft; without a draft, to a new contract."""
    if there is None:
        return [(gettext("New contract"), None)]
    address = url_for("bonds.draft", programme_id=session.info["programme_id"], draft_id=there[0].id)
    return [(there[1].name, address), (here, None)]
