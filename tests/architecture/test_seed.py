"""The demo programmes as files: they resolve, add up from count to euro, and say where they come from."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import isclose, sqrt
from typing import Any

import pytest
from pydantic import ValidationError

from toc import models, resources
from toc.domain.bonds import CounterfactualKind
from toc.domain.evidence import Design
from toc.domain.interviews import GUIDE, PARTICIPANT_GUIDE, RespondentKind
from toc.domain.participants import LETTERS, Arm, Moment, Subject
from toc.domain.people import Role, Step
from toc.domain.privacy import DEFAULT_THRESHOLD, personal_numbers
from toc.domain.programmes import Language
from toc.services.demo import content
from toc.services.demo.content import Programme, day_of, read_demo, read_programme, said

DEMO = read_demo()
KEYS = DEMO.programmes
KITCHEN = read_programme("colour_kitchen")
OF_95_PERCENT = 1.96

each_programme = pytest.mark.parametrize("file", [read_programme(key) for key in KEYS], ids=KEYS)
each_language = pytest.mark.parametrize("language", list(Language))


def raw(key: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((resources.seed() / f"{key}.json").read_text(encoding="utf-8"))
    return found


def walk(node: object, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of a file, with where it stands."""
    if isinstance(node, dict):
        yield path, node
        for name, value in node.items():
            yield from walk(value, f"{path}/{name}")
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from walk(value, f"{path}/{place}")


def texts(file: Programme, language: Language) -> Iterator[str]:
    for _, node in walk(file.model_dump()):
        if node.keys() == {"nl", "en"}:
            yield node[language.value]


# --- Files --------------------------------------------------------------------------------------------------


def test_the_folder_holds_what_the_demo_names_and_nothing_else() -> None:
    lists = {"demo", "guides", "indicators", "patterns", "sdg"}
    assert {path.stem for path in resources.seed().glob("*.json")} == lists | {*KEYS}


def test_a_word_that_no_file_may_hold_is_refused() -> None:
    with pytest.raises(ValidationError, match="rong"):
        Programme.model_validate(raw("jes") | {"rong": 2})


@each_programme
def test_a_sentence_stands_in_both_languages_and_differs(file: Programme) -> None:
    same = [
        node["nl"]
        for path, node in walk(file.model_dump())
        if node.keys() == {"nl", "en"} and node["nl"] == node["en"] and not path.startswith("/sources")
    ]
    assert [text for text in same if " " in text] == []
    assert {*same} <= {"Takecarebnb", "HVO-Querido", "Matches", "matches"}


@each_programme
@each_language
def test_no_text_holds_what_points_to_one_person(file: Programme, language: Language) -> None:
    assert [text for text in texts(file, language) if personal_numbers(text)] == []


@each_programme
def test_every_reference_resolves(file: Programme) -> None:
    groups = {group.key for group in file.groups}
    respondents = {one.key: one for group in file.groups for one in group.respondents}
    statements = {
        statement.key
        for one in respondents.values()
        if one.interview
        for statement in one.interview.statements
    }
    goals = {goal.key for goal in file.goals}
    indicators = {indicator.key: indicator for indicator in file.indicators}
    studies = {study.key: study for study in file.studies}
    partners = {partner.organisation for partner in file.partners}

    assert {held.group for goal in file.goals for held in goal.holders} <= groups
    assert {key for goal in file.goals for key in goal.sources} <= statements
    assert {end for link in file.links for end in (link.lower, link.upper)} <= goals
    of_goals = [
        *(one.goal for one in file.indicators),
        *(one.goal for one in file.reviews),
        *(one.goal for one in file.evidence),
        *(one.goal for one in file.findings),
    ]
    assert {*of_goals} <= goals
    assert all(indicators[study.indicator].goal == study.goal for study in file.studies)
    assert all(studies[one.study].goal == one.goal for one in file.attestations)
    assert {group.organisation for group in file.groups} - {None} <= partners <= DEMO.organisations.keys()
    assert file.members.keys() <= {account.key for account in DEMO.accounts}
    assert {*file.members.values()} <= partners
    assert {reply.respondent for finding in file.findings for reply in finding.replies} <= respondents.keys()
    assert {*file.personal_links} <= respondents.keys()
    assert {goal.twin for goal in file.goals} - {None} <= goals
    if file.contract is not None:
        lines = {line.key: line for line in file.contract.lines}
        assert {party.organisation for party in file.contract.parties} <= partners
        assert all(line.indicator in indicators for line in lines.values())
        for outcome in file.outcomes:
            line = lines[outcome.line]
            assert {indicator for indicator, _ in outcome.measured} == {line.indicator}
            study = outcome.verify.study if outcome.verify else None
            assert study is None or studies[study].goal == indicators[line.indicator].goal


