"""A cohort that comes from another tool in the middle of its year takes its past weeks over from a page."""

from __future__ import annotations

import io
import re
from datetime import date
from secrets import token_hex

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.bulletins.legacy_csv.importing import ImportReport
from app.bulletins.models import Bulletin
from app.clock import now
from app.database import db
from app.digests.models import Digest
from app.letters.models import Letter
from app.management.past_bulletins import MOST_NAMES, add_bulletins
from app.teams.models import DayOff, Membership, Person, Promotion
from tests.management.conftest import MANAGE, hidden
from tests.pages import words
from tests.rows import audited
from tests.threads import while_under_way

PAGE = f"{MANAGE}/bulletins/import"
HEAD = "id,project,week_number,spirit,priorities,victories,help,created_at,updated_at\n"
ROWS = """1,JACHERE,2019-05,🙂,Semer,Il a plu,,2019-02-01 14:00:00,
2,Jachère,2019-06,😀,Sarcler,Il a gelé,RAS,2019-02-08 14:00:00,
3,Brancard,2019-06,😐,Porter,Bof,Qui porte ?,2019-02-08 14:30:00,
"""
MEANWHILE = "Quelqu’un a modifié quelque chose entre-temps"


def count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def send(me: FlaskClient, text: str) -> TestResponse:
    return me.post(PAGE, data={"file": (io.BytesIO((HEAD + text).encode()), "bulletins.csv")})


def form_of(page: str) -> dict[str, str]:
    """What the form of the preview would send, with the choices that it proposes."""
    fields = {
        name: hidden(page, name) for name in re.findall(r'name="(file|seen|named|name-\d+|team-\d+)" value=', page)
    }
    chosen = re.findall(r'<select[^>]*name="(team-\d+)">.*?value="([^"]*)" selected', page, re.DOTALL)
    return fields | dict(chosen)


@pytest.mark.both_databases
def test_past_weeks_are_taken_over_after_a_preview_and_once(
    me: FlaskClient, promotion: Promotion, lea: Membership
) -> None:
    preview = send(me, ROWS)
    assert preview.status_code == 200
    assert "3 bulletins, de la semaine du 28 janvier" in words(preview.text)
    assert count(Bulletin) == 0
    for _click in range(2):
        assert me.post(f"{PAGE}/apply", data=form_of(preview.text)).status_code == 303
    assert count(Bulletin) == 3
    assert audited() == ["promotion.bulletins-imported"]
    page = me.get(PAGE).text
    assert "Publier 2 récapitulatifs sans lettres" in words(page)
    for _click in range(2):
        assert me.post(f"{MANAGE}/bulletins/past-digests").status_code == 303
    assert (count(Digest), count(Letter)) == (2, 0)
    assert audited() == ["promotion.bulletins-imported", *["week.digest-issued"] * 2]
    assert "Publier" not in words(me.get(PAGE).text)
    assert "Il a gelé" in words(me.get("/promotion-3/weeks/2019-W06").text)


def test_a_name_that_fits_no_team_is_given_one_and_shown_again(me: FlaskClient, promotion: Promotion) -> None:
    text = ROWS.replace("Brancard", "Le Brancard 2019")
    preview = send(me, text)
    assert "Le Brancard 2019 1 ligne" in words(preview.text)
    left = form_of(preview.text) | {"team-0": ""}
    chosen = form_of(preview.text)
    assert chosen["team-0"] == "brancard", "proposed"
    again = me.post(f"{PAGE}/apply", data=chosen)
    assert again.status_code == 409
    assert "« Le Brancard 2019 » est Brancard" in words(again.text)
    assert "3 bulletins" in words(again.text)
    assert count(Bulletin) == 0
    assert MEANWHILE not in words(again.text)
    for _click in range(2):
        assert me.post(f"{PAGE}/apply", data=left).status_code == 303
    assert count(Bulletin) == 2, "the lines of a name that is left are not taken"
    now_one = me.post(f"{PAGE}/apply", data=form_of(again.text))
    assert now_one.status_code == 409, "two of them were added meanwhile"
    assert MEANWHILE in words(now_one.text)
    assert me.post(f"{PAGE}/apply", data=form_of(now_one.text)).status_code == 303
    assert count(Bulletin) == 3


