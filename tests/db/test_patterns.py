"""Patterns to begin a tree with: whole, in both languages, and good trees by our own rules."""

import json
from typing import Any
from uuid import UUID

import pytest

from toc import resources
from toc.domain.goals import Level, ReviewedGoal, ReviewedLink, ends, neighbours, review_tree
from toc.domain.goals.body import TreeBody, from_json, to_json
from toc.domain.goals.comparing import compare, links_of
from toc.domain.goals.graph import Edge, descendants
from toc.domain.goals.outline import parse_outline
from toc.domain.goals.outline_writing import arranged, forest_of, format_outline
from toc.domain.ids import derived
from toc.domain.privacy import personal_numbers
from toc.domain.programmes import Language
from toc.services.errors import NotFound
from toc.services.goals.patterns import pattern_body, patterns

ROOT = UUID(int=7)
KEYS = ["work_integration", "shelter_to_housing", "debt_help", "youth"]
LEAST, MOST = 12, 20

each_pattern = pytest.mark.parametrize("key", KEYS)
each_language = pytest.mark.parametrize("language", list(Language))


def raw() -> dict[str, Any]:
    file: dict[str, Any] = json.loads((resources.seed() / "patterns.json").read_text(encoding="utf-8"))
    return file


def edges(body: TreeBody) -> list[Edge]:
    return [Edge(lower, upper) for lower, upper in links_of(body)]


@each_language
def test_the_patterns_are_listed_with_what_they_are(language: Language) -> None:
    found = patterns(language)
    assert [one.key for one in found] == KEYS
    assert all(LEAST <= one.goals <= MOST and one.name and one.about for one in found)
    said = {Language.NL: "patroon", Language.EN: "pattern"}
    assert all(said[language] in one.note for one in found)


def test_there_is_no_other_pattern() -> None:
    with pytest.raises(NotFound):
        pattern_body("world_peace", Language.NL, ROOT)


@each_pattern
@each_language
def test_a_pattern_misses_nothing_that_a_tree_should_have(key: str, language: Language) -> None:
    body = pattern_body(key, language, ROOT)
    ids = {goal.code: goal.id for goal in body.goals}
    review = review_tree(
        [ReviewedGoal(id=goal.id, level=goal.level) for goal in body.goals],
        [
            ReviewedLink(
                lower=ids[link.lower],
                upper=ids[link.upper],
                mechanism=link.mechanism,
                assumption=link.assumption,
                confidence=link.confidence,
                source=link.source,
                status=link.status,
            )
            for link in body.links
        ],
    )
    assert review.problems == ()
    assert review.without_cycles
    assert review.activities == review.activities_reaching_an_end != 0
    assert review.key_links == review.key_links_complete == review.key_links_sourced == len(body.links)
    assert 5 <= sum(link.is_key for link in body.links) <= 10
    assert all(link.is_key is (link.key_reason is not None) for link in body.links)


@each_pattern
def test_a_pattern_is_built_backwards_from_its_impact_over_all_levels(key: str) -> None:
    body = pattern_body(key, Language.EN, ROOT)
    assert {goal.level for goal in body.goals} == set(Level)
    first = body.goals[0]
    assert first.level is Level.IMPACT
    levels = {goal.id: goal.level for goal in body.goals}
    order = list(Level)
    assert [order.index(goal.level) for goal in body.goals if goal.level] == sorted(
        (order.index(goal.level) for goal in body.goals if goal.level), reverse=True
    )
    below = descendants(edges(body), first.id) | {first.id}
    assert {levels[goal.id] for goal in body.goals if goal.id not in below} <= {Level.IMPACT}
    assert {levels[end] for end in ends(levels, edges(body))} == {Level.IMPACT}
    starts = neighbours(levels, edges(body)).below
    assert {levels[goal] for goal, means in starts.items() if not means} == {Level.INPUT}


@each_pattern
def test_a_pattern_is_the_same_tree_in_both_languages_in_other_words(key: str) -> None:
    dutch, english = (pattern_body(key, language, ROOT) for language in Language)
    found = compare(dutch, english)
    assert len(found.reworded) == len(dutch.goals)
    assert (found.added, found.removed, found.moved, found.changed) == ((), (), (), ())
    fields = [{field.name for field in link.fields} for link in found.links_changed]
    assert fields == [{"mechanism", "assumption"}] * len(dutch.links)


@each_pattern
@each_language
def test_a_pattern_goes_out_and_in_like_any_tree(key: str, language: Language) -> None:
    body = pattern_body(key, language, ROOT)
    assert body == pattern_body(key, language, ROOT)
    assert body.goals[0].id == derived(ROOT, "goal", "G1")
    assert from_json(to_json(body)).body == body
    outline = parse_outline(format_outline(forest_of(body), language=language))
    assert outline.forest == arranged(forest_of(body))
    assert outline.questions == ()


@each_language
def test_a_pattern_names_nobody_and_claims_no_number(language: Language) -> None:
    for key in KEYS:
        body = pattern_body(key, language, ROOT)
        texts = [goal.wording for goal in body.goals]
        texts += [text for link in body.links for text in (link.mechanism, link.assumption)]
        assert [
            text for text in texts if personal_numbers(text) or any(sign.isdigit() for sign in text)
        ] == []
        assert len({text.casefold() for text in texts}) == len(texts)


def test_no_goal_of_a_pattern_is_without_a_link_and_no_key_is_used_twice() -> None:
    for pattern in raw()["patterns"]:
        keys = [goal["key"] for goal in pattern["goals"]]
        assert len({*keys}) == len(keys)
        assert {end for link in pattern["links"] for end in (link["lower"], link["upper"])} == {*keys}
