"""Accounts, organisations, memberships, invitations, links and sign-in attempts on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_organisation, make_programme, make_user
from tests.factories.interviews import make_group, make_respondent
from tests.factories.people import make_account, make_invitation, make_personal_link, make_token
from toc.domain.errors import DomainError
from toc.domain.interviews import GuideVariant
from toc.domain.people import OrganisationKind, Part, Role
from toc.models.audit import AuditEvent, InstanceEvent
from toc.models.database import Database
from toc.models.people import (
    EndedSession,
    Invitation,
    Membership,
    Organisation,
    PersonalLink,
    SignInAttempt,
    User,
)
from toc.models.programmes import Partner, Programme
from toc.services import people
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.people import Invitee

ACT = act_of()
HOUR = timedelta(hours=1)


def actions(session: Session) -> list[str]:
    """What the programme's audit trail says was done."""
    return list(
        session.scalars(
            select(AuditEvent.action)
            .where(AuditEvent.programme_id == session.info["programme_id"])
            .order_by(AuditEvent.sequence)
        )
    )


def instance_actions(session: Session) -> list[str]:
    """What the instance's audit trail says was done."""
    return list(session.scalars(select(InstanceEvent.action).order_by(InstanceEvent.sequence)))


# --- Accounts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" An.deBoer@Example.org ", "an.deboer@example.org"), ("rené@école.example", "rené@école.example")],
)
def test_an_address_is_kept_in_small_letters(typed: str, kept: str) -> None:
    assert people.clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "an",
        "an@",
        "@example.org",
        "an@example",
        "an@example..org",
        "an@ex ample.org",
        "an@example.org\r\nBcc: all@example.org",
        "an@example.org, eva@example.org",
        "An <an@example.org>",
        "an\u202e@example.org",
        "a" * 65 + "@example.org",
        "an@" + "a" * 250 + ".org",
    ],
)
def test_what_is_no_single_address_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match=r"people\.email"):
        people.clean_email(typed)


def test_a_password_is_hashed_with_argon2id_whichever_keyboard_composed_its_letters() -> None:
    hashed = people.hash_password("café met wijn en brood")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PasswordHasher().verify(hashed, people.normal_password("cafe\u0301 met wijn en brood"))


def test_an_account_is_added_once_and_on_record(session: Session) -> None:
    user_id = uuid4()
    made = [
        people.add_user(
            session, ACT, user_id, email="An@Example.org", name="An de Boer", key="k" * 32, language="en"
        )
        for _ in range(2)
    ]
    user = made[0]
    assert made[1] is user
    assert (user.id, user.email, user.language, user.password) == (user_id, "an@example.org", "en", None)
    assert instance_actions(session) == ["account.create"]


def test_an_address_has_one_account(session: Session) -> None:
    taken = make_user(session, email="an@example.org")
    with pytest.raises(Conflict, match=r"people\.email_taken"):
        people.add_user(session, ACT, uuid4(), email="AN@example.org", name="An", key="k" * 32)
    assert people.account_by_email(session, "an@example.org") is taken
    assert people.account_by_email(session, "eva@example.org") is None


def test_an_administrator_is_made_once(session: Session) -> None:
    first, second = make_user(session), make_user(session)
    for user in (first, first, second):
        people.make_administrator(session, ACT, user)
    assert first.is_administrator
    assert second.is_administrator
    assert instance_actions(session) == ["account.administrator"] * 2


def test_an_account_is_found_by_its_key_while_it_is_active_and_its_sign_in_lasts(session: Session) -> None:
    user = make_user(session)
    key, sign_in = user.fs_uniquifier, people.session_key("one")
    assert people.account_by_key(session, key) is user
    assert people.account_by_key(session, key, sign_in) is user
    assert people.account_by_key(session, "other") is None
    people.end_session(session, ACT, user.id, sign_in, longest=HOUR)
    session.flush()
    assert people.account_by_key(session, key, sign_in) is None
    assert people.account_by_key(session, key, people.session_key("two")) is user
    user.active = False
    session.flush()
    assert people.account_by_key(session, key) is None


def test_ended_sign_ins_are_kept_as_long_as_they_could_have_lasted(session: Session) -> None:
    user = make_user(session)
    for hours, name in ((0, "old"), (1, "young"), (2, "new"), (2, "new")):
        act = act_of(user, at=NOW + hours * HOUR)
        people.end_session(session, act, user.id, people.session_key(name), longest=2 * HOUR)
        session.flush()
    kept = set(session.scalars(select(EndedSession.key)))
    assert kept == {people.session_key("young"), people.session_key("new")}
    assert instance_actions(session) == ["sign_out"] * 4


