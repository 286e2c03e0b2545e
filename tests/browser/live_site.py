"""The real application behind a real HTTP server on loopback, in threads of the test's own process.

Site and test share the clock of `app/clock.py`, so a test sets the time of both. They do not share database sessions:
what the test builds or looks up, it does within `site.rows()`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from socket import create_server
from threading import Thread

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import BaseWSGIServer, make_server

from app import create_app
from app.clock import now, set_clock
from app.database import db
from app.development.mailbox import StoredLetter, list_letters
from app.development.smtp import LOOPBACK, LoopbackServer, MailboxHandler
from app.teams.models import Membership
from app.teams.sessions import begin_session
from app.teams.sign_in_views import SESSION_KEY
from tests.fixtures.clock import START
from tests.fixtures.site import make_config


@dataclass
class LiveSite:
    """A running site: its address, its application, the folder of its letters."""

    url: str
    app: Flask
    mailbox: Path

    def at(self, moment: str) -> None:
        """Set the clock of the site, which runs on: `site.at("2019-03-08T14:04:00Z")`."""
        set_clock(datetime.fromisoformat(moment))

    @contextmanager
    def rows(self) -> Iterator[None]:
        """A session for the builders. What was loaded in it can still be read afterwards, and it holds no lock."""
        with self.app.app_context():
            db.session().expire_on_commit = False
            yield

    def run(self, *command: str) -> str:
        """Run `flask …` on the site's database; return what it printed."""
        with self.app.app_context():
            result = self.app.test_cli_runner().invoke(args=list(command), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return str(result.output)

    def deliver(self) -> list[StoredLetter]:
        """Send all letters that are due; gives every letter received so far, newest first."""
        self.run("deliver")
        return list_letters(self.mailbox)

    def sign_in(self, page: Page, membership: Membership) -> None:
        """Give the page's visitor a session of that member, without the way through a letter."""
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        with self.app.app_context():
            secret = begin_session(membership.person_id, now())
            db.session.commit()
        session = {"_user_id": str(membership.person_id), SESSION_KEY: secret}
        page.context.add_cookies([{"name": "session", "value": signer.dumps(session), "url": self.url}])


@contextmanager
def running_site(database: Path, mailbox: Path, **settings: object) -> Iterator[LiveSite]:
    """A site on `database` whose letters are kept in `mailbox`, at the moment that tests start with."""
    with create_server((LOOPBACK, 0)) as listener, stored_letters(mailbox) as relay:
        port = listener.getsockname()[1]
        url = f"http://{LOOPBACK}:{port}"
        own = {"database_url": f"sqlite:///{database}", "base_url": url, "smtp_url": relay}
        app = create_app(make_config(**own, development_mailbox=mailbox, **settings))
        set_clock(datetime.fromisoformat(START))
        with served(make_server(LOOPBACK, port, app, threaded=True, fd=listener.fileno())):
            yield LiveSite(url, app, mailbox)
        with app.app_context():
            db.engine.dispose()
        set_clock(None)


@contextmanager
def stored_letters(folder: Path) -> Iterator[str]:
    """The address of a relay that keeps its letters in `folder`."""
    relay = LoopbackServer(MailboxHandler(folder))
    relay.start()
    yield relay.url
    relay.stop()


def link_in(letter: StoredLetter, part: str) -> str:
    """The link of the letter that holds `part`."""
    return next(link for link in letter.links if part in link)


@contextmanager
def served(server: BaseWSGIServer) -> Iterator[None]:
    """`server`, answering in a thread of its own."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a failing test shows what broke, not every visit
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})  # seconds until it hears its end
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()
