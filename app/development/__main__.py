"""`make run`: the site, its job process and a mailbox on this machine, on a demonstration promotion, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import click

from app import create_app
from app.database import db
from app.development.ports import find_asked_port, free_port
from app.development.smtp import LOOPBACK, LoopbackServer, MailboxHandler
from app.development.supervisor import (
    ProcessExitedError,
    StopRequestedError,
    Supervisor,
)
from app.development.welcome import is_empty, sign_in_emails, welcome
from config import Config
from config_files import INSTANCE, SKIP_DOTENV, ConfigError

ROOT = Path(__file__).parents[2]
FIRST_PORT = 5000
ATTEMPTS, SECONDS_BETWEEN_ATTEMPTS = 600, 0.1
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
# a worker that is still starting does not hear SIGTERM: granian then waits for it without end, unless told how long
SETTINGS = ("--interface=wsgi", "--log-level=warning", "--blocking-threads=3", "--workers-kill-timeout=2")
GRANIAN = (sys.executable, "-m", "granian", *SETTINGS)


def main() -> int:
    """Run until a signal; return the exit status: 0, or 1 when a process has exited, or 2 for invalid settings."""
    folder = os.environ.get("MAILBOX") or str(INSTANCE / "letters")
    try:
        mailbox = LoopbackServer(MailboxHandler(Path(folder)), find_asked_port(os.environ, "SMTP_PORT") or 0)
        mailbox.start()
        try:
            return _supervise(folder, mailbox.url, find_asked_port(os.environ, "PORT") or free_port(FIRST_PORT))
        finally:
            mailbox.stop()
    except ConfigError as error:
        click.echo(error, err=True)
        return 2


def _supervise(mailbox: str, smtp_url: str, port: int) -> int:
    site = f"http://{LOOPBACK}:{port}"
    defaults = {"APP_ENV": "development", "SMTP_URL": smtp_url, "BASE_URL": site}
    env = {**defaults, **os.environ, "MAILBOX": mailbox, SKIP_DOTENV: "1"}  # `.env` is for an installation
    config = replace(Config.from_env(env), warnings=())
    supervisor = Supervisor({**env, "SECRET_KEY": config.secret_key}, ROOT)
    supervisor.handle_signals()
    try:
        emails = _prepare(supervisor, config)
        supervisor.start("The site", *GRANIAN, "--host", LOOPBACK, "--port", str(port), "wsgi:app")
        supervisor.start("The job process", *FLASK, "timetable")
        _wait_for_site(supervisor, port)
        click.echo(welcome(site, emails))
        supervisor.watch()
    except StopRequestedError:
        click.echo("\nEnding everything.")
    except ProcessExitedError as error:
        click.echo(error, err=True)
        return 1
    finally:
        supervisor.end()
    return 0


def _prepare(supervisor: Supervisor, config: Config) -> dict[str, str]:
    """Migrate the database, fill it when it is empty; give the e-mail addresses to sign in with, for `welcome`."""
    supervisor.run("flask db upgrade", *FLASK, "db", "upgrade")
    app = create_app(config)
    with app.app_context():
        empty = is_empty()
        db.session.remove()  # or its transaction would keep `flask demo` from writing
        if empty:
            supervisor.run("flask demo", *FLASK, "demo")
        emails = sign_in_emails()
        db.session.remove()
        db.engine.dispose()
    return emails


def _wait_for_site(supervisor: Supervisor, port: int) -> None:
    for _attempt in range(ATTEMPTS):
        if _is_healthy(port):
            return
        supervisor.watch(seconds=SECONDS_BETWEEN_ATTEMPTS)
    raise ProcessExitedError("The site does not answer on /healthz: ending everything.")


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
