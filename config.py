"""What the environment says, read once, as one frozen value; odd or missing settings are all named together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from limits.errors import ConfigurationError
from limits.storage import Storage, storage_from_string
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

INSTANCE = Path(__file__).parent / "instance"
MIN_SECRET_LENGTH = 32
DEVELOPMENT_KEY = "development-only-secret-key-not-for-production"


class ConfigError(Exception):
    """The environment cannot be used; `faults` says what to mend, one line a setting."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Settings to mend before Bulletins can start:\n" + "\n".join(f"  - {f}" for f in faults))


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one process. Each is described in `.env.example`."""

    production: bool
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)  # holds a password, as the next but one
    base_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    timezone: ZoneInfo
    now: datetime | None = None
    limits_storage: str = "memory://"
    theme: str = "neutral"
    development_mailbox: Path | None = None
    durability: str = "strict"
    interrupted_letters: str = "at_least_once"
    connections: int = 4
    bounce_url: str | None = None
    marks_kept_months: int = 3
    proxies: int = 0

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read `env` (the process's own by default). Raises ConfigError listing every fault at once."""
        return _Reader(os.environ if env is None else env).config()

    @property
    def secure(self) -> bool:
        """Whether the site is served over HTTPS, so that cookies may ask for it."""
        return self.base_url.startswith("https://")


