"""What a million marks cost those who look at them: the engagement page, and the figures of a month counted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from flask import Flask
from sqlalchemy import select

from app import create_app
from app.database import db
from app.readership.figures.disclosure import publish
from app.readership.figures.queries import issued_by_month
from app.readership.figures.store import count_months, stored_months
from app.teams.models import Membership, Promotion
from tests.bench import years
from tests.bench.timing import Ratio, compare
from tests.bench.years import A_MILLION_MARKS, A_THOUSAND_MARKS, NOW, Scale
from tests.fixtures.database import make_tables
from tests.fixtures.site import as_member, make_config

MONTH = date(2019, 10, 1)
ALL_OF_IT = """
SELECT r.membership_id, count(*), count(m.day), max(CASE WHEN r.digest_id = {last} THEN r.role END), max(a.habit),
  (SELECT min(x.day) FROM read_marks x WHERE x.membership_id = r.membership_id AND x.origin = 'declared'),
  (SELECT c.choice FROM consents c WHERE c.membership_id = r.membership_id ORDER BY c.at DESC LIMIT 1)
FROM recipients r
LEFT JOIN read_marks m
  ON m.digest_id = r.digest_id AND m.membership_id = r.membership_id AND m.digest_id IN ({digests})
LEFT JOIN month_answers a ON a.membership_id = r.membership_id AND a.month = '{month}'
WHERE r.digest_id IN ({digests}) GROUP BY r.membership_id
"""  # all that the figures of MONTH are made of, a row a member, each part found by an index


def measure(many: str, few: str) -> list[Ratio]:
    """The ratios on the databases at `many`, where `live_a_million` has been, and at `few`, which is empty."""
    with application(few) as small:
        lived(small, A_THOUSAND_MARKS)
        with application(many) as large:
            return [_page(large, small), _figures(large)]


def live_a_million(url: str) -> None:
    """Make the tables of the empty database at `url`, and a million marks in them."""
    with application(url) as app:
        lived(app, A_MILLION_MARKS)


@contextmanager
def application(url: str) -> Iterator[Flask]:
    """The product on the database at `url`, at NOW, as durable as in production."""
    make_tables(url)
    app = create_app(make_config(database_url=url, now=NOW, durability="strict"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def lived(app: Flask, scale: Scale) -> None:
    with app.app_context():
        marks = years.live(scale)
        assert marks >= 1000 * (1 if scale is A_THOUSAND_MARKS else 1000), f"only {marks} marks"


def _page(large: Flask, small: Flask) -> Ratio:
    return compare("the engagement page, of 1,000,000 marks against 1,000", _visit(large), _visit(small), at_most=1.5)


def _visit(app: Flask) -> Callable[[], None]:
    """A coordinator of the first promotion looks."""
    with app.app_context():
        member = db.session.scalars(select(Membership).where(Membership.coordinates).order_by(Membership.id)).first()
        assert member is not None
        address, client = f"/{member.promotion.slug}/engagement", as_member(app.test_client(), member)
        db.session.remove()

    def visit() -> None:
        assert client.get(address).status_code == 200

    return visit


def _figures(app: Flask) -> Ratio:
    with app.app_context():
        promotion = db.session.scalars(select(Promotion).order_by(Promotion.id)).first()
        assert promotion is not None
        digests = issued_by_month(promotion, NOW)[MONTH]
        numbers = [issued.digest for issued in digests]
        stored = stored_months(promotion.id)
        query = ALL_OF_IT.format(month=MONTH, last=numbers[-1], digests=", ".join(map(str, numbers)))

        def count() -> None:
            counts = count_months(promotion, {MONTH: digests}, promotion.today(NOW), stored)[MONTH]
            assert publish(counts.eig, counts.mentor)

        def ask() -> None:
            assert len(db.session.connection().exec_driver_sql(query).all()) == A_MILLION_MARKS.members

        return compare("the figures of a month anew, against their one SQL query", count, ask, at_most=3, times=10)
