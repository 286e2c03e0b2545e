"""`make run`: the site, its job process and a mailbox on this machine, on a demonstration promotion, until Ctrl-C."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection
from pathlib import Path

import click

from app import create_app
from app.database import db
from app.development.ports import find_asked_port, free_port
from app.development.smtp import LOOPBACK, Keeper, LoopbackServer
from app.development.supervisor import DeadProgramError, StoppedError, Supervisor
from app.development.welcome import is_empty, sign_in_addresses, welcome
from config import INSTANCE, Config, ConfigError

ROOT = Path(__file__).parents[2]
FIRST_PORT = 5000
ATTEMPTS, BETWEEN_ATTEMPTS = 600, 0.1  # seconds
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
SETTINGS = ("--interface=wsgi", "--log-level=warning", "--blocking-threads=3")
GRANIAN = (sys.executable, "-m", "granian", *SETTINGS)


def main() -> int:
    """Run until told to stop; gives the exit status: 0, or 1 when something has died, or 2 for odd settings."""
    folder = os.environ.get("MAILBOX") or str(INSTANCE / "letters")
    try:
        mailbox = LoopbackServer(Keeper(Path(folder)), find_asked_port(os.environ, "SMTP_PORT") or 0)
        mailbox.start()
        try:
            return _live(folder, mailbox.url, find_asked_port(os.environ, "PORT") or free_port(FIRST_PORT))
        finally:
            mailbox.stop()
    except ConfigError as error:
        click.echo(error, err=True)
        return 2


def _live(mailbox: str, relay: str, port: int) -> int:
    site = f"http://{LOOPBACK}:{port}"
    env = {"SMTP_URL": relay, "BASE_URL": site, **os.environ, "MAILBOX": mailbox}
    config = Config.from_env(env)
    supervisor = Supervisor(env, ROOT)
    supervisor.obey_signals()
    try:
        addresses = _prepare(supervisor, config)
        supervisor.start("The site", *GRANIAN, "--host", LOOPBACK, "--port", str(port), "wsgi:app")
        supervisor.start("The job process", *FLASK, "timetable")
        _wait_for_the_site(supervisor, port)
        click.echo(welcome(site, addresses))
        supervisor.watch()
    except StoppedError:
        click.echo("\nEnding everything.")
    except DeadProgramError as death:
        click.echo(death, err=True)
        return 1
    finally:
        supervisor.end()
    return 0


def _prepare(supervisor: Supervisor, config: Config) -> dict[str, str]:
    """Migrate the database, fill it when it is empty; gives the addresses to sign in with."""
    supervisor.run("flask db upgrade", *FLASK, "db", "upgrade")
    app = create_app(config)
    with app.app_context():
        empty = is_empty()
        db.session.remove()
        if empty:
            supervisor.run("flask demo", *FLASK, "demo")
        addresses = sign_in_addresses()
        db.session.remove()
        db.engine.dispose()
    return addresses


def _wait_for_the_site(supervisor: Supervisor, port: int) -> None:
    for _attempt in range(ATTEMPTS):
        if _answers(port):
            return
        supervisor.watch(seconds=BETWEEN_ATTEMPTS)
    raise DeadProgramError("The site does not answer on /healthz: ending everything.")


def _answers(port: int) -> bool:
    """Whether the site answers that it is well."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200  # noqa: PLR2004
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
