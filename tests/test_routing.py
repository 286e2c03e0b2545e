"""The pages of a promotion name each other without naming it."""

from __future__ import annotations

import pytest
from flask import Flask, g, url_for

from app.weeks import Week

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
