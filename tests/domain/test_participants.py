"""Participants: codes, scales, and rules whose values equal what a reader counts."""

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from statistics import median
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.indicators import Kind
from toc.domain.participants import (
    CHANGES,
    EVENTS,
    LETTERS,
    MIDDLES,
    TOTAL,
    UNKNOWN,
    Arm,
    Computed,
    Counting,
    Item,
    Moment,
    Person,
    Rule,
    Scale,
    Seen,
    Subject,
    Verdict,
    check_note,
    check_time,
    checked_code,
    compute,
    event_name,
    items_of,
    middle,
    propose,
)

COHORT, SITE, INSTRUMENT = UUID(int=901), UUID(int=902), UUID(int=903)
HOURS = UUID(int=904)
"""The indicator of which values are recorded of participants."""
ENTRY = date(2025, 1, 1)
TODAY = date(2025, 12, 31)


def fault(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, object]:
    return error.value.key, error.value.params.get("field")


# --- Codes --------------------------------------------------------------------------------------------------


@given(st.integers(0, 50), st.integers())
def test_proposed_codes_differ_and_can_be_kept(many: int, seed: int) -> None:
    taken = propose(20, Random(seed))  # noqa: S311 - a test repeats itself
    codes = propose(many, Random(seed), taken)  # noqa: S311 - the same source, yet other codes
    assert len(set(codes)) == many
    assert set(codes).isdisjoint(taken)
    assert all(checked_code(code) == code and len(code) == 6 and set(code) <= set(LETTERS) for code in codes)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "participant.code"),
        ("A1", "participant.code"),
        ("A 12", "participant.code"),
        ("A" * 40 + "1", "participant.code"),
        ("Jan", "participant.code_is_a_name"),
        ("111222333", "participant.code_personal"),
    ],
)
def test_a_code_is_neither_a_name_nor_a_number_of_a_person(typed: str, key: str) -> None:
    with pytest.raises(DomainError) as error:
        checked_code(typed)
    assert error.value.key == key


def test_a_code_is_kept_in_capitals() -> None:
    assert checked_code(" ck-17b ") == "CK-17B"


# --- Instruments --------------------------------------------------------------------------------------------


def test_items_get_keys_in_order() -> None:
    assert items_of(["Finances", "", "  Day   activities "]) == (
        Item("i1", "Finances"),
        Item("i2", "Day activities"),
    )


@pytest.mark.parametrize(
    ("names", "key"),
    [
        ([str(number) for number in range(101)], "instrument.too_many_items"),
        (
            ["In the past week I felt so worried about money that I could not sleep, at least four nights"],
            "instrument.item_too_long",
        ),
        (["Money", "money"], "instrument.item_twice"),
    ],
)
def test_items_are_names_and_no_questions(names: list[str], key: str) -> None:
    with pytest.raises(DomainError) as error:
        items_of(names)
    assert fault(error) == (key, "items")


def test_a_score_stands_on_its_scale() -> None:
    scale = Scale(lowest=Decimal(1), highest=Decimal(5), items=items_of(["a", "b", "c"]))
    assert scale.checked("i2", Decimal("5.0")) == Decimal(5)
    assert scale.limits(TOTAL) == (Decimal(1), Decimal(15))  # a mean from 1 on, a sum up to 15
    for item, value, key in (
        ("i2", "5.5", "instrument.out_of_scale"),
        (TOTAL, "16", "instrument.out_of_scale"),
        ("i4", "3", "instrument.no_such_item"),
    ):
        with pytest.raises(DomainError) as error:
            scale.checked(item, Decimal(value))
        assert error.value.key == key
    assert Scale(lowest=Decimal(-3), highest=Decimal(3)).limits(TOTAL) == (Decimal(-3), Decimal(3))


def test_a_scale_has_two_ends() -> None:
    with pytest.raises(DomainError) as error:
        Scale(lowest=Decimal(5), highest=Decimal(5))
    assert fault(error) == ("instrument.scale_order", "highest")


