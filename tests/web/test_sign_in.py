"""Signing in as people do it: by the real forms, with a real hash, on both databases."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from passlib.totp import TOTP  # type: ignore[import-untyped] # publishes no types
from sqlalchemy import event, select

from tests.factories import act_of, make_programme, make_user
from tests.factories.people import PASSWORD, make_account
from tests.web.reader import Page, Reader
from toc.app import create_app
from toc.domain.people import Role
from toc.models.audit import InstanceEvent
from toc.models.database import Database
from toc.models.mail import OutboxMessage
from toc.models.people import SignInAttempt, User
from toc.models.programmes import Programme
from toc.services import people
from toc.settings import Settings
from toc.web.security import SESSION_ID, SIGNED_IN_AT

NEW_PASSWORD = "lange wandeling langs de plas"


@pytest.fixture
def account(database: Database) -> User:
    """Somebody with a password."""
    with database.writing() as session:
        return make_account(session, email="an@example.org", language="en")


@pytest.fixture
def strict(database: Database, tmp_path: Path) -> Iterator[Reader]:
    """A visitor of an installation where three tries are all one gets."""
    settings = Settings(
        instance=tmp_path, secret_key="only-for-tests-and-long-enough-0123456789", sign_in_attempts=3
    )
    app = create_app(settings, database)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.test_client() as client:
        yield Reader(client, database).use("en")


def sign_in(
    reader: Reader,
    email: str = "an@example.org",
    password: str = PASSWORD,
    status: int = 302,
    next_: str = "",
) -> Page:
    """Fill in the form."""
    address = f"/login?next={next_}" if next_ else "/login"
    return reader.post(address, {"email": email, "password": password}, status)


def is_in(reader: Reader) -> bool:
    """Whether pages for accounts open."""
    status = reader.client.get("/change").status_code
    assert status in {200, 302}
    return status == 200


def trail(database: Database) -> list[tuple[str, str]]:
    """What the instance's audit trail says: what, and about whom."""
    with database.read_session() as session:
        rows = session.scalars(select(InstanceEvent).order_by(InstanceEvent.sequence))
        return [(row.action, row.subject_id) for row in rows]


def mails(database: Database) -> list[OutboxMessage]:
    with database.read_session() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def link_in(message: OutboxMessage) -> str:
    """The one address in a message."""
    (found,) = re.findall(r"https?://\S+", message.body)
    return str(found)


# --- With a password ----------------------------------------------------------------------------------------


def test_the_right_password_lets_in_and_signing_out_ends_it(
    reader: Reader, database: Database, account: User
) -> None:
    assert not is_in(reader)
    assert sign_in(reader, " AN@example.org ").location == "/programmes"
    assert is_in(reader)
    assert reader.post("/logout").location == "/"
    assert not is_in(reader)
    assert trail(database) == [("sign_in", str(account.id)), ("sign_out", str(account.id))]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.usefixtures("account")
def test_the_form_reads_well_in_both_languages(reader: Reader, language: str) -> None:
    reader.use(language).get("/login")
    page = sign_in(reader, password="wrong", status=400)
    said = {"nl": "Het e-mailadres of het wachtwoord klopt niet.", "en": "The e-mail address or the password"}
    assert said[language] in page.text


@pytest.mark.usefixtures("account")
def test_whether_an_account_exists_is_told_to_nobody(reader: Reader, database: Database) -> None:
    with database.writing() as session:
        make_account(session, email="off@example.org", active=False)
    reader.use("en")
    wrong = sign_in(reader, password="wrong password", status=400)
    unknown = sign_in(reader, email="who@example.org", status=400)
    disabled = sign_in(reader, email="off@example.org", status=400)
    texts = {page.text for page in (wrong, unknown, disabled)}
    assert len(texts) == 1
    assert not is_in(reader)


def test_a_failed_sign_in_is_on_record_without_the_address(
    reader: Reader, database: Database, account: User
) -> None:
    sign_in(reader, password="wrong password", status=400)
    sign_in(reader, email="who@example.org", status=400)
    assert trail(database) == [("sign_in.fail", str(account.id)), ("sign_in.fail", "")]
    with database.read_session() as session:
        kept = session.scalars(select(SignInAttempt.key)).all()
    assert len(kept) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)


