"""The settings: what is taken, and every fault named at once."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import config as module
import config_files
from config import Config
from config_checks import is_guessable
from config_files import ConfigError, read_or_make_key

ROOT = Path(__file__).parents[1]
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "Kq3vX9_sLw7ZbT1mYe5RfJ0uGh2-NcPd8oAiVx4B",
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


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the development key, which stays out of that of the developer."""
    monkeypatch.setattr(module, "DEVELOPMENT_KEY", tmp_path / "instance" / "development-key")
    return tmp_path / "instance"


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
    ("SECRET_KEY", "a" * 37),
    ("SECRET_KEY", "a" * 36 + "b"),
    ("SECRET_KEY", "0123456789" * 4),
    ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("SECRET_KEY", "correct-horse-battery-" * 2),
    ("SECRET_KEY", "development-only-secret-key-not-for-production"),  # was published once
    ("SECRET_KEY", "please-CHANGE-me-before-you-go-to-work-1234567890"),
    ("SECRET_KEY_FALLBACKS", "short"),
    ("SECRET_KEY_FALLBACKS", "a" * 37),
    ("SECRET_KEY_FALLBACKS", "development-only-secret-key-not-for-production"),
    ("SECRET_KEY_FALLBACKS", PRODUCTION["SECRET_KEY"]),
    ("SECRET_KEY_FALLBACKS", f"{PRODUCTION['SECRET_KEY'][::-1]}, short"),
    ("DATABASE_URL", "mysql://host/bulletins"),
    ("DATABASE_URL", "bulletins.sqlite"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "postgresql://host:port/bulletins"),
    ("DATABASE_URL", "postgresql://[::1/bulletins"),
    ("DATABASE_URL", "postgresql://host:65536/bulletins"),
    ("DATABASE_URL", f"sqlite:///{ROOT}"),
    ("DATABASE_URL", "sqlite:///file:bulletins?mode=memory&uri=true"),
    ("DATABASE_URL", "sqlite:////tmp/bulletins.sqlite?timeout=soon"),
    ("DATABASE_URL", "sqlite:////tmp/bulletins.sqlite?timeout=30&mode=ro&uri=true"),
    ("DATABASE_URL", "sqlite:////tmp/bulle\0tins.sqlite"),
    ("BASE_URL", "bulletins.example"),
    ("BASE_URL", "ftp://bulletins.example"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://bulletins.example:https"),
    ("BASE_URL", "https://bulletins.example?from=mail"),
    ("BASE_URL", "https://bulletins.example#top"),
    ("BASE_URL", "https://bulle tins.example"),
    ("BASE_URL", "https://bulletins.example?"),
    ("BASE_URL", "https://bulletins.example#"),
    ("BASE_URL", "https://bulletins.example:"),
    ("BASE_URL", "https://@bulletins.example"),
    ("BASE_URL", "https://bulletins..example"),
    ("BASE_URL", "https://.example"),
    ("BASE_URL", "https://*.example"),
    ("BASE_URL", "https://bulle_tins.example"),
    ("BASE_URL", "https://bulletins.example,other.example"),
    ("BASE_URL", f"https://{'b' * 64}.example"),
    ("BASE_URL", "https://[::1"),
    ("BASE_URL", "https://[2001:db8::1]"),
    ("BASE_URL", "http://bulletins.example"),
    ("BASE_URL", "http://192.0.2.1:8000"),
    ("BASE_URL", "http://localhost.bulletins.example"),
    ("BASE_URL", "https://bulletins.example:6000"),
    ("BASE_URL", "http://127.0.0.1:5061"),
    ("SMTP_URL", "folder:///var/letters"),
    ("SMTP_URL", "smtp+plain://user:password@relay.example"),
    ("MAIL_FROM", "Bulletins"),
    ("MAIL_FROM", "@bulletins.example"),
    ("MAIL_FROM", "bulletins@"),
    ("MAIL_FROM", "Bulletins <bulletins@bulletins.example>\nBcc: everybody@example.org"),
    ("MAIL_FROM", "Bulletins <büro@bulletins.example>"),
    ("MAIL_FROM", "Bulletins <bulletins@bücher.example>"),
    ("MAIL_FROM", "Bulletins <bulletins@bulletins.example>, other@bulletins.example"),
    ("MAIL_FROM", "bulletins@bulletins.example, other@bulletins.example"),
    ("MAIL_FROM", "Bulletins <bulletins@bulletins.example"),
    ("MAIL_FROM", "bulletins@bulletins..example"),
    ("MAIL_FROM", "bulletins..team@bulletins.example"),
    ("MAIL_FROM", "bulletins@bulletins.example:25"),
    ("REPLY_TO", "coordination"),
    ("REPLY_TO", "Ada <ada@bulletins.example>; Zoé <zoe@bulletins.example>"),
    ("REPLY_TO", "ada@bulletins.example, Zoé <zoe@bulletins.example>, "),
    ("TIMEZONE", "Europe/Lutetia"),
    ("TIMEZONE", "../../etc/passwd"),
    ("LIMITS_STORAGE", "somewhere"),
    ("LIMITS_STORAGE", "cloud://host"),
    ("LIMITS_STORAGE", "async+memory://"),
    ("THEME", "pink"),
    ("THEME", "dsfr"),
    ("DATABASE_URL", "sqlite:////dev/null/bulletins.sqlite"),
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
    ("BOUNCE_URL", "folder:///var/no/such/mailbox"),
    ("BOUNCE_URL", "folder:///dev/null"),
    ("NOW", "2019-03-08T14:04:00Z"),
    ("MAILBOX", "/tmp/mailbox"),
]