def test_an_own_name_of_an_event_is_spelled_as_before() -> None:
    assert event_name(Subject.DIPLOMA, "ignored") == ""
    assert event_name(Subject.OTHER, " talk  with coach ", {"Talk with coach", "Visit"}) == "Talk with coach"
    assert event_name(Subject.OTHER, "First aid") == "First aid"


@pytest.mark.parametrize(
    ("subject", "name", "key"),
    [
        (Subject.SCORE, "", "observation.no_event"),
        (Subject.OTHER, " ", "observation.name_missing"),
        (Subject.OTHER, "x" * 41, "observation.name_too_long"),
        (Subject.OTHER, "mail jan@example.org", "observation.personal"),
    ],
)
def test_a_name_of_an_event_is_refused(subject: Subject, name: str, key: str) -> None:
    with pytest.raises(DomainError) as error:
        event_name(subject, name)
    assert error.value.key == key


def test_a_note_names_nobody() -> None:
    check_note("Started at the bakery.")
    with pytest.raises(DomainError, match=r"observation\.personal"):
        check_note("Call 06 12345678")


def test_nobody_leaves_before_they_came() -> None:
    check_time(None, None)
    check_time(ENTRY, ENTRY)
    with pytest.raises(DomainError) as error:
        check_time(ENTRY, ENTRY - timedelta(days=1))
    assert fault(error) == ("participant.left_before_entry", "left_on")
    with pytest.raises(DomainError, match=r"date\.out_of_range"):
        check_time(date(1800, 1, 1), None)


# --- Rules: what they refuse --------------------------------------------------------------------------------

SCORE = {"subject": Subject.SCORE, "instrument_id": INSTRUMENT}
VALUE = {"subject": Subject.VALUE, "indicator_id": HOURS}


