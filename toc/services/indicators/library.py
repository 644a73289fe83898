"""Taking indicators over from the starter library."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.ids import derived
from toc.domain.programmes import Language
from toc.models.goals import Goal
from toc.models.indicators import Indicator, IndicatorEdition
from toc.services.errors import NotFound
from toc.services.indicators.defining import add_indicator
from toc.services.indicators.editions import is_current
from toc.services.indicators.listed import starter_library


def taken_for(session: Session, act: Act) -> dict[str, list[str]]:
    """Return for which goals indicators of the library were taken, as far as this person may see those goals.

    Returns:
        Codes of goals by the key of the library, one statement.
    """
    rows = session.execute(
        select(IndicatorEdition.library_key, Goal.code, Goal.released)
        .select_from(Indicator)
        .join(IndicatorEdition, is_current())
        .join(Indicator.goal)
        .where(Indicator.programme_id == session.info["programme_id"], IndicatorEdition.library_key != "")
        .order_by(Goal.code)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.released or sees_hidden(act.roles):
            found.setdefault(row.library_key, []).append(code(CodeKind.GOAL, row.code))
    return {key: list(dict.fromkeys(codes)) for key, codes in found.items()}


def take_over(
    session: Session, act: Act, form_id: UUID, goal_id: UUID, keys: Iterable[str], language: Language
) -> list[Indicator]:
    """Add indicators of the library to a goal, each as it stands there; the same form twice adds them once.

    Args:
        session: of a programme.
        act: who and when.
        form_id: of the form, from which the ids of the indicators follow.
        goal_id: what they measure.
        keys: which, of the library.
        language: of the programme.

    Raises:
        NotFound: there is no such goal, it is hidden from this person, or the library has no such indicator.
    """
    wanted = []
    for key in dict.fromkeys(keys):
        one = starter_library().get(key)
        if one is None:
            raise NotFound
        wanted.append(one)
    return [
        add_indicator(session, act, derived(form_id, "library", one.key), goal_id, one.in_(language))
        for one in wanted
    ]
