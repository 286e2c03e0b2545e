"""Correcting and withdrawing: what changes, what does not, who sees what when two do it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.audit.models import AuditEntry
from app.bulletins.models import Bulletin, RemovedKeyDate, Revision
from app.clock import now
from app.corrections.notes import DigestChangedError, notes_of, remove_note, write_note
from app.corrections.queries import digest_of, texts_of
from app.corrections.service import (
    correct_bulletin,
    correct_introduction,
    withdraw_from_bulletin,
    withdraw_introduction,
)
from app.corrections.stored_content import BulletinTexts
from app.corrections.words import WithdrawnPart
from app.database import db
from app.digests.introductions import find_introduction
from app.digests.models import Digest, DigestNote, Recipient
from app.digests.sending_again import send_again
from app.digests.service import find_digest, issue
from app.engagement.queries import call_figures
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.help_requests.service import resolve
from app.home.account import everything_about
from app.letters.delivery import deliver
from app.letters.models import Letter, Mailing
from app.letters.states import State
from app.teams.models import FormerTeamName, Person
from tests.builders import make_bulletin, make_member, make_team
from tests.corrections.conftest import CALL, DATE, INTRODUCTION, NOW, PRIORITY, STORY, W10, W11, World
from tests.fixtures.relay import Relay
from tests.threads import at_once, while_under_way

Act = Callable[[], bool]


def correct(world: World, *, note: str = "", **changes: object) -> bool:
    texts = replace(texts_of(world.bulletin), **changes)
    return correct_bulletin(world.bulletin, texts, note, world.digest.revision, world.coordinator, now())


def withdraw(world: World, part: WithdrawnPart = WithdrawnPart.BULLETIN, *, team_asked: bool = True) -> bool:
    revision = world.digest.revision
    return withdraw_from_bulletin(world.bulletin, part, revision, world.coordinator, now(), team_asked=team_asked)


def page_of(world: World, week: object = W10, locale: str = "fr") -> str:
    digest = find_digest(world.promotion.id, week)
    assert digest
    return next(text.html for text in digest.texts if text.locale == locale)


def notes(world: World, week: object = W10) -> list[str]:
    return [note.text for note in notes_of(world.promotion.id, week)]


def test_a_correction_is_in_every_digest_that_told_the_text_and_says_since_when(world: World) -> None:
    day = date(2019, 3, 14)
    assert correct(world, note="le 14, pas le 15", help="Qui connaît la **mauve** ?", key_date=day)
    for locale in ("fr", "en"):
        page = page_of(world, locale=locale)
        assert "Corrigé le 18 mars 2019\N{NO-BREAK SPACE}: le 14, pas le 15" in page
        assert "<strong>mauve</strong>" in page
        assert CALL not in page
        assert PRIORITY in page
    assert "mauve" in page_of(world, W11)
    assert CALL not in page_of(world, W11)
    assert DATE in page_of(world, W11)
    assert notes(world) == notes(world, W11) == ["Corrigé le 18 mars 2019\N{NO-BREAK SPACE}: le 14, pas le 15"]
    call = db.session.scalars(select(HelpRequest)).one()
    assert (call.state, call.text) == (HelpState.OPEN, "Qui connaît la **mauve** ?")
    assert (world.bulletin.key_day, world.bulletin.key_date and world.bulletin.key_date.sequence) == (day, 1)


def test_only_what_was_corrected_changes_in_a_digest(world: World) -> None:
    before = page_of(world)
    correct(world, ups_and_downs="Récolter la mauve")
    notice = '<p class="bl-late">Corrigé le 18 mars 2019.</p>'
    assert page_of(world).replace(notice, "").replace("mauve", STORY) == before


def test_a_withdrawal_changes_nothing_that_is_counted(world: World) -> None:
    def counted() -> object:
        contents = [digest.content["teams"] for digest in db.session.scalars(select(Digest).order_by(Digest.week))]
        bulletins = db.session.scalars(select(Bulletin).order_by(Bulletin.id))
        rows = [(b.week, b.team_id, b.mood, b.late, b.created_at) for b in bulletins]
        recipients = len(db.session.scalars(select(Recipient)).all())
        return contents, rows, recipients, call_figures(world.promotion.id).total

    before = counted()
    assert withdraw(world)
    assert withdraw_introduction(world.digest, world.digest.revision, world.coordinator, now())
    assert counted() == before


@pytest.mark.parametrize(
    ("part", "gone", "said"),
    [
        (WithdrawnPart.HELP, CALL, "Demande d’aide retirée le 18 mars 2019 par la coordination."),
        (WithdrawnPart.KEY_DATE, DATE, "Date clé retirée le 18 mars 2019 par la coordination."),
    ],
)
def test_one_part_is_withdrawn_and_the_rest_stays(world: World, part: WithdrawnPart, gone: str, said: str) -> None:
    assert withdraw(world, part, team_asked=False)
    assert gone not in page_of(world) + page_of(world, W11)
    assert PRIORITY in page_of(world)
    assert world.bulletin.notice == said
    assert notes(world) == notes(world, W11) == [said]
    assert world.bulletin.withdrawn_at is None


def test_a_withdrawn_call_is_closed_and_a_resolved_one_stays_resolved(world: World) -> None:
    call = db.session.scalars(select(HelpRequest)).one()
    resolve(call, world.lea.person, now())
    call.resolution = f"Par un ami de la {CALL}"
    db.session.commit()
    assert withdraw(world, WithdrawnPart.HELP)
    assert (call.state, call.resolution) == (HelpState.RESOLVED, "")
    assert call.text == "Demande d’aide retirée le 18 mars 2019 à la demande du défi."


def test_an_open_call_that_is_withdrawn_waits_for_nobody(world: World) -> None:
    assert withdraw(world)
    call = db.session.scalars(select(HelpRequest)).one()
    assert (call.state, call.closed_at, call.closed_by_id) == (HelpState.WITHDRAWN, NOW, world.coordinator)


def test_a_withdrawn_date_is_told_to_calendars_without_its_text(world: World) -> None:
    assert world.bulletin.key_date
    uid = world.bulletin.key_date.uid
    assert withdraw(world)
    removed = db.session.scalars(select(RemovedKeyDate)).one()
    assert (removed.uid, removed.sequence, removed.own_team_only) == (uid, 1, False)
    assert removed.text == "Retiré le 18 mars 2019 à la demande du défi."


def test_of_the_revisions_stays_who_saved_them_and_when(world: World) -> None:
    assert correct(world, priorities="Semer la mauve")
    first, second = db.session.scalars(select(Revision).where(Revision.bulletin_id == world.bulletin.id))
    assert (first.author_id, first.priorities, first.help, first.key_date) == (world.lea.person_id, "", "", None)
    assert (second.author_id, second.number, second.priorities) == (world.coordinator, 2, "Semer la mauve")
    assert world.bulletin.author_id == world.lea.person_id


def test_what_was_withdrawn_may_be_typed_again(world: World) -> None:
    withdraw(world)
    texts = BulletinTexts(priorities="Semer", ups_and_downs="Récolter")
    assert correct_bulletin(world.bulletin, texts, "", world.digest.revision, world.coordinator, now())
    assert (world.bulletin.withdrawn_at, world.bulletin.notice) == (None, "Rétabli le 18 mars 2019.")
    assert "Semer" in page_of(world)
    assert notes(world)[-1] == "Rétabli le 18 mars 2019."


def test_the_words_of_a_correction_go_with_what_is_withdrawn(world: World) -> None:
    assert correct(world, note="un nom", priorities="Semer")
    assert not correct(world, note="un nom")
    assert correct(world, note="un autre nom"), "the note alone"
    assert notes(world) == [world.bulletin.notice] == ["Corrigé le 18 mars 2019\N{NO-BREAK SPACE}: un autre nom"]
    assert withdraw(world)
    assert notes(world) == ["Retiré le 18 mars 2019 à la demande du défi."]
    assert "nom" not in page_of(world)


def test_other_words_take_the_place_of_the_first_ones_beside_each_digest(world: World) -> None:
    assert correct(world, note="Nina, pas Léa", help="Qui connaît la mauve ?")
    assert correct(world, note="un autre nom")
    assert notes(world) == notes(world, W11) == ["Corrigé le 18 mars 2019\N{NO-BREAK SPACE}: un autre nom"]


def test_a_note_is_taken_back_once_and_from_its_own_digest_alone(world: World) -> None:
    assert write_note(world.digest, None, "Il manque un défi.", 0, world.coordinator, now())
    (note,) = notes_of(world.promotion.id, W10)
    other = find_digest(world.promotion.id, W11)
    assert other
    for digest, removed in ((other, False), (world.digest, True), (world.digest, False)):
        assert remove_note(digest, note.id, world.coordinator, now()) is removed
    assert notes(world) == []


def test_an_introduction_is_corrected_then_withdrawn_then_put_back(world: World) -> None:
    change = partial(correct_introduction, note="", by=world.coordinator, now=now())
    assert change(world.digest, "Un mot sur la mauve", seen=world.digest.revision)
    assert "Mot de la coordination corrigé le 18 mars 2019." in page_of(world)
    assert "mauve" in page_of(world)
    assert withdraw_introduction(world.digest, world.digest.revision, world.coordinator, now())
    assert "mauve" not in page_of(world)
    assert "Mot de la coordination retiré le 18 mars 2019 par la coordination." in page_of(world)
    assert change(world.digest, "Bonjour", seen=world.digest.revision)
    row = find_introduction(world.promotion.id, W10)
    assert row
    assert (row.text, row.withdrawn_at, row.notice) == (
        "Bonjour",
        None,
        "Mot de la coordination rétabli le 18 mars 2019.",
    )


def test_an_introduction_is_in_the_export_of_who_wrote_it_last(world: World) -> None:
    other = make_member(world.promotion, "coordinator", name="Ada").person
    assert INTRODUCTION in str(everything_about(world.judith.person)["introductions_written"])
    correct_introduction(world.digest, "Un mot sur la mauve", "", world.digest.revision, other.id, now())
    assert everything_about(world.judith.person)["introductions_written"] == []
    assert everything_about(other)["introductions_written"] == [{"week": W10, "text": "Un mot sur la mauve"}]


def test_the_same_twice_is_done_once(world: World) -> None:
    seen = world.digest.revision
    texts = replace(texts_of(world.bulletin), priorities="Semer la mauve")
    corrects = partial(correct_bulletin, world.bulletin, texts, "", seen, world.coordinator, now())
    assert [corrects(), corrects()] == [True, False]
    seen = world.digest.revision
    withdraws = partial(withdraw_from_bulletin, world.bulletin, WithdrawnPart.HELP, seen, world.coordinator, now())
    assert [withdraws(team_asked=True), withdraws(team_asked=True)] == [True, False]
    removes = partial(withdraw_introduction, world.digest, world.digest.revision, world.coordinator, now())
    assert [removes(), removes()] == [True, False]
    noted = [note.text for note in db.session.scalars(select(DigestNote)) if note.digest_id == world.digest.id]
    assert noted == [
        "Demande d’aide retirée le 18 mars 2019 à la demande du défi.",
        "Mot de la coordination retiré le 18 mars 2019 par la coordination.",
    ]
    entries = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("week.text-"))).all()
    assert entries == ["week.text-corrected", "week.text-withdrawn", "week.text-withdrawn"]


def test_who_has_not_seen_the_last_change_is_refused_and_changes_nothing(world: World) -> None:
    seen = world.digest.revision
    assert write_note(world.digest, None, "Il manque un défi.", seen, world.coordinator, now())
    before = page_of(world)
    texts = replace(texts_of(world.bulletin), priorities="Semer la mauve")
    acts: list[Act] = [
        lambda: write_note(world.digest, None, "Un autre mot.", seen, world.coordinator, now()),
        lambda: correct_bulletin(world.bulletin, texts, "", seen, world.coordinator, now()),
        lambda: withdraw_from_bulletin(
            world.bulletin, WithdrawnPart.HELP, seen, world.coordinator, now(), team_asked=False
        ),
        lambda: correct_introduction(world.digest, "x", "", seen, world.coordinator, now()),
        lambda: withdraw_introduction(world.digest, seen, world.coordinator, now()),
    ]
    for act in acts:
        with pytest.raises(DigestChangedError):
            act()
        db.session.rollback()
    assert page_of(world) == before
    assert notes(world) == ["Il manque un défi."]


@pytest.mark.both_databases
def test_of_two_at_the_same_moment_one_is_told_of_the_other(app: Flask, world: World) -> None:
    bulletin_id, coordinator, seen = world.bulletin.id, world.coordinator, world.digest.revision
    texts = texts_of(world.bulletin)

    def correct_to(words: str) -> bool:
        row = db.session.get_one(Bulletin, bulletin_id)
        return correct_bulletin(row, replace(texts, priorities=words), "", seen, coordinator, NOW)

    results = at_once(app, lambda: correct_to("un"), lambda: correct_to("deux"))
    assert sorted(map(str, results)) == ["1", "True"]  # the second: the revision is another one
    assert any(isinstance(each, DigestChangedError) for each in results)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_what_another_has_done_meanwhile_is_not_done_again(app: Flask, world: World) -> None:
    bulletin_id, coordinator, seen = world.bulletin.id, world.coordinator, world.digest.revision
    texts = replace(texts_of(world.bulletin), key_date=date(2019, 3, 14))

    def correct_it() -> bool:
        row = db.session.get_one(Bulletin, bulletin_id)
        assert texts_of(row).key_date == date(2019, 3, 15)
        return correct_bulletin(row, texts, "", seen, coordinator, NOW)

    def first() -> None:
        correct_it()

    assert while_under_way(app, "UPDATE key_dates", first, correct_it) is False


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_call_that_its_team_resolves_at_that_moment_stays_resolved(app: Flask, world: World) -> None:
    bulletin_id, coordinator, seen, lea = (
        world.bulletin.id,
        world.coordinator,
        world.digest.revision,
        world.lea.person_id,
    )

    def resolve_it() -> None:
        call = db.session.scalars(select(HelpRequest)).one()
        resolve(call, db.session.get_one(Person, lea), NOW)

    def withdraw_it() -> bool:
        row = db.session.get_one(Bulletin, bulletin_id)
        assert db.session.scalars(select(HelpRequest.state)).one() is HelpState.OPEN
        return withdraw_from_bulletin(row, WithdrawnPart.HELP, seen, coordinator, NOW, team_asked=True)

    assert while_under_way(app, "UPDATE help_requests", resolve_it, withdraw_it) is True
    assert db.session.scalars(select(HelpRequest.state)).one() is HelpState.RESOLVED


def test_a_bulletin_is_withdrawn_whatever_its_team_is_called_by_now(world: World) -> None:
    team = world.bulletin.team
    team.former_names.append(FormerTeamName(name=team.name, until=date(2019, 3, 16)))
    team.name, team.key, team.slug = "Friche", "friche", "friche"
    db.session.flush()
    make_team(world.promotion, "Jachère")
    db.session.commit()
    assert withdraw(world)
    for week in (W10, W11):
        for word in (PRIORITY, STORY, CALL, DATE):
            assert word not in page_of(world, week)


@pytest.mark.both_databases
def test_letters_that_wait_say_what_is_right_and_those_that_have_left_stay(
    app: Flask, world: World, relay: Relay
) -> None:
    for letter in db.session.scalars(select(Letter).where(Letter.to_email != "lea@jachere.example")):
        letter.due_at = NOW + timedelta(hours=1)
    db.session.commit()
    deliver()
    assert PRIORITY in "".join(letter.text for letter in relay.messages)
    assert send_again(world.digest, world.lea, 0, world.coordinator, now())
    waiting = db.session.scalars(select(Letter).where(Letter.state == State.QUEUED)).all()
    assert "lea@jachere.example" in {letter.to_email for letter in waiting}
    known = {letter.id: letter.message_id for letter in waiting}
    relay.messages.clear()
    assert withdraw(world)
    for letter in waiting:
        letter.due_at = NOW
    db.session.commit()
    deliver()
    left = {letter.id: letter.message_id for letter in db.session.scalars(select(Letter)) if letter.id in known}
    assert left == known
    said = "".join(f"{letter.text}{letter.html}" for letter in relay.messages)
    assert len(relay.messages) == len(waiting) > 1
    assert PRIORITY not in said
    assert "Retiré le 18 mars 2019" in said
    assert set(db.session.scalars(select(Letter.state))) == {State.SENT}


def test_a_late_bulletin_that_waits_for_a_digest_is_published_as_corrected(world: World, clock: Traveller) -> None:
    late = make_bulletin(world.lea.team, W11, late=True, priorities="Tout le secret")  # type: ignore[arg-type]
    assert digest_of(late).week == W11
    assert withdraw_from_bulletin(
        late, WithdrawnPart.BULLETIN, digest_of(late).revision, world.coordinator, now(), team_asked=True
    )
    clock.move_to(datetime(2019, 3, 22, 14, 5, tzinfo=UTC))
    issue(world.promotion, W11.next, now=now())
    assert "Retiré le 18 mars 2019" in page_of(world, W11.next)
    assert "secret" not in "".join(db.session.scalars(select(Mailing.text)))
