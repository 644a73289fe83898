"""Words and sentences about versions of the tree."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "version.empty": _l("There is no goal that everybody may see yet, so there is nothing to agree on."),
    "version.unchanged": _l("Nothing changed since version %(number)s, so it still holds."),
    "version.reason_missing": _l("Say in a few words why."),
    "version.comment_missing": _l("Say why you do not agree, so that the tree can become better."),
    "version.as_it_was": _l(
        "The tree says now what it said in version %(number)s. There is nothing to restore."
    ),
    "version.changed": _l(
        "What the database holds of version %(number)s is not what was frozen. Somebody changed it outside "
        "this program. Ask who keeps the server."
    ),
}

FIELDS = {
    "wording": _l("Wording"),
    "explanation": _l("Explanation"),
    "level": _l("Level"),
    "standing": _l("How open it is"),
    "confirmed": _l("Confirmed by the respondent"),
    "practice": _l("On paper or in practice"),
    "purpose": _l("What it is for"),
    "direction": _l("Which way"),
    "for_whom": _l("For whom"),
    "by_when": _l("By when"),
    "importance": _l("Importance"),
    "feasibility": _l("Feasibility"),
    "is_primary": _l("Primary outcome"),
    "mechanism": _l("Mechanism"),
    "assumption": _l("Assumption"),
    "condition": _l("Condition"),
    "alternatives": _l("Other explanations"),
    "confidence": _l("Confidence"),
    "status": _l("What the evidence says"),
    "source": _l("Source"),
    "is_key": _l("Key link"),
    "key_reason": _l("Why it is a key link"),
    "is_feedback": _l("Feedback"),
    "element": _l("Working element"),
    "verdict": _l("Verdict on the element"),
}
"""Names of what goals and links say, where versions are compared."""
