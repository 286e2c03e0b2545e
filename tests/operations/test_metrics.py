"""`/metrics`: what is due and not done, in numbers that name and count nobody, for those who may read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from time_machine import Traveller

from app.database import db
from app.digests.moments import Decision
from app.digests.scheduling import decide
from app.digests.service import issue
from app.job_ticks.rules import Tick
from app.job_ticks.service import TickRecorder
from app.letters.delivery import deliver, queue_requested_letters
from app.letters.models import Bounce, Letter, SuppressedAddress
from app.letters.states import BounceVerdict
from app.operations.health import expected_schema
from app.teams.sign_in_requests import request_link
from app.version import product_version
from app.weeks import Week
from tests.builders import LONG_AGO, make_bulletin, make_member, make_promotion, make_team, saved
from tests.fixtures.site import make_config, running_app

W10 = Week.parse("2019-W10")
DUE = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
TOKEN = "a-token-of-the-monitoring"


def numbers(client: FlaskClient) -> dict[str, float]:
    """Every sample, by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        " ".join([sample.name.removeprefix("bulletins_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.both_databases
def test_what_is_due_and_not_done_is_counted(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    promotion = make_promotion(starts_on=W10.monday)
    team = make_team(promotion)
    make_bulletin(team, W10)
    for number in range(3):
        make_member(promotion, "eig", team, f"{number}@x.example")
    clock.move_to(DUE + timedelta(seconds=121))
    before = numbers(client)
    assert before[f"build_info {expected_schema()} {product_version()}"] == 1
    assert before["schema_current"] == 1
    assert before["digests_overdue"] == 1
    assert before["next_digest_timestamp_seconds"] == (DUE + timedelta(weeks=1)).timestamp()
    assert not any(name.startswith("job_last_tick") for name in before)
    issue(promotion, W10, now=DUE + timedelta(seconds=121))
    TickRecorder().record(Tick("letters", 1, DUE, failing_since=LONG_AGO))
    clock.shift(60)
    queued = numbers(client)
    assert (queued["digests_overdue"], queued["letters queued"], queued["oldest_due_letter_seconds"]) == (0, 3, 60)
    assert queued["job_last_tick_timestamp_seconds letters"] == DUE.timestamp()
    assert queued["job_failing letters"] == 1
    deliver()
    bounced = db.session.query(Letter.id).first()
    assert bounced
    saved(Bounce(fingerprint="f", letter_id=bounced.id, read_at=DUE, verdict=BounceVerdict.GONE, permanent=True))
    saved(SuppressedAddress(email="gone@x.example", since=LONG_AGO))
    sent = numbers(client)
    assert (sent["letters sent"], sent["letters queued"], sent["oldest_due_letter_seconds"]) == (3, 0, 0)
    assert (sent["bounces gone"], sent["bounces complaint"], sent["bounces_held"]) == (1, 0, 0)
    assert sent["suppressed_addresses"] == 1
    assert sent["relay_failing"] == 0


def test_after_the_last_digest_there_is_no_next_one(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    make_promotion()
    clock.move_to("2019-11-08T14:05:00Z")
    assert "next_digest_timestamp_seconds" not in numbers(client)


def test_the_next_digest_is_the_one_put_off_into_another_week_unless_it_was_issued_by_hand(
    app: Flask, client: FlaskClient, clock: Traveller
) -> None:
    promotion = make_promotion(starts_on=W10.monday)
    monday = datetime(2019, 3, 11, 9, 0, tzinfo=UTC)
    decide(promotion, W10, Decision(put_off_to=monday), 0, None, DUE)
    clock.move_to(monday - timedelta(hours=1))
    assert numbers(client)["next_digest_timestamp_seconds"] == monday.timestamp()
    issue(promotion, W10, now=monday - timedelta(hours=1))
    assert numbers(client)["next_digest_timestamp_seconds"] == (DUE + timedelta(weeks=1)).timestamp()


def test_no_number_tells_who_asked_for_a_sign_in_link(app: Flask, client: FlaskClient) -> None:
    make_member(make_promotion(), email="lea@jachere.example")
    told = []
    for email in ("lea@jachere.example", "stranger@x.example"):
        before = numbers(client)
        request_link(email, datetime(2019, 3, 6, 10, tzinfo=UTC))
        queue_requested_letters(datetime(2019, 3, 6, 10, tzinfo=UTC))
        told.append({name for name, value in numbers(client).items() if value != before[name]})
    assert [changed - {"disk_free_bytes"} for changed in told] == [set(), set()]


@pytest.mark.parametrize(
    ("proxies", "environ", "status"),
    [
        (0, {}, 200),
        (0, {"REMOTE_ADDR": "::1"}, 200),
        (0, {"REMOTE_ADDR": "192.0.2.7"}, 403),
        (0, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 403),  # a proxy on this machine that PROXIES forgets
        (0, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        (1, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        (1, {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        (1, {"REMOTE_ADDR": "192.0.2.7"}, 403),
        (1, {"HTTP_FORWARDED": "for=192.0.2.7"}, 403),
        (1, {"HTTP_VIA": "1.1 proxy"}, 403),
        (1, {}, 200),  # the monitoring of this machine, past the proxy
        (0, {"REMOTE_ADDR": "not an address"}, 403),
    ],
)
def test_without_a_token_only_this_machine_may_read(
    database: str, proxies: int, environ: dict[str, str], status: int
) -> None:
    for app in running_app(make_config(database_url=database, proxies=proxies)):
        assert app.test_client().get("/metrics", environ_overrides=environ).status_code == status


def test_in_production_nobody_reads_without_a_token(app: Flask, client: FlaskClient) -> None:
    """A proxy on this machine that adds no header would look like a program here."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], production=True)
    answer = client.get("/metrics")
    assert (answer.status_code, answer.text) == (403, "set METRICS_TOKEN, and say it: Authorization: Bearer …\n")


def test_with_a_token_only_who_has_it_may_read(app: Flask, client: FlaskClient) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], metrics_token=TOKEN)
    for wrong in (None, TOKEN, f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", "Bearer é", f"Bearer {TOKEN[:-1]}"):
        answer = client.get("/metrics", headers={"Authorization": wrong} if wrong else {})
        assert answer.status_code == 401, wrong
        assert "bulletins_" not in answer.text
    assert client.get(f"/metrics?token={TOKEN}").status_code == 401
    answer = client.get(
        "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}
    )
    assert answer.status_code == 200
    assert "bulletins_build_info" in answer.text
