"""What every letter is made of: how its text ends, what Outlook for Windows draws, who gets the answers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from time_machine import Traveller

from app.database import db
from tests.every_letter import KINDS, send_every_letter
from tests.fixtures.relay import Received, Relay
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TAG = re.compile(r"<(\w+)[^>]*?\sstyle=\"([^\"]*)\"")
PADDING = re.compile(r"(?:^|[;\s])padding(?:-\w+)?:\s*([^;]+)")
BUTTON = re.compile(r"<td[^>]*mso-padding-alt[^>]*><a[^>]*>(.*?)</a></td>")


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
    border = re.compile(r"border(?:-\w+)*:\s*(?:solid\s*)?(\d+)px")
    widths = {int(width) for letter in letters.values() for width in border.findall(letter.html)}
    assert widths
    assert max(widths) <= 8


def test_the_text_part_says_the_words_of_every_button(letters: dict[str, Received]) -> None:
    without = []
    for subject, letter in letters.items():
        buttons = [words(label) for label in BUTTON.findall(letter.html)]
        assert [label for label in buttons if label not in " ".join(letter.text.split())] == []
        if not buttons:
            without.append(words(subject))
    assert without == ["Promotion 3 : une réponse de la coordination", "Un essai de Bulletins"], "nothing to do there"


def test_mail_programs_can_leave_the_foot_out_of_an_answer(letters: dict[str, Received]) -> None:
    """RFC 3676 §4.3: two hyphens and a space before a signature, whose unsubscribe link is not quoted then."""
    with_foot = [letter for letter in letters.values() if "/unsubscribe/" in letter.text]
    assert len(with_foot) == 5  # the digest, the reminders: to write, by hand, about a call, about a record
    for letter in with_foot:
        _, _, foot = letter.text.replace("\r\n", "\n").partition("\n-- \n")
        assert "/unsubscribe/" in foot
    assert not any(re.search(r"^--$", letter.text, re.MULTILINE) for letter in letters.values())


def test_an_answer_goes_to_somebody(letters: dict[str, Received]) -> None:
    answered = {letter["Subject"]: str(letter["Reply-To"] or "") for letter in letters.values()}
    to_coordination = [subject for subject, address in answered.items() if address == "judith@x.example"]
    # the digest, both reminders, the call without an answer, the milestone, the link to a record, the questionnaire,
    # what it answered to a word, the invitation
    assert len(to_coordination) == 9, answered
    assert "zoe@brancard.example" in answered.values()


def test_a_letter_is_stopped_by_its_header_as_by_its_foot(letters: dict[str, Received]) -> None:
    for subject, letter in letters.items():
        stops = "/unsubscribe/" in letter.text
        assert ("/unsubscribe/" in letter.html) is stops, subject
        assert bool(letter["List-Unsubscribe"]) is stops, subject
        assert bool(letter["List-Unsubscribe-Post"]) is stops, subject


@pytest.mark.long
def test_every_letter_is_in_the_language_of_its_reader(
    app: Flask, clock: Traveller, relay: Relay, letters: dict[str, Received]
) -> None:
    french = set(letters)
    assert all('<html lang="fr"' in letter.html for letter in letters.values())
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    db.session.commit()
    relay.messages.clear()
    send_every_letter(clock.move_to, locale="en")
    english = {letter["Subject"]: letter for letter in relay.messages}
    assert len(english) == KINDS
    assert set(english) & french == set()
    for subject, letter in english.items():
        assert '<html lang="en"' in letter.html, subject
        assert not re.search(r"Bonjour|Merci de|Vous recevez|https?://\S+ :|« ", letter.text), subject
