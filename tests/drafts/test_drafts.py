"""What was typed and could not be sent is kept for its author, comes back in its form, and goes once it is sent."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.audit.actions import AuditAction
from app.audit.models import AuditEntry
from app.audit.service import record_action
from app.bulletins.models import Bulletin
from app.clock import now
from app.database import db
from app.digests.service import issue
from app.drafts.models import Draft
from app.drafts.service import (
    LIFETIME,
    MAX_LENGTH,
    TOKEN_LIFETIME,
    DraftOrigin,
    discard_draft,
    keep_draft,
    purge_drafts,
)
from app.help_requests.models import HelpRequest
from app.teams.models import Membership
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import typed, words
from tests.threads import at_once

pytestmark = pytest.mark.both_databases

BULLETIN = "/promotion-3/bulletin/2019-W10"
CONFIDENTIAL = "/promotion-3/confidential"
TYPED = {
    "mood": "good",
    "priorities": "Montrer la carte <b>\r\nà trois",
    "ups_and_downs": "Des hauts",
    "help": "",
    "key_date": "2019-03-14",
    "key_date_text": "Atelier",
    "revision": "0",
}
HIDDEN = re.compile(r'<input type="hidden" name="draft" value="([^"]+)"')


@pytest.fixture
def eig(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, "eig", make_team(promotion, "Plume"), "ada@plume.example", coordinates=True)


def token_of(client: FlaskClient, page: str) -> str:
    found = HIDDEN.search(client.get(page).text)
    assert found, f"no form of {page} keeps what is typed"
    return found[1]


def sign_out(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session.clear()


def lose(client: FlaskClient, eig: Membership, page: str, fields: dict[str, str], action: str = "") -> TestResponse:
    """Open the form on `page`, lose the session, send the form."""
    token = token_of(as_member(client, eig), page)
    sign_out(client)
    return client.post(action or page, data=fields | {"draft": token})


def drafts() -> list[Draft]:
    db.session.rollback()
    return list(db.session.scalars(select(Draft)))


def test_a_bulletin_sent_without_a_session_comes_back_in_its_form(client: FlaskClient, eig: Membership) -> None:
    answer = lose(client, eig, BULLETIN, TYPED)
    assert answer.status_code == 403
    assert "Montrer la carte <b>" in words(answer.text).replace("&lt;", "<")
    assert "jeudi 14 mars 2019" in words(answer.text)
    assert f'name="next" value="{BULLETIN}"' in answer.text
    assert "2019-03-14" not in words(answer.text)
    page = as_member(client, eig).get(BULLETIN).text
    assert {name: typed(page, name) for name in ("priorities", "ups_and_downs", "key_date", "key_date_text")} == {
        "priorities": "Montrer la carte <b>\r\nà trois",
        "ups_and_downs": "Des hauts",
        "key_date": "2019-03-14",
        "key_date_text": "Atelier",
    }
    assert "Voici de nouveau le texte que vous aviez saisi. Il n’est pas encore envoyé." in words(page)
    assert re.search(r'value="good" checked', page)


def test_my_week_shows_it_and_says_that_it_waits(client: FlaskClient, eig: Membership) -> None:
    lose(client, eig, BULLETIN, TYPED)
    page = as_member(client, eig).get("/").text
    assert typed(page, "priorities").startswith("Montrer la carte")
    assert words(page).count("Voici de nouveau le texte") == 1
    assert "Un de vos textes n’est pas encore envoyé" not in words(page), "its form on this page has said so"
    lose(client, eig, CONFIDENTIAL, {"text": "Un mot"})
    page = as_member(client, eig).get("/").text
    assert "Un de vos textes n’est pas encore envoyé" in words(page)
    assert f'<a href="{CONFIDENTIAL}">' in page


def test_once_sent_nothing_is_kept(client: FlaskClient, eig: Membership) -> None:
    lose(client, eig, BULLETIN, TYPED)
    token = token_of(as_member(client, eig), BULLETIN)
    assert client.post(BULLETIN, data=TYPED | {"draft": token}).status_code == 302
    assert drafts() == []
    assert f'data-draft-sent="{BULLETIN}"' in client.get(f"{BULLETIN}/receipt").text
    assert db.session.scalars(select(Bulletin)).one().key_text == "Atelier"


def test_it_comes_back_for_nobody_else(app: Flask, client: FlaskClient, eig: Membership) -> None:
    lose(client, eig, BULLETIN, TYPED)
    other = as_member(app.test_client(), make_member(eig.promotion, "eig", eig.team))
    assert typed(other.get(BULLETIN).text, "priorities") == ""


def test_a_token_made_up_keeps_nothing_and_the_text_is_shown(client: FlaskClient, eig: Membership) -> None:
    answer = client.post(BULLETIN, data=TYPED | {"draft": "forged"})
    assert answer.status_code == 403
    assert "Montrer la carte" in words(answer.text)
    assert "copiez-le" in words(answer.text)
    assert drafts() == []


def test_a_token_of_a_form_that_nobody_can_have_open_keeps_nothing(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    token = token_of(as_member(client, eig), CONFIDENTIAL)
    sign_out(client)
    clock.shift(TOKEN_LIFETIME)
    client.post(CONFIDENTIAL, data={"text": "Un mot", "draft": token})
    assert len(drafts()) == 1
    clock.shift(timedelta(days=1))
    answer = client.post(CONFIDENTIAL, data={"text": "Un autre mot", "draft": token})
    assert "Un autre mot" in words(answer.text), "shown, to be copied"
    assert [draft.fields["text"] for draft in drafts()] == ["Un mot"]


def test_somebody_elses_page_keeps_the_text_for_them(app: Flask, client: FlaskClient, eig: Membership) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    token = token_of(as_member(client, eig), CONFIDENTIAL)
    sign_out(client)
    as_member(client, make_member(eig.promotion, "eig", eig.team))
    answer = client.post(CONFIDENTIAL, data={"text": "Un mot", "draft": token})
    assert answer.status_code == 403
    assert "Une autre personne est connectée" in words(answer.text)
    assert [draft.person_id for draft in drafts()] == [eig.person_id]


def test_a_page_open_for_too_long_gives_the_text_back_at_once(app: Flask, client: FlaskClient, eig: Membership) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    token = token_of(as_member(client, eig), BULLETIN)
    answer = client.post(BULLETIN, data=TYPED | {"draft": token, "csrf_token": "stale"})
    assert (answer.status_code, answer.location) == (303, BULLETIN)
    assert typed(client.get(BULLETIN).text, "priorities").startswith("Montrer la carte")
    assert db.session.scalars(select(Bulletin)).all() == []


def test_the_other_language_takes_along_what_is_typed(client: FlaskClient, eig: Membership) -> None:
    token = token_of(as_member(client, eig), BULLETIN)
    answer = client.post(f"/language?next={BULLETIN}", data=TYPED | {"draft": token, "locale": "en"})
    assert answer.location == BULLETIN
    page = client.get(BULLETIN).text
    assert typed(page, "priorities").startswith("Montrer la carte")
    assert "What you had typed is back." in words(page)
    assert "not been sent yet" not in words(client.get("/me").text)


def test_a_form_that_was_not_touched_is_no_draft(client: FlaskClient, eig: Membership) -> None:
    make_bulletin(eig.team, "2019-W10", priorities="Tel quel")
    token = token_of(as_member(client, eig), BULLETIN)
    page = client.get(BULLETIN).text
    fields = {name: typed(page, name) for name in ("priorities", "ups_and_downs", "help", "key_date", "key_date_text")}
    client.post(f"/language?next={BULLETIN}", data=fields | {"mood": "good", "draft": token, "locale": "en"})
    assert "What you had typed is back." not in words(client.get(BULLETIN).text)


def test_a_text_that_comes_back_after_the_closing_is_shown_to_be_copied(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    make_bulletin(eig.team, "2019-W10")
    lose(client, eig, BULLETIN, TYPED)
    clock.move_to("2019-03-08T14:00:00Z")
    page = as_member(client, eig).get(BULLETIN).text
    assert "Montrer la carte" in words(page)
    assert "Ce bulletin n’a pas pu être enregistré" in words(page)


def test_a_form_made_large_by_what_nobody_types_is_not_kept(client: FlaskClient, eig: Membership) -> None:
    for fields in ({"text": "Un mot", "x" * MAX_LENGTH: ""}, {"text": "Un mot" + " " * MAX_LENGTH}):
        assert lose(client, eig, CONFIDENTIAL, fields).status_code == 403
        assert drafts() == []


def test_two_texts_at_once_leave_one_of_them(app: Flask, eig: Membership) -> None:
    origin, texts = DraftOrigin(eig.person_id, CONFIDENTIAL), ("Un mot", "Un autre")
    tasks = [partial(keep_draft, origin, {"text": text}, now(), lost=True) for text in texts]
    assert at_once(app, *tasks) == [True, True]
    assert [draft.fields["text"] in texts for draft in drafts()] == [True]


def test_it_can_be_forgotten(client: FlaskClient, eig: Membership) -> None:
    lose(client, eig, CONFIDENTIAL, {"text": "Un mot"})
    token = token_of(as_member(client, eig), CONFIDENTIAL)
    assert client.post("/me/drafts/discard", data={"draft": token}).location == CONFIDENTIAL
    assert drafts() == []
    assert typed(client.get(CONFIDENTIAL).text, "text") == ""


def test_a_week_later_it_is_gone(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    lose(client, eig, BULLETIN, TYPED)
    purge_drafts(now() + LIFETIME - timedelta(seconds=1))
    assert len(drafts()) == 1
    purge_drafts(now() + LIFETIME)
    assert drafts() == []


def test_every_form_for_a_text_keeps_it(client: FlaskClient, eig: Membership, clock: Traveller) -> None:
    """An offer, a confidential word, the coordination's answer, the introduction to a digest."""
    promotion = eig.promotion
    make_bulletin(make_team(promotion, "Karfu’R"), "2019-W10", help="Un hébergeur ?")
    as_member(client, eig).post(CONFIDENTIAL, data={"text": "Un mot"})
    clock.move_to("2019-03-08T14:06:00Z")
    issue(promotion, Week.parse("2019-W10"), now=now())
    call = db.session.scalars(select(HelpRequest.id)).one()
    answers, week = "/promotion-3/manage/confidential", "/promotion-3/manage/weeks/2019-W11"
    clock.move_to("2019-03-11T09:00:00Z")
    for page, action in (
        (f"/promotion-3/help/{call}/offer", ""),
        (f"/promotion-3/digests/2019-W10/help/{call}/offer", ""),
        (CONFIDENTIAL, ""),
        (answers, f"{answers}/1/answer"),
        (week, f"{week}/introduction"),
    ):
        answer = lose(client, eig, page, {"text": f"Texte de {page}"}, action)
        assert (answer.status_code, page) == (403, page)
        assert f"Texte de {page}" in words(answer.text)
        assert typed(as_member(client, eig).get(page).text, "text") == f"Texte de {page}"