@pytest.mark.parametrize("values", [{}, {"email": "an@example.org"}, {"password": PASSWORD}, {"email": "an"}])
@pytest.mark.usefixtures("account")
def test_an_incomplete_form_is_shown_again(reader: Reader, values: dict[str, str]) -> None:
    page = reader.post("/login", values, 400)
    assert page.find("[data-error-summary]")


@pytest.mark.usefixtures("account")
def test_afterwards_one_is_where_one_wanted_to_be(reader: Reader) -> None:
    asked = reader.get("/change", 302)
    assert sign_in(reader, next_=urlsplit(asked.location).query.removeprefix("next=")).location == "/change"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "%2F%2Fevil"]
)
@pytest.mark.usefixtures("account")
def test_nobody_is_sent_elsewhere(reader: Reader, elsewhere: str) -> None:
    answer = reader.client.post(
        f"/login?next={elsewhere}", data={"email": "an@example.org", "password": PASSWORD}
    )
    # A backslash is one to a browser; written as %5C it is a letter of our own address.
    assert re.fullmatch(r"|/|/(login|programmes|%5Cevil\.example).*", answer.headers.get("Location", ""))


@pytest.mark.usefixtures("account")
def test_forms_alone_sign_people_in(reader: Reader) -> None:
    answer = reader.client.post("/login", json={"email": "an@example.org", "password": PASSWORD})
    assert answer.status_code == 415
    with_token = reader.client.get("/change", headers={"Authentication-Token": "anything"})
    assert with_token.status_code == 302


@pytest.mark.usefixtures("account")
def test_without_its_token_no_form_is_accepted(app: Flask, reader: Reader) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    values = {"email": "an@example.org", "password": PASSWORD}
    reader.post("/login", values, 400)
    assert not is_in(reader)
    token = reader.get("/login").form("/login")["csrf_token"]
    reader.post("/login", {**values, "csrf_token": token})
    assert is_in(reader)
    reader.post("/logout", {"csrf_token": token}, 400)
    assert is_in(reader)


@pytest.mark.parametrize("address", ["/tf-rescue", "/register", "/confirm", "/tf-select", "/us-signin"])
def test_what_is_switched_off_is_not_there(reader: Reader, address: str, account: User) -> None:
    reader.get(address, 404)
    reader.sign_in(account).get(address, 404)


# --- Sessions -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("account")
def test_each_sign_in_is_a_new_session_with_nothing_of_before(reader: Reader) -> None:
    found = []
    for _ in range(2):
        with reader.client.session_transaction() as session:
            session["left"] = "by somebody else"
        sign_in(reader)
        with reader.client.session_transaction() as session:
            assert "left" not in session
            assert session.permanent
            found.append(session[SESSION_ID])
        reader.post("/logout")
    assert found[0] != found[1]


@pytest.mark.usefixtures("account")
def test_signing_out_also_ends_a_copy_of_the_cookie(reader: Reader) -> None:
    sign_in(reader)
    cookie = reader.client.get_cookie("session")
    assert cookie is not None
    reader.post("/logout")
    reader.client.set_cookie("session", cookie.value)
    assert not is_in(reader)


def test_without_a_page_for_too_long_one_is_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, account: User
) -> None:
    def minutes_ago(minutes: int) -> None:
        with monkeypatch.context() as past:
            then = int(time.time()) - 60 * minutes
            past.setattr(TimestampSigner, "get_timestamp", lambda _: then)
            reader.sign_in(account)

    minutes_ago(119)
    assert is_in(reader)
    minutes_ago(121)
    assert not is_in(reader)


def test_after_half_a_day_one_signs_in_again(reader: Reader, account: User) -> None:
    for hours, stays in ((11.9, True), (12.1, False)):
        reader.sign_in(account)
        with reader.client.session_transaction() as session:
            session[SIGNED_IN_AT] = int((datetime.now(UTC) - timedelta(hours=hours)).timestamp())
        assert is_in(reader) is stays
    with reader.client.session_transaction() as session:
        assert "_user_id" not in session


@pytest.mark.parametrize("missing", [SIGNED_IN_AT, SESSION_ID])
def test_a_session_that_does_not_say_when_it_began_is_none(
    reader: Reader, missing: str, account: User
) -> None:
    reader.sign_in(account)
    with reader.client.session_transaction() as session:
        del session[missing]
    assert not is_in(reader)


def test_who_is_switched_off_is_out_at_once(reader: Reader, database: Database, account: User) -> None:
    reader.sign_in(account)
    assert is_in(reader)
    with database.writing() as session:
        session.get_one(User, account.id).active = False
    assert not is_in(reader)


