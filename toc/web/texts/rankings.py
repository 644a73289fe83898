"""Words and sentences about rankings, and about how far people agree."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.rankings import RankingMethod

SENTENCES = {
    "ranking.few_goals": _l("Choose at least %(least)s goals: with fewer there is no order."),
    "ranking.many_goals": _l(
        "Choose at most %(most)s goals: more cannot be kept in mind at once. You chose %(chosen)s."
    ),
    "ranking.hidden_goal": _l("A hidden goal cannot be asked about: others would read it."),
    "ranking.title_missing": _l("Write down what is asked."),
    "ranking.answered": _l(
        "Somebody has answered already, so what is asked stays as it is. Close this round and open another."
    ),
    "ranking.closed": _l("This round is closed, so answers can no longer be given or changed."),
    "ranking.participant_alone": _l("A participant answers alone, by personal link."),
    "ranking.has_link": _l("This person has a personal link and answers alone."),
    "ranking.bad_place": _l(
        "A place is a whole number from %(least)s to %(most)s. Leave it empty to leave the goal out."
    ),
    "ranking.bad_points": _l(
        "Points are a whole number from %(least)s to %(most)s. Leave it empty to leave the goal out."
    ),
    "ranking.few_ranked": _l("Give at least %(least)s goals a number. You may leave the others out."),
    "ranking.points_left": _l("You gave %(given)s points; divide %(left)s more. What you filled in is kept."),
    "ranking.points_over": _l(
        "You gave %(given)s points, which is %(over)s too many. What you filled in is kept."
    ),
    "agreement.statistic.kendall_w": _l("Kendall's W"),
    "agreement.statistic.skillings_mack": _l("Skillings-Mack"),
    "agreement.w.very_weak": _l("very weak agreement"),
    "agreement.w.weak": _l("weak agreement"),
    "agreement.w.moderate": _l("moderate agreement"),
    "agreement.w.strong": _l("strong agreement"),
    "agreement.w.unusually_strong": _l("unusually strong agreement"),
    "agreement.sm.beyond_chance": _l("They agree more than chance explains."),
    "agreement.sm.not_beyond_chance": _l("This may well be chance: no agreement was shown."),
    "agreement.chance.exact": _l("exact: all possible orders were counted"),
    "agreement.chance.chi_square": _l(
        "by the chi-square approximation, which is cautious with few respondents"
    ),
    "agreement.undefined.few_judges": _l("There is no figure: fewer than two respondents can be counted."),
    "agreement.undefined.few_goals": _l(
        "There is no figure: there are no two goals that enough respondents ranked beside each other."
    ),
    "agreement.undefined.all_tied": _l("There is no figure: everybody gave all goals the same place."),
}

WORDS: Mapping[type[StrEnum], Mapping[Any, Any]] = {
    RankingMethod: {
        RankingMethod.RANK: _l("put goals in order"),
        RankingMethod.WEIGH: _l("divide 100 points"),
    },
}
