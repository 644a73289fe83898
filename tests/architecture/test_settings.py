"""Settings: where they come from, what is refused and with which sentence, and that each is documented."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from stat import S_IMODE
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from toc.domain.privacy import DEFAULT_THRESHOLD, LEAST_THRESHOLD
from toc.settings import FILE_VARIABLE, PREFIX, Settings, SettingsError, check, load, own_secret

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "0123456789abcdef0123456789abcdef"


def refusal(environ: dict[str, str], folder: Path) -> tuple[str, ...]:
    """The sentences with which settings are refused."""
    with pytest.raises(SettingsError) as refused:
        load(environ, folder)
    assert str(refused.value) == "\n".join(refused.value.sentences)
    return refused.value.sentences


def write(folder: Path, text: str, name: str = "instance/settings.toml") -> Path:
    """A settings file."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


# --- Where settings come from -------------------------------------------------------------------------------


def test_without_anything_the_embedded_case(tmp_path: Path) -> None:
    settings = load({"PATH": "/bin", "HOME": "/"}, tmp_path)
    assert settings == Settings(instance=tmp_path / "instance")
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/toc.db"
    assert settings.mail_folder == tmp_path / "instance" / "mail"
    assert not settings.production
    assert not settings.https_only
    assert list(tmp_path.iterdir()) == []


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "mail_server = 'file.example'\nmail_port = 25\nproduction = true\ndebug = false\n")
    settings = load({"TOC_MAIL_SERVER": "environ.example", "TOC_DEBUG": "yes"}, tmp_path)
    assert (settings.mail_server, settings.mail_port) == ("environ.example", 25)
    assert (settings.production, settings.debug) == (True, True)


def test_an_empty_value_counts_as_not_given(tmp_path: Path) -> None:
    write(tmp_path, "mail_server = 'file.example'\nbase_url = ''\n")
    environ = {"TOC_MAIL_SERVER": "", "TOC_MAIL_PORT": "", "TOC_SETTINGS": "", "TOC_INSTANCE": ""}
    assert load(environ, tmp_path) == Settings(instance=tmp_path / "instance", mail_server="file.example")


def test_the_file_may_lie_elsewhere_and_name_the_instance(tmp_path: Path) -> None:
    write(tmp_path, "instance = 'var'\n", "toc.toml")
    assert load({FILE_VARIABLE: "toc.toml"}, tmp_path).instance == tmp_path / "var"
    assert load({FILE_VARIABLE: str(tmp_path / "toc.toml")}, tmp_path / "elsewhere").instance == (
        tmp_path / "elsewhere" / "var"
    )


def test_the_file_is_looked_for_in_the_instance_folder(tmp_path: Path) -> None:
    write(tmp_path, "mail_port = 25\n", "var/settings.toml")
    settings = load({"TOC_INSTANCE": "var"}, tmp_path)
    assert (settings.instance, settings.mail_port) == (tmp_path / "var", 25)
    assert settings.database_url == f"sqlite:///{tmp_path}/var/toc.db"


def test_relative_paths_count_from_the_folder_and_absolute_ones_stay(tmp_path: Path) -> None:
    relative = load({"TOC_MAIL_FOLDER": "post", "TOC_DATABASE_URL": "sqlite:///own.db"}, tmp_path)
    assert relative.mail_folder == tmp_path / "post"
    assert relative.database_url == f"sqlite:///{tmp_path}/own.db"
    absolute = load({"TOC_MAIL_FOLDER": "/post", "TOC_DATABASE_URL": "sqlite:////own.db"}, tmp_path)
    assert absolute.mail_folder == Path("/post")
    assert absolute.database_url == "sqlite:////own.db"


@pytest.mark.parametrize(
    "address", ["postgresql://toc:word@db/toc", "postgresql+psycopg://toc@/toc?host=/run/postgresql"]
)
def test_an_address_of_postgresql_is_taken_as_it_is(address: str, tmp_path: Path) -> None:
    assert load({"TOC_DATABASE_URL": address}, tmp_path).database_url == address


@pytest.mark.parametrize(
    ("given_url", "base_url", "https_only"),
    [
        ("https://Doelenboom.example.nl/", "https://doelenboom.example.nl", True),
        ("HTTP://[::1]:8123", "http://[::1]:8123", False),
        ("http://localhost:8123/", "http://localhost:8123", False),
    ],
)
def test_the_address_of_the_site(given_url: str, base_url: str, *, https_only: bool, tmp_path: Path) -> None:
    settings = load({"TOC_BASE_URL": given_url}, tmp_path)
    assert (settings.base_url, settings.https_only) == (base_url, https_only)


