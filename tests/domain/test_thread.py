"""The golden thread as a reader sees it."""

from uuid import UUID

from toc.domain.thread import MONEY, BeadKind, Chain, Item, Say, State, strip

GOAL, OTHER, PAYMENT = UUID(int=1), UUID(int=2), UUID(int=3)
ALL = frozenset(BeadKind)


def chain(**fields: object) -> Chain:
    values: dict[str, object] = {
        "kind": BeadKind.GOAL,
        "id": GOAL,
        "items": {
            BeadKind.STATEMENT: (
                Item(id=None, says=(Say(key="thread.said", params={"said": 3, "asked": 5}),)),
            ),
            BeadKind.GOAL: (Item(id=OTHER, code="G2"), Item(id=GOAL, code="G1")),
            BeadKind.PAYMENT: (Item(id=PAYMENT, code="P1"),),
        },
    }
    return Chain(**{**values, **fields})  # type: ignore[arg-type] # names what matters


def test_there_are_always_eight_beads_in_the_order_from_words_to_money() -> None:
    beads = strip(chain(), seen=ALL)
    assert [bead.kind for bead in beads] == list(BeadKind)
    assert [bead.kind for bead in strip(chain(items={}), seen=())] == list(BeadKind)


def test_the_current_bead_is_the_thing_itself_and_nothing_else_of_its_kind() -> None:
    goal = strip(chain(), seen=ALL)[1]
    assert goal.state is State.CURRENT
    assert [item.code for item in goal.items] == ["G1"]


def test_a_bead_that_exists_leads_on_and_one_that_does_not_says_what_it_waits_for() -> None:
    waits = Say(key="thread.waits_for_funder")
    beads = strip(chain(waiting={BeadKind.INDICATOR: waits}), seen=ALL)
    assert beads[7].state is State.THERE
    assert beads[7].items[0].id == PAYMENT
    assert beads[2].state is State.WAITING
    assert beads[2].says == (waits,)
    assert beads[3].says == ()


def test_what_the_contract_does_not_ask_for_is_said_not_awaited() -> None:
    beads = strip(chain(required=frozenset({BeadKind.OUTCOME})), seen=ALL)
    states = {bead.kind: bead.state for bead in beads}
    assert states[BeadKind.EFFECT] is State.NOT_REQUIRED
    assert states[BeadKind.SAVING] is State.NOT_REQUIRED
    assert states[BeadKind.OUTCOME] is State.WAITING
    assert states[BeadKind.INDICATOR] is State.WAITING


def test_who_may_not_see_money_gets_closed_beads_without_content() -> None:
    beads = strip(chain(), seen=ALL - MONEY)
    closed = [bead for bead in beads if bead.state is State.HIDDEN]
    assert {bead.kind for bead in closed} == MONEY
    assert all(not bead.items and not bead.says for bead in closed)
