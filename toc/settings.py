"""The settings: one frozen object, read from ``TOC_*`` variables and a file; what is unknown is refused.

``docs/settings.md`` lists them; a test keeps that list equal to the fields below.
"""

import os
import secrets
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

PREFIX = "TOC_"
"""What the name of every variable starts with."""

FILE_VARIABLE = "TOC_SETTINGS"
"""The variable that names the settings file; in the file itself it has no meaning."""

LEAST_SECRET = 32
"""Characters that a secret key must have: 128 random bits, also when written in hexadecimal digits."""

_LEAST_VARIED = 8  # different characters: 32 random hexadecimal digits have more, a row of one key has fewer
_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgresql+psycopg://")
_NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 a command, no secret


class SettingsError(Exception):
    """The settings cannot be used.

    Attributes:
        sentences: everything that is wrong; each says what to do.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        """Keep all sentences, so that nobody has to mend them one start at a time."""
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


def _database_address(value: str) -> str:
    """Refuse a database that this program does not know."""
    path = value.removeprefix(_SQLITE)
    if path == value:
        known = value.startswith(_POSTGRESQL)
    else:
        known = path not in {"", ":memory:"} and "?" not in path
    if not known:
        raise ValueError(
            "give sqlite:/// and the path of a file (without a question mark), "
            "or postgresql://user:password@host/database"
        )
    return value


def _site_address(value: str) -> str:
    """Return scheme and host, without the slash that people add; refuse anything more or less."""
    advice = "give http:// or https:// and the host, without a path: https://doelenboom.example.nl"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:  # a port that is no number, or half an IPv6 address
        raise ValueError(advice) from error
    more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc or " " in value
    if more or parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError(advice)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _mailbox(value: str) -> str:
    """Refuse what is no sender of mail."""
    if "@" not in parseaddr(value)[1].strip("@"):
        raise ValueError("give an address, with or without a name: Doelenboom <mail@example.nl>")
    return value


class Settings(BaseModel):
    """Everything that differs between two installations.

    Secrets do not appear in its `repr`, nor in what is said when a value is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    instance: Path = Field(
        description="Folder for everything that belongs to this installation: database, mail, secret key."
    )
    production: bool = Field(
        default=False,
        description="Real people use this installation; the program refuses to start with unsafe settings.",
    )
    debug: bool = Field(
        default=False,
        description="Show what went wrong in the browser, source text included. Never in production.",
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description=(
            "Signs sessions and links: at least 32 random characters. Needed in production; elsewhere one is "
            "made and kept in the file `secret_key` in the instance folder."
        ),
    )
    database_url: Annotated[str, AfterValidator(_database_address)] = Field(
        default_factory=lambda earlier: f"{_SQLITE}{earlier['instance'] / 'toc.db'}",
        validate_default=True,
        repr=False,
        description="The database: `sqlite:///` and a file, or `postgresql://user:password@host/database`.",
    )
    base_url: Annotated[str, AfterValidator(_site_address)] = Field(
        default="http://localhost:8000",
        description=(
            "Address under which people reach the program; stands in mails. With `https://` cookies are only "
            "sent over an encrypted connection. Production needs `https://`."
        ),
    )
    proxy_hops: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Reverse proxies before the program. Too high a number lets visitors fake their address.",
    )
    mail_server: str = Field(
        default="",
        description="SMTP server. Without one, mail is written to the mail folder.",
    )
    mail_port: int = Field(default=587, ge=1, le=65535, description="Port of the SMTP server.")
    mail_starttls: bool = Field(default=True, description="Encrypt the connection to the SMTP server.")
    mail_user: str = Field(
        default="",
        description="Name to sign in with at the SMTP server; together with the password, or neither.",
    )
    mail_password: str = Field(default="", repr=False, description="Password at the SMTP server.")
    mail_sender: Annotated[str, AfterValidator(_mailbox)] = Field(
        default="Doelenboom <noreply@localhost>",
        description="Sender of all mail.",
    )
    mail_folder: Path = Field(
        default_factory=lambda earlier: earlier["instance"] / "mail",
        description="Folder for mail when there is no SMTP server.",
    )
    sign_in_attempts: int = Field(
        default=10,
        ge=1,
        le=100,
        description="How often a sign-in may fail, per account and per address, before it has to wait.",
    )
    sign_in_window_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="Minutes over which failed sign-ins are counted.",
    )
    session_idle_minutes: int = Field(
        default=120,
        ge=1,
        le=1440,
        description="Minutes without a page after which somebody has to sign in again.",
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=168,
        description="Hours after signing in after which somebody has to sign in again in any case.",
    )
    invitation_days: int = Field(
        default=14,
        ge=1,
        le=90,
        description="Days that an invitation can be accepted.",
    )
    personal_link_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="Days that a stakeholder's personal link works.",
    )
    workshop_phones: int = Field(
        default=60,
        ge=1,
        le=500,
        description="Phones that may join one workshop.",
    )
    workshop_door_hours: int = Field(
        default=24,
        ge=1,
        le=168,
        description="Hours that the short code of a workshop lets people in.",
    )
    workshop_dots: int = Field(
        default=5,
        ge=1,
        le=20,
        description="Dots that each person in a workshop gets, unless the facilitator chooses otherwise.",
    )
    workshop_attempts: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description=(
            "How often a wrong code of a workshop may be tried per address, in the minutes over which failed "
            "sign-ins are counted. A whole room may share one address."
        ),
    )
    small_number_threshold: int = Field(
        default=10,
        ge=5,
        le=1000,
        description="Participants that a group must have before anything is counted about it; never below 5.",
    )
    reminder_days: int = Field(
        default=7,
        ge=7,
        le=90,
        description=(
            "Days between two reminders by mail to one person: a week or more. A value counts as overdue two "
            "weeks after its day, so that with a week in between who forgot is told once more before that."
        ),
    )
    upload_bytes: int = Field(
        default=12_000_000,
        ge=10_000,
        le=100_000_000,
        description=(
            "Largest request that is read of somebody who signed in, in bytes: a form or a file. The largest "
            "file that is read is a document or workbook of 10 MiB; the rest is for the form around it."
        ),
    )
    job_file_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        description="Hours after which a file that somebody uploaded and did not import is removed.",
    )
    import_bytes: int = Field(
        default=100_000_000,
        ge=10_000,
        le=262_144_000,
        description="Largest log that may be uploaded or fetched, in bytes (not of other uploads).",
    )
    watch_folder: Path | None = Field(
        default=None,
        description=(
            "Folder in which each programme has a folder, called by its id. A source of logs may watch a "
            "folder in there, so that files that are put in it are imported by themselves. Without one, no "
            "folders are watched."
        ),
    )
    recording_seconds: int = Field(
        default=300,
        ge=10,
        le=3600,
        description="Longest spoken answer, in seconds.",
    )
    recording_bytes: int = Field(
        default=1_600_000,
        ge=10_000,
        le=100_000_000,
        description=(
            "Largest spoken answer, in bytes: five minutes at the 40 kbit/s that RFC 7587 gives at most for "
            "speech. Needs `TOC_UPLOAD_BYTES` to be larger."
        ),
    )

    @model_validator(mode="after")
    def _user_and_password_together(self) -> "Settings":
        """Refuse half an account at the SMTP server."""
        if bool(self.mail_user) != bool(self.mail_password):
            raise ValueError("Give both TOC_MAIL_USER and TOC_MAIL_PASSWORD, or neither.")
        return self

    @property
    def https_only(self) -> bool:
        """Whether people reach the program over an encrypted connection, so that cookies may demand one."""
        return self.base_url.startswith("https://")


