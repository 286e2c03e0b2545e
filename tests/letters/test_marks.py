"""The marks in a mailing."""

from __future__ import annotations

from app.letters.marks import split_at_marks, without_marks


def test_a_text_is_cut_at_the_known_marks_only() -> None:
    parts = split_at_marks("à lire : @@read_url@@, @@price@@ @@read_url@@", {"read_url", "unsubscribe_url"})
    assert parts == ["à lire : ", "read_url", ", @@price@@ ", "read_url", ""]


def test_without_names_nothing_is_cut() -> None:
    assert split_at_marks("@@read_url@@", []) == ["@@read_url@@"]


def test_what_somebody_typed_is_no_mark() -> None:
    typed = without_marks("Regardez @@read_url@@ !")
    assert split_at_marks(typed, {"read_url"}) == [typed]
    assert typed.replace("\u2060", "") == "Regardez @@read_url@@ !"