def test_a_code_is_used_once(session: Session) -> None:
    user, other = make_user(session), make_user(session)
    assert people.use_code(session, user.id, 59_000_000)
    assert not people.use_code(session, user.id, 59_000_000)
    assert not people.use_code(session, user.id, 58_999_999)
    assert people.use_code(session, user.id, 59_000_001)
    assert people.use_code(session, other.id, 58_999_999)
    assert not people.use_code(session, uuid4(), 59_000_002)


def test_a_second_step_is_taken_away_on_record(session: Session) -> None:
    user = make_account(session, tf_primary_method="authenticator", tf_totp_secret="{}")
    people.forget_second_factor(session, ACT, user.id)
    assert (user.tf_primary_method, user.tf_totp_secret) == (None, None)
    assert instance_actions(session) == ["second_factor.off"]
    with pytest.raises(NotFound):
        people.forget_second_factor(session, ACT, uuid4())


def test_a_demo_lists_its_own_accounts_with_the_roles_they_hold(
    session: Session, programme: Programme
) -> None:
    noor = make_member(session, programme, Role.COORDINATOR, Role.VIEWER, name="Noor")
    noor.email = "noor@demo.example"
    new = make_user(session, name="Ada", email="ada@demo.example")
    gone = make_user(session, name="Gone", email="gone@demo.example")
    gone.active = False
    make_user(session, email="an@example.org")
    people.add_member(session, ACT, new.id, Role.WORKER)
    ended = session.scalars(select(Membership).where(Membership.user_id == new.id)).one()
    ended.ended_at = NOW
    session.flush()
    found = people.demo_accounts(session)
    assert [(one.email, one.roles) for one in found] == [
        ("ada@demo.example", frozenset()),
        ("noor@demo.example", frozenset({Role.COORDINATOR, Role.VIEWER})),
    ]


# --- Sign-in attempts ---------------------------------------------------------------------------------------


def attempt(
    session: Session, *keys: str, at: datetime = NOW, attempt_id: UUID | None = None, limit: int = 3
) -> bool:
    """Try once, with three tries an hour."""
    return people.begin_attempt(session, attempt_id or uuid4(), keys, at=at, limit=limit, window=HOUR)


def test_a_key_of_an_attempt_says_nothing_about_the_address() -> None:
    key = people.attempt_key("secret", "account", "an@example.org")
    assert len(key) == 64
    assert key == people.attempt_key("secret", "account", "an@example.org")
    assert key != people.attempt_key("other secret", "account", "an@example.org")
    assert key != people.attempt_key("secret", "machine", "an@example.org")


def test_after_as_many_attempts_as_allowed_the_next_one_waits_for_the_window(session: Session) -> None:
    for minute in range(3):
        assert attempt(session, "an", "here", at=NOW + minute * timedelta(minutes=1))
    assert not attempt(session, "an", "elsewhere", at=NOW + timedelta(minutes=3))
    assert not attempt(session, "eva", "here", at=NOW + timedelta(minutes=3))
    assert attempt(session, "eva", "elsewhere", at=NOW + timedelta(minutes=3))
    assert attempt(session, "an", "elsewhere", at=NOW + HOUR)
    assert not attempt(session, "an", "elsewhere", at=NOW + HOUR)


def test_old_attempts_are_removed(session: Session) -> None:
    assert attempt(session, "an", "here")
    assert attempt(session, "eva", "there", at=NOW + HOUR)
    assert set(session.scalars(select(SignInAttempt.key))) == {"eva", "there"}


def test_a_right_attempt_does_not_count_and_a_sign_in_clears_the_account_only(session: Session) -> None:
    right = uuid4()
    assert attempt(session, "an", "here")
    assert attempt(session, "an", "here", attempt_id=right)
    people.forget_attempts(session, right, ("an", "here"), None)
    assert sorted(session.scalars(select(SignInAttempt.key))) == ["an", "here"]
    assert attempt(session, "an", "here", attempt_id=right)
    people.forget_attempts(session, right, ("an", "here"), "an")
    assert list(session.scalars(select(SignInAttempt.key))) == ["here"]


