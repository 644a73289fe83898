"""Loading who takes part in a demo programme, what they said, and what they replied to findings."""

from datetime import date
from functools import partial

from toc.domain.interviews import ASKED_BEFORE, Mode
from toc.domain.people import Role
from toc.domain.programmes import Description
from toc.services import findings, interviews, people, programmes
from toc.services.demo import content
from toc.services.demo.accounts import account_id, organisation_id
from toc.services.demo.here import Here

EVALUATOR = "evaluator"


def plan(here: Here) -> None:
    """Plan the programme itself, its parties, their interviews, and the findings."""
    here.plan(here.file.programme.made_on, partial(_programme, here))
    for group in here.file.groups:
        here.plan(here.file.programme.made_on, partial(_group, here, group))
        for respondent in group.respondents:
            _plan_respondent(here, group, respondent)
    for finding in here.file.findings:
        here.plan(finding.published_on, partial(_finding, here, finding))
        for reply in finding.replies:
            here.plan(reply.on, partial(_reply, here, finding, reply))
            if reply.answered_on is not None:
                here.plan(reply.answered_on, partial(_answer, here, finding, reply, reply.answered_on))


def _plan_respondent(here: Here, group: content.Group, one: content.Respondent) -> None:
    if one.added_on is not None:
        here.plan(one.added_on, partial(_respondent, here, group, one, one.added_on))
    if one.agreed_on is not None:
        here.plan(one.agreed_on, partial(_agree, here, one, one.agreed_on))
    if one.interview is not None:
        here.plan(one.interview.held_on, partial(_interview, here, one, one.interview))
        for statement in one.interview.statements:
            if statement.release is not None:
                here.plan(statement.release.on, partial(_release, here, statement, statement.release))


def _programme(here: Here) -> None:
    about = here.file.programme
    description = Description(
        name=here.say(about.name),
        place=here.say(about.place),
        summary=here.say(about.summary),
        problem=here.say(about.problem),
        target_group=here.say(about.target_group),
        target_size=here.say(about.target_size),
        current_situation=here.say(about.current_situation),
        better_because=here.say(about.better_because),
        starts_on=about.starts_on,
        ends_on=about.ends_on,
        language=here.language,
        own_totals_decided=about.own_totals_decided,
    )
    programmes.create(
        here.session, here.act(about.made_on, "coordinator"), here.programme_id, description, demo=True
    )
    here.mark("programme", here.programme_id, about.facts)
    for partner in here.file.partners:
        act = here.act(about.made_on, "coordinator")
        row = people.add_partner(here.session, act, organisation_id(partner.organisation), partner.part)
        here.mark("partner", row.id, partner.facts)
    for account in here.demo.accounts:
        if account.role in {None, Role.COORDINATOR}:
            continue  # the administrator takes part in none, and who makes a programme coordinates it
        organisation = here.file.members.get(account.key)
        act = here.act(about.made_on, "coordinator")
        people.add_member(
            here.session,
            act,
            account_id(account.key),
            account.role,
            None if organisation is None else organisation_id(organisation),
        )


def _group(here: Here, group: content.Group) -> None:
    on = here.file.programme.made_on
    draft = interviews.GroupDraft(
        name=here.say(group.name),
        helix=group.helix,
        organisation_id=None if group.organisation is None else organisation_id(group.organisation),
        is_beneficiary=group.is_beneficiary,
        role_in_programme=here.say(group.role),
        interest=group.interest,
        influence=group.influence,
        wanted_interviews=group.wanted_interviews,
        participation=group.participation,
        is_affected=group.is_affected,
        consent_route=here.say(group.consent_route),
    )
    row = interviews.add_group(here.session, here.act(on, EVALUATOR), here.id("group", group.key), draft)
    here.mark("stakeholder_group", row.id, group.facts)
    for respondent in group.respondents:
        if respondent.added_on is None:
            _respondent(here, group, respondent, on)


def _respondent(here: Here, group: content.Group, respondent: content.Respondent, on: date) -> None:
    named = interviews.RespondentDraft(
        kind=respondent.kind, name=here.say(respondent.name), language=here.language.value
    )
    one = interviews.add_respondent(
        here.session,
        here.act(on, EVALUATOR),
        here.id("respondent", respondent.key),
        here.id("group", group.key),
        named,
    )
    here.mark("respondent", one.id)


def _agree(here: Here, respondent: content.Respondent, on: date) -> None:
    for scope in sorted(ASKED_BEFORE):
        interviews.record_consent(
            here.session,
            here.act(on, EVALUATOR),
            here.id("consent", respondent.key, scope),
            here.id("respondent", respondent.key),
            scope,
            given=True,
            text=here.say(getattr(here.demo.consent, scope)),
        )


def _interview(here: Here, respondent: content.Respondent, interview: content.Interview) -> None:
    session, on = here.session, interview.held_on
    respondent_id = here.id("respondent", respondent.key)
    interview_id = here.id("interview", respondent.key)
    _agree(here, respondent, on)
    interviews.start_interview(
        session, here.act(on, EVALUATOR), interview_id, respondent_id, mode=Mode.HELD, held_on=on
    )
    answers = {question: here.say(text) for question, text in interview.answers.items()}
    interviews.save_answers(session, here.act(on, EVALUATOR), interview_id, answers)
    interviews.submit_interview(session, here.act(on, EVALUATOR), interview_id)
    here.mark("interview", interview_id)
    view = interviews.interview_view(session, here.act(on, EVALUATOR), interview_id)
    answer_ids = {one.key: one.answer_id for one in view.answers or () if one.answer_id is not None}
    for statement in interview.statements:
        text = here.say(statement.text)
        start = answers[statement.question].index(text)
        place = interviews.Place(answer_ids[statement.question], start, start + len(text))
        row = interviews.mark_statement(
            session, here.act(on, EVALUATOR), here.id("statement", statement.key), place
        )
        here.mark("statement", row.id)


def _release(here: Here, statement: content.Statement, release: content.Release) -> None:
    interviews.decide_statement(
        here.session,
        here.act(release.on, EVALUATOR),
        here.id("decision", statement.key),
        here.id("statement", statement.key),
        audience=release.audience,
        attribution=release.attribution,
        text=here.say(here.demo.consent.release),
    )


def _finding(here: Here, finding: content.Finding) -> None:
    row = findings.publish(
        here.session,
        here.act(finding.published_on, EVALUATOR),
        here.id("finding", finding.key),
        here.id("goal", finding.goal),
        here.say(finding.text),
    )
    here.mark("finding", row.id)


def _reply(here: Here, finding: content.Finding, reply: content.Reply) -> None:
    row = findings.reply(
        here.session,
        here.act_of(reply.on, reply.respondent),
        here.id("reply", finding.key, reply.respondent),
        here.id("finding", finding.key),
        here.say(reply.text),
    )
    here.mark("reply", row.id)


def _answer(here: Here, finding: content.Finding, reply: content.Reply, on: date) -> None:
    row = findings.get_reply(here.session, here.id("reply", finding.key, reply.respondent))
    findings.answer(
        here.session,
        here.act(on, EVALUATOR),
        row,
        here.say(reply.answer),
        revision=row.revision,
        wording=here.say(reply.new_wording),
    )
