"""The settings: what is taken, and every fault named at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import DEVELOPMENT_KEY, Config, ConfigError

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "k" * 48,
    "DATABASE_URL": "postgresql://user:password@database.example/bulletins",
    "BASE_URL": "https://bulletins.example",
    "SMTP_URL": "smtps://user:p%40ss@relay.example:465",
    "MAIL_FROM": "Bulletins <bulletins@bulletins.example>",
}


def faults(**changes: str) -> list[str]:
    """The settings that production refuses with `changes`, by name."""
    with pytest.raises(ConfigError) as refusal:
        Config.from_env(PRODUCTION | changes)
    return [fault.partition(":")[0] for fault in refusal.value.faults]


def accepted(**changes: str) -> Config:
    return Config.from_env(PRODUCTION | changes)


def test_an_empty_environment_is_a_development() -> None:
    config = Config.from_env({})
    assert not config.production
    assert config.database_url.startswith("sqlite:///")
    assert config.smtp_url.startswith("folder:///")
    assert config.timezone == ZoneInfo("Europe/Paris")
    assert not config.secure
    assert config.now is None


def test_production_takes_what_is_right() -> None:
    config = accepted()
    assert config.production
    assert config.database_url == "postgresql+psycopg://user:password@database.example/bulletins"
    assert config.secure


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_URL", "MAIL_FROM"])
@pytest.mark.parametrize("value", ["", "   "])
def test_production_refuses_to_start_without(name: str, value: str) -> None:
    assert faults(**{name: value}) == [name]


INVALID = [
    ("APP_ENV", "prod"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", DEVELOPMENT_KEY),
    ("DATABASE_URL", "mysql://host/bulletins"),
    ("DATABASE_URL", "bulletins.sqlite"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql://host:port/bulletins"),
    ("DATABASE_URL", "postgresql://[::1/bulletins"),
    ("BASE_URL", "bulletins.example"),
    ("BASE_URL", "ftp://bulletins.example"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://bulletins.example:https"),
    ("BASE_URL", "https://bulletins.example?from=mail"),
    ("BASE_URL", "https://bulletins.example#top"),
    ("BASE_URL", "https://bulle tins.example"),
    ("BASE_URL", "https://[::1"),
    ("MAIL_FROM", "Bulletins"),
    ("MAIL_FROM", "@bulletins.example"),
    ("MAIL_FROM", "bulletins@"),
    ("MAIL_FROM", "Bulletins <bulletins@bulletins.example>\nBcc: everybody@example.org"),
    ("MAIL_FROM", "Bulletins <büro@bulletins.example>"),
    ("TIMEZONE", "Europe/Lutetia"),
    ("TIMEZONE", "../../etc/passwd"),
    ("LIMITS_STORAGE", "somewhere"),
    ("LIMITS_STORAGE", "cloud://host"),
    ("LIMITS_STORAGE", "async+memory://"),
    ("THEME", "pink"),
    ("DURABILITY", "yes"),
    ("INTERRUPTED_LETTERS", "twice"),
    ("SMTP_CONNECTIONS", "0"),
    ("SMTP_CONNECTIONS", "17"),
    ("SMTP_CONNECTIONS", "many"),
    ("SMTP_CONNECTIONS", "-1"),
    ("SMTP_CONNECTIONS", "²"),
    ("SMTP_CONNECTIONS", "9" * 5000),
    ("PROXIES", "1.5"),
    ("MARKS_KEPT_MONTHS", "121"),
    ("BOUNCE_URL", "/var/mail"),
    ("BOUNCE_URL", "folder:///"),
    ("NOW", "2019-03-08T14:04:00Z"),
    ("MAILBOX", "/tmp/mailbox"),
]


@pytest.mark.parametrize(("name", "value"), INVALID)
def test_production_refuses(name: str, value: str) -> None:
    assert faults(**{name: value}) == [name]


@pytest.mark.parametrize(
    "url",
    [
        "smtp://relay.example",
        "smtp://relay.example:25",
        "smtp://user:password@relay.example:587",
        "smtps://user@relay.example",
        "smtp://[::1]:2525",
        "folder:///var/letters",
    ],
)
def test_a_relay_may_be(url: str) -> None:
    assert accepted(SMTP_URL=url).smtp_url == url


@pytest.mark.parametrize(
    "url",
    [
        "relay.example",
        "relay.example:25",
        "http://relay.example",
        "smtp://",
        "smtp://:25",
        "smtp://relay.example:smtp",
        "smtp://relay.example:0",
        "smtp://relay.example:70000",
        "smtp://user:pass/word@relay.example",
        "smtp://[::1",
        "smtp://relay example",
        "folder://letters",
        "folder:///",
        "folder:/letters",
        "file:///letters",
    ],
)
def test_a_relay_may_not_be(url: str) -> None:
    assert faults(SMTP_URL=url) == ["SMTP_URL"]


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgres://host/bulletins", "postgresql+psycopg://host/bulletins"),
        ("postgresql:///bulletins?host=/run/postgresql", "postgresql+psycopg:///bulletins?host=/run/postgresql"),
        ("postgresql+psycopg://host/bulletins", "postgresql+psycopg://host/bulletins"),
        ("sqlite:////var/lib/bulletins.sqlite", "sqlite:////var/lib/bulletins.sqlite"),
    ],
)
def test_a_database_may_be(given: str, understood: str) -> None:
    assert accepted(DATABASE_URL=given).database_url == understood


def test_every_fault_is_named_at_once_with_what_to_do() -> None:
    with pytest.raises(ConfigError) as refusal:
        Config.from_env({"APP_ENV": "production", "TIMEZONE": "Paris", "SMTP_URL": "mail", "NOW": "2019-03-08"})
    named = [fault.partition(":")[0] for fault in refusal.value.faults]
    assert named == ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "SMTP_URL", "MAIL_FROM", "TIMEZONE", "NOW"]
    message = str(refusal.value)
    assert all(fault in message for fault in refusal.value.faults)
    for remedy in ("secrets.token_urlsafe", "postgresql://", "https://bulletins.example", "smtp://", "Europe/Paris"):
        assert remedy in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"),
        ("SMTP_URL", "smtp://user:hunter2@relay.example:x"),
        ("DATABASE_URL", "mysql://user:hunter2@host/bulletins"),
        ("LIMITS_STORAGE", "cloud://user:hunter2@host"),
    ],
)
def test_a_refusal_tells_no_password(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Config.from_env(PRODUCTION | {name: value})
    assert "hunter2" not in str(refusal.value)


def test_settings_tell_no_password_when_shown() -> None:
    shown = repr(accepted(SECRET_KEY="hunter2" * 8, SMTP_URL="smtp://user:hunter2@relay.example"))
    assert "hunter2" not in shown
    assert "user:password" not in shown


def test_white_space_around_a_value_is_nothing() -> None:
    assert accepted(BASE_URL=" https://bulletins.example/ ").base_url == "https://bulletins.example"


@pytest.mark.parametrize("moment", ["2019-03-08T14:04:00Z", "2019-03-08T15:04:00+01:00"])
def test_the_clock_may_be_set_in_development(moment: str) -> None:
    assert Config.from_env({"NOW": moment}).now == datetime(2019, 3, 8, 14, 4, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["now", "2019-03-08T14:04:00", "2019-02-30T00:00:00Z", "14:04"])
def test_the_clock_is_not_set_to_an_odd_moment(moment: str) -> None:
    with pytest.raises(ConfigError, match="NOW"):
        Config.from_env({"NOW": moment})


def test_a_mailbox_for_everybody_is_for_development() -> None:
    assert Config.from_env({"MAILBOX": "/tmp/mailbox"}).development_mailbox == Path("/tmp/mailbox")


def test_numbers_and_choices_are_read() -> None:
    config = accepted(
        SMTP_CONNECTIONS="4", PROXIES="1", MARKS_KEPT_MONTHS="0", DURABILITY="relaxed", BOUNCE_URL="folder:///var/b"
    )
    assert (config.connections, config.proxies, config.marks_kept_months) == (4, 1, 0)
    assert (config.durability, config.bounce_url) == ("relaxed", "folder:///var/b")
