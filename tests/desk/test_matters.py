"""What the desk says needs a hand, until it does, each line with the page of its cure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.clock import now
from app.database import db
from app.digests.models import Digest
from app.digests.moments import Decision
from app.digests.scheduling import decide
from app.digests.service import issue
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.letters.states import Reason, State
from app.questionnaires.library import read_shipped
from app.questionnaires.service import close as close_questionnaire
from app.questionnaires.service import issue as issue_questionnaire
from app.records.models import ChallengeRecord
from app.records.vocabulary import SurveyPublic
from app.retrospective.models import Audience
from app.retrospective.service import publish
from app.teams.models import DayOff, Membership, Pause, Promotion, Team
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_member, make_milestone, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
DESK = "/promotion-3/manage/"
CALLS = "/promotion-3/help"
NOTHING = "Rien ne demande votre attention pour l’instant."


MATTER = re.compile(r'<li><a href="([^"]+)">(.+?)</a></li>')


def matters_on(page: str) -> dict[str, str]:
    """What the desk says needs a hand: the words of each line, and where it leads."""
    return {words(text): url for url, text in MATTER.findall(page)}


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller) -> Promotion:
    return make_promotion(starts_on=W10.monday)


@pytest.fixture
def judith(client: FlaskClient, promotion: Promotion) -> Membership:
    """The coordinator."""
    return make_member(promotion, "coordinator", email="judith@x.example", name="Judith")


@pytest.fixture
def team(promotion: Promotion) -> Team:
    """A team of one EIG, which asks for help and announces two dates."""
    team = make_team(promotion, "Jachère")
    make_member(promotion, "eig", team, "lea@x.example", name="Léa")
    make_bulletin(team, W10, help="Qui connaît PostGIS ?", key_date=date(2019, 3, 14), key_date_text="Comité")
    return team


def desk(client: FlaskClient, clock: Traveller, judith: Membership, at: str) -> str:
    clock.move_to(at)
    return as_member(client, judith).get(DESK).text


def test_a_call_that_nobody_answers_is_told_from_a_week_on(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    told = "1 demande d’aide sans réponse depuis 7 jours"
    assert NOTHING in words(desk(client, clock, judith, "2019-03-06T10:00:00Z"))
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z")), "no digest has told it yet"
    issue(judith.promotion, W10, now=DUE)
    assert "sans réponse depuis" not in words(desk(client, clock, judith, "2019-03-13T08:59:59Z"))
    page = desk(client, clock, judith, "2019-03-13T09:00:00Z")
    assert f'<li><a href="{CALLS}">1 demande d’aide' in page
    assert told in words(page)
    assert NOTHING not in words(page)
    db.session.scalars(select(HelpRequest)).one().state = HelpState.OFFERED
    db.session.commit()
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z"))


def test_a_cohort_that_runs_without_a_team_leads_to_its_first_steps(
    client: FlaskClient, clock: Traveller, judith: Membership
) -> None:
    line, page = "Aucun défi n’a encore été ajouté", "/promotion-3/manage/first-steps"
    assert matters_on(desk(client, clock, judith, "2019-03-06T10:00:00Z")).get(line) == page
    assert line not in matters_on(desk(client, clock, judith, "2019-03-01T10:00:00Z")), "the desk leads there anyway"
    make_team(judith.promotion)
    assert line not in matters_on(desk(client, clock, judith, "2019-03-06T10:00:00Z"))


def test_no_call_waits_for_an_answer_once_the_promotion_has_ended(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    issue(judith.promotion, W10, now=DUE)
    assert "sans réponse depuis" in words(desk(client, clock, judith, "2019-10-25T10:00:00Z"))
    page = desk(client, clock, judith, "2019-11-11T10:00:00Z")
    assert "s’est terminée" in words(page)
    assert "sans réponse depuis" not in words(page)
    assert 'href="/manage/new"' in page


def test_past_weeks_without_a_digest_lead_to_the_first_or_where_an_earlier_tool_s_are_issued_at_once(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    at, first = "2019-04-08T10:00:00Z", "/promotion-3/manage/weeks/2019-W10"
    assert (
        matters_on(desk(client, clock, judith, at))["1 semaine passée a des bulletins et pas de récapitulatif"] == first
    )
    make_bulletin(team, W10.next)
    line = "2 semaines passées ont des bulletins et pas de récapitulatif"
    assert matters_on(desk(client, clock, judith, at))[line] == first
    judith.promotion.created_at = datetime(2019, 4, 1, tzinfo=UTC)
    db.session.commit()
    assert matters_on(desk(client, clock, judith, at))[line] == "/promotion-3/manage/bulletins/import#past"


def test_letters_that_did_not_arrive_are_told_and_those_of_who_unsubscribed_are_not(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    issue(judith.promotion, W10, now=DUE)
    lea = db.session.scalars(select(Letter).where(Letter.to_email == "lea@x.example")).one()
    told = "1 lettre du récapitulatif de la semaine du 4 au 8 mars n’est pas arrivée"
    for state, reason, is_told in (
        (State.FAILED, Reason.UNSUBSCRIBED, False),
        (State.FAILED, Reason.PERSON_GONE, False),
        (State.UNKNOWN, None, True),
        (State.FAILED, Reason.REFUSED, True),
    ):
        lea.state, lea.reason = state, reason
        db.session.commit()
        page = desk(client, clock, judith, "2019-03-08T15:00:00Z")
        assert (told in words(page)) == is_told, reason
    assert '<li><a href="/promotion-3/manage/weeks/2019-W10/letters">1 lettre du récapitulatif' in page
    db.session.scalars(select(Digest)).one().issued_at = DUE + timedelta(days=8)
    db.session.commit()
    page = desk(client, clock, judith, "2019-03-16T15:00:00Z")
    assert told not in words(page), "a week that was published late, for the archive"


def test_whom_nobody_has_invited_is_told_while_there_is_somebody_to_tell(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    told, at = "1 personne n’a pas encore été invitée", "2019-03-06T10:00:00Z"
    judith.invited_at = LONG_AGO
    db.session.commit()
    page = desk(client, clock, judith, at)
    assert told in words(page)
    assert '<li><a href="/promotion-3/manage/people">1 personne' in page
    judith.invited_at = None
    db.session.commit()
    assert NOTHING in words(desk(client, clock, judith, at)), "a cohort made from a file: its letters tell people of it"
    judith.promotion.starts_on = date(2019, 3, 18)
    db.session.commit()
    assert "2 personnes n’ont pas encore été invitées" in words(desk(client, clock, judith, at))
    judith.invited_at, judith.promotion.starts_on = LONG_AGO, date(2019, 1, 7)
    db.session.commit()
    clock.move_to(DUE)
    issue(judith.promotion, W10, now=DUE)
    deliver()
    assert "invité" not in words(desk(client, clock, judith, "2019-03-08T15:00:00Z"))


def test_the_dates_of_the_week_are_those_to_come_that_everybody_may_know(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    told = "Jeudi 14 mars 2019 : Jachère, Comité"
    assert told not in words(desk(client, clock, judith, "2019-03-13T09:00:00Z"))
    issue(judith.promotion, W10, now=DUE)
    assert told in words(desk(client, clock, judith, "2019-03-14T09:00:00Z"))
    assert told not in words(desk(client, clock, judith, "2019-03-08T15:00:00Z")), "a date of the week after"
    assert told not in words(desk(client, clock, judith, "2019-03-15T09:00:00Z")), "it has passed"


@pytest.fixture
def weeks(promotion: Promotion, team: Team) -> Team:
    """Another team, which has written in the first of three weeks; in all of them `team` had a hard time."""
    silent = make_team(promotion, "Brancard")
    db.session.scalars(select(Bulletin)).one().mood = Mood.VERY_HARD
    make_bulletin(silent, W10)
    for week in (W10.next, W10.next.next):
        make_bulletin(team, week, mood=Mood.VERY_HARD)
    return silent


def test_teams_that_are_silent_or_have_a_hard_time_for_weeks_are_told(
    client: FlaskClient, clock: Traveller, judith: Membership, weeks: Team
) -> None:
    silent, hard = "Brancard n’a rien écrit depuis 2 semaines", "Jachère : 3 semaines très difficiles de suite"
    before = matters_on(desk(client, clock, judith, "2019-03-22T14:04:59Z"))
    assert "Jachère : 2 semaines très difficiles de suite" in before
    assert silent not in before, "it may still write for the second week"
    issue(judith.promotion, W10.next.next, now=datetime(2019, 3, 22, 14, 5, tzinfo=UTC))
    lines = matters_on(desk(client, clock, judith, "2019-03-22T14:05:00Z"))
    assert lines[hard] == "/promotion-3/teams/jachere"
    assert lines[silent] == "/promotion-3/manage/people#team-brancard"
    make_bulletin(weeks, W10.next.next.next)
    assert silent not in matters_on(desk(client, clock, judith, "2019-03-28T14:00:00Z")), "it has written again"
    assert silent in matters_on(desk(client, clock, judith, "2019-03-22T14:05:00Z"))
    weeks.pauses.append(Pause(first_week=W10.next.next, last_week=W10.next.next))
    db.session.commit()
    assert silent not in matters_on(desk(client, clock, judith, "2019-03-22T14:05:00Z"))


def test_many_silent_teams_are_one_line(
    client: FlaskClient, clock: Traveller, judith: Membership, promotion: Promotion
) -> None:
    for _ in range(3):
        make_team(promotion)
    assert len(matters_on(desk(client, clock, judith, "2019-03-18T15:00:00Z"))) == 3
    make_team(promotion)
    assert matters_on(desk(client, clock, judith, "2019-03-18T15:00:00Z")) == {
        "4 défis n’ont rien écrit depuis deux semaines ou plus": "/promotion-3/engagement"
    }


def test_no_team_is_silent_before_its_promotion_was_made_here_or_after_its_end(
    client: FlaskClient, clock: Traveller, judith: Membership, promotion: Promotion
) -> None:
    make_team(promotion, "Brancard")
    line = "Brancard n’a rien écrit depuis 2 semaines"
    assert line in matters_on(desk(client, clock, judith, "2019-03-18T15:00:00Z"))
    promotion.ends_on = date(2019, 3, 17)
    db.session.commit()
    assert line not in matters_on(desk(client, clock, judith, "2019-03-18T15:00:00Z"))
    promotion.ends_on, promotion.created_at = date(2019, 11, 8), datetime(2019, 3, 18, 9, tzinfo=UTC)
    db.session.commit()
    assert line not in matters_on(desk(client, clock, judith, "2019-03-18T15:00:00Z"))


def test_a_promotion_without_a_milestone_is_told_so_from_its_middle_on(
    client: FlaskClient, clock: Traveller, judith: Membership
) -> None:
    line = "Aucune échéance n’est déclarée : personne ne demande aux défis ce qu’ils sont devenus"
    assert line not in matters_on(desk(client, clock, judith, "2019-07-05T21:59:59Z"))
    assert matters_on(desk(client, clock, judith, "2019-07-05T22:00:00Z"))[line] == "/promotion-3/manage/records/new"
    long_after = judith.promotion.ends_on + timedelta(days=90)
    assert line in matters_on(desk(client, clock, judith, f"{long_after}T10:00:00Z"))
    assert line not in matters_on(desk(client, clock, judith, f"{long_after + timedelta(days=1)}T10:00:00Z"))
    make_milestone(judith.promotion)
    assert line not in matters_on(desk(client, clock, judith, "2019-07-05T22:00:00Z"))


def test_an_open_milestone_is_told_until_each_team_has_answered(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    milestone, at = make_milestone(judith.promotion), "2019-03-20T10:00:00Z"
    line = "Mi-parcours : 0 défi sur 1 a répondu"
    assert matters_on(desk(client, clock, judith, at))[line] == "/promotion-3/records/mid"
    saved(ChallengeRecord(milestone_id=milestone.id, team_id=team.id, content={}, updated_at=now(), sent_at=now()))
    assert [each for each in matters_on(desk(client, clock, judith, at)) if "Mi-parcours" in each] == []


def test_a_report_is_to_be_published_once_its_milestone_has_closed(
    client: FlaskClient, clock: Traveller, judith: Membership
) -> None:
    milestone = make_milestone(judith.promotion)
    line = "Bilan à mi-parcours : le brouillon est prêt, à relire et à publier"
    assert line not in matters_on(desk(client, clock, judith, "2019-03-31T21:59:59Z"))
    told = matters_on(desk(client, clock, judith, "2019-03-31T22:00:00Z"))
    assert told[line] == "/promotion-3/retrospective/mid/draft"
    publish(judith.promotion, milestone, Audience.MEMBERS, "", judith.person, now(), seen=(0, 0))
    assert line not in matters_on(desk(client, clock, judith, "2019-03-31T22:00:00Z"))


def test_the_results_of_a_questionnaire_are_told_for_two_weeks(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    clock.move_to("2019-03-11T09:00:00Z")
    closes_on = date(2019, 3, 22)
    row = issue_questionnaire(judith.promotion, read_shipped(SurveyPublic.EIG), None, closes_on, now())
    line, page = (
        "Les résultats de « Votre promotion, dix mois après » sont à lire",
        f"/promotion-3/manage/questionnaires/{row.id}/results",
    )
    for at, is_told in (
        ("2019-03-22T22:59:59Z", False),
        ("2019-03-22T23:00:00Z", True),
        ("2019-04-05T21:59:59Z", True),
        ("2019-04-05T22:00:00Z", False),
    ):
        assert matters_on(desk(client, clock, judith, at)).get(line) == (page if is_told else None), at
    clock.move_to("2019-03-18T09:00:00Z")
    close_questionnaire(row, now())
    assert line in matters_on(desk(client, clock, judith, "2019-04-01T21:59:59Z")), "closed before its time"
    assert line not in matters_on(desk(client, clock, judith, "2019-04-01T22:00:00Z"))


def test_the_week_before_is_shown_for_as_long_as_its_digest_is_to_come_by_itself(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    on_tuesday, before, now_one = "2019-03-12T08:00:00Z", "Semaine du 4 au 8 mars :", "Semaine du 11 au 15 mars :"
    later = Decision(put_off_to=datetime(2019, 3, 12, 9, tzinfo=UTC))
    for revision, (decision, shown, other) in enumerate(
        ((later, before, now_one), (Decision(held=True), now_one, before), (later, before, now_one))
    ):
        decide(judith.promotion, W10, decision, revision, None, DUE)
        page = words(desk(client, clock, judith, on_tuesday))
        assert shown in page
        assert other not in page
    issue(judith.promotion, W10, now=datetime(2019, 3, 12, 9, tzinfo=UTC))
    assert now_one in words(desk(client, clock, judith, on_tuesday))


def test_a_digest_held_until_a_later_one_has_left_is_told_once(
    client: FlaskClient, clock: Traveller, judith: Membership, team: Team
) -> None:
    decide(judith.promotion, W10, Decision(held=True), 0, None, DUE)
    issue(judith.promotion, W10.next, now=datetime(2019, 3, 14, 9, tzinfo=UTC))
    told = matters_on(desk(client, clock, judith, "2019-03-14T10:00:00Z"))
    about = [line for line, page in told.items() if page.endswith(str(W10))]
    assert about == ["1 semaine passée a des bulletins et pas de récapitulatif"]


def test_in_a_promotion_made_after_the_closing_the_desk_shows_the_week_to_come(
    client: FlaskClient, clock: Traveller
) -> None:
    promotion = make_promotion(starts_on=date(2019, 3, 4), created_at=datetime(2019, 3, 9, 10, tzinfo=UTC))
    make_team(promotion)
    judith = make_member(promotion, "coordinator")
    page = desk(client, clock, judith, "2019-03-09T11:00:00Z")
    assert "Semaine du 11 au 15 mars : elle ouvre le lundi 11 mars à 0 h." in words(page)
    past = as_member(client, judith).get("/promotion-3/manage/weeks/2019-W10").text
    assert "rien" in words(past)
    assert "Relancer" not in past
    assert "Relancer" in desk(client, clock, judith, "2019-03-11T11:00:00Z")


def test_a_week_that_closes_earlier_than_usual_says_why(
    client: FlaskClient, clock: Traveller, judith: Membership
) -> None:
    saved(DayOff(promotion_id=judith.promotion_id, day=date(2019, 3, 8)))
    said = "elle ferme jeudi à 15 h (vendredi 8 mars non travaillé)."
    assert said in words(desk(client, clock, judith, "2019-03-06T08:00:00Z"))
    assert said in words(client.get("/promotion-3/manage/weeks/2019-W10").text)
