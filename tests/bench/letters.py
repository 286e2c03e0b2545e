"""Sending a digest, rows and commits included, against bare `smtplib` and Flask-Mail, all to the same sink."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from flask_mail import Mail, Message

from app import create_app
from app.database import db
from app.letters.worker import deliver
from tests.bench import databases
from tests.bench.edition import FRIDAY, issue_edition, make_edition, queue_again
from tests.bench.sink import HOST, smtp_sink
from tests.bench.timing import RUNS, Ratio, seconds
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

LETTERS = 2000
SENDER, READER = "bounces@bulletins.example", "eig@bench.example"
BOUNDS = {("SQLite", "strict"): 0.55, ("SQLite", "relaxed"): 0.75} | {
    ("PostgreSQL", "strict"): 0.4,
    ("PostgreSQL", "relaxed"): 0.65,
}
CONNECTIONS, WITH_CONNECTIONS, THAN_FLASK_MAIL = 4, 0.55, 3


def measure() -> list[Ratio]:
    """The rate of one worker, by database and durability; with several connections; against Flask-Mail."""
    letter = _letter()
    with smtp_sink() as port:
        ratios = []
        for (database, durability), bound in BOUNDS.items():
            with _edition(database, durability, port) as send:
                ratios.append(_compare(f"{database}, {durability}", send, lambda: _bare(port, letter), bound))
        with _edition("SQLite", "strict", port, CONNECTIONS) as send:
            what = f"SQLite, strict, {CONNECTIONS} connections against {CONNECTIONS} threads"
            ratios.append(_compare(what, send, lambda: _threads(port, letter), WITH_CONNECTIONS))
        with _edition("SQLite", "strict", port) as send, _flask_mail(port, letter) as mail:
            ratios.append(_compare("SQLite, strict, against Flask-Mail", send, mail, THAN_FLASK_MAIL))
    return ratios


def _letter() -> bytes:
    """One letter of the edition, as the product writes it."""
    with TemporaryDirectory() as folder, databases.sqlite("letter") as url:
        with _application(url, smtp_url=f"folder://{folder}").app_context():
            issue_edition(make_edition(1))
            deliver()
        return next(Path(folder).rglob("*.eml")).read_bytes()


def _application(url: str, **settings: object) -> Flask:
    make_tables(url)
    return create_app(make_config(database_url=url, now=FRIDAY, **settings))


@contextmanager
def _edition(database: str, durability: str, port: int, connections: int = 1) -> Iterator[Callable[[], None]]:
    """What sends an edition once more: each letter queued, sent, and written down."""
    with databases.ENGINES[database]("letters") as url:
        relay = f"smtp://{HOST}:{port}"
        app = _application(url, smtp_url=relay, durability=durability, connections=connections)
        with app.app_context():
            issue_edition(make_edition(LETTERS))

            def send() -> None:
                sent = deliver().sent
                assert sent == LETTERS, f"{sent} of {LETTERS} letters sent"

            yield send
            db.session.remove()
            db.engine.dispose()


def _bare(port: int, letter: bytes, times: int = LETTERS) -> None:
    """Ready bytes on one connection."""
    with smtplib.SMTP(HOST, port) as relay:
        for _ in range(times):
            relay.sendmail(SENDER, READER, letter)


def _threads(port: int, letter: bytes) -> None:
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _: _bare(port, letter, LETTERS // CONNECTIONS), range(CONNECTIONS)))


@contextmanager
def _flask_mail(port: int, letter: bytes) -> Iterator[Callable[[], None]]:
    """The same subject, text and HTML, a message a letter, on one connection."""
    from email import message_from_bytes, policy

    read = message_from_bytes(letter, policy=policy.default)
    text, html = (part.get_content() for part in read.iter_parts())  # type: ignore[attr-defined]
    app = Flask("flask-mail")
    app.config.update(MAIL_SERVER=HOST, MAIL_PORT=port, MAIL_MAX_EMAILS=None)
    mail = Mail(app)

    def send() -> None:
        with app.app_context(), mail.connect() as connection:
            for _ in range(LETTERS):
                connection.send(Message(read["Subject"], [READER], body=text, html=html, sender=SENDER))

    yield send


def _compare(what: str, ours: Callable[[], None], reference: Callable[[], None], at_least: float) -> Ratio:
    """The rate of ours to that of the reference, run in turn: the median of the pairs, after one of each to warm up."""
    pairs = []
    for _ in range(RUNS + 1):
        queue_again()
        pairs.append((seconds(ours, 1) / LETTERS, seconds(reference, 1) / LETTERS))
    pairs = pairs[1:]
    ratio = median(other / one for one, other in pairs)
    one, other = (median(side) for side in zip(*pairs, strict=True))
    return Ratio(what, one, other, ratio, f"≥ {at_least:g}", ratio >= at_least)