@each_programme
def test_every_reference_of_what_parties_did_together_resolves(file: Programme) -> None:
    groups = {group.key for group in file.groups}
    protects = {group.key: group.is_beneficiary for group in file.groups}
    party = {one.key: group.key for group in file.groups for one in group.respondents}
    said_by = {
        statement.key: group.key
        for group in file.groups
        for one in group.respondents
        if one.interview
        for statement in one.interview.statements
    }
    goals = {goal.key for goal in file.goals}
    accounts = {account.key: account.role for account in DEMO.accounts}
    entries = {entry.key for entry in file.codebook}

    for document in file.documents:
        assert (document.respondent in party) is (document.group is None)
        assert document.group is None or document.group in groups
        for coded in (one for passage in document.passages for one in passage.by):
            assert accounts[coded.coder] is Role.EVALUATOR
            assert {*coded.goals} <= goals
            assert {*coded.entries} <= entries
            assert coded.goals or coded.entries
    for tree in file.own_trees:
        own = {goal.key for goal in tree.goals}
        assert {end for link in tree.links for end in (link.lower, link.upper)} <= own
        assert {said_by[key] for goal in tree.goals for key in goal.sources} <= {tree.group}
        assert {related.goal for goal in tree.goals for related in goal.related} <= goals
    sources = {goal.key: {*goal.sources} for goal in file.goals}
    spoke = {
        (one.key, statement.key)
        for group in file.groups
        for one in group.respondents
        if one.interview
        for statement in one.interview.statements
    }
    for check in file.checks:
        assert any((check.respondent, statement) in spoke for statement in sources[check.goal])
    for conflict in file.conflicts:
        assert {*conflict.goals} <= goals
        assert conflict.positions.keys() <= groups
    for answer in (answer for version in file.versions for answer in version.answers):
        assert answer.respondent is None or party[answer.respondent] == answer.group
    for workshop in file.workshops:
        cards = {card.key for seat in workshop.seats for card in seat.cards}
        assert {seat.group for seat in workshop.seats} <= groups
        of_others = {card.key for seat in workshop.seats if not protects[seat.group] for card in seat.cards}
        assert {*workshop.kept} <= of_others, "a card of participants would be counted as one of them"
        assert all({*seat.dots} <= cards and len(seat.dots) <= workshop.dots for seat in workshop.seats)
    assert {score.account for score in file.scores} <= accounts.keys()


def test_who_ranked_ranked_all_that_was_asked_and_gave_a_hundred_points() -> None:
    people = {one.key for group in KITCHEN.groups if group.is_beneficiary for one in group.respondents}
    ranked, weighed = KITCHEN.rankings
    first = {*ranked.answers[0].order}
    assert all({*one.order} == first and len(one.order) == len(first) for one in ranked.answers)
    assert len({one.respondent for one in ranked.answers} & people) >= DEFAULT_THRESHOLD
    assert ranked.closed_on is not None
    assert weighed.closed_on is None
    assert all(sum(one.points.values()) == 100 for one in weighed.answers)
    assert {key for one in weighed.answers for key in one.points} <= {*weighed.goals}


