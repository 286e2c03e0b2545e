"""The settings, read once from the environment as one frozen value; every missing or invalid one is named at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import config_checks as check
from config_files import INSTANCE, ConfigError, read_environment, read_or_make_key
from config_oidc import OidcSettings, read_oidc

DEVELOPMENT_KEY = INSTANCE / "development-key"
MIN_TOKEN_LENGTH = 16
MAKE_KEY = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'


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
    limits_storage: str = check.LIMITS_IN_DATABASE
    attempts_per_source: int = 300
    theme: str = "neutral"
    dsfr_path: Path | None = None
    development_mailbox: Path | None = None
    durability: str = "strict"
    interrupted_letters: str = "at_least_once"
    connections: int = 4
    bounce_url: str | None = None
    marks_kept_months: int = 3
    proxies: int = 0
    reply_to: str | None = None
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)  # earlier keys, the latest first
    warnings: tuple[str, ...] = ()  # to be said at each start
    metrics_token: str = field(default="", repr=False)
    oidc: OidcSettings | None = None  # None: nobody signs in through an identity provider
    chat_hosts: frozenset[str] = frozenset()  # chat servers that may be in our own network

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read `env`: by default `.env`, and over it the environment. Raises ConfigError with every fault at once."""
        return _EnvironmentReader(read_environment() if env is None else env).read()

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The keys with which a signature is verified; the first one signs."""
        return self.secret_key, *self.secret_key_fallbacks

    @property
    def path(self) -> str:
        """The path of BASE_URL, below which the site is: `/bulletins`; empty for a host of its own."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether the site is served over HTTPS, so that cookies are restricted to it."""
        return self.base_url.startswith("https://")