def test_a_page_reads_the_account_once(reader: Reader, database: Database, account: User) -> None:
    reader.sign_in(account).get("/privacy")
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        reader.get("/privacy")
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    queries = [one for one in seen if one.lstrip().upper().startswith("SELECT")]
    assert len(queries) == 2, queries  # the account with its roles, and what it holds where


# --- How often ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("account")
def test_after_too_many_tries_even_the_right_password_waits(strict: Reader, database: Database) -> None:
    for _ in range(3):
        sign_in(strict, password="wrong password", status=400)
    page = sign_in(strict, status=429)
    assert "Too many tries" in page.text
    assert page.response.headers["Retry-After"] == "900"
    assert not is_in(strict)
    # From the same machine nobody else is tried either; from another one this account still waits.
    sign_in(strict, email="who@example.org", status=429)
    strict.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    sign_in(strict, status=429)
    sign_in(strict, email="who@example.org", status=400)
    assert [action for action, _ in trail(database)] == ["sign_in.fail"] * 4


@pytest.mark.usefixtures("account")
def test_a_sign_in_clears_the_tries_of_one_account_and_not_of_the_machine(strict: Reader) -> None:
    sign_in(strict, password="wrong password", status=400)
    sign_in(strict, password="wrong password", status=400)
    sign_in(strict)
    strict.post("/logout")
    sign_in(strict, email="who@example.org", status=400)
    sign_in(strict, status=429)
    strict.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    for _ in range(2):
        sign_in(strict, password="wrong password", status=400)
    sign_in(strict)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "", True),
    ],
)
@pytest.mark.usefixtures("account")
def test_a_machine_is_its_connection(strict: Reader, first: str, second: str, *, same: bool) -> None:
    strict.client.environ_base["REMOTE_ADDR"] = first
    for number in range(3):
        sign_in(strict, email=f"{number}@example.org", status=400)
    strict.client.environ_base["REMOTE_ADDR"] = second
    sign_in(strict, status=429 if same else 302)


@pytest.mark.usefixtures("account")
def test_asking_for_new_passwords_is_limited_and_says_always_the_same(
    strict: Reader, database: Database
) -> None:
    texts = {strict.post("/reset", {"email": "an@example.org"}, 200).text for _ in range(3)}
    assert len(texts) == 1
    strict.post("/reset", {"email": "an@example.org"}, 429)
    assert len(mails(database)) == 3
    sign_in(strict)  # whoever asks for new passwords keeps nobody from signing in


# --- Passwords ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("account")
def change(reader: Reader, old: str, new: str, status: int) -> Page:
    values = {"password": old, "new_password": new, "new_password_confirm": new}
    return reader.post("/change", values, status)


@pytest.mark.usefixtures("account")
def test_a_changed_password_ends_other_sessions_and_is_told_by_mail(
    app: Flask, reader: Reader, database: Database
) -> None:
    with app.test_client() as elsewhere:
        other = Reader(elsewhere, database)
        sign_in(other)
    sign_in(reader)
    change(reader, PASSWORD, NEW_PASSWORD, 302)
    assert is_in(reader)
    assert not is_in(other)
    reader.post("/logout")
    sign_in(reader, status=400)
    sign_in(reader, password=NEW_PASSWORD)
    actions = [action for action, _ in trail(database)]
    assert actions == ["sign_in", "sign_in", "password.change", "sign_out", "sign_in.fail", "sign_in"]
    (message,) = mails(database)
    assert (message.recipient, message.subject, message.language) == (
        "an@example.org",
        "Your password was changed",
        "en",
    )


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("te kort", "Use at least 12 characters."),
        ("x" * 129, "Use at most 128 characters."),
        ("welkom123456", "Others would guess this soon."),
        (PASSWORD, "Choose a password that differs"),
    ],
)
@pytest.mark.usefixtures("account")
def test_a_new_password_follows_the_rule(reader: Reader, new: str, said: str) -> None:
    sign_in(reader.use("en"))
    assert said in change(reader, PASSWORD, new, 400).text


def test_guessing_the_old_password_is_limited_and_a_weak_new_one_is_no_guess(
    strict: Reader, database: Database, account: User
) -> None:
    strict.sign_in(account)
    for _ in range(4):
        change(strict, PASSWORD, "te kort", 400)
    for _ in range(3):
        change(strict, "wrong password", NEW_PASSWORD, 400)
    change(strict, PASSWORD, NEW_PASSWORD, 429)
    assert [action for action, _ in trail(database)] == ["sign_in.fail"] * 3