def test_two_parties_put_the_goals_in_opposite_orders() -> None:
    orders = {one.respondent: one.order for one in KITCHEN.rankings[0].answers}
    agree = [
        orders["r_council"].index(one) < orders["r_council"].index(other)
        for place, one in enumerate(orders["r_municipality"])
        for other in orders["r_municipality"][place + 1 :]
    ]
    assert sum(agree) < len(agree) / 4


@each_programme
@each_language
def test_a_coded_passage_stands_word_for_word_in_its_document(file: Programme, language: Language) -> None:
    for document in file.documents:
        texts = [said(page, language) for page in document.pages]
        texts += [
            said(turn.says, language)
            for turn in document.turns
            if said(turn.speaker, language) == said(document.own, language)
        ]
        for passage in document.passages:
            assert sum(text.count(said(passage.text, language)) for text in texts) == 1, passage.key


@each_programme
@each_language
def test_what_was_made_up_for_what_parties_did_says_so(file: Programme, language: Language) -> None:
    said_by = [
        *(said(document.title, language) for document in file.documents if document.group),
        *(said(one.by, language) for tree in file.own_trees for goal in tree.goals for one in goal.related),
        *(said(workshop.title, language) for workshop in file.workshops),
        *(said(conflict.ended.by, language) for conflict in file.conflicts if conflict.ended),
        *(said(one.source, language) for link in file.links for one in link.arguments if "" not in one.facts),
    ]
    assert [text for text in said_by if not text.endswith(INVENTED[language])] == []


@each_programme
def test_no_key_is_used_twice(file: Programme) -> None:
    kinds = [
        [one.key for one in file.groups],
        [one.key for one in file.goals],
        [one.key for one in file.indicators],
        [one.key for one in file.studies],
        [one.key for one in file.evidence],
        [one.key for one in file.outcomes],
        [one.key for one in file.findings],
        [one.key for one in file.codebook],
        [one.key for one in file.documents],
        [one.key for one in file.rankings],
        [one.key for one in file.conflicts],
        [one.key for one in file.versions],
        [one.key for one in file.workshops],
        [card.key for one in file.workshops for seat in one.seats for card in seat.cards],
    ]
    for keys in kinds:
        assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert len({(link.lower, link.upper) for link in file.links}) == len(file.links)


@each_programme
@each_language
def test_a_statement_stands_word_for_word_in_its_answer_and_apart_from_others(
    file: Programme, language: Language
) -> None:
    for respondent in (one for group in file.groups for one in group.respondents if one.interview):
        interview = respondent.interview
        assert interview is not None
        guide = GUIDE if respondent.kind is RespondentKind.SPOKESPERSON else PARTICIPANT_GUIDE
        assert {*interview.answers} <= {*guide}
        taken: dict[str, list[range]] = {}
        for statement in interview.statements:
            answer, text = (
                said(interview.answers[statement.question], language),
                said(statement.text, language),
            )
            assert answer.count(text) == 1, statement.key
            place = range(answer.index(text), answer.index(text) + len(text))
            others = taken.setdefault(statement.question, [])
            assert not any({*place} & {*other} for other in others), statement.key
            others.append(place)


# --- Where it comes from ------------------------------------------------------------------------------------

TABLES = {
    "programme": "programme",
    "partners": "partner",
    "groups": "stakeholder_group",
    "goals": "goal_edition",
    "links": "goal_link",
    "later": "goal_link",
    "arguments": "link_argument",
    "indicators": "indicator_edition",
    "measurements": "measurement",
    "studies": "study",
    "evidence": "evidence_item",
    "contract": "contract_edition",
    "lines": "contract_line",
    "saving": "saving_edition",
}
IN_TERMS = {"investment"}
"""Fields of the terms of a contract, which stand in one column."""