@pytest.mark.parametrize("sender", ["mail@example.nl", "De Kleurenkeuken <mail@example.nl>"])
def test_the_sender_of_mail(sender: str, tmp_path: Path) -> None:
    assert load({"TOC_MAIL_SENDER": sender}, tmp_path).mail_sender == sender


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    with pytest.raises(ValidationError, match="frozen"):
        settings.debug = True  # type: ignore[misc] # that it is refused is the point


# --- What is refused ----------------------------------------------------------------------------------------

DATABASE_ADVICE = (
    "give sqlite:/// and the path of a file (without a question mark), "
    "or postgresql://user:password@host/database."
)
NO_DATABASES = ["sqlite:///", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "mysql://toc@db/toc", "x"]
SITE_ADVICE = "give http:// or https:// and the host, without a path: https://doelenboom.example.nl."
NO_SITES = [
    "doelenboom.example.nl",
    "ftp://example.nl",
    "https://",
    "https://example.nl/toc",
    "https://example.nl?a=b",
    "https://example.nl/#a",
    "https://u:p@example.nl",
    "https://exa mple.nl",
    "https://example.nl:99999",
    "https://example.nl:0",
    "https://[::1",
]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MAIL_PORT", "smtp", "give a whole number from 1 to 65535."),
        ("MAIL_PORT", "0", "give a whole number from 1 to 65535."),
        ("MAIL_PORT", "65536", "give a whole number from 1 to 65535."),
        ("MAIL_PORT", "2.5", "give a whole number from 1 to 65535."),
        ("SMALL_NUMBER_THRESHOLD", "4", "give a whole number from 5 to 1000."),
        ("PRODUCTION", "maybe", "give true or false."),
        (
            "MAIL_SENDER",
            "Doelenboom",
            "give an address, with or without a name: Doelenboom <mail@example.nl>.",
        ),
        ("MAIL_SENDER", "a@b.nl\nBcc: c@d.nl", "give readable text, on one line."),
        ("SECRET_KEY", "\udcff" * 40, "give readable text, on one line."),
        *[("DATABASE_URL", value, DATABASE_ADVICE) for value in NO_DATABASES],
        *[("BASE_URL", value, SITE_ADVICE) for value in NO_SITES],
    ],
)
def test_a_value_that_cannot_be_used_is_refused(name: str, value: str, sentence: str, tmp_path: Path) -> None:
    assert refusal({PREFIX + name: value}, tmp_path) == (f"{PREFIX}{name}: {sentence}",)


def test_a_folder_in_which_the_database_cannot_lie_is_refused(tmp_path: Path) -> None:
    (sentence,) = refusal({"TOC_INSTANCE": "what?"}, tmp_path)
    assert sentence.startswith("TOC_DATABASE_URL: give sqlite:/// and the path")


@pytest.mark.parametrize("half", ["TOC_MAIL_USER", "TOC_MAIL_PASSWORD"])
def test_half_an_account_for_mail_is_refused(half: str, tmp_path: Path) -> None:
    assert refusal({half: "x"}, tmp_path) == ("Give both TOC_MAIL_USER and TOC_MAIL_PASSWORD, or neither.",)
    both = load({"TOC_MAIL_USER": "x", "TOC_MAIL_PASSWORD": "y"}, tmp_path)
    assert (both.mail_user, both.mail_password) == ("x", "y")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = write(tmp_path, "mail_prot = 25\nproxy_hops = -1\nupload_bytes = [1]\nTOC_DEBUG = true\n")
    sentences = refusal({"TOC_SECRETKEY": SECRET, "TOC_QUUX": "1", "TOC_DEBUG": "5"}, tmp_path)
    assert sentences == (
        f"upload_bytes in {file}: give one text between quotes, a whole number, true or false.",
        f"mail_prot in {file} is no setting. Did you mean mail_port?",
        f"TOC_DEBUG in {file} is no setting. Did you mean debug?",
        "TOC_SECRETKEY is no setting. Did you mean TOC_SECRET_KEY?",
        "TOC_QUUX is no setting. Remove it.",
        "TOC_DEBUG: give true or false.",
        f"proxy_hops in {file}: give a whole number from 0 to 10.",
    )


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    assert refusal({FILE_VARIABLE: "toc.toml"}, tmp_path) == (
        f"There is no file {tmp_path}/toc.toml. Make it, or unset TOC_SETTINGS.",
    )


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal({FILE_VARIABLE: "."}, tmp_path) == (
        f"{tmp_path} cannot be read (Is a directory). Mend that, or unset TOC_SETTINGS.",
    )


@pytest.mark.parametrize("content", [b"mail_port: 25\n", b"mail_server = '\xff'\n"])
def test_a_file_that_is_no_toml_is_refused(content: bytes, tmp_path: Path) -> None:
    file = write(tmp_path, "")
    file.write_bytes(content)
    (sentence,) = refusal({}, tmp_path)
    assert sentence.startswith(f"{file} is no TOML file (")
    assert sentence.endswith("Write lines such as: mail_server = 'mail.example.nl'.")


