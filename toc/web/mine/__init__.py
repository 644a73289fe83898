"""The pages behind a personal link: somebody's own words, and nothing of anybody else.

A participant reads other words than a spokesperson; neither sees what money depends on the answers.
"""

from toc.web.mine import agreeing, goals, home, said, speaking, tasks, telling, words
from toc.web.mine.blueprint import mine

__all__ = ["agreeing", "goals", "home", "mine", "said", "speaking", "tasks", "telling", "words"]