@each_programme
def test_a_fact_names_a_column_of_its_table_and_a_source_of_its_file(file: Programme) -> None:
    found = 0
    for path, node in walk(raw(file.key)):
        if "facts" not in node:
            continue
        steps = [step for step in path.split("/") if step and not step.isdigit()]
        columns = models.Base.metadata.tables[TABLES[steps[-1]]].columns
        names = {column.key for column in columns} | {"", *IN_TERMS}
        assert {*node["facts"]} <= names, path
        assert {*node["facts"].values()} <= file.sources.keys(), path
        found += 1
    assert found > 5


@each_programme
def test_a_source_is_the_dossier_with_its_section_or_has_an_address(file: Programme) -> None:
    used = {key for _, node in walk(raw(file.key)) for key in node.get("facts", {}).values()}
    for key, source in file.sources.items():
        if key.startswith("dossier"):
            assert "paragraaf " in said(source.name, Language.NL)
        else:
            assert source.url.startswith("https://")
    assert used == file.sources.keys()


def facts_of(file: Programme) -> dict[tuple[str, str], object]:
    """Numbers that are called facts."""
    found: dict[tuple[str, str], object] = {}
    for indicator in file.indicators:
        if "target_value" in indicator.facts and indicator.target:
            found[indicator.key, "target"] = indicator.target.value
        for measurement in indicator.measurements:
            if {"value", ""} & measurement.facts.keys():
                found[indicator.key, measurement.on.isoformat()] = measurement.value
    return found


def test_the_facts_are_these_and_no_others() -> None:
    """Read off the dossier and the public sources by hand."""
    assert facts_of(KITCHEN) == {
        ("diploma", "target"): Decimal("0.7"),
        ("job", "target"): Decimal("0.5"),
        ("prolonged", "target"): Decimal("0.26"),
        ("started", "target"): 252,
        ("locations", "target"): 2,
        ("locations", "2017-09-01"): 2,
        ("repaid", "target"): 734000,
    }
    assert facts_of(read_programme("jes")) == {
        ("moved_on", "target"): 10,
        ("years", "target"): 2,
        ("residents", "2016-09-01"): 16,
    }
    assert facts_of(read_programme("viltmannen")) == {
        ("moved_on", "2015-12-31"): 7,
        ("employed", "2015-12-31"): 10,
        ("volunteers", "2015-12-31"): 27,
    }
    assert facts_of(read_programme("takecarebnb")) == {
        ("hosts", "2016-07-31"): 125,
        ("holders", "2016-07-31"): 375,
        ("matches", "2016-07-31"): 37,
    }


def test_the_contract_calls_its_investment_a_fact_and_no_price() -> None:
    assert KITCHEN.contract is not None
    assert KITCHEN.contract.investment == 734000
    assert "investment" in KITCHEN.contract.facts
    assert [line.facts for line in KITCHEN.contract.lines] == [{}, {}, {}]
    job = KITCHEN.contract.lines[0].saving
    assert job is not None
    assert job.per_unit == 14000 + 2883
    assert job.facts["per_unit_minor"] == "berenschot"


INVENTED = {Language.NL: "(verzonnen)", Language.EN: "(invented)"}


@each_programme
@each_language
def test_nobody_who_was_made_up_passes_for_somebody_real(file: Programme, language: Language) -> None:
    names = [
        said(one.name, language)
        for group in file.groups
        for one in group.respondents
        if one.kind is RespondentKind.SPOKESPERSON
    ]
    assert [name for name in names if not name.endswith(INVENTED[language])] == []
    titles = [said(study.title, language) for study in file.studies if not study.facts]
    assert [title for title in titles if not title.endswith(INVENTED[language])] == []


def test_an_invented_organisation_says_so_in_its_name() -> None:
    for one in DEMO.organisations.values():
        assert one.invented is ("verzonnen / invented" in one.name), one.name