def test_earlier_keys_come_in_one_line_the_latest_first() -> None:
    first, second = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
    for between in (" ", ",", ", ", "\n"):
        config = accepted(SECRET_KEY_FALLBACKS=f"{first}{between}{second}")
        assert config.secret_key_fallbacks == (first, second)
        assert config.secret_keys == (PRODUCTION["SECRET_KEY"], first, second)
        assert first not in repr(config)
    assert accepted(SECRET_KEY_FALLBACKS="  ").secret_key_fallbacks == ()


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
        "smtp+plain://relay.example",
        "smtp+plain://mail_relay",
        "smtp+plain://relay.mail.svc.cluster.local.",
        "smtp+plain://user:password@127.0.0.1:2525",
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
        "smtp://relay..example",
        "smtp://-relay.example",
        "smtp://.",
        "smtp://user:p%C3%A4ss@relay.example",
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
        ("sqlite:////var/lib/bulletins.sqlite?timeout=30", "sqlite:////var/lib/bulletins.sqlite?timeout=30"),
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
    shown = repr(
        accepted(SECRET_KEY="hunter2" + PRODUCTION["SECRET_KEY"], SMTP_URL="smtp://user:hunter2@relay.example")
    )
    assert "hunter2" not in shown
    assert "user:password" not in shown


@pytest.mark.parametrize(
    "value",
    ["a@b.example", "Ada, Zoé <a@b.example>", '"Ada, Zoé" <o\'neil+x@b.example>', "a@b.example, z@b.example", "a@b"],
)
def test_answers_may_go_to(value: str) -> None:
    assert accepted(REPLY_TO=value).reply_to == value


def test_the_scheme_of_the_site_may_be_written_large_and_a_path_follow_its_host() -> None:
    assert accepted(BASE_URL="HTTPS://Bulletins.example/").base_url == "https://Bulletins.example"
    assert accepted(BASE_URL="https://host.example/our_bulletins/").base_url == "https://host.example/our_bulletins"


def test_white_space_around_a_value_is_nothing() -> None:
    assert accepted(BASE_URL=" https://bulletins.example/ ").base_url == "https://bulletins.example"


@pytest.mark.parametrize("moment", ["2019-03-08T14:04:00Z", "2019-03-08T15:04:00+01:00"])
def test_the_clock_may_be_set_in_development(moment: str) -> None:
    assert Config.from_env({"NOW": moment}).now == datetime(2019, 3, 8, 14, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", ["now", "2019-03-08T14:04:00", "2019-02-30T00:00:00Z", "14:04", "0001-01-01T00:00:00+14:00"]
)
def test_the_clock_is_not_set_to_an_odd_moment(moment: str) -> None:
    with pytest.raises(ConfigError, match="NOW"):
        Config.from_env({"NOW": moment})


def test_a_mailbox_for_everybody_is_for_development() -> None:
    assert Config.from_env({"MAILBOX": "/tmp/mailbox"}).development_mailbox == Path("/tmp/mailbox")


def test_numbers_and_choices_are_read(tmp_path: Path) -> None:
    bounces = f"folder://{tmp_path}"
    config = accepted(
        SMTP_CONNECTIONS="4", PROXIES="1", MARKS_KEPT_MONTHS="0", DURABILITY="relaxed", BOUNCE_URL=bounces
    )
    assert (config.connections, config.proxies, config.marks_kept_months) == (4, 1, 0)
    assert (config.durability, config.bounce_url) == ("relaxed", bounces)


# --- What is safe ----------------------------------------------------------------------------------------------------


