"""The settings, read once from the environment as one frozen value; every missing or invalid one is named at once."""

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
    """The environment is invalid; `faults` says what to mend, one line a setting."""

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
        """Read `env` (the process's environment by default). Raises ConfigError with every fault at once."""
        return _EnvironmentReader(os.environ if env is None else env).read()

    @property
    def secure(self) -> bool:
        """Whether the site is served over HTTPS, so that cookies are restricted to it."""
        return self.base_url.startswith("https://")


class _EnvironmentReader:
    """Reads the settings one by one and collects their faults; white space around a value is ignored."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []
        self.production = self._choice("APP_ENV", ["development", "production"]) == "production"

    def read(self) -> Config:
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
            theme=self._choice("THEME", ["neutral", "dsfr"]),
            development_mailbox=self._development_mailbox(),
            durability=self._choice("DURABILITY", ["strict", "relaxed"]),
            interrupted_letters=self._choice("INTERRUPTED_LETTERS", ["at_least_once", "at_most_once"]),
            connections=self._integer("SMTP_CONNECTIONS", 4, 1, 16),
            bounce_url=self._bounce_url(),
            marks_kept_months=self._integer("MARKS_KEPT_MONTHS", 3, 0, 120),
            proxies=self._integer("PROXIES", 0, 0, 5),
        )
        if self.faults:
            raise ConfigError(self.faults)
        return config

    def _get(self, name: str, default: str = "") -> str:
        return self.env.get(name, "").strip() or default

    def _check(self, name: str, valid: bool, fault: str) -> None:
        """Note `fault`, which says how to mend the setting and shows no password, unless the setting is `valid`."""
        if not valid:
            self.faults.append(f"{name}: {fault}")

    def _required(self, name: str, development: str, remedy: str) -> str:
        """Return the value that production must set; elsewhere the `development` one is the default."""
        value = self._get(name)
        self._check(name, bool(value) or not self.production, f"missing; {remedy}")
        return value or development

    def _choice(self, name: str, choices: list[str]) -> str:
        """Return one of `choices`, of which the first is the default."""
        value = self._get(name, choices[0])
        self._check(name, value in choices, f"{value!r} is not one of {', '.join(choices)}")
        return value

    def _integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self._get(name, str(default))
        valid = value.isascii() and value.isdigit() and len(value) <= len(str(high)) and low <= int(value) <= high
        self._check(name, valid, f"{value!r} is not a whole number from {low} to {high}")
        return int(value) if valid else default

    def _secret_key(self) -> str:
        remedy = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        key = self._required("SECRET_KEY", DEVELOPMENT_KEY, remedy)
        if self.production and self._get("SECRET_KEY"):
            self._check("SECRET_KEY", key != DEVELOPMENT_KEY, f"known to everybody; {remedy}")
            long_enough = len(key) >= MIN_SECRET_LENGTH
            self._check("SECRET_KEY", long_enough, f"shorter than {MIN_SECRET_LENGTH} characters; {remedy}")
        return key

    def _database_url(self) -> str:
        remedy = "use sqlite:///path or postgresql://user:password@host/bulletins"
        url = self._required("DATABASE_URL", f"sqlite:///{INSTANCE / 'bulletins.sqlite'}", remedy)
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            url = f"postgresql+psycopg://{rest}"
        self._check("DATABASE_URL", _is_database_url(url), f"not an address of a database; {remedy}")
        return url

    def _base_url(self) -> str:
        remedy = "the public address, such as https://bulletins.example"
        url = self._required("BASE_URL", "http://127.0.0.1:5000", remedy)
        self._check("BASE_URL", _is_site_url(url), f"{url!r} is not {remedy}")
        return url.rstrip("/")

    def _smtp_url(self) -> str:
        remedy = "use smtp://user:password@host:port, smtps://… or folder:///path"
        url = self._required("SMTP_URL", f"folder://{INSTANCE / 'letters'}", remedy)
        self._check("SMTP_URL", _is_relay_url(url), f"not an address of a relay; {remedy}")
        return url

    def _mail_from(self) -> str:
        remedy = "such as Bulletins <bulletins@example.org>"
        value = self._required("MAIL_FROM", "Bulletins <bulletins@localhost>", remedy)
        self._check("MAIL_FROM", _is_sender(value), f"{value!r} holds no address; use one {remedy}")
        return value

    def _limits_storage(self) -> str:
        value = self._get("LIMITS_STORAGE", "memory://")
        fault = "not usable here; use memory://, or redis://host with the package redis"
        self._check("LIMITS_STORAGE", _is_limits_storage(value), fault)
        return value

    def _timezone(self) -> ZoneInfo:
        name = self._get("TIMEZONE", "Europe/Paris")
        known = name in available_timezones()
        self._check("TIMEZONE", known, f"{name!r} is not a known zone; use one such as Europe/Paris")
        return ZoneInfo(name if known else "UTC")

    def _now(self) -> datetime | None:
        value = self._get("NOW")
        if not value:
            return None
        if self.production:
            self._check("NOW", False, "refused in production; remove it")
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        aware = moment is not None and moment.tzinfo is not None
        self._check("NOW", aware, f"{value!r} is not a moment such as 2019-03-08T14:04:00Z")
        return moment

    def _development_mailbox(self) -> Path | None:
        value = self._get("MAILBOX")
        fault = "a mailbox that everybody can open is refused in production; remove it"
        self._check("MAILBOX", not (value and self.production), fault)
        return Path(value) if value else None

    def _bounce_url(self) -> str | None:
        value = self._get("BOUNCE_URL")
        valid = not value or (value.startswith("folder:///") and value != "folder:///")
        self._check("BOUNCE_URL", valid, "use folder:///path of a Maildir")
        return value or None


def _is_database_url(url: str) -> bool:
    """Return whether `url` is of SQLite in a file, or of PostgreSQL."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        return False
    if parts.drivername == "sqlite":
        return parts.database not in {None, "", ":memory:"}
    return parts.drivername == "postgresql+psycopg"


def _is_site_url(url: str) -> bool:
    parts = _split_url(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        return False
    return bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


def _is_relay_url(url: str) -> bool:
    parts = _split_url(url)
    if parts is not None and parts.scheme == "folder":
        return url.startswith("folder:///") and len(parts.path) > 1
    return parts is not None and parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


def _is_sender(value: str) -> bool:
    local, _, domain = parseaddr(value)[1].rpartition("@")
    return bool(local and domain) and value.isprintable() and f"{local}{domain}".isascii() and " " not in local + domain


def _is_limits_storage(value: str) -> bool:
    try:
        return isinstance(storage_from_string(value), Storage)
    except (ConfigurationError, ValueError):
        return False


def _split_url(url: str) -> SplitResult | None:
    """Return the parts of `url`; None when it holds white space or its host or port is invalid."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 or any(character.isspace() for character in url) else parts
    except ValueError:
        return None