def test_every_role_has_an_account_and_evidence_has_a_second_person_to_sign() -> None:
    roles = Counter(account.role for account in DEMO.accounts)
    expected: dict[Role | None, int] = dict.fromkeys(Role, 1)
    assert roles == expected | {Role.EVALUATOR: 2, None: 1}


# --- What adds up -------------------------------------------------------------------------------------------

GROUPS_STARTED = (56, 60, 64, 72)


def series(key: str) -> list[content.Measurement]:
    indicator = next(one for one in KITCHEN.indicators if one.key == key)
    return sorted(indicator.measurements, key=lambda one: one.on)


def test_the_four_groups_are_the_252_participants() -> None:
    started = [one.value for one in series("started")]
    assert started == [56, 116, 180, 252]
    assert sum(GROUPS_STARTED) == 252


@pytest.mark.parametrize("key", ["diploma", "job", "prolonged", "benefits"])
def test_a_result_is_counted_among_everybody_who_started(key: str) -> None:
    assert [one.whole for one in series(key)] == [*GROUPS_STARTED]


def test_nobody_is_counted_twice() -> None:
    for job, prolonged, benefits, whole in zip(
        series("job"), series("prolonged"), series("benefits"), GROUPS_STARTED, strict=True
    ):
        assert (prolonged.part or 0) <= (job.part or 0)
        assert (job.part or 0) + (benefits.part or 0) <= whole


def test_an_outcome_is_what_was_measured_in_its_period() -> None:
    by_day = {(one.key, row.on): row for one in KITCHEN.indicators for row in one.measurements}
    for outcome in KITCHEN.outcomes:
        (place,) = outcome.measured
        row = by_day[place]
        assert outcome.achieved == row.part, outcome.key
        assert Decimal(outcome.participants) == row.whole, outcome.key
        assert outcome.starts_on <= row.on <= outcome.ends_on < outcome.declared_on
        assert outcome.persons in {None, outcome.achieved}


def test_every_payment_is_units_beyond_what_was_expected_times_price_up_to_the_cap() -> None:
    """Once more without the program's own rules: 27 of 56, a quarter expected anyway, is 13 x 6,400."""
    assert KITCHEN.contract is not None
    lines = {line.key: line for line in KITCHEN.contract.lines}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for outcome in sorted(KITCHEN.outcomes, key=lambda one: one.declared_on):
        line = lines[outcome.line]
        share = line.counterfactual.share or Decimal(0)
        due = int(outcome.achieved - share * outcome.participants) * line.price
        if line.cap is not None:
            due = min(due, line.cap - paid[line.key])
        expected = outcome.would_pay if outcome.approve is None else outcome.approve.pays
        if expected is not None:
            assert due == expected, outcome.key
        if outcome.approve is not None:
            paid[line.key] += due
    assert paid == {"diploma": 201600, "job": 313600}


def test_what_was_paid_back_is_the_sum_of_the_payments_of_that_day() -> None:
    for one in series("repaid"):
        until = sum(row.approve.pays for row in KITCHEN.outcomes if row.approve and row.approve.on <= one.on)
        assert one.value == until


def test_reaching_every_aim_pays_the_investment_back_with_a_small_return() -> None:
    """176 diplomas, 126 jobs of which 63 expected anyway, 65 extensions; the aims are shares of 252."""
    assert KITCHEN.contract is not None
    price = {line.key: line.price for line in KITCHEN.contract.lines}
    total = 176 * price["diploma"] + (126 - 63) * price["job"] + 65 * price["prolonged"]
    assert KITCHEN.contract.investment < total <= KITCHEN.contract.cap


def test_the_parties_put_in_the_whole_investment_and_a_price_stays_below_its_cashable_saving() -> None:
    contract = KITCHEN.contract
    assert contract is not None
    assert sum(party.invested for party in contract.parties) == contract.investment
    for line in contract.lines:
        if line.saving is not None:
            assert line.price <= line.saving.per_unit * line.saving.cashable_share