def load(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings from the environment and the settings file; the environment wins.

    An empty value counts as not given. Relative paths count from the folder, also those in the file.

    Args:
        environ: variables; those that do not start with ``TOC_`` are left alone.
        folder: where the program was started.

    Raises:
        SettingsError: a file that cannot be read, an unknown setting, a value that cannot be used.
    """
    folder = folder.absolute()
    named = environ.get(FILE_VARIABLE, "")
    file = folder / (named or Path(environ.get("TOC_INSTANCE") or "instance", "settings.toml"))
    written, faults = _read(file, required=bool(named))
    variables = {name: text for name, text in environ.items() if name.startswith(PREFIX)}
    variables.pop(FILE_VARIABLE, None)

    texts = {"instance": "instance"}
    places: dict[str, str] = {}
    in_file = {field: field for field in Settings.model_fields}
    in_environ = {PREFIX + field.upper(): field for field in Settings.model_fields}
    for source, names, where in ((written, in_file, f" in {file}"), (variables, in_environ, "")):
        for name, text in source.items():
            if name not in names:
                faults.append(f"{name}{where} is no setting. {_advice(name, names)}")
            elif not text.isprintable():
                faults.append(f"{name}{where}: give readable text, on one line.")
            elif text:
                texts[names[name]] = text
                places[names[name]] = name + where

    try:
        settings = Settings.model_validate_strings(_from(folder, texts))
    except ValidationError as error:
        faults += _sentences(error, places)
    else:
        if not faults:
            return settings
    raise SettingsError(faults)


def check(settings: Settings) -> list[str]:
    """Return what makes the settings unfit for production, a sentence each; nothing when all is well.

    Says the same whether ``production`` is on or not, so that it can be asked beforehand; who starts the
    program refuses to when it is on.
    """
    faults = []
    key = settings.secret_key
    if not key:
        faults.append(
            f"There is no secret key of your own. Set TOC_SECRET_KEY to the output of: {_NEW_SECRET}"
        )
    elif len(key) < LEAST_SECRET or len(set(key)) < _LEAST_VARIED:
        faults.append(f"The secret key can be guessed. Set TOC_SECRET_KEY to the output of: {_NEW_SECRET}")
    if settings.debug:
        faults.append("Debug is on, which shows source text to visitors. Set TOC_DEBUG to false.")
    if not settings.https_only:
        faults.append(
            f"People would sign in over a connection that others can read ({settings.base_url}). "
            "Set TOC_BASE_URL to the https:// address of the program."
        )
    return faults


def own_secret(folder: Path) -> str:
    """Return the secret key of an installation that was given none; make it the first time.

    It lies in the file ``secret_key``, readable by its owner alone. Processes that start together get the
    same one.

    Args:
        folder: the instance folder; made when it is not there.

    Raises:
        SettingsError: the file cannot be written or read, or holds no usable key.
    """
    file = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _write_once(file, secrets.token_urlsafe(48))
        key = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            [f"{file} cannot be made or read ({error.strerror}). Use another folder: set TOC_INSTANCE."]
        ) from error
    except UnicodeDecodeError:
        key = ""
    if len(key) < LEAST_SECRET:
        raise SettingsError([f"{file} holds no secret key. Remove it: the next start makes one."])
    return key


def _write_once(file: Path, text: str) -> None:
    """Write a file as a whole and for its owner alone, unless another process was first."""
    handle, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text)
        try:
            file.hardlink_to(made)
        except FileExistsError:
            return  # theirs is as good
    finally:
        Path(made).unlink()


def _read(file: Path, *, required: bool) -> tuple[dict[str, str], list[str]]:
    """Return what stands in the settings file, as text, and what is wrong with it."""
    try:
        with file.open("rb") as stream:
            written = tomllib.load(stream)
    except FileNotFoundError:
        if required:
            return {}, [f"There is no file {file}. Make it, or unset {FILE_VARIABLE}."]
        return {}, []
    except OSError as error:
        return {}, [f"{file} cannot be read ({error.strerror}). Mend that, or unset {FILE_VARIABLE}."]
    except ValueError as error:  # no TOML, or no UTF-8
        return {}, [
            f"{file} is no TOML file ({error}). Write lines such as: mail_server = 'mail.example.nl'."
        ]
    texts, faults = {}, []
    for key, value in written.items():
        if isinstance(value, str | int):
            texts[key] = str(value).lower() if isinstance(value, bool) else str(value)
        else:
            faults.append(f"{key} in {file}: give one text between quotes, a whole number, true or false.")
    return texts, faults


def _advice(name: str, names: Mapping[str, str]) -> str:
    """Return what to do about a setting that does not exist: the one that was probably meant."""
    spelled = {field: given for given, field in names.items()}
    near = get_close_matches(name.lower().removeprefix(PREFIX.lower()), spelled, n=1)
    return f"Did you mean {spelled[near[0]]}?" if near else "Remove it."


def _from(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the settings with relative paths made absolute."""
    absolute = dict(texts)
    for name in {"instance", "mail_folder", "watch_folder"} & texts.keys():
        absolute[name] = str(folder / texts[name])
    path = texts.get("database_url", "").removeprefix(_SQLITE)
    if path not in {texts.get("database_url", ""), "", ":memory:"}:
        absolute["database_url"] = f"{_SQLITE}{folder / path}"
    return absolute


def _sentences(error: ValidationError, places: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the values, without the values themselves."""
    kinds: dict[str, Any] = Settings.model_json_schema()["properties"]
    sentences = []
    for fault in error.errors(include_input=False):
        if fault["type"] == "default_factory_not_called":  # it would have built upon another value
            continue
        if not fault["loc"]:
            sentences.append(str(fault["ctx"]["error"]))
            continue
        name = str(fault["loc"][0])
        kind = kinds[name]
        if kind["type"] == "integer":
            advice = f"give a whole number from {kind['minimum']} to {kind['maximum']}"
        elif kind["type"] == "boolean":
            advice = "give true or false"
        else:
            advice = str(fault["ctx"]["error"])
        sentences.append(f"{places.get(name, PREFIX + name.upper())}: {advice}.")
    return sentences
