"""Saving a bulletin: one for each team and week, every revision stored, a second author warned, nothing lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.hand_reminders import may_remind
from app.bulletins.models import Bulletin, KeyDate, Revision
from app.bulletins.moods import Mood
from app.bulletins.queries import find_bulletin, team_filing_window
from app.bulletins.rules import FilingWindow
from app.bulletins.service import BulletinDraft, EditConflictError, WeekNotOpenError, save_bulletin
from app.database import db
from app.digests.models import Digest
from app.digests.service import issue
from app.teams.models import Membership, Person, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import typed, words
from tests.threads import at_once

pytestmark = pytest.mark.both_databases

W10 = Week.parse("2019-W10")
WEDNESDAY = datetime(2019, 3, 6, 10, tzinfo=UTC)
CLOSING, DIGEST_AT = datetime(2019, 3, 8, 14, tzinfo=UTC), datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
NEXT_CLOSING = datetime(2019, 3, 15, 14, tzinfo=UTC)
URL = "/promotion-3/bulletin/2019-W10"

only_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def draft(text: str = "Livrer", **values: Any) -> BulletinDraft:
    return BulletinDraft(**({"mood": Mood.GOOD, "priorities": text, "ups_and_downs": f"Haut et bas : {text}"} | values))


def form(text: str, revision: int = 0, **values: str) -> dict[str, str]:
    return {
        "mood": "good",
        "priorities": text,
        "ups_and_downs": f"Haut et bas : {text}",
        "revision": str(revision),
    } | values


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    return make_team(make_promotion(), "Karfu’R")


@pytest.fixture
def ada(team: Team) -> Membership:
    return make_member(team.promotion, "eig", team, name="Ada")


@pytest.fixture
def grace(team: Team) -> Membership:
    return make_member(team.promotion, "eig", team, name="Grace")


def visitor(app: Flask, member: Membership) -> FlaskClient:
    return as_member(app.test_client(), member)


def revisions() -> list[tuple[int, str, str | None, datetime]]:
    rows = db.session.scalars(select(Revision).order_by(Revision.bulletin_id, Revision.number))
    return [(row.number, row.priorities, row.author and row.author.name, row.saved_at) for row in rows]


def test_an_author_read_before_an_earlier_commit_writes_a_first_bulletin(
    app: Flask, team: Team, ada: Membership
) -> None:
    author, now = ada.person, WEDNESDAY
    db.session.commit()  # reading her again sends the bulletin half written to the database
    bulletin = save_bulletin(team, W10, author, draft(key_date=None, key_date_text=""), 0, now)
    assert (bulletin.revision, bulletin.updated_at, bulletin.author) == (1, now, author)


def test_every_revision_is_kept_with_its_author_and_moment(
    app: Flask, team: Team, ada: Membership, grace: Membership, clock: Traveller
) -> None:
    clock.move_to("2019-03-06T10:00:00Z")
    visitor(app, ada).post(
        URL, data=form("Première version", help="Un avis", key_date="2019-03-12", key_date_text="Démo")
    )
    clock.move_to("2019-03-08T13:59:59Z")
    assert visitor(app, grace).post(URL, data=form("Seconde version", revision=1)).status_code == 302
    assert revisions() == [
        (1, "Première version", "Ada", WEDNESDAY),
        (2, "Seconde version", "Grace", datetime(2019, 3, 8, 13, 59, 59, tzinfo=UTC)),
    ]
    first = db.session.scalars(select(Revision).where(Revision.number == 1)).one()
    assert (first.mood, first.help, first.key_date, first.key_date_text) == (
        Mood.GOOD,
        "Un avis",
        date(2019, 3, 12),
        "Démo",
    )
    bulletin = db.session.scalars(select(Bulletin)).one()
    assert (bulletin.priorities, bulletin.revision, bulletin.help, bulletin.key_date) == (
        "Seconde version",
        2,
        "",
        None,
    )
    assert (bulletin.created_at, bulletin.updated_at.hour) == (WEDNESDAY, 13)


def test_a_key_date_is_changed_and_taken_away_with_its_bulletin(app: Flask, team: Team, ada: Membership) -> None:
    for base, (day, text) in enumerate([(date(2019, 3, 12), "Démo"), (date(2019, 3, 13), "Démo"), (None, "")]):
        save_bulletin(team, W10, ada.person, draft(key_date=day, key_date_text=text), base, WEDNESDAY)
        assert [key_date.day for key_date in db.session.scalars(select(KeyDate))] == ([day] if day else [])


def test_the_receipt_shows_what_was_told_and_until_when_it_can_change(app: Flask, team: Team, ada: Membership) -> None:
    answer = visitor(app, ada).post(URL, data=form("Livrer <enfin>"), follow_redirects=True)
    assert "Vous pouvez le modifier avant vendredi à 15 h." in words(answer.text)
    assert "Livrer <enfin>" in words(answer.text)


def test_the_second_of_two_authors_sees_both_texts_and_chooses(
    app: Flask, team: Team, ada: Membership, grace: Membership
) -> None:
    first, second = visitor(app, ada), visitor(app, grace)
    first.post(URL, data=form("Le texte d’Ada"))
    answer = second.post(URL, data=form("Le texte de Grace", help="À l’aide"))
    assert answer.status_code == 409
    assert "Ada a enregistré ce bulletin pendant que vous écriviez" in words(answer.text)
    assert "Bonne Le texte d’Ada" in words(answer.text)
    assert [typed(answer.text, name) for name in ("priorities", "help", "revision")] == [
        "Le texte de Grace",
        "À l’aide",
        "1",
    ]
    assert [text for _, text, *_ in revisions()] == ["Le texte d’Ada"]

    chosen = second.post(URL, data=form("Le texte de Grace", revision=1))
    assert chosen.status_code == 302
    assert [(text, who) for _, text, who, _ in revisions()] == [
        ("Le texte d’Ada", "Ada"),
        ("Le texte de Grace", "Grace"),
    ]


def test_a_button_pressed_twice_is_no_second_author(app: Flask, team: Team, ada: Membership, clock: Traveller) -> None:
    typed = form("Livrer", help="Un avis", key_date="2019-03-12", key_date_text="Démo")
    answers = [visitor(app, ada).post(URL, data=typed) for _ in range(2)]
    clock.move_to("2019-03-08T14:00:00Z")
    answers.append(visitor(app, ada).post(URL, data=typed))
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len(revisions()) == 1


def test_the_same_text_sent_twice_at_the_same_moment_is_saved_once(app: Flask, team: Team, ada: Membership) -> None:
    visitors = [visitor(app, ada) for _ in range(3)]
    answers = at_once(app, *(partial(client.post, URL, data=form("Livrer")) for client in visitors))
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert len(revisions()) == 1


@pytest.mark.parametrize("revision", ["", "-1", "zwei", "9" * 40, "²", "2"])
def test_an_odd_revision_is_a_stale_one(app: Flask, team: Team, ada: Membership, revision: str) -> None:
    make_bulletin(team, W10)
    answer = visitor(app, ada).post(URL, data=form("Livrer") | {"revision": revision})
    assert answer.status_code == 409


def test_two_authors_at_the_same_moment_make_one_bulletin_and_the_loser_is_told(app: Flask, clock: Traveller) -> None:
    promotion = make_promotion()
    for turn in range(8):
        team = make_team(promotion)
        people = [make_member(promotion, "eig", team, name=name) for name in ("Ada", "Grace")]
        visitors = [visitor(app, member) for member in people]
        texts = [f"Le texte d’Ada {turn}", f"Le texte de Grace {turn}"]
        answers = at_once(app, *(partial(v.post, URL, data=form(t)) for v, t in zip(visitors, texts, strict=True)))
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        lost = next(n for n, answer in enumerate(answers) if answer.status_code == 409)
        page = answers[lost].text
        assert typed(page, "priorities") == texts[lost]
        assert f"Bonne {texts[1 - lost]}" in words(page)
        bulletin = db.session.scalars(select(Bulletin).where(Bulletin.team_id == team.id)).one()
        assert [revision.priorities for revision in bulletin.revisions] == [texts[1 - lost]]


def test_two_edits_at_the_same_moment_make_one_revision(app: Flask, clock: Traveller) -> None:
    promotion = make_promotion()
    for turn in range(8):
        team = make_team(promotion)
        make_bulletin(team, W10, key_date=date(2019, 3, 12))
        visitors = [visitor(app, make_member(promotion, "eig", team)) for _ in range(2)]
        data = [form(f"Sans date {turn}", 1), form(f"Avec {turn}", 1, key_date="2019-03-13", key_date_text="Démo")]
        answers = at_once(app, *(partial(v.post, URL, data=d) for v, d in zip(visitors, data, strict=True)))
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        bulletin = db.session.scalars(select(Bulletin).where(Bulletin.team_id == team.id)).one()
        assert [revision.number for revision in bulletin.revisions] == [1, 2]
        assert bulletin.revisions[1].priorities == bulletin.priorities
        assert bool(bulletin.key_date) is bulletin.priorities.startswith("Avec")


@only_postgresql
def test_a_bulletin_seen_before_the_lock_is_not_believed(
    app: Flask, team: Team, ada: Membership, grace: Membership
) -> None:
    make_bulletin(team, W10, key_date=date(2019, 3, 12))
    seen = find_bulletin(team, W10)
    assert seen
    assert seen.key_date
    with app.app_context():
        theirs, person = db.session.get_one(Team, team.id), db.session.get_one(Person, grace.person_id)
        save_bulletin(theirs, W10, person, draft("Le texte de Grace"), 1, WEDNESDAY)
    with pytest.raises(EditConflictError) as conflict:
        save_bulletin(team, W10, ada.person, draft(key_date=date(2019, 3, 13), key_date_text="Démo"), 1, WEDNESDAY)
    assert conflict.value.theirs.priorities == "Le texte de Grace"
    assert conflict.value.theirs.key_date is None


@pytest.mark.parametrize(
    ("base", "now", "refused"),
    [
        (0, datetime(2019, 3, 3, 22, 59, 59, tzinfo=UTC), FilingWindow.NOT_OPEN),
        (1, CLOSING, FilingWindow.CLOSED),
        (1, NEXT_CLOSING, FilingWindow.CLOSED),
        (0, NEXT_CLOSING, FilingWindow.OVER),
    ],
)
def test_what_comes_too_early_or_too_late_is_refused(
    team: Team, ada: Membership, base: int, now: datetime, refused: FilingWindow
) -> None:
    if base:
        make_bulletin(team, W10)
    with pytest.raises(WeekNotOpenError) as refusal:
        save_bulletin(team, W10, ada.person, draft(), base, now)
    assert refusal.value.window is refused


@pytest.mark.parametrize(
    ("active", "writes"),
    [
        ({"active_from": date(2019, 3, 11)}, False),  # the Monday after
        ({"active_from": date(2019, 3, 10)}, True),
        ({"active_until": date(2019, 3, 3)}, False),  # the Sunday before
        ({"active_until": date(2019, 3, 4)}, True),
    ],
)
def test_a_team_writes_in_the_weeks_in_which_it_is_active(
    team: Team, ada: Membership, active: dict[str, date], *, writes: bool
) -> None:
    for name, day in active.items():
        setattr(team, name, day)
    db.session.commit()
    if writes:
        assert save_bulletin(team, W10, ada.person, draft(), 0, WEDNESDAY).revision == 1
        return
    with pytest.raises(WeekNotOpenError) as refusal:
        save_bulletin(team, W10, ada.person, draft(), 0, WEDNESDAY)
    assert refusal.value.window is FilingWindow.OVER


@pytest.mark.parametrize(("made", "window"), [(-1, FilingWindow.LATE), (0, FilingWindow.LATE), (1, FilingWindow.OVER)])
def test_nothing_is_late_that_had_closed_when_the_promotion_was_made(
    team: Team, made: int, window: FilingWindow
) -> None:
    team.promotion.created_at = CLOSING + timedelta(minutes=made)
    db.session.commit()
    monday = CLOSING + timedelta(days=3)
    assert team_filing_window(team, W10, monday, written=False, issued=False) is window
    assert may_remind(team.promotion, W10, monday, issued=False) is (window is FilingWindow.LATE)
    assert team_filing_window(team, W10, monday, written=True, issued=False) is FilingWindow.CLOSED, "from a file"


def test_a_team_that_was_silent_joins_this_digest_before_the_freeze(team: Team, ada: Membership) -> None:
    bulletin = save_bulletin(team, W10, ada.person, draft("De justesse"), 0, CLOSING)
    assert not bulletin.late
    digest = issue(team.promotion, W10, now=DIGEST_AT)
    assert [(item["priorities"], item["late"]) for item in digest.content["bulletins"]] == [("De justesse", False)]


def test_after_the_freeze_it_is_late_and_joins_the_next_digest(app: Flask, team: Team, ada: Membership) -> None:
    first = issue(team.promotion, W10, now=DIGEST_AT)
    bulletin = save_bulletin(team, W10, ada.person, draft("Après coup"), 0, DIGEST_AT)
    assert bulletin.late
    save_bulletin(team, W10.next, ada.person, draft("Dans les temps"), 0, datetime(2019, 3, 13, 10, tzinfo=UTC))
    second = issue(team.promotion, W10.next, now=datetime(2019, 3, 15, 14, 5, tzinfo=UTC))
    third = issue(team.promotion, W10.next.next, now=datetime(2019, 3, 22, 14, 5, tzinfo=UTC))
    published = [
        [(b["priorities"], b["week"], b["late"]) for b in d.content["bulletins"]] for d in (first, second, third)
    ]
    assert published == [[], [("Dans les temps", "2019-W11", False), ("Après coup", "2019-W10", True)], []]
    assert second.content["teams"] == {"expected": 1, "wrote": 1, "paused": 0, "silent": 0}


def test_a_late_bulletin_is_sent_once_and_stands_in_the_archive(
    app: Flask, team: Team, ada: Membership, grace: Membership, clock: Traveller
) -> None:
    issue(team.promotion, W10, now=DIGEST_AT)
    clock.move_to("2019-03-11T09:00:00Z")
    receipt = visitor(app, ada).post(URL, data=form("Après coup"), follow_redirects=True)
    assert "Il est arrivé après le récapitulatif" in words(receipt.text)
    reader = visitor(app, make_member(team.promotion, "mentor", make_team(team.promotion)))
    assert "en retard Après coup" in words(reader.get("/promotion-3/weeks/2019-W10").text)

    again = visitor(app, ada).post(URL, data=form("Corrigé", revision=1))
    assert again.status_code == 409
    both = visitor(app, grace).post(URL, data=form("Grace aussi"))
    assert both.status_code == 409
    assert "Ada a enregistré ce bulletin pendant que vous écriviez" in words(both.text)
    assert "son bulletin ne peut plus être modifié" in words(both.text)
    for text in ("Après coup", "Grace aussi"):
        assert text in words(both.text)
    assert [text for _, text, *_ in revisions()] == ["Après coup"]


def save(team_id: int, week: Week, person_id: int, text: str, base: int, now: datetime) -> object:
    """One request's worth of saving; the refusal when there is one."""
    team, person = db.session.get_one(Team, team_id), db.session.get_one(Person, person_id)
    try:
        return save_bulletin(team, week, person, draft(text), base, now).revision
    except (WeekNotOpenError, EditConflictError) as refusal:
        return refusal


