"""Words and sentences about defining indicators: periods, groups, levels, codes of others, the library."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from toc.domain.indicators.external import Scheme

SENTENCES = {
    # How it stands, where there are targets per period
    "status.on_track_period": _l(
        "%(value)s. The period until %(aim_on)s asked for %(aim)s: on track. Measured on %(on)s."
    ),
    "status.on_track_period_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the period until %(aim_on)s asked for %(aim)s: "
        "on track. Measured on %(on)s."
    ),
    "status.on_track_before": _l(
        "%(value)s. The first period ends on %(first_on)s, and before that nothing is asked for: on track. "
        "Measured on %(on)s."
    ),
    "status.on_track_before_share": _l(
        "%(numerator)s of %(denominator)s, that is %(value)s. The first period ends on %(first_on)s, and "
        "before that nothing is asked for: on track. Measured on %(on)s."
    ),
    "status.behind_period": _l(
        "%(value)s. The period until %(aim_on)s asked for %(aim)s: behind. Measured on %(on)s."
    ),
    "status.behind_period_share": _l(
        "%(numerator)s of %(denominator)s. That is %(value)s, the period until %(aim_on)s asked for %(aim)s: "
        "behind. Measured on %(on)s."
    ),
    # Periods
    "period.value_missing": _l("Say what is aimed at in this period, or remove the period."),
    "period.end_before_start": _l("The last day comes before the first day, which is %(start)s."),
    "period.overlap": _l("Two periods overlap: another one still runs on %(start)s. A day is in one period."),
    "period.too_many": _l("That makes more than %(most)s periods. Choose longer ones."),
    "period.no_rhythm": _l("Choose how long a period is."),
    "target.period_after": _l("This period ends after the day of the target, which is %(on)s."),
    # Levels and scores
    "indicator.levels_few": _l("Name at least %(fewest)s levels, one on each line, the lowest first."),
    "indicator.levels_many": _l("At most %(most)s levels. More than that nobody can tell apart."),
    "indicator.levels_twice": _l("Two levels have the same name."),
    "indicator.level_empty": _l("Give each level a name."),
    "indicator.no_such_level": _l("Type the number of a level: 1 for the lowest, %(most)s for the highest."),
    "indicator.scale_half": _l("Fill in both ends of the scale, or neither."),
    "indicator.scale_order": _l("The highest score must be more than the lowest."),
    "indicator.off_the_scale": _l("This is not on the scale, which goes from %(lowest)s to %(highest)s."),
    # Groups
    "breakdown.too_many": _l("At most %(most)s breakdowns. Nobody fills in more."),
    "breakdown.name_missing": _l("Say what the groups differ in."),
    "breakdown.without_groups": _l("Name at least one group. “Unknown” comes by itself."),
    "breakdown.too_many_groups": _l("At most %(most)s groups. Take some of them together."),
    "breakdown.twice": _l("There is a breakdown with this name already."),
    "breakdown.group_twice": _l("Two groups have the same name."),
    "breakdown.key_reserved": _l("“Unknown” comes by itself. Leave it out here."),
    # Codes of others
    "external.not_a_code": _l("This is not a code of this list (%(scheme)s)."),
    "external.not_in_list": _l("%(code)s is not a target of the United Nations."),
    "external.link": _l("A link begins with https:// and has no spaces."),
    "external.twice": _l("The same code stands here twice."),
    # What sites counted, taken together
    "rollup.whole": _l("Counted for the whole programme."),
    "rollup.added": _l("What the sites counted, added up."),
    "rollup.parts_and_wholes": _l("How many and out of how many, each added up over the sites."),
    "rollup.weighted": _l("The average of the sites, each counting for its number of people."),
    "rollup.people_missing": _l(
        "There is no average of all sites, because a site did not say of how many people its average is."
    ),
    "rollup.levels": _l("The people on each level, added up over the sites; shown is the middle level."),
    "rollup.levels_missing": _l(
        "The sites cannot be taken together, because a site did not say how many people are on each level."
    ),
    "rollup.every_site": _l("Yes when every site that answered says yes."),
    "rollup.too_large": _l("Together the sites come to more than can be kept."),
    # Who, and from where
    "indicator.not_a_member": _l("This person does not take part in this programme."),
    "library.none_chosen": _l("Tick at least one indicator."),
}

WORDS: dict[type[StrEnum], dict[Any, Any]] = {
    Scheme: {
        Scheme.SDG: _l("Goals of the United Nations"),
        Scheme.IRIS: "IRIS+",
        Scheme.ZRM: _l("Self-sufficiency matrix (ZRM)"),
    },
}