class _EnvironmentReader:
    """Reads the settings one by one and collects their faults; white space around a value is ignored."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []
        self.warnings: list[str] = []
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
            attempts_per_source=self._integer("ATTEMPTS_PER_SOURCE", 300, 20, 100_000),
            theme=self._theme(),
            dsfr_path=self._dsfr_path(),
            development_mailbox=self._development_mailbox(),
            durability=self._choice("DURABILITY", ["strict", "relaxed"]),
            interrupted_letters=self._choice("INTERRUPTED_LETTERS", ["at_least_once", "at_most_once"]),
            connections=self._integer("SMTP_CONNECTIONS", 4, 1, 16),
            bounce_url=self._bounce_url(),
            marks_kept_months=self._integer("MARKS_KEPT_MONTHS", 3, 0, 120),
            proxies=self._integer("PROXIES", 0, 0, 5),
            reply_to=self._reply_to(),
            secret_key_fallbacks=self._secret_key_fallbacks(),
            metrics_token=self._metrics_token(),
            oidc=read_oidc(self._get, self._check),
            chat_hosts=self._chat_hosts(),
        )
        self._check_development(config.base_url)
        if self.faults:
            raise ConfigError(self.faults)
        return replace(config, warnings=tuple(self.warnings))

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
        key = self._required("SECRET_KEY", "", MAKE_KEY)
        if not self.production:
            return key or self._development_key()
        if key:
            self._check_key("SECRET_KEY", key, MAKE_KEY)
        return key

    def _secret_key_fallbacks(self) -> tuple[str, ...]:
        """Return the earlier keys, separated by white space or commas; one that is weak would open what it signs."""
        keys = tuple(self._get("SECRET_KEY_FALLBACKS").replace(",", " ").split())
        for key in keys if self.production else ():
            self._check_key("SECRET_KEY_FALLBACKS", key, "leave that key out: what it signed ends")
        again = "holds SECRET_KEY itself; it is for the keys before it"
        self._check("SECRET_KEY_FALLBACKS", self._get("SECRET_KEY") not in keys, again)
        return keys

    def _check_key(self, name: str, key: str, remedy: str) -> None:
        long_enough = len(key) >= check.MIN_SECRET_LENGTH
        self._check(name, long_enough, f"shorter than {check.MIN_SECRET_LENGTH} characters; {remedy}")
        self._check(name, not long_enough or not check.is_guessable(key), f"can be guessed; {remedy}")

    def _development_key(self) -> str:
        self.warnings.append(
            f"SECRET_KEY is not set: this is a development server, with a key of its own in {DEVELOPMENT_KEY}. "
            "For anybody else than yourself set APP_ENV=production and what .env.example names."
        )
        try:
            return read_or_make_key(DEVELOPMENT_KEY)
        except OSError as error:
            self._check("SECRET_KEY", False, f"missing, and {DEVELOPMENT_KEY} cannot be used ({error}); {MAKE_KEY}")
            return ""

    def _check_development(self, base_url: str) -> None:
        """Refuse a development server that others reach, unless APP_ENV says in so many words that it is one."""
        if self.production or check.is_loopback(base_url):
            return
        fault = f"missing, and {base_url} is not this machine; say production, or development if that is meant"
        self._check("APP_ENV", bool(self._get("APP_ENV")), fault)
        self.warnings.append(f"APP_ENV=development, and others reach {base_url}: never with real people's bulletins.")

    def _database_url(self) -> str:
        remedy = "use sqlite:///path or postgresql://user:password@host/bulletins"
        url = self._required("DATABASE_URL", f"sqlite:///{INSTANCE / 'bulletins.sqlite'}", remedy)
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            url = f"postgresql+psycopg://{rest}"
        valid = check.is_database_url(url)
        self._check("DATABASE_URL", valid, f"not an address of a database; {remedy}")
        if valid and (file := check.sqlite_file(url, INSTANCE)):
            self._check("DATABASE_URL", not file.is_dir(), f"{file} is a folder; name a file in it")
            self._check_folder("DATABASE_URL", file.parent)
        return url

    def _base_url(self) -> str:
        remedy = "the public address, such as https://bulletins.example"
        url = self._required("BASE_URL", "http://127.0.0.1:5000", remedy)
        valid = check.is_site_url(url)
        self._check("BASE_URL", valid, f"{url!r} is not {remedy}")
        if valid:
            url = urlsplit(url).geturl()  # its scheme in small letters
            port = urlsplit(url).port
            self._check("BASE_URL", port not in check.REFUSED_PORTS, f"browsers refuse port {port}; use another")
            safe = not self.production or url.startswith("https://") or check.is_loopback(url)
            self._check("BASE_URL", safe, f"{url!r} would show every session to the network; use https://")
        return url.rstrip("/")

    def _smtp_url(self) -> str:
        remedy = "use smtp://user:password@host:port, smtps://…, smtp+plain://host or folder:///path"
        url = self._required("SMTP_URL", f"folder://{INSTANCE / 'letters'}", remedy)
        if not check.is_relay_url(url):
            self._check("SMTP_URL", False, f"not an address of a relay; {remedy}")
        elif folder := check.folder_of(url):
            asked_for = bool(self._get("SMTP_URL"))
            self._check("SMTP_URL", not (asked_for and self.production), "a folder delivers nothing in production")
            self._check_folder("SMTP_URL", folder)
        else:
            fault = "smtp+plain:// would show the password to the network; use smtp:// or smtps://"
            self._check("SMTP_URL", not check.shows_password(url), fault)
            fault = "user and password must be plain ASCII: give the relay another password"
            self._check("SMTP_URL", check.has_plain_login(url), fault)
        return url

    def _mail_from(self) -> str:
        remedy = "such as Bulletins <bulletins@example.org>"
        value = self._required("MAIL_FROM", "Bulletins <bulletins@localhost>", remedy)
        self._check("MAIL_FROM", check.is_sender(value), f"{value!r} is not one address; use one {remedy}")
        return value

    def _reply_to(self) -> str | None:
        value = self._get("REPLY_TO")
        valid = not value or check.is_reply_to(value)
        self._check("REPLY_TO", valid, f"{value!r} is not an address; use one such as coordination@example.org")
        return value or None

    def _limits_storage(self) -> str:
        value = self._get("LIMITS_STORAGE", check.LIMITS_IN_DATABASE)
        fault = f"not usable here; use {check.LIMITS_IN_DATABASE}, or redis://host with the package redis"
        self._check("LIMITS_STORAGE", check.is_limits_storage(value), fault)
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
        valid = moment is not None and moment.tzinfo is not None and moment.year in check.YEARS
        self._check("NOW", valid, f"{value!r} is not a moment such as 2019-03-08T14:04:00Z")
        return moment

    def _theme(self) -> str:
        """Return the theme; the State's own is for its sites alone, and for looking at it on this machine."""
        theme = self._choice("THEME", ["neutral", "dsfr"])
        parts = check.split_url(self._get("BASE_URL", "http://127.0.0.1"))
        host = (parts.hostname if parts else None) or ""
        fault = "dsfr is the French State's own, for hosts that end in .gouv.fr alone (its licence); use neutral"
        ours = host.endswith(".gouv.fr") or (not self.production and host in check.LOOPBACK)
        self._check("THEME", theme != "dsfr" or ours, fault)
        return theme

    def _dsfr_path(self) -> Path | None:
        """Return the folder of the design system that the settings name; check that there is one, if it is wanted."""
        value = self._get("DSFR_PATH")
        path = Path(value) if value else None
        if self._get("THEME") == "dsfr":
            remedy = "install requirements-dsfr.txt (with --no-deps), or name the folder of npm's @gouvfr/dsfr"
            found = check.find_dsfr(path) is not None
            self._check("DSFR_PATH", found, f"the design system's files are not there; {remedy}")
        return path

    def _development_mailbox(self) -> Path | None:
        value = self._get("MAILBOX")
        fault = "a mailbox that everybody can open is refused in production; remove it"
        self._check("MAILBOX", not (value and self.production), fault)
        if value and not self.production:
            self._check_folder("MAILBOX", Path(value))
        return Path(value) if value else None

    def _bounce_url(self) -> str | None:
        value = self._get("BOUNCE_URL")
        folder = check.folder_of(value)
        self._check("BOUNCE_URL", not value or folder is not None, "use folder:///path of a Maildir")
        if folder:
            readable = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
            self._check("BOUNCE_URL", readable, f"{folder} is no folder that we may read; make it, or leave this empty")
        return value or None

    def _check_folder(self, name: str, folder: Path) -> None:
        self._check(name, check.can_be_made(folder), f"{folder} is not for us to make, or to write into")

    def _chat_hosts(self) -> frozenset[str]:
        hosts = frozenset(self._get("CHAT_HOSTS").lower().split())
        for host in sorted(hosts):
            self._check(
                "CHAT_HOSTS", check.is_host(host), f"{host!r} is no name of a host, such as chat.ministry.example"
            )
        return hosts

    def _metrics_token(self) -> str:
        value = self._get("METRICS_TOKEN")
        valid = not value or (len(value) >= MIN_TOKEN_LENGTH and value.isascii() and len(value.split()) == 1)
        fault = f"shorter than {MIN_TOKEN_LENGTH} characters, or not one word of plain ASCII; {MAKE_KEY}"
        self._check("METRICS_TOKEN", valid, fault)
        return value
