"""Who finds what: just what the archive shows them, whoever they are, at any moment; nothing else is counted."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from time_machine import Traveller

from app import clock as our_clock
from app.access import is_coordinator
from app.bulletins.models import KeyDate
from app.bulletins.queries import bulletins_of_team
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.search.asked import Filters
from app.search.entries import EntryKind
from app.search.finding import FEW_PROMOTIONS, find
from app.search.search_terms import SearchTerms
from app.search.visibility import Scope, scope_of
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_digest, make_member, make_promotion, make_team, saved
from tests.fixtures.site import as_member
from tests.pages import words
from tests.test_before_the_digest import ACTORS

WEEK = Week.parse("2019-W10")
OPEN, CLOSED, NEXT_WEEK = "2019-03-08T13:59:59Z", "2019-03-08T14:00:00Z", "2019-03-12T10:00:00Z"


def found(member: Membership, kind: EntryKind) -> set[int]:
    keys = find(SearchTerms(()), Filters(kinds=(kind,)), [scope_of(member, our_clock.now())], 1000)
    return {key.source_id for key in keys}


def in_the_archive(member: Membership) -> set[int]:
    """The bulletins that the pages of the teams show."""
    shown = (
        bulletins_of_team(member, team, our_clock.now(), coordinates=is_coordinator(member))
        for team in member.promotion.teams
    )
    return {bulletin.id for bulletins in shown for bulletin in bulletins}


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """An issued week with a late bulletin, one that was never issued, this week and the next; all with everything."""
    clock.move_to(OPEN)
    promotion = make_promotion()
    for name in ("Jachère", "Brancard"):
        team = make_team(promotion, name)
        for week in ("2018-W50", "2019-W05", "2019-W08", WEEK, WEEK.next):
            late = name == "Brancard" and week == "2019-W05"
            make_bulletin(team, week, help="Qui ?", key_date=date(2019, 3, 20), late=late)
        saved(KeyDate(team=team, day=date(2019, 4, 1), text="Du plan", changed_at=LONG_AGO))
    make_digest(promotion, "2019-W05")
    for week in (Week.parse("2019-W05"), WEEK):
        saved(Introduction(promotion_id=promotion.id, week=week, text="Bonjour", updated_at=LONG_AGO))
    return promotion


def test_everybody_finds_what_the_archive_shows_them(promotion: Promotion, clock: Traveller) -> None:
    own = promotion.teams[-1]
    members = {who: make_member(promotion, **{"team": own, **values}) for who, (values, _o, _c) in ACTORS.items()}  # type: ignore[arg-type]
    seen = set()
    for moment in (OPEN, CLOSED, NEXT_WEEK, "issued"):
        if moment == "issued":
            make_digest(promotion, WEEK)
        else:
            clock.move_to(moment)
        for who, member in members.items():
            shown = in_the_archive(member)
            assert found(member, EntryKind.BULLETIN) == shown, (who, moment)
            assert found(member, EntryKind.CALL) == shown, (who, moment)
            dates = {date.bulletin_id for date in KeyDate.query if date.id in found(member, EntryKind.KEY_DATE)}
            assert dates == {*shown, None}, (who, moment)
            introductions = {1, 2} if is_coordinator(member) or moment == "issued" else {1}
            assert found(member, EntryKind.INTRODUCTION) == introductions, (who, moment)
            seen.add(len(shown))
    assert len(seen) > 3, "not everybody sees the same"


def test_what_is_withdrawn_or_of_another_promotion_is_not_found(promotion: Promotion, app: Flask) -> None:
    member = make_member(promotion, team=promotion.teams[0])
    stranger = make_member(make_promotion(slug="promotion-4"), "coordinator")
    for kind in EntryKind:
        assert found(member, kind)
        assert not found(stranger, kind)
    call = HelpRequest.query.join(HelpRequest.bulletin).filter_by(week=Week.parse("2019-W05")).first()
    call.state = HelpState.WITHDRAWN
    saved(call)
    assert call.bulletin_id not in found(member, EntryKind.CALL)
    call.state = HelpState.OPEN
    saved(call)
    assert call.bulletin_id in found(member, EntryKind.CALL)


def test_somebody_of_many_promotions_finds_nothing_of_another(promotion: Promotion) -> None:
    """The words of so many promotions are not looked for: the condition on each entry is alone."""
    scopes = [Scope(promotion.id + number, None, None) for number in range(1, FEW_PROMOTIONS + 2)]
    assert find(SearchTerms(()), Filters(kinds=(EntryKind.BULLETIN,)), scopes, 1000) == []
    own = Scope(promotion.id, None, None)
    assert find(SearchTerms(()), Filters(kinds=(EntryKind.BULLETIN,)), [*scopes, own], 1000)


def test_somebody_of_several_promotions_finds_what_each_lets_them_find(promotion: Promotion, app: Flask) -> None:
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    make_bulletin(make_team(other, "Karfu’R"), "2019-W05", priorities="Unique à la quatre")
    member = make_member(promotion, Role.ALUMNI)
    make_member(other, Role.EIG, person=member.person)
    client = as_member(app.test_client(), member)
    search = "/promotion-3/search?q=unique"
    assert "Aucun résultat" in words(client.get(search).text)
    make_digest(other, "2019-W05")
    assert "1 résultat 🙂 Karfu’R Semaine du 28 janvier au 1er février · Promotion 4" in words(client.get(search).text)
    assert "Aucun résultat" in words(client.get(f"{search}&in=promotion-3").text)
    assert "1 résultat" in words(client.get(f"{search}&in=promotion-4").text)
    only_here = as_member(app.test_client(), make_member(promotion))
    assert "Aucun résultat" in words(only_here.get(f"{search}&in=promotion-4").text)


def test_who_has_left_finds_nothing(promotion: Promotion, app: Flask) -> None:
    gone = make_member(promotion, team=promotion.teams[0], left_on=date(2019, 3, 7))
    assert as_member(app.test_client(), gone).get("/promotion-3/search?q=priorité").status_code == 404


def test_the_moment_is_that_of_the_promotions_zone(promotion: Promotion, clock: Traveller) -> None:
    coordinator = make_member(promotion, "coordinator")
    assert datetime.fromisoformat(CLOSED) == promotion.timetable.closes(WEEK)
    clock.move_to("2019-03-10T22:59:59Z")  # Sunday in Paris
    assert found(coordinator, EntryKind.BULLETIN) == in_the_archive(coordinator)
    clock.move_to("2019-03-10T23:00:00Z")
    assert found(coordinator, EntryKind.BULLETIN) == in_the_archive(coordinator)
