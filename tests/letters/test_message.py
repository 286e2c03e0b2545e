"""A mailing as bytes, and the letters made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape, unescape
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.letters.message import LINE, Content, MessageTemplate, encode_mailbox

URLS_OF_A_LETTER = {
    "read_url": "https://bulletins.example/promotion-3/digests/2019-W10?reader=WyIxIl0.x=&y=é",
    "unsubscribe_url": "https://bulletins.example/unsubscribe/WyIxIl0.abc-def_ghi",
}
CONTENT: dict[str, Any] = {
    "sender": "Les bulletins de l'été, « EIG » <bulletins@bulletins.example>",
    "subject": "Semaine 10 : 13 défis sur 16 🚀",
    "text": "À lire : @@read_url@@\n\nSe désabonner : @@unsubscribe_url@@\n",
    "html": '<p lang="fr"><a href="@@read_url@@">À lire</a> · <a href="@@unsubscribe_url@@">Se désabonner</a></p>\n',
    "locale": "fr",
    "dated_at": datetime(2019, 3, 8, 14, 5, tzinfo=UTC),
    "list_id": "Promotion 3 <promotion-3.bulletins.example>",
    "archive_url": "https://bulletins.example/promotion-3/weeks",
    "reply_to": "Coordination <coordination@promotion.example>",
    "unsubscribable": True,
}


def content(**changes: Any) -> Content:
    return Content(**(CONTENT | changes))


def made(
    content: Content,
    urls: dict[str, str] | None = None,
    name: str = "Anne Dupont",
    message_id: str = "<1@bulletins.example>",
) -> bytes:
    urls = URLS_OF_A_LETTER if urls is None else urls
    to = encode_mailbox(name, "anne@promotion.example", "To")
    return MessageTemplate(content, urls.keys()).fill(to, message_id, urls)


def parsed(data: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(data, policy=default))


def part(data: bytes, kind: str) -> str:
    found = parsed(data).get_body(preferencelist=(kind,))
    assert found is not None
    return str(cast("EmailMessage", found).get_content()).replace("\r\n", "\n")


OWN_URLS = {key: value for key, value in URLS_OF_A_LETTER.items() if key == "unsubscribe_url"} | {
    "read_url": "https://bulletins.example/read?token=a.b-c&x=1"
}


def test_the_headers_are_those_of_the_design() -> None:
    message = parsed(made(content(), OWN_URLS))
    assert message["From"] == '"Les bulletins de l\'été, « EIG »" <bulletins@bulletins.example>'
    assert message["To"] == "Anne Dupont <anne@promotion.example>"
    assert message["Subject"] == "Semaine 10 : 13 défis sur 16 🚀"
    assert message["Date"] == "Fri, 08 Mar 2019 14:05:00 +0000"
    assert message["Message-ID"] == "<1@bulletins.example>"
    assert message["Reply-To"] == "Coordination <coordination@promotion.example>"
    assert message["List-Id"] == "Promotion 3 <promotion-3.bulletins.example>"
    assert message["List-Archive"] == "<https://bulletins.example/promotion-3/weeks>"
    assert message["List-Unsubscribe"] == f"<{URLS_OF_A_LETTER['unsubscribe_url']}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"


def test_answers_may_go_to_several() -> None:
    several = "judith@promotion.example, zoé@élan.example, paul@promotion.example".replace("zoé", "zoe")
    message = parsed(made(content(reply_to=several), OWN_URLS))
    assert [address.addr_spec for address in message["Reply-To"].addresses] == [
        "judith@promotion.example",
        "zoe@xn--lan-9la.example",
        "paul@promotion.example",
    ]


def test_robots_are_asked_not_to_answer_and_servers_still_say_what_they_could_not_deliver() -> None:
    asked = parsed(made(content(), OWN_URLS))["X-Auto-Response-Suppress"].split(", ")
    assert {"OOF", "AutoReply"} <= set(asked)
    assert {"NDR", "All"}.isdisjoint(asked)


@pytest.mark.parametrize("text", ["From Paris\n", "x\nFrom Paris\n", f"{'é' * 12} " * 9 + "\nFrom a From b\n"])
def test_no_line_begins_as_a_letter_of_a_mailbox_file_does(text: str) -> None:
    data = made(content(text=text, html=text), OWN_URLS)
    assert b"\nFrom " not in data
    _, _, body = data.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= LINE
    assert part(data, "plain") == text


def test_the_text_comes_first_and_both_parts_hold_the_readers_own_urls() -> None:
    data = made(content(), OWN_URLS)
    first, second = cast("list[EmailMessage]", parsed(data).get_payload())
    assert (first.get_content_type(), second.get_content_type()) == ("text/plain", "text/html")
    assert {part["Content-Transfer-Encoding"] for part in (first, second)} == {"quoted-printable"}
    assert {part["Content-Language"] for part in (first, second)} == {"fr"}
    assert part(data, "plain") == f"À lire : {OWN_URLS['read_url']}\n\nSe désabonner : {OWN_URLS['unsubscribe_url']}\n"
    assert f'href="{escape(OWN_URLS["read_url"])}"' in part(data, "html")


def test_a_letter_that_nobody_can_leave_has_no_unsubscribe_header() -> None:
    message = parsed(made(content(unsubscribable=False, list_id=None, archive_url=None, reply_to=None), OWN_URLS))
    absent = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "List-Archive", "Reply-To")
    assert [name for name in absent if name in message] == []


def test_two_letters_differ_only_in_recipient_message_id_and_their_own_urls() -> None:
    other = {"read_url": "https://bulletins.example/read?token=other", "unsubscribe_url": "https://b.example/u/other"}
    one = made(content(), OWN_URLS, "Anne Dupont", "<1@bulletins.example>")
    two = made(content(), other, "Jérôme Martin", "<2@bulletins.example>")
    differing = [(a, b) for a, b in zip(_unfolded(one), _unfolded(two), strict=True) if a != b]
    own = ("To: ", "Message-ID: ", "List-Unsubscribe: ", "https://", '<p lang="fr">')
    assert all(a.startswith(own) or "https://" in a for a, _ in differing)
    blanked = [(_blank(a, OWN_URLS), _blank(b, other)) for a, b in differing if not a.startswith(own[:2])]
    assert blanked
    assert all(a == b for a, b in blanked)


def _unfolded(data: bytes) -> list[str]:
    message = parsed(data)
    headers = [f"{name}: {value}" for name, value in message.items()]
    return headers + part(data, "plain").split("\n") + part(data, "html").split("\n")


def _blank(line: str, addresses: dict[str, str]) -> str:
    for value in addresses.values():
        line = line.replace(escape(value), "…").replace(value, "…")
    return line


def test_the_same_letter_is_made_of_the_same_bytes_at_every_try() -> None:
    assert made(content(), OWN_URLS) == made(content(), OWN_URLS)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
URLS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1, max_size=200)


def ended(text: str) -> str:
    """A body ends with a line break, whether its text does or not."""
    return text if text.endswith("\n") else text + "\n"


@given(TEXTS, TEXTS, TEXTS, URLS, URLS)
@example(".", "", "", "....", "a" * 200)
@example("= ", "\n.\n", " =\r\n", "=3D=20", "=" * 80)
@example("\r\n\r\n--x", "\n\n", "Bcc: x", "&amp;\"'", "%")
def test_filled_bytes_give_back_exactly_the_texts_and_the_values(a: str, b: str, c: str, one: str, two: str) -> None:
    urls = {"read_url": one, "unsubscribe_url": two}
    text = f"{a}@@read_url@@{b}@@unsubscribe_url@@@@read_url@@{c}"
    data = made(content(text=text, html=f"<p>{escape(a)}@@read_url@@{escape(b)}@@unsubscribe_url@@</p>"), urls)
    plain = {key: value.replace("\r\n", "\n").replace("\r", "\n") for key, value in {"a": a, "b": b, "c": c}.items()}
    assert part(data, "plain") == ended(f"{plain['a']}{one}{plain['b']}{two}{one}{plain['c']}")
    assert unescape(part(data, "html")) == unescape(
        f"<p>{escape(plain['a'])}{escape(one)}{escape(plain['b'])}{escape(two)}</p>\n"
    )
    assert parsed(data)["List-Unsubscribe"] == f"<{two}>"


@given(TEXTS, TEXTS, TEXTS)
@example("x\r\nBcc: everyone@example.org", "y\nBcc: everyone@example.org", "z\r\n\r\nBcc: everyone@example.org")
def test_no_text_adds_a_header_or_a_part_or_a_long_line(subject: str, name: str, text: str) -> None:
    data = made(content(subject=subject, text=text, html=escape(text)), OWN_URLS, name)
    assert len(parsed(data).keys()) == len(set(parsed(made(content(), OWN_URLS)).keys()))
    assert len(cast("list[EmailMessage]", parsed(data).get_payload())) == 2
    lines = data.split(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert data.endswith(b"\r\n")


@given(st.text(st.sampled_from("= .\t\né@_x"), max_size=400))
@example("x" * 70)
@example("é" * 24)
def test_a_placeholder_is_filled_wherever_the_encoder_breaks_its_lines(padding: str) -> None:
    data = made(content(text=f"{padding}@@read_url@@{padding}@@read_url@@|\n"), OWN_URLS)
    assert part(data, "plain") == f"{padding}{OWN_URLS['read_url']}" * 2 + "|\n"


def test_lines_of_a_body_are_plain_and_at_most_76_characters() -> None:
    data = made(content(text="é" * 500 + "." * 300 + " \n", html="x" * 500), OWN_URLS)
    body = data.partition(b"\r\n\r\n")[2]
    assert body.isascii()
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_an_unsubscribe_url_that_could_break_the_header_is_refused() -> None:
    with pytest.raises(ValueError, match="no header can hold"):
        made(content(), OWN_URLS | {"unsubscribe_url": "https://a/>\r\nBcc: b@example.org"})


def test_a_placeholder_without_a_value_is_refused() -> None:
    template = MessageTemplate(content(), URLS_OF_A_LETTER.keys())
    with pytest.raises(KeyError):
        template.fill("a@b.example", "<1@b.example>", {})
