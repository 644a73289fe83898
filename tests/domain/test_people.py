"""Kinds of organisations, three people for one payment, nobody signs their own data, and passwords."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.errors import DomainError
from toc.domain.people import (
    LEAST_PASSWORD,
    MOST_PASSWORD,
    STEP_ROLE,
    Helix,
    OrganisationKind,
    Part,
    Role,
    Step,
    check_password,
    may_sign,
    may_take,
    open_steps,
    token_hash,
)

ANNA, BILAL, CARLA = (UUID(int=number) for number in (1, 2, 3))
EMAIL = "anna.devries@kleurenkeuken.example"


# --- Kinds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "helix"),
    [
        (OrganisationKind.CLIENT_COUNCIL, Helix.CITIZENS),
        (OrganisationKind.SOCIAL_ENTERPRISE, Helix.BUSINESS),
        (OrganisationKind.WELFARE_ORGANISATION, Helix.BUSINESS),
        (OrganisationKind.FUND, Helix.BUSINESS),
        (OrganisationKind.RESEARCH_BUREAU, Helix.KNOWLEDGE),
        (OrganisationKind.MUNICIPALITY, Helix.GOVERNMENT),
        (OrganisationKind.BENEFITS_AGENCY, Helix.GOVERNMENT),
    ],
)
def test_a_kind_of_organisation_belongs_to_a_helix(kind: OrganisationKind, helix: Helix) -> None:
    assert kind.helix is helix


def test_every_kind_has_a_helix_and_every_helix_has_kinds() -> None:
    assert {kind.helix for kind in OrganisationKind} == set(Helix)


def test_the_roles_and_parts_are_those_of_the_glossary() -> None:
    assert set(Role) == {
        "coordinator",
        "worker",
        "funder",
        "investor",
        "evaluator",
        "stakeholder",
        "viewer",
    }
    assert set(Part) == {"funder", "investor", "provider", "evaluator", "partner"}


# --- Three people for one payment ---------------------------------------------------------------------------


def refusal(step: Step, person: UUID, taken: dict[Step, UUID], roles: set[Role]) -> tuple[str, object]:
    """The key with which a step is refused, and what it names."""
    with pytest.raises(DomainError) as refused:
        may_take(step, person, taken=taken, roles=roles)
    return refused.value.key, next(iter(refused.value.params.values()), None)


def test_a_worker_declares_an_evaluator_verifies_and_a_funder_approves() -> None:
    taken: dict[Step, UUID] = {}
    for step, person, role in [
        (Step.DECLARE, ANNA, Role.WORKER),
        (Step.VERIFY, BILAL, Role.EVALUATOR),
        (Step.APPROVE, CARLA, Role.FUNDER),
    ]:
        assert open_steps(person, taken=taken, roles={role}) == (step,)
        may_take(step, person, taken=taken, roles={role})
        taken[step] = person
    assert all(open_steps(person, taken=taken, roles=set(Role)) == () for person in (ANNA, BILAL, CARLA))


def test_one_person_with_two_roles_still_takes_one_step() -> None:
    both = {Role.WORKER, Role.EVALUATOR}
    assert refusal(Step.VERIFY, ANNA, {Step.DECLARE: ANNA}, both) == ("outcome.same_person", Step.DECLARE)
    may_take(Step.VERIFY, BILAL, taken={Step.DECLARE: ANNA}, roles=both)
    verified = {Step.DECLARE: ANNA, Step.VERIFY: BILAL}
    paying = {Role.WORKER, Role.FUNDER}
    assert refusal(Step.APPROVE, ANNA, verified, paying) == ("outcome.same_person", Step.DECLARE)
    # Bilal verified; that he has since become funder and is no evaluator any more does not help.
    assert refusal(Step.APPROVE, BILAL, verified, {Role.FUNDER}) == ("outcome.same_person", Step.VERIFY)


def test_an_evaluator_never_approves_whatever_else_they_are() -> None:
    verified = {Step.DECLARE: ANNA, Step.VERIFY: BILAL}
    for roles in ({Role.EVALUATOR}, {Role.EVALUATOR, Role.FUNDER}, set(Role)):
        assert refusal(Step.APPROVE, CARLA, verified, roles)[0] == "outcome.evaluator_may_not_approve"


@pytest.mark.parametrize(("step", "role"), STEP_ROLE.items())
def test_each_step_asks_for_its_role(step: Step, role: Role) -> None:
    assert refusal(step, CARLA, {}, set(Role) - {role, Role.EVALUATOR}) == ("outcome.role_needed", role)
    assert refusal(step, CARLA, {}, set()) == ("outcome.role_needed", role)


@pytest.mark.parametrize(
    ("step", "taken", "first"),
    [
        (Step.VERIFY, {}, Step.DECLARE),
        (Step.APPROVE, {}, Step.DECLARE),
        (Step.APPROVE, {Step.DECLARE: ANNA}, Step.VERIFY),
        (Step.APPROVE, {Step.VERIFY: ANNA}, Step.DECLARE),
    ],
)
def test_the_steps_are_taken_in_their_order(step: Step, taken: dict[Step, UUID], first: Step) -> None:
    assert refusal(step, CARLA, taken, {STEP_ROLE[step]}) == ("outcome.out_of_turn", first)


@pytest.mark.parametrize("person", [ANNA, BILAL])
def test_a_step_is_taken_once(person: UUID) -> None:
    taken = {Step.DECLARE: ANNA}
    assert refusal(Step.DECLARE, person, taken, {Role.WORKER}) == ("outcome.already_taken", Step.DECLARE)


attempts = st.lists(
    st.tuples(st.sampled_from(Step), st.sampled_from([ANNA, BILAL, CARLA]), st.sets(st.sampled_from(Role))),
    max_size=40,
)


@given(attempts=attempts)
def test_whatever_people_try_three_different_ones_took_the_steps(
    attempts: list[tuple[Step, UUID, set[Role]]],
) -> None:
    taken: dict[Step, UUID] = {}
    for step, person, roles in attempts:
        may = step in open_steps(person, taken=taken, roles=roles)
        if may:
            assert STEP_ROLE[step] in roles
            assert step is not Step.APPROVE or Role.EVALUATOR not in roles
            taken[step] = person
    assert tuple(taken) == tuple(Step)[: len(taken)]
    assert len(set(taken.values())) == len(taken)


def test_open_steps_are_exactly_those_that_are_not_refused() -> None:
    for person, one, two in product((ANNA, BILAL), Role, Role):
        offered = open_steps(person, taken={Step.DECLARE: ANNA}, roles={one, two})
        expected = (Step.VERIFY,) if person == BILAL and Role.EVALUATOR in {one, two} else ()
        assert offered == expected


# --- Own data -----------------------------------------------------------------------------------------------


def test_who_entered_data_does_not_sign_its_analysis() -> None:
    may_sign(ANNA, entered_by={BILAL, CARLA})
    may_sign(ANNA, entered_by=())
    with pytest.raises(DomainError, match=r"evidence\.own_data"):
        may_sign(ANNA, entered_by=[BILAL, ANNA])


# --- Passwords and tokens -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "paard batterij nietje",
        "837465920174",  # no rules on kinds of characters: twelve digits in no order
        "welkom bij oma op zolder",
        "Tr0ub4dor&3-xkcd",
        "соловей поёт ночью",
        "xQ7#fLp2vW9z",
    ],
)
def test_a_password_of_ones_own_is_accepted(password: str) -> None:
    check_password(password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Welkom123456!",
        "wachtwoordwachtwoord",
        "P@ssw0rd12345",
        "Zomer2026Zomer2026",
        "Doelenboom2026!",
        "Gemeente-Utrecht-01",
        "qwertyuiop123",
        "!QAZ2wsx#EDC",
        "123456789012",
        "aaaaaaaaaaaa",
        "abababababab",
        "            ",
        "AnnaDeVries2026",
        "devries.anna.99",
        "kleurenkeuken1!",
    ],
)
def test_a_password_that_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(DomainError, match=r"password\.too_common"):
        check_password(password, email=EMAIL)


def test_a_name_is_only_refused_to_who_bears_it() -> None:
    check_password("Kleurenkeuken1!", email="bilal@elders.example")


def test_the_length_of_a_password() -> None:
    varied = "abZ9#kQ2!mX7" * 11
    check_password(varied[:LEAST_PASSWORD], email=EMAIL)
    check_password(varied[:MOST_PASSWORD], email=EMAIL)
    with pytest.raises(DomainError) as short:
        check_password(varied[: LEAST_PASSWORD - 1], email=EMAIL)
    assert (short.value.key, short.value.params) == ("password.too_short", {"least": 12})
    with pytest.raises(DomainError) as long:
        check_password(varied[: MOST_PASSWORD + 1], email=EMAIL)
    assert (long.value.key, long.value.params) == ("password.too_long", {"most": 128})


@given(password=st.text(max_size=140), email=st.text(max_size=40))
def test_any_text_is_accepted_or_refused_with_a_reason(password: str, email: str) -> None:
    try:
        check_password(password, email=email)
    except DomainError as refused:
        assert refused.key in {"password.too_short", "password.too_long", "password.too_common"}  # noqa: PT017 both ends are right
    else:
        assert LEAST_PASSWORD <= len(password) <= MOST_PASSWORD


def test_a_token_is_stored_as_its_hash() -> None:
    # FIPS 180-2, appendix B.1: SHA-256 of "abc".
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert token_hash("abd") != token_hash("abc")
