"""Writing mailings and queueing letters."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.letters.outbox import Addressee, add_mailing, is_posted, membership_in, queue_letters, without_placeholders
from app.letters.states import State
from tests.builders import make_person
from tests.letters.conftest import FRIDAY, letters, queue

pytestmark = pytest.mark.both_databases


def addressees(*numbers: int) -> list[Addressee]:
    return [Addressee(i, None, f"member{i}@promotion.example", f"Membre {i}") for i in numbers]


def test_a_queued_letter_is_due_at_once_and_waits(app: Flask) -> None:
    person = make_person("anne@promotion.example")
    mailing = add_mailing("weekly", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)
    queue_letters(mailing, [Addressee(1, person.id, "anne@promotion.example", "Anne")], FRIDAY)
    db.session.commit()
    (letter,) = letters()
    assert (letter.state, letter.due_at, letter.precedence) == (State.QUEUED, FRIDAY, 30)
    assert (letter.person_id, letter.personal) == (person.id, True)
    assert letter.message_id.endswith("@bulletins.example>")


def test_a_member_gets_one_letter_of_a_reference_however_often_it_is_queued(app: Flask) -> None:
    mailing = add_mailing("weekly", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)
    assert queue_letters(mailing, addressees(1, 2, 1), FRIDAY) == 2
    assert queue_letters(mailing, addressees(2, 3), FRIDAY) == 1
    db.session.commit()
    assert [letter.key for letter in letters()] == ["mailing:1:1", "mailing:1:2", "mailing:1:3"]


def test_a_letter_names_the_membership_it_is_for() -> None:
    assert membership_in("reminder:3:2019-W10:10:00:17", "reminder:3:2019-W10:10:00") == 17
    assert membership_in("sign-in:0a1b", "sign-in:0a1b") is None


def test_more_letters_than_a_chunk_are_all_made(app: Flask) -> None:
    mailing = add_mailing("weekly", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)
    made = queue_letters(mailing, iter(addressees(*range(1201))), FRIDAY)
    db.session.commit()
    assert made == len(letters()) == 1201
    assert len({letter.message_id for letter in letters()}) == 1201


def test_a_mailing_is_written_once_a_language(app: Flask) -> None:
    queue(number=0, locale="fr")
    queue(number=0, locale="en")
    with pytest.raises(IntegrityError):
        queue(number=0, locale="fr")
    db.session.rollback()


def test_it_is_known_what_was_posted(app: Flask) -> None:
    assert not is_posted("mailing:1")
    queue(number=0)
    assert is_posted("mailing:1")


def test_a_kind_that_nobody_registered_is_refused(app: Flask) -> None:
    with pytest.raises(LookupError, match="no kind of letter is called 'postcard'"):
        add_mailing("postcard", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)


def test_what_somebody_typed_is_no_placeholder() -> None:
    typed = without_placeholders("Regardez @@read_url@@ !")
    assert "@@" not in typed
    assert typed.replace("\u2060", "") == "Regardez @@read_url@@ !"