def test_outcomes_stand_at_every_step() -> None:
    steps = Counter(
        "paid"
        if one.approve
        else ("returned" if not one.verify.accepted else Step.APPROVE)
        if one.verify
        else Step.VERIFY
        for one in KITCHEN.outcomes
    )
    assert steps == {"paid": 6, "returned": 1, Step.APPROVE: 1, Step.VERIFY: 1}
    assert KITCHEN.contract is not None
    rules = {line.key: (line.rule, line.counterfactual) for line in KITCHEN.contract.lines}
    kinds = [rules[one.line] for one in KITCHEN.outcomes if one.approve]
    assert any(rule == "rate_card" for rule, _ in kinds)
    assert any(rule == "per_unit" and term.kind is not CounterfactualKind.NONE for rule, term in kinds)


@pytest.mark.parametrize(
    "study", [study for study in KITCHEN.studies if study.counts], ids=lambda one: one.key
)
def test_the_effect_of_a_study_follows_from_its_counts(study: content.Study) -> None:
    """Two groups: Wald interval of a difference. The same people twice: of a paired difference."""
    counts = study.counts
    assert counts is not None
    if study.design is Design.QED:
        one, other = counts.treated, counts.compared
        assert one is not None
        assert other is not None
        p, q = one.reached / one.of, other.reached / other.of
        error = sqrt(p * (1 - p) / one.of + q * (1 - q) / other.of)
        assert (study.recorded["n1"], study.recorded["n0"]) == (one.of, other.of)
    else:
        one, other = counts.after, counts.before
        assert one is not None
        assert other is not None
        assert one.reached - other.reached == counts.gained - counts.lost
        p, q = one.reached / one.of, other.reached / other.of
        changed = counts.gained + counts.lost
        error = sqrt(changed - (counts.gained - counts.lost) ** 2 / one.of) / one.of
        assert study.recorded["n_paired"] == one.of == other.of
    assert isclose(study.recorded["estimate"], p - q, abs_tol=0.0006)
    assert isclose(study.recorded["low"], p - q - OF_95_PERCENT * error, abs_tol=0.0011)
    assert isclose(study.recorded["high"], p - q + OF_95_PERCENT * error, abs_tol=0.0011)


def test_studies_count_the_same_people_as_the_measurements() -> None:
    groups_1_and_2 = {key: sum(one.part or 0 for one in series(key)[:2]) for key in ("diploma", "job")}
    by_key = {study.key: study.counts for study in KITCHEN.studies}
    first, second = by_key["diploma_2017"], by_key["job_2018"]
    assert first is not None
    assert first.treated == content.Count(reached=int(groups_1_and_2["diploma"]), of=116)
    assert second is not None
    assert second.after == content.Count(reached=int(groups_1_and_2["job"]), of=116)
    (later,) = series("later")
    follow_up = by_key["job_2024"]
    assert follow_up is not None
    assert follow_up.after is not None
    assert follow_up.after == content.Count(reached=int(later.part or 0), of=int(later.whole or 0))


# --- The time line ------------------------------------------------------------------------------------------


@each_programme
def test_nothing_happens_before_what_it_rests_on(file: Programme) -> None:
    heard = [
        date_
        for group in file.groups
        for one in group.respondents
        if one.interview
        for date_ in (one.interview.held_on, *(s.release.on for s in one.interview.statements if s.release))
    ]
    assert file.programme.made_on <= min([file.goals_on, *heard])
    assert max([file.programme.made_on, *heard]) <= file.goals_on <= file.links_on <= file.indicators_on
    for study in file.studies:
        assert file.indicators_on <= study.entered_on < study.signed_on
        assert study.measured_on <= study.entered_on
    signed = {study.key: study.signed_on for study in file.studies}
    attested = {one.study: one.on for one in file.attestations}
    for outcome in file.outcomes:
        verify, approve = outcome.verify, outcome.approve
        days = [outcome.declared_on, *([verify.on] if verify else []), *([approve.on] if approve else [])]
        assert days == sorted(days)
        if verify and verify.study:
            assert max(signed[verify.study], attested[verify.study]) <= verify.on
    for finding in file.findings:
        for reply in finding.replies:
            assert finding.published_on <= reply.on <= (reply.answered_on or date.max)


