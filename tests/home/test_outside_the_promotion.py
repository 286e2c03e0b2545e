"""A promotion that has not begun, or has ended, has pages of its own: they wear no week and promise nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.confidential.models import ConfidentialMessage
from app.database import db
from app.digests.models import Introduction
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.teams.models import Membership, Promotion
from app.teams.phases import Phase
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words

P = "/promotion-3"
BEFORE, LAST_SUNDAY, AFTER = "2018-12-20T10:00:00Z", "2019-11-10T22:00:00Z", "2019-11-11T08:00:00Z"


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def eig(promotion: Promotion) -> Membership:
    """An EIG who coordinates."""
    return make_member(promotion, "eig", make_team(promotion, "Plume"), coordinates=True)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2019-01-06T22:59:59Z", Phase.BEFORE),
        ("2019-01-06T23:00:00Z", Phase.RUNNING),
        (LAST_SUNDAY, Phase.RUNNING),
        ("2019-11-10T23:00:00Z", Phase.AFTER),
    ],
)
def test_a_promotion_runs_from_the_monday_of_its_first_week_to_the_sunday_of_its_last(
    promotion: Promotion, moment: str, phase: Phase
) -> None:
    assert promotion.phase(datetime.fromisoformat(moment)) is phase


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
@pytest.mark.parametrize("path", ["/", f"{P}/", f"{P}/manage/"])
def test_no_page_wears_the_date_of_this_week_or_promises_a_digest(
    client: FlaskClient, eig: Membership, clock: Traveller, moment: str, path: str
) -> None:
    clock.move_to(moment)
    page = client_page(client, eig, path)
    main = page[page.index("<main") : page.index("</main>")]
    for promised in ("emaine du", "décembre", "novembre 2019 à", "Introduction", 'name="text"', 'name="priorities"'):
        assert promised not in words(main).replace("terminée le vendredi 8 novembre 2019", ""), promised
    assert f"{P}/confidential" not in main
    assert ("commence le" in words(main)) is (moment == BEFORE)
    assert ("s’est terminée le" in words(main)) is (moment == AFTER)


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_the_form_of_this_week_leads_to_the_page_for_before_and_after(
    client: FlaskClient, eig: Membership, clock: Traveller, moment: str
) -> None:
    clock.move_to(moment)
    answer = as_member(client, eig).get(f"{P}/bulletin")
    assert (answer.status_code, answer.location) == (302, f"{P}/")
    assert client.get(f"{P}/bulletin/2018-W51").status_code == 404


def test_before_it_begins_the_first_bulletin_is_announced(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    clock.move_to(BEFORE)
    assert "Les défis écrivent leur premier bulletin avant" in words(client_page(client, eig, "/"))


def test_after_its_end_no_help_is_offered_on_old_calls(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    make_bulletin(make_team(eig.promotion, "Karfu’R"), "2019-W45", help="Un hébergeur ?")
    issue(eig.promotion, Week.parse("2019-W45"), now=datetime(2019, 11, 8, 15, tzinfo=UTC))
    call = db.session.scalars(select(HelpRequest.id)).one()
    clock.move_to(LAST_SUNDAY)
    assert "Je peux aider" in words(client_page(client, eig, f"{P}/help"))
    clock.move_to(AFTER)
    page = words(client_page(client, eig, f"{P}/help"))
    assert "Un hébergeur ?" in page
    assert "ses demandes d’aide restent telles qu’elles étaient" in page
    assert "Je peux aider" not in page
    assert "Je peux aider" not in words(client_page(client, eig, f"{P}/digests/2019-W45"))
    for path in (f"{P}/help/{call}/offer", f"{P}/digests/2019-W45/help/{call}/offer"):
        assert client.get(path).status_code == 409
        answer = client.post(path, data={"text": "Le nôtre"})
        assert answer.status_code == 409
        assert "Ses défis n’attendent plus d’aide" in words(answer.text)
        assert "Le nôtre" in words(answer.text)


def test_after_its_end_nobody_is_asked_for_confidential_words(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    clock.move_to(AFTER)
    page = client_page(client, eig, f"{P}/confidential")
    assert 'name="text"' not in page
    assert "ne reçoit plus de mots confidentiels" in words(page)
    answer = client.post(f"{P}/confidential", data={"text": "Un dernier mot"})
    assert answer.status_code == 409
    assert "Un dernier mot" in words(answer.text)
    db.session.rollback()
    assert db.session.scalars(select(ConfidentialMessage)).all() == []


@pytest.mark.parametrize(
    ("moment", "week"), [(BEFORE, "2019-W02"), (AFTER, "2019-W45"), ("2019-03-06T10:00:00Z", "2019-W08")]
)
def test_no_introduction_is_taken_for_a_digest_that_is_not_to_come(
    client: FlaskClient, eig: Membership, clock: Traveller, moment: str, week: str
) -> None:
    """Of the week that closed twelve days ago in a running promotion, too: its digest issues itself no more."""
    clock.move_to(moment)
    url = f"{P}/manage/weeks/{week}"
    if moment != AFTER:
        assert 'name="text"' not in client_page(client, eig, url)
        answer = client.post(f"{url}/introduction", data={"text": "Bonne lecture"})
        assert answer.status_code == 409
        assert "Bonne lecture" in words(answer.text)
        assert "Cette semaine n’aura plus de récapitulatif." in words(answer.text)
    else:
        clock.move_to("2019-12-01T08:00:00Z")
        assert 'name="text"' not in client_page(client, eig, url)
        assert client.post(f"{url}/introduction", data={"text": "Bonne lecture"}).status_code == 409
    db.session.rollback()
    assert db.session.scalars(select(Introduction)).all() == []


def test_digests_issued_for_the_archive_are_not_to_be_read(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    make_bulletin(eig.team, "2019-W05")
    issue(eig.promotion, Week.parse("2019-W05"), now=datetime(2019, 3, 6, 9, tzinfo=UTC), letters=False)
    make_bulletin(eig.team, "2019-W09")
    make_digest(eig.promotion, "2019-W09")
    page = words(client_page(client, eig, "/"))
    assert "1 récapitulatif à lire" in page
    listed = words(client_page(client, eig, f"{P}/digests"))
    assert listed.count("À lire") == 1


def test_what_was_to_be_read_may_still_be_marked_after_the_end(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    make_digest(eig.promotion, "2019-W45")
    clock.move_to(AFTER)
    assert "1 récapitulatif à lire" in words(client_page(client, eig, "/"))


def test_an_archive_of_years_ago_is_there_to_be_read_and_asks_for_nothing(
    client: FlaskClient, app: Flask, clock: Traveller
) -> None:
    old = make_promotion(name="Promotion 2", slug="promotion-2", starts_on=date(2018, 1, 8), ends_on=date(2018, 11, 9))
    member = make_member(old, "eig", make_team(old, "Ancien"))
    make_bulletin(member.team, "2018-W10")
    issue(old, Week.parse("2018-W10"), now=now(), letters=False)
    page = client_page(client, member, "/")
    for word in ("à lire", "Noter", "confidentiel", "Mars 2019"):
        assert word not in words(page[page.index("<main") : page.index("</main>")])
    assert "/promotion-2/digests" in page


def client_page(client: FlaskClient, member: Membership, path: str) -> str:
    answer = as_member(client, member).get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_after_the_end_no_call_is_renewed(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    make_bulletin(eig.team, "2019-W44", help="Qui relit ?")
    clock.move_to(AFTER)
    page = words(client_page(client, eig, f"{P}/help"))
    assert "Qui relit ?" in page
    assert "Toujours d’actualité" not in page
    assert "Elle figure dans les récapitulatifs" not in page
    assert client.post(f"{P}/help/1/renewed").status_code == 409


@pytest.mark.parametrize("coordinates", [True, False])
def test_its_figures_speak_of_no_current_week(
    client: FlaskClient, promotion: Promotion, clock: Traveller, coordinates: bool
) -> None:
    member = make_member(promotion, "eig", make_team(promotion, "Plume"), coordinates=coordinates)
    assert "cette semaine" in words(client_page(client, member, f"{P}/engagement")).lower()
    clock.move_to(AFTER)
    assert "cette semaine" not in words(client_page(client, member, f"{P}/engagement")).lower()


def test_the_home_page_of_a_member_of_two_promotions_that_run_is_that_of_the_older(
    client: FlaskClient, promotion: Promotion, clock: Traveller
) -> None:
    coordinator = make_member(promotion, "coordinator")
    later = make_promotion(slug="promotion-4", name="Promotion 4", starts_on=date(2019, 3, 4), ends_on=date(2020, 1, 3))
    make_member(later, "coordinator", person=coordinator.person)
    clock.move_to("2019-03-07T10:00:00Z")
    assert "— Promotion 3</title>" in as_member(client, coordinator).get("/", follow_redirects=True).text


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2019-03-07T10:00:00Z", "Promotion 3"),  # the first runs, the next is announced already
        ("2019-12-02T10:00:00Z", "Promotion 4"),  # between the two
        ("2020-02-03T10:00:00Z", "Promotion 4"),
        ("2021-02-01T10:00:00Z", "Promotion 4"),  # both have ended
    ],
)
def test_the_home_page_of_a_member_of_two_promotions_is_that_of_the_one_that_runs_or_else_the_next(
    client: FlaskClient, promotion: Promotion, clock: Traveller, moment: str, name: str
) -> None:
    later = {"name": "Promotion 4", "slug": "promotion-4", "starts_on": date(2020, 1, 6), "ends_on": date(2020, 11, 6)}
    coordinator = make_member(promotion, "coordinator")
    make_member(make_promotion(**later), "coordinator", person=coordinator.person)
    clock.move_to(moment)
    html = as_member(client, coordinator).get("/", follow_redirects=True).text
    assert f"— {name}</title>" in " ".join(html.split())
