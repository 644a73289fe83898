"""Indicators: what is counted for a goal, what was measured, and how it stands."""

from toc.services.indicators.counted import counts
from toc.services.indicators.defining import add_indicator, locked, new_edition
from toc.services.indicators.disclosing import may_see
from toc.services.indicators.drafts import DraftView, drafts, drop_draft, get_draft, save_draft
from toc.services.indicators.editions import definition_of, measured_as
from toc.services.indicators.library import take_over, taken_for
from toc.services.indicators.listed import sdg, starter_library
from toc.services.indicators.locking import (
    PeriodDraft,
    PeriodView,
    check_days,
    hold_periods,
    locks,
    periods,
    set_period,
)
from toc.services.indicators.measuring import (
    Entry,
    correct_measurement,
    live_by_day,
    part_values,
    record_measurement,
    take_back,
)
from toc.services.indicators.proof import (
    Kept,
    ProofDraft,
    ProofView,
    add_proof,
    get_proof,
    proof_of,
    remove_proof,
)
from toc.services.indicators.reading import (
    get_indicator,
    goal_statuses,
    judgement,
    overview,
    sites,
)
from toc.services.indicators.reviewing import (
    Asked,
    StepView,
    Submitted,
    returned_to,
    review,
    steps_of,
    submitted,
    waiting_for_review,
)
from toc.services.indicators.todo import ASite, ToLog, many_to_log, open_sites, to_log
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole
from toc.services.indicators.whole import entered_by, get_measurement, get_whole, log_import, series

__all__ = [
    "ASite",
    "Asked",
    "DraftView",
    "EditionView",
    "Entry",
    "IndicatorView",
    "Kept",
    "LogImportView",
    "Measured",
    "PeriodDraft",
    "PeriodView",
    "ProofDraft",
    "ProofView",
    "StepView",
    "Submitted",
    "ToLog",
    "Whole",
    "add_indicator",
    "add_proof",
    "check_days",
    "correct_measurement",
    "counts",
    "definition_of",
    "drafts",
    "drop_draft",
    "entered_by",
    "get_draft",
    "get_indicator",
    "get_measurement",
    "get_proof",
    "get_whole",
    "goal_statuses",
    "hold_periods",
    "judgement",
    "live_by_day",
    "locked",
    "locks",
    "log_import",
    "many_to_log",
    "may_see",
    "measured_as",
    "new_edition",
    "open_sites",
    "overview",
    "part_values",
    "periods",
    "proof_of",
    "record_measurement",
    "remove_proof",
    "returned_to",
    "review",
    "save_draft",
    "sdg",
    "series",
    "set_period",
    "sites",
    "starter_library",
    "steps_of",
    "submitted",
    "take_back",
    "take_over",
    "taken_for",
    "to_log",
    "waiting_for_review",
]
