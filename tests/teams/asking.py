"""Asking for a sign-in link, and taking it out of the letter."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from app.letters.delivery import deliver
from tests.fixtures.relay import Relay

ADDRESS = "nour.haddad@brancard.example"
SENT = "/sign-in/sent"


def request_link(client: FlaskClient, address: str = ADDRESS, **fields: str) -> None:
    answer = client.post("/sign-in", data={"email": address, **fields})
    assert (answer.status_code, answer.headers["Location"]) == (302, SENT)


def link_of(relay: Relay, address: str = ADDRESS) -> str:
    """The path of the link in the last letter that came for `address`."""
    deliver()
    letter = relay.to(address)[-1]
    found = re.search(r"http://localhost(/sign-in/\S+)", letter.text)
    assert found, letter.text
    return found[1]
