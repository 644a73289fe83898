"""Programmes: what they are about, and where their figures come from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from toc.domain.errors import DomainError
from toc.domain.money import MINOR_DIGITS
from toc.domain.privacy import DEFAULT_THRESHOLD, check_threshold


class OriginKind(StrEnum):
    """Whether a figure or text is a fact with a source, or invented for the demo."""

    FACT = "fact"
    INVENTED = "invented"


class Language(StrEnum):
    """Languages that a programme may be written in."""

    NL = "nl"
    EN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a programme is about, in words, and the rules that it sets for itself.

    Attributes:
        name: never empty.
        target_size: how many people, where and when, in words.
        current_situation: what exists now for these people.
        better_because: why the programme should do better than that.
        starts_on, ends_on: the first and the last day, both included.
        currency: ISO 4217.
        small_number_threshold: people that a group must have before anything is counted about it.
        own_totals_decided: the coordinator decided that this small programme shows its own totals.

    Raises:
        DomainError: ``programme.name_missing``, ``programme.ends_before_start``,
            ``programme.currency_unknown``, ``privacy.threshold_too_low``.
    """

    name: str
    place: str = ""
    summary: str = ""
    problem: str = ""
    target_group: str = ""
    target_size: str = ""
    current_situation: str = ""
    better_because: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    currency: str = "EUR"
    language: Language = Language.NL
    small_number_threshold: int = DEFAULT_THRESHOLD
    own_totals_decided: bool = False
    second_factor_required: bool = False

    def __post_init__(self) -> None:
        """Refuse what no programme can be."""
        if not self.name.strip():
            raise DomainError("programme.name_missing")
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise DomainError("programme.ends_before_start")
        if self.currency not in MINOR_DIGITS:
            raise DomainError("programme.currency_unknown", currency=self.currency)
        check_threshold(self.small_number_threshold)

    def shows_more_than(self, *, threshold: int, own_totals_decided: bool) -> bool:
        """Tell whether smaller numbers of participants are shown than by other rules.

        Args:
            threshold: of those rules.
            own_totals_decided: of those rules.
        """
        return self.small_number_threshold < threshold or (self.own_totals_decided and not own_totals_decided)


class Task(StrEnum):
    """Something that waits for somebody; the overview shows each reader their own."""

    ADD_GROUPS = "add_groups"
    HEAR_GROUPS = "hear_groups"
    ADD_GOALS = "add_goals"
    MAKE_MEASURABLE = "make_measurable"
    LOG_MEASUREMENTS = "log_measurements"
    REVIEW_MEASUREMENTS = "review_measurements"
    ENTER_CONTRACT = "enter_contract"
    VERIFY_OUTCOMES = "verify_outcomes"
    APPROVE_PAYMENTS = "approve_payments"
    ANSWER_REPLIES = "answer_replies"
    DESCRIBE = "describe"
    INVITE = "invite"
