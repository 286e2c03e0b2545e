"""What the channels are told, when, and once: through a real server that plays the chat services."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from email import charset

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import Traveller

from app.channels import sender
from app.channels.models import Channel, ChannelMessage
from app.channels.service import find_channel, read_url, send_test, set_channel, tell_channels
from app.clock import now
from app.database import db
from app.digests.moments import Decision
from app.digests.scheduling import decide
from app.digests.service import issue, issue_due
from app.jobs import run_schedule, send_to_channels
from app.letters.models import Letter
from app.teams.models import DayOff, Pause, Promotion, Team
from app.weeks import Week
from tests.builders import make_bulletin, saved
from tests.channels.chat import MATRIX_TOKEN, TOKEN, ChatServer
from tests.channels.conftest import Cast
from tests.pages import words
from tests.threads import at_once

W10 = Week.parse("2019-W10")
FRIDAY = "2019-03-08T{}:00Z"  # Paris is an hour ahead


def never() -> bool:
    return False


def put(people: Cast, team: Team | None, address: str) -> Channel:
    return set_channel(people.promotion, team, address, 0, people.coordinator.person_id, now())


def tell(clock: Traveller, people: Cast, time: str) -> int:
    clock.move_to(FRIDAY.format(time))
    return tell_channels(people.promotion, now(), never)


def heard(chat: ChatServer) -> list[str]:
    """What came since the last time, white space as it is read."""
    texts = [words(text) for text in chat.texts]
    chat.requests.clear()
    return texts


def test_loading_apprise_changes_nothing_of_how_letters_are_encoded(people: Cast, chat: ChatServer) -> None:
    charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")  # as its plugin for mail does
    channel = put(people, people.brancard, chat.mattermost)
    assert send_test(channel, now())
    assert charset.Charset("utf-8").header_encoding == charset.SHORTEST


def test_a_team_that_has_not_written_hears_so_at_the_moments_of_the_letters(
    people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    put(people, people.brancard, chat.mattermost)
    assert [tell(clock, people, time) for time in ("08:59", "09:00", "09:01", "13:00", "13:45", "14:00")] == [
        0,
        1,
        0,
        1,
        1,
        0,
    ]
    told = "Ce défi n’a pas encore écrit son bulletin. La semaine ferme à 15 h. http://localhost/promotion-3/bulletin"
    assert {asked.path for asked in chat.requests} == {f"/hooks/{TOKEN}"}
    assert heard(chat) == [told] * 3


def test_no_picture_of_another_site_comes_with_it(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    put(people, people.brancard, chat.mattermost)
    tell(clock, people, "09:00")
    (asked,) = chat.requests
    assert set(asked.body) <= {"text", "username"}
    assert "github" not in str(asked)


def test_a_team_that_has_written_or_is_paused_hears_nothing(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    put(people, people.brancard, chat.mattermost)
    put(people, people.jachere, f"{chat.mattermost}1")
    make_bulletin(people.brancard, W10)
    saved(Pause(team_id=people.jachere.id, first_week=W10, last_week=W10))
    assert [tell(clock, people, time) for time in ("09:00", "13:00")] == [0, 0]


def test_the_promotion_hears_how_many_have_written_first_and_last_and_never_who(
    people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    put(people, None, chat.mattermost)
    make_bulletin(people.brancard, W10)
    assert [tell(clock, people, time) for time in ("09:00", "13:00", "13:45")] == [1, 0, 1]
    told = "Défis qui ont écrit leur bulletin : 1 sur 3. La semaine ferme à 15 h. http://localhost/promotion-3/"
    assert heard(chat) == [told] * 2
    for team in people.promotion.teams[1:]:
        make_bulletin(team, "2019-W11")
    make_bulletin(people.brancard, "2019-W11")
    clock.move_to("2019-03-15T09:00:00Z")
    assert tell_channels(people.promotion, now(), never) == 0, "all have written"


def test_a_holiday_moves_them_as_it_moves_the_letters(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    put(people, people.brancard, chat.mattermost)
    saved(DayOff(promotion_id=people.promotion.id, day=date(2019, 3, 8)))
    db.session.expire_all()
    assert tell(clock, people, "09:00") == 0
    clock.move_to("2019-03-07T09:00:00Z")
    assert tell_channels(people.promotion, now(), never) == 1


def test_a_digest_that_is_out_is_told_with_its_page(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    put(people, None, chat.mattermost)
    make_bulletin(people.brancard, W10)
    clock.move_to(FRIDAY.format("14:05"))
    issue(people.promotion, W10, now=now())
    assert [tell(clock, people, time) for time in ("14:05", "14:06", "19:00")] == [1, 0, 0]
    told = "Le récapitulatif de la semaine du 4 au 8 mars est paru. http://localhost/promotion-3/digests/2019-W10"
    assert heard(chat) == [told]


def test_a_digest_issued_before_its_time_ends_the_reminders_and_one_held_back_is_not_told(
    people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    put(people, None, chat.mattermost)
    put(people, people.jachere, f"{chat.mattermost}1")
    make_bulletin(people.brancard, W10)
    make_bulletin(people.brancard, "2019-W11")
    clock.move_to(FRIDAY.format("12:00"))
    issue(people.promotion, W10, now=now())
    assert tell(clock, people, "12:00") == 1
    assert [tell(clock, people, time) for time in ("13:00", "13:45")] == [0, 0]
    decide(people.promotion, Week.parse("2019-W11"), Decision(held=True), 0, None, now())
    clock.move_to("2019-03-15T14:10:00Z")
    assert issue_due(people.promotion, now()) == []
    assert tell_channels(people.promotion, now(), never) == 0


def test_what_was_issued_for_the_archive_or_before_the_channel_was_set_is_not_news(
    people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    make_bulletin(people.brancard, W10)
    clock.move_to(FRIDAY.format("14:05"))
    issue(people.promotion, W10, now=now(), letters=False)
    clock.shift(60)
    put(people, None, chat.mattermost)
    assert tell_channels(people.promotion, now(), never) == 0
    clock.move_to("2019-03-15T13:45:01Z")
    late = put(people, people.jachere, f"{chat.mattermost}1")
    clock.shift(1)
    assert late.set_at < now()
    tell_channels(people.promotion, now(), never)
    assert [text for text in heard(chat) if "Ce défi" in text] == [], "the reminder was before"


@pytest.mark.both_databases
def test_four_processes_at_once_tell_a_moment_once(
    app: Flask, people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    put(people, people.brancard, chat.mattermost)
    put(people, None, f"{chat.mattermost}1")
    clock.move_to(FRIDAY.format("09:00"))
    promotion_id = people.promotion.id

    def tick() -> int:
        return tell_channels(db.session.get_one(Promotion, promotion_id), now(), never)

    counts = at_once(app, *[tick] * 4)
    assert sum(count for count in counts if isinstance(count, int)) == 2, counts
    assert len(chat.texts) == 2
    assert db.session.query(ChannelMessage).count() == 2


def test_a_message_that_is_not_taken_is_tried_once_and_shown(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    channel = put(people, people.brancard, chat.mattermost)
    chat.status = 500
    assert [tell(clock, people, time) for time in ("09:00", "09:01")] == [0, 0]
    assert len(chat.requests) == 1
    assert channel.failing_since == now().replace(minute=0)
    chat.status = 200
    assert tell(clock, people, "13:00") == 1
    assert (channel.failing_since, channel.told_at) == (None, now())


def test_a_server_that_never_answers_delays_no_letter(
    people: Cast, chat: ChatServer, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters are another job: the reminders are queued while the chat server is still waited for."""
    assert sender.TIMEOUT <= 10
    monkeypatch.setattr(sender, "TIMEOUT", 0.2)
    channel = put(people, people.brancard, chat.mattermost)
    chat.hangs = True
    clock.move_to(FRIDAY.format("09:00"))
    send_to_channels(never)
    assert channel.failing_since == now()
    run_schedule(never)
    assert db.session.query(Letter).count() > 0
    chat.released.set()