def test_of_many_attempts_at_once_no_more_get_through_than_one_by_one(storage: Database) -> None:
    start, key = Barrier(8), uuid4().hex

    def one(number: int) -> bool:
        start.wait()
        with storage.writing() as session:
            return attempt(session, key, f"{key}-{number}")

    try:
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, range(8))) == 3
    finally:
        with storage.writing() as session:
            session.execute(delete(SignInAttempt))


# --- Memberships --------------------------------------------------------------------------------------------


def test_a_role_is_given_once_ended_and_given_back_in_the_same_row(session: Session) -> None:
    user, coordinator = make_user(session), make_user(session)
    home = make_organisation(session)
    people.add_member(session, ACT, coordinator.id, Role.COORDINATOR)
    first = people.add_member(session, ACT, user.id, Role.WORKER)
    assert people.add_member(session, ACT, user.id, Role.WORKER, home.id) is first
    assert first.organisation_id is None
    people.end_membership(session, act_of(at=NOW + HOUR), first.id)
    assert first.ended_at == NOW + HOUR
    assert people.roles_by_programme(session, user.id) == {}
    again = people.add_member(session, ACT, user.id, Role.WORKER, home.id)
    assert (again.id, again.ended_at, again.organisation_id) == (first.id, None, home.id)
    assert actions(session) == ["people.join", "people.join", "people.leave", "people.join"]


def test_the_last_coordinator_stays_until_there_is_another_who_can_sign_in(
    session: Session, programme: Programme
) -> None:
    only = make_member(session, programme, Role.COORDINATOR)
    asleep = make_member(session, programme, Role.COORDINATOR)
    asleep.active = False
    session.flush()
    own = session.scalars(select(Membership).where(Membership.user_id == only.id)).one()
    with pytest.raises(Conflict, match=r"people\.last_coordinator"):
        people.end_membership(session, ACT, own.id)
    asleep.active = True
    session.flush()
    assert people.end_membership(session, ACT, own.id).ended_at == NOW


def test_of_two_coordinators_who_leave_at_once_one_stays(separate: Database) -> None:
    with separate.writing() as session:
        programme = make_programme(session)
        ids = []
        for _ in range(2):
            user = make_member(session, programme, Role.COORDINATOR)
            ids.append(session.scalars(select(Membership.id).where(Membership.user_id == user.id)).one())
    start = Barrier(2)

    def leave(membership_id: UUID) -> bool:
        start.wait()
        try:
            with separate.writing(programme.id) as session:
                people.end_membership(session, ACT, membership_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ids)) == [False, True]


def test_a_membership_of_another_programme_is_not_there(session: Session) -> None:
    other = make_programme(session)
    make_member(session, other, Role.WORKER)
    foreign = session.scalars(select(Membership).where(Membership.programme_id == other.id)).one()
    for membership_id in (foreign.id, uuid4()):
        with pytest.raises(NotFound):
            people.get_membership(session, membership_id)
        with pytest.raises(NotFound):
            people.end_membership(session, ACT, membership_id)


def test_members_are_listed_by_name_with_all_their_roles(session: Session, programme: Programme) -> None:
    make_member(session, programme, Role.VIEWER, Role.COORDINATOR, name="Noor")
    make_member(session, programme, Role.WORKER, name="Ada")
    make_member(session, make_programme(session), Role.WORKER, name="Elsewhere")
    ada, noor = people.members(session)
    assert (ada.name, noor.name) == ("Ada", "Noor")
    assert [one.role for one in noor.memberships] == [Role.COORDINATOR, Role.VIEWER]
    assert noor.roles == {Role.COORDINATOR, Role.VIEWER}
    assert not noor.has_second_factor


def test_what_somebody_holds_says_which_programmes_ask_for_a_second_step(session: Session) -> None:
    strict = make_programme(session, name="Strict", second_factor_required=True)
    easy = make_programme(session, name="Easy")
    user = make_member(session, strict, Role.WORKER, Role.VIEWER)
    session.add(
        Membership(id=uuid4(), programme_id=easy.id, user_id=user.id, role=Role.VIEWER, created_at=NOW)
    )
    session.flush()
    assert {
        (one.programme_id, one.role, one.second_factor_required) for one in people.held_by(session, user.id)
    } == {
        (strict.id, Role.WORKER, True),
        (strict.id, Role.VIEWER, True),
        (easy.id, Role.VIEWER, False),
    }
    assert people.roles_by_programme(session, user.id) == {
        strict.id: {Role.WORKER, Role.VIEWER},
        easy.id: {Role.VIEWER},
    }
    assert people.programmes_asking_second_factor(session, user.id) == ["Strict"]