@pytest.mark.parametrize(
    ("says", "key", "field"),
    [
        ({"subject": Subject.VALUE}, "rule.indicator_missing", "indicator_id"),
        (VALUE, "rule.level_missing", "level"),
        ({**VALUE, "level": Decimal(3), "within_days": 3}, "rule.days_of_score", "within_days"),
        ({**VALUE, "what": Counting.MEDIAN_CHANGE}, "rule.change_of_value", "what"),
        ({**VALUE, "what": Counting.MEAN, "is_ordinal": True}, "rule.mean_of_levels", "what"),
        ({"subject": Subject.DIPLOMA, "what": Counting.MEDIAN}, "rule.change_of_event", "subject"),
        ({**SCORE, "what": Counting.MEDIAN}, "rule.moment_missing", "moment"),
        ({"subject": Subject.OTHER}, "rule.name_missing", "item"),
        ({"subject": Subject.DIPLOMA, "what": Counting.MEAN_CHANGE}, "rule.change_of_event", "subject"),
        ({"subject": Subject.DIPLOMA, "within_days": 3661}, "rule.days", "within_days"),
        ({"subject": Subject.DIPLOMA, "within_days": -1}, "rule.days", "within_days"),
        ({"subject": Subject.SCORE}, "rule.instrument_missing", "instrument_id"),
        ({**SCORE, "within_days": 3}, "rule.days_of_score", "within_days"),
        (SCORE, "rule.level_missing", "level"),
        ({**SCORE, "level": Decimal(3)}, "rule.moment_missing", "moment"),
        ({**SCORE, "level": Decimal("NaN")}, "measurement.not_a_number", "level"),
        ({**SCORE, "what": Counting.MEDIAN_CHANGE}, "rule.moment_missing", "before"),
        ({**SCORE, "what": Counting.MEDIAN_CHANGE, "before": Moment.BEFORE}, "rule.moment_missing", "after"),
        (
            {**SCORE, "what": Counting.MEDIAN_CHANGE, "before": Moment.AFTER, "after": Moment.AFTER},
            "rule.same_moment",
            "after",
        ),
        (
            {
                **SCORE,
                "what": Counting.MEAN_CHANGE,
                "before": Moment.BEFORE,
                "after": Moment.AFTER,
                "is_ordinal": True,
            },
            "rule.mean_of_levels",
            "what",
        ),
        ({"subject": Subject.DIPLOMA, "starts_on": date(1800, 1, 1)}, "date.out_of_range", "starts_on"),
        (
            {"subject": Subject.DIPLOMA, "starts_on": TODAY, "ends_on": ENTRY},
            "rule.period_order",
            "ends_on",
        ),
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(
    says: dict[str, object], key: str, field: str
) -> None:
    with pytest.raises(DomainError) as error:
        Rule(**{"what": Counting.COUNT, **says})  # type: ignore[arg-type] # named by the test
    assert fault(error) == (key, field)


# --- Any rule, any people -----------------------------------------------------------------------------------

days = st.dates(date(2025, 1, 1), date(2026, 3, 1))
some = st.none() | days
moments = st.sampled_from(Moment)
values = st.integers(-3, 6).map(Decimal)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    what = draw(st.sampled_from(Counting))
    period = sorted(draw(st.lists(days, min_size=2, max_size=2)))
    shared = {
        "what": what,
        "cohort_id": draw(st.sampled_from([None, COHORT])),
        "site_id": draw(st.sampled_from([None, SITE])),
        "arm": draw(st.sampled_from([None, *Arm])),
        "starts_on": draw(st.sampled_from([None, period[0]])),
        "ends_on": draw(st.sampled_from([None, period[1]])),
    }
    if what in {Counting.MEDIAN_CHANGE, Counting.MEAN_CHANGE}:
        before, after = draw(st.lists(moments, min_size=2, max_size=2, unique=True))
        ordinal = what is Counting.MEDIAN_CHANGE and draw(st.booleans())
        return Rule(**shared, **SCORE, is_ordinal=ordinal, before=before, after=after)  # type: ignore[arg-type] # as drawn
    about = draw(st.sampled_from([*([] if what in MIDDLES else ["event"]), "score", "value"]))
    if about != "event":
        of = VALUE if about == "value" else {**SCORE, "item": draw(st.sampled_from(["", "i1"]))}
        bound = {"level": draw(values), "at_least": draw(st.booleans())} if what not in MIDDLES else {}
        ordinal = what is Counting.MEDIAN and draw(st.booleans())
        when = draw(moments) if about == "score" else None
        return Rule(**shared, **of, **bound, is_ordinal=ordinal, moment=when)  # type: ignore[arg-type] # as drawn
    subject = draw(st.sampled_from([Subject.DIPLOMA, Subject.OTHER]))
    within = draw(st.none() | st.integers(0, 200))
    item = "visit" if subject is Subject.OTHER else ""
    return Rule(**shared, subject=subject, item=item, within_days=within)


@st.composite
def observed(draw: st.DrawFn) -> Seen:
    id_, on = draw(st.uuids()), draw(days)
    if draw(st.booleans()):
        subject = draw(st.sampled_from([Subject.DIPLOMA, Subject.OTHER, Subject.JOB_STARTED]))
        return Seen(id=id_, subject=subject, on=on, item="visit" if subject is Subject.OTHER else "")
    if draw(st.booleans()):
        of = draw(st.sampled_from([HOURS, COHORT]))
        return Seen(id=id_, subject=Subject.VALUE, on=on, indicator_id=of, value=draw(values))
    return Seen(
        id=id_,
        subject=Subject.SCORE,
        on=on,
        item=draw(st.sampled_from(["", "i1"])),
        instrument_id=draw(st.sampled_from([INSTRUMENT, COHORT])),
        moment=draw(moments),
        value=draw(values),
    )


@st.composite
def persons(draw: st.DrawFn) -> Person:
    return Person(
        id=draw(st.uuids()),
        arm=draw(st.sampled_from(Arm)),
        cohort_id=draw(st.sampled_from([None, COHORT])),
        site_id=draw(st.sampled_from([None, SITE])),
        entered_on=draw(some),
        groups=draw(st.dictionaries(st.just("age"), st.sampled_from(["young", "old", "gone"]))),
        seen=draw(st.lists(observed(), max_size=6, unique_by=lambda one: one.id)),
    )


groups = st.lists(persons(), max_size=8, unique_by=lambda one: one.id)


@given(rules())
def test_a_rule_comes_back_from_json_as_it_went_in(rule: Rule) -> None:
    assert Rule.from_json(json.loads(json.dumps(rule.as_json()))) == rule


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"what": "count"},
        {"what": "count", "subject": "diploma", "extra": 1},
        {"what": "all", "subject": "diploma"},
        {"what": "count", "subject": "diploma", "item": 1},
        {"what": "count", "subject": "diploma", "within_days": "3"},
        {"what": "count", "subject": "diploma", "within_days": True},
        {"what": "count", "subject": "diploma", "at_least": 1},
        {"what": "count", "subject": "diploma", "starts_on": 7},
        {"what": "count", "subject": "diploma", "cohort_id": 7},
        {"what": "count", "subject": "score", "level": "much"},
        {"what": "count", "subject": "score", "level": 3},
    ],
)
def test_what_is_no_rule_is_not_read_as_one(said: object) -> None:
    with pytest.raises(DomainError, match=r"rule\.unreadable"):
        Rule.from_json(said)


