"""Addresses that lead nowhere are not found, whatever they look like."""

from __future__ import annotations

from collections.abc import Iterator

from flask.testing import FlaskClient

WEEKS = (
    "2026-W54",
    "2026-46",
    "2026-W00",
    "2019-W1",
    "19-W10",
    "foo",
    "%00",
    "٢٠١٩-W١٠",
    "2019-W10 ",
    "9999-W01",
    "0000-W01",
)
OUTSIDE = ("2018-W52", "2019-W46", "2019-W53", "2100-W01", "1900-W01")
NOT_BEGUN = "2019-W11"
SLUGS = ("foo", "Promotion-3", "%00", "promotion-3%00", "é", "a" * 10_000, "-", "..", "promotion_3", "promotion-3%0a")
NUMBERS = ("0", "-1", "1.5", "x", "%00", "99999999999999999999", "2147483648", "9" * 5000)


def nowhere() -> Iterator[str]:
    for week in (*WEEKS, *OUTSIDE):
        yield from (f"/promotion-3/{page}/{week}" for page in ("weeks", "digests", "bulletin", "manage/weeks"))
        yield from (f"/promotion-3/bulletin/{week}/receipt", f"/promotion-3/manage/weeks/{week}")
        yield f"/promotion-3/manage/weeks/{week}/letters"
    yield from (f"/promotion-3/{page}/{NOT_BEGUN}" for page in ("weeks", "digests", "bulletin"))
    for slug in SLUGS:
        yield from (f"/{slug}/{page}" for page in ("weeks", "bulletin", "manage/weeks/2019-W09"))
        yield f"/promotion-3/teams/{slug}"
        yield f"/promotion-3/teams/{slug}/plan"
    yield from (f"/promotion-3/teams/brancard/plan/{part}" for part in ("mood", "foo/new", "allies/9", "needs/new"))
    yield from ("/promotion-3/weeks/", "/favicon.ico", "/.env", "/static/../config.py", "/static/%00")


def posted_nowhere() -> Iterator[str]:
    for number in NUMBERS:
        yield from (f"/promotion-3/help/{number}/{act}" for act in ("resolved", "withdrawn", "renewed", "offer"))
        yield f"/promotion-3/manage/confidential/{number}/close"
        yield f"/promotion-3/manage/addresses/{number}/lift"
    for week in (*WEEKS, *OUTSIDE, NOT_BEGUN):
        if week != "2019-W53":  # matches the pattern of a week, where a GET is taken: answers 405
            yield f"/promotion-3/bulletin/{week}"
        yield f"/promotion-3/digests/{week}/read"
    for week in (*WEEKS, *OUTSIDE):
        yield from (f"/promotion-3/manage/weeks/{week}/{page}" for page in ("introduction", "letters/pause"))


def test_an_address_that_cannot_exist_is_not_found(everything: FlaskClient) -> None:
    found = {path: status for path in nowhere() if (status := everything.get(path).status_code) != 404}
    assert found == {}


def test_what_is_sent_to_an_address_that_cannot_exist_is_not_found(everything: FlaskClient) -> None:
    found = {path: status for path in posted_nowhere() if (status := everything.post(path).status_code) != 404}
    assert found == {}


def test_a_page_that_does_not_exist_says_so_in_our_words(client: FlaskClient) -> None:
    page = client.get("/promotion-3/weeks/2026-W54", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This page does not exist" in page.text