def test_a_forgotten_password_is_replaced_by_a_link_in_the_mail(
    reader: Reader, database: Database, account: User
) -> None:
    reader.use("nl")
    with reader.client.application.test_client() as elsewhere:
        other = Reader(elsewhere, database)
        sign_in(other)
    page = Page(
        reader.client.post("/reset", data={"email": "AN@example.org"}, headers={"Host": "evil.example"})
    )
    assert "is er een bericht naar onderweg" in page.text
    (message,) = mails(database)
    assert (message.recipient, message.subject) == ("an@example.org", "Choose a new password")
    link = link_in(message)
    assert link.startswith("http://localhost:8000/reset/")
    address = urlsplit(link).path
    reader.get(address)
    for weak in ("te kort", "welkom123456"):
        reader.post(address, {"password": weak, "password_confirm": weak}, 400)
    new = {"password": NEW_PASSWORD, "password_confirm": NEW_PASSWORD}
    assert reader.post(address, new).location == "/login"
    assert not is_in(reader)
    assert not is_in(other)
    assert reader.post(address, new).location == "/reset"
    sign_in(reader, status=400)
    sign_in(reader, password=NEW_PASSWORD)
    assert ("password.ask", str(account.id)) in trail(database)
    assert ("password.reset", str(account.id)) in trail(database)


@pytest.mark.usefixtures("account")
def test_an_unknown_address_looks_the_same_and_gets_nothing(reader: Reader, database: Database) -> None:
    known = reader.post("/reset", {"email": "an@example.org"}, 200)
    unknown = reader.post("/reset", {"email": "who@example.org"}, 200)
    nonsense = reader.post("/reset", {"email": "who"}, 200)
    assert known.text == unknown.text == nonsense.text
    assert len(mails(database)) == 1


@pytest.mark.parametrize("token", ["x", "WyJ4IiwieCJd.aQ.x"])
def test_a_wrong_link_leads_to_a_new_one(reader: Reader, token: str) -> None:
    assert reader.get(f"/reset/{token}", 302).location == "/reset"


# --- The second step ----------------------------------------------------------------------------------------


class Phone:
    """An app that shows codes."""

    def __init__(self, key: str) -> None:
        self._codes = TOTP(key)

    def code(self, *, later: int = 0) -> str:
        """The code now, or some seconds later."""
        return str(self._codes.generate(time=TOTP.now() + later).token)