texts = st.text(max_size=20)


@given(
    environ=st.dictionaries(st.sampled_from([PREFIX + name.upper() for name in Settings.model_fields]), texts)
)
def test_any_value_is_taken_or_refused_with_sentences(environ: dict[str, str]) -> None:
    try:
        load(environ, Path("/nowhere"))
    except SettingsError as refused:
        wrong = [each for each in refused.sentences if not each.startswith(("TOC_", "Give both"))]
        assert (bool(refused.sentences), wrong) == (True, [])  # noqa: PT017 taking it is right as well


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    hidden = {
        "TOC_SECRET_KEY": SECRET,
        "TOC_MAIL_PASSWORD": "hidden-password",
        "TOC_DATABASE_URL": "postgresql://toc:hidden-password@db/toc",
        "TOC_MAIL_USER": "toc",
    }
    for shown in (repr(load(hidden, tmp_path)), str(load(hidden, tmp_path))):
        assert "base_url=" in shown
        assert SECRET not in shown
        assert "hidden-password" not in shown
    wrong = {**hidden, "TOC_DATABASE_URL": "mysql://toc:hidden-password@db/toc", "TOC_DEBUG": "x"}
    said = "".join(refusal(wrong, tmp_path))
    assert SECRET not in said
    assert "hidden-password" not in said


# --- Production ---------------------------------------------------------------------------------------------


def test_a_safe_production_has_nothing_wrong(tmp_path: Path) -> None:
    environ = {
        "TOC_PRODUCTION": "true",
        "TOC_SECRET_KEY": SECRET,
        "TOC_BASE_URL": "https://doelenboom.example.nl",
    }
    assert check(load(environ, tmp_path)) == []


def test_what_is_wrong_with_the_embedded_case_for_production(tmp_path: Path) -> None:
    key, debug, address = check(load({"TOC_DEBUG": "true"}, tmp_path))
    assert "Set TOC_SECRET_KEY" in key
    assert "Set TOC_DEBUG to false" in debug
    assert "Set TOC_BASE_URL" in address


@pytest.mark.parametrize("key", ["secret", SECRET[:31], "a" * 64, "1234567" * 9])
def test_a_secret_key_that_can_be_guessed_is_named_and_not_shown(key: str, tmp_path: Path) -> None:
    environ = {"TOC_SECRET_KEY": key, "TOC_BASE_URL": "https://doelenboom.example.nl"}
    (sentence,) = check(load(environ, tmp_path))
    assert sentence.startswith("The secret key can be guessed. Set TOC_SECRET_KEY")
    assert key == "secret" or key not in sentence


def test_the_command_in_the_sentence_makes_a_good_key(tmp_path: Path) -> None:
    sentence = check(load({}, tmp_path))[0]
    assert "secrets.token_urlsafe(48)" in sentence
    made = own_secret(tmp_path)
    assert check(load({"TOC_SECRET_KEY": made, "TOC_BASE_URL": "https://a.example"}, tmp_path)) == []


# --- A secret key of its own --------------------------------------------------------------------------------


def test_an_installation_makes_its_own_key_once_and_for_itself_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "instance"
    made = own_secret(folder)
    assert own_secret(folder) == made
    assert len(made) == 64
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert own_secret(tmp_path) != made


def test_workers_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    start = Barrier(4)

    def begin(folder: Path) -> str:
        start.wait()
        return own_secret(folder)

    with ThreadPoolExecutor(4) as workers:
        for number in range(50):
            folder = tmp_path / str(number)
            assert len(set(workers.map(begin, [folder] * 4))) == 1
            assert [file.name for file in folder.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 64])
def test_a_file_without_a_key_is_not_used(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(SettingsError, match=r"holds no secret key\. Remove it"):
        own_secret(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"cannot be made or read .*set TOC_INSTANCE"):
        own_secret(tmp_path / "file" / "instance")


# --- Documentation ------------------------------------------------------------------------------------------


def default_shown(value: object) -> str:
    """A default as the page shows it."""
    if value == "":
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_every_setting_is_documented_with_its_default() -> None:
    defaults = Settings(instance=Path("instance"))
    wanted = [
        f"| `{PREFIX}{name.upper()}` | {default_shown(getattr(defaults, name))} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert rows == wanted
    assert FILE_VARIABLE in page


def test_the_threshold_for_small_numbers_is_that_of_the_rules() -> None:
    threshold = Settings.model_json_schema()["properties"]["small_number_threshold"]
    assert (threshold["default"], threshold["minimum"]) == (DEFAULT_THRESHOLD, LEAST_THRESHOLD)