# --- Organisations ------------------------------------------------------------------------------------------


def add_organisation(session: Session, name: str = "De Werkplaats") -> Organisation:
    return people.add_organisation(
        session, ACT, uuid4(), name=name, kind=OrganisationKind.SOCIAL_ENTERPRISE, place="Utrecht"
    )


def test_an_organisation_is_added_once_and_is_what_it_is_said_to_be(session: Session) -> None:
    organisation = add_organisation(session)
    people.set_parts(session, ACT, organisation.id, [Part.PARTNER, Part.PROVIDER])
    again = people.add_organisation(
        session, ACT, organisation.id, name="Other", kind=OrganisationKind.BANK, place=""
    )
    assert again is organisation
    party = people.get_party(session, organisation.id)
    assert party.parts == (Part.PROVIDER, Part.PARTNER)
    assert people.parties(session) == [party]
    people.set_parts(session, ACT, organisation.id, [Part.PARTNER, Part.FUNDER])
    assert people.get_party(session, organisation.id).parts == (Part.FUNDER, Part.PARTNER)
    assert actions(session) == [
        "organisation.create",
        "people.partner",
        "people.partner",
        "people.partner",
        "people.partner_end",
    ]


def test_a_part_is_given_once(session: Session) -> None:
    organisation = add_organisation(session)
    first = people.add_partner(session, ACT, organisation.id, Part.FUNDER)
    assert people.add_partner(session, ACT, organisation.id, Part.FUNDER) is first
    assert session.scalar(select(func.count()).select_from(Partner)) == 1


def test_a_command_adds_an_organisation_outside_any_programme(database: Database) -> None:
    with database.writing() as session:
        organisation = add_organisation(session)
        again = people.add_organisation(
            session, ACT, organisation.id, name="Other", kind=OrganisationKind.BANK
        )
        assert again is organisation
        assert instance_actions(session) == ["organisation.create"]


def test_a_programme_sees_whoever_takes_part_in_it_in_any_way_and_nobody_else(
    session: Session, programme: Programme
) -> None:
    add_organisation(session, "Nobody's")
    partner, group, member, invited = (add_organisation(session, name) for name in ("d", "c", "b", "a"))
    people.add_partner(session, ACT, partner.id, Part.FUNDER)
    make_group(session, organisation_id=group.id)
    people.add_member(session, ACT, make_user(session).id, Role.WORKER, member.id)
    session.add(
        Invitation(
            id=uuid4(),
            programme_id=programme.id,
            email="an@example.org",
            name="An",
            role=Role.WORKER,
            organisation_id=invited.id,
            language="nl",
            token_hash=make_token(),
            expires_at=NOW,
            created_at=NOW,
        )
    )
    session.flush()
    assert [(one.organisation.name, one.parts) for one in people.parties(session)] == [
        ("a", ()),
        ("b", ()),
        ("c", ()),
        ("d", (Part.FUNDER,)),
    ]


def test_an_organisation_of_others_is_not_there(session: Session) -> None:
    foreign = make_organisation(session)
    with pytest.raises(NotFound):
        people.get_party(session, foreign.id)
    with pytest.raises(NotFound):
        people.add_organisation(session, ACT, foreign.id, name="Mine", kind=OrganisationKind.BANK)


def test_of_two_who_change_an_organisation_the_second_sees_both_texts(session: Session) -> None:
    organisation = add_organisation(session)
    people.add_partner(session, ACT, organisation.id, Part.PROVIDER)
    party = people.get_party(session, organisation.id)
    seen = organisation.revision
    people.edit_organisation(
        session, ACT, party, seen, name="De Keuken", kind=OrganisationKind.COMPANY, place="Zeist"
    )
    with pytest.raises(Stale) as caught:
        people.edit_organisation(
            session, ACT, party, seen, name="De Zaak", kind=OrganisationKind.BANK, place="Zeist"
        )
    assert caught.value.theirs == {
        "name": "De Keuken",
        "kind": OrganisationKind.COMPANY,
        "place": "Zeist",
    }
    assert caught.value.revision == seen + 1


# --- Invitations --------------------------------------------------------------------------------------------


def invitee(email: str = "An@Example.org", role: Role = Role.WORKER, at: UUID | None = None) -> Invitee:
    return Invitee(email=email, name="An de Boer", role=role, language="nl", organisation_id=at)