@pytest.fixture
def half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock of codes stand still: each half minute has its own, and a test may last into the next."""
    now = time.time()
    monkeypatch.setattr(TOTP, "now", lambda: now)


def set_up(reader: Reader) -> Phone:
    """Turn the second step on, as a signed-in person does."""
    page = reader.post("/tf-setup", {"setup": "authenticator"}, 200)
    key = next(one for one in page.find("code") if re.fullmatch(r"[A-Z2-7-]{39}", one.to_text())).to_text()
    (image,) = page.find("img.authenticator")
    assert image.attrs["src"].startswith("data:image/svg+xml;base64,")
    (form,) = [one for one in page.find("form") if "/tf-setup/" in one.attrs["action"]]
    phone = Phone(key)
    assert reader.post(form.attrs["action"], {"code": phone.code()}).location == "/programmes"
    return phone


@pytest.mark.usefixtures("account", "half_minute")
def test_with_a_second_step_a_code_is_asked_and_works_once(reader: Reader, database: Database) -> None:
    sign_in(reader.use("en"))
    phone = set_up(reader)
    reader.post("/logout")
    assert sign_in(reader).location.startswith("/tf-validate")
    assert not is_in(reader)
    reader.get("/tf-validate")
    reader.post("/tf-validate", {"code": "000000"}, 400)
    # The code that set it up was used: it is refused, and the next one is not.
    used = reader.post("/tf-validate", {"code": phone.code()}, 400)
    assert "used before" in used.text
    following = phone.code(later=30)
    assert reader.post("/tf-validate", {"code": following}).location == "/programmes"
    assert is_in(reader)
    reader.post("/logout")
    sign_in(reader)
    reader.post("/tf-validate", {"code": following}, 400)
    assert not is_in(reader)
    actions = [action for action, _ in trail(database)]
    assert actions[:3] == ["sign_in", "second_factor.on", "sign_out"]
    assert actions[3:6] == ["sign_in.fail", "sign_in.fail", "sign_in"]


@pytest.mark.usefixtures("half_minute")
def test_codes_cannot_be_guessed_without_end(strict: Reader, account: User) -> None:
    strict.sign_in(account)
    phone = set_up(strict)
    strict.post("/logout")
    sign_in(strict)
    for _ in range(3):
        strict.post("/tf-validate", {"code": "000000"}, 400)
    strict.post("/tf-validate", {"code": phone.code(later=30)}, 429)
    strict.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    sign_in(strict, status=429)


@pytest.mark.usefixtures("account")
def test_the_page_for_codes_opens_after_a_password_only(reader: Reader) -> None:
    assert reader.get("/tf-validate", 302).location == "/login"
    with reader.client.session_transaction() as session:
        session["tf_user_id"], session["tf_state"] = "nobody", "ready"
    assert reader.post("/tf-validate", {"code": "123456"}).location == "/login"


def test_who_is_in_needs_no_page_for_codes_and_stays_in(reader: Reader, account: User) -> None:
    assert reader.sign_in(account).get("/tf-validate", 302).location == "/programmes"
    assert is_in(reader)


def test_to_change_how_one_signs_in_the_password_is_asked_once_more(reader: Reader, account: User) -> None:
    reader.use("en").sign_in(account)
    with reader.client.session_transaction() as session:
        session["fs_paa"] = time.time() - 3600
    asked = reader.get("/tf-setup", 302)
    assert urlsplit(asked.location).path == "/verify"
    reader.get(asked.location)
    reader.post(asked.location, {"password": "wrong password"}, 400)
    assert reader.post(asked.location, {"password": PASSWORD}).location == "/tf-setup"
    reader.get("/tf-setup")


def test_a_second_step_is_turned_off_by_its_owner(reader: Reader, database: Database, account: User) -> None:
    reader.sign_in(account)
    set_up(reader)
    reader.get("/tf-setup")
    reader.post("/tf-setup", {"setup": "disable"})
    reader.post("/logout")
    sign_in(reader)
    assert is_in(reader)
    assert ("second_factor.off", str(account.id)) in trail(database)


def test_a_programme_may_ask_everybody_for_a_second_step(
    reader: Reader, database: Database, account: User
) -> None:
    with database.writing() as session:
        strict = make_programme(session, name="The strict one", second_factor_required=True)
        easy = make_programme(session)
    for programme in (strict, easy):
        with database.writing(programme.id) as session:
            people.add_member(session, act_of(), account.id, Role.COORDINATOR)
    reader.use("en").sign_in(account)
    assert reader.get(f"/p/{strict.id}/people", 302).location == "/second-step-needed"
    reader.get(f"/p/{easy.id}/people")
    page = reader.get("/second-step-needed")
    assert "The strict one" in page.text
    assert "/tf-setup" in page.links()
    set_up(reader)
    reader.get(f"/p/{strict.id}/people")
    assert "The strict one" in reader.get("/second-step-needed").text


def test_the_page_about_the_second_step_is_for_accounts(reader: Reader, account: User) -> None:
    assert urlsplit(reader.get("/second-step-needed", 302).location).path == "/login"
    assert "strict" not in reader.sign_in(account).use("nl").get("/second-step-needed").text


# --- A demo -------------------------------------------------------------------------------------------------


def test_a_demo_lists_its_accounts_and_no_other_installation_does(
    app: Flask, reader: Reader, database: Database
) -> None:
    with database.writing() as session:
        make_account(session, email="noor@demo.example", password=people.DEMO_PASSWORD)
        make_user(session, email="an@example.org")
    assert "demo.example" not in reader.get("/login").body
    with database.writing() as session:
        programme: Programme = make_programme(session, is_demo=True)
        noor = people.account_by_email(session, "noor@demo.example")
        assert noor is not None
    with database.writing(programme.id) as session:
        people.add_member(session, act_of(), noor.id, Role.COORDINATOR)
    app.extensions.pop("toc_is_demo")
    page = reader.use("en").get("/login")
    assert "an@example.org" not in page.body
    assert "Coordinator" in page.text
    values = next(
        {one.attrs["name"]: one.attrs["value"] for one in form.query("input[type=hidden]")}
        for form in page.find("form")
        if form.query('input[value="noor@demo.example"]')
    )
    reader.post("/login", values)
    assert is_in(reader)
