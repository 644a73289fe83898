"""The picture of the tree is remembered after an editor saw it, so that the next one looks like it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from toc.models.database import Database
from toc.services.goals import trees
from toc.web.database import database


def keep_afterwards(
    answer: Response, programme_id: UUID, before: Mapping[UUID, int], places: Mapping[UUID, int]
) -> None:
    """Remember where goals stand, after the answer has gone out, when they stand elsewhere than before.

    Args:
        answer: to the request.
        programme_id: whose tree.
        before: where they stood so far.
        places: where they stand in the picture; a goal that is not drawn now keeps its place.
    """
    now = {**before, **places}
    if now == before:
        return
    app, storage = current_app._get_current_object(), database()  # type: ignore[attr-defined] # noqa: SLF001 - as Flask documents

    def write() -> None:
        with app.app_context():
            _write(storage, programme_id, now)

    answer.call_on_close(write)


def _write(storage: Database, programme_id: UUID, places: Mapping[UUID, int]) -> None:
    try:
        with storage.writing(programme_id) as session:
            trees.keep_places(session, places)
    except SQLAlchemyError as error:
        # The reader has their page already; the next look keeps the places.
        current_app.logger.warning(
            "A picture is not kept: the database did not answer: %s", type(error).__name__
        )