def test_a_key_that_was_drawn_is_taken() -> None:
    key = secrets.token_urlsafe(48)
    assert accepted(SECRET_KEY=key).secret_key == key
    for _ in range(500):
        for drawn in (secrets.token_urlsafe(24), secrets.token_hex(16), secrets.token_hex(32)):
            assert not is_guessable(drawn)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://LOCALHOST:8000"])
def test_production_may_be_tried_on_this_machine(url: str) -> None:
    assert not accepted(BASE_URL=url).secure


def test_the_development_key_is_random_made_once_and_nobody_elses(instance: Path) -> None:
    first, second = Config.from_env({}), Config.from_env({})
    assert len(first.secret_key) == 64
    assert second.secret_key == first.secret_key
    assert (instance / "development-key").stat().st_mode & 0o077 == 0
    (instance / "development-key").unlink()
    assert Config.from_env({}).secret_key != first.secret_key
    assert [path.name for path in instance.iterdir()] == ["development-key"]


def test_who_comes_second_takes_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _size: key.write_text("first") and "second")
    assert read_or_make_key(key) == "first"


def test_a_development_key_that_cannot_be_stored_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEVELOPMENT_KEY", Path("/dev/null/key"))
    with pytest.raises(ConfigError, match="SECRET_KEY: missing, and /dev/null/key cannot be used"):
        Config.from_env({})


def test_the_development_key_is_said_at_each_start() -> None:
    for _start in range(2):
        (warning,) = Config.from_env({}).warnings
        assert "SECRET_KEY is not set: this is a development server" in warning
    assert Config.from_env({"SECRET_KEY": "of-my-own"}).warnings == ()
    assert accepted().warnings == ()


def test_a_development_that_others_reach_is_refused_unless_it_is_said() -> None:
    public = {"BASE_URL": "https://bulletins.example", "SECRET_KEY": "of-my-own"}
    with pytest.raises(ConfigError, match=r"APP_ENV: missing, and https://bulletins\.example is not this machine"):
        Config.from_env(public)
    config = Config.from_env(public | {"APP_ENV": "development"})
    assert "others reach https://bulletins.example" in config.warnings[0]


@pytest.mark.parametrize("name", ["MAILBOX", "SMTP_URL", "DATABASE_URL"])
def test_a_folder_that_cannot_be_made_is_refused(name: str, tmp_path: Path) -> None:
    scheme = {"MAILBOX": "", "SMTP_URL": "folder://", "DATABASE_URL": "sqlite:///"}[name]
    (tmp_path / "file").touch()
    assert Config.from_env({name: f"{scheme}{tmp_path}/new/folder"})
    with pytest.raises(ConfigError, match=f"{name}: {tmp_path}/file"):
        Config.from_env({name: f"{scheme}{tmp_path}/file/folder/letters"})


# --- .env ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `.env` to write, read as that of the product."""
    path = tmp_path / ".env"
    monkeypatch.setattr(config_files, "DOTENV", path)
    monkeypatch.delenv("FLASK_SKIP_DOTENV")
    return path


