"""Loading the evidence of a demo programme: what one evaluator enters, another signs."""

from functools import partial

from toc.domain.evidence import Part
from toc.services import evidence, indicators
from toc.services.demo import content
from toc.services.demo.here import Here

EVALUATOR, SIGNER = "evaluator", "evaluator_2"


def plan(here: Here) -> None:
    """Plan all of it."""
    for review in here.file.reviews:
        here.plan(review.on, partial(_review, here, review))
        here.plan(review.signed_on, partial(_sign_review, here, review))
    for item in here.file.evidence:
        here.plan(item.on, partial(_item, here, item))
    for study in here.file.studies:
        here.plan(study.entered_on, partial(_study, here, study))
        here.plan(study.signed_on, partial(_sign_study, here, study))
    for attestation in here.file.attestations:
        here.plan(attestation.on, partial(_attest, here, attestation))


def _review(here: Here, review: content.Review) -> None:
    act = here.act(review.on, EVALUATOR)
    row = evidence.record_review(here.session, act, here.id("goal", review.goal), Part.TREE, review.recorded)
    here.mark("goal_review", row.id)


def _sign_review(here: Here, review: content.Review) -> None:
    evidence.sign_review(here.session, here.act(review.signed_on, SIGNER), here.id("goal", review.goal))


def _item(here: Here, item: content.EvidenceItem) -> None:
    row = evidence.add_item(
        here.session,
        here.act(item.on, EVALUATOR),
        here.id("evidence", item.key),
        here.id("goal", item.goal),
        title=here.say(item.title),
        source=here.say(item.source),
        finding=here.say(item.finding),
        supports=item.supports,
        url=item.url,
    )
    here.mark("evidence_item", row.id, item.facts)


def _study(here: Here, study: content.Study) -> None:
    act = here.act(study.entered_on, EVALUATOR)
    indicator = indicators.get_indicator(here.session, act, here.id("indicator", study.indicator))
    row = evidence.record_study(
        here.session,
        act,
        here.id("study", study.key),
        here.id("goal", study.goal),
        evidence.StudyDraft(
            title=here.say(study.title),
            source=here.say(study.source),
            design=study.design,
            measured_on=study.measured_on,
            indicator_edition_id=indicator.edition_id,
            facts=study.recorded,
        ),
    )
    here.mark("study", row.id, study.facts)


def _sign_study(here: Here, study: content.Study) -> None:
    row = evidence.get_study(here.session, here.id("study", study.key))
    evidence.sign_study(here.session, here.act(study.signed_on, SIGNER), row.id, row.revision)


def _attest(here: Here, attestation: content.Attestation) -> None:
    row = evidence.attest(
        here.session,
        here.act(attestation.on, EVALUATOR),
        here.id("attestation", attestation.study, attestation.criterion),
        here.id("goal", attestation.goal),
        criterion=attestation.criterion,
        met=attestation.met,
        reason=here.say(attestation.reason),
        study_id=here.id("study", attestation.study),
    )
    here.mark("attestation", row.id)
