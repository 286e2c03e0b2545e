"""Everything that the interface and the letters say, they say in French as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FRENCH = ROOT / "app" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
METHODS = [("app/**.py", "python"), ("templates/**", "jinja2")]
LOOSE = re.compile(r" [:;?!%»]|« |\w[;?!»]|«\w|\d%|\u00a0[;?!]|\u202f[:»]|«\u202f")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")


@cache
def french() -> Catalog:
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


@cache
def source_texts() -> dict[str, str]:
    """Every text in the code and the templates, and where it first stands."""
    found = {}
    for name in ("app", "templates"):
        texts = extract_from_dir(
            ROOT / name,
            [(pattern.removeprefix(f"{name}/"), how) for pattern, how in METHODS if pattern.startswith(name)],
            keywords=DEFAULT_KEYWORDS | {"_l": None, "_t": None},
        )
        for path, line, text, _comments, _context in texts:
            found.setdefault(text if isinstance(text, str) else text[0], f"{name}/{path}:{line}")
    return found


def messages() -> Iterator[Message]:
    return (message for message in french() if message.id)


def forms(texts: str | list[str] | tuple[str, ...]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def test_the_french_catalog_knows_every_text() -> None:
    unknown = [f"{where}: {text}" for text, where in source_texts().items() if text not in french()]
    assert not unknown, "not in the French catalog (make messages):\n" + "\n".join(unknown)


def test_one_word_for_a_team_to_its_members() -> None:
    translations = [text for message in messages() for text in forms(message.string or "")]
    assert [text for text in translations if "votre équipe" in text.lower()] == []  # « défi », everywhere


def test_every_text_of_the_catalog_is_still_said() -> None:
    unused = [forms(message.id)[0] for message in messages() if forms(message.id)[0] not in source_texts()]
    assert not unused, "in the French catalog for nothing (make messages):\n" + "\n".join(unused)


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    unfinished = [forms(message.id)[0] for message in messages() if message.fuzzy or not all(forms(message.string))]
    assert not unfinished, "without a French translation:\n" + "\n".join(unfinished)


def test_a_translation_holds_the_same_values_as_its_text() -> None:
    for message in messages():
        known = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        for translation in forms(message.string):
            missing = known - set(PLACEHOLDER.findall(translation)) - {"%(num)d"}
            invented = set(PLACEHOLDER.findall(translation)) - known
            assert (missing, invented) == (set(), set()), message.id


def test_no_line_of_french_begins_with_its_punctuation() -> None:
    texts = (text for message in messages() for text in forms(message.string))
    wrong = [text for text in texts if LOOSE.search(PLACEHOLDER.sub("x", text))]
    assert wrong == [], (
        "put a no-break space before « : ; ? ! % » and inside the quotation marks: U+202F before ; ? !, else U+00A0"
    )


@pytest.mark.parametrize(("mark", "instead"), [("'", "’"), ('"', "« »"), ("...", "…")])
def test_french_is_set_as_french_is(mark: str, instead: str) -> None:
    wrong = [text for message in messages() for text in forms(message.string) if mark in PLACEHOLDER.sub("", text)]
    assert wrong == [], f"use {instead}"
