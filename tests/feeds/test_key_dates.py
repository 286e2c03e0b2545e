"""What calendars know of a key date stays right while its bulletin or its plan changes; its page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.key_dates import REMOVED_KEPT_FOR, purge_removed_dates
from app.bulletins.models import Bulletin, KeyDate, RemovedKeyDate
from app.bulletins.moods import Mood
from app.bulletins.service import BulletinDraft, save_bulletin
from app.clock import now
from app.database import db
from app.feeds.queries import dates_for, removed_dates_for
from app.plans.models import PlanAction, PlanScenario
from app.plans.service import remove_item, save_item, tick_action
from app.plans.values import Action, Scenario
from app.plans.vocabulary import ActionBy, ScenarioKind
from app.teams.models import Membership, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_team
from tests.fixtures.site import as_member
from tests.pages import words

W09, W10 = Week.parse("2019-W09"), Week.parse("2019-W10")
DAY = date(2019, 3, 20)


def write(team: Team, author: Membership, day: date | None, text: str = "Comité") -> Bulletin:
    """Save the team's bulletin of this week as it stands, with that date."""
    found = db.session.scalars(select(Bulletin).where(Bulletin.week == W10)).one_or_none()
    draft = BulletinDraft(Mood.GOOD, "Semer", "Pluie", key_date=day, key_date_text=text if day else "")
    return save_bulletin(team, W10, author.person, draft, found.revision if found else 0, now())


def only_date() -> KeyDate:
    return db.session.scalars(select(KeyDate)).one()


def test_a_date_that_moves_is_the_same_one_with_a_higher_sequence(
    lea: Membership, team: Team, clock: Traveller
) -> None:
    write(team, lea, DAY)
    first = (only_date().uid, only_date().sequence, only_date().changed_at)
    assert first[1:] == (0, now())
    clock.shift(timedelta(hours=1))
    write(team, lea, DAY + timedelta(days=1))
    moved = only_date()
    assert (moved.uid, moved.sequence, moved.changed_at) == (first[0], 1, now())
    write(team, lea, DAY + timedelta(days=1), "Comité élargi")
    assert only_date().sequence == 2


def test_a_bulletin_saved_again_with_the_same_date_changes_nothing_of_it(
    lea: Membership, team: Team, clock: Traveller
) -> None:
    bulletin = write(team, lea, DAY)
    written_at = only_date().changed_at
    clock.shift(timedelta(hours=1))
    draft = BulletinDraft(Mood.GREAT, "Récolter", "Soleil", key_date=DAY, key_date_text="Comité")
    save_bulletin(team, W10, lea.person, draft, bulletin.revision, now())
    assert (only_date().sequence, only_date().changed_at) == (0, written_at)


def test_a_date_taken_out_before_the_digest_is_remembered_for_its_team_alone(
    lea: Membership, max_: Membership, team: Team
) -> None:
    uid = write(team, lea, DAY) and only_date().uid
    write(team, lea, None)
    assert db.session.scalars(select(KeyDate)).all() == []
    [removed] = removed_dates_for(lea, now())
    assert (removed.uid, removed.sequence, removed.removed) == (uid, 1, True)
    assert removed_dates_for(max_, now()) == []


@pytest.mark.parametrize("how", ["done", "without a day", "removed", "scenario removed"])
def test_whatever_ends_the_date_of_a_plan_is_remembered_for_all(max_: Membership, team: Team, how: str) -> None:
    save_item(team, Scenario(id=0, revision=0, kind=next(iter(ScenarioKind)), text=""), now())
    scenario = db.session.scalars(select(PlanScenario)).one()
    action = Action(id=0, revision=0, by=next(iter(ActionBy)), text="Recruter", due_on=DAY)
    save_item(team, action, now(), scenario_id=scenario.id)
    row, uid = db.session.scalars(select(PlanAction)).one(), only_date().uid
    if how == "done":
        tick_action(team, row.id, now(), done=True)
    elif how == "without a day":
        save_item(team, Action(id=row.id, revision=1, by=row.by, text="Recruter", due_on=None), now())
    elif how == "removed":
        remove_item(team, Action, row.id, now())
    else:
        remove_item(team, Scenario, scenario.id, now(), contents=scenario.value.contents)
    assert db.session.scalars(select(KeyDate)).all() == []
    assert [each.uid for each in removed_dates_for(max_, now())] == [uid]


def test_what_was_removed_is_told_for_thirty_days_and_then_forgotten(
    lea: Membership, team: Team, clock: Traveller
) -> None:
    write(team, lea, DAY)
    write(team, lea, None)
    clock.shift(REMOVED_KEPT_FOR - timedelta(minutes=1))
    purge_removed_dates(now())
    assert len(removed_dates_for(lea, now())) == 1
    clock.shift(timedelta(minutes=1))
    assert removed_dates_for(lea, now()) == []
    purge_removed_dates(now())
    assert db.session.scalars(select(RemovedKeyDate)).all() == []


def seen(member: Membership, moment: datetime, *, coordinates: bool = False) -> list[str]:
    return [each.text for each in dates_for(member, moment, coordinates=coordinates)]


def test_a_date_is_seen_by_whom_its_bulletin_is(
    lea: Membership, max_: Membership, team: Team, clock: Traveller
) -> None:
    coordinator = make_member(team.promotion, "coordinator")
    make_bulletin(team, W10, key_date=DAY, key_date_text="Comité")
    assert seen(lea, now()) == ["Comité"]
    assert seen(max_, now()) == []
    assert seen(coordinator, now(), coordinates=True) == []
    closed = team.promotion.timetable.closes(W10)
    assert closed
    assert seen(coordinator, closed, coordinates=True) == ["Comité"]
    assert seen(max_, closed) == []
    make_digest(team.promotion, W10)
    assert seen(max_, closed) == ["Comité"]


def test_the_page_has_months_to_come_then_past_ones_each_with_a_way_to_it(
    app: Flask, lea: Membership, team: Team
) -> None:
    other = make_team(team.promotion, "Brancard")
    for each, week, day, text in [
        (team, "2019-W06", date(2019, 2, 14), "Semis"),
        (other, "2019-W07", date(2019, 3, 6), "Visite"),
        (team, "2019-W08", date(2019, 3, 8), "Récolte"),
        (other, "2019-W09", date(2019, 4, 1), "Vente"),
    ]:
        make_bulletin(each, week, key_date=day, key_date_text=text)
        make_digest(team.promotion, week)
    browser = as_member(app.test_client(), lea)
    page = browser.get("/promotion-3/dates").text
    anchors = ("m-2019-03", "m-2019-04", "past", "past-2019-02")
    places = [page.index(f'id="{anchor}"') for anchor in anchors]
    assert places == sorted(places)
    for anchor in anchors[:3]:
        assert f'href="#{anchor}"' in page
    said = words(page)
    assert "mercredi 6 mars 2019" in said
    assert "aujourd’hui" in said
    assert "dans 2 jours" in said
    of_team = words(browser.get("/promotion-3/dates?team=jachere").text)
    assert "Récolte" in of_team
    assert "Vente" not in of_team
    assert browser.get("/promotion-3/dates?team=nulle-part").status_code == 404


def test_a_page_without_dates_says_how_one_comes_here(app: Flask, lea: Membership) -> None:
    page = as_member(app.test_client(), lea).get("/promotion-3/dates").text
    assert "Aucune date à venir" in page
    assert 'href="/promotion-3/bulletin#key_date"' in page
    mentor = make_member(lea.promotion, "mentor")
    assert "/bulletin#key_date" not in as_member(app.test_client(), mentor).get("/promotion-3/dates").text
