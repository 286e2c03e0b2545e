"""What every letter is made of: how its text ends, what Outlook for Windows draws, who gets the answers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from time_machine import Traveller

from tests.every_letter import KINDS, send_every_letter
from tests.fixtures.relay import Received, Relay
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TAG = re.compile(r"<(\w+)[^>]*?\sstyle=\"([^\"]*)\"")
PADDING = re.compile(r"(?:^|[;\s])padding(?:-\w+)?:\s*([^;]+)")
BUTTON = re.compile(r"<td[^>]*mso-padding-alt[^>]*><a[^>]*>(.*?)</a></td>")
ASK = "Sa réponse"


@pytest.fixture
def letters(app: Flask, clock: Traveller, relay: Relay) -> dict[str, Received]:
    """A letter of every kind, by its subject."""
    send_every_letter(clock.move_to)
    letters = {letter["Subject"]: letter for letter in relay.messages}
    assert len(letters) == KINDS
    return letters


def test_outlook_draws_every_padding(letters: dict[str, Received]) -> None:
    """It draws none on a `div`, a paragraph or a link: a button has its padding twice, the cell's for Outlook."""
    for letter in letters.values():
        padded = {(tag, style) for tag, style in TAG.findall(letter.html) if _is_padded(style)}
        assert {tag for tag, _ in padded} <= {"td", "a", "h2"}
        links = [style for tag, style in padded if tag == "a"]
        assert all("inline-block" in style for style in links)
        assert len(BUTTON.findall(letter.html)) == letter.html.count("inline-block")
    assert any('class="bl-call"' in letter.html for letter in letters.values())


def _is_padded(style: str) -> bool:
    return any(value.strip(" 0px") for value in PADDING.findall(style))


def test_no_border_is_wider_than_outlook_draws(letters: dict[str, Received]) -> None:
    for letter in letters.values():
        widths = re.findall(r"border(?:-\w+)*:\s*(?:solid\s*)?(\d+)px", letter.html)
        assert all(int(width) <= 8 for width in widths)


def test_the_text_part_says_the_words_of_every_button(letters: dict[str, Received]) -> None:
    for letter in letters.values():
        buttons = [words(label) for label in BUTTON.findall(letter.html)]
        assert buttons, letter["Subject"]
        assert [label for label in buttons if label not in " ".join(letter.text.split())] == []


def test_mail_programs_can_leave_the_foot_out_of_an_answer(letters: dict[str, Received]) -> None:
    """RFC 3676 §4.3: two hyphens and a space before a signature, whose unsubscribe link is not quoted then."""
    with_foot = [letter for letter in letters.values() if "/unsubscribe/" in letter.text]
    assert len(with_foot) == 3
    for letter in with_foot:
        _, _, foot = letter.text.replace("\r\n", "\n").partition("\n-- \n")
        assert "/unsubscribe/" in foot
    assert not any(re.search(r"^--$", letter.text, re.MULTILINE) for letter in letters.values())


def test_an_answer_goes_to_somebody(letters: dict[str, Received]) -> None:
    answered = {letter["Subject"]: str(letter["Reply-To"] or "") for letter in letters.values()}
    to_coordination = [subject for subject, address in answered.items() if address == "judith@x.example"]
    # the digest, the reminder, the milestone, the link to a record, the questionnaire
    assert len(to_coordination) == 5, answered
    assert "zoe@brancard.example" in answered.values()
