"""The coordination's page of a week: who has written, the word of introduction, the preview once the week is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from time_machine import Traveller

from app.audit.models import AuditEntry
from app.database import db
from app.digests.models import Introduction
from app.digests.service import issue
from app.teams.models import Pause, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import typed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
MANAGE_URL = "/promotion-3/manage/"
URL = "/promotion-3/manage/weeks/2019-W10"


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller) -> Promotion:
    """A promotion whose coordination is signed in as `client`."""
    promotion = make_promotion()
    as_member(client, make_member(promotion, "coordinator", name="Judith"))
    return promotion


def test_it_says_who_has_written(client: FlaskClient, promotion: Promotion) -> None:
    wrote, paused, _, over = (make_team(promotion, name) for name in ("Alpha", "Bravo", "Charlie", "Delta"))
    make_bulletin(wrote, W10)
    over.active_until = date(2019, 3, 6)
    saved(Pause(team_id=paused.id, first_week=W10, last_week=W10))
    answer = words(client.get(URL).text)
    assert "Charlie rien encore Relancer — Charlie Alpha écrit Bravo en pause Delta non attendu" in answer
    assert "1 sur 2" in answer


def test_the_preview_comes_with_the_closing_and_goes_with_the_digest(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    make_bulletin(make_team(promotion), W10, priorities="Livrer la version bêta")
    assert "Livrer la version bêta" not in client.get(URL).text
    clock.move_to("2019-03-08T14:00:00Z")
    page = client.get(MANAGE_URL).text
    assert "Livrer la version bêta" in page
    assert "Promotion 3 : récapitulatif de la semaine du 4 au 8 mars" in words(page)
    issue(promotion, W10, now=promotion.timetable.digest_due(W10))
    assert "Livrer la version bêta" not in client.get(MANAGE_URL).text
    assert client.get("/promotion-3/digests/2019-W10").status_code == 200


def test_between_closing_and_digest_the_letter_is_shown_as_it_leaves(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    make_bulletin(make_team(promotion), W10, priorities="Livrer la version bêta")
    letter = f"{URL}/preview/fr/letter"
    assert client.get(letter).status_code == 404, "nobody reads what teams write before the closing"
    clock.move_to("2019-03-08T14:00:00Z")
    assert f'href="{letter}"' in client.get(f"{URL}/preview/fr").text
    answer = client.get(letter)
    assert "Livrer la version bêta" in answer.text
    assert "@@" not in answer.text, "no place of a reader's own URL is left"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert client.get(f"{URL}/preview/xx/letter").status_code == 404
    issue(promotion, W10, now=promotion.timetable.digest_due(W10))
    assert client.get(letter).status_code == 404


def test_once_many_have_written_they_are_folded(client: FlaskClient, promotion: Promotion) -> None:
    for _ in range(5):
        make_bulletin(make_team(promotion), W10)
    assert client.get(URL).text.count('<ul class="bl-writers">') == 1, "no list of nobody stands above them"
    make_team(promotion, "Charlie")
    page = client.get(URL).text
    assert "5 défis ont écrit" in words(page)
    assert words(page.partition("<details")[0]).endswith("Charlie rien encore Relancer — Charlie")


def test_the_introduction_is_kept_shown_and_taken_away(client: FlaskClient, promotion: Promotion) -> None:
    answer = client.post(f"{URL}/introduction", data={"text": "Bravo\r\nà tous"}, follow_redirects=True)
    assert "Le mot de la coordination est enregistré." in words(answer.text)
    assert typed(client.get(URL).text, "text") == "Bravo\nà tous"
    client.post(f"{URL}/introduction", data={"text": ""})
    assert [row.text for row in db.session.scalars(select(Introduction))] == [""]


def test_the_second_of_two_who_introduce_a_week_sees_both_texts(client: FlaskClient, promotion: Promotion) -> None:
    first, second = {"text": "Bravo\nà tous", "base": ""}, {"text": "Bon courage", "base": ""}
    client.post(f"{URL}/introduction", data=first)
    answer = client.post(f"{URL}/introduction", data=second)
    assert answer.status_code == 409
    assert "Quelqu’un d’autre a modifié cela entre-temps" in words(answer.text)
    assert "Un mot d’introduction Bravo à tous" in words(answer.text)
    assert typed(answer.text, "text") == "Bon courage"
    assert [row.text for row in db.session.scalars(select(Introduction))] == ["Bravo\nà tous"]
    assert client.post(f"{URL}/introduction", data=first).status_code == 303, "sent once more, it changes nothing"
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1
    base = typed(answer.text, "base").replace("\n", "\r\n")  # as browsers send it
    assert client.post(f"{URL}/introduction", data=second | {"base": base}).status_code == 303
    assert [row.text for row in db.session.scalars(select(Introduction))] == ["Bon courage"]


def test_an_introduction_too_long_comes_back_with_its_fault(client: FlaskClient, promotion: Promotion) -> None:
    answer = client.post(f"{URL}/introduction", data={"text": "é" * 301})
    assert answer.status_code == 422
    assert typed(answer.text, "text") == "é" * 301
    assert "301 caractères : 1 de trop." in words(answer.text)
    assert client.post(f"{URL}/introduction", data={"text": "a" + "\r\n" * 299}).status_code == 303


def test_what_stands_beside_an_introduction_that_came_back_leads_to_the_page_of_the_week(
    client: FlaskClient, promotion: Promotion
) -> None:
    refused = {"text": "é" * 301}
    back = client.post(f"{URL}/introduction", data=refused).text
    here = {"next": typed(back, "next")}
    draft = refused | {"draft": typed(back, "draft")}
    assert client.post("/language", query_string=here, data=draft | {"locale": "en"}).location == URL
    assert "é" * 301 in client.get(URL).text
    assert client.post(f"{URL}/hold", data=here | {"base": "0"}).location == f"{URL}#step-digest"
    assert client.post(f"{URL}/introduction", data=here | {"text": "Bravo"}).location == f"{URL}#introduction"


def test_an_introduction_that_comes_after_the_digest_is_shown_again(client: FlaskClient, promotion: Promotion) -> None:
    issue(promotion, W10, now=promotion.timetable.digest_due(W10))
    answer = client.post(f"{URL}/introduction", data={"text": "Trop tard <hélas>"})
    assert answer.status_code == 409
    assert "Le récapitulatif de cette semaine est déjà parti." in words(answer.text)
    assert "Trop tard <hélas>" in words(answer.text)


def test_nobody_is_late_for_a_week_that_is_not_open_yet(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    make_team(promotion, "Charlie")
    clock.move_to("2019-03-01T16:00:00Z")
    as_member(client, make_member(promotion, "coordinator"))
    page = client.get(URL).text
    assert "Charlie rien encore" in words(page)
    assert "fr-badge--warning" not in page


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        ("2018-12-20T10:00:00Z", "Promotion 3 commence le lundi 7 janvier 2019."),
        ("2019-01-07T10:00:00Z", "Semaine du 7 au 11 janvier : ouverte, elle ferme vendredi à 15 h."),
        ("2019-01-11T13:58:00Z", "Semaine du 7 au 11 janvier : ouverte, elle ferme aujourd’hui à 15 h."),
        ("2019-03-08T14:00:00Z", "Départ aujourd’hui à 15 h 05"),
        ("2020-02-03T10:00:00Z", "Promotion 3 s’est terminée le vendredi 8 novembre 2019."),
    ],
)
def test_the_desk_is_there_before_during_and_after_the_promotion(
    client: FlaskClient, promotion: Promotion, clock: Traveller, now: str, shown: str
) -> None:
    clock.move_to(now)
    as_member(client, make_member(promotion, "coordinator"))
    page = words(client.get(MANAGE_URL).text)
    assert shown in page
    assert "0 sur 0" not in page, "no team is in this promotion"


@pytest.mark.parametrize("week", ["2019-W01", "2019-W46", "2026-W54", "foo"])
def test_a_week_that_the_promotion_has_not_is_no_page(client: FlaskClient, promotion: Promotion, week: str) -> None:
    assert client.get(f"/promotion-3/manage/weeks/{week}").status_code == 404


def test_every_week_leads_to_the_one_before_within_the_promotion(client: FlaskClient, promotion: Promotion) -> None:
    assert "/manage/weeks/2019-W09" in client.get(URL).text
    assert "/manage/weeks/2019-W01" not in client.get("/promotion-3/manage/weeks/2019-W02").text


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_the_desk_is_the_coordinations_alone(client: FlaskClient, promotion: Promotion, role: str) -> None:
    as_member(client, make_member(promotion, role, make_team(promotion)))
    assert client.get(MANAGE_URL).status_code == 403
    assert client.post(f"{URL}/introduction", data={"text": "x"}).status_code == 403


def test_a_past_week_promises_no_digest_that_will_not_leave(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    clock.move_to("2019-03-15T14:00:00Z")
    assert "Aurait dû partir le vendredi 8 mars à 15 h 05" in words(client.get(URL).text)
    clock.move_to("2019-03-15T14:00:01Z")
    assert "son récapitulatif ne part plus de lui-même" in words(client.get(URL).text)


def test_a_week_closed_before_the_promotion_was_made_says_so(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    promotion.created_at = datetime(2019, 3, 9, 9, tzinfo=UTC)
    db.session.commit()
    clock.move_to("2019-03-10T09:00:00Z")
    for page in (URL, f"{URL}/issue"):
        said = words(client.get(page).text)
        assert "fermé avant la création de la promotion" in said.replace("fermée", "fermé")
        assert "sept jours" not in said
    assert "Un mot d’introduction" not in words(client.get(URL).text)  # no step that holds nothing