@each_programme
def test_what_parties_did_together_comes_after_what_it_rests_on(file: Programme) -> None:
    for document in file.documents:
        assert document.on <= document.added_on <= document.coded_on
        assert file.goals_on <= document.coded_on
    for tree in file.own_trees:
        assert tree.on <= tree.given_on < file.goals_on < tree.related_on
    assert all(file.goals_on < check.on for check in file.checks)
    assert all(file.goals_on < workshop.on for workshop in file.workshops)
    for ranking in file.rankings:
        assert file.goals_on < ranking.opened_on
        closed = ranking.closed_on or date.max
        assert all(ranking.opened_on <= one.on <= closed for one in ranking.answers)
    for conflict in file.conflicts:
        assert file.goals_on < conflict.on < (conflict.ended.on if conflict.ended else date.max)
    for version in file.versions:
        assert file.links_on < version.on
        assert all(version.on <= one.on for one in version.answers)


def test_the_counterfactual_was_agreed_before_any_outcome_was_known() -> None:
    assert KITCHEN.contract is not None
    assert KITCHEN.contract.agreed_on < min(outcome.starts_on for outcome in KITCHEN.outcomes)


# --- What is logged these days ------------------------------------------------------------------------------

WORKING = [file for file in (read_programme(key) for key in KEYS) if file.work is not None]
each_working = pytest.mark.parametrize("file", WORKING, ids=lambda file: file.key)
LOADED_ON = [date(2026, 12, 1), date(2027, 1, 31), date(2028, 2, 29), date(2027, 3, 14)]


def work_of(file: Programme) -> content.Work:
    assert file.work is not None
    return file.work


@pytest.mark.parametrize(
    ("said_day", "day"),
    [
        ("D-0", date(2027, 3, 14)),
        ("D-20", date(2027, 2, 22)),
        ("M-0", date(2027, 3, 31)),
        ("M-1", date(2027, 2, 28)),
        ("M-3/20", date(2026, 12, 20)),
        ("M+10/1", date(2028, 1, 1)),
        (date(2016, 1, 2), date(2016, 1, 2)),
    ],
)
def test_a_day_is_counted_from_the_day_of_loading(said_day: content.Day, day: date) -> None:
    assert day_of(said_day, date(2027, 3, 14)) == day


@pytest.mark.parametrize("wrong", ["M-3/31", "M3", "D+1", "yesterday", "M-3/0"])
def test_a_day_that_could_not_be_counted_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        content.DayAim(value=Decimal(1), on=wrong)


def test_two_programmes_log_these_days() -> None:
    assert {file.key for file in WORKING} == {"colour_kitchen", "takecarebnb"}


@each_working
def test_every_reference_of_what_is_logged_resolves(file: Programme) -> None:
    work, goals = work_of(file), {goal.key for goal in file.goals}
    sites, cohorts = {one.key for one in work.sites}, {one.key for one in work.cohorts}
    instruments = {one.key: len(one.items) for one in work.instruments}
    accounts = {account.key for account in DEMO.accounts}
    keys = [one.key for one in work.indicators]
    assert len({*keys, *(one.key for one in file.indicators)}) == len(keys) + len(file.indicators)
    for intake in work.intakes:
        assert intake.cohort in cohorts
        assert intake.site is None or intake.site in sites
        for person in intake.people:
            assert person.scores.keys() <= intake.asked.keys()
            assert {len(scores) for scores in person.scores.values()} == {instruments[intake.instrument]}
    for one in work.indicators:
        assert one.goal in goals
        assert one.responsible in accounts
        assert {logged.site for logged in one.logged} - {None} <= sites
        assert one.rule is None or {one.rule.cohort} - {None} <= cohorts
        assert one.rule is None or {one.rule.instrument} - {None} <= instruments.keys()
        options = {each.key: {option.key for option in each.options} | {"unknown"} for each in one.breakdowns}
        for logged in one.logged:
            assert {key: {*parts} for key, parts in logged.parts.items()} in ({}, options)
    for source in work.sources:
        assert {column["indicator"] for column in source.mapping["columns"] if "indicator" in column} <= {
            *keys
        }


