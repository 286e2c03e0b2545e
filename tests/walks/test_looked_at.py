"""Every page is looked at in a real browser, with axe and the measures of its layout: a new one finds its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.browser.looked_at import FOR_COORDINATORS, FOR_MEMBERS, ON_A_FRIDAY, PUBLIC, SENT_EMPTY
from tests.browser.states import FAULTY, MORE_ROOMS
from tests.walks.routes import TABLE, P

NO_PAGE = re.compile(r"\.\w+$|^/static/|^/healthz|^/metrics$|^/me/data$|/search/similar$")
ELSEWHERE = {  # looked at by tests of their own
    f"{P}/": "where / leads",
    f"{P}/bulletin/<week:week>": "the form of /bulletin, of another week",
    f"{P}/manage/week": "the page of the current week, whose address is among them",
    f"{P}/manage/weeks/<week:week>/notes/introduction": "test_corrections.py",
    f"{P}/manage/weeks/<week:week>/preview/<slug:language>/letter": "a letter: test_letters_on_a_phone.py",
    f"{P}/manage/questionnaires/<int:questionnaire_id>/results": "test_questionnaire.py",
    f"{P}/questionnaires/<int:questionnaire_id>": "test_questionnaire.py",
    f"{P}/teams/<slug:team>/plan/<slug:part>/<int:item>": "test_plans.py",
    f"{P}/teams/<slug:team>/plan/<slug:part>/new": "test_plans.py",
    "/address/<secret>": "ten_months/changes.py",
    "/help": "leads to the calls of a promotion",
    "/record/<token>": "test_records.py",
    "/record/<token>/<slug:section>": "test_records.py",
    "/start/<secret>": "ten_months/first_day.py",
}


def looked_at(app: Flask) -> Iterator[str]:
    """The routes of the pages that the walks of the browser open."""
    site = app.url_map.bind("localhost")
    for address in (*PUBLIC, *FOR_MEMBERS, *FOR_COORDINATORS, *MORE_ROOMS, *ON_A_FRIDAY, *SENT_EMPTY, *FAULTY["eig"]):
        try:
            yield site.match(address.partition("?")[0], "GET", return_rule=True)[0].rule
        except HTTPException:
            continue  # an address that leads nowhere is looked at as well


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_is_looked_at_in_a_browser(app: Flask) -> None:
    pages = {
        route.removeprefix("GET ") for route in TABLE if route.startswith("GET ") and not NO_PAGE.search(route[4:])
    }
    assert pages - set(looked_at(app)) == set(ELSEWHERE)
