"""What the tree still misses, each with links to the places, and how many key links there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from toc.domain.goals.rules import LEAST_KEY_LINKS, MOST_KEY_LINKS, KeyCount, count_key_links
from toc.services import tree_quality
from toc.services.goals import Tree
from toc.services.tree_quality import Place, PlaceKind
from toc.web.security import act
from toc.web.texts import goals as goal_texts
from toc.web.texts import links as words

MOST_PLACES = 6
"""Places that are named; of the others the number."""

_SENTENCES: Mapping[str, object] = {**goal_texts.PROBLEMS, **words.PROBLEMS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One kind of thing that the tree misses, with its places and how many more there are."""

    sentence: str
    places: tuple[tuple[str, str], ...]
    more: int


def missing(session: Session, tree: Tree) -> list[Missing]:
    """Return what the tree misses, as far as the reader may know."""
    programme_id = session.info["programme_id"]
    return [
        Missing(
            sentence=str(_SENTENCES[one.key]),
            places=tuple((place.code, _address(programme_id, place)) for place in one.places),
            more=one.more,
        )
        for one in tree_quality.shortcomings(session, act(), tree, MOST_PLACES)
    ]


def _address(programme_id: UUID, place: Place) -> str:
    if place.kind is PlaceKind.LINK:
        return url_for("goals.link_show", programme_id=programme_id, link_id=place.id)
    if place.kind is PlaceKind.CONFLICT:
        return url_for("conflicts.show", programme_id=programme_id, conflict_id=place.id)
    if place.kind is PlaceKind.PARTY:
        return url_for("interviews.group", programme_id=programme_id, group_id=place.id)
    return url_for("goals.show", programme_id=programme_id, goal_id=place.id)


def key_links(tree: Tree) -> str:
    """Return how many key links the tree has, and whether that is a good number; empty without links."""
    return key_links_in_words(tree.many_key) if tree.many_links else ""


def key_links_in_words(many: int) -> str:
    """Return a number of key links in a sentence, with what to do when it is not a good one."""
    judged = count_key_links(many)
    if judged is KeyCount.NONE:
        none: str = gettext(
            "No link is marked as a key link yet, so every link is looked at. Mark the five to ten that "
            "matter most: contested, central or uncertain."
        )
        return none
    counted = ngettext("The tree has %(num)d key link.", "The tree has %(num)d key links.", many)
    if judged is KeyCount.FEW:
        more = gettext(
            "Fewer than %(least)s says little about the tree: mark others that are contested, central or "
            "uncertain.",
            least=LEAST_KEY_LINKS,
        )
    elif judged is KeyCount.MANY:
        more = gettext(
            "More than %(most)s cannot all be weighed and tested well: keep the ones that matter most.",
            most=MOST_KEY_LINKS,
        )
    else:
        more = gettext("That is a good number to weigh, test and document.")
    return f"{counted} {more}"
