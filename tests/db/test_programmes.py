"""Programmes are made once, described by several people, and seen from above."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, make_member, make_programme, make_user
from tests.factories.indicators import make_indicator, measure
from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.people import Helix, OrganisationKind, Part, Role
from toc.domain.programmes import Description, OriginKind, Task
from toc.models.audit import AuditEvent
from toc.models.database import Database
from toc.models.interviews import Guide, StakeholderGroup
from toc.models.people import Membership, Organisation
from toc.models.programmes import Partner, Programme
from toc.services import origins, programmes
from toc.services.errors import NotFound, Stale
from toc.services.interviews import GroupDraft, add_group

DESCRIPTION = Description(
    name="The Colour Kitchen",
    problem="Young adults without a diploma do not find work.",
    target_group="Young adults",
    starts_on=date(2016, 1, 1),
    ends_on=date(2019, 12, 31),
)
PARTNERS = (
    programmes.NamedPartner(part=Part.FUNDER, name="Gemeente Utrecht", kind=OrganisationKind.MUNICIPALITY),
    programmes.NamedPartner(part=Part.PROVIDER, name="The Kitchen", kind=OrganisationKind.SOCIAL_ENTERPRISE),
    programmes.NamedPartner(part=Part.PARTNER, name="the kitchen", kind=OrganisationKind.COMPANY),
)


def test_who_makes_a_programme_coordinates_it(database: Database) -> None:
    with database.write_session() as session:
        user = make_user(session)
        made = programmes.create(session, act_of(user), uuid4(), DESCRIPTION, PARTNERS)
        roles = list(session.scalars(select(Membership.role).where(Membership.programme_id == made.id)))
        assert roles == [Role.COORDINATOR]
        assert programmes.get(session).name == "The Colour Kitchen"
        assert (
            list(session.scalars(select(AuditEvent.action).where(AuditEvent.programme_id == made.id)))[-1]
            == "programme.create"
        )


def test_a_new_programme_has_its_guides_and_its_partners_once_per_name(database: Database) -> None:
    with database.write_session() as session:
        made = programmes.create(session, act_of(make_user(session)), uuid4(), DESCRIPTION, PARTNERS)
        guides = session.scalars(select(Guide).where(Guide.programme_id == made.id)).all()
        partners = session.scalars(select(Partner).where(Partner.programme_id == made.id)).all()
        assert len(guides) == 4
        assert sorted(partner.part for partner in partners) == [Part.FUNDER, Part.PARTNER, Part.PROVIDER]
        assert len({partner.organisation_id for partner in partners}) == 2
        names = session.scalars(
            select(Organisation.name).where(Organisation.id.in_([one.organisation_id for one in partners]))
        )
        assert sorted(names) == ["Gemeente Utrecht", "The Kitchen"]


def test_the_same_form_twice_makes_one_programme(database: Database) -> None:
    with database.write_session() as session:
        user, id_ = make_user(session), uuid4()
        first = programmes.create(session, act_of(user), id_, DESCRIPTION)
        again = programmes.create(session, act_of(user), id_, Description(name="Something else"))
        assert again is first
        assert again.name == "The Colour Kitchen"


def test_the_id_of_somebody_elses_programme_opens_nothing(database: Database) -> None:
    with database.write_session() as session:
        made = programmes.create(session, act_of(make_user(session)), uuid4(), DESCRIPTION)
        session.info["programme_id"] = None
        with pytest.raises(NotFound):
            programmes.create(session, act_of(make_user(session)), made.id, DESCRIPTION)


def test_a_command_makes_a_programme_without_members(database: Database) -> None:
    with database.write_session() as session:
        made = programmes.create(session, act_of(), uuid4(), DESCRIPTION, demo=True)
        assert made.is_demo
        assert programmes.is_demo(session)
        assert not session.scalars(select(Membership).where(Membership.programme_id == made.id)).all()


def test_a_programme_that_is_not_there_is_not_found(database: Database) -> None:
    with database.write_session(uuid4()) as session, pytest.raises(NotFound):
        programmes.get(session)


def test_a_change_is_saved_and_kept_in_the_history(session: Session, programme: Programme) -> None:
    row = programmes.get(session)
    programmes.describe(session, act_of(), row, DESCRIPTION, revision=row.revision)
    assert row.problem == DESCRIPTION.problem
    event = session.scalars(select(AuditEvent).where(AuditEvent.programme_id == programme.id)).one()
    assert "problem" in event.detail["fields"]
    programmes.describe(session, act_of(), row, DESCRIPTION, revision=row.revision)
    assert len(session.scalars(select(AuditEvent).where(AuditEvent.programme_id == programme.id)).all()) == 1


LOWER = replace(DESCRIPTION, small_number_threshold=5)
TOTALS = replace(DESCRIPTION, own_totals_decided=True)


def described(session: Session, act: Act, description: Description) -> None:
    row = programmes.get(session)
    programmes.describe(session, act, row, description, revision=row.revision)


def organised(session: Session, programme: Programme, *parts: Part) -> Act:
    """A coordinator of an organisation that has these parts in the programme."""
    user = make_member(session, programme, Role.COORDINATOR)
    organisation = Organisation(
        id=uuid4(), name="Gemeente", kind=OrganisationKind.MUNICIPALITY, place="", created_at=NOW
    )
    session.add(organisation)
    session.flush()
    session.scalars(
        select(Membership).where(Membership.user_id == user.id)
    ).one().organisation_id = organisation.id
    for part in parts:
        session.add(Partner(id=uuid4(), organisation_id=organisation.id, part=part, created_at=NOW))
    session.flush()
    return act_of(user, Role.COORDINATOR)


@pytest.mark.parametrize(
    ("description", "field"), [(LOWER, "small_number_threshold"), (TOTALS, "own_totals_decided")]
)
def test_who_pays_does_not_decide_that_smaller_groups_are_shown(
    session: Session, programme: Programme, description: Description, field: str
) -> None:
    payers = [
        act_of(None, Role.COORDINATOR, Role.FUNDER),
        act_of(None, Role.COORDINATOR, Role.INVESTOR),
        organised(session, programme, Part.PARTNER, Part.FUNDER),
        organised(session, programme, Part.INVESTOR),
    ]
    for act in payers:
        with pytest.raises(DomainError, match=r"privacy\.payer_loosens") as error:
            described(session, act, description)
        assert error.value.params == {"field": field}
        described(session, act, replace(DESCRIPTION, small_number_threshold=12))  # stricter is always allowed
        described(session, act, replace(DESCRIPTION, small_number_threshold=12, place="Utrecht"))
        described(session, act_of(None, Role.COORDINATOR), DESCRIPTION)


def test_who_does_not_pay_decides_it_on_record(session: Session, programme: Programme) -> None:
    act = organised(session, programme, Part.PROVIDER)
    described(session, act, LOWER)
    described(session, act, replace(LOWER, own_totals_decided=True))
    ended = organised(session, programme, Part.FUNDER)
    of_ended = session.scalars(select(Membership).where(Membership.user_id == ended.user)).one()
    of_ended.ended_at = NOW
    described(session, act, replace(LOWER, name="Another"))
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.programme_id == programme.id, AuditEvent.action == "programme.protect")
        .order_by(AuditEvent.sequence)
    )
    assert [(one.actor, one.detail) for one in events] == [
        (act.actor, {"threshold": 5, "before": 10, "own_totals": 0}),
        (act.actor, {"threshold": 5, "before": 5, "own_totals": 1}),
        (act.actor, {"threshold": 5, "before": 5, "own_totals": 0}),
    ]


def test_a_change_made_from_an_older_text_shows_both(session: Session) -> None:
    row = programmes.get(session)
    seen = row.revision
    programmes.describe(session, act_of(), row, DESCRIPTION, revision=seen)
    with pytest.raises(Stale) as stale:
        programmes.describe(session, act_of(), row, Description(name="Mine"), revision=seen)
    assert stale.value.theirs["name"] == "The Colour Kitchen"
    assert stale.value.revision == row.revision


def test_the_list_shows_the_newest_programme_first_with_ones_roles(database: Database) -> None:
    with database.write_session() as session:
        user = make_user(session)
        later = Act(at=NOW + timedelta(days=1), on=NOW.date(), user=user.id)
        first = programmes.create(session, act_of(user), uuid4(), DESCRIPTION)
        second = programmes.create(session, later, uuid4(), Description(name="Second"))
        roles = {first.id: frozenset({Role.COORDINATOR}), second.id: frozenset({Role.VIEWER})}
        rows = programmes.mine(session, roles)
        assert [row.programme.name for row in rows] == ["Second", "The Colour Kitchen"]
        assert [row.roles for row in rows] == [roles[second.id], roles[first.id]]
        assert [(row.goals, row.indicators, row.paid.amount) for row in rows] == [(0, 0, Decimal(0))] * 2
        assert programmes.mine(session, {}) == []


def test_a_programme_without_a_bond_has_paid_nothing(session: Session) -> None:
    bond = programmes.bond_in_one_sentence(session, "EUR")
    assert (bond.contracts, bond.payments) == (0, 0)
    assert not bond.paid
    assert not bond.investment


def test_parties_that_were_not_heard_are_named(session: Session) -> None:
    assert programmes.heard(session) == programmes.Heard(groups=0, silent=())
    group = add_group(session, act_of(), uuid4(), GroupDraft(name="Client council", helix=Helix.CITIZENS))
    assert programmes.heard(session).silent == ((group.id, "Client council"),)


def test_everybody_sees_their_own_tasks_only(session: Session, programme: Programme) -> None:
    coordinator = act_of(make_member(session, programme, Role.COORDINATOR), Role.COORDINATOR)
    evaluator = act_of(None, Role.EVALUATOR)
    assert [task for task, _ in programmes.tasks(session, coordinator, 0, 0)] == [Task.DESCRIBE, Task.INVITE]
    assert [task for task, _ in programmes.tasks(session, evaluator, 0, 0)] == [Task.ADD_GROUPS]
    assert programmes.tasks(session, act_of(None, Role.WORKER), 0, 3) == [(Task.LOG_MEASUREMENTS, 3)]
    assert programmes.tasks(session, act_of(None, Role.INVESTOR), 2, 3) == []
    for _ in range(2):
        measure(session, make_indicator(session), date(2025, 7, 1), 3, 4)
    for role in (Role.COORDINATOR, Role.EVALUATOR):
        assert (Task.REVIEW_MEASUREMENTS, 2) in programmes.tasks(session, act_of(None, role), 0, 0)
    for roles in ((Role.WORKER,), (Role.FUNDER,), (Role.COORDINATOR, Role.FUNDER)):
        assert Task.REVIEW_MEASUREMENTS not in dict(programmes.tasks(session, act_of(None, *roles), 0, 0))


def test_tasks_go_when_they_are_done(session: Session, programme: Programme) -> None:
    row = programmes.get(session)
    programmes.describe(session, act_of(), row, DESCRIPTION, revision=row.revision)
    make_member(session, programme, Role.COORDINATOR)
    make_member(session, programme, Role.EVALUATOR)
    session.add(
        StakeholderGroup(
            id=uuid4(), code=1, name="Young adults", helix=Helix.CITIZENS, created_at=NOW, wanted_interviews=1
        )
    )
    session.flush()
    assert programmes.tasks(session, act_of(None, Role.COORDINATOR), 1, 0) == []
    assert programmes.tasks(session, act_of(None, Role.EVALUATOR), 1, 0) == [
        (Task.HEAR_GROUPS, 1),
        (Task.ADD_GOALS, 1),
    ]


def test_the_origin_of_a_figure_is_said_once_and_can_be_corrected(
    session: Session, programme: Programme
) -> None:
    origins.mark(session, "programme", programme.id, OriginKind.INVENTED, field="name")
    origins.mark(session, "programme", programme.id, OriginKind.FACT, field="name", source="Dossier 1.4")
    origins.mark(session, "programme", programme.id, OriginKind.FACT, source="Dossier", url="https://x.nl")
    other = make_programme(session)
    found = origins.marks(session, "programme", programme.id)
    assert [(mark.field, mark.kind, mark.source) for mark in found] == [
        ("", OriginKind.FACT, "Dossier"),
        ("name", OriginKind.FACT, "Dossier 1.4"),
    ]
    assert origins.marks(session, "programme", other.id) == []
