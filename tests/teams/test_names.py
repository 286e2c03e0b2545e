"""Names of teams as people spell them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.teams.names import RESERVED_SLUGS, SLUG_LENGTH, free_slug, name_order, nearest, slugify, team_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PrédiSauvetage", "Prédisauvetage"),
        ("Brigade Numérique", "BrigadeNumérique"),
        ("Social Connect", "SocialConnect"),
        ("Lab Santé", "lab-sante"),
        ("b@liseNAV", "B@LISENAV"),
        ("b@liseNAV", "balisenav"),
        ("Karfu 'R", "Karfu’R"),
        ("Cœur", "COEUR"),
        ("E\u0301tat", "État"),
        ("ﬁn", "fin"),
    ],
)
def test_spellings_of_one_name_match(one: str, other: str) -> None:
    assert team_key(one) == team_key(other) != ""


def test_names_stand_as_in_a_directory() -> None:
    names = ["Zoé", "Élodie", "Fatou", "diane", "Éric", "Œdipe", "Olga"]
    assert sorted(names, key=name_order) == ["diane", "Élodie", "Éric", "Fatou", "Œdipe", "Olga", "Zoé"]


@pytest.mark.parametrize(("one", "other"), [("EIG Link", "EIG Link 2018"), ("ADLER", "ADEX"), ("Plume", "Plumes")])
def test_different_names_do_not_match(one: str, other: str) -> None:
    assert team_key(one) != team_key(other)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Promotion 3", "promotion-3"),
        ("b@liseNAV", "balisenav"),
        ("Œuvre d’État", "oeuvre-d-etat"),
        ("  ACOSS - Plateforme !", "acoss-plateforme"),
        ("Δήμος", ""),
        ("", ""),
    ],
)
def test_a_slug_is_the_name_in_plain_words(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(st.text(max_size=200))
def test_any_name_gives_a_slug_that_an_address_can_carry(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|", slugify(name))
    assert len(slugify(name)) <= SLUG_LENGTH


def test_a_slug_that_is_taken_is_numbered() -> None:
    assert free_slug("ADLER", set()) == "adler"
    assert free_slug("ADLER", {"adler", "adler-2"}) == "adler-3"
    assert free_slug("Δήμος", set()) == "team"
    assert len(free_slug("a" * 200, {"a" * SLUG_LENGTH})) <= SLUG_LENGTH


def test_the_nearest_names_come_first_and_none_comes_from_afar() -> None:
    names = ["Gobelins", "EIG Link 2018", "Prévisecours", "PrédiSauvetage", "Brigade Numérique", "DataESR", "ADEX"]
    assert nearest("prédi sauvetages", names, 1) == ["PrédiSauvetage"]
    assert nearest("Prevsecours", names) == ["Prévisecours"]
    assert nearest("EIG Link", names) == ["EIG Link 2018"]
    assert nearest("brigade", names) == ["Brigade Numérique"]
    for other in ("EIG Node", "Data", "DataReg", "ADLER", "zzz", ""):
        assert nearest(other, names) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_promotion_can_take_an_address_of_the_site(app: Flask) -> None:
    first_steps = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert {step for step in first_steps if step and not step.startswith("<")} <= RESERVED_SLUGS