@pytest.mark.both_databases
def test_the_same_file_sent_by_two_at_once_is_taken_once(app: Flask, promotion: Promotion, camille: Membership) -> None:
    promotion_id, person_id = promotion.id, camille.person_id

    def add() -> ImportReport:
        cohort, by = db.session.get_one(Promotion, promotion_id), db.session.get_one(Person, person_id)
        return add_bulletins(cohort, (HEAD + ROWS).encode(), {}, by, now())

    def add_first() -> None:
        assert add().imported == 3

    second = while_under_way(app, "INSERT INTO bulletins", add_first, add)
    assert isinstance(second, ImportReport), second
    assert (second.imported, second.already_there) == (0, 3)
    assert audited() == ["promotion.bulletins-imported"]


def test_what_else_the_preview_warns_of_is_seen_as_well(me: FlaskClient, promotion: Promotion) -> None:
    preview = send(me, ROWS)
    promotion.starts_on = date(2019, 2, 4)
    db.session.commit()
    again = me.post(f"{PAGE}/apply", data=form_of(preview.text))
    assert again.status_code == 409
    assert "1 bulletin appartient à une semaine hors des dates" in words(again.text)
    assert count(Bulletin) == 0


def test_as_many_names_as_a_page_can_hold_are_asked_for(me: FlaskClient, promotion: Promotion) -> None:
    rows = "".join(f"{i},Défi {i},2019-05,🙂,Semer,Vu,,2019-02-01 14:00,\n" for i in range(MOST_NAMES + 1))
    preview = send(me, rows)
    assert preview.text.count("<select") == MOST_NAMES
    assert me.post(f"{PAGE}/apply", data=form_of(preview.text)).status_code == 409
    assert count(Bulletin) == 0


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("1,Jachère,2019-05,🐌,Semer,Vu,,2019-02-01 14:00,", 200, "Ligne 2 : spirit « 🐌 » n’est pas une humeur"),
        ("1,Jachère,2019-05,🙂,,Vu,,2019-02-01 14:00,", 200, "Ligne 2 : priorities est vide"),
        ('1,Jachère,2019-05,🙂,"Semer', 422, "Ligne 2, colonne 1 : la ligne qui commence ici n’est pas du CSV"),
        ("1,Jachère,2017-05,🙂,Semer,Vu,,2017-02-01 14:00,", 200, "hors des dates de la promotion"),
        ("1,Jachère,2019-07,🙂,Semer,Vu,,2019-02-12 14:00,", 200, "d’une semaine sans jour ouvré"),
        ("1,Jachère,2019-40,🙂,Semer,Vu,,2019-02-12 14:00,", 200, "d’une semaine à venir"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_line(
    me: FlaskClient, promotion: Promotion, text: str, status: int, said: str
) -> None:
    for day in range(11, 16):
        db.session.add(DayOff(promotion_id=promotion.id, day=date(2019, 2, day)))
    db.session.commit()
    answer = send(me, text)
    assert answer.status_code == status
    assert said in words(answer.text)
    assert count(Bulletin) == 0


def test_the_file_of_a_whole_year_is_taken_at_once(me: FlaskClient, promotion: Promotion) -> None:
    """As long as 44 weeks of 16 teams were in the export of promotion 2, and as badly compressed as a file can be."""
    text = "".join(f"{n},Jachère,2019-06,🙂,{token_hex(308)},Vu,,2019-02-08 14:00:00,\n" for n in range(44 * 16))
    assert 460_000 < len(text) < 500_000
    preview = send(me, text)
    assert preview.status_code == 200
    assert me.post(f"{PAGE}/apply", data=form_of(preview.text)).status_code == 303
    assert count(Bulletin) == 1  # a team has one a week


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Choisissez un fichier."),
        (b"PK\x03\x04", "Enregistrez la feuille au format CSV."),
        (b"x" * 500_001, "trop grand pour cette page"),
        (b"nom,prenom\n", "colonnes manquantes : id, project"),
        ((HEAD + "1,Jachère").encode("cp1252"), "Ligne 2, colonne 7 : l’octet 0xe8 n’est pas de l’UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_remedy(
    me: FlaskClient, promotion: Promotion, data: bytes, said: str
) -> None:
    answer = me.post(PAGE, data={"file": (io.BytesIO(data), "x.csv")})
    assert answer.status_code == 422
    assert said in words(answer.text)
