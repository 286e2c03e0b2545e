"""The charts and tables behind the page: who may take them, and that all say the same."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.engagement.tables import READING_COLUMNS, rounded_down
from app.engagement.views import CHARTS, TABLES
from tests.builders import make_digest, make_member, make_promotion, make_read_mark
from tests.engagement.conftest import Spring
from tests.fixtures.site import as_member
from tests.pages import words

PAGE = "/promotion-3/engagement"
FILES = [f"{PAGE}/{name}.svg" for name in CHARTS] + [f"{PAGE}/{name}.csv" for name in TABLES]


def rows_of(client: FlaskClient, name: str, locale: str = "en") -> list[dict[str, str]]:
    """The rows of a table, as a program reads the file."""
    answer = client.get(f"{PAGE}/{name}.csv", headers={"Accept-Language": locale})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert f"promotion-3-{name}.csv" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";"))


def number(cell: str) -> float | None:
    return float(cell.replace(",", ".")) if cell else None


def statuses(client: FlaskClient, paths: list[str]) -> dict[str, int]:
    return {path: client.get(path).status_code for path in paths}


def test_files_are_for_the_coordination_only(client: FlaskClient, spring: Spring) -> None:
    for part in ("eig", "mentor", "alumni"):
        visitor = as_member(client, make_member(spring.promotion, part))
        assert statuses(visitor, FILES) == dict.fromkeys(FILES, 403), part
    assert statuses(as_member(client, spring.coordinator), FILES) == dict.fromkeys(FILES, 200)


def test_there_are_no_other_files(client: FlaskClient, spring: Spring) -> None:
    others = [f"{PAGE}/{name}" for name in ("people.csv", "marks.csv", "reading.json", "people.svg")]
    assert statuses(as_member(client, spring.coordinator), others) == dict.fromkeys(others, 404)


def test_a_chart_is_an_image_that_runs_and_fetches_nothing(client: FlaskClient, spring: Spring) -> None:
    visitor = as_member(client, spring.coordinator)
    for chart in CHARTS:
        answer = visitor.get(f"{PAGE}/{chart}.svg")
        assert answer.content_type.startswith("image/svg+xml"), chart
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        root = ElementTree.fromstring(answer.data)
        assert not [node for node in root.iter() if node.tag.endswith("script")], chart
        links = [value for node in root.iter() for name, value in node.attrib.items() if name.endswith("href")]
        assert links == [], chart
        assert not re.search(rb"url\((?!#)|@import", answer.data), chart


def test_each_series_of_a_chart_has_a_tint_of_its_own_and_is_named_at_its_data(
    client: FlaskClient, spring: Spring
) -> None:
    visitor = as_member(client, spring.coordinator)
    for chart in CHARTS:
        svg = visitor.get(f"{PAGE}/{chart}.svg").text
        tints = re.findall(r"rect\.color-\d{fill:color-mix([^}]+)}", svg)
        shares = re.findall(r"(\d+)%", " ".join(tints))
        assert len(tints) >= 2, chart
        assert len(set(shares)) == len(tints), f"{chart}: as dark as another"
        root = ElementTree.fromstring(svg)
        plot = next(node for node in root.iter() if node.get("class") == "plot")
        right = float(plot[0].get("width", 0))
        beside = next(node for node in root.iter() if node.get("class") == "legends")
        assert len(beside) == len(tints), chart
        assert float(re.findall(r"[\d.]+", beside.get("transform", ""))[0]) > right, "right of the bars"
        heights = sorted(float(legend[0].get("y", 0)) for legend in beside)
        assert all(low - high >= 15 for high, low in pairwise(heights)), f"{chart}: one on another"


def test_only_the_line_of_comparison_is_drawn_over_the_bars(client: FlaskClient, spring: Spring) -> None:
    svg = as_member(client, spring.coordinator).get(f"{PAGE}/reading.svg").text
    bars = svg.index('class="series ')
    guides = [at.start() for at in re.finditer(r'class="(?:major )?guide line"/><text[^>]*>\d+', svg)]
    over = [at for at in guides if at > bars]
    assert len(guides) >= 5
    assert [svg[at:].split(">")[2][:2] for at in over] == ["80"]


def test_a_chart_speaks_the_language_of_its_reader(client: FlaskClient, spring: Spring) -> None:
    visitor = as_member(client, spring.coordinator)
    chart = {lang: visitor.get(f"{PAGE}/moods.svg", headers={"Accept-Language": lang}).text for lang in ("fr", "en")}
    assert "Very hard" in chart["en"]
    assert "Very hard" not in chart["fr"]


def test_charts_of_a_promotion_without_anything_are_drawn(client: FlaskClient, in_may: None) -> None:
    visitor = as_member(client, make_member(make_promotion(), "coordinator"))
    for path in FILES:
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert "NaN" not in answer.text


def figures(app: Flask, *arguments: str) -> dict[str, Any]:
    """What `flask figures` says."""
    result = app.test_cli_runner().invoke(args=["figures", "--format", "json", *arguments])
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_the_file_says_what_the_command_says(app: Flask, client: FlaskClient, spring: Spring) -> None:
    table = rows_of(as_member(client, spring.coordinator), "reading")
    named = [dict(zip(READING_COLUMNS, row.values(), strict=True)) for row in table]
    rows = {(row["month"], row["group"]): row for row in named}
    for month in ("2019-03", "2019-05", ""):
        printed = figures(app, *(["--month", month] if month else []))
        for group, name in (("eig", "EIGs"), ("mentor", "Mentors"), ("all", "All")):
            assert_is_as_printed(rows[month, name], printed, group)


def assert_is_as_printed(row: dict[str, str], printed: dict[str, Any], group: str) -> None:
    where = f"{row['month']} {group}"
    of_group = printed["groups"][group]
    assert row["frozen"] == ("yes" if printed["frozen"] else "no"), where
    assert row["at_least"] == ("yes" if of_group["at_least"] else "no"), where
    for key in ("eligible", "readers", "floor", "coverage", "estimate"):
        assert number(row[key]) == of_group[key], where
    for key in ("answers", "share", "low", "high"):
        assert number(row[f"declared_{key}"]) == of_group["declared"][key], where
    for name, count in of_group["declared"]["classes"].items():
        assert number(row[f"declared_{name}"]) == count, where
    for name, count in of_group["frequency"].items():
        assert number(row[f"frequency_{name}"]) == count, where


def test_the_page_says_what_the_command_says(app: Flask, client: FlaskClient, spring: Spring) -> None:
    page = as_member(client, spring.coordinator).get(PAGE, headers={"Accept-Language": "en"}).text
    line = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if "March 2019" in row)
    eigs = figures(app, "--month", "2019-03")["groups"]["eig"]
    shares = [eigs["floor"], eigs["declared"]["share"], eigs["coverage"], eigs["estimate"]]
    printed = [f"{rounded_down(share)}%" if share is not None else "—" for share in shares]
    cells = [words(cell) for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)]
    assert [cell.split()[-1] if "%" in cell else cell[0] for cell in cells[:4]] == printed
    assert printed[0] == "78%"


def test_the_grid_of_teams_and_weeks_can_be_taken_away(client: FlaskClient, spring: Spring) -> None:
    rows = {row["Team"]: row for row in rows_of(as_member(client, spring.coordinator), "writing")}
    assert list(rows) == ["Cartobio", "Exploreur", "Hopkins", "Sillage"]
    assert rows["Cartobio"]["2019-W10"] == "written"
    assert rows["Exploreur"]["2019-W11"] == "late"
    assert rows["Hopkins"]["2019-W10"] == "nothing"
    assert rows["Hopkins"]["2019-W21"] == "not yet"
    assert rows["Sillage"]["2019-W21"] == "paused"


def test_the_weeks_can_be_taken_away(client: FlaskClient, spring: Spring) -> None:
    visitor = as_member(client, spring.coordinator)
    weeks = {row["Week"]: row for row in rows_of(visitor, "weeks")}
    counts = {"On time": "1", "Late": "1", "No bulletin": "2", "Paused": "0"}
    assert {name: weeks["2019-W11"][name] for name in counts} == counts
    assert weeks["2019-W11"]["Share late"] == "0,25"
    running = weeks["2019-W21"]
    assert (running["Still running"], running["No bulletin"], running["Share without a bulletin"]) == ("yes", "", "")
    moods = {row["Week"]: row for row in rows_of(visitor, "moods")}
    assert (moods["2019-W11"]["Very hard"], moods["2019-W11"]["Great"]) == ("1", "1")


def test_the_calls_can_be_taken_away(client: FlaskClient, spring: Spring) -> None:
    (row,) = rows_of(as_member(client, spring.coordinator), "calls")
    assert (row["Open, without an offer"], row["Resolved so far"]) == ("1", "0")
    assert row["Median days to the resolution"] == ""


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_no_file_shows_a_name_of_the_code(client: FlaskClient, spring: Spring, locale: str) -> None:
    visitor = as_member(client, spring.coordinator)
    for name in TABLES:
        for row in rows_of(visitor, name, locale):
            cells = [cell for line in row.items() for cell in line if not re.fullmatch(r"\d.*|", cell)]
            assert [cell for cell in cells if "_" in cell] == [], name


def test_a_french_reader_takes_french_files_away(client: FlaskClient, spring: Spring) -> None:
    visitor = as_member(client, spring.coordinator)
    march = next(
        row for row in rows_of(visitor, "reading", "fr") if row["Mois"] == "2019-03" and row["Groupe"] == "EIG"
    )
    assert (march["Mois figé"], march["Part ayant marqué un récapitulatif comme lu"]) == ("oui", "0,78125")
    assert (march["Réponse\u00a0: chaque semaine"], march["Marqué comme lu (minimum)"]) == ("12", "non")
    writing = {row["Défi"]: row for row in rows_of(visitor, "writing", "fr")}
    assert (writing["Hopkins"]["2019-W10"], writing["Hopkins"]["2019-W21"]) == ("rien", "pas encore")


def test_a_bound_is_drawn_written_and_filed_as_one(app: Flask, client: FlaskClient, in_may: None) -> None:
    """30 of 32 EIGs read: what may be said is that 27 do, at least."""
    promotion = make_promotion()
    eigs = [make_member(promotion) for _ in range(32)]
    digest = make_digest(promotion, "2019-W10")
    for eig in eigs[:30]:
        make_read_mark(digest, eig)
    visitor = as_member(client, make_member(promotion, "coordinator"))
    for narrow in ("", "?narrow=1"):
        root = ElementTree.fromstring(visitor.get(f"{PAGE}/reading.svg{narrow}").data)
        assert [node.text for node in root.iter() if node.text == "≥"] == ["≥"]
    assert '<span aria-hidden="true">≥' in visitor.get(PAGE).text, "beside the number, not only where ≥ is explained"
    row = rows_of(visitor, "reading")[0]
    assert (row["Share who marked a digest as read"], row["Marked as read (minimum)"]) == ("0,84375", "yes")
    assert "floor      at least 84 %" in app.test_cli_runner().invoke(args=["figures", "--month", "2019-03"]).output


def test_an_exact_share_is_drawn_without_the_sign(client: FlaskClient, spring: Spring) -> None:
    answer = as_member(client, spring.coordinator).get(f"{PAGE}/reading.svg")
    assert "≥" not in answer.text
