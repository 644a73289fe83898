"""Words and sentences about workshops."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from toc.domain.workshops import Phase

SENTENCES = {
    "workshop.code_unreadable": _l(
        "A code has %(length)s letters and digits, such as K7M4PX. Look on the wall."
    ),
    "workshop.code_wrong": _l("This code lets nobody in. Look on the wall, or ask who leads the workshop."),
    "workshop.card_empty": _l("Write something on the card."),
    "workshop.card_long": _l(
        "This is too long for a card: at most %(most)s characters. Make two cards of it."
    ),
    "workshop.dots_range": _l("Give each person 1 to %(most)s dots."),
    "workshop.one_step": _l("Go on, or back, one step at a time."),
    "workshop.kept_already": _l("Cards of this workshop are statements already, so it stays closed."),
    "workshop.title_needed": _l("Give the workshop a name."),
    "workshop.no_parties": _l("This programme has no parties yet. Add them with the interviews first."),
    "workshop.code_taken": _l("This code is in use. Try once more."),
    "workshop.closed": _l("This workshop is closed."),
    "workshop.card_kept": _l("This card is a statement now."),
    "workshop.full": _l("There are %(most)s phones in this workshop, and more cannot join. Share a phone."),
    "workshop.not_writing": _l(
        "The writing of cards is over. Tell who leads the workshop what you wanted to add."
    ),
    "workshop.many_cards": _l("You have %(most)s cards on the wall, which is the most. Take one back first."),
    "workshop.no_dots_now": _l("Dots cannot be put now."),
    "workshop.dots_used": _l("You have put all your %(dots)s dots. Take one back first."),
    "workshop.not_closed": _l("Close the workshop first."),
    "workshop.no_card_chosen": _l("Choose at least one card."),
    "workshop.consent_needed": _l(
        "Tick this if you agree. If you do not, you can listen and talk without a phone."
    ),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    Phase: {
        Phase.CARDS: _l("writing cards"),
        Phase.DOTS: _l("putting dots"),
        Phase.CLOSED: _l("workshop closed"),
    },
}


def consent() -> str:
    """Return what people agree to at the door; it is kept as they saw it."""
    return "\n".join(
        [
            gettext(
                "What you write hangs on the wall in this room at once, without your name. "
                "Everybody here sees it."
            ),
            gettext(
                "Each card is kept as a sentence of your party from this workshop. If you join as somebody "
                "whom the programme is for, only the researcher reads it afterwards. For other parties, "
                "everybody in the programme may read it, except who pays."
            ),
            gettext("Dots are counted. Nobody can see who put them, not even the researcher."),
            gettext("Write no names, addresses or numbers: not your own, and not of somebody else."),
            gettext(
                "You can take a card back until the workshop closes. Then its words are erased. After that, "
                "ask who leads the workshop. Joining or not has no effect on the help that you get."
            ),
        ]
    )
