"""Addresses remembered are the addresses that Flask would build."""

from __future__ import annotations

import pytest
from flask import Flask, g, url_for
from werkzeug.routing import BuildError

from app.routing import path_to
from app.weeks import Week

ASKED = [
    ("readership.digest", {"week": Week.parse("2019-W10")}),
    ("readership.digest", {"week": Week.parse("2019-W11")}),
    ("readership.digest", {"week": Week.parse("2019-W11"), "reader": "a token"}),
    ("home.promotion_week", {"promotion_slug": "promotion-9"}),
    ("account.page", {}),
]


@pytest.mark.parametrize("root", ["", "/bulletins"])
@pytest.mark.parametrize("slug", ["promotion-2", "promotion-3"])
@pytest.mark.parametrize(("endpoint", "values"), ASKED)
def test_an_address_remembered_is_the_one_of_this_promotion_and_place(
    app: Flask, root: str, slug: str, endpoint: str, values: dict[str, object]
) -> None:
    with app.test_request_context(base_url=f"https://site.example{root}/"):
        g.slug = slug
        assert path_to(endpoint, **values) == path_to(endpoint, **values) == url_for(endpoint, **values)
        assert path_to(endpoint, **values).startswith(f"{root}/")


def test_a_page_that_does_not_exist_has_no_address(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(BuildError):
        path_to("nobody.nothing")
