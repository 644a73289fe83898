"""Rankings of goals: rounds, the pages on which respondents answer, and what comes out."""

from toc.web.rankings import answering, rounds
from toc.web.rankings.blueprint import rankings

__all__ = ["answering", "rankings", "rounds"]
