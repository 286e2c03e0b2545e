"""Encryption and passwords on the way to the relay."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from app.development.smtp import LoopbackServer
from app.letters.message import OutgoingMessage
from app.letters.retry_policy import Outcome, Verdict
from app.letters.transport import Transport, make_transport, ssl_context
from tests.letters.scripted_relay import ScriptedRelay

CERTIFICATE = Path(__file__).parent / "loopback.pem"  # self-signed, for 127.0.0.1, with its key
NETWORK_CERTIFICATE = Path(__file__).parent / "network.pem"  # the same for 127.0.0.2
NETWORK = "127.0.0.2"  # an address of this machine that the product takes for that of another one
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
LETTER = OutgoingMessage("bounces+1.a@bulletins.example", "anne@promotion.example", b"Subject: x\r\n\r\nText\r\n")


class Keeper:
    """Keeps letters, and whether they came encrypted."""

    def __init__(self) -> None:
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 — aiosmtpd's name
        self.encrypted.append(session.ssl is not None)
        return "250 Kept"


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    success = (data.login, data.password) == (b"us&er", b"pass word")
    return AuthResult(success=success, handled=False)  # or a refusal is never told, and the client waits


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def plain_relay(keeper: Keeper) -> Iterator[LoopbackServer]:
    """A relay that wants a password and offers no encryption."""
    server = LoopbackServer(keeper, authenticator=authenticate, auth_required=True, auth_require_tls=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def encrypting_relay(keeper: Keeper) -> Iterator[LoopbackServer]:
    """A relay that offers STARTTLS with a certificate that nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server = LoopbackServer(keeper, tls_context=context, require_starttls=True, authenticator=authenticate)
    server.start()
    yield server
    server.stop()


def transport(url: str) -> Transport:
    return make_transport(url, helo="bulletins.example", command_timeout=5, answer_timeout=5)


def sent(url: str) -> Outcome:
    channel = transport(url)
    outcome = channel.send(LETTER)
    channel.close()
    return outcome


def test_starttls_is_used_where_it_is_offered(encrypting_relay: LoopbackServer, keeper: Keeper) -> None:
    assert sent(encrypting_relay.url).verdict is Verdict.ACCEPTED
    assert keeper.encrypted == [True]


def test_no_password_goes_to_a_relay_that_nobody_vouches_for(encrypting_relay: LoopbackServer, keeper: Keeper) -> None:
    outcome = sent(encrypting_relay.url.replace("//", "//us%26er:pass%20word@"))
    assert outcome.verdict is Verdict.RELAY_FAULT
    assert "certificate" in outcome.text.lower()
    assert keeper.encrypted == []


def test_a_user_signs_in(plain_relay: LoopbackServer, keeper: Keeper) -> None:
    assert sent(plain_relay.url.replace("//", "//us%26er:pass%20word@")).verdict is Verdict.ACCEPTED
    assert keeper.encrypted == [False]


def test_a_refused_password_is_the_relays_fault_and_costs_no_letter(plain_relay: LoopbackServer) -> None:
    outcome = sent(plain_relay.url.replace("//", "//user:wrong@"))
    assert outcome.verdict is Verdict.RELAY_FAULT
    assert "535" in outcome.text


def test_a_relay_that_wants_a_password_and_gets_none_costs_no_letter(plain_relay: LoopbackServer) -> None:
    outcome = sent(plain_relay.url)
    assert (outcome.verdict, outcome.code) == (Verdict.RELAY_FAULT, 530)


# --- To another machine ----------------------------------------------------------------------------------------------


@pytest.fixture
def stripped_relay(keeper: Keeper) -> Iterator[LoopbackServer]:
    """A relay on the network that offers no encryption, or from whose offer somebody took it away."""
    server = LoopbackServer(keeper, host=NETWORK, authenticator=authenticate, auth_require_tls=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def network_relay(keeper: Keeper) -> Iterator[LoopbackServer]:
    """A relay on the network that offers STARTTLS with a certificate for its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(NETWORK_CERTIFICATE)
    server = LoopbackServer(keeper, host=NETWORK, tls_context=context, authenticator=authenticate)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def vouched_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system trusts the certificate of `network_relay`."""
    monkeypatch.setenv("SSL_CERT_FILE", str(NETWORK_CERTIFICATE))
    ssl_context.cache_clear()
    yield
    ssl_context.cache_clear()


def test_nothing_is_sent_in_the_clear_over_a_network(stripped_relay: LoopbackServer, keeper: Keeper) -> None:
    for user in ("", "us%26er:pass%20word@"):
        outcome = sent(stripped_relay.url.replace("//", f"//{user}"))
        assert outcome.verdict is Verdict.RELAY_FAULT
        assert "offers no STARTTLS" in outcome.text
        assert "smtp+plain://" in outcome.text
    assert keeper.encrypted == []


def test_nothing_is_sent_over_a_network_to_a_relay_that_nobody_vouches_for(
    network_relay: LoopbackServer, keeper: Keeper
) -> None:
    outcome = sent(network_relay.url)
    assert outcome.verdict is Verdict.RELAY_FAULT
    assert "certificate" in outcome.text.lower()
    assert keeper.encrypted == []


@pytest.mark.usefixtures("vouched_for")
def test_a_relay_with_a_good_certificate_gets_its_letters_encrypted(
    network_relay: LoopbackServer, keeper: Keeper
) -> None:
    for user in ("", "us%26er:pass%20word@"):
        assert sent(network_relay.url.replace("//", f"//{user}")).verdict is Verdict.ACCEPTED
    assert keeper.encrypted == [True, True]


def test_plain_is_as_good_as_it_can_be_and_never_takes_a_password(
    stripped_relay: LoopbackServer, network_relay: LoopbackServer, keeper: Keeper
) -> None:
    for relay in (stripped_relay, network_relay):
        url = relay.url.replace("smtp:", "smtp+plain:")
        assert sent(url).verdict is Verdict.ACCEPTED
        assert sent(url.replace("//", "//us%26er:pass%20word@")).verdict is Verdict.RELAY_FAULT
    assert keeper.encrypted == [False, True]


def test_a_name_that_leads_nowhere_is_the_relays_fault() -> None:
    assert sent("smtps://relay.invalid:465").verdict is Verdict.RELAY_FAULT


def test_lines_that_begin_with_a_dot_arrive_as_they_are() -> None:
    data = b"Subject: x\r\n\r\n.\r\n..a\r\n...\r\n"
    with ScriptedRelay() as relay:
        channel = transport(relay.url)
        outcome = channel.send(replace(LETTER, data=data))
        channel.close()
    assert outcome.verdict is Verdict.ACCEPTED
    assert [got.raw for got in relay.got] == [data]


def test_the_certificates_of_the_system_are_read_once(
    encrypting_relay: LoopbackServer, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ssl.SSLContext] = []
    make = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: made.append(make()) or made[-1])
    ssl_context.cache_clear()
    sent(encrypting_relay.url)
    sent(encrypting_relay.url)
    assert keeper.encrypted == [True, True]
    assert len(made) == 1
