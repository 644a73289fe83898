"""Sentences of the evidence ladder: criteria, reasons, facts, statuses, sources and other ladders."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    # --- What must hold on each rung
    "criterion.1.1": _l("The problem, the target group and its size are described."),
    "criterion.1.2": _l("Every activity leads to an end, without dead ends or circles."),
    "criterion.1.3": _l("Every key link says why it works, what must be so for that, and how sure we are."),
    "criterion.1.4": _l("Every key link has a source from outside, or openly says that it is untested."),
    "criterion.1.5": _l(
        "Each primary outcome, and this goal, has an indicator with a unit, a direction, a target and a date."
    ),
    "criterion.1.6": _l("It is described why this should be better than what exists now."),
    "criterion.1.7": _l(
        "All parties were heard, their goals were brought together, and conflicts were decided."
    ),
    "criterion.1.8": _l("There is a plan for measuring change."),
    "criterion.1.9": _l("Somebody who did not make the tree finds it plausible, doable and testable."),
    "criterion.2.1": _l("The same instrument was used before and after, and its quality is known."),
    "criterion.2.2": _l("Enough people were measured both before and after."),
    "criterion.2.3": _l(
        "Enough people were measured again, and those who were not are compared with those who were."
    ),
    "criterion.2.4": _l("The analysis plan was locked before the data came in."),
    "criterion.2.5": _l("The change goes the wanted way, and its interval leaves out zero."),
    "criterion.2.6": _l("No sign of harm is left open."),
    "criterion.2.7": _l("Somebody who did not enter the data signed the study."),
    "criterion.3.1": _l(
        "There is a comparison with reasons for it, and it is named which effect is estimated."
    ),
    "criterion.3.2": _l("The plan was locked before anybody saw outcomes, and the analysis follows it."),
    "criterion.3.3": _l("The groups were alike at the start."),
    "criterion.3.4": _l("It is known how many people dropped out of each group."),
    "criterion.3.5": _l("People were analysed in the group that they were assigned to."),
    "criterion.3.6": _l(
        "The interval fits the unit that was assigned, and there are at least two units on each side."
    ),
    "criterion.3.7": _l("Both groups are big enough, and it is known how small an effect could be seen."),
    "criterion.3.8": _l(
        "The effect goes the wanted way and its interval leaves out zero, also with several primary outcomes."
    ),
    "criterion.3.9": _l("A second analysis, planned beforehand, points the same way."),
    "criterion.3.10": _l("What the method takes for granted was checked."),
    "criterion.3.11": _l("The evaluator is independent, declared conflicts of interest, and signed."),
    "criterion.4.1": _l("A second study shows it, by another evaluator and at another place."),
    "criterion.4.2": _l("The core of the programme was the same everywhere, and deviations were noted."),
    "criterion.4.3": _l("All comparisons together point the wanted way."),
    "criterion.4.4": _l("Every study that was registered was reported, also those without a result."),
    "criterion.4.5": _l(
        "The cost per participant is known, and it is written down how to deliver the programme."
    ),
    "criterion.5.1": _l("There is a manual of this edition, and its review is not overdue."),
    "criterion.5.2": _l("There is training, and there are procedures that keep the quality."),
    "criterion.5.3": _l("Others deliver the programme as described, at several places."),
    "criterion.5.4": _l("The results at those places stay good."),
    # --- Why a criterion is met or not
    "evidence.why.recorded": _l("Recorded."),
    "evidence.why.denied": _l("Recorded as not in order:"),
    "evidence.why.not_recorded": _l("Not recorded yet:"),
    "evidence.why.attested": _l("%(by)s finds that it is met: “%(reason)s”"),
    "evidence.why.attested_not": _l("%(by)s finds that it is not met: “%(reason)s”"),
    "evidence.why.no_study": _l("There is no study yet that could show it."),
    "evidence.why.not_needed": _l("Not needed here."),
    "evidence.why.count": _l("%(value)s of %(total)s."),
    "evidence.why.minimum": _l("%(value)s; at least %(limit)s is needed."),
    "evidence.why.small_sample": _l("%(value)s, fewer than %(limit)s, but %(basis)s."),
    "evidence.why.confidence_too_low": _l(
        "The interval has a confidence of %(value)s; at least %(limit)s is needed."
    ),
    "evidence.why.post_only": _l("People were only asked afterwards, and that shows no change."),
    "evidence.why.plan_too_late": _l("The plan was locked too late."),
    "evidence.why.deviates": _l("The analysis is not the one that was planned."),
    "evidence.why.harm_found": _l("There is a sign of harm that nobody has resolved."),
    "evidence.why.not_signed": _l("Nobody has signed it yet."),
    "evidence.why.revoked": _l("The signature was taken back."),
    "evidence.why.signed_by_enterer": _l(
        "It was signed by the person who entered it; somebody else must sign."
    ),
    "evidence.why.not_independent": _l("The evaluator belongs to the programme itself."),
    "evidence.why.interval_wanted": _l(
        "The interval runs from %(low)s to %(high)s: wholly on the wanted side."
    ),
    "evidence.why.interval_unclear": _l(
        "The interval runs from %(low)s to %(high)s, with zero inside: there may be no effect."
    ),
    "evidence.why.interval_no_effect": _l(
        "The interval runs from %(low)s to %(high)s: even at best less than what would matter (%(smallest)s)."
    ),
    "evidence.why.interval_opposite": _l(
        "The interval runs from %(low)s to %(high)s: wholly on the unwanted side."
    ),
    "evidence.why.not_corrected": _l(
        "There are %(total)s primary outcomes, and the interval is not corrected for that."
    ),
    "evidence.why.baseline_not_needed": _l("Not needed: drawn by lot, and few people dropped out."),
    "evidence.why.baseline_close": _l(
        "They differ by %(value)s standard deviations; up to %(limit)s needs no adjustment."
    ),
    "evidence.why.baseline_adjusted": _l(
        "They differ by %(value)s standard deviations, and the analysis adjusts for it; at most "
        "%(limit)s is allowed."
    ),
    "evidence.why.baseline_not_adjusted": _l(
        "They differ by %(value)s standard deviations, and the analysis does not adjust for it."
    ),
    "evidence.why.baseline_apart": _l(
        "They differ by %(value)s standard deviations; more than %(limit)s cannot be made good."
    ),
    "evidence.why.attrition_low": _l(
        "%(overall)s dropped out, with a difference of %(differential)s between the groups: low "
        "by the %(boundary)s boundary."
    ),
    "evidence.why.attrition_high": _l(
        "%(overall)s dropped out, with a difference of %(differential)s between the groups: high "
        "by the %(boundary)s boundary, so it must be shown that the groups were alike."
    ),
    "evidence.why.by_person": _l("Single persons were assigned or compared."),
    "evidence.why.few_clusters": _l(
        "The smallest side has %(value)s groups or places; below %(limit)s the interval is unsure."
    ),
    "evidence.why.same_evaluator_or_site": _l("The studies share an evaluator or a place."),
    "evidence.why.each_wanted": _l("Each study points the wanted way."),
    "evidence.why.not_each_wanted": _l("Not every study points the wanted way."),
    "evidence.why.manual_overdue": _l("It was reviewed %(value)s months ago; at most %(limit)s is allowed."),
    "evidence.boundary.cautious": _l("cautious"),
    "evidence.boundary.optimistic": _l("optimistic"),
    # --- What must be said beside a rung
    "evidence.status.harm_flag": _l("A study points to harm that nobody has resolved."),
    "evidence.status.integrity_failure": _l(
        "Data or plan of a study were lost or changed, so that its result cannot be computed again."
    ),
    "evidence.status.signoff_revoked": _l("A signature was taken back."),
    "evidence.status.contested": _l("Studies contradict each other."),
    "evidence.status.no_effect_found": _l("A sound comparison found no effect that would matter."),
    "evidence.status.version_mismatch": _l("A study is about an earlier wording of the goal."),
    "evidence.status.unreported_study": _l("A registered study is past its date without a report."),
    "evidence.status.stale": _l("Something it rests on is too old."),
    "evidence.status.exploratory": _l(
        "The plan came too late or was not followed: the result explores, it does not prove."
    ),
    "evidence.status.current_with_reservations": _l(
        "The groups were not drawn by lot, or too many people dropped out: the rung holds with reservations."
    ),
    "evidence.status.pending_signoff": _l("Everything is there but a signature."),
    "evidence.status.current": _l("Nothing speaks against it, and nothing it rests on is too old."),
    # --- Recorded facts: in lists of what is missing, and as questions in forms
    "evidence.fact.problem_described": _l("Description of the problem"),
    "evidence.fact.target_group_described": _l("Description of the target group"),
    "evidence.fact.target_size_described": _l("How many people it is for, where and when"),
    "evidence.fact.activities": _l("Activities in the tree, with their level"),
    "evidence.fact.activities_reaching_an_end": _l("Activities that lead to an end"),
    "evidence.fact.without_cycles": _l("No goal is a means to itself"),
    "evidence.fact.key_links": _l("Key links in the tree"),
    "evidence.fact.key_links_complete": _l("Key links with mechanism, assumption and confidence"),
    "evidence.fact.key_links_sourced": _l("Key links with a source, or marked untested"),
    "evidence.fact.primary_outcomes": _l("Number of primary outcomes"),
    "evidence.fact.primary_outcomes_complete": _l(
        "Outcomes with indicator, unit, direction, target and date"
    ),
    "evidence.fact.counterfactual_described": _l("Why it should be better than what exists now"),
    "evidence.fact.groups": _l("Stakeholder groups"),
    "evidence.fact.groups_consulted": _l("Stakeholder groups that were interviewed"),
    "evidence.fact.goals_merged": _l("The goals of all parties were brought together in one tree"),
    "evidence.fact.conflicts_open": _l("Conflicts between goals that nobody has decided"),
    "evidence.fact.plan_for_level_2": _l("There is a plan for measuring before and after"),
    "evidence.fact.plausible": _l("How plausible is the tree?"),
    "evidence.fact.doable": _l("How doable is it?"),
    "evidence.fact.testable": _l("How testable is it?"),
    "evidence.fact.scored_by_other": _l("Somebody who did not make the tree gave these scores"),
    "evidence.fact.signed_by": _l("Signature"),
    "evidence.fact.signoff_revoked": _l("The signature was taken back"),
    "evidence.fact.design": _l("Design of the study"),
    "evidence.fact.effect": _l("The effect with its interval"),
    "evidence.fact.smallest_effect": _l("Smallest effect that would matter"),
    "evidence.fact.plan_lock": _l("When the analysis plan was locked"),
    "evidence.fact.deviates_from_plan": _l("The analysis differs from the plan"),
    "evidence.fact.harm_unresolved": _l("A sign that participants are worse off is still open"),
    "evidence.fact.dataset_matches": _l("Data and plan are still there, unchanged"),
    "evidence.fact.version_matches": _l("It is about the goal as it is worded now"),
    "evidence.fact.same_instrument": _l("The same instrument was used before and after"),
    "evidence.fact.instrument_quality": _l("The quality of the instrument is known"),
    "evidence.fact.baseline_known": _l(
        "The rate before entry, or the earlier group, is known with its source"
    ),
    "evidence.fact.n_paired": _l("People measured both before and after"),
    "evidence.fact.small_sample": _l("Why fewer people still count"),
    "evidence.fact.response": _l("Share that was measured again"),
    "evidence.fact.nonresponse_compared": _l(
        "Those who were not measured again were compared with those who were"
    ),
    "evidence.fact.comparison_justified": _l("It is argued why this comparison is fair"),
    "evidence.fact.estimand_named": _l("It is named which effect is estimated, and on whom"),
    "evidence.fact.n1": _l("People analysed in the programme group"),
    "evidence.fact.n0": _l("People analysed in the comparison group"),
    "evidence.fact.max_baseline_es": _l("Largest difference at the start"),
    "evidence.fact.adjusted": _l("The analysis adjusts for differences at the start"),
    "evidence.fact.attrition_overall": _l("Share that dropped out, both groups together"),
    "evidence.fact.attrition_diff": _l("Difference in dropout between the groups"),
    "evidence.fact.optimistic_boundary_because": _l("Why dropout has little to do with the programme"),
    "evidence.fact.itt": _l("Everybody was analysed in the group they were assigned to"),
    "evidence.fact.clustered": _l("Groups or places were assigned or compared, not single persons"),
    "evidence.fact.n_clusters_t": _l("Groups or places with the programme"),
    "evidence.fact.n_clusters_c": _l("Groups or places without the programme"),
    "evidence.fact.se_matches_assignment": _l("The interval was computed for these groups or places"),
    "evidence.fact.mde": _l("Smallest effect that the study could see"),
    "evidence.fact.primary": _l("The plan declares this as a primary outcome"),
    "evidence.fact.multiplicity_corrected": _l("The interval is corrected for several primary outcomes"),
    "evidence.fact.sensitivity_same_sign": _l("A second analysis, planned beforehand, has the same sign"),
    "evidence.fact.weighting_used": _l("People were weighted or matched"),
    "evidence.fact.overlap_ok": _l("The groups overlap enough for that"),
    "evidence.fact.parallel_trends_ok": _l("Before the programme both groups moved alike"),
    "evidence.fact.independence": _l("Who did the evaluation"),
    "evidence.fact.conflicts_declared": _l("Conflicts of interest were declared"),
    "evidence.fact.organisation": _l("Organisation of the evaluator"),
    "evidence.fact.site": _l("Place or organisation that delivered the programme"),
    "evidence.fact.entered_by": _l("Who entered the study"),
    "evidence.fact.estimate": _l("Estimate"),
    "evidence.fact.low": _l("Lower end of the interval"),
    "evidence.fact.high": _l("Upper end of the interval"),
    "evidence.fact.confidence": _l("Confidence of the interval"),
    "evidence.fact.higher_is_better": _l("Higher is better"),
    "evidence.fact.scale": _l("The effect is expressed in"),
    "evidence.fact.unit": _l("Unit, when it is a number"),
    "evidence.fact.level3_studies": _l("Studies that meet rung 3"),
    "evidence.fact.same_core_components": _l("The core parts of the programme were the same in all studies"),
    "evidence.fact.deviation_log": _l("Deviations from it were noted"),
    "evidence.fact.pooled": _l("All studies together, with an interval"),
    "evidence.fact.prediction_interval_shown": _l("A prediction interval is shown"),
    "evidence.fact.hartung_knapp": _l("The interval of all together follows Hartung and Knapp"),
    "evidence.fact.unreported_studies": _l("Registered studies past their date without a report"),
    "evidence.fact.cost_recorded": _l("The cost per participant is known"),
    "evidence.fact.delivery_document": _l("It is written down how to deliver the programme"),
    "evidence.fact.manual_matches_edition": _l("The manual is about this edition of the programme"),
    "evidence.fact.manual_months_since_review": _l("Review of the manual"),
    "evidence.fact.manual_reviewed_on": _l("Day of the last review of the manual"),
    "evidence.fact.training": _l("There is training for those who deliver it"),
    "evidence.fact.quality_procedures": _l("There are procedures that keep the quality"),
    "evidence.fact.fidelity_by_site": _l("Places of others, with the share that is delivered as described"),
    "evidence.fact.sites_positive": _l("Places where the results stay good"),
    "evidence.fact.erosion": _l("The effect has become smaller than in the studies"),
    # --- Whose rule or number it is
    "evidence.source.own": _l("our own choice"),
    "evidence.source.nesta": _l("Nesta Standards of Evidence (Puttick and Ludlow, 2013)"),
    "evidence.source.weiss": _l("Weiss (1995), on theory-based evaluation"),
    "evidence.source.project_oracle": "Project Oracle",
    "evidence.source.connell_kubisch": _l("Connell and Kubisch (1998)"),
    "evidence.source.eif": "Early Intervention Foundation",
    "evidence.source.osf": _l("Open Science Framework, preregistration"),
    "evidence.source.wwc_v41": "What Works Clearinghouse 4.1",
    "evidence.source.holm": "Holm (1979)",
    "evidence.source.egap": _l("EGAP study registry"),
    "evidence.source.hartung_knapp": _l("Hartung and Knapp (2001)"),
    "evidence.source.programme": _l("set by this programme"),
    "evidence.threshold.min_n_pair": _l("at least %(limit)s people measured before and after"),
    "evidence.threshold.min_response": _l("at least %(limit)s measured again"),
    "evidence.threshold.min_confidence": _l("an interval of at least %(limit)s"),
    "evidence.threshold.min_n_arm": _l("at least %(limit)s people in each group"),
    "evidence.threshold.min_clusters_arm": _l("at least %(limit)s groups or places on each side"),
    "evidence.threshold.few_clusters_arm": _l("a warning below %(limit)s groups or places"),
    "evidence.threshold.baseline_close": _l("no adjustment needed up to %(limit)s standard deviations"),
    "evidence.threshold.baseline_limit": _l("never more than %(limit)s standard deviations"),
    "evidence.threshold.min_theory_score": _l("at least %(limit)s of 4 for each"),
    "evidence.threshold.min_level3_studies": _l("at least %(limit)s studies"),
    "evidence.threshold.min_fidelity": _l("at least %(limit)s delivered as described"),
    "evidence.threshold.min_sites": _l("at least %(limit)s places"),
    "evidence.threshold.manual_review_months": _l("a review at most %(limit)s months ago"),
    "evidence.threshold.max_age_months_level2": _l("data at most %(limit)s months old for rung 2"),
    "evidence.threshold.max_age_months_level3": _l(
        "data at most %(limit)s months old for rungs 3 and higher"
    ),
    # --- Other ladders
    "evidence.relation.equivalent": _l("roughly comparable to “%(lowest)s”"),
    "evidence.relation.at_least": _l("roughly comparable to “%(lowest)s” or more"),
    "evidence.relation.between": _l("roughly comparable to “%(lowest)s” up to “%(highest)s”"),
    "evidence.relation.at_most": _l("roughly comparable to “%(highest)s” at most"),
    "evidence.relation.none": _l("nothing that compares"),
    "peer.effectladder.0": _l("implicit"),
    "peer.effectladder.1": _l("well described"),
    "peer.effectladder.2": _l("well founded in theory"),
    "peer.effectladder.3": _l("results in practice"),
    "peer.effectladder.4": _l("attributable"),
    "peer.erkende_interventies.described": _l("well described"),
    "peer.erkende_interventies.founded": _l("well founded"),
    "peer.erkende_interventies.first_signs": _l("first signs of effectiveness"),
    "peer.erkende_interventies.good_signs": _l("good signs of effectiveness"),
    "peer.erkende_interventies.strong_signs": _l("strong signs of effectiveness"),
    "peer.maryland.0": _l("not on the scale yet"),
    "peer.maryland.1": _l("level 1"),
    "peer.maryland.2": _l("level 2"),
    "peer.maryland.3": _l("level 3"),
    "peer.maryland.5": _l("level 5"),
    "peer.eif.nl2": _l("not level 2"),
    "peer.eif.2": _l("level 2"),
    "peer.eif.3": _l("level 3"),
    "peer.eif.4": _l("level 4"),
    "peer.wwc.does_not_meet": _l("does not meet the standards"),
    "peer.wwc.with_reservations": _l("meets the standards with reservations"),
    "peer.wwc.without_reservations": _l("meets the standards without reservations"),
    "peer.note.committee": _l("A committee decides there, and asks more than this."),
    "peer.note.transferability_on_entry": _l(
        "There it is asked before anything else that a programme can be transferred."
    ),
    "peer.note.best_study": _l("By its best study."),
    "peer.note.two_studies": _l("With at least two studies."),
    "peer.note.effect_after_one_year": _l("Only with an effect that lasts a year or more."),
}
