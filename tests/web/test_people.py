"""Who takes part, invitations and personal links, as people meet them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import act_of, make_member, make_organisation, make_programme, make_user
from tests.factories.interviews import make_respondent
from tests.factories.people import PASSWORD, make_account, make_invitation, make_personal_link, make_token
from tests.statements import counting
from tests.web.reader import Page, Reader
from toc.app import create_app
from toc.domain.interviews import RespondentKind
from toc.domain.people import OrganisationKind, Part, Role
from toc.models import migrating
from toc.models.database import Database
from toc.models.interviews import Respondent
from toc.models.mail import OutboxMessage
from toc.models.people import Invitation, Membership, Organisation, PersonalLink, User
from toc.models.programmes import Programme
from toc.services import people
from toc.settings import Settings
from toc.web.security import LINK_COOKIE

NOW = datetime.now(UTC)


class Scene:
    """A programme with somebody in each role, an organisation, an invitation and a respondent."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database, self.id = database, programme.id
        self.token, self.link_token = make_token(), make_token()
        with database.writing(programme.id) as session:
            self.users = {role: make_member(session, programme, role) for role in Role}
            self.organisation = make_organisation(session, name="De Werkplaats")
            people.add_partner(session, act_of(), self.organisation.id, Part.PROVIDER)
            self.invitation = make_invitation(session, self.token, email="an@example.org", at=NOW)
            self.respondent = make_respondent(
                session, kind=RespondentKind.SPOKESPERSON, name="Sam Visser", email="sam@example.org"
            )
            self.link = make_personal_link(session, self.respondent, self.link_token, at=NOW)
            self.membership = session.scalars(
                select(Membership).where(Membership.user_id == self.users[Role.WORKER].id)
            ).one()

    def path(self, rest: str = "people") -> str:
        """An address in the programme."""
        return f"/p/{self.id}/{rest}"


@pytest.fixture
def scene(database: Database, programme: Programme) -> Scene:
    return Scene(database, programme)


@pytest.fixture
def coordinator(reader: Reader, scene: Scene) -> Reader:
    return reader.use("en").sign_in(scene.users[Role.COORDINATOR])


@pytest.fixture
def evaluator(reader: Reader, scene: Scene) -> Reader:
    return reader.use("en").sign_in(scene.users[Role.EVALUATOR])


Row = TypeVar("Row")


def stored(database: Database, table: type[Row], **fields: object) -> list[Row]:
    """The rows with these values."""
    with database.read_session() as session:
        return list(session.scalars(select(table).filter_by(**fields)))


def mails(database: Database) -> list[OutboxMessage]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def link_in(message: OutboxMessage) -> str:
    """The path of the one address in a message."""
    (found,) = re.findall(r"http://localhost:8000(\S+)", message.body)
    return str(found)


# --- Who takes part -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_says_who_takes_part(coordinator: Reader, scene: Scene, language: str) -> None:
    page = coordinator.use(language).get(scene.path())
    names = [user.name for user in scene.users.values()]
    for text in ("De Werkplaats", "An de Boer", "an@example.org", *names):
        assert text in page.text
    assert {"nl": "7 mensen", "en": "7 people"}[language] in page.text


def test_an_evaluator_reads_the_page_without_addresses_and_without_what_they_may_not_do(
    evaluator: Reader, scene: Scene
) -> None:
    page = evaluator.get(scene.path())
    assert "De Werkplaats" in page.text
    assert "@example.org" not in page.text
    assert not [link for link in page.links() if "/end" in link or "/organisations/" in link]
    assert not page.find("main form")


def test_an_empty_programme_says_what_belongs_here(
    reader: Reader, database: Database, programme: Programme
) -> None:
    with database.writing(programme.id) as session:
        user = make_member(session, programme, Role.COORDINATOR)
    page = reader.use("en").sign_in(user).get(f"/p/{programme.id}/people")
    assert "Nobody is waiting for an invitation." in page.text
    assert "No organisations yet" in page.text
    assert "1 person" in page.text