def test_the_file_is_read_and_the_environment_wins(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv.write_text("MAIL_FROM='Équipe <a@bulletins.example>'\nTIMEZONE=Europe/Rome # said\nPROXIES='2'\nTHEME=\n")
    monkeypatch.setenv("TIMEZONE", "Europe/Madrid")
    config = Config.from_env()
    assert (config.mail_from, config.proxies, config.theme) == ("Équipe <a@bulletins.example>", 2, "neutral")
    assert config.timezone == ZoneInfo("Europe/Madrid")
    monkeypatch.setenv("FLASK_SKIP_DOTENV", "1")
    assert Config.from_env().proxies == 0


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PROXIES='\xff'\n", ".env: cannot"),
        (b"SMTP_URL='smtp://u:p${a}@h'\n", "SMTP_URL: holds"),
        (b"APP_ENV='production\nPROXIES='1'\n", "(?s)APP_ENV: its line.*PROXIES: its line"),
        (b"PROXIES='1'\nMAIL_FROM=\"B <b@bulletins.example>\n", "MAIL_FROM: its line"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(dotenv: Path, content: bytes, fault: str) -> None:
    dotenv.write_bytes(content)
    with pytest.raises(ConfigError, match=fault):
        Config.from_env()


def test_a_shell_reads_the_example_as_we_do(dotenv: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    key, password = secrets.token_urlsafe(48), "p$a`s\\s&w#o r*d"
    filled = example.replace("SECRET_KEY=''", f"SECRET_KEY='{key}'").replace(
        "user:password@relay", f"user:{password}@r"
    )
    dotenv.write_text(filled)
    show = "import os, json; print(json.dumps(dict(os.environ)))"
    command = ["sh", "-euc", f'set -a; . "$1"; exec "$2" -c "{show}"', "sh", dotenv, sys.executable]
    read = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, check=True)
    by_shell = json.loads(read.stdout)
    ours = config_files.read_environment()
    names = [line.partition("=")[0] for line in filled.splitlines() if line and not line.startswith("#")]
    assert len(names) >= 15
    assert {name: by_shell[name] for name in names} == {name: ours.get(name, "") for name in names}
    assert password in by_shell["SMTP_URL"]


def test_the_example_starts_once_its_key_is_set(dotenv: Path) -> None:
    dotenv.write_text((ROOT / ".env.example").read_text())
    with pytest.raises(ConfigError) as refusal:
        Config.from_env()
    assert [fault.partition(":")[0] for fault in refusal.value.faults] == ["SECRET_KEY"]


PROVIDER = {"OIDC_ISSUER": "https://provider.example/api/v2", "OIDC_CLIENT_ID": "id", "OIDC_CLIENT_SECRET": "secret"}


def test_a_provider_is_named_by_three_settings() -> None:
    assert accepted().oidc is None
    oidc = accepted(**PROVIDER).oidc
    assert oidc
    assert (oidc.issuer, oidc.name, oidc.scopes) == (PROVIDER["OIDC_ISSUER"], "provider.example", ("openid", "email"))
    assert (oidc.pkce, oidc.levels, oidc.link_by_address, oidc.coordinators_need_level) == (False, (), (), False)
    assert "secret" not in repr(accepted(**PROVIDER))
    level = accepted(
        **PROVIDER, OIDC_ACR="a b", OIDC_ACR_FOR="coordinators", OIDC_PKCE="yes", OIDC_NAME="ProConnect"
    ).oidc
    assert level
    assert (level.levels, level.coordinators_need_level, level.pkce, level.name) == (
        ("a", "b"),
        True,
        True,
        "ProConnect",
    )


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"OIDC_ISSUER": ""}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "http://provider.example"}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "provider.example"}, ["OIDC_ISSUER"]),
        ({"OIDC_ISSUER": "https://provider.example?x=1"}, ["OIDC_ISSUER"]),
        ({"OIDC_CLIENT_ID": ""}, ["OIDC_CLIENT_ID"]),
        ({"OIDC_CLIENT_SECRET": " "}, ["OIDC_CLIENT_SECRET"]),
        ({"OIDC_SCOPES": "email"}, ["OIDC_SCOPES"]),
        ({"OIDC_PKCE": "S256"}, ["OIDC_PKCE"]),
        ({"OIDC_TOKEN_AUTH": "private_key_jwt"}, ["OIDC_TOKEN_AUTH"]),
        ({"OIDC_ACR_FOR": "coordinators"}, ["OIDC_ACR_FOR"]),
        ({"OIDC_ACR_FOR": "mentors", "OIDC_ACR": "a"}, ["OIDC_ACR_FOR"]),
        ({"OIDC_LINK_BY_ADDRESS": "provider.example"}, ["OIDC_LINK_BY_ADDRESS"]),
        ({"OIDC_LINK_BY_ADDRESS": "https://provider.example", "OIDC_SCOPES": "openid"}, ["OIDC_LINK_BY_ADDRESS"]),
        ({"CHAT_HOSTS": "https://chat.example"}, ["CHAT_HOSTS"]),
        ({"CHAT_HOSTS": "chat.example,other.example"}, ["CHAT_HOSTS"]),
        ({"CHAT_HOSTS": "*.example"}, ["CHAT_HOSTS"]),
        ({"CHAT_HOSTS": "chat.example:8065 other.example/x"}, ["CHAT_HOSTS", "CHAT_HOSTS"]),
    ],
)
def test_a_provider_or_a_chat_that_cannot_work_is_refused(changes: dict[str, str], named: list[str]) -> None:
    assert faults(**{**PROVIDER, **changes}) == named


def test_chat_servers_are_named_by_their_hosts() -> None:
    assert accepted(CHAT_HOSTS=" Chat.example 10.0.0.7 ").chat_hosts == {"chat.example", "10.0.0.7"}


# --- At the start ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["-m", "flask", "deliver"], ["-m", "flask", "--help"], ["wsgi.py"]])
def test_a_missing_setting_is_a_sentence_for_every_program(command: list[str]) -> None:
    environment = {"PATH": os.environ["PATH"], "FLASK_SKIP_DOTENV": "1", "APP_ENV": "production"}
    result = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert result.returncode == 1
    assert result.stderr.decode().startswith("Settings to mend before Bulletins can start:\n  - SECRET_KEY: missing;")
    assert b"Traceback" not in result.stderr
