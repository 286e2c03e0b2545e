"""A page that shows faults says so first of all, in its title; each fault leads to its own field."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.clock import now
from app.digests.service import issue
from app.teams.models import Membership
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import faults, words

TITLE = re.compile(r"<title>(.*?)</title>")
P = "/promotion-3"
FAULTY = [  # where, what is sent there
    (f"{P}/bulletin", {"key_date": "2019-03-12"}),
    (f"{P}/help/1/offer", {"text": ""}),
    (f"{P}/digests/2019-W09/help/1/offer", {"text": "é" * 301}),
    (f"{P}/confidential", {"text": " "}),
    (f"{P}/manage/confidential/1/answer", {"text": ""}),
    (f"{P}/advice", {"text": "Semez", "url": "semez", "occasion": "week", "week": "99"}),
    (f"{P}/manage/weeks/2019-W10/introduction", {"text": "é" * 301}),
    ("/sign-in", {"email": "nobody"}),
    ("/sign-in", {"email": ""}),
    ("/me/erase", {"address": "somebody@else.example"}),
    ("/me/erase", {"address": ""}),
]


@pytest.fixture
def eig(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    make_bulletin(make_team(promotion, "Karfu’R"), "2019-W09", help="Un hébergeur ?")
    issue(promotion, Week.parse("2019-W09"), now=now(), letters=False)
    return make_member(promotion, "eig", make_team(promotion, "Plume"), "ada@plume.example", coordinates=True)


@pytest.mark.parametrize(("path", "sent"), FAULTY, ids=[f"{path} {i}" for i, (path, _) in enumerate(FAULTY)])
def test_the_title_begins_with_the_fault_and_the_summary_takes_the_focus(
    client: FlaskClient, eig: Membership, path: str, sent: dict[str, str]
) -> None:
    as_member(client, eig).post(f"{P}/confidential", data={"text": "Un mot"})
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    title = TITLE.search(answer.text)
    assert title
    assert title[1].startswith("Erreur\N{NO-BREAK SPACE}: ")
    summary = re.search(r'<div [^>]*id="error-summary"[^>]* autofocus>.*?</div>', answer.text, re.DOTALL)
    assert summary
    for name in faults(answer.text):
        assert re.search(rf'href="#{name}(-0)?"', summary[0]), name
        assert f'id="{name}' in answer.text
    assert faults(answer.text)


def test_a_page_without_faults_keeps_its_title(client: FlaskClient, eig: Membership) -> None:
    for path in ("/sign-in", "/"):
        assert "<title>Erreur" not in client.get(path).text
    as_member(client, eig)
    for path in ("/", f"{P}/bulletin", f"{P}/confidential", f"{P}/manage/", "/me", "/me/erase"):
        assert "<title>Erreur" not in client.get(path).text


def test_a_bulletin_that_could_not_be_saved_says_so_in_its_title(
    client: FlaskClient, eig: Membership, clock: Traveller
) -> None:
    make_bulletin(eig.team, "2019-W10")
    clock.move_to("2019-03-08T14:00:00Z")
    answer = as_member(client, eig).post(f"{P}/bulletin/2019-W10", data={"priorities": "Trop tard"})
    assert "<title>Erreur\N{NO-BREAK SPACE}: " in answer.text
    assert "Trop tard" in words(answer.text)