def test_notes_tell_what_somebody_cannot_do(reader: Reader, database: Database, scene: Scene) -> None:
    with database.writing(scene.id) as session:
        programme = session.get_one(Programme, scene.id)
        programme.second_factor_required = True
        both = make_member(session, programme, Role.EVALUATOR, Role.FUNDER)
        both.active = False
        coordinator = session.get_one(User, scene.users[Role.COORDINATOR].id)
        coordinator.tf_primary_method = "authenticator"
    page = reader.use("en").sign_in(coordinator).get(scene.path())
    assert page.text.count("Evaluator and funder: may not approve payments.") == 1
    assert page.text.count("Has no second step at sign-in yet") == 7
    assert "This account was switched off." in page.text


def test_the_page_needs_as_many_statements_for_many_people(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    coordinator.get(scene.path())  # from now on it is known that this is no demo
    counts = []
    for more in (0, 60):
        with database.writing(scene.id) as session:
            programme = session.get_one(Programme, scene.id)
            for number in range(more):
                user = make_member(session, programme, Role.VIEWER)
                organisation = make_organisation(session)
                people.add_partner(session, act_of(), organisation.id, Part.PARTNER)
                make_invitation(session, email=f"{number}@example.org", at=NOW)
                session.flush()
                user.organisation = organisation
        with counting(database.engine) as seen:
            coordinator.get(scene.path())
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_a_role_ends_after_a_second_confirmation(coordinator: Reader, scene: Scene) -> None:
    address = scene.path(f"people/{scene.membership.id}/end")
    page = coordinator.get(address)
    assert "is then no longer worker of this programme" in page.text
    refused = coordinator.post(address, page.form(address), 400)
    assert refused.find("[data-error-summary]")
    done = coordinator.submit(address, {**page.form(address), "confirmed": "1"})
    assert "is no longer worker here" in done.text
    assert scene.users[Role.WORKER].name not in done.find("main table")[0].to_text()
    coordinator.get(address, 404)
    # From this moment on: the programme is not there for them.
    coordinator.sign_in(scene.users[Role.WORKER]).get(scene.path(), 404)


def test_the_last_coordinator_cannot_leave(coordinator: Reader, database: Database, scene: Scene) -> None:
    own = stored(database, Membership, user_id=scene.users[Role.COORDINATOR].id)[0]
    address = scene.path(f"people/{own.id}/end")
    assert "You are then no longer coordinator" in coordinator.get(address).text
    page = coordinator.post(address, {"confirmed": "1"}, 409)
    assert "A programme needs a coordinator." in page.text


def test_who_leaves_is_shown_their_own_programmes(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    with database.writing(scene.id) as session:
        make_member(session, session.get_one(Programme, scene.id), Role.COORDINATOR)
    own = stored(database, Membership, user_id=scene.users[Role.COORDINATOR].id)[0]
    left = coordinator.post(scene.path(f"people/{own.id}/end"), {"confirmed": "1"})
    assert left.location == "/programmes"


# --- Organisations ------------------------------------------------------------------------------------------


def test_an_organisation_is_added_once(coordinator: Reader, database: Database, scene: Scene) -> None:
    address = scene.path("organisations/new")
    form = coordinator.get(address).form(address)
    sent = {**form, "name": "Bureau Zicht", "kind": "research_bureau", "place": "Zeist", "parts": "evaluator"}
    coordinator.submit(address, sent)
    page = coordinator.submit(address, sent)
    assert "Bureau Zicht takes part in the programme." in page.text
    assert "Research bureau" in page.text
    assert len(stored(database, Organisation, name="Bureau Zicht")) == 1


def test_an_organisation_without_a_part_is_a_partner(coordinator: Reader, scene: Scene) -> None:
    address = scene.path("organisations/new")
    form = coordinator.get(address).form(address)
    page = coordinator.submit(address, {**form, "name": "Buurthuis", "kind": "neighbourhood"})
    row = next(one for one in page.find("tr") if "Buurthuis" in one.to_text())
    assert "Partner" in row.to_text()


@pytest.mark.parametrize("name", ["", "x" * 301, "two\nlines", "a\u202eb"])
def test_a_name_that_is_not_right_keeps_what_was_typed(coordinator: Reader, scene: Scene, name: str) -> None:
    address = scene.path("organisations/new")
    page = coordinator.post(
        address, {"id": str(uuid4()), "name": name, "kind": "bank", "place": "Zeist"}, 400
    )
    assert page.form(address)["place"] == "Zeist"
    assert page.form(address)["kind"] == "bank"
    assert page.find("[data-error-summary]")


def test_two_people_who_change_an_organisation_lose_nothing(coordinator: Reader, scene: Scene) -> None:
    address = scene.path(f"organisations/{scene.organisation.id}")
    mine, theirs = coordinator.get(address).form(address), coordinator.get(address).form(address)
    coordinator.submit(address, {**theirs, "name": "De Keuken", "kind": "company"})
    page = coordinator.post(address, {**mine, "name": "De Zaak", "place": ""}, 409)
    for text in ("De Keuken", "De Zaak", "Company", "Social enterprise", "(empty)", "Utrecht"):
        assert text in page.text
    chosen = {**page.form(address), "name": "De Zaak", "kind": "company", "place": ""}
    assert "De Zaak" in coordinator.submit(address, chosen).text


def test_a_change_that_is_not_right_keeps_what_was_typed(coordinator: Reader, scene: Scene) -> None:
    address = scene.path(f"organisations/{scene.organisation.id}")
    form = coordinator.get(address).form(address)
    page = coordinator.post(address, {**form, "name": "", "place": "Zeist"}, 400)
    assert page.form(address)["place"] == "Zeist"


def test_what_an_organisation_is_here_is_changed_by_ticking(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    address = scene.path(f"organisations/{scene.organisation.id}/parts")
    coordinator.submit(address, {"parts": ["funder", "investor", "king"]})
    with database.read_session(scene.id) as session:
        assert people.get_party(session, scene.organisation.id).parts == (Part.FUNDER, Part.INVESTOR)


# --- Invitations --------------------------------------------------------------------------------------------

INVITED = {"email": "Eva@Example.org", "name": "Eva Jansen", "role": "evaluator", "language": "nl"}


def test_an_invitation_goes_out_once_in_the_language_of_the_invited(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    address = scene.path("people/invite")
    form = coordinator.get(address).form(address)
    sent = {**form, **INVITED, "organisation_id": str(scene.organisation.id)}
    coordinator.submit(address, sent)
    page = coordinator.submit(address, sent)
    assert "Eva Jansen gets a message with a link." in page.text
    assert "eva@example.org" in page.text
    (message,) = mails(database)
    assert (message.recipient, message.language) == ("eva@example.org", "nl")
    assert message.subject.startswith("Uitnodiging voor Programme")
    assert "als evaluator" in message.body
    assert link_in(message).startswith("/invitation/")


@pytest.mark.parametrize(
    ("wrong", "answer", "said"),
    [
        ({"email": "eva"}, 400, "Fill in an e-mail address"),
        ({"email": "eva@example.org\r\nBcc: all@example.org"}, 400, "Keep this on one line."),
        ({"role": "king"}, 400, "Choose one of the possibilities."),
        ({"name": ""}, 400, "Fill this in."),
        ({"language": "fr"}, 400, "Choose one of the possibilities."),
        ({"organisation_id": "x"}, 400, "Choose one of the possibilities."),
        ({"email": "an@example.org", "role": "worker"}, 409, "was invited as Worker already"),
    ],
)
def test_an_invitation_that_is_not_right_is_shown_again(
    coordinator: Reader, database: Database, scene: Scene, wrong: dict[str, str], answer: int, said: str
) -> None:
    address = scene.path("people/invite")
    page = coordinator.post(address, {"id": str(uuid4()), **INVITED, **wrong}, answer)
    assert said in page.text
    assert mails(database) == []


def test_who_has_the_role_is_not_invited_for_it(coordinator: Reader, scene: Scene) -> None:
    worker = scene.users[Role.WORKER]
    sent = {"id": str(uuid4()), **INVITED, "email": worker.email, "role": "worker"}
    assert "has the role of Worker already" in coordinator.post(scene.path("people/invite"), sent, 400).text


def test_an_organisation_of_others_cannot_be_named(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        foreign = make_organisation(session, name="Secret Society")
    address = scene.path("people/invite")
    assert "Secret Society" not in coordinator.get(address).body
    sent = {"id": str(uuid4()), **INVITED, "organisation_id": str(foreign.id)}
    coordinator.post(address, sent, 404)
    coordinator.get(scene.path(f"organisations/{foreign.id}"), 404)


def test_an_invitation_is_sent_again_and_taken_back(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    invitation = f"invitations/{scene.invitation.id}"
    coordinator.submit(scene.path(f"{invitation}/again"))
    (message,) = mails(database)
    link = link_in(message)
    coordinator.sign_out().get(link)
    coordinator.get(f"/invitation/{scene.token}", 404)  # the link of the first message
    coordinator.sign_in(scene.users[Role.COORDINATOR])
    page = coordinator.submit(scene.path(f"{invitation}/revoke"))
    assert "Nobody is waiting" in page.text
    coordinator.sign_out().get(link, 404)
    coordinator.sign_in(scene.users[Role.COORDINATOR]).post(scene.path(f"{invitation}/again"), status=404)


def test_an_invitation_that_ran_out_says_so_to_the_coordinator(
    coordinator: Reader, database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        session.get_one(Invitation, scene.invitation.id).expires_at = NOW - timedelta(days=1)
    assert "ran out on" in coordinator.get(scene.path()).text


OTHER = "lange wandeling langs de plas"
NEW = {"name": "An de Boer", "password": PASSWORD, "password_again": PASSWORD}


def test_somebody_new_makes_an_account_and_is_in(reader: Reader, database: Database, scene: Scene) -> None:
    address = f"/invitation/{scene.token}"
    page = reader.use("nl").get(address)
    assert "Uw uitnodiging" in page.text
    assert "an@example.org" in page.text
    entered = reader.post(address, {**page.form(address), **NEW})
    assert entered.location == f"/p/{scene.id}/"
    (user,) = stored(database, User, email="an@example.org")
    (membership,) = stored(database, Membership, user_id=user.id)
    assert (membership.role, membership.ended_at) == (Role.WORKER, None)
    reader.get("/change")
    reader.get(address, 404)
    reader.sign_out().post("/login", {"email": "an@example.org", "password": PASSWORD})


def test_on_a_database_of_its_own_a_new_account_does_not_wait_for_itself(tmp_path: Path) -> None:
    """Here, unlike in other tests, two transactions of one request that wait for each other show."""
    url = f"sqlite:///{tmp_path / 'toc.db'}"
    migrating.upgrade(url)
    database, token = Database(url), make_token()
    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        make_invitation(session, token, at=NOW)
    settings = Settings(instance=tmp_path, secret_key="only-for-tests-and-long-enough-0123456789")
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.test_client() as client:
        reader = Reader(client, database)
        assert reader.post(f"/invitation/{token}", NEW).location == f"/p/{programme.id}/"
        reader.get("/change")
        reader.post("/change", {"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER})
        reader.post("/logout")
    database.dispose()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"password": "te kort", "password_again": "te kort"}, "Use at least 12 characters."),
        ({"password": "welkom123456", "password_again": "welkom123456"}, "Others would guess this soon."),
        ({"password_again": "something else"}, "The two passwords differ."),
        ({"password": ""}, "Use at least 12 characters."),
    ],
)
def test_an_account_that_is_not_right_is_not_made(
    reader: Reader, database: Database, scene: Scene, wrong: dict[str, str], said: str
) -> None:
    page = reader.use("en").post(f"/invitation/{scene.token}", {**NEW, **wrong}, 400)
    assert said in page.text
    assert PASSWORD not in page.body
    assert stored(database, User, email="an@example.org") == []


def test_who_has_an_account_signs_in_and_accepts(reader: Reader, database: Database, scene: Scene) -> None:
    with database.writing() as session:
        make_account(session, email="an@example.org")
    address = f"/invitation/{scene.token}"
    page = reader.use("en").get(address)
    assert "has an account here" in page.text
    refused = reader.post(address, NEW, 409)
    assert refused.text == page.text
    (sign_in,) = [link for link in page.links() if link.startswith("/login?")]
    back = reader.post(sign_in, {"email": "an@example.org", "password": PASSWORD})
    assert back.location == address
    form = reader.get(address).form(address)
    assert reader.post(address, form).location == f"/p/{scene.id}/"
    reader.post(address, form, 404)


def test_somebody_who_is_signed_in_accepts_with_that_account(
    reader: Reader, database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        other = make_user(session, name="Somebody Else")
    address = f"/invitation/{scene.token}"
    page = reader.use("en").sign_in(other).get(address)
    assert "You are signed in as Somebody Else" in page.text
    reader.post(address)
    assert len(stored(database, Membership, role=Role.WORKER, user_id=other.id)) == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_link_that_works_no_more_says_so_and_nothing_about_accounts(
    reader: Reader, database: Database, scene: Scene, language: str
) -> None:
    with database.writing() as session:
        make_user(session, email="an@example.org")
        session.get_one(Invitation, scene.invitation.id).accepted_at = NOW
    reader.use(language)
    used = reader.get(f"/invitation/{scene.token}", 404)
    never = reader.get("/invitation/nothing", 404)
    assert used.text == never.text
    assert {"nl": "werkt niet", "en": "does not work"}[language] in used.text
    assert reader.post(f"/invitation/{scene.token}", NEW, 404).text == used.text


# --- Personal links -----------------------------------------------------------------------------------------


def shown(page: Page) -> str:
    """The path of the link that a page shows."""
    (code,) = page.find("main code")
    return str(urlsplit(code.to_text().strip()).path)


def test_a_link_is_shown_once_and_mailed_to_a_spokesperson(
    evaluator: Reader, database: Database, scene: Scene
) -> None:
    address = scene.path(f"respondents/{scene.respondent.id}/link")
    link_id = str(uuid4())
    page = evaluator.post(address, {"id": link_id}, 200)
    assert "Sam Visser" in page.text
    (message,) = mails(database)
    assert (message.recipient, message.language) == ("sam@example.org", "nl")
    assert link_in(message) == shown(page)
    # The same form again shows the same link and sends nothing.
    assert shown(evaluator.post(address, {"id": link_id}, 200)) == shown(page)
    assert len(mails(database)) == 1
    # A newer one ends it, and then the old form leads back.
    newer = evaluator.post(address, {}, 200)
    assert shown(newer) != shown(page)
    assert evaluator.post(address, {"id": link_id}).location.endswith(str(scene.respondent.id))
    evaluator.sign_out().get(shown(page), 404)
    evaluator.get(shown(newer), 302)


def test_a_participant_gets_no_mail(evaluator: Reader, database: Database, scene: Scene) -> None:
    with database.writing(scene.id) as session:
        respondent = make_respondent(session)
    page = evaluator.post(scene.path(f"respondents/{respondent.id}/link"), {"id": "no id"}, 200)
    assert f"R{respondent.code}" in page.text
    assert "Give it to the person yourself" in page.text
    assert mails(database) == []


def test_a_link_opens_only_what_is_somebodys_own(reader: Reader, database: Database, scene: Scene) -> None:
    assert reader.get(f"/link/{scene.link_token}", 302).location == "/mine"
    with reader.client.session_transaction() as session:
        assert session[LINK_COOKIE] == str(scene.link.id)
        assert session.permanent
    assert urlsplit(reader.get(scene.path(), 302).location).path == "/login"
    (link,) = stored(database, PersonalLink, id=scene.link.id)
    assert link.last_used_at is not None
    assert "/leave" in [form.attrs["action"] for form in reader.use("nl").get("/mine").find("header form")]
    left = reader.submit("/leave")
    assert "Open je link opnieuw" in left.text
    with reader.client.session_transaction() as session:
        assert LINK_COOKIE not in session


def test_the_pages_behind_a_link_speak_the_language_of_their_reader(
    reader: Reader, database: Database, scene: Scene
) -> None:
    with database.writing(scene.id) as session:
        session.get_one(Respondent, (scene.id, scene.respondent.id)).language = "en"
    reader.open_link(scene.link.id)
    page = reader.get("/privacy")
    assert page.find("html")[0].attrs["lang"] == "en"


def test_a_link_that_is_taken_back_closes_where_it_is_open(
    app: Flask, reader: Reader, database: Database, scene: Scene
) -> None:
    reader.get(f"/link/{scene.link_token}", 302)
    with app.test_client() as client:
        evaluator = Reader(client, database).sign_in(scene.users[Role.EVALUATOR])
        evaluator.post(scene.path(f"personal-links/{scene.link.id}/revoke"))
    reader.get("/mine", 404)
    with reader.client.session_transaction() as session:
        assert LINK_COOKIE not in session
    reader.get(f"/link/{scene.link_token}", 404)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_wrong_revoked_and_expired_links_look_the_same(
    reader: Reader, database: Database, scene: Scene, language: str
) -> None:
    reader.use(language)
    never = reader.get("/link/nothing", 404)
    assert {"nl": "werkt niet", "en": "does not work"}[language] in never.text
    with database.writing() as session:
        session.get_one(PersonalLink, scene.link.id).expires_at = NOW - timedelta(days=1)
    assert reader.get(f"/link/{scene.link_token}", 404).text == never.text
    assert reader.post(f"/link/{scene.link_token}", status=404).text == never.text


def test_who_is_signed_in_is_asked_before_a_link_signs_them_out(coordinator: Reader, scene: Scene) -> None:
    address = f"/link/{scene.link_token}"
    page = coordinator.get(address)
    assert scene.users[Role.COORDINATOR].name in page.text
    coordinator.get("/change")
    assert coordinator.post(address, page.form(address)).location == "/mine"
    assert urlsplit(coordinator.get("/change", 302).location).path == "/login"


def test_leaving_does_not_sign_an_account_out(coordinator: Reader) -> None:
    coordinator.post("/leave")
    coordinator.get("/change")


def test_a_link_that_was_opened_is_gone_when_somebody_signs_in(
    reader: Reader, database: Database, scene: Scene
) -> None:
    with database.writing() as session:
        make_account(session, email="eva@example.org")
    reader.get(f"/link/{scene.link_token}", 302)
    reader.post("/login", {"email": "eva@example.org", "password": PASSWORD})
    with reader.client.session_transaction() as session:
        assert LINK_COOKIE not in session


# --- Mail ---------------------------------------------------------------------------------------------------


def test_mail_goes_out_when_the_answer_is_read_and_a_demo_shows_it(
    app: Flask, coordinator: Reader, database: Database, scene: Scene, tmp_path: Path
) -> None:
    again = coordinator.post(scene.path(f"invitations/{scene.invitation.id}/again"))
    assert not (tmp_path / "mail").exists()
    again.response.close()
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    (message,) = mails(database)
    assert (message.body, message.sent_at is None) == ("", False)
    coordinator.get("/mailbox", 404)
    with database.writing() as session:
        session.get_one(Programme, scene.id).is_demo = True
    app.extensions.pop("toc_is_demo")
    page = coordinator.get("/mailbox")
    assert "Uitnodiging voor" in page.text
    (link,) = [one for one in page.links() if "/invitation/" in one]
    coordinator.get(urlsplit(link).path)
    assert "/mailbox" in coordinator.get(scene.path()).links()


def test_an_empty_mailbox_says_what_belongs_there(app: Flask, reader: Reader, database: Database) -> None:
    with database.writing() as session:
        session.add(Programme(id=uuid4(), name="Demo", is_demo=True, created_at=NOW))
    app.extensions.pop("toc_is_demo", None)
    assert "Nog geen berichten" in reader.use("nl").get("/mailbox").text


def test_kinds_of_organisations_stand_under_their_side_of_the_helix(
    coordinator: Reader, scene: Scene
) -> None:
    page = coordinator.get(scene.path("organisations/new"))
    groups = page.find("optgroup")
    assert len(groups) == 4
    offered = {option.attrs["value"] for group in groups for option in group.query("option")}
    assert offered == {kind.value for kind in OrganisationKind}
