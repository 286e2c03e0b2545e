"""What the coordination is told of a silent job process and of a restored site: accessible, and whole on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from app.database import db
from app.job_ticks.models import JobTick
from app.letters.models import Restoration
from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite
from tests.builders import make_member, make_promotion, make_team

FRIDAY = datetime(2019, 3, 8, 14, 0, tzinfo=UTC)


@pytest.fixture
def coordinator(live_site: LiveSite) -> Membership:
    """The coordinator of a site that was put back from a backup, and one of whose jobs fails."""
    live_site.at("2019-03-08T14:00:00+00:00")
    with live_site.rows():
        promotion = make_promotion()
        make_team(promotion)
        for name in ("schedule", "letters"):
            db.session.add(JobTick(name=name, seconds=1, ticked_at=FRIDAY.replace(hour=13, minute=59)))
        db.session.get_one(JobTick, "letters").failing_since = FRIDAY.replace(hour=9)
        db.session.add(Restoration(backup_made_at=FRIDAY.replace(day=7)))
        return make_member(promotion, "coordinator")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_coordination_reads_what_does_not_leave(
    open_page: OpenPage,
    live_site: LiveSite,
    coordinator: Membership,
    width: int,
    take_picture: Callable[[Page, str], None],
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    live_site.sign_in(page, coordinator)
    page.goto("/promotion-3/manage/")
    assert "Envoi des lettres : en échec depuis " in page.inner_text("main").replace("\xa0", " ")
    assert "rétabli d’après une sauvegarde " in page.inner_text("main").replace("\xa0", " ")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page)
    take_picture(page, f"jobs-{width}")
