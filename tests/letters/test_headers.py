"""Texts and addresses in headers: exactly what was meant, and never a second header."""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.letters.message import (
    BadEmailError,
    domain_of,
    email_for_relay,
    encode_list_id,
    encode_mailbox,
    encode_text,
    encode_url,
    one_line,
)

TEXTS = st.text(max_size=300)


def decoded(value: str) -> str:
    """What `value` shows by RFC 2047 (the newer parser of Python puts blanks between the encoded words of a name)."""
    return str(make_header(decode_header(value)))


def parsed(name: str, value: str) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(f"{name}: {value}\r\n\r\n".encode("ascii"), policy=default))


@given(TEXTS)
@example("Bcc: everyone@example.org")
@example("Les bulletins\r\nBcc: everyone@example.org")
@example("=?utf-8?q?already=20encoded?=")
@example("Semaine 10 : « l’été » 🚀")
@example("a" * 1000)
def test_a_text_comes_back_and_adds_no_header(text: str) -> None:
    message = parsed("Subject", encode_text(text, "Subject"))
    assert message.keys() == ["Subject"]
    assert " ".join(message["Subject"].split()) == " ".join(one_line(text).split())


@given(TEXTS)
@example('Anne "Nanou" <d’Arc>, née O\'Brien')
@example("Jérôme \U0001f680 " * 12)
@example("a\r\nBcc: everyone@example.org")
@example("=?utf-8?b?QmNj?=")
@example("\\")
def test_a_display_name_comes_back_and_adds_no_recipient(name: str) -> None:
    message = parsed("To", encode_mailbox(name, "member@promotion.example", "To"))
    assert message.keys() == ["To"]
    (address,) = message["To"].addresses
    assert address.addr_spec == "member@promotion.example"
    shown, _ = parseaddr(encode_mailbox(name, "member@promotion.example", "To"))
    assert decoded(shown) == one_line(name)


@given(TEXTS)
def test_no_line_is_too_long(text: str) -> None:
    value = f"To: {encode_mailbox(text, 'member@promotion.example', 'To')}\r\nSubject: {encode_text(text, 'Subject')}"
    assert max(map(len, value.split("\r\n"))) <= 998


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a b@promotion.example",
        "a@promotion.example>",
        "a@promotion.example\r\nRCPT TO:<b@promotion.example>",
        "é@promotion.example",
        "a@b@c",
    ],
)
def test_an_address_that_no_relay_takes_is_refused(address: str) -> None:
    with pytest.raises(BadEmailError):
        email_for_relay(address)


def test_an_ordinary_address_is_taken_as_it_is() -> None:
    assert email_for_relay("o'neil+list@mail.promotion-3.example") == "o'neil+list@mail.promotion-3.example"


def test_a_domain_with_accents_is_written_as_relays_know_it() -> None:
    assert email_for_relay("anne@défi.example") == "anne@xn--dfi-bma.example"


@pytest.mark.parametrize(
    "url", ["https://a/>\r\nBcc: b@c", "https://a/ b", "https://a/é", "https://a/" + "b" * 900, ""]
)
def test_an_address_that_no_header_can_hold_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no header can hold"):
        encode_url(url)


def test_a_list_id_has_its_name_encoded() -> None:
    value = encode_list_id("Promotion été <promotion-3.bulletins.example>")
    assert parsed("List-Id", value)["List-Id"] == "Promotion été <promotion-3.bulletins.example>"


def test_a_list_id_may_be_an_identifier_alone() -> None:
    assert encode_list_id("promotion-3.bulletins.example") == "<promotion-3.bulletins.example>"


def test_the_domain_is_that_of_the_address() -> None:
    assert domain_of("Bulletins <bulletins@example.org>") == "example.org"
