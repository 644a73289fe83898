"""Rankings of goals: rounds, what respondents answer, each alone, and what comes out.

``rounds`` opens, changes and closes them, ``answers`` is what one respondent says, ``results`` what may be
shown of all of them together.
"""

from toc.services.rankings.answers import (
    Asked,
    OwnAnswer,
    Participant,
    answer,
    asked,
    own_answer,
    participants,
    take_back,
    taken_answer,
)
from toc.services.rankings.results import PartyResult, Result, latest_result, may_see_result, result
from toc.services.rankings.rounds import (
    RankedGoal,
    RankingDraft,
    RankingView,
    close_ranking,
    edit_ranking,
    open_ranking,
    ranking_view,
    ranking_views,
    reopen_ranking,
    usual_goals,
)

__all__ = [
    "Asked",
    "OwnAnswer",
    "Participant",
    "PartyResult",
    "RankedGoal",
    "RankingDraft",
    "RankingView",
    "Result",
    "answer",
    "asked",
    "close_ranking",
    "edit_ranking",
    "latest_result",
    "may_see_result",
    "open_ranking",
    "own_answer",
    "participants",
    "ranking_view",
    "ranking_views",
    "reopen_ranking",
    "result",
    "take_back",
    "taken_answer",
    "usual_goals",
]
