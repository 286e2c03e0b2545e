"""A relay that refuses, hangs up, or falls silent, at every step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.letters.delivery import deliver, deliver_one_pass
from app.letters.mailing_status import StatusCounts, find_mailing_status
from app.letters.relay_status import find_trouble, get_relay
from app.letters.states import EventType, Reason, State
from tests.letters.conftest import FRIDAY, Clock, events, letters, queue, use_relay
from tests.letters.scripted_relay import HANG_UP, SILENCE, ScriptedRelay

IMPATIENT = {"command_timeout": 1.0, "answer_timeout": 1.0}
NOWHERE = "smtp://127.0.0.1:1"

BEFORE_THE_END = [
    *[(step, answer) for step in ("MAIL", "RCPT", "DATA") for answer in ("421 closing", HANG_UP, SILENCE)],
    ("MAIL", "530 sign in first"),
    ("DATA", "250 what?"),
    ("CONTENT", "421 closing"),
]


@pytest.mark.parametrize(("step", "answer"), BEFORE_THE_END)
def test_trouble_before_the_whole_letter_was_sent_costs_nothing(
    app: Flask, either_relay: ScriptedRelay, now: Clock, step: str, answer: str
) -> None:
    use_relay(app, either_relay.url, **(IMPATIENT if answer is SILENCE else {}))
    either_relay.script[step] = [answer]
    queue(number=2)
    counts = deliver(now)
    assert counts.sent == 2
    assert counts.run.relay_errors == 1
    assert {got.recipient for got in either_relay.got} == {f"member{i}@promotion.example" for i in range(2)}
    assert len(either_relay.got) == 2
    assert [event.type for event in events()] == [EventType.RELAY_FAULT]
    assert [letter.deferrals for letter in letters()] == [0, 0]


def test_a_connection_that_ends_while_there_is_content_left_to_send_costs_nothing(
    app: Flask, either_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script["MID-CONTENT"] = [HANG_UP]
    queue(text="Une ligne.\n" * 800_000)  # more than the buffers of both ends hold
    counts = deliver(now)
    assert (counts.sent, counts.run.relay_errors, counts.run.interrupted) == (1, 1, 0)


@pytest.mark.parametrize(("step", "answer"), [("MID-CONTENT", HANG_UP), ("CONTENT", HANG_UP), ("CONTENT", SILENCE)])
def test_trouble_once_everything_was_handed_to_the_network_is_an_interruption(
    app: Flask, either_relay: ScriptedRelay, now: Clock, step: str, answer: str
) -> None:
    use_relay(app, either_relay.url, **(IMPATIENT if answer is SILENCE else {}))
    either_relay.script[step] = [answer]
    queue()
    counts = deliver(now)
    assert (counts.sent, counts.queued, counts.run.interrupted) == (0, 1, 1)
    assert [event.type for event in events()] == [EventType.INTERRUPTED, EventType.QUEUED_AGAIN]
    now.pass_time(minutes=1)
    assert deliver(now).sent == 1
    assert letters()[0].message_id.encode() in either_relay.got[0].raw


def test_at_most_once_leaves_the_interrupted_letter_to_a_person(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], interrupted_letters="at_most_once")
    scripted_relay.script["CONTENT"] = [HANG_UP]
    queue()
    assert deliver(now).unknown == 1
    now.pass_time(hours=100)
    assert deliver(now).unknown == 1
    assert scripted_relay.got == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize("code", ["451"])  # only its first figure matters: see the tests of what an answer means
def test_later_means_deferred_at_every_step(
    app: Flask, either_relay: ScriptedRelay, now: Clock, step: str, code: str
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script[step] = [f"{code} later"]
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.deferred) == (1, 1)
    assert letters()[0].smtp_code == int(code)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "CONTENT"])
def test_never_means_failed_at_every_step_for_that_letter_only(
    app: Flask, either_relay: ScriptedRelay, now: Clock, step: str
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script[step] = ["550 no"]
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (1, 1)
    assert letters()[0].reason is Reason.REFUSED
    assert either_relay.connections == 1  # the connection is still good


def test_a_pipelining_relay_that_goes_ahead_without_a_recipient_gets_no_content(app: Flask, now: Clock) -> None:
    with ScriptedRelay(pipelining=True) as relay:
        use_relay(app, relay.url)
        relay.script["RCPT"] = ["550 no such mailbox"]
        queue()
        assert deliver(now).failed == 1
        assert relay.got == []
        assert "RSET" in relay.heard


def test_a_connection_that_the_relay_has_enough_of_is_replaced_without_blame(
    app: Flask, either_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script["MAIL"] = ["250 OK", "421 enough for one connection"]
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.run.relay_errors) == (2, 0)
    assert either_relay.connections == 2


def test_one_connection_carries_all_letters(app: Flask, either_relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, either_relay.url)
    queue(number=10)
    deliver(now)
    assert either_relay.connections == 1


def test_a_relay_that_cannot_be_reached_touches_no_letter(app: Flask, now: Clock) -> None:
    use_relay(app, NOWHERE)
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.queued) == (0, 2)
    assert not counts.run.clean
    assert [letter.attempts for letter in letters()] == [0, 0]
    assert events() == []
    assert find_trouble()
    assert get_relay().failing_since == now.moment
    assert "refused" in get_relay().last_error


@pytest.mark.parametrize("greeting", ["554 go away", "421 busy", HANG_UP])
def test_a_relay_that_greets_with_a_refusal_touches_no_letter(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock, greeting: str
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["CONNECT"] = [greeting]
    queue()
    assert deliver(now).queued == 1
    assert letters()[0].attempts == 0
    assert deliver(now).sent == 1


def test_after_many_errors_in_a_row_the_run_is_paused(app: Flask, scripted_relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, scripted_relay.url, breaker_after=3)
    scripted_relay.script["MAIL"] = ["421 no"] * 3
    queue(number=5)
    tally = deliver_one_pass(now)
    assert (tally.paused, tally.sent, tally.relay_errors) == (True, 0, 3)
    assert deliver_one_pass(now).sent == 0  # still paused
    assert scripted_relay.connections == 3
    now.pass_time(seconds=29)
    assert deliver_one_pass(now).sent == 0
    now.pass_time(seconds=1)
    assert deliver_one_pass(now).sent == 5
    assert find_trouble() is None


def test_errors_with_a_letter_between_them_are_not_in_a_row(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url, breaker_after=3)
    scripted_relay.script["RCPT"] = ["421 no", "421 no", "250 OK", "421 no", "421 no"]
    queue(number=2)
    report = deliver_one_pass(now)
    assert (report.paused, report.sent, report.relay_errors) == (False, 2, 4)


def test_after_a_pause_one_more_error_pauses_again(app: Flask, scripted_relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, scripted_relay.url, breaker_after=3)
    scripted_relay.script["MAIL"] = ["421 no"] * 4
    queue()
    deliver_one_pass(now)
    now.pass_time(seconds=31)
    assert deliver_one_pass(now).relay_errors == 1
    assert get_relay().paused_until is not None
    assert scripted_relay.got == []


def test_somebody_who_runs_it_by_hand_is_not_kept_waiting(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url, breaker_after=1)
    scripted_relay.script["MAIL"] = ["421 no"]
    queue()
    deliver_one_pass(now)
    assert deliver(now).sent == 1


def test_refused_recipients_do_not_open_the_breaker(app: Flask, scripted_relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, scripted_relay.url, breaker_after=2)
    scripted_relay.script["RCPT"] = ["550 no"] * 5
    queue(number=6)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (1, 5)


def test_a_refused_sender_stops_the_run_before_every_letter_has_failed(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url, breaker_after=2)
    scripted_relay.script["MAIL"] = ["550 sender not allowed"] * 10
    queue(number=6)
    counts = deliver(now)
    assert (counts.failed, counts.queued) == (2, 4)


def test_a_relay_that_answers_again_no_longer_fails_even_if_it_refuses_the_recipient(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, NOWHERE)
    queue()
    deliver(now)
    scripted_relay.script["RCPT"] = ["550 no such mailbox"]
    use_relay(app, scripted_relay.url)
    deliver(now)
    assert find_trouble() is None


def test_a_relay_that_fails_is_known_since_when(app: Flask, now: Clock) -> None:
    use_relay(app, NOWHERE)
    queue()
    deliver(now)
    first = now.moment
    now.pass_time(hours=2)
    deliver(now)
    assert get_relay().failing_since == first


def test_a_relay_that_cannot_be_reached_for_72_hours_is_told_from_the_first_and_costs_no_letter(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, NOWHERE)
    queue(number=3)
    first = now.moment
    for _hour in range(73):
        assert deliver_one_pass(now).relay_errors == 1
        assert get_relay().failing_since == first
        now.pass_time(hours=1)
    use_relay(app, scripted_relay.url)
    assert deliver_one_pass(now).sent == 3
    assert find_trouble() is None


def test_a_relay_that_says_later_to_everybody_for_72_hours_is_told_from_the_first_with_its_words(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["RCPT"] = ["451 come back later"] * 3 * 73
    queue(number=3)
    for _hour in range(72):
        assert deliver_one_pass(now).deferred == 3
        status = find_mailing_status("mailing:1")
        assert status
        assert status.counts == StatusCounts(deferred=3)
        assert {(letter.smtp_code, letter.smtp_text) for letter in status.in_trouble} == {(451, "come back later")}
        now.pass_time(hours=1)
    assert deliver_one_pass(now).failed == 3
    assert {letter.reason for letter in letters()} == {Reason.GIVEN_UP}


@pytest.mark.parametrize("connections", [1, 3])
def test_several_connections_survive_a_relay_that_hangs_up(
    app: Flask, either_relay: ScriptedRelay, now: Clock, connections: int
) -> None:
    use_relay(app, either_relay.url, connections=connections, breaker_after=100)
    either_relay.script["DATA"] = [HANG_UP] * 5
    queue(number=12)
    assert deliver(now).sent == 12
    assert len({got.recipient for got in either_relay.got}) == len(either_relay.got) == 12
    assert {letter.state for letter in letters()} == {State.SENT}


@pytest.mark.parametrize(("step", "state"), [("RCPT", State.FAILED), ("CONTENT", State.FAILED)])
def test_what_a_relay_says_is_kept_as_one_line_of_plain_signs(
    app: Flask, either_relay: ScriptedRelay, now: Clock, step: str, state: State
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script[step] = ["550 no\x00 such\tmail\x1b[31mbox"]
    queue()
    deliver(now)
    [letter] = letters()
    assert (letter.state, letter.smtp_code, letter.smtp_text) == (state, 550, "no such mail [31mbox")


DENIED = "554 5.7.1 <member@promotion.example>: Relay access denied"


@pytest.mark.parametrize("answer", [DENIED, "550 relay not permitted", "550 5.7.60 client does not have permissions"])
def test_a_relay_that_refuses_everybody_fails_no_letter(
    app: Flask, either_relay: ScriptedRelay, now: Clock, answer: str
) -> None:
    use_relay(app, either_relay.url)
    either_relay.script["RCPT"] = [answer] * 10
    queue(number=20)
    counts = deliver(now)
    assert (counts.sent, counts.failed, counts.deferred, counts.queued) == (0, 0, 2, 18)
    assert counts.run.paused
    trouble = find_trouble()
    assert trouble
    assert "…" in trouble.error or "@" not in answer
    now.pass_time(minutes=1)
    assert deliver(now).failed == 0, "it is known by now: the first one blames the relay"
    either_relay.script.clear()
    now.pass_time(hours=2)
    assert deliver(now).sent == 20
    assert find_trouble() is None


def test_a_relay_that_took_last_weeks_letters_and_refuses_all_of_todays_fails_none(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    queue()
    assert deliver(now).sent == 1
    now.pass_time(days=7)
    scripted_relay.script["RCPT"] = [DENIED] * 10
    queue(number=20, reference="mailing:2", created_at=now())
    counts = deliver(now)
    assert (counts.failed, counts.deferred, counts.queued) == (0, 2, 18)
    scripted_relay.script["RCPT"] = [DENIED.replace("member@", "other@")]
    now.pass_time(seconds=31)
    counts = deliver(now)
    assert (counts.sent, counts.deferred, counts.run.relay_errors) == (0, 2, 1), "known, whoever the recipient is"
    scripted_relay.script.clear()
    for _ in range(3):  # as the job process goes on: the pause, then the two that were deferred
        now.pass_time(minutes=1)
        deliver_one_pass(now)
    assert len({got.recipient for got in scripted_relay.got}) == 20
    assert len(scripted_relay.got) == 21, "one of last week, and each of today's once"


def test_a_quota_that_refuses_all_after_the_first_fails_none(
    app: Flask, either_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, either_relay.url)
    quota = "554 5.7.1 You have reached your sending limit"
    either_relay.script["RCPT"] = ["250 OK"] * 3 + [quota] * 12
    queue(number=20)
    counts = deliver(now)
    assert (counts.sent, counts.failed, counts.deferred, counts.queued) == (3, 0, 7, 10)
    assert counts.run.paused
    trouble = find_trouble()
    assert trouble
    assert "sending limit" in trouble.error
    now.pass_time(minutes=1)
    counts = deliver(now)
    assert (counts.failed, counts.run.sent) == (0, 0)
    assert counts.run.paused, "it is known by now: the first one blames the relay"
    either_relay.script.clear()
    now.pass_time(hours=2)
    assert deliver(now).sent == 17
    assert len({got.recipient for got in either_relay.got}) == len(either_relay.got) == 20


def test_a_policy_that_refuses_one_among_others_twice_fails_its_letter(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["RCPT"] = ["250 OK", "550 5.7.1 no"]
    queue(number=4)
    counts = deliver(now)
    assert (counts.sent, counts.deferred, counts.run.relay_errors) == (3, 1, 0), "it is asked for once more"
    now.pass_time(minutes=1)
    scripted_relay.script["RCPT"] = ["550 5.7.1 no"]
    counts = deliver(now)
    assert (counts.failed, counts.run.relay_errors) == (1, 0)


def test_the_first_of_an_edition_that_a_policy_refuses_is_tried_once_more(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["RCPT"] = ["550 5.7.1 no", "550 5.7.1 no"]
    queue(number=4)
    counts = deliver(now)
    assert (counts.sent, counts.deferred, counts.failed) == (2, 2, 0)
    assert find_trouble() is None
    now.pass_time(minutes=1)
    scripted_relay.script["RCPT"] = ["550 5.7.1 no"] * 2
    assert deliver(now).failed == 2, "others were accepted: these two are about their recipients"


def test_refusals_of_recipients_between_them_are_no_row(app: Flask, scripted_relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["RCPT"] = ["550 5.7.1 no", "550 5.7.1 no", "550 5.1.1 unknown", "550 5.7.1 no"]
    queue(number=4)
    counts = deliver(now)
    assert (counts.deferred, counts.failed, counts.run.relay_errors) == (3, 1, 0)


def test_a_refusal_that_may_be_about_us_does_not_say_that_a_failing_relay_works(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, NOWHERE)
    queue()
    deliver(now)
    since = get_relay().failing_since
    use_relay(app, scripted_relay.url)
    scripted_relay.script["RCPT"] = [DENIED]
    now.pass_time(minutes=1)
    assert deliver(now).deferred == 1
    assert get_relay().failing_since == since == FRIDAY


def test_a_sender_that_is_refused_again_and_again_fails_two_letters_at_most(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    scripted_relay.script["MAIL"] = ["550 sender not allowed"] * 40
    queue(number=20)
    for _ in range(3):
        assert deliver(now).run.paused
        assert [letter.state for letter in letters()].count(State.FAILED) == 2
        now.pass_time(minutes=1)
