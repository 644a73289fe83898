"""The words of participants: the group they are in, what is observed of them, and when."""

from enum import StrEnum
from typing import Final


class Arm(StrEnum):
    """In which group of a comparison somebody is."""

    INTERVENTION = "intervention"
    COMPARISON = "comparison"


class Subject(StrEnum):
    """What an observation of a participant is about."""

    TRAINING_STARTED = "training_started"
    DIPLOMA = "diploma"
    JOB_STARTED = "job_started"
    JOB_KEPT_13 = "job_kept_13"
    """Weeks."""
    JOB_KEPT_26 = "job_kept_26"
    JOB_KEPT_52 = "job_kept_52"
    OWN_HOME = "own_home"
    BENEFIT_STOPPED = "benefit_stopped"
    OTHER = "other"
    """An event that the programme named itself."""
    SCORE = "score"
    """Of one item of an instrument, or of the whole."""
    VALUE = "value"
    """A value of an indicator for this one participant."""


EVENTS: Final = tuple(subject for subject in Subject if subject not in {Subject.SCORE, Subject.VALUE})
"""What happens on a day and has no value."""


class Moment(StrEnum):
    """When in somebody's time with the programme a score was taken."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    LATER = "later"
    """Some time after it ended."""