def test_what_a_request_has_left_uncommitted_does_not_go_with_its_draft(eig: Membership) -> None:
    origin, person_id, promotion_id = DraftOrigin(eig.person_id, CONFIDENTIAL), eig.person_id, eig.promotion_id
    for act in (partial(keep_draft, origin, {"text": "Un mot"}, now(), lost=False), partial(discard_draft, origin)):
        record_action(AuditAction.TEAM_ADDED, person_id, now(), promotion_id=promotion_id, subject="Plume")
        act()
    assert drafts() == []
    assert list(db.session.scalars(select(AuditEntry))) == []


@pytest.mark.parametrize("path", ["/sign-out", "/me/end-sessions"])
def test_signing_out_tells_the_browser_to_forget_every_draft(client: FlaskClient, eig: Membership, path: str) -> None:
    as_member(client, eig).post(path)
    assert "data-drafts-left" in client.get("/").text


def test_an_error_shows_what_was_typed(client: FlaskClient, eig: Membership) -> None:
    """The promotion's pages are not the member's any more."""
    token = token_of(as_member(client, eig), BULLETIN)
    eig.left_on = now().date() - timedelta(days=1)
    db.session.commit()
    answer = client.post(BULLETIN, data=TYPED | {"draft": token})
    assert answer.status_code == 404
    assert "Montrer la carte" in words(answer.text)