@each_working
def test_parts_of_what_is_logged_add_up(file: Programme) -> None:
    found = 0
    for one in work_of(file).indicators:
        for logged in (each for first in one.logged for each in (first, first.corrected) if each):
            for parts in logged.parts.values():
                found += 1
                values = [*parts.values()]
                if logged.whole is None:
                    assert sum(value for value in values if isinstance(value, Decimal)) == logged.value
                    continue
                shared = [value for value in values if isinstance(value, content.Shared)]
                assert sum(value.part for value in shared) == logged.part
                assert sum(value.whole for value in shared) == logged.whole
    assert found > 2


@each_working
@pytest.mark.parametrize("today", LOADED_ON)
def test_nothing_was_logged_after_the_day_of_loading(file: Programme, today: date) -> None:
    work = work_of(file)

    def on(said_day: content.Day) -> date:
        return day_of(said_day, today)

    closed_after = {one.key: on(one.starts) for one in work.cohorts}
    for intake in work.intakes:
        entered = on(intake.entered)
        assert closed_after[intake.cohort] <= entered
        moments = [on(intake.asked[moment]) for moment in Moment if moment in intake.asked]
        assert moments == sorted(moments)
        assert entered <= moments[0] <= moments[-1] < today
        for person in intake.people:
            assert all(entered <= on(event.on) < today for event in person.events), person.code
            started = [on(each.on) for each in person.events if each.subject is Subject.JOB_STARTED]
            kept = [on(each.on) for each in person.events if each.subject is Subject.JOB_KEPT_13]
            assert all((day - started[0]).days >= 13 * 7 for day in kept), person.code
    for one in work.indicators:
        assert on(work.begins) <= on(one.added)
        for logged in (each for first in one.logged for each in (first, first.corrected) if each):
            days = [on(logged.on), on(logged.entered or logged.on)]
            days += [on(day) for day in (logged.seen, logged.approved) if day is not None]
            assert days == sorted(days)
            assert days[-1] < today
            assert on(one.added) <= days[0]


def test_the_kitchen_follows_forty_eight_people_and_compares_them_with_sixteen() -> None:
    people = Counter(
        (intake.arm, intake.cohort) for intake in work_of(KITCHEN).intakes for _ in intake.people
    )
    assert people == {
        (Arm.INTERVENTION, "group_5"): 24,
        (Arm.INTERVENTION, "group_6"): 24,
        (Arm.COMPARISON, "group_5"): 16,
    }


@each_working
def test_participants_are_known_by_a_random_code_alone(file: Programme) -> None:
    codes = [person.code for intake in work_of(file).intakes for person in intake.people]
    assert len({*codes}) == len(codes)
    assert {*"".join(codes)} <= {*LETTERS}
    assert codes != sorted(codes)


@each_working
@each_language
def test_places_and_questionnaires_that_were_made_up_say_so(file: Programme, language: Language) -> None:
    work = work_of(file)
    named = [one.name for one in work.sites]
    named += [one.name for one in work.cohorts]
    named += [one.name for one in work.instruments]
    named += [one.name for one in work.sources]
    names = [said(one, language) for one in named]
    assert [name for name in names if not name.endswith(INVENTED[language])] == []
