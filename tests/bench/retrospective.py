"""What a retrospective of twenty teams and forty-four weeks costs: its page beside the engagement page, and its PDF."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle
from time import process_time

from app import create_app
from app.bulletins.moods import Mood
from app.database import db
from app.readership.figures.store import store_due_figures
from app.records.file_format import read_records_file
from app.records.models import ChallengeRecord
from app.records.values import as_document
from app.teams.models import Membership
from app.weeks import Week
from tests.bench.timing import Ratio, compare, seconds
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_read_mark,
    make_team,
    saved,
)
from tests.fixtures.database import make_tables
from tests.fixtures.site import as_member, make_config

TEAMS, WEEKS = 20, 44
FIRST = Week(date(2019, 1, 7))
NOW = datetime.fromisoformat("2019-12-02T10:00:00+00:00")
AT_MOST = 5.0  # seconds
RECORD = """\
promotion: promotion-3
milestone: {key: end, 'on': 2019-11-08}
records:
- team: Défi
  state: production
  openings: [{kind: source_code, status: open}, {kind: data_set, status: on_request}]
  events: [{kind: demo, count: 2, themes: [open_data]}]
  side_projects: [Un carnet]
  people: {host_employee: 1, private: 1, still_on_project: 1}
  extension: {extended: 1, cofunded_by_programme: true}
  carried_by: host
  maintained_by: it_department
  new_approaches: true
  posts_created: 1
  outcomes: [maintained]
"""


def measure(url: str) -> list[Ratio]:
    """The page against the engagement page, and the seconds of the PDF; the database at `url` is empty."""
    make_tables(url)
    app = create_app(make_config(database_url=url, now=NOW))
    with app.app_context():
        member = ten_months()
        client = as_member(app.test_client(), member)
        db.session.commit()
        db.session.remove()

    def visit(path: str) -> None:
        assert client.get(f"/promotion-3/{path}").status_code == 200

    page = compare(
        "the page of a retrospective, against the engagement page",
        lambda: visit("retrospective/end/draft"),
        lambda: visit("engagement"),
        at_most=3,
        times=5,
        clock=process_time,
    )
    pdf = seconds(lambda: visit("retrospective/end/draft/report.pdf"), 5)
    return [page, Ratio("its PDF, against five seconds", pdf, AT_MOST, pdf / AT_MOST, "≤ 1", pdf <= AT_MOST)]


def ten_months() -> Membership:
    """Twenty teams that wrote for 44 weeks, were read, and have a record at the end; a coordinator."""
    promotion = make_promotion()
    record = read_records_file(RECORD.encode()).records[0].value
    milestone = make_milestone(promotion, "end", day=date(2019, 11, 8))
    readers = []
    for number in range(TEAMS):
        team = make_team(promotion, f"Défi {number:02d}")
        make_member(promotion, "eig", team)
        readers.append(make_member(promotion, "eig", team))
        content = as_document(record)
        assert isinstance(content, dict)
        sent = {"updated_at": NOW, "sent_at": NOW}
        saved(ChallengeRecord(milestone_id=milestone.id, team_id=team.id, content=content, **sent))
    weeks = [Week(FIRST.monday + timedelta(weeks=number)) for number in range(WEEKS)]
    for week in weeks:
        for team, mood in zip(promotion.teams, cycle(Mood), strict=False):
            make_bulletin(team, week, mood=mood)
        digest = make_digest(promotion, week)
        for member in readers:
            make_read_mark(digest, member)
    store_due_figures(promotion, NOW)
    return make_member(promotion, "coordinator")
