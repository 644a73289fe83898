"""The goals of the United Nations are all there, once, and are found by words."""

import json
import re
from collections import Counter

from toc import resources
from toc.domain.sdg import Sdg, sdg_in


def listed() -> Sdg:
    return sdg_in(json.loads((resources.seed() / "sdg.json").read_text(encoding="utf-8")))


def test_the_list_is_that_of_the_refinement_of_2023() -> None:
    sdg = listed()
    assert "2023" in sdg.edition
    assert [goal.code for goal in sdg.goals] == [str(number) for number in range(1, 18)]
    assert len(sdg.by_code) == sum(len(goal.targets) for goal in sdg.goals) == 169
    # Targets per goal, as in A/RES/70/1.
    per_goal = [len(goal.targets) for goal in sdg.goals]
    assert per_goal == [7, 8, 13, 10, 9, 8, 5, 12, 8, 10, 10, 11, 5, 10, 12, 12, 19]
    # 231 unique ones; with those that stand under two or three targets 248.
    assert len(sdg.indicators) == 248
    unique = [one for one in sdg.indicators if not one.same_as]
    assert len(unique) == len({one.text for one in unique}) == 231


def test_every_code_fits_where_it_stands() -> None:
    sdg = listed()
    for goal in sdg.goals:
        assert set(goal.names) == {"nl", "en"}
        for target in goal.targets:
            assert re.fullmatch(rf"{goal.code}\.([0-9]+|[a-d])", target.code)
            numbers = [one.code for one in target.indicators]
            assert numbers == [f"{target.code}.{place}" for place in range(1, len(numbers) + 1)]
    assert [target.code for target in sdg.by_code.values() if not target.indicators] == ["11.c"]
    assert all(text == text.strip() and "  " not in text for text in _texts(sdg))


def _texts(sdg: Sdg) -> list[str]:
    targets = sdg.by_code.values()
    return [target.text for target in targets] + [one.text for one in sdg.indicators]


def test_an_indicator_that_stands_twice_points_to_where_it_stood_first() -> None:
    sdg = listed()
    first = {one.code: one for one in sdg.indicators if not one.same_as}
    again = Counter(one.same_as for one in sdg.indicators if one.same_as)
    # The thirteen that the Statistics Division names.
    assert set(again) == {
        "1.5.1",
        "1.5.2",
        "1.5.3",
        "1.5.4",
        "4.7.1",
        "7.b.1",
        "8.4.1",
        "8.4.2",
        "10.3.1",
        "10.6.1",
        "13.2.1",
        "15.7.1",
        "15.a.1",
    }
    for one in sdg.indicators:
        # 13.b.1 is 13.2.1 for some countries alone, "with a slight amendment".
        if one.same_as and one.code != "13.b.1":
            assert one.text == first[one.same_as].text


def test_a_target_is_found_by_its_code_its_words_and_the_name_of_its_goal() -> None:
    sdg = listed()
    assert "Proportion of youth" in sdg.by_code["8.6"].indicators[0].text
    ((goal, targets),) = sdg.find("youth NOT in employment")
    assert (goal.code, [target.code for target in targets]) == ("8", ["8.6"])
    ((goal, targets),) = sdg.find("waardig werk")
    assert (goal.code, len(targets)) == ("8", 12)
    assert sdg.find("no such words") == ()
    assert sum(len(targets) for _, targets in sdg.find("")) == 169
    assert sdg.by_code["8.6"].address == "https://unstats.un.org/sdgs/metadata/?Text=&Goal=8&Target=8.6"