def test_a_redirect_is_not_followed(people: Cast, chat: ChatServer, clock: Traveller) -> None:
    channel = put(people, people.brancard, chat.mattermost)
    chat.status, chat.location = 307, f"http://{chat.host}/elsewhere"
    assert not send_test(channel, now())
    assert [asked.path for asked in chat.requests] == [f"/hooks/{TOKEN}"]


def test_matrix_is_spoken_with_by_its_token_and_never_signs_in(
    people: Cast, chat: ChatServer, clock: Traveller
) -> None:
    put(people, people.brancard, chat.matrix)
    assert [tell(clock, people, time) for time in ("09:00", "13:00")] == [1, 1]
    paths = [asked.path for asked in chat.requests]
    assert [path for path in paths if "login" in path or "register" in path or "well-known" in path] == []
    assert all(asked.authorization == f"Bearer {MATRIX_TOKEN}" for asked in chat.requests)
    sent = [asked.body["body"] for asked in chat.requests if "/send/" in asked.path]
    assert len(sent) == 2, paths
    assert {path.split("/rooms/")[1].split("/")[0] for path in paths if "/send/" in path} == {"%21room%3Achat.example"}


def test_nothing_secret_is_logged_whatever_goes_wrong(
    people: Cast,
    chat: ChatServer,
    clock: Traveller,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO)
    mattermost, matrix = put(people, None, chat.mattermost), put(people, people.brancard, chat.matrix)
    chat.status = 403
    taken = [send_test(channel, now()) for channel in (mattermost, matrix)]
    chat.hangs = True
    monkeypatch.setattr(sender, "TIMEOUT", 0.2)
    taken += [send_test(channel, now()) for channel in (mattermost, matrix)]
    assert taken == [False, True, False, False]
    chat.released.set()
    assert caplog.text.count("was not taken") == 3
    assert TOKEN not in caplog.text
    assert MATRIX_TOKEN not in caplog.text


def test_an_address_is_stored_encrypted_and_follows_the_key(app: Flask, people: Cast, chat: ChatServer) -> None:
    old, new = "a-key-for-tests-that-is-long-enough", "another-key-for-tests-that-is-long-enough"
    channel = put(people, people.brancard, chat.mattermost)
    stored = db.session.scalars(select(Channel.url)).one()
    assert TOKEN not in stored
    use_keys(app, new, old)
    assert read_url(channel) == chat.mattermost
    assert send_test(channel, now())
    use_keys(app, new)
    found = find_channel(people.promotion.id, people.brancard.id)
    assert found
    assert read_url(found) == chat.mattermost, "what was sent since is encrypted with the new key"
    use_keys(app, old)
    assert read_url(found) is None
    assert not send_test(found, now())


def use_keys(app: Flask, key: str, *fallbacks: str) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, secret_key=key, secret_key_fallbacks=fallbacks)
