"""The pages of chat channels: who may set which, what goes wrong, what is shown and what never is."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.channels import sender
from app.channels.models import Channel
from app.database import db
from app.home.account import everything_about
from tests.builders import make_member, make_promotion
from tests.channels.chat import MATRIX_TOKEN, TOKEN, ChatServer
from tests.channels.conftest import Cast
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

MANAGE, BRANCARD, JACHERE = (
    "/promotion-3/manage/channels",
    "/promotion-3/teams/brancard/channel",
    "/promotion-3/teams/jachere/channel",
)
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def seen(page: str) -> str:
    return typed(page, "seen")


def channels() -> list[tuple[int | None, str]]:
    return [(each.team_id, each.service) for each in db.session.scalars(select(Channel).order_by(Channel.id))]


def test_the_coordination_sets_every_channel_and_eigs_that_of_their_team(
    app: Flask, people: Cast, chat: ChatServer
) -> None:
    coordinator, eig = as_member(app.test_client(), people.coordinator), as_member(app.test_client(), people.eig)
    for client, page in ((coordinator, MANAGE), (coordinator, JACHERE), (eig, BRANCARD)):
        answer = client.post(page, data={"address": chat.mattermost, "seen": "0"})
        assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert channels() == [(None, "Mattermost"), (people.jachere.id, "Mattermost"), (people.brancard.id, "Mattermost")]
    for client in (eig, as_member(app.test_client(), people.mentor)):
        assert client.get(JACHERE).status_code == 403
        assert client.post(JACHERE, data={"address": chat.mattermost}).status_code == 403
        assert client.get(MANAGE).status_code == 403
        for number, action in ((1, "test"), (1, "remove"), (2, "test"), (2, "remove")):
            assert client.post(f"/promotion-3/channels/{number}/{action}").status_code == 403
    assert len(channels()) == 3


def test_a_test_message_arrives_and_says_so(app: Flask, people: Cast, chat: ChatServer) -> None:
    client = as_member(app.test_client(), people.eig)
    client.post(BRANCARD, data={"address": chat.mattermost, "seen": "0"})
    page = client.post("/promotion-3/channels/1/test", follow_redirects=True).text
    assert "Le message d’essai est parti" in words(page)
    assert [words(text) for text in chat.texts] == ["Essai : ce canal recevra les annonces de Bulletins."]
    chat.status = 404
    page = client.post("/promotion-3/channels/1/test", follow_redirects=True).text
    assert "La messagerie n’a pas accepté le message d’essai" in words(page)
    assert "Le dernier message n’est pas passé" in words(page)
    overview = as_member(app.test_client(), people.coordinator).get(MANAGE).text
    assert "en panne" in words(overview), "the coordination sees it, too"
    desk = as_member(app.test_client(), people.coordinator).get("/promotion-3/manage/").text
    assert "1 canal de discussion n’accepte plus de message" in words(desk).lower()
    for _ in range(10):
        page = client.post("/promotion-3/channels/1/test", follow_redirects=True).text
    assert "Ce canal a reçu de nombreux essais." in words(page)


def test_the_address_is_shown_nowhere_again(app: Flask, people: Cast, chat: ChatServer) -> None:
    client = as_member(app.test_client(), people.coordinator)
    client.post(MANAGE, data={"address": chat.mattermost, "seen": "0"})
    client.post(BRANCARD, data={"address": chat.matrix, "seen": "0"})
    pages = [client.get(page).text for page in (MANAGE, BRANCARD, "/promotion-3/manage/log", "/me/data")]
    rows = [str(row) for row in db.session.execute(select(AuditEntry.__table__)).all()]
    assert len(rows) == 2
    told = "\n".join([*pages, *rows, str(everything_about(people.coordinator.person))])
    assert [secret for secret in (TOKEN, MATRIX_TOKEN) if secret in told] == []
    assert "127.0.0.1" in pages[0]


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", "Collez"),
        ("https://example.org/", "Ce n’est pas l’adresse"),
        ("json://127.0.0.1/x", "Ce n’est pas l’adresse"),
        ("matrixs://user:password@127.0.0.1/#room", "un nom et un mot de passe"),
        ("mmosts://169.254.169.254/abc", "réseau privé"),
        ("http://example.org/hooks/abc", "chiffrée en chemin"),
        ("👩‍🌾\u202eabc", "Ce n’est pas l’adresse"),
        ("x" * 100_000, "Ce n’est pas l’adresse"),
    ],
)
def test_a_fault_is_told_beside_the_field_and_nothing_typed_is_lost(
    app: Flask, people: Cast, chat: ChatServer, address: str, fault: str
) -> None:
    client = as_member(app.test_client(), people.eig)
    answer = client.post(BRANCARD, data={"address": address, "seen": "0"})
    assert answer.status_code == 422
    assert fault in faults(answer.text)["address"]
    assert "<title>Erreur : " in answer.text.replace("\xa0", " ")
    assert typed(answer.text, "address") == address
    assert channels() == []


def test_the_same_again_changes_nothing(app: Flask, people: Cast, chat: ChatServer) -> None:
    client = as_member(app.test_client(), people.eig)
    for _ in range(2):
        assert client.post(BRANCARD, data={"address": chat.mattermost, "seen": "0"}).status_code == 303
    assert db.session.query(AuditEntry).count() == 1
    for _ in range(2):
        assert client.post("/promotion-3/channels/1/remove").status_code == 303
    assert channels() == []
    assert [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
        "channel.set",
        "channel.removed",
    ]


def test_a_channel_that_another_has_just_set_is_not_removed_unseen(app: Flask, people: Cast, chat: ChatServer) -> None:
    first, second = as_member(app.test_client(), people.eig), as_member(app.test_client(), people.coordinator)
    first.post(BRANCARD, data={"address": chat.mattermost, "seen": "0"})
    shown = seen(second.get(BRANCARD).text)
    first.post(BRANCARD, data={"address": chat.matrix, "seen": shown})
    remove = "/promotion-3/channels/1/remove"
    assert second.post(remove, data={"seen": shown}).status_code == 409
    assert len(channels()) == 1
    assert second.post(remove, data={"seen": seen(second.get(BRANCARD).text)}).status_code == 303
    assert channels() == []


def test_of_two_at_once_the_second_sees_both(app: Flask, people: Cast, chat: ChatServer) -> None:
    first, second = as_member(app.test_client(), people.eig), as_member(app.test_client(), people.coordinator)
    shown = seen(second.get(BRANCARD).text)
    first.post(BRANCARD, data={"address": chat.mattermost, "seen": "0"})
    answer = second.post(BRANCARD, data={"address": chat.matrix, "seen": shown})
    assert answer.status_code == 409
    assert "C’est désormais Mattermost" in words(answer.text)
    assert typed(answer.text, "address") == chat.matrix
    again = second.post(BRANCARD, data={"address": chat.matrix, "seen": seen(answer.text)})
    assert again.status_code == 303
    assert channels() == [(people.brancard.id, "Matrix")]


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_made_up_revision_is_none(app: Flask, people: Cast, chat: ChatServer, revision: str) -> None:
    client = as_member(app.test_client(), people.eig)
    assert client.post(BRANCARD, data={"address": chat.mattermost, "seen": revision}).status_code == 303


def test_where_apprise_is_not_installed_the_page_says_so(
    app: Flask, people: Cast, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "find_spec", lambda _name: None)
    client = as_member(app.test_client(), people.coordinator)
    for page in (MANAGE, BRANCARD):
        text = client.get(page).text
        assert "requirements-channels.txt" in text
        assert 'name="address"' not in text
        assert client.post(page, data={"address": chat.mattermost}).status_code == 404


def test_a_channel_of_another_promotion_does_not_exist(app: Flask, people: Cast, chat: ChatServer) -> None:
    client: FlaskClient = as_member(app.test_client(), people.coordinator)
    client.post(MANAGE, data={"address": chat.mattermost, "seen": "0"})
    other = make_member(make_promotion(slug="promotion-4", name="Promotion 4"), "coordinator")
    stranger = as_member(app.test_client(), other)
    assert stranger.post("/promotion-4/channels/1/test").status_code == 404
    assert re.match(r"/promotion-4/", stranger.post("/promotion-4/channels/99/remove").headers["Location"])
    assert stranger.post("/promotion-4/channels/1/remove").status_code == 404
