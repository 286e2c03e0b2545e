"""Templates remember the URLs they have built: each promotion's, each path's under which the site runs."""

from __future__ import annotations

import pytest
from flask import Flask, g

from app.template_urls import MOST

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_template_builds_a_url_once_and_each_promotion_and_path_its_own(app: Flask) -> None:
    url_for = app.jinja_env.globals["url_for"]
    seen = []
    for slug, root in (("promotion-3", ""), ("promotion-4", ""), ("promotion-3", "/bulletins")):
        with app.test_request_context(base_url=f"http://localhost{root}/"):
            g.slug = slug
            seen += [url_for("archive.week", week=week) for week in ("2019-W10", "2019-W11", "2019-W10")]
    assert seen == [
        f"{root}/{slug}/weeks/{week}"
        for slug, root in (("promotion-3", ""), ("promotion-4", ""), ("promotion-3", "/bulletins"))
        for week in ("2019-W10", "2019-W11", "2019-W10")
    ]


def test_what_is_remembered_has_a_bound(app: Flask) -> None:
    url_for = app.jinja_env.globals["url_for"]
    with app.test_request_context():
        urls = [url_for("teams.sign_in", next=f"/{number}") for number in range(3 * MOST)]
        assert len(set(urls)) == 3 * MOST
        assert url_for("teams.sign_in", next="/0") == urls[0]
