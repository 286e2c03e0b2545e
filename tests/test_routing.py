"""The pages of a promotion name each other without naming it; a form that was refused knows the page it stands on."""

from __future__ import annotations

import pytest
from flask import Flask, g, url_for
from flask.testing import FlaskClient

from app.routing import page_above
from app.weeks import Week
from tests.builders import make_member, make_promotion
from tests.fixtures.site import as_member
from tests.pages import typed

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W11 = Week.parse("2019-W11")
URLS = [
    ("readership.digest", {"week": Week.parse("2019-W10")}, "/promotion-2/digests/2019-W10"),
    ("readership.digest", {"week": W11, "reader": "a token"}, "/promotion-2/digests/2019-W11?reader=a+token"),
    ("readership.digest", {"week": W11, "promotion_slug": "promotion-9"}, "/promotion-9/digests/2019-W11"),
    ("home.promotion_week", {"promotion_slug": "promotion-9"}, "/promotion-9/"),
    ("account.page", {}, "/me"),
]


@pytest.mark.parametrize("root", ["", "/bulletins"])
@pytest.mark.parametrize(("endpoint", "values", "path"), URLS)
def test_a_url_is_of_the_promotion_of_the_request_unless_another_is_named(
    app: Flask, root: str, endpoint: str, values: dict[str, object], path: str
) -> None:
    with app.test_request_context(base_url=f"http://localhost{root}/"):
        g.slug = "promotion-2"
        assert url_for(endpoint, **values) == f"{root}{path}"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/promotion-3/manage/people/3/days", "/promotion-3/manage/people/3"),
        ("/promotion-3/manage/timetable/days-off/remove", "/promotion-3/manage/timetable"),
        ("/promotion-3/manage/questionnaires/own?x=1", "/promotion-3/manage/questionnaires"),
        ("/promotion-3/rota", "/promotion-3/rota"),
        ("/me/letters/1", "/me"),
        ("/language", None),
        ("//elsewhere.example/promotion-3/rota/end", None),
        ("", None),
    ],
)
def test_a_form_that_was_refused_stands_on_the_page_above_its_address(app: Flask, url: str, page: str | None) -> None:
    with app.test_request_context():
        assert page_above(url) == page


def test_the_language_changes_on_the_page_of_the_form_that_was_refused(client: FlaskClient) -> None:
    member = make_member(make_promotion(), "coordinator")
    as_member(client, member)
    url = f"/promotion-3/manage/people/{member.id}/name"
    refused = client.post(url, data={"name-name": ""})
    assert refused.status_code == 422
    to_english = client.post("/language", data={"locale": "en", "next": typed(refused.text, "next")})
    assert to_english.headers["Location"] == url.removesuffix("/name")
