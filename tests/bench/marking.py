"""Recording a mark against a bare insert, both on the site as it is served, through the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from statistics import median
from urllib.parse import urlencode

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import create_engine

from app.database import db
from app.readership.automatic import SERVED
from app.readership.models import Origin
from app.security import sign
from app.teams.models import Person
from tests.bench.bare import INSERTS
from tests.bench.reading import application
from tests.bench.server import HOST, form, rate, serving
from tests.bench.timing import Ratio
from tests.bench.unread import Unread, count_marks, link_to, unread
from tests.bench.years import NOW, WEEKS

VISITORS = 4
MARKS = 250  # a run
RUNS = 5
AT_LEAST = 0.4
READ_FOR = 3600  # seconds, of a page served so long ago

Requests = Callable[[Sequence[Unread]], list[bytes]]


def measure(url: str) -> list[Ratio]:
    """The ratios on the database at `url`, where a million marks are."""
    INSERTS.create(create_engine(url))
    with application(url) as app, serving("wsgi:app", url) as site, serving("tests.bench.bare:app", url) as bare:

        def compare(what: str, waiting: Iterator[Unread], requests: Requests, status: int) -> Ratio:
            return _compare(what, (site, bare), waiting, requests, status)

        with app.app_context():
            itself = unread(range(1, WEEKS), automatic=True)
            return [
                compare("by the link of a letter", unread(range(1, 8)), _by_link, 302),
                compare("by a session, with its token", unread(range(8, 16)), partial(_by_session, app), 302),
                compare("by itself: session, token and bounds", itself, partial(_by_itself, app), 204),
            ]


def _compare(what: str, ports: tuple[int, int], waiting: Iterator[Unread], requests: Requests, status: int) -> Ratio:
    """Marks and bare inserts in turn; every mark is one more row."""
    site, bare = ports
    pairs = []
    for _ in range(RUNS + 1):
        some, before = list(islice(waiting, MARKS)), count_marks()
        sent = requests(some)
        db.session.rollback()  # on SQLite we would keep the site out
        ours = rate(site, sent, VISITORS, status)
        assert count_marks() - before == MARKS, f"{count_marks() - before} marks of {MARKS}"
        pairs.append((ours, rate(bare, [_insert(one) for one in some], VISITORS, 204)))
    pairs = pairs[1:]  # the first warms up
    ratio = median(ours / reference for ours, reference in pairs)
    seconds = [1 / median(side) for side in zip(*pairs, strict=True)]
    return Ratio(what, *seconds, ratio, f"≥ {AT_LEAST:g}", ratio >= AT_LEAST)


def _insert(one: Unread) -> bytes:
    return form("/", urlencode({"digest_id": one.digest, "membership_id": one.membership}))


def _by_link(some: Sequence[Unread]) -> list[bytes]:
    return [form(f"{one.page}/read", urlencode({"reader": link_to(one)})) for one in some]


def _by_session(app: Flask, some: Sequence[Unread]) -> list[bytes]:
    return [_signed_in(app, one, {}) for one in some]


def _by_itself(app: Flask, some: Sequence[Unread]) -> list[bytes]:
    return [_signed_in(app, one, {"origin": Origin.AUTO, **_served(one)}) for one in some]


def _served(one: Unread) -> dict[str, str]:
    token = sign(SERVED, [one.digest, one.membership, NOW.timestamp() - READ_FOR, 5.0])
    return {"served": token, "seconds": str(READ_FOR)}


def _signed_in(app: Flask, one: Unread, values: dict[str, str]) -> bytes:
    """The form as the browser of a signed-in member sends it."""
    with app.app_context(), app.test_request_context(environ_base={"REMOTE_ADDR": HOST}):
        login_user(db.session.get_one(Person, one.person))
        session["signed_in_at"] = int(NOW.timestamp())
        token = generate_csrf()
        serializer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert serializer is not None
        cookie = serializer.dumps(dict(session))
    return form(f"{one.page}/read", urlencode({"csrf_token": token, **values}), Cookie=f"session={cookie}")
