"""What is stored encrypted: opened by its key, by that key only, for its purpose only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.encryption import decrypt, encrypt

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OLD, NEW = "old-key-dZ4nQ8vK2xR7tW1yB6mJ9pL3", "new-key-hF5cG0sX8uA4eN7iV2oT6kD1"


def use(app: Flask, key: str, *fallbacks: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], secret_key=key, secret_key_fallbacks=fallbacks)


def test_what_is_encrypted_is_read_back_and_tells_nothing(app: Flask) -> None:
    tokens = {encrypt("channel", "un secret 🌱") for _ in range(3)}
    assert len(tokens) == 3
    assert {decrypt("channel", token) for token in tokens} == {"un secret 🌱"}
    assert all(token.isascii() and "secret" not in token for token in tokens)


def test_another_purpose_does_not_open_it(app: Flask) -> None:
    assert decrypt("id-token", encrypt("channel", "secret")) is None


@pytest.mark.parametrize("damage", ["", "x", "gAAAAA", "é", "\ud800"])
def test_what_is_made_up_is_none(app: Flask, damage: str) -> None:
    assert decrypt("channel", damage) is None
    assert decrypt("channel", encrypt("channel", "secret")[:-2] + damage) is None


def test_an_earlier_key_opens_it_while_it_is_named(app: Flask) -> None:
    use(app, OLD)
    token = encrypt("channel", "secret")
    use(app, NEW, OLD)
    assert decrypt("channel", token) == "secret"
    newer = encrypt("channel", "secret")
    use(app, NEW)
    assert (decrypt("channel", token), decrypt("channel", newer)) == (None, "secret")