def _in_period(rule: Rule, on: date) -> bool:
    return not (rule.starts_on and on < rule.starts_on) and not (rule.ends_on and on > rule.ends_on)


def _score_of(
    rule: Rule, one: Person, moment: Moment | None, as_of: date, *, bounded: bool
) -> Decimal | None:
    last = None
    for seen in sorted(one.seen, key=lambda each: (each.on, each.id)):
        right = seen.subject is rule.subject and seen.moment is moment and seen.item == rule.item
        right = right and seen.instrument_id == rule.instrument_id and seen.on <= as_of
        right = right and seen.indicator_id == rule.indicator_id
        if right and (not bounded or _in_period(rule, seen.on)):
            last = seen.value
    return last


def _hit(rule: Rule, one: Person, as_of: date) -> bool | None:
    """Whether the event happened; None where nobody can tell yet."""
    hit = False
    for seen in one.seen:
        right = seen.subject is rule.subject and seen.item == rule.item and seen.on <= as_of
        right = right and _in_period(rule, seen.on)
        if right and rule.within_days is not None and one.entered_on is not None:
            right = 0 <= (seen.on - one.entered_on).days <= rule.within_days
        hit = hit or right
    if rule.within_days is None:
        return hit
    if one.entered_on is None:
        return None
    over = (as_of - one.entered_on).days >= rule.within_days
    return None if not over and (rule.what is Counting.SHARE or not hit) else hit


def _there(rule: Rule, one: Person, as_of: date) -> bool | Decimal | None:
    """Whether somebody counts, or their score, value or change; None where it is not known."""
    if rule.what in CHANGES:
        earlier = _score_of(rule, one, rule.before, as_of, bounded=False)
        later = _score_of(rule, one, rule.after, as_of, bounded=True)
        return None if earlier is None or later is None else later - earlier
    if rule.subject in EVENTS:
        return _hit(rule, one, as_of)
    value = _score_of(rule, one, rule.moment, as_of, bounded=True)
    if value is None or rule.what in MIDDLES:
        return value
    assert rule.level is not None
    return value >= rule.level if rule.at_least else value <= rule.level