class _Reader:
    """Reads the settings one by one and keeps the faults until the end."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []
        self.production = self._choice("APP_ENV", ["development", "production"], "development") == "production"

    def config(self) -> Config:
        config = Config(
            production=self.production,
            secret_key=self._secret_key(),
            database_url=self._database_url(),
            base_url=self._base_url(),
            smtp_url=self._smtp_url(),
            mail_from=self._mail_from(),
            timezone=self._timezone(),
            now=self._now(),
            limits_storage=self._limits_storage(),
            theme=self._choice("THEME", ["neutral", "dsfr"], "neutral"),
            development_mailbox=self._development_mailbox(),
            durability=self._choice("DURABILITY", ["strict", "relaxed"], "strict"),
            interrupted_letters=self._choice("INTERRUPTED_LETTERS", ["at_least_once", "at_most_once"], "at_least_once"),
            connections=self._number("SMTP_CONNECTIONS", 4, 1, 16),
            bounce_url=self._bounce_url(),
            marks_kept_months=self._number("MARKS_KEPT_MONTHS", 3, 0, 120),
            proxies=self._number("PROXIES", 0, 0, 5),
        )
        if self.faults:
            raise ConfigError(self.faults)
        return config

    def _get(self, name: str, default: str = "") -> str:
        return self.env.get(name, "").strip() or default

    def _fault(self, name: str, remedy: str) -> None:
        self.faults.append(f"{name}: {remedy}")

    def _required(self, name: str, development: str, remedy: str) -> str:
        value = self._get(name)
        if not value and self.production:
            self._fault(name, f"missing; {remedy}")
        return value or development

    def _choice(self, name: str, choices: list[str], default: str) -> str:
        value = self._get(name, default)
        if value not in choices:
            self._fault(name, f"{value!r} is not one of {', '.join(choices)}")
            return default
        return value

    def _number(self, name: str, default: int, low: int, high: int) -> int:
        value = self._get(name, str(default))
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(high)) and low <= int(value) <= high):
            self._fault(name, f"{value!r} is not a whole number from {low} to {high}")
            return default
        return int(value)

    def _secret_key(self) -> str:
        remedy = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        key = self._get("SECRET_KEY")
        if self.production and key == DEVELOPMENT_KEY:
            self._fault("SECRET_KEY", f"known to everybody; {remedy}")
        elif self.production and 0 < len(key) < MIN_SECRET_LENGTH:
            self._fault("SECRET_KEY", f"shorter than {MIN_SECRET_LENGTH} characters; {remedy}")
        return self._required("SECRET_KEY", DEVELOPMENT_KEY, remedy)

    def _database_url(self) -> str:
        default = f"sqlite:///{INSTANCE / 'bulletins.sqlite'}"
        shape = "use sqlite:///path or postgresql://user:password@host/bulletins"
        url = self._required("DATABASE_URL", default, shape)
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            url = f"postgresql+psycopg://{rest}"
        if not _is_database(url):
            self._fault("DATABASE_URL", f"not an address of a database; {shape}")
        return url

    def _base_url(self) -> str:
        shape = "the public address, such as https://bulletins.example"
        url = self._required("BASE_URL", "http://127.0.0.1:5000", shape)
        if not _is_site(url):
            self._fault("BASE_URL", f"{url!r} is not {shape}")
        return url.rstrip("/")

    def _smtp_url(self) -> str:
        shape = "use smtp://user:password@host:port, smtps://… or folder:///path"
        url = self._required("SMTP_URL", f"folder://{INSTANCE / 'letters'}", shape)
        if not _is_relay(url):
            self._fault("SMTP_URL", f"not an address of a relay; {shape}")
        return url

    def _mail_from(self) -> str:
        shape = "such as Bulletins <bulletins@example.org>"
        value = self._required("MAIL_FROM", "Bulletins <bulletins@localhost>", shape)
        if not _is_sender(value):
            self._fault("MAIL_FROM", f"{value!r} holds no address; use one {shape}")
        return value

    def _limits_storage(self) -> str:
        value = self._get("LIMITS_STORAGE", "memory://")
        if not _is_storage(value):
            self._fault("LIMITS_STORAGE", "not usable here; use memory://, or redis://host with the package redis")
        return value

    def _timezone(self) -> ZoneInfo:
        name = self._get("TIMEZONE", "Europe/Paris")
        if name not in available_timezones():
            self._fault("TIMEZONE", f"{name!r} is not a known zone; use one such as Europe/Paris")
            name = "UTC"
        return ZoneInfo(name)

    def _now(self) -> datetime | None:
        value = self._get("NOW")
        if not value:
            return None
        if self.production:
            self._fault("NOW", "refused in production; remove it")
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self._fault("NOW", f"{value!r} is not a moment such as 2019-03-08T14:04:00Z")
            return None
        return moment

    def _development_mailbox(self) -> Path | None:
        value = self._get("MAILBOX")
        if value and self.production:
            self._fault("MAILBOX", "a mailbox that everybody can open is refused in production; remove it")
        return Path(value) if value and not self.production else None

    def _bounce_url(self) -> str | None:
        value = self._get("BOUNCE_URL")
        if value and not (value.startswith("folder:///") and len(value) > len("folder:///")):
            self._fault("BOUNCE_URL", "use folder:///path of a Maildir")
        return value or None


def _is_database(url: str) -> bool:
    """An address of a database that we know and that outlives the process."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return False
    if address.drivername == "sqlite":
        return address.database not in {None, "", ":memory:"}
    return address.drivername == "postgresql+psycopg"


def _is_site(url: str) -> bool:
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        return False
    return bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


def _is_relay(url: str) -> bool:
    parts = _parts(url)
    if parts is not None and parts.scheme == "folder":
        return url.startswith("folder:///") and len(parts.path) > 1
    return parts is not None and parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


def _is_sender(value: str) -> bool:
    local, _, domain = parseaddr(value)[1].rpartition("@")
    return bool(local and domain) and value.isprintable() and f"{local}{domain}".isascii() and " " not in local + domain


def _is_storage(value: str) -> bool:
    try:
        return isinstance(storage_from_string(value), Storage)
    except (ConfigurationError, ValueError):
        return False


def _parts(url: str) -> SplitResult | None:
    """The parts of an address; None when it has a space, an odd host or an odd port."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 or any(sign.isspace() for sign in url) else parts
    except ValueError:
        return None
