"""A definition is kept whole with its edition, and indicators of the library are taken over once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member
from tests.factories.goals import EVALUATOR, make_goal
from tests.factories.indicators import WORKER, make_count, make_definition, make_indicator, measure
from toc.domain.errors import DomainError
from toc.domain.goals import Standing
from toc.domain.indicators import Definition, Frequency, Kind, PeriodTarget, Status, cut
from toc.domain.indicators.breakdowns import Breakdown, Option
from toc.domain.indicators.external import ExternalCode, Scheme
from toc.domain.people import Role
from toc.domain.programmes import Language
from toc.models.indicators import Indicator, IndicatorEdition, IndicatorTarget
from toc.models.programmes import Programme
from toc.services import indicators as service
from toc.services.errors import NotFound

START, END = date(2025, 1, 1), date(2025, 12, 31)


def quarters(*values: int) -> tuple[PeriodTarget, ...]:
    return tuple(
        PeriodTarget(starts_on=start, ends_on=end, value=Decimal(value))
        for (start, end), value in zip(cut(Frequency.QUARTERLY, START, END), values, strict=True)
    )


def everything(**says: object) -> Definition:
    """A definition that says something in each of its fields."""
    usual: dict[str, object] = {
        "baseline_value": Decimal(0),
        "other_name": "Diploma's",
        "other_definition": "Erkend",
        "numerator": "with a diploma",
        "denominator": "all",
        "instrument": "Register, 2025",
        "pitfalls": "Counted twice",
        "influence": "The school",
        "external_codes": (
            ExternalCode(scheme=Scheme.SDG, code="4.4"),
            ExternalCode(scheme=Scheme.IRIS, code="PI4060", url="https://example.org/PI4060"),
        ),
        "breakdowns": (Breakdown(key="age", name="Age", options=(Option(key="young", name="young"),)),),
        "periods": quarters(10, 20, 40, 100),
        "rule": {"count": "diploma"},
        "frequency": Frequency.OWN,
    }
    return make_count(**{**usual, **says})


def edition(session: Session, indicator: Indicator, number: int) -> IndicatorEdition:
    return session.scalars(
        select(IndicatorEdition).where(
            IndicatorEdition.indicator_id == indicator.id, IndicatorEdition.number == number
        )
    ).one()


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"kind": Kind.ORDINAL, "levels": ("low", "high"), "periods": (), "baseline_value": None}
        | dict.fromkeys(("baseline_on", "target_value", "target_on")),
        {"kind": Kind.MEAN, "scale_lowest": Decimal(0), "scale_highest": Decimal("100.5"), "rule": None},
        {"target_value": None, "target_on": None},
    ],
)
def test_everything_that_a_definition_says_comes_back(session: Session, says: dict[str, object]) -> None:
    said = everything(**says)
    indicator = make_indicator(session, definition=said)
    session.expire_all()
    assert service.definition_of(edition(session, indicator, 1)) == said
    view = service.get_indicator(session, EVALUATOR, indicator.id)
    assert view.definition == said
    (listed,) = service.overview(session, END)
    assert listed.definition == said
    assert service.measured_as(edition(session, indicator, 1)).periods == ()


def test_the_periods_decide_how_it_stands_and_when_it_is_due(session: Session) -> None:
    indicator = make_indicator(session, definition=everything())
    measure(session, indicator, date(2025, 6, 30), 19)
    on = date(2025, 7, 1)
    judged = service.judgement(session, indicator.id, on)
    assert (judged.status, judged.key, judged.due_on) == (
        Status.BEHIND,
        "status.behind_period",
        date(2025, 9, 30),
    )
    assert service.goal_statuses(session, on) == {indicator.goal_id: Status.BEHIND}
    assert service.goal_statuses(session, date(2025, 10, 15)) == {indicator.goal_id: Status.OVERDUE}


def test_other_periods_make_a_new_edition_and_the_old_one_keeps_its_own(session: Session) -> None:
    indicator = make_indicator(session, definition=everything())
    measured = measure(session, indicator, date(2025, 3, 31), 10)
    service.new_edition(
        session,
        EVALUATOR,
        indicator.id,
        everything(periods=quarters(5, 10, 20, 100)),
        reason="Started late",
        revision=indicator.revision,
    )
    session.expire_all()
    assert service.definition_of(edition(session, indicator, 1)).periods == quarters(10, 20, 40, 100)
    assert service.definition_of(edition(session, indicator, 2)).periods == quarters(5, 10, 20, 100)
    assert measured.edition_id == edition(session, indicator, 1).id
    (listed,) = service.overview(session, END)
    assert listed.definition.periods == quarters(5, 10, 20, 100)


def test_the_same_periods_make_no_edition(session: Session) -> None:
    indicator = make_indicator(session, definition=everything())
    again = service.new_edition(
        session, EVALUATOR, indicator.id, everything(), reason="", revision=indicator.revision
    )
    assert again.number == 1
    assert session.scalar(select(func.count()).select_from(IndicatorTarget)) == 4


@pytest.mark.parametrize(
    ("says", "key", "field"),
    [
        ({"responsible_id": UUID(int=7)}, "indicator.not_a_member", "responsible_id"),
        (
            {"external_codes": (ExternalCode(scheme=Scheme.SDG, code="18.1"),)},
            "external.not_in_list",
            "external_codes",
        ),
    ],
)
def test_a_member_or_a_target_that_is_not_there_is_refused(
    session: Session, says: dict[str, object], key: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make_indicator(session, definition=make_definition(**says))
    assert (refused.value.key, refused.value.params["field"]) == (key, field)


def test_who_sees_to_it_takes_part_and_may_stay_after_leaving(session: Session, programme: Programme) -> None:
    user = make_member(session, programme, Role.WORKER)
    said = make_definition(responsible_id=user.id)
    indicator = make_indicator(session, definition=said)
    assert service.get_indicator(session, EVALUATOR, indicator.id).definition.responsible_id == user.id
    other = make_indicator(session)
    for membership in user.memberships:
        membership.ended_at = WORKER.at
    session.flush()
    service.new_edition(
        session,
        EVALUATOR,
        indicator.id,
        make_definition(responsible_id=user.id, name="Another name"),
        reason="Clearer",
        revision=indicator.revision,
    )
    with pytest.raises(DomainError) as refused:
        service.new_edition(session, EVALUATOR, other.id, said, reason="Somebody", revision=other.revision)
    assert refused.value.key == "indicator.not_a_member"


# --- The library --------------------------------------------------------------------------------------------


def test_indicators_of_the_library_are_added_to_a_goal_once(session: Session) -> None:
    goal, form = make_goal(session), uuid4()
    keys = ["evictions", "loneliness", "evictions"]
    made = service.take_over(session, EVALUATOR, form, goal.id, keys, Language.NL)
    again = service.take_over(session, EVALUATOR, form, goal.id, keys, Language.NL)
    assert [one.id for one in made] == [one.id for one in again]
    said = [view.definition for view in service.overview(session, END)]
    assert [(one.name, one.library_key) for one in said] == [
        ("Huisuitzettingen", "evictions"),
        ("Voelt zich vaak eenzaam", "loneliness"),
    ]
    assert said[0].other_name == "Evictions"


def test_the_library_says_for_which_goals_it_was_used(session: Session) -> None:
    open_goal, hidden = make_goal(session), make_goal(session, standing=Standing.HIDDEN)
    for goal in (open_goal, hidden):
        service.take_over(session, EVALUATOR, uuid4(), goal.id, ["evictions"], Language.EN)
    make_indicator(session, open_goal)
    codes = [f"G{open_goal.code}", f"G{hidden.code}"]
    assert service.taken_for(session, EVALUATOR) == {"evictions": codes}
    assert service.taken_for(session, act_of(None, Role.WORKER)) == {"evictions": codes[:1]}


def test_what_is_not_in_the_library_and_a_goal_that_is_not_there_are_not_found(session: Session) -> None:
    goal = make_goal(session)
    for goal_id, key in ((goal.id, "no_such"), (uuid4(), "evictions")):
        with pytest.raises(NotFound):
            service.take_over(session, EVALUATOR, uuid4(), goal_id, [key], Language.NL)
    assert service.overview(session, END) == []


@pytest.mark.parametrize("many", [1, 20])
def test_periods_cost_no_question_each(session: Session, many: int) -> None:
    goal = make_goal(session)
    for _ in range(many):
        make_indicator(session, goal, everything())
    assert _statements(session, lambda: service.overview(session, END)) == 2
    assert _statements(session, lambda: service.goal_statuses(session, END)) == 2


def _statements(session: Session, ask: Callable[[], object]) -> int:
    session.flush()
    asked: list[str] = []
    connection = session.connection()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(asked)