def naive(rule: Rule, everybody: list[Person], as_of: date) -> tuple[object, ...]:
    """Count as somebody with the list in hand would: (part, whole, unknown, value)."""
    found = [
        _there(rule, one, as_of)
        for one in everybody
        if (rule.cohort_id is None or one.cohort_id == rule.cohort_id)
        and (rule.site_id is None or one.site_id == rule.site_id)
        and (rule.arm is None or one.arm is rule.arm)
        and not (one.entered_on is not None and one.entered_on > as_of)
    ]
    known = [one for one in found if one is not None]
    unknown, whole = len(found) - len(known), len(known)
    if rule.what not in CHANGES | MIDDLES:
        part = sum(one is True for one in known)
        share = round(Decimal(part) / whole, 6) if whole else None
        return part, whole, unknown, part if rule.what is Counting.COUNT else share
    amounts = sorted(Decimal(one) for one in known)
    if not amounts:
        return 0, 0, unknown, None
    if rule.what in {Counting.MEAN, Counting.MEAN_CHANGE}:
        return whole, whole, unknown, round(sum(amounts, Decimal(0)) / whole, 6)
    return whole, whole, unknown, amounts[(whole - 1) // 2] if rule.is_ordinal else median(amounts)


@given(rules(), groups, days)
def test_a_value_is_what_a_reader_counts(rule: Rule, everybody: list[Person], as_of: date) -> None:
    found = compute(rule, everybody, as_of)
    assert (found.counted, found.people, found.missing, found.value) == naive(rule, everybody, as_of)
    assert sum(found.verdicts.values()) == len(found.members)


@given(rules(), groups, days, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(
    rule: Rule, everybody: list[Person], as_of: date, rng: Random
) -> None:
    other = everybody.copy()
    rng.shuffle(other)
    assert compute(rule, other, as_of).rests_on() == compute(rule, everybody, as_of).rests_on()


@given(rules(), groups, days)
def test_groups_with_unknown_add_up_to_the_whole(rule: Rule, everybody: list[Person], as_of: date) -> None:
    found = compute(rule, everybody, as_of)
    options = ("young", "old")
    parts = [found.of("age", option, options) for option in (*options, UNKNOWN)]
    assert sum(part.counted for part in parts) == found.counted
    assert sum(part.people for part in parts) == found.people
    assert sum(part.missing for part in parts) == found.missing


# --- Worked examples ----------------------------------------------------------------------------------------


def person(number: int, *seen: Seen, entered_on: date | None = ENTRY, **says: object) -> Person:
    return Person(id=UUID(int=number), entered_on=entered_on, seen=seen, **says)  # type: ignore[arg-type] # named


def event(on: date, subject: Subject = Subject.JOB_STARTED) -> Seen:
    return Seen(id=UUID(int=1), subject=subject, on=on)


def score(moment: Moment, value: int, on: date = ENTRY) -> Seen:
    return Seen(
        id=UUID(int=value),
        subject=Subject.SCORE,
        on=on,
        instrument_id=INSTRUMENT,
        moment=moment,
        value=Decimal(value),
    )


def test_a_share_leaves_out_of_whom_it_is_not_known_yet() -> None:
    rule = Rule(what=Counting.SHARE, subject=Subject.JOB_STARTED, within_days=90)
    everybody = [
        person(1, event(ENTRY + timedelta(days=90))),  # the last day counts
        person(2, event(ENTRY + timedelta(days=91))),  # a day late
        person(3),
        person(4, event(date(2025, 12, 1)), entered_on=date(2025, 11, 30)),  # 90 days are not over
        person(5, event(date(2025, 2, 1)), entered_on=None),
        person(6, event(ENTRY - timedelta(days=1))),  # before entry
        person(7, entered_on=date(2026, 1, 1)),  # comes tomorrow: not among them at all
    ]
    found = compute(rule, everybody, TODAY)
    assert found.verdicts == {
        Verdict.COUNTED: 1,
        Verdict.NOT_COUNTED: 3,
        Verdict.TOO_EARLY: 1,
        Verdict.NO_ENTRY_DAY: 1,
    }
    assert (found.value, found.people, found.missing) == (Decimal("0.25"), 4, 2)


def test_a_count_takes_who_has_it_already() -> None:
    rule = Rule(what=Counting.COUNT, subject=Subject.JOB_STARTED, within_days=90)
    soon = person(4, event(date(2025, 12, 1)), entered_on=date(2025, 11, 30))
    assert compute(rule, [soon, person(5, entered_on=date(2025, 12, 30))], TODAY).verdicts == {
        Verdict.COUNTED: 1,
        Verdict.TOO_EARLY: 1,
    }


def change(*pairs: tuple[int, int], **says: object) -> Computed:
    rule = Rule(
        **{"what": Counting.MEDIAN_CHANGE, **SCORE, "before": Moment.BEFORE, "after": Moment.AFTER, **says}  # type: ignore[arg-type] # named
    )
    everybody = [
        person(number, score(Moment.BEFORE, before), score(Moment.AFTER, after, TODAY))
        for number, (before, after) in enumerate(pairs)
    ]
    return compute(rule, [*everybody, person(98, score(Moment.BEFORE, 3)), person(99)], TODAY)


def test_the_middle_of_changes_says_of_how_many_it_is_not_known() -> None:
    found = change((1, 2), (1, 3), (2, 5), (4, 3))  # +1, +2, +3, -1
    assert (found.value, found.counted, found.missing) == (Decimal("1.5"), 4, 2)
    assert list(map(int, found.values)) == [-1, 1, 2, 3]
    assert change((1, 2), (1, 3), (2, 5), (4, 3), is_ordinal=True).value == 1  # levels: the lower one
    assert change((1, 2), (1, 5), (4, 3)).value == 1  # of three the one in the middle
    assert change((1, 2), (1, 3), (4, 3), what=Counting.MEAN_CHANGE).value == Decimal("0.666667")


def hours(value: int, on: date = ENTRY) -> Seen:
    return Seen(id=UUID(int=value), subject=Subject.VALUE, on=on, indicator_id=HOURS, value=Decimal(value))


def test_values_of_people_are_counted_over_a_bound_and_have_a_middle() -> None:
    everybody = [
        person(1, hours(12), hours(32, TODAY)),  # the last one counts
        person(2, hours(16)),
        person(3, hours(40)),
        person(4, event(ENTRY)),  # no hours were recorded
    ]
    share = compute(Rule(**VALUE, what=Counting.SHARE, level=Decimal(32)), everybody, TODAY)  # type: ignore[arg-type] # as above
    assert (share.counted, share.people, share.missing) == (2, 3, 1)
    assert share.verdicts == {Verdict.COUNTED: 2, Verdict.NOT_COUNTED: 1, Verdict.NO_VALUE: 1}
    median_ = compute(Rule(**VALUE, what=Counting.MEDIAN, level=Decimal(33)), everybody, TODAY)  # type: ignore[arg-type] # as above
    assert (median_.value, median_.people, median_.missing) == (Decimal(32), 3, 1), (
        "a bound does not touch a median"
    )
    assert compute(Rule(**VALUE, what=Counting.MEAN), everybody, TODAY).value == Decimal("29.333333")  # type: ignore[arg-type] # as above


def test_nobody_is_not_zero() -> None:
    assert change().value is None
    assert change(what=Counting.MEAN_CHANGE).value is None
    share = Rule(what=Counting.SHARE, subject=Subject.DIPLOMA)
    assert compute(share, [], TODAY).value is None
    assert compute(Rule(what=Counting.COUNT, subject=Subject.DIPLOMA), [], TODAY).value == 0
    assert middle([], is_ordinal=True) is None


def test_of_two_scores_of_a_moment_the_last_counts() -> None:
    rule = Rule(**SCORE, what=Counting.SHARE, level=Decimal(3), moment=Moment.AFTER)  # type: ignore[arg-type] # as above
    twice = person(1, score(Moment.AFTER, 5, ENTRY), score(Moment.AFTER, 2, TODAY))
    assert compute(rule, [twice], TODAY).members[0].value == 2
    assert compute(rule, [twice], date(2025, 6, 1)).value == 1


def test_what_a_recorded_value_rests_on_names_nobody_and_shows_every_difference() -> None:
    rule = Rule(what=Counting.COUNT, subject=Subject.DIPLOMA)
    one, other = person(1, event(ENTRY, Subject.DIPLOMA)), person(2)
    rests = json.loads(compute(rule, [one, other], TODAY).rests_on())
    assert rests["rule"] == {"what": "count", "subject": "diploma"}
    assert rests["as_of"] == "2025-12-31"
    assert rests["verdicts"] == {"counted": 1, "not_counted": 1}
    assert str(one.id) not in json.dumps(rests)
    swapped = [person(1), person(2, event(ENTRY, Subject.DIPLOMA))]
    assert compute(rule, swapped, TODAY).digest() != rests["digest"]
    assert change((1, 2)).digest() != change((1, 3)).digest()


def test_each_kind_is_computed_in_its_own_way() -> None:
    count = Rule(what=Counting.COUNT, subject=Subject.DIPLOMA)
    assert [kind for kind in Kind if count.fits(kind)] == [Kind.COUNT]
    assert Subject.SCORE not in EVENTS
