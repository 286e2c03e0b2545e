"""Issuing, closing, counting: by the coordination's page and by commands; and what becomes of who is erased."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.home.account import erase_person, everything_about
from app.letters.delivery import deliver
from app.questionnaires.library import read_shipped
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.queries import (
    ContentChangedError,
    StillOpenError,
    closed_results,
    closed_sums,
    count_answers,
    definition_of,
    results_of,
    texts_of,
)
from app.questionnaires.rules import reminder_days
from app.questionnaires.service import NotIssuedError, NotIssuedReason, begin_day, close, issue, submit
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_promotion, one_transaction, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.questionnaires.conftest import CLOSES_ON, PATH
from tests.questionnaires.files import SMALL_FILE

MANAGE = "/promotion-3/manage/questionnaires"


@pytest.fixture
def end(promotion: Promotion) -> Milestone:
    return saved(Milestone(promotion_id=promotion.id, key="end", day=date(2019, 11, 8)))


def run(app: Flask, *words_: str) -> tuple[int, str]:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["questionnaires", *words_])
    return result.exit_code, result.output


def answer_all(questionnaire: Questionnaire, members: list[Membership], **answers: str) -> None:
    given = {name.replace("__", "."): (value,) for name, value in answers.items()}
    for member in members:
        submit(questionnaire, member, given, now())


# --- Issuing ---------------------------------------------------------------------------------------------------------


def test_the_coordination_issues_one_and_its_letters_leave(
    client: FlaskClient, coordinator: Membership, lea: Membership, end: Milestone, relay: Relay
) -> None:
    as_member(client, coordinator)
    assert "fin de la promotion" in words(client.get(MANAGE).text).lower()
    sent = client.post(MANAGE, data={"public": "eig", "milestone": "end", "closes_on": "2019-03-20"})
    assert sent.status_code == 303
    page = words(client.get(MANAGE).text)
    assert "Réponses à minuit, la nuit dernière : 0 sur 1 personne sollicitée" in page
    assert "Ouvert jusqu’au mercredi 20 mars 2019" in page
    deliver()
    assert "Votre promotion, dix mois après" in relay.to("lea@jachere.example")[0]["Subject"]
    questionnaire = db.session.scalars(select(Questionnaire)).one()
    assert questionnaire.milestone_id == end.id
    assert questionnaire.content == read_shipped(SurveyPublic.EIG)


def test_the_coordination_reads_the_questions_before_it_issues_them(
    client: FlaskClient, coordinator: Membership
) -> None:
    as_member(client, coordinator)
    for public in ("eig", "mentor"):
        assert f'href="{MANAGE}/to-issue/{public}"' in client.get(MANAGE).text
        page = words(client.get(f"{MANAGE}/to-issue/{public}").text)
        assert "Le programme a-t-il répondu à vos attentes ?" in page
        assert "Posée après certaines réponses seulement." in page
    assert client.get(f"{MANAGE}/to-issue/everybody").status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"public": "eig", "milestone": "after-6", "closes_on": "2019-03-20"}, "milestone", "une de ces échéances"),
        ({"public": "eig", "milestone": "a\0b", "closes_on": "2019-03-20"}, "milestone", "une de ces échéances"),
        ({"public": "eig", "closes_on": "2019-03-06"}, "closes_on", "Choisissez un jour à venir"),
        ({"public": "eig", "closes_on": "0001-01-01"}, "closes_on", "Choisissez un jour à venir"),
        ({"public": "eig", "closes_on": "9999-12-31"}, "closes_on", "six mois au plus"),
        ({"public": "eig", "closes_on": "soon"}, "closes_on", "Ce n’est pas une date"),
        ({"public": "eig"}, "closes_on", "Indiquez jusqu’à quel jour"),
        ({"public": "everybody", "closes_on": "2019-03-20"}, "public", "Choisissez à qui il s’adresse"),
        ({"public": "mentor", "closes_on": "2019-03-20"}, "public", "ne compte personne à qui poser"),
    ],
)
def test_what_cannot_be_issued_is_told_beside_its_field(
    client: FlaskClient, coordinator: Membership, lea: Membership, typed: dict[str, str], field: str, message: str
) -> None:
    as_member(client, coordinator)
    refused = client.post(MANAGE, data=typed)
    assert refused.status_code == 422
    assert message in faults(refused.text)[field]
    assert "<title>Erreur" in refused.text
    assert db.session.scalars(select(Questionnaire)).all() == []


def read_file(client: FlaskClient, content: bytes) -> TestResponse:
    return client.post(f"{MANAGE}/own", data={"file": (BytesIO(content), "mine.yml")})


def test_the_coordination_makes_its_own_from_one_that_ships_reads_it_and_issues_it(
    client: FlaskClient, coordinator: Membership, lea: Membership, relay: Relay
) -> None:
    as_member(client, coordinator)
    shipped = client.get(f"{MANAGE}/to-issue/eig.yml")
    assert shipped.data.decode() == read_shipped(SurveyPublic.EIG)
    assert "attachment" in shipped.headers["Content-Disposition"]
    own = shipped.data.replace("Votre promotion, dix mois après".encode(), "Cinq mois après".encode())
    read = read_file(client, own)
    assert read.status_code == 200
    assert "Rien n’est encore émis" in words(read.text)
    assert db.session.scalars(select(Questionnaire)).all() == []
    content = typed(read.text, "content")
    assert content == own.decode()
    as_a_browser_sends_it = content.replace("\n", "\r\n")
    late = client.post(f"{MANAGE}/own/issue", data={"content": as_a_browser_sends_it, "closes_on": "2019-03-06"})
    assert late.status_code == 422
    assert "Choisissez un jour à venir" in faults(late.text)["closes_on"]
    sent = {"content": as_a_browser_sends_it, "closes_on": "2019-03-20"}
    assert client.post(f"{MANAGE}/own/issue", data=sent).status_code == 303
    again = client.post(f"{MANAGE}/own/issue", data=sent)
    assert again.status_code == 422
    deliver()
    assert [letter["Subject"] for letter in relay.to("lea@jachere.example")] == ["Cinq mois après"]
    assert db.session.scalars(select(Questionnaire.content)).all() == [own.decode()]


def test_what_is_wrong_with_a_file_of_ones_own_is_told_with_its_line(
    client: FlaskClient, coordinator: Membership
) -> None:
    as_member(client, coordinator)
    without_a_key = SMALL_FILE.replace("key: eig", "kee: eig").encode()
    for content in (without_a_key, b"\xff\xfe\0", b"", "é".encode("latin-1"), b"- " * 100_000):
        refused = read_file(client, content)
        assert refused.status_code == 422
        assert faults(refused.text)["file"]
        assert "<title>Erreur" in refused.text
    told = faults(read_file(client, without_a_key).text)["file"]
    assert "Ligne 1, colonne 1 : clé inconnue : « kee » ; vouliez-vous dire « key » ?" in told.replace("\xa0", " ")
    twice = read_file(client, without_a_key.replace(b"title:", b"tittle:", 1)).text
    summary = words(twice[twice.index('id="error-summary"') :].split("</ul>")[0])
    assert "« kee »" in summary and "« tittle »" in summary, "each of its faults is told at the head of the page"
    assert faults(read_file(client, b"".join(b"k%d: 1\n" % each for each in range(1000))).text)["file"].endswith(
        "autres"
    )
    assert faults(client.post(f"{MANAGE}/own").text)["file"] == "Choisissez un fichier."
    assert client.post(f"{MANAGE}/own/issue", data={"content": "key: [", "closes_on": "2019-03-20"}).status_code == 400


@pytest.mark.both_databases
def test_a_milestone_that_was_removed_meanwhile_is_told(promotion: Promotion, lea: Membership, end: Milestone) -> None:
    db.session.execute(delete(Milestone).where(Milestone.id == end.id))
    with pytest.raises(NotIssuedError) as refused:
        issue(promotion, read_shipped(SurveyPublic.EIG), end, CLOSES_ON, now())
    assert refused.value.reason is NotIssuedReason.NO_MILESTONE
    assert db.session.scalars(select(Questionnaire)).all() == []


def test_one_at_a_time_for_a_public_and_one_for_a_milestone(
    promotion: Promotion, lea: Membership, end: Milestone
) -> None:
    first = issue(promotion, SMALL_FILE, end, CLOSES_ON, now())
    with pytest.raises(NotIssuedError, match="close it first"):
        issue(promotion, SMALL_FILE, None, CLOSES_ON, now())
    close(first, now())
    with pytest.raises(NotIssuedError, match="for end already"):
        issue(promotion, SMALL_FILE, end, CLOSES_ON, now())
    issue(promotion, SMALL_FILE, None, CLOSES_ON, now())


def test_after_the_end_those_of_the_last_day_are_asked(app: Flask, clock: Traveller) -> None:
    promotion = make_promotion()
    last_day = promotion.ends_on
    for name, values in {
        "stayed": {},
        "until the end": {"left_on": last_day},
        "alumni": {"role": "alumni"},
        "gone": {"left_on": last_day - timedelta(days=1)},
        "mentor": {"role": "mentor"},
    }.items():
        make_member(promotion, name=name, **values)
    clock.move_to("2020-06-01T10:00:00Z")
    questionnaire = issue(promotion, SMALL_FILE, None, date(2020, 6, 30), now())
    asked = {each.membership.person.name for each in db.session.scalars(select(Participation))}
    assert asked == {"stayed", "until the end", "alumni"}
    assert count_answers(questionnaire, date(2020, 6, 1)).asked == 3


def test_it_is_frozen_as_it_was_issued(questionnaire: Questionnaire) -> None:
    assert definition_of(questionnaire).key == "eig"
    questionnaire.content = SMALL_FILE.replace("Satisfait", "Comblé")
    db.session.commit()
    with pytest.raises(ContentChangedError):
        definition_of(questionnaire)


@pytest.mark.parametrize(
    ("days", "reminded_after"), [(1, ()), (3, ()), (4, (2,)), (6, (3,)), (8, (4, 6)), (14, (7, 12)), (30, (15, 28))]
)
def test_reminders_leave_half_way_and_shortly_before_the_end(days: int, reminded_after: tuple[int, ...]) -> None:
    issued = date(2019, 3, 4)
    expected = tuple(issued + timedelta(days=after) for after in reminded_after)
    assert reminder_days(issued, issued + timedelta(days=days)) == expected


# --- Counting --------------------------------------------------------------------------------------------------------


def test_the_count_stands_as_of_last_midnight(
    client: FlaskClient,
    questionnaire: Questionnaire,
    lea: Membership,
    max_: Membership,
    coordinator: Membership,
    clock: Traveller,
) -> None:
    as_member(client, coordinator)

    def shown() -> str:
        return words(client.get(MANAGE).text).partition("la nuit dernière : ")[2][:5]

    answer_all(questionnaire, [lea], results="4")
    assert shown() == "0 sur"
    clock.shift(timedelta(days=1))
    assert shown() == "1 sur", "the day before is over, whether or not the jobs have run"
    answer_all(questionnaire, [max_], results="4")
    assert shown() == "1 sur"
    begin_day(questionnaire.promotion, now())
    assert shown() == "1 sur", "late jobs count nothing of today"
    clock.shift(timedelta(days=1))
    begin_day(questionnaire.promotion, now())
    assert shown() == "2 sur"


def test_one_that_has_ended_is_closed_on_its_last_day_once(questionnaire: Questionnaire, clock: Traveller) -> None:
    clock.move_to("2019-03-20T22:59:00Z")
    begin_day(questionnaire.promotion, now())
    assert questionnaire.closed_on is None
    clock.move_to("2019-03-22T10:00:00Z")
    for _run in range(2):
        begin_day(questionnaire.promotion, now())
        assert questionnaire.closed_on == CLOSES_ON


def test_no_result_is_told_while_it_is_open(
    client: FlaskClient, questionnaire: Questionnaire, coordinator: Membership, promotion: Promotion, clock: Traveller
) -> None:
    today = date(2019, 3, 6)
    for tell in (results_of, texts_of):
        with pytest.raises(StillOpenError):
            tell(questionnaire, today)
    assert closed_results(promotion, None, today) == ()
    as_member(client, coordinator)
    assert client.get(f"{MANAGE}/1/results").headers["Location"] == MANAGE
    clock.move_to("2019-03-21T10:00:00Z")
    assert client.get(f"{MANAGE}/1/results").status_code == 200


@pytest.fixture
def twelve(promotion: Promotion) -> list[Membership]:
    with one_transaction():
        return [make_member(promotion, "eig", email=f"eig{number}@x.example") for number in range(12)]


def test_results_are_read_once_it_is_closed(
    app: Flask,
    client: FlaskClient,
    twelve: list[Membership],
    coordinator: Membership,
    promotion: Promotion,
    end: Milestone,
) -> None:
    questionnaire = issue(promotion, SMALL_FILE, end, CLOSES_ON, now())
    answer_all(questionnaire, twelve[:6], results="5", moved="yes", formats="launch", how="Beaucoup.")
    answer_all(questionnaire, twelve[6:11], results="3", moved="no", formats="sessions")
    as_member(client, coordinator)
    assert client.post(f"{MANAGE}/1/close").status_code == 303
    page = words(client.get(f"{MANAGE}/1/results").text)
    assert "Réponses : 11 sur 12 personnes sollicitées" in page
    assert "Lancement : 6" in page
    assert "Beaucoup." in page
    (results,) = closed_results(promotion, "end", date(2019, 3, 6))
    assert (results.asked, results.answered, results.public) == (12, 11, "eig")
    result = results.find("results")
    assert result
    assert result.headline and (result.headline.count, result.headline.at_least) == (6, False)
    formats = results.find("formats.launch")
    assert formats and formats.counts[0].count == 6
    assert closed_sums(promotion, "end", date(2019, 3, 6)) == ()


def test_of_fewer_than_five_not_even_texts_are_shown(
    questionnaire: Questionnaire, lea: Membership, max_: Membership, client: FlaskClient, coordinator: Membership
) -> None:
    answer_all(questionnaire, [lea, max_], moved="yes", how="C’était moi.")
    close(questionnaire, now())
    assert texts_of(questionnaire, date(2019, 3, 6)) == ()
    page = as_member(client, coordinator).get(f"{MANAGE}/1/results").text
    assert "C’était moi." not in page
    assert "Moins de dix personnes ont répondu" in words(page)


def test_texts_are_for_the_coordination_alone(
    app: Flask, twelve: list[Membership], promotion: Promotion, client: FlaskClient
) -> None:
    questionnaire = issue(promotion, SMALL_FILE, None, CLOSES_ON, now())
    answer_all(questionnaire, twelve, moved="yes", how="Une confidence.")
    close(questionnaire, now())
    assert as_member(client, twelve[0]).get(f"{MANAGE}/1/results").status_code == 403
    for form in ("text", "json"):
        status, output = run(app, "results", "--public", "eig", "--format", form)
        assert status == 0
        assert "Une confidence." not in output


# --- Commands --------------------------------------------------------------------------------------------------------


def test_check_lists_every_fault_with_its_line(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(SMALL_FILE.replace("key: moved", "key: yes").replace("type: text", "type: txt"), encoding="utf-8")
    status, output = run(app, "check", str(file))
    assert status == 1
    assert "mine.yml, line 14, column 10: YAML reads “yes” as no text; put it in quotes: 'yes'" in output
    assert "did you mean “text”?" in output
    assert run(app, "check", "eig") == (0, "eig, version 1: 6 sections, 36 questions.\n")
    assert "there is no file 'nothing'" in run(app, "check", "nothing")[1]


def test_issue_close_and_results(app: Flask, twelve: list[Membership], end: Milestone) -> None:
    assert "until 2019-03-20" in run(app, "issue", "eig", "--milestone", "end", "--closes", "2019-03-20")[1]
    status, output = run(app, "results", "--public", "eig")
    assert status == 1
    assert "no result is shown before. As of last midnight, 0 of 12 had answered" in output
    questionnaire = db.session.scalars(select(Questionnaire)).one()
    answer_all(questionnaire, twelve, means="5", reading="every_week")
    assert run(app, "close", "--public", "eig")[0] == 0
    status, output = run(app, "results", "--public", "eig", "--format", "json")
    read = json.loads(output)
    assert (read["asked"], read["answered"], read["closed_on"]) == (12, 12, "2019-03-06")
    assert {question["key"] for question in read["questions"]} > {"reading", "motives.salary", "essential.bootcamp"}
    assert run(app, "issue", "eig", "--closes", "2019-03-01")[0] == 1
    status, output = run(app, "results", "--public", "mentor")
    assert status == 2
    assert "promotion-3 has none for mentor yet" in output


# --- Erasure ---------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_who_is_erased_stays_in_the_counts_and_their_answers_in_the_urns(
    questionnaire: Questionnaire, lea: Membership, max_: Membership
) -> None:
    answer_all(questionnaire, [lea], results="4")
    exported = everything_about(lea.person)["questionnaires"]
    assert [(row["answered"], row["public"]) for row in exported] == [(True, "eig")]
    for member in (lea, max_):
        erase_person(member.person, now())
    assert db.session.scalars(select(Participation)).all() == []
    count = count_answers(questionnaire, date(2019, 3, 8))
    assert (count.asked, count.answered) == (2, 1)
    assert [urn.papers for urn in db.session.scalars(select(Urn)) if urn.papers] == [["4"]]


def test_a_link_of_who_was_erased_opens_nothing(client: FlaskClient, link: str, lea: Membership) -> None:
    erase_person(lea.person, now())
    assert client.get(link).status_code == 410
    assert client.post(PATH, data={"answerer": link.partition("answerer=")[2], "go": "send"}).status_code == 410