def freeze(promotion_id: int, week: Week, now: datetime) -> object:
    return issue(db.session.get_one(Promotion, promotion_id), week, now=now).id


def test_around_the_freeze_a_bulletin_is_told_now_or_late_and_never_lost(app: Flask, clock: Traveller) -> None:
    promotion = make_promotion()
    teams = [make_team(promotion) for _ in range(3)]
    people = [make_member(promotion, "eig", team).person_id for team in teams]
    weeks = [W10 + ahead for ahead in range(24)]
    for week in weeks:
        due = promotion.timetable.digest_due(week)
        assert due
        make_bulletin(teams[2], week)
        filers = [
            partial(save, team.id, week, person, f"{team.slug} {week}", 0, due)
            for team, person in zip(teams[:2], people, strict=False)
        ]
        editor = partial(save, teams[2].id, week, people[2], f"corrigé {week}", 1, due.replace(minute=0, hour=10))
        results = at_once(app, *filers, partial(freeze, promotion.id, week, due), editor)
        failures = [result for result in results if isinstance(result, Exception)]
        assert [failure for failure in failures if not isinstance(failure, WeekNotOpenError)] == []
        digest = db.session.scalars(select(Digest).where(Digest.week == week)).one()
        edited = db.session.scalars(
            select(Bulletin).where(Bulletin.team_id == teams[2].id, Bulletin.week == week)
        ).one()
        assert edited.priorities in [item["priorities"] for item in digest.content["bulletins"]]
    last = issue(promotion, weeks[-1].next, now=promotion.timetable.digest_due(weeks[-1].next))
    published = [
        (bulletin["team"], bulletin["week"], digest.week - Week.parse(bulletin["week"]), bulletin["late"])
        for digest in [*db.session.scalars(select(Digest).where(Digest.id != last.id)), last]
        for bulletin in digest.content["bulletins"]
    ]
    expected = sorted((team.name, str(week)) for team in teams for week in weeks)
    assert sorted((team, week) for team, week, *_ in published) == expected
    assert {(after, late) for *_, after, late in published} <= {(0, False), (1, True)}
