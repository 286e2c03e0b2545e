"""Letters at the width of a small phone: nothing that stands in them makes them wider."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from app.bulletins.legacy_csv.file_format import read_records
from app.database import db
from app.digests.introductions import introduce
from app.digests.letters import get_letter
from app.digests.models import Digest
from app.digests.service import issue
from app.weeks import Week
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_promotion, make_team, one_transaction
from tests.every_letter import KINDS, send_every_letter

PHONE = {"width": 320, "height": 640}
WIDE = "\n\n".join(
    (
        f"https://docs.exemple.fr/{'a' * 200}",
        f"[{'x' * 120}](https://exemple.fr)",
        f"`{'y' * 150}`",
        f"```\n{'z' * 150}\n```",
        f"> {'w' * 150}",
        f"- {'v' * 150}",
        "anticonstitutionnellement" * 3,
    )
)


def width(page: Page, html: str) -> int:
    page.set_viewport_size(PHONE)
    page.set_content(html)
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_nothing_that_somebody_types_makes_a_digest_wider(live_site: LiveSite, page: Page) -> None:
    week = Week.parse("2019-W10")
    with live_site.rows():
        promotion = make_promotion()
        team = make_team(promotion, "Anticonstitutionnellement" * 3)
        judith = make_member(promotion, "coordinator").person
        due = promotion.timetable.digest_due(week)
        assert due
        make_bulletin(team, week, priorities=WIDE, ups_and_downs=WIDE, help=WIDE, key_date=(due + timedelta(2)).date())
        introduce(promotion, week, WIDE, judith, due - timedelta(hours=1))
        digest = issue(promotion, week, now=due, letters=False)
        letters = [get_letter(digest, locale).html for locale in ("fr", "en")]
    assert [width(page, html) for html in letters] == [320, 320]


def test_no_letter_is_wider(live_site: LiveSite, page: Page) -> None:
    with live_site.rows():
        send_every_letter(lambda moment: live_site.at(moment.isoformat()))
    letters = {letter.subject: letter.html for letter in live_site.deliver()}
    assert len(letters) == KINDS
    assert {subject: width(page, html) for subject, html in letters.items()} == dict.fromkeys(letters, 320)


def test_no_real_week_is_wider(live_site: LiveSite, page: Page, eig_data: Path) -> None:
    records = read_records((eig_data / "eig2-2018" / "bulletins.csv").read_bytes())
    rows = [record.cells for record in records if record.cells]
    with live_site.rows():
        with one_transaction():
            promotion = make_promotion(starts_on=date(2018, 1, 8), ends_on=date(2018, 11, 9))
            teams = {name: make_team(promotion, name) for name in sorted({row["project"] for row in rows})}
            written = {(row["project"], row["week_number"]): row for row in rows}
            for (name, label), row in written.items():
                texts = {"priorities": row["priorities"], "ups_and_downs": row["victories"], "help": row["help"]}
                week = Week.parse(f"{label[:4]}-W{label[-2:]}")
                make_bulletin(teams[name], week, **texts)
        weeks = sorted({Week.parse(f"{label[:4]}-W{label[-2:]}") for _, label in written})
        for week in weeks:
            due = promotion.timetable.digest_due(week)
            assert due
            issue(promotion, week, now=due, letters=False)
        digests = db.session.scalars(select(Digest)).all()
        widths = {digest.week.label: width(page, get_letter(digest, "fr").html) for digest in digests}
    assert len(widths) == 13
    assert widths == dict.fromkeys(widths, 320)