def test_an_invitation_is_made_once_and_only_its_hash_is_kept(session: Session) -> None:
    invitation_id, token = uuid4(), make_token()
    first = people.invite(session, ACT, invitation_id, invitee(), token, days=14)
    later = act_of(at=NOW + HOUR)
    again = people.invite(session, later, invitation_id, invitee(), token, days=14)
    assert again is first
    assert (first.email, first.expires_at) == ("an@example.org", NOW + timedelta(days=14))
    assert first.token_hash != token
    assert first.created_at == NOW
    assert actions(session) == ["people.invite"]
    assert people.open_invitations(session) == [first]


def test_who_holds_a_role_or_was_asked_for_it_is_not_invited_for_it(
    session: Session, programme: Programme
) -> None:
    member = make_member(session, programme, Role.WORKER)
    with pytest.raises(DomainError, match=r"people\.has_role"):
        people.invite(session, ACT, uuid4(), invitee(member.email), make_token(), days=14)
    people.invite(session, ACT, uuid4(), invitee(member.email, Role.VIEWER), make_token(), days=14)
    with pytest.raises(Conflict, match=r"people\.invited_already"):
        people.invite(session, ACT, uuid4(), invitee(member.email, Role.VIEWER), make_token(), days=14)


def test_an_invitation_names_no_organisation_of_others_and_takes_no_id_of_theirs(
    session: Session, database: Database
) -> None:
    with pytest.raises(NotFound):
        people.invite(session, ACT, uuid4(), invitee(at=make_organisation(session).id), make_token(), days=14)
    own = add_organisation(session)
    people.add_partner(session, ACT, own.id, Part.PROVIDER)
    made = people.invite(session, ACT, uuid4(), invitee(at=own.id), make_token(), days=14)
    session.commit()
    with database.writing() as other:
        elsewhere = make_programme(other)
    with database.write_session(elsewhere.id) as other:
        with pytest.raises(NotFound):
            people.invite(other, ACT, made.id, invitee(), make_token(), days=14)
        with pytest.raises(NotFound):
            people.revoke_invitation(other, ACT, made.id)


def test_an_invitation_is_accepted_once_by_an_account(session: Session) -> None:
    token = make_token()
    own = add_organisation(session)
    people.add_partner(session, ACT, own.id, Part.PROVIDER)
    people.invite(session, ACT, uuid4(), invitee(at=own.id), token, days=14)
    user, other = make_user(session), make_user(session)
    membership = people.accept(session, act_of(user), token, user)
    assert (membership.role, membership.organisation_id) == (Role.WORKER, own.id)
    assert user.organisation_id == own.id
    with pytest.raises(DomainError, match=r"people\.invitation_over"):
        people.accept(session, act_of(other), token, other)
    assert people.roles_by_programme(session, other.id) == {}
    assert people.find_invitation(session, token, NOW) is None
    assert people.open_invitations(session) == []
    assert actions(session)[-2:] == ["people.join", "people.accept"]


def test_who_works_for_somebody_keeps_that_when_invited_for_another(session: Session) -> None:
    home = make_organisation(session)
    user = make_user(session, organisation=home)
    token = make_token()
    make_invitation(session, token)
    people.accept(session, act_of(user), token, user)
    assert user.organisation_id == home.id


def test_an_invitation_that_ran_out_or_was_taken_back_looks_like_one_that_never_was(session: Session) -> None:
    user = make_user(session)
    late, back = make_token(), make_token()
    make_invitation(session, late, days=1)
    revoked = make_invitation(session, back)
    assert people.find_invitation(session, back, NOW) is revoked
    people.revoke_invitation(session, ACT, revoked.id)
    day_after = NOW + timedelta(days=1)
    assert people.find_invitation(session, late, day_after - timedelta(seconds=1)) is not None
    for token in (late, back, make_token()):
        assert people.find_invitation(session, token, day_after) is None
        with pytest.raises(DomainError, match=r"people\.invitation_over"):
            people.accept(session, act_of(user, at=day_after), token, user)
    with pytest.raises(NotFound):
        people.revoke_invitation(session, ACT, revoked.id)


def test_sending_again_gives_new_time_and_a_new_link(session: Session) -> None:
    old, new = make_token(), make_token()
    invitation = make_invitation(session, old, days=1)
    later = act_of(at=NOW + timedelta(days=5))
    people.send_again(session, later, invitation.id, new, days=14)
    session.flush()
    assert people.find_invitation(session, old, later.at) is None
    assert people.find_invitation(session, new, later.at) is invitation
    assert invitation.expires_at == later.at + timedelta(days=14)


# --- Personal links -----------------------------------------------------------------------------------------


