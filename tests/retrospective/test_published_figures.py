"""What the programme published of two promotions, counted by the product from records that add up to it.

The articles are on https://entrepreneur-interet-general.etalab.gouv.fr: the reviews of promotion 3 at its end
(17 January 2020), of promotion 4 at mid-term (31 March 2021), of promotion 3 sixteen months after (7 April 2021).
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.teams.models import Promotion
from tests.builders import make_promotion, make_team
from tests.retrospective.conftest import Run
from tests.retrospective.published import (
    EIG_LINK,
    EXCLUSION,
    TEAMS_OF_2020,
    THIRD,
    fourth_promotion_at_mid_term,
    third_promotion_at_its_end,
    third_promotion_sixteen_months_after,
)

Figure = dict[str, Any]


def import_text(run: Run, folder: Path, text: str) -> None:
    (folder / "records.yml").write_text(text, encoding="utf-8")
    run("records", "import", folder / "records.yml")


def figures_at(run: Run, promotion: str, milestone: str) -> dict[str, Figure]:
    """The figures by code; those of questionnaires by code and numerator, since EIGs and mentors share a code."""
    shown = json.loads(
        run("retrospective", "figures", "--promotion", promotion, "--milestone", milestone, "--format", "json")
    )
    return {
        f"{each['code']} {each['numerator']}" if each["code"][0] == "Q" else each["code"]: each
        for each in shown["figures"]
    }


def compared(run: Run) -> tuple[list[str], dict[str, Figure]]:
    words = ("--promotion", "promotion-3", "--from", "end", "--to", "after-16", "--format", "json")
    shown = json.loads(run("retrospective", "compare", *words))
    return shown["common"], {each["code"]: each for each in shown["figures"]}


def share(figure: Figure) -> tuple[int, int | None]:
    return figure["numerator"], figure["base"]


def spoken(figures: dict[str, Figure], locale: str) -> dict[str, str]:
    """The sentences, with plain spaces."""
    return {code: figure["text"][locale].replace("\N{NO-BREAK SPACE}", " ") for code, figure in figures.items()}


def assert_said(figures: dict[str, Figure], expected: dict[str, tuple[str, str]]) -> None:
    for place, locale in enumerate(("fr", "en")):
        said = spoken(figures, locale)
        assert {code: said[code] for code in expected} == {code: words[place] for code, words in expected.items()}


@pytest.fixture
def followed(app: Flask, clock: object, run: Run, tmp_path: Path) -> Promotion:
    """Promotion 3 with its records of the end and of sixteen months after."""
    promotion = make_promotion(ends_on=date(2019, 11, 15))
    for name in (*THIRD, EIG_LINK):
        make_team(promotion, name)
    import_text(run, tmp_path, third_promotion_at_its_end())
    import_text(run, tmp_path, third_promotion_sixteen_months_after())
    return promotion


def test_what_had_become_of_the_third_promotion_sixteen_months_after(followed: Promotion, run: Run) -> None:
    """« Plus d’un an après, que deviennent les défis de la promotion 3 ? », 7 April 2021."""
    found = figures_at(run, "promotion-3", "after-16")
    assert {code: share(found[code]) for code in ("R01", "R14", "R15", "R20", "R21", "R22")} == {
        "R01": (10, 14),
        "R14": (9, 30),
        "R15": (12, 30),
        "R20": (6, 14),
        "R21": (14, 14),
        "R22": (6, 14),
    }
    assert found["R18"]["parts"] == {"host": 9, "host_with_programme": 1, "other_administration": 4}
    kept = {key: number for key, number in found["R19"]["parts"].items() if number}
    assert kept == {"business_team": 6, "it_department": 4, "contractor": 2, "other": 2}
    assert all(each["excluded"] == [{"team": EIG_LINK, "reason": EXCLUSION}] for each in found.values())
    assert all(each["missing"] == [] for each in found.values())
    assert found["R15"]["unknown"] == 0
    assert found["R14"]["unknown"] == 18, "« notre vision sur les parcours des EIG est plus imprécise »"


def test_the_same_in_words(followed: Promotion, run: Run) -> None:
    """The article’s own numbers, with their base and whom it leaves out; the wording is the product’s."""
    said = {
        "R01": (
            "plus de la moitié : 10 outils sur 14 sont en production",
            "more than half: 10 tools of 14 are in production",
        ),
        "R15": ("12 EIG sur 30 travaillent toujours sur leur projet", "12 EIGs of 30 still work on their projects"),
        "R18": (
            "14 défis sur 14 disent qui les porte : 9 par l’administration d’accueil, 1 par l’administration d’accueil "
            "soutenue par un autre programme d’innovation, 4 par une autre administration",
            "14 teams of 14 say who carries their challenges on: 9 by the host administration, 1 by the host "
            "administration with another innovation programme, 4 by another administration",
        ),
        "R19": (
            "14 défis sur 14 disent qui maintient leur outil : 6 par l’équipe internalisée d’un service métier, "
            "4 par la DSI, 2 par un prestataire, 2 autrement",
            "14 teams of 14 say who maintains their tools: 6 by the team of a business department, "
            "4 by the IT department, 2 by a contractor, 2 otherwise",
        ),
        "R20": ("6 outils sur 14 mis en production après la fin", "6 tools of 14 launched after the end"),
        "R21": (
            "14 défis sur 14 ont eu des suites : livrables maintenus pour 4, "
            "un outil déjà utilisé continue d’évoluer pour 10",
            "14 challenges of 14 went on: results maintained in 4, a tool in use goes on evolving in 10",
        ),
        "R22": (
            "6 fiches sur 14 remplies par les EIG, faute de réponse des mentors",
            "6 records of 14 answered by the EIGs for want of the mentors",
        ),
    }
    figures = figures_at(run, "promotion-3", "after-16")
    outside = f" (1 exclu : {EXCLUSION})", f" (1 excluded: {EXCLUSION})"
    assert_said(figures, {code: (fr + outside[0], en + outside[1]) for code, (fr, en) in said.items()})
    unknown = f"(1 exclu : {EXCLUSION}, 18 non renseignés)", f"(1 excluded: {EXCLUSION}, 18 unknown)"
    assert_said(
        figures,
        {
            "R14": (
                f"un tiers : 9 EIG sur 30 toujours en poste chez leur administration d’accueil {unknown[0]}",
                f"a third: 9 EIGs of 30 still employed by their host administrations {unknown[1]}",
            )
        },
    )


def test_the_shares_in_the_open_data_are_the_percentages_of_the_article(
    followed: Promotion, run: Run, tmp_path: Path
) -> None:
    """29 % in production at the end and 71 % now, 30 % of EIGs with their host, 40 % on their project."""
    percentages = {}
    for milestone in ("end", "after-16"):
        run("retrospective", "export", "--promotion", "promotion-3", "--milestone", milestone, tmp_path / milestone)
        with (tmp_path / milestone / "chiffres.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["part"]:
                    percentages[milestone, row["code"]] = round(100 * float(row["part"]))
    after = {code: percentages["after-16", code] for code in ("R01", "R14", "R15")}
    assert after == {"R01": 71, "R14": 30, "R15": 40}
    assert percentages["end", "R01"] == 33, "5 of 15, as reviewed; 29 % is 4 of 14, without EIG Link"
    left_out = run(
        "retrospective", "figures", "--promotion", "promotion-3", "--milestone", "end", "--without", EIG_LINK
    )
    assert "R01  4 outils sur 14 sont en production" in left_out


def test_both_milestones_are_compared_on_the_fourteen_challenges_of_both(followed: Promotion, run: Run) -> None:
    """The article’s pictures set November 2019 beside March 2021: 29 % beside 71 %, on the same challenges."""
    common, figures = compared(run)
    assert common == sorted(THIRD)
    assert (share(figures["R01"]["from"]), share(figures["R01"]["to"])) == ((4, 14), (10, 14))
    assert (share(figures["R18"]["from"]), share(figures["R18"]["to"])) == ((14, 14), (14, 14))
    for code in ("R20", "R22"):
        assert figures[code]["refused"] == "one of the two milestones does not have this figure"
        assert share(figures[code]["from"]) == share(figures[code]["to"]) == (None, None)


def test_where_the_fourth_promotion_stood_at_mid_term(app: Flask, clock: object, run: Run, tmp_path: Path) -> None:
    """« Bilan intermédiaire : où en est la promotion EIG 4 ? », 31 March 2021: seventeen challenges."""
    promotion = make_promotion(
        slug="promotion-4", name="Promotion 4", starts_on=date(2020, 9, 1), ends_on=date(2021, 6, 30)
    )
    for name in TEAMS_OF_2020:
        make_team(promotion, name)
    import_text(run, tmp_path, fourth_promotion_at_mid_term())
    figures = figures_at(run, "promotion-4", "mid")
    assert_said(
        figures,
        {
            "R04": (
                "plus de la moitié : 13 défis sur 17 ont ouvert leur code ou le feront très prochainement",
                "more than half: 13 teams of 17 have opened their code or will very soon",
            ),
            "R06": ("5 défis sur 17 ont ouvert des jeux de données", "5 teams of 17 have opened data sets"),
            "R07": (
                "4 défis sur 17 travaillent avec le pôle open data",
                "4 teams of 17 work with the open data team",
            ),
            "R09": (
                "plus de la moitié : 10 défis sur 17 ont organisé des formations ou des événements",
                "more than half: 10 teams of 17 have held training or events",
            ),
            "R10": ("11 projets annexes", "11 side projects"),
            "R11": (
                "tous : 17 défis sur 17 ont apporté de nouvelles façons de travailler",
                "all: 17 teams of 17 have brought new ways of working",
            ),
        },
    )
    assert share(figures["R10"]) == (11, None)


def test_the_review_of_the_third_promotion_in_words(promotion_3: Path, run: Run) -> None:
    """« Promotion EIG 3 : on fait le bilan », 17 January 2020; the « 75 % » satisfied there are 20 of 27."""
    figures = figures_at(run, "promotion-3", "end")
    published = ("chiffres publiés", "published counts")
    assert_said(
        figures,
        {
            "R01": ("un tiers : 5 outils sur 15 sont en production", "a third: 5 tools of 15 are in production"),
            "R02": (
                "plus de la moitié : 9 outils sur 15 seront en production d’ici mars 2020",
                "more than half: 9 tools of 15 will be in production by March 2020",
            ),
            "R03": (
                "plus de la moitié : 10 défis sur 15 ont ouvert leur code",
                "more than half: 10 teams of 15 have opened their code",
            ),
            "R05": (
                "2 défis sur 15 ont publié des bibliothèques réutilisables",
                "2 teams of 15 have published reusable libraries",
            ),
            "R06": ("3 défis sur 15 ont ouvert des jeux de données", "3 teams of 15 have opened data sets"),
            "R08": ("1 défi sur 15 donne ses données sur demande", "1 team of 15 gives its data on request"),
            "R09": (
                "plus de la moitié : 8 défis sur 15 ont organisé des formations ou des événements",
                "more than half: 8 teams of 15 have held training or events",
            ),
        },
    )
    surveys = {
        "Q01 27": ("presque tous : 27 EIG sur 30 ont répondu", "nearly all: 27 EIGs of 30 have answered"),
        "Q01 12": (
            "plus de la moitié : 12 mentors sur 18 ont répondu",
            "more than half: 12 mentors of 18 have answered",
        ),
        "Q02 20": (
            "plus de la moitié : 20 EIG sur 27 sont satisfaits ou très satisfaits des résultats",
            "more than half: 20 EIGs of 27 are satisfied or very satisfied with the results",
        ),
        "Q03 10": (
            "le programme a dépassé les attentes de 10 EIG sur 27",
            "the programme went beyond the expectations of 10 EIGs of 27",
        ),
        "Q03 5": (
            "le programme a dépassé les attentes de 5 mentors sur 12",
            "the programme went beyond the expectations of 5 mentors of 12",
        ),
        "Q04 22": (
            "plus de la moitié : 22 EIG sur 27 lisaient les bulletins au moins une fois par mois",
            "more than half: 22 EIGs of 27 read the bulletins at least once a month",
        ),
    }
    assert_said(
        figures, {code: (f"{fr} ({published[0]})", f"{en} ({published[1]})") for code, (fr, en) in surveys.items()}
    )
    read, asked = share(figures["Q04 22"])
    assert asked
    assert read / asked > 0.8, "« par plus de 80 % des EIG »"
    assert spoken(figures, "fr")["R12"].startswith(
        "un tiers : 5 équipes sur 15 embauchées, en tout ou partie, par leur"
    )


def test_the_real_records_of_the_end_beside_those_of_sixteen_months_after(
    promotion_3: Path, run: Run, tmp_path: Path
) -> None:
    """Forecasts to other months and questionnaires of one side are refused, whatever the records."""
    follow_up = third_promotion_sixteen_months_after().replace(
        "state: development", "state: planned\n  planned_on: 2021-06", 1
    )
    import_text(run, tmp_path, follow_up)
    common, figures = compared(run)
    assert len(common) == 14
    assert EIG_LINK not in common
    assert (share(figures["R01"]["from"]), share(figures["R01"]["to"])) == ((4, 14), (10, 14))
    assert (share(figures["R14"]["from"]), share(figures["R14"]["to"])) == ((7, 30), (9, 30))
    assert figures["R02"]["refused"] == "forecasts that reach to different months"
    assert figures["Q01"]["refused"] == "one of the two milestones does not have this figure"
    assert share(figures_at(run, "promotion-3", "after-16")["R20"]) == (6, 14)
