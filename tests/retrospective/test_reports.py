"""A report: drafted at any time, arranged by the coordination, published for good, corrected by another version."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.database import db
from app.home.account import everything_about
from app.readership.models import StoredMonth
from app.retrospective.article_wording import Part
from app.retrospective.models import PublishedReport, ReportDraft
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from tests.builders import make_digest, make_member, make_promotion
from tests.fixtures.site import as_member
from tests.pages import words
from tests.retrospective.conftest import Run
from tests.retrospective.examples import END

HERE = "/promotion-3/retrospective"
ARTICLE = f"{HERE}/end"


def check_page(answer: TestResponse, status: int = 200) -> str:
    """The page, with its spaces as one types them."""
    assert answer.status_code == status
    return html.unescape(answer.text).replace("\N{NO-BREAK SPACE}", " ")


def typed(**changes: str) -> dict[str, str]:
    """The form as it comes, with `changes`."""
    places = {f"place_{part}": str(place) for place, part in enumerate(Part, 1)}
    return {"title": "", "opening": "", "revision": "0", **places, **{f"text_{part}": "" for part in Part}, **changes}


@pytest.fixture
def coordinator(small_promotion: Promotion) -> Membership:
    return make_member(small_promotion, Role.COORDINATOR)


@pytest.fixture
def site(client: FlaskClient, coordinator: Membership) -> FlaskClient:
    """The site as the coordination sees it."""
    return as_member(client, coordinator)


@pytest.fixture
def publish(site: FlaskClient) -> Callable[..., None]:
    """Publishes what stands there now."""

    def publish_now(audience: str = "members", note: str = "") -> None:
        form = site.get(f"{ARTICLE}/publish").text
        seen = {name: re.findall(rf'name="{name}" value="(\d+)"', form)[0] for name in ("draft", "version")}
        sent = {"audience": audience, "note": note, **seen}
        answer = site.post(f"{ARTICLE}/publish", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, ARTICLE)

    return publish_now


def change_records(run: Run, folder: Path) -> None:
    """All of a sudden everything is in production."""
    (folder / "changed.yml").write_text(END.replace("state: development", "state: production"), encoding="utf-8")
    run("records", "import", folder / "changed.yml")


# --- The draft -------------------------------------------------------------------------------------------------------


def test_a_draft_is_an_article_with_its_figures(site: FlaskClient) -> None:
    page = check_page(site.get(f"{ARTICLE}/draft"))
    assert "Bilan de fin de promotion" in page
    assert "1 outil sur 4 est en production" in page
    assert "Non comptés : Phare (modalités particulières)" in page


def test_the_draft_follows_the_records(site: FlaskClient, run: Run, tmp_path: Path) -> None:
    before = site.get(f"{ARTICLE}/draft/report.md").text
    change_records(run, tmp_path)
    after = site.get(f"{ARTICLE}/draft/report.md").text
    assert "1 outil sur 4 est en production" in before
    assert "2 outils sur 4 sont en production" in after


def test_without_any_record_nothing_is_nought(site: FlaskClient, run: Run, tmp_path: Path) -> None:
    empty = "promotion: promotion-3\nmilestone: {key: mid, 'on': 2019-05-03}\nrecords: []\n"
    (tmp_path / "mid.yml").write_text(empty, encoding="utf-8")
    run("records", "import", tmp_path / "mid.yml")
    text = site.get(f"{HERE}/mid/draft/report.md").text
    assert "Aucun défi n’a encore rempli sa fiche" in text
    assert "par le lien que chaque défi reçoit" in text
    assert "0\xa0%" not in text and "0 %" not in text and "sur 0" not in text


def test_a_promotion_without_milestones_says_how_to_get_a_report(client: FlaskClient, clock: Traveller) -> None:
    member = make_member(make_promotion(), Role.COORDINATOR)
    page = check_page(as_member(client, member).get(HERE))
    assert "Déclarez une échéance" in page


# --- Writing between the figures -------------------------------------------------------------------------------------


def test_what_the_coordination_writes_hides_and_moves(site: FlaskClient) -> None:
    sent = typed(
        title="Ce qu’il en reste", opening="**Merci** à tous.", text_openness="Le code d’abord.", hidden_tools="y"
    )
    sent |= {"place_openness": "9"}
    assert site.post(f"{ARTICLE}/edit", data=sent).status_code == 303
    page = check_page(site.get(f"{ARTICLE}/draft"))
    assert "<h1>Ce qu’il en reste</h1>" in page
    assert "<strong>Merci</strong> à tous." in page
    assert "Le code d’abord." in page
    assert 'id="tools"' not in page
    assert page.index('id="continuation"') < page.index('id="openness"')
    form = check_page(site.get(f"{ARTICLE}/edit"))
    assert "Le code d’abord." in form


def test_a_single_figure_is_left_out_of_the_article_and_stays_in_its_open_data(
    site: FlaskClient, publish: Callable[..., None]
) -> None:
    assert "1 outil sur 4 est en production" in check_page(site.get(f"{ARTICLE}/draft"))
    assert 'name="without_R01"' in check_page(site.get(f"{ARTICLE}/edit"))
    sent = typed(without_R01="y", without_R99="y")
    assert site.post(f"{ARTICLE}/edit", data=sent).status_code == 303
    page = check_page(site.get(f"{ARTICLE}/draft"))
    assert 'id="tools"' in page
    assert "1 outil sur 4 est en production" not in page
    assert re.findall(r'name="without_(\w+)" type="checkbox" value="y" checked', site.get(f"{ARTICLE}/edit").text) == [
        "R01"
    ]
    publish()
    assert "1 outil sur 4 est en production" not in check_page(site.get(ARTICLE))
    report = db.session.scalars(select(PublishedReport)).one()
    assert "R01" in {figure["code"] for figure in report.content["figures"]}
    assert b"R01" in next(file.data for file in report.files if file.name == "chiffres.csv")
    assert site.post(f"{ARTICLE}/edit", data=typed(revision="1")).status_code == 303
    assert "1 outil sur 4 est en production" in check_page(site.get(f"{ARTICLE}/draft"))


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(site: FlaskClient) -> None:
    answer = site.post(f"{ARTICLE}/edit", data=typed(place_tools="99", text_moods="x" * 50_000, opening="À garder"))
    page = check_page(answer, 422)
    assert "Erreur : Écrire et ordonner" in page
    assert "Indiquez un nombre de 1 à 11." in page
    assert "45000 de trop" in page
    assert "À garder" in page
    assert "x" * 50_000 in page
    assert db.session.scalar(select(ReportDraft)) is None


def test_the_second_of_two_coordinators_sees_both_texts(
    app: Flask, site: FlaskClient, small_promotion: Promotion
) -> None:
    other = as_member(app.test_client(), make_member(small_promotion, Role.COORDINATOR))
    assert site.post(f"{ARTICLE}/edit", data=typed(opening="Le premier texte")).status_code == 303
    page = check_page(other.post(f"{ARTICLE}/edit", data=typed(opening="Le second texte")), 409)
    assert "Le premier texte" in page
    assert "Le second texte" in page
    again = typed(opening="Les deux textes", revision=re.findall(r'name="revision" value="(\d+)"', page)[0])
    assert other.post(f"{ARTICLE}/edit", data=again).status_code == 303
    assert "Les deux textes" in site.get(f"{ARTICLE}/draft").text


def test_the_same_texts_again_are_no_second_author(app: Flask, site: FlaskClient) -> None:
    for _press in range(2):
        assert site.post(f"{ARTICLE}/edit", data=typed(opening="Le texte")).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(ReportDraft.revision)) == 1


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_what_is_published_changes_no_more(
    site: FlaskClient, publish: Callable[..., None], run: Run, tmp_path: Path, clock: Traveller
) -> None:
    site.post(f"{ARTICLE}/edit", data=typed(opening="Avant"))
    publish()
    site.get(ARTICLE)  # says once that it is published
    files = (f"{ARTICLE}/report.md", f"{ARTICLE}/report.pdf", f"{ARTICLE}/open-data.zip")
    before = [words(site.get(ARTICLE).text), *(site.get(path).data for path in files)]
    change_records(run, tmp_path)
    site.post(f"{ARTICLE}/edit", data=typed(opening="Après", revision="1"))
    clock.shift(20 * 24 * 3600)
    assert "Après" in site.get(f"{ARTICLE}/draft").text
    assert [words(site.get(ARTICLE).text), *(site.get(path).data for path in files)] == before


def test_what_is_frozen_holds_every_figure_with_what_it_stands_on(publish: Callable[..., None]) -> None:
    publish()
    db.session.rollback()
    content = db.session.scalars(select(PublishedReport)).one().content
    assert set(content["documents"]) == {"fr", "en"}
    tools = next(figure for figure in content["figures"] if figure["code"] == "R01")
    assert {key: tools[key] for key in ("numerator", "base", "unknown", "missing", "excluded", "method")} == {
        "numerator": 1,
        "base": 4,
        "unknown": 1,
        "missing": [],
        "excluded": [{"team": "Phare", "reason": "modalités particulières"}],
        "method": "1",
    }


def test_a_correction_is_another_version_with_its_note(
    site: FlaskClient, publish: Callable[..., None], run: Run, tmp_path: Path
) -> None:
    publish()
    refused = site.post(f"{ARTICLE}/publish", data={"audience": "members", "note": " ", "draft": "0", "version": "1"})
    assert "Dites ce qui a changé" in check_page(refused, 422)
    change_records(run, tmp_path)
    publish(note="Jachère est en production depuis juin.")
    page = check_page(site.get(ARTICLE))
    assert "2 outils sur 4" in page
    assert "Jachère est en production depuis juin." in page
    first = check_page(site.get(f"{ARTICLE}?version=1"))
    assert "1 outil sur 4" in first
    assert "Elle a été corrigée depuis" in first
    assert "1 outil sur 4" in site.get(f"{ARTICLE}/report.md?version=1").text
    assert site.get(f"{ARTICLE}?version=3").status_code == 404


def test_what_was_not_seen_is_not_published(
    site: FlaskClient, publish: Callable[..., None], small_promotion: Promotion
) -> None:
    make_digest(small_promotion, "2019-W09")
    site.post(f"{ARTICLE}/edit", data=typed(opening="Changé entre-temps"))
    sent = {"audience": "everybody", "draft": "0", "version": "0"}
    assert "Rien n’a été publié" in check_page(site.post(f"{ARTICLE}/publish", data=sent), 409)
    assert db.session.scalars(select(StoredMonth)).all(), "what is shown of reading was stored on the way"
    assert db.session.scalars(select(AuditEntry.action)).all() == [], "and nothing else"
    publish()
    assert site.post(f"{ARTICLE}/publish", data={**sent, "draft": "1"}).status_code == 409
    assert db.session.scalars(select(AuditEntry.action)).all() == ["report.published"]


def test_what_is_sent_twice_is_published_once(site: FlaskClient, small_promotion: Promotion) -> None:
    first = {"audience": "members", "draft": "0", "version": "0"}
    for sent in (first, {**first, "version": "1", "note": "Deux postes en plus."}):
        answers = [site.post(f"{ARTICLE}/publish", data=sent) for _click in range(2)]
        assert [(answer.status_code, answer.location) for answer in answers] == [(303, ARTICLE)] * 2
    assert site.post(f"{ARTICLE}/publish", data=first).status_code == 409, "another version has followed"
    assert db.session.scalars(select(AuditEntry.action)).all() == ["report.published"] * 2


def test_a_milestone_whose_report_is_published_stays(site: FlaskClient, run: Run, tmp_path: Path) -> None:
    """A milestone at which nothing was sent can be removed, unless its report was published."""
    empty = "promotion: promotion-3\nmilestone: {key: mid, 'on': 2019-05-03}\nrecords: []\n"
    (tmp_path / "mid.yml").write_text(empty, encoding="utf-8")
    run("records", "import", tmp_path / "mid.yml")
    sent = {"audience": "members", "draft": "0", "version": "0"}
    assert site.post(f"{HERE}/mid/publish", data=sent).status_code == 303
    answer = site.post("/promotion-3/manage/records/mid/remove")
    assert "Un bilan de cette échéance a été publié" in check_page(answer, 409)
    assert site.get(f"{HERE}/mid").status_code == 200


def test_a_report_for_everybody_is_read_without_signing_in(app: Flask, publish: Callable[..., None]) -> None:
    publish("everybody")
    visitor = app.test_client()
    answer = visitor.get(ARTICLE)
    assert "1 outil sur 4 est en production" in check_page(answer)
    assert "X-Robots-Tag" not in answer.headers
    assert "Bilan de fin de promotion" in check_page(visitor.get(HERE))
    assert visitor.get(f"{ARTICLE}/report.pdf").data.startswith(b"%PDF")
    assert visitor.get(f"{ARTICLE}/draft").status_code == 302
    assert visitor.get(f"{HERE}/after-12").status_code == 302


def test_a_visitor_waits_after_many_pdfs_and_a_member_never(
    app: Flask, site: FlaskClient, publish: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("everybody")
    monkeypatch.setattr("app.retrospective.views.PDFS_PER_SOURCE", "2 per minute")
    monkeypatch.setattr("app.rate_limits.in_memory._limiter", FixedWindowRateLimiter(MemoryStorage()))
    visitor, here, elsewhere = app.test_client(), {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}
    path = f"{ARTICLE}/report.pdf"
    assert [visitor.get(path, environ_base=here).status_code for _time in range(3)] == [200, 200, 429]
    refused = visitor.get(path, environ_base=here)
    assert refused.headers["Retry-After"] == "60"
    assert visitor.get(ARTICLE, environ_base=here).status_code == 200, "to read it, nobody waits"
    assert visitor.get(path, environ_base=elsewhere).status_code == 200
    assert site.get(path, environ_base=here).data.startswith(b"%PDF")


def test_a_report_for_members_is_theirs_alone(
    app: Flask, publish: Callable[..., None], small_promotion: Promotion
) -> None:
    publish("everybody")
    publish("members", note="Réservé aux membres.")
    visitor = app.test_client()
    for path in (ARTICLE, HERE, f"{ARTICLE}/report.pdf", f"{ARTICLE}?version=1"):
        assert visitor.get(path).headers["Location"].startswith("/sign-in"), path
    stranger = as_member(app.test_client(), make_member(make_promotion(slug="promotion-4")))
    assert stranger.get(ARTICLE).status_code == 404
    answer = as_member(app.test_client(), make_member(small_promotion)).get(ARTICLE)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Préparer une correction" not in check_page(answer)


def test_the_open_data_are_those_of_the_day(site: FlaskClient, publish: Callable[..., None]) -> None:
    publish()
    with zipfile.ZipFile(io.BytesIO(site.get(f"{ARTICLE}/open-data.zip").data)) as archive:
        assert {"chiffres.csv", "datapackage.json", "verifier.py"} <= set(archive.namelist())
        assert b"R01" in archive.read("chiffres.csv")


def test_who_published_is_told_to_them_and_forgotten_with_them(
    publish: Callable[..., None], coordinator: Membership
) -> None:
    publish()
    db.session.rollback()
    told = everything_about(coordinator.person)
    assert [each["milestone"] for each in told["reports_published"]] == ["end"]  # type: ignore[attr-defined]