def test_a_respondent_has_one_link_and_the_newest_works(session: Session) -> None:
    respondent = make_respondent(session)
    first_token, second_token = make_token(), make_token()
    first = make_personal_link(session, respondent, first_token)
    assert people.find_link(session, first_token, NOW) is first
    second = make_personal_link(session, respondent, second_token)
    assert people.find_link(session, first_token, NOW) is None
    assert people.find_link(session, second_token, NOW) is second
    assert people.link_of(session, respondent.id, NOW) is second
    assert people.open_link(session, str(first.id), NOW) is None
    assert people.open_link(session, str(second.id), NOW) is second
    assert people.language_of(session, second) == respondent.language
    assert actions(session) == ["link.create", "link.create"]


def test_the_same_form_twice_makes_one_link(session: Session) -> None:
    respondent, token, link_id = make_respondent(session), make_token(), uuid4()
    first = people.make_link(session, ACT, respondent.id, token, link_id=link_id)
    later = act_of(at=NOW + HOUR)
    assert people.make_link(session, later, respondent.id, token, link_id=link_id) is first
    assert first.revoked_at is None
    with pytest.raises(NotFound):
        people.make_link(session, ACT, make_respondent(session).id, token, link_id=link_id)


def test_a_link_names_the_guide_that_asks_behind_it(session: Session) -> None:
    respondent, token = make_respondent(session), make_token()
    assert people.make_link(session, ACT, respondent.id, make_token()).variant is GuideVariant.PLAIN
    made = people.make_link(session, ACT, respondent.id, token, variant=GuideVariant.APPRECIATIVE)
    session.expire(made)
    found = people.find_link(session, token, NOW)
    assert found is not None
    assert found.variant is GuideVariant.APPRECIATIVE
    said = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.programme_id == session.info["programme_id"])
        .order_by(AuditEvent.sequence)
    )
    assert [event.detail["variant"] for event in said] == ["plain", "appreciative"]


def test_a_link_ends_after_its_days(session: Session) -> None:
    respondent, token = make_respondent(session), make_token()
    link = people.make_link(session, ACT, respondent.id, token, days=2)
    end = NOW + timedelta(days=2)
    assert people.find_link(session, token, end - timedelta(seconds=1)) is link
    assert people.find_link(session, token, end) is None
    assert people.open_link(session, str(link.id), end) is None
    assert people.link_of(session, respondent.id, end) is None


def test_a_link_that_was_taken_back_opens_nothing_also_where_it_is_open(session: Session) -> None:
    token = make_token()
    link = make_personal_link(session, make_respondent(session), token)
    for _ in range(2):
        people.revoke_link(session, ACT, link.id)
    assert people.find_link(session, token, NOW) is None
    assert people.open_link(session, str(link.id), NOW) is None
    assert actions(session) == ["link.create", "link.revoke"]


@pytest.mark.parametrize("text", ["", "x", "../..", "0" * 32])
def test_what_is_no_link_opens_nothing(session: Session, text: str) -> None:
    assert people.open_link(session, text, NOW) is None
    assert people.find_link(session, text, NOW) is None


def test_opening_a_link_is_remembered(session: Session) -> None:
    link = make_personal_link(session, make_respondent(session))
    people.mark_used(session, link.id, NOW + HOUR)
    session.expire(link)
    assert link.last_used_at == NOW + HOUR


def test_links_stay_in_their_programme(session: Session, database: Database) -> None:
    respondent = make_respondent(session)
    link = make_personal_link(session, respondent)
    session.commit()
    with database.writing() as other:
        elsewhere = make_programme(other)
    with database.write_session(elsewhere.id) as other:
        with pytest.raises(NotFound):
            people.make_link(other, ACT, respondent.id, make_token())
        with pytest.raises(NotFound):
            people.revoke_link(other, ACT, link.id)
        with pytest.raises(NotFound):
            people.revoke_link(other, ACT, uuid4())
        assert people.link_of(other, respondent.id, NOW) is None


def test_a_link_to_nobody_has_no_language(session: Session, programme: Programme) -> None:
    link = PersonalLink(programme_id=programme.id, respondent_id=uuid4())
    assert people.language_of(session, link) is None


def test_an_account_that_nobody_can_sign_in_to_has_no_password(session: Session) -> None:
    user = people.add_user(session, ACT, uuid4(), email="an@example.org", name="An", key="k" * 32)
    session.flush()
    assert session.get_one(User, user.id).password is None
