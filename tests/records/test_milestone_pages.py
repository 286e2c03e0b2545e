"""The pages of milestones: declared, moved, removed by the coordination; who has answered, for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.records.milestone_days import MilestoneDays
from app.records.milestone_service import AnsweredError, declare_milestone, exclude_team, remove_milestone
from app.records.models import ChallengeRecord, Milestone, MilestoneExclusion
from app.records.service import send_record
from app.records.vocabulary import Responder
from app.teams.models import FormerTeamName, Promotion, Team
from app.teams.roles import Role
from tests.builders import make_member, make_milestone, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.threads import at_once, while_under_way

NOW = datetime(2019, 3, 6, 10, tzinfo=UTC)
PAGES = "/promotion-3/manage/records"
MID = {"moment": "mid", "months": "", "day": "2019-06-08", "opens_on": "2019-06-08", "closes_on": "2019-06-28"}


@pytest.fixture
def coordinator(client: FlaskClient, promotion: Promotion) -> FlaskClient:
    """The coordination’s browser."""
    return as_member(client, make_member(promotion, Role.COORDINATOR))


@pytest.fixture
def eig(app: Flask, team: Team) -> FlaskClient:
    """The browser of an EIG of Jachère."""
    return as_member(app.test_client(), make_member(team.promotion, team=team))


def make_record(milestone: Milestone, team: Team, *, sent: bool = True, by: str = "mentor") -> ChallengeRecord:
    values = {"revision": 1, "content": {"answered_by": by}, "updated_at": NOW, "sent_at": NOW if sent else None}
    return saved(ChallengeRecord(milestone_id=milestone.id, team_id=team.id, **values))


def milestones() -> list[tuple[str, date, date | None, date | None]]:
    db.session.rollback()
    query = select(Milestone.key, Milestone.day, Milestone.opens_on, Milestone.closes_on).order_by(Milestone.id)
    return [tuple(row) for row in db.session.execute(query)]


# --- Before there is anything ----------------------------------------------------------------------------------------


def test_without_a_milestone_the_page_says_what_is_missing_and_how_to_get_it(
    coordinator: FlaskClient, eig: FlaskClient
) -> None:
    for visitor, how in ((coordinator, "Déclarez-en une"), (eig, "C’est la coordination qui les déclare.")):
        page = words(visitor.get("/promotion-3/records").text)
        assert "Sans échéance, aucun défi ne peut dire ce qu’il est devenu" in page
        assert how in page
        assert "%" not in page


def test_a_milestone_that_closed_without_a_record_says_how_to_get_them(
    coordinator: FlaskClient, eig: FlaskClient, promotion: Promotion
) -> None:
    make_milestone(promotion, opens_on=date(2019, 2, 1), closes_on=date(2019, 3, 5))
    page = words(coordinator.get("/promotion-3/records/mid").text)
    assert "0 défi sur 1 a répondu" in page
    assert "Il n’y a aucune fiche : rien ne peut être compté" in page
    assert "Donnez-lui de nouvelles dates" in page
    assert "Donnez-lui" not in words(eig.get("/promotion-3/records/mid").text)


# --- Declaring -------------------------------------------------------------------------------------------------------


def test_the_form_proposes_the_days_that_a_milestones_name_says(coordinator: FlaskClient, promotion: Promotion) -> None:
    for key, days in {
        "mid": ("2019-06-08", "2019-06-08", "2019-06-28"),
        "end": ("2019-11-08", "2019-10-19", "2019-11-08"),
        "after-6": ("2020-05-08", "2020-05-08", "2020-05-28"),
    }.items():
        page = coordinator.get(f"{PAGES}/new?key={key}").text
        assert tuple(typed(page, name) for name in ("day", "opens_on", "closes_on")) == days
    assert typed(page, "months") == "6"
    for odd in ("", "?key=", "?key=after-999", "?key=mi-parcours"):
        assert coordinator.get(f"{PAGES}/new{odd}").status_code == 200


@pytest.mark.both_databases
def test_a_milestone_is_declared(coordinator: FlaskClient) -> None:
    answer = coordinator.post(f"{PAGES}/new", data=MID)
    assert (answer.status_code, answer.location) == (303, "/promotion-3/records/mid")
    assert milestones() == [("mid", date(2019, 6, 8), date(2019, 6, 8), date(2019, 6, 28))]
    follow_up = {"opens_on": "2021-03-15", "closes_on": "2021-04-15", "day": "2021-03-15"}
    coordinator.post(f"{PAGES}/new", data={"moment": "after", "months": " 16 ", **follow_up})
    coordinator.post(f"{PAGES}/new", data={"moment": "end", "day": "2019-11-15", "opens_on": "", "closes_on": ""})
    assert milestones()[1:] == [
        ("after-16", date(2021, 3, 15), date(2021, 3, 15), date(2021, 4, 15)),
        ("end", date(2019, 11, 15), None, None),
    ]
    page = words(coordinator.get("/promotion-3/records").text)
    assert "On n’y répond pas ici : ses fiches viennent d’un fichier." in page
    assert "Les défis répondront du 8 juin 2019 au 28 juin 2019." in page


@pytest.mark.parametrize(
    ("changed", "field", "words_of_fault"),
    [
        ({"closes_on": "2019-06-07"}, "closes_on", "Cette date précède celle de l’ouverture."),
        ({"closes_on": ""}, "closes_on", "Donnez les deux dates, ou laissez les deux vides."),
        ({"closes_on": "2019-03-05", "opens_on": "2019-03-01"}, "closes_on", "Ce jour est passé"),
        ({"closes_on": "2019-12-31"}, "closes_on", "Les défis ont 183 jours au plus pour répondre."),
        ({"closes_on": "9999-12-31"}, "closes_on", "C’est plus d’un an après la date de l’échéance."),
        ({"opens_on": "0001-01-01"}, "opens_on", "La promotion ne commence que le 7 janvier 2019."),
        (
            {"day": "0001-01-01"},
            "day",
            "La mi-parcours se situe pendant la promotion, du 7 janvier 2019 au 8 novembre 2019.",
        ),
        ({"day": ""}, "day", "Indiquez le jour."),
        ({"day": "demain"}, "day", "Ce n’est pas une date."),
        ({"moment": ""}, "moment", "Choisissez l’une des trois."),
        ({"moment": "after", "months": ""}, "months", "Donnez un nombre de mois, de 1 à 120."),
        ({"moment": "after", "months": "121"}, "months", "Donnez un nombre de mois, de 1 à 120."),
        ({"moment": "after", "months": "-6"}, "months", "Donnez un nombre de mois, de 1 à 120."),
        ({"moment": "after", "months": "16", "day": "2021-03-08"}, "opens_on", "C’est plus d’un an avant la date"),
        (
            {"moment": "after", "months": "6"},
            "day",
            "Cette échéance se situe entre le 7 mars 2020 et le 9 juillet 2020.",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_beside_its_field_and_nothing_typed_is_lost(
    coordinator: FlaskClient, changed: dict[str, str], field: str, words_of_fault: str
) -> None:
    answer = coordinator.post(f"{PAGES}/new", data=MID | changed)
    assert answer.status_code == 422
    assert words_of_fault in faults(answer.text)[field]
    assert "<title>Erreur" in answer.text
    for name, text in (MID | changed).items():
        if name != "moment" and text != "demain":
            assert typed(answer.text, name) == text
    assert milestones() == []


def test_a_milestone_is_declared_once(coordinator: FlaskClient, promotion: Promotion) -> None:
    make_milestone(promotion)
    answer = coordinator.post(f"{PAGES}/new", data=MID)
    assert (answer.status_code, faults(answer.text)) == (422, {"moment": "Cette échéance est déjà déclarée."})


@pytest.mark.both_databases
def test_two_who_declare_it_at_once_make_one(app: Flask, promotion: Promotion) -> None:
    promotion_id, days = promotion.id, MilestoneDays(date(2019, 6, 8), None, None)

    def declare() -> str:
        return declare_milestone(db.session.get_one(Promotion, promotion_id), "mid", days).key

    assert sorted(map(str, at_once(app, *[declare] * 4))) == ["", "", "", "mid"]


# --- Moving, removing ------------------------------------------------------------------------------------------------


def test_the_days_are_changed_and_the_name_stays(coordinator: FlaskClient, promotion: Promotion) -> None:
    make_milestone(promotion)
    page = coordinator.get(f"{PAGES}/mid").text
    assert (typed(page, "opens_on"), typed(page, "closes_on")) == ("2019-03-04", "2019-03-31")
    closed = {"day": "2019-03-04", "opens_on": "2019-03-04", "closes_on": "2019-03-05", "moment": "end"}
    assert coordinator.post(f"{PAGES}/mid", data=closed).status_code == 303
    assert milestones() == [("mid", date(2019, 3, 4), date(2019, 3, 4), date(2019, 3, 5))]
    assert "fermée" in words(coordinator.get("/promotion-3/records").text)
    refused = coordinator.post(f"{PAGES}/mid", data=closed | {"closes_on": "2019-03-03"})
    assert faults(refused.text) == {"closes_on": "Cette date précède celle de l’ouverture."}
    assert coordinator.post(f"{PAGES}/end", data=closed).status_code == 404


def test_a_day_that_came_from_a_file_may_stay_when_teams_are_to_answer(
    coordinator: FlaskClient, promotion: Promotion
) -> None:
    make_milestone(promotion, "end", day=date(2019, 3, 4), opens_on=None, closes_on=None)
    days = {"day": "2019-03-04", "opens_on": "2019-03-06", "closes_on": "2019-03-20"}
    assert coordinator.post(f"{PAGES}/end", data=days).status_code == 303
    moved = coordinator.post(f"{PAGES}/end", data=days | {"day": "2019-03-05"})
    assert faults(moved.text) == {"day": "Cette échéance se situe entre le 7 septembre 2019 et le 9 janvier 2020."}


@pytest.mark.both_databases
def test_a_milestone_goes_while_nothing_was_sent_and_stays_afterwards(
    coordinator: FlaskClient, promotion: Promotion, team: Team
) -> None:
    record = make_record(make_milestone(promotion), team, sent=False)
    page = coordinator.get(f"{PAGES}/mid").text
    assert "La retirer" in page
    record.sent_at = NOW
    db.session.commit()
    late = coordinator.post(f"{PAGES}/mid/remove")
    assert (late.status_code, "Une fiche a été envoyée entre-temps" in late.text) == (409, True)
    assert "La retirer" not in coordinator.get(f"{PAGES}/mid").text
    record = db.session.scalars(select(ChallengeRecord)).one()
    record.sent_at = None
    db.session.commit()
    assert coordinator.post(f"{PAGES}/mid/remove").status_code == 303
    assert milestones() == []
    assert db.session.scalars(select(ChallengeRecord)).all() == []


@pytest.mark.both_databases
def test_a_record_that_is_being_sent_keeps_its_milestone(app: Flask, promotion: Promotion, team: Team) -> None:
    record = make_record(make_milestone(promotion), team, sent=False)
    record.content = {"state": "production"}
    db.session.commit()
    milestone_id, team_id = record.milestone_id, team.id

    def send() -> None:
        milestone, of_team = db.session.get_one(Milestone, milestone_id), db.session.get_one(Team, team_id)
        send_record(milestone, of_team, Responder.EIG, NOW)

    def remove() -> None:
        remove_milestone(db.session.get_one(Milestone, milestone_id))

    refused = while_under_way(app, "UPDATE challenge_records", send, remove)
    assert isinstance(refused, AnsweredError), refused
    assert milestones()


@pytest.mark.both_databases
def test_a_milestone_is_removed_by_two_at_once(app: Flask, promotion: Promotion) -> None:
    milestone_id = make_milestone(promotion).id

    def remove() -> None:
        if milestone := db.session.get(Milestone, milestone_id):
            remove_milestone(milestone)

    assert at_once(app, *[remove] * 3) == [None] * 3
    assert milestones() == []


def test_a_record_of_a_team_that_has_ended_keeps_the_milestone(promotion: Promotion, team: Team) -> None:
    milestone = make_milestone(promotion)
    make_record(milestone, team)
    team.active_until = date(2019, 2, 1)
    db.session.commit()
    with pytest.raises(AnsweredError):
        remove_milestone(milestone)


# --- Who has answered ------------------------------------------------------------------------------------------------


def test_everybody_sees_which_teams_have_answered(
    coordinator: FlaskClient, eig: FlaskClient, promotion: Promotion, team: Team
) -> None:
    milestone = make_milestone(promotion)
    other, begun = make_team(promotion, "Brancard"), make_team(promotion, "Lampadaire")
    make_record(milestone, other, by="coordination")
    make_record(milestone, begun, sent=False)
    for visitor in (coordinator, eig):
        page = words(visitor.get("/promotion-3/records/mid").text)
        assert "1 défi sur 3 a répondu" in page
        assert "Brancard a répondu" in page
        assert "6 mars 2019, par la coordination" in page
        assert "Jachère rien encore" in page
        assert "Lampadaire commencée" in page
    assert "Remplir la fiche de Jachère" in words(eig.get("/promotion-3/records/mid").text)
    assert "Remplir la fiche" not in words(coordinator.get("/promotion-3/records/mid").text)
    assert "Agir" not in words(eig.get("/promotion-3/records/mid").text)


def test_a_milestone_to_come_says_who_will_be_asked_and_no_count(eig: FlaskClient, promotion: Promotion) -> None:
    make_milestone(promotion, opens_on=date(2019, 3, 7))
    page = words(eig.get("/promotion-3/records/mid").text)
    assert "Qui sera interrogé" in page
    assert "0 défi" not in page
    assert "Remplir la fiche" not in page


def test_a_team_renamed_ended_or_new_between_two_milestones_is_followed_and_the_change_told(
    eig: FlaskClient, promotion: Promotion, team: Team
) -> None:
    ended = make_team(promotion, "Brancard", active_until=date(2019, 2, 15))
    make_team(promotion, "Ravine", active_from=date(2019, 2, 16))
    mid = make_milestone(promotion, day=date(2019, 2, 1))
    end = make_milestone(promotion, "end", day=date(2019, 3, 4))
    saved(FormerTeamName(team_id=team.id, name="Friche", until=date(2019, 2, 10)))
    make_record(mid, team)
    make_record(end, team)
    make_record(end, ended)
    before, after = (words(eig.get(f"/promotion-3/records/{key}").text) for key in ("mid", "end"))
    assert "1 défi sur 2 a répondu" in before
    assert "S’appelait Friche à mi-parcours." in before
    assert "Ravine" not in before
    assert "1 défi sur 2 a répondu" in after
    assert "S’appelait Friche à mi-parcours." in after
    assert "Ravine rien encore N’existait pas encore à mi-parcours." in after
    assert "Brancard défi terminé le 15 février 2019" in after
    assert "sa fiche est gardée, et aucun chiffre ne la compte" in after


# --- Excluding -------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_excluded_team_leaves_the_base_with_its_reason_and_comes_back(
    coordinator: FlaskClient, eig: FlaskClient, promotion: Promotion, team: Team
) -> None:
    milestone = make_milestone(promotion)
    make_record(milestone, team)
    make_record(milestone, make_team(promotion, "Brancard"))
    act = f"{PAGES}/mid/jachere"
    assert coordinator.get(act).status_code == 200
    empty = coordinator.post(f"{act}/exclusion", data={"reason": " \n"})
    assert (empty.status_code, "reason" in faults(empty.text)) == (422, True)
    long = coordinator.post(f"{act}/exclusion", data={"reason": "🙂" * 50_000})
    assert long.status_code == 422
    assert typed(long.text, "reason") == "🙂" * 50_000
    coordinator.post(f"{act}/exclusion", data={"reason": "autre"})
    assert coordinator.post(f"{act}/exclusion", data={"reason": " modalités\nparticulières "}).status_code == 303
    for path in ("records", "records/mid"):
        page = words(eig.get(f"/promotion-3/{path}").text)
        assert "1 défi sur 1 a répondu" in page
        assert "Jachère est exclu des chiffres : modalités particulières" in page
    assert typed(coordinator.get(act).text, "reason") == "modalités particulières"
    assert coordinator.post(f"{act}/exclusion/end").status_code == 303
    assert coordinator.post(f"{act}/exclusion/end").status_code == 303
    page = words(eig.get("/promotion-3/records/mid").text)
    assert "2 défis sur 2 ont répondu" in page
    assert "exclu" not in page


@pytest.mark.both_databases
def test_two_who_exclude_a_team_at_once_exclude_it_once(app: Flask, promotion: Promotion, team: Team) -> None:
    milestone_id, team_id = make_milestone(promotion).id, team.id

    def exclude(reason: str) -> None:
        exclude_team(db.session.get_one(Milestone, milestone_id), db.session.get_one(Team, team_id), reason)

    assert at_once(app, *(partial(exclude, reason) for reason in ("a", "b", "c"))) == [None] * 3
    assert len(db.session.scalars(select(MilestoneExclusion)).all()) == 1


def test_a_team_elsewhere_or_unknown_is_not_found(coordinator: FlaskClient, promotion: Promotion) -> None:
    make_milestone(promotion)
    make_team(make_promotion(slug="promotion-4"), "Ravine")
    for team in ("ravine", "nobody"):
        assert coordinator.get(f"{PAGES}/mid/{team}").status_code == 404
        assert coordinator.post(f"{PAGES}/mid/{team}/exclusion", data={"reason": "x"}).status_code == 404
    assert coordinator.get(f"{PAGES}/end/jachere").status_code == 404


# --- What leads there ------------------------------------------------------------------------------------------------


def test_my_week_and_engagement_lead_to_a_milestone_that_is_open(
    coordinator: FlaskClient, eig: FlaskClient, promotion: Promotion, team: Team, clock: Traveller
) -> None:
    assert "Mi-parcours" not in words(eig.get("/").text)
    milestone = make_milestone(promotion)
    page = eig.get("/").text
    assert "la fiche de Jachère est attendue jusqu’au dimanche 31 mars 2019." in words(page)
    assert 'href="/promotion-3/records/mid/jachere"' in page
    make_record(milestone, team)
    assert "1 défi sur 1 a répondu, jusqu’au dimanche 31 mars 2019." in words(eig.get("/").text)
    for path in ("", "engagement", "manage/"):
        page = coordinator.get(f"/promotion-3/{path}").text
        assert 'href="/promotion-3/records' in page
    clock.move_to("2019-03-31T22:00:01Z")
    assert "Mi-parcours" not in words(eig.get("/").text)


def test_once_the_promotion_is_over_its_first_page_leads_to_a_milestone_that_is_open(
    app: Flask, coordinator: FlaskClient, promotion: Promotion, team: Team
) -> None:
    promotion.ends_on = date(2019, 2, 22)
    db.session.commit()
    make_milestone(promotion, "after-6")
    mentor = as_member(app.test_client(), make_member(promotion, Role.MENTOR, team))
    page = mentor.get("/").text
    assert "6 mois après la fin : la fiche de Jachère est attendue" in words(page)
    assert 'href="/promotion-3/records/after-6/jachere"' in page
    assert 'href="/promotion-3/records"' in coordinator.get("/promotion-3/manage/").text


# --- On the command line ---------------------------------------------------------------------------------------------


def test_the_milestones_are_listed(app: Flask, promotion: Promotion, team: Team) -> None:
    def listed() -> list[str]:
        result = app.test_cli_runner().invoke(args=["records", "milestones"])
        assert result.exit_code == 0
        return result.output.splitlines()

    assert listed()[0].startswith("None yet. The coordination declares them on the site")
    make_milestone(promotion, "end", day=date(2019, 11, 8), opens_on=None, closes_on=None)
    milestone = make_milestone(promotion)
    make_record(milestone, team)
    exclude_team(milestone, make_team(promotion), "modalités particulières")
    assert listed() == [
        "mid       2019-03-04  open     2019-03-04 to 2019-03-31  1 of 1 answered, 1 excluded",
        "end       2019-11-08  closed   from a file               0 of 2 answered",
    ]
